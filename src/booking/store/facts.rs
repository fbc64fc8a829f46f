//! Everything a page, a mail or the API says about one booking.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;

use crate::db::schema::{appointments, bookings, clients, locations, providers, rooms};
use crate::db::{Conn, Fault};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::{AppointmentId, BookingId, ClientId, LocationId, ProviderId, RoomId, ServiceId, StaffUserId};
use crate::domain::lateness::Progress;
use crate::domain::money::Money;
use crate::domain::policy::Movable;
use crate::domain::time;

/// One booking with its appointment, client, provider and place.
#[derive(Debug, Clone)]
pub struct BookingFacts {
    /// Which.
    pub id: BookingId,
    /// What people read out.
    pub reference: String,
    /// Where it stands.
    pub status: BookingStatus,
    /// The block it is part of.
    pub appointment: AppointmentId,
    /// How many people come.
    pub party: u16,
    /// The service.
    pub service: ServiceId,
    /// Its name when it was booked.
    pub service_name: String,
    /// What it costs, as agreed.
    pub price: Money,
    /// How long before the start the client may cancel, as agreed.
    pub cancel_notice_minutes: u32,
    /// How long before the start the client may move it, as agreed.
    pub move_notice_minutes: u32,
    /// How often the client moved it.
    pub moves: u16,
    /// How often the client may, as agreed.
    pub moves_max: u16,
    /// The policy, as agreed.
    pub cancel_policy: String,
    /// The language in which the client is written to.
    pub language: String,
    /// What the client wrote for the clinic.
    pub note: String,
    /// Where the client came from.
    pub source: Option<String>,
    /// Rises with time, place and cancellation; the SEQUENCE of its calendar entry.
    pub schedule_version: i32,
    /// Rises when its links are revoked.
    pub link_generation: i32,
    /// Rises with every change.
    pub row_version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// The tax rate in the price, as agreed.
    pub tax_basis_points: i64,
    /// When the client said to be coming.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When the client came.
    pub arrived_at: Option<DateTime<Utc>>,
    /// When it began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was completed.
    pub completed_at: Option<DateTime<Utc>>,
    /// When it was noted that nobody came.
    pub missed_at: Option<DateTime<Utc>>,
    /// When it ended without a visit.
    pub ended_at: Option<DateTime<Utc>>,
    /// By whom: `client`, `staff` or `system`.
    pub ended_by: Option<String>,
    /// Why, in his words.
    pub ended_reason: Option<String>,
    /// Why, by the code of a reason of the clinic's list.
    pub ended_reason_code: Option<String>,
    /// Whether it was cancelled after the deadline.
    pub late_cancellation: bool,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// The zone of its place.
    pub zone: Tz,
    /// The place.
    pub location: LocationId,
    /// Its name.
    pub location_name: String,
    /// With whom.
    pub provider: ProviderId,
    /// The name.
    pub provider_name: String,
    /// In which room.
    pub room: Option<RoomId>,
    /// Its name.
    pub room_name: Option<String>,
    /// Who comes.
    pub client: ClientId,
    /// First name.
    pub client_first_name: String,
    /// Last name.
    pub client_last_name: String,
    /// The first booking of the visit it is part of, or of those who come together.
    pub visit_group: Option<BookingId>,
    /// Its place in the visit; the first is 0.
    pub visit_position: u16,
    /// How many services the visit has; 0 where nobody counted, 1 for a booking of one service.
    pub visit_size: usize,
    /// The parts of the visit in their order, itself among them; nothing for a booking of one service, and in lists.
    pub parts: Vec<BookingFacts>,
    /// Mail address.
    pub client_email: Option<String>,
    /// Phone number.
    pub client_phone: Option<String>,
}

impl BookingFacts {
    /// When it begins, on the clocks of its place.
    pub fn local_start(&self) -> NaiveDateTime {
        time::local(self.starts_at, self.zone)
    }

    /// Whether it is one of several services of a visit.
    pub fn is_part(&self) -> bool {
        !self.parts.is_empty()
    }

