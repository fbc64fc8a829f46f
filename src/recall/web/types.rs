//! The catalogue's recall types, for the manager.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::desk::interval;
use super::every_text;
use crate::catalog::{Edit, RecallInterval};
use crate::db::Bad;
use crate::domain::ids::{RecallTypeId, ServiceId};
use crate::domain::recall::REMINDERS_MAX;
use crate::i18n::Texts;
use crate::recall::{self, NAME_CHARACTERS_MAX, RecallType, TYPES_MAX, TypeDetails, TypeRefused};
use crate::web::auth::{Manager, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

type Answer = Result<HttpResponse, Problem>;

const PLACE: &str = "/staff/catalog/recalls";
const NEW: &str = "new";
/// Reminders of one date when nobody says: one for each rung of the ladder that comes with Rebook.
const REMINDERS_USUAL: i32 = 4;

/// A type in the list.
struct TypeLine {
    id: String,
    name: String,
    every: String,
    triggers: String,
    books: String,
    is_required: bool,
    version: i64,
}

#[derive(Template)]
#[template(path = "recall/types.html")]
struct TypesPage {
    page: Page,
    lines: Vec<TypeLine>,
    archived: Vec<TypeLine>,
}

#[derive(Template)]
#[template(path = "recall/type.html")]
struct TypePage {
    page: Page,
    form: Form,
    action: String,
    services: Vec<(String, String)>,
    is_known: bool,
    is_archived: bool,
    version: i64,
    name_max: usize,
}

/// Every type.
pub async fn types_page(app: AppData, who: Manager, request: HttpRequest) -> Answer {
    let all = app.0.db.read(recall::all_types).await?;
    let t = who.t;
    let (archived, in_use): (Vec<_>, Vec<_>) = all.iter().partition(|one| one.is_archived);
    let line = |one: &&RecallType| type_line(&who, one);
    let page = telling(who.page(&request, Nav::Catalog, t.text("recall-types")), &request);
    let shown =
        TypesPage { page, lines: in_use.iter().map(line).collect(), archived: archived.iter().map(line).collect() };
    Ok(page::html(StatusCode::OK, &shown))
}

fn telling(page: Page, request: &HttpRequest) -> Page {
    let t = page.t;
    match Form::parse(request.query_string()).value("done") {
        "saved" => page.saying(Tone::Success, t.text("recall-type-done-saved")),
        "archived" => page.saying(Tone::Success, t.text("recall-type-done-archived")),
        "restored" => page.saying(Tone::Success, t.text("recall-type-done-restored")),
        "changed" => page.saying(Tone::Warning, t.text("recall-contested")),
        _ => page,
    }
}

fn type_line(who: &Manager, one: &RecallType) -> TypeLine {
    let t = who.t;
    let name = |id: &ServiceId| service_name(who, *id);
    TypeLine {
        id: one.id.to_string(),
        name: one.name.clone(),
        every: one.every.map_or_else(|| t.text("recall-every-rhythm"), |every| every_text(t, every)),
        triggers: one.triggers.iter().map(name).collect::<Vec<_>>().join(", "),
        books: service_name(who, one.book_service),
        is_required: one.required,
        version: one.row_version,
    }
}

fn service_name(who: &Manager, id: ServiceId) -> String {
    who.catalog.service(id).map_or_else(|| who.t.text("recall-service-gone"), |service| service.name.clone())
}

/// One type, or an empty form for a new one.
pub async fn type_page(app: AppData, who: Manager, request: HttpRequest, path: Path<String>) -> Answer {
    let all = app.0.db.read(recall::all_types).await?;
    if path.as_str() == NEW {
        let form = Form::new()
            .filled("months", "6")
            .filled("how", "interval")
            .filled("reminders", REMINDERS_USUAL.to_string())
            .filled("position", (all.len() + 1).to_string());
        return Ok(show(&who, &request, StatusCode::OK, form, None));
    }
    let known = find(&all, &path)?;
    Ok(show(&who, &request, StatusCode::OK, filled(known), Some(known)))
}

fn find<'a>(all: &'a [RecallType], path: &str) -> Result<&'a RecallType, Problem> {
    let id: RecallTypeId = path.parse().map_err(|_not_an_id| Problem::NotFound)?;
    all.iter().find(|one| one.id == id).ok_or(Problem::NotFound)
}

