//! What clients are worth: what they brought so far (the actual value) and what is expected of them (the potential value).
//! The two are never added up, because one is known and the other is not.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::client_state::ClientState;
use super::cohorts::SMALLEST;
use super::insight::Insight;
use super::lifetime::{Interval, Score};
use super::population::{Person, Population};
use super::segments::Segment;
use super::survival;

/// Days of a year, on average.
const YEAR: f64 = 365.25;
/// No client stays longer than this, whatever a model says of the last ones.
const LONGEST_YEARS: f64 = 40.0;

/// What groups are made by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Where they came from.
    Source,
    /// The service of the first visit.
    FirstService,
    /// Who saw them at the first visit.
    FirstProvider,
    /// How they stand.
    State,
    /// How lately, how often and for how much they came.
    Segment,
    /// The year of the first visit.
    Cohort,
}

impl By {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 6] =
        [Self::Source, Self::FirstService, Self::FirstProvider, Self::State, Self::Segment, Self::Cohort];

    /// The word in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::FirstService => "service",
            Self::FirstProvider => "provider",
            Self::State => "state",
            Self::Segment => "segment",
            Self::Cohort => "cohort",
        }
    }

    /// Reads [`Self::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.as_str() == word)
    }
}

/// A group of clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Group {
    /// Place in [`Population::sources`]; nothing where it is not known.
    Source(Option<u32>),
    /// Place in [`Population::services`].
    FirstService(u32),
    /// Place in [`Population::providers`].
    FirstProvider(u32),
    /// A state.
    State(ClientState),
    /// A segment.
    Segment(Segment),
    /// A year.
    Cohort(i32),
}

/// What a group brought and is expected to bring, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Worth {
    /// Everybody of it who came.
    pub clients: u32,
    /// Their visits.
    pub visits: u64,
    /// What they were charged so far, without tax, less what was given back.
    pub revenue: i64,
    /// What is left of it.
    pub margin: i64,
    /// Those of whom a model expects something, be it nothing.
    pub scored: u32,
    /// What is expected in 12 months.
    pub next_12: Interval,
    /// What is expected in 36 months.
    pub next_36: Interval,
}

impl Worth {
    /// Whether it has too few people to be shown alone.
    pub const fn is_small(&self) -> bool {
        self.clients < SMALLEST
    }

    /// Revenue so far per client.
    pub fn revenue_each(&self) -> Option<i64> {
        each(self.revenue, self.clients)
    }

    /// Margin so far per client.
    pub fn margin_each(&self) -> Option<i64> {
        each(self.margin, self.clients)
    }

    /// What a client of it is expected to bring in 12 months.
    pub fn next_12_each(&self) -> Option<Interval> {
        interval_each(self.next_12, self.scored)
    }

    /// The same in 36 months.
    pub fn next_36_each(&self) -> Option<Interval> {
        interval_each(self.next_36, self.scored)
    }
}

impl Worth {
    /// This one and other people.
    fn with(self, other: Self) -> Self {
        Self {
            clients: self.clients + other.clients,
            visits: self.visits + other.visits,
            revenue: self.revenue.saturating_add(other.revenue),
            margin: self.margin.saturating_add(other.margin),
            scored: self.scored + other.scored,
            next_12: joined(self.next_12, other.next_12),
            next_36: joined(self.next_36, other.next_36),
        }
    }
}

fn joined(one: Interval, other: Interval) -> Interval {
    let expected = one.expected.saturating_add(other.expected);
    let far = |a: i64, b: i64| whole(minor(a).hypot(minor(b)));
    let below = far(one.expected.saturating_sub(one.low), other.expected.saturating_sub(other.low));
    let above = far(one.high.saturating_sub(one.expected), other.high.saturating_sub(other.expected));
    Interval { low: expected.saturating_sub(below), expected, high: expected.saturating_add(above) }
}

