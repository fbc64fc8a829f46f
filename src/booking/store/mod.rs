//! The tables of the calendar: appointments, occupations, seats, holds, bookings and their history.

pub(super) mod blocks;
pub mod facts;

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::dsl::{count_star, max};
use diesel::prelude::*;

use crate::db::schema::{
    appointments, booking_events, bookings, calendar_changes, holds, idempotency_keys, occupations, seats,
};
use crate::db::{Conn, Fault, Tx, portable};
use crate::domain::booking::{Actor, BookingStatus};
use crate::domain::ids::{
    AppointmentId, BlockId, BookingId, ClientId, HoldId, LocationId, ProviderId, RoomId, ServiceId,
};
use crate::domain::overriding::Occupant;
use crate::domain::policy::Policy;
use crate::domain::slots::OpenClass;
use crate::domain::span::Span;

/// No occupation is longer (the guards refuse it), so nothing that started earlier can still reach a span.
const OCCUPATION_HOURS_MAX: i64 = 24;

/// A visit has no more parts; more rows would be a fault of ours.
const VISIT_PARTS_MAX: i64 = 10;

/// A hold has the seats of one party, or one seat in each part of a visit.
const KEPT_SEATS_MAX: i64 = 10_000;

/// What a resource is taken by.
#[derive(Debug, Clone)]
pub(super) struct Occupied {
    pub resource: i64,
    pub by: Occupant,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub held_until: Option<DateTime<Utc>>,
}

impl Occupied {
    pub const fn appointment(&self) -> Option<AppointmentId> {
        match self.by {
            Occupant::Appointment(appointment) => Some(appointment),
            Occupant::Block(_) => None,
        }
    }

    pub fn is_of_any(&self, appointments: &[AppointmentId]) -> bool {
        self.appointment().is_some_and(|own| appointments.contains(&own))
    }
}

/// What `resources` are taken by within `span`; holds that ran out before `now` take nothing.
pub(super) fn occupied(
    conn: &mut Conn,
    resources: &[i64],
    span: Span,
    now: DateTime<Utc>,
) -> Result<Vec<Occupied>, Fault> {
    type Row = (i64, Option<i64>, Option<i64>, NaiveDateTime, NaiveDateTime, Option<NaiveDateTime>);
    let earliest = span.starts_at() - chrono::Duration::hours(OCCUPATION_HOURS_MAX);
    let rows: Vec<Row> = occupations::table
        .filter(occupations::resource_id.eq_any(resources.to_vec()))
        .filter(occupations::starts_at.ge(earliest.naive_utc()))
        .filter(occupations::starts_at.lt(span.ends_at().naive_utc()))
        .filter(occupations::ends_at.gt(span.starts_at().naive_utc()))
        .filter(occupations::held_until.is_null().or(occupations::held_until.gt(now.naive_utc())))
        .order((occupations::starts_at, occupations::id))
        .select((
            occupations::resource_id,
            occupations::appointment_id,
            occupations::block_id,
            occupations::starts_at,
            occupations::ends_at,
            occupations::held_until,
        ))
        .load(conn)?;
    let occupied = |(resource, appointment, block, starts_at, ends_at, held_until): Row| {
        let by = match (appointment, block) {
            (Some(appointment), None) => Occupant::Appointment(AppointmentId::new(appointment)),
            (None, Some(block)) => Occupant::Block(BlockId::new(block)),
            (Some(_), Some(_)) | (None, None) => {
                return Err(Fault::corrupt("occupations", "appointment_id", resource, "one of two is to be there"));
            }
        };
        Ok(Occupied {
            resource,
            by,
            starts_at: starts_at.and_utc(),
            ends_at: ends_at.and_utc(),
            held_until: held_until.map(|until| until.and_utc()),
        })
    };
    rows.into_iter().map(occupied).collect()
}

/// Group appointments of `service` at `location` that start within `span` and have a place left.
pub(super) fn open_classes(
    conn: &mut Conn,
    service: ServiceId,
    location: LocationId,
    span: Span,
    now: DateTime<Utc>,
) -> Result<Vec<OpenClass>, Fault> {
    type Row = (i64, i64, NaiveDateTime, NaiveDateTime, i32);
    let rows: Vec<Row> = appointments::table
        .filter(appointments::location_id.eq(location.get()))
        .filter(appointments::service_id.eq(service.get()))
        .filter(appointments::starts_at.ge(span.starts_at().naive_utc()))
        .filter(appointments::starts_at.lt(span.ends_at().naive_utc()))
        .filter(appointments::released_at.is_null())
        .order((appointments::starts_at, appointments::id))
        .select((
            appointments::id,
            appointments::provider_id,
            appointments::starts_at,
            appointments::ends_at,
            appointments::capacity,
        ))
        .load(conn)?;
    let taken = seats_taken(conn, rows.iter().map(|row| row.0).collect(), now)?;
    let class = |(id, provider, starts_at, ends_at, capacity): Row| {
        let left = i64::from(capacity) - taken.get(&id).copied().unwrap_or(0);
        OpenClass {
            appointment: AppointmentId::new(id),
            provider: ProviderId::new(provider),
            starts_at: starts_at.and_utc(),
            ends_at: ends_at.and_utc(),
            seats_left: u16::try_from(left).unwrap_or(0),
        }
    };
    Ok(rows.into_iter().map(class).collect())
}

