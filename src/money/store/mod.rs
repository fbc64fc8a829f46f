//! The ledger's rows. A line that reverses another leaves here with a negative amount.

pub mod closings;
pub mod receipts;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::db::schema::{appointments, bookings, clients, ledger_entries};
use crate::db::{Conn, Fault, Tx};
use crate::domain::booking::Actor;
use crate::domain::ids::{BookingId, ClientId, EntryId, LocationId, StaffUserId};
use crate::domain::ledger::{self, EntryKind, Line, Method};
use crate::domain::money::{Currency, Money};

/// More lines of one client or booking than anybody has.
const ENTRIES_MAX: i64 = 2_000;
/// Aliases of one client, and merges of merges.
const ALIASES_MAX: i64 = 100;

/// A line of the ledger.
#[derive(Debug, Clone)]
pub struct LedgerEntry {
    /// Which.
    pub id: EntryId,
    /// Whose.
    pub client: ClientId,
    /// For which booking.
    pub booking: Option<BookingId>,
    /// What it is.
    pub kind: EntryKind,
    /// How much; negative where it takes back another line.
    pub amount: Money,
    /// The tax in it; negative likewise.
    pub tax_minor: i64,
    /// The rate of that tax.
    pub tax_basis_points: i64,
    /// What was taken off before.
    pub discount_minor: i64,
    /// What was charged.
    pub item: String,
    /// Why, in the words of whoever wrote it.
    pub note: String,
    /// When it took place.
    pub occurred_at: DateTime<Utc>,
    /// When it was written.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub recorded_by: Option<StaffUserId>,
    /// How it was paid.
    pub method: Option<String>,
    /// Where.
    pub location: Option<LocationId>,
    /// Which line it takes back.
    pub reverses: Option<EntryId>,
}

impl LedgerEntry {
    /// As sums see it.
    pub const fn line(&self) -> Line {
        Line { kind: self.kind, minor: self.amount.minor }
    }
}

/// The lines as sums see them.
pub fn lines_of(entries: &[LedgerEntry]) -> Vec<Line> {
    entries.iter().map(LedgerEntry::line).collect()
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = ledger_entries)]
struct EntryRow {
    id: i64,
    client_id: i64,
    booking_id: Option<i64>,
    kind: String,
    amount_minor: i64,
    currency: String,
    method: Option<String>,
    occurred_at: NaiveDateTime,
    recorded_at: NaiveDateTime,
    recorded_by: Option<i64>,
    note: String,
    tax_minor: i64,
    tax_basis_points: i32,
    discount_minor: i64,
    item: String,
    reverses_id: Option<i64>,
    location_id: Option<i64>,
}

impl TryFrom<EntryRow> for LedgerEntry {
    type Error = Fault;

    fn try_from(row: EntryRow) -> Result<Self, Fault> {
        let kind = EntryKind::parse(&row.kind);
        let kind = kind.ok_or_else(|| Fault::corrupt("ledger_entries", "kind", row.id, "no such kind"))?;
        let currency = row.currency.parse();
        let currency: Currency =
            currency.map_err(|error| Fault::corrupt("ledger_entries", "currency", row.id, error))?;
        let sign = if row.reverses_id.is_some() { -1 } else { 1 };
        Ok(Self {
            id: EntryId::new(row.id),
            client: ClientId::new(row.client_id),
            booking: row.booking_id.map(BookingId::new),
            kind,
            amount: Money::new(sign * row.amount_minor, currency),
            tax_minor: sign * row.tax_minor,
            tax_basis_points: i64::from(row.tax_basis_points),
            discount_minor: sign * row.discount_minor,
            item: row.item,
            note: row.note,
            occurred_at: row.occurred_at.and_utc(),
            recorded_at: row.recorded_at.and_utc(),
            recorded_by: row.recorded_by.map(StaffUserId::new),
            method: row.method,
            location: row.location_id.map(LocationId::new),
            reverses: row.reverses_id.map(EntryId::new),
        })
    }
}

fn entries(rows: Vec<EntryRow>) -> Result<Vec<LedgerEntry>, Fault> {
    rows.into_iter().map(LedgerEntry::try_from).collect()
}

/// The money of one booking, oldest first.
pub fn ledger_of_booking(conn: &mut Conn, booking: BookingId) -> Result<Vec<LedgerEntry>, Fault> {
    let rows = ledger_entries::table.filter(ledger_entries::booking_id.eq(booking.get()));
    entries(
        rows.order((ledger_entries::occurred_at, ledger_entries::id))
            .limit(ENTRIES_MAX)
            .select(EntryRow::as_select())
            .load(conn)?,
    )
}

