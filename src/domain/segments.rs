//! Clients by how lately, how often and for how much they came (RFM), with plain names; and the clinic's own filters.
//!
//! Each of the three is cut into fifths of the clinic's own clients, 5 the best. Equal clients stand in the same fifth,
//! that of their middle, so nobody's mark hangs on the order of a list.

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::client_state::ClientState;
use super::ids::{ProviderId, ServiceId};
use super::insight::{Insight, Standing};
use super::population::{Person, Population};

/// The marks of somebody, 1 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marks {
    /// How lately he came.
    pub recency: u8,
    /// How often, in the last [`WINDOW_MONTHS`].
    pub frequency: u8,
    /// For how much, in the same months.
    pub money: u8,
}

/// How often and for how much is counted over so many months: who came often ten years ago is no champion.
pub const WINDOW_MONTHS: u32 = 36;

/// What the marks say in plain words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Segment {
    /// Was here lately, comes often and brings much.
    Champions,
    /// Comes often.
    Loyal,
    /// Was here lately, not yet often.
    Promising,
    /// Was here lately, once or rarely and for little.
    Fresh,
    /// Neither lately nor long ago, neither often nor rarely.
    Drifting,
    /// Came often or brought much, and was not here for long.
    Missed,
    /// Came rarely, and long ago.
    Lost,
}

impl Segment {
    /// Every segment, best first.
    pub const ALL: [Self; 7] =
        [Self::Champions, Self::Loyal, Self::Promising, Self::Fresh, Self::Drifting, Self::Missed, Self::Lost];

    /// The word in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Champions => "champions",
            Self::Loyal => "loyal",
            Self::Promising => "promising",
            Self::Fresh => "fresh",
            Self::Drifting => "drifting",
            Self::Missed => "missed",
            Self::Lost => "lost",
        }
    }

    /// Reads [`Self::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|segment| segment.as_str() == word)
    }

    /// The segment of these marks.
    pub const fn of(marks: Marks) -> Self {
        let Marks { recency, frequency, money } = marks;
        match (recency, frequency, money) {
            (4.., 4.., 4..) => Self::Champions,
            (3.., 4.., _) => Self::Loyal,
            (4.., 3, _) | (4.., _, 3..) => Self::Promising,
            (4.., _, _) => Self::Fresh,
            (3, _, _) => Self::Drifting,
            (_, 4.., _) | (_, _, 4..) => Self::Missed,
            (2, _, _) => Self::Drifting,
            _ => Self::Lost,
        }
    }
}

/// What the marks are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Measured {
    place: usize,
    last: NaiveDate,
    visits: i64,
    minor: i64,
}

/// The marks of everybody, as long as [`Population::people`]; nothing for whoever never came.
pub fn marks(population: &Population) -> Vec<Option<Marks>> {
    let from = population.today.checked_sub_months(Months::new(WINDOW_MONTHS)).unwrap_or(NaiveDate::MIN);
    let measured: Vec<Measured> = population
        .people
        .iter()
        .enumerate()
        .filter_map(|(place, person)| {
            let visits = population.visits_of(person);
            let last = visits.last()?.day;
            let lately = visits.len() - visits.partition_point(|visit| visit.day < from);
            let minor = population.amounts_of(person).iter().filter(|amount| amount.day >= from).map(|one| one.minor);
            let visits = i64::try_from(lately).unwrap_or(i64::MAX);
            Some(Measured { place, last, visits, minor: minor.fold(0_i64, i64::saturating_add) })
        })
        .collect();
    let recency = fifths(&measured, |one| i64::from(one.last.to_epoch_days()));
    let frequency = fifths(&measured, |one| one.visits);
    let money = fifths(&measured, |one| one.minor);
    let mut marks = vec![None; population.people.len()];
    for (((one, recency), frequency), money) in measured.iter().zip(recency).zip(frequency).zip(money) {
        if let Some(slot) = marks.get_mut(one.place) {
            *slot = Some(Marks { recency, frequency, money });
        }
    }
    marks
}

/// The fifth of each, 1 the lowest; equal ones share that of their middle.
fn fifths(measured: &[Measured], value: impl Fn(&Measured) -> i64) -> Vec<u8> {
    let mut sorted: Vec<i64> = measured.iter().map(&value).collect();
    sorted.sort_unstable();
    let fifth = |one: &Measured| {
        let own = value(one);
        let below = sorted.partition_point(|other| *other < own);
        let up_to = sorted.partition_point(|other| *other <= own);
        // The middle of the equal ones, doubled to stay whole: places below + 1 to up_to.
        let middle = below + up_to + 1;
        let mark = (middle * 5).div_ceil(2 * (sorted.len() + 1));
        u8::try_from(mark.clamp(1, 5)).unwrap_or(5)
    };
    measured.iter().map(fifth).collect()
}

