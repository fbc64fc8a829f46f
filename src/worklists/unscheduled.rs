//! Who has nothing booked and should.

use std::collections::HashMap;

use chrono::{DateTime, Days, Months, NaiveDate, Utc};
use chrono_tz::Tz;

use super::{Person, Tried, confirmations, store};
use crate::catalog::{Catalog, RecallInterval};
use crate::db::{Conn, Fault};
use crate::domain::ids::{BookingId, ClientId, ProviderId, ServiceId};
use crate::domain::time;
use crate::domain::worklists::{self, DUE_AFTER_DAYS, DUE_BEFORE_DAYS, ENDED_DAYS, Unscheduled, Worklist};

/// As many candidates of each kind are looked at.
const CANDIDATES_MAX: i64 = 400;

/// Somebody to ask for a next appointment.
#[derive(Debug, Clone)]
pub struct ToRebook {
    /// The booking it is about: what was called off or missed, or the last visit.
    pub booking: BookingId,
    /// Who.
    pub person: Person,
    /// Why.
    pub why: Unscheduled,
    /// Since when, or when it is due.
    pub since: NaiveDate,
    /// Which service.
    pub service: ServiceId,
    /// Its name.
    pub service_name: String,
    /// With whom it was.
    pub provider: ProviderId,
    /// The name.
    pub provider_name: String,
    /// On which clocks.
    pub zone: Tz,
    /// The calls about it.
    pub tried: Option<Tried>,
}

/// Who has nothing booked after something was called off, missed or became due; one row a client, the latest thing.
pub fn unscheduled(conn: &mut Conn, catalog: &Catalog, now: DateTime<Utc>) -> Result<Vec<ToRebook>, Fault> {
    let mut rows = candidates(conn, catalog, now)?;
    let clients: Vec<ClientId> = rows.iter().map(|row| row.person.client).collect();
    let tried = store::attempts::of_clients(conn, Worklist::Unscheduled, &clients, now)?;
    for row in &mut rows {
        row.tried = store::attempts::about(&tried, row.person.client, Some(row.booking));
    }
    rows.sort_by_key(|row| {
        let called = confirmations::is_today(row.tried.as_ref(), now, row.zone);
        worklists::order_of_unscheduled(row.why, row.since, called)
    });
    Ok(rows)
}

fn candidates(conn: &mut Conn, catalog: &Catalog, now: DateTime<Utc>) -> Result<Vec<ToRebook>, Fault> {
    let zone = catalog.locations.first().map_or(chrono_tz::UTC, |place| place.zone);
    let today = time::local_day(now, zone);
    let mut rows = store::unscheduled::ended(conn, now, now - chrono::TimeDelta::days(ENDED_DAYS), CANDIDATES_MAX)?;
    for service in &catalog.services {
        let interval = service.recall_interval.as_deref().and_then(|text| text.parse::<RecallInterval>().ok());
        let Some(interval) = interval else { continue };
        let back = |day: NaiveDate| {
            day.checked_sub_months(Months::new(u32::from(interval.months())))
                .and_then(|day| day.checked_sub_days(Days::new(u64::from(interval.days()))))
        };
        let first = today.checked_sub_days(Days::new(DUE_AFTER_DAYS.unsigned_abs())).and_then(back);
        let last = today.checked_add_days(Days::new(DUE_BEFORE_DAYS.unsigned_abs())).and_then(back);
        let Some((first, last)) = first.zip(last) else { continue };
        let span = (time::day_span(first, zone).starts_at(), time::day_span(last, zone).ends_at());
        let ahead = |day: NaiveDate| {
            let day = day.checked_add_months(Months::new(u32::from(interval.months())));
            day.and_then(|day| day.checked_add_days(Days::new(u64::from(interval.days()))))
        };
        for mut row in store::unscheduled::kept(conn, service.id, now, span, CANDIDATES_MAX)? {
            row.since = ahead(row.since).unwrap_or(row.since);
            rows.push(row);
        }
    }
    rows.retain(|row| worklists::is_asked_about(row.why, row.since, today));
    latest(conn, rows)
}

/// One row a client: what is asked about first; nothing that a later visit has settled.
fn latest(conn: &mut Conn, mut rows: Vec<ToRebook>) -> Result<Vec<ToRebook>, Fault> {
    rows.sort_by_key(|row| worklists::order_of_unscheduled(row.why, row.since, false));
    let clients: Vec<ClientId> = rows.iter().map(|row| row.person.client).collect();
    let last_seen = store::unscheduled::last_seen(conn, &clients)?;
    let mut seen: HashMap<ClientId, ()> = HashMap::new();
    rows.retain(|row| {
        let visit = last_seen.get(&row.person.client);
        let is_settled = match row.why {
            // The visit that is due again is the last one, whatever it was for.
            Unscheduled::Due => visit.is_some_and(|(booking, _)| *booking != row.booking),
            _ => visit.is_some_and(|(_, at)| row.since <= time::local_day(*at, row.zone)),
        };
        !is_settled && seen.insert(row.person.client, ()).is_none()
    });
    Ok(rows)
}
