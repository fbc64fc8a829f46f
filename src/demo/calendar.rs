//! The calendars of providers and rooms while the story is told, and the search for a free time that suits somebody.

use std::collections::BTreeMap;

use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

use super::catalogue::{OFFERS, Offer, ROOMS, Room, Service};
use super::chance::Chance;
use super::hours::{Hours, Minutes};
use super::people::DayPart;

/// A time, a provider and a room that are free together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) offer: &'static Offer,
    pub(crate) location: &'static str,
    pub(crate) room: Option<&'static Room>,
    pub(crate) day: NaiveDate,
    /// Minute of the local day.
    pub(crate) start: i32,
}

impl Place {
    /// Minutes of the day that provider and room are taken, buffers included.
    pub(crate) fn block(&self) -> Minutes {
        block(self.offer, self.start)
    }

    /// When the visit begins on the wall.
    pub(crate) fn starts(&self) -> NaiveDateTime {
        at_minute(self.day, self.start)
    }
}

/// What somebody looks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Search {
    pub(crate) service: &'static Service,
    /// Looked at first.
    pub(crate) provider: Option<&'static str>,
    pub(crate) home: &'static str,
    pub(crate) earliest: NaiveDateTime,
    pub(crate) day: NaiveDate,
    /// How many days from `day` on are looked at.
    pub(crate) days: i64,
    pub(crate) prefers: DayPart,
}

/// What is taken of providers and rooms, by local day.
#[derive(Debug, Default)]
pub(crate) struct Calendar {
    taken: BTreeMap<(&'static str, NaiveDate), Vec<Minutes>>,
}

impl Calendar {
    /// Takes provider and room.
    pub(crate) fn take(&mut self, place: &Place) {
        for resource in resources(place) {
            self.taken.entry((resource, place.day)).or_default().push(place.block());
        }
    }

    /// Gives both back.
    pub(crate) fn release(&mut self, place: &Place) {
        for resource in resources(place) {
            if let Some(spans) = self.taken.get_mut(&(resource, place.day)) {
                spans.retain(|span| *span != place.block());
            }
        }
    }

    /// Minutes of the provider's day that are taken.
    pub(crate) fn load(&self, provider: &'static str, day: NaiveDate) -> i32 {
        self.spans(provider, day).iter().map(|span| span.end - span.start).sum()
    }

    /// The first day from `search.day` on with a time that suits, and one of its times.
    pub(crate) fn find(&self, hours: &Hours, search: &Search, chance: &mut Chance) -> Option<Place> {
        for offset in 0..search.days {
            let day = search.day + Duration::days(offset);
            let places = self.places(hours, search, day);
            if let Some(place) = choose(&places, search.prefers, chance) {
                return Some(place);
            }
        }
        None
    }

    /// Whether the provider works then and both provider and room are free.
    pub(crate) fn is_free(&self, hours: &Hours, place: &Place) -> bool {
        let block = place.block();
        let works = hours.work_day(place.offer.provider, place.day).is_some_and(|work_day| {
            work_day.location == place.location && work_day.spans.iter().any(|span| span.contains(block))
        });
        works && resources(place).all(|resource| self.is_open(resource, place.day, block))
    }

    /// Every free time of the day, the preferred provider's alone when there are any.
    fn places(&self, hours: &Hours, search: &Search, day: NaiveDate) -> Vec<(Place, bool)> {
        let of = |offer: &'static Offer| self.places_of(hours, search, offer, day);
        let offers = || OFFERS.iter().filter(|offer| offer.service == search.service);
        let preferred: Vec<_> = offers().filter(|offer| Some(offer.provider) == search.provider).flat_map(of).collect();
        if preferred.is_empty() { offers().flat_map(of).collect() } else { preferred }
    }

