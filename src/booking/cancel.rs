//! Gives a booking up. The place is free again in the same write; the booking and its history stay.

use super::store::{self, Ending, Happened, Standing};
use super::{offer::Shop, place, visits};
use crate::catalog::AskedOf;
use crate::db::{Bad, Fault, Tx, portable};
use crate::domain::booking::{Actor, BookingStatus, WrongStatus};
use crate::domain::ids::BookingId;
use crate::domain::policy::{self, CancelRefused};
use crate::messaging;

/// Longer reasons are cut.
pub const REASON_CHARACTERS_MAX: usize = 500;

/// A booking to give up.
#[derive(Debug, Clone)]
pub struct Cancellation {
    /// Which.
    pub booking: BookingId,
    /// Who gives it up.
    pub actor: Actor,
    /// Why, by the code of a reason of the clinic's list.
    pub reason_code: Option<String>,
    /// Why, in his words.
    pub reason: Option<String>,
    /// The version the asker has seen, when he names one.
    pub expected_version: Option<i64>,
}

/// Why a booking does not change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeRefused {
    /// No such booking.
    Unknown,
    /// The policy says no.
    Policy(CancelRefused),
    /// It is in a state from which this is not possible.
    WrongStatus(BookingStatus),
    /// Somebody changed it since the asker looked.
    Changed,
    /// No reason has this code.
    UnknownReason,
}

/// Cancels, frees the place, tells those concerned (as rows), and writes the history. A visit ends with all its parts.
pub fn cancel(tx: &mut Tx<'_>, shop: &Shop, request: &Cancellation) -> Result<(), Bad<ChangeRefused>> {
    let before = load(tx, request.booking, request.expected_version)?;
    let parts = visits::live_parts(tx, &before)?;
    let first = parts.first().unwrap_or(&before);
    let starts_at = block_of(tx, first)?.starts_at;
    let notice = before.cancel_notice_minutes;
    policy::may_cancel(tx.now, starts_at, notice, before.status, request.actor)
        .map_err(|refusal| Bad::Refused(ChangeRefused::Policy(refusal)))?;
    let reason = request.reason.as_deref().map(shortened).filter(|reason| !reason.is_empty());
    let is_on_client = is_on_client(tx, shop, request)?;
    let was_firm = before.status != BookingStatus::Requested;
    let ending = Ending {
        by: Some(request.actor.as_str()),
        reason: reason.as_deref(),
        reason_code: request.reason_code.as_deref(),
        late: was_firm && is_on_client && policy::is_late(tx.now, starts_at, notice),
        reschedules: true,
    };
    end_together(tx, shop, &before, BookingStatus::cancel, (request.actor, &ending))
}

/// Ends every part of the booking's visit that can end so; a booking that belongs to none ends alone.
pub(super) fn end_together(
    tx: &mut Tx<'_>,
    shop: &Shop,
    before: &Standing,
    step: fn(BookingStatus) -> Result<BookingStatus, WrongStatus>,
    (actor, ending): (Actor, &Ending<'_>),
) -> Result<(), Bad<ChangeRefused>> {
    step(before.status).map_err(|wrong| Bad::Refused(ChangeRefused::WrongStatus(wrong.from)))?;
    for part in visits::live_parts(tx, before)? {
        let Ok(after) = step(part.status) else { continue };
        let block = block_of(tx, &part)?;
        end(tx, shop, &part, &block, after, (actor, ending))?;
    }
    Ok(())
}

/// Whether a late cancellation is the client's: what the clinic calls off for reasons of its own is held against nobody.
fn is_on_client(tx: &mut Tx<'_>, shop: &Shop, request: &Cancellation) -> Result<bool, Bad<ChangeRefused>> {
    let Some(code) = &request.reason_code else {
        return Ok(true);
    };
    let catalog = shop.catalogs.current_in(tx)?;
    let reason = catalog.reason(code).ok_or(Bad::Refused(ChangeRefused::UnknownReason))?;
    if request.actor == Actor::Client && reason.asked_of != AskedOf::Client {
        return Err(Bad::Refused(ChangeRefused::UnknownReason));
    }
    Ok(reason.is_on_client())
}

/// The booking as it stands, refused when it is unknown or not the version the asker saw.
pub(crate) fn load(tx: &mut Tx<'_>, id: BookingId, expected: Option<i64>) -> Result<Standing, Bad<ChangeRefused>> {
    let before = store::standing(tx.conn, id)?.ok_or(Bad::Refused(ChangeRefused::Unknown))?;
    if expected.is_some_and(|version| version != before.row_version) {
        return Err(Bad::Refused(ChangeRefused::Changed));
    }
    Ok(before)
}

/// The block a booking is part of.
pub(crate) fn block_of(tx: &mut Tx<'_>, booking: &Standing) -> Result<store::Block, Fault> {
    let block = store::appointment(tx.conn, booking.appointment)?;
    block.ok_or_else(|| Fault::corrupt("bookings", "appointment_id", booking.id, "no such appointment"))
}

/// Ends a booking that held a seat: status, seats, calendar, history, messages.
pub(super) fn end(
    tx: &mut Tx<'_>,
    shop: &Shop,
    before: &Standing,
    block: &store::Block,
    after: BookingStatus,
    (actor, ending): (Actor, &Ending<'_>),
) -> Result<(), Bad<ChangeRefused>> {
    portable::lock_resources(tx.conn, &[block.id.get()])?;
    if !store::set_status(tx, before, after, ending)? {
        return Err(Bad::Refused(ChangeRefused::Changed));
    }
    let catalog = shop.catalogs.current_in(tx)?;
    place::leave(tx, &catalog, before.id, block)?;
    let event = Happened {
        kind: after.as_str(),
        before: Some(before.status.as_str().to_owned()),
        after: Some(after.as_str().to_owned()),
        reason: ending.reason,
        ..Happened::default()
    };
    store::record(tx, before.id, actor, &event)?;
    messaging::plan_for(tx, before.id)?;
    Ok(())
}

/// Free text as history keeps it.
pub(crate) fn shortened(reason: &str) -> String {
    let printable = reason.trim().chars().filter(|character| !character.is_control() || *character == '\n');
    printable.take(REASON_CHARACTERS_MAX).collect()
}
