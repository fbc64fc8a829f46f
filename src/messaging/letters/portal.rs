//! What is told about a way into the client's own area.

use chrono::{DateTime, Utc};

use super::{Composed, Desk};
use crate::db::{Conn, Fault};
use crate::domain::ids::ClientLinkId;
use crate::domain::messages::Reason;
use crate::messaging::deliver::Claimed;
use crate::messaging::templates::NotRendered;

/// What is true of it now.
#[derive(Debug, Clone)]
pub(in crate::messaging) enum PortalMail {}

pub(super) const fn load(_conn: &mut Conn, _id: ClientLinkId) -> Result<Option<PortalMail>, Fault> {
    Ok(None)
}

impl PortalMail {
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
