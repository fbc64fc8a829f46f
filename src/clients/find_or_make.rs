//! Attaches a booking to the client it belongs to, or makes one.

use chrono_tz::Tz;

use super::{history, store};
use crate::db::{Fault, Tx, portable};
use crate::domain::booking::Actor;
use crate::domain::ids::ClientId;
use crate::domain::language::Language;
use crate::domain::recognise::{
    ContactKeys, EmailAddress, PersonName, PhoneNumber, Recognised, recognise, search_words,
};

/// What somebody says about themselves when they book; parsed, so nobody behind it checks again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientDetails {
    /// Given name.
    pub first_name: PersonName,
    /// Family name.
    pub last_name: PersonName,
    /// Where mail goes; not unique.
    pub email: Option<EmailAddress>,
    /// Where calls go; not unique.
    pub phone: Option<PhoneNumber>,
    /// The language to write in.
    pub language: Language,
    /// The zone the person lives in, where it is known.
    pub zone: Option<Tz>,
    /// What brought the person here.
    pub source: Option<String>,
}

impl ClientDetails {
    /// The folded contact by which the person is recognised.
    pub fn keys(&self) -> ContactKeys {
        ContactKeys::of(&self.first_name, &self.last_name, self.email.as_ref(), self.phone.as_ref())
    }

    /// The words under which the person is found.
    pub fn words(&self) -> Vec<String> {
        search_words(&self.first_name, &self.last_name, self.email.as_ref(), self.phone.as_ref())
    }
}

/// The client these details belong to: a known one when mail or phone and the name agree, else a new one and an entry
/// on the list of possible duplicates for everybody it resembles.
///
/// A known client keeps the contact we have; only what is missing is filled in. Anybody can type a name and a phone
/// number, and must not be able to turn somebody else's mail to their own address.
pub fn find_or_make(tx: &mut Tx<'_>, details: &ClientDetails) -> Result<ClientId, Fault> {
    let keys = details.keys();
    // Two bookings of one new person at the same moment make one client.
    portable::lock_names(tx.conn, &names_of(&keys))?;
    let candidates = store::candidates(tx.conn, &keys)?;
    match recognise(&candidates, &keys) {
        Recognised::Same(id) => {
            let id = store::survivor(tx.conn, id)?;
            let before = store::person::load(tx.conn, id)?;
            store::fill_in(tx, id, details)?;
            if let (Some(before), Some(after)) = (before, store::person::load(tx.conn, id)?) {
                // Who typed it is not known to be the client.
                history::write_differences(tx, id, Actor::System, (&before.values(), &after.values()))?;
            }
            Ok(id)
        }
        Recognised::New { possible_duplicates } => {
            let id = store::insert(tx, details, &keys)?;
            for (other, reason) in possible_duplicates {
                let other = store::survivor(tx.conn, other)?;
                store::note_possible_duplicate(tx, id, other, reason)?;
            }
            Ok(id)
        }
    }
}

/// What two bookings of one person share.
fn names_of(keys: &ContactKeys) -> Vec<String> {
    let mail = keys.email_key.as_ref().map(|key| format!("client mail {key}"));
    let phone = keys.phone_key.as_ref().map(|key| format!("client phone {key}"));
    mail.into_iter().chain(phone).collect()
}
