//! What is asked before a card that was moved or pulled longer stays where it is: from where to where, what that breaks,
//! and whether the client is told, with the very mail. The answer is a part of a page, put into a dialog.
//!
//! To know what would be said the change is made in a write that is always undone.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use askama::Template;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::super::broken::{Broken, Warning};
use super::super::{Answer, status_text};
use super::change_words::{self, sentence};
use crate::app::App;
use crate::booking::BookingFacts;
use crate::booking::facts;
use crate::booking::offer::Shop;
use crate::booking::place::Exactly;
use crate::catalog::Catalog;
use crate::chance;
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::{BookingId, ProviderId, RoomId};
use crate::domain::messages::{Audience, MessageState};
use crate::domain::overriding::{Acknowledged, Breach};
use crate::domain::time;
use crate::i18n::{Language, Texts};
use crate::messaging::{self, Preview};
use crate::rescheduling::{Destination, Lengthen, LengthenRefused, Move, RescheduleRefused, lengthen, reschedule};
use crate::schedule::AppLinks;
use crate::web::auth::Desk;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page};
use crate::web::problem::Problem;

/// No appointment lasts longer.
const MINUTES_MAX: i64 = 24 * 60;

/// Where a card was put.
#[derive(Debug, Clone, Copy)]
struct Wish {
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    provider: ProviderId,
    room: Option<RoomId>,
    is_same_place: bool,
    is_only_room: bool,
}

/// Why it cannot stay there.
pub(super) enum Refused {
    /// The form makes no sense, or asks for what does not exist.
    Wish(String),
    /// It does not move.
    Move(RescheduleRefused),
    /// It does not get longer.
    Lengthen(LengthenRefused),
}

impl Refused {
    fn breaches(&self) -> Option<&[Breach]> {
        match self {
            Self::Move(RescheduleRefused::Breaks(breaches)) | Self::Lengthen(LengthenRefused::Breaks(breaches)) => {
                Some(breaches)
            }
            _ => None,
        }
    }

    fn is_changed(&self) -> bool {
        matches!(self, Self::Move(RescheduleRefused::Changed) | Self::Lengthen(LengthenRefused::Changed))
    }
}

/// What would come of it.
struct Foreseen {
    after: BookingFacts,
    breaches: Vec<Breach>,
    mail: Option<Preview>,
    /// Why no mail reaches the client.
    silence: Option<String>,
}

enum Looked {
    Possible(Box<Foreseen>),
    Refused(Refused),
}

