//! Changes a series, or what is left of it from one date on: another time of day, another day, another provider.
//!
//! The dates of the old rule and of the new one belong together by their number. What was moved by itself stays where
//! it is, what was left out stays left out, and what may not be moved any more keeps its time. Everything else leaves
//! its place before anything takes a new one, in one write, so dates may take each other's places.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;

use super::preview::{self, Checked, Choice, Conflict, Decision, Row, SeriesWish};
use super::store::{self, ExceptionKind, Instance, NewSeries, Rewritten, Series};
use super::tell::{self, News};
use super::{extend, start_series};
use crate::booking::book;
use crate::booking::cancel::{self, Cancellation};
use crate::booking::offer::Shop;
use crate::catalog::Catalog;
use crate::db::{Bad, Fault, Tx};
use crate::domain::booking::{Actor, BookingStatus};
use crate::domain::ids::{ProviderId, SeriesId};
use crate::domain::policy::MoveRefused;
use crate::domain::recurrence::{DATES_MAX, End, Rule, RuleRefused, just_before};
use crate::domain::time;
use crate::rescheduling::together::{self, Departed};
use crate::rescheduling::{Destination, RescheduleRefused};

/// A change of a series.
#[derive(Debug, Clone)]
pub struct ChangeSeries {
    /// Which.
    pub series: SeriesId,
    /// The first slot that changes; none is the first that is still to come.
    pub from: Option<NaiveDateTime>,
    /// The wall time that this first one gets; the others follow in the same rhythm.
    pub to: NaiveDateTime,
    /// With whom from then on; none is anyone.
    pub provider: Option<ProviderId>,
    /// Who changes it: deadlines and the number of moves bind clients.
    pub actor: Actor,
    /// What becomes of dates that are not free.
    pub conflict: Conflict,
    /// What somebody decided for single dates, by their new slots.
    pub choices: BTreeMap<NaiveDateTime, Choice>,
    /// The version the asker has seen, when he names one.
    pub expected_version: Option<i64>,
    /// Only to look: everything is tried, and nothing is kept.
    pub is_preview: bool,
}

/// What becomes of one date.
#[derive(Debug, Clone)]
pub struct ChangeRow {
    /// The booking as it was.
    pub before: Instance,
    /// Where it goes.
    pub to: To,
}

/// Where a date goes.
#[derive(Debug, Clone)]
pub enum To {
    /// To its date of the new rule, or to what stands in for it.
    Row(Row),
    /// Nowhere: it was moved by itself before.
    MovedByItself,
    /// Nowhere: it may not be moved any more.
    Kept(MoveRefused),
}

/// What a change does.
#[derive(Debug, Clone)]
pub struct Changed {
    /// The series that holds the dates from then on: the same, or the one that takes over.
    pub series: SeriesId,
    /// Every date it is about, in order.
    pub rows: Vec<ChangeRow>,
}

impl Changed {
    /// How many dates nobody has decided on.
    pub fn open(&self) -> usize {
        self.rows.iter().filter(|row| matches!(&row.to, To::Row(row) if row.decision == Decision::Open)).count()
    }

    /// How many dates move.
    pub fn moving(&self) -> usize {
        self.rows.iter().filter(|row| matches!(&row.to, To::Row(row) if row.decision != Decision::Open)).count()
    }
}

/// Why a series does not change.
#[derive(Debug, Clone)]
pub enum ChangeSeriesRefused {
    /// No such series.
    Unknown,
    /// Somebody changed it since the asker looked.
    Changed,
    /// Nothing of it is still to come.
    NothingLeft,
    /// The service or the place is not to be had any more.
    Archived,
    /// No such provider, or not for this service, or not there.
    UnknownProvider,
    /// The new time is over.
    Past,
    /// It is so already.
    SameTime,
    /// The rhythm cannot be kept from there.
    Rule(RuleRefused),
    /// Nothing may be moved any more; the first date's answer.
    Policy(MoveRefused),
    /// Only looked at, as was asked; or some dates are nobody's decision.
    Looked(Box<Changed>),
    /// A date could not be given up.
    NotCancellable,
}

