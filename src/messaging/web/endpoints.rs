//! `/staff/messages/channels/webhooks/{id}`: one program of somebody else, what it is told, and what became of it.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::channels::{
    Answer, AttemptShown, PLACE, Standing, address_text, attempt_shown, badge, endpoint_standing, event_text, telling,
    zone_of,
};
use super::{Section, SectionTab, reason_text, section_tabs, state_text};
use crate::app::App;
use crate::config::Secret;
use crate::db::Bad;
use crate::domain::ids::{EndpointId, MessageId};
use crate::domain::message_rules::Trigger;
use crate::i18n::Texts;
use crate::messaging::endpoints::{self, EVENTS, EndpointDetails, EndpointRefused, NAME_CHARACTERS_MAX};
use crate::messaging::letters::event::name_of;
use crate::messaging::store::calls::{self, CallLine, EndpointRow};
use crate::web::auth::{Manager, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page};
use crate::web::problem::Problem;

/// The newest so many calls are shown.
const CALLS_SHOWN: i64 = 50;
/// The word in place of an identifier that asks for something new.
const NEW: &str = "new";

#[derive(Template)]
#[template(path = "messaging/endpoint_new.html")]
struct NewPage {
    page: Page,
    sections: Vec<SectionTab>,
    form: Form,
    events: Vec<(String, String)>,
    name_max: usize,
}

#[derive(Template)]
#[template(path = "messaging/endpoint.html")]
struct EndpointPage {
    page: Page,
    sections: Vec<SectionTab>,
    form: Form,
    base: String,
    version: i64,
    is_on: bool,
    standing: Standing,
    last_ok: String,
    secret: Option<Secret>,
    told: Vec<(String, bool)>,
    calls: Vec<Call>,
    name_max: usize,
}

/// A call as it is shown.
struct Call {
    id: String,
    what: String,
    code: String,
    booking: Option<(String, String)>,
    when: String,
    badge: &'static str,
    state: String,
    reason: String,
    body: String,
    attempts: Vec<AttemptShown>,
    is_again: bool,
}

/// One endpoint, or an empty form for a new one.
pub async fn endpoint_page(app: AppData, who: Manager, request: HttpRequest, path: Path<String>) -> Answer {
    if path.as_str() == NEW {
        let form = Form::parse("event=booked&event=rescheduled&event=cancelled");
        return Ok(show_new(&who, &request, StatusCode::OK, form));
    }
    let endpoint = find(&app.0, &path).await?;
    let form = filled(&endpoint);
    show(&app.0, &who, &request, StatusCode::OK, Shown { endpoint, form, secret: None }).await
}

fn filled(endpoint: &EndpointRow) -> Form {
    let form = Form::new().filled("name", &endpoint.name).filled("url", &endpoint.url);
    if endpoint.with_contact { form.filled("with_contact", "on") } else { form }
}

async fn find(app: &App, path: &str) -> Result<EndpointRow, Problem> {
    let id: EndpointId = path.parse().ok().ok_or(Problem::NotFound)?;
    let found = app.db.read(move |conn| calls::endpoint(conn, id)).await?;
    found.filter(|endpoint| endpoint.archived_at.is_none()).ok_or(Problem::NotFound)
}

fn show_new(who: &Manager, request: &HttpRequest, status: StatusCode, form: Form) -> HttpResponse {
    let t = who.t;
    let shown = NewPage {
        page: who.page(request, Nav::Messages, t.text("channels-webhook-new")),
        sections: section_tabs(who, Section::Channels),
        form,
        events: EVENTS.into_iter().map(|event| (event.as_str().to_owned(), event_text(t, event))).collect(),
        name_max: NAME_CHARACTERS_MAX,
    };
    page::html(status, &shown)
}

/// What the page of an endpoint shows.
struct Shown {
    endpoint: EndpointRow,
    form: Form,
    secret: Option<Secret>,
}

