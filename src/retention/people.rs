//! The people behind a figure, by name.

mod store;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};

use crate::db::{Conn, Fault};
use crate::domain::client_state::ClientState;
use crate::domain::ids::ClientId;
use crate::domain::insight::Insight;
use crate::domain::returning::expected_gain_minor;

/// How somebody is reached.
#[derive(Debug, Clone)]
pub struct Contact {
    /// Who.
    pub id: ClientId,
    /// First and last name.
    pub name: String,
    /// The phone number.
    pub phone: Option<String>,
    /// The mail address.
    pub email: Option<String>,
    /// Whether everything personal was erased.
    pub is_erased: bool,
}

/// When somebody was last spoken to.
#[derive(Debug, Clone, Copy)]
pub struct LastContact {
    /// When.
    pub at: DateTime<Utc>,
    /// Whether it was a call of the desk; a message otherwise.
    pub was_call: bool,
}

/// One of the people, as a list needs him.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Somebody {
    /// Who.
    pub client: ClientId,
    /// How he stands; nothing for whoever never came.
    pub state: Option<ClientState>,
    /// Since when.
    pub since: Option<NaiveDate>,
    /// Visits so far.
    pub visits: usize,
    /// The last visit.
    pub last_day: Option<NaiveDate>,
    /// The date for the next one, where one is kept.
    pub due_day: Option<NaiveDate>,
    /// What he brought in so far, in minor units.
    pub so_far_minor: i64,
    /// What is expected of the next twelve months.
    pub value_minor: i64,
    /// What of it is lost if he stays away.
    pub at_risk_minor: i64,
    /// What asking him back now is expected to gain.
    pub gain_minor: i64,
    /// Whether he may be asked back.
    pub may_be_asked: bool,
}

/// The people at these places of the population, in their order.
pub fn people(insight: &Insight, places: &[usize]) -> Vec<Somebody> {
    places.iter().filter_map(|place| somebody(insight, *place)).collect()
}

/// Everybody who is due, overdue or at risk and may be asked back: whoever a call gains most with comes first.
pub fn whom_to_ask(insight: &Insight) -> Vec<Somebody> {
    let is_meant = |somebody: &Somebody| {
        matches!(somebody.state, Some(ClientState::Due | ClientState::Overdue | ClientState::AtRisk))
    };
    let places = 0..insight.population.people.len();
    let mut found: Vec<Somebody> = places.filter_map(|place| somebody(insight, place)).filter(is_meant).collect();
    found.sort_by_key(|one| (!one.may_be_asked, std::cmp::Reverse((one.gain_minor, one.at_risk_minor)), one.client));
    found
}

fn somebody(insight: &Insight, place: usize) -> Option<Somebody> {
    let population = &insight.population;
    let person = population.people.get(place)?;
    let standing = insight.standings.get(place).and_then(Option::as_ref);
    let score = insight.scores.get(place).and_then(Option::as_ref);
    let visits = population.visits_of(person);
    Some(Somebody {
        client: person.client,
        state: standing.map(|standing| standing.state),
        since: standing.map(|standing| standing.since),
        visits: visits.len(),
        last_day: visits.last().map(|visit| visit.day),
        due_day: population.dues_of(person).iter().filter(|due| !due.is_silent).map(|due| due.day).min(),
        so_far_minor: population.amounts_of(person).iter().map(|amount| amount.minor).sum(),
        value_minor: standing.map_or(0, |standing| standing.value_minor),
        at_risk_minor: standing.map_or(0, |standing| standing.at_risk_minor),
        gain_minor: standing.and_then(|standing| expected_gain_minor(standing, score)).unwrap_or(0),
        may_be_asked: person.may_be_asked,
    })
}

/// How these are reached.
pub fn contacts(conn: &mut Conn, ids: &[ClientId]) -> Result<HashMap<ClientId, Contact>, Fault> {
    store::contacts(conn, ids)
}

/// Which of these have a booking to come at this moment, whatever was computed before.
pub fn booked_ahead(conn: &mut Conn, ids: &[ClientId], now: DateTime<Utc>) -> Result<HashSet<ClientId>, Fault> {
    store::booked_ahead(conn, ids, now)
}

/// When these were last spoken to.
pub fn last_contacts(conn: &mut Conn, ids: &[ClientId]) -> Result<HashMap<ClientId, LastContact>, Fault> {
    store::last_contacts(conn, ids)
}
