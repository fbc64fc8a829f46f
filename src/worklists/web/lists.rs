//! The lists whose rows are called about.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use askama::Template;

use super::rows::{Frame, HoleBlock, Row};
use super::{Answer, Tab, address, hub, outcome_text, tabs, words, zone_of};
use crate::app::App;
use crate::domain::worklists::{Outcome, Worklist};
use crate::web::auth::{Desk, Staff};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::worklists::{self, ROWS_MAX};

/// What was just done to a row, and how to take it back.
struct Done {
    text: String,
    /// The row to take up again, where that is possible.
    undo: Option<String>,
}

#[derive(Template)]
#[template(path = "worklists/list.html")]
struct ListPage {
    page: Page,
    form: Form,
    tabs: Vec<Tab>,
    about: String,
    list: &'static str,
    here: &'static str,
    rows: Vec<Row>,
    holes: Vec<HoleBlock>,
    total: usize,
    is_cut: bool,
    is_empty: bool,
    empty_title: String,
    empty: String,
    outcomes: Vec<(String, String)>,
    done: Option<Done>,
}

/// Whom to call today, so that they come.
pub async fn confirmations_page(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    show(&app.0, &desk, &request, Worklist::Confirmations, Said::nothing()).await
}

/// Who has nothing booked.
pub async fn unscheduled_page(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    show(&app.0, &desk, &request, Worklist::Unscheduled, Said::nothing()).await
}

/// Who waits while a time is free.
pub async fn waitlist_page(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    show(&app.0, &desk, &request, Worklist::Waitlist, Said::nothing()).await
}

/// Times that came free, and who could take them.
pub async fn short_notice_page(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    show(&app.0, &desk, &request, Worklist::ShortNotice, Said::nothing()).await
}

/// Who is due for a recall.
pub async fn recall_page(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    show(&app.0, &desk, &request, Worklist::Recall, Said::nothing()).await
}

/// With which status a list is shown, what was typed, and what is said about it.
pub(super) struct Said {
    pub status: StatusCode,
    pub form: Form,
    pub wrong: Option<String>,
}

impl Said {
    fn nothing() -> Self {
        Self { status: StatusCode::OK, form: Form::new(), wrong: None }
    }
}

pub(super) async fn show(app: &Arc<App>, desk: &Staff, request: &HttpRequest, list: Worklist, said: Said) -> Answer {
    let (t, now) = (desk.t, app.clock.now());
    let mut counts = hub::counts(app).await?;
    let frame = Frame { t, catalog: &desk.catalog, now, zone: zone_of(&desk.catalog) };
    let Loaded { mut rows, mut holes, total } = load(app, desk, list, frame).await?;
    match list {
        Worklist::Confirmations => counts.confirmations = total,
        Worklist::Unscheduled => counts.unscheduled = total,
        Worklist::Waitlist => counts.waitlist = total,
        Worklist::ShortNotice => counts.short_notice = total,
        Worklist::Recall => counts.recalls = total,
    }
    rows.truncate(ROWS_MAX);
    holes.truncate(ROWS_MAX);
    let (title, about) = words(t, list);
    let page = desk.page(request, Nav::Worklists, title);
    let page = match said.wrong {
        Some(sentence) => page.saying(Tone::Error, sentence),
        None => page,
    };
    let (empty_title, empty) = nothing_left(desk, list);
    let outcomes = Outcome::ALL.map(|outcome| (outcome.as_str().to_owned(), outcome_text(t, outcome)));
    let shown = ListPage {
        tabs: tabs(t, &counts, Some(list)),
        about,
        list: list.as_str(),
        here: address(list),
        is_cut: rows.len() + holes.len() < total,
        is_empty: total == 0,
        rows,
        holes,
        total,
        empty_title,
        empty,
        outcomes: outcomes.to_vec(),
        done: done(desk, request),
        form: said.form,
        page,
    };
    Ok(page::html(said.status, &shown))
}

/// What a list shows, and how much there is in all.
struct Loaded {
    rows: Vec<Row>,
    holes: Vec<HoleBlock>,
    total: usize,
}

async fn load(app: &Arc<App>, desk: &Staff, list: Worklist, frame: Frame<'_>) -> Result<Loaded, crate::db::Fault> {
    let (now, catalog, shared) = (frame.now, Arc::clone(&desk.catalog), Arc::clone(app));
    let rows: Vec<Row> = match list {
        Worklist::Confirmations => {
            let found = app.db.read(move |conn| worklists::confirmations(conn, &catalog, now)).await?;
            found.into_iter().map(|row| frame.of_confirmation(row)).collect()
        }
        Worklist::Unscheduled => {
            let found = app.db.read(move |conn| worklists::unscheduled(conn, &catalog, now)).await?;
            found.into_iter().map(|row| frame.of_unscheduled(row)).collect()
        }
        Worklist::Waitlist => {
            let found = app.db.read(move |conn| worklists::waiting(conn, &shared.shop, now)).await?;
            found.into_iter().map(|row| frame.can_come(row)).collect()
        }
        Worklist::ShortNotice => {
            let found = app.db.read(move |conn| worklists::holes(conn, &catalog, now)).await?;
            let holes: Vec<HoleBlock> = found.iter().map(|hole| frame.hole(hole)).collect();
            return Ok(Loaded { total: holes.len(), rows: Vec::new(), holes });
        }
        Worklist::Recall => {
            let (found, total) = app.db.read(move |conn| worklists::due_again(conn, &catalog, now)).await?;
            let rows = found.into_iter().map(|row| frame.due_again(row)).collect();
            return Ok(Loaded { rows, holes: Vec::new(), total });
        }
    };
    Ok(Loaded { total: rows.len(), rows, holes: Vec::new() })
}

/// What is said when a list is done.
fn nothing_left(desk: &Staff, list: Worklist) -> (String, String) {
    let t = desk.t;
    match list {
        Worklist::Confirmations => {
            (t.text("worklists-confirmations-none-title"), t.text("worklists-confirmations-none"))
        }
        Worklist::Unscheduled => (t.text("worklists-unscheduled-none-title"), t.text("worklists-unscheduled-none")),
        Worklist::Waitlist => (t.text("worklists-waitlist-none-title"), t.text("worklists-waitlist-none")),
        Worklist::ShortNotice => (t.text("worklists-short-notice-none-title"), t.text("worklists-short-notice-none")),
        Worklist::Recall => (t.text("recall-list-none-title"), t.text("recall-list-none")),
    }
}

fn done(desk: &Staff, request: &HttpRequest) -> Option<Done> {
    let (t, asked) = (desk.t, Form::parse(request.query_string()));
    let undo = asked.given("row").map(str::to_owned);
    match asked.value("done") {
        "called" => Some(Done { text: t.text("worklists-done-called"), undo: None }),
        "confirmed" => Some(Done { text: t.text("worklists-done-confirmed"), undo: None }),
        "later" => Some(Done { text: t.text("worklists-done-later"), undo }),
        "settled" => Some(Done { text: t.text("worklists-done-settled"), undo }),
        "recall" => Some(Done { text: t.text("recall-done"), undo: None }),
        "back" => Some(Done { text: t.text("worklists-done-back"), undo: None }),
        _ => None,
    }
}
