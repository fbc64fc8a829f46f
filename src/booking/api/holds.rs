//! Keeping a time while somebody fills in a form.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::refused;
use super::wish::{self, AlsoBody, WishFields};
use crate::booking::hold::{self, Held, HoldLimits, HoldOnceRefused, HoldRefused, HoldRequest};
use crate::booking::visits::{self, VisitHoldRefused, VisitHoldRequest};
use crate::db::{Bad, Never, Tx};
use crate::domain::time;
use crate::web::api::body::Object;
use crate::web::api::refusal::{self, ApiError, ProblemDocument};
use crate::web::api::{self, Answer, JsonBody, Refusal, Wrong};
use crate::web::edge::{self, AppData};
use crate::web::problem::Problem;
use actix_web::http::StatusCode;

/// A time to keep.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewHold)]
pub struct HoldBody {
    /// Identifier or slug.
    #[schema(value_type = String, required = true, examples("check-up"))]
    service: Option<String>,
    /// When it begins, with offset, as availability answers it.
    #[schema(value_type = String, format = DateTime, required = true)]
    start: Option<String>,
    /// Identifier or slug; anyone when it is left out.
    #[schema(nullable = false)]
    provider: Option<String>,
    /// Identifier or slug; needed only where the time is free at several locations.
    #[schema(nullable = false)]
    location: Option<String>,
    /// How many people come.
    #[schema(minimum = 1, default = 1, nullable = false)]
    party: Option<i64>,
    /// What follows right after, in the same visit: one or two more services, back to back.
    #[schema(value_type = Vec<AlsoBody>, max_items = 2, required = false, nullable = false)]
    also: Option<Vec<Object<AlsoBody>>>,
    /// A hold of yours that this one replaces.
    #[schema(nullable = false)]
    replaces: Option<String>,
}

/// A kept time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Hold)]
pub(crate) struct HoldShape {
    /// Name it as `hold` in the booking. Whoever knows it may use the hold or give it up.
    id: String,
    /// When it ends by itself.
    #[schema(value_type = String, format = DateTime)]
    expires_at: String,
}

/// Keeps a time for some minutes.
#[utoipa::path(
    post,
    path = "/api/v1/holds",
    tag = "holds",
    params(("Idempotency-Key" = Option<String>, Header, description = "Sending it again with the same body answers \
        with the same hold", max_length = 255)),
    request_body = HoldBody,
    responses(
        (status = 201, description = "The time is kept", body = HoldShape),
        (status = 400, description = "`broken_json`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "`slot_taken`", body = refused::SlotTaken,
            content_type = "application/problem+json"),
        (status = 415, description = "`not_json`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid`, `unknown_service`, `unknown_provider`, `unknown_location`, \
            `location_needed`, `party_too_small`, `party_too_large`, `past`, `too_soon`, `too_far`, `closed`, \
            `visit_impossible`, `idempotency_key_reused`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "`too_many_holds`, `too_many_requests`", body = ProblemDocument,
            content_type = "application/problem+json")
    )
)]
pub async fn keep(app: AppData, request: HttpRequest, body: JsonBody<HoldBody>) -> Answer {
    let now = app.clock.now();
    let catalog = api::catalog(&app).await?;
    let (body, hash) = (body.value, body.hash);
    let mut wrong = Wrong::default();
    let fields = WishFields {
        service: body.service.as_deref(),
        start: body.start.as_deref(),
        provider: body.provider.as_deref(),
        location: body.location.as_deref(),
        party: body.party,
    };
    let wish = wish::read(&fields, &catalog, &mut wrong);
    let visit = wish::read_also(body.also.as_deref(), wish.as_ref(), &catalog, &mut wrong);
    wrong.refuse()?;
    let Some(wish) = wish else {
        return Err(Problem::Nonsense.into());
    };
    let address = edge::visitor_address(&app, &request).map(|address| address.to_string()).unwrap_or_default();
    let visitor_key = app.keys.hashed("visitor", &address);
    let key = wish::once_key(&request, format!("api hold {visitor_key}"), &hash)?;
    // A former hold that is not the asker's, or none at all, is no reason to refuse the new one.
    let replaces = body.replaces.and_then(|text| hold::named(&app.keys, &text));
    let settings = &app.settings.booking;
    let limits = HoldLimits { minutes: settings.hold_minutes, per_visitor_and_day: settings.holds_per_visitor_and_day };
    let shared = Arc::clone(&app);
    if let Some(visit) = visit {
        let wanted = VisitHoldRequest { wish: visit.clone(), visitor_key, replaces };
        let write = move |tx: &mut Tx<'_>| visits::hold_once(tx, &shared.shop, limits, &wanted, key.as_ref());
        return match app.db.write(now, write).await {
            Ok(held) => Ok(created(&app, held)?),
            Err(Bad::Refused(VisitHoldRefused::NotBookable(why))) => {
                Err(refused::visit(&app, &visit, false, why).await)
            }
            Err(Bad::Refused(VisitHoldRefused::TooMany)) => Err(too_many().into()),
            Err(Bad::Fault(fault)) => Err(fault.into()),
        };
    }
    let wanted = HoldRequest { wish: wish.clone(), visitor_key, replaces };
    let held = app.db.write(now, move |tx| hold::hold_once(tx, &shared.shop, limits, &wanted, key.as_ref())).await;
    match held {
        Ok(held) => Ok(created(&app, held)?),
        Err(Bad::Refused(HoldOnceRefused::Hold(HoldRefused::NotBookable(why)))) => {
            Err(refused::booking(&app, &wish, false, why).await)
        }
        Err(Bad::Refused(HoldOnceRefused::Hold(HoldRefused::TooMany))) => Err(too_many().into()),
        Err(Bad::Refused(HoldOnceRefused::KeyReused)) => Err(refused::key_reused().into()),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

fn created(app: &AppData, held: Held) -> Result<HttpResponse, ApiError> {
    let id = hold::name(&app.keys, held.id);
    let place = format!("/api/v1/holds/{id}");
    let shape = HoldShape { id, expires_at: time::rfc3339(held.expires_at, chrono_tz::Tz::UTC) };
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, place))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type("application/json")
        .body(api::to_text(&shape)?))
}

fn too_many() -> Refusal {
    let detail = "enough times were kept from this address today; book without a hold";
    Refusal::new(StatusCode::TOO_MANY_REQUESTS, "too_many_holds", detail)
}

/// Gives a kept time up.
///
/// One that has ended already is left as it is.
#[utoipa::path(
    delete,
    path = "/api/v1/holds/{id}",
    tag = "holds",
    params(("id" = String, Path, description = "The `id` of the hold")),
    responses(
        (status = 204, description = "The time is free again"),
        (status = 404, description = "`not_found`", body = refusal::ProblemDocument,
            content_type = "application/problem+json")
    )
)]
pub async fn give_up(app: AppData, path: web::Path<String>) -> Answer {
    let Some(id) = hold::named(&app.keys, &path.into_inner()) else {
        return Err(Problem::NotFound.into());
    };
    let shared = Arc::clone(&app.0);
    let write = move |tx: &mut Tx<'_>| -> Result<(), Bad<Never>> { Ok(hold::give_up(tx, &shared.shop, id)?) };
    app.db.write(app.clock.now(), write).await?;
    Ok(HttpResponse::NoContent().insert_header((header::CACHE_CONTROL, "no-store")).finish())
}
