//! Brings everything that is computed of all clients up to date: models, states, the owner's kept answers.
//!
//! It is due when the day changed, or something changed and the last run is long enough ago: some minutes, and twenty times
//! as long as it took, so that a clinic with a million visits spends one twentieth of its time on it at most. One node does
//! it; a node that dies gives it up by the clock.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use indicatif::ProgressBar;

use super::insight::{gap_model, kept_scores};
use super::population::{Depth, population_of_all};
use super::rebuild::rebuild;
use super::store::runs::{self as store, Run};
use super::{fit, kept, states};
use crate::app::App;
use crate::clock::Clock;
use crate::db::{Bad, Db, Fault, Never};
use crate::domain::insight::Insight;
use crate::domain::standing::standings;

/// Two runs are at least so far apart.
const PACE: TimeDelta = TimeDelta::minutes(3);
/// And so many times as long as the last one took.
const PACE_SHARE: i32 = 20;
/// Whoever claimed the run and is not done by then has died.
const CLAIM: TimeDelta = TimeDelta::minutes(30);

/// Renews what is out of date, if it is due at `now`; answers whether it was.
pub async fn renew(app: &Arc<App>, now: DateTime<Utc>) -> Result<bool, Fault> {
    let today = kept::today_at(&*app.catalog().await?, now);
    let (last, version, kinds) =
        app.db.read(|conn| Ok((store::last(conn)?, store::version(conn)?, store::kinds(conn)?))).await?;
    if !is_due(&last, version, &kinds, today, now) {
        return Ok(false);
    }
    let claimed = app.db.write::<_, Never, _>(now, move |tx| Ok(store::claim(tx, now + CLAIM)?)).await;
    if !claimed.map_err(Bad::into_fault)? {
        return Ok(false);
    }
    let shared = Arc::clone(app);
    let run = Run { version, as_of: Some(today), kinds, renewed_at: Some(now), took: TimeDelta::zero() };
    let done = tokio::task::spawn_blocking(move || {
        let is_rebuilt = last.kinds == run.kinds;
        everything(&shared.db, &shared.clock, now, run, is_rebuilt)
    })
    .await
    .map_err(Fault::other)?;
    if done.is_err() {
        app.db.write::<_, Never, _>(now, |tx| Ok(store::give_up(tx)?)).await.map_err(Bad::into_fault)?;
    }
    done.map(|()| true)
}

/// Makes all figures anew and then everything that is made of them, whatever is due. Blocks.
pub fn renew_all(db: &Db, clock: &Clock, today: NaiveDate) -> Result<(), Fault> {
    let (version, kinds) = db.read_blocking(|conn| Ok((store::version(conn)?, store::kinds(conn)?)))?;
    let now = clock.now();
    let run = Run { version, as_of: Some(today), kinds, renewed_at: Some(now), took: TimeDelta::zero() };
    everything(db, clock, now, run, false)
}

fn is_due(last: &Run, version: i64, kinds: &str, today: NaiveDate, now: DateTime<Utc>) -> bool {
    if last.as_of != Some(today) {
        return true;
    }
    if last.version == version && last.kinds == kinds {
        return false;
    }
    let pace = PACE.max(last.took * PACE_SHARE);
    last.renewed_at.is_none_or(|at| at + pace <= now || now < at)
}

/// `is_rebuilt`: whether the kept figures are already of these kinds of visits.
fn everything(db: &Db, clock: &Clock, now: DateTime<Utc>, run: Run, is_rebuilt: bool) -> Result<(), Fault> {
    let started = clock.now();
    let today = run.as_of.unwrap_or_else(|| now.date_naive());
    if !is_rebuilt {
        rebuild(db, now, today, &ProgressBar::hidden())?;
    }
    let counted = db.read_blocking(kept::version)?;
    let population = Arc::new(population_of_all(db, today, Depth::Everything)?);
    fit::fit_blocking(db, &population, now)?;
    let (scores, model) = db.read_blocking(|conn| Ok((kept_scores(conn, &population)?, gap_model(conn)?)))?;
    let standings = standings(&population, &scores, model.as_ref());
    let insight = Insight { population: Arc::unwrap_or_clone(population), standings, scores };
    states::keep(db, &insight, now)?;
    kept::renew(db, &insight, counted, now)?;
    let run = Run { took: (clock.now() - started).max(TimeDelta::zero()), ..run };
    db.write_blocking::<_, Never, _>(now, move |tx| Ok(store::done(tx, &run)?)).map_err(Bad::into_fault)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    #[test]
    fn it_is_due_when_something_changed_and_not_too_often() {
        let at = |minute| Utc.with_ymd_and_hms(2026, 12, 1, 10, minute, 0).unwrap();
        let today = at(0).date_naive();
        let last = Run {
            version: 7,
            as_of: Some(today),
            kinds: String::new(),
            renewed_at: Some(at(0)),
            took: TimeDelta::seconds(30),
        };
        assert!(!is_due(&last, 7, "", today, at(59)), "nothing changed");
        assert!(!is_due(&last, 8, "", today, at(9)), "it took half a minute, so ten minutes pass");
        assert!(is_due(&last, 8, "", today, at(10)));
        let quick = Run { took: TimeDelta::zero(), ..last.clone() };
        assert!(!is_due(&quick, 8, "", today, at(2)) && is_due(&quick, 8, "", today, at(3)));
        assert!(is_due(&quick, 7, "1:2 ", today, at(3)), "what counts is another service now");
        assert!(is_due(&last, 7, "", today.succ_opt().unwrap(), at(1)), "a new day");
    }
}
