//! The moment everything is told from, and how large the story is.

use chrono::{Days, Months, NaiveDate, NaiveDateTime};

/// How many patients over how many months.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    /// Patients at the end of the story.
    pub patients: usize,
    /// Months from the opening of the practice to now.
    pub months: u32,
}

impl Scale {
    /// The demo clinic: about 1,800 patients, three years.
    pub const CLINIC: Self = Self { patients: 1_800, months: 36 };
    /// A small clinic of the same shape for tests.
    pub const SMALL: Self = Self { patients: 120, months: 9 };
}

/// Now on the wall of the clinic, and the days that mattered before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Anchor {
    pub(crate) now: NaiveDateTime,
    pub(crate) today: NaiveDate,
    pub(crate) scale: Scale,
    /// The first day the practice was open.
    pub(crate) opening: NaiveDate,
    /// Dr. Keller joined.
    pub(crate) second_dentist: NaiveDate,
    /// The second location opened.
    pub(crate) pasadena_opening: NaiveDate,
    /// Longer hours in the hygiene room from here on.
    pub(crate) longer_hours: NaiveDate,
}

/// How far ahead calendars are looked at.
pub(crate) const DAYS_AHEAD: u64 = 215;

impl Anchor {
    /// `now` is local time at the clinic.
    pub(crate) fn new(now: NaiveDateTime, scale: Scale) -> Self {
        let today = now.date();
        let opening = today.checked_sub_months(Months::new(scale.months)).unwrap_or(today);
        let after = |part: u32| opening.checked_add_months(Months::new(scale.months * part / 36)).unwrap_or(opening);
        Self {
            now,
            today,
            scale,
            opening,
            second_dentist: after(5),
            pasadena_opening: after(13),
            longer_hours: after(27),
        }
    }

    /// The last day that the plan looks at.
    pub(crate) fn last_day(&self) -> NaiveDate {
        self.today + Days::new(DAYS_AHEAD)
    }

    /// A day as far from today as said; before today when negative.
    pub(crate) fn day(&self, offset: i64) -> NaiveDate {
        self.today + chrono::Duration::days(offset)
    }
}
