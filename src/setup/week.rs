//! The week a clinic is open, as the first steps ask for it: one span a day, and a break in it.

use chrono::Weekday;

use crate::domain::hours::{HoursKind, MinuteSpan};
use crate::domain::week::WeekRow;

/// One day on which the clinic is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenDay {
    /// From when until when.
    pub open: MinuteSpan,
    /// The break, inside it.
    pub pause: Option<MinuteSpan>,
}

/// Monday to Sunday; nothing is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Week {
    /// By the number of the day, Monday first.
    pub days: [Option<OpenDay>; 7],
}

/// What is wrong with a day, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongWeek {
    /// The break is not inside the opening hours.
    PauseOutside(usize),
    /// Every day is closed.
    NeverOpen,
}

const DAYS: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

impl Week {
    /// Monday to Friday from nine to five, with a break at noon.
    pub fn usual() -> Self {
        let open = MinuteSpan::new(540, 1_020).ok();
        let pause = MinuteSpan::new(720, 780).ok();
        let day = open.map(|open| OpenDay { open, pause });
        Self { days: [day, day, day, day, day, None, None] }
    }

    /// Whether somebody could work it.
    pub fn check(&self) -> Result<(), WrongWeek> {
        if self.days.iter().all(Option::is_none) {
            return Err(WrongWeek::NeverOpen);
        }
        for (number, day) in self.days.iter().enumerate() {
            let Some(OpenDay { open, pause: Some(pause) }) = day else { continue };
            let inside = open.starts_minute() < pause.starts_minute() && pause.ends_minute() < open.ends_minute();
            if !inside {
                return Err(WrongWeek::PauseOutside(number));
            }
        }
        Ok(())
    }

    /// The rows of a provider who works it.
    pub fn rows(&self) -> Vec<WeekRow> {
        let mut rows = Vec::new();
        for (weekday, day) in DAYS.into_iter().zip(self.days) {
            let Some(day) = day else { continue };
            rows.push(WeekRow { kind: HoursKind::Work, weekday, minutes: day.open });
            if let Some(pause) = day.pause {
                rows.push(WeekRow { kind: HoursKind::Break, weekday, minutes: pause });
            }
        }
        rows
    }

    /// As the clinic's row keeps it.
    pub fn written(&self) -> String {
        let span = |span: MinuteSpan| format!("{}-{}", span.starts_minute(), span.ends_minute());
        let day = |(number, day): (usize, &Option<OpenDay>)| {
            let day = day.as_ref()?;
            let pause = day.pause.map(|pause| format!(" {}", span(pause))).unwrap_or_default();
            Some(format!("{number} {}{pause}", span(day.open)))
        };
        let days: Vec<String> = self.days.iter().enumerate().filter_map(day).collect();
        days.join(";")
    }

    /// Reads [`Week::written`]; nothing when there is no week in it.
    pub fn read(text: &str) -> Option<Self> {
        let span = |text: &str| -> Option<MinuteSpan> {
            let (from, until) = text.split_once('-')?;
            MinuteSpan::new(from.parse().ok()?, until.parse().ok()?).ok()
        };
        let mut week = Self::default();
        for day in text.split(';').filter(|day| !day.is_empty()) {
            let mut parts = day.split(' ');
            let number: usize = parts.next()?.parse().ok()?;
            let open = span(parts.next()?)?;
            let pause = parts.next().and_then(span);
            *week.days.get_mut(number)? = Some(OpenDay { open, pause });
        }
        week.days.iter().any(Option::is_some).then_some(week)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_is_read_back() {
        let week = Week::usual();
        assert_eq!(Week::read(&week.written()), Some(week));
        assert_eq!(week.rows().len(), 10);
        assert_eq!(week.check(), Ok(()));
        for wrong in ["", "x", "9 540-600", "0 600-540"] {
            assert_eq!(Week::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_break_lies_inside_the_day() {
        let mut week = Week::usual();
        week.days[2] =
            Some(OpenDay { open: MinuteSpan::new(540, 700).unwrap(), pause: Some(MinuteSpan::new(690, 720).unwrap()) });
        assert_eq!(week.check(), Err(WrongWeek::PauseOutside(2)));
        assert_eq!(Week::default().check(), Err(WrongWeek::NeverOpen));
    }
}
