//! One member of the team, as the owner sees them: details, sessions, second factor.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use askama::Template;

use super::sessions::{SessionView, session_view};
use super::team::{details_of, provider_options, role_options, team_refusal};
use super::{Answer, user_of};
use crate::accounts::{self, StaffUser, TeamRefused, UserDetails};
use crate::app::App;
use crate::db::Bad;
use crate::domain::ids::{self, ProviderId, StaffUserId};
use crate::domain::language::Language;
use crate::web::auth::{self, Owner, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

#[derive(Template)]
#[template(path = "accounts/member.html")]
struct MemberPage {
    page: Page,
    form: Form,
    base: String,
    roles: Vec<(String, String)>,
    providers: Vec<(String, String)>,
    languages: Vec<(String, String)>,
    sessions: Vec<SessionView>,
    name: String,
    has_factor: bool,
}

/// One member of the team.
pub async fn member_page(app: AppData, owner: Owner, request: HttpRequest, id: Path<String>) -> Answer {
    let found = find(&app.0, user_of(&id)?).await?;
    let said = Form::parse(request.query_string());
    let page = owner.page(&request, Nav::Team, found.name.clone());
    let page = match said.value("done") {
        "saved" => page.saying(Tone::Success, owner.t.text("team-saved")),
        "session" => page.saying(Tone::Success, owner.t.text("team-session-ended")),
        "sessions" => page.saying(Tone::Success, owner.t.text("team-sessions-ended-of")),
        "factor" => page.saying(Tone::Success, owner.t.text("team-factor-reset-done")),
        _ => page,
    };
    let form = filled(&found);
    show(&app.0, &owner, page, StatusCode::OK, (&found, form)).await
}

async fn find(app: &Arc<App>, user: StaffUserId) -> Result<StaffUser, Problem> {
    app.db.read(move |conn| accounts::member(conn, user)).await?.ok_or(Problem::NotFound)
}

fn filled(user: &StaffUser) -> Form {
    Form::new()
        .filled("version", user.row_version.to_string())
        .filled("name", user.name.as_str())
        .filled("email", user.email.as_str())
        .filled("role", user.role.word())
        .filled("provider", user.provider.map(|provider: ProviderId| provider.to_string()).unwrap_or_default())
        .filled("language", user.language.tag())
}

async fn show(
    app: &Arc<App>,
    owner: &Owner,
    page: Page,
    status: StatusCode,
    (user, form): (&StaffUser, Form),
) -> Answer {
    let (id, now, limits, own) = (user.id, app.clock.now(), auth::session_limits(app), owner.session.clone());
    let lines = app.db.read(move |conn| accounts::sessions_of(conn, id, now, limits, Some(&own))).await?;
    let languages =
        Language::all().into_iter().map(|known: Language| (known.tag().to_owned(), known.own_name().to_owned()));
    let shown = MemberPage {
        page,
        form,
        base: format!("/owner/team/{}", user.id),
        roles: role_options(owner.t),
        providers: provider_options(owner),
        languages: languages.collect(),
        sessions: lines.into_iter().map(|line| session_view(owner.t, &owner.catalog, line)).collect(),
        name: user.name.clone(),
        has_factor: user.has_second_factor,
    };
    Ok(page::html(status, &shown))
}

/// Saves who somebody is and what they may do.
pub async fn edit(app: AppData, owner: Owner, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let mut form = owner.form(&app, &body)?;
    let found = find(&app, user_of(&id)?).await?;
    let page = owner.page(&request, Nav::Team, found.name.clone());
    let language = Language::parse(form.value("language")).unwrap_or(found.language);
    let Some(((email, name), (role, provider))) = details_of(&mut form, owner.t) else {
        return show(&app, &owner, page, StatusCode::UNPROCESSABLE_ENTITY, (&found, form)).await;
    };
    let details = UserDetails { email, name, role, provider, language };
    let (by, giver, user) = (owner.by(), owner.role, found.id);
    let seen: i64 = form.value("version").parse().unwrap_or(-1);
    let saved = app.db.write(app.clock.now(), move |tx| accounts::edit(tx, (by, giver), user, seen, &details)).await;
    match saved {
        Ok(()) => Ok(see_other(&format!("/owner/team/{user}?done=saved"))),
        Err(Bad::Refused(TeamRefused::NoSuchUser)) => Err(Problem::NotFound),
        Err(Bad::Refused(refused)) => {
            let (field, sentence) = team_refusal(owner.t, refused);
            form.fail(field, sentence);
            let status = if refused == TeamRefused::Changed {
                form = form.filled("version", found.row_version.to_string());
                StatusCode::CONFLICT
            } else {
                StatusCode::UNPROCESSABLE_ENTITY
            };
            show(&app, &owner, page, status, (&found, form)).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// Ends one session of somebody.
pub async fn end_session_of(app: AppData, owner: Owner, path: Path<(String, String)>, body: Bytes) -> Answer {
    let app = app.0;
    owner.form(&app, &body)?;
    let (id, number) = path.into_inner();
    let (by, user) = (owner.by(), user_of(&id)?);
    let number = ids::decode(&number).ok().ok_or(Problem::NotFound)?;
    app.db.write(app.clock.now(), move |tx| accounts::end_numbered_session(tx, by, user, number)).await?;
    Ok(see_other(&format!("/owner/team/{user}?done=session")))
}

/// Ends every session of somebody.
pub async fn end_sessions_of(app: AppData, owner: Owner, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    owner.form(&app, &body)?;
    let (by, user) = (owner.by(), user_of(&id)?);
    app.db.write(app.clock.now(), move |tx| accounts::end_all_sessions(tx, by, user)).await?;
    Ok(see_other(&format!("/owner/team/{user}?done=sessions")))
}

/// Takes somebody's second factor away, who lost it.
pub async fn reset_factor(app: AppData, owner: Owner, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    owner.form(&app, &body)?;
    let (by, user) = (owner.by(), user_of(&id)?);
    if user == owner.user.id {
        // One's own is turned off with a code, or by the command for whoever is locked out.
        return Ok(see_other("/staff/me/second-factor"));
    }
    find(&app, user).await?;
    app.db.write(app.clock.now(), move |tx| accounts::reset_factor(tx, by, user)).await?;
    Ok(see_other(&format!("/owner/team/{user}?done=factor")))
}
