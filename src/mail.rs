//! How mail leaves: by a mail server, as files in a directory, or into memory.
//!
//! lettre lives in this file and the folder beside it, and nowhere else. Nothing here decides what is sent or whether it
//! is tried again: a letter goes in, and [`Handover`] says in one word what the other side did with it.

mod letter;
mod outbox;
mod smtp;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

pub use letter::{BadLetter, Invitation, Letter, LetterParts, MailParty, compose, is_mail_address};
pub use outbox::{KeptMail, MAILS_LISTED_MAX, MailSummary, Outbox, OutboxError};

use crate::config::{MailSettings, MailUrl, SmtpServer};
use smtp::{SmtpPlan, SmtpSession};

/// How mail leaves. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    way: Way,
}

#[derive(Clone)]
enum Way {
    Smtp(Arc<SmtpPlan>),
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
        match &settings.url {
            MailUrl::Smtp(server) => Self::smtp(server.clone(), patience),
            MailUrl::Directory(path) => Self::directory(path.clone()),
            MailUrl::Memory => Self::memory(),
        }
    }

    /// By this mail server; one step with it may take `patience`.
    pub fn smtp(server: SmtpServer, patience: Duration) -> Self {
        Self { way: Way::Smtp(Arc::new(SmtpPlan::new(server, patience))) }
    }

    /// Every mail becomes a file in `path`.
    pub fn directory(path: PathBuf) -> Self {
        Self { way: Way::Kept(Outbox::directory(path)) }
    }

    /// Every mail is kept in memory; clones share it.
    pub fn memory() -> Self {
        Self { way: Way::Kept(Outbox::memory()) }
    }

    /// The mails that were kept, where this mailer keeps any.
    pub fn outbox(&self) -> Option<&Outbox> {
        match &self.way {
            Way::Smtp(_) => None,
            Way::Kept(outbox) => Some(outbox),
        }
    }

    /// What letters are handed over on, one after the other. A connection is made with the first letter.
    pub fn session(&self) -> MailSession {
        match &self.way {
            Way::Smtp(plan) => MailSession { line: Line::Smtp(Box::new(SmtpSession::new(Arc::clone(plan)))) },
            Way::Kept(outbox) => MailSession { line: Line::Kept(outbox.clone()) },
        }
    }

    /// Greets the mail server and leaves again; for `doctor`. Says what is wrong.
    pub async fn check(&self) -> Result<(), String> {
        match &self.way {
            Way::Smtp(plan) => SmtpSession::new(Arc::clone(plan)).greet().await,
            Way::Kept(outbox) => outbox.check().await.map_err(|error| error.to_string()),
        }
    }
}

/// Hands letters over one after the other.
pub struct MailSession {
    line: Line,
}

enum Line {
    Smtp(Box<SmtpSession>),
    Kept(Outbox),
}

impl MailSession {
    /// Hands one letter over. Always comes back within a few times the patience of the settings.
    pub async fn hand_over(&mut self, letter: &Letter, now: DateTime<Utc>) -> Handover {
        match &mut self.line {
            Line::Smtp(session) => session.hand_over(letter).await,
            Line::Kept(outbox) => match outbox.keep(letter, now).await {
                Ok(()) => Handover::Accepted(250),
                Err(_) => Handover::Unreachable("the directory for mails cannot be written"),
            },
        }
    }

    /// Says goodbye to the server.
    pub async fn close(self) {
        if let Line::Smtp(session) = self.line {
            session.close().await;
        }
    }
}
