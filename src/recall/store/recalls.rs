//! The recalls of clients.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;

use super::types::interval;
use crate::catalog::RecallInterval;
use crate::db::schema::{appointments, bookings, clients, providers, recall_types, recalls};
use crate::db::{Conn, Fault, Tx, portable};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::{BookingId, ClientId, LocationId, ProviderId, RecallId, RecallTypeId, ServiceId};
use crate::domain::recall::{Dates, Facts, Manual, UNSETTLED_DAYS, WhyDisabled};
use crate::recall::RecallType;

/// Visits that are looked at in one go.
const VISITS_MAX: i64 = 500_000;
/// Recalls of those clients.
const RECALLS_MAX: i64 = 100_000;
/// Bookings to come.
const COMING_MAX: i64 = 100_000;

/// Whether there is such a client.
pub fn is_client(conn: &mut Conn, client: ClientId) -> Result<bool, Fault> {
    let found: Option<i64> = clients::table.find(client.get()).select(clients::id).first(conn).optional()?;
    Ok(found.is_some())
}

/// One client's next visit of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recall {
    /// Which.
    pub id: RecallId,
    /// Whose.
    pub client: ClientId,
    /// Of which kind.
    pub recall_type: RecallTypeId,
    /// What people call that.
    pub name: String,
    /// What a reminder's link books.
    pub book_service: ServiceId,
    /// Whether care requires it.
    pub required: bool,
    /// Its dates.
    pub dates: Dates,
    /// The client's own interval.
    pub every: Option<RecallInterval>,
    /// Not before this day.
    pub paused_until: Option<NaiveDate>,
    /// Since when it is off, and why.
    pub disabled: Option<(DateTime<Utc>, WhyDisabled, String)>,
    /// Rises when its links are revoked.
    pub link_generation: i32,
    /// Rises with every change.
    pub row_version: i64,
    /// Whether its type is out of use.
    pub is_archived: bool,
    /// The booking of that kind to come, and when it begins.
    pub booked: Option<(BookingId, NaiveDateTime)>,
}

impl Recall {
    /// What its standing is made from.
    pub const fn facts(&self) -> Facts {
        Facts {
            due_day: self.dates.due_day,
            paused_until: self.paused_until,
            is_disabled: self.disabled.is_some(),
            is_booked: self.booked.is_some(),
        }
    }

    /// The date that was set by hand, while it holds.
    pub fn by_hand(&self) -> Option<NaiveDate> {
        self.dates.manual.filter(|manual| manual.holds(self.dates.last_day)).map(|manual| manual.due)
    }
}

/// Last, computed, manual, since when that is, and due.
type DayColumns = (Option<NaiveDate>, Option<NaiveDate>, Option<NaiveDate>, Option<NaiveDate>, Option<NaiveDate>);

#[derive(Queryable)]
struct RecallRow {
    id: i64,
    client: i64,
    recall_type: (i64, String, i64, bool, Option<NaiveDateTime>),
    days: DayColumns,
    every: Option<String>,
    paused_until: Option<NaiveDate>,
    disabled: (Option<NaiveDateTime>, Option<String>, Option<String>),
    versions: (i32, i32, i64),
}

/// What is read of a recall and its type.
macro_rules! columns {
    () => {
        (
            recalls::id,
            recalls::client_id,
            (
                recall_types::id,
                recall_types::name,
                recall_types::book_service_id,
                recall_types::required,
                recall_types::archived_at,
            ),
            (recalls::last_day, recalls::computed_due, recalls::manual_due, recalls::manual_since, recalls::due_day),
            recalls::every,
            recalls::paused_until,
            (recalls::disabled_at, recalls::disabled_reason, recalls::disabled_note),
            (recalls::cycle, recalls::link_generation, recalls::row_version),
        )
    };
}

fn of_row(row: RecallRow) -> Result<Recall, Fault> {
    let (recall_type, name, service, required, archived_at) = row.recall_type;
    let (last_day, computed_due, manual_due, since, due_day) = row.days;
    let (cycle, link_generation, row_version) = row.versions;
    let (disabled_at, reason, note) = row.disabled;
    let disabled = match disabled_at {
        Some(at) => {
            let why = reason.as_deref().and_then(WhyDisabled::parse);
            let unknown = || Fault::corrupt("recalls", "disabled_reason", RecallId::new(row.id), "unknown word");
            Some((at.and_utc(), why.ok_or_else(unknown)?, note.unwrap_or_default()))
        }
        None => None,
    };
    Ok(Recall {
        id: RecallId::new(row.id),
        client: ClientId::new(row.client),
        recall_type: RecallTypeId::new(recall_type),
        name,
        book_service: ServiceId::new(service),
        required,
        dates: Dates { last_day, computed_due, manual: manual_due.map(|due| Manual { due, since }), due_day, cycle },
        every: interval(row.id, row.every.as_deref(), "recalls")?,
        paused_until: row.paused_until,
        disabled,
        link_generation,
        row_version,
        is_archived: archived_at.is_some(),
        booked: None,
    })
}

