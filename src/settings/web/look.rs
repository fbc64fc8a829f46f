//! The page of the look: colour and logo.

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::upload::{self, Upload, Wrong};
use super::{Answer, contested, current, saved, seen_version, telling};
use crate::catalog::Color;
use crate::db::{Bad, Fault};
use crate::i18n::Texts;
use crate::settings::pictures::{self, NotAPicture, SIDE_PIXELS_MAX};
use crate::settings::{self, ClinicSettings, LogoChange};
use crate::web::auth::Manager;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page};
use crate::web::problem::Problem;
use crate::web::theme::Accent;

const PLACE: &str = "/staff/settings/look";

#[derive(Template)]
#[template(path = "settings/look.html")]
struct LookPage {
    page: Page,
    form: Form,
    logo: Option<String>,
    /// The colour as typed is too pale or too dark and is shown stronger.
    is_changed: bool,
}

/// Colour and logo.
pub async fn look_page(app: AppData, who: Manager, request: HttpRequest) -> Answer {
    let now = current(&app.0).await?;
    let page = who.page(&request, Nav::Settings, who.t.text("settings-look"));
    let form = Form::new().filled("version", now.version.to_string()).filled("accent_color", now.accent.as_str());
    Ok(show(StatusCode::OK, telling(page, request.query_string()), form, &now))
}

fn show(status: StatusCode, page: Page, form: Form, now: &ClinicSettings) -> HttpResponse {
    let is_changed = Accent::parse(form.value("accent_color")).is_some_and(|accent| !accent.is_readable());
    let logo = now.logo.as_ref().map(|name| format!("/images/{name}"));
    page::html(status, &LookPage { page, form, logo, is_changed })
}

/// Saves them.
pub async fn save_look(app: AppData, who: Manager, request: HttpRequest, body: Multipart) -> Answer {
    let app = app.0;
    let t = who.t;
    let page = who.page(&request, Nav::Settings, t.text("settings-look"));
    let Upload { form, file, wrong } = upload::read(&request, body, pictures::FILE_BYTES_MAX).await;
    let mut form = match wrong {
        // Nothing was read: there is no token to look at, so nothing is done but to say so.
        Some(Wrong::TooLargeAtOnce) => {
            let now = current(&app).await?;
            let mut form =
                Form::new().filled("version", now.version.to_string()).filled("accent_color", now.accent.as_str());
            form.fail("logo", t.text("settings-logo-large"));
            return Ok(show(StatusCode::PAYLOAD_TOO_LARGE, page, form, &now));
        }
        _ => who.own(&app, form)?,
    };
    let now = current(&app).await?;
    if wrong == Some(Wrong::TooLarge) {
        form.fail("logo", t.text("settings-logo-large"));
    }
    let accent = Color::parse(form.value("accent_color"));
    if accent.is_err() {
        form.fail("accent_color", t.text("settings-color-wrong"));
    }
    let logo = match file.filter(|_| wrong.is_none()) {
        Some(file) => read_logo(&mut form, t, file).await?,
        None if form.has("remove") => LogoChange::Remove,
        None => LogoChange::Keep,
    };
    let Some(accent) = accent.ok().filter(|_| !form.has_errors()) else {
        return Ok(show(StatusCode::UNPROCESSABLE_ENTITY, page, form, &now));
    };
    let (by, seen) = (who.by(), seen_version(&form));
    match app.db.write(app.clock.now(), move |tx| settings::edit_look(tx, by, seen, &accent, &logo)).await {
        Ok(()) => Ok(saved(PLACE)),
        Err(Bad::Refused(_)) => {
            let (status, page, form) = contested(page, form, current(&app).await?.version);
            Ok(show(status, page, form, &now))
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// Reads the picture beside the requests; what is wrong is said by the field.
async fn read_logo(form: &mut Form, t: Texts, file: Vec<u8>) -> Result<LogoChange, Problem> {
    let read = actix_web::web::block(move || pictures::read_picture(&file)).await;
    match read.map_err(Fault::other)? {
        Ok(picture) => return Ok(LogoChange::Set(picture)),
        Err(NotAPicture::Unreadable) => form.fail("logo", t.text("settings-logo-unreadable")),
        Err(NotAPicture::TooManyPixels) => {
            form.fail("logo", t.with("settings-logo-pixels", &[("max", &i64::from(SIDE_PIXELS_MAX))]));
        }
        Err(NotAPicture::TooLarge) => form.fail("logo", t.text("settings-logo-large")),
    }
    Ok(LogoChange::Keep)
}
