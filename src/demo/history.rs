//! Three years, told event by event: people wish for a visit, take a free time, cancel, come or forget, pay, and return or not.

use std::collections::BTreeMap;

use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, Timelike, Weekday};

use super::anchor::Anchor;
use super::calendar::{Calendar, Place, Search};
use super::catalogue::{
    ALIGNERS, BRUSHING_CLASS, CHECK_UP, CROWN, CROWN_FITTING, EMERGENCY, FILLING, MINA, NEW_PATIENT, OFFERS, PASADENA,
    ROOMS, Service,
};
use super::chance::Chance;
use super::habits::{self, CANCEL_REASONS, GERMAN_NOTES, NOTES};
use super::hours::Hours;
use super::money;
use super::people::{Habit, Patient, People};
use super::plan::{Actor, Ended, PlannedAppointment, PlannedBooking, PlannedEvent, Status};

/// Something that happens at a moment.
#[derive(Debug, Clone, Copy)]
enum Event {
    Wish(Wish),
    Answer { booking: usize },
    Cancel { booking: usize },
    Attend { booking: usize },
    Class { starts: NaiveDateTime },
}

/// Somebody wants to come.
#[derive(Debug, Clone, Copy)]
struct Wish {
    patient: usize,
    service: &'static Service,
    day: NaiveDate,
    by: Actor,
    tries: u8,
}

/// How far somebody has come with the practice.
#[derive(Debug, Clone, Copy, Default)]
struct Course {
    visits: i64,
    last_visit: Option<NaiveDate>,
    last_regular: Option<NaiveDate>,
    /// Bookings that are still to come.
    open: u32,
    open_regular: u32,
    provider: Option<&'static str>,
}

/// The story while it is being told.
pub(crate) struct History<'a> {
    anchor: &'a Anchor,
    hours: &'a Hours,
    people: &'a People,
    chance: Chance,
    calendar: Calendar,
    queue: BTreeMap<(NaiveDateTime, u64), Event>,
    serial: u64,
    visits: u32,
    courses: Vec<Course>,
    places: Vec<Place>,
    appointments: Vec<PlannedAppointment>,
    bookings: Vec<PlannedBooking>,
}

/// Days that a wish waits for a free time, from the day it asks for.
const PATIENCE_DAYS: i64 = 24;

impl<'a> History<'a> {
    pub(crate) fn new(anchor: &'a Anchor, hours: &'a Hours, people: &'a People, chance: Chance) -> Self {
        Self {
            anchor,
            hours,
            people,
            chance,
            calendar: Calendar::default(),
            queue: BTreeMap::new(),
            serial: 0,
            visits: 0,
            courses: vec![Course::default(); people.patients.len()],
            places: Vec::new(),
            appointments: Vec::new(),
            bookings: Vec::new(),
        }
    }

    /// Tells everything up to now and gives the calendar and its bookings.
    pub(crate) fn unfold(mut self) -> (Vec<PlannedAppointment>, Vec<PlannedBooking>) {
        self.everybody_arrives();
        self.classes_are_announced();
        self.run();
        self.fill_the_coming_weeks();
        self.run();
        self.requests_come_in();
        self.people_sit_in_the_waiting_room();
        self.people_confirm();
        (self.appointments, self.bookings)
    }

    fn at(&mut self, at: NaiveDateTime, event: Event) {
        self.serial += 1;
        self.queue.insert((at, self.serial), event);
    }

    fn run(&mut self) {
        while let Some(entry) = self.queue.first_entry() {
            let (at, _) = *entry.key();
            if self.anchor.now < at {
                break;
            }
            match entry.remove() {
                Event::Wish(wish) => self.wish(at, wish),
                Event::Answer { booking } => self.answer(at, booking),
                Event::Cancel { booking } => self.cancel(at, booking),
                Event::Attend { booking } => self.attend(at, booking),
                Event::Class { starts } => self.class(at, starts),
            }
        }
    }

