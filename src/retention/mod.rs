//! Who comes back, who drifts away, and what a client is worth.
//!
//! What is asked of one client is kept in rows, in the write that changes a visit or an amount; what is asked of all of
//! them is computed from the population in memory, by pure functions of `domain`, and kept until something changes.

pub mod brought_back;
pub mod fit;
mod insight;
pub mod kept;
pub mod missed;
pub mod paper;
pub mod people;
mod population;
pub mod reports;
mod store;
pub mod web;
pub mod words;

pub use insight::insight;
pub use population::population;
