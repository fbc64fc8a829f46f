//! A day's money at a location: sums, lines, cash, closing; and the export for accountants.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{ContentDisposition, DispositionParam, DispositionType};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{Datelike, NaiveDate};

use super::Answer;
use super::words::{self, EntryLine};
use crate::app::App;
use crate::catalog::Location;
use crate::db::Bad;
use crate::domain::ids::LocationId;
use crate::domain::ledger::{AMOUNT_MAX_MINOR, EntryKind};
use crate::domain::money::Money;
use crate::domain::time;
use crate::i18n::Texts;
use crate::money::{self, CloseRefused, Closing, DaySums, LedgerEntry, NewClosing};
use crate::web::auth::{Desk, Manager, Staff, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

/// As many earlier days are listed.
const CLOSINGS_SHOWN: i64 = 30;
/// As many lines are exported at once.
const EXPORT_MAX: i64 = 100_000;
/// The years a clinic lives in; dates beyond are slips of the finger.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2199;

/// Reads a date as browsers send it.
pub(super) fn day_of(text: &str) -> Option<NaiveDate> {
    text.trim().parse::<NaiveDate>().ok().filter(|day| YEARS.contains(&day.year()))
}

struct Line {
    entry: EntryLine,
    time: String,
    href: String,
    is_late: bool,
}

struct ClosedDay {
    href: String,
    day: String,
    payments: String,
    expected: String,
    counted: String,
    is_off: bool,
}

#[derive(Template)]
#[template(path = "money/day.html")]
struct DayPage {
    page: Page,
    form: Form,
    locations: Vec<(String, String)>,
    location: String,
    day: String,
    day_text: String,
    previous: String,
    next: String,
    sums: Vec<(String, i64, String)>,
    tax: String,
    payments: String,
    lines: Vec<Line>,
    late: usize,
    expected: String,
    closing: Option<ClosedDay>,
    closed_when: String,
    closed_note: String,
    can_close: bool,
    is_manager: bool,
    earlier: Vec<ClosedDay>,
    currency: &'static str,
}

/// The day.
pub async fn day_page(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    let form = Form::parse(request.query_string());
    show(&app.0, &desk, &request, (StatusCode::OK, form)).await
}

fn place_of<'a>(staff: &'a Staff, form: &Form) -> Result<&'a Location, Problem> {
    let named = form.given("location").and_then(|text| text.parse::<LocationId>().ok());
    let place = named.and_then(|id| staff.catalog.location(id)).or(staff.catalog.locations.first());
    place.ok_or(Problem::NotFound)
}

async fn show(app: &Arc<App>, staff: &Staff, request: &HttpRequest, (status, form): (StatusCode, Form)) -> Answer {
    let t = staff.t;
    let Ok(place) = place_of(staff, &form).cloned() else {
        let page = staff.page(request, Nav::Money, t.text("money-day"));
        return Ok(page::error_page(StatusCode::OK, page, &t.text("money-no-location"), None));
    };
    let now = app.clock.now();
    let today = time::local_day(now, place.zone);
    let day = day_of(form.value("day")).unwrap_or(today);
    let (id, span) = (place.id, money::span_of(day, place.zone));
    let found = app.db.read(move |conn| {
        let entries = money::ledger_between(conn, Some(id), span, money::LINES_MAX)?;
        Ok((entries, money::closing_of(conn, id, day)?, money::closings(conn, id, CLOSINGS_SHOWN)?))
    });
    let (entries, closing, earlier) = found.await?;
    let wrong_day = form.given("day").is_some_and(|text| day_of(text).is_none());
    let page = staff.page(request, Nav::Money, t.text("money-day"));
    let page = match form.value("done") {
        _ if wrong_day => page.saying(Tone::Warning, t.text("agenda-day-wrong")),
        "closed" => page.saying(Tone::Success, t.text("money-done-closed")),
        _ => page,
    };
    let at = |day: Option<NaiveDate>| {
        let day = day.unwrap_or(today);
        format!("/staff/money/day?day={day}&location={id}")
    };
    let sums = money::sums_of(&entries);
    let amount = |minor: i64| t.money(Money::new(minor, staff.catalog.clinic.currency));
    let closed = |closing: &Closing| closed_day(t, &amount, closing, at(Some(closing.day)));
    let lines: Vec<Line> = entries.iter().map(|entry| line(t, &place, entry, closing.as_ref())).collect();
    let shown = DayPage {
        locations: staff.catalog.locations.iter().map(|place| (place.id.to_string(), place.name.clone())).collect(),
        location: place.id.to_string(),
        day: day.to_string(),
        day_text: t.date_long(day),
        previous: at(day.pred_opt()),
        next: at(day.succ_opt()),
        sums: sum_lines(t, &amount, &sums),
        tax: amount(sums.tax_minor),
        payments: amount(sums.of(EntryKind::Payment)),
        late: lines.iter().filter(|line| line.is_late).count(),
        lines,
        expected: amount(sums.cash()),
        closed_when: closing
            .as_ref()
            .map(|closing| t.date_time(time::local(closing.closed_at, place.zone)))
            .unwrap_or_default(),
        closed_note: closing.as_ref().map(|closing| closing.note.clone()).unwrap_or_default(),
        can_close: closing.is_none() && day <= today,
        closing: closing.as_ref().map(closed),
        earlier: earlier.iter().filter(|other| other.day != day).map(closed).collect(),
        is_manager: staff.role.is_manager(),
        currency: staff.catalog.clinic.currency.code(),
        form: form.filled("day", day.to_string()).filled("location", place.id.to_string()),
        page,
    };
    Ok(page::html(status, &shown))
}