    fn everybody_arrives(&mut self) {
        let people = self.people;
        let mut leads = BTreeMap::new();
        for (number, patient) in people.patients.iter().enumerate() {
            let service = habits::first_wish(patient.habit, &mut self.chance);
            // Children come along with the check-up of the grown-up.
            let comes_along = patient.guardian.is_some_and(|guardian| leads.get(&guardian) == Some(&CHECK_UP.slug));
            leads.insert(number, service.slug);
            if comes_along {
                continue;
            }
            let day = patient.arrives.date() + Duration::days(self.chance.between(2, 16));
            let by = self.who_books(service, patient.arrives);
            self.at(patient.arrives, Event::Wish(Wish { patient: number, service, day, by, tries: 0 }));
        }
    }

    /// Booking online grew from a third to three quarters.
    fn who_books(&mut self, service: &Service, at: NaiveDateTime) -> Actor {
        let share = match (self.anchor.now - at).num_days() {
            ..365 => 0.76,
            365..730 => 0.6,
            _ => 0.36,
        };
        if service.online && self.chance.happens(share) { Actor::Client } else { Actor::Staff }
    }

    fn wish(&mut self, at: NaiveDateTime, wish: Wish) {
        let people = self.people;
        let Some(patient) = people.patients.get(wish.patient) else { return };
        if habits::is_regular(wish.service) && self.is_taken_care_of(wish.patient, wish.day) {
            return;
        }
        let lead = match wish.by {
            Actor::Client => i64::from(wish.service.lead_minutes),
            Actor::Staff => 40,
        };
        let horizon = at.date() + Duration::days(i64::from(wish.service.horizon_days));
        let day = wish.day.max(at.date());
        let days = PATIENCE_DAYS.min((horizon - day).num_days());
        let search = self.search(patient, wish, at + Duration::minutes(lead), day, days);
        match self.calendar.find(self.hours, &search, &mut self.chance) {
            Some(place) => {
                let visit = self.bring_children(at, wish, patient, &place);
                self.book(at, wish, &place, visit);
            }
            None if wish.tries < 2 => self.try_later(at, wish),
            None => {}
        }
    }

    fn search(&self, patient: &Patient, wish: Wish, earliest: NaiveDateTime, day: NaiveDate, days: i64) -> Search {
        let provider = self.courses.get(wish.patient).and_then(|course| course.provider);
        Search { service: wish.service, provider, home: patient.home, earliest, day, days, prefers: patient.prefers }
    }

    fn is_taken_care_of(&self, patient: usize, day: NaiveDate) -> bool {
        let Some(course) = self.courses.get(patient) else { return true };
        let months = self
            .people
            .patients
            .get(patient)
            .map_or(110, |patient| if patient.habit == Habit::Gums { 60 } else { 110 });
        course.open_regular > 0 || course.last_regular.is_some_and(|last| (day - last).num_days() < months)
    }

    fn try_later(&mut self, at: NaiveDateTime, wish: Wish) {
        let later = at + Duration::days(self.chance.between(6, 15));
        let day = wish.day.max(later.date() + Duration::days(7));
        self.at(later, Event::Wish(Wish { day, tries: wish.tries + 1, ..wish }));
    }

    /// A grown-up's check-up is the children's check-up too, on the same day.
    fn bring_children(&mut self, at: NaiveDateTime, wish: Wish, guardian: &Patient, place: &Place) -> Option<u32> {
        if wish.service != &CHECK_UP || guardian.household.is_none() {
            return None;
        }
        self.calendar.take(place);
        let people = self.people;
        let children = people.patients.iter().enumerate().skip(wish.patient + 1).take(5);
        let mut visit = None;
        for (number, child) in children.filter(|(_, child)| child.guardian == Some(wish.patient)) {
            let service = habits::regular(child.habit);
            if self.is_taken_care_of(number, place.day) || !self.chance.happens(0.88) {
                continue;
            }
            let theirs = Wish { patient: number, service, day: place.day, by: wish.by, tries: 2 };
            let search = Search { provider: None, ..self.search(child, theirs, at + Duration::hours(2), place.day, 1) };
            if let Some(found) = self.calendar.find(self.hours, &search, &mut self.chance) {
                let group = *visit.get_or_insert_with(|| {
                    self.visits += 1;
                    self.visits
                });
                self.book(at, theirs, &found, Some(group));
            } else {
                let day = place.day + Duration::days(1);
                self.at(at, Event::Wish(Wish { day, ..theirs }));
            }
        }
        self.calendar.release(place);
        visit
    }

