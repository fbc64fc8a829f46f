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
    fn occupied_by(&self, service: Span) -> Span {
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
            let starts_at = clock.instant(minute);
            if work.ends_at() <= starts_at {
                break;
            }
            if clock.exists(minute) {
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
