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

/// Where somebody decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConsentOrigin {
    /// In the own area, signed in by a mailed link.
    Portal,
    /// By the button behind a mailed question.
    DoubleOptIn,
    /// At the desk or on the phone, noted by staff.
    Desk,
    /// By the link in the foot of a mail.
    Unsubscribe,
    /// On the page behind that link: it was a mistake.
    Undone,
}

impl ConsentOrigin {
    /// Every origin there is.
    pub const ALL: [Self; 5] = [Self::Portal, Self::DoubleOptIn, Self::Desk, Self::Unsubscribe, Self::Undone];

    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Portal => "portal",
            Self::DoubleOptIn => "double_opt_in",
            Self::Desk => "desk",
            Self::Unsubscribe => "unsubscribe",
            Self::Undone => "undone",
        }
    }

    /// Reads [`Self::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.as_str() == word)
    }
}

/// Whether a decision allows advertising: given, and from a place we know to ask the person, or somebody who noted it.
pub fn allows(granted: bool, origin: &str) -> bool {
    granted && ConsentOrigin::parse(origin).is_some_and(|origin| origin != ConsentOrigin::Unsubscribe)
}

/// Why an address must not be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SuppressionOrigin {
    /// Its owner pressed the button behind the link in a mail.
    Unsubscribe,
    /// Its owner's mail program did.
    OneClick,
    /// Mail to it came back.
    Bounce,
    /// Staff noted that its owner objected.
    Staff,
    /// Its owner said so in the own area.
    Portal,
}

impl SuppressionOrigin {
    /// Every origin there is.
    pub const ALL: [Self; 5] = [Self::Unsubscribe, Self::OneClick, Self::Bounce, Self::Staff, Self::Portal];

    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unsubscribe => "unsubscribe",
            Self::OneClick => "one_click",
            Self::Bounce => "bounce",
            Self::Staff => "staff",
            Self::Portal => "portal",
        }
    }

    /// Reads [`Self::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.as_str() == word)
    }

    /// Whether the owner of the address objected himself; only he can take that back.
    pub const fn is_objection(self) -> bool {
        matches!(self, Self::Unsubscribe | Self::OneClick | Self::Portal)
    }
}
