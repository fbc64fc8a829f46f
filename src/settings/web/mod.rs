//! Pages of the settings, for owner and manager; and what they make public: pictures and texts of law.

mod house;
mod hub;
mod legal;
mod look;
mod public;
pub(crate) mod upload;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::filters::HtmlSafe;

use super::ClinicSettings;
use crate::app::App;
use crate::web::auth::see_other;
use crate::web::form::Form;
use crate::web::page::{Page, Tone};
use crate::web::problem::Problem;

pub use house::{languages_page, privacy_page, save_languages, save_privacy};
pub use hub::hub_page;
pub use legal::{legal_page, legal_text_page, save_legal};
pub use look::{look_page, save_look};
pub use public::{image, legal};

type Answer = Result<HttpResponse, Problem>;

/// Markup that was made here from words of the clinic, every one of them escaped.
struct Rendered(String);

impl std::fmt::Display for Rendered {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

impl HtmlSafe for Rendered {}

async fn current(app: &App) -> Result<ClinicSettings, Problem> {
    app.db.read(super::clinic_settings).await?.ok_or(Problem::NotFound)
}

fn seen_version(form: &Form) -> i64 {
    form.value("version").trim().parse().unwrap_or(-1)
}

/// Says at the top of the page what the query says was done.
fn telling(page: Page, query: &str) -> Page {
    let t = page.t;
    if Form::parse(query).is("done", "saved") { page.saying(Tone::Success, t.text("settings-saved")) } else { page }
}

/// Somebody else was faster: the page comes back with what was typed, and the next press saves over it.
fn contested(page: Page, form: Form, version: i64) -> (StatusCode, Page, Form) {
    let t = page.t;
    let page = page.saying(Tone::Warning, t.text("settings-contested"));
    (StatusCode::CONFLICT, page, form.filled("version", version.to_string()))
}

fn saved(place: &str) -> HttpResponse {
    see_other(&format!("{place}?done=saved"))
}
