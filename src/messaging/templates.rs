//! From facts to a mail: subject, text, HTML and invitation in the reader's language.
//!
//! One frame serves every kind ([`frame`]); a kind is a row of phrases ([`phrases`]) and a choice of blocks. What
//! strangers typed reaches a mail in one place only: the name in the greeting (and the client's name in a provider's
//! mail), cut and stripped by [`greeting_name`]. Notes and reasons that clients typed never leave the house by mail.

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;

use super::calendar_file::{self, CalendarEntry, EntryStatus, Method, Party};
use super::calendar_series::{self, OneOf};
use super::letters::frame::{self, Action, Draft, Head, Row};
use super::letters::vars;
use super::letters::visit::{self, PartFacts};
use super::words::OwnText;
use crate::domain::ids::BookingId;
use crate::domain::messages::{Audience, MessageKind, greeting_name, one_line};
use crate::domain::money::Money;
use crate::domain::time;
use crate::i18n::{Language, Texts};
use crate::mail::Invitation;

/// Everything a mail about a booking may say. Loaded just before it is sent, never earlier.
#[derive(Debug, Clone)]
pub struct MailFacts {
    /// What is said.
    pub kind: MessageKind,
    /// Of which version of time and place.
    pub schedule_version: i32,
    /// In which language.
    pub language: Language,
    /// Who reads it.
    pub reader: Reader,
    /// The clinic.
    pub clinic: ClinicFacts,
    /// Where it takes place.
    pub location: LocationFacts,
    /// What was booked.
    pub booking: BookedFacts,
    /// The series it is one date of.
    pub one_of: Option<OneOf>,
}

/// Who reads it.
#[derive(Debug, Clone)]
pub struct Reader {
    /// As typed by whoever booked; never shown without [`greeting_name`].
    pub name: String,
    /// The mail address.
    pub address: String,
}

/// The clinic as mails name it.
#[derive(Debug, Clone)]
pub struct ClinicFacts {
    /// Its name.
    pub name: String,
    /// `#rrggbb`.
    pub accent_color: String,
    /// Where answers go.
    pub email: Option<String>,
    /// Whom to call.
    pub phone: Option<String>,
}

/// The location as mails name it.
#[derive(Debug, Clone)]
pub struct LocationFacts {
    /// Its name.
    pub name: String,
    /// Street, postal code, city and region, in the order people write them.
    pub address_lines: Vec<String>,
    /// Whom to call.
    pub phone: Option<String>,
    /// Where answers go.
    pub email: Option<String>,
    /// Its zone.
    pub zone: Tz,
}

/// The booking as mails name it.
#[derive(Debug, Clone)]
pub struct BookedFacts {
    /// Which booking.
    pub id: BookingId,
    /// What people read out on the phone.
    pub reference: String,
    /// The service, as booked.
    pub service: String,
    /// Who performs it.
    pub provider: String,
    /// Who comes; shown to providers only, through [`greeting_name`].
    pub client: String,
    /// How many come.
    pub party: i32,
    /// What it costs.
    pub price: Money,
    /// When it starts.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// When it starts, on the clock of the location.
    pub local_start: NaiveDateTime,
    /// How long before it may be cancelled.
    pub cancel_notice_minutes: i64,
    /// The clinic's words on cancelling.
    pub cancel_policy: String,
    /// Why staff declined or cancelled, in staff's words.
    pub staff_reason: Option<String>,
    /// Whether it was called off for a reason of the clinic's own.
    pub is_clinics_doing: bool,
    /// What the visit consists of, when it has several services and this is said to the client.
    pub parts: Vec<PartFacts>,
}

/// Addresses of pages of ours.
#[derive(Debug, Clone, Default)]
pub struct MailLinks {
    /// The page of the booking, for who holds the link.
    pub manage: String,
    /// Where another time is chosen.
    pub book: String,
    /// The day in the agenda, for staff.
    pub agenda: String,
    /// The client's own area; empty where it is not named.
    pub portal: String,
    /// Times that are offered instead.
    pub others: Vec<OtherTime>,
    /// Where advertising is ended with one press; empty where it is none.
    pub unsubscribe: String,
}

/// A time that is offered instead of one that was called off.
#[derive(Debug, Clone)]
pub struct OtherTime {
    /// When, on the clock of the location.
    pub local_start: NaiveDateTime,
    /// With whom.
    pub provider: String,
    /// Where it is booked.
    pub url: String,
}

