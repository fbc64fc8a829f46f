//! What a message has to say, loaded just before it leaves: one file for each kind of subject.
//!
//! A claimed message is about a [`Subject`]. [`load`] reads what is true of it now; [`Matter::objection`] says whether
//! the message is still worth sending; [`Matter::compose`] writes it. Bookings are read many at a time, the others one
//! by one: there are few of them.

pub(in crate::messaging) mod client;
mod consent;
pub(super) mod event;
pub(super) mod frame;
mod kept;
mod portal;
pub(in crate::messaging) mod recall;
pub(in crate::messaging) mod series;
pub(in crate::messaging) mod text;
mod together;
pub(in crate::messaging) mod vars;
pub(super) mod visit;
pub(super) mod waitlist;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::deliver::{Claimed, Links};
use super::store::{self, BookingMail, NoReader};
use super::templates::{self, ClinicFacts, MailFacts, MailLinks, NotRendered, OtherTime, Reader, RenderedMail, Sender};
use super::words::{OwnText, OwnTexts};
use crate::db::{Conn, Fault};
use crate::domain::messages::{self, Channel, MessageKind, Outcome, Purpose, Reason, Subject};
use crate::i18n::Texts;
use crate::messaging::store::ended::OtherTimesWish;

/// What is true of a subject now, and what the clinic wrote itself.
#[derive(Debug, Clone)]
pub(super) struct Matter {
    about: About,
    words: Arc<OwnTexts>,
}