    /// The first part of the visit in place of this one: what the client knows the visit by.
    pub fn as_first(mut self) -> Self {
        let parts = std::mem::take(&mut self.parts);
        match parts.first().cloned() {
            Some(first) => Self { parts, visit_size: self.visit_size, ..first },
            None => self,
        }
    }

    /// When the whole visit ends.
    pub fn visit_ends_at(&self) -> DateTime<Utc> {
        self.parts.last().map_or(self.ends_at, |last| last.ends_at)
    }

    /// When the whole visit begins.
    pub fn visit_starts_at(&self) -> DateTime<Utc> {
        self.parts.first().map_or(self.starts_at, |first| first.starts_at)
    }

    /// What the whole visit costs.
    pub fn visit_price(&self) -> Money {
        let minor = self.parts.iter().map(|part| part.price.minor).fold(0_i64, i64::saturating_add);
        if self.is_part() { Money { minor, ..self.price } } else { self.price }
    }

    /// Who performs the visit, everybody once.
    pub fn visit_providers(&self) -> String {
        let mut names: Vec<&str> = Vec::new();
        for part in &self.parts {
            if !names.contains(&part.provider_name.as_str()) {
                names.push(&part.provider_name);
            }
        }
        if names.is_empty() { self.provider_name.clone() } else { names.join(", ") }
    }

    /// The names of all services of the visit.
    pub fn visit_name(&self) -> String {
        let names: Vec<&str> = self.parts.iter().map(|part| part.service_name.as_str()).collect();
        if names.is_empty() { self.service_name.clone() } else { names.join(" + ") }
    }

    /// What decides whether it may be moved.
    pub const fn movable(&self) -> Movable {
        Movable {
            starts_at: self.starts_at,
            status: self.status,
            move_notice_minutes: self.move_notice_minutes,
            moves: self.moves,
            moves_max: self.moves_max,
        }
    }

    /// What decides whether it runs late.
    pub const fn progress(&self) -> Progress {
        Progress {
            status: self.status,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            arrived_at: self.arrived_at,
            started_at: self.started_at,
        }
    }

    /// First and last name.
    pub fn client_name(&self) -> String {
        format!("{} {}", self.client_first_name, self.client_last_name)
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = bookings)]
struct BookingRow {
    id: i64,
    reference: String,
    appointment_id: i64,
    client_id: i64,
    status: String,
    party: i32,
    service_name: String,
    price_minor: i64,
    currency: String,
    cancel_notice_minutes: i32,
    move_notice_minutes: i32,
    moves: i32,
    moves_max: i32,
    cancel_policy: String,
    language: String,
    source: Option<String>,
    note: String,
    schedule_version: i32,
    link_generation: i32,
    row_version: i64,
    created_at: NaiveDateTime,
    ended_at: Option<NaiveDateTime>,
    ended_by: Option<String>,
    ended_reason: Option<String>,
    ended_reason_code: Option<String>,
    late_cancellation: bool,
    visit_group_id: Option<i64>,
    visit_position: i32,
    tax_basis_points: i32,
    client_confirmed_at: Option<NaiveDateTime>,
    arrived_at: Option<NaiveDateTime>,
    started_at: Option<NaiveDateTime>,
    completed_at: Option<NaiveDateTime>,
    missed_at: Option<NaiveDateTime>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = appointments)]
struct AppointmentRow {
    location_id: i64,
    service_id: i64,
    provider_id: i64,
    room_id: Option<i64>,
    starts_at: NaiveDateTime,
    ends_at: NaiveDateTime,
    zone: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = clients)]
struct ClientRow {
    first_name: String,
    last_name: String,
    email: Option<String>,
    phone: Option<String>,
}

type Row = (BookingRow, AppointmentRow, ClientRow, String, String, Option<String>);