#[derive(Template)]
#[template(path = "agenda/calendar_change.html")]
struct ChangePart {
    page: Page,
    outcome: &'static str,
    name: String,
    service: String,
    before: String,
    after: String,
    refusal: String,
    warning: Option<Warning>,
    mail: Option<Preview>,
    silence: String,
    asks_to_tell: bool,
    tells: bool,
    action: String,
    hidden: Vec<(&'static str, String)>,
    done: String,
}

/// What would come of it if the card stayed where it was put.
pub async fn preview(app: AppData, desk: Desk, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    let form = desk.form(&app.0, &body)?;
    let id = id.parse::<BookingId>().map_err(|_wrong| Problem::NotFound)?;
    look(&app.0, &desk, &request, id, form, None).await
}

/// Leaves the card where it was put.
pub async fn change(app: AppData, desk: Desk, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let form = desk.form(&app, &body)?;
    let id = id.parse::<BookingId>().map_err(|_wrong| Problem::NotFound)?;
    let booking = app.db.read(move |conn| facts::booking(conn, id)).await?.ok_or(Problem::NotFound)?;
    let wish = match wish_of(&form, &desk.catalog, &booking, desk.t) {
        Ok(wish) => wish,
        Err(sentence) => return look(&app, &desk, &request, id, form, Some(Refused::Wish(sentence))).await,
    };
    let acknowledged = desk.role.may_override().then(|| Acknowledged::parse(form.value("acknowledged")));
    let deed = deed(&desk, &form, &booking, wish, (acknowledged, form.is("tell", "no")));
    let shared = Arc::clone(&app);
    match app.db.write(app.clock.now(), move |tx| perform(tx, &shared.shop, &deed)).await {
        Ok(()) => {
            app.bell.notify_one();
            let after = app.db.read(move |conn| facts::booking(conn, id)).await?.ok_or(Problem::NotFound)?;
            let t = desk.t;
            let when = change_words::spot(t, &after);
            let name = after.client_name();
            let done = if form.is("tell", "no") || after.status != BookingStatus::Booked {
                t.with("calendar-done-silent", &[("name", &name), ("when", &when)])
            } else {
                t.with("calendar-done", &[("name", &name), ("when", &when)])
            };
            let shown = ChangePart { done, outcome: "done", ..part(&desk, &request, &booking, String::new()) };
            Ok(page::html(StatusCode::OK, &shown))
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
        Err(Bad::Refused(refused)) => look(&app, &desk, &request, id, form, Some(refused)).await,
    }
}

fn part(desk: &Desk, request: &HttpRequest, booking: &BookingFacts, after: String) -> ChangePart {
    ChangePart {
        page: desk.page(request, Nav::Agenda, booking.client_name()),
        outcome: "ask",
        name: booking.client_name(),
        service: booking.service_name.clone(),
        before: change_words::spot(desk.t, booking),
        after,
        refusal: String::new(),
        warning: None,
        mail: None,
        silence: String::new(),
        asks_to_tell: false,
        tells: true,
        action: format!("/staff/calendar/bookings/{}/move", booking.id),
        hidden: Vec::new(),
        done: String::new(),
    }
}

/// Makes the change, sees what comes of it, and undoes it. `before` is what the real one was refused with.
async fn look(
    app: &Arc<App>,
    desk: &Desk,
    request: &HttpRequest,
    id: BookingId,
    form: Form,
    before: Option<Refused>,
) -> Answer {
    let t = desk.t;
    let booking = app.db.read(move |conn| facts::booking(conn, id)).await?.ok_or(Problem::NotFound)?;
    let was_changed = before.as_ref().is_some_and(Refused::is_changed);
    let wish = match wish_of(&form, &desk.catalog, &booking, t) {
        Ok(wish) if !was_changed => wish,
        Ok(_) => return refuse(app, desk, request, &booking, Refused::Move(RescheduleRefused::Changed)).await,
        Err(sentence) => return refuse(app, desk, request, &booking, Refused::Wish(sentence)).await,
    };
    let is_silent = form.is("tell", "no");
    let may_override = desk.role.may_override();
    let deed_with = |acknowledged: &Acknowledged| {
        deed(desk, &form, &booking, wish, (may_override.then(|| acknowledged.clone()), false))
    };
    let first = deed_with(&Acknowledged::default());
    let (shared, links) = (Arc::clone(app), AppLinks(Arc::clone(app)));
    let language = Language::parse(&booking.language).unwrap_or_default();
    let looked: Result<(), Bad<Looked>> = app
        .db
        .write(app.clock.now(), move |tx| {
            let tried = tx.attempt(|tx| perform(tx, &shared.shop, &first));
            let breaches = match tried {
                Ok(()) => Vec::new(),
                Err(Bad::Fault(fault)) => return Err(fault.into()),
                Err(Bad::Refused(refused)) => match refused.breaches() {
                    Some(breaches) => breaches.to_vec(),
                    None => return Err(Bad::Refused(Looked::Refused(refused))),
                },
            };
            if !breaches.is_empty() {
                let all = first.acknowledging(Acknowledged::parse(&Acknowledged::text_of(&breaches)));
                perform(tx, &shared.shop, &all).map_err(|bad| bad.map(Looked::Refused))?;
            }
            let foreseen = foresee(tx, &links, (id, language), breaches)?;
            // Refused on purpose, so that nothing of it stays.
            Err(Bad::Refused(Looked::Possible(Box::new(foreseen))))
        })
        .await;
    match looked {
        Ok(()) => Err(Problem::Nonsense),
        Err(Bad::Fault(fault)) => Err(fault.into()),
        Err(Bad::Refused(Looked::Refused(refused))) => refuse(app, desk, request, &booking, refused).await,
        Err(Bad::Refused(Looked::Possible(foreseen))) => {
            ask(app, desk, request, (&booking, wish), &form, (*foreseen, is_silent)).await
        }
    }
}

fn foresee(
    tx: &mut Tx<'_>,
    links: &AppLinks,
    (id, language): (BookingId, Language),
    breaches: Vec<Breach>,
) -> Result<Foreseen, Fault> {
    let after = facts::booking(tx.conn, id)?.ok_or_else(|| Fault::other("a booking is gone while it moves"))?;
    let now = tx.now;
    let messages = messaging::messages_of(tx.conn, id)?;
    let to_client = messages.into_iter().filter(|line| {
        line.schedule_version == after.schedule_version
            && line.created_at == now
            && line.kind.audience() == Audience::Client
            && line.due_at <= now
    });
    let mut silence = None;
    let mut mail = None;
    for line in to_client {
        if line.state == MessageState::Pending {
            mail = messaging::preview_now(tx.conn, links, now, (id, language), line.kind)?;
        } else if line.state == MessageState::Skipped {
            silence = line.reason;
        }
    }
    Ok(Foreseen { after, breaches, silence: if mail.is_some() { None } else { silence }, mail })
}

async fn ask(
    app: &Arc<App>,
    desk: &Desk,
    request: &HttpRequest,
    (booking, wish): (&BookingFacts, Wish),
    form: &Form,
    (foreseen, is_silent): (Foreseen, bool),
) -> Answer {
    let t = desk.t;
    let breaches = foreseen.breaches.clone();
    let broken = app.db.read(move |conn: &mut Conn| Broken::load(conn, &breaches)).await?;
    let warning = broken.warning(t, booking.zone, form.value("acknowledged"));
    let silence = match (&foreseen.mail, &foreseen.silence) {
        (Some(_), _) => String::new(),
        (None, Some(reason)) => {
            let why = messaging::web::reason_text(t, MessageState::Skipped, Some(reason));
            t.with("calendar-no-mail-because", &[("reason", &why)])
        }
        (None, None) => t.text("calendar-no-mail"),
    };
    let version = booking.row_version.to_string();
    let once = form.given("once").map_or_else(chance::token, str::to_owned);
    let kept = |name: &'static str| (name, form.value(name).to_owned());
    let asks_to_tell = foreseen.mail.is_some() && booking.status == BookingStatus::Booked;
    let shown = ChangePart {
        warning,
        silence,
        asks_to_tell,
        tells: if form.has("tell") { !is_silent } else { !wish.is_only_room },
        mail: foreseen.mail,
        hidden: vec![
            ("version", version),
            ("once", once),
            kept("start"),
            kept("minutes"),
            kept("provider"),
            kept("room"),
        ],
        ..part(desk, request, booking, change_words::spot(t, &foreseen.after))
    };
    Ok(page::html(StatusCode::OK, &shown))
}

async fn refuse(
    app: &Arc<App>,
    desk: &Desk,
    request: &HttpRequest,
    booking: &BookingFacts,
    refused: Refused,
) -> Answer {
    let t = desk.t;
    let (outcome, refusal, status) = if refused.is_changed() {
        let id = booking.id;
        let last = app.db.read(move |conn| change_words::last_change(conn, id)).await?;
        ("changed", change_words::changed(t, booking, last), StatusCode::CONFLICT)
    } else {
        ("refused", sentence(t, &desk.catalog, &refused), StatusCode::UNPROCESSABLE_ENTITY)
    };
    let shown = ChangePart { outcome, refusal, ..part(desk, request, booking, String::new()) };
    Ok(page::html(status, &shown))
}

/// What the form asks for, on the clocks of the booking's place.
fn wish_of(form: &Form, catalog: &Catalog, booking: &BookingFacts, t: Texts) -> Result<Wish, String> {
    let read = |text: &str| {
        let short = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M");
        short.or_else(|_seconds| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S")).ok()
    };
    let start = form.given("start").and_then(read).ok_or_else(|| t.text("agenda-time-wrong"))?;
    // An hour that comes twice: whoever did not touch the time keeps the one it is.
    let starts_at = if start == booking.local_start() {
        booking.starts_at
    } else if time::exists(start, booking.zone) {
        time::instant(start, booking.zone)
    } else {
        return Err(t.text("move-desk-no-such-time"));
    };
    let lasts = (booking.ends_at - booking.starts_at).num_minutes();
    let minutes = form.given("minutes").map_or(Ok(lasts), |text| text.parse::<i64>().map_err(|_wrong| ()));
    let minutes = minutes.ok().filter(|minutes| (1..=MINUTES_MAX).contains(minutes));
    let minutes = minutes.ok_or_else(|| t.text("calendar-wrong-length"))?;
    let provider = match form.given("provider") {
        Some(text) => catalog.provider_named(text).map(|known| known.id).ok_or_else(|| t.text("desk-not-with"))?,
        None => booking.provider,
    };
    let room = form.given("room").map(|text| room_of(text, catalog, booking, t)).transpose()?;
    let is_same_time = starts_at == booking.starts_at && provider == booking.provider;
    let is_other_room = room.is_some() && room != booking.room;
    Ok(Wish {
        starts_at,
        ends_at: starts_at + TimeDelta::minutes(minutes),
        provider,
        room: room.filter(|_| is_other_room || !is_same_time),
        is_same_place: is_same_time && !is_other_room,
        is_only_room: is_same_time && is_other_room && minutes == lasts,
    })
}

/// A room the service may take place in.
fn room_of(text: &str, catalog: &Catalog, booking: &BookingFacts, t: Texts) -> Result<RoomId, String> {
    let room = text.parse::<RoomId>().ok().and_then(|id| catalog.room(id)).ok_or_else(|| t.text("calendar-no-room"))?;
    let kind = catalog.service(booking.service).and_then(|service| service.room_kind.as_deref());
    match kind {
        Some(kind) if room.kind == kind && room.location == booking.location => Ok(room.id),
        _ => Err(t.with("calendar-wrong-room", &[("room", &room.name), ("service", &booking.service_name)])),
    }
}

enum Deed {
    Move(Move),
    Lengthen(Lengthen),
}

impl Deed {
    fn acknowledging(&self, acknowledged: Acknowledged) -> Self {
        match self {
            Self::Move(wish) => Self::Move(Move {
                overriding: wish.overriding.as_ref().map(|_| acknowledged),
                once: None,
                ..wish.clone()
            }),
            Self::Lengthen(wish) => {
                Self::Lengthen(Lengthen { overriding: wish.overriding.as_ref().map(|_| acknowledged), ..wish.clone() })
            }
        }
    }
}

fn deed(
    desk: &Desk,
    form: &Form,
    booking: &BookingFacts,
    wish: Wish,
    (overriding, is_silent): (Option<Acknowledged>, bool),
) -> Deed {
    let expected_version = form.given("version").and_then(|text| text.parse().ok());
    let actor = desk.actor();
    if wish.is_same_place {
        let ends_at = wish.ends_at;
        return Deed::Lengthen(Lengthen {
            booking: booking.id,
            ends_at,
            actor,
            expected_version,
            overriding,
            is_silent,
        });
    }
    let lasts = (booking.ends_at - booking.starts_at).num_minutes();
    let wanted = (wish.ends_at - wish.starts_at).num_minutes();
    let catalog = &desk.catalog;
    let usual = catalog.service(booking.service).map(|known| catalog.duration_minutes(known, booking.provider));
    // What was given another length by hand keeps it; what has the usual one takes that of its new provider.
    let is_usual = wanted == lasts && usual.is_some_and(|usual| i64::from(usual) == lasts);
    let minutes = if is_usual { None } else { u32::try_from(wanted).ok() };
    Deed::Move(Move {
        booking: booking.id,
        to: Destination { starts_at: wish.starts_at, provider: Some(wish.provider), location: Some(booking.location) },
        actor,
        reason: None,
        expected_version,
        overriding,
        once: None,
        exactly: Exactly { minutes, room: wish.room },
        is_silent,
    })
}

fn perform(tx: &mut Tx<'_>, shop: &Shop, deed: &Deed) -> Result<(), Bad<Refused>> {
    match deed {
        Deed::Move(wish) => reschedule(tx, shop, wish).map(|_| ()).map_err(|bad| bad.map(Refused::Move)),
        Deed::Lengthen(wish) => lengthen(tx, shop, wish).map_err(|bad| bad.map(Refused::Lengthen)),
    }
}

/// Why a status does not move.
pub(super) fn status_sentence(t: Texts, status: BookingStatus) -> String {
    t.with("agenda-change-status", &[("status", &status_text(t, status))])
}
