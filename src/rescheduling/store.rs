//! What moving writes into a booking's row.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::booking::Standing;
use crate::db::schema::bookings;
use crate::db::{DbError, Fault, Tx};
use crate::domain::booking::Actor;
use crate::domain::ids::{AppointmentId, BookingId};

/// The booking will be at another time or place from here on; answers false when somebody changed it since it was read.
pub(super) fn begin(tx: &mut Tx<'_>, before: &Standing, actor: Actor) -> Result<bool, Fault> {
    let by_client = i32::from(actor == Actor::Client);
    let unchanged =
        bookings::table.filter(bookings::id.eq(before.id.get())).filter(bookings::row_version.eq(before.row_version));
    let changed = diesel::update(unchanged)
        .set((
            bookings::row_version.eq(bookings::row_version + 1),
            bookings::schedule_version.eq(bookings::schedule_version + 1),
            bookings::moves.eq(bookings::moves + by_client),
        ))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

/// The client is not told of the version that stands now.
pub(super) fn leave_untold(tx: &mut Tx<'_>, booking: BookingId) -> Result<(), Fault> {
    diesel::update(bookings::table.find(booking.get()))
        .set(bookings::client_untold_version.eq(bookings::schedule_version.nullable()))
        .execute(tx.conn)?;
    Ok(())
}

/// The new place stands: the booking belongs to it and lasts as long as it does there.
pub(super) fn settle(
    tx: &mut Tx<'_>,
    booking: BookingId,
    appointment: AppointmentId,
    (starts_at, ends_at): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), DbError> {
    let minutes = i32::try_from((ends_at - starts_at).num_minutes()).unwrap_or(i32::MAX);
    diesel::update(bookings::table.find(booking.get()))
        .set((
            bookings::appointment_id.eq(appointment.get()),
            bookings::duration_minutes.eq(minutes),
            // Whoever said yes said it to the time it was.
            bookings::client_confirmed_at.eq(None::<NaiveDateTime>),
        ))
        .execute(tx.conn)?;
    Ok(())
}
