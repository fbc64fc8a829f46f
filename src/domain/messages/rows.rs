//! What a row of `messages` says of itself: about what, how it travels, where it stands, who gets it, why it was not sent.

use super::kinds::Audience;
use crate::domain::ids::{
    BookingId, ClientId, ClientLinkId, ConsentRequestId, EndpointId, MessageId, OfferId, ProviderId, RecallId,
    SeriesId, StaffUserId, WaitlistEntryId,
};

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
    /// That a client is due again for a kind of visit.
    Recall(RecallId),
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
            | Self::Recall(_)
            | Self::Kept(_) => None,
        }
    }

    /// The subject's part of the natural key.
    pub(super) fn key(self) -> String {
        match self {
            Self::Booking(id) => format!("booking:{id}"),
            Self::Series(id) => format!("series:{id}"),
            Self::WaitlistEntry(id) => format!("waitlist:{id}"),
            Self::Offer(id) => format!("offer:{id}"),
            Self::ClientLink(id) => format!("client_link:{id}"),
            Self::Client(id) => format!("about:{id}"),
            Self::ConsentRequest(id) => format!("consent:{id}"),
            Self::Recall(id) => format!("recall:{id}"),
            Self::Kept(id) => format!("kept:{id}"),
        }
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
/// been handed over may be `cancelled` or `skipped`. `sent`, `dead`, `cancelled` and `skipped` are final; only planning
/// takes up what planning itself had put aside.
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
    pub(super) fn key(self) -> String {
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
    /// No rule that is on speaks of such a booking.
    NoRule,
}

impl Reason {
    /// Every reason there is.
    pub const ALL: [Self; 22] = [
        Self::NoAddress,
        Self::BadAddress,
        Self::DoNotContact,
        Self::Expired,
        Self::Superseded,
        Self::Refused,
        Self::ServerBusy,
        Self::Unreachable,
        Self::QueueStopped,
        Self::NoReply,
        Self::NotRendered,
        Self::SwitchedOff,
        Self::JustTold,
        Self::Coalesced,
        Self::NoConsent,
        Self::Unsubscribed,
        Self::Bounced,
        Self::QuietHours,
        Self::Capped,
        Self::DailyCap,
        Self::NoChannel,
        Self::NoRule,
    ];

    /// Reads [`Self::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }

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
            Self::NoRule => "no_rule",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::messages::{MessageKind, Purpose};

    #[test]
    fn words_are_read_back() {
        for kind in MessageKind::ALL {
            assert_eq!(MessageKind::parse(kind.as_str()), Some(kind));
        }
        for state in MessageState::ALL {
            assert_eq!(MessageState::parse(state.as_str()), Some(state));
        }
        for reason in Reason::ALL {
            assert_eq!(Reason::parse(reason.as_str()), Some(reason));
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
}
