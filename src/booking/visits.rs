//! Visits: two or three services back to back, booked, kept, moved and cancelled as one.
//!
//! Each part is an appointment and a booking of its own, so that calendars, seats and history know nothing new. What ties
//! them together is the first booking's id in all of them (`visit_group_id`) and their place in the visit. The client
//! sees one reference, the first's. What is free is decided by `domain::visits`; what was agreed about deadlines is the
//! strictest of the parts and stands in each of them.

mod offer;
mod parts;
mod take;

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};

pub use offer::{VisitQuestion, closest, free_days, next_free};
pub(crate) use parts::{live_parts, together};
pub use take::WantedVisit;
pub(crate) use take::{anybody_works, lock_for_move, take};

use super::book::{self, BookRefused, Booked, BookingRequest, Who};
use super::hold::{Held, HoldLimits, give_up};
use super::offer::Shop;
use super::once::{self, KeyReused, OnceKey};
use super::place::{self, Placed, Taken};
use super::store::{self, Block, Happened, HoldRow, NewBooking, SeatOf};
use crate::catalog::{Catalog, Location, Service};
use crate::db::{Bad, DbError, Fault, Tx};
use crate::domain::booking::{self, Actor, BookingStatus};
use crate::domain::ids::{BookingId, ClientId, HoldId, LocationId, ProviderId, ServiceId};
use crate::domain::policy::Policy;
use crate::domain::slots::{self, ServiceRules, TooSoonOrFar};
use crate::domain::time;
use crate::domain::visits::{PARTS_MAX, WrongVisit};
use crate::messaging;

/// One service of a visit that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WantedPart {
    /// Which service.
    pub service: ServiceId,
    /// With whom; none is anyone.
    pub provider: Option<ProviderId>,
}

/// Which visit is wanted.
#[derive(Debug, Clone)]
pub struct VisitWish {
    /// The services in their order, two or three.
    pub parts: Vec<WantedPart>,
    /// Where; may be left out when only one place comes into question.
    pub location: Option<LocationId>,
    /// When the first of them begins.
    pub starts_at: DateTime<Utc>,
    /// Who asks.
    pub actor: Actor,
}

/// A visit that is asked for.
#[derive(Debug, Clone)]
pub struct VisitRequest {
    /// The services and the time.
    pub wish: VisitWish,
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
    /// The form's or the call's key.
    pub once: Option<OnceKey>,
}

impl VisitRequest {
    /// The same request for a visit in place of its one service.
    pub fn of(wish: VisitWish, request: BookingRequest) -> Self {
        let BookingRequest { who, hold, note, language, source, once, .. } = request;
        Self { wish, who, hold, note, language, source, once }
    }
}

/// Why a visit is not booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VisitRefused {
    /// These services are never one visit.
    Impossible(WrongVisit),
    /// What a single booking would be refused for, with the part it is about; times are about the first.
    Part(usize, BookRefused),
}

impl From<KeyReused> for VisitRefused {
    fn from(reused: KeyReused) -> Self {
        Self::Part(0, reused.into())
    }
}

/// Books every part in one write, or leaves no trace. Answers with the first part's booking.
pub fn book(tx: &mut Tx<'_>, shop: &Shop, request: &VisitRequest) -> Result<Booked, Bad<VisitRefused>> {
    // Load
    if let Some(booking) = once::earlier(tx, request.once.as_ref()).map_err(|bad| bad.map(VisitRefused::from))? {
        return Ok(Booked { booking, fresh: false });
    }
    let catalog = shop.catalogs.current_in(tx)?;
    let held = usable_hold(tx, &catalog, request)?;
    let client = book::client_of(tx, &request.who).map_err(|bad| bad.map(|why| VisitRefused::Part(0, why)))?;

    // Decide
    let wanted = match &held {
        Some((_, blocks)) => decide_held(tx, &catalog, &request.wish, blocks)?,
        None => decide(tx, &catalog, &request.wish)?,
    };

    // Apply
    let ids: Vec<BookingId> = wanted.parts.iter().map(|_| tx.new_id()).collect();
    let writing = Writing { request, wanted: &wanted, policy: wanted.policy(), client, ids: &ids };
    match held {
        Some((hold, blocks)) => writing.take_held(tx, &hold, &blocks)?,
        None => writing.take_new(tx)?,
    }
    let first = ids.first().copied().ok_or_else(|| Fault::other("a visit without parts was booked"))?;
    once::remember(tx, request.once.as_ref(), first)?;
    for id in &ids {
        messaging::plan_for(tx, *id)?;
    }
    Ok(Booked { booking: first, fresh: true })
}

