//! How messages leave, by channel: mail by its server, text messages by the clinic's gateway, events by a call of a
//! program of somebody else.
//!
//! A [`Carrier`] belongs to one pass. A message becomes a [`Parcel`]; a [`Session`] hands parcels over one after the
//! other and says in a [`Delivered`] what the other side did.

pub(super) mod sms;
pub(super) mod webhook;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

use super::deliver::Claimed;
use super::masked::masked;
use crate::domain::messages::{Channel, Outcome};
use crate::keys::Keys;
use crate::mail::{Deadline, Handover, Letter, MailSession, Mailer, Outbox};
use crate::outgoing::{Answer, NoAnswer, Outgoing};

/// Of what the other side says so much is kept.
const DETAIL_CHARACTERS_MAX: usize = 300;

/// How messages of one channel leave. Cheap to clone.
#[derive(Clone)]
pub enum Carrier {
    /// By mail.
    Mail(Mailer),
    /// By the clinic's gateway for text messages.
    Sms(Caller),
    /// By calls of programs of others.
    Webhook(Caller),
}

/// What calls need.
#[derive(Clone)]
pub struct Caller {
    /// Who calls.
    pub outgoing: Outgoing,
    /// Opens what is sealed: passwords of gateways, secrets of endpoints.
    pub keys: Keys,
    /// Where the demo keeps text messages, which has no gateway.
    pub outbox: Option<Outbox>,
}

impl Carrier {
    /// The channel whose messages it takes.
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Mail(_) => Channel::Mail,
            Self::Sms(_) => Channel::Sms,
            Self::Webhook(_) => Channel::Webhook,
        }
    }

    /// Whether messages leave this machine, so that somebody may find us too fast.
    pub(super) fn is_remote(&self) -> bool {
        match self {
            Self::Mail(mailer) => mailer.outbox().is_none(),
            Self::Sms(_) | Self::Webhook(_) => true,
        }
    }

    /// What opens sealed secrets, where there are any.
    pub(super) const fn caller(&self) -> Option<&Caller> {
        match self {
            Self::Mail(_) => None,
            Self::Sms(caller) | Self::Webhook(caller) => Some(caller),
        }
    }

    /// What parcels are handed over on, one after the other.
    pub(super) fn session(&self) -> Session {
        match self {
            Self::Mail(mailer) => Session::Mail(mailer.session()),
            Self::Sms(caller) | Self::Webhook(caller) => Session::Calls(caller.clone()),
        }
    }
}

impl From<Mailer> for Carrier {
    fn from(mailer: Mailer) -> Self {
        Self::Mail(mailer)
    }
}

/// Hands parcels over one after the other.
pub(super) enum Session {
    Mail(MailSession),
    Calls(Caller),
}

/// A message ready to leave.
pub(super) enum Parcel {
    /// A letter, what the row says of it, and whether its text is kept.
    Mail { letter: Letter, text: KeptText, is_kept: bool },
    /// A text message to a number, by this gateway.
    Text { gateway: Arc<sms::Gateway>, number: String, text: String },
    /// A call of an endpoint.
    Call { endpoint: Arc<webhook::Endpoint>, body: String },
}

/// What became of a parcel.
#[derive(Debug, Clone)]
pub(super) struct Delivered {
    pub(super) handover: Handover,
    /// What is written down of the attempt, where it is.
    pub(super) attempt: Option<Attempt>,
    /// What the other side calls the message.
    pub(super) reference: Option<String>,
    /// When the other side wants to be asked again.
    pub(super) retry_at: Option<DateTime<Utc>>,
}

/// A line of `message_attempts`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attempt {
    /// In one word.
    pub(super) outcome: &'static str,
    /// The reply code.
    pub(super) code: Option<u16>,
    /// What the other side said, short.
    pub(super) detail: String,
    /// How long it took.
    pub(super) took: Duration,
}

/// A message as it was handed over, for `message_texts`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeptText {
    pub(super) subject: String,
    pub(super) body: String,
    pub(super) html: String,
}

impl From<Handover> for Delivered {
    fn from(handover: Handover) -> Self {
        Self { handover, attempt: None, reference: None, retry_at: None }
    }
}

