//! Who is due: for the ladder of reminders, for the desk and for programs. The same conditions hold for all of them.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamp};

use super::recalls::{self, Recall};
use crate::db::schema::clients;
use crate::db::{Conn, Fault};
use crate::domain::ids::{ClientId, MessageId, RecallId, RecallTypeId, ServiceId};
use crate::domain::recall::{DUE_AFTER_DAYS, DUE_BEFORE_DAYS, LAPSED_DAYS, UNSETTLED_DAYS};

/// Nobody is called so soon after a reminder left: give it a moment to work.
const REST_DAYS: i64 = 3;

/// People who may be asked to come: `c` is the client.
const PRESENT: &str = "c.standing = 'present' AND c.archived_at IS NULL AND c.merged_into_id IS NULL \
     AND c.erased_at IS NULL";
/// Recalls that count: `r` is the recall, `t` its type.
const ACTIVE: &str = "t.archived_at IS NULL AND r.disabled_at IS NULL \
     AND (r.paused_until IS NULL OR r.paused_until <= :today)";
/// Whether a visit of that kind is booked, or was and nobody has said yet what became of it.
const BOOKED: &str = "EXISTS (SELECT 1 FROM bookings AS f JOIN appointments AS fa ON fa.id = f.appointment_id \
     WHERE f.client_id = r.client_id AND f.status IN ('requested', 'booked', 'arrived', 'in_progress') \
     AND fa.ends_at > :settled AND (fa.service_id = t.book_service_id OR EXISTS (SELECT 1 FROM recall_triggers AS g \
       WHERE g.recall_type_id = t.id AND g.service_id = fa.service_id)))";

/// SQLite counts `$6` by where it stands and `?6` by its number.
fn numbered(conn: &Conn, query: &str) -> String {
    match conn {
        Conn::Sqlite(_) => query.replace('$', "?"),
        Conn::Postgres(_) => query.to_owned(),
    }
}

/// Runs a query on either engine.
macro_rules! load {
    ($conn:expr, $query:expr) => {
        match $conn {
            Conn::Sqlite(conn) => $query.load(conn)?,
            Conn::Postgres(conn) => $query.load(conn)?,
        }
    };
}

fn settled(now: DateTime<Utc>) -> chrono::NaiveDateTime {
    (now - TimeDelta::days(UNSETTLED_DAYS)).naive_utc()
}

fn shifted(day: NaiveDate, by: i64) -> NaiveDate {
    let days = Days::new(by.unsigned_abs());
    let moved = if by < 0 { day.checked_sub_days(days) } else { day.checked_add_days(days) };
    moved.unwrap_or(day)
}

/// The next clients by number.
pub(in crate::recall) fn clients_after(conn: &mut Conn, after: ClientId, limit: i64) -> Result<Vec<ClientId>, Fault> {
    let ids: Vec<i64> = clients::table
        .filter(clients::id.gt(after.get()))
        .filter(clients::merged_into_id.is_null())
        .filter(clients::erased_at.is_null())
        .order(clients::id)
        .limit(limit)
        .select(clients::id)
        .load(conn)?;
    Ok(ids.into_iter().map(ClientId::new).collect())
}

/// A recall whose client may be reminded, as far as planning cares.
#[derive(Debug, Clone)]
pub struct Remindable {
    /// Which.
    pub recall: RecallId,
    /// Whose.
    pub client: ClientId,
    /// Of which kind.
    pub recall_type: RecallTypeId,
    /// What is to be booked.
    pub service: ServiceId,
    /// Its category.
    pub category: String,
    /// When it is due.
    pub due_day: NaiveDate,
    /// Rises with each new date.
    pub cycle: i32,
    /// So many reminders of one date at most.
    pub reminders_max: i32,
    /// In which language the client is written to.
    pub language: String,
    /// Where the client lives.
    pub zone: Option<String>,
    /// What brought the client here.
    pub source: Option<String>,
    /// Whether the client was here before.
    pub was_here: bool,
    /// Whether the client agreed to what was asked for.
    pub agreed: bool,
}

#[derive(QueryableByName)]
struct RemindableRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = BigInt)]
    client: i64,
    #[diesel(sql_type = BigInt)]
    kind: i64,
    #[diesel(sql_type = BigInt)]
    service: i64,
    #[diesel(sql_type = Text)]
    category: String,
    #[diesel(sql_type = Date)]
    due_day: NaiveDate,
    #[diesel(sql_type = Nullable<Date>)]
    last_day: Option<NaiveDate>,
    #[diesel(sql_type = Integer)]
    cycle: i32,
    #[diesel(sql_type = Integer)]
    reminders_max: i32,
    #[diesel(sql_type = Text)]
    language: String,
    #[diesel(sql_type = Nullable<Text>)]
    zone: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    source: Option<String>,
    #[diesel(sql_type = Integer)]
    agreed: i32,
}

