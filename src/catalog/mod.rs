//! What the clinic offers: locations and their rooms, providers and their hours, services and who performs them.
//!
//! It changes seldom and is asked for by every request, so it is read as a whole ([`Catalog`]) and kept in memory
//! ([`Catalogs`]) until its change counter rises. Whoever writes to these tables calls [`touch`] in the same write.

mod store;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono_tz::Tz;

use crate::db::{Conn, Fault, Tx};
use crate::domain::hours::{Closure, ProviderHours};
use crate::domain::ids::{LocationId, ProviderId, RoomId, ServiceId};
use crate::domain::money::{Currency, Money};
use crate::domain::slots::ServiceRules;
use store::snapshot;

pub use store::snapshot::touch;

/// The clinic itself.
#[derive(Debug, Clone)]
pub struct Clinic {
    /// Its name, as patients know it.
    pub name: String,
    /// One line under the name.
    pub tagline: String,
    /// Where replies go.
    pub email: Option<String>,
    /// Whom to call.
    pub phone: Option<String>,
    /// The one currency of its prices.
    pub currency: Currency,
    /// Language tag of its own texts, and the last resort for others.
    pub language: String,
    /// CSS colour of its look.
    pub accent_color: String,
    /// How long before the start a client may still cancel, unless the service says otherwise.
    pub cancel_notice_minutes: u32,
    /// The policy in the clinic's words.
    pub cancel_policy: String,
}

/// A place with an address and a zone.
#[derive(Debug, Clone)]
pub struct Location {
    /// Which.
    pub id: LocationId,
    /// Its name in links.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its zone.
    pub zone: Tz,
    /// Street and number.
    pub street: String,
    /// Postal code.
    pub postal_code: String,
    /// City.
    pub city: String,
    /// State or region.
    pub region: String,
    /// Country.
    pub country: String,
    /// Whom to call there.
    pub phone: Option<String>,
    /// Whom to write to there.
    pub email: Option<String>,
    /// How to find it.
    pub directions: String,
}

impl Location {
    /// The address on one line.
    pub fn address(&self) -> String {
        let town = joined(&[&self.region, &self.postal_code], " ");
        joined(&[&self.street, &self.city, &town, &self.country], ", ")
    }
}

fn joined(parts: &[&str], between: &str) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(between)
}

/// An operatory or a chair.
#[derive(Debug, Clone)]
pub struct Room {
    /// Which.
    pub id: RoomId,
    /// Where.
    pub location: LocationId,
    /// Its name.
    pub name: String,
    /// What it is good for; services ask for a kind.
    pub kind: String,
}

/// Who performs services.
#[derive(Debug, Clone)]
pub struct Provider {
    /// Which.
    pub id: ProviderId,
    /// The name in links.
    pub slug: String,
    /// The name.
    pub name: String,
    /// What the provider is: "Dentist".
    pub title: String,
    /// A few sentences for patients.
    pub bio: String,
    /// Path of a picture.
    pub photo: Option<String>,
    /// Spoken languages, as written by the clinic.
    pub languages: String,
    /// Colour on the calendar.
    pub color: String,
    /// Where notices go.
    pub email: Option<String>,
}

/// What can be booked.
#[derive(Debug, Clone)]
pub struct Service {
    /// Which.
    pub id: ServiceId,
    /// Its name in links.
    pub slug: String,
    /// Heading under which it stands.
    pub category: String,
    /// Its name.
    pub name: String,
    /// What it is, for patients.
    pub description: String,
    /// What decides its free times.
    pub rules: ServiceRules,
    /// Which kind of room it needs.
    pub room_kind: Option<String>,
    /// Minor units for the smallest party.
    pub price_minor: i64,
    /// Minor units for each person beyond it.
    pub extra_person_minor: i64,
    /// How long before the start a client may still cancel.
    pub cancel_notice_minutes: u32,
    /// How long until the next one is due: `6m`.
    pub recall_interval: Option<String>,
    /// Whether clients book it themselves.
    pub online: bool,
    /// Whether a booking is a request until staff approve.
    pub needs_approval: bool,
}

/// A provider's own price and duration for a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnTerms {
    /// Minor units, where they differ.
    pub price_minor: Option<i64>,
    /// Minutes, where they differ.
    pub duration_minutes: Option<u32>,
}

/// Everything that can be booked, at one version. Archived things are not in it.
#[derive(Debug)]
pub struct Catalog {
    /// The version of the change counter at which it was read.
    pub version: i64,
    /// The clinic.
    pub clinic: Clinic,
    /// In the order the clinic chose.
    pub locations: Vec<Location>,
    /// In the order the clinic chose.
    pub rooms: Vec<Room>,
    /// In the order the clinic chose.
    pub providers: Vec<Provider>,
    /// In the order the clinic chose.
    pub services: Vec<Service>,
    /// Who performs what, on which terms.
    pub terms: HashMap<(ServiceId, ProviderId), OwnTerms>,
    /// When each provider works at each location. Missing means never.
    pub hours: HashMap<(ProviderId, LocationId), ProviderHours>,
    /// Closures of each location, those of the whole clinic included.
    pub closures: HashMap<LocationId, Vec<Closure>>,
}

