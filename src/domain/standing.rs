//! How each of all people stands today, how he stood when the month began, and what is at stake.

use chrono::{Datelike, NaiveDate};
use rayon::prelude::*;

use super::client_state::{ClientState, Facts, Stood};
use super::insight::Standing;
use super::lifetime::Score;
use super::population::{Person, Population};

const YEAR_DAYS: f64 = 365.25;

/// Everybody's standing, in the order of the people; nothing for whoever never came.
pub fn standings(population: &Population, scores: &[Option<Score>]) -> Vec<Option<Standing>> {
    let eve = eve_of_month(population.today);
    population
        .people
        .par_iter()
        .enumerate()
        .map(|(place, person)| standing(population, person, scores.get(place).and_then(Option::as_ref), eve))
        .collect()
}

/// One person's standing, and what it was decided by.
pub fn stood(population: &Population, person: &Person, score: Option<&Score>) -> Option<Stood> {
    facts(population, person, score).on(population.today)
}

fn facts<'a>(population: &'a Population, person: &Person, score: Option<&Score>) -> Facts<'a> {
    Facts { alive: score.map(|score| score.alive), ..Facts::of(population, person) }
}

fn standing(population: &Population, person: &Person, score: Option<&Score>, eve: NaiveDate) -> Option<Standing> {
    let facts = facts(population, person, score);
    let today = facts.on(population.today)?;
    let stake = stake(population, person, score, &today);
    Some(Standing {
        state: today.state,
        since: today.since,
        month_state: facts.on(eve).map(|stood| stood.state),
        value_minor: stake.value_minor,
        at_risk_minor: if matches!(today.state, ClientState::Overdue | ClientState::AtRisk) {
            stake.lost_minor
        } else {
            0
        },
    })
}

/// The last day of the month before: how somebody stood when it ended is how he stood when this month began.
pub fn eve_of_month(today: NaiveDate) -> NaiveDate {
    today.with_day(1).and_then(|first| first.pred_opt()).unwrap_or(today)
}

struct Stake {
    value_minor: i64,
    lost_minor: i64,
}

/// What is expected of the next 12 months, and what is lost of it. By a model: the visits he would make as a client who
/// is certainly still one, less those that are expected of him. Without one: visits at the expected gap with the margin of
/// his visits so far; whoever is lost is expected no more, and whoever is at risk may take all of it along.
fn stake(population: &Population, person: &Person, score: Option<&Score>, stood: &Stood) -> Stake {
    if let Some(score) = score {
        let value = score.value_12.expected;
        let alive = score.alive.clamp(0.01, 1.0);
        return Stake { value_minor: value, lost_minor: minor(float(value.max(0)) * (1.0 - alive) / alive) };
    }
    if stood.state == ClientState::Lost {
        return Stake { value_minor: 0, lost_minor: 0 };
    }
    let margin = population.amounts_of(person).iter().map(|amount| amount.margin_minor).fold(0, i64::saturating_add);
    let visits = population.visits_of(person).len().max(1);
    let a_visit = float(margin.max(0)) / float(i64::try_from(visits).unwrap_or(i64::MAX));
    let value_minor = minor(a_visit * YEAR_DAYS / stood.gap_days);
    Stake { value_minor, lost_minor: value_minor }
}

#[expect(clippy::cast_precision_loss, reason = "an estimate; amounts are far below 2^53 minor units")]
const fn float(minor: i64) -> f64 {
    minor as f64
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a float outside of i64 ends at its bounds, which are kept apart from sums"
)]
fn minor(amount: f64) -> i64 {
    amount.round().clamp(-1e15, 1e15) as i64
}
