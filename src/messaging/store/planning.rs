//! What planning reads and writes: bookings as far as messages care, many at a time, and the rows it makes, moves and
//! puts aside.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::people::{self, Contact, Guardians};
use super::rules;
use super::{SubjectColumns, standing_of};
use crate::db::schema::{
    appointments, booking_events, bookings, client_tags, clients, clinic, locations, message_settings, messages,
    providers, services,
};
use crate::db::{Conn, Fault, Tx, portable};
use crate::domain::booking::{BookingStatus, IMPORTED_EVENT};
use crate::domain::ids::{BookingId, ClientId, EndpointId, LocationId, MessageId, ProviderId, RuleId, ServiceId};
use crate::domain::message_rules::{Concern, Rulebook};
use crate::domain::messages::{
    Audience, BookingFacts, EndedBy, ExistingMessage, MessageKind, MessageState, Moved, PlannedMessage, Reach, Reason,
    Recipient,
};

/// A booking's own messages are few; more would be a fault of ours.
pub(super) const MESSAGES_OF_BOOKING_MAX: i64 = 200;
/// What happened to a booking, as far as it is read.
const EVENTS_OF_BOOKING_MAX: i64 = 500;
/// A grace for reminders where nobody set one.
const GRACE_MINUTES: i64 = 60;

/// What every message needs to know of the clinic when it is planned.
pub(in crate::messaging) struct Frame {
    pub(in crate::messaging) language: String,
    message_id_domain: String,
    reach: Reach,
    pub(in crate::messaging) book: Rulebook,
}

/// Reads the clinic and its rules.
pub(in crate::messaging) fn frame(conn: &mut Conn) -> Result<Frame, Fault> {
    type Row = (i32, Option<(String, Option<String>)>);
    let row: Option<Row> = message_settings::table
        .left_join(clinic::table.on(clinic::id.eq(message_settings::id)))
        .select((message_settings::late_grace_minutes, (clinic::language, clinic::email).nullable()))
        .first(conn)
        .optional()?;
    let (grace, clinic) = row.map_or((GRACE_MINUTES, None), |(grace, clinic)| (i64::from(grace), clinic));
    let (language, email) = clinic.unwrap_or_default();
    Ok(Frame {
        language,
        message_id_domain: message_id_domain(email.as_deref()),
        reach: reach(email.as_deref()),
        book: rules::rulebook(conn, grace)?,
    })
}

impl Frame {
    /// In which language somebody is written to whose own is `language`; empty is the clinic's.
    fn language_of<'a>(&'a self, recipient: Recipient, language: &'a str) -> &'a str {
        match recipient.audience() {
            Audience::Client | Audience::Mailbox if !language.is_empty() => language,
            _ => &self.language,
        }
    }
}

type BookingRow = (
    (i64, String, i32, String, NaiveDateTime, (i32, Option<i32>), i32, Option<String>),
    (Option<NaiveDateTime>, Option<NaiveDateTime>, Option<String>),
    (NaiveDateTime, String, i64, i64),
    (String, Option<String>),
    Contact,
    (i64, Option<String>),
);

/// Bookings as far as messages care, in the order of identifiers; those that are not there are missing.
pub(in crate::messaging) fn bookings_to_tell(
    conn: &mut Conn,
    ids: &[BookingId],
    frame: &Frame,
    now: DateTime<Utc>,
) -> Result<Vec<BookingFacts>, Fault> {
    let numbers: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let rows: Vec<BookingRow> = bookings::table
        .inner_join(
            appointments::table.inner_join(providers::table).inner_join(services::table).inner_join(locations::table),
        )
        .inner_join(clients::table)
        .filter(bookings::id.eq_any(numbers.clone()))
        .order(bookings::id)
        .select((
            (
                bookings::id,
                bookings::status,
                bookings::schedule_version,
                bookings::language,
                bookings::created_at,
                (bookings::told_version, bookings::client_untold_version),
                bookings::visit_position,
                bookings::source,
            ),
            (bookings::completed_at, bookings::ended_at, bookings::ended_by),
            (appointments::starts_at, appointments::zone, appointments::service_id, appointments::location_id),
            (services::category, locations::email),
            people::CONTACT,
            (providers::id, providers::email),
        ))
        .load(conn)?;
    let histories = histories(conn, numbers)?;
    let guardians = people::guardians_of(conn, rows.iter().map(|row| &row.4))?;
    let client_ids: Vec<i64> = rows.iter().map(|row| row.4.id).collect();
    let known = Known {
        guardians,
        tags: if frame.book.asks_for_tags() { tags_of(conn, &client_ids)? } else { HashMap::new() },
        first_visits: if frame.book.asks_for_acquaintance() {
            first_visits(conn, &client_ids)?
        } else {
            HashMap::new()
        },
    };
    let facts = |row: BookingRow| {
        let history = histories.get(&row.0.0).copied().unwrap_or_default();
        booking_facts(row, history, &known, (frame, now))
    };
    rows.into_iter().map(facts).collect()
}

