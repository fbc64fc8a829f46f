//! A provider's week as it is being edited: which rows clash, and with what.
//!
//! The rows of one place and one validity are edited together. Work may not overlap work: not in the same week, not in
//! another validity that shares days with it, and not at another location, because nobody is in two places. A break
//! lies inside work, or it would mean nothing.

use chrono::{NaiveDate, Weekday};

use super::hours::{HoursKind, MinuteSpan, WeeklyHours};

/// From when until when hours hold; a missing side is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct Validity {
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub until: Option<NaiveDate>,
}

impl Validity {
    /// That of a row.
    pub const fn of(hours: &WeeklyHours) -> Self {
        Self { from: hours.valid_from, until: hours.valid_until }
    }

    /// Whether the last day is not before the first.
    pub fn is_possible(self) -> bool {
        !matches!((self.from, self.until), (Some(from), Some(until)) if until < from)
    }

    /// Whether some day lies in both.
    pub fn meets(self, other: Self) -> bool {
        let starts_by = |from: Option<NaiveDate>, until: Option<NaiveDate>| match (from, until) {
            (Some(from), Some(until)) => from <= until,
            _ => true,
        };
        starts_by(self.from, other.until) && starts_by(other.from, self.until)
    }

    /// Whether the day lies in it.
    pub fn holds_on(self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// The same, ended on the day before `next`, when it began earlier and would run into it.
    #[must_use]
    pub fn ended_before(self, next: NaiveDate) -> Self {
        let begins_earlier = self.from.is_none_or(|from| from < next);
        let runs_into = self.until.is_none_or(|until| next <= until);
        if begins_earlier && runs_into { Self { until: next.pred_opt(), ..self } } else { self }
    }
}

/// One row of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeekRow {
    /// Work or break.
    pub kind: HoursKind,
    /// On which day.
    pub weekday: Weekday,
    /// Which part of it.
    pub minutes: MinuteSpan,
}

/// Where other hours of the same provider are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place<L> {
    /// At the location that is being edited.
    Here,
    /// At another one.
    Elsewhere(L),
}

/// What a row clashes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clash<L> {
    /// Another row of the same week.
    Row(usize),
    /// A break outside the working hours of its day.
    OutsideWork,
    /// Hours that are already there.
    Hours {
        /// Where.
        place: Place<L>,
        /// From when until when they hold.
        validity: Validity,
        /// Which part of the day.
        minutes: MinuteSpan,
    },
}

/// Every row that clashes, with the first thing it clashes with; by row.
pub fn clashes<L: Copy>(
    rows: &[WeekRow],
    validity: Validity,
    others: &[(Place<L>, WeeklyHours)],
) -> Vec<(usize, Clash<L>)> {
    let clash = |(number, row)| clash_of(rows, number, row, validity, others).map(|clash| (number, clash));
    rows.iter().enumerate().filter_map(clash).collect()
}

