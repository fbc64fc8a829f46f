//! When a visit is free: the same days as for one service, computed from the calendars of each part.
//!
//! Nothing of it is kept in memory: visits are asked for far less often than single services, and a day's answer depends
//! on two or three of them.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::{VisitRefused, WantedPart, check, rules_of};
use crate::booking::book::BookRefused;
use crate::booking::calendar::{self, Scope};
use crate::booking::offer::{DAYS_MAX, FreeTime, OfferedDay, Shop, times_of};
use crate::booking::store;
use crate::catalog::{Catalog, Location, Service};
use crate::db::{Bad, Conn, Fault};
use crate::domain::ids::{AppointmentId, HoldId, LocationId};
use crate::domain::slots::{self, Choice, DayCalendar, Slot};
use crate::domain::span::later;
use crate::domain::time;
use crate::domain::visits::{self, Part, VisitCandidate};

/// The next free time is looked for in steps of so many days.
const NEXT_STEP_DAYS: u64 = 14;

/// What is asked.
#[derive(Debug, Clone)]
pub struct VisitQuestion {
    /// The services in their order.
    pub parts: Vec<WantedPart>,
    /// Where; none is everywhere all of them can be had.
    pub location: Option<LocationId>,
    /// The first day, local to each location.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// A hold of the asking visitor, which shall not stand in the way.
    pub own_hold: Option<HoldId>,
    /// Appointments that shall not stand in the way either: those of a visit that is about to move.
    pub without: Vec<AppointmentId>,
    /// Whether lead time, horizon and "online" bind the asker: they bind clients, not staff.
    pub as_staff: bool,
}

/// Every day of the question at every location it can be about, in order of location and day. A slot begins with the
/// first part and ends with the last; its one choice names the first part's provider.
pub fn free_days(
    conn: &mut Conn,
    shop: &Shop,
    now: DateTime<Utc>,
    question: &VisitQuestion,
) -> Result<Vec<OfferedDay>, Bad<VisitRefused>> {
    let catalog = shop.catalogs.current(conn)?;
    let (services, mut places) = check(&catalog, &question.parts, question.as_staff).map_err(Bad::Refused)?;
    if let Some(named) = question.location {
        places.retain(|place| place.id == named);
    }
    let refuse = |why| Err(Bad::Refused(VisitRefused::Part(0, why)));
    if places.is_empty() {
        return refuse(BookRefused::UnknownLocation);
    }
    let days = (question.to - question.from).num_days();
    if !u64::try_from(days).is_ok_and(|days| days < DAYS_MAX) {
        return Ok(Vec::new());
    }
    let mut without = question.without.clone();
    if let Some(hold) = question.own_hold {
        without.extend(store::kept_by(conn, hold)?.into_iter().map(|block| block.id));
    }
    let mut offered = Vec::new();
    for place in places {
        offered.extend(days_at(conn, now, question, (&catalog, &services, place), &without)?);
    }
    Ok(offered)
}

type Place<'a> = (&'a Catalog, &'a [&'a Service], &'a Location);

fn days_at(
    conn: &mut Conn,
    now: DateTime<Utc>,
    question: &VisitQuestion,
    (catalog, services, location): Place<'_>,
    without: &[AppointmentId],
) -> Result<Vec<OfferedDay>, Fault> {
    let Some(rules) = rules_of(catalog, services, location) else {
        return Ok(Vec::new());
    };
    let first = question.from.max(time::local_day(now, location.zone));
    let horizon = if question.as_staff { question.to } else { slots::latest_day(&rules, now, location.zone) };
    let last = question.to.min(horizon);
    if last < first {
        return Ok(Vec::new());
    }
    let loaded = load(conn, (catalog, services, location), (first, last), without, now)?;
    let earliest = if question.as_staff { now } else { later(now, rules.lead_minutes) };
    let mut offered = Vec::new();
    for (index, day) in first.iter_days().take_while(|day| *day <= last).enumerate() {
        let parts = parts_on(index, services, &question.parts, &loaded);
        let free = if parts.len() == services.len() { visits::free_visits(&parts) } else { Vec::new() };
        let slots: Vec<Slot> = free.iter().filter_map(slot_of).collect();
        offered.push(OfferedDay::computed(location.id, day, slots, earliest));
    }
    Ok(offered)
}

