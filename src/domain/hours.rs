//! When a provider works: weekly hours with validity, breaks, exceptions for a date, time off, closures.
//!
//! All of it is wall-clock plus zone; [`working_spans`] turns one day of it into instants. Where clocks change, wall
//! times mean what [`super::time`] says. A span that ends at minute 1440 ends at midnight, and work that goes on after
//! midnight is two rows, one a day; nothing is offered across it.

use chrono::{Datelike, NaiveDate, Weekday};
use chrono_tz::Tz;

use super::span::{Span, SpanSet};
use super::time::DayClock;

/// Minutes in a day on the wall, and so the latest end.
pub const DAY_MINUTES: u16 = 24 * 60;

/// The two numbers do not name a part of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a part of a day starts before it ends, at minute 0 to 1440")]
pub struct NotAMinuteSpan;

/// A part of a day on the wall clock: minutes since midnight, half-open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MinuteSpan {
    starts_minute: u16,
    ends_minute: u16,
}

impl MinuteSpan {
    /// `[starts_minute, ends_minute)` of one day; 1440 is the midnight at its end.
    pub fn new(starts_minute: i32, ends_minute: i32) -> Result<Self, NotAMinuteSpan> {
        let minute = |number: i32| u16::try_from(number).ok().ok_or(NotAMinuteSpan);
        let (starts_minute, ends_minute) = (minute(starts_minute)?, minute(ends_minute)?);
        if starts_minute < ends_minute && ends_minute <= DAY_MINUTES {
            Ok(Self { starts_minute, ends_minute })
        } else {
            Err(NotAMinuteSpan)
        }
    }

    /// The first minute.
    pub const fn starts_minute(self) -> u16 {
        self.starts_minute
    }

    /// The first minute after it, at most 1440.
    pub const fn ends_minute(self) -> u16 {
        self.ends_minute
    }

    /// Whether some minute lies in both.
    pub const fn overlaps(self, other: Self) -> bool {
        self.starts_minute < other.ends_minute && other.starts_minute < self.ends_minute
    }

    /// The instants of it on the clock's day; nothing when clocks jump over all of it.
    pub fn on(self, clock: &DayClock) -> Option<Span> {
        Span::new(clock.instant(u32::from(self.starts_minute)), clock.instant(u32::from(self.ends_minute))).ok()
    }
}

/// What a weekly row does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HoursKind {
    /// Opens.
    Work,
    /// Takes away.
    Break,
}

impl HoursKind {
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::Break => "break",
        }
    }

    /// Reads the word of the database.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Work, Self::Break].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// The same part of the same weekday, every week of its validity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeeklyHours {
    /// Work or break.
    pub kind: HoursKind,
    /// On which day of the week.
    pub weekday: Weekday,
    /// Which part of that day.
    pub minutes: MinuteSpan,
    /// The first day on which it holds, when there is one.
    pub valid_from: Option<NaiveDate>,
    /// The last day on which it holds, when there is one.
    pub valid_until: Option<NaiveDate>,
}

impl WeeklyHours {
    /// Whether the row speaks of this day.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.weekday == day.weekday()
            && self.valid_from.is_none_or(|first| first <= day)
            && self.valid_until.is_none_or(|last| day <= last)
    }
}

/// Other hours on one date: that date ignores the weekly hours and breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HourException {
    /// The date.
    pub day: NaiveDate,
    /// Work on that date; nothing means "not here", whatever other exceptions of the date say.
    pub minutes: Option<MinuteSpan>,
    /// Why, for the staff.
    pub note: String,
}

/// Approved time off; a request that nobody approved does not belong here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeOff {
    /// The first day away.
    pub first_day: NaiveDate,
    /// The last day away.
    pub last_day: NaiveDate,
    /// The part of the day; whole days when missing.
    pub minutes: Option<MinuteSpan>,
}

/// Days on which a location is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closure {
    /// The first closed day.
    pub first_day: NaiveDate,
    /// The last closed day.
    pub last_day: NaiveDate,
    /// What people call it.
    pub name: String,
}

/// Everything that decides when one provider works at one location.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProviderHours {
    /// Weekly work and breaks at the location.
    pub weekly: Vec<WeeklyHours>,
    /// Exceptions at the location.
    pub exceptions: Vec<HourException>,
    /// Approved time off, wherever the provider works.
    pub time_off: Vec<TimeOff>,
    /// The first day on which the provider works here no more.
    pub leaves_on: Option<NaiveDate>,
}

/// Why a provider who has hours is not there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AwayReason {
    /// A break of the week.
    Break,
    /// Approved time off.
    TimeOff,
    /// The location is closed.
    Closed {
        /// What people call the closure.
        name: String,
    },
    /// The provider works here no more.
    Left,
    /// An exception says "not here" on this date.
    NotHere {
        /// Why, for the staff.
        note: String,
    },
}

