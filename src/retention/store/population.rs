//! The history of everybody, or of one client, in a few scans of whole tables.
//!
//! Tables are read one after the other and joined in memory, because millions of look-ups cost more than two scans. Rows
//! are numbers only, and moments are read as seconds: nothing is allocated for a row. The lists have no order of their own and no limit below [`ROWS_MAX`]; whoever takes them sorts them once.

use diesel::connection::DefaultLoadingMode;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Nullable, Timestamp};

use super::seconds::Seconds;
use crate::catalog::RecallInterval;
use crate::db::schema::{
    appointments, bookings, client_scores, clients, clinic, ledger_entries, locations, providers, recall_triggers,
    recall_types, recalls, services,
};
use crate::db::{Conn, Fault};

/// More of anything is not loaded.
const ROWS_MAX: i64 = 1_000_000_000;
/// Aliases of one client, and merges of merges.
const ALIASES_MAX: i64 = 100;
/// Parameters of one statement.
const IDS_AT_ONCE: usize = 10_000;

/// Whose history is loaded.
#[derive(Debug, Clone)]
pub enum Whose {
    /// Everybody's.
    Everybody,
    /// That of these numbers: a client with the aliases.
    These(Vec<i64>),
}

/// How the clinic counts.
#[derive(Debug, Clone)]
pub struct ClinicRow {
    /// What amounts are in.
    pub currency: String,
    /// Months after which somebody is lost.
    pub lost_after_months: i32,
}

/// The clinic.
pub fn clinic(conn: &mut Conn) -> Result<Option<ClinicRow>, Fault> {
    let row: Option<(String, i32)> =
        clinic::table.select((clinic::currency, clinic::lost_after_months)).first(conn).optional()?;
    Ok(row.map(|(currency, lost_after_months)| ClinicRow { currency, lost_after_months }))
}

/// A service.
#[derive(Debug, Clone)]
pub struct ServiceRow {
    /// Which.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// When it is due again.
    pub recall_interval: Option<String>,
    /// What is left of its price.
    pub margin_basis_points: i32,
}

/// Every service, archived ones too.
pub fn services(conn: &mut Conn) -> Result<Vec<ServiceRow>, Fault> {
    type Row = (i64, String, Option<String>, i32);
    let rows: Vec<Row> = services::table
        .order((services::position, services::id))
        .limit(ROWS_MAX)
        .select((services::id, services::name, services::recall_interval, services::margin_basis_points))
        .load(conn)?;
    let row = |(id, name, recall_interval, margin_basis_points): Row| ServiceRow {
        id,
        name,
        recall_interval,
        margin_basis_points,
    };
    Ok(rows.into_iter().map(row).collect())
}

/// Every provider, archived ones too.
pub fn providers(conn: &mut Conn) -> Result<Vec<(i64, String)>, Fault> {
    let rows = providers::table.order((providers::position, providers::id)).limit(ROWS_MAX);
    Ok(rows.select((providers::id, providers::name)).load(conn)?)
}

/// Every location with its zone, archived ones too.
pub fn locations(conn: &mut Conn) -> Result<Vec<(i64, String, String)>, Fault> {
    let rows = locations::table.order((locations::position, locations::id)).limit(ROWS_MAX);
    Ok(rows.select((locations::id, locations::name, locations::zone)).load(conn)?)
}

/// A recall type with the services that count for it.
#[derive(Debug, Clone)]
pub struct KindRow {
    /// Which.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// The days between two visits, where they are prescribed.
    pub every_days: Option<u32>,
    /// What counts.
    pub triggers: Vec<i64>,
}

