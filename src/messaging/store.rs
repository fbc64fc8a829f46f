//! The rows of `messages`, and what a mail needs to know from the tables of others.

pub(super) mod ended;
pub(super) mod portal;
pub(super) mod series;
pub(super) mod waitlist;

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::calendar_series::OneOf;
use super::deliver::Claimed;
use super::letters::visit::{self, PartFacts};
use super::templates::{BookedFacts, ClinicFacts, LocationFacts, MailFacts, Reader};
use crate::db::schema::{appointments, booking_events, bookings, clients, clinic, locations, messages, providers};
use crate::db::{Conn, Fault, Tx, portable};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::{
    AppointmentId, BookingId, ClientId, ClientLinkId, MessageId, OfferId, ProviderId, SeriesId, WaitlistEntryId,
};
use crate::domain::language::Language;
use crate::domain::messages::{
    Audience, BookingFacts, ExistingMessage, MessageKind, MessageState, PlannedMessage, Purpose, Reach, Reason,
    Recipient, SettledColumns, Standing, Subject, UNCERTAIN_ATTEMPTS_MAX,
};
use crate::domain::money::{Currency, Money};

/// A booking's own messages are few; more would be a fault of ours.
const MESSAGES_OF_BOOKING_MAX: i64 = 200;

/// What planning knows about a booking.
pub(super) struct BookingToTell {
    pub(super) facts: BookingFacts,
    pub(super) client_language: String,
    pub(super) clinic: ClinicToWriteFor,
}

impl BookingToTell {
    /// In which language a message of this kind is written.
    pub(super) fn language_for(&self, kind: MessageKind) -> &str {
        match kind.audience() {
            Audience::Client | Audience::Mailbox => &self.client_language,
            Audience::Provider | Audience::Clinic => &self.clinic.language,
        }
    }
}

type BookingRow = (
    (i64, String, i32, String, NaiveDateTime, i32, i32),
    NaiveDateTime,
    (i64, Option<String>, String),
    (i64, Option<String>),
);

pub(super) fn booking_to_tell(conn: &mut Conn, booking: BookingId, now: DateTime<Utc>) -> Result<BookingToTell, Fault> {
    let row: BookingRow = bookings::table
        .inner_join(appointments::table.inner_join(providers::table))
        .inner_join(clients::table)
        .filter(bookings::id.eq(booking.get()))
        .select((
            (
                bookings::id,
                bookings::status,
                bookings::schedule_version,
                bookings::language,
                bookings::created_at,
                bookings::told_version,
                bookings::visit_position,
            ),
            appointments::starts_at,
            (clients::id, clients::email, clients::standing),
            (providers::id, providers::email),
        ))
        .first(conn)?;
    let (booking, starts_at, client, provider) = row;
    let (id, status, schedule_version, language, created_at, told_version, visit_position) = booking;
    let was_requested: Option<i64> = booking_events::table
        .filter(booking_events::booking_id.eq(id))
        .filter(booking_events::before_state.eq(BookingStatus::Requested.as_str()))
        .select(booking_events::id)
        .first(conn)
        .optional()?;
    let clinic = clinic_to_write_for(conn)?;
    let facts = BookingFacts {
        booking: BookingId::new(id),
        standing: standing_of(id, &status)?,
        schedule_version,
        starts_at: starts_at.and_utc(),
        client: ClientId::new(client.0),
        client_reach: reach(client.1.as_deref(), &client.2),
        provider: ProviderId::new(provider.0),
        provider_reach: reach(provider.1.as_deref(), "present"),
        is_new: created_at.and_utc() == now,
        was_requested: was_requested.is_some(),
        told_to_client_elsewhere: schedule_version <= told_version || visit_position > 0,
        told_to_provider_elsewhere: schedule_version <= told_version,
    };
    Ok(BookingToTell { facts, client_language: language, clinic })
}

/// What every message needs to know of the clinic when it is planned.
pub(super) struct ClinicToWriteFor {
    pub(super) language: String,
    message_id_domain: String,
    pub(super) reach: Reach,
}