/// One recall as it stands at `now`.
pub fn recall(conn: &mut Conn, id: RecallId, now: DateTime<Utc>) -> Result<Option<Recall>, Fault> {
    Ok(with_ids(conn, &[id], now)?.pop())
}

/// Recalls by their identifiers, in the order of those.
pub(in crate::recall) fn with_ids(conn: &mut Conn, ids: &[RecallId], now: DateTime<Utc>) -> Result<Vec<Recall>, Fault> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let numbers: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let rows: Vec<RecallRow> = recalls::table
        .inner_join(recall_types::table)
        .filter(recalls::id.eq_any(numbers))
        .order(recalls::id)
        .limit(RECALLS_MAX)
        .select(columns!())
        .load(conn)?;
    let found = rows.into_iter().map(of_row).collect::<Result<Vec<_>, _>>()?;
    with_booked(conn, found, now)
}

/// The recalls of a client whose types are in use, in the order of types.
pub fn recalls_of(conn: &mut Conn, clients: &[ClientId], now: DateTime<Utc>) -> Result<Vec<Recall>, Fault> {
    let found = of_clients(conn, clients)?;
    let found = found.into_iter().filter(|recall| !recall.is_archived).collect();
    with_booked(conn, found, now)
}

/// The same as rows, whatever is booked.
pub(in crate::recall) fn of_clients(conn: &mut Conn, clients: &[ClientId]) -> Result<Vec<Recall>, Fault> {
    let numbers: Vec<i64> = clients.iter().map(|id| id.get()).collect();
    let rows: Vec<RecallRow> = recalls::table
        .inner_join(recall_types::table)
        .filter(recalls::client_id.eq_any(numbers))
        .order((recall_types::position, recall_types::id, recalls::id))
        .limit(RECALLS_MAX)
        .select(columns!())
        .load(conn)?;
    rows.into_iter().map(of_row).collect()
}

/// Says of each what is booked of its kind.
fn with_booked(conn: &mut Conn, mut found: Vec<Recall>, now: DateTime<Utc>) -> Result<Vec<Recall>, Fault> {
    if found.is_empty() {
        return Ok(found);
    }
    let types = super::types::all_types(conn)?;
    let mut clients: Vec<i64> = found.iter().map(|recall| recall.client.get()).collect();
    clients.sort_unstable();
    clients.dedup();
    let live: Vec<&str> =
        BookingStatus::ALL.into_iter().filter(|status| status.is_live()).map(BookingStatus::as_str).collect();
    let rows: Vec<(i64, i64, i64, NaiveDateTime)> = bookings::table
        .inner_join(appointments::table)
        .filter(bookings::client_id.eq_any(clients))
        .filter(bookings::status.eq_any(live))
        .filter(appointments::ends_at.gt((now - TimeDelta::days(UNSETTLED_DAYS)).naive_utc()))
        .order((appointments::starts_at, bookings::id))
        .limit(COMING_MAX)
        .select((bookings::client_id, appointments::service_id, bookings::id, appointments::local_start))
        .load(conn)?;
    for recall in &mut found {
        let Some(kind) = types.iter().find(|one| one.id == recall.recall_type) else { continue };
        let own = rows
            .iter()
            .find(|(client, service, ..)| *client == recall.client.get() && kind.is_of(ServiceId::new(*service)));
        recall.booked = own.map(|(_, _, booking, start)| (BookingId::new(*booking), *start));
    }
    Ok(found)
}

/// Days of completed visits by client and type.
pub(in crate::recall) type Visits = HashMap<(ClientId, RecallTypeId), Vec<NaiveDate>>;

