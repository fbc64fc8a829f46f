//! What the clinic decides for its whole house: closed words, each with what it means.

/// Whose clients a provider may open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProvidersSee {
    /// Clients who have or had an appointment with them.
    #[default]
    Own,
    /// Every client.
    All,
}

impl ProvidersSee {
    /// Every choice.
    pub const ALL: [Self; 2] = [Self::Own, Self::All];

    /// The word in the table and in forms.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::All => "all",
        }
    }

    /// Reads [`ProvidersSee::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

/// Who must have a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SecondFactorFor {
    /// Nobody; whoever wants one may have it.
    #[default]
    Optional,
    /// Owners.
    Owners,
    /// Everybody who works here.
    Everybody,
}

impl SecondFactorFor {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Optional, Self::Owners, Self::Everybody];

    /// The word in the table and in forms.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Optional => "optional",
            Self::Owners => "owners",
            Self::Everybody => "everybody",
        }
    }

    /// Reads [`SecondFactorFor::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

/// Texts that a law asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LegalKind {
    /// Who is behind the site.
    Imprint,
    /// What happens to personal data.
    Privacy,
    /// On which terms one books.
    Terms,
}

impl LegalKind {
    /// Every kind, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Imprint, Self::Privacy, Self::Terms];

    /// The word in the table and in addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Imprint => "imprint",
            Self::Privacy => "privacy",
            Self::Terms => "terms",
        }
    }

    /// Reads [`LegalKind::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

/// How far the first steps went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum SetupStep {
    /// Name, contact, zone, currency.
    Clinic,
    /// Opening hours.
    Hours,
    /// Services of a trade.
    Services,
    /// Who works here.
    Providers,
    /// Whether mail leaves.
    Mail,
    /// All of it was seen.
    #[default]
    Done,
}

impl SetupStep {
    /// Every step, in order.
    pub const ALL: [Self; 6] = [Self::Clinic, Self::Hours, Self::Services, Self::Providers, Self::Mail, Self::Done];

    /// The word in the table and in addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Clinic => "clinic",
            Self::Hours => "hours",
            Self::Services => "services",
            Self::Providers => "providers",
            Self::Mail => "mail",
            Self::Done => "done",
        }
    }

    /// Reads [`SetupStep::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }

    /// The one after it; after the last there is none.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Clinic => Self::Hours,
            Self::Hours => Self::Services,
            Self::Services => Self::Providers,
            Self::Providers => Self::Mail,
            Self::Mail | Self::Done => Self::Done,
        }
    }
}
