//! Moving a booking, for whoever holds the manage token.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use chrono::{DateTime, Days, Utc};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::bookings::{BookingShape, answer, facts_of, if_match, opened, shape};
use super::refused::{self, SlotTaken};
use super::wish;
use crate::app::App;
use crate::booking::book::{BookRefused, Wish};
use crate::booking::cancel::REASON_CHARACTERS_MAX;
use crate::booking::facts::BookingFacts;
use crate::booking::offer::FreeTime;
use crate::booking::place::Exactly;
use crate::catalog::Catalog;
use crate::db::{Bad, Fault};
use crate::domain::booking::Actor;
use crate::domain::ids::ProviderId;
use crate::domain::policy::MoveRefused;
use crate::domain::time;
use crate::rescheduling::alternatives::{self, Range};
use crate::rescheduling::{Destination, Move, RescheduleRefused, reschedule};
use crate::web::api::refusal::{self, ApiError, ProblemDocument};
use crate::web::api::{self, Answer, JsonBody, Refusal, Wrong};
use crate::web::edge::AppData;
use crate::web::problem::Problem;

/// The word for "with anyone".
const ANYONE: &str = "any";
/// Other times that are offered when one is gone.
const ALTERNATIVES_MAX: usize = 6;
const DAYS_BEFORE: u64 = 1;
const DAYS_AFTER: u64 = 14;

/// Where a booking shall move.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Move)]
pub struct MoveBody {
    /// When it shall begin, with offset, as availability answers it.
    #[schema(value_type = String, format = DateTime, required = true)]
    start: Option<String>,
    /// Identifier or slug, or `any`; it stays with the same provider when this is left out.
    #[schema(nullable = false)]
    provider: Option<String>,
    /// Identifier or slug; it stays where it is when this is left out.
    #[schema(nullable = false)]
    location: Option<String>,
    /// Why, in the client's words.
    #[schema(max_length = 500, nullable = false)]
    reason: Option<String>,
}

