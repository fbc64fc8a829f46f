//! What a mail about a booking needs to know, as it is at this moment.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::people::{self, Contact, Guardians};
use super::{ended, series};
use crate::db::schema::{appointments, booking_events, bookings, clients, clinic, locations, providers};
use crate::db::{Conn, Fault};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::{AppointmentId, BookingId, ProviderId};
use crate::domain::language::Language;
use crate::domain::messages::{Audience, MessageKind, Standing};
use crate::domain::money::{Currency, Money};
use crate::messaging::calendar_series::OneOf;
use crate::messaging::deliver::Claimed;
use crate::messaging::letters::visit::{self, PartFacts};
use crate::messaging::templates::{BookedFacts, ClinicFacts, LocationFacts, MailFacts, Reader};

/// A booking as it is at this moment, with everything a mail about it may say.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct BookingMail {
    pub(in crate::messaging) standing: Standing,
    pub(in crate::messaging) schedule_version: i32,
    pub(in crate::messaging) link_generation: i32,
    client: Option<Reader>,
    status: BookingStatus,
    provider_id: ProviderId,
    provider: Option<Reader>,
    pub(in crate::messaging) clinic: ClinicFacts,
    location: LocationFacts,
    pub(in crate::messaging) booked: BookedFacts,
    /// The series it belongs to.
    pub(in crate::messaging) one_of: Option<OneOf>,
    /// How staff called it off, when they did.
    pub(in crate::messaging) ended: Option<ended::Ended>,
    former: Vec<Former>,
}

/// The booking as it was with a provider who has lost it.
#[derive(Debug, Clone)]
struct Former {
    provider: ProviderId,
    reader: Option<Reader>,
    location: LocationFacts,
    pub(in crate::messaging) booked: BookedFacts,
}

/// Why a claimed message has nothing to say to anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::messaging) enum NoReader {
    /// There is no address any more.
    NoAddress,
    /// Somebody else performs it now.
    OtherProvider,
}

impl BookingMail {
    /// The facts for one message about the booking.
    pub(in crate::messaging) fn facts_for(&self, message: &Claimed) -> Result<MailFacts, NoReader> {
        let reader = match message.audience {
            Audience::Client => self.client.clone().ok_or(NoReader::NoAddress)?,
            Audience::Provider if message.provider != Some(self.provider_id) => return self.facts_for_former(message),
            Audience::Provider => self.provider.clone().ok_or(NoReader::NoAddress)?,
            Audience::Clinic => self.clinic_reader().ok_or(NoReader::NoAddress)?,
            Audience::Mailbox | Audience::Staff | Audience::Endpoint => return Err(NoReader::NoAddress),
        };
        Ok(MailFacts {
            kind: message.kind,
            schedule_version: message.schedule_version,
            language: message.language,
            reader,
            clinic: self.clinic.clone(),
            location: self.location.clone(),
            one_of: self.one_of.clone(),
            booking: match message.audience {
                Audience::Client => visit::whole(self.called_off(message.language)),
                Audience::Provider | Audience::Clinic | Audience::Mailbox | Audience::Staff | Audience::Endpoint => {
                    BookedFacts { parts: Vec::new(), ..self.booked.clone() }
                }
            },
        })
    }
}

impl BookingMail {
    /// The clinic itself, at its own address.
    fn clinic_reader(&self) -> Option<Reader> {
        let address = self.location.email.clone().or_else(|| self.clinic.email.clone())?;
        Some(Reader { name: self.clinic.name.clone(), address })
    }

    /// What was booked, with the reason staff picked in the reader's language before what they typed.
    fn called_off(&self, language: Language) -> BookedFacts {
        let mut booked = self.booked.clone();
        let reason = self.ended.as_ref().and_then(|ended| ended.reason.as_ref());
        // That the client asked for it is no news to the client.
        if let Some(reason) = reason.filter(|reason| !reason.is_on_client()) {
            let picked = reason.said(crate::i18n::Texts::new(language));
            booked.staff_reason = match booked.staff_reason.filter(|typed| !typed.trim().is_empty()) {
                Some(typed) => Some(format!("{picked}. {typed}")),
                None => Some(picked),
            };
            booked.is_clinics_doing = true;
        }
        booked
    }

