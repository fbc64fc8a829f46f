//! What is told about a series: every date in one mail, and one calendar entry for all of them.

use chrono::{DateTime, Utc};

use super::frame::{self, Action, Draft, Head, Row};
use super::{Composed, Desk};
use crate::db::{Conn, Fault};
use crate::domain::ids::{ProviderId, SeriesId};
use crate::domain::messages::{Audience, MessageKind, Reason, greeting_name, one_line};
use crate::domain::recurrence::End;
use crate::domain::time;
use crate::i18n::{Argument, Texts};
use crate::mail::Invitation;
use crate::messaging::calendar_file::{CalendarEntry, EntryStatus, Method, Party};
use crate::messaging::calendar_series::{self, Moved, SeriesEntry};
use crate::messaging::deliver::Claimed;
use crate::messaging::store::series::{self as store, DateFacts, SeriesFacts};
use crate::messaging::templates::{NotRendered, Reader};
use crate::messaging::words::OwnText;
use crate::messaging::words::engine::Vars;

/// Dates that stand in a mail; a year of daily ones.
const DATES_SHOWN: usize = 366;

/// What is true of it now.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct SeriesMail {
    facts: SeriesFacts,
}

pub(super) fn load(conn: &mut Conn, id: SeriesId) -> Result<Option<SeriesMail>, Fault> {
    Ok(store::series_to_mail(conn, id)?.map(|facts| SeriesMail { facts }))
}

impl SeriesMail {
    /// Why the message must not go out as things stand.
    pub(super) fn objection(&self, message: &Claimed, _now: DateTime<Utc>) -> Option<Reason> {
        if message.schedule_version != self.facts.schedule_version {
            return Some(Reason::Superseded);
        }
        self.reader(message).is_none().then_some(Reason::NoAddress)
    }

    fn reader(&self, message: &Claimed) -> Option<Reader> {
        match message.audience {
            Audience::Client => self.facts.client.clone(),
            Audience::Provider => {
                let date = self.facts.dates.iter().find(|date| Some(date.provider) == message.provider)?;
                let address = date.provider_email.clone()?;
                Some(Reader { name: date.provider_name.clone(), address })
            }
            Audience::Clinic => {
                let address = self.facts.clinic.email.clone()?;
                Some(Reader { name: self.facts.clinic.name.clone(), address })
            }
            Audience::Mailbox | Audience::Staff | Audience::Endpoint => None,
        }
    }

    /// Writes the mail.
    pub(super) fn compose(
        &self,
        message: &Claimed,
        desk: &Desk<'_>,
        own: Option<&OwnText>,
        now: DateTime<Utc>,
    ) -> Result<Composed, NotRendered> {
        let facts = &self.facts;
        let reader = self.reader(message).ok_or(NotRendered::NotOfBooking)?;
        let sender = desk.sender_for(&facts.clinic);
        let organizer = Party { name: sender.name.clone(), address: sender.address.clone() };
        let draft = draft(facts, message, desk, (&reader, organizer), now);
        let t = Texts::new(message.language);
        let why = match message.audience {
            Audience::Client => t.with("mail-why-client", &[("clinic", &facts.clinic.name)]),
            Audience::Provider | Audience::Clinic | Audience::Mailbox | Audience::Staff | Audience::Endpoint => {
                t.with("mail-why-provider", &[("clinic", &facts.clinic.name)])
            }
        };
        let head = Head {
            language: message.language,
            reader_name: &reader.name,
            clinic: &facts.clinic,
            location: Some(&facts.location),
            why,
            unsubscribe: None,
        };
        let mail = frame::render(draft, &head, own)?;
        let reply_to = facts.location.email.clone().or_else(|| facts.clinic.email.clone());
        Ok(Composed { sender, reader, reply_to, mail })
    }
}

/// The provider a mail is about, when it is one.
fn only(message: &Claimed) -> Option<ProviderId> {
    message.provider.filter(|_| message.audience == Audience::Provider)
}

