//! Reads the whole catalogue at once.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{count, policy_level, small};
use crate::catalog::{
    Catalog, Clinic, DatedPrice, LegalKind, Location, OwnTerms, Provider, ProvidersSee, Room, SecondFactorFor, Service,
    SetupStep,
};
use crate::db::schema::{
    change_counters, clinic, closures, hour_exceptions, legal_texts, locations, providers, rooms, service_providers,
    services, time_off, weekly_hours,
};
use crate::db::{Conn, Fault, Tx};
use crate::domain::hours::{Closure, HourException, HoursKind, MinuteSpan, ProviderHours, TimeOff, WeeklyHours};
use crate::domain::ids::{LocationId, ProviderId, RoomId, ServiceId};
use crate::domain::language::Language;
use crate::domain::money::Currency;
use crate::domain::policy::Policy;
use crate::domain::slots::ServiceRules;
use crate::domain::time;

const COUNTER: &str = "catalog";
/// More than kinds times languages.
const LEGAL_MAX: i64 = 100;

/// Tells every process that the catalogue changed; part of the write that changed it.
pub fn touch(tx: &mut Tx<'_>) -> Result<(), Fault> {
    diesel::update(change_counters::table.find(COUNTER))
        .set(change_counters::value.eq(change_counters::value + 1))
        .execute(tx.conn)?;
    Ok(())
}

pub(in crate::catalog) fn version(conn: &mut Conn) -> Result<i64, Fault> {
    Ok(change_counters::table.find(COUNTER).select(change_counters::value).first(conn)?)
}

pub(in crate::catalog) fn load(conn: &mut Conn, version: i64) -> Result<Catalog, Fault> {
    let clinic = load_clinic(conn)?;
    let locations = load_locations(conn)?;
    let closures = load_closures(conn, &locations)?;
    Ok(Catalog {
        version,
        rooms: load_rooms(conn)?,
        providers: load_providers(conn)?,
        services: load_services(conn, &clinic)?,
        terms: load_terms(conn)?,
        hours: load_hours(conn)?,
        clinic,
        locations,
        closures,
        cancellation_reasons: super::reasons::load(conn)?,
        performers: std::sync::OnceLock::new(),
    })
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = clinic)]
struct ClinicRow {
    name: String,
    tagline: String,
    email: Option<String>,
    phone: Option<String>,
    currency: String,
    language: String,
    accent_color: String,
    cancel_notice_minutes: i32,
    cancel_policy: String,
    lead_minutes: i32,
    move_notice_minutes: i32,
    moves_max: i32,
    offer_minutes: i32,
    short_notice_offer_minutes: i32,
    logo: Option<String>,
    languages: String,
    providers_see: String,
    second_factor: String,
    setup_step: String,
}

/// Before the first-run page was filled in there is no clinic; then a nameless one stands in.
fn load_clinic(conn: &mut Conn) -> Result<Clinic, Fault> {
    let row: Option<ClinicRow> = clinic::table.select(ClinicRow::as_select()).first(conn).optional()?;
    let Some(row) = row else {
        return Ok(Clinic {
            name: "Rebook".to_owned(),
            tagline: String::new(),
            email: None,
            phone: None,
            currency: Currency::Usd,
            language: "en".to_owned(),
            accent_color: "#0f766e".to_owned(),
            policy: Policy {
                lead_minutes: 120,
                move_notice_minutes: 1440,
                cancel_notice_minutes: 1440,
                moves_max: 3,
                text: String::new(),
            },
            offer_minutes: 120,
            short_notice_offer_minutes: 20,
            logo: None,
            languages: Language::all().to_vec(),
            providers_see: ProvidersSee::default(),
            second_factor: SecondFactorFor::default(),
            setup_step: SetupStep::Clinic,
            legal: Vec::new(),
        });
    };
    Ok(Clinic {
        currency: row.currency.parse().map_err(|error| Fault::corrupt("clinic", "currency", 1, error))?,
        policy: Policy {
            lead_minutes: small("clinic", "lead_minutes", 1, row.lead_minutes)?,
            move_notice_minutes: small("clinic", "move_notice_minutes", 1, row.move_notice_minutes)?,
            cancel_notice_minutes: small("clinic", "cancel_notice_minutes", 1, row.cancel_notice_minutes)?,
            moves_max: count("clinic", "moves_max", 1, row.moves_max)?,
            text: row.cancel_policy,
        },
        offer_minutes: small("clinic", "offer_minutes", 1, row.offer_minutes)?,
        short_notice_offer_minutes: small("clinic", "short_notice_offer_minutes", 1, row.short_notice_offer_minutes)?,
        name: row.name,
        tagline: row.tagline,
        email: row.email,
        phone: row.phone,
        language: row.language,
        accent_color: row.accent_color,
        logo: row.logo,
        languages: offered(&row.languages),
        providers_see: ProvidersSee::parse(&row.providers_see).unwrap_or_default(),
        second_factor: SecondFactorFor::parse(&row.second_factor)
            .ok_or_else(|| Fault::corrupt("clinic", "second_factor", 1, "no such word"))?,
        setup_step: SetupStep::parse(&row.setup_step).unwrap_or_default(),
        legal: load_legal(conn)?,
    })
}

