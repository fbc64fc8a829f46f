//! `/staff/messages/settings`: what holds for all messages.

use std::ops::RangeInclusive;

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::rule_editor::time_of_day;
use super::{Section, SectionTab, section_tabs};
use crate::db::Bad;
use crate::i18n::Texts;
use crate::messaging::{
    self, KeptSettings, LATE_GRACE_MINUTES_MAX, MARKETING_PER_WEEK, MASS_PER_DAY, SettingsChanged, SettingsDetails,
    TRANSACTIONAL_PER_WEEK,
};
use crate::web::auth::{Manager, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

type Answer = Result<HttpResponse, Problem>;

const PLACE: &str = "/staff/messages/settings";

#[derive(Template)]
#[template(path = "messaging/settings.html")]
struct SettingsPage {
    page: Page,
    sections: Vec<SectionTab>,
    form: Form,
    units: Vec<(String, String)>,
}

/// What is set.
pub async fn settings_page(app: AppData, who: Manager, request: HttpRequest) -> Answer {
    let kept = app.0.db.read(messaging::kept_settings).await?;
    let said = Form::parse(request.query_string())
        .is("done", "saved")
        .then(|| (Tone::Success, who.t.text("message-settings-saved")));
    Ok(show(&who, &request, StatusCode::OK, filled(&kept), said))
}

/// Sets it.
pub async fn save_settings(app: AppData, who: Manager, request: HttpRequest, body: Bytes) -> Answer {
    let mut form = who.form(&app.0, &body)?;
    let Some(wanted) = read(&mut form, who.t) else {
        return Ok(show(&who, &request, StatusCode::UNPROCESSABLE_ENTITY, form, None));
    };
    let (by, seen) = (who.user.id, form.value("version").parse().unwrap_or(-1));
    match app.0.db.write(app.0.clock.now(), move |tx| messaging::edit_settings(tx, by, seen, &wanted)).await {
        Ok(()) => Ok(see_other(&format!("{PLACE}?done=saved"))),
        Err(Bad::Refused(SettingsChanged)) => {
            let fresh = app.0.db.read(messaging::kept_settings).await?;
            let form = contested(form, &filled(&fresh), fresh.version, who.t);
            let said = Some((Tone::Warning, who.t.text("message-settings-contested")));
            Ok(show(&who, &request, StatusCode::CONFLICT, form, said))
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

fn show(
    who: &Manager,
    request: &HttpRequest,
    status: StatusCode,
    form: Form,
    said: Option<(Tone, String)>,
) -> HttpResponse {
    let t = who.t;
    let page = who.page(request, Nav::Messages, t.text("message-settings-title"));
    let page = match said {
        Some((tone, text)) => page.saying(tone, text),
        None => page,
    };
    let units = vec![
        ("minutes".to_owned(), t.text("message-rules-unit-minutes")),
        ("hours".to_owned(), t.text("message-rules-unit-hours")),
    ];
    page::html(status, &SettingsPage { page, sections: section_tabs(who, Section::Settings), form, units })
}

fn filled(kept: &KeptSettings) -> Form {
    let set = &kept.details;
    let at = |minute: i32| format!("{:02}:{:02}", minute / 60, minute % 60);
    let (grace, unit) = match set.late_grace_minutes {
        minutes if minutes % 60 == 0 => (minutes / 60, "hours"),
        minutes => (minutes, "minutes"),
    };
    let form = Form::new()
        .filled("version", kept.version.to_string())
        .filled("quiet_from", at(set.quiet_from_minute))
        .filled("quiet_until", at(set.quiet_until_minute))
        .filled("marketing_per_week", set.marketing_per_week.to_string())
        .filled("transactional_per_week", set.transactional_per_week.to_string())
        .filled("grace", grace.to_string())
        .filled("grace_unit", unit)
        .filled("mass_per_day", set.mass_per_day.to_string());
    if set.quiet_sundays { form.filled("quiet_sundays", "on") } else { form }
}

fn read(form: &mut Form, t: Texts) -> Option<SettingsDetails> {
    let quiet_from = time_of_day(form, t, "quiet_from");
    let quiet_until = time_of_day(form, t, "quiet_until");
    let marketing = whole(form, t, "marketing_per_week", &MARKETING_PER_WEEK);
    let transactional = whole(form, t, "transactional_per_week", &TRANSACTIONAL_PER_WEEK);
    let unit = if form.is("grace_unit", "hours") { 60 } else { 1 };
    let grace = whole(form, t, "grace", &(0..=LATE_GRACE_MINUTES_MAX / unit));
    let mass = whole(form, t, "mass_per_day", &MASS_PER_DAY);
    let minute = |at: Option<i64>| at.and_then(|at| i32::try_from(at).ok());
    let number = |number: Option<u32>| number.and_then(|number| i32::try_from(number).ok());
    Some(SettingsDetails {
        quiet_from_minute: minute(quiet_from)?,
        quiet_until_minute: minute(quiet_until)?,
        quiet_sundays: form.has("quiet_sundays"),
        marketing_per_week: number(marketing)?,
        transactional_per_week: number(transactional)?,
        late_grace_minutes: number(grace.map(|grace| grace * unit))?,
        mass_per_day: number(mass)?,
    })
}

fn whole(form: &mut Form, t: Texts, name: &str, range: &RangeInclusive<u32>) -> Option<u32> {
    let text = form.required(name, t)?;
    let digits = text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = if digits { text.parse::<u32>().ok() } else { None };
    let number = number.filter(|number| range.contains(number));
    if number.is_none() {
        form.fail(name, t.with("message-rules-wrong-number", &[("min", range.start()), ("max", range.end())]));
    }
    number
}

/// Somebody else was faster: by every field that differs stands what is there now.
fn contested(mut form: Form, current: &Form, version: i64, t: Texts) -> Form {
    let names = ["quiet_from", "quiet_until", "marketing_per_week", "transactional_per_week", "grace", "mass_per_day"];
    for name in names {
        let now = current.value(name);
        if form.value(name).trim() != now {
            form.fail(name, t.with("message-settings-now", &[("value", &now)]));
        }
    }
    form.filled("version", version.to_string())
}
