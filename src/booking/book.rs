//! Books a time: the one deed behind the public page, the desk and the API.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use super::beyond::{self, Unplaced};
use super::offer::Shop;
use super::once::{self, KeyReused};
use super::place::{self, Exactly, Placed, Wanted};
use super::store::{self, Happened, HoldRow, NewBooking, SeatOf};
use crate::catalog::{Catalog, Location, Service};
use crate::clients::{self, ClientDetails};
use crate::db::{Bad, DbError, Fault, Tx};
use crate::domain::booking::{self, Actor, BookingStatus};
use crate::domain::ids::{BookingId, ClientId, HoldId, LocationId, ProviderId, ServiceId};
use crate::domain::money;
use crate::domain::overriding::{self, Acknowledged, Breach};
use crate::domain::slots::{self, TooSoonOrFar, WrongParty};
use crate::domain::time;
use crate::failpoint::{self, Point};
use crate::messaging;

pub use super::once::OnceKey;

/// Which time is wanted, by whom.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Which service.
    pub service: ServiceId,
    /// Where; may be left out when only one place comes into question.
    pub location: Option<LocationId>,
    /// With whom; none is anyone.
    pub provider: Option<ProviderId>,
    /// For how many people.
    pub party: u16,
    /// When.
    pub starts_at: DateTime<Utc>,
    /// Who asks: lead time, horizon and "online" bind clients, not staff.
    pub actor: Actor,
}

/// Who comes.
#[derive(Debug, Clone)]
pub enum Who {
    /// Somebody staff picked from the list.
    Known(ClientId),
    /// Somebody who gave a name; recognised or made.
    Named(ClientDetails),
}

/// A booking that is asked for.
#[derive(Debug, Clone)]
pub struct BookingRequest {
    /// The time.
    pub wish: Wish,
    /// Who comes.
    pub who: Who,
    /// The hold that kept the time meanwhile.
    pub hold: Option<HoldId>,
    /// What the client wrote for the clinic.
    pub note: String,
    /// In which language to write to the client.
    pub language: String,
    /// Where the client came from.
    pub source: Option<String>,
    /// What staff who may override were shown and want all the same; nothing for everybody else.
    pub overriding: Option<Acknowledged>,
    /// The form's or the call's key.
    pub once: Option<OnceKey>,
}

/// What was booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booked {
    /// The booking.
    pub booking: BookingId,
    /// False when an earlier call with the same key had booked it.
    pub fresh: bool,
}

/// Why it was not booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BookRefused {
    /// No such service, or clients cannot book it.
    UnknownService,
    /// No such location, or the service is not to be had there.
    UnknownLocation,
    /// No such provider, or not for this service, or not there.
    UnknownProvider,
    /// It is free at several locations; one must be named.
    LocationNeeded,
    /// The party does not fit the service.
    WrongParty(WrongParty),
    /// It is over.
    Past,
    /// Inside the lead time.
    TooSoon {
        /// The first moment that could be booked.
        earliest: DateTime<Utc>,
    },
    /// Beyond the horizon.
    TooFar {
        /// The last day that can be booked.
        latest_day: NaiveDate,
    },
    /// Nobody works then, whoever else is booked.
    Closed,
    /// Somebody has it.
    SlotTaken,
    /// It breaks rules, which whoever asks may break by acknowledging them.
    Breaks(Vec<Breach>),
    /// The client is not known.
    UnknownClient,
    /// The same key came with something else before.
    KeyReused,
    /// The price would not fit a number.
    PriceTooLarge,
}

impl From<TooSoonOrFar> for BookRefused {
    fn from(refusal: TooSoonOrFar) -> Self {
        match refusal {
            TooSoonOrFar::Past => Self::Past,
            TooSoonOrFar::TooSoon { earliest } => Self::TooSoon { earliest },
            TooSoonOrFar::TooFar { latest_day } => Self::TooFar { latest_day },
        }
    }
}

impl From<KeyReused> for BookRefused {
    fn from(_reused: KeyReused) -> Self {
        Self::KeyReused
    }
}

