//! Clients as a list: the newest first, or those a filter leaves; and pairs that may be one person.

use chrono::{DateTime, Utc};

use super::search::ClientHit;
use super::store::{self, Standing};
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::{ClientId, StaffUserId};
use crate::domain::recognise::DuplicateReason;

/// What the list is cut down to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListFilter {
    /// Clients with this tag.
    pub tag: Option<String>,
    /// Clients of this standing.
    pub standing: Option<Standing>,
    /// Clients for whom nothing is booked.
    pub without_upcoming: bool,
    /// Older records than this.
    pub before: Option<ClientId>,
}

/// A client in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListLine {
    /// Who.
    pub hit: ClientHit,
    /// Whether they can still be expected.
    pub standing: Standing,
    /// When they were here last.
    pub last_visit: Option<DateTime<Utc>>,
    /// When they come next.
    pub next_visit: Option<DateTime<Utc>>,
    /// Their tags.
    pub tags: Vec<String>,
}

/// Clients, the newest record first.
pub fn list(conn: &mut Conn, filter: &ListFilter, now: DateTime<Utc>, limit: i64) -> Result<Vec<ListLine>, Fault> {
    store::listing::list(conn, filter, now, limit)
}

/// The same facts about these clients, in their order.
pub fn lines_of(conn: &mut Conn, hits: Vec<ClientHit>, now: DateTime<Utc>) -> Result<Vec<ListLine>, Fault> {
    store::listing::lines_of(conn, hits, now)
}

/// Two records that may be one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicatePair {
    /// The record that came later.
    pub one: ListLine,
    /// The record it resembles.
    pub other: ListLine,
    /// How.
    pub reason: DuplicateReason,
    /// When it was noticed.
    pub at: DateTime<Utc>,
}

/// Pairs nobody has settled, the newest first.
pub fn open_duplicates(conn: &mut Conn, now: DateTime<Utc>, limit: i64) -> Result<Vec<DuplicatePair>, Fault> {
    store::listing::open_duplicates(conn, now, limit)
}

/// How many pairs nobody has settled.
pub fn count_open_duplicates(conn: &mut Conn) -> Result<i64, Fault> {
    store::listing::count_open_duplicates(conn)
}

/// Says that two records are two people. Saying it twice changes nothing.
pub fn not_the_same(tx: &mut Tx<'_>, by: StaffUserId, one: ClientId, other: ClientId) -> Result<(), Fault> {
    if store::listing::settle(tx, one, other)? {
        store::changes::audit(tx, by, "changed", one)?;
    }
    Ok(())
}
