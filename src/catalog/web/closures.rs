//! Days on which the clinic, or one location, is closed.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::NaiveDate;

use super::clashes::{self, ClashNotice};
use super::fields::{Reader, day, day_value};
use super::{Answer, Crumb, NEW, done, done_with_booked, known_row, not_done, telling, today};
use crate::catalog::{
    self, CLOSURE_DAYS_MAX, ClosureDetails, ClosureEdit, ClosureRefused, EditRefused, Guarded, Label, StoredClosure,
};
use crate::db::{Bad, Tx};
use crate::domain::ids;
use crate::web::auth::Manager;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

const PLACE: &str = "/staff/catalog/closures";
const NAMES: [&str; 4] = ["name", "location", "first_day", "last_day"];

/// A closure in the list.
struct ClosureLine {
    href: String,
    name: String,
    days: String,
    location: String,
}

#[derive(Template)]
#[template(path = "catalog/closures.html")]
struct ClosuresPage {
    page: Page,
    closures: Vec<ClosureLine>,
}

#[derive(Template)]
#[template(path = "catalog/closure.html")]
struct ClosurePage {
    page: Page,
    form: Form,
    trail: Vec<Crumb>,
    action: String,
    is_new: bool,
    locations: Vec<(String, String)>,
    warning: Option<ClashNotice>,
}

/// Closures from today on.
pub async fn closures_page(app: AppData, who: Manager, request: HttpRequest) -> Answer {
    let today = today(&app.0, &who.catalog);
    let found = app.0.db.read(move |conn| catalog::closures_from(conn, today)).await?;
    let page = who.page(&request, Nav::Catalog, who.t.text("catalog-closures"));
    let closures = found.iter().map(|closure| line(&who, closure)).collect();
    Ok(page::html(StatusCode::OK, &ClosuresPage { page: telling(page, request.query_string()), closures }))
}

fn line(who: &Manager, closure: &StoredClosure) -> ClosureLine {
    let (t, details) = (who.t, &closure.details);
    let days = if details.first_day == details.last_day {
        t.date_long(details.first_day)
    } else {
        format!("{} – {}", t.date_medium(details.first_day), t.date_medium(details.last_day))
    };
    let named = |id| who.catalog.location(id).map(|location| location.name.clone()).unwrap_or_default();
    ClosureLine {
        href: format!("{PLACE}/{}", ids::encode(closure.id)),
        name: details.name.to_string(),
        days,
        location: details.location.map_or_else(|| t.text("catalog-closure-everywhere"), named),
    }
}

/// One closure, or an empty form for a new one.
pub async fn closure_page(app: AppData, who: Manager, request: HttpRequest, path: Path<String>) -> Answer {
    if path.as_str() == NEW {
        return Ok(show(&who, &request, StatusCode::OK, Form::new(), None));
    }
    let closure = find(&app, known_row(&path)?).await?;
    Ok(show(&who, &request, StatusCode::OK, filled(&closure.details), Some(&closure)))
}

