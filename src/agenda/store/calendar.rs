//! What stands on the calendar of some days, read from the tables of the slices that keep it; and whether it is still
//! the same.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::max;
use diesel::prelude::*;

use crate::db::schema::{appointments, booking_events, bookings, calendar_changes, client_notes, clients};
use crate::db::{Conn, Fault};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::{AppointmentId, BookingId, ClientId, LocationId, ProviderId, RoomId, ServiceId};

/// More bookings in six weeks than any clinic has; what is beyond is on the list of its day.
const BOOKINGS_MAX: i64 = 20_000;
/// A client with more alerts has them on the own page.
const ALERTS_MAX: i64 = 20;
/// Identifiers of a quarter of an hour: a write that began earlier than others ended shows up in it.
const WINDOW: i64 = (15 * 60 * 1_000) << 22;

/// A booking as a card of the calendar shows it.
#[derive(Debug, Clone)]
pub struct CalendarBooking {
    /// Which.
    pub booking: BookingId,
    /// The block it is part of.
    pub appointment: AppointmentId,
    /// Who comes.
    pub client: ClientId,
    /// First and last name.
    pub name: String,
    /// Phone number.
    pub phone: Option<String>,
    /// Where it stands.
    pub status: BookingStatus,
    /// How many people come.
    pub party: u16,
    /// The service's name when it was booked.
    pub service_name: String,
    /// Rises with every change.
    pub row_version: i64,
    /// Whether the client said that he comes.
    pub is_confirmed: bool,
    /// Whether it is a service of a visit, or one of several who come together.
    pub is_part: bool,
    /// What the client wrote.
    pub note: String,
    /// Where.
    pub location: LocationId,
    /// What.
    pub service: ServiceId,
    /// With whom.
    pub provider: ProviderId,
    /// In which room.
    pub room: Option<RoomId>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// The same on the clocks of its place.
    pub local_start: NaiveDateTime,
    /// Seats of its appointment.
    pub capacity: i32,
}

type Row = (
    (i64, i64, i64, String, i32, String, i64, Option<NaiveDateTime>, Option<i64>, String),
    (i64, i64, i64, Option<i64>, NaiveDateTime, NaiveDateTime, NaiveDateTime, i32),
    (String, String, Option<String>),
);

/// The bookings that have a place in `[from, until)` at the locations, by time.
pub fn bookings_on_calendar(
    conn: &mut Conn,
    locations: &[LocationId],
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    only: Option<ProviderId>,
) -> Result<Vec<CalendarBooking>, Fault> {
    let places: Vec<i64> = locations.iter().map(|id| id.get()).collect();
    let mut query = bookings::table
        .inner_join(appointments::table)
        .inner_join(clients::table)
        .filter(appointments::location_id.eq_any(places))
        .filter(appointments::starts_at.ge(from.naive_utc()))
        .filter(appointments::starts_at.lt(until.naive_utc()))
        .order((appointments::starts_at, bookings::id))
        .limit(BOOKINGS_MAX)
        .select((
            (
                bookings::id,
                bookings::appointment_id,
                bookings::client_id,
                bookings::status,
                bookings::party,
                bookings::service_name,
                bookings::row_version,
                bookings::client_confirmed_at,
                bookings::visit_group_id,
                bookings::note,
            ),
            (
                appointments::location_id,
                appointments::service_id,
                appointments::provider_id,
                appointments::room_id,
                appointments::starts_at,
                appointments::ends_at,
                appointments::local_start,
                appointments::capacity,
            ),
            (clients::first_name, clients::last_name, clients::phone),
        ))
        .into_boxed();
    if let Some(provider) = only {
        query = query.filter(appointments::provider_id.eq(provider.get()));
    }
    let rows: Vec<Row> = query.load(conn)?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let booking = booking_of(row)?;
        if !booking.status.gave_seat_back() {
            found.push(booking);
        }
    }
    Ok(found)
}

