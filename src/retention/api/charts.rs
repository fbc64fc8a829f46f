//! What clients are worth, and who comes again by the month of the first visit.

use actix_web::HttpRequest;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::domain::cohorts::{Cell, Grain, Measure};
use crate::domain::lifetime::Interval;
use crate::domain::money::{Currency, Money};
use crate::domain::worth::{By, Worth};
use crate::i18n::{Language, Texts};
use crate::programs::api::OwnerProgram;
use crate::retention::charts;
use crate::retention::kept::kept;
use crate::web::api::query::Asked;
use crate::web::api::refusal::ProblemDocument;
use crate::web::api::shapes;
use crate::web::api::{self, Answer};
use crate::web::edge::AppData;

/// Which cohorts.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the shape of the query for the document; it is read by name")]
pub(crate) struct CohortsQuery {
    /// `month` or `quarter`; without it, the one that fits the clinic's size.
    #[param(value_type = Option<String>)]
    by: (),
    /// `until` (came again at all until the end of that period) or `during` (came in it).
    #[param(value_type = Option<String>, default = "until")]
    measure: (),
}

/// People whose first visit lies in one period.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Cohort)]
pub(crate) struct CohortShape {
    /// The first day of the period.
    starts_on: NaiveDate,
    /// How many they are.
    size: u32,
    /// The later periods that are over; none where the cohort has fewer than five people.
    cells: Vec<CellShape>,
}

/// Who came, so many periods later.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CohortCell)]
pub(crate) struct CellShape {
    /// So many periods after the first.
    after: u32,
    /// They came.
    came: u32,
    /// Out of so many.
    of: u32,
    /// Their share.
    share: Option<f64>,
}

/// The share that is still a client, by months since the first visit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SurvivalPoint)]
pub(crate) struct PointShape {
    /// Months since the first visit.
    months: u32,
    /// The share that is still here (Kaplan-Meier).
    share: f64,
    /// The lower end of its 95 % interval.
    low: f64,
    /// The upper end.
    high: f64,
    /// How many were seen so long.
    seen: u32,
}

/// Cohorts and the survival curve.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CohortsReport)]
pub(crate) struct CohortsShape {
    /// The day it is true of.
    as_of: NaiveDate,
    /// `month` or `quarter`.
    by: &'static str,
    /// `until` or `during`.
    measure: &'static str,
    /// What a cell means.
    definition: String,
    /// Oldest first.
    cohorts: Vec<CohortShape>,
    /// All of them together, small ones too.
    all: Vec<CellShape>,
    /// What the curve means.
    survival_definition: String,
    /// The curve.
    survival: Vec<PointShape>,
}

/// Reads cohorts by the month of the first visit, and how long people stay.
#[utoipa::path(
    get,
    path = "/api/v1/reports/cohorts",
    operation_id = "read_cohorts",
    tag = "reports",
    params(CohortsQuery),
    security(("staff_token" = [])),
    responses(
        (status = 200, description = "The cohorts", body = CohortsShape),
        (status = 401, description = "`token_needed`, `token_unknown`", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 403, description = "`scope_too_narrow`", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 422, description = "`invalid`", body = ProblemDocument, content_type = "application/problem+json")
    )
)]
pub async fn cohorts(app: AppData, _program: OwnerProgram, request: HttpRequest) -> Answer {
    let mut asked = Asked::read(request.query_string(), &["by", "measure"]);
    let grain = asked.text("by").map(Grain::parse);
    let measure = asked.text("measure").map(Measure::parse);
    if grain == Some(None) {
        asked.wrong("by", "unknown_value", "must be month or quarter");
    }
    if measure == Some(None) {
        asked.wrong("measure", "unknown_value", "must be until or during");
    }
    asked.refuse()?;
    let (grain, measure) = (grain.flatten(), measure.flatten().unwrap_or(Measure::Until));
    let key = format!("{}/{}", grain.map_or("fit", Grain::as_str), measure.as_str());
    let made = kept(&app.0, "cohorts", &key, move |insight| charts::cohorts(insight, grain, measure)).await?;
    let catalog = app.0.catalog().await?;
    let t = Texts::new(Language::parse(&catalog.clinic.language).unwrap_or_default());
    let cells = |cells: &[Cell]| -> Vec<CellShape> {
        let shape =
            |(after, cell): (u32, &Cell)| CellShape { after, came: cell.came, of: cell.of, share: cell.share() };
        (1..).zip(cells).map(shape).collect()
    };
    let content = &made.content;
    let shape = |point: &charts::Point| PointShape {
        months: point.months,
        share: point.share,
        low: point.low,
        high: point.high,
        seen: point.seen,
    };
    api::json(&CohortsShape {
        as_of: made.as_of,
        by: content.cohorts.grain.as_str(),
        measure: measure.as_str(),
        definition: match measure {
            Measure::During => t.text("cohorts-meaning-during"),
            Measure::Until => t.text("cohorts-meaning-until"),
        },
        cohorts: content
            .cohorts
            .cohorts
            .iter()
            .map(|one| CohortShape {
                starts_on: one.starts_on,
                size: one.size,
                cells: if one.is_small() { Vec::new() } else { cells(&one.cells) },
            })
            .collect(),
        all: cells(&content.cohorts.all),
        survival_definition: t.with("cohorts-curve-meaning", &[("months", &content.lost_after_months)]),
        survival: content.curve.iter().map(shape).collect(),
    })
}

