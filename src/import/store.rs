//! The rows of what is imported, and what is known before.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::Kind;
use super::catalog::{LocationCard, ServiceCard};
use super::pass::Kept;
use super::row::Who;
use super::services::NewService;
use crate::booking;
use crate::catalog::{self, Label};
use crate::clients::Standing;
use crate::db::schema::{
    appointments, booking_events, bookings, change_counters, client_notes, client_words, clients, clinic, import_keys,
    ledger_entries, locations, possible_duplicates, providers, services, staff_users,
};
use crate::db::{Conn, Fault, Tx, portable};
use crate::domain::ids::{ProviderId, ServiceId};
use crate::domain::language::Language;
use crate::domain::money::Currency;
use crate::domain::recognise::{ContactKeys, EmailAddress, PhoneNumber};

/// Rows read at once.
const PAGE: i64 = 10_000;
/// Services, providers and locations of one clinic.
const CATALOG_MAX: i64 = 5_000;
/// Visits that wait before they are written.
const WAITING_MAX: usize = 1_000;

/// Currency and language.
pub(super) fn clinic(conn: &mut Conn) -> Result<(Currency, Language), Fault> {
    let row: Option<(String, String)> =
        clinic::table.find(1_i64).select((clinic::currency, clinic::language)).first(conn).optional()?;
    let (currency, language) = row.ok_or_else(|| {
        Fault::other("there is no clinic yet: sign in and take the first steps, or run rebook user add and set it up")
    })?;
    let currency = currency.parse().map_err(|error| Fault::corrupt("clinic", "currency", 1, error))?;
    Ok((currency, Language::parse(&language).unwrap_or_default()))
}

/// The oldest owner.
pub(super) fn owner(conn: &mut Conn) -> Result<Option<i64>, Fault> {
    let owners = staff_users::table.filter(staff_users::role.eq("owner")).order(staff_users::id);
    Ok(owners.select(staff_users::id).first(conn).optional()?)
}

/// Services with their names in links, those in use first.
pub(super) fn services(conn: &mut Conn) -> Result<Vec<(ServiceCard, String)>, Fault> {
    type CardRow = (i64, String, String, i32, i32);
    let rows: Vec<(CardRow, Option<NaiveDateTime>)> = services::table
        .order((services::position, services::id))
        .limit(CATALOG_MAX)
        .select((
            (services::id, services::name, services::slug, services::duration_minutes, services::tax_basis_points),
            services::archived_at,
        ))
        .load(conn)?;
    let (archived, used): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(_, archived)| archived.is_some());
    let card = |((id, name, slug, minutes, tax_basis_points), _): (CardRow, Option<NaiveDateTime>)| {
        (ServiceCard { id, name, minutes: u32::try_from(minutes).unwrap_or(30), tax_basis_points }, slug)
    };
    Ok(used.into_iter().chain(archived).map(card).collect())
}

/// Providers with name and name in links, those in use first.
pub(super) fn providers(conn: &mut Conn) -> Result<Vec<(i64, String, String)>, Fault> {
    let rows: Vec<(i64, String, String, Option<NaiveDateTime>)> = providers::table
        .order((providers::position, providers::id))
        .limit(CATALOG_MAX)
        .select((providers::id, providers::name, providers::slug, providers::archived_at))
        .load(conn)?;
    let (archived, used): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.3.is_some());
    Ok(used.into_iter().chain(archived).map(|(id, name, slug, _)| (id, name, slug)).collect())
}

/// Locations with name and name in links.
pub(super) fn locations(conn: &mut Conn) -> Result<Vec<(LocationCard, String, String)>, Fault> {
    let rows: Vec<(i64, String, String, String)> = locations::table
        .order((locations::position, locations::id))
        .limit(CATALOG_MAX)
        .select((locations::id, locations::name, locations::slug, locations::zone))
        .load(conn)?;
    let card = |(id, name, slug, zone): (i64, String, String, String)| {
        let zone = zone.parse().map_err(|error| Fault::corrupt("locations", "zone", id, error))?;
        Ok((LocationCard { id, zone }, name, slug))
    };
    rows.into_iter().map(card).collect()
}

/// Tells of every client, the oldest first: whoever was merged is told as the one he became.
pub(super) fn everybody(
    conn: &mut Conn,
    tell: &mut dyn FnMut(i64, ContactKeys, Option<NaiveDate>),
) -> Result<(), Fault> {
    type Row = (i64, String, Option<String>, Option<String>, Option<NaiveDate>, Option<i64>);
    let mut after = 0_i64;
    loop {
        let rows: Vec<Row> = clients::table
            .filter(clients::id.gt(after))
            .filter(clients::erased_at.is_null())
            .order(clients::id)
            .limit(PAGE)
            .select((
                clients::id,
                clients::name_key,
                clients::email_key,
                clients::phone_key,
                clients::birth_date,
                clients::merged_into_id,
            ))
            .load(conn)?;
        let Some(last) = rows.last().map(|row| row.0) else { return Ok(()) };
        after = last;
        for (id, name_key, email_key, phone_key, born, merged_into) in rows {
            tell(merged_into.unwrap_or(id), ContactKeys { name_key, email_key, phone_key }, born);
        }
    }
}

