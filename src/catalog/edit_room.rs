//! Adds a room to a location, or changes one. A room stays where it is: appointments stand in it.

use super::change::{Done, EditRefused, Object, Thing, claim, note};
use super::store;
use super::wording::Label;
use crate::db::{Bad, Tx};
use crate::domain::ids::{LocationId, RoomId, StaffUserId};

/// A room as its page has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomDetails {
    /// Its name.
    pub name: Label,
    /// What it is good for; services ask for a kind.
    pub kind: Label,
    /// Where it stands among the others.
    pub position: i32,
}

/// Adds a room to `location`; refused as gone when there is no such location.
pub fn add_room(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    location: LocationId,
    details: &RoomDetails,
) -> Result<RoomId, Bad<EditRefused>> {
    if store::locations::find(tx.conn, location)?.is_none() {
        return Err(Bad::Refused(EditRefused::Gone));
    }
    let id = store::rooms::insert(tx, location, details)?;
    note(tx, by, Done::Created, Object::Room, id.get())?;
    Ok(id)
}

/// Changes a room that was seen at version `seen`.
pub fn edit_room(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    id: RoomId,
    seen: i64,
    details: &RoomDetails,
) -> Result<(), Bad<EditRefused>> {
    claim(tx, Thing::Room(id), seen)?;
    store::rooms::update(tx, id, details)?;
    Ok(note(tx, by, Done::Changed, Object::Room, id.get())?)
}