impl Session {
    /// Hands one parcel over. Always comes back within a few times the patience of the settings.
    pub(super) async fn hand_over(&mut self, parcel: &Parcel, message: &Claimed, now: DateTime<Utc>) -> Delivered {
        match (self, parcel) {
            (Self::Mail(session), Parcel::Mail { letter, .. }) => {
                let started = Instant::now();
                let handover = session.hand_over(letter, now).await;
                let attempt = failed_attempt(&handover, session.words(), started.elapsed());
                Delivered { attempt, ..handover.into() }
            }
            (Self::Calls(caller), Parcel::Text { gateway, number, text }) => {
                if let (sms::Preset::Demo, Some(outbox)) = (gateway.preset, &caller.outbox) {
                    return sms::keep(outbox, number, text, now).await;
                }
                let Some(call) = gateway.call(&caller.outgoing, message, number, text) else {
                    return unwelcome("the settings of the gateway cannot be used");
                };
                let started = Instant::now();
                let answered = caller.outgoing.call(&call).await;
                gateway.judged(&answered, now, started.elapsed())
            }
            (Self::Calls(caller), Parcel::Call { endpoint, body }) => {
                let Some(call) = endpoint.call(&caller.outgoing, message, body, now) else {
                    return unwelcome("the address cannot be called");
                };
                let started = Instant::now();
                let answered = caller.outgoing.call(&call).await;
                webhook::judged(&answered, now, started.elapsed())
            }
            (Self::Mail(_), Parcel::Text { .. } | Parcel::Call { .. }) | (Self::Calls(_), Parcel::Mail { .. }) => {
                Handover::Unreachable("the message does not belong to this channel").into()
            }
        }
    }

    /// Nothing is handed over after this deadline.
    pub(super) fn heed(&mut self, deadline: Deadline) {
        if let Self::Mail(session) = self {
            session.heed(deadline);
        }
    }

    /// Leaves the connection to others for the time being.
    pub(super) fn rest(&mut self) {
        if let Self::Mail(session) = self {
            session.rest();
        }
    }
}

impl Parcel {
    /// The subject that the row keeps; text messages and calls have none.
    pub(super) fn subject(&self) -> Option<&str> {
        match self {
            Self::Mail { text, .. } => Some(&text.subject),
            Self::Text { .. } | Self::Call { .. } => None,
        }
    }

    /// What is kept of it, so that staff can read what was sent. Of letters only what was given away, since what was not
    /// is written anew the next time.
    pub(super) fn kept(&self, outcome: Outcome) -> Option<KeptText> {
        let (subject, body) = match self {
            Self::Mail { text, is_kept, .. } => {
                let given = *is_kept && matches!(outcome, Outcome::Sent | Outcome::Uncertain(_));
                return given.then(|| text.clone());
            }
            Self::Text { number, text, .. } => (number.clone(), masked(text)),
            Self::Call { endpoint, body } => (endpoint.target.clone(), body.clone()),
        };
        Some(KeptText { subject, body, html: String::new() })
    }
}

/// Our settings are wrong: every other message would fare the same.
fn unwelcome(why: &'static str) -> Delivered {
    Handover::Unwelcome(None, why).into()
}

/// What is written down of a call.
fn attempt(answered: &Result<Answer, NoAnswer>, handover: &Handover, took: Duration) -> Attempt {
    let (code, detail) = match answered {
        Ok(answer) => (Some(answer.status), detail_of(&answer.body)),
        Err(NoAnswer::Private) => (None, "the name leads into a private network".to_owned()),
        Err(NoAnswer::BadHeader) => (None, "a header cannot be sent".to_owned()),
        Err(NoAnswer::Unreachable(why) | NoAnswer::Silent(why)) => (None, (*why).to_owned()),
    };
    Attempt { outcome: word_of(handover), code, detail, took }
}

/// What is written down of a letter that was not taken. That the server refuses us is no attempt of this letter.
fn failed_attempt(handover: &Handover, words: &str, took: Duration) -> Option<Attempt> {
    let (code, why) = match handover {
        Handover::Accepted(_) | Handover::Unwelcome(..) => return None,
        Handover::Busy(code) | Handover::Refused(code) => (*code, ""),
        Handover::Unreachable(why) => (None, *why),
        Handover::Uncertain => (None, ""),
    };
    let detail = if words.is_empty() { why } else { words };
    Some(Attempt { outcome: word_of(handover), code, detail: detail.to_owned(), took })
}

const fn word_of(handover: &Handover) -> &'static str {
    match handover {
        Handover::Accepted(_) => "accepted",
        Handover::Busy(_) => "busy",
        Handover::Refused(_) => "refused",
        Handover::Unwelcome(..) => "unwelcome",
        Handover::Unreachable(_) => "unreachable",
        Handover::Uncertain => "silent",
    }
}

/// An answer as a short line without anything that could disturb a page or a log.
fn detail_of(body: &str) -> String {
    let words: Vec<&str> =
        body.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    words.join(" ").chars().take(DETAIL_CHARACTERS_MAX).collect()
}

/// Names one message to the other side for good, so that a second call for it is recognised.
fn idempotency_key(message: &Claimed) -> String {
    message.id.to_string()
}