/// Keeps every part of a visit by one hold, or none.
pub fn hold(
    tx: &mut Tx<'_>,
    shop: &Shop,
    limits: HoldLimits,
    request: &VisitHoldRequest,
) -> Result<Held, Bad<VisitHoldRefused>> {
    let made = store::holds_since(tx.conn, &request.visitor_key, tx.now - Duration::hours(24))?;
    if i64::from(limits.per_visitor_and_day) <= made {
        return Err(Bad::Refused(VisitHoldRefused::TooMany));
    }
    if let Some(former) = request.replaces {
        give_up(tx, shop, former)?;
    }
    let catalog = shop.catalogs.current_in(tx)?;
    let wanted = decide(tx, &catalog, &request.wish).map_err(|bad| bad.map(VisitHoldRefused::NotBookable))?;
    let held = Held { id: tx.new_id(), expires_at: tx.now + Duration::minutes(limits.minutes) };
    let claimant = |tx: &mut Tx<'_>, placed: &[Placed]| {
        if let Some(first) = placed.first() {
            store::insert_hold(tx, held.id, first.appointment, 1, &request.visitor_key, held.expires_at)?;
        }
        Ok(vec![SeatOf::Hold(held.id); placed.len()])
    };
    take::take(tx, &wanted, &[], Some(held.expires_at), &claimant)
        .map_err(|bad| bad.map(|Taken| VisitHoldRefused::NotBookable(gone(BookRefused::SlotTaken))))?;
    Ok(held)
}

/// A visit to keep for some minutes.
#[derive(Debug, Clone)]
pub struct VisitHoldRequest {
    /// What is wanted.
    pub wish: VisitWish,
    /// Who asks: a keyed hash of the visitor's address.
    pub visitor_key: String,
    /// The visitor's former hold, which this one replaces.
    pub replaces: Option<HoldId>,
}

/// Why a visit is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VisitHoldRefused {
    /// It could not be booked either.
    NotBookable(VisitRefused),
    /// This visitor has had enough of them today.
    TooMany,
}

/// Keeps the visit; sending it again with the same key answers with the hold that was made.
pub fn hold_once(
    tx: &mut Tx<'_>,
    shop: &Shop,
    limits: HoldLimits,
    request: &VisitHoldRequest,
    key: Option<&OnceKey>,
) -> Result<Held, Bad<VisitHoldRefused>> {
    let reused = |KeyReused| VisitHoldRefused::NotBookable(KeyReused.into());
    let earlier: Option<HoldId> = once::earlier(tx, key).map_err(|bad| bad.map(reused))?;
    if let Some(id) = earlier {
        let made = store::hold(tx.conn, id)?.ok_or_else(|| Fault::corrupt("holds", "id", id, "no such hold"))?;
        return Ok(Held { id, expires_at: made.expires_at });
    }
    let held = hold(tx, shop, limits, request)?;
    once::remember(tx, key, held.id)?;
    Ok(held)
}

fn gone(why: BookRefused) -> VisitRefused {
    VisitRefused::Part(0, why)
}

/// The services of a visit and where all of them can be had, with the providers that are wanted.
pub fn check<'a>(
    catalog: &'a Catalog,
    parts: &[WantedPart],
    is_staff: bool,
) -> Result<(Vec<&'a Service>, Vec<&'a Location>), VisitRefused> {
    let impossible = |wrong| Err(VisitRefused::Impossible(wrong));
    let mut services: Vec<&Service> = Vec::new();
    for (position, part) in parts.iter().enumerate() {
        let visible = |service: &&Service| service.online || is_staff;
        let service = catalog.service(part.service).filter(visible);
        services.push(service.ok_or(VisitRefused::Part(position, BookRefused::UnknownService))?);
    }
    if parts.len() < 2 {
        return impossible(WrongVisit::TooFew);
    }
    if PARTS_MAX < parts.len() {
        return impossible(WrongVisit::TooMany);
    }
    if services.iter().enumerate().any(|(index, one)| services.iter().skip(index + 1).any(|two| one.id == two.id)) {
        return impossible(WrongVisit::Twice);
    }
    if services.iter().any(|service| 1 < service.rules.capacity) {
        return impossible(WrongVisit::Class);
    }
    let mut places: Option<Vec<&Location>> = None;
    for (position, (part, service)) in parts.iter().zip(&services).enumerate() {
        let here = catalog.locations_for(service.id);
        let mut common = places.map_or(here.clone(), |before| {
            before.into_iter().filter(|place| here.iter().any(|known| known.id == place.id)).collect()
        });
        if common.is_empty() {
            return impossible(WrongVisit::NotTogether);
        }
        if let Some(provider) = part.provider {
            common.retain(|place| catalog.hours.contains_key(&(provider, place.id)));
            if common.is_empty() || !catalog.terms.contains_key(&(service.id, provider)) {
                return Err(VisitRefused::Part(position, BookRefused::UnknownProvider));
            }
        }
        places = Some(common);
    }
    Ok((services, places.unwrap_or_default()))
}

