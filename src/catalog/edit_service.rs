//! Adds a service, or changes one.
//!
//! Bookings that exist keep the name, duration, price and notice they were made with.

use std::ops::RangeInclusive;

use super::change::{Done, Edit, EditRefused, Object, Thing, claim, note};
use super::recall_interval::RecallInterval;
use super::store;
use super::wording::{Label, Line, Prose};
use crate::db::{Bad, Tx};
use crate::domain::ids::{ServiceId, StaffUserId};
use crate::domain::policy::PolicyLevel;
use crate::domain::slots::ServiceRules;

/// How long a service may take.
pub const DURATION_MINUTES: RangeInclusive<u32> = 5..=720;
/// How long its buffers may be.
pub const BUFFER_MINUTES: RangeInclusive<u32> = 0..=240;
/// How many seats one appointment may have.
pub const CAPACITY: RangeInclusive<u32> = 1..=200;
/// How long before the start it must be booked, at most a year.
pub const LEAD_MINUTES: RangeInclusive<u32> = 0..=525_600;
/// How many days ahead it can be booked.
pub const HORIZON_DAYS: RangeInclusive<u32> = 1..=730;
/// Step of the grid of starts.
pub const SLOT_MINUTES: RangeInclusive<u32> = 5..=240;

/// A service as its page has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceDetails {
    /// Heading under which it stands.
    pub category: Line,
    /// Its name.
    pub name: Label,
    /// What it is, for patients.
    pub description: Prose,
    /// What decides its free times, but for the lead time, which is part of the policy; `needs_room` says whether there
    /// is a `room_kind`.
    pub rules: ServiceRules,
    /// Which kind of room it needs.
    pub room_kind: Option<Label>,
    /// Minor units for the smallest party.
    pub price_minor: i64,
    /// The tax rate in the price.
    pub tax_basis_points: i64,
    /// Minor units for each person beyond it.
    pub extra_person_minor: i64,
    /// What it says of deadlines and limits, the lead time among them; location and clinic say the rest.
    pub policy: PolicyLevel,
    /// After how long the next one is due.
    pub recall_interval: Option<RecallInterval>,
    /// Whether clients book it themselves.
    pub online: bool,
    /// Whether a booking is a request until staff approve.
    pub needs_approval: bool,
    /// Whether clients may book it as a series.
    pub client_series: bool,
    /// Whether clients may wait for it when it is full.
    pub waitlist: bool,
    /// Where it stands among the others.
    pub position: i32,
}

/// Rules that contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImpossibleRules {
    /// The smallest party is larger than the largest.
    PartyOrder,
    /// The largest party is larger than there are seats.
    PartyBeyondCapacity,
    /// A number is outside its range.
    OutOfRange,
}

/// Why the service was not saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceRefused {
    /// It is not there, or somebody else changed it.
    Edit(EditRefused),
    /// Its rules contradict each other.
    Impossible(ImpossibleRules),
}

/// Whether times can be offered by these rules at all.
pub fn check_rules(rules: &ServiceRules) -> Result<(), ImpossibleRules> {
    if rules.party_max < rules.party_min {
        return Err(ImpossibleRules::PartyOrder);
    }
    if rules.capacity < rules.party_max {
        return Err(ImpossibleRules::PartyBeyondCapacity);
    }
    let in_range = DURATION_MINUTES.contains(&rules.duration_minutes)
        && BUFFER_MINUTES.contains(&rules.buffer_before_minutes)
        && BUFFER_MINUTES.contains(&rules.buffer_after_minutes)
        && CAPACITY.contains(&u32::from(rules.capacity))
        && 1 <= rules.party_min
        && LEAD_MINUTES.contains(&rules.lead_minutes)
        && HORIZON_DAYS.contains(&rules.horizon_days)
        && SLOT_MINUTES.contains(&rules.slot_minutes);
    if in_range { Ok(()) } else { Err(ImpossibleRules::OutOfRange) }
}

/// Saves the service and says which it is.
pub fn edit_service(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    edit: Edit<ServiceId>,
    details: &ServiceDetails,
) -> Result<ServiceId, Bad<ServiceRefused>> {
    check_rules(&details.rules).map_err(|wrong| Bad::Refused(ServiceRefused::Impossible(wrong)))?;
    match edit {
        Edit::New => {
            let id = store::services::insert(tx, details)?;
            note(tx, by, Done::Created, Object::Service, id.get())?;
            Ok(id)
        }
        Edit::Existing { id, seen } => {
            claim(tx, Thing::Service(id), seen).map_err(|bad| bad.map(ServiceRefused::Edit))?;
            store::services::update(tx, id, details)?;
            note(tx, by, Done::Changed, Object::Service, id.get())?;
            Ok(id)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual() -> ServiceRules {
        ServiceRules {
            duration_minutes: 30,
            buffer_before_minutes: 0,
            buffer_after_minutes: 0,
            capacity: 4,
            party_min: 1,
            party_max: 4,
            needs_room: false,
            lead_minutes: 0,
            horizon_days: 30,
            slot_minutes: 15,
        }
    }

    #[test]
    fn rules_that_offer_nothing_are_refused() {
        assert_eq!(check_rules(&usual()), Ok(()));
        let order = ServiceRules { party_min: 3, party_max: 2, ..usual() };
        assert_eq!(check_rules(&order), Err(ImpossibleRules::PartyOrder));
        let seats = ServiceRules { party_max: 5, ..usual() };
        assert_eq!(check_rules(&seats), Err(ImpossibleRules::PartyBeyondCapacity));
        for wrong in [
            ServiceRules { duration_minutes: 4, ..usual() },
            ServiceRules { buffer_after_minutes: 241, ..usual() },
            ServiceRules { capacity: 201, ..usual() },
            ServiceRules { party_min: 0, ..usual() },
            ServiceRules { horizon_days: 0, ..usual() },
            ServiceRules { slot_minutes: 0, ..usual() },
        ] {
            assert_eq!(check_rules(&wrong), Err(ImpossibleRules::OutOfRange), "{wrong:?}");
        }
    }
}