/// The next recalls after `after` that are due from `from` until `to`, of people who may be reminded and have nothing of
/// the kind booked. `purpose` is what they must have agreed to; who has not is among them, and says so.
pub fn remindable(
    conn: &mut Conn,
    (from, to): (NaiveDate, NaiveDate),
    (today, now): (NaiveDate, DateTime<Utc>),
    purpose: &str,
    (after, limit): (RecallId, i64),
) -> Result<Vec<Remindable>, Fault> {
    let active = ACTIVE.replace(":today", "$4");
    let booked = BOOKED.replace(":settled", "$5");
    let query = format!(
        "SELECT r.id AS id, r.client_id AS client, t.id AS kind, t.book_service_id AS service, s.category AS category, \
         r.due_day AS due_day, r.last_day AS last_day, r.cycle AS cycle, t.reminders_max AS reminders_max, \
         c.language AS language, c.zone AS zone, c.source AS source, \
         CASE WHEN $6 = '' OR EXISTS (SELECT 1 FROM consents AS k WHERE k.client_id = c.id AND k.purpose = $6 \
           AND k.granted AND NOT EXISTS (SELECT 1 FROM consents AS n WHERE n.client_id = c.id AND n.purpose = $6 \
             AND n.id > k.id)) THEN 1 ELSE 0 END AS agreed \
         FROM recalls AS r JOIN recall_types AS t ON t.id = r.recall_type_id JOIN services AS s ON s.id = t.book_service_id \
         JOIN clients AS c ON c.id = r.client_id \
         WHERE r.id > $1 AND r.due_day >= $2 AND r.due_day <= $3 AND {active} AND {PRESENT} AND NOT {booked} \
         ORDER BY r.id LIMIT $7"
    );
    let query = diesel::sql_query(numbered(conn, &query))
        .bind::<BigInt, _>(after.get())
        .bind::<Date, _>(from)
        .bind::<Date, _>(to)
        .bind::<Date, _>(today)
        .bind::<Timestamp, _>(settled(now))
        .bind::<Text, _>(purpose)
        .bind::<BigInt, _>(limit);
    let rows: Vec<RemindableRow> = load!(conn, query);
    let remindable = |row: RemindableRow| Remindable {
        recall: RecallId::new(row.id),
        client: ClientId::new(row.client),
        recall_type: RecallTypeId::new(row.kind),
        service: ServiceId::new(row.service),
        category: row.category,
        due_day: row.due_day,
        cycle: row.cycle,
        reminders_max: row.reminders_max,
        language: row.language,
        zone: row.zone,
        source: row.source,
        was_here: row.last_day.is_some(),
        agreed: row.agreed != 0,
    };
    Ok(rows.into_iter().map(remindable).collect())
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// Reminders that wait although they are no longer true: booked meanwhile, paused, off, or of another date.
pub fn untrue_reminders(
    conn: &mut Conn,
    (today, now): (NaiveDate, DateTime<Utc>),
    limit: i64,
) -> Result<Vec<MessageId>, Fault> {
    let active = ACTIVE.replace(":today", "$1");
    let booked = BOOKED.replace(":settled", "$2");
    let query = format!(
        "SELECT m.id AS id FROM messages AS m JOIN recalls AS r ON r.id = m.recall_id \
         JOIN recall_types AS t ON t.id = r.recall_type_id \
         WHERE m.recall_id IS NOT NULL AND m.state IN ('pending', 'retry') AND m.handing_over_at IS NULL \
         AND (m.schedule_version <> r.cycle OR NOT ({active}) OR {booked}) ORDER BY m.id LIMIT $3"
    );
    let query = diesel::sql_query(numbered(conn, &query))
        .bind::<Date, _>(today)
        .bind::<Timestamp, _>(settled(now))
        .bind::<BigInt, _>(limit);
    let rows: Vec<Number> = load!(conn, query);
    Ok(rows.into_iter().map(|row| MessageId::new(row.id)).collect())
}

/// Where the list of the desk ends, and what it leaves out.
const ON_LIST: &str = "FROM recalls AS r JOIN recall_types AS t ON t.id = r.recall_type_id \
     JOIN clients AS c ON c.id = r.client_id \
     WHERE r.due_day >= $1 AND r.due_day <= $2 AND {active} AND {present} AND NOT {booked} \
     AND NOT EXISTS (SELECT 1 FROM worklist_snoozes AS z WHERE z.worklist = 'recall' AND z.object_id = r.id \
       AND (z.until IS NULL OR z.until > $4)) \
     AND NOT EXISTS (SELECT 1 FROM messages AS m WHERE m.recall_id = r.id AND m.state = 'sent' AND m.sent_at > $6)";

fn on_list(select: &str, order: &str) -> String {
    let rest = ON_LIST
        .replace("{active}", &ACTIVE.replace(":today", "$3"))
        .replace("{present}", PRESENT)
        .replace("{booked}", &BOOKED.replace(":settled", "$5"));
    format!("{select} {rest} {order}")
}

/// The recalls on the list of the desk, whoever should be called first, and how many there are in all.
pub fn due_on_list(
    conn: &mut Conn,
    (today, now): (NaiveDate, DateTime<Utc>),
    limit: i64,
) -> Result<(Vec<Recall>, usize), Fault> {
    let (from, to) = (shifted(today, -LAPSED_DAYS), shifted(today, DUE_BEFORE_DAYS));
    let rest = (now - TimeDelta::days(REST_DAYS)).naive_utc();
    let overdue = shifted(today, -DUE_AFTER_DAYS);
    let count = on_list("SELECT COUNT(*) AS id", "");
    let count = diesel::sql_query(numbered(conn, &count))
        .bind::<Date, _>(from)
        .bind::<Date, _>(to)
        .bind::<Date, _>(today)
        .bind::<Timestamp, _>(now.naive_utc())
        .bind::<Timestamp, _>(settled(now))
        .bind::<Timestamp, _>(rest);
    let counted: Vec<Number> = load!(conn, count);
    let total = counted.first().and_then(|row| usize::try_from(row.id).ok()).unwrap_or(0);
    if limit == 0 || total == 0 {
        return Ok((Vec::new(), total));
    }
    let order = "ORDER BY CASE WHEN r.due_day < $7 THEN 0 ELSE 1 END, CASE WHEN r.due_day < $7 THEN r.due_day END DESC, \
         r.due_day, r.id LIMIT $8";
    let list = on_list("SELECT r.id AS id", order);
    let list = diesel::sql_query(numbered(conn, &list))
        .bind::<Date, _>(from)
        .bind::<Date, _>(to)
        .bind::<Date, _>(today)
        .bind::<Timestamp, _>(now.naive_utc())
        .bind::<Timestamp, _>(settled(now))
        .bind::<Timestamp, _>(rest)
        .bind::<Date, _>(overdue)
        .bind::<BigInt, _>(limit);
    let rows: Vec<Number> = load!(conn, list);
    let ids: Vec<RecallId> = rows.into_iter().map(|row| RecallId::new(row.id)).collect();
    let mut found = recalls::with_ids(conn, &ids, now)?;
    found.sort_by_key(|recall| ids.iter().position(|id| *id == recall.id));
    Ok((found, total))
}

/// The recalls in use that are due before a day, whatever stands against reminding of them, after a place in the order
/// of date and number; and how many there are in all.
pub fn due_list(
    conn: &mut Conn,
    before: NaiveDate,
    now: DateTime<Utc>,
    after: Option<(NaiveDate, RecallId)>,
    limit: i64,
) -> Result<(Vec<Recall>, usize), Fault> {
    let frame = format!(
        "FROM recalls AS r JOIN recall_types AS t ON t.id = r.recall_type_id JOIN clients AS c ON c.id = r.client_id \
         WHERE r.due_day < $1 AND t.archived_at IS NULL AND {PRESENT}"
    );
    let count = diesel::sql_query(numbered(conn, &format!("SELECT COUNT(*) AS id {frame}"))).bind::<Date, _>(before);
    let counted: Vec<Number> = load!(conn, count);
    let total = counted.first().and_then(|row| usize::try_from(row.id).ok()).unwrap_or(0);
    let (day, id) = after.unwrap_or((NaiveDate::MIN, RecallId::new(0)));
    let day = day.max(NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or(day));
    let query = format!(
        "SELECT r.id AS id {frame} AND (r.due_day > $2 OR (r.due_day = $2 AND r.id > $3)) ORDER BY r.due_day, r.id LIMIT $4"
    );
    let query = diesel::sql_query(numbered(conn, &query))
        .bind::<Date, _>(before)
        .bind::<Date, _>(day)
        .bind::<BigInt, _>(id.get())
        .bind::<BigInt, _>(limit);
    let rows: Vec<Number> = load!(conn, query);
    let ids: Vec<RecallId> = rows.into_iter().map(|row| RecallId::new(row.id)).collect();
    let mut found = recalls::with_ids(conn, &ids, now)?;
    found.sort_by_key(|recall| ids.iter().position(|id| *id == recall.id));
    Ok((found, total))
}