/// The recall types, archived ones too: figures of the past stay.
pub fn kinds(conn: &mut Conn) -> Result<Vec<KindRow>, Fault> {
    let rows: Vec<(i64, String, Option<String>)> = recall_types::table
        .order((recall_types::position, recall_types::id))
        .limit(ROWS_MAX)
        .select((recall_types::id, recall_types::name, recall_types::every))
        .load(conn)?;
    let triggers: Vec<(i64, i64)> = recall_triggers::table
        .order((recall_triggers::recall_type_id, recall_triggers::service_id))
        .limit(ROWS_MAX)
        .select((recall_triggers::recall_type_id, recall_triggers::service_id))
        .load(conn)?;
    let kind = |(id, name, every): (i64, String, Option<String>)| KindRow {
        id,
        name,
        every_days: every.as_deref().and_then(days_of),
        triggers: triggers.iter().filter(|(kind, _)| *kind == id).map(|(_, service)| *service).collect(),
    };
    Ok(rows.into_iter().map(kind).collect())
}

/// The days of an interval as it is written, a month being a twelfth of a year.
pub fn days_of(interval: &str) -> Option<u32> {
    let interval: RecallInterval = interval.parse().ok()?;
    Some((u32::from(interval.months()) * 3_652_425 / 12 + 5_000) / 10_000 + u32::from(interval.days()))
}

/// A client as figures see him.
#[derive(Debug, Clone)]
pub struct ClientRow {
    /// Which.
    pub id: i64,
    /// Whom he was merged into.
    pub merged_into: Option<i64>,
    /// What brought him.
    pub source: Option<String>,
    /// Whether he may be asked back.
    pub may_be_asked: bool,
}

/// The clients, by number.
pub fn clients(conn: &mut Conn, whose: &Whose) -> Result<Vec<ClientRow>, Fault> {
    type Row = (i64, Option<i64>, Option<String>, bool);
    let present =
        sql::<Bool>("clients.standing = 'present' AND clients.erased_at IS NULL AND clients.archived_at IS NULL");
    let mut query = clients::table
        .order(clients::id)
        .limit(ROWS_MAX)
        .select((clients::id, clients::merged_into_id, clients::source, present))
        .into_boxed();
    if let Whose::These(ids) = whose {
        query = query.filter(clients::id.eq_any(ids.clone()));
    }
    let rows: Vec<Row> = query.load(conn)?;
    let row = |(id, merged_into, source, may_be_asked): Row| ClientRow { id, merged_into, source, may_be_asked };
    Ok(rows.into_iter().map(row).collect())
}

/// Whom a number leads to, and everybody who leads there; nothing for a number nobody has.
pub fn family(conn: &mut Conn, client: i64) -> Result<Option<(i64, Vec<i64>)>, Fault> {
    let mut survivor = client;
    for _ in 0..ALIASES_MAX {
        let into: Option<Option<i64>> =
            clients::table.find(survivor).select(clients::merged_into_id).first(conn).optional()?;
        match into {
            None => return Ok(None),
            Some(None) => break,
            Some(Some(next)) => survivor = next,
        }
    }
    let mut family = vec![survivor];
    let mut newest = family.clone();
    while !newest.is_empty() {
        let found: Vec<i64> = clients::table
            .filter(clients::merged_into_id.eq_any(newest.iter().copied().map(Some).collect::<Vec<_>>()))
            .order(clients::id)
            .limit(ALIASES_MAX)
            .select(clients::id)
            .load(conn)?;
        newest = found.into_iter().filter(|id| !family.contains(id)).collect();
        family.extend(&newest);
    }
    Ok(Some((survivor, family)))
}

/// What became of a booking, as a number of the row.
pub mod ended {
    /// Still to come or under way.
    pub const COMING: i32 = 0;
    /// It took place.
    pub const COMPLETED: i32 = 1;
    /// Nobody came.
    pub const MISSED: i32 = 2;
    /// The client called it off in time.
    pub const IN_TIME: i32 = 3;
    /// The client called it off too late.
    pub const LATE: i32 = 4;
}

/// What the desk called off because the client asked counts as the client's own; only that can be too late.
const OUTCOME: &str = "CASE bookings.status WHEN 'completed' THEN 1 WHEN 'no_show' THEN 2 \
     WHEN 'cancelled' THEN CASE WHEN bookings.late_cancellation THEN 4 WHEN bookings.ended_by = 'client' THEN 3 \
     WHEN bookings.ended_reason_code = 'client_asked' THEN 3 ELSE 5 END \
     WHEN 'declined' THEN 5 WHEN 'expired' THEN 5 ELSE 0 END";

