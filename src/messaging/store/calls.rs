//! The rows of what is called: the gateway for text messages, endpoints and how they fare, and the numbers of readers.

use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::db::schema::{
    appointments, bookings, clients, clinic, locations, message_endpoints, message_texts, messages, sms_gateway,
    waitlist_entries,
};
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::{EndpointId, MessageId};
use crate::domain::messages::{Audience, Subject};
use crate::keys::Keys;
use crate::mail::Handover;
use crate::messaging::carriers::sms::{BodyForm, Credentials, Gateway, Preset};
use crate::messaging::deliver::Claimed;

/// A clinic tells a handful of programs; more would be a fault of ours.
pub(in crate::messaging) const ENDPOINTS_MAX: i64 = 100;
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

/// Waiting messages of an endpoint, for when it is put away.
pub(in crate::messaging) fn waiting_for(conn: &mut Conn, id: EndpointId, limit: i64) -> Result<Vec<MessageId>, Fault> {
    let ids: Vec<i64> = messages::table
        .filter(messages::endpoint_id.eq(id.get()))
        .filter(messages::state.eq_any(["pending", "retry", "uncertain"]))
        .order(messages::id)
        .limit(limit)
        .select(messages::id)
        .load(conn)?;
    Ok(ids.into_iter().map(MessageId::new).collect())
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
