//! `/staff/messages/templates`: in which words messages speak. Read, written, tried, sent as a test, taken back.

use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono_tz::Tz;

use super::{Section, SectionTab, kind_text, section_tabs};
use crate::app::App;
use crate::db::Bad;
use crate::domain::language::Language;
use crate::domain::messages::{Channel, MessageKind};
use crate::i18n::{Argument, Texts};
use crate::messaging::edit_templates::{self as deeds, Listed, Shown, Template, TemplateRefused};
use crate::messaging::words::check::{Complaint, Field};
use crate::messaging::words::sms::Size;
use crate::messaging::words::{OwnText, placeholders, sources};
use crate::messaging::{Tried, TriedWith};
use crate::schedule::AppLinks;
use crate::web::auth::{Manager, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

type Answer = Result<HttpResponse, Problem>;

const PLACE: &str = "/staff/messages/templates";
/// The mail in the frame brings its styles along; a frame of this page inherits what this page may.
const EDITOR_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; frame-src 'self'";

#[derive(askama::Template)]
#[template(path = "messaging/templates.html")]
struct TemplatesPage {
    page: Page,
    sections: Vec<SectionTab>,
    form: Form,
    groups: Vec<Group>,
    own: Vec<Line>,
    archived: Vec<Line>,
    kinds: Vec<(String, String)>,
    channels: Vec<(String, String)>,
}

/// Templates of one audience.
struct Group {
    title: String,
    lines: Vec<Line>,
}

struct Line {
    name: String,
    channel: String,
    languages: Vec<LanguageOf>,
    rules: String,
    is_broken: bool,
    base: String,
}

/// A text in one language.
struct LanguageOf {
    href: String,
    name: &'static str,
    is_own: bool,
    is_broken: bool,
}

#[derive(askama::Template)]
#[template(path = "messaging/template.html")]
struct TemplatePage {
    page: Page,
    sections: Vec<SectionTab>,
    form: Form,
    base: String,
    is_mail: bool,
    is_archived: bool,
    languages: Vec<(String, &'static str, bool)>,
    placeholders: Vec<Known>,
    written: String,
    is_own: bool,
    stands: Option<OwnText>,
    tried: Look,
    html_open: bool,
    seen_by: String,
}

struct Known {
    code: String,
    meaning: String,
    example: String,
    in_subject: bool,
}

/// The preview as the page shows it.
struct Look {
    subject: String,
    text: String,
    html: String,
    size: String,
    with: String,
    complaints: Vec<String>,
}

#[derive(askama::Template)]
#[template(path = "messaging/template_reset.html")]
struct ResetPage {
    page: Page,
    sections: Vec<SectionTab>,
    base: String,
    text: OwnText,
}

/// Every template.
pub async fn templates_page(app: AppData, who: Manager, request: HttpRequest) -> Answer {
    list(&app.0, &who, &request, StatusCode::OK, Form::new().filled("kind", "reminder").filled("channel", "mail")).await
}

async fn list(app: &Arc<App>, who: &Manager, request: &HttpRequest, status: StatusCode, form: Form) -> Answer {
    let (links, now, t) = (AppLinks(Arc::clone(app)), app.clock.now(), who.t);
    let listed = app.db.read(move |conn| deeds::all_templates(conn, &links, now)).await?;
    let (mut to_clients, mut to_team, mut own, mut archived) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for listed in listed {
        let is_to_clients = placeholders::of(listed.template.kind).all(|known| known.name != "agenda_url")
            && listed.template.kind != MessageKind::ProviderSeries
            && listed.template.kind != MessageKind::SeriesGapsDesk;
        let place = match &listed.template.own {
            Some((_, _, true)) => &mut archived,
            Some(_) => &mut own,
            None if is_to_clients => &mut to_clients,
            None => &mut to_team,
        };
        place.push(line(t, listed));
    }
    let page = who.page(request, Nav::Messages, t.text("words-title"));
    let is_broken = to_clients.iter().chain(&to_team).chain(&own).any(|line| line.is_broken);
    let page = match Form::parse(request.query_string()).value("done") {
        "archived" => page.saying(Tone::Success, t.text("words-done-archived")),
        "restored" => page.saying(Tone::Success, t.text("words-done-restored")),
        _ if is_broken => page.saying(Tone::Warning, t.text("words-broken-somewhere")),
        _ => page,
    };
    let shown = TemplatesPage {
        sections: section_tabs(who, Section::Texts),
        page,
        form,
        groups: vec![
            Group { title: t.text("words-to-clients"), lines: to_clients },
            Group { title: t.text("words-to-team"), lines: to_team },
        ],
        own,
        archived,
        kinds: sources::EDITABLE.into_iter().map(|kind| (kind.as_str().to_owned(), kind_text(t, kind))).collect(),
        channels: vec![
            (Channel::Mail.as_str().to_owned(), t.text("words-channel-mail")),
            (Channel::Sms.as_str().to_owned(), t.text("words-channel-sms")),
        ],
    };
    Ok(page::html(status, &shown))
}

fn line(t: Texts, listed: Listed) -> Line {
    let Listed { template, own_words, rules } = listed;
    let base = format!("{PLACE}/{}", template.key);
    let language = |language: Language| {
        let own = own_words.iter().find(|(own, _)| *own == language);
        LanguageOf {
            href: format!("{base}/{}", language.tag()),
            name: language.own_name(),
            is_own: own.is_some(),
            is_broken: own.is_some_and(|(_, works)| !works),
        }
    };
    Line {
        name: name_of(t, &template),
        channel: channel_text(t, template.channel),
        languages: Language::all().into_iter().map(language).collect(),
        rules: rules.iter().map(|rule| rule_text(t, rule)).collect::<Vec<_>>().join(", "),
        is_broken: own_words.iter().any(|(_, works)| !works),
        base,
    }
}

fn name_of(t: Texts, template: &Template) -> String {
    match &template.own {
        Some((_, name, _)) => name.clone(),
        None => kind_text(t, template.kind),
    }
}

fn channel_text(t: Texts, channel: Channel) -> String {
    match channel {
        Channel::Mail => t.text("words-channel-mail"),
        Channel::Sms => t.text("words-channel-sms"),
        Channel::Webhook => String::new(),
    }
}

/// A built-in rule by what it says, one of the clinic's by its name.
fn rule_text(t: Texts, rule: &str) -> String {
    match rule {
        "reminder_early" => t.text("words-rule-reminder-early"),
        "reminder_late" => t.text("words-rule-reminder-late"),
        other => MessageKind::parse(other).map_or_else(|| other.to_owned(), |kind| kind_text(t, kind)),
    }
}

/// Makes a template of the clinic's own and opens it.
pub async fn add_template(app: AppData, who: Manager, request: HttpRequest, body: Bytes) -> Answer {
    let mut form = who.form(&app.0, &body)?;
    let kind = MessageKind::parse(form.value("kind"));
    let channel = Channel::parse(form.value("channel"));
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let (Some(kind), Some(channel)) = (kind, channel) else {
        form.fail("kind", who.t.text("field-required"));
        return list(&app.0, &who, &request, unprocessable, form).await;
    };
    let (by, name) = (who.user.id, form.value("name").to_owned());
    let made = app.0.db.write(app.0.clock.now(), move |tx| deeds::add_template(tx, by, kind, channel, &name));
    match made.await {
        Ok(id) => Ok(see_other(&format!("{PLACE}/{id}/{}?done=added", who.t.language().tag()))),
        Err(Bad::Fault(fault)) => Err(fault.into()),
        Err(Bad::Refused(refused)) => {
            match refused {
                TemplateRefused::TooMany => form.fail("name", who.t.text("words-too-many")),
                TemplateRefused::Gone => form.fail("channel", who.t.text("words-not-by-text")),
                _ => form.fail("name", who.t.with("words-name-wrong", &[("max", &deeds::NAME_MAX)])),
            }
            list(&app.0, &who, &request, unprocessable, form).await
        }
    }
}

/// Takes a template of the clinic's own out of use.
pub async fn archive_template(app: AppData, who: Manager, path: Path<String>, body: Bytes) -> Answer {
    retire(&app.0, &who, &path, &body, true).await
}

/// Brings one back.
pub async fn restore_template(app: AppData, who: Manager, path: Path<String>, body: Bytes) -> Answer {
    retire(&app.0, &who, &path, &body, false).await
}

async fn retire(app: &Arc<App>, who: &Manager, path: &str, body: &[u8], retired: bool) -> Answer {
    who.form(app, body)?;
    let (by, id) = (who.user.id, path.parse().ok().ok_or(Problem::NotFound)?);
    match app.db.write(app.clock.now(), move |tx| deeds::retire_template(tx, by, id, retired)).await {
        Ok(()) => Ok(see_other(&format!("{PLACE}?done={}", if retired { "archived" } else { "restored" }))),
        Err(Bad::Refused(_)) => Err(Problem::NotFound),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// A template and the language in which it is open.
struct Open {
    template: Template,
    language: Language,
    shown: Shown,
}

async fn open(app: &Arc<App>, path: &(String, String)) -> Result<Open, Problem> {
    let language = Language::all().into_iter().find(|language| language.tag() == path.1).ok_or(Problem::NotFound)?;
    let name = path.0.clone();
    let read = app.db.read(move |conn| {
        let Some(template) = deeds::find_template(conn, &name)? else { return Ok(None) };
        let shown = deeds::text_of(conn, &template, language)?;
        Ok(Some(Open { template, language, shown }))
    });
    read.await?.ok_or(Problem::NotFound)
}

/// One text, with its preview.
pub async fn template_page(app: AppData, who: Manager, request: HttpRequest, path: Path<(String, String)>) -> Answer {
    let open = open(&app.0, &path).await?;
    let t = who.t;
    let asked = Form::parse(request.query_string());
    let said = match asked.value("done") {
        "saved" => Some((Tone::Success, t.text("words-done-saved"))),
        "reset" => Some((Tone::Success, t.text("words-done-reset"))),
        "added" => Some((Tone::Success, t.text("words-done-added"))),
        _ => None,
    };
    let form = form_of(&open.shown).filled("reference", asked.value("reference"));
    show(&app.0, &who, &request, (StatusCode::OK, form, said), open, None).await
}

fn form_of(shown: &Shown) -> Form {
    Form::new()
        .filled("subject", shown.text.subject.clone())
        .filled("body", shown.text.body.clone())
        .filled("html", shown.text.html.clone().unwrap_or_default())
        .filled("version", shown.version.to_string())
}

/// What was typed. Browsers send line ends of their own.
fn typed(form: &Form) -> OwnText {
    let html = form.value("html").replace("\r\n", "\n");
    OwnText {
        subject: form.value("subject").trim().to_owned(),
        body: form.value("body").replace("\r\n", "\n"),
        html: Some(html).filter(|html| !html.trim().is_empty()),
    }
}

async fn try_typed(app: &Arc<App>, open: &Open, form: &Form) -> Result<Tried, Problem> {
    let (links, now, language) = (AppLinks(Arc::clone(app)), app.clock.now(), open.language);
    let (template, text) = (open.template.clone(), typed(form));
    let reference = form.given("reference").map(str::to_owned);
    let tried =
        app.db.read(move |conn| deeds::try_text(conn, &links, now, (&template, language), &text, reference.as_deref()));
    Ok(tried.await?)
}

async fn show(
    app: &Arc<App>,
    who: &Manager,
    request: &HttpRequest,
    (status, form, said): (StatusCode, Form, Option<(Tone, String)>),
    open: Open,
    stands: Option<OwnText>,
) -> Answer {
    let t = who.t;
    let tried = try_typed(app, &open, &form).await?;
    let Open { template, language, shown } = open;
    let base = format!("{PLACE}/{}", template.key);
    let page = who.page(request, Nav::Messages, name_of(t, &template));
    let page = match said {
        Some((tone, sentence)) => page.saying(tone, sentence),
        None => page,
    };
    let is_mail = template.channel == Channel::Mail;
    let zone = who.catalog.locations.first().map_or(Tz::UTC, |location| location.zone);
    let written = shown.written.map(|(at, by)| {
        let at = t.moment(at, zone);
        match by {
            Some(name) => t.with("words-written-by", &[("name", &name), ("at", &at)]),
            None => t.with("words-written", &[("at", &at)]),
        }
    });
    let known = placeholders::of(template.kind).filter(|known| is_mail || !known.is_part).map(|known| Known {
        code: format!("{{{{ {} }}}}", known.name),
        meaning: known.meaning(t),
        example: tried
            .values
            .iter()
            .find(|(name, _)| *name == known.name)
            .map_or_else(String::new, |(_, value)| short(value)),
        in_subject: known.in_subject,
    });
    let shown_page = TemplatePage {
        sections: section_tabs(who, Section::Texts),
        is_archived: template.own.as_ref().is_some_and(|(_, _, archived)| *archived),
        languages: Language::all()
            .into_iter()
            .map(|other| (format!("{base}/{}", other.tag()), other.own_name(), other == language))
            .collect(),
        placeholders: known.collect(),
        is_own: written.is_some(),
        written: written.unwrap_or_else(|| t.text("words-rebooks")),
        html_open: !form.value("html").trim().is_empty() || !form.error("html").is_empty(),
        tried: look(t, tried),
        base: format!("{base}/{}", language.tag()),
        seen_by: who.user.email.clone(),
        is_mail,
        stands,
        page,
        form,
    };
    let mut response = page::html(status, &shown_page);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, header::HeaderValue::from_static(EDITOR_POLICY));
    Ok(response)
}

/// As much of a value as a list needs.
fn short(value: &str) -> String {
    let line = value.replace('\n', ", ");
    if line.chars().count() <= 60 { line } else { format!("{}…", line.chars().take(59).collect::<String>()) }
}

fn look(t: Texts, tried: Tried) -> Look {
    Look {
        size: tried.size.map(|size| size_text(t, size)).unwrap_or_default(),
        with: with_text(t, &tried.with),
        complaints: tried.complaints.iter().map(|complaint| said_of(t, complaint)).collect(),
        subject: tried.subject,
        text: tried.text,
        html: tried.html,
    }
}

fn said_of(t: Texts, complaint: &Complaint) -> String {
    let field = match complaint.field {
        Field::Subject => t.text("words-subject"),
        Field::Body => t.text("words-body"),
        Field::Html => t.text("words-html"),
    };
    t.with("words-complaint", &[("field", &field), ("what", &complaint.sentence(t))])
}

fn size_text(t: Texts, size: Size) -> String {
    let values: [(&str, &dyn Argument); 2] = [("characters", &size.characters), ("parts", &size.parts)];
    if size.is_wide { t.with("words-size-wide", &values) } else { t.with("words-size", &values) }
}

fn with_text(t: Texts, with: &TriedWith) -> String {
    match with {
        TriedWith::Booking(reference) => t.with("words-with-booking", &[("reference", reference)]),
        TriedWith::Instead(reference) => t.with("words-with-instead", &[("reference", reference)]),
        TriedWith::MadeUp => t.text("words-with-made-up"),
    }
}

/// Saves, shows or sends what was typed.
pub async fn save_template(
    app: AppData,
    who: Manager,
    request: HttpRequest,
    path: Path<(String, String)>,
    body: Bytes,
) -> Answer {
    let form = who.form(&app.0, &body)?;
    let open = open(&app.0, &path).await?;
    match form.value("do") {
        "preview" => show(&app.0, &who, &request, (StatusCode::OK, form, None), open, None).await,
        "test" => test(&app.0, &who, &request, form, open).await,
        _ => save(&app.0, &who, &request, form, open).await,
    }
}

async fn save(app: &Arc<App>, who: &Manager, request: &HttpRequest, mut form: Form, open: Open) -> Answer {
    let t = who.t;
    let links = AppLinks(Arc::clone(app));
    let (by, template, language, text) = (who.user.id, open.template.clone(), open.language, typed(&form));
    let version = form.value("version").trim().parse().unwrap_or(-1);
    let saved = app
        .db
        .write(app.clock.now(), move |tx| deeds::save_text(tx, &links, by, (&template, language), &text, version));
    let refused = match saved.await {
        Ok(()) => {
            return Ok(see_other(&format!("{PLACE}/{}/{}?done=saved", open.template.key, language.tag())));
        }
        Err(Bad::Fault(fault)) => return Err(fault.into()),
        Err(Bad::Refused(refused)) => refused,
    };
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    match refused {
        TemplateRefused::Changed(version) => {
            let said = Some((Tone::Warning, t.text("words-changed")));
            let stands = Some(open.shown.text.clone());
            let form = form.filled("version", version.to_string());
            show(app, who, request, (StatusCode::CONFLICT, form, said), open, stands).await
        }
        TemplateRefused::Wrong(complaints) => {
            fail(&mut form, t, &complaints);
            show(app, who, request, (unprocessable, form, None), open, None).await
        }
        TemplateRefused::Gone | TemplateRefused::Nameless | TemplateRefused::TooMany => Err(Problem::NotFound),
    }
}

/// Every field says all that is wrong with it.
fn fail(form: &mut Form, t: Texts, complaints: &[Complaint]) {
    for field in [Field::Subject, Field::Body, Field::Html] {
        let sentences: Vec<String> =
            complaints.iter().filter(|complaint| complaint.field == field).map(|c| c.sentence(t)).take(5).collect();
        if !sentences.is_empty() {
            form.fail(field.name(), sentences.join(" "));
        }
    }
}

async fn test(app: &Arc<App>, who: &Manager, request: &HttpRequest, mut form: Form, open: Open) -> Answer {
    let t = who.t;
    let links = AppLinks(Arc::clone(app));
    let (to, template, language, text) = (who.user.id, open.template.clone(), open.language, typed(&form));
    let reference = form.given("reference").map(str::to_owned);
    let sent = app.db.write(app.clock.now(), move |tx| {
        deeds::send_test(tx, &links, to, (&template, language), &text, reference.as_deref())
    });
    match sent.await {
        Ok(_) => {
            app.bell.notify_one();
            let said = Some((Tone::Success, t.with("words-test-sent", &[("address", &who.user.email)])));
            show(app, who, request, (StatusCode::OK, form, said), open, None).await
        }
        Err(Bad::Refused(TemplateRefused::Wrong(complaints))) => {
            fail(&mut form, t, &complaints);
            show(app, who, request, (StatusCode::UNPROCESSABLE_ENTITY, form, None), open, None).await
        }
        Err(Bad::Refused(_)) => Err(Problem::NotFound),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// How what was typed looks, for the script of the page.
pub async fn preview_template(app: AppData, who: Manager, path: Path<(String, String)>, body: Bytes) -> Answer {
    let form = who.form(&app.0, &body)?;
    let open = open(&app.0, &path).await?;
    let look = look(who.t, try_typed(&app.0, &open, &form).await?);
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(serde_json::json!({
        "subject": look.subject,
        "text": look.text,
        "html": look.html,
        "size": look.size,
        "with": look.with,
        "complaints": look.complaints,
    })))
}

/// Asks before the clinic's words are thrown away.
pub async fn reset_page(app: AppData, who: Manager, request: HttpRequest, path: Path<(String, String)>) -> Answer {
    let open = open(&app.0, &path).await?;
    let base = format!("{PLACE}/{}/{}", open.template.key, open.language.tag());
    if open.shown.written.is_none() {
        return Ok(see_other(&base));
    }
    let page = who.page(&request, Nav::Messages, who.t.text("words-reset-title"));
    let sections = section_tabs(&who, Section::Texts);
    Ok(page::html(StatusCode::OK, &ResetPage { page, sections, base, text: open.shown.text }))
}

/// Throws the clinic's words away, so that Rebook's stand again.
pub async fn reset_template(app: AppData, who: Manager, path: Path<(String, String)>, body: Bytes) -> Answer {
    who.form(&app.0, &body)?;
    let open = open(&app.0, &path).await?;
    let place = format!("{PLACE}/{}/{}?done=reset", open.template.key, open.language.tag());
    let (by, template, language) = (who.user.id, open.template, open.language);
    match app.0.db.write(app.0.clock.now(), move |tx| deeds::reset_text(tx, by, (&template, language))).await {
        Ok(()) => Ok(see_other(&place)),
        Err(Bad::Refused(_)) => Err(Problem::NotFound),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}
