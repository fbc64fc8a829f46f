//! Lists that a receptionist works through: what is called when, what is put off until when, and in which order.

use std::cmp::Reverse;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, Utc, Weekday};

use super::ids::{LocationId, ProviderId};
use super::waitlist::Wish;

/// Looking further ahead for a day on which somebody works is guessing.
const DAYS_AHEAD_MAX: u64 = 7;
/// A cancelled or missed appointment nobody rebooked is asked about for so many days.
pub const ENDED_DAYS: i64 = 90;
/// A visit that is due again is asked about so many days before.
pub const DUE_BEFORE_DAYS: i64 = 14;
/// And for so many days after; whoever is away for longer is won back in another way.
pub const DUE_AFTER_DAYS: i64 = 180;
/// Nothing is put off for longer.
pub const SNOOZE_DAYS_MAX: u64 = 366;

/// A list whose rows are called about, put off and done with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Worklist {
    /// Booked for the next working day, and the client has not said that they come. A row is a booking.
    Confirmations,
    /// Cancelled, missed or due again, and nothing is booked. A row is the last booking.
    Unscheduled,
    /// Waits for a time, and one is free. A row is an entry of the waitlist.
    Waitlist,
    /// A time that came free for today or tomorrow. A row is the cancelled booking.
    ShortNotice,
    /// Due for a visit of a kind, and nothing of that kind is booked. A row is the recall.
    Recall,
}

impl Worklist {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Confirmations, Self::Unscheduled, Self::Waitlist, Self::ShortNotice, Self::Recall];

    /// The word in the database and in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmations => "confirmations",
            Self::Unscheduled => "unscheduled",
            Self::Waitlist => "waitlist",
            Self::ShortNotice => "short-notice",
            Self::Recall => "recall",
        }
    }

    /// Reads the word of [`Self::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

/// What came of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Somebody answered.
    Reached,
    /// Nobody did.
    NoAnswer,
    /// A message was left.
    MessageLeft,
    /// It is somebody else's number.
    WrongNumber,
}

impl Outcome {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Reached, Self::NoAnswer, Self::MessageLeft, Self::WrongNumber];

    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::NoAnswer => "no_answer",
            Self::MessageLeft => "message_left",
            Self::WrongNumber => "wrong_number",
        }
    }

    /// Reads the word of [`Self::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

/// Until when a row is put off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Snooze {
    /// Until tomorrow.
    Tomorrow,
    /// For three days.
    ThreeDays,
    /// Until Monday.
    NextWeek,
    /// Until a day.
    Until(NaiveDate),
    /// For good.
    Forever,
}

/// Nothing can be put off until this day: it has come already, or is too far away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nothing can be put off until this day")]
pub struct NotADayToCome;

/// The day on which a row is seen again; none is never.
pub fn seen_again(today: NaiveDate, snooze: Snooze) -> Result<Option<NaiveDate>, NotADayToCome> {
    let after = |days: u64| today.checked_add_days(Days::new(days)).ok_or(NotADayToCome);
    match snooze {
        Snooze::Tomorrow => after(1).map(Some),
        Snooze::ThreeDays => after(3).map(Some),
        Snooze::NextWeek => {
            let until_monday = 7 - u64::from(today.weekday().days_since(Weekday::Mon));
            after(until_monday).map(Some)
        }
        Snooze::Until(day) if today < day && day <= after(SNOOZE_DAYS_MAX)? => Ok(Some(day)),
        Snooze::Until(_) => Err(NotADayToCome),
        Snooze::Forever => Ok(None),
    }
}

/// The last day whose appointments are confirmed today: tomorrow, or the next day on which somebody works.
pub fn last_day_to_confirm(today: NaiveDate, works_on: impl Fn(NaiveDate) -> bool) -> NaiveDate {
    let ahead = (1..=DAYS_AHEAD_MAX).filter_map(|days| today.checked_add_days(Days::new(days)));
    let tomorrow = today.succ_opt().unwrap_or(today);
    ahead.into_iter().find(|day| works_on(*day)).unwrap_or(tomorrow)
}

/// Why somebody is asked to book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unscheduled {
    /// Did not come.
    Missed,
    /// Called off by the clinic, which owes another time.
    CalledOff,
    /// Cancelled.
    Cancelled,
    /// The last visit went well and the next is due.
    Due,
}

impl Unscheduled {
    const fn rank(self) -> u8 {
        match self {
            Self::CalledOff => 0,
            Self::Missed => 1,
            Self::Cancelled => 2,
            Self::Due => 3,
        }
    }
}

/// Whether it is still asked about: not at once after it happened years ago.
pub fn is_asked_about(why: Unscheduled, since: NaiveDate, today: NaiveDate) -> bool {
    let days = today.signed_duration_since(since).num_days();
    match why {
        Unscheduled::Missed | Unscheduled::CalledOff | Unscheduled::Cancelled => (0..=ENDED_DAYS).contains(&days),
        Unscheduled::Due => (-DUE_BEFORE_DAYS..=DUE_AFTER_DAYS).contains(&days),
    }
}

/// Who is called first: whom nobody called today; then whom the clinic owes a time, who missed, who cancelled, who is
/// due; within these the latest first, because whoever has just cancelled still wants to come.
pub fn order_of_unscheduled(why: Unscheduled, since: NaiveDate, called_today: bool) -> (bool, u8, Reverse<NaiveDate>) {
    (called_today, why.rank(), Reverse(since))
}

