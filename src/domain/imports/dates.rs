//! Dates of a column. `05/03/2026` is the fifth of March here and the third of May there: the column says which by a
//! value that can only be one of them, or it is asked for. Dates of several forms in one column are refused.

use chrono::{NaiveDate, NaiveTime};

use super::Example;

/// In which order day, month and year stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DateOrder {
    /// 2026-03-05.
    YearMonthDay,
    /// 05.03.2026.
    DayMonthYear,
    /// 03/05/2026.
    MonthDayYear,
}

impl DateOrder {
    /// Every order.
    pub const ALL: [Self; 3] = [Self::YearMonthDay, Self::DayMonthYear, Self::MonthDayYear];

    /// The word in a mapping file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::YearMonthDay => "year-month-day",
            Self::DayMonthYear => "day-month-year",
            Self::MonthDayYear => "month-day-year",
        }
    }

    /// Reads [`Self::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.as_str() == word)
    }
}

/// How a date is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DateForm {
    /// The year first: 2026-03-05, 2026/03/05, 20260305.
    YearFirst,
    /// With dots, the day first: 5.3.2026.
    Dots,
    /// With strokes, day or month first: 05/03/2026.
    Slashes,
    /// With hyphens, day or month first: 05-03-2026.
    Hyphens,
    /// With the month's name: March 5, 2026, or 5. März 2026.
    Named,
}

/// What the values of a column show.
#[derive(Debug, Clone, Default)]
pub struct DateColumn {
    forms: Vec<(DateForm, Example)>,
    day_first: Option<Example>,
    month_first: Option<Example>,
}

/// Why a column cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DateTrouble {
    /// Several forms, each with its first example.
    Mixed(Vec<Example>),
    /// One value can only have the day first, another only the month.
    Contrary(Example, Example),
    /// Day and month cannot be told apart anywhere.
    Unclear(Example),
}

/// How the dates of a column are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateReading {
    form: Option<DateForm>,
    order: DateOrder,
}

impl DateColumn {
    /// Looks at one value; what is no date at all says nothing of the column.
    pub fn look(&mut self, line: u64, text: &str) {
        let Some((form, first, second)) = shape(text) else { return };
        if self.forms.iter().all(|(known, _)| *known != form) {
            self.forms.push((form, Example::new(line, text)));
        }
        if matches!(form, DateForm::Slashes | DateForm::Hyphens) {
            if 12 < first && self.day_first.is_none() {
                self.day_first = Some(Example::new(line, text));
            }
            if 12 < second && self.month_first.is_none() {
                self.month_first = Some(Example::new(line, text));
            }
        }
    }

    /// How the column is read; `wanted` is what the mapping says.
    pub fn settle(&self, wanted: Option<DateOrder>) -> Result<DateReading, DateTrouble> {
        if 1 < self.forms.len() {
            return Err(DateTrouble::Mixed(self.forms.iter().map(|(_, example)| example.clone()).collect()));
        }
        if let Some(order) = wanted {
            return Ok(DateReading { form: None, order });
        }
        let Some((form, example)) = self.forms.first() else {
            return Ok(DateReading { form: None, order: DateOrder::YearMonthDay });
        };
        let order = match (form, &self.day_first, &self.month_first) {
            (DateForm::YearFirst, _, _) => DateOrder::YearMonthDay,
            (DateForm::Dots | DateForm::Named, _, _) => DateOrder::DayMonthYear,
            (_, Some(day), Some(month)) => return Err(DateTrouble::Contrary(day.clone(), month.clone())),
            (_, Some(_), None) => DateOrder::DayMonthYear,
            (_, None, Some(_)) => DateOrder::MonthDayYear,
            (_, None, None) => return Err(DateTrouble::Unclear(example.clone())),
        };
        Ok(DateReading { form: Some(*form), order })
    }
}

