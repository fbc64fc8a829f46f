//! What the desk must know of a client at first sight: who is meant, when they were here, what to mind, whom they come
//! with.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::search::ClientHit;
use super::store::{self, Standing};
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::ClientId;

/// A client at first sight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCard {
    /// Who.
    pub hit: ClientHit,
    /// Day of birth.
    pub birth_date: Option<NaiveDate>,
    /// Whether they can still be expected.
    pub standing: Standing,
    /// The name of the household.
    pub household: Option<String>,
    /// When they were here last.
    pub last_visit: Option<DateTime<Utc>>,
    /// When they come next.
    pub next_visit: Option<DateTime<Utc>>,
    /// What must be minded.
    pub alerts: Vec<String>,
    /// Words the staff put on them.
    pub tags: Vec<String>,
}

/// How somebody of a household stands to a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// The client speaks for them.
    Ward,
    /// They speak for the client.
    Guardian,
    /// They live together.
    Household,
}

/// Somebody of the same household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relative {
    /// Who.
    pub hit: ClientHit,
    /// Day of birth.
    pub birth_date: Option<NaiveDate>,
    /// How they stand to the client.
    pub relation: Relation,
}

/// These clients at first sight, in the same order.
pub fn cards(conn: &mut Conn, now: DateTime<Utc>, hits: Vec<ClientHit>) -> Result<Vec<ClientCard>, Fault> {
    let ids: Vec<ClientId> = hits.iter().map(|hit| hit.id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut people = store::cards::people(conn, &ids)?;
    let mut last = store::cards::last_visits(conn, &ids, now)?;
    let mut next = store::cards::next_visits(conn, &ids, now)?;
    let mut alerts: HashMap<ClientId, Vec<String>> = store::cards::alerts(conn, &ids)?;
    let mut tags: HashMap<ClientId, Vec<String>> = store::cards::tags(conn, &ids)?;
    let mut cards = Vec::new();
    for hit in hits {
        let id = hit.id;
        let Some(person) = people.remove(&id) else { continue };
        cards.push(ClientCard {
            hit,
            birth_date: person.birth_date,
            standing: person.standing,
            household: person.household,
            last_visit: last.remove(&id),
            next_visit: next.remove(&id),
            alerts: alerts.remove(&id).unwrap_or_default(),
            tags: tags.remove(&id).unwrap_or_default(),
        });
    }
    Ok(cards)
}

/// Who comes with a client: wards first, then guardians, then everybody else of the household, by name.
pub fn household(conn: &mut Conn, client: ClientId) -> Result<Vec<Relative>, Fault> {
    store::cards::household(conn, client)
}

/// Writes down a day of birth that was missing; one we know stays, because anybody can say one on the phone.
pub fn fill_in_birth_date(tx: &mut Tx<'_>, client: ClientId, day: NaiveDate) -> Result<(), Fault> {
    store::cards::fill_in_birth_date(tx, client, day)
}
