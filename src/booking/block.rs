//! Blocks time without booking anybody: a meeting, a repair, a delivery. It stands on the calendar like an appointment,
//! so that the guard refuses a booking into it; over what stands there already whoever may override is asked.

use chrono::{DateTime, Utc};

use super::offer::Shop;
use super::store::blocks::{self as rows, Written};
use super::{place, store, stretch};
use crate::catalog::Catalog;
use crate::db::{Bad, Conn, Fault, Tx, portable};
use crate::domain::ids::{BlockId, LocationId, ProviderId, RoomId, StaffUserId};
use crate::domain::overriding::{Acknowledged, Breach, Occupant};
use crate::domain::span::Span;
use crate::domain::time;

pub use super::store::blocks::{BlockRow, block, blocks_between};

/// A longer block is several.
pub const BLOCK_HOURS_MAX: i64 = 24;
/// Longer reasons are cut.
pub const REASON_CHARACTERS_MAX: usize = 200;

/// What shall be blocked.
#[derive(Debug, Clone)]
pub struct BlockWish {
    /// Where.
    pub location: LocationId,
    /// Whose time.
    pub provider: Option<ProviderId>,
    /// Which room's.
    pub room: Option<RoomId>,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
    /// Why.
    pub reason: String,
    /// Who blocks it.
    pub by: StaffUserId,
    /// Whose time it has to be, when only that may be blocked.
    pub only: Option<ProviderId>,
    /// What staff who may override were shown and want all the same; nothing for everybody else.
    pub overriding: Option<Acknowledged>,
}

/// Why a block is not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockRefused {
    /// No such block, or it was removed.
    Unknown,
    /// Somebody changed it since the asker looked.
    Changed,
    /// It takes neither a provider nor a room that exist there.
    Nothing,
    /// It ends before it begins, or lasts longer than [`BLOCK_HOURS_MAX`].
    WrongSpan,
    /// Only the own time may be blocked.
    NotOwn,
    /// Somebody is booked then, and the asker may not block over it.
    Taken,
    /// It breaks rules, which whoever asks may break by acknowledging them.
    Breaks(Vec<Breach>),
}

/// Blocks the time.
pub fn add(tx: &mut Tx<'_>, shop: &Shop, wish: &BlockWish) -> Result<BlockId, Bad<BlockRefused>> {
    let catalog = shop.catalogs.current_in(tx)?;
    let span = check(&catalog, wish).map_err(Bad::Refused)?;
    let id: BlockId = tx.new_id();
    lock(tx, id, [wish.provider, None], [wish.room, None])?;
    weigh(tx, id, wish, span)?;
    let zone_version = time::zone_data_version();
    rows::insert(tx, id, &written(&catalog, wish, span, &zone_version), wish.by)?;
    take(tx, &catalog, id, wish, span)?;
    Ok(id)
}

/// Moves it, gives it another length or another reason.
pub fn change(
    tx: &mut Tx<'_>,
    shop: &Shop,
    (id, expected): (BlockId, Option<i64>),
    wish: &BlockWish,
) -> Result<(), Bad<BlockRefused>> {
    let catalog = shop.catalogs.current_in(tx)?;
    let before = standing(tx, id, expected)?;
    own(&before, wish.only).map_err(Bad::Refused)?;
    let span = check(&catalog, wish).map_err(Bad::Refused)?;
    lock(tx, id, [wish.provider, before.provider], [wish.room, before.room])?;
    weigh(tx, id, wish, span)?;
    let zone_version = time::zone_data_version();
    if !rows::update(tx, &before, &written(&catalog, wish, span, &zone_version))? {
        return Err(Bad::Refused(BlockRefused::Changed));
    }
    let left = leave(tx, &catalog, &before)?;
    take(tx, &catalog, id, wish, span)?;
    left.into_iter().try_for_each(|one| store::close_ranks(tx, one.resource, one.starts_at, one.ends_at))?;
    Ok(())
}

/// Gives the time free again.
pub fn remove(
    tx: &mut Tx<'_>,
    shop: &Shop,
    (id, expected): (BlockId, Option<i64>),
    (by, only): (StaffUserId, Option<ProviderId>),
) -> Result<(), Bad<BlockRefused>> {
    let catalog = shop.catalogs.current_in(tx)?;
    let before = standing(tx, id, expected)?;
    own(&before, only).map_err(Bad::Refused)?;
    lock(tx, id, [before.provider, None], [before.room, None])?;
    if !rows::remove(tx, &before, by)? {
        return Err(Bad::Refused(BlockRefused::Changed));
    }
    let left = leave(tx, &catalog, &before)?;
    left.into_iter().try_for_each(|one| store::close_ranks(tx, one.resource, one.starts_at, one.ends_at))?;
    Ok(())
}

