//! The models of the clinic, fitted anew when what they are made of changed, and kept with what they expect of each.
//!
//! Scope 0 is every visit; each kind of recall has a scope of its own, with visits of that kind only.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::store::models as store;
use super::store::models::{ModelRow, TypeFigures};
use crate::db::{Bad, Conn, Db, Fault, Never};
use crate::domain::ids::{ClientId, RecallTypeId};
use crate::domain::lifetime::Score;
use crate::domain::lifetime::backtest::Backtest;
use crate::domain::lifetime::choose::Reason;
use crate::domain::lifetime::clinic::{Fitted, Subject, fitted, histories, subjects};
use crate::domain::lifetime::fit::Convergence;
use crate::domain::lifetime::model::Family;
use crate::domain::lifetime::row::Row;
use crate::domain::lifetime::special::{real, real_amount};
use crate::domain::lifetime::spend::Spend;
use crate::domain::lifetime::value::Worth;
use crate::domain::population::Population;

/// The scope of every visit.
pub const EVERY_VISIT: i64 = 0;
/// What is said of so many people is written at once, so that bookings need not wait long.
const SCORES_AT_ONCE: usize = 2_000;
/// Changes whenever the models do, so that everything is fitted anew.
const VERSION: &str = "1";

/// The model that is in use for a scope.
#[derive(Debug, Clone)]
pub struct ModelInUse {
    /// The kind of recall; nothing for every visit.
    pub recall_type: Option<RecallTypeId>,
    /// The kind of model; nothing where none could be fitted, and then services say when the next visit is due.
    pub family: Option<Family>,
    /// Its rhythm: waits that make a gap; one is no rhythm.
    pub k: u32,
    /// Why this one.
    pub reason: Reason,
    /// How the fit ended.
    pub convergence: Option<Convergence>,
    /// Its parameters by name.
    pub parameters: Vec<(String, f64)>,
    /// ln of the likelihood.
    pub log_likelihood: Option<f64>,
    /// Clients it was made of.
    pub clients: u64,
    /// How regular people come, by Wheat and Morrison: 1 is no rhythm.
    pub regularity: Option<f64>,
    /// How frequency and amount go together: the model of amounts takes it for nothing.
    pub spend_correlation: Option<f64>,
    /// When it was fitted.
    pub fitted_at: DateTime<Utc>,
    /// What it would have said a year ago, and what came.
    pub backtest: Option<Backtest>,
}

/// What is kept about a fit beside the columns.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Particulars {
    k: u32,
    #[serde(default)]
    parameters: Vec<(String, f64)>,
    convergence: Option<String>,
    regularity: Option<f64>,
    spend: Option<[f64; 3]>,
    spend_mean: f64,
    spend_correlation: Option<f64>,
    #[serde(default)]
    compared: Vec<(u32, f64)>,
}

/// A fit that is to be kept.
struct Kept {
    scope: i64,
    fingerprint: String,
    fitted: Fitted,
    clients: Vec<ClientId>,
}

/// The models in use, every visit first.
pub fn models_in_use(conn: &mut Conn) -> Result<Vec<ModelInUse>, Fault> {
    store::models(conn)?.iter().map(in_use).collect()
}

fn in_use(row: &ModelRow) -> Result<ModelInUse, Fault> {
    let corrupt = |column: &str, error: &dyn std::fmt::Display| Fault::corrupt("fitted_models", column, row.id, error);
    let particulars: Particulars =
        serde_json::from_str(&row.parameters).map_err(|error| corrupt("parameters", &error))?;
    let backtest = match &row.backtest {
        Some(text) => Some(serde_json::from_str(text).map_err(|error| corrupt("backtest", &error))?),
        None => None,
    };
    Ok(ModelInUse {
        recall_type: (row.scope != EVERY_VISIT).then(|| RecallTypeId::new(row.scope)),
        family: Family::parse(&row.model),
        k: particulars.k,
        reason: Reason::parse(&row.reason).ok_or_else(|| corrupt("reason", &row.reason))?,
        convergence: particulars.convergence.as_deref().and_then(Convergence::parse),
        parameters: particulars.parameters,
        log_likelihood: row.log_likelihood,
        clients: u64::try_from(row.clients).unwrap_or(0),
        regularity: particulars.regularity,
        spend_correlation: particulars.spend_correlation,
        fitted_at: row.fitted_at.and_utc(),
        backtest,
    })
}

