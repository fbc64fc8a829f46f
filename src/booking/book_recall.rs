//! Free times that fit somebody who is due, and the booking of one of them by the link of a reminder.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;

use super::book::{self, BookRefused, Booked, BookingRequest, Who, Wish};
use super::offer::{self, FreeTime, Question, Shop};
use crate::catalog::Catalog;
use crate::clients;
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::booking::Actor;
use crate::domain::ids::{BookingId, LocationId, ProviderId, RecallId, ServiceId};
use crate::domain::recall::{Standing, standing};
use crate::domain::{rebooking, time};
use crate::recall::{self, LastVisit, Recall};

/// As many times are offered at first.
const TIMES_OFFERED: usize = 3;
/// And so many of one day, and in all, to whoever asks for others.
const OTHERS_OF_DAY: usize = 4;
const OTHERS_MAX: usize = 24;
/// Times are looked for so many days before and after the date.
const DAYS_BEFORE: u64 = 14;
const DAYS_AFTER: u64 = 35;
/// Other times are looked for in so many days at once.
const DAYS_OF_OTHERS: u64 = 28;
/// A link books from so many days before the date; sooner nothing is due.
const BOOKS_BEFORE_DAYS: i64 = 60;
/// Where the visit came from.
const SOURCE: &str = "recall";

/// A free time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// When.
    pub starts_at: DateTime<Utc>,
    /// Where.
    pub location: LocationId,
    /// With whom.
    pub provider: ProviderId,
}

/// What is free.
#[derive(Debug, Clone)]
pub struct FreeTimes {
    /// Times that fit, in order.
    pub spots: Vec<Spot>,
    /// The usual provider and place, as far as known.
    pub usual: Option<LastVisit>,
    /// From this day on there may be more.
    pub next_from: Option<NaiveDate>,
}

/// Why the link books nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BookRecallRefused {
    /// No such recall, or its service is not booked online.
    Unknown,
    /// A visit of that kind is booked already.
    Booked(BookingId),
    /// Nothing is due: not yet, paused or off.
    NotDue,
    /// The time cannot be booked.
    Time(BookRefused),
}

/// Whether the link of a recall may book on this day.
pub fn may_book(recall: &Recall, today: NaiveDate) -> Result<(), BookRecallRefused> {
    if let Some((booking, _)) = recall.booked {
        return Err(BookRecallRefused::Booked(booking));
    }
    let is_near =
        recall.dates.due_day.is_some_and(|due| due.signed_duration_since(today).num_days() <= BOOKS_BEFORE_DAYS);
    match standing(&recall.facts(), today) {
        Standing::Due | Standing::Overdue if !recall.is_archived => Ok(()),
        Standing::Ahead if is_near && !recall.is_archived => Ok(()),
        _ => Err(BookRecallRefused::NotDue),
    }
}

