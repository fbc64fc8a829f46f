//! What operators want to know of the database: whether it answers, and what waits in it.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::dsl::{count_star, min};
use diesel::prelude::*;
use diesel::sql_types::Timestamp;

use super::schema::messages;
use super::{Conn, Fault};

/// States of messages that somebody has to act on or wait for; the final ones grow for ever and are not counted.
const WATCHED: [&str; 5] = ["pending", "retry", "leased", "uncertain", "dead"];
/// States in which a message is still to be handed over.
const WAITING: [&str; 3] = ["pending", "retry", "leased"];

/// The ways messages travel.
pub const CHANNELS: [&str; 3] = ["mail", "sms", "webhook"];
/// More combinations of channel, state and reason there are not.
const ENDED_MAX: i64 = 200;

/// How the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vitals {
    /// Messages by state.
    pub messages: Vec<(&'static str, i64)>,
    /// Since when the oldest message waits that is due.
    pub oldest_due: Option<DateTime<Utc>>,
    /// The same for each channel, in the order of [`CHANNELS`].
    pub oldest_due_by_channel: Vec<(&'static str, Option<DateTime<Utc>>)>,
}

/// How messages ended that were due in the last day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LastDay {
    /// Channel, state, reason (empty for what was sent), and how many.
    pub ended: Vec<(String, String, String, i64)>,
    /// Mails that came back.
    pub bounced: i64,
}

/// Asks the database, by its indexes only.
pub fn read(conn: &mut Conn, now: DateTime<Utc>) -> Result<Vitals, Fault> {
    let mut counted = Vec::new();
    for state in WATCHED {
        let count: i64 = messages::table.filter(messages::state.eq(state)).select(count_star()).first(conn)?;
        counted.push((state, count));
    }
    let mut oldest_due_by_channel = Vec::new();
    for channel in CHANNELS {
        let mut oldest: Option<NaiveDateTime> = None;
        for state in WAITING {
            let found: Option<NaiveDateTime> = messages::table
                .filter(messages::channel.eq(channel))
                .filter(messages::state.eq(state))
                .filter(messages::due_at.le(now.naive_utc()))
                .select(min(messages::due_at))
                .first(conn)?;
            oldest = oldest.into_iter().chain(found).min();
        }
        oldest_due_by_channel.push((channel, oldest.map(|due| due.and_utc())));
    }
    let oldest_due = oldest_due_by_channel.iter().filter_map(|(_, due)| *due).min();
    Ok(Vitals { messages: counted, oldest_due, oldest_due_by_channel })
}

/// How messages ended that were due in the last day: what every process did, planning included.
pub fn last_day(conn: &mut Conn, now: DateTime<Utc>) -> Result<LastDay, Fault> {
    let since = (now - TimeDelta::days(1)).naive_utc();
    type Row = (String, String, Option<String>, i64);
    let ended: Vec<Row> = messages::table
        .filter(messages::due_at.ge(since))
        .filter(messages::due_at.le(now.naive_utc()))
        .filter(messages::state.eq_any(["sent", "dead", "skipped", "uncertain"]))
        .group_by((messages::channel, messages::state, messages::reason))
        .order((messages::channel, messages::state, messages::reason))
        .limit(ENDED_MAX)
        .select((messages::channel, messages::state, messages::reason, count_star()))
        .load(conn)?;
    let bounced: i64 = messages::table
        .filter(messages::due_at.ge(since - TimeDelta::days(6)))
        .filter(messages::bounced_at.ge(since))
        .select(count_star())
        .first(conn)?;
    let ended =
        ended.into_iter().map(|(channel, state, reason, count)| (channel, state, reason.unwrap_or_default(), count));
    Ok(LastDay { ended: ended.collect(), bounced })
}

#[derive(QueryableByName)]
struct Moment {
    #[diesel(sql_type = Timestamp)]
    at: NaiveDateTime,
}

/// The clock that all nodes on a PostgreSQL share. SQLite goes by this machine's.
pub fn clock(conn: &mut Conn) -> Result<Option<DateTime<Utc>>, Fault> {
    let Conn::Postgres(conn) = conn else {
        return Ok(None);
    };
    let moment: Moment = diesel::sql_query("SELECT (clock_timestamp() AT TIME ZONE 'UTC') AS at").get_result(conn)?;
    Ok(Some(moment.at.and_utc()))
}

/// A machine whose clock is further from the database's has its clock set wrong.
pub const CLOCKS_APART_MAX_SECONDS: i64 = 5;
