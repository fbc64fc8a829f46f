//! The rows of models and of what they expect.

use std::collections::HashMap;

use chrono::{Months, NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::db::portable::insert_all;
use crate::db::schema::{client_figures, client_scores, clinic, fitted_models, keeping_costs, recall_types};
use crate::db::{Conn, DbError, Fault};
use crate::domain::ids::ClientId;
use crate::domain::lifetime::Score;

/// Months beyond which nobody keeps costs of keeping; a year is asked for.
const MONTHS_MAX: i64 = 24;
/// More kinds of recalls than any clinic has.
const TYPES_MAX: i64 = 200;
/// More clients with figures than are ever read at once.
const FIGURES_MAX: i64 = 20_000_000;

/// A fitted model as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = fitted_models)]
pub(in crate::retention) struct ModelRow {
    pub id: i64,
    pub scope: i64,
    pub model: String,
    pub parameters: String,
    pub log_likelihood: Option<f64>,
    pub clients: i64,
    pub fingerprint: String,
    pub reason: String,
    pub backtest: Option<String>,
    pub fitted_at: NaiveDateTime,
}

#[derive(Insertable)]
#[diesel(table_name = client_scores)]
struct ScoreRow {
    client_id: i64,
    scope: i64,
    alive: f64,
    visits_12: f64,
    visits_36: f64,
    value_12_minor: i64,
    value_12_low_minor: i64,
    value_12_high_minor: i64,
    value_36_minor: i64,
    value_36_low_minor: i64,
    value_36_high_minor: i64,
    next_early: Option<NaiveDate>,
    next_middle: Option<NaiveDate>,
    next_late: Option<NaiveDate>,
    as_of: NaiveDate,
}

/// How often somebody came for a kind of recall.
pub(in crate::retention) struct TypeFigures {
    pub client: ClientId,
    pub visits: i32,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    pub log_gap_sum: f64,
    pub revenue_minor: i64,
}

/// The discount of money that comes a month later, in basis points.
pub(in crate::retention) fn discount_basis_points(conn: &mut Conn) -> Result<i32, Fault> {
    let found: Option<i32> = clinic::table.select(clinic::discount_basis_points).first(conn).optional()?;
    Ok(found.unwrap_or(0))
}

/// What keeping clients cost in the twelve months before the day, in minor units.
pub(in crate::retention) fn kept_for(conn: &mut Conn, today: NaiveDate) -> Result<i64, Fault> {
    let from = today.checked_sub_months(Months::new(12)).unwrap_or(today);
    let amounts: Vec<i64> = keeping_costs::table
        .filter(keeping_costs::month.ge(from))
        .filter(keeping_costs::month.le(today))
        .order(keeping_costs::month)
        .limit(MONTHS_MAX)
        .select(keeping_costs::amount_minor)
        .load(conn)?;
    Ok(amounts.iter().fold(0, |sum, amount| sum.saturating_add(*amount)))
}

/// The kinds of recalls that are in use.
pub(in crate::retention) fn recall_scopes(conn: &mut Conn) -> Result<Vec<i64>, Fault> {
    let types = recall_types::table.filter(recall_types::archived_at.is_null()).order(recall_types::id);
    Ok(types.limit(TYPES_MAX).select(recall_types::id).load(conn)?)
}

/// How often each came for kinds of recalls, by kind and in the order of the clients.
pub(in crate::retention) fn figures_by_type(conn: &mut Conn) -> Result<HashMap<i64, Vec<TypeFigures>>, Fault> {
    type Row = (i64, i64, i32, NaiveDate, NaiveDate, f64, i64);
    let rows: Vec<Row> = client_figures::table
        .filter(client_figures::recall_type_id.ne(0))
        .order((client_figures::recall_type_id, client_figures::client_id))
        .limit(FIGURES_MAX)
        .select((
            client_figures::recall_type_id,
            client_figures::client_id,
            client_figures::visits,
            client_figures::first_day,
            client_figures::last_day,
            client_figures::log_gap_sum,
            client_figures::revenue_minor,
        ))
        .load(conn)?;
    let mut by_type: HashMap<i64, Vec<TypeFigures>> = HashMap::new();
    for (scope, client, visits, first_day, last_day, log_gap_sum, revenue_minor) in rows {
        let client = ClientId::new(client);
        let figures = TypeFigures { client, visits, first_day, last_day, log_gap_sum, revenue_minor };
        by_type.entry(scope).or_default().push(figures);
    }
    Ok(by_type)
}

/// The models in use, every visit first, then by kind of recall.
pub(in crate::retention) fn models(conn: &mut Conn) -> Result<Vec<ModelRow>, Fault> {
    let rows: Vec<ModelRow> = fitted_models::table
        .order((fitted_models::scope, fitted_models::fitted_at.desc(), fitted_models::id.desc()))
        .limit(2 * TYPES_MAX)
        .select(ModelRow::as_select())
        .load(conn)?;
    let mut newest: Vec<ModelRow> = Vec::new();
    for row in rows {
        if newest.last().is_none_or(|last| last.scope != row.scope) {
            newest.push(row);
        }
    }
    Ok(newest)
}

/// Keeps a model and forgets those before it.
pub(in crate::retention) fn keep_model(conn: &mut Conn, row: &ModelRow) -> Result<(), DbError> {
    diesel::delete(fitted_models::table.filter(fitted_models::scope.eq(row.scope))).execute(conn)?;
    diesel::insert_into(fitted_models::table).values(row.clone()).execute(conn)?;
    Ok(())
}

/// Forgets models of kinds that are no longer in use, with what they said.
pub(in crate::retention) fn forget_other_scopes(conn: &mut Conn, scopes: &[i64]) -> Result<(), DbError> {
    diesel::delete(fitted_models::table.filter(fitted_models::scope.ne_all(scopes.to_vec()))).execute(conn)?;
    diesel::delete(client_scores::table.filter(client_scores::scope.ne_all(scopes.to_vec()))).execute(conn)?;
    Ok(())
}

/// Keeps what is expected of some people in place of what was; nothing expected leaves nothing.
pub(in crate::retention) fn keep_scores(
    conn: &mut Conn,
    scope: i64,
    as_of: NaiveDate,
    scores: &[(ClientId, Option<Score>)],
) -> Result<(), DbError> {
    let clients: Vec<i64> = scores.iter().map(|(client, _)| client.get()).collect();
    let old =
        client_scores::table.filter(client_scores::scope.eq(scope)).filter(client_scores::client_id.eq_any(clients));
    diesel::delete(old).execute(conn)?;
    let rows: Vec<ScoreRow> =
        scores.iter().filter_map(|(client, score)| score.map(|score| row(*client, scope, as_of, &score))).collect();
    insert_all!(conn, client_scores, &rows);
    Ok(())
}

/// Forgets what was said of people who are no longer among them.
pub(in crate::retention) fn forget_scores_before(conn: &mut Conn, scope: i64, as_of: NaiveDate) -> Result<(), DbError> {
    let old = client_scores::table.filter(client_scores::scope.eq(scope)).filter(client_scores::as_of.ne(as_of));
    diesel::delete(old).execute(conn)?;
    Ok(())
}

fn row(client: ClientId, scope: i64, as_of: NaiveDate, score: &Score) -> ScoreRow {
    ScoreRow {
        client_id: client.get(),
        scope,
        alive: score.alive.clamp(0.0, 1.0),
        visits_12: score.visits_12,
        visits_36: score.visits_36,
        value_12_minor: score.value_12.expected,
        value_12_low_minor: score.value_12.low,
        value_12_high_minor: score.value_12.high,
        value_36_minor: score.value_36.expected,
        value_36_low_minor: score.value_36.low,
        value_36_high_minor: score.value_36.high,
        next_early: score.next.early,
        next_middle: score.next.middle,
        next_late: score.next.late,
        as_of,
    }
}
