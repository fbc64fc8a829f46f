//! Appointments to come that nobody has confirmed.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::db::schema::{appointments, bookings, clients, providers, worklist_snoozes};
use crate::db::{Conn, Fault};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::{BookingId, ClientId};
use crate::domain::time;
use crate::domain::worklists::Worklist;
use crate::worklists::{Person, ToConfirm};

/// Firm bookings in the span, made before a moment, of people who may be called; a visit of several parts by its first.
macro_rules! to_confirm {
    ($places:expr, $made_before:expr, $now:expr, $until:expr) => {{
        let put_off = worklist_snoozes::table
            .filter(worklist_snoozes::worklist.eq(Worklist::Confirmations.as_str()))
            .filter(worklist_snoozes::until.is_null().or(worklist_snoozes::until.gt($now.naive_utc())))
            .select(worklist_snoozes::object_id);
        bookings::table
            .inner_join(appointments::table.inner_join(providers::table))
            .inner_join(clients::table)
            .filter(appointments::location_id.eq_any($places))
            .filter(appointments::starts_at.gt($now.naive_utc()))
            .filter(appointments::starts_at.lt($until.naive_utc()))
            .filter(bookings::status.eq(BookingStatus::Booked.as_str()))
            .filter(bookings::client_confirmed_at.is_null())
            .filter(bookings::visit_position.eq(0))
            .filter(bookings::created_at.lt($made_before.naive_utc()))
            .filter(clients::phone.is_not_null())
            .filter(clients::standing.eq("present"))
            .filter(clients::merged_into_id.is_null())
            .filter(clients::archived_at.is_null())
            .filter(clients::erased_at.is_null())
            .filter(bookings::id.ne_all(put_off))
    }};
}

pub(in crate::worklists) fn count(
    conn: &mut Conn,
    places: Vec<i64>,
    made_before: DateTime<Utc>,
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<usize, Fault> {
    let count = to_confirm!(places, made_before, now, until).count().get_result(conn)?;
    Ok(super::counted(count))
}

type Row = (i64, i64, String, NaiveDateTime, String, String, (i64, String, String, Option<String>));

pub(in crate::worklists) fn load(
    conn: &mut Conn,
    places: Vec<i64>,
    made_before: DateTime<Utc>,
    (now, until): (DateTime<Utc>, DateTime<Utc>),
    limit: i64,
) -> Result<Vec<ToConfirm>, Fault> {
    let rows: Vec<Row> = to_confirm!(places, made_before, now, until)
        .order((appointments::starts_at, bookings::id))
        .limit(limit)
        .select((
            bookings::id,
            bookings::row_version,
            bookings::service_name,
            appointments::starts_at,
            appointments::zone,
            providers::name,
            (clients::id, clients::first_name, clients::last_name, clients::phone),
        ))
        .load(conn)?;
    let row = |(id, row_version, service, starts_at, zone, provider, (client, first, last, phone)): Row| {
        let zone = time::zone_named(&zone).map_err(|error| Fault::corrupt("appointments", "zone", id, error))?;
        Ok(ToConfirm {
            booking: BookingId::new(id),
            row_version,
            person: Person { client: ClientId::new(client), name: format!("{first} {last}"), phone },
            service,
            provider,
            starts_at: starts_at.and_utc(),
            zone,
            tried: None,
        })
    };
    rows.into_iter().map(row).collect()
}