impl DateReading {
    /// The date, or nothing when it is not written as the rest of the column or not in the calendar.
    pub fn read(self, text: &str) -> Option<NaiveDate> {
        let (form, _, _) = shape(text)?;
        if self.form.is_some_and(|own| own != form) {
            return None;
        }
        if form == DateForm::Named {
            return named(text);
        }
        let (order, [first, second, third]) = match form {
            DateForm::YearFirst => (DateOrder::YearMonthDay, numbers(text)?),
            _ => (self.order, numbers(text)?),
        };
        if self.form.is_none() && (order == DateOrder::YearMonthDay) != (form == DateForm::YearFirst) {
            return None;
        }
        if self.form.is_none() && order != self.order {
            return None;
        }
        let (year, month, day) = match order {
            DateOrder::YearMonthDay => (first, second, third),
            DateOrder::DayMonthYear => (third, second, first),
            DateOrder::MonthDayYear => (third, first, second),
        };
        NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
    }
}

/// The form of a date with its first two numbers. Years have four digits: `26` may be 1926.
fn shape(text: &str) -> Option<(DateForm, u32, u32)> {
    let text = text.trim();
    if text.chars().any(char::is_alphabetic) {
        return named(text).map(|_| (DateForm::Named, 0, 0));
    }
    let [first, second, third] = numbers(text)?;
    if 1_000 <= first {
        return Some((DateForm::YearFirst, second, third));
    }
    if !(1_000..=9_999).contains(&third) {
        return None;
    }
    let form = match text.chars().find(|character| !character.is_ascii_digit())? {
        '.' => DateForm::Dots,
        '/' => DateForm::Slashes,
        '-' => DateForm::Hyphens,
        _ => return None,
    };
    Some((form, first, second))
}

fn numbers(text: &str) -> Option<[u32; 3]> {
    let text = text.trim();
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let part = |range: std::ops::Range<usize>| text.get(range)?.parse().ok();
        return Some([part(0..4)?, part(4..6)?, part(6..8)?]);
    }
    let sign = text.chars().find(|character| !character.is_ascii_digit())?;
    if !matches!(sign, '.' | '/' | '-') {
        return None;
    }
    let mut parts = text.split(sign).map(str::trim);
    let mut next = || {
        let part = parts.next()?;
        let fits = (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        if fits { part.parse::<u32>().ok() } else { None }
    };
    let found = [next()?, next()?, next()?];
    parts.next().is_none().then_some(found)
}

/// The first letters of the months in English and German, without accents.
const MONTHS: [&[&str]; 12] = [
    &["jan", "jän"],
    &["feb"],
    &["mar", "mär", "mrz"],
    &["apr"],
    &["may", "mai"],
    &["jun"],
    &["jul"],
    &["aug"],
    &["sep"],
    &["oct", "okt"],
    &["nov"],
    &["dec", "dez"],
];

/// `March 5, 2026`, `5 Mar 2026`, `5. März 2026`, with or without a weekday before it.
fn named(text: &str) -> Option<NaiveDate> {
    let lower = text.trim().to_lowercase();
    let words = lower.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    let (mut day, mut month, mut year) = (None, None, None);
    for word in words {
        if let Ok(number) = word.trim_end_matches(['s', 't', 'n', 'd', 'r', 'h']).parse::<u32>() {
            if 1_000 <= number {
                year.replace(number).is_none().then_some(())?;
            } else {
                day.replace(number).is_none().then_some(())?;
            }
            continue;
        }
        let place = MONTHS.iter().position(|names| names.iter().any(|name| word.starts_with(name)));
        match place.and_then(|place| u32::try_from(place + 1).ok()) {
            Some(number) => month.replace(number).is_none().then_some(())?,
            None if WEEKDAYS.iter().any(|name| word.starts_with(name)) => {}
            None => return None,
        }
    }
    NaiveDate::from_ymd_opt(i32::try_from(year?).ok()?, month?, day?)
}

const WEEKDAYS: [&str; 12] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun", "die", "mit", "mi", "don", "son"];