/// The languages of a list of tags; all of them where none is known.
fn offered(tags: &str) -> Vec<Language> {
    let known: Vec<Language> =
        Language::all().into_iter().filter(|known| tags.split(' ').any(|tag| tag == known.tag())).collect();
    if known.is_empty() { Language::all().to_vec() } else { known }
}

/// Which texts of law there are.
fn load_legal(conn: &mut Conn) -> Result<Vec<LegalKind>, Fault> {
    let words: Vec<String> = legal_texts::table
        .filter(legal_texts::body.ne(""))
        .select(legal_texts::kind)
        .order(legal_texts::kind)
        .limit(LEGAL_MAX)
        .load(conn)?;
    Ok(LegalKind::ALL.into_iter().filter(|kind| words.iter().any(|word| word == kind.word())).collect())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = locations)]
struct LocationRow {
    id: i64,
    slug: String,
    name: String,
    zone: String,
    street: String,
    postal_code: String,
    city: String,
    region: String,
    country: String,
    phone: Option<String>,
    email: Option<String>,
    directions: String,
    lead_minutes: Option<i32>,
    move_notice_minutes: Option<i32>,
    cancel_notice_minutes: Option<i32>,
    moves_max: Option<i32>,
    cancel_policy: Option<String>,
}

fn load_locations(conn: &mut Conn) -> Result<Vec<Location>, Fault> {
    let rows: Vec<LocationRow> = locations::table
        .filter(locations::archived_at.is_null())
        .order((locations::position, locations::id))
        .select(LocationRow::as_select())
        .load(conn)?;
    rows.into_iter().map(Location::try_from).collect()
}

impl TryFrom<LocationRow> for Location {
    type Error = Fault;
    fn try_from(row: LocationRow) -> Result<Self, Fault> {
        let zone = time::zone_named(&row.zone).map_err(|error| Fault::corrupt("locations", "zone", row.id, error))?;
        let notices = (row.lead_minutes, row.move_notice_minutes, row.cancel_notice_minutes);
        Ok(Self {
            policy: policy_level("locations", row.id, notices, row.moves_max, row.cancel_policy)?,
            id: LocationId::new(row.id),
            slug: row.slug,
            name: row.name,
            zone,
            street: row.street,
            postal_code: row.postal_code,
            city: row.city,
            region: row.region,
            country: row.country,
            phone: row.phone,
            email: row.email,
            directions: row.directions,
        })
    }
}

fn load_closures(conn: &mut Conn, places: &[Location]) -> Result<HashMap<LocationId, Vec<Closure>>, Fault> {
    type Row = (Option<i64>, chrono::NaiveDate, chrono::NaiveDate, String);
    let rows: Vec<Row> = closures::table
        .order((closures::first_day, closures::id))
        .select((closures::location_id, closures::first_day, closures::last_day, closures::name))
        .load(conn)?;
    let mut by_location: HashMap<LocationId, Vec<Closure>> = HashMap::new();
    for (location, first_day, last_day, name) in rows {
        let closure = Closure { first_day, last_day, name };
        for place in places.iter().filter(|place| location.is_none_or(|id| id == place.id.get())) {
            by_location.entry(place.id).or_default().push(closure.clone());
        }
    }
    Ok(by_location)
}

fn load_rooms(conn: &mut Conn) -> Result<Vec<Room>, Fault> {
    let rows: Vec<(i64, i64, String, String)> = rooms::table
        .filter(rooms::archived_at.is_null())
        .order((rooms::position, rooms::id))
        .select((rooms::id, rooms::location_id, rooms::name, rooms::kind))
        .load(conn)?;
    let room =
        |(id, location, name, kind)| Room { id: RoomId::new(id), location: LocationId::new(location), name, kind };
    Ok(rows.into_iter().map(room).collect())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = providers)]
