//! `/book/{service}/repeat`: a chosen time is repeated by a rule; every date is shown before anything is booked.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::{DateTime, NaiveDateTime, Utc};
use sha2::{Digest, Sha256};

use super::rows::{self, RowView};
use super::rule_form::{self, RuleFields};
use super::view::{plan_refusal, plan_sentence};
use crate::app::App;
use crate::booking::book::{OnceKey, Who};
use crate::booking::web::details;
use crate::booking::web::visit::{self, Picked, Stop, Visit, see_other};
use crate::catalog::Location;
use crate::chance;
use crate::db::{Bad, Fault};
use crate::domain::booking::Actor;
use crate::domain::ids::HoldId;
use crate::domain::recurrence::Rule;
use crate::domain::time;
use crate::keys::Purpose;
use crate::recurrence::preview::{self, Choice, Plan, PlanRefused, SeriesWish};
use crate::recurrence::start_series::{self, StartRefused, StartSeries, Started};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Page, Tone};
use crate::web::problem::Problem;

const FORM_KEY_CHARACTERS_MAX: usize = 64;

#[derive(Template)]
#[template(path = "recurrence/repeat.html")]
struct RepeatPage {
    page: Page,
    form: Form,
    action: String,
    hidden: Vec<(&'static str, String)>,
    rule_hidden: Vec<(&'static str, String)>,
    fields: RuleFields,
    service: String,
    facts: Vec<String>,
    back: String,
    rule: String,
    summary: String,
    rows: Vec<RowView>,
    is_settled: bool,
    has_plan: bool,
}

/// `GET /book/{service}/repeat`
pub async fn repeat(app: AppData, request: HttpRequest, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    visit::answer(show(&app, &request, &path).await)
}

async fn show(app: &Arc<App>, request: &HttpRequest, name: &str) -> Result<HttpResponse, Stop> {
    let visit = Visit::begin(app, request).await?;
    let service = visit.service(name)?;
    let picked = Picked::read(&visit.catalog, service, &visit.query);
    let Some(asked) = Asked::of(app, &picked, &visit.query) else {
        return Ok(see_other(picked.href("", &[])));
    };
    let form = rule_form::with_defaults(visit.query.clone(), asked.start).filled("key", form_key(app, &visit));
    let page = repeat_page(app, &visit, (&picked, &asked), form, (&BTreeMap::new(), None)).await?;
    Ok(page::html(status_of(&page.form), &page))
}

fn status_of(form: &Form) -> StatusCode {
    if form.has_errors() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
}

/// Names this showing of the form, so that sending it twice starts one series.
fn form_key(app: &Arc<App>, visit: &Visit) -> String {
    app.keys.hashed("form", &format!("series|{}|{}", visit.now.timestamp_micros(), chance::number()))
}

/// Which time is repeated.
struct Asked<'a> {
    place: &'a Location,
    start: NaiveDateTime,
    at: DateTime<Utc>,
    hold: Option<HoldId>,
}

impl<'a> Asked<'a> {
    /// Nothing when a time or a place is missing, or when clients do not repeat the service.
    fn of(app: &App, picked: &Picked<'a>, form: &Form) -> Option<Self> {
        let is_offered = picked.service.client_series && !picked.service.needs_approval;
        let at = form.given("start").and_then(rows::instant_of).filter(|_| is_offered)?;
        let place = picked.location?;
        let hold = form.given("hold").and_then(|text| visit::hold_named(app, text));
        Some(Self { place, start: time::local(at, place.zone), at, hold })
    }

