//! The clients who are worth most, and those whose loss would cost most.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::client_state::ClientState;
use crate::domain::ids::ClientId;
use crate::domain::insight::{Insight, Standing};
use crate::domain::lifetime::{Interval, Score};
use crate::domain::money::Currency;
use crate::domain::population::Person;
use crate::i18n::Texts;
use crate::retention::web::chart::{Cell, Chart, Kind, Row, Unit};
use crate::retention::web::frame::{Definition, Figure};
use crate::retention::words::state_name;

/// So many are listed.
const LISTED: usize = 10;

/// Somebody of a list.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Somebody {
    pub(crate) client: ClientId,
    pub(crate) visits: u32,
    pub(crate) last: NaiveDate,
    pub(crate) revenue: i64,
    pub(crate) next_12: Option<Interval>,
    pub(crate) at_risk: i64,
    pub(crate) state: Option<ClientState>,
}

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// Worth most.
    Top,
    /// Would cost most.
    Drifting,
}

fn somebody(
    insight: &Insight,
    person: &Person,
    standing: Option<&Standing>,
    score: Option<&Score>,
) -> Option<Somebody> {
    let visits = insight.population.visits_of(person);
    let amounts = insight.population.amounts_of(person);
    Some(Somebody {
        client: person.client,
        visits: u32::try_from(visits.len()).unwrap_or(u32::MAX),
        last: visits.last()?.day,
        revenue: amounts.iter().fold(0_i64, |sum, amount| sum.saturating_add(amount.minor)),
        next_12: score.map(|score| score.value_12),
        at_risk: standing.map_or(0, |standing| standing.at_risk_minor),
        state: standing.map(|standing| standing.state),
    })
}

/// Those of whom most is expected in 12 months; without a model, those who brought most.
pub(super) fn top(insight: &Insight) -> Vec<Somebody> {
    let all = insight.people().filter_map(|(person, standing, score)| somebody(insight, person, standing, score));
    first_by(all, |one| (one.next_12.map_or(i64::MIN, |next| next.expected), one.revenue))
}

/// Those who are overdue or at risk, by what is lost if they stay away.
pub(super) fn drifting(insight: &Insight) -> Vec<Somebody> {
    let is_drifting = |standing: &&Standing| matches!(standing.state, ClientState::AtRisk | ClientState::Overdue);
    let all = insight.people().filter(|(_, standing, _)| standing.filter(is_drifting).is_some());
    let all = all.filter_map(|(person, standing, score)| somebody(insight, person, standing, score));
    first_by(all, |one| (one.at_risk, one.revenue))
}

/// The first of them by what is greatest; equal ones in the order of their ids.
fn first_by(all: impl Iterator<Item = Somebody>, value: impl Fn(&Somebody) -> (i64, i64)) -> Vec<Somebody> {
    let mut all: Vec<Somebody> = all.collect();
    let order = |one: &Somebody| (std::cmp::Reverse(value(one)), one.client);
    if LISTED < all.len() {
        all.select_nth_unstable_by_key(LISTED, order);
        all.truncate(LISTED);
    }
    all.sort_by_key(order);
    all
}

/// The list as a table.
pub(super) fn table(t: Texts, currency: Currency, people: &[Somebody], names: &[(ClientId, String)], of: Of) -> Chart {
    let caption = match of {
        Of::Top => t.text("worth-top-caption"),
        Of::Drifting => t.text("worth-drifting-caption"),
    };
    let last = match of {
        Of::Top => t.text("worth-next-12"),
        Of::Drifting => t.text("worth-at-risk"),
    };
    let row = |one: &Somebody| {
        let name = names.iter().find(|(client, _)| *client == one.client).map(|(_, name)| name.clone());
        let name = name.filter(|name| !name.is_empty()).unwrap_or_else(|| t.text("worth-nameless"));
        let mut cells = vec![
            Cell::words(name).leading_to(format!("/staff/clients/{}", one.client)),
            Cell::words(one.state.map_or_else(String::new, |state| state_name(t, state))),
            Cell::count(t, one.visits),
            Cell { plain: one.last.to_string(), ..Cell::words(t.date_medium(one.last)) },
            Cell::amount(t, currency, Some(one.revenue)),
        ];
        cells.push(match of {
            Of::Top => Cell::range(t, currency, one.next_12),
            Of::Drifting => Cell::amount(t, currency, Some(one.at_risk)),
        });
        cells
    };
    let rows = (1_u32..).zip(people).map(|(place, one)| Row::new(place.to_string(), row(one))).collect();
    Chart::new(Kind::Range, Unit::Amount(currency), caption, t.text("worth-place"))
        .reading(t.text("worth-client"))
        .reading(t.text("worth-state"))
        .reading(t.text("worth-visits"))
        .reading(t.text("worth-last"))
        .reading(t.text("worth-revenue"))
        .drawing(last)
        .of(rows)
}

/// What the list means.
pub(super) fn about(t: Texts, of: Of) -> Figure {
    let (name, meaning) = match of {
        Of::Top => (t.text("worth-top"), t.text("worth-top-meaning")),
        Of::Drifting => (t.text("worth-drifting"), t.text("worth-drifting-meaning")),
    };
    let definition = Definition { meaning, unit: t.text("chart-unit-clients"), ..Definition::default() };
    Figure { name, definition, ..Figure::default() }
}
