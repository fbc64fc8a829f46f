//! Takes the places of a whole visit: every part or none.
//!
//! As in [`place`](crate::booking::place), candidates come best first and each is tried in a savepoint of its own, with
//! the providers and rooms of all its parts locked in one sorted order.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::offer;
use crate::booking::place::{self, Placed, Taken};
use crate::booking::store::{self, Block, NewAppointment, SeatOf};
use crate::catalog::{Catalog, Location, Service};
use crate::db::{Bad, DbError, Fault, Tx, portable};
use crate::domain::ids::{AppointmentId, Id, ProviderId};
use crate::domain::policy::Policy;
use crate::domain::span::Span;
use crate::domain::time;
use crate::domain::visits::{self, Part, PartCandidate, VisitCandidate};

/// After so many lost candidates the time counts as gone.
const CANDIDATES_MAX: usize = 40;

/// A visit that is wanted on the calendar.
#[derive(Clone)]
pub struct WantedVisit<'a> {
    /// What can be booked.
    pub catalog: &'a Catalog,
    /// The services in order, each with whom; none is "anyone".
    pub parts: Vec<(&'a Service, Option<ProviderId>)>,
    /// Where.
    pub location: &'a Location,
    /// When the first service begins.
    pub starts_at: DateTime<Utc>,
}

impl WantedVisit<'_> {
    /// What is agreed for the visit.
    pub(super) fn policy(&self) -> Policy {
        let services: Vec<&Service> = self.parts.iter().map(|(service, _)| *service).collect();
        super::policy_of(self.catalog, &services, self.location)
    }
}

/// Whom the places are for: writes the rows of bookings or of the hold once all appointments' rows stand.
pub(crate) type Claimants<'a> = dyn Fn(&mut Tx<'_>, &[Placed]) -> Result<Vec<SeatOf>, DbError> + 'a;

/// The candidates for the visit, best first, as the calendar stands now and as if `without` did not stand there.
pub(in crate::booking) fn candidates(
    tx: &mut Tx<'_>,
    wanted: &WantedVisit<'_>,
    without: &[AppointmentId],
) -> Result<Vec<VisitCandidate>, Fault> {
    with_day(tx, wanted, without, |parts| visits::candidates(parts, wanted.starts_at))
}

/// Whether the visit could begin then if nothing at all were booked.
pub(crate) fn anybody_works(tx: &mut Tx<'_>, wanted: &WantedVisit<'_>) -> Result<bool, Fault> {
    with_day(tx, wanted, &[], |parts| visits::anybody_works(parts, wanted.starts_at))
}

