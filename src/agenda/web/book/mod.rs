//! Booking for a caller: who is calling, what they want, when. One form on one page; scripts only make it quicker.
//!
//! `state` reads what is wanted so far, `wanted` the whole wish, `people` finds and shows who is calling, `times` what is
//! free. A button of the form that does not book (`step`) shows the page again with everything that was typed.

mod fragments;
mod people;
mod refusals;
mod state;
mod times;
mod wanted;

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use askama::Template;

use super::broken::{self, Broken, Warning};
use super::{Answer, Options, address, language_options, location_options, provider_options, service_options};
use crate::app::App;
use crate::booking::book::{self, BookRefused, Booked, Who, Wish};
use crate::booking::facts;
use crate::booking::visits::{self, VisitRequest, VisitWish, WantedPart};
use crate::chance;
use crate::clients;
use crate::db::{Bad, Fault, Tx};
use crate::domain::ids::{BookingId, ServiceId, WaitlistEntryId};
use crate::domain::overriding::Breach;
use crate::domain::time;
use crate::waitlist;
use crate::web::auth::{Desk, Staff, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::metrics::Door;
use crate::web::page::{self, Nav, Page, Tone};

pub use fragments::{client_fragment, find_fragment, like_fragment, times_fragment};
pub(super) use refusals::refusal;

use people::{AlikeLine, HitLine, Panel, People};
use refusals::{as_of_one, is_about_time, offer_refusal};
use state::{State, also_of, anybody, kept, state_of};
use times::{Offered, Times, more_services, time_options};
use wanted::{Wanted, wanted_of};

/// As many other times are offered when the chosen one is gone.
const OTHER_TIMES_SHOWN: usize = 24;
const NOTE_CHARACTERS_MAX: usize = 2_000;

#[derive(Template)]
#[template(path = "agenda/book.html")]
struct BookPage {
    page: Page,
    form: Form,
    panel: Option<Panel>,
    hits: Vec<HitLine>,
    alike: Vec<AlikeLine>,
    was_sought: bool,
    is_new: bool,
    services: Options,
    more_services: Options,
    locations: Options,
    providers: Options,
    languages: Options,
    asks_party: bool,
    times: Times,
    other_times: Options,
    asks_other_time: bool,
    warning: Option<Warning>,
    repeat: String,
    once: String,
    note_max: usize,
}

/// The page, with whatever its address says filled in: `client`, `service`, `provider`, `location`, `day`, `start`.
pub async fn book_page(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    let form = Form::parse(request.query_string());
    show(&app.0, &desk, &request, form, Shown::Asked).await
}

/// Books; or shows the page again with another client, day or list of hits.
pub async fn book(app: AppData, desk: Desk, request: HttpRequest, body: Bytes) -> Answer {
    let app = app.0;
    let mut form = desk.form(&app, &body)?;
    if let Some(step) = form.given("step").map(str::to_owned) {
        return show(&app, &desk, &request, stepped(form, &step), Shown::Asked).await;
    }
    let now = app.clock.now();
    // Read from a copy: what is wrong is said when the page is shown.
    let state = state_of(&mut form.clone(), &desk.catalog, now, desk.t);
    let Some(wanted) = wanted_of(&mut form, &desk, (state.start, state.start_place), now) else {
        return show(&app, &desk, &request, form, Shown::Incomplete).await;
    };
    let shared = Arc::clone(&app);
    let also = also_of(&mut form, &desk.catalog, Some(wanted.request.wish.service), desk.t);
    let entry = form.given("entry").and_then(|text| text.parse::<WaitlistEntryId>().ok());
    let booked = app.db.write(now, move |tx| {
        let booked = take(tx, &shared, &wanted, &also)?;
        if booked.fresh {
            settle(tx, &shared, booked.booking, (&wanted, entry))?;
        }
        Ok(booked)
    });
    match booked.await {
        Ok(Booked { booking, fresh }) => {
            if fresh {
                app.metrics.booked(Door::Desk);
            }
            app.bell.notify_one();
            Ok(see_other(&format!("/staff/bookings/{booking}?done=booked")))
        }
        Err(Bad::Refused(refused)) => {
            let status = match refused {
                BookRefused::SlotTaken | BookRefused::KeyReused => StatusCode::CONFLICT,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            if let BookRefused::Breaks(broken) = refused {
                return show(&app, &desk, &request, form, Shown::Broken(broken)).await;
            }
            let text = refusal(desk.t, &desk.catalog, &refused);
            show(&app, &desk, &request, form, Shown::Refused(status, text, is_about_time(&refused))).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

fn take(tx: &mut Tx<'_>, app: &App, wanted: &Wanted, also: &[ServiceId]) -> Result<Booked, Bad<BookRefused>> {
    let mut request = wanted.request.clone();
    if let Who::Known(client) = request.who {
        let view = clients::view(tx.conn, client)?.ok_or(Bad::Refused(BookRefused::UnknownClient))?;
        request.language = view.language.tag().to_owned();
    }
    if also.is_empty() {
        return book::book(tx, &app.shop, &request);
    }
    let visit = VisitRequest::of(visit_wish(&request.wish, also), request);
    visits::book(tx, &app.shop, &visit).map_err(|bad| bad.map(as_of_one))
}

/// What a booking settles besides: the day of birth is known, the wish on the waitlist is fulfilled.
fn settle(
    tx: &mut Tx<'_>,
    app: &App,
    booking: BookingId,
    (wanted, entry): (&Wanted, Option<WaitlistEntryId>),
) -> Result<(), Fault> {
    let Some(facts) = facts::booking(tx.conn, booking)? else {
        return Ok(());
    };
    if let Some(day) = wanted.birth_date {
        clients::fill_in_birth_date(tx, facts.client, day)?;
    }
    if let Some(entry) = entry {
        waitlist::fulfil(tx, &app.shop, (entry, facts.client), booking)?;
    }
    Ok(())
}

fn visit_wish(first: &Wish, also: &[ServiceId]) -> VisitWish {
    let part = WantedPart { service: first.service, provider: first.provider };
    VisitWish {
        parts: std::iter::once(part).chain(also.iter().copied().map(anybody)).collect(),
        location: first.location,
        starts_at: first.starts_at,
        actor: first.actor,
    }
}

/// The form after a button that does not book: another client, another day.
fn stepped(form: Form, step: &str) -> Form {
    match step.split_once(':') {
        Some(("client", client)) => form.filled("client", client).filled("q", ""),
        Some(("day", day)) => form.filled("day", day).filled("start", "").filled("clock", ""),
        _ => form,
    }
}

/// Why the page is shown.
enum Shown {
    /// Somebody looks at it.
    Asked,
    /// What was sent lacks something, which is said by the field.
    Incomplete,
    /// What was sent is refused: with which status and sentence, and whether another time would do.
    Refused(StatusCode, String, bool),
    /// What was sent breaks rules, and may be sent again knowingly.
    Broken(Vec<Breach>),
}

impl Shown {
    fn status(&self) -> StatusCode {
        match self {
            Self::Asked => StatusCode::OK,
            Self::Incomplete => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Refused(status, ..) => *status,
            Self::Broken(breaches) => broken::status(breaches),
        }
    }

    const fn was_sent(&self) -> bool {
        !matches!(self, Self::Asked)
    }

    const fn asks_for_other_times(&self) -> bool {
        matches!(self, Self::Refused(_, _, true) | Self::Broken(_))
    }
}

async fn show(app: &Arc<App>, desk: &Staff, request: &HttpRequest, form: Form, shown: Shown) -> Answer {
    let (t, now) = (desk.t, app.clock.now());
    let people = People::load(app, desk, &form).await?;
    let mut form = if shown.was_sent() { form } else { people.with_usual(form, &desk.catalog) };
    let state = state_of(&mut form, &desk.catalog, now, t);
    // A time that was never one is asked for again beside what was typed.
    let others = shown.asks_for_other_times()
        || (shown.was_sent() && ["start", "service"].iter().any(|field| !form.error(field).is_empty()));
    let breaches = match &shown {
        Shown::Broken(breaches) => breaches.clone(),
        Shown::Asked | Shown::Incomplete | Shown::Refused(..) => Vec::new(),
    };
    let (shared, asked) = (Arc::clone(app), state.clone());
    let loaded = app.db.read(move |conn| {
        let offered = Offered::load(conn, &shared, now, (&asked, others))?;
        Ok((offered, Broken::load(conn, &breaches)?))
    });
    let (offered, broken) = loaded.await?;
    let page = desk.page(request, Nav::Agenda, t.text("desk-title"));
    let status = shown.status();
    let wrong = match shown {
        Shown::Refused(_, text, _) => Some(text),
        Shown::Asked | Shown::Incomplete => offer_refusal(t, &offered.free),
        Shown::Broken(_) => None,
    };
    let page = match wrong {
        Some(text) => page.saying(Tone::Error, text),
        None => page,
    };
    Ok(page::html(status, &view(desk, page, form, (&state, others), (people, offered, broken))))
}

fn view(
    desk: &Staff,
    page: Page,
    form: Form,
    (state, others): (&State, bool),
    (people, offered, broken): (People, Offered, Broken),
) -> BookPage {
    let (t, catalog) = (desk.t, &desk.catalog);
    let service = state.service.and_then(|id| catalog.service(id));
    let zone = times::zone_of(catalog, state, &offered);
    let start = state.start.map(|at| times::value_of(at, state.start_place.or(state.location), zone));
    let form = form.filled("start", start.unwrap_or_default());
    let mut other_times = if others { time_options(t, catalog, &offered.next_free) } else { Vec::new() };
    let warning = broken.warning(t, zone, form.value("acknowledged"));
    if let (Some(_), Some(start)) = (&warning, state.start) {
        let as_chosen = t.with("move-desk-as-chosen", &[("when", &t.moment(start, zone))]);
        other_times.insert(0, (form.value("start").to_owned(), as_chosen));
    }
    let times = Times::new(t, catalog, &form, state, offered);
    let form = kept(form, state, t);
    BookPage {
        services: service_options(catalog, t.text("agenda-choose")),
        more_services: more_services(catalog, t.text("agenda-visit-nothing")),
        locations: location_options(catalog, t.text("agenda-all-locations")),
        providers: provider_options(catalog, t.text("agenda-anyone")),
        languages: language_options(),
        asks_party: service.is_some_and(|service| service.rules.party_max > 1),
        was_sought: form.given("q").is_some(),
        is_new: ["first_name", "last_name", "phone", "email"].iter().any(|field| !form.value(field).is_empty())
            || ["first_name", "last_name", "phone", "email", "birth_date"]
                .iter()
                .any(|field| !form.error(field).is_empty()),
        repeat: repeat_link(&form, state, zone),
        once: form.given("once").map_or_else(chance::token, str::to_owned),
        note_max: NOTE_CHARACTERS_MAX,
        panel: people.panel,
        hits: people.hits,
        alike: people.alike,
        times,
        other_times,
        asks_other_time: others,
        warning,
        form,
        page,
    }
}

/// Where the chosen time is repeated.
fn repeat_link(form: &Form, state: &State, zone: chrono_tz::Tz) -> String {
    let Some(start) = state.start else {
        return String::new();
    };
    let start = time::rfc3339(start, zone);
    let place = state.start_place.or(state.location).map(|id| id.to_string()).unwrap_or_default();
    let mut values: Vec<(&str, &str)> =
        ["service", "provider", "party", "client"].map(|name| (name, form.value(name))).to_vec();
    values.push(("location", &place));
    values.push(("start", &start));
    address("/staff/series/new", &values)
}
