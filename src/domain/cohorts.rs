//! Cohorts: clients by the month (or quarter) of their first visit, and what share of each came again so many months later.
//!
//! Only matured cells are known: a period that is not over yet would look like people who stayed away. Groups under
//! [`SMALLEST`] are counted in the line of all and not shown alone.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::population::{Person, Population, Visit};

/// Groups with fewer people are not broken down.
pub const SMALLEST: u32 = 5;
/// So many people have first visits in a typical month before months are told apart.
const ENOUGH_IN_A_MONTH: usize = 12;

/// How long a cohort's period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Grain {
    /// A month.
    Month,
    /// Three months.
    Quarter,
}

/// What a cell counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Measure {
    /// Who came in that very period.
    During,
    /// Who came again at all until the end of that period.
    Until,
}

impl Grain {
    /// The word in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
        }
    }

    /// Reads [`Self::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Month, Self::Quarter].into_iter().find(|grain| grain.as_str() == word)
    }

    /// How many months it has.
    pub const fn months(self) -> i32 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
        }
    }

    /// The number of the period in which a day lies, counted from the year 0.
    pub fn period(self, day: NaiveDate) -> i32 {
        (day.year() * 12 + day.month0().cast_signed()).div_euclid(self.months())
    }

    /// The first day of a period.
    pub fn first_day(self, period: i32) -> Option<NaiveDate> {
        let month = period.checked_mul(self.months())?;
        let month0 = u32::try_from(month.rem_euclid(12)).ok()?;
        NaiveDate::from_ymd_opt(month.div_euclid(12), month0 + 1, 1)
    }
}

impl Measure {
    /// The word in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::During => "during",
            Self::Until => "until",
        }
    }

    /// Reads [`Self::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        [Self::During, Self::Until].into_iter().find(|measure| measure.as_str() == word)
    }
}

/// How many of a cohort came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cell {
    /// They came.
    pub came: u32,
    /// So many could have.
    pub of: u32,
}

impl Cell {
    /// The share of those who came, where there is anybody.
    pub fn share(self) -> Option<f64> {
        (self.of > 0).then(|| f64::from(self.came) / f64::from(self.of))
    }
}

/// The people whose first visit lies in one period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cohort {
    /// The number of the period.
    pub period: i32,
    /// Its first day.
    pub starts_on: NaiveDate,
    /// How many they are.
    pub size: u32,
    /// The cell of each later period that is over, the first after their own first.
    pub cells: Vec<Cell>,
}

impl Cohort {
    /// Whether it has too few people to be shown alone.
    pub const fn is_small(&self) -> bool {
        self.size < SMALLEST
    }
}

/// Cohorts side by side, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cohorts {
    /// Months or quarters.
    pub grain: Grain,
    /// What a cell counts.
    pub measure: Measure,
    /// Each period with a first visit, oldest first.
    pub cohorts: Vec<Cohort>,
    /// All of them together: each cell over the cohorts that are old enough for it.
    pub all: Vec<Cell>,
}

/// Months where enough people come for the first time in one, else quarters.
pub fn grain_that_fits(population: &Population) -> Grain {
    let first = |person: &Person| population.visits_of(person).first().map(|visit| Grain::Month.period(visit.day));
    let this = Grain::Month.period(population.today);
    let last_year = population.people.iter().filter_map(first).filter(|period| (1..=12).contains(&(this - period)));
    if last_year.count() >= ENOUGH_IN_A_MONTH * 12 { Grain::Month } else { Grain::Quarter }
}

/// The period of somebody's first visit.
pub fn period_of(population: &Population, person: &Person, grain: Grain) -> Option<i32> {
    population.visits_of(person).first().map(|visit| grain.period(visit.day))
}

/// Whether somebody with these visits is among those who came, `after` periods after the one of the first visit.
pub fn came(visits: &[Visit], grain: Grain, measure: Measure, after: u32) -> bool {
    let Some(first) = visits.first().map(|visit| grain.period(visit.day)) else { return false };
    let mut later = visits.iter().filter_map(|visit| u32::try_from(grain.period(visit.day) - first).ok());
    match measure {
        Measure::During => later.any(|period| period == after),
        Measure::Until => later.any(|period| (1..=after).contains(&period)),
    }
}

