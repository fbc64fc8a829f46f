//! One's own account: password and language.

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::{Answer, password_of, salt};
use crate::accounts::{self, password};
use crate::domain::language::Language;
use crate::web::auth::{Staff, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

#[derive(Template)]
#[template(path = "accounts/me.html")]
struct MePage {
    page: Page,
    form: Form,
    email: String,
    is_owner: bool,
    has_calendar: bool,
    has_factor: bool,
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
    let (has_calendar, has_factor) = (staff.user.provider.is_some(), staff.user.has_second_factor);
    page::html(
        status,
        &MePage { page, form, email, is_owner: staff.role.is_owner(), has_calendar, has_factor, languages },
    )
}

/// Sets one's own new password; the old one proves that it is not somebody at an open screen.
pub async fn change_password(app: AppData, staff: Staff, request: HttpRequest, body: Bytes) -> Answer {
    let app = app.0;
    let mut form = staff.form(&app, &body)?;
    let user = staff.user.id;
    let kept = app.db.read(move |conn| accounts::kept_password(conn, user)).await?;
    let fresh = password_of(&mut form, staff.t);
    if !password::verify(form.value("old").to_owned(), kept).await? {
        form.fail("old", staff.t.text("accounts-password-old-wrong"));
    }
    let Some(fresh) = fresh.filter(|_| !form.has_errors()) else {
        let page = staff.page(&request, Nav::None, staff.t.text("accounts-me-title"));
        return Ok(show_me(&staff, page, StatusCode::UNPROCESSABLE_ENTITY, form));
    };
    let hash = password::hash(fresh, salt()).await?;
    let (session, by) = (staff.session.clone(), staff.by());
    app.db.write(app.clock.now(), move |tx| accounts::change_password(tx, (user, by), &session, &hash)).await?;
    Ok(see_other("/staff/me?done=password"))
}

/// Sets the language of one's own pages.
pub async fn change_language(app: AppData, staff: Staff, body: Bytes) -> Answer {
    let app = app.0;
    let form = staff.form(&app, &body)?;
    let language = Language::parse(form.value("language")).ok_or(Problem::Nonsense)?;
    let user = staff.user.id;
    app.db.write(app.clock.now(), move |tx| accounts::change_language(tx, user, language)).await?;
    Ok(see_other("/staff/me?done=language"))
}
