//! The reasons that are asked when something is called off: their order, their words, the clinic's own ones.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::fields::Reader;
use super::{Answer, Crumb, NEW, done, known_row, not_done, telling};
use crate::catalog::{self, AskedOf, CancellationReason, REASONS_MAX, ReasonDetails, ReasonRefused};
use crate::db::Bad;
use crate::domain::ids;
use crate::domain::language::Language;
use crate::i18n::Texts;
use crate::web::auth::Manager;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page};
use crate::web::problem::Problem;

const PLACE: &str = "/staff/catalog/cancellation-reasons";

/// A reason in a list.
struct ReasonLine {
    href: String,
    text: String,
    code: String,
    is_first: bool,
    is_last: bool,
}

/// The reasons of one kind.
struct ReasonList {
    id: &'static str,
    title: String,
    lead: String,
    add: String,
    asked: Vec<ReasonLine>,
    archived: Vec<ReasonLine>,
}

#[derive(Template)]
#[template(path = "catalog/cancellation_reasons.html")]
struct ReasonsPage {
    page: Page,
    lists: Vec<ReasonList>,
}

/// The words in one language.
struct WordsField {
    name: String,
    label: String,
}

#[derive(Template)]
#[template(path = "catalog/cancellation_reason.html")]
struct ReasonPage {
    page: Page,
    form: Form,
    trail: Vec<Crumb>,
    action: String,
    lead: String,
    fields: Vec<WordsField>,
}

/// Both lists.
pub async fn reasons_page(who: Manager, request: HttpRequest) -> Answer {
    let t = who.t;
    let page = who.page(&request, Nav::Catalog, t.text("cancelling-reasons"));
    let lists = AskedOf::ALL.into_iter().map(|kind| list(t, &who.catalog.cancellation_reasons, kind)).collect();
    Ok(page::html(StatusCode::OK, &ReasonsPage { page: telling(page, request.query_string()), lists }))
}

fn list(t: Texts, all: &[CancellationReason], kind: AskedOf) -> ReasonList {
    let of_kind = |archived: bool| -> Vec<&CancellationReason> {
        all.iter().filter(|reason| reason.asked_of == kind && reason.is_archived == archived).collect()
    };
    let asked = of_kind(false);
    let last = asked.len().saturating_sub(1);
    let line = |(place, reason): (usize, &&CancellationReason)| ReasonLine {
        href: format!("{PLACE}/{}", ids::encode(reason.id)),
        text: reason.said(t),
        code: reason.code.clone(),
        is_first: place == 0,
        is_last: place == last,
    };
    let (title, lead) = match kind {
        AskedOf::Client => (t.text("cancelling-reasons-client"), t.text("cancelling-reasons-client-lead")),
        AskedOf::Clinic => (t.text("cancelling-reasons-clinic"), t.text("cancelling-reasons-clinic-lead")),
    };
    ReasonList {
        id: kind.word(),
        title,
        lead,
        add: format!("{PLACE}/{NEW}?of={}", kind.word()),
        asked: asked.iter().enumerate().map(line).collect(),
        archived: of_kind(true).iter().enumerate().map(line).collect(),
    }
}

fn field_of(language: Language) -> String {
    format!("text_{}", language.tag())
}

/// One reason, or an empty form for a new one.
pub async fn reason_page(who: Manager, request: HttpRequest, path: Path<String>) -> Answer {
    if path.as_str() == NEW {
        let form = Form::parse(request.query_string());
        return Ok(show(&who, &request, StatusCode::OK, form, None));
    }
    let reason = find(&who, &path)?;
    let filled = Language::all()
        .into_iter()
        .fold(Form::new(), |form, language| form.filled(&field_of(language), reason.said(Texts::new(language))));
    Ok(show(&who, &request, StatusCode::OK, filled, Some(reason)))
}

fn find<'a>(who: &'a Manager, path: &str) -> Result<&'a CancellationReason, Problem> {
    let id = known_row(path)?;
    who.catalog.cancellation_reasons.iter().find(|reason| reason.id == id).ok_or(Problem::NotFound)
}

fn asked_of(form: &Form) -> AskedOf {
    AskedOf::parse(form.value("of")).unwrap_or(AskedOf::Client)
}

