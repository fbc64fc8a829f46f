//! Sessions: opened at sign-in with a new token each time, ended by idleness, by age, or on purpose.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};

use super::audit::{AuditAction, By, record_user};
use super::sign_in::Attempt;
use super::store::{self, StaffUser, sessions};
use super::token::TokenHash;
use crate::db::{Bad, Conn, Fault, Never, Tx};
use crate::domain::ids::StaffUserId;

pub use super::store::sessions::SessionLine;

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

/// Where somebody comes in: shown in the list of sessions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Door {
    /// Where the request came from.
    pub address: Option<IpAddr>,
    /// What the browser says it is, shortened: "Chromium, Linux".
    pub agent: Option<String>,
}

impl Door {
    /// The same for the log.
    pub const fn by(&self, user: StaffUserId) -> By {
        By { user: Some(user), address: self.address }
    }
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
    (instead_of, door): (Option<&TokenHash>, &Door),
) -> Result<(), Bad<Never>> {
    if let Some(attempt) = attempt {
        store::forget_failures(tx, &attempt.failures, &attempt.account_subject)?;
    }
    Ok(begin_session(tx, user, session, limits, (instead_of, door))?)
}

/// The session alone.
pub(super) fn begin_session(
    tx: &mut Tx<'_>,
    user: StaffUserId,
    session: &TokenHash,
    limits: SessionLimits,
    (instead_of, door): (Option<&TokenHash>, &Door),
) -> Result<(), Fault> {
    if let Some(old) = instead_of {
        sessions::delete_session(tx, old)?;
    }
    sessions::sweep_sessions(tx, tx.now)?;
    let expires_at = tx.now + TimeDelta::hours(limits.absolute_hours);
    sessions::insert_session(tx, user, session, expires_at, door)?;
    record_user(tx, AuditAction::SignedIn, door.by(user), Some(user))
}

/// Whom the session belongs to: nobody when it is unknown, too old, idle for too long, or the user was disabled.
pub fn who_is(
    conn: &mut Conn,
    now: DateTime<Utc>,
    session: &TokenHash,
    limits: SessionLimits,
) -> Result<Option<SignedIn>, Fault> {
    let Some((user, last_seen_at, expires_at)) = sessions::session(conn, session)? else {
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
    sessions::touch_session(tx, session)?;
    Ok(())
}

/// The sessions of a user that would still be let in, the last used first; `own` is marked.
pub fn sessions_of(
    conn: &mut Conn,
    user: StaffUserId,
    now: DateTime<Utc>,
    limits: SessionLimits,
    own: Option<&TokenHash>,
) -> Result<Vec<SessionLine>, Fault> {
    sessions::sessions_of(conn, user, now, now - TimeDelta::minutes(limits.idle_minutes), own)
}

/// Signs out.
pub fn end_session(tx: &mut Tx<'_>, by: By, user: StaffUserId, session: &TokenHash) -> Result<(), Bad<Never>> {
    sessions::delete_session(tx, session)?;
    record_user(tx, AuditAction::SignedOut, by, Some(user))?;
    Ok(())
}

/// Ends one session by its number; answers whether there was one.
pub fn end_numbered_session(tx: &mut Tx<'_>, by: By, user: StaffUserId, number: i64) -> Result<bool, Bad<Never>> {
    let was_there = sessions::delete_numbered(tx, user, number)?;
    if was_there {
        record_user(tx, AuditAction::SessionEnded, by, Some(user))?;
    }
    Ok(was_there)
}

/// Ends every session but the one that asks.
pub fn end_other_sessions(tx: &mut Tx<'_>, by: By, user: StaffUserId, own: &TokenHash) -> Result<(), Bad<Never>> {
    sessions::delete_other_sessions(tx, user, own)?;
    record_user(tx, AuditAction::SessionsEnded, by, Some(user))?;
    Ok(())
}

/// Signs out everywhere.
pub fn end_all_sessions(tx: &mut Tx<'_>, by: By, user: StaffUserId) -> Result<(), Bad<Never>> {
    sessions::delete_sessions_of(tx, user)?;
    record_user(tx, AuditAction::SessionsEnded, by, Some(user))?;
    Ok(())
}

/// What a browser says it is, in two words: "Chromium, Linux". Everything else it says is left out.
pub fn short_agent(agent: &str) -> Option<String> {
    let first = |known: &[(&'static str, &'static str)]| {
        known.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name)
    };
    // The order matters: most browsers claim to be several others as well.
    let browser = first(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("Chromium", "Chromium"),
        ("CriOS", "Chrome"),
        ("HeadlessChrome", "Chromium"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
        ("curl", "curl"),
    ]);
    let system = first(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => Some(format!("{browser}, {system}")),
        (Some(one), None) | (None, Some(one)) => Some(one.to_owned()),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_called_by_two_words() {
        for (agent, short) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36",
                "Chrome, Linux",
            ),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge, Windows"),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1",
                "Safari, iPhone",
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0", "Firefox, Linux"),
            ("curl/8.5", "curl"),
        ] {
            assert_eq!(short_agent(agent).as_deref(), Some(short), "{agent}");
        }
        assert_eq!(short_agent("<script>"), None);
    }
}
