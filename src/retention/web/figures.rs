//! Figures as a page shows them, made of the same lines as the file and the answer to a program.

use super::frame::{Asked, Definition, Figure as Shown};
use crate::domain::money::Currency;
use crate::domain::returning::{Figure, Report};
use crate::i18n::Texts;
use crate::retention::paper::{self, Line};
use crate::retention::words;

/// A figure of the report.
pub(super) fn shown(t: Texts, asked: &Asked, report: &Report, figure: Figure) -> Shown {
    let Some(measured) = report.figure(figure) else {
        return Shown::default();
    };
    let currency = paper::currency_of(report);
    let said = words::words(t, figure);
    let counted = |words: &str, number: String| t.with("owner-counted-with", &[("words", &words), ("number", &number)]);
    let part = words::part_text(t, figure, measured.numerator(), currency);
    let of = words::of_text(t, figure, measured.denominator(), currency);
    let interval = paper::interval(measured).filter(|_| measured.value().is_some());
    let before = report.figure_before(figure).filter(|before| before.value().is_some());
    Shown {
        anchor: figure.as_str().to_owned(),
        name: said.name,
        value: words::value_text(t, measured, currency),
        is_known: measured.value().is_some(),
        interval: interval
            .map(|(low, high)| {
                let (low, high) = (words::percent(t, low), words::percent(t, high));
                t.with("owner-interval", &[("low", &low), ("high", &high)])
            })
            .unwrap_or_default(),
        before: before
            .map(|before| t.with("owner-before", &[("value", &words::value_text(t, before, currency))]))
            .unwrap_or_default(),
        definition: Definition {
            meaning: said.meaning,
            window: words::window_text(t, figure, measured.window),
            unit: said.unit,
            numerator: counted(&said.part, part),
            denominator: counted(&said.of, of),
            people: people_text(t, measured.people_behind()),
            reference: said.reference,
        },
        people_href: if measured.people == 0 {
            String::new()
        } else {
            asked.people_link(figure.as_str(), &[("part", part_of(figure))])
        },
    }
}

/// Whom an owner wants to see first behind a figure.
const fn part_of(figure: Figure) -> &'static str {
    match figure {
        Figure::Retention | Figure::SecondVisit | Figure::Rebooked | Figure::RecallRate | Figure::Return(..) => "rest",
        Figure::Churn | Figure::NoShow | Figure::LateCancellation | Figure::NewVisits | Figure::NewRevenue => "counted",
        Figure::AtRisk => "counted",
        Figure::OwnGap | Figure::WorthSoFar | Figure::WorthExpected => "all",
    }
}

/// So many people.
pub(super) fn people_text(t: Texts, people: u64) -> String {
    let count = i64::try_from(people).unwrap_or(i64::MAX);
    t.with("owner-people-count", &[("count", &count), ("text", &words::number(t, count))])
}

/// A month of a trend, as a sparkline reads it.
pub(super) struct TrendCell {
    pub month: String,
    pub value: String,
    pub raw: String,
}

/// The last twelve months of a leading figure.
pub(super) fn trend(t: Texts, report: &Report, figure: Figure) -> Vec<TrendCell> {
    let currency = paper::currency_of(report);
    let line = report.trends.iter().find(|trend| trend.figure == figure);
    let cell = |(days, measured): &(crate::domain::reporting::Days, crate::domain::returning::Measured)| TrendCell {
        month: t.month(days.from),
        value: measured.value().map_or_else(|| "–".to_owned(), |_| words::value_text(t, measured, currency)),
        raw: measured.value().map(|value| format!("{value:.4}")).unwrap_or_default(),
    };
    line.map(|line| line.months.iter().map(cell).collect()).unwrap_or_default()
}

/// Whether a line of the report is one of these figures.
pub(super) fn is_one_of(line: &Line, figures: &[Figure]) -> bool {
    figures.contains(&line.which.0)
}

/// Money of the report in words.
pub(super) fn money(t: Texts, minor: i64, currency: Currency) -> String {
    t.money(crate::domain::money::Money::new(minor, currency))
}
