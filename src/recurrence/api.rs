//! Series for other programs: looked at, started, read, changed and given up with the codes that bookings use.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::booking::api::bookings::{ClientBody, bearer, client_details, if_match};
use crate::booking::api::wish::{self, WishFields};
use crate::booking::book::Who;
use crate::catalog::Catalog;
use crate::db::{Bad, Fault};
use crate::domain::booking::Actor;
use crate::domain::ids::SeriesId;
use crate::domain::recurrence::{Rule, RuleRefused};
use crate::domain::time;
use crate::keys::Purpose;
use crate::recurrence::cancel_series::{self, CancelSeries, CancelSeriesRefused};
use crate::recurrence::change_series::{self, ChangeSeries, ChangeSeriesRefused, To};
use crate::recurrence::preview::{self, Choice, Conflict, Decision, Plan, PlanRefused, Row, SeriesWish};
use crate::recurrence::start_series::{self, StartRefused, StartSeries};
use crate::recurrence::{self, ExceptionKind, Series};
use crate::web::api::body::Object;
use crate::web::api::refusal::{self, ApiError, ProblemDocument};
use crate::web::api::{self, Answer, JsonBody, MaybeJsonBody, Refusal, Wrong};
use crate::web::edge::AppData;
use crate::web::problem::Problem;

const SOURCE_CHARACTERS_MAX: usize = 60;
const NOTE_CHARACTERS_MAX: usize = 1_000;
const REASON_CHARACTERS_MAX: usize = 500;
/// How wall times are written: no offset, because a rule has none.
const WALL: &str = "%Y-%m-%dT%H:%M:%S";

/// A series that is wished for, or asked about.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSeries)]
pub struct SeriesBody {
    /// Identifier or slug.
    #[schema(value_type = String, required = true, examples("check-up"))]
    service: Option<String>,
    /// When the first date begins, with offset, as availability answers it.
    #[schema(value_type = String, format = DateTime, required = true)]
    start: Option<String>,
    /// Identifier or slug; anyone when it is left out.
    #[schema(nullable = false)]
    provider: Option<String>,
    /// Identifier or slug; needed only where the service is offered at several locations.
    #[schema(nullable = false)]
    location: Option<String>,
    /// How many people come.
    #[schema(minimum = 1, default = 1, nullable = false)]
    party: Option<i64>,
    /// The rule, as RFC 5545 writes it; daily, weekly or monthly.
    #[schema(value_type = String, required = true, examples("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=10"))]
    rule: Option<String>,
    /// What becomes of dates that are not free: `refuse`, `skip`, `nearest_free` or `append_at_end`.
    #[schema(default = "refuse", nullable = false)]
    conflict: Option<String>,
    /// What is decided for single dates.
    #[schema(value_type = Option<Vec<ChoiceBody>>, max_items = 366, nullable = false)]
    dates: Option<Vec<Object<ChoiceBody>>>,
    /// Who comes; only to start it.
    #[schema(value_type = Option<ClientBody>, nullable = false)]
    client: Option<Object<ClientBody>>,
    /// Where the client came from.
    #[schema(max_length = 60, nullable = false)]
    source: Option<String>,
    /// What the client wants the clinic to know.
    #[schema(max_length = 1000, nullable = false)]
    note: Option<String>,
}

/// What is decided for one date.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SeriesChoice)]
pub struct ChoiceBody {
    /// The wall time the rule gave.
    #[schema(examples("2026-12-15T09:00:00"))]
    slot: String,
    /// Another time; without one the date is left out.
    #[schema(format = DateTime, nullable = false)]
    start: Option<String>,
}

/// One date of a plan.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SeriesPlanDate)]
pub(crate) struct PlanDate {
    /// The wall time the rule gave.
    slot: String,
    /// `free`, `taken`, `closed`, `does_not_exist`, `too_soon` or `too_far` (booked later by itself).
    state: &'static str,
    /// `book`, `leave_out`, `later` or `open`.
    decision: &'static str,
    /// When it would begin.
    #[schema(format = DateTime)]
    start: Option<String>,
    /// Times that could stand in, the nearest first.
    alternatives: Vec<String>,
    /// Whether it was added to make up for another.
    added: bool,
}

/// What every date of a rule would be.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SeriesPlan)]
pub(crate) struct PlanShape {
    /// The rule, with the added dates.
    rule: String,
    /// Whether it can be started so.
    settled: bool,
    /// Every date.
    dates: Vec<PlanDate>,
}

