//! Who books: people with numbers, and what they ask for.

use chrono::{DateTime, Utc};
use rebook::booking::book::{BookingRequest, Who, Wish};
use rebook::clients::ClientDetails;
use rebook::domain::booking::Actor;
use rebook::domain::ids::{ProviderId, ServiceId};
use rebook::domain::language::Language;
use rebook::domain::recognise::{EmailAddress, PersonName};

/// A person unlike every other number.
pub fn person(number: u32) -> ClientDetails {
    details(&format!("Person{}", letters(number)), &format!("person{number}@client.example"))
}

/// Always the same one.
pub fn known_person() -> ClientDetails {
    details("Ana", "ana@client.example")
}

fn details(first: &str, email: &str) -> ClientDetails {
    ClientDetails {
        first_name: PersonName::parse(first).unwrap(),
        last_name: PersonName::parse("Lima").unwrap(),
        email: Some(EmailAddress::parse(email).unwrap()),
        phone: None,
        language: Language::En,
        zone: None,
        source: None,
    }
}

/// Numbers as letters, because names have no digits.
fn letters(number: u32) -> String {
    number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect()
}

pub fn request(service: i64, provider: Option<i64>, starts_at: DateTime<Utc>, who: ClientDetails) -> BookingRequest {
    BookingRequest {
        wish: Wish {
            service: ServiceId::new(service),
            location: None,
            provider: provider.map(ProviderId::new),
            party: 1,
            starts_at,
            actor: Actor::Client,
        },
        who: Who::Named(who),
        hold: None,
        note: String::new(),
        language: "en".to_owned(),
        source: None,
        overriding: None,
        once: None,
    }
}