/// Everything that was imported before of a kind from a program; clients that were merged since as whom they became.
pub(super) fn keys(conn: &mut Conn, kind: &str, from: &str) -> Result<HashMap<u64, Kept>, Fault> {
    let mut known = HashMap::new();
    let mut after = String::new();
    loop {
        let rows: Vec<(String, String, i64, Option<i64>)> = import_keys::table
            .left_join(clients::table.on(clients::id.eq(import_keys::local_id)))
            .filter(import_keys::kind.eq(kind))
            .filter(import_keys::source.eq(from))
            .filter(import_keys::key_digest.gt(&after))
            .order(import_keys::key_digest)
            .limit(PAGE)
            .select((
                import_keys::key_digest,
                import_keys::content_digest,
                import_keys::local_id,
                clients::merged_into_id.nullable(),
            ))
            .load(conn)?;
        let Some(last) = rows.last().map(|row| row.0.clone()) else { return Ok(known) };
        after = last;
        for (key, content, local, merged_into) in rows {
            let number = |text: &str| {
                u64::from_str_radix(text, 16).map_err(|error| Fault::corrupt("import_keys", "key_digest", local, error))
            };
            let local = if kind == "client" { merged_into.unwrap_or(local) } else { local };
            known.insert(number(&key)?, Kept { content: number(&content)?, local, is_of_this_run: false });
        }
    }
}

/// Whether a client has this service at this moment already.
pub(super) fn is_booked(conn: &mut Conn, client: i64, service: i64, at: NaiveDateTime) -> Result<bool, Fault> {
    let same: Option<i64> = bookings::table
        .inner_join(appointments::table.on(appointments::id.eq(bookings::appointment_id)))
        .filter(bookings::client_id.eq(client))
        .filter(appointments::starts_at.eq(at))
        .filter(appointments::service_id.eq(service))
        .order(bookings::id)
        .select(bookings::id)
        .first(conn)
        .optional()?;
    Ok(same.is_some())
}

/// What people read out for a booking.
pub(super) fn reference(booking: i64) -> String {
    booking::book::reference_of(booking)
}

/// Makes a service that the desk may book, or that only the past knows.
pub(super) fn make_service(tx: &mut Tx<'_>, new: &NewService, is_past: bool) -> Result<i64, Fault> {
    let id: ServiceId = tx.new_id();
    let slug = free_slug(new.name.as_str(), "service", |slug| {
        let same: Option<i64> =
            services::table.filter(services::slug.eq(slug)).select(services::id).first(tx.conn).optional()?;
        Ok(same.is_some())
    })?;
    diesel::insert_into(services::table)
        .values((
            services::id.eq(id.get()),
            services::slug.eq(slug),
            services::name.eq(new.name.as_str()),
            services::category.eq(new.category.as_str()),
            services::description.eq(new.description.as_str()),
            services::duration_minutes.eq(i32::try_from(new.minutes).map_err(Fault::other)?),
            services::price_minor.eq(new.price_minor),
            services::recall_interval.eq(new.recall.map(|interval| interval.to_string())),
            services::online.eq(false),
            services::position.eq(1_000),
            services::archived_at.eq(is_past.then(|| tx.now_naive())),
        ))
        .execute(tx.conn)?;
    Ok(id.get())
}

/// Makes a provider whom only the past knows.
pub(super) fn make_provider(tx: &mut Tx<'_>, name: &Label) -> Result<i64, Fault> {
    let id: ProviderId = tx.new_id();
    let slug = free_slug(name.as_str(), "provider", |slug| {
        let same: Option<i64> =
            providers::table.filter(providers::slug.eq(slug)).select(providers::id).first(tx.conn).optional()?;
        Ok(same.is_some())
    })?;
    diesel::insert_into(providers::table)
        .values((
            providers::id.eq(id.get()),
            providers::slug.eq(slug),
            providers::name.eq(name.as_str()),
            providers::position.eq(1_000),
            providers::archived_at.eq(tx.now_naive()),
        ))
        .execute(tx.conn)?;
    Ok(id.get())
}

