//! Deletes what was never used: a service made by mistake, a room nobody was ever in.

use chrono::{DateTime, Utc};

use super::change::{Done, EditRefused, Thing, claim, note};
use super::store;
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::ids::StaffUserId;

/// Why something was not deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeleteRefused {
    /// It is not there, or somebody else changed it.
    Edit(EditRefused),
    /// Something refers to it: it can only be archived.
    InUse,
}

/// How something is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Uses {
    /// Whether anything that must stay refers to it.
    pub ever: bool,
    /// Appointments to come; archiving leaves them as they are.
    pub to_come: i64,
}

/// How `thing` is used; asked for by its page.
pub fn uses_of(conn: &mut Conn, thing: Thing, now: DateTime<Utc>) -> Result<Uses, Fault> {
    store::uses::of(conn, thing, now.naive_utc())
}

/// Deletes what nothing ever referred to, with everything that is only part of it.
pub fn delete(tx: &mut Tx<'_>, by: StaffUserId, thing: Thing, seen: i64) -> Result<(), Bad<DeleteRefused>> {
    claim(tx, thing, seen).map_err(|bad| bad.map(DeleteRefused::Edit))?;
    let now = tx.now_naive();
    if store::uses::of(tx.conn, thing, now)?.ever {
        return Err(Bad::Refused(DeleteRefused::InUse));
    }
    store::things::delete(tx, thing)?;
    Ok(note(tx, by, Done::Deleted, thing.object(), thing.number())?)
}
