//! The page of programs: which there are, a token for another one, and taking one back.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::token::{self, NAME_CHARACTERS_MAX, PROGRAMS_MAX, ProgramRefused, Scope, TOKEN_PREFIX};
use crate::accounts::token::SecretToken;
use crate::db::Bad;
use crate::domain::ids::ApiTokenId;
use crate::i18n::Texts;
use crate::web::auth::{Owner, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

type Answer = Result<HttpResponse, Problem>;

struct Line {
    id: ApiTokenId,
    name: String,
    scope: String,
    made: String,
    used: String,
}

#[derive(Template)]
#[template(path = "programs/programs.html")]
struct ProgramsPage {
    page: Page,
    form: Form,
    lines: Vec<Line>,
    scopes: Vec<(String, String)>,
    token: String,
    token_of: String,
    name_max: usize,
}

/// Everything that may act for the clinic.
pub async fn programs_page(app: AppData, owner: Owner, request: HttpRequest) -> Answer {
    let said = Form::parse(request.query_string());
    let page = owner.page(&request, Nav::Team, owner.t.text("programs-title"));
    let page = match said.value("done") {
        "revoked" => page.saying(Tone::Success, owner.t.text("programs-revoked")),
        _ => page,
    };
    let form = Form::new().filled("scope", Scope::Staff.word().to_owned());
    show(&app, &owner, page, (StatusCode::OK, form), None).await
}

async fn show(
    app: &AppData,
    owner: &Owner,
    page: Page,
    (status, form): (StatusCode, Form),
    token: Option<(String, String)>,
) -> Answer {
    let t = owner.t;
    let zone = owner.catalog.locations.first().map_or(chrono_tz::UTC, |place| place.zone);
    let line = |program: super::Program| Line {
        id: program.id,
        scope: scope_name(t, program.scope),
        made: t
            .with("programs-made", &[("when", &t.moment(program.created_at, zone)), ("name", &program.made_by_name)]),
        used: program.last_used_at.map_or_else(|| t.text("programs-never-used"), |at| t.moment(at, zone)),
        name: program.name,
    };
    let programs = app.db.read(super::programs).await?;
    let (token_of, token) = token.unwrap_or_default();
    let shown = ProgramsPage {
        page,
        form,
        lines: programs.into_iter().map(line).collect(),
        scopes: Scope::ALL.iter().map(|scope| (scope.word().to_owned(), scope_name(t, *scope))).collect(),
        token,
        token_of,
        name_max: NAME_CHARACTERS_MAX,
    };
    Ok(page::html(status, &shown))
}

fn scope_name(t: Texts, scope: Scope) -> String {
    match scope {
        Scope::Staff => t.text("programs-scope-staff"),
        Scope::Owner => t.text("programs-scope-owner"),
    }
}

/// Draws a token and shows it, this once. The answer is no redirect: the token must not stand in an address.
pub async fn add_program(app: AppData, owner: Owner, request: HttpRequest, body: Bytes) -> Answer {
    let t = owner.t;
    let mut form = owner.form(&app, &body)?;
    let name = form.value("name").trim().to_owned();
    if name.is_empty() {
        form.fail("name", t.text("programs-name-needed"));
    } else if NAME_CHARACTERS_MAX < name.chars().count() || name.chars().any(char::is_control) {
        form.fail("name", t.with("programs-name-wrong", &[("max", &NAME_CHARACTERS_MAX)]));
    }
    let scope = Scope::parse(form.value("scope"));
    if scope.is_none() {
        form.fail("scope", t.text("programs-scope-needed"));
    }
    let page = owner.page(&request, Nav::Team, t.text("programs-title"));
    let Some(scope) = scope.filter(|_| !form.has_errors()) else {
        return show(&app, &owner, page, (StatusCode::UNPROCESSABLE_ENTITY, form), None).await;
    };
    let (token, by, called) = (SecretToken::fresh(), owner.user.id, name.clone());
    let drawn = token.clone();
    let made = app.db.write(app.clock.now(), move |tx| token::make(tx, by, &called, scope, &drawn));
    match made.await {
        Ok(_) => {
            let shown = format!("{TOKEN_PREFIX}{}", token.reveal());
            let blank = Form::new().filled("scope", Scope::Staff.word().to_owned());
            show(&app, &owner, page, (StatusCode::OK, blank), Some((name, shown))).await
        }
        Err(Bad::Refused(ProgramRefused::TooMany | ProgramRefused::Unknown)) => {
            form.fail("name", t.with("programs-too-many", &[("max", &PROGRAMS_MAX)]));
            show(&app, &owner, page, (StatusCode::UNPROCESSABLE_ENTITY, form), None).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// Takes a token back.
pub async fn revoke_program(app: AppData, owner: Owner, id: Path<String>, body: Bytes) -> Answer {
    owner.form(&app, &body)?;
    let program: ApiTokenId = id.parse().map_err(|_not_an_id| Problem::NotFound)?;
    match app.db.write(app.clock.now(), move |tx| token::revoke(tx, program)).await {
        Ok(()) => Ok(see_other("/owner/programs?done=revoked")),
        Err(Bad::Refused(_gone)) => Err(Problem::NotFound),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}
