//! Recurrence rules: what "every second Tuesday at nine, ten times" means as dates on a wall clock.
//!
//! A rule is kept as RFC 5545 text. What patients need is supported and nothing else: daily, weekly on days, monthly by
//! date or by the nth weekday; ended by a count, by a day, or open. The dates are wall times without a zone: `rrule`
//! gets them as if they were UTC, where no clock ever changes, and the caller says with `domain::time` what each of
//! them means in its zone. So nine o'clock stays nine o'clock for ever.

use std::fmt;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use rrule::{Frequency, NWeekday, RRule, RRuleSet};

use super::time;

/// No rule makes more dates at once, and no count is higher.
pub const DATES_MAX: usize = 366;
/// No interval is longer: every 99th day, week or month.
pub const INTERVAL_MAX: u16 = 99;
/// Longer texts are not read.
const TEXT_MAX: usize = 300;
/// How dates with a time are written in rules.
const STAMP: &str = "%Y%m%dT%H%M%S";

/// Why a rule is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleRefused {
    /// The text is no rule of RFC 5545, or says something twice.
    #[error("{0:?} is not a recurrence rule")]
    Unreadable(String),
    /// Several times a day, or yearly.
    #[error("FREQ={0} is not supported; DAILY, WEEKLY and MONTHLY are")]
    Frequency(String),
    /// A part this program does not know, or not with this frequency.
    #[error("{0} is not supported here")]
    Part(String),
    /// Not between 1 and [`INTERVAL_MAX`].
    #[error("the interval must be between 1 and {INTERVAL_MAX}")]
    Interval,
    /// Not between 1 and [`DATES_MAX`], or the end is so far away that there would be more dates.
    #[error("a series has between 1 and {DATES_MAX} dates")]
    TooMany,
    /// A count and a last day at once.
    #[error("COUNT and UNTIL exclude each other")]
    TwoEnds,
    /// The last day is before the first.
    #[error("the series would end before it starts")]
    UntilBeforeStart,
    /// The start is not one of the rule's own dates.
    #[error("the first date is not one of the rule's dates")]
    StartOffRule,
}

/// On which dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// Every day.
    Daily,
    /// On these days of the week, in order from Monday; at least one.
    Weekly(Vec<Weekday>),
    /// On this day of the month, 1 to 31; -1 is the last. Months without it are passed over.
    MonthlyOn(i8),
    /// On the nth such weekday of the month, 1 to 5; -1 is the last.
    MonthlyNth(i8, Weekday),
}

/// Until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Open.
    Never,
    /// After so many dates.
    After(u16),
    /// No date is later than this wall time.
    Until(NaiveDateTime),
}

/// A rule, checked in itself; whether it fits a start is asked by [`Rule::check`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// On which dates.
    pub pattern: Pattern,
    /// Every so many days, weeks, months.
    pub interval: u16,
    /// Until when.
    pub end: End,
}

impl Rule {
    /// A rule whose numbers are within bounds.
    pub fn new(pattern: Pattern, interval: u16, end: End) -> Result<Self, RuleRefused> {
        if !(1..=INTERVAL_MAX).contains(&interval) {
            return Err(RuleRefused::Interval);
        }
        if let End::After(count) = end
            && !(1..=DATES_MAX).contains(&usize::from(count))
        {
            return Err(RuleRefused::TooMany);
        }
        let pattern = match pattern {
            Pattern::Weekly(mut days) => {
                days.sort_by_key(Weekday::num_days_from_monday);
                days.dedup();
                if days.is_empty() {
                    return Err(RuleRefused::Part("BYDAY".into()));
                }
                Pattern::Weekly(days)
            }
            Pattern::MonthlyOn(day) if day != -1 && !(1..=31).contains(&day) => {
                return Err(RuleRefused::Part("BYMONTHDAY".into()));
            }
            Pattern::MonthlyNth(nth, _) if nth != -1 && !(1..=5).contains(&nth) => {
                return Err(RuleRefused::Part("BYDAY".into()));
            }
            other => other,
        };
        Ok(Self { pattern, interval, end })
    }

