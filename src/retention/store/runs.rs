//! When the figures of everybody were made last.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;

use crate::db::schema::{booking_events, change_counters, figures_runs, recall_triggers};
use crate::db::{Conn, Fault, Tx};

const COUNTER: &str = "figures";
const TRIGGERS_MAX: i64 = 100_000;

/// The last run.
#[derive(Debug, Clone)]
pub struct Run {
    /// What had changed until then.
    pub version: i64,
    /// The day it was made for.
    pub as_of: Option<NaiveDate>,
    /// What counted as a visit of which kind.
    pub kinds: String,
    /// When.
    pub renewed_at: Option<DateTime<Utc>>,
    /// How long it took.
    pub took: TimeDelta,
}

type Row = (i64, Option<NaiveDate>, String, Option<NaiveDateTime>, i64);

/// The last run.
pub fn last(conn: &mut Conn) -> Result<Run, Fault> {
    let (version, as_of, kinds, renewed_at, took): Row = figures_runs::table
        .find(1)
        .select((
            figures_runs::version,
            figures_runs::as_of,
            figures_runs::kinds,
            figures_runs::renewed_at,
            figures_runs::took_millis,
        ))
        .first(conn)?;
    let renewed_at = renewed_at.map(|at| at.and_utc());
    Ok(Run { version, as_of, kinds, renewed_at, took: TimeDelta::milliseconds(took) })
}

/// A number that rises with every change of a figure and with every deed about a booking: who has something booked is no
/// figure, but it is how somebody stands.
pub fn version(conn: &mut Conn) -> Result<i64, Fault> {
    let counted: i64 = change_counters::table.find(COUNTER).select(change_counters::value).first(conn)?;
    let newest: Option<i64> = booking_events::table
        .order(booking_events::id.desc())
        .limit(1)
        .select(booking_events::id)
        .first(conn)
        .optional()?;
    Ok(counted.wrapping_add(newest.unwrap_or(0)))
}

/// What counts as a visit of which kind, in a text.
pub fn kinds(conn: &mut Conn) -> Result<String, Fault> {
    let triggers: Vec<(i64, i64)> = recall_triggers::table
        .order((recall_triggers::recall_type_id, recall_triggers::service_id))
        .limit(TRIGGERS_MAX)
        .select((recall_triggers::recall_type_id, recall_triggers::service_id))
        .load(conn)?;
    Ok(triggers.iter().map(|(kind, service)| format!("{kind}:{service} ")).collect())
}

/// Keeps others from it until `until`; false when somebody else is at it.
pub fn claim(tx: &mut Tx<'_>, until: DateTime<Utc>) -> Result<bool, Fault> {
    let now = tx.now_naive();
    let free = figures_runs::claimed_until.is_null().or(figures_runs::claimed_until.le(now));
    let claimed = diesel::update(figures_runs::table.filter(free))
        .set(figures_runs::claimed_until.eq(Some(until.naive_utc())))
        .execute(tx.conn)?;
    Ok(claimed == 1)
}

/// Writes down what was made, and lets others at it again.
pub fn done(tx: &mut Tx<'_>, run: &Run) -> Result<(), Fault> {
    diesel::update(figures_runs::table.find(1))
        .set((
            figures_runs::version.eq(run.version),
            figures_runs::as_of.eq(run.as_of),
            figures_runs::kinds.eq(&run.kinds),
            figures_runs::renewed_at.eq(run.renewed_at.map(|at| at.naive_utc())),
            figures_runs::took_millis.eq(run.took.num_milliseconds()),
            figures_runs::claimed_until.eq(None::<NaiveDateTime>),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Lets others at it again without anything made.
pub fn give_up(tx: &mut Tx<'_>) -> Result<(), Fault> {
    diesel::update(figures_runs::table.find(1))
        .set(figures_runs::claimed_until.eq(None::<NaiveDateTime>))
        .execute(tx.conn)?;
    Ok(())
}