struct ProviderRow {
    id: i64,
    slug: String,
    name: String,
    title: String,
    bio: String,
    photo: Option<String>,
    languages: String,
    color: String,
    email: Option<String>,
}

fn load_providers(conn: &mut Conn) -> Result<Vec<Provider>, Fault> {
    let rows: Vec<ProviderRow> = providers::table
        .filter(providers::archived_at.is_null())
        .order((providers::position, providers::id))
        .select(ProviderRow::as_select())
        .load(conn)?;
    let provider = |row: ProviderRow| Provider {
        id: ProviderId::new(row.id),
        slug: row.slug,
        name: row.name,
        title: row.title,
        bio: row.bio,
        photo: row.photo,
        languages: row.languages,
        color: row.color,
        email: row.email,
    };
    Ok(rows.into_iter().map(provider).collect())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = services)]
struct ServiceRow {
    id: i64,
    slug: String,
    category: String,
    name: String,
    description: String,
    duration_minutes: i32,
    buffer_before_minutes: i32,
    buffer_after_minutes: i32,
    price_minor: i64,
    tax_basis_points: i32,
    extra_person_minor: i64,
    capacity: i32,
    party_min: i32,
    party_max: i32,
    room_kind: Option<String>,
    lead_minutes: Option<i32>,
    horizon_days: i32,
    slot_minutes: i32,
    move_notice_minutes: Option<i32>,
    cancel_notice_minutes: Option<i32>,
    moves_max: Option<i32>,
    cancel_policy: Option<String>,
    recall_interval: Option<String>,
    online: bool,
    needs_approval: bool,
    client_series: bool,
    waitlist: bool,
}

fn load_services(conn: &mut Conn, clinic: &Clinic) -> Result<Vec<Service>, Fault> {
    let rows: Vec<ServiceRow> = services::table
        .filter(services::archived_at.is_null())
        .order((services::position, services::id))
        .select(ServiceRow::as_select())
        .load(conn)?;
    let mut prices = super::prices::load_all(conn)?;
    let service = |row: ServiceRow| {
        let dated = prices.remove(&ServiceId::new(row.id)).unwrap_or_default();
        row.into_service(clinic, dated)
    };
    rows.into_iter().map(service).collect()
}

impl ServiceRow {
    fn rules(&self, clinic: &Clinic) -> Result<ServiceRules, Fault> {
        let minutes = |column: &str, value: i32| small("services", column, self.id, value);
        let people = |column: &str, value: i32| count("services", column, self.id, value);
        Ok(ServiceRules {
            duration_minutes: minutes("duration_minutes", self.duration_minutes)?,
            buffer_before_minutes: minutes("buffer_before_minutes", self.buffer_before_minutes)?,
            buffer_after_minutes: minutes("buffer_after_minutes", self.buffer_after_minutes)?,
            capacity: people("capacity", self.capacity)?,
            party_min: people("party_min", self.party_min)?,
            party_max: people("party_max", self.party_max)?,
            needs_room: self.room_kind.is_some(),
            lead_minutes: match self.lead_minutes {
                Some(own) => minutes("lead_minutes", own)?,
                None => clinic.policy.lead_minutes,
            },
            horizon_days: minutes("horizon_days", self.horizon_days)?,
            slot_minutes: minutes("slot_minutes", self.slot_minutes)?,
        })
    }

    fn into_service(self, clinic: &Clinic, prices: Vec<DatedPrice>) -> Result<Service, Fault> {
        let notices = (self.lead_minutes, self.move_notice_minutes, self.cancel_notice_minutes);
        Ok(Service {
            rules: self.rules(clinic)?,
            policy: policy_level("services", self.id, notices, self.moves_max, self.cancel_policy)?,
            id: ServiceId::new(self.id),
            slug: self.slug,
            category: self.category,
            name: self.name,
            description: self.description,
            room_kind: self.room_kind,
            price_minor: self.price_minor,
            tax_basis_points: i64::from(self.tax_basis_points),
            prices,
            extra_person_minor: self.extra_person_minor,
            recall_interval: self.recall_interval,
            online: self.online,
            needs_approval: self.needs_approval,
            client_series: self.client_series,
            waitlist: self.waitlist,
        })
    }
}

