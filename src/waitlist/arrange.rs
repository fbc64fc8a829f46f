//! What staff do with the order of the list: move somebody, skip somebody for a day, let somebody wait again.

use chrono::TimeDelta;

use super::store::{self, Entry};
use super::withdraw;
use crate::booking::offer::Shop;
use crate::db::{Bad, Tx, portable};
use crate::domain::ids::{ServiceId, WaitlistEntryId};
use crate::domain::waitlist::{self, EntryStatus, Move};

/// So long somebody is skipped.
const SKIP_HOURS: i64 = 24;
/// As many of one service can be put in order by hand.
const ORDERED_MAX: i64 = 1_000;

/// Why the list stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArrangeRefused {
    /// No such entry.
    Unknown,
    /// It left the list.
    Ended(EntryStatus),
}

/// Moves an entry in the order of its service.
pub fn move_entry(tx: &mut Tx<'_>, id: WaitlistEntryId, to: Move) -> Result<ServiceId, Bad<ArrangeRefused>> {
    let service = open_entry(tx, id)?.service;
    portable::lock_names(tx.conn, &[format!("waitlist order {service}")])?;
    let order = store::order_of(tx.conn, service, ORDERED_MAX)?;
    for (entry, position) in waitlist::reordered(&order, id, to) {
        store::set_position(tx, entry, position)?;
    }
    Ok(service)
}

/// Offers an entry nothing for a day; what is kept for it is given back to the next one.
pub fn skip(tx: &mut Tx<'_>, shop: &Shop, id: WaitlistEntryId) -> Result<(), Bad<ArrangeRefused>> {
    super::lock(tx, id)?;
    let entry = open_entry(tx, id)?;
    withdraw::take_back(tx, shop, &entry)?;
    let until = tx.now + TimeDelta::hours(SKIP_HOURS);
    Ok(store::set_skipped(tx, id, Some(until))?)
}

/// Ends a skip before its time.
pub fn unskip(tx: &mut Tx<'_>, id: WaitlistEntryId) -> Result<(), Bad<ArrangeRefused>> {
    super::lock(tx, id)?;
    open_entry(tx, id)?;
    Ok(store::set_skipped(tx, id, None)?)
}

/// Lets a parked entry wait again.
pub fn resume(tx: &mut Tx<'_>, id: WaitlistEntryId) -> Result<(), Bad<ArrangeRefused>> {
    super::lock(tx, id)?;
    open_entry(tx, id)?;
    Ok(store::set_silence(tx, id, EntryStatus::Waiting, 0)?)
}

fn open_entry(tx: &mut Tx<'_>, id: WaitlistEntryId) -> Result<Entry, Bad<ArrangeRefused>> {
    let entry = store::entry(tx.conn, id)?.ok_or(Bad::Refused(ArrangeRefused::Unknown))?;
    if entry.status.is_open() { Ok(entry) } else { Err(Bad::Refused(ArrangeRefused::Ended(entry.status))) }
}
