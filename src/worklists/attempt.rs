//! Somebody was called.

use chrono::{DateTime, Utc};

use super::store;
use crate::clients;
use crate::db::{Bad, Tx};
use crate::domain::ids::{BookingId, ClientId, StaffUserId};
use crate::domain::worklists::{Outcome, Worklist};

/// The longest note about a call.
pub const NOTE_CHARACTERS_MAX: usize = 300;

/// A call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// From which list.
    pub list: Worklist,
    /// Who was called.
    pub client: ClientId,
    /// About which booking.
    pub booking: Option<BookingId>,
    /// What came of it.
    pub outcome: Outcome,
    /// What else there is to say.
    pub note: String,
}

/// Why a call is not written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptRefused {
    /// No such client or booking.
    Unknown,
    /// The note is too long.
    NoteTooLong,
}

/// What is known of the calls about one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// How many.
    pub count: usize,
    /// When the last was.
    pub last_at: DateTime<Utc>,
    /// Who made it.
    pub by: String,
    /// What came of it.
    pub outcome: Outcome,
    /// What was noted.
    pub note: String,
}

/// Writes down a call.
pub fn attempt(tx: &mut Tx<'_>, by: StaffUserId, attempt: &Attempt) -> Result<(), Bad<AttemptRefused>> {
    if NOTE_CHARACTERS_MAX < attempt.note.chars().count() {
        return Err(Bad::Refused(AttemptRefused::NoteTooLong));
    }
    if clients::view(tx.conn, attempt.client)?.is_none() {
        return Err(Bad::Refused(AttemptRefused::Unknown));
    }
    if let Some(booking) = attempt.booking
        && !store::attempts::is_of(tx.conn, booking, attempt.client)?
    {
        return Err(Bad::Refused(AttemptRefused::Unknown));
    }
    Ok(store::attempts::insert(tx, by, attempt)?)
}
