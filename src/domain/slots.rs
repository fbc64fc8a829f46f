//! What is free: plain set arithmetic over one day of one location, never a question per slot to anything outside.
//!
//! Starts lie on a grid. It is anchored at the start of each working span of a provider and steps on the wall clock, so
//! it reads the same on the day the clocks change; a wall time that does not exist is never a start. The service itself
//! lies inside open hours; its buffers may reach outside hours but not into anything busy. Lead time and horizon depend
//! on the moment of asking and are applied by [`within_rules`] when a list is read, so a list can be kept.

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;

use super::hours::WorkingDay;
use super::ids::{AppointmentId, ProviderId, RoomId};
use super::span::{Span, SpanSet, later};
use super::time::{DayClock, local_day};

/// What a service asks of a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRules {
    /// How long it takes, where the provider has no duration of their own.
    pub duration_minutes: u32,
    /// Kept free before it.
    pub buffer_before_minutes: u32,
    /// Kept free after it.
    pub buffer_after_minutes: u32,
    /// Seats of one appointment.
    pub capacity: u16,
    /// The smallest party.
    pub party_min: u16,
    /// The largest party.
    pub party_max: u16,
    /// Whether it takes place in a room of its kind.
    pub needs_room: bool,
    /// How long before the start it must be booked.
    pub lead_minutes: u32,
    /// How many days ahead it can be booked.
    pub horizon_days: u32,
    /// Step of the grid of starts.
    pub slot_minutes: u32,
}

impl ServiceRules {
    /// What an appointment takes when the service itself lasts for `service`: buffers included.
    pub fn occupied_by(&self, service: Span) -> Span {
        service.buffered(self.buffer_before_minutes, self.buffer_after_minutes)
    }
}

/// One provider on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderDay {
    /// Who.
    pub provider: ProviderId,
    /// How long the service takes here.
    pub duration_minutes: u32,
    /// The provider's hours.
    pub working: WorkingDay,
    /// Occupations of every lane and unexpired holds, buffers included, at whichever location.
    pub busy: SpanSet,
    /// Appointments of that day: "anyone" takes whoever has fewest.
    pub booked_count: u32,
}

/// One room of the kind the service needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomDay {
    /// Which.
    pub room: RoomId,
    /// Occupations and unexpired holds, buffers included.
    pub busy: SpanSet,
}

/// An appointment of this service that other parties may join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenClass {
    /// Which.
    pub appointment: AppointmentId,
    /// Who gives it.
    pub provider: ProviderId,
    /// When it starts.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// Seats that neither a booking nor an unexpired hold has.
    pub seats_left: u16,
}

/// Everything that decides what is free for one service on one day at one location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayCalendar {
    /// The local day.
    pub day: NaiveDate,
    /// The location's zone.
    pub zone: Tz,
    /// Who offers the service there.
    pub providers: Vec<ProviderDay>,
    /// Rooms of the kind it needs, in the order in which they are filled; none when it needs none.
    pub rooms: Vec<RoomDay>,
    /// Group appointments of the service that day.
    pub classes: Vec<OpenClass>,
}

/// One way to take a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// With whom.
    pub provider: ProviderId,
    /// Until when, buffers left out.
    pub ends_at: DateTime<Utc>,
    /// Seats left.
    pub left: u16,
}

/// A start and the ways to take it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// When it starts.
    pub starts_at: DateTime<Utc>,
    /// At least one, sorted by provider, one a provider.
    pub choices: Vec<Choice>,
}

/// One complete way to write an appointment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// With whom.
    pub provider: ProviderId,
    /// Where, for a new appointment that needs a room.
    pub room: Option<RoomId>,
    /// The group appointment to join; nothing for a new one.
    pub appointment: Option<AppointmentId>,
    /// What a new appointment occupies, buffers included.
    pub span: Span,
    /// Until when the service lasts, buffers left out.
    pub ends_at: DateTime<Utc>,
}

/// The moment of asking does not allow this start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TooSoonOrFar {
    /// It is over.
    #[error("this time has passed")]
    Past,
    /// Inside the lead time.
    #[error("too soon: the earliest is {earliest}")]
    TooSoon {
        /// The first instant outside the lead time.
        earliest: DateTime<Utc>,
    },
    /// Beyond the horizon.
    #[error("too far ahead: the latest day is {latest_day}")]
    TooFar {
        /// The last local day inside the horizon.
        latest_day: NaiveDate,
    },
}

