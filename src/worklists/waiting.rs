//! Who waits for a time, and one is free.

use chrono::{DateTime, Utc};

use super::{Person, Tried, store};
use crate::booking::offer::Shop;
use crate::db::{Conn, Fault};
use crate::domain::worklists::Worklist;
use crate::waitlist::{self, Entry, Filter, Place};

/// As many entries are tried; more waiting people than that are served by the offers that go out by themselves.
const ENTRIES_MAX: i64 = 60;
/// As many times of one entry are shown.
const PLACES_SHOWN: usize = 3;

/// Somebody who could come.
#[derive(Debug, Clone)]
pub struct CanCome {
    /// The wish.
    pub entry: Entry,
    /// Who.
    pub person: Person,
    /// The first times that fit.
    pub places: Vec<Place>,
    /// The calls about it.
    pub tried: Option<Tried>,
}

/// Who waits without an offer while a time that fits is free, in the order of the list.
pub fn waiting(conn: &mut Conn, shop: &Shop, now: DateTime<Utc>) -> Result<Vec<CanCome>, Fault> {
    let listed = waitlist::listed(conn, Filter::default(), ENTRIES_MAX)?;
    let mut open: Vec<Entry> = listed.into_iter().filter(|line| line.offer.is_none()).map(|line| line.entry).collect();
    let ids: Vec<i64> = open.iter().map(|entry| entry.id.get()).collect();
    let hidden = store::snoozes::hidden(conn, Worklist::Waitlist, &ids, now)?;
    open.retain(|entry| !hidden.contains(&entry.id.get()));
    let clients: Vec<_> = open.iter().map(|entry| entry.client).collect();
    let callable = store::attempts::callable(conn, &clients)?;
    open.retain(|entry| callable.contains(&entry.client));
    let tried = store::attempts::of_clients(conn, Worklist::Waitlist, &clients, now)?;
    let mut rows = Vec::new();
    for entry in open {
        let places = waitlist::fitting_places(conn, shop, now, &entry, PLACES_SHOWN)?;
        if places.is_empty() {
            continue;
        }
        let person = Person { client: entry.client, name: entry.name(), phone: entry.phone.clone() };
        let tried = store::attempts::about(&tried, entry.client, None);
        rows.push(CanCome { entry, person, places, tried });
    }
    Ok(rows)
}
