//! The client says, on the phone or otherwise, that they will come.

use super::cancel::{self, ChangeRefused};
use super::store::{self, Happened};
use super::visits;
use crate::db::{Bad, Tx};
use crate::domain::booking::{Actor, BookingStatus};
use crate::domain::ids::BookingId;

/// What the history calls it.
pub const CONFIRMED_EVENT: &str = "confirmed";

/// Writes down that the client will come, for all parts of a visit. Saying it twice changes nothing.
pub fn confirm(
    tx: &mut Tx<'_>,
    booking: BookingId,
    actor: Actor,
    expected_version: Option<i64>,
) -> Result<(), Bad<ChangeRefused>> {
    let before = cancel::load(tx, booking, expected_version)?;
    if before.status != BookingStatus::Booked {
        return Err(Bad::Refused(ChangeRefused::WrongStatus(before.status)));
    }
    for part in visits::live_parts(tx, &before)? {
        if part.status == BookingStatus::Booked && store::set_confirmed(tx, part.id)? {
            let event = Happened { kind: CONFIRMED_EVENT, ..Happened::default() };
            store::record(tx, part.id, actor, &event)?;
        }
    }
    Ok(())
}
