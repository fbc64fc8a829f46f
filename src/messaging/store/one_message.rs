//! One message, from the rule to the mailbox.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::log::{LogLine, log_lines};
use crate::db::schema::{appointments, bookings, message_attempts, message_rules, message_texts, messages};
use crate::db::{Conn, Fault, Tx};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::{BookingId, ClientId, MessageId, ProviderId, RuleId, StaffUserId};
use crate::domain::messages::{Audience, Purpose, Recipient, Standing};
use crate::domain::time;

/// More attempts than any message makes.
const ATTEMPTS_MAX: i64 = 100;
/// As many messages share one letter, and as many repetitions are counted.
const OTHERS_MAX: i64 = 50;
/// What the slot of a repetition by hand begins with.
pub(in crate::messaging) const AGAIN: &str = "again-";

/// Everything that is known of one message.
#[derive(Debug, Clone)]
pub struct MessageView {
    /// What the log says of it.
    pub line: LogLine,
    /// Why it exists.
    pub purpose: Purpose,
    /// The rule that says so.
    pub rule: Option<RuleId>,
    /// To whom, when it can be said again.
    pub recipient: Option<Recipient>,
    /// Which one of several of that rule.
    pub slot: String,
    /// In which language it is written.
    pub language: String,
    /// From when on it is worth nothing.
    pub expires_at: DateTime<Utc>,
    /// Attempts so far.
    pub attempts: i32,
    /// When it was last given away.
    pub handing_over_at: Option<DateTime<Utc>>,
    /// What the server said last.
    pub last_code: Option<i32>,
    /// Its subject line, once it left.
    pub subject: Option<String>,
    /// When it was given up.
    pub dead_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    pub cancelled_at: Option<DateTime<Utc>>,
    /// When it was left out.
    pub skipped_at: Option<DateTime<Utc>>,
    /// When it came back, and what the report said.
    pub bounced: Option<(DateTime<Utc>, Option<String>)>,
    /// When somebody saw to it.
    pub settled_at: Option<DateTime<Utc>>,
    /// The message whose letter said it.
    pub carried_by: Option<MessageId>,
    /// The messages its letter said as well.
    pub carries: Vec<MessageId>,
    /// What the other side calls it.
    pub remote_reference: Option<String>,
    /// Its Message-ID.
    pub message_id: String,
    /// The appointment it speaks of.
    pub visit: Option<Visit>,
}

/// The appointment of a message about a booking, as it stands now.
#[derive(Debug, Clone, Copy)]
pub struct Visit {
    /// When it starts.
    pub starts_at: DateTime<Utc>,
    /// On whose clock.
    pub zone: chrono_tz::Tz,
    /// Who performs it.
    pub provider: ProviderId,
    /// Where the booking stands.
    pub standing: Standing,
    /// Of which version of time and place.
    pub schedule_version: i32,
}

/// An attempt that was written down.
#[derive(Debug, Clone)]
pub struct AttemptLine {
    /// When.
    pub at: DateTime<Utc>,
    /// How it ended, in a word.
    pub outcome: String,
    /// What the other side answered.
    pub code: Option<i32>,
    /// What it said.
    pub detail: String,
}

/// A text as it was sent.
#[derive(Debug, Clone)]
pub struct SentText {
    /// The subject.
    pub subject: String,
    /// The text.
    pub body: String,
    /// The HTML; empty where there is none.
    pub html: String,
}

#[derive(Queryable)]
struct ViewRow {
    purpose: String,
    rule_id: Option<i64>,
    to: (Option<i64>, Option<i64>),
    slot: String,
    language: String,
    expires_at: NaiveDateTime,
    attempts: i32,
    handing_over_at: Option<NaiveDateTime>,
    last_code: Option<i32>,
    subject: Option<String>,
    dead_at: Option<NaiveDateTime>,
    cancelled_at: Option<NaiveDateTime>,
    skipped_at: Option<NaiveDateTime>,
    bounced_at: Option<NaiveDateTime>,
    bounce_status: Option<String>,
    settled_at: Option<NaiveDateTime>,
    carried_by: Option<i64>,
    remote_reference: Option<String>,
    message_id: String,
}

/// One message with everything that is known of it.
pub fn message_view(conn: &mut Conn, id: MessageId) -> Result<Option<MessageView>, Fault> {
    let row: Option<ViewRow> = messages::table
        .find(id.get())
        .select((
            messages::purpose,
            messages::rule_id,
            (messages::client_id, messages::provider_id),
            messages::slot,
            messages::language,
            messages::expires_at,
            messages::attempts,
            messages::handing_over_at,
            messages::last_code,
            messages::subject_sent,
            messages::dead_at,
            messages::cancelled_at,
            messages::skipped_at,
            messages::bounced_at,
            messages::bounce_status,
            messages::settled_at,
            messages::carried_by,
            messages::remote_reference,
            messages::message_id,
        ))
        .first(conn)
        .optional()?;
    let (Some(row), Some(line)) = (row, log_lines(conn, &[id.get()])?.pop()) else {
        return Ok(None);
    };
    let carries: Vec<i64> = messages::table
        .filter(messages::carried_by.eq(id.get()))
        .filter(messages::id.ne(id.get()))
        .order(messages::id)
        .limit(OTHERS_MAX)
        .select(messages::id)
        .load(conn)?;
    let visit = match &line.booking {
        Some((booking, _)) => visit(conn, *booking)?,
        None => None,
    };
    let recipient = match (line.to.audience, row.to) {
        (Audience::Client, (Some(client), _)) => Some(Recipient::Client(ClientId::new(client))),
        (Audience::Provider, (_, Some(provider))) => Some(Recipient::Provider(ProviderId::new(provider))),
        (Audience::Clinic, _) => Some(Recipient::Clinic),
        _ => None,
    };
    let moment = |at: Option<NaiveDateTime>| at.map(|at| at.and_utc());
    Ok(Some(MessageView {
        line,
        purpose: Purpose::parse(&row.purpose)
            .ok_or_else(|| Fault::corrupt("messages", "purpose", id, "unknown purpose"))?,
        rule: row.rule_id.map(RuleId::new),
        recipient,
        slot: row.slot,
        language: row.language,
        expires_at: row.expires_at.and_utc(),
        attempts: row.attempts,
        handing_over_at: moment(row.handing_over_at),
        last_code: row.last_code,
        subject: row.subject,
        dead_at: moment(row.dead_at),
        cancelled_at: moment(row.cancelled_at),
        skipped_at: moment(row.skipped_at),
        bounced: row.bounced_at.map(|at| (at.and_utc(), row.bounce_status)),
        settled_at: moment(row.settled_at),
        carried_by: row.carried_by.map(MessageId::new).filter(|carrier| *carrier != id),
        carries: carries.into_iter().map(MessageId::new).collect(),
        remote_reference: row.remote_reference,
        message_id: row.message_id,
        visit,
    }))
}

