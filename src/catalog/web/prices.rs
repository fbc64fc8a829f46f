//! What a service costs from which day on.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::NaiveDate;

use super::fields::Reader;
use super::{Answer, Crumb, Tab, done, known, seen_version, services, telling, today};
use crate::catalog::{self, DatedPrice, EditRefused, PriceRefused, ServiceView};
use crate::db::Bad;
use crate::domain::ids::ServiceId;
use crate::domain::money::Money;
use crate::money::percent;
use crate::web::auth::Manager;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

struct PriceLine {
    from: String,
    day: String,
    price: String,
    tax: String,
    is_ahead: bool,
    is_now: bool,
}

#[derive(Template)]
#[template(path = "catalog/prices.html")]
struct PricesPage {
    page: Page,
    form: Form,
    trail: Vec<Crumb>,
    tabs: Vec<Tab>,
    action: String,
    currency: &'static str,
    lines: Vec<PriceLine>,
}

/// The list, and a form for the next change.
pub async fn prices_page(app: AppData, who: Manager, request: HttpRequest, path: Path<String>) -> Answer {
    let service = services::find(&app, known(&path)?).await?;
    let tax = percent(service.details.tax_basis_points);
    show(&app, &who, &request, (StatusCode::OK, Form::new().filled("tax", tax)), service).await
}

/// Adds a change of price.
pub async fn add_price(app: AppData, who: Manager, request: HttpRequest, path: Path<String>, body: Bytes) -> Answer {
    let (t, id) = (who.t, known::<ServiceId>(&path)?);
    let mut reader = Reader::new(who.form(&app.0, &body)?, t);
    let day = reader.day("valid_from");
    if reader.form.given("price").is_none() {
        reader.form.fail("price", t.text("field-required"));
    }
    let price = reader.price("price", who.catalog.clinic.currency);
    let tax = reader.percent("tax");
    let mut form = reader.form;
    let read = day.zip(price).zip(tax).filter(|_| !form.has_errors());
    let Some(((valid_from, price_minor), tax_basis_points)) = read else {
        let service = services::find(&app, id).await?;
        return show(&app, &who, &request, (StatusCode::UNPROCESSABLE_ENTITY, form), service).await;
    };
    let (by, seen, now_day) = (who.user.id, seen_version(&form), today(&app.0, &who.catalog));
    let price = DatedPrice { valid_from, price_minor, tax_basis_points };
    let written = app.0.db.write(app.0.clock.now(), move |tx| catalog::add_price(tx, by, (id, seen), now_day, &price));
    match written.await {
        Ok(()) => Ok(done(&format!("/staff/catalog/services/{id}/prices"), "saved")),
        Err(Bad::Refused(PriceRefused::Edit(EditRefused::Gone))) => Err(Problem::NotFound),
        Err(Bad::Refused(PriceRefused::Edit(EditRefused::Changed))) => {
            let service = services::find(&app, id).await?;
            show(&app, &who, &request, (StatusCode::CONFLICT, form), service).await
        }
        Err(Bad::Refused(refused)) => {
            match refused {
                PriceRefused::SameDay => form.fail("valid_from", t.text("money-prices-same-day")),
                PriceRefused::NotAhead => form.fail("valid_from", t.text("money-prices-not-ahead")),
                PriceRefused::OutOfRange | PriceRefused::Edit(_) => form.fail("price", t.text("money-wrong-range")),
            }
            let service = services::find(&app, id).await?;
            show(&app, &who, &request, (StatusCode::UNPROCESSABLE_ENTITY, form), service).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// Takes a change back that has not come.
pub async fn remove_price(app: AppData, who: Manager, path: Path<String>, body: Bytes) -> Answer {
    let id = known::<ServiceId>(&path)?;
    let form = who.form(&app.0, &body)?;
    let day: NaiveDate = form.value("valid_from").parse().map_err(|_wrong| Problem::NotFound)?;
    let (by, seen, now_day) = (who.user.id, seen_version(&form), today(&app.0, &who.catalog));
    let here = format!("/staff/catalog/services/{id}/prices");
    let removed = app.0.db.write(app.0.clock.now(), move |tx| catalog::remove_price(tx, by, (id, seen), now_day, day));
    match removed.await {
        Ok(()) => Ok(done(&here, "deleted")),
        Err(Bad::Refused(PriceRefused::Edit(EditRefused::Gone))) => Err(Problem::NotFound),
        Err(Bad::Refused(_)) => Ok(done(&here, "changed")),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

async fn show(
    app: &AppData,
    who: &Manager,
    request: &HttpRequest,
    (status, form): (StatusCode, Form),
    service: ServiceView,
) -> Result<HttpResponse, Problem> {
    let (t, id, currency) = (who.t, service.id, who.catalog.clinic.currency);
    let prices = app.0.db.read(move |conn| catalog::prices_of(conn, id)).await?;
    let now_day = today(&app.0, &who.catalog);
    let now = prices.iter().rev().find(|price| price.valid_from <= now_day).map(|price| price.valid_from);
    let money = |minor: i64| t.money(Money::new(minor, currency));
    let first = PriceLine {
        from: t.text("money-prices-first"),
        day: String::new(),
        price: money(service.details.price_minor),
        tax: t.with("money-percent", &[("percent", &t.percent(service.details.tax_basis_points))]),
        is_ahead: false,
        is_now: now.is_none(),
    };
    let dated = prices.iter().map(|price| PriceLine {
        from: t.date_medium(price.valid_from),
        day: price.valid_from.to_string(),
        price: money(price.price_minor),
        tax: t.with("money-percent", &[("percent", &t.percent(price.tax_basis_points))]),
        is_ahead: now_day < price.valid_from,
        is_now: now == Some(price.valid_from),
    });
    let mut page = telling(who.page(request, Nav::Catalog, service.details.name.to_string()), request.query_string());
    if status == StatusCode::CONFLICT {
        page = page.saying(Tone::Warning, t.text("catalog-done-changed"));
    }
    let shown = PricesPage {
        tabs: services::tabs(t, id, 2),
        trail: vec![Crumb::services(t)],
        action: format!("/staff/catalog/services/{id}/prices"),
        currency: currency.code(),
        lines: std::iter::once(first).chain(dated).collect(),
        form: form.filled("version", service.version.to_string()),
        page,
    };
    Ok(page::html(status, &shown))
}
