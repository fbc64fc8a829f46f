//! The edge: what happens to every request before a handler sees it, and to every problem before it leaves.

use std::net::IpAddr;
use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use serde_json::json;

use crate::app::App;
use crate::chance;
use crate::routes;
use crate::web::api::Refusal;
use crate::web::i18n::Texts;
use crate::web::limits::Asking;
use crate::web::metrics::Refused;
use crate::web::page::{self, Brand, Page};
use crate::web::problem::Problem;

/// What handlers ask for: `app: AppData`.
pub type AppData = web::ThinData<Arc<App>>;

/// The longest part of a forwarded-for header that is looked at, from its right end.
const FORWARDED_HOPS_MAX: usize = 10;

/// Checks where a change comes from and how often, runs the handler, and shows problems.
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let Some(app) = request.app_data::<AppData>().map(|app| Arc::clone(&app.0)) else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    if let Err(problem) = admit(&app, request.request()) {
        let request = request.request().clone();
        let response = show(&app, &request, &problem).await;
        return Ok(ServiceResponse::new(request, response));
    }
    let is_api = request.path().starts_with("/api/");
    match next.call(request).await {
        Ok(answer) => Ok(fill(&app, answer.map_into_boxed_body(), is_api).await),
        Err(error) => Err(error),
    }
}

/// A change by a browser must come from our own pages; API calls carry no cookie and so no borrowed rights, and one
/// change is taken from anywhere by name.
fn admit(app: &App, request: &HttpRequest) -> Result<(), Problem> {
    let path = request.path();
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let is_exempt = path.starts_with("/api/") || routes::may_come_from_anywhere(path);
    if changes && !is_exempt && !comes_from_here(app, request) {
        return Err(Problem::ForeignForm);
    }
    let asking = match (changes, path) {
        (true, "/staff/sign-in" | "/staff/sign-in/code" | "/portal/sign-in") => Asking::ToSignIn,
        // One mail provider posts for many readers.
        (true, path) if routes::may_come_from_anywhere(path) => Asking::ToRead,
        (true, _) => Asking::ToChange,
        (false, _) if is_free(path) => return Ok(()),
        (false, _) => Asking::ToRead,
    };
    let Some(address) = visitor_address(app, request) else {
        return Ok(());
    };
    app.limits.check(address, asking).map_err(|after_seconds| Problem::TooOften { after_seconds })
}

/// Files of ours and the operators' probes are not counted.
fn is_free(path: &str) -> bool {
    path.starts_with("/assets/") || path.starts_with("/images/") || matches!(path, "/healthz" | "/readyz" | "/metrics")
}

/// Sec-Fetch-Site where the browser sends it, else Origin; a request with neither is no browser's form.
fn comes_from_here(app: &App, request: &HttpRequest) -> bool {
    let value = |name: header::HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = value(header::HeaderName::from_static("sec-fetch-site")) {
        return matches!(site, "same-origin" | "none");
    }
    match value(header::ORIGIN) {
        None => true,
        Some(origin) => origin == app.settings.server.public_url.origin() || is_own_host(request, origin),
    }
}

/// The demo and tests are reached under other names and ports than `server.public_url` says.
fn is_own_host(request: &HttpRequest, origin: &str) -> bool {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    host.is_some_and(|host| origin.split_once("://").is_some_and(|(_, rest)| rest == host))
}

/// Who asks: the peer, or what a trusted proxy says of him.
pub fn visitor_address(app: &App, request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    let trusted = |address: IpAddr| app.settings.server.trusted_proxies.iter().any(|net| net.contains(address));
    if !trusted(peer) {
        return Some(peer);
    }
    let forwarded = request.headers().get("x-forwarded-for").and_then(|value| value.to_str().ok())?;
    let hops = forwarded.rsplit(',').take(FORWARDED_HOPS_MAX).map_while(|hop| hop.trim().parse::<IpAddr>().ok());
    let mut visitor = peer;
    for hop in hops {
        visitor = hop;
        if !trusted(hop) {
            break;
        }
    }
    Some(visitor)
}

/// Shows a problem a handler ended with, and gives unknown addresses a page.
async fn fill(app: &Arc<App>, answer: ServiceResponse<BoxBody>, is_api: bool) -> ServiceResponse<BoxBody> {
    let status = answer.status();
    if answer.response().error().is_some_and(|error| error.as_error::<Refusal>().is_some()) {
        return answer;
    }
    if !status.is_client_error() && !status.is_server_error() {
        return answer;
    }
    if is_api
        && status == StatusCode::NOT_FOUND
        && answer.response().error().is_none()
        && let Some(methods) = routes::other_methods_at(answer.request().path(), answer.request().method())
    {
        return wrong_method(answer, &methods);
    }
    let problem = match answer.response().error() {
        Some(error) => match error.as_error::<Problem>() {
            Some(_) => None,
            None => Some(problem_of(status)),
        },
        None if is_unanswered(&answer, is_api) => Some(problem_of(status)),
        None => return answer,
    };
    let (request, response) = answer.into_parts();
    let shown = match (&problem, response.error().and_then(|error| error.as_error::<Problem>())) {
        (Some(problem), _) | (None, Some(problem)) => show(app, &request, problem).await,
        (None, None) => response,
    };
    ServiceResponse::new(request, shown)
}

