//! Writes workload W: the shop once, then one location at a time, so that a hundred of them need no more memory than one.

use chrono::{Duration, NaiveDateTime};
use chrono_tz::Tz;
use diesel::prelude::*;

use super::rows::{AppointmentRow, BookingRow, ClientRow, EventRow, LedgerRow, OccupationRow, SeatRow, WordRow};
use super::{Contact, References};
use crate::db::schema::{
    appointments, booking_events, bookings, change_counters, client_words, clients, clinic, ledger_entries, locations,
    occupations, providers, rooms, seats, service_providers, services, weekly_hours,
};
use crate::db::{Conn, Fault, portable};
use crate::demo::catalogue as shop;
use crate::demo::people::{DayPart, Habit, Patient};
use crate::demo::workload::{CLIENTS, Fate, LUNCH, Load, PROVIDERS, SERVICE_MINUTES, SERVICES, WORK};
use crate::domain::ids::IdSource;
use crate::domain::time;

const PRICE_MINOR: i64 = 9_500;
const ROOM_KIND: &str = "chair";

/// Identifiers for every table, unique over all locations.
pub(in crate::demo) struct Numbers(IdSource);

impl Numbers {
    pub(in crate::demo) fn new() -> Self {
        Self(IdSource::new(1))
    }

    fn next(&self, at: NaiveDateTime) -> i64 {
        self.0.next(at.and_utc())
    }
}

/// What all locations share.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Shop {
    services: Vec<i64>,
}

/// One location.
pub(in crate::demo) struct Place {
    pub(in crate::demo) number: u32,
    pub(in crate::demo) zone: Tz,
    pub(in crate::demo) wall: NaiveDateTime,
}

impl Place {
    fn utc(&self, local: NaiveDateTime) -> NaiveDateTime {
        time::instant(local, self.zone).naive_utc()
    }

    fn number(&self) -> i64 {
        i64::from(self.number)
    }
}

/// Writes the clinic and its services, which are the same everywhere.
pub(in crate::demo) fn open_shop(conn: &mut Conn) -> Result<Shop, Fault> {
    diesel::delete(clinic::table).execute(conn)?;
    diesel::insert_into(clinic::table)
        .values((clinic::id.eq(1_i64), clinic::name.eq("Workload"), clinic::currency.eq(shop::CURRENCY)))
        .execute(conn)?;
    let services: Vec<i64> = (1_i64..).take(SERVICES).collect();
    for (id, position) in services.iter().zip(1..) {
        diesel::insert_into(services::table)
            .values((
                services::id.eq(*id),
                services::slug.eq(format!("service-{id}")),
                services::category.eq("Services"),
                services::name.eq(format!("Service {id}")),
                services::duration_minutes.eq(SERVICE_MINUTES),
                services::price_minor.eq(PRICE_MINOR),
                services::room_kind.eq(Some(ROOM_KIND)),
                services::lead_minutes.eq(60),
                services::slot_minutes.eq(SERVICE_MINUTES),
                services::position.eq(position),
            ))
            .execute(conn)?;
    }
    Ok(Shop { services })
}

/// Writes one location with its people and everything that happened there.
pub(in crate::demo) fn add_location(
    conn: &mut Conn,
    shop: &Shop,
    place: &Place,
    loads: &[Load],
    numbers: &Numbers,
) -> Result<(), Fault> {
    let resources = furnish(conn, shop, place)?;
    let clients = write_clients(conn, place, numbers)?;
    write_loads(conn, &Writing { shop, place, numbers, resources: &resources, clients: &clients }, loads)?;
    diesel::update(change_counters::table.find("catalog"))
        .set(change_counters::value.eq(change_counters::value + 1))
        .execute(conn)?;
    Ok(())
}

/// A provider and the room that is always used with it.
type Resources = Vec<(i64, i64)>;

/// Small known numbers, so that a benchmark can name them: location 1 has providers 1001 to 1010.
fn furnish(conn: &mut Conn, shop: &Shop, place: &Place) -> Result<Resources, Fault> {
    let number = place.number();
    diesel::insert_into(locations::table)
        .values((
            locations::id.eq(number),
            locations::slug.eq(format!("location-{number}")),
            locations::name.eq(format!("Location {number}")),
            locations::zone.eq(shop::ZONE),
        ))
        .execute(conn)?;
    let resources: Resources =
        (1..).take(PROVIDERS).map(|each: i64| (number * 1_000 + each, number * 1_000 + 500 + each)).collect();
    for (provider, room) in &resources {
        diesel::insert_into(providers::table)
            .values((
                providers::id.eq(*provider),
                providers::slug.eq(format!("provider-{provider}")),
                providers::name.eq(format!("Provider {provider}")),
            ))
            .execute(conn)?;
        diesel::insert_into(rooms::table)
            .values((
                rooms::id.eq(*room),
                rooms::location_id.eq(number),
                rooms::name.eq(format!("Room {room}")),
                rooms::kind.eq(ROOM_KIND),
            ))
            .execute(conn)?;
        for service in &shop.services {
            diesel::insert_into(service_providers::table)
                .values((service_providers::service_id.eq(*service), service_providers::provider_id.eq(*provider)))
                .execute(conn)?;
        }
        write_hours(conn, number, *provider)?;
    }
    Ok(resources)
}

