//! Writes the plan into an empty database, in one transaction, table by table.

pub(in crate::demo) mod measured;
mod notes;
pub(in crate::demo) mod recalls;
mod rows;
mod waitlist;
pub(in crate::demo) mod workload;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use chrono_tz::Tz;
use diesel::prelude::*;
use indicatif::ProgressBar;

use crate::db::schema::{
    acquisition_costs, appointments, booking_events, bookings, change_counters, client_words, clients, clinic,
    closures, day_closings, hour_exceptions, households, ledger_entries, locations, occupations, providers, receipts,
    rooms, seats, service_providers, services, sms_gateway, staff_users, time_off, weekly_hours,
};
use crate::db::{Conn, Fault, portable};
use crate::demo::catalogue as shop;
use crate::demo::hours::{Leave, SpanKind};
use crate::demo::people::Patient;
use crate::demo::plan::{Actor, ClinicPlan, EntryKind, PlannedBooking, PlannedEntry, Status};
use crate::domain::booking;
use crate::domain::ids::IdSource;
use crate::domain::ledger;
use crate::domain::recognise::{ContactKeys, EmailAddress, PersonName, PhoneNumber, search_words};
use crate::domain::time;
use crate::money::{DaySum, DaySums, Paper, PaperLine, PaperPayment};
use rows::{
    AppointmentRow, BookingRow, ClientRow, CostRow, EventRow, HouseholdRow, LedgerRow, OccupationRow, SeatRow, WordRow,
};

/// Somebody of the staff with the hash of the printed password.
pub(in crate::demo) struct StaffRow {
    pub(in crate::demo) card: &'static shop::StaffCard,
    pub(in crate::demo) password_hash: String,
}

/// Whether the database holds a clinic already.
pub(in crate::demo) fn is_empty(conn: &mut Conn) -> Result<bool, Fault> {
    let known: i64 = locations::table.count().get_result(conn)?;
    Ok(known == 0)
}

/// Everything that is written, and how far it has come.
pub(in crate::demo) struct Writer<'a> {
    conn: &'a mut Conn,
    plan: &'a ClinicPlan,
    bar: &'a ProgressBar,
    zone: Tz,
    seed: u64,
    ids: BTreeMap<&'static str, i64>,
}

type Written = Result<(), Fault>;

impl<'a> Writer<'a> {
    pub(in crate::demo) fn new(
        conn: &'a mut Conn,
        plan: &'a ClinicPlan,
        zone: Tz,
        seed: u64,
        bar: &'a ProgressBar,
    ) -> Self {
        Self { conn, plan, bar, zone, seed, ids: BTreeMap::new() }
    }

    /// Writes the whole plan.
    pub(in crate::demo) fn write(mut self, staff: &[StaffRow]) -> Written {
        self.bar.set_message("places and people");
        self.clinic()?;
        self.places()?;
        self.providers()?;
        self.services()?;
        let desk = self.staff(staff)?;
        self.hours()?;
        self.bar.set_message("patients");
        let patients = self.patients()?;
        self.bar.set_message("three years of visits");
        let appointments = self.appointments()?;
        self.bookings(&patients, &appointments, desk)?;
        self.waitlist(&patients)?;
        self.notes(&patients, desk)?;
        self.catalog_changed()
    }

