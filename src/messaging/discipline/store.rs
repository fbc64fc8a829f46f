//! What discipline asks the tables: readers, consents, suppressions, what left this week; and what it writes.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;

use super::Suppressed;
use crate::db::schema::{
    appointments, bookings, client_links, clients, consent_requests as requests, consents, locations, message_rules,
    message_settings as settings, messages, suppressions,
};
use crate::db::{Conn, Fault, Tx};
use crate::domain::consent::{ConsentPurpose, SuppressionOrigin, allows};
use crate::domain::discipline::{self, Had, House, QuietHours, Suppression};
use crate::domain::ids::{BookingId, ClientId, ConsentRequestId, MessageId};
use crate::domain::language::Language;
use crate::domain::messages::{Channel, MessageKind, MessageState, Purpose, Reason};
use crate::messaging::deliver::Claimed;

/// More letters to the mailboxes of one batch in a week are not counted.
const LETTERS_MAX: i64 = 20_000;
/// More messages of one mailbox do not wait.
const WAITING_MAX: i64 = 500;
/// More addresses stand against nobody.
const SUPPRESSIONS_MAX: i64 = 20;

/// What the clinic keeps to.
pub(super) fn house(conn: &mut Conn) -> Result<House, Fault> {
    type Row = (i32, i32, bool, i32, i32);
    let row: Option<Row> = settings::table
        .select((
            settings::quiet_from_minute,
            settings::quiet_until_minute,
            settings::quiet_sundays,
            settings::marketing_per_week,
            settings::transactional_per_week,
        ))
        .first(conn)
        .optional()?;
    let (from, until, sundays, marketing, transactional) = row.unwrap_or((1_200, 480, true, 2, 0));
    let minute = |value: i32| u32::try_from(value).unwrap_or(0);
    let count = |value: i32| usize::try_from(value).unwrap_or(0);
    Ok(House {
        quiet: QuietHours { from_minute: minute(from), until_minute: minute(until), sundays },
        marketing_per_week: count(marketing),
        transactional_per_week: count(transactional),
    })
}

/// Who reads a message.
#[derive(Debug, Clone, Queryable)]
pub(super) struct ReaderRow {
    pub(super) message: i64,
    /// Mail address, phone number, zone, standing.
    client: (Option<String>, Option<String>, Option<String>, Option<String>),
    guardian: Option<i64>,
    consent: Option<String>,
    request: Option<String>,
    link: Option<String>,
}

impl ReaderRow {
    /// Where a message on this channel goes.
    pub(super) fn address(&self, channel: Channel) -> Option<&str> {
        let (email, phone, ..) = &self.client;
        let address = match channel {
            Channel::Mail => email.as_deref().or(self.request.as_deref()).or(self.link.as_deref()),
            Channel::Sms => phone.as_deref(),
            Channel::Webhook => None,
        };
        address.filter(|address| !address.trim().is_empty())
    }

    /// Whether the reader is somebody who can be written to; whoever is no client can.
    pub(super) fn may_be_written_to(&self) -> bool {
        self.client.3.as_deref().is_none_or(|standing| standing == "present")
    }

    /// The zone the reader lives in, where it is known.
    pub(super) fn zone(&self) -> Option<Tz> {
        self.client.2.as_deref()?.parse().ok()
    }

    /// What the reader must have agreed to.
    pub(super) fn wants(&self) -> Option<ConsentPurpose> {
        ConsentPurpose::parse(self.consent.as_deref()?)
    }
}

