//! What every change to the catalogue has in common: it names the version it was made from, it is written to the
//! audit, and it raises the counter that caches watch.

use super::store;
use crate::db::{Bad, Fault, Tx};
use crate::domain::ids::{LocationId, ProviderId, RoomId, ServiceId, StaffUserId};

/// What is being saved: a new row, or one that was seen at a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit<I> {
    /// Something new.
    New,
    /// Something that is there.
    Existing {
        /// Which.
        id: I,
        /// The version the form was made from. Another one in the database means somebody else was faster.
        seen: i64,
    },
}

/// Why something was not saved, when nothing more can go wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditRefused {
    /// It is not there, or not any more.
    Gone,
    /// Somebody else changed it after the form was made.
    Changed,
}

/// What has a version, and can be archived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// With its rooms and hours.
    Location(LocationId),
    /// A room.
    Room(RoomId),
    /// With hours, time off and terms.
    Provider(ProviderId),
    /// With its terms.
    Service(ServiceId),
}

impl Thing {
    pub(super) const fn object(self) -> Object {
        match self {
            Self::Location(_) => Object::Location,
            Self::Room(_) => Object::Room,
            Self::Provider(_) => Object::Provider,
            Self::Service(_) => Object::Service,
        }
    }

    pub(super) const fn number(self) -> i64 {
        match self {
            Self::Location(id) => id.get(),
            Self::Room(id) => id.get(),
            Self::Provider(id) => id.get(),
            Self::Service(id) => id.get(),
        }
    }
}

/// What was done, for the audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Done {
    Created,
    Changed,
    Archived,
    Restored,
    Deleted,
}

impl Done {
    const fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Archived => "archived",
            Self::Restored => "restored",
            Self::Deleted => "deleted",
        }
    }
}

/// To what it was done, for the audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Object {
    Clinic,
    Location,
    Room,
    Provider,
    Service,
    Terms,
    WeeklyHours,
    HourException,
    TimeOff,
    Closure,
    CancellationReason,
    Price,
}

impl Object {
    const fn word(self) -> &'static str {
        match self {
            Self::Clinic => "clinic",
            Self::Location => "location",
            Self::Room => "room",
            Self::Provider => "provider",
            Self::Service => "service",
            Self::Terms => "service_providers",
            Self::WeeklyHours => "weekly_hours",
            Self::HourException => "hour_exception",
            Self::TimeOff => "time_off",
            Self::Closure => "closure",
            Self::CancellationReason => "cancellation_reason",
            Self::Price => "service_price",
        }
    }
}

/// Ends every change: caches look again, the audit knows who did what to which row.
pub(super) fn note(tx: &mut Tx<'_>, by: StaffUserId, done: Done, object: Object, id: i64) -> Result<(), Fault> {
    store::snapshot::touch(tx)?;
    store::audit::insert(tx, by, done.word(), object.word(), id)
}

/// Begins every change of something that is there: raises its version, which also keeps everybody else away from the
/// row until this write is over. Refused when the version that was seen is not the one in the database.
pub(super) fn claim(tx: &mut Tx<'_>, thing: Thing, seen: i64) -> Result<(), Bad<EditRefused>> {
    if store::things::raise_version_from(tx, thing, seen)? {
        return Ok(());
    }
    let there = store::things::version(tx.conn, thing)?.is_some();
    Err(Bad::Refused(if there { EditRefused::Changed } else { EditRefused::Gone }))
}