/// What is known of several clients.
struct Known {
    guardians: Guardians,
    tags: HashMap<i64, Vec<String>>,
    first_visits: HashMap<i64, NaiveDateTime>,
}

fn booking_facts(
    row: BookingRow,
    history: History,
    known: &Known,
    (frame, now): (&Frame, DateTime<Utc>),
) -> Result<BookingFacts, Fault> {
    let (booking, ends, appointment, (category, location_email), client, provider) = row;
    let (id, status, schedule_version, language, created_at, told, visit_position, source) = booking;
    let (told_version, untold_version) = told;
    let (completed_at, ended_at, ended_by) = ends;
    let (starts_at, zone, service, location) = appointment;
    let corrupt = |error| Fault::corrupt("appointments", "zone", BookingId::new(id), error);
    let was_here = known
        .first_visits
        .get(&client.id)
        .is_some_and(|first| *first < starts_at && completed_at.is_none_or(|own| *first < own));
    Ok(BookingFacts {
        booking: BookingId::new(id),
        standing: standing_of(id, &status)?,
        schedule_version,
        starts_at: starts_at.and_utc(),
        zone: zone.parse().map_err(corrupt)?,
        client: ClientId::new(client.id),
        client_reach: client.reachable(&known.guardians),
        provider: ProviderId::new(provider.0),
        provider_reach: reach(provider.1.as_deref()),
        clinic_reach: if frame.reach == Reach::Open { Reach::Open } else { reach(location_email.as_deref()) },
        is_new: created_at.and_utc() == now,
        is_happening: true,
        was_requested: history.was_requested,
        told_to_client_elsewhere: schedule_version <= told_version || visit_position > 0,
        is_untold_to_client: untold_version == Some(schedule_version),
        told_to_provider_elsewhere: schedule_version <= told_version,
        is_later_part: visit_position > 0,
        since: history.settled_at.map_or(created_at, |at| at.max(created_at)).and_utc(),
        ended: ended_at.map(|at| {
            (at.and_utc(), if ended_by.as_deref() == Some("client") { EndedBy::Client } else { EndedBy::Clinic })
        }),
        completed_at: completed_at.map(|at| at.and_utc()),
        // History keeps a no-show that was taken back.
        missed_at: history.missed_at.filter(|_| status == BookingStatus::NoShow.as_str()).map(|at| at.and_utc()),
        concern: Concern {
            service: Some(ServiceId::new(service)),
            category,
            provider: Some(ProviderId::new(provider.0)),
            location: Some(LocationId::new(location)),
            was_here,
            tags: known.tags.get(&client.id).cloned().unwrap_or_default(),
            language,
            source,
        },
    })
}

/// What planning asks of a booking's history.
#[derive(Debug, Clone, Copy, Default)]
struct History {
    was_requested: bool,
    /// When it last got its time and place.
    settled_at: Option<NaiveDateTime>,
    missed_at: Option<NaiveDateTime>,
}

fn histories(conn: &mut Conn, bookings: Vec<i64>) -> Result<HashMap<i64, History>, Fault> {
    let limit = EVENTS_OF_BOOKING_MAX.saturating_mul(i64::try_from(bookings.len()).unwrap_or(1));
    let was_request = booking_events::before_state.eq(BookingStatus::Requested.as_str());
    let rows: Vec<(i64, String, NaiveDateTime, Option<String>)> = booking_events::table
        .filter(booking_events::booking_id.eq_any(bookings))
        .filter(
            was_request
                .or(booking_events::kind.eq_any(["moved", IMPORTED_EVENT, BookingStatus::NoShow.as_str()]).nullable()),
        )
        .order((booking_events::booking_id, booking_events::id))
        .limit(limit)
        .select((booking_events::booking_id, booking_events::kind, booking_events::at, booking_events::before_state))
        .load(conn)?;
    let mut histories: HashMap<i64, History> = HashMap::new();
    for (booking, kind, at, before) in rows {
        let history = histories.entry(booking).or_default();
        history.was_requested |= before.as_deref() == Some(BookingStatus::Requested.as_str());
        match kind.as_str() {
            // What was over before it came into our books is not told of.
            "moved" | "booked" | IMPORTED_EVENT => history.settled_at = history.settled_at.max(Some(at)),
            "no_show" => history.missed_at = Some(at),
            _ => {}
        }
    }
    Ok(histories)
}

