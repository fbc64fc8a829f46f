//! What was told, or not told: of one booking, and of all.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::MESSAGES_OF_BOOKING_MAX;
use crate::db::schema::{bookings, clients, messages, providers};
use crate::db::{Conn, Fault};
use crate::domain::ids::{BookingId, MessageId};
use crate::domain::messages::{MessageKind, MessageState};

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