fn load_terms(conn: &mut Conn) -> Result<HashMap<(ServiceId, ProviderId), OwnTerms>, Fault> {
    let rows: Vec<(i64, i64, Option<i64>, Option<i32>)> = service_providers::table.load(conn)?;
    let mut terms = HashMap::with_capacity(rows.len());
    for (service, provider, price_minor, duration) in rows {
        let duration_minutes = match duration {
            Some(minutes) => Some(small("service_providers", "duration_minutes", service, minutes)?),
            None => None,
        };
        terms.insert((ServiceId::new(service), ProviderId::new(provider)), OwnTerms { price_minor, duration_minutes });
    }
    Ok(terms)
}

type HoursBy = HashMap<(ProviderId, LocationId), ProviderHours>;

fn load_hours(conn: &mut Conn) -> Result<HoursBy, Fault> {
    let mut hours = HoursBy::new();
    load_weekly(conn, &mut hours)?;
    load_exceptions(conn, &mut hours)?;
    load_absences(conn, &mut hours)?;
    Ok(hours)
}

fn minute_span(table: &str, row: i64, starts: i32, ends: i32) -> Result<MinuteSpan, Fault> {
    MinuteSpan::new(starts, ends).map_err(|error| Fault::corrupt(table, "ends_minute", row, error))
}

fn optional_span(table: &str, row: i64, starts: Option<i32>, ends: Option<i32>) -> Result<Option<MinuteSpan>, Fault> {
    match (starts, ends) {
        (Some(starts), Some(ends)) => minute_span(table, row, starts, ends).map(Some),
        _ => Ok(None),
    }
}

fn load_weekly(conn: &mut Conn, hours: &mut HoursBy) -> Result<(), Fault> {
    type Row = (i64, i64, i64, String, i32, i32, i32, Option<chrono::NaiveDate>, Option<chrono::NaiveDate>);
    let rows: Vec<Row> = weekly_hours::table.order(weekly_hours::id).load(conn)?;
    for (id, provider, location, kind, weekday, starts, ends, valid_from, valid_until) in rows {
        let corrupt = |column: &str| Fault::corrupt("weekly_hours", column, id, "unknown value");
        let weekday = u8::try_from(weekday - 1).ok().and_then(|day| chrono::Weekday::try_from(day).ok());
        let weekly = WeeklyHours {
            kind: HoursKind::parse(&kind).ok_or_else(|| corrupt("kind"))?,
            weekday: weekday.ok_or_else(|| corrupt("weekday"))?,
            minutes: minute_span("weekly_hours", id, starts, ends)?,
            valid_from,
            valid_until,
        };
        let key = (ProviderId::new(provider), LocationId::new(location));
        hours.entry(key).or_default().weekly.push(weekly);
    }
    Ok(())
}

fn load_exceptions(conn: &mut Conn, hours: &mut HoursBy) -> Result<(), Fault> {
    type Row = (i64, i64, i64, chrono::NaiveDate, Option<i32>, Option<i32>, String);
    let rows: Vec<Row> = hour_exceptions::table.order(hour_exceptions::id).load(conn)?;
    for (id, provider, location, day, starts, ends, note) in rows {
        let minutes = optional_span("hour_exceptions", id, starts, ends)?;
        let key = (ProviderId::new(provider), LocationId::new(location));
        hours.entry(key).or_default().exceptions.push(HourException { day, minutes, note });
    }
    Ok(())
}

/// Time off and leaving concern the person, wherever he works.
fn load_absences(conn: &mut Conn, hours: &mut HoursBy) -> Result<(), Fault> {
    type Row = (i64, i64, chrono::NaiveDate, chrono::NaiveDate, Option<i32>, Option<i32>);
    let rows: Vec<Row> = time_off::table
        .filter(time_off::status.eq("approved"))
        .order(time_off::id)
        .select((
            time_off::id,
            time_off::provider_id,
            time_off::first_day,
            time_off::last_day,
            time_off::starts_minute,
            time_off::ends_minute,
        ))
        .load(conn)?;
    for (id, provider, first_day, last_day, starts, ends) in rows {
        let absence = TimeOff { first_day, last_day, minutes: optional_span("time_off", id, starts, ends)? };
        let of_person = hours.iter_mut().filter(|((who, _), _)| who.get() == provider);
        for (_, calendar) in of_person {
            calendar.time_off.push(absence.clone());
        }
    }
    let leaving: Vec<(i64, Option<chrono::NaiveDate>)> = providers::table
        .filter(providers::leaves_on.is_not_null())
        .select((providers::id, providers::leaves_on))
        .load(conn)?;
    for (provider, leaves_on) in leaving {
        let of_person = hours.iter_mut().filter(|((who, _), _)| who.get() == provider);
        for (_, calendar) in of_person {
            calendar.leaves_on = leaves_on;
        }
    }
    Ok(())
}