/// By what.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the shape of the query for the document; it is read by name")]
pub(crate) struct ValueQuery {
    /// `source`, `service` (the first), `provider` (the first), `state`, `segment` or `cohort` (year of the first visit).
    #[param(value_type = Option<String>, default = "source")]
    by: (),
}

/// An expected amount with the range it lies in in nine of ten cases.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExpectedAmount)]
pub(crate) struct ExpectedShape {
    /// The mean.
    expected: shapes::Money,
    /// The lower end.
    low: shapes::Money,
    /// The upper end.
    high: shapes::Money,
}

/// What clients brought and are expected to bring, per client.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClientValue)]
pub(crate) struct WorthShape {
    /// How many they are.
    clients: u32,
    /// Their completed visits.
    visits: u64,
    /// Revenue so far of a client.
    revenue_each: Option<shapes::Money>,
    /// What is left of it when what the services cost is paid.
    margin_each: Option<shapes::Money>,
    /// Expected of a client in 12 months; nothing while no model is in use.
    next_12_each: Option<ExpectedShape>,
    /// The same in 36 months.
    next_36_each: Option<ExpectedShape>,
}

/// A group of clients.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ValueGroup)]
pub(crate) struct GroupShape {
    /// The word or identifier of the group; empty where it is not known.
    key: String,
    /// Its name, where it has one of its own.
    name: String,
    /// What it is worth.
    value: WorthShape,
}

/// What clients are worth.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ValueReport)]
pub(crate) struct ValueShape {
    /// The day it is true of.
    as_of: NaiveDate,
    /// What the groups are made by.
    by: &'static str,
    /// What "so far" means.
    so_far_definition: String,
    /// What "expected" means.
    expected_definition: String,
    /// What the formula means.
    formula_definition: String,
    /// Everybody.
    all: WorthShape,
    /// Average amount × visits a year × years, where it is known.
    by_formula: Option<shapes::Money>,
    /// Years from first to last visit of clients who are lost.
    lost_years: Option<f64>,
    /// Years of everybody: of the lost what was seen, of the others what a model expects beyond it too.
    expected_years: Option<f64>,
    /// The groups that have at least five people.
    groups: Vec<GroupShape>,
    /// Smaller groups, put together.
    smaller: Option<WorthShape>,
}

/// Reads what clients are worth: so far, by formula, and as a model expects.
#[utoipa::path(
    get,
    path = "/api/v1/reports/clv",
    operation_id = "read_client_value",
    tag = "reports",
    params(ValueQuery),
    security(("staff_token" = [])),
    responses(
        (status = 200, description = "What clients are worth", body = ValueShape),
        (status = 401, description = "`token_needed`, `token_unknown`", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 403, description = "`scope_too_narrow`", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 422, description = "`invalid`", body = ProblemDocument, content_type = "application/problem+json")
    )
)]
pub async fn clv(app: AppData, _program: OwnerProgram, request: HttpRequest) -> Answer {
    let mut asked = Asked::read(request.query_string(), &["by"]);
    let by = asked.text("by").map(By::parse);
    if by == Some(None) {
        asked.wrong("by", "unknown_value", "must be source, service, provider, state, segment or cohort");
    }
    asked.refuse()?;
    let by = by.flatten().unwrap_or(By::Source);
    let made = kept(&app.0, "clv", by.as_str(), move |insight| charts::value(insight, by)).await?;
    let catalog = app.0.catalog().await?;
    let t = Texts::new(Language::parse(&catalog.clinic.language).unwrap_or_default());
    let currency = catalog.clinic.currency;
    let content = &made.content;
    let worth = |worth: &Worth| shape(worth, currency, content.has_model);
    api::json(&ValueShape {
        as_of: made.as_of,
        by: by.as_str(),
        so_far_definition: t.text("worth-so-far-meaning"),
        expected_definition: t.text("worth-next-meaning"),
        formula_definition: t.text("worth-formula-meaning"),
        all: worth(&content.all),
        by_formula: content.formula.map(|formula| Money::new(formula.value_minor, currency).into()),
        lost_years: content.lives.lost_years,
        expected_years: content.lives.expected_years,
        groups: content
            .groups
            .iter()
            .map(|line| GroupShape { key: line.word.clone(), name: line.name.clone(), value: worth(&line.worth) })
            .collect(),
        smaller: content.small.as_ref().map(worth),
    })
}

fn shape(worth: &Worth, currency: Currency, has_model: bool) -> WorthShape {
    let money = |minor: i64| shapes::Money::from(Money::new(minor, currency));
    let expected = |range: Option<Interval>| {
        range.filter(|_| has_model).map(|Interval { low, expected, high }| ExpectedShape {
            expected: money(expected),
            low: money(low),
            high: money(high),
        })
    };
    WorthShape {
        clients: worth.clients,
        visits: worth.visits,
        revenue_each: worth.revenue_each().map(money),
        margin_each: worth.margin_each().map(money),
        next_12_each: expected(worth.next_12_each()),
        next_36_each: expected(worth.next_36_each()),
    }
}