fn visit(conn: &mut Conn, booking: BookingId) -> Result<Option<Visit>, Fault> {
    type Row = (String, i32, NaiveDateTime, i64, String);
    let row: Option<Row> = bookings::table
        .inner_join(appointments::table)
        .filter(bookings::id.eq(booking.get()))
        .select((
            bookings::status,
            bookings::schedule_version,
            appointments::starts_at,
            appointments::provider_id,
            appointments::zone,
        ))
        .first(conn)
        .optional()?;
    let Some((status, schedule_version, starts_at, provider, zone)) = row else {
        return Ok(None);
    };
    let corrupt = |table: &str, column: &str, why: &str| Fault::corrupt(table, column, booking, why);
    Ok(Some(Visit {
        starts_at: starts_at.and_utc(),
        zone: time::zone_named(&zone).map_err(|error| corrupt("appointments", "zone", &error.to_string()))?,
        provider: ProviderId::new(provider),
        standing: Standing::of(
            BookingStatus::parse(&status).ok_or_else(|| corrupt("bookings", "status", "unknown status"))?,
        ),
        schedule_version,
    }))
}

/// Its attempts that were written down, the first first.
pub fn attempts_of(conn: &mut Conn, id: MessageId) -> Result<Vec<AttemptLine>, Fault> {
    let rows: Vec<(NaiveDateTime, String, Option<i32>, String)> = message_attempts::table
        .filter(message_attempts::message_id.eq(id.get()))
        .order(message_attempts::id)
        .limit(ATTEMPTS_MAX)
        .select((message_attempts::at, message_attempts::outcome, message_attempts::code, message_attempts::detail))
        .load(conn)?;
    let line = |(at, outcome, code, detail): (NaiveDateTime, String, Option<i32>, String)| AttemptLine {
        at: at.and_utc(),
        outcome,
        code,
        detail,
    };
    Ok(rows.into_iter().map(line).collect())
}

/// Its text as it was sent, if it was kept.
pub fn sent_text(conn: &mut Conn, id: MessageId) -> Result<Option<SentText>, Fault> {
    let row: Option<(String, String, String)> = message_texts::table
        .find(id.get())
        .select((message_texts::subject, message_texts::body, message_texts::html))
        .first(conn)
        .optional()?;
    Ok(row.map(|(subject, body, html)| SentText { subject, body, html }))
}

/// How often a message of this booking, rule, kind and reader was repeated by hand.
pub(in crate::messaging) fn repetitions(conn: &mut Conn, view: &MessageView) -> Result<usize, Fault> {
    let booking = view.line.booking.as_ref().map(|(booking, _)| booking.get());
    let slots: Vec<String> = messages::table
        .filter(messages::booking_id.eq(booking))
        .filter(messages::kind.eq(view.line.line.kind.as_str()))
        .filter(messages::channel.eq(view.line.channel.as_str()))
        .filter(messages::audience.eq(view.line.to.audience.as_str()))
        .filter(messages::slot.like(format!("{AGAIN}%")))
        .order(messages::id)
        .limit(OTHERS_MAX)
        .select(messages::slot)
        .load(conn)?;
    Ok(slots.len())
}

/// The part of a rule's natural keys that stands for the rule.
pub(in crate::messaging) fn key_of_rule(conn: &mut Conn, rule: RuleId) -> Result<Option<(String, i32)>, Fault> {
    let row: Option<(Option<String>, i32)> = message_rules::table
        .find(rule.get())
        .select((message_rules::code, message_rules::priority))
        .first(conn)
        .optional()?;
    Ok(row.map(|(code, priority)| (code.unwrap_or_else(|| format!("rule-{rule}")), priority)))
}

/// Marks that somebody saw to it; false when somebody did before.
pub(in crate::messaging) fn settle(tx: &mut Tx<'_>, id: MessageId, by: StaffUserId) -> Result<bool, Fault> {
    let now = tx.now_naive();
    let done = diesel::update(messages::table.find(id.get()))
        .filter(messages::settled_at.is_null())
        .set((messages::settled_at.eq(Some(now)), messages::settled_by.eq(Some(by.get()))))
        .execute(tx.conn)?;
    Ok(done > 0)
}

/// The message with this natural key.
pub(in crate::messaging) fn by_natural_key(conn: &mut Conn, key: &str) -> Result<Option<MessageId>, Fault> {
    let found: Option<i64> =
        messages::table.filter(messages::natural_key.eq(key)).select(messages::id).first(conn).optional()?;
    Ok(found.map(MessageId::new))
}
