//! When who works where: weekly hours with validity, lunch, exceptions, time off and closures, and the open spans of a day.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::anchor::Anchor;
use super::catalogue::{ELENA, GRACE, MATTHIAS, MINA, PASADENA, PRIYA, SANTA_MONICA};
use super::holidays::{Holiday, holidays_of};

/// Minutes of a local day, half-open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Minutes {
    pub(crate) start: i32,
    pub(crate) end: i32,
}

impl Minutes {
    pub(crate) const fn new(start: i32, end: i32) -> Self {
        Self { start, end }
    }

    pub(crate) const fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    pub(crate) const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// What is left of this span when `other` is taken away.
    fn without(self, other: Self) -> impl Iterator<Item = Self> {
        let left = Self::new(self.start, self.end.min(other.start));
        let right = Self::new(self.start.max(other.end), self.end);
        let parts = if self.overlaps(other) { [left, right] } else { [self, Self::new(0, 0)] };
        parts.into_iter().filter(|part| part.start < part.end)
    }
}

/// Whether a weekly span opens or takes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SpanKind {
    Work,
    Break,
}

/// A recurring wall-clock span.
#[derive(Debug, Clone)]
pub(crate) struct WeeklySpan {
    pub(crate) provider: &'static str,
    pub(crate) location: &'static str,
    pub(crate) kind: SpanKind,
    pub(crate) weekday: Weekday,
    pub(crate) minutes: Minutes,
    pub(crate) valid_from: Option<NaiveDate>,
    pub(crate) valid_until: Option<NaiveDate>,
}

/// One day that differs from the weekly hours; no minutes means not here.
#[derive(Debug, Clone)]
pub(crate) struct HourException {
    pub(crate) provider: &'static str,
    pub(crate) location: &'static str,
    pub(crate) day: NaiveDate,
    pub(crate) minutes: Option<Minutes>,
    pub(crate) note: &'static str,
}

/// Whether time off was granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leave {
    Requested,
    Approved,
    Declined,
}

/// Days, or hours of one day, on which a provider is away.
#[derive(Debug, Clone)]
pub(crate) struct TimeOff {
    pub(crate) provider: &'static str,
    pub(crate) first_day: NaiveDate,
    pub(crate) last_day: NaiveDate,
    pub(crate) minutes: Option<Minutes>,
    pub(crate) leave: Leave,
    pub(crate) reason: &'static str,
}

/// Days on which a location, or every location, is closed.
#[derive(Debug, Clone)]
pub(crate) struct Closure {
    pub(crate) location: Option<&'static str>,
    pub(crate) first_day: NaiveDate,
    pub(crate) last_day: NaiveDate,
    pub(crate) name: &'static str,
}

/// The open spans of one provider on one day at one location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WorkDay {
    pub(crate) location: &'static str,
    pub(crate) spans: Vec<Minutes>,
}

/// Everything that decides when somebody works.
#[derive(Debug)]
pub(crate) struct Hours {
    pub(crate) weekly: Vec<WeeklySpan>,
    pub(crate) exceptions: Vec<HourException>,
    pub(crate) time_off: Vec<TimeOff>,
    pub(crate) closures: Vec<Closure>,
    days: BTreeMap<(&'static str, NaiveDate), WorkDay>,
}

impl Hours {
    /// The hours of the practice from its opening to as far as the plan looks.
    pub(crate) fn of_the_practice(anchor: &Anchor) -> Self {
        let mut hours = Self {
            weekly: weekly(anchor),
            exceptions: Vec::new(),
            time_off: time_off(anchor),
            closures: closures(anchor),
            days: BTreeMap::new(),
        };
        hours.exceptions = exceptions(anchor);
        hours.fill_days(anchor);
        hours
    }

    /// Where and when the provider works on that day; nothing when away.
    pub(crate) fn work_day(&self, provider: &'static str, day: NaiveDate) -> Option<&WorkDay> {
        self.days.get(&(provider, day))
    }

    fn fill_days(&mut self, anchor: &Anchor) {
        let providers = [ELENA, MATTHIAS, PRIYA, GRACE, MINA];
        let days = anchor.opening.iter_days().take_while(|day| *day <= anchor.last_day());
        for day in days {
            for provider in providers {
                if let Some(work_day) = self.compute(provider, day) {
                    self.days.insert((provider, day), work_day);
                }
            }
        }
    }

