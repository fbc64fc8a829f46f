//! How often one client came, and what it brought: a fold over the visits and amounts of one person, for all of them or for
//! those of one recall type.

use chrono::NaiveDate;

use super::population::{Amount, Visit};

/// What is kept of somebody who came. Services, providers and locations are places in the lists of the population.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClientFigures {
    /// Days with a visit.
    pub visits: u32,
    /// The first of them.
    pub first: NaiveDate,
    /// The last.
    pub last: NaiveDate,
    /// The median of the days between two visits; nothing for one visit.
    pub median_gap_days: Option<f64>,
    /// The sum of the logarithms of these days, as the models want it.
    pub log_gap_sum: f64,
    /// What was charged less what was given up, without tax, in minor units.
    pub revenue_minor: i64,
    /// What the first visit began with.
    pub first_service: u32,
    /// By whom.
    pub first_provider: u32,
    /// What the last visit began with.
    pub last_service: u32,
    /// By whom.
    pub last_provider: u32,
    /// Where.
    pub last_location: u32,
}

/// Folds one person after the other, without a list for each.
#[derive(Debug, Clone, Default)]
pub struct Counter {
    gaps: Vec<i64>,
    /// For each service, which kinds it counts for.
    kinds_of_services: Vec<u32>,
}

impl Counter {
    /// For each service, by its place, one bit for each kind it counts for.
    pub const fn new(kinds_of_services: Vec<u32>) -> Self {
        Self { gaps: Vec::new(), kinds_of_services }
    }

    /// Over all visits; nothing for whoever never came.
    pub fn all(&mut self, visits: &[Visit], amounts: &[Amount]) -> Option<ClientFigures> {
        let revenue = amounts.iter().map(|amount| amount.minor).fold(0, i64::saturating_add);
        self.fold(visits.iter(), revenue)
    }

    /// Over the visits of the kind at this place, with the revenue of the services that count for it.
    pub fn of_kind(&mut self, visits: &[Visit], amounts: &[Amount], kind: usize) -> Option<ClientFigures> {
        let counts = |service: u32| {
            let mask = usize::try_from(service).ok().and_then(|place| self.kinds_of_services.get(place));
            mask.is_some_and(|mask| {
                mask & (1_u32.checked_shl(u32::try_from(kind).unwrap_or(u32::MAX)).unwrap_or(0)) != 0
            })
        };
        let own = amounts.iter().filter(|amount| amount.service.is_some_and(counts));
        let revenue = own.map(|amount| amount.minor).fold(0, i64::saturating_add);
        self.fold(visits.iter().filter(|visit| visit.is_of(kind)), revenue)
    }

    fn fold<'a>(&mut self, visits: impl Iterator<Item = &'a Visit>, revenue_minor: i64) -> Option<ClientFigures> {
        self.gaps.clear();
        let mut log_gap_sum = 0.0;
        let mut ends: Option<(&Visit, &Visit)> = None;
        for visit in visits {
            let Some((first, last)) = ends else {
                ends = Some((visit, visit));
                continue;
            };
            let gap = (visit.day - last.day).num_days();
            if 0 < gap {
                self.gaps.push(gap);
                log_gap_sum += days(gap).ln();
                ends = Some((first, visit));
            }
        }
        let (first, last) = ends?;
        Some(ClientFigures {
            visits: u32::try_from(self.gaps.len()).unwrap_or(u32::MAX).saturating_add(1),
            first: first.day,
            last: last.day,
            median_gap_days: median(&mut self.gaps),
            log_gap_sum,
            revenue_minor,
            first_service: first.service,
            first_provider: first.provider,
            last_service: last.service,
            last_provider: last.provider,
            last_location: last.location,
        })
    }
}

/// The median of whole days; the mean of the two in the middle of an even number. Sorts what it is given.
pub fn median(gaps: &mut [i64]) -> Option<f64> {
    gaps.sort_unstable();
    let upper = *gaps.get(gaps.len() / 2)?;
    let lower = *gaps.get((gaps.len() - 1) / 2)?;
    Some(days(lower + upper) / 2.0)
}

#[expect(clippy::cast_precision_loss, reason = "days between two dates of the calendar are far below 2^53")]
const fn days(days: i64) -> f64 {
    days as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Days;
    use proptest::prelude::*;

    fn visit(day: u64, kinds: u32) -> Visit {
        let start = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
        let day = start + Days::new(day);
        Visit { day, booked_on: day, service: 0, provider: 0, location: 0, minutes: 30, by_client: true, kinds }
    }

    #[test]
    fn one_visit_has_no_gap() {
        let mut counter = Counter::new(vec![1]);
        assert_eq!(counter.all(&[], &[]), None);
        let one = counter.all(&[visit(3, 1)], &[]).unwrap();
        assert_eq!((one.visits, one.median_gap_days, one.log_gap_sum), (1, None, 0.0));
        assert_eq!(one.first, one.last);
    }

    #[test]
    fn gaps_revenue_and_kinds() {
        let visits = [visit(0, 1), visit(10, 2), visit(40, 3), visit(42, 0)];
        let day = visits[0].day;
        let amount = |minor, service| Amount { day, minor, margin_minor: minor, service };
        let amounts = [amount(9_500, Some(0)), amount(4_000, Some(1)), amount(-500, None)];
        let mut counter = Counter::new(vec![1, 2]);
        let all = counter.all(&visits, &amounts).unwrap();
        assert_eq!((all.visits, all.median_gap_days, all.revenue_minor), (4, Some(10.0), 13_000));
        assert!((all.log_gap_sum - (10_f64.ln() + 30_f64.ln() + 2_f64.ln())).abs() < 1e-12);
        let first = counter.of_kind(&visits, &amounts, 0).unwrap();
        assert_eq!((first.visits, first.median_gap_days, first.revenue_minor), (2, Some(40.0), 9_500));
        let second = counter.of_kind(&visits, &amounts, 1).unwrap();
        assert_eq!((second.visits, second.median_gap_days, second.revenue_minor), (2, Some(30.0), 4_000));
        assert_eq!(counter.of_kind(&visits, &amounts, 2), None);
        assert_eq!(counter.of_kind(&visits, &amounts, 40), None);
    }

    proptest! {
        #[test]
        fn gaps_lie_between_first_and_last(mut days in prop::collection::vec(0_u64..4_000, 1..40)) {
            days.sort_unstable();
            days.dedup();
            let visits: Vec<Visit> = days.iter().map(|day| visit(*day, 0)).collect();
            let figures = Counter::default().all(&visits, &[]).unwrap();
            prop_assert_eq!(figures.visits as usize, days.len());
            let span = (figures.last - figures.first).num_days();
            if let Some(median) = figures.median_gap_days {
                prop_assert!(1.0 <= median && median <= super::days(span));
                // The mean of logarithms is never above the logarithm of the mean.
                let gaps = f64::from(figures.visits - 1);
                prop_assert!(figures.log_gap_sum / gaps <= (super::days(span) / gaps).ln() + 1e-9);
            }
        }
    }
}
