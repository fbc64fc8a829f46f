//! Takes a place on the calendar for a booking or a hold.
//!
//! The candidates come from `domain::slots` in its stated order; each is tried in a savepoint of its own, with its
//! provider and room locked in sorted order, so that losing a race costs one candidate and not the write.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::calendar::{self, Scope};
use super::store::{self, HoldRow, NewAppointment, SeatOf};
use crate::catalog::{Catalog, Location, Service};
use crate::db::{Bad, Conn, DbError, Fault, Tx, portable};
use crate::domain::ids::{AppointmentId, BookingId, LocationId, ProviderId, RoomId};
use crate::domain::overriding::Occupant;
use crate::domain::slots::{self, Candidate, DayCalendar};
use crate::domain::span::{Span, SpanSet};
use crate::domain::time;

/// After so many lost candidates the time counts as gone; each costs a few statements.
const CANDIDATES_MAX: usize = 40;

/// What is wanted on the calendar.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// What can be booked.
    pub catalog: &'a Catalog,
    /// Which service.
    pub service: &'a Service,
    /// Where.
    pub location: &'a Location,
    /// With whom; none is "anyone".
    pub provider: Option<ProviderId>,
    /// For how many people.
    pub party: u16,
    /// When.
    pub starts_at: DateTime<Utc>,
    /// What staff say beyond the rules of the service.
    pub exactly: Exactly,
}

/// What staff may say where the service leaves a choice: another length, and which of its rooms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Exactly {
    /// How long it takes; none is as long as the service takes with its provider.
    pub minutes: Option<u32>,
    /// In which of the rooms it may take place in; none is any of them.
    pub room: Option<RoomId>,
}

impl Exactly {
    /// The calendar as if nothing else were offered.
    pub(super) fn narrow(self, calendar: &mut DayCalendar) {
        if let Some(minutes) = self.minutes {
            calendar.providers.iter_mut().for_each(|day| day.duration_minutes = minutes);
        }
        if let Some(room) = self.room {
            calendar.rooms.retain(|day| day.room == room);
        }
    }
}

/// What was taken.
#[derive(Debug, Clone, Copy)]
pub struct Placed {
    /// The appointment, new or joined.
    pub appointment: AppointmentId,
    /// Where.
    pub location: LocationId,
    /// With whom.
    pub provider: ProviderId,
    /// In which room.
    pub room: Option<RoomId>,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
}

impl Placed {
    /// What stands already.
    pub(crate) fn of(block: &store::Block) -> Self {
        Self {
            appointment: block.id,
            location: block.location,
            provider: block.provider,
            room: block.room,
            starts_at: block.starts_at,
            ends_at: block.ends_at,
        }
    }
}

/// Nobody who was asked for is free at that time any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken;

/// Whether a place is taken where it is free, or beside what stands there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// Lane 0 and the agreed seats only.
    Free,
    /// The lowest lane that is free, and seats beyond the agreed ones.
    Beside,
}

/// Whom the place is for: writes the booking's or hold's row once the appointment's row stands.
pub(crate) type Claimant<'a> = dyn Fn(&mut Tx<'_>, &Placed) -> Result<SeatOf, DbError> + 'a;

/// The candidates for what is wanted, best first, as the calendar stands now.
pub fn candidates(tx: &mut Tx<'_>, wanted: &Wanted<'_>) -> Result<Vec<Candidate>, Fault> {
    let day = time::local_day(wanted.starts_at, wanted.location.zone);
    let scope = Scope {
        catalog: wanted.catalog,
        service: wanted.service,
        location: wanted.location,
        first: day,
        last: day,
        ignoring: None,
    };
    let now = tx.now;
    let mut loaded = match wanted.provider {
        // What lasts longer than usual may meet what usually does not matter.
        Some(provider) if wanted.exactly.minutes.is_none() => {
            calendar::load_start(tx.conn, &scope, (provider, wanted.starts_at), now)?
        }
        _ => calendar::load_day(tx.conn, &scope, now)?,
    };
    wanted.exactly.narrow(&mut loaded.calendar);
    Ok(slots::candidates(&wanted.service.rules, &loaded.calendar, wanted.party, wanted.starts_at, wanted.provider))
}