    fn compute(&self, provider: &'static str, day: NaiveDate) -> Option<WorkDay> {
        let (location, opened) = self.exceptional(provider, day).or_else(|| self.usual(provider, day))?;
        if self.closed(location, day) {
            return None;
        }
        let away: Vec<Minutes> = self
            .time_off
            .iter()
            .filter(|off| {
                off.provider == provider && off.leave == Leave::Approved && off.first_day <= day && day <= off.last_day
            })
            .map(|off| off.minutes.unwrap_or(Minutes::new(0, 1_440)))
            .collect();
        let spans = subtract(opened, &away);
        (!spans.is_empty()).then_some(WorkDay { location, spans })
    }

    fn exceptional(&self, provider: &'static str, day: NaiveDate) -> Option<(&'static str, Vec<Minutes>)> {
        let found = self.exceptions.iter().find(|exception| exception.provider == provider && exception.day == day)?;
        Some((found.location, found.minutes.into_iter().collect()))
    }

    fn usual(&self, provider: &'static str, day: NaiveDate) -> Option<(&'static str, Vec<Minutes>)> {
        let valid = |span: &&WeeklySpan| {
            span.provider == provider
                && span.weekday == day.weekday()
                && span.valid_from.is_none_or(|from| from <= day)
                && span.valid_until.is_none_or(|until| day <= until)
        };
        let of_kind = |kind| self.weekly.iter().filter(valid).filter(move |span| span.kind == kind);
        let location = of_kind(SpanKind::Work).next()?.location;
        let work = of_kind(SpanKind::Work).map(|span| span.minutes).collect();
        let breaks: Vec<Minutes> = of_kind(SpanKind::Break).map(|span| span.minutes).collect();
        Some((location, subtract(work, &breaks)))
    }

    fn closed(&self, location: &str, day: NaiveDate) -> bool {
        self.closures.iter().any(|closure| {
            closure.location.is_none_or(|only| only == location) && closure.first_day <= day && day <= closure.last_day
        })
    }
}

fn subtract(from: Vec<Minutes>, away: &[Minutes]) -> Vec<Minutes> {
    away.iter().fold(from, |spans, gone| spans.into_iter().flat_map(|span| span.without(*gone)).collect())
}

const WEEKDAYS_OF_GRACE: &[Weekday] = &[Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu];

/// The same hours and the same lunch on several weekdays.
struct Week {
    provider: &'static str,
    location: &'static str,
    weekdays: &'static [Weekday],
    work: Minutes,
    lunch: Option<Minutes>,
    valid_from: Option<NaiveDate>,
    valid_until: Option<NaiveDate>,
}

impl Week {
    fn spans(&self) -> impl Iterator<Item = WeeklySpan> + '_ {
        self.weekdays.iter().flat_map(|weekday| {
            let span = |kind, minutes| WeeklySpan {
                provider: self.provider,
                location: self.location,
                kind,
                weekday: *weekday,
                minutes,
                valid_from: self.valid_from,
                valid_until: self.valid_until,
            };
            let lunch = self.lunch.map(|minutes| span(SpanKind::Break, minutes));
            [Some(span(SpanKind::Work, self.work)), lunch].into_iter().flatten()
        })
    }
}

const fn hour(hours: i32, minutes: i32) -> i32 {
    hours * 60 + minutes
}

const fn from_to(start: (i32, i32), end: (i32, i32)) -> Minutes {
    Minutes::new(hour(start.0, start.1), hour(end.0, end.1))
}