/// Bookings with everything that is shown of them; each question adds its filter, order and limit.
macro_rules! shown {
    () => {
        bookings::table
            .inner_join(
                appointments::table.inner_join(locations::table).inner_join(providers::table).left_join(rooms::table),
            )
            .inner_join(clients::table)
            .select((
                BookingRow::as_select(),
                AppointmentRow::as_select(),
                ClientRow::as_select(),
                locations::name,
                providers::name,
                rooms::name.nullable(),
            ))
    };
}

/// One booking, or none when it is unknown.
pub fn booking(conn: &mut Conn, id: BookingId) -> Result<Option<BookingFacts>, Fault> {
    let found = shown!().filter(bookings::id.eq(id.get())).first::<Row>(conn).optional()?;
    let Some(mut facts) = found.map(BookingFacts::try_from).transpose()? else {
        return Ok(None);
    };
    facts.parts = parts_of_visit(conn, &facts)?;
    facts.visit_size = facts.parts.len().max(1);
    Ok(Some(facts))
}

/// The rows of a list, each with the size of its visit as far as the list has it.
fn counted(rows: Vec<Row>) -> Result<Vec<BookingFacts>, Fault> {
    let mut all: Vec<BookingFacts> = rows.into_iter().map(BookingFacts::try_from).collect::<Result<_, _>>()?;
    let mut sizes: HashMap<(BookingId, ClientId), usize> = HashMap::new();
    for facts in &all {
        if let Some(group) = facts.visit_group {
            *sizes.entry((group, facts.client)).or_default() += 1;
        }
    }
    for facts in &mut all {
        let size = facts.visit_group.and_then(|group| sizes.get(&(group, facts.client)));
        facts.visit_size = size.copied().unwrap_or(1);
    }
    Ok(all)
}

/// A list as its client knows it: one line a visit, the first booking's, with the parts in it.
pub fn as_visits(bookings: Vec<BookingFacts>) -> Vec<BookingFacts> {
    let mut parts: HashMap<(BookingId, ClientId), Vec<BookingFacts>> = HashMap::new();
    let visit_of = |facts: &BookingFacts| facts.visit_group.filter(|_| facts.visit_size > 1);
    for facts in &bookings {
        if let Some(group) = visit_of(facts) {
            parts.entry((group, facts.client)).or_default().push(facts.clone());
        }
    }
    for together in parts.values_mut() {
        together.sort_by_key(|part| part.visit_position);
    }
    let whole = |mut facts: BookingFacts| {
        if let Some(group) = visit_of(&facts) {
            facts.parts = parts.remove(&(group, facts.client))?;
            facts = facts.as_first();
        }
        Some(facts)
    };
    bookings.into_iter().filter_map(whole).collect()
}

/// The parts of the visit this booking belongs to; nothing when it belongs to none.
fn parts_of_visit(conn: &mut Conn, booking: &BookingFacts) -> Result<Vec<BookingFacts>, Fault> {
    let Some(group) = booking.visit_group else {
        return Ok(Vec::new());
    };
    let rows: Vec<Row> = shown!()
        .filter(bookings::visit_group_id.eq(group.get()))
        .filter(bookings::client_id.eq(booking.client.get()))
        .order((bookings::visit_position, bookings::id))
        .limit(super::VISIT_PARTS_MAX)
        .load::<Row>(conn)?;
    // People who come together share a group as well; each of them has one booking in it.
    if rows.len() < 2 {
        return Ok(Vec::new());
    }
    rows.into_iter().map(BookingFacts::try_from).collect()
}

