//! Reading what other programs wrote: dates, times, amounts and lengths as a whole column says them, and who somebody is.
//!
//! Nothing is guessed. A column is looked at as a whole first; what it does not settle by itself is asked for.

mod amounts;
mod dates;
mod lengths;
mod people;

pub use amounts::{AmountColumn, AmountTrouble, WrongAmount};
pub use dates::{DateColumn, DateForm, DateOrder, DateReading, DateTrouble, Moment, moment};
pub use lengths::minutes_of;
pub use people::{Known, People, digest};

/// A value with the line on which it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The line of the file.
    pub line: u64,
    /// What stands there.
    pub text: String,
}

impl Example {
    /// Long values are cut: an example is to be recognised, not read.
    pub fn new(line: u64, text: &str) -> Self {
        Self { line, text: text.chars().take(60).collect() }
    }
}

impl std::fmt::Display for Example {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "\"{}\" on line {}", self.text, self.line)
    }
}
