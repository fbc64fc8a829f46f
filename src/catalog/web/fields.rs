//! Reads fields into the types of the deeds; whatever cannot be read is said by the field.

use std::ops::RangeInclusive;

use chrono::{NaiveDate, NaiveTime};

use crate::catalog::{Color, Label, Line, Prose, WrongText};
use crate::domain::hours::MinuteSpan;
use crate::domain::ledger::BASIS_POINTS;
use crate::domain::money::{Currency, Money};
use crate::domain::recognise::{EmailAddress, PhoneNumber};
use crate::i18n::Texts;
use crate::web::form::Form;

/// Places in lists.
const POSITION: RangeInclusive<u32> = 0..=9_999;
/// Days outside these years are slips of the finger.
const YEARS: RangeInclusive<i32> = 2000..=2100;

/// A form being read.
pub(super) struct Reader {
    pub(super) form: Form,
    t: Texts,
}

impl Reader {
    pub(super) fn new(form: Form, t: Texts) -> Self {
        Self { form, t }
    }

    fn wrong<T>(&mut self, name: &str, sentence: String) -> Option<T> {
        self.form.fail(name, sentence);
        None
    }

    fn text<T>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, WrongText>) -> Option<T> {
        match parse(self.form.value(name)) {
            Ok(value) => Some(value),
            Err(WrongText::Missing) => self.wrong(name, self.t.text("field-required")),
            Err(WrongText::TooLong { max }) => self.wrong(name, self.t.with("catalog-wrong-long", &[("max", &max)])),
            Err(WrongText::Unprintable) => self.wrong(name, self.t.text("catalog-wrong-characters")),
        }
    }

    pub(super) fn label(&mut self, name: &str) -> Option<Label> {
        self.text(name, Label::parse)
    }

    pub(super) fn line(&mut self, name: &str) -> Option<Line> {
        self.text(name, Line::parse)
    }

    pub(super) fn prose(&mut self, name: &str) -> Option<Prose> {
        self.text(name, Prose::parse)
    }

    pub(super) fn color(&mut self, name: &str) -> Option<Color> {
        match Color::parse(self.form.value(name)) {
            Ok(color) => Some(color),
            Err(_) => self.wrong(name, self.t.text("catalog-wrong-color")),
        }
    }

    pub(super) fn email(&mut self, name: &str) -> Option<Option<EmailAddress>> {
        let Some(text) = self.form.given(name) else { return Some(None) };
        match EmailAddress::parse(text) {
            Ok(email) => Some(Some(email)),
            Err(_) => self.wrong(name, self.t.text("catalog-wrong-email")),
        }
    }

    pub(super) fn phone(&mut self, name: &str) -> Option<Option<PhoneNumber>> {
        let Some(text) = self.form.given(name) else { return Some(None) };
        match PhoneNumber::parse(text) {
            Ok(phone) => Some(Some(phone)),
            Err(_) => self.wrong(name, self.t.text("catalog-wrong-phone")),
        }
    }

    /// A whole number; an empty field is missing.
    pub(super) fn whole(&mut self, name: &str, range: &RangeInclusive<u32>) -> Option<u32> {
        let Some(text) = self.form.given(name).map(str::to_owned) else {
            return self.wrong(name, self.t.text("field-required"));
        };
        self.ranged(name, &text, range)
    }

    /// A whole number, or nothing.
    pub(super) fn whole_if_any(&mut self, name: &str, range: &RangeInclusive<u32>) -> Option<Option<u32>> {
        let Some(text) = self.form.given(name).map(str::to_owned) else { return Some(None) };
        self.ranged(name, &text, range).map(Some)
    }

    fn ranged(&mut self, name: &str, text: &str, range: &RangeInclusive<u32>) -> Option<u32> {
        let digits = text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = if digits { text.parse::<u32>().ok() } else { None };
        match number.filter(|number| range.contains(number)) {
            Some(number) => Some(number),
            None => {
                let limits = self.t.with("catalog-wrong-number", &[("min", range.start()), ("max", range.end())]);
                self.wrong(name, limits)
            }
        }
    }

    pub(super) fn people(&mut self, name: &str, range: &RangeInclusive<u32>) -> Option<u16> {
        self.whole(name, range).and_then(|number| u16::try_from(number).ok())
    }

    /// Where something stands in lists; an empty field is the front.
    pub(super) fn position(&mut self) -> Option<i32> {
        let position = self.whole_if_any("position", &POSITION)?;
        i32::try_from(position.unwrap_or(0)).ok()
    }

    /// A number in `name` and its unit in `{name}_unit`, in minutes; nothing when the field is empty.
    pub(super) fn span(&mut self, name: &str, minutes_max: u32) -> Option<Option<u32>> {
        let unit = match self.form.value(&format!("{name}_unit")) {
            "days" => 1_440,
            "hours" => 60,
            _ => 1,
        };
        let number = self.whole_if_any(name, &(0..=minutes_max / unit))?;
        Some(number.map(|number| number.saturating_mul(unit)))
    }

    /// A price in minor units; an empty field is nothing.
    pub(super) fn price_if_any(&mut self, name: &str, currency: Currency) -> Option<Option<i64>> {
        let Some(text) = self.form.given(name) else { return Some(None) };
        match Money::parse_amount(text, currency) {
            Some(money) => Some(Some(money.minor)),
            None => {
                let example = Money::new(9_500, currency).plain();
                self.wrong(name, self.t.with("catalog-wrong-price", &[("example", &example)]))
            }
        }
    }

    /// A price in minor units; an empty field is free of charge.
    pub(super) fn price(&mut self, name: &str, currency: Currency) -> Option<i64> {
        self.price_if_any(name, currency).map(Option::unwrap_or_default)
    }

    /// A share of a whole in percent with at most two decimals, in basis points; an empty field is nothing.
    pub(super) fn percent(&mut self, name: &str) -> Option<i64> {
        let Some(text) = self.form.given(name) else { return Some(0) };
        let text = text.trim_end_matches('%').trim();
        // Hundredths of a percent are written like cents.
        let hundredths = Money::parse_amount(text, Currency::Eur).map(|share| share.minor);
        match hundredths.filter(|share| (0..=BASIS_POINTS).contains(share)) {
            Some(share) => Some(share),
            None => self.wrong(name, self.t.text("money-wrong-percent")),
        }
    }

    pub(super) fn day_if_any(&mut self, name: &str) -> Option<Option<NaiveDate>> {
        let Some(text) = self.form.given(name) else { return Some(None) };
        match day(text) {
            Some(day) => Some(Some(day)),
            None => self.wrong(name, self.t.text("catalog-wrong-day")),
        }
    }

    pub(super) fn day(&mut self, name: &str) -> Option<NaiveDate> {
        match self.day_if_any(name)? {
            Some(day) => Some(day),
            None => self.wrong(name, self.t.text("field-required")),
        }
    }

    /// `{name}_from` and `{name}_until`: both, or neither.
    pub(super) fn part_of_day(&mut self, name: &str) -> Option<Option<MinuteSpan>> {
        let (from, until) = (format!("{name}_from"), format!("{name}_until"));
        let (starts, ends) = match (self.form.given(&from), self.form.given(&until)) {
            (None, None) => return Some(None),
            (Some(starts), Some(ends)) => (minute_of(starts), minute_of(ends)),
            (None, Some(_)) => return self.wrong(&from, self.t.text("field-required")),
            (Some(_), None) => return self.wrong(&until, self.t.text("field-required")),
        };
        let Some(starts) = starts else { return self.wrong(&from, self.t.text("catalog-wrong-time")) };
        let Some(ends) = ends else { return self.wrong(&until, self.t.text("catalog-wrong-time")) };
        // Midnight at the end of the day is written like midnight at its start.
        let ends = if ends == 0 { 1_440 } else { ends };
        match MinuteSpan::new(starts, ends) {
            Ok(span) => Some(Some(span)),
            Err(_) => self.wrong(&until, self.t.text("catalog-wrong-span")),
        }
    }
}

