//! A row is put off, done with, or taken up again.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::store;
use crate::db::{Bad, Fault, Tx};
use crate::domain::ids::StaffUserId;
use crate::domain::time;
use crate::domain::worklists::{self, NotADayToCome, Snooze, Worklist};

/// Why a row is not put off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SnoozeRefused {
    /// The day has come already, or is too far away.
    Day(NotADayToCome),
}

/// Puts a row off until the beginning of a day on these clocks, or for good; answers until when.
pub fn snooze(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    (list, object): (Worklist, i64),
    wanted: Snooze,
    zone: Tz,
) -> Result<Option<DateTime<Utc>>, Bad<SnoozeRefused>> {
    let today = time::local_day(tx.now, zone);
    let day = worklists::seen_again(today, wanted).map_err(|wrong| Bad::Refused(SnoozeRefused::Day(wrong)))?;
    let until = day.map(|day| time::day_span(day, zone).starts_at());
    store::snoozes::write(tx, by, (list, object), until)?;
    Ok(until)
}

/// Takes a row up again.
pub fn wake(tx: &mut Tx<'_>, list: Worklist, object: i64) -> Result<(), Fault> {
    store::snoozes::delete(tx, list, object)
}