/// The party does not fit the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongParty {
    /// Fewer people than the service takes.
    #[error("at least {party_min} people")]
    TooSmall {
        /// The smallest party.
        party_min: u16,
    },
    /// More people than the service takes.
    #[error("at most {party_max} people")]
    TooLarge {
        /// The largest party: never more than there are seats.
        party_max: u16,
    },
}

/// Whether a party of this size may book the service at all.
pub fn check_party(rules: &ServiceRules, party: u16) -> Result<(), WrongParty> {
    let party_min = rules.party_min.max(1);
    let party_max = rules.party_max.min(rules.capacity);
    if party < party_min {
        return Err(WrongParty::TooSmall { party_min });
    }
    if party_max < party {
        return Err(WrongParty::TooLarge { party_max });
    }
    Ok(())
}

/// Whether this start may be booked at `now`: not past, not inside the lead time, not beyond the horizon.
pub fn within_rules(
    rules: &ServiceRules,
    now: DateTime<Utc>,
    zone: Tz,
    starts_at: DateTime<Utc>,
) -> Result<(), TooSoonOrFar> {
    if starts_at < now {
        return Err(TooSoonOrFar::Past);
    }
    let earliest = later(now, rules.lead_minutes);
    if starts_at < earliest {
        return Err(TooSoonOrFar::TooSoon { earliest });
    }
    let latest_day = latest_day(rules, now, zone);
    if latest_day < local_day(starts_at, zone) {
        return Err(TooSoonOrFar::TooFar { latest_day });
    }
    Ok(())
}

/// The last local day inside the horizon.
pub fn latest_day(rules: &ServiceRules, now: DateTime<Utc>, zone: Tz) -> NaiveDate {
    let today = local_day(now, zone);
    today.checked_add_days(Days::new(u64::from(rules.horizon_days))).unwrap_or(NaiveDate::MAX)
}

/// Everything that is free that day for a party, whenever it is asked; nothing when the party is refused.
pub fn free_slots(rules: &ServiceRules, calendar: &DayCalendar, party: u16) -> Vec<Slot> {
    if check_party(rules, party).is_err() {
        return Vec::new();
    }
    let mut offers = class_offers(calendar, party);
    let clock = DayClock::of(calendar.day, calendar.zone);
    let mut room_starts = RoomStarts::default();
    for provider in &calendar.providers {
        let starts = free_starts(rules, calendar, provider, &mut room_starts);
        for starts_at in grid(&clock, &provider.working, rules.slot_minutes) {
            if starts.contains(starts_at) {
                let ends_at = later(starts_at, provider.duration_minutes);
                offers.push((starts_at, Choice { provider: provider.provider, ends_at, left: rules.capacity }));
            }
        }
    }
    into_slots(offers)
}

/// Every way to take this start, best first: a group appointment to join (the fullest first, so that classes fill up),
/// then the provider with the fewest appointments that day, then the lower provider id; per provider every free room.
///
/// Like [`free_slots`] it knows nothing of lead time and horizon.
pub fn candidates(
    rules: &ServiceRules,
    calendar: &DayCalendar,
    party: u16,
    starts_at: DateTime<Utc>,
    wanted: Option<ProviderId>,
) -> Vec<Candidate> {
    if check_party(rules, party).is_err() {
        return Vec::new();
    }
    let asked = |provider: ProviderId| wanted.is_none_or(|wanted| wanted == provider);
    let mut found = classes_to_join(rules, calendar, party, starts_at);
    found.retain(|candidate| asked(candidate.provider));
    let mut providers: Vec<&ProviderDay> = calendar.providers.iter().filter(|day| asked(day.provider)).collect();
    providers.sort_by_key(|day| (day.booked_count, day.provider));
    let clock = DayClock::of(calendar.day, calendar.zone);
    for provider in providers {
        let Some(service) = fitting_span(rules, &clock, provider, starts_at) else {
            continue;
        };
        let span = rules.occupied_by(service);
        let with_room =
            |room| Candidate { provider: provider.provider, room, appointment: None, span, ends_at: service.ends_at() };
        if rules.needs_room {
            found.extend(free_rooms(calendar, span).map(|room| with_room(Some(room))));
        } else {
            found.push(with_room(None));
        }
    }
    found
}