/// The readers of messages.
pub(super) fn readers(conn: &mut Conn, ids: &[MessageId]) -> Result<HashMap<MessageId, ReaderRow>, Fault> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let rows: Vec<ReaderRow> = messages::table
        .left_join(clients::table.on(messages::client_id.eq(clients::id.nullable())))
        .left_join(message_rules::table.on(messages::rule_id.eq(message_rules::id.nullable())))
        .left_join(requests::table.on(messages::consent_request_id.eq(requests::id.nullable())))
        .left_join(client_links::table.on(messages::client_link_id.eq(client_links::id.nullable())))
        .filter(messages::id.eq_any(ids))
        .order(messages::id)
        .select((
            messages::id,
            (
                clients::email.nullable(),
                clients::phone.nullable(),
                clients::zone.nullable(),
                clients::standing.nullable(),
            ),
            clients::guardian_id.nullable(),
            message_rules::consent.nullable(),
            requests::email_key.nullable(),
            client_links::email_key.nullable(),
        ))
        .load(conn)?;
    let mut readers: HashMap<MessageId, ReaderRow> =
        rows.into_iter().map(|row| (MessageId::new(row.message), row)).collect();
    let lacking = |row: &ReaderRow| row.guardian.filter(|_| row.client.0.is_none() || row.client.1.is_none());
    let guardians: Vec<i64> = readers.values().filter_map(lacking).collect();
    if !guardians.is_empty() {
        let guardians = contacts_of(conn, guardians)?;
        for row in readers.values_mut() {
            if let Some((email, phone)) = row.guardian.and_then(|id| guardians.get(&id)) {
                row.client.0 = row.client.0.take().or_else(|| email.clone());
                row.client.1 = row.client.1.take().or_else(|| phone.clone());
            }
        }
    }
    Ok(readers)
}

/// Mail address and phone number.
type Contact = (Option<String>, Option<String>);

/// How guardians are reached, who are written to for those who have no address of their own.
fn contacts_of(conn: &mut Conn, ids: Vec<i64>) -> Result<HashMap<i64, Contact>, Fault> {
    let rows: Vec<(i64, Option<String>, Option<String>)> = clients::table
        .filter(clients::id.eq_any(ids))
        .filter(clients::standing.eq("present"))
        .order(clients::id)
        .select((clients::id, clients::email, clients::phone))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, email, phone)| (id, (email, phone))).collect())
}

/// Where a client is written to: the own address, else the guardian's.
pub(super) fn address_of(conn: &mut Conn, client: ClientId, channel: Channel) -> Result<Option<String>, Fault> {
    type Row = (Option<String>, Option<String>, Option<i64>);
    let row: Option<Row> = clients::table
        .find(client.get())
        .select((clients::email, clients::phone, clients::guardian_id))
        .first(conn)
        .optional()?;
    let Some((email, phone, guardian)) = row else { return Ok(None) };
    let on_channel = |(email, phone): Contact| match channel {
        Channel::Mail => email,
        Channel::Sms => phone,
        Channel::Webhook => None,
    };
    let own = on_channel((email, phone));
    let Some(guardian) = guardian.filter(|_| own.is_none()) else { return Ok(own) };
    Ok(contacts_of(conn, vec![guardian])?.remove(&guardian).and_then(on_channel))
}

/// The zones in which bookings take place.
pub(super) fn zones_of(conn: &mut Conn, ids: &[BookingId]) -> Result<HashMap<BookingId, Tz>, Fault> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let rows: Vec<(i64, String)> = bookings::table
        .inner_join(appointments::table.inner_join(locations::table))
        .filter(bookings::id.eq_any(ids))
        .order(bookings::id)
        .select((bookings::id, locations::zone))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(id, zone)| Some((BookingId::new(id), zone.parse().ok()?))).collect())
}

/// The zone of the clinic's first location.
pub(super) fn home_zone(conn: &mut Conn) -> Result<Tz, Fault> {
    let zone: Option<String> = locations::table
        .filter(locations::archived_at.is_null())
        .order((locations::position, locations::id))
        .select(locations::zone)
        .first(conn)
        .optional()?;
    Ok(zone.and_then(|zone| zone.parse().ok()).unwrap_or(Tz::UTC))
}

