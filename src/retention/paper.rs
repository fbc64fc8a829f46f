//! The report on paper: every figure with its value, what it was made of, and its definition in words.
//!
//! The page, the file, the command, the answer to a program and the digest are all made of this, so they cannot differ.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::words;
use crate::domain::money::Currency;
use crate::domain::proportion::Share;
use crate::domain::reporting::Days;
use crate::domain::returning::{Figure, Measured, Report, Unit};
use crate::i18n::Texts;

/// First and last day.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Between {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
}

impl Between {
    fn of(days: Days) -> Self {
        Self { from: days.from, to: days.last() }
    }
}

/// What a figure means.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Meaning {
    /// What it says.
    pub meaning: String,
    /// What is counted: clients, visits, days, money.
    pub unit: String,
    /// What stands above the line.
    pub numerator: String,
    /// What stands below it.
    pub denominator: String,
    /// What others reach; empty where nothing is known.
    pub reference: String,
}

/// A figure with everything that explains it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Line {
    /// Its word: `retention`.
    pub figure: &'static str,
    /// What it is called.
    pub name: String,
    /// The value: a share of one, days, or money in minor units; nothing while it is not known.
    pub value: Option<f64>,
    /// `share`, `days`, `money`.
    pub kind: &'static str,
    /// The value in words, or "not yet known: …".
    pub text: String,
    /// Lower end of the 95 % interval of a share.
    pub low: Option<f64>,
    /// Upper end of it.
    pub high: Option<f64>,
    /// The value in the days of the comparison.
    pub before: Option<f64>,
    /// What stands above the line.
    pub numerator: f64,
    /// What stands below it.
    pub denominator: f64,
    /// People of whom anything was counted.
    pub people: u64,
    /// The days it looks at.
    pub window: Between,
    /// What it means.
    pub definition: Meaning,
    /// Which.
    #[serde(skip)]
    pub which: FigureOf,
}

/// The figure itself, for pages.
#[derive(Debug, Clone, Copy)]
pub struct FigureOf(pub Figure);

/// The movements of the period.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Movements {
    /// CS: clients when the period began.
    pub clients_at_start: i64,
    /// CN: first-ever visits.
    pub new: i64,
    /// CR: lost ones who came again.
    pub reactivated: i64,
    /// Who passed the dated limit with nothing booked.
    pub lost: i64,
    /// CE: clients when it ended; CS + CN + CR − lost.
    pub clients_at_end: i64,
}

/// How many stand so.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct State {
    /// Its word: `at_risk`.
    pub state: &'static str,
    /// What it is called.
    pub name: String,
    /// What it means.
    pub meaning: String,
    /// How many stand so now.
    pub now: u64,
    /// How many did when the month began.
    pub at_month_start: u64,
    /// Who came into it since.
    pub came: u64,
    /// Who left it since.
    pub went: u64,
}

/// A leading figure in one of the last twelve months.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Month {
    /// Its word.
    pub figure: &'static str,
    /// The first day of the month.
    pub month: NaiveDate,
    /// The value as of its end; nothing where it is not known.
    pub value: Option<f64>,
}

/// The report.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Paper {
    /// The day that was today.
    pub as_of: NaiveDate,
    /// The period.
    pub period: Between,
    /// What it is compared with.
    pub compared_with: Option<Between>,
    /// The code of the currency of all amounts, which are in minor units.
    pub currency: String,
    /// Everybody who ever came.
    pub people: u64,
    /// The figures.
    pub figures: Vec<Line>,
    /// The movements of the period.
    pub movements: Movements,
    /// The states of today.
    pub states: Vec<State>,
    /// The last twelve months of the leading figures.
    pub months: Vec<Month>,
}

