//! Moving a booking at the desk: who, where and which day; a free time or any other; and what that would break.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use askama::Template;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::book::refusal;
use super::booking::actor_text;
use super::broken::{self, Broken, Warning};
use super::{Answer, Options, address, day_of, shortly, status_text, time_of};
use crate::accounts;
use crate::app::App;
use crate::booking::BookingFacts;
use crate::booking::book::{BookRefused, OnceKey};
use crate::booking::cancel::REASON_CHARACTERS_MAX;
use crate::booking::facts::{self, HistoryLine};
use crate::booking::offer::FreeTime;
use crate::booking::place::Exactly;
use crate::catalog::{Catalog, Location};
use crate::chance;
use crate::db::{Bad, Conn, Fault};
use crate::domain::ids::{BookingId, ProviderId};
use crate::domain::overriding::{Acknowledged, Breach};
use crate::domain::policy::MoveRefused;
use crate::domain::time;
use crate::i18n::Texts;
use crate::rescheduling::alternatives::{self, Range};
use crate::rescheduling::{Destination, Move, RescheduleRefused, reschedule};
use crate::web::auth::{Desk, Staff, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

/// The last events of a long history.
const HISTORY_MAX: i64 = 200;
/// The largest key of a form.
const KEY_BYTES_MAX: usize = 100;

struct TimeLink {
    text: String,
    href: String,
    is_chosen: bool,
    who: String,
}

#[derive(Template)]
#[template(path = "agenda/move.html")]
struct MovePage {
    page: Page,
    form: Form,
    booking: BookingFacts,
    now_when: String,
    now_with: String,
    here: String,
    back: String,
    locations: Options,
    providers: Options,
    day_text: String,
    previous: String,
    next: String,
    times: Vec<TimeLink>,
    warning: Option<Warning>,
    once: String,
    reason_max: usize,
}

/// Where it shall go, as far as it is said and makes sense.
#[derive(Clone, Copy)]
struct State {
    location: crate::domain::ids::LocationId,
    provider: Option<ProviderId>,
    day: NaiveDate,
    clock: Option<NaiveTime>,
    start: Option<DateTime<Utc>>,
}

/// The page.
pub async fn move_page(app: AppData, desk: Desk, request: HttpRequest, id: Path<String>) -> Answer {
    let id = id.parse::<BookingId>().map_err(|_wrong| Problem::NotFound)?;
    let form = Form::parse(request.query_string());
    show(&app.0, &desk, &request, id, form, Shown::default()).await
}

/// Why the page is shown.
#[derive(Default)]
struct Shown {
    status: StatusCode,
    said: Option<(Tone, String)>,
    breaches: Vec<Breach>,
    /// Somebody else changed it: say who and when.
    changed: bool,
}

struct Loaded {
    booking: BookingFacts,
    days: Vec<FreeTime>,
    broken: Broken,
    last: Option<HistoryLine>,
    last_name: Option<String>,
}

async fn show(
    app: &Arc<App>,
    desk: &Staff,
    request: &HttpRequest,
    id: BookingId,
    mut form: Form,
    shown: Shown,
) -> Answer {
    let (t, now) = (desk.t, app.clock.now());
    let booking = app.db.read(move |conn| facts::booking(conn, id)).await?.ok_or(Problem::NotFound)?;
    let place = place_of(&desk.catalog, &booking, &form).ok_or(Problem::NotFound)?;
    let state = state_of(&mut form, &desk.catalog, &booking, place, t);
    let (shared, breaches, asked) = (Arc::clone(app), shown.breaches, booking);
    let loaded = app.db.read(move |conn| load(conn, &shared, now, asked, (&state, &breaches))).await?;
    let page = desk.page(request, Nav::Agenda, t.with("move-desk-title", &[("name", &loaded.booking.client_name())]));
    let said = if shown.changed { Some((Tone::Warning, changed_text(t, &loaded))) } else { shown.said };
    let page = match said {
        Some((tone, text)) => page.saying(tone, text),
        None => page,
    };
    let status = if form.has_errors() && shown.status == StatusCode::OK {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        shown.status
    };
    Ok(page::html(status, &view(desk, page, form, (&state, place), loaded)))
}

fn load(
    conn: &mut Conn,
    app: &App,
    now: DateTime<Utc>,
    booking: BookingFacts,
    (state, breaches): (&State, &[Breach]),
) -> Result<Loaded, Fault> {
    let range = Range {
        provider: state.provider,
        location: Some(state.location),
        from: state.day,
        to: state.day,
        as_staff: true,
    };
    let days = match alternatives::free_days(conn, &app.shop, now, &booking, &range) {
        Ok(days) => days.iter().flat_map(|day| alternatives::others_of(day, &booking)).collect(),
        Err(Bad::Refused(_)) => Vec::new(),
        Err(Bad::Fault(fault)) => return Err(fault),
    };
    let last = facts::history(conn, booking.id, HISTORY_MAX)?.pop();
    let last_name = match last.as_ref().and_then(|line| line.staff) {
        Some(user) => accounts::team(conn)?.into_iter().find(|known| known.id == user).map(|known| known.name),
        None => None,
    };
    Ok(Loaded { broken: Broken::load(conn, breaches)?, days, last, last_name, booking })
}

fn changed_text(t: Texts, loaded: &Loaded) -> String {
    let Some(line) = &loaded.last else {
        return t.text("agenda-change-changed");
    };
    let who = loaded.last_name.clone().unwrap_or_else(|| actor_text(t, &line.actor));
    t.with("move-desk-changed", &[("who", &who), ("when", &shortly(t, line.at, loaded.booking.zone))])
}

fn place_of<'a>(catalog: &'a Catalog, booking: &BookingFacts, form: &Form) -> Option<&'a Location> {
    let named = form.given("location").and_then(|text| catalog.location_named(text));
    named.or_else(|| catalog.location(booking.location)).or_else(|| catalog.locations.first())
}

