//! What a booking deserves to be told about, when, and what becomes of an attempt to tell it.
//!
//! Nothing here reacts to an event. [`deserved`] looks at a booking as it is now and at what was already told, and says
//! which messages ought to exist; [`reconcile`] compares that with the rows. Booking, moving, cancelling and the nightly
//! pass all call the same two functions, so calling them twice changes nothing.
//!
//! A message is first a row. Its natural key is (subject, kind, schedule version, recipient, channel): planning twice
//! is planning once, and a moved booking gets rows of its own.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};

use super::booking::BookingStatus;
use super::ids::{
    BookingId, ClientId, ClientLinkId, ConsentRequestId, EndpointId, MessageId, OfferId, ProviderId, RuleId, SeriesId,
    StaffUserId, WaitlistEntryId,
};

/// Names in greetings are cut to this many characters.
pub const NAME_CHARACTERS_MAX: usize = 60;
/// A first failed attempt is tried again within this time.
const BACKOFF_FIRST_SECONDS: i64 = 30;
/// No wait between two attempts is longer.
const BACKOFF_MAX_SECONDS: i64 = 6 * 60 * 60;
/// A server that goes silent after it got the text is given the same text at most this often.
pub const UNCERTAIN_ATTEMPTS_MAX: i32 = 3;

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
    /// To whoever reads the mailbox: did you really agree.
    ConfirmConsent,
    /// To a program: what happened.
    Event,
    /// To somebody who signs in: how a text looks in a mailbox.
    Test,
}

impl MessageKind {
    /// Every kind there is.
    pub const ALL: [Self; 27] = [
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
        Self::ConfirmConsent,
        Self::Event,
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
            Self::ConfirmConsent => "confirm_consent",
            Self::Event => "event",
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
            | Self::Test => Purpose::Transactional,
            // A question how it was and an invitation to come again are advertising under EU and German law.
            Self::ThankYou | Self::ComeBack | Self::Birthday => Purpose::Marketing,
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
            | Self::Birthday => Audience::Client,
            Self::ProviderRequest
            | Self::ProviderBooked
            | Self::ProviderCancelled
            | Self::ProviderSeries
            | Self::ProviderReminder => Audience::Provider,
            Self::SeriesGapsDesk => Audience::Clinic,
            Self::PortalLink | Self::ConfirmConsent => Audience::Mailbox,
            Self::Event => Audience::Endpoint,
            Self::Test => Audience::Staff,
        }
    }

    /// Whether the reader knows of the booking once this has left.
    const fn announces(self) -> bool {
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
            | Self::ConfirmConsent
            | Self::Event
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
    pub const ALL: [Self; 6] =
        [Self::Client, Self::Provider, Self::Clinic, Self::Mailbox, Self::Staff, Self::Endpoint];

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

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// One booking.
    Booking(BookingId),
    /// A whole series.
    Series(SeriesId),
    /// A wish on the waitlist.
    WaitlistEntry(WaitlistEntryId),
    /// A place kept for such a wish.
    Offer(OfferId),
    /// A way into the client's own area.
    ClientLink(ClientLinkId),
    /// A client as such.
    Client(ClientId),
    /// A question whether somebody really agreed.
    ConsentRequest(ConsentRequestId),
    /// A test whose text is kept beside the message itself.
    Kept(MessageId),
}

impl Subject {
    /// The booking, when it is one.
    pub const fn booking(self) -> Option<BookingId> {
        match self {
            Self::Booking(id) => Some(id),
            Self::Series(_)
            | Self::WaitlistEntry(_)
            | Self::Offer(_)
            | Self::ClientLink(_)
            | Self::Client(_)
            | Self::ConsentRequest(_)
            | Self::Kept(_) => None,
        }
    }

    /// The subject's part of the natural key.
    fn key(self) -> String {
        match self {
            Self::Booking(id) => format!("booking:{id}"),
            Self::Series(id) => format!("series:{id}"),
            Self::WaitlistEntry(id) => format!("waitlist:{id}"),
            Self::Offer(id) => format!("offer:{id}"),
            Self::ClientLink(id) => format!("client_link:{id}"),
            Self::Client(id) => format!("about:{id}"),
            Self::ConsentRequest(id) => format!("consent:{id}"),
            Self::Kept(id) => format!("kept:{id}"),
        }
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

/// How it travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    /// By mail.
    Mail,
    /// By text message.
    Sms,
    /// By a call to another program.
    Webhook,
}

impl Channel {
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Sms => "sms",
            Self::Webhook => "webhook",
        }
    }

    /// Reads what [`Self::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Mail, Self::Sms, Self::Webhook].into_iter().find(|channel| channel.as_str() == text)
    }
}

/// Where a message stands.
///
/// The arrows: `pending`, `retry` and `uncertain` are claimed and become `leased`; a lease whose end has passed is
/// claimed again. From `leased` an attempt leads to `sent`, `retry`, `dead`, `uncertain` or `skipped`. What has not
/// been handed over may be `cancelled` or `skipped`. `sent`, `dead`, `cancelled` and `skipped` are final.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MessageState {
    /// Waits for its time.
    Pending,
    /// Somebody is sending it until the lease ends.
    Leased,
    /// The mail server took it.
    Sent,
    /// An attempt failed; it waits for the next.
    Retry,
    /// Given up; the reason says why, and staff sees it.
    Dead,
    /// The booking no longer deserves it.
    Cancelled,
    /// Not sent on purpose; the reason says why.
    Skipped,
    /// The server went silent after it got the text: it may or may not have taken it.
    Uncertain,
}