/// The rooms in which nothing touches the span, in the order in which they are filled.
pub(super) fn free_rooms(calendar: &DayCalendar, span: Span) -> impl Iterator<Item = RoomId> + '_ {
    calendar.rooms.iter().filter(move |day| !day.busy.overlaps(span)).map(|day| day.room)
}

/// The starts of one provider's grid, earliest first.
pub(super) fn grid(clock: &DayClock, working: &WorkingDay, slot_minutes: u32) -> Vec<DateTime<Utc>> {
    let step = slot_minutes.max(1);
    let mut starts = Vec::new();
    for work in &working.work {
        let Some(mut minute) = clock.minute(work.starts_at()) else {
            continue;
        };
        while minute < 24 * 60 {
            // A wall time in a gap is moved past later ones that exist, so it says nothing of where work ends.
            if clock.exists(minute) {
                let starts_at = clock.instant(minute);
                if work.ends_at() <= starts_at {
                    break;
                }
                starts.push(starts_at);
            }
            minute = minute.saturating_add(step);
        }
    }
    if !starts.is_sorted() {
        starts.sort_unstable();
    }
    starts.dedup();
    starts
}

/// The service at this start, when the provider's grid, hours and calendar allow it.
fn fitting_span(
    rules: &ServiceRules,
    clock: &DayClock,
    provider: &ProviderDay,
    starts_at: DateTime<Utc>,
) -> Option<Span> {
    let service = Span::lasting(starts_at, provider.duration_minutes).ok()?;
    let free = provider.working.open.covers(service) && !provider.busy.overlaps(rules.occupied_by(service));
    (free && grid(clock, &provider.working, rules.slot_minutes).contains(&starts_at)).then_some(service)
}

/// The instants from which the provider, and some room where one is needed, is free for long enough.
fn free_starts(
    rules: &ServiceRules,
    calendar: &DayCalendar,
    provider: &ProviderDay,
    room_starts: &mut RoomStarts,
) -> SpanSet {
    if provider.duration_minutes == 0 {
        return SpanSet::new();
    }
    let after_start = provider.duration_minutes.saturating_add(rules.buffer_after_minutes);
    let clashing = provider.busy.starts_that_clash(rules.buffer_before_minutes, after_start);
    let starts = provider.working.open.starts_that_fit(provider.duration_minutes).minus(&clashing);
    if rules.needs_room { starts.minus(room_starts.clashing(rules, &calendar.rooms, after_start)) } else { starts }
}

/// Starts at which every room clashes, kept for each length that was asked for: providers mostly share it.
#[derive(Default)]
struct RoomStarts {
    known: Vec<(u32, SpanSet)>,
}

impl RoomStarts {
    fn clashing(&mut self, rules: &ServiceRules, rooms: &[RoomDay], after_start: u32) -> &SpanSet {
        static NOTHING: SpanSet = SpanSet::new();
        if !self.known.iter().any(|(length, _)| *length == after_start) {
            self.known.push((after_start, clashing_in_every_room(rules, rooms, after_start)));
        }
        self.known.iter().find(|(length, _)| *length == after_start).map_or(&NOTHING, |(_, starts)| starts)
    }
}

fn clashing_in_every_room(rules: &ServiceRules, rooms: &[RoomDay], after_start: u32) -> SpanSet {
    let mut everywhere = SpanSet::always();
    for room in rooms {
        everywhere = everywhere.intersect(&room.busy.starts_that_clash(rules.buffer_before_minutes, after_start));
        if everywhere.is_empty() {
            break;
        }
    }
    everywhere
}

fn class_offers(calendar: &DayCalendar, party: u16) -> Vec<(DateTime<Utc>, Choice)> {
    let open = calendar.classes.iter().filter(|class| party <= class.seats_left);
    let offer = |class: &OpenClass| {
        let choice = Choice { provider: class.provider, ends_at: class.ends_at, left: class.seats_left };
        (class.starts_at, choice)
    };
    open.map(offer).collect()
}

fn classes_to_join(
    rules: &ServiceRules,
    calendar: &DayCalendar,
    party: u16,
    starts_at: DateTime<Utc>,
) -> Vec<Candidate> {
    let joinable = |class: &&OpenClass| class.starts_at == starts_at && party <= class.seats_left;
    let mut classes: Vec<&OpenClass> = calendar.classes.iter().filter(joinable).collect();
    classes.sort_by_key(|class| (class.seats_left, class.provider, class.appointment));
    let candidate = |class: &OpenClass| {
        let service = Span::new(class.starts_at, class.ends_at).ok()?;
        Some(Candidate {
            provider: class.provider,
            room: None,
            appointment: Some(class.appointment),
            span: rules.occupied_by(service),
            ends_at: class.ends_at,
        })
    };
    classes.into_iter().filter_map(candidate).collect()
}