fn filled(one: &RecallType) -> Form {
    let part = |part: Option<u16>| part.filter(|part| *part > 0).map(|part| part.to_string()).unwrap_or_default();
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("version", &one.row_version.to_string())
        .append_pair("name", &one.name)
        .append_pair("how", if one.every.is_some() { "interval" } else { "rhythm" })
        .append_pair("months", &part(one.every.map(RecallInterval::months)))
        .append_pair("days", &part(one.every.map(RecallInterval::days)))
        .append_pair("books", &one.book_service.to_string())
        .append_pair("reminders", &one.reminders_max.to_string())
        .append_pair("position", &one.position.to_string());
    if one.required {
        query.append_pair("required", "on");
    }
    for service in &one.triggers {
        query.append_pair("triggers", &service.to_string());
    }
    Form::parse(&query.finish())
}

fn show(
    who: &Manager,
    request: &HttpRequest,
    status: StatusCode,
    form: Form,
    known: Option<&RecallType>,
) -> HttpResponse {
    let t = who.t;
    let title = known.map_or_else(|| t.text("recall-type-new"), |one| one.name.clone());
    let page = telling(who.page(request, Nav::Catalog, title), request);
    let page =
        if status == StatusCode::CONFLICT { page.saying(Tone::Warning, t.text("recall-contested")) } else { page };
    let shown = TypePage {
        page,
        action: known.map_or_else(|| format!("{PLACE}/{NEW}"), |one| format!("{PLACE}/{}", one.id)),
        services: who.catalog.services.iter().map(|one| (one.id.to_string(), one.name.clone())).collect(),
        is_known: known.is_some(),
        is_archived: known.is_some_and(|one| one.is_archived),
        version: known.map_or(0, |one| one.row_version),
        name_max: NAME_CHARACTERS_MAX,
        form,
    };
    page::html(status, &shown)
}

/// Saves a type, and computes its dates anew.
pub async fn save(app: AppData, who: Manager, request: HttpRequest, path: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let mut form = who.form(&app, &body)?;
    let all = app.db.read(recall::all_types).await?;
    let known = if path.as_str() == NEW { None } else { Some(find(&all, &path)?) };
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let Some(details) = read(&mut form, &who) else {
        return Ok(show(&who, &request, unprocessable, form, known));
    };
    let seen = form.value("version").trim().parse().unwrap_or(-1);
    let edit = known.map_or(Edit::New, |one| Edit::Existing { id: one.id, seen });
    let (by, now) = (who.user.id, app.clock.now());
    let saved = app.db.write(now, move |tx| recall::save_type(tx, by, edit, &details)).await;
    let t = who.t;
    let sentence = match saved {
        Ok(id) => {
            recall::rebuild_type(&app.db, id, now).await?;
            return Ok(see_other(&format!("{PLACE}?done=saved")));
        }
        Err(Bad::Fault(fault)) => return Err(fault.into()),
        Err(Bad::Refused(TypeRefused::Gone)) => return Err(Problem::NotFound),
        Err(Bad::Refused(TypeRefused::Changed)) => {
            let fresh = app.db.read(recall::all_types).await?;
            let fresh = find(&fresh, &path)?;
            return Ok(show(&who, &request, StatusCode::CONFLICT, filled(fresh), Some(fresh)));
        }
        Err(Bad::Refused(TypeRefused::SameName)) => t.text("recall-type-same-name"),
        Err(Bad::Refused(TypeRefused::TooMany)) => t.with("recall-type-many", &[("max", &TYPES_MAX)]),
    };
    form.fail("name", sentence);
    Ok(show(&who, &request, unprocessable, form, known))
}

