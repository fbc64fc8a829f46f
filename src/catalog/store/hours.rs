//! Weekly hours, week by week.

use chrono::{NaiveDate, Weekday};
use diesel::prelude::*;

use super::ROWS_MAX;
use crate::catalog::edit_hours::HoursAt;
use crate::db::schema::{locations, weekly_hours};
use crate::db::{Conn, Fault, Tx};
use crate::domain::hours::{HoursKind, MinuteSpan, WeeklyHours};
use crate::domain::ids::{LocationId, ProviderId};
use crate::domain::week::{Validity, WeekRow};

type HoursRow = (i64, i64, i64, String, i32, i32, i32, Option<NaiveDate>, Option<NaiveDate>);

fn hours_at(row: HoursRow) -> Result<HoursAt, Fault> {
    let (id, _provider, location, kind, weekday, starts, ends, valid_from, valid_until) = row;
    let corrupt = |column: &str| Fault::corrupt("weekly_hours", column, id, "unknown value");
    let weekday = u8::try_from(weekday - 1).ok().and_then(|day| Weekday::try_from(day).ok());
    let minutes = MinuteSpan::new(starts, ends);
    Ok(HoursAt {
        location: LocationId::new(location),
        hours: WeeklyHours {
            kind: HoursKind::parse(&kind).ok_or_else(|| corrupt("kind"))?,
            weekday: weekday.ok_or_else(|| corrupt("weekday"))?,
            minutes: minutes.map_err(|error| Fault::corrupt("weekly_hours", "ends_minute", id, error))?,
            valid_from,
            valid_until,
        },
    })
}

pub fn load(conn: &mut Conn, provider: ProviderId) -> Result<Vec<HoursAt>, Fault> {
    let rows: Vec<HoursRow> = weekly_hours::table
        .inner_join(locations::table)
        .filter(weekly_hours::provider_id.eq(provider.get()))
        .filter(locations::archived_at.is_null())
        .order((weekly_hours::weekday, weekly_hours::starts_minute, weekly_hours::id))
        .limit(ROWS_MAX)
        .select(weekly_hours::all_columns)
        .load(conn)?;
    rows.into_iter().map(hours_at).collect()
}

pub fn insert(
    tx: &mut Tx<'_>,
    provider: ProviderId,
    location: LocationId,
    row: &WeekRow,
    validity: Validity,
) -> Result<(), Fault> {
    diesel::insert_into(weekly_hours::table)
        .values((
            weekly_hours::id.eq(tx.new_number()),
            weekly_hours::provider_id.eq(provider.get()),
            weekly_hours::location_id.eq(location.get()),
            weekly_hours::kind.eq(row.kind.as_str()),
            weekly_hours::weekday.eq(i32::try_from(row.weekday.number_from_monday()).map_err(Fault::other)?),
            weekly_hours::starts_minute.eq(i32::from(row.minutes.starts_minute())),
            weekly_hours::ends_minute.eq(i32::from(row.minutes.ends_minute())),
            weekly_hours::valid_from.eq(validity.from),
            weekly_hours::valid_until.eq(validity.until),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The identifiers of one week's rows. Missing dates compare with nothing in SQL, so they are compared here.
fn rows_of(tx: &mut Tx<'_>, provider: ProviderId, location: LocationId, of: Validity) -> Result<Vec<i64>, Fault> {
    let rows: Vec<(i64, Option<NaiveDate>, Option<NaiveDate>)> = weekly_hours::table
        .filter(weekly_hours::provider_id.eq(provider.get()))
        .filter(weekly_hours::location_id.eq(location.get()))
        .order(weekly_hours::id)
        .limit(ROWS_MAX)
        .select((weekly_hours::id, weekly_hours::valid_from, weekly_hours::valid_until))
        .load(tx.conn)?;
    let same =
        |(_, from, until): &(i64, Option<NaiveDate>, Option<NaiveDate>)| of == Validity { from: *from, until: *until };
    Ok(rows.into_iter().filter(same).map(|(id, ..)| id).collect())
}

pub fn delete_week(tx: &mut Tx<'_>, provider: ProviderId, location: LocationId, of: Validity) -> Result<(), Fault> {
    let ids = rows_of(tx, provider, location, of)?;
    diesel::delete(weekly_hours::table.filter(weekly_hours::id.eq_any(ids))).execute(tx.conn)?;
    Ok(())
}

pub fn change_validity(
    tx: &mut Tx<'_>,
    provider: ProviderId,
    location: LocationId,
    of: Validity,
    to: Validity,
) -> Result<(), Fault> {
    let ids = rows_of(tx, provider, location, of)?;
    diesel::update(weekly_hours::table.filter(weekly_hours::id.eq_any(ids)))
        .set((weekly_hours::valid_from.eq(to.from), weekly_hours::valid_until.eq(to.until)))
        .execute(tx.conn)?;
    Ok(())
}
