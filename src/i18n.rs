//! Texts, dates, times and money in the reader's language.
//!
//! All texts stand in `locales/<language>/<slice>.ftl`; the build script embeds every file it finds there. A key that
//! a language lacks falls back to English (a test keeps that from happening). Patterns of dates stand in the files
//! too, names of months and weekdays come from chrono's locales.

mod rule;

use std::borrow::Cow;
use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

pub use crate::domain::language::{Direction, Language};
use crate::domain::money::{Currency, Money};

include!(concat!(env!("OUT_DIR"), "/locales.rs"));

type Bundle = FluentBundle<FluentResource>;

static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::En));
static GERMAN: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::De));

fn bundle(language: Language) -> Bundle {
    // The tag chooses the plural rules; ours are tags that always parse.
    let identifier = language.tag().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![identifier]);
    // The marks would end up in mail subjects and in attributes; our texts put values where they cannot disturb.
    bundle.set_use_isolating(false);
    for (_, file) in LOCALE_FILES.iter().filter(|(tag, _)| *tag == language.tag()) {
        // What is wrong in a file is found by a test; a reader still gets everything that is right.
        let resource = match FluentResource::try_new((*file).to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
    }
    bundle
}

fn bundle_of(language: Language) -> &'static Bundle {
    match language {
        Language::En => &ENGLISH,
        Language::De => &GERMAN,
    }
}

/// A value that can stand in a text.
pub trait Argument {
    /// The value as Fluent wants it: numbers choose plural forms, everything else is text.
    fn value(&self) -> FluentValue<'_>;
}

impl Argument for str {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::String(Cow::Borrowed(self))
    }
}

impl Argument for String {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::String(Cow::Borrowed(self))
    }
}

impl<T: Argument + ?Sized> Argument for &T {
    fn value(&self) -> FluentValue<'_> {
        (**self).value()
    }
}

macro_rules! numbers {
    ($($number:ty),+) => {$(
        impl Argument for $number {
            fn value(&self) -> FluentValue<'_> {
                FluentValue::from(*self)
            }
        }
    )+};
}
numbers!(i32, i64, u8, u16, u32, u64, usize);

/// A value given directly or through references, because templates hand over references.
pub trait Given<T> {
    /// The value itself.
    fn given(self) -> T;
}

impl<T> Given<T> for T {
    fn given(self) -> T {
        self
    }
}

impl<T: Copy> Given<T> for &T {
    fn given(self) -> T {
        *self
    }
}

impl<T: Copy> Given<T> for &&T {
    fn given(self) -> T {
        **self
    }
}

/// Speaks one language: looks up texts, formats dates, times, durations and money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Texts {
    language: Language,
}

impl Texts {
    /// Texts in `language`.
    pub const fn new(language: Language) -> Self {
        Self { language }
    }

    /// Which language this is.
    pub const fn language(self) -> Language {
        self.language
    }

    /// The text of `key`.
    pub fn text(self, key: &str) -> String {
        self.with(key, &[])
    }

    /// The text of `key` with values: `t.with("book-left", &[("count", &3)])`; in templates without the outer `&`.
    pub fn with(self, key: &str, arguments: &[(&str, &dyn Argument)]) -> String {
        let mut values = FluentArgs::with_capacity(arguments.len());
        for (name, argument) in arguments {
            values.set(*name, argument.value());
        }
        look_up(bundle_of(self.language), key, &values)
            .or_else(|| look_up(&ENGLISH, key, &values))
            .unwrap_or_else(|| key.to_owned())
    }

    /// `Tuesday, December 1, 2026`.
    pub fn date_long(self, date: impl Given<NaiveDate>) -> String {
        self.date_as("date-long", date.given())
    }

    /// `Dec 1, 2026`.
    pub fn date_medium(self, date: impl Given<NaiveDate>) -> String {
        self.date_as("date-medium", date.given())
    }

    /// `Tue, Dec 1`, for lists in which the year is known.
    pub fn date_short(self, date: impl Given<NaiveDate>) -> String {
        self.date_as("date-short", date.given())
    }

    /// `12/01/2026`, as forms and tables write it.
    pub fn date_numeric(self, date: impl Given<NaiveDate>) -> String {
        self.date_as("date-numeric", date.given())
    }

