//! Days on which a provider is away, or works other hours than usual.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::clashes::{self, ClashNotice};
use super::fields::{Reader, range};
use super::providers::{find, tabs};
use super::{Answer, Crumb, Tab, done, done_with_booked, known, known_row, not_done, telling, today};
use crate::catalog::{
    self, ExceptionDetails, ExceptionRefused, Guarded, Line, ProviderView, StoredException, StoredTimeOff,
    TimeOffDetails, TimeOffRefused, TimeOffStatus,
};
use crate::db::{Bad, Tx};
use crate::domain::ids::{self, ProviderId};
use crate::i18n::Texts;
use crate::web::auth::Manager;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page};
use crate::web::problem::Problem;

/// Time off in the list.
pub(super) struct TimeOffLine {
    pub(super) id: String,
    pub(super) days: String,
    pub(super) part: String,
    pub(super) reason: String,
    pub(super) answer: String,
    pub(super) badge: &'static str,
    pub(super) status: String,
    pub(super) is_requested: bool,
}

/// An exception in the list.
struct ExceptionLine {
    id: String,
    day: String,
    hours: String,
    location: String,
    note: String,
}

#[derive(Template)]
#[template(path = "catalog/days.html")]
struct DaysPage {
    page: Page,
    trail: Vec<Crumb>,
    tabs: Vec<Tab>,
    base: String,
    time_off: Vec<TimeOffLine>,
    exceptions: Vec<ExceptionLine>,
    off: Form,
    exception: Form,
    statuses: Vec<(String, String)>,
    locations: Vec<(String, String)>,
    warning: Option<ClashNotice>,
}

/// Time off and exceptions from today on.
pub async fn days_page(app: AppData, who: Manager, request: HttpRequest, path: Path<String>) -> Answer {
    let provider = find(&app, known(&path)?).await?;
    show(&app, &who, &request, StatusCode::OK, &provider, Form::new(), Form::new()).await
}

