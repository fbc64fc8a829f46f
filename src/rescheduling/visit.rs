//! Moves a whole visit: every part leaves its place and takes the new one in the same write.

use std::sync::Arc;

use super::reschedule::{Move, RescheduleRefused, decide, spot_text};
use super::store;
use crate::booking::book::BookRefused;
use crate::booking::cancel;
use crate::booking::place::{self, Placed, Taken};
use crate::booking::visits::{self, VisitRefused, VisitWish, WantedPart, WantedVisit};
use crate::booking::{self, Block, BookingFacts, Happened, SeatOf, Standing};
use crate::catalog::Catalog;
use crate::db::{Bad, Tx};
use crate::domain::ids::{LocationId, ProviderId, ServiceId};
use crate::domain::overriding;
use crate::messaging;

/// With whom each part shall be after a move. Who keeps the first part's provider keeps the others' as well, as far as
/// they work there; who wants somebody else for it, or anyone, gets whoever is free for the rest.
pub(super) fn wanted_parts(
    catalog: &Catalog,
    parts: &[(ServiceId, ProviderId)],
    provider: Option<ProviderId>,
    location: LocationId,
) -> Vec<WantedPart> {
    let stays = provider.is_some() && parts.first().map(|(_, first)| *first) == provider;
    let part = |(index, (service, own)): (usize, &(ServiceId, ProviderId))| {
        let works = catalog.hours.contains_key(&(*own, location));
        let own = Some(*own).filter(|_| stays && works);
        WantedPart { service: *service, provider: if index == 0 { provider } else { own } }
    };
    parts.iter().enumerate().map(part).collect()
}

/// The same for the page of a booking.
pub fn wanted_parts_of(
    catalog: &Catalog,
    booking: &BookingFacts,
    provider: Option<ProviderId>,
    location: LocationId,
) -> Vec<WantedPart> {
    let parts: Vec<_> = booking.parts.iter().map(|part| (part.service, part.provider)).collect();
    wanted_parts(catalog, &parts, provider, location)
}

/// Moves all `parts` so that the first begins at the wanted time.
pub(super) fn move_visit(
    tx: &mut Tx<'_>,
    catalog: &Arc<Catalog>,
    request: &Move,
    parts: &[Standing],
) -> Result<(), Bad<RescheduleRefused>> {
    // Load
    let mut blocks: Vec<Block> = Vec::with_capacity(parts.len());
    for part in parts {
        blocks.push(cancel::block_of(tx, part)?);
    }
    let (Some(before), Some(block)) = (parts.first(), blocks.first()) else {
        return Err(Bad::Refused(RescheduleRefused::Unknown));
    };

    // Decide
    let broken = decide(tx.now, before, block, request).map_err(Bad::Refused)?;
    if request.overriding.as_ref().is_some_and(|acknowledged| !acknowledged.covers(&broken)) {
        return Err(Bad::Refused(RescheduleRefused::Breaks(broken)));
    }
    let location = request.to.location.unwrap_or(block.location);
    let services: Vec<_> = blocks.iter().map(|block| (block.service, block.provider)).collect();
    let wish = VisitWish {
        parts: wanted_parts(catalog, &services, request.to.provider, location),
        location: Some(location),
        starts_at: request.to.starts_at,
        actor: request.actor,
    };
    let wanted = visits::decide(tx, catalog, &wish).map_err(|bad| bad.map(not_bookable))?;

    // Apply
    visits::lock_for_move(tx, &blocks, &wanted)?;
    for part in parts {
        if !store::begin(tx, part, request.actor)? {
            return Err(Bad::Refused(RescheduleRefused::Changed));
        }
    }
    for (part, block) in parts.iter().zip(&blocks) {
        place::leave(tx, catalog, part.id, block)?;
    }
    let placed = settle(tx, parts, &wanted)?;
    let reason = request.reason.as_deref().map(cancel::shortened).filter(|reason| !reason.is_empty());
    for ((part, block), placed) in parts.iter().zip(&blocks).zip(&placed) {
        let event = Happened {
            kind: "moved",
            before: Some(spot_text(&Placed::of(block))),
            after: Some(spot_text(placed)),
            reason: reason.as_deref(),
            broke: overriding::words(&broken),
        };
        booking::record(tx, part.id, request.actor, &event)?;
        messaging::plan_for(tx, part.id)?;
    }
    Ok(())
}

fn settle(
    tx: &mut Tx<'_>,
    parts: &[Standing],
    wanted: &WantedVisit<'_>,
) -> Result<Vec<Placed>, Bad<RescheduleRefused>> {
    let claimants = |tx: &mut Tx<'_>, placed: &[Placed]| {
        for (part, place) in parts.iter().zip(placed) {
            store::settle(tx, part.id, place.appointment, (place.starts_at, place.ends_at))?;
        }
        Ok(parts.iter().map(|part| SeatOf::Booking(part.id)).collect())
    };
    match visits::take(tx, wanted, &[], None, &claimants) {
        Ok(placed) => Ok(placed),
        Err(Bad::Fault(fault)) => Err(fault.into()),
        Err(Bad::Refused(Taken)) => {
            let works = visits::anybody_works(tx, wanted)?;
            let why = if works { BookRefused::SlotTaken } else { BookRefused::Closed };
            Err(Bad::Refused(RescheduleRefused::NotBookable(why)))
        }
    }
}

/// A visit that was booked once was possible; what has become impossible since is like a service that has gone.
fn not_bookable(refused: VisitRefused) -> RescheduleRefused {
    RescheduleRefused::NotBookable(match refused {
        VisitRefused::Part(_, why) => why,
        VisitRefused::Impossible(_) => BookRefused::UnknownService,
    })
}
