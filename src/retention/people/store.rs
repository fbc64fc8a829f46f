//! Who the people behind a figure are: names, how to reach them, and when they were last spoken to.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::max;
use diesel::prelude::*;

use super::{Contact, LastContact};
use crate::db::schema::{appointments, bookings, clients, contact_attempts, messages};
use crate::db::{Conn, Fault};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::ClientId;

/// Ids of one statement: engines have limits for what is bound.
const CHUNK: usize = 500;

type Row = (i64, String, String, Option<String>, Option<String>, Option<NaiveDateTime>);

/// Those of these ids that are there.
pub(super) fn contacts(conn: &mut Conn, ids: &[ClientId]) -> Result<HashMap<ClientId, Contact>, Fault> {
    let mut found = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let numbers: Vec<i64> = chunk.iter().map(|id| id.get()).collect();
        let rows: Vec<Row> = clients::table
            .filter(clients::id.eq_any(numbers))
            .select((
                clients::id,
                clients::first_name,
                clients::last_name,
                clients::phone,
                clients::email,
                clients::erased_at,
            ))
            .order(clients::id)
            .load(conn)?;
        found.extend(rows.into_iter().map(|(id, first, last, phone, email, erased)| {
            let id = ClientId::new(id);
            let name = format!("{first} {last}").trim().to_owned();
            (id, Contact { id, name, phone, email, is_erased: erased.is_some() })
        }));
    }
    Ok(found)
}

/// Which of them have a booking that begins later.
pub(super) fn booked_ahead(conn: &mut Conn, ids: &[ClientId], now: DateTime<Utc>) -> Result<HashSet<ClientId>, Fault> {
    let mut found = HashSet::new();
    for chunk in ids.chunks(CHUNK) {
        let numbers: Vec<i64> = chunk.iter().map(|id| id.get()).collect();
        let ahead: Vec<i64> = bookings::table
            .inner_join(appointments::table)
            .filter(bookings::client_id.eq_any(numbers))
            .filter(bookings::status.eq_any([BookingStatus::Requested.as_str(), BookingStatus::Booked.as_str()]))
            .filter(appointments::starts_at.gt(now.naive_utc()))
            .select(bookings::client_id)
            .distinct()
            .order(bookings::client_id)
            .load(conn)?;
        found.extend(ahead.into_iter().map(ClientId::new));
    }
    Ok(found)
}

/// When each was last called or written to.
pub(super) fn last_contacts(conn: &mut Conn, ids: &[ClientId]) -> Result<HashMap<ClientId, LastContact>, Fault> {
    let mut found: HashMap<ClientId, LastContact> = HashMap::new();
    let mut note = |client: i64, at: Option<NaiveDateTime>, was_call: bool| {
        let Some(at) = at.map(|at| at.and_utc()) else { return };
        let last = found.entry(ClientId::new(client)).or_insert(LastContact { at, was_call });
        if last.at <= at {
            *last = LastContact { at, was_call };
        }
    };
    for chunk in ids.chunks(CHUNK) {
        let numbers: Vec<i64> = chunk.iter().map(|id| id.get()).collect();
        let calls: Vec<(i64, Option<NaiveDateTime>)> = contact_attempts::table
            .filter(contact_attempts::client_id.eq_any(&numbers))
            .group_by(contact_attempts::client_id)
            .select((contact_attempts::client_id, max(contact_attempts::at)))
            .order(contact_attempts::client_id)
            .load(conn)?;
        calls.into_iter().for_each(|(client, at)| note(client, at, true));
        let told: Vec<(Option<i64>, Option<NaiveDateTime>)> = messages::table
            .filter(messages::client_id.eq_any(numbers.iter().copied().map(Some)))
            .filter(messages::sent_at.is_not_null())
            .group_by(messages::client_id)
            .select((messages::client_id, max(messages::sent_at)))
            .order(messages::client_id)
            .load(conn)?;
        told.into_iter().for_each(|(client, at)| note(client.unwrap_or_default(), at, false));
    }
    Ok(found)
}
