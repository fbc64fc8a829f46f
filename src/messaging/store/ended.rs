//! Why bookings were called off, and what was promised with it.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::catalog::{self, CancellationReason};
use crate::db::schema::{appointments, bookings};
use crate::db::{Conn, Fault};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::{BookingId, LocationId, ProviderId, ServiceId};

/// How a booking was called off by staff.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct Ended {
    /// What was picked from the clinic's list.
    pub(in crate::messaging) reason: Option<CancellationReason>,
    /// What other times are looked for, when they were promised.
    pub(in crate::messaging) wish: Option<OtherTimesWish>,
}

/// What other times should be like.
#[derive(Debug, Clone)]
pub struct OtherTimesWish {
    /// The same service.
    pub service: ServiceId,
    /// At the same place.
    pub location: LocationId,
    /// With the same provider where that is as good.
    pub provider: ProviderId,
    /// For as many people.
    pub party: u16,
    /// About the same time of day.
    pub starts_at: DateTime<Utc>,
}

type Row = (i64, Option<String>, bool, i32, (i64, i64, i64), NaiveDateTime);

/// Those of the bookings that staff called off.
pub(in crate::messaging) fn by_staff(conn: &mut Conn, ids: &[BookingId]) -> Result<HashMap<BookingId, Ended>, Fault> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let rows: Vec<Row> = bookings::table
        .inner_join(appointments::table)
        .filter(bookings::id.eq_any(ids))
        .filter(bookings::status.eq(BookingStatus::Cancelled.as_str()))
        .filter(bookings::ended_by.eq("staff"))
        .order(bookings::id)
        .select((
            bookings::id,
            bookings::ended_reason_code,
            bookings::offer_other_times,
            bookings::party,
            (appointments::service_id, appointments::location_id, appointments::provider_id),
            appointments::starts_at,
        ))
        .load(conn)?;
    let has_code = rows.iter().any(|row| row.1.is_some());
    let reasons = if has_code { catalog::cancellation_reasons(conn)? } else { Vec::new() };
    let ended = |(id, code, offers, party, (service, location, provider), starts_at): Row| {
        let wish = OtherTimesWish {
            service: ServiceId::new(service),
            location: LocationId::new(location),
            provider: ProviderId::new(provider),
            party: u16::try_from(party).unwrap_or(1),
            starts_at: starts_at.and_utc(),
        };
        let reason = code.and_then(|code| reasons.iter().find(|reason| reason.code == code).cloned());
        (BookingId::new(id), Ended { reason, wish: offers.then_some(wish) })
    };
    Ok(rows.into_iter().map(ended).collect())
}

/// What other times for a booking would have to be like.
pub(in crate::messaging) fn wish_of(conn: &mut Conn, booking: BookingId) -> Result<Option<OtherTimesWish>, Fault> {
    let row: Option<(i32, i64, i64, i64, NaiveDateTime)> = bookings::table
        .inner_join(appointments::table)
        .filter(bookings::id.eq(booking.get()))
        .select((
            bookings::party,
            appointments::service_id,
            appointments::location_id,
            appointments::provider_id,
            appointments::starts_at,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(party, service, location, provider, starts_at)| OtherTimesWish {
        service: ServiceId::new(service),
        location: LocationId::new(location),
        provider: ProviderId::new(provider),
        party: u16::try_from(party).unwrap_or(1),
        starts_at: starts_at.and_utc(),
    }))
}
