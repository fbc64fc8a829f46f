//! What figures are reckoned with: when somebody is lost, what later money is worth, margins and what keeping costs.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use askama::Template;
use chrono::{Months, NaiveDate};

use super::Answer;
use super::frame::{Asked, Frame, Tab};
use crate::db::Bad;
use crate::domain::ids::ServiceId;
use crate::domain::ledger::AMOUNT_MAX_MINOR;
use crate::domain::money::{Currency, Money};
use crate::domain::sources::first_of_month;
use crate::retention::kept::today_at;
use crate::retention::sources::{
    self, DISCOUNT_BASIS_POINTS, FigureSettings, LOST_AFTER_MONTHS, ServiceMargin, SettingsRefused, month_of,
};
use crate::web::auth::{Owner, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};

const PLACE: &str = "/owner/settings";
/// Months in which keeping costs are entered.
const MONTHS_SHOWN: u32 = 12;

#[derive(Template)]
#[template(path = "retention/reckoning.html")]
struct ReckoningPage {
    page: Page,
    frame: Frame,
    form: Form,
    margins: Vec<Field>,
    keeping: Vec<Field>,
    currency: &'static str,
}

/// A field with a label of the clinic's own.
struct Field {
    name: String,
    label: String,
}

/// The settings as they stand.
pub async fn settings_page(app: AppData, owner: Owner, request: HttpRequest) -> Answer {
    let asked = Asked::read(&owner, &request, today_at(&owner.catalog, app.0.clock.now()));
    let now = app.0.db.read(sources::settings).await?;
    let form = filled(&owner, &now);
    show(&owner, &request, (StatusCode::OK, asked, form), &now)
}

fn show(
    owner: &Owner,
    request: &HttpRequest,
    (status, asked, form): (StatusCode, Asked, Form),
    now: &FigureSettings,
) -> Answer {
    let t = owner.t;
    let mut page = owner.page(request, Nav::Owner, t.text("sources-settings-title"));
    if Form::parse(request.query_string()).is("done", "saved") {
        page = page.saying(Tone::Success, t.text("sources-settings-saved"));
    }
    let months = months_before(asked.today);
    let shown = ReckoningPage {
        page,
        margins: now
            .margins
            .iter()
            .map(|margin| Field { name: margin_field(margin.service), label: margin.name.clone() })
            .collect(),
        keeping: months.iter().map(|month| Field { name: keeping_field(*month), label: t.month(*month) }).collect(),
        frame: Frame::new(t, Some(Tab::Reckoning), asked, String::new()).without_period(),
        form,
        currency: owner.catalog.clinic.currency.symbol(),
    };
    Ok(page::html(status, &shown))
}

/// This month and those before it, the newest first.
fn months_before(today: NaiveDate) -> Vec<NaiveDate> {
    let first = first_of_month(today);
    (0..MONTHS_SHOWN).filter_map(|back| first.checked_sub_months(Months::new(back))).collect()
}

fn margin_field(service: ServiceId) -> String {
    format!("margin-{service}")
}

fn keeping_field(month: NaiveDate) -> String {
    format!("keeping-{}", month.format("%Y-%m"))
}

/// Hundredths as people type them.
fn hundredths(value: i64, sign: char) -> String {
    let text = format!("{}{sign}{:02}", value / 100, value % 100);
    text.trim_end_matches('0').trim_end_matches(sign).to_owned()
}

fn filled(owner: &Owner, now: &FigureSettings) -> Form {
    let sign = owner.t.decimal_sign();
    let mut form = Form::new()
        .filled("lost_after", now.lost_after_months.to_string())
        .filled("discount", hundredths(i64::from(now.discount_basis_points), sign));
    for margin in &now.margins {
        form = form.filled(&margin_field(margin.service), hundredths(i64::from(margin.basis_points), sign));
    }
    for (month, minor) in &now.keeping {
        let typed = match owner.catalog.clinic.currency.decimals() {
            0 => minor.to_string(),
            _ => format!("{}{sign}{:02}", minor / 100, minor % 100),
        };
        form = form.filled(&keeping_field(*month), typed);
    }
    form
}

/// Saves them.
pub async fn save(app: AppData, owner: Owner, request: HttpRequest, body: Bytes) -> Answer {
    let t = owner.t;
    let currency = owner.catalog.clinic.currency;
    let mut form = owner.form(&app.0, &body)?;
    let asked = Asked::read(&owner, &request, today_at(&owner.catalog, app.0.clock.now()));
    let now = app.0.db.read(sources::settings).await?;
    let Some(wanted) = read(&owner, &mut form, &now, asked.today) else {
        return show(&owner, &request, (StatusCode::UNPROCESSABLE_ENTITY, asked, form), &now);
    };
    let by = owner.by();
    let written = app.0.db.write(app.0.clock.now(), move |tx| sources::save_settings(tx, by, &wanted, currency));
    match written.await {
        Ok(()) => Ok(see_other(&format!("{PLACE}?done=saved"))),
        Err(Bad::Refused(SettingsRefused::OutOfRange)) => {
            form.fail("lost_after", t.text("sources-lost-wrong"));
            show(&owner, &request, (StatusCode::UNPROCESSABLE_ENTITY, asked, form), &now)
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

fn read(owner: &Owner, form: &mut Form, now: &FigureSettings, today: NaiveDate) -> Option<FigureSettings> {
    let t = owner.t;
    let currency = owner.catalog.clinic.currency;
    let sign = t.decimal_sign();
    let percent = |text: &str| {
        let typed = Money::parse_typed(text, Currency::Eur, sign)?;
        i32::try_from(typed.minor).ok()
    };
    let lost_after_months: Option<i32> = form.value("lost_after").trim().parse().ok();
    let lost_after_months = lost_after_months.filter(|months| LOST_AFTER_MONTHS.contains(months));
    if lost_after_months.is_none() {
        form.fail("lost_after", t.text("sources-lost-wrong"));
    }
    let discount_basis_points = percent(form.value("discount")).filter(|rate| DISCOUNT_BASIS_POINTS.contains(rate));
    if discount_basis_points.is_none() {
        form.fail("discount", t.text("sources-discount-wrong"));
    }
    let mut margins = Vec::with_capacity(now.margins.len());
    for margin in &now.margins {
        let field = margin_field(margin.service);
        // A service that came after the form was made keeps what it has.
        if !form.has(&field) {
            continue;
        }
        match percent(form.value(&field)).filter(|rate| (0..=10_000).contains(rate)) {
            Some(basis_points) => margins.push(ServiceMargin { basis_points, ..margin.clone() }),
            None => form.fail(&field, t.text("sources-margin-wrong")),
        }
    }
    let mut keeping = Vec::new();
    for month in months_before(today) {
        let field = keeping_field(month);
        if !form.has(&field) {
            continue;
        }
        let typed = form.value(&field).trim().to_owned();
        let minor =
            if typed.is_empty() { Some(0) } else { Money::parse_typed(&typed, currency, sign).map(|it| it.minor) };
        match minor.filter(|minor| *minor <= AMOUNT_MAX_MINOR).zip(field.strip_prefix("keeping-").and_then(month_of)) {
            Some((minor, month)) => keeping.push((month, minor)),
            None => form.fail(&field, t.text("sources-amount-wrong")),
        }
    }
    if form.has_errors() {
        return None;
    }
    Some(FigureSettings {
        lost_after_months: lost_after_months?,
        discount_basis_points: discount_basis_points?,
        margins,
        keeping,
    })
}
