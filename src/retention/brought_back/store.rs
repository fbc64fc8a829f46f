//! Which messages left, and what became of the bookings somebody was reminded of.

use chrono::NaiveDateTime;
use chrono_tz::Tz;
use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::Came;
use crate::db::schema::{appointments, bookings, messages};
use crate::db::{Conn, Fault};
use crate::domain::brought_back::Told;
use crate::domain::ids::ClientId;
use crate::domain::messages::MessageKind;
use crate::domain::reporting::Days;
use crate::domain::time;

/// More messages of one period are not looked at: the oldest are left out.
const MESSAGES_MAX: i64 = 5_000_000;

fn span(days: Days, zone: Tz) -> (NaiveDateTime, NaiveDateTime) {
    let (from, until) = (time::day_span(days.from, zone), time::day_span(days.until, zone));
    (from.starts_at().naive_utc(), until.starts_at().naive_utc())
}

type Row = (Option<i64>, Option<i64>, String, Option<NaiveDateTime>);

/// The messages of these kinds that left in these days, by client and time.
pub(super) fn told(conn: &mut Conn, days: Days, zone: Tz, kinds: &[&'static str]) -> Result<Vec<Told>, Fault> {
    let (from, until) = span(days, zone);
    let rows: Vec<Row> = messages::table
        .filter(messages::sent_at.ge(Some(from)))
        .filter(messages::sent_at.lt(Some(until)))
        .filter(messages::kind.eq_any(kinds))
        .filter(messages::client_id.is_not_null())
        .select((messages::about_client_id, messages::client_id, messages::kind, messages::sent_at))
        .order((messages::sent_at.desc(), messages::id.desc()))
        .limit(MESSAGES_MAX)
        .load(conn)?;
    let told = |(about, to, kind, at): Row| {
        let place = kinds.iter().position(|known| *known == kind)?;
        let day = time::local_day(at?.and_utc(), zone);
        Some(Told { client: ClientId::new(about.or(to)?), day, kind: u32::try_from(place).ok()? })
    };
    let mut told: Vec<Told> = rows.into_iter().filter_map(told).collect();
    told.sort_unstable();
    Ok(told)
}

/// What became of the bookings of these days with a reminder, and of those without.
pub(super) fn reminded(conn: &mut Conn, days: Days, zone: Tz) -> Result<(Came, Came), Fault> {
    let (from, until) = span(days, zone);
    let mut count = |status: &str, was_reminded: bool| -> Result<i64, Fault> {
        let reminder = messages::table
            .filter(messages::booking_id.eq(bookings::id.nullable()))
            .filter(messages::kind.eq(MessageKind::Reminder.as_str()))
            .filter(messages::sent_at.is_not_null());
        let of_days = bookings::table
            .inner_join(appointments::table)
            .filter(appointments::starts_at.ge(from))
            .filter(appointments::starts_at.lt(until))
            .filter(bookings::status.eq(status));
        Ok(if was_reminded {
            of_days.filter(exists(reminder)).count().get_result(conn)?
        } else {
            of_days.filter(not(exists(reminder))).count().get_result(conn)?
        })
    };
    let reminded = Came { came: count("completed", true)?, missed: count("no_show", true)? };
    let not_reminded = Came { came: count("completed", false)?, missed: count("no_show", false)? };
    Ok((reminded, not_reminded))
}
