//! What is wanted, as far as it is said and makes sense.

use chrono::{DateTime, NaiveDate, Utc};

use super::super::why::party_of;
use super::super::{day_of, time_of};
use crate::agenda::day;
use crate::booking::visits::{self, VisitRefused, WantedPart};
use crate::catalog::{Catalog, Location};
use crate::domain::ids::{LocationId, ProviderId, ServiceId};
use crate::domain::time;
use crate::domain::visits::WrongVisit;
use crate::i18n::Texts;
use crate::web::form::Form;

/// What is wanted, as far as it is said and makes sense.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub service: Option<ServiceId>,
    /// What follows right after in the same visit.
    pub also: Vec<ServiceId>,
    pub location: Option<LocationId>,
    pub provider: Option<ProviderId>,
    pub party: u16,
    pub day: NaiveDate,
    pub start: Option<DateTime<Utc>>,
    /// Where the start was chosen, when it was chosen among the free times.
    pub start_place: Option<LocationId>,
}

/// Reads the state; what is said wrongly is said by its field.
pub(super) fn state_of(form: &mut Form, catalog: &Catalog, now: DateTime<Utc>, t: Texts) -> State {
    let service = form.given("service").and_then(|text| catalog.service_named(text)).map(|service| service.id);
    if form.given("service").is_some() && service.is_none() {
        form.fail("service", t.text("agenda-choose-service"));
    }
    let location = named_location(form, catalog);
    let provider = form.given("provider").and_then(|text| catalog.provider_named(text)).map(|provider| provider.id);
    let places: Vec<_> = match location.and_then(|id| catalog.location(id)) {
        Some(place) => vec![place],
        None => catalog.locations.iter().collect(),
    };
    let today = day::today(now, &places);
    let typed = form.given("day").map(str::to_owned);
    let day = typed.as_deref().and_then(day_of);
    if typed.is_some() && day.is_none() {
        form.fail("day", t.text("agenda-day-wrong"));
    }
    let party = party_of(form, t).unwrap_or(1);
    let also = also_of(form, catalog, service, t);
    let chosen = start_of(form.value("start"));
    // Whoever follows a link to a time sees the day of it.
    let of_start = chosen.filter(|_| typed.is_none()).and_then(|(start, place)| {
        let place = place.and_then(|id| catalog.location(id)).or(places.first().copied())?;
        Some(time::local_day(start, place.zone))
    });
    let day = day.or(of_start).unwrap_or(today);
    // A time that was typed is meant, whatever was chosen before.
    let (start, start_place) = match typed_start(form, day, &places, t) {
        Some(start) => (Some(start), None),
        None => (chosen.map(|(start, _)| start), chosen.and_then(|(_, place)| place)),
    };
    State { service, also, location, provider, party, day, start, start_place }
}

pub(super) fn named_location(form: &Form, catalog: &Catalog) -> Option<LocationId> {
    form.given("location").and_then(|text| catalog.location_named(text)).map(|place| place.id)
}

/// A chosen time: an instant, and where it was chosen from a list of several places also the place.
pub(super) fn start_of(text: &str) -> Option<(DateTime<Utc>, Option<LocationId>)> {
    let (start, place) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
    let start = DateTime::parse_from_rfc3339(start).ok()?.to_utc();
    Some((start, place.parse().ok()))
}

/// A time of the day that was typed instead of chosen among the free ones.
fn typed_start(form: &mut Form, day: NaiveDate, places: &[&Location], t: Texts) -> Option<DateTime<Utc>> {
    form.given("clock")?;
    let Some(clock) = time_of(form.value("clock")) else {
        form.fail("clock", t.text("agenda-time-wrong"));
        return None;
    };
    let [place] = places else {
        form.fail("clock", t.text("agenda-choose-location"));
        return None;
    };
    let wall = day.and_time(clock);
    if !time::exists(wall, place.zone) {
        form.fail("clock", t.text("move-desk-no-such-time"));
        return None;
    }
    Some(time::instant(wall, place.zone))
}

/// What follows the first service, as the form says; what can never be one visit is said by its field and left out.
pub(super) fn also_of(form: &mut Form, catalog: &Catalog, first: Option<ServiceId>, t: Texts) -> Vec<ServiceId> {
    let Some(first) = first else {
        return Vec::new();
    };
    let mut also = Vec::new();
    for field in ["then", "then2"] {
        let Some(text) = form.given(field) else { continue };
        let named = catalog.service_named(text).map(|service| service.id);
        let all: Vec<WantedPart> =
            std::iter::once(first).chain(also.iter().copied()).chain(named).map(anybody).collect();
        match (named, visits::check(catalog, &all, true)) {
            (Some(service), Ok(_)) => also.push(service),
            (None, _) => form.fail(field, t.text("agenda-choose-service")),
            (_, Err(refused)) => form.fail(field, never_one_visit(t, &refused)),
        }
    }
    also
}

/// A part that anybody may perform.
pub(super) fn anybody(service: ServiceId) -> WantedPart {
    WantedPart { service, provider: None }
}

/// Why services cannot be one visit.
fn never_one_visit(t: Texts, refused: &VisitRefused) -> String {
    match refused {
        VisitRefused::Impossible(WrongVisit::Twice) => t.text("agenda-visit-twice"),
        VisitRefused::Impossible(WrongVisit::Class) => t.text("agenda-visit-class"),
        VisitRefused::Impossible(WrongVisit::NotTogether | WrongVisit::TooFew | WrongVisit::TooMany)
        | VisitRefused::Part(..) => t.text("agenda-visit-not-together"),
    }
}

/// The form as the page shows it: the state as it was understood, what was typed as it was typed.
pub(super) fn kept(form: Form, state: &State, t: Texts) -> Form {
    let language = form.given("language").unwrap_or(t.language().tag()).to_owned();
    let day = match form.error("day") {
        "" => state.day.to_string(),
        _ => form.value("day").to_owned(),
    };
    let party = form.given("party").map_or_else(|| "1".to_owned(), str::to_owned);
    let clock = if form.error("clock").is_empty() { String::new() } else { form.value("clock").to_owned() };
    let id = |id: Option<String>| id.unwrap_or_default();
    let also = |place: usize, field: &str| match form.error(field) {
        "" => id(state.also.get(place).map(ToString::to_string)),
        _ => form.value(field).to_owned(),
    };
    let (then, then2) = (also(0, "then"), also(1, "then2"));
    form.filled("then", then)
        .filled("then2", then2)
        .filled("language", language)
        .filled("day", day)
        .filled("party", party)
        .filled("clock", clock)
        .filled("service", id(state.service.map(|id| id.to_string())))
        .filled("provider", id(state.provider.map(|id| id.to_string())))
        .filled("location", id(state.location.map(|id| id.to_string())))
}
