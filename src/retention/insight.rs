//! The population with standings and scores: what every page of the owner is made of.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::fit::{ModelInUse, models_in_use};
use super::population::population;
use super::store::population::{self as store, ScoreRow};
use crate::db::{Conn, Fault};
use crate::domain::ids::ClientId;
use crate::domain::insight::Insight;
use crate::domain::lifetime::{Interval, NextVisit, Score};
use crate::domain::population::Population;
use crate::domain::standing::{GapModel, standings};

/// Everybody with state and score, as of `today`.
pub fn insight(conn: &mut Conn, today: NaiveDate) -> Result<Insight, Fault> {
    let population = population(conn, today)?;
    let scores = kept_scores(conn, &population)?;
    let model = gap_model(conn)?;
    let standings = standings(&population, &scores, model.as_ref());
    Ok(Insight { population, standings, scores })
}

/// What the model in use says of gaps.
pub(super) fn gap_model(conn: &mut Conn) -> Result<Option<GapModel>, Fault> {
    let in_use = models_in_use(conn)?.into_iter().find(|model| model.recall_type.is_none());
    let named = |model: &ModelInUse, name: &str| {
        model.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
    };
    Ok(in_use.filter(|model| model.family.is_some()).and_then(|model| {
        let (r, alpha) = (named(&model, "r")?, named(&model, "alpha")?);
        Some(GapModel { k: model.k.max(1), r, alpha })
    }))
}

/// What the models said of each when they were fitted last, in the order of the people.
pub fn kept_scores(conn: &mut Conn, population: &Population) -> Result<Vec<Option<Score>>, Fault> {
    let rows = store::scores(conn)?;
    let by_client: HashMap<ClientId, Score> =
        rows.iter().map(|row| (ClientId::new(row.client_id), score(row))).collect();
    Ok(population.people.iter().map(|person| by_client.get(&person.client).copied()).collect())
}

/// A score as it is kept.
pub(super) fn score(row: &ScoreRow) -> Score {
    Score {
        alive: row.alive,
        visits_12: row.visits_12,
        visits_36: row.visits_36,
        value_12: Interval { low: row.value_12_low_minor, expected: row.value_12_minor, high: row.value_12_high_minor },
        value_36: Interval { low: row.value_36_low_minor, expected: row.value_36_minor, high: row.value_36_high_minor },
        next: NextVisit { early: row.next_early, middle: row.next_middle, late: row.next_late },
    }
}
