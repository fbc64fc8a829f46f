//! The calendar's page, and in it the day by provider as a list: all there is without scripts, on a phone, and for
//! whoever wants it so.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};

use super::calendar::{Filters, View};
use super::late::behind_text;
use super::{Answer, BookingLine, Options, address, day_of, location_options, provider_options, service_options};
use crate::agenda::calendar::{self as layout, Columns, Paint};
use crate::agenda::day::{self, Absence, ProviderColumn};
use crate::booking::facts;
use crate::catalog::Location;
use crate::domain::booking::BookingStatus;
use crate::domain::hours::AwayReason;
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

/// One way to see the calendar.
struct ViewLink {
    view: &'static str,
    text: String,
    href: String,
    is_current: bool,
}

/// What the script needs to know.
struct Frame {
    view: &'static str,
    by: &'static str,
    color: &'static str,
    provider: String,
    first_hour: u16,
    last_hour: u16,
    today: String,
    words: String,
}

struct Column {
    name: String,
    title: String,
    initials: String,
    hours: Vec<String>,
    behind: Option<String>,
    lines: Vec<BookingLine>,
    called_off: Vec<BookingLine>,
    shows_location: bool,
}

#[derive(Template)]
#[template(path = "agenda/calendar.html")]
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
    services: Options,
    views: Vec<ViewLink>,
    is_list: bool,
    frame: Frame,
    sheet: String,
    find: String,
    block: String,
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
    let filters = Filters::of(&asked, &staff);
    let (places, provider) = (filters.places.clone(), filters.provider);
    let today = day::today(app.clock.now(), &places.iter().collect::<Vec<_>>());
    let typed = asked.given("date").or(asked.given("day"));
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
    let form = asked.clone().filled("date", day.to_string());
    let form = if staff.role.is_desk() { form } else { form.filled("provider", "") };
    let at = |day: Option<NaiveDate>| {
        let day = day.map(|day| day.to_string()).unwrap_or_default();
        kept(&form, &[("date", &day)])
    };
    let frame = frame(&staff, &filters, today);
    let late_at = (day == today).then(|| app.clock.now());
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
        sheet: address(
            "/staff/day-sheet",
            &[("day", &day.to_string()), ("location", asked.value("location")), ("provider", form.value("provider"))],
        ),
        find: address(
            "/staff/find-time",
            &[("from", &day.to_string()), ("location", asked.value("location")), ("provider", form.value("provider"))],
        ),
        block: address("/staff/calendar/block", &[("date", &day.to_string()), ("location", asked.value("location"))]),
        services: service_options(&staff.catalog, t.text("calendar-all-services")),
        views: views(t, &form, filters.view),
        is_list: filters.view == Some(View::List),
        frame,
        locations: location_options(&staff.catalog, t.text("agenda-all-locations")),
        providers: provider_options(&staff.catalog, t.text("agenda-all-providers")),
        closed: plan.closed,
        absent: plan.absent.into_iter().map(|absence| absent(t, absence)).collect(),
        requests: requests.into_iter().map(|facts| BookingLine::new(t, facts)).collect(),
        more_requests,
        booked_count: plan.columns.iter().map(|column| column.bookings.len()).sum(),
        columns: plan.columns.into_iter().map(|found| column(t, &places, found, late_at)).collect(),
        form,
    };
    Ok(page::html(StatusCode::OK, &shown))
}

/// The address of the calendar with its filters, some of them changed.
fn kept(form: &Form, changed: &[(&str, &str)]) -> String {
    let names = ["view", "date", "by", "location", "provider", "service", "color"];
    let value = |name: &'static str| {
        let other = changed.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        (name, other.unwrap_or(form.value(name)))
    };
    address("/staff", &names.map(value))
}

fn views(t: Texts, form: &Form, current: Option<View>) -> Vec<ViewLink> {
    let all = [
        (View::Day, t.text("calendar-view-day")),
        (View::Week, t.text("calendar-view-week")),
        (View::Month, t.text("calendar-view-month")),
        (View::List, t.text("calendar-view-list")),
    ];
    let link = |(view, text): (View, String)| ViewLink {
        href: kept(form, &[("view", view.as_str())]),
        is_current: current == Some(view),
        view: view.as_str(),
        text,
    };
    all.into_iter().map(link).collect()
}

fn frame(staff: &Staff, filters: &Filters, today: NaiveDate) -> Frame {
    let (first_hour, last_hour) = layout::open_hours(&staff.catalog, &filters.places);
    Frame {
        view: filters.view.map_or("", View::as_str),
        by: if filters.columns == Columns::Rooms { "room" } else { "provider" },
        color: match filters.paint {
            Paint::Service => "service",
            Paint::Provider => "provider",
            Paint::Status => "status",
        },
        provider: filters.provider.map(|id| id.to_string()).unwrap_or_default(),
        first_hour,
        last_hour,
        today: today.to_string(),
        words: words(staff.t),
    }
}

/// What the script says, in the reader's language.
fn words(t: Texts) -> String {
    let status = |status| super::status_text(t, status);
    serde_json::json!({
        "requested": status(BookingStatus::Requested),
        "booked": status(BookingStatus::Booked),
        "arrived": status(BookingStatus::Arrived),
        "in_progress": status(BookingStatus::InProgress),
        "completed": status(BookingStatus::Completed),
        "no_show": status(BookingStatus::NoShow),
        "confirmed": t.text("calendar-confirmed"),
        "alert": t.text("calendar-alert"),
        "note": t.text("agenda-note"),
        "blocked": t.text("calendar-blocked"),
        "noRoom": t.text("calendar-without-room"),
        "seats": t.text("calendar-seats"),
        "count": t.text("calendar-count"),
        "requests": t.text("calendar-requests"),
        "bookHere": t.text("calendar-book-here"),
        "blockHere": t.text("calendar-block-here"),
        "moving": t.text("calendar-moving"),
        "movingAt": t.text("calendar-moving-at"),
        "movingEnded": t.text("calendar-moving-ended"),
        "notMovable": t.text("calendar-not-movable"),
        "failed": t.text("calendar-failed"),
        "offline": t.text("calendar-offline"),
        "updated": t.text("calendar-updated"),
        "none": t.text("calendar-none"),
        "more": t.text("calendar-more"),
    })
    .to_string()
}

fn said(page: Page, t: Texts, done: &str) -> Page {
    match done {
        "approved" => page.saying(Tone::Success, t.text("agenda-done-approved")),
        "declined" => page.saying(Tone::Success, t.text("agenda-done-declined")),
        "arrived" => page.saying(Tone::Success, t.text("agenda-done-arrived")),
        "started" => page.saying(Tone::Success, t.text("agenda-done-started")),
        "completed" => page.saying(Tone::Success, t.text("agenda-done-completed")),
        "missed" => page.saying(Tone::Success, t.text("agenda-done-missed")),
        "blocked" => page.saying(Tone::Success, t.text("calendar-done-blocked")),
        "block-changed" => page.saying(Tone::Success, t.text("calendar-done-block-changed")),
        "unblocked" => page.saying(Tone::Success, t.text("calendar-done-unblocked")),
        _ => page,
    }
}

fn column(t: Texts, places: &[Location], found: ProviderColumn, late_at: Option<DateTime<Utc>>) -> Column {
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
        behind: late_at.and_then(|now| behind_text(t, now, &found.name, &found.bookings)),
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