impl MessageState {
    /// Every state there is.
    pub const ALL: [Self; 8] = [
        Self::Pending,
        Self::Leased,
        Self::Sent,
        Self::Retry,
        Self::Dead,
        Self::Cancelled,
        Self::Skipped,
        Self::Uncertain,
    ];

    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Leased => "leased",
            Self::Sent => "sent",
            Self::Retry => "retry",
            Self::Dead => "dead",
            Self::Cancelled => "cancelled",
            Self::Skipped => "skipped",
            Self::Uncertain => "uncertain",
        }
    }

    /// Reads what [`Self::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether the arrow from here to there exists.
    pub const fn may_become(self, next: Self) -> bool {
        match self {
            Self::Pending | Self::Retry => matches!(next, Self::Leased | Self::Cancelled | Self::Skipped),
            Self::Uncertain => matches!(next, Self::Leased | Self::Skipped),
            Self::Leased => !matches!(next, Self::Pending),
            Self::Sent | Self::Dead | Self::Cancelled | Self::Skipped => false,
        }
    }

    /// Whether nothing will happen to it any more.
    pub const fn is_final(self) -> bool {
        match self {
            Self::Sent | Self::Dead | Self::Cancelled | Self::Skipped => true,
            Self::Pending | Self::Leased | Self::Retry | Self::Uncertain => false,
        }
    }
}

/// Who gets it: a person of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Recipient {
    /// A client.
    Client(ClientId),
    /// A provider.
    Provider(ProviderId),
    /// Somebody who signs in.
    Staff(StaffUserId),
    /// The clinic itself.
    Clinic,
    /// The mailbox that the subject names.
    Mailbox,
    /// A program of somebody else.
    Endpoint(EndpointId),
}

impl Recipient {
    /// Of what kind the recipient is.
    pub const fn audience(self) -> Audience {
        match self {
            Self::Client(_) => Audience::Client,
            Self::Provider(_) => Audience::Provider,
            Self::Staff(_) => Audience::Staff,
            Self::Clinic => Audience::Clinic,
            Self::Mailbox => Audience::Mailbox,
            Self::Endpoint(_) => Audience::Endpoint,
        }
    }

    /// The recipient's part of the natural key.
    fn key(self) -> String {
        match self {
            Self::Client(id) => format!("client:{id}"),
            Self::Provider(id) => format!("provider:{id}"),
            Self::Staff(id) => format!("staff:{id}"),
            Self::Clinic => "clinic".to_owned(),
            Self::Mailbox => "mailbox".to_owned(),
            Self::Endpoint(id) => format!("endpoint:{id}"),
        }
    }
}

/// Why a message was not sent, or not any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The recipient has no address on this channel.
    NoAddress,
    /// What is written in the address field is no address.
    BadAddress,
    /// The recipient asked not to be written to, moved away or died.
    DoNotContact,
    /// Its time passed before it could be sent.
    Expired,
    /// The booking changed, so something else is true now.
    Superseded,
    /// The mail server refused the recipient or the text for good.
    Refused,
    /// The mail server asked us to come back later.
    ServerBusy,
    /// The mail server could not be reached.
    Unreachable,
    /// The mail server refuses our sign-in or our sender address; the queue stands still.
    QueueStopped,
    /// The mail server went silent after it got the text.
    NoReply,
    /// The text could not be made.
    NotRendered,
    /// The rule that would say it is switched off.
    SwitchedOff,
    /// The reader was told the same a moment before.
    JustTold,
    /// Another message of the same moment says it.
    Coalesced,
    /// The reader has not agreed to messages of this kind.
    NoConsent,
    /// The reader does not want messages of this kind any more.
    Unsubscribed,
    /// Mail to this address came back.
    Bounced,
    /// It would have been too late after the quiet hours.
    QuietHours,
    /// The reader has had enough messages this week.
    Capped,
    /// The rule has reached enough people today.
    DailyCap,
    /// The way it should travel is not set up, or is switched off.
    NoChannel,
}

impl Reason {
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoAddress => "no_address",
            Self::BadAddress => "bad_address",
            Self::DoNotContact => "do_not_contact",
            Self::Expired => "expired",
            Self::Superseded => "superseded",
            Self::Refused => "refused",
            Self::ServerBusy => "server_busy",
            Self::Unreachable => "unreachable",
            Self::QueueStopped => "queue_stopped",
            Self::NoReply => "no_reply",
            Self::NotRendered => "not_rendered",
            Self::SwitchedOff => "switched_off",
            Self::JustTold => "just_told",
            Self::Coalesced => "coalesced",
            Self::NoConsent => "no_consent",
            Self::Unsubscribed => "unsubscribed",
            Self::Bounced => "bounced",
            Self::QuietHours => "quiet_hours",
            Self::Capped => "capped",
            Self::DailyCap => "daily_cap",
            Self::NoChannel => "no_channel",
        }
    }
}

/// Where the booking stands, as far as messages care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Wished for, not yet answered.
    Requested,
    /// It takes place.
    Booked,
    /// It does not take place any more.
    Cancelled,
    /// The wish was not granted, or expired.
    Declined,
    /// The client is here, was here, or did not come: nothing of this file matters any more.
    Past,
}

