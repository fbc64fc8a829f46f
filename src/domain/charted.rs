//! The people behind a cell of the owner's charts: a closed set of questions, as addresses ask them.

use chrono::NaiveDate;

use super::client_state::ClientState;
use super::cohorts::{self, Grain, Measure};
use super::frequency;
use super::insight::Insight;
use super::segments::{self, Segment};
use super::worth::{self, By, Group};

/// Which people are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Charted {
    /// Those whose first visit lies in the period of a day; with a number, those of them who came so many periods later.
    Cohort {
        /// Months or quarters.
        grain: Grain,
        /// A day of the period.
        start: NaiveDate,
        /// What the cell counts.
        measure: Measure,
        /// Nothing for the whole cohort.
        after: Option<u32>,
    },
    /// Those who came so often in the last twelve months.
    Frequency(u32),
    /// Those of a group.
    Group(By, String),
}

/// Why an address names no people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotCharted;

impl Charted {
    /// The words of `figure` that ask for one of these.
    pub const FIGURES: [&'static str; 3] = ["cohort", "frequency", "worth"];

    /// Reads an address: `asked` gives the value of a name, empty where there is none.
    pub fn parse<'a>(asked: impl Fn(&str) -> &'a str) -> Result<Self, NotCharted> {
        match asked("figure") {
            "cohort" => Ok(Self::Cohort {
                grain: Grain::parse(asked("by")).ok_or(NotCharted)?,
                start: asked("start").parse().map_err(|_no_day| NotCharted)?,
                measure: Measure::parse(asked("measure")).ok_or(NotCharted)?,
                after: match asked("after") {
                    "" | "0" => None,
                    word => Some(word.parse().map_err(|_no_number| NotCharted)?),
                },
            }),
            "frequency" => Ok(Self::Frequency(asked("visits").parse().map_err(|_no_number| NotCharted)?)),
            "worth" => Ok(Self::Group(By::parse(asked("by")).ok_or(NotCharted)?, asked("group").to_owned())),
            _ => Err(NotCharted),
        }
    }

    /// The places in [`crate::domain::population::Population::people`] of those it means, in their order.
    pub fn people(&self, insight: &Insight) -> Vec<usize> {
        let population = &insight.population;
        let places =
            |is_meant: &dyn Fn(usize) -> bool| (0..population.people.len()).filter(|at| is_meant(*at)).collect();
        match self {
            Self::Cohort { grain, start, measure, after } => places(&|at| {
                population.people.get(at).is_some_and(|person| {
                    let visits = population.visits_of(person);
                    cohorts::period_of(population, person, *grain) == Some(grain.period(*start))
                        && after.is_none_or(|after| cohorts::came(visits, *grain, *measure, after))
                })
            }),
            Self::Frequency(bin) => {
                let until = population.today.succ_opt().unwrap_or(population.today);
                let window = frequency::year_before(until);
                places(&|at| {
                    population.people.get(at).is_some_and(|person| {
                        let visits = population.visits_of(person);
                        frequency::bin(visits, &window, population.lost_after_months) == Some(*bin)
                    })
                })
            }
            Self::Group(by, word) => {
                let segments = segments::segments(insight);
                let wanted = group(insight, *by, word);
                places(&|at| {
                    let state = insight.standings.get(at).copied().flatten().map(|standing| standing.state);
                    let segment = segments.get(at).copied().flatten();
                    let person = population.people.get(at);
                    let own = person.and_then(|person| worth::group_of(population, person, *by, state, segment));
                    own.is_some() && own == wanted
                })
            }
        }
    }
}

/// The group an address calls so.
pub fn group(insight: &Insight, by: By, word: &str) -> Option<Group> {
    let population = &insight.population;
    let place = |found: Option<usize>| found.and_then(|place| u32::try_from(place).ok());
    match by {
        By::Source if word.is_empty() => Some(Group::Source(None)),
        By::Source => {
            let found = population.sources.iter().position(|name| name == word);
            place(found).map(|place| Group::Source(Some(place)))
        }
        By::FirstService => {
            let id = word.parse().ok()?;
            place(population.services.iter().position(|one| one.id == id)).map(Group::FirstService)
        }
        By::FirstProvider => {
            let id = word.parse().ok()?;
            place(population.providers.iter().position(|one| one.id == id)).map(Group::FirstProvider)
        }
        By::State => ClientState::parse(word).map(Group::State),
        By::Segment => Segment::parse(word).map(Group::Segment),
        By::Cohort => word.parse().ok().map(Group::Cohort),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::cohorts::tests::{clinic, day};

    fn asked(query: &'static str) -> Result<Charted, NotCharted> {
        let value = |name: &str| {
            query
                .split('&')
                .find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name))
                .map_or("", |(_, v)| v)
        };
        Charted::parse(value)
    }

    #[test]
    fn every_cell_leads_to_its_people() {
        let people = [vec![day(2026, 1, 3), day(2026, 3, 1)], vec![day(2026, 1, 9)], vec![day(2026, 2, 1)], vec![]];
        let population = clinic(day(2026, 5, 1), &people);
        let insight = Insight { population, standings: vec![None; 4], scores: vec![None; 4] };
        let behind = |query| asked(query).unwrap().people(&insight);
        assert_eq!(behind("figure=cohort&by=month&start=2026-01-01&measure=during&after=2"), [0]);
        assert_eq!(behind("figure=cohort&by=month&start=2026-01-01&measure=until&after=0"), [0, 1]);
        assert_eq!(behind("figure=cohort&by=quarter&start=2026-01-01&measure=until"), [0, 1, 2]);
        assert_eq!(behind("figure=frequency&visits=1"), [1, 2]);
        assert_eq!(behind("figure=worth&by=source&group="), [0, 1, 2], "nobody's source is known");
        assert_eq!(behind("figure=worth&by=cohort&group=2026"), [0, 1, 2]);
        assert!(behind("figure=worth&by=provider&group=nobody").is_empty());
        for wrong in [
            "figure=cohort&by=week&start=2026-01-01&measure=during&after=2",
            "figure=cohort&by=month&start=now&measure=during",
            "figure=cohort&by=month&start=2026-01-01&measure=during&after=-1",
            "figure=frequency&visits=often",
            "figure=worth&by=weather",
            "figure=other",
        ] {
            assert_eq!(asked(wrong), Err(NotCharted), "{wrong}");
        }
    }
}
