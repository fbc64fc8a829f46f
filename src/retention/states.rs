//! Keeps how each client stands, so that lists of clients can be narrowed to a state.

use chrono::{DateTime, Utc};

use super::store::states::{self as store, StateRow};
use crate::db::{Bad, Db, Fault, Never};
use crate::domain::insight::Insight;

/// Rows of one write, so that bookings need not wait long.
const ROWS_AT_ONCE: usize = 2_000;

/// Brings the kept states in line with what was decided; answers how many rows changed. Blocks.
pub(super) fn keep(db: &Db, insight: &Insight, now: DateTime<Utc>) -> Result<usize, Fault> {
    let kept = db.read_blocking(store::states)?;
    let as_of = insight.population.today;
    let mut changed = Vec::new();
    let mut old = kept.iter().peekable();
    let mut gone = Vec::new();
    for (person, standing, _) in insight.people() {
        let client_id = person.client.get();
        while let Some(row) = old.next_if(|row| row.client_id < client_id) {
            gone.push(row.client_id);
        }
        let before = old.next_if(|row| row.client_id == client_id);
        let Some(standing) = standing else {
            gone.extend(before.map(|row| row.client_id));
            continue;
        };
        let row = StateRow {
            client_id,
            state: standing.state.as_str().to_owned(),
            month_state: standing.month_state.map(|state| state.as_str().to_owned()),
            since: standing.since,
            value_minor: standing.value_minor,
            at_risk_minor: standing.at_risk_minor,
            as_of,
        };
        if before.is_none_or(|before| !before.says_the_same(&row)) {
            changed.push(row);
        }
    }
    gone.extend(old.map(|row| row.client_id));
    let count = changed.len() + gone.len();
    for rows in changed.chunks(ROWS_AT_ONCE) {
        let rows = rows.to_vec();
        write(db, now, rows, Vec::new())?;
    }
    for ids in gone.chunks(ROWS_AT_ONCE) {
        write(db, now, Vec::new(), ids.to_vec())?;
    }
    Ok(count)
}

fn write(db: &Db, now: DateTime<Utc>, rows: Vec<StateRow>, gone: Vec<i64>) -> Result<(), Fault> {
    db.write_blocking::<_, Never, _>(now, move |tx| Ok(store::write(tx, &rows, &gone)?)).map_err(Bad::into_fault)
}
