//! What somebody may agree to be written about. Messages about own bookings need no consent.

use serde::{Deserialize, Serialize};

/// What may be sent to somebody who agreed to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentPurpose {
    /// Reminders that a visit is due again.
    Recall,
    /// News and offers.
    News,
    /// Questions about how it was.
    Surveys,
}

impl ConsentPurpose {
    /// Every purpose, in the order in which it is shown.
    pub const ALL: [Self; 3] = [Self::Recall, Self::News, Self::Surveys];

    /// The word in the database and in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recall => "recall",
            Self::News => "news",
            Self::Surveys => "surveys",
        }
    }

    /// Reads [`ConsentPurpose::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}