/// Books, tells everybody concerned (as rows), and writes the history; or leaves no trace.
pub fn book(tx: &mut Tx<'_>, shop: &Shop, request: &BookingRequest) -> Result<Booked, Bad<BookRefused>> {
    // Load
    if let Some(booking) = once::earlier(tx, request.once.as_ref()).map_err(|bad| bad.map(BookRefused::from))? {
        return Ok(Booked { booking, fresh: false });
    }
    let catalog = shop.catalogs.current_in(tx)?;
    let hold = usable_hold(tx, &catalog, request)?;
    let client = client_of(tx, &request.who)?;

    // Decide
    let wanted = match &hold {
        Some(held) => decide_held(tx, &catalog, &request.wish, held)?,
        None => decide(tx, &catalog, &request.wish)?,
    };

    // Apply
    let booking = match hold {
        Some(held) => take_held_place(tx, request, &wanted, &held, client)?,
        None => take_new_place(tx, request, &wanted, client)?,
    };
    once::remember(tx, request.once.as_ref(), booking)?;
    messaging::plan_for(tx, booking)?;
    failpoint::reach(Point::BookBeforeCommit);
    Ok(Booked { booking, fresh: true })
}

/// Books one date of several that are told of together: no key and no hold, and `adopt` says what it belongs to before
/// anything is planned to be told.
pub(crate) fn book_quietly(
    tx: &mut Tx<'_>,
    shop: &Shop,
    request: &BookingRequest,
    adopt: &dyn Fn(&mut Tx<'_>, BookingId) -> Result<(), Fault>,
) -> Result<BookingId, Bad<BookRefused>> {
    let catalog = shop.catalogs.current_in(tx)?;
    let client = client_of(tx, &request.who)?;
    let wanted = decide(tx, &catalog, &request.wish)?;
    let booking = take_new_place(tx, request, &wanted, client)?;
    adopt(tx, booking)?;
    messaging::plan_for(tx, booking)?;
    Ok(booking)
}

/// What people read out for something that is booked, made of its number.
pub(crate) fn reference_of(number: i64) -> String {
    booking::reference(scatter(number))
}

/// Checks a wish against everything but what is taken, and settles where it would be.
pub(crate) fn decide<'a>(
    tx: &mut Tx<'_>,
    catalog: &'a Arc<Catalog>,
    wish: &Wish,
) -> Result<Wanted<'a>, Bad<BookRefused>> {
    // What the system books was agreed before: the dates of a series.
    let is_staff = !matches!(wish.actor, Actor::Client);
    let visible = |service: &&Service| service.online || is_staff;
    let service = catalog.service(wish.service).filter(visible).ok_or(Bad::Refused(BookRefused::UnknownService))?;
    slots::check_party(&service.rules, wish.party).map_err(|wrong| Bad::Refused(BookRefused::WrongParty(wrong)))?;
    let possible = possible_locations(catalog, service, wish).map_err(Bad::Refused)?;
    let zone = possible.first().map(|location| location.zone).ok_or(Bad::Refused(BookRefused::UnknownLocation))?;
    let rules = possible.first().map(|location| catalog.rules_at(service, location));
    let rules = rules.as_ref().unwrap_or(&service.rules);
    match slots::within_rules(rules, tx.now, zone, wish.starts_at) {
        Err(TooSoonOrFar::Past) => return Err(Bad::Refused(BookRefused::Past)),
        Err(refusal) if !is_staff => return Err(Bad::Refused(refusal.into())),
        _ => {}
    }
    let wanted = |location| Wanted {
        catalog,
        service,
        location,
        provider: wish.provider,
        party: wish.party,
        starts_at: wish.starts_at,
        exactly: Exactly::default(),
    };
    choose_location(tx, &possible, wanted)
}

fn possible_locations<'a>(
    catalog: &'a Catalog,
    service: &Service,
    wish: &Wish,
) -> Result<Vec<&'a Location>, BookRefused> {
    let mut possible = catalog.locations_for(service.id);
    if let Some(named) = wish.location {
        possible.retain(|location| location.id == named);
    }
    if possible.is_empty() {
        return Err(BookRefused::UnknownLocation);
    }
    if let Some(provider) = wish.provider {
        if !catalog.terms.contains_key(&(service.id, provider)) {
            return Err(BookRefused::UnknownProvider);
        }
        possible.retain(|location| catalog.hours.contains_key(&(provider, location.id)));
    }
    if possible.is_empty() { Err(BookRefused::UnknownProvider) } else { Ok(possible) }
}

