//! The OpenAPI document, made from the code, and the page that shows it.

use std::sync::LazyLock;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, OpenApi as Document, Ref, ResponseBuilder};
use utoipa::{Modify, OpenApi};

use super::refusal::ProblemDocument;
use crate::web::edge::{self, AppData};
use crate::web::page::{self, Page};
use crate::{agenda, booking, catalog, recall, recurrence, retention, waitlist};

/// What the code says about its calls.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Rebook API",
        version = "1",
        description = "Free times, bookings and what can be booked.\n\nInstants are RFC 3339 with offset, money is in \
            minor units, identifiers are strings. Refusals are problem documents (RFC 9457) whose `code` never changes \
            its meaning. Parameters and fields that are not known are refused. What needs no token is \
            public and rate limited; a booking is read and changed with the `manage_token` its creation answers, or \
            with a token of the clinic's own, which also opens the calls of the desk."
    ),
    paths(
        catalog::api::services,
        catalog::api::providers,
        catalog::api::locations,
        booking::api::availability::days,
        booking::api::availability::next,
        booking::api::holds::keep,
        booking::api::holds::give_up,
        booking::api::bookings::book,
        booking::api::bookings::read,
        booking::api::bookings::cancel,
        booking::api::moving::move_booking,
        agenda::api::appointments::list,
        agenda::api::visits::approve,
        agenda::api::visits::decline,
        agenda::api::visits::confirm,
        agenda::api::visits::arrive,
        agenda::api::visits::start,
        agenda::api::visits::complete,
        agenda::api::visits::no_show,
        agenda::api::visits::undo,
        agenda::api::blocks::list,
        agenda::api::blocks::add,
        agenda::api::blocks::remove,
        agenda::api::messages::list,
        agenda::api::payments::list,
        agenda::api::payments::post,
        agenda::api::waiting::list,
        agenda::api::clients::find,
        agenda::api::clients::read,
        recall::api::list,
        recall::api::pause,
        recall::api::disable,
        waitlist::api::join,
        waitlist::api::read,
        waitlist::api::withdraw,
        waitlist::api::accept,
        waitlist::api::decline,
        recurrence::api::look,
        recurrence::api::start,
        recurrence::api::read,
        recurrence::api::cancel,
        recurrence::api::change,
        retention::api::charts::clv,
        retention::api::charts::cohorts,
        retention::reports::api::retention,
        json,
    ),
    components(schemas(ProblemDocument)),
    modifiers(&Tokens, &EverywhereRefused),
    tags(
        (name = "catalogue", description = "What can be booked online"),
        (name = "availability", description = "When"),
        (name = "holds", description = "Keeping a time while somebody fills in a form"),
        (name = "bookings", description = "Booking, reading, moving, cancelling"),
        (name = "waitlist", description = "Waiting for a time, and answering what is offered"),
        (name = "series", description = "Appointments that repeat"),
        (name = "desk", description = "The day's work, for programs of the clinic's own"),
        (name = "reports", description = "The owner's figures, for programs with a token of scope `owner`"),
        (name = "document", description = "This document")
    )
)]
struct Described;

struct Tokens;

impl Modify for Tokens {
    fn modify(&self, document: &mut Document) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The `manage_token` of one booking, which opens this booking and no other"))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("manage_token", SecurityScheme::Http(scheme));
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A token of the clinic's own, made by the owner under Programs: it works like reception"))
            .build();
        components.add_security_scheme("staff_token", SecurityScheme::Http(scheme));
    }
}

/// What every call can answer besides its own.
struct EverywhereRefused;

const EVERYWHERE: [(&str, &str); 3] = [
    ("429", "`too_many_requests`: wait as long as `Retry-After` says"),
    ("500", "`fault`: something broke; `reference` names the line in the server's log"),
    ("503", "`unavailable`: the database is away; try again after `Retry-After`"),
];

/// What a call that needs a token can answer.
const GUARDED: (&str, &str) = ("401", "`token_needed`, `token_unknown`");

