//! Blocked time: the form that makes, moves and removes it, as a page and as a part of the calendar's.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use askama::Template;
use chrono::{NaiveDateTime, TimeDelta};

use super::super::broken::{Broken, Warning};
use super::super::{Answer, Options, address, day_of, location_options, provider_options, time_of};
use crate::agenda::day;
use crate::app::App;
use crate::booking::block::{self, BlockRefused, BlockRow, BlockWish, REASON_CHARACTERS_MAX};
use crate::booking::cancel::shortened;
use crate::db::Bad;
use crate::domain::ids::{BlockId, LocationId, ProviderId, RoomId};
use crate::domain::overriding::{Acknowledged, Breach};
use crate::domain::time;
use crate::i18n::Texts;
use crate::web::auth::{self, Staff, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page};
use crate::web::problem::Problem;

/// A block is this long unless somebody says otherwise.
const MINUTES_USUAL: i64 = 30;

struct BlockForm {
    form: Form,
    action: String,
    remove: String,
    version: i64,
    locations: Options,
    providers: Options,
    rooms: Options,
    is_own: bool,
    own_name: String,
    warning: Option<Warning>,
    refusal: String,
    back: String,
    reason_max: usize,
}

#[derive(Template)]
#[template(path = "agenda/block.html")]
struct BlockPage {
    page: Page,
    block: BlockForm,
}

#[derive(Template)]
#[template(path = "agenda/block_part.html")]
struct BlockPart {
    page: Page,
    block: BlockForm,
}

/// The form for new blocked time, filled in as far as the address says.
pub async fn new_page(app: AppData, staff: Staff, request: HttpRequest) -> Answer {
    let asked = Form::parse(request.query_string());
    let places: Vec<_> = staff.catalog.locations.iter().collect();
    let today = day::today(app.0.clock.now(), &places).to_string();
    let first = places.first().map(|place| place.id.to_string()).unwrap_or_default();
    let usual = |form: Form, name: &str, value: &str| match form.given(name) {
        Some(_) => form,
        None => form.filled(name, value),
    };
    let form = usual(usual(usual(asked, "date", &today), "time", "09:00"), "location", &first);
    let form = usual(form, "minutes", &MINUTES_USUAL.to_string());
    let form = match (staff.role.is_desk(), staff.user.provider) {
        (false, Some(own)) => form.filled("provider", own.to_string()).filled("room", ""),
        _ => form,
    };
    show(&app.0, &staff, &request, (StatusCode::OK, form), None, Vec::new()).await
}

/// The form of blocked time that stands.
pub async fn block_page(app: AppData, staff: Staff, request: HttpRequest, id: Path<String>) -> Answer {
    let standing = standing(&app.0, &staff, &id).await?;
    let asked = Form::parse(request.query_string());
    let zone = staff.catalog.location(standing.location).map_or(chrono_tz::UTC, |place| place.zone);
    let start = time::local(standing.starts_at, zone);
    let form = asked
        .filled("date", start.date().to_string())
        .filled("time", start.time().format("%H:%M").to_string())
        .filled("minutes", (standing.ends_at - standing.starts_at).num_minutes().to_string())
        .filled("location", standing.location.to_string())
        .filled("provider", standing.provider.map(|id| id.to_string()).unwrap_or_default())
        .filled("room", standing.room.map(|id| id.to_string()).unwrap_or_default())
        .filled("reason", standing.reason.clone());
    show(&app.0, &staff, &request, (StatusCode::OK, form), Some(&standing), Vec::new()).await
}

async fn standing(app: &Arc<App>, staff: &Staff, id: &str) -> Result<BlockRow, Problem> {
    let id = id.parse::<BlockId>().map_err(|_wrong| Problem::NotFound)?;
    let found = app.db.read(move |conn| block::block(conn, id)).await?;
    let may_see =
        |found: &BlockRow| staff.role.is_desk() || (found.provider.is_some() && found.provider == staff.user.provider);
    found.filter(|found| !found.is_removed).filter(may_see).ok_or(Problem::NotFound)
}