/// One date of a series.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SeriesDate)]
pub(crate) struct DateShape {
    /// The wall time the rule gave.
    slot: String,
    /// A booking's status, `left_out` or `unbookable`.
    status: &'static str,
    /// When it begins.
    #[schema(format = DateTime)]
    start: Option<String>,
    /// Identifier of the booking.
    booking: Option<String>,
    /// Opens this one booking, for whoever holds the token of the series.
    booking_token: Option<String>,
    /// The provider's name.
    provider_name: Option<String>,
}

/// Bookings made by one rule.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Series)]
pub(crate) struct SeriesShape {
    /// Identifier.
    id: String,
    /// What people read out on the phone.
    reference: String,
    /// The rule, as RFC 5545 writes it; its UNTIL is a wall time.
    rule: String,
    /// The first date on the wall clock.
    local_start: String,
    /// IANA name of the zone.
    zone: &'static str,
    /// Identifier of the service.
    service: String,
    /// Identifier of the location.
    location: String,
    /// Identifier of the provider; null is anyone.
    provider: Option<String>,
    /// Every date made so far.
    dates: Vec<DateShape>,
    /// Whether further dates are booked as they come within the horizon.
    grows: bool,
    /// The series that took over from here.
    continued_by: Option<String>,
    /// Rises with every change; send it as `If-Match`.
    row_version: i64,
    /// The bearer token of the calls below. Only in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    manage_token: Option<String>,
    /// The page where the client sees and changes it. Only in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    manage_url: Option<String>,
}

/// Which dates are given up.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SeriesCancellation)]
pub struct CancelBody {
    /// The first slot that goes; everything still to come when it is left out.
    #[schema(nullable = false, examples("2026-12-15T09:00:00"))]
    from: Option<String>,
    /// In the client's words.
    #[schema(max_length = 500, nullable = false)]
    reason: Option<String>,
}

/// Where dates move.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SeriesChange)]
pub struct ChangeBody {
    /// The first slot that moves; the next one to come when it is left out.
    #[schema(nullable = false)]
    from: Option<String>,
    /// The wall time the first one gets; the others follow in the same rhythm.
    #[schema(value_type = String, required = true, examples("2026-12-16T10:00:00"))]
    to: Option<String>,
    /// Identifier or slug; anyone when it is left out.
    #[schema(nullable = false)]
    provider: Option<String>,
    /// What becomes of dates that are not free: `refuse`, `skip` or `nearest_free`.
    #[schema(default = "refuse", nullable = false)]
    conflict: Option<String>,
    /// Only to look: nothing changes, and the answer is 409 `series_preview` with the dates.
    #[schema(default = false, nullable = false)]
    preview: Option<bool>,
}

struct Wanted {
    wish: SeriesWish,
    conflict: Conflict,
    choices: BTreeMap<NaiveDateTime, Choice>,
    zone: Tz,
}

fn wanted(catalog: &Catalog, body: &SeriesBody, wrong: &mut Wrong) -> Option<Wanted> {
    let fields = WishFields {
        service: body.service.as_deref(),
        start: body.start.as_deref(),
        provider: body.provider.as_deref(),
        location: body.location.as_deref(),
        party: body.party,
    };
    let wish = wish::read(&fields, catalog, wrong);
    let text = wrong.required("/rule", body.rule.as_deref());
    let conflict = conflict_of(body.conflict.as_deref(), wrong);
    let wish = wish?;
    let places = catalog.locations_for(wish.service);
    let place = match (wish.location, places.as_slice()) {
        (Some(id), _) => catalog.location(id),
        (None, [only]) => Some(*only),
        (None, _) => None,
    };
    let Some(place) = place else {
        wrong.add("/location", "location_needed", "offered at several locations; name one");
        return None;
    };
    let start = time::local(wish.starts_at, place.zone);
    let rule = match Rule::parse(text?, start, place.zone).and_then(|rule| rule.check(start).map(|()| rule)) {
        Ok(rule) => rule,
        Err(refusal) => {
            wrong.add("/rule", rule_code(&refusal), refusal.to_string());
            return None;
        }
    };
    let choices = choices_of(body.dates.as_deref().unwrap_or_default(), wrong);
    let wish = SeriesWish {
        service: wish.service,
        location: place.id,
        provider: wish.provider,
        party: wish.party,
        start,
        rule,
        actor: Actor::Client,
        hold: None,
    };
    Some(Wanted { wish, conflict: conflict?, choices, zone: place.zone })
}

