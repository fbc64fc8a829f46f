//! Would the model have been right? It is fitted to what was known a year ago, and what it expected is held against what came.

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::choose::choose;
use super::row::{Row, Rows};

/// What was expected of the last 12 months and what came, of everybody who was a client when they began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Backtest {
    /// The model knew what happened until the end of this day.
    pub from: NaiveDate,
    /// The last day that is compared.
    pub until: NaiveDate,
    /// The kind of model that was fitted to it.
    pub model: String,
    /// Its rhythm.
    pub k: u32,
    /// Clients it was made of.
    pub clients: u64,
    /// Visits that were expected of them.
    pub expected: f64,
    /// Visits that came.
    pub came: u64,
    /// The same by quarter, the first one first.
    pub quarters: Vec<Quarter>,
}

/// Three months of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quarter {
    /// Its last day.
    pub until: NaiveDate,
    /// Visits that were expected.
    pub expected: f64,
    /// Visits that came.
    pub came: u64,
}

/// A day as a number.
pub fn number_of(day: NaiveDate) -> i32 {
    chrono::Datelike::num_days_from_ce(&day)
}

/// Looks back 12 months. `histories` are the days on which each client came, first to last, as numbers of days. Nothing where
/// the history is too short for a model then.
pub fn look_back(histories: &[Vec<i32>], today: NaiveDate) -> Option<Backtest> {
    let from = today.checked_sub_months(Months::new(12))?;
    let cut = number_of(from);
    let known: Vec<(&Vec<i32>, Row)> =
        histories.iter().filter_map(|days| Row::from_days(days, cut, 1.0).map(|row| (days, row))).collect();
    let rows: Rows = known.iter().map(|(_, row)| *row).collect();
    let fit = choose(&rows).fit?;
    let mut quarters = Vec::new();
    let (mut start, mut expected_before) = (from, 0.0);
    for quarter in 1..=4 {
        let until = from.checked_add_months(Months::new(3 * quarter)).map_or(today, |day| day.min(today));
        let time = f64::from(number_of(until) - cut);
        let expected_until: f64 = known.iter().map(|(_, row)| fit.model.visits_within(row, time)).sum();
        let span = number_of(start)..number_of(until);
        let came = known.iter().map(|(days, _)| visits_in(days, &span)).sum();
        quarters.push(Quarter { until, expected: expected_until - expected_before, came });
        (start, expected_before) = (until, expected_until);
    }
    Some(Backtest {
        from,
        until: today,
        model: fit.model.family().as_str().to_owned(),
        k: fit.model.k(),
        clients: u64::try_from(known.len()).unwrap_or(u64::MAX),
        expected: expected_before,
        came: quarters.iter().map(|quarter| quarter.came).sum(),
        quarters,
    })
}

/// Days with a visit after the first day of the span, up to and with its end.
fn visits_in(days: &[i32], span: &std::ops::Range<i32>) -> u64 {
    let mut within: Vec<i32> = days.iter().copied().filter(|day| *day > span.start && *day <= span.end).collect();
    within.dedup();
    u64::try_from(within.len()).unwrap_or(u64::MAX)
}