/// Groups by start. The sort is stable and classes came first, so a provider's class wins over a new appointment.
fn into_slots(mut offers: Vec<(DateTime<Utc>, Choice)>) -> Vec<Slot> {
    offers.sort_by_key(|(starts_at, choice)| (*starts_at, choice.provider));
    offers.dedup_by(|next, kept| next.0 == kept.0 && next.1.provider == kept.1.provider);
    let mut slots: Vec<Slot> = Vec::new();
    for (starts_at, choice) in offers {
        match slots.last_mut().filter(|slot| slot.starts_at == starts_at) {
            Some(slot) => slot.choices.push(choice),
            None => slots.push(Slot { starts_at, choices: vec![choice] }),
        }
    }
    slots
}

/// Calendars of every shape for properties, here and in `explain.rs`.
#[cfg(test)]
pub(super) mod random {
    use super::*;
    use crate::domain::hours::{
        Closure, HourException, HoursKind, MinuteSpan, ProviderHours, TimeOff, WeeklyHours, working_spans,
    };
    use crate::domain::time::instant;
    use chrono::{Datelike, NaiveTime};
    use proptest::prelude::*;

    fn date(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a date")
    }

    /// Ordinary days, and days on which clocks change.
    fn days() -> impl Strategy<Value = (NaiveDate, Tz)> {
        prop_oneof![
            Just((date(2026, 11, 24), Tz::America__Los_Angeles)),
            Just((date(2026, 3, 8), Tz::America__Los_Angeles)),
            Just((date(2026, 11, 1), Tz::America__Los_Angeles)),
            Just((date(2026, 10, 4), Tz::Australia__Lord_Howe)),
            Just((date(2026, 4, 5), Tz::Australia__Lord_Howe)),
            Just((date(2018, 11, 4), Tz::America__Sao_Paulo)),
            Just((date(2026, 10, 25), Tz::Europe__Berlin)),
        ]
    }

    fn minutes() -> impl Strategy<Value = MinuteSpan> {
        (0..288_i32, 1..200_i32).prop_map(|(first, length)| {
            MinuteSpan::new(first * 5, (first + length).min(288) * 5).expect("a part of a day")
        })
    }

    fn hours(day: NaiveDate) -> impl Strategy<Value = ProviderHours> {
        let weekly = move |kind| {
            minutes().prop_map(move |minutes| WeeklyHours {
                kind,
                weekday: day.weekday(),
                minutes,
                valid_from: None,
                valid_until: None,
            })
        };
        let rows = |kind, most| proptest::collection::vec(weekly(kind), 0..most);
        let off = proptest::option::weighted(0.2, proptest::option::of(minutes()));
        let exceptions = proptest::option::weighted(0.1, proptest::option::weighted(0.8, minutes()));
        (rows(HoursKind::Work, 4), rows(HoursKind::Break, 3), off, exceptions, proptest::bool::weighted(0.05)).prop_map(
            move |(work, breaks, off, exception, left)| ProviderHours {
                weekly: work.into_iter().chain(breaks).collect(),
                exceptions: exception
                    .map(|minutes| HourException { day, minutes, note: String::new() })
                    .into_iter()
                    .collect(),
                time_off: off.map(|minutes| TimeOff { first_day: day, last_day: day, minutes }).into_iter().collect(),
                leaves_on: left.then_some(day),
            },
        )
    }

    fn busy(day: NaiveDate, zone: Tz) -> impl Strategy<Value = SpanSet> {
        let start = instant(day.and_time(NaiveTime::MIN), zone);
        let span = (0..1_500_u32, 1..120_u32)
            .prop_map(move |(first, length)| Span::lasting(later(start, first), length).expect("not empty"));
        proptest::collection::vec(span, 0..8).prop_map(|spans| spans.into_iter().collect())
    }