async fn show(
    app: &Arc<App>,
    staff: &Staff,
    request: &HttpRequest,
    (status, form): (StatusCode, Form),
    standing: Option<&BlockRow>,
    breaches: Vec<Breach>,
) -> Answer {
    let t = staff.t;
    let broken = app.db.read(move |conn| Broken::load(conn, &breaches)).await?;
    let location = form.given("location").and_then(|text| text.parse::<LocationId>().ok());
    let zone = location.and_then(|id| staff.catalog.location(id)).map_or(chrono_tz::UTC, |place| place.zone);
    let rooms = staff.catalog.rooms.iter().filter(|room| location.is_none_or(|id| id == room.location));
    let rooms = rooms.map(|room| (room.id.to_string(), room.name.clone()));
    let none = (String::new(), t.text("calendar-block-no-room"));
    let home = address("/staff", &[("date", form.value("date"))]);
    let own = staff.user.provider.filter(|_| !staff.role.is_desk());
    let (title, action) = match standing {
        Some(standing) => (t.text("calendar-block-edit"), format!("/staff/calendar/blocks/{}", standing.id)),
        None => (t.text("calendar-block-new"), "/staff/calendar/blocks".to_owned()),
    };
    let block = BlockForm {
        remove: standing
            .map(|standing| format!("{action}/remove", action = format_args!("/staff/calendar/blocks/{}", standing.id)))
            .unwrap_or_default(),
        action,
        version: standing.map_or(0, |standing| standing.row_version),
        locations: location_options(&staff.catalog, String::new()).into_iter().skip(1).collect(),
        providers: provider_options(&staff.catalog, t.text("calendar-block-nobody")),
        rooms: std::iter::once(none).chain(rooms).collect(),
        is_own: own.is_some(),
        own_name: own.and_then(|id| staff.catalog.provider(id)).map(|own| own.name.clone()).unwrap_or_default(),
        warning: broken.warning(t, zone, form.value("acknowledged")),
        refusal: form.error("all").to_owned(),
        back: auth::safe_next(form.value("back")).map_or(home, str::to_owned),
        reason_max: REASON_CHARACTERS_MAX,
        form,
    };
    let page = staff.page(request, Nav::Agenda, title);
    if block.form.has("part") {
        return Ok(page::html(status, &BlockPart { page, block }));
    }
    Ok(page::html(status, &BlockPage { page, block }))
}

/// Blocks the time.
pub async fn add(app: AppData, staff: Staff, request: HttpRequest, body: Bytes) -> Answer {
    let app = app.0;
    let mut form = staff.form(&app, &body)?;
    let Some(wish) = wish_of(&mut form, &staff) else {
        return show(&app, &staff, &request, (StatusCode::UNPROCESSABLE_ENTITY, form), None, Vec::new()).await;
    };
    let shared = Arc::clone(&app);
    match app.db.write(app.clock.now(), move |tx| block::add(tx, &shared.shop, &wish)).await {
        Ok(_) => Ok(done(&form, "blocked")),
        Err(Bad::Fault(fault)) => Err(fault.into()),
        Err(Bad::Refused(refused)) => refuse(&app, &staff, &request, form, None, refused).await,
    }
}

/// Moves it, gives it another length or another reason.
pub async fn change(app: AppData, staff: Staff, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let mut form = staff.form(&app, &body)?;
    let before = standing(&app, &staff, &id).await?;
    let version = form.given("version").and_then(|text| text.parse().ok());
    let Some(wish) = wish_of(&mut form, &staff) else {
        return show(&app, &staff, &request, (StatusCode::UNPROCESSABLE_ENTITY, form), Some(&before), Vec::new()).await;
    };
    let (shared, which) = (Arc::clone(&app), before.id);
    match app.db.write(app.clock.now(), move |tx| block::change(tx, &shared.shop, (which, version), &wish)).await {
        Ok(()) => Ok(done(&form, "block-changed")),
        Err(Bad::Fault(fault)) => Err(fault.into()),
        Err(Bad::Refused(refused)) => refuse(&app, &staff, &request, form, Some(&before), refused).await,
    }
}

