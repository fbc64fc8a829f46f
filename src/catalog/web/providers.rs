//! Providers: the list, and what the page of one says.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::NaiveDate;

use super::archive::ending;
use super::fields::{Reader, day_value};
use super::{Answer, Crumb, Ending, Tab, Which, contested, done, seen_version, telling, today, which};
use crate::catalog::{self, Edit, EditRefused, ProviderDetails, ProviderView, Thing};
use crate::db::Bad;
use crate::domain::hours::HoursKind;
use crate::domain::ids::ProviderId;
use crate::domain::recognise::EmailAddress;
use crate::i18n::Texts;
use crate::web::auth::Manager;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

const NAMES: [&str; 8] = ["name", "title", "bio", "languages", "color", "email", "leaves_on", "position"];
/// Colours that can be told apart on a calendar, one after the other for new providers.
const COLORS: [&str; 8] = ["#0f766e", "#1d4ed8", "#b45309", "#7c3aed", "#be185d", "#4d7c0f", "#0369a1", "#b91c1c"];

/// A provider in the list.
struct ProviderLine {
    href: String,
    initials: String,
    name: String,
    title: String,
    places: String,
    days: String,
    services: usize,
    leaves: String,
    is_archived: bool,
}

#[derive(Template)]
#[template(path = "catalog/providers.html")]
struct ProvidersPage {
    page: Page,
    providers: Vec<ProviderLine>,
    archived: Vec<ProviderLine>,
}

#[derive(Template)]
#[template(path = "catalog/provider.html")]
struct ProviderPage {
    page: Page,
    form: Form,
    trail: Vec<Crumb>,
    tabs: Vec<Tab>,
    action: String,
    link: String,
    ending: Option<Ending>,
}

/// Every provider.
pub async fn providers_page(app: AppData, who: Manager, request: HttpRequest) -> Answer {
    let today = today(&app.0, &who.catalog);
    let found = app.0.db.read(catalog::providers_to_edit).await?;
    let lines = found.iter().map(|provider| line(&who, provider, today));
    let (archived, providers) = lines.partition(|line: &ProviderLine| line.is_archived);
    let page = who.page(&request, Nav::Catalog, who.t.text("catalog-providers"));
    let page = telling(page, request.query_string());
    Ok(page::html(StatusCode::OK, &ProvidersPage { page, providers, archived }))
}

fn line(who: &Manager, provider: &ProviderView, today: NaiveDate) -> ProviderLine {
    let (t, catalog, id) = (who.t, &who.catalog, provider.id);
    let places: Vec<&str> = catalog
        .locations
        .iter()
        .filter(|location| catalog.hours.contains_key(&(id, location.id)))
        .map(|location| location.name.as_str())
        .collect();
    let performed = catalog.services.iter().filter(|service| catalog.terms.contains_key(&(service.id, id)));
    ProviderLine {
        href: format!("/staff/catalog/providers/{id}"),
        initials: initials(provider.details.name.as_str()),
        name: provider.details.name.to_string(),
        title: provider.details.title.to_string(),
        places: places.join(", "),
        days: working_days(who, id, today),
        services: performed.count(),
        leaves: provider.details.leaves_on.map(|day| t.date_medium(day)).unwrap_or_default(),
        is_archived: provider.is_archived,
    }
}

/// `Mon, Tue, Thu`: the weekdays of hours that hold today or later.
fn working_days(who: &Manager, id: ProviderId, today: NaiveDate) -> String {
    let catalog = &who.catalog;
    let mut days = [false; 7];
    for location in &catalog.locations {
        let Some(hours) = catalog.hours.get(&(id, location.id)) else { continue };
        for row in hours.weekly.iter().filter(|row| row.kind == HoursKind::Work) {
            let holds = row.valid_until.is_none_or(|last| today <= last);
            let place = usize::try_from(row.weekday.num_days_from_monday()).unwrap_or(0);
            if let Some(day) = days.get_mut(place).filter(|_| holds) {
                *day = true;
            }
        }
    }
    let shown = (1..=7).zip(days).filter(|(_, works)| *works).map(|(number, _)| weekday_short(who.t, number));
    shown.collect::<Vec<_>>().join(", ")
}

/// The name of a weekday; 1 is Monday.
pub fn weekday(t: Texts, number: u32) -> String {
    monday_plus(number).map(|day| t.weekday(day)).unwrap_or_default()
}

fn weekday_short(t: Texts, number: u32) -> String {
    monday_plus(number).map(|day| t.weekday_short(day)).unwrap_or_default()
}

/// A day of a week that began on a Monday.
fn monday_plus(number: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2024, 1, number)
}

fn initials(name: &str) -> String {
    let words = name.split_whitespace().filter(|word| !word.ends_with('.'));
    let mut letters: Vec<char> = words.filter_map(|word| word.chars().next()).collect();
    if let (true, Some(last)) = (letters.len() > 2, letters.last().copied()) {
        letters.truncate(1);
        letters.push(last);
    }
    letters.into_iter().flat_map(char::to_uppercase).collect()
}

/// The pages of one provider.
/// The pages of one provider.
pub fn tabs(t: Texts, id: ProviderId, current: usize) -> Vec<Tab> {
    let base = format!("/staff/catalog/providers/{id}");
    let pages = [
        (base.clone(), t.text("catalog-tab-profile")),
        (format!("{base}/hours"), t.text("catalog-tab-hours")),
        (format!("{base}/days"), t.text("catalog-tab-days")),
        (format!("{base}/terms"), t.text("catalog-services")),
        (format!("{base}/calendar"), t.text("feeds-tab")),
    ];
    pages.into_iter().enumerate().map(|(place, (href, text))| Tab::new(href, text, place == current)).collect()
}

