//! What did not go out: a worklist, one entry for everything that one person did not get about one booking.

use chrono::{DateTime, Utc};

use super::LogLine;
use super::store::{audit, one_message, unsent};
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::{BookingId, ClientId, MessageId, RuleId, StaffUserId};

pub use unsent::UNSENT_DAYS;

/// What one person did not get about one booking.
#[derive(Debug, Clone)]
pub struct Unsent {
    /// The messages, the latest first; there is always one.
    pub lines: Vec<LogLine>,
}

/// The worklist.
#[derive(Debug, Clone, Default)]
pub struct UnsentList {
    /// Its entries, the latest first.
    pub entries: Vec<Unsent>,
    /// What was not sent because a rule is off, by rule.
    pub switched_off: Vec<(RuleId, i64)>,
}

/// What did not go out in the last days and nobody has seen to.
pub fn unsent(conn: &mut Conn, now: DateTime<Utc>) -> Result<UnsentList, Fault> {
    Ok(UnsentList {
        entries: grouped(unsent::unsent_lines(conn, now)?),
        switched_off: unsent::switched_off(conn, now)?,
    })
}

/// How many entries the worklist has.
pub fn count_unsent(conn: &mut Conn, now: DateTime<Utc>) -> Result<usize, Fault> {
    Ok(grouped(unsent::unsent_lines(conn, now)?).len())
}

#[derive(PartialEq, Eq)]
enum About {
    Booking(BookingId, Option<ClientId>),
    Client(ClientId),
    Message(MessageId),
}

fn about(line: &LogLine) -> About {
    match (&line.booking, line.to.client) {
        (Some((booking, _)), client) => About::Booking(*booking, client),
        (None, Some(client)) => About::Client(client),
        (None, None) => About::Message(line.line.id),
    }
}

fn grouped(lines: Vec<LogLine>) -> Vec<Unsent> {
    let mut entries: Vec<(About, Unsent)> = Vec::new();
    for line in lines {
        let about = about(&line);
        match entries.iter_mut().find(|(known, _)| *known == about) {
            Some((_, entry)) => entry.lines.push(line),
            None => entries.push((about, Unsent { lines: vec![line] })),
        }
    }
    entries.into_iter().map(|(_, entry)| entry).collect()
}

/// Takes messages off the worklist: somebody has seen to it. Says how many were still on it.
pub fn settle_unsent(tx: &mut Tx<'_>, by: StaffUserId, ids: &[MessageId]) -> Result<usize, Fault> {
    let mut settled = 0;
    for id in ids {
        if one_message::settle(tx, *id, by)? {
            audit::note(tx, by, "settled", "message", id.get())?;
            settled += 1;
        }
    }
    Ok(settled)
}
