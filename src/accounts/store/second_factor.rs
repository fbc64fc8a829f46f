//! Second factors, recovery codes, and sign-ins that wait for a code.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::accounts::token::TokenHash;
use crate::db::schema::{staff_challenges, staff_recovery_codes, staff_users};
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::StaffUserId;

/// What is kept of somebody's second factor.
#[derive(Debug, Clone)]
pub(in crate::accounts) struct KeptFactor {
    /// The secret, sealed.
    pub sealed: String,
    /// Since when signing in asks for it; nothing while it is being set up.
    pub confirmed_at: Option<DateTime<Utc>>,
}

/// A sign-in that waits for its code.
#[derive(Debug, Clone)]
pub(in crate::accounts) struct Challenge {
    /// Who wants in.
    pub user: StaffUserId,
    /// How many codes were wrong.
    pub failures: i32,
}

pub(in crate::accounts) fn factor(conn: &mut Conn, user: StaffUserId) -> Result<Option<KeptFactor>, Fault> {
    type Row = (Option<String>, Option<NaiveDateTime>);
    let row: Option<Row> = staff_users::table
        .find(user.get())
        .select((staff_users::totp_sealed, staff_users::totp_confirmed_at))
        .first(conn)
        .optional()?;
    Ok(row.and_then(|(sealed, confirmed_at)| {
        sealed.map(|sealed| KeptFactor { sealed, confirmed_at: confirmed_at.map(|at| at.and_utc()) })
    }))
}

/// Keeps a secret that is not confirmed yet; false when there is a confirmed one.
pub(in crate::accounts) fn keep_secret(tx: &mut Tx<'_>, user: StaffUserId, sealed: &str) -> Result<bool, Fault> {
    let open =
        staff_users::table.filter(staff_users::id.eq(user.get())).filter(staff_users::totp_confirmed_at.is_null());
    let kept = diesel::update(open)
        .set((staff_users::totp_sealed.eq(sealed), staff_users::totp_last_step.eq(None::<i64>)))
        .execute(tx.conn)?;
    Ok(kept == 1)
}

pub(in crate::accounts) fn confirm(tx: &mut Tx<'_>, user: StaffUserId) -> Result<(), Fault> {
    let now = tx.now_naive();
    diesel::update(staff_users::table.find(user.get())).set(staff_users::totp_confirmed_at.eq(now)).execute(tx.conn)?;
    Ok(())
}

/// Takes the step of a code; false when this or a later one was taken before.
pub(in crate::accounts) fn take_step(tx: &mut Tx<'_>, user: StaffUserId, step: i64) -> Result<bool, Fault> {
    let earlier = staff_users::table
        .filter(staff_users::id.eq(user.get()))
        .filter(staff_users::totp_last_step.is_null().or(staff_users::totp_last_step.assume_not_null().lt(step)));
    Ok(diesel::update(earlier).set(staff_users::totp_last_step.eq(step)).execute(tx.conn)? == 1)
}

/// Forgets secret, recovery codes and sign-ins that wait.
pub(in crate::accounts) fn forget(tx: &mut Tx<'_>, user: StaffUserId) -> Result<(), Fault> {
    diesel::update(staff_users::table.find(user.get()))
        .set((
            staff_users::totp_sealed.eq(None::<String>),
            staff_users::totp_confirmed_at.eq(None::<NaiveDateTime>),
            staff_users::totp_last_step.eq(None::<i64>),
        ))
        .execute(tx.conn)?;
    diesel::delete(staff_recovery_codes::table.filter(staff_recovery_codes::staff_user_id.eq(user.get())))
        .execute(tx.conn)?;
    diesel::delete(staff_challenges::table.filter(staff_challenges::staff_user_id.eq(user.get()))).execute(tx.conn)?;
    Ok(())
}

