//! What every public handler begins with: the language, the clinic, the catalogue and the moment; and what a visitor
//! has chosen so far, read from the address and written back into links.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, Utc};

use crate::app::App;
use crate::booking::visits::{self, WantedPart};
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
pub(crate) enum Stop {
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
pub(crate) struct Visit {
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

    /// The same in the language that goes with a form: the address of a POST carries no query.
    pub fn speaking(mut self, form: &Form) -> Self {
        if let Some(language) = form.given("lang").and_then(Language::parse) {
            self.t = Texts::new(language);
        }
        self
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
pub(crate) fn answer(outcome: Result<HttpResponse, Stop>) -> Result<HttpResponse, Problem> {
    match outcome {
        Ok(response) | Err(Stop::Answer(response)) => Ok(response),
        Err(Stop::Problem(problem)) => Err(problem),
    }
}

/// Sends the browser to another address with GET.
pub(crate) fn see_other(address: String) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, address)).finish()
}

/// Another service of the same visit.
#[derive(Clone, Copy)]
pub(crate) struct Also<'a> {
    pub service: &'a Service,
    /// With whom; none is anyone.
    pub provider: Option<&'a Provider>,
}

/// What has been chosen, as far as the service knows it.
#[derive(Clone)]
pub(crate) struct Picked<'a> {
    pub service: &'a Service,
    /// What comes right after it, in order.
    pub also: Vec<Also<'a>>,
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
pub(crate) enum Missed {
    /// The provider or the location.
    Choice,
    /// The size of the party.
    Party,
    /// A service that cannot be had in the same visit.
    Together,
}

impl<'a> Picked<'a> {
    /// Reads location, provider, party, source and language from a query or a body. A place or a person of whom there
    /// is only one is chosen.
    pub fn read(catalog: &'a Catalog, service: &'a Service, form: &Form) -> Self {
        let (also, mut missed) = read_also(catalog, service, form);
        let locations = places_of(catalog, service, &also);
        let mut location = form.given("location").and_then(|name| {
            let found = catalog.location_named(name).filter(|found| locations.iter().any(|place| place.id == found.id));
            missed = missed.or(found.is_none().then_some(Missed::Choice));
            found
        });
        if let [only] = locations.as_slice() {
            location = Some(only);
        }
        let provider = form.given("provider").and_then(|name| {
            let found = catalog.provider_named(name).filter(|found| offers(catalog, service, location, found));
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
            also,
            location,
            provider,
            party,
            source: form.given("source").map(|text| text.chars().take(SOURCE_CHARACTERS_MAX).collect()),
            lang: form.given("lang").and_then(Language::parse),
            missed: missed.or(wrong_party),
        }
    }

    /// Every service of the visit in order, with whom; one for an ordinary booking.
    pub fn parts(&self) -> Vec<Also<'a>> {
        let first = Also { service: self.service, provider: self.provider };
        std::iter::once(first).chain(self.also.iter().copied()).collect()
    }

    /// The same as the deeds know it.
    pub fn wanted_parts(&self) -> Vec<WantedPart> {
        let wanted =
            |part: &Also<'_>| WantedPart { service: part.service.id, provider: part.provider.map(|person| person.id) };
        self.parts().iter().map(wanted).collect()
    }

    /// The same choice with these services in this order; the first of them is the one in the address.
    pub fn with_parts(&self, parts: &[Also<'a>]) -> Self {
        let Some((first, also)) = parts.split_first() else {
            return self.clone();
        };
        Self { service: first.service, provider: first.provider, also: also.to_vec(), ..self.clone() }
    }

    /// The same choice at another place; whoever does not work there is anyone.
    pub fn at(&self, catalog: &Catalog, place: &'a Location) -> Self {
        let here = |person: &&Provider| catalog.hours.contains_key(&(person.id, place.id));
        let also = self.also.iter().map(|part| Also { provider: part.provider.filter(here), ..*part });
        Self { location: Some(place), provider: self.provider.filter(here), also: also.collect(), ..self.clone() }
    }

    /// Where everything that has been chosen can be had.
    pub fn places(&self, catalog: &'a Catalog) -> Vec<&'a Location> {
        places_of(catalog, self.service, &self.also)
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
        if !self.also.is_empty() {
            let names = self.also.iter().map(|part| match part.provider {
                Some(provider) => format!("{}:{}", part.service.slug, provider.slug),
                None => part.service.slug.clone(),
            });
            pairs.push(("also", names.collect::<Vec<_>>().join(",")));
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
        let parts = self.parts();
        let latest = parts.iter().map(|part| slots::latest_day(&part.service.rules, now, location.zone));
        latest.min().unwrap_or_default()
    }
}

fn offers(catalog: &Catalog, service: &Service, location: Option<&Location>, provider: &Provider) -> bool {
    catalog.terms.contains_key(&(service.id, provider.id))
        && location.is_none_or(|place| catalog.hours.contains_key(&(provider.id, place.id)))
}

/// Reads `also=cleaning,whitening:ben`: what comes after the first service, each with anyone or with somebody.
fn read_also<'a>(catalog: &'a Catalog, service: &'a Service, form: &Form) -> (Vec<Also<'a>>, Option<Missed>) {
    let (mut also, mut missed) = (Vec::new(), None);
    let mut wanted = vec![WantedPart { service: service.id, provider: None }];
    for text in form.values("also").iter().flat_map(|text| text.split(',')).filter(|text| !text.trim().is_empty()) {
        let (name, person) = text.trim().split_once(':').unwrap_or((text.trim(), ""));
        let found = catalog.service_named(name).filter(|found| found.online);
        let provider = catalog.provider_named(person);
        let part = found.map(|found| WantedPart { service: found.id, provider: provider.map(|known| known.id) });
        let both: Vec<WantedPart> = wanted.iter().copied().chain(part).collect();
        let fits = part.is_some() && visits::check(catalog, &both, false).is_ok();
        let Some(service) = found.filter(|_| fits && (person.is_empty() || provider.is_some())) else {
            missed = Some(Missed::Together);
            continue;
        };
        wanted = both;
        also.push(Also { service, provider });
    }
    (also, missed)
}

fn places_of<'a>(catalog: &'a Catalog, service: &Service, also: &[Also<'a>]) -> Vec<&'a Location> {
    let mut places = catalog.locations_for(service.id);
    for part in also {
        let here = catalog.locations_for(part.service.id);
        places.retain(|place| {
            here.iter().any(|known| known.id == place.id)
                && part.provider.is_none_or(|person| catalog.hours.contains_key(&(person.id, place.id)))
        });
    }
    places
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
pub(crate) fn hold_name(app: &App, hold: HoldId) -> String {
    format!("{hold}.{}", app.keys.hashed("hold", &hold.to_string()))
}

/// Reads what [`hold_name`] wrote.
pub(crate) fn hold_named(app: &App, text: &str) -> Option<HoldId> {
    let (id, _) = text.split_once('.')?;
    let id: HoldId = id.parse().ok()?;
    (hold_name(app, id) == text).then_some(id)
}

/// First letters of the first and the last name, titles left aside.
pub(crate) fn initials(name: &str) -> String {
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
