//! Services: the list, and everything about one.

use std::collections::BTreeSet;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::archive::ending;
use super::fields::{Reader, fill_tick, units};
use super::policy::{self, Hints};
use super::{Answer, Crumb, Ending, Tab, Which, contested, done, seen_version, telling, which};
use crate::catalog::{
    self, BUFFER_MINUTES, CAPACITY, DURATION_MINUTES, Edit, EditRefused, HORIZON_DAYS, ImpossibleRules, Label,
    RecallInterval, SLOT_MINUTES, ServiceDetails, ServiceRefused, ServiceView, Thing,
};
use crate::db::Bad;
use crate::domain::ids::ServiceId;
use crate::domain::money::{Currency, Money};
use crate::domain::policy::PolicyLevel;
use crate::domain::slots::ServiceRules;
use crate::i18n::Texts;
use crate::money::percent;
use crate::web::auth::Manager;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

const NAMES: [&str; 22] = [
    "name",
    "category",
    "description",
    "price",
    "tax",
    "extra_person",
    "duration",
    "buffer_before",
    "buffer_after",
    "slot",
    "room_kind",
    "horizon",
    "recall_months",
    "recall_days",
    "capacity",
    "party_min",
    "party_max",
    "online",
    "needs_approval",
    "client_series",
    "waitlist",
    "position",
];

/// A service in the list.
struct ServiceLine {
    href: String,
    name: String,
    duration: String,
    price: String,
    providers: usize,
    is_online: bool,
    needs_approval: bool,
    seats: u16,
}

/// Services under one heading.
struct Category {
    name: String,
    services: Vec<ServiceLine>,
}

#[derive(Template)]
#[template(path = "catalog/services.html")]
struct ServicesPage {
    page: Page,
    categories: Vec<Category>,
    archived: Vec<ServiceLine>,
}

#[derive(Template)]
#[template(path = "catalog/service.html")]
struct ServicePage {
    page: Page,
    form: Form,
    trail: Vec<Crumb>,
    tabs: Vec<Tab>,
    action: String,
    link: String,
    currency: &'static str,
    categories_hint: String,
    room_kinds: Vec<(String, String)>,
    units: Vec<(String, String)>,
    hints: Hints,
    ending: Option<Ending>,
}

/// Every service under its heading.
pub async fn services_page(app: AppData, who: Manager, request: HttpRequest) -> Answer {
    let t = who.t;
    let found = app.0.db.read(catalog::services_to_edit).await?;
    let mut categories: Vec<Category> = Vec::new();
    let mut archived = Vec::new();
    for service in &found {
        let line = line(&who, service);
        if service.is_archived {
            archived.push(line);
            continue;
        }
        let heading = service.details.category.as_str();
        match categories.iter_mut().find(|category| category.name == heading) {
            Some(category) => category.services.push(line),
            None => categories.push(Category { name: heading.to_owned(), services: vec![line] }),
        }
    }
    let page = who.page(&request, Nav::Catalog, t.text("catalog-services"));
    let page = telling(page, request.query_string());
    Ok(page::html(StatusCode::OK, &ServicesPage { page, categories, archived }))
}

fn line(who: &Manager, service: &ServiceView) -> ServiceLine {
    let (t, catalog, details) = (who.t, &who.catalog, &service.details);
    let performs = |id| catalog.terms.contains_key(&(service.id, id));
    ServiceLine {
        href: format!("/staff/catalog/services/{}", service.id),
        name: details.name.to_string(),
        duration: t.duration(i64::from(details.rules.duration_minutes)),
        price: match details.price_minor {
            0 => t.text("catalog-free"),
            minor => t.money(Money::new(minor, catalog.clinic.currency)),
        },
        providers: catalog.providers.iter().filter(|provider| performs(provider.id)).count(),
        is_online: details.online,
        needs_approval: details.needs_approval,
        seats: details.rules.capacity,
    }
}