    /// Reads RFC 5545 text (the part behind `RRULE:`). What it leaves out is taken from the start; an UNTIL in UTC is
    /// read on the clocks of the zone.
    pub fn parse(text: &str, start: NaiveDateTime, zone: Tz) -> Result<Self, RuleRefused> {
        let text = text.trim();
        let unreadable = || RuleRefused::Unreadable(text.chars().take(80).collect());
        if text.is_empty() || TEXT_MAX < text.len() {
            return Err(unreadable());
        }
        let body = text.strip_prefix("RRULE:").unwrap_or(text);
        let mut parts = Parts::default();
        for part in body.split(';') {
            let (name, value) = part.split_once('=').ok_or_else(unreadable)?;
            parts.put(&name.to_ascii_uppercase(), &value.to_ascii_uppercase(), unreadable)?;
        }
        let interval = match &parts.interval {
            Some(number) => number.parse().map_err(|_not_a_number: std::num::ParseIntError| RuleRefused::Interval)?,
            None => 1,
        };
        let end = parts.end(zone, unreadable)?;
        let pattern = parts.pattern(start.date(), unreadable)?;
        Self::new(pattern, interval, end)
    }

    /// Whether the rule fits this start: it is one of its dates, the end is not before it, and there are not too many.
    pub fn check(&self, start: NaiveDateTime) -> Result<(), RuleRefused> {
        if let End::Until(until) = self.end
            && until < start
        {
            return Err(RuleRefused::UntilBeforeStart);
        }
        let mut dates = self.dates(start);
        if dates.next() != Some(start) {
            return Err(RuleRefused::StartOffRule);
        }
        match self.end {
            End::Until(_) if DATES_MAX <= dates.take(DATES_MAX).count() => Err(RuleRefused::TooMany),
            End::Until(_) | End::Never | End::After(_) => Ok(()),
        }
    }

    /// The wall times of the rule, in order; without end where the rule has none.
    pub fn dates(&self, start: NaiveDateTime) -> Box<dyn Iterator<Item = NaiveDateTime>> {
        match self.expansion(start) {
            Some(set) => Box::new(set.into_iter().map(|date| date.naive_utc())),
            None => Box::new(std::iter::empty()),
        }
    }

    /// The first dates, at most [`DATES_MAX`], none after `last_day`.
    pub fn dates_until(&self, start: NaiveDateTime, last_day: NaiveDate) -> Vec<NaiveDateTime> {
        self.dates(start).take_while(|date| date.date() <= last_day).take(DATES_MAX).collect()
    }

    /// The last date, if there is one.
    pub fn last(&self, start: NaiveDateTime) -> Option<NaiveDateTime> {
        match self.end {
            End::Never => None,
            End::After(_) | End::Until(_) => self.dates(start).take(DATES_MAX).last(),
        }
    }

    /// The same dates with another end.
    pub fn ending(&self, end: End) -> Self {
        Self { end, ..self.clone() }
    }

    /// The same rhythm from another start: a weekly rule's days turn with it, a monthly one takes the start's date or
    /// the start's nth weekday. Dates of the old and the new rule belong together by their number.
    pub fn turned(&self, from: NaiveDate, to: NaiveDate) -> Self {
        let pattern = match &self.pattern {
            Pattern::Daily => Pattern::Daily,
            Pattern::Weekly(days) => {
                let turn = (to - from).num_days().rem_euclid(7);
                let mut days: Vec<Weekday> = days.iter().map(|day| (0..turn).fold(*day, |day, _| day.succ())).collect();
                days.sort_by_key(Weekday::num_days_from_monday);
                Pattern::Weekly(days)
            }
            Pattern::MonthlyOn(-1) if is_last_of_month(to) => Pattern::MonthlyOn(-1),
            Pattern::MonthlyOn(_) => Pattern::MonthlyOn(i8::try_from(to.day()).unwrap_or(1)),
            Pattern::MonthlyNth(-1, _) if nth_of_month(to).1 => Pattern::MonthlyNth(-1, to.weekday()),
            Pattern::MonthlyNth(..) => Pattern::MonthlyNth(nth_of_month(to).0, to.weekday()),
        };
        Self { pattern, ..self.clone() }
    }

    /// The text for a calendar file, where an UNTIL must be in UTC because the start has a zone (RFC 5545, 3.3.10).
    pub fn calendar_text(&self, zone: Tz) -> String {
        match self.end {
            End::Until(until) => {
                let rest = self.ending(End::Never);
                format!("{rest};UNTIL={}Z", time::instant(until, zone).format(STAMP))
            }
            End::Never | End::After(_) => self.to_string(),
        }
    }

