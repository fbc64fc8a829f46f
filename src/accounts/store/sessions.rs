//! Sessions.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::UserRow;
use crate::accounts::session::Door;
use crate::accounts::store::StaffUser;
use crate::accounts::token::TokenHash;
use crate::db::schema::{staff_sessions, staff_users};
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::StaffUserId;

/// Nobody reads a longer list.
const SESSIONS_MAX: i64 = 100;

/// Whose session it is, when it was last used, and when it ends at the latest.
pub(in crate::accounts) type FoundSession = (StaffUser, DateTime<Utc>, DateTime<Utc>);

/// A session as its list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionLine {
    /// The number by which it is ended; sessions from before there were numbers have none.
    pub number: Option<i64>,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_seen_at: DateTime<Utc>,
    /// From where it was opened.
    pub address: Option<String>,
    /// With what: "Chromium, Linux".
    pub agent: Option<String>,
    /// Whether it is the one that asks.
    pub is_own: bool,
}

pub(in crate::accounts) fn session(conn: &mut Conn, session: &TokenHash) -> Result<Option<FoundSession>, Fault> {
    let row: Option<(UserRow, NaiveDateTime, NaiveDateTime)> = staff_sessions::table
        .inner_join(staff_users::table.on(staff_users::id.eq(staff_sessions::staff_user_id)))
        .filter(staff_sessions::token_hash.eq(session.as_str()))
        .select((UserRow::as_select(), staff_sessions::last_seen_at, staff_sessions::expires_at))
        .first(conn)
        .optional()?;
    row.map(|(user, last_seen_at, expires_at)| {
        Ok((StaffUser::try_from(user)?, last_seen_at.and_utc(), expires_at.and_utc()))
    })
    .transpose()
}

pub(in crate::accounts) fn insert_session(
    tx: &mut Tx<'_>,
    user: StaffUserId,
    session: &TokenHash,
    expires_at: DateTime<Utc>,
    door: &Door,
) -> Result<(), Fault> {
    diesel::insert_into(staff_sessions::table)
        .values((
            staff_sessions::token_hash.eq(session.as_str()),
            staff_sessions::staff_user_id.eq(user.get()),
            staff_sessions::created_at.eq(tx.now_naive()),
            staff_sessions::last_seen_at.eq(tx.now_naive()),
            staff_sessions::expires_at.eq(expires_at.naive_utc()),
            staff_sessions::number.eq(tx.new_number()),
            staff_sessions::address.eq(door.address.map(|address| address.to_string())),
            staff_sessions::agent.eq(door.agent.as_deref()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

pub(in crate::accounts) fn touch_session(tx: &mut Tx<'_>, session: &TokenHash) -> Result<(), Fault> {
    let now = tx.now_naive();
    diesel::update(staff_sessions::table.find(session.as_str()))
        .set(staff_sessions::last_seen_at.eq(now))
        .execute(tx.conn)?;
    Ok(())
}

pub(in crate::accounts) fn delete_session(tx: &mut Tx<'_>, session: &TokenHash) -> Result<(), Fault> {
    diesel::delete(staff_sessions::table.find(session.as_str())).execute(tx.conn)?;
    Ok(())
}

pub(in crate::accounts) fn delete_sessions_of(tx: &mut Tx<'_>, user: StaffUserId) -> Result<(), Fault> {
    diesel::delete(staff_sessions::table.filter(staff_sessions::staff_user_id.eq(user.get()))).execute(tx.conn)?;
    Ok(())
}

pub(in crate::accounts) fn delete_other_sessions(
    tx: &mut Tx<'_>,
    user: StaffUserId,
    but: &TokenHash,
) -> Result<(), Fault> {
    let others = staff_sessions::table
        .filter(staff_sessions::staff_user_id.eq(user.get()))
        .filter(staff_sessions::token_hash.ne(but.as_str()));
    diesel::delete(others).execute(tx.conn)?;
    Ok(())
}

/// False when the user has no such session.
pub(in crate::accounts) fn delete_numbered(tx: &mut Tx<'_>, user: StaffUserId, number: i64) -> Result<bool, Fault> {
    let one = staff_sessions::table
        .filter(staff_sessions::staff_user_id.eq(user.get()))
        .filter(staff_sessions::number.eq(number));
    Ok(diesel::delete(one).execute(tx.conn)? == 1)
}

/// Sessions that were used after `idle_since` and are not too old, the last used first.
pub(in crate::accounts) fn sessions_of(
    conn: &mut Conn,
    user: StaffUserId,
    now: DateTime<Utc>,
    idle_since: DateTime<Utc>,
    own: Option<&TokenHash>,
) -> Result<Vec<SessionLine>, Fault> {
    type Row = (String, Option<i64>, NaiveDateTime, NaiveDateTime, Option<String>, Option<String>);
    let rows: Vec<Row> = staff_sessions::table
        .filter(staff_sessions::staff_user_id.eq(user.get()))
        .filter(staff_sessions::expires_at.gt(now.naive_utc()))
        .filter(staff_sessions::last_seen_at.gt(idle_since.naive_utc()))
        .order((staff_sessions::last_seen_at.desc(), staff_sessions::token_hash))
        .limit(SESSIONS_MAX)
        .select((
            staff_sessions::token_hash,
            staff_sessions::number,
            staff_sessions::created_at,
            staff_sessions::last_seen_at,
            staff_sessions::address,
            staff_sessions::agent,
        ))
        .load(conn)?;
    let line = |(hash, number, created_at, last_seen_at, address, agent): Row| SessionLine {
        number,
        created_at: created_at.and_utc(),
        last_seen_at: last_seen_at.and_utc(),
        address,
        agent,
        is_own: own.is_some_and(|own| own.as_str() == hash),
    };
    Ok(rows.into_iter().map(line).collect())
}

/// Rows of sessions that ended by age are of no use to anybody.
pub(in crate::accounts) fn sweep_sessions(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<(), Fault> {
    diesel::delete(staff_sessions::table.filter(staff_sessions::expires_at.lt(now.naive_utc()))).execute(tx.conn)?;
    Ok(())
}
