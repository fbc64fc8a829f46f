//! Times that were called off and are still free.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::db::schema::{appointments, bookings, occupations, providers, worklist_snoozes};
use crate::db::{Conn, Fault};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::{BookingId, LocationId, ProviderId};
use crate::domain::span::Span;
use crate::domain::time;
use crate::domain::worklists::Worklist;
use crate::worklists::OpenHole;

/// As many occupations of two days are looked at.
const OCCUPATIONS_MAX: i64 = 5_000;

type Row = (i64, String, Option<NaiveDateTime>, (i64, i64, NaiveDateTime, NaiveDateTime, String), String);

/// Called off, beginning in the span, taken by nobody since; the next first.
pub(in crate::worklists) fn load(
    conn: &mut Conn,
    places: Vec<i64>,
    now: DateTime<Utc>,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    limit: i64,
) -> Result<Vec<OpenHole>, Fault> {
    let put_off = worklist_snoozes::table
        .filter(worklist_snoozes::worklist.eq(Worklist::ShortNotice.as_str()))
        .filter(worklist_snoozes::until.is_null().or(worklist_snoozes::until.gt(now.naive_utc())))
        .select(worklist_snoozes::object_id);
    let rows: Vec<Row> = bookings::table
        .inner_join(appointments::table.inner_join(providers::table))
        .filter(appointments::location_id.eq_any(places))
        .filter(appointments::starts_at.gt(from.naive_utc()))
        .filter(appointments::starts_at.lt(until.naive_utc()))
        .filter(appointments::released_at.is_not_null())
        .filter(bookings::status.eq(BookingStatus::Cancelled.as_str()))
        .filter(providers::archived_at.is_null())
        .filter(bookings::id.ne_all(put_off))
        .order((appointments::starts_at, bookings::id))
        .limit(limit)
        .select((
            bookings::id,
            bookings::service_name,
            bookings::ended_at,
            (
                appointments::provider_id,
                appointments::location_id,
                appointments::starts_at,
                appointments::ends_at,
                appointments::zone,
            ),
            providers::name,
        ))
        .load(conn)?;
    let busy = busy(conn, &rows, now, (from, until))?;
    let mut holes: Vec<OpenHole> = Vec::new();
    for (id, service_name, ended_at, (provider, location, starts_at, ends_at, zone), provider_name) in rows {
        let zone = time::zone_named(&zone).map_err(|error| Fault::corrupt("appointments", "zone", id, error))?;
        let (starts_at, ends_at) = (starts_at.and_utc(), ends_at.and_utc());
        let Ok(span) = Span::new(starts_at, ends_at) else { continue };
        let is_taken = busy.iter().any(|(resource, taken)| *resource == provider && taken.overlaps(span));
        // Cancelled twice is one hole.
        let is_known = holes.iter().any(|hole| hole.provider.get() == provider && hole.starts_at == starts_at);
        if is_taken || is_known {
            continue;
        }
        holes.push(OpenHole {
            booking: BookingId::new(id),
            service_name,
            provider: ProviderId::new(provider),
            provider_name,
            location: LocationId::new(location),
            starts_at,
            ends_at,
            zone,
            freed_at: ended_at.map_or(now, |at| at.and_utc()),
            candidates: Vec::new(),
        });
    }
    Ok(holes)
}

/// What is taken of these providers.
fn busy(
    conn: &mut Conn,
    rows: &[Row],
    now: DateTime<Utc>,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<(i64, Span)>, Fault> {
    let providers: Vec<i64> = rows.iter().map(|(_, _, _, (provider, ..), _)| *provider).collect();
    if providers.is_empty() {
        return Ok(Vec::new());
    }
    let taken: Vec<(i64, NaiveDateTime, NaiveDateTime)> = occupations::table
        .filter(occupations::resource_id.eq_any(providers))
        .filter(occupations::ends_at.gt(from.naive_utc()))
        .filter(occupations::starts_at.lt(until.naive_utc()))
        .filter(occupations::held_until.is_null().or(occupations::held_until.gt(now.naive_utc())))
        .order((occupations::starts_at, occupations::id))
        .limit(OCCUPATIONS_MAX)
        .select((occupations::resource_id, occupations::starts_at, occupations::ends_at))
        .load(conn)?;
    let span = |(resource, from, to): (i64, NaiveDateTime, NaiveDateTime)| {
        Some((resource, Span::new(from.and_utc(), to.and_utc()).ok()?))
    };
    Ok(taken.into_iter().filter_map(span).collect())
}
