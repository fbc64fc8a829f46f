//! Rebook.
pub mod db;
pub mod domain;
