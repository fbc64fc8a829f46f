//! Links that let somebody set a password: random, kept hashed, good once and for half an hour.

use chrono::TimeDelta;

use super::audit::{AuditAction, By, record_user};
use super::store;
use super::token::TokenHash;
use crate::db::{Bad, Conn, Fault, Never, Tx};
use crate::domain::ids::StaffUserId;
use chrono::{DateTime, Utc};

/// A link that was not used by then is void.
pub const LINK_LIFE_MINUTES: i64 = 30;

/// What a link is for; the deed is the same, the words on the page differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPurpose {
    /// A new user sets the first password.
    Invite,
    /// Somebody lost theirs.
    Reset,
}

impl LinkPurpose {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Reset => "reset",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        [Self::Invite, Self::Reset].into_iter().find(|known| known.word() == word)
    }
}

/// What a link opens.
#[derive(Debug, Clone)]
pub struct LinkView {
    /// Whose password is set.
    pub user: StaffUserId,
    /// Their name, for the page.
    pub name: String,
    /// Their mail address, for the browser's password store.
    pub email: String,
    /// What the link is for.
    pub purpose: LinkPurpose,
}

/// Why a link does nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkRefused {
    /// Unknown, used, too old, or its user was disabled: all the same to whoever holds it.
    Void,
}

/// Makes a link; earlier ones of the same user become void.
pub fn make_link(
    tx: &mut Tx<'_>,
    by: impl Into<By>,
    user: StaffUserId,
    purpose: LinkPurpose,
    link: &TokenHash,
) -> Result<(), Bad<Never>> {
    store::void_links_of(tx, user)?;
    let expires_at = tx.now + TimeDelta::minutes(LINK_LIFE_MINUTES);
    store::insert_link(tx, user, purpose, link, expires_at)?;
    record_user(tx, AuditAction::LinkMade, by, Some(user))?;
    Ok(())
}

/// What the link would do, without doing it: mail scanners follow links.
pub fn look_at_link(conn: &mut Conn, now: DateTime<Utc>, link: &TokenHash) -> Result<Option<LinkView>, Fault> {
    store::live_link(conn, now, link)
}

/// Sets the password, ends all sessions of the user, and voids the link.
pub fn use_link(tx: &mut Tx<'_>, link: &TokenHash, password_hash: &str) -> Result<StaffUserId, Bad<LinkRefused>> {
    let Some(view) = store::live_link(tx.conn, tx.now, link)? else {
        return Err(Bad::Refused(LinkRefused::Void));
    };
    // Of two that use it at the same moment one finds it used.
    if !store::mark_link_used(tx, link)? {
        return Err(Bad::Refused(LinkRefused::Void));
    }
    store::set_password(tx, view.user, password_hash)?;
    store::sessions::delete_sessions_of(tx, view.user)?;
    record_user(tx, AuditAction::LinkUsed, Some(view.user), Some(view.user))?;
    Ok(view.user)
}
