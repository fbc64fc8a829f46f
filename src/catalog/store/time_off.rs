//! Time off.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{ROWS_MAX, ends_minute, part_of_day, starts_minute};
use crate::catalog::edit_time_off::{StoredTimeOff, TimeOffDetails, TimeOffStatus};
use crate::catalog::wording::Line;
use crate::db::schema::time_off;
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::{ProviderId, StaffUserId};

#[derive(Queryable, Selectable)]
#[diesel(table_name = time_off)]
struct TimeOffRow {
    id: i64,
    provider_id: i64,
    first_day: NaiveDate,
    last_day: NaiveDate,
    starts_minute: Option<i32>,
    ends_minute: Option<i32>,
    status: String,
    reason: String,
    requested_by: Option<i64>,
    answer: String,
}

fn stored(row: TimeOffRow) -> Result<StoredTimeOff, Fault> {
    let status = TimeOffStatus::parse(&row.status);
    let details = TimeOffDetails {
        provider: ProviderId::new(row.provider_id),
        first_day: row.first_day,
        last_day: row.last_day,
        minutes: part_of_day("time_off", row.id, row.starts_minute, row.ends_minute)?,
        status: status.ok_or_else(|| Fault::corrupt("time_off", "status", row.id, "unknown value"))?,
        reason: Line::stored(row.reason),
    };
    Ok(StoredTimeOff { id: row.id, details, requested_by: row.requested_by.map(StaffUserId::new), answer: row.answer })
}

pub fn load(conn: &mut Conn, provider: ProviderId, first_day: NaiveDate) -> Result<Vec<StoredTimeOff>, Fault> {
    let rows: Vec<TimeOffRow> = time_off::table
        .filter(time_off::provider_id.eq(provider.get()))
        .filter(time_off::last_day.ge(first_day))
        .order((time_off::first_day, time_off::id))
        .limit(ROWS_MAX)
        .select(TimeOffRow::as_select())
        .load(conn)?;
    rows.into_iter().map(stored).collect()
}

pub fn find(conn: &mut Conn, provider: ProviderId, id: i64) -> Result<Option<StoredTimeOff>, Fault> {
    let row = time_off::table.filter(time_off::id.eq(id)).filter(time_off::provider_id.eq(provider.get()));
    let row: Option<TimeOffRow> = row.select(TimeOffRow::as_select()).first(conn).optional()?;
    row.map(stored).transpose()
}

pub fn insert(tx: &mut Tx<'_>, details: &TimeOffDetails) -> Result<i64, Fault> {
    let id = tx.new_number();
    diesel::insert_into(time_off::table)
        .values((
            time_off::id.eq(id),
            time_off::provider_id.eq(details.provider.get()),
            time_off::first_day.eq(details.first_day),
            time_off::last_day.eq(details.last_day),
            time_off::starts_minute.eq(starts_minute(details.minutes)),
            time_off::ends_minute.eq(ends_minute(details.minutes)),
            time_off::status.eq(details.status.word()),
            time_off::reason.eq(details.reason.as_str()),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

pub fn set_status(tx: &mut Tx<'_>, id: i64, status: TimeOffStatus, answer: &Line) -> Result<(), Fault> {
    diesel::update(time_off::table.find(id))
        .set((time_off::status.eq(status.word()), time_off::answer.eq(answer.as_str())))
        .execute(tx.conn)?;
    Ok(())
}

/// Notes who asked for it.
pub fn set_requested(tx: &mut Tx<'_>, id: i64, by: StaffUserId) -> Result<(), Fault> {
    let now = tx.now_naive();
    diesel::update(time_off::table.find(id))
        .set((time_off::requested_by.eq(by.get()), time_off::requested_at.eq(now)))
        .execute(tx.conn)?;
    Ok(())
}

/// Requests that wait for an answer, by provider.
pub fn requests(conn: &mut Conn) -> Result<Vec<(ProviderId, i64)>, Fault> {
    let rows: Vec<(i64, i64)> = time_off::table
        .filter(time_off::status.eq(TimeOffStatus::Requested.word()))
        .group_by(time_off::provider_id)
        .select((time_off::provider_id, diesel::dsl::count_star()))
        .order(time_off::provider_id)
        .limit(ROWS_MAX)
        .load(conn)?;
    Ok(rows.into_iter().map(|(provider, count)| (ProviderId::new(provider), count)).collect())
}

/// False when the provider has no such time off.
pub fn delete(tx: &mut Tx<'_>, provider: ProviderId, id: i64) -> Result<bool, Fault> {
    let row = time_off::table.filter(time_off::id.eq(id)).filter(time_off::provider_id.eq(provider.get()));
    Ok(diesel::delete(row).execute(tx.conn)? == 1)
}
