//! When the next visit is due, free times that fit it, and that somebody did not want one yet.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::offer::{self, FreeTime, Question, Shop};
use super::store::{self, Happened};
use super::visits::{self, VisitQuestion, WantedPart};
use super::{BookingFacts, facts};
use crate::catalog::{Catalog, RecallInterval};
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::booking::{Actor, BookingStatus};
use crate::domain::ids::{BookingId, LocationId, ProviderId, ServiceId};
use crate::domain::rebooking::{self, DueBy, NotNow};
use crate::domain::time;

/// As many times are offered.
pub const TIMES_OFFERED: usize = 3;
/// Times are looked for so many days before and after the due day.
const DAYS_BEFORE: u64 = 14;
const DAYS_AFTER: u64 = 35;
/// A rhythm is made of so many visits at most.
const VISITS_MAX: i64 = 60;
/// The word of history for it.
pub const NOT_REBOOKED: &str = "not_rebooked";

/// A time that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FittingTime {
    /// When.
    pub starts_at: DateTime<Utc>,
    /// Where.
    pub location: LocationId,
    /// With whom (the first part of a visit).
    pub provider: ProviderId,
}

/// What is known of the next visit.
#[derive(Debug, Clone)]
pub struct NextVisit {
    /// What makes it due.
    pub due_by: DueBy,
    /// When it is due.
    pub due: NaiveDate,
    /// Free times that fit, in order.
    pub times: Vec<FittingTime>,
    /// The client's next visit, when there is one already.
    pub coming: Option<BookingFacts>,
}

/// Looks for the next visit after this one: the same services with the same people, as far as they still perform them.
pub fn next_visit(
    conn: &mut Conn,
    shop: &Shop,
    now: DateTime<Utc>,
    booking: &BookingFacts,
) -> Result<NextVisit, Fault> {
    let catalog = shop.catalogs.current(conn)?;
    let own = facts::bookings_of_client(conn, booking.client, VISITS_MAX)?;
    let coming = own.iter().filter(|other| other.status.is_live() && now < other.starts_at);
    let coming = coming.min_by_key(|other| other.starts_at).cloned();
    let completed = own.iter().filter(|other| other.status == BookingStatus::Completed);
    let days: Vec<NaiveDate> = completed.map(|other| other.local_start().date()).collect();
    let due_by = rebooking::due_by(recall(conn, &catalog, booking)?, &days);
    let due = rebooking::due_day(booking.local_start().date(), due_by);
    let tomorrow = time::local_day(now, booking.zone).checked_add_days(Days::new(1));
    let tomorrow = tomorrow.unwrap_or(NaiveDate::MAX);
    let from = due.checked_sub_days(Days::new(DAYS_BEFORE)).unwrap_or(due).max(tomorrow);
    let to = due.max(from).checked_add_days(Days::new(DAYS_AFTER)).unwrap_or(from);
    let mut found = free_times(conn, shop, now, booking, (from, to, true))?;
    if found.is_empty() {
        found = free_times(conn, shop, now, booking, (from, to, false))?;
    }
    let starts: Vec<_> = found.iter().map(|(_, slot)| time::local(slot.starts_at, booking.zone)).collect();
    let chosen = rebooking::fitting(&starts, due.max(from), booking.local_start(), TIMES_OFFERED);
    let time = |place: usize| {
        let (location, slot) = found.get(place)?;
        let same = slot.choices.iter().find(|choice| choice.provider == first_of(booking).provider);
        let provider = same.or(slot.choices.first())?.provider;
        Some(FittingTime { starts_at: slot.starts_at, location: *location, provider })
    };
    Ok(NextVisit { due_by, due, times: chosen.into_iter().filter_map(time).collect(), coming })
}

/// What is prescribed comes first: the recall types that the services of the visit trigger; else their own intervals. Of
/// several the one that comes round first.
fn recall(conn: &mut Conn, catalog: &Catalog, booking: &BookingFacts) -> Result<Option<(u16, u16)>, Fault> {
    let parts = parts_of(booking);
    let services: Vec<ServiceId> = parts.iter().map(|part| part.service).collect();
    if let Some(prescribed) = crate::recall::prescribed(conn, &services)? {
        return Ok(Some((prescribed.months(), prescribed.days())));
    }
    let services = parts.iter().filter_map(|part| catalog.service(part.service));
    let intervals = services.filter_map(|service| service.recall_interval.as_deref()?.parse::<RecallInterval>().ok());
    Ok(intervals.map(|interval| (interval.months(), interval.days())).min())
}

fn parts_of(booking: &BookingFacts) -> Vec<&BookingFacts> {
    let took_place: Vec<&BookingFacts> = booking.parts.iter().filter(|part| !part.status.gave_seat_back()).collect();
    if took_place.len() > 1 { took_place } else { vec![booking] }
}

fn first_of(booking: &BookingFacts) -> &BookingFacts {
    parts_of(booking).first().copied().unwrap_or(booking)
}

/// The services of the next visit; with the same people only where they are asked for and still perform them.
pub fn wanted_parts(catalog: &Catalog, booking: &BookingFacts, same_people: bool) -> Vec<WantedPart> {
    let part = |part: &BookingFacts| {
        let performs = catalog.terms.contains_key(&(part.service, part.provider));
        WantedPart { service: part.service, provider: Some(part.provider).filter(|_| same_people && performs) }
    };
    parts_of(booking).into_iter().map(part).collect()
}

fn free_times(
    conn: &mut Conn,
    shop: &Shop,
    now: DateTime<Utc>,
    booking: &BookingFacts,
    (from, to, same_people): (NaiveDate, NaiveDate, bool),
) -> Result<Vec<FreeTime>, Fault> {
    let catalog = shop.catalogs.current(conn)?;
    let parts = wanted_parts(&catalog, booking, same_people);
    let location = Some(booking.location);
    let days = match parts.as_slice() {
        [only] => {
            let question = Question {
                service: only.service,
                location,
                provider: only.provider,
                party: booking.party,
                from,
                to,
                own_hold: None,
                as_staff: true,
            };
            offer::free_days(conn, shop, now, &question).map_err(|bad| bad.map(|_refused| ()))
        }
        _ => {
            let question =
                VisitQuestion { parts, location, from, to, own_hold: None, without: Vec::new(), as_staff: true };
            visits::free_days(conn, shop, now, &question).map_err(|bad| bad.map(|_refused| ()))
        }
    };
    match days {
        Ok(days) => Ok(days.iter().flat_map(offer::times_of).collect()),
        // What can no longer be booked has no times.
        Err(Bad::Refused(())) => Ok(Vec::new()),
        Err(Bad::Fault(fault)) => Err(fault),
    }
}

/// Keeps in history that the client did not want the next visit yet, and why: the worklist of whoever was never booked
/// again reads it.
pub fn not_now(tx: &mut Tx<'_>, booking: BookingId, reason: NotNow, actor: Actor) -> Result<(), Fault> {
    let event = Happened { kind: NOT_REBOOKED, reason: Some(reason.as_str()), ..Happened::default() };
    store::record(tx, booking, actor, &event)
}
