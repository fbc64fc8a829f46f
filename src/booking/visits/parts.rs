//! The bookings of one visit, for deeds that act on all of them.

use crate::booking::store::{self, Standing};
use crate::db::{Fault, Tx};

/// Every booking of the visit this one belongs to, in order, itself among them; alone when it belongs to none.
pub(crate) fn together(tx: &mut Tx<'_>, booking: &Standing) -> Result<Vec<Standing>, Fault> {
    match booking.visit_group {
        Some(group) => store::parts_of_visit(tx.conn, group, booking.client),
        None => Ok(vec![booking.clone()]),
    }
}

/// Those of them that still have their place.
pub(crate) fn live_parts(tx: &mut Tx<'_>, booking: &Standing) -> Result<Vec<Standing>, Fault> {
    let mut parts = together(tx, booking)?;
    parts.retain(|part| !part.status.gave_seat_back());
    Ok(parts)
}
