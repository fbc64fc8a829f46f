//! What is known of one client: how he stands, what he brought, what is expected. Read from his own history, so it is
//! true at once; only what the models expect is as of their last run.

use chrono::NaiveDate;

use super::insight::{gap_model, score};
use super::population::population_of;
use super::store::population::{self as store, family};
use crate::db::{Conn, Fault};
use crate::domain::client_figures::{ClientFigures, Counter};
use crate::domain::client_state::Stood;
use crate::domain::ids::ClientId;
use crate::domain::insight::Standing;
use crate::domain::lifetime::Score;
use crate::domain::money::Currency;
use crate::domain::standing;

/// What is known of somebody who came.
#[derive(Debug, Clone)]
pub struct ClientValue {
    /// How often, and what it brought.
    pub figures: ClientFigures,
    /// What is left of the revenue when what the services cost is paid.
    pub margin_minor: i64,
    /// How he stands.
    pub standing: Standing,
    /// By what that was decided.
    pub stood: Stood,
    /// What a model expects; nothing where none could be fitted, and for whoever came first since then.
    pub score: Option<Score>,
    /// What amounts are in.
    pub currency: Currency,
}

/// The value of a client; nothing for whoever never came.
pub fn value_of(conn: &mut Conn, client: ClientId, today: NaiveDate) -> Result<Option<ClientValue>, Fault> {
    let Some((survivor, family)) = family(conn, client.get())? else {
        return Ok(None);
    };
    let population = population_of(conn, &family, today)?;
    let score = store::score(conn, survivor)?.as_ref().map(score);
    let Some(person) = population.person(ClientId::new(survivor)) else {
        return Ok(None);
    };
    let (visits, amounts) = (population.visits_of(person), population.amounts_of(person));
    let figures = Counter::default().all(visits, amounts);
    let model = gap_model(conn)?;
    let standings = standing::standings(&population, &[score], model.as_ref());
    let standing = standings.into_iter().next().flatten();
    let stood = standing::stood(&population, person, score.as_ref(), model.as_ref());
    let margin_minor = amounts.iter().map(|amount| amount.margin_minor).fold(0, i64::saturating_add);
    let currency = population.currency;
    Ok(figures.zip(standing.zip(stood)).map(|(figures, (standing, stood))| ClientValue {
        figures,
        margin_minor,
        standing,
        stood,
        score,
        currency,
    }))
}
