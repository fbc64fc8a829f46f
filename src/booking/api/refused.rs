//! Refused bookings and holds in the API's words.

use std::sync::Arc;

use chrono::{DateTime, Days, Utc};
use serde_json::Value;
use utoipa::ToSchema;

use super::times::{self, Face, FreeSlot};
use crate::app::App;
use crate::booking::book::{BookRefused, Wish};
use crate::booking::cancel::ChangeRefused;
use crate::booking::facts::BookingFacts;
use crate::booking::offer::{self, FreeTime, Question};
use crate::booking::visits::{self, VisitQuestion, VisitRefused, VisitWish};
use crate::catalog::{Catalog, Location};
use crate::db::{Bad, Fault};
use crate::domain::ids::ProviderId;
use crate::domain::policy::{self, CancelRefused};
use crate::domain::slots::WrongParty;
use crate::domain::time;
use crate::domain::visits::WrongVisit;
use crate::web::api::refusal::{self, ApiError, Refusal, WrongField};
use actix_web::http::StatusCode;

pub(crate) const NO_SUCH_SERVICE: &str = "no service that can be booked online has this identifier or slug";
pub(crate) const NOT_HERE: &str = "no such location, or the service is not to be had there";
pub(crate) const NOT_BY_THEM: &str = "no such provider, or the service is not to be had there with this provider";

/// Other times that are offered when one is gone.
const ALTERNATIVES_MAX: usize = 6;
/// Days around the wanted one in which they are looked for.
const DAYS_BEFORE: u64 = 1;
const DAYS_AFTER: u64 = 14;

/// The time is gone; here are others.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the answer for the document")]
pub(crate) struct SlotTaken {
    #[schema(examples("about:blank"))]
    r#type: String,
    #[schema(examples("Conflict"))]
    title: String,
    #[schema(examples(409))]
    status: u16,
    #[schema(examples("slot_taken"))]
    code: String,
    detail: String,
    /// Free at this moment, the closest ones.
    alternatives: Vec<FreeSlot>,
}

/// A booking that is refused.
pub(super) async fn booking(app: &Arc<App>, wish: &Wish, names_hold: bool, refusal: BookRefused) -> ApiError {
    match refused(app, wish, names_hold, refusal).await {
        Ok(refusal) => refusal.into(),
        Err(fault) => fault.into(),
    }
}

/// A visit that is refused.
pub(super) async fn visit(app: &Arc<App>, wish: &VisitWish, names_hold: bool, refusal: VisitRefused) -> ApiError {
    match visit_refused(app, wish, names_hold, refusal).await {
        Ok(refusal) => refusal.into(),
        Err(fault) => fault.into(),
    }
}

async fn visit_refused(
    app: &Arc<App>,
    wish: &VisitWish,
    names_hold: bool,
    refusal: VisitRefused,
) -> Result<Refusal, Fault> {
    let (position, why) = match refusal {
        VisitRefused::Impossible(wrong) => return Ok(impossible(wrong)),
        VisitRefused::Part(position, why) => (position, why),
    };
    match why {
        BookRefused::UnknownService if position > 0 => Ok(at("/also", "unknown_service", NO_SUCH_SERVICE)),
        BookRefused::UnknownProvider if position > 0 => Ok(at("/also", "unknown_provider", NOT_BY_THEM)),
        BookRefused::SlotTaken => {
            let refusal = Refusal::conflict("slot_taken", "somebody else has this time, or a part of it");
            Ok(refusal.with("alternatives", visit_alternatives(app, wish).await?))
        }
        BookRefused::Closed => {
            let detail = "the services do not fit one after the other at this time: closed, or no time to begin";
            Ok(at("/start", "closed", detail).with("alternatives", visit_alternatives(app, wish).await?))
        }
        why => {
            let Some(first) = wish.parts.first() else {
                return Ok(impossible(WrongVisit::TooFew));
            };
            let first = Wish {
                service: first.service,
                location: wish.location,
                provider: first.provider,
                party: 1,
                starts_at: wish.starts_at,
                actor: wish.actor,
            };
            refused(app, &first, names_hold, why).await
        }
    }
}

/// Services that are never one visit.
fn impossible(wrong: WrongVisit) -> Refusal {
    let field = refusal::at_pointer("/also", "visit_impossible", wrong.to_string());
    Refusal::unprocessable("visit_impossible", wrong.to_string()).about(field).with("why", word_of(wrong))
}

/// Why services are never one visit, in one word.
pub(super) const fn word_of(wrong: WrongVisit) -> &'static str {
    match wrong {
        WrongVisit::TooFew => "too_few",
        WrongVisit::TooMany => "too_many",
        WrongVisit::Twice => "twice",
        WrongVisit::Class => "class",
        WrongVisit::NotTogether => "not_together",
    }
}