/// An amount shared by so many, rounded to the nearest minor unit.
pub fn each(sum: i64, by: u32) -> Option<i64> {
    let by = i64::from(by);
    (by > 0).then(|| sum.saturating_add(by / 2).div_euclid(by))
}

fn interval_each(sum: Interval, by: u32) -> Option<Interval> {
    Some(Interval { low: each(sum.low, by)?, expected: each(sum.expected, by)?, high: each(sum.high, by)? })
}

/// Adds people up. Means add; the distances to the ends of the intervals add as squares, which holds for people who decide
/// each for themselves.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    worth: Worth,
    spread_12: (f64, f64),
    spread_36: (f64, f64),
}

impl Sum {
    fn add(&mut self, population: &Population, person: &Person, score: Option<&Score>) {
        let visits = population.visits_of(person).len();
        let worth = &mut self.worth;
        worth.clients += 1;
        worth.visits += u64::try_from(visits).unwrap_or(0);
        for amount in population.amounts_of(person) {
            worth.revenue = worth.revenue.saturating_add(amount.minor);
            worth.margin = worth.margin.saturating_add(amount.margin_minor);
        }
        if let Some(score) = score {
            worth.scored += 1;
            widen(&mut worth.next_12, &mut self.spread_12, score.value_12);
            widen(&mut worth.next_36, &mut self.spread_36, score.value_36);
        }
    }

    fn finished(mut self) -> Worth {
        for (interval, (low, high)) in
            [(&mut self.worth.next_12, self.spread_12), (&mut self.worth.next_36, self.spread_36)]
        {
            interval.low = interval.expected.saturating_sub(whole(low.sqrt()));
            interval.high = interval.expected.saturating_add(whole(high.sqrt()));
        }
        self.worth
    }
}

fn widen(sum: &mut Interval, spread: &mut (f64, f64), one: Interval) {
    sum.expected = sum.expected.saturating_add(one.expected);
    spread.0 += minor(one.expected.saturating_sub(one.low)).powi(2);
    spread.1 += minor(one.high.saturating_sub(one.expected)).powi(2);
}

/// An amount as a number to reckon with: exact up to 2^53 minor units, which is more than anybody has.
#[expect(clippy::cast_precision_loss, reason = "amounts stay far under 2^53")]
fn minor(amount: i64) -> f64 {
    amount as f64
}

/// The whole minor units of a number.
#[expect(clippy::cast_possible_truncation, reason = "a float turned into an integer stops at its ends")]
fn whole(amount: f64) -> i64 {
    amount.round() as i64
}

/// What everybody together brought and is expected to bring.
pub fn all(insight: &Insight) -> Worth {
    let mut sum = Sum::default();
    for (person, _, score) in insight.people().filter(|(person, ..)| !person.visits.is_empty()) {
        sum.add(&insight.population, person, score);
    }
    sum.finished()
}

/// The group of somebody; nothing for whoever never came.
pub fn group_of(
    population: &Population,
    person: &Person,
    by: By,
    state: Option<ClientState>,
    segment: Option<Segment>,
) -> Option<Group> {
    let first = population.visits_of(person).first()?;
    Some(match by {
        By::Source => Group::Source(person.source),
        By::FirstService => Group::FirstService(first.service),
        By::FirstProvider => Group::FirstProvider(first.provider),
        By::State => Group::State(state?),
        By::Segment => Group::Segment(segment?),
        By::Cohort => Group::Cohort(chrono::Datelike::year(&first.day)),
    })
}

/// The groups with somebody in them, in their own order. `segments` is as long as the people.
pub fn groups(insight: &Insight, by: By, segments: &[Option<Segment>]) -> Vec<(Group, Worth)> {
    let mut sums: BTreeMap<Group, Sum> = BTreeMap::new();
    for ((person, standing, score), segment) in insight.people().zip(segments) {
        let state = standing.map(|standing| standing.state);
        if let Some(group) = group_of(&insight.population, person, by, state, *segment) {
            sums.entry(group).or_default().add(&insight.population, person, score);
        }
    }
    sums.into_iter().map(|(group, sum)| (group, sum.finished())).collect()
}