/// Seats taken in each appointment, those of holds that ran out not counted.
fn seats_taken(conn: &mut Conn, appointment_ids: Vec<i64>, now: DateTime<Utc>) -> Result<HashMap<i64, i64>, Fault> {
    if appointment_ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(i64, i64)> = seats::table
        .left_join(holds::table)
        .filter(seats::appointment_id.eq_any(appointment_ids))
        .filter(seats::hold_id.is_null().or(holds::expires_at.gt(now.naive_utc())))
        .group_by(seats::appointment_id)
        .select((seats::appointment_id, count_star()))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// How often a location's calendar was touched on a day, and by which change last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct DayStamp {
    changes: i64,
    newest: i64,
}

/// Stamps of the days from `first` to `last` that were ever touched.
pub(super) fn day_stamps(
    conn: &mut Conn,
    location: LocationId,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<HashMap<NaiveDate, DayStamp>, Fault> {
    let rows: Vec<(NaiveDate, i64, Option<i64>)> = calendar_changes::table
        .filter(calendar_changes::location_id.eq(location.get()))
        .filter(calendar_changes::local_day.between(first, last))
        .group_by(calendar_changes::local_day)
        .select((calendar_changes::local_day, count_star(), max(calendar_changes::id)))
        .load(conn)?;
    let stamp = |(day, changes, newest): (NaiveDate, i64, Option<i64>)| {
        (day, DayStamp { changes, newest: newest.unwrap_or(0) })
    };
    Ok(rows.into_iter().map(stamp).collect())
}

/// Says that `location`'s calendar of `day` is another one now.
pub(super) fn stamp_day(tx: &mut Tx<'_>, location: LocationId, day: NaiveDate) -> Result<(), Fault> {
    diesel::insert_into(calendar_changes::table)
        .values((
            calendar_changes::id.eq(tx.new_number()),
            calendar_changes::location_id.eq(location.get()),
            calendar_changes::local_day.eq(day),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Forgets the stamps of days before `day`; answers how many.
pub(super) fn forget_stamps_before(tx: &mut Tx<'_>, day: NaiveDate) -> Result<usize, Fault> {
    Ok(diesel::delete(calendar_changes::table.filter(calendar_changes::local_day.lt(day))).execute(tx.conn)?)
}

/// A block that is about to stand on the calendar.
#[derive(Debug, Clone)]
pub(super) struct NewAppointment<'a> {
    pub id: AppointmentId,
    pub location: LocationId,
    pub service: ServiceId,
    pub provider: ProviderId,
    pub room: Option<RoomId>,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub local_start: NaiveDateTime,
    pub zone: &'a str,
    pub zone_version: &'a str,
    pub capacity: u16,
}

pub(super) fn insert_appointment(tx: &mut Tx<'_>, new: &NewAppointment<'_>) -> Result<(), diesel::result::Error> {
    diesel::insert_into(appointments::table)
        .values((
            appointments::id.eq(new.id.get()),
            appointments::location_id.eq(new.location.get()),
            appointments::service_id.eq(new.service.get()),
            appointments::provider_id.eq(new.provider.get()),
            appointments::room_id.eq(new.room.map(RoomId::get)),
            appointments::starts_at.eq(new.starts_at.naive_utc()),
            appointments::ends_at.eq(new.ends_at.naive_utc()),
            appointments::local_start.eq(new.local_start),
            appointments::zone.eq(new.zone),
            appointments::zone_version.eq(new.zone_version),
            appointments::capacity.eq(i32::from(new.capacity)),
            appointments::created_at.eq(tx.now_naive()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Takes `resource` for `appointment` over `span`. The database refuses when anybody else has that lane of it.
pub(super) fn insert_occupation(
    tx: &mut Tx<'_>,
    appointment: AppointmentId,
    (resource, kind, lane): (i64, &str, i32),
    span: Span,
    held_until: Option<DateTime<Utc>>,
) -> Result<(), diesel::result::Error> {
    diesel::insert_into(occupations::table)
        .values((
            occupations::id.eq(tx.new_number()),
            occupations::appointment_id.eq(appointment.get()),
            occupations::resource_id.eq(resource),
            occupations::resource_kind.eq(kind),
            occupations::lane.eq(lane),
            occupations::starts_at.eq(span.starts_at().naive_utc()),
            occupations::ends_at.eq(span.ends_at().naive_utc()),
            occupations::held_until.eq(held_until.map(|until| until.naive_utc())),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Somebody joins a class: a booking makes it firm, a hold keeps it at least until its own end.
pub(super) fn prolong_class(
    tx: &mut Tx<'_>,
    class: AppointmentId,
    until: Option<DateTime<Utc>>,
) -> Result<(), diesel::result::Error> {
    let of_class = occupations::table.filter(occupations::appointment_id.eq(class.get()));
    match until {
        None => diesel::update(of_class).set(occupations::held_until.eq(None::<NaiveDateTime>)).execute(tx.conn)?,
        Some(until) => diesel::update(of_class.filter(occupations::held_until.lt(until.naive_utc())))
            .set(occupations::held_until.eq(until.naive_utc()))
            .execute(tx.conn)?,
    };
    Ok(())
}

/// Whom a seat is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SeatOf {
    Booking(BookingId),
    Hold(HoldId),
}

pub(super) fn seat_numbers(tx: &mut Tx<'_>, appointment: AppointmentId) -> Result<Vec<i32>, Fault> {
    Ok(seats::table
        .filter(seats::appointment_id.eq(appointment.get()))
        .order(seats::seat_no)
        .select(seats::seat_no)
        .load(tx.conn)?)
}

/// Whether anybody but this booking has a seat of the appointment.
pub(super) fn is_shared(conn: &mut Conn, appointment: AppointmentId, booking: BookingId) -> Result<bool, Fault> {
    let other: Option<i32> = seats::table
        .filter(seats::appointment_id.eq(appointment.get()))
        .filter(seats::booking_id.is_null().or(seats::booking_id.ne(booking.get())))
        .select(seats::seat_no)
        .first(conn)
        .optional()?;
    Ok(other.is_some())
}

pub(super) fn insert_seat(
    tx: &mut Tx<'_>,
    appointment: AppointmentId,
    seat_no: i32,
    owner: SeatOf,
) -> Result<(), diesel::result::Error> {
    let (booking, hold) = match owner {
        SeatOf::Booking(id) => (Some(id.get()), None),
        SeatOf::Hold(id) => (None, Some(id.get())),
    };
    diesel::insert_into(seats::table)
        .values((
            seats::appointment_id.eq(appointment.get()),
            seats::seat_no.eq(seat_no),
            seats::booking_id.eq(booking),
            seats::hold_id.eq(hold),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The seats a hold kept become the booking's.
pub(super) fn hand_seats_over(tx: &mut Tx<'_>, hold: HoldId, booking: BookingId) -> Result<usize, Fault> {
    Ok(diesel::update(seats::table.filter(seats::hold_id.eq(hold.get())))
        .set((seats::booking_id.eq(booking.get()), seats::hold_id.eq(None::<i64>)))
        .execute(tx.conn)?)
}

/// The same for the seats in one appointment of a hold that keeps several.
pub(super) fn hand_seats_of_appointment_over(
    tx: &mut Tx<'_>,
    hold: HoldId,
    appointment: AppointmentId,
    booking: BookingId,
) -> Result<usize, Fault> {
    let kept = seats::table.filter(seats::hold_id.eq(hold.get())).filter(seats::appointment_id.eq(appointment.get()));
    Ok(diesel::update(kept)
        .set((seats::booking_id.eq(booking.get()), seats::hold_id.eq(None::<i64>)))
        .execute(tx.conn)?)
}

pub(super) fn delete_seats_of_booking(tx: &mut Tx<'_>, booking: BookingId) -> Result<usize, Fault> {
    Ok(diesel::delete(seats::table.filter(seats::booking_id.eq(booking.get()))).execute(tx.conn)?)
}

pub(super) fn delete_seats_of_hold(tx: &mut Tx<'_>, hold: HoldId) -> Result<usize, Fault> {
    Ok(diesel::delete(seats::table.filter(seats::hold_id.eq(hold.get()))).execute(tx.conn)?)
}

/// Somebody left an appointment: seats beyond its agreed capacity go with whoever leaves, and without seats it goes
/// off the calendar; the row stays for its history. Whoever stood beside it by an override takes its lane.
pub(super) fn let_go(tx: &mut Tx<'_>, appointment: AppointmentId) -> Result<(), Fault> {
    let seats = seat_numbers(tx, appointment)?.len();
    if seats > 0 {
        return lower_capacity(tx, appointment, i32::try_from(seats).unwrap_or(i32::MAX));
    }
    let freed: Vec<(i64, NaiveDateTime, NaiveDateTime)> = occupations::table
        .filter(occupations::appointment_id.eq(appointment.get()))
        .filter(occupations::lane.eq(0))
        .order(occupations::resource_id)
        .select((occupations::resource_id, occupations::starts_at, occupations::ends_at))
        .load(tx.conn)?;
    diesel::delete(occupations::table.filter(occupations::appointment_id.eq(appointment.get()))).execute(tx.conn)?;
    diesel::update(appointments::table.find(appointment.get()))
        .set((
            appointments::released_at.eq(tx.now_naive()),
            appointments::row_version.eq(appointments::row_version + 1),
        ))
        .execute(tx.conn)?;
    freed.into_iter().try_for_each(|(resource, starts_at, ends_at)| close_ranks(tx, resource, starts_at, ends_at))
}

/// Takes seats back that staff gave beyond the agreed capacity, as far as nobody sits in them any more.
fn lower_capacity(tx: &mut Tx<'_>, appointment: AppointmentId, seats: i32) -> Result<(), Fault> {
    let counts: Option<(i32, i32)> = appointments::table
        .find(appointment.get())
        .filter(appointments::overbooked.gt(0))
        .select((appointments::capacity, appointments::overbooked))
        .first(tx.conn)
        .optional()?;
    let Some((capacity, overbooked)) = counts else {
        return Ok(());
    };
    let agreed = capacity - overbooked;
    let still = overbooked.min((seats - agreed).max(0));
    diesel::update(appointments::table.find(appointment.get()))
        .set((appointments::capacity.eq(agreed + still), appointments::overbooked.eq(still)))
        .execute(tx.conn)?;
    Ok(())
}

/// Gives `more` seats beyond the agreed capacity.
pub(super) fn overbook(tx: &mut Tx<'_>, appointment: AppointmentId, more: i32) -> Result<(), diesel::result::Error> {
    diesel::update(appointments::table.find(appointment.get()))
        .set((
            appointments::capacity.eq(appointments::capacity + more),
            appointments::overbooked.eq(appointments::overbooked + more),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// More appointments than this do not stand beside each other.
const BESIDE_MAX: i64 = 50;

/// What overlaps the freed time in another lane goes to lane 0, the one that has waited in the lowest lane first.
pub(super) fn close_ranks(
    tx: &mut Tx<'_>,
    resource: i64,
    starts_at: NaiveDateTime,
    ends_at: NaiveDateTime,
) -> Result<(), Fault> {
    let earliest = starts_at - chrono::Duration::hours(OCCUPATION_HOURS_MAX);
    let beside = || {
        occupations::table
            .filter(occupations::resource_id.eq(resource))
            .filter(occupations::lane.gt(0))
            .filter(occupations::starts_at.ge(earliest))
            .filter(occupations::starts_at.lt(ends_at))
            .filter(occupations::ends_at.gt(starts_at))
            .order((occupations::lane, occupations::starts_at, occupations::id))
            .limit(BESIDE_MAX)
            .select((occupations::id, occupations::starts_at, occupations::ends_at))
    };
    if beside().load::<(i64, NaiveDateTime, NaiveDateTime)>(tx.conn)?.is_empty() {
        return Ok(());
    }
    portable::lock_resources(tx.conn, &[resource])?;
    for (id, from, until) in beside().load::<(i64, NaiveDateTime, NaiveDateTime)>(tx.conn)? {
        if lanes_taken(tx.conn, resource, from.and_utc(), until.and_utc())?.contains(&0) {
            continue;
        }
        diesel::update(occupations::table.find(id)).set(occupations::lane.eq(0)).execute(tx.conn)?;
    }
    Ok(())
}

/// The lanes of `resource` in which anything stands between two instants, holds that ran out included: the guard counts
/// them too.
pub(super) fn lanes_taken(
    conn: &mut Conn,
    resource: i64,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<i32>, Fault> {
    let earliest = from - chrono::Duration::hours(OCCUPATION_HOURS_MAX);
    Ok(occupations::table
        .filter(occupations::resource_id.eq(resource))
        .filter(occupations::starts_at.ge(earliest.naive_utc()))
        .filter(occupations::starts_at.lt(until.naive_utc()))
        .filter(occupations::ends_at.gt(from.naive_utc()))
        .order(occupations::lane)
        .select(occupations::lane)
        .load(conn)?)
}

/// An appointment as the deeds need it.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub id: AppointmentId,
    pub location: LocationId,
    pub service: ServiceId,
    pub provider: ProviderId,
    pub room: Option<RoomId>,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub capacity: i32,
    pub released: bool,
}

type BlockColumns = (i64, i64, i64, i64, Option<i64>, NaiveDateTime, NaiveDateTime, i32, Option<NaiveDateTime>);

fn block_of(row: BlockColumns) -> Block {
    let (id, location, service, provider, room, starts_at, ends_at, capacity, released) = row;
    Block {
        id: AppointmentId::new(id),
        location: LocationId::new(location),
        service: ServiceId::new(service),
        provider: ProviderId::new(provider),
        room: room.map(RoomId::new),
        starts_at: starts_at.and_utc(),
        ends_at: ends_at.and_utc(),
        capacity,
        released: released.is_some(),
    }
}

pub(super) fn appointment(conn: &mut Conn, id: AppointmentId) -> Result<Option<Block>, Fault> {
    let row: Option<BlockColumns> = appointments::table
        .find(id.get())
        .select((
            appointments::id,
            appointments::location_id,
            appointments::service_id,
            appointments::provider_id,
            appointments::room_id,
            appointments::starts_at,
            appointments::ends_at,
            appointments::capacity,
            appointments::released_at,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(block_of))
}

/// What a hold keeps: one appointment, or those of a whole visit in their order.
pub(super) fn kept_by(conn: &mut Conn, hold: HoldId) -> Result<Vec<Block>, Fault> {
    let rows: Vec<BlockColumns> = appointments::table
        .inner_join(seats::table)
        .filter(seats::hold_id.eq(hold.get()))
        .order((appointments::starts_at, appointments::id))
        .limit(KEPT_SEATS_MAX)
        .select((
            appointments::id,
            appointments::location_id,
            appointments::service_id,
            appointments::provider_id,
            appointments::room_id,
            appointments::starts_at,
            appointments::ends_at,
            appointments::capacity,
            appointments::released_at,
        ))
        .load(conn)?;
    let mut blocks: Vec<Block> = rows.into_iter().map(block_of).collect();
    // A party has several seats in one appointment.
    blocks.dedup_by_key(|block| block.id);
    Ok(blocks)
}

/// A place kept for minutes.
#[derive(Debug, Clone)]
pub(super) struct HoldRow {
    pub id: HoldId,
    pub appointment: AppointmentId,
    pub party: u16,
    pub expires_at: DateTime<Utc>,
    pub ended: bool,
}

type HoldColumns = (i64, i64, i32, NaiveDateTime, Option<NaiveDateTime>);

fn hold_of((id, appointment, party, expires_at, ended): HoldColumns) -> HoldRow {
    HoldRow {
        id: HoldId::new(id),
        appointment: AppointmentId::new(appointment),
        party: u16::try_from(party).unwrap_or(u16::MAX),
        expires_at: expires_at.and_utc(),
        ended: ended.is_some(),
    }
}

pub(super) fn hold(conn: &mut Conn, id: HoldId) -> Result<Option<HoldRow>, Fault> {
    let row: Option<HoldColumns> = holds::table
        .find(id.get())
        .select((holds::id, holds::appointment_id, holds::party, holds::expires_at, holds::ended_at))
        .first(conn)
        .optional()?;
    Ok(row.map(hold_of))
}

pub(super) fn insert_hold(
    tx: &mut Tx<'_>,
    id: HoldId,
    appointment: AppointmentId,
    party: u16,
    visitor_key: &str,
    expires_at: DateTime<Utc>,
) -> Result<(), diesel::result::Error> {
    diesel::insert_into(holds::table)
        .values((
            holds::id.eq(id.get()),
            holds::appointment_id.eq(appointment.get()),
            holds::party.eq(i32::from(party)),
            holds::visitor_key.eq(visitor_key),
            holds::created_at.eq(tx.now_naive()),
            holds::expires_at.eq(expires_at.naive_utc()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Ends a hold; answers false when somebody ended it before.
pub(super) fn end_hold(tx: &mut Tx<'_>, id: HoldId, how: &str) -> Result<bool, Fault> {
    let open = holds::table.filter(holds::id.eq(id.get())).filter(holds::ended_at.is_null());
    let changed =
        diesel::update(open).set((holds::ended_at.eq(tx.now_naive()), holds::ended_how.eq(how))).execute(tx.conn)?;
    Ok(changed == 1)
}

/// Holds this visitor made since `since`, whatever became of them.
pub(super) fn holds_since(conn: &mut Conn, visitor_key: &str, since: DateTime<Utc>) -> Result<i64, Fault> {
    Ok(holds::table
        .filter(holds::visitor_key.eq(visitor_key))
        .filter(holds::created_at.gt(since.naive_utc()))
        .count()
        .get_result(conn)?)
}

/// Holds that ran out and were not ended yet, oldest first, at most `limit`.
pub(super) fn overdue_holds(conn: &mut Conn, now: DateTime<Utc>, limit: i64) -> Result<Vec<HoldRow>, Fault> {
    let rows: Vec<HoldColumns> = holds::table
        .filter(holds::ended_at.is_null())
        .filter(holds::expires_at.le(now.naive_utc()))
        .order(holds::expires_at)
        .limit(limit)
        .select((holds::id, holds::appointment_id, holds::party, holds::expires_at, holds::ended_at))
        .load(conn)?;
    Ok(rows.into_iter().map(hold_of).collect())
}

/// Holds that ran out but still stand on one of `resources` within `span`, or in `class`.
pub(super) fn overdue_holds_in_the_way(
    conn: &mut Conn,
    resources: &[i64],
    span: Span,
    class: Option<AppointmentId>,
    now: DateTime<Utc>,
) -> Result<Vec<HoldRow>, Fault> {
    let earliest = span.starts_at() - chrono::Duration::hours(OCCUPATION_HOURS_MAX);
    let standing: Vec<Option<i64>> = occupations::table
        .filter(occupations::resource_id.eq_any(resources.to_vec()))
        .filter(occupations::starts_at.ge(earliest.naive_utc()))
        .filter(occupations::starts_at.lt(span.ends_at().naive_utc()))
        .filter(occupations::ends_at.gt(span.starts_at().naive_utc()))
        .filter(occupations::held_until.le(now.naive_utc()))
        .select(occupations::appointment_id)
        .load(conn)?;
    let mut standing: Vec<i64> = standing.into_iter().flatten().collect();
    standing.extend(class.map(AppointmentId::get));
    if standing.is_empty() {
        return Ok(Vec::new());
    }
    // By its seats: a hold of a visit keeps several appointments.
    let kept: Vec<Option<i64>> = seats::table
        .filter(seats::appointment_id.eq_any(standing))
        .filter(seats::hold_id.is_not_null())
        .select(seats::hold_id)
        .load(conn)?;
    let rows: Vec<HoldColumns> = holds::table
        .filter(holds::id.eq_any(kept.into_iter().flatten().collect::<Vec<i64>>()))
        .filter(holds::ended_at.is_null())
        .filter(holds::expires_at.le(now.naive_utc()))
        .order(holds::id)
        .select((holds::id, holds::appointment_id, holds::party, holds::expires_at, holds::ended_at))
        .load(conn)?;
    Ok(rows.into_iter().map(hold_of).collect())
}

/// A booking as it is first written.
#[derive(Debug, Clone)]
pub(super) struct NewBooking<'a> {
    pub id: BookingId,
    pub reference: String,
    pub appointment: AppointmentId,
    pub client: ClientId,
    pub status: BookingStatus,
    pub party: u16,
    pub service_name: &'a str,
    pub duration_minutes: u32,
    pub price_minor: i64,
    pub tax_basis_points: i64,
    pub currency: &'a str,
    pub policy: &'a Policy,
    pub language: &'a str,
    pub source: Option<&'a str>,
    pub note: &'a str,
    pub created_by: &'a str,
}

pub(super) fn insert_booking(tx: &mut Tx<'_>, new: &NewBooking<'_>) -> Result<(), diesel::result::Error> {
    let whole = |minutes: u32| i32::try_from(minutes).unwrap_or(i32::MAX);
    diesel::insert_into(bookings::table)
        .values((
            bookings::id.eq(new.id.get()),
            bookings::reference.eq(&new.reference),
            bookings::appointment_id.eq(new.appointment.get()),
            bookings::client_id.eq(new.client.get()),
            bookings::status.eq(new.status.as_str()),
            bookings::party.eq(i32::from(new.party)),
            bookings::service_name.eq(new.service_name),
            bookings::duration_minutes.eq(whole(new.duration_minutes)),
            bookings::price_minor.eq(new.price_minor),
            bookings::currency.eq(new.currency),
            bookings::language.eq(new.language),
            bookings::source.eq(new.source),
            bookings::note.eq(new.note),
            bookings::created_at.eq(tx.now_naive()),
            bookings::created_by.eq(new.created_by),
            (
                bookings::cancel_notice_minutes.eq(whole(new.policy.cancel_notice_minutes)),
                bookings::cancel_policy.eq(&new.policy.text),
                bookings::move_notice_minutes.eq(whole(new.policy.move_notice_minutes)),
                bookings::moves_max.eq(i32::from(new.policy.moves_max)),
                bookings::tax_basis_points.eq(i32::try_from(new.tax_basis_points).unwrap_or(0)),
            ),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// A booking as the deeds that change it need it.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    pub id: BookingId,
    pub appointment: AppointmentId,
    pub client: ClientId,
    pub status: BookingStatus,
    pub party: u16,
    pub cancel_notice_minutes: u32,
    pub move_notice_minutes: u32,
    pub moves: u16,
    pub moves_max: u16,
    pub row_version: i64,
    /// The first booking of its visit, when it is part of one.
    pub visit_group: Option<BookingId>,
}

type StandingColumns = (i64, i64, i64, String, i32, (i32, i32, i32, i32), i64, Option<i64>);

#[expect(clippy::type_complexity, reason = "a selection has the type of its columns")]
const STANDING: (
    bookings::id,
    bookings::appointment_id,
    bookings::client_id,
    bookings::status,
    bookings::party,
    (bookings::cancel_notice_minutes, bookings::move_notice_minutes, bookings::moves, bookings::moves_max),
    bookings::row_version,
    bookings::visit_group_id,
) = (
    bookings::id,
    bookings::appointment_id,
    bookings::client_id,
    bookings::status,
    bookings::party,
    (bookings::cancel_notice_minutes, bookings::move_notice_minutes, bookings::moves, bookings::moves_max),
    bookings::row_version,
    bookings::visit_group_id,
);

fn standing_of(row: StandingColumns) -> Result<Standing, Fault> {
    let (id, appointment, client, status, party, agreed, row_version, visit) = row;
    let (cancel_notice, move_notice, moves, moves_max) = agreed;
    let small = |count: i32| u16::try_from(count).unwrap_or(0);
    Ok(Standing {
        id: BookingId::new(id),
        appointment: AppointmentId::new(appointment),
        client: ClientId::new(client),
        status: status_of(id, &status)?,
        party: small(party),
        cancel_notice_minutes: u32::try_from(cancel_notice).unwrap_or(0),
        move_notice_minutes: u32::try_from(move_notice).unwrap_or(0),
        moves: small(moves),
        moves_max: small(moves_max),
        row_version,
        visit_group: visit.map(BookingId::new),
    })
}

pub(super) fn standing(conn: &mut Conn, id: BookingId) -> Result<Option<Standing>, Fault> {
    let row: Option<StandingColumns> = bookings::table.find(id.get()).select(STANDING).first(conn).optional()?;
    row.map(standing_of).transpose()
}

/// The bookings of one visit in their order. People who come together may share a group; a visit is one client's.
pub(super) fn parts_of_visit(conn: &mut Conn, group: BookingId, client: ClientId) -> Result<Vec<Standing>, Fault> {
    let rows: Vec<StandingColumns> = bookings::table
        .filter(bookings::visit_group_id.eq(group.get()))
        .filter(bookings::client_id.eq(client.get()))
        .order((bookings::visit_position, bookings::id))
        .limit(VISIT_PARTS_MAX)
        .select(STANDING)
        .load(conn)?;
    rows.into_iter().map(standing_of).collect()
}

/// Makes these bookings, in this order, the parts of one visit.
pub(super) fn tie_together(tx: &mut Tx<'_>, parts: &[BookingId]) -> Result<(), diesel::result::Error> {
    let Some(first) = parts.first() else {
        return Ok(());
    };
    for (position, id) in (0_i32..).zip(parts) {
        diesel::update(bookings::table.find(id.get()))
            .set((bookings::visit_group_id.eq(first.get()), bookings::visit_position.eq(position)))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// The status in a row of `bookings`.
pub(super) fn status_of(row: i64, text: &str) -> Result<BookingStatus, Fault> {
    BookingStatus::parse(text).ok_or_else(|| Fault::corrupt("bookings", "status", row, "unknown status"))
}

/// What a change of status writes beside it.
#[derive(Debug, Clone, Default)]
pub(super) struct Ending<'a> {
    pub by: Option<&'a str>,
    pub reason: Option<&'a str>,
    pub reason_code: Option<&'a str>,
    pub late: bool,
    /// Whether the client's calendar entry must change.
    pub reschedules: bool,
}

/// Writes a new status, unless the booking changed since it was read; answers whether it was written.
pub(super) fn set_status(
    tx: &mut Tx<'_>,
    before: &Standing,
    after: BookingStatus,
    ending: &Ending<'_>,
) -> Result<bool, Fault> {
    let now = tx.now_naive();
    let ended = matches!(after, BookingStatus::Cancelled | BookingStatus::Declined | BookingStatus::Expired);
    let unchanged =
        bookings::table.filter(bookings::id.eq(before.id.get())).filter(bookings::row_version.eq(before.row_version));
    let changed = diesel::update(unchanged)
        .set((
            bookings::status.eq(after.as_str()),
            bookings::row_version.eq(bookings::row_version + 1),
            bookings::schedule_version.eq(bookings::schedule_version + i32::from(ending.reschedules)),
            bookings::ended_at.eq(ended.then_some(now)),
            bookings::ended_by.eq(ending.by),
            bookings::ended_reason.eq(ending.reason),
            bookings::ended_reason_code.eq(ending.reason_code),
            bookings::late_cancellation.eq(ending.late),
            bookings::completed_at.eq((after == BookingStatus::Completed).then_some(now)),
        ))
        .execute(tx.conn)?;
    keep_time(tx, before.id, after, now)?;
    Ok(changed == 1)
}

/// Keeps when the client came, when it began, or that nobody came.
fn keep_time(tx: &mut Tx<'_>, booking: BookingId, status: BookingStatus, at: NaiveDateTime) -> Result<(), Fault> {
    let own = bookings::table.find(booking.get());
    match status {
        BookingStatus::Arrived => diesel::update(own).set(bookings::arrived_at.eq(at)).execute(tx.conn)?,
        BookingStatus::InProgress => diesel::update(own).set(bookings::started_at.eq(at)).execute(tx.conn)?,
        BookingStatus::NoShow => diesel::update(own).set(bookings::missed_at.eq(at)).execute(tx.conn)?,
        _ => 0,
    };
    Ok(())
}

/// When the client came, when it began, when it was noted that nobody came.
pub(super) type Times = (Option<NaiveDateTime>, Option<NaiveDateTime>, Option<NaiveDateTime>);

pub(super) fn times_of(conn: &mut Conn, booking: BookingId) -> Result<Times, Fault> {
    let own = bookings::table.find(booking.get());
    Ok(own.select((bookings::arrived_at, bookings::started_at, bookings::missed_at)).first(conn)?)
}

/// Puts the times back as they were, but for that of the status that was a mistake.
pub(super) fn restore_times(
    tx: &mut Tx<'_>,
    booking: BookingId,
    mistaken: BookingStatus,
    (arrived, started, missed): Times,
) -> Result<(), Fault> {
    let unless = |status: BookingStatus, at: Option<NaiveDateTime>| at.filter(|_| mistaken != status);
    diesel::update(bookings::table.find(booking.get()))
        .set((
            bookings::arrived_at.eq(unless(BookingStatus::Arrived, arrived)),
            bookings::started_at.eq(unless(BookingStatus::InProgress, started)),
            bookings::missed_at.eq(unless(BookingStatus::NoShow, missed)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The last thing that changed a booking's status, time or place.
#[derive(Debug, Clone)]
pub(super) struct LastChange {
    pub at: DateTime<Utc>,
    pub by_staff: bool,
    pub kind: String,
    pub before: Option<String>,
}

pub(super) fn last_change(conn: &mut Conn, booking: BookingId) -> Result<Option<LastChange>, Fault> {
    let row: Option<(NaiveDateTime, String, String, Option<String>)> = booking_events::table
        .filter(booking_events::booking_id.eq(booking.get()))
        .filter(booking_events::after_state.is_not_null())
        .order(booking_events::id.desc())
        .select((booking_events::at, booking_events::actor, booking_events::kind, booking_events::before_state))
        .first(conn)
        .optional()?;
    let change = |(at, actor, kind, before): (NaiveDateTime, String, String, Option<String>)| LastChange {
        at: at.and_utc(),
        by_staff: actor == "staff",
        kind,
        before,
    };
    Ok(row.map(change))
}

/// An appointment that was let go stands on the calendar again.
pub(super) fn stand_again(tx: &mut Tx<'_>, appointment: AppointmentId) -> Result<(), Fault> {
    diesel::update(appointments::table.find(appointment.get()))
        .set((
            appointments::released_at.eq(None::<NaiveDateTime>),
            appointments::row_version.eq(appointments::row_version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Writes that the client will come; answers whether it was new.
pub(super) fn set_confirmed(tx: &mut Tx<'_>, booking: BookingId) -> Result<bool, Fault> {
    let open = bookings::table.find(booking.get()).filter(bookings::client_confirmed_at.is_null());
    let changed = diesel::update(open)
        .set((bookings::client_confirmed_at.eq(tx.now_naive()), bookings::row_version.eq(bookings::row_version + 1)))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

/// From now on a client is told about live bookings in this language.
pub fn speak(tx: &mut Tx<'_>, client: ClientId, language: crate::domain::language::Language) -> Result<(), Fault> {
    let live = BookingStatus::ALL.into_iter().filter(|status| status.is_live()).map(BookingStatus::as_str);
    let own = bookings::table.filter(bookings::client_id.eq(client.get()));
    diesel::update(own.filter(bookings::status.eq_any(live.collect::<Vec<_>>())))
        .set(bookings::language.eq(language.tag()))
        .execute(tx.conn)?;
    Ok(())
}

/// Says whether the mail about its end, or about the end of its visit, names other times.
pub(super) fn offer_other_times(tx: &mut Tx<'_>, booking: BookingId, offers: bool) -> Result<(), Fault> {
    let visit: Option<i64> =
        bookings::table.find(booking.get()).select(bookings::visit_group_id).first(tx.conn).optional()?.flatten();
    let first = visit.unwrap_or(booking.get());
    diesel::update(bookings::table.filter(bookings::id.eq(booking.get()).or(bookings::id.eq(first))))
        .set(bookings::offer_other_times.eq(offers))
        .execute(tx.conn)?;
    Ok(())
}

/// One line of a booking's history.
#[derive(Debug, Clone, Default)]
pub(crate) struct Happened<'a> {
    pub kind: &'a str,
    pub before: Option<String>,
    pub after: Option<String>,
    pub reason: Option<&'a str>,
    /// Which rules staff broke on purpose, in the words of `domain::overriding`.
    pub broke: Option<String>,
}

/// Adds a line to a booking's history.
pub(crate) fn record(tx: &mut Tx<'_>, booking: BookingId, actor: Actor, event: &Happened<'_>) -> Result<(), Fault> {
    let staff = match actor {
        Actor::Staff(user) => Some(user.get()),
        Actor::Client | Actor::System => None,
    };
    diesel::insert_into(booking_events::table)
        .values((
            booking_events::id.eq(tx.new_number()),
            booking_events::booking_id.eq(booking.get()),
            booking_events::at.eq(tx.now_naive()),
            booking_events::actor.eq(actor.as_str()),
            booking_events::staff_user_id.eq(staff),
            booking_events::kind.eq(event.kind),
            booking_events::before_state.eq(event.before.as_deref()),
            booking_events::after_state.eq(event.after.as_deref()),
            booking_events::reason.eq(event.reason),
            booking_events::broke.eq(event.broke.as_deref()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Requests nobody answered whose time has come, oldest first.
pub(super) fn unanswered_requests(
    conn: &mut Conn,
    asked_before: DateTime<Utc>,
    starts_before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<BookingId>, Fault> {
    let ids: Vec<i64> = bookings::table
        .inner_join(appointments::table)
        .filter(bookings::status.eq(BookingStatus::Requested.as_str()))
        .filter(
            bookings::created_at.le(asked_before.naive_utc()).or(appointments::starts_at.le(starts_before.naive_utc())),
        )
        .order(bookings::id)
        .limit(limit)
        .select(bookings::id)
        .load(conn)?;
    Ok(ids.into_iter().map(BookingId::new).collect())
}

/// What an earlier call with the same key did.
#[derive(Debug, Clone)]
pub(super) struct Earlier {
    pub body_hash: String,
    pub response: String,
}

pub(super) fn earlier_call(conn: &mut Conn, scope: &str, key: &str) -> Result<Option<Earlier>, Fault> {
    let row: Option<(String, String)> = idempotency_keys::table
        .find((scope, key))
        .select((idempotency_keys::body_hash, idempotency_keys::response))
        .first(conn)
        .optional()?;
    Ok(row.map(|(body_hash, response)| Earlier { body_hash, response }))
}

pub(super) fn remember_call(
    tx: &mut Tx<'_>,
    (scope, key): (&str, &str),
    body_hash: &str,
    response: &str,
) -> Result<(), diesel::result::Error> {
    diesel::insert_into(idempotency_keys::table)
        .values((
            idempotency_keys::scope.eq(scope),
            idempotency_keys::idempotency_key.eq(key),
            idempotency_keys::body_hash.eq(body_hash),
            idempotency_keys::status.eq(201),
            idempotency_keys::response.eq(response),
            idempotency_keys::created_at.eq(tx.now_naive()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Forgets calls made before `moment`; answers how many.
pub(super) fn forget_calls_before(tx: &mut Tx<'_>, moment: DateTime<Utc>) -> Result<usize, Fault> {
    let old = idempotency_keys::table.filter(idempotency_keys::created_at.lt(moment.naive_utc()));
    Ok(diesel::delete(old).execute(tx.conn)?)
}
