//! What clients are worth, and whether they stay, by plain arithmetic: F1 to F5, F8 and F9 of the owner's pages. They need no
//! model and hold for a clinic with three clients; F6 and F7 are in [`super::proportion`].
//!
//! Amounts are in minor units. Where something is divided by nobody or nothing, nothing is answered.

use std::ops::Range;

use chrono::{Datelike, NaiveDate};

use super::population::{Person, Population};

/// Days of a year, on average.
const YEAR_DAYS: f64 = 365.25;
/// Up to so many hundredths of what winning costs, what a client is worth counts as near to it ([`Advice::Keep`]).
pub const NEAR_PERCENT: i64 = 150;

/// F1: what a client is worth: average amount of a visit, visits a year, years that a client stays.
pub fn lifetime_value(average_amount_minor: f64, visits_a_year: f64, life_years: f64) -> i64 {
    minor(average_amount_minor * visits_a_year * life_years)
}

/// F2: what is left of it when winning the client is paid.
pub fn lifetime_value_net(revenue_a_year_minor: f64, life_years: f64, acquisition_minor: i64) -> i64 {
    minor(revenue_a_year_minor * life_years).saturating_sub(acquisition_minor)
}

/// F3: what keeping somebody brings: expected visits at their price, less what the relation costs every year, working time
/// included. It is worth it where the answer is positive.
pub fn worth_keeping(expected_visits: f64, price_minor: i64, keeping_a_year_minor: i64, years: f64) -> i64 {
    minor(expected_visits * amount(price_minor) - amount(keeping_a_year_minor) * years)
}

/// Clients at the ends of a period and what happened in between. Everybody is counted by the dated rule alone, so the
/// figures never move with a fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Movement {
    /// Clients at the start (CS).
    pub start: u64,
    /// Who came for the first time ever (CN).
    pub first: u64,
    /// Who was lost and came back (CR).
    pub reactivated: u64,
    /// Who was lost.
    pub lost: u64,
}

impl Movement {
    /// Clients at the end: CE = CS + CN + CR - lost.
    pub fn end(self) -> u64 {
        (self.start + self.first + self.reactivated).saturating_sub(self.lost)
    }

    /// From the clients at both ends, as they are counted.
    pub fn between(start: u64, end: u64, first: u64, reactivated: u64) -> Self {
        Self { start, first, reactivated, lost: (start + first + reactivated).saturating_sub(end) }
    }

    /// F4: the part of the clients of the start who are still clients: (CE - CN - CR) / CS, as numerator and denominator.
    pub fn retained(self) -> super::proportion::Share {
        super::proportion::Share::new(self.end().saturating_sub(self.first + self.reactivated), self.start)
    }
}

/// F5: the part of the clients who were lost in a year: lost in its 12 months by the average number of clients in them. The
/// average is of the numbers at the beginning of each month.
pub fn churn(lost: u64, clients_by_month: &[u64]) -> Option<f64> {
    let sum: u64 = clients_by_month.iter().sum();
    let average = whole(sum) / places(clients_by_month.len());
    (0 < sum).then(|| whole(lost) / average)
}

/// F8: what to do with the money that a source of clients costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Advice {
    /// A client is worth clearly more than it costs to win one (more than [`NEAR_PERCENT`] of it): win more.
    Earn,
    /// A client pays for the winning and for little beside it (from 100 to [`NEAR_PERCENT`] percent of it): put the money into
    /// keeping clients.
    Keep,
    /// A client brings less than winning costs: change something.
    Change,
}

impl Advice {
    /// All, in the order in which they are explained.
    pub const ALL: [Self; 3] = [Self::Earn, Self::Keep, Self::Change];

    /// The word in addresses and files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Earn => "earn",
            Self::Keep => "keep",
            Self::Change => "change",
        }
    }
}

/// F8: compares what a client is worth with what winning one costs. Clients who cost nothing need no advice.
pub fn advise(value_minor: i64, acquisition_minor: i64) -> Option<Advice> {
    if acquisition_minor <= 0 {
        return None;
    }
    let (value, cost) = (i128::from(value_minor), i128::from(acquisition_minor));
    Some(if value < cost {
        Advice::Change
    } else if value * 100 <= cost * i128::from(NEAR_PERCENT) {
        Advice::Keep
    } else {
        Advice::Earn
    })
}

/// What winning one client cost: the costs of a source by the people it brought. Nothing where it brought nobody.
pub fn acquisition_cost(spent_minor: i64, won: u64) -> Option<i64> {
    (0 < won).then(|| minor(amount(spent_minor) / whole(won)))
}

