//! Keeps how often a client came and what it brought, in the write that changes it.

use super::population::population_of;
use super::store::figures::{self as store, Changes, FiguresRow};
use super::store::population::family;
use super::store::states::forget_alias;
use crate::db::{Fault, Tx};
use crate::domain::client_figures::{ClientFigures, Counter};
use crate::domain::ids::{ClientId, Id};
use crate::domain::population::{Offered, Person, Population};

/// Over every visit.
const EVERY_VISIT: i64 = 0;

/// Brings what is kept of a client in line with the history, after a visit or an amount changed in this write.
///
/// The history is read anew, so it does not matter what changed, or how often this is called. A merged client's figures
/// are those of whom he was merged into. The client's figures are locked first: of two writes about one person the second
/// reads what the first one wrote.
pub fn refresh(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Fault> {
    let Some(family) = locked_family(tx, client.get())? else {
        return Ok(());
    };
    let population = population_of(tx.conn, &family, tx.now.date_naive())?;
    let kept = store::kept(tx.conn, Some(&family))?;
    store::apply(tx, &Changes::between(&kept, &rows(&population)))?;
    store::raise(tx)?;
    Ok(())
}

/// Makes every other write of these clients' figures wait, for a deed that moves history from one to another.
pub fn lock(tx: &mut Tx<'_>, clients: &[ClientId]) -> Result<(), Fault> {
    let numbers: Vec<i64> = clients.iter().map(|client| client.get()).collect();
    store::lock(tx, &numbers)
}

/// Brings the kept figures in line after `merged` became an alias of `kept`: what was kept of the alias goes.
pub fn after_merge(tx: &mut Tx<'_>, kept: ClientId, merged: ClientId) -> Result<(), Fault> {
    forget_alias(tx, merged.get())?;
    refresh(tx, kept)
}

/// The client with the aliases, looked up again under the lock: he may have been merged while this write waited.
fn locked_family(tx: &mut Tx<'_>, client: i64) -> Result<Option<Vec<i64>>, Fault> {
    let mut locked = None;
    loop {
        let Some((survivor, family)) = family(tx.conn, client)? else {
            return Ok(None);
        };
        if locked == Some(survivor) {
            return Ok(Some(family));
        }
        store::lock(tx, &[survivor])?;
        locked = Some(survivor);
    }
}

/// The rows of these people, by client and kind.
pub(super) fn rows(population: &Population) -> Vec<FiguresRow> {
    let mut counter = Counter::new(population.kinds_of_services());
    let mut rows = Vec::with_capacity(population.people.len());
    for person in &population.people {
        push_rows(population, person, &mut counter, &mut rows);
    }
    rows
}

/// The rows of one person, in the order of the kinds' numbers.
pub(super) fn push_rows(population: &Population, person: &Person, counter: &mut Counter, rows: &mut Vec<FiguresRow>) {
    let (visits, amounts) = (population.visits_of(person), population.amounts_of(person));
    let Some(all) = counter.all(visits, amounts) else {
        return;
    };
    let first = rows.len();
    rows.extend(row(population, person, EVERY_VISIT, &all));
    for (place, kind) in population.kinds.iter().enumerate() {
        if let Some(own) = counter.of_kind(visits, amounts, place) {
            rows.extend(row(population, person, kind.id.get(), &own));
        }
    }
    if let Some(own) = rows.get_mut(first..) {
        own.sort_unstable_by_key(|row| row.recall_type_id);
    }
}

/// Every place is one of a list, because the population was made of these lists.
fn row(population: &Population, person: &Person, kind: i64, figures: &ClientFigures) -> Option<FiguresRow> {
    Some(FiguresRow {
        client_id: person.client.get(),
        recall_type_id: kind,
        visits: i32::try_from(figures.visits).unwrap_or(i32::MAX),
        first_day: figures.first,
        last_day: figures.last,
        median_gap_days: figures.median_gap_days,
        log_gap_sum: figures.log_gap_sum,
        revenue_minor: figures.revenue_minor,
        first_service_id: number(&population.services, figures.first_service)?,
        first_provider_id: number(&population.providers, figures.first_provider)?,
        last_service_id: number(&population.services, figures.last_service)?,
        last_provider_id: number(&population.providers, figures.last_provider)?,
        last_location_id: number(&population.locations, figures.last_location)?,
    })
}

fn number<I: Id>(list: &[Offered<I>], place: u32) -> Option<i64> {
    list.get(usize::try_from(place).ok()?).map(|one| one.id.number())
}
