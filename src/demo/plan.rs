//! The whole story as plain values: what the database will hold, before it holds it.

use chrono::{Duration, NaiveDateTime};

use super::anchor::{Anchor, Scale};
use super::calendar::Place;
use super::catalogue::{Room, Service};
use super::chance::Chance;
use super::history::History;
use super::hours::Hours;
use super::people::People;
pub(crate) use crate::domain::booking::BookingStatus as Status;

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Actor {
    Client,
    Staff,
}

impl Actor {
    /// As the database writes it.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Staff => "staff",
        }
    }
}

/// A block on a provider's and a room's calendar. Times are those on the clinic's wall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlannedAppointment {
    pub(crate) service: &'static Service,
    pub(crate) location: &'static str,
    pub(crate) provider: &'static str,
    pub(crate) room: Option<&'static str>,
    pub(crate) starts: NaiveDateTime,
    pub(crate) minutes: i32,
    pub(crate) created: NaiveDateTime,
    pub(crate) released: Option<NaiveDateTime>,
}

impl PlannedAppointment {
    pub(crate) fn at(place: &Place, created: NaiveDateTime) -> Self {
        Self {
            service: place.offer.service,
            location: place.location,
            provider: place.offer.provider,
            room: place.room.map(|room: &Room| room.key),
            starts: place.starts(),
            minutes: place.offer.minutes(),
            created,
            released: None,
        }
    }

    pub(crate) fn ends(&self) -> NaiveDateTime {
        self.starts + Duration::minutes(i64::from(self.minutes))
    }

    /// What provider and room are taken for, buffers included.
    pub(crate) fn block(&self) -> (NaiveDateTime, NaiveDateTime) {
        let before = Duration::minutes(i64::from(self.service.before));
        let after = Duration::minutes(i64::from(self.service.after));
        (self.starts - before, self.ends() + after)
    }

    /// Whether it occupies its provider and room in the database: today and later, unless given back.
    pub(crate) fn occupies(&self, anchor: &Anchor) -> bool {
        self.released.is_none() && anchor.today <= self.starts.date()
    }
}

/// How a booking came to an end without a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) at: NaiveDateTime,
    pub(crate) by: Actor,
    pub(crate) reason: Option<&'static str>,
    pub(crate) late: bool,
}

/// One line of a booking's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PlannedEvent {
    pub(crate) at: NaiveDateTime,
    pub(crate) actor: Actor,
    pub(crate) before: Option<Status>,
    pub(crate) after: Status,
    pub(crate) reason: Option<&'static str>,
}

/// What a ledger row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryKind {
    Charge,
    Payment,
    Refund,
    WriteOff,
}

impl EntryKind {
    /// As the database writes it.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::Payment => "payment",
            Self::Refund => "refund",
            Self::WriteOff => "write_off",
        }
    }
}

/// Money that moved, or should have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PlannedEntry {
    pub(crate) at: NaiveDateTime,
    pub(crate) kind: EntryKind,
    pub(crate) amount_minor: i64,
    pub(crate) method: Option<&'static str>,
    pub(crate) note: &'static str,
    /// What was charged, where it was.
    pub(crate) item: &'static str,
    /// The tax rate in the amount.
    pub(crate) tax_basis_points: i64,
}

/// One patient's place in an appointment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlannedBooking {
    /// Place in the list of appointments.
    pub(crate) appointment: usize,
    /// Place in the list of patients.
    pub(crate) patient: usize,
    /// Bookings of one family on one day share a number.
    pub(crate) visit: Option<u32>,
    pub(crate) status: Status,
    pub(crate) party: i32,
    pub(crate) price_minor: i64,
    pub(crate) created: NaiveDateTime,
    pub(crate) created_by: Actor,
    pub(crate) note: &'static str,
    pub(crate) confirmed: Option<NaiveDateTime>,
    pub(crate) completed: Option<NaiveDateTime>,
    pub(crate) ended: Option<Ended>,
    pub(crate) events: Vec<PlannedEvent>,
    pub(crate) money: Vec<PlannedEntry>,
}

