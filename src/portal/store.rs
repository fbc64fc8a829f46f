//! Links and sessions of mailboxes.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::export::{AttemptLine, TextLine};
use super::standing::{SeriesLine, WaitLine};
use crate::accounts::token::TokenHash;
use crate::db::schema::{
    client_links as links, client_sessions as sessions, contact_attempts as attempts, message_texts, messages, series,
    services, waitlist_entries as entries,
};
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::{ClientId, ClientLinkId, SeriesId, WaitlistEntryId};
use crate::domain::language::Language;

pub(super) struct LinkRow {
    pub(super) email_key: String,
}

/// Links made for an address since then.
pub(super) fn links_since(conn: &mut Conn, email_key: &str, since: DateTime<Utc>) -> Result<i64, Fault> {
    let own = links::table.filter(links::email_key.eq(email_key)).filter(links::created_at.gt(since.naive_utc()));
    Ok(own.count().get_result(conn)?)
}

pub(super) fn insert_link(
    tx: &mut Tx<'_>,
    id: ClientLinkId,
    token: &TokenHash,
    (email_key, language): (&str, Language),
    expires_at: DateTime<Utc>,
) -> Result<(), Fault> {
    diesel::insert_into(links::table)
        .values((
            links::id.eq(id.get()),
            links::token_hash.eq(token.as_str()),
            links::email_key.eq(email_key),
            links::language.eq(language.tag()),
            links::created_at.eq(tx.now_naive()),
            links::expires_at.eq(expires_at.naive_utc()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The link, unless it is unknown, used or too old.
pub(super) fn live_link(conn: &mut Conn, now: DateTime<Utc>, token: &TokenHash) -> Result<Option<LinkRow>, Fault> {
    let email_key: Option<String> = links::table
        .filter(links::token_hash.eq(token.as_str()))
        .filter(links::used_at.is_null())
        .filter(links::expires_at.gt(now.naive_utc()))
        .select(links::email_key)
        .first(conn)
        .optional()?;
    Ok(email_key.map(|email_key| LinkRow { email_key }))
}

/// False when somebody used it before.
pub(super) fn mark_link_used(tx: &mut Tx<'_>, token: &TokenHash) -> Result<bool, Fault> {
    let open = links::table.filter(links::token_hash.eq(token.as_str())).filter(links::used_at.is_null());
    Ok(diesel::update(open).set(links::used_at.eq(tx.now_naive())).execute(tx.conn)? == 1)
}

pub(super) fn void_links_of(tx: &mut Tx<'_>, email_key: &str) -> Result<(), Fault> {
    let open = links::table.filter(links::email_key.eq(email_key)).filter(links::used_at.is_null());
    diesel::update(open).set(links::used_at.eq(tx.now_naive())).execute(tx.conn)?;
    Ok(())
}

/// Forgets old links; those that were mailed stay as long as the message that says so.
pub(super) fn forget_links_before(tx: &mut Tx<'_>, moment: DateTime<Utc>) -> Result<(), Fault> {
    let mailed = messages::table.filter(messages::client_link_id.eq(links::id.nullable()));
    let old = links::table
        .filter(links::created_at.lt(moment.naive_utc()))
        .filter(diesel::dsl::not(diesel::dsl::exists(mailed)));
    diesel::delete(old).execute(tx.conn)?;
    Ok(())
}

pub(super) struct SessionRow {
    pub(super) email_key: String,
    pub(super) chosen: Option<ClientId>,
    pub(super) last_seen_at: DateTime<Utc>,
    pub(super) expires_at: DateTime<Utc>,
}

pub(super) fn insert_session(
    tx: &mut Tx<'_>,
    token: &TokenHash,
    email_key: &str,
    expires_at: DateTime<Utc>,
) -> Result<(), Fault> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::token_hash.eq(token.as_str()),
            sessions::email_key.eq(email_key),
            sessions::created_at.eq(tx.now_naive()),
            sessions::last_seen_at.eq(tx.now_naive()),
            sessions::expires_at.eq(expires_at.naive_utc()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

pub(super) fn session(conn: &mut Conn, token: &TokenHash) -> Result<Option<SessionRow>, Fault> {
    type Row = (String, Option<i64>, NaiveDateTime, NaiveDateTime);
    let row: Option<Row> = sessions::table
        .find(token.as_str())
        .select((sessions::email_key, sessions::client_id, sessions::last_seen_at, sessions::expires_at))
        .first(conn)
        .optional()?;
    Ok(row.map(|(email_key, chosen, last_seen_at, expires_at)| SessionRow {
        email_key,
        chosen: chosen.map(ClientId::new),
        last_seen_at: last_seen_at.and_utc(),
        expires_at: expires_at.and_utc(),
    }))
}

pub(super) fn touch_session(tx: &mut Tx<'_>, token: &TokenHash) -> Result<(), Fault> {
    diesel::update(sessions::table.find(token.as_str()))
        .set(sessions::last_seen_at.eq(tx.now_naive()))
        .execute(tx.conn)?;
    Ok(())
}

pub(super) fn choose(tx: &mut Tx<'_>, token: &TokenHash, person: Option<ClientId>) -> Result<(), Fault> {
    diesel::update(sessions::table.find(token.as_str()))
        .set(sessions::client_id.eq(person.map(ClientId::get)))
        .execute(tx.conn)?;
    Ok(())
}

pub(super) fn delete_session(tx: &mut Tx<'_>, token: &TokenHash) -> Result<(), Fault> {
    diesel::delete(sessions::table.find(token.as_str())).execute(tx.conn)?;
    Ok(())
}

pub(super) fn delete_sessions_of(tx: &mut Tx<'_>, email_key: &str) -> Result<(), Fault> {
    diesel::delete(sessions::table.filter(sessions::email_key.eq(email_key))).execute(tx.conn)?;
    Ok(())
}

pub(super) fn forget_sessions_before(tx: &mut Tx<'_>, moment: DateTime<Utc>) -> Result<(), Fault> {
    diesel::delete(sessions::table.filter(sessions::expires_at.lt(moment.naive_utc()))).execute(tx.conn)?;
    Ok(())
}

/// More of them nobody has at once.
const STANDING_MAX: i64 = 100;

type SeriesRow = (i64, i64, String, String, NaiveDateTime, String, i32);

fn series_line((id, client, reference, service, first, rule, link_generation): SeriesRow) -> SeriesLine {
    SeriesLine {
        id: SeriesId::new(id),
        client: ClientId::new(client),
        reference,
        service,
        first,
        rule,
        link_generation,
    }
}

/// Series of these people that have not ended, the oldest first.
pub(super) fn series_of(conn: &mut Conn, people: &[ClientId]) -> Result<Vec<SeriesLine>, Fault> {
    let people: Vec<i64> = people.iter().map(|person| person.get()).collect();
    let rows: Vec<SeriesRow> = series::table
        .inner_join(services::table)
        .filter(series::client_id.eq_any(people))
        .filter(series::ended_at.is_null())
        .order(series::id)
        .limit(STANDING_MAX)
        .select((
            series::id,
            series::client_id,
            series::reference,
            services::name,
            series::local_start,
            series::rule,
            series::link_generation,
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(series_line).collect())
}

/// One series, ended or not.
pub(super) fn series(conn: &mut Conn, id: SeriesId) -> Result<Option<SeriesLine>, Fault> {
    let row: Option<SeriesRow> = series::table
        .inner_join(services::table)
        .filter(series::id.eq(id.get()))
        .select((
            series::id,
            series::client_id,
            series::reference,
            services::name,
            series::local_start,
            series::rule,
            series::link_generation,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(series_line))
}

type WaitRow = (i64, i64, String, NaiveDate, NaiveDate, i32);

fn wait_line((id, client, service, first_day, last_day, link_generation): WaitRow) -> WaitLine {
    WaitLine {
        id: WaitlistEntryId::new(id),
        client: ClientId::new(client),
        service,
        first_day,
        last_day,
        link_generation,
    }
}

/// Wishes of these people that wait, the oldest first.
pub(super) fn waiting_of(conn: &mut Conn, people: &[ClientId]) -> Result<Vec<WaitLine>, Fault> {
    let people: Vec<i64> = people.iter().map(|person| person.get()).collect();
    let rows: Vec<WaitRow> = entries::table
        .inner_join(services::table)
        .filter(entries::client_id.eq_any(people))
        .filter(entries::status.eq("waiting"))
        .order(entries::id)
        .limit(STANDING_MAX)
        .select((
            entries::id,
            entries::client_id,
            services::name,
            entries::first_day,
            entries::last_day,
            entries::link_generation,
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(wait_line).collect())
}

/// One wish, whatever became of it.
pub(super) fn wish(conn: &mut Conn, id: WaitlistEntryId) -> Result<Option<WaitLine>, Fault> {
    let row: Option<WaitRow> = entries::table
        .inner_join(services::table)
        .filter(entries::id.eq(id.get()))
        .select((
            entries::id,
            entries::client_id,
            services::name,
            entries::first_day,
            entries::last_day,
            entries::link_generation,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(wait_line))
}

/// What was written to a client, word for word, the newest first.
pub(super) fn texts_to(conn: &mut Conn, client: ClientId, limit: i64) -> Result<Vec<TextLine>, Fault> {
    let rows: Vec<(String, String, NaiveDateTime)> = message_texts::table
        .inner_join(messages::table)
        .filter(messages::client_id.eq(client.get()))
        .order(message_texts::message_id.desc())
        .limit(limit)
        .select((message_texts::subject, message_texts::body, message_texts::at))
        .load(conn)?;
    Ok(rows.into_iter().map(|(subject, body, at)| TextLine { subject, body, at: at.and_utc() }).collect())
}

/// How often the desk tried to reach a client, the newest first.
pub(super) fn attempts_of(conn: &mut Conn, client: ClientId, limit: i64) -> Result<Vec<AttemptLine>, Fault> {
    let rows: Vec<(NaiveDateTime, String, String)> = attempts::table
        .filter(attempts::client_id.eq(client.get()))
        .order(attempts::id.desc())
        .limit(limit)
        .select((attempts::at, attempts::outcome, attempts::note))
        .load(conn)?;
    Ok(rows.into_iter().map(|(at, outcome, note)| AttemptLine { at: at.and_utc(), outcome, note }).collect())
}