    /// `Tuesday`.
    pub fn weekday(self, date: impl Given<NaiveDate>) -> String {
        self.localized("%A", date.given())
    }

    /// `Tue`.
    pub fn weekday_short(self, date: impl Given<NaiveDate>) -> String {
        self.localized("%a", date.given())
    }

    /// `December 2026`.
    pub fn month(self, date: impl Given<NaiveDate>) -> String {
        self.date_as("date-month", date.given())
    }

    /// `9:00 AM`, `09:00`.
    pub fn time(self, time: impl Given<NaiveTime>) -> String {
        // The patterns of times hold no names, so chrono's plain formatting is enough, and faster.
        time.given().format(&self.text("time-pattern")).to_string()
    }

    /// `9:00 AM – 9:45 AM`.
    pub fn time_range(self, from: impl Given<NaiveTime>, until: impl Given<NaiveTime>) -> String {
        format!("{} – {}", self.time(from.given()), self.time(until.given()))
    }

    /// `Tuesday, December 1, 2026 at 9:00 AM`, for a wall-clock time whose place is known.
    pub fn date_time(self, local: impl Given<NaiveDateTime>) -> String {
        let local = local.given();
        self.with("date-time", &[("date", &self.date_long(local.date())), ("time", &self.time(local.time()))])
    }

    /// `Tuesday, December 1, 2026 at 9:00 AM (Pacific Time)`: an instant as the clock in `zone` shows it.
    pub fn moment(self, instant: impl Given<DateTime<Utc>>, zone: impl Given<Tz>) -> String {
        let zone = zone.given();
        let local = instant.given().with_timezone(&zone).naive_local();
        self.with("date-time-zone", &[("when", &self.date_time(local)), ("zone", &self.zone(zone))])
    }

    /// What people call a zone: `Pacific Time`; elsewhere by its city: `Lisbon time`.
    pub fn zone(self, zone: impl Given<Tz>) -> String {
        let name = zone.given().name();
        match known_zone(name) {
            Some(key) => self.text(key),
            None => {
                let city = name.rsplit('/').next().unwrap_or(name).replace('_', " ");
                self.with("zone-of-city", &[("city", &city)])
            }
        }
    }

    /// `45 min`, `1 h`, `1 h 30 min`.
    pub fn duration(self, minutes: impl Given<i64>) -> String {
        let minutes = minutes.given();
        let (hours, rest) = (minutes / 60, minutes % 60);
        match (hours, rest) {
            (0, _) => self.with("duration-minutes", &[("minutes", &rest)]),
            (_, 0) => self.with("duration-hours", &[("hours", &hours)]),
            _ => self.with("duration-both", &[("hours", &hours), ("minutes", &rest)]),
        }
    }

    /// A notice period in the largest unit that fits: `24 hours`, `2 days`, `90 minutes`.
    pub fn notice(self, minutes: impl Given<i64>) -> String {
        let minutes = minutes.given();
        if minutes >= 2_880 && minutes % 1_440 == 0 {
            self.with("notice-days", &[("days", &(minutes / 1_440))])
        } else if minutes > 0 && minutes % 60 == 0 {
            self.with("notice-hours", &[("hours", &(minutes / 60))])
        } else {
            self.with("notice-minutes", &[("minutes", &minutes)])
        }
    }

    /// `$95.00`, `95,00 €`.
    pub fn money(self, money: impl Given<Money>) -> String {
        let money = money.given();
        let sign = if money.minor < 0 { "-" } else { "" };
        let amount = self.amount(money);
        let symbol = money.currency.symbol();
        // A no-break space keeps the amount and its sign on one line.
        match (self.language, money.currency) {
            (Language::De, _) => format!("{sign}{amount}\u{a0}{symbol}"),
            (Language::En, Currency::Chf) => format!("{sign}{symbol}\u{a0}{amount}"),
            (Language::En, _) => format!("{sign}{symbol}{amount}"),
        }
    }

