//! Pages of accounts: signing in and out, the first run, links that set a password, one's own account, the team.

use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::Duration;

use super::password::{self, CHARACTERS_MAX, CHARACTERS_MIN, Password, PasswordProblem};
use super::token::SecretToken;
use super::{
    AttemptRefused, FailureLimits, FirstRunRefused, LINK_LIFE_MINUTES, LinkPurpose, LinkRefused, NewClinic, NewUser,
    Role, StaffUser, TeamRefused,
};
use crate::app::App;
use crate::chance;
use crate::db::{Bad, Never};
use crate::domain::ids::{ProviderId, StaffUserId};
use crate::domain::language::Language;
use crate::domain::money::Currency;
use crate::domain::recognise::{EmailAddress, PersonName, WrongContact};
use crate::i18n::Texts;
use crate::web::auth::{self, Owner, Staff, see_other};
use crate::web::edge::{self, AppData};
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

type Answer = Result<HttpResponse, Problem>;

/// Pages before signing in carry a token for as long.
const DOOR_FORM_HOURS: i64 = 12;
const CLINIC_NAME_CHARACTERS_MAX: usize = 80;

#[derive(Template)]
#[template(path = "accounts/sign_in.html")]
struct SignInPage {
    page: Page,
    form: Form,
    token: String,
    wrong: String,
}

/// The sign-in page; before there is anybody, the page that makes the owner.
pub async fn sign_in_page(app: AppData, request: HttpRequest) -> Answer {
    if auth::staff_if_any(&app.0, &request).await?.is_some() {
        return Ok(see_other("/staff"));
    }
    if app.0.db.read(super::is_first_run).await? {
        return Ok(see_other("/staff/first-run"));
    }
    let next = Form::parse(request.query_string());
    let form = Form::new().filled("next", next.value("next"));
    Ok(show_sign_in(&app.0, &request, StatusCode::OK, form, String::new()).await)
}

/// Signs in. Unknown people, disabled ones and wrong passwords get the same answer in the same time.
pub async fn sign_in(app: AppData, request: HttpRequest, body: Bytes) -> Answer {
    let app = app.0;
    let form = Form::parse(&String::from_utf8_lossy(&body));
    let t = door_texts(&app, &request).await;
    if !is_door_form(&app, &form, "sign-in") {
        return Ok(show_sign_in(&app, &request, StatusCode::FORBIDDEN, form, t.text("accounts-form-old")).await);
    }
    let Ok(email) = EmailAddress::parse(form.value("email")) else {
        let mut form = form;
        form.fail("email", t.text("accounts-email-wrong"));
        return Ok(show_sign_in(&app, &request, StatusCode::UNPROCESSABLE_ENTITY, form, String::new()).await);
    };
    let address = edge::visitor_address(&app, &request).map(subject_of_address).unwrap_or_default();
    let limits = app.settings.limits.enabled.then_some(FailureLimits {
        failures_max: app.settings.limits.failed_sign_ins,
        window_minutes: app.settings.limits.failed_sign_in_minutes,
    });
    let begun = app.db.write(app.clock.now(), move |tx| super::begin_attempt(tx, &email, &address, limits)).await;
    let attempt = match begun {
        Ok(attempt) => Arc::new(attempt),
        Err(Bad::Refused(AttemptRefused::TooMany { wait_minutes })) => {
            let wrong = t.with("accounts-too-many", &[("minutes", &wait_minutes)]);
            return Ok(show_sign_in(&app, &request, StatusCode::TOO_MANY_REQUESTS, form, wrong).await);
        }
        Err(Bad::Fault(fault)) => return Err(fault.into()),
    };
    let right = password::verify(form.value("password").to_owned(), attempt.kept_password.clone()).await?;
    match attempt.user.clone().filter(|_| right) {
        Some(user) => let_in(&app, &request, &user, Some(attempt), form.value("next")).await,
        None => {
            app.db.write(app.clock.now(), move |tx| super::fail_attempt(tx, &attempt)).await?;
            let wrong = t.text("accounts-sign-in-wrong");
            Ok(show_sign_in(&app, &request, StatusCode::UNPROCESSABLE_ENTITY, form, wrong).await)
        }
    }
}

