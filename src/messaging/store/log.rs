//! What was told, or not told: of one booking, and of all.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::planning::MESSAGES_OF_BOOKING_MAX;
use crate::db::schema::{bookings, clients, message_endpoints, messages, providers, staff_users};
use crate::db::{Conn, Fault};
use crate::domain::ids::{BookingId, ClientId, MessageId, RuleId};
use crate::domain::messages::{Audience, Channel, MessageKind, MessageState};

/// Why something was skipped that somebody has to look at.
pub(super) const PROBLEM_REASONS: [&str; 5] = ["no_address", "bad_address", "bounced", "no_channel", "expired"];

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

/// Which messages a log shows, by where they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogShow {
    /// All of them.
    All,
    /// Not yet sent.
    Waiting,
    /// Sent.
    Sent,
    /// Given up, uncertain, tried again, come back, or without an address.
    Problems,
    /// Not sent on purpose, or no longer needed.
    Left,
}

impl LogShow {
    /// Every choice, in the order in which it is shown.
    pub const ALL: [Self; 5] = [Self::All, Self::Waiting, Self::Sent, Self::Problems, Self::Left];

    /// The word in the address of the page.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Problems => "problems",
            Self::Left => "left",
        }
    }

    /// Reads what [`Self::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|show| show.as_str() == text)
    }
}

/// Which messages a log shows, beside where they stand; nothing asked is everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// To or about these clients.
    pub clients: Option<Vec<ClientId>>,
    /// Of this kind.
    pub kind: Option<MessageKind>,
    /// By this way.
    pub channel: Option<Channel>,
    /// Of this rule.
    pub rule: Option<RuleId>,
    /// Due from here.
    pub from: Option<DateTime<Utc>>,
    /// Due before.
    pub until: Option<DateTime<Utc>>,
}

/// Where a page of the log begins: behind the message with this moment and identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogPlace {
    /// When that message was due.
    pub due_at: DateTime<Utc>,
    /// Which it was.
    pub id: MessageId,
}

/// A line of the log of all messages.
#[derive(Debug, Clone)]
pub struct LogLine {
    /// The message.
    pub line: MessageLine,
    /// How it travels.
    pub channel: Channel,
    /// Whether it came back.
    pub is_bounced: bool,
    /// Who was to read it.
    pub to: LogReader,
    /// The booking and its reference.
    pub booking: Option<(BookingId, String)>,
}

/// Who was to read a message, as far as it is known now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogReader {
    /// Of what kind.
    pub audience: Audience,
    /// The client it is to or about.
    pub client: Option<ClientId>,
    /// The name; empty for a mailbox nobody is known by.
    pub name: String,
    /// Where it goes today: a mail address or a number, after the way it travels.
    pub address: Option<String>,
}

type Wanted<'a> = messages::BoxedQuery<'a, <Conn as Connection>::Backend>;

fn wanted<'a>(show: LogShow, filter: &LogFilter) -> Wanted<'a> {
    let mut wanted = messages::table.into_boxed();
    wanted = match show {
        LogShow::All => wanted,
        LogShow::Waiting => wanted.filter(messages::state.eq_any(["pending", "leased", "retry"])),
        LogShow::Sent => wanted.filter(messages::state.eq("sent")),
        LogShow::Problems => wanted.filter(
            messages::state
                .eq_any(["dead", "uncertain", "retry"])
                .or(messages::bounced_at.is_not_null())
                .or(messages::state.eq("skipped").and(messages::reason.assume_not_null().eq_any(PROBLEM_REASONS))),
        ),
        LogShow::Left => wanted.filter(messages::state.eq_any(["skipped", "cancelled"])),
    };
    if let Some(clients) = &filter.clients {
        let ids: Vec<i64> = clients.iter().map(|id| id.get()).collect();
        let about = messages::about_client_id.assume_not_null().eq_any(ids.clone());
        wanted = wanted.filter(messages::client_id.assume_not_null().eq_any(ids).or(about));
    }
    if let Some(kind) = filter.kind {
        wanted = wanted.filter(messages::kind.eq(kind.as_str()));
    }
    if let Some(channel) = filter.channel {
        wanted = wanted.filter(messages::channel.eq(channel.as_str()));
    }
    if let Some(rule) = filter.rule {
        wanted = wanted.filter(messages::rule_id.eq(rule.get()));
    }
    if let Some(from) = filter.from {
        wanted = wanted.filter(messages::due_at.ge(from.naive_utc()));
    }
    if let Some(until) = filter.until {
        wanted = wanted.filter(messages::due_at.lt(until.naive_utc()));
    }
    wanted
}

