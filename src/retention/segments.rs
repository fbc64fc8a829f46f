//! The clinic's own filters of clients: kept under a name, changed, given up.

mod store;

use crate::db::{Bad, Conn, Fault, Tx, portable};
use crate::domain::ids::{ClientId, SegmentId, StaffUserId};
use crate::domain::segments::{Filter, FilterFault};

/// More than an owner oversees.
pub const SEGMENTS_MAX: i64 = 50;
/// Longer names do not fit a list.
pub const NAME_CHARACTERS_MAX: usize = 60;

/// A filter as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Which.
    pub id: SegmentId,
    /// What the clinic calls it.
    pub name: String,
    /// Whom it means.
    pub filter: Filter,
    /// Rises with each change.
    pub row_version: i64,
}

/// Why a filter is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It has no name, or one that is too long.
    Name,
    /// Another one is called so.
    NameTaken,
    /// There are [`SEGMENTS_MAX`] already.
    TooMany,
    /// What it says makes no sense.
    Conditions(FilterFault),
    /// It is gone, or somebody else changed it meanwhile.
    Changed,
}

/// All of them, by name.
pub fn all(conn: &mut Conn) -> Result<Vec<Segment>, Fault> {
    store::all(conn)
}

/// One of them.
pub fn find(conn: &mut Conn, id: SegmentId) -> Result<Option<Segment>, Fault> {
    store::find(conn, id)
}

/// The tags of everybody who bears one: client and tag, by client.
pub fn tags(conn: &mut Conn) -> Result<Vec<(ClientId, String)>, Fault> {
    store::tags(conn)
}

/// What clients are called, as far as they still have a name.
pub fn names(conn: &mut Conn, clients: &[ClientId]) -> Result<Vec<(ClientId, String)>, Fault> {
    store::names(conn, clients)
}

fn checked(name: &str, filter: &Filter) -> Result<(), Refused> {
    let is_name = !name.trim().is_empty() && name.chars().count() <= NAME_CHARACTERS_MAX;
    if !is_name || name.chars().any(char::is_control) {
        return Err(Refused::Name);
    }
    filter.check().map_err(Refused::Conditions)
}

/// Keeps a filter under a name.
pub fn keep(tx: &mut Tx<'_>, by: StaffUserId, name: &str, filter: &Filter) -> Result<SegmentId, Bad<Refused>> {
    checked(name, filter).map_err(Bad::Refused)?;
    portable::lock_words(tx.conn, "segments")?;
    if store::called(tx.conn, name)?.is_some() {
        return Err(Bad::Refused(Refused::NameTaken));
    }
    if SEGMENTS_MAX <= store::count(tx.conn)? {
        return Err(Bad::Refused(Refused::TooMany));
    }
    Ok(store::insert(tx, by, name, filter)?)
}

/// Changes name and conditions of the version that was seen.
pub fn change(tx: &mut Tx<'_>, seen: (SegmentId, i64), name: &str, filter: &Filter) -> Result<(), Bad<Refused>> {
    checked(name, filter).map_err(Bad::Refused)?;
    portable::lock_words(tx.conn, "segments")?;
    if store::called(tx.conn, name)?.is_some_and(|other| other != seen.0) {
        return Err(Bad::Refused(Refused::NameTaken));
    }
    if store::update(tx, seen, name, filter)? { Ok(()) } else { Err(Bad::Refused(Refused::Changed)) }
}

/// Gives a filter up. The clients stay as they are.
pub fn remove(tx: &mut Tx<'_>, id: SegmentId) -> Result<(), Bad<Refused>> {
    if store::delete(tx, id)? { Ok(()) } else { Err(Bad::Refused(Refused::Changed)) }
}
