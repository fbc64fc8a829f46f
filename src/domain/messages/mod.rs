//! What a booking deserves to be told about, when, and what becomes of an attempt to tell it.
//!
//! Nothing here reacts to an event. [`deserved`] looks at a booking as it is now and at what was already told, and says
//! which messages ought to exist; [`reconcile`] compares that with the rows. Booking, moving, cancelling and the nightly
//! pass all call the same two functions, so calling them twice changes nothing.
//!
//! What is said follows from the clinic's rules ([`super::message_rules`]), when from [`super::moments`].
//!
//! A message is first a row. Its natural key is (subject, rule, schedule version, recipient, channel, slot): planning
//! twice is planning once, and a moved booking gets rows of its own. A row whose rule names another moment moves with it;
//! one that planning took back is taken up again when it is deserved again.

mod deserve;
#[cfg(test)]
mod examples;
#[cfg(test)]
mod histories;
mod kinds;
mod names;
mod outcome;
mod plan;
mod reconcile;
mod rows;
mod timed;

pub use deserve::*;
pub use kinds::*;
pub use names::*;
pub use outcome::*;
pub use plan::*;
pub use reconcile::*;
pub use rows::*;
