//! Lays a day out by provider: who works when, who is away and why, and what is booked with whom.

use chrono::{DateTime, NaiveDate, Utc};

use crate::booking::BookingFacts;
use crate::catalog::{Catalog, Location};
use crate::domain::hours::{AwayReason, working_spans};
use crate::domain::ids::{LocationId, ProviderId};
use crate::domain::time;

/// A stretch of work at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkingTime {
    /// Where.
    pub location: LocationId,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
}

/// One provider's day.
#[derive(Debug)]
pub struct ProviderColumn {
    /// Who.
    pub provider: ProviderId,
    /// The name.
    pub name: String,
    /// The title; empty when the provider is archived.
    pub title: String,
    /// When they work, less breaks and time off.
    pub work: Vec<WorkingTime>,
    /// What takes place, by time.
    pub bookings: Vec<BookingFacts>,
    /// What was called off, by time.
    pub called_off: Vec<BookingFacts>,
}

/// A provider who would work but does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    /// The name.
    pub name: String,
    /// Why.
    pub reason: AwayReason,
}

/// The whole day.
#[derive(Debug, Default)]
pub struct DayPlan {
    /// Everybody who works or has bookings, in the clinic's order.
    pub columns: Vec<ProviderColumn>,
    /// Everybody who would work but is away all day.
    pub absent: Vec<Absence>,
    /// Places that are closed, and what people call it.
    pub closed: Vec<(String, String)>,
}

/// Lays out `day` at `places`, for one provider or all.
pub fn arrange(
    catalog: &Catalog,
    day: NaiveDate,
    places: &[&Location],
    only: Option<ProviderId>,
    bookings: Vec<BookingFacts>,
) -> DayPlan {
    let mut plan = DayPlan { closed: closed(catalog, day, places), ..DayPlan::default() };
    let wanted = |id: ProviderId| only.is_none_or(|only| only == id);
    for provider in catalog.providers.iter().filter(|provider| wanted(provider.id)) {
        let (work, reason) = working_times(catalog, day, places, provider.id);
        let has_bookings = bookings.iter().any(|booking| booking.provider == provider.id);
        if !work.is_empty() || has_bookings {
            plan.columns.push(ProviderColumn {
                provider: provider.id,
                name: provider.name.clone(),
                title: provider.title.clone(),
                work,
                bookings: Vec::new(),
                called_off: Vec::new(),
            });
        } else if let Some(reason) = reason {
            plan.absent.push(Absence { name: provider.name.clone(), reason });
        }
    }
    for booking in bookings.into_iter().filter(|booking| wanted(booking.provider)) {
        put(&mut plan.columns, booking);
    }
    plan
}

/// Puts a booking into its provider's column; an archived provider's is made when a booking asks for it.
fn put(columns: &mut Vec<ProviderColumn>, booking: BookingFacts) {
    if !columns.iter().any(|column| column.provider == booking.provider) {
        columns.push(ProviderColumn {
            provider: booking.provider,
            name: booking.provider_name.clone(),
            title: String::new(),
            work: Vec::new(),
            bookings: Vec::new(),
            called_off: Vec::new(),
        });
    }
    let Some(column) = columns.iter_mut().find(|column| column.provider == booking.provider) else {
        return;
    };
    if booking.status.gave_seat_back() {
        column.called_off.push(booking);
    } else {
        column.bookings.push(booking);
    }
}

/// When the provider works at the places, or why not although hours are written.
fn working_times(
    catalog: &Catalog,
    day: NaiveDate,
    places: &[&Location],
    provider: ProviderId,
) -> (Vec<WorkingTime>, Option<AwayReason>) {
    let mut work = Vec::new();
    let mut reason = None;
    for place in places {
        let Some(hours) = catalog.hours.get(&(provider, place.id)) else {
            continue;
        };
        let found = working_spans(hours, catalog.closures_of(place.id), day, place.zone);
        work.extend(found.open.iter().map(|span| WorkingTime {
            location: place.id,
            starts_at: span.starts_at(),
            ends_at: span.ends_at(),
        }));
        let serious = |reason: &AwayReason| match reason {
            AwayReason::TimeOff | AwayReason::NotHere { .. } => true,
            AwayReason::Break | AwayReason::Closed { .. } | AwayReason::Left => false,
        };
        if !found.work.is_empty() || found.away.iter().any(|away| serious(&away.reason)) {
            reason = reason.or(found.away.into_iter().map(|away| away.reason).find(serious));
        }
    }
    work.sort_by_key(|time| time.starts_at);
    (work, reason)
}

fn closed(catalog: &Catalog, day: NaiveDate, places: &[&Location]) -> Vec<(String, String)> {
    let closure_of = |place: &&Location| {
        let mut closures = catalog.closures_of(place.id).iter();
        let closure = closures.find(|closure| closure.first_day <= day && day <= closure.last_day)?;
        Some((place.name.clone(), closure.name.clone()))
    };
    places.iter().filter_map(closure_of).collect()
}

/// The day it is now at the places: their first one's, else UTC's.
pub fn today(now: DateTime<Utc>, places: &[&Location]) -> NaiveDate {
    places.first().map_or_else(|| now.date_naive(), |place| time::local_day(now, place.zone))
}