/// Without a named location the time must be free at one only.
fn choose_location<'a>(
    tx: &mut Tx<'_>,
    possible: &[&'a Location],
    wanted: impl Fn(&'a Location) -> Wanted<'a>,
) -> Result<Wanted<'a>, Bad<BookRefused>> {
    if let [only] = possible {
        return Ok(wanted(only));
    }
    let mut free = Vec::new();
    for location in possible {
        if !place::candidates(tx, &wanted(location))?.is_empty() {
            free.push(wanted(location));
        }
    }
    match free.as_slice() {
        [only] => Ok(*only),
        [] => Err(Bad::Refused(BookRefused::SlotTaken)),
        _ => Err(Bad::Refused(BookRefused::LocationNeeded)),
    }
}

/// The hold named in the request, if it still keeps the very time that is wanted; any other is given back.
fn usable_hold(tx: &mut Tx<'_>, catalog: &Catalog, request: &BookingRequest) -> Result<Option<HoldRow>, Fault> {
    let Some(id) = request.hold else {
        return Ok(None);
    };
    let Some(hold) = store::hold(tx.conn, id)?.filter(|hold| !hold.ended) else {
        return Ok(None);
    };
    let wish = &request.wish;
    let kept = store::appointment(tx.conn, hold.appointment)?;
    // A hold of a whole visit is no hold of one of its services.
    let is_alone = store::kept_by(tx.conn, hold.id)?.len() == 1;
    let fits = is_alone
        && kept.is_some_and(|block| {
            block.service == wish.service
                && block.starts_at == wish.starts_at
                && wish.provider.is_none_or(|provider| provider == block.provider)
                && wish.location.is_none_or(|location| location == block.location)
                && !block.released
        });
    if fits && hold.party == wish.party && tx.now < hold.expires_at && store::end_hold(tx, hold.id, "booked")? {
        return Ok(Some(hold));
    }
    place::drop_hold(tx, catalog, &hold)?;
    Ok(None)
}

/// The rules were checked when the hold was made; what is held is not refused because minutes passed since.
fn decide_held<'a>(
    tx: &mut Tx<'_>,
    catalog: &'a Arc<Catalog>,
    wish: &Wish,
    hold: &HoldRow,
) -> Result<Wanted<'a>, Bad<BookRefused>> {
    let block = store::appointment(tx.conn, hold.appointment)?;
    let block = block.ok_or_else(|| Fault::corrupt("holds", "appointment_id", hold.id, "no such appointment"))?;
    let service = catalog.service(block.service).ok_or(Bad::Refused(BookRefused::UnknownService))?;
    let location = catalog.location(block.location).ok_or(Bad::Refused(BookRefused::UnknownLocation))?;
    if wish.starts_at < tx.now {
        return Err(Bad::Refused(BookRefused::Past));
    }
    Ok(Wanted {
        catalog,
        service,
        location,
        provider: Some(block.provider),
        party: hold.party,
        starts_at: block.starts_at,
        exactly: Exactly::default(),
    })
}

pub(super) fn client_of(tx: &mut Tx<'_>, who: &Who) -> Result<ClientId, Bad<BookRefused>> {
    match who {
        Who::Named(details) => Ok(clients::find_or_make(tx, details)?),
        Who::Known(id) => match clients::view(tx.conn, *id)? {
            Some(_) => Ok(clients::survivor(tx.conn, *id)?),
            None => Err(Bad::Refused(BookRefused::UnknownClient)),
        },
    }
}

fn take_held_place(
    tx: &mut Tx<'_>,
    request: &BookingRequest,
    wanted: &Wanted<'_>,
    hold: &HoldRow,
    client: ClientId,
) -> Result<BookingId, Bad<BookRefused>> {
    let block = store::appointment(tx.conn, hold.appointment)?;
    let block = block.ok_or_else(|| Fault::corrupt("holds", "appointment_id", hold.id, "no such appointment"))?;
    let placed = Placed::of(&block);
    let booking = tx.new_id();
    insert(tx, request, wanted, &placed, (booking, client))?;
    store::hand_seats_over(tx, hold.id, booking)?;
    store::prolong_class(tx, block.id, None)?;
    place::stamp(tx, wanted.catalog, &placed)?;
    Ok(booking)
}

