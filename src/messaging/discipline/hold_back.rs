//! The last look at messages that were taken: what leaves, what waits, what never leaves, and who shares a letter.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::{address_hash, store};
use crate::db::{Conn, Fault, Tx};
use crate::domain::consent::ConsentPurpose;
use crate::domain::discipline::{self, Departure, Had, TOGETHER_WITHIN, Verdict};
use crate::domain::ids::{BookingId, ClientId, MessageId};
use crate::domain::messages::{Audience, Channel, Purpose, Reason};
use crate::keys::Keys;
use crate::messaging::deliver::Claimed;
use crate::messaging::store as rows;

/// A message that leaves now.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct Leaving {
    pub(in crate::messaging) message: Claimed,
    /// Where it goes, for caps and suppressions.
    pub(in crate::messaging) address_hash: Option<String>,
    /// The message whose letter says it.
    pub(in crate::messaging) carried_by: Option<MessageId>,
}

/// What was decided about messages that were taken together.
pub(in crate::messaging) struct HeldBack {
    /// What leaves, letter by letter.
    pub(in crate::messaging) letters: Vec<Vec<Leaving>>,
    /// What never leaves.
    pub(in crate::messaging) skipped: Vec<(Claimed, Reason)>,
    /// What waits; written already.
    pub(in crate::messaging) put_off: usize,
    /// Whose lease was lost.
    pub(in crate::messaging) lost: usize,
}

/// Takes those along that say the same to the same household soon.
pub(in crate::messaging) fn claim_companions(
    tx: &mut Tx<'_>,
    owner: &str,
    lease_until: DateTime<Utc>,
    claimed: Vec<Claimed>,
) -> Result<Vec<Claimed>, Fault> {
    let keys: HashSet<String> = claimed.iter().filter_map(merge_key).map(str::to_owned).collect();
    if keys.is_empty() {
        return Ok(claimed);
    }
    let keys: Vec<String> = keys.into_iter().collect();
    let mut all = rows::claim_with(tx, owner, lease_until, &keys, tx.now + TOGETHER_WITHIN)?;
    all.extend(claimed);
    all.sort_by_key(|message| message.id);
    Ok(all)
}

/// Only mails are made of several messages.
fn merge_key(message: &Claimed) -> Option<&str> {
    message.merge_key.as_deref().filter(|_| message.channel == Channel::Mail)
}

/// Judges messages that are still true, in the order of their identifiers, and puts off what waits.
pub(in crate::messaging) fn hold_back(tx: &mut Tx<'_>, keys: &Keys, messages: &[&Claimed]) -> Result<HeldBack, Fault> {
    // Load
    let house = store::house(tx.conn)?;
    let batch = departures(tx.conn, keys, messages)?;
    let counted: HashSet<&String> = batch
        .iter()
        .filter(|departure| house.counts(departure.kind, departure.purpose))
        .filter_map(|departure| departure.mailbox.as_ref())
        .collect();
    let had = if counted.is_empty() {
        Had::new()
    } else {
        let hashes: Vec<String> = counted.into_iter().cloned().collect();
        let ids: Vec<MessageId> = messages.iter().map(|message| message.id).collect();
        store::had(tx.conn, &hashes, &ids, tx.now)?
    };

    // Decide
    let judgement = discipline::judge_all(&batch, house, &had, tx.now);

    // Apply
    let mut held = HeldBack { letters: Vec::new(), skipped: Vec::new(), put_off: 0, lost: 0 };
    for (place, verdict) in judgement.held {
        let Some(message) = messages.get(place) else { continue };
        let was_held = match verdict {
            Verdict::Go => continue,
            Verdict::Skip(reason) => {
                held.skipped.push(((*message).clone(), reason));
                continue;
            }
            Verdict::Later(at, reason) => store::put_off(tx, message, at, Some(reason))?,
            Verdict::NotDue => store::put_off(tx, message, message.due_at, None)?,
        };
        if was_held {
            held.put_off += 1;
        } else {
            held.lost += 1;
        }
    }
    for letter in judgement.letters {
        let carrier = letter.first().and_then(|place| messages.get(*place)).map(|message| message.id);
        let leaving = |place: usize| {
            let (message, departure) = (*messages.get(place)?, batch.get(place)?);
            let carried_by = carrier.filter(|carrier| *carrier != message.id);
            Some(Leaving { message: message.clone(), address_hash: departure.mailbox.clone(), carried_by })
        };
        held.letters.push(letter.into_iter().filter_map(leaving).collect());
    }
    Ok(held)
}