/// Who the invitation comes from: the same in every version, or calendars refuse the change.
#[derive(Debug, Clone)]
pub struct Sender {
    /// The clinic's name, as people see it.
    pub name: String,
    /// The sender's address.
    pub address: String,
}

/// A mail, before it is put into a letter.
#[derive(Debug, Clone)]
pub struct RenderedMail {
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The HTML.
    pub html: String,
    /// The invitation.
    pub invitation: Option<Invitation>,
}

/// The text could not be made.
#[derive(Debug, thiserror::Error)]
pub enum NotRendered {
    /// The template failed.
    #[error("a mail template failed: {0}")]
    Template(#[from] askama::Error),
    /// The message speaks of something else than one booking.
    #[error("this kind of message does not speak of one booking")]
    NotOfBooking,
}

/// Makes the mail in Rebook's words. `now` is the moment of this version of the calendar entry.
pub fn render(
    facts: &MailFacts,
    links: &MailLinks,
    sender: &Sender,
    now: DateTime<Utc>,
) -> Result<RenderedMail, NotRendered> {
    render_in(facts, links, sender, now, None)
}

/// Makes the mail, in the clinic's words where it has some.
pub(super) fn render_in(
    facts: &MailFacts,
    links: &MailLinks,
    sender: &Sender,
    now: DateTime<Utc>,
    own: Option<&OwnText>,
) -> Result<RenderedMail, NotRendered> {
    let draft = draft(facts, links, sender, now)?;
    frame::render(draft, &head(facts, links), own)
}

/// Who reads it, and why.
pub(super) fn head<'a>(facts: &'a MailFacts, links: &MailLinks) -> Head<'a> {
    let t = Texts::new(facts.language);
    let unsubscribe = Some(links.unsubscribe.clone()).filter(|address| !address.is_empty());
    let why = match facts.kind.audience() {
        Audience::Provider => t.with("mail-why-provider", &[("clinic", &facts.clinic.name)]),
        _ if unsubscribe.is_some() => t.with("words-why-marketing", &[("clinic", &facts.clinic.name)]),
        Audience::Client | Audience::Clinic | Audience::Mailbox | Audience::Staff | Audience::Endpoint => {
            t.with("mail-why-client", &[("clinic", &facts.clinic.name)])
        }
    };
    Head {
        language: facts.language,
        reader_name: &facts.reader.name,
        clinic: &facts.clinic,
        location: Some(&facts.location),
        why,
        unsubscribe,
    }
}

/// What the mail says.
pub(super) fn draft(
    facts: &MailFacts,
    links: &MailLinks,
    sender: &Sender,
    now: DateTime<Utc>,
) -> Result<Draft, NotRendered> {
    let t = Texts::new(facts.language);
    let words = phrases(facts.kind, facts.schedule_version).ok_or(NotRendered::NotOfBooking)?;
    let when = short_when(t, facts);
    Ok(Draft {
        kind: facts.kind,
        subject: t.with(words.subject, &[("when", &when), ("clinic", &facts.clinic.name)]),
        preview: format!("{when} · {}", facts.clinic.name),
        heading: t.text(words.heading),
        lead: lead(t, facts, &words, links),
        rows: rows(t, facts),
        notes: notes(t, facts, now),
        actions: actions(t, facts.kind, links),
        invitation: invitation(t, facts, links, sender, now),
        vars: vars::of_booking(t, facts, links),
    })
}

fn lead(t: Texts, facts: &MailFacts, words: &Phrases, links: &MailLinks) -> String {
    let is_ours = facts.kind == MessageKind::Cancellation && facts.booking.is_clinics_doing;
    match (is_ours, links.others.is_empty()) {
        (true, true) => t.text("cancelling-mail-lead"),
        (true, false) => t.text("cancelling-mail-lead-others"),
        (false, _) => t.text(words.lead),
    }
}

