//! How often clients come: visits per client in twelve months, how they are spread, the median gap, and the trend.
//!
//! Every number is about a window of twelve months, today's and those that ended with each quarter, so it means the same
//! wherever it stands. Clients of a window are whoever came in it.

use std::ops::Range;

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::cohorts::Grain;
use super::population::{Population, Visit};

/// The last bin of the distribution holds everybody who came so often or more.
pub const OFTEN: u32 = 6;
/// With fewer gaps there is no typical one.
const FEWEST_GAPS: usize = 5;

/// Twelve months.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// The first day.
    pub from: NaiveDate,
    /// The day after the last.
    pub until: NaiveDate,
    /// Who came in it.
    pub clients: u32,
    /// Their visits in it.
    pub visits: u32,
    /// How many gaps between two visits ended in it.
    pub gaps: u32,
    /// Half of them were not longer, in days; nothing where they are few.
    pub median_gap: Option<f64>,
}

impl Window {
    /// Visits per client and year.
    pub fn per_client(&self) -> Option<f64> {
        (self.clients > 0).then(|| f64::from(self.visits) / f64::from(self.clients))
    }
}

/// How often clients come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frequency {
    /// The twelve months up to and with today.
    pub now: Window,
    /// The twelve months before those.
    pub before: Window,
    /// How many came never (and are not lost), once, twice … [`OFTEN`] times or more in the last twelve months.
    pub spread: Vec<u32>,
    /// The twelve months that ended with each of the last quarters, oldest first.
    pub trend: Vec<Window>,
}

/// The twelve months before a day.
pub fn year_before(until: NaiveDate) -> Range<NaiveDate> {
    until.checked_sub_months(Months::new(12)).unwrap_or(NaiveDate::MIN)..until
}

/// Visits in a window, of visits in the order of their days.
pub fn visits_in<'a>(visits: &'a [Visit], window: &Range<NaiveDate>) -> &'a [Visit] {
    let from = visits.partition_point(|visit| visit.day < window.start);
    let to = visits.partition_point(|visit| visit.day < window.end);
    visits.get(from..to).unwrap_or(&[])
}

/// The bin of somebody in [`Frequency::spread`]; nothing for whoever never came before the window's end, or is lost.
pub fn bin(visits: &[Visit], window: &Range<NaiveDate>, lost_after_months: u32) -> Option<u32> {
    let came = u32::try_from(visits_in(visits, window).len()).unwrap_or(u32::MAX);
    if came > 0 {
        return Some(came.min(OFTEN));
    }
    let last = visits.iter().rev().find(|visit| visit.day < window.end)?;
    let limit = last.day.checked_add_months(Months::new(lost_after_months))?;
    (limit >= window.end).then_some(0)
}

/// How often clients come, with the trend of the last `quarters` quarters that are over.
pub fn frequency(population: &Population, quarters: i32) -> Frequency {
    let until = population.today.succ_opt().unwrap_or(population.today);
    let last = year_before(until);
    let mut spread = vec![0; usize::try_from(OFTEN).unwrap_or(0) + 1];
    for person in &population.people {
        let found = bin(population.visits_of(person), &last, population.lost_after_months);
        if let Some(count) = found.and_then(|bin| usize::try_from(bin).ok()).and_then(|place| spread.get_mut(place)) {
            *count += 1;
        }
    }
    let first = population.visits.iter().map(|visit| visit.day).min();
    let this = Grain::Quarter.period(until);
    let trend = (this - quarters + 1..=this)
        .filter_map(|period| Grain::Quarter.first_day(period))
        // Before the clinic has a year behind it, a year's visits cannot be counted.
        .filter(|end| first.is_some_and(|first| first <= year_before(*end).start))
        .map(|end| window(population, &year_before(end)))
        .collect();
    Frequency { now: window(population, &last), before: window(population, &year_before(last.start)), spread, trend }
}

/// What happened in a window.
pub fn window(population: &Population, range: &Range<NaiveDate>) -> Window {
    let (mut clients, mut visits, mut gaps) = (0, 0_usize, Vec::new());
    for person in &population.people {
        let all = population.visits_of(person);
        let inside = visits_in(all, range);
        if inside.is_empty() {
            continue;
        }
        clients += 1;
        visits += inside.len();
        let pairs = all.iter().zip(all.iter().skip(1));
        let ended = pairs.filter(|(_, next)| range.contains(&next.day));
        gaps.extend(ended.filter_map(|(one, next)| u32::try_from((next.day - one.day).num_days()).ok()));
    }
    Window {
        from: range.start,
        until: range.end,
        clients,
        visits: u32::try_from(visits).unwrap_or(u32::MAX),
        gaps: u32::try_from(gaps.len()).unwrap_or(u32::MAX),
        median_gap: median(&mut gaps),
    }
}

fn median(gaps: &mut [u32]) -> Option<f64> {
    if gaps.len() < FEWEST_GAPS {
        return None;
    }
    gaps.sort_unstable();
    let upper = gaps.get(gaps.len() / 2).copied().map(f64::from)?;
    let lower = gaps.get((gaps.len() - 1) / 2).copied().map(f64::from)?;
    Some(f64::midpoint(lower, upper))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::cohorts::tests::{clinic, day};
    use proptest::prelude::*;

    #[test]
    fn a_known_clinic_has_known_numbers() {
        let people = [
            vec![day(2025, 1, 1), day(2025, 7, 1), day(2025, 12, 28)],
            vec![day(2025, 2, 1), day(2025, 5, 2)],
            vec![day(2025, 3, 1)],
            // Not lost yet, but not here for a year.
            vec![day(2024, 9, 1)],
            vec![day(2020, 1, 1)],
            vec![day(2024, 1, 2), day(2025, 1, 1), day(2025, 4, 1), day(2025, 6, 30), day(2025, 9, 28)],
        ];
        let found = frequency(&clinic(day(2025, 12, 31), &people), 12);
        assert_eq!((found.now.clients, found.now.visits, found.now.gaps), (4, 10, 7));
        assert_eq!(found.now.per_client(), Some(2.5));
        assert_eq!(found.now.median_gap, Some(90.0), "90 90 90 90 180 181 365");
        assert_eq!(found.spread, [1, 1, 1, 1, 1, 0, 0]);
        assert_eq!((found.before.clients, found.before.visits), (2, 2));
        assert_eq!(found.before.median_gap, None);
        assert_eq!(found.trend.last().map(|window| window.until), Some(day(2026, 1, 1)));
        assert_eq!(found.trend.len(), 12);
    }

    #[test]
    fn a_new_clinic_has_no_trend() {
        let found = frequency(&clinic(day(2026, 1, 1), &[vec![day(2025, 12, 1)]]), 12);
        assert!(found.trend.is_empty());
        assert_eq!(frequency(&clinic(day(2026, 1, 1), &[]), 12).now.per_client(), None);
    }

    proptest! {
        #[test]
        fn everybody_who_came_is_in_one_bin(
            starts in prop::collection::vec(prop::collection::btree_set(0_u64..1500, 0..12), 0..40),
        ) {
            let people: Vec<Vec<NaiveDate>> = starts
                .iter()
                .map(|days| days.iter().map(|at| day(2022, 1, 1) + chrono::Days::new(*at)).collect())
                .collect();
            let population = clinic(day(2026, 3, 1), &people);
            let found = frequency(&population, 8);
            let came: u32 = found.spread.iter().skip(1).sum();
            prop_assert_eq!(came, found.now.clients);
            let lowest: u32 = found.spread.iter().zip(0_u32..).map(|(count, visits)| count * visits).sum();
            prop_assert!(lowest <= found.now.visits);
        }
    }
}