/// What changes into what.
struct Turn {
    first: NaiveDateTime,
    rule: Rule,
    /// Old and new slots.
    pairs: Vec<(NaiveDateTime, NaiveDateTime)>,
}

/// Moves what may be moved, rewrites the rule or splits the series, tells those concerned once (as rows).
pub fn change_series(
    tx: &mut Tx<'_>,
    shop: &Shop,
    request: &ChangeSeries,
) -> Result<Changed, Bad<ChangeSeriesRefused>> {
    // Load
    let refuse = |refusal| Bad::Refused(refusal);
    let series = store::series(tx.conn, request.series)?.ok_or(refuse(ChangeSeriesRefused::Unknown))?;
    if request.expected_version.is_some_and(|version| version != series.row_version) {
        return Err(refuse(ChangeSeriesRefused::Changed));
    }
    let catalog = shop.catalogs.current_in(tx)?;
    let instances = store::instances(tx.conn, series.id)?;

    // Decide
    let turn = turn(&series, &instances, request, tx.now).map_err(Bad::Refused)?;
    let checked = checked(&catalog, &series, request).map_err(Bad::Refused)?;
    let mut movers = sort_out(tx, &series, &instances, &turn, request)?;

    // Apply
    start_series::lock(tx, &checked)?;
    let departed = leave_all(tx, shop, &movers, request)?;
    let rows = look(tx, shop, &checked, &series, (&turn, request), &movers)?;
    for (mover, row) in movers.iter_mut().filter(|mover| mover.moves).zip(rows) {
        mover.row.to = To::Row(row);
    }
    let mut changed = Changed { series: series.id, rows: movers.into_iter().map(|mover| mover.row).collect() };
    if request.is_preview || changed.open() > 0 {
        return Err(refuse(ChangeSeriesRefused::Looked(Box::new(changed))));
    }
    take_all(tx, shop, &departed, &changed, request)?;
    changed.series = rewrite(tx, &series, &turn, request)?;
    for row in &changed.rows {
        if let To::Row(Row { slot, decision: Decision::LeaveOut, .. }) = &row.to {
            store::except(tx, changed.series, *slot, ExceptionKind::LeftOut, None)?;
        }
    }
    announce(tx, &series, &changed)?;
    Ok(changed)
}

/// The new rule, and which of its dates belongs to which of the old one's.
fn turn(
    series: &Series,
    instances: &[Instance],
    request: &ChangeSeries,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Turn, ChangeSeriesRefused> {
    let comes = |instance: &&Instance| now < instance.starts_at && is_open(instance);
    let first = match request.from {
        Some(from) => instances.iter().filter(comes).find(|instance| instance.slot == from),
        None => instances.iter().find(comes),
    };
    let first = first.map(|instance| instance.slot).ok_or(ChangeSeriesRefused::NothingLeft)?;
    if time::instant(request.to, series.zone) < now {
        return Err(ChangeSeriesRefused::Past);
    }
    if request.to == first && request.provider == series.provider {
        return Err(ChangeSeriesRefused::SameTime);
    }
    // Of a rule without end, what was made so far; the rest is made by the new rule.
    let made = |slot: &NaiveDateTime| series.rule.end != End::Never || slot.date() <= series.extended_to;
    let old = series.rule.dates(series.start).skip_while(|slot| *slot < first);
    let old: Vec<NaiveDateTime> = old.take_while(made).take(DATES_MAX).collect();
    let end = match series.rule.end {
        End::Never => End::Never,
        End::After(_) | End::Until(_) => End::After(u16::try_from(old.len()).unwrap_or(u16::MAX)),
    };
    let rule = series.rule.turned(first.date(), request.to.date()).ending(end);
    rule.check(request.to).map_err(ChangeSeriesRefused::Rule)?;
    let new: Vec<NaiveDateTime> = rule.dates(request.to).take(old.len()).collect();
    Ok(Turn { first, rule, pairs: old.into_iter().zip(new).collect() })
}

const fn is_open(instance: &Instance) -> bool {
    matches!(instance.status, BookingStatus::Requested | BookingStatus::Booked)
}

fn checked<'a>(
    catalog: &'a Catalog,
    series: &Series,
    request: &ChangeSeries,
) -> Result<Checked<'a>, ChangeSeriesRefused> {
    let service = catalog.service(series.service).ok_or(ChangeSeriesRefused::Archived)?;
    let location = catalog.location(series.location).ok_or(ChangeSeriesRefused::Archived)?;
    if let Some(provider) = request.provider {
        let offered = catalog.providers_for(service.id, location.id);
        if !offered.iter().any(|known| known.id == provider) {
            return Err(ChangeSeriesRefused::UnknownProvider);
        }
    }
    Ok(Checked { catalog, service, location, horizon: chrono::NaiveDate::MAX })
}