/// The clinic's own filter: everything that is said must hold. A closed set, so what is kept can always be read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Filter {
    /// Stands like this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Came from this source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Had this service at any visit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceId>,
    /// Was seen by this provider at any visit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<ProviderId>,
    /// Is in this segment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<Segment>,
    /// Came so often or more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visits_from: Option<u32>,
    /// Came so often or less.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visits_to: Option<u32>,
    /// Brought so much or more so far, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revenue_from: Option<i64>,
    /// Is expected to bring so much or more in 12 months, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_from: Option<i64>,
    /// Was here last so many days ago or longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub absent_from: Option<u32>,
    /// Was here last so many days ago or less.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub absent_to: Option<u32>,
    /// Bears this tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
}

/// Why a filter cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterFault {
    /// It says nothing, so it would be everybody.
    Empty,
    /// More visits at least than at most.
    Visits,
    /// More days at least than at most.
    Absence,
}

/// What a filter is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Everybody.
    pub population: &'a Population,
    /// The one.
    pub person: &'a Person,
    /// How he stands.
    pub standing: Option<&'a Standing>,
    /// His segment.
    pub segment: Option<Segment>,
    /// His tags.
    pub tags: &'a [String],
}

impl Filter {
    /// Whether it can be kept.
    pub fn check(&self) -> Result<(), FilterFault> {
        let is_turned = |from: Option<u32>, to: Option<u32>| from.zip(to).is_some_and(|(from, to)| from > to);
        if *self == Self::default() {
            return Err(FilterFault::Empty);
        }
        if is_turned(self.visits_from, self.visits_to) {
            return Err(FilterFault::Visits);
        }
        if is_turned(self.absent_from, self.absent_to) {
            return Err(FilterFault::Absence);
        }
        Ok(())
    }

    /// Whether somebody is meant. Whoever never came is not.
    pub fn holds(&self, asked: &Asked<'_>) -> bool {
        let Asked { population, person, standing, segment, tags } = *asked;
        let visits = population.visits_of(person);
        let Some(last) = visits.last() else { return false };
        let count = u32::try_from(visits.len()).unwrap_or(u32::MAX);
        let absent = u32::try_from((population.today - last.day).num_days()).unwrap_or(0);
        let revenue = || population.amounts_of(person).iter().fold(0_i64, |sum, one| sum.saturating_add(one.minor));
        let named = |place: Option<u32>| {
            place.and_then(|place| population.sources.get(usize::try_from(place).ok()?)).map(String::as_str)
        };
        let service_of = |place: u32| population.services.get(usize::try_from(place).ok()?).map(|one| one.id);
        let provider_of = |place: u32| population.providers.get(usize::try_from(place).ok()?).map(|one| one.id);
        let state = standing.map(|standing| standing.state);
        holds(self.state.as_ref(), |wanted| state.map(ClientState::as_str) == Some(wanted.as_str()))
            && holds(self.source.as_ref(), |wanted| named(person.source) == Some(wanted.as_str()))
            && holds(self.service, |wanted| visits.iter().any(|visit| service_of(visit.service) == Some(wanted)))
            && holds(self.provider, |wanted| visits.iter().any(|visit| provider_of(visit.provider) == Some(wanted)))
            && holds(self.segment, |wanted| segment == Some(wanted))
            && holds(self.visits_from, |least| count >= least)
            && holds(self.visits_to, |most| count <= most)
            && holds(self.revenue_from, |least| revenue() >= least)
            && holds(self.value_from, |least| standing.is_some_and(|standing| standing.value_minor >= least))
            && holds(self.absent_from, |least| absent >= least)
            && holds(self.absent_to, |most| absent <= most)
            && holds(self.tag.as_ref(), |wanted| tags.contains(wanted))
    }
}

/// What is not said holds of everybody.
fn holds<T>(said: Option<T>, is_so: impl FnOnce(T) -> bool) -> bool {
    said.is_none_or(is_so)
}

