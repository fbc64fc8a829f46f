//! The rows of kept answers.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::Made;
use crate::db::schema::retention_snapshots;
use crate::db::{Conn, Fault, Tx};

pub(super) use crate::retention::store::runs::version;

type Row = (NaiveDate, NaiveDateTime, i64, String);

/// A snapshot that cannot be read was written by another release, and is made anew.
pub(super) fn snapshot(conn: &mut Conn, name: &str) -> Result<Option<Made>, Fault> {
    let row: Option<Row> = retention_snapshots::table
        .find(name)
        .select((
            retention_snapshots::as_of,
            retention_snapshots::made_at,
            retention_snapshots::version,
            retention_snapshots::content,
        ))
        .first(conn)
        .optional()?;
    Ok(row.and_then(|(as_of, made_at, version, content)| {
        let content = serde_json::from_str(&content).ok()?;
        Some(Made { as_of, made_at: made_at.and_utc(), version, content })
    }))
}

/// Puts these in the place of all there were.
pub(super) fn replace(tx: &mut Tx<'_>, made: &[(String, String)], as_of: NaiveDate, version: i64) -> Result<(), Fault> {
    diesel::delete(retention_snapshots::table).execute(tx.conn)?;
    let made_at = tx.now_naive();
    for (name, content) in made {
        diesel::insert_into(retention_snapshots::table)
            .values((
                retention_snapshots::name.eq(name),
                retention_snapshots::as_of.eq(as_of),
                retention_snapshots::made_at.eq(made_at),
                retention_snapshots::version.eq(version),
                retention_snapshots::content.eq(content),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}