fn line(t: Texts, place: &Location, entry: &LedgerEntry, closing: Option<&Closing>) -> Line {
    Line {
        time: t.time(time::local(entry.occurred_at, place.zone).time()),
        href: entry.booking.map_or_else(
            || format!("/staff/clients/{}/money", entry.client),
            |booking| format!("/staff/bookings/{booking}#money"),
        ),
        is_late: closing.is_some_and(|closing| closing.closed_at < entry.recorded_at),
        entry: EntryLine::new(t, place.zone, entry),
    }
}

fn sum_lines(t: Texts, amount: &dyn Fn(i64) -> String, sums: &DaySums) -> Vec<(String, i64, String)> {
    let text = |sum: &money::DaySum| {
        let kind = EntryKind::parse(&sum.kind).map_or_else(|| sum.kind.clone(), |kind| words::kind_text(t, kind));
        match &sum.method {
            Some(method) => t.with("money-kind-method", &[("kind", &kind), ("method", &words::method_text(t, method))]),
            None => kind,
        }
    };
    sums.sums.iter().map(|sum| (text(sum), sum.count, amount(sum.minor))).collect()
}

fn closed_day(t: Texts, amount: &dyn Fn(i64) -> String, closing: &Closing, href: String) -> ClosedDay {
    let (expected, counted) = (closing.cash.expected_minor, closing.cash.counted_minor);
    ClosedDay {
        href,
        day: t.date_medium(closing.day),
        payments: amount(closing.sums.of(EntryKind::Payment)),
        expected: amount(expected),
        counted: counted.map(amount).unwrap_or_default(),
        is_off: counted.is_some_and(|counted| counted != expected),
    }
}

/// Closes the day.
pub async fn close(app: AppData, desk: Desk, request: HttpRequest, body: Bytes) -> Answer {
    let (t, currency) = (desk.t, desk.catalog.clinic.currency);
    let mut form = desk.form(&app.0, &body)?;
    let place = place_of(&desk, &form)?.clone();
    let day = day_of(form.value("day")).ok_or(Problem::Nonsense)?;
    let counted_minor = match form.given("counted") {
        None => None,
        Some(text) => {
            let counted = Money::parse_typed(text, currency, t.decimal_sign()).map(|money| money.minor);
            if counted.is_none_or(|minor| AMOUNT_MAX_MINOR < minor) {
                form.fail("counted", words::wrong_amount(t, currency));
                return show(&app.0, &desk, &request, (StatusCode::UNPROCESSABLE_ENTITY, form)).await;
            }
            counted
        }
    };
    let closing = NewClosing {
        location: (place.id, place.zone),
        day,
        currency,
        counted_minor,
        note: form.value("note").to_owned(),
        by: desk.user.id,
    };
    match app.0.db.write(app.0.clock.now(), move |tx| money::close_day(tx, &closing)).await {
        Ok(()) => Ok(see_other(&format!("/staff/money/day?day={day}&location={}&done=closed", place.id))),
        Err(Bad::Refused(refused)) => {
            form.fail(
                "counted",
                match refused {
                    CloseRefused::Already => t.text("money-close-already"),
                    CloseRefused::NotYet => t.text("money-close-not-yet"),
                    CloseRefused::Amount => words::wrong_amount(t, currency),
                },
            );
            let status =
                if refused == CloseRefused::Already { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
            show(&app.0, &desk, &request, (status, form)).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// The ledger between two days as CSV.
pub async fn export(app: AppData, who: Manager, request: HttpRequest) -> Answer {
    let asked = Form::parse(request.query_string());
    let first = who.catalog.locations.first().map_or(chrono_tz::UTC, |place| place.zone);
    let today = time::local_day(app.0.clock.now(), first);
    let from = day_of(asked.value("from")).unwrap_or_else(|| today.with_day(1).unwrap_or(today));
    let to = day_of(asked.value("to")).unwrap_or(today).max(from);
    let span = (time::day_span(from, first).starts_at(), time::day_span(to, first).ends_at());
    let catalog = Arc::clone(&who.catalog);
    let file = app.0.db.read(move |conn| {
        let entries = money::ledger_between(conn, None, span, EXPORT_MAX)?;
        money::csv(&entries, |location| location.and_then(|id| catalog.location(id)).map_or(first, |place| place.zone))
    });
    let name = format!("ledger-{from}-{to}.csv");
    let disposition = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(name)],
    };
    Ok(HttpResponse::Ok().content_type("text/csv; charset=utf-8").insert_header(disposition).body(file.await?))
}