/// The segment of everybody, as long as [`Population::people`].
pub fn segments(insight: &Insight) -> Vec<Option<Segment>> {
    marks(&insight.population).into_iter().map(|marks| marks.map(Segment::of)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::cohorts::tests::{clinic, day};
    use chrono::Days;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_name_is_used_and_every_mark_has_one() {
        let mut met = BTreeSet::new();
        for recency in 1..=5 {
            for frequency in 1..=5 {
                for money in 1..=5 {
                    met.insert(Segment::of(Marks { recency, frequency, money }));
                }
            }
        }
        assert_eq!(met.len(), Segment::ALL.len());
        let of = |recency, frequency, money| Segment::of(Marks { recency, frequency, money });
        assert_eq!(of(5, 5, 5), Segment::Champions);
        assert_eq!(of(3, 5, 1), Segment::Loyal);
        assert_eq!(of(5, 1, 4), Segment::Promising);
        assert_eq!(of(5, 1, 1), Segment::Fresh);
        assert_eq!(of(2, 2, 2), Segment::Drifting);
        assert_eq!(of(1, 5, 1), Segment::Missed);
        assert_eq!(of(1, 1, 1), Segment::Lost);
        assert!(Segment::ALL.iter().all(|segment| Segment::parse(segment.as_str()) == Some(*segment)));
    }

    #[test]
    fn ten_clients_are_two_in_each_fifth() {
        let today = day(2026, 1, 1);
        let people: Vec<Vec<NaiveDate>> = (0_u64..10).map(|ago| vec![today - Days::new(10 + ago)]).collect();
        let found: Vec<Marks> = marks(&clinic(today, &people)).into_iter().flatten().collect();
        let recency: Vec<u8> = found.iter().map(|marks| marks.recency).collect();
        assert_eq!(recency, [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]);
        assert!(found.iter().all(|marks| marks.frequency == 3 && marks.money == 3), "all alike are in the middle");
    }

    #[test]
    fn a_filter_means_whom_it_says() {
        let today = day(2026, 1, 1);
        let population = clinic(
            today,
            &[vec![day(2025, 1, 1), day(2025, 6, 1)], vec![day(2025, 12, 1)], vec![], vec![day(2024, 1, 1)]],
        );
        let tags = ["family".to_owned()];
        let meant = |filter: &Filter| -> Vec<i64> {
            let asked = |person| Asked { population: &population, person, standing: None, segment: None, tags: &tags };
            population.people.iter().filter(|one| filter.holds(&asked(one))).map(|one| one.client.get()).collect()
        };
        let filter = Filter::default();
        assert_eq!(meant(&filter), [1, 2, 4], "whoever never came is never meant");
        assert_eq!(meant(&Filter { visits_from: Some(2), ..filter.clone() }), [1]);
        assert_eq!(meant(&Filter { revenue_from: Some(10_001), ..filter.clone() }), [1]);
        assert_eq!(meant(&Filter { absent_to: Some(31), ..filter.clone() }), [2]);
        assert_eq!(meant(&Filter { absent_from: Some(200), visits_to: Some(1), ..filter.clone() }), [4]);
        assert_eq!(meant(&Filter { tag: Some("family".to_owned()), ..filter.clone() }), [1, 2, 4]);
        assert_eq!(meant(&Filter { tag: Some("other".to_owned()), ..filter.clone() }), [] as [i64; 0]);
        assert_eq!(meant(&Filter { state: Some("lost".to_owned()), ..filter.clone() }), [] as [i64; 0]);
    }

    #[test]
    fn a_filter_is_checked_and_kept_in_words() {
        assert_eq!(Filter::default().check(), Err(FilterFault::Empty));
        let turned = Filter { visits_from: Some(3), visits_to: Some(2), ..Filter::default() };
        assert_eq!(turned.check(), Err(FilterFault::Visits));
        let turned = Filter { absent_from: Some(3), absent_to: Some(2), ..Filter::default() };
        assert_eq!(turned.check(), Err(FilterFault::Absence));
        let good = Filter { segment: Some(Segment::Missed), visits_from: Some(2), ..Filter::default() };
        assert_eq!(good.check(), Ok(()));
        let kept = serde_json::to_string(&good).unwrap();
        assert_eq!(kept, r#"{"segment":"missed","visits_from":2}"#);
        assert_eq!(serde_json::from_str::<Filter>(&kept).unwrap(), good);
        assert!(serde_json::from_str::<Filter>(r#"{"sql":"1=1"}"#).is_err());
    }

    proptest! {
        #[test]
        fn marks_are_fair(starts in prop::collection::vec(prop::collection::btree_set(0_u64..1200, 0..9), 0..60)) {
            let people: Vec<Vec<NaiveDate>> = starts
                .iter()
                .map(|days| days.iter().map(|at| day(2022, 6, 1) + Days::new(*at)).collect())
                .collect();
            let population = clinic(day(2026, 1, 1), &people);
            let found = marks(&population);
            for (one, mine) in people.iter().zip(&found) {
                prop_assert_eq!(mine.is_some(), !one.is_empty());
                for (other, theirs) in people.iter().zip(&found) {
                    let (Some(mine), Some(theirs)) = (mine, theirs) else { continue };
                    if one[one.len() - 1] >= other[other.len() - 1] {
                        prop_assert!(mine.recency >= theirs.recency);
                    }
                    prop_assert!((1..=5).contains(&mine.frequency));
                }
            }
        }
    }
}
