//! The leading figures of the page, the chart of groups, and the model in words.

use super::by_name;
use crate::domain::lifetime::Interval;
use crate::domain::lifetime::choose::Reason;
use crate::domain::lifetime::fit::Convergence;
use crate::domain::money::Currency;
use crate::domain::worth::{By, Group, Worth};
use crate::i18n::Texts;
use crate::retention::charts::{Formula, Line, ValueReport};
use crate::retention::web::chart::{self, Cell, Chart, Kind, Row, Unit};
use crate::retention::web::frame::{Asked, Definition, Figure};
use crate::retention::web::segments::segment_name;
use crate::retention::words;
use crate::web::edge::AppData;
use crate::web::problem::Problem;

/// What the page begins with: so far, by formula, expected, and how long people stay.
pub(super) fn leading(t: Texts, currency: Currency, content: &ValueReport) -> Vec<Figure> {
    vec![
        so_far(t, currency, content),
        by_formula(t, currency, content.formula.as_ref()),
        expected(t, currency, content, Horizon::Months12),
        expected(t, currency, content, Horizon::Months36),
        life(t, content),
    ]
}

fn so_far(t: Texts, currency: Currency, content: &ValueReport) -> Figure {
    let all = &content.all;
    let of = |minor| chart::amount(t, currency, minor);
    let value = all.revenue_each().map(of);
    Figure {
        anchor: "so-far".to_owned(),
        name: t.text("worth-so-far"),
        is_known: value.is_some(),
        value: value.unwrap_or_else(|| t.text("worth-so-far-unknown")),
        interval: all
            .margin_each()
            .map_or_else(String::new, |each| t.with("worth-margin-each", &[("amount", &of(each))])),
        definition: Definition {
            meaning: t.text("worth-so-far-meaning"),
            window: t.text("worth-window-all"),
            unit: t.text("chart-unit-clients"),
            numerator: t.with("worth-so-far-numerator", &[("amount", &of(all.revenue))]),
            denominator: t.with("worth-so-far-denominator", &[("count", &chart::count(t, all.clients))]),
            people: chart::count(t, all.clients),
            reference: String::new(),
        },
        ..Figure::default()
    }
}