impl PlannedBooking {
    /// Moves to another status and writes the line about it.
    pub(crate) fn becomes(&mut self, status: Status, at: NaiveDateTime, actor: Actor, reason: Option<&'static str>) {
        self.events.push(PlannedEvent { at, actor, before: Some(self.status), after: status, reason });
        self.status = status;
    }
}

/// Everything that the demo clinic consists of.
#[derive(Debug)]
pub(crate) struct ClinicPlan {
    pub(crate) anchor: Anchor,
    pub(crate) hours: Hours,
    pub(crate) people: People,
    pub(crate) appointments: Vec<PlannedAppointment>,
    pub(crate) bookings: Vec<PlannedBooking>,
}

impl ClinicPlan {
    /// Tells the story up to `now` (local time at the clinic). The same arguments give the same plan.
    pub(crate) fn tell(now: NaiveDateTime, seed: u64, scale: Scale) -> Self {
        let anchor = Anchor::new(now, scale);
        let mut chance = Chance::new(seed);
        let hours = Hours::of_the_practice(&anchor);
        let people = People::moving_in(&anchor, &mut chance);
        let (appointments, bookings) = History::new(&anchor, &hours, &people, chance).unfold();
        Self { anchor, hours, people, appointments, bookings }
    }

    /// Rows that the progress bar counts.
    pub(crate) fn rows(&self) -> u64 {
        let beside: usize = self.bookings.iter().map(|booking| booking.events.len() + booking.money.len()).sum();
        (self.people.patients.len() + self.appointments.len() + self.bookings.len() + beside) as u64
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chrono::NaiveDate;

    use super::super::calendar::minute_of;
    use super::super::catalogue::{BRUSHING_CLASS, ROOMS};
    use super::super::hours::Minutes;
    use super::*;

    fn tell(scale: Scale) -> ClinicPlan {
        let now = NaiveDate::from_ymd_opt(2026, 11, 18).unwrap().and_hms_opt(10, 20, 0).unwrap();
        ClinicPlan::tell(now, 2, scale)
    }

    #[test]
    fn the_same_story_is_told_twice() {
        let (one, other) = (tell(Scale::SMALL), tell(Scale::SMALL));
        assert_eq!(one.appointments, other.appointments);
        assert_eq!(one.bookings, other.bookings);
        assert_eq!(one.people, other.people);
    }

    #[test]
    fn nobody_is_in_two_places_and_no_room_holds_two() {
        let plan = tell(Scale::CLINIC);
        let mut blocks: BTreeMap<&str, Vec<(NaiveDateTime, NaiveDateTime)>> = BTreeMap::new();
        for appointment in plan.appointments.iter().filter(|appointment| appointment.released.is_none()) {
            blocks.entry(appointment.provider).or_default().push(appointment.block());
            blocks.entry(appointment.room.unwrap()).or_default().push(appointment.block());
        }
        for (resource, mut spans) in blocks {
            spans.sort();
            for pair in spans.windows(2) {
                assert!(pair[0].1 <= pair[1].0, "{resource}: {pair:?}");
            }
        }
    }

    #[test]
    fn opening_hours_and_rooms_are_kept() {
        let plan = tell(Scale::CLINIC);
        for appointment in &plan.appointments {
            let day = appointment.starts.date();
            let (start, end) = appointment.block();
            let block = Minutes::new(minute_of(start), minute_of(end));
            let work_day = plan.hours.work_day(appointment.provider, day).unwrap();
            assert_eq!(work_day.location, appointment.location);
            assert!(work_day.spans.iter().any(|span| span.contains(block)), "{appointment:?}");
            let room = ROOMS.iter().find(|room| Some(room.key) == appointment.room).unwrap();
            assert_eq!((room.location, Some(room.kind)), (appointment.location, appointment.service.room_kind));
            assert_eq!(minute_of(appointment.starts) % appointment.service.slot_minutes, 0, "{appointment:?}");
            assert!(appointment.created < appointment.starts, "{appointment:?}");
        }
    }

    #[test]
    fn classes_keep_to_their_capacity() {
        let plan = tell(Scale::CLINIC);
        let mut parties: BTreeMap<usize, (i32, i32)> = BTreeMap::new();
        for booking in plan.bookings.iter().filter(|booking| !booking.status.gave_seat_back()) {
            let entry = parties.entry(booking.appointment).or_default();
            *entry = (entry.0 + booking.party, entry.1 + 1);
        }
        for (appointment, (party, _)) in &parties {
            assert!(*party <= plan.appointments[*appointment].service.capacity);
        }
        let full: Vec<_> =
            parties.iter().filter(|(number, _)| plan.appointments[**number].service == &BRUSHING_CLASS).collect();
        assert!(full.iter().any(|(_, (_, bookings))| 1 < *bookings), "{full:?}");
    }

    #[test]
    fn histories_are_in_order_and_end_where_they_stand() {
        let plan = tell(Scale::CLINIC);
        for booking in &plan.bookings {
            let appointment = &plan.appointments[booking.appointment];
            assert!(booking.events.is_sorted_by_key(|event| event.at), "{booking:?}");
            assert_eq!(booking.events.first().unwrap().before, None);
            assert_eq!(booking.events.last().unwrap().after, booking.status);
            assert!(booking.events.iter().all(|event| event.at <= plan.anchor.now), "{booking:?}");
            assert_eq!(booking.status == Status::Completed, booking.completed.is_some());
            assert_eq!(booking.status.gave_seat_back(), booking.ended.is_some());
            if appointment.ends() + Duration::hours(1) < plan.anchor.now {
                assert!(
                    matches!(booking.status, Status::Completed | Status::NoShow | Status::Cancelled | Status::Declined),
                    "{booking:?}"
                );
            }
            if plan.anchor.now + Duration::minutes(20) < appointment.starts {
                assert!(
                    matches!(booking.status, Status::Booked | Status::Requested | Status::Cancelled | Status::Declined),
                    "{booking:?}"
                );
            }
            assert!(booking.money.is_empty() || booking.status == Status::Completed);
        }
    }

    #[test]
    fn the_practice_looks_like_one() {
        let plan = tell(Scale::CLINIC);
        let figures = Figures::of(&plan);
        assert!((6_000..12_000).contains(&figures.bookings), "{figures:?}");
        assert!((0.55..0.85).contains(&figures.second_visit), "{figures:?}");
        assert!((0.02..0.08).contains(&figures.no_shows), "{figures:?}");
        assert!(0.005 < figures.late_cancellations && figures.late_cancellations < 0.06, "{figures:?}");
        assert!((400..1_400).contains(&figures.coming), "{figures:?}");
        assert!(8 <= figures.today, "{figures:?}");
        assert!(1 <= figures.requests && 1 <= figures.cancelled_ahead, "{figures:?}");
        assert!((0.4..0.85).contains(&figures.active_of_started_two_years_ago), "{figures:?}");
        assert!(3 * figures.dollars_spent < figures.dollars_earned, "{figures:?}");
    }

    /// What an owner would look at first.
    #[derive(Debug)]
    struct Figures {
        bookings: usize,
        no_shows: f64,
        late_cancellations: f64,
        second_visit: f64,
        active_of_started_two_years_ago: f64,
        today: usize,
        coming: usize,
        requests: usize,
        cancelled_ahead: usize,
        dollars_earned: i64,
        dollars_spent: i64,
    }

    impl Figures {
        fn of(plan: &ClinicPlan) -> Self {
            let figure = |count: usize| f64::from(u32::try_from(count).unwrap());
            let share = |part: usize, whole: usize| figure(part) / figure(whole.max(1));
            let starts = |booking: &PlannedBooking| plan.appointments[booking.appointment].starts;
            let now = plan.anchor.now;
            let of = |status: Status| plan.bookings.iter().filter(move |booking| booking.status == status);
            let past: Vec<_> = plan.bookings.iter().filter(|booking| starts(booking) < now).collect();
            let ahead = |booking: &&PlannedBooking| now < starts(booking) && starts(booking) < now + Duration::days(92);
            let visits = visits(plan);
            let year = Duration::days(365);
            let ripe: Vec<_> = visits.values().filter(|days| days[0] + year < plan.anchor.today).collect();
            let second = ripe.iter().filter(|days| days.len() > 1 && days[1] - days[0] <= year).count();
            let old: Vec<_> = visits.values().filter(|days| days[0] + year * 2 < plan.anchor.today).collect();
            let active = old.iter().filter(|days| plan.anchor.today - *days.last().unwrap() < Duration::days(400));
            Self {
                bookings: plan.bookings.len(),
                no_shows: share(of(Status::NoShow).count(), past.len()),
                late_cancellations: share(
                    past.iter().filter(|booking| booking.ended.is_some_and(|ended| ended.late)).count(),
                    past.len(),
                ),
                second_visit: share(second, ripe.len()),
                active_of_started_two_years_ago: share(active.count(), old.len()),
                today: plan.bookings.iter().filter(|booking| starts(booking).date() == plan.anchor.today).count(),
                coming: plan.bookings.iter().filter(|booking| !booking.status.gave_seat_back()).filter(ahead).count(),
                requests: of(Status::Requested).count(),
                cancelled_ahead: of(Status::Cancelled).filter(ahead).count(),
                dollars_earned: of(Status::Completed).map(|booking| booking.price_minor).sum::<i64>() / 100,
                dollars_spent: plan.people.costs.iter().map(|cost| cost.amount_minor).sum::<i64>() / 100,
            }
        }
    }

    /// The days on which each patient came.
    fn visits(plan: &ClinicPlan) -> BTreeMap<usize, Vec<NaiveDate>> {
        let mut visits: BTreeMap<usize, Vec<NaiveDate>> = BTreeMap::new();
        for booking in plan.bookings.iter().filter(|booking| booking.status == Status::Completed) {
            visits.entry(booking.patient).or_default().push(plan.appointments[booking.appointment].starts.date());
        }
        visits.values_mut().for_each(|days| {
            days.sort();
            days.dedup();
        });
        visits
    }

    /// Whoever opens the demo sees a practice that is at work, and finds a free time all the same.
    #[test]
    fn the_coming_weeks_are_busy_and_never_full() {
        let plan = tell(Scale::CLINIC);
        for provider in super::super::catalogue::PROVIDERS {
            let week = load(&plan, provider.slug, 0);
            assert!((45..=95).contains(&week), "{}: {week} percent of this week", provider.slug);
            for later in [4, 8] {
                let week = load(&plan, provider.slug, later);
                assert!((5..=80).contains(&week), "{}: {week} percent in {later} weeks", provider.slug);
            }
        }
    }

    /// Percent of a provider's open minutes that are taken, so many weeks from now.
    fn load(plan: &ClinicPlan, provider: &'static str, week: i64) -> i64 {
        let days: Vec<NaiveDate> = (0..7).map(|day| plan.anchor.day(week * 7 + day)).collect();
        let work_days = days.iter().filter_map(|day| plan.hours.work_day(provider, *day));
        let open: i32 = work_days.flat_map(|work_day| &work_day.spans).map(|span| span.end - span.start).sum();
        let taken: i64 = plan
            .appointments
            .iter()
            .filter(|appointment| appointment.provider == provider && appointment.released.is_none())
            .filter(|appointment| days.contains(&appointment.starts.date()))
            .map(|appointment| (appointment.block().1 - appointment.block().0).num_minutes())
            .sum();
        taken * 100 / i64::from(open.max(1))
    }
}
