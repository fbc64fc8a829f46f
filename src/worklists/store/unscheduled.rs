//! Clients with nothing to come: what was called off or missed, and visits after which another is due.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::db::schema::{appointments, bookings, clients, providers, worklist_snoozes};
use crate::db::{Conn, Fault};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::{BookingId, ClientId, ProviderId, ServiceId};
use crate::domain::time;
use crate::domain::worklists::{Unscheduled, Worklist};
use crate::worklists::{Person, ToRebook};

/// As many visits of the people on a list are looked at.
const VISITS_MAX: i64 = 20_000;

type Row = (
    (i64, String, String, Option<NaiveDateTime>, Option<String>),
    (i64, i64, NaiveDateTime, String, String),
    (i64, String, String, Option<String>),
);

/// Bookings of people who may be called and have nothing to come; each question adds its filter, order and limit.
macro_rules! without_next {
    ($now:expr) => {{
        let live: Vec<&str> =
            BookingStatus::ALL.into_iter().filter(|status| status.is_live()).map(BookingStatus::as_str).collect();
        let expected = diesel::alias!(bookings as other_bookings, appointments as other_appointments);
        let (other_bookings, other_appointments) = expected;
        let coming = other_bookings
            .inner_join(
                other_appointments
                    .on(other_bookings.field(bookings::appointment_id).eq(other_appointments.field(appointments::id))),
            )
            .filter(other_bookings.field(bookings::status).eq_any(live))
            .filter(other_appointments.field(appointments::ends_at).gt($now.naive_utc()))
            .select(other_bookings.field(bookings::client_id));
        let put_off = worklist_snoozes::table
            .filter(worklist_snoozes::worklist.eq(Worklist::Unscheduled.as_str()))
            .filter(worklist_snoozes::until.is_null().or(worklist_snoozes::until.gt($now.naive_utc())))
            .select(worklist_snoozes::object_id);
        bookings::table
            .inner_join(appointments::table.inner_join(providers::table))
            .inner_join(clients::table)
            .filter(bookings::client_id.ne_all(coming))
            .filter(bookings::id.ne_all(put_off))
            .filter(clients::standing.eq("present"))
            .filter(clients::merged_into_id.is_null())
            .filter(clients::archived_at.is_null())
            .filter(clients::erased_at.is_null())
            .select((
                (bookings::id, bookings::status, bookings::service_name, bookings::ended_at, bookings::ended_by),
                (
                    appointments::service_id,
                    appointments::provider_id,
                    appointments::starts_at,
                    appointments::zone,
                    providers::name,
                ),
                (clients::id, clients::first_name, clients::last_name, clients::phone),
            ))
    }};
}

/// Called off or missed since a moment, the latest first.
pub(in crate::worklists) fn ended(
    conn: &mut Conn,
    now: DateTime<Utc>,
    since: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<ToRebook>, Fault> {
    let mut rows: Vec<Row> = without_next!(now)
        .filter(bookings::status.eq(BookingStatus::Cancelled.as_str()))
        .filter(bookings::ended_at.gt(since.naive_utc()))
        .order((bookings::ended_at.desc(), bookings::id.desc()))
        .limit(limit)
        .load(conn)?;
    rows.extend(
        without_next!(now)
            .filter(bookings::status.eq(BookingStatus::NoShow.as_str()))
            .filter(appointments::starts_at.gt(since.naive_utc()))
            .order((appointments::starts_at.desc(), bookings::id.desc()))
            .limit(limit)
            .load::<Row>(conn)?,
    );
    rows.into_iter().map(to_rebook).collect()
}

/// Visits for a service that took place in a span, the latest first.
pub(in crate::worklists) fn kept(
    conn: &mut Conn,
    service: ServiceId,
    now: DateTime<Utc>,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    limit: i64,
) -> Result<Vec<ToRebook>, Fault> {
    let rows: Vec<Row> = without_next!(now)
        .filter(appointments::service_id.eq(service.get()))
        .filter(appointments::starts_at.ge(from.naive_utc()))
        .filter(appointments::starts_at.lt(until.naive_utc()))
        .filter(bookings::status.eq(BookingStatus::Completed.as_str()))
        .order((appointments::starts_at.desc(), bookings::id.desc()))
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(to_rebook).collect()
}

fn to_rebook((booking, appointment, client): Row) -> Result<ToRebook, Fault> {
    let (id, status, service_name, ended_at, ended_by) = booking;
    let (service, provider, starts_at, zone, provider_name) = appointment;
    let (client, first, last, phone) = client;
    let zone = time::zone_named(&zone).map_err(|error| Fault::corrupt("appointments", "zone", id, error))?;
    let (why, at) = match BookingStatus::parse(&status) {
        Some(BookingStatus::NoShow) => (Unscheduled::Missed, starts_at),
        Some(BookingStatus::Completed) => (Unscheduled::Due, starts_at),
        _ if ended_by.as_deref() == Some("staff") => (Unscheduled::CalledOff, ended_at.unwrap_or(starts_at)),
        _ => (Unscheduled::Cancelled, ended_at.unwrap_or(starts_at)),
    };
    Ok(ToRebook {
        booking: BookingId::new(id),
        person: Person { client: ClientId::new(client), name: format!("{first} {last}"), phone },
        why,
        since: time::local_day(at.and_utc(), zone),
        service: ServiceId::new(service),
        service_name,
        provider: ProviderId::new(provider),
        provider_name,
        zone,
        tried: None,
    })
}

/// The last visit of each that took place: which, and when.
pub(in crate::worklists) fn last_seen(
    conn: &mut Conn,
    ids: &[ClientId],
) -> Result<HashMap<ClientId, (BookingId, DateTime<Utc>)>, Fault> {
    let kept = [BookingStatus::Completed, BookingStatus::Arrived, BookingStatus::InProgress];
    let rows: Vec<(i64, i64, NaiveDateTime)> = bookings::table
        .inner_join(appointments::table)
        .filter(bookings::client_id.eq_any(ids.iter().map(|id| id.get()).collect::<Vec<_>>()))
        .filter(bookings::status.eq_any(kept.map(BookingStatus::as_str)))
        .order((appointments::starts_at, bookings::id))
        .limit(VISITS_MAX)
        .select((bookings::client_id, bookings::id, appointments::starts_at))
        .load(conn)?;
    let seen = |(client, booking, at): (i64, i64, NaiveDateTime)| {
        (ClientId::new(client), (BookingId::new(booking), at.and_utc()))
    };
    Ok(rows.into_iter().map(seen).collect())
}
