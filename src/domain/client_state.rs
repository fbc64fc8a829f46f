//! How a client stands towards the clinic: the first state that applies, with no gaps between them.

use serde::{Deserialize, Serialize};

/// How somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientState {
    /// Has a booking to come.
    Booked,
    /// Was not here for longer than the dated limit.
    Lost,
    /// Beyond one and a half times the expected gap, or probably gone while overdue.
    AtRisk,
    /// More than 14 days past the due date.
    Overdue,
    /// From 14 days before the due date to 14 after.
    Due,
    /// One visit, not yet due.
    New,
    /// Comes as expected.
    Active,
}

impl ClientState {
    /// Every state, in the order in which they are asked.
    pub const ALL: [Self; 7] =
        [Self::Booked, Self::Lost, Self::AtRisk, Self::Overdue, Self::Due, Self::New, Self::Active];

    /// The word in the database and in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Lost => "lost",
            Self::AtRisk => "at_risk",
            Self::Overdue => "overdue",
            Self::Due => "due",
            Self::New => "new",
            Self::Active => "active",
        }
    }

    /// Reads [`Self::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}
