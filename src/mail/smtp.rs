//! A conversation with a mail server, step by step, so that it is known how far it got when it breaks.
//!
//! lettre's own transport says "error" for a server that hangs before DATA and for one that hangs after it; for us the
//! first is harmless and the second may have delivered. Every step is bounded by our own patience.

use std::sync::Arc;

use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{Extension, MailParameter};

use super::dial::{Broken, is_temporary, step};
use super::pool::{Pool, Taken, say_goodbye};
use super::{Deadline, Handover, Letter};
use crate::failpoint::{self, Point};

/// The server may think longer over a whole text than over a line (RFC 5321, 4.5.3.2.6).
const PATIENCE_AFTER_DATA: u32 = 2;
/// The server is about to hang up.
const CLOSING: u16 = 421;
/// What the server said is kept up to so many characters.
const WORDS_MAX: usize = 200;

/// Hands letters over one after the other, on a connection of the pool that it takes with the first one.
pub(super) struct SmtpSession {
    pool: Arc<Pool>,
    taken: Option<Taken>,
    words: String,
    deadline: Option<Deadline>,
}

impl SmtpSession {
    pub(super) const fn new(pool: Arc<Pool>) -> Self {
        Self { pool, taken: None, words: String::new(), deadline: None }
    }

    pub(super) async fn hand_over(&mut self, letter: &Letter) -> Handover {
        self.words.clear();
        self.pool.in_pace().await;
        let was_used = match self.ready().await {
            Ok(was_used) => was_used,
            Err(handover) => return handover,
        };
        match self.start_letter(letter).await {
            // A connection that was used before may have died since without our knowing: nothing was said on it yet,
            // and a fresh connection gets one chance.
            Err(Handover::Unreachable(_) | Handover::Busy(Some(CLOSING))) if was_used => {
                if let Err(handover) = self.connect_anew().await {
                    return handover;
                }
                match self.start_letter(letter).await {
                    Ok(()) => self.finish_letter(letter).await,
                    Err(handover) => self.after_failure(handover).await,
                }
            }
            Err(handover) => self.after_failure(handover).await,
            Ok(()) => self.finish_letter(letter).await,
        }
    }

    pub(super) fn heed(&mut self, deadline: Deadline) {
        self.deadline = Some(deadline);
    }

    /// What the server said to the last letter when it said no; without addresses, on one line.
    pub(super) fn words(&self) -> &str {
        &self.words
    }

    /// Leaves the connection to others.
    pub(super) fn rest(&mut self) {
        if let Some(taken) = self.taken.take() {
            self.pool.give_back(taken);
        }
    }

    /// Connects, signs in and leaves; for `doctor`.
    pub(super) async fn greet(self) -> Result<(), String> {
        match self.pool.plan.connect().await {
            Ok(mut connection) => {
                let _answered = step(self.pool.plan.patience, connection.quit()).await;
                Ok(())
            }
            Err(Handover::Unwelcome(_, what) | Handover::Unreachable(what)) => Err(what.to_owned()),
            Err(_) => Err("the mail server asks us to come back later".to_owned()),
        }
    }

    /// Takes a connection unless there is one; says whether it was used before.
    async fn ready(&mut self) -> Result<bool, Handover> {
        match self.taken.take() {
            Some(taken) if taken.connection.has_broken() => {}
            Some(taken) if self.pool.is_worn(&taken) => say_goodbye(taken.connection),
            Some(taken) => {
                self.taken = Some(taken);
                return Ok(true);
            }
            None => {}
        }
        let (taken, was_used) = self.pool.take().await?;
        self.taken = Some(taken);
        Ok(was_used)
    }

    /// Replaces a connection that died, in the same place.
    async fn connect_anew(&mut self) -> Result<(), Handover> {
        let Some(mut taken) = self.taken.take() else {
            return Err(Handover::Unreachable("the connection broke"));
        };
        taken.connection = self.pool.plan.connect().await?;
        taken.letters = 0;
        self.taken = Some(taken);
        Ok(())
    }