/// A booking.
#[derive(Debug, Clone, Copy)]
pub struct BookingRow {
    /// Which.
    pub id: i64,
    /// Whose.
    pub client: i64,
    /// In which appointment.
    pub appointment: i64,
    /// What became of it, a number of [`ended`].
    pub outcome: i32,
    /// When it was made, in seconds.
    pub created: i64,
    /// When it ended without a visit, in seconds.
    pub ended: Option<i64>,
    /// Whether the client made it.
    pub by_client: bool,
    /// How long it takes.
    pub minutes: i32,
    /// The tax of its price.
    pub tax_basis_points: i32,
}

/// An appointment.
#[derive(Debug, Clone, Copy)]
pub struct AppointmentRow {
    /// Which.
    pub id: i64,
    /// Its start on the wall of its place, in seconds.
    pub local_start: i64,
    /// Where.
    pub location: i64,
    /// What.
    pub service: i64,
    /// Who.
    pub provider: i64,
}

/// A line of the ledger.
#[derive(Debug, Clone, Copy)]
pub struct LineRow {
    /// Which.
    pub id: i64,
    /// Whose.
    pub client: i64,
    /// For which booking.
    pub booking: Option<i64>,
    /// 0 charge, 1 payment, 2 refund, 3 write-off.
    pub kind: i32,
    /// Minor units; negative where it takes back another line.
    pub minor: i64,
    /// The tax in it; negative likewise.
    pub tax_minor: i64,
    /// When, in seconds.
    pub occurred: i64,
    /// Where.
    pub location: Option<i64>,
}

/// Reads every row of a query without a list of rows in between.
macro_rules! each {
    ($conn:expr, $query:expr, $row:ty, $make:expr) => {{
        let mut made = Vec::new();
        for row in $query.load_iter::<$row, DefaultLoadingMode>($conn)? {
            made.push($make(row?));
        }
        Ok(made)
    }};
}

/// Says a query for both engines.
macro_rules! on_both {
    ($conn:expr, $scan:ident $(, $more:expr)*) => {
        match $conn {
            Conn::Sqlite(conn) => $scan!(conn $(, $more)*),
            Conn::Postgres(conn) => $scan!(conn $(, $more)*),
        }
    };
}

type BookingTuple = (i64, i64, i64, i32, Seconds, Option<Seconds>, bool, i32, i32);

fn booking_row(row: BookingTuple) -> BookingRow {
    let (id, client, appointment, outcome, created, ended, by_client, minutes, tax_basis_points) = row;
    let (created, ended) = (created.0, ended.map(|at| at.0));
    BookingRow { id, client, appointment, outcome, created, ended, by_client, minutes, tax_basis_points }
}

/// The bookings.
pub fn bookings(conn: &mut Conn, whose: &Whose) -> Result<Vec<BookingRow>, Fault> {
    macro_rules! scan {
        ($conn:expr) => {{
            let selected = (
                bookings::id,
                bookings::client_id,
                bookings::appointment_id,
                sql::<Integer>(OUTCOME),
                bookings::created_at,
                sql::<Nullable<Timestamp>>("COALESCE(bookings.ended_at, bookings.missed_at)"),
                sql::<Bool>("bookings.created_by = 'client'"),
                bookings::duration_minutes,
                bookings::tax_basis_points,
            );
            match whose {
                Whose::Everybody => {
                    each!($conn, bookings::table.limit(ROWS_MAX).select(selected), BookingTuple, booking_row)
                }
                Whose::These(ids) => {
                    let own = bookings::table.filter(bookings::client_id.eq_any(ids.clone()));
                    each!($conn, own.limit(ROWS_MAX).select(selected), BookingTuple, booking_row)
                }
            }
        }};
    }
    on_both!(conn, scan)
}

type NarrowTuple = (i64, i64, i64, bool, i32);

