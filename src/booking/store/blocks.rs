//! Blocked time, and the occupations of one thing on the calendar as they are rewritten.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::db::schema::{appointments, blocks, occupations};
use crate::db::{Conn, DbError, Fault, Tx};
use crate::domain::ids::{AppointmentId, BlockId, LocationId, ProviderId, RoomId, StaffUserId};
use crate::domain::overriding::Occupant;
use crate::domain::span::Span;

/// A block takes a provider and a room at most.
const RESOURCES_MAX: i64 = 10;

/// A block as it stands.
#[derive(Debug, Clone)]
pub struct BlockRow {
    /// Which.
    pub id: BlockId,
    /// Where.
    pub location: LocationId,
    /// Whose time.
    pub provider: Option<ProviderId>,
    /// Which room's.
    pub room: Option<RoomId>,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
    /// Why.
    pub reason: String,
    /// Rises with every change.
    pub row_version: i64,
    /// Whether it was taken away.
    pub is_removed: bool,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = blocks)]
struct Columns {
    id: i64,
    location_id: i64,
    provider_id: Option<i64>,
    room_id: Option<i64>,
    starts_at: NaiveDateTime,
    ends_at: NaiveDateTime,
    reason: String,
    row_version: i64,
    removed_at: Option<NaiveDateTime>,
}

fn row_of(row: Columns) -> BlockRow {
    BlockRow {
        id: BlockId::new(row.id),
        location: LocationId::new(row.location_id),
        provider: row.provider_id.map(ProviderId::new),
        room: row.room_id.map(RoomId::new),
        starts_at: row.starts_at.and_utc(),
        ends_at: row.ends_at.and_utc(),
        reason: row.reason,
        row_version: row.row_version,
        is_removed: row.removed_at.is_some(),
    }
}

/// One block, also when it was removed.
pub fn block(conn: &mut Conn, id: BlockId) -> Result<Option<BlockRow>, Fault> {
    let row: Option<Columns> = blocks::table.find(id.get()).select(Columns::as_select()).first(conn).optional()?;
    Ok(row.map(row_of))
}

/// The blocks that reach into `[from, until)` at the locations, by time.
pub fn blocks_between(
    conn: &mut Conn,
    locations: &[LocationId],
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    limit: i64,
) -> Result<Vec<BlockRow>, Fault> {
    let places: Vec<i64> = locations.iter().map(|id| id.get()).collect();
    let earliest = from - chrono::Duration::hours(super::OCCUPATION_HOURS_MAX);
    let rows: Vec<Columns> = blocks::table
        .filter(blocks::location_id.eq_any(places))
        .filter(blocks::starts_at.ge(earliest.naive_utc()))
        .filter(blocks::starts_at.lt(until.naive_utc()))
        .filter(blocks::ends_at.gt(from.naive_utc()))
        .filter(blocks::removed_at.is_null())
        .order((blocks::starts_at, blocks::id))
        .limit(limit)
        .select(Columns::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(row_of).collect())
}

/// Where and when a block is.
#[derive(Debug, Clone)]
pub(in crate::booking) struct Written<'a> {
    pub location: LocationId,
    pub provider: Option<ProviderId>,
    pub room: Option<RoomId>,
    pub span: Span,
    pub local_start: NaiveDateTime,
    pub zone: &'a str,
    pub zone_version: &'a str,
    pub reason: &'a str,
}