fn by_formula(t: Texts, currency: Currency, formula: Option<&Formula>) -> Figure {
    let figure = Figure { anchor: "formula".to_owned(), name: t.text("worth-formula"), ..Figure::default() };
    let definition = Definition { meaning: t.text("worth-formula-meaning"), ..Definition::default() };
    let Some(formula) = formula else {
        return Figure { value: t.text("worth-formula-unknown"), definition, ..figure };
    };
    let amount = chart::amount(t, currency, rounded(formula.amount_minor));
    let (visits, years) = (chart::decimal(t, formula.visits_a_year), chart::decimal(t, formula.life_years));
    Figure {
        value: chart::amount(t, currency, formula.value_minor),
        is_known: true,
        interval: t.with("worth-formula-parts", &[("amount", &amount), ("visits", &visits), ("years", &years)]),
        definition: Definition {
            window: if formula.is_expected { t.text("worth-formula-expected") } else { t.text("worth-formula-seen") },
            ..definition
        },
        ..figure
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a float turned into an integer stops at its ends")]
fn rounded(amount: f64) -> i64 {
    amount.round() as i64
}

/// How far ahead.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Horizon {
    Months12,
    Months36,
}

fn expected(t: Texts, currency: Currency, content: &ValueReport, horizon: Horizon) -> Figure {
    let all = &content.all;
    let (each, total, name, anchor) = match horizon {
        Horizon::Months12 => (all.next_12_each(), all.next_12, t.text("worth-next-12"), "next-12"),
        Horizon::Months36 => (all.next_36_each(), all.next_36, t.text("worth-next-36"), "next-36"),
    };
    let of = |minor| chart::amount(t, currency, minor);
    let each = each.filter(|_| content.has_model);
    let between = |range: Interval| {
        t.with(
            "worth-all-expected",
            &[("value", &of(range.expected)), ("low", &of(range.low)), ("high", &of(range.high))],
        )
    };
    Figure {
        anchor: anchor.to_owned(),
        name,
        is_known: each.is_some(),
        value: each.map_or_else(|| t.text("worth-next-unknown"), |range| of(range.expected)),
        interval: each.map_or_else(String::new, |_| between(total)),
        definition: Definition {
            meaning: t.text("worth-next-meaning"),
            window: match horizon {
                Horizon::Months12 => t.text("worth-window-12"),
                Horizon::Months36 => t.text("worth-window-36"),
            },
            unit: t.text("chart-unit-clients"),
            people: chart::count(t, all.scored),
            reference: t.text("worth-next-interval"),
            ..Definition::default()
        },
        ..Figure::default()
    }
}

fn life(t: Texts, content: &ValueReport) -> Figure {
    let lives = &content.lives;
    let years = |years: f64| t.with("worth-years", &[("years", &chart::decimal(t, years))]);
    let observed = lives.lost_years.filter(|_| crate::domain::cohorts::SMALLEST <= lives.lost);
    let expected = lives.expected_years;
    let value = match (observed, expected) {
        (_, Some(expected)) => Some(years(expected)),
        (Some(_), None) => lives.seen_years.map(years),
        (None, None) => None,
    };
    let interval = match (observed, lives.living_years) {
        (Some(lost), Some(living)) => {
            t.with("worth-life-seen", &[("lost", &chart::decimal(t, lost)), ("living", &chart::decimal(t, living))])
        }
        (None, Some(living)) => t.with("worth-life-living", &[("living", &chart::decimal(t, living))]),
        _ => String::new(),
    };
    Figure {
        anchor: "life".to_owned(),
        name: t.text("worth-life"),
        is_known: value.is_some(),
        value: value.unwrap_or_else(|| t.text("worth-life-unknown")),
        interval,
        definition: Definition {
            meaning: if expected.is_some() { t.text("worth-life-meaning") } else { t.text("worth-life-meaning-seen") },
            window: t.text("worth-window-all"),
            unit: t.text("chart-unit-clients"),
            numerator: t.with("worth-life-lost", &[("count", &chart::count(t, lives.lost))]),
            denominator: t.with("worth-life-here", &[("count", &chart::count(t, lives.living))]),
            people: chart::count(t, lives.lost + lives.living),
            reference: String::new(),
        },
        ..Figure::default()
    }
}

/// The groups as a chart: what is expected of each where a model says so, else what it brought.
pub(super) fn groups(t: Texts, currency: Currency, content: &ValueReport, by: By, asked: &Asked) -> Chart {
    let cells = |worth: &Worth, href: String| {
        let mut cells = vec![
            Cell::count(t, worth.clients).leading_to(href),
            Cell::count(t, i64::try_from(worth.visits).unwrap_or(i64::MAX)),
            Cell::amount(t, currency, worth.revenue_each()),
            Cell::amount(t, currency, worth.margin_each()),
        ];
        if content.has_model {
            cells.push(Cell::range(t, currency, worth.next_12_each()));
            cells.push(Cell::range(t, currency, worth.next_36_each()));
        }
        cells
    };
    let row = |line: &Line| {
        let href = asked.people_link("worth", &[("by", by.as_str()), ("group", &line.word)]);
        Row::new(group_name(t, line), cells(&line.worth, href))
    };
    let mut rows: Vec<Row> = content.groups.iter().map(row).collect();
    if let Some(small) = &content.small {
        rows.push(Row::new(t.text("worth-small"), cells(small, String::new())).only_read());
    }
    let (kind, caption) = if content.has_model {
        (Kind::Range, t.text("worth-groups-caption"))
    } else {
        (Kind::Bar, t.text("worth-groups-caption-seen"))
    };
    let chart = Chart::new(kind, Unit::Amount(currency), caption, by_name(t, by))
        .reading(t.text("chart-clients"))
        .reading(t.text("worth-visits"));
    let chart = if content.has_model {
        chart
            .reading(t.text("worth-revenue-each"))
            .reading(t.text("worth-margin"))
            .drawing(t.text("worth-next-12"))
            .reading(t.text("worth-next-36"))
    } else {
        chart.drawing(t.text("worth-revenue-each")).reading(t.text("worth-margin"))
    };
    chart.of(rows)
}

/// What a group is called.
pub(in crate::retention::web) fn group_name(t: Texts, line: &Line) -> String {
    match line.group {
        Group::Source(None) => t.text("worth-source-unknown"),
        Group::State(state) => words::state_name(t, state),
        Group::Segment(segment) => segment_name(t, segment),
        Group::Source(Some(_)) | Group::FirstService(_) | Group::FirstProvider(_) | Group::Cohort(_) => {
            line.name.clone()
        }
    }
}

/// What the groups mean.
pub(super) fn groups_about(t: Texts, content: &ValueReport, by: By) -> Figure {
    let by = by_name(t, by);
    Figure {
        name: t.with("worth-groups", &[("by", &by)]),
        definition: Definition {
            meaning: t.text("worth-groups-meaning"),
            window: t.text("worth-window-all"),
            unit: t.text("chart-unit-clients"),
            people: chart::count(t, content.all.clients),
            reference: if content.has_model { t.text("worth-next-interval") } else { String::new() },
            ..Definition::default()
        },
        ..Figure::default()
    }
}

/// Which model, why, and whether it would have been right; nothing before the first fit.
pub(super) async fn model(app: &AppData, t: Texts) -> Result<Vec<String>, Problem> {
    let models = app.db.read(crate::retention::fit::models_in_use).await?;
    let Some(model) = models.into_iter().find(|model| model.recall_type.is_none()) else { return Ok(Vec::new()) };
    let clients = chart::count(t, i64::try_from(model.clients).unwrap_or(i64::MAX));
    let clients: &dyn crate::i18n::Argument = &clients;
    let why = match model.reason {
        Reason::Rhythm => t.with("worth-model-rhythm", &[("k", &model.k), ("clients", clients)]),
        Reason::NoRhythm => t.with("worth-model-no-rhythm", &[("clients", clients)]),
        Reason::Asked => t.with("worth-model-asked", &[("clients", clients)]),
        Reason::TooFewClients => t.with("worth-model-few-clients", &[("clients", clients)]),
        Reason::TooFewGaps => t.with("worth-model-few-gaps", &[("clients", clients)]),
        Reason::NotConverged => t.with("worth-model-not-converged", &[("clients", clients)]),
    };
    let mut sentences = vec![why];
    if model.family.is_none() {
        return Ok(sentences);
    }
    if model.convergence == Some(Convergence::AtTheEdge) {
        sentences.push(t.text("worth-model-edge"));
    }
    sentences.push(match &model.backtest {
        Some(test) => {
            let (expected, came) =
                (chart::count(t, rounded(test.expected)), i64::try_from(test.came).unwrap_or(i64::MAX));
            let known = chart::count(t, i64::try_from(test.clients).unwrap_or(i64::MAX));
            let (came, from) = (chart::count(t, came), t.date_medium(test.from));
            t.with(
                "worth-model-backtest",
                &[("expected", &expected), ("came", &came), ("clients", &known), ("from", &from)],
            )
        }
        None => t.text("worth-model-no-backtest"),
    });
    sentences.push(t.with("worth-model-fitted", &[("day", &t.date_medium(model.fitted_at.date_naive()))]));
    Ok(sentences)
}