/// Saves a reason.
pub async fn save_reason(app: AppData, who: Manager, request: HttpRequest, path: Path<String>, body: Bytes) -> Answer {
    let t = who.t;
    let mut reader = Reader::new(who.form(&app.0, &body)?, t);
    let known = if path.as_str() == NEW { None } else { Some(find(&who, &path)?) };
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let texts = Language::all().map(|language| reader.line(&field_of(language)).map(|line| (language, line)));
    let texts: Option<Vec<_>> = texts.into_iter().collect();
    let Some(texts) = texts else {
        return Ok(show(&who, &request, unprocessable, reader.form, known));
    };
    let (by, kind, id) = (who.user.id, asked_of(&reader.form), known.map(|reason| reason.id));
    let details = ReasonDetails { texts };
    let saved = app.0.db.write(app.0.clock.now(), move |tx| match id {
        Some(id) => catalog::edit_reason(tx, by, id, &details),
        None => catalog::add_reason(tx, by, kind, &details).map(|_id| ()),
    });
    let sentence = match saved.await {
        Ok(()) => return Ok(done(PLACE, if known.is_some() { "saved" } else { "added" })),
        Err(Bad::Fault(fault)) => return Err(fault.into()),
        Err(Bad::Refused(ReasonRefused::Gone)) => return Err(Problem::NotFound),
        Err(Bad::Refused(ReasonRefused::Wordless)) => t.text("field-required"),
        Err(Bad::Refused(ReasonRefused::TooMany)) => t.with("cancelling-reasons-many", &[("max", &REASONS_MAX)]),
    };
    reader.form.fail(&field_of(t.language()), sentence);
    Ok(show(&who, &request, unprocessable, reader.form, known))
}

fn show(
    who: &Manager,
    request: &HttpRequest,
    status: StatusCode,
    form: Form,
    reason: Option<&CancellationReason>,
) -> HttpResponse {
    let t = who.t;
    let kind = reason.map_or_else(|| asked_of(&form), |reason| reason.asked_of);
    let (title, action) = match reason {
        Some(reason) => (reason.said(t), format!("{PLACE}/{}", ids::encode(reason.id))),
        None => (t.text("cancelling-reason-new"), format!("{PLACE}/{NEW}")),
    };
    let lead = match kind {
        AskedOf::Client => t.text("cancelling-reason-client-lead"),
        AskedOf::Clinic => t.text("cancelling-reason-clinic-lead"),
    };
    let words = |language: Language| WordsField {
        name: field_of(language),
        label: t.with("cancelling-reason-text", &[("language", &language.own_name())]),
    };
    let shown = ReasonPage {
        page: who.page(request, Nav::Catalog, title),
        form: form.filled("of", kind.word()),
        trail: vec![Crumb::new(PLACE, t.text("cancelling-reasons"))],
        action,
        lead,
        fields: Language::all().into_iter().map(words).collect(),
    };
    page::html(status, &shown)
}

/// Asks for a reason no more.
pub async fn archive_reason(app: AppData, who: Manager, path: Path<String>, body: Bytes) -> Answer {
    retire(app, who, &path, &body, true).await
}

/// Asks for a reason again.
pub async fn restore_reason(app: AppData, who: Manager, path: Path<String>, body: Bytes) -> Answer {
    retire(app, who, &path, &body, false).await
}

async fn retire(app: AppData, who: Manager, path: &str, body: &[u8], retired: bool) -> Answer {
    who.form(&app.0, body)?;
    let (by, id) = (who.user.id, known_row(path)?);
    match app.0.db.write(app.0.clock.now(), move |tx| catalog::retire_reason(tx, by, id, retired)).await {
        Ok(()) => Ok(done(PLACE, "saved")),
        Err(Bad::Refused(refused)) => not_done(PLACE, refused),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// Moves a reason up or down.
pub async fn place_reason(app: AppData, who: Manager, path: Path<String>, body: Bytes) -> Answer {
    let form = who.form(&app.0, &body)?;
    let (by, id, up) = (who.user.id, known_row(&path)?, form.is("to", "up"));
    match app.0.db.write(app.0.clock.now(), move |tx| catalog::place_reason(tx, by, id, up)).await {
        Ok(()) => Ok(done(PLACE, "saved")),
        Err(Bad::Refused(refused)) => not_done(PLACE, refused),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}
