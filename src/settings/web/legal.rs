//! The pages of the texts of law.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::{Answer, Rendered, contested, saved, seen_version, telling};
use crate::app::App;
use crate::catalog::LegalKind;
use crate::db::Bad;
use crate::domain::language::Language;
use crate::i18n::Texts;
use crate::settings::{self, BODY_CHARACTERS_MAX, LegalRefused, LegalText};
use crate::web::auth::Manager;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page};
use crate::web::problem::Problem;

/// One text in the list.
struct LegalLine {
    kind: String,
    texts: Vec<(String, String, bool)>,
}

#[derive(Template)]
#[template(path = "settings/legal.html")]
struct LegalPage {
    page: Page,
    lines: Vec<LegalLine>,
}

#[derive(Template)]
#[template(path = "settings/legal_text.html")]
struct LegalTextPage {
    page: Page,
    form: Form,
    action: String,
    language: String,
    max: usize,
    preview: Option<Rendered>,
}

/// What a text of law is called.
pub(super) fn kind_text(t: Texts, kind: LegalKind) -> String {
    match kind {
        LegalKind::Imprint => t.text("settings-legal-imprint"),
        LegalKind::Privacy => t.text("settings-legal-privacy"),
        LegalKind::Terms => t.text("settings-legal-terms"),
    }
}

/// Every text, and whether there is one.
pub async fn legal_page(app: AppData, who: Manager, request: HttpRequest) -> Answer {
    let t = who.t;
    let known = app.0.db.read(settings::legal_texts).await?;
    let line = |kind: LegalKind| {
        let text = |language: Language| {
            let is_there =
                known.iter().any(|text| text.kind == kind && text.language == language && !text.body.is_empty());
            let href = format!("/staff/settings/legal/{}/{}", kind.word(), language.tag());
            (href, language.own_name().to_owned(), is_there)
        };
        LegalLine { kind: kind_text(t, kind), texts: Language::all().into_iter().map(text).collect() }
    };
    let page = who.page(&request, Nav::Settings, t.text("settings-legal"));
    let page = telling(page, request.query_string());
    Ok(page::html(StatusCode::OK, &LegalPage { page, lines: LegalKind::ALL.into_iter().map(line).collect() }))
}

fn asked(path: &(String, String)) -> Result<(LegalKind, Language), Problem> {
    let kind = LegalKind::parse(&path.0).ok_or(Problem::NotFound)?;
    Ok((kind, Language::parse(&path.1).ok_or(Problem::NotFound)?))
}

async fn present(app: &App, kind: LegalKind, language: Language) -> Result<LegalText, Problem> {
    let known = app.db.read(settings::legal_texts).await?;
    let found = known.into_iter().find(|text| text.kind == kind && text.language == language);
    Ok(found.unwrap_or(LegalText { kind, language, body: String::new(), version: 0 }))
}

/// One text, to be edited.
pub async fn legal_text_page(app: AppData, who: Manager, request: HttpRequest, path: Path<(String, String)>) -> Answer {
    let (kind, language) = asked(&path)?;
    let text = present(&app.0, kind, language).await?;
    let page = who.page(&request, Nav::Settings, kind_text(who.t, kind));
    let form = Form::new().filled("version", text.version.to_string()).filled("body", text.body);
    Ok(show(StatusCode::OK, page, form, (kind, language)))
}

fn show(status: StatusCode, page: Page, form: Form, (kind, language): (LegalKind, Language)) -> HttpResponse {
    let body = form.value("body");
    let preview = (!body.is_empty()).then(|| Rendered(settings::rendered(body)));
    let action = format!("/staff/settings/legal/{}/{}", kind.word(), language.tag());
    let language = language.own_name().to_owned();
    page::html(status, &LegalTextPage { page, preview, form, action, language, max: BODY_CHARACTERS_MAX })
}

/// Saves a text, or shows how it would look.
pub async fn save_legal(
    app: AppData,
    who: Manager,
    request: HttpRequest,
    path: Path<(String, String)>,
    body: Bytes,
) -> Answer {
    let mut form = who.form(&app.0, &body)?;
    let (kind, language) = asked(&path)?;
    let t = who.t;
    let page = who.page(&request, Nav::Settings, kind_text(t, kind));
    if form.is("do", "preview") {
        return Ok(show(StatusCode::OK, page, form, (kind, language)));
    }
    let body = form.value("body").replace("\r\n", "\n").trim().to_owned();
    let text = LegalText { kind, language, body, version: seen_version(&form) };
    let by = who.by();
    match app.0.db.write(app.0.clock.now(), move |tx| settings::edit_legal(tx, by, &text)).await {
        Ok(()) => Ok(saved("/staff/settings/legal")),
        Err(Bad::Refused(LegalRefused::TooLong)) => {
            form.fail("body", t.with("settings-legal-long", &[("max", &BODY_CHARACTERS_MAX)]));
            Ok(show(StatusCode::UNPROCESSABLE_ENTITY, page, form, (kind, language)))
        }
        Err(Bad::Refused(LegalRefused::Unprintable)) => {
            form.fail("body", t.text("settings-legal-unprintable"));
            Ok(show(StatusCode::UNPROCESSABLE_ENTITY, page, form, (kind, language)))
        }
        Err(Bad::Refused(LegalRefused::Changed)) => {
            let version = present(&app.0, kind, language).await?.version;
            let (status, page, form) = contested(page, form, version);
            Ok(show(status, page, form, (kind, language)))
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}