    /// Basis points as percent, without the sign: `7.7`, `7,7`, `10`.
    pub fn percent(self, basis_points: i64) -> String {
        let plain = format!("{}.{:02}", basis_points / 100, basis_points % 100);
        let short = plain.trim_end_matches('0').trim_end_matches('.').to_owned();
        match self.language {
            Language::En => short,
            Language::De => short.replace('.', ","),
        }
    }

    /// The sign between units and their parts.
    pub const fn decimal_sign(self) -> char {
        match self.language {
            Language::En => '.',
            Language::De => ',',
        }
    }

    fn amount(self, money: Money) -> String {
        let (thousands, point) = match self.language {
            Language::En => (',', '.'),
            Language::De => ('.', ','),
        };
        let plain = Money::new(money.minor, money.currency).plain();
        let unsigned = plain.trim_start_matches('-');
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let mut text = String::with_capacity(plain.len() + 4);
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                text.push(thousands);
            }
            text.push(digit);
        }
        if !fraction.is_empty() {
            text.push(point);
            text.push_str(fraction);
        }
        text
    }

    fn date_as(self, key: &str, date: NaiveDate) -> String {
        self.localized(&self.text(key), date)
    }

    fn localized(self, pattern: &str, date: NaiveDate) -> String {
        let locale = match self.language {
            Language::En => chrono::Locale::en_US,
            Language::De => chrono::Locale::de_DE,
        };
        date.format_localized(pattern, locale).to_string()
    }
}

fn look_up(bundle: &Bundle, key: &str, values: &FluentArgs<'_>) -> Option<String> {
    // A key with a dot names an attribute of a message; we use messages only.
    let pattern = bundle.get_message(key)?.value()?;
    let mut problems = Vec::new();
    Some(bundle.format_pattern(pattern, Some(values), &mut problems).into_owned())
}

fn known_zone(name: &str) -> Option<&'static str> {
    let key = match name {
        "America/New_York" | "America/Detroit" | "America/Toronto" => "zone-eastern",
        "America/Chicago" => "zone-central",
        "America/Denver" | "America/Boise" => "zone-mountain",
        "America/Phoenix" => "zone-arizona",
        "America/Los_Angeles" | "America/Vancouver" => "zone-pacific",
        "America/Anchorage" => "zone-alaska",
        "Pacific/Honolulu" => "zone-hawaii",
        "Europe/Berlin" | "Europe/Vienna" | "Europe/Zurich" | "Europe/Paris" | "Europe/Madrid" | "Europe/Rome" => {
            "zone-central-europe"
        }
        "Europe/London" => "zone-united-kingdom",
        "UTC" | "Etc/UTC" => "zone-utc",
        _ => return None,
    };
    Some(key)
}

/// What is known about the reader, strongest first.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wishes<'a> {
    /// `?lang=` of the address.
    pub query: Option<&'a str>,
    /// The cookie an earlier choice left.
    pub cookie: Option<&'a str>,
    /// The language the client or the member of staff is known to read.
    pub person: Option<Language>,
    /// The browser's `Accept-Language`.
    pub accept: Option<&'a str>,
}

/// The language to answer in: the first wish that we speak, else `fallback` (the clinic's).
pub fn negotiate(wishes: Wishes<'_>, fallback: Language) -> Language {
    (wishes.query.and_then(Language::parse))
        .or_else(|| wishes.cookie.and_then(Language::parse))
        .or(wishes.person)
        .or_else(|| wishes.accept.and_then(accepted))
        .unwrap_or(fallback)
}