    fn expansion(&self, start: NaiveDateTime) -> Option<RRuleSet> {
        let stand_in = |local: NaiveDateTime| -> DateTime<rrule::Tz> { local.and_utc().with_timezone(&rrule::Tz::UTC) };
        let rule = match &self.pattern {
            Pattern::Daily => RRule::new(Frequency::Daily),
            Pattern::Weekly(days) => {
                RRule::new(Frequency::Weekly).by_weekday(days.iter().map(|day| NWeekday::Every(*day)).collect())
            }
            Pattern::MonthlyOn(day) => RRule::new(Frequency::Monthly).by_month_day(vec![*day]),
            Pattern::MonthlyNth(nth, day) => {
                RRule::new(Frequency::Monthly).by_weekday(vec![NWeekday::Nth(i16::from(*nth), *day)])
            }
        };
        let rule = rule.interval(self.interval);
        let rule = match self.end {
            End::Never => rule,
            End::After(count) => rule.count(u32::from(count)),
            End::Until(until) => rule.until(stand_in(until)),
        };
        // Only an end before the start fails here, and then there are no dates.
        rule.build(stand_in(start)).ok()
    }
}

impl fmt::Display for Rule {
    /// RFC 5545 text; an UNTIL is a wall time.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let frequency = match self.pattern {
            Pattern::Daily => "DAILY",
            Pattern::Weekly(_) => "WEEKLY",
            Pattern::MonthlyOn(_) | Pattern::MonthlyNth(..) => "MONTHLY",
        };
        write!(out, "FREQ={frequency}")?;
        if self.interval != 1 {
            write!(out, ";INTERVAL={}", self.interval)?;
        }
        match &self.pattern {
            Pattern::Daily => {}
            Pattern::Weekly(days) => {
                let days: Vec<&str> = days.iter().map(|day| day_code(*day)).collect();
                write!(out, ";BYDAY={}", days.join(","))?;
            }
            Pattern::MonthlyOn(day) => write!(out, ";BYMONTHDAY={day}")?,
            Pattern::MonthlyNth(nth, day) => write!(out, ";BYDAY={nth}{}", day_code(*day))?,
        }
        match self.end {
            End::Never => Ok(()),
            End::After(count) => write!(out, ";COUNT={count}"),
            End::Until(until) => write!(out, ";UNTIL={}", until.format(STAMP)),
        }
    }
}

/// The parts of a rule's text, each at most once.
#[derive(Default)]
struct Parts {
    frequency: Option<String>,
    interval: Option<String>,
    count: Option<String>,
    until: Option<String>,
    days: Option<String>,
    month_days: Option<String>,
}

impl Parts {
    fn put(&mut self, name: &str, value: &str, unreadable: impl Fn() -> RuleRefused) -> Result<(), RuleRefused> {
        let place = match name {
            "FREQ" => &mut self.frequency,
            "INTERVAL" => &mut self.interval,
            "COUNT" => &mut self.count,
            "UNTIL" => &mut self.until,
            "BYDAY" => &mut self.days,
            "BYMONTHDAY" => &mut self.month_days,
            // Weeks that begin on Monday are what is meant when nothing is said.
            "WKST" if value == "MO" => return Ok(()),
            other => return Err(RuleRefused::Part(other.chars().take(20).collect())),
        };
        if value.is_empty() || place.replace(value.to_owned()).is_some() {
            return Err(unreadable());
        }
        Ok(())
    }

    fn end(&self, zone: Tz, unreadable: impl Fn() -> RuleRefused) -> Result<End, RuleRefused> {
        match (&self.count, &self.until) {
            (Some(_), Some(_)) => Err(RuleRefused::TwoEnds),
            (Some(count), None) => match count.parse::<u64>() {
                Ok(number) => u16::try_from(number).map(End::After).map_err(|_too_large| RuleRefused::TooMany),
                Err(_not_a_number) => Err(unreadable()),
            },
            (None, Some(until)) => until_of(until, zone).map(End::Until).ok_or_else(unreadable),
            (None, None) => Ok(End::Never),
        }
    }

