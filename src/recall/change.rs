//! What people do with one recall: a date by hand, a pause, an end, an interval of the client's own.

use chrono::NaiveDate;

use super::lock;
use super::store::recalls::{self, NewRecall, Recall};
use super::store::types;
use crate::accounts::audit::{self, AuditAction, ObjectKind};
use crate::catalog::RecallInterval;
use crate::db::{Bad, Fault, Tx};
use crate::domain::ids::{ClientId, RecallId, RecallTypeId, StaffUserId};
use crate::domain::recall::{self, AHEAD_DAYS_MAX, Dates, WhyDisabled};

/// The longest note beside a reason, in characters.
pub const NOTE_CHARACTERS_MAX: usize = 300;

/// What is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Another date, until the next visit; nothing takes it back.
    Due(Option<NaiveDate>),
    /// Nothing before this day; nothing ends the pause.
    Pause(Option<NaiveDate>),
    /// No more reminders, and why.
    Disable(WhyDisabled, String),
    /// Reminders again.
    Enable,
    /// After how long this client is due; nothing is what the type says.
    Every(Option<RecallInterval>),
}

/// Why nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeRefused {
    /// No such recall, type or client.
    Unknown,
    /// Somebody else changed it after the asker looked.
    Changed,
    /// The day has passed, or is too far away.
    WrongDay,
    /// The note is missing where it is the reason, or too long.
    WrongNote,
}

/// Changes a recall. `by` is nobody when the client did it by a link; `seen` is the version that was looked at.
pub fn change(
    tx: &mut Tx<'_>,
    by: Option<StaffUserId>,
    (id, seen): (RecallId, Option<i64>),
    change: &Change,
    today: NaiveDate,
) -> Result<Recall, Bad<ChangeRefused>> {
    // Load
    let unknown = || Bad::Refused(ChangeRefused::Unknown);
    let client = recalls::recall(tx.conn, id, tx.now)?.ok_or_else(unknown)?.client;
    lock(tx, &[client])?;
    let before = recalls::recall(tx.conn, id, tx.now)?.ok_or_else(unknown)?;
    if seen.is_some_and(|seen| seen != before.row_version) {
        return Err(Bad::Refused(ChangeRefused::Changed));
    }

    // Decide
    check(change, today).map_err(Bad::Refused)?;
    let mut after = before.clone();
    match change {
        Change::Due(due) => after.dates = recall::with_manual(before.dates, *due),
        Change::Pause(until) => after.paused_until = *until,
        Change::Disable(why, note) => after.disabled = Some((tx.now, *why, note.trim().to_owned())),
        Change::Enable => after.disabled = None,
        Change::Every(every) => {
            after.every = *every;
            after.dates = recomputed(tx, &after)?;
        }
    }
    if after == before {
        return Ok(before);
    }

    // Apply
    if !recalls::rewrite(tx, before.row_version, &after)? {
        return Err(Bad::Refused(ChangeRefused::Changed));
    }
    audit::record(tx, AuditAction::Changed, by, ObjectKind::Recall, id.get())?;
    Ok(Recall { row_version: before.row_version + 1, ..after })
}

/// Makes a recall by hand for a client who had no visit of that kind yet.
pub fn add(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    (client, kind): (ClientId, RecallTypeId),
    due: NaiveDate,
    today: NaiveDate,
) -> Result<RecallId, Bad<ChangeRefused>> {
    lock(tx, &[client])?;
    check(&Change::Due(Some(due)), today).map_err(Bad::Refused)?;
    let is_in_use = types::types(tx.conn)?.iter().any(|one| one.id == kind);
    let known = recalls::of_clients(tx.conn, &[client])?.into_iter().find(|recall| recall.recall_type == kind);
    if let Some(known) = known {
        let seen = known.row_version;
        return self::change(tx, Some(by), (known.id, Some(seen)), &Change::Due(Some(due)), today)
            .map(|recall| recall.id);
    }
    let exists = recalls::is_client(tx.conn, client)?;
    if !is_in_use || !exists {
        return Err(Bad::Refused(ChangeRefused::Unknown));
    }
    let row = NewRecall::new(tx, client, kind, &recall::with_manual(Dates::default(), Some(due)));
    let id = row.id();
    recalls::insert(tx, &[row])?;
    audit::record(tx, AuditAction::Created, by, ObjectKind::Recall, id.get())?;
    Ok(id)
}

fn check(change: &Change, today: NaiveDate) -> Result<(), ChangeRefused> {
    match change {
        // A date that has passed is one somebody is overdue for; a year is enough of that.
        Change::Due(Some(day)) => is_near(*day, today, -recall::LAPSED_DAYS),
        Change::Pause(Some(day)) => is_near(*day, today, 1),
        Change::Disable(why, note) => {
            let length = note.trim().chars().count();
            let fits = length <= NOTE_CHARACTERS_MAX && (*why != WhyDisabled::Other || 0 < length);
            if fits { Ok(()) } else { Err(ChangeRefused::WrongNote) }
        }
        Change::Due(None) | Change::Pause(None) | Change::Enable | Change::Every(_) => Ok(()),
    }
}

fn is_near(day: NaiveDate, today: NaiveDate, first: i64) -> Result<(), ChangeRefused> {
    let ahead = day.signed_duration_since(today).num_days();
    if (first..=AHEAD_DAYS_MAX).contains(&ahead) { Ok(()) } else { Err(ChangeRefused::WrongDay) }
}

/// The dates with the interval that counts now.
fn recomputed(tx: &mut Tx<'_>, recall: &Recall) -> Result<Dates, Fault> {
    let Some(kind) = types::recall_type(tx.conn, recall.recall_type)? else { return Ok(recall.dates) };
    let every = recall.every.or(kind.every).map(|every| (every.months(), every.days()));
    let place = (recall.client, kind.id);
    let visits = recalls::visits(tx.conn, &[kind], &[recall.client])?;
    let days = visits.get(&place).map(Vec::as_slice).unwrap_or_default();
    Ok(recall::renewed(Some(recall.dates), days, every).unwrap_or(recall.dates))
}