fn weekly(anchor: &Anchor) -> Vec<WeeklySpan> {
    use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
    let week = |provider, location, weekdays, work, lunch, valid_from| Week {
        provider,
        location,
        weekdays,
        work,
        lunch,
        valid_from: Some(valid_from),
        valid_until: None,
    };
    let noon = Some(from_to((12, 0), (13, 0)));
    let late_noon = Some(from_to((13, 0), (14, 0)));
    let opening = anchor.opening;
    let joined = anchor.second_dentist;
    let pasadena = anchor.pasadena_opening;
    let longer = anchor.longer_hours;
    let weeks = [
        week(ELENA, SANTA_MONICA, &[Mon, Tue, Wed, Thu], from_to((8, 0), (17, 0)), noon, opening),
        week(MATTHIAS, SANTA_MONICA, &[Tue, Wed, Fri], from_to((9, 0), (18, 0)), late_noon, joined),
        week(MATTHIAS, SANTA_MONICA, &[Sat], from_to((9, 0), (14, 0)), None, joined),
        week(MATTHIAS, PASADENA, &[Mon], from_to((9, 0), (17, 0)), Some(from_to((12, 30), (13, 30))), pasadena),
        week(
            PRIYA,
            PASADENA,
            &[Tue, Wed, Thu, Fri],
            from_to((8, 30), (17, 30)),
            Some(from_to((12, 30), (13, 30))),
            pasadena,
        ),
        week(PRIYA, PASADENA, &[Sun], from_to((10, 0), (14, 0)), None, pasadena),
        Week {
            valid_until: longer.pred_opt(),
            ..week(GRACE, SANTA_MONICA, WEEKDAYS_OF_GRACE, from_to((8, 30), (16, 30)), noon, opening)
        },
        week(GRACE, SANTA_MONICA, WEEKDAYS_OF_GRACE, from_to((8, 0), (18, 0)), noon, longer),
        week(GRACE, SANTA_MONICA, &[Fri, Sat], from_to((9, 0), (14, 0)), None, opening),
        week(MINA, PASADENA, &[Tue, Wed, Thu, Fri], from_to((9, 0), (18, 0)), late_noon, pasadena),
        week(MINA, PASADENA, &[Sat], from_to((9, 0), (15, 0)), Some(from_to((12, 0), (12, 30))), pasadena),
        week(MINA, PASADENA, &[Sun], from_to((10, 0), (14, 0)), None, pasadena),
    ];
    weeks.iter().flat_map(Week::spans).collect()
}

/// The next such weekday on or after the day.
fn next(day: NaiveDate, weekday: Weekday) -> NaiveDate {
    day.iter_days().take(7).find(|candidate| candidate.weekday() == weekday).unwrap_or(day)
}

fn exceptions(anchor: &Anchor) -> Vec<HourException> {
    let exception = |provider, location, day, minutes, note| HourException { provider, location, day, minutes, note };
    vec![
        exception(
            ELENA,
            SANTA_MONICA,
            next(anchor.day(12), Weekday::Sat),
            Some(from_to((9, 0), (13, 0))),
            "Extra Saturday before the holidays",
        ),
        exception(
            MINA,
            PASADENA,
            next(anchor.day(8), Weekday::Thu),
            Some(from_to((12, 0), (18, 0))),
            "Morning at the school fair",
        ),
        exception(
            PRIYA,
            PASADENA,
            next(anchor.day(17), Weekday::Fri),
            Some(from_to((8, 30), (12, 30))),
            "Leaves at noon",
        ),
        exception(MATTHIAS, PASADENA, next(anchor.day(25), Weekday::Mon), None, "Congress"),
        exception(
            GRACE,
            SANTA_MONICA,
            next(anchor.day(-40), Weekday::Wed),
            Some(from_to((11, 0), (18, 0))),
            "Late start",
        ),
        exception(ELENA, SANTA_MONICA, next(anchor.day(-75), Weekday::Tue), None, "Jury duty"),
    ]
}

