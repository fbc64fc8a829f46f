//! The pages of languages and of privacy.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use askama::Template;

use super::{Answer, contested, current, saved, seen_version, telling};
use crate::catalog::{ProvidersSee, SecondFactorFor};
use crate::db::Bad;
use crate::domain::language::Language;
use crate::settings::{self, HouseRefused};
use crate::web::auth::Manager;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page};
use crate::web::problem::Problem;

#[derive(Template)]
#[template(path = "settings/languages.html")]
struct LanguagesPage {
    page: Page,
    form: Form,
    known: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "settings/privacy.html")]
struct PrivacyPage {
    page: Page,
    form: Form,
    see: Vec<(String, String)>,
    factors: Vec<(String, String)>,
    decides_factor: bool,
}

/// Which languages public pages are offered in.
pub async fn languages_page(app: AppData, who: Manager, request: HttpRequest) -> Answer {
    let now = current(&app.0).await?;
    let chosen: Vec<String> = now.languages.split(' ').map(|tag| format!("language={tag}")).collect();
    let form = Form::parse(&chosen.join("&")).filled("version", now.version.to_string());
    let page = who.page(&request, Nav::Settings, who.t.text("settings-languages"));
    Ok(show_languages(StatusCode::OK, telling(page, request.query_string()), form))
}

fn show_languages(status: StatusCode, page: Page, form: Form) -> actix_web::HttpResponse {
    let known = |language: Language| (language.tag().to_owned(), language.own_name().to_owned());
    page::html(status, &LanguagesPage { page, form, known: Language::all().into_iter().map(known).collect() })
}

/// Saves them.
pub async fn save_languages(app: AppData, who: Manager, request: HttpRequest, body: Bytes) -> Answer {
    let mut form = who.form(&app.0, &body)?;
    let offered: Vec<Language> =
        Language::all().into_iter().filter(|language| form.is("language", language.tag())).collect();
    let (by, seen) = (who.by(), seen_version(&form));
    let write = app.0.db.write(app.0.clock.now(), move |tx| settings::edit_languages(tx, by, seen, &offered));
    let page = who.page(&request, Nav::Settings, who.t.text("settings-languages"));
    match write.await {
        Ok(()) => Ok(saved("/staff/settings/languages")),
        Err(Bad::Refused(HouseRefused::NoLanguage)) => {
            form.fail("language", who.t.text("settings-languages-none"));
            Ok(show_languages(StatusCode::UNPROCESSABLE_ENTITY, page, form))
        }
        Err(Bad::Refused(HouseRefused::Changed)) => {
            let (status, page, form) = contested(page, form, current(&app.0).await?.version);
            Ok(show_languages(status, page, form))
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// Whose clients providers see, and who must have a second factor.
pub async fn privacy_page(app: AppData, who: Manager, request: HttpRequest) -> Answer {
    let now = current(&app.0).await?;
    let form = Form::new()
        .filled("version", now.version.to_string())
        .filled("providers_see", now.providers_see)
        .filled("second_factor", now.second_factor);
    let page = who.page(&request, Nav::Settings, who.t.text("settings-privacy"));
    Ok(show_privacy(&who, StatusCode::OK, telling(page, request.query_string()), form))
}

fn show_privacy(who: &Manager, status: StatusCode, page: Page, form: Form) -> actix_web::HttpResponse {
    let t = page.t;
    let see = |see: ProvidersSee| {
        let text = match see {
            ProvidersSee::Own => t.text("settings-see-own"),
            ProvidersSee::All => t.text("settings-see-all"),
        };
        (see.word().to_owned(), text)
    };
    let factor = |factor: SecondFactorFor| {
        let text = match factor {
            SecondFactorFor::Optional => t.text("settings-factor-optional"),
            SecondFactorFor::Owners => t.text("settings-factor-owners"),
            SecondFactorFor::Everybody => t.text("settings-factor-everybody"),
        };
        (factor.word().to_owned(), text)
    };
    let shown = PrivacyPage {
        page,
        form,
        see: ProvidersSee::ALL.into_iter().map(see).collect(),
        factors: SecondFactorFor::ALL.into_iter().map(factor).collect(),
        decides_factor: who.role.is_owner(),
    };
    page::html(status, &shown)
}

/// Saves both. Who must have a second factor is the owner's to say: nobody frees himself of it.
pub async fn save_privacy(app: AppData, who: Manager, request: HttpRequest, body: Bytes) -> Answer {
    let form = who.form(&app.0, &body)?;
    let see = ProvidersSee::parse(form.value("providers_see")).ok_or(Problem::Nonsense)?;
    let factor = match form.given("second_factor") {
        Some(_) if !who.role.is_owner() => return Err(Problem::NotAllowed),
        Some(word) => Some(SecondFactorFor::parse(word).ok_or(Problem::Nonsense)?),
        None => None,
    };
    let (by, seen) = (who.by(), seen_version(&form));
    let write = app.0.db.write(app.0.clock.now(), move |tx| settings::edit_privacy(tx, by, seen, (see, factor)));
    match write.await {
        Ok(()) => Ok(saved("/staff/settings/privacy")),
        Err(Bad::Refused(_)) => {
            let page = who.page(&request, Nav::Settings, who.t.text("settings-privacy"));
            let (status, page, form) = contested(page, form, current(&app.0).await?.version);
            Ok(show_privacy(&who, status, page, form))
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}