impl Catalog {
    /// The location, unless it is unknown or archived.
    pub fn location(&self, id: LocationId) -> Option<&Location> {
        self.locations.iter().find(|location| location.id == id)
    }

    /// The room, unless it is unknown or archived.
    pub fn room(&self, id: RoomId) -> Option<&Room> {
        self.rooms.iter().find(|room| room.id == id)
    }

    /// The provider, unless unknown or archived.
    pub fn provider(&self, id: ProviderId) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.id == id)
    }

    /// The service, unless it is unknown or archived.
    pub fn service(&self, id: ServiceId) -> Option<&Service> {
        self.services.iter().find(|service| service.id == id)
    }

    /// By identifier or by the name in links.
    pub fn service_named(&self, text: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.slug == text || service.id.to_string().eq_ignore_ascii_case(text))
    }

    /// By identifier or by the name in links.
    pub fn provider_named(&self, text: &str) -> Option<&Provider> {
        let found = |provider: &&Provider| provider.slug == text || provider.id.to_string().eq_ignore_ascii_case(text);
        self.providers.iter().find(found)
    }

    /// By identifier or by the name in links.
    pub fn location_named(&self, text: &str) -> Option<&Location> {
        let found = |place: &&Location| place.slug == text || place.id.to_string().eq_ignore_ascii_case(text);
        self.locations.iter().find(found)
    }

    /// Who performs `service` at `location`, in the clinic's order.
    pub fn providers_for(&self, service: ServiceId, location: LocationId) -> Vec<&Provider> {
        let works = |provider: &&Provider| {
            self.terms.contains_key(&(service, provider.id)) && self.hours.contains_key(&(provider.id, location))
        };
        self.providers.iter().filter(works).collect()
    }

    /// Where `service` can be had, in the clinic's order.
    pub fn locations_for(&self, service: ServiceId) -> Vec<&Location> {
        self.locations.iter().filter(|location| !self.providers_for(service, location.id).is_empty()).collect()
    }

    /// Rooms of `kind` at `location`.
    pub fn rooms_of_kind<'a>(&'a self, location: LocationId, kind: &'a str) -> impl Iterator<Item = &'a Room> {
        self.rooms.iter().filter(move |room| room.location == location && room.kind == kind)
    }

    /// Where `provider` works at all.
    pub fn locations_of(&self, provider: ProviderId) -> impl Iterator<Item = LocationId> {
        let works = move |location: &&Location| self.hours.contains_key(&(provider, location.id));
        self.locations.iter().filter(works).map(|location| location.id)
    }

    /// Closures of `location`.
    pub fn closures_of(&self, location: LocationId) -> &[Closure] {
        self.closures.get(&location).map_or(&[], Vec::as_slice)
    }

    /// The price of the smallest party with `provider`, or the service's own when it does not matter who.
    pub fn price(&self, service: &Service, provider: Option<ProviderId>) -> Money {
        let own = provider.and_then(|id| self.terms.get(&(service.id, id))).and_then(|terms| terms.price_minor);
        Money::new(own.unwrap_or(service.price_minor), self.clinic.currency)
    }

    /// How long `service` takes with `provider`.
    pub fn duration_minutes(&self, service: &Service, provider: ProviderId) -> u32 {
        let own = self.terms.get(&(service.id, provider)).and_then(|terms| terms.duration_minutes);
        own.unwrap_or(service.rules.duration_minutes)
    }
}

/// The catalogue in memory, shared by all requests.
#[derive(Debug, Default)]
pub struct Catalogs {
    current: Mutex<Option<Arc<Catalog>>>,
}

impl Catalogs {
    /// The catalogue as the database has it now: one read of a counter, or of everything when the counter rose.
    pub fn current(&self, conn: &mut Conn) -> Result<Arc<Catalog>, Fault> {
        let version = snapshot::version(conn)?;
        let kept = self.current.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(kept) = kept.filter(|kept| kept.version == version) {
            return Ok(kept);
        }
        let fresh = Arc::new(snapshot::load(conn, version)?);
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&fresh));
        Ok(fresh)
    }

    /// The same inside a write. What this very write changed is not kept for others: it may yet be undone.
    pub fn current_in(&self, tx: &mut Tx<'_>) -> Result<Arc<Catalog>, Fault> {
        let version = snapshot::version(tx.conn)?;
        let kept = self.current.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match kept.filter(|kept| kept.version == version) {
            Some(kept) => Ok(kept),
            None => Ok(Arc::new(snapshot::load(tx.conn, version)?)),
        }
    }
}
