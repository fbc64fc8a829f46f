//! What a message has to say, loaded just before it leaves: one file for each kind of subject.
//!
//! A claimed message is about a [`Subject`]. [`load`] reads what is true of it now; [`Matter::objection`] says whether
//! the message is still worth sending; [`Matter::compose`] writes it. Bookings are read many at a time, the others one
//! by one: there are few of them.

mod consent;
pub(super) mod event;
pub(super) mod frame;
mod portal;
mod series;
pub(super) mod text;
mod together;
pub(super) mod visit;
pub(super) mod waitlist;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::deliver::{Claimed, Links};
use super::store::{self, BookingMail, NoReader};
use super::templates::{self, ClinicFacts, MailLinks, OtherTime, Reader, RenderedMail, Sender};
use crate::db::{Conn, Fault};
use crate::domain::messages::{self, Channel, MessageKind, Outcome, Reason, Subject};
use crate::messaging::store::ended::OtherTimesWish;

/// What is true of a subject now.
#[derive(Debug, Clone)]
pub(super) enum Matter {
    Booking(Arc<BookingMail>),
    Series(Arc<series::SeriesMail>),
    Waitlist(Arc<waitlist::WaitlistMail>),
    Portal(Arc<portal::PortalMail>),
    Consent(Arc<consent::ConsentMail>),
    /// A test, whose text lies beside the message.
    Kept,
}

/// Who writes, and where our pages are.
pub(super) struct Desk<'a> {
    pub(super) links: &'a dyn Links,
    pub(super) sender: &'a Sender,
    /// Times to offer instead of one that was called off.
    pub(super) others: &'a [OtherTime],
}

impl Desk<'_> {
    /// The clinic's name stands before the address that the settings name.
    pub(super) fn sender_for(&self, clinic: &ClinicFacts) -> Sender {
        let name = if clinic.name.is_empty() { &self.sender.name } else { &clinic.name };
        Sender { name: name.clone(), address: self.sender.address.clone() }
    }
}

/// A mail with everybody it concerns.
pub(super) struct Composed {
    pub(super) sender: Sender,
    pub(super) reader: Reader,
    pub(super) reply_to: Option<String>,
    pub(super) mail: RenderedMail,
}

/// What is true now of everything the messages are about. What is not there any more is missing.
pub(super) fn load(conn: &mut Conn, claimed: &[Claimed]) -> Result<HashMap<Subject, Matter>, Fault> {
    let bookings: Vec<_> = claimed.iter().filter_map(|message| message.subject.booking()).collect();
    let mut found: HashMap<Subject, Matter> = HashMap::new();
    if !bookings.is_empty() {
        let mut ended = store::ended::by_staff(conn, &bookings)?;
        for (id, mut mail) in store::bookings_to_mail(conn, &bookings)? {
            mail.ended = ended.remove(&id);
            found.insert(Subject::Booking(id), Matter::Booking(Arc::new(mail)));
        }
    }
    for message in claimed {
        if found.contains_key(&message.subject) {
            continue;
        }
        if let Some(matter) = load_one(conn, message.subject)? {
            found.insert(message.subject, matter);
        }
    }
    Ok(found)
}

fn load_one(conn: &mut Conn, subject: Subject) -> Result<Option<Matter>, Fault> {
    Ok(match subject {
        Subject::Booking(_) => None,
        Subject::Series(id) => series::load(conn, id)?.map(|mail| Matter::Series(Arc::new(mail))),
        Subject::WaitlistEntry(id) => waitlist::load_entry(conn, id)?.map(|mail| Matter::Waitlist(Arc::new(mail))),
        Subject::Offer(id) => waitlist::load_offer(conn, id)?.map(|mail| Matter::Waitlist(Arc::new(mail))),
        Subject::ClientLink(id) => portal::load(conn, id)?.map(|mail| Matter::Portal(Arc::new(mail))),
        Subject::ConsentRequest(id) => consent::load(conn, id)?.map(|mail| Matter::Consent(Arc::new(mail))),
        Subject::Kept(_) => Some(Matter::Kept),
        Subject::Client(_) => None,
    })
}

