//! Probabilistic models of how long somebody stays a client and how often he comes meanwhile.
//!
//! Notation of the papers: `x` repeat visits, `tx` from first to last visit, `T` from first visit to now. One row a client,
//! visits of one day are one, times in days unless said otherwise.

mod score;

pub use score::{Interval, NextVisit, Score};