/// The pages of one service.
pub(super) fn tabs(t: Texts, id: ServiceId, current: usize) -> Vec<Tab> {
    let base = format!("/staff/catalog/services/{id}");
    let pages = [
        (base.clone(), t.text("catalog-tab-service")),
        (format!("{base}/terms"), t.text("catalog-tab-offered")),
        (format!("{base}/prices"), t.text("money-prices")),
    ];
    pages.into_iter().enumerate().map(|(place, (href, text))| Tab::new(href, text, place == current)).collect()
}

/// One service, or a form for a new one.
pub async fn service_page(app: AppData, who: Manager, request: HttpRequest, path: Path<String>) -> Answer {
    let (form, found) = match which(&path)? {
        Which::New => (new_form(&who), None),
        Which::Known(id) => {
            let found = find(&app, id).await?;
            (filled(&found, who.catalog.clinic.currency), Some(found))
        }
    };
    show(&app, &who, &request, StatusCode::OK, form, found).await
}

/// Saves a service. A new one is performed by nobody yet, so that comes next.
pub async fn save_service(app: AppData, who: Manager, request: HttpRequest, path: Path<String>, body: Bytes) -> Answer {
    let (t, currency) = (who.t, who.catalog.clinic.currency);
    let which: Which<ServiceId> = which(&path)?;
    let mut reader = Reader::new(who.form(&app.0, &body)?, t);
    let details = details(&mut reader, currency, t).filter(|_| !reader.form.has_errors());
    let Some(details) = details else {
        let found = found(&app, which).await?;
        return show(&app, &who, &request, StatusCode::UNPROCESSABLE_ENTITY, reader.form, found).await;
    };
    let edit = match which {
        Which::New => Edit::New,
        Which::Known(id) => Edit::Existing { id, seen: seen_version(&reader.form) },
    };
    let by = who.user.id;
    match app.0.db.write(app.0.clock.now(), move |tx| catalog::edit_service(tx, by, edit, &details)).await {
        Ok(id) if edit == Edit::New => Ok(done(&format!("/staff/catalog/services/{id}/terms"), "added")),
        Ok(id) => Ok(done(&format!("/staff/catalog/services/{id}"), "saved")),
        Err(Bad::Refused(ServiceRefused::Edit(EditRefused::Gone))) => Err(Problem::NotFound),
        Err(Bad::Refused(ServiceRefused::Edit(EditRefused::Changed))) => {
            let found = found(&app, which).await?.ok_or(Problem::NotFound)?;
            let form = contested(
                reader.form,
                &filled(&found, currency),
                &[&NAMES[..], &policy::NAMES[..]].concat(),
                found.version,
                t,
            );
            show(&app, &who, &request, StatusCode::CONFLICT, form, Some(found)).await
        }
        Err(Bad::Refused(ServiceRefused::Impossible(wrong))) => {
            say_impossible(&mut reader.form, wrong, t);
            let found = found(&app, which).await?;
            show(&app, &who, &request, StatusCode::UNPROCESSABLE_ENTITY, reader.form, found).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

pub(super) async fn find(app: &AppData, id: ServiceId) -> Result<ServiceView, Problem> {
    app.0.db.read(move |conn| catalog::service_to_edit(conn, id)).await?.ok_or(Problem::NotFound)
}

async fn found(app: &AppData, which: Which<ServiceId>) -> Result<Option<ServiceView>, Problem> {
    match which {
        Which::New => Ok(None),
        Which::Known(id) => find(app, id).await.map(Some),
    }
}

fn say_impossible(form: &mut Form, wrong: ImpossibleRules, t: Texts) {
    match wrong {
        ImpossibleRules::PartyOrder => form.fail("party_max", t.text("catalog-wrong-party-order")),
        ImpossibleRules::PartyBeyondCapacity => form.fail("party_max", t.text("catalog-wrong-party-seats")),
        ImpossibleRules::OutOfRange => form.fail("duration", t.text("catalog-wrong-rules")),
    }
}

fn details(reader: &mut Reader, currency: Currency, t: Texts) -> Option<ServiceDetails> {
    let name = reader.label("name");
    let category = reader.line("category");
    let description = reader.prose("description");
    let price_minor = reader.price("price", currency);
    let tax_basis_points = reader.percent("tax");
    let extra_person_minor = reader.price("extra_person", currency);
    let room_kind = match reader.form.given("room_kind") {
        None => Some(None),
        Some(_) => reader.label("room_kind").map(Some),
    };
    let policy = policy::read(reader);
    let recall_interval = recall_interval(reader, t);
    let position = reader.position();
    let rules = rules(reader, room_kind.as_ref().is_some_and(Option::is_some));
    if let Some(rules) = &rules
        && let Err(wrong) = catalog::check_rules(rules)
    {
        say_impossible(&mut reader.form, wrong, t);
    }
    Some(ServiceDetails {
        category: category?,
        name: name?,
        description: description?,
        rules: rules?,
        room_kind: room_kind?,
        price_minor: price_minor?,
        tax_basis_points: tax_basis_points?,
        extra_person_minor: extra_person_minor?,
        policy: policy?,
        recall_interval: recall_interval?,
        online: reader.form.has("online"),
        needs_approval: reader.form.has("needs_approval"),
        client_series: reader.form.has("client_series"),
        waitlist: reader.form.has("waitlist"),
        position: position?,
    })
}

fn rules(reader: &mut Reader, needs_room: bool) -> Option<ServiceRules> {
    let duration = reader.whole("duration", &DURATION_MINUTES);
    let before = reader.whole("buffer_before", &BUFFER_MINUTES);
    let after = reader.whole("buffer_after", &BUFFER_MINUTES);
    let slot = reader.whole("slot", &SLOT_MINUTES);
    let horizon = reader.whole("horizon", &HORIZON_DAYS);
    let capacity = reader.people("capacity", &CAPACITY);
    let party_min = reader.people("party_min", &CAPACITY);
    let party_max = reader.people("party_max", &CAPACITY);
    Some(ServiceRules {
        duration_minutes: duration?,
        buffer_before_minutes: before?,
        buffer_after_minutes: after?,
        capacity: capacity?,
        party_min: party_min?,
        party_max: party_max?,
        needs_room,
        lead_minutes: 0,
        horizon_days: horizon?,
        slot_minutes: slot?,
    })
}

fn recall_interval(reader: &mut Reader, t: Texts) -> Option<Option<RecallInterval>> {
    let months = reader.whole_if_any("recall_months", &(0..=60))?.unwrap_or(0);
    let days = reader.whole_if_any("recall_days", &(0..=365))?.unwrap_or(0);
    if months == 0 && days == 0 {
        return Some(None);
    }
    let small = |number: u32| u16::try_from(number).unwrap_or(u16::MAX);
    match RecallInterval::new(small(months), small(days)) {
        Ok(interval) => Some(Some(interval)),
        Err(_) => {
            reader.form.fail("recall_months", t.with("catalog-wrong-number", &[("min", &0), ("max", &60)]));
            None
        }
    }
}

/// What most services have in common.
fn new_form(who: &Manager) -> Form {
    let form = Form::new()
        .filled("tax", percent(0))
        .filled("duration", "30")
        .filled("buffer_before", "0")
        .filled("buffer_after", "0")
        .filled("slot", "15")
        .filled("horizon", "180")
        .filled("capacity", "1")
        .filled("party_min", "1")
        .filled("party_max", "1")
        .filled("position", (who.catalog.services.len() + 1).to_string());
    let form = policy::fill(form, &PolicyLevel::default());
    fill_tick(fill_tick(form, "online", true), "waitlist", true)
}

fn filled(service: &ServiceView, currency: Currency) -> Form {
    let details = &service.details;
    let rules = &details.rules;
    let price = |minor: i64| Money::new(minor, currency).plain();
    let interval = |part: Option<u16>| part.filter(|part| *part > 0).map(|part| part.to_string()).unwrap_or_default();
    let form = Form::new()
        .filled("version", service.version.to_string())
        .filled("name", details.name.as_str())
        .filled("category", details.category.as_str())
        .filled("description", details.description.as_str())
        .filled("price", price(details.price_minor))
        .filled("tax", percent(details.tax_basis_points))
        .filled("extra_person", price(details.extra_person_minor))
        .filled("duration", rules.duration_minutes.to_string())
        .filled("buffer_before", rules.buffer_before_minutes.to_string())
        .filled("buffer_after", rules.buffer_after_minutes.to_string())
        .filled("slot", rules.slot_minutes.to_string())
        .filled("room_kind", details.room_kind.as_ref().map_or("", Label::as_str))
        .filled("horizon", rules.horizon_days.to_string())
        .filled("recall_months", interval(details.recall_interval.map(RecallInterval::months)))
        .filled("recall_days", interval(details.recall_interval.map(RecallInterval::days)))
        .filled("capacity", rules.capacity.to_string())
        .filled("party_min", rules.party_min.to_string())
        .filled("party_max", rules.party_max.to_string())
        .filled("position", details.position.to_string());
    let form = policy::fill(form, &details.policy);
    let form = fill_tick(form, "online", details.online);
    let form = fill_tick(form, "needs_approval", details.needs_approval);
    let form = fill_tick(form, "client_series", details.client_series);
    fill_tick(form, "waitlist", details.waitlist)
}

async fn show(
    app: &AppData,
    who: &Manager,
    request: &HttpRequest,
    status: StatusCode,
    form: Form,
    found: Option<ServiceView>,
) -> Result<HttpResponse, Problem> {
    let (t, clinic) = (who.t, &who.catalog.clinic);
    let title = found.as_ref().map_or_else(|| t.text("catalog-service-new"), |it| it.details.name.to_string());
    let mut page = telling(who.page(request, Nav::Catalog, title), request.query_string());
    if status == StatusCode::CONFLICT {
        page = page.saying(Tone::Warning, t.text("catalog-contested"));
    }
    let action = found
        .as_ref()
        .map_or("/staff/catalog/services/new".to_owned(), |it| format!("/staff/catalog/services/{}", it.id));
    let ending = match &found {
        Some(it) => Some(ending(app, Thing::Service(it.id), action.clone(), it.version, it.is_archived).await?),
        None => None,
    };
    let shown = ServicePage {
        tabs: found.as_ref().map(|it| tabs(t, it.id, 0)).unwrap_or_default(),
        link: found.map(|it| app.0.link(&format!("/book/{}", it.slug))).unwrap_or_default(),
        trail: vec![Crumb::services(t)],
        currency: clinic.currency.code(),
        categories_hint: categories_hint(who),
        room_kinds: room_kinds(who, form.value("room_kind")),
        units: units(t),
        hints: Hints::above(t, &clinic.policy),
        page,
        form,
        action,
        ending,
    };
    Ok(page::html(status, &shown))
}

fn categories_hint(who: &Manager) -> String {
    let known: BTreeSet<&str> = who.catalog.services.iter().map(|service| service.category.as_str()).collect();
    let known: Vec<&str> = known.into_iter().filter(|category| !category.is_empty()).take(10).collect();
    match known.join(", ").as_str() {
        "" => who.t.text("catalog-category-hint"),
        known => who.t.with("catalog-category-known", &[("categories", &known)]),
    }
}

/// The kinds of rooms there are, and the chosen one even when no room has it any more.
fn room_kinds(who: &Manager, chosen: &str) -> Vec<(String, String)> {
    let mut kinds: BTreeSet<&str> = who.catalog.rooms.iter().map(|room| room.kind.as_str()).collect();
    if !chosen.is_empty() {
        kinds.insert(chosen);
    }
    let mut options = vec![(String::new(), who.t.text("catalog-room-kind-none"))];
    options.extend(kinds.into_iter().map(|kind| (kind.to_owned(), kind.to_owned())));
    options
}
