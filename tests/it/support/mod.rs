//! What every test stands on.

pub mod databases;
pub mod shop;
