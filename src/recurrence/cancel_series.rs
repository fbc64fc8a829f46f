//! Gives up a series, or what is left of it from one date on.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDateTime, Utc};

use super::store::{self, Instance, Rewritten, Series};
use super::tell::{self, News};
use crate::booking::cancel::{self, Cancellation, ChangeRefused};
use crate::booking::offer::Shop;
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::booking::Actor;
use crate::domain::ids::{ProviderId, SeriesId};
use crate::domain::policy::{self, CancelRefused};
use crate::domain::recurrence::{End, just_before};

/// A series to give up.
#[derive(Debug, Clone)]
pub struct CancelSeries {
    /// Which.
    pub series: SeriesId,
    /// The first slot that goes; none is everything that is still to come.
    pub from: Option<NaiveDateTime>,
    /// Who gives it up: deadlines bind clients.
    pub actor: Actor,
    /// Why, in his words.
    pub reason: Option<String>,
    /// The version the asker has seen, when he names one.
    pub expected_version: Option<i64>,
}

/// What becomes of the dates.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Dates that go.
    pub cancelled: Vec<Instance>,
    /// Dates that stay, because it is too late to give them up.
    pub kept: Vec<(Instance, CancelRefused)>,
}

/// Why a series does not change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CancelSeriesRefused {
    /// No such series.
    Unknown,
    /// Somebody changed it since the asker looked.
    Changed,
    /// Nothing of it is still to come.
    NothingLeft,
    /// It is too late for every date; the first one's answer.
    Policy(CancelRefused),
}

/// What would become of the dates from `from` on.
pub fn look(
    conn: &mut Conn,
    now: DateTime<Utc>,
    series: SeriesId,
    from: Option<NaiveDateTime>,
    actor: Actor,
) -> Result<Outcome, Fault> {
    let mut outcome = Outcome::default();
    for instance in store::instances(conn, series)? {
        let is_meant = from.is_none_or(|from| from <= instance.slot) && now < instance.starts_at;
        if !is_meant || instance.status.cancel().is_err() {
            continue;
        }
        let notice = instance.cancel_notice_minutes;
        match policy::may_cancel(now, instance.starts_at, notice, instance.status, actor) {
            Ok(()) => outcome.cancelled.push(instance),
            Err(refusal) => outcome.kept.push((instance, refusal)),
        }
    }
    Ok(outcome)
}

/// Cancels what may be cancelled, ends the series there, tells those concerned once (as rows).
pub fn cancel_series(
    tx: &mut Tx<'_>,
    shop: &Shop,
    request: &CancelSeries,
) -> Result<Outcome, Bad<CancelSeriesRefused>> {
    let refuse = |refusal| Err(Bad::Refused(refusal));
    let Some(series) = store::series(tx.conn, request.series)? else {
        return refuse(CancelSeriesRefused::Unknown);
    };
    if request.expected_version.is_some_and(|version| version != series.row_version) {
        return refuse(CancelSeriesRefused::Changed);
    }
    let now = tx.now;
    let outcome = look(tx.conn, now, series.id, request.from, request.actor)?;
    if outcome.cancelled.is_empty() {
        return refuse(match outcome.kept.first() {
            Some((_, refusal)) => CancelSeriesRefused::Policy(*refusal),
            // A series that still grows can be stopped although nothing of it is booked yet.
            None if series.grows() => return stop_growing(tx, &series, request),
            None => CancelSeriesRefused::NothingLeft,
        });
    }
    for instance in &outcome.cancelled {
        store::told_by_series(tx, instance.booking)?;
        let cancellation = Cancellation {
            booking: instance.booking,
            actor: request.actor,
            reason_code: None,
            reason: request.reason.clone(),
            expected_version: None,
        };
        cancel::cancel(tx, shop, &cancellation).map_err(|bad| bad.map(|refused| refusal_of(&refused)))?;
    }
    let providers = outcome.cancelled.iter().map(|instance| instance.provider).collect();
    end(tx, &series, request, &providers)?;
    Ok(outcome)
}

fn refusal_of(refused: &ChangeRefused) -> CancelSeriesRefused {
    match refused {
        ChangeRefused::Policy(refusal) => CancelSeriesRefused::Policy(*refusal),
        _ => CancelSeriesRefused::Changed,
    }
}

fn stop_growing(tx: &mut Tx<'_>, series: &Series, request: &CancelSeries) -> Result<Outcome, Bad<CancelSeriesRefused>> {
    end(tx, series, request, &BTreeSet::new())?;
    Ok(Outcome::default())
}

/// The rule ends before the first date that goes, or with the last one that stays.
fn end(
    tx: &mut Tx<'_>,
    series: &Series,
    request: &CancelSeries,
    providers: &BTreeSet<ProviderId>,
) -> Result<(), Bad<CancelSeriesRefused>> {
    let standing: Vec<Instance> = store::instances(tx.conn, series.id)?.into_iter().filter(Instance::stands).collect();
    let last = standing.iter().map(|instance| instance.slot).max();
    let until = match (last, request.from) {
        (Some(last), Some(from)) => last.max(just_before(from)),
        (Some(last), None) => last,
        (None, _) => series.start,
    };
    let is_gone = standing.is_empty();
    let comes = standing.iter().any(|instance| tx.now < instance.starts_at);
    let rewritten = Rewritten {
        rule: &series.rule.ending(End::Until(until.max(series.start))),
        start: series.start,
        provider: series.provider,
        extended_to: store::finished(),
        ended_by: (!comes).then_some(request.actor),
        continued_by: series.continued_by,
    };
    if !store::rewrite(tx, series, &rewritten)? {
        return Err(Bad::Refused(CancelSeriesRefused::Changed));
    }
    store::settle_from(tx, series.id, request.from.unwrap_or(series.start))?;
    let news = if is_gone || !comes { News::Cancelled } else { News::Changed };
    Ok(tell::tell(tx, series.id, news, providers)?)
}
