//! `/book/{service}/details`: who is coming, and the booking itself.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use sha2::{Digest, Sha256};

use super::free::Wanted;
use super::steps::{self, At, Chosen, KeptPart, Step};
use super::times::{as_of_one, instant_of, instant_text, refusal_sentence, visit_wish, wish};
use super::visit::{self, Picked, Stop, Visit, hold_named, see_other};
use crate::app::App;
use crate::booking::book::{self, BookRefused, BookingRequest, OnceKey, Who};
use crate::booking::store;
use crate::booking::visits::{self, VisitRefused, VisitRequest};
use crate::booking::{self, Ticks};
use crate::catalog::Service;
use crate::clients::{self, ClientDetails, ConsentPurpose};
use crate::db::{Bad, Fault};
use crate::domain::ids::BookingId;
use crate::domain::policy;
use crate::domain::recognise::{EmailAddress, PersonName, PhoneNumber, WrongContact};
use crate::domain::time;
use crate::failpoint::{self, Point};
use crate::i18n::Texts;
use crate::keys::Purpose;
use crate::messaging::discipline;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::metrics::Door;
use crate::web::page::{self, Page, Tone};
use crate::web::problem::Problem;

/// A form that was open for longer is shown once more.
pub(crate) const FORM_LIFETIME: Duration = Duration::hours(24);
/// Times offered in place of one that is gone.
const ALTERNATIVES_MAX: usize = 12;
/// Days those may be spread over.
const ALTERNATIVE_DAYS_MAX: usize = 3;
const NOTE_CHARACTERS_MAX: usize = 1_000;
const FORM_KEY_CHARACTERS_MAX: usize = 64;

struct Alternative {
    value: String,
    text: String,
    checked: bool,
}

/// A box that may be ticked, in the words that are kept.
struct ConsentBox {
    name: &'static str,
    wording: String,
    is_ticked: bool,
}

struct AlternativeDay {
    title: String,
    times: Vec<Alternative>,
}

