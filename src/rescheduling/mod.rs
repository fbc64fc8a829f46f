//! A booking moves: to another time, another provider, another location. It stays the same booking, with its reference,
//! its links and its one calendar entry.
//!
//! [`reschedule::reschedule`] is the one deed behind the client's page, the desk and the API, and what the slices of
//! series and visits call: the old place is left and the new one taken in one write, so a refusal keeps the old one.
//! [`alternatives`] says where it could move to, with its own place counted as free. Whether it may is decided by
//! `domain::policy::may_move`. A visit of several services moves with all its parts. [`lengthen`] gives one another end.

pub mod alternatives;
pub mod lengthen;
pub mod reschedule;
mod store;
pub(crate) mod together;
mod visit;

pub use lengthen::{Lengthen, LengthenRefused, lengthen};
pub use reschedule::{Destination, Move, Moved, RescheduleRefused, reschedule};
pub use visit::wanted_parts_of;