impl Standing {
    /// Where a booking of this status stands.
    pub const fn of(status: BookingStatus) -> Self {
        match status {
            BookingStatus::Requested => Self::Requested,
            BookingStatus::Booked => Self::Booked,
            BookingStatus::Cancelled => Self::Cancelled,
            BookingStatus::Declined | BookingStatus::Expired => Self::Declined,
            BookingStatus::Arrived | BookingStatus::InProgress | BookingStatus::Completed | BookingStatus::NoShow => {
                Self::Past
            }
        }
    }
}

/// Whether what a message about one booking says is still true: asked again just before it is handed over.
pub const fn still_true(kind: MessageKind, said_of_version: i32, standing: Standing, schedule_version: i32) -> bool {
    let fits = match kind {
        MessageKind::Confirmation | MessageKind::Approved | MessageKind::Change | MessageKind::ProviderBooked => {
            matches!(standing, Standing::Booked)
        }
        MessageKind::RequestReceived | MessageKind::ProviderRequest => matches!(standing, Standing::Requested),
        MessageKind::Declined => matches!(standing, Standing::Declined),
        MessageKind::Cancellation => matches!(standing, Standing::Cancelled),
        MessageKind::ProviderCancelled => matches!(standing, Standing::Cancelled | Standing::Declined),
        MessageKind::SeriesBooked
        | MessageKind::SeriesChanged
        | MessageKind::SeriesCancelled
        | MessageKind::SeriesGaps
        | MessageKind::SeriesGapsDesk
        | MessageKind::ProviderSeries
        | MessageKind::WaitlistJoined
        | MessageKind::WaitlistOffer
        | MessageKind::PortalLink
        | MessageKind::ComeBack
        | MessageKind::Birthday
        | MessageKind::ConfirmConsent
        | MessageKind::Test => false,
        MessageKind::Reminder | MessageKind::ProviderReminder => matches!(standing, Standing::Booked),
        MessageKind::ThankYou | MessageKind::MissedYou => matches!(standing, Standing::Past),
        // What happened stays true; its version says of what.
        MessageKind::Event => true,
    };
    fits && said_of_version == schedule_version
}

/// Whether somebody can and may be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// By mail.
    Mail,
    /// There is no address; the row says so instead of vanishing.
    NoAddress,
    /// There is one, but it must not be used.
    DoNotContact,
}

impl Reach {
    /// Why nothing is sent, if nothing is.
    pub const fn skip(self) -> Option<Reason> {
        match self {
            Self::Mail => None,
            Self::NoAddress => Some(Reason::NoAddress),
            Self::DoNotContact => Some(Reason::DoNotContact),
        }
    }
}

/// A booking as far as messages care.
#[derive(Debug, Clone)]
pub struct BookingFacts {
    /// Which booking.
    pub booking: BookingId,
    /// Where it stands.
    pub standing: Standing,
    /// Rises with time, place and cancellation.
    pub schedule_version: i32,
    /// When it starts (or would have started).
    pub starts_at: DateTime<Utc>,
    /// Who comes.
    pub client: ClientId,
    /// Whether the client can be written to.
    pub client_reach: Reach,
    /// Who performs it.
    pub provider: ProviderId,
    /// Whether the provider can be written to; without an address nothing is planned for her.
    pub provider_reach: Reach,
    /// Whether it was made in this very write.
    pub is_new: bool,
    /// Whether it began as a wish that was answered since.
    pub was_requested: bool,
    /// Whether another message tells this version to the client: that of its series, or of the visit it is part of.
    pub told_to_client_elsewhere: bool,
    /// Whether another message tells this version to the provider: that of its series.
    pub told_to_provider_elsewhere: bool,
}

/// A row that exists for the booking.
#[derive(Debug, Clone)]
pub struct ExistingMessage {
    /// Which row.
    pub id: MessageId,
    /// Its natural key.
    pub natural_key: String,
    /// What it says.
    pub kind: MessageKind,
    /// Of which version.
    pub schedule_version: i32,
    /// Where it stands.
    pub state: MessageState,
    /// The text has been, or is being, given to the server: it may have arrived.
    pub handed_over: bool,
    /// The provider it is for.
    pub provider: Option<ProviderId>,
}

impl ExistingMessage {
    /// Whether the reader may have read it.
    fn may_have_arrived(&self) -> bool {
        self.handed_over || matches!(self.state, MessageState::Sent | MessageState::Uncertain)
    }
}

/// A message that ought to exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedMessage {
    /// About what.
    pub subject: Subject,
    /// What it says.
    pub kind: MessageKind,
    /// To whom.
    pub recipient: Recipient,
    /// How.
    pub channel: Channel,
    /// The rule that says so, and its part of the natural key; without one the kind stands there.
    pub rule: Option<(RuleId, String)>,
    /// Why.
    pub purpose: Purpose,
    /// Of several that a cap does not let through, the highest goes first.
    pub priority: i32,
    /// Which one of several of the same rule about the same subject; empty where there is only one.
    pub slot: String,
    /// Messages with the same key may travel in one letter.
    pub merge_key: Option<String>,
    /// Of which version of time and place.
    pub schedule_version: i32,
    /// From when on it may leave.
    pub due_at: DateTime<Utc>,
    /// From when on it is worth nothing.
    pub expires_at: DateTime<Utc>,
    /// Made as skipped, with this reason, so that the log says why nobody was told.
    pub skip: Option<Reason>,
}