/// Takes the first candidate that can still be had.
pub(crate) fn take(
    tx: &mut Tx<'_>,
    wanted: &Wanted<'_>,
    held_until: Option<DateTime<Utc>>,
    claimant: &Claimant<'_>,
) -> Result<Placed, Bad<Taken>> {
    let mut lost: HashSet<i64> = HashSet::new();
    for candidate in candidates(tx, wanted)?.into_iter().take(CANDIDATES_MAX) {
        if resources_of(&candidate).iter().any(|(resource, _)| lost.contains(resource)) {
            continue;
        }
        match tx.attempt(|tx| try_candidate(tx, wanted, &candidate, held_until, claimant)) {
            Ok(placed) => return Ok(placed),
            Err(Bad::Refused(Lost(resources))) => lost.extend(resources),
            Err(Bad::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(Bad::Refused(Taken))
}

/// A candidate that went to somebody else, and which of its resources did.
struct Lost(Vec<i64>);

fn try_candidate(
    tx: &mut Tx<'_>,
    wanted: &Wanted<'_>,
    candidate: &Candidate,
    held_until: Option<DateTime<Utc>>,
    claimant: &Claimant<'_>,
) -> Result<Placed, Bad<Lost>> {
    lock(tx, candidate)?;
    end_overdue_holds(tx, candidate)?;
    let taken = still_taken(tx, candidate)?;
    if !taken.is_empty() {
        return Err(Bad::Refused(Lost(taken)));
    }
    let taken = claim(tx, wanted, (candidate, Manner::Free), held_until, claimant);
    taken.map_err(|bad| bad.map(|Taken| Lost(Vec::new())))
}

fn resources_of(candidate: &Candidate) -> Vec<(i64, &'static str)> {
    if candidate.appointment.is_some() {
        return Vec::new();
    }
    let provider = (candidate.provider.get(), "provider");
    let room = candidate.room.map(|room| (room.get(), "room"));
    let mut resources: Vec<_> = std::iter::once(provider).chain(room).collect();
    resources.sort_unstable();
    resources
}

pub(super) fn lock(tx: &mut Tx<'_>, candidate: &Candidate) -> Result<(), Fault> {
    let resources = resources_of(candidate).into_iter().map(|(resource, _)| resource);
    let class = candidate.appointment.map(AppointmentId::get);
    portable::lock_resources(tx.conn, &resources.chain(class).collect::<Vec<_>>())
}

pub(super) fn end_overdue_holds(tx: &mut Tx<'_>, candidate: &Candidate) -> Result<(), Fault> {
    let resources: Vec<i64> = resources_of(candidate).into_iter().map(|(resource, _)| resource).collect();
    let now = tx.now;
    let overdue = store::overdue_holds_in_the_way(tx.conn, &resources, candidate.span, candidate.appointment, now)?;
    overdue.iter().try_for_each(|hold| give_back_hold(tx, hold, "expired").map(|_| ()))
}

/// Others may have committed since the calendar was read; the locks are ours now, so this answer stands.
fn still_taken(tx: &mut Tx<'_>, candidate: &Candidate) -> Result<Vec<i64>, Fault> {
    if let Some(class) = candidate.appointment {
        let standing = store::appointment(tx.conn, class)?.is_some_and(|block| !block.released);
        return Ok(if standing { Vec::new() } else { vec![class.get()] });
    }
    let resources: Vec<i64> = resources_of(candidate).into_iter().map(|(resource, _)| resource).collect();
    let now = tx.now;
    let taken = store::occupied(tx.conn, &resources, candidate.span, now)?;
    Ok(taken.into_iter().map(|block| block.resource).collect())
}

/// The apply step alone: writes the appointment, its occupations and seats without looking whether they are free.
///
/// What keeps it honest is the database, which refuses an overlap or a seat too many; [`Taken`] is that refusal.
pub(super) fn claim(
    tx: &mut Tx<'_>,
    wanted: &Wanted<'_>,
    (candidate, manner): (&Candidate, Manner),
    held_until: Option<DateTime<Utc>>,
    claimant: &Claimant<'_>,
) -> Result<Placed, Bad<Taken>> {
    let placed = Placed {
        appointment: candidate.appointment.unwrap_or_else(|| tx.new_id()),
        location: wanted.location.id,
        provider: candidate.provider,
        room: candidate.room,
        starts_at: wanted.starts_at,
        ends_at: candidate.ends_at,
    };
    let written = match candidate.appointment {
        Some(class) => join(tx, class, held_until),
        None => occupy(tx, wanted, (candidate, manner), &placed, held_until)?,
    };
    written.map_err(refusal)?;
    if manner == Manner::Beside {
        give_more_seats(tx, &placed, wanted.party)?;
    }
    let owner = claimant(tx, &placed).map_err(refusal)?;
    take_seats(tx, &placed, wanted.party, owner)?;
    stamp(tx, wanted.catalog, &placed)?;
    Ok(placed)
}

/// The guard's refusal of a row, or what else went wrong.
pub(super) fn refusal(error: DbError) -> Bad<Taken> {
    if portable::is_taken(&error) { Bad::Refused(Taken) } else { error.into() }
}

fn occupy(
    tx: &mut Tx<'_>,
    wanted: &Wanted<'_>,
    (candidate, manner): (&Candidate, Manner),
    placed: &Placed,
    held_until: Option<DateTime<Utc>>,
) -> Result<Result<(), DbError>, Fault> {
    let mut resources = Vec::new();
    for (resource, kind) in resources_of(candidate) {
        let lane = match manner {
            Manner::Free => 0,
            Manner::Beside => lowest_free_lane(tx, resource, candidate.span)?,
        };
        resources.push((resource, kind, lane));
    }
    Ok(write_block(tx, wanted, placed, (candidate.span, &resources), held_until))
}

pub(super) fn lowest_free_lane(tx: &mut Tx<'_>, resource: i64, span: Span) -> Result<i32, Fault> {
    let taken = store::lanes_taken(tx.conn, resource, span.starts_at(), span.ends_at())?;
    Ok((0..).find(|lane| !taken.contains(lane)).unwrap_or(i32::MAX))
}

fn write_block(
    tx: &mut Tx<'_>,
    wanted: &Wanted<'_>,
    placed: &Placed,
    (span, resources): (Span, &[(i64, &'static str, i32)]),
    held_until: Option<DateTime<Utc>>,
) -> Result<(), DbError> {
    let zone = wanted.location.zone;
    let new = NewAppointment {
        id: placed.appointment,
        location: placed.location,
        service: wanted.service.id,
        provider: placed.provider,
        room: placed.room,
        starts_at: placed.starts_at,
        ends_at: placed.ends_at,
        local_start: time::local(placed.starts_at, zone),
        zone: zone.name(),
        zone_version: &time::zone_data_version(),
        capacity: wanted.service.rules.capacity,
    };
    store::insert_appointment(tx, &new)?;
    for resource in resources {
        store::insert_occupation(tx, placed.appointment, *resource, span, held_until)?;
    }
    Ok(())
}

/// Raises the capacity of a class so far that the party fits.
fn give_more_seats(tx: &mut Tx<'_>, placed: &Placed, party: u16) -> Result<(), Bad<Taken>> {
    let capacity = store::appointment(tx.conn, placed.appointment)?.map_or(0, |block| block.capacity);
    let seats = i32::try_from(store::seat_numbers(tx, placed.appointment)?.len()).unwrap_or(i32::MAX);
    let more = seats.saturating_add(i32::from(party)) - capacity;
    if more > 0 {
        store::overbook(tx, placed.appointment, more)?;
    }
    Ok(())
}

/// A firm booking makes a class firm; another hold only keeps it as long as the longest of them.
fn join(tx: &mut Tx<'_>, class: AppointmentId, held_until: Option<DateTime<Utc>>) -> Result<(), DbError> {
    store::prolong_class(tx, class, held_until)
}

/// Gives the party seats in the appointment.
pub(super) fn take_seats(tx: &mut Tx<'_>, placed: &Placed, party: u16, owner: SeatOf) -> Result<(), Bad<Taken>> {
    let taken: HashSet<i32> = store::seat_numbers(tx, placed.appointment)?.into_iter().collect();
    let free = (1..).filter(|seat_no| !taken.contains(seat_no)).take(usize::from(party));
    for seat_no in free {
        store::insert_seat(tx, placed.appointment, seat_no, owner).map_err(refusal)?;
    }
    Ok(())
}

/// Leaves a place: the booking's seats, and what its appointment took when it was the last there.
pub(crate) fn leave(tx: &mut Tx<'_>, catalog: &Catalog, booking: BookingId, block: &store::Block) -> Result<(), Fault> {
    store::delete_seats_of_booking(tx, booking)?;
    store::let_go(tx, block.id)?;
    stamp(tx, catalog, &Placed::of(block))
}

/// What stands where a booking wants to stand again; nothing when it cannot be named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InTheWay(pub Option<Occupant>);

/// Takes the place again that a booking gave up moments ago, when nobody has taken it since.
pub(super) fn take_again(
    tx: &mut Tx<'_>,
    catalog: &Catalog,
    (booking, party): (BookingId, u16),
    block: &store::Block,
) -> Result<(), Bad<InTheWay>> {
    let mut resources = vec![(block.provider.get(), "provider")];
    resources.extend(block.room.map(|room| (room.get(), "room")));
    let numbers: Vec<i64> = resources.iter().map(|(resource, _)| *resource).collect();
    let locked: Vec<i64> = numbers.iter().copied().chain([block.id.get()]).collect();
    portable::lock_resources(tx.conn, &locked)?;
    // Somebody else may have come into the class and left it since: what counts is how it stands now.
    let block = store::appointment(tx.conn, block.id)?
        .ok_or_else(|| Fault::corrupt("bookings", "appointment_id", booking, "no such appointment"))?;
    if block.released {
        let rules = catalog.service(block.service).map(|service| &service.rules);
        let (before, after) = rules.map_or((0, 0), |rules| (rules.buffer_before_minutes, rules.buffer_after_minutes));
        let span = Span::new(block.starts_at, block.ends_at).map_err(|error| Fault::other(error.to_string()))?;
        let span = span.buffered(before, after);
        let now = tx.now;
        for hold in store::overdue_holds_in_the_way(tx.conn, &numbers, span, None, now)? {
            give_back_hold(tx, &hold, "expired")?;
        }
        if let Some(taken) = store::occupied(tx.conn, &numbers, span, now)?.first() {
            return Err(Bad::Refused(InTheWay(Some(taken.by))));
        }
        store::stand_again(tx, block.id)?;
        for (resource, kind) in resources {
            let written = store::insert_occupation(tx, block.id, (resource, kind, 0), span, None);
            written.map_err(|error| refusal(error).map(|Taken| InTheWay(None)))?;
        }
    }
    let placed = Placed::of(&block);
    let seated = take_seats(tx, &placed, party, SeatOf::Booking(booking));
    seated.map_err(|bad| bad.map(|Taken| InTheWay(Some(Occupant::Appointment(block.id)))))?;
    Ok(stamp(tx, catalog, &placed)?)
}

/// Makes every other write that could want the place that is left, or the one that is wanted, wait: all in one sorted
/// order, so that two bookings may swap their places without waiting for each other.
pub(crate) fn lock_for_move(tx: &mut Tx<'_>, block: &store::Block, wanted: &Wanted<'_>) -> Result<(), Fault> {
    let mut numbers = vec![block.id.get(), block.provider.get()];
    numbers.extend(block.room.map(RoomId::get));
    match wanted.provider {
        Some(provider) => numbers.push(provider.get()),
        None => {
            let providers = wanted.catalog.providers_for(wanted.service.id, wanted.location.id);
            numbers.extend(providers.iter().map(|provider| provider.id.get()));
        }
    }
    if let Some(kind) = &wanted.service.room_kind {
        numbers.extend(wanted.catalog.rooms_of_kind(wanted.location.id, kind).map(|room| room.id.get()));
    }
    if wanted.service.rules.capacity > 1
        && let Ok(minute) = Span::lasting(wanted.starts_at, 1)
    {
        let now = tx.now;
        let classes = store::open_classes(tx.conn, wanted.service.id, wanted.location.id, minute, now)?;
        numbers.extend(classes.iter().map(|class| class.appointment.get()));
    }
    portable::lock_resources(tx.conn, &numbers)
}

/// Tells the caches of every location where this provider works that the day is another one now.
pub(super) fn stamp(tx: &mut Tx<'_>, catalog: &Catalog, placed: &Placed) -> Result<(), Fault> {
    stamp_span(tx, catalog, (placed.location, Some(placed.provider)), (placed.starts_at, placed.ends_at))
}

/// The same for time that need not be a provider's.
pub(super) fn stamp_span(
    tx: &mut Tx<'_>,
    catalog: &Catalog,
    (place, provider): (LocationId, Option<ProviderId>),
    (starts_at, ends_at): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), Fault> {
    let works_at = provider.into_iter().flat_map(|provider| catalog.locations_of(provider));
    let elsewhere = works_at.filter(|location| *location != place);
    let touched: Vec<LocationId> = std::iter::once(place).chain(elsewhere).collect();
    for location in touched.iter().filter_map(|id| catalog.location(*id)) {
        let day = time::local_day(starts_at, location.zone);
        let (before, after) = calendar::neighbours(day);
        let near = near_midnight((starts_at, ends_at), location);
        for touched_day in [(before, near), (day, true), (after, near)].into_iter().filter(|(_, touched)| *touched) {
            store::stamp_day(tx, location.id, touched_day.0)?;
        }
    }
    Ok(())
}

/// Whether buffers could reach into the next or the last day.
fn near_midnight((starts_at, ends_at): (DateTime<Utc>, DateTime<Utc>), location: &Location) -> bool {
    let span = Span::new(starts_at, ends_at).map(|span| span.buffered(240, 240));
    let day = time::day_span(time::local_day(starts_at, location.zone), location.zone);
    span.is_ok_and(|span| !day.covers(span))
}

/// Ends a hold and gives back what it kept; answers false when somebody else ended it before.
pub(super) fn give_back_hold(tx: &mut Tx<'_>, hold: &HoldRow, how: &str) -> Result<bool, Fault> {
    let kept = store::kept_by(tx.conn, hold.id)?;
    portable::lock_resources(tx.conn, &kept.iter().map(|block| block.id.get()).collect::<Vec<_>>())?;
    if !store::end_hold(tx, hold.id, how)? {
        return Ok(false);
    }
    store::delete_seats_of_hold(tx, hold.id)?;
    for block in kept {
        store::let_go(tx, block.id)?;
    }
    Ok(true)
}

/// Gives back a hold that nobody needs any more, whether it ran out or not, and tells whoever keeps days in memory: they
/// know when the hold would have ended, not that it ended now.
pub(super) fn drop_hold(tx: &mut Tx<'_>, catalog: &Catalog, hold: &HoldRow) -> Result<(), Fault> {
    let kept = store::kept_by(tx.conn, hold.id)?;
    give_back_hold(tx, hold, if tx.now < hold.expires_at { "given_up" } else { "expired" })?;
    kept.iter().try_for_each(|block| stamp(tx, catalog, &Placed::of(block)))
}

/// Whether the wanted service could begin then if nothing at all were booked: tells "closed" from "taken".
pub(crate) fn anybody_works(tx: &mut Tx<'_>, wanted: &Wanted<'_>) -> Result<bool, Fault> {
    let now = tx.now;
    would_work(tx.conn, now, wanted)
}

/// The same for whoever only looks.
pub(crate) fn would_work(conn: &mut Conn, now: DateTime<Utc>, wanted: &Wanted<'_>) -> Result<bool, Fault> {
    let day = time::local_day(wanted.starts_at, wanted.location.zone);
    let scope = Scope {
        catalog: wanted.catalog,
        service: wanted.service,
        location: wanted.location,
        first: day,
        last: day,
        ignoring: None,
    };
    let mut calendar = calendar::load_day(conn, &scope, now)?.calendar;
    wanted.exactly.narrow(&mut calendar);
    for provider in &mut calendar.providers {
        provider.busy = SpanSet::new();
    }
    for room in &mut calendar.rooms {
        room.busy = SpanSet::new();
    }
    let found = slots::candidates(&wanted.service.rules, &calendar, wanted.party, wanted.starts_at, wanted.provider);
    // A class that is full is there all the same.
    let class = calendar.classes.iter().any(|class| class.starts_at == wanted.starts_at);
    Ok(class || !found.is_empty())
}