/// Gives the time free again.
pub async fn remove(app: AppData, staff: Staff, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let form = staff.form(&app, &body)?;
    let before = standing(&app, &staff, &id).await?;
    let version = form.given("version").and_then(|text| text.parse().ok());
    let (shared, which, by) = (Arc::clone(&app), before.id, (staff.user.id, only(&staff)));
    match app.db.write(app.clock.now(), move |tx| block::remove(tx, &shared.shop, (which, version), by)).await {
        Ok(()) => Ok(done(&form, "unblocked")),
        Err(Bad::Fault(fault)) => Err(fault.into()),
        Err(Bad::Refused(refused)) => refuse(&app, &staff, &request, form, Some(&before), refused).await,
    }
}

fn only(staff: &Staff) -> Option<ProviderId> {
    if staff.role.is_desk() { None } else { staff.user.provider.or(Some(ProviderId::new(0))) }
}

fn done(form: &Form, what: &str) -> actix_web::HttpResponse {
    let home = address("/staff", &[("date", form.value("date"))]);
    let back = auth::safe_next(form.value("back")).unwrap_or(&home);
    see_other(&page::with_query(back, "done", what))
}

fn wish_of(form: &mut Form, staff: &Staff) -> Option<BlockWish> {
    let t = staff.t;
    let place = form.given("location").and_then(|text| staff.catalog.location_named(text)).cloned();
    if place.is_none() {
        form.fail("location", t.text("agenda-choose-location"));
    }
    let date = form.given("date").and_then(day_of);
    if date.is_none() {
        form.fail("date", t.text("agenda-day-wrong"));
    }
    let clock = form.given("time").and_then(time_of);
    if clock.is_none() {
        form.fail("time", t.text("agenda-time-wrong"));
    }
    let minutes = form.given("minutes").and_then(|text| text.parse::<i64>().ok());
    let minutes = minutes.filter(|minutes| (1..=block::BLOCK_HOURS_MAX * 60).contains(minutes));
    if minutes.is_none() {
        form.fail("minutes", t.text("calendar-block-minutes-wrong"));
    }
    let start: NaiveDateTime = date?.and_time(clock?);
    let zone = place.as_ref()?.zone;
    if !time::exists(start, zone) {
        form.fail("time", t.text("move-desk-no-such-time"));
        return None;
    }
    let starts_at = time::instant(start, zone);
    Some(BlockWish {
        location: place?.id,
        provider: form.given("provider").and_then(|text| text.parse::<ProviderId>().ok()),
        room: form.given("room").and_then(|text| text.parse::<RoomId>().ok()),
        starts_at,
        ends_at: starts_at + TimeDelta::minutes(minutes?),
        reason: shortened(form.value("reason")).chars().take(REASON_CHARACTERS_MAX).collect(),
        by: staff.user.id,
        only: only(staff),
        overriding: staff.role.may_override().then(|| Acknowledged::parse(form.value("acknowledged"))),
    })
}

async fn refuse(
    app: &Arc<App>,
    staff: &Staff,
    request: &HttpRequest,
    mut form: Form,
    before: Option<&BlockRow>,
    refused: BlockRefused,
) -> Answer {
    let (status, sentence, breaches) = said(staff.t, refused);
    if let Some(sentence) = sentence {
        form.fail("all", sentence);
    }
    show(app, staff, request, (status, form), before, breaches).await
}

fn said(t: Texts, refused: BlockRefused) -> (StatusCode, Option<String>, Vec<Breach>) {
    let unprocessable = |text| (StatusCode::UNPROCESSABLE_ENTITY, Some(text), Vec::new());
    match refused {
        BlockRefused::Breaks(breaches) => (StatusCode::CONFLICT, None, breaches),
        BlockRefused::Taken => (StatusCode::CONFLICT, Some(t.text("calendar-block-taken")), Vec::new()),
        BlockRefused::Changed | BlockRefused::Unknown => {
            (StatusCode::CONFLICT, Some(t.text("calendar-block-changed")), Vec::new())
        }
        BlockRefused::Nothing => unprocessable(t.text("calendar-block-nothing")),
        BlockRefused::WrongSpan => unprocessable(t.text("calendar-block-minutes-wrong")),
        BlockRefused::NotOwn => unprocessable(t.text("calendar-block-not-own")),
    }
}
