//! Whom rules about clients as such concern at a moment: who has not been here for long, and whose birthday it is.
//!
//! Left out are people who moved, died or want no contact, who were put away or merged, and whoever was told already.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamp};

use super::people::{self, Contact, Guardians};
use crate::db::schema::{clients, locations, messages};
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::{BookingId, ClientId, LocationId, MessageId, ProviderId, RuleId, ServiceId};
use crate::domain::message_rules::{Concern, Rule};
use crate::domain::messages::{MessageState, Reason};

/// Somebody who may be concerned.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct Candidate {
    pub(in crate::messaging) client: ClientId,
    pub(in crate::messaging) zone: Option<String>,
    pub(in crate::messaging) concern: Concern,
    /// Whether she agreed to what the rule asks for, and has not taken it back.
    pub(in crate::messaging) agreed: bool,
    pub(in crate::messaging) since: Since,
}

/// What the moment is counted from.
#[derive(Debug, Clone, Copy)]
pub(in crate::messaging) enum Since {
    /// Her last visit, and when it was completed.
    LastVisit(BookingId, DateTime<Utc>),
    /// When she was born.
    Birth(NaiveDate),
}

#[derive(QueryableByName)]
struct VisitRow {
    #[diesel(sql_type = BigInt)]
    client: i64,
    #[diesel(sql_type = Text)]
    language: String,
    #[diesel(sql_type = Nullable<Text>)]
    zone: Option<String>,
    #[diesel(sql_type = Text)]
    place_zone: String,
    #[diesel(sql_type = BigInt)]
    booking: i64,
    #[diesel(sql_type = Timestamp)]
    completed_at: NaiveDateTime,
    #[diesel(sql_type = Nullable<Text>)]
    source: Option<String>,
    #[diesel(sql_type = BigInt)]
    service: i64,
    #[diesel(sql_type = BigInt)]
    provider: i64,
    #[diesel(sql_type = BigInt)]
    location: i64,
    #[diesel(sql_type = Text)]
    category: String,
    #[diesel(sql_type = Integer)]
    agreed: i32,
}

#[derive(QueryableByName)]
struct BirthRow {
    #[diesel(sql_type = BigInt)]
    client: i64,
    #[diesel(sql_type = Text)]
    language: String,
    #[diesel(sql_type = Nullable<Text>)]
    zone: Option<String>,
    #[diesel(sql_type = Date)]
    born: NaiveDate,
    #[diesel(sql_type = Integer)]
    was_here: i32,
    #[diesel(sql_type = Integer)]
    agreed: i32,
}

/// People who may be written to at all.
const PRESENT: &str = "c.standing = 'present' AND c.archived_at IS NULL AND c.merged_into_id IS NULL";
/// Whether the newest decision about a purpose is a yes. An empty purpose asks for nothing.
const AGREED: &str = "CASE WHEN :purpose = '' OR EXISTS (SELECT 1 FROM consents AS k WHERE k.client_id = c.id \
     AND k.purpose = :purpose AND k.granted AND NOT EXISTS (SELECT 1 FROM consents AS n WHERE n.client_id = c.id \
     AND n.purpose = :purpose AND n.id > k.id)) THEN 1 ELSE 0 END";
/// Whether the client of this column has something to come.
const BOOKED: &str = "EXISTS (SELECT 1 FROM bookings AS f JOIN appointments AS fa ON fa.id = f.appointment_id \
     WHERE f.client_id = :client AND f.status IN ('requested', 'booked', 'arrived', 'in_progress') \
     AND fa.ends_at > :now)";

/// SQLite counts `$6` by where it stands and `?6` by its number.
fn numbered(conn: &Conn, query: &str) -> String {
    match conn {
        Conn::Sqlite(_) => query.replace('$', "?"),
        Conn::Postgres(_) => query.to_owned(),
    }
}