/// The tags of clients.
pub(in crate::messaging) fn tags_of(conn: &mut Conn, clients: &[i64]) -> Result<HashMap<i64, Vec<String>>, Fault> {
    let rows: Vec<(i64, String)> = client_tags::table
        .filter(client_tags::client_id.eq_any(clients.to_vec()))
        .order((client_tags::client_id, client_tags::tag))
        .select((client_tags::client_id, client_tags::tag))
        .load(conn)?;
    let mut tags: HashMap<i64, Vec<String>> = HashMap::new();
    for (client, tag) in rows {
        tags.entry(client).or_default().push(tag);
    }
    Ok(tags)
}

/// When clients were here for the first time.
fn first_visits(conn: &mut Conn, clients: &[i64]) -> Result<HashMap<i64, NaiveDateTime>, Fault> {
    let rows: Vec<(i64, Option<NaiveDateTime>)> = bookings::table
        .filter(bookings::client_id.eq_any(clients.to_vec()))
        .filter(bookings::completed_at.is_not_null())
        .group_by(bookings::client_id)
        .order(bookings::client_id)
        .select((bookings::client_id, diesel::dsl::min(bookings::completed_at)))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(client, first)| Some((client, first?))).collect())
}

/// Whether a recipient can be written to by mail; whoever is not there any more cannot.
pub(in crate::messaging) fn reach_of(conn: &mut Conn, recipient: Recipient, frame: &Frame) -> Result<Reach, Fault> {
    match recipient {
        Recipient::Client(id) => {
            Ok(contact(conn, id)?.map_or(Reach::NoAddress, |(contact, guardians)| contact.reachable(&guardians).mail))
        }
        Recipient::Provider(id) => {
            let row: Option<Option<String>> =
                providers::table.find(id.get()).select(providers::email).first(conn).optional()?;
            Ok(reach(row.flatten().as_deref()))
        }
        Recipient::Clinic => Ok(frame.reach),
        Recipient::Staff(_) | Recipient::Mailbox | Recipient::Endpoint(_) => Ok(Reach::Open),
    }
}

/// One client, and who answers for her.
pub(in crate::messaging) fn contact(conn: &mut Conn, id: ClientId) -> Result<Option<(Contact, Guardians)>, Fault> {
    let contact: Option<Contact> = clients::table.find(id.get()).select(people::CONTACT).first(conn).optional()?;
    let Some(contact) = contact else { return Ok(None) };
    let guardians = people::guardians_of(conn, [&contact])?;
    Ok(Some((contact, guardians)))
}

fn reach(address: Option<&str>) -> Reach {
    match address {
        Some(address) if !address.trim().is_empty() => Reach::Open,
        Some(_) | None => Reach::NoAddress,
    }
}

/// The right-hand side of a Message-ID: the clinic's mail domain, so that it looks like the mail it belongs to.
fn message_id_domain(clinic_email: Option<&str>) -> String {
    let domain = clinic_email.and_then(|address| address.rsplit_once('@')).map(|(_, domain)| domain);
    let fits =
        |text: &&str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
    domain.filter(fits).unwrap_or("rebook.invalid").to_owned()
}

type ExistingRow = (
    i64,
    (String, String, String, String, String, Option<String>),
    Option<i64>,
    Option<i64>,
    (i32, Option<i64>, Option<i64>),
    (NaiveDateTime, NaiveDateTime, Option<NaiveDateTime>),
);

/// The rows of bookings, by booking, the oldest first.
pub(in crate::messaging) fn existing(
    conn: &mut Conn,
    bookings: &[BookingId],
) -> Result<HashMap<BookingId, Vec<ExistingMessage>>, Fault> {
    let ids: Vec<i64> = bookings.iter().map(|id| id.get()).collect();
    let limit = MESSAGES_OF_BOOKING_MAX.saturating_mul(i64::try_from(ids.len()).unwrap_or(1));
    let rows: Vec<ExistingRow> = messages::table
        .filter(messages::booking_id.eq_any(ids))
        .order(messages::id)
        .limit(limit)
        .select((
            messages::id,
            (
                messages::natural_key,
                messages::kind,
                messages::audience,
                messages::state,
                messages::slot,
                messages::reason,
            ),
            messages::booking_id,
            messages::rule_id,
            (messages::schedule_version, messages::provider_id, messages::endpoint_id),
            (messages::due_at, messages::expires_at, messages::handing_over_at),
        ))
        .load(conn)?;
    let mut found: HashMap<BookingId, Vec<ExistingMessage>> = HashMap::new();
    for row in rows {
        let booking = BookingId::new(row.2.unwrap_or_default());
        found.entry(booking).or_default().push(existing_message(row)?);
    }
    Ok(found)
}

