//! `/s/{token}`: the page behind a series' link. Seeing it changes nothing; changing and giving up are POSTs that show
//! first what they would do.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::rows::choices_of;
use super::rule_form::{self, Options};
use super::view::{self, ChangeRowView, Loaded, SeriesView};
use crate::app::App;
use crate::booking::web::visit::{self, Stop, Visit, see_other};
use crate::db::Bad;
use crate::domain::booking::Actor;
use crate::i18n::Language;
use crate::keys::{Keys, Purpose};
use crate::recurrence::cancel_series::{self, CancelSeries};
use crate::recurrence::change_series::{self, ChangeSeries, ChangeSeriesRefused};
use crate::recurrence::preview::Conflict;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Page, Tone};
use crate::web::problem::Problem;

#[derive(Template)]
#[template(path = "recurrence/manage.html")]
struct ManagePage {
    page: Page,
    form: Form,
    series: SeriesView,
    conflicts: Options,
    change: String,
    cancel: String,
    is_new: bool,
    continued: String,
}

#[derive(Template)]
#[template(path = "recurrence/confirm_change.html")]
struct ConfirmChange {
    page: Page,
    form: Form,
    rows: Vec<ChangeRowView>,
    action: String,
    back: String,
    summary: String,
}

#[derive(Template)]
#[template(path = "recurrence/confirm_cancel.html")]
struct ConfirmCancel {
    page: Page,
    form: Form,
    gone: Vec<String>,
    kept: Vec<String>,
    action: String,
    back: String,
}

/// What becomes of dates that are not free when a series changes.
pub(super) const CHANGE_CONFLICTS: [Conflict; 3] = [Conflict::Refuse, Conflict::NearestFree, Conflict::Skip];

/// `GET /s/{token}`
pub async fn manage(app: AppData, request: HttpRequest, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    visit::answer(show(&app, &request, &path).await)
}

async fn show(app: &Arc<App>, request: &HttpRequest, token: &str) -> Result<HttpResponse, Stop> {
    let (visit, loaded) = open(app, request, token).await?;
    let t = visit.t;
    let notice = if visit.query.has("changed") {
        Some((Tone::Success, t.text("recurrence-done-changed")))
    } else if visit.query.has("cancelled") {
        Some((Tone::Success, t.text("recurrence-done-cancelled")))
    } else {
        None
    };
    let page = manage_page(app, &visit, &loaded, (token, notice, Form::new())).await?;
    Ok(private(page::html(StatusCode::OK, &page)))
}

