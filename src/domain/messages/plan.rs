//! What planning knows: a booking as far as messages care, the rows it has, and a message that ought to exist.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::kinds::{Audience, MessageKind, Purpose};
use super::rows::{Channel, MessageState, Reason, Recipient, Subject};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::{BookingId, ClientId, EndpointId, MessageId, ProviderId, RuleId};
use crate::domain::message_rules::{Concern, Rule};

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
    /// The client is here, was here, or did not come: only what follows a visit, or its absence, is told.
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
        | MessageKind::Recall
        | MessageKind::ConfirmConsent
        | MessageKind::Digest
        | MessageKind::Test => false,
        MessageKind::Reminder | MessageKind::ProviderReminder => matches!(standing, Standing::Booked),
        MessageKind::ThankYou | MessageKind::MissedYou => matches!(standing, Standing::Past),
        // What happened stays true; its version says of what.
        MessageKind::Event => true,
    };
    fits && said_of_version == schedule_version
}

/// Whether somebody can and may be written to on a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// There is an address.
    Open,
    /// There is no address; the row says so instead of vanishing.
    NoAddress,
    /// There is one, but it must not be used.
    DoNotContact,
}

impl Reach {
    /// Why nothing is sent, if nothing is.
    pub const fn skip(self) -> Option<Reason> {
        match self {
            Self::Open => None,
            Self::NoAddress => Some(Reason::NoAddress),
            Self::DoNotContact => Some(Reason::DoNotContact),
        }
    }
}

/// How a person can be written to, and which mailbox and telephone that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reachable {
    /// By mail.
    pub mail: Reach,
    /// By text message.
    pub sms: Reach,
    /// What stands for the mailbox, the same for everybody who reads it.
    pub mailbox: Option<String>,
    /// What stands for the telephone.
    pub telephone: Option<String>,
}

impl Reachable {
    /// Nobody has an address for programs.
    pub const fn on(&self, channel: Channel) -> Reach {
        match channel {
            Channel::Mail => self.mail,
            Channel::Sms => self.sms,
            Channel::Webhook => Reach::NoAddress,
        }
    }

    /// What stands for where messages on this channel arrive.
    pub fn letterbox(&self, channel: Channel) -> Option<&str> {
        match channel {
            Channel::Mail => self.mailbox.as_deref(),
            Channel::Sms => self.telephone.as_deref(),
            Channel::Webhook => None,
        }
    }
}

/// Who called a booking off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndedBy {
    /// The client.
    Client,
    /// Staff, or Rebook for the clinic.
    Clinic,
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
    /// The zone of the place.
    pub zone: Tz,
    /// Who comes.
    pub client: ClientId,
    /// Whether the client, or who answers for her, can be written to.
    pub client_reach: Reachable,
    /// Who performs it.
    pub provider: ProviderId,
    /// Whether the provider can be written to by mail; without an address nothing is planned for her.
    pub provider_reach: Reach,
    /// Whether the clinic itself can be written to by mail.
    pub clinic_reach: Reach,
    /// Whether it was made in this very write.
    pub is_new: bool,
    /// Whether the write that plans is the one that changed it; a pass over all bookings only looks.
    pub is_happening: bool,
    /// Whether it began as a wish that was answered since.
    pub was_requested: bool,
    /// Whether another message tells this version to the client: that of its series, or of the visit it is part of.
    pub told_to_client_elsewhere: bool,
    /// Whether staff decided that the client is not told of this version; of the next one the client is told again.
    pub is_untold_to_client: bool,
    /// Whether another message tells this version to the provider: that of its series.
    pub told_to_provider_elsewhere: bool,
    /// Whether it is the second or third part of a visit, of which the client hears with the first.
    pub is_later_part: bool,
    /// Since when it has its time and place: made, approved or moved.
    pub since: DateTime<Utc>,
    /// When it was called off or declined, and by whom.
    pub ended: Option<(DateTime<Utc>, EndedBy)>,
    /// When it was completed.
    pub completed_at: Option<DateTime<Utc>>,
    /// When somebody noted that the client did not come.
    pub missed_at: Option<DateTime<Utc>>,
    /// What rules may ask.
    pub concern: Concern,
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
    /// To whom.
    pub audience: Audience,
    /// The rule that said so.
    pub rule: Option<RuleId>,
    /// Of which version.
    pub schedule_version: i32,
    /// Where it stands.
    pub state: MessageState,
    /// Why it stands there.
    pub reason: Option<Reason>,
    /// The text has been, or is being, given to the server: it may have arrived.
    pub handed_over: bool,
    /// The provider it is for.
    pub provider: Option<ProviderId>,
    /// The program it is for.
    pub endpoint: Option<EndpointId>,
    /// From when on it may leave.
    pub due_at: DateTime<Utc>,
    /// From when on it is worth nothing.
    pub expires_at: DateTime<Utc>,
    /// Made by hand, once more; planning leaves it alone.
    pub is_by_hand: bool,
}

impl ExistingMessage {
    /// Whether the reader may have read it.
    pub(super) fn may_have_arrived(&self) -> bool {
        self.handed_over || matches!(self.state, MessageState::Sent | MessageState::Uncertain)
    }

    /// Whether it waits and can be taken back.
    pub(super) fn is_open(&self) -> bool {
        !self.state.is_final() && !self.may_have_arrived()
    }

    /// Whether planning put it aside, so that planning may take it up again.
    pub(super) fn may_be_taken_up(&self) -> bool {
        let by_planning = matches!(
            self.reason,
            Some(
                Reason::Superseded
                    | Reason::SwitchedOff
                    | Reason::JustTold
                    | Reason::Coalesced
                    | Reason::NoAddress
                    | Reason::DoNotContact
            )
        );
        let is_aside = matches!(self.state, MessageState::Cancelled | MessageState::Skipped);
        is_aside && by_planning && !self.handed_over
    }

    /// Whether nobody was told on purpose, because the clinic tells it in another way.
    pub(super) fn was_switched_off(&self) -> bool {
        self.reason == Some(Reason::SwitchedOff)
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
    /// Whether its moment follows from an offset of the rule, and moves with it.
    pub is_timed: bool,
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
            is_timed: false,
            slot: String::new(),
            merge_key: None,
            schedule_version,
            due_at,
            expires_at,
            skip: None,
        }
    }

    /// The same, as this rule says it.
    pub fn by_rule(self, rule: &Rule) -> Self {
        Self {
            channel: rule.channel,
            rule: Some((rule.id, rule.key())),
            purpose: rule.purpose,
            priority: rule.priority,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let afterwards = matches!(kind, K::ThankYou | K::MissedYou | K::Event);
            assert_eq!(still_true(kind, 0, S::Past, 0), afterwards, "{kind:?}");
        }
    }
}
