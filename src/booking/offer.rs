//! What is free: days of slots, from memory where nobody has touched the day.
//!
//! A day's slots depend on the catalogue and on what is taken that day, not on the moment of asking: lead time and
//! horizon are applied when they are read. So they are kept ([`Offers`]) together with the day's stamp, which every
//! write to the calendar changes, and with the end of the first hold in the day, which changes it without a write.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::calendar::{self, Scope};
use super::store::{self, DayStamp};
use crate::catalog::{Catalog, Catalogs, Location, Service};
use crate::db::{Bad, Conn, Fault};
use crate::domain::ids::{AppointmentId, BookingId, HoldId, LocationId, ProviderId, ServiceId};
use crate::domain::slots::{self, Choice, Slot, WrongParty};
use crate::domain::span::later;
use crate::domain::time;

/// No question reaches over more days.
pub const DAYS_MAX: u64 = 92;
/// Days of slots kept in memory; at about 2 KiB each some tens of megabytes at most.
const DAYS_KEPT: usize = 20_000;
/// The next free time is looked for in steps of so many days.
const NEXT_STEP_DAYS: u64 = 14;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Which service.
    pub service: ServiceId,
    /// Where; none is everywhere it can be had.
    pub location: Option<LocationId>,
    /// With whom; none is anyone.
    pub provider: Option<ProviderId>,
    /// For how many people.
    pub party: u16,
    /// The first day, local to each location.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// A hold of the asking visitor, which shall not stand in his way.
    pub own_hold: Option<HoldId>,
    /// Whether lead time, horizon and "online" bind the asker: they bind clients, not staff.
    pub as_staff: bool,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferRefused {
    /// No such service, or clients cannot book it.
    UnknownService,
    /// No such location, or the service is not to be had there.
    UnknownLocation,
    /// No such provider, or not for this service.
    UnknownProvider,
    /// The party does not fit the service.
    WrongParty(WrongParty),
    /// The last day is before the first, or there are more than [`DAYS_MAX`].
    WrongDays,
}

/// One local day at one location.
#[derive(Debug, Clone)]
pub struct OfferedDay {
    /// Where.
    pub location: LocationId,
    /// Which day there.
    pub day: NaiveDate,
    slots: Arc<[Slot]>,
    earliest: DateTime<Utc>,
    provider: Option<ProviderId>,
    text: Option<KeptText>,
}

/// What a door once wrote about a whole day, kept with its slots.
type KeptText = Arc<OnceLock<Box<str>>>;

impl OfferedDay {
    /// A day that was computed and is not kept.
    pub(super) fn computed(location: LocationId, day: NaiveDate, slots: Vec<Slot>, earliest: DateTime<Utc>) -> Self {
        Self { location, day, slots: slots.into(), earliest, provider: None, text: None }
    }

    /// The free starts with who could take them, in order of time.
    pub fn slots(&self) -> impl Iterator<Item = (&Slot, impl Iterator<Item = &Choice>)> {
        let wanted = self.provider;
        let fits = move |choice: &&Choice| wanted.is_none_or(|id| id == choice.provider);
        let first = self.slots.partition_point(|slot| slot.starts_at < self.earliest);
        let bookable = self.slots.iter().skip(first);
        bookable
            .filter(move |slot| slot.choices.iter().any(|choice| fits(&choice)))
            .map(move |slot| (slot, slot.choices.iter().filter(fits)))
    }

    /// Whether nobody asked for less than the day's slots: no provider, nothing inside the lead time.
    fn is_whole(&self) -> bool {
        self.provider.is_none() && self.slots.first().is_none_or(|slot| self.earliest <= slot.starts_at)
    }

    /// What `write` says about the day when it is offered whole; written once for as long as the day is kept.
    pub fn whole_text(&self, write: impl FnOnce(&Self) -> Box<str>) -> Option<&str> {
        let text = self.text.as_ref().filter(|_| self.is_whole())?;
        Some(text.get_or_init(|| write(self)))
    }

