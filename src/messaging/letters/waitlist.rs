//! What is told about a wish on the waitlist and the places offered to it.

use chrono::{DateTime, Utc};

use super::{Composed, Desk};
use crate::db::{Conn, Fault};
use crate::domain::ids::{OfferId, WaitlistEntryId};
use crate::domain::messages::Reason;
use crate::messaging::deliver::Claimed;
use crate::messaging::templates::NotRendered;

/// What is true of it now.
#[derive(Debug, Clone)]
pub(in crate::messaging) enum WaitlistMail {}

pub(super) const fn load_entry(_conn: &mut Conn, _id: WaitlistEntryId) -> Result<Option<WaitlistMail>, Fault> {
    Ok(None)
}

pub(super) const fn load_offer(_conn: &mut Conn, _id: OfferId) -> Result<Option<WaitlistMail>, Fault> {
    Ok(None)
}

impl WaitlistMail {
    /// Why the message must not go out as things stand.
    pub(super) const fn objection(&self, _message: &Claimed, _now: DateTime<Utc>) -> Option<Reason> {
        match *self {}
    }

    /// Writes the mail.
    pub(super) fn compose(
        &self,
        _message: &Claimed,
        _desk: &Desk<'_>,
        _now: DateTime<Utc>,
    ) -> Result<Composed, NotRendered> {
        match *self {}
    }
}