impl PlannedMessage {
    /// The key under which the same message is only ever planned once.
    ///
    /// Subject, rule (or kind), schedule version, recipient, channel, and the slot where there are several.
    pub fn natural_key(&self) -> String {
        let code = self.rule.as_ref().map_or(self.kind.as_str(), |(_, code)| code.as_str());
        let (subject, recipient) = (self.subject.key(), self.recipient.key());
        let key = format!("{subject}/{code}/v{}/{recipient}/{}", self.schedule_version, self.channel.as_str());
        if self.slot.is_empty() { key } else { format!("{key}/{}", self.slot) }
    }

    /// Something to say now, by mail, that no rule governs.
    pub fn at_once(
        subject: Subject,
        kind: MessageKind,
        recipient: Recipient,
        schedule_version: i32,
        due_at: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Self {
        Self {
            subject,
            kind,
            recipient,
            channel: Channel::Mail,
            rule: None,
            purpose: kind.purpose(),
            priority: 90,
            slot: String::new(),
            merge_key: None,
            schedule_version,
            due_at,
            expires_at,
            skip: None,
        }
    }
}

/// What a booking deserves in its present state, given the rows it already has.
///
/// - Nothing is said about a time that has begun.
/// - A client who was never told of a booking is not told that it was cancelled or declined; one who was told of an
///   older version is told of the change, otherwise the newest version is confirmed once.
/// - A booking that is not new and whose beginning has no row was imported, or told with its series: it counts as told.
/// - What a message about the series or the visit tells is not told again.
pub fn deserved(facts: &BookingFacts, existing: &[ExistingMessage], now: DateTime<Utc>) -> Vec<PlannedMessage> {
    if facts.starts_at <= now {
        return Vec::new();
    }
    // It is about a time to come, and worth nothing once it has come.
    let say = |kind: MessageKind, recipient: Recipient| {
        let subject = Subject::Booking(facts.booking);
        PlannedMessage::at_once(subject, kind, recipient, facts.schedule_version, now, facts.starts_at)
    };
    let client = client_kind(facts, existing).map(|kind| PlannedMessage {
        skip: facts.client_reach.skip(),
        ..say(kind, Recipient::Client(facts.client))
    });
    let provider = provider_kind(facts, existing).map(|kind| say(kind, Recipient::Provider(facts.provider)));
    let former = former_providers(facts, existing)
        .into_iter()
        .map(|provider| say(MessageKind::ProviderCancelled, Recipient::Provider(provider)));
    client.into_iter().chain(provider).chain(former).collect()
}

/// Providers who may believe that the booking is still theirs, because the last they heard of it was an announcement.
fn former_providers(facts: &BookingFacts, existing: &[ExistingMessage]) -> Vec<ProviderId> {
    let mut last: BTreeMap<ProviderId, &ExistingMessage> = BTreeMap::new();
    for row in existing.iter().filter(|row| row.may_have_arrived()) {
        let Some(provider) = row.provider.filter(|provider| *provider != facts.provider) else { continue };
        if last.get(&provider).is_none_or(|known| known.schedule_version <= row.schedule_version) {
            last.insert(provider, row);
        }
    }
    let believes = |row: &ExistingMessage| row.kind.announces() && facts.standing != Standing::Past;
    last.into_iter().filter(|(_, row)| believes(row)).map(|(provider, _)| provider).collect()
}

/// What the client ought to be told of the present version.
fn client_kind(facts: &BookingFacts, existing: &[ExistingMessage]) -> Option<MessageKind> {
    if facts.told_to_client_elsewhere {
        return None;
    }
    let imported = is_imported(facts, existing);
    let told = imported || was_told(existing);
    let moved = knows_older_time(existing, facts.schedule_version) || (imported && facts.schedule_version > 0);
    match facts.standing {
        Standing::Requested if imported => None,
        Standing::Requested => Some(MessageKind::RequestReceived),
        Standing::Booked if moved => Some(MessageKind::Change),
        Standing::Booked if facts.was_requested => Some(MessageKind::Approved),
        Standing::Booked if imported => None,
        Standing::Booked => Some(MessageKind::Confirmation),
        Standing::Cancelled if told => Some(MessageKind::Cancellation),
        Standing::Declined if told => Some(MessageKind::Declined),
        Standing::Cancelled | Standing::Declined | Standing::Past => None,
    }
}

/// What the provider ought to be told of the present version. Without an address she looks at the agenda instead.
fn provider_kind(facts: &BookingFacts, existing: &[ExistingMessage]) -> Option<MessageKind> {
    match facts.provider_reach {
        Reach::Mail => {}
        Reach::NoAddress | Reach::DoNotContact => return None,
    }
    if facts.told_to_provider_elsewhere {
        return None;
    }
    let imported = is_imported(facts, existing);
    let hers = |row: &ExistingMessage| row.provider == Some(facts.provider);
    let told = imported || existing.iter().any(|row| hers(row) && row.kind.announces() && row.may_have_arrived());
    match facts.standing {
        Standing::Requested if imported => None,
        Standing::Requested => Some(MessageKind::ProviderRequest),
        Standing::Booked if imported && !facts.was_requested && facts.schedule_version == 0 => None,
        Standing::Booked => Some(MessageKind::ProviderBooked),
        Standing::Cancelled | Standing::Declined if told => Some(MessageKind::ProviderCancelled),
        Standing::Cancelled | Standing::Declined | Standing::Past => None,
    }
}

/// Whether the booking began without a message: every other one has at least a skipped row of its beginning.
fn is_imported(facts: &BookingFacts, existing: &[ExistingMessage]) -> bool {
    let begins = |row: &ExistingMessage| matches!(row.kind, MessageKind::Confirmation | MessageKind::RequestReceived);
    !facts.is_new && !existing.iter().any(begins)
}

/// Whether an announcement may have reached the client.
fn was_told(existing: &[ExistingMessage]) -> bool {
    existing.iter().any(|row| row.kind.audience() == Audience::Client && row.kind.announces() && row.may_have_arrived())
}

/// Whether the client was promised a time of an earlier version.
fn knows_older_time(existing: &[ExistingMessage], version: i32) -> bool {
    existing.iter().any(|row| {
        let promises = matches!(row.kind, MessageKind::Confirmation | MessageKind::Approved | MessageKind::Change);
        promises && row.schedule_version < version && row.may_have_arrived()
    })
}

/// What to do so that the rows agree with what is deserved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reconciliation {
    /// Rows to make.
    pub insert: Vec<PlannedMessage>,
    /// Rows to cancel, unless their text is being handed over by now.
    pub cancel: Vec<MessageId>,
}

