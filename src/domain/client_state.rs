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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::RecallTypeId;
    use proptest::prelude::*;

    /// Days after the first of January 2024.
    fn day(number: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + Days::new(number)
    }

    fn visit(at: u64, booked: u64) -> Visit {
        Visit {
            day: day(at),
            booked_on: day(booked),
            service: 0,
            provider: 0,
            location: 0,
            minutes: 30,
            by_client: true,
            kinds: 0,
        }
    }

    fn visits(days: &[u64]) -> Vec<Visit> {
        days.iter().map(|at| visit(*at, *at)).collect()
    }

    fn booking(at: u64, booked: u64, ended: Option<u64>) -> OtherBooking {
        OtherBooking {
            day: day(at),
            booked_on: day(booked),
            ended_on: ended.map(day),
            outcome: if ended.is_some() { Outcome::CancelledInTime } else { Outcome::Coming },
            service: 0,
            provider: 0,
            by_client: true,
        }
    }

    fn due(at: u64, every: Option<u32>) -> Due {
        Due { recall_type: RecallTypeId::new(1), day: day(at), every_days: every, is_silent: false }
    }

    fn facts<'a>(visits: &'a [Visit], bookings: &'a [OtherBooking], dues: &'a [Due]) -> Facts<'a> {
        Facts { visits, bookings, dues, services: &[], lost_after_months: 18, modelled_gap_days: None, alive: None }
    }

    fn on(facts: &Facts<'_>, at: u64) -> (ClientState, NaiveDate) {
        let stood = facts.on(day(at)).unwrap();
        (stood.state, stood.since)
    }

    #[test]
    fn one_visit_is_new_due_overdue_at_risk_and_lost() {
        // Half a year is expected; the limit of 18 months after 1 January 2024 is 1 July 2025, which is day 547.
        let come = visits(&[0]);
        let facts = facts(&come, &[], &[]);
        let table = [
            (0, ClientState::New, 0),
            (167, ClientState::New, 0),
            (168, ClientState::Due, 168),
            (182, ClientState::Due, 168),
            (196, ClientState::Due, 168),
            (197, ClientState::Overdue, 197),
            (273, ClientState::Overdue, 197),
            (274, ClientState::AtRisk, 274),
            (547, ClientState::AtRisk, 274),
            (548, ClientState::Lost, 548),
            (9_000, ClientState::Lost, 548),
        ];
        for (at, state, since) in table {
            assert_eq!(on(&facts, at), (state, day(since)), "day {at}");
        }
        assert_eq!(facts.on(day(0).pred_opt().unwrap()), None, "not yet a client");
    }

    #[test]
    fn the_gap_is_prescribed_own_modelled_usual_or_half_a_year() {
        let come = visits(&[0, 30, 60, 90]);
        let services = [Offered { id: ServiceId::new(1), name: String::new(), usual_gap_days: Some(100) }];
        let gap = |facts: &Facts<'_>| facts.on(day(90)).unwrap().gap_days;
        let own = Facts { services: &services, modelled_gap_days: Some(44.0), ..facts(&come, &[], &[]) };
        assert!((gap(&own) - 30.0).abs() < 1e-9);
        let prescribed = [due(400, Some(182)), due(500, Some(91))];
        assert!((gap(&Facts { dues: &prescribed, ..own }) - 91.0).abs() < 1e-9, "the shortest");
        let silent = [Due { is_silent: true, ..prescribed[0] }];
        assert!((gap(&Facts { dues: &silent, ..own }) - 30.0).abs() < 1e-9);
        let few = &come[2..];
        assert!((gap(&Facts { visits: few, ..own }) - 44.0).abs() < 1e-9, "one gap is no rhythm");
        assert!((gap(&Facts { visits: few, modelled_gap_days: None, ..own }) - 100.0).abs() < 1e-9);
        assert!((gap(&Facts { visits: few, modelled_gap_days: None, services: &[], ..own }) - 182.0).abs() < 1e-9);
        assert!((gap(&Facts { visits: few, modelled_gap_days: Some(f64::NAN), ..own }) - 182.0).abs() < 1e-9);
    }

    #[test]
    fn a_date_that_is_kept_goes_before_the_gap() {
        let come = visits(&[0]);
        let dues = [due(300, Some(182))];
        let kept = facts(&come, &[], &dues);
        assert_eq!(on(&kept, 250).0, ClientState::New);
        assert_eq!(on(&kept, 274), (ClientState::AtRisk, day(274)), "one and a half intervals are over all the same");
        let paused = [Due { is_silent: true, ..dues[0] }];
        assert_eq!(on(&facts(&come, &[], &paused), 190).0, ClientState::Due);
    }

    #[test]
    fn nobody_is_lost_before_three_intervals_or_the_clinics_limit() {
        let come = visits(&[0]);
        let yearly = [due(365, Some(365))];
        let facts_of = |dues| facts(&come, &[], dues);
        assert_eq!(on(&facts_of(&yearly), 1_095).0, ClientState::AtRisk);
        assert_eq!(on(&facts_of(&yearly), 1_096), (ClientState::Lost, day(1_096)));
        let quarterly = [due(91, Some(91))];
        assert_eq!(on(&facts_of(&quarterly), 547).0, ClientState::AtRisk, "18 months are a promise");
        assert_eq!(on(&facts_of(&quarterly), 548).0, ClientState::Lost);
        let short = Facts { lost_after_months: 6, ..facts(&come, &[], &[]) };
        assert_eq!(on(&short, 183), (ClientState::Lost, day(183)), "1 July is the limit, the day after is lost");
    }

    #[test]
    fn a_booking_counts_from_the_day_it_was_made_until_it_ended() {
        let come = visits(&[0]);
        let ahead = [booking(700, 300, None)];
        let table = [(299, ClientState::AtRisk, 274), (300, ClientState::Booked, 300), (700, ClientState::Booked, 300)];
        for (at, state, since) in table {
            assert_eq!(on(&facts(&come, &ahead, &[]), at), (state, day(since)), "day {at}");
        }
        assert_eq!(on(&facts(&come, &ahead, &[]), 701).0, ClientState::Lost, "its day is over, and nobody came");
        let called_off = [booking(700, 300, Some(310))];
        assert_eq!(on(&facts(&come, &called_off, &[]), 309).0, ClientState::Booked);
        assert_eq!(
            on(&facts(&come, &called_off, &[]), 310),
            (ClientState::AtRisk, day(310)),
            "since it was called off"
        );
        // What became a visit was a booking before.
        let came = [visit(0, 0), visit(200, 100)];
        assert_eq!(on(&facts(&came, &[], &[]), 99).0, ClientState::New);
        assert_eq!(on(&facts(&came, &[], &[]), 100), (ClientState::Booked, day(100)));
        assert_eq!(on(&facts(&came, &[], &[]), 200).0, ClientState::Active);
    }

    #[test]
    fn the_model_speaks_only_of_who_is_overdue() {
        let come = visits(&[0]);
        let gone = Facts { alive: Some(0.4), ..facts(&come, &[], &[]) };
        assert_eq!(on(&gone, 196).0, ClientState::Due);
        assert_eq!(on(&gone, 197), (ClientState::AtRisk, day(197)));
        let here = Facts { alive: Some(0.6), ..gone };
        assert_eq!(on(&here, 197).0, ClientState::Overdue);
        let again = visits(&[0, 260]);
        let later = Facts { alive: Some(0.4), ..facts(&again, &[], &[]) };
        assert_eq!(on(&later, 200).0, ClientState::Overdue, "he came again, so he was not gone");
    }

    #[test]
    fn one_and_a_half_own_gaps_find_who_left() {
        // People with gaps of their own, half of whom stay away from some visit on; looked at much later than their gaps.
        let mut random = 20_261_122_u64;
        let mut draw = |below: u64| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) % below
        };
        let (mut flagged, mut right, mut gone) = (0_u32, 0_u32, 0_u32);
        for _ in 0..2_000 {
            let rhythm = 60 + draw(140);
            let (mut at, mut days) = (draw(rhythm), Vec::new());
            let leaves = (draw(2) == 0).then(|| 1_000 + draw(500));
            while at <= 2_000 && leaves.is_none_or(|last| at <= last) {
                days.push(at);
                // Three quarters to five quarters of the rhythm.
                at += rhythm * (75 + draw(51)) / 100;
            }
            let come = visits(&days);
            let is_flagged =
                matches!(facts(&come, &[], &[]).on(day(2_000)).unwrap().state, ClientState::AtRisk | ClientState::Lost);
            gone += u32::from(leaves.is_some());
            flagged += u32::from(is_flagged);
            right += u32::from(is_flagged && leaves.is_some());
        }
        let (precision, recall) = (f64::from(right) / f64::from(flagged), f64::from(right) / f64::from(gone));
        assert!(0.95 < precision && 0.85 < recall, "precision {precision}, recall {recall}");
    }

    proptest! {
        #[test]
        fn everybody_who_came_stands_somewhere_and_only_once(
            mut days in prop::collection::btree_set(0_u64..3_000, 1..12),
            ahead in prop::collection::vec((0_u64..3_400, 0_u64..400, prop::option::of(0_u64..400)), 0..5),
            every in prop::option::of(1_u32..800),
            kept in 0_u64..4_000,
            at in 0_u64..4_000,
            alive in prop::option::of(0.0_f64..1.0),
        ) {
            days.insert(0);
            let days: Vec<u64> = days.into_iter().collect();
            let come = visits(&days);
            let others: Vec<OtherBooking> = ahead
                .iter()
                .map(|(at, before, ended)| {
                    let made = at.saturating_sub(*before);
                    booking(*at, made, ended.map(|after| (made + after).min(*at)))
                })
                .collect();
            let dues = [due(kept, every)];
            let facts = Facts { alive, ..facts(&come, &others, &dues) };
            let stood = facts.on(day(at)).unwrap();
            prop_assert!(stood.since <= day(at));
            let is_booked = others.iter().any(|one| {
                one.booked_on <= day(at) && day(at) <= one.day && one.ended_on.is_none_or(|ended| day(at) < ended)
            });
            prop_assert_eq!(stood.state == ClientState::Booked, is_booked);
            // What is counted by the dated rule does not move with a fit, and neither does the limit.
            let refitted = Facts { alive: Some(0.0), modelled_gap_days: Some(3.0), ..facts };
            let other = refitted.on(day(at)).unwrap();
            prop_assert_eq!(other.limit, stood.limit);
            prop_assert_eq!(other.state == ClientState::Lost, stood.state == ClientState::Lost);
            // Nothing that is not known on a day changes how somebody stood on it.
            let known: Vec<Visit> = come.iter().filter(|visit| visit.day <= day(at)).copied().collect();
            if known.len() == come.len() {
                let shorter = Facts { visits: &known, ..facts };
                prop_assert_eq!(shorter.on(day(at)), Some(stood));
            }
        }
    }
}
