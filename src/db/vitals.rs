//! What operators want to know of the database: whether it answers, and what waits in it.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::{count_star, min};
use diesel::prelude::*;

use super::schema::messages;
use super::{Conn, Fault};

/// States of messages that somebody has to act on or wait for; the final ones grow for ever and are not counted.
const WATCHED: [&str; 5] = ["pending", "retry", "leased", "uncertain", "dead"];
/// States in which a message is still to be handed over.
const WAITING: [&str; 3] = ["pending", "retry", "leased"];

/// How the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vitals {
    /// Messages by state.
    pub messages: Vec<(&'static str, i64)>,
    /// Since when the oldest message waits that is due.
    pub oldest_due: Option<DateTime<Utc>>,
}

/// Asks the database, by its indexes only.
pub fn read(conn: &mut Conn, now: DateTime<Utc>) -> Result<Vitals, Fault> {
    let mut counted = Vec::new();
    for state in WATCHED {
        let count: i64 = messages::table.filter(messages::state.eq(state)).select(count_star()).first(conn)?;
        counted.push((state, count));
    }
    let mut oldest_due: Option<NaiveDateTime> = None;
    for state in WAITING {
        let oldest: Option<NaiveDateTime> = messages::table
            .filter(messages::state.eq(state))
            .filter(messages::due_at.le(now.naive_utc()))
            .select(min(messages::due_at))
            .first(conn)?;
        oldest_due = oldest_due.into_iter().chain(oldest).min();
    }
    Ok(Vitals { messages: counted, oldest_due: oldest_due.map(|due| due.and_utc()) })
}
