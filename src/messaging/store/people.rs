//! Who reads what is written to a client: she herself, or who answers for her where she has no address of her own.

use std::collections::HashMap;

use data_encoding::HEXLOWER;
use diesel::prelude::*;
use sha2::{Digest, Sha256};

use crate::db::schema::clients;
use crate::db::{Conn, Fault};
use crate::domain::messages::{Reach, Reachable};
use crate::messaging::templates::Reader;

/// Bytes of the hash that stands for a mailbox where messages of one household are brought together.
const LETTERBOX_BYTES: usize = 12;

/// The columns of a client that say how she is written to.
#[derive(Debug, Clone, Queryable)]
pub(in crate::messaging) struct Contact {
    pub(in crate::messaging) id: i64,
    pub(in crate::messaging) first_name: String,
    pub(in crate::messaging) email: Option<String>,
    pub(in crate::messaging) email_key: Option<String>,
    pub(in crate::messaging) phone_key: Option<String>,
    pub(in crate::messaging) standing: String,
    pub(in crate::messaging) guardian_id: Option<i64>,
}

/// The columns of a [`Contact`].
type ContactColumns = (
    clients::id,
    clients::first_name,
    clients::email,
    clients::email_key,
    clients::phone_key,
    clients::standing,
    clients::guardian_id,
);

/// What to select for a [`Contact`].
pub(in crate::messaging) const CONTACT: ContactColumns = (
    clients::id,
    clients::first_name,
    clients::email,
    clients::email_key,
    clients::phone_key,
    clients::standing,
    clients::guardian_id,
);

/// Those who answer for clients without an address of their own, by their identifiers.
pub(in crate::messaging) type Guardians = HashMap<i64, Contact>;

/// Whoever answers for those of the clients who lack an address. Most lack none, and nothing is read.
pub(in crate::messaging) fn guardians_of<'a>(
    conn: &mut Conn,
    contacts: impl IntoIterator<Item = &'a Contact>,
) -> Result<Guardians, Fault> {
    let lacking = contacts.into_iter().filter(|contact| contact.address().is_none() || contact.telephone().is_none());
    let ids: Vec<i64> = lacking.filter_map(|contact| contact.guardian_id).collect();
    if ids.is_empty() {
        return Ok(Guardians::new());
    }
    let rows: Vec<Contact> =
        clients::table.filter(clients::id.eq_any(ids)).order(clients::id).select(CONTACT).load(conn)?;
    Ok(rows.into_iter().map(|contact| (contact.id, contact)).collect())
}

impl Contact {
    fn address(&self) -> Option<&str> {
        self.email.as_deref().map(str::trim).filter(|address| !address.is_empty())
    }

    fn telephone(&self) -> Option<&str> {
        self.phone_key.as_deref().filter(|phone| !phone.is_empty())
    }

    fn is_present(&self) -> bool {
        self.standing == "present"
    }

    /// Who answers for her and may be written to.
    fn guardian<'a>(&self, guardians: &'a Guardians) -> Option<&'a Contact> {
        let guardian = guardians.get(&self.guardian_id?)?;
        guardian.is_present().then_some(guardian)
    }

    /// Who reads mail to her; nobody where there is no address, or none that may be used.
    pub(in crate::messaging) fn reader(&self, guardians: &Guardians) -> Option<Reader> {
        if !self.is_present() {
            return None;
        }
        let of = |contact: &Contact| {
            Some(Reader { name: contact.first_name.clone(), address: contact.address()?.to_owned() })
        };
        of(self).or_else(|| of(self.guardian(guardians)?))
    }

    /// How she can be written to.
    pub(in crate::messaging) fn reachable(&self, guardians: &Guardians) -> Reachable {
        if !self.is_present() {
            let no = Reach::DoNotContact;
            return Reachable { mail: no, sms: no, mailbox: None, telephone: None };
        }
        let guardian = self.guardian(guardians);
        let with_address = [Some(self), guardian].into_iter().flatten().find(|contact| contact.address().is_some());
        let mailbox = with_address.and_then(|contact| contact.email_key.as_deref().or(contact.address()));
        let telephone = self.telephone().or_else(|| guardian?.telephone());
        let reach = |there: bool| if there { Reach::Open } else { Reach::NoAddress };
        Reachable {
            mail: reach(with_address.is_some()),
            sms: reach(telephone.is_some()),
            mailbox: mailbox.map(letterbox),
            telephone: telephone.map(letterbox),
        }
    }
}

/// What stands for an address in rows that outlive it.
fn letterbox(address: &str) -> String {
    let digest = Sha256::digest(format!("letterbox of {address}"));
    HEXLOWER.encode(digest.get(..LETTERBOX_BYTES).unwrap_or_default())
}
