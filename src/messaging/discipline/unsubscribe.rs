//! Stopping advertising by the link in the foot of a mail, at once and for good.
//!
//! The link is a capability of the message, so it needs no sign-in, no cookie, and works for ever. Looking changes
//! nothing. The objection is kept under the hash of the address the message went to, and so holds even when nothing else
//! is known of the person any more.

use super::store::{self, SentRow};
use super::{Suppressed, address_hash};
use crate::clients::{self, ConsentPurpose, Decision};
use crate::db::{Conn, Fault, Tx};
use crate::domain::consent::{ConsentOrigin, SuppressionOrigin};
use crate::domain::ids::{ClientId, MessageId};
use crate::domain::language::Language;
use crate::domain::messages::{Channel, Reason};
use crate::keys::Keys;
use crate::messaging::store as rows;

/// What is to be stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Messages like this one.
    These,
    /// All advertising.
    Everything,
}

/// What the reader of a message finds behind its link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// The language of the message.
    pub language: Language,
    /// What messages like it are about.
    pub purpose: Option<ConsentPurpose>,
    /// Whether all advertising to the address is stopped.
    pub is_stopped: bool,
    /// Whether messages like this one are stopped.
    pub are_these_stopped: bool,
}

/// What the link of a message would stop; nothing when there is no such message to a client.
pub fn look(conn: &mut Conn, keys: &Keys, message: MessageId) -> Result<Option<Found>, Fault> {
    let Some((sent, hash)) = target(conn, keys, message)? else { return Ok(None) };
    let is_stopped = store::is_stopped(conn, &hash)?;
    let agreed = match sent.client() {
        Some(client) => store::agreed(conn, &[client])?,
        None => Vec::new(),
    };
    let purpose = sent.wants();
    let still = purpose.is_some_and(|purpose| agreed.iter().any(|(_, agreed)| *agreed == purpose));
    Ok(Some(Found { language: sent.language(), purpose, is_stopped, are_these_stopped: is_stopped || !still }))
}

/// Stops it: the address is suppressed, consents are withdrawn, and what waits for the mailbox is cancelled. Doing it
/// again changes nothing. False when there is no such message.
pub fn stop(
    tx: &mut Tx<'_>,
    keys: &Keys,
    message: MessageId,
    extent: Extent,
    origin: SuppressionOrigin,
) -> Result<bool, Fault> {
    let Some((sent, hash)) = target(tx.conn, keys, message)? else { return Ok(false) };
    let only = sent.wants().filter(|_| extent == Extent::These);
    if only.is_none() {
        super::suppress(tx, (sent.channel(), &hash), Suppressed::Marketing, origin, Some(message))?;
    }
    let people = people(tx.conn, keys, &sent, &hash)?;
    for client in &people {
        withdraw(tx, *client, only)?;
    }
    for waiting in store::waiting_advertising(tx.conn, &people, only)? {
        rows::cancel(tx, waiting, Reason::Unsubscribed.as_str())?;
    }
    Ok(true)
}

/// It was a mistake: what was stopped by such a link is allowed again. False when there is no such message.
pub fn undo(tx: &mut Tx<'_>, keys: &Keys, message: MessageId) -> Result<bool, Fault> {
    let Some((sent, hash)) = target(tx.conn, keys, message)? else { return Ok(false) };
    store::lift(tx, &hash, &[SuppressionOrigin::Unsubscribe, SuppressionOrigin::OneClick])?;
    for client in people(tx.conn, keys, &sent, &hash)? {
        let lines = clients::consents_of(tx.conn, client)?;
        for purpose in ConsentPurpose::ALL {
            let Some(newest) = clients::standing_consent(&lines, purpose) else { continue };
            if !newest.granted && newest.origin == ConsentOrigin::Unsubscribe.as_str() {
                let decision = Decision {
                    purpose,
                    granted: true,
                    wording: newest.wording.clone(),
                    wording_version: newest.wording_version,
                    origin: ConsentOrigin::Undone.as_str(),
                    by: None,
                };
                clients::write_down(tx, client, &decision)?;
            }
        }
    }
    Ok(true)
}

/// The message and the hash of the address it went to, or would go to.
fn target(conn: &mut Conn, keys: &Keys, message: MessageId) -> Result<Option<(SentRow, String)>, Fault> {
    let Some(sent) = store::sent(conn, message)? else { return Ok(None) };
    let known = sent.address_hash().map(str::to_owned);
    let hash = match (known, sent.client()) {
        (Some(hash), _) => Some(hash),
        (None, Some(client)) => {
            let address = store::address_of(conn, client, sent.channel())?;
            address.map(|address| address_hash(keys, sent.channel(), &address))
        }
        (None, None) => None,
    };
    Ok(hash.map(|hash| (sent, hash)))
}

/// Whose consent the reader of the address speaks for: the client it was written to, and the household.
fn people(conn: &mut Conn, keys: &Keys, sent: &SentRow, hash: &str) -> Result<Vec<ClientId>, Fault> {
    let Some(client) = sent.client() else { return Ok(Vec::new()) };
    let mut people = vec![clients::survivor(conn, client)?];
    let address = store::address_of(conn, client, sent.channel())?;
    let is_mail = sent.channel() == Channel::Mail;
    let same = |address: &String| is_mail && address_hash(keys, sent.channel(), address) == hash;
    if let Some(address) = address.filter(same) {
        let household = clients::of_mailbox(conn, &address.to_ascii_lowercase())?;
        people.extend(household.into_iter().map(|person| person.id));
    }
    people.sort_unstable();
    people.dedup();
    Ok(people)
}

fn withdraw(tx: &mut Tx<'_>, client: ClientId, only: Option<ConsentPurpose>) -> Result<(), Fault> {
    let lines = clients::consents_of(tx.conn, client)?;
    for purpose in ConsentPurpose::ALL.into_iter().filter(|purpose| only.is_none_or(|only| only == *purpose)) {
        let Some(standing) = clients::standing_consent(&lines, purpose).filter(|line| line.granted) else { continue };
        let decision = Decision {
            purpose,
            granted: false,
            wording: standing.wording.clone(),
            wording_version: standing.wording_version,
            origin: ConsentOrigin::Unsubscribe.as_str(),
            by: None,
        };
        clients::write_down(tx, client, &decision)?;
    }
    Ok(())
}
