//! Appointments that no longer fit the hours: listed before a change is saved and for as long as they stand.
//!
//! Nothing is stored. [`clashes`] looks at every appointment to come and at the hours, closures and time off as they
//! are; [`guarded`] does so before and after a change and takes the change back until somebody has seen what it breaks.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::Catalog;
use super::store::{self, snapshot};
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::hours::{self, ProviderHours, Unkept};
use crate::domain::ids::{BookingId, LocationId, ProviderId};
use crate::domain::span::Span;
use crate::domain::time;

/// A list is no longer than this.
pub const CLASHES_MAX: usize = 500;

/// A booking to come whose provider is not there any more.
#[derive(Debug, Clone)]
pub struct ClashingBooking {
    /// Which.
    pub booking: BookingId,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// The zone of its place.
    pub zone: Tz,
    /// Where.
    pub location: LocationId,
    /// With whom.
    pub provider: ProviderId,
    /// Who comes.
    pub client: String,
    /// Whom to call.
    pub phone: Option<String>,
    /// What for.
    pub service: String,
    /// Why it does not fit.
    pub why: Unkept,
}

/// What keeps a change of hours from being saved.
#[derive(Debug)]
pub enum Guarded<R> {
    /// The change itself is refused.
    Refused(R),
    /// It would leave these bookings without their provider, and nobody has said that this is known.
    Clashes(Vec<ClashingBooking>),
}

/// Bookings to come that do not fit the hours as they are now, earliest first; those of one provider, or all.
///
/// What staff put outside the hours on purpose is not among them.
pub fn clashes(conn: &mut Conn, now: DateTime<Utc>, of: Option<ProviderId>) -> Result<Vec<ClashingBooking>, Fault> {
    let version = snapshot::version(conn)?;
    let catalog = snapshot::load(conn, version)?;
    let mut found = Vec::new();
    for booking in store::uses::bookings_to_come(conn, of, now.naive_utc())? {
        if let Some(why) = why_unkept(&catalog, &booking) {
            found.push(ClashingBooking { why, ..booking });
        }
        if CLASHES_MAX <= found.len() {
            break;
        }
    }
    Ok(found)
}

fn why_unkept(catalog: &Catalog, booking: &ClashingBooking) -> Option<Unkept> {
    static NEVER: ProviderHours =
        ProviderHours { weekly: Vec::new(), exceptions: Vec::new(), time_off: Vec::new(), leaves_on: None };
    let service = Span::new(booking.starts_at, booking.ends_at).ok()?;
    let hours = catalog.hours.get(&(booking.provider, booking.location)).unwrap_or(&NEVER);
    let day = time::local_day(booking.starts_at, booking.zone);
    let working = hours::working_spans(hours, catalog.closures_of(booking.location), day, booking.zone);
    hours::why_unkept(&working, service)
}

/// Does `change`, and takes it back when it leaves bookings without their provider that are not in `seen`.
///
/// Answers with those it leaves.
pub fn guarded<R>(
    tx: &mut Tx<'_>,
    of: Option<ProviderId>,
    seen: &[BookingId],
    change: impl FnOnce(&mut Tx<'_>) -> Result<(), Bad<R>>,
) -> Result<usize, Bad<Guarded<R>>> {
    let now = tx.now;
    let before: HashSet<BookingId> = clashes(tx.conn, now, of)?.into_iter().map(|clash| clash.booking).collect();
    change(tx).map_err(|bad| bad.map(Guarded::Refused))?;
    let mut left = clashes(tx.conn, now, of)?;
    left.retain(|clash| !before.contains(&clash.booking));
    if left.iter().any(|clash| !seen.contains(&clash.booking)) {
        return Err(Bad::Refused(Guarded::Clashes(left)));
    }
    Ok(left.len())
}