/// What the address or the form says; what it leaves out stays as it is.
fn state_of(form: &mut Form, catalog: &Catalog, booking: &BookingFacts, place: &Location, t: Texts) -> State {
    let provider = match form.given("provider") {
        Some("any") => None,
        Some(text) => catalog.provider_named(text).map(|provider| provider.id),
        None => Some(booking.provider),
    };
    let own = time::local(booking.starts_at, place.zone);
    let typed = form.given("day").map(str::to_owned);
    let day = typed.as_deref().and_then(day_of);
    if typed.is_some() && day.is_none() {
        form.fail("day", t.text("agenda-day-wrong"));
    }
    let typed = form.given("time").map(str::to_owned);
    let clock = typed.as_deref().and_then(time_of);
    if typed.is_some() && clock.is_none() {
        form.fail("time", t.text("agenda-time-wrong"));
    }
    let day = day.unwrap_or(own.date());
    let chosen = form.given("start").and_then(|text| DateTime::parse_from_rfc3339(text).ok());
    // A chosen instant counts as long as it is the one that is typed: an hour may come twice.
    let chosen = chosen.map(|at| at.to_utc()).filter(|at| {
        let local = time::local(*at, place.zone);
        local.date() == day && clock.is_none_or(|clock| clock == local.time())
    });
    let wall = clock.map(|clock| day.and_time(clock));
    let start = chosen.or_else(|| {
        let wall = wall?;
        if !time::exists(wall, place.zone) {
            form.fail("time", t.text("move-desk-no-such-time"));
            return None;
        }
        Some(time::instant(wall, place.zone))
    });
    State { location: place.id, provider, day, clock, start }
}

fn view(desk: &Staff, page: Page, form: Form, (state, place): (&State, &Location), loaded: Loaded) -> MovePage {
    let (t, catalog) = (desk.t, &desk.catalog);
    let booking = loaded.booking;
    let path = format!("/staff/bookings/{}/move", booking.id);
    let provider = state.provider.map_or_else(|| "any".to_owned(), |id| id.to_string());
    let location = state.location.to_string();
    let link = |day: NaiveDate, clock: &str, start: &str| {
        let day = day.to_string();
        let reason = form.value("reason");
        let values = [
            ("provider", provider.as_str()),
            ("location", location.as_str()),
            ("day", day.as_str()),
            ("time", clock),
            ("start", start),
            ("reason", reason),
        ];
        address(&path, &values)
    };
    let times = loaded.days.iter().map(|(_, slot)| {
        let local = time::local(slot.starts_at, place.zone).time();
        let names = slot.choices.iter().filter_map(|choice| catalog.provider(choice.provider));
        let names: Vec<&str> = names.map(|provider| provider.name.as_str()).collect();
        let start = time::rfc3339(slot.starts_at, place.zone);
        TimeLink {
            text: t.time(local),
            href: format!("{}#to", link(state.day, &local.format("%H:%M").to_string(), &start)),
            is_chosen: state.start == Some(slot.starts_at),
            who: names.join(", "),
        }
    });
    let times: Vec<TimeLink> = times.collect();
    let providers = catalog.providers_for(booking.service, place.id);
    let providers = providers.iter().map(|provider| (provider.id.to_string(), provider.name.clone()));
    let any = ("any".to_owned(), t.text("agenda-anyone"));
    let places = catalog.locations_for(booking.service);
    let warning = loaded.broken.warning(t, place.zone, form.value("acknowledged"));
    let clock = state.clock.map(|clock| clock.format("%H:%M").to_string());
    let clock = if form.given("time").is_some() { form.value("time").to_owned() } else { clock.unwrap_or_default() };
    MovePage {
        now_when: t.moment(booking.starts_at, booking.zone),
        now_with: t.with("move-with-at", &[("provider", &booking.provider_name), ("place", &booking.location_name)]),
        back: format!("/staff/bookings/{}", booking.id),
        locations: places.iter().map(|place| (place.id.to_string(), place.name.clone())).collect(),
        providers: providers.chain(std::iter::once(any)).collect(),
        day_text: t.date_long(state.day),
        previous: state.day.pred_opt().map(|day| link(day, "", "")).unwrap_or_default(),
        next: state.day.succ_opt().map(|day| link(day, "", "")).unwrap_or_default(),
        times,
        warning,
        once: form.given("once").map_or_else(chance::token, str::to_owned),
        reason_max: REASON_CHARACTERS_MAX,
        here: path,
        form: form
            .filled("provider", provider)
            .filled("location", location)
            .filled("day", state.day.to_string())
            .filled("time", clock)
            .filled("start", state.start.map(|at| time::rfc3339(at, place.zone)).unwrap_or_default()),
        booking,
        page,
    }
}

