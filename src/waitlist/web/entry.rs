//! `/w/{token}`: the page behind an entry's link: what is waited for, what is kept, and the answers.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Utc};

use super::{WishWords, private};
use crate::app::App;
use crate::booking::{BookingFacts, facts};
use crate::catalog::Catalog;
use crate::db::Bad;
use crate::domain::booking::Actor;
use crate::domain::ids::{OfferId, WaitlistEntryId};
use crate::domain::time;
use crate::domain::waitlist::{EntryStatus, OfferStatus};
use crate::i18n::{Language, Texts};
use crate::keys::{Keys, Purpose};
use crate::waitlist::{self, AnswerRefused, Entry, Offer};
use crate::web::auth::see_other;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::metrics::Door;
use crate::web::page::{self, Brand, Page, Tone};
use crate::web::problem::Problem;

/// A place that is kept, in words.
struct OfferWords {
    id: String,
    when: String,
    hours: String,
    zone: String,
    zone_name: &'static str,
    instant: String,
    provider: String,
    place: String,
    address: String,
    until: String,
}

#[derive(Template)]
#[template(path = "waitlist/entry.html")]
struct EntryPage {
    page: Page,
    status: &'static str,
    status_text: String,
    sentences: Vec<String>,
    offer: Option<OfferWords>,
    wish: WishWords,
    is_open: bool,
    is_parked: bool,
    booked: String,
    again: String,
    base: String,
    lang: String,
}

/// An opened link.
struct Opened {
    entry: Entry,
    offer: Option<Offer>,
    asked: Option<Offer>,
    booking: Option<BookingFacts>,
    catalog: Arc<Catalog>,
    t: Texts,
    brand: Brand,
    now: DateTime<Utc>,
    query: Form,
}

/// The entry a token opens with everything its page says, in the client's language; or the page that says it opens
/// nothing.
async fn open(app: &Arc<App>, request: &HttpRequest, token: &str) -> Result<Result<Opened, HttpResponse>, Problem> {
    let catalog = app.catalog().await?;
    let (brand, now) = (Brand::of(&catalog.clinic), app.clock.now());
    let query = Form::parse(request.query_string());
    let asked: Option<OfferId> = query.given("offer").and_then(|text| text.parse().ok());
    let id: Option<WaitlistEntryId> = Keys::thing_of(token);
    let found = app.db.read(move |conn| {
        let Some(entry) = id.map(|id| waitlist::entry(conn, id)).transpose()?.flatten() else {
            return Ok(None);
        };
        let offer = waitlist::open_offer_of(conn, entry.id)?;
        let asked = asked.map(|id| waitlist::offer_with_id(conn, id)).transpose()?.flatten();
        let booking = entry.booking.map(|id| facts::booking(conn, id)).transpose()?.flatten();
        Ok(Some((entry, offer, asked, booking)))
    });
    let opens = |entry: &Entry| app.keys.opens(token, Purpose::Waitlist, entry.id, entry.link_generation);
    let Some((entry, offer, asked, booking)) = found.await?.filter(|(entry, ..)| opens(entry)) else {
        let t = page::texts_for(request, None, brand.language);
        let page = Page::public(t, brand, request, t.text("waitlist-unknown-title"));
        return Ok(Err(private(page::error_page(StatusCode::NOT_FOUND, page, &t.text("waitlist-unknown-text"), None))));
    };
    let t = page::texts_for(request, Language::parse(&entry.language), brand.language);
    let offer = offer.filter(|offer| offer.status.at(now, offer.expires_at) == OfferStatus::Open);
    let asked = asked.filter(|asked| asked.entry == entry.id);
    Ok(Ok(Opened { entry, offer, asked, booking, catalog, t, brand, now, query }))
}

/// `GET /w/{token}`
pub async fn show(app: AppData, request: HttpRequest, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    match open(&app, &request, &path).await? {
        Ok(opened) => Ok(private(page::html(StatusCode::OK, &page_of(&app, &request, &opened, &path)))),
        Err(unknown) => Ok(unknown),
    }
}

fn page_of(app: &App, request: &HttpRequest, opened: &Opened, token: &str) -> EntryPage {
    let (t, entry, catalog) = (opened.t, &opened.entry, &opened.catalog);
    let page = Page::public(t, opened.brand.clone(), request, title(opened));
    let page = match notice(opened) {
        Some((tone, text)) => page.saying(tone, text),
        None => page,
    };
    let lang = opened.query.given("lang").and_then(Language::parse).map(|lang| format!("?lang={lang}"));
    let lang = lang.unwrap_or_default();
    let link = |booking: &BookingFacts| {
        let token = app.keys.capability(Purpose::Manage, booking.id, booking.link_generation);
        format!("/m/{token}{lang}")
    };
    let service = catalog.service(entry.service).filter(|service| service.online);
    EntryPage {
        page,
        status: badge(opened),
        status_text: status_text(t, entry.status, opened.offer.is_some()),
        sentences: sentences(opened),
        offer: opened.offer.as_ref().map(|offer| offer_words(t, catalog, offer, opened.now)),
        wish: WishWords::new(t, catalog, entry),
        is_open: entry.status.is_open(),
        is_parked: entry.status == EntryStatus::Parked,
        booked: opened.booking.as_ref().map(link).unwrap_or_default(),
        again: match service {
            Some(service) if !entry.status.is_open() => format!("/book/{}{lang}", service.slug),
            _ => String::new(),
        },
        base: format!("/w/{token}"),
        lang,
    }
}

