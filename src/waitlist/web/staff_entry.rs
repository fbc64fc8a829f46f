//! `/staff/waitlist/{entry}`: one who waits: what was offered, what could be, and everything the desk does with it.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use askama::Template;
use chrono::{DateTime, Utc};

use super::staff::{self, EntryLine};
use crate::booking::book::BookRefused;
use crate::booking::{BookingFacts, facts};
use crate::catalog::Catalog;
use crate::db::Bad;
use crate::domain::ids::{LocationId, OfferId, WaitlistEntryId};
use crate::domain::time;
use crate::domain::waitlist::{Move, OfferStatus};
use crate::i18n::Texts;
use crate::waitlist::{self, AnswerRefused, ArrangeRefused, Entry, Offer, OfferRefused, Place};
use crate::web::auth::{Desk, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::metrics::Door;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

type Answer = Result<actix_web::HttpResponse, Problem>;

/// As many free places are shown.
const PLACES_SHOWN: usize = 24;
/// As many former offers are shown.
const OFFERS_SHOWN: i64 = 50;
/// Bookings of the client that are looked at.
const BOOKINGS_LOOKED_AT: i64 = 50;

struct PlaceButton {
    value: String,
    text: String,
}

struct OfferLine {
    what: String,
    status: &'static str,
    status_text: String,
    when: String,
}

#[derive(Template)]
#[template(path = "waitlist/staff_entry.html")]
struct EntryPage {
    page: Page,
    line: EntryLine,
    email: String,
    is_open: bool,
    open_offer: String,
    places: Vec<PlaceButton>,
    offers: Vec<OfferLine>,
    bookings: Vec<(String, String)>,
    booked: String,
}

struct Everything {
    entry: Entry,
    open: Option<Offer>,
    offers: Vec<Offer>,
    places: Vec<Place>,
    bookings: Vec<BookingFacts>,
}

fn id_of(path: &str) -> Result<WaitlistEntryId, Problem> {
    path.parse().map_err(|_not_an_id| Problem::NotFound)
}

/// `GET /staff/waitlist/{entry}`
pub async fn entry_page(app: AppData, desk: Desk, request: HttpRequest, path: Path<String>) -> Answer {
    show(&app, &desk, &request, id_of(&path)?, None).await
}

async fn show(
    app: &AppData,
    desk: &Desk,
    request: &HttpRequest,
    id: WaitlistEntryId,
    refused: Option<String>,
) -> Answer {
    let (shared, now) = (Arc::clone(app), app.clock.now());
    let found = app.db.read(move |conn| {
        let Some(entry) = waitlist::entry(conn, id)? else {
            return Ok(None);
        };
        let open = waitlist::open_offer_of(conn, id)?;
        let open = open.filter(|offer| offer.status.at(now, offer.expires_at) == OfferStatus::Open);
        let offers = waitlist::offers_of(conn, id, OFFERS_SHOWN)?;
        let places = if entry.status.is_open() && open.is_none() {
            waitlist::fitting_places(conn, &shared.shop, now, &entry, PLACES_SHOWN)?
        } else {
            Vec::new()
        };
        let mut bookings = facts::bookings_of_client(conn, entry.client, BOOKINGS_LOOKED_AT)?;
        bookings
            .retain(|booking| booking.service == entry.service && booking.status.is_live() && now < booking.starts_at);
        Ok(Some(Everything { entry, open, offers, places, bookings }))
    });
    let found = found.await?.ok_or(Problem::NotFound)?;
    let (t, catalog) = (desk.t, &desk.catalog);
    let page = desk.page(request, Nav::Waitlist, found.entry.name());
    let query = Form::parse(request.query_string());
    let (status, page) = match refused {
        Some(sentence) => (StatusCode::CONFLICT, page.saying(Tone::Warning, sentence)),
        None => match staff::done(t, query.value("done")) {
            Some(sentence) => (StatusCode::OK, page.saying(Tone::Success, sentence)),
            None => (StatusCode::OK, page),
        },
    };
    let shown = EntryPage {
        page,
        line: staff::entry_line(t, catalog, &found.entry, found.open.as_ref(), now),
        email: found.entry.email.clone().unwrap_or_default(),
        is_open: found.entry.status.is_open(),
        open_offer: found.open.as_ref().map(|offer| offer.id.to_string()).unwrap_or_default(),
        places: found.places.iter().filter_map(|place| place_button(t, catalog, place)).collect(),
        offers: found.offers.iter().map(|offer| offer_line(t, catalog, offer, now)).collect(),
        bookings: found.bookings.iter().map(|booking| booking_line(t, booking)).collect(),
        booked: found.entry.booking.map(|id| format!("/staff/bookings/{id}")).unwrap_or_default(),
    };
    Ok(page::html(status, &shown))
}

fn place_button(t: Texts, catalog: &Catalog, place: &Place) -> Option<PlaceButton> {
    let location = catalog.location(place.location)?;
    let local = time::local(place.starts_at, location.zone);
    let when = format!("{}, {}", t.date_short(local.date()), t.time(local.time()));
    Some(PlaceButton {
        value: format!("{} {}", time::rfc3339(place.starts_at, location.zone), location.id),
        text: if catalog.locations.len() > 1 { format!("{when} · {}", location.name) } else { when },
    })
}

fn offer_line(t: Texts, catalog: &Catalog, offer: &Offer, now: DateTime<Utc>) -> OfferLine {
    let zone = catalog.location(offer.location).map_or(chrono_tz::UTC, |place| place.zone);
    let start = time::local(offer.starts_at, zone);
    let made = time::local(offer.created_at, zone);
    let provider = catalog.provider(offer.provider).map(|provider| provider.name.clone()).unwrap_or_default();
    let (status, status_text) = match offer.status.at(now, offer.expires_at) {
        OfferStatus::Open => ("booked", t.text("waitlist-answer-open")),
        OfferStatus::Accepted => ("completed", t.text("waitlist-answer-accepted")),
        OfferStatus::Declined => ("declined", t.text("waitlist-answer-declined")),
        OfferStatus::Expired => ("expired", t.text("waitlist-answer-expired")),
        OfferStatus::Withdrawn => ("cancelled", t.text("waitlist-answer-withdrawn")),
    };
    OfferLine {
        what: format!("{}, {} · {provider}", t.date_short(start.date()), t.time(start.time())),
        status,
        status_text,
        when: format!("{}, {}", t.date_short(made.date()), t.time(made.time())),
    }
}

fn booking_line(t: Texts, booking: &BookingFacts) -> (String, String) {
    (format!("/staff/bookings/{}", booking.id), t.date_time(booking.local_start()))
}

/// `POST /staff/waitlist/{entry}/arrange`: the order, a skip and its end, waiting again.
pub async fn arrange(app: AppData, desk: Desk, request: HttpRequest, path: Path<String>, body: Bytes) -> Answer {
    let form = desk.form(&app, &body)?;
    let id = id_of(&path)?;
    let shared = Arc::clone(&app);
    let (now, what) = (app.clock.now(), form.value("do").to_owned());
    let done = match what.as_str() {
        "skip" => app.db.write(now, move |tx| waitlist::skip(tx, &shared.shop, id)).await.map(|()| "skipped"),
        "unskip" => app.db.write(now, move |tx| waitlist::unskip(tx, id)).await.map(|()| "unskipped"),
        "resume" => app.db.write(now, move |tx| waitlist::resume(tx, id)).await.map(|()| "resumed"),
        word => {
            let to = Move::parse(word).ok_or(Problem::Nonsense)?;
            app.db.write(now, move |tx| waitlist::move_entry(tx, id, to)).await.map(|_| "moved")
        }
    };
    match done {
        Ok(done) => Ok(see_other(&back(&form, id, done))),
        Err(Bad::Refused(ArrangeRefused::Unknown)) => Err(Problem::NotFound),
        Err(Bad::Refused(ArrangeRefused::Ended(_))) => {
            show(&app, &desk, &request, id, Some(desk.t.text("waitlist-ended"))).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// The list or the page the button was on.
fn back(form: &Form, id: WaitlistEntryId, done: &str) -> String {
    let list = "/staff/waitlist";
    let back = Some(form.value("back")).filter(|back| *back == list || back.starts_with("/staff/waitlist?"));
    page::with_query(back.unwrap_or(&format!("{list}/{id}")), "done", done)
}

/// `POST /staff/waitlist/{entry}/remove`
pub async fn remove(app: AppData, desk: Desk, path: Path<String>, body: Bytes) -> Answer {
    desk.form(&app, &body)?;
    let (id, shared) = (id_of(&path)?, Arc::clone(&app));
    match app.db.write(app.clock.now(), move |tx| waitlist::withdraw(tx, &shared.shop, id)).await {
        Ok(_) => Ok(see_other("/staff/waitlist?done=removed")),
        Err(Bad::Refused(_)) => Err(Problem::NotFound),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// `POST /staff/waitlist/{entry}/offer`: one place, chosen by hand.
pub async fn offer_by_hand(app: AppData, desk: Desk, request: HttpRequest, path: Path<String>, body: Bytes) -> Answer {
    let form = desk.form(&app, &body)?;
    let id = id_of(&path)?;
    let (start, place) = form.value("place").split_once(' ').ok_or(Problem::Nonsense)?;
    let start = DateTime::parse_from_rfc3339(start).map_err(|_not_an_instant| Problem::Nonsense)?;
    let location: LocationId = place.parse().map_err(|_not_an_id| Problem::Nonsense)?;
    let place = Place { entry: id, location, starts_at: start.to_utc() };
    let shared = Arc::clone(&app);
    match app.db.write(app.clock.now(), move |tx| waitlist::offer(tx, &shared.shop, &place, true)).await {
        Ok(_) => {
            app.bell.notify_one();
            Ok(see_other(&format!("/staff/waitlist/{id}?done=offered")))
        }
        Err(Bad::Refused(OfferRefused::Unknown)) => Err(Problem::NotFound),
        Err(Bad::Refused(refused)) => show(&app, &desk, &request, id, Some(offer_refusal(desk.t, &refused))).await,
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

fn offer_refusal(t: Texts, refused: &OfferRefused) -> String {
    match refused {
        OfferRefused::Unknown | OfferRefused::Ended(_) => t.text("waitlist-ended"),
        OfferRefused::AlreadyOffered | OfferRefused::NotInTurn => t.text("waitlist-offered-already"),
        OfferRefused::DoesNotFit => t.text("waitlist-does-not-fit"),
        OfferRefused::NotNow => t.text("waitlist-not-now"),
        OfferRefused::Gone(BookRefused::SlotTaken) => t.text("desk-taken"),
        OfferRefused::Gone(_) => t.text("waitlist-offer-gone"),
    }
}

fn offer_of(form: &Form) -> Result<OfferId, Problem> {
    form.value("offer").parse().map_err(|_not_an_id| Problem::Nonsense)
}

/// `POST /staff/waitlist/{entry}/accept`: the client said yes on the phone.
pub async fn accept_for(app: AppData, desk: Desk, request: HttpRequest, path: Path<String>, body: Bytes) -> Answer {
    let form = desk.form(&app, &body)?;
    let (id, offer, actor) = (id_of(&path)?, offer_of(&form)?, desk.actor());
    let shared = Arc::clone(&app);
    match app.db.write(app.clock.now(), move |tx| waitlist::accept(tx, &shared.shop, (id, offer), actor)).await {
        Ok(accepted) => {
            if accepted.fresh {
                app.metrics.booked(Door::Desk);
            }
            app.bell.notify_one();
            Ok(see_other(&format!("/staff/bookings/{}?done=booked", accepted.booking)))
        }
        Err(bad) => not_answered(&app, &desk, &request, id, bad).await,
    }
}

/// `POST /staff/waitlist/{entry}/decline`: the client said no on the phone.
pub async fn decline_for(app: AppData, desk: Desk, request: HttpRequest, path: Path<String>, body: Bytes) -> Answer {
    let form = desk.form(&app, &body)?;
    let (id, offer) = (id_of(&path)?, offer_of(&form)?);
    let shared = Arc::clone(&app);
    match app.db.write(app.clock.now(), move |tx| waitlist::decline(tx, &shared.shop, (id, offer))).await {
        Ok(()) => Ok(see_other(&format!("/staff/waitlist/{id}?done=declined"))),
        Err(bad) => not_answered(&app, &desk, &request, id, bad).await,
    }
}

async fn not_answered(
    app: &AppData,
    desk: &Desk,
    request: &HttpRequest,
    id: WaitlistEntryId,
    bad: Bad<AnswerRefused>,
) -> Answer {
    let t = desk.t;
    match bad {
        Bad::Refused(AnswerRefused::Unknown) => Err(Problem::NotFound),
        Bad::Refused(AnswerRefused::Ended(_)) => show(app, desk, request, id, Some(t.text("waitlist-answered"))).await,
        Bad::Refused(AnswerRefused::NotBookable(_)) => {
            show(app, desk, request, id, Some(t.text("waitlist-offer-gone"))).await
        }
        Bad::Fault(fault) => Err(fault.into()),
    }
}