#[derive(Template)]
#[template(path = "booking/details.html")]
struct DetailsPage {
    page: Page,
    steps: Vec<Step>,
    chosen: Chosen,
    form: Form,
    action: String,
    hidden: Vec<(&'static str, String)>,
    gone: String,
    alternatives: Vec<AlternativeDay>,
    back: String,
    repeat: String,
    hold_seconds: i64,
    hold_minutes: String,
    policy: String,
    submit: String,
    consents: Vec<ConsentBox>,
}

/// `GET /book/{service}/details`
pub async fn details(app: AppData, request: HttpRequest, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    visit::answer(show(&app, &request, &path).await)
}

async fn show(app: &Arc<App>, request: &HttpRequest, name: &str) -> Result<HttpResponse, Stop> {
    let visit = Visit::begin(app, request).await?;
    let service = visit.service(name)?;
    let picked = Picked::read(&visit.catalog, service, &visit.query);
    let start = visit.query.given("start").and_then(instant_of);
    let (Some(start), Some(_)) = (start, picked.location) else {
        return Ok(see_other(picked.href("", &[])));
    };
    let hold = visit.query.value("hold").to_owned();
    let fresh = Form::new().filled("hold", hold).filled("key", form_key(app, &visit, start));
    Ok(page::html(StatusCode::OK, &details_page(app, &visit, &picked, fresh, Asked::at(start)).await?))
}

/// Names this showing of the form, so that sending it twice books once.
fn form_key(app: &Arc<App>, visit: &Visit, start: DateTime<Utc>) -> String {
    let peer = visit.request.peer_addr().map(|address| address.to_string()).unwrap_or_default();
    app.keys.hashed(
        "form",
        &format!("{}|{}|{peer}|{}", instant_text(start), visit.now.timestamp_micros(), crate::chance::number()),
    )
}

/// What the page is about.
struct Asked {
    start: Option<DateTime<Utc>>,
    /// Why the time that was asked for is not to be had.
    gone: Option<(String, DateTime<Utc>)>,
    /// What is to be said above the form.
    notice: Option<String>,
}

impl Asked {
    const fn at(start: DateTime<Utc>) -> Self {
        Self { start: Some(start), gone: None, notice: None }
    }
}

async fn details_page(
    app: &Arc<App>,
    visit: &Visit,
    picked: &Picked<'_>,
    form: Form,
    asked: Asked,
) -> Result<DetailsPage, Stop> {
    let t = visit.t;
    let kept = kept(app, visit, &form).await?;
    let start = asked.start.filter(|_| asked.gone.is_none());
    let chosen = match (start, &kept) {
        (Some(start), Some(kept)) if !picked.also.is_empty() && kept.parts.len() == picked.also.len() + 1 => {
            steps::timed(visit, picked, steps::chosen_visit(visit, picked, &kept.parts), start)
        }
        (Some(start), kept) => {
            let provider = kept.as_ref().and_then(|kept| kept.parts.first()).map(|part| part.provider);
            steps::chosen_at(visit, picked, provider, start)
        }
        (None, _) => steps::chosen(visit, picked, None),
    };
    let alternatives = match &asked.gone {
        Some((_, at)) => alternatives(app, visit, picked, *at).await?,
        None => Vec::new(),
    };
    let page = visit.page(format!("{} · {}", t.text("book-details-title"), picked.service.name));
    let page = match &asked.notice {
        Some(sentence) => page.saying(Tone::Warning, sentence.clone()),
        None => page,
    };
    let consents = consent_boxes(app, visit, &form).await?;
    let seconds = kept.map_or(0, |kept| (kept.expires_at - visit.now).num_seconds().max(0));
    let day = asked.start.or(asked.gone.as_ref().map(|(_, at)| *at)).zip(picked.location);
    let day = day.map(|(at, place)| time::local_day(at, place.zone).to_string());
    let mut more: Vec<(&str, &str)> = day.iter().map(|day| ("date", day.as_str())).collect();
    if let Some(hold) = form.given("hold") {
        more.push(("hold", hold));
    }
    Ok(DetailsPage {
        steps: steps::steps(visit, At::Details, Some(picked)),
        chosen,
        action: format!("/book/{}", picked.service.slug),
        hidden: hidden(app, visit, picked, &form, &asked),
        back: picked.href("", &more),
        repeat: repeat_href(picked, &form, &asked),
        gone: asked.gone.map(|(sentence, _)| sentence).unwrap_or_default(),
        alternatives,
        hold_seconds: seconds,
        hold_minutes: t.duration(seconds / 60 + 1),
        policy: asked.start.map(|start| policy_text(visit, picked, start)).unwrap_or_default(),
        submit: t.text(if picked.parts().iter().any(|part| part.service.needs_approval) {
            "book-submit-request"
        } else {
            "book-submit"
        }),
        consents,
        page,
        form,
    })
}

/// What the clinic would like to write about, each with a box that nobody ticked but the visitor.
async fn consent_boxes(app: &Arc<App>, visit: &Visit, form: &Form) -> Result<Vec<ConsentBox>, Fault> {
    let used = app.db.read(discipline::purposes_in_use).await?;
    let shown = |purpose: ConsentPurpose| ConsentBox {
        name: purpose.as_str(),
        wording: clients::wording(visit.t, purpose, &visit.catalog.clinic.name),
        is_ticked: form.is("consent", purpose.as_str()),
    };
    Ok(used.into_iter().map(shown).collect())
}

/// Where the chosen time is repeated, if clients may.
fn repeat_href(picked: &Picked<'_>, form: &Form, asked: &Asked) -> String {
    let is_offered = picked.service.client_series && !picked.service.needs_approval && picked.parts().len() < 2;
    let start = asked.start.filter(|_| is_offered && asked.gone.is_none());
    start.map_or_else(String::new, |start| {
        let start = instant_text(start);
        picked.href("/repeat", &[("start", &start), ("hold", form.value("hold"))])
    })
}

fn hidden(
    app: &Arc<App>,
    visit: &Visit,
    picked: &Picked<'_>,
    form: &Form,
    asked: &Asked,
) -> Vec<(&'static str, String)> {
    let mut hidden = picked.pairs();
    hidden.push(("token", app.keys.form_token("book", visit.now)));
    hidden.push(("key", form.value("key").to_owned()));
    if let Some(hold) = form.given("hold") {
        hidden.push(("hold", hold.to_owned()));
    }
    match (&asked.gone, asked.start) {
        (Some((_, at)), _) => hidden.push(("wanted", instant_text(*at))),
        (None, Some(start)) => hidden.push(("start", instant_text(start))),
        (None, None) => {}
    }
    hidden
}

struct Kept {
    parts: Vec<KeptPart>,
    expires_at: DateTime<Utc>,
}

/// The visitor's hold, while it lasts.
async fn kept(app: &Arc<App>, visit: &Visit, form: &Form) -> Result<Option<Kept>, Fault> {
    let Some(id) = form.given("hold").and_then(|text| hold_named(app, text)) else {
        return Ok(None);
    };
    let now = visit.now;
    app.db
        .read(move |conn| {
            let Some(hold) = store::hold(conn, id)?.filter(|hold| !hold.ended && now < hold.expires_at) else {
                return Ok(None);
            };
            let part = |block: store::Block| KeptPart {
                provider: block.provider,
                starts_at: block.starts_at,
                ends_at: block.ends_at,
            };
            let parts = store::kept_by(conn, id)?.into_iter().map(part).collect();
            Ok(Some(Kept { parts, expires_at: hold.expires_at }))
        })
        .await
}

fn policy_text(visit: &Visit, picked: &Picked<'_>, start: DateTime<Utc>) -> String {
    let Some(place) = picked.location else {
        return String::new();
    };
    let services: Vec<&Service> = picked.parts().iter().map(|part| part.service).collect();
    let rules = visits::policy_of(&visit.catalog, &services, place);
    let deadline = policy::cancel_deadline(start, rules.cancel_notice_minutes);
    let rule = if visit.now < deadline {
        visit.t.with("book-policy", &[("deadline", &visit.t.moment(deadline, place.zone))])
    } else {
        visit.t.text("book-policy-none")
    };
    format!("{rule} {}", rules.text)
}

/// Times near the one that is gone: that day and the next free ones.
async fn alternatives(
    app: &Arc<App>,
    visit: &Visit,
    picked: &Picked<'_>,
    at: DateTime<Utc>,
) -> Result<Vec<AlternativeDay>, Fault> {
    let Some(place) = picked.location else {
        return Ok(Vec::new());
    };
    let from = time::local_day(at.max(visit.now), place.zone);
    let (shop, now) = (Arc::clone(app), visit.now);
    let wanted = Wanted::of(picked, Some(place.id), None);
    let days = app.db.read(move |conn| wanted.next(conn, &shop, now, from, ALTERNATIVES_MAX)).await?;
    let mut shown = Vec::new();
    let mut room = ALTERNATIVES_MAX;
    for day in days.iter().take(ALTERNATIVE_DAYS_MAX) {
        let mut starts: Vec<DateTime<Utc>> = day.slots().map(|(slot, _)| slot.starts_at).collect();
        starts.sort_by_key(|start| (*start - at).num_seconds().abs());
        starts.truncate(room);
        starts.sort_unstable();
        room -= starts.len();
        if !starts.is_empty() {
            shown.push(alternative_day(visit.t, day.day, starts, place.zone));
        }
    }
    Ok(shown)
}

fn alternative_day(t: Texts, day: NaiveDate, starts: Vec<DateTime<Utc>>, zone: chrono_tz::Tz) -> AlternativeDay {
    let time = |start: DateTime<Utc>| Alternative {
        value: instant_text(start),
        text: t.time(time::local(start, zone).time()),
        checked: false,
    };
    AlternativeDay { title: t.date_long(day), times: starts.into_iter().map(time).collect() }
}

/// `POST /book/{service}`: books, or shows the form again with everything that was typed.
pub async fn book(
    app: AppData,
    request: HttpRequest,
    path: web::Path<String>,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    visit::answer(book_time(&app, &request, &path, &body).await)
}

async fn book_time(app: &Arc<App>, request: &HttpRequest, name: &str, body: &[u8]) -> Result<HttpResponse, Stop> {
    let mut form = Form::parse(&String::from_utf8_lossy(body));
    let mut visit = Visit::begin(app, request).await?;
    // The address of a POST carries no query; the language goes with the form.
    if let Some(language) = crate::i18n::Language::parse(form.value("lang")) {
        visit.t = Texts::new(language);
    }
    let visit = visit;
    let service = visit.service(name)?;
    let picked = Picked::read(&visit.catalog, service, &form);
    if picked.location.is_none() {
        return Ok(see_other(picked.href("", &[("why", "choice")])));
    }
    let (start, wanted) = (form.given("start").and_then(instant_of), form.given("wanted").and_then(instant_of));
    let again = |status, form, asked| answer_again(app, &visit, &picked, status, form, asked);
    let key = form.value("key");
    let token_is_good = app.keys.is_form_token(form.value("token"), "book", visit.now, FORM_LIFETIME);
    let Some(start) = start else {
        // Nothing chosen among the times that were offered instead.
        let Some(wanted) = wanted else { return Ok(see_other(picked.href("", &[]))) };
        form.fail("start", visit.t.text("book-time-missing"));
        let sentence = refusal_sentence(&visit, &picked, &BookRefused::SlotTaken, wanted);
        return again(
            StatusCode::UNPROCESSABLE_ENTITY,
            form,
            Asked { start: None, gone: Some((sentence, wanted)), notice: None },
        )
        .await;
    };
    if !token_is_good || key.is_empty() || FORM_KEY_CHARACTERS_MAX < key.len() {
        let notice = Some(visit.t.text("book-form-old"));
        let form = form.filled("key", form_key(app, &visit, start));
        return again(StatusCode::UNPROCESSABLE_ENTITY, form, Asked { start: Some(start), gone: None, notice }).await;
    }
    let Some(request) = booking_request(app, &visit, &picked, &mut form, start) else {
        return again(StatusCode::UNPROCESSABLE_ENTITY, form, Asked::at(start)).await;
    };
    let ticks = ticks(&visit, &form, &request);
    match write(app, &visit, &picked, request, ticks).await {
        Ok((booking, generation)) => {
            let token = app.keys.capability(Purpose::Manage, booking, generation);
            let lang = picked.lang.map_or(String::new(), |lang| format!("&lang={}", lang.tag()));
            Ok(see_other(format!("/m/{token}?new=1{lang}")))
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
        Err(Bad::Refused(BookRefused::KeyReused)) => {
            let page = visit.page(visit.t.text("manage-title-done"));
            let text = visit.t.text("book-form-sent");
            Ok(page::error_page(StatusCode::CONFLICT, page, &text, None))
        }
        Err(Bad::Refused(refusal)) => {
            let sentence = refusal_sentence(&visit, &picked, &refusal, start);
            again(status_of(&refusal), form, Asked { start: None, gone: Some((sentence, start)), notice: None }).await
        }
    }
}

async fn answer_again(
    app: &Arc<App>,
    visit: &Visit,
    picked: &Picked<'_>,
    status: StatusCode,
    form: Form,
    asked: Asked,
) -> Result<HttpResponse, Stop> {
    Ok(page::html(status, &details_page(app, visit, picked, form, asked).await?))
}

const fn status_of(refusal: &BookRefused) -> StatusCode {
    match refusal {
        BookRefused::SlotTaken | BookRefused::KeyReused => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

async fn write(
    app: &Arc<App>,
    visit: &Visit,
    picked: &Picked<'_>,
    request: BookingRequest,
    ticks: Ticks,
) -> Result<(BookingId, i32), Bad<BookRefused>> {
    let shop = Arc::clone(app);
    let booked = if picked.also.is_empty() {
        let written = app.db.write(visit.now, move |tx| {
            let booked = book::book(tx, &shop.shop, &request)?;
            booking::ask_consents(tx, &shop.keys, booked, &ticks)?;
            Ok::<_, Bad<BookRefused>>(booked)
        });
        written.await?
    } else {
        let wish = visit_wish(picked, request.wish.starts_at);
        let request = VisitRequest::of(wish, request);
        let written = app.db.write(visit.now, move |tx| {
            let booked = visits::book(tx, &shop.shop, &request)?;
            booking::ask_consents(tx, &shop.keys, booked, &ticks)?;
            Ok::<_, Bad<VisitRefused>>(booked)
        });
        let booked = written.await;
        booked.map_err(|bad| bad.map(as_of_one))?
    };
    failpoint::reach(Point::BookAfterCommit);
    if booked.fresh {
        app.metrics.booked(Door::Page);
    }
    app.bell.notify_one();
    let facts = app.db.read(move |conn| store::facts::booking(conn, booked.booking)).await.map_err(Bad::Fault)?;
    Ok((booked.booking, facts.map_or(0, |facts| facts.link_generation)))
}

/// The boxes that were ticked, for the address that was typed.
fn ticks(visit: &Visit, form: &Form, request: &BookingRequest) -> Ticks {
    let email = match &request.who {
        Who::Named(details) => details.email.clone(),
        Who::Known(_) => None,
    };
    Ticks {
        purposes: form.values("consent").iter().filter_map(|word| ConsentPurpose::parse(word)).collect(),
        email,
        language: visit.t.language(),
        clinic: visit.catalog.clinic.name.clone(),
        origin: "booking_page",
    }
}

/// The only place where what was typed becomes meaning. Nothing when a field is wrong; the form says which.
fn booking_request(
    app: &Arc<App>,
    visit: &Visit,
    picked: &Picked<'_>,
    form: &mut Form,
    start: DateTime<Utc>,
) -> Option<BookingRequest> {
    let t = visit.t;
    let (details, note) = person_of(form, t, picked.source.clone())?;
    let once = OnceKey {
        scope: "form".to_owned(),
        key: form.value("key").to_owned(),
        body_hash: body_hash(form, picked, start),
    };
    Some(BookingRequest {
        wish: wish(picked, start),
        who: Who::Named(details),
        hold: form.given("hold").and_then(|text| hold_named(app, text)),
        note,
        language: t.language().tag().to_owned(),
        source: picked.source.clone(),
        overriding: None,
        once: Some(once),
    })
}

/// Who comes, and what is to be known of it. Nothing when a field is wrong; the form says which.
pub(crate) fn person_of(form: &mut Form, t: Texts, source: Option<String>) -> Option<(ClientDetails, String)> {
    let first_name = read(form, "first_name", t, PersonName::parse, Some(t.text("book-first-name-missing")));
    let last_name = read(form, "last_name", t, PersonName::parse, Some(t.text("book-last-name-missing")));
    let email = read(form, "email", t, EmailAddress::parse, None);
    let phone = read(form, "phone", t, PhoneNumber::parse, None);
    if email.is_none() && phone.is_none() && form.error("email").is_empty() && form.error("phone").is_empty() {
        form.fail("email", t.text("book-contact-needed"));
    }
    let note: String =
        form.value("note").trim().chars().filter(|letter| !letter.is_control() || *letter == '\n').collect();
    if NOTE_CHARACTERS_MAX < note.chars().count() {
        form.fail("note", t.text("book-note-long"));
    }
    if form.has_errors() {
        return None;
    }
    let zone = form.given("zone").and_then(|name| time::zone_named(name).ok());
    let details = ClientDetails {
        first_name: first_name?,
        last_name: last_name?,
        email,
        phone,
        language: t.language(),
        zone,
        source,
    };
    Some((details, note))
}

fn read<T>(
    form: &mut Form,
    name: &str,
    t: Texts,
    parse: fn(&str) -> Result<T, WrongContact>,
    missing: Option<String>,
) -> Option<T> {
    let typed = form.given(name).map(str::to_owned);
    let Some(typed) = typed else {
        if let Some(sentence) = missing {
            form.fail(name, sentence);
        }
        return None;
    };
    match parse(&typed) {
        Ok(value) => Some(value),
        Err(wrong) => {
            form.fail(name, contact_error(t, name, wrong));
            None
        }
    }
}

fn contact_error(t: Texts, name: &str, wrong: WrongContact) -> String {
    match (wrong, name) {
        (WrongContact::Missing, _) => t.text("field-required"),
        (WrongContact::NotAnEmail, _) | (_, "email") => t.text("book-email-wrong"),
        (WrongContact::NotAPhone, _) | (_, "phone") => t.text("book-phone-wrong"),
        (WrongContact::TooLong, _) => t.text("book-name-long"),
        (WrongContact::Unprintable | WrongContact::LooksLikeLink, _) => t.text("book-name-wrong"),
    }
}

/// The same form with something else in it is not the same wish.
fn body_hash(form: &Form, picked: &Picked<'_>, start: DateTime<Utc>) -> String {
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(text.as_bytes());
    };
    add(&picked.service.slug);
    add(&instant_text(start));
    add(&picked.party.to_string());
    for name in ["location", "provider", "also", "first_name", "last_name", "email", "phone", "note"] {
        add(form.value(name).trim());
    }
    for purpose in form.values("consent") {
        add(purpose);
    }
    data_encoding::HEXLOWER.encode(&hash.finalize())
}
