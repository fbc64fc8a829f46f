//! Random lives of a booking: whatever happens to it and to the rules, planning is repeatable, and what is sent is
//! true, in time and not too much.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::examples::{after, at, book, facts, rule, with};
use super::{
    Audience, BookingFacts, Channel, EndedBy, ExistingMessage, MessageKind, MessageState, Reach, Reason, Standing,
    deserved, reconcile,
};
use crate::domain::message_rules::{Conditions, Offset, Rule, Rulebook, Trigger};
use crate::domain::moments::JUST_TOLD;

#[derive(Debug, Clone)]
enum Deed {
    Wait(i64),
    Move(i64),
    Cancel(EndedBy),
    Approve,
    Decline,
    Complete,
    Miss,
    Send,
    SwitchOff(usize),
    SwitchOn(usize),
    Offset(usize, i64),
    Tag(bool),
    Address(bool),
}

fn deeds() -> impl Strategy<Value = Deed> {
    prop_oneof![
        5 => (0_i64..6_000).prop_map(Deed::Wait),
        3 => (30_i64..9_000).prop_map(Deed::Move),
        1 => prop::sample::select(vec![EndedBy::Client, EndedBy::Clinic]).prop_map(Deed::Cancel),
        2 => Just(Deed::Approve),
        1 => Just(Deed::Decline),
        1 => Just(Deed::Complete),
        1 => Just(Deed::Miss),
        6 => Just(Deed::Send),
        1 => (0_usize..18).prop_map(Deed::SwitchOff),
        2 => (0_usize..18).prop_map(Deed::SwitchOn),
        2 => (0_usize..18, 0_i64..8_000).prop_map(|(rule, minutes)| Deed::Offset(rule, minutes)),
        1 => any::<bool>().prop_map(Deed::Tag),
        1 => any::<bool>().prop_map(Deed::Address),
    ]
}

struct Life {
    now: DateTime<Utc>,
    made_at: DateTime<Utc>,
    facts: BookingFacts,
    book: Rulebook,
    rows: Vec<ExistingMessage>,
    sent: Vec<(String, DateTime<Utc>)>,
    next_id: i64,
}

impl Life {
    fn begin(is_request: bool, starts_in: i64) -> Self {
        let before = |id, audience, minutes| Rule {
            offset: Offset::Elapsed(minutes),
            ..rule(id, None, Trigger::BeforeStart, audience)
        };
        let sms = Rule { channel: Channel::Sms, ..before(101, Audience::Client, 60) };
        let tagged = Conditions { tags: vec!["nervous".to_owned()], ..Conditions::default() };
        let rules = with(with(book(), sms), Rule { conditions: tagged, ..before(102, Audience::Client, 1_440) });
        let rules = with(rules, rule(103, None, Trigger::Booked, Audience::Endpoint));
        let rules = with(rules, rule(104, None, Trigger::Rescheduled, Audience::Clinic));
        let now = at(0);
        let standing = if is_request { Standing::Requested } else { Standing::Booked };
        let facts = BookingFacts {
            starts_at: now + TimeDelta::minutes(starts_in),
            since: now,
            was_requested: false,
            is_new: true,
            is_happening: true,
            ..facts(standing, 0)
        };
        Self { now, made_at: now, facts, book: rules, rows: Vec::new(), sent: Vec::new(), next_id: 0 }
    }

    fn steps(&self) -> super::Reconciliation {
        let facts = BookingFacts { is_new: self.made_at == self.now, ..self.facts.clone() };
        reconcile(&self.rows, deserved(&facts, &self.book, &self.rows, self.now), &self.book, self.now)
    }

    /// Plans, and sees that it was enough: now, and a little later.
    fn plan(&mut self) -> Result<(), TestCaseError> {
        let steps = self.steps();
        self.rows = after(std::mem::take(&mut self.rows), &steps, &mut self.next_id);
        prop_assert!(self.steps().is_empty(), "planned twice: {:?}", self.steps());
        let now = self.now;
        for minutes in [1, 45, 3_000] {
            self.now = now + TimeDelta::minutes(minutes);
            let again = self.steps();
            self.now = now;
            prop_assert!(again.is_empty(), "{minutes} minutes later: {again:?}");
        }
        Ok(())
    }

