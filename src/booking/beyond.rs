//! Takes a place although rules speak against it, for staff who were shown which.
//!
//! The database's guards stay as they are: what overlaps stands in the lowest free lane above 0, and seats beyond a
//! class's capacity raise the capacity for as long as somebody sits in them.

use super::calendar::{self, Scope};
use super::place::{self, Claimant, Manner, Placed, Taken, Wanted};
use super::store;
use crate::db::{Bad, Fault, Tx, portable};
use crate::domain::overriding::{self, Acknowledged, Breach, Occupant, TakenBy, Weighed};
use crate::domain::span::Span;
use crate::domain::time;

/// Why a place is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unplaced {
    /// Nobody is free, and nobody asked for more than that; or no rule that could be broken stands in the way.
    Taken,
    /// It would break rules that nobody acknowledged.
    Breaks(Vec<Breach>),
}

/// Takes the place where it is free. Where it is not, or `broken` speaks against it already, somebody who may override
/// is asked about everything that is broken, and gets it by acknowledging all of it. Answers what was broken.
pub(crate) fn take(
    tx: &mut Tx<'_>,
    wanted: &Wanted<'_>,
    overriding: Option<&Acknowledged>,
    mut broken: Vec<Breach>,
    claimant: &Claimant<'_>,
) -> Result<(Placed, Vec<Breach>), Bad<Unplaced>> {
    let Some(acknowledged) = overriding else {
        let placed = place::take(tx, wanted, None, claimant).map_err(|bad| bad.map(|Taken| Unplaced::Taken))?;
        return Ok((placed, Vec::new()));
    };
    match place::take(tx, wanted, None, claimant) {
        Ok(placed) if acknowledged.covers(&broken) => return Ok((placed, broken)),
        // The write is undone as a whole, and the place with it; whatever else is wrong is not.
        Ok(_) => return Err(Bad::Refused(Unplaced::Breaks(broken))),
        Err(Bad::Fault(fault)) => return Err(fault.into()),
        Err(Bad::Refused(Taken)) => {}
    }
    let Some(first) = weigh(tx, wanted)? else {
        return Err(Bad::Refused(Unplaced::Taken));
    };
    lock(tx, &first)?;
    place::end_overdue_holds(tx, &first.candidate)?;
    // Looked at again now that nobody else can change it.
    let Some(way) = weigh(tx, &Wanted { provider: Some(first.candidate.provider), ..*wanted })? else {
        return Err(Bad::Refused(Unplaced::Taken));
    };
    broken.extend(way.breaches);
    if !acknowledged.covers(&broken) {
        return Err(Bad::Refused(Unplaced::Breaks(broken)));
    }
    let claimed = place::claim(tx, wanted, (&way.candidate, Manner::Beside), None, claimant);
    let placed = claimed.map_err(|bad| bad.map(|Taken| Unplaced::Taken))?;
    Ok((placed, broken))
}

fn weigh(tx: &mut Tx<'_>, wanted: &Wanted<'_>) -> Result<Option<Weighed>, Fault> {
    let day = time::local_day(wanted.starts_at, wanted.location.zone);
    let scope = Scope {
        catalog: wanted.catalog,
        service: wanted.service,
        location: wanted.location,
        first: day,
        last: day,
        ignoring: None,
    };
    let now = tx.now;
    let mut calendar = calendar::load_day(tx.conn, &scope, now)?.calendar;
    wanted.exactly.narrow(&mut calendar);
    let taken = taken_around(tx, wanted)?;
    let rules = &wanted.service.rules;
    Ok(overriding::weigh(rules, &calendar, wanted.party, wanted.starts_at, wanted.provider, &taken))
}

/// What stands on the calendars of those who could give it, a day around the start.
fn taken_around(tx: &mut Tx<'_>, wanted: &Wanted<'_>) -> Result<Vec<TakenBy>, Fault> {
    let providers = wanted.catalog.providers_for(wanted.service.id, wanted.location.id);
    let resources: Vec<i64> = providers.iter().map(|provider| provider.id.get()).collect();
    let around = Span::day_from(wanted.starts_at).buffered(240, 240);
    let now = tx.now;
    let taken = store::occupied(tx.conn, &resources, around, now)?;
    let by = |block: store::Occupied| {
        let span = Span::new(block.starts_at, block.ends_at).ok()?;
        let provider = providers.iter().find(|provider| provider.id.get() == block.resource)?;
        Some((provider.id, block.by, span))
    };
    Ok(taken.into_iter().filter_map(by).collect())
}

/// Whatever is overlapped is locked too: if it leaves at this moment, it leaves before or after this write.
fn lock(tx: &mut Tx<'_>, way: &Weighed) -> Result<(), Fault> {
    place::lock(tx, &way.candidate)?;
    let overlapped = way.breaches.iter().filter_map(|breach| match breach {
        Breach::Overlap(Occupant::Appointment(appointment)) => Some(appointment.get()),
        Breach::Overlap(Occupant::Block(block)) => Some(block.get()),
        _ => None,
    });
    portable::lock_resources(tx.conn, &overlapped.collect::<Vec<_>>())
}