/// Insert what is missing, cancel what is superseded, leave what was sent.
pub fn reconcile(existing: &[ExistingMessage], deserved: Vec<PlannedMessage>) -> Reconciliation {
    let keys: Vec<String> = deserved.iter().map(PlannedMessage::natural_key).collect();
    let cancel = existing
        .iter()
        .filter(|row| !row.state.is_final() && !row.may_have_arrived() && !keys.contains(&row.natural_key))
        .map(|row| row.id)
        .collect();
    let insert = deserved
        .into_iter()
        .zip(keys)
        .filter(|(_, key)| existing.iter().all(|row| row.natural_key != *key))
        .map(|(planned, _)| planned)
        .collect();
    Reconciliation { insert, cancel }
}

/// What an attempt came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The server took it.
    Sent,
    /// Try again at this time.
    Retry(DateTime<Utc>, Reason),
    /// Never again; staff sees it.
    GiveUp(Reason),
    /// Not sent on purpose.
    Skip(Reason),
    /// Handed over, and no answer. The time of the next attempt, if there is one.
    Uncertain(Option<DateTime<Utc>>),
}

/// The columns an outcome sets. Every final state has its time; nothing is left to the caller.
///
/// `handed_over` says whether the text may have arrived by this attempt: a definite refusal means that it did not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettledColumns {
    /// The new state.
    pub state: MessageState,
    /// The new due time, where there is a next attempt.
    pub due_at: Option<DateTime<Utc>>,
    /// Why, in one word.
    pub reason: Option<Reason>,
    /// Set when it was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// Set when it was given up.
    pub dead_at: Option<DateTime<Utc>>,
    /// Set when it was skipped.
    pub skipped_at: Option<DateTime<Utc>>,
    /// Whether the text may have arrived by this attempt.
    pub handed_over: bool,
}

/// The one place where an outcome becomes columns.
pub fn settle(outcome: Outcome, now: DateTime<Utc>) -> SettledColumns {
    let base = SettledColumns {
        state: MessageState::Sent,
        due_at: None,
        reason: None,
        sent_at: None,
        dead_at: None,
        skipped_at: None,
        handed_over: false,
    };
    match outcome {
        Outcome::Sent => SettledColumns { sent_at: Some(now), handed_over: true, ..base },
        Outcome::Retry(at, reason) => {
            SettledColumns { state: MessageState::Retry, due_at: Some(at), reason: Some(reason), ..base }
        }
        Outcome::GiveUp(reason) => {
            SettledColumns { state: MessageState::Dead, dead_at: Some(now), reason: Some(reason), ..base }
        }
        Outcome::Skip(reason) => {
            SettledColumns { state: MessageState::Skipped, skipped_at: Some(now), reason: Some(reason), ..base }
        }
        Outcome::Uncertain(next) => SettledColumns {
            state: MessageState::Uncertain,
            due_at: next,
            reason: Some(Reason::NoReply),
            handed_over: true,
            ..base
        },
    }
}

/// When to try again after `attempts` failed ones: anywhere between a second and a ceiling that doubles from half a
/// minute up to six hours ("full jitter"), so that a thousand messages do not come back in one moment.
///
/// `chance` is between 0 and 1.
pub fn next_attempt_at(now: DateTime<Utc>, attempts: i32, chance: f64) -> DateTime<Utc> {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(20);
    let ceiling = (BACKOFF_FIRST_SECONDS << doublings).min(BACKOFF_MAX_SECONDS);
    let ceiling_millis = i32::try_from(ceiling * 1_000).map_or(f64::from(i32::MAX), f64::from);
    #[expect(clippy::cast_possible_truncation, reason = "a product of a number below 1 and at most six hours")]
    let millis = (chance.clamp(0.0, 1.0) * ceiling_millis) as i64;
    now + Duration::milliseconds(millis.max(1_000))
}

/// The next attempt after a silent server: transactional mail goes again with the same Message-ID, a few times;
/// advertising never does.
pub fn after_silence(purpose: Purpose, attempts: i32, now: DateTime<Utc>, chance: f64) -> Outcome {
    match purpose {
        Purpose::Transactional if attempts < UNCERTAIN_ATTEMPTS_MAX => {
            Outcome::Uncertain(Some(next_attempt_at(now, attempts, chance)))
        }
        Purpose::Transactional | Purpose::Marketing => Outcome::Uncertain(None),
    }
}

