//! Brings the list up to now: what ran out ends, and what is free is offered, to one entry at a time.
//!
//! Looking ([`plan`]) reads free days from memory like any page and writes nothing. Each offer is a short write of its
//! own ([`offer()`]) that looks again at what matters; whatever changed in between costs this offer and nothing else.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::store::{self, Entry, Offer};
use crate::booking::book::BookRefused;
use crate::booking::hold::{self, PlaceToKeep};
use crate::booking::offer::{self as free, Question, Shop};
use crate::catalog::{Catalog, Location, Service};
use crate::db::{Bad, Conn, Fault, Tx, portable};
use crate::domain::ids::{LocationId, OfferId, ProviderId, ServiceId, WaitlistEntryId};
use crate::domain::messages::{MessageKind, Recipient, Subject};
use crate::domain::span::Span;
use crate::domain::time;
use crate::domain::waitlist::{self, EntryStatus, OfferRules, OfferStatus};
use crate::messaging::{self, Notice};

/// As many entries are looked at in one pass, first come first served; nobody after them is offered anything before.
const ENTRIES_MAX: i64 = 2_000;
/// One pass makes at most so many offers.
const OFFERS_MAX: usize = 100;
/// One pass ends at most so many.
const ENDED_MAX: i64 = 200;

/// What a pass finds to be done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToDo {
    /// Offers that ran out.
    pub overdue: Vec<OfferId>,
    /// Entries whose last day has passed.
    pub expired: bool,
    /// Whether anybody waits.
    pub anybody_waits: bool,
}

/// One cheap look, before anything is computed.
pub fn what_is_to_do(conn: &mut Conn, shop: &Shop, now: DateTime<Utc>) -> Result<ToDo, Fault> {
    let anybody_waits = store::is_anybody_waiting(conn)?;
    let overdue = store::overdue_offers(conn, now, ENDED_MAX)?;
    let catalog = shop.catalogs.current(conn)?;
    let expired = !store::overdue_entries(conn, last_today(&catalog, now))?.is_empty();
    Ok(ToDo { overdue, expired, anybody_waits })
}

/// Today where it is still the earliest day: what ended before it has ended everywhere.
fn last_today(catalog: &Catalog, now: DateTime<Utc>) -> NaiveDate {
    let days = catalog.locations.iter().map(|place| time::local_day(now, place.zone));
    days.min().unwrap_or_else(|| now.date_naive())
}

/// Ends entries whose last day has passed; answers how many.
pub fn expire_entries(tx: &mut Tx<'_>, shop: &Shop) -> Result<usize, Fault> {
    let catalog = shop.catalogs.current_in(tx)?;
    let day = last_today(&catalog, tx.now);
    store::expire_entries(tx, day)
}

/// Ends an offer that ran out: the place is free, the entry moves on or is parked. Answers false when somebody answered
/// meanwhile.
pub fn end_overdue(tx: &mut Tx<'_>, shop: &Shop, id: OfferId) -> Result<bool, Fault> {
    let Some(offer) = store::offer_with_id(tx.conn, id)? else {
        return Ok(false);
    };
    super::lock(tx, offer.entry)?;
    if !store::end_offer(tx, id, OfferStatus::Expired, None)? {
        return Ok(false);
    }
    hold::free_place(tx, shop, offer.hold)?;
    messaging::untell(tx, Subject::Offer(id))?;
    if let Some(entry) = store::entry(tx.conn, offer.entry)?.filter(|entry| entry.status.is_open()) {
        let unanswered = entry.unanswered.saturating_add(1);
        store::set_silence(tx, entry.id, waitlist::after_silence(unanswered), unanswered)?;
    }
    Ok(true)
}

/// A place for an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// For whom.
    pub entry: WaitlistEntryId,
    /// Where.
    pub location: LocationId,
    /// When.
    pub starts_at: DateTime<Utc>,
}

/// Whom to offer what, now: everybody in turn the first free place that was asked for.
///
/// Places today and tomorrow are given out first, in their own order; two entries are never planned into one place.
pub fn plan(conn: &mut Conn, shop: &Shop, now: DateTime<Utc>) -> Result<Vec<Place>, Fault> {
    let entries = store::in_turn(conn, now, ENTRIES_MAX)?;
    let ids: Vec<WaitlistEntryId> = entries.iter().map(|entry| entry.id).collect();
    let former = store::former_offers(conn, &ids, now)?;
    let mut by_service: BTreeMap<ServiceId, Vec<&Entry>> = BTreeMap::new();
    for entry in &entries {
        by_service.entry(entry.service).or_default().push(entry);
    }
    let catalog = shop.catalogs.current(conn)?;
    let mut taken: HashMap<ProviderId, Vec<Span>> = HashMap::new();
    let mut places = Vec::new();
    for (service, waiting) in by_service {
        let Some(service) = catalog.service(service) else { continue };
        let open = open_places(conn, shop, now, (&catalog, service), &waiting)?;
        for is_soon in [true, false] {
            let mut turns: Vec<&Entry> = waiting.clone();
            turns.retain(|entry| places.iter().all(|place: &Place| place.entry != entry.id));
            turns.sort_by_key(|entry| waitlist::priority(&entry.turn(), is_soon));
            for entry in turns {
                let before = former.get(&entry.id).map_or(&[][..], Vec::as_slice);
                let of_party = open.get(&entry.wish.party).map_or(&[][..], Vec::as_slice);
                let found = of_party.iter().find(|open| open.is_soon == is_soon && open.suits(entry, before, &taken));
                if let Some(found) = found {
                    taken.entry(found.provider).or_default().push(found.occupied);
                    places.push(Place { entry: entry.id, location: found.location, starts_at: found.span.starts_at() });
                }
                if OFFERS_MAX <= places.len() {
                    return Ok(places);
                }
            }
        }
    }
    Ok(places)
}