/// The bookings that start in `[from, to)`, by time; those without a place any more only when asked for.
pub fn bookings_between(
    conn: &mut Conn,
    location: Option<LocationId>,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<BookingFacts>, Fault> {
    let mut query = shown!()
        .filter(appointments::starts_at.ge(from.naive_utc()))
        .filter(appointments::starts_at.lt(to.naive_utc()))
        .order((appointments::starts_at, bookings::id))
        .limit(limit)
        .into_boxed();
    if let Some(location) = location {
        query = query.filter(appointments::location_id.eq(location.get()));
    }
    counted(query.load::<Row>(conn)?)
}

/// A provider's bookings that start in `[from, to)`, whatever became of them, by time.
pub fn bookings_of_provider(
    conn: &mut Conn,
    provider: ProviderId,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<BookingFacts>, Fault> {
    let rows = shown!()
        .filter(appointments::provider_id.eq(provider.get()))
        .filter(appointments::starts_at.ge(from.naive_utc()))
        .filter(appointments::starts_at.lt(to.naive_utc()))
        .order((appointments::starts_at, bookings::id))
        .limit(limit)
        .load::<Row>(conn)?;
    counted(rows)
}

/// Requests that wait for an answer, the one that starts first on top.
pub fn requests(conn: &mut Conn, limit: i64) -> Result<Vec<BookingFacts>, Fault> {
    let rows = shown!()
        .filter(bookings::status.eq(BookingStatus::Requested.as_str()))
        .order((appointments::starts_at, bookings::id))
        .limit(limit)
        .load::<Row>(conn)?;
    counted(rows)
}

/// A client's bookings, the newest start first.
pub fn bookings_of_client(conn: &mut Conn, client: ClientId, limit: i64) -> Result<Vec<BookingFacts>, Fault> {
    let rows = shown!()
        .filter(bookings::client_id.eq(client.get()))
        .order((appointments::starts_at.desc(), bookings::id.desc()))
        .limit(limit)
        .load::<Row>(conn)?;
    counted(rows)
}

impl TryFrom<Row> for BookingFacts {
    type Error = Fault;

    fn try_from((booking, appointment, client, location, provider, room): Row) -> Result<Self, Fault> {
        let corrupt = |column: &str, what: &dyn std::fmt::Display| Fault::corrupt("bookings", column, booking.id, what);
        let currency = booking.currency.parse().map_err(|error| corrupt("currency", &error))?;
        let zone = time::zone_named(&appointment.zone).map_err(|error| corrupt("appointment zone", &error))?;
        let party = u16::try_from(booking.party).map_err(|error| corrupt("party", &error))?;
        let notice = u32::try_from(booking.cancel_notice_minutes);
        Ok(Self {
            id: BookingId::new(booking.id),
            status: super::status_of(booking.id, &booking.status)?,
            cancel_notice_minutes: notice.map_err(|error| corrupt("cancel_notice_minutes", &error))?,
            price: Money::new(booking.price_minor, currency),
            party,
            zone,
            reference: booking.reference,
            appointment: AppointmentId::new(booking.appointment_id),
            service: ServiceId::new(appointment.service_id),
            service_name: booking.service_name,
            move_notice_minutes: u32::try_from(booking.move_notice_minutes).unwrap_or(0),
            moves: u16::try_from(booking.moves).unwrap_or(u16::MAX),
            moves_max: u16::try_from(booking.moves_max).unwrap_or(0),
            cancel_policy: booking.cancel_policy,
            language: booking.language,
            note: booking.note,
            source: booking.source,
            schedule_version: booking.schedule_version,
            link_generation: booking.link_generation,
            row_version: booking.row_version,
            created_at: booking.created_at.and_utc(),
            tax_basis_points: i64::from(booking.tax_basis_points),
            confirmed_at: booking.client_confirmed_at.map(|at| at.and_utc()),
            arrived_at: booking.arrived_at.map(|at| at.and_utc()),
            started_at: booking.started_at.map(|at| at.and_utc()),
            completed_at: booking.completed_at.map(|at| at.and_utc()),
            missed_at: booking.missed_at.map(|at| at.and_utc()),
            ended_at: booking.ended_at.map(|at| at.and_utc()),
            ended_by: booking.ended_by,
            ended_reason: booking.ended_reason,
            ended_reason_code: booking.ended_reason_code,
            late_cancellation: booking.late_cancellation,
            starts_at: appointment.starts_at.and_utc(),
            ends_at: appointment.ends_at.and_utc(),
            location: LocationId::new(appointment.location_id),
            location_name: location,
            provider: ProviderId::new(appointment.provider_id),
            provider_name: provider,
            room: appointment.room_id.map(RoomId::new),
            room_name: room,
            client: ClientId::new(booking.client_id),
            client_first_name: client.first_name,
            client_last_name: client.last_name,
            visit_group: booking.visit_group_id.map(BookingId::new),
            visit_position: u16::try_from(booking.visit_position).unwrap_or(0),
            visit_size: 0,
            parts: Vec::new(),
            client_email: client.email,
            client_phone: client.phone,
        })
    }
}

/// How reliable a client was, counted over all bookings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VisitCounts {
    /// Visits that took place.
    pub kept: i64,
    /// Cancellations after the deadline that were the client's.
    pub late_cancellations: i64,
    /// Appointments nobody came to.
    pub no_shows: i64,
}

/// Counts a client's kept, late cancelled and missed bookings.
pub fn visit_counts(conn: &mut Conn, client: ClientId) -> Result<VisitCounts, Fault> {
    let rows: Vec<(String, bool, i64)> = bookings::table
        .filter(bookings::client_id.eq(client.get()))
        .group_by((bookings::status, bookings::late_cancellation))
        .select((bookings::status, bookings::late_cancellation, diesel::dsl::count_star()))
        .load(conn)?;
    let mut counts = VisitCounts::default();
    for (status, late, count) in rows {
        match BookingStatus::parse(&status) {
            Some(BookingStatus::Completed) => counts.kept += count,
            Some(BookingStatus::NoShow) => counts.no_shows += count,
            Some(BookingStatus::Cancelled) if late => counts.late_cancellations += count,
            _ => {}
        }
    }
    Ok(counts)
}

/// One line of a booking's history.
#[derive(Debug, Clone)]
pub struct HistoryLine {
    /// When.
    pub at: DateTime<Utc>,
    /// Who: `client`, `staff` or `system`.
    pub actor: String,
    /// What.
    pub kind: String,
    /// Why.
    pub reason: Option<String>,
    /// How it stood before: a status, or time and place as JSON.
    pub before: Option<String>,
    /// How it stood afterwards.
    pub after: Option<String>,
    /// Which rules staff broke on purpose, in the words of `domain::overriding`.
    pub broke: Option<String>,
    /// Which of the staff it was.
    pub staff: Option<StaffUserId>,
}

/// A booking's history, oldest first.
pub fn history(conn: &mut Conn, id: BookingId, limit: i64) -> Result<Vec<HistoryLine>, Fault> {
    use crate::db::schema::booking_events;
    let rows: Vec<HistoryColumns> = booking_events::table
        .filter(booking_events::booking_id.eq(id.get()))
        .order(booking_events::id)
        .limit(limit)
        .select((
            booking_events::at,
            booking_events::actor,
            booking_events::kind,
            booking_events::reason,
            booking_events::before_state,
            booking_events::after_state,
            booking_events::broke,
            booking_events::staff_user_id,
        ))
        .load(conn)?;
    let line = |(at, actor, kind, reason, before, after, broke, staff): HistoryColumns| HistoryLine {
        at: at.and_utc(),
        actor,
        kind,
        reason,
        before,
        after,
        broke,
        staff: staff.map(StaffUserId::new),
    };
    Ok(rows.into_iter().map(line).collect())
}

type HistoryColumns =
    (NaiveDateTime, String, String, Option<String>, Option<String>, Option<String>, Option<String>, Option<i64>);

/// The bookings that share an appointment, by their age.
pub fn bookings_of_appointment(
    conn: &mut Conn,
    appointment: AppointmentId,
    limit: i64,
) -> Result<Vec<BookingFacts>, Fault> {
    let rows = shown!()
        .filter(bookings::appointment_id.eq(appointment.get()))
        .order(bookings::id)
        .limit(limit)
        .load::<Row>(conn)?;
    counted(rows)
}
