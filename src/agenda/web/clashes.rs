//! Bookings to come whose provider is not there any more.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use askama::Template;

use super::Answer;
use crate::catalog::web::clashes::why_text;
use crate::catalog::{self, CLASHES_MAX, ClashingBooking};
use crate::domain::time;
use crate::web::auth::Desk;
use crate::web::edge::AppData;
use crate::web::page::{self, Nav, Page};

/// A booking that no longer fits the hours.
struct ClashRow {
    href: String,
    day: String,
    time: String,
    client: String,
    phone: Option<String>,
    service: String,
    provider: String,
    location: String,
    why: String,
}

#[derive(Template)]
#[template(path = "agenda/clashes.html")]
struct ClashesPage {
    page: Page,
    rows: Vec<ClashRow>,
    is_cut: bool,
}

/// Bookings to come whose provider is not there any more.
pub async fn clashes_page(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    let now = app.0.clock.now();
    let found = app.0.db.read(move |conn| catalog::clashes(conn, now, None)).await?;
    let is_cut = CLASHES_MAX <= found.len();
    let rows = found.into_iter().map(|clash| clash_row(&desk, clash)).collect();
    let page = desk.page(&request, Nav::Worklists, desk.t.text("agenda-worklist-clashes"));
    Ok(page::html(StatusCode::OK, &ClashesPage { page, rows, is_cut }))
}

fn clash_row(desk: &Desk, clash: ClashingBooking) -> ClashRow {
    let (t, catalog) = (desk.t, &desk.catalog);
    let (starts, ends) = (time::local(clash.starts_at, clash.zone), time::local(clash.ends_at, clash.zone));
    ClashRow {
        href: format!("/staff/bookings/{}", clash.booking),
        day: t.date_medium(starts.date()),
        time: t.time_range(starts.time(), ends.time()),
        client: clash.client,
        phone: clash.phone,
        service: clash.service,
        provider: catalog.provider(clash.provider).map(|provider| provider.name.clone()).unwrap_or_default(),
        location: catalog.location(clash.location).map(|location| location.name.clone()).unwrap_or_default(),
        why: why_text(t, &clash.why),
    }
}