fn conflict_of(text: Option<&str>, wrong: &mut Wrong) -> Option<Conflict> {
    let Some(text) = text else { return Some(Conflict::Refuse) };
    let conflict = Conflict::parse(text);
    if conflict.is_none() {
        wrong.add("/conflict", "unknown_conflict", "must be refuse, skip, nearest_free or append_at_end");
    }
    conflict
}

fn choices_of(dates: &[Object<ChoiceBody>], wrong: &mut Wrong) -> BTreeMap<NaiveDateTime, Choice> {
    let mut choices = BTreeMap::new();
    for Object(date) in dates {
        let slot = NaiveDateTime::parse_from_str(&date.slot, WALL);
        let choice = match date.start.as_deref().map(DateTime::parse_from_rfc3339) {
            None => Ok(Choice::LeaveOut),
            Some(Ok(at)) => Ok(Choice::MoveTo(at.to_utc())),
            Some(Err(error)) => Err(error),
        };
        match (slot, choice) {
            (Ok(slot), Ok(choice)) => {
                choices.insert(slot, choice);
            }
            _ => wrong.add("/dates", "not_a_time", "slots are wall times, starts are instants with offset"),
        }
    }
    choices
}

const fn rule_code(refusal: &RuleRefused) -> &'static str {
    match refusal {
        RuleRefused::Unreadable(_) => "rule_unreadable",
        RuleRefused::Frequency(_) => "rule_frequency_unsupported",
        RuleRefused::Part(_) => "rule_part_unsupported",
        RuleRefused::Interval => "rule_interval",
        RuleRefused::TooMany => "rule_too_many_dates",
        RuleRefused::TwoEnds => "rule_two_ends",
        RuleRefused::UntilBeforeStart => "rule_until_before_start",
        RuleRefused::StartOffRule => "rule_start_off_rule",
    }
}

fn plan_refusal(refusal: &PlanRefused) -> Refusal {
    let (pointer, code, detail) = match refusal {
        PlanRefused::UnknownService => ("/service", "unknown_service", "no such service".to_owned()),
        PlanRefused::UnknownLocation => ("/location", "unknown_location", "not to be had there".to_owned()),
        PlanRefused::UnknownProvider => ("/provider", "unknown_provider", "not with this provider there".to_owned()),
        PlanRefused::WrongParty(wrong) => ("/party", "wrong_party", wrong.to_string()),
        PlanRefused::NotOffered => ("/service", "series_not_offered", "clients do not repeat this service".to_owned()),
        PlanRefused::Rule(refusal) => ("/rule", rule_code(refusal), refusal.to_string()),
        PlanRefused::Past => ("/start", "past", "this time has passed".to_owned()),
    };
    Refusal::unprocessable(code, detail.clone()).about(refusal::at_pointer(pointer, code, detail))
}

async fn plan_of(app: &Arc<App>, wanted: &Wanted) -> Result<Plan, ApiError> {
    let (shared, now) = (Arc::clone(app), app.clock.now());
    let (wish, conflict, choices) = (wanted.wish.clone(), wanted.conflict, wanted.choices.clone());
    let read = app.db.read(move |conn| match preview::plan(conn, &shared.shop, now, &wish, conflict, &choices) {
        Ok(plan) => Ok(Ok(plan)),
        Err(Bad::Refused(refusal)) => Ok(Err(refusal)),
        Err(Bad::Fault(fault)) => Err(fault),
    });
    read.await?.map_err(|refusal| plan_refusal(&refusal).into())
}

fn plan_date(row: &Row, zone: Tz) -> PlanDate {
    let written = |at: DateTime<Utc>| time::rfc3339(at, zone);
    let (decision, start) = match row.decision {
        Decision::Book(at) => ("book", Some(written(at))),
        Decision::LeaveOut => ("leave_out", None),
        Decision::Later => ("later", None),
        Decision::Open => ("open", None),
    };
    PlanDate {
        slot: row.slot.format(WALL).to_string(),
        state: row.state.as_str(),
        decision,
        start,
        alternatives: row.alternatives.iter().map(|at| written(*at)).collect(),
        added: row.is_added,
    }
}

