//! What mails say about a series, read just before they leave.

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;

use super::booking::{PlaceRow, clinic_facts, location_facts};
use crate::db::schema::{appointments, bookings, clients, locations, providers, series, series_exceptions, services};
use crate::db::{Conn, Fault};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::{BookingId, ProviderId, SeriesId};
use crate::domain::recurrence::Rule;
use crate::domain::time;
use crate::messaging::calendar_series::{self, OneOf};
use crate::messaging::templates::{ClinicFacts, LocationFacts, Reader};

/// Dates of one series that a mail knows of: years of daily ones.
const DATES_MAX: i64 = 4_000;

/// A series as it is at this moment, with everything a mail about it may say.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct SeriesFacts {
    pub(in crate::messaging) id: SeriesId,
    pub(in crate::messaging) reference: String,
    pub(in crate::messaging) rule: Rule,
    pub(in crate::messaging) zone: Tz,
    pub(in crate::messaging) start: NaiveDateTime,
    pub(in crate::messaging) schedule_version: i32,
    /// The versions of the series and of all its dates, added up: it rises whatever changes.
    pub(in crate::messaging) sequence: i32,
    pub(in crate::messaging) link_generation: i32,
    pub(in crate::messaging) client: Option<Reader>,
    pub(in crate::messaging) client_name: String,
    pub(in crate::messaging) service: String,
    pub(in crate::messaging) minutes: i64,
    pub(in crate::messaging) clinic: ClinicFacts,
    pub(in crate::messaging) location: LocationFacts,
    /// By slot; of a slot that was booked twice the one that stands.
    pub(in crate::messaging) dates: Vec<DateFacts>,
    /// Dates that could not be booked and wait for somebody.
    pub(in crate::messaging) gaps: Vec<NaiveDateTime>,
}

/// One date of a series.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct DateFacts {
    pub(in crate::messaging) slot: NaiveDateTime,
    pub(in crate::messaging) stands: bool,
    pub(in crate::messaging) starts_at: DateTime<Utc>,
    pub(in crate::messaging) ends_at: DateTime<Utc>,
    pub(in crate::messaging) provider: ProviderId,
    pub(in crate::messaging) provider_name: String,
    pub(in crate::messaging) provider_email: Option<String>,
    pub(in crate::messaging) cancel_notice_minutes: i64,
    pub(in crate::messaging) cancel_policy: String,
}

#[derive(Queryable)]
struct SeriesRow {
    row: (i64, String, String, String, NaiveDateTime, i32, i32),
    client: (String, String, Option<String>, String),
    service: (String, i32),
    place: PlaceRow,
}

/// The series with its dates, or none when it is unknown.
pub(in crate::messaging) fn series_to_mail(conn: &mut Conn, id: SeriesId) -> Result<Option<SeriesFacts>, Fault> {
    let row: Option<SeriesRow> = series::table
        .inner_join(clients::table)
        .inner_join(services::table)
        .inner_join(locations::table)
        .filter(series::id.eq(id.get()))
        .select((
            (
                series::id,
                series::reference,
                series::rule,
                series::zone,
                series::local_start,
                series::schedule_version,
                series::link_generation,
            ),
            (clients::first_name, clients::last_name, clients::email, clients::standing),
            (services::name, services::duration_minutes),
            PlaceRow::as_select(),
        ))
        .first(conn)
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let (number, reference, rule, zone, start, schedule_version, link_generation) = row.row;
    let (first_name, last_name, email, standing) = row.client;
    let zone = time::zone_named(&zone).map_err(|error| Fault::corrupt("series", "zone", number, error))?;
    let rule = Rule::parse(&rule, start, zone).map_err(|error| Fault::corrupt("series", "rule", number, error))?;
    let dates = dates_of(conn, id)?;
    Ok(Some(SeriesFacts {
        id,
        reference,
        rule,
        zone,
        start,
        schedule_version,
        sequence: sequence(conn, id)?,
        link_generation,
        client_name: format!("{first_name} {last_name}"),
        client: email.filter(|_| standing == "present").map(|address| Reader { name: first_name, address }),
        minutes: dates.first().map_or(i64::from(row.service.1), |date| (date.ends_at - date.starts_at).num_minutes()),
        service: row.service.0,
        clinic: clinic_facts(conn)?,
        location: location_facts(BookingId::new(number), row.place)?,
        gaps: gaps_of(conn, id)?,
        dates,
    }))
}