/// Whether messages may still leave, caps aside: asked again when time passed since they were judged.
pub(in crate::messaging) fn are_still_allowed(
    conn: &mut Conn,
    keys: &Keys,
    messages: &[Claimed],
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let house = store::house(conn)?;
    let messages: Vec<&Claimed> = messages.iter().collect();
    let departures = departures(conn, keys, &messages)?;
    Ok(departures.iter().all(|departure| discipline::judge(departure, house, now) == Verdict::Go))
}

/// What must be known of messages to judge them, in their order.
fn departures(conn: &mut Conn, keys: &Keys, messages: &[&Claimed]) -> Result<Vec<Departure>, Fault> {
    let read: Vec<MessageId> =
        messages.iter().filter(|message| has_reader(message)).map(|message| message.id).collect();
    let readers = if read.is_empty() { HashMap::new() } else { store::readers(conn, &read)? };
    let hash = |message: &Claimed| {
        let address = readers.get(&message.id)?.address(message.channel)?;
        Some(address_hash(keys, message.channel, address))
    };
    let hashes: Vec<Option<String>> = messages.iter().map(|message| hash(message)).collect();
    let known: HashSet<String> = hashes.iter().flatten().cloned().collect();
    let known: Vec<String> = known.into_iter().collect();
    let against = if known.is_empty() { HashMap::new() } else { store::standing_against(conn, &known)? };
    let advertising = Advertising::load(conn, messages)?;
    Ok(messages
        .iter()
        .zip(hashes)
        .map(|(message, mailbox)| {
            let reader = readers.get(&message.id);
            let wants = reader.and_then(store::ReaderRow::wants);
            Departure {
                kind: message.kind,
                purpose: message.purpose,
                priority: message.priority,
                due_at: message.due_at,
                expires_at: message.expires_at,
                merge_key: merge_key(message).map(str::to_owned),
                may_be_written_to: reader.is_none_or(store::ReaderRow::may_be_written_to),
                agreed: advertising.has_agreed(message.client, wants),
                suppression: mailbox.as_ref().and_then(|hash| against.get(hash).copied()),
                zone: reader.and_then(store::ReaderRow::zone).unwrap_or_else(|| advertising.zone(message)),
                mailbox,
            }
        })
        .collect())
}

/// Whether somebody outside the clinic reads it.
fn has_reader(message: &Claimed) -> bool {
    matches!(message.audience, Audience::Client | Audience::Mailbox)
}

/// What only advertising asks for.
struct Advertising {
    agreed: Vec<(ClientId, ConsentPurpose)>,
    zones: HashMap<BookingId, chrono_tz::Tz>,
    home: chrono_tz::Tz,
}

impl Advertising {
    fn load(conn: &mut Conn, messages: &[&Claimed]) -> Result<Self, Fault> {
        let advertising: Vec<&&Claimed> =
            messages.iter().filter(|message| message.purpose == Purpose::Marketing).collect();
        if advertising.is_empty() {
            return Ok(Self { agreed: Vec::new(), zones: HashMap::new(), home: chrono_tz::Tz::UTC });
        }
        let clients: Vec<ClientId> = advertising.iter().filter_map(|message| message.client).collect();
        let bookings: Vec<BookingId> = advertising.iter().filter_map(|message| message.subject.booking()).collect();
        Ok(Self {
            agreed: store::agreed(conn, &clients)?,
            zones: if bookings.is_empty() { HashMap::new() } else { store::zones_of(conn, &bookings)? },
            home: store::home_zone(conn)?,
        })
    }

    fn has_agreed(&self, client: Option<ClientId>, wants: Option<ConsentPurpose>) -> bool {
        client.zip(wants).is_some_and(|decision| self.agreed.contains(&decision))
    }

    /// The clock of the place it is about, for readers whose own is not known.
    fn zone(&self, message: &Claimed) -> chrono_tz::Tz {
        message.subject.booking().and_then(|booking| self.zones.get(&booking).copied()).unwrap_or(self.home)
    }
}
