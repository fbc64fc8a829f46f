//! Which messages a booking deserves in its present state, given the rules and the rows it already has.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::kinds::{Audience, MessageKind};
use super::plan::{BookingFacts, EndedBy, ExistingMessage, PlannedMessage, Reach, Standing};
use super::rows::{Channel, Reason, Recipient, Subject};
use super::timed;
use crate::domain::ids::{EndpointId, ProviderId};
use crate::domain::message_rules::{Rule, Rulebook, Trigger};

/// What a program is told has not left after so many days is worth nothing.
const NEWS_DAYS: i64 = 7;

/// What a booking deserves in its present state, given the rows it already has.
///
/// - Nothing is said about a time that has begun, but how it was and that somebody was missed.
/// - A client who was never told of a booking is not told that it was cancelled or declined; one who was told of an
///   older version is told of the change, otherwise the newest version is confirmed once.
/// - A booking that is not new and whose beginning has no row was imported, or told with its series: it counts as told.
/// - What has no word of what happened to it, and is only looked at, was imported as it is: of that nothing is told.
/// - What a message about the series or the visit tells is not told again.
/// - What no rule says leaves a row that says so, at the client and at the provider.
pub fn deserved(
    facts: &BookingFacts,
    book: &Rulebook,
    existing: &[ExistingMessage],
    now: DateTime<Utc>,
) -> Vec<PlannedMessage> {
    let asked = Asked { facts, book, existing, now };
    let mut planned = Vec::new();
    let is_told_of = facts.is_happening || existing.iter().any(|row| !asked.is_of_timed_rule(row));
    if now < facts.starts_at && is_told_of {
        planned.extend(asked.to_client());
        planned.extend(asked.to_provider());
        planned.extend(asked.to_former_providers());
        planned.extend(asked.to_clinic());
    }
    if is_told_of {
        planned.extend(asked.to_programs());
    }
    planned.extend(timed::reminders(facts, book, existing, now));
    planned.extend(timed::afterwards(facts, book, existing, now));
    planned
}

/// Something that happened to the booking, and when.
#[derive(Debug, Clone, Copy)]
struct Happening {
    what: Trigger,
    by: Option<EndedBy>,
    at: DateTime<Utc>,
}

struct Asked<'a> {
    facts: &'a BookingFacts,
    book: &'a Rulebook,
    existing: &'a [ExistingMessage],
    now: DateTime<Utc>,
}

impl<'a> Asked<'a> {
    fn happening(&self, what: Trigger) -> Happening {
        let ended = self.facts.ended.filter(|_| matches!(what, Trigger::Cancelled | Trigger::Declined));
        Happening { what, by: ended.map(|(_, by)| by), at: ended.map_or(self.facts.since, |(at, _)| at) }
    }