fn plan_shape(plan: &Plan, zone: Tz) -> PlanShape {
    let dates = plan.rows.iter().map(|row| plan_date(row, zone)).collect();
    PlanShape { rule: plan.rule.to_string(), settled: plan.is_settled(), dates }
}

fn with_dates(refusal: Refusal, dates: &[PlanDate]) -> Refusal {
    refusal.with("dates", serde_json::to_value(dates).unwrap_or_default())
}

/// Says what every date of a rule would be. Changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/series/preview",
    operation_id = "preview_series",
    tag = "series",
    request_body = SeriesBody,
    responses(
        (status = 200, description = "Every date", body = PlanShape),
        (status = 422, description = "`invalid` with `errors` by field, `series_not_offered`, `past`, `rule_…`",
            body = ProblemDocument, content_type = "application/problem+json")
    )
)]
pub async fn look(app: AppData, body: JsonBody<SeriesBody>) -> Answer {
    let catalog = api::catalog(&app).await?;
    let mut wrong = Wrong::default();
    let wanted = wanted(&catalog, &body.value, &mut wrong);
    wrong.refuse()?;
    let wanted = wanted.ok_or(Problem::Nonsense)?;
    let plan = plan_of(&app, &wanted).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type("application/json")
        .body(api::to_text(&plan_shape(&plan, wanted.zone))?))
}

/// Starts a series: every date is booked, or none.
#[utoipa::path(
    post,
    path = "/api/v1/series",
    operation_id = "start_series",
    tag = "series",
    params(("Idempotency-Key" = Option<String>, Header, description = "Sending it again with the same body answers \
        with the same series", max_length = 255)),
    request_body = SeriesBody,
    responses(
        (status = 201, description = "Booked", body = SeriesShape, headers(
            ("Location" = String, description = "Where the series is read"))),
        (status = 409, description = "`series_undecided` or `slot_taken`, with `dates`", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 422, description = "`invalid` with `errors` by field, `series_not_offered`, `past`, `rule_…`, \
            `nothing_to_book`, `idempotency_key_reused`", body = ProblemDocument,
            content_type = "application/problem+json")
    )
)]
pub async fn start(app: AppData, request: HttpRequest, body: JsonBody<SeriesBody>) -> Answer {
    let catalog = api::catalog(&app).await?;
    let once = wish::once_key(&request, "api".to_owned(), &body.hash)?;
    let mut wrong = Wrong::default();
    let wanted = wanted(&catalog, &body.value, &mut wrong);
    let source = wrong.line("/source", body.value.source.as_deref(), SOURCE_CHARACTERS_MAX);
    let note = wrong.text("/note", body.value.note.as_deref(), NOTE_CHARACTERS_MAX).unwrap_or_default();
    let client = wrong.required("/client", body.value.client.as_ref().map(|client| &client.0));
    let person = client.and_then(|client| client_details(client, &catalog, source.clone(), &mut wrong));
    wrong.refuse()?;
    let (Some(wanted), Some(person)) = (wanted, person) else {
        return Err(Problem::Nonsense.into());
    };
    let plan = plan_of(&app, &wanted).await?;
    let repeated = once.is_some();
    if !plan.is_settled() && !repeated {
        return Err(undecided(&plan, wanted.zone));
    }
    let wish = SeriesWish { rule: plan.rule.clone(), ..wanted.wish.clone() };
    let asked = StartSeries {
        wish,
        language: person.language.tag().to_owned(),
        who: Who::Named(person),
        dates: StartSeries::dates_of(&plan),
        note,
        source,
        once,
    };
    let shared = Arc::clone(&app);
    let started = app.db.write(app.clock.now(), move |tx| start_series::start_series(tx, &shared.shop, &asked)).await;
    let series = match started {
        Ok(started) => started.series,
        Err(Bad::Fault(fault)) => return Err(fault.into()),
        Err(Bad::Refused(refused)) => return Err(start_refusal(&app, &wanted, &plan, refused).await),
    };
    app.bell.notify_one();
    let (series, mut shape) = read_shape(&app, series).await?.ok_or_else(|| Fault::other("a new series is gone"))?;
    let token = app.keys.capability(Purpose::Series, series.id, series.link_generation);
    shape.manage_url = Some(app.link(&format!("/s/{token}")));
    shape.manage_token = Some(token);
    let mut answer = answer(StatusCode::CREATED, &shape)?;
    if let Ok(place) = header::HeaderValue::try_from(format!("/api/v1/series/{}", series.id)) {
        answer.headers_mut().insert(header::LOCATION, place);
    }
    Ok(answer)
}

