//! Receipts: making one, the printable page, and the list.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use askama::Template;
use chrono::{Days, NaiveDate};

use super::Answer;
use super::day::day_of;
use super::words;
use crate::clients;
use crate::db::Bad;
use crate::domain::ids::{BookingId, ReceiptId};
use crate::domain::money::Money;
use crate::domain::time;
use crate::i18n::Texts;
use crate::money::{self, PaperLine, Receipt, ReceiptRefused};
use crate::web::auth::{Desk, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

/// As many receipts are listed.
const RECEIPTS_SHOWN: i64 = 500;
/// Without other wishes the last so many days are listed.
const DAYS_SHOWN: u64 = 30;

/// Makes the receipt of a booking, or finds the one that says the same.
pub async fn make(app: AppData, desk: Desk, id: Path<String>, body: Bytes) -> Answer {
    desk.form(&app.0, &body)?;
    let id = id.parse::<BookingId>().map_err(|_wrong| Problem::NotFound)?;
    let (clinic, by, catalog) = (desk.catalog.clinic.name.clone(), desk.actor(), std::sync::Arc::clone(&desk.catalog));
    let issued = app.0.db.write(app.0.clock.now(), move |tx| {
        let booked = money::booked_price(tx.conn, id)?.ok_or(Bad::Refused(ReceiptRefused::Unknown))?;
        let address = catalog.location(booked.location).map(crate::catalog::Location::address).unwrap_or_default();
        money::issue(tx, id, (&clinic, &address), by)
    });
    match issued.await {
        Ok(receipt) => Ok(see_other(&format!("/staff/receipts/{receipt}"))),
        Err(Bad::Refused(ReceiptRefused::Unknown)) => Err(Problem::NotFound),
        Err(Bad::Refused(ReceiptRefused::NothingCharged)) => {
            Ok(see_other(&format!("/staff/bookings/{id}?done=nothing-charged")))
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

struct Line {
    item: String,
    discount: String,
    tax: String,
    amount: String,
}

#[derive(Template)]
#[template(path = "money/receipt.html")]
struct ReceiptPage {
    page: Page,
    receipt: Receipt,
    client: String,
    issued: String,
    lines: Vec<Line>,
    taxes: Vec<(String, String, String)>,
    total: String,
    payments: Vec<(String, String)>,
    open: Option<String>,
}

/// The paper.
pub async fn receipt_page(app: AppData, desk: Desk, request: HttpRequest, id: Path<String>) -> Answer {
    let id = id.parse::<ReceiptId>().map_err(|_wrong| Problem::NotFound)?;
    let found = app.0.db.read(move |conn| {
        let Some(receipt) = money::receipt(conn, id)? else {
            return Ok(None);
        };
        let client = clients::survivor(conn, receipt.client)?;
        Ok(Some((clients::view(conn, client)?, receipt)))
    });
    let (client, receipt) = found.await?.ok_or(Problem::NotFound)?;
    let t = desk.t;
    let zone = desk.catalog.locations.first().map_or(chrono_tz::UTC, |place| place.zone);
    let currency = receipt.total.currency;
    let amount = |minor: i64| t.money(Money::new(minor, currency));
    let paid: i64 = receipt.paper.payments.iter().map(|payment| payment.minor).sum();
    let open = receipt.total.minor - paid;
    let shown = ReceiptPage {
        page: desk.page(&request, Nav::None, t.with("money-receipt-title", &[("number", &receipt.number)])),
        client: client.map(|client| format!("{} {}", client.first_name, client.last_name)).unwrap_or_default(),
        issued: t.date_long(time::local_day(receipt.issued_at, zone)),
        lines: receipt.paper.lines.iter().map(|line| paper_line(t, &amount, line)).collect(),
        taxes: by_rate(t, &amount, &receipt.paper.lines),
        total: t.money(receipt.total),
        payments: receipt
            .paper
            .payments
            .iter()
            .map(|payment| {
                let method = payment.method.as_deref().map(|word| words::method_text(t, word)).unwrap_or_default();
                (method, amount(payment.minor))
            })
            .collect(),
        open: (open != 0).then(|| amount(open)),
        receipt,
    };
    Ok(page::html(StatusCode::OK, &shown))
}

fn paper_line(t: Texts, amount: &dyn Fn(i64) -> String, line: &PaperLine) -> Line {
    Line {
        item: line.item.clone(),
        discount: if line.discount_minor > 0 {
            t.with("money-discount-given", &[("discount", &amount(line.discount_minor))])
        } else {
            String::new()
        },
        tax: t.with("money-percent", &[("percent", &t.percent(line.tax_basis_points))]),
        amount: amount(line.minor),
    }
}

/// Of each rate: the rate, what it is in, and the tax.
fn by_rate(t: Texts, amount: &dyn Fn(i64) -> String, lines: &[PaperLine]) -> Vec<(String, String, String)> {
    let mut rates: Vec<i64> = lines.iter().map(|line| line.tax_basis_points).collect();
    rates.sort_unstable();
    rates.dedup();
    let row = |rate: i64| {
        let own = || lines.iter().filter(|line| line.tax_basis_points == rate);
        let gross: i64 = own().map(|line| line.minor).sum();
        let tax: i64 = own().map(|line| line.tax_minor).sum();
        (t.with("money-percent", &[("percent", &t.percent(rate))]), amount(gross - tax), amount(tax))
    };
    rates.into_iter().map(row).collect()
}

struct ReceiptLine {
    href: String,
    number: i64,
    issued: String,
    client: String,
    total: String,
}

#[derive(Template)]
#[template(path = "money/receipts.html")]
struct ReceiptsPage {
    page: Page,
    form: Form,
    receipts: Vec<ReceiptLine>,
    sum: String,
    is_cut: bool,
}

/// The list, by days or by number.
pub async fn receipts_page(app: AppData, desk: Desk, request: HttpRequest) -> Answer {
    let t = desk.t;
    let zone = desk.catalog.locations.first().map_or(chrono_tz::UTC, |place| place.zone);
    let today = time::local_day(app.0.clock.now(), zone);
    let mut form = Form::parse(request.query_string());
    let first = day_of(form.value("from"));
    let from = first.unwrap_or_else(|| today.checked_sub_days(Days::new(DAYS_SHOWN)).unwrap_or(today));
    let last: NaiveDate = day_of(form.value("to")).unwrap_or(today);
    let number = form.given("number").and_then(|text| text.parse::<i64>().ok());
    if form.given("number").is_some() && number.is_none() {
        form.fail("number", t.text("money-receipts-number-wrong"));
    }
    let span = (time::day_span(from, zone).starts_at(), time::day_span(last, zone).ends_at());
    let found = app.0.db.read(move |conn| {
        let receipts = money::receipts(conn, span, number, RECEIPTS_SHOWN)?;
        let mut named = Vec::with_capacity(receipts.len());
        for receipt in receipts {
            let client = clients::survivor(conn, receipt.client)?;
            named.push((clients::view(conn, client)?, receipt));
        }
        Ok(named)
    });
    let found = found.await?;
    let sum: i64 = found.iter().map(|(_, receipt)| receipt.total.minor).sum();
    let page = desk.page(&request, Nav::Money, t.text("money-receipts"));
    let page = match from > last {
        true => page.saying(Tone::Warning, t.text("money-days-wrong")),
        false => page,
    };
    let shown = ReceiptsPage {
        sum: t.money(Money::new(sum, desk.catalog.clinic.currency)),
        is_cut: i64::try_from(found.len()).is_ok_and(|count| RECEIPTS_SHOWN <= count),
        receipts: found
            .into_iter()
            .map(|(client, receipt)| ReceiptLine {
                href: format!("/staff/receipts/{}", receipt.id),
                number: receipt.number,
                issued: t.date_medium(time::local_day(receipt.issued_at, zone)),
                client: client.map(|client| format!("{} {}", client.first_name, client.last_name)).unwrap_or_default(),
                total: t.money(receipt.total),
            })
            .collect(),
        form: form.filled("from", from.to_string()).filled("to", last.to_string()),
        page,
    };
    Ok(page::html(StatusCode::OK, &shown))
}
