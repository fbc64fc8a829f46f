//! Whom each source won, month by month, what they brought and are expected to bring, and what winning them cost (F8).
//!
//! A client belongs to the month of the first visit and to the source of the first touch. Costs belong to whole months, so
//! a period is made of the months that begin in it.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::formulas::{self, Advice};
use super::insight::Insight;
use super::lifetime::Interval;
use super::recognise::fold;
use super::reporting::Days;

/// What a group of fewer people is worth is not said: it would be about persons.
pub const SMALLEST: u32 = 5;
/// The longest name of a source, in characters.
pub const NAME_LENGTH_MAX: usize = 60;

/// Who came from a source for the first time in a month, and what of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Won {
    /// Nothing where nobody knows.
    pub source: Option<String>,
    /// The first of the month of the first visit.
    pub month: NaiveDate,
    /// What they are and bring.
    pub sum: Sum,
}

/// What a group of people brought and is expected to bring, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Sum {
    /// Who came.
    pub clients: u32,
    /// The margin they left so far.
    pub so_far: i64,
    /// Of whom a model expects something, be it nothing.
    pub scored: u32,
    /// What is expected in 12 months.
    pub next_12: i64,
    /// What is expected in 36 months.
    pub next_36: i64,
    /// Squares of the distances to the ends of the range of 36 months, added up: people decide each for themselves.
    below: f64,
    above: f64,
}

impl Sum {
    /// Adds another group.
    pub fn add(&mut self, other: &Self) {
        self.clients += other.clients;
        self.scored += other.scored;
        self.so_far = self.so_far.saturating_add(other.so_far);
        self.next_12 = self.next_12.saturating_add(other.next_12);
        self.next_36 = self.next_36.saturating_add(other.next_36);
        self.below += other.below;
        self.above += other.above;
    }

    /// Whether there are too few people to be spoken of alone.
    pub const fn is_small(&self) -> bool {
        self.clients < SMALLEST
    }

    /// An amount a client.
    fn each(&self, minor: i64) -> Option<i64> {
        let clients = i64::from(self.clients);
        (0 < clients && !self.is_small()).then(|| minor.saturating_add(clients / 2).div_euclid(clients))
    }

    /// What one brought so far.
    pub fn so_far_each(&self) -> Option<i64> {
        self.each(self.so_far)
    }

    /// What one is expected to bring in 12 months; nothing where no model could say.
    pub fn next_12_each(&self) -> Option<i64> {
        self.each(self.next_12).filter(|_| 0 < self.scored)
    }

    /// What one is expected to bring in 36 months, with the range.
    pub fn next_36_each(&self) -> Option<Interval> {
        let expected = self.each(self.next_36).filter(|_| 0 < self.scored)?;
        let one = |spread: f64| self.each(minor(spread.sqrt())).unwrap_or(0);
        Some(Interval { low: expected - one(self.below), expected, high: expected + one(self.above) })
    }

    /// What a client is worth beside what winning one costs: so far and in the next 36 months.
    pub fn worth_each(&self) -> Option<i64> {
        Some(self.so_far_each()?.saturating_add(self.next_36_each()?.expected))
    }
}

/// What was spent on a source in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// On what.
    pub source: String,
    /// The first of the month.
    pub month: NaiveDate,
    /// Minor units.
    pub minor: i64,
}

/// A source over some months.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Nothing for those of whom nobody knows.
    pub source: Option<String>,
    /// Whom it won.
    pub sum: Sum,
    /// What was spent; nothing where nothing was entered.
    pub cost: Option<i64>,
}

impl Line {
    /// What winning one cost; nothing where nobody came or nothing was entered.
    pub fn cost_each(&self) -> Option<i64> {
        formulas::acquisition_cost(self.cost?, u64::from(self.sum.clients))
    }

    /// What to do with the money. Money that won nobody is to be spent otherwise.
    pub fn advice(&self) -> Option<Advice> {
        match self.cost {
            Some(cost) if 0 < cost && self.sum.clients == 0 => Some(Advice::Change),
            _ => formulas::advise(self.sum.worth_each()?, self.cost_each()?),
        }
    }
}

