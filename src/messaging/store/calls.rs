//! The rows of what is called: the gateway for text messages, endpoints and how they fare, and the numbers of readers.

use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::planning;
use crate::db::schema::{
    appointments, bookings, clients, clinic, locations, message_attempts, message_endpoints, message_rules,
    message_settings, message_texts, messages, sms_gateway, waitlist_entries,
};
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::{BookingId, EndpointId, MessageId, RuleId, StaffUserId};
use crate::domain::message_rules::Trigger;
use crate::domain::messages::{
    Audience, Channel, MessageKind, MessageState, PlannedMessage, Purpose, Reason, Recipient, Subject,
};
use crate::keys::Keys;
use crate::mail::Handover;
use crate::messaging::carriers::KeptText;
use crate::messaging::carriers::sms::{BodyForm, Credentials, Gateway, Preset};
use crate::messaging::deliver::Claimed;

/// A clinic tells a handful of programs; more would be a fault of ours.
pub(in crate::messaging) const ENDPOINTS_MAX: i64 = 100;
/// Attempts of the lines of one page.
const ATTEMPTS_SHOWN_MAX: i64 = 2_000;
/// The first wait after a call that failed.
const PAUSE_FIRST_SECONDS: i64 = 5;
/// The longest.
const PAUSE_MAX_SECONDS: i64 = 300;

#[derive(Queryable)]
struct GatewayRow {
    words: (String, String, String, String, String, String),
    pointers: (String, String, String),
    country_code: String,
    enabled: bool,
    row_version: i64,
}

/// The gateway as it is set up, and its version. Fails when its credentials were sealed by another instance.
pub(in crate::messaging) fn gateway(conn: &mut Conn, keys: &Keys) -> Result<(Gateway, i64), Fault> {
    let row: GatewayRow = sms_gateway::table
        .select((
            (
                sms_gateway::preset,
                sms_gateway::sender,
                sms_gateway::url,
                sms_gateway::content_type,
                sms_gateway::headers_sealed,
                sms_gateway::body,
            ),
            (sms_gateway::success_pointer, sms_gateway::success_value, sms_gateway::reference_pointer),
            sms_gateway::country_code,
            sms_gateway::enabled,
            sms_gateway::row_version,
        ))
        .first(conn)?;
    let (preset, sender, url, content_type, sealed, body) = row.words;
    let (success_pointer, success_value, reference_pointer) = row.pointers;
    // Sealed under keys that are gone: it is as if nothing had been typed.
    let credentials = Credentials::open(keys, &sealed).unwrap_or_default();
    let gateway = Gateway {
        preset: Preset::parse(&preset).unwrap_or_default(),
        enabled: row.enabled,
        sender,
        url,
        form: BodyForm::parse(&content_type).unwrap_or_default(),
        credentials,
        body,
        success_pointer,
        success_value,
        reference_pointer,
        country_code: row.country_code,
    };
    Ok((gateway, row.row_version))
}

/// Writes the gateway if nobody else changed it meanwhile; says whether it did.
pub(in crate::messaging) fn save_gateway(
    tx: &mut Tx<'_>,
    gateway: &Gateway,
    sealed: &str,
    row_version: i64,
) -> Result<bool, Fault> {
    let done = diesel::update(sms_gateway::table.filter(sms_gateway::row_version.eq(row_version)))
        .set((
            sms_gateway::preset.eq(gateway.preset.as_str()),
            sms_gateway::enabled.eq(gateway.enabled),
            sms_gateway::sender.eq(&gateway.sender),
            sms_gateway::url.eq(&gateway.url),
            sms_gateway::content_type.eq(gateway.form.content_type()),
            sms_gateway::headers_sealed.eq(sealed),
            sms_gateway::body.eq(&gateway.body),
            sms_gateway::success_pointer.eq(&gateway.success_pointer),
            sms_gateway::success_value.eq(&gateway.success_value),
            sms_gateway::reference_pointer.eq(&gateway.reference_pointer),
            sms_gateway::country_code.eq(&gateway.country_code),
            sms_gateway::row_version.eq(row_version + 1),
        ))
        .execute(tx.conn)?;
    Ok(done > 0)
}

