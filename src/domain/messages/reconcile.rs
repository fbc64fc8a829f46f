//! What to do so that the rows of a booking agree with what it deserves.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::{DateTime, Utc};

use super::kinds::Purpose;
use super::plan::{ExistingMessage, PlannedMessage};
use super::rows::{MessageState, Reason};
use crate::domain::ids::MessageId;
use crate::domain::message_rules::Rulebook;

/// What to do so that the rows agree with what is deserved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reconciliation {
    /// Rows to make.
    pub insert: Vec<PlannedMessage>,
    /// Rows to cancel, unless their text is being handed over by now, and why.
    pub cancel: Vec<(MessageId, Reason)>,
    /// Rows whose moment is another now.
    pub reschedule: Vec<Moved>,
    /// Rows that planning had put aside and that are deserved again.
    pub take_up: Vec<Moved>,
}

impl Reconciliation {
    /// Whether there is nothing to do.
    pub const fn is_empty(&self) -> bool {
        self.insert.is_empty() && self.cancel.is_empty() && self.reschedule.is_empty() && self.take_up.is_empty()
    }
}

/// A row and its new times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// Which row.
    pub id: MessageId,
    /// From when on it may leave.
    pub due_at: DateTime<Utc>,
    /// From when on it is worth nothing.
    pub expires_at: DateTime<Utc>,
}

/// Insert what is missing, cancel what is superseded, move what has another moment, leave what was sent.
pub fn reconcile(
    existing: &[ExistingMessage],
    deserved: Vec<PlannedMessage>,
    book: &Rulebook,
    now: DateTime<Utc>,
) -> Reconciliation {
    let mut wanted: HashMap<String, PlannedMessage> = HashMap::with_capacity(deserved.len());
    let mut order = Vec::with_capacity(deserved.len());
    for message in deserved {
        if let Entry::Vacant(place) = wanted.entry(message.natural_key()) {
            order.push(place.key().clone());
            place.insert(message);
        }
    }
    let mut steps = Reconciliation::default();
    for row in existing.iter().filter(|row| !row.is_by_hand) {
        match wanted.get(&row.natural_key) {
            Some(message) => agree(&mut steps, row, message),
            // What has expired is put aside by the sender, who says so.
            None if row.is_open() && now < row.expires_at => {
                let is_off = row.rule.is_some_and(|rule| !book.is_on(rule, now));
                steps.cancel.push((row.id, if is_off { Reason::SwitchedOff } else { Reason::Superseded }));
            }
            None => {}
        }
    }
    for row in existing {
        wanted.remove(&row.natural_key);
    }
    steps.insert = order.into_iter().filter_map(|key| wanted.remove(&key)).collect();
    steps
}

/// Brings a row in line with the message it is.
fn agree(steps: &mut Reconciliation, row: &ExistingMessage, message: &PlannedMessage) {
    let moved = Moved { id: row.id, due_at: message.due_at, expires_at: message.expires_at };
    match message.skip {
        Some(reason @ (Reason::JustTold | Reason::Coalesced)) if row.is_open() => steps.cancel.push((row.id, reason)),
        // Whether there is an address is asked again when it leaves.
        Some(_) => {}
        None if message.is_timed && row.may_be_taken_up() => steps.take_up.push(moved),
        None if message.is_timed && row.state == MessageState::Pending && has_moved(row, message) => {
            steps.reschedule.push(moved);
        }
        None => {}
    }
}

/// Advertising may wait for the end of the quiet hours, which is no other moment.
fn has_moved(row: &ExistingMessage, message: &PlannedMessage) -> bool {
    let waits = message.purpose == Purpose::Marketing && message.due_at <= row.due_at;
    row.expires_at != message.expires_at || (row.due_at != message.due_at && !waits)
}
