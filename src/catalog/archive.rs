//! Takes a location, room, provider or service out of what can be booked, and brings it back. What is in use is never
//! deleted; what never was may be, by [`super::delete()`].

use super::change::{Done, EditRefused, Thing, claim, note};
use super::store;
use crate::db::{Bad, Tx};
use crate::domain::ids::StaffUserId;

/// Takes it out of what can be booked. Appointments stay.
pub fn archive(tx: &mut Tx<'_>, by: StaffUserId, thing: Thing, seen: i64) -> Result<(), Bad<EditRefused>> {
    claim(tx, thing, seen)?;
    let now = tx.now_naive();
    store::things::set_archived(tx, thing, Some(now))?;
    Ok(note(tx, by, Done::Archived, thing.object(), thing.number())?)
}

/// Brings it back as it was.
pub fn restore(tx: &mut Tx<'_>, by: StaffUserId, thing: Thing, seen: i64) -> Result<(), Bad<EditRefused>> {
    claim(tx, thing, seen)?;
    store::things::set_archived(tx, thing, None)?;
    Ok(note(tx, by, Done::Restored, thing.object(), thing.number())?)
}
