//! Who comes back: every figure, returns by waiting time, and by provider.

use actix_web::HttpRequest;
use askama::Template;

use super::Answer;
use super::figures;
use super::frame::{self, Asked, Figure as Shown, Frame, Tab};
use crate::domain::returning::{Figure, Measured, RETURN_DAYS, Report, ReturnLine};
use crate::i18n::Texts;
use crate::retention::kept::today_at;
use crate::retention::{paper, reports, words};
use crate::web::auth::Owner;
use crate::web::edge::AppData;
use crate::web::page::{self, Nav, Page};

struct Cell {
    text: String,
    raw: String,
    href: String,
}

struct ProviderLine {
    name: String,
    cells: Vec<Cell>,
}

#[derive(Template)]
#[template(path = "retention/returning.html")]
struct ReturningPage {
    page: Page,
    frame: Frame,
    figures: Vec<Shown>,
    waits: Vec<String>,
    first: Vec<Cell>,
    later: Vec<Cell>,
    providers: Vec<ProviderLine>,
    has_small: bool,
}

/// The figures that stand as cards; the returns stand in a table.
const CARDS: [Figure; 7] = [
    Figure::Retention,
    Figure::Churn,
    Figure::SecondVisit,
    Figure::Rebooked,
    Figure::RecallRate,
    Figure::OwnGap,
    Figure::NewVisits,
];

/// The page.
pub async fn returning_page(app: AppData, owner: Owner, request: HttpRequest) -> Answer {
    let t = owner.t;
    let asked = Asked::read(&owner, &request, today_at(&owner.catalog, app.0.clock.now()));
    let answer = reports::report_of(&app.0, asked.days, asked.compared).await?;
    let by_provider = reports::returns_of(&app.0, asked.days).await?.content;
    let report = &answer.content;
    if let Some(table) = asked.csv_table() {
        return if table == "providers" { providers_file(&by_provider) } else { returns_file(t, report) };
    }
    let status = asked.status();
    let page = owner.page(&request, Nav::Owner, t.text("owner-tab-returning"));
    let cells = |which| RETURN_DAYS.map(|wait| cell(t, &asked, report, report.figure(Figure::Return(which, wait)), ""));
    let shown = ReturningPage {
        figures: CARDS.iter().map(|figure| figures::shown(t, &asked, report, *figure)).collect(),
        waits: waits(t),
        first: cells(crate::domain::returning::After::First).into(),
        later: cells(crate::domain::returning::After::Later).into(),
        providers: by_provider.iter().map(|line| provider(t, &asked, report, line)).collect(),
        has_small: by_provider.iter().any(|line| line.returns.iter().any(Option::is_none)),
        frame: Frame::new(t, Some(Tab::Returning), asked, frame::as_of_text(&owner, &answer)),
        page,
    };
    Ok(page::html(status, &shown))
}

fn waits(t: Texts) -> Vec<String> {
    RETURN_DAYS.iter().map(|wait| t.with("owner-within", &[("days", &i64::from(*wait))])).collect()
}

fn cell(t: Texts, asked: &Asked, report: &Report, measured: Option<&Measured>, provider: &str) -> Cell {
    let known = measured.filter(|measured| measured.value().is_some());
    let Some(measured) = known else {
        return Cell { text: "–".to_owned(), raw: String::new(), href: String::new() };
    };
    let currency = paper::currency_of(report);
    let more: &[(&str, &str)] =
        if provider.is_empty() { &[("part", "rest")] } else { &[("part", "rest"), ("provider", provider)] };
    Cell {
        text: words::value_text(t, measured, currency),
        raw: measured.value().map(|value| format!("{value:.4}")).unwrap_or_default(),
        href: asked.people_link(measured.figure.as_str(), more),
    }
}

fn provider(t: Texts, asked: &Asked, report: &Report, line: &ReturnLine) -> ProviderLine {
    let place = line.provider.map(|place| place.to_string()).unwrap_or_default();
    let measured = line.returns.iter().chain([&line.rebooked]);
    let cells = measured.map(|measured| cell(t, asked, report, measured.as_ref(), &place)).collect();
    ProviderLine { name: line.name.clone(), cells }
}

fn returns_file(t: Texts, report: &Report) -> Answer {
    let paper = paper::paper(t, report);
    let head: Vec<String> = paper::TABLE_HEAD.iter().map(|word| (*word).to_owned()).collect();
    let returns: Vec<Figure> = report.figures.iter().map(|measured| measured.figure).collect();
    let is_return = |figure: &Figure| matches!(figure, Figure::Return(..));
    let returns: Vec<Figure> = returns.into_iter().filter(is_return).collect();
    let rows = paper::rows(&paper).into_iter().zip(&paper.figures);
    let rows: Vec<Vec<String>> =
        rows.filter(|(_, line)| figures::is_one_of(line, &returns)).map(|(row, _)| row).collect();
    Ok(frame::csv_file("returns", &head, &rows)?)
}

fn providers_file(lines: &[ReturnLine]) -> Answer {
    let head = ["provider", "figure", "value", "numerator", "denominator", "people"].map(str::to_owned);
    let mut rows = Vec::new();
    for line in lines {
        for measured in line.returns.iter().chain([&line.rebooked]).flatten() {
            rows.push(vec![
                line.name.clone(),
                measured.figure.as_str().to_owned(),
                measured.value().map(|value| format!("{value:.6}")).unwrap_or_default(),
                measured.part.to_string(),
                measured.of.to_string(),
                measured.people.to_string(),
            ]);
        }
    }
    Ok(frame::csv_file("returns-by-provider", &head, &rows)?)
}
