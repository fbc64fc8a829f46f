//! Who reads a mailbox: one client, or a household that shares it.

use super::history;
use super::person::PersonValues;
use super::store::{self, ClientView};
use crate::db::{Bad, Conn, Fault, Never, Tx};
use crate::domain::booking::Actor;
use crate::domain::ids::ClientId;
use crate::domain::language::Language;
use crate::domain::recognise::{PersonName, PhoneNumber, search_words};

/// More people share no mailbox; a longer list is a mistake somewhere.
pub const PEOPLE_MAX: i64 = 20;

/// The living clients with this mail address, folded, by name. Merged and archived ones are not among them.
pub fn of_mailbox(conn: &mut Conn, email_key: &str) -> Result<Vec<ClientView>, Fault> {
    store::of_mailbox(conn, email_key, PEOPLE_MAX)
}

/// What a client may change of the own data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactChange {
    /// Where calls go.
    pub phone: Option<PhoneNumber>,
    /// The language to be written to in.
    pub language: Language,
}

/// Writes the change; whoever changed the phone number is found under the new one only.
pub fn change_contact(tx: &mut Tx<'_>, client: ClientId, change: &ContactChange) -> Result<(), Bad<Never>> {
    let Some(before) = store::view(tx.conn, client)? else {
        return Ok(());
    };
    if let Some(person) = store::person::load(tx.conn, client)? {
        let values = person.values();
        let phone = change.phone.as_ref().map(|phone| phone.as_str().to_owned());
        let after = PersonValues { phone, language: change.language, ..values.clone() };
        history::write_differences(tx, client, Actor::Client, (&values, &after))?;
    }
    store::set_contact(tx, client, change)?;
    if before.phone.as_deref() != change.phone.as_ref().map(PhoneNumber::as_str) {
        let old = before.phone.as_deref().and_then(|phone| PhoneNumber::parse(phone).ok());
        let names = PersonName::parse(&before.first_name).ok().zip(PersonName::parse(&before.last_name).ok());
        if let Some((first, last)) = names {
            // Only the words of the number change: others may stand for earlier names.
            let bare = search_words(&first, &last, None, None);
            let of = |phone: Option<&PhoneNumber>| {
                let words = search_words(&first, &last, None, phone).into_iter();
                words.filter(|word| !bare.contains(word)).collect::<Vec<_>>()
            };
            store::replace_words(tx, client, &of(old.as_ref()), &of(change.phone.as_ref()))?;
        }
    }
    Ok(())
}