    fn providers(day: NaiveDate, zone: Tz) -> impl Strategy<Value = Vec<ProviderDay>> {
        let closed = proptest::bool::weighted(0.05);
        let one = (hours(day), busy(day, zone), 1..20_u32, 0..5_u32);
        (proptest::collection::vec(one, 0..4), closed).prop_map(move |(days, closed)| {
            let closure = Closure { first_day: day, last_day: day, name: "Holiday".to_owned() };
            let closures = if closed { vec![closure] } else { vec![] };
            let provider = |(number, (hours, busy, fives, booked_count)): (i64, (ProviderHours, _, u32, u32))| {
                let working = working_spans(&hours, &closures, day, zone);
                let provider = ProviderId::new(10 - number);
                ProviderDay { provider, duration_minutes: fives * 5, working, busy, booked_count }
            };
            (0..).zip(days).map(provider).collect()
        })
    }

    fn classes(day: NaiveDate, zone: Tz) -> impl Strategy<Value = Vec<OpenClass>> {
        let clock = DayClock::of(day, zone);
        let one = (0..288_u32, 6..11_i64, 0..4_u16).prop_map(move |(fives, provider, seats_left)| {
            let starts_at = clock.instant(fives * 5);
            let ends_at = later(starts_at, 45);
            let (appointment, provider) = (AppointmentId::new(i64::from(fives)), ProviderId::new(provider));
            OpenClass { appointment, provider, starts_at, ends_at, seats_left }
        });
        proptest::collection::vec(one, 0..4)
    }

    /// A day of a location.
    pub fn calendars() -> impl Strategy<Value = DayCalendar> {
        days().prop_flat_map(|(day, zone)| {
            let rooms = proptest::collection::vec(busy(day, zone), 0..3);
            (providers(day, zone), rooms, classes(day, zone)).prop_map(move |(providers, rooms, classes)| {
                let room = |(number, busy)| RoomDay { room: RoomId::new(number), busy };
                let rooms = (1..).zip(rooms).map(room).collect();
                DayCalendar { day, zone, providers, rooms, classes }
            })
        })
    }

