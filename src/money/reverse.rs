//! Takes a line back that was a mistake, by a line that says the opposite.

use super::{lock, store};
use crate::db::{Bad, Tx};
use crate::domain::booking::Actor;
use crate::domain::ids::EntryId;
use crate::domain::ledger::{self, EntryKind};
use crate::retention;

/// Why a line stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReverseRefused {
    /// No such line.
    Unknown,
    /// It takes back another one, or was taken back already.
    Already,
    /// More was given back than would still be paid.
    Refunded,
}

/// Writes the opposite of a line, under the client's lock.
pub fn reverse(tx: &mut Tx<'_>, id: EntryId, note: &str, by: Actor) -> Result<EntryId, Bad<ReverseRefused>> {
    let entry = store::entry(tx.conn, id)?.ok_or(Bad::Refused(ReverseRefused::Unknown))?;
    let client = store::survivor(tx.conn, entry.client)?.unwrap_or(entry.client);
    lock(tx, client)?;
    if entry.reverses.is_some() || store::is_reversed(tx.conn, id)? {
        return Err(Bad::Refused(ReverseRefused::Already));
    }
    if entry.kind == EntryKind::Payment {
        let lines = store::lines_of(&store::ledger_of_client(tx.conn, client)?);
        let of_booking = match entry.booking {
            Some(booking) => ledger::refundable(&store::lines_of(&store::ledger_of_booking(tx.conn, booking)?)),
            None => i64::MAX,
        };
        if ledger::refundable(&lines).min(of_booking) < entry.amount.minor {
            return Err(Bad::Refused(ReverseRefused::Refunded));
        }
    }
    let taken_back = store::insert_reversal(tx, &entry, note, by)?;
    retention::refresh(tx, client)?;
    Ok(taken_back)
}
