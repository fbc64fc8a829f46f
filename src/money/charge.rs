//! Charges what a completed visit costs, or takes it back when the click was a mistake.

use chrono::{DateTime, Utc};

use super::store::{self, BookedPrice, NewEntry};
use super::{lock, receipt};
use crate::db::{Bad, Fault, Tx};
use crate::domain::bill::Charge;
use crate::domain::booking::Actor;
use crate::domain::ids::BookingId;
use crate::domain::ledger::{EntryKind, Method};
use crate::domain::money::Money;

/// There is a receipt for it already, so it is corrected line by line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HasReceipt;

/// Writes the lines of a bill and, where something was paid on the spot, the payment.
pub fn charge(
    tx: &mut Tx<'_>,
    (booking, booked): (BookingId, &BookedPrice),
    charges: &[Charge],
    paid: Option<(Method, i64)>,
    note: &str,
    by: Actor,
) -> Result<(), Fault> {
    lock(tx, booked.client)?;
    let currency = booked.price.currency;
    let blank = NewEntry {
        booking: Some(booking),
        location: Some(booked.location),
        ..NewEntry::blank(EntryKind::Charge, booked.client, Money::new(0, currency), by)
    };
    for line in charges {
        let new = NewEntry {
            amount: Money::new(line.minor, currency),
            tax_minor: line.tax_minor,
            tax_basis_points: line.tax_basis_points,
            discount_minor: line.discount_minor,
            item: &line.name,
            note: if line.discount_minor > 0 { note } else { "" },
            ..blank.clone()
        };
        store::insert(tx, &new)?;
    }
    if let Some((method, minor)) = paid.filter(|(_, minor)| *minor > 0) {
        let amount = Money::new(minor, currency);
        store::insert(tx, &NewEntry { kind: EntryKind::Payment, amount, method: Some(method), ..blank })?;
    }
    Ok(())
}

/// Takes back what the completion at `completed_at` charged and took. Lines that were written later stay.
pub fn take_back(
    tx: &mut Tx<'_>,
    booking: BookingId,
    completed_at: DateTime<Utc>,
    by: Actor,
) -> Result<(), Bad<HasReceipt>> {
    let Some(booked) = store::booked_price(tx.conn, booking)? else {
        return Ok(());
    };
    lock(tx, booked.client)?;
    if receipt::receipt_of_booking(tx.conn, booking)?.is_some_and(|receipt| completed_at <= receipt.issued_at) {
        return Err(Bad::Refused(HasReceipt));
    }
    for entry in store::ledger_of_booking(tx.conn, booking)? {
        let of_completion = matches!(entry.kind, EntryKind::Charge | EntryKind::Payment)
            && entry.recorded_at == completed_at
            && entry.reverses.is_none();
        if of_completion && !store::is_reversed(tx.conn, entry.id)? {
            store::insert_reversal(tx, &entry, "", by)?;
        }
    }
    Ok(())
}
