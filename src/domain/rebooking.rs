//! When the next visit is due, and which free times fit it.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, Timelike};

/// Gaps that make a rhythm.
pub const GAPS_MIN: usize = 3;
/// When nothing is known: half a year.
pub const USUAL_MONTHS: u16 = 6;

/// Why the next visit is due when it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueBy {
    /// The service comes back after months and days.
    Recall {
        /// Whole months.
        months: u16,
        /// Days beyond them.
        days: u16,
    },
    /// The client's own visits lie so many days apart.
    Rhythm {
        /// The median.
        days: u16,
    },
    /// Nothing is known.
    Usual,
}

/// Why somebody does not book the next visit yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotNow {
    /// Looks into the calendar first.
    LooksFirst,
    /// Will call, or book online.
    WillCall,
    /// Wants to be reminded when it is due.
    RemindMe,
    /// Needs nothing for the time being.
    NoNeed,
    /// Goes elsewhere.
    Elsewhere,
    /// Something else.
    Other,
}

impl NotNow {
    /// Every reason, in the order in which they are offered.
    pub const ALL: [Self; 6] =
        [Self::LooksFirst, Self::WillCall, Self::RemindMe, Self::NoNeed, Self::Elsewhere, Self::Other];

    /// The word in history.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LooksFirst => "looks_first",
            Self::WillCall => "will_call",
            Self::RemindMe => "remind_me",
            Self::NoNeed => "no_need",
            Self::Elsewhere => "elsewhere",
            Self::Other => "other",
        }
    }

    /// Reads the word of [`Self::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }
}

/// What makes the next visit due: the service's recall; else the client's own rhythm; else what is usual.
/// `visits` are the days of completed visits in any order.
pub fn due_by(recall: Option<(u16, u16)>, visits: &[NaiveDate]) -> DueBy {
    if let Some((months, days)) = recall {
        return DueBy::Recall { months, days };
    }
    let mut days: Vec<NaiveDate> = visits.to_vec();
    days.sort_unstable();
    days.dedup();
    let mut gaps: Vec<i64> = days
        .iter()
        .zip(days.iter().skip(1))
        .map(|(earlier, later)| later.signed_duration_since(*earlier).num_days())
        .collect();
    if gaps.len() < GAPS_MIN {
        return DueBy::Usual;
    }
    gaps.sort_unstable();
    let upper = gaps.get(gaps.len() / 2).copied().unwrap_or(0);
    let lower = gaps.get((gaps.len() - 1) / 2).copied().unwrap_or(0);
    match u16::try_from((lower + upper + 1) / 2) {
        Ok(days) if days > 0 => DueBy::Rhythm { days },
        _ => DueBy::Usual,
    }
}

/// The day on which it is due, counted from the visit.
pub fn due_day(visit: NaiveDate, by: DueBy) -> NaiveDate {
    let (months, days) = match by {
        DueBy::Recall { months, days } => (months, days),
        DueBy::Rhythm { days } => (0, days),
        DueBy::Usual => (USUAL_MONTHS, 0),
    };
    let month = visit.checked_add_months(Months::new(u32::from(months))).unwrap_or(visit);
    month.checked_add_days(Days::new(u64::from(days))).unwrap_or(month)
}

/// At most `limit` of the free times, by their places, in order of time: near the due day, on the weekday and about the
/// time of day of the visit that was; on different days as far as there are.
pub fn fitting(starts: &[NaiveDateTime], due: NaiveDate, visit: NaiveDateTime, limit: usize) -> Vec<usize> {
    let mut order: Vec<(i64, NaiveDateTime, usize)> =
        starts.iter().enumerate().map(|(place, start)| (unfit(*start, due, visit), *start, place)).collect();
    order.sort_unstable();
    let mut chosen: Vec<(NaiveDateTime, usize)> = Vec::new();
    for (_, start, place) in &order {
        if chosen.len() < limit && chosen.iter().all(|(known, _)| known.date() != start.date()) {
            chosen.push((*start, *place));
        }
    }
    for (_, start, place) in &order {
        if chosen.len() < limit && chosen.iter().all(|(_, known)| known != place) {
            chosen.push((*start, *place));
        }
    }
    chosen.sort_unstable();
    chosen.into_iter().map(|(_, place)| place).collect()
}

/// How little a time fits. A day off the due day weighs as much as an hour off the time of day; another weekday as much
/// as three days.
fn unfit(start: NaiveDateTime, due: NaiveDate, visit: NaiveDateTime) -> i64 {
    const DAY: i64 = 60;
    const OTHER_WEEKDAY: i64 = 3 * DAY;
    let days = start.date().signed_duration_since(due).num_days().abs();
    let minute = |at: NaiveDateTime| i64::from(at.num_seconds_from_midnight() / 60);
    let weekday = if start.weekday() == visit.weekday() { 0 } else { OTHER_WEEKDAY };
    days * DAY + weekday + (minute(start) - minute(visit)).abs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn at(date: NaiveDate, hour: u32) -> NaiveDateTime {
        date.and_hms_opt(hour, 0, 0).unwrap()
    }

    #[test]
    fn what_makes_a_visit_due() {
        let monthly = [day(2026, 1, 1), day(2026, 3, 2), day(2026, 1, 31), day(2026, 4, 10), day(2026, 1, 31)];
        assert_eq!(due_by(Some((6, 1)), &monthly), DueBy::Recall { months: 6, days: 1 });
        assert_eq!(due_by(None, &monthly), DueBy::Rhythm { days: 30 });
        assert_eq!(due_by(None, &monthly[..3]), DueBy::Usual);
        assert_eq!(due_by(None, &[]), DueBy::Usual);
        let visit = day(2026, 8, 31);
        assert_eq!(due_day(visit, DueBy::Recall { months: 6, days: 1 }), day(2027, 3, 1));
        assert_eq!(due_day(visit, DueBy::Rhythm { days: 30 }), day(2026, 9, 30));
        assert_eq!(due_day(visit, DueBy::Usual), day(2027, 2, 28));
    }

    #[test]
    fn near_the_day_and_like_the_visit() {
        let visit = at(day(2026, 6, 2), 10);
        let due = day(2026, 12, 2);
        let starts = [
            at(day(2026, 12, 1), 9),
            at(day(2026, 12, 1), 10),
            at(day(2026, 12, 2), 16),
            at(day(2026, 12, 3), 10),
            at(day(2026, 12, 8), 10),
            at(day(2027, 1, 5), 10),
        ];
        assert_eq!(fitting(&starts, due, visit, 3), [1, 3, 4]);
        assert_eq!(fitting(&starts[..2], due, visit, 3), [0, 1]);
        assert!(fitting(&[], due, visit, 3).is_empty());
    }

    proptest! {
        #[test]
        fn never_more_and_never_twice(offsets in prop::collection::vec(0_u64..40, 0..40), limit in 0_usize..6) {
            let first = day(2026, 12, 1);
            let starts: Vec<NaiveDateTime> =
                offsets.iter().map(|offset| at(first + Days::new(*offset), u32::try_from(8 + offset % 8).unwrap())).collect();
            let chosen = fitting(&starts, day(2026, 12, 14), at(day(2026, 6, 2), 10), limit);
            prop_assert_eq!(chosen.len(), limit.min(starts.len()));
            let mut places = chosen.clone();
            places.sort_unstable();
            places.dedup();
            prop_assert_eq!(places.len(), chosen.len());
            prop_assert!(chosen.is_sorted_by_key(|place| starts[*place]));
        }
    }
}
