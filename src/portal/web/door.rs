//! The door: asking for a link, using it, leaving.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::Duration;

use super::visitor::{self, PortalVisitor};
use super::{Answer, private};
use crate::accounts::token::{SecretToken, TokenHash};
use crate::app::App;
use crate::db::Bad;
use crate::domain::recognise::EmailAddress;
use crate::i18n::Texts;
use crate::keys::Purpose;
use crate::portal::{self, LINK_LIFE_MINUTES};
use crate::web::auth::see_other;
use crate::web::edge::{self, AppData};
use crate::web::form::Form;
use crate::web::page::{self, Page, Tone};
use crate::web::problem::Problem;

/// Pages before signing in carry a token for as long.
const DOOR_FORM_HOURS: i64 = 12;
const SIGN_IN: &str = "client sign-in";
const LINK: &str = "client link";

#[derive(Template)]
#[template(path = "portal/sign_in.html")]
struct SignInPage {
    page: Page,
    form: Form,
    token: String,
    /// Whether a link was asked for just now.
    is_sent: bool,
    minutes: i64,
}

#[derive(Template)]
#[template(path = "portal/link.html")]
struct LinkPage {
    page: Page,
    token: String,
    is_open: bool,
}

async fn door_page(app: &Arc<App>, request: &HttpRequest, title: impl Fn(Texts) -> String) -> Page {
    let brand = edge::brand(app).await;
    let t = page::texts_for(request, None, brand.language);
    Page::public(t, brand, request, title(t))
}

fn door_token(app: &App, purpose: &str) -> String {
    app.keys.form_token(purpose, app.clock.now())
}

fn is_door_form(app: &App, form: &Form, purpose: &str) -> bool {
    let lifetime = Duration::hours(DOOR_FORM_HOURS);
    app.keys.is_form_token(form.value("csrf"), purpose, app.clock.now(), lifetime)
}

/// The page that asks for a mail address.
pub(super) async fn sign_in_page(app: &Arc<App>, request: &HttpRequest) -> HttpResponse {
    let query = Form::parse(request.query_string());
    let (status, is_sent) = (StatusCode::OK, query.has("sent"));
    let mut response = show_sign_in(app, request, status, Form::new(), is_sent).await;
    if query.has("ended") && !is_sent {
        let page = door_page(app, request, |t| t.text("portal-sign-in-title")).await;
        let sentence = page.text("portal-ended");
        let page = page.saying(Tone::Info, sentence);
        response = page::html(status, &sign_in_view(app, page, Form::new(), false));
    }
    private(response)
}

fn sign_in_view(app: &App, page: Page, form: Form, is_sent: bool) -> SignInPage {
    SignInPage { page, form, token: door_token(app, SIGN_IN), is_sent, minutes: LINK_LIFE_MINUTES }
}

async fn show_sign_in(
    app: &Arc<App>,
    request: &HttpRequest,
    status: StatusCode,
    form: Form,
    is_sent: bool,
) -> HttpResponse {
    let page =
        door_page(app, request, |t| if is_sent { t.text("portal-sent-title") } else { t.text("portal-sign-in-title") });
    page::html(status, &sign_in_view(app, page.await, form, is_sent))
}

