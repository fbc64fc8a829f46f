//! Rules about clients as such: who has not been here for long, whose birthday it is, and who is due again (see
//! `plan_recalls`).
//!
//! Such a rule may concern everybody on the books, so it reaches so many people in a day and no more, and only those who
//! agreed to it. Each visit and each birthday is told of once.

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use chrono_tz::Tz;

use super::plan::PlanReport;
use super::plan_recalls;
use super::store::candidates::{self, Candidate, Since};
use super::store::{self, planning, rules};
use crate::db::{Bad, Conn, Db, Fault, Never, Tx};
use crate::domain::ids::{ClientId, MessageId, RuleId};
use crate::domain::message_rules::{Offset, Rule, Trigger};
use crate::domain::messages::{Moved, PlannedMessage, Reach, Reason, Recipient, Subject};
use crate::domain::{moments, time};

/// Candidates read at once.
pub(super) const PAGE: i64 = 500;
/// Rows taken back in one write.
const TAKEN_BACK_MAX: i64 = 500;
/// Whoever was not here for longer than that has forgotten us, and is left in peace.
const FORGOTTEN_DAYS: i64 = 3 * 365;
/// An invitation that has not left after so many days is worth nothing.
pub(super) const INVITATION_DAYS: i64 = 14;
/// Moments are planned so long before they come: more than an hour, so that an hourly pass misses none.
pub(super) const AHEAD: TimeDelta = TimeDelta::minutes(90);
pub(super) const DAY: TimeDelta = TimeDelta::hours(24);

/// How many people a rule concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Concerned {
    /// Now, whether they agreed or not.
    pub people: i64,
    /// Those of them who have not agreed, and are not written to.
    pub without_consent: i64,
}

/// How many people a rule about clients as such concerns at this moment, if it were on. Other rules concern bookings,
/// one by one as they come, and nobody at once.
pub fn count_concerned(conn: &mut Conn, rule: &Rule, now: DateTime<Utc>) -> Result<Concerned, Fault> {
    let mut concerned = Concerned::default();
    let mut after = 0;
    loop {
        let page = page(conn, rule, now, after)?;
        let Some(last) = page.last else { return Ok(concerned) };
        for found in page.found {
            concerned.people += 1;
            concerned.without_consent += i64::from(!found.agreed);
        }
        after = last;
    }
}

/// Somebody the rule concerns.
pub(super) struct Found {
    pub(super) message: PlannedMessage,
    pub(super) language: String,
    pub(super) agreed: bool,
}

pub(super) struct Page {
    pub(super) found: Vec<Found>,
    /// The number of the last client, or recall, that was looked at; nothing when there are no more.
    pub(super) last: Option<i64>,
}

/// The next people whom the rule concerns.
fn page(conn: &mut Conn, rule: &Rule, now: DateTime<Utc>, after: i64) -> Result<Page, Fault> {
    if rule.trigger.is_recall() {
        return plan_recalls::page(conn, rule, now, after);
    }
    let after = ClientId::new(after);
    let mut candidates = match rule.trigger {
        Trigger::AfterLastVisit => {
            let until = now + AHEAD - shortest(rule.offset);
            let from = until - TimeDelta::days(FORGOTTEN_DAYS);
            candidates::not_here_since(conn, rule, (from, until), now, (after, PAGE))?
        }
        Trigger::Birthday => candidates::born_on(conn, rule, &days_of_year(rule.offset, now), (after, PAGE))?,
        _ => Vec::new(),
    };
    let last = candidates.last().map(|candidate| candidate.client.get());
    if !rule.conditions.tags.is_empty() {
        let ids: Vec<i64> = candidates.iter().map(|candidate| candidate.client.get()).collect();
        let mut tags = planning::tags_of(conn, &ids)?;
        for candidate in &mut candidates {
            candidate.concern.tags = tags.remove(&candidate.client.get()).unwrap_or_default();
        }
    }
    candidates.retain(|candidate| rule.conditions.hold(&candidate.concern));
    let (contacts, guardians) = candidates::contacts(conn, &candidates)?;
    let clinic_zone = candidates::zone_of_clinic(conn)?;
    let zone_of = |candidate: &Candidate| {
        let named = candidate.zone.as_deref().and_then(|zone| time::zone_named(zone).ok());
        named.or_else(|| time::zone_named(clinic_zone.as_deref()?).ok()).unwrap_or(Tz::UTC)
    };
    let found = candidates.into_iter().filter_map(|candidate| {
        let reachable = contacts.get(&candidate.client)?.reachable(&guardians);
        if reachable.on(rule.channel) != Reach::Open {
            return None;
        }
        let zone = zone_of(&candidate);
        let mut message = invitation(rule, &candidate, zone, now)?;
        let letterbox = reachable.letterbox(rule.channel).filter(|_| rule.trigger == Trigger::AfterLastVisit);
        message.merge_key = letterbox.map(|letterbox| {
            let day = time::local_day(message.due_at, zone);
            format!("{}/{letterbox}/{day}/{}", rule.key(), candidate.concern.language)
        });
        Some(Found { message, language: candidate.concern.language, agreed: candidate.agreed })
    });
    Ok(Page { found: found.collect(), last })
}

