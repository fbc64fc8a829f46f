//! Who waits, as the forms ask for it.

use crate::clients::ClientDetails;
use crate::domain::recognise::{EmailAddress, PersonName, PhoneNumber, WrongContact};
use crate::domain::time;
use crate::i18n::{Language, Texts};
use crate::web::form::Form;

/// Reads name, mail address and phone number; nothing when a field is wrong, the form says which.
pub(super) fn details(form: &mut Form, t: Texts, language: Language, source: Option<String>) -> Option<ClientDetails> {
    let first_name = read(form, "first_name", t, PersonName::parse, Some(t.text("book-first-name-missing")));
    let last_name = read(form, "last_name", t, PersonName::parse, Some(t.text("book-last-name-missing")));
    let email = read(form, "email", t, EmailAddress::parse, None);
    let phone = read(form, "phone", t, PhoneNumber::parse, None);
    if email.is_none() && phone.is_none() && form.error("email").is_empty() && form.error("phone").is_empty() {
        form.fail("email", t.text("book-contact-needed"));
    }
    let zone = form.given("zone").and_then(|name| time::zone_named(name).ok());
    Some(ClientDetails { first_name: first_name?, last_name: last_name?, email, phone, language, zone, source })
}

fn read<T>(
    form: &mut Form,
    name: &str,
    t: Texts,
    parse: fn(&str) -> Result<T, WrongContact>,
    missing: Option<String>,
) -> Option<T> {
    let Some(typed) = form.given(name).map(str::to_owned) else {
        if let Some(sentence) = missing {
            form.fail(name, sentence);
        }
        return None;
    };
    match parse(&typed) {
        Ok(value) => Some(value),
        Err(wrong) => {
            form.fail(name, sentence(t, name, wrong));
            None
        }
    }
}

fn sentence(t: Texts, name: &str, wrong: WrongContact) -> String {
    match (wrong, name) {
        (WrongContact::Missing, _) => t.text("field-required"),
        (WrongContact::NotAnEmail, _) | (_, "email") => t.text("book-email-wrong"),
        (WrongContact::NotAPhone, _) | (_, "phone") => t.text("book-phone-wrong"),
        (WrongContact::TooLong, _) => t.text("book-name-long"),
        (WrongContact::Unprintable | WrongContact::LooksLikeLink, _) => t.text("book-name-wrong"),
    }
}
