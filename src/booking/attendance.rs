//! What became of a booking on its day: arrived, completed, or did not come.

use super::cancel::{self, ChangeRefused};
use super::complete::{self, CompleteRefused, Completion};
use super::{answer, visits};
use crate::db::{Bad, Fault, Tx};
use crate::domain::booking::{Actor, BookingStatus};
use crate::domain::ids::BookingId;
use crate::messaging;

/// What staff say happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attendance {
    /// The client is here.
    Arrived,
    /// The treatment has begun.
    InProgress,
    /// It is done; the price is charged.
    Completed,
    /// Nobody came.
    NoShow,
}

/// Writes what happened, to this part of a visit; arriving is for all parts. A completed visit puts its charge into the ledger in the same write.
pub fn attend(
    tx: &mut Tx<'_>,
    booking: BookingId,
    what: Attendance,
    actor: Actor,
    expected_version: Option<i64>,
) -> Result<(), Bad<ChangeRefused>> {
    if what == Attendance::Completed {
        return complete_plainly(tx, &Completion::plain(booking, actor, expected_version));
    }
    let before = cancel::load(tx, booking, expected_version)?;
    let status = before.status;
    let after = match what {
        Attendance::Arrived => status.arrive(),
        Attendance::InProgress => status.start(),
        Attendance::Completed => status.complete(),
        Attendance::NoShow => status.no_show(),
    };
    let after = after.map_err(|wrong| Bad::Refused(ChangeRefused::WrongStatus(wrong.from)))?;
    let block = cancel::block_of(tx, &before)?;
    // What has not begun cannot have been missed.
    if after == BookingStatus::NoShow && tx.now < block.starts_at {
        return Err(Bad::Refused(ChangeRefused::WrongStatus(status)));
    }
    answer::change(tx, &before, after, actor)?;
    messaging::plan_for(tx, booking)?;
    // Who is here is here for every part.
    if after == BookingStatus::Arrived {
        for part in visits::live_parts(tx, &before)?.into_iter().filter(|part| part.id != booking) {
            let Ok(after) = part.status.arrive() else { continue };
            answer::change(tx, &part, after, actor)?;
            messaging::plan_for(tx, part.id)?;
        }
    }
    Ok(())
}

/// Charges the agreed price and takes no payment.
fn complete_plainly(tx: &mut Tx<'_>, completion: &Completion) -> Result<(), Bad<ChangeRefused>> {
    match complete::complete(tx, completion) {
        Ok(()) => Ok(()),
        Err(Bad::Refused(CompleteRefused::Change(refused))) => Err(Bad::Refused(refused)),
        // The agreed price is one, and nothing is paid.
        Err(Bad::Refused(refused @ (CompleteRefused::Bill(_) | CompleteRefused::Paid))) => {
            Err(Fault::corrupt("bookings", "price_minor", completion.booking, format!("{refused:?}")).into())
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}
