//! A month whose free days are links, and the times of one day by part of the day: for booking and for moving alike.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime, Timelike};

use crate::i18n::{Language, Texts};
use crate::web::page::{self, Markup};

/// One day of the month.
pub(super) struct DayCell {
    pub column: &'static str,
    pub number: u32,
    pub label: String,
    /// Empty when nothing is free.
    pub href: String,
    pub current: bool,
    pub today: bool,
}

/// A month with its days, and the way to those beside it.
pub(super) struct MonthView {
    pub title: String,
    pub previous: String,
    pub next: String,
    pub heads: Vec<String>,
    pub days: Vec<DayCell>,
}

/// A time that can be chosen.
pub(super) struct TimeButton {
    pub value: String,
    pub text: String,
    pub left: String,
}

/// The times of a morning, an afternoon or an evening.
pub(super) struct TimeGroup {
    pub title: String,
    pub icon: Markup,
    pub times: Vec<TimeButton>,
}

/// Which month is shown, and which of its days.
#[derive(Debug, Clone, Copy)]
pub(super) struct ShownMonth {
    /// Its first day.
    pub month: NaiveDate,
    pub today: NaiveDate,
    /// The last day that can be asked for.
    pub latest: NaiveDate,
    /// The day whose times are shown.
    pub day: Option<NaiveDate>,
}

/// The first day of the month of `day`.
pub(super) fn first_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// The month; `free` counts the free times of a day, `href` is the page with one more word in its address.
pub(super) fn month_view(
    t: Texts,
    shown: ShownMonth,
    free: &dyn Fn(NaiveDate) -> usize,
    href: &dyn Fn(&str, &str) -> String,
) -> MonthView {
    let turn = |month: NaiveDate| format!("{}#times", href("month", &month.format("%Y-%m").to_string()));
    let next = shown.month + Months::new(1);
    let first_weekday = first_weekday(t.language());
    let column_of = |day: NaiveDate| (day.weekday().num_days_from_sunday() + 7 - first_weekday) % 7;
    // A Sunday, from which a week of names is read.
    let sunday = NaiveDate::from_ymd_opt(2023, 1, 1).unwrap_or_default();
    let head = |place: u32| t.weekday_short(sunday + Days::new(u64::from(first_weekday + place)));
    let cell = |day: NaiveDate| day_cell(t, shown, (day, column_of(day)), free(day), href);
    // Weeks that are over would push the free days off a phone's screen.
    let this_week = shown.today - Days::new(u64::from(column_of(shown.today)));
    let days = shown.month.iter_days().take_while(|day| *day < next).filter(|day| this_week <= *day).map(cell);
    MonthView {
        title: t.month(shown.month),
        previous: if first_of(shown.today) < shown.month { turn(shown.month - Months::new(1)) } else { String::new() },
        next: if next <= shown.latest { turn(next) } else { String::new() },
        heads: (0..7).map(head).collect(),
        days: days.collect(),
    }
}

/// Where a week begins, counted from Sunday.
const fn first_weekday(language: Language) -> u32 {
    match language {
        Language::En => 0,
        Language::De => 1,
    }
}

fn day_cell(
    t: Texts,
    shown: ShownMonth,
    (day, column): (NaiveDate, u32),
    count: usize,
    href: &dyn Fn(&str, &str) -> String,
) -> DayCell {
    const COLUMNS: [&str; 7] = ["c1", "c2", "c3", "c4", "c5", "c6", "c7"];
    let column = usize::try_from(column).ok().and_then(|column| COLUMNS.get(column)).copied();
    DayCell {
        column: column.unwrap_or_default(),
        number: day.day(),
        label: t.with("book-day-free", &[("date", &t.date_long(day)), ("count", &count)]),
        href: if count == 0 { String::new() } else { format!("{}#times", href("date", &day.to_string())) },
        current: shown.day == Some(day),
        today: day == shown.today,
    }
}

/// The times of one day by morning, afternoon and evening; parts without a time are left out.
pub(super) fn parts_of_day(t: Texts, times: impl Iterator<Item = (NaiveTime, TimeButton)>) -> Vec<TimeGroup> {
    let parts = [
        (12, t.text("book-morning"), page::icon("sunrise")),
        (17, t.text("book-afternoon"), page::icon("sun")),
        (24, t.text("book-evening"), page::icon("moon")),
    ];
    let mut groups: Vec<TimeGroup> = parts
        .iter()
        .map(|(_, title, icon)| TimeGroup { title: title.clone(), icon: *icon, times: Vec::new() })
        .collect();
    for (local, button) in times {
        let part = parts.iter().position(|(until, ..)| local.hour() < *until);
        if let Some(group) = part.and_then(|part| groups.get_mut(part)) {
            group.times.push(button);
        }
    }
    groups.retain(|group| !group.times.is_empty());
    groups
}
