//! The days a report is about, and the days it is compared with.
//!
//! A chosen period says which visits, bookings and amounts are counted. What a figure means never depends on it: a figure
//! with a window of its own (the retention of twelve months) has that window, and ends where the period ends.

use chrono::{Datelike, Days as DayCount, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// Days from the first to before `until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Days {
    /// The first day.
    pub from: NaiveDate,
    /// The day after the last.
    pub until: NaiveDate,
}

impl Days {
    /// Both days and those between them.
    pub fn through(first: NaiveDate, last: NaiveDate) -> Self {
        Self { from: first, until: after(last) }
    }

    /// Whether the day is one of them.
    pub fn contains(self, day: NaiveDate) -> bool {
        self.from <= day && day < self.until
    }

    /// The last of them.
    pub fn last(self) -> NaiveDate {
        self.until.pred_opt().unwrap_or(self.until)
    }

    /// How many they are.
    pub fn count(self) -> i64 {
        (self.until - self.from).num_days()
    }

    /// The twelve months that end with the last of them.
    pub fn year_to_end(self) -> Self {
        Self { from: months_before(self.until, 12), until: self.until }
    }

    /// The months that begin in the twelve months before the end, oldest first, each whole but the last.
    pub fn months_to_end(self) -> Vec<Self> {
        let first_of_last = first_of_month(self.last());
        let month = |back: u32| {
            let from = months_before(first_of_last, back);
            Self { from, until: months_after(from, 1).min(self.until) }
        };
        (0..12).rev().map(month).collect()
    }
}

/// What was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Period {
    /// The twelve months that end today.
    #[default]
    LastTwelveMonths,
    /// This month so far.
    ThisMonth,
    /// The whole month before.
    LastMonth,
    /// This year so far.
    ThisYear,
    /// The whole year before.
    LastYear,
    /// Days of one's own choice.
    Own(Days),
}

impl Period {
    /// Those that need no days, in the order in which they are offered.
    pub const NAMED: [Self; 5] =
        [Self::LastTwelveMonths, Self::ThisMonth, Self::LastMonth, Self::ThisYear, Self::LastYear];

    /// The word in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LastTwelveMonths => "last-12-months",
            Self::ThisMonth => "this-month",
            Self::LastMonth => "last-month",
            Self::ThisYear => "this-year",
            Self::LastYear => "last-year",
            Self::Own(_) => OWN,
        }
    }

    /// Reads [`Self::as_str`]; days of one's own are no word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::NAMED.into_iter().find(|period| period.as_str() == word)
    }

    /// Its days, seen from `today`. What has not happened yet is no part of it.
    pub fn days(self, today: NaiveDate) -> Days {
        let tomorrow = after(today);
        let this_month = first_of_month(today);
        let this_year = first_of_year(today);
        match self {
            Self::LastTwelveMonths => Days { from: months_before(tomorrow, 12), until: tomorrow },
            Self::ThisMonth => Days { from: this_month, until: tomorrow },
            Self::LastMonth => Days { from: months_before(this_month, 1), until: this_month },
            Self::ThisYear => Days { from: this_year, until: tomorrow },
            Self::LastYear => Days { from: months_before(this_year, 12), until: this_year },
            Self::Own(days) => Days { from: days.from, until: days.until.min(tomorrow).max(days.from) },
        }
    }
}

/// The word of [`Period::Own`].
pub const OWN: &str = "own";

/// What a period is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Comparison {
    /// As many days right before it.
    #[default]
    Before,
    /// The same days a year earlier.
    YearBefore,
    /// Nothing.
    Nothing,
}

impl Comparison {
    /// In the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Before, Self::YearBefore, Self::Nothing];

