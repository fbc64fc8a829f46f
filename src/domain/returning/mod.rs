//! Who comes back and who does not: each figure an owner reads, with what is counted and out of what.
//!
//! A figure is a sum over people of a [`Tally`]: what counts, and out of what. The same tally says who the people behind it
//! are, so a figure and its list cannot disagree. Every figure has a window of its own that ends where the chosen period
//! ends, or counts what lies in the period; it never means something else because another period was chosen.
//!
//! Only completed visits count, and those of one day are one. Whoever has a booking to come is never lost.

mod lift;
mod report;
mod selection;
mod story;
mod tally;

#[cfg(test)]
mod examples;

use chrono::Days as DayCount;
use serde::{Deserialize, Serialize};

use super::reporting::{Days, months_before};

pub use lift::expected_gain_minor;
pub use report::{Measured, Moves, Outcomes, Report, ReturnLine, StateLine, TrendLine, report, returns_by_provider};
pub use selection::{Part, Selection, SelectionRefused};
pub use story::{Spell, Story};
pub use tally::{Tally, tally};

/// Days after which a return is looked for.
pub const RETURN_DAYS: [u16; 4] = [30, 60, 90, 180];
/// Whoever is due has so many days more to come or to book.
pub const RECALL_GRACE_DAYS: u16 = 30;
/// As far back as anything is looked at.
const LIFE_MONTHS: u32 = 1_200;
/// Smaller groups are not broken down, so that nobody is read out of a figure.
pub const GROUP_MIN: u64 = 5;

/// Which visits a return is looked for after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum After {
    /// The first of a client.
    First,
    /// Any later one.
    Later,
}

/// A figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// F4: clients of the start of the last 12 months who stayed.
    Retention,
    /// F5: clients lost in the last 12 months against their average number.
    Churn,
    /// New clients who came a second time within 12 months.
    SecondVisit,
    /// Visits after which the client came again within so many days.
    Return(After, u16),
    /// Visits at whose end the next one was booked.
    Rebooked,
    /// Clients who were due and came or booked.
    RecallRate,
    /// Days on which somebody was expected and nobody came.
    NoShow,
    /// Days that were called off too late.
    LateCancellation,
    /// First visits among all visits.
    NewVisits,
    /// Revenue of first visits among all revenue.
    NewRevenue,
    /// The days that usually lie between two visits of a client.
    OwnGap,
    /// What is lost of the next year if those who are overdue stay away.
    AtRisk,
    /// What a client brought in so far.
    WorthSoFar,
    /// What a client is expected to bring in within the next 12 months.
    WorthExpected,
}

/// What the value of a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Part of a whole.
    Share,
    /// Days.
    DayCount,
    /// Money in minor units, of everybody together.
    Sum,
    /// Money in minor units, of one client on average.
    Mean,
}

impl Figure {
    /// Those of the report, in the order in which they are read.
    pub const ALL: [Self; 21] = [
        Self::Retention,
        Self::Churn,
        Self::SecondVisit,
        Self::Rebooked,
        Self::RecallRate,
        Self::Return(After::First, 30),
        Self::Return(After::First, 60),
        Self::Return(After::First, 90),
        Self::Return(After::First, 180),
        Self::Return(After::Later, 30),
        Self::Return(After::Later, 60),
        Self::Return(After::Later, 90),
        Self::Return(After::Later, 180),
        Self::NoShow,
        Self::LateCancellation,
        Self::NewVisits,
        Self::NewRevenue,
        Self::OwnGap,
        Self::AtRisk,
        Self::WorthSoFar,
        Self::WorthExpected,
    ];

    /// Those whose last twelve months are shown beside them.
    pub const LEADING: [Self; 5] = [Self::Retention, Self::Churn, Self::SecondVisit, Self::Rebooked, Self::NoShow];

    /// The word in addresses and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Retention => "retention",
            Self::Churn => "churn",
            Self::SecondVisit => "second_visit",
            Self::Return(After::First, 30) => "return_first_30",
            Self::Return(After::First, 60) => "return_first_60",
            Self::Return(After::First, 90) => "return_first_90",
            Self::Return(After::First, _) => "return_first_180",
            Self::Return(After::Later, 30) => "return_later_30",
            Self::Return(After::Later, 60) => "return_later_60",
            Self::Return(After::Later, 90) => "return_later_90",
            Self::Return(After::Later, _) => "return_later_180",
            Self::Rebooked => "rebooked",
            Self::RecallRate => "recall_rate",
            Self::NoShow => "no_show",
            Self::LateCancellation => "late_cancellation",
            Self::NewVisits => "new_visits",
            Self::NewRevenue => "new_revenue",
            Self::OwnGap => "own_gap",
            Self::AtRisk => "at_risk",
            Self::WorthSoFar => "worth_so_far",
            Self::WorthExpected => "worth_expected",
        }
    }

    /// Reads [`Self::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|figure| figure.as_str() == word)
    }

    /// What its value is.
    pub const fn unit(self) -> Unit {
        match self {
            Self::OwnGap => Unit::DayCount,
            Self::AtRisk => Unit::Sum,
            Self::WorthSoFar | Self::WorthExpected => Unit::Mean,
            _ => Unit::Share,
        }
    }

    /// Whether each person or visit either counts or does not, so that chance can be judged by Wilson's interval.
    pub const fn is_share_of_count(self) -> bool {
        matches!(self.unit(), Unit::Share) && !matches!(self, Self::NewRevenue | Self::Churn)
    }

    /// Whether more is better; nothing where neither is.
    pub const fn more_is_better(self) -> Option<bool> {
        match self {
            Self::Churn | Self::NoShow | Self::LateCancellation | Self::AtRisk => Some(false),
            Self::NewVisits | Self::NewRevenue | Self::OwnGap => None,
            _ => Some(true),
        }
    }

    /// The days it looks at when the chosen ones are `days`.
    pub fn window(self, days: Days) -> Days {
        match self {
            Self::Retention | Self::Churn => days.year_to_end(),
            // Whoever came first in these days had twelve months to come again.
            Self::SecondVisit => Days { from: months_before(days.until, 24), until: months_before(days.until, 12) },
            Self::Return(_, wait) => matured(days, wait),
            Self::RecallRate => matured(days, RECALL_GRACE_DAYS),
            Self::OwnGap | Self::WorthSoFar => Days { from: months_before(days.until, LIFE_MONTHS), until: days.until },
            Self::AtRisk | Self::WorthExpected => Days { from: days.last(), until: days.until },
            Self::Rebooked | Self::NoShow | Self::LateCancellation | Self::NewVisits | Self::NewRevenue => days,
        }
    }

    /// Whether it is about today, whatever the period.
    pub const fn is_of_today(self) -> bool {
        matches!(self, Self::AtRisk | Self::WorthExpected)
    }
}

/// The twelve months that ended `wait` days before the end: whatever happened in them had that long to have its sequel.
fn matured(days: Days, wait: u16) -> Days {
    let until = days.until.checked_sub_days(DayCount::new(u64::from(wait))).unwrap_or(days.until);
    Days { from: months_before(until, 12), until }
}