pub(super) fn clinic_to_write_for(conn: &mut Conn) -> Result<ClinicToWriteFor, Fault> {
    let (language, email): (String, Option<String>) =
        clinic::table.select((clinic::language, clinic::email)).first(conn).optional()?.unwrap_or_default();
    Ok(ClinicToWriteFor {
        language,
        message_id_domain: message_id_domain(email.as_deref()),
        reach: reach(email.as_deref(), "present"),
    })
}

/// Whether a recipient can be written to; whoever is not there any more cannot.
pub(super) fn reach_of(conn: &mut Conn, recipient: Recipient) -> Result<Reach, Fault> {
    match recipient {
        Recipient::Client(id) => {
            let row: Option<(Option<String>, String)> =
                clients::table.find(id.get()).select((clients::email, clients::standing)).first(conn).optional()?;
            Ok(row.map_or(Reach::NoAddress, |(email, standing)| reach(email.as_deref(), &standing)))
        }
        Recipient::Provider(id) => {
            let row: Option<Option<String>> =
                providers::table.find(id.get()).select(providers::email).first(conn).optional()?;
            Ok(reach(row.flatten().as_deref(), "present"))
        }
        Recipient::Clinic => Ok(clinic_to_write_for(conn)?.reach),
        Recipient::Staff(_) | Recipient::Mailbox => Ok(Reach::Mail),
    }
}

/// Whether a message with this natural key was planned before.
pub(super) fn is_planned(conn: &mut Conn, natural_key: &str) -> Result<bool, Fault> {
    let known = messages::table.filter(messages::natural_key.eq(natural_key));
    Ok(diesel::select(diesel::dsl::exists(known)).get_result(conn)?)
}

/// Messages about a subject that have not left yet.
pub(super) fn waiting(conn: &mut Conn, subject: Subject) -> Result<Vec<MessageId>, Fault> {
    let waiting = messages::table
        .filter(messages::state.eq_any(["pending", "retry", "leased"]))
        .filter(messages::handing_over_at.is_null())
        .order(messages::id)
        .limit(MESSAGES_OF_BOOKING_MAX)
        .select(messages::id)
        .into_boxed();
    let about = match subject {
        Subject::Booking(id) => waiting.filter(messages::booking_id.eq(id.get())),
        Subject::Series(id) => waiting.filter(messages::series_id.eq(id.get())),
        Subject::WaitlistEntry(id) => waiting.filter(messages::waitlist_entry_id.eq(id.get())),
        Subject::Offer(id) => waiting.filter(messages::waitlist_offer_id.eq(id.get())),
        Subject::ClientLink(id) => waiting.filter(messages::client_link_id.eq(id.get())),
    };
    let ids: Vec<i64> = about.load(conn)?;
    Ok(ids.into_iter().map(MessageId::new).collect())
}

fn standing_of(booking: i64, status: &str) -> Result<Standing, Fault> {
    let status = BookingStatus::parse(status)
        .ok_or_else(|| Fault::corrupt("bookings", "status", BookingId::new(booking), "unknown status"))?;
    Ok(Standing::of(status))
}

