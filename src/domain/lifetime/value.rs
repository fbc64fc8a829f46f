//! What somebody is worth: expected visits of calendar months, what each brings, discounted, less what keeping costs.
//!
//! The interval is the exact one of the number of visits of this one person: the model gives the chance of no visit, one, two
//! and so on; the bounds are the numbers below which one in twenty, and above which one in twenty comes, times what a visit is
//! expected to bring. It says how far a person can be from the mean. It does not say how uncertain the mean is.

use chrono::{Days, Months, NaiveDate};

use super::model::Model;
use super::row::Row;
use super::score::{Interval, NextVisit, Score};
use super::special::{real, whole};

/// How money that comes later is looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Worth {
    /// By how much money a month later is worth less: 0.01 is one in a hundred.
    pub discount: f64,
    /// What keeping one client costs a month, while he is one, in minor units.
    pub keeping: f64,
}

/// The ends of the next months, as days from `today`. Calendar months are as long as they are.
pub fn month_ends(today: NaiveDate, months: u32) -> Vec<f64> {
    let end = |month: u32| today.checked_add_months(Months::new(month)).map(|day| (day - today).num_days());
    (1..=months).map_while(end).filter_map(|days| i32::try_from(days).ok()).map(f64::from).collect()
}

/// Visits expected until the ends of periods, and what they are worth in visits of today.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Expected {
    /// Visits.
    pub visits: f64,
    /// Each visit counted as what it is worth today.
    pub discounted_visits: f64,
    /// The months counted so.
    pub discounted_months: f64,
}

/// What is expected until the end of each period, summed up. `ends` in the unit of the row, rising; the discount is by period.
pub fn expected(model: &Model, row: &Row, ends: &[f64], discount: f64) -> Vec<Expected> {
    let mut sum = Expected::default();
    let mut factor = 1.0;
    let mut each = Vec::with_capacity(ends.len());
    let is_gone = model.alive(row) < 1e-9;
    for end in ends {
        factor /= 1.0 + discount;
        let visits = if is_gone { 0.0 } else { model.visits_within(row, *end).max(sum.visits) };
        sum.discounted_visits += factor * (visits - sum.visits);
        sum.discounted_months += factor;
        sum.visits = visits;
        each.push(sum);
    }
    each
}

/// The numbers of visits below which one in twenty and above which one in twenty comes.
pub fn visit_range(chances: &[f64]) -> (f64, f64) {
    let reaches = |share: f64| {
        let mut sum = 0.0;
        let place = chances.iter().position(|chance| {
            sum += chance;
            sum >= share
        });
        real(place.unwrap_or(chances.len().saturating_sub(1)))
    };
    (reaches(0.05), reaches(0.95))
}

/// What the model expects of one client, whose row is in days. `amount` is what a visit is expected to bring, in minor units.
/// `ends` are the ends of the next 36 months.
pub fn score(model: &Model, row: &Row, today: NaiveDate, amount: f64, worth: &Worth, ends: &[f64]) -> Score {
    let alive = model.alive(row);
    let expected = expected(model, row, ends, worth.discount);
    let after = |month: usize| {
        let at = month.min(expected.len()).checked_sub(1);
        let sum = at.and_then(|at| expected.get(at)).copied().unwrap_or_default();
        let time = at.and_then(|at| ends.get(at)).copied().unwrap_or(0.0);
        (sum, value_of(model, row, time, &sum, alive, amount, worth))
    };
    let ((sum_12, value_12), (sum_36, value_36)) = (after(12), after(36));
    Score {
        alive,
        visits_12: sum_12.visits,
        visits_36: sum_36.visits,
        value_12,
        value_36,
        next: next_visit(model, row, today),
    }
}

fn value_of(model: &Model, row: &Row, time: f64, sum: &Expected, alive: f64, amount: f64, worth: &Worth) -> Interval {
    let costs = worth.keeping * alive * sum.discounted_months;
    let expected = amount * sum.discounted_visits - costs;
    let each = if sum.visits > 0.0 { amount * sum.discounted_visits / sum.visits } else { 0.0 };
    let chances = if alive < 1e-9 { None } else { model.visit_chances(row, time) };
    let (low, high) = match chances {
        Some(chances) => {
            let (few, many) = visit_range(&chances);
            (each * few - costs, each * many - costs)
        }
        None => (expected, expected),
    };
    let (low, high) = (low.min(high).min(expected), low.max(high).max(expected));
    Interval { low: whole(low), expected: whole(expected), high: whole(high) }
}

/// Nobody looks further ahead than ten years.
const DAYS_AHEAD_MAX: u32 = 3653;

/// When somebody comes again: the days by which the chance of a visit reaches a quarter, a half, three quarters.
pub fn next_visit(model: &Model, row: &Row, today: NaiveDate) -> NextVisit {
    let day = |chance: f64| {
        let comes = |days: u32| model.comes_within(row, f64::from(days)) >= chance;
        if !comes(DAYS_AHEAD_MAX) {
            return None;
        }
        let (mut before, mut by) = (0, DAYS_AHEAD_MAX);
        while by - before > 1 {
            let middle = before.midpoint(by);
            if comes(middle) { by = middle } else { before = middle }
        }
        today.checked_add_days(Days::new(u64::from(by)))
    };
    let early = day(0.25);
    let middle = early.and_then(|_| day(0.5));
    let late = middle.and_then(|_| day(0.75));
    NextVisit { early, middle, late }
}
