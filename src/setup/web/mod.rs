//! Pages of the first steps, for owner and manager.

mod clinic;
mod hours;
mod mail;
mod providers;
mod services;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::catalog::{SetupStep, WrongText};
use crate::i18n::Texts;
use crate::web::auth::{Manager, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

type Answer = Result<HttpResponse, Problem>;

/// Steps that have a page with something to do on it.
const STEPS: [SetupStep; 5] =
    [SetupStep::Clinic, SetupStep::Hours, SetupStep::Services, SetupStep::Providers, SetupStep::Mail];

/// One step as the line above the page shows it.
struct StepLink {
    href: String,
    text: String,
    is_here: bool,
    is_seen: bool,
}

/// What every page of the steps shows beside its form.
struct Frame {
    page: Page,
    steps: Vec<StepLink>,
    /// `2 of 5`.
    progress: String,
    /// The address of this step; leaving it out stands below.
    base: String,
}

fn frame(who: &Manager, request: &HttpRequest, here: SetupStep) -> Frame {
    let t = who.t;
    let far = who.catalog.clinic.setup_step;
    let link = |step: SetupStep| StepLink {
        href: place(step),
        text: step_text(t, step),
        is_here: step == here,
        is_seen: step < far,
    };
    let number = STEPS.iter().position(|step| *step == here).map_or(STEPS.len(), |number| number + 1);
    let page = who.page(request, Nav::Settings, step_text(t, here));
    let said = Form::parse(request.query_string());
    let page = match said.value("done") {
        "saved" => page.saying(Tone::Success, t.text("setup-saved")),
        "added" => page.saying(Tone::Success, t.text("setup-provider-added")),
        _ => page,
    };
    Frame {
        page,
        steps: STEPS.into_iter().map(link).collect(),
        progress: t.with("setup-progress", &[("number", &number), ("of", &STEPS.len())]),
        base: place(here),
    }
}

fn place(step: SetupStep) -> String {
    format!("/staff/setup/{}", step.word())
}

fn step_text(t: Texts, step: SetupStep) -> String {
    match step {
        SetupStep::Clinic => t.text("setup-step-clinic"),
        SetupStep::Hours => t.text("setup-step-hours"),
        SetupStep::Services => t.text("setup-step-services"),
        SetupStep::Providers => t.text("setup-step-providers"),
        SetupStep::Mail => t.text("setup-step-mail"),
        SetupStep::Done => t.text("setup-step-done"),
    }
}

/// On to the next step, which says that the last one was saved.
fn on_from(step: SetupStep) -> HttpResponse {
    see_other(&format!("{}?done=saved", place(step.next())))
}

/// To the step that comes next.
pub async fn start(who: Manager) -> Answer {
    Ok(see_other(&place(who.catalog.clinic.setup_step)))
}

fn step_of(word: &str) -> Result<SetupStep, Problem> {
    SetupStep::parse(word).ok_or(Problem::NotFound)
}

/// One step.
pub async fn step_page(app: AppData, who: Manager, request: HttpRequest, step: Path<String>) -> Answer {
    match step_of(&step)? {
        SetupStep::Clinic => clinic::show_first(&app.0, &who, &request).await,
        SetupStep::Hours => hours::show_first(&app.0, &who, &request).await,
        SetupStep::Services => Ok(services::show_first(&who, &request)),
        SetupStep::Providers => Ok(providers::show(&who, &request, StatusCode::OK, providers::first(&who))),
        SetupStep::Mail => mail::show(&app.0, &who, &request).await,
        SetupStep::Done => Ok(show_done(&app, &who, &request)),
    }
}

/// Saves one step and goes on.
pub async fn save_step(app: AppData, who: Manager, request: HttpRequest, step: Path<String>, body: Bytes) -> Answer {
    let form = who.form(&app.0, &body)?;
    match step_of(&step)? {
        SetupStep::Clinic => clinic::save(&app.0, &who, &request, form).await,
        SetupStep::Hours => hours::save(&app.0, &who, &request, form).await,
        SetupStep::Services => services::save(&app.0, &who, &request, form).await,
        SetupStep::Providers => providers::save(&app.0, &who, &request, form).await,
        SetupStep::Mail => mail::send(&app.0, &who, form).await,
        SetupStep::Done => Err(Problem::NotFound),
    }
}

/// Goes on without saving.
pub async fn skip_step(app: AppData, who: Manager, step: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    who.form(&app, &body)?;
    let step = step_of(&step)?;
    app.db.write(app.clock.now(), move |tx| crate::setup::leave_step(tx, step)).await?;
    Ok(see_other(&place(step.next())))
}

#[derive(Template)]
#[template(path = "setup/done.html")]
struct DonePage {
    page: Page,
    steps: Vec<StepLink>,
    is_ready: bool,
    is_owner: bool,
    booking: String,
}

fn show_done(app: &AppData, who: &Manager, request: &HttpRequest) -> HttpResponse {
    let Frame { page, steps, .. } = frame(who, request, SetupStep::Done);
    let catalog = &who.catalog;
    let is_ready = catalog.services.iter().any(|service| !catalog.locations_for(service.id).is_empty());
    let booking = app.0.link("/book");
    page::html(StatusCode::OK, &DonePage { page, steps, is_ready, is_owner: who.role.is_owner(), booking })
}

/// What is wrong with a text, in words.
fn wrong_text(t: Texts, wrong: WrongText) -> String {
    match wrong {
        WrongText::Missing => t.text("field-required"),
        WrongText::TooLong { max } => t.with("setup-wrong-long", &[("max", &max)]),
        WrongText::Unprintable => t.text("setup-wrong-characters"),
    }
}

/// Reads a text; what is wrong with it is said by the field.
fn text<T>(form: &mut Form, name: &str, t: Texts, parse: impl Fn(&str) -> Result<T, WrongText>) -> Option<T> {
    match parse(form.value(name)) {
        Ok(value) => Some(value),
        Err(wrong) => {
            form.fail(name, wrong_text(t, wrong));
            None
        }
    }
}
