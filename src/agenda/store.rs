//! The money of one booking or one client, read from the ledger.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::db::schema::ledger_entries;
use crate::db::{Conn, Fault};
use crate::domain::ids::{BookingId, ClientId};
use crate::domain::money::Money;

/// More lines than this belong on another page.
const ENTRIES_MAX: i64 = 500;

/// What a line of the ledger is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// The clinic asks for money.
    Charge,
    /// The client paid.
    Payment,
    /// The clinic gave back.
    Refund,
    /// The clinic gave up.
    WriteOff,
}

impl EntryKind {
    fn parse(word: &str) -> Option<Self> {
        match word {
            "charge" => Some(Self::Charge),
            "payment" => Some(Self::Payment),
            "refund" => Some(Self::Refund),
            "write_off" => Some(Self::WriteOff),
            _ => None,
        }
    }

    /// The word in the ledger.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::Payment => "payment",
            Self::Refund => "refund",
            Self::WriteOff => "write_off",
        }
    }

    /// Whether the line raises what the client owes.
    pub const fn raises(self) -> bool {
        match self {
            Self::Charge | Self::Refund => true,
            Self::Payment | Self::WriteOff => false,
        }
    }
}

/// A line of the ledger.
#[derive(Debug, Clone)]
pub struct LedgerEntry {
    /// What it is.
    pub kind: EntryKind,
    /// How much.
    pub amount: Money,
    /// When it took place.
    pub occurred_at: DateTime<Utc>,
    /// How it was paid.
    pub method: Option<String>,
}

type EntryRow = (i64, String, i64, String, NaiveDateTime, Option<String>);

/// The money of one booking, oldest first.
pub fn ledger_of_booking(conn: &mut Conn, booking: BookingId) -> Result<Vec<LedgerEntry>, Fault> {
    let rows = ledger_entries::table.filter(ledger_entries::booking_id.eq(booking.get()));
    let rows: Vec<EntryRow> = rows
        .order((ledger_entries::occurred_at, ledger_entries::id))
        .limit(ENTRIES_MAX)
        .select((
            ledger_entries::id,
            ledger_entries::kind,
            ledger_entries::amount_minor,
            ledger_entries::currency,
            ledger_entries::occurred_at,
            ledger_entries::method,
        ))
        .load(conn)?;
    rows.into_iter().map(entry).collect()
}

/// The money of one client, newest first.
pub fn ledger_of_client(conn: &mut Conn, client: ClientId) -> Result<Vec<LedgerEntry>, Fault> {
    let rows = ledger_entries::table.filter(ledger_entries::client_id.eq(client.get()));
    let rows: Vec<EntryRow> = rows
        .order((ledger_entries::occurred_at.desc(), ledger_entries::id.desc()))
        .limit(ENTRIES_MAX)
        .select((
            ledger_entries::id,
            ledger_entries::kind,
            ledger_entries::amount_minor,
            ledger_entries::currency,
            ledger_entries::occurred_at,
            ledger_entries::method,
        ))
        .load(conn)?;
    rows.into_iter().map(entry).collect()
}

fn entry((id, kind, amount_minor, currency, occurred_at, method): EntryRow) -> Result<LedgerEntry, Fault> {
    let kind = EntryKind::parse(&kind).ok_or_else(|| Fault::corrupt("ledger_entries", "kind", id, "no such kind"))?;
    let currency = currency.parse().map_err(|error| Fault::corrupt("ledger_entries", "currency", id, error))?;
    Ok(LedgerEntry { kind, amount: Money::new(amount_minor, currency), occurred_at: occurred_at.and_utc(), method })
}
