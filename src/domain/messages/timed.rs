//! What rules with an offset say of a booking: reminders before it, and what follows it.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::deserve::is_imported;
use super::kinds::Audience;
use super::plan::{BookingFacts, ExistingMessage, PlannedMessage, Reach, Standing};
use super::rows::{Channel, Recipient, Subject};
use crate::domain::message_rules::{Rule, Rulebook, Trigger};
use crate::domain::moments::{self, Called};
use crate::domain::time;

/// What follows a visit has not left after so many days is worth nothing.
const AFTERWARDS_DAYS: i64 = 7;

/// The reminders of a booking that takes place.
pub(super) fn reminders(
    facts: &BookingFacts,
    book: &Rulebook,
    existing: &[ExistingMessage],
    now: DateTime<Utc>,
) -> Vec<PlannedMessage> {
    if facts.standing != Standing::Booked || facts.starts_at <= now {
        return Vec::new();
    }
    let told_at = told_at(facts, existing);
    let grace = TimeDelta::minutes(book.late_grace_minutes);
    let day = time::local_day(facts.starts_at, facts.zone);
    let mut planned = Vec::new();
    for (audience, channel) in READERS {
        let Some((recipient, reach)) = reader(facts, audience, channel) else { continue };
        let mut rules = with_moments(facts, book, (audience, channel), now);
        rules.sort_by_key(|(rule, moment)| (*moment, rule.id));
        let moments: Vec<_> = rules.iter().map(|(_, moment)| *moment).collect();
        let called = moments::remind(facts.starts_at, told_at, grace, &moments);
        for ((rule, _), called) in rules.into_iter().zip(called) {
            let Some(Called { due_at, expires_at, skip }) = called else { continue };
            let Some(message) = say(facts, rule, recipient, (due_at, expires_at)) else { continue };
            planned.push(PlannedMessage {
                skip: reach.skip().or(skip),
                merge_key: merge_key(facts, rule, day),
                ..message
            });
        }
    }
    // Programs want what they asked for, whatever others are told.
    for (rule, moment) in with_moments(facts, book, (Audience::Endpoint, Channel::Webhook), now) {
        let is_missed = facts.starts_at <= moment || told_at.is_some_and(|told| moment < told - grace);
        let Some(endpoint) = rule.endpoint.filter(|_| !is_missed) else { continue };
        planned.extend(say(facts, rule, Recipient::Endpoint(endpoint), (moment, facts.starts_at)));
    }
    worth_it(planned, existing, (now, grace))
}

/// What follows a visit, or its absence.
pub(super) fn afterwards(
    facts: &BookingFacts,
    book: &Rulebook,
    existing: &[ExistingMessage],
    now: DateTime<Utc>,
) -> Vec<PlannedMessage> {
    if facts.standing != Standing::Past {
        return Vec::new();
    }
    let happened = [(Trigger::AfterVisit, facts.completed_at), (Trigger::NoShow, facts.missed_at)];
    let mut planned = Vec::new();
    for (trigger, at) in happened {
        // What was over before the booking came into our books was imported.
        let Some(at) = at.filter(|at| facts.since <= *at) else { continue };
        let day = time::local_day(at, facts.zone);
        let rules = book.on_at(at).filter(|rule| rule.trigger == trigger && rule.conditions.hold(&facts.concern));
        for rule in rules {
            let Some((recipient, reach)) = reader_of(facts, rule) else { continue };
            let due_at = moments::after(at, rule.offset, facts.zone);
            let expires_at = due_at + TimeDelta::days(AFTERWARDS_DAYS);
            let Some(message) = say(facts, rule, recipient, (due_at, expires_at)) else { continue };
            planned.push(PlannedMessage { skip: reach.skip(), merge_key: merge_key(facts, rule, day), ..message });
        }
    }
    planned.retain(|message| now < message.expires_at);
    worth_it(planned, existing, (now, TimeDelta::minutes(book.late_grace_minutes)))
}

