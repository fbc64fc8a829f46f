//! What ends by itself: holds that ran out, requests nobody answered, and traces that are old.

use chrono::{DateTime, Duration, Utc};

use super::cancel::{self, ChangeRefused};
use super::offer::Shop;
use super::place;
use super::store::{self, Ending};
use crate::db::{Bad, Fault, Tx};
use crate::domain::booking::{Actor, BookingStatus};

/// One pass ends at most so many; the next pass takes the rest.
const BATCH_MAX: i64 = 500;
/// A repeated call is recognised for so long.
const CALLS_KEPT_HOURS: i64 = 48;

/// Ends holds that ran out, so that their appointments do not stay as empty blocks; answers how many.
///
/// Nobody depends on this pass: whoever wants such a place ends its hold in the same write.
pub fn end_overdue_holds(tx: &mut Tx<'_>) -> Result<usize, Fault> {
    let now = tx.now;
    let overdue = store::overdue_holds(tx.conn, now, BATCH_MAX)?;
    let mut ended = 0;
    for hold in &overdue {
        ended += usize::from(place::give_back_hold(tx, hold, "expired")?);
    }
    Ok(ended)
}

/// Ends requests that waited too long or whose time has come; their clients are told. Answers how many.
pub fn expire_requests(tx: &mut Tx<'_>, shop: &Shop, request_expires_hours: i64) -> Result<usize, Fault> {
    let now = tx.now;
    let asked_before = now - Duration::hours(request_expires_hours);
    let waiting = store::unanswered_requests(tx.conn, asked_before, now, BATCH_MAX)?;
    let mut ended = 0;
    for booking in waiting {
        match expire(tx, shop, booking) {
            Ok(()) => ended += 1,
            // Somebody answered meanwhile.
            Err(Bad::Refused(_)) => {}
            Err(Bad::Fault(fault)) => return Err(fault),
        }
    }
    Ok(ended)
}

fn expire(tx: &mut Tx<'_>, shop: &Shop, id: crate::domain::ids::BookingId) -> Result<(), Bad<ChangeRefused>> {
    let before = cancel::load(tx, id, None)?;
    let ending = Ending { by: Some(Actor::System.as_str()), reschedules: true, ..Ending::default() };
    cancel::end_together(tx, shop, &before, BookingStatus::expire, (Actor::System, &ending))
}

/// Forgets repeated-call keys and day stamps nobody can ask about any more; answers how many rows went.
pub fn forget_old(tx: &mut Tx<'_>) -> Result<usize, Fault> {
    let calls = store::forget_calls_before(tx, tx.now - Duration::hours(CALLS_KEPT_HOURS))?;
    let yesterday: DateTime<Utc> = tx.now - Duration::days(2);
    Ok(calls + store::forget_stamps_before(tx, yesterday.date_naive())?)
}
