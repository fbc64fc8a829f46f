//! What several steps show: where the visitor stands, what has been chosen, a service in a list.

use chrono::{DateTime, NaiveDate, Utc};

use super::visit::{Picked, Visit};
use crate::catalog::{Catalog, Service};
use crate::domain::ids::ProviderId;
use crate::domain::money::{Money, price_of_party};
use crate::domain::time;
use crate::i18n::Texts;

/// One step of the indicator.
pub(super) struct Step {
    pub text: String,
    pub href: String,
    pub current: bool,
    pub done: bool,
}

/// The steps a visitor goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
pub(super) enum At {
    Service,
    Place,
    Time,
    Details,
}

/// The indicator. Steps with one choice are not shown; steps behind the visitor are links.
pub(super) fn steps(visit: &Visit, at: At, picked: Option<&Picked<'_>>) -> Vec<Step> {
    let t = visit.t;
    let several_services = 1 < visit.catalog.services.iter().filter(|service| service.online).count();
    let several_places = picked.is_some_and(|picked| 1 < picked.places(&visit.catalog).len()) || at == At::Place;
    let lang = picked.and_then(|picked| picked.lang).map_or(String::new(), |lang| format!("?lang={}", lang.tag()));
    let placeless = picked.map(|picked| Picked { location: None, provider: None, ..picked.clone() });
    let all = [
        (At::Service, several_services, t.text("book-step-service"), Some(format!("/book{lang}"))),
        (At::Place, several_places, t.text("book-step-place"), placeless.map(|picked| picked.href("", &[]))),
        (At::Time, true, t.text("book-step-time"), picked.map(|picked| picked.href("", &[]))),
        (At::Details, true, t.text("book-step-details"), None),
    ];
    let step = |(place, _, text, href): (At, bool, String, Option<String>)| Step {
        text,
        href: href.filter(|_| place < at).unwrap_or_default(),
        current: place == at,
        done: place < at,
    };
    all.into_iter().filter(|(_, shown, ..)| *shown).map(step).collect()
}

/// What has been chosen so far; empty texts are not shown.
#[derive(Default)]
pub(super) struct Chosen {
    pub service: String,
    pub about: String,
    pub when: String,
    pub zone: String,
    pub duration: String,
    pub provider: String,
    pub place: String,
    pub address: String,
    pub party: String,
    pub price: String,
    /// The services of a visit of several.
    pub parts: Vec<ChosenPart>,
}

/// One service of a visit in the summary.
pub(super) struct ChosenPart {
    pub service: String,
    /// How long or when, and with whom where that is settled.
    pub detail: String,
}

/// A service of a visit whose place is kept: with whom, from when to when.
#[derive(Clone, Copy)]
pub(super) struct KeptPart {
    pub provider: ProviderId,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
}

/// The summary of a visit of several services; `kept` says who and when, once that is settled.
pub(super) fn chosen_visit(visit: &Visit, picked: &Picked<'_>, kept: &[KeptPart]) -> Chosen {
    let (t, catalog) = (visit.t, &visit.catalog);
    let (mut minutes, mut minor, mut is_least) = (0_i64, 0_i64, false);
    let mut parts = Vec::new();
    for (index, part) in picked.parts().iter().enumerate() {
        let settled = kept.get(index).copied();
        let provider = settled.map(|kept| kept.provider).or(part.provider.map(|person| person.id));
        let length =
            provider.map_or(part.service.rules.duration_minutes, |id| catalog.duration_minutes(part.service, id));
        minutes += i64::from(length);
        let alone = Picked { service: part.service, also: Vec::new(), provider: None, party: 1, ..picked.clone() };
        let day = day_of(visit, picked, settled.map(|kept| kept.starts_at));
        let standard = catalog.price_on(part.service, provider, day);
        let least = if provider.is_none() { lowest_price(catalog, &alone, standard, day) } else { standard };
        is_least = is_least || (provider.is_none() && has_own_prices(catalog, part.service));
        minor = minor.saturating_add(least.minor);
        let when = match settled.zip(picked.location) {
            Some((kept, place)) => {
                let local = |instant| time::local(instant, place.zone).time();
                t.time_range(local(kept.starts_at), local(kept.ends_at))
            }
            None => t.duration(i64::from(length)),
        };
        let name = provider.and_then(|id| catalog.provider(id)).map(|provider| provider.name.clone());
        let detail = std::iter::once(when).chain(name).collect::<Vec<_>>().join(" · ");
        parts.push(ChosenPart { service: part.service.name.clone(), detail });
    }
    let price = Money::new(minor, catalog.clinic.currency);
    Chosen {
        service: picked.parts().iter().map(|part| part.service.name.as_str()).collect::<Vec<_>>().join(" + "),
        duration: t.duration(minutes),
        place: picked.location.map(|place| place.name.clone()).unwrap_or_default(),
        address: picked.location.map(crate::catalog::Location::address).unwrap_or_default(),
        price: if is_least { t.with("book-price-from", &[("price", &money(t, price))]) } else { money(t, price) },
        parts,
        ..Chosen::default()
    }
}

/// The summary beside every step. `provider` is who it will be, where that is settled.
pub(super) fn chosen(visit: &Visit, picked: &Picked<'_>, provider: Option<ProviderId>) -> Chosen {
    chosen_on(visit, picked, provider, day_of(visit, picked, None))
}

