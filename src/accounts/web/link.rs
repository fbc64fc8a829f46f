//! Links that let somebody set a password.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Bytes, Path};
use askama::Template;

use super::sign_in::let_in;
use super::{Answer, door_page, door_texts, door_token, is_door_form, password_of, salt};
use crate::accounts::token::SecretToken;
use crate::accounts::{self, LinkPurpose, LinkRefused, password};
use crate::app::App;
use crate::db::Bad;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Page};
use crate::web::problem::Problem;

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
        let id = accounts::use_link(tx, &link, &hash)?;
        Ok(accounts::member(tx.conn, id)?)
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
        Some(link) => app.db.read(move |conn| accounts::look_at_link(conn, now, &link)).await?,
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