fn existing_message(row: ExistingRow) -> Result<ExistingMessage, Fault> {
    let (id, words, _, rule, (schedule_version, provider, endpoint), (due_at, expires_at, handing_over_at)) = row;
    let (natural_key, kind, audience, state, slot, reason) = words;
    let id = MessageId::new(id);
    let unknown = |column: &'static str| move || Fault::corrupt("messages", column, id, "unknown word");
    Ok(ExistingMessage {
        id,
        natural_key,
        kind: MessageKind::parse(&kind).ok_or_else(unknown("kind"))?,
        audience: Audience::parse(&audience).ok_or_else(unknown("audience"))?,
        rule: rule.map(RuleId::new),
        schedule_version,
        state: MessageState::parse(&state).ok_or_else(unknown("state"))?,
        reason: reason.as_deref().and_then(Reason::parse),
        handed_over: handing_over_at.is_some(),
        provider: provider.map(ProviderId::new),
        endpoint: endpoint.map(EndpointId::new),
        due_at: due_at.and_utc(),
        expires_at: expires_at.and_utc(),
        is_by_hand: !slot.is_empty(),
    })
}

#[derive(Insertable)]
#[diesel(table_name = messages)]
struct NewMessage {
    id: i64,
    natural_key: String,
    kind: &'static str,
    purpose: &'static str,
    channel: &'static str,
    booking_id: Option<i64>,
    client_id: Option<i64>,
    provider_id: Option<i64>,
    staff_user_id: Option<i64>,
    language: String,
    schedule_version: i32,
    message_id: String,
    due_at: NaiveDateTime,
    expires_at: NaiveDateTime,
    state: &'static str,
    attempts: i32,
    lease_token: i64,
    reason: Option<&'static str>,
    created_at: NaiveDateTime,
    skipped_at: Option<NaiveDateTime>,
    series_id: Option<i64>,
    waitlist_entry_id: Option<i64>,
    waitlist_offer_id: Option<i64>,
    client_link_id: Option<i64>,
    about_client_id: Option<i64>,
    consent_request_id: Option<i64>,
    endpoint_id: Option<i64>,
    rule_id: Option<i64>,
    audience: &'static str,
    slot: String,
    priority: i32,
    merge_key: Option<String>,
    recall_id: Option<i64>,
}

/// Writes planned messages; `language` is the reader's own.
pub(in crate::messaging) fn insert(
    tx: &mut Tx<'_>,
    planned: &[PlannedMessage],
    language: &str,
    frame: &Frame,
) -> Result<(), Fault> {
    if planned.is_empty() {
        return Ok(());
    }
    let rows: Vec<NewMessage> = planned.iter().map(|message| new_message(tx, message, language, frame)).collect();
    portable::insert_all!(tx.conn, messages, &rows);
    Ok(())
}

/// Writes one message under an identifier that is known before: of a test, which is about itself.
pub(in crate::messaging) fn insert_as(
    tx: &mut Tx<'_>,
    id: MessageId,
    planned: &PlannedMessage,
    language: &str,
    frame: &Frame,
) -> Result<(), Fault> {
    let row = message_row(tx, id, planned, language, frame);
    diesel::insert_into(messages::table).values(&row).execute(tx.conn)?;
    Ok(())
}

fn new_message(tx: &Tx<'_>, planned: &PlannedMessage, language: &str, frame: &Frame) -> NewMessage {
    message_row(tx, tx.new_id(), planned, language, frame)
}

