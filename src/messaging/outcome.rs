//! From what the other side did to what becomes of the message: one match, nothing swallowed.

use chrono::{DateTime, Utc};

use super::carriers::Delivered;
use super::deliver::Claimed;
use crate::domain::messages::{self, Channel, Outcome, Purpose, Reason};
use crate::mail::{BadLetter, Handover};

/// What becomes of a message after an attempt, or that the attempt says nothing about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// This becomes of it.
    Settled(Outcome),
    /// The server would treat every message like this one: it is given back, and the queue stands still.
    QueueStops,
}

/// `chance` is between 0 and 1.
pub(super) fn of_handover(handover: &Handover, message: &Claimed, now: DateTime<Utc>, chance: f64) -> Verdict {
    let attempts = message.attempts + 1;
    let again = |reason| Outcome::Retry(messages::next_attempt_at(now, attempts, chance), reason);
    match handover {
        Handover::Accepted(_) => Verdict::Settled(Outcome::Sent),
        Handover::Busy(_) => Verdict::Settled(again(Reason::ServerBusy)),
        Handover::Refused(_) => Verdict::Settled(Outcome::GiveUp(Reason::Refused)),
        Handover::Unreachable(_) => Verdict::Settled(again(Reason::Unreachable)),
        Handover::Uncertain => Verdict::Settled(messages::after_silence(message.purpose, attempts, now, chance)),
        Handover::Unwelcome(..) => Verdict::QueueStops,
    }
}

/// What becomes of a message after it was given to a carrier. `chance` is between 0 and 1.
pub(super) fn of_delivery(delivered: &Delivered, message: &Claimed, now: DateTime<Utc>, chance: f64) -> Verdict {
    let verdict = match message.channel {
        Channel::Mail | Channel::Sms => of_handover(&delivered.handover, message, now, chance),
        Channel::Webhook => Verdict::Settled(of_call(&delivered.handover, message, now, chance)),
    };
    match (verdict, delivered.retry_at) {
        // Whoever says when to come back is not asked before.
        (Verdict::Settled(Outcome::Retry(at, reason)), Some(wanted)) => {
            Verdict::Settled(Outcome::Retry(at.max(wanted), reason))
        }
        (verdict, _) => verdict,
    }
}

/// Programs of others know a message again by its name, so silence is no reason not to say it again. What cannot be said
/// in time is given up at once and not left waiting.
fn of_call(handover: &Handover, message: &Claimed, now: DateTime<Utc>, chance: f64) -> Outcome {
    let next = messages::next_attempt_at(now, message.attempts + 1, chance);
    let again = |reason| {
        if next < message.expires_at { Outcome::Retry(next, reason) } else { Outcome::GiveUp(reason) }
    };
    match handover {
        Handover::Accepted(_) => Outcome::Sent,
        Handover::Busy(_) => again(Reason::ServerBusy),
        Handover::Refused(_) => Outcome::GiveUp(Reason::Refused),
        Handover::Unreachable(_) | Handover::Unwelcome(..) => again(Reason::Unreachable),
        Handover::Uncertain if message.purpose == Purpose::Transactional => again(Reason::NoReply),
        Handover::Uncertain => Outcome::Uncertain(None),
    }
}

/// A letter that could not be made.
pub(super) const fn of_bad_letter(bad: BadLetter) -> Outcome {
    match bad {
        BadLetter::Recipient => Outcome::GiveUp(Reason::BadAddress),
        BadLetter::Other => Outcome::GiveUp(Reason::NotRendered),
    }
}

/// The reply code worth keeping.
pub(super) const fn reply_code(handover: &Handover) -> Option<u16> {
    match handover {
        Handover::Accepted(code) => Some(*code),
        Handover::Busy(code) | Handover::Refused(code) | Handover::Unwelcome(code, _) => *code,
        Handover::Unreachable(_) | Handover::Uncertain => None,
    }
}