fn reach(address: Option<&str>, standing: &str) -> Reach {
    if standing != "present" {
        return Reach::DoNotContact;
    }
    match address {
        Some(address) if !address.trim().is_empty() => Reach::Mail,
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

type ExistingRow = (i64, String, String, i32, String, Option<NaiveDateTime>, Option<i64>);

pub(super) fn existing(conn: &mut Conn, booking: BookingId) -> Result<Vec<ExistingMessage>, Fault> {
    let rows: Vec<ExistingRow> = messages::table
        .filter(messages::booking_id.eq(booking.get()))
        .order(messages::id)
        .limit(MESSAGES_OF_BOOKING_MAX)
        .select((
            messages::id,
            messages::natural_key,
            messages::kind,
            messages::schedule_version,
            messages::state,
            messages::handing_over_at,
            messages::provider_id,
        ))
        .load(conn)?;
    rows.into_iter().map(existing_message).collect()
}

fn existing_message(row: ExistingRow) -> Result<ExistingMessage, Fault> {
    let (id, natural_key, kind, schedule_version, state, handing_over_at, provider) = row;
    let id = MessageId::new(id);
    let kind = MessageKind::parse(&kind).ok_or_else(|| Fault::corrupt("messages", "kind", id, "unknown kind"))?;
    let state = MessageState::parse(&state).ok_or_else(|| Fault::corrupt("messages", "state", id, "unknown state"))?;
    Ok(ExistingMessage {
        id,
        natural_key,
        kind,
        schedule_version,
        state,
        handed_over: handing_over_at.is_some(),
        provider: provider.map(ProviderId::new),
    })
}

/// Writes a planned message.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    planned: &PlannedMessage,
    language: &str,
    clinic: &ClinicToWriteFor,
) -> Result<(), Fault> {
    let id: MessageId = tx.new_id();
    let (client, provider, staff) = match planned.recipient {
        Recipient::Client(id) => (Some(id.get()), None, None),
        Recipient::Provider(id) => (None, Some(id.get()), None),
        Recipient::Staff(id) => (None, None, Some(id.get())),
        Recipient::Clinic | Recipient::Mailbox => (None, None, None),
    };
    let about = SubjectColumns::of(planned.subject);
    let state = if planned.skip.is_some() { MessageState::Skipped } else { MessageState::Pending };
    diesel::insert_into(messages::table)
        .values((
            (
                messages::id.eq(id.get()),
                messages::natural_key.eq(planned.natural_key()),
                messages::kind.eq(planned.kind.as_str()),
                messages::purpose.eq(planned.kind.purpose().as_str()),
                messages::channel.eq(planned.channel.as_str()),
                messages::booking_id.eq(about.booking),
                messages::client_id.eq(client),
                messages::provider_id.eq(provider),
                messages::staff_user_id.eq(staff),
                messages::language.eq(language),
            ),
            (
                messages::schedule_version.eq(planned.schedule_version),
                messages::message_id.eq(format!("{id}@{}", clinic.message_id_domain)),
                messages::due_at.eq(planned.due_at.naive_utc()),
                messages::expires_at.eq(planned.expires_at.naive_utc()),
                messages::state.eq(state.as_str()),
                messages::attempts.eq(0),
                messages::lease_token.eq(0_i64),
                messages::reason.eq(planned.skip.map(Reason::as_str)),
                messages::created_at.eq(tx.now_naive()),
                messages::skipped_at.eq(planned.skip.map(|_| tx.now_naive())),
            ),
            (
                messages::series_id.eq(about.series),
                messages::waitlist_entry_id.eq(about.waitlist_entry),
                messages::waitlist_offer_id.eq(about.offer),
                messages::client_link_id.eq(about.client_link),
            ),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The columns that say what a message is about; one of them is set.
#[derive(Debug, Clone, Copy, Default, Queryable)]
struct SubjectColumns {
    booking: Option<i64>,
    series: Option<i64>,
    waitlist_entry: Option<i64>,
    offer: Option<i64>,
    client_link: Option<i64>,
}

impl SubjectColumns {
    fn of(subject: Subject) -> Self {
        let none = Self::default();
        match subject {
            Subject::Booking(id) => Self { booking: Some(id.get()), ..none },
            Subject::Series(id) => Self { series: Some(id.get()), ..none },
            Subject::WaitlistEntry(id) => Self { waitlist_entry: Some(id.get()), ..none },
            Subject::Offer(id) => Self { offer: Some(id.get()), ..none },
            Subject::ClientLink(id) => Self { client_link: Some(id.get()), ..none },
        }
    }

    fn subject(self) -> Option<Subject> {
        let booking = self.booking.map(|id| Subject::Booking(BookingId::new(id)));
        let series = self.series.map(|id| Subject::Series(SeriesId::new(id)));
        let entry = self.waitlist_entry.map(|id| Subject::WaitlistEntry(WaitlistEntryId::new(id)));
        let offer = self.offer.map(|id| Subject::Offer(OfferId::new(id)));
        let link = self.client_link.map(|id| Subject::ClientLink(ClientLinkId::new(id)));
        booking.or(series).or(entry).or(offer).or(link)
    }
}

/// Cancels a row unless its text is being handed over by now; says whether it did.
pub(super) fn cancel(tx: &mut Tx<'_>, message: MessageId, reason: &str) -> Result<bool, Fault> {
    let now = tx.now_naive();
    let done = diesel::update(messages::table)
        .filter(messages::id.eq(message.get()))
        .filter(messages::state.eq_any(["pending", "retry", "leased"]))
        .filter(messages::handing_over_at.is_null())
        .set((
            messages::state.eq(MessageState::Cancelled.as_str()),
            messages::cancelled_at.eq(Some(now)),
            messages::lease_owner.eq(None::<String>),
            messages::lease_until.eq(None::<NaiveDateTime>),
            messages::reason.eq(Some(reason)),
        ))
        .execute(tx.conn)?;
    Ok(done > 0)
}

/// Puts aside what nobody needs any more, and advertising whose sender died while it was handing it over.
pub(super) fn sweep(tx: &mut Tx<'_>) -> Result<usize, Fault> {
    let now = tx.now_naive();
    let expired = diesel::update(messages::table)
        .filter(messages::state.eq_any(["pending", "retry"]))
        .filter(messages::expires_at.le(now))
        .set((
            messages::state.eq(MessageState::Skipped.as_str()),
            messages::skipped_at.eq(Some(now)),
            messages::reason.eq(Some("expired")),
        ))
        .execute(tx.conn)?;
    diesel::update(messages::table)
        .filter(messages::state.eq("leased"))
        .filter(messages::lease_until.le(now))
        .filter(messages::purpose.eq(Purpose::Marketing.as_str()))
        .filter(messages::handing_over_at.is_not_null())
        .set((
            messages::state.eq(MessageState::Uncertain.as_str()),
            messages::lease_owner.eq(None::<String>),
            messages::lease_until.eq(None::<NaiveDateTime>),
            messages::reason.eq(Some("no_reply")),
        ))
        .execute(tx.conn)?;
    Ok(expired)
}

type ClaimedRow = (
    i64,
    String,
    String,
    i32,
    SubjectColumns,
    Option<i64>,
    String,
    String,
    i32,
    i64,
    NaiveDateTime,
    Option<NaiveDateTime>,
);

/// Takes what is due, for `owner`, until `lease_until`.
pub(super) fn claim(
    tx: &mut Tx<'_>,
    owner: &str,
    lease_until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Claimed>, Fault> {
    let now = tx.now_naive();
    let ids = portable::claim_messages(tx.conn, now, owner, lease_until.naive_utc(), UNCERTAIN_ATTEMPTS_MAX, limit)?;
    let rows: Vec<ClaimedRow> = messages::table
        .filter(messages::id.eq_any(ids))
        .order(messages::id)
        .select((
            messages::id,
            messages::kind,
            messages::purpose,
            messages::schedule_version,
            (
                messages::booking_id,
                messages::series_id,
                messages::waitlist_entry_id,
                messages::waitlist_offer_id,
                messages::client_link_id,
            ),
            messages::provider_id,
            messages::language,
            messages::message_id,
            messages::attempts,
            messages::lease_token,
            messages::expires_at,
            messages::handing_over_at,
        ))
        .load(tx.conn)?;
    rows.into_iter().map(claimed).collect()
}

fn claimed(row: ClaimedRow) -> Result<Claimed, Fault> {
    let (id, kind, purpose, version, about, provider, language, message_id, attempts, token, expires, handed) = row;
    let id = MessageId::new(id);
    Ok(Claimed {
        id,
        kind: MessageKind::parse(&kind).ok_or_else(|| Fault::corrupt("messages", "kind", id, "unknown kind"))?,
        purpose: Purpose::parse(&purpose)
            .ok_or_else(|| Fault::corrupt("messages", "purpose", id, "unknown purpose"))?,
        schedule_version: version,
        subject: about.subject().ok_or_else(|| Fault::corrupt("messages", "booking_id", id, "about nothing"))?,
        provider: provider.map(ProviderId::new),
        language: Language::parse(&language).unwrap_or_default(),
        message_id,
        attempts,
        lease_token: token,
        expires_at: expires.and_utc(),
        handed_over_before: handed.map(|at| at.and_utc()),
    })
}

/// Records that the texts of these messages are given away from now on, and counts the attempt. Says for which of them
/// the lease still held.
pub(super) fn mark_handing_over(tx: &mut Tx<'_>, claimed: &[&Claimed]) -> Result<Vec<MessageId>, Fault> {
    let now = tx.now_naive();
    let mut held = Vec::with_capacity(claimed.len());
    for message in claimed {
        let done = diesel::update(messages::table)
            .filter(messages::id.eq(message.id.get()))
            .filter(messages::state.eq("leased"))
            .filter(messages::lease_token.eq(message.lease_token))
            .set((messages::handing_over_at.eq(Some(now)), messages::attempts.eq(messages::attempts + 1)))
            .execute(tx.conn)?;
        if done > 0 {
            held.push(message.id);
        }
    }
    Ok(held)
}

/// How an attempt ended, ready to be written.
#[derive(Debug, Clone)]
pub(super) struct Settled {
    pub(super) claimed: Claimed,
    pub(super) columns: SettledColumns,
    pub(super) code: Option<u16>,
    pub(super) subject: Option<String>,
}

/// Writes the outcome if the lease still holds; false when it was lost and the result is dropped.
pub(super) fn complete(tx: &mut Tx<'_>, settled: &Settled) -> Result<bool, Fault> {
    let (claimed, columns) = (&settled.claimed, &settled.columns);
    let naive = |at: Option<DateTime<Utc>>| at.map(|at| at.naive_utc());
    let fenced = messages::table
        .filter(messages::id.eq(claimed.id.get()))
        .filter(messages::state.eq("leased"))
        .filter(messages::lease_token.eq(claimed.lease_token));
    let handed_over = if columns.handed_over { Some(tx.now_naive()) } else { naive(claimed.handed_over_before) };
    let done = diesel::update(fenced)
        .set((
            messages::state.eq(columns.state.as_str()),
            messages::lease_owner.eq(None::<String>),
            messages::lease_until.eq(None::<NaiveDateTime>),
            messages::handing_over_at.eq(handed_over),
            messages::last_code.eq(settled.code.map(i32::from)),
            messages::reason.eq(columns.reason.map(Reason::as_str)),
            messages::subject_sent.eq(settled.subject.as_deref()),
            messages::sent_at.eq(naive(columns.sent_at)),
            messages::dead_at.eq(naive(columns.dead_at)),
            messages::skipped_at.eq(naive(columns.skipped_at)),
        ))
        .execute(tx.conn)?;
    if done > 0
        && let Some(due_at) = columns.due_at
    {
        diesel::update(messages::table.filter(messages::id.eq(claimed.id.get())))
            .set(messages::due_at.eq(due_at.naive_utc()))
            .execute(tx.conn)?;
    }
    Ok(done > 0)
}

/// Gives a message back as if it had never been taken: nothing was said to anybody.
pub(super) fn release(tx: &mut Tx<'_>, claimed: &Claimed) -> Result<(), Fault> {
    diesel::update(messages::table)
        .filter(messages::id.eq(claimed.id.get()))
        .filter(messages::state.eq("leased"))
        .filter(messages::lease_token.eq(claimed.lease_token))
        .set((
            messages::state.eq(MessageState::Retry.as_str()),
            messages::lease_owner.eq(None::<String>),
            messages::lease_until.eq(None::<NaiveDateTime>),
            messages::attempts.eq(claimed.attempts),
            messages::handing_over_at.eq(claimed.handed_over_before.map(|at| at.naive_utc())),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// A booking as it is at this moment, with everything a mail about it may say.
#[derive(Debug, Clone)]
pub(super) struct BookingMail {
    pub(super) standing: Standing,
    pub(super) schedule_version: i32,
    pub(super) link_generation: i32,
    client: Option<Reader>,
    provider_id: ProviderId,
    provider: Option<Reader>,
    clinic: ClinicFacts,
    location: LocationFacts,
    booked: BookedFacts,
    /// The series it belongs to.
    pub(super) one_of: Option<OneOf>,
    /// How staff called it off, when they did.
    pub(super) ended: Option<ended::Ended>,
    former: Vec<Former>,
}

/// The booking as it was with a provider who has lost it.
#[derive(Debug, Clone)]
struct Former {
    provider: ProviderId,
    reader: Option<Reader>,
    location: LocationFacts,
    booked: BookedFacts,
}

/// Why a claimed message has nothing to say to anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoReader {
    /// There is no address any more.
    NoAddress,
    /// Somebody else performs it now.
    OtherProvider,
}

impl BookingMail {
    /// The facts for one message about the booking.
    pub(super) fn facts_for(&self, message: &Claimed) -> Result<MailFacts, NoReader> {
        let reader = match message.kind.audience() {
            Audience::Client => self.client.clone().ok_or(NoReader::NoAddress)?,
            Audience::Provider if message.provider != Some(self.provider_id) => return self.facts_for_former(message),
            Audience::Provider => self.provider.clone().ok_or(NoReader::NoAddress)?,
            Audience::Clinic | Audience::Mailbox => return Err(NoReader::NoAddress),
        };
        Ok(MailFacts {
            kind: message.kind,
            schedule_version: message.schedule_version,
            language: message.language,
            reader,
            clinic: self.clinic.clone(),
            location: self.location.clone(),
            one_of: self.one_of.clone(),
            booking: match message.kind.audience() {
                Audience::Client => visit::whole(self.called_off(message.language)),
                Audience::Provider | Audience::Clinic | Audience::Mailbox => {
                    BookedFacts { parts: Vec::new(), ..self.booked.clone() }
                }
            },
        })
    }
}

impl BookingMail {
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

    /// The cancellation as its client reads it before it happens: who reads it, in which language, and what it says.
    pub(super) fn preview(&self, language: Language) -> Option<MailFacts> {
        Some(MailFacts {
            kind: MessageKind::Cancellation,
            schedule_version: self.schedule_version,
            language,
            reader: self.client.clone()?,
            clinic: self.clinic.clone(),
            location: self.location.clone(),
            one_of: self.one_of.clone(),
            booking: visit::whole(self.called_off(language)),
        })
    }

    /// Supposes that it was called off so.
    pub(super) fn suppose(&mut self, ended: ended::Ended, typed: Option<String>) {
        self.ended = Some(ended);
        self.booked.staff_reason = typed;
    }

    /// Whether the message takes the booking from somebody who is not its provider any more.
    pub(super) fn is_for_former(&self, message: &Claimed) -> bool {
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

type FormerRow = ((NaiveDateTime, NaiveDateTime, NaiveDateTime), (i64, String, Option<String>), PlaceColumns);

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
            (
                locations::name,
                locations::street,
                locations::postal_code,
                locations::city,
                locations::region,
                locations::country,
                locations::phone,
                locations::email,
                locations::zone,
            ),
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
    client: (String, String, Option<String>, String),
    provider: (i64, String, Option<String>),
    place: (String, String, String, String, String, String, Option<String>, Option<String>, String),
}

/// Every booking of the list that exists, as it is now.
pub(super) fn bookings_to_mail(conn: &mut Conn, ids: &[BookingId]) -> Result<Vec<(BookingId, BookingMail)>, Fault> {
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
            (clients::first_name, clients::last_name, clients::email, clients::standing),
            (providers::id, providers::name, providers::email),
            (
                locations::name,
                locations::street,
                locations::postal_code,
                locations::city,
                locations::region,
                locations::country,
                locations::phone,
                locations::email,
                locations::zone,
            ),
        ))
        .load(conn)?;
    let visits: Vec<i64> =
        rows.iter().filter_map(|row| row.booking.5.filter(|first| *first == row.booking.0)).collect();
    let mut parts = parts_of_visits(conn, &visits)?;
    let mut mails = Vec::with_capacity(rows.len());
    for row in rows {
        let (id, mut mail) = booking_mail(row, &clinic)?;
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

pub(super) fn clinic_facts(conn: &mut Conn) -> Result<ClinicFacts, Fault> {
    let row: Option<(String, String, Option<String>, Option<String>)> = clinic::table
        .select((clinic::name, clinic::accent_color, clinic::email, clinic::phone))
        .first(conn)
        .optional()?;
    let (name, accent_color, email, phone) = row.unwrap_or_default();
    Ok(ClinicFacts { name, accent_color, email, phone })
}

fn booking_mail(row: MailRow, clinic: &ClinicFacts) -> Result<(BookingId, BookingMail), Fault> {
    let (id, reference, status, schedule_version, link_generation, _) = row.booking;
    let (service, party, price, currency, notice, cancel_policy, ended_by, ended_reason) = row.snapshot;
    let (starts_at, ends_at, local_start) = row.time;
    let (first_name, last_name, email, client_standing) = row.client;
    let (provider_id, provider, provider_email) = row.provider;
    let id = BookingId::new(id);
    let currency: Currency = currency.parse().map_err(|error| Fault::corrupt("bookings", "currency", id, error))?;
    let client_name = format!("{first_name} {last_name}");
    let client = email.filter(|_| client_standing == "present").map(|address| Reader { name: first_name, address });
    let mail = BookingMail {
        standing: standing_of(id.get(), &status)?,
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

type PlaceColumns = (String, String, String, String, String, String, Option<String>, Option<String>, String);

fn location_facts(row: impl std::fmt::Display, place: PlaceColumns) -> Result<LocationFacts, Fault> {
    let (name, street, postal_code, city, region, country, phone, email, zone) = place;
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

/// The first message of the conversation about this booking with the same reader that may have arrived.
pub(super) fn thread_of(conn: &mut Conn, message: &Claimed) -> Result<Option<String>, Fault> {
    let about = SubjectColumns::of(message.subject);
    let same = (messages::booking_id.eq(about.booking))
        .or(messages::series_id.eq(about.series))
        .or(messages::waitlist_entry_id.eq(about.waitlist_entry));
    let mut earlier = messages::table
        .filter(same)
        .filter(messages::id.lt(message.id.get()))
        .filter(messages::handing_over_at.is_not_null())
        .order(messages::id)
        .select(messages::message_id)
        .limit(1)
        .into_boxed();
    earlier = match message.kind.audience() {
        Audience::Client => earlier.filter(messages::client_id.is_not_null()),
        Audience::Provider => earlier.filter(messages::provider_id.eq(message.provider.map(ProviderId::get))),
        Audience::Clinic | Audience::Mailbox => return Ok(None),
    };
    Ok(earlier.first(conn).optional()?)
}

/// Whether there is a message to send, to take over or to put aside.
pub(super) fn is_anything_due(conn: &mut Conn, now: DateTime<Utc>) -> Result<bool, Fault> {
    let now = now.naive_utc();
    let waits = messages::state.eq_any(["pending", "retry"]).and(messages::due_at.le(now));
    let silent = messages::state
        .eq("uncertain")
        .and(messages::due_at.le(now))
        .and(messages::attempts.lt(UNCERTAIN_ATTEMPTS_MAX))
        .and(messages::expires_at.gt(now));
    let orphaned = messages::state.eq("leased").and(messages::lease_until.le(now).assume_not_null());
    let found: Option<i64> =
        messages::table.filter(waits.or(silent).or(orphaned)).select(messages::id).first(conn).optional()?;
    Ok(found.is_some())
}

/// When the oldest message fell due that still waits.
pub(super) fn oldest_due(conn: &mut Conn, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, Fault> {
    let oldest: Option<NaiveDateTime> = messages::table
        .filter(messages::state.eq_any(["pending", "retry"]))
        .filter(messages::due_at.le(now.naive_utc()))
        .order(messages::due_at)
        .select(messages::due_at)
        .first(conn)
        .optional()?;
    Ok(oldest.map(|at| at.and_utc()))
}

/// Bookings to come that have messages, which a nightly pass looks at; after `after`, by identifier.
pub(super) fn bookings_to_come(
    conn: &mut Conn,
    after: BookingId,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<BookingId>, Fault> {
    let ids: Vec<i64> = bookings::table
        .inner_join(appointments::table)
        .filter(bookings::id.gt(after.get()))
        .filter(appointments::starts_at.gt(now.naive_utc()))
        .filter(bookings::id.eq_any(messages::table.select(messages::booking_id.assume_not_null())))
        .order(bookings::id)
        .limit(limit)
        .select(bookings::id)
        .load(conn)?;
    Ok(ids.into_iter().map(BookingId::new).collect())
}

/// A line of "what have we told this client".
#[derive(Debug, Clone)]
pub struct MessageLine {
    /// Which message.
    pub id: MessageId,
    /// What it says.
    pub kind: MessageKind,
    /// Where it stands.
    pub state: MessageState,
    /// Why, in one word.
    pub reason: Option<String>,
    /// The version of time and place it speaks of.
    pub schedule_version: i32,
    /// When it was planned.
    pub created_at: DateTime<Utc>,
    /// When it left.
    pub sent_at: Option<DateTime<Utc>>,
    /// The next attempt, while there is one.
    pub due_at: DateTime<Utc>,
}

type LineRow = (i64, String, String, Option<String>, i32, NaiveDateTime, Option<NaiveDateTime>, NaiveDateTime);

/// What was said, or not said, about a booking; the oldest first.
pub fn messages_of(conn: &mut Conn, booking: BookingId) -> Result<Vec<MessageLine>, Fault> {
    let rows: Vec<LineRow> = messages::table
        .filter(messages::booking_id.eq(booking.get()))
        .order(messages::id)
        .limit(MESSAGES_OF_BOOKING_MAX)
        .select((
            messages::id,
            messages::kind,
            messages::state,
            messages::reason,
            messages::schedule_version,
            messages::created_at,
            messages::sent_at,
            messages::due_at,
        ))
        .load(conn)?;
    rows.into_iter().map(message_line).collect()
}

/// Which messages a log shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFilter {
    /// Given up, uncertain, tried again, or without an address.
    Problems,
    /// Not yet sent.
    Waiting,
    /// Sent.
    Sent,
    /// All of them.
    All,
}

impl LogFilter {
    /// The word in the address of the page.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Problems => "problems",
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::All => "all",
        }
    }

    /// Reads what [`Self::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Problems, Self::Waiting, Self::Sent, Self::All].into_iter().find(|filter| filter.as_str() == text)
    }
}

/// A line of the log of all messages.
#[derive(Debug, Clone)]
pub struct LogLine {
    /// The message.
    pub line: MessageLine,
    /// Who was to read it.
    pub to: String,
    /// The booking and its reference.
    pub booking: Option<(BookingId, String)>,
}

type LogRow = (LineRow, Option<i64>, Option<String>, (Option<String>, Option<String>), Option<String>);

/// The newest messages of a kind of standing, the newest first.
pub fn message_log(conn: &mut Conn, filter: LogFilter, limit: i64) -> Result<Vec<LogLine>, Fault> {
    let mut wanted = messages::table
        .left_join(bookings::table)
        .left_join(clients::table.on(messages::client_id.eq(clients::id.nullable())))
        .left_join(providers::table.on(messages::provider_id.eq(providers::id.nullable())))
        .order(messages::id.desc())
        .limit(limit)
        .select((
            (
                messages::id,
                messages::kind,
                messages::state,
                messages::reason,
                messages::schedule_version,
                messages::created_at,
                messages::sent_at,
                messages::due_at,
            ),
            messages::booking_id,
            bookings::reference.nullable(),
            (clients::first_name.nullable(), clients::last_name.nullable()),
            providers::name.nullable(),
        ))
        .into_boxed();
    wanted = match filter {
        LogFilter::Problems => wanted.filter(
            messages::state
                .eq_any(["dead", "uncertain", "retry"])
                .or(messages::state.eq("skipped").and(messages::reason.eq_any(["no_address", "expired"]))),
        ),
        LogFilter::Waiting => wanted.filter(messages::state.eq_any(["pending", "leased", "retry"])),
        LogFilter::Sent => wanted.filter(messages::state.eq("sent")),
        LogFilter::All => wanted,
    };
    let rows: Vec<LogRow> = wanted.load(conn)?;
    rows.into_iter().map(log_line).collect()
}

fn log_line(row: LogRow) -> Result<LogLine, Fault> {
    let (line, booking, reference, (first_name, last_name), provider) = row;
    let client = first_name.map(|first| format!("{first} {}", last_name.unwrap_or_default()));
    Ok(LogLine {
        line: message_line(line)?,
        to: client.or(provider).unwrap_or_default(),
        booking: booking.map(BookingId::new).zip(reference),
    })
}

fn message_line(row: LineRow) -> Result<MessageLine, Fault> {
    let (id, kind, state, reason, schedule_version, created_at, sent_at, due_at) = row;
    let id = MessageId::new(id);
    Ok(MessageLine {
        id,
        kind: MessageKind::parse(&kind).ok_or_else(|| Fault::corrupt("messages", "kind", id, "unknown kind"))?,
        state: MessageState::parse(&state).ok_or_else(|| Fault::corrupt("messages", "state", id, "unknown state"))?,
        reason,
        schedule_version,
        created_at: created_at.and_utc(),
        sent_at: sent_at.map(|at| at.and_utc()),
        due_at: due_at.and_utc(),
    })
}