/// The badge's class: those of bookings that mean the same.
fn badge(opened: &Opened) -> &'static str {
    match opened.entry.status {
        EntryStatus::Waiting if opened.offer.is_some() => "booked",
        EntryStatus::Waiting | EntryStatus::Parked => "requested",
        EntryStatus::Booked => "booked",
        EntryStatus::Withdrawn => "cancelled",
        EntryStatus::Expired => "expired",
    }
}

/// How an entry stands, in a word.
pub(super) fn status_text(t: Texts, status: EntryStatus, is_offered: bool) -> String {
    match status {
        EntryStatus::Waiting if is_offered => t.text("waitlist-status-offered"),
        EntryStatus::Waiting => t.text("waitlist-status-waiting"),
        EntryStatus::Booked => t.text("waitlist-status-booked"),
        EntryStatus::Withdrawn => t.text("waitlist-status-withdrawn"),
        EntryStatus::Expired => t.text("waitlist-status-expired"),
        EntryStatus::Parked => t.text("waitlist-status-parked"),
    }
}

fn title(opened: &Opened) -> String {
    let t = opened.t;
    match opened.entry.status {
        _ if opened.offer.is_some() => t.text("waitlist-title-offered"),
        EntryStatus::Waiting if opened.query.has("new") => t.text("waitlist-title-joined"),
        EntryStatus::Waiting => t.text("waitlist-title-waiting"),
        EntryStatus::Parked => t.text("waitlist-title-parked"),
        EntryStatus::Booked => t.text("waitlist-title-booked"),
        EntryStatus::Withdrawn => t.text("waitlist-title-withdrawn"),
        EntryStatus::Expired => t.text("waitlist-title-expired"),
    }
}

fn sentences(opened: &Opened) -> Vec<String> {
    let (t, entry) = (opened.t, &opened.entry);
    match entry.status {
        _ if opened.offer.is_some() => Vec::new(),
        EntryStatus::Waiting => {
            let how = match (&entry.email, &entry.phone) {
                (Some(email), _) => t.with("waitlist-we-write", &[("email", &masked(email))]),
                (None, _) => t.text("waitlist-we-call"),
            };
            let hello = t.with("manage-hello", &[("name", &entry.first_name)]);
            if opened.query.has("new") { vec![hello, how, t.text("waitlist-keep-link")] } else { vec![how] }
        }
        EntryStatus::Parked => vec![t.text("waitlist-parked-text")],
        EntryStatus::Booked => vec![t.text("waitlist-booked-text")],
        EntryStatus::Withdrawn => vec![t.text("waitlist-withdrawn-text")],
        EntryStatus::Expired => vec![t.text("waitlist-expired-text")],
    }
}