    /// A service.
    pub fn rules() -> impl Strategy<Value = ServiceRules> {
        let steps = prop_oneof![Just(5_u32), Just(15), Just(20), Just(30), Just(45), Just(60)];
        (0..30_u32, 0..30_u32, 1..5_u16, any::<bool>(), 0..3_000_u32, 1..5_u32, steps).prop_map(
            |(before, after, capacity, needs_room, lead_minutes, horizon_days, slot_minutes)| ServiceRules {
                duration_minutes: 30,
                buffer_before_minutes: before,
                buffer_after_minutes: after,
                capacity,
                party_min: 1,
                party_max: 3,
                needs_room,
                lead_minutes,
                horizon_days,
                slot_minutes,
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::random::{calendars, rules};
    use super::*;
    use crate::domain::hours::{HoursKind, MinuteSpan, ProviderHours, WeeklyHours, working_spans};
    use crate::domain::time::local;
    use chrono::{Datelike, TimeDelta};
    use proptest::prelude::*;

    const ZONE: Tz = Tz::America__Los_Angeles;

    fn hygiene() -> ServiceRules {
        ServiceRules {
            duration_minutes: 60,
            buffer_before_minutes: 0,
            buffer_after_minutes: 15,
            capacity: 1,
            party_min: 1,
            party_max: 1,
            needs_room: false,
            lead_minutes: 120,
            horizon_days: 30,
            slot_minutes: 30,
        }
    }

    fn date(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).expect("a date")
    }

    fn works(day: NaiveDate, starts: i32, ends: i32) -> WorkingDay {
        let minutes = MinuteSpan::new(starts, ends).expect("a part of a day");
        let row =
            WeeklyHours { kind: HoursKind::Work, weekday: day.weekday(), minutes, valid_from: None, valid_until: None };
        working_spans(&ProviderHours { weekly: vec![row], ..ProviderHours::default() }, &[], day, ZONE)
    }

    /// One provider from 9 to 12.
    fn morning() -> DayCalendar {
        let day = date(11, 24);
        let provider = ProviderDay {
            provider: ProviderId::new(1),
            duration_minutes: 60,
            working: works(day, 9 * 60, 12 * 60),
            busy: SpanSet::new(),
            booked_count: 0,
        };
        DayCalendar { day, zone: ZONE, providers: vec![provider], rooms: vec![], classes: vec![] }
    }

    fn at(calendar: &DayCalendar, hour: u32, minute: u32) -> DateTime<Utc> {
        DayClock::of(calendar.day, calendar.zone).instant(hour * 60 + minute)
    }

    fn taken(calendar: &DayCalendar, from: (u32, u32), until: (u32, u32)) -> SpanSet {
        Span::new(at(calendar, from.0, from.1), at(calendar, until.0, until.1)).expect("not empty").into()
    }

    fn starts(rules: &ServiceRules, calendar: &DayCalendar) -> Vec<String> {
        let shown = |slot: &Slot| local(slot.starts_at, calendar.zone).format("%H:%M").to_string();
        free_slots(rules, calendar, 1).iter().map(shown).collect()
    }

    #[test]
    fn a_free_morning() {
        assert_eq!(starts(&hygiene(), &morning()), ["09:00", "09:30", "10:00", "10:30", "11:00"]);
    }

    #[test]
    fn buffers_reach_outside_hours_but_not_into_what_is_busy() {
        let mut calendar = morning();
        // The buffer after 11:00 ends at 12:15, outside hours, and something begins right then.
        calendar.providers[0].busy = taken(&calendar, (12, 15), (13, 0));
        assert_eq!(starts(&hygiene(), &calendar).last().map(String::as_str), Some("11:00"));
        calendar.providers[0].busy = taken(&calendar, (12, 14), (13, 0));
        assert_eq!(starts(&hygiene(), &calendar).last().map(String::as_str), Some("10:30"));
        calendar.providers[0].busy = taken(&calendar, (10, 15), (10, 30));
        assert_eq!(starts(&hygiene(), &calendar), ["09:00", "10:30", "11:00"]);
    }

    #[test]
    fn one_room_must_be_free_for_all_of_it() {
        let mut calendar = morning();
        let rules = ServiceRules { needs_room: true, ..hygiene() };
        assert_eq!(starts(&rules, &calendar), [""; 0]);
        let (early, late) = (taken(&calendar, (8, 0), (10, 0)), taken(&calendar, (10, 0), (18, 0)));
        calendar.rooms = vec![RoomDay { room: RoomId::new(1), busy: early }];
        assert_eq!(starts(&rules, &calendar), ["10:00", "10:30", "11:00"]);
        calendar.rooms.push(RoomDay { room: RoomId::new(2), busy: late });
        // 09:30 would have to change rooms at 10:00.
        assert_eq!(starts(&rules, &calendar), ["10:00", "10:30", "11:00"]);
        calendar.rooms.push(RoomDay { room: RoomId::new(3), busy: SpanSet::new() });
        assert_eq!(starts(&rules, &calendar).len(), 5);
        let rooms: Vec<_> = candidates(&rules, &calendar, 1, at(&calendar, 10, 0), None);
        let rooms: Vec<_> = rooms.into_iter().map(|candidate| candidate.room).collect();
        assert_eq!(rooms, [Some(RoomId::new(1)), Some(RoomId::new(3))]);
    }

    #[test]
    fn the_grid_reads_the_same_when_clocks_change() {
        let mut calendar = morning();
        let rules = ServiceRules { slot_minutes: 60, ..hygiene() };
        let mut on = |day| {
            calendar.day = day;
            calendar.providers[0].working = works(day, 30, 5 * 60);
            starts(&rules, &calendar)
        };
        assert_eq!(on(date(3, 1)), ["00:30", "01:30", "02:30", "03:30"]);
        assert_eq!(on(date(3, 8)), ["00:30", "01:30", "03:30"]);
        assert_eq!(on(date(11, 1)), ["00:30", "01:30", "02:30", "03:30"]);
    }

    #[test]
    fn work_that_ends_soon_after_a_gap_is_offered_to_its_end() {
        let mut calendar = morning();
        calendar.day = date(3, 8);
        calendar.providers[0].duration_minutes = 10;
        calendar.providers[0].working = works(calendar.day, 90, 3 * 60 + 20);
        let rules = ServiceRules { slot_minutes: 5, ..hygiene() };
        // 02:25 moves to 03:25, after work; 03:00 and 03:10 come later on the wall and before it in time.
        assert_eq!(starts(&rules, &calendar).last().map(String::as_str), Some("03:10"));
    }

    #[test]
    fn a_class_is_joined_though_it_keeps_its_provider_busy() {
        let mut calendar = morning();
        let rules = ServiceRules { capacity: 8, party_max: 4, ..hygiene() };
        calendar.providers[0].busy = taken(&calendar, (10, 0), (11, 15));
        calendar.classes = vec![OpenClass {
            appointment: AppointmentId::new(5),
            provider: ProviderId::new(1),
            starts_at: at(&calendar, 10, 0),
            ends_at: at(&calendar, 11, 0),
            seats_left: 2,
        }];
        let left = |party| -> Vec<u16> {
            free_slots(&rules, &calendar, party)
                .iter()
                .flat_map(|slot| &slot.choices)
                .map(|choice| choice.left)
                .collect()
        };
        assert_eq!((left(2), left(3), left(5)), (vec![2], vec![], vec![]));
        let found = candidates(&rules, &calendar, 2, at(&calendar, 10, 0), None);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].appointment, Some(AppointmentId::new(5)));
    }

