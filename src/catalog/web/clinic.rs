//! The page of the clinic itself.

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::fields::{Reader, units};
use super::policy::{self, Hints};
use super::{Answer, contested, done, seen_version, telling};
use crate::catalog::{self, ClinicDetails, ClinicRefused, OFFER_MINUTES, SHORT_NOTICE_OFFER_MINUTES};
use crate::db::Bad;
use crate::domain::language::Language;
use crate::domain::money::Currency;
use crate::domain::recognise::{EmailAddress, PhoneNumber};
use crate::web::auth::Manager;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};

const PLACE: &str = "/staff/catalog/clinic";
const NAMES: [&str; 9] =
    ["name", "tagline", "email", "phone", "currency", "language", "accent_color", "offer", "short_notice_offer"];

#[derive(Template)]
#[template(path = "catalog/clinic.html")]
struct ClinicPage {
    page: Page,
    form: Form,
    currencies: Vec<(String, String)>,
    languages: Vec<(String, String)>,
    units: Vec<(String, String)>,
    hints: Hints,
}

/// What the clinic says about itself.
pub async fn clinic_page(app: AppData, who: Manager, request: HttpRequest) -> Answer {
    let form = current(&app).await?;
    let page = who.page(&request, Nav::Catalog, who.t.text("catalog-clinic"));
    Ok(show(StatusCode::OK, telling(page, request.query_string()), form))
}

/// Saves the clinic.
pub async fn save_clinic(app: AppData, who: Manager, request: HttpRequest, body: Bytes) -> Answer {
    let t = who.t;
    let mut reader = Reader::new(who.form(&app.0, &body)?, t);
    let page = who.page(&request, Nav::Catalog, t.text("catalog-clinic"));
    let Some(details) = details(&mut reader) else {
        return Ok(show(StatusCode::UNPROCESSABLE_ENTITY, page, reader.form));
    };
    let (seen, by) = (seen_version(&reader.form), who.user.id);
    let saved = app.0.db.write(app.0.clock.now(), move |tx| catalog::edit_clinic(tx, by, seen, &details)).await;
    match saved {
        Ok(()) => Ok(done(PLACE, "saved")),
        Err(Bad::Refused(ClinicRefused::CurrencyInUse { currency })) => {
            let stays = t.with("catalog-wrong-currency", &[("currency", &currency.code())]);
            reader.form.fail("currency", stays);
            Ok(show(StatusCode::UNPROCESSABLE_ENTITY, page, reader.form))
        }
        Err(Bad::Refused(ClinicRefused::Changed)) => {
            let current = current(&app).await?;
            let form =
                contested(reader.form, &current, &[&NAMES[..], &policy::NAMES[..]].concat(), seen_version(&current), t);
            let page = page.saying(Tone::Warning, t.text("catalog-contested"));
            Ok(show(StatusCode::CONFLICT, page, form))
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

async fn current(app: &AppData) -> Result<Form, crate::db::Fault> {
    let found = app.0.db.read(catalog::clinic_to_edit).await?;
    Ok(match found {
        Some((details, version)) => filled(&details, version),
        None => Form::new()
            .filled("version", "0")
            .filled("accent_color", "#0f766e")
            .filled("offer", "120")
            .filled("short_notice_offer", "20"),
    })
}

fn details(reader: &mut Reader) -> Option<ClinicDetails> {
    let name = reader.label("name");
    let tagline = reader.line("tagline");
    let email = reader.email("email");
    let phone = reader.phone("phone");
    let accent_color = reader.color("accent_color");
    let policy = policy::read_clinic(reader);
    let offer = reader.whole("offer", &OFFER_MINUTES);
    let short_notice_offer = reader.whole("short_notice_offer", &SHORT_NOTICE_OFFER_MINUTES);
    // Both come from lists of ours; another word was never chosen.
    let currency = reader.form.value("currency").parse().unwrap_or(Currency::Usd);
    let language = Language::parse(reader.form.value("language")).unwrap_or_default();
    Some(ClinicDetails {
        name: name?,
        tagline: tagline?,
        email: email?,
        phone: phone?,
        currency,
        language,
        accent_color: accent_color?,
        policy: policy?,
        offer_minutes: offer?,
        short_notice_offer_minutes: short_notice_offer?,
    })
}

fn filled(details: &ClinicDetails, version: i64) -> Form {
    let form = Form::new()
        .filled("version", version.to_string())
        .filled("name", details.name.as_str())
        .filled("tagline", details.tagline.as_str())
        .filled("email", details.email.as_ref().map_or("", EmailAddress::as_str))
        .filled("phone", details.phone.as_ref().map_or("", PhoneNumber::as_str))
        .filled("currency", details.currency.code())
        .filled("language", details.language.tag())
        .filled("accent_color", details.accent_color.as_str())
        .filled("offer", details.offer_minutes.to_string())
        .filled("short_notice_offer", details.short_notice_offer_minutes.to_string());
    policy::fill_clinic(form, &details.policy)
}

fn show(status: StatusCode, page: Page, form: Form) -> HttpResponse {
    let currency = |currency: Currency| {
        let symbol = currency.symbol();
        let text =
            if symbol == currency.code() { symbol.to_owned() } else { format!("{} ({symbol})", currency.code()) };
        (currency.code().to_owned(), text)
    };
    let language = |language: Language| (language.tag().to_owned(), language.own_name().to_owned());
    let (units, hints) = (units(page.t), Hints::of_clinic(page.t));
    page::html(
        status,
        &ClinicPage {
            page,
            form,
            currencies: Currency::ALL.into_iter().map(currency).collect(),
            languages: Language::all().into_iter().map(language).collect(),
            units,
            hints,
        },
    )
}
