//! The form as a wish to book.

use sha2::{Digest, Sha256};

use super::super::why::party_of;
use super::NOTE_CHARACTERS_MAX;
use super::state::{also_of, named_location, start_of};
use chrono::{DateTime, NaiveDate, Utc};

use crate::booking::book::{BookingRequest, OnceKey, Who, Wish};
use crate::clients::ClientDetails;
use crate::domain::finding;
use crate::domain::ids::{ClientId, LocationId};
use crate::domain::overriding::Acknowledged;
use crate::domain::recognise::{EmailAddress, PersonName, PhoneNumber, WrongContact};
use crate::i18n::{Language, Texts};
use crate::web::auth::Desk;
use crate::web::form::Form;

/// The largest language-free part of a form's key.
const KEY_BYTES_MAX: usize = 100;

/// What is booked, for whom, and what else is said of them.
#[derive(Clone)]
pub(super) struct Wanted {
    pub request: BookingRequest,
    /// Day of birth of somebody new.
    pub birth_date: Option<NaiveDate>,
}

/// Reads the form; what is missing is said by its field. `start` is the time as the page understood it.
pub(super) fn wanted_of(
    form: &mut Form,
    desk: &Desk,
    (start, start_place): (Option<DateTime<Utc>>, Option<LocationId>),
    now: DateTime<Utc>,
) -> Option<Wanted> {
    let (t, catalog) = (desk.t, &desk.catalog);
    // By name or identifier, as in the address of the page.
    let service = form.given("service").and_then(|text| catalog.service_named(text)).map(|service| service.id);
    if service.is_none() {
        form.fail("service", t.text("agenda-choose-service"));
    }
    let is_typed = form.given("clock").is_some();
    let chosen = if is_typed { start.map(|start| (start, start_place)) } else { start_of(form.value("start")) };
    if chosen.is_none() {
        form.fail("start", t.text("desk-choose-time"));
    }
    let party = party_of(form, t);
    also_of(form, catalog, service, t);
    let birth_date = if form.given("client").is_none() { birth_date_of(form, t, now) } else { None };
    let who = who_of(form, t);
    let note = form.value("note").trim().to_owned();
    if note.chars().count() > NOTE_CHARACTERS_MAX {
        form.fail("note", t.with("desk-note-too-long", &[("characters", &NOTE_CHARACTERS_MAX)]));
    }
    if form.has_errors() {
        return None;
    }
    let who = who?;
    let language = match &who {
        Who::Named(details) => details.language,
        Who::Known(_) => t.language(),
    };
    let (starts_at, place) = chosen?;
    let wish = Wish {
        service: service?,
        location: place.or_else(|| named_location(form, catalog)),
        provider: form.given("provider").and_then(|text| catalog.provider_named(text)).map(|provider| provider.id),
        party: party?,
        starts_at,
        actor: desk.actor(),
    };
    let once = once_of(form);
    let request = BookingRequest {
        wish,
        who,
        hold: None,
        note,
        language: language.tag().to_owned(),
        source: None,
        overriding: desk.role.may_override().then(|| Acknowledged::parse(form.value("acknowledged"))),
        once,
    };
    Some(Wanted { request, birth_date })
}

/// Sending the same form twice books once.
fn once_of(form: &Form) -> Option<OnceKey> {
    let key = form.given("once").filter(|key| key.len() <= KEY_BYTES_MAX)?;
    let fields = [
        "service",
        "then",
        "then2",
        "location",
        "provider",
        "party",
        "start",
        "clock",
        "client",
        "first_name",
        "last_name",
        "email",
        "phone",
        "birth_date",
        "note",
    ];
    let mut hash = Sha256::new();
    for field in fields {
        hash.update(form.value(field).as_bytes());
        hash.update([0]);
    }
    let body_hash = data_encoding::HEXLOWER.encode(&hash.finalize());
    Some(OnceKey { scope: "form".to_owned(), key: key.to_owned(), body_hash })
}

fn who_of(form: &mut Form, t: Texts) -> Option<Who> {
    if let Some(text) = form.given("client") {
        let client = text.parse::<ClientId>().ok();
        if client.is_none() {
            form.fail("client", t.text("desk-client-unknown"));
        }
        return client.map(Who::Known);
    }
    let first_name = name_of(form, "first_name", t);
    let last_name = name_of(form, "last_name", t);
    let email = email_of(form, t);
    let phone = phone_of(form, t);
    if form.given("email").is_none() && form.given("phone").is_none() {
        form.fail("phone", t.text("desk-contact-needed"));
    }
    if form.has_errors() {
        return None;
    }
    let language = Language::parse(form.value("language")).unwrap_or(t.language());
    Some(Who::Named(ClientDetails {
        first_name: first_name?,
        last_name: last_name?,
        email,
        phone,
        language,
        zone: None,
        source: None,
    }))
}

/// Who is being typed in, as far as it makes sense already: enough to look for them among those we know.
pub(super) fn half_typed(form: &Form, t: Texts) -> Option<ClientDetails> {
    Some(ClientDetails {
        first_name: PersonName::parse(form.value("first_name")).ok()?,
        last_name: PersonName::parse(form.value("last_name")).ok()?,
        email: EmailAddress::parse(form.value("email")).ok(),
        phone: PhoneNumber::parse(form.value("phone")).ok(),
        language: t.language(),
        zone: None,
        source: None,
    })
}

fn name_of(form: &mut Form, field: &str, t: Texts) -> Option<PersonName> {
    match PersonName::parse(form.value(field)) {
        Ok(name) => Some(name),
        Err(wrong) => {
            let sentence = match wrong {
                WrongContact::Missing => t.text("field-required"),
                WrongContact::TooLong => t.text("desk-name-too-long"),
                WrongContact::LooksLikeLink => t.text("desk-name-link"),
                WrongContact::Unprintable | WrongContact::NotAnEmail | WrongContact::NotAPhone => {
                    t.text("desk-name-unprintable")
                }
            };
            form.fail(field, sentence);
            None
        }
    }
}

fn email_of(form: &mut Form, t: Texts) -> Option<EmailAddress> {
    let parsed = EmailAddress::parse(form.given("email")?).ok();
    if parsed.is_none() {
        form.fail("email", t.text("desk-email-wrong"));
    }
    parsed
}

fn phone_of(form: &mut Form, t: Texts) -> Option<PhoneNumber> {
    let parsed = PhoneNumber::parse(form.given("phone")?).ok();
    if parsed.is_none() {
        form.fail("phone", t.text("desk-phone-wrong"));
    }
    parsed
}

/// A day of birth as it is said in the language of whoever types it.
fn birth_date_of(form: &mut Form, t: Texts, now: DateTime<Utc>) -> Option<NaiveDate> {
    let typed = form.given("birth_date")?;
    let day = finding::birth_date(typed, t.language() == Language::En, now.date_naive());
    if day.is_none() {
        form.fail("birth_date", t.text("desk-birth-date-wrong"));
    }
    day
}