/// Fits every model whose data changed since it was fitted, keeps it, and keeps what it expects of each. Answers whether
/// anything was fitted.
pub fn fit_blocking(db: &Db, population: &Arc<Population>, now: DateTime<Utc>) -> Result<bool, Fault> {
    let people = Arc::clone(population);
    let stale = db.read_blocking(move |conn| stale(conn, &people))?;
    let scopes = stale.scopes;
    let found = !stale.fits.is_empty();
    for kept in stale.fits {
        keep(db, kept, population.today, now)?;
    }
    write(db, now, move |conn| store::forget_other_scopes(conn, &scopes))?;
    Ok(found)
}

/// What was fitted anew, and every scope there is.
struct Stale {
    fits: Vec<Kept>,
    scopes: Vec<i64>,
}

fn stale(conn: &mut Conn, population: &Population) -> Result<Stale, Fault> {
    let known = store::models(conn)?;
    let is_known =
        |scope: i64, fingerprint: &str| known.iter().any(|row| row.scope == scope && row.fingerprint == fingerprint);
    let worth = worth(conn, population)?;
    let mut fits = Vec::new();
    let everybody = subjects(population);
    let fingerprint = fingerprint(&everybody, population.today, &worth);
    if !is_known(EVERY_VISIT, &fingerprint) {
        let clients = population.people.iter().map(|person| person.client).collect();
        let fitted = fitted(&everybody, Some(&histories(population)), population.today, &worth);
        fits.push(Kept { scope: EVERY_VISIT, fingerprint, fitted, clients });
    }
    let mut by_type = store::figures_by_type(conn)?;
    let mut scopes = store::recall_scopes(conn)?;
    for scope in &scopes {
        let figures = by_type.remove(scope).unwrap_or_default();
        let of_type: Vec<Option<Subject>> =
            figures.iter().map(|figures| subject_of_type(figures, population.today)).collect();
        let fingerprint = self::fingerprint(&of_type, population.today, &worth);
        if !is_known(*scope, &fingerprint) {
            // What keeping somebody costs is counted once, with every visit.
            let without_costs = Worth { keeping: 0.0, ..worth };
            let fitted = fitted(&of_type, None, population.today, &without_costs);
            let clients = figures.iter().map(|figures| figures.client).collect();
            fits.push(Kept { scope: *scope, fingerprint, fitted, clients });
        }
    }
    scopes.push(EVERY_VISIT);
    Ok(Stale { fits, scopes })
}

/// How money is looked at here. What keeping clients cost in the last year is shared by those who are not lost.
fn worth(conn: &mut Conn, population: &Population) -> Result<Worth, Fault> {
    let discount = f64::from(store::discount_basis_points(conn)?) / 10_000.0;
    let limit = chrono::Months::new(population.lost_after_months);
    let lost_before = population.today.checked_sub_months(limit).unwrap_or(NaiveDate::MIN);
    let last_day = |person| population.visits_of(person).last().map(|visit| visit.day);
    let living =
        population.people.iter().filter(|person| last_day(person).is_some_and(|day| day >= lost_before)).count();
    let costs = real_amount(store::kept_for(conn, population.today)?);
    Ok(Worth { discount, keeping: costs / 12.0 / real(living.max(1)) })
}

