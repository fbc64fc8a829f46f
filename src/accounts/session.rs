//! Sessions: opened at sign-in with a new token each time, ended by idleness, by age, or on purpose.

use chrono::{DateTime, TimeDelta, Utc};

use super::audit::{AuditAction, record};
use super::sign_in::Attempt;
use super::store::{self, StaffUser};
use super::token::TokenHash;
use crate::db::{Bad, Conn, Fault, Never, Tx};
use crate::domain::ids::StaffUserId;

/// A session used again within this time is not written to.
const SEEN_STEP_SECONDS: i64 = 60;

/// How long a session lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// Without a click.
    pub idle_minutes: i64,
    /// In any case.
    pub absolute_hours: i64,
}

/// Who a valid session belongs to.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The user.
    pub user: StaffUser,
    /// The session, as the database knows it; form tokens are bound to it.
    pub session: TokenHash,
    /// Whether it is time to write down that it is used.
    pub is_due_to_be_seen: bool,
}

/// Signs `user` in: a fresh session, the counted failures taken back, the browser's old session ended.
pub fn open_session(
    tx: &mut Tx<'_>,
    user: StaffUserId,
    session: &TokenHash,
    limits: SessionLimits,
    attempt: Option<&Attempt>,
    instead_of: Option<&TokenHash>,
) -> Result<(), Bad<Never>> {
    if let Some(attempt) = attempt {
        store::forget_failures(tx, &attempt.failures, &attempt.account_subject)?;
    }
    if let Some(old) = instead_of {
        store::delete_session(tx, old)?;
    }
    store::sweep_sessions(tx, tx.now)?;
    let expires_at = tx.now + TimeDelta::hours(limits.absolute_hours);
    store::insert_session(tx, user, session, expires_at)?;
    record(tx, AuditAction::SignedIn, Some(user), Some(user))?;
    Ok(())
}

/// Whom the session belongs to: nobody when it is unknown, too old, idle for too long, or the user was disabled.
pub fn who_is(
    conn: &mut Conn,
    now: DateTime<Utc>,
    session: &TokenHash,
    limits: SessionLimits,
) -> Result<Option<SignedIn>, Fault> {
    let Some((user, last_seen_at, expires_at)) = store::session(conn, session)? else {
        return Ok(None);
    };
    let idle_until = last_seen_at + TimeDelta::minutes(limits.idle_minutes);
    if now >= expires_at || now >= idle_until || user.disabled_at.is_some() {
        return Ok(None);
    }
    let is_due_to_be_seen = now - last_seen_at >= TimeDelta::seconds(SEEN_STEP_SECONDS);
    Ok(Some(SignedIn { user, session: session.clone(), is_due_to_be_seen }))
}

/// Writes down that the session is used.
pub fn see(tx: &mut Tx<'_>, session: &TokenHash) -> Result<(), Bad<Never>> {
    store::touch_session(tx, session)?;
    Ok(())
}

/// Signs out.
pub fn end_session(tx: &mut Tx<'_>, user: StaffUserId, session: &TokenHash) -> Result<(), Bad<Never>> {
    store::delete_session(tx, session)?;
    record(tx, AuditAction::SignedOut, Some(user), Some(user))?;
    Ok(())
}

/// Signs out everywhere.
pub fn end_all_sessions(tx: &mut Tx<'_>, by: StaffUserId, user: StaffUserId) -> Result<(), Bad<Never>> {
    store::delete_sessions_of(tx, user)?;
    record(tx, AuditAction::SessionsEnded, Some(by), Some(user))?;
    Ok(())
}