/// Moves it, or says on the same page what stands in the way.
pub async fn move_booking(app: AppData, desk: Desk, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let mut form = desk.form(&app, &body)?;
    let id = id.parse::<BookingId>().map_err(|_wrong| Problem::NotFound)?;
    let t = desk.t;
    let booking = app.db.read(move |conn| facts::booking(conn, id)).await?.ok_or(Problem::NotFound)?;
    let place = place_of(&desk.catalog, &booking, &form).ok_or(Problem::NotFound)?;
    let state = state_of(&mut form, &desk.catalog, &booking, place, t);
    let Some(starts_at) = state.start else {
        if form.error("time").is_empty() {
            form.fail("time", t.text("desk-choose-time"));
        }
        let shown = Shown { status: StatusCode::UNPROCESSABLE_ENTITY, ..Shown::default() };
        return show(&app, &desk, &request, id, form, shown).await;
    };
    let wish = Move {
        booking: id,
        to: Destination { starts_at, provider: state.provider, location: Some(state.location) },
        actor: desk.actor(),
        reason: form.given("reason").map(str::to_owned),
        expected_version: form.given("version").and_then(|text| text.parse().ok()),
        overriding: desk.role.may_override().then(|| Acknowledged::parse(form.value("acknowledged"))),
        once: once_of(&form, id, starts_at),
        exactly: Exactly::default(),
        is_silent: false,
    };
    let shared = Arc::clone(&app);
    match app.db.write(app.clock.now(), move |tx| reschedule(tx, &shared.shop, &wish)).await {
        Ok(_) => {
            app.bell.notify_one();
            Ok(see_other(&format!("/staff/bookings/{id}?done=moved")))
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
        Err(Bad::Refused(RescheduleRefused::Unknown)) => Err(Problem::NotFound),
        Err(Bad::Refused(refused)) => show(&app, &desk, &request, id, form, shown_of(t, &desk.catalog, refused)).await,
    }
}

/// Sending the same form twice moves once.
fn once_of(form: &Form, booking: BookingId, starts_at: DateTime<Utc>) -> Option<OnceKey> {
    let key = form.given("once").filter(|key| key.len() <= KEY_BYTES_MAX)?;
    let body_hash = format!("{booking} {starts_at} {} {}", form.value("provider"), form.value("location"));
    Some(OnceKey { scope: "form".to_owned(), key: key.to_owned(), body_hash: body_hash.chars().take(200).collect() })
}

fn shown_of(t: Texts, catalog: &Catalog, refused: RescheduleRefused) -> Shown {
    let said = |status, text| Shown { status, said: Some((Tone::Error, text)), ..Shown::default() };
    match refused {
        RescheduleRefused::Breaks(breaches) => {
            Shown { status: broken::status(&breaches), breaches, ..Shown::default() }
        }
        RescheduleRefused::Changed | RescheduleRefused::Unknown => {
            Shown { status: StatusCode::CONFLICT, changed: true, ..Shown::default() }
        }
        RescheduleRefused::SameTime => said(StatusCode::UNPROCESSABLE_ENTITY, t.text("move-desk-same-time")),
        RescheduleRefused::KeyReused => said(StatusCode::CONFLICT, t.text("desk-key-reused")),
        RescheduleRefused::Policy(MoveRefused::NotMovable { status }) => {
            let text = t.with("agenda-change-status", &[("status", &status_text(t, status))]);
            said(StatusCode::CONFLICT, text)
        }
        RescheduleRefused::Policy(_) => said(StatusCode::CONFLICT, t.text("agenda-change-policy")),
        RescheduleRefused::NotBookable(BookRefused::SlotTaken) => said(StatusCode::CONFLICT, t.text("move-desk-taken")),
        RescheduleRefused::NotBookable(BookRefused::Closed) => {
            said(StatusCode::UNPROCESSABLE_ENTITY, t.text("move-desk-closed"))
        }
        RescheduleRefused::NotBookable(why) => said(StatusCode::UNPROCESSABLE_ENTITY, refusal(t, catalog, &why)),
    }
}
