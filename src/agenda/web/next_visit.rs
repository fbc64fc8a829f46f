//! Right after a visit: when the next one is due, times that fit, one click that books and mails.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use askama::Template;
use chrono::{DateTime, SecondsFormat, Utc};

use super::{Answer, Options, address, shortly};
use crate::app::App;
use crate::booking::BookingFacts;
use crate::booking::book::{self, BookRefused, Booked, BookingRequest, OnceKey, Who, Wish};
use crate::booking::facts;
use crate::booking::rebook::{self, NextVisit};
use crate::booking::visits::{self, VisitRefused, VisitRequest, VisitWish, WantedPart};
use crate::chance;
use crate::clients;
use crate::db::{Bad, Never};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::{BookingId, LocationId, ProviderId};
use crate::domain::rebooking::{DueBy, NotNow};
use crate::domain::time;
use crate::i18n::Texts;
use crate::web::auth::{self, Desk, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::metrics::Door;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

/// Longer keys are nobody's of ours.
const KEY_BYTES_MAX: usize = 100;

struct TimeOffer {
    start: String,
    location: String,
    provider: String,
    day: String,
    hours: String,
    with: String,
    once: String,
}

#[derive(Template)]
#[template(path = "agenda/next_visit.html")]
struct NextPage {
    page: Page,
    booking: BookingFacts,
    services: String,
    due: String,
    why: String,
    times: Vec<TimeOffer>,
    other: String,
    coming: Option<(String, String)>,
    reasons: Options,
    undo: Option<super::attending::UndoOffer>,
    back: String,
}

/// The prompt. Somebody whose visit goes on is not asked yet, and a visit of several services asks once.
pub async fn next_page(app: AppData, desk: Desk, request: HttpRequest, id: Path<String>) -> Answer {
    let id = id.parse::<BookingId>().map_err(|_wrong| Problem::NotFound)?;
    show(&app.0, &desk, &request, id, StatusCode::OK, None).await
}

async fn show(
    app: &Arc<App>,
    desk: &Desk,
    request: &HttpRequest,
    id: BookingId,
    status: StatusCode,
    notice: Option<String>,
) -> Answer {
    let (now, shared) = (app.clock.now(), Arc::clone(app));
    let found = app.db.read(move |conn| {
        let Some(booking) = facts::booking(conn, id)? else {
            return Ok(None);
        };
        let next = rebook::next_visit(conn, &shared.shop, now, &booking)?;
        let undoable = crate::booking::undo::undoable(conn, id, now)?;
        Ok(Some((booking, next, undoable)))
    });
    let (booking, next, undoable) = found.await?.ok_or(Problem::NotFound)?;
    let asked = Form::parse(request.query_string());
    let back = auth::safe_next(asked.value("back")).map(str::to_owned);
    let here = format!("/staff/bookings/{id}");
    if booking.status != BookingStatus::Completed || booking.parts.iter().any(|part| part.status.is_live()) {
        let back = back.as_deref().unwrap_or(&here);
        return Ok(see_other(&page::with_query(back, "done", asked.value("done"))));
    }
    let t = desk.t;
    let page = desk.page(request, Nav::Agenda, t.with("visit-next-title", &[("name", &booking.client_name())]));
    let page = match notice {
        Some(text) => page.saying(Tone::Error, text),
        None => page,
    };
    let shown = NextPage {
        services: booking.visit_name(),
        due: t.date_long(next.due),
        why: why(t, next.due_by),
        times: times(desk, &booking, &next),
        other: other_times(&booking, &next),
        coming: next.coming.as_ref().map(|coming| (format!("/staff/bookings/{}", coming.id), coming_text(t, coming))),
        reasons: NotNow::ALL.iter().map(|reason| (reason.as_str().to_owned(), reason_text(t, *reason))).collect(),
        undo: undoable.map(|undoable| super::attending::undo_offer(t, undoable)),
        back: back.unwrap_or(here),
        page,
        booking,
    };
    Ok(page::html(status, &shown))
}

fn coming_text(t: Texts, coming: &BookingFacts) -> String {
    format!("{}: {}", shortly(t, coming.starts_at, coming.zone), coming.service_name)
}

fn why(t: Texts, due_by: DueBy) -> String {
    match due_by {
        DueBy::Recall { months, days: 0 } => t.with("visit-due-recall-months", &[("months", &months)]),
        DueBy::Recall { months: 0, days } => t.with("visit-due-recall-days", &[("days", &days)]),
        DueBy::Recall { months, days } => t.with("visit-due-recall", &[("months", &months), ("days", &days)]),
        DueBy::Rhythm { days } => t.with("visit-due-rhythm", &[("days", &days)]),
        DueBy::Usual => t.text("visit-due-usual"),
    }
}

/// Why somebody does not book the next visit, in the reader's language.
pub fn reason_text(t: Texts, reason: NotNow) -> String {
    match reason {
        NotNow::LooksFirst => t.text("visit-not-now-looks-first"),
        NotNow::WillCall => t.text("visit-not-now-will-call"),
        NotNow::RemindMe => t.text("visit-not-now-remind-me"),
        NotNow::NoNeed => t.text("visit-not-now-no-need"),
        NotNow::Elsewhere => t.text("visit-not-now-elsewhere"),
        NotNow::Other => t.text("visit-not-now-other"),
    }
}

fn times(desk: &Desk, booking: &BookingFacts, next: &NextVisit) -> Vec<TimeOffer> {
    let (t, catalog) = (desk.t, &desk.catalog);
    let offer = |free: &rebook::FittingTime| {
        let local = time::local(free.starts_at, booking.zone);
        TimeOffer {
            start: free.starts_at.to_rfc3339_opts(SecondsFormat::Secs, true),
            location: free.location.to_string(),
            provider: free.provider.to_string(),
            day: t.date_long(local.date()),
            hours: t.time(local.time()),
            with: catalog.provider(free.provider).map(|provider| provider.name.clone()).unwrap_or_default(),
            once: chance::token(),
        }
    };
    next.times.iter().map(offer).collect()
}

fn other_times(booking: &BookingFacts, next: &NextVisit) -> String {
    address(
        "/staff/book",
        &[
            ("client", &booking.client.to_string()),
            ("service", &booking.service.to_string()),
            ("provider", &booking.provider.to_string()),
            ("day", &next.due.to_string()),
        ],
    )
}

/// Books the chosen time, or keeps why none was wanted.
pub async fn book_next(app: AppData, desk: Desk, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let form = desk.form(&app, &body)?;
    let id = id.parse::<BookingId>().map_err(|_wrong| Problem::NotFound)?;
    if form.has("reason") {
        return not_now(&app, &desk, id, &form).await;
    }
    let t = desk.t;
    let chosen = DateTime::parse_from_rfc3339(form.value("start")).ok().map(|start| start.to_utc());
    let chosen = chosen.zip(form.value("location").parse().ok()).zip(form.value("provider").parse().ok());
    let Some(((starts_at, location), provider)) = chosen else {
        let text = t.text("visit-next-choose");
        return show(&app, &desk, &request, id, StatusCode::UNPROCESSABLE_ENTITY, Some(text)).await;
    };
    let (shared, actor, once) = (Arc::clone(&app), desk.actor(), once_of(&form, id));
    let booked = app.db.write(app.clock.now(), move |tx| {
        let unknown = || Bad::Refused(BookRefused::UnknownClient);
        let booking = facts::booking(tx.conn, id)?.ok_or_else(unknown)?;
        let client = clients::survivor(tx.conn, booking.client)?;
        let view = clients::view(tx.conn, client)?.ok_or_else(unknown)?;
        let catalog = shared.shop.catalogs.current_in(tx)?;
        let parts = rebook::wanted_parts(&catalog, &booking, true);
        let wish = wish(&booking, (starts_at, location, provider), actor);
        let request = BookingRequest {
            wish,
            who: Who::Known(client),
            hold: None,
            note: String::new(),
            language: view.language.tag().to_owned(),
            source: None,
            overriding: None,
            once: once.clone(),
        };
        book_parts(tx, &shared, request, parts)
    });
    match booked.await {
        Ok(Booked { booking, fresh }) => {
            if fresh {
                app.metrics.booked(Door::Desk);
            }
            app.bell.notify_one();
            Ok(see_other(&format!("/staff/bookings/{booking}?done=booked")))
        }
        Err(Bad::Refused(BookRefused::UnknownClient)) => Err(Problem::NotFound),
        Err(Bad::Refused(refused)) => {
            let text = match refused {
                BookRefused::SlotTaken | BookRefused::Closed | BookRefused::Breaks(_) => t.text("visit-next-taken"),
                _ => t.text("visit-next-refused"),
            };
            show(&app, &desk, &request, id, StatusCode::CONFLICT, Some(text)).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

fn wish(
    booking: &BookingFacts,
    (starts_at, location, provider): (DateTime<Utc>, LocationId, ProviderId),
    actor: crate::domain::booking::Actor,
) -> Wish {
    Wish {
        service: booking.service,
        location: Some(location),
        provider: Some(provider),
        party: booking.party,
        starts_at,
        actor,
    }
}

/// One service by itself, several as the visit they were.
fn book_parts(
    tx: &mut crate::db::Tx<'_>,
    app: &App,
    request: BookingRequest,
    mut parts: Vec<WantedPart>,
) -> Result<Booked, Bad<BookRefused>> {
    if parts.len() < 2 {
        return book::book(tx, &app.shop, &request);
    }
    // The offered provider is the first part's.
    if let Some(first) = parts.first_mut() {
        first.provider = request.wish.provider;
    }
    let (location, starts_at, actor) = (request.wish.location, request.wish.starts_at, request.wish.actor);
    let visit = VisitRequest::of(VisitWish { parts, location, starts_at, actor }, request);
    visits::book(tx, &app.shop, &visit).map_err(|bad| {
        bad.map(|refused| match refused {
            VisitRefused::Part(_, why) => why,
            VisitRefused::Impossible(_) => BookRefused::UnknownService,
        })
    })
}

/// Pressing twice books once.
fn once_of(form: &Form, id: BookingId) -> Option<OnceKey> {
    let key = form.given("once").filter(|key| key.len() <= KEY_BYTES_MAX)?;
    let body_hash = format!("{id} {} {} {}", form.value("start"), form.value("location"), form.value("provider"));
    Some(OnceKey { scope: "form".to_owned(), key: key.to_owned(), body_hash })
}

async fn not_now(app: &Arc<App>, desk: &Desk, id: BookingId, form: &Form) -> Answer {
    let reason = NotNow::parse(form.value("reason")).unwrap_or(NotNow::Other);
    let actor = desk.actor();
    let written = app.db.write(app.clock.now(), move |tx| {
        if facts::booking(tx.conn, id)?.is_none() {
            return Ok::<bool, Bad<Never>>(false);
        }
        rebook::not_now(tx, id, reason, actor)?;
        Ok(true)
    });
    if !written.await? {
        return Err(Problem::NotFound);
    }
    let here = format!("/staff/bookings/{id}");
    let back = auth::safe_next(form.value("back")).unwrap_or(&here);
    Ok(see_other(&page::with_query(back, "done", "not-rebooked")))
}