/// Groups that are shown, and those with too few people put together.
pub fn shown(groups: Vec<(Group, Worth)>) -> (Vec<(Group, Worth)>, Option<Worth>) {
    let (small, shown): (Vec<_>, Vec<_>) = groups.into_iter().partition(|(_, worth)| worth.is_small());
    let together = small.into_iter().map(|(_, worth)| worth).reduce(Worth::with);
    (shown, together)
}

/// How long people stay, in years.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Lives {
    /// How many are lost.
    pub lost: u32,
    /// From first to last visit of those who are lost.
    pub lost_years: Option<f64>,
    /// How many are not.
    pub living: u32,
    /// From the first visit to today, of those who are not.
    pub living_years: Option<f64>,
    /// Of everybody: of the lost what was seen, of the others that and what a model expects beyond it.
    pub expected_years: Option<f64>,
    /// Of everybody, what was seen so far.
    pub seen_years: Option<f64>,
}

/// How long people stay. What a model expects beyond today follows from its visits: with a share q of clients staying
/// from year to year, 36 months bring 1 + q + q² times the visits of 12, and a client stays −1 / ln q years more.
pub fn lives(insight: &Insight) -> Lives {
    let population = &insight.population;
    let (mut lost, mut lost_days, mut living, mut living_days) = (0_u32, 0.0, 0_u32, 0.0);
    let (mut alive, mut soon, mut later) = (0.0, 0.0, 0.0);
    for (person, standing, score) in insight.people() {
        let visits = population.visits_of(person);
        let (Some(first), Some(last)) = (visits.first(), visits.last()) else { continue };
        if standing.is_some_and(|standing| standing.state == ClientState::Lost) {
            lost += 1;
            lost_days += days((last.day - first.day).num_days());
            continue;
        }
        living += 1;
        living_days += days((population.today - first.day).num_days());
        if let Some(score) = score {
            alive += score.alive;
            soon += score.visits_12;
            later += score.visits_36;
        }
    }
    let years = |days: f64, of: u32| (of > 0).then(|| days / YEAR / f64::from(of));
    let living_years = years(living_days, living);
    let remaining = remaining_years(soon, later).map(|years| years * alive * YEAR);
    let everybody = lost + living;
    Lives {
        lost,
        lost_years: years(lost_days, lost),
        living,
        living_years,
        expected_years: remaining.and_then(|more| years(lost_days + living_days + more, everybody)),
        seen_years: years(lost_days + living_days, everybody),
    }
}

/// Days as a number to reckon with.
fn days(count: i64) -> f64 {
    f64::from(i32::try_from(count).unwrap_or(i32::MAX))
}

/// How long who is a client stays one, by the visits expected in 12 and in 36 months; nothing where none are.
fn remaining_years(soon: f64, later: f64) -> Option<f64> {
    let ratio = later / soon;
    if !(soon > 0.0 && ratio.is_finite()) {
        return None;
    }
    let kept = f64::midpoint(-1.0, (4.0 * ratio - 3.0).max(1.0).sqrt());
    if kept >= 1.0 {
        return Some(LONGEST_YEARS);
    }
    Some((-1.0 / kept.max(f64::MIN_POSITIVE).ln()).min(LONGEST_YEARS))
}