fn narrow_row((id, client, appointment, is_completed, tax_basis_points): NarrowTuple) -> BookingRow {
    let outcome = if is_completed { ended::COMPLETED } else { ended::COMING };
    BookingRow {
        id,
        client,
        appointment,
        outcome,
        created: 0,
        ended: None,
        by_client: false,
        minutes: 0,
        tax_basis_points,
    }
}

/// Everybody's bookings with no more than figures of clients need: which were completed, and the tax of their prices.
pub fn narrow_bookings(conn: &mut Conn) -> Result<Vec<BookingRow>, Fault> {
    macro_rules! scan {
        ($conn:expr) => {{
            let selected = (
                bookings::id,
                bookings::client_id,
                bookings::appointment_id,
                sql::<Bool>("bookings.status = 'completed'"),
                bookings::tax_basis_points,
            );
            each!($conn, bookings::table.limit(ROWS_MAX).select(selected), NarrowTuple, narrow_row)
        }};
    }
    on_both!(conn, scan)
}

type AppointmentTuple = (i64, Seconds, i64, i64, i64);

fn appointment_row((id, local_start, location, service, provider): AppointmentTuple) -> AppointmentRow {
    AppointmentRow { id, local_start: local_start.0, location, service, provider }
}

/// Every appointment.
pub fn appointments(conn: &mut Conn) -> Result<Vec<AppointmentRow>, Fault> {
    macro_rules! scan {
        ($conn:expr) => {{
            let all = appointments::table.limit(ROWS_MAX);
            each!($conn, all.select(appointment_columns()), AppointmentTuple, appointment_row)
        }};
    }
    on_both!(conn, scan)
}

/// The appointments of these bookings.
pub fn appointments_of(conn: &mut Conn, bookings: &[BookingRow]) -> Result<Vec<AppointmentRow>, Fault> {
    macro_rules! scan {
        ($conn:expr, $ids:expr) => {{
            let own = appointments::table.filter(appointments::id.eq_any($ids)).limit(ROWS_MAX);
            each!($conn, own.select(appointment_columns()), AppointmentTuple, appointment_row)
        }};
    }
    let mut found = Vec::new();
    for chunk in bookings.chunks(IDS_AT_ONCE) {
        let ids: Vec<i64> = chunk.iter().map(|booking| booking.appointment).collect();
        let some: Result<Vec<AppointmentRow>, Fault> = on_both!(conn, scan, ids);
        found.extend(some?);
    }
    Ok(found)
}

const fn appointment_columns() -> (
    appointments::id,
    appointments::local_start,
    appointments::location_id,
    appointments::service_id,
    appointments::provider_id,
) {
    (
        appointments::id,
        appointments::local_start,
        appointments::location_id,
        appointments::service_id,
        appointments::provider_id,
    )
}

/// The kind of a line, and 4 more where it takes back another one.
const LINE_KIND: &str = "CASE ledger_entries.kind WHEN 'charge' THEN 0 WHEN 'payment' THEN 1 WHEN 'refund' THEN 2 ELSE 3 END \
     + CASE WHEN ledger_entries.reverses_id IS NULL THEN 0 ELSE 4 END";

type LineTuple = (i64, i64, Option<i64>, i32, i64, i64, Seconds, Option<i64>);

fn line_row((id, client, booking, kind, minor, tax_minor, occurred, location): LineTuple) -> LineRow {
    let (kind, sign) = if kind < 4 { (kind, 1) } else { (kind - 4, -1) };
    LineRow {
        id,
        client,
        booking,
        kind,
        minor: sign * minor,
        tax_minor: sign * tax_minor,
        occurred: occurred.0,
        location,
    }
}

