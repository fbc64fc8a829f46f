//! Blocked time.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::range::{Range, RangeQuery};
use crate::booking::api::bookings::if_match;
use crate::booking::block::{self, BlockRefused, BlockRow, BlockWish, REASON_CHARACTERS_MAX};
use crate::catalog::Catalog;
use crate::db::Bad;
use crate::domain::ids::{BlockId, LocationId, RoomId};
use crate::domain::time;
use crate::programs::api::StaffProgram;
use crate::web::api::list::{self, List};
use crate::web::api::refusal::{ApiError, ProblemDocument, Refusal};
use crate::web::api::{self, Answer, JsonBody, Wrong};
use crate::web::edge::AppData;
use crate::web::problem::Problem;

/// More than a quarter of a year has.
const BLOCKS_MAX: i64 = 20_000;

/// Blocked time of a provider, a room or both.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Block)]
pub(crate) struct BlockShape {
    /// Identifier.
    id: String,
    /// Identifier of the location.
    location: String,
    /// Identifier of the provider.
    provider: Option<String>,
    /// Identifier of the room.
    room: Option<String>,
    /// From when, on the clocks of the location.
    #[schema(value_type = String, format = DateTime)]
    start: String,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    end: String,
    /// Why.
    reason: String,
    /// Rises with every change; send it as `If-Match`.
    row_version: i64,
}

/// Time that shall be blocked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewBlock)]
pub struct BlockBody {
    /// Identifier or slug.
    #[schema(value_type = String, required = true)]
    location: Option<String>,
    /// Identifier or slug; this or a room.
    #[schema(nullable = false)]
    provider: Option<String>,
    /// Identifier; this or a provider.
    #[schema(nullable = false)]
    room: Option<String>,
    /// From when.
    #[schema(value_type = String, format = DateTime, required = true)]
    start: Option<DateTime<Utc>>,
    /// Until when, at most 24 hours later.
    #[schema(value_type = String, format = DateTime, required = true)]
    end: Option<DateTime<Utc>>,
    /// Why; the calendar shows it.
    #[schema(max_length = 200, nullable = false)]
    reason: Option<String>,
}

/// Blocked time of some days.
#[utoipa::path(
    get,
    path = "/api/v1/blocks",
    operation_id = "list_blocks",
    tag = "desk",
    params(RangeQuery),
    security(("staff_token" = [])),
    responses(
        (status = 200, description = "By start", body = List<BlockShape>),
        (status = 422, description = "`invalid` with `errors` by parameter", body = ProblemDocument,
            content_type = "application/problem+json")
    )
)]
pub async fn list(app: AppData, _program: StaffProgram, request: HttpRequest) -> Answer {
    let catalog = api::catalog(&app).await?;
    let Range { places, span, wanted } = Range::read(&catalog, &request)?;
    let ids: Vec<LocationId> = places.iter().map(|place| place.id).collect();
    let blocks = app.db.read(move |conn| block::blocks_between(conn, &ids, span, BLOCKS_MAX)).await?;
    api::json(&list::page(&blocks, &wanted, |block| block.id.to_string(), |block| shape(&catalog, block))?)
}

fn shape(catalog: &Catalog, block: &BlockRow) -> BlockShape {
    let zone = catalog.location(block.location).map_or(chrono_tz::UTC, |place| place.zone);
    BlockShape {
        id: block.id.to_string(),
        location: block.location.to_string(),
        provider: block.provider.map(|id| id.to_string()),
        room: block.room.map(|id| id.to_string()),
        start: time::rfc3339(block.starts_at, zone),
        end: time::rfc3339(block.ends_at, zone),
        reason: block.reason.clone(),
        row_version: block.row_version,
    }
}

/// Blocks time. Where somebody is booked then, or a rule stands against it, nothing is blocked.
#[utoipa::path(
    post,
    path = "/api/v1/blocks",
    operation_id = "add_block",
    tag = "desk",
    request_body = BlockBody,
    security(("staff_token" = [])),
    responses(
        (status = 201, description = "The block", body = BlockShape),
        (status = 409, description = "`slot_taken`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid` with `errors` by field", body = ProblemDocument,
            content_type = "application/problem+json")
    )
)]
pub async fn add(app: AppData, program: StaffProgram, body: JsonBody<BlockBody>) -> Answer {
    let catalog = api::catalog(&app).await?;
    let wish = wish(&catalog, &program, &body.value)?;
    let shared = Arc::clone(&app);
    let made = app.db.write(app.clock.now(), move |tx| {
        let id = block::add(tx, &shared.shop, &wish)?;
        Ok(block::block(tx.conn, id)?)
    });
    let made = made.await.map_err(refused)?.ok_or(Problem::NotFound)?;
    Ok(HttpResponse::build(StatusCode::CREATED).json(shape(&catalog, &made)))
}

