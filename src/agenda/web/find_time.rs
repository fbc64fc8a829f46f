//! The first free times of a service with whoever has one, for a caller who says "as soon as possible, but not in the
//! morning".

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use askama::Template;
use chrono::{Days, NaiveDate, Timelike};

use super::{Answer, Options, address, day_of, location_options, provider_options, service_options};
use crate::agenda::day;
use crate::booking::offer::{self, OfferedDay, Question};
use crate::catalog::Catalog;
use crate::db::Bad;
use crate::domain::ids::{LocationId, ProviderId};
use crate::domain::time;
use crate::i18n::Texts;
use crate::web::auth::Desk;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page};

/// So many days are looked through at once.
const DAYS_AT_ONCE: u64 = 28;
/// So many days that have something are shown.
const DAYS_SHOWN: usize = 7;
/// So many times of one day are shown.
const TIMES_SHOWN: usize = 12;

struct Time {
    text: String,
    who: String,
    href: String,
}

struct Day {
    heading: String,
    place: String,
    times: Vec<Time>,
}

struct Search {
    form: Form,
    services: Options,
    providers: Options,
    locations: Options,
    parts: Options,
    was_asked: bool,
    days: Vec<Day>,
    later: String,
    why: String,
    waitlist: String,
}

#[derive(Template)]
#[template(path = "agenda/find_time.html")]
struct FindPage {
    page: Page,
    search: Search,
}

#[derive(Template)]
#[template(path = "agenda/find_time_part.html")]
struct FindPart {
    page: Page,
    search: Search,
}

/// The page, or with `part` only what is in it.
pub async fn find_page(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    let app = app.0;
    let t = desk.t;
    let form = Form::parse(request.query_string());
    let places: Vec<_> = desk.catalog.locations.iter().collect();
    let today = day::today(app.clock.now(), &places);
    let from = form.given("from").and_then(day_of).filter(|from| today <= *from).unwrap_or(today);
    let form = form.filled("from", from.to_string());
    let service = form.given("service").and_then(|text| desk.catalog.service_named(text)).map(|known| known.id);
    let days = match service {
        Some(service) => {
            let question = Question {
                service,
                location: form.given("location").and_then(|text| text.parse::<LocationId>().ok()),
                provider: form.given("provider").and_then(|text| text.parse::<ProviderId>().ok()),
                party: 1,
                from,
                to: from.checked_add_days(Days::new(DAYS_AT_ONCE - 1)).unwrap_or(from),
                own_hold: None,
                as_staff: true,
            };
            let (now, shared) = (app.clock.now(), std::sync::Arc::clone(&app));
            let read = app.db.read(move |conn| match offer::free_days(conn, &shared.shop, now, &question) {
                Ok(days) => Ok(days),
                Err(Bad::Refused(_)) => Ok(Vec::new()),
                Err(Bad::Fault(fault)) => Err(fault),
            });
            read.await?
        }
        None => Vec::new(),
    };
    let search = search(t, &desk.catalog, form, from, &days);
    let page = desk.page(&request, Nav::Agenda, t.text("find-title"));
    if search.form.has("part") {
        return Ok(page::html(StatusCode::OK, &FindPart { page, search }));
    }
    Ok(page::html(StatusCode::OK, &FindPage { page, search }))
}

fn search(t: Texts, catalog: &Catalog, form: Form, from: NaiveDate, days: &[OfferedDay]) -> Search {
    let mut all: Vec<Day> = Vec::new();
    let mut sorted: Vec<&OfferedDay> = days.iter().collect();
    sorted.sort_by_key(|day| day.day);
    for offered in sorted {
        if all.len() == DAYS_SHOWN {
            break;
        }
        all.extend(day_of_search(t, catalog, &form, offered));
    }
    let asked: Vec<(&str, &str)> =
        ["service", "provider", "location", "part_of_day"].map(|name| (name, form.value(name))).into();
    let next = from.checked_add_days(Days::new(DAYS_AT_ONCE)).map(|day| day.to_string()).unwrap_or_default();
    let mut later = asked.clone();
    later.push(("from", &next));
    let why = [
        ("service", form.value("service")),
        ("provider", form.value("provider")),
        ("location", form.value("location")),
        ("day", form.value("from")),
        ("time", "09:00"),
    ];
    Search {
        services: service_options(catalog, t.text("agenda-choose")),
        providers: provider_options(catalog, t.text("agenda-anyone")),
        locations: location_options(catalog, t.text("agenda-all-locations")),
        parts: vec![
            (String::new(), t.text("find-any-time")),
            ("morning".to_owned(), t.text("desk-morning")),
            ("afternoon".to_owned(), t.text("desk-afternoon")),
            ("evening".to_owned(), t.text("desk-evening")),
        ],
        was_asked: form.given("service").is_some(),
        days: all,
        later: address("/staff/find-time", &later),
        why: address("/staff/explain", &why),
        waitlist: address("/staff/waitlist/new", &[("service", form.value("service"))]),
        form,
    }
}

fn day_of_search(t: Texts, catalog: &Catalog, form: &Form, offered: &OfferedDay) -> Option<Day> {
    let place = catalog.location(offered.location)?;
    let fits = |hour: u32| match form.value("part_of_day") {
        "morning" => hour < 12,
        "afternoon" => (12..17).contains(&hour),
        "evening" => 17 <= hour,
        _ => true,
    };
    let mut times = Vec::new();
    for (slot, choices) in offered.slots() {
        let local = time::local(slot.starts_at, place.zone);
        if !fits(local.hour()) || times.len() == TIMES_SHOWN {
            continue;
        }
        let names = choices.filter_map(|choice| catalog.provider(choice.provider)).map(|known| known.name.as_str());
        let names: Vec<&str> = names.collect();
        let (location, day) = (offered.location.to_string(), offered.day.to_string());
        let start = time::rfc3339(slot.starts_at, place.zone);
        let values = [
            ("service", form.value("service")),
            ("location", location.as_str()),
            ("provider", form.value("provider")),
            ("client", form.value("client")),
            ("day", day.as_str()),
            ("start", start.as_str()),
        ];
        times.push(Time {
            text: t.time(local.time()),
            who: names.join(", "),
            href: format!("{}#who", address("/staff/book", &values)),
        });
    }
    let place = if catalog.locations.len() > 1 { place.name.clone() } else { String::new() };
    (!times.is_empty()).then(|| Day { heading: t.date_long(offered.day), place, times })
}
