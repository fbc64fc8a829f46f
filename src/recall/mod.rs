//! Recalls: when each client is due again for a kind of visit, who is reminded of it, and the page behind the reminder.
//!
//! A **recall type** says which services bring somebody back, after how long, and what is booked then ([`save_type`]). A
//! **recall** is one client's date for it. [`refresh()`] brings the dates of a client in line in the write that completes,
//! undoes or merges; [`rebuild`] does so for everybody. People set a date by hand, pause, disable ([`change()`]).
//!
//! The ladder of reminders is a matter of `messaging`, which asks here who can be reminded ([`remindable`]); whose turn it
//! is on the ladder is decided by `domain::recall`. Nobody is reminded, and nobody is on the list of the desk, who has a
//! visit of that kind booked: what is asked is the bookings themselves, so a booking stops and a cancellation resumes. What
//! the link books is a deed of `booking` (`book_recall`).

pub mod api;
mod change;
mod edit_type;
mod refresh;
mod store;
pub mod web;

pub use change::{Change, ChangeRefused, NOTE_CHARACTERS_MAX, add, change};
pub use edit_type::{NAME_CHARACTERS_MAX, TYPES_MAX, TypeDetails, TypeRefused, archive_type, restore_type, save_type};
pub use refresh::{rebuild, rebuild_type, refresh};
pub use store::listing::{Remindable, due_list, due_on_list, remindable, untrue_reminders};
pub(crate) use store::recalls::hand_over;
pub use store::recalls::{LastVisit, Recall, last_visits, prescribed, recall, recalls_of, scrub};
pub use store::types::{RecallType, all_types, recall_type, types};

use crate::db::{Fault, Tx, portable};
use crate::domain::ids::ClientId;

/// Makes every other deed about the recalls of these clients wait until this write is over.
pub fn lock(tx: &mut Tx<'_>, clients: &[ClientId]) -> Result<(), Fault> {
    let names: Vec<String> = clients.iter().map(|client| format!("recalls of {client}")).collect();
    portable::lock_names(tx.conn, &names)
}