    /// Sender and recipient: everything that may fail without a doubt.
    async fn start_letter(&mut self, letter: &Letter) -> Result<(), Handover> {
        let patience = self.pool.plan.patience;
        let Some(taken) = self.taken.as_mut() else {
            return Err(Handover::Unreachable("the connection broke"));
        };
        taken.letters += 1;
        let connection = &mut taken.connection;
        let mut options = Vec::new();
        let plain = letter.envelope.to().iter().all(|address| AsRef::<str>::as_ref(address).is_ascii());
        if !plain {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(Handover::Refused(None));
            }
            options.push(MailParameter::SmtpUtfEight);
        }
        let words = &mut self.words;
        let sender = Mail::new(letter.envelope.from().cloned(), options);
        step(patience, connection.command(sender)).await.map_err(|broken| refused_sender(broken, words))?;
        for recipient in letter.envelope.to() {
            let command = Rcpt::new(recipient.clone(), Vec::new());
            step(patience, connection.command(command)).await.map_err(|broken| refused_letter(broken, words))?;
        }
        failpoint::reach(Point::BeforeData);
        if self.deadline.as_ref().is_some_and(Deadline::is_over) {
            // Somebody else may have the letter by now; what comes of it is written only if nobody has.
            "we stood still for too long".clone_into(words);
            return Err(Handover::Busy(None));
        }
        step(patience, connection.command(Data)).await.map(|_| ()).map_err(|broken| refused_letter(broken, words))
    }

    /// The text. From here on silence is doubt.
    async fn finish_letter(&mut self, letter: &Letter) -> Handover {
        let patience = self.pool.plan.patience * PATIENCE_AFTER_DATA;
        let Some(taken) = self.taken.as_mut() else {
            return Handover::Unreachable("the connection broke");
        };
        // lettre ends the last line itself: with ours left in place, the letter would grow by an empty line.
        let text = letter.bytes.strip_suffix(b"\r\n").unwrap_or(&letter.bytes);
        let said = taken.connection.message(text);
        let reply = step(patience, failpoint::reach_while(Point::AfterData, said)).await;
        failpoint::reach(Point::AfterReply);
        let handover = match reply {
            Ok(response) => Handover::Accepted(u16::from(response.code())),
            Err(Broken::Reply(code, said)) => {
                self.words = without_addresses(&said);
                if is_temporary(code) { Handover::Busy(Some(code)) } else { Handover::Refused(Some(code)) }
            }
            Err(Broken::Line | Broken::Certificate | Broken::Unfit) => Handover::Uncertain,
        };
        match handover {
            Handover::Accepted(_) => handover,
            other => self.after_failure(other).await,
        }
    }

    /// Leaves the connection fit for the next letter, or drops it without a goodbye that nobody would answer.
    async fn after_failure(&mut self, handover: Handover) -> Handover {
        let keep = match (&handover, self.taken.as_mut()) {
            (Handover::Accepted(_), _) => true,
            (Handover::Refused(_) | Handover::Busy(_), Some(taken)) => {
                step(self.pool.plan.patience, taken.connection.command(Rset)).await.is_ok()
            }
            (Handover::Refused(_) | Handover::Busy(_), None) => false,
            (Handover::Unwelcome(..) | Handover::Unreachable(_) | Handover::Uncertain, _) => false,
        };
        if !keep {
            self.taken = None;
        }
        handover
    }
}

fn refused_sender(broken: Broken, words: &mut String) -> Handover {
    match broken {
        Broken::Reply(code, said) => {
            *words = without_addresses(&said);
            if is_temporary(code) {
                Handover::Busy(Some(code))
            } else {
                Handover::Unwelcome(Some(code), "the mail server refuses our sender address")
            }
        }
        Broken::Line | Broken::Certificate | Broken::Unfit => Handover::Unreachable("the connection broke"),
    }
}

/// A refusal between the sender and the text concerns the recipient, unless it says that we must sign in first.
fn refused_letter(broken: Broken, words: &mut String) -> Handover {
    match broken {
        Broken::Reply(code, said) => {
            *words = without_addresses(&said);
            match code {
                530 | 535 | 538 => Handover::Unwelcome(Some(code), "the mail server wants us to sign in first"),
                _ if is_temporary(code) => Handover::Busy(Some(code)),
                _ => Handover::Refused(Some(code)),
            }
        }
        Broken::Line | Broken::Certificate | Broken::Unfit => Handover::Unreachable("the connection broke"),
    }
}

/// Servers repeat the address they refuse; it belongs to the client's row and to no log.
fn without_addresses(said: &str) -> String {
    let words = said.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let plain: Vec<&str> = words.map(|word| if word.contains('@') { "(address)" } else { word }).collect();
    plain.join(" ").chars().take(WORDS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_is_kept_without_addresses() {
        let said = "5.1.1 <ana@mail.example>: Recipient address rejected:\r\nUser unknown in (to ana@mail.example)";
        let kept = "5.1.1 (address) Recipient address rejected: User unknown in (to (address)";
        assert_eq!(without_addresses(said), kept);
        assert_eq!(without_addresses(&"very long ".repeat(100)).chars().count(), WORDS_MAX);
    }
}