async fn show(app: &App, who: &Manager, request: &HttpRequest, status: StatusCode, shown: Shown) -> Answer {
    let Shown { endpoint, form, secret } = shown;
    let (t, zone, id) = (who.t, zone_of(who), endpoint.id);
    let read = app.db.read(move |conn| Ok((calls::rules_of(conn, id)?, calls::calls_of(conn, id, CALLS_SHOWN)?)));
    let (rules, lines) = read.await?;
    let page = who.page(request, Nav::Messages, endpoint.name.clone());
    let page = if secret.is_some() { page } else { telling(page, request.query_string()) };
    let base = format!("{PLACE}/webhooks/{id}");
    let told = rules.into_iter().filter_map(|(_, trigger, is_on)| Some((event_text(t, trigger?), is_on))).collect();
    let call = |line: CallLine| Call {
        id: line.id.to_string(),
        what: line.trigger.map(|trigger| event_text(t, trigger)).unwrap_or_default(),
        code: line.trigger.and_then(name_of).unwrap_or_default().to_owned(),
        badge: badge(&line),
        state: state_text(t, line.state),
        reason: reason_text(t, line.state, line.reason.as_deref()),
        when: t.moment(line.sent_at.unwrap_or(line.due_at), zone),
        booking: line.booking.map(|(id, reference)| (format!("/staff/bookings/{id}"), reference)),
        body: line.text.map(|(_, body)| indented(&body)).unwrap_or_default(),
        attempts: line.attempts.iter().map(|attempt| attempt_shown(t, zone, attempt)).collect(),
        is_again: line.is_again,
    };
    let shown = EndpointPage {
        page,
        sections: section_tabs(who, Section::Channels),
        form,
        base,
        version: endpoint.row_version,
        is_on: endpoint.is_on(),
        standing: endpoint_standing(t, zone, &endpoint),
        last_ok: endpoint.last_ok_at.map_or_else(|| t.text("channels-never"), |at| t.moment(at, zone)),
        secret,
        told,
        calls: lines.into_iter().map(call).collect(),
        name_max: NAME_CHARACTERS_MAX,
    };
    let mut response = page::html(status, &shown);
    if shown.secret.is_some() {
        let never = actix_web::http::header::HeaderValue::from_static("no-store");
        response.headers_mut().insert(actix_web::http::header::CACHE_CONTROL, never);
    }
    Ok(response)
}

/// JSON as people read it.
fn indented(body: &str) -> String {
    let read: Option<serde_json::Value> = serde_json::from_str(body).ok();
    read.and_then(|value| serde_json::to_string_pretty(&value).ok()).unwrap_or_else(|| body.to_owned())
}

fn details(form: &Form) -> EndpointDetails {
    EndpointDetails {
        name: form.value("name").trim().to_owned(),
        url: form.value("url").trim().to_owned(),
        with_contact: form.is("with_contact", "on"),
    }
}

fn fail(t: Texts, form: &mut Form, refused: EndpointRefused) -> Result<(), Problem> {
    let (field, sentence) = match refused {
        EndpointRefused::Name => ("name", t.with("channels-wrong-name", &[("max", &NAME_CHARACTERS_MAX)])),
        EndpointRefused::NameTaken => ("name", t.text("channels-wrong-name-taken")),
        EndpointRefused::Address(wrong) => ("url", address_text(t, wrong)),
        EndpointRefused::NoEvents => ("event", t.text("channels-wrong-no-events")),
        EndpointRefused::TooMany => ("name", t.text("channels-wrong-too-many")),
        EndpointRefused::Changed => ("name", t.text("channels-done-changed")),
        EndpointRefused::Off => ("name", t.text("channels-done-is-off")),
        EndpointRefused::Gone => return Err(Problem::NotFound),
    };
    form.fail(field, sentence);
    Ok(())
}

/// Adds an endpoint, or changes one.
pub async fn save_endpoint(
    app: AppData,
    who: Manager,
    request: HttpRequest,
    path: Path<String>,
    body: Bytes,
) -> Answer {
    let app = app.0;
    let form = who.form(&app, &body)?;
    if path.as_str() == NEW {
        return add(&app, &who, &request, form).await;
    }
    let endpoint = find(&app, &path).await?;
    change(&app, &who, &request, endpoint, form).await
}

async fn add(app: &App, who: &Manager, request: &HttpRequest, mut form: Form) -> Answer {
    let t = who.t;
    let details = details(&form);
    for flaw in endpoints::flaws(&details, &app.outgoing) {
        fail(t, &mut form, flaw)?;
    }
    let named =
        |event: Trigger| t.with("channels-rule-name", &[("name", &details.name), ("event", &event_text(t, event))]);
    let events: Vec<(Trigger, String)> = EVENTS
        .into_iter()
        .filter(|event| form.is("event", event.as_str()))
        .map(|event| (event, named(event)))
        .collect();
    if events.is_empty() {
        fail(t, &mut form, EndpointRefused::NoEvents)?;
    }
    if !form.has_errors() {
        let (by, keys) = (who.user.id, app.keys.clone());
        let write = move |tx: &mut crate::db::Tx<'_>| endpoints::add(tx, &keys, by, &details, &events);
        match app.db.write(app.clock.now(), write).await {
            Ok((id, secret)) => {
                let endpoint = find(app, &id.to_string()).await?;
                let form = filled(&endpoint);
                let shown = Shown { endpoint, form, secret: Some(secret) };
                return show(app, who, request, StatusCode::OK, shown).await;
            }
            Err(Bad::Refused(refused)) => fail(t, &mut form, refused)?,
            Err(Bad::Fault(fault)) => return Err(fault.into()),
        }
    }
    Ok(show_new(who, request, StatusCode::UNPROCESSABLE_ENTITY, form))
}