    /// The free times of one provider; the flag says that a time leaves no gap beside it.
    fn places_of(&self, hours: &Hours, search: &Search, offer: &'static Offer, day: NaiveDate) -> Vec<(Place, bool)> {
        let Some(work_day) = hours.work_day(offer.provider, day) else { return Vec::new() };
        let elsewhere = work_day.location != search.home && performed_at(hours, offer.service, search.home);
        if elsewhere {
            return Vec::new();
        }
        let mut found = Vec::new();
        for span in &work_day.spans {
            let step = offer.service.slot_minutes;
            let first = (span.start + offer.service.before + step - 1) / step * step;
            let mut start = first;
            while block(offer, start).end <= span.end {
                let place = Place { offer, location: work_day.location, room: None, day, start };
                if place.starts() >= search.earliest
                    && let Some(free) = self.with_room(place)
                {
                    found.push((free, self.is_snug(&free, *span)));
                }
                start += step;
            }
        }
        found
    }

    fn with_room(&self, place: Place) -> Option<Place> {
        let block = place.block();
        if !self.is_open(place.offer.provider, place.day, block) {
            return None;
        }
        let Some(kind) = place.offer.service.room_kind else { return Some(place) };
        let mut rooms = ROOMS.iter().filter(|room| room.location == place.location && room.kind == kind);
        let room = rooms.find(|room| self.is_open(room.key, place.day, block))?;
        Some(Place { room: Some(room), ..place })
    }

    fn is_snug(&self, place: &Place, span: Minutes) -> bool {
        let block = place.block();
        let near = |a: i32, b: i32| (a - b).abs() < 15;
        let touches = |taken: &Minutes| near(taken.end, block.start) || near(block.end, taken.start);
        near(block.start, span.start)
            || near(block.end, span.end)
            || self.spans(place.offer.provider, place.day).iter().any(touches)
    }

    fn is_open(&self, resource: &'static str, day: NaiveDate, block: Minutes) -> bool {
        self.spans(resource, day).iter().all(|span| !span.overlaps(block))
    }

    fn spans(&self, resource: &'static str, day: NaiveDate) -> &[Minutes] {
        self.taken.get(&(resource, day)).map_or(&[], Vec::as_slice)
    }
}

fn block(offer: &Offer, start: i32) -> Minutes {
    Minutes::new(start - offer.service.before, start + offer.minutes() + offer.service.after)
}

fn resources(place: &Place) -> impl Iterator<Item = &'static str> {
    [Some(place.offer.provider), place.room.map(|room| room.key)].into_iter().flatten()
}

/// Whether anybody performs the service at the location at all.
fn performed_at(hours: &Hours, service: &'static Service, location: &str) -> bool {
    let room =
        service.room_kind.is_none_or(|kind| ROOMS.iter().any(|room| room.location == location && room.kind == kind));
    let offers = OFFERS.iter().filter(|offer| offer.service == service);
    room && offers
        .into_iter()
        .any(|offer| hours.weekly.iter().any(|span| span.provider == offer.provider && span.location == location))
}

/// Mostly a time that leaves no gap, in the part of the day that is liked.
fn choose(places: &[(Place, bool)], prefers: DayPart, chance: &mut Chance) -> Option<Place> {
    if places.is_empty() {
        return None;
    }
    let liked = |place: &Place| match prefers {
        DayPart::Morning => place.start < 720,
        DayPart::Afternoon => 720 <= place.start,
        DayPart::Any => true,
    };
    let of = |snug: bool, only_liked: bool| -> Vec<Place> {
        let fits = |(place, is_snug): &&(Place, bool)| (*is_snug || !snug) && (!only_liked || liked(place));
        places.iter().filter(fits).map(|(place, _)| *place).collect()
    };
    let snug = chance.happens(0.8);
    [of(snug, true), of(false, true), of(snug, false), of(false, false)]
        .into_iter()
        .find_map(|list| chance.one_of(&list))
}

/// A minute of a local day as a wall time.
pub(crate) fn at_minute(day: NaiveDate, minute: i32) -> NaiveDateTime {
    day.and_time(NaiveTime::MIN) + Duration::minutes(i64::from(minute))
}

/// The minute of the local day of a wall time.
pub(crate) fn minute_of(at: NaiveDateTime) -> i32 {
    i32::try_from(at.num_seconds_from_midnight() / 60).unwrap_or(0)
}
