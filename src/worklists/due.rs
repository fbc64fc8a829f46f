//! Who is due for a recall and has nothing of that kind booked.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::{Person, ROWS_MAX, Tried, confirmations, store};
use crate::catalog::Catalog;
use crate::db::{Conn, Fault};
use crate::domain::ids::ClientId;
use crate::domain::recall::{self as rules, Standing};
use crate::domain::time;
use crate::domain::worklists::Worklist;
use crate::messaging::{self, Reminding};
use crate::recall::{self, LastVisit, Recall};

/// Somebody to ask for the next visit of a kind.
#[derive(Debug, Clone)]
pub struct DueAgain {
    /// What is due.
    pub recall: Recall,
    /// Who.
    pub person: Person,
    /// Whether the days around the date are over.
    pub is_overdue: bool,
    /// With whom it was the last time.
    pub usual: Option<LastVisit>,
    /// What was said by mail, and what comes next.
    pub reminding: Reminding,
    /// The calls.
    pub tried: Option<Tried>,
}

/// Who is due, whoever is called first, and how many there are in all.
pub fn due_again(conn: &mut Conn, catalog: &Catalog, now: DateTime<Utc>) -> Result<(Vec<DueAgain>, usize), Fault> {
    let zone = catalog.locations.first().map_or(chrono_tz::UTC, |place| place.zone);
    let today = time::local_day(now, zone);
    let limit = i64::try_from(ROWS_MAX).unwrap_or(i64::MAX);
    let (found, total) = recall::due_on_list(conn, (today, now), limit)?;
    let clients: Vec<ClientId> = found.iter().map(|recall| recall.client).collect();
    let tried = store::attempts::of_clients(conn, Worklist::Recall, &clients, now)?;
    let mut reminding = messaging::reminding(conn, &found, now)?;
    let places: Vec<_> = found.iter().map(|recall| (recall.client, recall.recall_type)).collect();
    let usual = recall::last_visits(conn, &places)?;
    let people: HashMap<ClientId, Person> = store::people(conn, &clients)?;
    let row = |recall: Recall| {
        Some(DueAgain {
            person: people.get(&recall.client)?.clone(),
            is_overdue: rules::standing(&recall.facts(), today) == Standing::Overdue,
            usual: usual.get(&(recall.client, recall.recall_type)).cloned(),
            reminding: reminding.remove(&recall.id).unwrap_or_default(),
            tried: store::attempts::about(&tried, recall.client, None),
            recall,
        })
    };
    let mut rows: Vec<DueAgain> = found.into_iter().filter_map(row).collect();
    rows.sort_by_key(|row| {
        let called = confirmations::is_today(row.tried.as_ref(), now, zone);
        rules::order(row.recall.dates.due_day.unwrap_or(today), today, called)
    });
    Ok((rows, total))
}

/// How many they are.
pub(super) fn count(conn: &mut Conn, catalog: &Catalog, now: DateTime<Utc>) -> Result<usize, Fault> {
    let zone = catalog.locations.first().map_or(chrono_tz::UTC, |place| place.zone);
    Ok(recall::due_on_list(conn, (time::local_day(now, zone), now), 0)?.1)
}