/// The dates still to come that this reader is told of.
fn to_come<'a>(
    facts: &'a SeriesFacts,
    message: &Claimed,
    now: DateTime<Utc>,
) -> impl Iterator<Item = &'a DateFacts> + use<'a> {
    let only = only(message);
    let is_meant = move |date: &&DateFacts| only.is_none_or(|provider| provider == date.provider);
    facts.dates.iter().filter(move |date| date.stands && now <= date.ends_at).filter(is_meant)
}

fn draft(
    facts: &SeriesFacts,
    message: &Claimed,
    desk: &Desk<'_>,
    (reader, organizer): (&Reader, Party),
    now: DateTime<Utc>,
) -> Draft {
    let t = Texts::new(message.language);
    let count = i64::try_from(to_come(facts, message, now).count()).unwrap_or(i64::MAX);
    let (subject, heading, lead) = words(t, message.kind, &count, count > 0);
    let rhythm = t.rhythm(&facts.rule, facts.start);
    let vars = Vars::from([
        ("count", count.to_string()),
        ("rhythm", rhythm.clone()),
        ("service", facts.service.clone()),
        ("client", greeting_name(&facts.client_name).unwrap_or_default()),
        ("reference", facts.reference.clone()),
    ]);
    Draft {
        kind: message.kind,
        vars,
        preview: format!("{rhythm} · {}", facts.clinic.name),
        subject,
        heading,
        lead,
        rows: rows(t, facts, message, now),
        notes: notes(t, facts, message, now),
        actions: actions(t, facts, message, desk, now),
        invitation: invitation(t, facts, message, desk, (reader, organizer), now),
    }
}

/// Subject, heading and first sentence. `count` may be a placeholder.
pub(in crate::messaging) fn words(
    t: Texts,
    kind: MessageKind,
    count: &dyn Argument,
    has_dates: bool,
) -> (String, String, String) {
    match kind {
        MessageKind::SeriesBooked => (
            t.with("recurrence-mail-subject-booked", &[("count", count)]),
            t.text("recurrence-mail-heading-booked"),
            t.text("recurrence-mail-lead-booked"),
        ),
        MessageKind::SeriesCancelled => (
            t.text("recurrence-mail-subject-cancelled"),
            t.text("recurrence-mail-heading-cancelled"),
            t.text("recurrence-mail-lead-cancelled"),
        ),
        MessageKind::SeriesGaps => (
            t.text("recurrence-mail-subject-gaps"),
            t.text("recurrence-mail-heading-gaps"),
            t.text("recurrence-mail-lead-gaps"),
        ),
        MessageKind::SeriesGapsDesk => (
            t.text("recurrence-mail-subject-gaps-desk"),
            t.text("recurrence-mail-heading-gaps-desk"),
            t.text("recurrence-mail-lead-gaps-desk"),
        ),
        MessageKind::ProviderSeries => (
            if has_dates {
                t.with("recurrence-mail-subject-provider", &[("count", count)])
            } else {
                t.text("recurrence-mail-subject-provider-none")
            },
            t.text("recurrence-mail-heading-provider"),
            t.text("recurrence-mail-lead-provider"),
        ),
        _ => (
            t.text("recurrence-mail-subject-changed"),
            t.text("recurrence-mail-heading-changed"),
            t.text("recurrence-mail-lead-changed"),
        ),
    }
}

