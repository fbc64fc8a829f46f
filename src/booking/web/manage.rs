//! `/m/{token}`: the page behind a booking's link. Seeing it changes nothing; cancelling is a POST.

use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::steps::ChosenPart;
use super::visit::{self, Stop, Visit, see_other};
use super::{moving, steps};
use crate::app::App;
use crate::booking::cancel::{self, Cancellation, ChangeRefused};
use crate::booking::store::facts::{self, BookingFacts};
use crate::catalog::AskedOf;
use crate::db::Bad;
use crate::domain::booking::{Actor, BookingStatus};
use crate::domain::ids::BookingId;
use crate::domain::policy::{self, CancelRefused, MoveRefused};
use crate::domain::time;
use crate::i18n::{Language, Texts};
use crate::keys::{Keys, Purpose};
use crate::messaging;
use crate::messaging::calendar_file::{self, CalendarEntry, EntryStatus, Method};
use crate::recurrence;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Page, Tone};
use crate::web::problem::Problem;

#[derive(Template)]
#[template(path = "booking/manage.html")]
struct ManagePage {
    page: Page,
    mark: &'static str,
    mark_class: &'static str,
    status: &'static str,
    status_text: String,
    sentences: Vec<String>,
    service: String,
    parts: Vec<ChosenPart>,
    when: String,
    hours: String,
    zone: String,
    zone_name: &'static str,
    instant: String,
    provider: String,
    place: String,
    address: String,
    directions: String,
    party: String,
    price: String,
    reference: String,
    is_live: bool,
    is_over: bool,
    can_cancel: bool,
    can_move: bool,
    moving: String,
    move_rule: String,
    policy: Vec<String>,
    calendar: String,
    cancel: String,
    /// Why, to pick from; the code and the words.
    reasons: Vec<(String, String)>,
    /// Whom to call when the page cannot do it.
    call: Option<String>,
    again: String,
    /// The page of the series it is one date of.
    series: String,
    form: Form,
}

/// `GET /m/{token}`
pub async fn manage(app: AppData, request: HttpRequest, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    visit::answer(show(&app, &request, &path).await)
}

async fn show(app: &Arc<App>, request: &HttpRequest, token: &str) -> Result<HttpResponse, Stop> {
    let (visit, facts) = open(app, request, token).await?;
    let series = series_href(app, &visit, facts.id).await?;
    let page = ManagePage { series, ..manage_page(&visit, &facts, token) };
    let page = if visit.query.has("changed") {
        ManagePage { page: page.page.saying(Tone::Warning, visit.t.text("manage-changed")), ..page }
    } else if visit.query.has("moved") && facts.status.is_live() {
        let is_mailed = facts.client_email.is_some();
        let text = if is_mailed { visit.t.text("move-done") } else { visit.t.text("move-done-unmailed") };
        ManagePage { page: page.page.saying(Tone::Success, text), ..page }
    } else {
        page
    };
    Ok(private(page::html(StatusCode::OK, &page)))
}

/// The page of the series a booking is one date of; empty when it is of none.
async fn series_href(app: &Arc<App>, visit: &Visit, booking: BookingId) -> Result<String, Stop> {
    let found = app.db.read(move |conn| match recurrence::slot_of_booking(conn, booking)? {
        Some((series, _)) => recurrence::series(conn, series),
        None => Ok(None),
    });
    let lang = visit.chosen_language().map_or(String::new(), |lang| format!("?lang={lang}"));
    let token = |series: recurrence::Series| app.keys.capability(Purpose::Series, series.id, series.link_generation);
    Ok(found.await?.map(|series| format!("/s/{}{lang}", token(series))).unwrap_or_default())
}

/// The link is a key: no cache keeps what it opens.
pub(super) fn private(mut response: HttpResponse) -> HttpResponse {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("private, no-store"));
    response
}

/// The booking a token opens, in the client's language; or the page that says it opens nothing.
pub(super) async fn open(app: &Arc<App>, request: &HttpRequest, token: &str) -> Result<(Visit, BookingFacts), Stop> {
    let mut visit = Visit::begin(app, request).await?;
    let found = match Keys::booking_of(token) {
        Some(id) => app.db.read(move |conn| facts::booking(conn, id)).await?,
        None => None,
    };
    let opened = found.filter(|facts| app.keys.opens(token, Purpose::Manage, facts.id, facts.link_generation));
    let Some(facts) = opened else {
        let page = visit.page(visit.t.text("manage-unknown-title"));
        let text = visit.t.text("manage-unknown-text");
        return Err(Stop::Answer(private(page::error_page(StatusCode::NOT_FOUND, page, &text, None))));
    };
    visit.t = page::texts_for(request, Language::parse(&facts.language), visit.brand.language);
    Ok((visit, facts.as_first()))
}

