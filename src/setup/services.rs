//! Takes services of a trade into the catalogue, and the rooms they need.

use super::advance;
use crate::catalog::{
    self, BUFFER_MINUTES, DURATION_MINUTES, Edit, Label, Line, Prose, RecallInterval, RoomDetails, ServiceDetails,
    ServiceRefused, SetupStep,
};
use crate::db::{Bad, Tx};
use crate::domain::ids::StaffUserId;
use crate::domain::policy::PolicyLevel;
use crate::domain::slots::ServiceRules;

/// How many rooms the step makes at most.
pub const ROOMS_MAX: u32 = 20;
const HORIZON_DAYS: u32 = 90;
const SLOT_MINUTES: u32 = 15;

/// A service as somebody took it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenService {
    /// Its name.
    pub name: Label,
    /// Heading under which it stands.
    pub category: Line,
    /// How long it takes.
    pub duration_minutes: u32,
    /// Kept free after it.
    pub buffer_after_minutes: u32,
    /// Minor units.
    pub price_minor: i64,
    /// After how long the next one is due.
    pub recall: Option<RecallInterval>,
    /// Whether it takes place in a room of the trade.
    pub needs_room: bool,
}

/// Why nothing was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceStepRefused {
    /// Nothing was chosen.
    Nothing,
    /// The first step comes first: rooms stand at a location.
    NoLocation,
    /// A number is out of its range.
    OutOfRange,
}

/// Adds the services, and as many rooms as were asked for where they need one.
pub fn take_services(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    services: &[TakenService],
    (room_kind, rooms): (&Label, u32),
) -> Result<(), Bad<ServiceStepRefused>> {
    if services.is_empty() {
        return Err(Bad::Refused(ServiceStepRefused::Nothing));
    }
    let first = catalog::locations_to_edit(tx.conn)?.into_iter().find(|location| !location.is_archived);
    let location = first.ok_or(Bad::Refused(ServiceStepRefused::NoLocation))?.id;
    let in_range = |service: &TakenService| {
        DURATION_MINUTES.contains(&service.duration_minutes) && BUFFER_MINUTES.contains(&service.buffer_after_minutes)
    };
    if !services.iter().all(in_range) || ROOMS_MAX < rooms {
        return Err(Bad::Refused(ServiceStepRefused::OutOfRange));
    }
    // Without rooms nothing can need one.
    let has_rooms = 0 < rooms;
    let present = catalog::services_to_edit(tx.conn)?.len();
    for (number, service) in services.iter().enumerate() {
        let position = i32::try_from(present + number + 1).unwrap_or(i32::MAX);
        let details = details_of(service, (room_kind, has_rooms), position);
        catalog::edit_service(tx, by, Edit::New, &details)
            .map_err(|bad| bad.map(|_refused: ServiceRefused| ServiceStepRefused::OutOfRange))?;
    }
    if has_rooms && services.iter().any(|service| service.needs_room) {
        add_rooms(tx, by, location, (room_kind, rooms))?;
    }
    Ok(advance(tx, SetupStep::Services)?)
}

fn details_of(service: &TakenService, (room_kind, has_rooms): (&Label, bool), position: i32) -> ServiceDetails {
    let needs_room = service.needs_room && has_rooms;
    ServiceDetails {
        category: service.category.clone(),
        name: service.name.clone(),
        description: Prose::default(),
        rules: ServiceRules {
            duration_minutes: service.duration_minutes,
            buffer_before_minutes: 0,
            buffer_after_minutes: service.buffer_after_minutes,
            capacity: 1,
            party_min: 1,
            party_max: 1,
            needs_room,
            lead_minutes: 0,
            horizon_days: HORIZON_DAYS,
            slot_minutes: SLOT_MINUTES,
        },
        room_kind: needs_room.then(|| room_kind.clone()),
        price_minor: service.price_minor,
        extra_person_minor: 0,
        tax_basis_points: 0,
        policy: PolicyLevel::default(),
        recall_interval: service.recall,
        online: true,
        needs_approval: false,
        client_series: false,
        waitlist: true,
        position,
    }
}

/// As many rooms of the kind as were asked for, those that are there counted.
fn add_rooms(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    location: crate::domain::ids::LocationId,
    (kind, rooms): (&Label, u32),
) -> Result<(), Bad<ServiceStepRefused>> {
    let there = catalog::rooms_to_edit(tx.conn)?
        .into_iter()
        .filter(|room| room.location == location && !room.is_archived && room.details.kind == *kind)
        .count();
    let there = u32::try_from(there).unwrap_or(u32::MAX);
    for number in there + 1..=rooms {
        let name = Label::parse(&format!("{kind} {number}")).unwrap_or_else(|_wrong| kind.clone());
        let details = RoomDetails { name, kind: kind.clone(), position: i32::try_from(number).unwrap_or(i32::MAX) };
        catalog::add_room(tx, by, location, &details).map_err(|bad| bad.map(|_gone| ServiceStepRefused::NoLocation))?;
    }
    Ok(())
}