/// The days on which these clients had a visit that triggers one of the types.
pub(in crate::recall) fn visits(conn: &mut Conn, types: &[RecallType], clients: &[ClientId]) -> Result<Visits, Fault> {
    let mut of_service: HashMap<i64, Vec<RecallTypeId>> = HashMap::new();
    for one in types {
        for service in &one.triggers {
            of_service.entry(service.get()).or_default().push(one.id);
        }
    }
    let services: Vec<i64> = of_service.keys().copied().collect();
    let numbers: Vec<i64> = clients.iter().map(|id| id.get()).collect();
    let rows: Vec<(i64, i64, NaiveDateTime)> = bookings::table
        .inner_join(appointments::table)
        .filter(bookings::client_id.eq_any(numbers))
        .filter(bookings::status.eq(BookingStatus::Completed.as_str()))
        .filter(appointments::service_id.eq_any(services))
        .order((bookings::client_id, appointments::starts_at))
        .limit(VISITS_MAX)
        .select((bookings::client_id, appointments::service_id, appointments::local_start))
        .load(conn)?;
    let mut found = Visits::new();
    for (client, service, start) in rows {
        for kind in of_service.get(&service).into_iter().flatten() {
            found.entry((ClientId::new(client), *kind)).or_default().push(start.date());
        }
    }
    Ok(found)
}

#[derive(Insertable)]
#[diesel(table_name = recalls)]
pub(in crate::recall) struct NewRecall {
    id: i64,
    client_id: i64,
    recall_type_id: i64,
    last_day: Option<NaiveDate>,
    computed_due: Option<NaiveDate>,
    manual_due: Option<NaiveDate>,
    manual_since: Option<NaiveDate>,
    due_day: Option<NaiveDate>,
    cycle: i32,
    created_at: NaiveDateTime,
}

impl NewRecall {
    pub(in crate::recall) fn new(tx: &Tx<'_>, client: ClientId, kind: RecallTypeId, dates: &Dates) -> Self {
        Self {
            id: tx.new_number(),
            client_id: client.get(),
            recall_type_id: kind.get(),
            last_day: dates.last_day,
            computed_due: dates.computed_due,
            manual_due: dates.manual.map(|manual| manual.due),
            manual_since: dates.manual.and_then(|manual| manual.since),
            due_day: dates.due_day,
            cycle: dates.cycle,
            created_at: tx.now_naive(),
        }
    }

    pub(in crate::recall) const fn id(&self) -> RecallId {
        RecallId::new(self.id)
    }
}

pub(in crate::recall) fn insert(tx: &mut Tx<'_>, rows: &[NewRecall]) -> Result<(), Fault> {
    portable::insert_all!(tx.conn, recalls, rows);
    Ok(())
}