/// Who is reminded, and how.
const READERS: [(Audience, Channel); 4] = [
    (Audience::Client, Channel::Mail),
    (Audience::Client, Channel::Sms),
    (Audience::Provider, Channel::Mail),
    (Audience::Clinic, Channel::Mail),
];

/// Who that is for this booking; nobody where another message says it, and providers without an address.
fn reader(facts: &BookingFacts, audience: Audience, channel: Channel) -> Option<(Recipient, Reach)> {
    match audience {
        Audience::Client if facts.is_later_part => None,
        Audience::Client => Some((Recipient::Client(facts.client), facts.client_reach.on(channel))),
        Audience::Provider if facts.provider_reach == Reach::Open => {
            Some((Recipient::Provider(facts.provider), Reach::Open))
        }
        Audience::Clinic => Some((Recipient::Clinic, facts.clinic_reach)),
        Audience::Provider | Audience::Mailbox | Audience::Staff | Audience::Endpoint => None,
    }
}

fn reader_of(facts: &BookingFacts, rule: &Rule) -> Option<(Recipient, Reach)> {
    match rule.endpoint {
        Some(endpoint) => Some((Recipient::Endpoint(endpoint), Reach::Open)),
        None => reader(facts, rule.audience, rule.channel),
    }
}

/// Reminders that are on, with their moments; none of a moment before it was switched on, but what has long passed and
/// may still wait.
fn with_moments<'a>(
    facts: &BookingFacts,
    book: &'a Rulebook,
    (audience, channel): (Audience, Channel),
    now: DateTime<Utc>,
) -> Vec<(&'a Rule, DateTime<Utc>)> {
    let asked =
        |rule: &&Rule| rule.trigger == Trigger::BeforeStart && rule.audience == audience && rule.channel == channel;
    let rules = book.rules.iter().filter(asked).filter(|rule| rule.conditions.hold(&facts.concern));
    let earliest = now - TimeDelta::minutes(book.late_grace_minutes);
    rules
        .filter(|rule| rule.is_on(now))
        .map(|rule| (rule, moments::before(facts.starts_at, rule.offset, facts.zone)))
        .filter(|(rule, moment)| *moment < earliest || rule.active_from.is_some_and(|from| from <= *moment))
        .collect()
}

/// When the reader learned of this time; nothing for what was imported, where nobody told her.
fn told_at(facts: &BookingFacts, existing: &[ExistingMessage]) -> Option<DateTime<Utc>> {
    let is_untold = facts.schedule_version == 0
        && !facts.was_requested
        && !facts.told_to_client_elsewhere
        && is_imported(facts, existing);
    (!is_untold).then_some(facts.since)
}

fn say(
    facts: &BookingFacts,
    rule: &Rule,
    recipient: Recipient,
    (due_at, expires_at): (DateTime<Utc>, DateTime<Utc>),
) -> Option<PlannedMessage> {
    let subject = Subject::Booking(facts.booking);
    let message = PlannedMessage::at_once(subject, rule.kind()?, recipient, facts.schedule_version, due_at, expires_at);
    Some(PlannedMessage { is_timed: true, ..message.by_rule(rule) })
}

/// The same for everybody who reads the mailbox, says the same on this day, and in the same language.
fn merge_key(facts: &BookingFacts, rule: &Rule, day: NaiveDate) -> Option<String> {
    let letterbox = facts.client_reach.letterbox(rule.channel).filter(|_| rule.audience == Audience::Client)?;
    Some(format!("{}/{letterbox}/{day}/{}", rule.key(), facts.concern.language))
}

