//! The demo clinic: an invented dental practice in Los Angeles with three years behind it and a full week ahead.
//!
//! A plan is told first, as plain values, by seeded chance ([`plan`](self)); then it is written in one transaction.
//! The same seed and the same `now` give the same clinic, so screenshots, tests and benchmarks speak of the same people.

mod anchor;
mod calendar;
mod catalogue;
mod chance;
mod habits;
mod history;
mod holidays;
mod hours;
mod money;
mod names;
mod people;
mod plan;

pub use anchor::Scale;
