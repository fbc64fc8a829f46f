//! The people behind a figure.

use std::collections::HashMap;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use askama::Template;

use super::frame::{self, Asked, Frame};
use super::{Answer, charted, figures};
use crate::app::App;
use crate::db::Fault;
use crate::domain::charted::Charted;
use crate::domain::ids::ClientId;
use crate::domain::population::Outcome;
use crate::domain::returning::{Figure, Part, Selection, SelectionRefused};
use crate::i18n::Texts;
use crate::retention::kept::{self, today_at};
use crate::retention::people::{self, Contact, Somebody};
use crate::retention::words;
use crate::web::auth::Owner;
use crate::web::edge::AppData;
use crate::web::page::{self, Nav, Page};

/// People of one page.
const LINES: usize = 50;
/// People of one file.
const EXPORTED_MAX: usize = 20_000;

/// One of the people.
struct Line {
    name: String,
    href: String,
    state: String,
    visits: String,
    last: String,
    so_far: String,
    expected: String,
}

#[derive(Template)]
#[template(path = "retention/people.html")]
struct PeoplePage {
    page: Page,
    frame: Frame,
    what: String,
    meaning: String,
    window: String,
    count: String,
    parts: Vec<(String, String, bool)>,
    lines: Vec<Line>,
    newer: String,
    older: String,
    refused: String,
}

/// The page.
pub async fn people_page(app: AppData, owner: Owner, request: HttpRequest) -> Answer {
    let t = owner.t;
    let asked = Asked::read(&owner, &request, today_at(&owner.catalog, app.0.clock.now()));
    let whom = match Whom::read(t, &asked) {
        Ok(whom) => whom,
        Err(sentence) => return Ok(refuse(&owner, &request, asked, sentence)),
    };
    let insight = kept::insight(&app.0).await?;
    let places = match &whom {
        Whom::Figure(selection) => selection.people(&insight, asked.days),
        Whom::Charted(charted) => charted.people(&insight),
    };
    let mut found = people::people(&insight, &places);
    // Whoever brought most comes first: those are the ones an owner knows by name.
    found.sort_by_key(|one| (std::cmp::Reverse((one.value_minor, one.so_far_minor)), one.client));
    let currency = insight.population.currency;
    if asked.csv_table().is_some() {
        found.truncate(EXPORTED_MAX);
        return file(&app.0, t, &found).await;
    }
    let number: usize = asked.form.value("page").parse().unwrap_or(0);
    let begin = number.saturating_mul(LINES).min(found.len());
    let on_page: Vec<Somebody> = found.iter().skip(begin).take(LINES).copied().collect();
    let names = contacts_of(&app.0, &on_page).await?;
    let line = |one: &Somebody| Line {
        name: name_of(t, names.get(&one.client)),
        href: format!("/staff/clients/{}", one.client),
        state: one.state.map(|state| words::state_name(t, state)).unwrap_or_default(),
        visits: words::number(t, i64::try_from(one.visits).unwrap_or(i64::MAX)),
        last: one.last_day.map(|day| t.date_medium(day)).unwrap_or_default(),
        so_far: figures::money(t, one.so_far_minor, currency),
        expected: figures::money(t, one.value_minor, currency),
    };
    let page = owner.page(&request, Nav::Owner, t.text("owner-people-title"));
    let address = page.address.clone();
    let turned = |to: usize| page::with_query(&address, "page", &to.to_string());
    let today = || t.with("owner-window-today", &[("day", &t.date_medium(insight.population.today))]);
    let ((what, meaning), window) = match &whom {
        Whom::Figure(selection) => {
            let window = match selection {
                Selection::Figure(figure, ..) => words::window_text(t, *figure, figure.window(asked.days)),
                _ if selection.has_period() => words::days_text(t, asked.days),
                _ => today(),
            };
            (said(t, *selection, insight.population.lost_after_months), window)
        }
        Whom::Charted(charted) => (charted::said(t, &insight, charted), today()),
    };
    let status = asked.status();
    let shown = PeoplePage {
        what,
        meaning,
        window,
        count: figures::people_text(t, u64::try_from(found.len()).unwrap_or(u64::MAX)),
        parts: parts(t, &address, &whom),
        lines: on_page.iter().map(line).collect(),
        newer: if number > 0 { turned(number - 1) } else { String::new() },
        older: if begin + LINES < found.len() { turned(number + 1) } else { String::new() },
        refused: String::new(),
        frame: carried(Frame::new(t, None, asked, String::new()), &whom),
        page,
    };
    Ok(page::html(status, &shown))
}

/// The form of the period keeps whom the page is about.
fn carried(frame: Frame, whom: &Whom) -> Frame {
    let Whom::Figure(selection) = whom else { return frame.without_period() };
    let words: Vec<(String, String)> = ["figure", "part", "state", "provider"]
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), frame.asked.form.given(name)?.to_owned())))
        .collect();
    let frame = words.iter().fold(frame, |frame, (name, value)| frame.carrying(name, value));
    if selection.has_period() { frame } else { frame.without_period() }
}

/// Whom the address asks for.
enum Whom {
    /// Those behind a figure.
    Figure(Selection),
    /// Those behind a cell of a chart.
    Charted(Charted),
}

