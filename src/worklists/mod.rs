//! Worklists: what somebody at the desk has to do, one row a person, with the action beside it.
//!
//! [`confirmations`] are called today, [`unscheduled`] have nothing booked, [`due_again`] are due for a recall, [`waiting`] wait for a time that is free now,
//! [`holes`] came free at short notice. What other slices keep (requests, failed messages, gaps of series, clashes,
//! possible duplicates) is only counted here ([`count`]). Every row can be called about ([`attempt`]), put off or done
//! with ([`snooze`]); which rows there are and in which order is decided by `domain::worklists`.
//!
//! Nobody is on a list who has died, moved away or asked not to be contacted, nor who has booked already.

mod attempt;
mod confirmations;
mod counts;
mod due;
mod holes;
mod snooze;
mod store;
mod unscheduled;
mod waiting;
pub mod web;

pub use attempt::{Attempt, AttemptRefused, NOTE_CHARACTERS_MAX, Tried, attempt};
pub use confirmations::{ToConfirm, confirmations};
pub use counts::{Counts, CountsKept, Urgent, count, urgent};
pub use due::{DueAgain, due_again};
pub use holes::{Candidate, OpenHole, holes};
pub use snooze::{SnoozeRefused, snooze, wake};
pub use unscheduled::{ToRebook, unscheduled};
pub use waiting::{CanCome, waiting};

use crate::domain::ids::ClientId;

/// As many rows of one list are shown; the rest appears as these are settled.
pub const ROWS_MAX: usize = 100;

/// Whom a row is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Which client.
    pub client: ClientId,
    /// Both names.
    pub name: String,
    /// Where calls go.
    pub phone: Option<String>,
}