    #[test]
    fn anyone_is_a_class_that_fills_then_whoever_is_least_booked() {
        let mut calendar = morning();
        let ten = at(&calendar, 10, 0);
        let other = |number, booked_count| ProviderDay {
            provider: ProviderId::new(number),
            booked_count,
            ..calendar.providers[0].clone()
        };
        calendar.providers = vec![other(1, 3), other(2, 1), other(4, 0), other(3, 0), other(9, 0)];
        let class = |number, provider, seats_left| OpenClass {
            appointment: AppointmentId::new(number),
            provider: ProviderId::new(provider),
            starts_at: ten,
            ends_at: at(&calendar, 11, 0),
            seats_left,
        };
        calendar.classes = vec![class(1, 7, 5), class(2, 8, 1)];
        calendar.providers[4].busy = taken(&calendar, (10, 30), (10, 31));
        let order = |wanted| -> Vec<i64> {
            let found = candidates(&hygiene(), &calendar, 1, ten, wanted);
            found.iter().map(|candidate| candidate.provider.get()).collect()
        };
        assert_eq!(order(None), [8, 7, 3, 4, 2, 1]);
        assert_eq!(order(Some(ProviderId::new(2))), [2]);
        assert_eq!(order(Some(ProviderId::new(9))), [0; 0]);
    }

    #[test]
    fn lead_and_horizon_hold_when_a_list_is_read() {
        let rules = hygiene();
        let now = at(&morning(), 8, 0);
        let minutes = TimeDelta::minutes;
        let ask = |starts_at| within_rules(&rules, now, ZONE, starts_at);
        assert_eq!(ask(now - TimeDelta::seconds(1)), Err(TooSoonOrFar::Past));
        assert_eq!(ask(now + minutes(119)), Err(TooSoonOrFar::TooSoon { earliest: now + minutes(120) }));
        assert_eq!(ask(now + minutes(120)), Ok(()));
        let latest_day = date(12, 24);
        assert_eq!(ask(DayClock::of(latest_day, ZONE).instant(23 * 60 + 59)), Ok(()));
        let next = DayClock::of(latest_day, ZONE).instant(24 * 60);
        assert_eq!(ask(next), Err(TooSoonOrFar::TooFar { latest_day }));
    }

    #[test]
    fn parties_fit_or_are_refused() {
        let rules = ServiceRules { capacity: 4, party_min: 2, party_max: 6, ..hygiene() };
        for (party, expected) in [
            (0, Err(WrongParty::TooSmall { party_min: 2 })),
            (1, Err(WrongParty::TooSmall { party_min: 2 })),
            (2, Ok(())),
            (4, Ok(())),
            (5, Err(WrongParty::TooLarge { party_max: 4 })),
            (10_000, Err(WrongParty::TooLarge { party_max: 4 })),
        ] {
            assert_eq!(check_party(&rules, party), expected, "{party}");
        }
        assert!(free_slots(&rules, &morning(), 10_000).is_empty());
    }

    #[test]
    fn senseless_rules_offer_nothing_and_never_panic() {
        let mut calendar = morning();
        let rules = ServiceRules {
            buffer_before_minutes: u32::MAX,
            buffer_after_minutes: u32::MAX,
            slot_minutes: 0,
            ..hygiene()
        };
        calendar.providers[0].busy = taken(&calendar, (12, 15), (13, 0));
        assert!(free_slots(&rules, &calendar, 1).is_empty());
        calendar.providers[0].duration_minutes = 0;
        assert!(free_slots(&hygiene(), &calendar, 1).is_empty());
        assert!(candidates(&hygiene(), &calendar, 1, at(&calendar, 9, 0), None).is_empty());
        calendar.providers[0].duration_minutes = u32::MAX;
        assert!(free_slots(&hygiene(), &calendar, 1).is_empty());
        calendar.day = NaiveDate::MAX;
        assert!(free_slots(&hygiene(), &calendar, 1).is_empty());
    }

