//! Where a booking could move to: the free times of its service, with its own place counted as free.

use chrono::{DateTime, NaiveDate, Utc};

use crate::booking::BookingFacts;
use crate::booking::book::BookRefused;
use crate::booking::offer::{self, FreeTime, OfferRefused, OfferedDay, Question, Shop};
use crate::booking::visits::{self, VisitQuestion, VisitRefused};
use crate::db::{Bad, Conn};
use crate::domain::ids::{LocationId, ProviderId};

/// What is asked about one booking.
#[derive(Debug, Clone, Copy)]
pub struct Range {
    /// With whom; none is anyone.
    pub provider: Option<ProviderId>,
    /// Where; none is everywhere the service can be had.
    pub location: Option<LocationId>,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// Whether lead time, horizon and "online" bind the asker: they bind clients, not staff.
    pub as_staff: bool,
}

/// Every day of the range with its free times.
pub fn free_days(
    conn: &mut Conn,
    shop: &Shop,
    now: DateTime<Utc>,
    booking: &BookingFacts,
    range: &Range,
) -> Result<Vec<OfferedDay>, Bad<OfferRefused>> {
    if booking.is_part() {
        return free_days_of_visit(conn, shop, now, booking, range);
    }
    let question = Question {
        service: booking.service,
        location: range.location,
        provider: range.provider,
        party: booking.party,
        from: range.from,
        to: range.to,
        own_hold: None,
        as_staff: range.as_staff,
    };
    offer::free_days_but_for(conn, shop, now, &question, (booking.id, booking.appointment))
}

/// The same for a visit: the days on which all its parts fit, with their own places counted as free.
fn free_days_of_visit(
    conn: &mut Conn,
    shop: &Shop,
    now: DateTime<Utc>,
    booking: &BookingFacts,
    range: &Range,
) -> Result<Vec<OfferedDay>, Bad<OfferRefused>> {
    let catalog = shop.catalogs.current(conn)?;
    let location = range.location.unwrap_or(booking.location);
    let question = VisitQuestion {
        parts: super::wanted_parts_of(&catalog, booking, range.provider, location),
        location: Some(location),
        from: range.from,
        to: range.to,
        own_hold: None,
        without: booking.parts.iter().map(|part| part.appointment).collect(),
        as_staff: range.as_staff,
    };
    let refused = |refused| match refused {
        VisitRefused::Part(_, BookRefused::UnknownProvider) => OfferRefused::UnknownProvider,
        VisitRefused::Part(_, BookRefused::UnknownLocation) => OfferRefused::UnknownLocation,
        VisitRefused::Part(..) | VisitRefused::Impossible(_) => OfferRefused::UnknownService,
    };
    visits::free_days(conn, shop, now, &question).map_err(|bad| bad.map(refused))
}

/// At most `limit` free times, the closest to `wanted`, in order of time; never the one the booking has.
pub fn closest(
    conn: &mut Conn,
    shop: &Shop,
    now: DateTime<Utc>,
    booking: &BookingFacts,
    range: &Range,
    (wanted, limit): (DateTime<Utc>, usize),
) -> Result<Vec<FreeTime>, Bad<OfferRefused>> {
    let days = free_days(conn, shop, now, booking, range)?;
    let mut found: Vec<FreeTime> = days.iter().flat_map(|day| others_of(day, booking)).collect();
    found.sort_by_key(|(location, slot)| ((slot.starts_at - wanted).abs(), slot.starts_at, *location));
    found.truncate(limit);
    found.sort_by_key(|(location, slot)| (slot.starts_at, *location));
    Ok(found)
}

/// The day's free times without the very place the booking has.
pub fn others_of<'a>(day: &'a OfferedDay, booking: &'a BookingFacts) -> impl Iterator<Item = FreeTime> + 'a {
    offer::times_of(day).filter_map(|(location, mut slot)| {
        if location == booking.location && slot.starts_at == booking.visit_starts_at() {
            let first = booking.parts.first().unwrap_or(booking);
            slot.choices.retain(|choice| choice.provider != first.provider);
        }
        (!slot.choices.is_empty()).then_some((location, slot))
    })
}
