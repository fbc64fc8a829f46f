//! `/`: the clinic with its services, people and places. `/book`: the first step.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc, Weekday};

use super::steps::{self, At, ServiceGroup, Step};
use super::visit::{self, Picked, Stop, Visit, initials};
use crate::app::App;
use crate::booking::offer::{self, Question};
use crate::catalog::{Catalog, Location, Service};
use crate::db::Bad;
use crate::domain::hours::HoursKind;
use crate::domain::ids::LocationId;
use crate::domain::time;
use crate::web::edge::AppData;
use crate::web::page::{self, Page, Tone};
use crate::web::problem::Problem;

/// Closures are announced so long before.
const CLOSURES_AHEAD_DAYS: u64 = 30;

/// Free times shown on the clinic's page, each on another day or at another place.
const NEXT_FREE_MAX: usize = 3;
/// So many slots are looked through for them.
const NEXT_FREE_SLOTS: usize = 60;

/// A time that is free, with the page where it can be taken.
pub(super) struct NextFree {
    pub text: String,
    pub place: String,
    pub href: String,
}

struct PersonCard {
    name: String,
    initials: String,
    title: String,
    languages: String,
    bio: String,
}

struct HoursLine {
    day: String,
    hours: String,
    today: bool,
}

struct PlaceCard {
    name: String,
    address: String,
    phone: String,
    directions: String,
    hours: Vec<HoursLine>,
    closed: String,
}

#[derive(Template)]
#[template(path = "booking/clinic.html")]
struct ClinicPage {
    page: Page,
    tagline: String,
    next_free: Vec<NextFree>,
    next_service: String,
    groups: Vec<ServiceGroup>,
    people: Vec<PersonCard>,
    places: Vec<PlaceCard>,
}

#[derive(Template)]
#[template(path = "booking/services.html")]
struct ServicesPage {
    page: Page,
    steps: Vec<Step>,
    groups: Vec<ServiceGroup>,
}

/// `GET /`
pub async fn clinic(app: AppData, request: HttpRequest) -> Result<HttpResponse, Problem> {
    visit::answer(show_clinic(&app, &request).await)
}

async fn show_clinic(app: &Arc<App>, request: &HttpRequest) -> Result<HttpResponse, Stop> {
    let visit = Visit::begin(app, request).await?;
    let first = visit.catalog.services.iter().find(|service| service.online);
    let next_free = match first {
        Some(service) => next_free(app, &visit, service).await?,
        None => Vec::new(),
    };
    let page = Page { indexed: true, ..visit.page(visit.t.text("clinic-book")) };
    let places = visit.catalog.locations.iter().map(|place| place_card(&visit, place)).collect();
    let shown = ClinicPage {
        page,
        tagline: visit.catalog.clinic.tagline.clone(),
        next_free,
        next_service: first.map(|service| service.name.clone()).unwrap_or_default(),
        groups: steps::service_groups(&visit),
        people: people(&visit.catalog),
        places,
    };
    Ok(page::html(StatusCode::OK, &shown))
}

async fn next_free(app: &Arc<App>, visit: &Visit, service: &Service) -> Result<Vec<NextFree>, Stop> {
    let (shop, now) = (Arc::clone(app), visit.now);
    // Yesterday in UTC is today at the latest somewhere west of it; what is over is not offered.
    let yesterday = visit.now.date_naive().pred_opt().unwrap_or_default();
    let question = Question {
        service: service.id,
        location: None,
        provider: None,
        party: service.rules.party_min,
        from: yesterday,
        to: yesterday,
        own_hold: None,
        as_staff: false,
    };
    let days = app
        .db
        .read(move |conn| match offer::next_free(conn, &shop.shop, now, &question, NEXT_FREE_SLOTS) {
            Ok(days) => Ok(days),
            Err(Bad::Refused(_)) => Ok(Vec::new()),
            Err(Bad::Fault(fault)) => Err(fault),
        })
        .await?;
    let firsts = days.iter().filter_map(|day| day.slots().next().map(|(slot, _)| (slot.starts_at, day.location)));
    let mut firsts: Vec<_> = firsts.collect();
    firsts.sort_unstable_by_key(|(starts_at, _)| *starts_at);
    Ok(firsts.into_iter().take(NEXT_FREE_MAX).filter_map(|first| next_link(visit, service, first)).collect())
}

fn next_link(visit: &Visit, service: &Service, (at, location): (DateTime<Utc>, LocationId)) -> Option<NextFree> {
    let place = visit.catalog.location(location)?;
    let picked = Picked { location: Some(place), ..Picked::read(&visit.catalog, service, &visit.query) };
    let local = time::local(at, place.zone);
    let (date, time) = (visit.t.date_short(local.date()), visit.t.time(local.time()));
    let day = local.date().to_string();
    Some(NextFree {
        text: visit.t.with("date-time", &[("date", &date), ("time", &time)]),
        place: place.name.clone(),
        href: picked.href("", &[("date", &day)]),
    })
}