fn read(form: &mut Form, who: &Manager) -> Option<TypeDetails> {
    let t = who.t;
    let name = form.value("name").trim().to_owned();
    if name.is_empty() {
        form.fail("name", t.text("field-required"));
    } else if NAME_CHARACTERS_MAX < name.chars().count() || name.chars().any(char::is_control) {
        form.fail("name", t.with("recall-type-name-long", &[("max", &NAME_CHARACTERS_MAX)]));
    }
    let every = if form.is("how", "rhythm") { Some(None) } else { interval(form, t) };
    if every == Some(None) && !form.is("how", "rhythm") {
        form.fail("months", t.text("recall-wrong-interval"));
    }
    let known = |text: &str| {
        let id: ServiceId = text.parse().ok()?;
        who.catalog.service(id).map(|service| service.id)
    };
    let book_service = known(form.value("books"));
    if book_service.is_none() {
        form.fail("books", t.text("field-required"));
    }
    let mut triggers: Vec<ServiceId> = form.values("triggers").iter().filter_map(|text| known(text)).collect();
    triggers.sort_unstable();
    triggers.dedup();
    if triggers.is_empty() {
        form.fail("triggers", t.text("recall-type-no-trigger"));
    }
    let reminders_max = number(form, t, "reminders", REMINDERS_MAX);
    let position = number(form, t, "position", 9_999);
    if form.has_errors() {
        return None;
    }
    Some(TypeDetails {
        name,
        every: every?,
        book_service: book_service?,
        triggers,
        required: form.is("required", "on"),
        reminders_max: reminders_max?,
        position: position?,
    })
}

fn number(form: &mut Form, t: Texts, name: &str, max: i32) -> Option<i32> {
    let number = form.value(name).trim().parse::<i32>().ok().filter(|number| (0..=max).contains(number));
    if number.is_none() {
        form.fail(name, t.with("recall-wrong-number", &[("max", &max)]));
    }
    number
}

/// Takes a type out of use.
pub async fn archive(app: AppData, who: Manager, path: Path<String>, body: Bytes) -> Answer {
    let (by, seen) = (who.user.id, seen_version(&who.form(&app.0, &body)?));
    let id: RecallTypeId = path.parse().map_err(|_not_an_id| Problem::NotFound)?;
    let done = app.0.db.write(app.0.clock.now(), move |tx| recall::archive_type(tx, by, id, seen)).await;
    answered(done, "archived")
}

/// Brings a type back, and computes its dates anew.
pub async fn restore(app: AppData, who: Manager, path: Path<String>, body: Bytes) -> Answer {
    let (by, seen) = (who.user.id, seen_version(&who.form(&app.0, &body)?));
    let id: RecallTypeId = path.parse().map_err(|_not_an_id| Problem::NotFound)?;
    let now = app.0.clock.now();
    let done = app.0.db.write(now, move |tx| recall::restore_type(tx, by, id, seen)).await;
    if done.is_ok() {
        recall::rebuild_type(&app.0.db, id, now).await?;
    }
    answered(done, "restored")
}

fn answered(done: Result<(), Bad<TypeRefused>>, word: &str) -> Answer {
    match done {
        Ok(()) => Ok(see_other(&format!("{PLACE}?done={word}"))),
        Err(Bad::Refused(TypeRefused::Changed | TypeRefused::SameName | TypeRefused::TooMany)) => {
            Ok(see_other(&format!("{PLACE}?done=changed")))
        }
        Err(Bad::Refused(TypeRefused::Gone)) => Err(Problem::NotFound),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

fn seen_version(form: &Form) -> i64 {
    form.value("version").trim().parse().unwrap_or(-1)
}