/// One provider, or an empty form for a new one.
pub async fn provider_page(app: AppData, who: Manager, request: HttpRequest, path: Path<String>) -> Answer {
    let (form, found) = match which(&path)? {
        Which::New => (new_form(&who), None),
        Which::Known(id) => {
            let found = find(&app, id).await?;
            (filled(&found), Some(found))
        }
    };
    show(&app, &who, &request, StatusCode::OK, form, found).await
}

/// Saves a provider. A new one has no hours yet, so the hours come next.
pub async fn save_provider(
    app: AppData,
    who: Manager,
    request: HttpRequest,
    path: Path<String>,
    body: Bytes,
) -> Answer {
    let which: Which<ProviderId> = which(&path)?;
    let mut reader = Reader::new(who.form(&app.0, &body)?, who.t);
    let Some(details) = details(&mut reader) else {
        let found = found(&app, which).await?;
        return show(&app, &who, &request, StatusCode::UNPROCESSABLE_ENTITY, reader.form, found).await;
    };
    let edit = match which {
        Which::New => Edit::New,
        Which::Known(id) => Edit::Existing { id, seen: seen_version(&reader.form) },
    };
    let by = who.user.id;
    match app.0.db.write(app.0.clock.now(), move |tx| catalog::edit_provider(tx, by, edit, &details)).await {
        Ok(id) if edit == Edit::New => Ok(done(&format!("/staff/catalog/providers/{id}/hours"), "added")),
        Ok(id) => Ok(done(&format!("/staff/catalog/providers/{id}"), "saved")),
        Err(Bad::Refused(EditRefused::Gone)) => Err(Problem::NotFound),
        Err(Bad::Refused(EditRefused::Changed)) => {
            let found = found(&app, which).await?.ok_or(Problem::NotFound)?;
            let form = contested(reader.form, &filled(&found), &NAMES, found.version, who.t);
            show(&app, &who, &request, StatusCode::CONFLICT, form, Some(found)).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

pub(super) async fn find(app: &AppData, id: ProviderId) -> Result<ProviderView, Problem> {
    app.0.db.read(move |conn| catalog::provider_to_edit(conn, id)).await?.ok_or(Problem::NotFound)
}

async fn found(app: &AppData, which: Which<ProviderId>) -> Result<Option<ProviderView>, Problem> {
    match which {
        Which::New => Ok(None),
        Which::Known(id) => find(app, id).await.map(Some),
    }
}

fn details(reader: &mut Reader) -> Option<ProviderDetails> {
    let name = reader.label("name");
    let title = reader.line("title");
    let bio = reader.prose("bio");
    let languages = reader.line("languages");
    let color = reader.color("color");
    let email = reader.email("email");
    let leaves_on = reader.day_if_any("leaves_on");
    let position = reader.position();
    Some(ProviderDetails {
        name: name?,
        title: title?,
        bio: bio?,
        languages: languages?,
        color: color?,
        email: email?,
        leaves_on: leaves_on?,
        position: position?,
    })
}

fn new_form(who: &Manager) -> Form {
    let present = who.catalog.providers.len();
    let color = COLORS.get(present % COLORS.len()).copied().unwrap_or("#0f766e");
    Form::new().filled("color", color).filled("position", (present + 1).to_string())
}

fn filled(provider: &ProviderView) -> Form {
    let details = &provider.details;
    Form::new()
        .filled("version", provider.version.to_string())
        .filled("name", details.name.as_str())
        .filled("title", details.title.as_str())
        .filled("bio", details.bio.as_str())
        .filled("languages", details.languages.as_str())
        .filled("color", details.color.as_str())
        .filled("email", details.email.as_ref().map_or("", EmailAddress::as_str))
        .filled("leaves_on", day_value(details.leaves_on))
        .filled("position", details.position.to_string())
}

async fn show(
    app: &AppData,
    who: &Manager,
    request: &HttpRequest,
    status: StatusCode,
    form: Form,
    found: Option<ProviderView>,
) -> Result<HttpResponse, Problem> {
    let t = who.t;
    let title = found.as_ref().map_or_else(|| t.text("catalog-provider-new"), |it| it.details.name.to_string());
    let mut page = telling(who.page(request, Nav::Catalog, title), request.query_string());
    if status == StatusCode::CONFLICT {
        page = page.saying(Tone::Warning, t.text("catalog-contested"));
    }
    let action = found
        .as_ref()
        .map_or("/staff/catalog/providers/new".to_owned(), |it| format!("/staff/catalog/providers/{}", it.id));
    let ending = match &found {
        Some(it) => Some(ending(app, Thing::Provider(it.id), action.clone(), it.version, it.is_archived).await?),
        None => None,
    };
    let tabs = found.as_ref().map(|it| tabs(t, it.id, 0)).unwrap_or_default();
    let link = found.map(|it| app.0.link(&format!("/book?provider={}", it.slug))).unwrap_or_default();
    let trail = vec![Crumb::providers(t)];
    Ok(page::html(status, &ProviderPage { page, form, trail, tabs, action, link, ending }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_those_of_first_and_last_name() {
        for (name, letters) in
            [("Dr. Elena Ruiz", "ER"), ("Ana María de la Cruz", "AC"), ("Prince", "P"), ("", ""), ("Dr.", "")]
        {
            assert_eq!(initials(name), letters, "{name}");
        }
    }
}
