//! Messages to measure with: what is told of the bookings to come of workload W, and when it falls due.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;

use crate::db::schema::{appointments, bookings, client_figures, messages};
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::BookingId;

/// More bookings nobody measures with.
const BOOKINGS_MAX: i64 = 200_000;

/// Makes every booking to come one of this moment, so that it deserves everything a new one deserves.
pub(in crate::demo) fn book_again(tx: &mut Tx<'_>) -> Result<Vec<BookingId>, Fault> {
    let ids: Vec<i64> = bookings::table
        .inner_join(appointments::table)
        .filter(bookings::status.eq("booked"))
        .filter(appointments::starts_at.gt(tx.now_naive()))
        .order(bookings::id)
        .limit(BOOKINGS_MAX)
        .select(bookings::id)
        .load(tx.conn)?;
    diesel::update(bookings::table.filter(bookings::status.eq("booked")))
        .set(bookings::created_at.eq(tx.now_naive()))
        .execute(tx.conn)?;
    Ok(ids.into_iter().map(BookingId::new).collect())
}

/// How many messages wait, whenever they are due.
pub(in crate::demo) fn waiting(conn: &mut Conn) -> Result<i64, Fault> {
    Ok(messages::table.filter(messages::state.eq_any(["pending", "retry"])).count().get_result(conn)?)
}

/// Leaves `most` messages due; the others fall due tomorrow.
pub(in crate::demo) fn leave_due(tx: &mut Tx<'_>, most: i64) -> Result<(), Fault> {
    let due = messages::state.eq_any(["pending", "retry"]).and(messages::due_at.le(tx.now_naive()));
    let kept: Vec<i64> = messages::table
        .filter(due.clone())
        .order((messages::due_at, messages::id))
        .limit(most)
        .select(messages::id)
        .load(tx.conn)?;
    let last = kept.last().copied().unwrap_or(0);
    diesel::update(messages::table.filter(due).filter(messages::id.gt(last)))
        .set(messages::due_at.eq((tx.now + TimeDelta::days(1)).naive_utc()))
        .execute(tx.conn)?;
    Ok(())
}

/// Lets `count` waiting messages fall due one after the other from `first` on.
pub(in crate::demo) fn fall_due(
    tx: &mut Tx<'_>,
    count: i64,
    first: DateTime<Utc>,
    spacing: TimeDelta,
) -> Result<Vec<i64>, Fault> {
    let ids: Vec<i64> = messages::table
        .filter(messages::state.eq("pending"))
        .filter(messages::due_at.gt(tx.now_naive()))
        .order(messages::id)
        .limit(count)
        .select(messages::id)
        .load(tx.conn)?;
    let mut due_at = first;
    for id in &ids {
        diesel::update(messages::table.find(*id)).set(messages::due_at.eq(due_at.naive_utc())).execute(tx.conn)?;
        due_at += spacing;
    }
    Ok(ids)
}

/// How long after it was due each of these was taken by the mail server; nothing for what was not.
pub(in crate::demo) fn delays(conn: &mut Conn, ids: &[i64]) -> Result<Vec<Option<TimeDelta>>, Fault> {
    let times: Vec<(NaiveDateTime, Option<NaiveDateTime>)> = messages::table
        .filter(messages::id.eq_any(ids))
        .order(messages::id)
        .select((messages::due_at, messages::sent_at))
        .load(conn)?;
    Ok(times.into_iter().map(|(due, sent)| sent.map(|sent| sent - due)).collect())
}

/// Forgets what is kept of clients, so that it is made from nothing.
pub(in crate::demo) fn forget_figures(tx: &mut Tx<'_>) -> Result<(), Fault> {
    diesel::delete(client_figures::table).execute(tx.conn)?;
    Ok(())
}