    fn pattern(&self, start: NaiveDate, unreadable: impl Fn() -> RuleRefused) -> Result<Pattern, RuleRefused> {
        let frequency = self.frequency.as_deref().ok_or_else(&unreadable)?;
        match (frequency, self.days.as_deref(), self.month_days.as_deref()) {
            ("DAILY", None, None) => Ok(Pattern::Daily),
            ("WEEKLY", None, None) => Ok(Pattern::Weekly(vec![start.weekday()])),
            ("WEEKLY", Some(days), None) => {
                let days: Option<Vec<Weekday>> = days.split(',').map(day_of_code).collect();
                days.map(Pattern::Weekly).ok_or_else(unreadable)
            }
            ("MONTHLY", None, None) => Ok(Pattern::MonthlyOn(i8::try_from(start.day()).unwrap_or(1))),
            ("MONTHLY", None, Some(day)) => match day.parse() {
                Ok(day) => Ok(Pattern::MonthlyOn(day)),
                Err(_several_or_none) => Err(RuleRefused::Part("BYMONTHDAY".into())),
            },
            ("MONTHLY", Some(day), None) => {
                let (nth, code) = day.split_at_checked(day.len().saturating_sub(2)).ok_or_else(&unreadable)?;
                let nth = nth.parse().map_err(|_several: std::num::ParseIntError| RuleRefused::Part("BYDAY".into()))?;
                day_of_code(code).map(|day| Pattern::MonthlyNth(nth, day)).ok_or_else(unreadable)
            }
            ("DAILY" | "MONTHLY", Some(_), _) => Err(RuleRefused::Part("BYDAY".into())),
            ("DAILY" | "WEEKLY", _, Some(_)) => Err(RuleRefused::Part("BYMONTHDAY".into())),
            (other, _, _) => Err(RuleRefused::Frequency(other.chars().take(20).collect())),
        }
    }
}

/// The end of a day, a wall time, or an instant read in the zone.
fn until_of(text: &str, zone: Tz) -> Option<NaiveDateTime> {
    if let Some(instant) = text.strip_suffix('Z') {
        let instant = NaiveDateTime::parse_from_str(instant, STAMP).ok()?;
        return Some(time::local(instant.and_utc(), zone));
    }
    match NaiveDate::parse_from_str(text, "%Y%m%d") {
        Ok(day) => end_of_day(day),
        Err(_not_a_day) => NaiveDateTime::parse_from_str(text, STAMP).ok(),
    }
}

/// The last second of a day, as the UNTIL that still lets the whole day in.
pub fn end_of_day(day: NaiveDate) -> Option<NaiveDateTime> {
    NaiveTime::from_hms_opt(23, 59, 59).map(|time| day.and_time(time))
}

/// Which one of its weekday the date is in its month, and whether it is the last.
pub fn nth_of_month(date: NaiveDate) -> (i8, bool) {
    let nth = i8::try_from(date.day0() / 7 + 1).unwrap_or(1);
    let next = date.checked_add_days(Days::new(7));
    (nth, next.is_none_or(|next| next.month() != date.month()))
}

/// Whether the month ends with this date.
pub fn is_last_of_month(date: NaiveDate) -> bool {
    date.succ_opt().is_none_or(|next| next.month() != date.month())
}

/// The two letters of RFC 5545.
pub const fn day_code(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "MO",
        Weekday::Tue => "TU",
        Weekday::Wed => "WE",
        Weekday::Thu => "TH",
        Weekday::Fri => "FR",
        Weekday::Sat => "SA",
        Weekday::Sun => "SU",
    }
}

/// Reads the two letters of RFC 5545.
pub fn day_of_code(code: &str) -> Option<Weekday> {
    let first = Weekday::Mon;
    (0..7).scan(first, |day, _| Some(std::mem::replace(day, day.succ()))).find(|day| day_code(*day) == code)
}

/// A date of a rule on the clocks of its zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zoned {
    /// The clocks show it.
    At(DateTime<Utc>),
    /// The clocks jump over it.
    DoesNotExist,
}

/// What a wall time of a rule means in the zone; the first of two where the clocks are set back.
pub fn zoned(slot: NaiveDateTime, zone: Tz) -> Zoned {
    if time::exists(slot, zone) { Zoned::At(time::instant(slot, zone)) } else { Zoned::DoesNotExist }
}