    /// Whether nothing is free.
    pub fn is_empty(&self) -> bool {
        self.slots().next().is_none()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct DayKey {
    service: ServiceId,
    location: LocationId,
    day: NaiveDate,
    party: u16,
}

#[derive(Debug, Clone)]
struct KeptDay {
    catalog_version: i64,
    stamp: DayStamp,
    changes_at: Option<DateTime<Utc>>,
    slots: Arc<[Slot]>,
    text: KeptText,
}

/// Slots of days that were asked for before.
#[derive(Debug)]
pub struct Offers {
    days: quick_cache::sync::Cache<DayKey, KeptDay>,
}

impl Default for Offers {
    fn default() -> Self {
        Self { days: quick_cache::sync::Cache::new(DAYS_KEPT) }
    }
}

/// What offers are made of: the catalogue and the days in memory.
#[derive(Debug, Default)]
pub struct Shop {
    /// The catalogue.
    pub catalogs: Catalogs,
    /// The days.
    pub offers: Offers,
}

/// Every day of the question at every location it can be about, in order of location and day.
pub fn free_days(
    conn: &mut Conn,
    shop: &Shop,
    now: DateTime<Utc>,
    question: &Question,
) -> Result<Vec<OfferedDay>, Bad<OfferRefused>> {
    let catalog = shop.catalogs.current(conn)?;
    free_days_of(conn, shop, &catalog, now, question)
}

/// The same for a door that has read the catalogue already.
pub fn free_days_of(
    conn: &mut Conn,
    shop: &Shop,
    catalog: &Catalog,
    now: DateTime<Utc>,
    question: &Question,
) -> Result<Vec<OfferedDay>, Bad<OfferRefused>> {
    let (service, locations) = check(catalog, question)?;
    let ignoring = match question.own_hold {
        Some(hold) => store::hold(conn, hold)?.filter(|hold| !hold.ended).map(|hold| hold.appointment),
        None => None,
    };
    let mut offered = Vec::new();
    for location in locations {
        offered.extend(days_at(conn, shop, now, question, (catalog, service, location), ignoring)?);
    }
    Ok(offered)
}

/// The same for a booking that could move: its own place, when nobody shares it, does not stand in its way.
pub fn free_days_but_for(
    conn: &mut Conn,
    shop: &Shop,
    now: DateTime<Utc>,
    question: &Question,
    (booking, appointment): (BookingId, AppointmentId),
) -> Result<Vec<OfferedDay>, Bad<OfferRefused>> {
    let catalog = shop.catalogs.current(conn)?;
    let (service, locations) = check(&catalog, question)?;
    let ignoring = (!store::is_shared(conn, appointment, booking)?).then_some(appointment);
    let mut offered = Vec::new();
    for location in locations {
        offered.extend(days_at(conn, shop, now, question, (&catalog, service, location), ignoring)?);
    }
    Ok(offered)
}

/// The first free times, at most `limit` slots, looked for from the question's first day to the horizon.
pub fn next_free(
    conn: &mut Conn,
    shop: &Shop,
    now: DateTime<Utc>,
    question: &Question,
    limit: usize,
) -> Result<Vec<OfferedDay>, Bad<OfferRefused>> {
    let catalog = shop.catalogs.current(conn)?;
    let (service, locations) = check(&catalog, question)?;
    let latest = locations.iter().map(|place| slots::latest_day(&service.rules, now, place.zone)).max();
    let latest = latest.unwrap_or(question.from);
    let mut found = Vec::new();
    let mut count = 0;
    let mut from = question.from;
    while from <= latest && count < limit {
        let to = from.checked_add_days(Days::new(NEXT_STEP_DAYS)).unwrap_or(latest).min(latest);
        let mut days = free_days(conn, shop, now, &Question { from, to, ..question.clone() })?;
        days.retain(|day| !day.is_empty());
        days.sort_by_key(|day| (day.day, day.location));
        count += days.iter().map(|day| day.slots().count()).sum::<usize>();
        found.extend(days);
        from = to.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
    }
    Ok(found)
}

/// A free time: where, and when.
pub type FreeTime = (LocationId, Slot);

/// At most `limit` free times around `wanted`, the closest ones, in order of time.
pub fn closest(
    conn: &mut Conn,
    shop: &Shop,
    now: DateTime<Utc>,
    question: &Question,
    wanted: DateTime<Utc>,
    limit: usize,
) -> Result<Vec<FreeTime>, Bad<OfferRefused>> {
    let days = free_days(conn, shop, now, question)?;
    let mut found: Vec<FreeTime> = days.iter().flat_map(times_of).collect();
    found.sort_by_key(|(location, slot)| ((slot.starts_at - wanted).abs(), slot.starts_at, *location));
    found.truncate(limit);
    found.sort_by_key(|(location, slot)| (slot.starts_at, *location));
    Ok(found)
}

/// The day's free times, with only those choices that were asked for.
pub fn times_of(day: &OfferedDay) -> impl Iterator<Item = FreeTime> + '_ {
    day.slots()
        .map(|(slot, choices)| (day.location, Slot { starts_at: slot.starts_at, choices: choices.cloned().collect() }))
}

fn check<'a>(catalog: &'a Catalog, question: &Question) -> Result<(&'a Service, Vec<&'a Location>), Bad<OfferRefused>> {
    let refuse = |why| Err(Bad::Refused(why));
    let visible = |service: &&Service| service.online || question.as_staff;
    let Some(service) = catalog.service(question.service).filter(visible) else {
        return refuse(OfferRefused::UnknownService);
    };
    let days = (question.to - question.from).num_days();
    if u64::try_from(days).is_ok_and(|days| days < DAYS_MAX) {
        if let Err(wrong) = slots::check_party(&service.rules, question.party) {
            return refuse(OfferRefused::WrongParty(wrong));
        }
    } else {
        return refuse(OfferRefused::WrongDays);
    }
    let mut locations = catalog.locations_for(service.id);
    if let Some(wanted) = question.location {
        locations.retain(|location| location.id == wanted);
        if locations.is_empty() {
            return refuse(OfferRefused::UnknownLocation);
        }
    }
    if let Some(provider) = question.provider {
        if !catalog.terms.contains_key(&(service.id, provider)) {
            return refuse(OfferRefused::UnknownProvider);
        }
        locations.retain(|location| catalog.hours.contains_key(&(provider, location.id)));
    }
    Ok((service, locations))
}

