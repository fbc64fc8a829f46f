//! A booking as it is told to programs of others.

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;

use crate::db::schema::{appointments, bookings, clients, locations, message_rules, providers};
use crate::db::{Conn, Fault};
use crate::domain::ids::{AppointmentId, BookingId, ClientId, LocationId, ProviderId, RuleId, SeriesId, ServiceId};
use crate::domain::message_rules::Trigger;
use crate::domain::money::{Currency, Money};

/// What is true of a booking now.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct EventFacts {
    pub(in crate::messaging) id: BookingId,
    pub(in crate::messaging) reference: String,
    pub(in crate::messaging) status: String,
    pub(in crate::messaging) schedule_version: i32,
    pub(in crate::messaging) row_version: i64,
    pub(in crate::messaging) appointment: AppointmentId,
    pub(in crate::messaging) starts_at: DateTime<Utc>,
    pub(in crate::messaging) ends_at: DateTime<Utc>,
    pub(in crate::messaging) zone: Tz,
    pub(in crate::messaging) service: ServiceId,
    pub(in crate::messaging) service_name: String,
    pub(in crate::messaging) provider: ProviderId,
    pub(in crate::messaging) provider_name: String,
    pub(in crate::messaging) location: LocationId,
    pub(in crate::messaging) location_name: String,
    pub(in crate::messaging) party: i32,
    pub(in crate::messaging) price: Money,
    pub(in crate::messaging) source: Option<String>,
    pub(in crate::messaging) language: String,
    pub(in crate::messaging) series: Option<SeriesId>,
    pub(in crate::messaging) visit: Option<BookingId>,
    pub(in crate::messaging) created_at: DateTime<Utc>,
    pub(in crate::messaging) ended_at: Option<DateTime<Utc>>,
    pub(in crate::messaging) ended_by: Option<String>,
    pub(in crate::messaging) ended_reason_code: Option<String>,
    pub(in crate::messaging) client: ClientFacts,
}

/// Who comes.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct ClientFacts {
    pub(in crate::messaging) id: ClientId,
    pub(in crate::messaging) first_name: String,
    pub(in crate::messaging) last_name: String,
    pub(in crate::messaging) email: Option<String>,
    pub(in crate::messaging) phone: Option<String>,
}

#[derive(Queryable)]
struct EventRow {
    booking: (i64, String, String, i32, i64, String, i32, i64, String),
    more: (Option<String>, String, Option<i64>, Option<i64>),
    times: (NaiveDateTime, Option<NaiveDateTime>, Option<String>, Option<String>),
    appointment: (i64, NaiveDateTime, NaiveDateTime, i64),
    provider: (i64, String),
    location: (i64, String, String),
    client: (i64, String, String, Option<String>, Option<String>),
}

/// The booking as it stands; nothing when it is not there.
pub(in crate::messaging) fn event_facts(conn: &mut Conn, id: BookingId) -> Result<Option<EventFacts>, Fault> {
    let row: Option<EventRow> = bookings::table
        .inner_join(appointments::table.inner_join(providers::table).inner_join(locations::table))
        .inner_join(clients::table)
        .filter(bookings::id.eq(id.get()))
        .select((
            (
                bookings::id,
                bookings::reference,
                bookings::status,
                bookings::schedule_version,
                bookings::row_version,
                bookings::service_name,
                bookings::party,
                bookings::price_minor,
                bookings::currency,
            ),
            (bookings::source, bookings::language, bookings::series_id, bookings::visit_group_id),
            (bookings::created_at, bookings::ended_at, bookings::ended_by, bookings::ended_reason_code),
            (appointments::id, appointments::starts_at, appointments::ends_at, appointments::service_id),
            (providers::id, providers::name),
            (locations::id, locations::name, locations::zone),
            (clients::id, clients::first_name, clients::last_name, clients::email, clients::phone),
        ))
        .first(conn)
        .optional()?;
    row.map(event_of).transpose()
}

fn event_of(row: EventRow) -> Result<EventFacts, Fault> {
    let (id, reference, status, schedule_version, row_version, service_name, party, price, currency) = row.booking;
    let (source, language, series, visit) = row.more;
    let (created_at, ended_at, ended_by, ended_reason_code) = row.times;
    let (appointment, starts_at, ends_at, service) = row.appointment;
    let (location, location_name, zone) = row.location;
    let (client, first_name, last_name, email, phone) = row.client;
    let id = BookingId::new(id);
    let currency: Currency = currency.parse().map_err(|error| Fault::corrupt("bookings", "currency", id, error))?;
    Ok(EventFacts {
        id,
        reference,
        status,
        schedule_version,
        row_version,
        appointment: AppointmentId::new(appointment),
        starts_at: starts_at.and_utc(),
        ends_at: ends_at.and_utc(),
        zone: zone.parse().map_err(|error| Fault::corrupt("locations", "zone", id, error))?,
        service: ServiceId::new(service),
        service_name,
        provider: ProviderId::new(row.provider.0),
        provider_name: row.provider.1,
        location: LocationId::new(location),
        location_name,
        party,
        price: Money::new(price, currency),
        source,
        language,
        series: series.map(SeriesId::new),
        visit: visit.map(BookingId::new),
        created_at: created_at.and_utc(),
        ended_at: ended_at.map(|at| at.and_utc()),
        ended_by,
        ended_reason_code,
        client: ClientFacts { id: ClientId::new(client), first_name, last_name, email, phone },
    })
}

/// What makes a rule speak.
pub(in crate::messaging) fn trigger_of(conn: &mut Conn, rule: RuleId) -> Result<Option<Trigger>, Fault> {
    let word: Option<String> =
        message_rules::table.find(rule.get()).select(message_rules::fires_on).first(conn).optional()?;
    Ok(word.and_then(|word| Trigger::parse(&word)))
}