/// Times for a recall. Without `others`, three that fit the usual provider, place, weekday and hour near the date; with
/// it, many from that day on, with anyone.
pub fn free_times(
    conn: &mut Conn,
    shop: &Shop,
    recall: &Recall,
    others: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<FreeTimes, Fault> {
    let catalog = shop.catalogs.current(conn)?;
    let place = (recall.client, recall.recall_type);
    let usual = recall::last_visits(conn, &[place])?.remove(&place);
    let zone = zone_of(&catalog, usual.as_ref());
    let tomorrow = plus(time::local_day(now, zone), 1);
    if let Some(from) = others {
        let from = from.max(tomorrow);
        let to = plus(from, DAYS_OF_OTHERS - 1);
        let found = found(conn, shop, now, (recall.book_service, None, None), (from, to))?;
        let (spots, next_from) = thinned(&catalog, &found, usual.as_ref(), plus(to, 1));
        return Ok(FreeTimes { spots, usual, next_from });
    }
    let due = recall.dates.due_day.unwrap_or(tomorrow);
    let from = due.checked_sub_days(Days::new(DAYS_BEFORE)).unwrap_or(due).max(tomorrow);
    let to = plus(due.max(from), DAYS_AFTER);
    let provider = usual.as_ref().map(|visit| visit.provider);
    let location = usual.as_ref().map(|visit| visit.location);
    let mut times = Vec::new();
    for wanted in [(provider, location), (None, location), (None, None)] {
        if times.is_empty() {
            times = found(conn, shop, now, (recall.book_service, wanted.0, wanted.1), (from, to))?;
        }
    }
    let local = |(location, slot): &FreeTime| {
        let zone = catalog.location(*location).map_or(zone, |place| place.zone);
        time::local(slot.starts_at, zone)
    };
    let starts: Vec<_> = times.iter().map(local).collect();
    let like = usual.as_ref().map_or(from.and_hms_opt(10, 0, 0).unwrap_or_default(), |visit| visit.local_start);
    let chosen = rebooking::fitting(&starts, due.max(from), like, TIMES_OFFERED);
    let spots = chosen.into_iter().filter_map(|place| spot(times.get(place)?, usual.as_ref())).collect();
    Ok(FreeTimes { spots, usual, next_from: Some(from) })
}

fn zone_of(catalog: &Catalog, usual: Option<&LastVisit>) -> Tz {
    let place = usual.and_then(|visit| catalog.location(visit.location));
    place.or_else(|| catalog.locations.first()).map_or(Tz::UTC, |place| place.zone)
}

fn plus(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

type Asked = (ServiceId, Option<ProviderId>, Option<LocationId>);

fn found(
    conn: &mut Conn,
    shop: &Shop,
    now: DateTime<Utc>,
    (service, provider, location): Asked,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<FreeTime>, Fault> {
    let question = Question { service, location, provider, party: 1, from, to, own_hold: None, as_staff: false };
    match offer::free_days(conn, shop, now, &question) {
        Ok(days) => {
            let mut times: Vec<FreeTime> = days.iter().flat_map(offer::times_of).collect();
            times.sort_by_key(|(location, slot)| (slot.starts_at, *location));
            Ok(times)
        }
        // Who or what can no longer be booked has no times.
        Err(Bad::Refused(_)) => Ok(Vec::new()),
        Err(Bad::Fault(fault)) => Err(fault),
    }
}

fn spot((location, slot): &FreeTime, usual: Option<&LastVisit>) -> Option<Spot> {
    let same = slot.choices.iter().find(|choice| usual.is_some_and(|visit| visit.provider == choice.provider));
    let provider = same.or(slot.choices.first())?.provider;
    Some(Spot { starts_at: slot.starts_at, location: *location, provider })
}

/// Some times of each day, spread over it, and from which day on to ask for more.
fn thinned(
    catalog: &Catalog,
    times: &[FreeTime],
    usual: Option<&LastVisit>,
    after: NaiveDate,
) -> (Vec<Spot>, Option<NaiveDate>) {
    let mut days: BTreeMap<NaiveDate, Vec<Spot>> = BTreeMap::new();
    for free in times {
        let zone = catalog.location(free.0).map_or(Tz::UTC, |place| place.zone);
        let Some(spot) = spot(free, usual) else { continue };
        days.entry(time::local_day(spot.starts_at, zone)).or_default().push(spot);
    }
    let mut spots = Vec::new();
    for (day, own) in days {
        if spots.len() + OTHERS_OF_DAY > OTHERS_MAX {
            return (spots, Some(day));
        }
        let step = own.len().div_ceil(OTHERS_OF_DAY).max(1);
        spots.extend(own.into_iter().step_by(step));
    }
    (spots, Some(after))
}

/// Books a time for the client of a recall, who came by its link.
pub fn book(
    tx: &mut Tx<'_>,
    shop: &Shop,
    (id, today): (RecallId, NaiveDate),
    spot: &Spot,
    language: &str,
) -> Result<Booked, Bad<BookRecallRefused>> {
    let unknown = || Bad::Refused(BookRecallRefused::Unknown);
    let seen = recall::recall(tx.conn, id, tx.now)?.ok_or_else(unknown)?;
    recall::lock(tx, &[seen.client])?;
    // Looked at again under the lock: pressing twice books once, and the second press finds what the first booked.
    let due = recall::recall(tx.conn, id, tx.now)?.ok_or_else(unknown)?;
    may_book(&due, today).map_err(Bad::Refused)?;
    let client = clients::survivor(tx.conn, due.client)?;
    let request = BookingRequest {
        wish: Wish {
            service: due.book_service,
            location: Some(spot.location),
            provider: Some(spot.provider),
            party: 1,
            starts_at: spot.starts_at,
            actor: Actor::Client,
        },
        who: Who::Known(client),
        hold: None,
        note: String::new(),
        language: language.to_owned(),
        source: Some(SOURCE.to_owned()),
        overriding: None,
        once: None,
    };
    book::book(tx, shop, &request).map_err(|bad| bad.map(BookRecallRefused::Time))
}
