//! Bookings, rules and rows for tests.

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;

use super::{
    Audience, BookingFacts, Channel, ExistingMessage, MessageKind, MessageState, PlannedMessage, Purpose, Reach,
    Reachable, Reason, Recipient, Standing, Subject,
};
use crate::domain::consent::ConsentPurpose;
use crate::domain::ids::{BookingId, ClientId, EndpointId, MessageId, ProviderId, RuleId};
use crate::domain::message_rules::{Concern, Conditions, Offset, Rule, Rulebook, Trigger};

pub(super) const CLIENT: ClientId = ClientId::new(2);
pub(super) const ADA: ProviderId = ProviderId::new(3);

/// So many hours into a day long ago.
pub(super) fn at(hour: i64) -> DateTime<Utc> {
    DateTime::<Utc>::UNIX_EPOCH + Duration::days(20_000) + Duration::hours(hour)
}

pub(super) fn facts(standing: Standing, schedule_version: i32) -> BookingFacts {
    BookingFacts {
        booking: BookingId::new(1),
        standing,
        schedule_version,
        starts_at: at(480),
        zone: Tz::UTC,
        client: CLIENT,
        client_reach: Reachable {
            mail: Reach::Open,
            sms: Reach::Open,
            mailbox: Some("box".to_owned()),
            telephone: Some("phone".to_owned()),
        },
        provider: ADA,
        provider_reach: Reach::Open,
        clinic_reach: Reach::Open,
        is_new: false,
        is_happening: true,
        was_requested: false,
        told_to_client_elsewhere: false,
        is_untold_to_client: false,
        told_to_provider_elsewhere: false,
        is_later_part: false,
        since: at(0),
        ended: None,
        completed_at: None,
        missed_at: None,
        concern: Concern::default(),
    }
}

pub(super) fn new(standing: Standing) -> BookingFacts {
    BookingFacts { is_new: true, ..facts(standing, 0) }
}

/// The rules of a new clinic: the same as the migration seeds.
pub(super) fn book() -> Rulebook {
    use Trigger as T;
    let client = |id, code: &str, trigger| rule(id, Some(code), trigger, Audience::Client);
    let provider = |id, code: &str, trigger| rule(id, Some(code), trigger, Audience::Provider);
    let timed = |rule: Rule, minutes| Rule { offset: Offset::Elapsed(minutes), ..rule };
    let marketing =
        |rule: Rule, consent| Rule { purpose: Purpose::Marketing, consent: Some(consent), active_from: None, ..rule };
    let thank_you = timed(client(13, "thank_you", T::AfterVisit), 1_440);
    Rulebook {
        late_grace_minutes: 60,
        rules: vec![
            client(1, "confirmation", T::Booked),
            client(2, "request_received", T::Requested),
            client(3, "approved", T::Approved),
            client(4, "declined", T::Declined),
            client(5, "change", T::Rescheduled),
            client(6, "cancellation", T::Cancelled),
            provider(7, "provider_request", T::Requested),
            provider(8, "provider_booked", T::Booked),
            provider(9, "provider_cancelled", T::Cancelled),
            client(10, "waitlist_offer", T::WaitlistOffer),
            timed(client(11, "reminder_early", T::BeforeStart), 4_320),
            timed(client(12, "reminder_late", T::BeforeStart), 120),
            marketing(thank_you, ConsentPurpose::Surveys),
            timed(client(14, "missed_you", T::NoShow), 60),
        ],
    }
}

/// A rule that has been on forever.
pub(super) fn rule(id: i64, code: Option<&str>, trigger: Trigger, audience: Audience) -> Rule {
    Rule {
        id: RuleId::new(id),
        code: code.map(str::to_owned),
        name: String::new(),
        trigger,
        offset: Offset::Elapsed(0),
        audience,
        channel: if audience == Audience::Endpoint { Channel::Webhook } else { Channel::Mail },
        endpoint: (audience == Audience::Endpoint).then(|| EndpointId::new(50)),
        template: None,
        purpose: Purpose::Transactional,
        consent: None,
        conditions: Conditions::default(),
        priority: 90,
        active_from: Some(DateTime::UNIX_EPOCH),
        row_version: 1,
    }
}