/// When, and why, a provider is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Away {
    /// From when to when.
    pub span: Span,
    /// Why.
    pub reason: AwayReason,
}

/// One provider's day at one location.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkingDay {
    /// The working spans as written, earliest first: the start of each anchors the grid of starts.
    pub work: Vec<Span>,
    /// Work less everything that takes away.
    pub open: SpanSet,
    /// What takes away, and why: read by the explanations.
    pub away: Vec<Away>,
}

/// The provider's day: exceptions replace the weekly hours of their date; breaks, approved time off and closures take
/// away; from `leaves_on` there is nothing.
pub fn working_spans(hours: &ProviderHours, closures: &[Closure], day: NaiveDate, zone: Tz) -> WorkingDay {
    let clock = DayClock::of(day, zone);
    let mut written = written_hours(hours, &clock);
    let whole_day = super::time::day_span(day, zone);
    let mut take = |span: Span, reason: AwayReason| written.away.push(Away { span, reason });
    for off in hours.time_off.iter().filter(|off| off.first_day <= day && day <= off.last_day) {
        match off.minutes {
            None => take(whole_day, AwayReason::TimeOff),
            Some(minutes) => minutes.on(&clock).into_iter().for_each(|span| take(span, AwayReason::TimeOff)),
        }
    }
    for closure in closures.iter().filter(|closure| closure.first_day <= day && day <= closure.last_day) {
        take(whole_day, AwayReason::Closed { name: closure.name.clone() });
    }
    if hours.leaves_on.is_some_and(|leaves_on| leaves_on <= day) {
        take(whole_day, AwayReason::Left);
    }
    let away: SpanSet = written.away.iter().map(|away| away.span).collect();
    written.open = written.work.iter().copied().collect::<SpanSet>().minus(&away);
    written
}

/// Why a service that was agreed on cannot be given as agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unkept {
    /// The provider is away for a part of it.
    Away(AwayReason),
    /// The provider does not work for a part of it.
    OutsideHours,
}

/// Whether the provider is there for the whole service, and if not, why.
pub fn why_unkept(working: &WorkingDay, service: Span) -> Option<Unkept> {
    if working.open.covers(service) {
        return None;
    }
    let away = working.away.iter().find(|away| away.span.overlaps(service));
    Some(away.map_or(Unkept::OutsideHours, |away| Unkept::Away(away.reason.clone())))
}

