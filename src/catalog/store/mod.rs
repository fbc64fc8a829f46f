//! The tables of the catalogue.

pub mod snapshot;
