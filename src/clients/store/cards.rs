//! Reads what the desk shows of clients at first sight.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::dsl::{max, min};
use diesel::prelude::*;

use super::{HitRow, Standing};
use crate::clients::cards::{Relation, Relative};
use crate::db::schema::{appointments, bookings, client_notes, client_tags, clients, households};
use crate::db::{Conn, Fault, Tx};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::ClientId;

/// A household with more people is an institution.
const HOUSEHOLD_MAX: i64 = 12;
/// More notes and tags than a page of hits shows.
const LINES_MAX: i64 = 1_000;

/// What stands in a client's own row.
pub(in crate::clients) struct Person {
    pub birth_date: Option<NaiveDate>,
    pub standing: Standing,
    pub household: Option<String>,
}

fn numbers(ids: &[ClientId]) -> Vec<i64> {
    ids.iter().map(|id| id.get()).collect()
}

fn as_limit(ids: &[ClientId]) -> i64 {
    i64::try_from(ids.len()).unwrap_or(i64::MAX)
}

pub(in crate::clients) fn people(conn: &mut Conn, ids: &[ClientId]) -> Result<HashMap<ClientId, Person>, Fault> {
    type Row = (i64, Option<NaiveDate>, String, Option<String>);
    let rows: Vec<Row> = clients::table
        .left_join(households::table.on(clients::household_id.eq(households::id.nullable())))
        .filter(clients::id.eq_any(numbers(ids)))
        .order(clients::id)
        .limit(as_limit(ids))
        .select((clients::id, clients::birth_date, clients::standing, households::name.nullable()))
        .load(conn)?;
    let person = |(id, birth_date, standing, household): Row| {
        let standing = Standing::parse(&standing);
        let standing = standing.ok_or_else(|| Fault::corrupt("clients", "standing", id, "no such standing"))?;
        Ok((ClientId::new(id), Person { birth_date, standing, household }))
    };
    rows.into_iter().map(person).collect()
}

/// When each was here last.
pub(in crate::clients) fn last_visits(
    conn: &mut Conn,
    ids: &[ClientId],
    now: DateTime<Utc>,
) -> Result<HashMap<ClientId, DateTime<Utc>>, Fault> {
    let kept = [BookingStatus::Completed, BookingStatus::Arrived, BookingStatus::InProgress];
    let rows: Vec<(i64, Option<NaiveDateTime>)> = bookings::table
        .inner_join(appointments::table)
        .filter(bookings::client_id.eq_any(numbers(ids)))
        .filter(bookings::status.eq_any(kept.map(BookingStatus::as_str)))
        .filter(appointments::starts_at.le(now.naive_utc()))
        .group_by(bookings::client_id)
        .select((bookings::client_id, max(appointments::starts_at)))
        .order(bookings::client_id)
        .limit(as_limit(ids))
        .load(conn)?;
    Ok(moments(rows))
}

/// When each comes next.
pub(in crate::clients) fn next_visits(
    conn: &mut Conn,
    ids: &[ClientId],
    now: DateTime<Utc>,
) -> Result<HashMap<ClientId, DateTime<Utc>>, Fault> {
    let live = BookingStatus::ALL.into_iter().filter(|status| status.is_live()).map(BookingStatus::as_str);
    let rows: Vec<(i64, Option<NaiveDateTime>)> = bookings::table
        .inner_join(appointments::table)
        .filter(bookings::client_id.eq_any(numbers(ids)))
        .filter(bookings::status.eq_any(live.collect::<Vec<_>>()))
        .filter(appointments::starts_at.gt(now.naive_utc()))
        .group_by(bookings::client_id)
        .select((bookings::client_id, min(appointments::starts_at)))
        .order(bookings::client_id)
        .limit(as_limit(ids))
        .load(conn)?;
    Ok(moments(rows))
}

fn moments(rows: Vec<(i64, Option<NaiveDateTime>)>) -> HashMap<ClientId, DateTime<Utc>> {
    rows.into_iter().filter_map(|(id, at)| Some((ClientId::new(id), at?.and_utc()))).collect()
}