fn message_row(tx: &Tx<'_>, id: MessageId, planned: &PlannedMessage, language: &str, frame: &Frame) -> NewMessage {
    let about = SubjectColumns::of(planned.subject);
    let state = if planned.skip.is_some() { MessageState::Skipped } else { MessageState::Pending };
    let mut row = NewMessage {
        id: id.get(),
        natural_key: planned.natural_key(),
        kind: planned.kind.as_str(),
        purpose: planned.purpose.as_str(),
        channel: planned.channel.as_str(),
        booking_id: about.booking,
        client_id: None,
        provider_id: None,
        staff_user_id: None,
        language: frame.language_of(planned.recipient, language).to_owned(),
        schedule_version: planned.schedule_version,
        message_id: format!("{id}@{}", frame.message_id_domain),
        due_at: planned.due_at.naive_utc(),
        expires_at: planned.expires_at.naive_utc(),
        state: state.as_str(),
        attempts: 0,
        lease_token: 0,
        reason: planned.skip.map(Reason::as_str),
        created_at: tx.now_naive(),
        skipped_at: planned.skip.map(|_| tx.now_naive()),
        series_id: about.series,
        waitlist_entry_id: about.waitlist_entry,
        waitlist_offer_id: about.offer,
        client_link_id: about.client_link,
        about_client_id: about.client,
        consent_request_id: about.consent_request,
        endpoint_id: None,
        rule_id: planned.rule.as_ref().map(|(rule, _)| rule.get()),
        audience: planned.recipient.audience().as_str(),
        slot: planned.slot.clone(),
        priority: planned.priority,
        merge_key: planned.merge_key.clone(),
        recall_id: about.recall,
    };
    match planned.recipient {
        Recipient::Client(id) => row.client_id = Some(id.get()),
        Recipient::Provider(id) => row.provider_id = Some(id.get()),
        Recipient::Staff(id) => row.staff_user_id = Some(id.get()),
        Recipient::Endpoint(id) => row.endpoint_id = Some(id.get()),
        Recipient::Clinic | Recipient::Mailbox => {}
    }
    row
}

/// Gives a row that waits another moment. One that was taken meanwhile leaves as it is.
pub(in crate::messaging) fn reschedule(tx: &mut Tx<'_>, moved: &Moved) -> Result<(), Fault> {
    diesel::update(messages::table)
        .filter(messages::id.eq(moved.id.get()))
        .filter(messages::state.eq(MessageState::Pending.as_str()))
        .set((messages::due_at.eq(moved.due_at.naive_utc()), messages::expires_at.eq(moved.expires_at.naive_utc())))
        .execute(tx.conn)?;
    Ok(())
}

/// Takes up a row that planning had put aside before anything of it left.
pub(in crate::messaging) fn take_up(tx: &mut Tx<'_>, moved: &Moved) -> Result<(), Fault> {
    diesel::update(messages::table)
        .filter(messages::id.eq(moved.id.get()))
        .filter(messages::state.eq_any([MessageState::Cancelled.as_str(), MessageState::Skipped.as_str()]))
        .filter(messages::handing_over_at.is_null())
        .set((
            messages::state.eq(MessageState::Pending.as_str()),
            messages::due_at.eq(moved.due_at.naive_utc()),
            messages::expires_at.eq(moved.expires_at.naive_utc()),
            messages::attempts.eq(0),
            messages::reason.eq(None::<String>),
            messages::cancelled_at.eq(None::<NaiveDateTime>),
            messages::skipped_at.eq(None::<NaiveDateTime>),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Where a pass over all bookings stands: within one location, in the order of starts.
#[derive(Debug, Clone, Copy)]
pub(in crate::messaging) struct Place {
    pub(in crate::messaging) starts_at: NaiveDateTime,
    pub(in crate::messaging) booking: i64,
}

/// Every location, also those that are closed: bookings may be left there.
pub(in crate::messaging) fn locations(conn: &mut Conn) -> Result<Vec<LocationId>, Fault> {
    let ids: Vec<i64> = locations::table.order(locations::id).limit(10_000).select(locations::id).load(conn)?;
    Ok(ids.into_iter().map(LocationId::new).collect())
}

/// The next bookings of a location after `place`.
pub(in crate::messaging) fn bookings_after(
    conn: &mut Conn,
    location: LocationId,
    place: Place,
    limit: i64,
) -> Result<Vec<(BookingId, Place)>, Fault> {
    let same = appointments::starts_at.eq(place.starts_at).and(bookings::id.gt(place.booking));
    let rows: Vec<(i64, NaiveDateTime)> = bookings::table
        .inner_join(appointments::table)
        .filter(appointments::location_id.eq(location.get()))
        .filter(appointments::starts_at.ge(place.starts_at))
        .filter(appointments::starts_at.gt(place.starts_at).or(same))
        .order((appointments::starts_at, bookings::id))
        .limit(limit)
        .select((bookings::id, appointments::starts_at))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, starts_at)| (BookingId::new(id), Place { starts_at, booking: id })).collect())
}
