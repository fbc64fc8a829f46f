//! Gives money back: never more than was paid and not given back yet.

use super::store::{self, NewEntry};
use super::take_payment::{entry_of, settled};
use super::{Account, earlier, lock};
use crate::db::{Bad, Fault, Tx};
use crate::domain::booking::Actor;
use crate::domain::ids::{EntryId, LocationId};
use crate::domain::ledger::{self, AMOUNT_MAX_MINOR, EntryKind, Method};
use crate::domain::money::Money;

/// Money that goes back.
#[derive(Debug, Clone)]
pub struct Refund {
    /// To whom, for what.
    pub account: Account,
    /// Where, when no booking says so.
    pub location: Option<LocationId>,
    /// How much.
    pub amount: Money,
    /// How.
    pub method: Method,
    /// Why.
    pub note: String,
    /// The form's key.
    pub once: Option<String>,
    /// Who gives it.
    pub by: Actor,
}

/// Why nothing was given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundRefused {
    /// No such client, or the booking is somebody else's.
    Unknown,
    /// Nothing, less than nothing, or beyond all reason.
    Amount,
    /// More than was paid.
    AbovePayment {
        /// What can be given back.
        at_most: i64,
    },
}

/// Writes the refund, under the client's lock.
pub fn refund(tx: &mut Tx<'_>, refund: &Refund) -> Result<EntryId, Bad<RefundRefused>> {
    if let Some(entry) = earlier(tx, refund.once.as_deref())? {
        return Ok(entry);
    }
    if !(1..=AMOUNT_MAX_MINOR).contains(&refund.amount.minor) {
        return Err(Bad::Refused(RefundRefused::Amount));
    }
    let (account, location) =
        settled(tx, refund.account, refund.location)?.ok_or(Bad::Refused(RefundRefused::Unknown))?;
    lock(tx, account.client)?;
    let at_most = refundable(tx, account)?;
    if at_most < refund.amount.minor {
        return Err(Bad::Refused(RefundRefused::AbovePayment { at_most }));
    }
    let new = entry_of(EntryKind::Refund, account, location, refund.amount, refund.by);
    let new = NewEntry { method: Some(refund.method), note: &refund.note, once: refund.once.as_deref(), ..new };
    Ok(store::insert(tx, &new)?)
}

/// What was paid for the booking, and in all, and not given back yet.
fn refundable(tx: &mut Tx<'_>, account: Account) -> Result<i64, Fault> {
    let in_all = ledger::refundable(&store::lines_of(&store::ledger_of_client(tx.conn, account.client)?));
    match account.booking {
        Some(booking) => {
            let of_booking = ledger::refundable(&store::lines_of(&store::ledger_of_booking(tx.conn, booking)?));
            Ok(in_all.min(of_booking))
        }
        None => Ok(in_all),
    }
}