fn time_off(anchor: &Anchor) -> Vec<TimeOff> {
    let off = |provider, first: i64, days: i64, leave, reason| TimeOff {
        provider,
        first_day: anchor.day(first),
        last_day: anchor.day(first + days - 1),
        minutes: None,
        leave,
        reason,
    };
    let mut list = vec![
        off(MATTHIAS, 43, 9, Leave::Approved, "Vacation"),
        off(GRACE, 66, 5, Leave::Approved, "Vacation"),
        off(PRIYA, 52, 4, Leave::Requested, "Wedding in Chennai"),
        off(MINA, 31, 2, Leave::Declined, "Long weekend"),
        off(GRACE, -24, 2, Leave::Approved, "Ill"),
        off(PRIYA, -96, 3, Leave::Approved, "Ill"),
        off(ELENA, 80, 7, Leave::Approved, "Vacation"),
    ];
    let course = next(anchor.day(20), Weekday::Wed);
    list.push(TimeOff {
        provider: MATTHIAS,
        first_day: course,
        last_day: course,
        minutes: Some(from_to((15, 0), (18, 0))),
        leave: Leave::Approved,
        reason: "Course",
    });
    // One long vacation a year each, weeks apart, so that the practice is never empty.
    let vacations: [(&'static str, i64); 5] = [(ELENA, 130), (MATTHIAS, 165), (PRIYA, 200), (GRACE, 235), (MINA, 270)];
    for year in 0..3_i64 {
        list.extend(
            vacations.iter().map(|(provider, back)| off(provider, -back - 365 * year, 12, Leave::Approved, "Vacation")),
        );
    }
    list.retain(|entry| anchor.opening <= entry.first_day);
    list
}

fn closures(anchor: &Anchor) -> Vec<Closure> {
    let everywhere = |holiday: Holiday| Closure {
        location: None,
        first_day: holiday.first_day,
        last_day: holiday.last_day,
        name: holiday.name,
    };
    let years = anchor.opening.year()..=anchor.today.year() + 2;
    let mut list: Vec<Closure> = years.flat_map(holidays_of).map(everywhere).collect();
    let training = next(anchor.day(34), Weekday::Fri);
    list.push(Closure { location: Some(SANTA_MONICA), first_day: training, last_day: training, name: "Team training" });
    let building = next(anchor.day(-150), Weekday::Mon);
    list.push(Closure {
        location: Some(PASADENA),
        first_day: building,
        last_day: building + Days::new(1),
        name: "New chairs are being installed",
    });
    list.sort_by_key(|closure| closure.first_day);
    list
}

#[cfg(test)]
mod tests {
    use super::super::anchor::Scale;
    use super::*;

    fn hours() -> Hours {
        let now = NaiveDate::from_ymd_opt(2026, 11, 18).unwrap().and_hms_opt(10, 20, 0).unwrap();
        Hours::of_the_practice(&Anchor::new(now, Scale::CLINIC))
    }

    #[test]
    fn lunch_is_free() {
        let hours = hours();
        let wednesday = NaiveDate::from_ymd_opt(2026, 11, 18).unwrap();
        let spans = &hours.work_day(ELENA, wednesday).unwrap().spans;
        assert_eq!(spans, &[from_to((8, 0), (12, 0)), from_to((13, 0), (17, 0))]);
    }

    #[test]
    fn thanksgiving_is_closed_everywhere() {
        let hours = hours();
        for day in [26, 27] {
            let day = NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
            for provider in [ELENA, MATTHIAS, PRIYA, GRACE, MINA] {
                assert_eq!(hours.work_day(provider, day), None, "{provider} {day}");
            }
        }
    }

    #[test]
    fn somebody_works_on_every_weekday_of_now() {
        let hours = hours();
        let monday = NaiveDate::from_ymd_opt(2026, 11, 16).unwrap();
        for day in monday.iter_days().take(7) {
            assert!(
                [ELENA, MATTHIAS, PRIYA, GRACE, MINA].iter().any(|who| hours.work_day(who, day).is_some()),
                "{day}"
            );
        }
    }

    #[test]
    fn a_new_location_has_no_hours_before_it_opened() {
        let hours = hours();
        assert!(hours.work_day(MINA, NaiveDate::from_ymd_opt(2024, 6, 4).unwrap()).is_none());
        assert!(hours.work_day(MINA, NaiveDate::from_ymd_opt(2025, 6, 4).unwrap()).is_some());
    }

    #[test]
    fn taking_away_the_middle_leaves_two_ends() {
        let left: Vec<Minutes> = Minutes::new(0, 100).without(Minutes::new(40, 60)).collect();
        assert_eq!(left, [Minutes::new(0, 40), Minutes::new(60, 100)]);
        let whole: Vec<Minutes> = Minutes::new(0, 100).without(Minutes::new(100, 160)).collect();
        assert_eq!(whole, [Minutes::new(0, 100)]);
    }
}
