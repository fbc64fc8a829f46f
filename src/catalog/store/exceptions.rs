//! Exceptions for a date.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{ROWS_MAX, ends_minute, part_of_day, starts_minute};
use crate::catalog::edit_exceptions::{ExceptionDetails, StoredException};
use crate::catalog::wording::Line;
use crate::db::schema::hour_exceptions;
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::{LocationId, ProviderId};

type ExceptionRow = (i64, i64, i64, NaiveDate, Option<i32>, Option<i32>, String);

fn stored((id, provider, location, day, starts, ends, note): ExceptionRow) -> Result<StoredException, Fault> {
    let details = ExceptionDetails {
        provider: ProviderId::new(provider),
        location: LocationId::new(location),
        day,
        minutes: part_of_day("hour_exceptions", id, starts, ends)?,
        note: Line::stored(note),
    };
    Ok(StoredException { id, details })
}

pub fn load(conn: &mut Conn, provider: ProviderId, first_day: NaiveDate) -> Result<Vec<StoredException>, Fault> {
    let rows: Vec<ExceptionRow> = hour_exceptions::table
        .filter(hour_exceptions::provider_id.eq(provider.get()))
        .filter(hour_exceptions::day.ge(first_day))
        .order((hour_exceptions::day, hour_exceptions::starts_minute, hour_exceptions::id))
        .limit(ROWS_MAX)
        .load(conn)?;
    rows.into_iter().map(stored).collect()
}

pub fn load_day(
    conn: &mut Conn,
    provider: ProviderId,
    location: LocationId,
    day: NaiveDate,
) -> Result<Vec<StoredException>, Fault> {
    let rows: Vec<ExceptionRow> = hour_exceptions::table
        .filter(hour_exceptions::provider_id.eq(provider.get()))
        .filter(hour_exceptions::location_id.eq(location.get()))
        .filter(hour_exceptions::day.eq(day))
        .order(hour_exceptions::id)
        .limit(ROWS_MAX)
        .load(conn)?;
    rows.into_iter().map(stored).collect()
}

pub fn insert(tx: &mut Tx<'_>, details: &ExceptionDetails) -> Result<i64, Fault> {
    let id = tx.new_number();
    diesel::insert_into(hour_exceptions::table)
        .values((
            hour_exceptions::id.eq(id),
            hour_exceptions::provider_id.eq(details.provider.get()),
            hour_exceptions::location_id.eq(details.location.get()),
            hour_exceptions::day.eq(details.day),
            hour_exceptions::starts_minute.eq(starts_minute(details.minutes)),
            hour_exceptions::ends_minute.eq(ends_minute(details.minutes)),
            hour_exceptions::note.eq(details.note.as_str()),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// False when the provider has no such exception.
pub fn delete(tx: &mut Tx<'_>, provider: ProviderId, id: i64) -> Result<bool, Fault> {
    let row = hour_exceptions::table
        .filter(hour_exceptions::id.eq(id))
        .filter(hour_exceptions::provider_id.eq(provider.get()));
    Ok(diesel::delete(row).execute(tx.conn)? == 1)
}