/// F9: what a client, or all of them, leave over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Contribution {
    /// Revenue less what the services cost (material, laboratory).
    pub margin_minor: i64,
    /// What serving costs beside it.
    pub serving_minor: i64,
    /// What keeping clients costs (messages, recall, loyalty).
    pub keeping_minor: i64,
}

impl Contribution {
    /// What is left.
    pub fn left_minor(self) -> i64 {
        self.margin_minor.saturating_sub(self.serving_minor).saturating_sub(self.keeping_minor)
    }
}

/// F9: what came in already and what is expected, kept apart: one is a fact, the other a forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Worth {
    /// So far.
    pub actual_minor: i64,
    /// Expected over the horizon that stands beside it.
    pub potential_minor: i64,
}

/// The average years a client stays, both ways of counting.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct AverageLife {
    /// Of those who are lost: first to last visit.
    pub of_lost: Option<f64>,
    /// How many of them.
    pub lost: u64,
    /// Of everybody: the lost as above, the living by what was observed and what is expected beyond.
    pub of_all: Option<f64>,
    /// Everybody.
    pub people: u64,
}

/// How long somebody was, or is, a client.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Life {
    /// From the first to the last visit.
    pub observed_days: i64,
    /// What a model expects beyond, of the living.
    pub expected_years: f64,
    /// By the dated rule.
    pub is_lost: bool,
}

/// The average of many lives.
pub fn average_life(lives: impl IntoIterator<Item = Life>) -> AverageLife {
    let (mut lost, mut people) = (0_u64, 0_u64);
    let (mut lost_years, mut all_years) = (0.0, 0.0);
    for life in lives {
        let years = amount(life.observed_days.max(0)) / YEAR_DAYS;
        people += 1;
        if life.is_lost {
            lost += 1;
            lost_years += years;
            all_years += years;
        } else {
            all_years += years + life.expected_years.max(0.0);
        }
    }
    let mean = |sum: f64, number: u64| (0 < number).then(|| sum / whole(number));
    AverageLife { of_lost: mean(lost_years, lost), lost, of_all: mean(all_years, people), people }
}

/// The averages of F1, as a clinic's history says them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Averages {
    /// Amount of a visit over all history, in minor units.
    pub amount_minor: f64,
    /// Visits of the last 12 months by the people who came in them.
    pub visits_a_year: f64,
    /// Visits in the last 12 months.
    pub visits: u64,
    /// People in the last 12 months.
    pub people: u64,
}

/// The averages of everybody, nothing while nobody came in the last 12 months.
pub fn averages(population: &Population) -> Option<Averages> {
    let year = last_year(population.today);
    let (mut visits, mut people) = (0_u64, 0_u64);
    for person in &population.people {
        let came = population.visits_of(person).iter().filter(|visit| year.contains(&visit.day)).count();
        visits += u64::try_from(came).unwrap_or(u64::MAX);
        people += u64::from(0 < came);
    }
    let revenue: i128 = population.amounts.iter().map(|amount| i128::from(amount.minor)).sum();
    let revenue = i64::try_from(revenue).unwrap_or(i64::MAX);
    (0 < people).then(|| Averages {
        amount_minor: amount(revenue) / places(population.visits.len()),
        visits_a_year: whole(visits) / whole(people),
        visits,
        people,
    })
}

/// The 12 months up to and with a day.
fn last_year(today: NaiveDate) -> Range<NaiveDate> {
    let end = today.succ_opt().unwrap_or(today);
    let start = end.with_year(end.year() - 1).or_else(|| end.pred_opt()?.with_year(end.year() - 1)).unwrap_or(end);
    start..end
}

/// The margin a person brought so far.
pub fn actual_margin(population: &Population, person: &Person) -> i64 {
    population.amounts_of(person).iter().fold(0_i64, |sum, amount| sum.saturating_add(amount.margin_minor))
}

/// An amount as a number to compute with.
#[expect(clippy::cast_precision_loss, reason = "amounts and days are below 2^52")]
fn amount(minor: i64) -> f64 {
    minor as f64
}

#[expect(clippy::cast_precision_loss, reason = "people are fewer than 2^52")]
fn whole(number: u64) -> f64 {
    number as f64
}

#[expect(clippy::cast_precision_loss, reason = "lists are shorter than 2^52")]
fn places(number: usize) -> f64 {
    number as f64
}

