//! One glance at everything.

use actix_web::HttpRequest;
use askama::Template;

use super::Answer;
use super::frame::{self, Asked, Frame, Tab};
use crate::retention::kept::{kept, today_at};
use crate::web::auth::Owner;
use crate::web::edge::AppData;
use crate::web::page::{self, Nav, Page};

#[derive(Template)]
#[template(path = "retention/overview.html")]
struct OverviewPage {
    page: Page,
    frame: Frame,
    people: usize,
}

/// The overview.
pub async fn overview_page(app: AppData, owner: Owner, request: HttpRequest) -> Answer {
    let asked = Asked::read(&owner, &request, today_at(&owner.catalog, app.0.clock.now()));
    let answer = kept(&app.0, "overview", &asked.key(), |insight| insight.population.people.len()).await?;
    let status = asked.status();
    let page = owner.page(&request, Nav::Owner, owner.t.text("owner-title"));
    let as_of = frame::as_of_text(&owner, &answer);
    let frame = Frame::new(owner.t, Some(Tab::Overview), asked, as_of);
    Ok(page::html(status, &OverviewPage { page, frame, people: answer.content }))
}
