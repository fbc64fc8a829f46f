//! What clients are worth, by whatever they differ in, and who matters most.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::client_state::ClientState;
use crate::domain::formulas;
use crate::domain::ids::ClientId;
use crate::domain::insight::{Insight, Standing};
use crate::domain::lifetime::{Interval, Score};
use crate::domain::population::{Person, Population};
use crate::domain::segments::segments;
use crate::domain::worth::{self, By, Group, Lives, Worth};

/// So many are listed.
const LISTED: usize = 10;

/// Somebody of a list.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Somebody {
    /// Who.
    pub client: ClientId,
    /// Visits so far.
    pub visits: u32,
    /// The last one.
    pub last: NaiveDate,
    /// Brought so far.
    pub revenue: i64,
    /// Expected in 12 months.
    pub next_12: Option<Interval>,
    /// Lost of it if he stays away.
    pub at_risk: i64,
    /// How he stands.
    pub state: Option<ClientState>,
}

/// What the page, its files and the API are made of.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ValueReport {
    /// Everybody.
    pub all: Worth,
    /// Groups that have enough people.
    pub groups: Vec<Line>,
    /// Groups with too few people, put together.
    pub small: Option<Worth>,
    /// How long people stay.
    pub lives: Lives,
    /// F1; nothing while nobody came in the last 12 months.
    pub formula: Option<Formula>,
    /// Those who are worth most.
    pub top: Vec<Somebody>,
    /// Those whose loss would cost most.
    pub drifting: Vec<Somebody>,
    /// Whether a model expects anything of anybody.
    pub has_model: bool,
}

/// A group with its name and the word it has in addresses.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Line {
    /// Which.
    pub group: Group,
    /// Its name, where it has one of its own.
    pub name: String,
    /// Its word in addresses.
    pub word: String,
    /// What it is worth.
    pub worth: Worth,
}

/// F1, with what it is made of.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Formula {
    /// Average amount of a visit.
    pub amount_minor: f64,
    /// Visits per client and year.
    pub visits_a_year: f64,
    /// Years that a client stays.
    pub life_years: f64,
    /// Whether the years are expected by a model; else what was seen so far.
    pub is_expected: bool,
    /// Their product.
    pub value_minor: i64,
}

/// Computes it.
pub fn value(insight: &Insight, by: By) -> ValueReport {
    let population = &insight.population;
    let (groups, small) = worth::shown(worth::groups(insight, by, &segments(insight)));
    let line = |(group, worth): (Group, Worth)| {
        let (name, word) = named(population, group);
        Line { group, name, word, worth }
    };
    let mut groups: Vec<Line> = groups.into_iter().map(line).collect();
    if matches!(by, By::Source | By::FirstService | By::FirstProvider) {
        groups.sort_by_key(|line| {
            std::cmp::Reverse((line.worth.next_12_each().map(|one| one.expected), line.worth.revenue_each()))
        });
    }
    let lives = worth::lives(insight);
    ValueReport {
        all: worth::all(insight),
        groups,
        small,
        formula: formula(population, &lives),
        lives,
        top: top(insight),
        drifting: drifting(insight),
        has_model: insight.scores.iter().any(Option::is_some),
    }
}

fn formula(population: &Population, lives: &Lives) -> Option<Formula> {
    let averages = formulas::averages(population)?;
    let life_years = lives.expected_years.or(lives.seen_years)?;
    let value_minor = formulas::lifetime_value(averages.amount_minor, averages.visits_a_year, life_years);
    Some(Formula {
        amount_minor: averages.amount_minor,
        visits_a_year: averages.visits_a_year,
        life_years,
        is_expected: lives.expected_years.is_some(),
        value_minor,
    })
}

/// The name of a group that has one of its own, and its word in addresses.
pub fn named(population: &Population, group: Group) -> (String, String) {
    fn at<T>(list: &[T], place: u32) -> Option<&T> {
        list.get(usize::try_from(place).ok()?)
    }
    match group {
        Group::Source(place) => {
            let name = place.and_then(|place| at(&population.sources, place)).cloned().unwrap_or_default();
            (name.clone(), name)
        }
        Group::FirstService(place) => {
            let service = at(&population.services, place);
            service.map(|one| (one.name.clone(), one.id.to_string())).unwrap_or_default()
        }
        Group::FirstProvider(place) => {
            let provider = at(&population.providers, place);
            provider.map(|one| (one.name.clone(), one.id.to_string())).unwrap_or_default()
        }
        Group::State(state) => (String::new(), state.as_str().to_owned()),
        Group::Segment(segment) => (String::new(), segment.as_str().to_owned()),
        Group::Cohort(year) => (year.to_string(), year.to_string()),
    }
}

fn somebody(
    insight: &Insight,
    person: &Person,
    standing: Option<&Standing>,
    score: Option<&Score>,
) -> Option<Somebody> {
    let visits = insight.population.visits_of(person);
    let amounts = insight.population.amounts_of(person);
    Some(Somebody {
        client: person.client,
        visits: u32::try_from(visits.len()).unwrap_or(u32::MAX),
        last: visits.last()?.day,
        revenue: amounts.iter().fold(0_i64, |sum, amount| sum.saturating_add(amount.minor)),
        next_12: score.map(|score| score.value_12),
        at_risk: standing.map_or(0, |standing| standing.at_risk_minor),
        state: standing.map(|standing| standing.state),
    })
}

/// Those of whom most is expected in 12 months; without a model, those who brought most.
fn top(insight: &Insight) -> Vec<Somebody> {
    let all = insight.people().filter_map(|(person, standing, score)| somebody(insight, person, standing, score));
    first_by(all, |one| (one.next_12.map_or(i64::MIN, |next| next.expected), one.revenue))
}

/// Those who are overdue or at risk, by what is lost if they stay away.
fn drifting(insight: &Insight) -> Vec<Somebody> {
    let is_drifting = |standing: &&Standing| matches!(standing.state, ClientState::AtRisk | ClientState::Overdue);
    let all = insight.people().filter(|(_, standing, _)| standing.filter(is_drifting).is_some());
    let all = all.filter_map(|(person, standing, score)| somebody(insight, person, standing, score));
    first_by(all, |one| (one.at_risk, one.revenue))
}

/// The first of them by what is greatest; equal ones in the order of their ids.
fn first_by(all: impl Iterator<Item = Somebody>, value: impl Fn(&Somebody) -> (i64, i64)) -> Vec<Somebody> {
    let mut all: Vec<Somebody> = all.collect();
    let order = |one: &Somebody| (std::cmp::Reverse(value(one)), one.client);
    if LISTED < all.len() {
        all.select_nth_unstable_by_key(LISTED, order);
        all.truncate(LISTED);
    }
    all.sort_by_key(order);
    all
}
