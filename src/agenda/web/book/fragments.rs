//! Parts of the page that scripts load while somebody types.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use askama::Template;

use super::super::Answer;
use super::people::{self, AlikeLine, HitLine, Panel};
use super::state::{kept, state_of};
use super::times::{Offered, Times};
use super::wanted::half_typed;
use crate::domain::ids::ClientId;
use crate::web::auth::Desk;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page};
use crate::web::problem::Problem;

#[derive(Template)]
#[template(path = "agenda/book_hits.html")]
struct HitsFragment {
    page: Page,
    hits: Vec<HitLine>,
    typed: String,
}

/// Who is found by what is typed into the box.
pub async fn find_fragment(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    let form = Form::parse(request.query_string());
    let (text, now) = (form.value("q").to_owned(), app.0.clock.now());
    let found = app.0.db.read(move |conn| people::found(conn, now, &text)).await?;
    let zone = people::zone_of(&desk.catalog);
    let hits = found.into_iter().map(|(card, similar)| people::hit_line(desk.t, zone, card, similar)).collect();
    let typed = form.value("q").trim().to_owned();
    let page = desk.page(&request, Nav::Agenda, String::new());
    Ok(page::html(StatusCode::OK, &HitsFragment { page, hits, typed }))
}

#[derive(Template)]
#[template(path = "agenda/book_alike.html")]
struct AlikeFragment {
    page: Page,
    alike: Vec<AlikeLine>,
}

/// Who may be the one that is typed in.
pub async fn like_fragment(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    let form = Form::parse(request.query_string());
    let now = app.0.clock.now();
    let alike = match half_typed(&form, desk.t) {
        Some(typed) => app.0.db.read(move |conn| people::likenesses(conn, now, &typed)).await?,
        None => Vec::new(),
    };
    let zone = people::zone_of(&desk.catalog);
    let alike = alike.into_iter().map(|(card, how)| people::alike_line(desk.t, zone, card, how)).collect();
    let page = desk.page(&request, Nav::Agenda, String::new());
    Ok(page::html(StatusCode::OK, &AlikeFragment { page, alike }))
}

#[derive(Template)]
#[template(path = "agenda/book_client.html")]
struct ClientFragment {
    page: Page,
    panel: Panel,
}

/// The chosen client.
pub async fn client_fragment(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    let form = Form::parse(request.query_string());
    let client = form.value("client").parse::<ClientId>().map_err(|_wrong| Problem::NotFound)?;
    let panel = people::panel_of(&app.0, &desk, client).await?.ok_or(Problem::NotFound)?;
    let page = desk.page(&request, Nav::Agenda, String::new());
    Ok(page::html(StatusCode::OK, &ClientFragment { page, panel }))
}

#[derive(Template)]
#[template(path = "agenda/book_times.html")]
struct TimesFragment {
    page: Page,
    form: Form,
    times: Times,
}

/// The free times of a day.
pub async fn times_fragment(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    let (app, t) = (app.0, desk.t);
    let mut form = Form::parse(request.query_string());
    let now = app.clock.now();
    let state = state_of(&mut form, &desk.catalog, now, t);
    let (shared, asked) = (Arc::clone(&app), state.clone());
    let offered = app.db.read(move |conn| Offered::load(conn, &shared, now, (&asked, false))).await?;
    let page = desk.page(&request, Nav::Agenda, String::new());
    let times = Times::new(t, &desk.catalog, &form, &state, offered);
    // A typed time that was understood is among the times now.
    let form = kept(form, &state, t);
    Ok(page::html(StatusCode::OK, &TimesFragment { page, form, times }))
}
