//! Rebook.
pub mod domain;
