//! Who comes back, who drifts away, and what a client is worth.
//!
//! What is asked of one client is kept in rows, in the write that changes a visit or an amount; what is asked of all of
//! them is computed from the population in memory, by pure functions of `domain`, and kept until something changes.

pub mod api;
pub mod brought_back;
pub mod charts;
mod figures;
pub mod fit;
mod insight;
pub mod kept;
pub mod missed;
pub mod paper;
pub mod people;
mod population;
mod rebuild;
mod renew;
pub mod reports;
pub mod segments;
pub mod sources;
mod states;
mod store;
mod value;
pub mod web;
pub mod words;

pub use figures::{after_merge, lock, refresh};
pub use insight::insight;
pub use population::population;
pub use rebuild::{Rebuilt, check, rebuild};
pub use renew::{renew, renew_all};
pub use value::{ClientValue, value_of};