/// The money of one client and of everybody who was merged into him, newest first: lines are never changed, so those of
/// an alias stay the alias's.
pub fn ledger_of_client(conn: &mut Conn, client: ClientId) -> Result<Vec<LedgerEntry>, Fault> {
    let family = with_aliases(conn, client)?;
    let rows = ledger_entries::table.filter(ledger_entries::client_id.eq_any(family));
    entries(
        rows.order((ledger_entries::occurred_at.desc(), ledger_entries::id.desc()))
            .limit(ENTRIES_MAX)
            .select(EntryRow::as_select())
            .load(conn)?,
    )
}

/// A client and the aliases that lead to him.
fn with_aliases(conn: &mut Conn, client: ClientId) -> Result<Vec<i64>, Fault> {
    let mut family = vec![client.get()];
    let mut newest = family.clone();
    while !newest.is_empty() {
        let found: Vec<i64> = clients::table
            .filter(clients::merged_into_id.eq_any(newest.iter().copied().map(Some).collect::<Vec<_>>()))
            .order(clients::id)
            .limit(ALIASES_MAX)
            .select(clients::id)
            .load(conn)?;
        newest = found.into_iter().filter(|id| !family.contains(id)).collect();
        family.extend(&newest);
    }
    Ok(family)
}

/// What a client owes; negative when too much was paid.
pub fn balance_of_client(conn: &mut Conn, client: ClientId, currency: Currency) -> Result<Money, Fault> {
    let entries = ledger_of_client(conn, client)?;
    Ok(Money::new(ledger::balance(&lines_of(&entries)).unwrap_or(0), currency))
}

/// The lines that took place in `[from, to)`, oldest first; of one location where one is named.
pub fn ledger_between(
    conn: &mut Conn,
    location: Option<LocationId>,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    limit: i64,
) -> Result<Vec<LedgerEntry>, Fault> {
    let mut query = ledger_entries::table
        .filter(ledger_entries::occurred_at.ge(from.naive_utc()))
        .filter(ledger_entries::occurred_at.lt(to.naive_utc()))
        .order((ledger_entries::occurred_at, ledger_entries::id))
        .limit(limit)
        .select(EntryRow::as_select())
        .into_boxed();
    if let Some(location) = location {
        query = query.filter(ledger_entries::location_id.eq(location.get()));
    }
    entries(query.load(conn)?)
}

/// One line.
pub fn entry(conn: &mut Conn, id: EntryId) -> Result<Option<LedgerEntry>, Fault> {
    let row: Option<EntryRow> =
        ledger_entries::table.find(id.get()).select(EntryRow::as_select()).first(conn).optional()?;
    row.map(LedgerEntry::try_from).transpose()
}

/// Whether another line takes this one back.
pub(super) fn is_reversed(conn: &mut Conn, id: EntryId) -> Result<bool, Fault> {
    let by: Option<i64> = ledger_entries::table
        .filter(ledger_entries::reverses_id.eq(id.get()))
        .select(ledger_entries::id)
        .first(conn)
        .optional()?;
    Ok(by.is_some())
}

/// The line that was written with this key.
pub(super) fn written_once(conn: &mut Conn, key: &str) -> Result<Option<EntryId>, Fault> {
    let id: Option<i64> = ledger_entries::table
        .filter(ledger_entries::once_key.eq(key))
        .select(ledger_entries::id)
        .first(conn)
        .optional()?;
    Ok(id.map(EntryId::new))
}

/// What a booking costs by agreement, and where it takes place.
#[derive(Debug, Clone)]
pub struct BookedPrice {
    /// Who comes.
    pub client: ClientId,
    /// Where.
    pub location: LocationId,
    /// The service, as it was booked.
    pub service_name: String,
    /// What it costs.
    pub price: Money,
    /// The tax rate.
    pub tax_basis_points: i64,
}

/// The agreed price of a booking; nothing for an unknown one.
pub fn booked_price(conn: &mut Conn, booking: BookingId) -> Result<Option<BookedPrice>, Fault> {
    type Row = (i64, i64, String, i64, String, i32);
    let row: Option<Row> = bookings::table
        .inner_join(appointments::table)
        .filter(bookings::id.eq(booking.get()))
        .select((
            bookings::client_id,
            appointments::location_id,
            bookings::service_name,
            bookings::price_minor,
            bookings::currency,
            bookings::tax_basis_points,
        ))
        .first(conn)
        .optional()?;
    let price = |(client, location, service_name, minor, currency, rate): Row| {
        let currency = currency.parse().map_err(|error| Fault::corrupt("bookings", "currency", booking, error))?;
        Ok(BookedPrice {
            client: ClientId::new(client),
            location: LocationId::new(location),
            service_name,
            price: Money::new(minor, currency),
            tax_basis_points: i64::from(rate),
        })
    };
    row.map(price).transpose()
}

