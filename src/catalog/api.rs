//! The catalogue for other programs: what can be booked online, with whom, where.

use std::sync::Arc;

use actix_web::HttpRequest;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::{Catalog, Location, Provider, Service};
use crate::app::App;
use crate::domain::ids::{LocationId, ProviderId, ServiceId};
use crate::domain::money::Money as Amount;
use crate::domain::time;
use crate::web::api::list::{self, List};
use crate::web::api::query::Asked;
use crate::web::api::shapes::Money;
use crate::web::api::{self, Answer};
use crate::web::edge::AppData;

/// How a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "snake_case")]
enum Sort {
    /// As the clinic chose.
    Position,
    /// By name.
    Name,
}

/// Which services.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the shape of the query for the document; it is read by name")]
pub(crate) struct ServicesQuery {
    /// Only what this provider offers: identifier or slug.
    #[param(value_type = Option<String>)]
    provider: (),
    /// Only what can be had here: identifier or slug.
    #[param(value_type = Option<String>)]
    location: (),
    /// Only what stands under this heading.
    #[param(value_type = Option<String>)]
    category: (),
    /// `position` is the clinic's order.
    #[param(value_type = Option<Sort>, inline)]
    sort: (),
    /// Entries of one page.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 200, default = 100)]
    limit: (),
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: (),
}

const SERVICES_QUERY: &[&str] = &["provider", "location", "category", "sort", "limit", "cursor"];

/// Which providers.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the shape of the query for the document; it is read by name")]
pub(crate) struct ProvidersQuery {
    /// Only who performs this service: identifier or slug.
    #[param(value_type = Option<String>)]
    service: (),
    /// Only who works here: identifier or slug.
    #[param(value_type = Option<String>)]
    location: (),
    /// `position` is the clinic's order.
    #[param(value_type = Option<Sort>, inline)]
    sort: (),
    /// Entries of one page.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 200, default = 100)]
    limit: (),
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: (),
}

const PROVIDERS_QUERY: &[&str] = &["service", "location", "sort", "limit", "cursor"];

/// Which locations.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the shape of the query for the document; it is read by name")]
pub(crate) struct LocationsQuery {
    /// Only where this service can be had: identifier or slug.
    #[param(value_type = Option<String>)]
    service: (),
    /// Only where this provider works: identifier or slug.
    #[param(value_type = Option<String>)]
    provider: (),
    /// `position` is the clinic's order.
    #[param(value_type = Option<Sort>, inline)]
    sort: (),
    /// Entries of one page.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 200, default = 100)]
    limit: (),
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: (),
}

const LOCATIONS_QUERY: &[&str] = &["service", "provider", "sort", "limit", "cursor"];

/// Something that can be booked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Service)]
pub(crate) struct ServiceShape {
    /// Identifier.
    id: String,
    /// Its name in links; good for `service` parameters too.
    slug: String,
    /// Heading under which it stands.
    category: String,
    /// Its name.
    name: String,
    /// What it is, for clients.
    description: String,
    /// How long it takes, unless the provider takes another time for it (see `offers`).
    duration_minutes: u32,
    /// What the smallest party pays.
    price: Money,
    /// What each person beyond the smallest party pays.
    extra_person_price: Money,
    /// The smallest party.
    party_min: u16,
    /// The largest party.
    party_max: u16,
    /// Seats of one appointment; more than 1 is a group.
    capacity: u16,
    /// How long before the start it must be booked.
    lead_minutes: u32,
    /// How many days ahead it can be booked.
    horizon_days: u32,
    /// How long before the start the client may still cancel.
    cancel_notice_minutes: u32,
    /// Whether a booking is a request until the clinic approves it.
    needs_approval: bool,
    /// Who performs it, on which terms.
    offers: Vec<OfferShape>,
    /// Identifiers of the locations where it can be had.
    locations: Vec<String>,
    /// Where people book it.
    booking_url: String,
}

/// A provider's terms for a service.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Offer)]
pub(crate) struct OfferShape {
    /// Identifier of the provider.
    provider: String,
    /// What the smallest party pays here.
    price: Money,
    /// How long it takes here.
    duration_minutes: u32,
}

/// Somebody who performs services.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Provider)]
pub(crate) struct ProviderShape {
    /// Identifier.
    id: String,
    /// The name in links; good for `provider` parameters too.
    slug: String,
    /// The name.
    name: String,
    /// What the provider is.
    title: String,
    /// A few sentences for clients.
    bio: String,
    /// Address of a picture.
    photo: Option<String>,
    /// Spoken languages.
    languages: Vec<String>,
    /// Identifiers of what can be booked online with this provider.
    services: Vec<String>,
    /// Identifiers of where.
    locations: Vec<String>,
}