/// The times that are offered come first; what is always there stands below them.
fn actions(t: Texts, kind: MessageKind, links: &MailLinks) -> Vec<Action> {
    let other = |other: &OtherTime| {
        let local = other.local_start;
        let when = t.with("mail-when", &[("date", &t.date_short(local.date())), ("time", &t.time(local.time()))]);
        let label = t.with("cancelling-mail-other", &[("when", &when), ("provider", &other.provider)]);
        Action { label, url: other.url.clone() }
    };
    let own = (!links.portal.is_empty() && kind.audience() == Audience::Client)
        .then(|| Action { label: t.text("portal-mail-all"), url: links.portal.clone() });
    links.others.iter().map(other).chain(action(t, kind, links)).chain(own).collect()
}

/// The phrases of a kind.
pub(super) struct Phrases {
    pub(super) subject: &'static str,
    pub(super) heading: &'static str,
    pub(super) lead: &'static str,
}

/// The phrases of a kind that speaks of one booking.
pub(super) const fn phrases(kind: MessageKind, schedule_version: i32) -> Option<Phrases> {
    let (subject, heading, lead) = match kind {
        MessageKind::Confirmation => {
            ("mail-subject-confirmation", "mail-heading-confirmation", "mail-lead-confirmation")
        }
        MessageKind::RequestReceived => {
            ("mail-subject-request-received", "mail-heading-request-received", "mail-lead-request-received")
        }
        MessageKind::Approved => ("mail-subject-approved", "mail-heading-approved", "mail-lead-approved"),
        MessageKind::Declined => ("mail-subject-declined", "mail-heading-declined", "mail-lead-declined"),
        MessageKind::Change => ("mail-subject-change", "mail-heading-change", "mail-lead-change"),
        MessageKind::Cancellation => {
            ("mail-subject-cancellation", "mail-heading-cancellation", "mail-lead-cancellation")
        }
        MessageKind::ProviderRequest => {
            ("mail-subject-provider-request", "mail-heading-provider-request", "mail-lead-provider-request")
        }
        MessageKind::ProviderBooked if schedule_version > 0 => {
            ("mail-subject-provider-moved", "mail-heading-provider-moved", "mail-lead-provider-moved")
        }
        MessageKind::ProviderBooked => {
            ("mail-subject-provider-booked", "mail-heading-provider-booked", "mail-lead-provider-booked")
        }
        MessageKind::ProviderCancelled => {
            ("mail-subject-provider-cancelled", "mail-heading-provider-cancelled", "mail-lead-provider-cancelled")
        }
        MessageKind::Reminder => ("words-subject-reminder", "words-heading-reminder", "words-lead-reminder"),
        MessageKind::ProviderReminder => {
            ("words-subject-provider-reminder", "words-heading-provider-reminder", "words-lead-provider-reminder")
        }
        MessageKind::ThankYou => ("words-subject-thank-you", "words-heading-thank-you", "words-lead-thank-you"),
        MessageKind::MissedYou => ("words-subject-missed-you", "words-heading-missed-you", "words-lead-missed-you"),
        MessageKind::SeriesBooked
        | MessageKind::SeriesChanged
        | MessageKind::SeriesCancelled
        | MessageKind::SeriesGaps
        | MessageKind::SeriesGapsDesk
        | MessageKind::ProviderSeries
        | MessageKind::WaitlistJoined
        | MessageKind::WaitlistOffer
        | MessageKind::PortalLink
        | MessageKind::ComeBack
        | MessageKind::Birthday
        | MessageKind::Recall
        | MessageKind::ConfirmConsent
        | MessageKind::Event
        | MessageKind::Digest
        | MessageKind::Test => return None,
    };
    Some(Phrases { subject, heading, lead })
}

pub(super) fn short_when(t: Texts, facts: &MailFacts) -> String {
    let local = facts.booking.local_start;
    t.with("mail-when", &[("date", &t.date_short(local.date())), ("time", &t.time(local.time()))])
}

/// Whether the visit lies behind its reader.
const fn is_over(kind: MessageKind) -> bool {
    matches!(kind, MessageKind::ThankYou | MessageKind::MissedYou)
}

/// Whether the time in this mail is one that no longer holds.
const fn is_off(kind: MessageKind) -> bool {
    matches!(kind, MessageKind::Declined | MessageKind::Cancellation | MessageKind::ProviderCancelled)
}

