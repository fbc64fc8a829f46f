//! Somebody on the list was booked in by the desk: the wish is fulfilled.

use super::store;
use super::withdraw::take_back;
use crate::booking::offer::Shop;
use crate::db::{Fault, Tx};
use crate::domain::ids::{BookingId, ClientId, WaitlistEntryId};
use crate::domain::messages::Subject;
use crate::domain::waitlist::EntryStatus;
use crate::messaging;

/// Takes the wish of this client off the list because of the booking; somebody else's wish, or one that has ended, stays
/// as it is.
pub fn fulfil(
    tx: &mut Tx<'_>,
    shop: &Shop,
    (id, client): (WaitlistEntryId, ClientId),
    booking: BookingId,
) -> Result<(), Fault> {
    super::lock(tx, id)?;
    let Some(entry) = store::entry(tx.conn, id)?.filter(|entry| entry.client == client && entry.status.is_open())
    else {
        return Ok(());
    };
    take_back(tx, shop, &entry)?;
    store::end_entry(tx, id, EntryStatus::Booked, Some(booking))?;
    messaging::untell(tx, Subject::WaitlistEntry(id))
}
