//! Who did not come: by month, weekday, provider and lead time, and why bookings were called off.

use actix_web::HttpRequest;
use askama::Template;

use super::frame::{self, Asked, Figure as Shown, Frame, Tab};
use super::{Answer, figures};
use crate::catalog::Catalog;
use crate::domain::missed::{Broken as Days, LEAD_STEPS};
use crate::domain::returning::{Figure, GROUP_MIN};
use crate::i18n::Texts;
use crate::retention::kept::today_at;
use crate::retention::missed::{self, Broken};
use crate::retention::{reports, words};
use crate::web::auth::Owner;
use crate::web::edge::AppData;
use crate::web::page::{self, Nav, Page};

struct Line {
    name: String,
    expected: String,
    missed: String,
    missed_raw: String,
    late: String,
    late_raw: String,
}

struct Table {
    anchor: &'static str,
    title: String,
    head: String,
    lines: Vec<Line>,
    csv: String,
}

#[derive(Template)]
#[template(path = "retention/missed.html")]
struct MissedPage {
    page: Page,
    frame: Frame,
    figures: Vec<Shown>,
    tables: Vec<Table>,
    reasons: Vec<(String, String)>,
    reasons_csv: String,
    is_empty: bool,
}

/// The page.
pub async fn missed_page(app: AppData, owner: Owner, request: HttpRequest) -> Answer {
    let t = owner.t;
    let asked = Asked::read(&owner, &request, today_at(&owner.catalog, app.0.clock.now()));
    let report = reports::report_of(&app.0, asked.days, asked.compared).await?;
    let broken = missed::broken(&app.0, asked.days).await?;
    if let Some(table) = asked.csv_table() {
        return file(t, &owner.catalog, &broken.content, table);
    }
    let status = asked.status();
    let page = owner.page(&request, Nav::Owner, t.text("owner-tab-missed"));
    let shown = MissedPage {
        figures: [Figure::NoShow, Figure::LateCancellation]
            .map(|figure| figures::shown(t, &asked, &report.content, figure))
            .into(),
        tables: tables(t, &asked, &broken.content),
        reasons: reasons(t, &owner.catalog, &broken.content)
            .into_iter()
            .map(|(name, count)| (name, words::number(t, count)))
            .collect(),
        reasons_csv: asked.csv_link("reasons"),
        is_empty: broken.content.days.all.expected == 0,
        frame: Frame::new(t, Some(Tab::Missed), asked, frame::as_of_text(&owner, &broken)),
        page,
    };
    Ok(page::html(status, &shown))
}

fn tables(t: Texts, asked: &Asked, broken: &Broken) -> Vec<Table> {
    let table = |anchor: &'static str, title: String, head: String, lines: Vec<(String, Days)>| Table {
        anchor,
        title,
        head,
        lines: lines.into_iter().map(|(name, days)| line(t, name, &days)).collect(),
        csv: asked.csv_link(anchor),
    };
    vec![
        table("months", t.text("owner-missed-months"), t.text("owner-month"), months(t, broken)),
        table("weekdays", t.text("owner-missed-weekdays"), t.text("owner-weekday"), weekdays(t, broken)),
        table("providers", t.text("owner-missed-providers"), t.text("owner-provider"), providers(broken)),
        table("leads", t.text("owner-missed-leads"), t.text("owner-lead"), leads(t, broken)),
    ]
}

fn months(t: Texts, broken: &Broken) -> Vec<(String, Days)> {
    broken.days.months.iter().map(|(month, days)| (t.month(*month), *days)).collect()
}

fn weekdays(t: Texts, broken: &Broken) -> Vec<(String, Days)> {
    // 1 January 2024 was a Monday.
    let monday = chrono::NaiveDate::from_ymd_opt(2024, 1, 1).unwrap_or_default();
    let name = |day: chrono::NaiveDate| t.weekday(day);
    monday.iter_days().zip(&broken.days.weekdays).map(|(day, days)| (name(day), *days)).collect()
}

fn providers(broken: &Broken) -> Vec<(String, Days)> {
    broken.days.providers.iter().map(|(_, name, days)| (name.clone(), *days)).collect()
}

fn leads(t: Texts, broken: &Broken) -> Vec<(String, Days)> {
    let name = |place: usize| match place {
        0 => t.text("owner-lead-same-day"),
        1 => t.text("owner-lead-week"),
        2 => t.text("owner-lead-month"),
        3 => t.text("owner-lead-quarter"),
        _ => t.text("owner-lead-longer"),
    };
    (0..LEAD_STEPS.len()).zip(&broken.days.leads).map(|(place, days)| (name(place), *days)).collect()
}

/// Small groups are not broken down.
fn line(t: Texts, name: String, days: &Days) -> Line {
    let is_small = days.people < GROUP_MIN;
    let share = |value: Option<f64>| match value {
        _ if is_small => "–".to_owned(),
        Some(value) => words::percent(t, value),
        None => "–".to_owned(),
    };
    let raw = |value: Option<f64>| match value {
        Some(value) if !is_small => format!("{value:.4}"),
        _ => String::new(),
    };
    Line {
        name,
        expected: words::number(t, days.expected),
        missed: share(days.missed_share()),
        missed_raw: raw(days.missed_share()),
        late: share(days.late_share()),
        late_raw: raw(days.late_share()),
    }
}

fn reasons(t: Texts, catalog: &Catalog, broken: &Broken) -> Vec<(String, i64)> {
    let name = |code: Option<&str>| match code {
        None => t.text("owner-reason-none"),
        Some(code) => catalog.reason(code).map_or_else(|| t.text("owner-reason-other"), |reason| reason.said(t)),
    };
    broken.reasons.iter().map(|reason| (name(reason.code.as_deref()), reason.bookings)).collect()
}

fn file(t: Texts, catalog: &Catalog, broken: &Broken, table: &str) -> Answer {
    if table == "reasons" {
        let rows: Vec<Vec<String>> =
            reasons(t, catalog, broken).into_iter().map(|(name, count)| vec![name, count.to_string()]).collect();
        return Ok(frame::csv_file("reasons", &["reason", "bookings"].map(str::to_owned), &rows)?);
    }
    let (name, lines) = match table {
        "weekdays" => ("missed-by-weekday", weekdays(t, broken)),
        "providers" => ("missed-by-provider", providers(broken)),
        "leads" => ("missed-by-lead-time", leads(t, broken)),
        _ => ("missed-by-month", months(t, broken)),
    };
    let head = ["group", "expected_days", "missed", "late", "people"].map(str::to_owned);
    let row = |(name, days): (String, Days)| {
        let counted = |count: i64| if days.people < GROUP_MIN { String::new() } else { count.to_string() };
        vec![name, days.expected.to_string(), counted(days.missed), counted(days.late), days.people.to_string()]
    };
    let rows: Vec<Vec<String>> = lines.into_iter().map(row).collect();
    Ok(frame::csv_file(name, &head, &rows)?)
}
