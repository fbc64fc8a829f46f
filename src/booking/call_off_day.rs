//! Calls off what a provider cannot do: a day, or some hours of it. All of it happens in one write, or nothing does.

use chrono::{NaiveDate, NaiveDateTime, Timelike};

use super::cancel::{self, Cancellation, ChangeRefused};
use super::facts::{self, BookingFacts};
use super::offer::Shop;
use super::store;
use crate::catalog::{self, Line, TimeOffDetails, TimeOffRefused, TimeOffStatus};
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::booking::{Actor, BookingStatus};
use crate::domain::hours::MinuteSpan;
use crate::domain::ids::{BookingId, ProviderId, StaffUserId};
use crate::domain::policy::CancelRefused;
use crate::domain::time;

/// More bookings than one provider has in a day, group classes included.
pub const BOOKINGS_MAX: usize = 200;

/// A provider's day, or a part of it, on the clocks of wherever the bookings are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// Who.
    pub provider: ProviderId,
    /// Which day.
    pub day: NaiveDate,
    /// From when until when; the whole day when missing.
    pub part: Option<MinuteSpan>,
}

impl Stretch {
    /// Whether some minute of the booking lies in it.
    pub fn meets(&self, booking: &BookingFacts) -> bool {
        let ends = time::local(booking.ends_at, booking.zone);
        booking.provider == self.provider && self.meets_wall(booking.local_start(), ends)
    }

    fn meets_wall(&self, starts: NaiveDateTime, ends: NaiveDateTime) -> bool {
        let Some(part) = self.part else {
            return starts.date() == self.day;
        };
        let minute_of = |moment: NaiveDateTime| moment.hour() * 60 + moment.minute();
        let ends_minute = if ends.date() == starts.date() { minute_of(ends) } else { 1_440 };
        starts.date() == self.day
            && minute_of(starts) < u32::from(part.ends_minute())
            && u32::from(part.starts_minute()) < ends_minute
    }
}

/// Every booking of the stretch, by time: what may be called off, what has begun, and what was called off before.
pub fn concerned(conn: &mut Conn, stretch: &Stretch) -> Result<Vec<BookingFacts>, Fault> {
    // No wall clock is more than a day away from UTC, so the neighbours hold whatever begins on this day anywhere.
    let midnight = stretch.day.and_time(chrono::NaiveTime::MIN).and_utc();
    let (from, to) = (midnight - chrono::Duration::days(1), midnight + chrono::Duration::days(2));
    let limit = i64::try_from(BOOKINGS_MAX * 3).unwrap_or(i64::MAX);
    let around = facts::bookings_of_provider(conn, stretch.provider, from, to, limit)?;
    Ok(around.into_iter().filter(|booking| stretch.meets(booking)).collect())
}

/// What is called off, and what clients are told.
#[derive(Debug, Clone)]
pub struct CallOff {
    /// The provider and the time.
    pub stretch: Stretch,
    /// Which bookings, at the versions that were seen.
    pub bookings: Vec<(BookingId, i64)>,
    /// Why, by the code of a reason of the clinic's list.
    pub reason_code: Option<String>,
    /// What clients are told beside it.
    pub words: Option<String>,
    /// Whether the mails name other times.
    pub offers_other_times: bool,
    /// Whether the stretch is closed, so that nobody books into it again.
    pub closes: bool,
    /// Who calls off.
    pub by: StaffUserId,
}

/// Why nothing was called off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallOffRefused {
    /// Nothing was chosen, and nothing is to be closed.
    NothingChosen,
    /// More than [`BOOKINGS_MAX`].
    TooMany,
    /// These changed since the list was made, or are not of this stretch.
    Changed(Vec<BookingId>),
    /// No reason has this code.
    UnknownReason,
    /// The stretch cannot be closed.
    TimeOff(TimeOffRefused),
}

