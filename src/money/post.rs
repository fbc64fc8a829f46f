//! Posts what staff write at the desk: a payment, a refund, a write-off. Once, however often its form is sent.

use super::store::{self, NewEntry};
use super::{Account, earlier, lock};
use crate::db::{Bad, Fault, Tx};
use crate::domain::booking::Actor;
use crate::domain::ids::{EntryId, LocationId};
use crate::domain::ledger::{self, AMOUNT_MAX_MINOR, EntryKind, Method};
use crate::domain::money::Money;
use crate::retention;

/// What is posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Money comes in. More than is owed stays as credit.
    Payment(Method),
    /// Money goes back, never more than was paid and not given back yet.
    Refund(Method),
    /// What is owed is given up, never more than that.
    WriteOff,
}

impl Deed {
    const fn entry(self) -> (EntryKind, Option<Method>) {
        match self {
            Self::Payment(method) => (EntryKind::Payment, Some(method)),
            Self::Refund(method) => (EntryKind::Refund, Some(method)),
            Self::WriteOff => (EntryKind::WriteOff, None),
        }
    }
}

/// A line that staff write.
#[derive(Debug, Clone)]
pub struct Posting {
    /// What.
    pub deed: Deed,
    /// Whose account, for what.
    pub account: Account,
    /// Where, when no booking says so.
    pub location: Option<LocationId>,
    /// How much.
    pub amount: Money,
    /// Why, or a remark.
    pub note: String,
    /// The form's key.
    pub once: Option<String>,
    /// Who writes it.
    pub by: Actor,
}

/// Why nothing was posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostRefused {
    /// No such client, or the booking is somebody else's.
    Unknown,
    /// Nothing, less than nothing, or beyond all reason.
    Amount,
    /// More than can be given back or given up.
    TooMuch {
        /// What can be.
        at_most: i64,
    },
}

/// Writes the line, under the client's lock.
pub fn post(tx: &mut Tx<'_>, posting: &Posting) -> Result<EntryId, Bad<PostRefused>> {
    if let Some(entry) = earlier(tx, posting.once.as_deref())? {
        return Ok(entry);
    }
    if !(1..=AMOUNT_MAX_MINOR).contains(&posting.amount.minor) {
        return Err(Bad::Refused(PostRefused::Amount));
    }
    let settled = settled(tx, posting.account, posting.location)?;
    let (account, location) = settled.ok_or(Bad::Refused(PostRefused::Unknown))?;
    lock(tx, account.client)?;
    if let Some(at_most) = at_most(tx, account, posting.deed)?.filter(|most| *most < posting.amount.minor) {
        return Err(Bad::Refused(PostRefused::TooMuch { at_most }));
    }
    let (kind, method) = posting.deed.entry();
    let new = NewEntry {
        method,
        location,
        booking: account.booking,
        note: &posting.note,
        once: posting.once.as_deref(),
        ..NewEntry::blank(kind, account.client, posting.amount, posting.by)
    };
    let entry = store::insert(tx, &new)?;
    retention::refresh(tx, account.client)?;
    Ok(entry)
}

/// The account with whoever a merged client is now, and the place; nothing when it is nobody's.
fn settled(
    tx: &mut Tx<'_>,
    account: Account,
    location: Option<LocationId>,
) -> Result<Option<(Account, Option<LocationId>)>, Fault> {
    let Some(client) = store::survivor(tx.conn, account.client)? else {
        return Ok(None);
    };
    let Some(booking) = account.booking else {
        return Ok(Some((Account { client, ..account }, location)));
    };
    let Some(booked) = store::booked_price(tx.conn, booking)? else {
        return Ok(None);
    };
    let is_own = store::survivor(tx.conn, booked.client)? == Some(client);
    Ok(is_own.then_some((Account { client, booking: Some(booking) }, Some(booked.location))))
}

/// What the other lines of the client, and of the booking where one is named, leave; nothing where there is no bound.
fn at_most(tx: &mut Tx<'_>, account: Account, deed: Deed) -> Result<Option<i64>, Fault> {
    let bound = match deed {
        Deed::Payment(_) => return Ok(None),
        Deed::Refund(_) => ledger::refundable,
        Deed::WriteOff => ledger::outstanding,
    };
    let in_all = bound(&store::lines_of(&store::ledger_of_client(tx.conn, account.client)?));
    let of_booking = match account.booking {
        Some(booking) => bound(&store::lines_of(&store::ledger_of_booking(tx.conn, booking)?)),
        None => in_all,
    };
    Ok(Some(in_all.min(of_booking)))
}
