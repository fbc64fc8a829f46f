//! The rows of worklists: calls, what is put off, and what other slices' tables say.

pub(super) mod attempts;
pub(super) mod confirmations;
pub(super) mod holes;
pub(super) mod snoozes;
pub(super) mod unscheduled;

use diesel::prelude::*;

use crate::db::schema::{bookings, possible_duplicates};
use crate::db::{Conn, Fault};
use crate::domain::booking::BookingStatus;

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
