//! Who is due, for programs of the desk.

use actix_web::{HttpRequest, web};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::booking::api::bookings::if_match;
use crate::db::Bad;
use crate::domain::ids::RecallId;
use crate::domain::recall::{Standing, WhyDisabled, standing};
use crate::programs::api::StaffProgram;
use crate::recall::{self, Change, ChangeRefused, Recall};
use crate::web::api::list::{LIMIT_MAX, List};
use crate::web::api::query::Asked;
use crate::web::api::refusal::{self, ApiError, ProblemDocument, Refusal};
use crate::web::api::{self, Answer, JsonBody};
use crate::web::edge::AppData;
use crate::web::problem::Problem;

/// Entries of one page when nobody says.
const LIMIT_USUAL: usize = 100;

/// Which recalls.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the shape of the query for the document; it is read by name")]
pub(crate) struct RecallsQuery {
    /// Due before this day.
    #[param(value_type = String, format = Date)]
    due_before: (),
    /// Entries of one page.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 200, default = 100)]
    limit: (),
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: (),
}

/// One client's next visit of a kind.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Recall)]
pub(crate) struct RecallShape {
    /// Identifier.
    id: String,
    /// Identifier of the client.
    client: String,
    /// What is due, as the clinic calls it.
    name: String,
    /// Identifier of the service that is booked for it.
    service: String,
    /// When it is due.
    #[schema(value_type = Option<String>, format = Date)]
    due_day: Option<NaiveDate>,
    /// The last visit it was counted from.
    #[schema(value_type = Option<String>, format = Date)]
    last_day: Option<NaiveDate>,
    /// Whether somebody set the date by hand.
    by_hand: bool,
    /// `ahead`, `due`, `overdue`, `booked`, `paused`, `disabled` or `undated`.
    standing: &'static str,
    /// Not before this day.
    #[schema(value_type = Option<String>, format = Date)]
    paused_until: Option<NaiveDate>,
    /// Why nobody is reminded: `declined`, `elsewhere`, `not_needed` or `other`.
    disabled_reason: Option<&'static str>,
    /// Identifier of the booking of that kind to come.
    booking: Option<String>,
    /// Rises with every change; send it as `If-Match`.
    row_version: i64,
}

fn shape(found: &Recall, today: NaiveDate) -> RecallShape {
    RecallShape {
        id: found.id.to_string(),
        client: found.client.to_string(),
        name: found.name.clone(),
        service: found.book_service.to_string(),
        due_day: found.dates.due_day,
        last_day: found.dates.last_day,
        by_hand: found.by_hand().is_some(),
        standing: match standing(&found.facts(), today) {
            Standing::Disabled => "disabled",
            Standing::Paused(_) => "paused",
            Standing::Booked => "booked",
            Standing::Undated => "undated",
            Standing::Ahead => "ahead",
            Standing::Due => "due",
            Standing::Overdue => "overdue",
        },
        paused_until: found.paused_until,
        disabled_reason: found.disabled.as_ref().map(|(_, why, _)| why.as_str()),
        booking: found.booked.map(|(booking, _)| booking.to_string()),
        row_version: found.row_version,
    }
}

/// Who is due, by date. Those with a visit of that kind booked, paused or switched off stand here too, and say so.
#[utoipa::path(
    get,
    path = "/api/v1/recalls",
    operation_id = "list_recalls",
    tag = "desk",
    params(RecallsQuery),
    security(("staff_token" = [])),
    responses(
        (status = 200, description = "By date", body = List<RecallShape>),
        (status = 401, description = "`token_needed`, `token_unknown`", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 422, description = "`invalid` with `errors` by parameter", body = ProblemDocument,
            content_type = "application/problem+json")
    )
)]
pub async fn list(app: AppData, _program: StaffProgram, request: HttpRequest) -> Answer {
    let mut asked = Asked::read(request.query_string(), &["due_before", "limit", "cursor"]);
    let before = asked.required_day("due_before");
    let limit = asked.number("limit", 1, LIMIT_MAX, LIMIT_USUAL);
    let cursor = asked.text("cursor").map(str::to_owned);
    let after = cursor.as_deref().map(place_of);
    if after == Some(None) {
        asked.wrong("cursor", "unknown_cursor", "this cursor is none of ours; start again without it");
    }
    asked.refuse()?;
    let before = before.ok_or(Problem::NotFound)?;
    let now = app.clock.now();
    let today = super::web::today(&*api::catalog(&app).await?, now);
    let rows = i64::try_from(limit).unwrap_or(i64::MAX);
    let (found, total) = app.db.read(move |conn| recall::due_list(conn, before, now, after.flatten(), rows)).await?;
    let last = found.last().filter(|_| found.len() == limit);
    let next_cursor = last.and_then(|last| Some(format!("{}.{}", last.dates.due_day?, last.id)));
    api::json(&List { data: found.iter().map(|one| shape(one, today)).collect::<Vec<_>>(), next_cursor, total })
}

