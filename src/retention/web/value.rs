//! What a client is worth: so far, by formula, and as a model expects; by whatever clients differ in.

mod figures;
mod lists;

use actix_web::HttpRequest;
use askama::Template;
use serde::{Deserialize, Serialize};

use super::{Answer, said_wrong};
use super::chart::Chart;
use super::frame::{self, Asked, Figure, Frame, Tab};
use crate::domain::formulas;
use crate::domain::insight::Insight;
use crate::domain::population::Population;
use crate::domain::segments::segments;
use crate::domain::worth::{self, By, Group, Lives, Worth};
use crate::i18n::Texts;
use crate::retention::kept::{kept, today_at};
use crate::retention::segments as kept_segments;
use crate::web::auth::Owner;
use crate::web::edge::AppData;
use crate::web::page::{self, Nav, Page};

pub(crate) use figures::group_name;
pub(crate) use lists::Somebody;

/// What the page, its files and the API are made of.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ValueAnswer {
    pub(crate) all: Worth,
    pub(crate) groups: Vec<Line>,
    /// Groups with too few people, put together.
    pub(crate) small: Option<Worth>,
    pub(crate) lives: Lives,
    pub(crate) formula: Option<Formula>,
    pub(crate) top: Vec<Somebody>,
    pub(crate) drifting: Vec<Somebody>,
    /// Whether a model expects anything of anybody.
    pub(crate) has_model: bool,
}

/// A group with its name and the word it has in addresses.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) group: Group,
    pub(crate) name: String,
    pub(crate) word: String,
    pub(crate) worth: Worth,
}

/// F1, with what it is made of.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Formula {
    pub(crate) amount_minor: f64,
    pub(crate) visits_a_year: f64,
    pub(crate) life_years: f64,
    /// Whether the life is that of clients who are lost; else what was seen of the living so far.
    pub(crate) is_of_lost: bool,
    pub(crate) value_minor: i64,
}

/// Computes it.
pub(crate) fn answer(insight: &Insight, by: By) -> ValueAnswer {
    let population = &insight.population;
    let (groups, small) = worth::shown(worth::groups(insight, by, &segments(insight)));
    let line = |(group, worth): (Group, Worth)| {
        let (name, word) = named(population, group);
        Line { group, name, word, worth }
    };
    let mut groups: Vec<Line> = groups.into_iter().map(line).collect();
    if matches!(by, By::Source | By::FirstService | By::FirstProvider) {
        groups.sort_by_key(|line| {
            std::cmp::Reverse((line.worth.next_12_each().map(|one| one.expected), line.worth.revenue_each()))
        });
    }
    let lives = worth::lives(insight);
    ValueAnswer {
        all: worth::all(insight),
        groups,
        small,
        formula: formula(population, &lives),
        lives,
        top: lists::top(insight),
        drifting: lists::drifting(insight),
        has_model: insight.scores.iter().any(Option::is_some),
    }
}

fn formula(population: &Population, lives: &Lives) -> Option<Formula> {
    let averages = formulas::averages(population)?;
    let of_lost = lives.lost_years.filter(|_| crate::domain::cohorts::SMALLEST <= lives.lost);
    let life_years = of_lost.or(lives.living_years)?;
    let value_minor = formulas::lifetime_value(averages.amount_minor, averages.visits_a_year, life_years);
    Some(Formula {
        amount_minor: averages.amount_minor,
        visits_a_year: averages.visits_a_year,
        life_years,
        is_of_lost: of_lost.is_some(),
        value_minor,
    })
}

/// The name of a group that has one of its own, and its word in addresses.
pub(crate) fn named(population: &Population, group: Group) -> (String, String) {
    fn at<T>(list: &[T], place: u32) -> Option<&T> {
        list.get(usize::try_from(place).ok()?)
    }
    match group {
        Group::Source(place) => {
            let name = place.and_then(|place| at(&population.sources, place)).cloned().unwrap_or_default();
            (name.clone(), name)
        }
        Group::FirstService(place) => {
            let service = at(&population.services, place);
            service.map(|one| (one.name.clone(), one.id.to_string())).unwrap_or_default()
        }
        Group::FirstProvider(place) => {
            let provider = at(&population.providers, place);
            provider.map(|one| (one.name.clone(), one.id.to_string())).unwrap_or_default()
        }
        Group::State(state) => (String::new(), state.as_str().to_owned()),
        Group::Segment(segment) => (String::new(), segment.as_str().to_owned()),
        Group::Cohort(year) => (year.to_string(), year.to_string()),
    }
}

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
    let made = kept(&app.0, "clv", by.as_str(), move |insight| answer(insight, by)).await?;
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
pub(crate) fn by_name(t: Texts, by: By) -> String {
    match by {
        By::Source => t.text("worth-by-source"),
        By::FirstService => t.text("worth-by-service"),
        By::FirstProvider => t.text("worth-by-provider"),
        By::State => t.text("worth-by-state"),
        By::Segment => t.text("worth-by-segment"),
        By::Cohort => t.text("worth-by-cohort"),
    }
}