fn undecided(plan: &Plan, zone: Tz) -> ApiError {
    let refusal = Refusal::conflict("series_undecided", "dates that are not free must be decided on");
    with_dates(refusal, &plan_shape(plan, zone).dates).into()
}

async fn start_refusal(app: &Arc<App>, wanted: &Wanted, plan: &Plan, refused: StartRefused) -> ApiError {
    match refused {
        StartRefused::Plan(refusal) => plan_refusal(&refusal).into(),
        StartRefused::Undecided(_) => undecided(plan, wanted.zone),
        StartRefused::Conflicts(_) => match plan_of(app, wanted).await {
            Ok(plan) => {
                let refusal = Refusal::conflict("slot_taken", "somebody else has one of the dates; nothing was booked");
                with_dates(refusal, &plan_shape(&plan, wanted.zone).dates).into()
            }
            Err(error) => error,
        },
        StartRefused::NothingToBook => Refusal::unprocessable("nothing_to_book", "every date is left out").into(),
        StartRefused::UnknownClient => Refusal::unprocessable("unknown_client", "no such client").into(),
        StartRefused::KeyReused => {
            let detail = "this Idempotency-Key came with another body before";
            Refusal::unprocessable("idempotency_key_reused", detail).into()
        }
    }
}

async fn read_shape(app: &Arc<App>, id: SeriesId) -> Result<Option<(Series, SeriesShape)>, Fault> {
    let shared = Arc::clone(app);
    app.db
        .read(move |conn| {
            let Some(series) = recurrence::series(conn, id)? else { return Ok(None) };
            let mut dates: Vec<(NaiveDateTime, DateShape)> = Vec::new();
            for instance in recurrence::instances(conn, id)? {
                let token = shared.keys.capability(Purpose::Manage, instance.booking, instance.link_generation);
                dates.push((
                    instance.slot,
                    DateShape {
                        slot: instance.slot.format(WALL).to_string(),
                        status: instance.status.as_str(),
                        start: Some(time::rfc3339(instance.starts_at, series.zone)),
                        booking: Some(instance.booking.to_string()),
                        booking_token: Some(token),
                        provider_name: Some(instance.provider_name),
                    },
                ));
            }
            for exception in recurrence::exceptions(conn, id)? {
                if dates.iter().any(|(slot, _)| *slot == exception.slot) {
                    continue;
                }
                let is_open = exception.kind == ExceptionKind::Unbookable && !exception.is_settled;
                let status = if is_open { "unbookable" } else { "left_out" };
                let slot = exception.slot.format(WALL).to_string();
                let date =
                    DateShape { slot, status, start: None, booking: None, booking_token: None, provider_name: None };
                dates.push((exception.slot, date));
            }
            dates.sort_by_key(|(slot, _)| *slot);
            let shape = SeriesShape {
                id: series.id.to_string(),
                reference: series.reference.clone(),
                rule: series.rule.to_string(),
                local_start: series.start.format(WALL).to_string(),
                zone: series.zone.name(),
                service: series.service.to_string(),
                location: series.location.to_string(),
                provider: series.provider.map(|provider| provider.to_string()),
                dates: dates.into_iter().map(|(_, date)| date).collect(),
                grows: series.grows(),
                continued_by: series.continued_by.map(|next| next.to_string()),
                row_version: series.row_version,
                manage_token: None,
                manage_url: None,
            };
            Ok(Some((series, shape)))
        })
        .await
}

fn answer(status: StatusCode, shape: &SeriesShape) -> Answer {
    Ok(HttpResponse::build(status)
        .insert_header((header::ETAG, format!("\"{}\"", shape.row_version)))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type("application/json")
        .body(api::to_text(shape)?))
}

/// The series the token opens. Unknown and not yours look the same from outside.
async fn opened(app: &Arc<App>, request: &HttpRequest, id: &str) -> Result<(Series, SeriesShape), ApiError> {
    let token = bearer(request)?;
    let id: SeriesId = id.parse().map_err(|_not_an_id| Problem::NotFound)?;
    let (series, shape) = read_shape(app, id).await?.ok_or(Problem::NotFound)?;
    if app.keys.opens(&token, Purpose::Series, series.id, series.link_generation) {
        Ok((series, shape))
    } else {
        Err(Problem::NotFound.into())
    }
}

