//! What a template may speak of, by kind of message: the name, what it means, and whether it may show on a locked screen.

use std::collections::BTreeSet;

use super::engine::Part;
use super::scan::{self, Piece};
use crate::domain::messages::MessageKind;
use crate::i18n::Texts;

/// A name that a template may use.
#[derive(Debug, Clone, Copy)]
pub struct Placeholder {
    /// As it stands between the braces.
    pub name: &'static str,
    /// Whether it may stand in a subject line: no treatments, nothing that a stranger typed.
    pub in_subject: bool,
    /// Whether it is a part that Rebook makes, which stands alone.
    pub is_part: bool,
    about: &'static [About],
    meaning: fn(Texts) -> String,
}

impl Placeholder {
    /// What it means.
    pub fn meaning(&self, t: Texts) -> String {
        (self.meaning)(t)
    }
}

/// What a kind of message speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    /// One visit, to the client.
    Visit,
    /// One visit, to whoever works there.
    Work,
    /// A series of visits.
    Series,
    /// A wish on the waitlist.
    Wish,
    /// A place offered to it.
    Offer,
    /// A way into the client's own area.
    Portal,
    /// A client as such.
    Client,
    /// What a client is due for.
    Recall,
}

const fn about(kind: MessageKind) -> Option<About> {
    Some(match kind {
        MessageKind::Confirmation
        | MessageKind::RequestReceived
        | MessageKind::Approved
        | MessageKind::Declined
        | MessageKind::Change
        | MessageKind::Cancellation
        | MessageKind::Reminder
        | MessageKind::ThankYou
        | MessageKind::MissedYou => About::Visit,
        MessageKind::ProviderRequest
        | MessageKind::ProviderBooked
        | MessageKind::ProviderCancelled
        | MessageKind::ProviderReminder => About::Work,
        MessageKind::SeriesBooked
        | MessageKind::SeriesChanged
        | MessageKind::SeriesCancelled
        | MessageKind::SeriesGaps
        | MessageKind::SeriesGapsDesk
        | MessageKind::ProviderSeries => About::Series,
        MessageKind::WaitlistJoined => About::Wish,
        MessageKind::WaitlistOffer => About::Offer,
        MessageKind::PortalLink => About::Portal,
        MessageKind::ComeBack | MessageKind::Birthday => About::Client,
        MessageKind::Recall => About::Recall,
        MessageKind::ConfirmConsent | MessageKind::Event | MessageKind::Digest | MessageKind::Test => {
            return None;
        }
    })
}

const ALL: &[About] =
    &[About::Visit, About::Work, About::Series, About::Wish, About::Offer, About::Portal, About::Client, About::Recall];
const VISIT: &[About] = &[About::Visit];
const WORK: &[About] = &[About::Work];
const VISITS: &[About] = &[About::Visit, About::Work];
const TIMED: &[About] = &[About::Visit, About::Work, About::Offer];
const DATED: &[About] = &[About::Visit, About::Work, About::Offer, About::Recall];
const TO_CLIENTS: &[About] = &[About::Visit, About::Wish, About::Offer, About::Client, About::Recall];

const fn value(
    name: &'static str,
    in_subject: bool,
    about: &'static [About],
    meaning: fn(Texts) -> String,
) -> Placeholder {
    Placeholder { name, in_subject, is_part: false, about, meaning }
}

const fn part(part: Part, meaning: fn(Texts) -> String) -> Placeholder {
    Placeholder { name: part.name(), in_subject: false, is_part: true, about: ALL, meaning }
}

