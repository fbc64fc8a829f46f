//! Probabilistic models of how long somebody stays a client and how often he comes meanwhile.
//!
//! Notation of the papers: `x` repeat visits, `tx` from first to last visit, `T` from first visit to now. One row a client,
//! visits of one day are one, times in days unless said otherwise.

pub mod backtest;
pub mod bg_bb;
pub mod bg_nbd;
#[cfg(test)]
mod checks;
pub mod choose;
pub mod clinic;
pub mod cnbd;
pub mod fit;
pub mod model;
pub mod pareto_nbd;
pub mod row;
mod score;
pub mod special;
pub mod spend;
pub mod value;

pub use score::{Interval, NextVisit, Score};