fn subject_of_type(figures: &TypeFigures, today: NaiveDate) -> Option<Subject> {
    let repeats = u32::try_from(figures.visits).ok()?.checked_sub(1)?;
    let days = |until: NaiveDate| i32::try_from((until - figures.first_day).num_days()).ok().map(f64::from);
    let row = Row::new(repeats, days(figures.last_day)?, days(today)?, figures.log_gap_sum)?;
    let mean = real_amount(figures.revenue_minor) / f64::from(figures.visits);
    Some(Subject { row, spend: (repeats > 0).then_some(Spend { repeats, mean }) })
}

/// Says whether anything that a fit reads is different.
fn fingerprint(subjects: &[Option<Subject>], today: NaiveDate, worth: &Worth) -> String {
    let mut hash = Sha256::new();
    hash.update(VERSION);
    hash.update(today.to_string());
    for number in [worth.discount, worth.keeping] {
        hash.update(number.to_le_bytes());
    }
    for subject in subjects {
        let Some(Subject { row, spend }) = subject else {
            hash.update([0]);
            continue;
        };
        hash.update(row.repeats.to_le_bytes());
        let mean = spend.map_or(0.0, |spend| spend.mean);
        for number in [row.recency, row.age, row.log_gaps, mean] {
            hash.update(number.to_le_bytes());
        }
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Scores first, in parts; the model with its fingerprint last, so that whoever is interrupted begins again.
fn keep(db: &Db, kept: Kept, as_of: NaiveDate, now: DateTime<Utc>) -> Result<(), Fault> {
    let Kept { scope, fingerprint, fitted, clients } = kept;
    let scores: Vec<(ClientId, Option<Score>)> = clients.into_iter().zip(fitted.scores.iter().copied()).collect();
    for part in scores.chunks(SCORES_AT_ONCE) {
        let part = part.to_vec();
        write(db, now, move |conn| store::keep_scores(conn, scope, as_of, &part))?;
    }
    let row = model_row(scope, fingerprint, &fitted, now.naive_utc())?;
    db.write_blocking(now, move |tx| {
        let row = ModelRow { id: tx.new_number(), ..row.clone() };
        store::forget_scores_before(tx.conn, scope, as_of)?;
        store::keep_model(tx.conn, &row)?;
        Ok::<(), Bad<Never>>(())
    })
    .map_err(Bad::into_fault)
}

fn model_row(scope: i64, fingerprint: String, fitted: &Fitted, fitted_at: NaiveDateTime) -> Result<ModelRow, Fault> {
    let fit = fitted.choice.fit.as_ref();
    let named = |(name, value): (&str, f64)| (name.to_owned(), value);
    let particulars = Particulars {
        k: fit.map_or(1, |fit| fit.model.k()),
        parameters: fit.map_or_else(Vec::new, |fit| fit.model.parameters().map(named).to_vec()),
        convergence: fit.map(|fit| fit.convergence.as_str().to_owned()),
        regularity: fitted.regularity,
        spend: fitted.spend.model.map(|model| [model.p, model.q, model.v]),
        spend_mean: fitted.spend.mean,
        spend_correlation: fitted.spend.correlation,
        compared: fitted.choice.compared.clone(),
    };
    let backtest = fitted.backtest.as_ref().map(serde_json::to_string).transpose().map_err(Fault::other)?;
    Ok(ModelRow {
        id: 0,
        scope,
        model: fit.map_or("none", |fit| fit.model.family().as_str()).to_owned(),
        parameters: serde_json::to_string(&particulars).map_err(Fault::other)?,
        log_likelihood: fit.map(|fit| fit.log_likelihood),
        clients: i64::try_from(fitted.choice.clients).unwrap_or(i64::MAX),
        fingerprint,
        reason: fitted.choice.reason.as_str().to_owned(),
        backtest,
        fitted_at,
    })
}

fn write(
    db: &Db,
    now: DateTime<Utc>,
    part: impl Fn(&mut Conn) -> Result<(), crate::db::DbError> + Send + 'static,
) -> Result<(), Fault> {
    db.write_blocking(now, move |tx| part(tx.conn).map_err(Bad::<Never>::from)).map_err(Bad::into_fault)
}