/// The least that the offset can be.
const fn shortest(offset: Offset) -> TimeDelta {
    match offset {
        Offset::Elapsed(minutes) => TimeDelta::minutes(minutes),
        Offset::Days { days, .. } => TimeDelta::days(days - 1),
    }
}

/// Days of the year on which somebody's birthday may concern the rule now, wherever she lives.
fn days_of_year(offset: Offset, now: DateTime<Utc>) -> Vec<String> {
    let ahead = match offset {
        Offset::Elapsed(minutes) => minutes / 1_440,
        Offset::Days { days, .. } => days,
    };
    let first = now.date_naive() + TimeDelta::days(ahead - 1);
    let days = first.iter_days().take(4);
    let mut words: Vec<String> = days.map(|day| day.format("%m-%d").to_string()).collect();
    // In shorter years it is kept on the day before.
    if words.iter().any(|word| word == "02-28") {
        words.push("02-29".to_owned());
    }
    words
}

/// The message to one candidate, when its moment has come or comes before the next pass.
fn invitation(rule: &Rule, candidate: &Candidate, zone: Tz, now: DateTime<Utc>) -> Option<PlannedMessage> {
    let (due_at, expires_at, slot) = match candidate.since {
        Since::LastVisit(visit, completed_at) => {
            let moment = moments::after(completed_at, rule.offset, zone);
            if now + AHEAD < moment {
                return None;
            }
            let due_at =
                if moment < now - DAY { moments::next_minute(now, rule.offset, zone) } else { moment.max(now) };
            (due_at, due_at + TimeDelta::days(INVITATION_DAYS), visit.to_string())
        }
        Since::Birth(born) => {
            let years = now.year() - 1..=now.year() + 1;
            let birthdays = years.filter_map(|year| moments::birthday_in(born, year));
            let with_moment = birthdays.map(|day| (moments::of_birthday(day, rule.offset, zone), day));
            let mut near =
                with_moment.filter(|(moment, day)| now < moments::end_of(*day, zone) && *moment <= now + AHEAD);
            let (moment, day) = near.find(|(moment, _)| now - DAY <= *moment)?;
            // A birthday before the rule was switched on is over.
            rule.active_from.filter(|from| *from <= moment)?;
            let day_of_moment = time::local_day(moment, zone);
            // What is said on another day than the birthday itself is said on that day or not at all.
            let expires_at = moments::end_of(day_of_moment.min(day), zone);
            (moment.max(now), expires_at, day.year().to_string())
        }
    };
    if expires_at <= now {
        return None;
    }
    let subject = Subject::Client(candidate.client);
    let recipient = Recipient::Client(candidate.client);
    let message = PlannedMessage::at_once(subject, rule.kind()?, recipient, 0, due_at, expires_at);
    Some(PlannedMessage { slot, is_timed: true, ..message.by_rule(rule) })
}

/// Takes back what waits although its client has a booking to come, and reminders of recalls that are no longer true.
pub(super) async fn take_back_from_booked(db: &Db, now: DateTime<Utc>) -> Result<PlanReport, Fault> {
    let find = move |conn: &mut Conn| {
        let mut found = Vec::new();
        for rule in rules_on(conn, now)?.iter().filter(|rule| rule.trigger == Trigger::AfterLastVisit) {
            found.extend(candidates::waiting_for_booked(conn, rule.id, now, TAKEN_BACK_MAX)?);
        }
        found.extend(plan_recalls::untrue(conn, now, TAKEN_BACK_MAX)?);
        Ok(found)
    };
    take_back(db, db.read(find).await?, Reason::Superseded, now).await
}

