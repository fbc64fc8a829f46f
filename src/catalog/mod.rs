//! What the clinic offers: locations and their rooms, providers and their hours, services and who performs them.
//!
//! It changes seldom and is asked for by every request, so it is read as a whole ([`Catalog`]) and kept in memory
//! ([`Catalogs`]) until its change counter rises. Whoever writes to these tables calls [`touch`] in the same write.
//!
//! The `edit_…` files are the deeds of its own pages: each claims the version its form was made from, so nobody's work
//! is overwritten unseen. What is in use is archived, never deleted.

pub mod api;
mod archive;
mod cancellation_reasons;
mod change;
mod clashes;
mod clinic_settings;
mod delete;
mod edit_clinic;
mod edit_closure;
mod edit_exceptions;
mod edit_hours;
mod edit_location;
mod edit_prices;
mod edit_provider;
mod edit_room;
mod edit_service;
mod edit_terms;
mod edit_time_off;
mod gaps;
mod listed;
mod recall_interval;
mod store;
pub mod web;
mod wording;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::db::{Conn, Fault, Tx};
use crate::domain::hours::{Closure, ProviderHours};
use crate::domain::ids::{LocationId, ProviderId, RoomId, ServiceId};
use crate::domain::language::Language;
use crate::domain::money::{Currency, Money};
use crate::domain::policy::{Policy, PolicyLevel};
use crate::domain::slots::ServiceRules;
use store::snapshot;

pub use crate::domain::hours::{AwayReason, Unkept};
pub use archive::{archive, restore};
pub use cancellation_reasons::{
    AskedOf, CancellationReason, REASONS_MAX, ReasonDetails, ReasonRefused, add_reason, cancellation_reasons,
    edit_reason, place_reason, retire_reason,
};
pub use change::{Edit, EditRefused, Thing};
pub use clashes::{CLASHES_MAX, ClashingBooking, Guarded, clashes, guarded};
pub use clinic_settings::{LegalKind, ProvidersSee, SecondFactorFor, SetupStep};
pub use delete::{DeleteRefused, Uses, delete, uses_of};
pub use edit_clinic::{
    ClinicDetails, ClinicRefused, MOVES_MAX, NOTICE_MINUTES_MAX, OFFER_MINUTES, SHORT_NOTICE_OFFER_MINUTES,
    clinic_to_edit, edit_clinic,
};
pub use edit_closure::{
    CLOSURE_DAYS_MAX, ClosureDetails, ClosureEdit, ClosureRefused, StoredClosure, closure_to_edit, closures_from,
    edit_closure, remove_closure,
};
pub use edit_exceptions::{
    ExceptionDetails, ExceptionRefused, StoredException, add_exception, exceptions_of, remove_exception,
};
pub use edit_hours::{Earlier, HoursAt, WeekEdit, WeekRefused, edit_hours, hours_of};
pub use edit_location::{LocationDetails, edit_location};
pub use edit_prices::{PRICES_MAX, PriceRefused, add_price, prices_of, remove_price};
pub use edit_provider::{ProviderDetails, edit_provider};
pub use edit_room::{RoomDetails, add_room, edit_room};
pub use edit_service::{
    BUFFER_MINUTES, CAPACITY, DURATION_MINUTES, HORIZON_DAYS, ImpossibleRules, LEAD_MINUTES, SLOT_MINUTES,
    ServiceDetails, ServiceRefused, check_rules, edit_service,
};
pub use edit_terms::{Term, TermsOf, edit_terms, terms_of};
pub use edit_time_off::{
    RequestRefused, StoredTimeOff, TimeOffDetails, TimeOffRefused, TimeOffStatus, add_time_off, decide_time_off,
    remove_time_off, request_time_off, requests_for_time_off, time_off_of, withdraw_time_off,
};
pub use gaps::{Gap, gaps};
pub use listed::{
    LocationView, ProviderView, RoomView, ServiceView, location_to_edit, locations_to_edit, provider_to_edit,
    providers_to_edit, room_to_edit, rooms_to_edit, service_to_edit, services_to_edit,
};
pub use recall_interval::{NotAnInterval, RecallInterval};
pub use store::snapshot::touch;
pub use wording::{Color, Label, Line, NotAColor, Prose, WrongText, slug_of};

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
    /// Deadlines and limits, unless a location or a service says otherwise.
    pub policy: Policy,
    /// How long a place is kept for somebody on the waitlist.
    pub offer_minutes: u32,
    /// The same for who wants to be called at short notice.
    pub short_notice_offer_minutes: u32,
    /// The name of its logo's picture.
    pub logo: Option<String>,
    /// The languages its public pages are offered in, at least one.
    pub languages: Vec<Language>,
    /// Whose clients a provider may open.
    pub providers_see: ProvidersSee,
    /// Who must have a second factor.
    pub second_factor: SecondFactorFor,
    /// How far the first steps went.
    pub setup_step: SetupStep,
    /// The texts of law that there are, in whatever language.
    pub legal: Vec<LegalKind>,
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
    /// What it says of deadlines and limits; a service may say otherwise.
    pub policy: PolicyLevel,
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
    /// The tax rate in the price.
    pub tax_basis_points: i64,
    /// What it costs from which day on, the earliest first.
    pub prices: Vec<DatedPrice>,
    /// Minor units for each person beyond it.
    pub extra_person_minor: i64,
    /// What it says of deadlines and limits; it wins over location and clinic. See [`Catalog::policy`].
    pub policy: PolicyLevel,
    /// How long until the next one is due: `6m`.
    pub recall_interval: Option<String>,
    /// Whether clients book it themselves.
    pub online: bool,
    /// Whether a booking is a request until staff approve.
    pub needs_approval: bool,
    /// Whether clients may book it as a series.
    pub client_series: bool,
    /// Whether clients may wait for it when it is full.
    pub waitlist: bool,
}