fn rows(t: Texts, facts: &MailFacts) -> Vec<Row> {
    let booking = &facts.booking;
    let plain = |key: &'static str, lines: Vec<String>| Row::plain(t.text(key), lines);
    let length = booking.ends_at - booking.starts_at;
    let local_end = booking.local_start.checked_add_signed(length).unwrap_or(booking.local_start);
    let hours = t.time_range(booking.local_start.time(), local_end.time());
    let when = vec![
        t.date_long(booking.local_start.date()),
        t.with("mail-hours", &[("hours", &hours), ("zone", &t.zone(facts.location.zone))]),
    ];
    let mut rows = vec![Row { struck: is_off(facts.kind), ..Row::strong(t.text("mail-label-when"), when) }];
    if facts.kind.audience() == Audience::Provider {
        if let Some(client) = greeting_name(&booking.client) {
            rows.push(plain("mail-label-client", vec![client]));
        }
    } else if booking.parts.is_empty() {
        rows.push(plain("mail-label-with", vec![booking.provider.clone()]));
    }
    rows.push(match booking.parts.as_slice() {
        [] => plain("mail-label-service", vec![booking.service.clone()]),
        parts => visit::row(t, parts),
    });
    if is_over(facts.kind) {
        // Where it was and what it cost is no news.
    } else if !is_off(facts.kind) {
        let place = std::iter::once(&facts.location.name).chain(&facts.location.address_lines).cloned().collect();
        rows.push(plain("mail-label-where", place));
        if booking.party > 1 {
            rows.push(plain("mail-label-party", vec![booking.party.to_string()]));
        }
        if booking.price.minor > 0 && facts.kind.audience() == Audience::Client {
            rows.push(plain("mail-label-price", vec![t.money(booking.price)]));
        }
    } else if let Some(reason) = booking.staff_reason.as_deref().map(one_line).filter(|reason| !reason.is_empty()) {
        rows.push(plain("mail-label-reason", vec![reason]));
    }
    rows.push(plain("mail-label-reference", vec![booking.reference.clone()]));
    rows
}

fn notes(t: Texts, facts: &MailFacts, now: DateTime<Utc>) -> Vec<String> {
    let policy = one_line(&facts.booking.cancel_policy);
    let policy = Some(policy).filter(|policy| !policy.is_empty());
    match facts.kind {
        MessageKind::Confirmation | MessageKind::Approved | MessageKind::Change => {
            let mut notes = Vec::new();
            if facts.booking.cancel_notice_minutes > 0 {
                let notice = t.notice(facts.booking.cancel_notice_minutes);
                notes.push(t.with("mail-note-deadline", &[("notice", &notice)]));
            }
            notes.extend(policy);
            notes.push(t.text("mail-note-no-reply-needed"));
            notes
        }
        MessageKind::Reminder => {
            let phone = facts.location.phone.as_ref().or(facts.clinic.phone.as_ref());
            let deadline = vars::deadline(facts);
            let mut notes = Vec::new();
            if now < deadline {
                let until = t.date_time(time::local(deadline, facts.location.zone));
                notes.push(t.with("words-note-until", &[("until", &until)]));
                notes.extend(policy);
            } else if let Some(phone) = phone {
                notes.push(t.with("words-note-call", &[("phone", phone)]));
            }
            notes
        }
        _ => Vec::new(),
    }
}

fn action(t: Texts, kind: MessageKind, links: &MailLinks) -> Option<Action> {
    let (label, url) = match kind {
        MessageKind::Confirmation | MessageKind::Approved | MessageKind::Change | MessageKind::Reminder => {
            (t.text("mail-action-manage"), &links.manage)
        }
        MessageKind::ThankYou | MessageKind::MissedYou => (t.text("words-action-book-again"), &links.book),
        MessageKind::RequestReceived => (t.text("mail-action-manage-request"), &links.manage),
        MessageKind::Declined | MessageKind::Cancellation => (t.text("mail-action-book"), &links.book),
        MessageKind::ProviderRequest
        | MessageKind::ProviderBooked
        | MessageKind::ProviderCancelled
        | MessageKind::ProviderReminder => (t.text("mail-action-agenda"), &links.agenda),
        _ => return None,
    };
    Some(Action { label, url: url.clone() })
}