    /// A source of identifiers of its own for each table, so that each rises with the time of its rows.
    fn numbers(&self, table: u64) -> Numbers {
        Numbers {
            source: IdSource::new((self.seed ^ 0x5eed_0000).wrapping_add(table).wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        }
    }

    fn utc(&self, local: NaiveDateTime) -> NaiveDateTime {
        time::instant(local, self.zone).naive_utc()
    }

    fn opened(&self) -> NaiveDateTime {
        self.utc(self.plan.anchor.opening.and_time(chrono::NaiveTime::MIN))
    }

    fn id(&self, key: &'static str) -> i64 {
        self.ids.get(key).copied().unwrap_or_default()
    }

    fn clinic(&mut self) -> Written {
        diesel::delete(clinic::table).execute(self.conn)?;
        diesel::insert_into(clinic::table)
            .values((
                clinic::id.eq(1_i64),
                clinic::name.eq(shop::CLINIC_NAME),
                clinic::tagline.eq(shop::CLINIC_TAGLINE),
                clinic::email.eq(shop::CLINIC_EMAIL),
                clinic::phone.eq(shop::CLINIC_PHONE),
                clinic::currency.eq(shop::CURRENCY),
                clinic::language.eq("en"),
                clinic::cancel_notice_minutes.eq(shop::CANCEL_NOTICE_MINUTES),
                clinic::cancel_policy.eq(shop::CANCEL_POLICY),
            ))
            .execute(self.conn)?;
        // The demo has no gateway: text messages are kept beside the mails, and can be followed there.
        diesel::update(sms_gateway::table)
            .set((sms_gateway::preset.eq("demo"), sms_gateway::enabled.eq(true), sms_gateway::country_code.eq("1")))
            .execute(self.conn)?;
        Ok(())
    }

    fn places(&mut self) -> Written {
        let numbers = self.numbers(1);
        let opened = self.opened();
        for (location, position) in shop::LOCATIONS.iter().zip(1..) {
            let id = numbers.next(opened);
            self.ids.insert(location.slug, id);
            diesel::insert_into(locations::table)
                .values((
                    locations::id.eq(id),
                    locations::slug.eq(location.slug),
                    locations::name.eq(location.name),
                    locations::zone.eq(shop::ZONE),
                    locations::street.eq(location.street),
                    locations::postal_code.eq(location.postal_code),
                    locations::city.eq(location.city),
                    locations::region.eq("CA"),
                    locations::country.eq("US"),
                    locations::phone.eq(location.phone),
                    locations::email.eq(location.email),
                    locations::directions.eq(location.directions),
                    locations::position.eq(position),
                ))
                .execute(self.conn)?;
        }
        let numbers = self.numbers(2);
        for (room, position) in shop::ROOMS.iter().zip(1..) {
            let id = numbers.next(opened);
            self.ids.insert(room.key, id);
            let location = self.id(room.location);
            diesel::insert_into(rooms::table)
                .values((
                    rooms::id.eq(id),
                    rooms::location_id.eq(location),
                    rooms::name.eq(room.name),
                    rooms::kind.eq(room.kind),
                    rooms::position.eq(position),
                ))
                .execute(self.conn)?;
        }
        Ok(())
    }

    fn providers(&mut self) -> Written {
        let numbers = self.numbers(3);
        let opened = self.opened();
        for (provider, position) in shop::PROVIDERS.iter().zip(1..) {
            let id = numbers.next(opened);
            self.ids.insert(provider.slug, id);
            diesel::insert_into(providers::table)
                .values((
                    providers::id.eq(id),
                    providers::slug.eq(provider.slug),
                    providers::name.eq(provider.name),
                    providers::title.eq(provider.title),
                    providers::bio.eq(provider.bio),
                    providers::languages.eq(provider.languages),
                    providers::color.eq(provider.color),
                    providers::email.eq(provider.email),
                    providers::position.eq(position),
                ))
                .execute(self.conn)?;
        }
        Ok(())
    }

    fn services(&mut self) -> Written {
        let numbers = self.numbers(4);
        let opened = self.opened();
        for (service, position) in shop::SERVICES.iter().zip(1..) {
            let id = numbers.next(opened);
            self.ids.insert(service.slug, id);
            self.service(service, id, position)?;
        }
        for offer in shop::OFFERS {
            let (service, provider) = (self.id(offer.service.slug), self.id(offer.provider));
            diesel::insert_into(service_providers::table)
                .values((
                    service_providers::service_id.eq(service),
                    service_providers::provider_id.eq(provider),
                    service_providers::price_minor.eq(offer.price_minor),
                    service_providers::duration_minutes.eq(offer.minutes),
                ))
                .execute(self.conn)?;
        }
        Ok(())
    }

    fn service(&mut self, service: &shop::Service, id: i64, position: i32) -> Written {
        diesel::insert_into(services::table)
            .values((
                services::id.eq(id),
                services::slug.eq(service.slug),
                services::category.eq(service.category),
                services::name.eq(service.name),
                services::description.eq(service.description),
                services::duration_minutes.eq(service.minutes),
                services::buffer_before_minutes.eq(service.before),
                services::buffer_after_minutes.eq(service.after),
                services::price_minor.eq(service.price_minor),
                services::tax_basis_points.eq(rate(service.tax_basis_points)),
                services::extra_person_minor.eq(service.extra_person_minor),
                services::margin_basis_points.eq(margin(service)),
                services::capacity.eq(service.capacity),
                services::party_max.eq(service.party_max),
                services::room_kind.eq(service.room_kind),
                services::lead_minutes.eq(service.lead_minutes),
                services::horizon_days.eq(service.horizon_days),
                services::slot_minutes.eq(service.slot_minutes),
                services::cancel_notice_minutes.eq(service.cancel_notice_minutes),
                services::recall_interval.eq(service.recall_interval),
                services::online.eq(service.online),
                services::needs_approval.eq(service.needs_approval),
                services::client_series.eq(service.client_series),
                services::position.eq(position),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    /// Writes who signs in and gives the receptionist's number, who did most of what the history says.
    fn staff(&mut self, staff: &[StaffRow]) -> Result<Option<i64>, Fault> {
        let numbers = self.numbers(5);
        let opened = self.opened();
        let mut desk = None;
        for row in staff {
            let id = numbers.next(opened);
            if row.card.role == "receptionist" {
                desk = Some(id);
            }
            let provider = row.card.provider.map(|slug| self.id(slug));
            diesel::insert_into(staff_users::table)
                .values((
                    staff_users::id.eq(id),
                    staff_users::email.eq(row.card.email),
                    staff_users::email_key.eq(row.card.email),
                    staff_users::name.eq(row.card.name),
                    staff_users::role.eq(row.card.role),
                    staff_users::provider_id.eq(provider),
                    staff_users::password_hash.eq(&row.password_hash),
                    staff_users::language.eq("en"),
                    staff_users::created_at.eq(opened),
                ))
                .execute(self.conn)?;
        }
        Ok(desk)
    }

    fn hours(&mut self) -> Written {
        let (numbers, opened, plan) = (self.numbers(6), self.opened(), self.plan);
        for span in &plan.hours.weekly {
            let (provider, location) = (self.id(span.provider), self.id(span.location));
            diesel::insert_into(weekly_hours::table)
                .values((
                    weekly_hours::id.eq(numbers.next(opened)),
                    weekly_hours::provider_id.eq(provider),
                    weekly_hours::location_id.eq(location),
                    weekly_hours::kind.eq(match span.kind {
                        SpanKind::Work => "work",
                        SpanKind::Break => "break",
                    }),
                    weekly_hours::weekday.eq(i32::try_from(span.weekday.number_from_monday()).unwrap_or(1)),
                    weekly_hours::starts_minute.eq(span.minutes.start),
                    weekly_hours::ends_minute.eq(span.minutes.end),
                    weekly_hours::valid_from.eq(span.valid_from),
                    weekly_hours::valid_until.eq(span.valid_until),
                ))
                .execute(self.conn)?;
        }
        self.exceptions()?;
        self.time_off()?;
        self.closures()
    }

    fn exceptions(&mut self) -> Written {
        let (numbers, opened, plan) = (self.numbers(7), self.opened(), self.plan);
        for exception in &plan.hours.exceptions {
            let (provider, location) = (self.id(exception.provider), self.id(exception.location));
            diesel::insert_into(hour_exceptions::table)
                .values((
                    hour_exceptions::id.eq(numbers.next(opened)),
                    hour_exceptions::provider_id.eq(provider),
                    hour_exceptions::location_id.eq(location),
                    hour_exceptions::day.eq(exception.day),
                    hour_exceptions::starts_minute.eq(exception.minutes.map(|minutes| minutes.start)),
                    hour_exceptions::ends_minute.eq(exception.minutes.map(|minutes| minutes.end)),
                    hour_exceptions::note.eq(exception.note),
                ))
                .execute(self.conn)?;
        }
        Ok(())
    }

    fn time_off(&mut self) -> Written {
        let (numbers, opened, plan) = (self.numbers(8), self.opened(), self.plan);
        for off in &plan.hours.time_off {
            let provider = self.id(off.provider);
            diesel::insert_into(time_off::table)
                .values((
                    time_off::id.eq(numbers.next(opened)),
                    time_off::provider_id.eq(provider),
                    time_off::first_day.eq(off.first_day),
                    time_off::last_day.eq(off.last_day),
                    time_off::starts_minute.eq(off.minutes.map(|minutes| minutes.start)),
                    time_off::ends_minute.eq(off.minutes.map(|minutes| minutes.end)),
                    time_off::status.eq(match off.leave {
                        Leave::Requested => "requested",
                        Leave::Approved => "approved",
                        Leave::Declined => "declined",
                    }),
                    time_off::reason.eq(off.reason),
                ))
                .execute(self.conn)?;
        }
        Ok(())
    }

    fn closures(&mut self) -> Written {
        let (numbers, opened, plan) = (self.numbers(9), self.opened(), self.plan);
        for closure in &plan.hours.closures {
            let location = closure.location.map(|slug| self.id(slug));
            diesel::insert_into(closures::table)
                .values((
                    closures::id.eq(numbers.next(opened)),
                    closures::location_id.eq(location),
                    closures::first_day.eq(closure.first_day),
                    closures::last_day.eq(closure.last_day),
                    closures::name.eq(closure.name),
                ))
                .execute(self.conn)?;
        }
        Ok(())
    }

    fn patients(&mut self) -> Result<Vec<i64>, Fault> {
        let (plan, numbers) = (self.plan, self.numbers(10));
        let opened = self.opened();
        let homes: Vec<HouseholdRow> = plan
            .people
            .households
            .iter()
            .map(|household| HouseholdRow { id: numbers.next(opened), name: household.name.clone() })
            .collect();
        portable::insert_all!(self.conn, households, &homes);
        let numbers = self.numbers(11);
        let created: Vec<NaiveDateTime> =
            plan.people.patients.iter().map(|patient| self.utc(patient.arrives)).collect();
        let ids: Vec<i64> = created.iter().map(|created| numbers.next(*created)).collect();
        let mut rows = Vec::with_capacity(ids.len());
        let mut words = Vec::new();
        for ((patient, id), created_at) in plan.people.patients.iter().zip(&ids).zip(&created) {
            let contact = Contact::of(patient)?;
            let home = patient.household.and_then(|number| homes.get(number)).map(|home| home.id);
            let guardian = patient.guardian.and_then(|number| ids.get(number)).copied();
            rows.push(ClientRow::of(patient, *id, *created_at, &contact, home, guardian));
            words.extend(contact.words.into_iter().map(|word| WordRow { client_id: *id, word }));
        }
        portable::insert_all!(self.conn, clients, &rows);
        self.bar.inc(rows.len() as u64);
        portable::insert_all!(self.conn, client_words, &words);
        let costs: Vec<CostRow> = plan.people.costs.iter().map(CostRow::of).collect();
        portable::insert_all!(self.conn, acquisition_costs, &costs);
        Ok(ids)
    }

    /// Appointments with the occupations of those that are still to come; gives their numbers in the plan's order.
    fn appointments(&mut self) -> Result<Vec<i64>, Fault> {
        let (plan, numbers) = (self.plan, self.numbers(12));
        let zone_version = time::zone_data_version();
        let ids = in_order_of(
            &plan.appointments,
            |appointment| appointment.created,
            |created| numbers.next(self.utc(created)),
        );
        let mut rows = Vec::with_capacity(ids.len());
        let mut taken = Vec::new();
        let taken_numbers = self.numbers(13);
        for (appointment, id) in plan.appointments.iter().zip(&ids) {
            let created_at = self.utc(appointment.created);
            let room = appointment.room.map(|key| self.id(key));
            rows.push(AppointmentRow {
                id: *id,
                location_id: self.id(appointment.location),
                service_id: self.id(appointment.service.slug),
                provider_id: self.id(appointment.provider),
                room_id: room,
                starts_at: self.utc(appointment.starts),
                ends_at: self.utc(appointment.ends()),
                local_start: appointment.starts,
                zone: shop::ZONE,
                zone_version: &zone_version,
                capacity: appointment.service.capacity,
                released_at: appointment.released.map(|released| self.utc(released)),
                created_at,
            });
            if appointment.occupies(&plan.anchor) {
                let (start, end) = appointment.block();
                let resources = [(Some(self.id(appointment.provider)), "provider"), (room, "room")];
                taken.extend(resources.into_iter().filter_map(|(resource, kind)| {
                    Some(OccupationRow {
                        id: taken_numbers.next(created_at),
                        appointment_id: *id,
                        resource_id: resource?,
                        resource_kind: kind,
                        starts_at: self.utc(start),
                        ends_at: self.utc(end),
                    })
                }));
            }
        }
        portable::insert_all!(self.conn, appointments, &rows);
        portable::insert_all!(self.conn, occupations, &taken);
        self.bar.inc(rows.len() as u64);
        Ok(ids)
    }

    fn bookings(&mut self, patients: &[i64], appointments: &[i64], desk: Option<i64>) -> Written {
        let (plan, numbers) = (self.plan, self.numbers(14));
        let ids = in_order_of(&plan.bookings, |booking| booking.created, |created| numbers.next(self.utc(created)));
        self.booking_rows(&ids, patients, appointments)?;
        self.seats(&ids, appointments)?;
        self.bar.set_message("their history");
        self.events(&ids, desk)?;
        self.bar.set_message("payments");
        self.ledger(&ids, patients, desk)?;
        self.receipts(&ids, patients, desk)?;
        self.closings(desk)
    }

    fn booking_rows(&mut self, ids: &[i64], patients: &[i64], appointments: &[i64]) -> Written {
        let plan = self.plan;
        let groups = self.numbers(15);
        let mut visits: BTreeMap<u32, i64> = BTreeMap::new();
        let mut known = BTreeSet::new();
        let mut rows = Vec::with_capacity(ids.len());
        let references = References::new(self.seed);
        for ((booked, id), number) in plan.bookings.iter().zip(ids).zip(0_u64..) {
            let Some((client, appointment, service, patient)) = Some(()).and_then(|()| {
                let planned = plan.appointments.get(booked.appointment)?;
                Some((
                    *patients.get(booked.patient)?,
                    *appointments.get(booked.appointment)?,
                    planned,
                    plan.people.patients.get(booked.patient)?,
                ))
            }) else {
                continue;
            };
            let created_at = self.utc(booked.created);
            let became = |status: Status| {
                let event = booked.events.iter().rev().find(|event| event.after == status);
                event.map(|event| self.utc(event.at))
            };
            let group = booked.visit.map(|visit| *visits.entry(visit).or_insert_with(|| groups.next(created_at)));
            let first = known.insert(booked.patient);
            rows.push(BookingRow {
                id: *id,
                reference: references.of(number),
                appointment_id: appointment,
                client_id: client,
                visit_group_id: group,
                status: booked.status.as_str(),
                party: booked.party,
                service_name: service.service.name,
                duration_minutes: service.minutes,
                price_minor: booked.price_minor,
                currency: shop::CURRENCY,
                cancel_notice_minutes: service.service.cancel_notice_minutes.unwrap_or(shop::CANCEL_NOTICE_MINUTES),
                cancel_policy: shop::CANCEL_POLICY,
                language: patient.language,
                source: first.then_some(patient.source),
                note: booked.note,
                schedule_version: i32::from(booked.status.gave_seat_back()),
                row_version: i64::try_from(booked.events.len()).unwrap_or(1),
                created_at,
                created_by: booked.created_by.code(),
                client_confirmed_at: booked.confirmed.map(|at| self.utc(at)),
                tax_basis_points: rate(service.service.tax_basis_points),
                arrived_at: became(Status::Arrived),
                started_at: became(Status::InProgress),
                missed_at: became(Status::NoShow),
                completed_at: booked.completed.map(|at| self.utc(at)),
                ended_at: booked.ended.map(|ended| self.utc(ended.at)),
                ended_by: booked.ended.map(|ended| ended.by.code()),
                ended_reason: booked.ended.and_then(|ended| ended.reason),
                late_cancellation: booked.ended.is_some_and(|ended| ended.late),
            });
        }
        portable::insert_all!(self.conn, bookings, &rows);
        self.bar.inc(rows.len() as u64);
        Ok(())
    }

    /// Seats of what is still to come, numbered within the appointment.
    fn seats(&mut self, ids: &[i64], appointments: &[i64]) -> Written {
        let plan = self.plan;
        let mut taken: BTreeMap<usize, i32> = BTreeMap::new();
        let mut rows = Vec::new();
        for (booked, id) in plan.bookings.iter().zip(ids) {
            let standing =
                plan.appointments.get(booked.appointment).is_some_and(|planned| planned.occupies(&plan.anchor));
            let Some(appointment) =
                appointments.get(booked.appointment).copied().filter(|_| standing && !booked.status.gave_seat_back())
            else {
                continue;
            };
            let seats = taken.entry(booked.appointment).or_insert(0);
            for _ in 0..booked.party {
                *seats += 1;
                rows.push(SeatRow { appointment_id: appointment, seat_no: *seats, booking_id: *id });
            }
        }
        portable::insert_all!(self.conn, seats, &rows);
        Ok(())
    }

    fn events(&mut self, ids: &[i64], desk: Option<i64>) -> Written {
        let (plan, numbers) = (self.plan, self.numbers(16));
        let mut events: Vec<_> = plan
            .bookings
            .iter()
            .zip(ids)
            .flat_map(|(booked, id)| booked.events.iter().map(move |event| (event, *id)))
            .collect();
        events.sort_by_key(|(event, _)| event.at);
        let row = |(event, booking): (&crate::demo::plan::PlannedEvent, i64)| {
            let at = self.utc(event.at);
            EventRow {
                id: numbers.next(at),
                booking_id: booking,
                at,
                actor: event.actor.code(),
                staff_user_id: desk.filter(|_| event.actor == Actor::Staff),
                kind: event.after.as_str(),
                before_state: event.before.map(Status::as_str),
                after_state: Some(event.after.as_str()),
                reason: event.reason,
            }
        };
        let rows: Vec<EventRow> = events.into_iter().map(row).collect();
        portable::insert_all!(self.conn, booking_events, &rows);
        self.bar.inc(rows.len() as u64);
        Ok(())
    }

    fn ledger(&mut self, ids: &[i64], patients: &[i64], desk: Option<i64>) -> Written {
        let (plan, numbers) = (self.plan, self.numbers(17));
        let client = |booked: &PlannedBooking| patients.get(booked.patient).copied().unwrap_or_default();
        let place = |booked: &PlannedBooking| {
            plan.appointments.get(booked.appointment).map(|planned| self.id(planned.location))
        };
        let mut entries: Vec<_> = plan
            .bookings
            .iter()
            .zip(ids)
            .flat_map(|(booked, id)| booked.money.iter().map(move |entry| (entry, *id, client(booked), place(booked))))
            .collect();
        entries.sort_by_key(|(entry, ..)| entry.at);
        type Entry<'e> = (&'e PlannedEntry, i64, i64, Option<i64>);
        let row = |(entry, booking, client, location_id): Entry<'_>| {
            let at = self.utc(entry.at);
            LedgerRow {
                id: numbers.next(at),
                client_id: client,
                booking_id: booking,
                kind: entry.kind.code(),
                amount_minor: entry.amount_minor,
                currency: shop::CURRENCY,
                method: entry.method,
                occurred_at: at,
                recorded_at: at,
                recorded_by: desk,
                note: entry.note,
                item: entry.item,
                tax_minor: ledger::tax_in(entry.amount_minor, entry.tax_basis_points).unwrap_or(0),
                tax_basis_points: rate(entry.tax_basis_points),
                location_id,
            }
        };
        let rows: Vec<LedgerRow> = entries.into_iter().map(row).collect();
        portable::insert_all!(self.conn, ledger_entries, &rows);
        self.bar.inc(rows.len() as u64);
        Ok(())
    }

    /// Papers about what was paid last, with their running number.
    fn receipts(&mut self, ids: &[i64], patients: &[i64], desk: Option<i64>) -> Written {
        let (plan, numbers) = (self.plan, self.numbers(19));
        let paid = |booked: &&PlannedBooking| {
            booked
                .money
                .last()
                .is_some_and(|entry| entry.kind == EntryKind::Payment && entry.method != Some("transfer"))
        };
        let mut last: Vec<(&PlannedBooking, i64)> =
            plan.bookings.iter().zip(ids.iter().copied()).filter(|(booked, _)| paid(booked)).collect();
        last.sort_by_key(|(booked, id)| (std::cmp::Reverse(booked.completed), *id));
        last.truncate(RECEIPTS);
        last.reverse();
        let mut number = 0_i64;
        for (booked, id) in last {
            let Some(issued) = booked.money.last().map(|entry| self.utc(entry.at)) else { continue };
            let place = plan.appointments.get(booked.appointment).map(|planned| planned.location);
            let paper = paper_of(booked, place);
            number += 1;
            diesel::insert_into(receipts::table)
                .values((
                    receipts::id.eq(numbers.next(issued)),
                    receipts::number.eq(number),
                    receipts::client_id.eq(patients.get(booked.patient).copied().unwrap_or_default()),
                    receipts::booking_id.eq(id),
                    receipts::issued_at.eq(issued),
                    receipts::issued_by.eq(desk),
                    receipts::currency.eq(shop::CURRENCY),
                    receipts::total_minor.eq(paper.lines.iter().map(|line| line.minor).sum::<i64>()),
                    receipts::tax_minor.eq(paper.lines.iter().map(|line| line.tax_minor).sum::<i64>()),
                    receipts::lines.eq(serde_json::to_string(&paper).map_err(Fault::other)?),
                ))
                .execute(self.conn)?;
        }
        diesel::update(change_counters::table.find("receipts"))
            .set(change_counters::value.eq(number))
            .execute(self.conn)?;
        Ok(())
    }

    /// The days before today, closed in the evening; on one of them the drawer was two dollars short.
    fn closings(&mut self, desk: Option<i64>) -> Written {
        let (plan, numbers) = (self.plan, self.numbers(20));
        let Some(desk) = desk else { return Ok(()) };
        let today = plan.anchor.today;
        for back in (1..=DAYS_CLOSED).rev() {
            let day = today - chrono::Duration::days(back);
            for place in shop::LOCATIONS {
                let of_place = plan.bookings.iter().filter(|booked| {
                    plan.appointments.get(booked.appointment).is_some_and(|planned| planned.location == place.slug)
                });
                let entries: Vec<_> =
                    of_place.flat_map(|booked| &booked.money).filter(|entry| entry.at.date() == day).collect();
                let Some(last) = entries.iter().map(|entry| entry.at).max() else { continue };
                let sums = sums_of_day(&entries);
                let expected = sums.cash();
                let counted = if back == 3 { (expected - 200).max(0) } else { expected };
                let closed_at = self.utc(last.max(day.and_hms_opt(18, 30, 0).unwrap_or(last)));
                diesel::insert_into(day_closings::table)
                    .values((
                        day_closings::id.eq(numbers.next(closed_at)),
                        day_closings::location_id.eq(self.id(place.slug)),
                        day_closings::local_day.eq(day),
                        day_closings::closed_at.eq(closed_at),
                        day_closings::closed_by.eq(desk),
                        day_closings::currency.eq(shop::CURRENCY),
                        day_closings::sums.eq(serde_json::to_string(&sums).map_err(Fault::other)?),
                        day_closings::expected_cash_minor.eq(expected),
                        day_closings::counted_cash_minor.eq(counted),
                    ))
                    .execute(self.conn)?;
            }
        }
        Ok(())
    }

    fn catalog_changed(&mut self) -> Written {
        diesel::update(change_counters::table.find("catalog"))
            .set(change_counters::value.eq(change_counters::value + 1))
            .execute(self.conn)?;
        Ok(())
    }
}

/// What is left of the price: laboratory and material take more of what is not done again and again.
const fn margin(service: &shop::Service) -> i32 {
    if service.recall_interval.is_some() { 7_000 } else { 5_500 }
}

/// As many days are closed.
const DAYS_CLOSED: i64 = 10;

/// The sums of a day at a place, as its closing keeps them.
fn sums_of_day(entries: &[&PlannedEntry]) -> DaySums {
    let mut sums: BTreeMap<(&str, Option<&str>), (i64, i64)> = BTreeMap::new();
    for entry in entries {
        let sum = sums.entry((entry.kind.code(), entry.method)).or_default();
        *sum = (sum.0 + entry.amount_minor, sum.1 + 1);
    }
    let tax = entries.iter().filter(|entry| entry.kind == EntryKind::Charge);
    DaySums {
        tax_minor: tax.filter_map(|entry| ledger::tax_in(entry.amount_minor, entry.tax_basis_points)).sum(),
        sums: sums
            .into_iter()
            .map(|((kind, method), (minor, count))| DaySum {
                kind: kind.to_owned(),
                method: method.map(str::to_owned),
                minor,
                count,
            })
            .collect(),
    }
}

/// As many papers lie in the folder.
const RECEIPTS: usize = 24;

fn rate(basis_points: i64) -> i32 {
    i32::try_from(basis_points).unwrap_or(0)
}

/// What a receipt of a visit says.
fn paper_of(booked: &PlannedBooking, place: Option<&'static str>) -> Paper {
    let place = shop::LOCATIONS.iter().find(|known| Some(known.slug) == place);
    let charges = booked.money.iter().filter(|entry| entry.kind == EntryKind::Charge);
    let payments = booked.money.iter().filter(|entry| entry.kind == EntryKind::Payment);
    Paper {
        clinic: shop::CLINIC_NAME.to_owned(),
        address: place
            .map(|place| format!("{}, {}, CA {}, US", place.street, place.city, place.postal_code))
            .unwrap_or_default(),
        lines: charges
            .map(|entry| PaperLine {
                item: entry.item.to_owned(),
                minor: entry.amount_minor,
                discount_minor: 0,
                tax_minor: ledger::tax_in(entry.amount_minor, entry.tax_basis_points).unwrap_or(0),
                tax_basis_points: entry.tax_basis_points,
            })
            .collect(),
        payments: payments
            .map(|entry| PaperPayment { method: entry.method.map(str::to_owned), minor: entry.amount_minor })
            .collect(),
    }
}

/// Gives every item a number that rises with its time, and answers in the order of the items.
fn in_order_of<T>(
    items: &[T],
    time_of: impl Fn(&T) -> NaiveDateTime,
    number: impl Fn(NaiveDateTime) -> i64,
) -> Vec<i64> {
    let mut order: Vec<(NaiveDateTime, usize)> = items.iter().map(&time_of).zip(0..).collect();
    order.sort_unstable();
    let mut numbered: Vec<(usize, i64)> = order.into_iter().map(|(at, place)| (place, number(at))).collect();
    numbered.sort_unstable();
    numbered.into_iter().map(|(_, id)| id).collect()
}

/// Identifiers of one table.
struct Numbers {
    source: IdSource,
}

impl Numbers {
    fn next(&self, at: NaiveDateTime) -> i64 {
        self.source.next(at.and_utc())
    }
}

/// References that never repeat: a step that shares no factor with their number visits each once.
struct References {
    first: u64,
}

impl References {
    const STEP: u64 = 61_803_398_875;

    const fn new(seed: u64) -> Self {
        Self { first: seed.wrapping_mul(7_919) % booking::REFERENCES }
    }

    fn of(&self, number: u64) -> String {
        let place = u128::from(number) * u128::from(Self::STEP) + u128::from(self.first);
        booking::reference(u64::try_from(place % u128::from(booking::REFERENCES)).unwrap_or(0))
    }
}

/// A patient's contact, folded as the clients' slice folds it.
struct Contact {
    keys: ContactKeys,
    words: Vec<String>,
}

impl Contact {
    fn of(patient: &Patient) -> Result<Self, Fault> {
        let first = PersonName::parse(&patient.first_name).map_err(Fault::other)?;
        let last = PersonName::parse(&patient.last_name).map_err(Fault::other)?;
        let email = patient.email.as_deref().map(EmailAddress::parse).transpose().map_err(Fault::other)?;
        let phone = patient.phone.as_deref().map(PhoneNumber::parse).transpose().map_err(Fault::other)?;
        Ok(Self {
            keys: ContactKeys::of(&first, &last, email.as_ref(), phone.as_ref()),
            words: search_words(&first, &last, email.as_ref(), phone.as_ref()),
        })
    }
}
