//! How a client stands towards the clinic: the first state that applies, with no gaps between them.
//!
//! - **booked**: has a booking to come;
//! - **lost**: the last visit is longer ago than the clinic's limit (18 months), or than three prescribed intervals where
//!   that is longer: nobody is lost by missing one check-up a year, and nobody before the clinic's own limit. It begins on
//!   the day after the limit. It never depends on a model, so what is counted by it never moves with a fit;
//! - **at risk**: longer ago than one and a half times the expected gap, or overdue while the model says that he is more
//!   probably gone than not;
//! - **overdue**: more than 14 days past the date for the next visit; **due**: from 14 days before it to 14 after;
//! - **new**: one visit, not yet due; **active**: everybody else.
//!
//! The expected gap is the shortest interval that is prescribed, else the median of the own gaps from three on, else the
//! mean gap the model expects, else what is usual after the last service, else half a year. The date for the next visit
//! is the earliest that is kept and neither paused nor switched off, else the last visit and the expected gap.
//!
//! All of it can be asked of any day in the past. A booking is known from the day on which it was made until it ended. What
//! was due then is computed where somebody has come since; what the model says today is taken for the past of whoever has
//! not.

use chrono::{Days, Months, NaiveDate};

use super::client_figures;
use super::ids::ServiceId;
use super::population::{Due, Offered, OtherBooking, Outcome, Person, Population, Visit};

/// Days around a date in which somebody is due.
pub const DUE_DAYS: u64 = 14;
/// With so many gaps people have a rhythm of their own.
pub const OWN_GAPS_MIN: usize = 3;
/// The gap of whom nothing else is known of, in days: half a year.
pub const USUAL_GAP_DAYS: f64 = 182.0;
/// Beyond so many expected gaps somebody is at risk.
const RISK_GAPS: f64 = 1.5;
/// So many prescribed intervals pass before somebody is lost.
const LOST_INTERVALS: u32 = 3;
/// Under this probability somebody who is overdue is at risk.
const ALIVE_MIN: f64 = 0.5;

use serde::{Deserialize, Serialize};

/// How somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientState {
    /// Has a booking to come.
    Booked,
    /// Was not here for longer than the dated limit.
    Lost,
    /// Beyond one and a half times the expected gap, or probably gone while overdue.
    AtRisk,
    /// More than 14 days past the due date.
    Overdue,
    /// From 14 days before the due date to 14 after.
    Due,
    /// One visit, not yet due.
    New,
    /// Comes as expected.
    Active,
}

impl ClientState {
    /// Every state, in the order in which they are asked.
    pub const ALL: [Self; 7] =
        [Self::Booked, Self::Lost, Self::AtRisk, Self::Overdue, Self::Due, Self::New, Self::Active];

    /// The word in the database and in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Lost => "lost",
            Self::AtRisk => "at_risk",
            Self::Overdue => "overdue",
            Self::Due => "due",
            Self::New => "new",
            Self::Active => "active",
        }
    }

    /// Reads [`Self::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// What is known of one person.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Visits, first to last.
    pub visits: &'a [Visit],
    /// Bookings that are no visits.
    pub bookings: &'a [OtherBooking],
    /// Dates for next visits, as they are today.
    pub dues: &'a [Due],
    /// What is usual after a service.
    pub services: &'a [Offered<ServiceId>],
    /// Months after which somebody is lost.
    pub lost_after_months: u32,
    /// The mean gap a model expects, in days.
    pub modelled_gap_days: Option<f64>,
    /// Whether he is still a client, by a model, today.
    pub alive: Option<f64>,
}

/// How somebody stood on a day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stood {
    /// The state.
    pub state: ClientState,
    /// The day on which it began.
    pub since: NaiveDate,
    /// The days that are expected between two visits.
    pub gap_days: f64,
    /// The date for the next visit.
    pub due: NaiveDate,
    /// The last day on which he is not lost.
    pub limit: NaiveDate,
}

impl<'a> Facts<'a> {
    /// What the population knows of a person; the model's view is added by whoever has it.
    pub fn of(population: &'a Population, person: &Person) -> Self {
        Self {
            visits: population.visits_of(person),
            bookings: population.bookings_of(person),
            dues: population.dues_of(person),
            services: &population.services,
            lost_after_months: population.lost_after_months,
            modelled_gap_days: None,
            alive: None,
        }
    }