/// What a service costs from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatedPrice {
    /// The first day.
    pub valid_from: NaiveDate,
    /// Minor units for the smallest party.
    pub price_minor: i64,
    /// The tax rate in it.
    pub tax_basis_points: i64,
}

impl Service {
    fn dated(&self, day: NaiveDate) -> Option<&DatedPrice> {
        self.prices.iter().rev().find(|price| price.valid_from <= day)
    }

    /// Minor units for the smallest party of an appointment on this day.
    pub fn price_minor_on(&self, day: NaiveDate) -> i64 {
        self.dated(day).map_or(self.price_minor, |price| price.price_minor)
    }

    /// The tax rate for an appointment on this day.
    pub fn tax_on(&self, day: NaiveDate) -> i64 {
        self.dated(day).map_or(self.tax_basis_points, |price| price.tax_basis_points)
    }
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
    /// Why something is called off, what is no longer asked included.
    pub cancellation_reasons: Vec<CancellationReason>,
    /// Who performs what where, put together when it is first asked for.
    performers: OnceLock<Performers>,
}

/// Places in the clinic's lists, by what is asked for on every request.
#[derive(Debug, Default)]
struct Performers {
    providers: HashMap<(ServiceId, LocationId), Vec<usize>>,
    locations: HashMap<ServiceId, Vec<usize>>,
}

impl Performers {
    fn of(catalog: &Catalog) -> Self {
        let mut found = Self::default();
        let mut workplaces: HashMap<ProviderId, Vec<LocationId>> = HashMap::new();
        for (provider, location) in catalog.hours.keys() {
            workplaces.entry(*provider).or_default().push(*location);
        }
        let places: HashMap<ProviderId, usize> =
            catalog.providers.iter().enumerate().map(|(place, provider)| (provider.id, place)).collect();
        for (service, provider) in catalog.terms.keys() {
            let Some(place) = places.get(provider) else { continue };
            for location in workplaces.get(provider).into_iter().flatten() {
                found.providers.entry((*service, *location)).or_default().push(*place);
            }
        }
        let locations: HashMap<LocationId, usize> =
            catalog.locations.iter().enumerate().map(|(place, location)| (location.id, place)).collect();
        for ((service, location), performers) in &mut found.providers {
            performers.sort_unstable();
            if let Some(place) = locations.get(location) {
                found.locations.entry(*service).or_default().push(*place);
            }
        }
        found.locations.values_mut().for_each(|places| places.sort_unstable());
        found
    }
}

impl Catalog {
    /// The deadlines and limits of a service at a location: the service's own settings win, then the location's, then
    /// the clinic's.
    pub fn policy(&self, service: &Service, location: &Location) -> Policy {
        self.clinic.policy.with(&location.policy).with(&service.policy)
    }

    /// What a service asks of a time at a location, the lead time that holds there included.
    pub fn rules_at(&self, service: &Service, location: &Location) -> ServiceRules {
        let own = service.policy.lead_minutes.or(location.policy.lead_minutes);
        let lead_minutes = own.unwrap_or(self.clinic.policy.lead_minutes);
        ServiceRules { lead_minutes, ..service.rules.clone() }
    }

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
        let id: Option<ServiceId> = text.parse().ok();
        self.services.iter().find(|service| service.slug == text || Some(service.id) == id)
    }

    /// By identifier or by the name in links.
    pub fn provider_named(&self, text: &str) -> Option<&Provider> {
        let id: Option<ProviderId> = text.parse().ok();
        self.providers.iter().find(|provider| provider.slug == text || Some(provider.id) == id)
    }

    /// By identifier or by the name in links.
    pub fn location_named(&self, text: &str) -> Option<&Location> {
        let id: Option<LocationId> = text.parse().ok();
        self.locations.iter().find(|location| location.slug == text || Some(location.id) == id)
    }

    /// Who performs `service` at `location`, in the clinic's order.
    pub fn providers_for(&self, service: ServiceId, location: LocationId) -> Vec<&Provider> {
        let places = self.performers().providers.get(&(service, location));
        places.into_iter().flatten().filter_map(|place| self.providers.get(*place)).collect()
    }

    /// Where `service` can be had, in the clinic's order.
    pub fn locations_for(&self, service: ServiceId) -> Vec<&Location> {
        let places = self.performers().locations.get(&service);
        places.into_iter().flatten().filter_map(|place| self.locations.get(*place)).collect()
    }

    fn performers(&self) -> &Performers {
        self.performers.get_or_init(|| Performers::of(self))
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

    /// The same for an appointment on this day: a provider's own price wins over the list of the day.
    pub fn price_on(&self, service: &Service, provider: Option<ProviderId>, day: NaiveDate) -> Money {
        let own = provider.and_then(|id| self.terms.get(&(service.id, id))).and_then(|terms| terms.price_minor);
        Money::new(own.unwrap_or_else(|| service.price_minor_on(day)), self.clinic.currency)
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
    /// The catalogue as it was last read by this process, without asking the database.
    pub fn kept(&self) -> Option<Arc<Catalog>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

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
