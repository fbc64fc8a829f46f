//! The list of clients: found by words, or the newest ones, cut down by tag, standing, and whether they come again.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{Answer, standing_text};
use crate::agenda::web::address;
use crate::clients::{self, ListFilter, ListLine, Standing};
use crate::domain::time;
use crate::i18n::Texts;
use crate::web::auth::Desk;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page};

/// As many hits are shown; whoever is not among them needs another word.
const HITS_SHOWN: i64 = 50;

/// A client in the list.
pub(super) struct ClientLine {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) phone: Option<String>,
    pub(super) email: Option<String>,
    pub(super) last: String,
    pub(super) next: String,
    pub(super) standing: String,
    pub(super) tags: Vec<String>,
}

impl ClientLine {
    pub(super) fn new(t: Texts, zone: Tz, line: ListLine) -> Self {
        let day = |at: Option<DateTime<Utc>>| {
            at.map_or_else(|| "–".to_owned(), |at| t.date_medium(time::local_day(at, zone)))
        };
        Self {
            id: line.hit.id.to_string(),
            name: line.hit.name(),
            last: day(line.last_visit),
            next: day(line.next_visit),
            standing: match line.standing {
                Standing::Present => String::new(),
                other => standing_text(t, other),
            },
            tags: line.tags,
            phone: line.hit.phone,
            email: line.hit.email,
        }
    }
}

#[derive(Template)]
#[template(path = "clients/list.html")]
struct ListPage {
    page: Page,
    form: Form,
    lines: Vec<ClientLine>,
    was_asked: bool,
    is_filtered: bool,
    is_cut: bool,
    tags: Vec<(String, String)>,
    standings: Vec<(String, String)>,
    older: String,
}

/// Clients by the beginnings of words, or the newest.
pub async fn list_page(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    let form = Form::parse(request.query_string());
    let (t, now) = (desk.t, app.0.clock.now());
    let text = form.given("q").map(str::to_owned);
    let filter = ListFilter {
        tag: form.given("tag").map(str::to_owned),
        standing: Standing::parse(form.value("standing")),
        without_upcoming: form.is("free", "yes"),
        before: form.value("before").parse().ok(),
    };
    let (asked, wanted) = (text.clone(), filter.clone());
    let found = app.0.db.read(move |conn| {
        let lines = match &asked {
            Some(text) => {
                let hits = clients::search(conn, text, HITS_SHOWN)?;
                clients::lines_of(conn, hits, now)?
            }
            None => clients::list(conn, &wanted, now, HITS_SHOWN)?,
        };
        Ok((lines, clients::known_tags(conn)?))
    });
    let (lines, tags) = found.await?;
    let is_cut = i64::try_from(lines.len()).unwrap_or(i64::MAX) >= HITS_SHOWN;
    let last = lines.last().map(|line| line.hit.id.to_string()).unwrap_or_default();
    let zone = super::zone_of(&desk);
    let older = address(
        "/staff/clients",
        &[
            ("tag", form.value("tag")),
            ("standing", form.value("standing")),
            ("free", form.value("free")),
            ("before", &last),
        ],
    );
    let shown = ListPage {
        page: desk.page(&request, Nav::Clients, t.text("clients-title")),
        lines: lines.into_iter().map(|line| ClientLine::new(t, zone, line)).collect(),
        was_asked: text.is_some(),
        is_filtered: filter != ListFilter::default(),
        tags: std::iter::once((String::new(), t.text("client-any")))
            .chain(tags.into_iter().map(|tag| (tag.clone(), tag)))
            .collect(),
        standings: std::iter::once((String::new(), t.text("client-any")))
            .chain(Standing::ALL.map(|standing| (standing.to_string(), standing_text(t, standing))))
            .collect(),
        older: if is_cut && text.is_none() { older } else { String::new() },
        is_cut,
        form,
    };
    Ok(page::html(StatusCode::OK, &shown))
}
