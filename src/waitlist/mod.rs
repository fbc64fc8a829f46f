//! Waiting for a time: who wants which times, whose turn it is, and places kept until somebody answers.
//!
//! Words: an *entry* is one wish on the list, an *offer* is a place kept for one entry, *parked* is an entry whose offers
//! nobody answered. [`join()`] and [`withdraw()`] begin and end an entry; `offer_places` looks what is free and offers it
//! in turn ([`plan`], [`offer()`], [`end_overdue`]), called by the schedule; [`accept`] and [`decline`] answer.
//!
//! **An offer is a hold.** While it is open nobody else can take the place; when it ends, by whichever way, the place is
//! free again in the same write. Whose turn it is, which times fit and how long an offer stays open is decided by
//! `domain::waitlist`. Every deed takes the entry's lock first, so acceptance, expiry and withdrawal never cross.

mod answer_offer;
pub mod api;
mod arrange;
mod fulfil;
mod join;
mod offer_places;
mod store;
pub mod web;
mod withdraw;

pub use answer_offer::{Accepted, AnswerRefused, accept, decline};
pub use arrange::{ArrangeRefused, move_entry, resume, skip, unskip};
pub use fulfil::fulfil;
pub use join::{JoinRefused, JoinRequest, Joined, NOTE_CHARACTERS_MAX, OPEN_ENTRIES_MAX, join};
pub use offer_places::{
    OfferRefused, Place, ToDo, end_overdue, expire_entries, fitting_places, offer, plan, what_is_to_do,
};
pub use store::{
    Entry, Filter, Listed, Offer, entry, listed, offer_with_id, offers_of, open_entries_of_client, open_offer_of,
};
pub use withdraw::{WithdrawRefused, withdraw};

use crate::db::{Fault, Tx, portable};
use crate::domain::ids::WaitlistEntryId;

/// Makes every other deed about this entry wait until this write is over.
fn lock(tx: &mut Tx<'_>, entry: WaitlistEntryId) -> Result<(), Fault> {
    portable::lock_names(tx.conn, &[format!("waitlist entry {entry}")])
}
