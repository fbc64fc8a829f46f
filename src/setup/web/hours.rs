//! The second step: when the clinic is open.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::{Answer, Frame, StepLink, frame, on_from};
use crate::app::App;
use crate::catalog::SetupStep;
use crate::catalog::web::weekday;
use crate::domain::hours::MinuteSpan;
use crate::i18n::Texts;
use crate::setup::{self, OpenDay, Week, WrongWeek};
use crate::web::auth::Manager;
use crate::web::form::Form;
use crate::web::page::{self, Page};

/// Monday to Sunday.
const DAYS: usize = 7;

/// A day's fields.
struct DayRow {
    number: usize,
    name: String,
    is_open: bool,
    fields: [(String, String, String); 4],
    error: String,
}

#[derive(Template)]
#[template(path = "setup/hours.html")]
struct HoursPage {
    page: Page,
    steps: Vec<StepLink>,
    progress: String,
    base: String,
    form: Form,
    rows: Vec<DayRow>,
}

fn time_value(minute: u16) -> String {
    format!("{:02}:{:02}", (minute / 60) % 24, minute % 60)
}

pub(super) async fn show_first(app: &Arc<App>, who: &Manager, request: &HttpRequest) -> Answer {
    let week = app.db.read(setup::kept_week).await?;
    let mut form = Form::new();
    for (number, day) in week.days.iter().enumerate() {
        let Some(day) = day else { continue };
        form = form
            .filled(&format!("open{number}"), "on")
            .filled(&format!("from{number}"), time_value(day.open.starts_minute()))
            .filled(&format!("until{number}"), time_value(day.open.ends_minute()));
        if let Some(pause) = day.pause {
            form = form
                .filled(&format!("pause_from{number}"), time_value(pause.starts_minute()))
                .filled(&format!("pause_until{number}"), time_value(pause.ends_minute()));
        }
    }
    Ok(show(who, request, StatusCode::OK, form))
}

fn show(who: &Manager, request: &HttpRequest, status: StatusCode, form: Form) -> HttpResponse {
    let Frame { page, steps, progress, base } = frame(who, request, SetupStep::Hours);
    let t = who.t;
    let row = |number: usize| {
        let day = weekday(t, u32::try_from(number).unwrap_or_default() + 1);
        let field = |name: &str, label: String| {
            let name = format!("{name}{number}");
            let value = form.value(&name).to_owned();
            (name, format!("{day}: {label}"), value)
        };
        DayRow {
            number,
            is_open: form.has(&format!("open{number}")),
            fields: [
                field("from", t.text("setup-open-from")),
                field("until", t.text("setup-open-until")),
                field("pause_from", t.text("setup-pause-from")),
                field("pause_until", t.text("setup-pause-until")),
            ],
            error: form.error(&format!("from{number}")).to_owned(),
            name: day,
        }
    };
    let rows = (0..DAYS).map(row).collect();
    page::html(status, &HoursPage { page, steps, progress, base, form, rows })
}

/// `09:30` in minutes.
fn minute_of(text: &str) -> Option<i32> {
    let (hour, minute) = text.trim().split_once(':')?;
    let (hour, minute): (i32, i32) = (hour.parse().ok()?, minute.get(..2)?.parse().ok()?);
    ((0..=24).contains(&hour) && (0..60).contains(&minute)).then_some(hour * 60 + minute)
}

fn span_of(form: &Form, from: &str, until: &str) -> Option<MinuteSpan> {
    let (from, until) = (minute_of(form.value(from))?, minute_of(form.value(until))?);
    // Midnight at the end of the day is written like midnight at its start.
    MinuteSpan::new(from, if until == 0 { 1_440 } else { until }).ok()
}

fn week_of(form: &mut Form, t: Texts) -> Option<Week> {
    let mut week = Week::default();
    for (number, slot) in week.days.iter_mut().enumerate() {
        if !form.has(&format!("open{number}")) {
            continue;
        }
        let from = format!("from{number}");
        let Some(open) = span_of(form, &from, &format!("until{number}")) else {
            form.fail(&from, t.text("setup-wrong-hours"));
            continue;
        };
        let (pause_from, pause_until) = (format!("pause_from{number}"), format!("pause_until{number}"));
        let pause = match (form.given(&pause_from), form.given(&pause_until)) {
            (None, None) => None,
            _ => match span_of(form, &pause_from, &pause_until) {
                Some(pause) => Some(pause),
                None => {
                    form.fail(&from, t.text("setup-wrong-pause"));
                    continue;
                }
            },
        };
        *slot = Some(OpenDay { open, pause });
    }
    match week.check() {
        Ok(()) => {}
        Err(WrongWeek::PauseOutside(number)) => form.fail(&format!("from{number}"), t.text("setup-wrong-pause")),
        Err(WrongWeek::NeverOpen) => form.fail("from0", t.text("setup-never-open")),
    }
    (!form.has_errors()).then_some(week)
}

pub(super) async fn save(app: &Arc<App>, who: &Manager, request: &HttpRequest, mut form: Form) -> Answer {
    let Some(week) = week_of(&mut form, who.t) else {
        return Ok(show(who, request, StatusCode::UNPROCESSABLE_ENTITY, form));
    };
    let by = who.by();
    app.db.write(app.clock.now(), move |tx| setup::save_week(tx, by, &week)).await?;
    Ok(on_from(SetupStep::Hours))
}
