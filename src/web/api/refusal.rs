//! A call that is refused: an RFC 9457 problem document with a stable code, and what is wrong field by field.

use std::borrow::Cow;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::db::{Bad, Fault, Never};
use crate::web::metrics::Refused;
use crate::web::problem::Problem;

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WrongField {
    /// Where in the body, as a JSON pointer: `/client/email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<String>, examples("/client/email"))]
    pub pointer: Option<Cow<'static, str>>,
    /// Which parameter of the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<String>, examples("from"))]
    pub parameter: Option<Cow<'static, str>>,
    /// Which header.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<String>, examples("Idempotency-Key"))]
    pub header: Option<&'static str>,
    /// What is wrong, for programs.
    #[schema(examples("not_an_email"))]
    pub code: &'static str,
    /// What is wrong, for developers.
    #[schema(value_type = String)]
    pub detail: Cow<'static, str>,
}

/// What is wrong in a body.
pub fn at_pointer(
    pointer: impl Into<Cow<'static, str>>,
    code: &'static str,
    detail: impl Into<Cow<'static, str>>,
) -> WrongField {
    WrongField { pointer: Some(pointer.into()), parameter: None, header: None, code, detail: detail.into() }
}

/// What is wrong in a query.
pub fn in_query(
    parameter: impl Into<Cow<'static, str>>,
    code: &'static str,
    detail: impl Into<Cow<'static, str>>,
) -> WrongField {
    WrongField { pointer: None, parameter: Some(parameter.into()), header: None, code, detail: detail.into() }
}

/// What is wrong in a header.
pub fn in_header(header: &'static str, code: &'static str, detail: impl Into<Cow<'static, str>>) -> WrongField {
    WrongField { pointer: None, parameter: None, header: Some(header), code, detail: detail.into() }
}

/// Where only this is wrong, it is the refusal's own code.
const SAYS_ALL: [&str; 3] = ["unknown_service", "unknown_provider", "unknown_location"];

/// Why a call is refused. Its code never changes its meaning; its words may.
#[derive(Debug, Clone)]
pub struct Refusal {
    status: StatusCode,
    code: &'static str,
    detail: Cow<'static, str>,
    errors: Vec<WrongField>,
    more: Map<String, Value>,
}

impl Refusal {
    /// A refusal with its status, its code and a sentence for developers.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, detail: detail.into(), errors: Vec::new(), more: Map::new() }
    }

    /// What was sent makes sense, but not here (422).
    pub fn unprocessable(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    /// Somebody or something else is in the way (409).
    pub fn conflict(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// Fields or parameters that are wrong.
    pub fn invalid(errors: Vec<WrongField>) -> Self {
        let (code, detail) = match errors.as_slice() {
            [only] if SAYS_ALL.contains(&only.code) => (only.code, only.detail.clone()),
            [_] => ("invalid", "one field is wrong; see errors".into()),
            _ => ("invalid", "some fields are wrong; see errors".into()),
        };
        Self { errors, ..Self::unprocessable(code, detail) }
    }

    /// The same with a field named.
    #[must_use]
    pub fn about(mut self, field: WrongField) -> Self {
        self.errors.push(field);
        self
    }

    /// The same with a fact of its own.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }

    /// The code.
    pub const fn code(&self) -> &'static str {
        self.code
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.code, self.detail)
    }
}

/// What every refusal looks like (RFC 9457).
#[derive(Debug, ToSchema)]
#[schema(as = Problem)]
#[expect(dead_code, reason = "the shape of the answer for the document")]
pub struct ProblemDocument {
    /// Always `about:blank`: the code says what it is.
    #[schema(examples("about:blank"))]
    r#type: String,
    /// The words of the status.
    #[schema(examples("Unprocessable Entity"))]
    title: String,
    /// The status.
    #[schema(examples(422))]
    status: u16,
    /// What it is, for programs. A code never changes its meaning.
    #[schema(examples("too_soon"))]
    code: String,
    /// What it is, for developers.
    #[schema(required = false)]
    detail: String,
    /// What is wrong, field by field.
    #[schema(required = false)]
    errors: Vec<WrongField>,
    /// Names the line in the server's log, when something broke.
    #[schema(required = false)]
    reference: String,
}

#[derive(Serialize)]
struct Document<'a> {
    r#type: &'a str,
    title: &'a str,
    status: u16,
    code: &'a str,
    detail: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [WrongField],
    #[serde(flatten)]
    more: &'a Map<String, Value>,
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let document = Document {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or_default(),
            status: self.status.as_u16(),
            code: self.code,
            detail: &self.detail,
            errors: &self.errors,
            more: &self.more,
        };
        let body = serde_json::to_string(&document).unwrap_or_default();
        let mut answer = HttpResponse::build(self.status);
        if self.status == StatusCode::UNAUTHORIZED {
            answer.insert_header((actix_web::http::header::WWW_AUTHENTICATE, "Bearer"));
        }
        let mut answer = answer.content_type("application/problem+json").body(body);
        answer.extensions_mut().insert(Refused(self.code));
        answer
    }
}

/// Why a call has no answer: a refusal of its own, or a problem every page can have.
#[derive(Debug)]
pub enum ApiError {
    /// The call's own.
    Refused(Box<Refusal>),
    /// Everybody's.
    Problem(Problem),
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<Fault> for ApiError {
    fn from(fault: Fault) -> Self {
        Self::Problem(Problem::Fault(fault))
    }
}

impl From<Bad<Never>> for ApiError {
    fn from(bad: Bad<Never>) -> Self {
        Self::Problem(Problem::from(bad))
    }
}

impl From<ApiError> for actix_web::Error {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::Refused(refusal) => (*refusal).into(),
            ApiError::Problem(problem) => problem.into(),
        }
    }
}