/// What these clients agreed to and have not taken back.
pub(in crate::messaging) fn agreed(
    conn: &mut Conn,
    ids: &[ClientId],
) -> Result<Vec<(ClientId, ConsentPurpose)>, Fault> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let newest: Vec<Option<i64>> = consents::table
        .filter(consents::client_id.eq_any(ids))
        .group_by((consents::client_id, consents::purpose))
        .select(diesel::dsl::max(consents::id))
        .load(conn)?;
    let newest: Vec<i64> = newest.into_iter().flatten().collect();
    let rows: Vec<(i64, String, bool, String)> = consents::table
        .filter(consents::id.eq_any(newest))
        .order(consents::id)
        .select((consents::client_id, consents::purpose, consents::granted, consents::origin))
        .load(conn)?;
    let standing = rows.into_iter().filter(|(_, _, granted, origin)| allows(*granted, origin));
    Ok(standing.filter_map(|(id, purpose, ..)| Some((ClientId::new(id), ConsentPurpose::parse(&purpose)?))).collect())
}

/// What stands against these addresses; the stronger of two.
pub(super) fn standing_against(conn: &mut Conn, hashes: &[String]) -> Result<HashMap<String, Suppression>, Fault> {
    let rows: Vec<(String, String, String)> = suppressions::table
        .filter(suppressions::address_hash.eq_any(hashes.to_vec()))
        .filter(suppressions::lifted_at.is_null())
        .order((suppressions::address_hash, suppressions::purpose.desc()))
        .select((suppressions::address_hash, suppressions::purpose, suppressions::origin))
        .load(conn)?;
    // "all" comes last and is the one that stays.
    Ok(rows
        .into_iter()
        .map(|(hash, purpose, origin)| {
            let reason = match SuppressionOrigin::parse(&origin) {
                Some(SuppressionOrigin::Bounce) => Reason::Bounced,
                Some(SuppressionOrigin::Staff) => Reason::DoNotContact,
                _ => Reason::Unsubscribed,
            };
            let is_all = purpose == Suppressed::All.as_str();
            (hash, if is_all { Suppression::Everything(reason) } else { Suppression::Marketing(reason) })
        })
        .collect())
}

/// The letters that left for these addresses in the last week, without the messages of the batch itself.
pub(super) fn had(conn: &mut Conn, hashes: &[String], but: &[MessageId], now: DateTime<Utc>) -> Result<Had, Fault> {
    type Row = (Option<String>, String, String, Option<NaiveDateTime>, Option<NaiveDateTime>);
    let since = (now - discipline::WEEK).naive_utc();
    let but: Vec<i64> = but.iter().map(|id| id.get()).collect();
    let sent = messages::sent_at.gt(since).assume_not_null();
    let may_have_arrived =
        messages::state.eq_any(["leased", "uncertain"]).and(messages::handing_over_at.gt(since).assume_not_null());
    let rows: Vec<Row> = messages::table
        .filter(messages::address_hash.eq_any(hashes.to_vec()))
        .filter(messages::carried_by.is_null())
        .filter(messages::id.ne_all(but))
        .filter(sent.or(may_have_arrived))
        .order(messages::id.desc())
        .limit(LETTERS_MAX)
        .select((
            messages::address_hash,
            messages::purpose,
            messages::kind,
            messages::sent_at,
            messages::handing_over_at,
        ))
        .load(conn)?;
    let mut had = Had::new();
    for (hash, purpose, kind, sent_at, handing_over_at) in rows {
        let (Some(purpose), Some(kind)) = (Purpose::parse(&purpose), MessageKind::parse(&kind)) else { continue };
        if let (Some(hash), Some(at)) = (hash, sent_at.or(handing_over_at))
            && discipline::is_counted(kind, purpose)
        {
            had.entry((hash, purpose)).or_default().push(at.and_utc());
        }
    }
    Ok(had)
}