/// How a booking stands for its client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    Requested,
    Coming,
    Begun,
    Past,
    Missed,
    Cancelled,
    Declined,
    Expired,
}

fn stands(visit: &Visit, facts: &BookingFacts) -> Stands {
    match facts.status {
        BookingStatus::Requested if visit.now < facts.starts_at => Stands::Requested,
        BookingStatus::Requested | BookingStatus::Expired => Stands::Expired,
        BookingStatus::Booked if visit.now < facts.starts_at => Stands::Coming,
        BookingStatus::Booked | BookingStatus::Arrived | BookingStatus::InProgress
            if visit.now < facts.visit_ends_at() =>
        {
            Stands::Begun
        }
        BookingStatus::Booked | BookingStatus::Arrived | BookingStatus::InProgress | BookingStatus::Completed => {
            Stands::Past
        }
        BookingStatus::NoShow => Stands::Missed,
        BookingStatus::Cancelled => Stands::Cancelled,
        BookingStatus::Declined => Stands::Declined,
    }
}

/// The word for a status, for badges.
pub(crate) fn status_text(t: Texts, status: BookingStatus) -> String {
    match status {
        BookingStatus::Requested => t.text("status-requested"),
        BookingStatus::Booked => t.text("status-booked"),
        BookingStatus::Arrived => t.text("status-arrived"),
        BookingStatus::InProgress => t.text("status-in-progress"),
        BookingStatus::Completed => t.text("status-completed"),
        BookingStatus::NoShow => t.text("status-no-show"),
        BookingStatus::Cancelled => t.text("status-cancelled"),
        BookingStatus::Declined => t.text("status-declined"),
        BookingStatus::Expired => t.text("status-expired"),
    }
}

fn manage_page(visit: &Visit, facts: &BookingFacts, token: &str) -> ManagePage {
    let t = visit.t;
    let stands = stands(visit, facts);
    let local = time::local(facts.starts_at, facts.zone);
    let local_end = time::local(facts.visit_ends_at(), facts.zone);
    let place = visit.catalog.location(facts.location);
    let is_live = matches!(stands, Stands::Requested | Stands::Coming);
    let may = policy::may_cancel(visit.now, facts.starts_at, facts.cancel_notice_minutes, facts.status, Actor::Client);
    let may_move = policy::may_move(visit.now, &facts.movable(), Actor::Client);
    let (mark, mark_class) = mark(stands, visit.query.has("new"));
    let service = visit.catalog.service(facts.service).filter(|service| service.online);
    let lang = visit.chosen_language().map_or(String::new(), |lang| format!("?lang={lang}"));
    let again = if is_live { None } else { service.map(|service| book_again(visit, facts, &service.slug)) };
    ManagePage {
        page: visit.page(title(visit, facts, stands)),
        mark,
        mark_class,
        status: facts.status.as_str(),
        status_text: status_text(t, facts.status),
        sentences: sentences(visit, facts, stands),
        service: facts.visit_name(),
        parts: parts(t, facts),
        when: t.date_long(local.date()),
        hours: t.time_range(local.time(), local_end.time()),
        zone: t.zone(facts.zone),
        zone_name: facts.zone.name(),
        instant: super::times::instant_text(facts.starts_at),
        provider: facts.provider_name.clone(),
        place: facts.location_name.clone(),
        address: place.map(crate::catalog::Location::address).unwrap_or_default(),
        directions: place.map(|place| place.directions.clone()).unwrap_or_default(),
        party: if facts.party > 1 { t.with("book-people", &[("count", &facts.party)]) } else { String::new() },
        price: steps::money(t, facts.visit_price()),
        reference: facts.reference.clone(),
        is_live,
        is_over: !is_live && stands != Stands::Begun,
        can_cancel: may.is_ok(),
        can_move: service.is_some() && may_move.is_ok(),
        moving: format!("/m/{token}/move{lang}"),
        move_rule: match may_move {
            Ok(()) if service.is_some() => moving::rule(visit, facts),
            Ok(()) => moving::refusal(t, facts, MoveRefused::NotAllowed),
            Err(refused) => moving::refusal(t, facts, refused),
        },
        policy: policy_sentences(visit, facts, may.err()),
        calendar: format!("/m/{token}/appointment.ics"),
        reasons: reasons(visit),
        call: whom_to_call(visit, facts),
        cancel: format!("/m/{token}/cancel{lang}"),
        again: again.unwrap_or_default(),
        series: String::new(),
        form: Form::new(),
    }
}

/// Why it is cancelled, to pick from. The first says nothing.
fn reasons(visit: &Visit) -> Vec<(String, String)> {
    let t = visit.t;
    let asked: Vec<(String, String)> =
        visit.catalog.reasons_asked_of(AskedOf::Client).map(|reason| (reason.code.clone(), reason.said(t))).collect();
    if asked.is_empty() {
        return asked;
    }
    std::iter::once((String::new(), t.text("cancelling-choose"))).chain(asked).collect()
}

