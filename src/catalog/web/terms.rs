//! Who performs what on which terms: from the side of a service, and from the side of a provider.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::fields::Reader;
use super::{Answer, Crumb, Tab, done, known, providers, seen_version, services, telling};
use crate::catalog::{self, DURATION_MINUTES, EditRefused, OwnTerms, Term, TermsOf};
use crate::db::Bad;
use crate::domain::ids::{ProviderId, ServiceId};
use crate::domain::money::Money;
use crate::i18n::Texts;
use crate::web::auth::Manager;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

/// One row: the other side, and its usual terms.
struct TermLine {
    /// The other side, as it stands in field names.
    key: String,
    name: String,
    about: String,
    usual_price: String,
    usual_duration: String,
}

#[derive(Template)]
#[template(path = "catalog/terms.html")]
struct TermsPage {
    page: Page,
    form: Form,
    trail: Vec<Crumb>,
    tabs: Vec<Tab>,
    action: String,
    lead: String,
    nothing: String,
    currency: &'static str,
    lines: Vec<TermLine>,
}

/// One side as its page shows it.
struct Side {
    of: TermsOf,
    version: i64,
    title: String,
    lines: Vec<TermLine>,
}

/// Everybody who performs one service.
pub async fn service_terms_page(app: AppData, who: Manager, request: HttpRequest, path: Path<String>) -> Answer {
    let side = side_of_service(&app, &who, known(&path)?).await?;
    open(&app, &who, &request, side).await
}

/// Saves who performs one service.
pub async fn save_service_terms(
    app: AppData,
    who: Manager,
    request: HttpRequest,
    path: Path<String>,
    body: Bytes,
) -> Answer {
    let side = side_of_service(&app, &who, known(&path)?).await?;
    save(&app, &who, &request, side, &body).await
}

/// Everything one provider performs.
pub async fn provider_terms_page(app: AppData, who: Manager, request: HttpRequest, path: Path<String>) -> Answer {
    let side = side_of_provider(&app, &who, known(&path)?).await?;
    open(&app, &who, &request, side).await
}

/// Saves what one provider performs.
pub async fn save_provider_terms(
    app: AppData,
    who: Manager,
    request: HttpRequest,
    path: Path<String>,
    body: Bytes,
) -> Answer {
    let side = side_of_provider(&app, &who, known(&path)?).await?;
    save(&app, &who, &request, side, &body).await
}

async fn side_of_service(app: &AppData, who: &Manager, id: ServiceId) -> Result<Side, Problem> {
    let service = services::find(app, id).await?;
    let usual_price = Money::new(service.details.price_minor, who.catalog.clinic.currency).plain();
    let line = |provider: &catalog::Provider| TermLine {
        key: provider.id.to_string(),
        name: provider.name.clone(),
        about: provider.title.clone(),
        usual_price: usual_price.clone(),
        usual_duration: service.details.rules.duration_minutes.to_string(),
    };
    Ok(Side {
        of: TermsOf::Service(id),
        version: service.version,
        title: service.details.name.to_string(),
        lines: who.catalog.providers.iter().map(line).collect(),
    })
}

async fn side_of_provider(app: &AppData, who: &Manager, id: ProviderId) -> Result<Side, Problem> {
    let provider = providers::find(app, id).await?;
    let currency = who.catalog.clinic.currency;
    let line = |service: &catalog::Service| TermLine {
        key: service.id.to_string(),
        name: service.name.clone(),
        about: service.category.clone(),
        usual_price: Money::new(service.price_minor, currency).plain(),
        usual_duration: service.rules.duration_minutes.to_string(),
    };
    Ok(Side {
        of: TermsOf::Provider(id),
        version: provider.version,
        title: provider.details.name.to_string(),
        lines: who.catalog.services.iter().map(line).collect(),
    })
}

async fn open(app: &AppData, who: &Manager, request: &HttpRequest, side: Side) -> Answer {
    let form = current(app, who, &side).await?;
    Ok(show(who, request, StatusCode::OK, form, side))
}

async fn current(app: &AppData, who: &Manager, side: &Side) -> Result<Form, Problem> {
    let of = side.of;
    let terms = app.0.db.read(move |conn| catalog::terms_of(conn, of)).await?;
    let currency = who.catalog.clinic.currency;
    let mut form = Form::new().filled("version", side.version.to_string());
    for term in terms {
        let key = match of {
            TermsOf::Service(_) => term.provider.to_string(),
            TermsOf::Provider(_) => term.service.to_string(),
        };
        let price = term.own.price_minor.map(|minor| Money::new(minor, currency).plain()).unwrap_or_default();
        let duration = term.own.duration_minutes.map(|minutes| minutes.to_string()).unwrap_or_default();
        form = form
            .filled(&format!("performs-{key}"), "on")
            .filled(&format!("price-{key}"), price)
            .filled(&format!("duration-{key}"), duration);
    }
    Ok(form)
}

