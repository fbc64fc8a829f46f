//! Days on which somebody was expected and did not come: by month, weekday, provider and how long before they were booked.

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use super::insight::Insight;
use super::population::Outcome;
use super::reporting::{Days, first_of_month};
use super::returning::GROUP_MIN;

/// Upper ends of the steps in which the days between booking and visit are counted; the last step is open.
pub const LEAD_STEPS: [i64; 5] = [0, 6, 29, 89, i64::MAX];

/// Days with an expected client, and what became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Broken {
    /// Came, missed or called off too late.
    pub expected: i64,
    /// Missed.
    pub missed: i64,
    /// Called off too late.
    pub late: i64,
    /// Different people among those expected.
    pub people: u64,
}

/// The breakdowns of a period.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Missed {
    /// Everything.
    pub all: Broken,
    /// By month, oldest first.
    pub months: Vec<(NaiveDate, Broken)>,
    /// By weekday, Monday first.
    pub weekdays: Vec<Broken>,
    /// By provider: its place in the population, its name.
    pub providers: Vec<(u32, String, Broken)>,
    /// By [`LEAD_STEPS`].
    pub leads: Vec<Broken>,
}

/// One day of one client.
struct Expected {
    day: NaiveDate,
    booked_on: NaiveDate,
    provider: u32,
    outcome: Option<Outcome>,
}

/// What became of the days of a period.
pub fn missed(insight: &Insight, days: Days) -> Missed {
    let population = &insight.population;
    let mut found = Missed {
        weekdays: vec![Broken::default(); 7],
        leads: vec![Broken::default(); LEAD_STEPS.len()],
        providers: population
            .providers
            .iter()
            .enumerate()
            .map(|(place, provider)| {
                (u32::try_from(place).unwrap_or(u32::MAX), provider.name.clone(), Broken::default())
            })
            .collect(),
        ..Missed::default()
    };
    for (person, ..) in insight.people() {
        let mut seen = Seen::default();
        for expected in expected_of(insight, person, days) {
            found.add(&expected, &mut seen);
        }
    }
    found.providers.retain(|(_, _, broken)| GROUP_MIN <= broken.people);
    found.months.sort_by_key(|(month, _)| *month);
    found
}

/// In which groups a person was counted already.
#[derive(Default)]
struct Seen {
    all: bool,
    months: Vec<NaiveDate>,
    weekdays: [bool; 7],
    leads: [bool; LEAD_STEPS.len()],
    providers: Vec<u32>,
}

impl Missed {
    fn add(&mut self, expected: &Expected, seen: &mut Seen) {
        self.all.add(expected, !std::mem::replace(&mut seen.all, true));
        let month = first_of_month(expected.day);
        let is_new = note(&mut seen.months, month);
        match self.months.iter_mut().find(|(known, _)| *known == month) {
            Some((_, broken)) => broken.add(expected, is_new),
            None => {
                let mut broken = Broken::default();
                broken.add(expected, is_new);
                self.months.push((month, broken));
            }
        }
        let weekday = usize::try_from(expected.day.weekday().num_days_from_monday()).unwrap_or(0);
        if let (Some(broken), Some(was)) = (self.weekdays.get_mut(weekday), seen.weekdays.get_mut(weekday)) {
            broken.add(expected, !std::mem::replace(was, true));
        }
        let lead = (expected.day - expected.booked_on).num_days();
        let step = LEAD_STEPS.iter().position(|end| lead <= *end).unwrap_or(LEAD_STEPS.len() - 1);
        if let (Some(broken), Some(was)) = (self.leads.get_mut(step), seen.leads.get_mut(step)) {
            broken.add(expected, !std::mem::replace(was, true));
        }
        let is_new = note(&mut seen.providers, expected.provider);
        // Until small groups go, a provider stands at its own place.
        let place = usize::try_from(expected.provider).ok();
        if let Some((.., broken)) = place.and_then(|place| self.providers.get_mut(place)) {
            broken.add(expected, is_new);
        }
    }
}

/// Notes something; whether it was not noted before.
fn note<T: PartialEq>(seen: &mut Vec<T>, one: T) -> bool {
    let is_new = !seen.contains(&one);
    if is_new {
        seen.push(one);
    }
    is_new
}

impl Broken {
    fn add(&mut self, expected: &Expected, is_new: bool) {
        self.expected += 1;
        self.missed += i64::from(expected.outcome == Some(Outcome::Missed));
        self.late += i64::from(expected.outcome == Some(Outcome::CancelledLate));
        self.people += u64::from(is_new);
    }

    /// The share that was missed.
    pub fn missed_share(&self) -> Option<f64> {
        share(self.missed, self.expected)
    }

    /// The share that was called off too late.
    pub fn late_share(&self) -> Option<f64> {
        share(self.late, self.expected)
    }
}

/// Counts stay far below 2^53, where every whole number has a float of its own.
#[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
fn share(part: i64, of: i64) -> Option<f64> {
    (0 < of).then(|| part as f64 / of as f64)
}

/// The days on which one person was expected to the last moment: a day counts once, as a visit when there was one.
fn expected_of(insight: &Insight, person: &super::population::Person, days: Days) -> Vec<Expected> {
    let population = &insight.population;
    let visits = population.visits_of(person);
    let mut found: Vec<Expected> = visits
        .iter()
        .filter(|visit| days.contains(visit.day))
        .map(|visit| Expected { day: visit.day, booked_on: visit.booked_on, provider: visit.provider, outcome: None })
        .collect();
    let came = found.len();
    for booking in population.bookings_of(person).iter().filter(|booking| days.contains(booking.day)) {
        let is_broken = matches!(booking.outcome, Outcome::Missed | Outcome::CancelledLate);
        if !is_broken || visits.iter().any(|visit| visit.day == booking.day) {
            continue;
        }
        match found.iter_mut().skip(came).find(|known| known.day == booking.day) {
            Some(known) if booking.outcome == Outcome::Missed => known.outcome = Some(Outcome::Missed),
            Some(_) => {}
            None => found.push(Expected {
                day: booking.day,
                booked_on: booking.booked_on,
                provider: booking.provider,
                outcome: Some(booking.outcome),
            }),
        }
    }
    found
}

/// The weekdays in the order of [`Missed::weekdays`].
pub const WEEKDAYS: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