fn write_hours(conn: &mut Conn, location: i64, provider: i64) -> Result<(), Fault> {
    for weekday in 1..=5 {
        for (kind, (starts, ends), half) in [("work", WORK, 0), ("break", LUNCH, 1)] {
            diesel::insert_into(weekly_hours::table)
                .values((
                    weekly_hours::id.eq(provider * 100 + i64::from(weekday) * 2 + half),
                    weekly_hours::provider_id.eq(provider),
                    weekly_hours::location_id.eq(location),
                    weekly_hours::kind.eq(kind),
                    weekly_hours::weekday.eq(weekday),
                    weekly_hours::starts_minute.eq(starts),
                    weekly_hours::ends_minute.eq(ends),
                ))
                .execute(conn)?;
        }
    }
    Ok(())
}

fn write_clients(conn: &mut Conn, place: &Place, numbers: &Numbers) -> Result<Vec<i64>, Fault> {
    let arrives = place.wall - Duration::days(500);
    let created_at = place.utc(arrives);
    let location = place.number;
    let people: Vec<Patient> = (1..=CLIENTS)
        .map(|each| Patient {
            first_name: format!("Client{each}"),
            last_name: format!("Of{location}"),
            email: Some(format!("client{each}.{location}@example.com")),
            phone: Some(format!("+1 310 {location:03} {each:04}")),
            language: "en",
            born: arrives.date(),
            household: None,
            guardian: None,
            source: "workload",
            arrives,
            habit: Habit::Steady,
            home: "",
            prefers: DayPart::Any,
        })
        .collect();
    let ids: Vec<i64> = people.iter().map(|_| numbers.next(created_at)).collect();
    let mut rows = Vec::with_capacity(CLIENTS);
    let mut words = Vec::new();
    for (person, id) in people.iter().zip(&ids) {
        let contact = Contact::of(person)?;
        rows.push(ClientRow::of(person, *id, created_at, &contact, None, None));
        words.extend(contact.words.into_iter().map(|word| WordRow { client_id: *id, word }));
    }
    portable::insert_all!(conn, clients, &rows);
    portable::insert_all!(conn, client_words, &words);
    Ok(ids)
}

struct Writing<'a> {
    shop: &'a Shop,
    place: &'a Place,
    numbers: &'a Numbers,
    resources: &'a Resources,
    clients: &'a [i64],
}

/// Everything one load becomes, table by table.
#[derive(Default)]
struct Tables<'a> {
    appointments: Vec<AppointmentRow<'a>>,
    bookings: Vec<BookingRow<'a>>,
    occupations: Vec<OccupationRow>,
    seats: Vec<SeatRow>,
    events: Vec<EventRow>,
    ledger: Vec<LedgerRow>,
}

fn write_loads(conn: &mut Conn, writing: &Writing<'_>, loads: &[Load]) -> Result<(), Fault> {
    let zone_version = time::zone_data_version();
    let references = References::new(1);
    let first = u64::from(writing.place.number) * 1_000_000;
    let mut tables = Tables::default();
    for (load, number) in loads.iter().zip(first..) {
        add_load(&mut tables, writing, load, &zone_version, references.of(number));
    }
    portable::insert_all!(conn, appointments, &tables.appointments);
    portable::insert_all!(conn, bookings, &tables.bookings);
    portable::insert_all!(conn, occupations, &tables.occupations);
    portable::insert_all!(conn, seats, &tables.seats);
    portable::insert_all!(conn, booking_events, &tables.events);
    portable::insert_all!(conn, ledger_entries, &tables.ledger);
    Ok(())
}

fn add_load<'a>(tables: &mut Tables<'a>, writing: &Writing<'_>, load: &Load, zone_version: &'a str, reference: String) {
    let Some(line) = Line::of(writing, load) else { return };
    tables.appointments.push(line.appointment_row(zone_version));
    tables.bookings.push(line.booking_row(reference));
    tables.events.extend(line.event_rows());
    match load.fate {
        Fate::Completed => tables.ledger.extend(line.ledger_rows()),
        Fate::ToCome => {
            tables.occupations.extend(line.occupation_rows());
            tables.seats.push(SeatRow { appointment_id: line.appointment, seat_no: 1, booking_id: line.booking });
        }
        Fate::NoShow | Fate::Cancelled => {}
    }
}

