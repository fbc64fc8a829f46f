//! Running late, in sentences: of one visit, and of a provider's day.

use chrono::{DateTime, Utc};

use crate::booking::BookingFacts;
use crate::domain::lateness::{self, Lateness, Progress};
use crate::i18n::Texts;

/// What is to be said of one visit now: "waiting 12 min".
pub fn late_text(t: Texts, now: DateTime<Utc>, visit: &Progress) -> Option<String> {
    let minutes = |minutes: i64| t.duration(minutes);
    match lateness::lateness(now, visit) {
        Lateness::None => None,
        Lateness::Overdue(late) => Some(t.with("visit-late-overdue", &[("time", &minutes(late))])),
        Lateness::Waiting(late) => Some(t.with("visit-late-waiting", &[("time", &minutes(late))])),
        Lateness::StartedLate(late) => Some(t.with("visit-late-started", &[("time", &minutes(late))])),
        Lateness::RunsOver(late) => Some(t.with("visit-late-over", &[("time", &minutes(late))])),
    }
}

/// By how much a provider is behind: `bookings` are those of the provider's day. Five minutes are nothing.
pub fn behind_text<'a>(
    t: Texts,
    now: DateTime<Utc>,
    provider: &str,
    bookings: impl IntoIterator<Item = &'a BookingFacts>,
) -> Option<String> {
    /// Less is nobody's news.
    const MINUTES_MIN: i64 = 5;
    let day: Vec<Progress> = bookings.into_iter().map(BookingFacts::progress).collect();
    let behind = lateness::minutes_behind(now, &day);
    let say = || t.with("visit-late-behind", &[("provider", &provider), ("time", &t.duration(behind))]);
    (MINUTES_MIN <= behind).then(say)
}
