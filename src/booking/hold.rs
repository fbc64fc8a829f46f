//! Keeps a time for some minutes while a form is filled in.

use chrono::{DateTime, Duration, Utc};
use subtle::ConstantTimeEq;

use super::book::{self, BookRefused, Wish};
use super::offer::Shop;
use super::once::{self, KeyReused, OnceKey};
use super::place;
use super::store::{self, SeatOf};
use crate::db::{Bad, Fault, Tx};
use crate::domain::ids::{HoldId, LocationId, ProviderId, ServiceId};
use crate::keys::Keys;

/// A time to keep.
#[derive(Debug, Clone)]
pub struct HoldRequest {
    /// What is wanted, as for a booking.
    pub wish: Wish,
    /// Who asks: a keyed hash of the visitor's address, so that nobody keeps a whole day.
    pub visitor_key: String,
    /// The visitor's former hold, which this one replaces.
    pub replaces: Option<HoldId>,
}

/// How long and how often times are kept.
#[derive(Debug, Clone, Copy)]
pub struct HoldLimits {
    /// Minutes until the place is free again.
    pub minutes: i64,
    /// Holds one visitor may make in 24 hours.
    pub per_visitor_and_day: u32,
}

/// A kept place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Named in the booking that uses it.
    pub id: HoldId,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
}

/// Why a time is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldRefused {
    /// It could not be booked either.
    NotBookable(BookRefused),
    /// This visitor has had enough of them today.
    TooMany,
}

/// Why a call that counts once does not keep a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldOnceRefused {
    /// As without a key.
    Hold(HoldRefused),
    /// The same key came with something else before.
    KeyReused,
}

/// The hold as it is named outside: the identifier with a code over it, so that nobody gives back or uses what somebody
/// else keeps.
pub fn name(keys: &Keys, id: HoldId) -> String {
    format!("{id}.{}", keys.hashed("hold", &id.to_string()))
}

/// Reads what [`name`] wrote.
pub fn named(keys: &Keys, text: &str) -> Option<HoldId> {
    let (id, _) = text.split_once('.')?;
    let id: HoldId = id.parse().ok()?;
    let right: bool = name(keys, id).as_bytes().ct_eq(text.as_bytes()).into();
    right.then_some(id)
}

/// Keeps the time; sending it again with the same key answers with the hold that was made.
pub fn hold_once(
    tx: &mut Tx<'_>,
    shop: &Shop,
    limits: HoldLimits,
    request: &HoldRequest,
    key: Option<&OnceKey>,
) -> Result<Held, Bad<HoldOnceRefused>> {
    let earlier: Option<HoldId> =
        once::earlier(tx, key).map_err(|bad| bad.map(|KeyReused| HoldOnceRefused::KeyReused))?;
    if let Some(id) = earlier {
        let made = store::hold(tx.conn, id)?.ok_or_else(|| Fault::corrupt("holds", "id", id, "no such hold"))?;
        return Ok(Held { id, expires_at: made.expires_at });
    }
    let held = hold(tx, shop, limits, request).map_err(|bad| bad.map(HoldOnceRefused::Hold))?;
    once::remember(tx, key, held.id)?;
    Ok(held)
}

/// Keeps the time.
pub fn hold(tx: &mut Tx<'_>, shop: &Shop, limits: HoldLimits, request: &HoldRequest) -> Result<Held, Bad<HoldRefused>> {
    let made = store::holds_since(tx.conn, &request.visitor_key, tx.now - Duration::hours(24))?;
    if i64::from(limits.per_visitor_and_day) <= made {
        return Err(Bad::Refused(HoldRefused::TooMany));
    }
    if let Some(former) = request.replaces {
        give_up(tx, shop, former)?;
    }
    let catalog = shop.catalogs.current_in(tx)?;
    let wanted = book::decide(tx, &catalog, &request.wish).map_err(|bad| bad.map(HoldRefused::NotBookable))?;
    let held = Held { id: tx.new_id(), expires_at: tx.now + Duration::minutes(limits.minutes) };
    let claimant = |tx: &mut Tx<'_>, placed: &place::Placed| {
        store::insert_hold(tx, held.id, placed.appointment, wanted.party, &request.visitor_key, held.expires_at)?;
        Ok(SeatOf::Hold(held.id))
    };
    place::take(tx, &wanted, Some(held.expires_at), &claimant)
        .map_err(|bad| bad.map(|place::Taken| HoldRefused::NotBookable(BookRefused::SlotTaken)))?;
    Ok(held)
}

/// Gives a kept time back before its end; a hold that ended already is left as it is.
pub fn give_up(tx: &mut Tx<'_>, shop: &Shop, id: HoldId) -> Result<(), Fault> {
    let Some(hold) = store::hold(tx.conn, id)?.filter(|hold| !hold.ended) else {
        return Ok(());
    };
    let catalog = shop.catalogs.current_in(tx)?;
    place::drop_hold(tx, &catalog, &hold)
}

/// A place to keep on somebody's behalf, who did not ask at this moment and is not counted by it: an offer of the
/// waitlist.
#[derive(Debug, Clone)]
pub struct PlaceToKeep {
    /// Which service.
    pub service: ServiceId,
    /// Where.
    pub location: LocationId,
    /// With whom; none is anyone.
    pub provider: Option<ProviderId>,
    /// For how many people.
    pub party: u16,
    /// When.
    pub starts_at: DateTime<Utc>,
    /// For whom, in the word of the slice that keeps it.
    pub owner: String,
    /// Until when.
    pub until: DateTime<Utc>,
}

/// A place that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptPlace {
    /// Named in the booking that uses it.
    pub hold: HoldId,
    /// With whom.
    pub provider: ProviderId,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
}

/// Keeps a place for as long as its keeper says. Whether it may be offered is his business; that it is free is ours.
pub fn keep_place(tx: &mut Tx<'_>, shop: &Shop, wanted: &PlaceToKeep) -> Result<KeptPlace, Bad<BookRefused>> {
    let catalog = shop.catalogs.current_in(tx)?;
    let service = catalog.service(wanted.service).ok_or(Bad::Refused(BookRefused::UnknownService))?;
    let location = catalog.location(wanted.location).ok_or(Bad::Refused(BookRefused::UnknownLocation))?;
    let place = place::Wanted {
        catalog: &catalog,
        service,
        location,
        provider: wanted.provider,
        party: wanted.party,
        starts_at: wanted.starts_at,
        exactly: place::Exactly::default(),
    };
    let hold: HoldId = tx.new_id();
    let claimant = |tx: &mut Tx<'_>, placed: &place::Placed| {
        store::insert_hold(tx, hold, placed.appointment, wanted.party, &wanted.owner, wanted.until)?;
        Ok(SeatOf::Hold(hold))
    };
    let placed = place::take(tx, &place, Some(wanted.until), &claimant)
        .map_err(|bad| bad.map(|place::Taken| BookRefused::SlotTaken))?;
    Ok(KeptPlace { hold, provider: placed.provider, ends_at: placed.ends_at })
}

/// Gives such a place back, before its end or after it, and tells whoever keeps days in memory.
pub fn free_place(tx: &mut Tx<'_>, shop: &Shop, id: HoldId) -> Result<(), Fault> {
    let Some(hold) = store::hold(tx.conn, id)? else {
        return Ok(());
    };
    let catalog = shop.catalogs.current_in(tx)?;
    if !hold.ended {
        return place::drop_hold(tx, &catalog, &hold);
    }
    match store::appointment(tx.conn, hold.appointment)? {
        Some(block) => place::stamp(tx, &catalog, &place::Placed::of(&block)),
        None => Ok(()),
    }
}
