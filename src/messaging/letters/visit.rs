//! How a letter tells of a visit of several services: one time from the first to the last, one price, a line a part.

use chrono::NaiveDateTime;

use super::frame::Row;
use crate::domain::money::Money;
use crate::i18n::Texts;
use crate::messaging::templates::BookedFacts;

/// One part of a visit, as letters name it.
#[derive(Debug, Clone)]
pub struct PartFacts {
    /// The service, as booked.
    pub service: String,
    /// Who performs it.
    pub provider: String,
    /// When it starts, on the clock of the location.
    pub local_start: NaiveDateTime,
    /// When it ends.
    pub local_end: NaiveDateTime,
    /// What it costs, in minor units.
    pub price_minor: i64,
}

/// The first booking of a visit as its client knows it: until the last part ends, for the price of all.
pub(in crate::messaging) fn whole(first: BookedFacts) -> BookedFacts {
    let Some(last) = first.parts.last() else {
        return first;
    };
    let minor = first.parts.iter().map(|part| part.price_minor).fold(0_i64, i64::saturating_add);
    BookedFacts {
        ends_at: first.starts_at + (last.local_end - first.local_start),
        price: Money { minor, ..first.price },
        ..first
    }
}

/// Who does what and when, one line a part.
pub(in crate::messaging) fn row(t: Texts, parts: &[PartFacts]) -> Row {
    let line = |part: &PartFacts| {
        let hours = t.time_range(part.local_start.time(), part.local_end.time());
        t.with("mail-visit-part", &[("hours", &hours), ("service", &part.service), ("provider", &part.provider)])
    };
    Row::plain(t.text("mail-label-services"), parts.iter().map(line).collect())
}