/// Leaves a message for later as if it had never been taken: no attempt is counted. Says whether the lease still held.
pub(super) fn put_off(
    tx: &mut Tx<'_>,
    message: &Claimed,
    due_at: DateTime<Utc>,
    reason: Option<Reason>,
) -> Result<bool, Fault> {
    let done = diesel::update(messages::table)
        .filter(messages::id.eq(message.id.get()))
        .filter(messages::state.eq(MessageState::Leased.as_str()))
        .filter(messages::lease_token.eq(message.lease_token))
        .set((
            messages::state.eq(MessageState::Retry.as_str()),
            messages::lease_owner.eq(None::<String>),
            messages::lease_until.eq(None::<NaiveDateTime>),
            messages::due_at.eq(due_at.naive_utc()),
            messages::reason.eq(reason.map(Reason::as_str)),
        ))
        .execute(tx.conn)?;
    Ok(done > 0)
}

type SuppressionRow = (String, String, String, NaiveDateTime, Option<NaiveDateTime>);

/// Something that stood or stands against an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SuppressionLine {
    /// On which channel.
    pub channel: Channel,
    /// Whether everything is stopped, not advertising alone.
    pub is_all: bool,
    /// Why.
    pub origin: SuppressionOrigin,
    /// Since when.
    pub at: DateTime<Utc>,
    /// When it was taken back.
    pub lifted_at: Option<DateTime<Utc>>,
}

/// What was ever said against these addresses, the newest first.
pub fn suppressions_of(conn: &mut Conn, hashes: &[String]) -> Result<Vec<SuppressionLine>, Fault> {
    let rows: Vec<SuppressionRow> = suppressions::table
        .filter(suppressions::address_hash.eq_any(hashes.to_vec()))
        .order(suppressions::at.desc())
        .limit(SUPPRESSIONS_MAX)
        .select((
            suppressions::channel,
            suppressions::purpose,
            suppressions::origin,
            suppressions::at,
            suppressions::lifted_at,
        ))
        .load(conn)?;
    let line = |(channel, purpose, origin, at, lifted_at): SuppressionRow| {
        Some(SuppressionLine {
            channel: Channel::parse(&channel)?,
            is_all: purpose == Suppressed::All.as_str(),
            origin: SuppressionOrigin::parse(&origin)?,
            at: at.and_utc(),
            lifted_at: lifted_at.map(|at| at.and_utc()),
        })
    };
    Ok(rows.into_iter().filter_map(line).collect())
}

pub(super) fn suppress(
    tx: &mut Tx<'_>,
    (channel, address_hash): (Channel, &str),
    purpose: Suppressed,
    origin: SuppressionOrigin,
    message: Option<MessageId>,
) -> Result<(), Fault> {
    let key = (channel.as_str(), address_hash, purpose.as_str());
    let known: Option<(String, Option<NaiveDateTime>)> = suppressions::table
        .find(key)
        .select((suppressions::origin, suppressions::lifted_at))
        .first(tx.conn)
        .optional()?;
    let (at, message) = (tx.now_naive(), message.map(MessageId::get));
    match known {
        None => {
            diesel::insert_into(suppressions::table)
                .values((
                    suppressions::channel.eq(channel.as_str()),
                    suppressions::address_hash.eq(address_hash),
                    suppressions::purpose.eq(purpose.as_str()),
                    suppressions::origin.eq(origin.as_str()),
                    suppressions::message_id.eq(message),
                    suppressions::at.eq(at),
                ))
                .execute(tx.conn)?;
        }
        Some((former, lifted_at)) => {
            let stands = lifted_at.is_none();
            let was_objection = SuppressionOrigin::parse(&former).is_some_and(SuppressionOrigin::is_objection);
            if !stands || (origin.is_objection() && !was_objection) {
                diesel::update(suppressions::table.find(key))
                    .set((
                        suppressions::origin.eq(origin.as_str()),
                        suppressions::message_id.eq(message),
                        suppressions::at.eq(at),
                        suppressions::lifted_at.eq(None::<NaiveDateTime>),
                    ))
                    .execute(tx.conn)?;
            }
        }
    }
    Ok(())
}