/// The best language of an `Accept-Language` header that we speak.
fn accepted(header: &str) -> Option<Language> {
    /// Longer lists are only sent by somebody who wants to keep us busy.
    const RANGES_MAX: usize = 20;
    let mut best: Option<(u32, Language)> = None;
    for range in header.split(',').take(RANGES_MAX) {
        let mut parts = range.split(';');
        let Some(language) = parts.next().and_then(Language::parse) else { continue };
        let quality = parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(Some(1.0), |text| text.parse().ok());
        let quality: f32 = quality.filter(|number: &f32| (0.0..=1.0).contains(number)).unwrap_or(0.0);
        if quality <= 0.0 {
            continue;
        }
        // Thousandths, as the header has at most three decimals; the first of equals wins.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000 by the filter")]
        let weight = (quality * 1_000.0) as u32;
        if best.is_none_or(|(highest, _)| weight > highest) {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    const EN: Texts = Texts::new(Language::En);
    const DE: Texts = Texts::new(Language::De);

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn clock(hour: u32, minute: u32) -> NaiveTime {
        NaiveTime::from_hms_opt(hour, minute, 0).unwrap()
    }

    #[test]
    fn writes_dates_as_each_language_does() {
        let date = day(2026, 12, 1);
        assert_eq!(EN.date_long(date), "Tuesday, December 1, 2026");
        assert_eq!(DE.date_long(date), "Dienstag, 1. Dezember 2026");
        assert_eq!(EN.date_medium(date), "Dec 1, 2026");
        assert_eq!(DE.date_medium(date), "1. Dezember 2026");
        assert_eq!(EN.date_short(date), "Tue, Dec 1");
        assert_eq!(DE.date_short(date), "Di, 1. Dezember");
        assert_eq!(EN.date_numeric(date), "12/01/2026");
        assert_eq!(DE.date_numeric(date), "01.12.2026");
        assert_eq!(EN.month(date), "December 2026");
        assert_eq!(DE.month(date), "Dezember 2026");
        assert_eq!((EN.weekday(date), DE.weekday_short(date)), ("Tuesday".into(), "Di".into()));
    }

    #[test]
    fn writes_times_as_each_language_does() {
        assert_eq!(EN.time(clock(9, 5)), "9:05 AM");
        assert_eq!(DE.time(clock(9, 5)), "09:05");
        assert_eq!(EN.time(clock(0, 0)), "12:00 AM");
        let half_past_three = &clock(15, 30);
        assert_eq!(DE.time(half_past_three), "15:30");
        assert_eq!(DE.time_range(clock(9, 0), clock(9, 45)), "09:00 – 09:45");
        let instant = DateTime::parse_from_rfc3339("2026-12-01T17:00:00Z").unwrap().to_utc();
        let zone = Tz::America__Los_Angeles;
        assert_eq!(EN.moment(instant, zone), "Tuesday, December 1, 2026 at 9:00 AM (Pacific Time)");
        assert_eq!(DE.moment(instant, zone), "Dienstag, 1. Dezember 2026 um 09:00 Uhr (Pazifische Zeit)");
        assert_eq!(EN.zone(Tz::Europe__Lisbon), "Lisbon time");
    }

    #[test]
    fn writes_durations_and_money_as_each_language_does() {
        assert_eq!(
            (EN.duration(45), EN.duration(60), EN.duration(90)),
            ("45 min".into(), "1 h".into(), "1 h 30 min".into())
        );
        assert_eq!(DE.duration(90), "1 Std. 30 Min.");
        assert_eq!(
            (EN.notice(1_440), EN.notice(2_880), DE.notice(60)),
            ("24 hours".into(), "2 days".into(), "1 Stunde".into())
        );
        let amount = |minor, currency| Money::new(minor, currency);
        assert_eq!(EN.money(amount(9_500, Currency::Usd)), "$95.00");
        assert_eq!(EN.money(amount(-123_456_789, Currency::Usd)), "-$1,234,567.89");
        assert_eq!(DE.money(amount(9_500, Currency::Eur)), "95,00\u{a0}€");
        assert_eq!(DE.money(amount(123_456, Currency::Usd)), "1.234,56\u{a0}$");
        assert_eq!(EN.money(amount(1_500, Currency::Jpy)), "¥1,500");
        assert_eq!(EN.money(amount(1_500, Currency::Chf)), "CHF\u{a0}15.00");
        assert_eq!(EN.money(amount(i64::MIN, Currency::Jpy)), "-¥9,223,372,036,854,775,808");
    }

    #[test]
    fn an_unknown_key_shows_itself_and_nothing_breaks() {
        assert_eq!(EN.text("there-is-no-such-key"), "there-is-no-such-key");
        assert_eq!(DE.text(""), "");
    }

    #[test]
    fn the_strongest_wish_that_we_speak_wins() {
        let wishes = Wishes { query: Some("de"), cookie: Some("en"), person: Some(Language::En), accept: Some("en") };
        assert_eq!(negotiate(wishes, Language::En), Language::De);
        let wishes = Wishes { query: Some("xx"), accept: Some("fr, de;q=0.8, en;q=0.7"), ..Wishes::default() };
        assert_eq!(negotiate(wishes, Language::En), Language::De);
        for (header, expected) in [
            ("en-GB,en;q=0.9,de;q=0.8", Language::En),
            ("de;q=0, en;q=0.1", Language::En),
            ("de;q=oops, en;q=0.1", Language::En),
            ("de;q=1e9", Language::En),
            ("*", Language::En),
            ("", Language::En),
            ("de-CH-1996", Language::De),
        ] {
            assert_eq!(
                negotiate(Wishes { accept: Some(header), ..Wishes::default() }, Language::En),
                expected,
                "{header}"
            );
        }
    }

    /// Messages of one language: key to the placeholders it uses. Fails on what Fluent cannot read.
    fn messages(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let key = regex::Regex::new(r"(?m)^([a-zA-Z][\w-]*)\s*=").unwrap();
        let placeholder = regex::Regex::new(r"\$([\w-]+)").unwrap();
        let mut found = BTreeMap::new();
        for (_, file) in LOCALE_FILES.iter().filter(|(tag, _)| *tag == language.tag()) {
            if let Err((_, problems)) = FluentResource::try_new((*file).to_owned()) {
                panic!("{language}: {problems:?} in\n{file}");
            }
            let starts: Vec<_> =
                key.captures_iter(file).map(|hit| (hit.get(0).unwrap().start(), hit[1].to_owned())).collect();
            for (index, (start, name)) in starts.iter().enumerate() {
                let end = starts.get(index + 1).map_or(file.len(), |(next, _)| *next);
                let body: String =
                    file.get(*start..end).unwrap().lines().filter(|line| !line.starts_with('#')).collect();
                let used = placeholder.captures_iter(&body).map(|hit| hit[1].to_owned()).collect();
                assert!(found.insert(name.clone(), used).is_none(), "{language}: {name} stands twice");
            }
        }
        found
    }

    #[test]
    fn every_language_has_the_same_keys_with_the_same_placeholders() {
        let english = messages(Language::En);
        for language in Language::all() {
            let other = messages(language);
            let missing: Vec<_> = english.keys().filter(|key| !other.contains_key(*key)).collect();
            let added: Vec<_> = other.keys().filter(|key| !english.contains_key(*key)).collect();
            assert!(missing.is_empty() && added.is_empty(), "{language}: missing {missing:?}, only there {added:?}");
            for (key, placeholders) in &english {
                assert_eq!(placeholders, &other[key], "{language}: placeholders of {key}");
            }
        }
    }

    fn read_all(folder: &Path, into: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.file_stem().is_some_and(|name| name == "api") {
                // Programs are answered in codes and parameters, not in texts of ours.
                continue;
            }
            if path.is_dir() {
                read_all(&path, into);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                // Keys in comments and in tests are examples.
                let code = text.split("mod tests {").next().unwrap_or(&text);
                for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
                    into.push_str(line);
                    into.push('\n');
                }
            }
        }
    }

    fn sources() -> String {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut all = String::new();
        read_all(&root.join("src"), &mut all);
        read_all(&root.join("templates"), &mut all);
        all
    }

    #[test]
    fn every_key_that_is_used_exists() {
        let english = messages(Language::En);
        // Keys begin with their slice and a dash; words without one are fields of forms and of the API.
        let used = regex::Regex::new(r#"\b(?:text|with)\(\s*"([a-z][a-z0-9]*-[a-z0-9-]*)""#).unwrap();
        let sources = sources();
        let missing: BTreeSet<_> = used
            .captures_iter(&sources)
            .map(|hit| hit[1].to_owned())
            .filter(|key| !english.contains_key(key))
            .collect();
        assert!(missing.is_empty(), "used, but in no file of locales/en: {missing:?}");
    }

    #[test]
    fn every_key_that_exists_is_used() {
        let sources = sources();
        let unused: Vec<_> =
            messages(Language::En).into_keys().filter(|key| !sources.contains(&format!("\"{key}\""))).collect();
        assert!(unused.is_empty(), "in locales, but nowhere used: {unused:?}");
    }
}
