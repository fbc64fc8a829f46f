//! What a model expects of one client.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// An expected amount with the range in which it lies in nine of ten cases, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Interval {
    /// One of twenty lies below.
    pub low: i64,
    /// The mean.
    pub expected: i64,
    /// One of twenty lies above.
    pub high: i64,
}

/// When somebody comes again, if he comes: a quarter, a half and three quarters of those who stand like him are here again
/// by these days; nothing where fewer ever come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NextVisit {
    /// A quarter.
    pub early: Option<NaiveDate>,
    /// A half.
    pub middle: Option<NaiveDate>,
    /// Three quarters.
    pub late: Option<NaiveDate>,
}

/// What is expected of one client.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// Whether he is still a client, 0 to 1.
    pub alive: f64,
    /// Visits in the next 12 months.
    pub visits_12: f64,
    /// Visits in the next 36 months.
    pub visits_36: f64,
    /// Margin of them less what keeping costs, discounted, in 12 months.
    pub value_12: Interval,
    /// The same in 36 months.
    pub value_36: Interval,
    /// When he comes again.
    pub next: NextVisit,
}
