//! The day by provider.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use askama::Template;
use chrono::NaiveDate;

use super::{Answer, BookingLine, Options, address, day_of, location_options, provider_options};
use crate::agenda::day::{self, Absence, ProviderColumn};
use crate::booking::facts;
use crate::catalog::Location;
use crate::domain::hours::AwayReason;
use crate::domain::ids::{LocationId, ProviderId};
use crate::domain::time;
use crate::i18n::Texts;
use crate::web::auth::Staff;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};

/// More bookings in a day at one place than any clinic has.
const BOOKINGS_MAX: i64 = 2_000;
/// The requests on top of the day; the rest has a page of its own.
const REQUESTS_SHOWN: i64 = 5;

struct Column {
    name: String,
    title: String,
    initials: String,
    hours: Vec<String>,
    lines: Vec<BookingLine>,
    called_off: Vec<BookingLine>,
    shows_location: bool,
}

#[derive(Template)]
#[template(path = "agenda/day.html")]
struct DayPage {
    page: Page,
    form: Form,
    is_today: bool,
    is_desk: bool,
    previous: String,
    next: String,
    today: String,
    book: String,
    here: String,
    locations: Options,
    providers: Options,
    closed: Vec<(String, String)>,
    absent: Vec<(String, String)>,
    requests: Vec<BookingLine>,
    more_requests: bool,
    columns: Vec<Column>,
    booked_count: usize,
}

/// The agenda of a day. A provider sees the own one.
pub async fn day_page(app: AppData, staff: Staff, request: HttpRequest) -> Answer {
    let app = app.0;
    let asked = Form::parse(request.query_string());
    let location = asked.given("location").and_then(|text| text.parse::<LocationId>().ok());
    let places: Vec<Location> = match location.and_then(|id| staff.catalog.location(id)) {
        Some(place) => vec![place.clone()],
        None => staff.catalog.locations.clone(),
    };
    let provider = match staff.role.is_desk() {
        true => asked.given("provider").and_then(|text| text.parse::<ProviderId>().ok()),
        false => staff.user.provider,
    };
    let today = day::today(app.clock.now(), &places.iter().collect::<Vec<_>>());
    let typed = asked.given("day");
    let day = typed.and_then(day_of).unwrap_or(today);

    let (spans, is_desk) = (places.clone(), staff.role.is_desk());
    let (bookings, mut requests) = app
        .db
        .read(move |conn| {
            let mut bookings = Vec::new();
            for place in &spans {
                let span = time::day_span(day, place.zone);
                let found =
                    facts::bookings_between(conn, Some(place.id), span.starts_at(), span.ends_at(), BOOKINGS_MAX)?;
                bookings.extend(found);
            }
            bookings.sort_by_key(|booking| (booking.starts_at, booking.id));
            let requests = if is_desk { facts::requests(conn, REQUESTS_SHOWN + 1)? } else { Vec::new() };
            Ok((bookings, requests))
        })
        .await?;

    let t = staff.t;
    let plan = day::arrange(&staff.catalog, day, &places.iter().collect::<Vec<_>>(), provider, bookings);
    let shown = usize::try_from(REQUESTS_SHOWN).unwrap_or(0);
    let more_requests = requests.len() > shown;
    requests.truncate(shown);
    let form = asked.clone().filled("day", day.to_string());
    let at = |day: Option<NaiveDate>| {
        let day = day.map(|day| day.to_string()).unwrap_or_default();
        let provider = if staff.role.is_desk() { asked.value("provider") } else { "" };
        address("/staff", &[("day", &day), ("location", asked.value("location")), ("provider", provider)])
    };
    let wrong_day = typed.is_some_and(|text| day_of(text).is_none());
    let page = staff.page(&request, Nav::Agenda, t.date_long(day));
    let page = if wrong_day { page.saying(Tone::Warning, t.text("agenda-day-wrong")) } else { page };
    let page = said(page, t, asked.value("done"));
    let shown = DayPage {
        page,
        is_today: day == today,
        is_desk: staff.role.is_desk(),
        previous: at(day.pred_opt()),
        next: at(day.succ_opt()),
        today: at(None),
        here: at(Some(day)),
        book: address("/staff/book", &[("day", &day.to_string()), ("location", asked.value("location"))]),
        locations: location_options(&staff.catalog, t.text("agenda-all-locations")),
        providers: provider_options(&staff.catalog, t.text("agenda-all-providers")),
        closed: plan.closed,
        absent: plan.absent.into_iter().map(|absence| absent(t, absence)).collect(),
        requests: requests.into_iter().map(|facts| BookingLine::new(t, facts)).collect(),
        more_requests,
        booked_count: plan.columns.iter().map(|column| column.bookings.len()).sum(),
        columns: plan.columns.into_iter().map(|found| column(t, &places, found)).collect(),
        form,
    };
    Ok(page::html(StatusCode::OK, &shown))
}

fn said(page: Page, t: Texts, done: &str) -> Page {
    match done {
        "approved" => page.saying(Tone::Success, t.text("agenda-done-approved")),
        "declined" => page.saying(Tone::Success, t.text("agenda-done-declined")),
        "arrived" => page.saying(Tone::Success, t.text("agenda-done-arrived")),
        _ => page,
    }
}

fn column(t: Texts, places: &[Location], found: ProviderColumn) -> Column {
    let hours_at = |place: &Location| {
        let clock = |at| time::local(at, place.zone).time();
        let spans = found.work.iter().filter(|work| work.location == place.id);
        let spans: Vec<_> = spans.map(|work| t.time_range(clock(work.starts_at), clock(work.ends_at))).collect();
        let name = (places.len() > 1).then(|| place.name.clone());
        (!spans.is_empty()).then(|| spans.into_iter().chain(name).collect::<Vec<_>>().join(" · "))
    };
    let hours = places.iter().filter_map(hours_at).collect();
    let first = found.bookings.first().map(|booking| booking.location);
    let shows_location = found.bookings.iter().any(|booking| Some(booking.location) != first);
    Column {
        hours,
        shows_location,
        initials: initials(&found.name),
        name: found.name,
        title: found.title,
        lines: found.bookings.into_iter().map(|facts| BookingLine::new(t, facts)).collect(),
        called_off: found.called_off.into_iter().map(|facts| BookingLine::new(t, facts)).collect(),
    }
}

fn absent(t: Texts, absence: Absence) -> (String, String) {
    let reason = match absence.reason {
        AwayReason::TimeOff => t.text("agenda-away-time-off"),
        AwayReason::NotHere { note } if !note.is_empty() => note,
        AwayReason::NotHere { .. } | AwayReason::Break | AwayReason::Closed { .. } | AwayReason::Left => {
            t.text("agenda-away-not-here")
        }
    };
    (absence.name, reason)
}

/// `Dr. Ana Lima` is AL.
fn initials(name: &str) -> String {
    let words: Vec<&str> =
        name.split_whitespace().filter(|word| !word.ends_with('.') && !word.ends_with(',')).collect();
    let first = words.first().and_then(|word| word.chars().next());
    let last = words.get(1..).and_then(|rest| rest.last()).and_then(|word| word.chars().next());
    first.into_iter().chain(last).collect::<String>().to_uppercase()
}