/// The cohorts of the last `most` periods whose people `keep` keeps, each with at most `most` cells.
pub fn cohorts(
    population: &Population,
    grain: Grain,
    measure: Measure,
    most: u32,
    keep: impl Fn(&Person) -> bool,
) -> Cohorts {
    let this = grain.period(population.today);
    let oldest = this - most.cast_signed();
    let mut found: Vec<Cohort> = (oldest..this)
        .filter_map(|period| {
            let cells = usize::try_from(this - period - 1).unwrap_or(0);
            Some(Cohort { period, starts_on: grain.first_day(period)?, size: 0, cells: vec![Cell::default(); cells] })
        })
        .collect();
    for person in population.people.iter().filter(|person| keep(person)) {
        let visits = population.visits_of(person);
        let Some(first) = visits.first().map(|visit| grain.period(visit.day)) else { continue };
        let Some(cohort) = usize::try_from(first - oldest).ok().and_then(|place| found.get_mut(place)) else {
            continue;
        };
        cohort.size += 1;
        count(cohort, visits, grain, measure);
    }
    for cohort in &mut found {
        for cell in &mut cohort.cells {
            cell.of = cohort.size;
        }
    }
    found.retain(|cohort| cohort.size > 0);
    Cohorts { grain, measure, all: together(&found), cohorts: found }
}

/// Counts somebody in the cells of the periods in which he came.
fn count(cohort: &mut Cohort, visits: &[Visit], grain: Grain, measure: Measure) {
    let mut before = 0;
    for visit in visits {
        let after = grain.period(visit.day) - cohort.period;
        if after <= before {
            continue;
        }
        before = after;
        let Ok(place) = usize::try_from(after - 1) else { continue };
        match measure {
            Measure::During => {
                if let Some(cell) = cohort.cells.get_mut(place) {
                    cell.came += 1;
                }
            }
            // The first return counts from its period on.
            Measure::Until => {
                for cell in cohort.cells.iter_mut().skip(place) {
                    cell.came += 1;
                }
                return;
            }
        }
    }
}

fn together(cohorts: &[Cohort]) -> Vec<Cell> {
    let longest = cohorts.iter().map(|cohort| cohort.cells.len()).max().unwrap_or(0);
    let mut all = vec![Cell::default(); longest];
    for cohort in cohorts {
        for (sum, cell) in all.iter_mut().zip(&cohort.cells) {
            sum.came += cell.came;
            sum.of += cell.of;
        }
    }
    all
}

#[cfg(test)]
pub(in crate::domain) mod tests {
    use super::*;
    use crate::domain::ids::ClientId;
    use crate::domain::money::Currency;
    use proptest::prelude::*;

    pub(in crate::domain) fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    pub(in crate::domain) fn visit(day: NaiveDate) -> Visit {
        Visit { day, booked_on: day, service: 0, provider: 0, location: 0, minutes: 30, by_client: true, kinds: 0 }
    }

    /// People with visits on these days, each worth 100.00.
    pub(in crate::domain) fn clinic(today: NaiveDate, people: &[Vec<NaiveDate>]) -> Population {
        let mut population = Population {
            today,
            currency: Currency::Usd,
            lost_after_months: 18,
            people: Vec::new(),
            visits: Vec::new(),
            amounts: Vec::new(),
            bookings: Vec::new(),
            dues: Vec::new(),
            kinds: Vec::new(),
            services: Vec::new(),
            providers: Vec::new(),
            locations: Vec::new(),
            sources: Vec::new(),
        };
        let place = |list: usize| u32::try_from(list).unwrap();
        for (number, days) in people.iter().enumerate() {
            let from = place(population.visits.len());
            for day in days {
                population.visits.push(visit(*day));
                let service = Some(0);
                population.amounts.push(crate::domain::population::Amount {
                    day: *day,
                    minor: 10_000,
                    margin_minor: 6_000,
                    service,
                });
            }
            let to = place(population.visits.len());
            population.people.push(Person {
                client: ClientId::new(i64::try_from(number).unwrap() + 1),
                source: None,
                may_be_asked: true,
                visits: from..to,
                amounts: from..to,
                bookings: 0..0,
                dues: 0..0,
            });
        }
        population
    }