/// The phone of the place, else the clinic's.
fn whom_to_call(visit: &Visit, facts: &BookingFacts) -> Option<String> {
    let place = visit.catalog.location(facts.location).and_then(|place| place.phone.clone());
    place.or_else(|| visit.brand.phone.clone())
}

/// The services of a visit: what, when, with whom.
fn parts(t: Texts, facts: &BookingFacts) -> Vec<ChosenPart> {
    let part = |part: &BookingFacts| {
        let local = |instant| time::local(instant, part.zone).time();
        let hours = t.time_range(local(part.starts_at), local(part.ends_at));
        ChosenPart { service: part.service_name.clone(), detail: format!("{hours} · {}", part.provider_name) }
    };
    facts.parts.iter().map(part).collect()
}

/// The page on which the same is booked again: the whole visit, where its services are still offered.
fn book_again(visit: &Visit, facts: &BookingFacts, first: &str) -> String {
    let also = facts.parts.iter().skip(1).filter_map(|part| visit.catalog.service(part.service));
    let also: Vec<&str> = also.filter(|service| service.online).map(|service| service.slug.as_str()).collect();
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if !also.is_empty() {
        query.append_pair("also", &also.join(","));
    }
    if let Some(lang) = visit.chosen_language() {
        query.append_pair("lang", lang.tag());
    }
    let query = query.finish();
    if query.is_empty() { format!("/book/{first}") } else { format!("/book/{first}?{query}") }
}

const fn mark(stands: Stands, is_new: bool) -> (&'static str, &'static str) {
    match (stands, is_new) {
        (Stands::Coming, true) => ("check", ""),
        (Stands::Requested, _) => ("inbox", "waits"),
        _ => ("", ""),
    }
}

fn title(visit: &Visit, facts: &BookingFacts, stands: Stands) -> String {
    let t = visit.t;
    match stands {
        Stands::Requested => t.text("manage-title-requested"),
        Stands::Coming if visit.query.has("new") => t.text("manage-title-done"),
        Stands::Coming | Stands::Begun => t.text("manage-title"),
        Stands::Past | Stands::Missed => {
            let day = time::local_day(facts.starts_at, facts.zone);
            t.with("manage-title-past", &[("date", &t.date_medium(day))])
        }
        Stands::Cancelled => t.text("manage-title-cancelled"),
        Stands::Declined => t.text("manage-title-declined"),
        Stands::Expired => t.text("manage-title-expired"),
    }
}

fn sentences(visit: &Visit, facts: &BookingFacts, stands: Stands) -> Vec<String> {
    let t = visit.t;
    let hello = t.with("manage-hello", &[("name", &facts.client_first_name)]);
    match (stands, &facts.client_email) {
        (Stands::Requested, Some(email)) => {
            vec![hello, t.text("manage-waits"), t.with("manage-request-mailed", &[("email", &masked(email))])]
        }
        (Stands::Requested, None) => vec![hello, t.text("manage-waits"), t.text("manage-not-mailed")],
        (Stands::Coming, Some(email)) if visit.query.has("new") => {
            vec![hello, t.with("manage-mailed", &[("email", &masked(email))])]
        }
        (Stands::Coming, None) if visit.query.has("new") => vec![hello, t.text("manage-not-mailed")],
        (Stands::Coming, _) => Vec::new(),
        (Stands::Begun, _) => vec![t.text("manage-begun-text")],
        (Stands::Past, _) => vec![t.text("manage-past-text")],
        (Stands::Missed, _) => vec![t.text("manage-missed-text")],
        (Stands::Cancelled, _) if facts.ended_by.as_deref() == Some("client") => vec![t.text("manage-cancelled-free")],
        (Stands::Cancelled, _) => vec![t.text("manage-cancelled-by-clinic")],
        (Stands::Declined, _) => vec![t.text("manage-declined-text")],
        (Stands::Expired, _) => vec![t.text("manage-expired-text")],
    }
}

