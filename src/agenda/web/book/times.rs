//! What is free for what is wanted.

use chrono::{DateTime, NaiveTime, Timelike, Utc};
use chrono_tz::Tz;

use super::super::{Options, address};
use super::OTHER_TIMES_SHOWN;
use super::refusals::{offer_of_visit, offer_refusal};
use super::state::{State, anybody};
use crate::app::App;
use crate::booking::offer::{self, OfferRefused, OfferedDay, Question};
use crate::booking::visits::{self, VisitQuestion, WantedPart};
use crate::catalog::Catalog;
use crate::db::{Bad, Conn, Fault};
use crate::domain::ids::{LocationId, ServiceId};
use crate::domain::time;
use crate::i18n::Texts;
use crate::web::form::Form;

/// The free times of a day as the form offers them.
pub(super) struct Times {
    pub has_service: bool,
    pub day_text: String,
    pub previous: String,
    pub next: String,
    pub places: Vec<FreePlace>,
    pub next_free: Option<(String, String)>,
    /// The chosen time, where it is none of the free ones.
    pub extra: Option<(String, String)>,
    pub why: String,
    pub refused: String,
    pub takes_clock: bool,
}

pub(super) struct FreePlace {
    pub name: String,
    pub parts: Vec<FreePart>,
}

pub(super) struct FreePart {
    pub heading: String,
    pub times: Vec<FreeTime>,
}

pub(super) struct FreeTime {
    pub value: String,
    pub text: String,
    pub who: String,
    pub is_chosen: bool,
}

/// What is free on the day, and next.
pub(super) struct Offered {
    pub free: Result<Vec<OfferedDay>, OfferRefused>,
    pub next_free: Vec<OfferedDay>,
}

type Wanted<'a> = (&'a Question, &'a [ServiceId]);

impl Offered {
    /// Looks what is free for what is wanted; `others` asks for the next times as well.
    pub fn load(
        conn: &mut Conn,
        app: &App,
        now: DateTime<Utc>,
        (state, others): (&State, bool),
    ) -> Result<Self, Fault> {
        let mut offered = Self { free: Ok(Vec::new()), next_free: Vec::new() };
        let Some(service) = state.service else {
            return Ok(offered);
        };
        let question = Question {
            service,
            location: state.location,
            provider: state.provider,
            party: state.party,
            from: state.day,
            to: state.day,
            own_hold: None,
            as_staff: true,
        };
        offered.free = match free_days(conn, app, now, (&question, &state.also)) {
            Ok(days) => Ok(days),
            Err(Bad::Refused(refused)) => Err(refused),
            Err(Bad::Fault(fault)) => return Err(fault),
        };
        let is_empty = offered.free.as_ref().is_ok_and(|days| days.iter().all(OfferedDay::is_empty));
        if is_empty || others {
            let wanted = if others { OTHER_TIMES_SHOWN } else { 1 };
            offered.next_free = match next_free(conn, app, now, (&question, &state.also), wanted) {
                Ok(days) => days,
                Err(Bad::Refused(_)) => Vec::new(),
                Err(Bad::Fault(fault)) => return Err(fault),
            };
        }
        Ok(offered)
    }
}

fn free_days(
    conn: &mut Conn,
    app: &App,
    now: DateTime<Utc>,
    wanted: Wanted<'_>,
) -> Result<Vec<OfferedDay>, Bad<OfferRefused>> {
    match visit_question(wanted) {
        None => offer::free_days(conn, &app.shop, now, wanted.0),
        Some(visit) => {
            visits::free_days(conn, &app.shop, now, &visit).map_err(|bad| bad.map(|refused| offer_of_visit(&refused)))
        }
    }
}

fn next_free(
    conn: &mut Conn,
    app: &App,
    now: DateTime<Utc>,
    wanted: Wanted<'_>,
    limit: usize,
) -> Result<Vec<OfferedDay>, Bad<OfferRefused>> {
    match visit_question(wanted) {
        None => offer::next_free(conn, &app.shop, now, wanted.0, limit),
        Some(visit) => visits::next_free(conn, &app.shop, now, &visit, limit)
            .map_err(|bad| bad.map(|refused| offer_of_visit(&refused))),
    }
}

fn visit_question((question, also): Wanted<'_>) -> Option<VisitQuestion> {
    if also.is_empty() {
        return None;
    }
    let first = WantedPart { service: question.service, provider: question.provider };
    Some(VisitQuestion {
        parts: std::iter::once(first).chain(also.iter().copied().map(anybody)).collect(),
        location: question.location,
        from: question.from,
        to: question.to,
        own_hold: None,
        without: Vec::new(),
        as_staff: question.as_staff,
    })
}