/// The day whose prices are shown: that of the time, else today.
fn day_of(visit: &Visit, picked: &Picked<'_>, starts_at: Option<DateTime<Utc>>) -> NaiveDate {
    let place = picked.location.or(visit.catalog.locations.first());
    time::local_day(starts_at.unwrap_or(visit.now), place.map_or(chrono_tz::UTC, |place| place.zone))
}

fn chosen_on(visit: &Visit, picked: &Picked<'_>, provider: Option<ProviderId>, day: NaiveDate) -> Chosen {
    if !picked.also.is_empty() {
        return chosen_visit(visit, picked, &[]);
    }
    let (t, catalog, service) = (visit.t, &visit.catalog, picked.service);
    let provider = provider.or(picked.provider.map(|provider| provider.id));
    let minutes = provider.map_or(service.rules.duration_minutes, |id| catalog.duration_minutes(service, id));
    let name = provider.and_then(|id| catalog.provider(id)).map(|provider| provider.name.clone());
    Chosen {
        service: service.name.clone(),
        about: service.description.clone(),
        duration: t.duration(i64::from(minutes)),
        provider: name.unwrap_or_default(),
        place: picked.location.map(|place| place.name.clone()).unwrap_or_default(),
        address: picked.location.map(crate::catalog::Location::address).unwrap_or_default(),
        party: if service.rules.party_max > 1 {
            t.with("book-people", &[("count", &picked.party)])
        } else {
            String::new()
        },
        price: price(t, catalog, picked, provider, day),
        ..Chosen::default()
    }
}

/// The same with the time: `Tuesday, December 1, 2026, 9:00 AM – 9:45 AM`.
pub(super) fn chosen_at(
    visit: &Visit,
    picked: &Picked<'_>,
    provider: Option<ProviderId>,
    starts_at: DateTime<Utc>,
) -> Chosen {
    if !picked.also.is_empty() {
        return timed(visit, picked, chosen(visit, picked, provider), starts_at);
    }
    let day = day_of(visit, picked, Some(starts_at));
    timed(visit, picked, chosen_on(visit, picked, provider, day), starts_at)
}

/// The summary with when it begins.
pub(super) fn timed(visit: &Visit, picked: &Picked<'_>, summary: Chosen, starts_at: DateTime<Utc>) -> Chosen {
    let Some(place) = picked.location else {
        return summary;
    };
    let local = time::local(starts_at, place.zone);
    Chosen { when: visit.t.date_time(local), zone: visit.t.zone(place.zone), ..summary }
}

fn price(t: Texts, catalog: &Catalog, picked: &Picked<'_>, provider: Option<ProviderId>, day: NaiveDate) -> String {
    let service = picked.service;
    let first = catalog.price_on(service, provider, day);
    let all = price_of_party(first.minor, service.extra_person_minor, picked.party, service.rules.party_min);
    let Some(minor) = all else {
        return String::new();
    };
    let price = Money::new(minor, first.currency);
    if provider.is_none() && has_own_prices(catalog, service) {
        t.with("book-price-from", &[("price", &money(t, lowest_price(catalog, picked, price, day)))])
    } else {
        money(t, price)
    }
}

/// Whether somebody has a price of their own for it.
fn has_own_prices(catalog: &Catalog, service: &Service) -> bool {
    catalog.terms.iter().any(|((id, _), terms)| *id == service.id && terms.price_minor.is_some())
}

/// The least that the party can cost with anybody.
fn lowest_price(catalog: &Catalog, picked: &Picked<'_>, standard: Money, day: NaiveDate) -> Money {
    let service = picked.service;
    let offers = catalog.terms.keys().filter(|(id, _)| *id == service.id);
    let prices = offers.filter_map(|(_, provider)| {
        let first = catalog.price_on(service, Some(*provider), day).minor;
        price_of_party(first, service.extra_person_minor, picked.party, service.rules.party_min)
    });
    Money::new(prices.min().unwrap_or(standard.minor), standard.currency)
}

/// A price as people read it.
pub(super) fn money(t: Texts, price: Money) -> String {
    if price.minor == 0 { t.text("book-price-free") } else { t.money(price) }
}

/// A service in a list.
pub(super) struct ServiceCard {
    pub name: String,
    pub href: String,
    pub about: String,
    pub duration: String,
    pub price: String,
    pub needs_approval: bool,
    pub is_class: bool,
}

/// Services under one heading.
pub(super) struct ServiceGroup {
    pub title: String,
    pub services: Vec<ServiceCard>,
}

/// What can be booked online, by heading, in the clinic's order.
pub(super) fn service_groups(visit: &Visit) -> Vec<ServiceGroup> {
    let mut groups: Vec<ServiceGroup> = Vec::new();
    for service in visit.catalog.services.iter().filter(|service| service.online) {
        let card = service_card(visit, service);
        match groups.iter_mut().find(|group| group.title == service.category) {
            Some(group) => group.services.push(card),
            None => groups.push(ServiceGroup { title: service.category.clone(), services: vec![card] }),
        }
    }
    groups
}

fn service_card(visit: &Visit, service: &Service) -> ServiceCard {
    let picked = Picked::read(&visit.catalog, service, &visit.query);
    let only_links = Picked { location: picked.location.filter(|_| visit.query.has("location")), ..picked };
    ServiceCard {
        name: service.name.clone(),
        href: only_links.href("", &[]),
        about: service.description.clone(),
        duration: visit.t.duration(i64::from(service.rules.duration_minutes)),
        price: price(visit.t, &visit.catalog, &only_links, None, day_of(visit, &only_links, None)),
        needs_approval: service.needs_approval,
        is_class: service.rules.capacity > 1,
    }
}
