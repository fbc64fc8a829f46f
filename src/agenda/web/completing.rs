//! Completing a visit: one click for the usual case, a form for extras, a discount, or another payment.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use askama::Template;

use super::booking::{is_own, show};
use super::{Answer, Options, address, change_refusal};
use crate::app::App;
use crate::booking::BookingFacts;
use crate::booking::cancel::ChangeRefused;
use crate::booking::complete::{self, CompleteRefused, Completion, Paid};
use crate::booking::facts;
use crate::catalog::Catalog;
use crate::db::Bad;
use crate::domain::bill::{Discount, EXTRAS_MAX, Item, WrongBill};
use crate::domain::ids::BookingId;
use crate::domain::ledger::{AMOUNT_MAX_MINOR, BASIS_POINTS, Method};
use crate::domain::money::{Currency, Money};
use crate::domain::time;
use crate::i18n::Texts;
use crate::money::web::words;
use crate::web::auth::{self, Staff, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

const ITEM_CHARACTERS_MAX: usize = 120;
const REASON_CHARACTERS_MAX: usize = 200;
/// Rows for extras that are open at once; the others are behind a fold.
const EXTRAS_OPEN: usize = 2;

/// A row for something that came on top.
struct ExtraRow {
    item: String,
    amount: String,
    taxes: Vec<(String, String, bool)>,
    item_field: String,
    amount_field: String,
    tax_field: String,
    item_error: String,
    amount_error: String,
    number: usize,
}

#[derive(Template)]
#[template(path = "agenda/complete.html")]
struct CompletePage {
    page: Page,
    form: Form,
    booking: BookingFacts,
    when: String,
    agreed: String,
    currency: &'static str,
    rows: Vec<ExtraRow>,
    more_rows: Vec<ExtraRow>,
    more_open: bool,
    known_items: Options,
    methods: Options,
    units: Options,
    back: String,
}

/// The form.
pub async fn complete_page(app: AppData, staff: Staff, request: HttpRequest, id: Path<String>) -> Answer {
    let id = id.parse::<BookingId>().map_err(|_wrong| Problem::NotFound)?;
    let booking = own_booking(&app.0, &staff, id).await?;
    if booking.status.complete().is_err() {
        return Ok(see_other(&format!("/staff/bookings/{id}")));
    }
    let form = Form::new()
        .filled("version", booking.row_version.to_string())
        .filled("price", typed(staff.t, booking.price))
        .filled("discount_unit", "amount")
        .filled("method", Method::Card.as_str())
        .filled("back", Form::parse(request.query_string()).value("back"));
    Ok(form_page(&staff, &request, (StatusCode::OK, form), booking, None))
}

/// Completes the visit.
pub async fn complete(app: AppData, staff: Staff, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let mut form = staff.form(&app, &body)?;
    let id = id.parse::<BookingId>().map_err(|_wrong| Problem::NotFound)?;
    let asked = completion_of(&mut form, &staff, id).filter(|_| !form.has_errors());
    let Some(completion) = asked else {
        let booking = own_booking(&app, &staff, id).await?;
        return Ok(form_page(&staff, &request, (StatusCode::UNPROCESSABLE_ENTITY, form), booking, None));
    };
    let who = staff.clone();
    let unknown = || Bad::Refused(CompleteRefused::Change(ChangeRefused::Unknown));
    let written = app.db.write(app.clock.now(), move |tx| {
        if !is_own(tx.conn, &who, completion.booking)? {
            return Err(unknown());
        }
        complete::complete(tx, &completion)
    });
    match written.await {
        Ok(()) => {
            app.bell.notify_one();
            Ok(see_other(&after(&staff, id, &form)))
        }
        Err(Bad::Refused(CompleteRefused::Change(ChangeRefused::Unknown))) => Err(Problem::NotFound),
        Err(Bad::Refused(CompleteRefused::Change(refused))) => {
            let notice = (Tone::Error, change_refusal(staff.t, &refused));
            show(&app, &staff, &request, id, (StatusCode::CONFLICT, form), Some(notice)).await
        }
        Err(Bad::Refused(CompleteRefused::Bill(wrong))) => {
            say_wrong(&mut form, wrong, staff.t);
            let booking = own_booking(&app, &staff, id).await?;
            Ok(form_page(&staff, &request, (StatusCode::UNPROCESSABLE_ENTITY, form), booking, None))
        }
        Err(Bad::Refused(CompleteRefused::Paid)) => {
            form.fail("paid", staff.t.text("visit-paid-wrong"));
            let booking = own_booking(&app, &staff, id).await?;
            Ok(form_page(&staff, &request, (StatusCode::UNPROCESSABLE_ENTITY, form), booking, None))
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// The desk books the next visit right away; a provider goes back to where the click was.
fn after(staff: &Staff, id: BookingId, form: &Form) -> String {
    let here = format!("/staff/bookings/{id}");
    let back = auth::safe_next(form.value("back"));
    if staff.role.is_desk() {
        return address(&format!("{here}/next"), &[("done", "completed"), ("back", back.unwrap_or_default())]);
    }
    page::with_query(back.unwrap_or(&here), "done", "completed")
}

async fn own_booking(app: &Arc<App>, staff: &Staff, id: BookingId) -> Result<BookingFacts, Problem> {
    let who = staff.clone();
    let found = app.db.read(move |conn| {
        let is_own = is_own(conn, &who, id)?;
        Ok(facts::booking(conn, id)?.filter(|_| is_own))
    });
    found.await?.ok_or(Problem::NotFound)
}

/// An amount as the form shows it, in the reader's language.
fn typed(t: Texts, money: Money) -> String {
    money.plain().replace('.', &t.decimal_sign().to_string())
}

fn amount(form: &mut Form, name: &str, currency: Currency, t: Texts) -> Option<i64> {
    let money = Money::parse_typed(form.value(name), currency, t.decimal_sign());
    match money.filter(|money| money.minor <= AMOUNT_MAX_MINOR) {
        Some(money) => Some(money.minor),
        None => {
            form.fail(name, words::wrong_amount(t, currency));
            None
        }
    }
}

/// What the form says; nothing but a version is the one click that charges the price.
fn completion_of(form: &mut Form, staff: &Staff, id: BookingId) -> Option<Completion> {
    let (t, currency) = (staff.t, staff.catalog.clinic.currency);
    let seen = form.given("version").and_then(|text| text.parse::<i64>().ok());
    let price_minor = match form.has("price") {
        true => Some(amount(form, "price", currency, t)?),
        false => None,
    };
    let extras = extras_of(form, &staff.catalog, t);
    let discount = discount_of(form, currency, t);
    let paid = paid_of(form, currency, t);
    let reason: String = form.value("discount_reason").trim().chars().take(REASON_CHARACTERS_MAX).collect();
    if !matches!(discount, None | Some(Discount::None)) && reason.is_empty() {
        form.fail("discount_reason", t.text("visit-discount-reason-needed"));
    }
    let plain = Completion::plain(id, staff.actor(), seen);
    Some(Completion {
        price_minor,
        extras: extras?,
        discount: discount?,
        discount_reason: reason,
        paid: paid?,
        ..plain
    })
}

fn extras_of(form: &mut Form, catalog: &Catalog, t: Texts) -> Option<Vec<Item>> {
    let currency = catalog.clinic.currency;
    let mut extras = Vec::new();
    for number in 1..=EXTRAS_MAX {
        let (item, cost, tax) = (format!("item{number}"), format!("amount{number}"), format!("tax{number}"));
        let name = form.given(&item).map(str::to_owned);
        let known = name.as_ref().and_then(|name| catalog.services.iter().find(|service| service.name == *name));
        let (name, minor) = match (name, form.given(&cost).is_some(), known) {
            (None, false, _) => continue,
            (None, true, _) => {
                form.fail(&item, t.text("field-required"));
                continue;
            }
            (Some(name), false, Some(service)) => (name, Some(service.price_minor)),
            (Some(name), _, _) => (name, amount(form, &cost, currency, t)),
        };
        if ITEM_CHARACTERS_MAX < name.chars().count() || name.chars().any(char::is_control) {
            form.fail(&item, t.with("money-wrong-text", &[("max", &ITEM_CHARACTERS_MAX)]));
        }
        let rate = form.value(&tax).parse::<i64>().ok().filter(|rate| (0..=BASIS_POINTS).contains(rate));
        let rate = rate.or(known.map(|service| service.tax_basis_points)).unwrap_or(0);
        if let Some(minor) = minor {
            extras.push(Item { name, minor, tax_basis_points: rate });
        }
    }
    (!form.has_errors()).then_some(extras)
}

fn discount_of(form: &mut Form, currency: Currency, t: Texts) -> Option<Discount> {
    if form.given("discount").is_none() {
        return Some(Discount::None);
    }
    if form.is("discount_unit", "percent") {
        // Hundredths of a percent are written like cents.
        let text = form.value("discount").trim().trim_end_matches('%').trim().to_owned();
        let share = Money::parse_typed(&text, Currency::Eur, t.decimal_sign()).map(|share| share.minor);
        return match share.filter(|share| (0..=BASIS_POINTS).contains(share)) {
            Some(0) => Some(Discount::None),
            Some(share) => Some(Discount::Share(share)),
            None => {
                form.fail("discount", t.text("money-wrong-percent"));
                None
            }
        };
    }
    match amount(form, "discount", currency, t)? {
        0 => Some(Discount::None),
        minor => Some(Discount::Amount(minor)),
    }
}

fn paid_of(form: &mut Form, currency: Currency, t: Texts) -> Option<Paid> {
    let Some(method) = form.given("method").map(str::to_owned).filter(|method| method != "later") else {
        return Some(Paid::Later);
    };
    let Some(method) = Method::parse(&method) else {
        form.fail("method", t.text("money-wrong-method"));
        return None;
    };
    if form.given("paid").is_none() {
        return Some(Paid::All(method));
    }
    amount(form, "paid", currency, t).map(|minor| Paid::Part(method, minor))
}

fn say_wrong(form: &mut Form, wrong: WrongBill, t: Texts) {
    match wrong {
        WrongBill::Amount(0) => form.fail("price", t.text("money-wrong-range")),
        WrongBill::Amount(_) | WrongBill::Tax(_) | WrongBill::TooMany => {
            form.fail("amount1", t.text("money-wrong-range"));
        }
        WrongBill::Discount => form.fail("discount", t.text("visit-discount-wrong")),
    }
}

fn form_page(
    staff: &Staff,
    request: &HttpRequest,
    (status, form): (StatusCode, Form),
    booking: BookingFacts,
    notice: Option<(Tone, String)>,
) -> actix_web::HttpResponse {
    let (t, catalog) = (staff.t, &staff.catalog);
    let page = staff.page(request, Nav::Agenda, t.with("visit-complete-title", &[("name", &booking.client_name())]));
    let page = match notice {
        Some((tone, text)) => page.saying(tone, text),
        None => page,
    };
    let taxes = taxes(catalog, &booking, t);
    let mut rows: Vec<ExtraRow> = (1..=EXTRAS_MAX).map(|number| row(&form, &taxes, number)).collect();
    let more_rows = rows.split_off(EXTRAS_OPEN);
    let local = booking.local_start();
    let clock = time::local(booking.ends_at, booking.zone).time();
    let shown = CompletePage {
        when: format!("{}, {}", t.date_short(local.date()), t.time_range(local.time(), clock)),
        agreed: t.money(booking.price),
        currency: booking.price.currency.code(),
        more_open: more_rows.iter().any(|row| !row.item.is_empty() || !row.amount.is_empty()),
        known_items: catalog
            .services
            .iter()
            .map(|service| (service.name.clone(), t.money(Money::new(service.price_minor, catalog.clinic.currency))))
            .collect(),
        methods: words::methods_and_later(t),
        units: vec![
            ("amount".to_owned(), catalog.clinic.currency.code().to_owned()),
            ("percent".to_owned(), "%".to_owned()),
        ],
        back: format!("/staff/bookings/{}", booking.id),
        rows,
        more_rows,
        page,
        form,
        booking,
    };
    page::html(status, &shown)
}

fn row(form: &Form, taxes: &Options, number: usize) -> ExtraRow {
    let (item_field, amount_field, tax_field) =
        (format!("item{number}"), format!("amount{number}"), format!("tax{number}"));
    ExtraRow {
        item: form.value(&item_field).to_owned(),
        amount: form.value(&amount_field).to_owned(),
        taxes: taxes.iter().map(|(rate, text)| (rate.clone(), text.clone(), form.is(&tax_field, rate))).collect(),
        item_error: form.error(&item_field).to_owned(),
        amount_error: form.error(&amount_field).to_owned(),
        item_field,
        amount_field,
        tax_field,
        number,
    }
}

/// The rates of the catalogue; nothing chosen is the rate of the catalogue's item, else none.
fn taxes(catalog: &Catalog, booking: &BookingFacts, t: Texts) -> Options {
    let mut rates: Vec<i64> = catalog.services.iter().map(|service| service.tax_basis_points).collect();
    rates.extend([0, booking.tax_basis_points]);
    rates.sort_unstable();
    rates.dedup();
    let rate = |rate: i64| (rate.to_string(), t.with("money-percent", &[("percent", &t.percent(rate))]));
    std::iter::once((String::new(), t.text("visit-tax-usual"))).chain(rates.into_iter().map(rate)).collect()
}
