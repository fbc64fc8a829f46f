//! Takes somebody off the list, and gives back what is kept for him.

use super::store::{self, Entry};
use crate::booking::hold;
use crate::booking::offer::Shop;
use crate::db::{Bad, Fault, Tx};
use crate::domain::ids::WaitlistEntryId;
use crate::domain::messages::Subject;
use crate::domain::waitlist::{EntryStatus, OfferStatus};
use crate::messaging;

/// Why an entry is not withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithdrawRefused {
    /// No such entry.
    Unknown,
}

/// Withdraws; an entry that left the list already, by whichever way, is left as it is. Answers how it stands.
pub fn withdraw(tx: &mut Tx<'_>, shop: &Shop, id: WaitlistEntryId) -> Result<EntryStatus, Bad<WithdrawRefused>> {
    super::lock(tx, id)?;
    let entry = store::entry(tx.conn, id)?.ok_or(Bad::Refused(WithdrawRefused::Unknown))?;
    if !entry.status.is_open() {
        return Ok(entry.status);
    }
    take_back(tx, shop, &entry)?;
    store::end_entry(tx, id, EntryStatus::Withdrawn, None)?;
    messaging::untell(tx, Subject::WaitlistEntry(id))?;
    Ok(EntryStatus::Withdrawn)
}

/// Ends what is kept for an entry, without counting it as an answer.
pub(super) fn take_back(tx: &mut Tx<'_>, shop: &Shop, entry: &Entry) -> Result<(), Fault> {
    let Some(offer) = store::open_offer_of(tx.conn, entry.id)? else {
        return Ok(());
    };
    if store::end_offer(tx, offer.id, OfferStatus::Withdrawn, None)? {
        hold::free_place(tx, shop, offer.hold)?;
        messaging::untell(tx, Subject::Offer(offer.id))?;
    }
    Ok(())
}
