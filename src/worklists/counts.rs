//! How much waits, for the hub and for the navigation.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use super::{confirmations, due, holes, store, unscheduled, waiting};
use crate::booking::offer::Shop;
use crate::catalog::{self, Catalog};
use crate::db::{Conn, Fault};
use crate::messaging;
use crate::recurrence;

/// Counts of the navigation are true for so long; whoever sends a form sees them anew at once.
const KEPT_SECONDS: i64 = 15;

/// What the navigation shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Urgent {
    /// Requests that wait for an answer.
    pub requests: usize,
    /// What should be done today.
    pub today: usize,
}

/// What the hub shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Who is called today.
    pub confirmations: usize,
    /// Requests that wait for an answer.
    pub requests: usize,
    /// Who has nothing booked.
    pub unscheduled: usize,
    /// Who is due for a recall.
    pub recalls: usize,
    /// Who waits while a time is free.
    pub waitlist: usize,
    /// Times that came free.
    pub short_notice: usize,
    /// Messages that did not leave.
    pub unsent: usize,
    /// Dates of series that could not be booked.
    pub series: usize,
    /// Bookings outside the hours of their provider.
    pub clashes: usize,
    /// Clients who may be the same person.
    pub duplicates: usize,
}

/// Counts everything.
pub fn count(conn: &mut Conn, shop: &Shop, now: DateTime<Utc>) -> Result<Counts, Fault> {
    let catalog = shop.catalogs.current(conn)?;
    Ok(Counts {
        confirmations: confirmations::count(conn, &catalog, now)?,
        requests: store::requests(conn)?,
        unscheduled: unscheduled::unscheduled(conn, &catalog, now)?.len(),
        recalls: due::count(conn, &catalog, now)?,
        waitlist: waiting::waiting(conn, shop, now)?.len(),
        short_notice: holes::count(conn, &catalog, now)?,
        unsent: messaging::count_unsent(conn, now)?,
        series: gaps(conn, now)?,
        clashes: catalog::clashes(conn, now, None)?.len(),
        duplicates: store::duplicates(conn)?,
    })
}

/// Counts what the navigation shows: only what costs a look into an index.
pub fn urgent(conn: &mut Conn, catalog: &Catalog, now: DateTime<Utc>) -> Result<Urgent, Fault> {
    let today = confirmations::count(conn, catalog, now)?
        + holes::count(conn, catalog, now)?
        + messaging::count_unsent(conn, now)?
        + gaps(conn, now)?;
    Ok(Urgent { requests: store::requests(conn)?, today })
}

fn gaps(conn: &mut Conn, now: DateTime<Utc>) -> Result<usize, Fault> {
    Ok(usize::try_from(recurrence::gaps_open(conn, recurrence::gaps_from(now))?).unwrap_or(usize::MAX))
}

/// Counts, kept for some seconds by each process.
#[derive(Debug, Default)]
pub struct CountsKept {
    urgent: Mutex<Option<(DateTime<Utc>, Urgent)>>,
    counts: Mutex<Option<(DateTime<Utc>, Counts)>>,
}

impl CountsKept {
    /// What the navigation shows, if it is fresh enough.
    pub fn fresh(&self, now: DateTime<Utc>) -> Option<Urgent> {
        fresh(&self.urgent, now)
    }

    /// Keeps what was counted for the navigation.
    pub fn keep(&self, now: DateTime<Utc>, urgent: Urgent) {
        *self.urgent.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, urgent));
    }

    /// What the hub shows, if it is fresh enough.
    pub fn fresh_counts(&self, now: DateTime<Utc>) -> Option<Counts> {
        fresh(&self.counts, now)
    }

    /// Keeps what was counted for the hub.
    pub fn keep_counts(&self, now: DateTime<Utc>, counts: Counts) {
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, counts));
    }

    /// Somebody changes something.
    pub fn forget(&self) {
        *self.urgent.lock().unwrap_or_else(PoisonError::into_inner) = None;
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

fn fresh<C: Copy>(kept: &Mutex<Option<(DateTime<Utc>, C)>>, now: DateTime<Utc>) -> Option<C> {
    let kept = *kept.lock().unwrap_or_else(PoisonError::into_inner);
    kept.filter(|(at, _)| (now - *at).abs() < TimeDelta::seconds(KEPT_SECONDS)).map(|(_, counts)| counts)
}