pub(in crate::booking) fn insert(
    tx: &mut Tx<'_>,
    id: BlockId,
    new: &Written<'_>,
    by: StaffUserId,
) -> Result<(), Fault> {
    diesel::insert_into(blocks::table)
        .values((
            blocks::id.eq(id.get()),
            blocks::location_id.eq(new.location.get()),
            blocks::provider_id.eq(new.provider.map(ProviderId::get)),
            blocks::room_id.eq(new.room.map(RoomId::get)),
            blocks::starts_at.eq(new.span.starts_at().naive_utc()),
            blocks::ends_at.eq(new.span.ends_at().naive_utc()),
            blocks::local_start.eq(new.local_start),
            blocks::zone.eq(new.zone),
            blocks::zone_version.eq(new.zone_version),
            blocks::reason.eq(new.reason),
            blocks::created_at.eq(tx.now_naive()),
            blocks::created_by.eq(by.get()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Writes where it is from now on; answers false when somebody changed it since.
pub(in crate::booking) fn update(tx: &mut Tx<'_>, before: &BlockRow, new: &Written<'_>) -> Result<bool, Fault> {
    let unchanged = blocks::table
        .filter(blocks::id.eq(before.id.get()))
        .filter(blocks::row_version.eq(before.row_version))
        .filter(blocks::removed_at.is_null());
    let changed = diesel::update(unchanged)
        .set((
            blocks::location_id.eq(new.location.get()),
            blocks::provider_id.eq(new.provider.map(ProviderId::get)),
            blocks::room_id.eq(new.room.map(RoomId::get)),
            blocks::starts_at.eq(new.span.starts_at().naive_utc()),
            blocks::ends_at.eq(new.span.ends_at().naive_utc()),
            blocks::local_start.eq(new.local_start),
            blocks::zone.eq(new.zone),
            blocks::zone_version.eq(new.zone_version),
            blocks::reason.eq(new.reason),
            blocks::row_version.eq(blocks::row_version + 1),
        ))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

/// It is no more; answers false when somebody changed it since.
pub(in crate::booking) fn remove(tx: &mut Tx<'_>, before: &BlockRow, by: StaffUserId) -> Result<bool, Fault> {
    let unchanged = blocks::table
        .filter(blocks::id.eq(before.id.get()))
        .filter(blocks::row_version.eq(before.row_version))
        .filter(blocks::removed_at.is_null());
    let changed = diesel::update(unchanged)
        .set((
            blocks::removed_at.eq(tx.now_naive()),
            blocks::removed_by.eq(by.get()),
            blocks::row_version.eq(blocks::row_version + 1),
        ))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

/// What something on the calendar takes of one resource.
#[derive(Debug, Clone)]
pub(in crate::booking) struct Took {
    pub resource: i64,
    pub kind: String,
    pub lane: i32,
    pub starts_at: NaiveDateTime,
    pub ends_at: NaiveDateTime,
}

/// Everything that an appointment or a block takes.
pub(in crate::booking) fn taken_by(conn: &mut Conn, who: Occupant) -> Result<Vec<Took>, Fault> {
    let mut query = occupations::table
        .order((occupations::resource_id, occupations::id))
        .limit(RESOURCES_MAX)
        .select((
            occupations::resource_id,
            occupations::resource_kind,
            occupations::lane,
            occupations::starts_at,
            occupations::ends_at,
        ))
        .into_boxed();
    query = match who {
        Occupant::Appointment(id) => query.filter(occupations::appointment_id.eq(id.get())),
        Occupant::Block(id) => query.filter(occupations::block_id.eq(id.get())),
    };
    let rows: Vec<(i64, String, i32, NaiveDateTime, NaiveDateTime)> = query.load(conn)?;
    let took = |(resource, kind, lane, starts_at, ends_at)| Took { resource, kind, lane, starts_at, ends_at };
    Ok(rows.into_iter().map(took).collect())
}

/// Takes all of it off the calendar.
pub(in crate::booking) fn give_up(tx: &mut Tx<'_>, who: Occupant) -> Result<(), Fault> {
    match who {
        Occupant::Appointment(id) => {
            diesel::delete(occupations::table.filter(occupations::appointment_id.eq(id.get()))).execute(tx.conn)?
        }
        Occupant::Block(id) => {
            diesel::delete(occupations::table.filter(occupations::block_id.eq(id.get()))).execute(tx.conn)?
        }
    };
    Ok(())
}

/// Takes a resource for a block. The database refuses when anybody else has that lane of it.
pub(in crate::booking) fn occupy(
    tx: &mut Tx<'_>,
    block: BlockId,
    (resource, kind, lane): (i64, &str, i32),
    span: Span,
) -> Result<(), DbError> {
    diesel::insert_into(occupations::table)
        .values((
            occupations::id.eq(tx.new_number()),
            occupations::block_id.eq(block.get()),
            occupations::resource_id.eq(resource),
            occupations::resource_kind.eq(kind),
            occupations::lane.eq(lane),
            occupations::starts_at.eq(span.starts_at().naive_utc()),
            occupations::ends_at.eq(span.ends_at().naive_utc()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// An appointment ends at another time from here on.
pub(in crate::booking) fn end_appointment_at(
    tx: &mut Tx<'_>,
    appointment: AppointmentId,
    ends_at: DateTime<Utc>,
) -> Result<(), Fault> {
    diesel::update(appointments::table.find(appointment.get()))
        .set((
            appointments::ends_at.eq(ends_at.naive_utc()),
            appointments::row_version.eq(appointments::row_version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}
