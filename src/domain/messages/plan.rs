//! Which messages a booking deserves in its present state, and what to do so that its rows agree.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::kinds::{Audience, MessageKind, Purpose};
use super::rows::{Channel, MessageState, Reason, Recipient, Subject};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::{BookingId, ClientId, MessageId, ProviderId, RuleId};

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
    let client = client_kind(facts, existing)
        .map(|kind| PlannedMessage { skip: facts.client_reach.skip(), ..say(kind, Recipient::Client(facts.client)) });
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

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Duration;
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

    proptest! {
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
    }
}