/// The parts on one of the loaded days; fewer than services when a day is missing.
fn parts_on<'a>(
    index: usize,
    services: &[&'a Service],
    wanted: &[WantedPart],
    loaded: &'a [Vec<DayCalendar>],
) -> Vec<Part<'a>> {
    let all = services.iter().zip(wanted).zip(loaded);
    let parts = all.map(|((service, part), days)| {
        days.get(index).map(|calendar| Part { rules: &service.rules, calendar, wanted: part.provider })
    });
    parts.flatten().collect()
}

fn slot_of(visit: &VisitCandidate) -> Option<Slot> {
    let first = visit.parts.first()?;
    let choice = Choice { provider: first.provider, ends_at: visit.ends_at, left: 1 };
    Some(Slot { starts_at: visit.starts_at, choices: vec![choice] })
}

/// For each service the calendars of the days from `first` to `last`.
pub(super) fn load(
    conn: &mut Conn,
    (catalog, services, location): Place<'_>,
    (first, last): (NaiveDate, NaiveDate),
    without: &[AppointmentId],
    now: DateTime<Utc>,
) -> Result<Vec<Vec<DayCalendar>>, Fault> {
    let mut loaded = Vec::with_capacity(services.len());
    for service in services {
        let scope = Scope { catalog, service, location, first, last, ignoring: None };
        let days = calendar::load_days_without(conn, &scope, without, now)?;
        loaded.push(days.into_iter().map(|day| day.calendar).collect());
    }
    Ok(loaded)
}

/// The first free times, at most `limit`, looked for from the question's first day to the horizon.
pub fn next_free(
    conn: &mut Conn,
    shop: &Shop,
    now: DateTime<Utc>,
    question: &VisitQuestion,
    limit: usize,
) -> Result<Vec<OfferedDay>, Bad<VisitRefused>> {
    let catalog = shop.catalogs.current(conn)?;
    let (services, places) = check(&catalog, &question.parts, question.as_staff).map_err(Bad::Refused)?;
    let horizons = places.iter().filter_map(|place| {
        rules_of(&catalog, &services, place).map(|rules| slots::latest_day(&rules, now, place.zone))
    });
    let latest = horizons.max().unwrap_or(question.from);
    let (mut found, mut count, mut from) = (Vec::new(), 0, question.from);
    while from <= latest && count < limit {
        let to = from.checked_add_days(Days::new(NEXT_STEP_DAYS)).unwrap_or(latest).min(latest);
        let mut days = free_days(conn, shop, now, &VisitQuestion { from, to, ..question.clone() })?;
        days.retain(|day| !day.is_empty());
        days.sort_by_key(|day| (day.day, day.location));
        count += days.iter().map(|day| day.slots().count()).sum::<usize>();
        found.extend(days);
        from = to.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
    }
    Ok(found)
}

/// At most `limit` free times around `wanted`, the closest ones, in order of time.
pub fn closest(
    conn: &mut Conn,
    shop: &Shop,
    now: DateTime<Utc>,
    question: &VisitQuestion,
    wanted: DateTime<Utc>,
    limit: usize,
) -> Result<Vec<FreeTime>, Bad<VisitRefused>> {
    let days = free_days(conn, shop, now, question)?;
    let mut found: Vec<FreeTime> = days.iter().flat_map(times_of).collect();
    found.sort_by_key(|(location, slot)| ((slot.starts_at - wanted).abs(), slot.starts_at, *location));
    found.truncate(limit);
    found.sort_by_key(|(location, slot)| (slot.starts_at, *location));
    Ok(found)
}
