//! What is told to a client as such: that it has been a while, and all the best for a birthday.

use chrono::{DateTime, Utc};

use super::frame::{self, Action, Draft, Head};
use super::{Composed, Desk};
use crate::db::{Conn, Fault};
use crate::domain::ids::ClientId;
use crate::domain::messages::{MessageKind, Reason};
use crate::i18n::Texts;
use crate::messaging::deliver::Claimed;
use crate::messaging::store::client::{self as store, ClientFacts};
use crate::messaging::templates::{ClinicFacts, NotRendered, Reader};
use crate::messaging::words::OwnText;
use crate::messaging::words::engine::Vars;

/// What is true of a client now.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct ClientMail {
    facts: ClientFacts,
}

pub(super) fn load(conn: &mut Conn, id: ClientId) -> Result<Option<ClientMail>, Fault> {
    Ok(store::client_to_mail(conn, id)?.map(|facts| ClientMail { facts }))
}

impl ClientMail {
    /// Why the message must not go out as things stand: whoever comes anyway need not be called back.
    pub(super) fn objection(&self, message: &Claimed, now: DateTime<Utc>) -> Option<Reason> {
        let comes = self.facts.last_start.is_some_and(|start| now < start);
        if message.kind == MessageKind::ComeBack && comes {
            return Some(Reason::Superseded);
        }
        self.facts.reader.is_none().then_some(Reason::NoAddress)
    }

    /// Writes the mail.
    pub(super) fn compose(
        &self,
        message: &Claimed,
        desk: &Desk<'_>,
        own: Option<&OwnText>,
    ) -> Result<Composed, NotRendered> {
        let facts = &self.facts;
        let reader = facts.reader.clone().ok_or(NotRendered::NotOfBooking)?;
        let book = match &facts.last_visit {
            Some((service, provider)) => desk.links.page(&format!("/book/{service}?provider={provider}")),
            None => desk.links.book(),
        };
        let t = Texts::new(message.language);
        let addresses =
            Addresses { book, portal: desk.links.page("/portal"), unsubscribe: desk.links.unsubscribe(message.id) };
        let draft = draft(t, message.kind, &facts.clinic, &addresses);
        let head = head(t, &reader, &facts.clinic, &addresses);
        Ok(Composed {
            sender: desk.sender_for(&facts.clinic),
            reply_to: facts.clinic.email.clone(),
            mail: frame::render(draft, &head, own)?,
            reader,
        })
    }
}

/// Where its links lead.
pub(in crate::messaging) struct Addresses {
    pub(in crate::messaging) book: String,
    pub(in crate::messaging) portal: String,
    pub(in crate::messaging) unsubscribe: String,
}

/// Subject, heading, first sentence and what the button says.
pub(in crate::messaging) const fn phrases(kind: MessageKind) -> [&'static str; 4] {
    match kind {
        MessageKind::Birthday => {
            ["words-subject-birthday", "words-heading-birthday", "words-lead-birthday", "words-action-book"]
        }
        _ => ["words-subject-come-back", "words-heading-come-back", "words-lead-come-back", "words-action-book"],
    }
}

/// What the mail says.
pub(in crate::messaging) fn draft(t: Texts, kind: MessageKind, clinic: &ClinicFacts, to: &Addresses) -> Draft {
    let [subject, heading, lead, action] = phrases(kind);
    Draft {
        kind,
        subject: t.with(subject, &[("clinic", &clinic.name)]),
        preview: clinic.name.clone(),
        heading: t.text(heading),
        lead: t.with(lead, &[("clinic", &clinic.name)]),
        rows: Vec::new(),
        notes: Vec::new(),
        actions: vec![Action { label: t.text(action), url: to.book.clone() }],
        invitation: None,
        vars: Vars::from([("book_url", to.book.clone()), ("portal_url", to.portal.clone())]),
    }
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
