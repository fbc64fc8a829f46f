//! That somebody is due again: one mail for each reader, with a link for each of the household that books without
//! signing in.

use super::frame::{self, Action, Draft, Head, Row};
use super::{About, Composed, Desk, Matter};
use crate::db::{Conn, Fault};
use crate::domain::ids::RecallId;
use crate::domain::messages::{MessageKind, Reason, greeting_name};
use crate::domain::recall::{Standing, standing};
use crate::i18n::Texts;
use crate::messaging::deliver::Claimed;
use crate::messaging::store::recalls::{self as store, RecallFacts};
use crate::messaging::templates::{ClinicFacts, NotRendered, Reader};
use crate::messaging::words::OwnText;
use crate::messaging::words::engine::Vars;
use chrono::{DateTime, NaiveDate, Utc};

/// What is true of a recall now.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct RecallMail {
    facts: RecallFacts,
}

pub(super) fn load(conn: &mut Conn, id: RecallId, now: DateTime<Utc>) -> Result<Option<RecallMail>, Fault> {
    Ok(store::recall_to_mail(conn, id, now)?.map(|facts| RecallMail { facts }))
}

/// One line of the mail.
pub(in crate::messaging) struct Line {
    /// What is due.
    pub(in crate::messaging) what: String,
    /// For whom, where the reader is somebody else.
    pub(in crate::messaging) whom: Option<String>,
    /// With whom it was the last time.
    pub(in crate::messaging) provider: String,
    /// When.
    pub(in crate::messaging) due: NaiveDate,
    /// The page that books it.
    pub(in crate::messaging) url: String,
}

/// Where the other links lead.
pub(in crate::messaging) struct Addresses {
    pub(in crate::messaging) portal: String,
    pub(in crate::messaging) unsubscribe: String,
}

impl RecallMail {
    /// Why the message must not go out as things stand: booked, paused, off, or of another date.
    pub(super) fn objection(&self, message: &Claimed) -> Option<Reason> {
        let facts = &self.facts;
        let stands = standing(&facts.recall.facts(), facts.today);
        let holds = facts.is_here
            && !facts.recall.is_archived
            && message.schedule_version == facts.recall.dates.cycle
            && matches!(stands, Standing::Ahead | Standing::Due | Standing::Overdue);
        if holds { facts.reader.is_none().then_some(Reason::NoAddress) } else { Some(Reason::Superseded) }
    }

    fn line(&self, desk: &Desk<'_>) -> Option<Line> {
        let facts = &self.facts;
        Some(Line {
            what: facts.recall.name.clone(),
            whom: greeting_name(&facts.client).filter(|_| facts.is_for_another),
            provider: facts.usual.as_ref().map(|visit| visit.provider_name.clone()).unwrap_or_default(),
            due: facts.recall.dates.due_day?,
            url: desk.links.recall(facts.recall.id, facts.recall.link_generation),
        })
    }

    /// What placeholders stand for in a text message.
    pub(super) fn text_vars(&self, message: &Claimed, desk: &Desk<'_>) -> Option<Vars> {
        let t = Texts::new(message.language);
        let addresses = addresses(message, desk);
        let mut vars = vars(t, &self.line(desk)?, &addresses);
        vars.insert("clinic", self.facts.clinic.name.clone());
        Some(vars)
    }

    /// Writes the mail.
    pub(super) fn compose(
        &self,
        message: &Claimed,
        desk: &Desk<'_>,
        own: Option<&OwnText>,
    ) -> Result<Composed, NotRendered> {
        write(&[(message, self)], desk, own).ok_or(NotRendered::NotOfBooking)?
    }
}

fn addresses(message: &Claimed, desk: &Desk<'_>) -> Addresses {
    Addresses { portal: desk.links.page("/portal"), unsubscribe: desk.links.unsubscribe(message.id) }
}

/// One mail about several recalls of a household; nothing when one of the messages is about something else.
pub(super) fn together(
    messages: &[(&Claimed, &Matter)],
    desk: &Desk<'_>,
    own: Option<&OwnText>,
) -> Option<Result<Composed, NotRendered>> {
    let mut list = Vec::with_capacity(messages.len());
    for (message, matter) in messages {
        let About::Recall(mail) = &matter.about else { return None };
        list.push((*message, mail.as_ref()));
    }
    write(&list, desk, own)
}

