//! Adds a location, or changes one.
//!
//! Its zone decides what opening hours mean from now on. Appointments that exist keep their instant and their wall
//! time: they hold a copy of the zone.

use chrono_tz::Tz;

use super::change::{Done, Edit, EditRefused, Object, Thing, claim, note};
use super::store;
use super::wording::{Label, Line, Prose};
use crate::db::{Bad, Tx};
use crate::domain::ids::{LocationId, StaffUserId};
use crate::domain::policy::PolicyLevel;
use crate::domain::recognise::{EmailAddress, PhoneNumber};

/// A location as its page has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationDetails {
    /// Its name.
    pub name: Label,
    /// Its zone.
    pub zone: Tz,
    /// Street and number.
    pub street: Line,
    /// Postal code.
    pub postal_code: Line,
    /// City.
    pub city: Line,
    /// State or region.
    pub region: Line,
    /// Country.
    pub country: Line,
    /// Whom to call there.
    pub phone: Option<PhoneNumber>,
    /// Whom to write to there.
    pub email: Option<EmailAddress>,
    /// How to find it.
    pub directions: Prose,
    /// Where it stands among the others.
    pub position: i32,
    /// What it says of deadlines and limits; the clinic says the rest.
    pub policy: PolicyLevel,
}

/// Saves the location and says which it is.
pub fn edit_location(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    edit: Edit<LocationId>,
    details: &LocationDetails,
) -> Result<LocationId, Bad<EditRefused>> {
    match edit {
        Edit::New => {
            let id = store::locations::insert(tx, details)?;
            note(tx, by, Done::Created, Object::Location, id.get())?;
            Ok(id)
        }
        Edit::Existing { id, seen } => {
            claim(tx, Thing::Location(id), seen)?;
            store::locations::update(tx, id, details)?;
            note(tx, by, Done::Changed, Object::Location, id.get())?;
            Ok(id)
        }
    }
}