/// Other starts of the same visit around the wanted one.
async fn visit_alternatives(app: &Arc<App>, wish: &VisitWish) -> Result<Value, Fault> {
    let (shared, wish, now) = (Arc::clone(app), wish.clone(), app.clock.now());
    let read = app.db.read(move |conn| {
        let day = wish.starts_at.date_naive();
        let question = VisitQuestion {
            parts: wish.parts.clone(),
            location: wish.location,
            from: day.checked_sub_days(Days::new(DAYS_BEFORE)).unwrap_or(day),
            to: day.checked_add_days(Days::new(DAYS_AFTER)).unwrap_or(day),
            own_hold: None,
            without: Vec::new(),
            as_staff: false,
        };
        match visits::closest(conn, &shared.shop, now, &question, wish.starts_at, ALTERNATIVES_MAX) {
            Ok(found) => Ok(found),
            Err(Bad::Refused(_)) => Ok(Vec::new()),
            Err(Bad::Fault(fault)) => Err(fault),
        }
    });
    let found = read.await?;
    let catalog = app.catalog().await?;
    write_alternatives(&catalog, &found)
}

async fn refused(app: &Arc<App>, wish: &Wish, names_hold: bool, refusal: BookRefused) -> Result<Refusal, Fault> {
    let catalog = app.catalog().await?;
    Ok(match refusal {
        BookRefused::SlotTaken => {
            let refusal = Refusal::conflict("slot_taken", "somebody else has this time");
            refusal.with("alternatives", alternatives(app, wish).await?)
        }
        BookRefused::Closed => {
            let detail = "nobody offers the service at this time: closed, or not a time at which it begins";
            let refusal = at("/start", "closed", detail);
            refusal.with("alternatives", alternatives(app, wish).await?)
        }
        BookRefused::TooSoon { .. } if names_hold => at("/hold", "hold_expired", "the hold has ended meanwhile"),
        BookRefused::TooSoon { earliest } => {
            let zone = place(&catalog, wish).map_or(chrono_tz::Tz::UTC, |location| location.zone);
            at("/start", "too_soon", "too short before the start").with("earliest", time::rfc3339(earliest, zone))
        }
        BookRefused::TooFar { latest_day } => {
            at("/start", "too_far", "not open for booking yet").with("latest_day", latest_day.to_string())
        }
        BookRefused::LocationNeeded => {
            let places = catalog.locations_for(wish.service);
            let ids: Vec<Value> = places.iter().map(|location| location.id.to_string().into()).collect();
            at("/location", "location_needed", "free at several locations; name one").with("locations", ids)
        }
        other => plain(other),
    })
}

fn at(pointer: &'static str, code: &'static str, detail: &'static str) -> Refusal {
    Refusal::unprocessable(code, detail).about(refusal::at_pointer(pointer, code, detail))
}

/// Those that need no look at anything else.
fn plain(refusal: BookRefused) -> Refusal {
    match refusal {
        BookRefused::UnknownService => at("/service", "unknown_service", NO_SUCH_SERVICE),
        BookRefused::UnknownLocation => at("/location", "unknown_location", NOT_HERE),
        BookRefused::UnknownProvider => at("/provider", "unknown_provider", NOT_BY_THEM),
        BookRefused::WrongParty(wrong) => {
            let code = code_of_party(wrong);
            wrong_party(wrong).about(refusal::at_pointer("/party", code, wrong.to_string()))
        }
        BookRefused::Past => at("/start", "past", "this time has passed"),
        BookRefused::KeyReused => key_reused(),
        BookRefused::PriceTooLarge => at("/party", "party_too_large", "the price would not fit a number"),
        BookRefused::UnknownClient => at("/client", "unknown_client", "no such client"),
        other => Refusal::unprocessable("not_bookable", format!("{other:?}")),
    }
}

const fn code_of_party(wrong: WrongParty) -> &'static str {
    match wrong {
        WrongParty::TooSmall { .. } => "party_too_small",
        WrongParty::TooLarge { .. } => "party_too_large",
    }
}

/// Too few or too many people, with how many fit.
pub(crate) fn wrong_party(wrong: WrongParty) -> Refusal {
    let refusal = Refusal::unprocessable(code_of_party(wrong), wrong.to_string());
    match wrong {
        WrongParty::TooSmall { party_min } => refusal.with("party_min", party_min),
        WrongParty::TooLarge { party_max } => refusal.with("party_max", party_max),
    }
}