    /// Rules that were on when it happened, speak of it to this audience, and ask for nothing that does not hold.
    fn speakers(&self, audience: Audience, happening: Happening) -> impl Iterator<Item = &'a Rule> {
        let facts = self.facts;
        self.book
            .on_at(happening.at)
            .filter(move |rule| rule.audience == audience && speaks_of(rule, happening))
            .filter(move |rule| rule.conditions.hold(&facts.concern))
    }

    /// It is about a time to come, and worth nothing once it has come.
    fn say(&self, kind: MessageKind, recipient: Recipient) -> PlannedMessage {
        let subject = Subject::Booking(self.facts.booking);
        PlannedMessage::at_once(subject, kind, recipient, self.facts.schedule_version, self.now, self.facts.starts_at)
    }

    fn to_client(&self) -> Vec<PlannedMessage> {
        let facts = self.facts;
        let Some(kind) = client_kind(facts, self.existing) else { return Vec::new() };
        let what = match kind {
            MessageKind::RequestReceived => Trigger::Requested,
            MessageKind::Approved => Trigger::Approved,
            MessageKind::Declined => Trigger::Declined,
            MessageKind::Change => Trigger::Rescheduled,
            MessageKind::Cancellation => Trigger::Cancelled,
            _ => Trigger::Booked,
        };
        let happening = self.happening(what);
        let told: Vec<PlannedMessage> = self
            .speakers(Audience::Client, happening)
            .map(|rule| PlannedMessage {
                skip: facts.client_reach.on(rule.channel).skip(),
                ..self.say(kind, Recipient::Client(facts.client)).by_rule(rule)
            })
            .collect();
        let silent = || self.silence(kind, Recipient::Client(facts.client), happening);
        if told.is_empty() { silent().into_iter().collect() } else { told }
    }

    /// Without an address she looks at the agenda instead.
    fn to_provider(&self) -> Vec<PlannedMessage> {
        let facts = self.facts;
        let Some(kind) = provider_kind(facts, self.existing) else { return Vec::new() };
        let moved = || {
            let hers = self.existing.iter().filter(|row| row.provider == Some(facts.provider));
            hers.filter(|row| row.schedule_version < facts.schedule_version).any(ExistingMessage::may_have_arrived)
        };
        let what = match (kind, facts.standing) {
            (MessageKind::ProviderRequest, _) => Trigger::Requested,
            (MessageKind::ProviderCancelled, Standing::Declined) => Trigger::Declined,
            (MessageKind::ProviderCancelled, _) => Trigger::Cancelled,
            _ if moved() => Trigger::Rescheduled,
            _ if facts.was_requested => Trigger::Approved,
            _ => Trigger::Booked,
        };
        let happening = self.happening(what);
        let recipient = Recipient::Provider(facts.provider);
        let told: Vec<PlannedMessage> = self
            .speakers(Audience::Provider, happening)
            .filter(|rule| rule.channel == Channel::Mail)
            .map(|rule| self.say(kind, recipient).by_rule(rule))
            .collect();
        if told.is_empty() { self.silence(kind, recipient, happening).into_iter().collect() } else { told }
    }

    /// Providers who may believe that the booking is still theirs are told that it is not.
    fn to_former_providers(&self) -> Vec<PlannedMessage> {
        let happening = Happening { what: Trigger::Cancelled, by: None, at: self.facts.since };
        let mut told = Vec::new();
        for provider in former_providers(self.facts, self.existing) {
            let rules = self.speakers(Audience::Provider, happening).filter(|rule| rule.channel == Channel::Mail);
            let recipient = Recipient::Provider(provider);
            told.extend(rules.map(|rule| self.say(MessageKind::ProviderCancelled, recipient).by_rule(rule)));
        }
        told
    }

    fn to_clinic(&self) -> Vec<PlannedMessage> {
        let rows: Vec<&ExistingMessage> = self
            .existing
            .iter()
            .filter(|row| row.audience == Audience::Clinic && row.kind != MessageKind::ProviderReminder)
            .collect();
        let Some(what) = self.happened_for(&rows) else { return Vec::new() };
        let happening = self.happening(what);
        let rules = self.speakers(Audience::Clinic, happening).filter(|rule| rule.channel == Channel::Mail);
        rules
            .filter_map(|rule| {
                let skip = self.facts.clinic_reach.skip();
                Some(PlannedMessage { skip, ..self.say(rule.kind()?, Recipient::Clinic).by_rule(rule) })
            })
            .collect()
    }

    /// Programs keep books of their own: they hear of the newest state also when the time has come meanwhile.
    fn to_programs(&self) -> Vec<PlannedMessage> {
        let called: BTreeSet<EndpointId> = self.book.rules.iter().filter_map(|rule| rule.endpoint).collect();
        let mut told = Vec::new();
        for endpoint in called {
            let rows: Vec<&ExistingMessage> = self
                .existing
                .iter()
                .filter(|row| row.endpoint == Some(endpoint) && !self.is_of_timed_rule(row))
                .collect();
            let Some(what) = self.happened_for(&rows) else { continue };
            let happening = self.happening(what);
            let rules = self.speakers(Audience::Endpoint, happening).filter(|rule| rule.endpoint == Some(endpoint));
            told.extend(rules.map(|rule| PlannedMessage {
                expires_at: happening.at + chrono::TimeDelta::days(NEWS_DAYS),
                ..self.say(MessageKind::Event, Recipient::Endpoint(endpoint)).by_rule(rule)
            }));
        }
        told.retain(|message| self.now < message.expires_at);
        told
    }

    fn is_of_timed_rule(&self, row: &ExistingMessage) -> bool {
        use MessageKind::{MissedYou, ProviderReminder, Reminder, ThankYou};
        if matches!(row.kind, Reminder | ProviderReminder | ThankYou | MissedYou) {
            return true;
        }
        row.rule.and_then(|id| self.book.rule(id)).is_some_and(|rule| rule.trigger.has_offset())
    }

    /// What happened, for who is neither the client nor the provider; `rows` are what they were told of this booking.
    /// What was taken back before it left is never told, what nobody wanted to tell counts as known.
    fn happened_for(&self, rows: &[&ExistingMessage]) -> Option<Trigger> {
        let facts = self.facts;
        let is_imported = is_imported(facts, self.existing) && rows.is_empty();
        let is_live = matches!(facts.standing, Standing::Requested | Standing::Booked | Standing::Past);
        let is_earlier = |row: &&&ExistingMessage| {
            if is_live { row.schedule_version < facts.schedule_version } else { !self.is_ending(row) }
        };
        let mut earlier = rows.iter().filter(is_earlier).peekable();
        let knows = earlier.peek().is_none() || earlier.any(|row| row.may_have_arrived() || row.was_switched_off());
        match facts.standing {
            Standing::Requested => (!is_imported).then_some(Trigger::Requested),
            Standing::Booked | Standing::Past
                if 0 < facts.schedule_version && knows && !self.is_first_promise(rows) =>
            {
                Some(Trigger::Rescheduled)
            }
            Standing::Booked | Standing::Past if facts.was_requested => Some(Trigger::Approved),
            Standing::Booked | Standing::Past => (!is_imported).then_some(Trigger::Booked),
            Standing::Cancelled => knows.then_some(Trigger::Cancelled),
            Standing::Declined => knows.then_some(Trigger::Declined),
        }
    }

    /// Whether all they heard of was the wish.
    fn is_first_promise(&self, rows: &[&ExistingMessage]) -> bool {
        let of_wish = |row: &&ExistingMessage| {
            let rule = row.rule.and_then(|id| self.book.rule(id));
            row.kind == MessageKind::ProviderRequest || rule.is_some_and(|rule| rule.trigger == Trigger::Requested)
        };
        let mut earlier = rows.iter().filter(|row| row.schedule_version < self.facts.schedule_version).peekable();
        self.facts.was_requested && earlier.peek().is_some() && earlier.all(of_wish)
    }

    fn is_ending(&self, row: &ExistingMessage) -> bool {
        let rule = row.rule.and_then(|id| self.book.rule(id));
        row.kind == MessageKind::ProviderCancelled
            || rule.is_some_and(|rule| {
                use Trigger::{Cancelled, CancelledByClient, CancelledByClinic, Declined};
                matches!(rule.trigger, Declined | Cancelled | CancelledByClient | CancelledByClinic)
            })
    }

    /// The row of what nobody is told: the rule is off, or asks for what does not hold.
    fn silence(&self, kind: MessageKind, recipient: Recipient, happening: Happening) -> Option<PlannedMessage> {
        let audience = recipient.audience();
        let is_known = |row: &ExistingMessage| {
            row.audience == audience && row.kind == kind && row.schedule_version == self.facts.schedule_version
        };
        if self.existing.iter().any(is_known) {
            return None;
        }
        let mut on = self.book.on_at(happening.at).filter(|rule| rule.audience == audience);
        let reason = if on.any(|rule| speaks_of(rule, happening)) { Reason::NoRule } else { Reason::SwitchedOff };
        Some(PlannedMessage { skip: Some(reason), ..self.say(kind, recipient) })
    }
}

