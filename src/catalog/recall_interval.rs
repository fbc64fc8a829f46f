//! After how long the next visit of this kind is due: months and days, as in `6m1d`.

use std::fmt;
use std::str::FromStr;

/// The most months.
pub const MONTHS_MAX: u16 = 60;
/// The most days beyond the months.
pub const DAYS_MAX: u16 = 365;

/// Months and days; not both zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecallInterval {
    months: u16,
    days: u16,
}

/// The text or the numbers are no interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an interval; write it like 6m, 6m1d or 14d")]
pub struct NotAnInterval;

impl RecallInterval {
    /// `months` and `days`, at least one day in all.
    pub fn new(months: u16, days: u16) -> Result<Self, NotAnInterval> {
        let some = 0 < months || 0 < days;
        if some && months <= MONTHS_MAX && days <= DAYS_MAX { Ok(Self { months, days }) } else { Err(NotAnInterval) }
    }

    /// Whole months.
    pub const fn months(self) -> u16 {
        self.months
    }

    /// Days beyond them.
    pub const fn days(self) -> u16 {
        self.days
    }
}

impl fmt::Display for RecallInterval {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.months, self.days) {
            (months, 0) => write!(out, "{months}m"),
            (0, days) => write!(out, "{days}d"),
            (months, days) => write!(out, "{months}m{days}d"),
        }
    }
}

impl FromStr for RecallInterval {
    type Err = NotAnInterval;

    fn from_str(text: &str) -> Result<Self, NotAnInterval> {
        let number = |digits: &str| -> Result<u16, NotAnInterval> {
            let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            if plain { digits.parse().ok().ok_or(NotAnInterval) } else { Err(NotAnInterval) }
        };
        let (months, rest) = match text.split_once('m') {
            Some((months, rest)) => (number(months)?, rest),
            None => (0, text),
        };
        let days = match rest.strip_suffix('d') {
            Some(days) => number(days)?,
            None if rest.is_empty() => 0,
            None => return Err(NotAnInterval),
        };
        Self::new(months, days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for text in ["6m", "6m1d", "14d", "60m365d"] {
            assert_eq!(text.parse::<RecallInterval>().unwrap().to_string(), text);
        }
        for wrong in ["", "m", "d", "0m", "0m0d", "6", "6m1", "61m", "-1d", "1d6m", "6m 1d", "+6m"] {
            assert_eq!(wrong.parse::<RecallInterval>(), Err(NotAnInterval), "{wrong}");
        }
    }
}