/// Takes back what waits although its rule is off.
async fn take_back_from_rules_off(db: &Db, now: DateTime<Utc>) -> Result<PlanReport, Fault> {
    let find = move |conn: &mut Conn| {
        let on: Vec<RuleId> = rules_on(conn, now)?.iter().map(|rule| rule.id).collect();
        candidates::waiting_without(conn, &on, TAKEN_BACK_MAX)
    };
    let mut report = PlanReport::default();
    loop {
        let taken = take_back(db, db.read(find).await?, Reason::SwitchedOff, now).await?;
        report.add(taken);
        if taken.cancelled == 0 {
            return Ok(report);
        }
    }
}

async fn take_back(db: &Db, found: Vec<MessageId>, reason: Reason, now: DateTime<Utc>) -> Result<PlanReport, Fault> {
    if found.is_empty() {
        return Ok(PlanReport::default());
    }
    let write = move |tx: &mut Tx<'_>| -> Result<usize, Bad<Never>> {
        let mut cancelled = 0;
        for id in &found {
            cancelled += usize::from(store::cancel(tx, *id, reason.as_str())?);
        }
        Ok(cancelled)
    };
    let cancelled = db.write(now, write).await.map_err(Bad::into_fault)?;
    Ok(PlanReport { cancelled, ..PlanReport::default() })
}

/// Rules about clients as such that are on.
fn rules_on(conn: &mut Conn, now: DateTime<Utc>) -> Result<Vec<Rule>, Fault> {
    let book = rules::rulebook(conn, 0)?;
    Ok(book.rules.into_iter().filter(|rule| rule.trigger.is_about_client() && rule.is_on(now)).collect())
}

/// Plans for everybody whom rules about clients as such concern now, as many a day as the clinic allows.
pub(super) async fn plan_clients(db: &Db, now: DateTime<Utc>) -> Result<PlanReport, Fault> {
    let mut report = take_back_from_rules_off(db, now).await?;
    report.add(take_back_from_booked(db, now).await?);
    let rules = db.read(move |conn| rules_on(conn, now)).await?;
    for rule in rules {
        let mut after = 0;
        loop {
            let asked = rule.clone();
            let (found, last, left) = db
                .read(move |conn| {
                    let left = left_today(conn, asked.id, now)?;
                    if left == 0 {
                        return Ok((Vec::new(), None, 0));
                    }
                    let page = page(conn, &asked, now, after)?;
                    Ok((page.found, page.last, left))
                })
                .await?;
            let agreed: Vec<Found> = found.into_iter().filter(|found| found.agreed).take(left).collect();
            if !agreed.is_empty() {
                report.add(write(db, rule.id, agreed, now).await?);
            }
            match last {
                Some(last) => after = last,
                None => break,
            }
        }
    }
    Ok(report)
}

/// How many people more the rule may reach today.
fn left_today(conn: &mut Conn, rule: RuleId, now: DateTime<Utc>) -> Result<usize, Fault> {
    let cap = i64::from(rules::versions(conn)?.mass_per_day);
    let planned = candidates::planned_since(conn, rule, now - DAY)?;
    Ok(usize::try_from(cap - planned).unwrap_or(0))
}