fn write(
    list: &[(&Claimed, &RecallMail)],
    desk: &Desk<'_>,
    own: Option<&OwnText>,
) -> Option<Result<Composed, NotRendered>> {
    let (message, first) = list.first()?;
    let t = Texts::new(message.language);
    let clinic = &first.facts.clinic;
    let mut lines: Vec<Line> = list.iter().filter_map(|(_, mail)| mail.line(desk)).collect();
    if list.len() > 1 {
        // In a letter for several, everybody is named.
        for (line, (_, mail)) in lines.iter_mut().zip(list) {
            line.whom = line.whom.take().or_else(|| greeting_name(&mail.facts.client));
        }
    }
    lines.sort_by_key(|line| line.due);
    let mut reader = first.facts.reader.clone()?;
    if list.len() > 1 {
        // It is for the household, not for one of them.
        reader.name = String::new();
    }
    let addresses = addresses(message, desk);
    let draft = draft(t, &lines, clinic, &addresses, first.facts.today)?;
    let head = head(t, &reader, clinic, &addresses);
    Some(frame::render(draft, &head, own).map(|mail| Composed {
        sender: desk.sender_for(clinic),
        reply_to: clinic.email.clone(),
        mail,
        reader,
    }))
}

/// Subject, heading, first sentence before the date and after it, and what the button says.
pub(in crate::messaging) const PHRASES: [&str; 5] = [
    "recall-mail-subject",
    "recall-mail-heading",
    "recall-mail-lead-before",
    "recall-mail-lead-after",
    "recall-mail-action",
];

/// What the mail says. Subject and preview name no treatment.
pub(in crate::messaging) fn draft(
    t: Texts,
    lines: &[Line],
    clinic: &ClinicFacts,
    to: &Addresses,
    today: NaiveDate,
) -> Option<Draft> {
    let [subject, heading, before, after, action] = PHRASES;
    let first = lines.first()?;
    let count = i64::try_from(lines.len()).unwrap_or(i64::MAX);
    let lead = if today < first.due { before } else { after };
    let label = |line: &Line| match &line.whom {
        Some(name) if lines.len() > 1 => t.with("recall-mail-action-for", &[("name", name), ("what", &line.what)]),
        _ if lines.len() > 1 => t.with("recall-mail-action-what", &[("what", &line.what)]),
        _ => t.text(action),
    };
    Some(Draft {
        kind: MessageKind::Recall,
        subject: t.with(subject, &[("clinic", &clinic.name)]),
        preview: clinic.name.clone(),
        heading: t.text(heading),
        lead: t.with(lead, &[("count", &count), ("clinic", &clinic.name)]),
        rows: lines.iter().map(|line| row(t, line, today)).collect(),
        notes: vec![t.text("recall-mail-note")],
        actions: lines.iter().map(|line| Action { label: label(line), url: line.url.clone() }).collect(),
        invitation: None,
        vars: vars(t, first, to),
    })
}

fn row(t: Texts, line: &Line, today: NaiveDate) -> Row {
    let day = t.date_long(line.due);
    let when = match today < line.due {
        true => t.with("recall-mail-due-on", &[("date", &day)]),
        false => t.with("recall-mail-due-since", &[("date", &day)]),
    };
    let mut said = vec![line.what.clone(), when];
    if !line.provider.is_empty() {
        said.push(t.with("recall-mail-with", &[("provider", &line.provider)]));
    }
    Row::strong(line.whom.clone().unwrap_or_else(|| t.text("recall-mail-label")), said)
}

fn vars(t: Texts, line: &Line, to: &Addresses) -> Vars {
    Vars::from([
        ("service", line.what.clone()),
        ("date", t.date_long(line.due)),
        ("provider", line.provider.clone()),
        ("client", line.whom.clone().unwrap_or_default()),
        ("book_url", line.url.clone()),
        ("portal_url", to.portal.clone()),
    ])
}

/// Who reads it, and why.
pub(in crate::messaging) fn head<'a>(
    t: Texts,
    reader: &'a Reader,
    clinic: &'a ClinicFacts,
    to: &Addresses,
) -> Head<'a> {
    Head {
        language: t.language(),
        reader_name: &reader.name,
        clinic,
        location: None,
        why: t.with("words-why-marketing", &[("clinic", &clinic.name)]),
        unsubscribe: Some(to.unsubscribe.clone()),
    }
}