/// A date with a time of day, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment<'a> {
    /// The date, still as text.
    pub date: &'a str,
    /// The time of day; nothing where the value is a date alone.
    pub time: Option<NaiveTime>,
    /// Seconds east of Greenwich, where the value says so.
    pub offset: Option<i32>,
}

/// Takes `2026-03-05T14:30:00+01:00`, `5.3.2026 14:30`, `March 5, 2026 2:30 pm` apart. Nothing where the time makes no
/// sense.
pub fn moment(text: &str) -> Option<Moment<'_>> {
    let text = text.trim();
    let Some(colon) = text.find(':') else {
        return Some(Moment { date: text, time: None, offset: None });
    };
    let before = text.get(..colon)?;
    let hour = before.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (date, _) = text.split_at_checked(colon - hour)?;
    let rest = text.get(colon - hour..)?;
    let date = date.trim_end();
    let date = match date.strip_suffix(['T', 't']) {
        Some(cut) if cut.ends_with(|last: char| last.is_ascii_digit()) => cut,
        _ => date.trim_end_matches(','),
    };
    let (time, offset) = time_of_day(rest)?;
    Some(Moment { date, time: Some(time), offset })
}

fn time_of_day(text: &str) -> Option<(NaiveTime, Option<i32>)> {
    let lower = text.trim().to_lowercase();
    let digits = lower.find(|character: char| !(character.is_ascii_digit() || character == ':' || character == '.'));
    let (clock, rest) = lower.split_at_checked(digits.unwrap_or(lower.len()))?;
    let mut parts = clock.split(':');
    let hour: u32 = short(parts.next()?)?;
    let minute: u32 = short(parts.next()?)?;
    let second = match parts.next() {
        Some(part) => short(part.split('.').next()?)?,
        None => 0,
    };
    if parts.next().is_some() {
        return None;
    }
    let rest = rest.trim();
    let (hour, offset) = match rest.replace('.', "").as_str() {
        "am" if (1..=12).contains(&hour) => (hour % 12, None),
        "pm" if (1..=12).contains(&hour) => (hour % 12 + 12, None),
        "" | "uhr" => (hour, None),
        "z" | "utc" => (hour, Some(0)),
        other => (hour, Some(offset_of(other)?)),
    };
    Some((NaiveTime::from_hms_opt(hour, minute, second)?, offset))
}

fn short(digits: &str) -> Option<u32> {
    if (1..=2).contains(&digits.len()) { digits.parse().ok() } else { None }
}

