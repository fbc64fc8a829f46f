//! Worklists: what somebody has to look at, with the action beside it. The first page counts them.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use askama::Template;

use super::Answer;
use crate::booking::facts;
use crate::catalog::web::clashes::why_text;
use crate::catalog::{self, CLASHES_MAX, ClashingBooking};
use crate::domain::time;
use crate::messaging;
use crate::recurrence;
use crate::web::auth::Desk;
use crate::web::edge::AppData;
use crate::web::page::{self, Nav, Page};

/// Counting ends here; more is "many".
const COUNTED_MAX: i64 = 500;

/// One worklist on the first page.
struct Worklist {
    href: &'static str,
    icon: &'static str,
    title: String,
    about: String,
    count: usize,
}

#[derive(Template)]
#[template(path = "agenda/worklists.html")]
struct WorklistsPage {
    page: Page,
    lists: Vec<Worklist>,
}

/// Every worklist with how much waits in it.
pub async fn worklists_page(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    let now = app.0.clock.now();
    let (requests, clashes, gaps, unsent) = app
        .0
        .db
        .read(move |conn| {
            let requests = facts::requests(conn, COUNTED_MAX)?.len();
            let gaps = recurrence::gaps_open(conn, recurrence::gaps_from(now))?;
            let clashes = catalog::clashes(conn, now, None)?.len();
            let unsent = messaging::count_unsent(conn, now)?;
            Ok((requests, clashes, usize::try_from(gaps).unwrap_or(usize::MAX), unsent))
        })
        .await?;
    let t = desk.t;
    let lists = vec![
        Worklist {
            href: "/staff/requests",
            icon: "inbox",
            title: t.text("agenda-worklist-requests"),
            about: t.text("agenda-worklist-requests-about"),
            count: requests,
        },
        Worklist {
            href: "/staff/worklists/clashes",
            icon: "alert",
            title: t.text("agenda-worklist-clashes"),
            about: t.text("agenda-worklist-clashes-about"),
            count: clashes,
        },
        Worklist {
            href: "/staff/worklists/series",
            icon: "calendar",
            title: t.text("recurrence-worklist"),
            about: t.text("recurrence-worklist-about"),
            count: gaps,
        },
        Worklist {
            href: "/staff/worklists/unsent",
            icon: "mail",
            title: t.text("message-unsent-title"),
            about: t.text("message-unsent-about"),
            count: unsent,
        },
    ];
    let page = desk.page(&request, Nav::Worklists, t.text("agenda-worklists"));
    Ok(page::html(StatusCode::OK, &WorklistsPage { page, lists }))
}

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