/// What is agreed for a visit: the strictest of its parts, and every text once.
pub fn policy_of(catalog: &Catalog, services: &[&Service], location: &Location) -> Policy {
    let policies: Vec<Policy> = services.iter().map(|service| catalog.policy(service, location)).collect();
    let mut texts: Vec<&str> = Vec::new();
    for policy in &policies {
        if !policy.text.is_empty() && !texts.contains(&policy.text.as_str()) {
            texts.push(&policy.text);
        }
    }
    let text = texts.join("\n");
    let strictest = policies.into_iter().reduce(|one, other| Policy {
        lead_minutes: one.lead_minutes.max(other.lead_minutes),
        move_notice_minutes: one.move_notice_minutes.max(other.move_notice_minutes),
        cancel_notice_minutes: one.cancel_notice_minutes.max(other.cancel_notice_minutes),
        moves_max: one.moves_max.min(other.moves_max),
        text: String::new(),
    });
    Policy { text, ..strictest.unwrap_or_else(|| catalog.clinic.policy.clone()) }
}

/// What a visit asks of the moment of asking: the longest lead time and the nearest horizon of its parts.
pub(super) fn rules_of(catalog: &Catalog, services: &[&Service], location: &Location) -> Option<ServiceRules> {
    let rules = services.iter().map(|service| catalog.rules_at(service, location));
    rules.reduce(|one, other| ServiceRules {
        lead_minutes: one.lead_minutes.max(other.lead_minutes),
        horizon_days: one.horizon_days.min(other.horizon_days),
        ..one
    })
}

/// Checks a wish against everything but what is taken, and settles where it would be.
pub(crate) fn decide<'a>(
    tx: &mut Tx<'_>,
    catalog: &'a Arc<Catalog>,
    wish: &VisitWish,
) -> Result<WantedVisit<'a>, Bad<VisitRefused>> {
    let is_staff = matches!(wish.actor, Actor::Staff(_));
    let (services, mut places) = check(catalog, &wish.parts, is_staff).map_err(Bad::Refused)?;
    if let Some(named) = wish.location {
        places.retain(|place| place.id == named);
    }
    let refuse = |why| Err(Bad::Refused(gone(why)));
    let Some(rules) = places.first().and_then(|place| rules_of(catalog, &services, place)) else {
        return refuse(BookRefused::UnknownLocation);
    };
    let zone = places.first().map_or(chrono_tz::Tz::UTC, |place| place.zone);
    match slots::within_rules(&rules, tx.now, zone, wish.starts_at) {
        Err(TooSoonOrFar::Past) => return refuse(BookRefused::Past),
        Err(refusal) if !is_staff => return refuse(refusal.into()),
        _ => {}
    }
    let parts: Vec<(&Service, Option<ProviderId>)> =
        services.into_iter().zip(wish.parts.iter().map(|part| part.provider)).collect();
    let wanted = |location| WantedVisit { catalog, parts: parts.clone(), location, starts_at: wish.starts_at };
    if let [only] = places.as_slice() {
        return Ok(wanted(only));
    }
    let mut free = Vec::new();
    for place in places {
        if !take::candidates(tx, &wanted(place), &[])?.is_empty() {
            free.push(place);
        }
    }
    match free.as_slice() {
        [only] => Ok(wanted(only)),
        [] => refuse(BookRefused::SlotTaken),
        _ => refuse(BookRefused::LocationNeeded),
    }
}

/// The hold named in the request, if it still keeps the very visit that is wanted; any other is given back.
fn usable_hold(
    tx: &mut Tx<'_>,
    catalog: &Catalog,
    request: &VisitRequest,
) -> Result<Option<(HoldRow, Vec<Block>)>, Fault> {
    let Some(id) = request.hold else {
        return Ok(None);
    };
    let Some(hold) = store::hold(tx.conn, id)?.filter(|hold| !hold.ended) else {
        return Ok(None);
    };
    let blocks = store::kept_by(tx.conn, hold.id)?;
    if fits(&request.wish, &blocks) && tx.now < hold.expires_at && store::end_hold(tx, hold.id, "booked")? {
        return Ok(Some((hold, blocks)));
    }
    place::drop_hold(tx, catalog, &hold)?;
    Ok(None)
}

fn fits(wish: &VisitWish, blocks: &[Block]) -> bool {
    let part_fits = |(block, part): (&Block, &WantedPart)| {
        block.service == part.service
            && part.provider.is_none_or(|provider| provider == block.provider)
            && wish.location.is_none_or(|location| location == block.location)
            && !block.released
    };
    blocks.len() == wish.parts.len()
        && blocks.first().is_some_and(|first| first.starts_at == wish.starts_at)
        && blocks.iter().zip(&wish.parts).all(part_fits)
}