type DateRow = ((NaiveDateTime, String, i32, String), (NaiveDateTime, NaiveDateTime), (i64, String, Option<String>));

fn dates_of(conn: &mut Conn, id: SeriesId) -> Result<Vec<DateFacts>, Fault> {
    let rows: Vec<DateRow> = bookings::table
        .inner_join(appointments::table.inner_join(providers::table))
        .filter(bookings::series_id.eq(id.get()))
        .filter(bookings::series_slot.is_not_null())
        .order((bookings::series_slot, bookings::id))
        .limit(DATES_MAX)
        .select((
            (
                bookings::series_slot.assume_not_null(),
                bookings::status,
                bookings::cancel_notice_minutes,
                bookings::cancel_policy,
            ),
            (appointments::starts_at, appointments::ends_at),
            (providers::id, providers::name, providers::email),
        ))
        .load(conn)?;
    let mut found: Vec<DateFacts> = Vec::with_capacity(rows.len());
    for ((slot, status, notice, cancel_policy), (starts_at, ends_at), provider) in rows {
        let date = DateFacts {
            slot,
            stands: BookingStatus::parse(&status).is_some_and(|status| !status.gave_seat_back()),
            starts_at: starts_at.and_utc(),
            ends_at: ends_at.and_utc(),
            provider: ProviderId::new(provider.0),
            provider_name: provider.1,
            provider_email: provider.2,
            cancel_notice_minutes: i64::from(notice),
            cancel_policy,
        };
        match found.last_mut().filter(|last| last.slot == slot) {
            Some(last) if date.stands => *last = date,
            Some(_) => {}
            None => found.push(date),
        }
    }
    Ok(found)
}

fn gaps_of(conn: &mut Conn, id: SeriesId) -> Result<Vec<NaiveDateTime>, Fault> {
    Ok(series_exceptions::table
        .filter(series_exceptions::series_id.eq(id.get()))
        .filter(series_exceptions::kind.eq("unbookable"))
        .filter(series_exceptions::settled_at.is_null())
        .order(series_exceptions::slot)
        .limit(DATES_MAX)
        .select(series_exceptions::slot)
        .load(conn)?)
}

/// The versions of a series and of all its dates, added up.
fn sequence(conn: &mut Conn, id: SeriesId) -> Result<i32, Fault> {
    let own: Option<i32> = series::table.find(id.get()).select(series::schedule_version).first(conn).optional()?;
    let dates: Vec<i32> = bookings::table
        .filter(bookings::series_id.eq(id.get()))
        .limit(DATES_MAX)
        .select(bookings::schedule_version)
        .load(conn)?;
    Ok(own.unwrap_or(0) + dates.into_iter().sum::<i32>())
}

/// What a calendar entry of one booking must know of the series it belongs to.
pub fn one_of(conn: &mut Conn, booking: BookingId) -> Result<Option<OneOf>, Fault> {
    type Row = (Option<NaiveDateTime>, i64, String, String);
    let row: Option<Row> = bookings::table
        .inner_join(series::table)
        .filter(bookings::id.eq(booking.get()))
        .select((bookings::series_slot, series::id, series::reference, series::zone))
        .first(conn)
        .optional()?;
    let Some((Some(slot), id, reference, zone)) = row else { return Ok(None) };
    let zone = time::zone_named(&zone).map_err(|error| Fault::corrupt("series", "zone", id, error))?;
    let id = SeriesId::new(id);
    Ok(Some(OneOf { uid: calendar_series::uid(id, &reference), sequence: sequence(conn, id)?, slot, zone }))
}
