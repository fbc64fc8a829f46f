//! `/staff/messages/channels`: how messages leave. Mail as the settings say, the gateway for text messages, and the
//! programs of others that are told what happens.

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono_tz::Tz;

use super::{Section, SectionTab, reason_text, section_tabs, state_text};
use crate::app::App;
use crate::config::MailUrl;
use crate::db::Bad;
use crate::domain::ids::MessageId;
use crate::domain::message_rules::Trigger;
use crate::domain::messages::MessageState;
use crate::i18n::Texts;
use crate::messaging::QueueState;
use crate::messaging::carriers::sms::{BadBody, BodyForm, Credentials, Gateway, Preset};
use crate::messaging::gateway::{self, GatewayFlaw, NoTest};
use crate::messaging::store::calls::{self, AttemptLine, CallLine, EndpointRow};
use crate::outgoing::WrongTarget;
use crate::web::auth::{Manager, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

pub(super) type Answer = Result<HttpResponse, Problem>;

pub(super) const PLACE: &str = "/staff/messages/channels";
const SMS: &str = "/staff/messages/channels/sms";

#[derive(Template)]
#[template(path = "messaging/channels.html")]
struct ChannelsPage {
    page: Page,
    sections: Vec<SectionTab>,
    mail: Vec<(String, String)>,
    mail_standing: Standing,
    sms: Vec<(String, String)>,
    sms_standing: Standing,
    endpoints: Vec<EndpointLine>,
}

/// How a channel or an endpoint fares, as a badge and a sentence.
pub(super) struct Standing {
    pub(super) badge: &'static str,
    pub(super) text: String,
    pub(super) warning: String,
}

struct EndpointLine {
    href: String,
    name: String,
    host: String,
    standing: Standing,
    last_ok: String,
}

#[derive(Template)]
#[template(path = "messaging/gateway.html")]
struct GatewayPage {
    page: Page,
    sections: Vec<SectionTab>,
    form: Form,
    test: Form,
    presets: Vec<(String, String, bool)>,
    content_types: Vec<(String, String)>,
    ways: Vec<(String, String)>,
    is_demo: bool,
    is_set_up: bool,
    standing: Standing,
    tried: Option<Tried>,
}

/// What became of a test.
struct Tried {
    number: String,
    text: String,
    badge: &'static str,
    state: String,
    reason: String,
    reference: String,
    attempts: Vec<AttemptShown>,
    again: String,
    is_settled: bool,
}

/// An attempt as it is shown.
pub(super) struct AttemptShown {
    pub(super) when: String,
    pub(super) outcome: String,
    pub(super) code: String,
    pub(super) took: String,
    pub(super) detail: String,
}

/// All three channels.
pub async fn channels_page(app: AppData, who: Manager, request: HttpRequest) -> Answer {
    let app = app.0;
    let (t, keys) = (who.t, app.keys.clone());
    let read = app.db.read(move |conn| Ok((calls::gateway(conn, &keys)?.0, calls::endpoints(conn)?)));
    let (gateway, endpoints) = read.await?;
    let zone = zone_of(&who);
    let sections = section_tabs(&who, Section::Channels);
    let page = who.page(&request, Nav::Messages, t.text("channels-title"));
    let shown = ChannelsPage {
        page: telling(page, request.query_string()),
        sections,
        mail: mail_facts(t, &app),
        mail_standing: queue_standing(t, zone, &app.queue.state()),
        sms: sms_facts(t, &gateway),
        sms_standing: if gateway.is_usable() {
            queue_standing(t, zone, &app.sms_queue.state())
        } else {
            Standing { badge: "cancelled", text: t.text("channels-off"), warning: String::new() }
        },
        endpoints: endpoints.iter().map(|endpoint| endpoint_line(t, zone, endpoint)).collect(),
    };
    Ok(page::html(StatusCode::OK, &shown))
}

pub(super) fn zone_of(who: &Manager) -> Tz {
    who.catalog.locations.first().map_or(Tz::UTC, |location| location.zone)
}

fn mail_facts(t: Texts, app: &App) -> Vec<(String, String)> {
    let mail = &app.settings.mail;
    let way = match &mail.url {
        MailUrl::Smtp(server) => format!("{}:{}", server.host, server.port),
        MailUrl::Directory(path) => t.with("channels-mail-directory", &[("path", &path.display().to_string())]),
        MailUrl::Memory => t.text("channels-mail-memory"),
    };
    let signature = match &mail.dkim {
        Some(dkim) => t.with("channels-mail-signed", &[("domain", &dkim.domain), ("selector", &dkim.selector)]),
        None => t.text("channels-mail-unsigned"),
    };
    vec![
        (t.text("channels-mail-server"), way),
        (t.text("channels-mail-signature"), signature),
        (t.text("channels-mail-sender"), format!("{} <{}>", mail.from_name, mail.from_address)),
    ]
}

fn sms_facts(t: Texts, gateway: &Gateway) -> Vec<(String, String)> {
    match gateway.preset {
        Preset::None => Vec::new(),
        Preset::Demo => vec![(t.text("channels-sms-gateway"), t.text("channels-preset-demo"))],
        Preset::Form | Preset::Json => {
            let host = host_of(&gateway.url);
            vec![(t.text("channels-sms-gateway"), host), (t.text("channels-sms-sender"), gateway.sender.clone())]
        }
    }
}

/// The part of an address that people know; the rest may be a secret.
pub(super) fn host_of(address: &str) -> String {
    url::Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

fn queue_standing(t: Texts, zone: Tz, state: &QueueState) -> Standing {
    match state {
        QueueState::Running => Standing { badge: "completed", text: t.text("channels-on"), warning: String::new() },
        QueueState::Waiting { until, .. } => Standing {
            badge: "requested",
            text: t.text("channels-waiting"),
            warning: t.with("channels-waiting-until", &[("until", &t.moment(*until, zone))]),
        },
        QueueState::Stopped { since, why, .. } => Standing {
            badge: "no_show",
            text: t.text("channels-stopped"),
            warning: t.with("channels-stopped-since", &[("since", &t.moment(*since, zone)), ("why", why)]),
        },
    }
}

pub(super) fn endpoint_standing(t: Texts, zone: Tz, endpoint: &EndpointRow) -> Standing {
    if !endpoint.is_on() {
        return Standing { badge: "cancelled", text: t.text("channels-off"), warning: String::new() };
    }
    match endpoint.failing_since {
        Some(since) => Standing {
            badge: "no_show",
            text: t.text("channels-failing"),
            warning: t.with("channels-failing-since", &[("since", &t.moment(since, zone))]),
        },
        None => Standing { badge: "completed", text: t.text("channels-on"), warning: String::new() },
    }
}

fn endpoint_line(t: Texts, zone: Tz, endpoint: &EndpointRow) -> EndpointLine {
    EndpointLine {
        href: format!("{PLACE}/webhooks/{}", endpoint.id),
        name: endpoint.name.clone(),
        host: host_of(&endpoint.url),
        standing: endpoint_standing(t, zone, endpoint),
        last_ok: endpoint.last_ok_at.map_or_else(|| t.text("channels-never"), |at| t.moment(at, zone)),
    }
}

/// Says at the top of the page what the query says was done.
pub(super) fn telling(page: Page, query: &str) -> Page {
    let t = page.t;
    match Form::parse(query).value("done") {
        "saved" => page.saying(Tone::Success, t.text("channels-done-saved")),
        "archived" => page.saying(Tone::Success, t.text("channels-done-archived")),
        "on" => page.saying(Tone::Success, t.text("channels-done-on")),
        "off" => page.saying(Tone::Success, t.text("channels-done-off")),
        "again" => page.saying(Tone::Success, t.text("channels-done-again")),
        "changed" => page.saying(Tone::Warning, t.text("channels-done-changed")),
        "is-off" => page.saying(Tone::Warning, t.text("channels-done-is-off")),
        _ => page,
    }
}

/// The gateway's form: as it stands, or as a preset begins.
pub async fn gateway_page(app: AppData, who: Manager, request: HttpRequest) -> Answer {
    let app = app.0;
    let (gateway, version) = stored(&app).await?;
    let query = Form::parse(request.query_string());
    let wanted = Preset::parse(query.value("preset")).filter(|preset| *preset != Preset::None && may(&app, *preset));
    let shown = match wanted {
        Some(preset) if preset != gateway.preset => gateway::beginning(preset),
        _ => gateway,
    };
    let test = Form::new().filled("text", who.t.with("channels-test-text", &[("clinic", &who.catalog.clinic.name)]));
    let tried = match query.value("test").parse::<MessageId>() {
        Ok(id) => tried(&app, &who, id).await?,
        Err(_) => None,
    };
    let form = filled(&shown, version);
    show(&app, &who, &request, StatusCode::OK, Forms { form, test }, tried).await
}

/// A preset of the demo is of no use elsewhere.
fn may(app: &App, preset: Preset) -> bool {
    preset != Preset::Demo || app.is_demo
}

async fn stored(app: &App) -> Result<(Gateway, i64), Problem> {
    let keys = app.keys.clone();
    Ok(app.db.read(move |conn| calls::gateway(conn, &keys)).await?)
}

/// The form as it is shown first. Secrets are said to be there, and nothing more.
fn filled(gateway: &Gateway, version: i64) -> Form {
    let credentials = &gateway.credentials;
    let way = if !credentials.token.is_empty() {
        "bearer"
    } else if !credentials.password.is_empty() || !credentials.user.is_empty() {
        "basic"
    } else {
        match gateway.preset {
            Preset::Form => "basic",
            Preset::Json => "bearer",
            Preset::None | Preset::Demo => "none",
        }
    };
    let headers: Vec<String> = credentials.headers.iter().map(|(name, _)| format!("{name}:")).collect();
    let form = Form::new()
        .filled("preset", gateway.preset.as_str())
        .filled("sender", &gateway.sender)
        .filled("country_code", &gateway.country_code)
        .filled("url", &gateway.url)
        .filled("content_type", gateway.form.content_type())
        .filled("auth", way)
        .filled("headers", headers.join("\n"))
        .filled("body", &gateway.body)
        .filled("success_pointer", &gateway.success_pointer)
        .filled("success_value", &gateway.success_value)
        .filled("reference_pointer", &gateway.reference_pointer)
        .filled("version", version.to_string());
    if gateway.enabled { form.filled("enabled", "on") } else { form }
}

/// The two forms of the page.
struct Forms {
    form: Form,
    test: Form,
}

async fn show(
    app: &App,
    who: &Manager,
    request: &HttpRequest,
    status: StatusCode,
    forms: Forms,
    tried: Option<Tried>,
) -> Answer {
    let t = who.t;
    let (gateway, _) = stored(app).await?;
    let page = who.page(request, Nav::Messages, t.text("channels-sms-title"));
    let chosen = forms.form.value("preset").to_owned();
    let preset = |preset: Preset, text: String| (preset.as_str().to_owned(), text, chosen == preset.as_str());
    let mut presets = vec![
        preset(Preset::Form, t.text("channels-preset-form")),
        preset(Preset::Json, t.text("channels-preset-json")),
    ];
    if app.is_demo {
        presets.push(preset(Preset::Demo, t.text("channels-preset-demo")));
    }
    let forms_of_body = [BodyForm::Json, BodyForm::Form, BodyForm::Xml];
    let content_types =
        forms_of_body.map(|form| (form.content_type().to_owned(), form.content_type().to_owned())).to_vec();
    let shown = GatewayPage {
        page: telling(page, request.query_string()),
        sections: section_tabs(who, Section::Channels),
        is_demo: chosen == Preset::Demo.as_str(),
        is_set_up: gateway.is_usable(),
        standing: queue_standing(t, zone_of(who), &app.sms_queue.state()),
        form: forms.form,
        test: forms.test,
        presets,
        content_types,
        ways: vec![
            ("none".to_owned(), t.text("channels-auth-none")),
            ("basic".to_owned(), t.text("channels-auth-basic")),
            ("bearer".to_owned(), t.text("channels-auth-bearer")),
        ],
        tried,
    };
    Ok(page::html(status, &shown))
}

/// Keeps the gateway.
pub async fn save_gateway(app: AppData, who: Manager, request: HttpRequest, body: Bytes) -> Answer {
    let app = app.0;
    let t = who.t;
    let mut form = who.form(&app, &body)?;
    let (before, _) = stored(&app).await?;
    let preset = Preset::parse(form.value("preset")).filter(|preset| *preset != Preset::None && may(&app, *preset));
    let preset = preset.ok_or(Problem::Nonsense)?;
    let (typed, mut flaws) = typed(&form, preset, &before);
    // What is switched off may be unfinished.
    if typed.enabled {
        flaws.extend(gateway::flaws(&typed, &app.outgoing, app.is_demo));
    }
    let by = who.user.id;
    let version: i64 = form.value("version").parse().unwrap_or(-1);
    if flaws.is_empty() {
        let keys = app.keys.clone();
        let saved = app.db.write(app.clock.now(), move |tx| gateway::save(tx, &keys, by, &typed, version));
        match saved.await {
            Ok(()) => {
                // A gateway that refused us before is asked again at once.
                app.sms_queue.resume();
                app.bell.notify_one();
                return Ok(see_other(&format!("{SMS}?done=saved")));
            }
            Err(Bad::Refused(flaw)) => flaws.push(flaw),
            Err(Bad::Fault(fault)) => return Err(fault.into()),
        }
    }
    for flaw in &flaws {
        let (field, sentence) = said(t, flaw);
        form.fail(field, sentence);
    }
    if flaws.contains(&GatewayFlaw::Changed) {
        let (_, version) = stored(&app).await?;
        form = form.filled("version", version.to_string());
    }
    // Secrets are never shown again, not even to who typed them; of headers the names stay.
    let names: Vec<String> =
        form.value("headers").lines().filter_map(header_line).map(|(name, _)| format!("{name}:")).collect();
    let form = form.filled("user", "").filled("password", "").filled("token", "").filled("headers", names.join("\n"));
    let test = Form::new().filled("text", t.with("channels-test-text", &[("clinic", &who.catalog.clinic.name)]));
    show(&app, &who, &request, StatusCode::UNPROCESSABLE_ENTITY, Forms { form, test }, None).await
}

/// A line `Name: value`.
fn header_line(line: &str) -> Option<(String, String)> {
    let line = line.trim();
    if line.is_empty() {
        return None;
    }
    let (name, value) = line.split_once(':').unwrap_or((line, ""));
    Some((name.trim().to_owned(), value.trim().to_owned()))
}

/// What was typed, as a gateway. An empty secret keeps the one that is stored.
fn typed(form: &Form, preset: Preset, before: &Gateway) -> (Gateway, Vec<GatewayFlaw>) {
    let mut flaws = Vec::new();
    let line = |name: &str| form.value(name).trim().to_owned();
    let kept = |name: &str, stored: &str| {
        let given = form.value(name).trim();
        if given.is_empty() { stored.to_owned() } else { given.to_owned() }
    };
    let old = &before.credentials;
    let mut credentials = Credentials::default();
    match form.value("auth") {
        "basic" => {
            credentials.user = kept("user", &old.user);
            credentials.password = kept("password", &old.password);
            if credentials.user.is_empty() || credentials.password.is_empty() {
                flaws.push(GatewayFlaw::NoPassword);
            }
        }
        "bearer" => {
            credentials.token = kept("token", &old.token);
            if credentials.token.is_empty() {
                flaws.push(GatewayFlaw::NoToken);
            }
        }
        _ => {}
    }
    for (name, value) in form.value("headers").lines().filter_map(header_line) {
        let stored = old.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(&name));
        let value = if value.is_empty() { stored.map(|(_, value)| value.clone()).unwrap_or_default() } else { value };
        credentials.headers.push((name, value));
    }
    if preset == Preset::Demo {
        flaws.clear();
        credentials = old.clone();
    }
    let gateway = Gateway {
        preset,
        enabled: form.is("enabled", "on"),
        sender: line("sender"),
        url: line("url"),
        form: BodyForm::parse(form.value("content_type")).unwrap_or_default(),
        credentials,
        body: form.value("body").trim().chars().take(gateway::BODY_CHARACTERS_MAX).collect(),
        success_pointer: line("success_pointer"),
        success_value: line("success_value"),
        reference_pointer: line("reference_pointer"),
        country_code: line("country_code").trim_start_matches('+').to_owned(),
    };
    let too_long =
        |text: &str| gateway::SECRET_CHARACTERS_MAX < text.chars().count() || text.chars().any(char::is_control);
    let secrets = &gateway.credentials;
    if too_long(&secrets.user) || too_long(&secrets.password) {
        flaws.push(GatewayFlaw::NoPassword);
    }
    if too_long(&secrets.token) || !secrets.token.is_ascii() {
        flaws.push(GatewayFlaw::NoToken);
    }
    if !gateway.enabled {
        flaws.clear();
    }
    (gateway, flaws)
}

/// Where a flaw is shown, and what is said.
fn said(t: Texts, flaw: &GatewayFlaw) -> (&'static str, String) {
    match flaw {
        GatewayFlaw::Address(wrong) => ("url", address_text(t, *wrong)),
        GatewayFlaw::Sender => ("sender", t.with("channels-wrong-sender", &[("max", &gateway::SENDER_CHARACTERS_MAX)])),
        GatewayFlaw::CountryCode => ("country_code", t.text("channels-wrong-country-code")),
        GatewayFlaw::Body(BadBody::Template(line, what)) => {
            ("body", t.with("channels-wrong-template", &[("line", line), ("what", what)]))
        }
        GatewayFlaw::Body(BadBody::NotJson) => ("body", t.text("channels-wrong-json")),
        GatewayFlaw::Body(BadBody::TooLong) => ("body", t.text("channels-wrong-long")),
        GatewayFlaw::BodyWithout(what) => {
            ("body", t.with("channels-wrong-without", &[("what", &format!("{{{{ {what} }}}}"))]))
        }
        GatewayFlaw::Header(name) => ("headers", t.with("channels-wrong-header", &[("name", name)])),
        GatewayFlaw::Pointer(field) => (field, t.text("channels-wrong-pointer")),
        GatewayFlaw::NoSuccessValue => ("success_value", t.text("channels-wrong-no-value")),
        GatewayFlaw::NoPassword => ("password", t.text("channels-wrong-password")),
        GatewayFlaw::NoToken => ("token", t.text("channels-wrong-token")),
        GatewayFlaw::Changed => ("url", t.text("channels-done-changed")),
    }
}

/// Why an address is not called.
pub(super) fn address_text(t: Texts, wrong: WrongTarget) -> String {
    match wrong {
        WrongTarget::NotAnAddress => t.text("channels-wrong-address"),
        WrongTarget::OtherScheme => t.text("channels-wrong-scheme"),
        WrongTarget::NotEncrypted => t.text("channels-wrong-http"),
        WrongTarget::Credentials => t.text("channels-wrong-credentials"),
        WrongTarget::Private => t.text("channels-wrong-private"),
    }
}

/// Sends a text message to a number that was typed.
pub async fn test_gateway(app: AppData, who: Manager, request: HttpRequest, body: Bytes) -> Answer {
    let app = app.0;
    let t = who.t;
    let mut test = who.form(&app, &body)?;
    let text: String = test.value("text").trim().chars().take(gateway::TEST_CHARACTERS_MAX).collect();
    if text.is_empty() {
        test.fail("text", t.text("field-required"));
    }
    let number = test.required("number", t).unwrap_or_default();
    if !test.has_errors() {
        let (by, keys, language) = (who.user.id, app.keys.clone(), t.language().tag());
        let write = move |tx: &mut crate::db::Tx<'_>| gateway::plan_test(tx, &keys, by, (&number, &text), language);
        match app.db.write(app.clock.now(), write).await {
            Ok(id) => {
                app.bell.notify_one();
                return Ok(see_other(&format!("{SMS}?test={id}#test")));
            }
            Err(Bad::Refused(NoTest::Number)) => test.fail("number", t.text("channels-wrong-number")),
            Err(Bad::Refused(NoTest::NoGateway)) => test.fail("number", t.text("channels-test-no-gateway")),
            Err(Bad::Fault(fault)) => return Err(fault.into()),
        }
    }
    let (gateway, version) = stored(&app).await?;
    let form = filled(&gateway, version);
    show(&app, &who, &request, StatusCode::UNPROCESSABLE_ENTITY, Forms { form, test }, None).await
}

async fn tried(app: &App, who: &Manager, id: MessageId) -> Result<Option<Tried>, Problem> {
    let found = app.db.read(move |conn| calls::text_test(conn, id)).await?;
    let (t, zone) = (who.t, zone_of(who));
    Ok(found.map(|line| {
        let (number, text) = line.text.clone().unwrap_or_default();
        Tried {
            number,
            text,
            badge: badge(&line),
            state: state_text(t, line.state),
            reason: reason_text(t, line.state, line.reason.as_deref()),
            reference: line.reference.clone().unwrap_or_default(),
            attempts: line.attempts.iter().map(|attempt| attempt_shown(t, zone, attempt)).collect(),
            again: format!("{SMS}?test={id}#test"),
            is_settled: line.state.is_final(),
        }
    }))
}

pub(super) fn badge(line: &CallLine) -> &'static str {
    match line.state {
        MessageState::Sent => "completed",
        MessageState::Dead => "no_show",
        MessageState::Pending | MessageState::Leased => "booked",
        MessageState::Retry | MessageState::Uncertain => "requested",
        MessageState::Cancelled | MessageState::Skipped => "cancelled",
    }
}

