//! What is told about a wish on the waitlist and the places offered to it.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::frame::{self, Action, Draft, Head, Row};
use super::{Composed, Desk, vars};
use crate::db::{Conn, Fault};
use crate::domain::ids::{OfferId, WaitlistEntryId};
use crate::domain::messages::{Channel, MessageKind, Reason};
use crate::domain::time;
use crate::domain::waitlist::{OfferStatus, PartOfDay, Weekdays, Wish, clock_of};
use crate::i18n::Texts;
use crate::messaging::deliver::Claimed;
use crate::messaging::store::waitlist::{self as facts, EntryMail, OfferMail};
use crate::messaging::templates::{NotRendered, Reader};
use crate::messaging::words::OwnText;
use crate::messaging::words::engine::Vars;

/// A wish, and the place that is offered when the message is about one.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct WaitlistMail {
    entry: EntryMail,
    offer: Option<OfferMail>,
}

pub(super) fn load_entry(conn: &mut Conn, id: WaitlistEntryId) -> Result<Option<WaitlistMail>, Fault> {
    Ok(facts::entry(conn, id)?.map(|entry| WaitlistMail { entry, offer: None }))
}

pub(super) fn load_offer(conn: &mut Conn, id: OfferId) -> Result<Option<WaitlistMail>, Fault> {
    let Some((entry, offer)) = facts::offer(conn, id)? else {
        return Ok(None);
    };
    Ok(facts::entry(conn, entry)?.map(|entry| WaitlistMail { entry, offer: Some(offer) }))
}

impl WaitlistMail {
    /// Why the message must not go out as things stand: the place is no longer kept, or nobody waits any more.
    pub(super) fn objection(&self, message: &Claimed, now: DateTime<Utc>) -> Option<Reason> {
        let is_true = match &self.offer {
            Some(offer) => offer.status.at(now, offer.expires_at) == OfferStatus::Open,
            None => self.entry.status.is_open(),
        };
        if !is_true {
            return Some(Reason::Superseded);
        }
        let is_mail = message.channel == Channel::Mail;
        (is_mail && self.entry.reader.is_none()).then_some(Reason::NoAddress)
    }

    /// Writes the mail.
    pub(super) fn compose(
        &self,
        message: &Claimed,
        desk: &Desk<'_>,
        own: Option<&OwnText>,
        now: DateTime<Utc>,
    ) -> Result<Composed, NotRendered> {
        let t = Texts::new(message.language);
        let entry = &self.entry;
        let link = desk.links.waitlist(entry.id, entry.link_generation);
        let draft = match &self.offer {
            Some(offer) => offered(t, entry, offer, &link, now),
            None => joined(t, entry, link),
        };
        let draft = Draft { vars: vars::with_pages(draft.vars, desk), ..draft };
        // Whoever has no reader was objected to.
        let reader = entry.reader.clone().unwrap_or(Reader { name: String::new(), address: String::new() });
        let location = self.offer.as_ref().map(|offer| &offer.location);
        let head = Head {
            language: message.language,
            reader_name: &reader.name,
            clinic: &entry.clinic,
            location,
            why: t.with("waitlist-mail-why", &[("clinic", &entry.clinic.name)]),
            unsubscribe: None,
        };
        let mail = frame::render(draft, &head, own)?;
        let reply_to = location.and_then(|location| location.email.clone()).or_else(|| entry.clinic.email.clone());
        Ok(Composed { sender: desk.sender_for(&entry.clinic), reader, reply_to, mail })
    }
}

impl WaitlistMail {
    /// What a text message may speak of; nothing where no place is offered.
    pub(super) fn text_vars(&self, message: &Claimed, desk: &Desk<'_>) -> Option<Vars> {
        let t = Texts::new(message.language);
        let entry = &self.entry;
        let link = desk.links.waitlist(entry.id, entry.link_generation);
        let draft = offered(t, entry, self.offer.as_ref()?, &link, message.due_at);
        let mut vars = vars::with_pages(draft.vars, desk);
        vars.insert("clinic", entry.clinic.name.clone());
        Some(vars)
    }
}

fn joined(t: Texts, entry: &EntryMail, link: String) -> Draft {
    let mut rows = vec![
        Row::strong(t.text("mail-label-service"), vec![entry.service.clone()]),
        Row::plain(t.text("mail-label-when"), wish_lines(t, &entry.wish)),
    ];
    rows.extend(entry.provider.clone().map(|name| Row::plain(t.text("mail-label-with"), vec![name])));
    rows.extend(entry.location.clone().map(|name| Row::plain(t.text("mail-label-where"), vec![name])));
    rows.extend(party(t, &entry.wish));
    let vars = Vars::from([("service", entry.service.clone()), ("offer_url", link.clone())]);
    Draft {
        kind: MessageKind::WaitlistJoined,
        subject: t.text("waitlist-mail-joined-subject"),
        preview: entry.clinic.name.clone(),
        heading: t.text("waitlist-mail-joined-heading"),
        lead: t.text("waitlist-mail-joined-lead"),
        rows,
        notes: vec![t.text("waitlist-mail-joined-note")],
        actions: vec![Action { label: t.text("waitlist-mail-joined-action"), url: link }],
        invitation: None,
        vars,
    }
}