async fn save(app: &AppData, who: &Manager, request: &HttpRequest, side: Side, body: &Bytes) -> Answer {
    let mut reader = Reader::new(who.form(&app.0, body)?, who.t);
    let Some(terms) = read(&mut reader, who, &side) else {
        return Ok(show(who, request, StatusCode::UNPROCESSABLE_ENTITY, reader.form, side));
    };
    let (of, seen, by) = (side.of, seen_version(&reader.form), who.user.id);
    match app.0.db.write(app.0.clock.now(), move |tx| catalog::edit_terms(tx, by, of, seen, &terms)).await {
        Ok(()) => Ok(done(&place(of), "saved")),
        Err(Bad::Refused(EditRefused::Gone)) => Err(Problem::NotFound),
        Err(Bad::Refused(EditRefused::Changed)) => {
            let current = current(app, who, &side).await?;
            let form = contested_rows(reader.form, &current, &side, who.t);
            Ok(show(who, request, StatusCode::CONFLICT, form, side))
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// By every row that differs stands what is there now.
fn contested_rows(mut form: Form, current: &Form, side: &Side, t: Texts) -> Form {
    for line in &side.lines {
        let performs = format!("performs-{}", line.key);
        if form.has(&performs) != current.has(&performs) {
            let now = if current.has(&performs) { t.text("catalog-now-on") } else { t.text("catalog-now-off") };
            form.fail(&performs, now);
        }
        for name in [format!("price-{}", line.key), format!("duration-{}", line.key)] {
            let now = current.value(&name);
            if form.value(&name).trim() != now {
                let sentence = match now {
                    "" => t.text("catalog-now-empty"),
                    _ => t.with("catalog-now", &[("value", &now)]),
                };
                form.fail(&name, sentence);
            }
        }
    }
    form.filled("version", side.version.to_string())
}

/// The ticked rows; an own price or duration in a row without a tick is let go.
fn read(reader: &mut Reader, who: &Manager, side: &Side) -> Option<Vec<Term>> {
    let currency = who.catalog.clinic.currency;
    let mut terms = Vec::new();
    for line in &side.lines {
        let key = &line.key;
        if !reader.form.has(&format!("performs-{key}")) {
            continue;
        }
        let price_minor = reader.price_if_any(&format!("price-{key}"), currency);
        let duration_minutes = reader.whole_if_any(&format!("duration-{key}"), &DURATION_MINUTES);
        let (service, provider) = match side.of {
            TermsOf::Service(service) => (service, key.parse().ok()?),
            TermsOf::Provider(provider) => (key.parse().ok()?, provider),
        };
        if let (Some(price_minor), Some(duration_minutes)) = (price_minor, duration_minutes) {
            terms.push(Term { service, provider, own: OwnTerms { price_minor, duration_minutes } });
        }
    }
    (!reader.form.has_errors()).then_some(terms)
}

fn place(of: TermsOf) -> String {
    match of {
        TermsOf::Service(id) => format!("/staff/catalog/services/{id}/terms"),
        TermsOf::Provider(id) => format!("/staff/catalog/providers/{id}/terms"),
    }
}

fn show(who: &Manager, request: &HttpRequest, status: StatusCode, form: Form, side: Side) -> HttpResponse {
    let t = who.t;
    let mut page = telling(who.page(request, Nav::Catalog, side.title), request.query_string());
    if status == StatusCode::CONFLICT {
        page = page.saying(Tone::Warning, t.text("catalog-contested"));
    }
    let (trail, tabs, lead, nothing) = match side.of {
        TermsOf::Service(id) => (
            Crumb::services(t),
            services::tabs(t, id, 1),
            t.text("catalog-terms-lead-service"),
            t.text("catalog-gap-no-provider"),
        ),
        TermsOf::Provider(id) => (
            Crumb::providers(t),
            providers::tabs(t, id, 3),
            t.text("catalog-terms-lead-provider"),
            t.text("catalog-gap-no-service"),
        ),
    };
    let currency = who.catalog.clinic.currency.code();
    let action = place(side.of);
    let lines = side.lines;
    page::html(status, &TermsPage { page, form, trail: vec![trail], tabs, action, lead, nothing, currency, lines })
}
