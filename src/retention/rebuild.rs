//! Makes the figures of all clients anew from history, and says whose were wrong.

use chrono::{DateTime, NaiveDate, Utc};
use indicatif::ProgressBar;
use rayon::prelude::*;

use super::figures::{push_rows, refresh};
use super::population::{Depth, population, population_of_all};
use super::store::figures::{self as store, Changes, FiguresRow};
use crate::db::{Bad, Conn, Db, Fault, Never};
use crate::domain::client_figures::Counter;
use crate::domain::ids::ClientId;
use crate::domain::population::Population;

/// Rows of one write, so that bookings need not wait long.
const ROWS_AT_ONCE: usize = 5_000;
/// Clients of one write where each is looked up.
const CLIENTS_AT_ONCE: usize = 100;
/// People of one piece of work.
const PEOPLE_AT_ONCE: usize = 4_096;

/// What a rebuild did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rebuilt {
    /// Visits that were counted.
    pub visits: usize,
    /// People who made them.
    pub people: usize,
    /// Rows that were not as they should be.
    pub changed: usize,
}

/// Makes all figures anew from history and writes what differs, in bounded pieces. Blocks.
///
/// Deeds go on meanwhile: each piece is written only if nobody's figures changed since history was read; else its clients
/// are brought in line one by one, as a deed would.
pub fn rebuild(db: &Db, now: DateTime<Utc>, today: NaiveDate, bar: &ProgressBar) -> Result<Rebuilt, Fault> {
    let mut version = db.read_blocking(store::counted)?;
    let population = population_of_all(db, today, Depth::FiguresOnly)?;
    let wanted = all_rows(&population);
    let changes = differences(db, &wanted)?;
    let rebuilt = Rebuilt { visits: population.visits.len(), people: population.people.len(), changed: changes.len() };
    bar.set_length(u64::try_from(changes.len()).unwrap_or(0));
    drop((population, wanted));
    for piece in changes.pieces(ROWS_AT_ONCE) {
        let rows = u64::try_from(piece.len()).unwrap_or(0);
        let clients = piece.clients();
        let written = db.write_blocking::<_, Never, _>(now, move |tx| {
            let counted = store::raise(tx)?;
            if counted == version + 1 {
                store::apply(tx, &piece)?;
            }
            Ok(counted)
        });
        let counted = written.map_err(Bad::into_fault)?;
        // Once somebody else changed something, every further piece may be out of date.
        if counted == version + 1 {
            version = counted;
        } else {
            version = i64::MIN;
            one_by_one(db, now, &clients)?;
        }
        bar.inc(rows);
    }
    bar.finish_and_clear();
    Ok(rebuilt)
}

/// A write of its own, because a deed locks its client first and then says that something changed.
fn one_by_one(db: &Db, now: DateTime<Utc>, clients: &[ClientId]) -> Result<(), Fault> {
    for some in clients.chunks(CLIENTS_AT_ONCE) {
        let some = some.to_vec();
        let written = db.write_blocking::<_, Never, _>(now, move |tx| {
            for client in &some {
                refresh(tx, *client)?;
            }
            Ok(())
        });
        written.map_err(Bad::into_fault)?;
    }
    Ok(())
}

/// Whose kept figures are not those of the history, by number.
pub fn check(conn: &mut Conn, today: NaiveDate) -> Result<Vec<ClientId>, Fault> {
    let population = population(conn, today)?;
    let kept = store::kept(conn, None)?;
    Ok(Changes::between(&kept, &all_rows(&population)).clients())
}

fn differences(db: &Db, wanted: &[FiguresRow]) -> Result<Changes, Fault> {
    let kept = db.read_blocking(|conn| store::kept(conn, None))?;
    Ok(Changes::between(&kept, wanted))
}

fn all_rows(population: &Population) -> Vec<FiguresRow> {
    let kinds = population.kinds_of_services();
    let pieces: Vec<Vec<FiguresRow>> = population
        .people
        .par_chunks(PEOPLE_AT_ONCE)
        .map(|people| {
            let mut counter = Counter::new(kinds.clone());
            let mut rows = Vec::with_capacity(people.len());
            for person in people {
                push_rows(population, person, &mut counter, &mut rows);
            }
            rows
        })
        .collect();
    pieces.concat()
}