/// Reads a series.
#[utoipa::path(
    get,
    path = "/api/v1/series/{id}",
    operation_id = "read_series",
    tag = "series",
    params(("id" = String, Path, description = "The `id` of the series")),
    security(("manage_token" = [])),
    responses(
        (status = 200, description = "The series", body = SeriesShape),
        (status = 401, description = "`token_needed`", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = ProblemDocument, content_type = "application/problem+json")
    )
)]
pub async fn read(app: AppData, request: HttpRequest, path: web::Path<String>) -> Answer {
    let (_, shape) = opened(&app, &request, &path.into_inner()).await?;
    answer(StatusCode::OK, &shape)
}

fn slot_of(pointer: &'static str, text: Option<&str>, wrong: &mut Wrong) -> Option<NaiveDateTime> {
    let slot = text.map(|text| NaiveDateTime::parse_from_str(text, WALL));
    match slot {
        Some(Ok(slot)) => Some(slot),
        Some(Err(_)) => {
            wrong.add(pointer, "not_a_wall_time", "must be a wall time as 2026-12-15T09:00:00, without offset");
            None
        }
        None => None,
    }
}

/// Gives up what is still to come, or from one date on. Dates past their deadline stay.
#[utoipa::path(
    post,
    path = "/api/v1/series/{id}/cancel",
    operation_id = "cancel_series",
    tag = "series",
    params(
        ("id" = String, Path, description = "The `id` of the series"),
        ("If-Match" = Option<String>, Header, description = "The version you have seen")
    ),
    request_body(content = Option<CancelBody>, description = "May be left out"),
    security(("manage_token" = [])),
    responses(
        (status = 200, description = "The series as it stands then", body = SeriesShape),
        (status = 401, description = "`token_needed`", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 412, description = "`changed`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`too_late` with `deadline`, `nothing_left`, `invalid`", body = ProblemDocument,
            content_type = "application/problem+json")
    )
)]
pub async fn cancel(
    app: AppData,
    request: HttpRequest,
    path: web::Path<String>,
    body: MaybeJsonBody<CancelBody>,
) -> Answer {
    let (series, _) = opened(&app, &request, &path.into_inner()).await?;
    let mut wrong = Wrong::default();
    let reason = wrong.text("/reason", body.0.reason.as_deref(), REASON_CHARACTERS_MAX);
    let from = slot_of("/from", body.0.from.as_deref(), &mut wrong);
    wrong.refuse()?;
    let expected_version = if_match(&request);
    let asked = CancelSeries { series: series.id, from, actor: Actor::Client, reason, expected_version };
    let shared = Arc::clone(&app);
    let done = app.db.write(app.clock.now(), move |tx| cancel_series::cancel_series(tx, &shared.shop, &asked)).await;
    match done {
        Ok(_) => {}
        Err(Bad::Fault(fault)) => return Err(fault.into()),
        Err(Bad::Refused(refused)) => return Err(cancel_refusal(&series, &refused).into()),
    }
    app.bell.notify_one();
    let (_, shape) = read_shape(&app, series.id).await?.ok_or(Problem::NotFound)?;
    answer(StatusCode::OK, &shape)
}

fn cancel_refusal(series: &Series, refused: &CancelSeriesRefused) -> Refusal {
    use crate::domain::policy::CancelRefused;
    match refused {
        CancelSeriesRefused::Policy(CancelRefused::TooLate { deadline }) => {
            Refusal::unprocessable("too_late", "the deadline has passed for every date")
                .with("deadline", time::rfc3339(*deadline, series.zone))
        }
        CancelSeriesRefused::Policy(_) => Refusal::unprocessable("already_started", "it has begun"),
        CancelSeriesRefused::NothingLeft => Refusal::unprocessable("nothing_left", "nothing is still to come"),
        CancelSeriesRefused::Unknown | CancelSeriesRefused::Changed => changed(),
    }
}

fn changed() -> Refusal {
    Refusal::new(StatusCode::PRECONDITION_FAILED, "changed", "somebody changed it; read it again")
}