/// What other times a message promises, when it is a cancellation that does.
pub(super) fn promised(message: &Claimed, matter: &Matter) -> Option<OtherTimesWish> {
    match matter {
        Matter::Booking(mail) if message.kind == MessageKind::Cancellation => mail.ended.as_ref()?.wish.clone(),
        _ => None,
    }
}

/// Why a claimed message must not go out as things stand, if there is a reason.
pub(super) fn objection(message: &Claimed, matter: Option<&Matter>, now: DateTime<Utc>) -> Option<Outcome> {
    let Some(matter) = matter else {
        return Some(Outcome::Skip(Reason::Superseded));
    };
    if message.expires_at <= now {
        return Some(Outcome::Skip(Reason::Expired));
    }
    let reason = match matter {
        Matter::Booking(mail) => {
            let holds = if mail.is_for_former(message) {
                message.schedule_version == mail.schedule_version
            } else {
                messages::still_true(message.kind, message.schedule_version, mail.standing, mail.schedule_version)
            };
            if !holds {
                Some(Reason::Superseded)
            } else if message.channel == Channel::Mail {
                mail.facts_for(message).err().map(why_nobody)
            } else {
                None
            }
        }
        Matter::Series(mail) => mail.objection(message, now),
        Matter::Waitlist(mail) => mail.objection(message, now),
        Matter::Portal(mail) => mail.objection(message, now),
        Matter::Consent(mail) => mail.objection(message, now),
        Matter::Kept => None,
    };
    reason.map(Outcome::Skip)
}

const fn why_nobody(why: NoReader) -> Reason {
    match why {
        NoReader::NoAddress => Reason::NoAddress,
        NoReader::OtherProvider => Reason::Superseded,
    }
}

impl Matter {
    /// Writes the mail.
    pub(super) fn compose(&self, message: &Claimed, desk: &Desk<'_>, now: DateTime<Utc>) -> Result<Composed, Outcome> {
        let written = match self {
            Self::Booking(mail) => booking(mail, message, desk, now)?,
            Self::Series(mail) => mail.compose(message, desk, now),
            Self::Waitlist(mail) => mail.compose(message, desk, now),
            Self::Portal(mail) => mail.compose(message, desk, now),
            Self::Consent(mail) => mail.compose(message, desk),
            Self::Kept => return Err(Outcome::GiveUp(Reason::NotRendered)),
        };
        written.map_err(|error| not_rendered(message, &error))
    }

    /// Writes one mail for several messages of one household that say the same, the first of which names it.
    pub(super) fn compose_together(
        messages: &[(&Claimed, &Self)],
        desk: &Desk<'_>,
        now: DateTime<Utc>,
    ) -> Result<Composed, Outcome> {
        let (first, matter) = messages.first().ok_or(Outcome::GiveUp(Reason::NotRendered))?;
        match together::compose(messages, desk) {
            Some(written) => written?.map_err(|error| not_rendered(first, &error)),
            // What is not about bookings names nobody, and so says everything to everybody.
            None => matter.compose(first, desk, now),
        }
    }
}

fn not_rendered(message: &Claimed, error: &templates::NotRendered) -> Outcome {
    tracing::error!(message.id = %message.id, "a message cannot be rendered: {error}");
    Outcome::GiveUp(Reason::NotRendered)
}

fn booking(
    mail: &BookingMail,
    message: &Claimed,
    desk: &Desk<'_>,
    now: DateTime<Utc>,
) -> Result<Result<Composed, templates::NotRendered>, Outcome> {
    let facts = mail.facts_for(message).map_err(|why| Outcome::Skip(why_nobody(why)))?;
    let booking = &facts.booking;
    let links = MailLinks {
        manage: desk.links.manage(booking.id, mail.link_generation),
        book: desk.links.book(),
        agenda: desk.links.agenda(booking.local_start.date()),
        portal: desk.links.page("/portal"),
        others: desk.others.to_vec(),
    };
    let sender = desk.sender_for(&facts.clinic);
    Ok(templates::render(&facts, &links, &sender, now).map(|mail| Composed {
        sender,
        reply_to: facts.location.email.clone().or_else(|| facts.clinic.email.clone()),
        reader: facts.reader,
        mail,
    }))
}
