//! Books what has come within the horizon: open-ended series, and long ones that clients started.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

use super::preview::SeriesWish;
use super::start_series;
use super::store::{self, ExceptionKind, Series};
use super::tell::{self, News};
use crate::booking::book::{BookRefused, BookingRequest, Who, Wish};
use crate::booking::offer::Shop;
use crate::db::{Bad, Conn, Fault, Never, Tx};
use crate::domain::booking::Actor;
use crate::domain::ids::{BookingId, SeriesId};
use crate::domain::recurrence::{self, DATES_MAX, Zoned};
use crate::domain::slots;
use crate::recurrence::Trouble;

/// Series extended in one pass; the next pass goes on.
pub const SERIES_AT_ONCE: i64 = 50;

/// What became of one series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Extended {
    /// Dates that were booked.
    pub booked: usize,
    /// Dates that could not be.
    pub gaps: usize,
}

/// The series that end before their horizon, those that end first on top.
pub fn behind(conn: &mut Conn, shop: &Shop, now: DateTime<Utc>) -> Result<Vec<SeriesId>, Fault> {
    let catalog = shop.catalogs.current(conn)?;
    let mut found = Vec::new();
    for service in &catalog.services {
        let Some(place) = catalog.locations_for(service.id).first().copied() else { continue };
        let horizon = slots::latest_day(&service.rules, now, place.zone);
        let room = SERIES_AT_ONCE - i64::try_from(found.len()).unwrap_or(i64::MAX);
        if room <= 0 {
            break;
        }
        found.extend(store::behind(conn, service.id, horizon, room)?);
    }
    Ok(found)
}

/// Books the dates of one series up to the horizon. What cannot be booked is kept as unbookable and told. Safe to run
/// twice: a date that has a booking or an exception is passed over, and the day reached is written in the same write.
pub fn extend(tx: &mut Tx<'_>, shop: &Shop, id: SeriesId) -> Result<Extended, Bad<Never>> {
    let catalog = shop.catalogs.current_in(tx)?;
    let Some(series) = store::series(tx.conn, id)?.filter(Series::grows) else {
        return Ok(Extended::default());
    };
    let (Some(service), Some(place)) = (catalog.service(series.service), catalog.location(series.location)) else {
        // What is archived is not booked any more; the series waits.
        return Ok(Extended::default());
    };
    let horizon = slots::latest_day(&service.rules, tx.now, place.zone);
    if horizon <= series.extended_to {
        return Ok(Extended::default());
    }
    let slots = due(tx, &series, horizon)?;
    // A rule that makes more dates than are booked at once goes on with the next pass.
    let reached = if slots.len() < DATES_MAX { horizon } else { slots.last().map_or(horizon, NaiveDateTime::date) };
    let last = series.rule.last(series.start).map(|last| last.date());
    let day = if last.is_some_and(|last| last <= reached) { store::finished() } else { reached };
    if !store::extend_to(tx, &series, day)? {
        // Another node was faster.
        return Ok(Extended::default());
    }
    let mut extended = Extended::default();
    for slot in slots {
        match book_slot(tx, shop, &series, slot) {
            Ok(_) => extended.booked += 1,
            Err(Bad::Refused(why)) => {
                store::except(tx, id, slot, ExceptionKind::Unbookable, why)?;
                extended.gaps += 1;
            }
            Err(Bad::Fault(fault)) => return Err(fault.into()),
        }
    }
    if extended.gaps > 0 {
        store::raise(tx, id)?;
        tell::tell(tx, id, News::Gaps, &std::collections::BTreeSet::new())?;
    }
    Ok(extended)
}

/// The dates up to the horizon that have neither a booking nor an exception.
fn due(tx: &mut Tx<'_>, series: &Series, horizon: NaiveDate) -> Result<Vec<NaiveDateTime>, Fault> {
    let known: Vec<NaiveDateTime> = store::instances(tx.conn, series.id)?
        .into_iter()
        .map(|instance| instance.slot)
        .chain(store::exceptions(tx.conn, series.id)?.into_iter().map(|exception| exception.slot))
        .collect();
    let dates = series.rule.dates(series.start).take_while(|slot| slot.date() <= horizon);
    let fresh = dates.filter(|slot| series.extended_to < slot.date() && !known.contains(slot));
    Ok(fresh.take(DATES_MAX).collect())
}

fn book_slot(
    tx: &mut Tx<'_>,
    shop: &Shop,
    series: &Series,
    slot: NaiveDateTime,
) -> Result<BookingId, Bad<Option<Trouble>>> {
    let Zoned::At(starts_at) = recurrence::zoned(slot, series.zone) else {
        return Err(Bad::Refused(Some(Trouble::DoesNotExist)));
    };
    let request = request_for(series, starts_at, Actor::System);
    start_series::book_instance(tx, shop, &request, (series.id, slot)).map_err(|bad| bad.map(|why| trouble_of(&why)))
}

/// What one date of a series asks for.
pub(super) fn request_for(series: &Series, starts_at: DateTime<Utc>, actor: Actor) -> BookingRequest {
    BookingRequest {
        wish: Wish {
            service: series.service,
            location: Some(series.location),
            provider: series.provider,
            party: series.party,
            starts_at,
            actor,
        },
        who: Who::Known(series.client),
        hold: None,
        note: series.note.clone(),
        language: series.language.clone(),
        source: series.source.clone(),
        overriding: None,
        once: None,
    }
}

/// What stood in the way, in the words of the plan.
pub(super) const fn trouble_of(refused: &BookRefused) -> Option<Trouble> {
    match refused {
        BookRefused::SlotTaken => Some(Trouble::Taken),
        BookRefused::Closed => Some(Trouble::Closed),
        BookRefused::Past | BookRefused::TooSoon { .. } => Some(Trouble::TooSoon),
        _ => None,
    }
}

/// The wish behind a series, for a plan of dates that stand open.
pub(super) fn wish_of(series: &Series, actor: Actor) -> SeriesWish {
    SeriesWish {
        service: series.service,
        location: series.location,
        provider: series.provider,
        party: series.party,
        start: series.start,
        rule: series.rule.clone(),
        actor,
        hold: None,
    }
}