    /// A mail of this kind as its client reads it before it leaves: who reads it, in which language, and what it says.
    pub(in crate::messaging) fn preview(&self, kind: MessageKind, language: Language) -> Option<MailFacts> {
        Some(MailFacts {
            kind,
            schedule_version: self.schedule_version,
            language,
            reader: self.client.clone()?,
            clinic: self.clinic.clone(),
            location: self.location.clone(),
            one_of: self.one_of.clone(),
            booking: visit::whole(self.called_off(language)),
        })
    }

    /// The booking as a message of this kind would tell of it, whoever has an address; for whoever writes the text.
    pub(in crate::messaging) fn sample(&self, kind: MessageKind, language: Language) -> MailFacts {
        let is_client = kind.audience() == Audience::Client;
        let reader = if is_client { self.client.clone() } else { self.provider.clone() };
        let first_name = || self.booked.client.split_whitespace().next().unwrap_or_default().to_owned();
        let name = if is_client { first_name() } else { self.booked.provider.clone() };
        MailFacts {
            kind,
            schedule_version: 0,
            language,
            reader: reader.unwrap_or(Reader { name, address: String::new() }),
            clinic: self.clinic.clone(),
            location: self.location.clone(),
            one_of: None,
            booking: if is_client {
                visit::whole(self.called_off(language))
            } else {
                BookedFacts { parts: Vec::new(), ..self.booked.clone() }
            },
        }
    }

    /// Whether the visit ended so that a message of this kind is true.
    pub(in crate::messaging) fn ended_as(&self, kind: MessageKind) -> bool {
        match kind {
            MessageKind::ThankYou => self.status == BookingStatus::Completed,
            MessageKind::MissedYou => self.status == BookingStatus::NoShow,
            _ => true,
        }
    }

    /// Supposes that it was called off so.
    pub(in crate::messaging) fn suppose(&mut self, ended: ended::Ended, typed: Option<String>) {
        self.ended = Some(ended);
        self.booked.staff_reason = typed;
    }

    /// Whether the message takes the booking from somebody who is not its provider any more.
    pub(in crate::messaging) fn is_for_former(&self, message: &Claimed) -> bool {
        message.kind == MessageKind::ProviderCancelled && message.provider != Some(self.provider_id)
    }

    fn facts_for_former(&self, message: &Claimed) -> Result<MailFacts, NoReader> {
        let hers = |former: &&Former| self.is_for_former(message) && message.provider == Some(former.provider);
        let former = self.former.iter().rev().find(hers).ok_or(NoReader::OtherProvider)?;
        Ok(MailFacts {
            kind: message.kind,
            schedule_version: message.schedule_version,
            language: message.language,
            reader: former.reader.clone().ok_or(NoReader::NoAddress)?,
            clinic: self.clinic.clone(),
            location: former.location.clone(),
            one_of: self.one_of.clone(),
            booking: former.booked.clone(),
        })
    }
}

/// More moves of one booking are not looked at.
const MOVES_MAX: i64 = 1_000;

/// Where a booking was before each of its moves, the newest last.
fn add_former(conn: &mut Conn, mails: &mut [(BookingId, BookingMail)]) -> Result<(), Fault> {
    let moved: Vec<i64> = mails.iter().filter(|(_, mail)| mail.schedule_version > 0).map(|(id, _)| id.get()).collect();
    if moved.is_empty() {
        return Ok(());
    }
    let events: Vec<(i64, Option<String>)> = booking_events::table
        .filter(booking_events::booking_id.eq_any(moved))
        .filter(booking_events::kind.eq("moved"))
        .order(booking_events::id)
        .limit(MOVES_MAX)
        .select((booking_events::booking_id, booking_events::before_state))
        .load(conn)?;
    for (booking, before) in events {
        let Some(appointment) = before.as_deref().and_then(appointment_in) else { continue };
        let Some((_, mail)) = mails.iter_mut().find(|(id, _)| id.get() == booking) else { continue };
        let former = former_at(conn, BookingId::new(booking), appointment, &mail.booked)?;
        mail.former.extend(former);
    }
    Ok(())
}

fn appointment_in(spot: &str) -> Option<AppointmentId> {
    let spot: serde_json::Value = serde_json::from_str(spot).ok()?;
    spot.get("appointment")?.as_str()?.parse().ok()
}