fn with_day<T>(
    tx: &mut Tx<'_>,
    wanted: &WantedVisit<'_>,
    without: &[AppointmentId],
    look: impl FnOnce(&[Part<'_>]) -> T,
) -> Result<T, Fault> {
    let day = time::local_day(wanted.starts_at, wanted.location.zone);
    let services: Vec<&Service> = wanted.parts.iter().map(|(service, _)| *service).collect();
    let place = (wanted.catalog, services.as_slice(), wanted.location);
    let now = tx.now;
    let loaded = offer::load(tx.conn, place, (day, day), without, now)?;
    let parts = wanted.parts.iter().zip(&loaded);
    let parts = parts.map(|((service, provider), days)| {
        days.first().map(|calendar| Part { rules: &service.rules, calendar, wanted: *provider })
    });
    let parts: Vec<Part<'_>> = parts.flatten().collect();
    Ok(look(&parts))
}

/// Takes the first candidate that can still be had.
pub(crate) fn take(
    tx: &mut Tx<'_>,
    wanted: &WantedVisit<'_>,
    without: &[AppointmentId],
    held_until: Option<DateTime<Utc>>,
    claimants: &Claimants<'_>,
) -> Result<Vec<Placed>, Bad<Taken>> {
    // What was lost for one part may be free for another.
    let mut lost: HashSet<(usize, i64)> = HashSet::new();
    let is_lost = |lost: &HashSet<(usize, i64)>, candidate: &VisitCandidate| {
        let mut parts = candidate.parts.iter().enumerate();
        parts.any(|(index, part)| claims(part).iter().any(|claim| lost.contains(&(index, claim.resource))))
    };
    let mut tries = 0;
    for candidate in candidates(tx, wanted, without)? {
        if is_lost(&lost, &candidate) || CANDIDATES_MAX <= tries {
            continue;
        }
        tries += 1;
        match tx.attempt(|tx| try_candidate(tx, wanted, &candidate, held_until, claimants)) {
            Ok(placed) => return Ok(placed),
            Err(Bad::Refused(Lost(claims))) => lost.extend(claims),
            Err(Bad::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(Bad::Refused(Taken))
}

/// Makes every other write that could want a place that is left, or one that is wanted, wait: all in one sorted order.
pub(crate) fn lock_for_move(tx: &mut Tx<'_>, left: &[Block], wanted: &WantedVisit<'_>) -> Result<(), Fault> {
    let mut numbers = Vec::new();
    for block in left {
        numbers.extend([block.id.number(), block.provider.number()]);
        numbers.extend(block.room.map(Id::number));
    }
    for (service, provider) in &wanted.parts {
        match provider {
            Some(provider) => numbers.push(provider.number()),
            None => {
                let providers = wanted.catalog.providers_for(service.id, wanted.location.id);
                numbers.extend(providers.iter().map(|provider| provider.id.number()));
            }
        }
        if let Some(kind) = &service.room_kind {
            numbers.extend(wanted.catalog.rooms_of_kind(wanted.location.id, kind).map(|room| room.id.number()));
        }
    }
    portable::lock_resources(tx.conn, &numbers)
}

/// A candidate that went to somebody else, and which resources of which parts did.
struct Lost(Vec<(usize, i64)>);

/// What one part takes of one provider or room.
struct Claim {
    resource: i64,
    kind: &'static str,
    span: Span,
}

fn claims(part: &PartCandidate) -> Vec<Claim> {
    let provider = Claim { resource: part.provider.number(), kind: "provider", span: part.provider_span };
    let room = part.room.zip(part.room_span);
    let room = room.map(|(room, span)| Claim { resource: room.number(), kind: "room", span });
    std::iter::once(provider).chain(room).collect()
}

fn try_candidate(
    tx: &mut Tx<'_>,
    wanted: &WantedVisit<'_>,
    candidate: &VisitCandidate,
    held_until: Option<DateTime<Utc>>,
    claimants: &Claimants<'_>,
) -> Result<Vec<Placed>, Bad<Lost>> {
    let all: Vec<(usize, Claim)> = candidate
        .parts
        .iter()
        .enumerate()
        .flat_map(|(index, part)| claims(part).into_iter().map(move |claim| (index, claim)))
        .collect();
    portable::lock_resources(tx.conn, &all.iter().map(|(_, claim)| claim.resource).collect::<Vec<_>>())?;
    let now = tx.now;
    let mut taken = Vec::new();
    for (index, claim) in &all {
        let overdue = store::overdue_holds_in_the_way(tx.conn, &[claim.resource], claim.span, None, now)?;
        for hold in &overdue {
            place::give_back_hold(tx, hold, "expired")?;
        }
        if !store::occupied(tx.conn, &[claim.resource], claim.span, now)?.is_empty() {
            taken.push((*index, claim.resource));
        }
    }
    if !taken.is_empty() {
        return Err(Bad::Refused(Lost(taken)));
    }
    write(tx, wanted, candidate, held_until, claimants).map_err(|bad| bad.map(|Taken| Lost(Vec::new())))
}

/// The apply step alone: appointments, occupations and seats; the database refuses an overlap.
fn write(
    tx: &mut Tx<'_>,
    wanted: &WantedVisit<'_>,
    candidate: &VisitCandidate,
    held_until: Option<DateTime<Utc>>,
    claimants: &Claimants<'_>,
) -> Result<Vec<Placed>, Bad<Taken>> {
    let mut placed = Vec::with_capacity(candidate.parts.len());
    for ((service, _), part) in wanted.parts.iter().zip(&candidate.parts) {
        placed.push(occupy(tx, wanted, service, part, held_until).map_err(place::refusal)?);
    }
    let owners = claimants(tx, &placed).map_err(place::refusal)?;
    for (part, owner) in placed.iter().zip(owners) {
        place::take_seats(tx, part, 1, owner)?;
        place::stamp(tx, wanted.catalog, part)?;
    }
    Ok(placed)
}

fn occupy(
    tx: &mut Tx<'_>,
    wanted: &WantedVisit<'_>,
    service: &Service,
    part: &PartCandidate,
    held_until: Option<DateTime<Utc>>,
) -> Result<Placed, DbError> {
    let zone = wanted.location.zone;
    let placed = Placed {
        appointment: tx.new_id(),
        location: wanted.location.id,
        provider: part.provider,
        room: part.room,
        starts_at: part.starts_at,
        ends_at: part.ends_at,
    };
    let new = NewAppointment {
        id: placed.appointment,
        location: placed.location,
        service: service.id,
        provider: placed.provider,
        room: placed.room,
        starts_at: placed.starts_at,
        ends_at: placed.ends_at,
        local_start: time::local(placed.starts_at, zone),
        zone: zone.name(),
        zone_version: &time::zone_data_version(),
        capacity: service.rules.capacity,
    };
    store::insert_appointment(tx, &new)?;
    for claim in claims(part) {
        store::insert_occupation(tx, placed.appointment, (claim.resource, claim.kind, 0), claim.span, held_until)?;
    }
    Ok(placed)
}