fn place_of(cursor: &str) -> Option<(NaiveDate, RecallId)> {
    let (day, id) = cursor.split_once('.')?;
    Some((day.parse().ok()?, id.parse().ok()?))
}

/// Until when.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PauseRecall)]
pub struct PauseBody {
    /// The first day on which the client may be reminded again.
    #[schema(value_type = String, format = Date)]
    until: String,
}

/// Why not any more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DisableRecall)]
pub struct DisableBody {
    /// `declined`, `elsewhere`, `not_needed` or `other`.
    reason: String,
    /// In words; required for `other`.
    #[schema(max_length = 300, nullable = false)]
    note: Option<String>,
}

/// Reminds nobody before a day.
#[utoipa::path(
    post,
    path = "/api/v1/recalls/{id}/pause",
    operation_id = "pause_recall",
    tag = "desk",
    params(
        ("id" = String, Path, description = "The `id` of the recall"),
        ("If-Match" = Option<String>, Header, description = "The version you have seen: its `row_version`")
    ),
    request_body = PauseBody,
    security(("staff_token" = [])),
    responses(
        (status = 200, description = "The recall as it is now", body = RecallShape),
        (status = 401, description = "`token_needed`, `token_unknown`", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 412, description = "`changed`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid`", body = ProblemDocument, content_type = "application/problem+json")
    )
)]
pub async fn pause(
    app: AppData,
    program: StaffProgram,
    request: HttpRequest,
    id: web::Path<String>,
    body: JsonBody<PauseBody>,
) -> Answer {
    let until = NaiveDate::parse_from_str(&body.value.until, "%Y-%m-%d");
    let until = until.map_err(|_no_day| wrong("/until", "not_a_day", "must be a day, as 2026-12-01"))?;
    change(&app, &program, &request, &id, Change::Pause(Some(until))).await
}

/// Reminds nobody any more.
#[utoipa::path(
    post,
    path = "/api/v1/recalls/{id}/disable",
    operation_id = "disable_recall",
    tag = "desk",
    params(
        ("id" = String, Path, description = "The `id` of the recall"),
        ("If-Match" = Option<String>, Header, description = "The version you have seen: its `row_version`")
    ),
    request_body = DisableBody,
    security(("staff_token" = [])),
    responses(
        (status = 200, description = "The recall as it is now", body = RecallShape),
        (status = 401, description = "`token_needed`, `token_unknown`", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 412, description = "`changed`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid`", body = ProblemDocument, content_type = "application/problem+json")
    )
)]
pub async fn disable(
    app: AppData,
    program: StaffProgram,
    request: HttpRequest,
    id: web::Path<String>,
    body: JsonBody<DisableBody>,
) -> Answer {
    let why = WhyDisabled::parse(&body.value.reason);
    let why =
        why.ok_or_else(|| wrong("/reason", "unknown_reason", "must be declined, elsewhere, not_needed or other"))?;
    let note = body.value.note.clone().unwrap_or_default();
    change(&app, &program, &request, &id, Change::Disable(why, note)).await
}

fn wrong(place: &'static str, code: &'static str, detail: &'static str) -> ApiError {
    Refusal::invalid(vec![refusal::at_pointer(place, code, detail)]).into()
}

async fn change(app: &AppData, program: &StaffProgram, request: &HttpRequest, id: &str, deed: Change) -> Answer {
    let id: RecallId = id.parse().map_err(|_not_an_id| Problem::NotFound)?;
    let seen = if_match(request);
    let now = app.clock.now();
    let today = super::web::today(&*api::catalog(app).await?, now);
    let by = Some(program.0.made_by);
    let written = app.db.write(now, move |tx| recall::change(tx, by, (id, seen), &deed, today)).await;
    match written {
        Ok(after) => api::json(&shape(&after, today)),
        Err(Bad::Refused(ChangeRefused::Unknown)) => Err(Problem::NotFound.into()),
        Err(Bad::Refused(ChangeRefused::Changed)) => Err(changed().into()),
        Err(Bad::Refused(ChangeRefused::WrongDay)) => {
            Err(wrong("/until", "out_of_range", "must be a day to come, within five years"))
        }
        Err(Bad::Refused(ChangeRefused::WrongNote)) => {
            Err(wrong("/note", "wrong_note", "say in at most 300 characters why"))
        }
        Err(Bad::Fault(fault)) => Err(Problem::from(fault).into()),
    }
}

fn changed() -> Refusal {
    Refusal::new(actix_web::http::StatusCode::PRECONDITION_FAILED, "changed", "somebody changed it since you looked")
}
