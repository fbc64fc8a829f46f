//! Series at the desk: started for a client, seen, changed and given up.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use askama::Template;
use chrono::NaiveDateTime;

use super::manage::{CHANGE_CONFLICTS, change_form, change_of};
use super::repeat::hash_of;
use super::rows::{self, RowView};
use super::rule_form::{self, Options, RuleFields};
use super::view::{self, ChangeRowView, Loaded, SeriesView, plan_refusal, plan_sentence};
use crate::app::App;
use crate::booking::book::{OnceKey, Who};
use crate::catalog::{Location, Service};
use crate::chance;
use crate::clients::{self, ClientView};
use crate::db::{Bad, Fault};
use crate::domain::ids::{ClientId, SeriesId};
use crate::domain::recurrence::Rule;
use crate::domain::time;
use crate::recurrence::cancel_series::{self, CancelSeries};
use crate::recurrence::change_series::{self, ChangeSeriesRefused};
use crate::recurrence::preview::{self, Choice, Plan, PlanRefused, SeriesWish};
use crate::recurrence::start_series::{self, StartRefused, StartSeries, Started};
use crate::web::auth::{Desk, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

type Answer = Result<HttpResponse, Problem>;

#[derive(Template)]
#[template(path = "recurrence/desk_new.html")]
struct NewPage {
    page: Page,
    form: Form,
    fields: RuleFields,
    facts: Vec<String>,
    client: ClientView,
    hidden: Vec<(&'static str, String)>,
    rule_hidden: Vec<(&'static str, String)>,
    rule: String,
    summary: String,
    rows: Vec<RowView>,
    is_settled: bool,
    has_plan: bool,
    back: String,
}

#[derive(Template)]
#[template(path = "recurrence/desk_series.html")]
struct SeriesPage {
    page: Page,
    form: Form,
    id: SeriesId,
    series: SeriesView,
    client: ClientId,
    client_name: String,
    conflicts: Options,
    continued: Option<SeriesId>,
}

#[derive(Template)]
#[template(path = "recurrence/desk_confirm_change.html")]
struct ConfirmChange {
    page: Page,
    form: Form,
    rows: Vec<ChangeRowView>,
    action: String,
    back: String,
    summary: String,
}

#[derive(Template)]
#[template(path = "recurrence/desk_confirm_cancel.html")]
struct ConfirmCancel {
    page: Page,
    form: Form,
    gone: Vec<String>,
    kept: Vec<String>,
    action: String,
    back: String,
}

/// The time, service and client that a new series begins with.
struct Asked<'a> {
    service: &'a Service,
    place: &'a Location,
    form: &'a Form,
    start: NaiveDateTime,
}

impl<'a> Asked<'a> {
    fn of(desk: &'a Desk, form: &'a Form) -> Option<Self> {
        let service = form.given("service").and_then(|text| desk.catalog.service_named(text))?;
        let places = desk.catalog.locations_for(service.id);
        let named = form.given("location").and_then(|text| desk.catalog.location_named(text));
        let place = named.or_else(|| places.first().copied())?;
        let at = form.given("start").and_then(rows::instant_of)?;
        Some(Self { service, place, form, start: time::local(at, place.zone) })
    }

    fn wish(&self, desk: &Desk, rule: Rule) -> SeriesWish {
        let provider = self.form.given("provider").and_then(|text| desk.catalog.provider_named(text));
        SeriesWish {
            service: self.service.id,
            location: self.place.id,
            provider: provider.map(|provider| provider.id),
            party: self.form.given("party").and_then(|text| text.parse().ok()).unwrap_or(1),
            start: self.start,
            rule,
            actor: desk.actor(),
            hold: None,
        }
    }
}

/// `GET /staff/series/new`
pub async fn new_page(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    let form = Form::parse(request.query_string());
    show_new(&app.0, &desk, &request, form, (StatusCode::OK, &BTreeMap::new(), None)).await
}

type Shown<'a> = (StatusCode, &'a BTreeMap<NaiveDateTime, Choice>, Option<String>);

async fn show_new(
    app: &Arc<App>,
    desk: &Desk,
    request: &HttpRequest,
    form: Form,
    (status, choices, notice): Shown<'_>,
) -> Answer {
    let t = desk.t;
    let known = form.clone();
    let Some(asked) = Asked::of(desk, &known) else {
        return Ok(see_other("/staff/book"));
    };
    let client = match form.given("client").and_then(|text| text.parse::<ClientId>().ok()) {
        Some(id) => app.db.read(move |conn| clients::view(conn, id)).await?,
        None => None,
    };
    let back = back_to_booking(&known);
    let Some(client) = client else {
        return Ok(see_other(&back));
    };
    let mut form = rule_form::with_defaults(form, asked.start);
    let rule = rule_form::rule_of(&mut form, asked.start, t);
    let mut plan = None;
    if let Some(rule) = &rule {
        match plan_of(app, asked.wish(desk, rule.clone()), &form, choices.clone()).await? {
            Ok(found) => plan = Some(found),
            Err(refusal) => form.fail("every", plan_refusal(t, &refusal)),
        }
    }
    let page = desk.page(request, Nav::Agenda, t.text("recurrence-title"));
    let page = match notice {
        Some(text) => page.saying(Tone::Warning, text),
        None => page,
    };
    let hidden: Vec<(&'static str, String)> = ["service", "location", "provider", "party", "start", "client"]
        .into_iter()
        .map(|name| (name, known.value(name).to_owned()))
        .collect();
    let mut rule_hidden = Vec::new();
    for name in rule_form::NAMES {
        rule_hidden.extend(form.values(name).iter().map(|value| (name, value.clone())));
    }
    rule_hidden.push(("once", form.given("once").map_or_else(chance::token, str::to_owned)));
    let provider = known.given("provider").and_then(|text| desk.catalog.provider_named(text));
    let view = NewPage {
        fields: rule_form::fields(t, asked.start),
        facts: vec![
            asked.service.name.clone(),
            format!("{}, {}", t.date_long(asked.start.date()), t.time(asked.start.time())),
            provider.map_or_else(|| t.text("recurrence-anyone"), |provider| provider.name.clone()),
            asked.place.name.clone(),
        ],
        rule: rule.map(|rule| t.rule(&rule, asked.start)).unwrap_or_default(),
        summary: plan.as_ref().map(|plan| plan_sentence(t, plan)).unwrap_or_default(),
        is_settled: plan.as_ref().is_some_and(Plan::is_settled),
        has_plan: plan.is_some(),
        rows: plan.iter().flat_map(|plan| &plan.rows).map(|row| rows::row_view(t, row, asked.place.zone)).collect(),
        client,
        hidden,
        rule_hidden,
        back,
        page,
        form,
    };
    let status = if view.form.has_errors() { StatusCode::UNPROCESSABLE_ENTITY } else { status };
    Ok(page::html(status, &view))
}

fn back_to_booking(form: &Form) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for name in ["service", "location", "provider", "party", "start", "client"] {
        if let Some(value) = form.given(name) {
            query.append_pair(name, value);
        }
    }
    format!("/staff/book?{}", query.finish())
}

async fn plan_of(
    app: &Arc<App>,
    wish: SeriesWish,
    form: &Form,
    choices: BTreeMap<NaiveDateTime, Choice>,
) -> Result<Result<Plan, PlanRefused>, Fault> {
    let (shared, conflict, now) = (Arc::clone(app), rule_form::conflict_of(form), app.clock.now());
    app.db
        .read(move |conn| match preview::plan(conn, &shared.shop, now, &wish, conflict, &choices) {
            Ok(plan) => Ok(Ok(plan)),
            Err(Bad::Refused(refusal)) => Ok(Err(refusal)),
            Err(Bad::Fault(fault)) => Err(fault),
        })
        .await
}

/// `POST /staff/series`
pub async fn start(app: AppData, desk: Desk, request: HttpRequest, body: Bytes) -> Answer {
    let app = app.0;
    let mut form = desk.form(&app, &body)?;
    let t = desk.t;
    let known = form.clone();
    let Some(asked) = Asked::of(&desk, &known) else {
        return Err(Problem::Nonsense);
    };
    let none = BTreeMap::new();
    let Some(rule) = rule_form::rule_of(&mut form, asked.start, t) else {
        return show_new(&app, &desk, &request, form, (StatusCode::UNPROCESSABLE_ENTITY, &none, None)).await;
    };
    let choices = rows::choices_of(&form, &rule, asked.start);
    if form.has("check") {
        return show_new(&app, &desk, &request, form, (StatusCode::OK, &choices, None)).await;
    }
    let client = form.given("client").and_then(|text| text.parse::<ClientId>().ok()).ok_or(Problem::Nonsense)?;
    let found = app.db.read(move |conn| clients::view(conn, client)).await?.ok_or(Problem::NotFound)?;
    // An unsettled plan goes on: a form that is sent twice finds its own dates taken, and its key knows the series.
    let Ok(plan) = plan_of(&app, asked.wish(&desk, rule), &form, choices.clone()).await? else {
        let notice = Some(t.text("recurrence-undecided"));
        let shown = (StatusCode::UNPROCESSABLE_ENTITY, &choices, notice);
        return show_new(&app, &desk, &request, form, shown).await;
    };
    let once = form.given("once").filter(|key| key.len() <= 100).map(|key| OnceKey {
        scope: "form".to_owned(),
        key: key.to_owned(),
        body_hash: hash_of(&body),
    });
    let wanted = StartSeries {
        wish: asked.wish(&desk, plan.rule.clone()),
        who: Who::Known(client),
        dates: StartSeries::dates_of(&plan),
        note: form.value("note").trim().chars().take(1_000).collect(),
        language: found.language.tag().to_owned(),
        source: None,
        once,
    };
    let shared = Arc::clone(&app);
    let outcome = app.db.write(app.clock.now(), move |tx| start_series::start_series(tx, &shared.shop, &wanted)).await;
    match outcome {
        Ok(Started { series, .. }) => {
            app.bell.notify_one();
            Ok(see_other(&format!("/staff/series/{series}?done=booked")))
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
        Err(Bad::Refused(StartRefused::Undecided(_) | StartRefused::NothingToBook)) => {
            let notice = Some(t.text("recurrence-undecided"));
            show_new(&app, &desk, &request, form, (StatusCode::UNPROCESSABLE_ENTITY, &choices, notice)).await
        }
        Err(Bad::Refused(refused)) => {
            let notice = match refused {
                StartRefused::KeyReused => t.text("recurrence-form-sent"),
                _ => t.text("recurrence-conflict-notice"),
            };
            show_new(&app, &desk, &request, form, (StatusCode::CONFLICT, &choices, Some(notice))).await
        }
    }
}

/// `GET /staff/series/{series}`
pub async fn series_page(app: AppData, desk: Desk, request: HttpRequest, id: Path<String>) -> Answer {
    let t = desk.t;
    let notice = match Form::parse(request.query_string()).value("done") {
        "booked" => Some((Tone::Success, t.text("recurrence-done-title"))),
        "changed" => Some((Tone::Success, t.text("recurrence-done-changed"))),
        "cancelled" => Some((Tone::Success, t.text("recurrence-done-cancelled"))),
        _ => None,
    };
    let loaded = load(&app.0, &id).await?;
    show(&app.0, &desk, &request, &loaded, (StatusCode::OK, Form::new(), notice)).await
}

async fn load(app: &Arc<App>, id: &str) -> Result<Loaded, Problem> {
    let id = id.parse::<SeriesId>().map_err(|_wrong| Problem::NotFound)?;
    app.db.read(move |conn| view::load(conn, id)).await?.ok_or(Problem::NotFound)
}

async fn show(
    app: &Arc<App>,
    desk: &Desk,
    request: &HttpRequest,
    loaded: &Loaded,
    (status, form, notice): (StatusCode, Form, Option<(Tone, String)>),
) -> Answer {
    let t = desk.t;
    let client = loaded.series.client;
    let found = app.db.read(move |conn| clients::view(conn, client)).await?;
    let name = found.map(|client| format!("{} {}", client.first_name, client.last_name)).unwrap_or_default();
    let href = |instance: &crate::recurrence::Instance| format!("/staff/bookings/{}", instance.booking);
    let series = view::series_view(t, &desk.catalog, app.clock.now(), loaded, href);
    let page = desk.page(request, Nav::Agenda, t.with("recurrence-desk-title", &[("reference", &series.reference)]));
    let page = match notice {
        Some((tone, text)) => page.saying(tone, text),
        None => page,
    };
    let view = SeriesPage {
        form: change_form(form, &series),
        id: loaded.series.id,
        client,
        client_name: name,
        conflicts: rule_form::conflicts(t, &CHANGE_CONFLICTS),
        continued: loaded.series.continued_by,
        series,
        page,
    };
    Ok(page::html(status, &view))
}

/// `POST /staff/series/{series}/change`
pub async fn change(app: AppData, desk: Desk, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let mut form = desk.form(&app, &body)?;
    let loaded = load(&app, &id).await?;
    let t = desk.t;
    let Some(wanted) = change_of(&mut form, &loaded, t, desk.actor()) else {
        return show(&app, &desk, &request, &loaded, (StatusCode::UNPROCESSABLE_ENTITY, form, None)).await;
    };
    let was_preview = wanted.is_preview;
    let shared = Arc::clone(&app);
    let now = app.clock.now();
    let outcome = app.db.write(now, move |tx| change_series::change_series(tx, &shared.shop, &wanted)).await;
    match outcome {
        Ok(changed) => {
            app.bell.notify_one();
            Ok(see_other(&format!("/staff/series/{}?done=changed", changed.series)))
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
        Err(Bad::Refused(ChangeSeriesRefused::Looked(changed))) => {
            let rows = view::change_rows(t, &loaded.series, &changed);
            let page = desk.page(&request, Nav::Agenda, t.text("recurrence-confirm-change"));
            let page = if was_preview { page } else { page.saying(Tone::Warning, t.text("recurrence-undecided")) };
            let status = if was_preview { StatusCode::OK } else { StatusCode::CONFLICT };
            let moving = i64::try_from(changed.moving()).unwrap_or(i64::MAX);
            let summary = t.with("recurrence-would-move", &[("count", &moving)]);
            let back = format!("/staff/series/{}", loaded.series.id);
            let action = format!("{back}/change");
            Ok(page::html(status, &ConfirmChange { page, form, rows, action, back, summary }))
        }
        Err(Bad::Refused(refused)) => {
            let sentence = view::change_sentence(t, &loaded.series, &refused);
            let shown = (StatusCode::UNPROCESSABLE_ENTITY, form, Some((Tone::Error, sentence)));
            show(&app, &desk, &request, &loaded, shown).await
        }
    }
}

/// `POST /staff/series/{series}/cancel`
pub async fn cancel(app: AppData, desk: Desk, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let form = desk.form(&app, &body)?;
    let loaded = load(&app, &id).await?;
    let t = desk.t;
    let (id, now, from, actor) = (loaded.series.id, app.clock.now(), view::from_of(form.value("from")), desk.actor());
    if !form.has("confirm") {
        let outcome = app.db.read(move |conn| cancel_series::look(conn, now, id, from, actor)).await?;
        let (gone, kept) = view::cancel_rows(t, &loaded.series, &outcome);
        let page = desk.page(&request, Nav::Agenda, t.text("recurrence-confirm-cancel"));
        let back = format!("/staff/series/{id}");
        let action = format!("{back}/cancel");
        return Ok(page::html(StatusCode::OK, &ConfirmCancel { page, form, gone, kept, action, back }));
    }
    let reason = form.given("reason").map(str::to_owned);
    let wanted = CancelSeries { series: id, from, actor, reason, expected_version: None };
    let shared = Arc::clone(&app);
    let outcome = app.db.write(now, move |tx| cancel_series::cancel_series(tx, &shared.shop, &wanted)).await;
    match outcome {
        Ok(_) => {
            app.bell.notify_one();
            Ok(see_other(&format!("/staff/series/{id}?done=cancelled")))
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
        Err(Bad::Refused(refused)) => {
            let sentence = view::cancel_sentence(t, &loaded.series, &refused);
            let shown = (StatusCode::UNPROCESSABLE_ENTITY, form, Some((Tone::Error, sentence)));
            show(&app, &desk, &request, &loaded, shown).await
        }
    }
}