/// The spells of everybody, for the survival curve.
pub fn spells(population: &Population, keep: impl Fn(&Person) -> bool) -> Vec<survival::Spell> {
    let people = population.people.iter().filter(|person| keep(person));
    let spell = |person: &Person| {
        let (visits, bookings) = (population.visits_of(person), population.bookings_of(person));
        survival::spell(visits, bookings, population.lost_after_months, population.today)
    };
    people.filter_map(spell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::cohorts::tests::{clinic, day};
    use crate::domain::insight::Standing;
    use crate::domain::lifetime::NextVisit;

    fn score(expected: i64, spread: i64) -> Score {
        let value = Interval { low: expected - spread, expected, high: expected + spread };
        Score {
            alive: 0.8,
            visits_12: 2.0,
            visits_36: 4.88,
            value_12: value,
            value_36: value,
            next: NextVisit::default(),
        }
    }

    fn insight() -> Insight {
        let people = [
            vec![day(2020, 1, 1), day(2022, 1, 1)],
            vec![day(2025, 1, 1), day(2025, 7, 1), day(2025, 12, 1)],
            vec![day(2025, 6, 1)],
            vec![],
        ];
        let standing = |state| {
            Some(Standing { state, since: day(2025, 12, 1), month_state: None, value_minor: 0, at_risk_minor: 0 })
        };
        Insight {
            population: clinic(day(2026, 1, 1), &people),
            standings: vec![
                standing(ClientState::Lost),
                standing(ClientState::Active),
                standing(ClientState::New),
                None,
            ],
            scores: vec![None, Some(score(40_000, 3_000)), Some(score(20_000, 4_000)), None],
        }
    }

    #[test]
    fn worth_is_added_up_and_kept_apart() {
        let insight = insight();
        let all = all(&insight);
        assert_eq!((all.clients, all.visits, all.revenue, all.margin), (3, 6, 60_000, 36_000));
        assert_eq!((all.revenue_each(), all.margin_each(), all.scored), (Some(20_000), Some(12_000), 2));
        assert_eq!(all.next_12, Interval { low: 55_000, expected: 60_000, high: 65_000 }, "3000 and 4000 make 5000");
        assert_eq!(all.next_12_each().map(|one| one.expected), Some(30_000));
        assert!(all.is_small());
        assert_eq!(Worth::default().revenue_each(), None);
    }

    #[test]
    fn groups_hold_everybody_who_came_once() {
        let insight = insight();
        let segments = crate::domain::segments::segments(&insight);
        for by in By::ALL {
            let clients: u32 = groups(&insight, by, &segments).iter().map(|(_, worth)| worth.clients).sum();
            assert_eq!(clients, 3, "{by:?}");
            assert_eq!(By::parse(by.as_str()), Some(by));
        }
        let years = groups(&insight, By::Cohort, &segments);
        assert_eq!(
            years.iter().map(|(group, _)| *group).collect::<Vec<_>>(),
            [Group::Cohort(2020), Group::Cohort(2025)]
        );
        assert_eq!(years[1].1.revenue, 40_000);
        let (shown, small) = shown(years);
        assert!(shown.is_empty(), "all are under five");
        assert_eq!(small, Some(all(&insight)), "put together they are everybody");
    }

    #[test]
    fn lives_are_what_was_seen_and_what_is_expected() {
        let found = lives(&insight());
        assert_eq!((found.lost, found.living), (1, 2));
        assert!((found.lost_years.unwrap() - 2.0).abs() < 0.01);
        assert!((found.living_years.unwrap() - 0.79).abs() < 0.01);
        // 4.88 / 2 = 2.44 = 1 + 0.8 + 0.64, so four of five stay: 4.48 years more for the 0.8 who are here.
        assert!((remaining_years(2.0, 4.88).unwrap() - 4.481_42).abs() < 1e-4);
        let more = found.expected_years.unwrap() - found.seen_years.unwrap();
        assert!((more - 2.0 * 0.8 * 4.481_42 / 3.0).abs() < 1e-4, "two of three are here");
        assert_eq!(remaining_years(0.0, 0.0), None);
        assert_eq!(remaining_years(1.0, 3.5), Some(LONGEST_YEARS));
        assert!(remaining_years(1.0, 1.0).unwrap() < 0.01);
    }

    #[test]
    fn nobody_is_worth_nothing() {
        let mut nobody = insight();
        nobody.population = clinic(day(2026, 1, 1), &[]);
        (nobody.standings, nobody.scores) = (Vec::new(), Vec::new());
        assert_eq!(all(&nobody), Worth::default());
        assert_eq!(lives(&nobody), Lives::default());
    }
}