/// Who is called first to confirm: whom nobody called today, then by the time of the appointment.
pub fn order_of_confirmations(starts_at: DateTime<Utc>, called_today: bool) -> (bool, DateTime<Utc>) {
    (called_today, starts_at)
}

/// A time that came free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hole {
    /// With whom.
    pub provider: ProviderId,
    /// Where.
    pub location: LocationId,
    /// When, on the clocks of the place.
    pub local_start: NaiveDateTime,
    /// How long.
    pub minutes: u32,
}

/// Whether somebody who waits for a service of so many minutes could come instead.
pub fn could_take(hole: &Hole, wish: &Wish, minutes: u32) -> bool {
    minutes <= hole.minutes && wish.fits(hole.local_start, hole.provider, hole.location)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::waitlist::Weekdays;

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).unwrap()
    }

    #[test]
    fn rows_are_put_off_until_a_day_to_come() {
        // Thursday.
        let today = day(6, 4);
        let cases = [
            (Snooze::Tomorrow, Ok(Some(day(6, 5)))),
            (Snooze::ThreeDays, Ok(Some(day(6, 7)))),
            (Snooze::NextWeek, Ok(Some(day(6, 8)))),
            (Snooze::Until(day(7, 1)), Ok(Some(day(7, 1)))),
            (Snooze::Until(today), Err(NotADayToCome)),
            (Snooze::Until(day(1, 1)), Err(NotADayToCome)),
            (Snooze::Until(NaiveDate::from_ymd_opt(2090, 1, 1).unwrap()), Err(NotADayToCome)),
            (Snooze::Forever, Ok(None)),
        ];
        for (snooze, expected) in cases {
            assert_eq!(seen_again(today, snooze), expected, "{snooze:?}");
        }
        assert_eq!(seen_again(day(6, 8), Snooze::NextWeek), Ok(Some(day(6, 15))), "on a Monday it is the next one");
    }

    #[test]
    fn fridays_confirm_mondays() {
        let is_weekday = |day: NaiveDate| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        assert_eq!(last_day_to_confirm(day(6, 4), is_weekday), day(6, 5));
        assert_eq!(last_day_to_confirm(day(6, 5), is_weekday), day(6, 8));
        assert_eq!(last_day_to_confirm(day(6, 5), |_| false), day(6, 6));
    }

    #[test]
    fn nobody_is_asked_about_what_is_long_past() {
        let today = day(6, 4);
        let cases = [
            (Unscheduled::Cancelled, day(6, 4), true),
            (Unscheduled::Missed, day(3, 6), true),
            (Unscheduled::Missed, day(3, 5), false),
            (Unscheduled::Cancelled, day(6, 5), false),
            (Unscheduled::Due, day(6, 18), true),
            (Unscheduled::Due, day(6, 19), false),
            (Unscheduled::Due, day(1, 1), true),
            (Unscheduled::Due, NaiveDate::from_ymd_opt(2025, 12, 1).unwrap(), false),
        ];
        for (why, since, expected) in cases {
            assert_eq!(is_asked_about(why, since, today), expected, "{why:?} since {since}");
        }
    }

    #[test]
    fn whom_the_clinic_owes_a_time_comes_first_and_the_called_come_last() {
        let mut rows = [
            ("due", order_of_unscheduled(Unscheduled::Due, day(6, 1), false)),
            ("called", order_of_unscheduled(Unscheduled::CalledOff, day(6, 3), true)),
            ("cancelled", order_of_unscheduled(Unscheduled::Cancelled, day(5, 1), false)),
            ("just cancelled", order_of_unscheduled(Unscheduled::Cancelled, day(6, 3), false)),
            ("owed", order_of_unscheduled(Unscheduled::CalledOff, day(4, 1), false)),
            ("missed", order_of_unscheduled(Unscheduled::Missed, day(5, 2), false)),
        ];
        rows.sort_by_key(|(_, key)| *key);
        let names = rows.map(|(name, _)| name);
        assert_eq!(names, ["owed", "missed", "just cancelled", "cancelled", "due", "called"]);
    }

    #[test]
    fn a_hole_is_taken_by_whoever_fits_into_it() {
        let hole = Hole {
            provider: ProviderId::new(1),
            location: LocationId::new(2),
            local_start: day(6, 4).and_hms_opt(14, 0, 0).unwrap(),
            minutes: 30,
        };
        let wish = Wish {
            provider: None,
            location: None,
            party: 1,
            first_day: day(6, 1),
            last_day: day(6, 30),
            weekdays: Weekdays::ALL,
            from_minute: 12 * 60,
            until_minute: 18 * 60,
        };
        assert!(could_take(&hole, &wish, 30));
        assert!(!could_take(&hole, &wish, 45), "it is too short");
        assert!(!could_take(&hole, &Wish { provider: Some(ProviderId::new(9)), ..wish.clone() }, 30));
        assert!(!could_take(&hole, &Wish { until_minute: 13 * 60, ..wish }, 30));
    }

    proptest! {
        #[test]
        fn what_is_put_off_comes_back_later(days in 0_u64..4_000, ahead in 1_u64..366) {
            let today = day(1, 1).checked_add_days(Days::new(days)).unwrap();
            let until = today.checked_add_days(Days::new(ahead)).unwrap();
            for snooze in [Snooze::Tomorrow, Snooze::ThreeDays, Snooze::NextWeek, Snooze::Until(until)] {
                let again = seen_again(today, snooze).unwrap().unwrap();
                prop_assert!(today < again && again <= until.max(today + Days::new(7)));
            }
        }
    }
}
