//! Where one is signed in, and ending it from afar.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use askama::Template;

use super::{Answer, zone_of};
use crate::accounts::{self, SessionLine};
use crate::catalog::Catalog;
use crate::domain::ids;
use crate::i18n::Texts;
use crate::web::auth::{self, Staff, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

/// A session as a page shows it.
pub(super) struct SessionView {
    pub(super) number: String,
    pub(super) agent: String,
    pub(super) address: String,
    pub(super) since: String,
    pub(super) seen: String,
    pub(super) is_own: bool,
}

pub(super) fn session_view(t: Texts, catalog: &Catalog, line: SessionLine) -> SessionView {
    let zone = zone_of(catalog);
    SessionView {
        number: line.number.map(ids::encode).unwrap_or_default(),
        agent: line.agent.unwrap_or_else(|| t.text("team-session-unknown")),
        address: line.address.unwrap_or_default(),
        since: t.moment(line.created_at, zone),
        seen: t.moment(line.last_seen_at, zone),
        is_own: line.is_own,
    }
}

#[derive(Template)]
#[template(path = "accounts/sessions.html")]
struct SessionsPage {
    page: Page,
    sessions: Vec<SessionView>,
    others: bool,
}

/// Where one is signed in.
pub async fn sessions_page(app: AppData, staff: Staff, request: HttpRequest) -> Answer {
    let app = app.0;
    let (user, now, limits, own) = (staff.user.id, app.clock.now(), auth::session_limits(&app), staff.session.clone());
    let lines = app.db.read(move |conn| accounts::sessions_of(conn, user, now, limits, Some(&own))).await?;
    let said = Form::parse(request.query_string());
    let page = staff.page(&request, Nav::None, staff.t.text("team-sessions-title"));
    let page = match said.value("done") {
        "one" => page.saying(Tone::Success, staff.t.text("team-session-ended")),
        "others" => page.saying(Tone::Success, staff.t.text("team-sessions-ended")),
        _ => page,
    };
    let sessions: Vec<SessionView> =
        lines.into_iter().map(|line| session_view(staff.t, &staff.catalog, line)).collect();
    let others = sessions.len() > 1;
    Ok(page::html(StatusCode::OK, &SessionsPage { page, sessions, others }))
}

/// Ends one of one's own sessions.
pub async fn end_one(app: AppData, staff: Staff, number: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    staff.form(&app, &body)?;
    let (by, user) = (staff.by(), staff.user.id);
    let number = ids::decode(&number).ok().ok_or(Problem::NotFound)?;
    app.db.write(app.clock.now(), move |tx| accounts::end_numbered_session(tx, by, user, number)).await?;
    Ok(see_other("/staff/me/sessions?done=one"))
}

/// Ends all but this one.
pub async fn end_others(app: AppData, staff: Staff, body: Bytes) -> Answer {
    let app = app.0;
    staff.form(&app, &body)?;
    let (by, user, own) = (staff.by(), staff.user.id, staff.session.clone());
    app.db.write(app.clock.now(), move |tx| accounts::end_other_sessions(tx, by, user, &own)).await?;
    Ok(see_other("/staff/me/sessions?done=others"))
}
