//! What an answer that is no page says: one place where bad news becomes a status.
//!
//! Handlers return [`Problem`]; [`crate::web::edge`] shows it, as a page to people and as `application/problem+json`
//! (RFC 9457) under `/api`. Faults are logged there, once, with the reference that the page shows.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};

use crate::db::{Bad, Fault, FaultKind, Never};

/// Why there is no page.
#[derive(Debug)]
pub enum Problem {
    /// Unknown, or not yours: the two look the same from outside.
    NotFound,
    /// Signed in, but the role may not do this.
    NotAllowed,
    /// The form came from another site, or its token is missing or too old.
    ForeignForm,
    /// The body or query makes no sense at all.
    Nonsense,
    /// The body is longer than is taken.
    TooLarge,
    /// This address asked too often.
    TooOften {
        /// When to ask again.
        after_seconds: u64,
    },
    /// Something broke.
    Fault(Fault),
}

impl Problem {
    /// The machine-readable code, stable for API clients.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::NotAllowed => "not_allowed",
            Self::ForeignForm => "foreign_form",
            Self::Nonsense => "bad_request",
            Self::TooLarge => "too_large",
            Self::TooOften { .. } => "too_many_requests",
            Self::Fault(fault) if fault.kind() == FaultKind::Unavailable => "unavailable",
            Self::Fault(_) => "fault",
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Bad<Never>> for Problem {
    fn from(bad: Bad<Never>) -> Self {
        Self::Fault(bad.into_fault())
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::NotAllowed | Self::ForeignForm => StatusCode::FORBIDDEN,
            Self::Nonsense => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooOften { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Fault(fault) => match fault.kind() {
                FaultKind::Unavailable | FaultKind::LostRace => StatusCode::SERVICE_UNAVAILABLE,
                FaultKind::Corrupt | FaultKind::Other => StatusCode::INTERNAL_SERVER_ERROR,
            },
        }
    }

    /// An empty answer with the status; the edge fills it for whoever asked.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}