/// Whether the rule is about what happened. The built-in rules for providers are about whatever brings a booking to them
/// or takes it away.
fn speaks_of(rule: &Rule, happening: Happening) -> bool {
    match (rule.trigger, rule.code.as_deref(), happening.what) {
        (Trigger::CancelledByClient, _, Trigger::Cancelled) => happening.by == Some(EndedBy::Client),
        (Trigger::CancelledByClinic, _, Trigger::Cancelled) => happening.by == Some(EndedBy::Clinic),
        (Trigger::Booked, Some("provider_booked"), Trigger::Approved | Trigger::Rescheduled)
        | (Trigger::Cancelled, Some("provider_cancelled"), Trigger::Declined) => true,
        (trigger, _, what) => trigger == what,
    }
}

/// Providers who may believe that the booking is still theirs, because the last they heard of it was an announcement.
fn former_providers(facts: &BookingFacts, existing: &[ExistingMessage]) -> Vec<ProviderId> {
    let mut last: BTreeMap<ProviderId, &ExistingMessage> = BTreeMap::new();
    let speaks = |row: &&ExistingMessage| row.kind.announces() || row.kind == MessageKind::ProviderCancelled;
    for row in existing.iter().filter(|row| row.may_have_arrived()).filter(speaks) {
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
        // Who knows of no time at all is told of this one all the same.
        Standing::Booked if moved && facts.is_untold_to_client => None,
        Standing::Booked if moved => Some(MessageKind::Change),
        Standing::Booked if facts.was_requested => Some(MessageKind::Approved),
        Standing::Booked if imported => None,
        Standing::Booked => Some(MessageKind::Confirmation),
        Standing::Cancelled if told => Some(MessageKind::Cancellation),
        Standing::Declined if told => Some(MessageKind::Declined),
        Standing::Cancelled | Standing::Declined | Standing::Past => None,
    }
}

