//! Receipts and their running number.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::db::schema::{change_counters, receipts};
use crate::db::{Conn, Fault, Tx};
use crate::domain::booking::Actor;
use crate::domain::ids::{BookingId, ClientId, ReceiptId, StaffUserId};
use crate::domain::money::{Currency, Money};
use crate::money::receipt::Paper;

const COUNTER: &str = "receipts";

/// A receipt.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// Which.
    pub id: ReceiptId,
    /// Its number; they run without a gap.
    pub number: i64,
    /// Whose.
    pub client: ClientId,
    /// For which booking.
    pub booking: Option<BookingId>,
    /// When it was made.
    pub issued_at: DateTime<Utc>,
    /// What it comes to.
    pub total: Money,
    /// The tax in it.
    pub tax: Money,
    /// What it says.
    pub paper: Paper,
}

type Row = (i64, i64, i64, Option<i64>, NaiveDateTime, String, i64, i64, String);

fn receipt_of((id, number, client, booking, issued_at, currency, total, tax, lines): Row) -> Result<Receipt, Fault> {
    let currency: Currency = currency.parse().map_err(|error| Fault::corrupt("receipts", "currency", id, error))?;
    Ok(Receipt {
        id: ReceiptId::new(id),
        number,
        client: ClientId::new(client),
        booking: booking.map(BookingId::new),
        issued_at: issued_at.and_utc(),
        total: Money::new(total, currency),
        tax: Money::new(tax, currency),
        paper: serde_json::from_str(&lines).map_err(|error| Fault::corrupt("receipts", "lines", id, error))?,
    })
}

macro_rules! read {
    () => {
        receipts::table.select((
            receipts::id,
            receipts::number,
            receipts::client_id,
            receipts::booking_id,
            receipts::issued_at,
            receipts::currency,
            receipts::total_minor,
            receipts::tax_minor,
            receipts::lines,
        ))
    };
}

/// One receipt.
pub fn receipt(conn: &mut Conn, id: ReceiptId) -> Result<Option<Receipt>, Fault> {
    let row: Option<Row> = read!().filter(receipts::id.eq(id.get())).first(conn).optional()?;
    row.map(receipt_of).transpose()
}

/// The newest receipt of a booking.
pub fn of_booking(conn: &mut Conn, booking: BookingId) -> Result<Option<Receipt>, Fault> {
    let own = read!().filter(receipts::booking_id.eq(booking.get())).order(receipts::number.desc());
    let row: Option<Row> = own.first(conn).optional()?;
    row.map(receipt_of).transpose()
}

/// Receipts made in `[from, to)`, the newest first; only the one with a number where one is asked for.
pub fn receipts(
    conn: &mut Conn,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    number: Option<i64>,
    limit: i64,
) -> Result<Vec<Receipt>, Fault> {
    let mut query = read!().order(receipts::number.desc()).limit(limit).into_boxed();
    query = match number {
        Some(number) => query.filter(receipts::number.eq(number)),
        None => query.filter(receipts::issued_at.ge(from.naive_utc())).filter(receipts::issued_at.lt(to.naive_utc())),
    };
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(receipt_of).collect()
}

/// A receipt that is about to be written.
pub struct NewReceipt<'a> {
    pub client: ClientId,
    pub booking: BookingId,
    pub currency: Currency,
    pub total_minor: i64,
    pub tax_minor: i64,
    pub paper: &'a Paper,
    pub by: Actor,
}

/// Takes the next number and writes the receipt with it. The counter's row is ours until the write is over, so nobody
/// gets the same number, and a write that fails takes none.
pub fn insert(tx: &mut Tx<'_>, new: &NewReceipt<'_>) -> Result<ReceiptId, Fault> {
    diesel::update(change_counters::table.find(COUNTER))
        .set(change_counters::value.eq(change_counters::value + 1))
        .execute(tx.conn)?;
    let number: i64 = change_counters::table.find(COUNTER).select(change_counters::value).first(tx.conn)?;
    let id: ReceiptId = tx.new_id();
    let lines = serde_json::to_string(new.paper).map_err(Fault::other)?;
    diesel::insert_into(receipts::table)
        .values((
            receipts::id.eq(id.get()),
            receipts::number.eq(number),
            receipts::client_id.eq(new.client.get()),
            receipts::booking_id.eq(new.booking.get()),
            receipts::issued_at.eq(tx.now_naive()),
            receipts::issued_by.eq(new.by.staff_user().map(StaffUserId::get)),
            receipts::currency.eq(new.currency.code()),
            receipts::total_minor.eq(new.total_minor),
            receipts::tax_minor.eq(new.tax_minor),
            receipts::lines.eq(lines),
        ))
        .execute(tx.conn)?;
    Ok(id)
}
