//! Staff answer a request: yes or no.

use super::cancel::{self, ChangeRefused};
use super::offer::Shop;
use super::store::{self, Ending, Happened};
use super::visits;
use crate::db::{Bad, Tx};
use crate::domain::booking::{Actor, BookingStatus, WrongStatus};
use crate::domain::ids::BookingId;
use crate::messaging;

/// The request becomes a booking; its place was kept all along. The parts of a visit are answered together.
pub fn approve(
    tx: &mut Tx<'_>,
    booking: BookingId,
    actor: Actor,
    expected_version: Option<i64>,
) -> Result<(), Bad<ChangeRefused>> {
    let before = cancel::load(tx, booking, expected_version)?;
    before.status.approve().map_err(refusal)?;
    for part in visits::live_parts(tx, &before)? {
        let Ok(after) = part.status.approve() else { continue };
        change(tx, &part, after, actor)?;
        messaging::plan_for(tx, part.id)?;
    }
    Ok(())
}

/// The request is turned down and its place is free again.
pub fn decline(
    tx: &mut Tx<'_>,
    shop: &Shop,
    booking: BookingId,
    actor: Actor,
    reason: Option<&str>,
    expected_version: Option<i64>,
) -> Result<(), Bad<ChangeRefused>> {
    let before = cancel::load(tx, booking, expected_version)?;
    let ending = Ending { by: Some(actor.as_str()), reason, reason_code: None, late: false, reschedules: true };
    cancel::end_together(tx, shop, &before, BookingStatus::decline, (actor, &ending))
}

fn refusal(wrong: WrongStatus) -> Bad<ChangeRefused> {
    Bad::Refused(ChangeRefused::WrongStatus(wrong.from))
}

/// Writes a status that leaves the place as it is, and the line of history that says so.
pub(super) fn change(
    tx: &mut Tx<'_>,
    before: &store::Standing,
    after: BookingStatus,
    actor: Actor,
) -> Result<(), Bad<ChangeRefused>> {
    if !store::set_status(tx, before, after, &Ending::default())? {
        return Err(Bad::Refused(ChangeRefused::Changed));
    }
    let event = Happened {
        kind: after.as_str(),
        before: Some(before.status.as_str().to_owned()),
        after: Some(after.as_str().to_owned()),
        ..Happened::default()
    };
    Ok(store::record(tx, before.id, actor, &event)?)
}
