//! What a template may speak of when a message is about one booking, or leads to our pages.

use chrono::{DateTime, TimeDelta, Utc};

use super::Desk;
use crate::domain::messages::{greeting_name, one_line};
use crate::domain::time;
use crate::i18n::Texts;
use crate::messaging::templates::{self, MailFacts, MailLinks};
use crate::messaging::words::engine::Vars;

/// Until when the client may cancel.
pub(in crate::messaging) fn deadline(facts: &MailFacts) -> DateTime<Utc> {
    let notice = TimeDelta::try_minutes(facts.booking.cancel_notice_minutes).unwrap_or_default();
    facts.booking.starts_at.checked_sub_signed(notice).unwrap_or(facts.booking.starts_at)
}

/// A booking, for its client and for whoever works there.
pub(in crate::messaging) fn of_booking(t: Texts, facts: &MailFacts, links: &MailLinks) -> Vars {
    let booking = &facts.booking;
    let start = booking.local_start;
    let end = start.checked_add_signed(booking.ends_at - booking.starts_at).unwrap_or(start);
    let notice = booking.cancel_notice_minutes;
    let parts: Vec<&str> = booking.parts.iter().map(|part| part.service.as_str()).collect();
    let service = if parts.is_empty() { booking.service.clone() } else { parts.join(", ") };
    let price = if booking.price.minor > 0 { t.money(booking.price) } else { String::new() };
    Vars::from([
        ("when", templates::short_when(t, facts)),
        ("date", t.date_long(start.date())),
        ("time", t.time(start.time())),
        ("end_time", t.time(end.time())),
        ("location", facts.location.name.clone()),
        ("address", facts.location.address_lines.join("\n")),
        ("provider", booking.provider.clone()),
        ("service", service),
        ("client", greeting_name(&booking.client).unwrap_or_default()),
        ("reference", booking.reference.clone()),
        ("party", booking.party.to_string()),
        ("price", price),
        ("notice", if notice > 0 { t.notice(notice) } else { String::new() }),
        ("deadline", t.date_time(time::local(deadline(facts), facts.location.zone))),
        ("policy", one_line(&booking.cancel_policy)),
        ("reason", booking.staff_reason.as_deref().map(one_line).unwrap_or_default()),
        ("manage_url", links.manage.clone()),
        ("agenda_url", links.agenda.clone()),
        ("book_url", links.book.clone()),
        ("portal_url", links.portal.clone()),
    ])
}

/// The pages that every client may open.
pub(in crate::messaging) fn with_pages(mut vars: Vars, desk: &Desk<'_>) -> Vars {
    vars.insert("book_url", desk.links.book());
    vars.insert("portal_url", desk.links.page("/portal"));
    vars
}

/// Who reads a text message, and who writes it. Letters have the same from their frame.
pub(in crate::messaging) fn of_reader(facts: &MailFacts) -> Vars {
    let t = Texts::new(facts.language);
    let name = greeting_name(&facts.reader.name).unwrap_or_default();
    let greeting = if name.is_empty() { t.text("mail-hello-nobody") } else { t.with("mail-hello", &[("name", &name)]) };
    let phone = facts.location.phone.clone().or_else(|| facts.clinic.phone.clone());
    let email = facts.location.email.clone().or_else(|| facts.clinic.email.clone());
    Vars::from([
        ("greeting", greeting),
        ("name", name),
        ("heading", String::new()),
        ("lead", String::new()),
        ("clinic", facts.clinic.name.clone()),
        ("clinic_phone", phone.unwrap_or_default()),
        ("clinic_email", email.unwrap_or_default()),
        ("unsubscribe_url", String::new()),
    ])
}