/// An endpoint as a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::messaging) struct EndpointRow {
    pub(in crate::messaging) id: EndpointId,
    pub(in crate::messaging) name: String,
    pub(in crate::messaging) url: String,
    pub(in crate::messaging) secret_sealed: String,
    pub(in crate::messaging) with_contact: bool,
    pub(in crate::messaging) created_at: DateTime<Utc>,
    pub(in crate::messaging) disabled_at: Option<DateTime<Utc>>,
    pub(in crate::messaging) archived_at: Option<DateTime<Utc>>,
    pub(in crate::messaging) last_ok_at: Option<DateTime<Utc>>,
    pub(in crate::messaging) failing_since: Option<DateTime<Utc>>,
    pub(in crate::messaging) paused_until: Option<DateTime<Utc>>,
    pub(in crate::messaging) failures: i32,
    pub(in crate::messaging) row_version: i64,
}

impl EndpointRow {
    /// Whether it is told anything.
    pub(in crate::messaging) const fn is_on(&self) -> bool {
        self.disabled_at.is_none() && self.archived_at.is_none()
    }
}

type EndpointColumns = (
    (i64, String, String, String, bool),
    (NaiveDateTime, Option<NaiveDateTime>, Option<NaiveDateTime>, Option<NaiveDateTime>),
    (Option<NaiveDateTime>, Option<NaiveDateTime>, i32, i64),
);

fn endpoint_row(row: EndpointColumns) -> EndpointRow {
    let utc = |at: Option<NaiveDateTime>| at.map(|at| at.and_utc());
    let (
        (id, name, url, secret_sealed, with_contact),
        (created, disabled, archived, ok),
        (failing, paused, failures, version),
    ) = row;
    EndpointRow {
        id: EndpointId::new(id),
        name,
        url,
        secret_sealed,
        with_contact,
        created_at: created.and_utc(),
        disabled_at: utc(disabled),
        archived_at: utc(archived),
        last_ok_at: utc(ok),
        failing_since: utc(failing),
        paused_until: utc(paused),
        failures,
        row_version: version,
    }
}

macro_rules! endpoint_columns {
    () => {
        (
            (
                message_endpoints::id,
                message_endpoints::name,
                message_endpoints::url,
                message_endpoints::secret_sealed,
                message_endpoints::with_contact,
            ),
            (
                message_endpoints::created_at,
                message_endpoints::disabled_at,
                message_endpoints::archived_at,
                message_endpoints::last_ok_at,
            ),
            (
                message_endpoints::failing_since,
                message_endpoints::paused_until,
                message_endpoints::failures,
                message_endpoints::row_version,
            ),
        )
    };
}

/// Every endpoint that is not archived, by name.
pub(in crate::messaging) fn endpoints(conn: &mut Conn) -> Result<Vec<EndpointRow>, Fault> {
    let rows: Vec<EndpointColumns> = message_endpoints::table
        .filter(message_endpoints::archived_at.is_null())
        .order((message_endpoints::name, message_endpoints::id))
        .limit(ENDPOINTS_MAX)
        .select(endpoint_columns!())
        .load(conn)?;
    Ok(rows.into_iter().map(endpoint_row).collect())
}

/// One endpoint.
pub(in crate::messaging) fn endpoint(conn: &mut Conn, id: EndpointId) -> Result<Option<EndpointRow>, Fault> {
    let row: Option<EndpointColumns> =
        message_endpoints::table.find(id.get()).select(endpoint_columns!()).first(conn).optional()?;
    Ok(row.map(endpoint_row))
}