fn rows(t: Texts, facts: &SeriesFacts, message: &Claimed, now: DateTime<Utc>) -> Vec<Row> {
    let zone = facts.location.zone;
    let date_line = |from: chrono::NaiveDateTime, to: chrono::NaiveDateTime| {
        let hours = t.time_range(from.time(), to.time());
        t.with("recurrence-mail-date", &[("date", &t.date_long(from.date())), ("hours", &hours)])
    };
    let mut rows = Vec::new();
    if matches!(message.kind, MessageKind::SeriesGaps | MessageKind::SeriesGapsDesk) && !facts.gaps.is_empty() {
        let length = chrono::TimeDelta::minutes(facts.minutes);
        let lines = facts.gaps.iter().map(|slot| date_line(*slot, slot.checked_add_signed(length).unwrap_or(*slot)));
        rows.push(Row::strong(t.text("recurrence-mail-label-gaps"), lines.collect()));
    }
    let is_off = to_come(facts, message, now).next().is_none();
    let rhythm = vec![t.rhythm(&facts.rule, facts.start), t.zone(zone)];
    rows.push(Row { struck: is_off, ..Row::strong(t.text("recurrence-mail-label-rule"), rhythm) });
    let dates = to_come(facts, message, now).take(DATES_SHOWN);
    let dates: Vec<String> =
        dates.map(|date| date_line(time::local(date.starts_at, zone), time::local(date.ends_at, zone))).collect();
    if !dates.is_empty() {
        rows.push(Row::plain(t.text("recurrence-mail-label-dates"), dates));
    }
    if message.audience == Audience::Client {
        let mut names: Vec<&str> = Vec::new();
        for date in to_come(facts, message, now) {
            if !names.contains(&date.provider_name.as_str()) {
                names.push(&date.provider_name);
            }
        }
        if !names.is_empty() {
            rows.push(Row::plain(t.text("mail-label-with"), vec![names.join(", ")]));
        }
    } else if let Some(client) = greeting_name(&facts.client_name) {
        rows.push(Row::plain(t.text("mail-label-client"), vec![client]));
    }
    rows.push(Row::plain(t.text("mail-label-service"), vec![facts.service.clone()]));
    if !is_off {
        let place = std::iter::once(&facts.location.name).chain(&facts.location.address_lines).cloned().collect();
        rows.push(Row::plain(t.text("mail-label-where"), place));
    }
    rows.push(Row::plain(t.text("mail-label-reference"), vec![facts.reference.clone()]));
    rows
}

fn notes(t: Texts, facts: &SeriesFacts, message: &Claimed, now: DateTime<Utc>) -> Vec<String> {
    let Some(first) = to_come(facts, message, now).next() else { return Vec::new() };
    if message.audience != Audience::Client {
        return Vec::new();
    }
    let mut notes = Vec::new();
    if facts.rule.end == End::Never {
        notes.push(t.text("recurrence-mail-note-open"));
    }
    if first.cancel_notice_minutes > 0 {
        let notice = t.notice(first.cancel_notice_minutes);
        notes.push(t.with("recurrence-mail-note-deadline", &[("notice", &notice)]));
    }
    let policy = one_line(&first.cancel_policy);
    if !policy.is_empty() {
        notes.push(policy);
    }
    notes.push(t.text("mail-note-no-reply-needed"));
    notes
}

fn actions(t: Texts, facts: &SeriesFacts, message: &Claimed, desk: &Desk<'_>, now: DateTime<Utc>) -> Vec<Action> {
    let action = match message.audience {
        Audience::Client if to_come(facts, message, now).next().is_none() => {
            Action { label: t.text("mail-action-book"), url: desk.links.book() }
        }
        Audience::Client | Audience::Mailbox | Audience::Staff | Audience::Endpoint => {
            let url = desk.links.series(facts.id, facts.link_generation);
            Action { label: t.text("recurrence-mail-action-manage"), url }
        }
        Audience::Clinic => {
            Action { label: t.text("recurrence-mail-action-worklist"), url: desk.links.page("/staff/worklists/series") }
        }
        Audience::Provider => Action { label: t.text("mail-action-agenda"), url: agenda(facts, message, desk, now) },
    };
    vec![action]
}

fn agenda(facts: &SeriesFacts, message: &Claimed, desk: &Desk<'_>, now: DateTime<Utc>) -> String {
    let first = to_come(facts, message, now).next().map_or(now, |date| date.starts_at);
    desk.links.agenda(time::local_day(first, facts.zone))
}

