//! The rows of worklists: calls, what is put off, and what other slices' tables say.

pub(super) mod attempts;
pub(super) mod confirmations;
pub(super) mod holes;
pub(super) mod snoozes;
pub(super) mod unscheduled;

use std::collections::HashMap;

use diesel::prelude::*;

use super::Person;
use crate::db::schema::{bookings, clients, possible_duplicates};
use crate::db::{Conn, Fault};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::ClientId;

fn counted(count: i64) -> usize {
    usize::try_from(count).unwrap_or(0)
}

/// How many requests wait for an answer.
pub(super) fn requests(conn: &mut Conn) -> Result<usize, Fault> {
    let waiting = bookings::table.filter(bookings::status.eq(BookingStatus::Requested.as_str()));
    Ok(counted(waiting.count().get_result(conn)?))
}

/// How many pairs may be one person.
pub(super) fn duplicates(conn: &mut Conn) -> Result<usize, Fault> {
    let open = possible_duplicates::table.filter(possible_duplicates::settled_at.is_null());
    Ok(counted(open.count().get_result(conn)?))
}

/// Who these clients are.
pub(super) fn people(conn: &mut Conn, ids: &[ClientId]) -> Result<HashMap<ClientId, Person>, Fault> {
    let numbers: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let limit = i64::try_from(numbers.len()).unwrap_or(i64::MAX);
    let rows: Vec<(i64, String, String, Option<String>)> = clients::table
        .filter(clients::id.eq_any(numbers))
        .order(clients::id)
        .limit(limit)
        .select((clients::id, clients::first_name, clients::last_name, clients::phone))
        .load(conn)?;
    let person = |(id, first, last, phone): (i64, String, String, Option<String>)| {
        let client = ClientId::new(id);
        (client, Person { client, name: format!("{first} {last}"), phone })
    };
    Ok(rows.into_iter().map(person).collect())
}