/// A name fit for a greeting, or nothing when it is none.
///
/// Anybody can type anything into the name field together with somebody else's address. So a name holds no line
/// breaks, no invisible direction marks, at most 60 characters, and nothing that a mail program turns into a link.
pub fn greeting_name(text: &str) -> Option<String> {
    let one_line = one_line(text);
    let cut: String = one_line.chars().take(NAME_CHARACTERS_MAX).collect();
    let name = cut.trim();
    if name.is_empty() || looks_like_link(name) {
        return None;
    }
    Some(name.to_owned())
}

/// The text on one line, without control characters and without marks that turn the reading direction around.
pub fn one_line(text: &str) -> String {
    let spaced: String = text.chars().filter_map(visible).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The character as it may stand in a line: line ends become spaces, the invisible goes.
fn visible(character: char) -> Option<char> {
    match character {
        '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' | '\u{85}' => Some(' '),
        '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' => None,
        other if other.is_control() => None,
        other => Some(other),
    }
}

/// Whether a mail program may turn part of it into a link: a scheme, an address, or a dot between two letters.
fn looks_like_link(name: &str) -> bool {
    let characters: Vec<char> = name.chars().collect();
    let dotted = characters.windows(3).any(|three| match three {
        [before, dot, after] => is_dot(*dot) && before.is_alphanumeric() && after.is_alphanumeric(),
        _ => false,
    });
    dotted || name.contains(['/', '\\', '@', ':', '<', '>'])
}

/// Dots, and what browsers read as one in a host name.
const fn is_dot(character: char) -> bool {
    matches!(character, '.' | '\u{3002}' | '\u{FF0E}' | '\u{FF61}' | '\u{2024}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::<Utc>::UNIX_EPOCH + Duration::days(20_000) + Duration::hours(hour)
    }

    fn facts(standing: Standing, schedule_version: i32) -> BookingFacts {
        BookingFacts {
            booking: BookingId::new(1),
            standing,
            schedule_version,
            starts_at: at(48),
            client: ClientId::new(2),
            client_reach: Reach::Mail,
            provider: ProviderId::new(3),
            provider_reach: Reach::Mail,
            is_new: false,
            was_requested: false,
            told_to_client_elsewhere: false,
            told_to_provider_elsewhere: false,
        }
    }

    fn new(standing: Standing) -> BookingFacts {
        BookingFacts { is_new: true, ..facts(standing, 0) }
    }

    fn granted() -> BookingFacts {
        BookingFacts { was_requested: true, ..facts(Standing::Booked, 0) }
    }

    fn row(id: i64, kind: MessageKind, schedule_version: i32, state: MessageState) -> ExistingMessage {
        let recipient = match kind.audience() {
            Audience::Client => Recipient::Client(ClientId::new(2)),
            Audience::Provider => Recipient::Provider(ProviderId::new(3)),
            Audience::Clinic => Recipient::Clinic,
            Audience::Mailbox | Audience::Staff | Audience::Endpoint => Recipient::Mailbox,
        };
        let (subject, at) = (Subject::Booking(BookingId::new(1)), DateTime::UNIX_EPOCH);
        ExistingMessage {
            id: MessageId::new(id),
            natural_key: PlannedMessage::at_once(subject, kind, recipient, schedule_version, at, at).natural_key(),
            kind,
            schedule_version,
            state,
            handed_over: false,
            provider: match recipient {
                Recipient::Provider(id) => Some(id),
                _ => None,
            },
        }
    }

    #[test]
    fn whoever_loses_the_booking_is_told_once() {
        let of = |provider: i64, kind, version, state| ExistingMessage {
            provider: Some(ProviderId::new(provider)),
            ..row(provider * 100 + i64::from(version), kind, version, state)
        };
        let told_before = [
            row(1, MessageKind::Confirmation, 0, MessageState::Sent),
            of(8, MessageKind::ProviderBooked, 0, MessageState::Sent),
        ];
        let gone = |planned: &[PlannedMessage]| -> Vec<Recipient> {
            let off = planned.iter().filter(|message| message.kind == MessageKind::ProviderCancelled);
            off.map(|message| message.recipient).collect()
        };
        let moved = facts(Standing::Booked, 1);
        let planned = deserved(&moved, &told_before, at(0));
        assert_eq!(gone(&planned), [Recipient::Provider(ProviderId::new(8))]);
        let mut after = told_before.to_vec();
        after.push(of(8, MessageKind::ProviderCancelled, 1, MessageState::Sent));
        assert!(gone(&deserved(&facts(Standing::Booked, 2), &after, at(0))).is_empty(), "told already");
        let unsent = [told_before[0].clone(), of(8, MessageKind::ProviderBooked, 0, MessageState::Pending)];
        assert!(gone(&deserved(&moved, &unsent, at(0))).is_empty(), "never heard of it");
    }

    fn kinds(planned: &[PlannedMessage]) -> Vec<&'static str> {
        planned.iter().map(|message| message.kind.as_str()).collect()
    }

    #[test]
    fn what_another_message_tells_is_not_told_again() {
        let told = |facts: BookingFacts| BookingFacts { told_to_client_elsewhere: true, ..facts };
        assert_eq!(kinds(&deserved(&told(new(Standing::Booked)), &[], at(0))), ["provider_booked"]);
        let both = BookingFacts { told_to_provider_elsewhere: true, ..told(new(Standing::Booked)) };
        assert_eq!(kinds(&deserved(&both, &[], at(0))), Vec::<&str>::new());
        assert_eq!(kinds(&deserved(&facts(Standing::Booked, 1), &[], at(0))), ["change", "provider_booked"]);
        assert_eq!(kinds(&deserved(&told(facts(Standing::Cancelled, 1)), &[], at(0))), ["provider_cancelled"]);
    }

    #[test]
    fn words_are_read_back() {
        for kind in MessageKind::ALL {
            assert_eq!(MessageKind::parse(kind.as_str()), Some(kind));
        }
        for state in MessageState::ALL {
            assert_eq!(MessageState::parse(state.as_str()), Some(state));
        }
        assert_eq!(MessageState::parse("lost"), None);
        assert_eq!(Purpose::parse("marketing"), Some(Purpose::Marketing));
        assert_eq!(Channel::parse("sms"), Some(Channel::Sms));
    }

    #[test]
    fn final_states_stay() {
        for from in MessageState::ALL {
            for to in MessageState::ALL {
                assert!(!(from.is_final() && from.may_become(to)), "{from:?} to {to:?}");
                assert!(!from.may_become(MessageState::Pending), "nothing becomes new again: {from:?}");
            }
        }
        assert!(MessageState::Leased.may_become(MessageState::Leased), "a lease that ended is taken over");
    }

    #[test]
    fn what_a_booking_deserves() {
        use MessageKind as K;
        use MessageState as S;
        let sent = |kind, version| row(10, kind, version, S::Sent);
        let open = |kind, version| row(11, kind, version, S::Pending);
        let table: Vec<(&str, BookingFacts, Vec<ExistingMessage>, Vec<&str>)> = vec![
            ("a new booking", new(Standing::Booked), vec![], vec!["confirmation", "provider_booked"]),
            ("a wish", new(Standing::Requested), vec![], vec!["request_received", "provider_request"]),
            ("a wish granted", granted(), vec![sent(K::RequestReceived, 0)], vec!["approved", "provider_booked"]),
            (
                "a wish granted before it was acknowledged",
                granted(),
                vec![open(K::RequestReceived, 0)],
                vec!["approved", "provider_booked"],
            ),
            ("a wish refused", facts(Standing::Declined, 0), vec![sent(K::RequestReceived, 0)], vec!["declined"]),
            (
                "moved before the confirmation left",
                facts(Standing::Booked, 1),
                vec![open(K::Confirmation, 0)],
                vec!["confirmation", "provider_booked"],
            ),
            (
                "moved after it left",
                facts(Standing::Booked, 1),
                vec![sent(K::Confirmation, 0)],
                vec!["change", "provider_booked"],
            ),
            (
                "moved, then nothing new",
                facts(Standing::Booked, 1),
                vec![sent(K::Confirmation, 0), sent(K::Change, 1)],
                vec!["change", "provider_booked"],
            ),
            ("cancelled before anything left", facts(Standing::Cancelled, 1), vec![open(K::Confirmation, 0)], vec![]),
            (
                "cancelled after it left",
                facts(Standing::Cancelled, 1),
                vec![sent(K::Confirmation, 0)],
                vec!["cancellation"],
            ),
            (
                "cancelled after both left",
                facts(Standing::Cancelled, 1),
                vec![sent(K::Confirmation, 0), sent(K::ProviderBooked, 0)],
                vec!["cancellation", "provider_cancelled"],
            ),
            (
                "imported, then cancelled",
                facts(Standing::Cancelled, 1),
                vec![],
                vec!["cancellation", "provider_cancelled"],
            ),
            ("imported, then moved", facts(Standing::Booked, 1), vec![], vec!["change", "provider_booked"]),
            ("the client is here", facts(Standing::Past, 0), vec![open(K::Confirmation, 0)], vec![]),
        ];
        for (name, facts, existing, expected) in table {
            assert_eq!(kinds(&deserved(&facts, &existing, at(0))), expected, "{name}");
        }
    }

    #[test]
    fn nothing_is_said_about_a_time_that_has_begun() {
        for standing in [Standing::Booked, Standing::Requested, Standing::Cancelled, Standing::Declined] {
            assert!(deserved(&new(standing), &[], at(48)).is_empty());
        }
    }

    #[test]
    fn text_that_is_on_its_way_counts_as_told() {
        let mut leaving = row(10, MessageKind::Confirmation, 0, MessageState::Leased);
        assert!(deserved(&facts(Standing::Cancelled, 1), std::slice::from_ref(&leaving), at(0)).is_empty());
        leaving.handed_over = true;
        let planned = deserved(&facts(Standing::Cancelled, 1), std::slice::from_ref(&leaving), at(0));
        assert_eq!(kinds(&planned), ["cancellation"]);
        assert!(reconcile(&[leaving], planned).cancel.is_empty(), "what is leaving is not cancelled");
    }

    #[test]
    fn a_client_without_address_gets_a_row_that_says_so() {
        let mut facts = new(Standing::Booked);
        facts.client_reach = Reach::NoAddress;
        facts.provider_reach = Reach::NoAddress;
        let planned = deserved(&facts, &[], at(0));
        assert_eq!(kinds(&planned), ["confirmation"]);
        assert_eq!(planned.first().and_then(|message| message.skip), Some(Reason::NoAddress));
    }

    #[test]
    fn old_versions_are_superseded() {
        let existing = vec![
            row(10, MessageKind::Confirmation, 0, MessageState::Retry),
            row(11, MessageKind::ProviderBooked, 0, MessageState::Sent),
        ];
        let steps = reconcile(&existing, deserved(&facts(Standing::Booked, 1), &existing, at(0)));
        assert_eq!(steps.cancel, [MessageId::new(10)]);
        assert_eq!(kinds(&steps.insert), ["confirmation", "provider_booked"]);
    }

    #[test]
    fn only_what_is_true_is_handed_over() {
        use MessageKind as K;
        use Standing as S;
        assert!(still_true(K::Confirmation, 0, S::Booked, 0));
        assert!(!still_true(K::Confirmation, 0, S::Booked, 1), "moved meanwhile");
        assert!(!still_true(K::Confirmation, 0, S::Cancelled, 0));
        assert!(!still_true(K::RequestReceived, 0, S::Booked, 0));
        assert!(still_true(K::ProviderCancelled, 1, S::Declined, 1));
        for kind in K::ALL {
            assert!(!still_true(kind, 0, S::Past, 0), "{kind:?}");
        }
    }

    #[test]
    fn outcomes_become_columns() {
        let sent = settle(Outcome::Sent, at(1));
        assert_eq!((sent.state, sent.sent_at, sent.reason), (MessageState::Sent, Some(at(1)), None));
        let retry = settle(Outcome::Retry(at(2), Reason::ServerBusy), at(1));
        assert_eq!((retry.state, retry.due_at, retry.handed_over), (MessageState::Retry, Some(at(2)), false));
        let dead = settle(Outcome::GiveUp(Reason::Refused), at(1));
        assert_eq!((dead.state, dead.dead_at), (MessageState::Dead, Some(at(1))));
        let skipped = settle(Outcome::Skip(Reason::Expired), at(1));
        assert_eq!((skipped.state, skipped.skipped_at), (MessageState::Skipped, Some(at(1))));
        let silent = settle(after_silence(Purpose::Marketing, 1, at(1), 0.5), at(1));
        assert_eq!((silent.state, silent.due_at), (MessageState::Uncertain, None));
    }

    #[test]
    fn a_silent_server_gets_the_text_a_few_times_only() {
        let due = |attempts| match after_silence(Purpose::Transactional, attempts, at(0), 0.5) {
            Outcome::Uncertain(next) => next.is_some(),
            _ => false,
        };
        assert_eq!([1, 2, 3, 4].map(due), [true, true, false, false]);
    }

    #[test]
    fn names_that_could_mislead_are_left_out() {
        assert_eq!(greeting_name("  Ana \t María "), Some("Ana María".to_owned()));
        assert_eq!(greeting_name("Ana\r\nBcc: x"), None);
        assert_eq!(greeting_name("Win at evil.example"), None);
        assert_eq!(greeting_name("https"), Some("https".to_owned()));
        for link in ["www.evil", "evil。example", "a@b", "http://x", "x/y", "1.2", "<b>"] {
            assert_eq!(greeting_name(link), None, "{link}");
        }
        assert_eq!(greeting_name("J. R. Smith Jr."), Some("J. R. Smith Jr.".to_owned()));
        assert_eq!(greeting_name("\u{202E}anA"), Some("anA".to_owned()));
        assert_eq!(greeting_name(&"a".repeat(500)).map(|name| name.len()), Some(60));
        assert_eq!(greeting_name(" \u{0} "), None);
    }

    proptest! {
        #[test]
        fn waits_grow_but_never_beyond_six_hours(attempts in 0_i32..200, chance in 0.0_f64..1.0) {
            let wait = next_attempt_at(at(0), attempts, chance) - at(0);
            prop_assert!(wait >= Duration::seconds(1) && wait <= Duration::hours(6));
        }

        #[test]
        fn planning_twice_is_planning_once(
            standing in prop::sample::select(vec![
                Standing::Requested, Standing::Booked, Standing::Cancelled, Standing::Declined, Standing::Past,
            ]),
            version in 0_i32..4,
            (is_new, was_requested) in any::<(bool, bool)>(),
            history in prop::collection::vec(
                (prop::sample::select(MessageKind::ALL.to_vec()), 0_i32..4, prop::sample::select(MessageState::ALL.to_vec()), any::<bool>()),
                0..6,
            ),
        ) {
            let mut rows: Vec<ExistingMessage> = Vec::new();
            for (id, (kind, version, state, handed_over)) in (100..).zip(history) {
                let mut next = row(id, kind, version, state);
                next.handed_over = handed_over;
                if rows.iter().all(|known| known.natural_key != next.natural_key) {
                    rows.push(next);
                }
            }
            let facts = BookingFacts { is_new, was_requested, ..facts(standing, version) };
            let first = reconcile(&rows, deserved(&facts, &rows, at(0)));
            for id in &first.cancel {
                if let Some(found) = rows.iter_mut().find(|known| known.id == *id) {
                    found.state = MessageState::Cancelled;
                }
            }
            for (id, planned) in (200..).zip(&first.insert) {
                rows.push(row(id, planned.kind, planned.schedule_version, MessageState::Pending));
            }
            let second = reconcile(&rows, deserved(&facts, &rows, at(0)));
            prop_assert_eq!(second, Reconciliation::default());
        }

        #[test]
        fn one_line_is_one_line(text in "\\PC*|[\\s\\p{Cc}a]{0,40}") {
            let line = one_line(&text);
            prop_assert!(!line.chars().any(char::is_control));
        }
    }
}