pub(super) fn attempt_shown(t: Texts, zone: Tz, attempt: &AttemptLine) -> AttemptShown {
    let outcome = match attempt.outcome.as_str() {
        "accepted" => t.text("channels-attempt-accepted"),
        "busy" => t.text("channels-attempt-busy"),
        "refused" => t.text("channels-attempt-refused"),
        "unwelcome" => t.text("channels-attempt-unwelcome"),
        "unreachable" => t.text("channels-attempt-unreachable"),
        "silent" => t.text("channels-attempt-silent"),
        other => other.to_owned(),
    };
    AttemptShown {
        when: t.moment(attempt.at, zone),
        outcome,
        code: attempt.code.map(|code| code.to_string()).unwrap_or_default(),
        took: attempt.took_ms.map(|took| t.with("channels-took", &[("ms", &i64::from(took))])).unwrap_or_default(),
        detail: attempt.detail.clone(),
    }
}

/// What a program may be told about, in a word or two.
pub(super) fn event_text(t: Texts, trigger: Trigger) -> String {
    match trigger {
        Trigger::Booked => t.text("channels-event-booked"),
        Trigger::Requested => t.text("channels-event-requested"),
        Trigger::Approved => t.text("channels-event-approved"),
        Trigger::Declined => t.text("channels-event-declined"),
        Trigger::Rescheduled => t.text("channels-event-moved"),
        Trigger::Cancelled | Trigger::CancelledByClient | Trigger::CancelledByClinic => {
            t.text("channels-event-cancelled")
        }
        Trigger::AfterVisit => t.text("channels-event-completed"),
        Trigger::NoShow => t.text("channels-event-no-show"),
        Trigger::BeforeStart => t.text("channels-event-reminder"),
        Trigger::AfterLastVisit
        | Trigger::Birthday
        | Trigger::WaitlistOffer
        | Trigger::BeforeRecall
        | Trigger::AfterRecall => String::new(),
    }
}