/// The report in the reader's language.
pub fn paper(t: Texts, report: &Report) -> Paper {
    let currency = currency_of(report);
    let line = |measured: &Measured| line(t, measured, report.figure_before(measured.figure), currency);
    let state = |state: &crate::domain::returning::StateLine| State {
        state: state.state.as_str(),
        name: words::state_name(t, state.state),
        meaning: words::state_meaning(t, state.state, report.lost_after_months),
        now: state.now,
        at_month_start: state.at_month_start,
        came: state.came,
        went: state.went,
    };
    let months = report.trends.iter().flat_map(|trend| {
        trend.months.iter().map(|(days, measured)| Month {
            figure: trend.figure.as_str(),
            month: days.from,
            value: measured.value(),
        })
    });
    let moves = report.moves;
    Paper {
        as_of: report.today,
        period: Between::of(report.days),
        compared_with: report.compared.map(Between::of),
        currency: report.currency.clone(),
        people: report.people,
        figures: report.figures.iter().map(line).collect(),
        movements: Movements {
            clients_at_start: moves.start,
            new: moves.new,
            reactivated: moves.returned,
            lost: moves.lost,
            clients_at_end: moves.end,
        },
        states: report.states.iter().map(state).collect(),
        months: months.collect(),
    }
}

/// The clinic's currency.
pub fn currency_of(report: &Report) -> Currency {
    currency_called(&report.currency)
}

/// The currency of a code that came from one of ours.
pub fn currency_called(code: &str) -> Currency {
    Currency::ALL.into_iter().find(|currency| currency.code() == code).unwrap_or(Currency::Eur)
}

fn line(t: Texts, measured: &Measured, before: Option<&Measured>, currency: Currency) -> Line {
    let figure = measured.figure;
    let said = words::words(t, figure);
    let interval = interval(measured);
    Line {
        figure: figure.as_str(),
        name: said.name,
        value: measured.value(),
        kind: match figure.unit() {
            Unit::Share => "share",
            Unit::DayCount => "days",
            Unit::Sum | Unit::Mean => "money",
        },
        text: words::value_text(t, measured, currency),
        low: interval.map(|(low, _)| low),
        high: interval.map(|(_, high)| high),
        before: before.and_then(Measured::value),
        numerator: measured.numerator(),
        denominator: measured.denominator(),
        people: measured.people_behind(),
        window: Between::of(measured.window),
        definition: Meaning {
            meaning: said.meaning,
            unit: said.unit,
            numerator: said.part,
            denominator: said.of,
            reference: said.reference,
        },
        which: FigureOf(figure),
    }
}

/// Wilson's interval, where a figure is a share of things that count or do not.
pub fn interval(measured: &Measured) -> Option<(f64, f64)> {
    if !measured.figure.is_share_of_count() {
        return None;
    }
    let count = |number: i64| u64::try_from(number).ok();
    let estimate = Share::new(count(measured.part)?, count(measured.of)?).wilson()?;
    Some((estimate.low, estimate.high))
}

/// The heads of the report as a table; the same words for every language, so that scripts can read it.
pub const TABLE_HEAD: [&str; 14] = [
    "figure",
    "name",
    "value",
    "kind",
    "low",
    "high",
    "before",
    "numerator",
    "denominator",
    "people",
    "from",
    "to",
    "counted",
    "out_of",
];

/// The figures as rows of a table.
pub fn rows(paper: &Paper) -> Vec<Vec<String>> {
    let number = |value: Option<f64>| value.map(plain).unwrap_or_default();
    let row = |line: &Line| {
        vec![
            line.figure.to_owned(),
            line.name.clone(),
            number(line.value),
            line.kind.to_owned(),
            number(line.low),
            number(line.high),
            number(line.before),
            plain(line.numerator),
            plain(line.denominator),
            line.people.to_string(),
            line.window.from.to_string(),
            line.window.to.to_string(),
            line.definition.numerator.clone(),
            line.definition.denominator.clone(),
        ]
    };
    paper.figures.iter().map(row).collect()
}

/// Six digits after the point and no zeros at the end: enough for any share, and the same everywhere.
fn plain(value: f64) -> String {
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
