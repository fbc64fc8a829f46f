//! A template as it would look: with a real booking, or with facts that are made up where there is none.
//!
//! Links lead nowhere here. Whoever writes texts sees what a client would read, and cannot act for her.

use chrono::{DateTime, Utc};

use super::deliver::Links;
use super::letters::frame::{self, Draft, Head};
use super::letters::text;
use super::store::{self, templates as rows};
use super::templates::{self, MailFacts, MailLinks, NotRendered, RenderedMail, Sender};
use super::words::check::{self, Complaint};
use super::words::{OwnText, samples, sms};
use crate::db::{Conn, Fault};
use crate::domain::language::Language;
use crate::domain::messages::{Channel, MessageKind, Purpose};
use crate::i18n::Texts;

/// With whose facts a template was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TriedWith {
    /// A booking, by its reference.
    Booking(String),
    /// A booking, because the one that was asked for is not there.
    Instead(String),
    /// Made-up facts: there is no booking yet, or the message is not about one.
    MadeUp,
}

/// How a template looks.
#[derive(Debug, Clone)]
pub struct Tried {
    /// What is wrong with it; then the rest shows Rebook's words.
    pub complaints: Vec<Complaint>,
    /// The subject; empty for text messages.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The HTML; empty for text messages.
    pub html: String,
    /// What a text message costs.
    pub size: Option<sms::Size>,
    /// With whose facts.
    pub with: TriedWith,
    /// What each placeholder says with these facts.
    pub values: Vec<(&'static str, String)>,
}

/// Facts to fill templates with.
pub(super) struct Scene {
    kind: MessageKind,
    facts: MailFacts,
    links: MailLinks,
    now: DateTime<Utc>,
    pub(super) with: TriedWith,
}

impl Scene {
    /// The newest booking that fits, or the one called so, or made-up facts.
    pub(super) fn load(
        conn: &mut Conn,
        links: &dyn Links,
        now: DateTime<Utc>,
        (kind, language): (MessageKind, Language),
        reference: Option<&str>,
    ) -> Result<Self, Fault> {
        let asked = match reference {
            Some(reference) => rows::booking_called(conn, &reference.trim().to_uppercase())?,
            None => None,
        };
        let is_instead = reference.is_some() && asked.is_none();
        let booking = match asked {
            Some(id) => Some(id),
            None => rows::fitting_booking(conn, kind)?,
        };
        let found = match booking {
            Some(id) => store::bookings_to_mail(conn, &[id])?.into_iter().next(),
            None => None,
        };
        let (facts, with) = match found {
            Some((_, mail)) => {
                let facts = mail.sample(kind, language);
                let reference = facts.booking.reference.clone();
                let with = if is_instead { TriedWith::Instead(reference) } else { TriedWith::Booking(reference) };
                (facts, with)
            }
            None => {
                let clinic = store::clinic_facts(conn)?;
                let location = samples::location(&clinic);
                (samples::booking(kind, language, (&clinic, &location), now), TriedWith::MadeUp)
            }
        };
        let addresses = MailLinks {
            manage: links.page("/m/sample"),
            book: links.book(),
            agenda: links.agenda(facts.booking.local_start.date()),
            portal: links.page("/portal"),
            others: Vec::new(),
            unsubscribe: if kind.purpose() == Purpose::Marketing { links.page("/u/sample") } else { String::new() },
        };
        Ok(Self { kind, facts, links: addresses, now, with })
    }

    fn draft(&self) -> Result<Draft, NotRendered> {
        let t = Texts::new(self.facts.language);
        if let Some(draft) = samples::other(t, self.kind, &self.facts, &self.links) {
            return Ok(draft);
        }
        let sender = Sender { name: self.facts.clinic.name.clone(), address: String::new() };
        let draft = templates::draft(&self.facts, &self.links, &sender, self.now)?;
        Ok(Draft { invitation: None, ..draft })
    }

    fn head(&self) -> Head<'_> {
        templates::head(&self.facts, &self.links)
    }

    /// What is wrong with a text.
    pub(super) fn complaints(&self, own: &OwnText, channel: Channel) -> Result<Vec<Complaint>, Fault> {
        let draft = self.draft().map_err(|error| fault(&error))?;
        let vars = frame::all_vars(&draft, &self.head());
        Ok(check::check(own, self.kind, channel, (&vars, &draft.rows)))
    }

    /// The mail in these words.
    pub(super) fn mail(&self, own: Option<&OwnText>) -> Result<RenderedMail, Fault> {
        frame::render(self.draft().map_err(|error| fault(&error))?, &self.head(), own).map_err(|error| fault(&error))
    }

    /// How a text looks.
    pub(super) fn tried(self, own: &OwnText, channel: Channel) -> Result<Tried, Fault> {
        let complaints = self.complaints(own, channel)?;
        let vars = frame::all_vars(&self.draft().map_err(|error| fault(&error))?, &self.head());
        let good = Some(own).filter(|_| complaints.is_empty());
        let (subject, text, html, size) = match channel {
            Channel::Sms => {
                let t = Texts::new(self.facts.language);
                let text = text::compose(t, self.kind, &vars, good).unwrap_or_default();
                let size = sms::size(&text);
                (String::new(), text, String::new(), Some(size))
            }
            Channel::Mail | Channel::Webhook => {
                let mail = self.mail(good)?;
                (mail.subject, mail.text, mail.html, None)
            }
        };
        let values = vars.into_iter().collect();
        Ok(Tried { complaints, subject, text, html, size, with: self.with, values })
    }
}

fn fault(error: &NotRendered) -> Fault {
    Fault::other(error.to_string())
}