fn clash_of<L: Copy>(
    rows: &[WeekRow],
    number: usize,
    row: &WeekRow,
    validity: Validity,
    others: &[(Place<L>, WeeklyHours)],
) -> Option<Clash<L>> {
    let like = |other: &WeekRow| other.kind == row.kind && other.weekday == row.weekday;
    // The later of two says it, so that one mistake is one message.
    let earlier = rows.iter().take(number).position(|other| like(other) && other.minutes.overlaps(row.minutes));
    if let Some(earlier) = earlier {
        return Some(Clash::Row(earlier));
    }
    match row.kind {
        HoursKind::Break => {
            let mut work = rows.iter().filter(|other| other.kind == HoursKind::Work && other.weekday == row.weekday);
            let around = |other: &WeekRow| {
                other.minutes.starts_minute() <= row.minutes.starts_minute()
                    && row.minutes.ends_minute() <= other.minutes.ends_minute()
            };
            (!work.any(around)).then_some(Clash::OutsideWork)
        }
        HoursKind::Work => {
            let meets = |other: &WeeklyHours| {
                other.kind == HoursKind::Work
                    && other.weekday == row.weekday
                    && other.minutes.overlaps(row.minutes)
                    && Validity::of(other).meets(validity)
            };
            let (place, other) = others.iter().find(|(_, other)| meets(other))?;
            Some(Clash::Hours { place: *place, validity: Validity::of(other), minutes: other.minutes })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).unwrap()
    }

    fn row(kind: HoursKind, weekday: Weekday, from: i32, until: i32) -> WeekRow {
        WeekRow { kind, weekday, minutes: MinuteSpan::new(from * 60, until * 60).unwrap() }
    }

    fn other(weekday: Weekday, from: i32, until: i32, validity: Validity) -> WeeklyHours {
        WeeklyHours {
            kind: HoursKind::Work,
            weekday,
            minutes: MinuteSpan::new(from * 60, until * 60).unwrap(),
            valid_from: validity.from,
            valid_until: validity.until,
        }
    }

    const ALWAYS: Validity = Validity { from: None, until: None };

    #[test]
    fn one_week_by_table() {
        use HoursKind::{Break, Work};
        use Weekday::{Mon, Tue};
        let check = |rows: &[WeekRow]| clashes::<u8>(rows, ALWAYS, &[]);
        assert_eq!(check(&[row(Work, Mon, 9, 12), row(Work, Mon, 12, 17), row(Break, Mon, 10, 11)]), []);
        assert_eq!(check(&[row(Work, Mon, 9, 13), row(Work, Mon, 12, 17)]), [(1, Clash::Row(0))]);
        assert_eq!(check(&[row(Work, Mon, 9, 13), row(Work, Tue, 12, 17)]), []);
        assert_eq!(check(&[row(Work, Mon, 9, 12), row(Break, Tue, 10, 11)]), [(1, Clash::OutsideWork)]);
        assert_eq!(check(&[row(Work, Mon, 9, 12), row(Break, Mon, 11, 13)]), [(1, Clash::OutsideWork)]);
        let doubled = [row(Break, Mon, 10, 12), row(Break, Mon, 11, 12), row(Work, Mon, 9, 12)];
        assert_eq!(check(&doubled), [(1, Clash::Row(0))]);
    }

    #[test]
    fn other_hours_clash_only_where_days_are_shared() {
        let mine = [row(HoursKind::Work, Weekday::Mon, 9, 12)];
        let summer = Validity { from: Some(day(6, 1)), until: Some(day(8, 31)) };
        let autumn = Validity { from: Some(day(9, 1)), until: None };
        let there = other(Weekday::Mon, 11, 15, summer);
        let clash = Clash::Hours { place: Place::Elsewhere(7), validity: summer, minutes: there.minutes };
        assert_eq!(clashes(&mine, ALWAYS, &[(Place::Elsewhere(7), there.clone())]), [(0, clash)]);
        assert_eq!(clashes(&mine, autumn, &[(Place::Elsewhere(7), there.clone())]), []);
        let ends_when_it_begins = Validity { from: None, until: Some(day(6, 1)) };
        assert_eq!(clashes(&mine, ends_when_it_begins, &[(Place::Elsewhere(7), there)]).len(), 1);
        assert_eq!(clashes(&mine, ALWAYS, &[(Place::<u8>::Here, other(Weekday::Mon, 12, 15, ALWAYS))]), []);
    }

    #[test]
    fn earlier_hours_end_before_the_next() {
        assert_eq!(ALWAYS.ended_before(day(6, 1)), Validity { from: None, until: Some(day(5, 31)) });
        let later = Validity { from: Some(day(6, 1)), until: None };
        assert_eq!(later.ended_before(day(6, 1)), later);
        let over = Validity { from: None, until: Some(day(5, 1)) };
        assert_eq!(over.ended_before(day(6, 1)), over);
        assert!(!Validity { from: Some(day(6, 2)), until: Some(day(6, 1)) }.is_possible());
    }

    fn validity() -> impl Strategy<Value = Validity> {
        let date = || proptest::option::of((1_u32..=12, 1_u32..=28).prop_map(|(month, number)| day(month, number)));
        (date(), date()).prop_map(|(from, until)| Validity { from, until }).prop_filter("order", |it| it.is_possible())
    }

    proptest! {
        #[test]
        fn meeting_is_sharing_a_day(one in validity(), other in validity()) {
            let days = || day(1, 1).iter_days().take(365);
            let open = (one.from.is_none() && other.from.is_none()) || (one.until.is_none() && other.until.is_none());
            let shared = open || days().any(|day| one.holds_on(day) && other.holds_on(day));
            prop_assert_eq!(one.meets(other), shared);
            prop_assert_eq!(one.meets(other), other.meets(one));
        }

        #[test]
        fn what_ended_before_a_day_does_not_reach_it(one in validity(), month in 1_u32..=12) {
            let next = day(month, 1);
            let ended = one.ended_before(next);
            prop_assert!(ended.is_possible());
            prop_assert!(ended == one || !ended.holds_on(next));
        }
    }
}