/// Everybody who ever came, by source and month of the first visit, in that order.
pub fn won(insight: &Insight) -> Vec<Won> {
    let population = &insight.population;
    let mut sums: BTreeMap<(Option<u32>, NaiveDate), Sum> = BTreeMap::new();
    for (person, _, score) in insight.people() {
        let Some(first) = population.visits_of(person).first() else { continue };
        let mut one = Sum { clients: 1, so_far: formulas::actual_margin(population, person), ..Sum::default() };
        if let Some(score) = score {
            one.scored = 1;
            one.next_12 = score.value_12.expected;
            one.next_36 = score.value_36.expected;
            one.below = number(score.value_36.expected.saturating_sub(score.value_36.low)).powi(2);
            one.above = number(score.value_36.high.saturating_sub(score.value_36.expected)).powi(2);
        }
        sums.entry((person.source, first_of_month(first.day))).or_default().add(&one);
    }
    let name = |place: u32| usize::try_from(place).ok().and_then(|place| population.sources.get(place).cloned());
    sums.into_iter().map(|((source, month), sum)| Won { source: source.and_then(name), month, sum }).collect()
}

/// The months that begin in these days, oldest first; that of the first day where none does.
pub fn months_in(days: Days) -> Vec<NaiveDate> {
    let mut month = first_of_month(days.from);
    if month < days.from && after(month) < days.until {
        month = after(month);
    }
    let mut months = Vec::new();
    while month < days.until && months.len() < 600 {
        months.push(month);
        month = after(month);
    }
    months
}

/// Each source over these months: those with costs and those without, the most clients first.
pub fn by_source(won: &[Won], costs: &[Cost], months: &[NaiveDate]) -> Vec<Line> {
    let mut lines: BTreeMap<Option<String>, Line> = BTreeMap::new();
    let blank = |source: &Option<String>| Line { source: source.clone(), sum: Sum::default(), cost: None };
    for one in won.iter().filter(|one| months.contains(&one.month)) {
        lines.entry(one.source.clone()).or_insert_with(|| blank(&one.source)).sum.add(&one.sum);
    }
    for cost in costs.iter().filter(|cost| months.contains(&cost.month)) {
        let source = Some(cost.source.clone());
        let line = lines.entry(source.clone()).or_insert_with(|| blank(&source));
        line.cost = Some(line.cost.unwrap_or(0).saturating_add(cost.minor));
    }
    let mut list: Vec<Line> = lines.into_values().collect();
    list.sort_by_key(|line| (line.source.is_none(), std::cmp::Reverse(line.sum.clients), line.source.clone()));
    list
}

/// All of them together: costs by everybody who came from somewhere that cost money.
pub fn together(lines: &[Line]) -> Line {
    let mut all = Line { source: None, sum: Sum::default(), cost: None };
    for line in lines.iter().filter(|line| line.cost.is_some()) {
        all.sum.add(&line.sum);
        all.cost = Some(all.cost.unwrap_or(0).saturating_add(line.cost.unwrap_or(0)));
    }
    all
}

/// One source month by month, the newest first.
pub fn by_month(won: &[Won], costs: &[Cost], source: &str, months: &[NaiveDate]) -> Vec<(NaiveDate, Line)> {
    let line = |month: &NaiveDate| {
        let mut line = Line { source: Some(source.to_owned()), sum: Sum::default(), cost: None };
        for one in won.iter().filter(|one| one.month == *month && one.source.as_deref() == Some(source)) {
            line.sum.add(&one.sum);
        }
        line.cost = costs.iter().find(|cost| cost.month == *month && cost.source == source).map(|cost| cost.minor);
        (*month, line)
    };
    months.iter().rev().map(line).collect()
}

/// Sources that are perhaps one, spelled differently: the same but for case, blanks and strokes, or one begins with all
/// of the other's words.
pub fn alike(sources: &[String]) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for (place, one) in sources.iter().enumerate() {
        for other in sources.iter().skip(place + 1) {
            let (a, b) = (fold(one), fold(other));
            let joined = |text: &str| text.replace(' ', "");
            let begins = |long: &str, short: &str| !short.is_empty() && long.starts_with(&format!("{short} "));
            if joined(&a) == joined(&b) || begins(&a, &b) || begins(&b, &a) {
                pairs.push((one.clone(), other.clone()));
            }
        }
    }
    pairs.truncate(20);
    pairs
}

