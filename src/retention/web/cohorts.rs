//! Who comes again, by the month of the first visit, and how long people stay.

use actix_web::HttpRequest;
use askama::Template;
use chrono::{Datelike, NaiveDate};

use super::chart::{self, Cell, Chart, Kind, Row, Unit};
use super::frame::{self, Asked, Definition, Figure, Frame, Tab};
use super::{Answer, said_wrong};
use crate::domain::cohorts::{self, Cohorts, Grain, Measure, SMALLEST};
use crate::i18n::Texts;
use crate::retention::charts::{self, CohortReport, Point};
use crate::retention::kept::{kept, today_at};
use crate::web::auth::Owner;
use crate::web::edge::AppData;
use crate::web::page::{self, Nav, Page};

struct Choice {
    text: String,
    href: String,
    current: bool,
}

#[derive(Template)]
#[template(path = "retention/cohorts.html")]
struct CohortsPage {
    page: Page,
    frame: Frame,
    figures: Vec<Figure>,
    grains: Vec<Choice>,
    measures: Vec<Choice>,
    heat: Chart,
    heat_about: Figure,
    heat_csv: String,
    has_small: bool,
    curve: Chart,
    curve_about: Figure,
    curve_csv: String,
}

/// Who comes again, by the month of the first visit, and how long people stay.
pub async fn cohorts_page(app: AppData, owner: Owner, request: HttpRequest) -> Answer {
    let t = owner.t;
    let mut asked = Asked::read(&owner, &request, today_at(&owner.catalog, app.0.clock.now()));
    let (grain, measure) = (asked.form.value("by").to_owned(), asked.form.value("measure").to_owned());
    let (wanted, known) = (Grain::parse(&grain), Measure::parse(&measure));
    if (wanted.is_none() && !grain.is_empty()) || (known.is_none() && !measure.is_empty()) {
        asked.form.fail("by", t.text("chart-choice-wrong"));
    }
    let measure = known.unwrap_or(Measure::Until);
    let key = format!("{}/{}", wanted.map_or("fit", Grain::as_str), measure.as_str());
    let made = kept(&app.0, "cohorts", &key, move |insight| charts::cohorts(insight, wanted, measure)).await?;
    let content = &made.content;
    let (heat, curve) = (heat(t, content, &asked), curve(t, content));
    match asked.csv_table() {
        Some("curve") => return Ok(frame::csv_file("survival", &curve.file_head(), &curve.file_rows())?),
        Some(_) => return Ok(frame::csv_file("cohorts", &heat.file_head(), &heat.file_rows())?),
        None => {}
    }
    let grain = content.cohorts.grain;
    let link = |by: Grain, measure: Measure| {
        asked.link("/owner/cohorts", &[("by", by.as_str()), ("measure", measure.as_str())])
    };
    let grains = [(Grain::Month, t.text("cohorts-by-month")), (Grain::Quarter, t.text("cohorts-by-quarter"))];
    let measures = [(Measure::Until, t.text("cohorts-until")), (Measure::During, t.text("cohorts-during"))];
    let file = |table: &str| {
        let more = [("by", grain.as_str()), ("measure", measure.as_str()), ("as", "csv"), ("table", table)];
        asked.link("/owner/cohorts", &more)
    };
    let shown = CohortsPage {
        page: said_wrong(owner.page(&request, Nav::Owner, t.text("cohorts-title")), &asked),
        figures: vec![again(t, content), stay(t, content)],
        grains: grains
            .into_iter()
            .map(|(one, text)| Choice { text, href: link(one, measure), current: one == grain })
            .collect(),
        measures: measures
            .into_iter()
            .map(|(one, text)| Choice { text, href: link(grain, one), current: one == measure })
            .collect(),
        heat_about: heat_about(t, content),
        heat_csv: file("cohorts"),
        has_small: content.cohorts.cohorts.iter().any(cohorts::Cohort::is_small),
        heat,
        curve_about: curve_about(t, content),
        curve_csv: file("curve"),
        curve,
        frame: Frame::new(t, Some(Tab::Cohorts), asked.clone(), frame::as_of_text(&owner, &made)).without_period(),
    };
    Ok(page::html(asked.status(), &shown))
}

/// What a period is called.
pub(super) fn period_name(t: Texts, grain: Grain, starts_on: NaiveDate) -> String {
    match grain {
        Grain::Month => t.month(starts_on),
        Grain::Quarter => quarter_name(t, starts_on),
    }
}

/// `Q3 2026`.
pub(super) fn quarter_name(t: Texts, day: NaiveDate) -> String {
    let (number, year) = ((day.month0() / 3 + 1).to_string(), day.year().to_string());
    t.with("cohorts-quarter", &[("number", &number), ("year", &year)])
}