type FormerRow = ((NaiveDateTime, NaiveDateTime, NaiveDateTime), (i64, String, Option<String>), PlaceRow);

fn former_at(
    conn: &mut Conn,
    booking: BookingId,
    appointment: AppointmentId,
    booked: &BookedFacts,
) -> Result<Option<Former>, Fault> {
    let row: Option<FormerRow> = appointments::table
        .inner_join(providers::table)
        .inner_join(locations::table)
        .filter(appointments::id.eq(appointment.get()))
        .select((
            (appointments::starts_at, appointments::ends_at, appointments::local_start),
            (providers::id, providers::name, providers::email),
            PlaceRow::as_select(),
        ))
        .first(conn)
        .optional()?;
    let Some(((starts_at, ends_at, local_start), (provider, name, email), place)) = row else {
        return Ok(None);
    };
    Ok(Some(Former {
        provider: ProviderId::new(provider),
        reader: email.map(|address| Reader { name: name.clone(), address }),
        location: location_facts(booking, place)?,
        booked: BookedFacts {
            provider: name,
            starts_at: starts_at.and_utc(),
            ends_at: ends_at.and_utc(),
            local_start,
            parts: Vec::new(),
            ..booked.clone()
        },
    }))
}

#[derive(Queryable)]
struct MailRow {
    booking: (i64, String, String, i32, i32, Option<i64>),
    snapshot: (String, i32, i64, String, i32, String, Option<String>, Option<String>),
    time: (NaiveDateTime, NaiveDateTime, NaiveDateTime),
    client: (Contact, String),
    provider: (i64, String, Option<String>),
    place: PlaceRow,
}

/// Every booking of the list that exists, as it is now.
pub(in crate::messaging) fn bookings_to_mail(
    conn: &mut Conn,
    ids: &[BookingId],
) -> Result<Vec<(BookingId, BookingMail)>, Fault> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let clinic = clinic_facts(conn)?;
    let rows: Vec<MailRow> = bookings::table
        .inner_join(appointments::table.inner_join(providers::table).inner_join(locations::table))
        .inner_join(clients::table)
        .filter(bookings::id.eq_any(ids))
        .order(bookings::id)
        .select((
            (
                bookings::id,
                bookings::reference,
                bookings::status,
                bookings::schedule_version,
                bookings::link_generation,
                bookings::visit_group_id,
            ),
            (
                bookings::service_name,
                bookings::party,
                bookings::price_minor,
                bookings::currency,
                bookings::cancel_notice_minutes,
                bookings::cancel_policy,
                bookings::ended_by,
                bookings::ended_reason,
            ),
            (appointments::starts_at, appointments::ends_at, appointments::local_start),
            (people::CONTACT, clients::last_name),
            (providers::id, providers::name, providers::email),
            PlaceRow::as_select(),
        ))
        .load(conn)?;
    let visits: Vec<i64> =
        rows.iter().filter_map(|row| row.booking.5.filter(|first| *first == row.booking.0)).collect();
    let mut parts = parts_of_visits(conn, &visits)?;
    let guardians = people::guardians_of(conn, rows.iter().map(|row| &row.client.0))?;
    let mut mails = Vec::with_capacity(rows.len());
    for row in rows {
        let (id, mut mail) = booking_mail(row, &clinic, &guardians)?;
        let own = parts.remove(&id.get()).unwrap_or_default();
        mail.booked.parts = if own.len() > 1 { own } else { Vec::new() };
        mail.one_of = series::one_of(conn, id)?;
        mails.push((id, mail));
    }
    add_former(conn, &mut mails)?;
    Ok(mails)
}

/// The parts of visits by the first booking's number, in their order.
fn parts_of_visits(conn: &mut Conn, firsts: &[i64]) -> Result<HashMap<i64, Vec<PartFacts>>, Fault> {
    let mut parts: HashMap<i64, Vec<PartFacts>> = HashMap::new();
    if firsts.is_empty() {
        return Ok(parts);
    }
    type Row = (Option<i64>, String, i64, String, NaiveDateTime, NaiveDateTime, NaiveDateTime);
    let rows: Vec<Row> = bookings::table
        .inner_join(appointments::table.inner_join(providers::table))
        .filter(bookings::visit_group_id.eq_any(firsts.to_vec()))
        .order((bookings::visit_group_id, bookings::visit_position, bookings::id))
        .select((
            bookings::visit_group_id,
            bookings::service_name,
            bookings::price_minor,
            providers::name,
            appointments::local_start,
            appointments::starts_at,
            appointments::ends_at,
        ))
        .load(conn)?;
    for (first, service, price_minor, provider, local_start, starts_at, ends_at) in rows {
        let local_end = local_start.checked_add_signed(ends_at - starts_at).unwrap_or(local_start);
        let part = PartFacts { service, provider, local_start, local_end, price_minor };
        parts.entry(first.unwrap_or_default()).or_default().push(part);
    }
    Ok(parts)
}