/// A free place that may be offered now.
struct OpenPlace {
    location: LocationId,
    provider: ProviderId,
    local_start: chrono::NaiveDateTime,
    span: Span,
    occupied: Span,
    is_soon: bool,
}

impl OpenPlace {
    fn suits(&self, entry: &Entry, offered: &[Span], taken: &HashMap<ProviderId, Vec<Span>>) -> bool {
        entry.wish.fits(self.local_start, self.provider, self.location)
            && !waitlist::was_offered(offered, self.span)
            && !taken.get(&self.provider).is_some_and(|spans| waitlist::was_offered(spans, self.occupied))
    }
}

/// Every free place of a service that may be offered now, for each size of party that waits, in order of time.
fn open_places(
    conn: &mut Conn,
    shop: &Shop,
    now: DateTime<Utc>,
    (catalog, service): (&Catalog, &Service),
    waiting: &[&Entry],
) -> Result<BTreeMap<u16, Vec<OpenPlace>>, Fault> {
    let mut found = BTreeMap::new();
    let parties: std::collections::BTreeSet<u16> = waiting.iter().map(|entry| entry.wish.party).collect();
    for party in parties {
        let of_party = || waiting.iter().filter(|entry| entry.wish.party == party);
        let first = of_party().map(|entry| entry.wish.first_day).min();
        let last = of_party().map(|entry| entry.wish.last_day).max();
        let Some((first, last)) = first.zip(last) else { continue };
        let mut places = Vec::new();
        for location in catalog.locations_for(service.id) {
            let question = Question {
                service: service.id,
                location: Some(location.id),
                provider: None,
                party,
                from: first.max(time::local_day(now, location.zone)),
                to: last,
                own_hold: None,
                as_staff: true,
            };
            places.extend(places_at(conn, shop, now, (catalog, service, location), &question)?);
        }
        places.sort_by_key(|place| (place.span.starts_at(), place.location, place.provider));
        found.insert(party, places);
    }
    Ok(found)
}

fn places_at(
    conn: &mut Conn,
    shop: &Shop,
    now: DateTime<Utc>,
    (catalog, service, location): (&Catalog, &Service, &Location),
    question: &Question,
) -> Result<Vec<OpenPlace>, Fault> {
    let rules = rules_of(catalog, service, location);
    let today = time::local_day(now, location.zone);
    let mut places = Vec::new();
    let mut from = question.from;
    while from <= question.to {
        let to = from.checked_add_days(Days::new(free::DAYS_MAX - 1)).unwrap_or(question.to).min(question.to);
        let asked = Question { from, to, ..question.clone() };
        let days = match free::free_days_of(conn, shop, catalog, now, &asked) {
            Ok(days) => days,
            // A party that no longer fits, a service nobody offers any more: there is nothing to offer.
            Err(Bad::Refused(_)) => return Ok(Vec::new()),
            Err(Bad::Fault(fault)) => return Err(fault),
        };
        for (slot, choices) in days.iter().flat_map(free::OfferedDay::slots) {
            if waitlist::offer_until(now, location.zone, slot.starts_at, rules).is_none() {
                continue;
            }
            let local_start = time::local(slot.starts_at, location.zone);
            let is_soon = waitlist::is_soon(local_start.date(), today);
            places.extend(choices.filter_map(|choice| {
                let span = Span::new(slot.starts_at, choice.ends_at).ok()?;
                let occupied = service.rules.occupied_by(span);
                let provider = choice.provider;
                Some(OpenPlace { location: location.id, provider, local_start, span, occupied, is_soon })
            }));
        }
        let Some(next) = to.succ_opt() else { break };
        from = next;
    }
    Ok(places)
}

fn rules_of(catalog: &Catalog, service: &Service, location: &Location) -> OfferRules {
    OfferRules {
        offer_minutes: catalog.clinic.offer_minutes,
        short_notice_minutes: catalog.clinic.short_notice_offer_minutes,
        lead_minutes: catalog.rules_at(service, location).lead_minutes,
    }
}

