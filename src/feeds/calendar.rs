//! From entries to a calendar file.

use super::store::FeedEntry;
use super::{Feed, FeedOwner};
use crate::i18n::Texts;
use crate::messaging::calendar_file::{self, CalendarEntry, EntryStatus};

/// What a feed says beside its times.
pub struct FeedTexts<'a> {
    /// In the owner's language.
    pub t: Texts,
    /// The clinic's name.
    pub clinic: &'a str,
    /// Where an owner sees more, after signing in.
    pub page: &'a str,
}

/// The whole calendar: whoever reads it replaces what it had, so nothing has to be taken back.
pub fn file(feed: &Feed, entries: &[FeedEntry], texts: &FeedTexts<'_>) -> String {
    let entries: Vec<CalendarEntry> = entries.iter().map(|entry| calendar_entry(feed.owner, entry, texts)).collect();
    calendar_file::write_feed(&texts.t.with("feeds-name", &[("clinic", &texts.clinic)]), &entries)
}

fn calendar_entry(owner: FeedOwner, entry: &FeedEntry, texts: &FeedTexts<'_>) -> CalendarEntry {
    let t = texts.t;
    let summary = match (owner, &entry.booking) {
        (FeedOwner::Client(_), _) => t.with("mail-entry-summary", &[("clinic", &texts.clinic)]),
        (FeedOwner::Provider(_), Some((_, reference))) => {
            t.with("mail-entry-summary-provider", &[("reference", reference)])
        }
        (FeedOwner::Provider(_), None) => t.with("feeds-group", &[("count", &entry.bookings)]),
    };
    let uid = match &entry.booking {
        Some((booking, reference)) => calendar_file::uid(*booking, reference),
        None => format!("rebook-appointment-{}", entry.appointment),
    };
    let reference =
        entry.booking.as_ref().map(|(_, reference)| t.with("mail-entry-reference", &[("reference", reference)]));
    CalendarEntry {
        uid,
        sequence: entry.schedule_version,
        starts_at: entry.span.starts_at(),
        ends_at: entry.span.ends_at(),
        written_at: entry.written_at,
        organizer: None,
        attendee: None,
        status: if entry.is_requested { EntryStatus::Tentative } else { EntryStatus::Confirmed },
        summary,
        description: reference.into_iter().chain(std::iter::once(texts.page.to_owned())).collect::<Vec<_>>().join("\n"),
        location: entry.place.clone(),
        url: None,
    }
}
