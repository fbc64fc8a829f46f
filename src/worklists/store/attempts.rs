//! Calls.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;

use crate::db::schema::{bookings, clients, contact_attempts, staff_users};
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::{BookingId, ClientId, StaffUserId};
use crate::domain::worklists::{Outcome, Worklist};
use crate::worklists::{Attempt, Tried};

/// Older calls say nothing about today's row.
const DAYS_BACK: i64 = 60;
/// As many calls are looked at for one list.
const ATTEMPTS_MAX: i64 = 2_000;

/// The calls of a list to one client: about which booking, and when, by whom, with what outcome.
pub(in crate::worklists) type Calls = HashMap<ClientId, Vec<(Option<BookingId>, Tried)>>;

pub(in crate::worklists) fn insert(tx: &mut Tx<'_>, by: StaffUserId, attempt: &Attempt) -> Result<(), Fault> {
    diesel::insert_into(contact_attempts::table)
        .values((
            contact_attempts::id.eq(tx.new_number()),
            contact_attempts::client_id.eq(attempt.client.get()),
            contact_attempts::booking_id.eq(attempt.booking.map(BookingId::get)),
            contact_attempts::worklist.eq(attempt.list.as_str()),
            contact_attempts::outcome.eq(attempt.outcome.as_str()),
            contact_attempts::note.eq(&attempt.note),
            contact_attempts::at.eq(tx.now_naive()),
            contact_attempts::staff_user_id.eq(by.get()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Whether the booking is this client's.
pub(in crate::worklists) fn is_of(conn: &mut Conn, booking: BookingId, client: ClientId) -> Result<bool, Fault> {
    let owner: Option<i64> = bookings::table.find(booking.get()).select(bookings::client_id).first(conn).optional()?;
    Ok(owner == Some(client.get()))
}

/// The calls of a list to these clients, newest first.
pub(in crate::worklists) fn of_clients(
    conn: &mut Conn,
    list: Worklist,
    ids: &[ClientId],
    now: DateTime<Utc>,
) -> Result<Calls, Fault> {
    type Row = (i64, i64, Option<i64>, String, String, NaiveDateTime, String);
    let mut calls = Calls::new();
    if ids.is_empty() {
        return Ok(calls);
    }
    let rows: Vec<Row> = contact_attempts::table
        .inner_join(staff_users::table)
        .filter(contact_attempts::client_id.eq_any(ids.iter().map(|id| id.get()).collect::<Vec<_>>()))
        .filter(contact_attempts::worklist.eq(list.as_str()))
        .filter(contact_attempts::at.gt((now - TimeDelta::days(DAYS_BACK)).naive_utc()))
        .order((contact_attempts::at.desc(), contact_attempts::id.desc()))
        .limit(ATTEMPTS_MAX)
        .select((
            contact_attempts::id,
            contact_attempts::client_id,
            contact_attempts::booking_id,
            contact_attempts::outcome,
            contact_attempts::note,
            contact_attempts::at,
            staff_users::name,
        ))
        .load(conn)?;
    for (id, client, booking, outcome, note, at, by) in rows {
        let outcome = Outcome::parse(&outcome)
            .ok_or_else(|| Fault::corrupt("contact_attempts", "outcome", id, "no such outcome"))?;
        let call = Tried { count: 1, last_at: at.and_utc(), by, outcome, note };
        calls.entry(ClientId::new(client)).or_default().push((booking.map(BookingId::new), call));
    }
    Ok(calls)
}

/// The calls about one row: the last one, with how many there were.
pub(in crate::worklists) fn about(calls: &Calls, client: ClientId, booking: Option<BookingId>) -> Option<Tried> {
    let own = calls.get(&client)?;
    let mut about = own.iter().filter(|(of, _)| booking.is_none() || *of == booking).map(|(_, call)| call);
    let last = about.next()?.clone();
    Some(Tried { count: 1 + about.count(), ..last })
}

/// Who of these may be called: present, not erased, not merged away.
pub(in crate::worklists) fn callable(conn: &mut Conn, ids: &[ClientId]) -> Result<HashSet<ClientId>, Fault> {
    let limit = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    let rows: Vec<i64> = clients::table
        .filter(clients::id.eq_any(ids.iter().map(|id| id.get()).collect::<Vec<_>>()))
        .filter(clients::standing.eq("present"))
        .filter(clients::merged_into_id.is_null())
        .filter(clients::archived_at.is_null())
        .filter(clients::erased_at.is_null())
        .order(clients::id)
        .limit(limit)
        .select(clients::id)
        .load(conn)?;
    Ok(rows.into_iter().map(ClientId::new).collect())
}
