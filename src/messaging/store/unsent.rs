//! What did not go out and nobody has seen to.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;

use super::log::{LogLine, log_lines};
use crate::db::schema::{appointments, bookings, messages};
use crate::db::{Conn, Fault};
use crate::domain::ids::RuleId;
use crate::domain::messages::UNCERTAIN_ATTEMPTS_MAX;

/// As far back as the list goes.
pub const UNSENT_DAYS: i64 = 30;
/// More lines nobody works through.
pub const UNSENT_MAX: i64 = 200;
/// Nobody could be written to.
const UNREACHABLE: [&str; 4] = ["no_address", "bad_address", "bounced", "no_channel"];
/// Of whom somebody can be called.
const PEOPLE: [&str; 4] = ["client", "mailbox", "provider", "clinic"];

/// Messages that did not arrive, or perhaps not, and that nobody has seen to; the latest first.
///
/// Given up, come back or uncertain ones, whatever they were about; of those that had no address only what belongs to
/// an appointment that is still to come, when their moment has passed.
pub(in crate::messaging) fn unsent_lines(conn: &mut Conn, now: DateTime<Utc>) -> Result<Vec<LogLine>, Fault> {
    let since = (now - TimeDelta::days(UNSENT_DAYS)).naive_utc();
    let now = now.naive_utc();
    let uncertain = messages::state
        .eq("uncertain")
        .and(messages::attempts.ge(UNCERTAIN_ATTEMPTS_MAX).or(messages::purpose.eq("marketing")));
    let mut ids: Vec<i64> = messages::table
        .filter(messages::due_at.ge(since))
        .filter(messages::settled_at.is_null())
        .filter(messages::audience.eq_any(PEOPLE))
        .filter(messages::state.eq("dead").or(uncertain).or(messages::bounced_at.is_not_null()))
        .order((messages::due_at.desc(), messages::id.desc()))
        .limit(UNSENT_MAX)
        .select(messages::id)
        .load(conn)?;
    let unreachable: Vec<i64> = messages::table
        .inner_join(bookings::table.inner_join(appointments::table))
        .filter(messages::due_at.ge(since))
        .filter(messages::due_at.le(now))
        .filter(messages::settled_at.is_null())
        .filter(messages::audience.eq("client"))
        .filter(messages::state.eq("skipped"))
        .filter(messages::purpose.eq("transactional"))
        .filter(messages::reason.assume_not_null().eq_any(UNREACHABLE))
        .filter(bookings::status.eq_any(["requested", "booked"]))
        .filter(appointments::starts_at.gt(now))
        .order((messages::due_at.desc(), messages::id.desc()))
        .limit(UNSENT_MAX)
        .select(messages::id)
        .load(conn)?;
    ids.extend(unreachable);
    log_lines(conn, &ids)
}

/// How many messages were not sent because their rule is off, by rule.
pub(in crate::messaging) fn switched_off(conn: &mut Conn, now: DateTime<Utc>) -> Result<Vec<(RuleId, i64)>, Fault> {
    let since = (now - TimeDelta::days(UNSENT_DAYS)).naive_utc();
    let rows: Vec<(Option<i64>, i64)> = messages::table
        .filter(messages::due_at.ge(since))
        .filter(messages::state.eq("skipped"))
        .filter(messages::reason.eq("switched_off"))
        .filter(messages::rule_id.is_not_null())
        .group_by(messages::rule_id)
        .order(messages::rule_id)
        .limit(UNSENT_MAX)
        .select((messages::rule_id, count_star()))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(rule, count)| rule.map(|rule| (RuleId::new(rule), count))).collect())
}
