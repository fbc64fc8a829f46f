//! Mail that came back: what a delivery report changes.
//!
//! Every letter leaves with a return address of its own (`bounces+CODE@…`), whose code only this instance can make. A
//! report that comes to such an address is believed; one without a code only when it names a letter of ours and the
//! address it went to. Whoever invents a code is refused, so nobody can silence somebody else's mail.

pub mod collect;
pub mod report;

use std::fmt;

use crate::db::{Bad, Fault, Tx};
use crate::domain::consent::SuppressionOrigin;
use crate::domain::ids::MessageId;
use crate::domain::messages::Channel;
use crate::keys::{Keys, Purpose};
use crate::messaging::discipline::{self, Suppressed};
use crate::messaging::store::bounce::{self, Sent};
use report::{Fate, NoReport, Report, Returned};

/// What a report changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// The letter came back; whether for good, and then advertising to its address ends.
    Bounced(MessageId, String, bool),
    /// The letter is late.
    Delayed(MessageId, String),
    /// It was reported before.
    Known(MessageId),
    /// The letter arrived after all.
    Arrived(MessageId),
    /// About a letter that is not ours, or not any more.
    NotOurs,
    /// No report at all.
    Ignored(NoReport),
}

impl fmt::Display for Taken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bounced(id, status, true) => {
                write!(out, "bounced: message {id} came back for good ({status}); no more advertising to its address")
            }
            Self::Bounced(id, status, false) => write!(out, "bounced: message {id} came back ({status})"),
            Self::Delayed(id, status) => write!(out, "delayed: message {id} is still on its way ({status})"),
            Self::Known(id) => write!(out, "known: this was reported of message {id} before; nothing changed"),
            Self::Arrived(id) => write!(out, "arrived: message {id}; nothing changed"),
            Self::NotOurs => out.write_str("ignored: the report is about no message of ours"),
            Self::Ignored(why) => write!(out, "ignored: {why}"),
        }
    }
}

/// Why a report is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Its return address was not made by this instance.
    #[error("the report came to an address that this instance never made; nothing was changed")]
    Forged,
}

/// Takes a report into account. The same report twice changes nothing.
pub fn take(tx: &mut Tx<'_>, keys: &Keys, mail: &[u8]) -> Result<Taken, Bad<Refused>> {
    let report = match Report::read(mail) {
        Ok(report) => report,
        Err(no_report) => return Ok(Taken::Ignored(no_report)),
    };
    let Some((sent, returned)) = find(tx, keys, &report)? else {
        return Ok(Taken::NotOurs);
    };
    Ok(note(tx, keys, &sent, &returned)?)
}

/// The message a report is about, and what it says of it.
fn find(tx: &mut Tx<'_>, keys: &Keys, report: &Report) -> Result<Option<(Sent, Returned)>, Bad<Refused>> {
    if !report.codes.is_empty() {
        let genuine = report.codes.iter().find_map(|code| {
            let id: MessageId = Keys::thing_of(code)?;
            keys.opens(code, Purpose::Bounce, id, 0).then_some(id)
        });
        let Some(id) = genuine else {
            return Err(Bad::Refused(Refused::Forged));
        };
        let sent = bounce::sent(tx.conn, id)?;
        return Ok(sent.and_then(|sent| Some((sent, worst(&report.returned)?.clone()))));
    }
    let Some(name) = &report.message_id else {
        return Ok(None);
    };
    let Some(sent) = bounce::sent_as(tx.conn, name)? else {
        return Ok(None);
    };
    let is_to = |returned: &&Returned| {
        returned.addresses.iter().any(|address| sent.address_hash.as_ref() == Some(&address_hash(keys, address)))
    };
    let same = report.returned.iter().find(is_to).cloned();
    Ok(same.map(|returned| (sent, returned)))
}

/// A letter that was forwarded may fail at one place and arrive at another.
fn worst(returned: &[Returned]) -> Option<&Returned> {
    returned.iter().min_by_key(|one| match one.fate {
        Fate::Failed if one.is_hard() => 0,
        Fate::Failed => 1,
        Fate::Delayed => 2,
        Fate::Arrived => 3,
    })
}

fn note(tx: &mut Tx<'_>, keys: &Keys, sent: &Sent, returned: &Returned) -> Result<Taken, Fault> {
    let status = returned.status.clone();
    match returned.fate {
        Fate::Arrived => Ok(Taken::Arrived(sent.id)),
        Fate::Delayed => {
            let is_new = bounce::note_delay(tx, sent.id, &words(returned))?;
            Ok(if is_new { Taken::Delayed(sent.id, status) } else { Taken::Known(sent.id) })
        }
        Fate::Failed => {
            if !bounce::note_return(tx, sent.id, &status, &words(returned))? {
                return Ok(Taken::Known(sent.id));
            }
            let own = sent.address_hash.clone();
            let hash = own.or_else(|| returned.addresses.first().map(|address| address_hash(keys, address)));
            let is_hard = returned.is_hard();
            if let Some(hash) = hash.filter(|_| is_hard) {
                let (to, origin) = ((Channel::Mail, hash.as_str()), SuppressionOrigin::Bounce);
                discipline::suppress(tx, to, Suppressed::Marketing, origin, Some(sent.id))?;
            }
            Ok(Taken::Bounced(sent.id, status, is_hard))
        }
    }
}

fn address_hash(keys: &Keys, address: &str) -> String {
    discipline::address_hash(keys, Channel::Mail, address)
}

/// Status and the server's words, without addresses.
fn words(returned: &Returned) -> String {
    let plain = returned.words.split_whitespace().map(|word| if word.contains('@') { "(address)" } else { word });
    let plain: Vec<&str> = plain.collect();
    format!("{} {}", returned.status, plain.join(" ")).trim().to_owned()
}
