//! What every public handler begins with: the language, the clinic, the catalogue and the moment; and what a visitor
//! has chosen so far, read from the address and written back into links.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, Utc};

use crate::app::App;
use crate::catalog::{Catalog, Location, Provider, Service};
use crate::db::Fault;
use crate::domain::ids::HoldId;
use crate::domain::slots;
use crate::i18n::{Language, Texts};
use crate::web::form::Form;
use crate::web::page::{self, Brand, Page};
use crate::web::problem::Problem;

/// How the name of a campaign in `?source=` is cut.
const SOURCE_CHARACTERS_MAX: usize = 60;

/// Why a handler ends early.
pub(super) enum Stop {
    /// With this answer.
    Answer(HttpResponse),
    /// Without one.
    Problem(Problem),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Problem(Problem::Fault(fault))
    }
}

/// One request of a visitor.
pub(super) struct Visit {
    pub request: HttpRequest,
    pub t: Texts,
    pub brand: Brand,
    pub catalog: Arc<Catalog>,
    pub now: DateTime<Utc>,
    /// The query of the address.
    pub query: Form,
}

impl Visit {
    /// Reads the catalogue and settles the language.
    pub async fn begin(app: &Arc<App>, request: &HttpRequest) -> Result<Self, Stop> {
        let catalog = app.catalog().await?;
        let brand = Brand::of(&catalog.clinic);
        let t = page::texts_for(request, None, brand.language);
        let query = Form::parse(request.query_string());
        Ok(Self { request: request.clone(), t, brand, catalog, now: app.clock.now(), query })
    }

    /// The frame of a page with this title.
    pub fn page(&self, title: String) -> Page {
        Page::public(self.t, self.brand.clone(), &self.request, title)
    }

    /// The language the address asks for, which links keep.
    pub fn chosen_language(&self) -> Option<Language> {
        self.query.given("lang").and_then(Language::parse)
    }

    /// The service of the address, or the page that says there is none.
    pub fn service(&self, name: &str) -> Result<&Service, Stop> {
        let found = self.catalog.service_named(name).filter(|service| service.online);
        found.ok_or_else(|| {
            let page = self.page(self.t.text("book-not-found-title"));
            let text = self.t.text("book-not-found-text");
            Stop::Answer(page::error_page(StatusCode::NOT_FOUND, page, &text, None))
        })
    }
}

/// The answer of a handler, whichever way it ended.
pub(super) fn answer(outcome: Result<HttpResponse, Stop>) -> Result<HttpResponse, Problem> {
    match outcome {
        Ok(response) | Err(Stop::Answer(response)) => Ok(response),
        Err(Stop::Problem(problem)) => Err(problem),
    }
}

/// Sends the browser to another address with GET.
pub(super) fn see_other(address: String) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, address)).finish()
}

/// What has been chosen, as far as the service knows it.
#[derive(Clone)]
pub(super) struct Picked<'a> {
    pub service: &'a Service,
    pub location: Option<&'a Location>,
    pub provider: Option<&'a Provider>,
    pub party: u16,
    pub source: Option<String>,
    pub lang: Option<Language>,
    /// What was asked for and is not to be had: nothing is silently replaced.
    pub missed: Option<Missed>,
}

/// A choice in an address that cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missed {
    /// The provider or the location.
    Choice,
    /// The size of the party.
    Party,
}