const PLACEHOLDERS: &[Placeholder] = &[
    value("greeting", false, ALL, |t| t.text("words-ph-greeting")),
    value("name", false, ALL, |t| t.text("words-ph-name")),
    value("heading", false, ALL, |t| t.text("words-ph-heading")),
    value("lead", false, ALL, |t| t.text("words-ph-lead")),
    part(Part::Details, |t| t.text("words-ph-details")),
    part(Part::Buttons, |t| t.text("words-ph-buttons")),
    part(Part::Notes, |t| t.text("words-ph-notes")),
    value("when", true, TIMED, |t| t.text("words-ph-when")),
    value("date", true, DATED, |t| t.text("words-ph-date")),
    value("time", true, TIMED, |t| t.text("words-ph-time")),
    value("end_time", true, TIMED, |t| t.text("words-ph-end-time")),
    value("location", true, TIMED, |t| t.text("words-ph-location")),
    value("address", false, TIMED, |t| t.text("words-ph-address")),
    value("provider", true, DATED, |t| t.text("words-ph-provider")),
    value(
        "service",
        false,
        &[About::Visit, About::Work, About::Series, About::Wish, About::Offer, About::Recall],
        |t| t.text("words-ph-service"),
    ),
    value("client", false, &[About::Work, About::Series, About::Recall], |t| t.text("words-ph-client")),
    value("reference", true, &[About::Visit, About::Work, About::Series], |t| t.text("words-ph-reference")),
    value("party", false, VISITS, |t| t.text("words-ph-party")),
    value("price", false, VISIT, |t| t.text("words-ph-price")),
    value("notice", false, VISIT, |t| t.text("words-ph-notice")),
    value("deadline", false, VISIT, |t| t.text("words-ph-deadline")),
    value("policy", false, VISIT, |t| t.text("words-ph-policy")),
    value("reason", false, VISITS, |t| t.text("words-ph-reason")),
    value("until", true, &[About::Offer], |t| t.text("words-ph-until")),
    value("minutes", true, &[About::Portal], |t| t.text("words-ph-minutes")),
    value("count", true, &[About::Series], |t| t.text("words-ph-count")),
    value("rhythm", true, &[About::Series], |t| t.text("words-ph-rhythm")),
    value("clinic", true, ALL, |t| t.text("words-ph-clinic")),
    value("clinic_phone", true, ALL, |t| t.text("words-ph-clinic-phone")),
    value("clinic_email", false, ALL, |t| t.text("words-ph-clinic-email")),
    value("manage_url", false, VISIT, |t| t.text("words-ph-manage-url")),
    value("offer_url", false, &[About::Wish, About::Offer], |t| t.text("words-ph-offer-url")),
    value("agenda_url", false, WORK, |t| t.text("words-ph-agenda-url")),
    value("book_url", false, TO_CLIENTS, |t| t.text("words-ph-book-url")),
    value("portal_url", false, TO_CLIENTS, |t| t.text("words-ph-portal-url")),
    value("unsubscribe_url", false, &[About::Visit, About::Client, About::Recall], |t| {
        t.text("words-ph-unsubscribe-url")
    }),
];

/// What templates of this kind may speak of, in the order in which it is shown.
pub fn of(kind: MessageKind) -> impl Iterator<Item = &'static Placeholder> {
    let about = about(kind);
    PLACEHOLDERS.iter().filter(move |known| about.is_some_and(|about| known.about.contains(&about)))
}

/// The names that a source uses, as far as they can be read from it.
pub(super) fn names_in(source: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for piece in scan::pieces(source) {
        if let Piece::Value { code, .. } | Piece::Statement { code, .. } = piece {
            let words = code.split(|c: char| !c.is_alphanumeric() && c != '_');
            names.extend(words.filter(|word| !word.is_empty()).map(str::to_owned));
        }
    }
    names
}

/// The placeholder that may have been meant by a name that is none.
pub(super) fn nearest(name: &str, kind: MessageKind) -> Option<&'static str> {
    let asked = name.to_ascii_lowercase();
    let distances = of(kind).map(|known| (distance(&asked, known.name), known.name));
    let (distance, best) = distances.min_by_key(|(distance, _)| *distance)?;
    let is_part = best.len() > 3 && (asked.contains(best) || best.contains(&asked) && asked.len() > 3);
    (distance <= 2.max(asked.len() / 3) || is_part).then_some(best)
}

/// How many letters have to be changed.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, left) in a.chars().take(60).enumerate() {
        let mut diagonal = at;
        let mut before = at + 1;
        let mut next = vec![before];
        for (right, above) in b.iter().zip(row.iter().skip(1)) {
            let changed = diagonal + usize::from(left != *right);
            before = changed.min(*above + 1).min(before + 1);
            diagonal = *above;
            next.push(before);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_what_was_meant() {
        let nearest = |name| nearest(name, MessageKind::Confirmation);
        assert_eq!(nearest("Names"), Some("name"));
        assert_eq!(nearest("wehn"), Some("when"));
        assert_eq!(nearest("detals"), Some("details"));
        assert_eq!(nearest("xyzzyxyzzy"), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn no_treatment_and_no_stranger_shows_on_a_locked_screen() {
        for name in ["service", "name", "client", "greeting", "details", "buttons", "notes", "reason", "price"] {
            for kind in MessageKind::ALL {
                assert!(of(kind).all(|known| known.name != name || !known.in_subject), "{name}");
            }
        }
        assert_eq!(of(MessageKind::Test).count() + of(MessageKind::Event).count(), 0);
    }

    #[test]
    fn every_meaning_is_there_in_every_language() {
        for language in crate::i18n::Language::all() {
            for known in PLACEHOLDERS {
                assert!(!known.meaning(Texts::new(language)).starts_with("words-"), "{}", known.name);
            }
        }
    }
}