/// The rules were checked when the hold was made; what is held is not refused because minutes passed since.
fn decide_held<'a>(
    tx: &mut Tx<'_>,
    catalog: &'a Arc<Catalog>,
    wish: &VisitWish,
    blocks: &[Block],
) -> Result<WantedVisit<'a>, Bad<VisitRefused>> {
    let mut parts = Vec::new();
    for (position, block) in blocks.iter().enumerate() {
        let unknown = Bad::Refused(VisitRefused::Part(position, BookRefused::UnknownService));
        parts.push((catalog.service(block.service).ok_or(unknown)?, Some(block.provider)));
    }
    let location = blocks.first().and_then(|block| catalog.location(block.location));
    let location = location.ok_or(Bad::Refused(gone(BookRefused::UnknownLocation)))?;
    if wish.starts_at < tx.now {
        return Err(Bad::Refused(gone(BookRefused::Past)));
    }
    Ok(WantedVisit { catalog, parts, location, starts_at: wish.starts_at })
}

/// Everything the rows of a visit are written from.
struct Writing<'a> {
    request: &'a VisitRequest,
    wanted: &'a WantedVisit<'a>,
    policy: Policy,
    client: ClientId,
    ids: &'a [BookingId],
}

impl Writing<'_> {
    fn take_new(&self, tx: &mut Tx<'_>) -> Result<(), Bad<VisitRefused>> {
        let claimant = |tx: &mut Tx<'_>, placed: &[Placed]| self.rows(tx, placed);
        match take::take(tx, self.wanted, &[], None, &claimant) {
            Ok(_) => {}
            Err(Bad::Fault(fault)) => return Err(fault.into()),
            Err(Bad::Refused(Taken)) => {
                let works = take::anybody_works(tx, self.wanted)?;
                return Err(Bad::Refused(gone(if works { BookRefused::SlotTaken } else { BookRefused::Closed })));
            }
        }
        self.record(tx)
    }

    fn take_held(&self, tx: &mut Tx<'_>, hold: &HoldRow, blocks: &[Block]) -> Result<(), Bad<VisitRefused>> {
        let placed: Vec<Placed> = blocks.iter().map(Placed::of).collect();
        self.rows(tx, &placed).map_err(Fault::from)?;
        for (part, id) in placed.iter().zip(self.ids) {
            store::hand_seats_of_appointment_over(tx, hold.id, part.appointment, *id)?;
            store::prolong_class(tx, part.appointment, None).map_err(Fault::from)?;
            place::stamp(tx, self.wanted.catalog, part)?;
        }
        self.record(tx)
    }

    /// Writes one booking a part; names, prices and the common policy are copied.
    fn rows(&self, tx: &mut Tx<'_>, placed: &[Placed]) -> Result<Vec<SeatOf>, DbError> {
        let catalog = self.wanted.catalog;
        let status = self.status();
        let mut seats = Vec::with_capacity(placed.len());
        for (((service, _), part), id) in self.wanted.parts.iter().zip(placed).zip(self.ids) {
            let minutes = (part.ends_at - part.starts_at).num_minutes();
            let day = time::local_day(part.starts_at, self.wanted.location.zone);
            let new = NewBooking {
                id: *id,
                reference: booking::reference(book::scatter(id.get())),
                appointment: part.appointment,
                client: self.client,
                status,
                party: 1,
                service_name: &service.name,
                duration_minutes: u32::try_from(minutes).unwrap_or(0),
                price_minor: catalog.price_on(service, Some(part.provider), day).minor,
                tax_basis_points: service.tax_on(day),
                currency: catalog.clinic.currency.code(),
                policy: &self.policy,
                language: &self.request.language,
                source: self.request.source.as_deref(),
                note: &self.request.note,
                created_by: self.request.wish.actor.as_str(),
            };
            store::insert_booking(tx, &new)?;
            seats.push(SeatOf::Booking(*id));
        }
        store::tie_together(tx, self.ids)?;
        Ok(seats)
    }

    /// When one part needs an answer, the whole visit waits for it.
    fn status(&self) -> BookingStatus {
        let asks = self.wanted.parts.iter().any(|(service, _)| service.needs_approval);
        match self.request.wish.actor {
            Actor::Client if asks => BookingStatus::Requested,
            Actor::Client | Actor::Staff(_) | Actor::System => BookingStatus::Booked,
        }
    }

    fn record(&self, tx: &mut Tx<'_>) -> Result<(), Bad<VisitRefused>> {
        let status = self.status();
        let kind = if status == BookingStatus::Requested { "requested" } else { "booked" };
        let event = Happened { kind, after: Some(status.as_str().to_owned()), ..Happened::default() };
        for id in self.ids {
            store::record(tx, *id, self.request.wish.actor, &event)?;
        }
        Ok(())
    }
}
