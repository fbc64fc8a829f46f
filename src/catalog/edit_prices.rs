//! Says what a service costs from a day on, or takes that back before the day has come.
//!
//! Bookings copy the price of their day; what was booked before keeps what it was agreed at.

use chrono::NaiveDate;

use super::change::{Done, EditRefused, Object, Thing, claim, note};
use super::{DatedPrice, store};
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::ids::{ServiceId, StaffUserId};
use crate::domain::ledger::{AMOUNT_MAX_MINOR, BASIS_POINTS};

/// As many changes of price one service has.
pub const PRICES_MAX: usize = 50;

/// Why the list of prices stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriceRefused {
    /// The service is not there, or somebody else changed it.
    Edit(EditRefused),
    /// A price begins on this day already.
    SameDay,
    /// The day has come: what holds today or held before is not changed.
    NotAhead,
    /// Beyond all reason.
    OutOfRange,
}

/// The prices of a service, the earliest first.
pub fn prices_of(conn: &mut Conn, service: ServiceId) -> Result<Vec<DatedPrice>, Fault> {
    store::prices::load(conn, service)
}

/// Adds a price that begins after today.
pub fn add_price(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    (service, seen): (ServiceId, i64),
    today: NaiveDate,
    price: &DatedPrice,
) -> Result<(), Bad<PriceRefused>> {
    if price.valid_from <= today {
        return Err(Bad::Refused(PriceRefused::NotAhead));
    }
    let in_range =
        (0..=AMOUNT_MAX_MINOR).contains(&price.price_minor) && (0..=BASIS_POINTS).contains(&price.tax_basis_points);
    claim(tx, Thing::Service(service), seen).map_err(|bad| bad.map(PriceRefused::Edit))?;
    let known = store::prices::load(tx.conn, service)?;
    if !in_range || PRICES_MAX <= known.len() {
        return Err(Bad::Refused(PriceRefused::OutOfRange));
    }
    if known.iter().any(|other| other.valid_from == price.valid_from) {
        return Err(Bad::Refused(PriceRefused::SameDay));
    }
    store::prices::insert(tx, service, price)?;
    Ok(note(tx, by, Done::Created, Object::Price, service.get())?)
}

/// Takes a price back that has not begun.
pub fn remove_price(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    (service, seen): (ServiceId, i64),
    today: NaiveDate,
    valid_from: NaiveDate,
) -> Result<(), Bad<PriceRefused>> {
    if valid_from <= today {
        return Err(Bad::Refused(PriceRefused::NotAhead));
    }
    claim(tx, Thing::Service(service), seen).map_err(|bad| bad.map(PriceRefused::Edit))?;
    if !store::prices::delete(tx, service, valid_from)? {
        return Err(Bad::Refused(PriceRefused::Edit(EditRefused::Gone)));
    }
    Ok(note(tx, by, Done::Deleted, Object::Price, service.get())?)
}