fn offered(t: Texts, entry: &EntryMail, offer: &OfferMail, link: &str, now: DateTime<Utc>) -> Draft {
    let zone = offer.location.zone;
    let (start, end) = (time::local(offer.starts_at, zone), time::local(offer.ends_at, zone));
    let hours = t.time_range(start.time(), end.time());
    let when = t.with("mail-when", &[("date", &t.date_short(start.date())), ("time", &t.time(start.time()))]);
    let ends = time::local(offer.expires_at, zone);
    let until = if ends.date() == time::local_day(now, zone) { t.time(ends.time()) } else { t.date_time(ends) };
    let mut place = vec![offer.location.name.clone()];
    place.extend(offer.location.address_lines.iter().cloned());
    let hours = t.with("mail-hours", &[("hours", &hours), ("zone", &t.zone(zone))]);
    let mut rows = vec![
        Row::strong(t.text("mail-label-when"), vec![t.date_long(start.date()), hours]),
        Row::plain(t.text("mail-label-service"), vec![entry.service.clone()]),
        Row::plain(t.text("mail-label-with"), vec![offer.provider.clone()]),
        Row::plain(t.text("mail-label-where"), place),
    ];
    rows.extend(party(t, &entry.wish));
    let url = format!("{link}?offer={}", offer.id);
    let vars = Vars::from([
        ("when", when.clone()),
        ("date", t.date_long(start.date())),
        ("time", t.time(start.time())),
        ("end_time", t.time(end.time())),
        ("location", offer.location.name.clone()),
        ("address", offer.location.address_lines.join("\n")),
        ("provider", offer.provider.clone()),
        ("service", entry.service.clone()),
        ("until", until.clone()),
        ("offer_url", url.clone()),
    ]);
    Draft {
        kind: MessageKind::WaitlistOffer,
        subject: t.with("waitlist-mail-offer-subject", &[("when", &when)]),
        preview: t.with("waitlist-mail-offer-preview", &[("until", &until), ("clinic", &entry.clinic.name)]),
        heading: t.text("waitlist-mail-offer-heading"),
        lead: t.with("waitlist-mail-offer-lead", &[("until", &until)]),
        rows,
        notes: vec![t.text("waitlist-mail-offer-note")],
        actions: vec![Action { label: t.text("waitlist-mail-offer-action"), url }],
        invitation: None,
        vars,
    }
}

fn party(t: Texts, wish: &Wish) -> Option<Row> {
    (1 < wish.party).then(|| Row::plain(t.text("mail-label-party"), vec![wish.party.to_string()]))
}

/// The times of a wish in words, a line each: the days, the days of the week where not all will do, the time of day.
pub fn wish_lines(t: Texts, wish: &Wish) -> Vec<String> {
    let is_one_day = wish.first_day == wish.last_day;
    let days = if is_one_day {
        t.date_long(wish.first_day)
    } else {
        let (first, last) = (t.date_medium(wish.first_day), t.date_medium(wish.last_day));
        t.with("waitlist-days", &[("first", &first), ("last", &last)])
    };
    let weekdays = (wish.weekdays != Weekdays::ALL && !is_one_day).then(|| weekdays(t, wish.weekdays));
    let (from, until) = (wish.from_minute, wish.until_minute);
    let part = match PartOfDay::of(from, until) {
        Some(PartOfDay::Any) => None,
        Some(PartOfDay::Morning) => Some(t.text("waitlist-part-morning")),
        Some(PartOfDay::Afternoon) => Some(t.text("waitlist-part-afternoon")),
        None => {
            Some(t.with("waitlist-between", &[("from", &t.time(clock_of(from))), ("until", &t.time(clock_of(until)))]))
        }
    };
    std::iter::once(days).chain(weekdays).chain(part).collect()
}

/// `Mon, Wed, Fri`.
fn weekdays(t: Texts, days: Weekdays) -> String {
    // Any week will do; this one begins on a Monday.
    let monday = NaiveDate::default().checked_add_days(Days::new(4)).unwrap_or_default();
    let name = |day: chrono::Weekday| {
        let offset = u64::from(day.num_days_from_monday());
        t.weekday_short(monday.checked_add_days(Days::new(offset)).unwrap_or(monday))
    };
    days.days().map(name).collect::<Vec<_>>().join(", ")
}
