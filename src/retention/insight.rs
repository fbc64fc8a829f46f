//! The population with standings and scores: what every page of the owner is made of.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::population::population;
use super::store::population::{self as store, ScoreRow};
use crate::db::{Conn, Fault};
use crate::domain::ids::ClientId;
use crate::domain::insight::Insight;
use crate::domain::lifetime::{Interval, NextVisit, Score};
use crate::domain::population::Population;
use crate::domain::standing::standings;

/// Everybody with state and score, as of `today`.
pub fn insight(conn: &mut Conn, today: NaiveDate) -> Result<Insight, Fault> {
    let population = population(conn, today)?;
    let scores = kept_scores(conn, &population)?;
    let standings = standings(&population, &scores);
    Ok(Insight { population, standings, scores })
}

/// What the models said of each when they were fitted last, in the order of the people.
pub fn kept_scores(conn: &mut Conn, population: &Population) -> Result<Vec<Option<Score>>, Fault> {
    let rows = store::scores(conn)?;
    let by_client: HashMap<ClientId, Score> =
        rows.iter().map(|row| (ClientId::new(row.client_id), score(row))).collect();
    Ok(population.people.iter().map(|person| by_client.get(&person.client).copied()).collect())
}

fn score(row: &ScoreRow) -> Score {
    Score {
        alive: row.alive,
        visits_12: row.visits_12,
        visits_36: row.visits_36,
        value_12: Interval { low: row.value_12_low_minor, expected: row.value_12_minor, high: row.value_12_high_minor },
        value_36: Interval { low: row.value_36_low_minor, expected: row.value_36_minor, high: row.value_36_high_minor },
        next: NextVisit { early: row.next_early, middle: row.next_middle, late: row.next_late },
    }
}