/// The lines of the ledger.
pub fn lines(conn: &mut Conn, whose: &Whose) -> Result<Vec<LineRow>, Fault> {
    macro_rules! scan {
        ($conn:expr) => {{
            let selected = (
                ledger_entries::id,
                ledger_entries::client_id,
                ledger_entries::booking_id,
                sql::<Integer>(LINE_KIND),
                ledger_entries::amount_minor,
                ledger_entries::tax_minor,
                ledger_entries::occurred_at,
                ledger_entries::location_id,
            );
            match whose {
                Whose::Everybody => {
                    each!($conn, ledger_entries::table.limit(ROWS_MAX).select(selected), LineTuple, line_row)
                }
                Whose::These(ids) => {
                    let own = ledger_entries::table.filter(ledger_entries::client_id.eq_any(ids.clone()));
                    each!($conn, own.limit(ROWS_MAX).select(selected), LineTuple, line_row)
                }
            }
        }};
    }
    on_both!(conn, scan)
}

/// A date for a next visit.
#[derive(Debug, Clone, Copy)]
pub struct DueRow {
    /// Whose.
    pub client: i64,
    /// For what.
    pub kind: i64,
    /// The day that holds.
    pub day: chrono::NaiveDate,
    /// The days between two such visits.
    pub every_days: Option<u32>,
    /// Whether it is paused beyond today or switched off.
    pub is_silent: bool,
}

/// What people are due for, by client.
pub fn dues(conn: &mut Conn, whose: &Whose, today: chrono::NaiveDate) -> Result<Vec<DueRow>, Fault> {
    type Row = (
        i64,
        i64,
        Option<chrono::NaiveDate>,
        Option<String>,
        Option<String>,
        Option<chrono::NaiveDate>,
        Option<chrono::NaiveDateTime>,
    );
    let mut query = recalls::table
        .inner_join(recall_types::table)
        .filter(recalls::due_day.is_not_null())
        .filter(recall_types::archived_at.is_null())
        .order((recalls::client_id, recalls::recall_type_id))
        .limit(ROWS_MAX)
        .select((
            recalls::client_id,
            recalls::recall_type_id,
            recalls::due_day,
            recalls::every,
            recall_types::every,
            recalls::paused_until,
            recalls::disabled_at,
        ))
        .into_boxed();
    if let Whose::These(ids) = whose {
        query = query.filter(recalls::client_id.eq_any(ids.clone()));
    }
    let rows: Vec<Row> = query.load(conn)?;
    let due = |(client, kind, day, own, usual, paused_until, disabled_at): Row| {
        let every_days = own.as_deref().or(usual.as_deref()).and_then(days_of);
        let is_silent = disabled_at.is_some() || paused_until.is_some_and(|until| today < until);
        day.map(|day| DueRow { client, kind, day, every_days, is_silent })
    };
    Ok(rows.into_iter().filter_map(due).collect())
}

/// What the models expect of everybody, over all visits, by client.
pub fn scores(conn: &mut Conn) -> Result<Vec<ScoreRow>, Fault> {
    Ok(client_scores::table
        .filter(client_scores::scope.eq(0))
        .order(client_scores::client_id)
        .limit(ROWS_MAX)
        .select(ScoreRow::as_select())
        .load(conn)?)
}

/// What the models expect of one client.
pub fn score(conn: &mut Conn, client: i64) -> Result<Option<ScoreRow>, Fault> {
    Ok(client_scores::table.find((client, 0)).select(ScoreRow::as_select()).first(conn).optional()?)
}

/// A score as it is kept.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = client_scores)]
pub struct ScoreRow {
    /// Of whom.
    pub client_id: i64,
    /// Whether he is still a client.
    pub alive: f64,
    /// Visits in 12 months.
    pub visits_12: f64,
    /// Visits in 36 months.
    pub visits_36: f64,
    /// Their value.
    pub value_12_minor: i64,
    /// One of twenty lies below.
    pub value_12_low_minor: i64,
    /// One of twenty lies above.
    pub value_12_high_minor: i64,
    /// Value of 36 months.
    pub value_36_minor: i64,
    /// One of twenty lies below.
    pub value_36_low_minor: i64,
    /// One of twenty lies above.
    pub value_36_high_minor: i64,
    /// A quarter are here again.
    pub next_early: Option<chrono::NaiveDate>,
    /// A half.
    pub next_middle: Option<chrono::NaiveDate>,
    /// Three quarters.
    pub next_late: Option<chrono::NaiveDate>,
}