fn booking_of((booking, appointment, client): Row) -> Result<CalendarBooking, Fault> {
    let (id, appointment_id, client_id, status, party, service_name, row_version, confirmed, group, note) = booking;
    let (location, service, provider, room, starts_at, ends_at, local_start, capacity) = appointment;
    let (first, last, phone) = client;
    let status = BookingStatus::parse(&status)
        .ok_or_else(|| Fault::corrupt("bookings", "status", BookingId::new(id), "unknown status"))?;
    Ok(CalendarBooking {
        booking: BookingId::new(id),
        appointment: AppointmentId::new(appointment_id),
        client: ClientId::new(client_id),
        name: format!("{first} {last}"),
        phone,
        status,
        party: u16::try_from(party).unwrap_or(1),
        service_name,
        row_version,
        is_confirmed: confirmed.is_some(),
        is_part: group.is_some(),
        note,
        location: LocationId::new(location),
        service: ServiceId::new(service),
        provider: ProviderId::new(provider),
        room: room.map(RoomId::new),
        starts_at: starts_at.and_utc(),
        ends_at: ends_at.and_utc(),
        local_start,
        capacity,
    })
}

/// When bookings begin in `[from, until)` and where they stand, for counting them.
pub fn starts_on_calendar(
    conn: &mut Conn,
    locations: &[LocationId],
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    only: (Option<ProviderId>, Option<ServiceId>),
) -> Result<Vec<(NaiveDateTime, BookingStatus)>, Fault> {
    let places: Vec<i64> = locations.iter().map(|id| id.get()).collect();
    let mut query = bookings::table
        .inner_join(appointments::table)
        .filter(appointments::location_id.eq_any(places))
        .filter(appointments::starts_at.ge(from.naive_utc()))
        .filter(appointments::starts_at.lt(until.naive_utc()))
        .order(appointments::starts_at)
        .limit(BOOKINGS_MAX)
        .select((appointments::local_start, bookings::status))
        .into_boxed();
    if let Some(provider) = only.0 {
        query = query.filter(appointments::provider_id.eq(provider.get()));
    }
    if let Some(service) = only.1 {
        query = query.filter(appointments::service_id.eq(service.get()));
    }
    let rows: Vec<(NaiveDateTime, String)> = query.load(conn)?;
    Ok(rows.into_iter().filter_map(|(at, status)| Some((at, BookingStatus::parse(&status)?))).collect())
}

/// Which of the clients have an alert.
pub fn with_alert(conn: &mut Conn, clients: &[ClientId]) -> Result<HashSet<ClientId>, Fault> {
    let mut numbers: Vec<i64> = clients.iter().map(|id| id.get()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let found: Vec<i64> = client_notes::table
        .filter(client_notes::client_id.eq_any(numbers))
        .filter(client_notes::kind.eq("alert"))
        .filter(client_notes::archived_at.is_null())
        .select(client_notes::client_id)
        .load(conn)?;
    Ok(found.into_iter().map(ClientId::new).collect())
}

/// What a client's alerts say, the oldest first.
pub fn alerts_of(conn: &mut Conn, client: ClientId) -> Result<Vec<String>, Fault> {
    Ok(client_notes::table
        .filter(client_notes::client_id.eq(client.get()))
        .filter(client_notes::kind.eq("alert"))
        .filter(client_notes::archived_at.is_null())
        .order(client_notes::id)
        .limit(ALERTS_MAX)
        .select(client_notes::text)
        .load(conn)?)
}

/// Whether the client of a booking said that he comes.
pub fn is_confirmed(conn: &mut Conn, booking: BookingId) -> Result<bool, Fault> {
    let at: Option<Option<NaiveDateTime>> =
        bookings::table.find(booking.get()).select(bookings::client_confirmed_at).first(conn).optional()?;
    Ok(at.flatten().is_some())
}

/// Another text whenever something on any calendar, or the state of any booking, has changed. Identifiers come in the
/// order of time and writes end in another one, so those of the last minutes are counted as well.
pub fn newest(conn: &mut Conn) -> Result<String, Fault> {
    let last: Option<i64> = calendar_changes::table.select(max(calendar_changes::id)).first(conn)?;
    let last = last.unwrap_or(0);
    let changes: i64 = calendar_changes::table
        .filter(calendar_changes::id.gt(last.saturating_sub(WINDOW)))
        .count()
        .get_result(conn)?;
    let event: Option<i64> = booking_events::table.select(max(booking_events::id)).first(conn)?;
    let event = event.unwrap_or(0);
    let events: i64 =
        booking_events::table.filter(booking_events::id.gt(event.saturating_sub(WINDOW))).count().get_result(conn)?;
    Ok(format!("{changes}.{last}.{events}.{event}"))
}
