//! Makes a receipt: a numbered paper that stays as it was said. Its numbers run without a gap.

use serde::{Deserialize, Serialize};

use super::lock;
use super::store::receipts::{self, NewReceipt};
use super::store::{self, LedgerEntry};
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::booking::Actor;
use crate::domain::ids::{BookingId, EntryId, ReceiptId};
use crate::domain::ledger::EntryKind;

pub use super::store::receipts::{Receipt, receipt, receipts};

/// What a receipt says, without the client's name: that is read from the client as long as there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// The clinic's name.
    pub clinic: String,
    /// Where it is.
    pub address: String,
    /// What was charged.
    pub lines: Vec<PaperLine>,
    /// What was paid and given back.
    pub payments: Vec<PaperPayment>,
}

/// One thing that was charged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperLine {
    /// What.
    pub item: String,
    /// Minor units, the tax in it.
    pub minor: i64,
    /// What was taken off before.
    pub discount_minor: i64,
    /// The tax in it.
    pub tax_minor: i64,
    /// Its rate.
    pub tax_basis_points: i64,
}

/// Money that changed hands; what was given back is negative.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperPayment {
    /// How, in the ledger's word.
    pub method: Option<String>,
    /// Minor units.
    pub minor: i64,
}

/// Why there is no receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptRefused {
    /// No such booking.
    Unknown,
    /// Nothing was charged for it.
    NothingCharged,
}

/// The newest receipt of a booking.
pub fn receipt_of_booking(conn: &mut Conn, booking: BookingId) -> Result<Option<Receipt>, Fault> {
    receipts::of_booking(conn, booking)
}

/// Gives the booking's receipt: the same one for as long as nothing changed, a new number when something did.
pub fn issue(
    tx: &mut Tx<'_>,
    booking: BookingId,
    (clinic, address): (&str, &str),
    by: Actor,
) -> Result<ReceiptId, Bad<ReceiptRefused>> {
    let booked = store::booked_price(tx.conn, booking)?.ok_or(Bad::Refused(ReceiptRefused::Unknown))?;
    lock(tx, booked.client)?;
    let (lines, payments) = standing(&store::ledger_of_booking(tx.conn, booking)?);
    if lines.is_empty() {
        return Err(Bad::Refused(ReceiptRefused::NothingCharged));
    }
    let earlier = receipts::of_booking(tx.conn, booking)?;
    if let Some(same) = earlier.filter(|earlier| earlier.paper.lines == lines && earlier.paper.payments == payments) {
        return Ok(same.id);
    }
    let paper = Paper { clinic: clinic.to_owned(), address: address.to_owned(), lines, payments };
    let new = NewReceipt {
        client: booked.client,
        booking,
        currency: booked.price.currency,
        total_minor: paper.lines.iter().map(|line| line.minor).sum(),
        tax_minor: paper.lines.iter().map(|line| line.tax_minor).sum(),
        paper: &paper,
        by,
    };
    Ok(receipts::insert(tx, &new)?)
}

/// What stands: lines that were taken back are left out together with what took them back.
fn standing(entries: &[LedgerEntry]) -> (Vec<PaperLine>, Vec<PaperPayment>) {
    let gone: Vec<EntryId> = entries.iter().filter_map(|entry| entry.reverses).collect();
    let stands = |entry: &&LedgerEntry| entry.reverses.is_none() && !gone.contains(&entry.id);
    let lines = entries.iter().filter(stands).filter(|entry| entry.kind == EntryKind::Charge);
    let line = |entry: &LedgerEntry| PaperLine {
        item: entry.item.clone(),
        minor: entry.amount.minor,
        discount_minor: entry.discount_minor,
        tax_minor: entry.tax_minor,
        tax_basis_points: entry.tax_basis_points,
    };
    let payments = entries.iter().filter(stands).filter_map(|entry| {
        let minor = match entry.kind {
            EntryKind::Payment => entry.amount.minor,
            EntryKind::Refund => -entry.amount.minor,
            EntryKind::Charge | EntryKind::WriteOff => return None,
        };
        Some(PaperPayment { method: entry.method.clone(), minor })
    });
    (lines.map(line).collect(), payments.collect())
}