    fn wish(&self, picked: &Picked<'_>, rule: Rule) -> SeriesWish {
        SeriesWish {
            service: picked.service.id,
            location: self.place.id,
            provider: picked.provider.map(|provider| provider.id),
            party: picked.party,
            start: self.start,
            rule,
            actor: Actor::Client,
            hold: self.hold,
        }
    }
}

async fn plan_of(
    app: &Arc<App>,
    now: DateTime<Utc>,
    wish: SeriesWish,
    form: &Form,
    choices: BTreeMap<NaiveDateTime, Choice>,
) -> Result<Result<Plan, PlanRefused>, Fault> {
    let (shared, conflict) = (Arc::clone(app), rule_form::conflict_of(form));
    app.db
        .read(move |conn| match preview::plan(conn, &shared.shop, now, &wish, conflict, &choices) {
            Ok(plan) => Ok(Ok(plan)),
            Err(Bad::Refused(refusal)) => Ok(Err(refusal)),
            Err(Bad::Fault(fault)) => Err(fault),
        })
        .await
}

async fn repeat_page(
    app: &Arc<App>,
    visit: &Visit,
    (picked, asked): (&Picked<'_>, &Asked<'_>),
    mut form: Form,
    (choices, notice): (&BTreeMap<NaiveDateTime, Choice>, Option<String>),
) -> Result<RepeatPage, Stop> {
    let t = visit.t;
    let rule = rule_form::rule_of(&mut form, asked.start, t);
    let mut plan = None;
    if let Some(rule) = &rule {
        match plan_of(app, visit.now, asked.wish(picked, rule.clone()), &form, choices.clone()).await? {
            Ok(found) => plan = Some(found),
            Err(refusal) => form.fail("every", plan_refusal(t, &refusal)),
        }
    }
    let page = visit.page(format!("{} · {}", t.text("recurrence-title"), picked.service.name));
    let page = match notice {
        Some(sentence) => page.saying(Tone::Warning, sentence),
        None => page,
    };
    let mut hidden = picked.pairs();
    hidden.push(("start", rows::instant_text(asked.at)));
    hidden.extend(form.given("hold").map(|hold| ("hold", hold.to_owned())));
    let mut rule_hidden = Vec::new();
    for name in rule_form::NAMES {
        rule_hidden.extend(form.values(name).iter().map(|value| (name, value.clone())));
    }
    rule_hidden.push(("token", app.keys.form_token("series", visit.now)));
    rule_hidden.push(("key", form.value("key").to_owned()));
    let start = rows::instant_text(asked.at);
    Ok(RepeatPage {
        action: format!("/book/{}/repeat", picked.service.slug),
        fields: rule_form::fields(t, asked.start),
        service: picked.service.name.clone(),
        facts: facts(visit, picked, asked),
        back: picked.href("/details", &[("start", &start)]),
        rule: rule.map(|rule| t.rule(&rule, asked.start)).unwrap_or_default(),
        summary: plan.as_ref().map(|plan| plan_sentence(t, plan)).unwrap_or_default(),
        is_settled: plan.as_ref().is_some_and(Plan::is_settled),
        has_plan: plan.is_some(),
        rows: plan.iter().flat_map(|plan| &plan.rows).map(|row| rows::row_view(t, row, asked.place.zone)).collect(),
        hidden,
        rule_hidden,
        page,
        form,
    })
}

fn facts(visit: &Visit, picked: &Picked<'_>, asked: &Asked<'_>) -> Vec<String> {
    let t = visit.t;
    let with = picked.provider.map_or_else(|| t.text("recurrence-anyone"), |provider| provider.name.clone());
    vec![format!("{}, {}", t.date_long(asked.start.date()), t.time(asked.start.time())), with, asked.place.name.clone()]
}

/// `POST /book/{service}/repeat`: starts the series, or shows every date again.
pub async fn start(
    app: AppData,
    request: HttpRequest,
    path: web::Path<String>,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    visit::answer(start_wished(&app, &request, &path, &body).await)
}

async fn start_wished(app: &Arc<App>, request: &HttpRequest, name: &str, body: &[u8]) -> Result<HttpResponse, Stop> {
    let mut form = Form::parse(&String::from_utf8_lossy(body));
    let visit = Visit::begin(app, request).await?.speaking(&form);
    let service = visit.service(name)?;
    let picked = Picked::read(&visit.catalog, service, &form);
    let Some(asked) = Asked::of(app, &picked, &form) else {
        return Ok(see_other(picked.href("", &[("why", "choice")])));
    };
    let t = visit.t;
    let again = async |status, form: Form, choices: &BTreeMap<NaiveDateTime, Choice>, notice| {
        let page = repeat_page(app, &visit, (&picked, &asked), form, (choices, notice)).await?;
        Ok::<HttpResponse, Stop>(page::html(status, &page))
    };
    let Some(rule) = rule_form::rule_of(&mut form, asked.start, t) else {
        return again(StatusCode::UNPROCESSABLE_ENTITY, form, &BTreeMap::new(), None).await;
    };
    let choices = rows::choices_of(&form, &rule, asked.start);
    if form.has("check") {
        return again(StatusCode::OK, form, &choices, None).await;
    }
    let key = form.value("key").to_owned();
    let is_good = app.keys.is_form_token(form.value("token"), "series", visit.now, details::FORM_LIFETIME);
    if !is_good || key.is_empty() || FORM_KEY_CHARACTERS_MAX < key.len() {
        let form = form.filled("key", form_key(app, &visit));
        return again(StatusCode::UNPROCESSABLE_ENTITY, form, &choices, Some(t.text("book-form-old"))).await;
    }
    let person = details::person_of(&mut form, t, picked.source.clone());
    let plan = plan_of(app, visit.now, asked.wish(&picked, rule), &form, choices.clone()).await?;
    // An unsettled plan goes on: a form that is sent twice finds its own dates taken, and its key knows the series.
    let Ok(plan) = plan else {
        return again(StatusCode::UNPROCESSABLE_ENTITY, form, &choices, None).await;
    };
    let Some((person, note)) = person else {
        return again(StatusCode::UNPROCESSABLE_ENTITY, form, &choices, None).await;
    };
    let wanted = StartSeries {
        wish: asked.wish(&picked, plan.rule.clone()),
        who: Who::Named(person),
        dates: StartSeries::dates_of(&plan),
        note,
        language: t.language().tag().to_owned(),
        source: picked.source.clone(),
        once: Some(OnceKey { scope: "form".to_owned(), key, body_hash: hash_of(body) }),
    };
    let shared = Arc::clone(app);
    let started = app.db.write(visit.now, move |tx| start_series::start_series(tx, &shared.shop, &wanted)).await;
    match started {
        Ok(Started { series, .. }) => {
            app.bell.notify_one();
            let token = app.keys.capability(Purpose::Series, series, 0);
            let lang = picked.lang.map_or(String::new(), |lang| format!("&lang={}", lang.tag()));
            Ok(see_other(format!("/s/{token}?new=1{lang}")))
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
        Err(Bad::Refused(StartRefused::KeyReused)) => {
            let page = visit.page(t.text("recurrence-title"));
            let text = t.text("recurrence-form-sent");
            Ok(page::error_page(StatusCode::CONFLICT, page, &text, None))
        }
        Err(Bad::Refused(StartRefused::Undecided(_) | StartRefused::NothingToBook)) => {
            let notice = Some(t.text("recurrence-undecided"));
            again(StatusCode::UNPROCESSABLE_ENTITY, form, &choices, notice).await
        }
        // Somebody took a date meanwhile: the dates are looked at again, and nothing was booked.
        Err(Bad::Refused(_)) => {
            let notice = Some(t.text("recurrence-conflict-notice"));
            again(StatusCode::CONFLICT, form, &choices, notice).await
        }
    }
}

/// The same form with something else in it is not the same wish.
pub(super) fn hash_of(body: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(body))
}
