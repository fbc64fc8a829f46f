//! What is missing before patients can book: shown on the first page of the catalogue.

use chrono::NaiveDate;

use super::{Catalog, Provider, Service};
use crate::domain::hours::HoursKind;
use crate::domain::ids::{LocationId, ProviderId, ServiceId};

/// As many gaps are worth a look at once.
pub const GAPS_MAX: usize = 12;

/// Something that keeps times from being offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gap {
    /// There is no location.
    NoLocation,
    /// There is no provider.
    NoProvider,
    /// There is no service.
    NoService,
    /// Nobody performs the service.
    ServiceWithoutProvider(ServiceId),
    /// The service needs a kind of room that no location has where somebody performs it.
    ServiceWithoutRoom(ServiceId),
    /// The provider has no weekly hours now or to come.
    ProviderWithoutHours(ProviderId),
    /// The provider performs nothing.
    ProviderWithoutServices(ProviderId),
    /// Nobody works at the location.
    LocationWithoutHours(LocationId),
}

/// What is missing on `today`, the worst first.
pub fn gaps(catalog: &Catalog, today: NaiveDate) -> Vec<Gap> {
    let mut gaps = Vec::new();
    if catalog.locations.is_empty() {
        gaps.push(Gap::NoLocation);
    }
    if catalog.providers.is_empty() {
        gaps.push(Gap::NoProvider);
    }
    if catalog.services.is_empty() {
        gaps.push(Gap::NoService);
    }
    let by_service = catalog.services.iter().filter_map(|service| gap_of_service(catalog, service));
    gaps.extend(by_service);
    gaps.extend(catalog.providers.iter().flat_map(|provider| gaps_of_provider(catalog, provider, today)));
    let idle = |location: &&super::Location| {
        let mut providers = catalog.providers.iter();
        !providers.any(|provider| works(catalog, provider.id, location.id, today))
    };
    gaps.extend(catalog.locations.iter().filter(idle).map(|location| Gap::LocationWithoutHours(location.id)));
    gaps.truncate(GAPS_MAX);
    gaps
}

fn gap_of_service(catalog: &Catalog, service: &Service) -> Option<Gap> {
    let performed = catalog.providers.iter().any(|provider| catalog.terms.contains_key(&(service.id, provider.id)));
    if !performed {
        return Some(Gap::ServiceWithoutProvider(service.id));
    }
    let kind = service.room_kind.as_deref()?;
    let places = catalog.locations_for(service.id);
    let has_room = |location: &&super::Location| catalog.rooms_of_kind(location.id, kind).next().is_some();
    let homeless = !places.is_empty() && !places.iter().any(has_room);
    homeless.then_some(Gap::ServiceWithoutRoom(service.id))
}

fn gaps_of_provider(catalog: &Catalog, provider: &Provider, today: NaiveDate) -> Vec<Gap> {
    let mut gaps = Vec::new();
    if !catalog.locations.iter().any(|location| works(catalog, provider.id, location.id, today)) {
        gaps.push(Gap::ProviderWithoutHours(provider.id));
    }
    if !catalog.services.iter().any(|service| catalog.terms.contains_key(&(service.id, provider.id))) {
        gaps.push(Gap::ProviderWithoutServices(provider.id));
    }
    gaps
}

fn works(catalog: &Catalog, provider: ProviderId, location: LocationId, today: NaiveDate) -> bool {
    let Some(hours) = catalog.hours.get(&(provider, location)) else {
        return false;
    };
    let mut weekly = hours.weekly.iter();
    weekly.any(|row| row.kind == HoursKind::Work && row.valid_until.is_none_or(|last| today <= last))
}