/// Takes back what stands against advertising to an address, for one of these reasons; says whether something did.
pub(super) fn lift(tx: &mut Tx<'_>, address_hash: &str, origins: &[SuppressionOrigin]) -> Result<bool, Fault> {
    let origins: Vec<&str> = origins.iter().map(|origin| origin.as_str()).collect();
    let standing = suppressions::table
        .filter(suppressions::address_hash.eq(address_hash))
        .filter(suppressions::purpose.eq(Suppressed::Marketing.as_str()))
        .filter(suppressions::origin.eq_any(origins))
        .filter(suppressions::lifted_at.is_null());
    Ok(diesel::update(standing).set(suppressions::lifted_at.eq(Some(tx.now_naive()))).execute(tx.conn)? > 0)
}

/// Purposes that a rule of the clinic writes for, in the order in which they are shown.
pub fn purposes_in_use(conn: &mut Conn) -> Result<Vec<ConsentPurpose>, Fault> {
    let words: Vec<Option<String>> = message_rules::table
        .filter(message_rules::active_from.is_not_null())
        .filter(message_rules::archived_at.is_null())
        .filter(message_rules::consent.is_not_null())
        .select(message_rules::consent)
        .distinct()
        .load(conn)?;
    let used: Vec<ConsentPurpose> = words.iter().flatten().filter_map(|word| ConsentPurpose::parse(word)).collect();
    Ok(ConsentPurpose::ALL.into_iter().filter(|purpose| used.contains(purpose)).collect())
}

/// A question by mail whether somebody really agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::messaging) struct ConsentRequestRow {
    pub(in crate::messaging) client: ClientId,
    pub(in crate::messaging) email_key: String,
    pub(in crate::messaging) purposes: Vec<ConsentPurpose>,
    /// The words that were shown, a line for each purpose.
    pub(in crate::messaging) wording: Vec<String>,
    pub(in crate::messaging) wording_version: i32,
    pub(in crate::messaging) language: Language,
    pub(in crate::messaging) expires_at: DateTime<Utc>,
    pub(in crate::messaging) confirmed_at: Option<DateTime<Utc>>,
}

type RequestRow = (i64, String, String, String, i32, String, NaiveDateTime, Option<NaiveDateTime>);

pub(in crate::messaging) fn consent_request(
    conn: &mut Conn,
    id: ConsentRequestId,
) -> Result<Option<ConsentRequestRow>, Fault> {
    let row: Option<RequestRow> = requests::table
        .find(id.get())
        .select((
            requests::client_id,
            requests::email_key,
            requests::purposes,
            requests::wording,
            requests::wording_version,
            requests::language,
            requests::expires_at,
            requests::confirmed_at,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(client, email_key, purposes, wording, wording_version, language, expires_at, confirmed_at)| {
        ConsentRequestRow {
            client: ClientId::new(client),
            email_key,
            purposes: purposes.split(' ').filter_map(ConsentPurpose::parse).collect(),
            wording: wording.lines().map(str::to_owned).collect(),
            wording_version,
            language: Language::parse(&language).unwrap_or_default(),
            expires_at: expires_at.and_utc(),
            confirmed_at: confirmed_at.map(|at| at.and_utc()),
        }
    }))
}

/// When the address was asked last.
pub(super) fn asked_last(conn: &mut Conn, email_key: &str) -> Result<Option<DateTime<Utc>>, Fault> {
    let last: Option<NaiveDateTime> = requests::table
        .filter(requests::email_key.eq(email_key))
        .select(diesel::dsl::max(requests::created_at))
        .first(conn)?;
    Ok(last.map(|at| at.and_utc()))
}

