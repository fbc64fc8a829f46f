//! Cohorts and the survival curve of everybody.

use serde::{Deserialize, Serialize};

use crate::domain::cohorts::{self, Cohorts, Grain, Measure, SMALLEST};
use crate::domain::insight::Insight;
use crate::domain::survival::{self, Step};
use crate::domain::worth;

/// So many months of cohorts are shown.
const MONTHS_MAX: u32 = 24;
/// So many quarters.
const QUARTERS_MAX: u32 = 16;
/// The curve is read at every third month, for as many years as an owner plans.
const CURVE_MONTHS: u32 = 120;
/// Days of a month, on average.
const MONTH_DAYS: f64 = 30.437;

/// What the page, its file and the API are made of.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CohortReport {
    /// Cohorts side by side.
    pub cohorts: Cohorts,
    /// Of the cohorts that are old enough, who came again within a year after their first period.
    pub again: cohorts::Cell,
    /// How long people stay.
    pub curve: Vec<Point>,
    /// How many ever came.
    pub people: u32,
    /// How many of them were lost.
    pub lost: u32,
    /// After so many days half of them are lost.
    pub median_days: Option<u32>,
    /// The limit.
    pub lost_after_months: u32,
}

/// The curve after so many months.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Point {
    /// Since the first visit.
    pub months: u32,
    /// Still here.
    pub share: f64,
    /// The lower end of the 95 % interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// How many were seen so long.
    pub seen: u32,
}

/// Computes it. Where nobody says which, the grain is the one that fits the clinic.
pub fn cohorts(insight: &Insight, grain: Option<Grain>, measure: Measure) -> CohortReport {
    let population = &insight.population;
    let grain = grain.unwrap_or_else(|| cohorts::grain_that_fits(population));
    let most = if grain == Grain::Month { MONTHS_MAX } else { QUARTERS_MAX };
    let spells = worth::spells(population, |_| true);
    let steps = survival::kaplan_meier(&spells);
    let days = |months: u32| {
        let days = (f64::from(months) * MONTH_DAYS).round();
        // Ten years are far from the end of the type.
        steps_at(days)
    };
    let point = |months: u32| {
        let step = survival::share_after(&steps, days(months));
        let whole = Step { days: 0, at_risk: 0, lost: 0, share: 1.0, low: 1.0, high: 1.0 };
        let Step { share, low, high, .. } = step.copied().unwrap_or(whole);
        Point { months, share, low, high, seen: survival::seen_for(&spells, days(months)) }
    };
    let curve = (0..=CURVE_MONTHS).step_by(3).map(point).take_while(|point| SMALLEST <= point.seen).collect();
    let year = if grain == Grain::Month { 11 } else { 3 };
    let until = cohorts::cohorts(population, grain, Measure::Until, most, |_| true);
    let again = until.all.get(year).copied().unwrap_or_default();
    CohortReport {
        cohorts: match measure {
            Measure::Until => until,
            Measure::During => cohorts::cohorts(population, grain, measure, most, |_| true),
        },
        again,
        curve,
        people: u32::try_from(spells.len()).unwrap_or(u32::MAX),
        lost: u32::try_from(spells.iter().filter(|spell| spell.is_lost).count()).unwrap_or(u32::MAX),
        median_days: survival::median_days(&steps),
        lost_after_months: population.lost_after_months,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float turned into an integer stops at its ends"
)]
fn steps_at(days: f64) -> u32 {
    days as u32
}
