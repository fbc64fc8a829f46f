//! Who somebody is, asked a million times: the rule of [`super::super::recognise`] over digests in memory, about a hundred
//! bytes a client, so that a file of any size is read without a query for each row.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::domain::recognise::{ContactKeys, DuplicateReason};

/// A name of 64 bits for a text. Two texts of a clinic with a million clients share one once in thirty million clinics.
pub fn digest(parts: &[&str]) -> u64 {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    hasher.finalize().iter().take(8).fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

/// Everybody who is known, by digests of contact.
#[derive(Debug, Default)]
pub struct People {
    name_mail_phone: HashMap<u64, i64>,
    name_mail: HashMap<u64, i64>,
    name_phone: HashMap<u64, i64>,
    mail: HashMap<u64, i64>,
    phone: HashMap<u64, i64>,
    name: HashMap<u64, i64>,
}

/// Who somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// A client we know.
    Same(i64),
    /// Somebody new, with whom he may be confused, at most one for each reason.
    New(Vec<(i64, DuplicateReason)>),
}

/// The digests of one contact; a part that is missing has none.
struct Digests {
    name_mail_phone: Option<u64>,
    name_mail: Option<u64>,
    name_phone: Option<u64>,
    mail: Option<u64>,
    phone: Option<u64>,
    name: Option<u64>,
}

impl Digests {
    fn of(keys: &ContactKeys) -> Self {
        let name = Some(keys.name_key.as_str()).filter(|name| !name.is_empty());
        let mail = keys.email_key.as_deref().filter(|mail| !mail.is_empty());
        let phone = keys.phone_key.as_deref().filter(|phone| !phone.is_empty());
        let two = |one: Option<&str>, other: Option<&str>| Some(digest(&[one?, other?]));
        Self {
            name_mail_phone: name.zip(mail).zip(phone).map(|((name, mail), phone)| digest(&[name, mail, phone])),
            name_mail: two(name, mail),
            name_phone: two(name, phone),
            mail: mail.map(|mail| digest(&[mail])),
            phone: phone.map(|phone| digest(&[phone])),
            name: name.map(|name| digest(&[name])),
        }
    }
}

impl People {
    /// Learns of a client. Clients are told in the order of their age: of several who are alike the first stays.
    pub fn learn(&mut self, client: i64, keys: &ContactKeys) {
        let digests = Digests::of(keys);
        let maps = [
            (&mut self.name_mail_phone, digests.name_mail_phone),
            (&mut self.name_mail, digests.name_mail),
            (&mut self.name_phone, digests.name_phone),
            (&mut self.mail, digests.mail),
            (&mut self.phone, digests.phone),
            (&mut self.name, digests.name),
        ];
        for (map, digest) in maps {
            if let Some(digest) = digest {
                map.entry(digest).or_insert(client);
            }
        }
    }

    /// Decides as [`crate::domain::recognise::recognise`] does.
    pub fn find(&self, keys: &ContactKeys) -> Known {
        let digests = Digests::of(keys);
        let get = |map: &HashMap<u64, i64>, digest: Option<u64>| digest.and_then(|digest| map.get(&digest).copied());
        if let Some(client) = get(&self.name_mail_phone, digests.name_mail_phone) {
            return Known::Same(client);
        }
        let by_mail = get(&self.name_mail, digests.name_mail);
        let by_phone = get(&self.name_phone, digests.name_phone);
        if let Some(client) = by_mail.into_iter().chain(by_phone).min() {
            return Known::Same(client);
        }
        let alike = [
            (get(&self.mail, digests.mail), DuplicateReason::SameEmail),
            (get(&self.phone, digests.phone), DuplicateReason::SamePhone),
            (get(&self.name, digests.name), DuplicateReason::SameName),
        ];
        let mut found: Vec<(i64, DuplicateReason)> = Vec::new();
        for (client, reason) in alike {
            if let Some(client) = client.filter(|client| found.iter().all(|(other, _)| other != client)) {
                found.push((client, reason));
            }
        }
        Known::New(found)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::ids::ClientId;
    use crate::domain::recognise::{Recognised, recognise};

    fn keys() -> impl Strategy<Value = ContactKeys> {
        let some = |values: &'static [&'static str]| proptest::option::of(proptest::sample::select(values));
        (
            proptest::sample::select(&["ana cruz", "ben oh", ""][..]),
            some(&["a@x.org", "b@x.org"]),
            some(&["123", "456"]),
        )
            .prop_map(|(name, mail, phone)| ContactKeys {
                name_key: name.to_owned(),
                email_key: mail.map(str::to_owned),
                phone_key: phone.map(str::to_owned),
            })
    }

    proptest! {
        #[test]
        fn decides_as_the_rule_of_the_house(known in proptest::collection::vec(keys(), 0..8), asked in keys()) {
            let mut people = People::default();
            let mut candidates = Vec::new();
            for (own, id) in known.iter().zip(1_i64..) {
                people.learn(id, own);
                candidates.push((ClientId::new(id), own.clone()));
            }
            match (people.find(&asked), recognise(&candidates, &asked)) {
                (Known::Same(found), Recognised::Same(wanted)) => prop_assert_eq!(found, wanted.get()),
                (Known::New(found), Recognised::New { possible_duplicates }) => {
                    prop_assert_eq!(found.is_empty(), possible_duplicates.is_empty());
                    for (client, _) in found {
                        prop_assert!(known.get(usize::try_from(client - 1).unwrap()).is_some());
                    }
                }
                (found, wanted) => prop_assert!(false, "{:?} is not {:?}", found, wanted),
            }
        }
    }
}