/// Saves a closure.
pub async fn save_closure(app: AppData, who: Manager, request: HttpRequest, path: Path<String>, body: Bytes) -> Answer {
    let t = who.t;
    let mut reader = Reader::new(who.form(&app.0, &body)?, t);
    let closure = match path.as_str() {
        NEW => None,
        text => Some(find(&app, known_row(text)?).await?),
    };
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let Some(details) = details(&mut reader, &who) else {
        return Ok(show(&who, &request, unprocessable, reader.form, closure.as_ref()));
    };
    let edit = match &closure {
        None => ClosureEdit::New,
        Some(closure) => {
            let seen = seen(&reader.form, &who).ok_or(Problem::Nonsense)?;
            ClosureEdit::Existing { id: closure.id, seen }
        }
    };
    let by = who.user.id;
    let (of, noted) = (None, clashes::seen(&reader.form));
    let write =
        move |tx: &mut Tx<'_>| catalog::guarded(tx, of, &noted, |tx| catalog::edit_closure(tx, by, &edit, &details));
    match app.0.db.write(app.0.clock.now(), write).await {
        Ok(booked) => Ok(done_with_booked(PLACE, "saved", booked)),
        Err(Bad::Refused(Guarded::Clashes(left))) => {
            let warning = ClashNotice::new(t, &who.catalog, &left, &reader.form, address_of(closure.as_ref()));
            let page = closure_form(&who, &request, unprocessable, reader.form, closure.as_ref());
            Ok(page::html(unprocessable, &ClosurePage { warning: Some(warning), ..page }))
        }
        Err(Bad::Refused(Guarded::Refused(ClosureRefused::DaysReversed))) => {
            reader.form.fail("last_day", t.text("catalog-wrong-days-order"));
            Ok(show(&who, &request, unprocessable, reader.form, closure.as_ref()))
        }
        Err(Bad::Refused(Guarded::Refused(ClosureRefused::TooLong))) => {
            reader.form.fail("last_day", t.with("catalog-wrong-closure-long", &[("days", &CLOSURE_DAYS_MAX)]));
            Ok(show(&who, &request, unprocessable, reader.form, closure.as_ref()))
        }
        Err(Bad::Refused(Guarded::Refused(ClosureRefused::Edit(EditRefused::Gone)))) => Err(Problem::NotFound),
        Err(Bad::Refused(Guarded::Refused(ClosureRefused::Edit(EditRefused::Changed)))) => {
            let closure = closure.ok_or(Problem::NotFound)?;
            let current = filled(&closure.details);
            let mut form = super::contested(reader.form, &current, &NAMES, 0, t);
            for name in NAMES {
                let was = format!("was_{name}");
                form = form.filled(&was, current.value(&was));
            }
            Ok(show(&who, &request, StatusCode::CONFLICT, form, Some(&closure)))
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// Opens again.
pub async fn remove_closure(app: AppData, who: Manager, path: Path<String>, body: Bytes) -> Answer {
    let id = known_row(&path)?;
    who.form(&app.0, &body)?;
    let by = who.user.id;
    match app.0.db.write(app.0.clock.now(), move |tx| catalog::remove_closure(tx, by, id)).await {
        Ok(()) => Ok(done(PLACE, "deleted")),
        Err(Bad::Refused(refused)) => not_done(PLACE, refused),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

async fn find(app: &AppData, id: i64) -> Result<StoredClosure, Problem> {
    app.0.db.read(move |conn| catalog::closure_to_edit(conn, id)).await?.ok_or(Problem::NotFound)
}

fn details(reader: &mut Reader, who: &Manager) -> Option<ClosureDetails> {
    let name = reader.label("name");
    let location = match reader.form.given("location") {
        None => Some(None),
        Some(text) => who.catalog.location_named(text).map(|location| Some(location.id)),
    };
    if location.is_none() {
        reader.form.fail("location", who.t.text("field-required"));
    }
    let first_day = reader.day("first_day");
    let last_day = reader.day_if_any("last_day").map(|last| last.or(first_day));
    Some(ClosureDetails { name: name?, location: location?, first_day: first_day?, last_day: last_day?? })
}

/// What the form was made from travels with it.
fn seen(form: &Form, who: &Manager) -> Option<ClosureDetails> {
    let location = match form.given("was_location") {
        None => None,
        Some(text) => Some(who.catalog.location_named(text)?.id),
    };
    let date = |name: &str| -> Option<NaiveDate> { day(form.value(name)) };
    Some(ClosureDetails {
        location,
        first_day: date("was_first_day")?,
        last_day: date("was_last_day")?,
        name: Label::parse(form.value("was_name")).ok()?,
    })
}

fn filled(details: &ClosureDetails) -> Form {
    let location = details.location.map(|location| location.to_string()).unwrap_or_default();
    let (first, last) = (day_value(Some(details.first_day)), day_value(Some(details.last_day)));
    Form::new()
        .filled("was_name", details.name.as_str())
        .filled("was_location", location.clone())
        .filled("was_first_day", first.clone())
        .filled("was_last_day", last.clone())
        .filled("name", details.name.as_str())
        .filled("location", location)
        .filled("first_day", first)
        .filled("last_day", last)
}

fn show(
    who: &Manager,
    request: &HttpRequest,
    status: StatusCode,
    form: Form,
    closure: Option<&StoredClosure>,
) -> HttpResponse {
    page::html(status, &closure_form(who, request, status, form, closure))
}

fn address_of(closure: Option<&StoredClosure>) -> String {
    closure.map_or(format!("{PLACE}/{NEW}"), |it| format!("{PLACE}/{}", ids::encode(it.id)))
}

fn closure_form(
    who: &Manager,
    request: &HttpRequest,
    status: StatusCode,
    form: Form,
    closure: Option<&StoredClosure>,
) -> ClosurePage {
    let t = who.t;
    let title = closure.map_or_else(|| t.text("catalog-closure-new"), |it| it.details.name.to_string());
    let mut page = who.page(request, Nav::Catalog, title);
    if status == StatusCode::CONFLICT {
        page = page.saying(Tone::Warning, t.text("catalog-contested"));
    }
    let action = address_of(closure);
    let mut locations = vec![(String::new(), t.text("catalog-closure-everywhere"))];
    locations.extend(who.catalog.locations.iter().map(|location| (location.id.to_string(), location.name.clone())));
    let trail = vec![Crumb::closures(t)];
    ClosurePage { page, form, trail, action, is_new: closure.is_none(), locations, warning: None }
}
