//! The rows of tokens.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::token::{PROGRAMS_MAX, Scope};
use crate::accounts::token::TokenHash;
use crate::db::schema::{api_tokens, staff_users};
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::{ApiTokenId, StaffUserId};

/// A program that may act for the clinic.
#[derive(Debug, Clone)]
pub struct Program {
    /// Which.
    pub id: ApiTokenId,
    /// What the owner calls it.
    pub name: String,
    /// What its token opens.
    pub scope: Scope,
    /// Who made it; what it does stands under this name.
    pub made_by: StaffUserId,
    /// Their name.
    pub made_by_name: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last asked for something, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

type Row = (i64, String, String, i64, String, NaiveDateTime, Option<NaiveDateTime>);

macro_rules! standing_programs {
    () => {
        api_tokens::table
            .inner_join(staff_users::table.on(staff_users::id.eq(api_tokens::created_by)))
            .filter(api_tokens::revoked_at.is_null())
            .select((
                api_tokens::id,
                api_tokens::name,
                api_tokens::scope,
                api_tokens::created_by,
                staff_users::name,
                api_tokens::created_at,
                api_tokens::last_used_at,
            ))
    };
}

fn program((id, name, scope, made_by, made_by_name, created_at, last_used_at): Row) -> Result<Program, Fault> {
    let scope = Scope::parse(&scope).ok_or_else(|| Fault::corrupt("api_tokens", "scope", id, "no such scope"))?;
    Ok(Program {
        id: ApiTokenId::new(id),
        name,
        scope,
        made_by: StaffUserId::new(made_by),
        made_by_name,
        created_at: created_at.and_utc(),
        last_used_at: last_used_at.map(|at| at.and_utc()),
    })
}

/// Everything that may act for the clinic, newest first.
pub fn programs(conn: &mut Conn) -> Result<Vec<Program>, Fault> {
    let rows: Vec<Row> = standing_programs!().order(api_tokens::id.desc()).limit(PROGRAMS_MAX).load(conn)?;
    rows.into_iter().map(program).collect()
}

/// A token of somebody who may not sign in any more opens nothing.
pub(super) fn by_token(conn: &mut Conn, hash: &TokenHash) -> Result<Option<Program>, Fault> {
    let row: Option<Row> = standing_programs!()
        .filter(api_tokens::token_hash.eq(hash.as_str()))
        .filter(staff_users::disabled_at.is_null())
        .first(conn)
        .optional()?;
    row.map(program).transpose()
}

pub(super) fn standing(conn: &mut Conn) -> Result<i64, Fault> {
    Ok(api_tokens::table.filter(api_tokens::revoked_at.is_null()).count().get_result(conn)?)
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    name: &str,
    scope: Scope,
    hash: &TokenHash,
) -> Result<ApiTokenId, Fault> {
    let id: ApiTokenId = tx.new_id();
    diesel::insert_into(api_tokens::table)
        .values((
            api_tokens::id.eq(id.get()),
            api_tokens::token_hash.eq(hash.as_str()),
            api_tokens::name.eq(name),
            api_tokens::scope.eq(scope.word()),
            api_tokens::created_by.eq(by.get()),
            api_tokens::created_at.eq(tx.now_naive()),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

pub(super) fn revoke(tx: &mut Tx<'_>, program: ApiTokenId) -> Result<bool, Fault> {
    let standing = api_tokens::table.find(program.get()).filter(api_tokens::revoked_at.is_null());
    Ok(diesel::update(standing).set(api_tokens::revoked_at.eq(tx.now_naive())).execute(tx.conn)? > 0)
}

/// Writes down that the program asked for something.
pub(super) fn note_use(tx: &mut Tx<'_>, program: ApiTokenId) -> Result<(), Fault> {
    diesel::update(api_tokens::table.find(program.get()))
        .set(api_tokens::last_used_at.eq(tx.now_naive()))
        .execute(tx.conn)?;
    Ok(())
}