/// Moves what is still to come, or from one date on, to another time in the same rhythm.
#[utoipa::path(
    post,
    path = "/api/v1/series/{id}/change",
    operation_id = "change_series",
    tag = "series",
    params(
        ("id" = String, Path, description = "The `id` of the series"),
        ("If-Match" = Option<String>, Header, description = "The version you have seen")
    ),
    request_body = ChangeBody,
    security(("manage_token" = [])),
    responses(
        (status = 200, description = "The series that holds the dates from then on: the same, or the one that takes \
            over, then with its `manage_token`", body = SeriesShape),
        (status = 401, description = "`token_needed`", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "`series_undecided` or `series_preview`, with `dates`", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 412, description = "`changed`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`too_late`, `nothing_left`, `same_time`, `past`, `rule_…`, `unknown_provider`, \
            `invalid`", body = ProblemDocument, content_type = "application/problem+json")
    )
)]
pub async fn change(app: AppData, request: HttpRequest, path: web::Path<String>, body: JsonBody<ChangeBody>) -> Answer {
    let (series, _) = opened(&app, &request, &path.into_inner()).await?;
    let catalog = api::catalog(&app).await?;
    let mut wrong = Wrong::default();
    let from = slot_of("/from", body.value.from.as_deref(), &mut wrong);
    let to = wrong.required("/to", body.value.to.as_deref());
    let to = slot_of("/to", to, &mut wrong);
    let conflict = conflict_of(body.value.conflict.as_deref(), &mut wrong);
    let provider = body.value.provider.as_deref().and_then(|text| {
        let found = catalog.provider_named(text).map(|provider| provider.id);
        if found.is_none() {
            wrong.add("/provider", "unknown_provider", "no such provider");
        }
        found
    });
    wrong.refuse()?;
    let is_preview = body.value.preview.unwrap_or(false);
    let asked = ChangeSeries {
        series: series.id,
        from,
        to: to.ok_or(Problem::Nonsense)?,
        provider,
        actor: Actor::Client,
        conflict: conflict.unwrap_or_default(),
        choices: BTreeMap::new(),
        expected_version: if_match(&request),
        is_preview,
    };
    let shared = Arc::clone(&app);
    let done = app.db.write(app.clock.now(), move |tx| change_series::change_series(tx, &shared.shop, &asked)).await;
    let changed = match done {
        Ok(changed) => changed,
        Err(Bad::Fault(fault)) => return Err(fault.into()),
        Err(Bad::Refused(refused)) => return Err(change_refusal(&series, is_preview, refused).into()),
    };
    app.bell.notify_one();
    let (next, mut shape) = read_shape(&app, changed.series).await?.ok_or(Problem::NotFound)?;
    if next.id != series.id {
        let token = app.keys.capability(Purpose::Series, next.id, next.link_generation);
        shape.manage_url = Some(app.link(&format!("/s/{token}")));
        shape.manage_token = Some(token);
    }
    answer(StatusCode::OK, &shape)
}

fn change_refusal(series: &Series, is_preview: bool, refused: ChangeSeriesRefused) -> Refusal {
    let plain = |code: &'static str, detail: &'static str| Refusal::unprocessable(code, detail);
    match refused {
        ChangeSeriesRefused::Looked(changed) => {
            let rows = changed.rows.iter().filter_map(|row| match &row.to {
                To::Row(to) => Some(plan_date(to, series.zone)),
                To::MovedByItself | To::Kept(_) => None,
            });
            let dates: Vec<PlanDate> = rows.collect();
            let code = if is_preview { "series_preview" } else { "series_undecided" };
            with_dates(Refusal::conflict(code, "nothing was changed; here is what each date would be"), &dates)
        }
        ChangeSeriesRefused::Unknown | ChangeSeriesRefused::Changed => changed(),
        ChangeSeriesRefused::NothingLeft => plain("nothing_left", "nothing is still to come"),
        ChangeSeriesRefused::Archived => plain("unknown_service", "the service is not offered any more"),
        ChangeSeriesRefused::UnknownProvider => plain("unknown_provider", "not with this provider there"),
        ChangeSeriesRefused::Past => plain("past", "the new time has passed"),
        ChangeSeriesRefused::SameTime => plain("same_time", "it is so already"),
        ChangeSeriesRefused::Rule(refusal) => Refusal::unprocessable(rule_code(&refusal), refusal.to_string()),
        ChangeSeriesRefused::Policy(refusal) => Refusal::unprocessable("too_late", refusal.to_string()),
        ChangeSeriesRefused::NotCancellable => plain("too_late", "a date cannot be given up any more"),
    }
}