fn wish(catalog: &Catalog, program: &StaffProgram, body: &BlockBody) -> Result<BlockWish, Refusal> {
    let mut wrong = Wrong::default();
    let location = wrong.required("/location", body.location.as_deref()).and_then(|text| {
        let known = catalog.location_named(text).map(|place| place.id);
        known.or_else(|| {
            wrong.add("/location", "unknown_location", "no location has this identifier or slug");
            None
        })
    });
    let provider = body.provider.as_deref().and_then(|text| {
        let known = catalog.provider_named(text).map(|provider| provider.id);
        known.or_else(|| {
            wrong.add("/provider", "unknown_provider", "no provider has this identifier or slug");
            None
        })
    });
    let room = body.room.as_deref().and_then(|text| {
        let known = text.parse::<RoomId>().ok().filter(|id| catalog.room(*id).is_some());
        known.or_else(|| {
            wrong.add("/room", "unknown_room", "no room has this identifier");
            None
        })
    });
    if body.provider.is_none() && body.room.is_none() {
        wrong.add("/provider", "required", "name a provider, a room or both");
    }
    let (start, end) = (wrong.required("/start", body.start), wrong.required("/end", body.end));
    let reason = wrong.line("/reason", body.reason.as_deref(), REASON_CHARACTERS_MAX);
    wrong.refuse()?;
    let (Some(location), Some(starts_at), Some(ends_at)) = (location, start, end) else {
        return Err(Refusal::invalid(Vec::new()));
    };
    let reason = reason.unwrap_or_default();
    let by = program.0.made_by;
    Ok(BlockWish { location, provider, room, starts_at, ends_at, reason, by, only: None, overriding: None })
}

/// Gives blocked time free again.
#[utoipa::path(
    delete,
    path = "/api/v1/blocks/{id}",
    operation_id = "remove_block",
    tag = "desk",
    params(
        ("id" = String, Path, description = "The `id` of the block"),
        ("If-Match" = Option<String>, Header, description = "The version you have seen: its `row_version`")
    ),
    security(("staff_token" = [])),
    responses(
        (status = 204, description = "It is free"),
        (status = 404, description = "`not_found`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 412, description = "`changed`: not the version of `If-Match` any more", body = ProblemDocument,
            content_type = "application/problem+json")
    )
)]
pub async fn remove(app: AppData, program: StaffProgram, request: HttpRequest, id: web::Path<String>) -> Answer {
    let id: BlockId = id.parse().map_err(|_not_an_id| Problem::NotFound)?;
    let (expected, by, shared) = (if_match(&request), program.0.made_by, Arc::clone(&app));
    let removed =
        app.db.write(app.clock.now(), move |tx| block::remove(tx, &shared.shop, (id, expected), (by, None))).await;
    removed.map_err(refused)?;
    Ok(HttpResponse::NoContent().finish())
}

fn refused(bad: Bad<BlockRefused>) -> ApiError {
    let why = match bad {
        Bad::Refused(why) => why,
        Bad::Fault(fault) => return fault.into(),
    };
    match why {
        BlockRefused::Unknown => Problem::NotFound.into(),
        BlockRefused::Changed => {
            let detail = "the block was changed meanwhile; read it again";
            Refusal::new(StatusCode::PRECONDITION_FAILED, "changed", detail).into()
        }
        BlockRefused::Taken | BlockRefused::Breaks(_) => {
            Refusal::conflict("slot_taken", "somebody is booked then, or it lies outside of hours").into()
        }
        BlockRefused::Nothing | BlockRefused::NotOwn => {
            let mut wrong = Wrong::default();
            wrong.add("/provider", "not_there", "this provider or room is not at this location");
            wrong.refuse().err().map_or_else(|| Problem::NotFound.into(), ApiError::from)
        }
        BlockRefused::WrongSpan => {
            let mut wrong = Wrong::default();
            wrong.add("/end", "out_of_range", "must lie after start, at most 24 hours");
            wrong.refuse().err().map_or_else(|| Problem::NotFound.into(), ApiError::from)
        }
    }
}
