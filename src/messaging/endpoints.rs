//! Programs of others that are told what happens: added with the rules that tell them, changed, given a new secret,
//! switched off, put away, and told again what they missed.

use super::carriers::webhook;
use super::store::calls::{self, EndpointChange};
use super::store::{self, audit};
use crate::config::Secret;
use crate::db::{Bad, Fault, Tx};
use crate::domain::ids::{EndpointId, MessageId, StaffUserId};
use crate::domain::message_rules::Trigger;
use crate::keys::Keys;
use crate::outgoing::{Outgoing, WrongTarget};

/// The longest name.
pub(super) const NAME_CHARACTERS_MAX: usize = 60;
/// What a program may be told about, in the order in which it is shown.
pub(super) const EVENTS: [Trigger; 8] = [
    Trigger::Booked,
    Trigger::Requested,
    Trigger::Approved,
    Trigger::Declined,
    Trigger::Rescheduled,
    Trigger::Cancelled,
    Trigger::AfterVisit,
    Trigger::NoShow,
];
/// A program that missed more than this is put away in steps.
const WAITING_AT_ONCE: i64 = 10_000;
/// What happened in the last days is told again on request; older news help nobody.
pub(super) const RETRIED_DAYS: i64 = 3;

/// An endpoint as somebody wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EndpointDetails {
    pub(super) name: String,
    pub(super) url: String,
    /// Whether it is told who comes.
    pub(super) with_contact: bool,
}

/// Why something was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EndpointRefused {
    /// No name, or one too long.
    Name,
    /// There is one of this name.
    NameTaken,
    /// The address may not be called.
    Address(WrongTarget),
    /// It would be told nothing.
    NoEvents,
    /// There are too many.
    TooMany,
    /// It is not there.
    Gone,
    /// Somebody else changed it meanwhile.
    Changed,
    /// It is switched off.
    Off,
}

/// What is wrong with the details; nothing when they can be kept.
pub(super) fn flaws(details: &EndpointDetails, outgoing: &Outgoing) -> Vec<EndpointRefused> {
    let mut found = Vec::new();
    let name = details.name.trim();
    if name.is_empty() || NAME_CHARACTERS_MAX < name.chars().count() || name.chars().any(char::is_control) {
        found.push(EndpointRefused::Name);
    }
    if let Err(wrong) = outgoing.target(&details.url) {
        found.push(EndpointRefused::Address(wrong));
    }
    found
}

/// Adds an endpoint and the rules that tell it of `events`. The secret is said this once.
pub(super) fn add(
    tx: &mut Tx<'_>,
    keys: &Keys,
    by: StaffUserId,
    details: &EndpointDetails,
    events: &[(Trigger, String)],
) -> Result<(EndpointId, Secret), Bad<EndpointRefused>> {
    if events.is_empty() {
        return Err(Bad::Refused(EndpointRefused::NoEvents));
    }
    let known = calls::endpoints(tx.conn)?;
    if known.iter().any(|endpoint| endpoint.name.eq_ignore_ascii_case(&details.name)) {
        return Err(Bad::Refused(EndpointRefused::NameTaken));
    }
    if calls::ENDPOINTS_MAX <= i64::try_from(known.len()).unwrap_or(i64::MAX) {
        return Err(Bad::Refused(EndpointRefused::TooMany));
    }
    let (secret, sealed) = fresh_secret(keys)?;
    let id: EndpointId = tx.new_id();
    calls::insert_endpoint(tx, id, (&details.name, &details.url, details.with_contact), &sealed)?;
    for (event, name) in events {
        calls::insert_event_rule(tx, id, *event, name)?;
    }
    calls::rules_changed(tx)?;
    audit::note(tx, by, "endpoint_added", "message_endpoint", id.get())?;
    Ok((id, secret))
}

fn fresh_secret(keys: &Keys) -> Result<(Secret, String), Fault> {
    webhook::new_secret(keys).ok_or_else(|| Fault::other("a secret could not be sealed"))
}

/// Changes name, address, and whether it is told who comes.
pub(super) fn change(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    id: EndpointId,
    row_version: i64,
    details: &EndpointDetails,
) -> Result<(), Bad<EndpointRefused>> {
    let known = calls::endpoints(tx.conn)?;
    if known.iter().any(|other| other.id != id && other.name.eq_ignore_ascii_case(&details.name)) {
        return Err(Bad::Refused(EndpointRefused::NameTaken));
    }
    let face = EndpointChange::Face(&details.name, &details.url, details.with_contact);
    apply(tx, by, id, row_version, face, "endpoint_changed")
}

/// Gives it a new secret, which is said this once. The old one signs nothing any more.
pub(super) fn rotate(
    tx: &mut Tx<'_>,
    keys: &Keys,
    by: StaffUserId,
    id: EndpointId,
    row_version: i64,
) -> Result<Secret, Bad<EndpointRefused>> {
    let (secret, sealed) = fresh_secret(keys)?;
    apply(tx, by, id, row_version, EndpointChange::Secret(&sealed), "endpoint_secret_rotated")?;
    Ok(secret)
}

/// Switches it on or off. While it is off, what happens is not told, and says so in its log.
pub(super) fn switch(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    id: EndpointId,
    row_version: i64,
    is_on: bool,
) -> Result<(), Bad<EndpointRefused>> {
    let action = if is_on { "endpoint_enabled" } else { "endpoint_disabled" };
    apply(tx, by, id, row_version, EndpointChange::On(is_on), action)
}

/// Puts it away with its rules. What waits for it is not told any more.
pub(super) fn archive(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    id: EndpointId,
    row_version: i64,
) -> Result<(), Bad<EndpointRefused>> {
    apply(tx, by, id, row_version, EndpointChange::Archived, "endpoint_archived")?;
    calls::archive_rules_of(tx, id)?;
    calls::rules_changed(tx)?;
    calls::set_aside(tx, id, WAITING_AT_ONCE)?;
    Ok(())
}

fn apply(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    id: EndpointId,
    row_version: i64,
    change: EndpointChange<'_>,
    action: &str,
) -> Result<(), Bad<EndpointRefused>> {
    if calls::endpoint(tx.conn, id)?.is_none_or(|endpoint| endpoint.archived_at.is_some()) {
        return Err(Bad::Refused(EndpointRefused::Gone));
    }
    if !calls::change_endpoint(tx, id, row_version, change)? {
        return Err(Bad::Refused(EndpointRefused::Changed));
    }
    audit::note(tx, by, action, "message_endpoint", id.get())?;
    Ok(())
}

/// Tells it again: a new row beside the old one, with what is true now.
pub(super) fn replay(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    id: EndpointId,
    message: MessageId,
) -> Result<MessageId, Bad<EndpointRefused>> {
    let endpoint = calls::endpoint(tx.conn, id)?.filter(|endpoint| endpoint.archived_at.is_none());
    let endpoint = endpoint.ok_or(Bad::Refused(EndpointRefused::Gone))?;
    if !endpoint.is_on() {
        return Err(Bad::Refused(EndpointRefused::Off));
    }
    let row = calls::told(tx.conn, id, message)?.ok_or(Bad::Refused(EndpointRefused::Gone))?;
    let again = store::calls::tell_again(tx, id, &row, RETRIED_DAYS)?;
    audit::note(tx, by, "endpoint_told_again", "message", again.get())?;
    Ok(again)
}