    fn happens(&mut self, deed: &Deed) -> Result<(), TestCaseError> {
        let live = matches!(self.facts.standing, Standing::Requested | Standing::Booked);
        let rule = |book: &mut Rulebook, place: usize, change: &dyn Fn(&mut Rule)| {
            if let Some(rule) = book.rules.get_mut(place) {
                change(rule);
            }
        };
        let now = self.now;
        match deed {
            Deed::Wait(minutes) => self.now += TimeDelta::minutes(*minutes),
            Deed::Move(minutes) if live && now < self.facts.starts_at => {
                self.facts.starts_at = now + TimeDelta::minutes(*minutes);
                self.facts.schedule_version += 1;
                self.facts.since = now;
            }
            Deed::Cancel(by) if live => self.ends(Standing::Cancelled, *by),
            Deed::Decline if self.facts.standing == Standing::Requested => {
                self.ends(Standing::Declined, EndedBy::Clinic);
            }
            Deed::Approve if self.facts.standing == Standing::Requested => {
                self.facts.standing = Standing::Booked;
                self.facts.was_requested = true;
                self.facts.since = now;
            }
            Deed::Complete if self.facts.standing == Standing::Booked => {
                self.facts.standing = Standing::Past;
                self.facts.completed_at = Some(now);
            }
            Deed::Miss if self.facts.standing == Standing::Booked && self.facts.starts_at <= now => {
                self.facts.standing = Standing::Past;
                self.facts.missed_at = Some(now);
            }
            Deed::Send => self.send()?,
            Deed::SwitchOff(place) => rule(&mut self.book, *place, &|rule| rule.active_from = None),
            Deed::SwitchOn(place) => rule(&mut self.book, *place, &|rule| {
                rule.active_from = rule.active_from.or(Some(now));
            }),
            Deed::Offset(place, minutes) => rule(&mut self.book, *place, &|rule| {
                if rule.trigger.has_offset() {
                    rule.offset = Offset::Elapsed(*minutes);
                }
            }),
            Deed::Tag(true) => self.facts.concern.tags = vec!["nervous".to_owned()],
            Deed::Tag(false) => self.facts.concern.tags.clear(),
            Deed::Address(there) => {
                self.facts.client_reach.mail = if *there { Reach::Open } else { Reach::NoAddress };
            }
            Deed::Move(_) | Deed::Cancel(_) | Deed::Decline | Deed::Approve | Deed::Complete | Deed::Miss => {}
        }
        Ok(())
    }

    fn ends(&mut self, standing: Standing, by: EndedBy) {
        self.facts.standing = standing;
        self.facts.schedule_version += 1;
        self.facts.ended = Some((self.now, by));
    }

    /// What is due leaves, what has expired is put aside; each must be true and in time.
    fn send(&mut self) -> Result<(), TestCaseError> {
        let (now, facts) = (self.now, &self.facts);
        for row in self.rows.iter_mut().filter(|row| row.state == MessageState::Pending) {
            if row.expires_at <= now {
                (row.state, row.reason) = (MessageState::Skipped, Some(Reason::Expired));
                continue;
            }
            if now < row.due_at || facts.client_reach.mail != Reach::Open {
                continue;
            }
            row.state = MessageState::Sent;
            row.handed_over = true;
            prop_assert_eq!(row.schedule_version, facts.schedule_version, "outdated: {:?}", row);
            if matches!(row.kind, MessageKind::Reminder | MessageKind::ProviderReminder) {
                prop_assert!(now < facts.starts_at && facts.standing == Standing::Booked, "too late: {:?}", row);
                prop_assert!(facts.since + JUST_TOLD <= now, "told just before: {:?}", row);
            }
            prop_assert!(self.sent.iter().all(|(key, _)| *key != row.natural_key), "twice: {:?}", row);
            self.sent.push((row.natural_key.clone(), now));
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 2_000 } else { 10_000 }))]

    #[test]
    fn whatever_happens_planning_is_repeatable_and_what_is_sent_is_true(
        is_request in any::<bool>(),
        starts_in in 5_i64..9_000,
        history in prop::collection::vec(deeds(), 0..12),
    ) {
        let mut life = Life::begin(is_request, starts_in);
        life.plan()?;
        for deed in &history {
            life.happens(deed)?;
            life.plan()?;
        }
        // In the end every reader of a booking that stood was told of it, or a row says why not.
        let told = |row: &ExistingMessage| row.audience == Audience::Client;
        prop_assert!(life.rows.iter().any(told));
    }

    #[test]
    fn planning_any_rows_twice_is_planning_them_once(
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
            let mut next = super::examples::row(id, kind, version, state);
            next.handed_over = handed_over;
            if rows.iter().all(|known| known.natural_key != next.natural_key) {
                rows.push(next);
            }
        }
        let facts = BookingFacts { is_new, was_requested, ..facts(standing, version) };
        let mut next_id = 1_000;
        let plan = |rows: &[ExistingMessage]| reconcile(rows, deserved(&facts, &book(), rows, at(0)), &book(), at(0));
        let first = plan(&rows);
        rows = after(rows, &first, &mut next_id);
        let second = plan(&rows);
        prop_assert!(second.is_empty(), "{second:?}");
    }
}
