//! One program of tests that talk like users, on both engines. See `support/app.rs` for how.
//!
//! `cargo test` alone runs them on SQLite; `bin/test` gives them a PostgreSQL (`REBOOK_TEST_POSTGRES`) as well.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod agenda;
#[cfg(test)]
mod api;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod calendar;
#[cfg(test)]
mod cancelling;
#[cfg(test)]
mod catalog;
#[cfg(test)]
mod clashes;
#[cfg(test)]
mod client_pages;
#[cfg(test)]
mod clients;
#[cfg(test)]
mod clv;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod discipline;
#[cfg(test)]
mod erasure;
#[cfg(test)]
mod feeds;
#[cfg(test)]
mod figures;
#[cfg(test)]
mod gateways;
#[cfg(test)]
mod guards;
#[cfg(test)]
mod import;
#[cfg(test)]
mod journeys;
#[cfg(test)]
mod merging;
#[cfg(test)]
mod message_crashes;
#[cfg(test)]
mod message_faults;
#[cfg(test)]
mod message_pages;
#[cfg(test)]
mod message_rules;
#[cfg(test)]
mod messaging;
#[cfg(test)]
mod migrations;
#[cfg(test)]
mod models;
#[cfg(test)]
mod money;
#[cfg(test)]
mod owner;
#[cfg(test)]
mod owner_charts;
#[cfg(test)]
mod portal;
#[cfg(test)]
mod programs;
#[cfg(test)]
mod races;
#[cfg(test)]
mod recalls;
#[cfg(test)]
mod recurrence;
#[cfg(test)]
mod rescheduling;
#[cfg(test)]
mod rescheduling_doors;
#[cfg(test)]
mod second_factor;
#[cfg(test)]
mod security;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod setup;
#[cfg(test)]
mod sources;
#[cfg(test)]
mod support;
#[cfg(test)]
mod team;
#[cfg(test)]
mod templates;
#[cfg(test)]
mod transport;
#[cfg(test)]
mod visit_status;
#[cfg(test)]
mod visits;
#[cfg(test)]
mod waitlist;