/// What the provider ought to be told of the present version.
fn provider_kind(facts: &BookingFacts, existing: &[ExistingMessage]) -> Option<MessageKind> {
    match facts.provider_reach {
        Reach::Open => {}
        Reach::NoAddress | Reach::DoNotContact => return None,
    }
    if facts.told_to_provider_elsewhere {
        return None;
    }
    let imported = is_imported(facts, existing);
    let hers = |row: &ExistingMessage| row.provider == Some(facts.provider);
    let knows =
        |row: &ExistingMessage| hers(row) && row.kind.announces() && (row.may_have_arrived() || row.was_switched_off());
    let told = imported || existing.iter().any(knows);
    // A later part of a visit has rows of its provider only; an imported booking has none.
    let began_untold = imported && !existing.iter().any(|row| hers(row) && row.schedule_version == 0);
    match facts.standing {
        Standing::Requested if began_untold => None,
        Standing::Requested => Some(MessageKind::ProviderRequest),
        Standing::Booked if began_untold && !facts.was_requested && facts.schedule_version == 0 => None,
        Standing::Booked => Some(MessageKind::ProviderBooked),
        Standing::Cancelled | Standing::Declined if told => Some(MessageKind::ProviderCancelled),
        Standing::Cancelled | Standing::Declined | Standing::Past => None,
    }
}

/// Whether the booking began without a message: every other one has at least a skipped row of its beginning.
pub(super) fn is_imported(facts: &BookingFacts, existing: &[ExistingMessage]) -> bool {
    let begins = |row: &ExistingMessage| {
        row.audience == Audience::Client && matches!(row.kind, MessageKind::Confirmation | MessageKind::RequestReceived)
    };
    !facts.is_new && !existing.iter().any(begins)
}

/// Whether an announcement may have reached the client, or the clinic tells such things in another way.
fn was_told(existing: &[ExistingMessage]) -> bool {
    let to_client = |row: &&ExistingMessage| row.audience == Audience::Client && row.kind.announces();
    existing.iter().filter(to_client).any(|row| row.may_have_arrived() || row.was_switched_off())
}