/// The link is a key: no cache keeps what it opens.
fn private(mut response: HttpResponse) -> HttpResponse {
    use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

/// The series a token opens, in the client's language; or the page that says it opens nothing.
async fn open(app: &Arc<App>, request: &HttpRequest, token: &str) -> Result<(Visit, Loaded), Stop> {
    let mut visit = Visit::begin(app, request).await?;
    let found = match Keys::thing_of(token) {
        Some(id) => app.db.read(move |conn| view::load(conn, id)).await?,
        None => None,
    };
    let opens =
        |loaded: &Loaded| app.keys.opens(token, Purpose::Series, loaded.series.id, loaded.series.link_generation);
    let Some(loaded) = found.filter(opens) else {
        let page = visit.page(visit.t.text("recurrence-unknown-title"));
        let text = visit.t.text("manage-unknown-text");
        return Err(Stop::Answer(private(page::error_page(StatusCode::NOT_FOUND, page, &text, None))));
    };
    visit.t = page::texts_for(request, Language::parse(&loaded.series.language), visit.brand.language);
    Ok((visit, loaded))
}

async fn manage_page(
    app: &Arc<App>,
    visit: &Visit,
    loaded: &Loaded,
    (token, notice, form): (&str, Option<(Tone, String)>, Form),
) -> Result<ManagePage, Stop> {
    let t = visit.t;
    let lang = visit.chosen_language().map_or(String::new(), |lang| format!("?lang={lang}"));
    let href = |instance: &crate::recurrence::Instance| {
        let token = app.keys.capability(Purpose::Manage, instance.booking, instance.link_generation);
        format!("/m/{token}{lang}")
    };
    let series = view::series_view(t, &visit.catalog, visit.now, loaded, href);
    let is_new = visit.query.has("new");
    let title = if is_new { t.text("recurrence-done-title") } else { t.text("recurrence-manage-title") };
    let page = visit.page(title);
    let page = match notice {
        Some((tone, text)) => page.saying(tone, text),
        None => page,
    };
    let continued = match loaded.series.continued_by {
        Some(next) => {
            let found = app.db.read(move |conn| crate::recurrence::series(conn, next)).await?;
            let token = found.map(|next| app.keys.capability(Purpose::Series, next.id, next.link_generation));
            token.map(|token| format!("/s/{token}{lang}")).unwrap_or_default()
        }
        None => String::new(),
    };
    let form = change_form(form, &series);
    Ok(ManagePage {
        conflicts: rule_form::conflicts(t, &CHANGE_CONFLICTS),
        change: format!("/s/{token}/change{lang}"),
        cancel: format!("/s/{token}/cancel{lang}"),
        page,
        form,
        series,
        is_new,
        continued,
    })
}

/// The form of a change as it stands at first: the first date as it is.
pub(super) fn change_form(form: Form, series: &SeriesView) -> Form {
    if form.has("date") {
        return form;
    }
    form.filled("date", series.first_day.clone())
        .filled("time", series.first_time.clone())
        .filled("provider", series.provider.clone())
}

/// Reads a change; what is wrong is said by its field.
pub(super) fn change_of(form: &mut Form, loaded: &Loaded, t: crate::i18n::Texts, actor: Actor) -> Option<ChangeSeries> {
    let day = chrono::NaiveDate::parse_from_str(form.value("date").trim(), "%Y-%m-%d").ok();
    if day.is_none() {
        form.fail("date", t.text("recurrence-wrong-until"));
    }
    let time = chrono::NaiveTime::parse_from_str(form.value("time").trim(), "%H:%M").ok();
    if time.is_none() {
        form.fail("time", t.text("recurrence-wrong-time"));
    }
    let to = day?.and_time(time?);
    let series = &loaded.series;
    let first = series.start;
    let turned = series.rule.turned(first.date(), to.date());
    Some(ChangeSeries {
        series: series.id,
        from: view::from_of(form.value("from")),
        to,
        provider: form.given("provider").and_then(|text| text.parse().ok()),
        actor,
        conflict: rule_form::conflict_of(form),
        choices: choices_of(form, &turned, to),
        expected_version: form.given("version").and_then(|text| text.parse().ok()),
        is_preview: !form.has("confirm"),
    })
}

/// `POST /s/{token}/change`
pub async fn change(
    app: AppData,
    request: HttpRequest,
    path: web::Path<String>,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    visit::answer(change_it(&app, &request, &path, &body).await)
}

async fn change_it(app: &Arc<App>, request: &HttpRequest, token: &str, body: &[u8]) -> Result<HttpResponse, Stop> {
    let mut form = Form::parse(&String::from_utf8_lossy(body));
    let (visit, loaded) = open(app, request, token).await?;
    let t = visit.t;
    let Some(wanted) = change_of(&mut form, &loaded, t, Actor::Client) else {
        let page = manage_page(app, &visit, &loaded, (token, None, form)).await?;
        return Ok(private(page::html(StatusCode::UNPROCESSABLE_ENTITY, &page)));
    };
    let was_preview = wanted.is_preview;
    let shared = Arc::clone(app);
    let outcome = app.db.write(visit.now, move |tx| change_series::change_series(tx, &shared.shop, &wanted)).await;
    let lang = visit.chosen_language().map_or(String::new(), |lang| format!("&lang={lang}"));
    match outcome {
        Ok(changed) => {
            app.bell.notify_one();
            let generation = if changed.series == loaded.series.id { loaded.series.link_generation } else { 0 };
            let token = app.keys.capability(Purpose::Series, changed.series, generation);
            Ok(see_other(format!("/s/{token}?changed=1{lang}")))
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
        Err(Bad::Refused(ChangeSeriesRefused::Looked(changed))) => {
            let rows = view::change_rows(t, &loaded.series, &changed);
            let page = visit.page(t.text("recurrence-confirm-change"));
            let page = if was_preview { page } else { page.saying(Tone::Warning, t.text("recurrence-undecided")) };
            let status = if was_preview { StatusCode::OK } else { StatusCode::CONFLICT };
            let moving = i64::try_from(changed.moving()).unwrap_or(i64::MAX);
            let summary = t.with("recurrence-would-move", &[("count", &moving)]);
            let lang = visit.chosen_language().map_or(String::new(), |lang| format!("?lang={lang}"));
            let (action, back) = (format!("/s/{token}/change{lang}"), format!("/s/{token}{lang}"));
            Ok(private(page::html(status, &ConfirmChange { page, form, rows, action, back, summary })))
        }
        Err(Bad::Refused(refused)) => {
            let sentence = view::change_sentence(t, &loaded.series, &refused);
            let page = manage_page(app, &visit, &loaded, (token, Some((Tone::Error, sentence)), form)).await?;
            Ok(private(page::html(StatusCode::UNPROCESSABLE_ENTITY, &page)))
        }
    }
}

/// `POST /s/{token}/cancel`
pub async fn cancel(
    app: AppData,
    request: HttpRequest,
    path: web::Path<String>,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    visit::answer(cancel_it(&app, &request, &path, &body).await)
}

async fn cancel_it(app: &Arc<App>, request: &HttpRequest, token: &str, body: &[u8]) -> Result<HttpResponse, Stop> {
    let form = Form::parse(&String::from_utf8_lossy(body));
    let (visit, loaded) = open(app, request, token).await?;
    let t = visit.t;
    let (id, now, from) = (loaded.series.id, visit.now, view::from_of(form.value("from")));
    if !form.has("confirm") {
        let outcome = app.db.read(move |conn| cancel_series::look(conn, now, id, from, Actor::Client)).await?;
        let (gone, kept) = view::cancel_rows(t, &loaded.series, &outcome);
        let page = visit.page(t.text("recurrence-confirm-cancel"));
        let lang = visit.chosen_language().map_or(String::new(), |lang| format!("?lang={lang}"));
        let (action, back) = (format!("/s/{token}/cancel{lang}"), format!("/s/{token}{lang}"));
        return Ok(private(page::html(StatusCode::OK, &ConfirmCancel { page, form, gone, kept, action, back })));
    }
    let wanted = CancelSeries {
        series: id,
        from,
        actor: Actor::Client,
        reason: form.given("reason").map(str::to_owned),
        expected_version: None,
    };
    let shared = Arc::clone(app);
    let outcome = app.db.write(now, move |tx| cancel_series::cancel_series(tx, &shared.shop, &wanted)).await;
    let lang = visit.chosen_language().map_or(String::new(), |lang| format!("&lang={lang}"));
    match outcome {
        Ok(_) => {
            app.bell.notify_one();
            Ok(see_other(format!("/s/{token}?cancelled=1{lang}")))
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
        Err(Bad::Refused(refused)) => {
            let sentence = view::cancel_sentence(t, &loaded.series, &refused);
            let page = manage_page(app, &visit, &loaded, (token, Some((Tone::Error, sentence)), form)).await?;
            Ok(private(page::html(StatusCode::UNPROCESSABLE_ENTITY, &page)))
        }
    }
}