/// Opens a fresh session and goes where the person wanted to go.
async fn let_in(
    app: &Arc<App>,
    request: &HttpRequest,
    user: &StaffUser,
    attempt: Option<Arc<super::Attempt>>,
    next: &str,
) -> Answer {
    let token = SecretToken::fresh();
    let (id, session, limits) = (user.id, token.hash(), auth::session_limits(app));
    let old = auth::session_of(app, request);
    let opened = app.db.write(app.clock.now(), move |tx| {
        super::open_session(tx, id, &session, limits, attempt.as_deref(), old.as_ref())
    });
    opened.await?;
    let mut answer = see_other(auth::safe_next(next).unwrap_or("/staff"));
    // A cookie that cannot be written would be a fault of ours in its name or value, both of which are plain.
    if answer.add_cookie(&auth::session_cookie(app, &token)).is_err() {
        return Err(Problem::Nonsense);
    }
    Ok(answer)
}

async fn show_sign_in(
    app: &Arc<App>,
    request: &HttpRequest,
    status: StatusCode,
    form: Form,
    wrong: String,
) -> HttpResponse {
    let page = door_page(app, request, |t| t.text("accounts-sign-in-title")).await;
    let token = door_token(app, "sign-in");
    // A password never travels back into a page.
    page::html(status, &SignInPage { page, form: form.filled("password", ""), token, wrong })
}

/// Signs out.
pub async fn sign_out(app: AppData, staff: Staff, body: Bytes) -> Answer {
    let app = app.0;
    staff.form(&app, &body)?;
    let (user, session) = (staff.user.id, staff.session.clone());
    app.db.write(app.clock.now(), move |tx| super::end_session(tx, user, &session)).await?;
    Ok(signed_out(&app))
}

/// Signs out on every device.
pub async fn sign_out_everywhere(app: AppData, staff: Staff, body: Bytes) -> Answer {
    let app = app.0;
    staff.form(&app, &body)?;
    let user = staff.user.id;
    app.db.write(app.clock.now(), move |tx| super::end_all_sessions(tx, user, user)).await?;
    Ok(signed_out(&app))
}

fn signed_out(app: &App) -> HttpResponse {
    let mut answer = see_other("/staff/sign-in");
    // The session is gone from the database; the cookie is only tidied away.
    let _tidied = answer.add_cookie(&auth::no_session_cookie(app));
    answer
}

#[derive(Template)]
#[template(path = "accounts/first_run.html")]
struct FirstRunPage {
    page: Page,
    form: Form,
    token: String,
    currencies: Vec<(String, String)>,
}

/// The page that makes the owner; there is none once there is a user.
pub async fn first_run_page(app: AppData, request: HttpRequest) -> Answer {
    if !app.0.db.read(super::is_first_run).await? {
        return Err(Problem::NotFound);
    }
    Ok(show_first_run(&app.0, &request, StatusCode::OK, Form::new()).await)
}

