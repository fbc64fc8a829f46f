//! Double opt-in: somebody ticked a box, and whoever reads the mailbox says whether that is so.
//!
//! A tick alone proves nothing, because anybody can type any address. It makes a **question** by mail, at most one a day
//! for an address; the button behind its link writes the consents down. Nothing outside says whether a question was
//! asked.

use chrono::{DateTime, TimeDelta, Utc};

use super::store::{self, ConsentRequestRow};
use super::{Suppressed, address_hash};
use crate::clients::{self, ClientView, ConsentPurpose, Decision, Standing};
use crate::db::{Conn, Fault, Tx, portable};
use crate::domain::consent::{ConsentOrigin, SuppressionOrigin};
use crate::domain::discipline::Suppression;
use crate::domain::ids::{ClientId, ConsentRequestId};
use crate::domain::language::Language;
use crate::domain::messages::{Channel, MessageKind, Recipient, Subject};
use crate::domain::recognise::EmailAddress;
use crate::i18n::Texts;
use crate::keys::Keys;
use crate::messaging::{Notice, tell};

/// A question that was not answered by then is void.
pub const QUESTION_LIFE_DAYS: i64 = 7;
/// An address is asked once in as many hours.
const ASKED_AGAIN_HOURS: i64 = 24;

/// What somebody ticked while booking.
#[derive(Debug, Clone)]
pub struct Ticked {
    /// Whom the booking was made for.
    pub client: ClientId,
    /// The address that was typed.
    pub email: EmailAddress,
    /// What was ticked.
    pub purposes: Vec<ConsentPurpose>,
    /// The language it was read in.
    pub language: Language,
    /// The clinic's name, which stands in the words.
    pub clinic: String,
    /// Where: `booking_page` or `api`.
    pub origin: &'static str,
}

/// Asks by mail, unless nothing is left to be asked or the answer could not count.
pub fn ask(tx: &mut Tx<'_>, keys: &Keys, ticked: &Ticked) -> Result<(), Fault> {
    let email_key = ticked.email.key();
    let Some(client) = clients::view(tx.conn, ticked.client)? else { return Ok(()) };
    // Somebody who is known keeps the address we have, and a stranger's mailbox does not speak for it.
    if !reads(&client, &email_key) || client.standing != Standing::Present || ticked.purposes.is_empty() {
        return Ok(());
    }
    portable::lock_names(tx.conn, &[format!("consent request {email_key}")])?;
    let hash = address_hash(keys, Channel::Mail, &email_key);
    let against = store::standing_against(tx.conn, std::slice::from_ref(&hash))?.remove(&hash);
    if matches!(against, Some(Suppression::Everything(_))) {
        return Ok(());
    }
    let agreed = store::agreed(tx.conn, &[client.id])?;
    let is_open = |purpose: &ConsentPurpose| against.is_some() || !agreed.contains(&(client.id, *purpose));
    let purposes: Vec<ConsentPurpose> = ConsentPurpose::ALL
        .into_iter()
        .filter(|purpose| ticked.purposes.contains(purpose) && is_open(purpose))
        .collect();
    let asked = store::asked_last(tx.conn, &email_key)?;
    let is_too_soon = asked.is_some_and(|at| tx.now < at + TimeDelta::hours(ASKED_AGAIN_HOURS));
    if purposes.is_empty() || is_too_soon {
        return Ok(());
    }
    let t = Texts::new(ticked.language);
    let id: ConsentRequestId = tx.new_id();
    let request = ConsentRequestRow {
        client: client.id,
        email_key,
        wording: purposes.iter().map(|purpose| clients::wording(t, *purpose, &ticked.clinic)).collect(),
        wording_version: clients::WORDING_VERSION,
        purposes,
        language: ticked.language,
        expires_at: tx.now + TimeDelta::days(QUESTION_LIFE_DAYS),
        confirmed_at: None,
    };
    store::insert_request(tx, id, &request, ticked.origin)?;
    let notice = Notice {
        subject: Subject::ConsentRequest(id),
        kind: MessageKind::ConfirmConsent,
        recipient: Recipient::Mailbox,
        language: ticked.language.tag().to_owned(),
        version: 0,
        expires_at: request.expires_at,
    };
    tell(tx, &notice)
}

fn reads(client: &ClientView, email_key: &str) -> bool {
    client.email.as_deref().is_some_and(|email| email.eq_ignore_ascii_case(email_key))
}

/// A question as its reader finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What the reader would agree to, in the words that were shown.
    pub wording: Vec<String>,
    /// In which language.
    pub language: Language,
    /// How it stands.
    pub stands: Stands,
}