/// Writes time off down.
pub async fn add_time_off(app: AppData, who: Manager, request: HttpRequest, path: Path<String>, body: Bytes) -> Answer {
    let t = who.t;
    let provider = find(&app, known(&path)?).await?;
    let mut reader = Reader::new(who.form(&app.0, &body)?, t);
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let Some(details) = time_off(&mut reader, provider.id) else {
        return show(&app, &who, &request, status, &provider, reader.form, Form::new()).await;
    };
    let by = who.user.id;
    let (of, seen) = (Some(provider.id), clashes::seen(&reader.form));
    let write = move |tx: &mut Tx<'_>| catalog::guarded(tx, of, &seen, |tx| catalog::add_time_off(tx, by, &details));
    match app.0.db.write(app.0.clock.now(), write).await {
        Ok(booked) => Ok(done_with_booked(&place(provider.id), "added", booked)),
        Err(Bad::Refused(Guarded::Clashes(left))) => {
            let action = format!("{}/time-off", base(provider.id));
            let warning = ClashNotice::new(t, &who.catalog, &left, &reader.form, action);
            warned(&app, &who, &request, &provider, (reader.form, Form::new()), warning).await
        }
        Err(Bad::Refused(Guarded::Refused(TimeOffRefused::Gone))) => Err(Problem::NotFound),
        Err(Bad::Refused(Guarded::Refused(TimeOffRefused::DaysReversed))) => {
            reader.form.fail("last_day", t.text("catalog-wrong-days-order"));
            show(&app, &who, &request, status, &provider, reader.form, Form::new()).await
        }
        Err(Bad::Refused(Guarded::Refused(TimeOffRefused::HoursOfSeveralDays))) => {
            reader.form.fail("part_from", t.text("catalog-wrong-part-of-days"));
            show(&app, &who, &request, status, &provider, reader.form, Form::new()).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

pub(super) fn time_off(reader: &mut Reader, provider: ProviderId) -> Option<TimeOffDetails> {
    let first_day = reader.day("first_day");
    // One day away is the usual case: then the last day may stay empty.
    let last_day = reader.day_if_any("last_day").map(|last| last.or(first_day));
    let minutes = reader.part_of_day("part");
    let reason = reader.line("reason");
    let status = TimeOffStatus::parse(reader.form.value("status")).unwrap_or(TimeOffStatus::Approved);
    Some(TimeOffDetails {
        provider,
        first_day: first_day?,
        last_day: last_day??,
        minutes: minutes?,
        status,
        reason: reason?,
    })
}

/// Grants or declines time off.
pub async fn decide_time_off(
    app: AppData,
    who: Manager,
    request: HttpRequest,
    path: Path<(String, String)>,
    body: Bytes,
) -> Answer {
    let (provider, row) = path.into_inner();
    let (provider, row): (ProviderId, i64) = (known(&provider)?, known_row(&row)?);
    let form = who.form(&app.0, &body)?;
    let status = TimeOffStatus::parse(form.value("status")).ok_or(Problem::Nonsense)?;
    // An answer that cannot be shown is left out; the decision counts.
    let answer = Line::parse(form.value("answer")).unwrap_or_default();
    let (by, seen) = (who.user.id, clashes::seen(&form));
    let write = move |tx: &mut Tx<'_>| {
        let decide = |tx: &mut Tx<'_>| catalog::decide_time_off(tx, by, provider, row, (status, &answer));
        catalog::guarded(tx, Some(provider), &seen, decide)
    };
    match app.0.db.write(app.0.clock.now(), write).await {
        Ok(booked) => Ok(done_with_booked(&place(provider), "saved", booked)),
        Err(Bad::Refused(Guarded::Refused(refused))) => not_done(&place(provider), refused),
        Err(Bad::Refused(Guarded::Clashes(left))) => {
            let action = format!("{}/time-off/{}/decide", base(provider), ids::encode(row));
            let warning = ClashNotice::new(who.t, &who.catalog, &left, &form, action);
            let provider = find(&app, provider).await?;
            warned(&app, &who, &request, &provider, (Form::new(), Form::new()), warning).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// Takes time off back.
pub async fn remove_time_off(app: AppData, who: Manager, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (provider, row) = path.into_inner();
    let (provider, row): (ProviderId, i64) = (known(&provider)?, known_row(&row)?);
    who.form(&app.0, &body)?;
    let by = who.user.id;
    match app.0.db.write(app.0.clock.now(), move |tx| catalog::remove_time_off(tx, by, provider, row)).await {
        Ok(()) => Ok(done(&place(provider), "deleted")),
        Err(Bad::Refused(refused)) => not_done(&place(provider), refused),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// Gives a date other hours.
pub async fn add_exception(
    app: AppData,
    who: Manager,
    request: HttpRequest,
    path: Path<String>,
    body: Bytes,
) -> Answer {
    let provider = find(&app, known(&path)?).await?;
    let mut reader = Reader::new(who.form(&app.0, &body)?, who.t);
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let Some(details) = exception(&mut reader, &who, provider.id) else {
        return show(&app, &who, &request, status, &provider, Form::new(), reader.form).await;
    };
    let by = who.user.id;
    let (of, seen) = (Some(provider.id), clashes::seen(&reader.form));
    let write = move |tx: &mut Tx<'_>| catalog::guarded(tx, of, &seen, |tx| catalog::add_exception(tx, by, &details));
    match app.0.db.write(app.0.clock.now(), write).await {
        Ok(booked) => Ok(done_with_booked(&place(provider.id), "added", booked)),
        Err(Bad::Refused(Guarded::Clashes(left))) => {
            let action = format!("{}/exceptions", base(provider.id));
            let warning = ClashNotice::new(who.t, &who.catalog, &left, &reader.form, action);
            warned(&app, &who, &request, &provider, (Form::new(), reader.form), warning).await
        }
        Err(Bad::Refused(Guarded::Refused(ExceptionRefused::Gone))) => Err(Problem::NotFound),
        Err(Bad::Refused(Guarded::Refused(ExceptionRefused::Overlaps))) => {
            reader.form.fail("day", who.t.text("catalog-wrong-exception"));
            show(&app, &who, &request, status, &provider, Form::new(), reader.form).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

fn exception(reader: &mut Reader, who: &Manager, provider: ProviderId) -> Option<ExceptionDetails> {
    let location = who.catalog.location_named(reader.form.value("location")).map(|location| location.id);
    if location.is_none() {
        reader.form.fail("location", who.t.text("field-required"));
    }
    let day = reader.day("day");
    let minutes = reader.part_of_day("hours");
    let note = reader.line("note");
    Some(ExceptionDetails { provider, location: location?, day: day?, minutes: minutes?, note: note? })
}

/// Takes other hours back.
pub async fn remove_exception(app: AppData, who: Manager, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (provider, row) = path.into_inner();
    let (provider, row): (ProviderId, i64) = (known(&provider)?, known_row(&row)?);
    who.form(&app.0, &body)?;
    let by = who.user.id;
    match app.0.db.write(app.0.clock.now(), move |tx| catalog::remove_exception(tx, by, provider, row)).await {
        Ok(()) => Ok(done(&place(provider), "deleted")),
        Err(Bad::Refused(refused)) => not_done(&place(provider), refused),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

fn place(provider: ProviderId) -> String {
    format!("/staff/catalog/providers/{provider}/days")
}

fn status_text(t: Texts, status: TimeOffStatus) -> String {
    match status {
        TimeOffStatus::Requested => t.text("catalog-time-off-requested"),
        TimeOffStatus::Approved => t.text("catalog-time-off-approved"),
        TimeOffStatus::Declined => t.text("catalog-time-off-declined"),
    }
}

pub(super) fn time_off_line(t: Texts, stored: &StoredTimeOff) -> TimeOffLine {
    let details = &stored.details;
    let days = if details.first_day == details.last_day {
        t.date_medium(details.first_day)
    } else {
        format!("{} – {}", t.date_medium(details.first_day), t.date_medium(details.last_day))
    };
    TimeOffLine {
        id: ids::encode(stored.id),
        days,
        part: details.minutes.map(|minutes| range(t, minutes)).unwrap_or_default(),
        reason: details.reason.to_string(),
        answer: stored.answer.clone(),
        badge: match details.status {
            TimeOffStatus::Requested => "requested",
            TimeOffStatus::Approved => "completed",
            TimeOffStatus::Declined => "declined",
        },
        status: status_text(t, details.status),
        is_requested: details.status == TimeOffStatus::Requested,
    }
}

fn exception_line(who: &Manager, stored: &StoredException) -> ExceptionLine {
    let (t, details) = (who.t, &stored.details);
    let location = who.catalog.location(details.location);
    ExceptionLine {
        id: ids::encode(stored.id),
        day: t.date_medium(details.day),
        hours: details.minutes.map_or_else(|| t.text("catalog-exception-not-here"), |minutes| range(t, minutes)),
        location: location.map(|location| location.name.clone()).unwrap_or_default(),
        note: details.note.to_string(),
    }
}

async fn show(
    app: &AppData,
    who: &Manager,
    request: &HttpRequest,
    status: StatusCode,
    provider: &ProviderView,
    off: Form,
    exception: Form,
) -> Result<HttpResponse, Problem> {
    Ok(page::html(status, &days(app, who, request, provider, (off, exception)).await?))
}

/// The same with the bookings that the change would leave alone.
async fn warned(
    app: &AppData,
    who: &Manager,
    request: &HttpRequest,
    provider: &ProviderView,
    forms: (Form, Form),
    warning: ClashNotice,
) -> Result<HttpResponse, Problem> {
    let page = days(app, who, request, provider, forms).await?;
    Ok(page::html(StatusCode::UNPROCESSABLE_ENTITY, &DaysPage { warning: Some(warning), ..page }))
}

fn base(provider: ProviderId) -> String {
    format!("/staff/catalog/providers/{provider}")
}

async fn days(
    app: &AppData,
    who: &Manager,
    request: &HttpRequest,
    provider: &ProviderView,
    (off, exception): (Form, Form),
) -> Result<DaysPage, Problem> {
    let (t, id) = (who.t, provider.id);
    let today = today(&app.0, &who.catalog);
    let (time_off, exceptions) = app
        .0
        .db
        .read(move |conn| Ok((catalog::time_off_of(conn, id, today)?, catalog::exceptions_of(conn, id, today)?)))
        .await?;
    let page = who.page(request, Nav::Catalog, provider.details.name.to_string());
    let option = |status: TimeOffStatus| (status.word().to_owned(), status_text(t, status));
    let location = |location: &catalog::Location| (location.id.to_string(), location.name.clone());
    Ok(DaysPage {
        page: telling(page, request.query_string()),
        trail: vec![Crumb::providers(t)],
        tabs: tabs(t, id, 2),
        base: base(id),
        time_off: time_off.iter().map(|stored| time_off_line(t, stored)).collect(),
        exceptions: exceptions.iter().map(|stored| exception_line(who, stored)).collect(),
        off,
        exception,
        statuses: [TimeOffStatus::Approved, TimeOffStatus::Requested].into_iter().map(option).collect(),
        locations: who.catalog.locations.iter().map(location).collect(),
        warning: None,
    })
}