/// Mails a link. Known and unknown addresses get the same answer for the same work.
pub async fn ask_for_link(app: AppData, request: HttpRequest, body: Bytes) -> Answer {
    let app = app.0;
    let mut form = Form::parse(&String::from_utf8_lossy(&body));
    let brand = edge::brand(&app).await;
    let t = page::texts_for(&request, None, brand.language);
    if !is_door_form(&app, &form, SIGN_IN) {
        form.fail("email", t.text("portal-form-old"));
        return Ok(private(show_sign_in(&app, &request, StatusCode::FORBIDDEN, form, false).await));
    }
    let Ok(email) = EmailAddress::parse(form.value("email")) else {
        form.fail("email", t.text("portal-email-wrong"));
        return Ok(private(show_sign_in(&app, &request, StatusCode::UNPROCESSABLE_ENTITY, form, false).await));
    };
    let (shared, language) = (Arc::clone(&app), t.language());
    let asked = app.db.write(app.clock.now(), move |tx| {
        let hash_of = |link| TokenHash::of(&shared.keys.capability(Purpose::Portal, link, 0));
        portal::ask_for_link(tx, &email, language, hash_of)
    });
    asked.await?;
    app.bell.notify_one();
    let place = match Form::parse(request.query_string()).given("lang") {
        Some(lang) => page::with_query("/portal?sent=1", "lang", lang),
        None => "/portal?sent=1".to_owned(),
    };
    Ok(see_other(&place))
}

/// What a link would do. Mail scanners follow links, so looking changes nothing.
pub async fn link_page(app: AppData, request: HttpRequest, path: Path<String>) -> Answer {
    let app = app.0;
    let (token, now) = (TokenHash::of(&path), app.clock.now());
    let is_open = app.db.read(move |conn| portal::is_open(conn, now, &token)).await?;
    let status = if is_open { StatusCode::OK } else { StatusCode::NOT_FOUND };
    Ok(show_link(&app, &request, status, is_open).await)
}

async fn show_link(app: &Arc<App>, request: &HttpRequest, status: StatusCode, is_open: bool) -> HttpResponse {
    let page =
        door_page(
            app,
            request,
            |t| {
                if is_open { t.text("portal-link-title") } else { t.text("portal-link-void-title") }
            },
        );
    let shown = LinkPage { page: page.await, token: door_token(app, LINK), is_open };
    private(page::html(status, &shown))
}

/// Uses a link: it is void from now on, and the browser has a session of its mailbox.
pub async fn use_link(app: AppData, request: HttpRequest, path: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let form = Form::parse(&String::from_utf8_lossy(&body));
    if !is_door_form(&app, &form, LINK) {
        return Err(Problem::ForeignForm);
    }
    let fresh = SecretToken::fresh();
    let (link, session, old) = (TokenHash::of(&path), fresh.hash(), visitor::session_of(&app, &request));
    let opened = app.db.write(app.clock.now(), move |tx| portal::open_by_link(tx, &link, &session, old.as_ref()));
    match opened.await {
        Ok(()) => {}
        Err(Bad::Refused(_void)) => return Ok(show_link(&app, &request, StatusCode::NOT_FOUND, false).await),
        Err(Bad::Fault(fault)) => return Err(fault.into()),
    }
    let mut answer = see_other("/portal");
    // A cookie that cannot be written would be a fault of ours in its name or value, both of which are plain.
    if answer.add_cookie(&visitor::session_cookie(&app, &fresh)).is_err() {
        return Err(Problem::Nonsense);
    }
    Ok(answer)
}

/// Signs out.
pub async fn sign_out(app: AppData, visitor: PortalVisitor, body: Bytes) -> Answer {
    let app = app.0;
    visitor.form(&app, &body)?;
    let token = visitor.session.token;
    app.db.write(app.clock.now(), move |tx| portal::end_session(tx, &token)).await?;
    Ok(signed_out(&app))
}

/// Signs the mailbox out on every device.
pub async fn sign_out_everywhere(app: AppData, visitor: PortalVisitor, body: Bytes) -> Answer {
    let app = app.0;
    visitor.form(&app, &body)?;
    let key = visitor.session.email_key;
    app.db.write(app.clock.now(), move |tx| portal::end_all_sessions(tx, &key)).await?;
    Ok(signed_out(&app))
}

fn signed_out(app: &App) -> HttpResponse {
    let mut answer = see_other("/portal");
    // The session is gone from the database; the cookie is only tidied away.
    let _tidied = answer.add_cookie(&visitor::no_session_cookie(app));
    answer
}
