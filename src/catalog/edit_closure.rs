//! Closes one location, or all of them, for some days; changes that; and opens them again.

use chrono::NaiveDate;

use super::change::{Done, EditRefused, Object, note};
use super::store;
use super::wording::Label;
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::ids::{LocationId, StaffUserId};

/// The longest closure.
pub const CLOSURE_DAYS_MAX: i64 = 366;

/// A closure as its page has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosureDetails {
    /// Where; nothing means everywhere.
    pub location: Option<LocationId>,
    /// The first closed day.
    pub first_day: NaiveDate,
    /// The last closed day.
    pub last_day: NaiveDate,
    /// What people call it; patients see it.
    pub name: Label,
}

/// A closure that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredClosure {
    /// Which row.
    pub id: i64,
    /// What it says.
    pub details: ClosureDetails,
}

/// What is being saved. A closure has no version: what was seen is compared as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClosureEdit {
    /// A new one.
    New,
    /// One that is there.
    Existing {
        /// Which row.
        id: i64,
        /// What it said when the form was made.
        seen: ClosureDetails,
    },
}

/// Why the closure was not saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClosureRefused {
    /// It, or its location, is not there, or somebody else changed it.
    Edit(EditRefused),
    /// The last day is before the first.
    DaysReversed,
    /// Longer than a year: that is an archived location.
    TooLong,
}

/// Closures that end on `first_day` or later, earliest first.
pub fn closures_from(conn: &mut Conn, first_day: NaiveDate) -> Result<Vec<StoredClosure>, Fault> {
    store::closures::load(conn, first_day)
}

/// One closure.
pub fn closure_to_edit(conn: &mut Conn, id: i64) -> Result<Option<StoredClosure>, Fault> {
    store::closures::find(conn, id)
}

/// Saves the closure. Appointments booked in it stay; see [`clashes`](super::clashes).
pub fn edit_closure(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    edit: &ClosureEdit,
    details: &ClosureDetails,
) -> Result<(), Bad<ClosureRefused>> {
    check_days(details).map_err(Bad::Refused)?;
    let refused = |refused: EditRefused| Bad::Refused(ClosureRefused::Edit(refused));
    if let Some(location) = details.location
        && store::locations::find(tx.conn, location)?.is_none()
    {
        return Err(refused(EditRefused::Gone));
    }
    match edit {
        ClosureEdit::New => {
            let id = store::closures::insert(tx, details)?;
            note(tx, by, Done::Created, Object::Closure, id)?;
        }
        ClosureEdit::Existing { id, seen } => {
            let present = store::closures::find(tx.conn, *id)?.ok_or_else(|| refused(EditRefused::Gone))?;
            if present.details != *seen {
                return Err(refused(EditRefused::Changed));
            }
            store::closures::update(tx, *id, details)?;
            note(tx, by, Done::Changed, Object::Closure, *id)?;
        }
    }
    Ok(())
}

/// Opens again.
pub fn remove_closure(tx: &mut Tx<'_>, by: StaffUserId, id: i64) -> Result<(), Bad<EditRefused>> {
    if !store::closures::delete(tx, id)? {
        return Err(Bad::Refused(EditRefused::Gone));
    }
    Ok(note(tx, by, Done::Deleted, Object::Closure, id)?)
}

fn check_days(details: &ClosureDetails) -> Result<(), ClosureRefused> {
    let days = details.last_day.signed_duration_since(details.first_day).num_days();
    if days < 0 {
        Err(ClosureRefused::DaysReversed)
    } else if CLOSURE_DAYS_MAX <= days {
        Err(ClosureRefused::TooLong)
    } else {
        Ok(())
    }
}
