//! Other sites may call the API from the browser when the settings list them, and nothing but the API.

use actix_cors::Cors;
use actix_web::http::header;

use crate::config::Settings;

/// How long a browser may remember the permission.
const REMEMBERED_SECONDS: usize = 3600;

/// The permissions of the listed sites.
pub fn cors(settings: &Settings) -> Cors {
    let sites: Vec<String> = settings.server.cors_sites.iter().map(|site| site.origin().to_owned()).collect();
    Cors::default()
        .allowed_origin_fn(move |origin, request| {
            request.uri.path().starts_with("/api/") && sites.iter().any(|site| site.as_bytes() == origin.as_bytes())
        })
        .allowed_methods(["GET", "POST", "DELETE"])
        .allowed_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            header::HeaderName::from_static("idempotency-key"),
        ])
        .expose_headers([header::ETAG, header::LOCATION, header::RETRY_AFTER])
        .max_age(REMEMBERED_SECONDS)
}
