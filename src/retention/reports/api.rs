//! Who comes back: the figures of the owner's page, with their definitions.

use actix_web::HttpRequest;
use utoipa::IntoParams;

use crate::domain::language::Language;
use crate::domain::reporting::{Comparison, Days, Period};
use crate::i18n::Texts;
use crate::programs::api::OwnerProgram;
use crate::retention::kept::today_at;
use crate::retention::paper::{self, Paper};
use crate::retention::reports;
use crate::web::api::query::Asked;
use crate::web::api::refusal::ProblemDocument;
use crate::web::api::{self, Answer};
use crate::web::edge::AppData;

/// Which days.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the shape of the query for the document; it is read by name")]
pub(crate) struct RetentionQuery {
    /// The first day; without it, twelve months before the last.
    #[param(value_type = Option<chrono::NaiveDate>)]
    from: (),
    /// The last day; without it, today.
    #[param(value_type = Option<chrono::NaiveDate>)]
    to: (),
    /// What the days are compared with: `before`, `year-before` or `none`.
    #[param(value_type = Option<String>, default = "before")]
    compare: (),
}

/// Reads the figures, each with its value, what it was made of, and its definition.
#[utoipa::path(
    get,
    path = "/api/v1/reports/retention",
    operation_id = "read_retention",
    tag = "reports",
    params(RetentionQuery),
    security(("staff_token" = [])),
    responses(
        (status = 200, description = "The figures; amounts are in minor units of `currency`", body = Paper),
        (status = 401, description = "`token_needed`, `token_unknown`", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 403, description = "`scope_too_narrow`", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 422, description = "`invalid`", body = ProblemDocument, content_type = "application/problem+json")
    )
)]
pub async fn retention(app: AppData, _program: OwnerProgram, request: HttpRequest) -> Answer {
    let mut asked = Asked::read(request.query_string(), &["from", "to", "compare"]);
    let (from, to) = (asked.day("from"), asked.day("to"));
    let comparison = match asked.text("compare") {
        None => Comparison::default(),
        Some(word) => Comparison::parse(word).unwrap_or_else(|| {
            asked.wrong("compare", "unknown_value", "must be before, year-before or none");
            Comparison::default()
        }),
    };
    let catalog = app.0.catalog().await?;
    let today = today_at(&catalog, app.0.clock.now());
    let last = to.unwrap_or(today).min(today);
    let first = from.unwrap_or_else(|| Period::LastTwelveMonths.days(last).from);
    if last < first {
        asked.wrong("from", "out_of_order", "must not lie after `to`, nor after today");
    }
    asked.refuse()?;
    let days = Days::through(first, last);
    let report = reports::report_of(&app.0, days, comparison.days(days)).await?;
    api::json(&paper::paper(Texts::new(Language::parse(&catalog.clinic.language).unwrap_or_default()), &report.content))
}
