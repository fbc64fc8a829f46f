//! A message is sent once more, because somebody says so.
//!
//! It becomes a row of its own, so that the log keeps what happened to the first. Only what is still true goes again,
//! and never advertising.

use chrono::{DateTime, Utc};

use super::store::one_message::{self, AGAIN, MessageView};
use super::store::{audit, planning};
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::ids::{MessageId, StaffUserId};
use crate::domain::messages::{
    self, Audience, Channel, MessageKind, MessageState, PlannedMessage, Purpose, Standing, Subject,
    UNCERTAIN_ATTEMPTS_MAX,
};

/// As often a message can be repeated by hand.
pub const REPETITIONS_MAX: usize = 5;
/// The rank of what no rule governs.
const PRIORITY_USUAL: i32 = 90;

/// Why a message is not sent once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResendRefused {
    /// It is not there.
    Gone,
    /// Advertising is sent once.
    Advertising,
    /// It is still under way by itself.
    UnderWay,
    /// It is not about one booking, or is a call of a program.
    NotByHand,
    /// What it says is not true any more, or of no use.
    NoLongerTrue,
    /// There is no address to send it to.
    NoAddress,
    /// It was repeated often enough.
    TooOften,
}

/// Whether a message may be sent once more at `now`.
pub fn may_resend(view: &MessageView, now: DateTime<Utc>) -> Result<(), ResendRefused> {
    let (line, visit) = (&view.line.line, view.visit.as_ref());
    if view.purpose == Purpose::Marketing {
        return Err(ResendRefused::Advertising);
    }
    let (Some(visit), Some(_)) = (visit, view.recipient) else {
        return Err(ResendRefused::NotByHand);
    };
    if view.line.channel == Channel::Webhook {
        return Err(ResendRefused::NotByHand);
    }
    let gave_up = line.state == MessageState::Uncertain && UNCERTAIN_ATTEMPTS_MAX <= view.attempts;
    if !line.state.is_final() && !gave_up {
        return Err(ResendRefused::UnderWay);
    }
    let is_true = messages::still_true(line.kind, line.schedule_version, visit.standing, visit.schedule_version);
    let speaks_of_what_comes = visit.standing != Standing::Booked || now < visit.starts_at;
    if !is_true || !speaks_of_what_comes || view.expires_at <= now || line.kind == MessageKind::Event {
        return Err(ResendRefused::NoLongerTrue);
    }
    if view.line.to.audience != Audience::Clinic && view.line.to.address.is_none() {
        return Err(ResendRefused::NoAddress);
    }
    Ok(())
}

/// Whether a message may be sent once more, the number of its repetitions included.
pub fn may_resend_now(
    conn: &mut Conn,
    view: &MessageView,
    now: DateTime<Utc>,
) -> Result<Result<(), ResendRefused>, Fault> {
    if let Err(refused) = may_resend(view, now) {
        return Ok(Err(refused));
    }
    let repeated = one_message::repetitions(conn, view)?;
    Ok(if REPETITIONS_MAX <= repeated { Err(ResendRefused::TooOften) } else { Ok(()) })
}

/// Sends a message once more: as a new row that is due now. Whoever did it has seen to the first one.
pub fn resend(tx: &mut Tx<'_>, by: StaffUserId, id: MessageId) -> Result<MessageId, Bad<ResendRefused>> {
    let view = one_message::message_view(tx.conn, id)?.ok_or(Bad::Refused(ResendRefused::Gone))?;
    may_resend_now(tx.conn, &view, tx.now)?.map_err(Bad::Refused)?;
    let (Some((booking, _)), Some(recipient)) = (&view.line.booking, view.recipient) else {
        return Err(Bad::Refused(ResendRefused::NotByHand));
    };
    let repeated = one_message::repetitions(tx.conn, &view)?;
    let rule = match view.rule {
        Some(rule) => one_message::key_of_rule(tx.conn, rule)?.map(|(key, priority)| (rule, key, priority)),
        None => None,
    };
    let planned = PlannedMessage {
        subject: Subject::Booking(*booking),
        kind: view.line.line.kind,
        recipient,
        channel: view.line.channel,
        priority: rule.as_ref().map_or(PRIORITY_USUAL, |(_, _, priority)| *priority),
        rule: rule.map(|(rule, key, _)| (rule, key)),
        purpose: Purpose::Transactional,
        slot: format!("{AGAIN}{}", repeated + 1),
        is_timed: false,
        merge_key: None,
        schedule_version: view.line.line.schedule_version,
        due_at: tx.now,
        expires_at: view.expires_at,
        skip: None,
    };
    let natural_key = planned.natural_key();
    let frame = planning::frame(tx.conn)?;
    planning::insert(tx, std::slice::from_ref(&planned), &view.language, &frame)?;
    one_message::settle(tx, id, by)?;
    audit::note(tx, by, "sent_again", "message", id.get())?;
    let made = one_message::by_natural_key(tx.conn, &natural_key)?;
    made.ok_or_else(|| Bad::Fault(Fault::other("a message that was just planned is not there")))
}
