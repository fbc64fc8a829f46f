//! Figures of clients as they are kept.

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Integer;

use crate::db::schema::{change_counters, client_figures};
use crate::db::{Conn, Fault, Tx, portable};
use crate::domain::ids::ClientId;

/// Rises whenever figures of somebody change.
const COUNTER: &str = "figures";
/// More rows of one client, or of the whole clinic, there are not.
const ROWS_MAX: i64 = 1_000_000_000;
const EPOCH_DAY: i32 = 719_163;

/// A row; recall type 0 is every visit.
#[derive(Debug, Clone, PartialEq, Insertable, AsChangeset)]
#[diesel(table_name = client_figures, treat_none_as_null = true)]
pub struct FiguresRow {
    /// Whose.
    pub client_id: i64,
    /// Over which visits.
    pub recall_type_id: i64,
    /// Days with one.
    pub visits: i32,
    /// The first.
    pub first_day: NaiveDate,
    /// The last.
    pub last_day: NaiveDate,
    /// Their rhythm.
    pub median_gap_days: Option<f64>,
    /// What the models want of the gaps.
    pub log_gap_sum: f64,
    /// What they brought.
    pub revenue_minor: i64,
    /// What the first began with.
    pub first_service_id: i64,
    /// By whom.
    pub first_provider_id: i64,
    /// What the last began with.
    pub last_service_id: i64,
    /// By whom.
    pub last_provider_id: i64,
    /// Where.
    pub last_location_id: i64,
}

type Tuple = (i64, i64, i32, i32, i32, Option<f64>, f64, i64, i64, i64, i64, i64, i64);

fn row(found: Tuple) -> FiguresRow {
    let (client_id, recall_type_id, visits, first, last, median_gap_days, log_gap_sum, revenue_minor, a, b, c, d, e) =
        found;
    let date = |day: i32| NaiveDate::from_num_days_from_ce_opt(day.saturating_add(EPOCH_DAY)).unwrap_or_default();
    FiguresRow {
        client_id,
        recall_type_id,
        visits,
        first_day: date(first),
        last_day: date(last),
        median_gap_days,
        log_gap_sum,
        revenue_minor,
        first_service_id: a,
        first_provider_id: b,
        last_service_id: c,
        last_provider_id: d,
        last_location_id: e,
    }
}

/// Every row, or those of these clients, by client and kind. Days are read as numbers: a date as text is parsed slowly.
pub fn kept(conn: &mut Conn, of: Option<&[i64]>) -> Result<Vec<FiguresRow>, Fault> {
    macro_rules! scan {
        ($conn:expr, $first:literal, $last:literal) => {{
            let mut query = client_figures::table
                .limit(ROWS_MAX)
                .select((
                    client_figures::client_id,
                    client_figures::recall_type_id,
                    client_figures::visits,
                    sql::<Integer>($first),
                    sql::<Integer>($last),
                    client_figures::median_gap_days,
                    client_figures::log_gap_sum,
                    client_figures::revenue_minor,
                    client_figures::first_service_id,
                    client_figures::first_provider_id,
                    client_figures::last_service_id,
                    client_figures::last_provider_id,
                    client_figures::last_location_id,
                ))
                .into_boxed();
            if let Some(ids) = of {
                query = query.filter(client_figures::client_id.eq_any(ids.to_vec()));
            }
            let mut rows = Vec::new();
            for found in query.load_iter::<Tuple, diesel::connection::DefaultLoadingMode>($conn)? {
                rows.push(row(found?));
            }
            rows
        }};
    }
    let mut rows: Vec<FiguresRow> = match conn {
        Conn::Sqlite(conn) => scan!(conn, "unixepoch(first_day) / 86400", "unixepoch(last_day) / 86400"),
        Conn::Postgres(conn) => scan!(conn, "first_day - DATE '1970-01-01'", "last_day - DATE '1970-01-01'"),
    };
    rows.sort_unstable_by_key(|row| (row.client_id, row.recall_type_id));
    Ok(rows)
}

