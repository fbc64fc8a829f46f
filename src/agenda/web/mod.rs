//! Pages of the desk. What they share: how a booking, a status and a filter look.

pub mod attending;
pub mod book;
pub mod booking;
mod broken;
pub mod calendar;
pub mod call_off;
pub mod clashes;
pub mod completing;
pub mod day;
pub mod day_sheet;
pub mod find_time;
pub mod late;
pub mod moving;
pub mod next_visit;
pub mod requests;
pub mod why;

use actix_web::HttpResponse;
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;

use crate::agenda::EntryKind;
use crate::booking::BookingFacts;
use crate::booking::cancel::ChangeRefused;
use crate::catalog::Catalog;
use crate::domain::booking::BookingStatus;
use crate::domain::ids::BookingId;
use crate::domain::time;
use crate::i18n::{Language, Texts};
use crate::web::problem::Problem;

type Answer = Result<HttpResponse, Problem>;

/// The years a page of the desk looks at; dates beyond are slips of the finger.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2199;

/// A booking as a line of a list.
struct BookingLine {
    id: BookingId,
    starts: NaiveTime,
    ends: NaiveTime,
    day: NaiveDate,
    client: String,
    phone: Option<String>,
    service: String,
    provider: String,
    location: String,
    room: Option<String>,
    party: u16,
    note: String,
    status: BookingStatus,
    status_text: String,
    row_version: i64,
    is_late: bool,
    can_arrive: bool,
}

impl BookingLine {
    fn new(t: Texts, facts: BookingFacts) -> Self {
        let starts = facts.local_start();
        Self {
            id: facts.id,
            starts: starts.time(),
            ends: time::local(facts.ends_at, facts.zone).time(),
            day: starts.date(),
            client: facts.client_name(),
            phone: facts.client_phone,
            service: match facts.visit_size {
                0 | 1 => facts.service_name,
                size => t.with(
                    "agenda-visit-part",
                    &[("service", &facts.service_name), ("position", &(facts.visit_position + 1)), ("count", &size)],
                ),
            },
            provider: facts.provider_name,
            location: facts.location_name,
            room: facts.room_name,
            party: facts.party,
            note: facts.note,
            status: facts.status,
            status_text: status_text(t, facts.status),
            row_version: facts.row_version,
            is_late: facts.late_cancellation,
            can_arrive: facts.status.arrive().is_ok(),
        }
    }

    /// In which room, and where when that is not plain.
    fn place(&self, shows_location: bool) -> String {
        match (&self.room, shows_location) {
            (Some(room), true) => format!("{room} · {}", self.location),
            (Some(room), false) => room.clone(),
            (None, true) => self.location.clone(),
            (None, false) => String::new(),
        }
    }

    /// The class of its badge.
    fn class(&self) -> &'static str {
        self.status.as_str()
    }
}

/// A moment on the clocks of a place, short enough for a table.
fn shortly(t: Texts, at: DateTime<Utc>, zone: Tz) -> String {
    let local = time::local(at, zone);
    format!("{}, {}", t.date_medium(local.date()), t.time(local.time()))
}

/// A status in the reader's language.
pub(crate) fn status_text(t: Texts, status: BookingStatus) -> String {
    match status {
        BookingStatus::Requested => t.text("agenda-status-requested"),
        BookingStatus::Booked => t.text("agenda-status-booked"),
        BookingStatus::Arrived => t.text("agenda-status-arrived"),
        BookingStatus::InProgress => t.text("agenda-status-in-progress"),
        BookingStatus::Completed => t.text("agenda-status-completed"),
        BookingStatus::NoShow => t.text("agenda-status-no-show"),
        BookingStatus::Cancelled => t.text("agenda-status-cancelled"),
        BookingStatus::Declined => t.text("agenda-status-declined"),
        BookingStatus::Expired => t.text("agenda-status-expired"),
    }
}

/// Why a booking stays as it is, in the reader's language.
fn change_refusal(t: Texts, refused: &ChangeRefused) -> String {
    match refused {
        ChangeRefused::Unknown => t.text("agenda-change-unknown"),
        ChangeRefused::Policy(_) => t.text("agenda-change-policy"),
        ChangeRefused::WrongStatus(status) => t.with("agenda-change-status", &[("status", &status_text(t, *status))]),
        ChangeRefused::Changed => t.text("agenda-change-changed"),
        ChangeRefused::UnknownReason => t.text("cancelling-reason-unknown"),
    }
}

/// A kind of ledger line in the reader's language.
pub(crate) fn entry_text(t: Texts, kind: EntryKind) -> String {
    match kind {
        EntryKind::Charge => t.text("agenda-money-charge"),
        EntryKind::Payment => t.text("agenda-money-payment"),
        EntryKind::Refund => t.text("agenda-money-refund"),
        EntryKind::WriteOff => t.text("agenda-money-write-off"),
    }
}

/// Reads a date as browsers send it; nothing when it is none, or far from any clinic's life.
fn day_of(text: &str) -> Option<NaiveDate> {
    let day = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok()?;
    YEARS.contains(&day.year()).then_some(day)
}

/// Reads a time of day as browsers send it.
fn time_of(text: &str) -> Option<NaiveTime> {
    let text = text.trim();
    NaiveTime::parse_from_str(text, "%H:%M").or_else(|_seconds| NaiveTime::parse_from_str(text, "%H:%M:%S")).ok()
}

/// An address with the values that are there.
pub(crate) fn address(path: &str, values: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(values.iter().filter(|(_, value)| !value.is_empty()));
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

type Options = Vec<(String, String)>;

fn location_options(catalog: &Catalog, all: String) -> Options {
    let places = catalog.locations.iter().map(|place| (place.id.to_string(), place.name.clone()));
    std::iter::once((String::new(), all)).chain(places).collect()
}

fn provider_options(catalog: &Catalog, all: String) -> Options {
    let providers = catalog.providers.iter().map(|provider| (provider.id.to_string(), provider.name.clone()));
    std::iter::once((String::new(), all)).chain(providers).collect()
}

fn service_options(catalog: &Catalog, none: String) -> Options {
    let services = catalog.services.iter().map(|service| (service.id.to_string(), service.name.clone()));
    std::iter::once((String::new(), none)).chain(services).collect()
}

fn language_options() -> Options {
    Language::all().iter().map(|known| (known.tag().to_owned(), known.own_name().to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_that_are_none_are_refused() {
        assert_eq!(day_of(" 2026-12-01 "), NaiveDate::from_ymd_opt(2026, 12, 1));
        for wrong in ["", "2026-02-30", "01.12.2026", "+262142-01-01", "0001-01-01", "2026-12-01T00:00", "tomorrow"] {
            assert_eq!(day_of(wrong), None, "{wrong}");
        }
        assert_eq!(time_of("09:05"), NaiveTime::from_hms_opt(9, 5, 0));
        assert_eq!(time_of("25:00"), None);
    }

    #[test]
    fn addresses_hold_only_what_is_there() {
        assert_eq!(address("/staff", &[("day", ""), ("q", "a&b ü")]), "/staff?q=a%26b+%C3%BC");
        assert_eq!(address("/staff", &[("day", "")]), "/staff");
    }
}
