//! Days that were closed.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::db::schema::day_closings;
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::{LocationId, StaffUserId};
use crate::domain::money::Currency;
use crate::money::close_day::{Cash, DaySums};

/// A day that was closed.
#[derive(Debug, Clone)]
pub struct Closing {
    /// Which day.
    pub day: NaiveDate,
    /// When it was closed.
    pub closed_at: DateTime<Utc>,
    /// By whom.
    pub closed_by: StaffUserId,
    /// The sums as they stood.
    pub sums: DaySums,
    /// The cash.
    pub cash: Cash,
    /// A remark.
    pub note: String,
}

type Row = (i64, NaiveDate, NaiveDateTime, i64, String, i64, Option<i64>, String);

fn closing((id, day, closed_at, closed_by, sums, expected, counted, note): Row) -> Result<Closing, Fault> {
    Ok(Closing {
        day,
        closed_at: closed_at.and_utc(),
        closed_by: StaffUserId::new(closed_by),
        sums: serde_json::from_str(&sums).map_err(|error| Fault::corrupt("day_closings", "sums", id, error))?,
        cash: Cash { expected_minor: expected, counted_minor: counted },
        note,
    })
}

macro_rules! read {
    () => {
        day_closings::table.select((
            day_closings::id,
            day_closings::local_day,
            day_closings::closed_at,
            day_closings::closed_by,
            day_closings::sums,
            day_closings::expected_cash_minor,
            day_closings::counted_cash_minor,
            day_closings::note,
        ))
    };
}

/// The closing of one day.
pub fn closing_of(conn: &mut Conn, location: LocationId, day: NaiveDate) -> Result<Option<Closing>, Fault> {
    let of_day = read!().filter(day_closings::location_id.eq(location.get())).filter(day_closings::local_day.eq(day));
    let row: Option<Row> = of_day.first(conn).optional()?;
    row.map(closing).transpose()
}

/// The newest closings of a location.
pub fn closings(conn: &mut Conn, location: LocationId, limit: i64) -> Result<Vec<Closing>, Fault> {
    let rows: Vec<Row> = read!()
        .filter(day_closings::location_id.eq(location.get()))
        .order(day_closings::local_day.desc())
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(closing).collect()
}

/// A closing that is about to be written.
pub struct ClosingRow<'a> {
    pub location: LocationId,
    pub day: NaiveDate,
    pub currency: Currency,
    pub sums: &'a str,
    pub cash: Cash,
    pub note: &'a str,
    pub by: StaffUserId,
}

pub fn insert(tx: &mut Tx<'_>, row: &ClosingRow<'_>) -> Result<(), Fault> {
    diesel::insert_into(day_closings::table)
        .values((
            day_closings::id.eq(tx.new_number()),
            day_closings::location_id.eq(row.location.get()),
            day_closings::local_day.eq(row.day),
            day_closings::closed_at.eq(tx.now_naive()),
            day_closings::closed_by.eq(row.by.get()),
            day_closings::currency.eq(row.currency.code()),
            day_closings::sums.eq(row.sums),
            day_closings::expected_cash_minor.eq(row.cash.expected_minor),
            day_closings::counted_cash_minor.eq(row.cash.counted_minor),
            day_closings::note.eq(row.note),
        ))
        .execute(tx.conn)?;
    Ok(())
}