/// `+01:00`, `-0700`, `+02`.
fn offset_of(text: &str) -> Option<i32> {
    let (sign, digits) = match text.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, text.strip_prefix('-')?),
    };
    let digits = digits.replace(':', "");
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 = if digits.len() == 2 { 0 } else { digits.get(2..4)?.parse().ok()? };
    let fits = matches!(digits.len(), 2 | 4) && hours <= 14 && minutes < 60;
    fits.then_some(sign * (hours * 3_600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn column(values: &[&str]) -> DateColumn {
        let mut column = DateColumn::default();
        for (text, line) in values.iter().zip(2..) {
            column.look(line, text);
        }
        column
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_column_says_its_order_by_one_value() {
        let reading = column(&["05/03/2026", "13/03/2026"]).settle(None).unwrap();
        assert_eq!(reading.read("05/03/2026"), Some(day("2026-03-05")));
        let reading = column(&["05/03/2026", "03/13/2026"]).settle(None).unwrap();
        assert_eq!(reading.read("05/03/2026"), Some(day("2026-05-03")));
        assert_eq!(reading.read("13/03/2026"), None, "there is no month 13");
        assert_eq!(reading.read("2026-03-05"), None, "not written as the rest");
    }

    #[test]
    fn what_a_column_does_not_say_is_asked_for() {
        let unclear = column(&["05/03/2026", "", "x", "04/03/2026"]);
        assert_eq!(unclear.settle(None), Err(DateTrouble::Unclear(Example::new(2, "05/03/2026"))));
        let american = unclear.settle(Some(DateOrder::MonthDayYear)).unwrap();
        assert_eq!(american.read("05/03/2026"), Some(day("2026-05-03")));
        assert_eq!(american.read("5.3.2026"), Some(day("2026-05-03")));
        assert_eq!(american.read("2026-05-03"), None);
        let contrary = column(&["13/03/2026", "03/13/2026"]).settle(None);
        assert!(matches!(contrary, Err(DateTrouble::Contrary(_, _))));
    }

    #[test]
    fn several_forms_in_one_column_are_refused_with_examples() {
        let mixed = column(&["2026-03-05", "5.3.2026", "03/05/2026", "6.3.2026"]);
        let Err(DateTrouble::Mixed(examples)) = mixed.settle(Some(DateOrder::DayMonthYear)) else { panic!() };
        assert_eq!(examples.iter().map(|example| example.line).collect::<Vec<_>>(), [2, 3, 4]);
    }

    #[test]
    fn forms_of_other_programs_are_read() {
        for (text, wanted) in [
            ("March 5, 2026", "2026-03-05"),
            ("5 Mar 2026", "2026-03-05"),
            ("5. März 2026", "2026-03-05"),
            ("Thursday, March 5th, 2026", "2026-03-05"),
            ("31. Dezember 2025", "2025-12-31"),
            ("20260305", "2026-03-05"),
            ("2026/3/5", "2026-03-05"),
            ("05.03.2026", "2026-03-05"),
        ] {
            let reading = column(&[text]).settle(None).unwrap();
            assert_eq!(reading.read(text), Some(day(wanted)), "{text}");
        }
        for text in
            ["5.3.26", "0000-00-00", "2026-02-30", "yesterday", "1/2", "1.2.3.2026", "March 2026", "Mar Apr 5 2026"]
        {
            let reading = column(&["2026-01-01"]).settle(None).unwrap();
            assert_eq!(reading.read(text), None, "{text}");
        }
    }

    #[test]
    fn moments_are_taken_apart() {
        let time = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0);
        for (text, date, wanted, offset) in [
            ("2026-03-05T14:30:00+01:00", "2026-03-05", time(14, 30), Some(3_600)),
            ("2026-03-05 14:30:00", "2026-03-05", time(14, 30), None),
            ("2026-03-05T14:30:00.123Z", "2026-03-05", time(14, 30), Some(0)),
            ("5.3.2026 9:05", "5.3.2026", time(9, 5), None),
            ("March 5, 2026 2:30 pm", "March 5, 2026", time(14, 30), None),
            ("August 5, 2026, 12:00 a.m.", "August 5, 2026", time(0, 0), None),
            ("5. August 9:00 Uhr", "5. August", time(9, 0), None),
            ("2026-03-05", "2026-03-05", None, None),
        ] {
            assert_eq!(moment(text), Some(Moment { date, time: wanted, offset }), "{text}");
        }
        for text in ["2026-03-05 25:00", "2026-03-05 9:61", "2026-03-05 13:00 pm", "2026-03-05 9:00:00:00", "1 9:00 x"]
        {
            assert_eq!(moment(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_typed_makes_it_fall(text in ".{0,40}") {
            let mut column = DateColumn::default();
            column.look(1, &text);
            if let Ok(reading) = column.settle(None) {
                let _read = reading.read(&text);
            }
            let _moment = moment(&text);
        }

        #[test]
        fn every_day_is_read_back_in_every_form(days in 0_i64..80_000) {
            let wanted = day("1900-01-01") + chrono::Duration::days(days);
            for form in ["%Y-%m-%d", "%d.%m.%Y", "%B %-d, %Y", "%d %b %Y", "%Y%m%d"] {
                let text = wanted.format(form).to_string();
                let mut column = DateColumn::default();
                column.look(1, &text);
                prop_assert_eq!(column.settle(None).unwrap().read(&text), Some(wanted));
            }
        }
    }
}
