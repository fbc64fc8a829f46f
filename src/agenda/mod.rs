//! The desk's view: the day by provider, one booking, booking for a client, clients, and why a time is not free.
//!
//! It owns no tables. Its pages read what other slices keep and call their deeds; the one
//! rule of its own is how a day is laid out ([`day`]).

pub mod api;
pub mod day;
pub mod web;

pub use crate::money::{EntryKind, LedgerEntry, ledger_of_booking, ledger_of_client};