/// With one more rule.
pub(super) fn with(mut book: Rulebook, rule: Rule) -> Rulebook {
    book.rules.push(rule);
    book
}

/// The rules with one of them changed.
pub(super) fn changed(mut book: Rulebook, code: &str, change: impl Fn(&mut Rule)) -> Rulebook {
    book.rules.iter_mut().filter(|rule| rule.code.as_deref() == Some(code)).for_each(change);
    book
}

/// The rules without those that have an offset: what is told at once.
pub(super) fn at_once() -> Rulebook {
    let mut book = book();
    book.rules.retain(|rule| !rule.trigger.has_offset());
    book
}

/// A row that a built-in rule made.
pub(super) fn row(id: i64, kind: MessageKind, schedule_version: i32, state: MessageState) -> ExistingMessage {
    let recipient = match kind.audience() {
        Audience::Client => Recipient::Client(CLIENT),
        Audience::Provider => Recipient::Provider(ADA),
        Audience::Clinic => Recipient::Clinic,
        Audience::Endpoint => Recipient::Endpoint(EndpointId::new(50)),
        Audience::Mailbox | Audience::Staff => Recipient::Mailbox,
    };
    let subject = Subject::Booking(BookingId::new(1));
    let planned = PlannedMessage::at_once(subject, kind, recipient, schedule_version, at(0), at(480));
    ExistingMessage { state, ..row_of(id, &planned) }
}

/// The row of a planned message.
pub(super) fn row_of(id: i64, planned: &PlannedMessage) -> ExistingMessage {
    ExistingMessage {
        id: MessageId::new(id),
        natural_key: planned.natural_key(),
        kind: planned.kind,
        audience: planned.recipient.audience(),
        rule: planned.rule.as_ref().map(|(rule, _)| *rule),
        schedule_version: planned.schedule_version,
        state: if planned.skip.is_some() { MessageState::Skipped } else { MessageState::Pending },
        reason: planned.skip,
        handed_over: false,
        provider: match planned.recipient {
            Recipient::Provider(id) => Some(id),
            _ => None,
        },
        endpoint: match planned.recipient {
            Recipient::Endpoint(id) => Some(id),
            _ => None,
        },
        due_at: planned.due_at,
        expires_at: planned.expires_at,
        is_by_hand: false,
    }
}

/// What is said, and why it is not, in their order.
pub(super) fn said(planned: &[PlannedMessage]) -> Vec<String> {
    let text = |message: &PlannedMessage| match message.skip {
        None => message.kind.as_str().to_owned(),
        Some(reason) => format!("{} ({})", message.kind.as_str(), reason.as_str()),
    };
    planned.iter().map(text).collect()
}

/// The words of kinds.
pub(super) fn kinds(planned: &[PlannedMessage]) -> Vec<&'static str> {
    planned.iter().map(|message| message.kind.as_str()).collect()
}

/// Rows as they are after the steps.
pub(super) fn after(
    mut rows: Vec<ExistingMessage>,
    steps: &super::Reconciliation,
    next_id: &mut i64,
) -> Vec<ExistingMessage> {
    for row in &mut rows {
        if let Some((_, reason)) = steps.cancel.iter().find(|(id, _)| *id == row.id) {
            (row.state, row.reason) = (MessageState::Cancelled, Some(*reason));
        }
        let moved = steps.reschedule.iter().chain(&steps.take_up).find(|moved| moved.id == row.id);
        if let Some(moved) = moved {
            (row.due_at, row.expires_at) = (moved.due_at, moved.expires_at);
        }
        if steps.take_up.iter().any(|moved| moved.id == row.id) {
            (row.state, row.reason) = (MessageState::Pending, None::<Reason>);
        }
    }
    for planned in &steps.insert {
        *next_id += 1;
        rows.push(row_of(*next_id, planned));
    }
    rows
}