/// Writes what is not there yet; another node may have been faster, and somebody may have booked.
async fn write(db: &Db, rule: RuleId, found: Vec<Found>, now: DateTime<Utc>) -> Result<PlanReport, Fault> {
    let write = move |tx: &mut Tx<'_>| -> Result<PlanReport, Bad<Never>> {
        candidates::lock(tx, rule)?;
        let left = left_today(tx.conn, rule, tx.now)?;
        let frame = planning::frame(tx.conn)?;
        if !frame.book.is_on(rule, tx.now) {
            return Ok(PlanReport::default());
        }
        let mut report = PlanReport::default();
        for Found { message, language, .. } in found.iter().take(left) {
            match candidates::known(tx.conn, &message.natural_key())? {
                None => {
                    planning::insert(tx, std::slice::from_ref(message), language, &frame)?;
                    report.made += 1;
                }
                Some(known) if known.is_aside => {
                    let moved = Moved { id: known.id, due_at: message.due_at, expires_at: message.expires_at };
                    planning::take_up(tx, &moved)?;
                    report.made += 1;
                }
                Some(_) => {}
            }
        }
        Ok(report)
    };
    db.write(now, write).await.map_err(Bad::into_fault)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::BookingId;
    use crate::domain::message_rules::{Concern, Conditions};
    use crate::domain::messages::{Audience, Channel, Purpose};
    use chrono::{NaiveDate, TimeZone};

    fn rule(trigger: Trigger, offset: Offset) -> Rule {
        Rule {
            id: RuleId::new(1),
            code: Some("test".to_owned()),
            name: String::new(),
            trigger,
            offset,
            audience: Audience::Client,
            channel: Channel::Mail,
            endpoint: None,
            template: None,
            purpose: Purpose::Transactional,
            consent: None,
            conditions: Conditions::default(),
            priority: 0,
            active_from: Some(DateTime::UNIX_EPOCH),
            row_version: 1,
        }
    }

    fn candidate(since: Since) -> Candidate {
        Candidate { client: ClientId::new(1), zone: None, concern: Concern::default(), agreed: true, since }
    }

    fn at(month: u32, day: u32, hour: u32) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, month, day, hour, 0, 0).unwrap()
    }

    #[test]
    fn birthdays_are_told_on_the_day_or_not_at_all() {
        let born = |year, month, day| candidate(Since::Birth(NaiveDate::from_ymd_opt(year, month, day).unwrap()));
        let ten = rule(Trigger::Birthday, Offset::Days { days: 0, at_minute: 600 });
        let tokyo = chrono_tz::Asia::Tokyo;
        let due =
            |who: &Candidate, zone, now| invitation(&ten, who, zone, now).map(|message| (message.due_at, message.slot));
        let may = born(1990, 5, 4);
        assert_eq!(due(&may, Tz::UTC, at(5, 4, 9)), Some((at(5, 4, 10), "2026".to_owned())));
        assert_eq!(due(&may, Tz::UTC, at(5, 4, 7)), None, "too early");
        assert_eq!(due(&may, Tz::UTC, at(5, 4, 20)).map(|(at, _)| at), Some(at(5, 4, 20)), "late, but on the day");
        assert_eq!(due(&may, Tz::UTC, at(5, 5, 1)), None, "over");
        assert_eq!(due(&may, tokyo, at(5, 4, 1)).map(|(at, _)| at), Some(at(5, 4, 1)), "ten in Tokyo is one here");
        assert_eq!(due(&born(2000, 2, 29), Tz::UTC, at(2, 28, 10)).map(|(_, year)| year), Some("2026".to_owned()));
        assert!(days_of_year(ten.offset, at(2, 28, 10)).contains(&"02-29".to_owned()));
        let before = rule(Trigger::Birthday, Offset::Days { days: 7, at_minute: 600 });
        assert!(days_of_year(before.offset, at(4, 27, 10)).contains(&"05-04".to_owned()));
        let told = invitation(&before, &may, Tz::UTC, at(4, 27, 10)).unwrap();
        assert_eq!((told.due_at, told.expires_at), (at(4, 27, 10), at(4, 28, 0)));
    }

    #[test]
    fn whoever_was_not_here_for_long_is_invited_when_the_time_has_come() {
        let half_a_year = rule(Trigger::AfterLastVisit, Offset::Elapsed(180 * 1_440));
        let since = |at| candidate(Since::LastVisit(BookingId::new(9), at));
        let now = at(7, 1, 12);
        let due =
            |days| invitation(&half_a_year, &since(now - TimeDelta::days(days)), Tz::UTC, now).map(|one| one.due_at);
        assert_eq!((due(179), due(180), due(400)), (None, Some(now), Some(now)));
        let at_ten = rule(Trigger::AfterLastVisit, Offset::Days { days: 180, at_minute: 600 });
        let told = invitation(&at_ten, &since(now - TimeDelta::days(400)), Tz::UTC, now).unwrap();
        assert_eq!(told.due_at, at(7, 2, 10), "long ago: at the next ten o'clock");
        assert!(told.natural_key().ends_with(&BookingId::new(9).to_string()));
    }
}