    /// How he stood at the end of `day`; nothing for whoever had not come by then.
    pub fn on(&self, day: NaiveDate) -> Option<Stood> {
        let come = self.visits.partition_point(|visit| visit.day <= day);
        let (visits, later) = self.visits.split_at_checked(come)?;
        let last = visits.last()?;
        let gap_days = self.expected_gap(visits);
        let due = self.due(last.day, gap_days, later.is_empty());
        let limit = self.limit(last.day);
        let stood = |state, since| Some(Stood { state, since, gap_days, due, limit });
        if let Some(since) = self.booked_since(day, later) {
            return stood(ClientState::Booked, since);
        }
        // What stood in a calendar until it was called off or missed hid everything else until then.
        let uncovered = self.bookings.iter().filter_map(|booking| booking.ended_on).filter(|ended| *ended <= day).max();
        let since = |threshold: NaiveDate| uncovered.map_or(threshold, |ended| threshold.max(ended));
        if limit < day {
            return stood(ClientState::Lost, since(plus_days(limit, 1)));
        }
        let at_risk = plus_days(last.day, whole(RISK_GAPS * gap_days) + 1);
        if at_risk <= day {
            return stood(ClientState::AtRisk, since(at_risk));
        }
        let overdue = plus_days(due, DUE_DAYS + 1);
        if overdue <= day {
            let is_gone = later.is_empty() && self.alive.is_some_and(|alive| alive < ALIVE_MIN);
            return stood(if is_gone { ClientState::AtRisk } else { ClientState::Overdue }, since(overdue));
        }
        let from = minus_days(due, DUE_DAYS);
        if from <= day {
            return stood(ClientState::Due, since(from.max(last.day)));
        }
        stood(if visits.len() == 1 { ClientState::New } else { ClientState::Active }, since(last.day))
    }

    /// The days that are expected between two visits, after these.
    fn expected_gap(&self, visits: &[Visit]) -> f64 {
        let prescribed = self.prescribed().map(f64::from);
        let own = || {
            let mut gaps: Vec<i64> =
                visits.iter().zip(visits.iter().skip(1)).map(|(one, next)| (next.day - one.day).num_days()).collect();
            if gaps.len() < OWN_GAPS_MIN { None } else { client_figures::median(&mut gaps) }
        };
        let usual = || {
            let place = usize::try_from(visits.last()?.service).ok()?;
            self.services.get(place)?.usual_gap_days.map(f64::from)
        };
        let gap = prescribed.or_else(own).or(self.modelled_gap_days).or_else(usual);
        gap.filter(|days| days.is_finite()).unwrap_or(USUAL_GAP_DAYS).clamp(1.0, 36_525.0)
    }

    /// The shortest interval that is prescribed and not switched off, in days.
    fn prescribed(&self) -> Option<u32> {
        self.dues.iter().filter(|due| !due.is_silent).filter_map(|due| due.every_days).min()
    }

    fn due(&self, last: NaiveDate, gap_days: f64, is_last: bool) -> NaiveDate {
        let kept = self.dues.iter().filter(|due| is_last && !due.is_silent).map(|due| due.day).min();
        kept.unwrap_or_else(|| plus_days(last, whole(gap_days.round())))
    }

    /// The last day on which somebody is no lost client yet.
    pub fn limit(&self, last: NaiveDate) -> NaiveDate {
        let by_clinic = last.checked_add_months(Months::new(self.lost_after_months)).unwrap_or(NaiveDate::MAX);
        let longest = self.dues.iter().filter_map(|due| due.every_days).max();
        let by_interval = longest.map(|days| plus_days(last, u64::from(days) * u64::from(LOST_INTERVALS)));
        by_interval.map_or(by_clinic, |day| day.max(by_clinic))
    }

    /// Since when there was a booking to come at the end of `day`. Later visits were bookings then.
    fn booked_since(&self, day: NaiveDate, later: &[Visit]) -> Option<NaiveDate> {
        let became = later.iter().filter(|visit| visit.booked_on <= day).map(|visit| visit.booked_on);
        let others = self.bookings.iter().filter(|booking| {
            let stands = match booking.ended_on {
                Some(ended) => day < ended,
                None => booking.outcome == Outcome::Coming,
            };
            booking.booked_on <= day && day <= booking.day && stands
        });
        became.chain(others.map(|booking| booking.booked_on)).min()
    }
}

/// A day later by so many days, the last of the calendar where there is none.
fn plus_days(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

fn minus_days(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN)
}

/// The whole days in a number of days.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "gaps are clamped to a hundred years before, and a float outside of u64 would end at its bounds"
)]
fn whole(days: f64) -> u64 {
    days.floor() as u64
}