    fn book(&mut self, at: NaiveDateTime, wish: Wish, place: &Place, visit: Option<u32>) -> usize {
        self.calendar.take(place);
        self.places.push(*place);
        self.appointments.push(PlannedAppointment::at(place, at));
        let appointment = self.appointments.len() - 1;
        self.join(at, wish, appointment, place, 1, visit)
    }

    /// A place in an appointment that exists.
    fn join(
        &mut self,
        at: NaiveDateTime,
        wish: Wish,
        appointment: usize,
        place: &Place,
        party: i32,
        visit: Option<u32>,
    ) -> usize {
        let status =
            if wish.service.needs_approval && wish.by == Actor::Client { Status::Requested } else { Status::Booked };
        let number = self.bookings.len();
        let note = self.note(wish);
        self.bookings.push(PlannedBooking {
            appointment,
            patient: wish.patient,
            visit,
            status,
            party,
            price_minor: money::price_then(self.anchor, place.offer, party, at),
            created: at,
            created_by: wish.by,
            note,
            confirmed: None,
            completed: None,
            ended: None,
            events: vec![PlannedEvent { at, actor: wish.by, before: None, after: status, reason: None }],
            money: Vec::new(),
        });
        self.opened(wish);
        if status == Status::Requested {
            let answered = office_hours(at + Duration::minutes(self.chance.between(50, 1_500)));
            self.at(answered, Event::Answer { booking: number });
        }
        self.at(place.starts(), Event::Attend { booking: number });
        self.maybe_cancels(at, wish.patient, number, place.starts());
        number
    }