pub(in crate::messaging) fn clinic_facts(conn: &mut Conn) -> Result<ClinicFacts, Fault> {
    let row: Option<(String, String, Option<String>, Option<String>)> = clinic::table
        .select((clinic::name, clinic::accent_color, clinic::email, clinic::phone))
        .first(conn)
        .optional()?;
    let (name, accent_color, email, phone) = row.unwrap_or_default();
    Ok(ClinicFacts { name, accent_color, email, phone })
}

fn booking_mail(row: MailRow, clinic: &ClinicFacts, guardians: &Guardians) -> Result<(BookingId, BookingMail), Fault> {
    let (id, reference, status, schedule_version, link_generation, _) = row.booking;
    let (service, party, price, currency, notice, cancel_policy, ended_by, ended_reason) = row.snapshot;
    let (starts_at, ends_at, local_start) = row.time;
    let (contact, last_name) = row.client;
    let (provider_id, provider, provider_email) = row.provider;
    let id = BookingId::new(id);
    let currency: Currency = currency.parse().map_err(|error| Fault::corrupt("bookings", "currency", id, error))?;
    let client_name = format!("{} {last_name}", contact.first_name);
    let client = contact.reader(guardians);
    let status =
        BookingStatus::parse(&status).ok_or_else(|| Fault::corrupt("bookings", "status", id, "unknown status"))?;
    let mail = BookingMail {
        standing: Standing::of(status),
        status,
        schedule_version,
        link_generation,
        client,
        provider_id: ProviderId::new(provider_id),
        provider: provider_email.map(|address| Reader { name: provider.clone(), address }),
        clinic: clinic.clone(),
        location: location_facts(id, row.place)?,
        booked: BookedFacts {
            id,
            reference,
            service,
            provider,
            client: client_name,
            party,
            price: Money::new(price, currency),
            starts_at: starts_at.and_utc(),
            ends_at: ends_at.and_utc(),
            local_start,
            cancel_notice_minutes: i64::from(notice),
            cancel_policy,
            staff_reason: ended_reason.filter(|_| ended_by.as_deref() == Some("staff")),
            is_clinics_doing: false,
            parts: Vec::new(),
        },
        one_of: None,
        ended: None,
        former: Vec::new(),
    };
    Ok((id, mail))
}

/// What letters say of a location.
#[derive(Queryable, Selectable)]
#[diesel(table_name = locations)]
pub(super) struct PlaceRow {
    name: String,
    street: String,
    postal_code: String,
    city: String,
    region: String,
    country: String,
    phone: Option<String>,
    email: Option<String>,
    zone: String,
}

pub(super) fn location_facts(row: impl std::fmt::Display, place: PlaceRow) -> Result<LocationFacts, Fault> {
    let PlaceRow { name, street, postal_code, city, region, country, phone, email, zone } = place;
    let zone = zone.parse().map_err(|error| Fault::corrupt("locations", "zone", row, error))?;
    Ok(LocationFacts {
        name,
        address_lines: address_lines(street, &postal_code, &city, &region, &country),
        phone,
        email,
        zone,
    })
}

/// The address as it is written in the country: the city before the postal code in North America and Australia.
fn address_lines(street: String, postal_code: &str, city: &str, region: &str, country: &str) -> Vec<String> {
    let town = match country {
        "US" | "CA" | "AU" => {
            let after = format!("{region} {postal_code}");
            let after = after.trim();
            if after.is_empty() { city.to_owned() } else { format!("{city}, {after}") }
        }
        _ => format!("{postal_code} {city}"),
    };
    [street, town]
        .into_iter()
        .map(|line| line.trim().trim_matches(',').trim().to_owned())
        .filter(|line| !line.is_empty())
        .collect()
}