/// Clients after `after` whose last visit was completed from `from` until `until`, who have nothing to come and whom
/// the rule has not told since.
pub(in crate::messaging) fn not_here_since(
    conn: &mut Conn,
    rule: &Rule,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
    (after, limit): (ClientId, i64),
) -> Result<Vec<Candidate>, Fault> {
    let agreed = AGREED.replace(":purpose", "$6");
    let booked = BOOKED.replace(":client", "c.id").replace(":now", "$4");
    let query = format!(
        "SELECT c.id AS client, c.language AS language, c.zone AS zone, a.zone AS place_zone, b.id AS booking, \
         b.completed_at AS completed_at, b.source AS source, a.service_id AS service, a.provider_id AS provider, \
         a.location_id AS location, s.category AS category, {agreed} AS agreed \
         FROM clients AS c \
         JOIN bookings AS b ON b.id = (SELECT v.id FROM bookings AS v WHERE v.client_id = c.id \
           AND v.completed_at IS NOT NULL ORDER BY v.completed_at DESC, v.id DESC LIMIT 1) \
         JOIN appointments AS a ON a.id = b.appointment_id \
         JOIN services AS s ON s.id = a.service_id \
         WHERE c.id > $1 AND {PRESENT} AND b.completed_at > $2 AND b.completed_at <= $3 AND NOT {booked} \
         AND NOT EXISTS (SELECT 1 FROM messages AS m WHERE m.about_client_id = c.id AND m.rule_id = $5 \
           AND m.created_at >= b.completed_at AND m.state <> 'cancelled') \
         ORDER BY c.id LIMIT $7"
    );
    let query = diesel::sql_query(numbered(conn, &query))
        .bind::<BigInt, _>(after.get())
        .bind::<Timestamp, _>(from.naive_utc())
        .bind::<Timestamp, _>(until.naive_utc())
        .bind::<Timestamp, _>(now.naive_utc())
        .bind::<BigInt, _>(rule.id.get())
        .bind::<Text, _>(rule.consent.map_or("", |purpose| purpose.as_str()))
        .bind::<BigInt, _>(limit);
    let rows: Vec<VisitRow> = match conn {
        Conn::Sqlite(conn) => query.load(conn)?,
        Conn::Postgres(conn) => query.load(conn)?,
    };
    let candidate = |row: VisitRow| Candidate {
        client: ClientId::new(row.client),
        zone: Some(row.zone.unwrap_or(row.place_zone)),
        concern: Concern {
            service: Some(ServiceId::new(row.service)),
            category: row.category,
            provider: Some(ProviderId::new(row.provider)),
            location: Some(LocationId::new(row.location)),
            was_here: true,
            tags: Vec::new(),
            language: row.language,
            source: row.source,
        },
        agreed: row.agreed != 0,
        since: Since::LastVisit(BookingId::new(row.booking), row.completed_at.and_utc()),
    };
    Ok(rows.into_iter().map(candidate).collect())
}

/// Clients after `after` who were born on one of these days of the year, written `02-29`.
pub(in crate::messaging) fn born_on(
    conn: &mut Conn,
    rule: &Rule,
    days: &[String],
    (after, limit): (ClientId, i64),
) -> Result<Vec<Candidate>, Fault> {
    let month_and_day = match conn {
        Conn::Sqlite(_) => "strftime('%m-%d', c.birth_date)",
        Conn::Postgres(_) => "to_char(c.birth_date, 'MM-DD')",
    };
    let agreed = AGREED.replace(":purpose", "$2");
    let query = format!(
        "SELECT c.id AS client, c.language AS language, c.zone AS zone, c.birth_date AS born, \
         CASE WHEN EXISTS (SELECT 1 FROM bookings AS v WHERE v.client_id = c.id AND v.completed_at IS NOT NULL) \
           THEN 1 ELSE 0 END AS was_here, {agreed} AS agreed \
         FROM clients AS c WHERE c.id > $1 AND {PRESENT} AND c.birth_date IS NOT NULL \
         AND $3 LIKE '%' || {month_and_day} || '%' ORDER BY c.id LIMIT $4"
    );
    let query = diesel::sql_query(numbered(conn, &query))
        .bind::<BigInt, _>(after.get())
        .bind::<Text, _>(rule.consent.map_or("", |purpose| purpose.as_str()))
        .bind::<Text, _>(days.join(" "))
        .bind::<BigInt, _>(limit);
    let rows: Vec<BirthRow> = match conn {
        Conn::Sqlite(conn) => query.load(conn)?,
        Conn::Postgres(conn) => query.load(conn)?,
    };
    let candidate = |row: BirthRow| Candidate {
        client: ClientId::new(row.client),
        zone: row.zone,
        concern: Concern { was_here: row.was_here != 0, language: row.language, ..Concern::default() },
        agreed: row.agreed != 0,
        since: Since::Birth(row.born),
    };
    Ok(rows.into_iter().map(candidate).collect())
}

/// How the candidates can be written to.
pub(in crate::messaging) fn contacts(
    conn: &mut Conn,
    candidates: &[Candidate],
) -> Result<(HashMap<ClientId, Contact>, Guardians), Fault> {
    contacts_of(conn, &candidates.iter().map(|candidate| candidate.client).collect::<Vec<_>>())
}

