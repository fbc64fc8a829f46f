//! Moves several bookings at once: all leave their places before any takes a new one, so they may swap.

use super::reschedule::{Destination, RescheduleRefused, spot_text};
use super::store;
use crate::booking::book::{self, BookRefused, Wish};
use crate::booking::cancel;
use crate::booking::offer::Shop;
use crate::booking::place::{self, Placed, Taken};
use crate::booking::{self, Block, Happened, SeatOf, Standing};
use crate::db::{Bad, Fault, Tx};
use crate::domain::booking::Actor;
use crate::domain::ids::BookingId;
use crate::domain::policy::{self, Movable, MoveRefused};
use crate::messaging;

/// A booking that has left its place and has no other yet.
pub(crate) struct Departed {
    before: Standing,
    block: Block,
}

/// Whether this actor may move the booking now; nothing when it is unknown.
pub(crate) fn may_move(tx: &mut Tx<'_>, booking: BookingId, actor: Actor) -> Result<Result<(), MoveRefused>, Fault> {
    let before = match cancel::load(tx, booking, None) {
        Ok(before) => before,
        Err(Bad::Refused(_)) => return Ok(Err(MoveRefused::NotAllowed)),
        Err(Bad::Fault(fault)) => return Err(fault),
    };
    let block = cancel::block_of(tx, &before)?;
    let movable = Movable {
        starts_at: block.starts_at,
        status: before.status,
        move_notice_minutes: before.move_notice_minutes,
        moves: before.moves,
        moves_max: before.moves_max,
    };
    Ok(policy::may_move(tx.now, &movable, actor))
}

/// Leaves the place. Whether it may was decided before.
pub(crate) fn depart(
    tx: &mut Tx<'_>,
    shop: &Shop,
    booking: BookingId,
    actor: Actor,
) -> Result<Departed, Bad<RescheduleRefused>> {
    let catalog = shop.catalogs.current_in(tx)?;
    let before = cancel::load(tx, booking, None).map_err(|bad| bad.map(RescheduleRefused::from))?;
    let block = cancel::block_of(tx, &before)?;
    if !store::begin(tx, &before, actor)? {
        return Err(Bad::Refused(RescheduleRefused::Changed));
    }
    place::leave(tx, &catalog, before.id, &block)?;
    Ok(Departed { before, block })
}

/// Takes the new place, writes the history and plans what is told.
///
/// Lead time and horizon are not asked for: what moves together was agreed before, and whoever asks has looked.
pub(crate) fn arrive(
    tx: &mut Tx<'_>,
    shop: &Shop,
    departed: &Departed,
    to: Destination,
    actor: Actor,
) -> Result<(), Bad<RescheduleRefused>> {
    let catalog = shop.catalogs.current_in(tx)?;
    let Departed { before, block } = departed;
    let wish = Wish {
        service: block.service,
        location: Some(to.location.unwrap_or(block.location)),
        provider: to.provider,
        party: before.party,
        starts_at: to.starts_at,
        actor: Actor::System,
    };
    let wanted = book::decide(tx, &catalog, &wish).map_err(|bad| bad.map(RescheduleRefused::NotBookable))?;
    let id = before.id;
    let claimant = move |tx: &mut Tx<'_>, placed: &Placed| {
        store::settle(tx, id, placed.appointment, (placed.starts_at, placed.ends_at))?;
        Ok(SeatOf::Booking(id))
    };
    let placed = match place::take(tx, &wanted, None, &claimant) {
        Ok(placed) => placed,
        Err(Bad::Fault(fault)) => return Err(fault.into()),
        Err(Bad::Refused(Taken)) => {
            return Err(Bad::Refused(RescheduleRefused::NotBookable(BookRefused::SlotTaken)));
        }
    };
    let event = Happened {
        kind: "moved",
        before: Some(spot_text(&Placed::of(block))),
        after: Some(spot_text(&placed)),
        ..Happened::default()
    };
    booking::record(tx, id, actor, &event)?;
    Ok(messaging::plan_for(tx, id)?)
}
