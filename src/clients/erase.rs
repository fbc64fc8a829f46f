//! Forgets a person. Identity goes, wherever it was written; what the law wants kept stays, under a number.
//!
//! Visits stay without a name, because the clinic's figures stand on them; lines of money, receipts and what was agreed
//! to stay because of tax and of proof; the hash of an address that must not be written to stays because nothing else
//! keeps the promise. Everything else is gone when this write is over.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::edit::{EditRefused, living};
use super::person::Person;
use super::store;
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::ids::{ClientId, StaffUserId};

/// So long the papers of money stay, from the end of their year: ten years for books and closings; receipts would do with
/// eight (German Abgabenordnung § 147 (1), (3) and (4); ten is also what most of Europe asks for at most).
pub const MONEY_KEPT_YEARS: i32 = 10;

/// What stands in the name of somebody who was erased.
pub const ERASED_FIRST_NAME: &str = "Erased";
/// And in the family name.
pub const ERASED_LAST_NAME: &str = "client";

/// What erasing would do.
#[derive(Debug, Clone)]
pub struct ErasePreview {
    /// Whom.
    pub person: Person,
    /// Bookings that stay without a name.
    pub bookings: i64,
    /// Messages whose texts go.
    pub messages: i64,
    /// Notes that go.
    pub notes: i64,
    /// Lines of money that stay.
    pub money: i64,
    /// When the last of them was written.
    pub last_money_at: Option<DateTime<Utc>>,
    /// Bookings still to come, which stand against it.
    pub ahead: i64,
    /// What is owed, in minor units; less than nothing when the clinic owes.
    pub balance_minor: i64,
    /// Whether a place is being kept for the client right now.
    pub has_offer: bool,
    /// For whom the client is guardian or payer.
    pub dependents: usize,
}

impl ErasePreview {
    /// The last day on which the lines of money are kept.
    pub fn money_until(&self) -> Option<NaiveDate> {
        let year = self.last_money_at?.year() + MONEY_KEPT_YEARS;
        NaiveDate::from_ymd_opt(year, 12, 31)
    }
}

/// What somebody says who erases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// Whom, and the version that was seen.
    pub client: (ClientId, i64),
    /// The name, typed.
    pub name: String,
    /// Whether money that is owed does not matter.
    pub despite_balance: bool,
}

/// Why somebody is not erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EraseRefused {
    /// Nobody of this number, or only an alias.
    Unknown,
    /// It was done before.
    Erased,
    /// Somebody changed the client after the page was made.
    Changed,
    /// The name that was typed is another one.
    WrongName,
    /// A visit is still to come.
    VisitAhead,
    /// A place is being kept for the client.
    OfferOpen,
    /// Money is owed, and nobody said that it does not matter.
    OpenBalance,
}

/// What would go and what would stay; changes nothing.
pub fn preview_erasure(
    conn: &mut Conn,
    client: ClientId,
    now: DateTime<Utc>,
) -> Result<ErasePreview, Bad<EraseRefused>> {
    let person = found(conn, client)?;
    Ok(store::erasing::preview(conn, person, now)?)
}

/// Erases a person and every alias.
pub fn erase(tx: &mut Tx<'_>, by: StaffUserId, erasure: &Erasure) -> Result<(), Bad<EraseRefused>> {
    let (client, seen) = erasure.client;
    store::person::lock(tx, &[client])?;
    let person = found(tx.conn, client)?;
    let refuse = |why: EraseRefused| Err(Bad::Refused(why));
    if person.row_version != seen {
        return refuse(EraseRefused::Changed);
    }
    if !is_name(&person, &erasure.name) {
        return refuse(EraseRefused::WrongName);
    }
    let preview = store::erasing::preview(tx.conn, person, tx.now)?;
    if preview.ahead > 0 {
        return refuse(EraseRefused::VisitAhead);
    }
    if preview.has_offer {
        return refuse(EraseRefused::OfferOpen);
    }
    if preview.balance_minor != 0 && !erasure.despite_balance {
        return refuse(EraseRefused::OpenBalance);
    }
    let ids = store::person::ids_of(tx.conn, client)?;
    store::erasing::scrub(tx, by, &ids)?;
    if let Some(household) = preview.person.household {
        store::person::tidy_household(tx, household)?;
    }
    Ok(store::changes::audit(tx, by, "erased", client)?)
}

fn found(conn: &mut Conn, client: ClientId) -> Result<Person, Bad<EraseRefused>> {
    match living(conn, client) {
        Ok(person) => Ok(person),
        Err(Bad::Refused(EditRefused::Erased)) => Err(Bad::Refused(EraseRefused::Erased)),
        Err(Bad::Refused(_)) => Err(Bad::Refused(EraseRefused::Unknown)),
        Err(Bad::Fault(fault)) => Err(Bad::Fault(fault)),
    }
}

/// Whether the name that was typed is the person's; blanks and capitals do not matter.
fn is_name(person: &Person, typed: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    plain(&person.name()) == plain(typed)
}

/// What the client owes, and what was paid in all, in minor units.
pub fn owed_and_paid(conn: &mut Conn, client: ClientId) -> Result<(i64, i64), Fault> {
    store::erasing::money_of(conn, client.get())
}
