//! What of ours their services, providers and locations are.

use std::collections::HashMap;

use chrono_tz::Tz;

use super::map::{CREATE, Names, named};
use super::store;
use crate::db::{Conn, Fault};
use crate::domain::imports::digest;
use crate::domain::language::Language;
use crate::domain::money::Currency;
use crate::domain::recognise::fold;

/// A service of ours.
#[derive(Debug, Clone)]
pub(super) struct ServiceCard {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) minutes: u32,
    pub(super) tax_basis_points: i32,
}

/// A location of ours.
#[derive(Debug, Clone)]
pub(super) struct LocationCard {
    pub(super) id: i64,
    pub(super) zone: Tz,
}

/// One kind of thing with the names under which it is found.
#[derive(Debug, Default)]
pub(super) struct Shelf<T> {
    things: Vec<T>,
    by_name: HashMap<String, usize>,
    by_key: HashMap<u64, usize>,
}

impl<T> Shelf<T> {
    /// Adds a thing under its names; of several of one name the first stays.
    pub(super) fn add(&mut self, thing: T, names: &[&str]) {
        let place = self.things.len();
        self.things.push(thing);
        for name in names {
            self.by_name.entry(fold(name)).or_insert(place);
        }
    }

    /// Says by what key the other program knows a thing.
    fn know(&mut self, key: u64, is_it: impl Fn(&T) -> bool) {
        if let Some(place) = self.things.iter().position(is_it) {
            self.by_key.insert(key, place);
        }
    }

    fn by_name(&self, name: &str) -> Option<&T> {
        self.by_name.get(&fold(name)).and_then(|place| self.things.get(*place))
    }

    /// The only one, where there is only one.
    pub(super) fn only(&self) -> Option<&T> {
        match self.things.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// What of ours a name or key of theirs is.
    pub(super) fn of(&self, theirs: &str, names: &Names) -> Found<'_, T> {
        let own = |name: &str| self.by_name(name).map_or(Found::Unknown, Found::Ours);
        let exact = names.get(&fold(theirs)).map(String::as_str);
        match exact {
            Some(CREATE) => match self.by_name(theirs) {
                Some(ours) => Found::Ours(ours),
                None => Found::Create,
            },
            Some(name) => own(name),
            None => match self.by_key.get(&digest(&[theirs])).and_then(|place| self.things.get(*place)) {
                Some(ours) => Found::Ours(ours),
                None => match (own(theirs), named(names, theirs)) {
                    (Found::Unknown, Some(CREATE)) => Found::Create,
                    (Found::Unknown, Some(any)) => own(any),
                    (found, _) => found,
                },
            },
        }
    }
}

/// What a name of theirs is.
pub(super) enum Found<'a, T> {
    /// One of ours.
    Ours(&'a T),
    /// The map says to make it.
    Create,
    /// Nobody knows.
    Unknown,
}

/// The clinic, as far as rows speak of it.
#[derive(Debug)]
pub(super) struct Shop {
    pub(super) currency: Currency,
    pub(super) language: Language,
    pub(super) services: Shelf<ServiceCard>,
    /// Identifiers of providers.
    pub(super) providers: Shelf<i64>,
    pub(super) locations: Shelf<LocationCard>,
    /// In whose name notes are written: the oldest owner's.
    pub(super) owner: Option<i64>,
}

impl Shop {
    /// Loads it with the keys under which the program `from` knows its parts.
    pub(super) fn load(conn: &mut Conn, from: &str) -> Result<Self, Fault> {
        let (currency, language) = store::clinic(conn)?;
        let mut shop = Self {
            currency,
            language,
            services: Shelf { things: Vec::new(), by_name: HashMap::new(), by_key: HashMap::new() },
            providers: Shelf::default(),
            locations: Shelf { things: Vec::new(), by_name: HashMap::new(), by_key: HashMap::new() },
            owner: store::owner(conn)?,
        };
        for (card, slug) in store::services(conn)? {
            let name = card.name.clone();
            shop.services.add(card, &[&name, &slug]);
        }
        for (id, name, slug) in store::providers(conn)? {
            shop.providers.add(id, &[&name, &slug]);
        }
        for (card, name, slug) in store::locations(conn)? {
            shop.locations.add(card, &[&name, &slug]);
        }
        for (key, kept) in store::keys(conn, "service", from)? {
            shop.services.know(key, |card| card.id == kept.local);
        }
        Ok(shop)
    }

    /// The zone of what belongs to no location.
    pub(super) fn zone(&self) -> Tz {
        self.locations.things.first().map_or(Tz::UTC, |location| location.zone)
    }
}
