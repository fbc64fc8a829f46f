//! Closes a day at a location: the sums as they stood, and the cash that was counted.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::store::closings::{self, ClosingRow};
use super::store::{self, LedgerEntry};
use crate::db::{Bad, Fault, Tx, portable};
use crate::domain::ids::{LocationId, StaffUserId};
use crate::domain::ledger::{AMOUNT_MAX_MINOR, EntryKind, Method};
use crate::domain::money::Currency;
use crate::domain::time;

pub use super::store::closings::{Closing, closing_of, closings};

/// More lines than a day has.
pub const LINES_MAX: i64 = 5_000;
/// Longer notes are cut.
const NOTE_CHARACTERS_MAX: usize = 500;

/// The sum of one kind and method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaySum {
    /// The kind, in the ledger's word.
    pub kind: String,
    /// The method, in the ledger's word.
    pub method: Option<String>,
    /// Minor units.
    pub minor: i64,
    /// Lines.
    pub count: i64,
}

/// The sums of a day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DaySums {
    /// By kind and method, in a fixed order.
    pub sums: Vec<DaySum>,
    /// The tax in what was charged.
    pub tax_minor: i64,
}

impl DaySums {
    /// What should be in the drawer more than in the morning: cash taken less cash given back.
    pub fn cash(&self) -> i64 {
        let cash = self.sums.iter().filter(|sum| sum.method.as_deref() == Some(Method::Cash.as_str()));
        cash.map(|sum| match EntryKind::parse(&sum.kind) {
            Some(EntryKind::Payment) => sum.minor,
            Some(EntryKind::Refund) => -sum.minor,
            _ => 0,
        })
        .sum()
    }

    /// The sum of one kind over all methods.
    pub fn of(&self, kind: EntryKind) -> i64 {
        self.sums.iter().filter(|sum| sum.kind == kind.as_str()).map(|sum| sum.minor).sum()
    }
}

/// The sums of these lines. A line that takes back another one lowers the sum of its kind.
pub fn sums_of(entries: &[LedgerEntry]) -> DaySums {
    let mut sums: Vec<(EntryKind, Option<String>, i64, i64)> = Vec::new();
    for entry in entries {
        let place = sums.iter_mut().find(|sum| sum.0 == entry.kind && sum.1 == entry.method);
        match place {
            Some(sum) => (sum.2, sum.3) = (sum.2 + entry.amount.minor, sum.3 + 1),
            None => sums.push((entry.kind, entry.method.clone(), entry.amount.minor, 1)),
        }
    }
    sums.sort_by(|one, other| (one.0, &one.1).cmp(&(other.0, &other.1)));
    let charged = entries.iter().filter(|entry| entry.kind == EntryKind::Charge);
    DaySums {
        tax_minor: charged.map(|entry| entry.tax_minor).sum(),
        sums: sums
            .into_iter()
            .map(|(kind, method, minor, count)| DaySum { kind: kind.as_str().to_owned(), method, minor, count })
            .collect(),
    }
}

/// The cash of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cash {
    /// What should be there.
    pub expected_minor: i64,
    /// What was counted.
    pub counted_minor: Option<i64>,
}

/// A day that is about to be closed.
#[derive(Debug, Clone)]
pub struct NewClosing {
    /// Where, and in which zone its days are.
    pub location: (LocationId, chrono_tz::Tz),
    /// Which day there.
    pub day: NaiveDate,
    /// The clinic's currency.
    pub currency: Currency,
    /// What was counted.
    pub counted_minor: Option<i64>,
    /// A remark.
    pub note: String,
    /// Who closes it.
    pub by: StaffUserId,
}

/// Why the day stays open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseRefused {
    /// Somebody closed it.
    Already,
    /// It has not begun.
    NotYet,
    /// Beyond all reason.
    Amount,
}

/// When a local day begins and ends.
pub fn span_of(day: NaiveDate, zone: chrono_tz::Tz) -> (DateTime<Utc>, DateTime<Utc>) {
    let span = time::day_span(day, zone);
    (span.starts_at(), span.ends_at())
}

/// Writes the sums as they stand. What is recorded later for this day is shown beside them.
pub fn close_day(tx: &mut Tx<'_>, closing: &NewClosing) -> Result<(), Bad<CloseRefused>> {
    let (location, zone) = closing.location;
    if time::local_day(tx.now, zone) < closing.day {
        return Err(Bad::Refused(CloseRefused::NotYet));
    }
    if closing.counted_minor.is_some_and(|minor| !(0..=AMOUNT_MAX_MINOR).contains(&minor)) {
        return Err(Bad::Refused(CloseRefused::Amount));
    }
    portable::lock_words(tx.conn, &format!("close {location} {}", closing.day))?;
    if closings::closing_of(tx.conn, location, closing.day)?.is_some() {
        return Err(Bad::Refused(CloseRefused::Already));
    }
    let entries = store::ledger_between(tx.conn, Some(location), span_of(closing.day, zone), LINES_MAX)?;
    let sums = sums_of(&entries);
    let note: String = closing.note.trim().chars().take(NOTE_CHARACTERS_MAX).collect();
    let cash = Cash { expected_minor: sums.cash(), counted_minor: closing.counted_minor };
    let row = ClosingRow {
        location,
        day: closing.day,
        currency: closing.currency,
        sums: &serde_json::to_string(&sums).map_err(Fault::other)?,
        cash,
        note: &note,
        by: closing.by,
    };
    Ok(closings::insert(tx, &row)?)
}