/// The client with this number, or whom he was merged into.
pub(super) fn survivor(conn: &mut Conn, client: ClientId) -> Result<Option<ClientId>, Fault> {
    let mut id = client.get();
    for _ in 0..ALIASES_MAX {
        let into: Option<Option<i64>> =
            clients::table.find(id).select(clients::merged_into_id).first(conn).optional()?;
        match into {
            None => return Ok(None),
            Some(None) => return Ok(Some(ClientId::new(id))),
            Some(Some(next)) => id = next,
        }
    }
    Err(Fault::corrupt("clients", "merged_into_id", client, "a circle"))
}

/// A line that is about to be written.
#[derive(Debug, Clone)]
pub(super) struct NewEntry<'a> {
    pub kind: EntryKind,
    pub client: ClientId,
    pub booking: Option<BookingId>,
    pub location: Option<LocationId>,
    pub amount: Money,
    pub method: Option<Method>,
    pub tax_minor: i64,
    pub tax_basis_points: i64,
    pub discount_minor: i64,
    pub item: &'a str,
    pub note: &'a str,
    pub once: Option<&'a str>,
    pub by: Actor,
}

impl NewEntry<'_> {
    /// A line with nothing in it but whose, what and how much.
    pub const fn blank(kind: EntryKind, client: ClientId, amount: Money, by: Actor) -> Self {
        Self {
            kind,
            client,
            booking: None,
            location: None,
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
}

/// Adds a line.
pub(super) fn insert(tx: &mut Tx<'_>, new: &NewEntry<'_>) -> Result<EntryId, Fault> {
    let id: EntryId = tx.new_id();
    diesel::insert_into(ledger_entries::table)
        .values((
            ledger_entries::id.eq(id.get()),
            ledger_entries::client_id.eq(new.client.get()),
            ledger_entries::booking_id.eq(new.booking.map(BookingId::get)),
            ledger_entries::kind.eq(new.kind.as_str()),
            ledger_entries::amount_minor.eq(new.amount.minor),
            ledger_entries::currency.eq(new.amount.currency.code()),
            ledger_entries::method.eq(new.method.map(Method::as_str)),
            ledger_entries::occurred_at.eq(tx.now_naive()),
            ledger_entries::recorded_at.eq(tx.now_naive()),
            ledger_entries::recorded_by.eq(new.by.staff_user().map(StaffUserId::get)),
            ledger_entries::note.eq(new.note),
            (
                ledger_entries::tax_minor.eq(new.tax_minor),
                ledger_entries::tax_basis_points.eq(rate(new.tax_basis_points)),
                ledger_entries::discount_minor.eq(new.discount_minor),
                ledger_entries::item.eq(new.item),
                ledger_entries::location_id.eq(new.location.map(LocationId::get)),
                ledger_entries::once_key.eq(new.once),
            ),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// Adds the line that takes `entry` back.
pub(super) fn insert_reversal(tx: &mut Tx<'_>, entry: &LedgerEntry, note: &str, by: Actor) -> Result<EntryId, Fault> {
    let id: EntryId = tx.new_id();
    diesel::insert_into(ledger_entries::table)
        .values((
            ledger_entries::id.eq(id.get()),
            ledger_entries::client_id.eq(entry.client.get()),
            ledger_entries::booking_id.eq(entry.booking.map(BookingId::get)),
            ledger_entries::kind.eq(entry.kind.as_str()),
            ledger_entries::amount_minor.eq(entry.amount.minor.abs()),
            ledger_entries::currency.eq(entry.amount.currency.code()),
            ledger_entries::method.eq(entry.method.as_deref()),
            ledger_entries::occurred_at.eq(tx.now_naive()),
            ledger_entries::recorded_at.eq(tx.now_naive()),
            ledger_entries::recorded_by.eq(by.staff_user().map(StaffUserId::get)),
            ledger_entries::note.eq(note),
            (
                ledger_entries::tax_minor.eq(entry.tax_minor.abs()),
                ledger_entries::tax_basis_points.eq(rate(entry.tax_basis_points)),
                ledger_entries::discount_minor.eq(entry.discount_minor.abs()),
                ledger_entries::item.eq(&entry.item),
                ledger_entries::location_id.eq(entry.location.map(LocationId::get)),
                ledger_entries::reverses_id.eq(entry.id.get()),
            ),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

fn rate(basis_points: i64) -> i32 {
    i32::try_from(basis_points).unwrap_or(0)
}