/// What is true of a subject now.
#[derive(Debug, Clone)]
enum About {
    Booking(Arc<BookingMail>),
    Series(Arc<series::SeriesMail>),
    Waitlist(Arc<waitlist::WaitlistMail>),
    Portal(Arc<portal::PortalMail>),
    Consent(Arc<consent::ConsentMail>),
    Client(Arc<client::ClientMail>),
    Recall(Arc<recall::RecallMail>),
    Kept(Arc<kept::KeptMail>),
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
pub(super) fn load(
    conn: &mut Conn,
    claimed: &[Claimed],
    now: DateTime<Utc>,
) -> Result<HashMap<Subject, Matter>, Fault> {
    let words = Arc::new(store::templates::own_texts(conn)?);
    let matter = |about: About| Matter { about, words: Arc::clone(&words) };
    let bookings: Vec<_> = claimed.iter().filter_map(|message| message.subject.booking()).collect();
    let mut found: HashMap<Subject, Matter> = HashMap::new();
    if !bookings.is_empty() {
        let mut ended = store::ended::by_staff(conn, &bookings)?;
        for (id, mut mail) in store::bookings_to_mail(conn, &bookings)? {
            mail.ended = ended.remove(&id);
            found.insert(Subject::Booking(id), matter(About::Booking(Arc::new(mail))));
        }
    }
    for message in claimed {
        if found.contains_key(&message.subject) {
            continue;
        }
        if let Some(about) = load_one(conn, message.subject, now)? {
            found.insert(message.subject, matter(about));
        }
    }
    Ok(found)
}

fn load_one(conn: &mut Conn, subject: Subject, now: DateTime<Utc>) -> Result<Option<About>, Fault> {
    Ok(match subject {
        Subject::Booking(_) => None,
        Subject::Series(id) => series::load(conn, id)?.map(|mail| About::Series(Arc::new(mail))),
        Subject::WaitlistEntry(id) => waitlist::load_entry(conn, id)?.map(|mail| About::Waitlist(Arc::new(mail))),
        Subject::Offer(id) => waitlist::load_offer(conn, id)?.map(|mail| About::Waitlist(Arc::new(mail))),
        Subject::ClientLink(id) => portal::load(conn, id)?.map(|mail| About::Portal(Arc::new(mail))),
        Subject::Client(id) => client::load(conn, id)?.map(|mail| About::Client(Arc::new(mail))),
        Subject::Recall(id) => recall::load(conn, id, now)?.map(|mail| About::Recall(Arc::new(mail))),
        Subject::Kept(id) => kept::load(conn, id)?.map(|mail| About::Kept(Arc::new(mail))),
        Subject::ConsentRequest(id) => consent::load(conn, id)?.map(|mail| About::Consent(Arc::new(mail))),
    })
}

/// What other times a message promises, when it is a cancellation that does.
pub(super) fn promised(message: &Claimed, matter: &Matter) -> Option<OtherTimesWish> {
    match &matter.about {
        About::Booking(mail) if message.kind == MessageKind::Cancellation => mail.ended.as_ref()?.wish.clone(),
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
    let reason = match &matter.about {
        About::Booking(mail) => {
            let holds = if mail.is_for_former(message) {
                message.schedule_version == mail.schedule_version
            } else {
                messages::still_true(message.kind, message.schedule_version, mail.standing, mail.schedule_version)
                    && mail.ended_as(message.kind)
            };
            if !holds {
                Some(Reason::Superseded)
            } else if message.channel == Channel::Mail {
                mail.facts_for(message).err().map(why_nobody)
            } else {
                None
            }
        }
        About::Series(mail) => mail.objection(message, now),
        About::Waitlist(mail) => mail.objection(message, now),
        About::Portal(mail) => mail.objection(message, now),
        About::Client(mail) => mail.objection(message, now),
        About::Recall(mail) => {
            mail.objection(message).filter(|reason| message.channel == Channel::Mail || *reason != Reason::NoAddress)
        }
        About::Kept(mail) => mail.objection().filter(|_| message.channel == Channel::Mail),
        About::Consent(mail) => mail.objection(message, now),
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
        let own = self.words.find(message, Channel::Mail);
        let written = match &self.about {
            About::Booking(mail) => booking(mail, message, desk, own, now)?,
            About::Series(mail) => mail.compose(message, desk, own, now),
            About::Waitlist(mail) => mail.compose(message, desk, own, now),
            About::Portal(mail) => mail.compose(message, desk, own, now),
            About::Client(mail) => mail.compose(message, desk, own),
            About::Recall(mail) => mail.compose(message, desk, own),
            About::Consent(mail) => mail.compose(message, desk),
            About::Kept(mail) => mail.compose(desk).ok_or(NotRendered::NotOfBooking),
        };
        written.map_err(|error| not_rendered(message, &error))
    }

    /// Writes the text message.
    pub(in crate::messaging) fn compose_text(&self, message: &Claimed, desk: &Desk<'_>) -> Result<String, Outcome> {
        let own = self.words.find(message, Channel::Sms);
        let t = Texts::new(message.language);
        let vars = match &self.about {
            About::Booking(mail) => {
                let facts = mail.sample(message.kind, message.language);
                let mut vars = vars::of_booking(t, &facts, &links_for(mail, &facts, message, desk));
                vars.extend(vars::of_reader(&facts));
                Some(vars)
            }
            About::Waitlist(mail) => mail.text_vars(message, desk),
            About::Recall(mail) => mail.text_vars(message, desk),
            About::Series(_) | About::Portal(_) | About::Client(_) | About::Consent(_) | About::Kept(_) => None,
        };
        let text = vars.and_then(|vars| text::compose(t, message.kind, &vars, own));
        text.ok_or(Outcome::GiveUp(Reason::NotRendered))
    }

    /// Writes one mail for several messages of one household that say the same, the first of which names it.
    pub(super) fn compose_together(
        messages: &[(&Claimed, &Self)],
        desk: &Desk<'_>,
        now: DateTime<Utc>,
    ) -> Result<Composed, Outcome> {
        let (first, matter) = messages.first().ok_or(Outcome::GiveUp(Reason::NotRendered))?;
        if let Some(written) = recall::together(messages, desk, matter.words.find(first, Channel::Mail)) {
            return written.map_err(|error| not_rendered(first, &error));
        }
        match together::compose(messages, desk) {
            Some(written) => written?.map_err(|error| not_rendered(first, &error)),
            // What is not about bookings names nobody, and so says everything to everybody.
            None => matter.compose(first, desk, now),
        }
    }
}

fn not_rendered(message: &Claimed, error: &NotRendered) -> Outcome {
    tracing::error!(message.id = %message.id, "a message cannot be rendered: {error}");
    Outcome::GiveUp(Reason::NotRendered)
}

fn links_for(mail: &BookingMail, facts: &MailFacts, message: &Claimed, desk: &Desk<'_>) -> MailLinks {
    let booking = &facts.booking;
    let is_marketing = message.purpose == Purpose::Marketing;
    MailLinks {
        manage: desk.links.manage(booking.id, mail.link_generation),
        book: desk.links.book(),
        agenda: desk.links.agenda(booking.local_start.date()),
        portal: desk.links.page("/portal"),
        others: desk.others.to_vec(),
        unsubscribe: if is_marketing { desk.links.unsubscribe(message.id) } else { String::new() },
    }
}

fn booking(
    mail: &BookingMail,
    message: &Claimed,
    desk: &Desk<'_>,
    own: Option<&OwnText>,
    now: DateTime<Utc>,
) -> Result<Result<Composed, NotRendered>, Outcome> {
    let facts = mail.facts_for(message).map_err(|why| Outcome::Skip(why_nobody(why)))?;
    let links = links_for(mail, &facts, message, desk);
    let sender = desk.sender_for(&facts.clinic);
    Ok(templates::render_in(&facts, &links, &sender, now, own).map(|mail| Composed {
        sender,
        reply_to: facts.location.email.clone().or_else(|| facts.clinic.email.clone()),
        reader: facts.reader,
        mail,
    }))
}
