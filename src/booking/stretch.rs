//! Gives an appointment another end: what it takes of provider and room is rewritten, its buffers stay as they are.
//!
//! What is in the way is named; whoever may override and was shown it gets the longer time in a lane beside.

use chrono::{DateTime, Utc};

use super::beyond::Unplaced;
use super::calendar::{self, Scope};
use super::place;
use super::store::{self, Block, blocks};
use crate::catalog::Catalog;
use crate::db::{Bad, Fault, Tx, portable};
use crate::domain::explain::{self, WhyNot};
use crate::domain::ids::RoomId;
use crate::domain::overriding::{Acknowledged, Breach, Occupant};
use crate::domain::span::Span;
use crate::domain::time;

/// Ends `block` at `ends_at`. Answers what was broken.
pub(crate) fn stretch(
    tx: &mut Tx<'_>,
    catalog: &Catalog,
    block: &Block,
    ends_at: DateTime<Utc>,
    overriding: Option<&Acknowledged>,
) -> Result<Vec<Breach>, Bad<Unplaced>> {
    // Load
    let numbers = [Some(block.id.get()), Some(block.provider.get()), block.room.map(RoomId::get)];
    portable::lock_resources(tx.conn, &numbers.into_iter().flatten().collect::<Vec<_>>())?;
    let took = blocks::taken_by(tx.conn, Occupant::Appointment(block.id))?;
    let (Some(first), Some(last)) =
        (took.iter().map(|one| one.starts_at).min(), took.iter().map(|one| one.ends_at).max())
    else {
        return Err(Bad::Refused(Unplaced::Taken));
    };
    let after = last.and_utc() - block.ends_at;
    let span = Span::new(first.and_utc(), ends_at + after).map_err(|_empty| Bad::Refused(Unplaced::Taken))?;
    let resources: Vec<i64> = took.iter().map(|one| one.resource).collect();
    let now = tx.now;
    for hold in store::overdue_holds_in_the_way(tx.conn, &resources, span, None, now)? {
        place::give_back_hold(tx, &hold, "expired")?;
    }

    // Decide
    let broken = if block.ends_at < ends_at { what_breaks(tx, catalog, block, (ends_at, span))? } else { Vec::new() };
    if !broken.is_empty() {
        match overriding {
            None => return Err(Bad::Refused(Unplaced::Taken)),
            Some(acknowledged) if !acknowledged.covers(&broken) => return Err(Bad::Refused(Unplaced::Breaks(broken))),
            Some(_) => {}
        }
    }

    // Apply
    blocks::give_up(tx, Occupant::Appointment(block.id))?;
    for one in &took {
        let lane = place::lowest_free_lane(tx, one.resource, span)?;
        store::insert_occupation(tx, block.id, (one.resource, &one.kind, lane), span, None)
            .map_err(|error| place::refusal(error).map(|place::Taken| Unplaced::Taken))?;
    }
    blocks::end_appointment_at(tx, block.id, ends_at)?;
    for one in took.iter().filter(|one| one.lane == 0) {
        store::close_ranks(tx, one.resource, one.starts_at, one.ends_at)?;
    }
    let ends = (block.starts_at, ends_at.max(block.ends_at));
    place::stamp_span(tx, catalog, (block.location, Some(block.provider)), ends)?;
    Ok(broken)
}

fn what_breaks(
    tx: &mut Tx<'_>,
    catalog: &Catalog,
    block: &Block,
    (ends_at, span): (DateTime<Utc>, Span),
) -> Result<Vec<Breach>, Fault> {
    let mut broken: Vec<Breach> = Vec::new();
    if let (Some(service), Some(location)) = (catalog.service(block.service), catalog.location(block.location)) {
        let day = time::local_day(block.starts_at, location.zone);
        let scope = Scope { catalog, service, location, first: day, last: day, ignoring: Some(block.id) };
        let now = tx.now;
        let calendar = calendar::load_day(tx.conn, &scope, now)?.calendar;
        let own = calendar.providers.iter().find(|day| day.provider == block.provider);
        if let (Some(own), Ok(wanted)) = (own, Span::new(block.starts_at, ends_at)) {
            let whys = explain::why_not_open(&service.rules, &calendar, own, wanted);
            // Where it begins was settled when it was booked.
            broken.extend(whys.into_iter().filter(|why| *why != WhyNot::OffGrid).map(Breach::Calendar));
        }
    }
    let resources = (block.provider.get(), block.room.map(RoomId::get));
    broken.extend(in_the_way(tx, resources, span, Occupant::Appointment(block.id))?);
    Ok(broken)
}

/// Who else has provider or room then, each named once.
pub(super) fn in_the_way(
    tx: &mut Tx<'_>,
    (provider, room): (i64, Option<i64>),
    span: Span,
    own: Occupant,
) -> Result<Vec<Breach>, Fault> {
    let resources: Vec<i64> = [Some(provider), room].into_iter().flatten().filter(|number| *number != 0).collect();
    let now = tx.now;
    let mut named: Vec<Breach> = Vec::new();
    for taken in store::occupied(tx.conn, &resources, span, now)? {
        let breach = Breach::Overlap(taken.by);
        if taken.by != own && !named.contains(&breach) {
            named.push(breach);
        }
    }
    Ok(named)
}
