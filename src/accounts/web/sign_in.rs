//! Signing in with a password, and signing out.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::{Answer, counted_address, door_of, door_page, door_texts, door_token, failure_limits, is_door_form};
use crate::accounts::token::SecretToken;
use crate::accounts::{self, Attempt, AttemptRefused, StaffUser, password};
use crate::app::App;
use crate::db::Bad;
use crate::domain::recognise::EmailAddress;
use crate::web::auth::{self, Staff, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Page};
use crate::web::problem::Problem;

#[derive(Template)]
#[template(path = "accounts/sign_in.html")]
struct SignInPage {
    page: Page,
    form: Form,
    token: String,
    wrong: String,
    /// The sign-in that waited for a code ran out.
    is_code_over: bool,
}

/// The sign-in page; before there is anybody, the page that makes the owner.
pub async fn sign_in_page(app: AppData, request: HttpRequest) -> Answer {
    if auth::staff_if_any(&app.0, &request).await?.is_some() {
        return Ok(see_other("/staff"));
    }
    if app.0.db.read(accounts::is_first_run).await? {
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
    let (address, limits) = (counted_address(&app, &request), failure_limits(&app));
    let begun = app.db.write(app.clock.now(), move |tx| accounts::begin_attempt(tx, &email, &address, limits)).await;
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
            let door = door_of(&app, &request);
            app.db.write(app.clock.now(), move |tx| accounts::fail_attempt(tx, &attempt, &door)).await?;
            let wrong = t.text("accounts-sign-in-wrong");
            Ok(show_sign_in(&app, &request, StatusCode::UNPROCESSABLE_ENTITY, form, wrong).await)
        }
    }
}

/// Opens a fresh session and goes where the person wanted to go; whoever has a second factor is asked for a code first,
/// however they proved to be themselves until here.
pub(super) async fn let_in(
    app: &Arc<App>,
    request: &HttpRequest,
    user: &StaffUser,
    attempt: Option<Arc<Attempt>>,
    next: &str,
) -> Answer {
    if user.has_second_factor {
        return ask_for_code(app, user, attempt, next).await;
    }
    let token = SecretToken::fresh();
    let (id, session, limits) = (user.id, token.hash(), auth::session_limits(app));
    let (old, door) = (auth::session_of(app, request), door_of(app, request));
    let opened = app.db.write(app.clock.now(), move |tx| {
        accounts::open_session(tx, id, &session, limits, attempt.as_deref(), (old.as_ref(), &door))
    });
    opened.await?;
    let mut answer = see_other(auth::safe_next(next).unwrap_or("/staff"));
    // A cookie that cannot be written would be a fault of ours in its name or value, both of which are plain.
    if answer.add_cookie(&auth::session_cookie(app, &token)).is_err() {
        return Err(Problem::Nonsense);
    }
    Ok(answer)
}

/// The password was right; the code is still to come.
async fn ask_for_code(app: &Arc<App>, user: &StaffUser, attempt: Option<Arc<Attempt>>, next: &str) -> Answer {
    let token = SecretToken::fresh();
    let (id, challenge) = (user.id, token.hash());
    let begun =
        app.db.write(app.clock.now(), move |tx| accounts::begin_challenge(tx, id, &challenge, attempt.as_deref()));
    begun.await?;
    let place = match auth::safe_next(next) {
        Some(next) => page::with_query("/staff/sign-in/code", "next", next),
        None => "/staff/sign-in/code".to_owned(),
    };
    let mut answer = see_other(&place);
    if answer.add_cookie(&auth::challenge_cookie(app, &token)).is_err() {
        return Err(Problem::Nonsense);
    }
    Ok(answer)
}

pub(super) async fn show_sign_in(
    app: &Arc<App>,
    request: &HttpRequest,
    status: StatusCode,
    form: Form,
    wrong: String,
) -> HttpResponse {
    let page = door_page(app, request, |t| t.text("accounts-sign-in-title")).await;
    let token = door_token(app, "sign-in");
    // The page of the code shows this one when nothing waits for a code any more.
    let is_code_over = request.path().ends_with("/code") || Form::parse(request.query_string()).is("code", "over");
    // A password never travels back into a page.
    page::html(status, &SignInPage { page, form: form.filled("password", ""), token, wrong, is_code_over })
}

/// Signs out.
pub async fn sign_out(app: AppData, staff: Staff, body: Bytes) -> Answer {
    let app = app.0;
    staff.form(&app, &body)?;
    let (user, session, by) = (staff.user.id, staff.session.clone(), staff.by());
    app.db.write(app.clock.now(), move |tx| accounts::end_session(tx, by, user, &session)).await?;
    Ok(signed_out(&app))
}

/// Signs out on every device.
pub async fn sign_out_everywhere(app: AppData, staff: Staff, body: Bytes) -> Answer {
    let app = app.0;
    staff.form(&app, &body)?;
    let (user, by) = (staff.user.id, staff.by());
    app.db.write(app.clock.now(), move |tx| accounts::end_all_sessions(tx, by, user)).await?;
    Ok(signed_out(&app))
}

fn signed_out(app: &App) -> HttpResponse {
    let mut answer = see_other("/staff/sign-in");
    // The session is gone from the database; the cookie is only tidied away.
    let _tidied = answer.add_cookie(&auth::no_session_cookie(app));
    answer
}