/// Moves a booking.
///
/// Reference, links and price stay; `row_version` rises. A refusal leaves the booking where it is. Its own place does
/// not stand in its way.
#[utoipa::path(
    post,
    path = "/api/v1/bookings/{id}/reschedule",
    tag = "bookings",
    params(
        ("id" = String, Path, description = "The `id` of the booking"),
        ("If-Match" = Option<String>, Header, description = "The version you have seen: its `ETag` or `row_version`"),
        ("Idempotency-Key" = Option<String>, Header, description = "Sending it again with the same body moves once; \
            with another body it is refused. Use a random UUID", max_length = 255)
    ),
    request_body = MoveBody,
    security(("manage_token" = []), ("staff_token" = [])),
    responses(
        (status = 200, description = "The booking at its new time", body = BookingShape,
            headers(("ETag" = String, description = "Its version"))),
        (status = 400, description = "`broken_json`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "`token_needed`", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 404, description = "`not_found`: unknown, or the token opens another booking",
            body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "`slot_taken`, with free times around it; `wrong_status` with `booking_status`",
            body = SlotTaken, content_type = "application/problem+json"),
        (status = 412, description = "`changed`: not the version of `If-Match` any more", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 413, description = "`too_large`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 415, description = "`not_json`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid` with `errors` by field, `too_late` with `deadline`, `too_often` with \
            `moves_max`, `not_allowed`, `already_started`, `same_time`, `past`, `too_soon` with `earliest`, `too_far` \
            with `latest_day`, `closed`, `unknown_service`, `unknown_provider`, `unknown_location`, \
            `idempotency_key_reused`", body = ProblemDocument, content_type = "application/problem+json")
    )
)]
pub async fn move_booking(
    app: AppData,
    request: HttpRequest,
    path: web::Path<String>,
    body: JsonBody<MoveBody>,
) -> Answer {
    let (facts, actor) = opened(&app, &request, &path.into_inner()).await?;
    let catalog = api::catalog(&app).await?;
    let once = wish::once_key(&request, format!("api move {}", facts.id), &body.hash)?;
    let expected_version = if_match(&request);
    let mut wanted = wanted(&facts, &catalog, &body.value)?;
    wanted.once = once;
    wanted.expected_version = expected_version;
    wanted.actor = actor;
    let (shared, asked) = (Arc::clone(&app), wanted.clone());
    match app.db.write(app.clock.now(), move |tx| reschedule(tx, &shared.shop, &asked)).await {
        Ok(moved) if moved.fresh => app.bell.notify_one(),
        Ok(_) => {}
        Err(Bad::Refused(why)) => return Err(refuse(&app, &facts, &wanted, why).await),
        Err(Bad::Fault(fault)) => return Err(fault.into()),
    }
    let after = facts_of(&app, facts.id).await?.ok_or(Problem::NotFound)?;
    answer(StatusCode::OK, &after, &shape(&after))
}

fn wanted(facts: &BookingFacts, catalog: &Catalog, body: &MoveBody) -> Result<Move, ApiError> {
    let mut wrong = Wrong::default();
    let starts_at = wrong.required("/start", body.start.as_deref()).and_then(|text| wish::instant(text, &mut wrong));
    let provider = match body.provider.as_deref() {
        None => Some(facts.provider),
        Some(ANYONE) => None,
        Some(text) => {
            let found = catalog.provider_named(text).map(|provider| provider.id);
            wish::known(&mut wrong, "/provider", ("unknown_provider", refused::NOT_BY_THEM), found)
        }
    };
    let location = match body.location.as_deref() {
        None => Some(facts.location),
        Some(text) => {
            let found = catalog.location_named(text).map(|location| location.id);
            wish::known(&mut wrong, "/location", ("unknown_location", refused::NOT_HERE), found)
        }
    };
    let reason = wrong.text("/reason", body.reason.as_deref(), REASON_CHARACTERS_MAX);
    wrong.refuse()?;
    let starts_at = starts_at.ok_or(Problem::Nonsense)?;
    Ok(Move {
        booking: facts.id,
        to: Destination { starts_at, provider, location },
        actor: Actor::Client,
        reason,
        expected_version: None,
        overriding: None,
        once: None,
        exactly: Exactly::default(),
        is_silent: false,
    })
}

async fn refuse(app: &Arc<App>, facts: &BookingFacts, wanted: &Move, why: RescheduleRefused) -> ApiError {
    let refusal = match why {
        RescheduleRefused::Unknown => return Problem::NotFound.into(),
        RescheduleRefused::Changed if wanted.expected_version.is_some() => {
            let detail = "the booking was changed meanwhile; read it again";
            Refusal::new(StatusCode::PRECONDITION_FAILED, "changed", detail)
        }
        RescheduleRefused::Changed => {
            Refusal::conflict("changed", "the booking was changed at the same moment; try again")
        }
        RescheduleRefused::Policy(refused) => by_policy(facts, refused),
        RescheduleRefused::SameTime => {
            let detail = "the booking has this time, provider and location already";
            Refusal::unprocessable("same_time", detail).about(refusal::at_pointer("/start", "same_time", detail))
        }
        RescheduleRefused::KeyReused => refused::key_reused(),
        RescheduleRefused::NotBookable(BookRefused::SlotTaken) | RescheduleRefused::Breaks(_) => {
            let detail = "somebody else has this time; the booking stays where it is";
            match alternatives(app, facts, wanted).await {
                Ok(free) => Refusal::conflict("slot_taken", detail).with("alternatives", free),
                Err(fault) => return fault.into(),
            }
        }
        RescheduleRefused::NotBookable(why) => {
            let wish = Wish {
                service: facts.service,
                location: wanted.to.location,
                provider: wanted.to.provider,
                party: facts.party,
                starts_at: wanted.to.starts_at,
                actor: wanted.actor,
            };
            return refused::booking(app, &wish, false, why).await;
        }
    };
    refusal.into()
}

fn by_policy(facts: &BookingFacts, refused: MoveRefused) -> Refusal {
    match refused {
        MoveRefused::TooLate { deadline } => {
            let refusal = Refusal::unprocessable("too_late", "the time for moving is over; call the clinic");
            refusal.with("deadline", time::rfc3339(deadline, facts.zone))
        }
        MoveRefused::TooOften { moves_max } => {
            let refusal = Refusal::unprocessable("too_often", "moved as often as is possible; call the clinic");
            refusal.with("moves_max", moves_max)
        }
        MoveRefused::NotAllowed => Refusal::unprocessable("not_allowed", "the clinic moves such bookings; call it"),
        MoveRefused::AlreadyStarted => Refusal::unprocessable("already_started", "what has begun is not moved"),
        MoveRefused::NotMovable { status } => {
            let detail = format!("a booking that is {} cannot be moved", status.as_str());
            Refusal::conflict("wrong_status", detail).with("booking_status", status.as_str())
        }
    }
}

/// What is free around the wanted time; with anyone where the wanted provider has nothing.
async fn alternatives(app: &Arc<App>, facts: &BookingFacts, wanted: &Move) -> Result<Value, Fault> {
    let mut found = around(app, facts, wanted, wanted.to.provider).await?;
    if found.is_empty() && wanted.to.provider.is_some() {
        found = around(app, facts, wanted, None).await?;
    }
    refused::written(app, &found).await
}

async fn around(
    app: &Arc<App>,
    facts: &BookingFacts,
    wanted: &Move,
    provider: Option<ProviderId>,
) -> Result<Vec<FreeTime>, Fault> {
    let (shared, facts, now) = (Arc::clone(app), facts.clone(), app.clock.now());
    let (at, location): (DateTime<Utc>, _) = (wanted.to.starts_at, wanted.to.location);
    app.db
        .read(move |conn| {
            let day = at.date_naive();
            let range = Range {
                provider,
                location,
                from: day.checked_sub_days(Days::new(DAYS_BEFORE)).unwrap_or(day),
                to: day.checked_add_days(Days::new(DAYS_AFTER)).unwrap_or(day),
                as_staff: false,
            };
            match alternatives::closest(conn, &shared.shop, now, &facts, &range, (at, ALTERNATIVES_MAX)) {
                Ok(found) => Ok(found),
                Err(Bad::Refused(_)) => Ok(Vec::new()),
                Err(Bad::Fault(fault)) => Err(fault),
            }
        })
        .await
}