/// The moment just before a slot: the UNTIL of a series that goes on elsewhere from there.
pub fn just_before(slot: NaiveDateTime) -> NaiveDateTime {
    slot.checked_sub_signed(TimeDelta::seconds(1)).unwrap_or(slot)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Timelike;
    use proptest::prelude::*;

    fn at(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a wall time")
    }

    fn rule(text: &str, start: &str) -> Rule {
        let rule = Rule::parse(text, at(start), Tz::America__Los_Angeles).expect("a rule");
        rule.check(at(start)).expect("it fits");
        rule
    }

    fn days(text: &str, start: &str) -> Vec<String> {
        rule(text, start).dates(at(start)).take(6).map(|date| date.format("%m-%d").to_string()).collect()
    }

    #[test]
    fn rules_mean_what_people_mean() {
        let cases = [
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=4", "2026-12-01 09:00", "12-01 12-15 12-29 01-12"),
            ("FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20261211", "2026-12-01 09:00", "12-01 12-03 12-08 12-10"),
            ("FREQ=DAILY;INTERVAL=10;COUNT=3", "2026-12-01 09:00", "12-01 12-11 12-21"),
            ("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=4", "2026-12-31 09:00", "12-31 01-31 03-31 05-31"),
            ("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=4", "2026-12-31 09:00", "12-31 01-31 02-28 03-31"),
            ("FREQ=MONTHLY;BYDAY=2TU;COUNT=3", "2026-12-08 09:00", "12-08 01-12 02-09"),
            ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=3", "2026-12-25 09:00", "12-25 01-29 02-26"),
            ("FREQ=MONTHLY;BYDAY=5TU;COUNT=3", "2026-12-29 09:00", "12-29 03-30 06-29"),
            ("RRULE:freq=weekly;wkst=MO", "2026-12-01 09:00", "12-01 12-08 12-15 12-22 12-29 01-05"),
            ("FREQ=MONTHLY;COUNT=2", "2026-12-01 09:00", "12-01 01-01"),
        ];
        for (text, start, expected) in cases {
            assert_eq!(days(text, start).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_supported_is_named() {
        use RuleRefused::*;
        let start = at("2026-12-01 09:00");
        let parse = |text: &str| {
            let rule = Rule::parse(text, start, Tz::America__Los_Angeles)?;
            rule.check(start).map(|()| rule)
        };
        let cases = [
            ("FREQ=HOURLY;COUNT=3", Frequency("HOURLY".into())),
            ("FREQ=SECONDLY", Frequency("SECONDLY".into())),
            ("FREQ=YEARLY", Frequency("YEARLY".into())),
            ("FREQ=DAILY;BYHOUR=9", Part("BYHOUR".into())),
            ("FREQ=DAILY;BYDAY=MO", Part("BYDAY".into())),
            ("FREQ=WEEKLY;BYMONTHDAY=3", Part("BYMONTHDAY".into())),
            ("FREQ=WEEKLY;WKST=SU", Part("WKST".into())),
            ("FREQ=MONTHLY;BYDAY=TU", Part("BYDAY".into())),
            ("FREQ=MONTHLY;BYDAY=6TU", Part("BYDAY".into())),
            ("FREQ=MONTHLY;BYMONTHDAY=32", Part("BYMONTHDAY".into())),
            ("FREQ=MONTHLY;BYMONTHDAY=1,15", Part("BYMONTHDAY".into())),
            ("FREQ=DAILY;INTERVAL=0", Interval),
            ("FREQ=DAILY;INTERVAL=100", Interval),
            ("FREQ=DAILY;INTERVAL=-1", Interval),
            ("FREQ=DAILY;COUNT=0", TooMany),
            ("FREQ=DAILY;COUNT=367", TooMany),
            ("FREQ=DAILY;COUNT=10000", TooMany),
            ("FREQ=DAILY;COUNT=99999999999", TooMany),
            ("FREQ=DAILY;UNTIL=20991231", TooMany),
            ("FREQ=DAILY;COUNT=3;UNTIL=20991231", TwoEnds),
            ("FREQ=DAILY;UNTIL=20261130", UntilBeforeStart),
            ("FREQ=WEEKLY;BYDAY=WE", StartOffRule),
            ("FREQ=MONTHLY;BYDAY=2TU", StartOffRule),
            ("FREQ=DAILY;FREQ=DAILY", Unreadable("FREQ=DAILY;FREQ=DAILY".into())),
            ("FREQ=WEEKLY;BYDAY=XX", Unreadable("FREQ=WEEKLY;BYDAY=XX".into())),
            ("COUNT=3", Unreadable("COUNT=3".into())),
            ("", Unreadable(String::new())),
            ("every tuesday", Unreadable("every tuesday".into())),
        ];
        for (text, refusal) in cases {
            assert_eq!(parse(text), Err(refusal), "{text}");
        }
        assert!(parse("FREQ=DAILY;COUNT=366").is_ok());
        assert!(parse("FREQ=DAILY;UNTIL=20271201").is_ok(), "366 dates");
        assert_eq!(parse("FREQ=DAILY;UNTIL=20271202"), Err(TooMany), "367 dates");
    }

    #[test]
    fn an_end_is_inclusive_and_read_on_the_clocks_of_the_place() {
        let start = at("2026-12-01 17:00");
        let count = |text: &str| {
            let rule = Rule::parse(text, start, Tz::America__Los_Angeles).expect("a rule");
            rule.dates(start).count()
        };
        assert_eq!(count("FREQ=DAILY;UNTIL=20261203"), 3);
        assert_eq!(count("FREQ=DAILY;UNTIL=20261203T170000"), 3);
        assert_eq!(count("FREQ=DAILY;UNTIL=20261203T165959"), 2);
        // 17:00 in Los Angeles is 01:00 UTC of the next day.
        assert_eq!(count("FREQ=DAILY;UNTIL=20261204T010000Z"), 3);
        let rule = rule("FREQ=DAILY;UNTIL=20261203", "2026-12-01 17:00");
        assert_eq!(rule.calendar_text(Tz::America__Los_Angeles), "FREQ=DAILY;UNTIL=20261204T075959Z");
    }

    #[test]
    fn a_turned_rule_keeps_its_rhythm() {
        let turned =
            |text: &str, start: &str, to: &str| rule(text, start).turned(at(start).date(), at(to).date()).to_string();
        let cases = [
            (
                "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=9",
                "2026-12-01 09:00",
                "2026-12-02 10:00",
                "FREQ=WEEKLY;BYDAY=WE,FR;COUNT=9",
            ),
            ("FREQ=WEEKLY;BYDAY=SU;COUNT=9", "2026-12-06 09:00", "2026-12-05 10:00", "FREQ=WEEKLY;BYDAY=SA;COUNT=9"),
            ("FREQ=MONTHLY;BYDAY=2TU", "2026-12-08 09:00", "2026-12-17 09:00", "FREQ=MONTHLY;BYDAY=3TH"),
            ("FREQ=MONTHLY;BYDAY=-1FR", "2026-12-25 09:00", "2026-12-28 09:00", "FREQ=MONTHLY;BYDAY=-1MO"),
            ("FREQ=MONTHLY;BYMONTHDAY=5", "2026-12-05 09:00", "2026-12-07 09:00", "FREQ=MONTHLY;BYMONTHDAY=7"),
            ("FREQ=DAILY", "2026-12-05 09:00", "2026-12-07 09:00", "FREQ=DAILY"),
        ];
        for (text, start, to, expected) in cases {
            assert_eq!(turned(text, start, to), expected, "{text}");
        }
    }

    /// Zones with unusual rules first: half-hour steps, changes at midnight, summer time given up, none at all.
    const TWENTY: [Tz; 20] = [
        Tz::Australia__Lord_Howe,
        Tz::America__Havana,
        Tz::America__Sao_Paulo,
        Tz::America__Los_Angeles,
        Tz::America__New_York,
        Tz::America__Vancouver,
        Tz::America__St_Johns,
        Tz::America__Santiago,
        Tz::America__Nuuk,
        Tz::Antarctica__Troll,
        Tz::Africa__Cairo,
        Tz::Africa__Casablanca,
        Tz::Asia__Beirut,
        Tz::Asia__Jerusalem,
        Tz::Asia__Kathmandu,
        Tz::Europe__Berlin,
        Tz::Europe__Dublin,
        Tz::Europe__London,
        Tz::Pacific__Auckland,
        Tz::Pacific__Chatham,
    ];

    #[test]
    fn every_tuesday_at_nine_is_at_nine_for_ten_years() {
        for first in ["2016-01-05 09:00", "2026-12-01 09:00"] {
            let start = at(first);
            let weekly = Rule::parse("FREQ=WEEKLY;BYDAY=TU", start, Tz::UTC).expect("a rule");
            let dates: Vec<NaiveDateTime> = weekly.dates(start).take(522).collect();
            assert!(start.date() + Days::new(3_640) <= dates[521].date());
            for zone in TWENTY {
                for date in &dates {
                    let Zoned::At(instant) = zoned(*date, zone) else { panic!("{date} in {zone}") };
                    let shown = time::local(instant, zone);
                    assert_eq!((shown.weekday(), shown.hour(), shown.minute()), (Weekday::Tue, 9, 0), "{zone}");
                    assert_eq!(shown, *date, "{zone}");
                }
            }
        }
    }

    #[test]
    fn a_series_across_both_changes_of_the_clock_keeps_its_wall_time() {
        let zone = Tz::America__Los_Angeles;
        let start = at("2026-10-20 09:00");
        let rule = rule("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=13", "2026-10-20 09:00");
        let hours: Vec<String> = rule
            .dates(start)
            .map(|date| match zoned(date, zone) {
                Zoned::At(instant) => instant.format("%m-%d %H").to_string(),
                Zoned::DoesNotExist => "gap".into(),
            })
            .collect();
        assert_eq!(&hours[..3], ["10-20 16", "11-03 17", "11-17 17"]);
        assert_eq!(&hours[9..], ["02-23 17", "03-09 17", "03-23 16", "04-06 16"]);
    }

    #[test]
    fn a_date_in_a_gap_does_not_exist() {
        let start = at("2027-03-07 02:30");
        let rule = rule("FREQ=WEEKLY;BYDAY=SU;COUNT=3", "2027-03-07 02:30");
        let zoned: Vec<Zoned> = rule.dates(start).map(|date| zoned(date, Tz::America__Los_Angeles)).collect();
        assert!(matches!(zoned[..], [Zoned::At(_), Zoned::DoesNotExist, Zoned::At(_)]));
        assert_eq!(super::zoned(at("2026-10-04 02:15"), Tz::Australia__Lord_Howe), Zoned::DoesNotExist);
    }

    /// One line of the oracle: rule, start, number of dates, the last of them, days between the first ones.
    #[test]
    fn dates_are_those_python_dateutil_finds() {
        let oracle = include_str!("../../tests/data/recurrence_oracle.txt");
        let mut checked = 0;
        for line in oracle.lines().filter(|line| !line.starts_with('#')) {
            let [text, start, total, last, steps] = line.split('|').collect::<Vec<_>>()[..] else { panic!("{line}") };
            let start = NaiveDateTime::parse_from_str(start, STAMP).expect("a start");
            let rule = Rule::parse(text, start, Tz::UTC).expect(line);
            assert_eq!(Rule::parse(&rule.to_string(), start, Tz::UTC), Ok(rule.clone()), "{line}");
            assert_eq!(rule.check(start), Ok(()), "{line}");
            let dates: Vec<NaiveDateTime> = rule.dates(start).take(DATES_MAX).collect();
            assert_eq!(dates.len().to_string(), total, "{line}");
            assert_eq!(dates.last().map(|date| date.format(STAMP).to_string()).as_deref(), Some(last), "{line}");
            let found = dates.windows(2).map(|pair| (pair[1].date() - pair[0].date()).num_days());
            let wanted: Vec<i64> = steps.split_terminator(' ').map(|step| step.parse().expect("a number")).collect();
            assert_eq!(found.take(wanted.len()).collect::<Vec<_>>(), wanted, "{line}");
            assert!(dates.iter().all(|date| date.time() == start.time()), "{line}");
            checked += 1;
        }
        assert!(2_000 <= checked, "{checked}");
    }

    proptest! {
        #[test]
        fn whatever_is_sent_never_panics(text in "(FREQ|INTERVAL|BYDAY|COUNT|UNTIL|BYMONTHDAY|=|;|,|DAILY|WEEKLY|MONTHLY|[0-9-]{1,3}|TU|20270101T090000Z?|\\PC){0,14}") {
            let start = at("2026-12-01 09:00");
            if let Ok(rule) = Rule::parse(&text, start, Tz::Europe__Berlin) {
                let again = Rule::parse(&rule.to_string(), start, Tz::Europe__Berlin);
                prop_assert_eq!(again, Ok(rule.clone()));
                if rule.check(start).is_ok() {
                    prop_assert_eq!(rule.dates(start).next(), Some(start));
                }
            }
        }
    }
}