/// A path of the API that is asked in a way it has no answer to.
fn wrong_method(answer: ServiceResponse<BoxBody>, methods: &str) -> ServiceResponse<BoxBody> {
    let detail = format!("this path answers {methods}");
    let refusal = Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail);
    let mut response = refusal.error_response();
    if let Ok(methods) = header::HeaderValue::from_str(methods) {
        response.headers_mut().insert(header::ALLOW, methods);
    }
    answer.into_response(response)
}

/// The framework's own refusals have no body; whatever has one was meant as it is.
fn is_unanswered(answer: &ServiceResponse<BoxBody>, _is_api: bool) -> bool {
    matches!(answer.response().body().size(), actix_web::body::BodySize::None | actix_web::body::BodySize::Sized(0))
}

/// What the framework's refusal means in our words.
fn problem_of(status: StatusCode) -> Problem {
    match status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Problem::NotFound,
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge,
        StatusCode::FORBIDDEN => Problem::NotAllowed,
        _ => Problem::Nonsense,
    }
}

async fn show(app: &Arc<App>, request: &HttpRequest, problem: &Problem) -> HttpResponse {
    let reference = match problem {
        Problem::Fault(fault) => Some(log_fault(request, fault)),
        _ => None,
    };
    let mut response = if request.path().starts_with("/api/") {
        as_json(problem, reference.as_deref())
    } else {
        as_page(app, request, problem, reference.as_deref()).await
    };
    response.extensions_mut().insert(Refused(problem.code()));
    if let Some(seconds) = wait_seconds(problem) {
        response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
    }
    response
}

fn wait_seconds(problem: &Problem) -> Option<u64> {
    match problem {
        Problem::TooOften { after_seconds } => Some(*after_seconds),
        Problem::Fault(_) if problem.status_code() == StatusCode::SERVICE_UNAVAILABLE => Some(2),
        _ => None,
    }
}

/// The one line in the log about a fault: the route's pattern, never the path, which may carry a token.
fn log_fault(request: &HttpRequest, fault: &crate::db::Fault) -> String {
    let reference = format!("{:08x}", chance::number() >> 32);
    let route = request.match_pattern().unwrap_or_default();
    tracing::error!(fault.reference = %reference, http.route = %route, error = %fault, "a request failed");
    reference
}

fn as_json(problem: &Problem, reference: Option<&str>) -> HttpResponse {
    let status = problem.status_code();
    let mut body = json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or_default(),
        "status": status.as_u16(),
        "code": problem.code(),
    });
    if let (Some(reference), Some(fields)) = (reference, body.as_object_mut()) {
        fields.insert("reference".to_owned(), json!(reference));
    }
    HttpResponse::build(status).content_type("application/problem+json").body(body.to_string())
}

async fn as_page(app: &Arc<App>, request: &HttpRequest, problem: &Problem, reference: Option<&str>) -> HttpResponse {
    let brand = brand(app).await;
    let t = page::texts_for(request, None, brand.language);
    let (title, text) = words(t, problem);
    let page = Page::public(t, brand, request, title);
    page::error_page(problem.status_code(), page, &text, reference)
}

/// The clinic's looks, or plain ones where the database cannot be asked.
pub async fn brand(app: &Arc<App>) -> Brand {
    let Ok(catalog) = app.catalog().await else {
        return Brand::default();
    };
    Brand::of(&catalog.clinic)
}

fn words(t: Texts, problem: &Problem) -> (String, String) {
    match problem {
        Problem::NotFound => (t.text("problem-not-found-title"), t.text("problem-not-found")),
        Problem::NotAllowed => (t.text("problem-not-allowed-title"), t.text("problem-not-allowed")),
        Problem::ForeignForm => (t.text("problem-foreign-form-title"), t.text("problem-foreign-form")),
        Problem::Nonsense => (t.text("problem-nonsense-title"), t.text("problem-nonsense")),
        Problem::TooLarge => (t.text("problem-too-large-title"), t.text("problem-too-large")),
        Problem::TooOften { after_seconds } => {
            let seconds = i64::try_from(*after_seconds).unwrap_or(60);
            (t.text("problem-too-often-title"), t.with("problem-too-often", &[("seconds", &seconds)]))
        }
        Problem::Fault(fault) if fault.kind() == crate::db::FaultKind::Unavailable => {
            (t.text("problem-unavailable-title"), t.text("problem-unavailable"))
        }
        Problem::Fault(_) => (t.text("problem-fault-title"), t.text("problem-fault")),
    }
}
