//! Why is this time not free?

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use askama::Template;
use chrono::NaiveTime;
use chrono_tz::Tz;

use super::{Answer, Options, address, day_of, location_options, provider_options, service_options, time_of};
use crate::agenda::day;
use crate::booking::why::{WhyQuestion, why_not};
use crate::catalog::Catalog;
use crate::domain::explain::{Explanation, WhyNot};
use crate::domain::ids::{LocationId, ProviderId, ServiceId};
use crate::domain::time;
use crate::i18n::Texts;
use crate::web::auth::Desk;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page};

struct ProviderLine {
    name: String,
    is_free: bool,
    reasons: Vec<String>,
}

#[derive(Template)]
#[template(path = "agenda/why.html")]
struct WhyPage {
    page: Page,
    form: Form,
    services: Options,
    locations: Options,
    providers: Options,
    was_asked: bool,
    is_free: bool,
    heading: String,
    for_everyone: Vec<String>,
    lines: Vec<ProviderLine>,
    book: String,
}

/// Asks about one time and answers in words.
pub async fn why_page(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    let app = app.0;
    let t = desk.t;
    let mut form = Form::parse(request.query_string());
    let was_asked = form.has("service");
    let question = if was_asked { question_of(&mut form, &desk.catalog, t) } else { None };
    let answer = match question {
        Some(question) => {
            let (now, shared) = (app.clock.now(), std::sync::Arc::clone(&app));
            app.db.read(move |conn| why_not(conn, &shared.shop, now, &question)).await?
        }
        None => None,
    };
    if !was_asked {
        let places: Vec<_> = desk.catalog.locations.iter().collect();
        let only = if let [place] = places.as_slice() { place.id.to_string() } else { String::new() };
        let today = day::today(app.clock.now(), &places);
        form = form.filled("day", today.to_string()).filled("time", "09:00").filled("location", only);
    }
    let place = question.and_then(|question| desk.catalog.location(question.location));
    let zone = place.map_or(chrono_tz::UTC, |place| place.zone);
    let status = if form.has_errors() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let book = address(
        "/staff/book",
        &[
            ("service", form.value("service")),
            ("location", form.value("location")),
            ("provider", form.value("provider")),
            ("day", form.value("day")),
        ],
    );
    let shown = WhyPage {
        page: desk.page(&request, Nav::Explain, t.text("why-title")),
        services: service_options(&desk.catalog, t.text("agenda-choose")),
        locations: location_options(&desk.catalog, t.text("agenda-choose")),
        providers: provider_options(&desk.catalog, t.text("agenda-anyone")),
        was_asked: answer.is_some(),
        is_free: answer.as_ref().is_some_and(Explanation::is_free),
        heading: answer.as_ref().map(|answer| t.date_time(answer.wall)).unwrap_or_default(),
        for_everyone: answer.iter().flat_map(|answer| &answer.for_everyone).map(|why| words(t, zone, why)).collect(),
        lines: answer.as_ref().map(|answer| provider_lines(t, zone, &desk.catalog, answer)).unwrap_or_default(),
        book,
        form,
    };
    Ok(page::html(status, &shown))
}

fn provider_lines(t: Texts, zone: Tz, catalog: &Catalog, answer: &Explanation) -> Vec<ProviderLine> {
    let line = |found: &crate::domain::explain::ProviderAnswer| ProviderLine {
        name: catalog.provider(found.provider).map(|provider| provider.name.clone()).unwrap_or_default(),
        is_free: found.is_free() && answer.for_everyone.is_empty(),
        reasons: found.why_not.iter().map(|why| words(t, zone, why)).collect(),
    };
    answer.providers.iter().map(line).collect()
}

fn question_of(form: &mut Form, catalog: &Catalog, t: Texts) -> Option<WhyQuestion> {
    let service = form.value("service").parse::<ServiceId>().ok().filter(|id| catalog.service(*id).is_some());
    if service.is_none() {
        form.fail("service", t.text("agenda-choose-service"));
    }
    let location = form.value("location").parse::<LocationId>().ok().filter(|id| catalog.location(*id).is_some());
    if location.is_none() {
        form.fail("location", t.text("agenda-choose-location"));
    }
    let provider = match form.given("provider").map(str::parse::<ProviderId>) {
        None => None,
        Some(Ok(id)) if catalog.provider(id).is_some() => Some(id),
        Some(_) => {
            form.fail("provider", t.text("agenda-choose-provider"));
            None
        }
    };
    let day = day_of(form.value("day"));
    if day.is_none() {
        form.fail("day", t.text("agenda-day-wrong"));
    }
    let clock = time_of(form.value("time"));
    if clock.is_none() {
        form.fail("time", t.text("agenda-time-wrong"));
    }
    let party = party_of(form, t);
    if form.has_errors() {
        return None;
    }
    Some(WhyQuestion { service: service?, location: location?, provider, party: party?, wall: day?.and_time(clock?) })
}

/// How many people; one where nothing is said.
pub(super) fn party_of(form: &mut Form, t: Texts) -> Option<u16> {
    let party = form.given("party").map_or(Ok(1), str::parse::<u16>).ok().filter(|party| *party > 0);
    if party.is_none() {
        form.fail("party", t.text("agenda-party-wrong"));
    }
    party
}

/// A reason as a sentence.
pub(super) fn words(t: Texts, zone: Tz, why: &WhyNot) -> String {
    let clock = |at| -> NaiveTime { time::local(at, zone).time() };
    match why {
        WhyNot::NobodyOffersIt => t.text("why-nobody-offers-it"),
        WhyNot::PartyTooSmall { party_min } => t.with("why-party-too-small", &[("people", &i64::from(*party_min))]),
        WhyNot::PartyTooLarge { party_max } => t.with("why-party-too-large", &[("people", &i64::from(*party_max))]),
        WhyNot::DoesNotExist => t.text("why-does-not-exist"),
        WhyNot::OtherDay => t.text("why-other-day"),
        WhyNot::Past => t.text("why-past"),
        WhyNot::TooSoon { earliest } => t.with("why-too-soon", &[("earliest", &t.moment(*earliest, zone))]),
        WhyNot::TooFar { latest_day } => t.with("why-too-far", &[("day", &t.date_long(*latest_day))]),
        WhyNot::Closed { name } => t.with("why-closed", &[("name", name)]),
        WhyNot::ProviderLeft => t.text("why-provider-left"),
        WhyNot::TimeOff => t.text("why-time-off"),
        WhyNot::NotHere { note } if note.is_empty() => t.text("why-not-here"),
        WhyNot::NotHere { note } => t.with("why-not-here-note", &[("note", note)]),
        WhyNot::Break => t.text("why-break"),
        WhyNot::OutsideHours => t.text("why-outside-hours"),
        WhyNot::DurationDoesNotFit { open_until } => t.with("why-duration", &[("until", &t.time(clock(*open_until)))]),
        WhyNot::OffGrid => t.text("why-off-grid"),
        WhyNot::ClassFull { left } => t.with("why-class-full", &[("left", &i64::from(*left))]),
        WhyNot::Booked { until } => t.with("why-booked", &[("until", &t.time(clock(*until)))]),
        WhyNot::BufferTouches { from, until } => {
            t.with("why-buffer", &[("from", &t.time(clock(*from))), ("until", &t.time(clock(*until)))])
        }
        WhyNot::NoRoom => t.text("why-no-room"),
    }
}