/// Calls all of it off, each with its own history and messages. Answers how many bookings that were.
pub fn call_off(tx: &mut Tx<'_>, shop: &Shop, wish: &CallOff) -> Result<usize, Bad<CallOffRefused>> {
    let refused = |refusal: CallOffRefused| Err(Bad::Refused(refusal));
    if wish.bookings.is_empty() && !wish.closes {
        return refused(CallOffRefused::NothingChosen);
    }
    if BOOKINGS_MAX < wish.bookings.len() {
        return refused(CallOffRefused::TooMany);
    }
    if let Some(code) = &wish.reason_code
        && shop.catalogs.current_in(tx)?.reason(code).is_none()
    {
        return refused(CallOffRefused::UnknownReason);
    }
    let mut changed = Vec::new();
    for (booking, seen) in &wish.bookings {
        let found = facts::booking(tx.conn, *booking)?.filter(|found| wish.stretch.meets(found));
        if !found.is_some_and(|found| found.row_version == *seen && found.status.cancel().is_ok()) {
            changed.push(*booking);
        }
    }
    if !changed.is_empty() {
        return refused(CallOffRefused::Changed(changed));
    }
    for (booking, _) in &wish.bookings {
        call_one_off(tx, shop, wish, *booking)?;
    }
    if wish.closes {
        let details = time_off(shop, tx, wish)?;
        catalog::add_time_off(tx, wish.by, &details).map_err(|bad| match bad {
            Bad::Refused(refusal) => Bad::Refused(CallOffRefused::TimeOff(refusal)),
            Bad::Fault(fault) => Bad::Fault(fault),
        })?;
    }
    Ok(wish.bookings.len())
}

fn call_one_off(tx: &mut Tx<'_>, shop: &Shop, wish: &CallOff, id: BookingId) -> Result<(), Bad<CallOffRefused>> {
    store::offer_other_times(tx, id, wish.offers_other_times)?;
    let request = Cancellation {
        booking: id,
        actor: Actor::Staff(wish.by),
        reason_code: wish.reason_code.clone(),
        reason: wish.words.clone(),
        expected_version: None,
    };
    match cancel::cancel(tx, shop, &request) {
        Ok(()) => Ok(()),
        // The services of one visit are given up together: this one went with an earlier one of the list.
        Err(Bad::Refused(ChangeRefused::Policy(CancelRefused::NotCancellable {
            status: BookingStatus::Cancelled,
        }))) => Ok(()),
        Err(Bad::Refused(ChangeRefused::UnknownReason)) => Err(Bad::Refused(CallOffRefused::UnknownReason)),
        Err(Bad::Refused(_)) => Err(Bad::Refused(CallOffRefused::Changed(vec![id]))),
        Err(Bad::Fault(fault)) => Err(Bad::Fault(fault)),
    }
}

fn time_off(shop: &Shop, tx: &mut Tx<'_>, wish: &CallOff) -> Result<TimeOffDetails, Fault> {
    let catalog = shop.catalogs.current_in(tx)?;
    let language = crate::domain::language::Language::parse(&catalog.clinic.language).unwrap_or_default();
    let said = catalog.ended_because(crate::i18n::Texts::new(language), wish.reason_code.as_deref(), None);
    Ok(TimeOffDetails {
        provider: wish.stretch.provider,
        first_day: wish.stretch.day,
        last_day: wish.stretch.day,
        minutes: wish.stretch.part,
        status: TimeOffStatus::Approved,
        reason: Line::parse(&said.unwrap_or_default()).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_day_meets_what_has_a_minute_in_it() {
        let day = NaiveDate::from_ymd_opt(2026, 6, 2).unwrap();
        let at = |hour: u32, minute: u32| day.and_hms_opt(hour, minute, 0).unwrap();
        let provider = ProviderId::new(1);
        let morning = Stretch { provider, day, part: MinuteSpan::new(540, 720).ok() };
        let cases = [
            (at(8, 0), at(9, 0), false),
            (at(8, 30), at(9, 30), true),
            (at(9, 0), at(9, 30), true),
            (at(11, 59), at(13, 0), true),
            (at(12, 0), at(13, 0), false),
            (at(8, 0), at(0, 30) + chrono::Duration::days(1), true),
        ];
        for (starts, ends, meets) in cases {
            assert_eq!(morning.meets_wall(starts, ends), meets, "{starts} to {ends}");
        }
        let whole = Stretch { part: None, ..morning };
        assert!(whole.meets_wall(at(0, 0), at(0, 30)) && whole.meets_wall(at(23, 0), at(23, 30)));
        assert!(!whole.meets_wall(at(0, 0) - chrono::Duration::minutes(5), at(0, 30)));
    }
}