/// A day as date fields send it.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    let day = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok()?;
    YEARS.contains(&chrono::Datelike::year(&day)).then_some(day)
}

/// A time as time fields send it, `09:30`, in minutes; seconds are let go.
fn minute_of(text: &str) -> Option<i32> {
    let mut parts = text.split(':');
    let number = |part: Option<&str>| -> Option<i32> {
        let part = part?.trim();
        let plain = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        if plain { part.parse().ok() } else { None }
    };
    let (hour, minute) = (number(parts.next())?, number(parts.next())?);
    let sane = (hour < 24 && minute < 60) || (hour == 24 && minute == 0);
    sane.then_some(hour * 60 + minute)
}

/// A minute of the day as time fields want it; 1440 is midnight.
pub(super) fn time_value(minute: u16) -> String {
    format!("{:02}:{:02}", (minute / 60) % 24, minute % 60)
}

/// A minute of the day on the wall; 1440 is midnight.
fn wall(minute: u16) -> NaiveTime {
    NaiveTime::from_num_seconds_from_midnight_opt(u32::from(minute % 1_440) * 60, 0).unwrap_or(NaiveTime::MIN)
}

/// `9:00 AM – 5:00 PM`.
pub(super) fn range(t: Texts, minutes: MinuteSpan) -> String {
    t.time_range(wall(minutes.starts_minute()), wall(minutes.ends_minute()))
}