impl Whom {
    /// Reads the address, or says why it names nobody.
    fn read(t: Texts, asked: &Asked) -> Result<Self, String> {
        if Charted::FIGURES.contains(&asked.form.value("figure")) {
            let charted = Charted::parse(|name| asked.form.value(name));
            return charted.map(Self::Charted).map_err(|_no_such_group| t.text("chart-people-wrong"));
        }
        let selection = Selection::parse(|name| asked.form.value(name)).map_err(|refused| match refused {
            SelectionRefused::Figure => t.text("owner-people-no-figure"),
            SelectionRefused::State => t.text("owner-people-no-state"),
            SelectionRefused::Part => t.text("owner-people-no-part"),
            SelectionRefused::Provider => t.text("owner-people-no-provider"),
        })?;
        Ok(Self::Figure(selection))
    }
}

fn refuse(owner: &Owner, request: &HttpRequest, asked: Asked, sentence: String) -> actix_web::HttpResponse {
    let t = owner.t;
    let page = owner.page(request, Nav::Owner, t.text("owner-people-title"));
    let shown = PeoplePage {
        what: String::new(),
        meaning: String::new(),
        window: String::new(),
        count: String::new(),
        parts: Vec::new(),
        lines: Vec::new(),
        newer: String::new(),
        older: String::new(),
        refused: sentence,
        frame: Frame::new(t, None, asked, String::new()).without_period(),
        page,
    };
    page::html(StatusCode::UNPROCESSABLE_ENTITY, &shown)
}

pub(super) fn name_of(t: Texts, contact: Option<&Contact>) -> String {
    match contact {
        Some(contact) if !contact.is_erased && !contact.name.is_empty() => contact.name.clone(),
        _ => t.text("owner-people-erased"),
    }
}

pub(super) async fn contacts_of(
    app: &std::sync::Arc<App>,
    people: &[Somebody],
) -> Result<HashMap<ClientId, Contact>, Fault> {
    let ids: Vec<ClientId> = people.iter().map(|one| one.client).collect();
    app.db.read(move |conn| people::contacts(conn, &ids)).await
}

/// What the list is, and what that means.
fn said(t: Texts, selection: Selection, lost_after_months: u32) -> (String, String) {
    let state = |key: &str, state| {
        let name = words::state_name(t, state);
        (t.with(key, &[("state", &name)]), words::state_meaning(t, state, lost_after_months))
    };
    match selection {
        Selection::State(of) => (words::state_name(t, of), words::state_meaning(t, of, lost_after_months)),
        Selection::CameInto(of) => state("owner-people-came", of),
        Selection::Left(of) => state("owner-people-left", of),
        Selection::NewInPeriod => (t.text("owner-moves-new"), t.text("owner-moves-meaning")),
        Selection::ReturnedInPeriod => (t.text("owner-moves-returned"), t.text("owner-moves-meaning")),
        Selection::LostInPeriod => (t.text("owner-moves-lost"), t.text("owner-moves-meaning")),
        Selection::Broke(Outcome::Missed) => of_figure(t, Figure::NoShow, Part::Counted),
        Selection::Broke(_) => of_figure(t, Figure::LateCancellation, Part::Counted),
        Selection::Figure(figure, part, _) => of_figure(t, figure, part),
    }
}

fn of_figure(t: Texts, figure: Figure, part: Part) -> (String, String) {
    let said = words::words(t, figure);
    let what = match part {
        Part::Counted => said.part,
        Part::Of => said.of,
        Part::Rest => t.with("owner-people-rest", &[("part", &said.part)]),
    };
    (t.with("owner-people-of", &[("figure", &said.name), ("what", &what)]), said.meaning)
}

/// The other parts of the same figure.
fn parts(t: Texts, address: &str, whom: &Whom) -> Vec<(String, String, bool)> {
    let &Whom::Figure(Selection::Figure(_, chosen, _)) = whom else {
        return Vec::new();
    };
    let text = |part: Part| match part {
        Part::Counted => t.text("owner-part-counted"),
        Part::Rest => t.text("owner-part-rest"),
        Part::Of => t.text("owner-part-all"),
    };
    let address = page::with_query(address, "page", "0");
    let link = |part: Part| (page::with_query(&address, "part", part.as_str()), text(part), part == chosen);
    Part::ALL.into_iter().map(link).collect()
}

async fn file(app: &std::sync::Arc<App>, t: Texts, found: &[Somebody]) -> Answer {
    let names = contacts_of(app, found).await?;
    let head = ["client", "name", "phone", "email", "state", "visits", "last_visit", "so_far_minor", "expected_minor"];
    let row = |one: &Somebody| {
        let contact = names.get(&one.client);
        let of = |text: Option<&String>| text.cloned().unwrap_or_default();
        vec![
            one.client.to_string(),
            name_of(t, contact),
            of(contact.and_then(|contact| contact.phone.as_ref())),
            of(contact.and_then(|contact| contact.email.as_ref())),
            one.state.map(|state| state.as_str().to_owned()).unwrap_or_default(),
            one.visits.to_string(),
            one.last_day.map(|day| day.to_string()).unwrap_or_default(),
            one.so_far_minor.to_string(),
            one.value_minor.to_string(),
        ]
    };
    let rows: Vec<Vec<String>> = found.iter().map(row).collect();
    Ok(frame::csv_file("people", &head.map(str::to_owned), &rows)?)
}
