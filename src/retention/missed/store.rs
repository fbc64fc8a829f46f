//! Why bookings were called off.

use chrono_tz::Tz;
use diesel::dsl::count_star;
use diesel::prelude::*;

use super::Reason;
use crate::db::schema::bookings;
use crate::db::{Conn, Fault};
use crate::domain::reporting::Days;
use crate::domain::time;

/// More reasons are not listed.
const REASONS_MAX: i64 = 100;

pub(super) fn reasons(conn: &mut Conn, days: Days, zone: Tz) -> Result<Vec<Reason>, Fault> {
    let (from, until) = (time::day_span(days.from, zone), time::day_span(days.until, zone));
    let rows: Vec<(Option<String>, i64)> = bookings::table
        .filter(bookings::status.eq("cancelled"))
        .filter(bookings::ended_at.ge(Some(from.starts_at().naive_utc())))
        .filter(bookings::ended_at.lt(Some(until.starts_at().naive_utc())))
        .group_by(bookings::ended_reason_code)
        .select((bookings::ended_reason_code, count_star()))
        .order((count_star().desc(), bookings::ended_reason_code))
        .limit(REASONS_MAX)
        .load(conn)?;
    Ok(rows.into_iter().map(|(code, bookings)| Reason { code, bookings }).collect())
}
