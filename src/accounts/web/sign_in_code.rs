//! The second step of signing in: the code.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::second_factor::unsealed;
use super::sign_in::show_sign_in;
use super::{Answer, counted_address, door_of, door_page, door_texts, door_token, failure_limits, is_door_form};
use crate::accounts::token::{SecretToken, TokenHash};
use crate::accounts::{self, ChallengeOutcome, StaffUser, Tries, TypedCode, WantedSession};
use crate::app::App;
use crate::web::auth::{self, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Page};
use crate::web::problem::Problem;

#[derive(Template)]
#[template(path = "accounts/sign_in_code.html")]
struct CodePage {
    page: Page,
    form: Form,
    token: String,
}

/// Asks for the code, when a sign-in waits for one in this browser.
pub async fn code_page(app: AppData, request: HttpRequest) -> Answer {
    let app = app.0;
    if waiting(&app, &request).await?.is_none() {
        return Ok(show_sign_in(&app, &request, StatusCode::OK, Form::new(), String::new()).await);
    }
    let asked = Form::parse(request.query_string());
    let form = Form::new().filled("next", asked.value("next"));
    Ok(show(&app, &request, StatusCode::OK, form).await)
}

/// Who waits, and the sign-in's hash.
async fn waiting(app: &Arc<App>, request: &HttpRequest) -> Result<Option<(StaffUser, TokenHash)>, Problem> {
    let Some(challenge) = auth::challenge_of(app, request) else { return Ok(None) };
    let (now, asked) = (app.clock.now(), challenge.clone());
    let user = app.db.read(move |conn| accounts::who_waits(conn, now, &asked)).await?;
    Ok(user.map(|user| (user, challenge)))
}

/// Takes the code and signs in.
pub async fn send_code(app: AppData, request: HttpRequest, body: Bytes) -> Answer {
    let app = app.0;
    let mut form = Form::parse(&String::from_utf8_lossy(&body));
    if !is_door_form(&app, &form, "code") {
        return Err(Problem::ForeignForm);
    }
    let t = door_texts(&app, &request).await;
    let Some((user, challenge)) = waiting(&app, &request).await? else {
        return Ok(over(&app));
    };
    let token = SecretToken::fresh();
    let wanted = WantedSession {
        session: token.hash(),
        limits: auth::session_limits(&app),
        instead_of: auth::session_of(&app, &request),
        door: door_of(&app, &request),
    };
    let tries = Tries::new(&user.email, &counted_address(&app, &request), failure_limits(&app));
    let code = TypedCode::parse(form.value("code"));
    let shared = Arc::clone(&app);
    let answered = app.db.write(app.clock.now(), move |tx| {
        let unseal = |sealed: &str| unsealed(&shared, sealed);
        accounts::answer_challenge(tx, &challenge, &code, (&wanted, &tries), &unseal)
    });
    match answered.await? {
        ChallengeOutcome::In => {
            let mut answer = see_other(auth::safe_next(form.value("next")).unwrap_or("/staff"));
            let set = answer.add_cookie(&auth::session_cookie(&app, &token));
            let tidied = answer.add_cookie(&auth::no_challenge_cookie(&app));
            if set.is_err() || tidied.is_err() { Err(Problem::Nonsense) } else { Ok(answer) }
        }
        ChallengeOutcome::Over => Ok(over(&app)),
        ChallengeOutcome::Wrong => {
            form.fail("code", t.text("team-code-wrong"));
            Ok(show(&app, &request, StatusCode::UNPROCESSABLE_ENTITY, form).await)
        }
        ChallengeOutcome::TooMany { wait_minutes } => {
            form.fail("code", t.with("accounts-too-many", &[("minutes", &wait_minutes)]));
            Ok(show(&app, &request, StatusCode::TOO_MANY_REQUESTS, form).await)
        }
    }
}

/// The sign-in begins anew with the password.
fn over(app: &App) -> HttpResponse {
    let mut answer = see_other("/staff/sign-in?code=over");
    let _tidied = answer.add_cookie(&auth::no_challenge_cookie(app));
    answer
}

async fn show(app: &Arc<App>, request: &HttpRequest, status: StatusCode, form: Form) -> HttpResponse {
    let page = door_page(app, request, |t| t.text("team-code-title")).await;
    let form = form.filled("code", "");
    page::html(status, &CodePage { page, form, token: door_token(app, "code") })
}