pub(super) fn insert_request(
    tx: &mut Tx<'_>,
    id: ConsentRequestId,
    request: &ConsentRequestRow,
    origin: &str,
) -> Result<(), Fault> {
    let purposes: Vec<&str> = request.purposes.iter().map(|purpose| purpose.as_str()).collect();
    diesel::insert_into(requests::table)
        .values((
            requests::id.eq(id.get()),
            requests::client_id.eq(request.client.get()),
            requests::email_key.eq(&request.email_key),
            requests::purposes.eq(purposes.join(" ")),
            requests::language.eq(request.language.tag()),
            requests::wording.eq(request.wording.join("\n")),
            requests::wording_version.eq(request.wording_version),
            requests::origin.eq(origin),
            requests::created_at.eq(tx.now_naive()),
            requests::expires_at.eq(request.expires_at.naive_utc()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// False when somebody confirmed it before.
pub(super) fn mark_confirmed(tx: &mut Tx<'_>, id: ConsentRequestId) -> Result<bool, Fault> {
    let open = requests::table.filter(requests::id.eq(id.get())).filter(requests::confirmed_at.is_null());
    Ok(diesel::update(open).set(requests::confirmed_at.eq(Some(tx.now_naive()))).execute(tx.conn)? == 1)
}

/// A message as its reader answers it.
#[derive(Debug, Clone, Queryable)]
pub(super) struct SentRow {
    client: Option<i64>,
    channel: String,
    language: String,
    address_hash: Option<String>,
    consent: Option<String>,
}

impl SentRow {
    pub(super) fn client(&self) -> Option<ClientId> {
        self.client.map(ClientId::new)
    }

    pub(super) fn channel(&self) -> Channel {
        Channel::parse(&self.channel).unwrap_or(Channel::Mail)
    }

    pub(super) fn language(&self) -> Language {
        Language::parse(&self.language).unwrap_or_default()
    }

    pub(super) fn address_hash(&self) -> Option<&str> {
        self.address_hash.as_deref()
    }

    pub(super) fn wants(&self) -> Option<ConsentPurpose> {
        ConsentPurpose::parse(self.consent.as_deref()?)
    }
}

pub(super) fn sent(conn: &mut Conn, id: MessageId) -> Result<Option<SentRow>, Fault> {
    Ok(messages::table
        .left_join(message_rules::table.on(messages::rule_id.eq(message_rules::id.nullable())))
        .filter(messages::id.eq(id.get()))
        .select((
            messages::client_id,
            messages::channel,
            messages::language,
            messages::address_hash,
            message_rules::consent.nullable(),
        ))
        .first(conn)
        .optional()?)
}

/// Whether advertising to an address is stopped.
pub(super) fn is_stopped(conn: &mut Conn, address_hash: &str) -> Result<bool, Fault> {
    let standing = suppressions::table
        .filter(suppressions::address_hash.eq(address_hash))
        .filter(suppressions::lifted_at.is_null());
    Ok(diesel::select(diesel::dsl::exists(standing)).get_result(conn)?)
}

/// Advertising to these clients that has not left, for one purpose or all.
pub(super) fn waiting_advertising(
    conn: &mut Conn,
    ids: &[ClientId],
    purpose: Option<ConsentPurpose>,
) -> Result<Vec<MessageId>, Fault> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let waiting = messages::table
        .left_join(message_rules::table.on(messages::rule_id.eq(message_rules::id.nullable())))
        .filter(messages::client_id.eq_any(ids))
        .filter(messages::purpose.eq(Purpose::Marketing.as_str()))
        .filter(messages::state.eq_any(["pending", "retry", "leased"]))
        .order(messages::id)
        .limit(WAITING_MAX);
    let found: Vec<(i64, Option<String>)> =
        waiting.select((messages::id, message_rules::consent.nullable())).load(conn)?;
    let meant = |consent: &Option<String>| purpose.is_none_or(|purpose| consent.as_deref() == Some(purpose.as_str()));
    Ok(found.into_iter().filter(|(_, consent)| meant(consent)).map(|(id, _)| MessageId::new(id)).collect())
}
