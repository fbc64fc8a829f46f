//! The ladder of recalls: whose turn it is to be reminded that a visit of a kind is due.
//!
//! Every rule about recalls is a rung; those that are on and travel the same way are one ladder (`domain::recall`). A
//! reminder is about the recall and its date: it is told once of each date, never while a visit of the kind is booked, and
//! goes on at the rung whose turn it is when that visit is cancelled or missed. Several reminders to one mailbox on one
//! day are one letter.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use super::discipline;
use super::plan_clients::{AHEAD, DAY, Found, INVITATION_DAYS, PAGE, Page};
use super::store::{candidates, planning, recalls, rules};
use crate::db::{Conn, Fault};
use crate::domain::ids::{ClientId, MessageId, RecallId};
use crate::domain::message_rules::{Concern, Offset, Rule};
use crate::domain::messages::{Channel, MessageState, PlannedMessage, Reach, Reason, Recipient, Subject};
use crate::domain::recall::{self, LAPSED_DAYS, Step, Told};
use crate::domain::{moments, time};
use crate::recall::{LastVisit, Recall, Remindable};

/// The next recalls that a rule speaks of.
pub(super) fn page(conn: &mut Conn, rule: &Rule, now: DateTime<Utc>, after: i64) -> Result<Page, Fault> {
    let ladder = ladder_with(conn, rule, now)?;
    let Some(place) = ladder.iter().position(|step| step.rule == rule.id) else {
        return Ok(Page { found: Vec::new(), last: None });
    };
    let home = home(conn)?;
    let today = time::local_day(now, home);
    let purpose = rule.consent.map_or("", |purpose| purpose.as_str());
    let due = due_between(&ladder, place, today);
    let found = crate::recall::remindable(conn, due, (today, now), purpose, (RecallId::new(after), PAGE))?;
    let last = found.last().map(|one| one.recall.get());
    let told = recalls::told(conn, &found.iter().map(|one| one.recall).collect::<Vec<_>>(), rule.channel)?;
    let mut planned: Vec<(Remindable, PlannedMessage, Tz)> = Vec::new();
    for one in found {
        let own = one.zone.as_deref().and_then(|zone| time::zone_named(zone).ok()).unwrap_or(home);
        let known = told.get(&one.recall).map(Vec::as_slice).unwrap_or_default();
        if let Some(message) = reminder(rule, (&ladder, place), &one, known, (own, now)) {
            planned.push((one, message, own));
        }
    }
    let concerns = concerns(conn, rule, &planned)?;
    let clients: Vec<ClientId> = planned.iter().map(|(one, ..)| one.client).collect();
    let (contacts, guardians) = candidates::contacts_of(conn, &clients)?;
    let found = planned.into_iter().filter_map(|(one, mut message, zone)| {
        let concern = concerns.get(&one.recall)?;
        let reachable = contacts.get(&one.client)?.reachable(&guardians);
        if !rule.conditions.hold(concern) || reachable.on(rule.channel) != Reach::Open {
            return None;
        }
        message.merge_key = reachable
            .letterbox(rule.channel)
            .map(|letterbox| format!("recall/{letterbox}/{}/{}", time::local_day(message.due_at, zone), one.language));
        Some(Found { message, language: one.language, agreed: one.agreed })
    });
    Ok(Page { found: found.collect(), last })
}

/// The ladder as it is when this rule is on.
fn ladder_with(conn: &mut Conn, rule: &Rule, now: DateTime<Utc>) -> Result<Vec<Step>, Fault> {
    let book = rules::rulebook(conn, 0)?;
    let others = book.rules.iter().filter(|other| other.id != rule.id && other.is_on(now));
    Ok(recall::ladder(others.chain(std::iter::once(rule)), rule.channel))
}

fn home(conn: &mut Conn) -> Result<Tz, Fault> {
    let zone = candidates::zone_of_clinic(conn)?;
    Ok(zone.and_then(|zone| time::zone_named(&zone).ok()).unwrap_or(Tz::UTC))
}

/// The dates of which it can be this rung's turn today, with a day to spare on either side for zones.
fn due_between(ladder: &[Step], place: usize, today: NaiveDate) -> (NaiveDate, NaiveDate) {
    let own = ladder.get(place).map_or(0, |step| step.days);
    let end = if own < 0 { 0 } else { LAPSED_DAYS };
    let next = ladder.get(place + 1).map_or(end, |next| next.days.min(end));
    (today - TimeDelta::days(next + 2), today - TimeDelta::days(own) + TimeDelta::days(2))
}