/// Messages after a filter, the latest first; behind `place`, when the page is not the first.
pub fn message_log(
    conn: &mut Conn,
    show: LogShow,
    filter: &LogFilter,
    place: Option<LogPlace>,
    limit: i64,
) -> Result<Vec<LogLine>, Fault> {
    let mut wanted = wanted(show, filter);
    if let Some(LogPlace { due_at, id }) = place {
        let due_at = due_at.naive_utc();
        let same = messages::due_at.eq(due_at).and(messages::id.lt(id.get()));
        wanted = wanted.filter(messages::due_at.lt(due_at).or(same));
    }
    let order = (messages::due_at.desc(), messages::id.desc());
    let ids: Vec<i64> = wanted.order(order).limit(limit).select(messages::id).load(conn)?;
    log_lines(conn, &ids)
}

/// How many messages a filter finds, counted up to `max`.
pub fn count_log(conn: &mut Conn, show: LogShow, filter: &LogFilter, max: i64) -> Result<usize, Fault> {
    let found: Vec<i64> = wanted(show, filter).limit(max).select(messages::id).load(conn)?;
    Ok(found.len())
}

/// The client: number, names, address and phone.
type ClientColumns = (Option<i64>, Option<String>, Option<String>, Option<String>, Option<String>);

#[derive(Queryable)]
struct LogRow {
    line: LineRow,
    channel: String,
    audience: String,
    bounced_at: Option<NaiveDateTime>,
    booking: Option<i64>,
    reference: Option<String>,
    client: ClientColumns,
    provider: (Option<String>, Option<String>),
    staff: Option<String>,
    endpoint: Option<String>,
}

/// Lines for messages, the latest first.
pub(super) fn log_lines(conn: &mut Conn, ids: &[i64]) -> Result<Vec<LogLine>, Fault> {
    let rows: Vec<LogRow> = messages::table
        .left_join(bookings::table)
        .left_join(
            clients::table.on(messages::client_id
                .eq(clients::id.nullable())
                .or(messages::client_id.is_null().and(messages::about_client_id.eq(clients::id.nullable())))),
        )
        .left_join(providers::table.on(messages::provider_id.eq(providers::id.nullable())))
        .left_join(staff_users::table.on(messages::staff_user_id.eq(staff_users::id.nullable())))
        .left_join(message_endpoints::table.on(messages::endpoint_id.eq(message_endpoints::id.nullable())))
        .filter(messages::id.eq_any(ids))
        .order((messages::due_at.desc(), messages::id.desc()))
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
            messages::channel,
            messages::audience,
            messages::bounced_at,
            messages::booking_id,
            bookings::reference.nullable(),
            (
                clients::id.nullable(),
                clients::first_name.nullable(),
                clients::last_name.nullable(),
                clients::email.nullable(),
                clients::phone.nullable(),
            ),
            (providers::name.nullable(), providers::email.nullable()),
            staff_users::name.nullable(),
            message_endpoints::name.nullable(),
        ))
        .load(conn)?;
    rows.into_iter().map(log_line).collect()
}

fn log_line(row: LogRow) -> Result<LogLine, Fault> {
    let line = message_line(row.line)?;
    let corrupt = |column: &str| Fault::corrupt("messages", column, line.id, "unknown word");
    let channel = Channel::parse(&row.channel).ok_or_else(|| corrupt("channel"))?;
    let audience = Audience::parse(&row.audience).ok_or_else(|| corrupt("audience"))?;
    let (client, first_name, last_name, email, phone) = row.client;
    let client_name = || first_name.map(|first| format!("{first} {}", last_name.unwrap_or_default()));
    let (name, address) = match audience {
        Audience::Client | Audience::Mailbox => (client_name(), if channel == Channel::Sms { phone } else { email }),
        Audience::Provider => row.provider,
        Audience::Staff => (row.staff, None),
        Audience::Endpoint => (row.endpoint, None),
        Audience::Clinic => (None, None),
    };
    let to = LogReader { audience, client: client.map(ClientId::new), name: name.unwrap_or_default(), address };
    Ok(LogLine {
        line,
        channel,
        is_bounced: row.bounced_at.is_some(),
        to,
        booking: row.booking.map(BookingId::new).zip(row.reference),
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
