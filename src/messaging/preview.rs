//! A mail as it would leave, for whoever is about to cause it.

use super::deliver::Links;
use super::store::{self, ended::Ended};
use super::templates::{self, MailLinks, NotRendered, Sender};
use crate::catalog;
use crate::db::{Conn, Fault};
use crate::domain::ids::BookingId;
use crate::domain::language::Language;
use crate::domain::messages::MessageKind;
use chrono::{DateTime, Utc};

/// A mail that has not left.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// What is supposed.
pub struct Supposed<'a> {
    /// The code of a reason of the clinic's list.
    pub reason_code: Option<&'a str>,
    /// What was typed beside it.
    pub typed: Option<&'a str>,
    /// Whether other times are named.
    pub offers_other_times: bool,
}

/// What the client of a booking reads in a mail of this kind that is about to leave. Nothing when no mail reaches the
/// client.
pub fn preview_now(
    conn: &mut Conn,
    links: &dyn Links,
    now: DateTime<Utc>,
    (booking, language): (BookingId, Language),
    kind: MessageKind,
) -> Result<Option<Preview>, Fault> {
    let Some((_, mail)) = store::bookings_to_mail(conn, &[booking])?.into_iter().next() else {
        return Ok(None);
    };
    let Some(facts) = mail.preview(kind, language) else {
        return Ok(None);
    };
    let addresses = MailLinks {
        manage: links.manage(booking, mail.link_generation),
        book: links.book(),
        portal: links.page("/portal"),
        ..MailLinks::default()
    };
    let sender = Sender { name: facts.clinic.name.clone(), address: String::new() };
    let words = store::templates::own_texts(conn)?;
    let rendered = templates::render_in(&facts, &addresses, &sender, now, words.of_kind(kind, language));
    let mail = rendered.map_err(|error: NotRendered| Fault::other(error.to_string()))?;
    Ok(Some(Preview { subject: mail.subject, text: mail.text }))
}

/// What the client of a booking would read if staff called it off now. Nothing when no mail reaches the client.
pub fn preview_cancellation(
    conn: &mut Conn,
    links: &dyn Links,
    now: DateTime<Utc>,
    (booking, language): (BookingId, Language),
    supposed: &Supposed<'_>,
) -> Result<Option<Preview>, Fault> {
    let Some((_, mut mail)) = store::bookings_to_mail(conn, &[booking])?.into_iter().next() else {
        return Ok(None);
    };
    let reasons = catalog::cancellation_reasons(conn)?;
    let reason = supposed.reason_code.and_then(|code| reasons.into_iter().find(|reason| reason.code == code));
    mail.suppose(Ended { reason, wish: None }, supposed.typed.map(str::to_owned));
    let Some(facts) = mail.preview(MessageKind::Cancellation, language) else {
        return Ok(None);
    };
    let others = match store::ended::wish_of(conn, booking)?.filter(|_| supposed.offers_other_times) {
        Some(wish) => links.other_times(conn, now, &wish)?,
        None => Vec::new(),
    };
    let addresses = MailLinks { book: links.book(), portal: links.page("/portal"), others, ..MailLinks::default() };
    let sender = Sender { name: facts.clinic.name.clone(), address: String::new() };
    let rendered = templates::render(&facts, &addresses, &sender, now);
    let mail = rendered.map_err(|error: NotRendered| Fault::other(error.to_string()))?;
    Ok(Some(Preview { subject: mail.subject, text: mail.text }))
}
