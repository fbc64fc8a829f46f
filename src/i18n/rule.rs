//! A recurrence rule as people say it: "every second Tuesday at 9:00 am, 10 times".

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, Weekday};

use super::Texts;
use crate::domain::recurrence::{End, Pattern, Rule};

impl Texts {
    /// The rule with its end.
    pub fn rule(self, rule: &Rule, start: NaiveDateTime) -> String {
        let rhythm = self.rhythm(rule, start);
        match rule.end {
            End::Never => self.with("recurrence-open", &[("rule", &rhythm)]),
            End::After(count) => self.with("recurrence-times", &[("rule", &rhythm), ("count", &i64::from(count))]),
            End::Until(until) => {
                self.with("recurrence-until", &[("rule", &rhythm), ("date", &self.date_medium(until.date()))])
            }
        }
    }

    /// The rule without its end, as a sentence begins.
    pub fn rhythm(self, rule: &Rule, start: NaiveDateTime) -> String {
        let interval = i64::from(rule.interval);
        let days = match &rule.pattern {
            Pattern::Daily => self.with("recurrence-daily", &[("interval", &interval)]),
            Pattern::Weekly(days) => {
                let names: Vec<String> = days.iter().map(|day| self.day_name(*day)).collect();
                let count = i64::try_from(names.len()).unwrap_or(i64::MAX);
                let names = self.listed(&names);
                if count == 1 {
                    self.with("recurrence-weekly", &[("interval", &interval), ("day", &names)])
                } else {
                    self.with("recurrence-weekly-days", &[("interval", &interval), ("days", &names)])
                }
            }
            Pattern::MonthlyOn(-1) => self.with("recurrence-monthly-last-day", &[("interval", &interval)]),
            Pattern::MonthlyOn(day) => {
                self.with("recurrence-monthly-on", &[("interval", &interval), ("day", &i64::from(*day))])
            }
            Pattern::MonthlyNth(nth, day) => {
                let name = self.day_name(*day);
                let nth = self.nth(*nth);
                self.with("recurrence-monthly-nth", &[("interval", &interval), ("nth", &nth), ("day", &name)])
            }
        };
        self.with("recurrence-at", &[("rule", &days), ("time", &self.time(start.time()))])
    }

    /// The name of a weekday.
    pub fn day_name(self, day: Weekday) -> String {
        // Any Monday will do.
        let monday = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap_or_default();
        debug_assert_eq!(monday.weekday(), Weekday::Mon);
        let later = Days::new(u64::from(day.num_days_from_monday()));
        self.weekday(monday.checked_add_days(later).unwrap_or(monday))
    }

    /// First, second, last.
    pub fn nth(self, nth: i8) -> String {
        match nth {
            1 => self.text("recurrence-first"),
            2 => self.text("recurrence-second"),
            3 => self.text("recurrence-third"),
            4 => self.text("recurrence-fourth"),
            5 => self.text("recurrence-fifth"),
            _ => self.text("recurrence-last"),
        }
    }

    /// One, two and three.
    fn listed(self, names: &[String]) -> String {
        match names {
            [] => String::new(),
            [only] => only.clone(),
            [first @ .., last] => self.with("recurrence-list", &[("first", &first.join(", ")), ("last", last)]),
        }
    }
}
