//! Takes a payment, once however often its form is sent.

use super::store::{self, NewEntry};
use super::{Account, earlier, lock};
use crate::db::{Bad, Tx};
use crate::domain::booking::Actor;
use crate::domain::ids::{EntryId, LocationId};
use crate::domain::ledger::{AMOUNT_MAX_MINOR, EntryKind, Method};
use crate::domain::money::Money;

/// Money that comes in.
#[derive(Debug, Clone)]
pub struct Payment {
    /// From whom, for what.
    pub account: Account,
    /// Where, when no booking says so.
    pub location: Option<LocationId>,
    /// How much.
    pub amount: Money,
    /// How.
    pub method: Method,
    /// A remark.
    pub note: String,
    /// The form's key.
    pub once: Option<String>,
    /// Who takes it.
    pub by: Actor,
}

/// Why it was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentRefused {
    /// No such client, or the booking is somebody else's.
    Unknown,
    /// Nothing, less than nothing, or beyond all reason.
    Amount,
}

/// Writes the payment. More than is owed stays as credit.
pub fn take_payment(tx: &mut Tx<'_>, payment: &Payment) -> Result<EntryId, Bad<PaymentRefused>> {
    if let Some(entry) = earlier(tx, payment.once.as_deref())? {
        return Ok(entry);
    }
    if !(1..=AMOUNT_MAX_MINOR).contains(&payment.amount.minor) {
        return Err(Bad::Refused(PaymentRefused::Amount));
    }
    let (account, location) =
        settled(tx, payment.account, payment.location)?.ok_or(Bad::Refused(PaymentRefused::Unknown))?;
    lock(tx, account.client)?;
    let new = entry_of(EntryKind::Payment, account, location, payment.amount, payment.by);
    let new = NewEntry { method: Some(payment.method), note: &payment.note, once: payment.once.as_deref(), ..new };
    Ok(store::insert(tx, &new)?)
}

/// The account with whoever a merged client is now, and the place; nothing when it is nobody's.
pub(super) fn settled(
    tx: &mut Tx<'_>,
    account: Account,
    location: Option<LocationId>,
) -> Result<Option<(Account, Option<LocationId>)>, crate::db::Fault> {
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

/// A line with nothing in it but its amount.
pub(super) const fn entry_of(
    kind: EntryKind,
    account: Account,
    location: Option<LocationId>,
    amount: Money,
    by: Actor,
) -> NewEntry<'static> {
    NewEntry {
        kind,
        client: account.client,
        booking: account.booking,
        location,
        amount,
        method: None,
        tax_minor: 0,
        tax_basis_points: 0,
        discount_minor: 0,
        item: "",
        note: "",
        once: None,
        by,
    }
}
