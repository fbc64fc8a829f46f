//! The rows of `messages`: planned, claimed, completed. What a mail must know from the tables of others has a file for
//! each subject.

pub(super) mod audit;
mod booking;
pub(super) mod bounce;
pub(super) mod calls;
pub(super) mod candidates;
pub(super) mod client;
pub(super) mod ended;
pub(super) mod event;
mod log;
pub(super) mod one_message;
pub(super) mod people;
pub(super) mod planning;
pub(super) mod portal;
pub(super) mod recalls;
pub(super) mod rule_edits;
pub(super) mod rules;
pub(super) mod series;
pub(super) mod settings_edit;
pub(super) mod templates;
pub(super) mod unsent;
pub(super) mod waitlist;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::carriers::{Attempt, KeptText};
use super::deliver::Claimed;
use super::discipline::Leaving;
use crate::db::portable::Which;
use crate::db::schema::{message_attempts, message_texts, messages};
use crate::db::{Conn, Fault, Tx, portable};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::{
    BookingId, ClientId, ClientLinkId, ConsentRequestId, EndpointId, MessageId, OfferId, ProviderId, RecallId, RuleId,
    SeriesId, WaitlistEntryId,
};
use crate::domain::language::Language;
use crate::domain::messages::{
    Audience, Channel, MessageKind, MessageState, Purpose, Reason, SettledColumns, Standing, Subject,
    UNCERTAIN_ATTEMPTS_MAX,
};
use crate::mail::Handover;
pub(super) use booking::{BookingMail, NoReader, bookings_to_mail, clinic_facts};
pub use log::{LogFilter, LogLine, LogPlace, LogReader, LogShow, MessageLine, count_log, message_log, messages_of};

/// As many travel along with the messages of one batch.
const COMPANIONS_MAX: i64 = 100;
/// Rows about one subject are few; more would be a fault of ours.
const WAITING_MAX: i64 = 200;

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
        .limit(WAITING_MAX)
        .select(messages::id)
        .into_boxed();
    let about = match subject {
        Subject::Booking(id) => waiting.filter(messages::booking_id.eq(id.get())),
        Subject::Series(id) => waiting.filter(messages::series_id.eq(id.get())),
        Subject::WaitlistEntry(id) => waiting.filter(messages::waitlist_entry_id.eq(id.get())),
        Subject::Offer(id) => waiting.filter(messages::waitlist_offer_id.eq(id.get())),
        Subject::ClientLink(id) => waiting.filter(messages::client_link_id.eq(id.get())),
        Subject::Client(id) => waiting.filter(messages::about_client_id.eq(id.get())),
        Subject::ConsentRequest(id) => waiting.filter(messages::consent_request_id.eq(id.get())),
        Subject::Recall(id) => waiting.filter(messages::recall_id.eq(id.get())),
        Subject::Kept(id) => waiting.filter(messages::id.eq(id.get())),
    };
    let ids: Vec<i64> = about.load(conn)?;
    Ok(ids.into_iter().map(MessageId::new).collect())
}

fn standing_of(booking: i64, status: &str) -> Result<Standing, Fault> {
    let status = BookingStatus::parse(status)
        .ok_or_else(|| Fault::corrupt("bookings", "status", BookingId::new(booking), "unknown status"))?;
    Ok(Standing::of(status))
}