async fn change(app: &App, who: &Manager, request: &HttpRequest, endpoint: EndpointRow, mut form: Form) -> Answer {
    let t = who.t;
    let details = details(&form);
    for flaw in endpoints::flaws(&details, &app.outgoing) {
        fail(t, &mut form, flaw)?;
    }
    if !form.has_errors() {
        let (by, id, version) = (who.user.id, endpoint.id, version_of(&form));
        match app.db.write(app.clock.now(), move |tx| endpoints::change(tx, by, id, version, &details)).await {
            Ok(()) => return Ok(see_other(&format!("{PLACE}/webhooks/{id}?done=saved"))),
            Err(Bad::Refused(refused)) => fail(t, &mut form, refused)?,
            Err(Bad::Fault(fault)) => return Err(fault.into()),
        }
    }
    show(app, who, request, StatusCode::UNPROCESSABLE_ENTITY, Shown { endpoint, form, secret: None }).await
}

fn version_of(form: &Form) -> i64 {
    form.value("version").parse().unwrap_or(-1)
}

/// Answers a press of a button: back to the page, which says what was done.
fn done(id: EndpointId, result: Result<(), Bad<EndpointRefused>>, word: &str) -> Answer {
    let place = format!("{PLACE}/webhooks/{id}");
    match result {
        Ok(()) if word == "archived" => Ok(see_other(&format!("{PLACE}?done=archived"))),
        Ok(()) => Ok(see_other(&format!("{place}?done={word}"))),
        Err(Bad::Refused(EndpointRefused::Gone)) => Err(Problem::NotFound),
        Err(Bad::Refused(EndpointRefused::Off)) => Ok(see_other(&format!("{place}?done=is-off"))),
        Err(Bad::Refused(_)) => Ok(see_other(&format!("{place}?done=changed"))),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// Gives it a new secret and says it once.
pub async fn rotate_secret(
    app: AppData,
    who: Manager,
    request: HttpRequest,
    path: Path<String>,
    body: Bytes,
) -> Answer {
    let app = app.0;
    let form = who.form(&app, &body)?;
    let id = find(&app, &path).await?.id;
    let (by, keys, version) = (who.user.id, app.keys.clone(), version_of(&form));
    let rotated = app.db.write(app.clock.now(), move |tx| endpoints::rotate(tx, &keys, by, id, version)).await;
    match rotated {
        Ok(secret) => {
            let endpoint = find(&app, &path).await?;
            let form = filled(&endpoint);
            show(&app, &who, &request, StatusCode::OK, Shown { endpoint, form, secret: Some(secret) }).await
        }
        Err(bad) => done(id, Err(bad), "saved"),
    }
}

/// Switches it on or off.
pub async fn switch_endpoint(app: AppData, who: Manager, path: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let form = who.form(&app, &body)?;
    let id = find(&app, &path).await?.id;
    let (by, version, is_on) = (who.user.id, version_of(&form), form.is("to", "on"));
    let switched = app.db.write(app.clock.now(), move |tx| endpoints::switch(tx, by, id, version, is_on)).await;
    done(id, switched, if is_on { "on" } else { "off" })
}

/// Puts it away.
pub async fn archive_endpoint(app: AppData, who: Manager, path: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let form = who.form(&app, &body)?;
    let id = find(&app, &path).await?.id;
    let (by, version) = (who.user.id, version_of(&form));
    let archived = app.db.write(app.clock.now(), move |tx| endpoints::archive(tx, by, id, version)).await;
    done(id, archived, "archived")
}

/// Tells it again.
pub async fn replay_call(app: AppData, who: Manager, path: Path<(String, String)>, body: Bytes) -> Answer {
    let app = app.0;
    who.form(&app, &body)?;
    let id = find(&app, &path.0).await?.id;
    let message: MessageId = path.1.parse().ok().ok_or(Problem::NotFound)?;
    let by = who.user.id;
    let again = app.db.write(app.clock.now(), move |tx| endpoints::replay(tx, by, id, message)).await;
    app.bell.notify_one();
    done(id, again.map(|_| ()), "again")
}