/// The first free places that fit an entry, for staff who offer one by hand; those it did not want are among them.
pub fn fitting_places(
    conn: &mut Conn,
    shop: &Shop,
    now: DateTime<Utc>,
    entry: &Entry,
    limit: usize,
) -> Result<Vec<Place>, Fault> {
    let catalog = shop.catalogs.current(conn)?;
    let Some(service) = catalog.service(entry.service) else {
        return Ok(Vec::new());
    };
    let open = open_places(conn, shop, now, (&catalog, service), &[entry])?;
    let fits = |place: &&OpenPlace| place.suits(entry, &[], &HashMap::new());
    let mut places: Vec<Place> = open
        .values()
        .flatten()
        .filter(fits)
        .map(|open| Place { entry: entry.id, location: open.location, starts_at: open.span.starts_at() })
        .collect();
    places.dedup();
    places.truncate(limit);
    Ok(places)
}

/// Why a place is not offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfferRefused {
    /// No such entry.
    Unknown,
    /// It left the list.
    Ended(EntryStatus),
    /// Something is kept for it already.
    AlreadyOffered,
    /// It is parked or skipped, and nobody at the desk said otherwise.
    NotInTurn,
    /// Not asked for.
    DoesNotFit,
    /// At this hour, or so shortly before it begins, nothing is offered.
    NotNow,
    /// The place is gone.
    Gone(BookRefused),
}

/// Keeps a place for an entry and tells whoever has a mail address. Staff (`by_hand`) may offer to the parked and the
/// skipped as well.
pub fn offer(tx: &mut Tx<'_>, shop: &Shop, place: &Place, by_hand: bool) -> Result<OfferId, Bad<OfferRefused>> {
    // Load
    let refuse = |why| Err(Bad::Refused(why));
    super::lock(tx, place.entry)?;
    let entry = store::entry(tx.conn, place.entry)?.ok_or(Bad::Refused(OfferRefused::Unknown))?;
    let open = store::open_offer_of(tx.conn, entry.id)?;
    let catalog = shop.catalogs.current_in(tx)?;

    // Decide
    if !entry.status.is_open() {
        return refuse(OfferRefused::Ended(entry.status));
    }
    if open.is_some() {
        return refuse(OfferRefused::AlreadyOffered);
    }
    let is_in_turn = entry.status == EntryStatus::Waiting && entry.skipped_until.is_none_or(|until| until <= tx.now);
    if !is_in_turn && !by_hand {
        return refuse(OfferRefused::NotInTurn);
    }
    let gone = |why| Bad::Refused(OfferRefused::Gone(why));
    let service = catalog.service(entry.service).ok_or_else(|| gone(BookRefused::UnknownService))?;
    let location = catalog.location(place.location).ok_or_else(|| gone(BookRefused::UnknownLocation))?;
    let here = entry.wish.location.is_none_or(|wanted| wanted == location.id);
    if !here || !entry.wish.fits_time(time::local(place.starts_at, location.zone)) {
        return refuse(OfferRefused::DoesNotFit);
    }
    let rules = rules_of(&catalog, service, location);
    let until = waitlist::offer_until(tx.now, location.zone, place.starts_at, rules);
    let until = until.ok_or(Bad::Refused(OfferRefused::NotNow))?;

    // Apply
    let made = keep(tx, shop, &entry, place, until)?;
    if entry.status == EntryStatus::Parked {
        store::set_silence(tx, entry.id, EntryStatus::Waiting, 0)?;
    }
    tell(tx, &entry, &made)?;
    Ok(made.id)
}

fn keep(
    tx: &mut Tx<'_>,
    shop: &Shop,
    entry: &Entry,
    place: &Place,
    until: DateTime<Utc>,
) -> Result<Offer, Bad<OfferRefused>> {
    let wanted = PlaceToKeep {
        service: entry.service,
        location: place.location,
        provider: entry.wish.provider,
        party: entry.wish.party,
        starts_at: place.starts_at,
        owner: format!("waitlist:{}", entry.id),
        until,
    };
    let kept = hold::keep_place(tx, shop, &wanted).map_err(|bad| bad.map(OfferRefused::Gone))?;
    let offer = Offer {
        id: tx.new_id(),
        entry: entry.id,
        hold: kept.hold,
        provider: kept.provider,
        location: place.location,
        starts_at: place.starts_at,
        ends_at: kept.ends_at,
        status: OfferStatus::Open,
        created_at: tx.now,
        expires_at: until,
        answered_at: None,
        booking: None,
    };
    match store::insert_offer(tx, &offer) {
        // The index that allows one open offer an entry: somebody was faster.
        Err(error) if portable::is_duplicate(&error) => Err(Fault::lost_race(error).into()),
        written => {
            written?;
            Ok(offer)
        }
    }
}

/// Whoever has only a phone stands on the staff's list of people to call.
fn tell(tx: &mut Tx<'_>, entry: &Entry, offer: &Offer) -> Result<(), Fault> {
    if entry.email.is_none() {
        return Ok(());
    }
    let notice = Notice {
        subject: Subject::Offer(offer.id),
        kind: MessageKind::WaitlistOffer,
        recipient: Recipient::Client(entry.client),
        language: entry.language.clone(),
        version: 0,
        expires_at: offer.expires_at,
    };
    messaging::tell(tx, &notice)
}
