//! The models of one clinic: fitted to its own history, looked back a year with, and asked about each of its people.

use chrono::NaiveDate;
use rayon::prelude::*;

use super::backtest::{Backtest, look_back, number_of};
use super::choose::{Choice, choose, wheat_morrison};
use super::row::{Row, Rows};
use super::score::Score;
use super::special::real_amount;
use super::spend::{FittedSpend, Spend};
use super::value::{Worth, month_ends, score};
use crate::domain::population::{Person, Population};

/// Months for which visits and values are expected.
const MONTHS_AHEAD: u32 = 36;

/// What the models read of one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Subject {
    /// How often he came, in days.
    pub row: Row,
    /// What his visits after the first brought, in minor units.
    pub spend: Option<Spend>,
}

/// A model of the clinic with what it says.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// The model, and why this one.
    pub choice: Choice,
    /// What visits bring.
    pub spend: FittedSpend,
    /// How regular people come, by Wheat and Morrison.
    pub regularity: Option<f64>,
    /// Whether it would have been right last year.
    pub backtest: Option<Backtest>,
    /// What is expected of each, in the order of the subjects; nothing for whoever never came, or where there is no model.
    pub scores: Vec<Option<Score>>,
}

/// What the models read of everybody, in the order of [`Population::people`].
pub fn subjects(population: &Population) -> Vec<Option<Subject>> {
    population.people.par_iter().map(|person| subject(population, person)).collect()
}

fn subject(population: &Population, person: &Person) -> Option<Subject> {
    let days = days_of(population, person);
    let row = Row::from_days(&days, number_of(population.today), 1.0)?;
    let first = population.visits_of(person).first()?.day;
    // What is written after the day of the first visit belongs to the later ones: their charges, and what was given back.
    let later =
        population.amounts_of(person).iter().filter(|amount| amount.day > first && amount.day <= population.today);
    let sum = later.fold(0_i64, |sum, amount| sum.saturating_add(amount.margin_minor));
    let spend =
        (row.repeats > 0).then(|| Spend { repeats: row.repeats, mean: real_amount(sum) / f64::from(row.repeats) });
    Some(Subject { row, spend })
}

fn days_of(population: &Population, person: &Person) -> Vec<i32> {
    population.visits_of(person).iter().map(|visit| number_of(visit.day)).collect()
}

/// The days on which each came, first to last.
pub fn histories(population: &Population) -> Vec<Vec<i32>> {
    population.people.iter().map(|person| days_of(population, person)).collect()
}

/// Fits a model to these subjects and asks it about each. Without `histories` there is no looking back.
pub fn fitted(subjects: &[Option<Subject>], histories: Option<&[Vec<i32>]>, today: NaiveDate, worth: &Worth) -> Fitted {
    let rows: Rows = subjects.iter().flatten().map(|subject| subject.row).collect();
    let spends: Vec<Spend> = subjects.iter().flatten().filter_map(|subject| subject.spend).collect();
    let choice = choose(&rows);
    let spend = FittedSpend::of(&spends);
    let ends = month_ends(today, MONTHS_AHEAD);
    let scores = match &choice.fit {
        Some(fit) => {
            let each = |subject: &Option<Subject>| {
                let subject = subject.as_ref()?;
                Some(score(&fit.model, &subject.row, today, spend.expected(subject.spend.as_ref()), worth, &ends))
            };
            subjects.par_iter().map(each).collect()
        }
        None => vec![None; subjects.len()],
    };
    let regularity =
        histories.and_then(|histories| wheat_morrison(histories.iter().filter_map(|days| first_gaps(days))));
    let backtest = histories.and_then(|histories| look_back(histories, today));
    Fitted { choice, spend, regularity, backtest, scores }
}

/// The first two gaps between days.
fn first_gaps(days: &[i32]) -> Option<(f64, f64)> {
    let mut distinct = days.to_vec();
    distinct.dedup();
    let [first, second, third, ..] = distinct.as_slice() else { return None };
    Some((f64::from(second - first), f64::from(third - second)))
}