/// A name of a source as it is kept, or nothing when it is none.
pub fn name_of(typed: &str) -> Option<String> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = (1..=NAME_LENGTH_MAX).contains(&name.chars().count());
    (fits && !name.chars().any(super::recognise::is_unprintable)).then_some(name)
}

/// The first of a month.
pub fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

fn after(month: NaiveDate) -> NaiveDate {
    month.checked_add_months(chrono::Months::new(1)).unwrap_or(NaiveDate::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "amounts are below 2^52")]
fn number(minor: i64) -> f64 {
    minor as f64
}

#[expect(clippy::cast_possible_truncation, reason = "`as` stops at the ends")]
fn minor(number: f64) -> i64 {
    number.round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn won_by(source: &str, month: &str, clients: u32, so_far: i64, next_36: i64) -> Won {
        let scored = clients;
        let sum = Sum { clients, so_far, scored, next_36, ..Sum::default() };
        Won { source: Some(source.to_owned()), month: day(month), sum }
    }

    fn cost(source: &str, month: &str, minor: i64) -> Cost {
        Cost { source: source.to_owned(), month: day(month), minor }
    }

    #[test]
    fn months_are_those_that_begin_in_the_days() {
        let year = Days { from: day("2025-11-23"), until: day("2026-11-23") };
        let months = months_in(year);
        assert_eq!((months.len(), months[0], months[11]), (12, day("2025-12-01"), day("2026-11-01")));
        let month = Days { from: day("2026-11-01"), until: day("2026-11-23") };
        assert_eq!(months_in(month), [day("2026-11-01")]);
        let part = Days { from: day("2026-11-10"), until: day("2026-11-20") };
        assert_eq!(months_in(part), [day("2026-11-01")]);
    }

    #[test]
    fn sources_earn_keep_or_lose() {
        let won = [
            won_by("friends", "2026-01-01", 10, 100_000, 100_000),
            won_by("google", "2026-01-01", 10, 100_000, 100_000),
            won_by("google", "2026-02-01", 10, 100_000, 100_000),
            won_by("paper", "2026-01-01", 10, 100_000, 100_000),
            won_by("radio", "2026-01-01", 4, 100_000, 100_000),
        ];
        let costs = [
            cost("google", "2026-01-01", 100_000),
            cost("google", "2026-02-01", 200_000),
            cost("paper", "2026-01-01", 300_000),
            cost("radio", "2026-01-01", 1_000),
            cost("tram", "2026-01-01", 5_000),
            cost("tram", "2025-01-01", 5_000),
        ];
        let months = [day("2026-01-01"), day("2026-02-01")];
        let lines = by_source(&won, &costs, &months);
        let of = |name: &str| lines.iter().find(|line| line.source.as_deref() == Some(name)).unwrap();
        assert_eq!(of("friends").advice(), None, "nothing was spent");
        assert_eq!((of("google").cost_each(), of("google").advice()), (Some(15_000), Some(Advice::Keep)));
        assert_eq!(of("paper").advice(), Some(Advice::Change));
        assert_eq!(of("radio").advice(), None, "too few to be spoken of");
        assert_eq!((of("tram").cost, of("tram").advice()), (Some(5_000), Some(Advice::Change)), "it won nobody");
        assert_eq!(together(&lines).cost, Some(606_000));
        let months = by_month(&won, &costs, "google", &months);
        assert_eq!(months.len(), 2);
        assert_eq!(months[0].1.cost_each(), Some(20_000));
    }

    #[test]
    fn names_that_may_be_one_are_found() {
        let names = ["Google", "google ads", "GOOGLE-Ads", "Goo", "Instagram"].map(str::to_owned);
        let pairs = alike(&names);
        assert_eq!(pairs.len(), 3, "{pairs:?}");
        assert_eq!(name_of("  Google   Ads "), Some("Google Ads".to_owned()));
        assert_eq!(name_of(" "), None);
        assert_eq!(name_of(&"x".repeat(61)), None);
    }
}
