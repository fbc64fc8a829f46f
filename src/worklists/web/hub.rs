//! The first page of worklists: every list with how much waits in it.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use askama::Template;

use super::{Answer, Tab, tabs};
use crate::app::App;
use crate::db::Fault;
use crate::web::auth::Desk;
use crate::web::edge::AppData;
use crate::web::page::{self, Nav, Page};
use crate::worklists::{self, Counts};

#[derive(Template)]
#[template(path = "worklists/hub.html")]
struct HubPage {
    page: Page,
    lists: Vec<Tab>,
    duplicates: usize,
    is_clear: bool,
}

/// Every list with how much waits in it.
pub async fn hub_page(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    let counts = counts(&app.0).await?;
    let t = desk.t;
    let lists = tabs(t, &counts, None);
    let is_clear = lists.iter().all(|list| list.count == 0);
    let page = desk.page(&request, Nav::Worklists, t.text("agenda-worklists"));
    Ok(page::html(StatusCode::OK, &HubPage { page, lists, duplicates: counts.duplicates, is_clear }))
}

/// How much waits, counted at most every few seconds.
pub(super) async fn counts(app: &Arc<App>) -> Result<Counts, Fault> {
    let now = app.clock.now();
    if let Some(counts) = app.counts.fresh_counts(now) {
        return Ok(counts);
    }
    let shared = Arc::clone(app);
    let counts = app.db.read(move |conn| worklists::count(conn, &shared.shop, now)).await?;
    app.counts.keep_counts(now, counts);
    Ok(counts)
}