    #[test]
    fn a_known_clinic_has_known_cells() {
        // Six people in January: two come in February, three in March (one of them again), nobody in April.
        let january = day(2026, 1, 10);
        let people = [
            vec![january, day(2026, 2, 3)],
            vec![january, day(2026, 2, 28), day(2026, 3, 1)],
            vec![january, day(2026, 1, 20), day(2026, 3, 31)],
            vec![january, day(2026, 3, 5), day(2026, 3, 25)],
            vec![january],
            vec![january, day(2026, 5, 2)],
            // A small cohort, and one of this month that has no cells yet.
            vec![day(2026, 3, 3), day(2026, 4, 3)],
            vec![day(2026, 5, 4)],
        ];
        let population = clinic(day(2026, 5, 20), &people);
        let during = cohorts(&population, Grain::Month, Measure::During, 24, |_| true);
        let sizes: Vec<_> = during.cohorts.iter().map(|cohort| (cohort.starts_on, cohort.size)).collect();
        assert_eq!(sizes, [(day(2026, 1, 1), 6), (day(2026, 3, 1), 1)]);
        assert!(during.cohorts[1].is_small() && !during.cohorts[0].is_small());
        let came = |cohort: &Cohort| cohort.cells.iter().map(|cell| cell.came).collect::<Vec<_>>();
        assert_eq!(came(&during.cohorts[0]), [2, 3, 0], "May is not over");
        assert_eq!(came(&during.cohorts[1]), [1]);
        assert_eq!(during.all[0], Cell { came: 3, of: 7 });
        assert_eq!(during.all[2], Cell { came: 0, of: 6 });
        let until = cohorts(&population, Grain::Month, Measure::Until, 24, |_| true);
        assert_eq!(came(&until.cohorts[0]), [2, 4, 4]);
        let quarters = cohorts(&population, Grain::Quarter, Measure::During, 24, |_| true);
        assert_eq!(quarters.cohorts.len(), 1, "the second quarter is not over");
        assert_eq!((quarters.cohorts[0].size, quarters.cohorts[0].cells.len()), (7, 0));
        assert_eq!(grain_that_fits(&population), Grain::Quarter);
    }

    #[test]
    fn periods_are_calendar_months_and_quarters() {
        for (date, month, quarter) in [
            (day(2026, 12, 31), day(2026, 12, 1), day(2026, 10, 1)),
            (day(2024, 2, 29), day(2024, 2, 1), day(2024, 1, 1)),
            (day(1, 1, 1), day(1, 1, 1), day(1, 1, 1)),
        ] {
            assert_eq!(Grain::Month.first_day(Grain::Month.period(date)), Some(month));
            assert_eq!(Grain::Quarter.first_day(Grain::Quarter.period(date)), Some(quarter));
        }
        assert_eq!(Grain::Month.first_day(i32::MAX), None);
    }

    #[test]
    fn nobody_makes_no_cohort() {
        let empty = cohorts(&clinic(day(2026, 5, 20), &[]), Grain::Month, Measure::During, 24, |_| true);
        assert!(empty.cohorts.is_empty() && empty.all.is_empty());
        assert_eq!(Cell::default().share(), None);
    }

    proptest! {
        /// A cell's number is the number of people behind it, whichever way it is asked.
        #[test]
        fn cells_count_the_people_behind_them(
            starts in prop::collection::vec((0_u64..900, prop::collection::vec(1_u64..200, 0..8)), 0..40),
            until: bool,
            quarters: bool,
        ) {
            let origin = day(2023, 1, 1);
            let people: Vec<Vec<NaiveDate>> = starts
                .iter()
                .map(|(start, gaps)| {
                    let days = gaps.iter().scan(*start, |at, gap| { *at += gap; Some(*at) });
                    std::iter::once(*start).chain(days).map(|at| origin + chrono::Days::new(at)).collect()
                })
                .collect();
            let population = clinic(day(2025, 8, 15), &people);
            let measure = if until { Measure::Until } else { Measure::During };
            let grain = if quarters { Grain::Quarter } else { Grain::Month };
            let found = cohorts(&population, grain, measure, 24, |_| true);
            for cohort in &found.cohorts {
                let members: Vec<_> = population
                    .people
                    .iter()
                    .filter(|person| period_of(&population, person, grain) == Some(cohort.period))
                    .collect();
                prop_assert_eq!(members.len(), usize::try_from(cohort.size).unwrap());
                for (place, cell) in cohort.cells.iter().enumerate() {
                    let after = u32::try_from(place + 1).unwrap();
                    let behind =
                        members.iter().filter(|person| came(population.visits_of(person), grain, measure, after)).count();
                    prop_assert_eq!(behind, usize::try_from(cell.came).unwrap());
                    prop_assert!(cell.came <= cell.of);
                }
            }
        }
    }
}