/// Endpoints for which messages may be taken now, and whether they are failing. Those that are switched off are among
/// them: their messages are put aside.
pub(in crate::messaging) fn callable(conn: &mut Conn, now: DateTime<Utc>) -> Result<Vec<(EndpointId, bool)>, Fault> {
    let rows: Vec<(i64, i32)> = message_endpoints::table
        .filter(message_endpoints::paused_until.is_null().or(message_endpoints::paused_until.le(now.naive_utc())))
        .order(message_endpoints::id)
        .limit(10 * ENDPOINTS_MAX)
        .select((message_endpoints::id, message_endpoints::failures))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, failures)| (EndpointId::new(id), failures > 0)).collect())
}

/// Writes down how an endpoint fares.
pub(in crate::messaging) fn learn(
    tx: &mut Tx<'_>,
    id: EndpointId,
    handover: &Handover,
    retry_at: Option<DateTime<Utc>>,
) -> Result<(), Fault> {
    let now = tx.now;
    let row: Option<(i32, Option<NaiveDateTime>)> = message_endpoints::table
        .find(id.get())
        .select((message_endpoints::failures, message_endpoints::failing_since))
        .first(tx.conn)
        .optional()?;
    let Some((failures, failing_since)) = row else {
        return Ok(());
    };
    let endpoint = message_endpoints::table.find(id.get());
    if matches!(handover, Handover::Accepted(_)) {
        diesel::update(endpoint)
            .set((
                message_endpoints::last_ok_at.eq(Some(now.naive_utc())),
                message_endpoints::failing_since.eq(None::<NaiveDateTime>),
                message_endpoints::paused_until.eq(None::<NaiveDateTime>),
                message_endpoints::failures.eq(0),
            ))
            .execute(tx.conn)?;
        return Ok(());
    }
    let pause = Duration::seconds((PAUSE_FIRST_SECONDS << failures.clamp(0, 10)).min(PAUSE_MAX_SECONDS));
    let until = retry_at.map_or(now + pause, |at| at.max(now + pause));
    diesel::update(endpoint)
        .set((
            message_endpoints::failing_since.eq(Some(failing_since.unwrap_or(now.naive_utc()))),
            message_endpoints::paused_until.eq(Some(until.naive_utc())),
            message_endpoints::failures.eq(failures.saturating_add(1)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Adds an endpoint.
pub(in crate::messaging) fn insert_endpoint(
    tx: &mut Tx<'_>,
    id: EndpointId,
    (name, url, with_contact): (&str, &str, bool),
    secret_sealed: &str,
) -> Result<(), Fault> {
    diesel::insert_into(message_endpoints::table)
        .values((
            message_endpoints::id.eq(id.get()),
            message_endpoints::name.eq(name),
            message_endpoints::url.eq(url),
            message_endpoints::secret_sealed.eq(secret_sealed),
            message_endpoints::with_contact.eq(with_contact),
            message_endpoints::created_at.eq(tx.now_naive()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// What of an endpoint can be changed.
#[derive(Debug, Clone, Copy)]
pub(in crate::messaging) enum EndpointChange<'a> {
    /// Name, address, and whether it is told who comes.
    Face(&'a str, &'a str, bool),
    /// Its secret, sealed.
    Secret(&'a str),
    /// Whether it is told anything.
    On(bool),
    /// It is put away.
    Archived,
}

/// Changes an endpoint that is not archived; false when somebody else changed it meanwhile.
pub(in crate::messaging) fn change_endpoint(
    tx: &mut Tx<'_>,
    id: EndpointId,
    row_version: i64,
    change: EndpointChange<'_>,
) -> Result<bool, Fault> {
    let now = tx.now_naive();
    let endpoint = || {
        message_endpoints::table
            .filter(message_endpoints::id.eq(id.get()))
            .filter(message_endpoints::row_version.eq(row_version))
            .filter(message_endpoints::archived_at.is_null())
    };
    let next = message_endpoints::row_version.eq(row_version + 1);
    // Whoever changed something wants to see whether it works now.
    let again = (message_endpoints::paused_until.eq(None::<NaiveDateTime>), message_endpoints::failures.eq(0));
    let done = match change {
        EndpointChange::Face(name, url, with_contact) => diesel::update(endpoint())
            .set((
                message_endpoints::name.eq(name),
                message_endpoints::url.eq(url),
                message_endpoints::with_contact.eq(with_contact),
                again,
                next,
            ))
            .execute(tx.conn)?,
        EndpointChange::Secret(sealed) => {
            diesel::update(endpoint()).set((message_endpoints::secret_sealed.eq(sealed), next)).execute(tx.conn)?
        }
        EndpointChange::On(is_on) => diesel::update(endpoint())
            .set((message_endpoints::disabled_at.eq((!is_on).then_some(now)), again, next))
            .execute(tx.conn)?,
        EndpointChange::Archived => diesel::update(endpoint())
            .set((message_endpoints::archived_at.eq(Some(now)), message_endpoints::disabled_at.eq(Some(now)), next))
            .execute(tx.conn)?,
    };
    Ok(done > 0)
}

/// The number a message goes to, as it was typed; nothing where there is none, or it must not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::messaging) enum Reachable {
    Number(String),
    Nowhere,
    DoNotContact,
}

/// Where the reader of a text message is reached now.
pub(in crate::messaging) fn number_for(conn: &mut Conn, message: &Claimed) -> Result<Reachable, Fault> {
    if let Subject::Kept(id) = message.subject {
        let typed: Option<String> =
            message_texts::table.find(id.get()).select(message_texts::subject).first(conn).optional()?;
        return Ok(typed.map_or(Reachable::Nowhere, Reachable::Number));
    }
    let number = match message.audience {
        Audience::Client => return client_number(conn, message),
        Audience::Clinic => {
            let of_location: Option<Option<String>> = match message.subject {
                Subject::Booking(id) => bookings::table
                    .inner_join(appointments::table.inner_join(locations::table))
                    .filter(bookings::id.eq(id.get()))
                    .select(locations::phone)
                    .first(conn)
                    .optional()?,
                _ => None,
            };
            match of_location.flatten() {
                Some(phone) => Some(phone),
                None => clinic::table.select(clinic::phone).first::<Option<String>>(conn).optional()?.flatten(),
            }
        }
        // Nobody asks providers and staff for a number yet.
        Audience::Provider | Audience::Mailbox | Audience::Staff | Audience::Endpoint => None,
    };
    Ok(number.map_or(Reachable::Nowhere, Reachable::Number))
}

fn client_number(conn: &mut Conn, message: &Claimed) -> Result<Reachable, Fault> {
    let client: Option<i64> = match (message.client, message.subject) {
        (Some(client), _) => Some(client.get()),
        (None, Subject::Booking(id)) => {
            bookings::table.find(id.get()).select(bookings::client_id).first(conn).optional()?
        }
        (None, Subject::WaitlistEntry(id)) => {
            waitlist_entries::table.find(id.get()).select(waitlist_entries::client_id).first(conn).optional()?
        }
        (None, Subject::Client(id)) => Some(id.get()),
        (None, _) => None,
    };
    let Some(client) = client else {
        return Ok(Reachable::Nowhere);
    };
    let row: Option<(Option<String>, String)> =
        clients::table.find(client).select((clients::phone, clients::standing)).first(conn).optional()?;
    Ok(match row {
        Some((_, standing)) if standing != "present" => Reachable::DoNotContact,
        Some((Some(phone), _)) if !phone.trim().is_empty() => Reachable::Number(phone),
        Some(_) | None => Reachable::Nowhere,
    })
}

/// The text that was kept for a message before it is sent: of a test.
pub(in crate::messaging) fn kept_text(conn: &mut Conn, id: MessageId) -> Result<Option<String>, Fault> {
    Ok(message_texts::table.find(id.get()).select(message_texts::body).first(conn).optional()?)
}

/// Plans a test: the row, and beside it the number and the text.
pub(in crate::messaging) fn add_text_test(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    (number, text): (&str, &str),
    language: &str,
    expires_minutes: i64,
) -> Result<MessageId, Fault> {
    let id: MessageId = tx.new_id();
    let expires_at = tx.now + Duration::minutes(expires_minutes);
    let at_once =
        PlannedMessage::at_once(Subject::Kept(id), MessageKind::Test, Recipient::Staff(by), 0, tx.now, expires_at);
    let planned = PlannedMessage { channel: Channel::Sms, ..at_once };
    let frame = planning::frame(tx.conn)?;
    planning::insert_as(tx, id, &planned, language, &frame)?;
    let text = KeptText { subject: number.to_owned(), body: text.to_owned(), html: String::new() };
    super::keep_text(tx, id, &text)?;
    Ok(id)
}

/// Adds the rule that tells an endpoint of one kind of event from now on.
pub(in crate::messaging) fn insert_event_rule(
    tx: &mut Tx<'_>,
    endpoint: EndpointId,
    event: Trigger,
    name: &str,
) -> Result<(), Fault> {
    let id: RuleId = tx.new_id();
    let now = tx.now_naive();
    diesel::insert_into(message_rules::table)
        .values((
            message_rules::id.eq(id.get()),
            message_rules::name.eq(name),
            message_rules::fires_on.eq(event.as_str()),
            message_rules::audience.eq(Audience::Endpoint.as_str()),
            message_rules::channel.eq(Channel::Webhook.as_str()),
            message_rules::endpoint_id.eq(endpoint.get()),
            message_rules::purpose.eq(Purpose::Transactional.as_str()),
            message_rules::priority.eq(90),
            message_rules::active_from.eq(Some(now)),
            message_rules::created_at.eq(now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Says that a rule changed, so that what is pending is planned anew.
pub(in crate::messaging) fn rules_changed(tx: &mut Tx<'_>) -> Result<(), Fault> {
    diesel::update(message_settings::table)
        .set(message_settings::rules_version.eq(message_settings::rules_version + 1))
        .execute(tx.conn)?;
    Ok(())
}

/// Puts the rules of an endpoint away.
pub(in crate::messaging) fn archive_rules_of(tx: &mut Tx<'_>, endpoint: EndpointId) -> Result<(), Fault> {
    let now = tx.now_naive();
    diesel::update(message_rules::table)
        .filter(message_rules::endpoint_id.eq(endpoint.get()))
        .filter(message_rules::archived_at.is_null())
        .set((
            message_rules::archived_at.eq(Some(now)),
            message_rules::active_from.eq(None::<NaiveDateTime>),
            message_rules::row_version.eq(message_rules::row_version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// A rule of an endpoint: which, what makes it speak, and whether it is on.
pub(in crate::messaging) fn rules_of(
    conn: &mut Conn,
    endpoint: EndpointId,
) -> Result<Vec<(RuleId, Option<Trigger>, bool)>, Fault> {
    let rows: Vec<(i64, String, Option<NaiveDateTime>)> = message_rules::table
        .filter(message_rules::endpoint_id.eq(endpoint.get()))
        .filter(message_rules::archived_at.is_null())
        .order(message_rules::id)
        .limit(ENDPOINTS_MAX)
        .select((message_rules::id, message_rules::fires_on, message_rules::active_from))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, word, on)| (RuleId::new(id), Trigger::parse(&word), on.is_some())).collect())
}

/// Puts aside what waits for an endpoint that is told nothing more.
pub(in crate::messaging) fn set_aside(tx: &mut Tx<'_>, endpoint: EndpointId, limit: i64) -> Result<(), Fault> {
    let now = tx.now_naive();
    let waiting: Vec<i64> = messages::table
        .filter(messages::endpoint_id.eq(endpoint.get()))
        .filter(messages::state.eq_any(["pending", "retry"]))
        .order(messages::id)
        .limit(limit)
        .select(messages::id)
        .load(tx.conn)?;
    diesel::update(messages::table.filter(messages::id.eq_any(waiting)))
        .set((
            messages::state.eq(MessageState::Skipped.as_str()),
            messages::skipped_at.eq(Some(now)),
            messages::reason.eq(Some(Reason::SwitchedOff.as_str())),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// A message an endpoint was told, or was to be told.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct Told {
    booking: BookingId,
    rule: RuleId,
    code: Option<String>,
    schedule_version: i32,
    language: String,
}

/// One of an endpoint's messages.
pub(in crate::messaging) fn told(
    conn: &mut Conn,
    endpoint: EndpointId,
    message: MessageId,
) -> Result<Option<Told>, Fault> {
    type Row = (Option<i64>, Option<i64>, i32, String);
    let row: Option<Row> = messages::table
        .filter(messages::id.eq(message.get()))
        .filter(messages::endpoint_id.eq(endpoint.get()))
        .filter(messages::kind.eq(MessageKind::Event.as_str()))
        .select((messages::booking_id, messages::rule_id, messages::schedule_version, messages::language))
        .first(conn)
        .optional()?;
    let Some((Some(booking), Some(rule), schedule_version, language)) = row else {
        return Ok(None);
    };
    let code: Option<String> = message_rules::table.find(rule).select(message_rules::code).first(conn)?;
    let (booking, rule) = (BookingId::new(booking), RuleId::new(rule));
    Ok(Some(Told { booking, rule, code, schedule_version, language }))
}

/// Plans the same once more.
pub(in crate::messaging) fn tell_again(
    tx: &mut Tx<'_>,
    endpoint: EndpointId,
    told: &Told,
    expires_days: i64,
) -> Result<MessageId, Fault> {
    let before: i64 = messages::table
        .filter(messages::endpoint_id.eq(endpoint.get()))
        .filter(messages::booking_id.eq(told.booking.get()))
        .filter(messages::rule_id.eq(told.rule.get()))
        .count()
        .get_result(tx.conn)?;
    let (subject, recipient) = (Subject::Booking(told.booking), Recipient::Endpoint(endpoint));
    let expires_at = tx.now + Duration::days(expires_days);
    let key = told.code.clone().unwrap_or_else(|| format!("rule-{}", told.rule));
    let planned = PlannedMessage {
        channel: Channel::Webhook,
        rule: Some((told.rule, key)),
        slot: format!("again-{before}"),
        ..PlannedMessage::at_once(subject, MessageKind::Event, recipient, told.schedule_version, tx.now, expires_at)
    };
    let frame = planning::frame(tx.conn)?;
    let id: MessageId = tx.new_id();
    planning::insert_as(tx, id, &planned, &told.language, &frame)?;
    Ok(id)
}

/// A message in the log of an endpoint, or a test of the gateway.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct CallLine {
    pub(in crate::messaging) id: MessageId,
    pub(in crate::messaging) state: MessageState,
    pub(in crate::messaging) reason: Option<String>,
    pub(in crate::messaging) trigger: Option<Trigger>,
    pub(in crate::messaging) booking: Option<(BookingId, String)>,
    pub(in crate::messaging) due_at: DateTime<Utc>,
    pub(in crate::messaging) sent_at: Option<DateTime<Utc>>,
    pub(in crate::messaging) reference: Option<String>,
    pub(in crate::messaging) is_again: bool,
    /// Where it went, and what was said; nothing before the first attempt.
    pub(in crate::messaging) text: Option<(String, String)>,
    pub(in crate::messaging) attempts: Vec<AttemptLine>,
}

/// An attempt as it is shown.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct AttemptLine {
    pub(in crate::messaging) at: DateTime<Utc>,
    pub(in crate::messaging) outcome: String,
    pub(in crate::messaging) code: Option<i32>,
    pub(in crate::messaging) detail: String,
    pub(in crate::messaging) took_ms: Option<i32>,
}

type LineRow = (
    (i64, String, Option<String>, NaiveDateTime, Option<NaiveDateTime>, Option<String>, String),
    Option<String>,
    Option<(i64, String)>,
    Option<(String, String)>,
);

macro_rules! line_columns {
    () => {
        (
            (
                messages::id,
                messages::state,
                messages::reason,
                messages::due_at,
                messages::sent_at,
                messages::remote_reference,
                messages::slot,
            ),
            message_rules::fires_on.nullable(),
            (bookings::id, bookings::reference).nullable(),
            (message_texts::subject, message_texts::body).nullable(),
        )
    };
}

/// The newest messages of an endpoint.
pub(in crate::messaging) fn calls_of(
    conn: &mut Conn,
    endpoint: EndpointId,
    limit: i64,
) -> Result<Vec<CallLine>, Fault> {
    let rows: Vec<LineRow> = messages::table
        .left_join(message_rules::table)
        .left_join(bookings::table)
        .left_join(message_texts::table)
        .filter(messages::endpoint_id.eq(endpoint.get()))
        .order(messages::id.desc())
        .limit(limit)
        .select(line_columns!())
        .load(conn)?;
    lines(conn, rows)
}

/// A test of the gateway.
pub(in crate::messaging) fn text_test(conn: &mut Conn, id: MessageId) -> Result<Option<CallLine>, Fault> {
    let rows: Vec<LineRow> = messages::table
        .left_join(message_rules::table)
        .left_join(bookings::table)
        .left_join(message_texts::table)
        .filter(messages::id.eq(id.get()))
        .filter(messages::kind.eq(MessageKind::Test.as_str()))
        .filter(messages::channel.eq(Channel::Sms.as_str()))
        .limit(1)
        .select(line_columns!())
        .load(conn)?;
    Ok(lines(conn, rows)?.pop())
}

fn lines(conn: &mut Conn, rows: Vec<LineRow>) -> Result<Vec<CallLine>, Fault> {
    let ids: Vec<i64> = rows.iter().map(|row| row.0.0).collect();
    type Row = (i64, NaiveDateTime, String, Option<i32>, String, Option<i32>);
    let attempts: Vec<Row> = message_attempts::table
        .filter(message_attempts::message_id.eq_any(ids))
        .order(message_attempts::id)
        .limit(ATTEMPTS_SHOWN_MAX)
        .select((
            message_attempts::message_id,
            message_attempts::at,
            message_attempts::outcome,
            message_attempts::code,
            message_attempts::detail,
            message_attempts::took_ms,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|((id, state, reason, due_at, sent_at, reference, slot), fires_on, booking, text)| {
            let of_it = attempts.iter().filter(|attempt| attempt.0 == id);
            let attempts = of_it.map(|(_, at, outcome, code, detail, took_ms)| AttemptLine {
                at: at.and_utc(),
                outcome: outcome.clone(),
                code: *code,
                detail: detail.clone(),
                took_ms: *took_ms,
            });
            let attempts = attempts.collect();
            let id = MessageId::new(id);
            Ok(CallLine {
                id,
                state: MessageState::parse(&state)
                    .ok_or_else(|| Fault::corrupt("messages", "state", id, "unknown state"))?,
                reason,
                trigger: fires_on.and_then(|word| Trigger::parse(&word)),
                booking: booking.map(|(id, reference)| (BookingId::new(id), reference)),
                due_at: due_at.and_utc(),
                sent_at: sent_at.map(|at| at.and_utc()),
                reference,
                is_again: slot.starts_with("again-"),
                text,
                attempts,
            })
        })
        .collect()
}
