//! Days on which a dental practice in California stays closed, computed for any year.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// A closure with its name: from the first day to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Holiday {
    pub(crate) name: &'static str,
    pub(crate) first_day: NaiveDate,
    pub(crate) last_day: NaiveDate,
}

/// The holidays of a year in the order of the calendar. New Year's Day may begin on 31 December before.
pub(crate) fn holidays_of(year: i32) -> Vec<Holiday> {
    let day = |name, date: Option<NaiveDate>| date.map(|day| Holiday { name, first_day: day, last_day: day });
    let list = [
        fixed("New Year's Day", year, 1, 1),
        day("Martin Luther King Jr. Day", nth(year, 1, Weekday::Mon, 3)),
        day("Presidents' Day", nth(year, 2, Weekday::Mon, 3)),
        day("Memorial Day", nth(year, 5, Weekday::Mon, 5).or_else(|| nth(year, 5, Weekday::Mon, 4))),
        fixed("Juneteenth", year, 6, 19),
        fixed("Independence Day", year, 7, 4),
        day("Labor Day", nth(year, 9, Weekday::Mon, 1)),
        day("Thanksgiving", nth(year, 11, Weekday::Thu, 4)).map(with_the_day_after),
        fixed("Christmas", year, 12, 25).map(with_the_eve),
    ];
    list.into_iter().flatten().collect()
}

fn nth(year: i32, month: u32, weekday: Weekday, number: u8) -> Option<NaiveDate> {
    NaiveDate::from_weekday_of_month_opt(year, month, weekday, number)
}

/// A holiday on a Saturday is observed on the Friday before, on a Sunday on the Monday after.
fn fixed(name: &'static str, year: i32, month: u32, day: u32) -> Option<Holiday> {
    let date = NaiveDate::from_ymd_opt(year, month, day)?;
    let (first_day, last_day) = match date.weekday() {
        Weekday::Sat => (date.pred_opt()?, date),
        Weekday::Sun => (date, date.succ_opt()?),
        _ => (date, date),
    };
    Some(Holiday { name, first_day, last_day })
}

fn with_the_day_after(holiday: Holiday) -> Holiday {
    Holiday { last_day: holiday.last_day + Days::new(1), ..holiday }
}

fn with_the_eve(holiday: Holiday) -> Holiday {
    let eve = NaiveDate::from_ymd_opt(holiday.first_day.year(), 12, 24).unwrap_or(holiday.first_day);
    Holiday { first_day: holiday.first_day.min(eve), ..holiday }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(year: i32) -> Vec<(String, String)> {
        holidays_of(year)
            .into_iter()
            .map(|holiday| (holiday.first_day.to_string(), holiday.last_day.to_string()))
            .collect()
    }

    #[test]
    fn the_calendar_of_2026_is_known() {
        let expected = [
            ("2026-01-01", "2026-01-01"),
            ("2026-01-19", "2026-01-19"),
            ("2026-02-16", "2026-02-16"),
            ("2026-05-25", "2026-05-25"),
            ("2026-06-19", "2026-06-19"),
            ("2026-07-03", "2026-07-04"),
            ("2026-09-07", "2026-09-07"),
            ("2026-11-26", "2026-11-27"),
            ("2026-12-24", "2026-12-25"),
        ];
        assert_eq!(spans(2026), expected.map(|(first, last)| (first.to_owned(), last.to_owned())));
    }

    #[test]
    fn weekends_move_the_observed_day() {
        let years = |year: i32, name: &str| {
            let found = holidays_of(year).into_iter().find(|holiday| holiday.name == name).unwrap();
            (found.first_day.to_string(), found.last_day.to_string())
        };
        assert_eq!(years(2028, "New Year's Day"), ("2027-12-31".to_owned(), "2028-01-01".to_owned()));
        assert_eq!(years(2027, "Independence Day"), ("2027-07-04".to_owned(), "2027-07-05".to_owned()));
        assert_eq!(years(2022, "Christmas"), ("2022-12-24".to_owned(), "2022-12-26".to_owned()));
        assert_eq!(years(2027, "Memorial Day").0, "2027-05-31");
    }
}