fn take_new_place(
    tx: &mut Tx<'_>,
    request: &BookingRequest,
    wanted: &Wanted<'_>,
    client: ClientId,
) -> Result<BookingId, Bad<BookRefused>> {
    let booking: BookingId = tx.new_id();
    price(wanted, wanted.provider).ok_or(Bad::Refused(BookRefused::PriceTooLarge))?;
    let claimant = |tx: &mut Tx<'_>, placed: &Placed| {
        insert_row(tx, request, wanted, placed, (booking, client))?;
        Ok(SeatOf::Booking(booking))
    };
    let broken = match beyond::take(tx, wanted, request.overriding.as_ref(), Vec::new(), &claimant) {
        Ok((_, broken)) => broken,
        Err(Bad::Fault(fault)) => return Err(fault.into()),
        Err(Bad::Refused(Unplaced::Breaks(broken))) => return Err(Bad::Refused(BookRefused::Breaks(broken))),
        Err(Bad::Refused(Unplaced::Taken)) => {
            let why = if place::anybody_works(tx, wanted)? { BookRefused::SlotTaken } else { BookRefused::Closed };
            return Err(Bad::Refused(why));
        }
    };
    record_creation(tx, request, wanted, (booking, &broken))?;
    Ok(booking)
}

fn insert(
    tx: &mut Tx<'_>,
    request: &BookingRequest,
    wanted: &Wanted<'_>,
    placed: &Placed,
    (booking, client): (BookingId, ClientId),
) -> Result<(), Bad<BookRefused>> {
    price(wanted, Some(placed.provider)).ok_or(Bad::Refused(BookRefused::PriceTooLarge))?;
    insert_row(tx, request, wanted, placed, (booking, client))?;
    record_creation(tx, request, wanted, (booking, &[]))?;
    Ok(())
}

fn price(wanted: &Wanted<'_>, provider: Option<ProviderId>) -> Option<i64> {
    let service = wanted.service;
    let first = wanted.catalog.price_on(service, provider, day_of(wanted)).minor;
    money::price_of_party(first, service.extra_person_minor, wanted.party, service.rules.party_min)
}

/// The day of the appointment: its prices hold.
fn day_of(wanted: &Wanted<'_>) -> NaiveDate {
    time::local_day(wanted.starts_at, wanted.location.zone)
}

/// Name, price and policy are copied, so that later changes to the catalogue leave this booking as it was agreed.
fn insert_row(
    tx: &mut Tx<'_>,
    request: &BookingRequest,
    wanted: &Wanted<'_>,
    placed: &Placed,
    (booking, client): (BookingId, ClientId),
) -> Result<(), DbError> {
    let catalog = wanted.catalog;
    let minutes = (placed.ends_at - placed.starts_at).num_minutes();
    let policy = catalog.policy(wanted.service, wanted.location);
    let new = NewBooking {
        id: booking,
        reference: reference_of(booking.get()),
        appointment: placed.appointment,
        client,
        status: first_status(wanted.service, request.wish.actor),
        party: wanted.party,
        service_name: &wanted.service.name,
        duration_minutes: u32::try_from(minutes).unwrap_or(0),
        price_minor: price(wanted, Some(placed.provider)).unwrap_or(0),
        tax_basis_points: wanted.service.tax_on(day_of(wanted)),
        currency: catalog.clinic.currency.code(),
        policy: &policy,
        language: &request.language,
        source: request.source.as_deref(),
        note: &request.note,
        created_by: request.wish.actor.as_str(),
    };
    store::insert_booking(tx, &new)
}

fn first_status(service: &Service, actor: Actor) -> BookingStatus {
    match actor {
        Actor::Client if service.needs_approval => BookingStatus::Requested,
        Actor::Client | Actor::Staff(_) | Actor::System => BookingStatus::Booked,
    }
}

/// Spreads neighbouring numbers over all references (the finaliser of SplitMix64), so that none can be guessed from the last.
pub(super) const fn scatter(number: i64) -> u64 {
    let mut mixed = number.cast_unsigned().wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

fn record_creation(
    tx: &mut Tx<'_>,
    request: &BookingRequest,
    wanted: &Wanted<'_>,
    (booking, broken): (BookingId, &[Breach]),
) -> Result<(), Fault> {
    let status = first_status(wanted.service, request.wish.actor);
    let kind = if status == BookingStatus::Requested { "requested" } else { "booked" };
    let broke = overriding::words(broken);
    let event = Happened { kind, after: Some(status.as_str().to_owned()), broke, ..Happened::default() };
    store::record(tx, booking, request.wish.actor, &event)
}