/// Links are forwarded: the page shows enough of the address to recognise one's own.
fn masked(email: &str) -> String {
    let (local, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    let first: String = local.chars().take(1).collect();
    format!("{first}…@{domain}")
}

/// What became of the offer in the address, or of what was just pressed.
fn notice(opened: &Opened) -> Option<(Tone, String)> {
    let t = opened.t;
    if opened.query.value("why") == "gone" {
        return Some((Tone::Warning, t.text("waitlist-offer-gone")));
    }
    let asked = opened.asked.as_ref()?;
    let place = opened.catalog.location(asked.location);
    let zone = place.map_or(chrono_tz::UTC, |place| place.zone);
    let when = t.date_time(time::local(asked.starts_at, zone));
    let ended = time::local(asked.expires_at, zone);
    match asked.status.at(opened.now, asked.expires_at) {
        OfferStatus::Open => None,
        OfferStatus::Accepted => Some((Tone::Success, t.with("waitlist-offer-accepted", &[("when", &when)]))),
        OfferStatus::Declined => Some((Tone::Info, t.with("waitlist-offer-declined", &[("when", &when)]))),
        OfferStatus::Expired => {
            let until = t.date_time(ended);
            Some((Tone::Warning, t.with("waitlist-offer-expired", &[("when", &when), ("until", &until)])))
        }
        OfferStatus::Withdrawn => Some((Tone::Warning, t.with("waitlist-offer-withdrawn", &[("when", &when)]))),
    }
}

fn offer_words(t: Texts, catalog: &Catalog, offer: &Offer, now: DateTime<Utc>) -> OfferWords {
    let place = catalog.location(offer.location);
    let zone = place.map_or(chrono_tz::UTC, |place| place.zone);
    let (start, end) = (time::local(offer.starts_at, zone), time::local(offer.ends_at, zone));
    let until = time::local(offer.expires_at, zone);
    let is_today = until.date() == time::local_day(now, zone);
    OfferWords {
        id: offer.id.to_string(),
        when: t.date_long(start.date()),
        hours: t.time_range(start.time(), end.time()),
        zone: t.zone(zone),
        zone_name: zone.name(),
        instant: offer.starts_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        provider: catalog.provider(offer.provider).map(|provider| provider.name.clone()).unwrap_or_default(),
        place: place.map(|place| place.name.clone()).unwrap_or_default(),
        address: place.map(crate::catalog::Location::address).unwrap_or_default(),
        until: if is_today { t.time(until.time()) } else { t.date_time(until) },
    }
}

/// Back to the page, in the language of its address.
fn back(opened: &Opened, token: &str, more: &[(&str, &str)]) -> HttpResponse {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(more);
    if let Some(lang) = opened.query.given("lang").and_then(Language::parse) {
        query.append_pair("lang", lang.tag());
    }
    let query = query.finish();
    private(see_other(&if query.is_empty() { format!("/w/{token}") } else { format!("/w/{token}?{query}") }))
}

fn offer_named(body: &[u8]) -> Option<OfferId> {
    Form::parse(&String::from_utf8_lossy(body)).given("offer").and_then(|text| text.parse().ok())
}

/// `POST /w/{token}/accept`
pub async fn accept(
    app: AppData,
    request: HttpRequest,
    path: web::Path<String>,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let opened = match open(&app, &request, &path).await? {
        Ok(opened) => opened,
        Err(unknown) => return Ok(unknown),
    };
    let Some(offer) = offer_named(&body) else {
        return Ok(back(&opened, &path, &[]));
    };
    let (shared, entry) = (Arc::clone(&app), opened.entry.id);
    let answered =
        app.db.write(opened.now, move |tx| waitlist::accept(tx, &shared.shop, (entry, offer), Actor::Client)).await;
    match answered {
        Ok(accepted) => {
            if accepted.fresh {
                app.metrics.booked(Door::Page);
            }
            app.bell.notify_one();
            let facts = app.db.read(move |conn| facts::booking(conn, accepted.booking)).await?;
            let generation = facts.map_or(0, |facts| facts.link_generation);
            let token = app.keys.capability(Purpose::Manage, accepted.booking, generation);
            let lang = opened.query.given("lang").and_then(Language::parse);
            let lang = lang.map_or(String::new(), |lang| format!("&lang={lang}"));
            Ok(private(see_other(&format!("/m/{token}?new=1{lang}"))))
        }
        Err(bad) => unanswered(&opened, &path, offer, bad),
    }
}

/// `POST /w/{token}/decline`
pub async fn decline(
    app: AppData,
    request: HttpRequest,
    path: web::Path<String>,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let opened = match open(&app, &request, &path).await? {
        Ok(opened) => opened,
        Err(unknown) => return Ok(unknown),
    };
    let Some(offer) = offer_named(&body) else {
        return Ok(back(&opened, &path, &[]));
    };
    let (shared, entry) = (Arc::clone(&app), opened.entry.id);
    match app.db.write(opened.now, move |tx| waitlist::decline(tx, &shared.shop, (entry, offer))).await {
        Ok(()) => Ok(back(&opened, &path, &[("offer", &offer.to_string())])),
        Err(bad) => unanswered(&opened, &path, offer, bad),
    }
}

/// The page says what had happened to the offer before.
fn unanswered(opened: &Opened, token: &str, offer: OfferId, bad: Bad<AnswerRefused>) -> Result<HttpResponse, Problem> {
    match bad {
        Bad::Refused(AnswerRefused::Unknown) => Ok(back(opened, token, &[])),
        Bad::Refused(AnswerRefused::Ended(_)) => Ok(back(opened, token, &[("offer", &offer.to_string())])),
        Bad::Refused(AnswerRefused::NotBookable(_)) => Ok(back(opened, token, &[("why", "gone")])),
        Bad::Fault(fault) => Err(fault.into()),
    }
}

/// `POST /w/{token}/withdraw`
pub async fn withdraw(app: AppData, request: HttpRequest, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let opened = match open(&app, &request, &path).await? {
        Ok(opened) => opened,
        Err(unknown) => return Ok(unknown),
    };
    let (shared, entry) = (Arc::clone(&app), opened.entry.id);
    match app.db.write(opened.now, move |tx| waitlist::withdraw(tx, &shared.shop, entry)).await {
        Ok(_) | Err(Bad::Refused(_)) => Ok(back(&opened, &path, &[])),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// `POST /w/{token}/stay`: a parked entry waits again.
pub async fn stay(app: AppData, request: HttpRequest, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let opened = match open(&app, &request, &path).await? {
        Ok(opened) => opened,
        Err(unknown) => return Ok(unknown),
    };
    let entry = opened.entry.id;
    match app.db.write(opened.now, move |tx| waitlist::resume(tx, entry)).await {
        Ok(()) | Err(Bad::Refused(_)) => Ok(back(&opened, &path, &[])),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}