impl<'a> Picked<'a> {
    /// Reads location, provider, party, source and language from a query or a body. A place or a person of whom there
    /// is only one is chosen.
    pub fn read(catalog: &'a Catalog, service: &'a Service, form: &Form) -> Self {
        let mut missed = None;
        let locations = catalog.locations_for(service.id);
        let mut location = form.given("location").and_then(|name| {
            let found = catalog.location_named(name).filter(|found| locations.iter().any(|place| place.id == found.id));
            missed = missed.or(found.is_none().then_some(Missed::Choice));
            found
        });
        if let [only] = locations.as_slice() {
            location = Some(only);
        }
        let provider = form.given("provider").and_then(|name| {
            let found = catalog.provider_named(name).filter(|found| Self::offers(catalog, service, location, found));
            missed = missed.or(found.is_none().then_some(Missed::Choice));
            found
        });
        // Somebody who works in one place only decides the place.
        if let (None, Some(provider)) = (location, provider) {
            let mut places = locations.iter().filter(|place| catalog.hours.contains_key(&(provider.id, place.id)));
            location = places.next().copied().filter(|_| places.next().is_none());
        }
        let (party, wrong_party) = read_party(service, form);
        Self {
            service,
            location,
            provider,
            party,
            source: form.given("source").map(|text| text.chars().take(SOURCE_CHARACTERS_MAX).collect()),
            lang: form.given("lang").and_then(Language::parse),
            missed: missed.or(wrong_party),
        }
    }

    fn offers(catalog: &Catalog, service: &Service, location: Option<&Location>, provider: &Provider) -> bool {
        catalog.terms.contains_key(&(service.id, provider.id))
            && location.is_none_or(|place| catalog.hours.contains_key(&(provider.id, place.id)))
    }

    /// The name and value of everything chosen, for links and hidden fields.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(location) = self.location {
            pairs.push(("location", location.slug.clone()));
        }
        if let Some(provider) = self.provider {
            pairs.push(("provider", provider.slug.clone()));
        }
        if self.party != self.service.rules.party_min {
            pairs.push(("party", self.party.to_string()));
        }
        if let Some(source) = &self.source {
            pairs.push(("source", source.clone()));
        }
        if let Some(lang) = self.lang {
            pairs.push(("lang", lang.tag().to_owned()));
        }
        pairs
    }

    /// An address below `/book/{service}` that keeps what has been chosen.
    pub fn href(&self, below: &str, more: &[(&str, &str)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.pairs() {
            query.append_pair(name, &value);
        }
        query.extend_pairs(more);
        let query = query.finish();
        let path = format!("/book/{}{below}", self.service.slug);
        if query.is_empty() { path } else { format!("{path}?{query}") }
    }

    /// The last day that can be booked, in the zone of the chosen place.
    pub fn latest_day(&self, location: &Location, now: DateTime<Utc>) -> NaiveDate {
        slots::latest_day(&self.service.rules, now, location.zone)
    }
}

fn read_party(service: &Service, form: &Form) -> (u16, Option<Missed>) {
    let rules = &service.rules;
    match form.given("party").map(str::parse::<u16>) {
        None => (rules.party_min, None),
        Some(Ok(party)) if slots::check_party(rules, party).is_ok() => (party, None),
        Some(_) => (rules.party_min, Some(Missed::Party)),
    }
}

/// `?hold=`: the identifier with a code over it, so that nobody gives back what somebody else keeps.
pub(super) fn hold_name(app: &App, hold: HoldId) -> String {
    format!("{hold}.{}", app.keys.hashed("hold", &hold.to_string()))
}

/// Reads what [`hold_name`] wrote.
pub(super) fn hold_named(app: &App, text: &str) -> Option<HoldId> {
    let (id, _) = text.split_once('.')?;
    let id: HoldId = id.parse().ok()?;
    (hold_name(app, id) == text).then_some(id)
}

/// First letters of the first and the last name, titles left aside.
pub(super) fn initials(name: &str) -> String {
    let words: Vec<&str> = name.split([' ', ',']).filter(|word| !word.is_empty() && !word.ends_with('.')).collect();
    let letter = |word: Option<&&str>| word.and_then(|word| word.chars().next());
    let plain: Vec<&&str> = words.iter().filter(|word| word.chars().any(char::is_lowercase)).collect();
    let last = if 1 < plain.len() { letter(plain.last().copied()) } else { None };
    letter(plain.first().copied()).into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_leave_titles_aside() {
        assert_eq!(initials("Dr. Maya Okafor, DDS"), "MO");
        assert_eq!(initials("Ana"), "A");
        assert_eq!(initials("Élodie  van Dam"), "ÉD");
        assert_eq!(initials(""), "");
        assert_eq!(initials("李 小龍"), "");
    }
}
