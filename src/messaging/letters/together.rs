//! One letter for a household: what is said of several bookings to the same mailbox on the same day.

use super::frame::{self, Action, Draft, Head, Row};
use super::{About, Composed, Desk, Matter, why_nobody};
use crate::domain::messages::{Outcome, Purpose, greeting_name};
use crate::i18n::Texts;
use crate::messaging::deliver::Claimed;
use crate::messaging::templates::{MailFacts, NotRendered};
use crate::messaging::words::engine::Vars;

/// A booking in the list, and the page behind its link.
struct One {
    facts: MailFacts,
    manage: String,
}

/// The letter about several bookings; nothing when one of the messages is about something else.
pub(super) fn compose(
    messages: &[(&Claimed, &Matter)],
    desk: &Desk<'_>,
) -> Option<Result<Result<Composed, NotRendered>, Outcome>> {
    let mut list = Vec::with_capacity(messages.len());
    for (message, matter) in messages {
        let About::Booking(mail) = &matter.about else { return None };
        match mail.facts_for(message) {
            Ok(facts) => {
                let manage = desk.links.manage(facts.booking.id, mail.link_generation);
                list.push(One { facts, manage });
            }
            Err(why) => return Some(Err(Outcome::Skip(why_nobody(why)))),
        }
    }
    list.sort_by_key(|one| (one.facts.booking.starts_at, one.facts.booking.id));
    let advertising = messages.first().filter(|(message, _)| message.purpose == Purpose::Marketing);
    let unsubscribe = advertising.map(|(message, _)| desk.links.unsubscribe(message.id));
    write(&list, desk, unsubscribe).map(Ok)
}

fn write(list: &[One], desk: &Desk<'_>, unsubscribe: Option<String>) -> Option<Result<Composed, NotRendered>> {
    let first = &list.first()?.facts;
    let t = Texts::new(first.language);
    let day = t.date_short(first.booking.local_start.date());
    let count = i64::try_from(list.len()).unwrap_or(i64::MAX);
    let draft = Draft {
        kind: first.kind,
        vars: Vars::new(),
        subject: t.with("together-subject", &[("count", &count), ("date", &day)]),
        preview: format!("{day} · {}", first.clinic.name),
        heading: t.text("together-heading"),
        lead: t.with("together-lead", &[("count", &count)]),
        rows: list.iter().map(|one| row(t, one)).collect(),
        notes: Vec::new(),
        actions: list.iter().map(|one| action(t, one)).collect(),
        invitation: None,
    };
    let is_one_place = list.iter().all(|one| one.facts.location.name == first.location.name);
    let head = Head {
        language: first.language,
        reader_name: "",
        clinic: &first.clinic,
        location: is_one_place.then_some(&first.location),
        why: t.with("mail-why-client", &[("clinic", &first.clinic.name)]),
        unsubscribe,
    };
    Some(frame::render(draft, &head, None).map(|mail| Composed {
        sender: desk.sender_for(&first.clinic),
        reader: crate::messaging::Reader { name: String::new(), address: first.reader.address.clone() },
        reply_to: first.location.email.clone().or_else(|| first.clinic.email.clone()),
        mail,
    }))
}

/// Names are cut and stripped as in a greeting: they were typed by whoever booked.
fn name(t: Texts, one: &One) -> String {
    greeting_name(&one.facts.booking.client).unwrap_or_else(|| t.text("together-somebody"))
}

fn row(t: Texts, one: &One) -> Row {
    let booking = &one.facts.booking;
    let start = booking.local_start;
    let end = start.checked_add_signed(booking.ends_at - booking.starts_at).unwrap_or(start);
    let hours = t.time_range(start.time(), end.time());
    let hours = t.with("mail-hours", &[("hours", &hours), ("zone", &t.zone(one.facts.location.zone))]);
    let mut lines = vec![t.date_long(start.date()), hours, format!("{} · {}", booking.service, booking.provider)];
    lines.push(one.facts.location.name.clone());
    Row::strong(name(t, one), lines)
}

fn action(t: Texts, one: &One) -> Action {
    let label = t.with("together-manage", &[("name", &name(t, one))]);
    Action { label, url: one.manage.clone() }
}
