//! Whose appointments of the next working day are not confirmed yet.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::{Person, Tried, store};
use crate::catalog::Catalog;
use crate::db::{Conn, Fault};
use crate::domain::ids::BookingId;
use crate::domain::worklists::{self, Worklist};
use crate::domain::{hours, time};

/// More than this nobody calls in a day.
const CONFIRMATIONS_MAX: i64 = 400;

/// Somebody to call today.
#[derive(Debug, Clone)]
pub struct ToConfirm {
    /// Which booking.
    pub booking: BookingId,
    /// Its version, for the deed.
    pub row_version: i64,
    /// Who.
    pub person: Person,
    /// What.
    pub service: String,
    /// With whom.
    pub provider: String,
    /// When.
    pub starts_at: DateTime<Utc>,
    /// On which clocks.
    pub zone: Tz,
    /// The calls about it.
    pub tried: Option<Tried>,
}

/// Until when appointments are confirmed today.
pub(super) fn until(catalog: &Catalog, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let place = catalog.locations.first()?;
    let last = worklists::last_day_to_confirm(time::local_day(now, place.zone), |day| works_on(catalog, day));
    Some(time::day_span(last, place.zone).ends_at())
}

fn works_on(catalog: &Catalog, day: NaiveDate) -> bool {
    catalog.hours.iter().any(|((_, location), hours)| {
        let zone = catalog.location(*location).map_or(chrono_tz::UTC, |place| place.zone);
        hours::working_spans(hours, catalog.closures_of(*location), day, zone).open.iter().next().is_some()
    })
}

/// Who is called today, whom nobody called yet first, then by time.
pub fn confirmations(conn: &mut Conn, catalog: &Catalog, now: DateTime<Utc>) -> Result<Vec<ToConfirm>, Fault> {
    let Some(until) = until(catalog, now) else {
        return Ok(Vec::new());
    };
    let mut rows =
        store::confirmations::load(conn, places(catalog), made_before(catalog, now), (now, until), CONFIRMATIONS_MAX)?;
    let clients: Vec<_> = rows.iter().map(|row| row.person.client).collect();
    let tried = store::attempts::of_clients(conn, Worklist::Confirmations, &clients, now)?;
    for row in &mut rows {
        row.tried = store::attempts::about(&tried, row.person.client, Some(row.booking));
    }
    rows.sort_by_key(|row| {
        worklists::order_of_confirmations(row.starts_at, is_today(row.tried.as_ref(), now, row.zone))
    });
    Ok(rows)
}

/// How many they are.
pub(super) fn count(conn: &mut Conn, catalog: &Catalog, now: DateTime<Utc>) -> Result<usize, Fault> {
    let Some(until) = until(catalog, now) else {
        return Ok(0);
    };
    store::confirmations::count(conn, places(catalog), made_before(catalog, now), (now, until))
}

fn places(catalog: &Catalog) -> Vec<i64> {
    catalog.locations.iter().map(|place| place.id.get()).collect()
}

/// Who booked today knows that they come.
fn made_before(catalog: &Catalog, now: DateTime<Utc>) -> DateTime<Utc> {
    let zone = catalog.locations.first().map_or(chrono_tz::UTC, |place| place.zone);
    time::day_span(time::local_day(now, zone), zone).starts_at()
}

/// Whether somebody called today.
pub(super) fn is_today(tried: Option<&Tried>, now: DateTime<Utc>, zone: Tz) -> bool {
    tried.is_some_and(|tried| time::local_day(tried.last_at, zone) == time::local_day(now, zone))
}
