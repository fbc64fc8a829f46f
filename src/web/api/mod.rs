//! What every call of the API shares: refusals as problem documents, queries and bodies read strictly, the document.
//!
//! The calls themselves stand with their slices (`catalog/api.rs`, `booking/api.rs`). Here is the house style: closed
//! sets of parameters and fields, every wrong one named, lists with a limit and a cursor, stable codes.

pub mod body;
pub mod cors;
pub mod document;
pub mod list;
pub mod query;
pub mod refusal;
pub mod shapes;

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::header;
use serde::Serialize;

use crate::app::App;
use crate::catalog::Catalog;
use crate::db::Fault;
pub use body::{JsonBody, MaybeJsonBody, Wrong};
pub use refusal::{ApiError, Refusal};

/// What a call ends with.
pub type Answer = Result<HttpResponse, ApiError>;

/// The catalogue as the API names it.
pub async fn catalog(app: &Arc<App>) -> Result<Arc<Catalog>, Fault> {
    app.catalog().await
}

/// A text that is JSON already. What is free or booked changes by the minute, so nobody keeps it.
pub fn json_text(text: String) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(text)
}

/// A value as JSON.
pub fn json(value: &impl Serialize) -> Answer {
    Ok(json_text(to_text(value)?))
}

/// The JSON of a value of ours.
pub fn to_text(value: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(Fault::other)
}
