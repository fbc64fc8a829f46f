//! Facts to try a template with where there is no booking to try it with, and for kinds that speak of something else.
//! Names, places and times are made up, and the page says so.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use crate::domain::ids::BookingId;
use crate::domain::language::Language;
use crate::domain::messages::{Audience, MessageKind};
use crate::domain::money::{Currency, Money};
use crate::domain::time;
use crate::i18n::Texts;
use crate::messaging::letters::frame::{Action, Draft, Row};
use crate::messaging::letters::{client, recall, series};
use crate::messaging::templates::{BookedFacts, ClinicFacts, LocationFacts, MailFacts, MailLinks, Reader};
use crate::messaging::words::engine::Vars;

/// Days until the visit that is made up.
const DAYS_AHEAD: i64 = 3;

/// The reader of a sample.
pub(in crate::messaging) fn reader(t: Texts) -> Reader {
    Reader { name: t.text("words-sample-name"), address: String::new() }
}

/// A booking that is made up.
pub(in crate::messaging) fn booking(
    kind: MessageKind,
    language: Language,
    (clinic, location): (&ClinicFacts, &LocationFacts),
    now: DateTime<Utc>,
) -> MailFacts {
    let t = Texts::new(language);
    let day = time::local_day(now, location.zone) + TimeDelta::days(DAYS_AHEAD);
    let local_start = day.and_hms_opt(10, 0, 0).unwrap_or_default();
    let starts_at = time::instant(local_start, location.zone);
    let reader = match kind.audience() {
        Audience::Client => reader(t),
        _ => Reader { name: t.text("words-sample-provider"), address: String::new() },
    };
    MailFacts {
        kind,
        schedule_version: 0,
        language,
        reader,
        clinic: clinic.clone(),
        location: location.clone(),
        booking: BookedFacts {
            id: BookingId::new(1),
            reference: "K7Q2MX".to_owned(),
            service: t.text("words-sample-service"),
            provider: t.text("words-sample-provider"),
            client: format!("{} {}", t.text("words-sample-name"), t.text("words-sample-last-name")),
            party: 1,
            price: Money::new(9_500, Currency::Usd),
            starts_at,
            ends_at: starts_at + TimeDelta::minutes(45),
            local_start,
            cancel_notice_minutes: 1_440,
            cancel_policy: String::new(),
            staff_reason: None,
            is_clinics_doing: false,
            parts: Vec::new(),
        },
        one_of: None,
    }
}

/// A location for a clinic that has none yet.
pub(in crate::messaging) fn location(clinic: &ClinicFacts) -> LocationFacts {
    LocationFacts {
        name: clinic.name.clone(),
        address_lines: Vec::new(),
        phone: None,
        email: None,
        zone: chrono_tz::Tz::UTC,
    }
}