impl Modify for EverywhereRefused {
    fn modify(&self, document: &mut Document) {
        for item in document.paths.paths.values_mut() {
            let operations = [&mut item.get, &mut item.post, &mut item.delete];
            for operation in operations.into_iter().flatten() {
                let is_guarded = operation.security.as_ref().is_some_and(|needed| !needed.is_empty());
                for (status, description) in EVERYWHERE.into_iter().chain(is_guarded.then_some(GUARDED)) {
                    let known = operation.responses.responses.contains_key(status);
                    if !known {
                        operation.responses.responses.insert(status.to_owned(), refusal(description).into());
                    }
                }
            }
        }
    }
}

fn refusal(description: &str) -> utoipa::openapi::Response {
    let content = Content::new(Some(Ref::from_schema_name("Problem")));
    ResponseBuilder::new().description(description).content("application/problem+json", content).build()
}

/// The document as text for machines.
static COMPACT: LazyLock<String> = LazyLock::new(|| Described::openapi().to_json().unwrap_or_default());

/// The document as text for people.
pub fn pretty() -> String {
    Described::openapi().to_pretty_json().unwrap_or_default()
}

/// This document.
#[utoipa::path(
    get,
    path = "/api/v1/openapi.json",
    tag = "document",
    responses((status = 200, description = "OpenAPI 3.1", body = Object))
)]
pub async fn json() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .content_type("application/json")
        .body(COMPACT.as_str())
}

#[derive(Template)]
#[template(path = "web/api_docs.html")]
struct DocumentPage {
    page: Page,
}

/// `GET /api/docs`: the document for people, who can try calls there.
pub async fn page(app: AppData, request: HttpRequest) -> HttpResponse {
    let brand = edge::brand(&app).await;
    let t = page::texts_for(&request, None, brand.language);
    let page = Page::public(t, brand, &request, t.text("api-docs-title"));
    page::html(StatusCode::OK, &DocumentPage { page })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::routes;

    fn document() -> Value {
        serde_json::from_str(&COMPACT).unwrap()
    }

    #[test]
    fn every_call_is_in_the_document_and_nothing_else() {
        let document = document();
        let mut described = BTreeSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            described
                .extend(item.as_object().unwrap().keys().map(|method| format!("{} {path}", method.to_uppercase())));
        }
        let table = routes::table();
        let calls = table.iter().filter(|line| line.path.starts_with("/api/v1/"));
        let served: BTreeSet<String> = calls.map(|line| format!("{} {}", line.method, line.path)).collect();
        assert_eq!(described, served);
    }

    #[test]
    fn the_document_is_sound() {
        let document = document();
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
        let mut names = BTreeSet::new();
        let mut references = BTreeSet::new();
        gather(&document, &mut references);
        for reference in &references {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
        }
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let place = format!("{method} {path}");
                let name = operation["operationId"].as_str().unwrap();
                assert!(names.insert(name.to_owned()), "{place}: {name} twice");
                assert!(operation["summary"].is_string(), "{place} says nothing");
                check_parameters(&place, path, operation);
                for (status, response) in operation["responses"].as_object().unwrap() {
                    assert!(response["description"].is_string(), "{place} {status}");
                    let refuses = status.starts_with(['4', '5']);
                    let problem = response["content"].get("application/problem+json").is_some();
                    assert_eq!(refuses, problem, "{place} {status}");
                }
            }
        }
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            let described = schema.get("type").or(schema.get("allOf")).or(schema.get("oneOf")).is_some();
            assert!(described, "{name}");
            let properties = schema["properties"].as_object();
            for required in schema["required"].as_array().into_iter().flatten() {
                assert!(properties.unwrap().contains_key(required.as_str().unwrap()), "{name}: {required}");
            }
        }
    }

    fn check_parameters(place: &str, path: &str, operation: &Value) {
        let none = Vec::new();
        let parameters = operation["parameters"].as_array().unwrap_or(&none);
        for part in path.split('/').filter_map(|part| part.strip_prefix('{')) {
            let name = part.trim_end_matches('}');
            let found = parameters.iter().find(|parameter| parameter["name"] == name);
            assert_eq!(found.unwrap()["in"], "path", "{place} {name}");
        }
        for parameter in parameters {
            assert!(parameter["schema"].is_object(), "{place}: {parameter}");
        }
    }

    fn gather(value: &Value, references: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                references.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
                fields.values().for_each(|inner| gather(inner, references));
            }
            Value::Array(entries) => entries.iter().for_each(|inner| gather(inner, references)),
            _ => {}
        }
    }
}
