//! How often clients come, how that is spread, and whether it changes.

use actix_web::HttpRequest;
use askama::Template;

use super::Answer;
use super::chart::{self, Cell, Chart, Kind, Row, Unit};
use super::cohorts::quarter_name;
use super::frame::{self, Asked, Definition, Figure, Frame, Tab};
use crate::domain::frequency::{Frequency, OFTEN, Window};
use crate::i18n::Texts;
use crate::retention::charts;
use crate::retention::kept::{kept, today_at};
use crate::web::auth::Owner;
use crate::web::edge::AppData;
use crate::web::page::{self, Nav, Page};

#[derive(Template)]
#[template(path = "retention/frequency.html")]
struct FrequencyPage {
    page: Page,
    frame: Frame,
    is_empty: bool,
    figures: Vec<Figure>,
    spread: Chart,
    spread_about: Figure,
    spread_csv: String,
    trend: Chart,
    trend_about: Figure,
    trend_csv: String,
}

/// How often clients come.
pub async fn frequency_page(app: AppData, owner: Owner, request: HttpRequest) -> Answer {
    let t = owner.t;
    let asked = Asked::read(&owner, &request, today_at(&owner.catalog, app.0.clock.now()));
    let made = kept(&app.0, "frequency", "", charts::frequency).await?;
    let content = &made.content;
    let (spread, trend) = (spread(t, content, &asked), trend(t, content));
    match asked.csv_table() {
        Some("trend") => return Ok(frame::csv_file("frequency-trend", &trend.file_head(), &trend.file_rows())?),
        Some(_) => return Ok(frame::csv_file("frequency", &spread.file_head(), &spread.file_rows())?),
        None => {}
    }
    let shown = FrequencyPage {
        page: owner.page(&request, Nav::Owner, t.text("frequency-title")),
        is_empty: content.now.clients == 0 && content.before.clients == 0,
        figures: vec![per_client(t, content), median_gap(t, content)],
        spread_about: spread_about(t, content),
        spread_csv: asked.csv_link("spread"),
        spread,
        trend_about: Figure { name: t.text("frequency-trend"), ..per_client(t, content) },
        trend_csv: asked.csv_link("trend"),
        trend,
        frame: Frame::new(t, Some(Tab::Frequency), asked.clone(), frame::as_of_text(&owner, &made)).without_period(),
    };
    Ok(page::html(asked.status(), &shown))
}

fn spread(t: Texts, content: &Frequency, asked: &Asked) -> Chart {
    let everybody: u32 = content.spread.iter().sum();
    let row = |(visits, clients): (u32, &u32)| {
        let name = match visits {
            0 => t.text("frequency-none"),
            OFTEN => t.with("frequency-often", &[("count", &OFTEN)]),
            _ => t.with("frequency-times", &[("count", &visits)]),
        };
        let bin = visits.to_string();
        let people = if *clients > 0 { asked.people_link("frequency", &[("visits", &bin)]) } else { String::new() };
        let share = (everybody > 0).then(|| f64::from(*clients) / f64::from(everybody));
        Row::new(name, vec![Cell::count(t, *clients).leading_to(people), Cell::share(t, share)]).called(bin)
    };
    let caption = t.text("frequency-spread-caption");
    Chart::new(Kind::Bar, Unit::Count, caption, t.text("frequency-visits"))
        .drawing(t.text("chart-clients"))
        .reading(t.text("chart-share"))
        .of((0..).zip(&content.spread).map(row).collect())
}

fn trend(t: Texts, content: &Frequency) -> Chart {
    let row = |window: &Window| {
        let last = window.until.pred_opt().unwrap_or(window.until);
        let cells = vec![
            Cell::decimal(t, window.per_client()),
            Cell::count(t, window.clients),
            Cell::count(t, window.visits),
            Cell::decimal(t, window.median_gap),
        ];
        Row::new(quarter_name(t, last), cells).called(last.to_string())
    };
    Chart::new(Kind::Line, Unit::Count, t.text("frequency-trend-caption"), t.text("frequency-until"))
        .drawing(t.text("frequency-per-client"))
        .reading(t.text("chart-clients"))
        .reading(t.text("frequency-visits"))
        .reading(t.text("frequency-gap-days"))
        .of(content.trend.iter().map(row).collect())
}

fn window_text(t: Texts, window: &Window) -> String {
    let last = window.until.pred_opt().unwrap_or(window.until);
    t.with("owner-days", &[("from", &t.date_medium(window.from)), ("to", &t.date_medium(last))])
}

fn before_text(t: Texts, before: Option<String>) -> String {
    before.map_or_else(String::new, |value| t.with("frequency-before", &[("value", &value)]))
}

fn per_client(t: Texts, content: &Frequency) -> Figure {
    let Frequency { now, before, .. } = content;
    let value = now.per_client().map(|visits| chart::decimal(t, visits));
    Figure {
        anchor: "per-client".to_owned(),
        name: t.text("frequency-per-client"),
        is_known: value.is_some(),
        value: value.unwrap_or_else(|| t.text("frequency-unknown")),
        before: before_text(t, before.per_client().map(|visits| chart::decimal(t, visits))),
        definition: Definition {
            meaning: t.text("frequency-per-client-meaning"),
            window: window_text(t, now),
            unit: t.text("frequency-unit-visits"),
            numerator: t.with("frequency-numerator", &[("count", &chart::count(t, now.visits))]),
            denominator: t.with("frequency-denominator", &[("count", &chart::count(t, now.clients))]),
            people: chart::count(t, now.clients),
            reference: String::new(),
        },
        ..Figure::default()
    }
}

fn median_gap(t: Texts, content: &Frequency) -> Figure {
    let Frequency { now, before, .. } = content;
    let text = |days: f64| t.with("frequency-days", &[("days", &format!("{days:.0}"))]);
    Figure {
        anchor: "gap".to_owned(),
        name: t.text("frequency-gap"),
        is_known: now.median_gap.is_some(),
        value: now.median_gap.map_or_else(|| t.text("frequency-gap-unknown"), text),
        before: before_text(t, before.median_gap.map(text)),
        definition: Definition {
            meaning: t.text("frequency-gap-meaning"),
            window: window_text(t, now),
            unit: t.with("frequency-unit-gaps", &[("count", &chart::count(t, now.gaps))]),
            people: chart::count(t, now.clients),
            ..Definition::default()
        },
        ..Figure::default()
    }
}

fn spread_about(t: Texts, content: &Frequency) -> Figure {
    Figure {
        name: t.text("frequency-spread"),
        definition: Definition {
            meaning: t.text("frequency-spread-meaning"),
            window: window_text(t, &content.now),
            unit: t.text("chart-unit-clients"),
            people: chart::count(t, content.spread.iter().sum::<u32>()),
            ..Definition::default()
        },
        ..Figure::default()
    }
}
