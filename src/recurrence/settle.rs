//! Settles a date that could not be booked: another time stands in, or it is left out.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDateTime, Utc};

use super::preview;
use super::store;
use super::tell::{self, News};
use super::{extend, start_series};
use crate::booking::book::BookRefused;
use crate::booking::offer::Shop;
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::booking::Actor;
use crate::domain::ids::SeriesId;

/// How a date is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// This time stands in.
    Book(DateTime<Utc>),
    /// It is left out.
    LeaveOut,
}

/// Why it stays open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettleRefused {
    /// No such series, or the date does not wait for anybody.
    Unknown,
    /// The time could not be booked.
    NotBookable(BookRefused),
}

/// Settles one date and tells the client of the series as it stands then.
pub fn settle(
    tx: &mut Tx<'_>,
    shop: &Shop,
    (id, slot): (SeriesId, NaiveDateTime),
    settlement: Settlement,
    actor: Actor,
) -> Result<(), Bad<SettleRefused>> {
    let series = store::series(tx.conn, id)?.ok_or(Bad::Refused(SettleRefused::Unknown))?;
    if !store::settle(tx, id, slot, actor)? {
        return Err(Bad::Refused(SettleRefused::Unknown));
    }
    let mut providers = BTreeSet::new();
    if let Settlement::Book(starts_at) = settlement {
        let request = extend::request_for(&series, starts_at, actor);
        let booked = start_series::book_instance(tx, shop, &request, (id, slot));
        let booking = booked.map_err(|bad| bad.map(SettleRefused::NotBookable))?;
        let instances = store::instances(tx.conn, id)?;
        providers.extend(instances.iter().filter(|known| known.booking == booking).map(|known| known.provider));
    }
    store::raise(tx, id)?;
    Ok(tell::tell(tx, id, News::Changed, &providers)?)
}

/// Times that could stand in for a date, the nearest first.
pub fn alternatives(
    conn: &mut Conn,
    shop: &Shop,
    now: DateTime<Utc>,
    (id, slot): (SeriesId, NaiveDateTime),
) -> Result<Vec<DateTime<Utc>>, Fault> {
    let Some(series) = store::series(conn, id)? else {
        return Ok(Vec::new());
    };
    let wish = extend::wish_of(&series, Actor::System);
    let row = preview::look_at(conn, shop, now, &wish, slot)?;
    Ok(row.map(|row| row.alternatives).unwrap_or_default())
}
