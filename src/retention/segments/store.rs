//! The rows of filters, and what they and their lists need of clients.

use diesel::prelude::*;

use super::{SEGMENTS_MAX, Segment};
use crate::db::schema::{client_tags, clients, segments};
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::{ClientId, SegmentId, StaffUserId};
use crate::domain::segments::Filter;

/// More tags than any clinic gives.
const TAGS_MAX: i64 = 5_000_000;

type Row = (i64, String, String, i64);

fn segment((id, name, conditions, row_version): Row) -> Result<Segment, Fault> {
    let filter = serde_json::from_str(&conditions)
        .map_err(|error| Fault::corrupt("segments", "conditions", id, error.to_string()))?;
    Ok(Segment { id: SegmentId::new(id), name, filter, row_version })
}

fn text(filter: &Filter) -> Result<String, Fault> {
    serde_json::to_string(filter).map_err(Fault::other)
}

pub(super) fn all(conn: &mut Conn) -> Result<Vec<Segment>, Fault> {
    let rows: Vec<Row> = segments::table
        .select((segments::id, segments::name, segments::conditions, segments::row_version))
        .order((segments::name, segments::id))
        .limit(SEGMENTS_MAX)
        .load(conn)?;
    rows.into_iter().map(segment).collect()
}

pub(super) fn find(conn: &mut Conn, id: SegmentId) -> Result<Option<Segment>, Fault> {
    let row: Option<Row> = segments::table
        .find(id.get())
        .select((segments::id, segments::name, segments::conditions, segments::row_version))
        .first(conn)
        .optional()?;
    row.map(segment).transpose()
}

pub(super) fn called(conn: &mut Conn, name: &str) -> Result<Option<SegmentId>, Fault> {
    let found: Option<i64> =
        segments::table.filter(segments::name.eq(name)).select(segments::id).first(conn).optional()?;
    Ok(found.map(SegmentId::new))
}

pub(super) fn count(conn: &mut Conn) -> Result<i64, Fault> {
    Ok(segments::table.count().get_result(conn)?)
}

pub(super) fn insert(tx: &mut Tx<'_>, by: StaffUserId, name: &str, filter: &Filter) -> Result<SegmentId, Fault> {
    let id: SegmentId = tx.new_id();
    diesel::insert_into(segments::table)
        .values((
            segments::id.eq(id.get()),
            segments::name.eq(name),
            segments::conditions.eq(text(filter)?),
            segments::created_by.eq(by.get()),
            segments::created_at.eq(tx.now_naive()),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

pub(super) fn update(
    tx: &mut Tx<'_>,
    (id, row_version): (SegmentId, i64),
    name: &str,
    filter: &Filter,
) -> Result<bool, Fault> {
    let seen = segments::table.find(id.get()).filter(segments::row_version.eq(row_version));
    let set = (
        segments::name.eq(name),
        segments::conditions.eq(text(filter)?),
        segments::row_version.eq(row_version.saturating_add(1)),
    );
    Ok(diesel::update(seen).set(set).execute(tx.conn)? > 0)
}

pub(super) fn delete(tx: &mut Tx<'_>, id: SegmentId) -> Result<bool, Fault> {
    Ok(diesel::delete(segments::table.find(id.get())).execute(tx.conn)? > 0)
}

pub(super) fn tags(conn: &mut Conn) -> Result<Vec<(ClientId, String)>, Fault> {
    let rows: Vec<(i64, String)> = client_tags::table
        .select((client_tags::client_id, client_tags::tag))
        .order((client_tags::client_id, client_tags::tag))
        .limit(TAGS_MAX)
        .load(conn)?;
    Ok(rows.into_iter().map(|(client, tag)| (ClientId::new(client), tag)).collect())
}

pub(super) fn names(conn: &mut Conn, wanted: &[ClientId]) -> Result<Vec<(ClientId, String)>, Fault> {
    let ids: Vec<i64> = wanted.iter().map(|client| client.get()).collect();
    let rows: Vec<(i64, String, String)> = clients::table
        .filter(clients::id.eq_any(&ids))
        .select((clients::id, clients::first_name, clients::last_name))
        .order(clients::id)
        .limit(i64::try_from(ids.len()).unwrap_or(i64::MAX))
        .load(conn)?;
    let whole =
        |(id, first, last): (i64, String, String)| (ClientId::new(id), format!("{first} {last}").trim().to_owned());
    Ok(rows.into_iter().map(whole).collect())
}