/// Work and breaks of the date, before anything else takes away.
fn written_hours(hours: &ProviderHours, clock: &DayClock) -> WorkingDay {
    let mut day = WorkingDay::default();
    let mut replaced = false;
    for exception in hours.exceptions.iter().filter(|exception| exception.day == clock.day()) {
        replaced = true;
        match exception.minutes {
            Some(minutes) => day.work.extend(minutes.on(clock)),
            None => day.away.extend(
                MinuteSpan { starts_minute: 0, ends_minute: DAY_MINUTES }
                    .on(clock)
                    .map(|span| Away { span, reason: AwayReason::NotHere { note: exception.note.clone() } }),
            ),
        }
    }
    if !replaced {
        for row in hours.weekly.iter().filter(|row| row.holds_on(clock.day())) {
            let span = row.minutes.on(clock);
            match row.kind {
                HoursKind::Work => day.work.extend(span),
                HoursKind::Break => day.away.extend(span.map(|span| Away { span, reason: AwayReason::Break })),
            }
        }
    }
    day.work.sort_unstable();
    day
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::local;

    const ZONE: Tz = Tz::America__Los_Angeles;

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).expect("a date")
    }

    fn minutes(starts: i32, ends: i32) -> MinuteSpan {
        MinuteSpan::new(starts, ends).expect("a part of a day")
    }

    fn weekly(kind: HoursKind, weekday: Weekday, starts: i32, ends: i32) -> WeeklyHours {
        WeeklyHours { kind, weekday, minutes: minutes(starts, ends), valid_from: None, valid_until: None }
    }

    /// Mondays 9 to 17 with lunch at noon; Sundays round the clock.
    fn clinic() -> ProviderHours {
        ProviderHours {
            weekly: vec![
                weekly(HoursKind::Break, Weekday::Mon, 12 * 60, 13 * 60),
                weekly(HoursKind::Work, Weekday::Mon, 9 * 60, 17 * 60),
                weekly(HoursKind::Work, Weekday::Sun, 0, 24 * 60),
            ],
            ..ProviderHours::default()
        }
    }

    fn walls(spans: impl IntoIterator<Item = Span>) -> Vec<String> {
        let write = |instant| local(instant, ZONE).format("%H:%M").to_string();
        spans.into_iter().map(|span| format!("{}-{}", write(span.starts_at()), write(span.ends_at()))).collect()
    }

    fn open(hours: &ProviderHours, closures: &[Closure], date: NaiveDate) -> Vec<String> {
        walls(working_spans(hours, closures, date, ZONE).open.iter())
    }

    #[test]
    fn minutes_name_a_part_of_one_day() {
        for (starts, ends) in [(0, 0), (60, 60), (61, 60), (-1, 5), (0, 1441), (1440, 1441), (70_000, 70_001)] {
            assert_eq!(MinuteSpan::new(starts, ends), Err(NotAMinuteSpan), "{starts} {ends}");
        }
        assert!(minutes(0, 60).overlaps(minutes(59, 61)) && !minutes(0, 60).overlaps(minutes(60, 61)));
    }

    #[test]
    fn breaks_take_away_but_do_not_anchor() {
        let monday = working_spans(&clinic(), &[], day(11, 23), ZONE);
        assert_eq!(walls(monday.work), ["09:00-17:00"]);
        assert_eq!(walls(monday.open.iter()), ["09:00-12:00", "13:00-17:00"]);
        assert_eq!(open(&clinic(), &[], day(11, 24)), [""; 0]);
    }

    #[test]
    fn weekly_hours_hold_on_both_days_of_their_validity() {
        let mut hours = clinic();
        hours.weekly[1].valid_from = Some(day(11, 16));
        hours.weekly[1].valid_until = Some(day(11, 23));
        for (date, works) in [(day(11, 9), false), (day(11, 16), true), (day(11, 23), true), (day(11, 30), false)] {
            assert_eq!(!open(&hours, &[], date).is_empty(), works, "{date}");
        }
    }

    #[test]
    fn exceptions_replace_the_date() {
        let exception = |starts, ends| HourException {
            day: day(11, 23),
            minutes: Some(minutes(starts, ends)),
            note: String::new(),
        };
        let mut hours = clinic();
        hours.exceptions = vec![exception(11 * 60, 14 * 60), exception(8 * 60, 9 * 60)];
        assert_eq!(open(&hours, &[], day(11, 23)), ["08:00-09:00", "11:00-14:00"]);
        assert_eq!(open(&hours, &[], day(11, 30)), ["09:00-12:00", "13:00-17:00"]);
        hours.exceptions.push(HourException { day: day(11, 23), minutes: None, note: "at a fair".to_owned() });
        let away = working_spans(&hours, &[], day(11, 23), ZONE);
        assert!(away.open.is_empty());
        assert_eq!(away.away[0].reason, AwayReason::NotHere { note: "at a fair".to_owned() });
    }

    #[test]
    fn time_off_closures_and_leaving_take_away() {
        let monday = day(11, 23);
        let off = |minutes| TimeOff { first_day: day(11, 20), last_day: monday, minutes };
        let closure = |first_day, last_day| Closure { first_day, last_day, name: "Thanksgiving".to_owned() };
        let mut hours = clinic();
        hours.time_off = vec![off(Some(minutes(15 * 60, 18 * 60)))];
        assert_eq!(open(&hours, &[], monday), ["09:00-12:00", "13:00-15:00"]);
        hours.time_off.push(off(None));
        assert_eq!(open(&hours, &[], monday), [""; 0]);
        assert_eq!(open(&clinic(), &[closure(monday, monday)], monday), [""; 0]);
        assert_eq!(open(&clinic(), &[closure(day(11, 24), day(11, 30))], monday).len(), 2);
        let mut leaving = clinic();
        leaving.leaves_on = Some(day(11, 30));
        assert_eq!(open(&leaving, &[], monday).len(), 2);
        assert_eq!(open(&leaving, &[], day(11, 30)), [""; 0]);
        let gone = working_spans(&leaving, &[], day(12, 7), ZONE);
        assert_eq!(gone.away.last().map(|away| &away.reason), Some(&AwayReason::Left));
    }

    #[test]
    fn a_whole_sunday_is_as_long_as_its_clocks_make_it() {
        let hours_of = |date| working_spans(&clinic(), &[], date, ZONE).open.iter().map(Span::minutes).sum::<i64>();
        assert_eq!(hours_of(day(3, 8)), 23 * 60);
        assert_eq!(hours_of(day(11, 1)), 25 * 60);
        assert_eq!(hours_of(day(11, 22)), 24 * 60);
    }

    #[test]
    fn hours_inside_a_gap_are_no_hours() {
        let mut hours = ProviderHours::default();
        hours.weekly.push(weekly(HoursKind::Work, Weekday::Sun, 2 * 60 + 30, 3 * 60));
        assert!(working_spans(&hours, &[], day(3, 8), ZONE).work.is_empty());
        hours.weekly[0].minutes = minutes(2 * 60 + 30, 5 * 60);
        assert_eq!(open(&hours, &[], day(3, 8)), ["03:30-05:00"]);
    }
}