/// Links are forwarded: the page shows enough of the address to recognise one's own.
fn masked(email: &str) -> String {
    let (local, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    let first: String = local.chars().take(1).collect();
    format!("{first}…@{domain}")
}

fn policy_sentences(visit: &Visit, facts: &BookingFacts, refused: Option<CancelRefused>) -> Vec<String> {
    let t = visit.t;
    let deadline = policy::cancel_deadline(facts.starts_at, facts.cancel_notice_minutes);
    let until = t.moment(deadline, facts.zone);
    let rule = match refused {
        Some(_) => t.with("manage-too-late", &[("deadline", &until)]),
        None if deadline <= visit.now || facts.cancel_notice_minutes == 0 => t.text("manage-until-start"),
        None => {
            let notice = t.notice(i64::from(facts.cancel_notice_minutes));
            t.with("manage-until", &[("deadline", &until), ("notice", &notice)])
        }
    };
    let policy = Some(facts.cancel_policy.clone()).filter(|text| !text.is_empty());
    std::iter::once(rule).chain(policy).collect()
}

/// `POST /m/{token}/cancel`
pub async fn cancel(
    app: AppData,
    request: HttpRequest,
    path: web::Path<String>,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    visit::answer(cancel_booking(&app, &request, &path, &body).await)
}

async fn cancel_booking(app: &Arc<App>, request: &HttpRequest, token: &str, body: &[u8]) -> Result<HttpResponse, Stop> {
    let form = Form::parse(&String::from_utf8_lossy(body));
    let (visit, facts) = open(app, request, token).await?;
    let cancellation = Cancellation {
        booking: facts.id,
        actor: Actor::Client,
        reason_code: form.given("reason_code").map(str::to_owned),
        reason: form.given("reason").map(str::to_owned),
        expected_version: None,
    };
    let shop = Arc::clone(app);
    let outcome = app.db.write(visit.now, move |tx| cancel::cancel(tx, &shop.shop, &cancellation)).await;
    let lang = visit.chosen_language().map_or(String::new(), |lang| format!("&lang={lang}"));
    match outcome {
        Ok(()) => {
            app.bell.notify_one();
            Ok(see_other(format!("/m/{token}?cancelled=1{lang}")))
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
        Err(Bad::Refused(ChangeRefused::Policy(CancelRefused::TooLate { .. }))) => {
            let page = manage_page(&visit, &facts, token);
            let sentence = page.policy.first().cloned().unwrap_or_default();
            let page = ManagePage { page: page.page.saying(Tone::Error, sentence), ..page };
            Ok(private(page::html(StatusCode::UNPROCESSABLE_ENTITY, &page)))
        }
        Err(Bad::Refused(ChangeRefused::UnknownReason)) => {
            let mut form = form;
            form.fail("reason_code", visit.t.text("cancelling-reason-unknown"));
            let page = ManagePage { form, ..manage_page(&visit, &facts, token) };
            Ok(private(page::html(StatusCode::UNPROCESSABLE_ENTITY, &page)))
        }
        // Pressed twice: it is cancelled, and the page says so.
        Err(Bad::Refused(_)) if facts.status == BookingStatus::Cancelled => {
            Ok(see_other(format!("/m/{token}?cancelled=1{lang}")))
        }
        Err(Bad::Refused(_)) => Ok(see_other(format!("/m/{token}?changed=1{lang}"))),
    }
}

/// `GET /m/{token}/appointment.ics`
pub async fn calendar(app: AppData, request: HttpRequest, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    visit::answer(calendar_of(&app, &request, &path).await)
}

async fn calendar_of(app: &Arc<App>, request: &HttpRequest, token: &str) -> Result<HttpResponse, Stop> {
    let (visit, facts) = open(app, request, token).await?;
    let place = visit.catalog.location(facts.location);
    let address = place.map(crate::catalog::Location::address).unwrap_or_default();
    let link = app.link(&format!("/m/{token}"));
    let id = facts.id;
    let of_series = app.db.read(move |conn| messaging::one_of(conn, id)).await?;
    let entry = CalendarEntry {
        uid: calendar_file::uid(facts.id, &facts.reference),
        sequence: facts.schedule_version,
        starts_at: facts.starts_at,
        ends_at: facts.visit_ends_at(),
        written_at: visit.now,
        organizer: None,
        attendee: None,
        status: match facts.status {
            BookingStatus::Requested => EntryStatus::Tentative,
            status if status.gave_seat_back() => EntryStatus::Cancelled,
            _ => EntryStatus::Confirmed,
        },
        // No treatment: the entry shows on locked screens and in shared calendars, like the one the mail brings.
        summary: visit.t.with("mail-entry-summary", &[("clinic", &visit.brand.name)]),
        description: format!(
            "{}\n{} {}\n{link}",
            facts.visit_providers(),
            visit.t.text("manage-reference"),
            facts.reference
        ),
        location: format!("{}, {address}", facts.location_name),
        url: Some(link),
    };
    // A date of a series is a part of the one entry that the mail brought, not another one.
    let file = match of_series {
        Some(one) => messaging::write_one(Method::Publish, &entry, &one),
        None => calendar_file::write(Method::Publish, &entry),
    };
    let response = HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/calendar; charset=utf-8; method=PUBLISH"))
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"appointment.ics\""))
        .body(file);
    Ok(private(response))
}
