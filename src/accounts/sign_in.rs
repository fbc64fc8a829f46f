//! Trying to sign in: counted before the password is looked at, so that many tries at once cannot slip through.

use chrono::TimeDelta;

use super::audit::{AuditAction, By, record_user};
use super::session::Door;
use super::store::{self, StaffUser};
use super::token::subject_hash;
use crate::db::{Bad, Never, Tx, portable};
use crate::domain::recognise::EmailAddress;

/// How many failures are borne, and for how long they count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailureLimits {
    /// Failures of one account, or from one address.
    pub failures_max: u32,
    /// The window in which they count.
    pub window_minutes: i64,
}

/// A try that may go on: whom it would sign in, and what to compare the password with.
#[derive(Debug)]
pub struct Attempt {
    /// The user, when there is one who may sign in.
    pub user: Option<StaffUser>,
    /// Their password as it is kept.
    pub kept_password: Option<String>,
    /// The rows that are taken back when the password is right.
    pub(super) failures: Vec<i64>,
    pub(super) account_subject: String,
}

/// Why a try may not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptRefused {
    /// Too many failures of this account or from this address; known and unknown accounts alike.
    TooMany {
        /// When it is worth trying again, at the latest.
        wait_minutes: i64,
    },
}

/// Counts a try as failed until it is known to be right. `limits` is nothing when limits are switched off.
pub fn begin_attempt(
    tx: &mut Tx<'_>,
    email: &EmailAddress,
    address: &str,
    limits: Option<FailureLimits>,
) -> Result<Attempt, Bad<AttemptRefused>> {
    let account_subject = subject_hash("account", &email.key());
    let subjects = [account_subject.clone(), subject_hash("address", address)];
    if let Some(limits) = limits {
        // Tries at the same moment count one after the other.
        portable::lock_names(tx.conn, &subjects)?;
        let since = tx.now - TimeDelta::minutes(limits.window_minutes);
        store::forget_failures_before(tx, since)?;
        for subject in &subjects {
            if store::failures_since(tx.conn, subject, since)? >= i64::from(limits.failures_max) {
                return Err(Bad::Refused(AttemptRefused::TooMany { wait_minutes: limits.window_minutes }));
            }
        }
    }
    let failures = store::insert_failures(tx, &subjects)?;
    let found = store::by_email_key(tx.conn, &email.key())?.filter(|(user, _)| user.disabled_at.is_none());
    let (user, kept_password) = match found {
        Some((user, kept)) => (Some(user), kept),
        None => (None, None),
    };
    Ok(Attempt { user, kept_password, failures, account_subject })
}

/// Writes down that it was wrong; the count stands already.
pub fn fail_attempt(tx: &mut Tx<'_>, attempt: &Attempt, door: &Door) -> Result<(), Bad<Never>> {
    let by = By { user: None, address: door.address };
    record_user(tx, AuditAction::SignInFailed, by, attempt.user.as_ref().map(|user| user.id))?;
    Ok(())
}