/// The name in links, with a number behind it where it is taken.
fn free_slug(name: &str, usual: &str, mut is_taken: impl FnMut(&str) -> Result<bool, Fault>) -> Result<String, Fault> {
    let plain = catalog::slug_of(name).unwrap_or_else(|| usual.to_owned());
    let mut slug = plain.clone();
    for number in 2..10_000 {
        if !is_taken(&slug)? {
            return Ok(slug);
        }
        slug = format!("{plain}-{number}");
    }
    Err(Fault::other("no name in links is free"))
}

/// What is missing of a client beyond mail and phone.
pub(super) fn fill_in(tx: &mut Tx<'_>, client: i64, who: &Who) -> Result<(), Fault> {
    if let Some(born) = who.born {
        let missing = clients::table.filter(clients::id.eq(client)).filter(clients::birth_date.is_null());
        diesel::update(missing).set(clients::birth_date.eq(born)).execute(tx.conn)?;
    }
    if let Some(source) = &who.source {
        let missing = clients::table.filter(clients::id.eq(client)).filter(clients::source.is_null());
        diesel::update(missing).set(clients::source.eq(source)).execute(tx.conn)?;
    }
    Ok(())
}

/// Whatever is kept of figures and catalogue is made anew.
pub(super) fn touch(tx: &mut Tx<'_>, kind: Kind) -> Result<(), Fault> {
    if kind != Kind::Clients {
        catalog::touch(tx)?;
    }
    diesel::update(change_counters::table.find("figures"))
        .set(change_counters::value.eq(change_counters::value + 1))
        .execute(tx.conn)?;
    Ok(())
}

#[derive(Insertable)]
#[diesel(table_name = clients, treat_none_as_default_value = false)]
pub(super) struct ClientRow {
    id: i64,
    first_name: String,
    last_name: String,
    email: Option<String>,
    phone: Option<String>,
    email_key: Option<String>,
    phone_key: Option<String>,
    name_key: String,
    language: &'static str,
    birth_date: Option<NaiveDate>,
    source: Option<String>,
    standing: &'static str,
    created_at: NaiveDateTime,
}

