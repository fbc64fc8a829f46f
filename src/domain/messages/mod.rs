//! What a booking deserves to be told about, when, and what becomes of an attempt to tell it.
//!
//! Nothing here reacts to an event. [`deserved`] looks at a booking as it is now and at what was already told, and says
//! which messages ought to exist; [`reconcile`] compares that with the rows. Booking, moving, cancelling and the nightly
//! pass all call the same two functions, so calling them twice changes nothing.
//!
//! A message is first a row. Its natural key is (subject, kind, schedule version, recipient, channel): planning twice
//! is planning once, and a moved booking gets rows of its own.

mod kinds;
mod names;
mod outcome;
mod plan;
mod rows;

pub use kinds::*;
pub use names::*;
pub use outcome::*;
pub use plan::*;
pub use rows::*;
