//! Appointments that repeat: one rule, many bookings.
//!
//! Words: a *series* is a rule on the wall clock of its place; each booking it made is an *instance*, and the wall time
//! the rule gave it is its *slot*, whatever it was moved to. A slot without a booking is an exception: *left out* by
//! somebody, or *unbookable*, and then it lies on the worklist until somebody settles it.
//!
//! What every date would be is asked first ([`preview`]): a plan with one row a date, on which people decide. Then all
//! instances are booked in one write or none ([`start_series`]), changed together ([`change_series`]) or given up
//! ([`cancel_series`]). What lies beyond the service's horizon is booked when it comes within ([`extend`]).
//!
//! The dates themselves are made by `domain::recurrence`; a single instance is moved and cancelled like any booking.

pub mod api;
pub mod cancel_series;
pub mod change_series;
pub mod extend;
pub mod preview;
pub mod settle;
pub mod start_series;
mod store;
mod tell;
pub mod web;

pub use preview::Trouble;
pub use store::{
    Exception, ExceptionKind, Gap, Instance, Series, exceptions, gaps, gaps_from, gaps_open, instances, series,
    slot_of_booking,
};
