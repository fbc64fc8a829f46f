//! How mail leaves: by a mail server, as files in a directory, or into memory.
//!
//! lettre lives in this file and the folder beside it, and nowhere else. Nothing here decides what is sent or whether it
//! is tried again: a letter goes in, and [`Handover`] says in one word what the other side did with it.

mod dial;
pub mod dkim;
mod letter;
mod outbox;
mod pool;
mod smtp;

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

pub use letter::{BadLetter, Invitation, Letter, LetterParts, MailParty, Unsubscribe, compose, is_mail_address};
pub use outbox::{KeptMail, MAILS_LISTED_MAX, MailSummary, Outbox, OutboxError};
pub use pool::SmtpLimits;

use crate::config::{MailSettings, MailUrl, SmtpServer};
use dial::SmtpPlan;
use dkim::DkimSigner;
use pool::Pool;
use smtp::SmtpSession;

/// How mail leaves. Cheap to clone; clones share connections and pace.
#[derive(Clone)]
pub struct Mailer {
    way: Way,
    signer: Option<Arc<DkimSigner>>,
}

#[derive(Clone)]
enum Way {
    Smtp(Arc<Pool>),
    Kept(Outbox),
}

/// What the other side did with a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handover {
    /// It took it, with this reply code.
    Accepted(u16),
    /// It asked us to come back later.
    Busy(Option<u16>),
    /// It refused this recipient or this text for good.
    Refused(Option<u16>),
    /// It refuses us: sign-in, sender address or encryption. Every other letter would fare the same.
    Unwelcome(Option<u16>, &'static str),
    /// Nobody answers, or the connection broke before the text was handed over.
    Unreachable(&'static str),
    /// Silence after the text was handed over: it may have been taken.
    Uncertain,
}

impl Mailer {
    /// The mailer the settings ask for.
    pub fn from_settings(settings: &MailSettings) -> Self {
        let patience = Duration::from_secs(settings.timeout_seconds);
        let limits = SmtpLimits {
            connections: settings.workers,
            letters: settings.mails_per_connection,
            idle: Duration::from_secs(settings.idle_seconds),
            per_second: NonZeroU32::new(settings.max_per_second),
        };
        match &settings.url {
            MailUrl::Smtp(server) => Self::smtp_within(server.clone(), patience, limits),
            MailUrl::Directory(path) => Self::directory(path.clone()),
            MailUrl::Memory => Self::memory(),
        }
    }

    /// By this mail server; one step with it may take `patience`.
    pub fn smtp(server: SmtpServer, patience: Duration) -> Self {
        Self::smtp_within(server, patience, SmtpLimits::default())
    }

    /// The same within limits of the caller's.
    pub fn smtp_within(server: SmtpServer, patience: Duration, limits: SmtpLimits) -> Self {
        Self::by(Way::Smtp(Arc::new(Pool::new(SmtpPlan::new(server, patience), limits))))
    }

    /// Every mail becomes a file in `path`.
    pub fn directory(path: PathBuf) -> Self {
        Self::by(Way::Kept(Outbox::directory(path)))
    }

    /// Every mail is kept in memory; clones share it.
    pub fn memory() -> Self {
        Self::by(Way::Kept(Outbox::memory()))
    }

    const fn by(way: Way) -> Self {
        Self { way, signer: None }
    }

    /// The same, with every letter signed.
    #[must_use]
    pub fn signed_by(mut self, signer: Option<DkimSigner>) -> Self {
        self.signer = signer.map(Arc::new);
        self
    }

    /// The mails that were kept, where this mailer keeps any.
    pub fn outbox(&self) -> Option<&Outbox> {
        match &self.way {
            Way::Smtp(_) => None,
            Way::Kept(outbox) => Some(outbox),
        }
    }

    /// What letters are handed over on, one after the other. A connection is taken with the first letter.
    pub fn session(&self) -> MailSession {
        let line = match &self.way {
            Way::Smtp(pool) => Line::Smtp(Box::new(SmtpSession::new(Arc::clone(pool)))),
            Way::Kept(outbox) => Line::Kept(outbox.clone()),
        };
        MailSession { line, signer: self.signer.clone() }
    }

    /// Greets the mail server and leaves again; for `doctor`. Says what is wrong.
    pub async fn check(&self) -> Result<(), String> {
        match &self.way {
            Way::Smtp(pool) => SmtpSession::new(Arc::clone(pool)).greet().await,
            Way::Kept(outbox) => outbox.check().await.map_err(|error| error.to_string()),
        }
    }

    /// Says goodbye on the connections that are kept for the next letters.
    pub async fn hang_up(&self) {
        if let Way::Smtp(pool) = &self.way {
            pool.hang_up().await;
        }
    }
}

/// Until when letters may be handed over, by a clock that never jumps. Clones share it.
#[derive(Debug, Clone)]
pub struct Deadline(Arc<Mutex<Instant>>);

impl Deadline {
    /// Ends at this moment.
    pub fn new(until: Instant) -> Self {
        Self(Arc::new(Mutex::new(until)))
    }

    /// Ends later, unless it has ended: whoever stood still for so long does not know what happened meanwhile.
    pub fn put_off(&self, until: Instant) {
        let mut ends = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if Instant::now() < *ends {
            *ends = until;
        }
    }

    /// Whether it has ended.
    pub fn is_over(&self) -> bool {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) <= Instant::now()
    }
}

/// Hands letters over one after the other.
pub struct MailSession {
    line: Line,
    signer: Option<Arc<DkimSigner>>,
}

enum Line {
    Smtp(Box<SmtpSession>),
    Kept(Outbox),
}

impl MailSession {
    /// Hands one letter over. Always comes back within some times the patience of the settings.
    pub async fn hand_over(&mut self, letter: &Letter, now: DateTime<Utc>) -> Handover {
        let signed = self.signer.as_ref().and_then(|signer| signer.signed(letter, now));
        let letter = signed.as_ref().unwrap_or(letter);
        match &mut self.line {
            Line::Smtp(session) => session.hand_over(letter).await,
            Line::Kept(outbox) => match outbox.keep(letter, now).await {
                Ok(()) => Handover::Accepted(250),
                Err(_) => Handover::Unreachable("the directory for mails cannot be written"),
            },
        }
    }

    /// No letter is handed over after this deadline: it is looked at a last time before DATA.
    pub fn heed(&mut self, deadline: Deadline) {
        if let Line::Smtp(session) = &mut self.line {
            session.heed(deadline);
        }
    }

    /// What the other side said to the last letter when it did not take it: one short line without addresses.
    pub fn words(&self) -> &str {
        match &self.line {
            Line::Smtp(session) => session.words(),
            Line::Kept(_) => "",
        }
    }

    /// Leaves the connection to others for the time being.
    pub fn rest(&mut self) {
        if let Line::Smtp(session) = &mut self.line {
            session.rest();
        }
    }
}