/// How a question stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// It waits for the answer.
    Open,
    /// It was answered.
    Confirmed(DateTime<Utc>),
    /// Nobody answered in time, or the mailbox is not that client's any more.
    Void,
}

/// The question a link speaks of; looking changes nothing.
pub fn question(conn: &mut Conn, id: ConsentRequestId, now: DateTime<Utc>) -> Result<Option<Question>, Fault> {
    let Some(request) = store::consent_request(conn, id)? else { return Ok(None) };
    let stands = stands(conn, &request, now)?;
    Ok(Some(Question { wording: request.wording, language: request.language, stands }))
}

fn stands(conn: &mut Conn, request: &ConsentRequestRow, now: DateTime<Utc>) -> Result<Stands, Fault> {
    if let Some(at) = request.confirmed_at {
        return Ok(Stands::Confirmed(at));
    }
    let client = clients::view(conn, request.client)?;
    let is_theirs = client.is_some_and(|client| reads(&client, &request.email_key));
    Ok(if is_theirs && now < request.expires_at { Stands::Open } else { Stands::Void })
}

/// Writes down that the reader of the mailbox agreed, once. An objection against the address ends with it: it was the
/// owner's, and so is this.
pub fn confirm(tx: &mut Tx<'_>, keys: &Keys, id: ConsentRequestId) -> Result<Option<Stands>, Fault> {
    let Some(request) = store::consent_request(tx.conn, id)? else { return Ok(None) };
    let found = stands(tx.conn, &request, tx.now)?;
    if found != Stands::Open || !store::mark_confirmed(tx, id)? {
        return Ok(Some(found));
    }
    let client = clients::survivor(tx.conn, request.client)?;
    for (purpose, wording) in request.purposes.iter().zip(&request.wording) {
        let decision = Decision {
            purpose: *purpose,
            granted: true,
            wording: wording.clone(),
            wording_version: request.wording_version,
            origin: ConsentOrigin::DoubleOptIn.as_str(),
            by: None,
        };
        clients::write_down(tx, client, &decision)?;
    }
    allow_again(tx, keys, &request.email_key)?;
    Ok(Some(Stands::Confirmed(tx.now)))
}

/// Takes back what stands against advertising to a mailbox, because its reader just agreed there himself.
pub fn allow_again(tx: &mut Tx<'_>, keys: &Keys, email_key: &str) -> Result<(), Fault> {
    let hash = address_hash(keys, Channel::Mail, email_key);
    store::lift(tx, &hash, &SuppressionOrigin::ALL)?;
    Ok(())
}

/// Whether the owner of a mailbox objected to advertising, so that only the owner can take that back.
pub fn has_objected(conn: &mut Conn, keys: &Keys, email: &str) -> Result<bool, Fault> {
    let hash = address_hash(keys, Channel::Mail, email);
    let lines = store::suppressions_of(conn, &[hash])?;
    Ok(lines.iter().any(|line| line.lifted_at.is_none() && line.origin.is_objection()))
}

/// Lifts what staff may lift: mail that came back once, or what staff noted themselves.
pub fn lift_for_staff(tx: &mut Tx<'_>, keys: &Keys, email: &str) -> Result<bool, Fault> {
    let hash = address_hash(keys, Channel::Mail, email);
    store::lift(tx, &hash, &[SuppressionOrigin::Bounce, SuppressionOrigin::Staff])
}

/// Staff note that the owner of a mailbox wants no advertising.
pub fn object_for(tx: &mut Tx<'_>, keys: &Keys, email: &str) -> Result<(), Fault> {
    let hash = address_hash(keys, Channel::Mail, email);
    super::suppress(tx, (Channel::Mail, &hash), Suppressed::Marketing, SuppressionOrigin::Staff, None)
}

/// Somebody has a new address. What the owner of the old one objected to holds for the new one too: the person changed
/// the mailbox, not the mind. Mail that merely came back says nothing about the new address.
pub fn follow(tx: &mut Tx<'_>, keys: &Keys, old: &str, new: &str) -> Result<(), Fault> {
    let hash = address_hash(keys, Channel::Mail, old);
    let lines = store::suppressions_of(tx.conn, &[hash])?;
    let objects = |line: &super::SuppressionLine| {
        line.lifted_at.is_none() && line.origin != SuppressionOrigin::Bounce && line.channel == Channel::Mail
    };
    if lines.iter().any(objects) { object_for(tx, keys, new) } else { Ok(()) }
}