    fn note(&mut self, wish: Wish) -> &'static str {
        let german = self.people.patients.get(wish.patient).is_some_and(|patient| patient.language == "de");
        if wish.by == Actor::Staff || !self.chance.happens(if german { 0.16 } else { 0.07 }) {
            return "";
        }
        self.chance.one_of(if german { GERMAN_NOTES } else { NOTES }).unwrap_or("")
    }

    fn opened(&mut self, wish: Wish) {
        if let Some(course) = self.courses.get_mut(wish.patient) {
            course.open += 1;
            course.open_regular += u32::from(habits::is_regular(wish.service));
        }
    }

    fn closed(&mut self, booking: usize) -> Option<(usize, &'static Service, Place)> {
        let found = self.bookings.get(booking)?;
        let place = *self.places.get(found.appointment)?;
        let service = place.offer.service;
        let patient = found.patient;
        if let Some(course) = self.courses.get_mut(patient) {
            course.open = course.open.saturating_sub(1);
            course.open_regular = course.open_regular.saturating_sub(u32::from(habits::is_regular(service)));
        }
        Some((patient, service, place))
    }

    fn habit(&self, patient: usize) -> Habit {
        self.people.patients.get(patient).map_or(Habit::OneTime, |patient| patient.habit)
    }

    fn visits_of(&self, patient: usize) -> i64 {
        self.courses.get(patient).map_or(0, |course| course.visits)
    }

    fn maybe_cancels(&mut self, at: NaiveDateTime, patient: usize, booking: usize, starts: NaiveDateTime) {
        let (_, early, late) = habits::unreliability(self.habit(patient), self.visits_of(patient));
        let when = if self.chance.happens(late) {
            starts - Duration::minutes(self.chance.between(45, 1_300))
        } else if self.chance.happens(early) {
            let hours = (starts - at).num_hours();
            waking_before(starts - Duration::hours(self.chance.between(26, hours.max(27))))
        } else {
            return;
        };
        if at + Duration::minutes(10) < when {
            self.at(when, Event::Cancel { booking });
        }
    }

    fn answer(&mut self, at: NaiveDateTime, booking: usize) {
        let declined = self.chance.happens(0.08);
        if declined {
            self.end(at, booking, Status::Declined, Actor::Staff, Some("Please come for an examination first"));
        } else if let Some(found) = self.bookings.get_mut(booking)
            && found.status == Status::Requested
        {
            found.becomes(Status::Booked, at, Actor::Staff, None);
        }
    }

    fn cancel(&mut self, at: NaiveDateTime, booking: usize) {
        let Some(found) = self.bookings.get(booking) else { return };
        if !matches!(found.status, Status::Booked | Status::Requested) {
            return;
        }
        let by = if self.chance.happens(0.7) { Actor::Client } else { Actor::Staff };
        let reason = self.chance.one_of(CANCEL_REASONS).flatten();
        let Some((patient, service, place)) = self.end(at, booking, Status::Cancelled, by, reason) else { return };
        let again = match self.habit(patient) {
            Habit::Loyal | Habit::Gums => 0.9,
            Habit::Steady | Habit::Child => 0.75,
            Habit::Drifting => 0.45,
            Habit::OneTime | Habit::WhenItHurts => 0.3,
        };
        if service.capacity > 1 {
            return;
        }
        let (wait, distance) = if self.chance.happens(again) { ((0, 4), (2, 20)) } else { ((50, 110), (5, 20)) };
        if wait.0 == 0 || self.chance.happens(0.5) {
            let when =
                waking(at + Duration::hours(self.chance.between(wait.0, wait.1) * 24 + self.chance.between(0, 9)));
            let day = place.day.max(when.date()) + Duration::days(self.chance.between(distance.0, distance.1));
            let by = self.who_books(service, when);
            self.at(when, Event::Wish(Wish { patient, service, day, by, tries: 0 }));
        }
    }

    /// Ends a booking without a visit and gives its place back.
    fn end(
        &mut self,
        at: NaiveDateTime,
        booking: usize,
        status: Status,
        by: Actor,
        reason: Option<&'static str>,
    ) -> Option<(usize, &'static Service, Place)> {
        let closed = self.closed(booking)?;
        let (_, service, place) = closed;
        let notice = service.cancel_notice_minutes.unwrap_or(super::catalogue::CANCEL_NOTICE_MINUTES);
        let late = status == Status::Cancelled && place.starts() - at < Duration::minutes(i64::from(notice));
        let found = self.bookings.get_mut(booking)?;
        found.becomes(status, at, by, reason);
        found.ended = Some(Ended { at, by, reason, late });
        let appointment = found.appointment;
        let others =
            self.bookings.iter().any(|other| other.appointment == appointment && !other.status.gave_seat_back());
        if !others {
            self.calendar.release(&place);
            if let Some(appointment) = self.appointments.get_mut(appointment) {
                appointment.released = Some(at);
            }
        }
        Some(closed)
    }

    fn attend(&mut self, at: NaiveDateTime, booking: usize) {
        let Some(found) = self.bookings.get(booking) else { return };
        if found.status != Status::Booked {
            return;
        }
        let Some(minutes) = self.appointments.get(found.appointment).map(|appointment| i64::from(appointment.minutes))
        else {
            return;
        };
        let patient = found.patient;
        let (forgets, _, _) = habits::unreliability(self.habit(patient), self.visits_of(patient));
        if self.chance.happens(forgets) {
            self.forgets(at, booking);
        } else {
            self.comes(at, booking, minutes);
        }
    }

    fn forgets(&mut self, at: NaiveDateTime, booking: usize) {
        let noticed = at + Duration::minutes(20);
        if self.anchor.now < noticed {
            return;
        }
        let Some((patient, service, place)) = self.closed(booking) else { return };
        if let Some(found) = self.bookings.get_mut(booking) {
            found.becomes(Status::NoShow, noticed, Actor::Staff, None);
        }
        if service.capacity > 1 || !self.chance.happens(0.55) {
            return;
        }
        let when = waking(noticed + Duration::hours(self.chance.between(3, 300)));
        let day = place.day.max(when.date()) + Duration::days(self.chance.between(3, 21));
        self.at(when, Event::Wish(Wish { patient, service, day, by: Actor::Staff, tries: 0 }));
    }

    fn comes(&mut self, at: NaiveDateTime, booking: usize, minutes: i64) {
        let arrives = at - Duration::minutes(self.chance.between(1, 12));
        let starts = at + Duration::minutes(self.chance.between(0, 6));
        let ends = at + Duration::minutes(minutes + self.chance.between(-4, 7));
        let now = self.anchor.now;
        let Some(found) = self.bookings.get_mut(booking) else { return };
        found.becomes(Status::Arrived, arrives.max(found.created), Actor::Staff, None);
        if starts <= now {
            found.becomes(Status::InProgress, starts, Actor::Staff, None);
        }
        if now < ends {
            return;
        }
        found.becomes(Status::Completed, ends, Actor::Staff, None);
        found.completed = Some(ends);
        let service = self.appointments.get(found.appointment).map(|planned| planned.service);
        if let Some(service) = service {
            let done = money::Done { service, price_minor: found.price_minor, completed: ends };
            found.money = money::paid_for(self.anchor, &done, &mut self.chance);
        }
        self.after_the_visit(ends, booking);
    }

    fn after_the_visit(&mut self, at: NaiveDateTime, booking: usize) {
        let Some((patient, service, place)) = self.closed(booking) else { return };
        if service.capacity > 1 {
            return;
        }
        let regular = habits::is_regular(service);
        if let Some(course) = self.courses.get_mut(patient) {
            course.visits += 1;
            course.last_visit = Some(place.day);
            if regular {
                course.last_regular = Some(place.day);
                course.provider = Some(place.offer.provider);
            }
        }
        let habit = self.habit(patient);
        for (treatment, days) in habits::findings(service, &mut self.chance) {
            if habit != Habit::OneTime || self.chance.happens(0.25) {
                self.wish_from_the_desk(at, patient, treatment, days);
            }
        }
        if regular && habit != Habit::OneTime && self.chance.happens(0.13) {
            let when = waking(at + Duration::days(self.chance.between(15, 170)));
            let by = self.who_books(&EMERGENCY, when);
            self.at(when, Event::Wish(Wish { patient, service: &EMERGENCY, day: when.date(), by, tries: 1 }));
        }
        if regular {
            self.plans_the_next(at, patient, habit);
        } else {
            self.becomes_a_patient(at, patient, habit, service);
        }
    }

    fn wish_from_the_desk(&mut self, at: NaiveDateTime, patient: usize, service: &'static Service, days: i64) {
        let by_phone = self.chance.happens(0.35);
        let when = if by_phone {
            waking(at + Duration::hours(self.chance.between(20, 90)))
        } else {
            at + Duration::minutes(6)
        };
        let by = if by_phone { self.who_books(service, when) } else { Actor::Staff };
        let day = when.date() + Duration::days(days);
        self.at(when, Event::Wish(Wish { patient, service, day, by, tries: 0 }));
    }

    fn plans_the_next(&mut self, at: NaiveDateTime, patient: usize, habit: Habit) {
        let visits = self.visits_of(patient);
        let Some(next) = habits::comes_back(habit, visits, &mut self.chance) else {
            self.may_be_won_back(at, patient, habit);
            return;
        };
        let service = habits::regular(habit);
        let day = at.date() + Duration::days(next.days);
        if next.on_the_way_out {
            let when = at + Duration::minutes(self.chance.between(3, 9));
            self.at(when, Event::Wish(Wish { patient, service, day, by: Actor::Staff, tries: 1 }));
        } else {
            let when = waking(at + Duration::days(next.days - self.chance.between(6, 26)));
            let by = self.who_books(service, when);
            self.at(when, Event::Wish(Wish { patient, service, day, by, tries: 0 }));
        }
    }

    fn may_be_won_back(&mut self, at: NaiveDateTime, patient: usize, habit: Habit) {
        let won = match habit {
            Habit::OneTime => 0.02,
            Habit::Loyal | Habit::Steady | Habit::Drifting | Habit::WhenItHurts | Habit::Gums | Habit::Child => 0.14,
        };
        if self.chance.happens(won) {
            let when = waking(at + Duration::days(self.chance.between(400, 760)));
            let day = when.date() + Duration::days(self.chance.between(3, 20));
            let by = self.who_books(&CHECK_UP, when);
            self.at(when, Event::Wish(Wish { patient, service: habits::regular(habit), day, by, tries: 0 }));
        }
    }

    /// After an examination or a toothache: does he become a regular?
    fn becomes_a_patient(&mut self, at: NaiveDateTime, patient: usize, habit: Habit, service: &'static Service) {
        let share = match habit {
            Habit::Loyal | Habit::Gums | Habit::Steady | Habit::Child => 0.93,
            Habit::Drifting => 0.7,
            Habit::OneTime => 0.06,
            Habit::WhenItHurts => 0.25,
        };
        let first_contact = service == &NEW_PATIENT || self.visits_of(patient) == 1;
        if first_contact && self.chance.happens(share) {
            let days = self.chance.between(8, 30);
            self.wish_from_the_desk(at, patient, habits::regular(habit), days);
        } else if habit == Habit::WhenItHurts {
            let pain = self.chance.about(320, 140);
            let when = waking(at + Duration::days(pain));
            let by = self.who_books(service, when);
            self.at(when, Event::Wish(Wish { patient, service, day: when.date(), by, tries: 0 }));
        }
    }

    /// Every second Saturday in Pasadena.
    fn classes_are_announced(&mut self) {
        let days = self.anchor.pasadena_opening.iter_days().take_while(|day| *day <= self.anchor.last_day());
        let saturdays: Vec<NaiveDate> =
            days.filter(|day| day.weekday() == Weekday::Sat && day.iso_week().week() % 2 == 0).collect();
        for day in saturdays {
            let starts = super::calendar::at_minute(day, 600);
            self.at(starts - Duration::days(24), Event::Class { starts });
        }
    }

    fn class(&mut self, at: NaiveDateTime, starts: NaiveDateTime) {
        let Some(offer) = OFFERS.iter().find(|offer| offer.service == &BRUSHING_CLASS && offer.provider == MINA) else {
            return;
        };
        let room = ROOMS.iter().find(|room| room.location == PASADENA && Some(room.kind) == BRUSHING_CLASS.room_kind);
        let place =
            Place { offer, location: PASADENA, room, day: starts.date(), start: super::calendar::minute_of(starts) };
        if !self.calendar.is_free(self.hours, &place) {
            return;
        }
        let parents = self.parents(at, starts);
        let Some((first, _, _)) = parents.first().copied() else { return };
        self.calendar.take(&place);
        self.places.push(place);
        self.appointments.push(PlannedAppointment::at(&place, first));
        let appointment = self.appointments.len() - 1;
        let mut left = BRUSHING_CLASS.capacity;
        for (booked, patient, party) in parents {
            if party <= left {
                left -= party;
                let by = self.who_books(&BRUSHING_CLASS, booked);
                let wish = Wish { patient, service: &BRUSHING_CLASS, day: place.day, by, tries: 0 };
                self.join(booked, wish, appointment, &place, party, None);
            }
        }
    }

    /// Who brings how many children to the class, in the order in which they booked before now.
    fn parents(&mut self, at: NaiveDateTime, starts: NaiveDateTime) -> Vec<(NaiveDateTime, usize, i32)> {
        let people = self.people;
        let mut children = BTreeMap::new();
        for patient in people.patients.iter().filter(|patient| patient.home == PASADENA && patient.arrives < at) {
            if let Some(guardian) = patient.guardian {
                *children.entry(guardian).or_insert(0) += 1;
            }
        }
        let candidates: Vec<(usize, i32)> = children.into_iter().collect();
        let wanted = self.chance.between(2, 5);
        let minutes = (starts - at).num_minutes() - 800;
        let mut list: BTreeMap<usize, (NaiveDateTime, usize, i32)> = BTreeMap::new();
        for _ in 0..wanted {
            if let Some((patient, party)) = self.chance.one_of(&candidates) {
                let booked = waking(at + Duration::minutes(self.chance.between(0, minutes.max(1))));
                list.insert(patient, (booked, patient, party));
            }
        }
        let mut list: Vec<_> = list.into_values().filter(|(booked, _, _)| *booked <= self.anchor.now).collect();
        list.sort_unstable();
        list
    }

    /// Brings the coming weeks up to the load of a practice that runs well, with people who are due anyway.
    fn fill_the_coming_weeks(&mut self) {
        let due = self.shuffled_patients(|course, months| course.open == 0 && (4..=13).contains(&months));
        let in_treatment = self.shuffled_patients(|course, months| course.open == course.open_regular && months <= 12);
        let mut lines = [due, in_treatment];
        for offset in 0..95 {
            let day = self.anchor.day(offset);
            let wanted = match offset {
                0 => 0.72,
                1..=4 => 0.6,
                5..=13 => 0.5,
                14..=29 => 0.4,
                30..=60 => 0.3,
                _ => 0.16,
            };
            for provider in super::catalogue::PROVIDERS {
                let [due, in_treatment] = &mut lines;
                let waiting = if performs(provider.slug, &CHECK_UP) { due } else { in_treatment };
                self.fill_day(provider.slug, day, wanted, waiting);
            }
        }
    }

    /// Patients with a visit so many months ago whose course is as wanted, in no order.
    fn shuffled_patients(&mut self, wanted: impl Fn(&Course, i64) -> bool) -> Vec<usize> {
        let months = |last: NaiveDate| (self.anchor.today - last).num_days() / 30;
        let fits = |course: &Course| course.last_visit.is_some_and(|last| wanted(course, months(last)));
        let list =
            self.courses.iter().enumerate().filter(|(_, course)| fits(course)).map(|(number, _)| number).collect();
        self.shuffled(list)
    }

    fn shuffled(&mut self, list: Vec<usize>) -> Vec<usize> {
        let mut drawn: Vec<(i64, usize)> =
            list.into_iter().map(|item| (self.chance.between(0, i64::MAX - 1), item)).collect();
        drawn.sort_unstable();
        drawn.into_iter().map(|(_, item)| item).collect()
    }

    fn fill_day(&mut self, provider: &'static str, day: NaiveDate, wanted: f64, waiting: &mut Vec<usize>) {
        let Some(work_day) = self.hours.work_day(provider, day) else { return };
        let open: i32 = work_day.spans.iter().map(|span| span.end - span.start).sum();
        let location = work_day.location;
        let mut attempts = 0;
        while f64::from(self.calendar.load(provider, day)) < wanted * f64::from(open) && attempts < 12 {
            attempts += 1;
            let Some(place_in_line) = waiting.iter().rposition(|patient| {
                self.people.patients.get(*patient).is_some_and(|patient| patient.home == location)
            }) else {
                return;
            };
            let patient = waiting.remove(place_in_line);
            self.is_called_in(patient, provider, day);
        }
    }

    fn is_called_in(&mut self, patient: usize, provider: &'static str, day: NaiveDate) {
        let people = self.people;
        let Some(person) = people.patients.get(patient) else { return };
        let regular = habits::regular(person.habit);
        let hygienist = performs(provider, regular) && performs(provider, &CHECK_UP);
        let soon = (day - self.anchor.today).num_days() < 4;
        let grown = i64::from(person.habit != Habit::Child);
        let treatments = [
            (&FILLING, 45),
            (&CROWN, 14 * grown),
            (&CROWN_FITTING, 12 * grown),
            (&ALIGNERS, 11),
            (&EMERGENCY, if soon { 26 } else { 0 }),
        ];
        let treatment = self.chance.weighted(&treatments).unwrap_or(&FILLING);
        let service = if hygienist { regular } else { treatment };
        let wish = Wish { patient, service, day, by: Actor::Staff, tries: 2 };
        let dawn = super::calendar::at_minute(day, 0);
        let search = Search { provider: Some(provider), ..self.search(person, wish, dawn, day, 1) };
        let Some(place) = self.calendar.find(self.hours, &search, &mut self.chance) else { return };
        let latest = self.anchor.now.min(place.starts());
        let booked = waking_before(latest - Duration::hours(self.chance.between(24, 500)));
        let by = self.who_books(service, booked);
        self.book(booked, Wish { by, ..wish }, &place, None);
    }

    /// A few requests wait for an answer.
    fn requests_come_in(&mut self) {
        let free: Vec<usize> = (0..self.courses.len()).filter(|patient| self.could_ask(*patient)).collect();
        for patient in self.shuffled(free).into_iter().take(3) {
            let asked = self.anchor.now - Duration::minutes(self.chance.between(40, 1_100));
            let service = &super::catalogue::WISDOM_TOOTH;
            let day = self.anchor.day(self.chance.between(5, 24));
            let wish = Wish { patient, service, day, by: Actor::Client, tries: 2 };
            let people = self.people;
            let Some(person) = people.patients.get(patient) else { continue };
            let search = self.search(person, wish, asked + Duration::minutes(i64::from(service.lead_minutes)), day, 20);
            if let Some(place) = self.calendar.find(self.hours, &search, &mut self.chance) {
                self.book(asked, wish, &place, None);
            }
        }
    }

    fn could_ask(&self, patient: usize) -> bool {
        let open = self.courses.get(patient).map_or(1, |course| course.open);
        let grown = self.people.patients.get(patient).is_some_and(|person| {
            person.habit != Habit::Child
                && person.arrives + Duration::days(2) < self.anchor.now
                && 1975 < person.born.year()
        });
        open == 0 && grown
    }

    /// Whoever is about to begin may already be here.
    fn people_sit_in_the_waiting_room(&mut self) {
        let now = self.anchor.now;
        for booking in &mut self.bookings {
            let Some(appointment) = self.appointments.get(booking.appointment) else { continue };
            let soon = now < appointment.starts && appointment.starts <= now + Duration::minutes(20);
            let arrives = now - Duration::minutes(4);
            if soon && booking.status == Status::Booked && booking.created < arrives && self.chance.happens(0.65) {
                booking.becomes(Status::Arrived, arrives, Actor::Staff, None);
            }
        }
    }

    /// A day or two before, more than half press the button in the reminder.
    fn people_confirm(&mut self) {
        for booking in &mut self.bookings {
            let Some(appointment) = self.appointments.get(booking.appointment) else { continue };
            let when = waking_before(appointment.starts - Duration::hours(self.chance.between(25, 47)));
            let alive =
                !booking.status.gave_seat_back() && !matches!(booking.status, Status::Requested | Status::NoShow);
            if alive && booking.created < when && when <= self.anchor.now && self.chance.happens(0.58) {
                booking.confirmed = Some(when);
            }
        }
    }
}

fn performs(provider: &'static str, service: &'static Service) -> bool {
    OFFERS.iter().any(|offer| offer.service == service && offer.provider == provider)
}

/// People write and call between seven in the morning and ten in the evening; at night it waits.
fn waking(at: NaiveDateTime) -> NaiveDateTime {
    if (7..22).contains(&at.hour()) { at } else { at + Duration::hours(9) }
}

/// The same for what has to happen before something else.
fn waking_before(at: NaiveDateTime) -> NaiveDateTime {
    if (7..22).contains(&at.hour()) { at } else { at - Duration::hours(9) }
}

/// The desk answers between nine and five.
fn office_hours(at: NaiveDateTime) -> NaiveDateTime {
    match at.hour() {
        0..9 => at + Duration::hours(9),
        9..17 => at,
        _ => at + Duration::hours(16),
    }
}
