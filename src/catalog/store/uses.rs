//! How the catalogue is used. Reads tables of other slices: appointments, staff users, messages.

use chrono::{Days, NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::catalog::change::Thing;
use crate::catalog::delete::Uses;
use crate::db::schema::{appointments, messages, staff_users};
use crate::db::{Conn, Fault};
use crate::domain::ids::{LocationId, ProviderId};

/// Whether anything that must stay refers to `thing`, and how many appointments are to come.
pub fn of(conn: &mut Conn, thing: Thing, now: NaiveDateTime) -> Result<Uses, Fault> {
    let all = match thing {
        Thing::Location(id) => appointments::table.filter(appointments::location_id.eq(id.get())).into_boxed(),
        Thing::Room(id) => appointments::table.filter(appointments::room_id.eq(id.get())).into_boxed(),
        Thing::Provider(id) => appointments::table.filter(appointments::provider_id.eq(id.get())).into_boxed(),
        Thing::Service(id) => appointments::table.filter(appointments::service_id.eq(id.get())).into_boxed(),
    };
    let first: Option<i64> = all.select(appointments::id).order(appointments::id).first(conn).optional()?;
    if first.is_none() {
        return Ok(Uses { ever: is_somebody(conn, thing)?, to_come: 0 });
    }
    let live = appointments::table.filter(appointments::released_at.is_null()).filter(appointments::starts_at.ge(now));
    let to_come = match thing {
        Thing::Location(id) => live.filter(appointments::location_id.eq(id.get())).count().get_result(conn)?,
        Thing::Room(id) => live.filter(appointments::room_id.eq(id.get())).count().get_result(conn)?,
        Thing::Provider(id) => live.filter(appointments::provider_id.eq(id.get())).count().get_result(conn)?,
        Thing::Service(id) => live.filter(appointments::service_id.eq(id.get())).count().get_result(conn)?,
    };
    Ok(Uses { ever: true, to_come })
}

/// A provider who signs in, or to whom something was written, is not deleted.
fn is_somebody(conn: &mut Conn, thing: Thing) -> Result<bool, Fault> {
    let Thing::Provider(id) = thing else {
        return Ok(false);
    };
    let account = staff_users::table.filter(staff_users::provider_id.eq(id.get()));
    let account: Option<i64> = account.select(staff_users::id).order(staff_users::id).first(conn).optional()?;
    let message = messages::table.filter(messages::provider_id.eq(id.get()));
    let message: Option<i64> = message.select(messages::id).order(messages::id).first(conn).optional()?;
    Ok(account.is_some() || message.is_some())
}

/// Appointments to come of a provider on these local days.
pub fn of_provider(
    conn: &mut Conn,
    provider: ProviderId,
    first_day: NaiveDate,
    last_day: NaiveDate,
    now: NaiveDateTime,
) -> Result<i64, Fault> {
    Ok(appointments::table
        .filter(appointments::provider_id.eq(provider.get()))
        .filter(appointments::released_at.is_null())
        .filter(appointments::starts_at.ge(now))
        .filter(appointments::local_start.ge(first_day.and_time(chrono::NaiveTime::MIN)))
        .filter(appointments::local_start.lt(day_after(last_day)))
        .count()
        .get_result(conn)?)
}

/// Appointments to come at a location, or anywhere, on these local days.
pub fn at_location(
    conn: &mut Conn,
    location: Option<LocationId>,
    first_day: NaiveDate,
    last_day: NaiveDate,
    now: NaiveDateTime,
) -> Result<i64, Fault> {
    let mut live = appointments::table
        .filter(appointments::released_at.is_null())
        .filter(appointments::starts_at.ge(now))
        .filter(appointments::local_start.ge(first_day.and_time(chrono::NaiveTime::MIN)))
        .filter(appointments::local_start.lt(day_after(last_day)))
        .into_boxed();
    if let Some(location) = location {
        live = live.filter(appointments::location_id.eq(location.get()));
    }
    Ok(live.count().get_result(conn)?)
}

fn day_after(day: NaiveDate) -> NaiveDateTime {
    day.checked_add_days(Days::new(1)).unwrap_or(day).and_time(chrono::NaiveTime::MIN)
}
