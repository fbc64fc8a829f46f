//! The public pages: the clinic, the steps of a booking, and the page behind a booking's link.
//!
//! GET never changes anything. Nothing here needs a cookie: what has been chosen stands in the address, forms carry a
//! signed token, and a hold is named by its identifier and a code over it.

mod clinic;
pub(crate) mod details;
mod free;
mod manage;
mod month;
mod moving;
mod places;
mod steps;
mod times;
mod together;
pub(crate) mod visit;

pub use clinic::{clinic, services};
pub use details::{book, details};
pub(crate) use manage::status_text;
pub use manage::{calendar, cancel, manage};
pub use moving::{move_booking, move_page};
pub use times::{keep, times};