/// A date with what is known of it before anything leaves its place.
struct Mover {
    row: ChangeRow,
    new_slot: NaiveDateTime,
    moves: bool,
}

/// Tells what moves from what stays.
fn sort_out(
    tx: &mut Tx<'_>,
    series: &Series,
    instances: &[Instance],
    turn: &Turn,
    request: &ChangeSeries,
) -> Result<Vec<Mover>, Bad<ChangeSeriesRefused>> {
    let mut found = Vec::new();
    for (old, new) in &turn.pairs {
        let of_slot = instances.iter().find(|instance| instance.slot == *old && instance.stands());
        let Some(before) = of_slot.filter(|instance| tx.now < instance.starts_at && is_open(instance)) else {
            continue;
        };
        let moved_by_itself = before.was_moved(series.zone) && before.slot != turn.first;
        let answer = if moved_by_itself { Ok(()) } else { together::may_move(tx, before.booking, request.actor)? };
        let to = match answer {
            Ok(()) => To::MovedByItself,
            Err(refusal) => To::Kept(refusal),
        };
        let moves = answer.is_ok() && !moved_by_itself;
        found.push(Mover { row: ChangeRow { before: before.clone(), to }, new_slot: *new, moves });
    }
    if !found.iter().any(|mover| mover.moves) {
        let first = found.into_iter().find_map(|mover| match mover.row.to {
            To::Kept(refusal) => Some(refusal),
            To::MovedByItself | To::Row(_) => None,
        });
        return Err(Bad::Refused(first.map_or(ChangeSeriesRefused::NothingLeft, ChangeSeriesRefused::Policy)));
    }
    Ok(found)
}

fn leave_all(
    tx: &mut Tx<'_>,
    shop: &Shop,
    movers: &[Mover],
    request: &ChangeSeries,
) -> Result<Vec<Departed>, Bad<ChangeSeriesRefused>> {
    let mut departed = Vec::new();
    for mover in movers.iter().filter(|mover| mover.moves) {
        store::told_by_series(tx, mover.row.before.booking)?;
        let left = together::depart(tx, shop, mover.row.before.booking, request.actor);
        departed.push(left.map_err(|bad| bad.map(|_| ChangeSeriesRefused::Changed))?);
    }
    Ok(departed)
}

/// What the new dates are, now that the old places are free.
fn look(
    tx: &mut Tx<'_>,
    shop: &Shop,
    checked: &Checked<'_>,
    series: &Series,
    (turn, request): (&Turn, &ChangeSeries),
    movers: &[Mover],
) -> Result<Vec<Row>, Fault> {
    let wish = SeriesWish {
        provider: request.provider,
        start: request.to,
        rule: turn.rule.clone(),
        // Horizon and "clients may repeat it" held when it was booked; the lead time holds still.
        ..extend::wish_of(series, Actor::System)
    };
    let slots: Vec<NaiveDateTime> = movers.iter().filter(|mover| mover.moves).map(|mover| mover.new_slot).collect();
    let lead = match request.actor {
        Actor::Client => checked.catalog.rules_at(checked.service, checked.location).lead_minutes,
        Actor::Staff(_) | Actor::System => 0,
    };
    let conflict = match request.conflict {
        Conflict::AppendAtEnd => Conflict::Skip,
        other => other,
    };
    let now = tx.now + chrono::TimeDelta::minutes(i64::from(lead));
    preview::rows(tx.conn, shop, now, &wish, checked, &slots, (conflict, &request.choices))
}