impl ClientRow {
    pub(super) fn of(id: i64, who: &Who, keys: &ContactKeys, standing: Standing, created: DateTime<Utc>) -> Self {
        Self {
            id,
            first_name: who.first.as_str().to_owned(),
            last_name: who.last.as_str().to_owned(),
            email: who.email.as_ref().map(|email: &EmailAddress| email.as_str().to_owned()),
            phone: who.phone.as_ref().map(|phone: &PhoneNumber| phone.as_str().to_owned()),
            email_key: keys.email_key.clone(),
            phone_key: keys.phone_key.clone(),
            name_key: keys.name_key.clone(),
            language: who.language.tag(),
            birth_date: who.born,
            source: who.source.clone(),
            standing: standing.word(),
            created_at: created.naive_utc(),
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = client_words)]
pub(super) struct WordRow {
    pub(super) client_id: i64,
    pub(super) word: String,
}

#[derive(Insertable)]
#[diesel(table_name = possible_duplicates)]
pub(super) struct DuplicateRow {
    pub(super) client_id: i64,
    pub(super) other_id: i64,
    pub(super) reason: &'static str,
    pub(super) created_at: NaiveDateTime,
}

#[derive(Insertable)]
#[diesel(table_name = client_notes)]
pub(super) struct NoteRow {
    pub(super) id: i64,
    pub(super) client_id: i64,
    pub(super) kind: &'static str,
    pub(super) text: String,
    pub(super) at: NaiveDateTime,
    pub(super) staff_user_id: i64,
}

#[derive(Insertable)]
#[diesel(table_name = appointments, treat_none_as_default_value = false)]
pub(super) struct AppointmentRow {
    pub(super) id: i64,
    pub(super) location_id: i64,
    pub(super) service_id: i64,
    pub(super) provider_id: i64,
    pub(super) starts_at: NaiveDateTime,
    pub(super) ends_at: NaiveDateTime,
    pub(super) local_start: NaiveDateTime,
    pub(super) zone: &'static str,
    pub(super) zone_version: String,
    pub(super) capacity: i32,
    pub(super) released_at: Option<NaiveDateTime>,
    pub(super) created_at: NaiveDateTime,
}

#[derive(Insertable)]
#[diesel(table_name = bookings, treat_none_as_default_value = false)]
pub(super) struct BookingRow {
    pub(super) id: i64,
    pub(super) reference: String,
    pub(super) appointment_id: i64,
    pub(super) client_id: i64,
    pub(super) status: &'static str,
    pub(super) party: i32,
    pub(super) service_name: String,
    pub(super) duration_minutes: i32,
    pub(super) price_minor: i64,
    pub(super) tax_basis_points: i32,
    pub(super) currency: &'static str,
    pub(super) cancel_notice_minutes: i32,
    pub(super) cancel_policy: &'static str,
    pub(super) language: &'static str,
    pub(super) note: String,
    pub(super) created_at: NaiveDateTime,
    pub(super) created_by: &'static str,
    pub(super) completed_at: Option<NaiveDateTime>,
    pub(super) missed_at: Option<NaiveDateTime>,
    pub(super) ended_at: Option<NaiveDateTime>,
    pub(super) ended_by: Option<&'static str>,
    pub(super) late_cancellation: bool,
    pub(super) told_version: i32,
}

#[derive(Insertable)]
#[diesel(table_name = booking_events)]
pub(super) struct EventRow {
    pub(super) id: i64,
    pub(super) booking_id: i64,
    pub(super) at: NaiveDateTime,
    pub(super) actor: &'static str,
    pub(super) kind: &'static str,
    pub(super) after_state: &'static str,
}

#[derive(Insertable)]
#[diesel(table_name = ledger_entries, treat_none_as_default_value = false)]
pub(super) struct LineRow {
    pub(super) id: i64,
    pub(super) client_id: i64,
    pub(super) booking_id: Option<i64>,
    pub(super) kind: &'static str,
    pub(super) amount_minor: i64,
    pub(super) currency: &'static str,
    pub(super) method: Option<&'static str>,
    pub(super) occurred_at: NaiveDateTime,
    pub(super) recorded_at: NaiveDateTime,
    pub(super) note: &'static str,
    pub(super) tax_minor: i64,
    pub(super) tax_basis_points: i32,
    pub(super) location_id: i64,
}

#[derive(Insertable)]
#[diesel(table_name = import_keys)]
pub(super) struct KeyRow {
    kind: &'static str,
    source: String,
    key_digest: String,
    content_digest: String,
    local_id: i64,
    imported_at: NaiveDateTime,
}

impl KeyRow {
    pub(super) fn new(kind: &'static str, from: &str, key: u64, content: u64, local: i64, now: DateTime<Utc>) -> Self {
        Self {
            kind,
            source: from.to_owned(),
            key_digest: format!("{key:016x}"),
            content_digest: format!("{content:016x}"),
            local_id: local,
            imported_at: now.naive_utc(),
        }
    }
}

/// What waits to be written, table by table in the order in which they refer to one another.
#[derive(Default)]
pub(super) struct Buffer {
    pub(super) clients: Vec<ClientRow>,
    pub(super) words: Vec<WordRow>,
    pub(super) duplicates: Vec<DuplicateRow>,
    pub(super) notes: Vec<NoteRow>,
    pub(super) appointments: Vec<AppointmentRow>,
    pub(super) bookings: Vec<BookingRow>,
    pub(super) events: Vec<EventRow>,
    pub(super) lines: Vec<LineRow>,
    pub(super) keys: Vec<KeyRow>,
}

impl Buffer {
    /// Whether it is time to write.
    pub(super) fn is_full(&self) -> bool {
        WAITING_MAX <= self.keys.len()
    }

    /// Lets go of what is only looked at.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Writes everything.
    pub(super) fn flush(&mut self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        self.own_references(tx)?;
        let waiting = std::mem::take(self);
        portable::insert_all!(tx.conn, clients, &waiting.clients);
        portable::insert_all!(tx.conn, client_words, &waiting.words);
        portable::insert_all!(tx.conn, possible_duplicates, &waiting.duplicates);
        portable::insert_all!(tx.conn, client_notes, &waiting.notes);
        portable::insert_all!(tx.conn, appointments, &waiting.appointments);
        portable::insert_all!(tx.conn, bookings, &waiting.bookings);
        portable::insert_all!(tx.conn, booking_events, &waiting.events);
        portable::insert_all!(tx.conn, ledger_entries, &waiting.lines);
        portable::insert_all!(tx.conn, import_keys, &waiting.keys);
        Ok(())
    }

    /// Among millions two references agree now and then; one of them is drawn again.
    fn own_references(&mut self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        let wanted: Vec<&str> = self.bookings.iter().map(|booking| booking.reference.as_str()).collect();
        let mut taken: HashSet<String> = HashSet::new();
        for some in wanted.chunks(500) {
            let rows: Vec<String> = bookings::table
                .filter(bookings::reference.eq_any(some.to_vec()))
                .order(bookings::reference)
                .select(bookings::reference)
                .load(tx.conn)?;
            taken.extend(rows);
        }
        for booking in &mut self.bookings {
            while taken.contains(&booking.reference) {
                booking.reference = reference(tx.new_number());
            }
            taken.insert(booking.reference.clone());
        }
        Ok(())
    }
}