/// What must be minded of each, oldest first.
pub(in crate::clients) fn alerts(conn: &mut Conn, ids: &[ClientId]) -> Result<HashMap<ClientId, Vec<String>>, Fault> {
    let rows: Vec<(i64, String)> = client_notes::table
        .filter(client_notes::client_id.eq_any(numbers(ids)))
        .filter(client_notes::kind.eq("alert"))
        .filter(client_notes::archived_at.is_null())
        .order(client_notes::id)
        .limit(LINES_MAX)
        .select((client_notes::client_id, client_notes::text))
        .load(conn)?;
    Ok(by_client(rows))
}

/// The tags of each, by the alphabet.
pub(in crate::clients) fn tags(conn: &mut Conn, ids: &[ClientId]) -> Result<HashMap<ClientId, Vec<String>>, Fault> {
    let rows: Vec<(i64, String)> = client_tags::table
        .filter(client_tags::client_id.eq_any(numbers(ids)))
        .order((client_tags::client_id, client_tags::tag))
        .limit(LINES_MAX)
        .select((client_tags::client_id, client_tags::tag))
        .load(conn)?;
    Ok(by_client(rows))
}

fn by_client(rows: Vec<(i64, String)>) -> HashMap<ClientId, Vec<String>> {
    let mut grouped: HashMap<ClientId, Vec<String>> = HashMap::new();
    for (id, text) in rows {
        grouped.entry(ClientId::new(id)).or_default().push(text);
    }
    grouped
}

/// Everybody who lives with a client, speaks for them or is spoken for by them.
pub(in crate::clients) fn household(conn: &mut Conn, client: ClientId) -> Result<Vec<Relative>, Fault> {
    let own: Option<(Option<i64>, Option<i64>)> = clients::table
        .find(client.get())
        .select((clients::household_id, clients::guardian_id))
        .first(conn)
        .optional()?;
    let Some((household, guardian)) = own else {
        return Ok(Vec::new());
    };
    let mut query = clients::table
        .filter(clients::guardian_id.eq(client.get()))
        .order((clients::birth_date, clients::first_name, clients::id))
        .limit(HOUSEHOLD_MAX)
        .select((HitRow::as_select(), clients::birth_date, clients::guardian_id))
        .into_boxed();
    if let Some(household) = household {
        query = query.or_filter(clients::household_id.eq(household));
    }
    if let Some(guardian) = guardian {
        query = query.or_filter(clients::id.eq(guardian));
    }
    let query = query
        .filter(clients::id.ne(client.get()))
        .filter(clients::merged_into_id.is_null())
        .filter(clients::archived_at.is_null())
        .filter(clients::erased_at.is_null())
        .filter(clients::standing.ne(Standing::Deceased.word()));
    let rows: Vec<(HitRow, Option<NaiveDate>, Option<i64>)> = query.load(conn)?;
    let relative = |(row, birth_date, speaks_for): (HitRow, Option<NaiveDate>, Option<i64>)| {
        let relation = if speaks_for == Some(client.get()) {
            Relation::Ward
        } else if guardian == Some(row.id) {
            Relation::Guardian
        } else {
            Relation::Household
        };
        Relative { hit: row.into(), birth_date, relation }
    };
    let mut relatives: Vec<Relative> = rows.into_iter().map(relative).collect();
    relatives.sort_by_key(|relative| match relative.relation {
        Relation::Ward => 0,
        Relation::Guardian => 1,
        Relation::Household => 2,
    });
    Ok(relatives)
}

pub(in crate::clients) fn fill_in_birth_date(tx: &mut Tx<'_>, client: ClientId, day: NaiveDate) -> Result<(), Fault> {
    diesel::update(clients::table.find(client.get()).filter(clients::birth_date.is_null()))
        .set((clients::birth_date.eq(day), clients::row_version.eq(clients::row_version + 1)))
        .execute(tx.conn)?;
    Ok(())
}
