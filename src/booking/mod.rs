//! Taking a time and giving it back: what is free ([`offer`]), keeping it for minutes ([`hold`]), taking it
//! ([`book`]), answering requests ([`answer`]), giving it up ([`cancel`]), what became of it ([`attendance`]), what it
//! costs in the end ([`complete`]), taking a click back ([`undo`]), why a time is not free ([`why`]), several services in
//! one ([`visits`]), another length ([`stretch`]), and time that is taken without anybody being booked ([`block`]).
//!
//! Words: an *appointment* is the block on the calendar, its *occupations* are what it takes of provider and room, a
//! *booking* is one client's place in it, a *seat* is one place.
//!
//! **Every booking, from whatever door, goes through [`book::book`].** What is free is decided by `domain::slots`;
//! that a place is taken once is guarded by the database.

pub mod answer;
pub mod api;
mod ask_consents;
pub mod attendance;
pub(crate) mod beyond;
pub mod block;
pub mod book;
pub mod book_recall;
mod calendar;
pub mod call_off_day;
pub mod cancel;
pub mod complete;
pub mod confirm;
pub mod expire;
pub mod hold;
pub mod offer;
pub mod once;
pub mod other_times;
pub mod place;
pub mod rebook;
mod store;
pub(crate) mod stretch;
pub mod undo;
pub mod visits;
pub mod web;
pub mod why;

pub use ask_consents::{Ticks, ask_consents};
pub use store::facts::{self, BookingFacts};
pub use store::speak;
pub(crate) use store::{Block, Happened, SeatOf, Standing, record};
