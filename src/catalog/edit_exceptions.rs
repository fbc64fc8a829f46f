//! Gives a provider other hours on one date, or says "not here"; and takes that back.

use chrono::NaiveDate;

use super::change::{Done, EditRefused, Object, note};
use super::store;
use super::wording::Line;
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::hours::MinuteSpan;
use crate::domain::ids::{LocationId, ProviderId, StaffUserId};

/// Other hours on one date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionDetails {
    /// Whose.
    pub provider: ProviderId,
    /// Where.
    pub location: LocationId,
    /// On which date.
    pub day: NaiveDate,
    /// Work on that date; nothing means "not here".
    pub minutes: Option<MinuteSpan>,
    /// Why, for the staff.
    pub note: Line,
}

/// An exception that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredException {
    /// Which row.
    pub id: i64,
    /// What it says.
    pub details: ExceptionDetails,
}

/// Why the exception was not added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExceptionRefused {
    /// Provider or location are not there.
    Gone,
    /// The date has other hours that overlap these, or says "not here" while these say when.
    Overlaps,
}

/// Exceptions of one provider from `first_day` on, earliest first.
pub fn exceptions_of(
    conn: &mut Conn,
    provider: ProviderId,
    first_day: NaiveDate,
) -> Result<Vec<StoredException>, Fault> {
    store::exceptions::load(conn, provider, first_day)
}

/// Adds the exception.
pub fn add_exception(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    details: &ExceptionDetails,
) -> Result<(), Bad<ExceptionRefused>> {
    let provider = store::providers::find(tx.conn, details.provider)?;
    let location = store::locations::find(tx.conn, details.location)?;
    if provider.is_none() || location.is_none() {
        return Err(Bad::Refused(ExceptionRefused::Gone));
    }
    let that_day = store::exceptions::load_day(tx.conn, details.provider, details.location, details.day)?;

    let clashes = |other: &StoredException| match (other.details.minutes, details.minutes) {
        (Some(one), Some(other)) => one.overlaps(other),
        _ => true,
    };
    if that_day.iter().any(clashes) {
        return Err(Bad::Refused(ExceptionRefused::Overlaps));
    }

    let id = store::exceptions::insert(tx, details)?;
    Ok(note(tx, by, Done::Created, Object::HourException, id)?)
}

/// Takes an exception of this provider back.
pub fn remove_exception(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    provider: ProviderId,
    id: i64,
) -> Result<(), Bad<EditRefused>> {
    if !store::exceptions::delete(tx, provider, id)? {
        return Err(Bad::Refused(EditRefused::Gone));
    }
    Ok(note(tx, by, Done::Deleted, Object::HourException, id)?)
}
