//! Closures.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::ROWS_MAX;
use crate::catalog::edit_closure::{ClosureDetails, StoredClosure};
use crate::catalog::wording::Label;
use crate::db::schema::closures;
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::LocationId;

type ClosureRow = (i64, Option<i64>, NaiveDate, NaiveDate, String);

fn stored((id, location, first_day, last_day, name): ClosureRow) -> StoredClosure {
    let location = location.map(LocationId::new);
    StoredClosure { id, details: ClosureDetails { location, first_day, last_day, name: Label::stored(name) } }
}

pub fn load(conn: &mut Conn, first_day: NaiveDate) -> Result<Vec<StoredClosure>, Fault> {
    let rows: Vec<ClosureRow> = closures::table
        .filter(closures::last_day.ge(first_day))
        .order((closures::first_day, closures::id))
        .limit(ROWS_MAX)
        .load(conn)?;
    Ok(rows.into_iter().map(stored).collect())
}

pub fn find(conn: &mut Conn, id: i64) -> Result<Option<StoredClosure>, Fault> {
    let row: Option<ClosureRow> = closures::table.find(id).first(conn).optional()?;
    Ok(row.map(stored))
}

pub fn insert(tx: &mut Tx<'_>, details: &ClosureDetails) -> Result<i64, Fault> {
    let id = tx.new_number();
    diesel::insert_into(closures::table)
        .values((
            closures::id.eq(id),
            closures::location_id.eq(details.location.map(LocationId::get)),
            closures::first_day.eq(details.first_day),
            closures::last_day.eq(details.last_day),
            closures::name.eq(details.name.as_str()),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

pub fn update(tx: &mut Tx<'_>, id: i64, details: &ClosureDetails) -> Result<(), Fault> {
    diesel::update(closures::table.find(id))
        .set((
            closures::location_id.eq(details.location.map(LocationId::get)),
            closures::first_day.eq(details.first_day),
            closures::last_day.eq(details.last_day),
            closures::name.eq(details.name.as_str()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// False when there is no such closure.
pub fn delete(tx: &mut Tx<'_>, id: i64) -> Result<bool, Fault> {
    Ok(diesel::delete(closures::table.find(id)).execute(tx.conn)? == 1)
}
