//! The desk's view: the day by provider, one booking, booking for a client, clients, and why a time is not free.
//!
//! It owns no tables. Its pages read what other slices keep and call their deeds; the
//! rules of its own are how a day is laid out as a list ([`day`]) and how days stand on the calendar ([`calendar`]);
//! [`live`] tells calendars that are open of changes.

pub mod api;
pub mod calendar;
pub mod day;
pub mod kept;
pub mod live;
mod store;
pub mod web;

pub use crate::money::{EntryKind, LedgerEntry, ledger_of_booking, ledger_of_client};
