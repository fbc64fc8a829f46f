//! What a client is worth: so far, by formula, and as a model expects; by whatever clients differ in.

mod figures;
mod lists;

use actix_web::HttpRequest;
use askama::Template;

use super::chart::Chart;
use super::frame::{self, Asked, Figure, Frame, Tab};
use super::{Answer, said_wrong};
use crate::domain::worth::By;
use crate::i18n::Texts;
use crate::retention::charts;
use crate::retention::kept::{kept, today_at};
use crate::retention::segments as kept_segments;
use crate::web::auth::Owner;
use crate::web::edge::AppData;
use crate::web::page::{self, Nav, Page};

pub(super) use figures::group_name;

struct Choice {
    text: String,
    href: String,
    current: bool,
}

#[derive(Template)]
#[template(path = "retention/value.html")]
struct ValuePage {
    page: Page,
    frame: Frame,
    is_empty: bool,
    has_model: bool,
    model: Vec<String>,
    figures: Vec<Figure>,
    groups: Vec<Choice>,
    chart: Chart,
    chart_about: Figure,
    chart_csv: String,
    has_small: bool,
    top: Chart,
    top_about: Figure,
    top_csv: String,
    drifting: Chart,
    drifting_about: Figure,
    drifting_csv: String,
}

/// What clients are worth.
pub async fn value_page(app: AppData, owner: Owner, request: HttpRequest) -> Answer {
    let t = owner.t;
    let mut asked = Asked::read(&owner, &request, today_at(&owner.catalog, app.0.clock.now()));
    let word = asked.form.value("by").to_owned();
    let known = By::parse(&word);
    if known.is_none() && !word.is_empty() {
        asked.form.fail("by", t.text("chart-choice-wrong"));
    }
    let by = known.unwrap_or(By::Source);
    let made = kept(&app.0, "clv", by.as_str(), move |insight| charts::value(insight, by)).await?;
    let content = &made.content;
    let currency = owner.catalog.clinic.currency;
    let people = content.top.iter().chain(&content.drifting).map(|somebody| somebody.client).collect::<Vec<_>>();
    let names = app.db.read(move |conn| kept_segments::names(conn, &people)).await?;
    let chart = figures::groups(t, currency, content, by, &asked);
    let top = lists::table(t, currency, &content.top, &names, lists::Of::Top);
    let drifting = lists::table(t, currency, &content.drifting, &names, lists::Of::Drifting);
    match asked.csv_table() {
        Some("top") => return Ok(frame::csv_file("top-clients", &top.file_head(), &top.file_rows())?),
        Some("drifting") => {
            return Ok(frame::csv_file("drifting-clients", &drifting.file_head(), &drifting.file_rows())?);
        }
        Some(_) => return Ok(frame::csv_file("clv", &chart.file_head(), &chart.file_rows())?),
        None => {}
    }
    let choice = |one: By| Choice {
        text: by_name(t, one),
        href: asked.link("/owner/value", &[("by", one.as_str())]),
        current: one == by,
    };
    let file = |table: &str| asked.link("/owner/value", &[("by", by.as_str()), ("as", "csv"), ("table", table)]);
    let shown = ValuePage {
        page: said_wrong(owner.page(&request, Nav::Owner, t.text("worth-title")), &asked),
        is_empty: content.all.clients == 0,
        has_model: content.has_model,
        model: figures::model(&app, t).await?,
        figures: figures::leading(t, currency, content),
        groups: By::ALL.into_iter().map(choice).collect(),
        chart_about: figures::groups_about(t, content, by),
        chart_csv: file("groups"),
        has_small: content.small.is_some(),
        chart,
        top_about: lists::about(t, lists::Of::Top),
        top_csv: file("top"),
        top,
        drifting_about: lists::about(t, lists::Of::Drifting),
        drifting_csv: file("drifting"),
        drifting,
        frame: Frame::new(t, Some(Tab::Value), asked.clone(), frame::as_of_text(&owner, &made)).without_period(),
    };
    Ok(page::html(asked.status(), &shown))
}

/// What groups are made by, in words.
pub(super) fn by_name(t: Texts, by: By) -> String {
    match by {
        By::Source => t.text("worth-by-source"),
        By::FirstService => t.text("worth-by-service"),
        By::FirstProvider => t.text("worth-by-provider"),
        By::State => t.text("worth-by-state"),
        By::Segment => t.text("worth-by-segment"),
        By::Cohort => t.text("worth-by-cohort"),
    }
}
