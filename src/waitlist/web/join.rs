//! `/book/{service}/waitlist`: waiting for a time, from the booking pages.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Duration, Utc};

use super::contact;
use super::private;
use super::wish_form::{self, WishFields};
use crate::app::App;
use crate::booking::book::Who;
use crate::catalog::{Catalog, Service};
use crate::chance;
use crate::db::{Bad, Fault};
use crate::domain::booking::Actor;
use crate::i18n::{Language, Texts};
use crate::keys::Purpose;
use crate::waitlist::{self, JoinRefused, JoinRequest, Joined, NOTE_CHARACTERS_MAX};
use crate::web::auth::see_other;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Brand, Page, Tone};
use crate::web::problem::Problem;

/// A form that was open for longer is shown once more.
const FORM_LIFETIME: Duration = Duration::hours(24);
const SOURCE_CHARACTERS_MAX: usize = 60;

#[derive(Template)]
#[template(path = "waitlist/join.html")]
struct JoinPage {
    page: Page,
    form: Form,
    service: String,
    fields: WishFields,
    action: String,
    hidden: Vec<(&'static str, String)>,
    back: String,
    keeps: String,
    note_max: usize,
}

/// What both ways into the page begin with.
struct Visit {
    t: Texts,
    brand: Brand,
    catalog: Arc<Catalog>,
    now: DateTime<Utc>,
    request: HttpRequest,
}

impl Visit {
    async fn begin(app: &Arc<App>, request: &HttpRequest) -> Result<Self, Fault> {
        let catalog = app.catalog().await?;
        let brand = Brand::of(&catalog.clinic);
        let t = page::texts_for(request, None, brand.language);
        Ok(Self { t, brand, catalog, now: app.clock.now(), request: request.clone() })
    }

    /// The service, when somebody may wait for it.
    fn service(&self, name: &str) -> Option<&Service> {
        self.catalog.service_named(name).filter(|service| service.online && service.waitlist)
    }

    fn page(&self, title: String) -> Page {
        Page::public(self.t, self.brand.clone(), &self.request, title)
    }

