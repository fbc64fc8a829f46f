//! Rooms as their page has them.

use diesel::prelude::*;

use super::ROWS_MAX;
use crate::catalog::edit_room::RoomDetails;
use crate::catalog::listed::RoomView;
use crate::catalog::wording::Label;
use crate::db::schema::rooms;
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::{LocationId, RoomId};

type RoomRow = (i64, i64, String, String, i32, Option<chrono::NaiveDateTime>, i64);

fn view((id, location, name, kind, position, archived_at, version): RoomRow) -> RoomView {
    RoomView {
        id: RoomId::new(id),
        location: LocationId::new(location),
        version,
        is_archived: archived_at.is_some(),
        details: RoomDetails { name: Label::stored(name), kind: Label::stored(kind), position },
    }
}

pub fn find(conn: &mut Conn, id: RoomId) -> Result<Option<RoomView>, Fault> {
    let row: Option<RoomRow> = rooms::table.find(id.get()).first(conn).optional()?;
    Ok(row.map(view))
}

/// Archived ones too.
pub fn load(conn: &mut Conn) -> Result<Vec<RoomView>, Fault> {
    let rows: Vec<RoomRow> = rooms::table.order((rooms::position, rooms::id)).limit(ROWS_MAX).load(conn)?;
    Ok(rows.into_iter().map(view).collect())
}

pub fn insert(tx: &mut Tx<'_>, location: LocationId, details: &RoomDetails) -> Result<RoomId, Fault> {
    let id: RoomId = tx.new_id();
    diesel::insert_into(rooms::table)
        .values((
            rooms::id.eq(id.get()),
            rooms::location_id.eq(location.get()),
            rooms::name.eq(details.name.as_str()),
            rooms::kind.eq(details.kind.as_str()),
            rooms::position.eq(details.position),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

pub fn update(tx: &mut Tx<'_>, id: RoomId, details: &RoomDetails) -> Result<(), Fault> {
    diesel::update(rooms::table.find(id.get()))
        .set((
            rooms::name.eq(details.name.as_str()),
            rooms::kind.eq(details.kind.as_str()),
            rooms::position.eq(details.position),
        ))
        .execute(tx.conn)?;
    Ok(())
}