/// One load with its identifiers and instants.
struct Line<'a> {
    writing: &'a Writing<'a>,
    load: &'a Load,
    appointment: i64,
    booking: i64,
    provider: i64,
    room: i64,
    service: i64,
    client: i64,
    created_at: NaiveDateTime,
    starts_at: NaiveDateTime,
    ends_at: NaiveDateTime,
    cancelled_at: Option<NaiveDateTime>,
}

impl<'a> Line<'a> {
    fn of(writing: &'a Writing<'a>, load: &'a Load) -> Option<Self> {
        let (provider, room) = writing.resources.get(load.provider).copied()?;
        let created_at = writing.place.utc(load.created);
        let starts_at = writing.place.utc(load.starts);
        Some(Self {
            writing,
            load,
            appointment: writing.numbers.next(created_at),
            booking: writing.numbers.next(created_at),
            provider,
            room,
            service: writing.shop.services.get(load.service).copied()?,
            client: writing.clients.get(load.client).copied()?,
            created_at,
            starts_at,
            ends_at: starts_at + Duration::minutes(i64::from(SERVICE_MINUTES)),
            cancelled_at: (load.fate == Fate::Cancelled).then(|| starts_at - Duration::hours(1)),
        })
    }

    fn appointment_row<'v>(&self, zone_version: &'v str) -> AppointmentRow<'v> {
        AppointmentRow {
            id: self.appointment,
            location_id: self.writing.place.number(),
            service_id: self.service,
            provider_id: self.provider,
            room_id: Some(self.room),
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            local_start: self.load.starts,
            zone: shop::ZONE,
            zone_version,
            capacity: 1,
            released_at: self.cancelled_at,
            created_at: self.created_at,
        }
    }

    fn booking_row<'v>(&self, reference: String) -> BookingRow<'v> {
        BookingRow {
            id: self.booking,
            reference,
            appointment_id: self.appointment,
            client_id: self.client,
            visit_group_id: None,
            status: self.status(),
            party: 1,
            service_name: "Service",
            duration_minutes: SERVICE_MINUTES,
            price_minor: PRICE_MINOR,
            currency: shop::CURRENCY,
            cancel_notice_minutes: shop::CANCEL_NOTICE_MINUTES,
            cancel_policy: "",
            language: "en",
            source: None,
            note: "",
            schedule_version: i32::from(self.cancelled_at.is_some()),
            row_version: 1,
            created_at: self.created_at,
            created_by: "client",
            client_confirmed_at: None,
            tax_basis_points: 0,
            arrived_at: None,
            started_at: None,
            missed_at: None,
            completed_at: (self.load.fate == Fate::Completed).then_some(self.ends_at),
            ended_at: self.cancelled_at,
            ended_by: self.cancelled_at.map(|_| "client"),
            ended_reason: None,
            late_cancellation: self.cancelled_at.is_some(),
        }
    }

    const fn status(&self) -> &'static str {
        match self.load.fate {
            Fate::Completed => "completed",
            Fate::NoShow => "no_show",
            Fate::Cancelled => "cancelled",
            Fate::ToCome => "booked",
        }
    }

    fn event_rows(&self) -> impl Iterator<Item = EventRow> {
        let row = |at, actor, kind, before_state| EventRow {
            id: self.writing.numbers.next(at),
            booking_id: self.booking,
            at,
            actor,
            staff_user_id: None,
            kind,
            before_state,
            after_state: Some(kind),
            reason: None,
        };
        let end = match self.load.fate {
            Fate::Completed | Fate::NoShow => Some((self.ends_at, "staff")),
            Fate::Cancelled => self.cancelled_at.map(|at| (at, "client")),
            Fate::ToCome => None,
        };
        let ended = end.map(|(at, actor)| row(at, actor, self.status(), Some("booked")));
        std::iter::once(row(self.created_at, "client", "booked", None)).chain(ended)
    }

    fn ledger_rows(&self) -> [LedgerRow; 2] {
        let row = |(kind, method)| LedgerRow {
            id: self.writing.numbers.next(self.ends_at),
            client_id: self.client,
            booking_id: self.booking,
            kind,
            amount_minor: PRICE_MINOR,
            currency: shop::CURRENCY,
            method,
            occurred_at: self.ends_at,
            recorded_at: self.ends_at,
            recorded_by: None,
            note: "",
            item: "",
            tax_minor: 0,
            tax_basis_points: 0,
            location_id: Some(self.writing.place.number()),
        };
        [("charge", None), ("payment", Some("card"))].map(row)
    }

    fn occupation_rows(&self) -> [OccupationRow; 2] {
        let row = |(resource_id, resource_kind)| OccupationRow {
            id: self.writing.numbers.next(self.created_at),
            appointment_id: self.appointment,
            resource_id,
            resource_kind,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
        };
        [(self.provider, "provider"), (self.room, "room")].map(row)
    }
}
