//! The team: who works here, added and disabled by the owner.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Bytes, Path};
use askama::Template;

use super::{Answer, person_of, user_of};
use crate::accounts::token::SecretToken;
use crate::accounts::{self, LINK_LIFE_MINUTES, LinkPurpose, NewUser, Role, StaffUser, TeamRefused, commands};
use crate::app::App;
use crate::db::{Bad, Never};
use crate::domain::ids::{ProviderId, StaffUserId};
use crate::domain::recognise::{EmailAddress, PersonName};
use crate::i18n::Texts;
use crate::web::auth::{self, Owner, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

struct TeamLine {
    id: StaffUserId,
    name: String,
    email: String,
    role: String,
    provider: String,
    is_disabled: bool,
    has_password: bool,
    has_factor: bool,
    is_self: bool,
}

#[derive(Template)]
#[template(path = "accounts/team.html")]
struct TeamPage {
    page: Page,
    form: Form,
    lines: Vec<TeamLine>,
    roles: Vec<(String, String)>,
    providers: Vec<(String, String)>,
    link: String,
    link_for: String,
    link_minutes: i64,
}

/// Everybody who works here.
pub async fn team_page(app: AppData, owner: Owner, request: HttpRequest) -> Answer {
    let said = Form::parse(request.query_string());
    let page = owner.page(&request, Nav::Team, owner.t.text("accounts-team-title"));
    let page = match said.value("done") {
        "disabled" => page.saying(Tone::Success, owner.t.text("accounts-team-disabled")),
        "enabled" => page.saying(Tone::Success, owner.t.text("accounts-team-enabled")),
        "last-owner" => page.saying(Tone::Error, owner.t.text("accounts-team-last-owner")),
        _ => page,
    };
    show_team(&app.0, &owner, page, StatusCode::OK, Form::new(), None).await
}

async fn show_team(
    app: &Arc<App>,
    owner: &Owner,
    page: Page,
    status: StatusCode,
    form: Form,
    link: Option<(String, String)>,
) -> Answer {
    let everybody = app.db.read(accounts::team).await?;
    let provider_name = |id: Option<ProviderId>| {
        id.and_then(|id| owner.catalog.provider(id)).map(|provider| provider.name.clone()).unwrap_or_default()
    };
    let line = |user: StaffUser| TeamLine {
        id: user.id,
        role: auth::role_name(owner.t, user.role),
        provider: provider_name(user.provider),
        is_disabled: user.disabled_at.is_some(),
        has_password: user.has_password,
        has_factor: user.has_second_factor,
        is_self: user.id == owner.user.id,
        name: user.name,
        email: user.email,
    };
    let (link_for, link) = link.unwrap_or_default();
    let shown = TeamPage {
        page,
        form,
        lines: everybody.into_iter().map(line).collect(),
        roles: role_options(owner.t),
        providers: provider_options(owner),
        link,
        link_for,
        link_minutes: LINK_LIFE_MINUTES,
    };
    let mut answer = page::html(status, &shown);
    if !shown.link.is_empty() {
        answer.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    }
    Ok(answer)
}

pub(super) fn role_options(t: Texts) -> Vec<(String, String)> {
    Role::ALL.iter().rev().map(|role| (role.word().to_owned(), auth::role_name(t, *role))).collect()
}

pub(super) fn provider_options(owner: &Owner) -> Vec<(String, String)> {
    let nobody = (String::new(), owner.t.text("accounts-team-no-provider"));
    let providers = owner.catalog.providers.iter().map(|known| (known.id.to_string(), known.name.clone()));
    std::iter::once(nobody).chain(providers).collect()
}

/// Adds somebody and shows the link that lets them in.
pub async fn add_to_team(app: AppData, owner: Owner, request: HttpRequest, body: Bytes) -> Answer {
    let app = app.0;
    let mut form = owner.form(&app, &body)?;
    let title = owner.t.text("accounts-team-title");
    let page = owner.page(&request, Nav::Team, title);
    let Some(new) = new_user_of(&mut form, owner.t) else {
        return show_team(&app, &owner, page, StatusCode::UNPROCESSABLE_ENTITY, form, None).await;
    };
    let (by, token, name) = (owner.by(), SecretToken::fresh(), new.name.to_string());
    let link = token.hash();
    let added = app.db.write(app.clock.now(), move |tx| {
        let user = accounts::add(tx, by, &new)?;
        accounts::make_link(tx, by, user, LinkPurpose::Invite, &link).map_err(never)
    });
    match added.await {
        Ok(()) => {
            let address = app.link(&commands::path_of(&token));
            let page = page.saying(Tone::Success, owner.t.with("accounts-team-added", &[("name", &name)]));
            show_team(&app, &owner, page, StatusCode::OK, Form::new(), Some((name, address))).await
        }
        Err(Bad::Refused(refused)) => {
            let (field, sentence) = team_refusal(owner.t, refused);
            form.fail(field, sentence);
            show_team(&app, &owner, page, StatusCode::UNPROCESSABLE_ENTITY, form, None).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

fn new_user_of(form: &mut Form, t: Texts) -> Option<NewUser> {
    let ((email, name), (role, provider)) = details_of(form, t)?;
    Some(NewUser { email, name, role, provider, language: t.language() })
}

/// Who somebody is, and what they may do.
pub(super) type Details = ((EmailAddress, PersonName), (Role, Option<ProviderId>));

/// The fields that adding and changing somebody share, each with what is wrong with it.
pub(super) fn details_of(form: &mut Form, t: Texts) -> Option<Details> {
    let person = person_of(form, t);
    let role = Role::parse(form.value("role"));
    if role.is_none() {
        form.fail("role", t.text("accounts-role-wrong"));
    }
    let provider = match form.given("provider").map(str::parse::<ProviderId>) {
        None => None,
        Some(Ok(provider)) => Some(provider),
        Some(Err(_)) => {
            form.fail("provider", t.text("accounts-provider-wrong"));
            return None;
        }
    };
    if role == Some(Role::Provider) && provider.is_none() {
        form.fail("provider", t.text("accounts-provider-needed"));
        return None;
    }
    // Only the role of a provider is tied to one.
    let provider = provider.filter(|_| role == Some(Role::Provider));
    Some((person?, (role?, provider)))
}

pub(super) fn team_refusal(t: Texts, refused: TeamRefused) -> (&'static str, String) {
    match refused {
        TeamRefused::EmailTaken => ("email", t.text("accounts-email-taken")),
        TeamRefused::ProviderNeeded => ("provider", t.text("accounts-provider-needed")),
        TeamRefused::NoSuchProvider => ("provider", t.text("accounts-provider-wrong")),
        TeamRefused::NoSuchUser => ("email", t.text("accounts-user-unknown")),
        TeamRefused::LastOwner => ("role", t.text("accounts-team-last-owner")),
        TeamRefused::RoleAbove => ("role", t.text("team-role-above")),
        TeamRefused::Changed => ("name", t.text("team-changed-meanwhile")),
    }
}

/// Lets somebody sign in no more.
pub async fn disable(app: AppData, owner: Owner, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    owner.form(&app, &body)?;
    let (by, user) = (owner.by(), user_of(&id)?);
    let disabled = app.db.write(app.clock.now(), move |tx| accounts::disable(tx, by, user)).await;
    changed_team(disabled, "/owner/team?done=disabled")
}

/// Lets somebody sign in again.
pub async fn enable(app: AppData, owner: Owner, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    owner.form(&app, &body)?;
    let (by, user) = (owner.by(), user_of(&id)?);
    let enabled = app.db.write(app.clock.now(), move |tx| accounts::enable(tx, by, user)).await;
    changed_team(enabled, "/owner/team?done=enabled")
}

fn changed_team(changed: Result<(), Bad<TeamRefused>>, place: &str) -> Answer {
    match changed {
        Ok(()) => Ok(see_other(place)),
        Err(Bad::Refused(TeamRefused::LastOwner)) => Ok(see_other("/owner/team?done=last-owner")),
        Err(Bad::Refused(_)) => Err(Problem::NotFound),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// Makes a link with which somebody sets a new password, and shows it once.
pub async fn make_link(app: AppData, owner: Owner, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    owner.form(&app, &body)?;
    let (by, user, token) = (owner.by(), user_of(&id)?, SecretToken::fresh());
    let link = token.hash();
    let made = app.db.write(app.clock.now(), move |tx| {
        let found = accounts::member(tx.conn, user)?.filter(|found| found.disabled_at.is_none());
        let found = found.ok_or(Bad::Refused(TeamRefused::NoSuchUser))?;
        let purpose = if found.has_password { LinkPurpose::Reset } else { LinkPurpose::Invite };
        accounts::make_link(tx, by, user, purpose, &link).map_err(never)?;
        Ok(found.name)
    });
    match made.await {
        Ok(name) => {
            let address = app.link(&commands::path_of(&token));
            let page = owner.page(&request, Nav::Team, owner.t.text("accounts-team-title"));
            show_team(&app, &owner, page, StatusCode::OK, Form::new(), Some((name, address))).await
        }
        Err(Bad::Refused(_)) => Err(Problem::NotFound),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

fn never(bad: Bad<Never>) -> Bad<TeamRefused> {
    Bad::Fault(bad.into_fault())
}