/// Makes these the only recovery codes of the user.
pub(in crate::accounts) fn replace_codes(tx: &mut Tx<'_>, user: StaffUserId, codes: &[TokenHash]) -> Result<(), Fault> {
    diesel::delete(staff_recovery_codes::table.filter(staff_recovery_codes::staff_user_id.eq(user.get())))
        .execute(tx.conn)?;
    let now = tx.now_naive();
    for code in codes {
        diesel::insert_into(staff_recovery_codes::table)
            .values((
                staff_recovery_codes::staff_user_id.eq(user.get()),
                staff_recovery_codes::code_hash.eq(code.as_str()),
                staff_recovery_codes::created_at.eq(now),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Uses a recovery code up; false when there is no such code, or it was used.
pub(in crate::accounts) fn take_recovery_code(
    tx: &mut Tx<'_>,
    user: StaffUserId,
    code: &TokenHash,
) -> Result<bool, Fault> {
    let now = tx.now_naive();
    let unused = staff_recovery_codes::table
        .filter(staff_recovery_codes::staff_user_id.eq(user.get()))
        .filter(staff_recovery_codes::code_hash.eq(code.as_str()))
        .filter(staff_recovery_codes::used_at.is_null());
    Ok(diesel::update(unused).set(staff_recovery_codes::used_at.eq(now)).execute(tx.conn)? == 1)
}

pub(in crate::accounts) fn codes_left(conn: &mut Conn, user: StaffUserId) -> Result<i64, Fault> {
    let unused = staff_recovery_codes::table
        .filter(staff_recovery_codes::staff_user_id.eq(user.get()))
        .filter(staff_recovery_codes::used_at.is_null());
    Ok(unused.count().get_result(conn)?)
}

/// Opens a sign-in that waits for its code; those that ran out are swept away.
pub(in crate::accounts) fn insert_challenge(
    tx: &mut Tx<'_>,
    user: StaffUserId,
    challenge: &TokenHash,
    expires_at: DateTime<Utc>,
) -> Result<(), Fault> {
    let now = tx.now_naive();
    diesel::delete(staff_challenges::table.filter(staff_challenges::expires_at.lt(now))).execute(tx.conn)?;
    diesel::insert_into(staff_challenges::table)
        .values((
            staff_challenges::token_hash.eq(challenge.as_str()),
            staff_challenges::staff_user_id.eq(user.get()),
            staff_challenges::created_at.eq(now),
            staff_challenges::expires_at.eq(expires_at.naive_utc()),
            staff_challenges::failures.eq(0),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The sign-in that waits, unless it ran out or was used.
pub(in crate::accounts) fn challenge(
    conn: &mut Conn,
    now: DateTime<Utc>,
    challenge: &TokenHash,
) -> Result<Option<Challenge>, Fault> {
    let row: Option<(i64, i32)> = staff_challenges::table
        .find(challenge.as_str())
        .filter(staff_challenges::expires_at.gt(now.naive_utc()))
        .filter(staff_challenges::used_at.is_null())
        .select((staff_challenges::staff_user_id, staff_challenges::failures))
        .first(conn)
        .optional()?;
    Ok(row.map(|(user, failures)| Challenge { user: StaffUserId::new(user), failures }))
}

/// Counts a wrong code.
pub(in crate::accounts) fn fail_challenge(tx: &mut Tx<'_>, challenge: &TokenHash) -> Result<(), Fault> {
    diesel::update(staff_challenges::table.find(challenge.as_str()))
        .set(staff_challenges::failures.eq(staff_challenges::failures + 1))
        .execute(tx.conn)?;
    Ok(())
}

/// Answers whether this call was the one that used it.
pub(in crate::accounts) fn use_challenge(tx: &mut Tx<'_>, challenge: &TokenHash) -> Result<bool, Fault> {
    let now = tx.now_naive();
    let open = staff_challenges::table
        .filter(staff_challenges::token_hash.eq(challenge.as_str()))
        .filter(staff_challenges::used_at.is_null());
    Ok(diesel::update(open).set(staff_challenges::used_at.eq(now)).execute(tx.conn)? == 1)
}