/// The columns that say what a message is about; one of them is set.
#[derive(Debug, Clone, Copy, Default, Queryable)]
struct SubjectColumns {
    booking: Option<i64>,
    series: Option<i64>,
    waitlist_entry: Option<i64>,
    offer: Option<i64>,
    client_link: Option<i64>,
    client: Option<i64>,
    consent_request: Option<i64>,
    recall: Option<i64>,
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
            Subject::Client(id) => Self { client: Some(id.get()), ..none },
            Subject::ConsentRequest(id) => Self { consent_request: Some(id.get()), ..none },
            Subject::Recall(id) => Self { recall: Some(id.get()), ..none },
            Subject::Kept(_) => none,
        }
    }

    fn subject(self) -> Option<Subject> {
        let booking = self.booking.map(|id| Subject::Booking(BookingId::new(id)));
        let series = self.series.map(|id| Subject::Series(SeriesId::new(id)));
        let entry = self.waitlist_entry.map(|id| Subject::WaitlistEntry(WaitlistEntryId::new(id)));
        let offer = self.offer.map(|id| Subject::Offer(OfferId::new(id)));
        let link = self.client_link.map(|id| Subject::ClientLink(ClientLinkId::new(id)));
        let client = self.client.map(|id| Subject::Client(ClientId::new(id)));
        let request = self.consent_request.map(|id| Subject::ConsentRequest(ConsentRequestId::new(id)));
        let recall = self.recall.map(|id| Subject::Recall(RecallId::new(id)));
        booking.or(series).or(entry).or(offer).or(link).or(request).or(recall).or(client)
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

/// Puts aside what nobody needs any more on a channel, and advertising whose sender died while it was handing it over.
pub(super) fn sweep(tx: &mut Tx<'_>, channel: Channel) -> Result<usize, Fault> {
    let now = tx.now_naive();
    let channel = channel.as_str();
    let expired = diesel::update(messages::table)
        .filter(messages::channel.eq(channel))
        .filter(messages::state.eq_any(["pending", "retry"]))
        // Nothing expires before it is due, and by this the index finds it among all that waits.
        .filter(messages::due_at.le(now))
        .filter(messages::expires_at.le(now))
        .set((
            messages::state.eq(MessageState::Skipped.as_str()),
            messages::skipped_at.eq(Some(now)),
            messages::reason.eq(Some("expired")),
        ))
        .execute(tx.conn)?;
    diesel::update(messages::table)
        .filter(messages::channel.eq(channel))
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

#[derive(Queryable)]
struct ClaimedRow {
    id: i64,
    words: (String, String, String, String, String, String),
    schedule_version: i32,
    about: SubjectColumns,
    to: (Option<i64>, Option<i64>, Option<i64>),
    rule: Option<i64>,
    merge_key: Option<String>,
    attempts: i32,
    priority: i32,
    lease_token: i64,
    times: (NaiveDateTime, NaiveDateTime, Option<NaiveDateTime>),
}

/// Takes what is due on a channel, for `owner`, until `lease_until`. Of webhooks so many for each endpoint, so that one
/// with much to hear does not keep the others waiting, and one only where it is failing.
pub(super) fn claim(
    tx: &mut Tx<'_>,
    channel: Channel,
    owner: &str,
    lease_until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Claimed>, Fault> {
    let (now, until) = (tx.now_naive(), lease_until.naive_utc());
    let channel_word = channel.as_str();
    let take = |tx: &mut Tx<'_>, endpoint: i64, limit: i64| {
        let which = Which { channel: channel_word, endpoint, limit };
        portable::claim_messages(tx.conn, now, owner, until, UNCERTAIN_ATTEMPTS_MAX, which)
    };
    let ids = if channel == Channel::Webhook {
        let mut ids = Vec::new();
        for (endpoint, is_failing) in calls::callable(tx.conn, tx.now)? {
            ids.extend(take(tx, endpoint.get(), if is_failing { 1 } else { limit })?);
        }
        ids
    } else {
        take(tx, 0, limit)?
    };
    load_claimed(tx.conn, ids)
}

/// Takes also what waits with one of these merge keys and falls due until `until`.
pub(super) fn claim_with(
    tx: &mut Tx<'_>,
    owner: &str,
    lease_until: DateTime<Utc>,
    merge_keys: &[String],
    until: DateTime<Utc>,
) -> Result<Vec<Claimed>, Fault> {
    let ids = portable::lock_companions(tx.conn, merge_keys, tx.now_naive(), until.naive_utc(), COMPANIONS_MAX)?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    diesel::update(messages::table.filter(messages::id.eq_any(ids.clone())))
        .set((
            messages::state.eq(MessageState::Leased.as_str()),
            messages::lease_owner.eq(Some(owner)),
            messages::lease_token.eq(messages::lease_token + 1),
            messages::lease_until.eq(Some(lease_until.naive_utc())),
        ))
        .execute(tx.conn)?;
    load_claimed(tx.conn, ids)
}

fn load_claimed(conn: &mut Conn, ids: Vec<i64>) -> Result<Vec<Claimed>, Fault> {
    let rows: Vec<ClaimedRow> = messages::table
        .filter(messages::id.eq_any(ids))
        .order(messages::id)
        .select((
            messages::id,
            (
                messages::kind,
                messages::purpose,
                messages::channel,
                messages::audience,
                messages::language,
                messages::message_id,
            ),
            messages::schedule_version,
            (
                messages::booking_id,
                messages::series_id,
                messages::waitlist_entry_id,
                messages::waitlist_offer_id,
                messages::client_link_id,
                messages::about_client_id,
                messages::consent_request_id,
                messages::recall_id,
            ),
            (messages::client_id, messages::provider_id, messages::endpoint_id),
            messages::rule_id,
            messages::merge_key,
            messages::attempts,
            messages::priority,
            messages::lease_token,
            (messages::due_at, messages::expires_at, messages::handing_over_at),
        ))
        .load(conn)?;
    rows.into_iter().map(claimed).collect()
}

fn claimed(row: ClaimedRow) -> Result<Claimed, Fault> {
    let id = MessageId::new(row.id);
    let (kind, purpose, channel, audience, language, message_id) = row.words;
    let (client, provider, endpoint) = row.to;
    let (due_at, expires_at, handed_over) = row.times;
    let unknown = |column: &'static str| Fault::corrupt("messages", column, id, "unknown word");
    let kind = MessageKind::parse(&kind).ok_or_else(|| unknown("kind"))?;
    let subject = match row.about.subject() {
        Some(subject) => subject,
        None if matches!(kind, MessageKind::Test | MessageKind::Digest) => Subject::Kept(id),
        None => return Err(Fault::corrupt("messages", "booking_id", id, "about nothing")),
    };
    Ok(Claimed {
        id,
        kind,
        purpose: Purpose::parse(&purpose).ok_or_else(|| unknown("purpose"))?,
        channel: Channel::parse(&channel).ok_or_else(|| unknown("channel"))?,
        audience: Audience::parse(&audience).ok_or_else(|| unknown("audience"))?,
        schedule_version: row.schedule_version,
        subject,
        client: client.map(ClientId::new),
        provider: provider.map(ProviderId::new),
        endpoint: endpoint.map(EndpointId::new),
        rule: row.rule.map(RuleId::new),
        merge_key: row.merge_key,
        language: Language::parse(&language).unwrap_or_default(),
        message_id,
        attempts: row.attempts,
        priority: row.priority,
        lease_token: row.lease_token,
        due_at: due_at.and_utc(),
        expires_at: expires_at.and_utc(),
        handed_over_before: handed_over.map(|at| at.and_utc()),
    })
}

/// Lengthens the leases of these messages that are still the owner's.
pub(super) fn renew(tx: &mut Tx<'_>, owner: &str, ids: &[MessageId], until: DateTime<Utc>) -> Result<(), Fault> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let ours = messages::table
        .filter(messages::id.eq_any(ids))
        .filter(messages::state.eq("leased"))
        .filter(messages::lease_owner.eq(owner));
    diesel::update(ours).set(messages::lease_until.eq(Some(until.naive_utc()))).execute(tx.conn)?;
    Ok(())
}

/// Whether the leases of these messages still are those under which they were claimed.
pub(super) fn are_ours(conn: &mut Conn, claimed: &[Claimed]) -> Result<bool, Fault> {
    let ids: Vec<i64> = claimed.iter().map(|message| message.id.get()).collect();
    let held: Vec<(i64, i64)> = messages::table
        .filter(messages::id.eq_any(ids))
        .filter(messages::state.eq(MessageState::Leased.as_str()))
        .order(messages::id)
        .select((messages::id, messages::lease_token))
        .load(conn)?;
    Ok(claimed.iter().all(|message| held.contains(&(message.id.get(), message.lease_token))))
}

/// Records that the texts of these messages are given away from now on, and counts the attempt. Says for which of them
/// the lease still held.
pub(super) fn mark_handing_over<'a>(
    tx: &mut Tx<'_>,
    leaving: impl Iterator<Item = &'a Leaving>,
) -> Result<Vec<MessageId>, Fault> {
    let now = tx.now_naive();
    let mut held = Vec::new();
    for Leaving { message, address_hash, carried_by } in leaving {
        let done = diesel::update(messages::table)
            .filter(messages::id.eq(message.id.get()))
            .filter(messages::state.eq("leased"))
            .filter(messages::lease_token.eq(message.lease_token))
            .set((
                messages::handing_over_at.eq(Some(now)),
                messages::attempts.eq(messages::attempts + 1),
                messages::address_hash.eq(address_hash.as_deref()),
                messages::carried_by.eq(carried_by.map(MessageId::get)),
            ))
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
    /// The attempt, where it is written down.
    pub(super) attempt: Option<Attempt>,
    /// The text, where it is kept.
    pub(super) text: Option<KeptText>,
    /// What the other side calls the message.
    pub(super) reference: Option<String>,
    /// What an endpoint's answer says about the endpoint.
    pub(super) learned: Option<(Handover, Option<DateTime<Utc>>)>,
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
    if done > 0 {
        keep_trace(tx, settled)?;
    }
    Ok(done > 0)
}

/// What is kept beside the row: the attempt, the text, and how the endpoint fares.
fn keep_trace(tx: &mut Tx<'_>, settled: &Settled) -> Result<(), Fault> {
    let id = settled.claimed.id;
    if let Some(reference) = &settled.reference {
        diesel::update(messages::table.find(id.get()))
            .set(messages::remote_reference.eq(Some(reference)))
            .execute(tx.conn)?;
    }
    if let Some(attempt) = &settled.attempt {
        keep_attempt(tx, id, attempt)?;
    }
    if let Some(text) = &settled.text {
        keep_text(tx, id, text)?;
    }
    if let (Some(endpoint), Some((handover, retry_at))) = (settled.claimed.endpoint, &settled.learned) {
        calls::learn(tx, endpoint, handover, *retry_at)?;
    }
    Ok(())
}

/// Writes an attempt down.
pub(super) fn keep_attempt(tx: &mut Tx<'_>, id: MessageId, attempt: &Attempt) -> Result<(), Fault> {
    let row: MessageId = tx.new_id();
    diesel::insert_into(message_attempts::table)
        .values((
            message_attempts::id.eq(row.get()),
            message_attempts::message_id.eq(id.get()),
            message_attempts::at.eq(tx.now_naive()),
            message_attempts::outcome.eq(attempt.outcome),
            message_attempts::code.eq(attempt.code.map(i32::from)),
            message_attempts::detail.eq(&attempt.detail),
            message_attempts::took_ms.eq(i32::try_from(attempt.took.as_millis()).ok()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Keeps a text as it was handed over last.
pub(super) fn keep_text(tx: &mut Tx<'_>, id: MessageId, text: &KeptText) -> Result<(), Fault> {
    let columns = (
        message_texts::subject.eq(&text.subject),
        message_texts::body.eq(&text.body),
        message_texts::html.eq(&text.html),
        message_texts::at.eq(tx.now_naive()),
    );
    let known = diesel::update(message_texts::table.find(id.get())).set(columns).execute(tx.conn)?;
    if known == 0 {
        diesel::insert_into(message_texts::table)
            .values((message_texts::message_id.eq(id.get()), columns))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Gives a message back as if it had never been taken: nothing was said to anybody. False when the lease was lost, so
/// that there was nothing to give back.
pub(super) fn release(tx: &mut Tx<'_>, claimed: &Claimed) -> Result<bool, Fault> {
    let done = diesel::update(messages::table)
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
    Ok(done > 0)
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
    earlier = match message.audience {
        Audience::Client => earlier.filter(messages::client_id.is_not_null()),
        Audience::Provider => earlier.filter(messages::provider_id.eq(message.provider.map(ProviderId::get))),
        Audience::Clinic | Audience::Mailbox | Audience::Staff | Audience::Endpoint => return Ok(None),
    };
    Ok(earlier.first(conn).optional()?)
}

/// Whether there is a message of a channel to send, to take over or to put aside.
pub(super) fn is_anything_due(conn: &mut Conn, channel: Channel, now: DateTime<Utc>) -> Result<bool, Fault> {
    let callable: Option<Vec<i64>> = match channel {
        Channel::Webhook => Some(calls::callable(conn, now)?.into_iter().map(|(id, _)| id.get()).collect()),
        Channel::Mail | Channel::Sms => None,
    };
    let now = now.naive_utc();
    let waits = messages::state.eq_any(["pending", "retry"]).and(messages::due_at.le(now));
    let silent = messages::state
        .eq("uncertain")
        .and(messages::due_at.le(now))
        .and(messages::attempts.lt(UNCERTAIN_ATTEMPTS_MAX))
        .and(messages::expires_at.gt(now));
    let orphaned = messages::state.eq("leased").and(messages::lease_until.le(now).assume_not_null());
    let mut wanted = messages::table
        .filter(messages::channel.eq(channel.as_str()))
        .filter(waits.or(silent).or(orphaned))
        .select(messages::id)
        .into_boxed();
    if let Some(callable) = callable {
        wanted = wanted.filter(messages::endpoint_id.eq_any(callable));
    }
    let found: Option<i64> = wanted.first(conn).optional()?;
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
