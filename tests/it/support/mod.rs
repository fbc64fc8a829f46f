//! What every test stands on.

pub mod app;
pub mod databases;
pub mod gateway;
pub mod invariants;
pub mod people;
pub mod post;
pub mod process;
pub mod schema;
pub mod shop;
pub mod smtp;
pub mod visitor;
