//! What a change of hours would break, shown before it is saved, with a button that saves it all the same.

use crate::catalog::{AwayReason, Catalog, ClashingBooking, Unkept};
use crate::domain::ids::BookingId;
use crate::domain::time;
use crate::i18n::Texts;
use crate::web::form::Form;

/// The field that carries the bookings somebody has seen.
const SEEN: &str = "clashes";
/// As many stand in the warning; the worklist has them all.
const SHOWN_MAX: usize = 50;

/// A booking that would lose its provider.
pub(super) struct ClashLine {
    pub(super) href: String,
    pub(super) when: String,
    pub(super) client: String,
    pub(super) what: String,
    pub(super) why: String,
}

/// The warning, with everything that was typed, so that one button saves it.
pub(super) struct ClashNotice {
    pub(super) title: String,
    pub(super) lines: Vec<ClashLine>,
    pub(super) more: usize,
    pub(super) action: String,
    pub(super) fields: Vec<(String, String)>,
}

/// The bookings that the sender of this form has seen in the warning.
pub(super) fn seen(form: &Form) -> Vec<BookingId> {
    form.value(SEEN).split_whitespace().filter_map(|id| id.parse().ok()).collect()
}

impl ClashNotice {
    /// For the form that was sent to `action`.
    pub(super) fn new(t: Texts, catalog: &Catalog, clashes: &[ClashingBooking], form: &Form, action: String) -> Self {
        let typed = form.fields().filter(|(name, _)| *name != SEEN && *name != "csrf");
        let mut fields: Vec<(String, String)> =
            typed.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let ids: Vec<String> = clashes.iter().map(|clash| clash.booking.to_string()).collect();
        fields.push((SEEN.to_owned(), ids.join(" ")));
        Self {
            title: t.with("catalog-clashes-title", &[("count", &clashes.len())]),
            lines: clashes.iter().take(SHOWN_MAX).map(|clash| line(t, catalog, clash)).collect(),
            more: clashes.len().saturating_sub(SHOWN_MAX),
            action,
            fields,
        }
    }
}

fn line(t: Texts, catalog: &Catalog, clash: &ClashingBooking) -> ClashLine {
    let provider = catalog.provider(clash.provider).map(|provider| provider.name.clone()).unwrap_or_default();
    ClashLine {
        href: format!("/staff/bookings/{}", clash.booking),
        when: t.date_time(time::local(clash.starts_at, clash.zone)),
        client: clash.client.clone(),
        what: format!("{}, {provider}", clash.service),
        why: why_text(t, &clash.why),
    }
}

/// Why a booking does not fit any more.
pub fn why_text(t: Texts, why: &Unkept) -> String {
    match why {
        Unkept::OutsideHours => t.text("why-outside-hours"),
        Unkept::Away(AwayReason::Break) => t.text("why-break"),
        Unkept::Away(AwayReason::TimeOff) => t.text("why-time-off"),
        Unkept::Away(AwayReason::Closed { name }) => t.with("why-closed", &[("name", name)]),
        Unkept::Away(AwayReason::Left) => t.text("why-provider-left"),
        Unkept::Away(AwayReason::NotHere { note }) if note.is_empty() => t.text("why-not-here"),
        Unkept::Away(AwayReason::NotHere { note }) => t.with("why-not-here-note", &[("note", note)]),
    }
}
