//! Gives up what somebody owes: never more than is owed.

use super::store::{self, NewEntry};
use super::take_payment::{entry_of, settled};
use super::{Account, earlier, lock};
use crate::db::{Bad, Tx};
use crate::domain::booking::Actor;
use crate::domain::ids::{EntryId, LocationId};
use crate::domain::ledger::{self, AMOUNT_MAX_MINOR, EntryKind};
use crate::domain::money::Money;

/// What is given up.
#[derive(Debug, Clone)]
pub struct WriteOff {
    /// Whose debt.
    pub account: Account,
    /// Where, when no booking says so.
    pub location: Option<LocationId>,
    /// How much.
    pub amount: Money,
    /// Why.
    pub note: String,
    /// The form's key.
    pub once: Option<String>,
    /// Who decides it.
    pub by: Actor,
}

/// Why nothing was written off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteOffRefused {
    /// No such client, or the booking is somebody else's.
    Unknown,
    /// Nothing, less than nothing, or beyond all reason.
    Amount,
    /// More than is owed.
    AboveBalance {
        /// What is owed.
        at_most: i64,
    },
}

/// Writes it off, under the client's lock.
pub fn write_off(tx: &mut Tx<'_>, wanted: &WriteOff) -> Result<EntryId, Bad<WriteOffRefused>> {
    if let Some(entry) = earlier(tx, wanted.once.as_deref())? {
        return Ok(entry);
    }
    if !(1..=AMOUNT_MAX_MINOR).contains(&wanted.amount.minor) {
        return Err(Bad::Refused(WriteOffRefused::Amount));
    }
    let (account, location) =
        settled(tx, wanted.account, wanted.location)?.ok_or(Bad::Refused(WriteOffRefused::Unknown))?;
    lock(tx, account.client)?;
    let entries = match account.booking {
        Some(booking) => store::ledger_of_booking(tx.conn, booking)?,
        None => store::ledger_of_client(tx.conn, account.client)?,
    };
    let at_most = ledger::outstanding(&store::lines_of(&entries));
    if at_most < wanted.amount.minor {
        return Err(Bad::Refused(WriteOffRefused::AboveBalance { at_most }));
    }
    let new = entry_of(EntryKind::WriteOff, account, location, wanted.amount, wanted.by);
    Ok(store::insert(tx, &NewEntry { note: &wanted.note, once: wanted.once.as_deref(), ..new })?)
}
