//! The first step: the clinic itself.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::{Answer, Frame, StepLink, frame, on_from, text};
use crate::app::App;
use crate::catalog::{Label, Line, SetupStep};
use crate::db::Bad;
use crate::domain::language::Language;
use crate::domain::money::Currency;
use crate::domain::recognise::{EmailAddress, PhoneNumber};
use crate::domain::time;
use crate::i18n::Texts;
use crate::setup::{self, ClinicBasics, ClinicStepRefused};
use crate::web::auth::Manager;
use crate::web::form::Form;
use crate::web::page::{self, Page};

#[derive(Template)]
#[template(path = "setup/clinic.html")]
struct ClinicPage {
    page: Page,
    steps: Vec<StepLink>,
    progress: String,
    base: String,
    form: Form,
    zones: Vec<(String, String)>,
    currencies: Vec<(String, String)>,
    languages: Vec<(String, String)>,
    /// No zone was chosen yet: the browser may guess.
    guesses: bool,
}

pub(super) async fn show_first(_app: &Arc<App>, who: &Manager, request: &HttpRequest) -> Answer {
    let clinic = &who.catalog.clinic;
    let location = who.catalog.locations.first();
    let form = Form::new()
        .filled("name", clinic.name.as_str())
        .filled("email", clinic.email.clone().unwrap_or_else(|| who.user.email.clone()))
        .filled("phone", clinic.phone.clone().unwrap_or_default())
        .filled("currency", clinic.currency.code())
        .filled("language", clinic.language.as_str())
        .filled("zone", location.map_or("", |location| location.zone.name()))
        .filled("street", location.map_or("", |location| location.street.as_str()))
        .filled("postal_code", location.map_or("", |location| location.postal_code.as_str()))
        .filled("city", location.map_or("", |location| location.city.as_str()));
    Ok(show(who, request, StatusCode::OK, form))
}

fn show(who: &Manager, request: &HttpRequest, status: StatusCode, form: Form) -> HttpResponse {
    let Frame { page, steps, progress, base } = frame(who, request, SetupStep::Clinic);
    let choose = (String::new(), page.text("setup-zone-choose"));
    let zone = |name: &&str| ((*name).to_owned(), name.replace('_', " "));
    let language = |language: Language| (language.tag().to_owned(), language.own_name().to_owned());
    let shown = ClinicPage {
        page,
        steps,
        progress,
        base,
        zones: std::iter::once(choose).chain(time::zone_names().iter().map(zone)).collect(),
        currencies: Currency::ALL.iter().map(|known| (known.code().to_owned(), known.code().to_owned())).collect(),
        languages: Language::all().into_iter().map(language).collect(),
        guesses: form.value("zone").is_empty(),
        form,
    };
    page::html(status, &shown)
}

fn basics(form: &mut Form, t: Texts) -> Option<ClinicBasics> {
    let name = text(form, "name", t, Label::parse);
    let street = text(form, "street", t, Line::parse);
    let postal_code = text(form, "postal_code", t, Line::parse);
    let city = text(form, "city", t, Line::parse);
    let email = match form.given("email").map(EmailAddress::parse) {
        None => Some(None),
        Some(Ok(email)) => Some(Some(email)),
        Some(Err(_)) => {
            form.fail("email", t.text("accounts-email-wrong"));
            None
        }
    };
    let phone = match form.given("phone").map(PhoneNumber::parse) {
        None => Some(None),
        Some(Ok(phone)) => Some(Some(phone)),
        Some(Err(_)) => {
            form.fail("phone", t.text("setup-wrong-phone"));
            None
        }
    };
    let zone = time::zone_named(form.value("zone")).ok();
    if zone.is_none() {
        form.fail("zone", t.text("setup-wrong-zone"));
    }
    let currency = form.value("currency").parse::<Currency>().ok();
    if currency.is_none() {
        form.fail("currency", t.text("accounts-currency-wrong"));
    }
    Some(ClinicBasics {
        name: name?,
        email: email?,
        phone: phone?,
        currency: currency?,
        language: Language::parse(form.value("language")).unwrap_or_default(),
        zone: zone?,
        street: street?,
        postal_code: postal_code?,
        city: city?,
    })
}

pub(super) async fn save(app: &Arc<App>, who: &Manager, request: &HttpRequest, mut form: Form) -> Answer {
    let Some(basics) = basics(&mut form, who.t) else {
        return Ok(show(who, request, StatusCode::UNPROCESSABLE_ENTITY, form));
    };
    let user = who.user.id;
    match app.db.write(app.clock.now(), move |tx| setup::save_clinic(tx, user, &basics)).await {
        Ok(()) => Ok(on_from(SetupStep::Clinic)),
        Err(Bad::Refused(ClinicStepRefused::CurrencyInUse)) => {
            form.fail("currency", who.t.text("setup-currency-in-use"));
            Ok(show(who, request, StatusCode::UNPROCESSABLE_ENTITY, form))
        }
        Err(Bad::Refused(ClinicStepRefused::Changed)) => {
            form.fail("name", who.t.text("setup-changed"));
            Ok(show(who, request, StatusCode::CONFLICT, form))
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}