/// The reminder of one recall, when it is this rung's turn.
fn reminder(
    rule: &Rule,
    (ladder, place): (&[Step], usize),
    one: &Remindable,
    told: &[Told],
    (zone, now): (Tz, DateTime<Utc>),
) -> Option<PlannedMessage> {
    let (turn, end) = recall::turn(ladder, one.due_day, zone, now + AHEAD)?;
    if turn != place || !recall::may_tell(ladder, place, (one.due_day, now), told, one.reminders_max) {
        return None;
    }
    let step = ladder.get(place)?;
    let moment = step.moment(one.due_day, zone);
    let at_wall = Offset::Days { days: 0, at_minute: step.at_minute };
    // Long after its moment (somebody booked and cancelled, or the rule is new) it goes at the next such hour.
    let due_at = if moment < now - DAY { moments::next_minute(now, at_wall, zone) } else { moment.max(now) };
    let expires_at = (due_at + TimeDelta::days(INVITATION_DAYS)).min(end.max(due_at + DAY));
    let (subject, recipient) = (Subject::Recall(one.recall), Recipient::Client(one.client));
    let message = PlannedMessage::at_once(subject, rule.kind()?, recipient, one.cycle, due_at, expires_at);
    Some(PlannedMessage { slot: one.due_day.to_string(), is_timed: true, ..message.by_rule(rule) })
}

/// What the conditions of the rule ask about, of each.
fn concerns(
    conn: &mut Conn,
    rule: &Rule,
    planned: &[(Remindable, PlannedMessage, Tz)],
) -> Result<HashMap<RecallId, Concern>, Fault> {
    let asked = &rule.conditions;
    let ids: Vec<i64> = planned.iter().map(|(one, ..)| one.client.get()).collect();
    let tags = if asked.tags.is_empty() { HashMap::new() } else { planning::tags_of(conn, &ids)? };
    let places: Vec<_> = planned.iter().map(|(one, ..)| (one.client, one.recall_type)).collect();
    let visits: HashMap<_, LastVisit> = if asked.providers.is_empty() && asked.locations.is_empty() {
        HashMap::new()
    } else {
        crate::recall::last_visits(conn, &places)?
    };
    let concern = |one: &Remindable| {
        let visit = visits.get(&(one.client, one.recall_type));
        Concern {
            service: Some(one.service),
            category: one.category.clone(),
            provider: visit.map(|visit| visit.provider),
            location: visit.map(|visit| visit.location),
            was_here: one.was_here,
            tags: tags.get(&one.client.get()).cloned().unwrap_or_default(),
            language: one.language.clone(),
            source: one.source.clone(),
        }
    };
    Ok(planned.iter().map(|(one, ..)| (one.recall, concern(one))).collect())
}

/// Reminders that wait although they are no longer true.
pub(super) fn untrue(conn: &mut Conn, now: DateTime<Utc>, limit: i64) -> Result<Vec<MessageId>, Fault> {
    let today = time::local_day(now, home(conn)?);
    crate::recall::untrue_reminders(conn, (today, now), limit)
}

/// What stands between somebody who is due and the next reminder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// No rule of the ladder is on.
    LadderOff,
    /// There is no mail address and nobody who answers for them.
    NoAddress,
    /// They have not agreed to be reminded.
    NoConsent,
    /// The last reminder did not leave, for this reason.
    Held(MessageState, Reason),
}

/// Where a recall stands on its ladder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reminding {
    /// When the last reminder left.
    pub last: Option<DateTime<Utc>>,
    /// When the next one is due.
    pub next: Option<DateTime<Utc>>,
    /// Why there is none.
    pub obstacle: Option<Obstacle>,
}

/// Where recalls stand on the ladder of mails, for whoever calls them.
pub fn reminding(conn: &mut Conn, asked: &[Recall], now: DateTime<Utc>) -> Result<HashMap<RecallId, Reminding>, Fault> {
    let book = rules::rulebook(conn, 0)?;
    let on: Vec<&Rule> = book.rules.iter().filter(|rule| rule.is_on(now) && rule.trigger.is_recall()).collect();
    let ladder = recall::ladder(on.iter().copied(), Channel::Mail);
    let consents: Vec<_> = on.iter().map(|rule| rule.consent).collect();
    let home = home(conn)?;
    let clients: Vec<ClientId> = asked.iter().map(|recall| recall.client).collect();
    let (contacts, guardians) = candidates::contacts_of(conn, &clients)?;
    let agreed = discipline::agreed(conn, &clients)?;
    let newest = recalls::newest(conn, &asked.iter().map(|recall| recall.id).collect::<Vec<_>>())?;
    let stand = |recall: &Recall| {
        let mine = newest.get(&recall.id);
        let due = recall.dates.due_day?;
        let next = recall::next_step(&ladder, due, home, now).map(|(_, moment)| moment);
        let reach = contacts.get(&recall.client).map(|contact| contact.reachable(&guardians).on(Channel::Mail));
        let has_agreed =
            consents.iter().any(|wanted| wanted.is_none_or(|purpose| agreed.contains(&(recall.client, purpose))));
        let obstacle = if ladder.is_empty() {
            Some(Obstacle::LadderOff)
        } else if reach != Some(Reach::Open) {
            Some(Obstacle::NoAddress)
        } else if !has_agreed {
            Some(Obstacle::NoConsent)
        } else {
            mine.and_then(|row| row.held).map(|(state, reason)| Obstacle::Held(state, reason))
        };
        Some((recall.id, Reminding { last: mine.and_then(|row| row.sent_at), next, obstacle }))
    };
    Ok(asked.iter().filter_map(stand).collect())
}