    /// What is free, found the slow way: every minute of the wall, every provider, every room.
    fn slowly(rules: &ServiceRules, calendar: &DayCalendar, party: u16) -> Vec<(DateTime<Utc>, ProviderId)> {
        let clock = DayClock::of(calendar.day, calendar.zone);
        let mut found = Vec::new();
        for minute in (0..24 * 60).filter(|minute| clock.exists(*minute)) {
            let starts_at = clock.instant(minute);
            for provider in &calendar.providers {
                let service = Span::lasting(starts_at, provider.duration_minutes).expect("not empty");
                let span = service.buffered(rules.buffer_before_minutes, rules.buffer_after_minutes);
                let anchors = provider.working.work.iter().filter(|work| work.contains(starts_at));
                let mut anchors = anchors.filter_map(|work| clock.minute(work.starts_at()));
                let on_grid = anchors.any(|anchor| anchor <= minute && (minute - anchor) % rules.slot_minutes == 0);
                let inside = provider.working.open.iter().any(|open| open.covers(service));
                let idle = provider.busy.iter().all(|busy| !busy.overlaps(span));
                let room = |room: &RoomDay| room.busy.iter().all(|busy| !busy.overlaps(span));
                let housed = !rules.needs_room || calendar.rooms.iter().any(room);
                if on_grid && inside && idle && housed {
                    found.push((starts_at, provider.provider));
                }
            }
        }
        let joinable = calendar.classes.iter().filter(|class| party <= class.seats_left);
        found.extend(joinable.map(|class| (class.starts_at, class.provider)));
        found.sort_unstable();
        found.dedup();
        if check_party(rules, party).is_err() { Vec::new() } else { found }
    }

    fn offered(rules: &ServiceRules, calendar: &DayCalendar, party: u16) -> Vec<(DateTime<Utc>, ProviderId)> {
        let slots = free_slots(rules, calendar, party);
        let pairs = slots.iter().flat_map(|slot| slot.choices.iter().map(|choice| (slot.starts_at, choice.provider)));
        pairs.collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// Never overlaps busy, always inside hours, always on the grid, always housed; and nothing is forgotten.
        #[test]
        fn sets_find_what_trying_everything_finds(rules in rules(), calendar in calendars(), party in 0_u16..5) {
            prop_assert_eq!(offered(&rules, &calendar, party), slowly(&rules, &calendar, party));
        }

        #[test]
        fn more_busy_never_gives_more(rules in rules(), calendar in calendars(), start in 0_u32..1500, length in 1_u32..300) {
            let before = offered(&rules, &calendar, 1);
            let from = later(DayClock::of(calendar.day, calendar.zone).instant(0), start);
            let more = SpanSet::from(Span::lasting(from, length).expect("not empty"));
            for busier in 0..calendar.providers.len() + calendar.rooms.len() {
                let mut calendar = calendar.clone();
                let providers = calendar.providers.iter_mut().map(|day| &mut day.busy);
                let busy = providers.chain(calendar.rooms.iter_mut().map(|day| &mut day.busy)).nth(busier);
                let busy = busy.expect("there are so many");
                *busy = busy.union(&more);
                for one in offered(&rules, &calendar, 1) {
                    prop_assert!(before.contains(&one), "{one:?}");
                }
            }
        }

        #[test]
        fn what_is_offered_can_be_taken_and_nothing_else(rules in rules(), calendar in calendars(), party in 0_u16..4) {
            let offers = offered(&rules, &calendar, party);
            let clock = DayClock::of(calendar.day, calendar.zone);
            let mut asked: Vec<_> = (0..24 * 12).map(|fives| clock.instant(fives * 5)).collect();
            asked.extend(offers.iter().map(|(starts_at, _)| *starts_at));
            for starts_at in asked {
                let found = candidates(&rules, &calendar, party, starts_at, None);
                for provider in (6..11).map(ProviderId::new) {
                    let offer = offers.contains(&(starts_at, provider));
                    prop_assert_eq!(found.iter().any(|candidate| candidate.provider == provider), offer);
                    let wanted = candidates(&rules, &calendar, party, starts_at, Some(provider));
                    prop_assert_eq!(!wanted.is_empty(), offer, "{} with {}", starts_at, provider.get());
                    prop_assert!(wanted.iter().all(|candidate| candidate.provider == provider));
                }
            }
        }
    }
}