/// A place with an address and a zone.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Location)]
pub(crate) struct LocationShape {
    /// Identifier.
    id: String,
    /// Its name in links; good for `location` parameters too.
    slug: String,
    /// Its name.
    name: String,
    /// IANA name of its zone.
    #[schema(examples("America/Los_Angeles"))]
    zone: &'static str,
    /// Its address.
    address: AddressShape,
    /// Whom to call there.
    phone: Option<String>,
    /// Whom to write to there.
    email: Option<String>,
    /// How to find it.
    directions: String,
    /// Identifiers of what can be booked online there.
    services: Vec<String>,
}

/// A postal address.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Address)]
pub(crate) struct AddressShape {
    street: String,
    postal_code: String,
    city: String,
    region: String,
    country: String,
}

/// What can be booked online.
#[utoipa::path(
    get,
    path = "/api/v1/services",
    tag = "catalogue",
    params(ServicesQuery),
    responses((status = 200, description = "A page of services", body = List<ServiceShape>))
)]
pub async fn services(app: AppData, request: HttpRequest) -> Answer {
    let catalog = api::catalog(&app).await?;
    let mut asked = Asked::read(request.query_string(), SERVICES_QUERY);
    let (provider, location) = (provider_in(&mut asked, &catalog), location_in(&mut asked, &catalog));
    let category = asked.text("category").map(str::to_owned);
    let (sort, page) = (sort_in(&mut asked), list::wanted(&mut asked));
    asked.refuse()?;
    let fits = |service: &&Service| {
        category.as_ref().is_none_or(|wanted| *wanted == service.category)
            && online_at(&catalog, service).any(|(by, at)| is_asked(provider, &by) && is_asked(location, &at))
    };
    let mut found: Vec<&Service> = catalog.services.iter().filter(|service| service.online).filter(fits).collect();
    if sort == Sort::Name {
        found.sort_by_key(|service| service.name.to_lowercase());
    }
    let shape = |service: &&Service| service_shape(&app, &catalog, service);
    api::json(&list::page(&found, &page, |service| service.id.to_string(), shape)?)
}

/// Who performs what can be booked online.
#[utoipa::path(
    get,
    path = "/api/v1/providers",
    tag = "catalogue",
    params(ProvidersQuery),
    responses((status = 200, description = "A page of providers", body = List<ProviderShape>))
)]
pub async fn providers(app: AppData, request: HttpRequest) -> Answer {
    let catalog = api::catalog(&app).await?;
    let mut asked = Asked::read(request.query_string(), PROVIDERS_QUERY);
    let (service, location) = (service_in(&mut asked, &catalog), location_in(&mut asked, &catalog));
    let (sort, page) = (sort_in(&mut asked), list::wanted(&mut asked));
    asked.refuse()?;
    let offered = offered_online(&catalog);
    let fits = |provider: &&Provider| {
        offered.iter().any(|(what, by, at)| *by == provider.id && is_asked(service, what) && is_asked(location, at))
    };
    let mut found: Vec<&Provider> = catalog.providers.iter().filter(fits).collect();
    if sort == Sort::Name {
        found.sort_by_key(|provider| provider.name.to_lowercase());
    }
    let shape = |provider: &&Provider| provider_shape(&app, &offered, provider);
    api::json(&list::page(&found, &page, |provider| provider.id.to_string(), shape)?)
}

/// Where something can be booked online.
#[utoipa::path(
    get,
    path = "/api/v1/locations",
    tag = "catalogue",
    params(LocationsQuery),
    responses((status = 200, description = "A page of locations", body = List<LocationShape>))
)]
pub async fn locations(app: AppData, request: HttpRequest) -> Answer {
    let catalog = api::catalog(&app).await?;
    let mut asked = Asked::read(request.query_string(), LOCATIONS_QUERY);
    let (service, provider) = (service_in(&mut asked, &catalog), provider_in(&mut asked, &catalog));
    let (sort, page) = (sort_in(&mut asked), list::wanted(&mut asked));
    asked.refuse()?;
    let offered = offered_online(&catalog);
    let fits = |location: &&Location| {
        offered.iter().any(|(what, by, at)| *at == location.id && is_asked(service, what) && is_asked(provider, by))
    };
    let mut found: Vec<&Location> = catalog.locations.iter().filter(fits).collect();
    if sort == Sort::Name {
        found.sort_by_key(|location| location.name.to_lowercase());
    }
    let shape = |location: &&Location| location_shape(&offered, location);
    api::json(&list::page(&found, &page, |location| location.id.to_string(), shape)?)
}

/// Who performs the service where.
fn online_at<'a>(catalog: &'a Catalog, service: &'a Service) -> impl Iterator<Item = (ProviderId, LocationId)> + 'a {
    catalog.locations_for(service.id).into_iter().flat_map(move |location| {
        catalog.providers_for(service.id, location.id).into_iter().map(move |provider| (provider.id, location.id))
    })
}

type Offered = (ServiceId, ProviderId, LocationId);

/// Everything that can be booked online, with whom and where.
fn offered_online(catalog: &Catalog) -> Vec<Offered> {
    let online = catalog.services.iter().filter(|service| service.online);
    online.flat_map(|service| online_at(catalog, service).map(|(by, at)| (service.id, by, at))).collect()
}

