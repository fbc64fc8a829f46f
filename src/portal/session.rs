//! Sessions of a mailbox: started by a link, ended by idleness, by age, or on purpose.

use chrono::{DateTime, TimeDelta, Utc};

use super::sign_in::LinkRefused;
use super::store;
use crate::accounts::token::TokenHash;
use crate::clients::{self, ClientView};
use crate::db::{Bad, Conn, Fault, Never, Tx};
use crate::domain::ids::ClientId;

/// Without a click for so long, a session ends.
pub(super) const IDLE_DAYS: i64 = 30;
/// And in any case after so long.
pub(super) const LIFE_DAYS: i64 = 180;
/// A session used again within this time is not written to.
const SEEN_STEP_MINUTES: i64 = 60;

/// Who a valid session belongs to.
#[derive(Debug, Clone)]
pub struct ClientSession {
    /// The session, as the database knows it; form tokens are bound to it.
    pub token: TokenHash,
    /// The mailbox, folded.
    pub email_key: String,
    /// Who reads it now; never empty.
    pub people: Vec<ClientView>,
    /// For whom the visitor acts; nobody in particular when missing.
    pub chosen: Option<ClientId>,
    /// Whether it is time to write down that it is used.
    pub is_due_to_be_seen: bool,
}

impl ClientSession {
    /// The person, if he or she reads this mailbox.
    pub fn person(&self, id: ClientId) -> Option<&ClientView> {
        self.people.iter().find(|person| person.id == id)
    }

    /// Whose things are shown: the chosen one's, or everybody's.
    pub fn shown(&self) -> Vec<&ClientView> {
        self.people.iter().filter(|person| self.chosen.is_none_or(|chosen| chosen == person.id)).collect()
    }
}

/// Uses the link, once, and starts a fresh session instead of the browser's old one.
pub fn open_by_link(
    tx: &mut Tx<'_>,
    link: &TokenHash,
    session: &TokenHash,
    instead_of: Option<&TokenHash>,
) -> Result<(), Bad<LinkRefused>> {
    let void = || Bad::Refused(LinkRefused::Void);
    let found = store::live_link(tx.conn, tx.now, link)?.ok_or_else(void)?;
    if clients::of_mailbox(tx.conn, &found.email_key)?.is_empty() {
        return Err(void());
    }
    // Of two that use it at the same moment one finds it used.
    if !store::mark_link_used(tx, link)? {
        return Err(void());
    }
    if let Some(old) = instead_of {
        store::delete_session(tx, old)?;
    }
    store::forget_sessions_before(tx, tx.now)?;
    store::insert_session(tx, session, &found.email_key, tx.now + TimeDelta::days(LIFE_DAYS))?;
    Ok(())
}

/// Whom the session belongs to: nobody when it is unknown, too old, idle for too long, or nobody reads the mailbox.
pub fn who_is(conn: &mut Conn, now: DateTime<Utc>, token: &TokenHash) -> Result<Option<ClientSession>, Fault> {
    let Some(row) = store::session(conn, token)? else {
        return Ok(None);
    };
    if row.expires_at <= now || row.last_seen_at + TimeDelta::days(IDLE_DAYS) <= now {
        return Ok(None);
    }
    let people = clients::of_mailbox(conn, &row.email_key)?;
    if people.is_empty() {
        return Ok(None);
    }
    // Somebody who no longer reads this mailbox is no longer acted for.
    let chosen = row.chosen.filter(|id| people.iter().any(|person| person.id == *id));
    Ok(Some(ClientSession {
        token: token.clone(),
        email_key: row.email_key,
        people,
        chosen,
        is_due_to_be_seen: TimeDelta::minutes(SEEN_STEP_MINUTES) <= now - row.last_seen_at,
    }))
}

/// Writes down that the session is used.
pub fn see(tx: &mut Tx<'_>, token: &TokenHash) -> Result<(), Bad<Never>> {
    Ok(store::touch_session(tx, token)?)
}

/// Acts for one person from now on, or for nobody in particular. False when the person does not read the mailbox.
pub fn act_for(tx: &mut Tx<'_>, session: &ClientSession, person: Option<ClientId>) -> Result<bool, Bad<Never>> {
    let people = clients::of_mailbox(tx.conn, &session.email_key)?;
    if person.is_some_and(|id| people.iter().all(|known| known.id != id)) {
        return Ok(false);
    }
    store::choose(tx, &session.token, person)?;
    Ok(true)
}

/// Signs out.
pub fn end_session(tx: &mut Tx<'_>, token: &TokenHash) -> Result<(), Bad<Never>> {
    Ok(store::delete_session(tx, token)?)
}

/// Signs the mailbox out everywhere, and voids links that are on their way.
pub fn end_all_sessions(tx: &mut Tx<'_>, email_key: &str) -> Result<(), Bad<Never>> {
    store::delete_sessions_of(tx, email_key)?;
    Ok(store::void_links_of(tx, email_key)?)
}