/// Nothing is planned for a moment that passed before the grace. What was planned in time and still waits stays as it
/// is, also when its rule meanwhile names an earlier moment: it comes late rather than never, and not all at once.
fn worth_it(
    planned: Vec<PlannedMessage>,
    existing: &[ExistingMessage],
    (now, grace): (DateTime<Utc>, TimeDelta),
) -> Vec<PlannedMessage> {
    let keep = |message: PlannedMessage| {
        if now - grace <= message.due_at && now < message.expires_at {
            return Some(message);
        }
        let key = message.natural_key();
        let waiting = existing.iter().find(|row| row.natural_key == key && row.is_open())?;
        let follows = message.expires_at <= waiting.due_at;
        let expires_at = if follows { waiting.expires_at } else { message.expires_at };
        Some(PlannedMessage { due_at: waiting.due_at, expires_at, ..message })
    };
    planned.into_iter().filter_map(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message_rules::{Conditions, Offset};
    use crate::domain::messages::examples::*;
    use crate::domain::messages::{MessageKind, MessageState, Reason, reconcile};

    /// Hours before the start at 480, or why not.
    fn due(planned: &[PlannedMessage]) -> Vec<String> {
        let text = |message: &PlannedMessage| match message.skip {
            None => (at(480) - message.due_at).num_hours().to_string(),
            Some(reason) => reason.as_str().to_owned(),
        };
        planned.iter().map(text).collect()
    }

    #[test]
    fn a_booking_is_reminded_of_twice() {
        let booked = new(Standing::Booked);
        let planned = reminders(&booked, &book(), &[], at(0));
        assert_eq!(due(&planned), ["72", "2"]);
        assert_eq!(kinds(&planned), ["reminder", "reminder"]);
        assert_eq!(planned[0].expires_at, planned[1].due_at, "three days of downtime end with one reminder");
        assert_eq!(planned[1].expires_at, booked.starts_at);
        assert_eq!(planned[0].merge_key.as_deref(), Some("reminder_early/box/2024-10-24/"));
        for facts in [facts(Standing::Requested, 0), facts(Standing::Cancelled, 1), facts(Standing::Past, 0)] {
            assert!(reminders(&facts, &book(), &[], at(0)).is_empty());
        }
        let later_part = BookingFacts { is_later_part: true, ..booked };
        assert!(reminders(&later_part, &book(), &[], at(0)).is_empty(), "the visit is reminded of once");
    }

    #[test]
    fn readers_and_channels_are_reminded_each_for_themselves() {
        let mut rules = book();
        for (id, audience) in [(101, Audience::Provider), (102, Audience::Clinic), (103, Audience::Endpoint)] {
            rules =
                with(rules, Rule { offset: Offset::Elapsed(120), ..rule(id, None, Trigger::BeforeStart, audience) });
        }
        let sms = Rule { channel: Channel::Sms, ..rule(104, None, Trigger::BeforeStart, Audience::Client) };
        rules = with(rules, Rule { offset: Offset::Elapsed(130), ..sms });
        let planned = reminders(&new(Standing::Booked), &rules, &[], at(0));
        let skipped = planned.iter().filter(|message| message.skip.is_some()).count();
        assert_eq!((planned.len(), skipped), (6, 0), "a text message does not stand for a mail");
        let mut unreachable = new(Standing::Booked);
        unreachable.client_reach.sms = Reach::NoAddress;
        unreachable.provider_reach = Reach::NoAddress;
        let planned = reminders(&unreachable, &rules, &[], at(0));
        assert_eq!(said(&planned), ["reminder", "reminder", "reminder (no_address)", "provider_reminder", "event"]);
    }

    #[test]
    fn imported_bookings_are_reminded_of_what_is_to_come() {
        let imported = facts(Standing::Booked, 0);
        assert_eq!(due(&reminders(&imported, &book(), &[], at(0))), ["72", "2"]);
        assert_eq!(due(&reminders(&imported, &book(), &[], at(410))), ["2"], "not of a moment two hours ago");
        assert_eq!(due(&reminders(&imported, &book(), &[], at(408))), ["72", "2"]);
        let on = changed(book(), "reminder_early", |rule| rule.active_from = Some(at(409)));
        assert_eq!(due(&reminders(&imported, &on, &[], at(408))), ["2"], "its moment lies before it was switched on");
    }

    #[test]
    fn what_waits_is_not_forgotten_and_does_not_come_all_at_once() {
        let booked = facts(Standing::Booked, 0);
        let mut rows = vec![row(9, MessageKind::Confirmation, 0, MessageState::Sent)];
        let planned = reminders(&booked, &book(), &rows, at(0));
        rows.extend((10..).zip(&planned).map(|(id, message)| row_of(id, message)));
        let earlier = changed(book(), "reminder_late", |rule| rule.offset = Offset::Elapsed(48 * 60));
        // In time: it moves. Too late for the new moment: it stays where it was.
        let moved = reconcile(&rows, reminders(&booked, &earlier, &rows, at(1)), &earlier, at(1));
        assert_eq!(moved.reschedule.len(), 2, "the second moves, the first expires with it: {moved:?}");
        assert_eq!(moved.reschedule[1].due_at, at(480 - 48));
        let late = reconcile(&rows, reminders(&booked, &earlier, &rows, at(470)), &earlier, at(470));
        assert!(late.insert.is_empty() && late.cancel.is_empty(), "{late:?}");
        assert!(late.reschedule.iter().all(|moved| moved.id != rows[2].id), "{late:?}");
    }

    #[test]
    fn a_rule_that_comes_back_takes_up_what_it_had_put_aside() {
        let booked = facts(Standing::Booked, 0);
        let rows = vec![row(9, MessageKind::Confirmation, 0, MessageState::Sent)];
        let mut next = 100;
        let step = |rows: Vec<ExistingMessage>, rules: &Rulebook, now, next: &mut i64| {
            let steps = reconcile(&rows, crate::domain::messages::deserved(&booked, rules, &rows, now), rules, now);
            after(rows, &steps, next)
        };
        let rows = step(rows, &book(), at(0), &mut next);
        let off = changed(book(), "reminder_late", |rule| rule.active_from = None);
        let rows = step(rows, &off, at(1), &mut next);
        let late = |rows: &[ExistingMessage]| {
            let row = rows.iter().find(|row| row.natural_key.contains("reminder_late")).unwrap();
            (row.state, row.reason)
        };
        assert_eq!(late(&rows), (MessageState::Cancelled, Some(Reason::SwitchedOff)));
        let on = changed(off, "reminder_late", |rule| rule.active_from = Some(at(2)));
        assert_eq!(late(&step(rows, &on, at(2), &mut next)), (MessageState::Pending, None));
    }

    #[test]
    fn what_follows_a_visit() {
        let on = changed(book(), "thank_you", |rule| rule.active_from = Some(at(400)));
        let done = BookingFacts { completed_at: Some(at(481)), ..facts(Standing::Past, 0) };
        let planned = afterwards(&done, &on, &[], at(481));
        assert_eq!(said(&planned), ["thank_you"]);
        assert_eq!(planned[0].due_at, at(481 + 24));
        assert!(afterwards(&done, &book(), &[], at(481)).is_empty(), "off at first");
        let late = changed(book(), "thank_you", |rule| rule.active_from = Some(at(482)));
        assert!(afterwards(&done, &late, &[], at(483)).is_empty(), "over before it was switched on");
        let imported = BookingFacts { since: at(600), ..done };
        assert!(afterwards(&imported, &on, &[], at(600)).is_empty(), "over before it came into the books");
        let missed = BookingFacts { missed_at: Some(at(481)), ..facts(Standing::Past, 0) };
        let planned = afterwards(&missed, &on, &[], at(481));
        assert_eq!((said(&planned), planned[0].due_at), (vec!["missed_you".to_owned()], at(482)));
        assert!(afterwards(&facts(Standing::Past, 0), &on, &[], at(481)).is_empty(), "she is here");
    }

    #[test]
    fn conditions_are_asked_of_every_rule() {
        let german = Conditions { languages: vec!["de".to_owned()], ..Conditions::default() };
        let rules = changed(book(), "reminder_early", |rule| rule.conditions = german.clone());
        assert_eq!(due(&reminders(&new(Standing::Booked), &rules, &[], at(0))), ["2"]);
    }
}
