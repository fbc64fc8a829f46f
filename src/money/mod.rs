//! Money: what was asked for, paid, given back and given up, line by line in a ledger that is only added to.
//!
//! A mistake is taken back by a line that **reverses** another one: it has its kind and amount and counts as the
//! opposite, so sums over kinds are right without anybody knowing of it. Whoever adds a line that depends on the others
//! (a refund, a write-off, a reversal) holds the client's lock ([`lock`]), so two of them never both see the same money.
//! The rules are in `domain::ledger` and `domain::bill`.

mod charge;
mod close_day;
mod export;
mod post;
mod receipt;
mod reverse;
mod store;
pub mod web;

pub use crate::domain::ledger::{EntryKind, Method};
pub use charge::{HasReceipt, charge, take_back};
pub use close_day::{
    Cash, CloseRefused, Closing, DaySum, DaySums, LINES_MAX, NewClosing, close_day, closing_of, closings, span_of,
    sums_of,
};
pub use export::{csv, percent};
pub use post::{Deed, PostRefused, Posting, post};
pub use receipt::{
    Paper, PaperLine, PaperPayment, Receipt, ReceiptRefused, issue, receipt, receipt_of_booking, receipts,
};
pub use reverse::{ReverseRefused, reverse};
pub use store::{
    BookedPrice, LedgerEntry, balance_of_client, booked_price, entry, ledger_between, ledger_of_booking,
    ledger_of_client, lines_of,
};

use crate::db::{Fault, Tx, portable};
use crate::domain::ids::{BookingId, ClientId, EntryId};

/// Makes every other write about this client's money wait until this one is over.
fn lock(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Fault> {
    portable::lock_names(tx.conn, &[format!("money {client}")])
}

/// Whose money it is, and what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// The client.
    pub client: ClientId,
    /// The booking; none is the client as such.
    pub booking: Option<BookingId>,
}

/// What an earlier send of the same form wrote.
fn earlier(tx: &mut Tx<'_>, once: Option<&str>) -> Result<Option<EntryId>, Fault> {
    let Some(key) = once else {
        return Ok(None);
    };
    portable::lock_words(tx.conn, &format!("money once {key}"))?;
    store::written_once(tx.conn, key)
}
