//! The population with what was decided about each of its people: what every page of the owner is made of.

use chrono::NaiveDate;

use super::client_state::ClientState;
use super::lifetime::Score;
use super::population::{Person, Population};

/// How somebody stands today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The state.
    pub state: ClientState,
    /// The day on which it began: the limit was passed, the booking was made.
    pub since: NaiveDate,
    /// The state when this month began; nothing for whoever was no client then.
    pub month_state: Option<ClientState>,
    /// What is expected of the next 12 months, in minor units.
    pub value_minor: i64,
    /// What of it is lost if he stays away, in minor units; nothing unless overdue or at risk.
    pub at_risk_minor: i64,
}

/// Everybody, with state and score. The lists are as long as [`Population::people`], in the same order.
#[derive(Debug, Clone)]
pub struct Insight {
    /// Everybody.
    pub population: Population,
    /// How each stands; nothing for whoever never came.
    pub standings: Vec<Option<Standing>>,
    /// What a model expects of each; nothing for whoever never came, and where no model could be fitted.
    pub scores: Vec<Option<Score>>,
}

impl Insight {
    /// Each person with state and score.
    pub fn people(&self) -> impl Iterator<Item = (&Person, Option<&Standing>, Option<&Score>)> {
        let people = self.population.people.iter();
        let decided = self.standings.iter().zip(&self.scores);
        people.zip(decided).map(|(person, (standing, score))| (person, standing.as_ref(), score.as_ref()))
    }
}
