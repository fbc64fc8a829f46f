//! `/staff/waitlist/new`: putting somebody on the list at the desk. What is chosen stands in the address.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use askama::Template;

use super::contact;
use super::wish_form::{self, Options, WishFields};
use crate::booking::book::Who;
use crate::catalog::Service;
use crate::chance;
use crate::clients::{self, ClientHit, ClientView};
use crate::db::Bad;
use crate::domain::ids::ClientId;
use crate::i18n::Language;
use crate::waitlist::{self, JoinRequest, NOTE_CHARACTERS_MAX};
use crate::web::auth::{Desk, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

type Answer = Result<actix_web::HttpResponse, Problem>;

/// As many clients are offered; whoever is not among them needs another word.
const HITS_SHOWN: i64 = 20;

struct HitLine {
    hit: ClientHit,
    href: String,
}

#[derive(Template)]
#[template(path = "waitlist/add.html")]
struct AddPage {
    page: Page,
    form: Form,
    services: Options,
    has_service: bool,
    fields: WishFields,
    client: Option<ClientView>,
    other_client: String,
    hits: Vec<HitLine>,
    was_sought: bool,
    languages: Options,
    note_max: usize,
}

/// `GET /staff/waitlist/new`
pub async fn add_page(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    let query = Form::parse(request.query_string());
    let service = service_of(&desk, &query);
    let form = match service {
        Some(service) => wish_form::fresh(&query, &desk.catalog, service, app.clock.now()),
        None => Form::new(),
    };
    let form = ["service", "client", "q"]
        .into_iter()
        .fold(form, |form, name| form.filled(name, query.value(name)))
        .filled("language", desk.t.language().tag())
        .filled("key", chance::token());
    show(&app, &desk, &request, form, StatusCode::OK).await
}

fn service_of<'a>(desk: &'a Desk, form: &Form) -> Option<&'a Service> {
    form.given("service").and_then(|text| desk.catalog.service_named(text))
}

async fn show(app: &AppData, desk: &Desk, request: &HttpRequest, form: Form, status: StatusCode) -> Answer {
    let (t, catalog) = (desk.t, &desk.catalog);
    let wanted: Option<ClientId> = form.given("client").and_then(|text| text.parse().ok());
    let sought = form.value("q").to_owned();
    let found = app.db.read(move |conn| {
        let client = match wanted {
            Some(id) => clients::view(conn, id)?,
            None => None,
        };
        let hits = if client.is_none() { clients::search(conn, &sought, HITS_SHOWN)? } else { Vec::new() };
        Ok((client, hits))
    });
    let (client, hits) = found.await?;
    let link = |client: &str, q: &str| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let pairs = [("service", form.value("service")), ("client", client), ("q", q)];
        query.extend_pairs(pairs.iter().filter(|(_, value)| !value.is_empty()));
        format!("/staff/waitlist/new?{}", query.finish())
    };
    let choose = std::iter::once((String::new(), t.text("agenda-choose")));
    let names = catalog.services.iter().map(|service| (service.slug.clone(), service.name.clone()));
    let page = desk.page(request, Nav::Waitlist, t.text("waitlist-add"));
    let page = match form.error("service") {
        "" => page,
        sentence => page.saying(Tone::Warning, sentence.to_owned()),
    };
    let service = service_of(desk, &form);
    let shown = AddPage {
        page,
        services: choose.chain(names).collect(),
        has_service: service.is_some(),
        fields: service.map(|service| WishFields::new(t, catalog, service, app.clock.now(), &form)).unwrap_or_default(),
        other_client: link("", form.value("q")),
        hits: hits.into_iter().map(|hit| HitLine { href: link(&hit.id.to_string(), ""), hit }).collect(),
        was_sought: form.given("q").is_some(),
        client,
        languages: Language::all().iter().map(|known| (known.tag().to_owned(), known.own_name().to_owned())).collect(),
        note_max: NOTE_CHARACTERS_MAX,
        form,
    };
    Ok(page::html(status, &shown))
}

/// `POST /staff/waitlist/new`
pub async fn add(app: AppData, desk: Desk, request: HttpRequest, body: Bytes) -> Answer {
    let mut form = desk.form(&app, &body)?;
    let t = desk.t;
    let Some(service) = service_of(&desk, &form) else {
        form.fail("service", t.text("agenda-choose-service"));
        return show(&app, &desk, &request, form, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let Some(wanted) = request_of(&mut form, &desk, service) else {
        return show(&app, &desk, &request, form, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let shared = Arc::clone(&app);
    match app.db.write(app.clock.now(), move |tx| waitlist::join(tx, &shared.shop, &wanted)).await {
        Ok(joined) => {
            app.bell.notify_one();
            Ok(see_other(&format!("/staff/waitlist/{}?done=added", joined.entry)))
        }
        Err(Bad::Refused(refusal)) => {
            wish_form::refused(&mut form, t, service, &refusal);
            show(&app, &desk, &request, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

fn request_of(form: &mut Form, desk: &Desk, service: &Service) -> Option<JoinRequest> {
    let t = desk.t;
    let wish = wish_form::read(form, t, &desk.catalog, service);
    let note = wish_form::note(form, t);
    let (who, language) = match form.given("client").map(str::to_owned) {
        Some(text) => {
            let client = text.parse::<ClientId>().ok();
            if client.is_none() {
                form.fail("client", t.text("desk-client-unknown"));
            }
            (client.map(Who::Known), None)
        }
        None => {
            let language = Language::parse(form.value("language")).unwrap_or(t.language());
            (contact::details(form, t, language, None).map(Who::Named), Some(language.tag().to_owned()))
        }
    };
    if form.has_errors() {
        return None;
    }
    Some(JoinRequest {
        service: service.id,
        wish: wish?,
        short_notice: form.is("short_notice", "on"),
        who: who?,
        note,
        language,
        source: None,
        actor: desk.actor(),
        once: wish_form::once_of(form, service),
    })
}
