//! Clients by how lately, how often and for how much they came; and the clinic's own filters.

mod filter;

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::Answer;
use super::chart::{self, Cell, Chart, Kind, Row, Unit};
use super::frame::{self, Asked, Definition, Figure, Frame, Tab};
use crate::db::Bad;
use crate::domain::ids::{ClientId, SegmentId};
use crate::domain::insight::Insight;
use crate::domain::money::Currency;
use crate::domain::segments as rfm;
use crate::domain::worth::{By, Worth};
use crate::i18n::Texts;
use crate::retention::charts::{self, SegmentLine};
use crate::retention::kept::{Kept, insight, kept, today_at};
use crate::retention::segments::{self, NAME_CHARACTERS_MAX, Refused, SEGMENTS_MAX, Segment};
use crate::retention::words::state_name;
use crate::web::auth::{Owner, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

/// So many people of a filter are listed; its file has them all.
const LISTED: usize = 200;

struct Own {
    href: String,
    name: String,
    says: Vec<String>,
    count: String,
}

#[derive(Template)]
#[template(path = "retention/segments.html")]
struct SegmentsPage {
    page: Page,
    frame: Frame,
    is_empty: bool,
    chart: Chart,
    about: Figure,
    names: Vec<(String, String)>,
    csv: String,
    own: Vec<Own>,
}

/// Clients by how they come, and the clinic's own filters.
pub async fn segments_page(app: AppData, owner: Owner, request: HttpRequest) -> Answer {
    let t = owner.t;
    let asked = Asked::read(&owner, &request, today_at(&owner.catalog, app.0.clock.now()));
    let made = kept(&app.0, "segments", "", charts::segments).await?;
    let currency = owner.catalog.clinic.currency;
    let chart = table(t, currency, &made.content, &asked);
    if asked.csv_table().is_some() {
        return Ok(frame::csv_file("segments", &chart.file_head(), &chart.file_rows())?);
    }
    let own = app.db.read(segments::all).await?;
    let own = if own.is_empty() { Vec::new() } else { counted(&app, t, own).await? };
    let page = owner.page(&request, Nav::Owner, t.text("segments-title"));
    let page = match asked.form.value("done") {
        "kept" => page.saying(Tone::Success, t.text("segments-kept")),
        "removed" => page.saying(Tone::Success, t.text("segments-removed")),
        _ => page,
    };
    let shown = SegmentsPage {
        page,
        is_empty: made.content.iter().all(|line| line.worth.clients == 0),
        chart,
        about: about(t, &made),
        names: rfm::Segment::ALL.iter().map(|one| (segment_name(t, *one), segment_meaning(t, *one))).collect(),
        csv: asked.csv_link("segments"),
        own,
        frame: Frame::new(t, Some(Tab::Segments), asked.clone(), frame::as_of_text(&owner, &made)).without_period(),
    };
    Ok(page::html(asked.status(), &shown))
}

fn table(t: Texts, currency: Currency, lines: &[SegmentLine], asked: &Asked) -> Chart {
    let everybody: u32 = lines.iter().map(|line| line.worth.clients).sum();
    let row = |line: &SegmentLine| {
        let Worth { clients, .. } = line.worth;
        let word = line.segment.as_str();
        let href = asked.people_link("worth", &[("by", By::Segment.as_str()), ("group", word)]);
        let share = (everybody > 0).then(|| f64::from(clients) / f64::from(everybody));
        // What few people brought is theirs alone.
        let each = |amount: Option<i64>| amount.filter(|_| !line.worth.is_small());
        let cells = vec![
            Cell::count(t, clients).leading_to(if clients > 0 { href } else { String::new() }),
            Cell::share(t, share),
            Cell::amount(t, currency, each(line.worth.revenue_each())),
            Cell::amount(t, currency, each(line.worth.next_12_each().map(|next| next.expected))),
        ];
        Row::new(segment_name(t, line.segment), cells).called(word)
    };
    Chart::new(Kind::Bar, Unit::Count, t.text("segments-caption"), t.text("worth-by-segment"))
        .drawing(t.text("chart-clients"))
        .reading(t.text("chart-share"))
        .reading(t.text("worth-revenue-each"))
        .reading(t.text("worth-next-12"))
        .of(lines.iter().map(row).collect())
}

fn about(t: Texts, made: &Kept<Vec<SegmentLine>>) -> Figure {
    let everybody: u32 = made.content.iter().map(|line| line.worth.clients).sum();
    Figure {
        name: t.text("segments-rfm"),
        definition: Definition {
            meaning: t.text("segments-meaning"),
            window: t.with("segments-window", &[("months", &rfm::WINDOW_MONTHS)]),
            unit: t.text("chart-unit-clients"),
            people: chart::count(t, everybody),
            ..Definition::default()
        },
        ..Figure::default()
    }
}

/// A segment in plain words.
pub(crate) fn segment_name(t: Texts, segment: rfm::Segment) -> String {
    match segment {
        rfm::Segment::Champions => t.text("segments-champions"),
        rfm::Segment::Loyal => t.text("segments-loyal"),
        rfm::Segment::Promising => t.text("segments-promising"),
        rfm::Segment::Fresh => t.text("segments-fresh"),
        rfm::Segment::Drifting => t.text("segments-drifting"),
        rfm::Segment::Missed => t.text("segments-missed"),
        rfm::Segment::Lost => t.text("segments-lost"),
    }
}

fn segment_meaning(t: Texts, segment: rfm::Segment) -> String {
    match segment {
        rfm::Segment::Champions => t.text("segments-champions-meaning"),
        rfm::Segment::Loyal => t.text("segments-loyal-meaning"),
        rfm::Segment::Promising => t.text("segments-promising-meaning"),
        rfm::Segment::Fresh => t.text("segments-fresh-meaning"),
        rfm::Segment::Drifting => t.text("segments-drifting-meaning"),
        rfm::Segment::Missed => t.text("segments-missed-meaning"),
        rfm::Segment::Lost => t.text("segments-lost-meaning"),
    }
}

type Tags = BTreeMap<ClientId, Vec<String>>;

/// Everybody, and who bears which tag.
async fn everybody(app: &AppData) -> Result<(Arc<Insight>, Tags), Problem> {
    let insight = insight(&app.0).await?;
    let rows = app.db.read(segments::tags).await?;
    let mut tags = Tags::new();
    for (client, tag) in rows {
        tags.entry(client).or_default().push(tag);
    }
    Ok((insight, tags))
}

/// The places of those whom each filter means.
fn meant(insight: &Insight, tags: &Tags, filters: &[rfm::Filter]) -> Vec<Vec<usize>> {
    let segments = rfm::segments(insight);
    let mut found = vec![Vec::new(); filters.len()];
    for (place, ((person, standing, _), segment)) in insight.people().zip(segments).enumerate() {
        let tags = tags.get(&person.client).map_or(&[] as &[String], Vec::as_slice);
        let asked = rfm::Asked { population: &insight.population, person, standing, segment, tags };
        for (filter, places) in filters.iter().zip(&mut found) {
            if filter.holds(&asked) {
                places.push(place);
            }
        }
    }
    found
}

async fn counted(app: &AppData, t: Texts, own: Vec<Segment>) -> Result<Vec<Own>, Problem> {
    let (insight, tags) = everybody(app).await?;
    let line = move || {
        let filters: Vec<rfm::Filter> = own.iter().map(|one| one.filter.clone()).collect();
        let counts = meant(&insight, &tags, &filters);
        let line = |(one, places): (&Segment, Vec<usize>)| Own {
            href: format!("/owner/segments/{}", one.id),
            name: one.name.clone(),
            says: filter::says(t, &insight.population, &one.filter),
            count: chart::count(t, i64::try_from(places.len()).unwrap_or(i64::MAX)),
        };
        own.iter().zip(counts).map(line).collect()
    };
    Ok(actix_web::web::block(line).await.map_err(crate::db::Fault::other)?)
}

#[derive(Template)]
#[template(path = "retention/segment_new.html")]
struct NewPage {
    page: Page,
    form: Form,
    choices: filter::Choices,
    name_max: usize,
}

/// The form of a new filter.
pub async fn new_page(app: AppData, owner: Owner, request: HttpRequest) -> Answer {
    show_new(&app, &owner, &request, (StatusCode::OK, Form::new())).await
}

async fn show_new(app: &AppData, owner: &Owner, request: &HttpRequest, (status, form): (StatusCode, Form)) -> Answer {
    let (insight, tags) = everybody(app).await?;
    let shown = NewPage {
        page: owner.page(request, Nav::Owner, owner.t.text("segments-new")),
        form,
        choices: filter::Choices::of(owner.t, &insight.population, &tags),
        name_max: NAME_CHARACTERS_MAX,
    };
    Ok(page::html(status, &shown))
}

/// Keeps a filter.
pub async fn add(app: AppData, owner: Owner, request: HttpRequest, body: Bytes) -> Answer {
    let mut form = owner.form(&app, &body)?;
    let filter = filter::read(&mut form, owner.t, owner.catalog.clinic.currency);
    if form.has_errors() {
        return show_new(&app, &owner, &request, (StatusCode::UNPROCESSABLE_ENTITY, form)).await;
    }
    let (by, name) = (owner.user.id, form.value("name").trim().to_owned());
    match app.db.write(app.clock.now(), move |tx| segments::keep(tx, by, &name, &filter)).await {
        Ok(_) => Ok(see_other("/owner/segments?done=kept")),
        Err(Bad::Refused(refused)) => {
            refuse(&mut form, owner.t, refused);
            show_new(&app, &owner, &request, (StatusCode::UNPROCESSABLE_ENTITY, form)).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// Says by the field why it was not kept.
fn refuse(form: &mut Form, t: Texts, refused: Refused) {
    match refused {
        Refused::Name => form.fail("name", t.with("segments-name-wrong", &[("max", &NAME_CHARACTERS_MAX)])),
        Refused::NameTaken => form.fail("name", t.text("segments-name-taken")),
        Refused::TooMany => form.fail("name", t.with("segments-too-many", &[("max", &SEGMENTS_MAX)])),
        Refused::Changed => form.fail("name", t.text("segments-changed")),
        Refused::Conditions(rfm::FilterFault::Empty) => form.fail("state", t.text("segments-nothing-said")),
        Refused::Conditions(rfm::FilterFault::Visits) => form.fail("visits_to", t.text("segments-turned")),
        Refused::Conditions(rfm::FilterFault::Absence) => form.fail("absent_to", t.text("segments-turned")),
    }
}

#[derive(Template)]
#[template(path = "retention/segment.html")]
struct SegmentPage {
    page: Page,
    form: Form,
    choices: filter::Choices,
    name_max: usize,
    id: SegmentId,
    row_version: i64,
    says: Vec<String>,
    count: String,
    people: Chart,
    is_cut: bool,
    csv: String,
}

/// A filter with its people.
pub async fn segment_page(app: AppData, owner: Owner, request: HttpRequest, id: Path<String>) -> Answer {
    let segment = found(&app, &id).await?;
    let form = filter::form(owner.t, &segment, owner.catalog.clinic.currency);
    show(&app, &owner, &request, segment, (StatusCode::OK, form)).await
}

async fn found(app: &AppData, id: &str) -> Result<Segment, Problem> {
    let id: SegmentId = id.parse().map_err(|_not_an_id| Problem::NotFound)?;
    app.db.read(move |conn| segments::find(conn, id)).await?.ok_or(Problem::NotFound)
}

async fn show(
    app: &AppData,
    owner: &Owner,
    request: &HttpRequest,
    segment: Segment,
    (status, form): (StatusCode, Form),
) -> Answer {
    let (t, currency) = (owner.t, owner.catalog.clinic.currency);
    let (insight, tags) = everybody(app).await?;
    let places = meant(&insight, &tags, std::slice::from_ref(&segment.filter)).pop().unwrap_or_default();
    let is_file = Form::parse(request.query_string()).is("as", "csv");
    let listed = if is_file { places.len() } else { LISTED };
    let clients: Vec<ClientId> = places
        .iter()
        .take(listed)
        .filter_map(|place| insight.population.people.get(*place).map(|person| person.client))
        .collect();
    let names: BTreeMap<ClientId, String> = app.db.read(move |conn| names(conn, &clients)).await?.into_iter().collect();
    let people = people(t, currency, &insight, &places, listed, &names);
    if is_file {
        return Ok(frame::csv_file("segment", &people.file_head(), &people.file_rows())?);
    }
    let shown = SegmentPage {
        page: owner.page(request, Nav::Owner, segment.name.clone()),
        form,
        choices: filter::Choices::of(t, &insight.population, &tags),
        name_max: NAME_CHARACTERS_MAX,
        id: segment.id,
        row_version: segment.row_version,
        says: filter::says(t, &insight.population, &segment.filter),
        count: t.with("segments-count", &[("count", &places.len())]),
        is_cut: LISTED < places.len(),
        people,
        csv: format!("/owner/segments/{}?as=csv", segment.id),
    };
    Ok(page::html(status, &shown))
}

/// Names by pieces: a statement takes only so many values.
fn names(conn: &mut crate::db::Conn, clients: &[ClientId]) -> Result<Vec<(ClientId, String)>, crate::db::Fault> {
    let mut names = Vec::with_capacity(clients.len());
    for piece in clients.chunks(1_000) {
        names.extend(segments::names(conn, piece)?);
    }
    Ok(names)
}

fn people(
    t: Texts,
    currency: Currency,
    insight: &Insight,
    places: &[usize],
    most: usize,
    names: &BTreeMap<ClientId, String>,
) -> Chart {
    let row = |place: &usize| {
        let person = insight.population.people.get(*place)?;
        let visits = insight.population.visits_of(person);
        let last = visits.last()?.day;
        let revenue =
            insight.population.amounts_of(person).iter().fold(0_i64, |sum, one| sum.saturating_add(one.minor));
        let state = insight.standings.get(*place).copied().flatten().map(|standing| state_name(t, standing.state));
        let name = names.get(&person.client).filter(|name| !name.is_empty());
        let name = name.cloned().unwrap_or_else(|| t.text("worth-nameless"));
        let cells = vec![
            Cell::words(state.unwrap_or_default()),
            Cell::count(t, i64::try_from(visits.len()).unwrap_or(i64::MAX)),
            Cell { plain: last.to_string(), ..Cell::words(t.date_medium(last)) },
            Cell::amount(t, currency, Some(revenue)),
        ];
        Some(Row::new(name, cells).leading_to(format!("/staff/clients/{}", person.client)))
    };
    Chart::new(Kind::Bar, Unit::Count, t.text("segments-people"), t.text("worth-client"))
        .reading(t.text("worth-state"))
        .reading(t.text("worth-visits"))
        .reading(t.text("worth-last"))
        .reading(t.text("worth-revenue"))
        .of(places.iter().take(most).filter_map(row).collect())
}

/// Changes a filter.
pub async fn change(app: AppData, owner: Owner, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    let mut form = owner.form(&app, &body)?;
    let segment = found(&app, &id).await?;
    let filter = filter::read(&mut form, owner.t, owner.catalog.clinic.currency);
    let seen = form.value("row_version").parse().unwrap_or(0);
    if !form.has_errors() {
        let (key, name) = ((segment.id, seen), form.value("name").trim().to_owned());
        match app.db.write(app.clock.now(), move |tx| segments::change(tx, key, &name, &filter)).await {
            Ok(()) => return Ok(see_other("/owner/segments?done=kept")),
            Err(Bad::Refused(refused)) => refuse(&mut form, owner.t, refused),
            Err(Bad::Fault(fault)) => return Err(fault.into()),
        }
    }
    show(&app, &owner, &request, segment, (StatusCode::UNPROCESSABLE_ENTITY, form)).await
}

/// Gives a filter up.
pub async fn remove(app: AppData, owner: Owner, id: Path<String>, body: Bytes) -> Result<HttpResponse, Problem> {
    owner.form(&app, &body)?;
    let id: SegmentId = id.parse().map_err(|_not_an_id| Problem::NotFound)?;
    match app.db.write(app.clock.now(), move |tx| segments::remove(tx, id)).await {
        Ok(()) => Ok(see_other("/owner/segments?done=removed")),
        Err(Bad::Refused(_gone)) => Err(Problem::NotFound),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}