/// Writes other dates.
pub(in crate::recall) fn write_dates(tx: &mut Tx<'_>, id: RecallId, dates: &Dates) -> Result<(), Fault> {
    diesel::update(recalls::table.find(id.get()))
        .set((
            recalls::last_day.eq(dates.last_day),
            recalls::computed_due.eq(dates.computed_due),
            recalls::manual_due.eq(dates.manual.map(|manual| manual.due)),
            recalls::manual_since.eq(dates.manual.and_then(|manual| manual.since)),
            recalls::due_day.eq(dates.due_day),
            recalls::cycle.eq(dates.cycle),
            recalls::row_version.eq(recalls::row_version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Writes everything of a recall that people change. False when somebody else was faster.
pub(in crate::recall) fn rewrite(tx: &mut Tx<'_>, seen: i64, after: &Recall) -> Result<bool, Fault> {
    let disabled = after.disabled.as_ref();
    let changed = diesel::update(recalls::table.find(after.id.get()).filter(recalls::row_version.eq(seen)))
        .set((
            recalls::computed_due.eq(after.dates.computed_due),
            recalls::manual_due.eq(after.dates.manual.map(|manual| manual.due)),
            recalls::manual_since.eq(after.dates.manual.and_then(|manual| manual.since)),
            recalls::due_day.eq(after.dates.due_day),
            recalls::cycle.eq(after.dates.cycle),
            recalls::every.eq(after.every.map(|every| every.to_string())),
            recalls::paused_until.eq(after.paused_until),
            recalls::disabled_at.eq(disabled.map(|(at, ..)| at.naive_utc())),
            recalls::disabled_reason.eq(disabled.map(|(_, why, _)| why.as_str())),
            recalls::disabled_note.eq(disabled.map(|(.., note)| note.as_str())),
            recalls::row_version.eq(seen.saturating_add(1)),
        ))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

/// Whom somebody saw last of a kind of visit.
#[derive(Debug, Clone)]
pub struct LastVisit {
    /// With whom.
    pub provider: ProviderId,
    /// The name.
    pub provider_name: String,
    /// Where.
    pub location: LocationId,
    /// When, on the clocks of the place.
    pub local_start: NaiveDateTime,
}

/// The last completed visit of each of these clients that is of the kind; the last of any kind for whoever had none.
pub fn last_visits(
    conn: &mut Conn,
    asked: &[(ClientId, RecallTypeId)],
) -> Result<HashMap<(ClientId, RecallTypeId), LastVisit>, Fault> {
    type Row = (i64, i64, i64, String, i64, NaiveDateTime);
    let types = super::types::all_types(conn)?;
    let clients: Vec<i64> = asked.iter().map(|(client, _)| client.get()).collect();
    let rows: Vec<Row> = bookings::table
        .inner_join(appointments::table.inner_join(providers::table))
        .filter(bookings::client_id.eq_any(clients))
        .filter(bookings::status.eq(BookingStatus::Completed.as_str()))
        .order((bookings::client_id, appointments::starts_at.desc(), bookings::id.desc()))
        .limit(VISITS_MAX)
        .select((
            bookings::client_id,
            appointments::service_id,
            providers::id,
            providers::name,
            appointments::location_id,
            appointments::local_start,
        ))
        .load(conn)?;
    let mut of_client: HashMap<i64, Vec<&Row>> = HashMap::new();
    for row in &rows {
        of_client.entry(row.0).or_default().push(row);
    }
    let mut found = HashMap::new();
    for (client, kind) in asked {
        let Some(own) = of_client.get(&client.get()) else { continue };
        let of_kind = types.iter().find(|one| one.id == *kind);
        let same = own.iter().find(|row| of_kind.is_some_and(|one| one.is_of(ServiceId::new(row.1))));
        let Some((_, _, provider, name, location, local_start)) = same.or(own.first()) else { continue };
        let visit = LastVisit {
            provider: ProviderId::new(*provider),
            provider_name: name.clone(),
            location: LocationId::new(*location),
            local_start: *local_start,
        };
        found.insert((*client, *kind), visit);
    }
    Ok(found)
}

/// After how long a visit for one of these services is followed by the next, by the types in use that they trigger: the
/// shortest.
pub fn prescribed(conn: &mut Conn, services: &[ServiceId]) -> Result<Option<RecallInterval>, Fault> {
    let types = super::types::types(conn)?;
    let triggered = types.iter().filter(|one| one.triggers.iter().any(|service| services.contains(service)));
    Ok(triggered.filter_map(|one| one.every).min_by_key(|every| (every.months(), every.days())))
}

/// What the recalls of a merged client become: the kept one's, where that has one of the same kind. Messages about it go
/// over to that one. Answers how many there were.
pub(crate) fn hand_over(tx: &mut Tx<'_>, from: ClientId, to: ClientId) -> Result<i64, Fault> {
    use crate::db::schema::messages;
    let moved = of_clients(tx.conn, &[from])?;
    let own = of_clients(tx.conn, &[to])?;
    for recall in &moved {
        let Some(same) = own.iter().find(|one| one.recall_type == recall.recall_type) else {
            diesel::update(recalls::table.find(recall.id.get()))
                .set((recalls::client_id.eq(to.get()), recalls::row_version.eq(recalls::row_version + 1)))
                .execute(tx.conn)?;
            continue;
        };
        // What anybody said about either of the two stands: no more reminders, not before, another interval.
        let mut after = same.clone();
        after.disabled = after.disabled.or_else(|| recall.disabled.clone());
        after.paused_until = after.paused_until.max(recall.paused_until);
        after.every = after.every.or(recall.every);
        after.dates.manual = after.dates.manual.or(recall.dates.manual);
        rewrite(tx, same.row_version, &after)?;
        diesel::update(messages::table.filter(messages::recall_id.eq(recall.id.get())))
            .set(messages::recall_id.eq(same.id.get()))
            .execute(tx.conn)?;
        diesel::delete(recalls::table.find(recall.id.get())).execute(tx.conn)?;
    }
    Ok(i64::try_from(moved.len()).unwrap_or(i64::MAX))
}

/// Takes what somebody typed about these clients out of their recalls, and ends them.
pub fn scrub(tx: &mut Tx<'_>, clients: &[i64]) -> Result<(), Fault> {
    let own = recalls::table.filter(recalls::client_id.eq_any(clients.to_vec()));
    diesel::update(own)
        .set((
            recalls::disabled_at.eq(tx.now_naive()),
            recalls::disabled_reason.eq(WhyDisabled::Other.as_str()),
            recalls::disabled_note.eq(""),
            recalls::link_generation.eq(recalls::link_generation + 1),
            recalls::row_version.eq(recalls::row_version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}
