//! What is said, to whom and why.

/// What is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MessageKind {
    /// To the client: it is booked, with the invitation.
    Confirmation,
    /// To the client: the wish arrived and somebody will answer it.
    RequestReceived,
    /// To the client: the wish was granted, with the invitation.
    Approved,
    /// To the client: the wish was not granted, or nobody answered it in time.
    Declined,
    /// To the client: time or place changed, with the new invitation.
    Change,
    /// To the client: it does not take place, with the invitation taken back.
    Cancellation,
    /// To the provider: somebody wishes a time.
    ProviderRequest,
    /// To the provider: a booking came, or moved.
    ProviderBooked,
    /// To the provider: a booking went.
    ProviderCancelled,
    /// To the client: a whole series is booked, with every date.
    SeriesBooked,
    /// To the client: several dates of a series changed.
    SeriesChanged,
    /// To the client: a series does not take place any more, or ends earlier.
    SeriesCancelled,
    /// To the client: some dates of a series could not be booked.
    SeriesGaps,
    /// To the clinic: the same, for the worklist.
    SeriesGapsDesk,
    /// To the provider: a series came, changed or went.
    ProviderSeries,
    /// To the client: the wish for a time is on the waitlist.
    WaitlistJoined,
    /// To the client: a place is kept for a while.
    WaitlistOffer,
    /// To whoever reads the mailbox: the way into the client's own area.
    PortalLink,
    /// To the client: it is soon.
    Reminder,
    /// To the provider or the clinic: it is soon.
    ProviderReminder,
    /// To the client: how was it.
    ThankYou,
    /// To the client: we missed you.
    MissedYou,
    /// To the client: it has been a while.
    ComeBack,
    /// To the client: all the best.
    Birthday,
    /// To the client: a visit of a kind is due again.
    Recall,
    /// To whoever reads the mailbox: did you really agree.
    ConfirmConsent,
    /// To a program: what happened.
    Event,
    /// To an owner: the figures of a month.
    Digest,
    /// To somebody who signs in: how a text looks in a mailbox.
    Test,
}

impl MessageKind {
    /// Every kind there is.
    pub const ALL: [Self; 29] = [
        Self::Confirmation,
        Self::RequestReceived,
        Self::Approved,
        Self::Declined,
        Self::Change,
        Self::Cancellation,
        Self::ProviderRequest,
        Self::ProviderBooked,
        Self::ProviderCancelled,
        Self::SeriesBooked,
        Self::SeriesChanged,
        Self::SeriesCancelled,
        Self::SeriesGaps,
        Self::SeriesGapsDesk,
        Self::ProviderSeries,
        Self::WaitlistJoined,
        Self::WaitlistOffer,
        Self::PortalLink,
        Self::Reminder,
        Self::ProviderReminder,
        Self::ThankYou,
        Self::MissedYou,
        Self::ComeBack,
        Self::Birthday,
        Self::Recall,
        Self::ConfirmConsent,
        Self::Event,
        Self::Digest,
        Self::Test,
    ];

    /// The kinds that speak of one booking.
    pub const OF_BOOKING: [Self; 9] = [
        Self::Confirmation,
        Self::RequestReceived,
        Self::Approved,
        Self::Declined,
        Self::Change,
        Self::Cancellation,
        Self::ProviderRequest,
        Self::ProviderBooked,
        Self::ProviderCancelled,
    ];