/// One entry for all dates: those that are not this reader's, or that do not take place, are left out of the rule.
fn invitation(
    t: Texts,
    facts: &SeriesFacts,
    message: &Claimed,
    desk: &Desk<'_>,
    (reader, organizer): (&Reader, Party),
    now: DateTime<Utc>,
) -> Option<Invitation> {
    if message.audience == Audience::Clinic {
        return None;
    }
    let only = only(message);
    let stands = |date: &&DateFacts| date.stands && only.is_none_or(|provider| provider == date.provider);
    let standing: Vec<&DateFacts> = facts.dates.iter().filter(stands).collect();
    // Without an end the rule speaks of more dates than were made; those are left alone.
    let last = facts.dates.iter().map(|date| date.slot).chain(facts.gaps.iter().copied()).max().unwrap_or(facts.start);
    let slots = facts.rule.dates(facts.start).take_while(|slot| *slot <= last);
    let left_out: Vec<chrono::NaiveDateTime> =
        slots.filter(|slot| !standing.iter().any(|date| date.slot == *slot)).collect();
    let moved = standing.iter().filter(|date| time::local(date.starts_at, facts.zone) != date.slot);
    let method = if standing.is_empty() { Method::Cancel } else { Method::Request };
    let starts_at = time::instant(facts.start, facts.zone);
    let common = CalendarEntry {
        uid: calendar_series::uid(facts.id, &facts.reference),
        sequence: facts.sequence,
        starts_at,
        ends_at: starts_at + chrono::TimeDelta::minutes(facts.minutes),
        written_at: now,
        organizer: Some(organizer),
        attendee: Some(Party {
            name: greeting_name(&reader.name).unwrap_or_default(),
            address: reader.address.clone(),
        }),
        status: if method == Method::Cancel { EntryStatus::Cancelled } else { EntryStatus::Confirmed },
        ..entry(t, facts, message, desk, now)
    };
    let entry = SeriesEntry {
        zone: facts.zone,
        start: facts.start,
        minutes: facts.minutes,
        rule: facts.rule.clone(),
        left_out: if method == Method::Cancel { Vec::new() } else { left_out },
        moved: moved.map(|date| Moved { slot: date.slot, starts_at: date.starts_at, ends_at: date.ends_at }).collect(),
        common,
    };
    Some(Invitation { method: method.as_str(), file: calendar_series::write(method, &entry) })
}

/// What stands in the entry: the clinic and how to reach it, never the treatment.
fn entry(t: Texts, facts: &SeriesFacts, message: &Claimed, desk: &Desk<'_>, now: DateTime<Utc>) -> CalendarEntry {
    let is_client = message.audience == Audience::Client;
    let (summary, url, link) = if is_client {
        let url = desk.links.series(facts.id, facts.link_generation);
        let link = t.with("mail-entry-manage", &[("url", &url)]);
        (t.with("mail-entry-summary", &[("clinic", &facts.clinic.name)]), url, link)
    } else {
        let url = agenda(facts, message, desk, now);
        let link = t.with("mail-entry-agenda", &[("url", &url)]);
        (t.with("mail-entry-summary-provider", &[("reference", &facts.reference)]), url, link)
    };
    let phone = facts.location.phone.as_ref().or(facts.clinic.phone.as_ref());
    let mut description = vec![t.with("mail-entry-reference", &[("reference", &facts.reference)]), link];
    description.extend(phone.map(|phone| t.with("mail-footer-phone", &[("phone", phone)])));
    let place: Vec<&str> =
        std::iter::once(&facts.location.name).chain(&facts.location.address_lines).map(String::as_str).collect();
    CalendarEntry {
        uid: String::new(),
        sequence: 0,
        starts_at: now,
        ends_at: now,
        written_at: now,
        organizer: None,
        attendee: None,
        status: EntryStatus::Confirmed,
        summary,
        description: description.join("\n"),
        location: place.join(", "),
        url: Some(url),
    }
}