fn take_all(
    tx: &mut Tx<'_>,
    shop: &Shop,
    departed: &[Departed],
    changed: &Changed,
    request: &ChangeSeries,
) -> Result<(), Bad<ChangeSeriesRefused>> {
    let rows = changed.rows.iter().filter_map(|row| match &row.to {
        To::Row(to) => Some((&row.before, to)),
        To::MovedByItself | To::Kept(_) => None,
    });
    for ((before, row), departed) in rows.zip(departed) {
        let outcome = match row.decision {
            Decision::Book(starts_at) => {
                let to = Destination { starts_at, provider: request.provider, location: None };
                together::arrive(tx, shop, departed, to, request.actor).map_err(|bad| bad.map(|why| taken(&why)))
            }
            Decision::LeaveOut | Decision::Later | Decision::Open => {
                let cancellation = Cancellation {
                    booking: before.booking,
                    actor: request.actor,
                    reason_code: None,
                    reason: None,
                    expected_version: None,
                };
                store::told_by_series(tx, before.booking)?;
                let done = cancel::cancel(tx, shop, &cancellation);
                done.map_err(|bad| bad.map(|_| ChangeSeriesRefused::NotCancellable))
            }
        };
        outcome?;
    }
    Ok(())
}

/// The place was free a moment ago and its locks are ours: only a change of the catalogue comes between.
const fn taken(_why: &RescheduleRefused) -> ChangeSeriesRefused {
    ChangeSeriesRefused::Changed
}

/// The same series with the new rule when all of it changes; otherwise another takes over, and the old one ends.
fn rewrite(
    tx: &mut Tx<'_>,
    series: &Series,
    turn: &Turn,
    request: &ChangeSeries,
) -> Result<SeriesId, Bad<ChangeSeriesRefused>> {
    let is_whole = turn.first == series.start;
    let extended_to = if series.grows() {
        let made = turn.pairs.iter().take_while(|(old, _)| old.date() <= series.extended_to);
        made.last().map_or(series.extended_to, |(_, new)| new.date())
    } else {
        store::finished()
    };
    let next: SeriesId = if is_whole { series.id } else { tx.new_id() };
    let shortened = series.rule.ending(End::Until(just_before(turn.first)));
    let rewritten = Rewritten {
        rule: if is_whole { &turn.rule } else { &shortened },
        start: if is_whole { request.to } else { series.start },
        provider: if is_whole { request.provider } else { series.provider },
        extended_to: if is_whole { extended_to } else { store::finished() },
        ended_by: None,
        continued_by: if is_whole { series.continued_by } else { Some(next) },
    };
    if !is_whole {
        store::insert(tx, &continuing(series, &turn.rule, request, (next, extended_to)))?;
    }
    let leaving = if is_whole { 0 } else { store::versions_from(tx.conn, series.id, turn.first)? };
    store::rename_slots(tx, series.id, next, &turn.pairs)?;
    if !store::rewrite(tx, series, &rewritten)? {
        return Err(Bad::Refused(ChangeSeriesRefused::Changed));
    }
    store::raise_by(tx, series.id, leaving)?;
    Ok(next)
}

fn continuing<'a>(
    series: &'a Series,
    rule: &'a Rule,
    request: &ChangeSeries,
    (id, extended_to): (SeriesId, chrono::NaiveDate),
) -> NewSeries<'a> {
    NewSeries {
        id,
        reference: book::reference_of(id.get()),
        client: series.client,
        service: series.service,
        provider: request.provider,
        location: series.location,
        party: series.party,
        rule,
        zone: series.zone,
        start: request.to,
        extended_to,
        language: &series.language,
        note: &series.note,
        source: series.source.as_deref(),
        actor: request.actor,
    }
}

fn announce(tx: &mut Tx<'_>, series: &Series, changed: &Changed) -> Result<(), Fault> {
    let mut providers: BTreeSet<ProviderId> = changed.rows.iter().map(|row| row.before.provider).collect();
    providers.extend(store::instances(tx.conn, changed.series)?.iter().map(|instance| instance.provider));
    tell::tell(tx, series.id, News::Changed, &providers)?;
    if changed.series == series.id {
        return Ok(());
    }
    let now: BTreeSet<ProviderId> =
        store::instances(tx.conn, changed.series)?.iter().map(|instance| instance.provider).collect();
    tell::tell(tx, changed.series, News::Continued, &now)
}