fn standing(tx: &mut Tx<'_>, id: BlockId, expected: Option<i64>) -> Result<BlockRow, Bad<BlockRefused>> {
    let before = block_in(tx.conn, id)?.ok_or(Bad::Refused(BlockRefused::Unknown))?;
    if expected.is_some_and(|version| version != before.row_version) {
        return Err(Bad::Refused(BlockRefused::Changed));
    }
    Ok(before)
}

fn block_in(conn: &mut Conn, id: BlockId) -> Result<Option<BlockRow>, Fault> {
    Ok(block(conn, id)?.filter(|found| !found.is_removed))
}

fn own(before: &BlockRow, only: Option<ProviderId>) -> Result<(), BlockRefused> {
    if only.is_none() || before.provider == only { Ok(()) } else { Err(BlockRefused::NotOwn) }
}

fn check(catalog: &Catalog, wish: &BlockWish) -> Result<Span, BlockRefused> {
    if wish.only.is_some() && (wish.provider != wish.only || wish.room.is_some()) {
        return Err(BlockRefused::NotOwn);
    }
    let known = wish.provider.is_none_or(|id| catalog.provider(id).is_some())
        && wish.room.is_none_or(|id| catalog.room(id).is_some_and(|room| room.location == wish.location))
        && catalog.location(wish.location).is_some();
    if !known || (wish.provider.is_none() && wish.room.is_none()) {
        return Err(BlockRefused::Nothing);
    }
    let span = Span::new(wish.starts_at, wish.ends_at).map_err(|_empty| BlockRefused::WrongSpan)?;
    if BLOCK_HOURS_MAX * 60 < span.minutes() { Err(BlockRefused::WrongSpan) } else { Ok(span) }
}

fn lock(
    tx: &mut Tx<'_>,
    id: BlockId,
    providers: [Option<ProviderId>; 2],
    rooms: [Option<RoomId>; 2],
) -> Result<(), Fault> {
    let providers = providers.into_iter().flatten().map(ProviderId::get);
    let rooms = rooms.into_iter().flatten().map(RoomId::get);
    portable::lock_resources(tx.conn, &providers.chain(rooms).chain([id.get()]).collect::<Vec<_>>())
}

/// What stands in the way, as it is now that nobody else can change it.
fn weigh(tx: &mut Tx<'_>, id: BlockId, wish: &BlockWish, span: Span) -> Result<(), Bad<BlockRefused>> {
    let resources = (wish.provider.map_or(0, ProviderId::get), wish.room.map(RoomId::get));
    let numbers: Vec<i64> = [Some(resources.0), resources.1].into_iter().flatten().collect();
    let now = tx.now;
    for hold in store::overdue_holds_in_the_way(tx.conn, &numbers, span, None, now)? {
        place::give_back_hold(tx, &hold, "expired")?;
    }
    let broken = stretch::in_the_way(tx, resources, span, Occupant::Block(id))?;
    match &wish.overriding {
        _ if broken.is_empty() => Ok(()),
        Some(acknowledged) if acknowledged.covers(&broken) => Ok(()),
        Some(_) => Err(Bad::Refused(BlockRefused::Breaks(broken))),
        None => Err(Bad::Refused(BlockRefused::Taken)),
    }
}

fn written<'a>(catalog: &'a Catalog, wish: &'a BlockWish, span: Span, zone_version: &'a str) -> Written<'a> {
    let zone = catalog.location(wish.location).map_or(chrono_tz::UTC, |place| place.zone);
    Written {
        location: wish.location,
        provider: wish.provider,
        room: wish.room,
        span,
        local_start: time::local(wish.starts_at, zone),
        zone: zone.name(),
        zone_version,
        reason: &wish.reason,
    }
}

fn take(
    tx: &mut Tx<'_>,
    catalog: &Catalog,
    id: BlockId,
    wish: &BlockWish,
    span: Span,
) -> Result<(), Bad<BlockRefused>> {
    let provider = wish.provider.map(|provider| (provider.get(), "provider"));
    let room = wish.room.map(|room| (room.get(), "room"));
    for (resource, kind) in [provider, room].into_iter().flatten() {
        let lane = place::lowest_free_lane(tx, resource, span)?;
        rows::occupy(tx, id, (resource, kind, lane), span)
            .map_err(|error| place::refusal(error).map(|place::Taken| BlockRefused::Taken))?;
    }
    place::stamp_span(tx, catalog, (wish.location, wish.provider), (wish.starts_at, wish.ends_at))?;
    Ok(())
}

/// Leaves the place; answers what whoever stands beside may close up to.
fn leave(tx: &mut Tx<'_>, catalog: &Catalog, before: &BlockRow) -> Result<Vec<rows::Took>, Fault> {
    let mut took = rows::taken_by(tx.conn, Occupant::Block(before.id))?;
    rows::give_up(tx, Occupant::Block(before.id))?;
    place::stamp_span(tx, catalog, (before.location, before.provider), (before.starts_at, before.ends_at))?;
    took.retain(|one| one.lane == 0);
    Ok(took)
}
