//! How each of all people stands today, how he stood when the month began, and what is at stake.

use chrono::{Datelike, NaiveDate};
use rayon::prelude::*;

use super::client_state::{ClientState, Facts, Stood};
use super::insight::Standing;
use super::lifetime::Score;
use super::population::{Person, Population};

const YEAR_DAYS: f64 = 365.25;

/// What a model with gamma-distributed rates says of gaps: parameters `r` and `alpha` (in days), and `k` waits a gap.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GapModel {
    /// Waits that make a gap.
    pub k: u32,
    /// Shape of the rates.
    pub r: f64,
    /// Their scale, in days.
    pub alpha: f64,
}

impl GapModel {
    /// The mean gap of somebody who came on so many more days after the first, in so many days: the rate, known from the
    /// gaps that were seen, is gamma with shape r + kx and scale alpha + tx, and the mean of k waits is k times the mean
    /// of one over it. Nothing where that is infinite: nobody's gap is known from one visit.
    pub fn mean_gap(&self, repeats: u32, days: f64) -> Option<f64> {
        let k = f64::from(self.k);
        let shape = k.mul_add(f64::from(repeats), self.r);
        (1.0 < shape).then(|| k * (self.alpha + days) / (shape - 1.0)).filter(|gap| gap.is_finite() && 0.0 < *gap)
    }
}

/// Everybody's standing, in the order of the people; nothing for whoever never came.
pub fn standings(population: &Population, scores: &[Option<Score>], model: Option<&GapModel>) -> Vec<Option<Standing>> {
    let eve = eve_of_month(population.today);
    population
        .people
        .par_iter()
        .enumerate()
        .map(|(place, person)| standing(population, person, scores.get(place).and_then(Option::as_ref), model, eve))
        .collect()
}

/// One person's standing, and what it was decided by.
pub fn stood(
    population: &Population,
    person: &Person,
    score: Option<&Score>,
    model: Option<&GapModel>,
) -> Option<Stood> {
    facts(population, person, score, model).on(population.today)
}

fn facts<'a>(
    population: &'a Population,
    person: &Person,
    score: Option<&Score>,
    model: Option<&GapModel>,
) -> Facts<'a> {
    let visits = population.visits_of(person);
    let days = || Some((visits.last()?.day - visits.first()?.day).num_days());
    let repeats = u32::try_from(visits.len().saturating_sub(1)).unwrap_or(u32::MAX);
    let modelled_gap_days = model.zip(days()).and_then(|(model, days)| model.mean_gap(repeats, float(days)));
    Facts { alive: score.map(|score| score.alive), modelled_gap_days, ..Facts::of(population, person) }
}

fn standing(
    population: &Population,
    person: &Person,
    score: Option<&Score>,
    model: Option<&GapModel>,
    eve: NaiveDate,
) -> Option<Standing> {
    let facts = facts(population, person, score, model);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_gap_goes_from_everybodys_to_ones_own() {
        // Rates with shape 3 and scale 100: two waits a gap.
        let model = GapModel { k: 2, r: 3.0, alpha: 100.0 };
        let gap = |repeats, days| model.mean_gap(repeats, days).unwrap();
        assert!((gap(0, 0.0) - 100.0).abs() < 1e-9, "2 × 100 / (3 − 1)");
        assert!((gap(1, 80.0) - 90.0).abs() < 1e-9, "2 × 180 / (5 − 1)");
        assert!((gap(500, 40_000.0) - 80.0).abs() < 0.2, "his own");
        let wide = GapModel { r: 0.5, ..model };
        assert_eq!(wide.mean_gap(0, 0.0), None);
        assert!(wide.mean_gap(1, 30.0).is_some());
    }

    #[test]
    fn a_month_begins_when_the_one_before_has_ended() {
        let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap();
        assert_eq!(eve_of_month(day(3, 31)), day(2, 28));
        assert_eq!(eve_of_month(day(3, 1)), day(2, 28));
    }
}
