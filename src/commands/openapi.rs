//! `rebook openapi`: prints the OpenAPI document.

use std::io::Write as _;

use super::Failure;
use crate::server;

pub(super) fn openapi() -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", server::api_document()).map_err(Failure::from_error)
}