type Place<'a> = (&'a Catalog, &'a Service, &'a Location);

fn days_at(
    conn: &mut Conn,
    shop: &Shop,
    now: DateTime<Utc>,
    question: &Question,
    (catalog, service, location): Place<'_>,
    ignoring: Option<AppointmentId>,
) -> Result<Vec<OfferedDay>, Fault> {
    let first = question.from.max(time::local_day(now, location.zone));
    let horizon = if question.as_staff { question.to } else { slots::latest_day(&service.rules, now, location.zone) };
    let last = question.to.min(horizon);
    if last < first {
        return Ok(Vec::new());
    }
    let scope = Scope { catalog, service, location, first, last, ignoring };
    let days = match ignoring {
        Some(_) => computed(conn, &scope, question.party, now)?,
        None => kept_or_computed(conn, shop, &scope, question.party, now)?,
    };
    let earliest = if question.as_staff { now } else { later(now, catalog.rules_at(service, location).lead_minutes) };
    let provider = question.provider;
    let offered = |(day, slots, text)| OfferedDay { location: location.id, day, slots, earliest, provider, text };
    Ok(days.into_iter().map(offered).collect())
}

type DaySlots = (NaiveDate, Arc<[Slot]>, Option<KeptText>);

fn computed(conn: &mut Conn, scope: &Scope<'_>, party: u16, now: DateTime<Utc>) -> Result<Vec<DaySlots>, Fault> {
    let loaded = calendar::load_days(conn, scope, now)?;
    let rules = &scope.service.rules;
    let slots = |calendar| Arc::from(slots::free_slots(rules, &calendar, party));
    Ok(loaded.into_iter().map(|day| (day.calendar.day, slots(day.calendar), None)).collect())
}

fn kept_or_computed(
    conn: &mut Conn,
    shop: &Shop,
    scope: &Scope<'_>,
    party: u16,
    now: DateTime<Utc>,
) -> Result<Vec<DaySlots>, Fault> {
    // Stamps are read first: a write that comes in between makes the kept day look older than it is, never newer.
    let stamps = store::day_stamps(conn, scope.location.id, scope.first, scope.last)?;
    let stamp_of = |day: &NaiveDate| stamps.get(day).copied().unwrap_or_default();
    let key = |day: NaiveDate| DayKey { service: scope.service.id, location: scope.location.id, day, party };
    let mut days: Vec<(NaiveDate, Option<KeptDay>)> = Vec::new();
    for day in scope.first.iter_days().take_while(|day| *day <= scope.last) {
        let fresh = |kept: &KeptDay| {
            kept.catalog_version == scope.catalog.version
                && kept.stamp == stamp_of(&day)
                && kept.changes_at.is_none_or(|at| now < at)
        };
        days.push((day, shop.offers.days.get(&key(day)).filter(fresh)));
    }
    let missing = || days.iter().filter(|(_, kept)| kept.is_none()).map(|(day, _)| *day);
    let mut computed: HashMap<NaiveDate, KeptDay> = HashMap::new();
    if let (Some(first), Some(last)) = (missing().min(), missing().max()) {
        for loaded in calendar::load_days(conn, &Scope { first, last, ..*scope }, now)? {
            let day = loaded.calendar.day;
            let kept = KeptDay {
                catalog_version: scope.catalog.version,
                stamp: stamp_of(&day),
                changes_at: loaded.changes_at,
                slots: slots::free_slots(&scope.service.rules, &loaded.calendar, party).into(),
                text: KeptText::default(),
            };
            shop.offers.days.insert(key(day), kept.clone());
            computed.insert(day, kept);
        }
    }
    let filled = days.into_iter().filter_map(|(day, kept)| {
        let kept = kept.or_else(|| computed.remove(&day))?;
        Some((day, kept.slots, Some(kept.text)))
    });
    Ok(filled.collect())
}