fn heat(t: Texts, content: &CohortReport, asked: &Asked) -> Chart {
    let Cohorts { grain, measure, cohorts, all } = &content.cohorts;
    let caption = match measure {
        Measure::During => t.text("cohorts-caption-during"),
        Measure::Until => t.text("cohorts-caption-until"),
    };
    let title = match grain {
        Grain::Month => t.text("cohorts-first-month"),
        Grain::Quarter => t.text("cohorts-first-quarter"),
    };
    let mut chart = Chart::new(Kind::Heat, Unit::Share, caption, title).reading(t.text("chart-clients"));
    for after in 1..=all.len() {
        chart = chart.drawing(match grain {
            Grain::Month => t.with("cohorts-month-after", &[("number", &after)]),
            Grain::Quarter => t.with("cohorts-quarter-after", &[("number", &after)]),
        });
    }
    let shown = cohorts.iter().filter(|cohort| !cohort.is_small());
    let shares = shown.flat_map(|cohort| &cohort.cells).filter_map(|cell| cell.share());
    let darkest = shares.fold(0.0, f64::max);
    let line = |name: String, size: u32, cells: &[cohorts::Cell], start: Option<NaiveDate>| {
        let people = |after: &str| {
            let start = start.map(|day| day.to_string()).unwrap_or_default();
            let more =
                [("by", grain.as_str()), ("start", start.as_str()), ("measure", measure.as_str()), ("after", after)];
            if start.is_empty() { String::new() } else { asked.people_link("cohort", &more) }
        };
        let mut row = vec![Cell::count(t, size).leading_to(people("0"))];
        for after in 1..=all.len() {
            let cell = cells.get(after - 1).and_then(|cell| cell.share()).filter(|_| SMALLEST <= size);
            row.push(cell.map_or_else(Cell::default, |share| {
                Cell::share(t, Some(share)).shaded(share, darkest).leading_to(people(&after.to_string()))
            }));
        }
        Row::new(name, row)
    };
    let mut rows: Vec<Row> = cohorts
        .iter()
        .map(|cohort| {
            let name = period_name(t, *grain, cohort.starts_on);
            line(name, cohort.size, &cohort.cells, Some(cohort.starts_on)).called(cohort.starts_on.to_string())
        })
        .collect();
    if let Some(first) = all.first() {
        rows.push(line(t.text("cohorts-all"), first.of, all, None).only_read());
    }
    chart.of(rows)
}

fn curve(t: Texts, content: &CohortReport) -> Chart {
    let row = |point: &Point| {
        let name = t.with("cohorts-months", &[("months", &point.months)]);
        let share = Cell::share(t, Some(point.share)).between(point.low, point.high);
        let range = interval_text(t, point);
        Row::new(name, vec![share, Cell::words(range), Cell::count(t, point.seen)]).called(point.months.to_string())
    };
    Chart::new(Kind::Survival, Unit::Share, t.text("cohorts-curve-caption"), t.text("cohorts-since-first"))
        .drawing(t.text("cohorts-still"))
        .reading(t.text("chart-interval-head"))
        .reading(t.text("cohorts-seen"))
        .of(content.curve.iter().map(row).collect())
}

fn interval_text(t: Texts, point: &Point) -> String {
    let (low, high) = (chart::percent(t, point.low), chart::percent(t, point.high));
    t.with("chart-interval", &[("low", &low), ("high", &high)])
}

/// The people of all cohorts who came again within a year of their first period.
fn again(t: Texts, content: &CohortReport) -> Figure {
    let cell = content.again;
    let share = cell.share().filter(|_| SMALLEST <= cell.of);
    let value = share.map_or_else(|| t.text("cohorts-again-unknown"), |share| chart::percent(t, share));
    Figure {
        anchor: "again".to_owned(),
        name: t.text("cohorts-again"),
        value,
        is_known: share.is_some(),
        definition: Definition {
            meaning: t.text("cohorts-again-meaning"),
            window: t.text("cohorts-again-window"),
            unit: t.text("chart-unit-clients"),
            numerator: t.with("cohorts-again-numerator", &[("count", &cell.came)]),
            denominator: t.with("cohorts-again-denominator", &[("count", &cell.of)]),
            people: chart::count(t, cell.of),
            reference: t.text("cohorts-again-reference"),
        },
        ..Figure::default()
    }
}

/// The share that is still here after three years.
fn stay(t: Texts, content: &CohortReport) -> Figure {
    let point = content.curve.iter().find(|point| point.months == 36);
    let value = point.map_or_else(|| t.text("cohorts-stay-unknown"), |point| chart::percent(t, point.share));
    let interval = point.map(|point| interval_text(t, point));
    Figure {
        anchor: "stay".to_owned(),
        name: t.text("cohorts-stay"),
        value,
        is_known: point.is_some(),
        interval: interval.unwrap_or_default(),
        definition: curve_about(t, content).definition,
        ..Figure::default()
    }
}

fn heat_about(t: Texts, content: &CohortReport) -> Figure {
    let size: u32 = content.cohorts.cohorts.iter().map(|cohort| cohort.size).sum();
    Figure {
        name: t.text("cohorts-heat"),
        definition: Definition {
            meaning: match content.cohorts.measure {
                Measure::During => t.text("cohorts-meaning-during"),
                Measure::Until => t.text("cohorts-meaning-until"),
            },
            window: t.text("cohorts-window"),
            unit: t.text("chart-unit-clients"),
            numerator: t.text("cohorts-numerator"),
            denominator: t.text("cohorts-denominator"),
            people: chart::count(t, size),
            reference: String::new(),
        },
        ..Figure::default()
    }
}

fn curve_about(t: Texts, content: &CohortReport) -> Figure {
    let months = content.lost_after_months;
    Figure {
        name: t.text("cohorts-curve"),
        definition: Definition {
            meaning: t.with("cohorts-curve-meaning", &[("months", &months)]),
            window: t.text("cohorts-curve-window"),
            unit: t.text("chart-unit-clients"),
            numerator: t.with("cohorts-curve-numerator", &[("count", &content.lost)]),
            denominator: t.with("cohorts-curve-denominator", &[("count", &content.people)]),
            people: chart::count(t, content.people),
            reference: content.median_days.map_or_else(String::new, |days| {
                let years = chart::decimal(t, f64::from(days) / 365.25);
                t.with("cohorts-curve-median", &[("years", &years)])
            }),
        },
        ..Figure::default()
    }
}