/// A computed amount as whole minor units; what does not fit stops at the ends, what is no number is nought.
#[expect(clippy::cast_possible_truncation, reason = "`as` stops at the largest and smallest numbers")]
fn minor(amount: f64) -> i64 {
    amount.round() as i64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn f1_value_of_a_client() {
        assert_eq!(lifetime_value(8_000.0, 2.0, 7.0), 112_000);
        assert_eq!(lifetime_value(f64::NAN, 2.0, 7.0), 0);
        assert_eq!(lifetime_value(f64::INFINITY, 2.0, 7.0), i64::MAX);
    }

    #[test]
    fn f2_value_net_of_acquisition() {
        assert_eq!(lifetime_value_net(100_000.0, 10.0, 100_000), 900_000);
    }

    #[test]
    fn f3_worth_keeping() {
        assert_eq!(worth_keeping(20.0, 9_000, 6_000, 10.0), 120_000);
        assert_eq!(worth_keeping(20.0, 9_000, 20_000, 10.0), -20_000);
    }

    #[test]
    fn f4_retention_rate() {
        let year = Movement { start: 100, first: 15, reactivated: 0, lost: 10 };
        assert_eq!(year.end(), 105);
        assert_eq!(year.retained().rate(), Some(0.9));
        let counted = Movement::between(85, 100, 25, 0);
        assert_eq!(counted.lost, 10);
        let rate = counted.retained().rate().unwrap() * 100.0;
        assert!((rate - 88.2).abs() < 0.05, "{rate}");
        // Whoever was lost before and came back is no client of the start.
        let back = Movement { start: 100, first: 15, reactivated: 5, lost: 10 };
        assert_eq!(back.retained().rate(), Some(0.9));
        assert_eq!(Movement::default().retained().rate(), None);
    }

    #[test]
    fn f5_churn() {
        let months = [460, 465, 470, 475, 480, 480, 480, 480, 485, 490, 495, 500];
        assert_eq!(churn(48, &months), Some(0.1));
        assert_eq!(churn(0, &[0, 0]), None);
        assert_eq!(churn(3, &[]), None);
    }

    #[test]
    fn f8_value_against_acquisition() {
        assert_eq!(advise(112_000, 120_000), Some(Advice::Change));
        assert_eq!(advise(112_000, 100_000), Some(Advice::Keep));
        assert_eq!(advise(112_000, 30_000), Some(Advice::Earn));
        // The ends of "near".
        assert_eq!(advise(100, 100), Some(Advice::Keep));
        assert_eq!(advise(150, 100), Some(Advice::Keep));
        assert_eq!(advise(151, 100), Some(Advice::Earn));
        assert_eq!(advise(-5, 100), Some(Advice::Change));
        assert_eq!(advise(100, 0), None);
        assert_eq!(advise(i64::MAX, i64::MAX), Some(Advice::Keep));
        assert_eq!(acquisition_cost(100_000, 3), Some(33_333));
        assert_eq!(acquisition_cost(100_000, 0), None);
    }

    #[test]
    fn f9_contribution_keeps_facts_and_forecasts_apart() {
        let left = Contribution { margin_minor: 70_000, serving_minor: 12_000, keeping_minor: 3_000 };
        assert_eq!(left.left_minor(), 55_000);
        let worth = Worth { actual_minor: left.left_minor(), potential_minor: 20_000 };
        assert_eq!((worth.actual_minor, worth.potential_minor), (55_000, 20_000));
    }

    #[test]
    fn lives_are_averaged_both_ways() {
        let lost = |days| Life { observed_days: days, expected_years: 9.0, is_lost: true };
        let living = Life { observed_days: 1_461, expected_years: 3.0, is_lost: false };
        let found = average_life([lost(731), lost(730), living]);
        assert_eq!((found.lost, found.people), (2, 3));
        assert!((found.of_lost.unwrap() - 2.0).abs() < 1e-9);
        assert!((found.of_all.unwrap() - 11.0 / 3.0).abs() < 1e-9);
        assert_eq!(average_life([]), AverageLife::default());
    }

    #[test]
    fn the_last_year_ends_today() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(last_year(day("2026-11-22")), day("2025-11-23")..day("2026-11-23"));
        assert_eq!(last_year(day("2028-02-28")), day("2027-02-28")..day("2028-02-29"));
    }

    proptest! {
        #[test]
        fn what_was_lost_and_what_stayed_are_all(start in 0_u64..10_000, first in 0_u64..1_000, back in 0_u64..1_000, part in 0.0_f64..1.0) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "small")]
            let lost = (start as f64 * part) as u64;
            let year = Movement { start, first, reactivated: back, lost };
            prop_assert_eq!(Movement::between(start, year.end(), first, back), year);
            prop_assert_eq!(year.retained().part + lost, start);
        }

        #[test]
        fn advice_grows_with_the_value(value in 0_i64..1_000_000, cost in 1_i64..1_000_000) {
            let order = |advice: Option<Advice>| Advice::ALL.iter().position(|known| Some(*known) == advice).unwrap();
            prop_assert!(order(advise(value + 1, cost)) <= order(advise(value, cost)));
        }
    }
}