    /// The word in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::YearBefore => "year-before",
            Self::Nothing => "none",
        }
    }

    /// Reads [`Self::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|comparison| comparison.as_str() == word)
    }

    /// The days it means for a period whose days are `days`. Whole months are compared with as many whole months.
    pub fn days(self, days: Days) -> Option<Days> {
        match self {
            Self::Before => Some(Days { from: start_before(days), until: days.from }),
            Self::YearBefore => Some(Days { from: months_before(days.from, 12), until: months_before(days.until, 12) }),
            Self::Nothing => None,
        }
    }
}

/// As many whole months before as the days are, else as many days.
fn start_before(days: Days) -> NaiveDate {
    let whole = (1..=1_200).find(|count| days.until <= months_after(days.from, *count));
    match whole.filter(|count| months_after(days.from, *count) == days.until) {
        Some(count) => months_before(days.from, count),
        None => days_before(days.from, days.count()),
    }
}

/// The first day of the day's month.
pub fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

fn first_of_year(day: NaiveDate) -> NaiveDate {
    day.with_ordinal(1).unwrap_or(day)
}

/// The same day so many months earlier, or the last of that month.
pub fn months_before(day: NaiveDate, count: u32) -> NaiveDate {
    day.checked_sub_months(Months::new(count)).unwrap_or(NaiveDate::MIN)
}

/// The same day so many months later, or the last of that month.
pub fn months_after(day: NaiveDate, count: u32) -> NaiveDate {
    day.checked_add_months(Months::new(count)).unwrap_or(NaiveDate::MAX)
}

/// The next day.
pub fn after(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(day)
}

fn days_before(day: NaiveDate, count: i64) -> NaiveDate {
    let count = u64::try_from(count).unwrap_or(0);
    day.checked_sub_days(DayCount::new(count)).unwrap_or(NaiveDate::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn days(from: &str, until: &str) -> Days {
        Days { from: day(from), until: day(until) }
    }

    #[test]
    fn periods_are_days_up_to_today() {
        let today = day("2026-11-23");
        assert_eq!(Period::LastTwelveMonths.days(today), days("2025-11-24", "2026-11-24"));
        assert_eq!(Period::ThisMonth.days(today), days("2026-11-01", "2026-11-24"));
        assert_eq!(Period::LastMonth.days(today), days("2026-10-01", "2026-11-01"));
        assert_eq!(Period::ThisYear.days(today), days("2026-01-01", "2026-11-24"));
        assert_eq!(Period::LastYear.days(today), days("2025-01-01", "2026-01-01"));
        assert_eq!(Period::Own(days("2026-11-20", "2027-01-01")).days(today), days("2026-11-20", "2026-11-24"));
        for period in Period::NAMED {
            assert_eq!(Period::parse(period.as_str()), Some(period));
            assert!(0 < period.days(today).count());
        }
    }

    #[test]
    fn whole_months_are_compared_with_whole_months() {
        assert_eq!(Comparison::Before.days(days("2026-10-01", "2026-11-01")), Some(days("2026-09-01", "2026-10-01")));
        assert_eq!(Comparison::Before.days(days("2025-11-24", "2026-11-24")), Some(days("2024-11-24", "2025-11-24")));
        assert_eq!(Comparison::Before.days(days("2026-11-01", "2026-11-24")), Some(days("2026-10-09", "2026-11-01")));
        assert_eq!(
            Comparison::YearBefore.days(days("2026-02-01", "2026-03-01")),
            Some(days("2025-02-01", "2025-03-01"))
        );
        assert_eq!(Comparison::Nothing.days(days("2026-02-01", "2026-03-01")), None);
    }

    #[test]
    fn the_year_has_twelve_months_that_touch() {
        let months = days("2026-11-01", "2026-11-24").months_to_end();
        assert_eq!(months.len(), 12);
        assert_eq!(months.first().copied(), Some(days("2025-12-01", "2026-01-01")));
        assert_eq!(months.last().copied(), Some(days("2026-11-01", "2026-11-24")));
        assert!(months.windows(2).all(|pair| pair[0].until == pair[1].from));
    }
}