fn people(catalog: &Catalog) -> Vec<PersonCard> {
    let card = |provider: &crate::catalog::Provider| PersonCard {
        name: provider.name.clone(),
        initials: initials(&provider.name),
        title: provider.title.clone(),
        languages: provider.languages.clone(),
        bio: provider.bio.clone(),
    };
    catalog.providers.iter().map(card).collect()
}

fn place_card(visit: &Visit, place: &Location) -> PlaceCard {
    let today = time::local_day(visit.now, place.zone);
    let monday = today.week(Weekday::Mon).first_day();
    let line = |offset: u64| {
        let day = monday.checked_add_days(Days::new(offset)).unwrap_or(today);
        HoursLine {
            day: visit.t.weekday(day),
            hours: hours_on(visit, place, day.weekday(), today),
            today: day == today,
        }
    };
    PlaceCard {
        name: place.name.clone(),
        address: place.address(),
        phone: place.phone.clone().unwrap_or_default(),
        directions: place.directions.clone(),
        hours: (0..7).map(line).collect(),
        closed: closures(visit, place, today),
    }
}

/// When somebody works there on that weekday, as it is this week. Breaks of single people do not close the house.
fn hours_on(visit: &Visit, place: &Location, weekday: Weekday, today: NaiveDate) -> String {
    let here = visit.catalog.hours.iter().filter(|((_, location), _)| *location == place.id);
    let mut spans: Vec<(u16, u16)> = here
        .flat_map(|(_, hours)| &hours.weekly)
        .filter(|row| row.kind == HoursKind::Work && row.weekday == weekday)
        .filter(|row| {
            row.valid_from.is_none_or(|from| from <= today) && row.valid_until.is_none_or(|until| today <= until)
        })
        .map(|row| (row.minutes.starts_minute(), row.minutes.ends_minute()))
        .collect();
    spans.sort_unstable();
    let mut merged: Vec<(u16, u16)> = Vec::new();
    for (starts, ends) in spans {
        match merged.last_mut() {
            Some(last) if starts <= last.1 => last.1 = last.1.max(ends),
            _ => merged.push((starts, ends)),
        }
    }
    if merged.is_empty() {
        return visit.t.text("clinic-closed");
    }
    let text = |(starts, ends): &(u16, u16)| visit.t.time_range(wall(*starts), wall(*ends));
    merged.iter().map(text).collect::<Vec<_>>().join(", ")
}

fn wall(minute: u16) -> NaiveTime {
    let seconds = u32::from(minute) * 60;
    NaiveTime::from_num_seconds_from_midnight_opt(seconds % 86_400, 0).unwrap_or_default()
}

fn closures(visit: &Visit, place: &Location, today: NaiveDate) -> String {
    let horizon = today.checked_add_days(Days::new(CLOSURES_AHEAD_DAYS)).unwrap_or(today);
    let soon = visit
        .catalog
        .closures_of(place.id)
        .iter()
        .filter(|closure| today <= closure.last_day && closure.first_day <= horizon);
    let text = |closure: &crate::domain::hours::Closure| {
        let (first, last) = (visit.t.date_short(closure.first_day), visit.t.date_short(closure.last_day));
        let days = if closure.first_day == closure.last_day { first } else { format!("{first} – {last}") };
        if closure.name.is_empty() { days } else { format!("{days} ({})", closure.name) }
    };
    let days: Vec<String> = soon.map(text).collect();
    if days.is_empty() { String::new() } else { visit.t.with("clinic-closures", &[("days", &days.join(", "))]) }
}

/// `GET /book`
pub async fn services(app: AppData, request: HttpRequest) -> Result<HttpResponse, Problem> {
    visit::answer(show_services(&app, &request).await)
}

async fn show_services(app: &Arc<App>, request: &HttpRequest) -> Result<HttpResponse, Stop> {
    let visit = Visit::begin(app, request).await?;
    if let Some(service) = preselected(&visit) {
        let picked = Picked::read(&visit.catalog, service, &visit.query);
        let day = visit.query.given("date").unwrap_or_default();
        let more: &[(&str, &str)] = if day.is_empty() { &[] } else { &[("date", day)] };
        return Ok(visit::see_other(picked.href("", more)));
    }
    let page = Page { indexed: true, ..visit.page(visit.t.text("book-service-title")) };
    let page = match visit.query.given("service") {
        Some(_) => page.saying(Tone::Warning, visit.t.text("book-not-found-text")),
        None => page,
    };
    let shown =
        ServicesPage { page, steps: steps::steps(&visit, At::Service, None), groups: steps::service_groups(&visit) };
    Ok(page::html(StatusCode::OK, &shown))
}

/// The service named in the address, or the only one there is.
fn preselected(visit: &Visit) -> Option<&Service> {
    if let Some(named) = visit.query.given("service") {
        return visit.catalog.service_named(named).filter(|service| service.online);
    }
    let mut online = visit.catalog.services.iter().filter(|service| service.online);
    online.next().filter(|_| online.next().is_none())
}