/// Puts both times of a part of the day into their fields.
pub(super) fn fill_part_of_day(form: Form, name: &str, minutes: Option<MinuteSpan>) -> Form {
    let Some(minutes) = minutes else { return form };
    form.filled(&format!("{name}_from"), time_value(minutes.starts_minute()))
        .filled(&format!("{name}_until"), time_value(minutes.ends_minute()))
}

/// Puts minutes into a number and the largest unit that fits.
pub(super) fn fill_span(form: Form, name: &str, minutes: Option<u32>) -> Form {
    let unit_field = format!("{name}_unit");
    let Some(minutes) = minutes else {
        return form.filled(name, "").filled(&unit_field, "hours");
    };
    let (number, unit) = match minutes {
        0 => (0, "hours"),
        _ if minutes % 1_440 == 0 => (minutes / 1_440, "days"),
        _ if minutes % 60 == 0 => (minutes / 60, "hours"),
        _ => (minutes, "minutes"),
    };
    form.filled(name, number.to_string()).filled(&unit_field, unit)
}

/// Puts a tick where it belongs.
pub(super) fn fill_tick(form: Form, name: &str, is_ticked: bool) -> Form {
    if is_ticked { form.filled(name, "on") } else { form }
}

/// A day as date fields want it; empty when there is none.
pub(super) fn day_value(day: Option<NaiveDate>) -> String {
    day.map(|day| day.format("%Y-%m-%d").to_string()).unwrap_or_default()
}

/// Units of [`Reader::span`], for choice.
pub(super) fn units(t: Texts) -> Vec<(String, String)> {
    vec![
        ("minutes".to_owned(), t.text("catalog-unit-minutes")),
        ("hours".to_owned(), t.text("catalog-unit-hours")),
        ("days".to_owned(), t.text("catalog-unit-days")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::language::Language;

    fn read(body: &str) -> Reader {
        Reader::new(Form::parse(body), Texts::new(Language::En))
    }

    #[test]
    fn times_are_minutes_and_midnight_ends_a_day() {
        let span =
            |body: &str| read(body).part_of_day("x").map(|span| span.map(|it| (it.starts_minute(), it.ends_minute())));
        assert_eq!(span("x_from=09:00&x_until=17:30"), Some(Some((540, 1_050))));
        assert_eq!(span("x_from=22:00&x_until=00:00"), Some(Some((1_320, 1_440))));
        assert_eq!(span("x_from=9:00:00&x_until=24:00"), Some(Some((540, 1_440))));
        assert_eq!(span(""), Some(None));
        for wrong in [
            "x_from=09:00",
            "x_until=09:00",
            "x_from=25:00&x_until=26:00",
            "x_from=9&x_until=10",
            "x_from=10:00&x_until=09:00",
            "x_from=-1:00&x_until=09:00",
            "x_from=09:60&x_until=10:00",
        ] {
            let mut reader = read(wrong);
            assert_eq!(reader.part_of_day("x"), None, "{wrong}");
            assert!(reader.form.has_errors());
        }
    }

    #[test]
    fn numbers_keep_to_their_range() {
        assert_eq!(read("n=30").whole("n", &(5..=720)), Some(30));
        for wrong in ["n=", "n=4", "n=721", "n=-5", "n=1e2", "n=99999999999", "n=3.5", "n=٣٠"] {
            assert_eq!(read(wrong).whole("n", &(5..=720)), None, "{wrong}");
        }
        assert_eq!(read("n=2&n_unit=days").span("n", 525_600), Some(Some(2_880)));
        assert_eq!(read("n=366&n_unit=days").span("n", 525_600), None);
        assert_eq!(read("n=&n_unit=days").span("n", 525_600), Some(None));
    }

    #[test]
    fn minutes_come_back_as_they_were_given() {
        for minutes in [0, 15, 60, 90, 120, 1_440, 2_880, 4_320, 525_600] {
            let form = fill_span(Form::new(), "n", Some(minutes));
            let body = format!("n={}&n_unit={}", form.value("n"), form.value("n_unit"));
            assert_eq!(read(&body).span("n", 525_600), Some(Some(minutes)));
        }
    }

    #[test]
    fn days_are_days_of_our_time() {
        assert!(day("2026-12-01").is_some());
        for wrong in ["", "2026-02-30", "01.12.2026", "0001-01-01", "9999-12-31", "2026-12-01T00:00"] {
            assert_eq!(day(wrong), None, "{wrong}");
        }
    }
}
