//! How the catalogue is used. Reads tables of other slices: bookings, appointments, clients, staff users, messages.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::catalog::change::Thing;
use crate::catalog::clashes::ClashingBooking;
use crate::catalog::delete::Uses;
use crate::db::schema::{appointments, booking_events, bookings, clients, messages, staff_users};
use crate::db::{Conn, Fault};
use crate::domain::booking::BookingStatus;
use crate::domain::hours::Unkept;
use crate::domain::ids::{BookingId, LocationId, ProviderId};
use crate::domain::time;

/// More bookings to come than any clinic has; what lies beyond is years away.
const BOOKINGS_MAX: i64 = 100_000;

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

type ToComeRow = (i64, NaiveDateTime, NaiveDateTime, String, i64, i64, (String, String), Option<String>, String);

/// Bookings to come, earliest first; but for those that staff put outside the hours on purpose. Their reason is yet to
/// be found.
pub fn bookings_to_come(
    conn: &mut Conn,
    of: Option<ProviderId>,
    now: NaiveDateTime,
) -> Result<Vec<ClashingBooking>, Fault> {
    let on_purpose = booking_events::table
        .filter(booking_events::booking_id.eq(bookings::id))
        .filter(booking_events::broke.is_not_null());
    let mut to_come = bookings::table
        .inner_join(appointments::table)
        .inner_join(clients::table)
        .filter(appointments::released_at.is_null())
        .filter(appointments::starts_at.ge(now))
        .filter(bookings::status.eq_any([BookingStatus::Requested.as_str(), BookingStatus::Booked.as_str()]))
        .filter(diesel::dsl::not(diesel::dsl::exists(on_purpose)))
        .order((appointments::starts_at, bookings::id))
        .limit(BOOKINGS_MAX)
        .select((
            bookings::id,
            appointments::starts_at,
            appointments::ends_at,
            appointments::zone,
            appointments::location_id,
            appointments::provider_id,
            (clients::first_name, clients::last_name),
            clients::phone,
            bookings::service_name,
        ))
        .into_boxed();
    if let Some(provider) = of {
        to_come = to_come.filter(appointments::provider_id.eq(provider.get()));
    }
    let rows: Vec<ToComeRow> = to_come.load(conn)?;
    rows.into_iter().map(booking_to_come).collect()
}

fn booking_to_come(row: ToComeRow) -> Result<ClashingBooking, Fault> {
    let (id, starts_at, ends_at, zone, location, provider, (first_name, last_name), phone, service) = row;
    Ok(ClashingBooking {
        booking: BookingId::new(id),
        starts_at: starts_at.and_utc(),
        ends_at: ends_at.and_utc(),
        zone: time::zone_named(&zone).map_err(|error| Fault::corrupt("appointments", "zone", id, error))?,
        location: LocationId::new(location),
        provider: ProviderId::new(provider),
        client: format!("{first_name} {last_name}"),
        phone,
        service,
        why: Unkept::OutsideHours,
    })
}