    fn unknown(&self) -> HttpResponse {
        let page = self.page(self.t.text("book-not-found-title"));
        page::error_page(StatusCode::NOT_FOUND, page, &self.t.text("waitlist-not-offered"), None)
    }
}

/// `GET /book/{service}/waitlist`
pub async fn join_page(app: AppData, request: HttpRequest, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let visit = Visit::begin(&app, &request).await?;
    let Some(service) = visit.service(&path) else {
        return Ok(visit.unknown());
    };
    let query = Form::parse(request.query_string());
    let form = wish_form::fresh(&query, &visit.catalog, service, visit.now)
        .filled("lang", query.value("lang"))
        .filled("date", query.value("date"))
        .filled("key", chance::token());
    Ok(page::html(StatusCode::OK, &page_of(&app, &visit, service, form, None)))
}

fn page_of(app: &App, visit: &Visit, service: &Service, form: Form, notice: Option<String>) -> JoinPage {
    let t = visit.t;
    let page = visit.page(format!("{} · {}", t.text("waitlist-join-title"), service.name));
    let page = match notice.or_else(|| Some(form.error("service").to_owned()).filter(|text| !text.is_empty())) {
        Some(sentence) => page.saying(Tone::Warning, sentence),
        None => page,
    };
    let lang = Language::parse(form.value("lang"));
    let mut hidden = vec![
        ("token", app.keys.form_token("waitlist", visit.now)),
        ("key", form.value("key").to_owned()),
        ("date", form.value("date").to_owned()),
        ("source", form.value("source").chars().take(SOURCE_CHARACTERS_MAX).collect()),
    ];
    hidden.extend(lang.map(|lang| ("lang", lang.tag().to_owned())));
    let mut back = url::form_urlencoded::Serializer::new(String::new());
    for name in ["location", "provider", "date", "source", "lang"] {
        if let Some(value) = form.given(name) {
            back.append_pair(name, value);
        }
    }
    let back = back.finish();
    let clinic = &visit.catalog.clinic;
    JoinPage {
        service: service.name.clone(),
        fields: WishFields::new(t, &visit.catalog, service, visit.now, &form),
        action: format!("/book/{}/waitlist", service.slug),
        hidden,
        back: if back.is_empty() {
            format!("/book/{}", service.slug)
        } else {
            format!("/book/{}?{back}", service.slug)
        },
        keeps: t.with("waitlist-join-keeps", &[("time", &t.notice(i64::from(clinic.offer_minutes)))]),
        note_max: NOTE_CHARACTERS_MAX,
        page,
        form,
    }
}

/// `POST /book/{service}/waitlist`
pub async fn join(
    app: AppData,
    request: HttpRequest,
    path: web::Path<String>,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let mut form = Form::parse(&String::from_utf8_lossy(&body));
    let mut visit = Visit::begin(&app, &request).await?;
    // The address of a POST carries no query; the language goes with the form.
    if let Some(language) = Language::parse(form.value("lang")) {
        visit.t = Texts::new(language);
    }
    let Some(service) = visit.service(&path) else {
        return Ok(visit.unknown());
    };
    let t = visit.t;
    let again = |form: Form, notice| {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Ok(private(page::html(status, &page_of(&app, &visit, service, form, notice))))
    };
    let is_ours = app.keys.is_form_token(form.value("token"), "waitlist", visit.now, FORM_LIFETIME);
    if !is_ours || wish_form::once_of(&form, service).is_none() {
        return again(form.filled("key", chance::token()), Some(t.text("book-form-old")));
    }
    let Some(wanted) = request_of(&mut form, &visit, service) else {
        return again(form, None);
    };
    let shared = Arc::clone(&app);
    match app.db.write(visit.now, move |tx| waitlist::join(tx, &shared.shop, &wanted)).await {
        Ok(joined) => {
            app.bell.notify_one();
            joined_page(&app, joined, &form).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
        Err(Bad::Refused(JoinRefused::KeyReused)) => {
            wish_form::refused(&mut form, t, service, &JoinRefused::KeyReused);
            again(form.filled("key", chance::token()), None)
        }
        Err(Bad::Refused(refusal)) => {
            wish_form::refused(&mut form, t, service, &refusal);
            again(form, None)
        }
    }
}

async fn joined_page(app: &Arc<App>, joined: Joined, form: &Form) -> Result<HttpResponse, Problem> {
    let entry = app.db.read(move |conn| waitlist::entry(conn, joined.entry)).await?;
    let generation = entry.map_or(0, |entry| entry.link_generation);
    let token = app.keys.capability(Purpose::Waitlist, joined.entry, generation);
    let lang = Language::parse(form.value("lang")).map_or(String::new(), |lang| format!("&lang={}", lang.tag()));
    Ok(see_other(&format!("/w/{token}?new=1{lang}")))
}

fn request_of(form: &mut Form, visit: &Visit, service: &Service) -> Option<JoinRequest> {
    let t = visit.t;
    let source: Option<String> = form.given("source").map(|text| text.chars().take(SOURCE_CHARACTERS_MAX).collect());
    let wish = wish_form::read(form, t, &visit.catalog, service);
    let details = contact::details(form, t, t.language(), source.clone());
    let note = wish_form::note(form, t);
    let short_notice = form.is("short_notice", "on");
    if short_notice && form.given("phone").is_none() {
        form.fail("phone", t.text("waitlist-phone-needed"));
    }
    if form.has_errors() {
        return None;
    }
    Some(JoinRequest {
        service: service.id,
        wish: wish?,
        short_notice,
        who: Who::Named(details?),
        note,
        language: Some(t.language().tag().to_owned()),
        source,
        actor: Actor::Client,
        once: wish_form::once_of(form, service),
    })
}