/// What brings kept rows in line.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// New rows.
    pub inserted: Vec<FiguresRow>,
    /// Rows that say something else.
    pub updated: Vec<FiguresRow>,
    /// Rows of whoever has no such visit any more.
    pub deleted: Vec<(i64, i64)>,
}

impl Changes {
    /// What differs between two lists, both by client and kind.
    pub fn between(kept: &[FiguresRow], wanted: &[FiguresRow]) -> Self {
        let mut changes = Self::default();
        let key = |row: &FiguresRow| (row.client_id, row.recall_type_id);
        let (mut kept, mut wanted) = (kept.iter().peekable(), wanted.iter().peekable());
        loop {
            match (kept.peek(), wanted.peek()) {
                (None, None) => return changes,
                (Some(old), Some(new)) if key(old) == key(new) => {
                    if old != new {
                        changes.updated.push((*new).clone());
                    }
                    kept.next();
                    wanted.next();
                }
                (Some(old), Some(new)) if key(old) < key(new) => {
                    changes.deleted.push(key(old));
                    kept.next();
                }
                (Some(old), None) => {
                    changes.deleted.push(key(old));
                    kept.next();
                }
                (_, Some(new)) => {
                    changes.inserted.push((*new).clone());
                    wanted.next();
                }
            }
        }
    }

    /// How many rows change.
    pub const fn len(&self) -> usize {
        self.inserted.len() + self.updated.len() + self.deleted.len()
    }

    /// Whose rows change, each once.
    pub fn clients(&self) -> Vec<ClientId> {
        let rows = self.inserted.iter().chain(&self.updated).map(|row| row.client_id);
        let mut ids: Vec<i64> = rows.chain(self.deleted.iter().map(|(client, _)| *client)).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter().map(ClientId::new).collect()
    }

    /// Pieces of at most so many rows.
    pub fn pieces(self, size: usize) -> Vec<Self> {
        let inserted = self.inserted.chunks(size).map(|rows| Self { inserted: rows.to_vec(), ..Self::default() });
        let updated = self.updated.chunks(size).map(|rows| Self { updated: rows.to_vec(), ..Self::default() });
        let deleted = self.deleted.chunks(size).map(|rows| Self { deleted: rows.to_vec(), ..Self::default() });
        // What goes makes room first.
        deleted.chain(updated).chain(inserted).collect()
    }
}

/// Writes them.
pub fn apply(tx: &mut Tx<'_>, changes: &Changes) -> Result<(), Fault> {
    for (client, kind) in &changes.deleted {
        diesel::delete(client_figures::table.find((*client, *kind))).execute(tx.conn)?;
    }
    for row in &changes.updated {
        diesel::update(client_figures::table.find((row.client_id, row.recall_type_id))).set(row).execute(tx.conn)?;
    }
    let conn = &mut *tx.conn;
    let rows = &changes.inserted;
    portable::insert_all!(conn, client_figures, rows);
    Ok(())
}

/// Makes every other write of these clients' figures wait until this one is over.
pub fn lock(tx: &mut Tx<'_>, clients: &[i64]) -> Result<(), Fault> {
    let names: Vec<String> = clients.iter().map(|client| format!("figures {client}")).collect();
    portable::lock_names(tx.conn, &names)
}

/// Says that something changed; answers how often that was said in all.
pub fn raise(tx: &mut Tx<'_>) -> Result<i64, Fault> {
    diesel::update(change_counters::table.find(COUNTER))
        .set(change_counters::value.eq(change_counters::value + 1))
        .execute(tx.conn)?;
    Ok(change_counters::table.find(COUNTER).select(change_counters::value).first(tx.conn)?)
}

/// How often it was said.
pub fn counted(conn: &mut Conn) -> Result<i64, Fault> {
    Ok(change_counters::table.find(COUNTER).select(change_counters::value).first(conn)?)
}
