//! Asking for a way in, and looking at one.

use chrono::{DateTime, TimeDelta, Utc};

use super::store;
use crate::accounts::token::TokenHash;
use crate::clients;
use crate::db::{Bad, Conn, Fault, Never, Tx, portable};
use crate::domain::ids::ClientLinkId;
use crate::domain::language::Language;
use crate::domain::messages::{MessageKind, Recipient, Subject};
use crate::domain::recognise::EmailAddress;
use crate::messaging::{self, Notice};

/// A link that was not used by then is void.
pub const LINK_LIFE_MINUTES: i64 = 30;
/// As many links are made for one address in an hour; whoever asks again is told the same and gets none.
pub const LINKS_PER_HOUR: i64 = 5;
/// Links nobody will use are forgotten after so many days.
const LINKS_KEPT_DAYS: i64 = 7;

/// Why a link does nothing: unknown, used, too old, or nobody reads the mailbox any more; to its holder all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkRefused {
    /// It opens nothing.
    Void,
}

/// Writes a link down and, when somebody reads the mailbox, tells them. Nothing says outside which of both happened.
///
/// `hash_of` makes the hash under which the link's token is kept; the token itself is made again when the mail leaves.
pub fn ask_for_link(
    tx: &mut Tx<'_>,
    email: &EmailAddress,
    language: Language,
    hash_of: impl Fn(ClientLinkId) -> TokenHash,
) -> Result<(), Bad<Never>> {
    let key = email.key();
    portable::lock_names(tx.conn, &[format!("client link {key}")])?;
    store::forget_links_before(tx, tx.now - TimeDelta::days(LINKS_KEPT_DAYS))?;
    // Unknown addresses cost and count as much as known ones, so neither time nor limits tell them apart.
    let people = clients::of_mailbox(tx.conn, &key)?;
    let asked = store::links_since(tx.conn, &key, tx.now - TimeDelta::hours(1))?;
    if LINKS_PER_HOUR <= asked {
        return Ok(());
    }
    let link: ClientLinkId = tx.new_id();
    let expires_at = tx.now + TimeDelta::minutes(LINK_LIFE_MINUTES);
    store::insert_link(tx, link, &hash_of(link), (&key, language), expires_at)?;
    if people.is_empty() {
        return Ok(());
    }
    let notice = Notice {
        subject: Subject::ClientLink(link),
        kind: MessageKind::PortalLink,
        recipient: Recipient::Mailbox,
        language: language.tag().to_owned(),
        version: 0,
        expires_at,
    };
    Ok(messaging::tell(tx, &notice)?)
}

/// Whether the link would open something, without using it: mail scanners follow links.
pub fn is_open(conn: &mut Conn, now: DateTime<Utc>, token: &TokenHash) -> Result<bool, Fault> {
    match store::live_link(conn, now, token)? {
        Some(link) => Ok(!clients::of_mailbox(conn, &link.email_key)?.is_empty()),
        None => Ok(false),
    }
}
