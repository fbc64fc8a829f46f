//! Brings the dates in line with the visits.

use std::collections::HashMap;

use super::store::recalls::{self, NewRecall, Recall};
use super::store::{listing, types};
use super::{RecallType, lock};
use crate::db::{Bad, Db, Fault, Never, Tx};
use crate::domain::ids::{ClientId, RecallTypeId};
use crate::domain::recall;
use chrono::{DateTime, Utc};

/// Clients whose recalls are computed at once.
const CLIENTS_AT_ONCE: i64 = 500;

/// Brings the recalls of a client in line. Called at the end of every write that completes a visit, takes a completion
/// back or moves visits from one client to another. Calling it again changes nothing.
pub fn refresh(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Fault> {
    let types = types::types(tx.conn)?;
    if types.is_empty() {
        return Ok(());
    }
    lock(tx, &[client])?;
    renew(tx, &types, &[client])?;
    Ok(())
}

/// The same for everybody, within one write: after an import, and in the demo. Answers how many recalls there are that
/// were made or changed. Nobody else writes recalls meanwhile.
pub fn rebuild(tx: &mut Tx<'_>) -> Result<usize, Fault> {
    let types = types::types(tx.conn)?;
    let (mut after, mut changed) = (ClientId::new(0), 0);
    while !types.is_empty() {
        let clients = listing::clients_after(tx.conn, after, CLIENTS_AT_ONCE)?;
        let Some(last) = clients.last() else { break };
        after = *last;
        changed += renew(tx, &types, &clients)?;
    }
    Ok(changed)
}

/// Computes the dates of one type anew after it was changed, in bounded writes, so that nobody waits for it.
pub async fn rebuild_type(db: &Db, kind: RecallTypeId, now: DateTime<Utc>) -> Result<usize, Fault> {
    let (mut after, mut changed) = (ClientId::new(0), 0);
    loop {
        let write = move |tx: &mut Tx<'_>| -> Result<_, Bad<Never>> {
            let clients = listing::clients_after(tx.conn, after, CLIENTS_AT_ONCE)?;
            let Some(last) = clients.last().copied() else { return Ok(None) };
            let types: Vec<RecallType> = types::types(tx.conn)?.into_iter().filter(|one| one.id == kind).collect();
            lock(tx, &clients)?;
            Ok(Some((last, renew(tx, &types, &clients)?)))
        };
        match db.write(now, write).await.map_err(Bad::into_fault)? {
            Some((last, some)) => {
                after = last;
                changed += some;
            }
            None => return Ok(changed),
        }
    }
}

fn renew(tx: &mut Tx<'_>, types: &[RecallType], clients: &[ClientId]) -> Result<usize, Fault> {
    let visits = recalls::visits(tx.conn, types, clients)?;
    let known: HashMap<(ClientId, RecallTypeId), Recall> = recalls::of_clients(tx.conn, clients)?
        .into_iter()
        .map(|recall| ((recall.client, recall.recall_type), recall))
        .collect();
    let (mut new, mut changed) = (Vec::new(), 0);
    for client in clients {
        for kind in types {
            let place = (*client, kind.id);
            let before = known.get(&place);
            let days = visits.get(&place).map(Vec::as_slice).unwrap_or_default();
            let every = before.and_then(|recall| recall.every).or(kind.every);
            let every = every.map(|every| (every.months(), every.days()));
            let Some(dates) = recall::renewed(before.map(|recall| recall.dates), days, every) else { continue };
            match before {
                None => new.push(NewRecall::new(tx, *client, kind.id, &dates)),
                Some(recall) if recall.dates != dates => {
                    recalls::write_dates(tx, recall.id, &dates)?;
                    changed += 1;
                }
                Some(_) => {}
            }
        }
    }
    recalls::insert(tx, &new)?;
    Ok(new.len() + changed)
}