/// The invitation of a mail, or its withdrawal. A wish that nobody answered yet is not put into calendars.
fn invitation(
    t: Texts,
    facts: &MailFacts,
    links: &MailLinks,
    sender: &Sender,
    now: DateTime<Utc>,
) -> Option<Invitation> {
    let (method, status) = match facts.kind {
        MessageKind::Confirmation | MessageKind::Approved | MessageKind::Change | MessageKind::ProviderBooked => {
            (Method::Request, EntryStatus::Confirmed)
        }
        MessageKind::Cancellation | MessageKind::ProviderCancelled => (Method::Cancel, EntryStatus::Cancelled),
        _ => return None,
    };
    let mut entry = calendar_entry(t, facts, links, now);
    entry.status = status;
    entry.organizer = Some(Party { name: sender.name.clone(), address: sender.address.clone() });
    entry.attendee = Some(Party {
        name: greeting_name(&facts.reader.name).unwrap_or_default(),
        address: facts.reader.address.clone(),
    });
    let file = match &facts.one_of {
        Some(one) => calendar_series::write_one(method, &entry, one),
        None => calendar_file::write(method, &entry),
    };
    Some(Invitation { method: method.as_str(), file })
}

/// The calendar entry of a booking without its people.
fn calendar_entry(t: Texts, facts: &MailFacts, links: &MailLinks, now: DateTime<Utc>) -> CalendarEntry {
    let booking = &facts.booking;
    let reference = t.with("mail-entry-reference", &[("reference", &booking.reference)]);
    let phone = facts.location.phone.as_ref().or(facts.clinic.phone.as_ref());
    let (summary, url, link) = match facts.kind.audience() {
        Audience::Client | Audience::Clinic | Audience::Mailbox | Audience::Staff | Audience::Endpoint => (
            t.with("mail-entry-summary", &[("clinic", &facts.clinic.name)]),
            &links.manage,
            t.with("mail-entry-manage", &[("url", &links.manage)]),
        ),
        Audience::Provider => (
            t.with("mail-entry-summary-provider", &[("reference", &booking.reference)]),
            &links.agenda,
            t.with("mail-entry-agenda", &[("url", &links.agenda)]),
        ),
    };
    let mut description = vec![reference, link];
    description.extend(phone.map(|phone| t.with("mail-footer-phone", &[("phone", phone)])));
    let place: Vec<&str> =
        std::iter::once(&facts.location.name).chain(&facts.location.address_lines).map(String::as_str).collect();
    CalendarEntry {
        uid: calendar_file::uid(booking.id, &booking.reference),
        sequence: facts.schedule_version,
        starts_at: booking.starts_at,
        ends_at: booking.ends_at,
        written_at: now,
        organizer: None,
        attendee: None,
        status: EntryStatus::Confirmed,
        summary,
        description: description.join("\n"),
        location: place.join(", "),
        url: Some(url.clone()),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::domain::money::Currency;
    use chrono::TimeZone;

    pub(crate) fn facts(kind: MessageKind, language: Language) -> MailFacts {
        let starts_at = Utc.with_ymd_and_hms(2026, 12, 1, 17, 0, 0).unwrap();
        MailFacts {
            kind,
            schedule_version: 0,
            language,
            reader: Reader { name: "Ana María".into(), address: "ana@mail.example".into() },
            clinic: ClinicFacts {
                name: "Pacific Crest Dental".into(),
                accent_color: "#0f766e".into(),
                email: Some("hello@pacificcrest.example".into()),
                phone: Some("+1 310 555 0100".into()),
            },
            location: LocationFacts {
                name: "Santa Monica".into(),
                address_lines: vec!["1200 Ocean Avenue, Suite 4".into(), "Santa Monica, CA 90401".into()],
                phone: Some("+1 310 555 0101".into()),
                email: None,
                zone: Tz::America__Los_Angeles,
            },
            booking: BookedFacts {
                id: BookingId::new(77),
                reference: "K7Q2MX".into(),
                service: "Root canal treatment".into(),
                provider: "Dr. Maya Chen".into(),
                client: "Ana María López".into(),
                party: 2,
                price: Money::new(9_500, Currency::Usd),
                starts_at,
                ends_at: starts_at + chrono::Duration::minutes(45),
                local_start: starts_at.naive_utc() - chrono::Duration::hours(8),
                cancel_notice_minutes: 1_440,
                cancel_policy: "Later cancellations may cost $50.".into(),
                staff_reason: Some("Dr. Chen is at a training.".into()),
                is_clinics_doing: false,
                parts: Vec::new(),
            },
            one_of: None,
        }
    }

    pub(crate) fn links() -> MailLinks {
        MailLinks {
            manage: "https://clinic.example/m/0123456789abcdefghjkmnpqrs".into(),
            book: "https://clinic.example/book".into(),
            agenda: "https://clinic.example/staff?day=2026-12-01".into(),
            ..MailLinks::default()
        }
    }

    fn sender() -> Sender {
        Sender { name: "Pacific Crest Dental".into(), address: "booking@pacificcrest.example".into() }
    }

    fn rendered(facts: &MailFacts) -> RenderedMail {
        render(facts, &links(), &sender(), DateTime::UNIX_EPOCH).expect("a mail")
    }

    #[test]
    fn every_kind_exists_in_every_language_and_no_subject_names_the_treatment() {
        for language in Language::all() {
            for kind in MessageKind::OF_BOOKING {
                let mail = rendered(&facts(kind, language));
                let (subject, text, html) = (&mail.subject, &mail.text, &mail.html);
                assert!(!subject.contains("Root canal") && !subject.contains("mail-"), "{subject}");
                assert!(text.contains("K7Q2MX") && html.contains("K7Q2MX") && text.contains("Root canal treatment"));
                assert!(!text.contains("mail-") && !html.contains("mail-"), "{text}");
                assert!(html.contains(&format!("lang=\"{}\"", language.tag())));
                let preview = html.split("mso-hide:all;\">").nth(1).and_then(|rest| rest.split("</div>").next());
                assert!(
                    preview.is_some_and(|line| !line.contains("Root canal")),
                    "the preview shows on locked screens"
                );
                if let Some(invitation) = &mail.invitation {
                    assert!(!invitation.file.contains("Root canal"));
                    assert!(invitation.file.contains(&format!("METHOD:{}\r\n", invitation.method)));
                }
                if kind.audience() == Audience::Provider {
                    assert!(!text.contains("/m/"), "a provider never gets the client's link");
                }
            }
        }
    }

    #[test]
    fn a_confirmation_says_what_one_needs() {
        let mail = rendered(&facts(MessageKind::Confirmation, Language::En));
        assert_eq!(mail.subject, "Your appointment on Tue, Dec 1, 9:00 AM is booked");
        for line in [
            "Hello Ana María,",
            "When: Tuesday, December 1, 2026\n  9:00 AM – 9:45 AM (Pacific Time)",
            "With: Dr. Maya Chen",
            "Where: Santa Monica\n  1200 Ocean Avenue, Suite 4\n  Santa Monica, CA 90401",
            "People: 2",
            "Price: $95.00",
            "at least 24 hours before",
            "Later cancellations may cost $50.",
            "https://clinic.example/m/0123456789abcdefghjkmnpqrs\n",
        ] {
            assert!(mail.text.contains(line), "{line}\n--\n{}", mail.text);
        }
        assert_eq!(mail.invitation.map(|invitation| invitation.method), Some("REQUEST"));
    }

    #[test]
    fn german_is_german() {
        let mail = rendered(&facts(MessageKind::Cancellation, Language::De));
        assert_eq!(mail.subject, "Ihr Termin am Di, 1. Dezember, 09:00 Uhr ist abgesagt");
        assert!(mail.text.contains("Guten Tag Ana María,") && mail.text.contains("Grund: Dr. Chen is at a training."));
        assert_eq!(mail.invitation.map(|invitation| invitation.method), Some("CANCEL"));
    }

    #[test]
    fn a_name_that_is_an_advertisement_is_not_repeated() {
        let mut facts = facts(MessageKind::Confirmation, Language::En);
        facts.reader.name = "Win $500 at https://evil.example <script>".into();
        let mail = rendered(&facts);
        assert!(mail.text.starts_with("Hello,\n"));
        assert!(!mail.text.contains("evil") && !mail.html.contains("evil"));
        assert!(!mail.invitation.unwrap().file.contains("evil"));
    }

    #[test]
    fn what_the_clinic_typed_is_escaped() {
        let mut facts = facts(MessageKind::Declined, Language::En);
        facts.clinic.name = "A <b>& B".into();
        facts.clinic.accent_color = "red;background:url(//x)".into();
        let html = rendered(&facts).html;
        assert!(html.contains("A &#60;b&#62;&#38; B") && !html.contains("url("));
    }
}