/// Whether the client was promised a time of an earlier version.
fn knows_older_time(existing: &[ExistingMessage], version: i32) -> bool {
    existing.iter().any(|row| {
        let promises = matches!(row.kind, MessageKind::Confirmation | MessageKind::Approved | MessageKind::Change);
        let to_client = row.audience == Audience::Client;
        promises && to_client && row.schedule_version < version && row.may_have_arrived()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::MessageId;
    use crate::domain::message_rules::Conditions;
    use crate::domain::messages::examples::*;
    use crate::domain::messages::{MessageState, reconcile};

    fn granted() -> BookingFacts {
        BookingFacts { was_requested: true, ..facts(Standing::Booked, 0) }
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
        let planned = deserved(&moved, &at_once(), &told_before, at(0));
        assert_eq!(gone(&planned), [Recipient::Provider(ProviderId::new(8))]);
        let mut after = told_before.to_vec();
        after.push(of(8, MessageKind::ProviderCancelled, 1, MessageState::Sent));
        assert!(gone(&deserved(&facts(Standing::Booked, 2), &at_once(), &after, at(0))).is_empty(), "told already");
        let unsent = [told_before[0].clone(), of(8, MessageKind::ProviderBooked, 0, MessageState::Pending)];
        assert!(gone(&deserved(&moved, &at_once(), &unsent, at(0))).is_empty(), "never heard of it");
    }

    #[test]
    fn what_another_message_tells_is_not_told_again() {
        let told = |facts: BookingFacts| BookingFacts { told_to_client_elsewhere: true, ..facts };
        assert_eq!(kinds(&deserved(&told(new(Standing::Booked)), &at_once(), &[], at(0))), ["provider_booked"]);
        let both = BookingFacts { told_to_provider_elsewhere: true, ..told(new(Standing::Booked)) };
        assert_eq!(kinds(&deserved(&both, &at_once(), &[], at(0))), Vec::<&str>::new());
        assert_eq!(
            kinds(&deserved(&facts(Standing::Booked, 1), &at_once(), &[], at(0))),
            ["change", "provider_booked"]
        );
        assert_eq!(
            kinds(&deserved(&told(facts(Standing::Cancelled, 1)), &at_once(), &[], at(0))),
            ["provider_cancelled"]
        );
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
            assert_eq!(kinds(&deserved(&facts, &at_once(), &existing, at(0))), expected, "{name}");
        }
    }

    #[test]
    fn a_pass_tells_nothing_of_what_was_imported_as_it_is() {
        for standing in [Standing::Cancelled, Standing::Declined, Standing::Booked] {
            let looked_at = BookingFacts { is_happening: false, ..facts(standing, 1) };
            assert!(deserved(&looked_at, &at_once(), &[], at(0)).is_empty(), "{standing:?}");
            let reminded = [row(1, MessageKind::Reminder, 1, MessageState::Pending)];
            assert!(deserved(&looked_at, &at_once(), &reminded, at(0)).is_empty(), "{standing:?}, with a reminder");
        }
        // What began in our books is put right by a pass.
        let known = BookingFacts { is_happening: false, ..facts(Standing::Cancelled, 1) };
        let told = [sent_row(MessageKind::Confirmation)];
        assert_eq!(kinds(&deserved(&known, &at_once(), &told, at(0))), ["cancellation"]);
    }

    fn sent_row(kind: MessageKind) -> ExistingMessage {
        row(1, kind, 0, MessageState::Sent)
    }

    #[test]
    fn nothing_is_said_about_a_time_that_has_begun() {
        for standing in [Standing::Booked, Standing::Requested, Standing::Cancelled, Standing::Declined] {
            assert!(deserved(&new(standing), &at_once(), &[], at(480)).is_empty());
        }
    }

    #[test]
    fn text_that_is_on_its_way_counts_as_told() {
        let mut leaving = row(10, MessageKind::Confirmation, 0, MessageState::Leased);
        assert!(deserved(&facts(Standing::Cancelled, 1), &at_once(), std::slice::from_ref(&leaving), at(0)).is_empty());
        leaving.handed_over = true;
        let planned = deserved(&facts(Standing::Cancelled, 1), &at_once(), std::slice::from_ref(&leaving), at(0));
        assert_eq!(kinds(&planned), ["cancellation"]);
        assert!(
            reconcile(&[leaving], planned, &at_once(), at(0)).cancel.is_empty(),
            "what is leaving is not cancelled"
        );
    }

    #[test]
    fn a_client_without_address_gets_a_row_that_says_so() {
        let mut facts = new(Standing::Booked);
        facts.client_reach.mail = Reach::NoAddress;
        facts.provider_reach = Reach::NoAddress;
        let planned = deserved(&facts, &at_once(), &[], at(0));
        assert_eq!(kinds(&planned), ["confirmation"]);
        assert_eq!(planned.first().and_then(|message| message.skip), Some(Reason::NoAddress));
    }

    #[test]
    fn old_versions_are_superseded() {
        let existing = vec![
            row(10, MessageKind::Confirmation, 0, MessageState::Retry),
            row(11, MessageKind::ProviderBooked, 0, MessageState::Sent),
        ];
        let wanted = deserved(&facts(Standing::Booked, 1), &at_once(), &existing, at(0));
        let steps = reconcile(&existing, wanted, &at_once(), at(0));
        assert_eq!(steps.cancel, [(MessageId::new(10), Reason::Superseded)]);
        assert_eq!(kinds(&steps.insert), ["confirmation", "provider_booked"]);
    }

    /// The keys of rules in what is planned for this audience.
    fn rules_to(planned: &[PlannedMessage], audience: Audience) -> Vec<String> {
        let of = planned.iter().filter(|message| message.recipient.audience() == audience);
        of.filter_map(|message| message.rule.as_ref().map(|(_, key)| key.clone())).collect()
    }

    #[test]
    fn every_rule_that_speaks_makes_a_row() {
        let sms = Rule { channel: Channel::Sms, ..rule(101, None, Trigger::Booked, Audience::Client) };
        let clinic = rule(102, None, Trigger::Booked, Audience::Clinic);
        let program = rule(103, None, Trigger::Booked, Audience::Endpoint);
        let rules = with(with(with(at_once(), sms), clinic), program);
        let planned = deserved(&new(Standing::Booked), &rules, &[], at(0));
        assert_eq!(kinds(&planned), ["confirmation", "confirmation", "provider_booked", "provider_booked", "event"]);
        assert_eq!(
            rules_to(&planned, Audience::Client),
            ["confirmation".to_owned(), format!("rule-{}", rules.rules[10].id)]
        );
        let mut keys: Vec<String> = planned.iter().map(PlannedMessage::natural_key).collect();
        keys.dedup();
        assert_eq!(keys.len(), 5);
    }

    #[test]
    fn who_called_it_off_matters_to_rules_that_ask() {
        let by = |id, trigger| rule(id, None, trigger, Audience::Client);
        let mut rules = with(at_once(), by(101, Trigger::CancelledByClient));
        rules = with(rules, by(102, Trigger::CancelledByClinic));
        let told = [row(10, MessageKind::Confirmation, 0, MessageState::Sent)];
        let of = |by| {
            let ended = BookingFacts { ended: Some((at(1), by)), ..facts(Standing::Cancelled, 1) };
            rules_to(&deserved(&ended, &rules, &told, at(1)), Audience::Client).len()
        };
        assert_eq!((of(EndedBy::Client), of(EndedBy::Clinic)), (2, 2));
        let mine = BookingFacts { ended: Some((at(1), EndedBy::Client)), ..facts(Standing::Cancelled, 1) };
        let keys = rules_to(&deserved(&mine, &rules, &told, at(1)), Audience::Client);
        assert_eq!(keys, ["cancellation".to_owned(), rules.rules[10].key()]);
    }

    #[test]
    fn what_nobody_says_leaves_a_row_that_says_why() {
        let off = |book, code: &str| changed(book, code, |rule| rule.active_from = None);
        let rules = off(off(at_once(), "confirmation"), "provider_booked");
        let planned = deserved(&new(Standing::Booked), &rules, &[], at(0));
        assert_eq!(said(&planned), ["confirmation (switched_off)", "provider_booked (switched_off)"]);
        // Switched on later, the past stays as it is, and what comes is told: the client knows, she booked.
        let rows: Vec<ExistingMessage> = (10..).zip(&planned).map(|(id, message)| row_of(id, message)).collect();
        let later = changed(rules, "confirmation", |rule| rule.active_from = Some(at(5)));
        let steps = reconcile(&rows, deserved(&facts(Standing::Booked, 0), &later, &rows, at(6)), &later, at(6));
        assert!(steps.is_empty(), "{steps:?}");
        let ended = BookingFacts { ended: Some((at(7), EndedBy::Client)), ..facts(Standing::Cancelled, 1) };
        assert_eq!(said(&deserved(&ended, &later, &rows, at(7))), ["cancellation", "provider_cancelled"]);

        let elsewhere = Conditions { languages: vec!["de".to_owned()], ..Conditions::default() };
        let rules = changed(at_once(), "confirmation", |rule| rule.conditions = elsewhere.clone());
        let planned = deserved(&new(Standing::Booked), &rules, &[], at(0));
        assert_eq!(said(&planned), ["confirmation (no_rule)", "provider_booked"]);
    }

    #[test]
    fn nothing_is_told_of_what_happened_before_a_rule_was_on() {
        let late = Rule { active_from: Some(at(1)), ..rule(101, None, Trigger::Booked, Audience::Clinic) };
        let planned = deserved(&facts(Standing::Booked, 0), &with(at_once(), late.clone()), &[], at(2));
        assert!(rules_to(&planned, Audience::Clinic).is_empty());
        let moved = BookingFacts { since: at(1), ..facts(Standing::Booked, 1) };
        let of_moves = Rule { trigger: Trigger::Rescheduled, ..late };
        let planned = deserved(&moved, &with(at_once(), of_moves), &[], at(2));
        assert_eq!(rules_to(&planned, Audience::Clinic).len(), 1);
    }

    #[test]
    fn programs_hear_of_the_newest_state_only() {
        use Trigger::{Booked, Cancelled, Rescheduled};
        let mut rules = at_once();
        for (id, trigger) in (101..).zip([Booked, Rescheduled, Cancelled]) {
            rules = with(rules, rule(id, None, trigger, Audience::Endpoint));
        }
        let events = |facts: &BookingFacts, rows: &[ExistingMessage], now| {
            let planned = deserved(facts, &rules, rows, now);
            planned.into_iter().filter(|message| message.kind == MessageKind::Event).collect::<Vec<_>>()
        };
        let of = |planned: &[PlannedMessage]| {
            let rule = |message: &PlannedMessage| rules.rule(message.rule.as_ref().unwrap().0).unwrap().trigger;
            planned.iter().map(rule).collect::<Vec<_>>()
        };
        let booked = events(&new(Standing::Booked), &[], at(0));
        assert_eq!(of(&booked), [Booked]);
        let waiting = row_of(10, &booked[0]);
        let sent = ExistingMessage { state: MessageState::Sent, handed_over: true, ..waiting.clone() };
        let moved = BookingFacts { since: at(1), ..facts(Standing::Booked, 1) };
        let rows = |row: &ExistingMessage| vec![row.clone()];
        assert_eq!(of(&events(&moved, &rows(&sent), at(1))), [Rescheduled]);
        assert_eq!(of(&events(&moved, &rows(&waiting), at(1))), [Booked], "never heard of the older time");
        let ended = BookingFacts { ended: Some((at(1), EndedBy::Client)), ..facts(Standing::Cancelled, 1) };
        assert_eq!(of(&events(&ended, &rows(&sent), at(1))), [Cancelled]);
        assert!(events(&ended, &rows(&waiting), at(1)).is_empty(), "never heard of it");
        let here = BookingFacts { standing: Standing::Past, starts_at: at(0), ..facts(Standing::Past, 0) };
        assert_eq!(of(&events(&here, &rows(&waiting), at(1))), [Booked], "late, but told");
    }

    #[test]
    fn rows_made_by_hand_are_left_alone() {
        let mut by_hand = row(10, MessageKind::Confirmation, 0, MessageState::Pending);
        by_hand.natural_key.push_str("/again");
        by_hand.is_by_hand = true;
        let ended = facts(Standing::Cancelled, 1);
        let steps = reconcile(&[by_hand.clone()], deserved(&ended, &at_once(), &[by_hand], at(0)), &at_once(), at(0));
        assert!(steps.cancel.is_empty());
    }
}
