//! The first run: the page that makes the owner.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::sign_in::let_in;
use super::{Answer, door_page, door_texts, door_token, is_door_form, password_of, person_of, salt};
use crate::accounts::{self, FirstRunRefused, NewClinic, NewUser, Role, password};
use crate::app::App;
use crate::db::Bad;
use crate::domain::money::Currency;
use crate::i18n::Texts;
use crate::web::auth::see_other;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Page};
use crate::web::problem::Problem;

const CLINIC_NAME_CHARACTERS_MAX: usize = 80;

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
    if !app.0.db.read(accounts::is_first_run).await? {
        return Err(Problem::NotFound);
    }
    Ok(show_first_run(&app.0, &request, StatusCode::OK, Form::new()).await)
}

/// Makes the owner and signs them in.
pub async fn first_run(app: AppData, request: HttpRequest, body: Bytes) -> Answer {
    let app = app.0;
    if !app.db.read(accounts::is_first_run).await? {
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
        let id = accounts::make_owner(tx, &owner, &hash, &clinic)?;
        Ok(accounts::member(tx.conn, id)?)
    });
    match made.await {
        Ok(Some(user)) => let_in(&app, &request, &user, None, "/staff/setup").await,
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