/// What a message says that is not about one booking.
pub(in crate::messaging) fn other(t: Texts, kind: MessageKind, facts: &MailFacts, links: &MailLinks) -> Option<Draft> {
    let booking = &facts.booking;
    let start = booking.local_start;
    let when = t.with("mail-when", &[("date", &t.date_short(start.date())), ("time", &t.time(start.time()))]);
    let until = t.time(start.time());
    let common =
        |subject: String, heading: String, lead: String, rows: Vec<Row>, note: Option<String>, action: String| Draft {
            kind,
            subject,
            preview: facts.clinic.name.clone(),
            heading,
            lead,
            rows,
            notes: note.into_iter().collect(),
            actions: vec![Action { label: action, url: links.manage.clone() }],
            invitation: None,
            vars: vars(t, facts, links),
        };
    let service = Row::strong(t.text("mail-label-service"), vec![booking.service.clone()]);
    let at = Row::strong(t.text("mail-label-when"), vec![t.date_long(start.date()), t.time(start.time())]);
    let with = Row::plain(t.text("mail-label-with"), vec![booking.provider.clone()]);
    Some(match kind {
        MessageKind::SeriesBooked
        | MessageKind::SeriesChanged
        | MessageKind::SeriesCancelled
        | MessageKind::SeriesGaps
        | MessageKind::SeriesGapsDesk
        | MessageKind::ProviderSeries => {
            let (subject, heading, lead) = series::words(t, kind, &4, true);
            let rhythm = Row::strong(t.text("recurrence-mail-label-rule"), vec![t.text("words-sample-rhythm")]);
            let dates = Row::plain(t.text("recurrence-mail-label-dates"), dates(t, start));
            common(subject, heading, lead, vec![rhythm, dates, with], None, t.text("recurrence-mail-action-manage"))
        }
        MessageKind::WaitlistJoined => common(
            t.text("waitlist-mail-joined-subject"),
            t.text("waitlist-mail-joined-heading"),
            t.text("waitlist-mail-joined-lead"),
            vec![service, Row::plain(t.text("mail-label-when"), vec![t.date_long(start.date())])],
            Some(t.text("waitlist-mail-joined-note")),
            t.text("waitlist-mail-joined-action"),
        ),
        MessageKind::WaitlistOffer => common(
            t.with("waitlist-mail-offer-subject", &[("when", &when)]),
            t.text("waitlist-mail-offer-heading"),
            t.with("waitlist-mail-offer-lead", &[("until", &until)]),
            vec![at, with],
            Some(t.text("waitlist-mail-offer-note")),
            t.text("waitlist-mail-offer-action"),
        ),
        MessageKind::PortalLink => common(
            t.with("portal-mail-subject", &[("clinic", &facts.clinic.name)]),
            t.text("portal-mail-heading"),
            t.text("portal-mail-lead"),
            Vec::new(),
            Some(t.with("portal-mail-once", &[("minutes", &15)])),
            t.text("portal-mail-action"),
        ),
        MessageKind::ComeBack | MessageKind::Birthday => {
            let to = client::Addresses {
                book: links.book.clone(),
                portal: links.portal.clone(),
                unsubscribe: links.unsubscribe.clone(),
            };
            client::draft(t, kind, &facts.clinic, &to)
        }
        MessageKind::Recall => {
            let line = recall::Line {
                what: booking.service.clone(),
                whom: None,
                provider: booking.provider.clone(),
                due: start.date(),
                url: links.book.clone(),
            };
            let to = recall::Addresses { portal: links.portal.clone(), unsubscribe: links.unsubscribe.clone() };
            recall::draft(t, &[line], &facts.clinic, &to, start.date() - TimeDelta::days(DAYS_AHEAD))?
        }
        _ => return None,
    })
}

/// What placeholders stand for in a sample.
fn vars(t: Texts, facts: &MailFacts, links: &MailLinks) -> Vars {
    let booking = &facts.booking;
    let start = booking.local_start;
    let when = t.with("mail-when", &[("date", &t.date_short(start.date())), ("time", &t.time(start.time()))]);
    Vars::from([
        ("when", when),
        ("date", t.date_long(start.date())),
        ("time", t.time(start.time())),
        ("end_time", t.time((start + TimeDelta::minutes(45)).time())),
        ("location", facts.location.name.clone()),
        ("address", facts.location.address_lines.join("\n")),
        ("provider", booking.provider.clone()),
        ("service", booking.service.clone()),
        ("client", booking.client.clone()),
        ("reference", booking.reference.clone()),
        ("until", t.time(start.time())),
        ("minutes", "15".to_owned()),
        ("count", "4".to_owned()),
        ("rhythm", t.text("words-sample-rhythm")),
        ("offer_url", links.manage.clone()),
        ("book_url", links.book.clone()),
        ("portal_url", links.portal.clone()),
    ])
}

/// Four dates, a week apart.
fn dates(t: Texts, start: NaiveDateTime) -> Vec<String> {
    (0..4).map(|week| t.date_long((start + TimeDelta::weeks(week)).date())).collect()
}