/// How these clients can be written to.
pub(in crate::messaging) fn contacts_of(
    conn: &mut Conn,
    asked: &[ClientId],
) -> Result<(HashMap<ClientId, Contact>, Guardians), Fault> {
    let ids: Vec<i64> = asked.iter().map(|client| client.get()).collect();
    let rows: Vec<Contact> =
        clients::table.filter(clients::id.eq_any(ids)).order(clients::id).select(people::CONTACT).load(conn)?;
    let guardians = people::guardians_of(conn, &rows)?;
    Ok((rows.into_iter().map(|contact| (ClientId::new(contact.id), contact)).collect(), guardians))
}

/// The zone of the first location, for clients who named none.
pub(in crate::messaging) fn zone_of_clinic(conn: &mut Conn) -> Result<Option<String>, Fault> {
    Ok(locations::table
        .filter(locations::archived_at.is_null())
        .order((locations::position, locations::id))
        .select(locations::zone)
        .first(conn)
        .optional()?)
}

/// People the rule was planned for since `since`.
pub(in crate::messaging) fn planned_since(conn: &mut Conn, rule: RuleId, since: DateTime<Utc>) -> Result<i64, Fault> {
    let planned = messages::table
        .filter(messages::rule_id.eq(rule.get()))
        .filter(messages::created_at.gt(since.naive_utc()))
        .filter(messages::state.ne(MessageState::Cancelled.as_str()));
    Ok(planned.select(count_star()).first(conn)?)
}

/// A row that exists under a natural key.
pub(in crate::messaging) struct Known {
    pub(in crate::messaging) id: MessageId,
    /// Whether it was put aside as no longer true before anything of it left.
    pub(in crate::messaging) is_aside: bool,
}

/// The row under a natural key.
pub(in crate::messaging) fn known(conn: &mut Conn, natural_key: &str) -> Result<Option<Known>, Fault> {
    let row: Option<(i64, String, Option<String>, Option<NaiveDateTime>)> = messages::table
        .filter(messages::natural_key.eq(natural_key))
        .select((messages::id, messages::state, messages::reason, messages::handing_over_at))
        .first(conn)
        .optional()?;
    Ok(row.map(|(id, state, reason, handing_over_at)| {
        let by_planning =
            matches!(reason.as_deref().and_then(Reason::parse), Some(Reason::Superseded | Reason::SwitchedOff));
        let is_settled = [MessageState::Cancelled, MessageState::Skipped].map(MessageState::as_str).contains(&&*state);
        let is_aside = is_settled && by_planning && handing_over_at.is_none();
        Known { id: MessageId::new(id), is_aside }
    }))
}

#[derive(QueryableByName)]
struct Waiting {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// Rows of a rule that wait although their client has a booking to come by now.
pub(in crate::messaging) fn waiting_for_booked(
    conn: &mut Conn,
    rule: RuleId,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<MessageId>, Fault> {
    let booked = BOOKED.replace(":client", "m.about_client_id").replace(":now", "$2");
    let query = format!(
        "SELECT m.id AS id FROM messages AS m WHERE m.rule_id = $1 AND m.state IN ('pending', 'retry') \
         AND m.handing_over_at IS NULL AND {booked} ORDER BY m.id LIMIT $3"
    );
    let query = diesel::sql_query(numbered(conn, &query))
        .bind::<BigInt, _>(rule.get())
        .bind::<Timestamp, _>(now.naive_utc())
        .bind::<BigInt, _>(limit);
    let rows: Vec<Waiting> = match conn {
        Conn::Sqlite(conn) => query.load(conn)?,
        Conn::Postgres(conn) => query.load(conn)?,
    };
    Ok(rows.into_iter().map(|row| MessageId::new(row.id)).collect())
}

/// Rows about clients as such that wait, of rules that are none of `rules`: their rule is off or was put away.
pub(in crate::messaging) fn waiting_without(
    conn: &mut Conn,
    rules: &[RuleId],
    limit: i64,
) -> Result<Vec<MessageId>, Fault> {
    let on: Vec<Option<i64>> = rules.iter().map(|rule| Some(rule.get())).collect();
    let ids: Vec<i64> = messages::table
        .filter(messages::state.eq_any(["pending", "retry"]))
        .filter(messages::about_client_id.is_not_null().or(messages::recall_id.is_not_null()))
        .filter(messages::rule_id.is_not_null())
        .filter(messages::rule_id.ne_all(on))
        .filter(messages::handing_over_at.is_null())
        .order(messages::id)
        .limit(limit)
        .select(messages::id)
        .load(conn)?;
    Ok(ids.into_iter().map(MessageId::new).collect())
}

/// Makes other passes over the same rule wait until this one is over.
pub(in crate::messaging) fn lock(tx: &mut Tx<'_>, rule: RuleId) -> Result<(), Fault> {
    crate::db::portable::lock_words(tx.conn, &format!("message rule {rule}"))
}