/// The clocks on which the wish is read.
pub(super) fn zone_of(catalog: &Catalog, state: &State, offered: &Offered) -> Tz {
    let of_day = offered.free.as_ref().ok().and_then(|days| days.first()).map(|day| day.location);
    let place = state.start_place.or(state.location).or(of_day).and_then(|id| catalog.location(id));
    place.or(catalog.locations.first()).map_or(chrono_tz::UTC, |place| place.zone)
}

/// A time as the form sends it.
pub(super) fn value_of(start: DateTime<Utc>, place: Option<LocationId>, zone: Tz) -> String {
    let start = time::rfc3339(start, zone);
    match place {
        Some(place) => format!("{start} {place}"),
        None => start,
    }
}

impl Times {
    /// The times of the day, with the chosen one marked; one that is not among them stands on its own.
    pub fn new(t: Texts, catalog: &Catalog, form: &Form, state: &State, offered: Offered) -> Self {
        let zone = zone_of(catalog, state, &offered);
        let refused = offer_refusal(t, &offered.free).unwrap_or_default();
        let days = offered.free.unwrap_or_default();
        let free = days.iter().filter(|day| !day.is_empty());
        let places: Vec<FreePlace> = free.map(|day| free_place(t, catalog, state, day)).collect();
        let is_among =
            places.iter().flat_map(|place| &place.parts).flat_map(|part| &part.times).any(|time| time.is_chosen);
        let extra = state.start.filter(|_| !is_among).map(|start| {
            let value = value_of(start, state.start_place.or(state.location), zone);
            (value, t.moment(start, zone))
        });
        let to_day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        Self {
            has_service: state.service.is_some(),
            day_text: t.date_long(state.day),
            previous: to_day(state.day.pred_opt()),
            next: to_day(state.day.succ_opt()),
            next_free: offered.next_free.first().map(|day| (t.date_long(day.day), day.day.to_string())),
            extra,
            why: address(
                "/staff/explain",
                &[
                    ("service", form.value("service")),
                    ("location", form.value("location")),
                    ("provider", form.value("provider")),
                    ("day", &state.day.to_string()),
                    ("time", "09:00"),
                ],
            ),
            refused,
            takes_clock: state.also.is_empty(),
            places,
        }
    }
}

/// Free times of one place, by part of the day.
fn free_place(t: Texts, catalog: &Catalog, state: &State, day: &OfferedDay) -> FreePlace {
    let place = catalog.location(day.location);
    let zone = place.map_or(chrono_tz::UTC, |place| place.zone);
    let mut parts: [(String, Vec<FreeTime>); 3] = [
        (t.text("desk-morning"), Vec::new()),
        (t.text("desk-afternoon"), Vec::new()),
        (t.text("desk-evening"), Vec::new()),
    ];
    let chosen_place = state.start_place.or(state.location);
    for (slot, choices) in day.slots() {
        let clock = time::local(slot.starts_at, zone).time();
        let names: Vec<&str> = choices
            .filter_map(|choice| catalog.provider(choice.provider))
            .map(|provider| provider.name.as_str())
            .collect();
        let is_here = chosen_place.is_none_or(|place| place == day.location);
        let free = FreeTime {
            value: value_of(slot.starts_at, Some(day.location), zone),
            text: t.time(clock),
            who: names.join(", "),
            is_chosen: is_here && state.start == Some(slot.starts_at),
        };
        if let Some((_, times)) = parts.get_mut(part_of(clock)) {
            times.push(free);
        }
    }
    let parts = parts.into_iter().filter(|(_, times)| !times.is_empty());
    FreePlace {
        name: place.map(|place| place.name.clone()).unwrap_or_default(),
        parts: parts.map(|(heading, times)| FreePart { heading, times }).collect(),
    }
}

/// Morning, afternoon, evening.
fn part_of(clock: NaiveTime) -> usize {
    match clock.hour() {
        0..12 => 0,
        12..17 => 1,
        _ => 2,
    }
}

/// What can be part of a visit: everything but classes.
pub(super) fn more_services(catalog: &Catalog, none: String) -> Options {
    let single = catalog.services.iter().filter(|service| service.rules.capacity == 1);
    let services = single.map(|service| (service.id.to_string(), service.name.clone()));
    std::iter::once((String::new(), none)).chain(services).collect()
}

/// Free times as one choice, when the chosen time is gone.
pub(super) fn time_options(t: Texts, catalog: &Catalog, days: &[OfferedDay]) -> Options {
    let mut options = Vec::new();
    for day in days {
        let Some(place) = catalog.location(day.location) else {
            continue;
        };
        let several = catalog.locations.len() > 1;
        options.extend(day.slots().map(|(slot, _)| {
            let local = time::local(slot.starts_at, place.zone);
            let when = format!("{}, {}", t.date_short(local.date()), t.time(local.time()));
            let text = if several { format!("{when} · {}", place.name) } else { when };
            (value_of(slot.starts_at, Some(place.id), place.zone), text)
        }));
    }
    options.truncate(OTHER_TIMES_SHOWN);
    options
}
