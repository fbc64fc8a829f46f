//! Everybody who ever came, with every visit and every amount: what the owner's figures are made of.
//!
//! It is loaded once and read many times, so it is kept flat: people in the order of their ids, and what belongs to one of
//! them in one stretch of a long list, in the order of time. Days are local to the place of the visit. Merged clients are
//! part of whom they were merged into; erased ones stay, without a name.

use std::ops::Range;

use chrono::NaiveDate;

use super::ids::{ClientId, LocationId, ProviderId, RecallTypeId, ServiceId};
use super::money::Currency;

/// The clinic's people on a day.
#[derive(Debug, Clone)]
pub struct Population {
    /// The day on which it is looked at, at the clinic.
    pub today: NaiveDate,
    /// What all amounts are in.
    pub currency: Currency,
    /// Whoever was not here for so many months, and has nothing booked, is lost.
    pub lost_after_months: u32,
    /// People, in the order of their ids. Whoever never came and never booked is not among them.
    pub people: Vec<Person>,
    /// Visits, by person and day: one a person and day, however many bookings it had.
    pub visits: Vec<Visit>,
    /// Money that was charged, given back or given up, by person and day.
    pub amounts: Vec<Amount>,
    /// Bookings that did not become a visit, or not yet, by person and day.
    pub bookings: Vec<OtherBooking>,
    /// Dates for the next visit of a kind, by person.
    pub dues: Vec<Due>,
    /// What brings people back, in the order in which it is shown; at most [`KINDS_MAX`].
    pub kinds: Vec<Kind>,
    /// Services, in the order in which they are shown.
    pub services: Vec<Offered<ServiceId>>,
    /// Providers.
    pub providers: Vec<Offered<ProviderId>>,
    /// Locations.
    pub locations: Vec<Offered<LocationId>>,
    /// Where people came from, by name.
    pub sources: Vec<String>,
}

/// More recall types are not told apart.
pub const KINDS_MAX: usize = 32;

/// A recall type: what brings somebody back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// Which.
    pub id: RecallTypeId,
    /// Its name as it is shown.
    pub name: String,
    /// The days that are prescribed between two such visits, where they are.
    pub every_days: Option<u32>,
    /// Places in [`Population::services`] of what counts as such a visit.
    pub triggers: Vec<u32>,
}

/// Something people are counted by.
#[derive(Debug, Clone)]
pub struct Offered<I> {
    /// Which.
    pub id: I,
    /// Its name as it is shown.
    pub name: String,
    /// The days after which somebody usually comes again, where the clinic says so (services only).
    pub usual_gap_days: Option<u32>,
}

/// Somebody.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who.
    pub client: ClientId,
    /// Place of the source in [`Population::sources`]; first touch.
    pub source: Option<u32>,
    /// Whether the clinic may ask the person back: not dead, not moved away, not to be left alone, not erased.
    pub may_be_asked: bool,
    /// The stretch of [`Population::visits`].
    pub visits: Range<u32>,
    /// The stretch of [`Population::amounts`].
    pub amounts: Range<u32>,
    /// The stretch of [`Population::bookings`].
    pub bookings: Range<u32>,
    /// The stretch of [`Population::dues`].
    pub dues: Range<u32>,
}

/// A visit: what somebody completed on one local day. Provider, service and location are those it began with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit {
    /// The local day.
    pub day: NaiveDate,
    /// When its first booking was made, as a day at the clinic.
    pub booked_on: NaiveDate,
    /// Place of its first service in [`Population::services`].
    pub service: u32,
    /// Place of who performed it in [`Population::providers`].
    pub provider: u32,
    /// Place in [`Population::locations`].
    pub location: u32,
    /// Completed minutes of all its bookings, buffers not counted.
    pub minutes: u32,
    /// Whether the client booked it himself.
    pub by_client: bool,
    /// One bit for each of [`Population::kinds`], by its place: whether anything of the visit was of that kind.
    pub kinds: u32,
}

impl Visit {
    /// Whether anything of the visit was of the kind at this place of [`Population::kinds`].
    pub const fn is_of(&self, kind: usize) -> bool {
        kind < KINDS_MAX && self.kinds & (1 << kind) != 0
    }
}

/// Money on its own date: what was charged counts up; refunds, write-offs and lines taken back count down. Payments are not
/// among it. Without tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// The local day.
    pub day: NaiveDate,
    /// In minor units, without tax.
    pub minor: i64,
    /// What is left of it when what the service costs is paid, in minor units.
    pub margin_minor: i64,
    /// Place of the service in [`Population::services`], where the line belongs to a booking.
    pub service: Option<u32>,
}

/// What became of a booking that is not a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is still to come (requested, booked) or under way.
    Coming,
    /// Nobody came.
    Missed,
    /// Called off by the client in time.
    CancelledInTime,
    /// Called off by the client too late.
    CancelledLate,
    /// Called off by the clinic.
    CancelledByClinic,
}

/// A booking that did not become a visit, or not yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OtherBooking {
    /// The local day on which it is, or would have been.
    pub day: NaiveDate,
    /// When it was made, as a day at the clinic.
    pub booked_on: NaiveDate,
    /// When it ended, as a day at the clinic: called off, or missed. Nothing while it is to come.
    pub ended_on: Option<NaiveDate>,
    /// What became of it.
    pub outcome: Outcome,
    /// Place in [`Population::services`].
    pub service: u32,
    /// Place in [`Population::providers`].
    pub provider: u32,
    /// Whether the client booked it himself.
    pub by_client: bool,
}

/// When somebody is due for a kind of visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// For what.
    pub recall_type: RecallTypeId,
    /// The day that holds: set by hand, else computed.
    pub day: NaiveDate,
    /// The days that are prescribed between two such visits.
    pub every_days: Option<u32>,
    /// Whether it is paused beyond today or switched off.
    pub is_silent: bool,
}

impl Population {
    /// The visits of somebody, first to last.
    pub fn visits_of(&self, person: &Person) -> &[Visit] {
        stretch(&self.visits, &person.visits)
    }

    /// The amounts of somebody, first to last.
    pub fn amounts_of(&self, person: &Person) -> &[Amount] {
        stretch(&self.amounts, &person.amounts)
    }

    /// The bookings of somebody that are not visits, first to last.
    pub fn bookings_of(&self, person: &Person) -> &[OtherBooking] {
        stretch(&self.bookings, &person.bookings)
    }

    /// What somebody is due for.
    pub fn dues_of(&self, person: &Person) -> &[Due] {
        stretch(&self.dues, &person.dues)
    }

    /// For each service, by its place, one bit for each of the kinds it counts for.
    pub fn kinds_of_services(&self) -> Vec<u32> {
        let mut masks = vec![0; self.services.len()];
        for (bit, kind) in self.kinds.iter().take(KINDS_MAX).enumerate() {
            for service in &kind.triggers {
                if let Some(mask) = usize::try_from(*service).ok().and_then(|place| masks.get_mut(place)) {
                    *mask |= 1 << bit;
                }
            }
        }
        masks
    }

    /// The person with this id.
    pub fn person(&self, client: ClientId) -> Option<&Person> {
        let place = self.people.binary_search_by_key(&client, |person| person.client).ok()?;
        self.people.get(place)
    }
}

/// A stretch that lies outside the list is empty; whoever loads the population sees to it that none does.
fn stretch<'a, T>(list: &'a [T], range: &Range<u32>) -> &'a [T] {
    let place = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
    list.get(place(range.start)..place(range.end)).unwrap_or(&[])
}