/// The same key with another body.
pub(crate) fn key_reused() -> Refusal {
    let detail = "this Idempotency-Key came with another body before; use a new key for a new call";
    let field: WrongField = refusal::in_header("Idempotency-Key", "idempotency_key_reused", detail);
    Refusal::unprocessable("idempotency_key_reused", detail).about(field)
}

fn place<'a>(catalog: &'a Catalog, wish: &Wish) -> Option<&'a Location> {
    match wish.location {
        Some(id) => catalog.location(id),
        None => catalog.locations_for(wish.service).first().copied(),
    }
}

/// What is free around the wanted time; with anyone where the wanted provider has nothing.
async fn alternatives(app: &Arc<App>, wish: &Wish) -> Result<Value, Fault> {
    let mut found = around(app, wish, wish.provider).await?;
    if found.is_empty() && wish.provider.is_some() {
        found = around(app, wish, None).await?;
    }
    written(app, &found).await
}

/// Free times as the answer lists them.
pub(super) async fn written(app: &Arc<App>, found: &[FreeTime]) -> Result<Value, Fault> {
    let catalog = app.catalog().await?;
    write_alternatives(&catalog, found)
}

fn write_alternatives(catalog: &Catalog, found: &[FreeTime]) -> Result<Value, Fault> {
    let mut text = String::from("[");
    for (number, time) in found.iter().enumerate() {
        if 0 < number {
            text.push(',');
        }
        let zone = catalog.location(time.0).map_or(chrono_tz::Tz::UTC, |location| location.zone);
        times::write_time(&mut text, time, Face::Changing(zone));
    }
    text.push(']');
    serde_json::from_str(&text).map_err(Fault::other)
}

async fn around(app: &Arc<App>, wish: &Wish, provider: Option<ProviderId>) -> Result<Vec<FreeTime>, Fault> {
    let (shared, wish, now) = (Arc::clone(app), wish.clone(), app.clock.now());
    app.db
        .read(move |conn| {
            let day = wish.starts_at.date_naive();
            let question = Question {
                service: wish.service,
                location: wish.location,
                provider,
                party: wish.party,
                from: day.checked_sub_days(Days::new(DAYS_BEFORE)).unwrap_or(day),
                to: day.checked_add_days(Days::new(DAYS_AFTER)).unwrap_or(day),
                own_hold: None,
                as_staff: false,
            };
            match offer::closest(conn, &shared.shop, now, &question, wish.starts_at, ALTERNATIVES_MAX) {
                Ok(found) => Ok(found),
                Err(Bad::Refused(_)) => Ok(Vec::new()),
                Err(Bad::Fault(fault)) => Err(fault),
            }
        })
        .await
}

/// A cancellation that is refused.
pub(super) fn change(
    catalog: &Catalog,
    facts: &BookingFacts,
    names_version: bool,
    refusal: &ChangeRefused,
) -> ApiError {
    let deadline = |at: DateTime<Utc>| time::rfc3339(at, facts.zone);
    let refusal = match refusal {
        ChangeRefused::Unknown => return crate::web::problem::Problem::NotFound.into(),
        ChangeRefused::Policy(CancelRefused::TooLate { deadline: at }) => {
            let refusal = Refusal::unprocessable("too_late", "the time for cancelling is over; call the clinic");
            let place = catalog.location(facts.location).and_then(|place| place.phone.clone());
            let phone = place.or_else(|| catalog.clinic.phone.clone());
            refusal.with("deadline", deadline(*at)).with("phone", phone)
        }
        ChangeRefused::Policy(CancelRefused::AlreadyStarted) => {
            let at = policy::cancel_deadline(facts.starts_at, facts.cancel_notice_minutes);
            let refusal = Refusal::unprocessable("already_started", "what has begun is not cancelled");
            refusal.with("deadline", deadline(at))
        }
        ChangeRefused::Policy(CancelRefused::NotCancellable { status }) | ChangeRefused::WrongStatus(status) => {
            let refusal =
                Refusal::conflict("wrong_status", format!("a booking that is {} cannot be cancelled", status.as_str()));
            refusal.with("booking_status", status.as_str())
        }
        ChangeRefused::UnknownReason => {
            at("/reason_code", "unknown_reason", "no reason that clients pick from has this code")
        }
        ChangeRefused::Changed if names_version => {
            let detail = "the booking was changed meanwhile; read it again";
            Refusal::new(StatusCode::PRECONDITION_FAILED, "changed", detail)
        }
        ChangeRefused::Changed => Refusal::conflict("changed", "the booking was changed at the same moment; try again"),
    };
    refusal.into()
}