    /// The word in the database and in the files of phrases.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmation => "confirmation",
            Self::RequestReceived => "request_received",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Change => "change",
            Self::Cancellation => "cancellation",
            Self::ProviderRequest => "provider_request",
            Self::ProviderBooked => "provider_booked",
            Self::ProviderCancelled => "provider_cancelled",
            Self::SeriesBooked => "series_booked",
            Self::SeriesChanged => "series_changed",
            Self::SeriesCancelled => "series_cancelled",
            Self::SeriesGaps => "series_gaps",
            Self::SeriesGapsDesk => "series_gaps_desk",
            Self::ProviderSeries => "provider_series",
            Self::WaitlistJoined => "waitlist_joined",
            Self::WaitlistOffer => "waitlist_offer",
            Self::PortalLink => "portal_link",
            Self::Reminder => "reminder",
            Self::ProviderReminder => "provider_reminder",
            Self::ThankYou => "thank_you",
            Self::MissedYou => "missed_you",
            Self::ComeBack => "come_back",
            Self::Birthday => "birthday",
            Self::Recall => "recall",
            Self::ConfirmConsent => "confirm_consent",
            Self::Event => "event",
            Self::Digest => "digest",
            Self::Test => "test",
        }
    }

    /// Reads what [`Self::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether a person asked for it by booking, or the clinic would like to say it.
    pub const fn purpose(self) -> Purpose {
        match self {
            Self::Confirmation
            | Self::RequestReceived
            | Self::Approved
            | Self::Declined
            | Self::Change
            | Self::Cancellation
            | Self::ProviderRequest
            | Self::ProviderBooked
            | Self::ProviderCancelled
            | Self::SeriesBooked
            | Self::SeriesChanged
            | Self::SeriesCancelled
            | Self::SeriesGaps
            | Self::SeriesGapsDesk
            | Self::ProviderSeries
            | Self::WaitlistJoined
            | Self::WaitlistOffer
            | Self::PortalLink
            | Self::Reminder
            | Self::ProviderReminder
            | Self::MissedYou
            | Self::ConfirmConsent
            | Self::Event
            | Self::Digest
            | Self::Test => Purpose::Transactional,
            // A question how it was and an invitation to come again are advertising under EU and German law.
            Self::ThankYou | Self::ComeBack | Self::Birthday | Self::Recall => Purpose::Marketing,
        }
    }

    /// Who is told, unless the row says otherwise: what providers are told, the clinic may be told too.
    pub const fn audience(self) -> Audience {
        match self {
            Self::Confirmation
            | Self::RequestReceived
            | Self::Approved
            | Self::Declined
            | Self::Change
            | Self::Cancellation
            | Self::SeriesBooked
            | Self::SeriesChanged
            | Self::SeriesCancelled
            | Self::SeriesGaps
            | Self::WaitlistJoined
            | Self::WaitlistOffer
            | Self::Reminder
            | Self::ThankYou
            | Self::MissedYou
            | Self::ComeBack
            | Self::Birthday
            | Self::Recall => Audience::Client,
            Self::ProviderRequest
            | Self::ProviderBooked
            | Self::ProviderCancelled
            | Self::ProviderSeries
            | Self::ProviderReminder => Audience::Provider,
            Self::SeriesGapsDesk => Audience::Clinic,
            Self::PortalLink | Self::ConfirmConsent => Audience::Mailbox,
            Self::Event => Audience::Endpoint,
            Self::Digest | Self::Test => Audience::Staff,
        }
    }

    /// Whether the reader knows of the booking once this has left.
    pub(super) const fn announces(self) -> bool {
        match self {
            Self::SeriesBooked
            | Self::SeriesChanged
            | Self::SeriesCancelled
            | Self::SeriesGaps
            | Self::SeriesGapsDesk
            | Self::ProviderSeries
            | Self::WaitlistJoined
            | Self::WaitlistOffer
            | Self::PortalLink
            | Self::Reminder
            | Self::ProviderReminder
            | Self::ThankYou
            | Self::MissedYou
            | Self::ComeBack
            | Self::Birthday
            | Self::Recall
            | Self::ConfirmConsent
            | Self::Event
            | Self::Digest
            | Self::Test => false,
            Self::Confirmation
            | Self::RequestReceived
            | Self::Approved
            | Self::Change
            | Self::ProviderRequest
            | Self::ProviderBooked => true,
            Self::Declined | Self::Cancellation | Self::ProviderCancelled => false,
        }
    }
}

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// The client of the booking.
    Client,
    /// The provider of the appointment.
    Provider,
    /// The clinic itself, at its own address.
    Clinic,
    /// Whoever reads a mailbox that somebody named.
    Mailbox,
    /// Somebody who signs in.
    Staff,
    /// A program of somebody else.
    Endpoint,
}

impl Audience {
    /// Everybody who is told.
    pub const ALL: [Self; 6] = [Self::Client, Self::Provider, Self::Clinic, Self::Mailbox, Self::Staff, Self::Endpoint];

    /// The word in the database and in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Provider => "provider",
            Self::Clinic => "clinic",
            Self::Mailbox => "mailbox",
            Self::Staff => "staff",
            Self::Endpoint => "endpoint",
        }
    }

    /// Reads [`Self::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|audience| audience.as_str() == word)
    }
}

/// Why a message exists; consent is asked for one of them only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Belongs to what the reader booked: sent at least once, never without a booking.
    Transactional,
    /// Advertising: sent at most once, only with consent.
    Marketing,
}

impl Purpose {
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Transactional => "transactional",
            Self::Marketing => "marketing",
        }
    }

    /// Reads what [`Self::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Transactional, Self::Marketing].into_iter().find(|purpose| purpose.as_str() == text)
    }
}