fn is_asked<T: PartialEq>(wanted: Option<T>, found: &T) -> bool {
    wanted.is_none_or(|wanted| wanted == *found)
}

fn sort_in(asked: &mut Asked<'_>) -> Sort {
    match asked.text("sort") {
        None | Some("position") => Sort::Position,
        Some("name") => Sort::Name,
        Some(_) => {
            asked.wrong("sort", "unknown_sort", "one of: position, name");
            Sort::Position
        }
    }
}

/// The service a query names, if it names one; nothing is known of services that clients cannot book.
pub(crate) fn service_in(asked: &mut Asked<'_>, catalog: &Catalog) -> Option<ServiceId> {
    let named = catalog.service_named(asked.text("service")?).filter(|service| service.online);
    if named.is_none() {
        asked.wrong("service", "unknown_service", "no service has this identifier or slug");
    }
    named.map(|service| service.id)
}

/// The provider a query names, if it names one.
pub(crate) fn provider_in(asked: &mut Asked<'_>, catalog: &Catalog) -> Option<ProviderId> {
    let named = catalog.provider_named(asked.text("provider")?).map(|provider| provider.id);
    if named.is_none() {
        asked.wrong("provider", "unknown_provider", "no provider has this identifier or slug");
    }
    named
}

/// The location a query names, if it names one.
pub(crate) fn location_in(asked: &mut Asked<'_>, catalog: &Catalog) -> Option<LocationId> {
    let named = catalog.location_named(asked.text("location")?).map(|location| location.id);
    if named.is_none() {
        asked.wrong("location", "unknown_location", "no location has this identifier or slug");
    }
    named
}

fn service_shape(app: &Arc<App>, catalog: &Catalog, service: &Service) -> ServiceShape {
    let rules = &service.rules;
    let zone = catalog.locations.first().map_or(chrono_tz::UTC, |location| location.zone);
    let today = time::local_day(app.clock.now(), zone);
    let mut performers: Vec<ProviderId> = online_at(catalog, service).map(|(provider, _)| provider).collect();
    performers.sort_unstable();
    performers.dedup();
    let offer = |provider: &ProviderId| OfferShape {
        provider: provider.to_string(),
        price: catalog.price_on(service, Some(*provider), today).into(),
        duration_minutes: catalog.duration_minutes(service, *provider),
    };
    ServiceShape {
        id: service.id.to_string(),
        slug: service.slug.clone(),
        category: service.category.clone(),
        name: service.name.clone(),
        description: service.description.clone(),
        duration_minutes: rules.duration_minutes,
        price: catalog.price_on(service, None, today).into(),
        extra_person_price: Amount::new(service.extra_person_minor, catalog.clinic.currency).into(),
        party_min: rules.party_min.max(1),
        party_max: rules.party_max.min(rules.capacity),
        capacity: rules.capacity,
        lead_minutes: rules.lead_minutes,
        horizon_days: rules.horizon_days,
        cancel_notice_minutes: catalog.clinic.policy.with(&service.policy).cancel_notice_minutes,
        needs_approval: service.needs_approval,
        offers: performers.iter().map(offer).collect(),
        locations: catalog.locations_for(service.id).iter().map(|location| location.id.to_string()).collect(),
        booking_url: app.link(&format!("/book/{}", service.slug)),
    }
}

fn provider_shape(app: &Arc<App>, offered: &[Offered], provider: &Provider) -> ProviderShape {
    let own = || offered.iter().filter(|(_, by, _)| *by == provider.id);
    let languages = provider.languages.split([',', ';']).map(str::trim).filter(|language| !language.is_empty());
    ProviderShape {
        id: provider.id.to_string(),
        slug: provider.slug.clone(),
        name: provider.name.clone(),
        title: provider.title.clone(),
        bio: provider.bio.clone(),
        photo: provider.photo.as_ref().map(|path| app.link(path)),
        languages: languages.map(str::to_owned).collect(),
        services: distinct(own().map(|(service, ..)| service.to_string())),
        locations: distinct(own().map(|(.., location)| location.to_string())),
    }
}

fn location_shape(offered: &[Offered], location: &Location) -> LocationShape {
    let here = offered.iter().filter(|(.., at)| *at == location.id);
    LocationShape {
        id: location.id.to_string(),
        slug: location.slug.clone(),
        name: location.name.clone(),
        zone: location.zone.name(),
        address: AddressShape {
            street: location.street.clone(),
            postal_code: location.postal_code.clone(),
            city: location.city.clone(),
            region: location.region.clone(),
            country: location.country.clone(),
        },
        phone: location.phone.clone(),
        email: location.email.clone(),
        directions: location.directions.clone(),
        services: distinct(here.map(|(service, ..)| service.to_string())),
    }
}

/// Each once, in the order of the first.
fn distinct(ids: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    ids.filter(|id| seen.insert(id.clone())).collect()
}