/// Makes the owner and signs them in.
pub async fn first_run(app: AppData, request: HttpRequest, body: Bytes) -> Answer {
    let app = app.0;
    if !app.db.read(super::is_first_run).await? {
        return Err(Problem::NotFound);
    }
    let mut form = Form::parse(&String::from_utf8_lossy(&body));
    let t = door_texts(&app, &request).await;
    if !is_door_form(&app, &form, "first-run") {
        return Err(Problem::ForeignForm);
    }
    let person = person_of(&mut form, t);
    let clinic = clinic_of(&mut form, t);
    let (Some((email, name)), Some(clinic), Some(password)) = (person, clinic, password_of(&mut form, t)) else {
        return Ok(show_first_run(&app, &request, StatusCode::UNPROCESSABLE_ENTITY, form).await);
    };
    let owner = NewUser { email, name, role: Role::Owner, provider: None, language: t.language() };
    let hash = password::hash(password, salt()).await?;
    let made = app.db.write(app.clock.now(), move |tx| {
        let id = super::make_owner(tx, &owner, &hash, &clinic)?;
        Ok(super::store::user(tx.conn, id)?)
    });
    match made.await {
        Ok(Some(user)) => let_in(&app, &request, &user, None, "/staff").await,
        Ok(None) | Err(Bad::Refused(FirstRunRefused::NotTheFirst)) => Ok(see_other("/staff/sign-in")),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

fn clinic_of(form: &mut Form, t: Texts) -> Option<NewClinic> {
    let name = form.required("clinic", t)?;
    if name.chars().count() > CLINIC_NAME_CHARACTERS_MAX || name.chars().any(char::is_control) {
        form.fail("clinic", t.text("accounts-clinic-wrong"));
        return None;
    }
    let Ok(currency) = form.value("currency").parse::<Currency>() else {
        form.fail("currency", t.text("accounts-currency-wrong"));
        return None;
    };
    Some(NewClinic { name, currency })
}

async fn show_first_run(app: &Arc<App>, request: &HttpRequest, status: StatusCode, form: Form) -> HttpResponse {
    let page = door_page(app, request, |t| t.text("accounts-first-run-title")).await;
    let currencies = Currency::ALL.iter().map(|known| (known.code().to_owned(), known.code().to_owned())).collect();
    let form = form.filled("password", "").filled("again", "");
    page::html(status, &FirstRunPage { page, form, token: door_token(app, "first-run"), currencies })
}

#[derive(Template)]
#[template(path = "accounts/link.html")]
struct LinkPage {
    page: Page,
    form: Form,
    token: String,
    name: String,
    email: String,
    is_invite: bool,
}

#[derive(Template)]
#[template(path = "accounts/link_void.html")]
struct LinkVoidPage {
    page: Page,
}

/// What a link opens: a form. Nothing happens before it is sent.
pub async fn link_page(app: AppData, request: HttpRequest, token: Path<String>) -> Answer {
    show_link(&app.0, &request, &token, StatusCode::OK, Form::new()).await
}

/// Sets the password, uses the link up, and signs in.
pub async fn link(app: AppData, request: HttpRequest, token: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let mut form = Form::parse(&String::from_utf8_lossy(&body));
    let t = door_texts(&app, &request).await;
    if !is_door_form(&app, &form, "link") {
        return Err(Problem::ForeignForm);
    }
    let Some(password) = password_of(&mut form, t) else {
        return show_link(&app, &request, &token, StatusCode::UNPROCESSABLE_ENTITY, form).await;
    };
    let Some(link) = SecretToken::parse(&token).map(|token| token.hash()) else {
        return show_link(&app, &request, &token, StatusCode::OK, form).await;
    };
    let hash = password::hash(password, salt()).await?;
    let used = app.db.write(app.clock.now(), move |tx| {
        let id = super::use_link(tx, &link, &hash)?;
        Ok(super::store::user(tx.conn, id)?)
    });
    match used.await {
        Ok(Some(user)) => let_in(&app, &request, &user, None, "/staff").await,
        Ok(None) | Err(Bad::Refused(LinkRefused::Void)) => {
            show_link(&app, &request, &token, StatusCode::OK, form).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

async fn show_link(app: &Arc<App>, request: &HttpRequest, token: &str, status: StatusCode, form: Form) -> Answer {
    let now = app.clock.now();
    let view = match SecretToken::parse(token).map(|token| token.hash()) {
        Some(link) => app.db.read(move |conn| super::look_at_link(conn, now, &link)).await?,
        None => None,
    };
    let Some(view) = view else {
        let page = door_page(app, request, |t| t.text("accounts-link-void-title")).await;
        return Ok(page::html(StatusCode::NOT_FOUND, &LinkVoidPage { page }));
    };
    let page = door_page(app, request, |t| t.text("accounts-link-title")).await;
    let form = form.filled("password", "").filled("again", "");
    let is_invite = view.purpose == LinkPurpose::Invite;
    let shown = LinkPage { page, form, token: door_token(app, "link"), name: view.name, email: view.email, is_invite };
    let mut answer = page::html(status, &shown);
    answer.headers_mut().insert(header::REFERRER_POLICY, header::HeaderValue::from_static("no-referrer"));
    Ok(answer)
}

#[derive(Template)]
#[template(path = "accounts/me.html")]
struct MePage {
    page: Page,
    form: Form,
    email: String,
    is_owner: bool,
    has_calendar: bool,
    languages: Vec<(String, String)>,
}

/// One's own account.
pub async fn me_page(staff: Staff, request: HttpRequest) -> Answer {
    let said = Form::parse(request.query_string());
    let page = staff.page(&request, Nav::None, staff.t.text("accounts-me-title"));
    let page = match said.value("done") {
        "password" => page.saying(Tone::Success, staff.t.text("accounts-password-changed")),
        "language" => page.saying(Tone::Success, staff.t.text("accounts-language-changed")),
        _ => page,
    };
    Ok(show_me(&staff, page, StatusCode::OK, Form::new()))
}

fn show_me(staff: &Staff, page: Page, status: StatusCode, form: Form) -> HttpResponse {
    let tag = staff.user.language.tag();
    let form = form.filled("old", "").filled("password", "").filled("again", "").filled("language", tag);
    let languages = Language::all().iter().map(|known| (known.tag().to_owned(), known.own_name().to_owned())).collect();
    let email = staff.user.email.clone();
    let has_calendar = staff.user.provider.is_some();
    page::html(status, &MePage { page, form, email, is_owner: staff.role.is_owner(), has_calendar, languages })
}

/// Sets one's own new password; the old one proves that it is not somebody at an open screen.
pub async fn change_password(app: AppData, staff: Staff, request: HttpRequest, body: Bytes) -> Answer {
    let app = app.0;
    let mut form = staff.form(&app, &body)?;
    let user = staff.user.id;
    let kept = app.db.read(move |conn| super::kept_password(conn, user)).await?;
    let fresh = password_of(&mut form, staff.t);
    if !password::verify(form.value("old").to_owned(), kept).await? {
        form.fail("old", staff.t.text("accounts-password-old-wrong"));
    }
    let Some(fresh) = fresh.filter(|_| !form.has_errors()) else {
        let page = staff.page(&request, Nav::None, staff.t.text("accounts-me-title"));
        return Ok(show_me(&staff, page, StatusCode::UNPROCESSABLE_ENTITY, form));
    };
    let hash = password::hash(fresh, salt()).await?;
    let session = staff.session.clone();
    app.db.write(app.clock.now(), move |tx| super::change_password(tx, user, &session, &hash)).await?;
    Ok(see_other("/staff/me?done=password"))
}

/// Sets the language of one's own pages.
pub async fn change_language(app: AppData, staff: Staff, body: Bytes) -> Answer {
    let app = app.0;
    let form = staff.form(&app, &body)?;
    let language = Language::parse(form.value("language")).ok_or(Problem::Nonsense)?;
    let user = staff.user.id;
    app.db.write(app.clock.now(), move |tx| super::change_language(tx, user, language)).await?;
    Ok(see_other("/staff/me?done=language"))
}

struct TeamLine {
    id: StaffUserId,
    name: String,
    email: String,
    role: String,
    provider: String,
    is_disabled: bool,
    has_password: bool,
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
    let everybody = app.db.read(super::team).await?;
    let provider_name = |id: Option<ProviderId>| {
        id.and_then(|id| owner.catalog.provider(id)).map(|provider| provider.name.clone()).unwrap_or_default()
    };
    let line = |user: StaffUser| TeamLine {
        id: user.id,
        role: auth::role_name(owner.t, user.role),
        provider: provider_name(user.provider),
        is_disabled: user.disabled_at.is_some(),
        has_password: user.has_password,
        is_self: user.id == owner.user.id,
        name: user.name,
        email: user.email,
    };
    let nobody = (String::new(), owner.t.text("accounts-team-no-provider"));
    let providers = owner.catalog.providers.iter().map(|known| (known.id.to_string(), known.name.clone()));
    let roles = Role::ALL.iter().rev().map(|role| (role.word().to_owned(), auth::role_name(owner.t, *role)));
    let (link_for, link) = link.unwrap_or_default();
    let shown = TeamPage {
        page,
        form,
        lines: everybody.into_iter().map(line).collect(),
        roles: roles.collect(),
        providers: std::iter::once(nobody).chain(providers).collect(),
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

/// Adds somebody and shows the link that lets them in.
pub async fn add_to_team(app: AppData, owner: Owner, request: HttpRequest, body: Bytes) -> Answer {
    let app = app.0;
    let mut form = owner.form(&app, &body)?;
    let title = owner.t.text("accounts-team-title");
    let page = owner.page(&request, Nav::Team, title);
    let Some(new) = new_user_of(&mut form, owner.t) else {
        return show_team(&app, &owner, page, StatusCode::UNPROCESSABLE_ENTITY, form, None).await;
    };
    let (by, token, name) = (owner.user.id, SecretToken::fresh(), new.name.to_string());
    let link = token.hash();
    let added = app.db.write(app.clock.now(), move |tx| {
        let user = super::add(tx, Some(by), &new)?;
        super::make_link(tx, Some(by), user, LinkPurpose::Invite, &link).map_err(never)
    });
    match added.await {
        Ok(()) => {
            let address = app.link(&super::commands::path_of(&token));
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
    let ((email, name), role) = (person?, role?);
    Some(NewUser { email, name, role, provider, language: t.language() })
}

fn team_refusal(t: Texts, refused: TeamRefused) -> (&'static str, String) {
    match refused {
        TeamRefused::EmailTaken => ("email", t.text("accounts-email-taken")),
        TeamRefused::ProviderNeeded => ("provider", t.text("accounts-provider-needed")),
        TeamRefused::NoSuchProvider => ("provider", t.text("accounts-provider-wrong")),
        TeamRefused::NoSuchUser => ("email", t.text("accounts-user-unknown")),
        TeamRefused::LastOwner => ("role", t.text("accounts-team-last-owner")),
    }
}

/// Lets somebody sign in no more.
pub async fn disable(app: AppData, owner: Owner, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    owner.form(&app, &body)?;
    let (by, user) = (owner.user.id, user_of(&id)?);
    let disabled = app.db.write(app.clock.now(), move |tx| super::disable(tx, by, user)).await;
    changed_team(disabled, "/owner/team?done=disabled")
}

/// Lets somebody sign in again.
pub async fn enable(app: AppData, owner: Owner, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    owner.form(&app, &body)?;
    let (by, user) = (owner.user.id, user_of(&id)?);
    let enabled = app.db.write(app.clock.now(), move |tx| super::enable(tx, by, user)).await;
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
    let (by, user, token) = (owner.user.id, user_of(&id)?, SecretToken::fresh());
    let link = token.hash();
    let made = app.db.write(app.clock.now(), move |tx| {
        let found = super::store::user(tx.conn, user)?.filter(|found| found.disabled_at.is_none());
        let found = found.ok_or(Bad::Refused(TeamRefused::NoSuchUser))?;
        let purpose = if found.has_password { LinkPurpose::Reset } else { LinkPurpose::Invite };
        super::make_link(tx, Some(by), user, purpose, &link).map_err(never)?;
        Ok(found.name)
    });
    match made.await {
        Ok(name) => {
            let address = app.link(&super::commands::path_of(&token));
            let page = owner.page(&request, Nav::Team, owner.t.text("accounts-team-title"));
            show_team(&app, &owner, page, StatusCode::OK, Form::new(), Some((name, address))).await
        }
        Err(Bad::Refused(_)) => Err(Problem::NotFound),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

fn user_of(text: &str) -> Result<StaffUserId, Problem> {
    text.parse().map_err(|_wrong| Problem::NotFound)
}

fn never(bad: Bad<Never>) -> Bad<TeamRefused> {
    Bad::Fault(bad.into_fault())
}

/// Mail address and name of a form, each with what is wrong with it.
fn person_of(form: &mut Form, t: Texts) -> Option<(EmailAddress, PersonName)> {
    let email = EmailAddress::parse(form.value("email"));
    if let Err(wrong) = &email {
        let sentence = match wrong {
            WrongContact::Missing => t.text("field-required"),
            _ => t.text("accounts-email-wrong"),
        };
        form.fail("email", sentence);
    }
    let name = PersonName::parse(form.value("name"));
    if let Err(wrong) = &name {
        let sentence = match wrong {
            WrongContact::Missing => t.text("field-required"),
            _ => t.text("accounts-name-wrong"),
        };
        form.fail("name", sentence);
    }
    Some((email.ok()?, name.ok()?))
}

/// The password typed twice, or what is wrong with it.
fn password_of(form: &mut Form, t: Texts) -> Option<Password> {
    let parsed = Password::parse(form.value("password"), form.value("again"));
    let (field, sentence) = match parsed {
        Ok(password) => return Some(password),
        Err(PasswordProblem::TooShort) => {
            ("password", t.with("accounts-password-too-short", &[("characters", &CHARACTERS_MIN)]))
        }
        Err(PasswordProblem::TooLong) => {
            ("password", t.with("accounts-password-too-long", &[("characters", &CHARACTERS_MAX)]))
        }
        Err(PasswordProblem::TooCommon) => ("password", t.text("accounts-password-too-common")),
        Err(PasswordProblem::Differs) => ("again", t.text("accounts-password-differs")),
    };
    form.fail(field, sentence);
    None
}

/// A page of somebody who is not signed in.
async fn door_page(app: &Arc<App>, request: &HttpRequest, title: fn(Texts) -> String) -> Page {
    let brand = edge::brand(app).await;
    let t = page::texts_for(request, None, brand.language);
    Page::public(t, brand, request, title(t))
}

async fn door_texts(app: &Arc<App>, request: &HttpRequest) -> Texts {
    page::texts_for(request, None, edge::brand(app).await.language)
}

fn door_token(app: &App, subject: &str) -> String {
    app.keys.form_token(subject, app.clock.now())
}

fn is_door_form(app: &App, form: &Form, subject: &str) -> bool {
    app.keys.is_form_token(form.value("csrf"), subject, app.clock.now(), Duration::hours(DOOR_FORM_HOURS))
}

/// An IPv6 household has a whole network; its failures count together.
fn subject_of_address(address: std::net::IpAddr) -> String {
    match address {
        std::net::IpAddr::V4(address) => address.to_string(),
        std::net::IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

fn salt() -> [u8; 16] {
    let mut bytes = [0; 16];
    chance::fill(&mut bytes);
    bytes
}
