//! Requests that wait for an answer.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use askama::Template;

use super::{Answer, BookingLine};
use crate::booking::facts;
use crate::web::auth::Desk;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};

/// More at once nobody answers.
const REQUESTS_MAX: i64 = 200;

#[derive(Template)]
#[template(path = "agenda/requests.html")]
struct RequestsPage {
    page: Page,
    requests: Vec<BookingLine>,
    here: &'static str,
}

/// All requests, the one that starts first on top.
pub async fn requests_page(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    let waiting = app.0.db.read(|conn| facts::requests(conn, REQUESTS_MAX)).await?;
    let page = desk.page(&request, Nav::Requests, desk.t.text("agenda-requests-title"));
    let page = match Form::parse(request.query_string()).value("done") {
        "approved" => page.saying(Tone::Success, desk.t.text("agenda-done-approved")),
        "declined" => page.saying(Tone::Success, desk.t.text("agenda-done-declined")),
        _ => page,
    };
    let requests = waiting.into_iter().map(|facts| BookingLine::new(desk.t, facts)).collect();
    Ok(page::html(StatusCode::OK, &RequestsPage { page, requests, here: "/staff/requests" }))
}
