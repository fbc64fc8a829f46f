//! What stands in a row about a person, and what is wrong with it in words.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;

use super::Layout;
use super::file::Row;
use super::map::{Field, named};
use crate::clients::{NOTE_MAX, SOURCE_CHARACTERS_MAX, Standing};
use crate::domain::imports::moment;
use crate::domain::language::Language;
use crate::domain::recognise::{
    ContactKeys, EmailAddress, PersonName, PhoneNumber, WrongContact, is_unprintable, search_words,
};
use crate::domain::time;

/// Nobody alive was born before.
const OLDEST_YEAR: i32 = 1880;

/// Somebody as a row says.
#[derive(Debug, Clone)]
pub(super) struct Who {
    pub(super) first: PersonName,
    pub(super) last: PersonName,
    pub(super) email: Option<EmailAddress>,
    pub(super) phone: Option<PhoneNumber>,
    pub(super) born: Option<NaiveDate>,
    pub(super) language: Language,
    pub(super) source: Option<String>,
}

impl Who {
    pub(super) fn keys(&self) -> ContactKeys {
        ContactKeys::of(&self.first, &self.last, self.email.as_ref(), self.phone.as_ref())
    }

    pub(super) fn words(&self) -> Vec<String> {
        search_words(&self.first, &self.last, self.email.as_ref(), self.phone.as_ref())
    }
}

/// Reads fields of one row and gathers what is wrong with them.
pub(super) struct Reading<'a> {
    pub(super) layout: &'a Layout,
    pub(super) row: &'a Row,
    pub(super) today: NaiveDate,
    /// What is wrong so far.
    pub(super) wrong: Vec<String>,
}

impl<'a> Reading<'a> {
    pub(super) const fn new(layout: &'a Layout, row: &'a Row, today: NaiveDate) -> Self {
        Self { layout, row, today, wrong: Vec::new() }
    }

    /// What stands in a field, where something does.
    pub(super) fn given(&self, field: Field) -> Option<&'a str> {
        Some(self.layout.value(self.row, field)).filter(|text| !text.is_empty())
    }

    pub(super) fn fail(&mut self, field: Field, why: impl std::fmt::Display) {
        let text: String = self.layout.value(self.row, field).chars().take(60).collect();
        self.wrong.push(format!("{} \"{text}\" {why}", field.as_str()));
    }

    /// Both names, where the row has any.
    pub(super) fn names(&mut self) -> Option<(PersonName, PersonName)> {
        let whole = self.given(Field::Name);
        let (first, last) = match (self.given(Field::FirstName), self.given(Field::LastName), whole) {
            (None, None, Some(whole)) => match whole.split_once(',') {
                Some((last, first)) => (first.trim(), last.trim()),
                None => whole.rsplit_once(' ').unwrap_or(("", whole)),
            },
            (first, last, _) => (first.unwrap_or(""), last.unwrap_or("")),
        };
        match (PersonName::parse(first), PersonName::parse(last)) {
            (Ok(first), Ok(last)) => Some((first, last)),
            (Err(WrongContact::Missing), Err(WrongContact::Missing)) => {
                self.wrong.push("has no name".to_owned());
                None
            }
            (Err(WrongContact::Missing), Ok(_)) | (Ok(_), Err(WrongContact::Missing)) => {
                self.wrong.push(
                    "has one name, and two are needed; a default for the other can be given in the map".to_owned(),
                );
                None
            }
            (Err(wrong), _) | (_, Err(wrong)) => {
                self.wrong.push(format!("the name \"{first} {last}\" {wrong}"));
                None
            }
        }
    }

    /// The person the row is about.
    pub(super) fn who(&mut self, language: Language) -> Option<Who> {
        let names = self.names();
        let email = self.contact(Field::Email, EmailAddress::parse);
        let phone = self.contact(Field::Phone, PhoneNumber::parse);
        let born = self.born();
        let source = self.source();
        let (first, last) = names?;
        Some(Who { first, last, email, phone, born, language: self.language(language), source })
    }

    fn contact<T>(&mut self, field: Field, parse: impl Fn(&str) -> Result<T, WrongContact>) -> Option<T> {
        match parse(self.given(field)?) {
            Ok(value) => Some(value),
            Err(_) if self.layout.map.drop_wrong_contact => None,
            Err(wrong) => {
                self.fail(field, format!("is {wrong}"));
                None
            }
        }
    }

    fn born(&mut self) -> Option<NaiveDate> {
        self.given(Field::BirthDate)?;
        let oldest = NaiveDate::from_ymd_opt(OLDEST_YEAR, 1, 1).unwrap_or_default();
        match self.day(Field::BirthDate) {
            Some((day, _, _)) if day <= self.today && oldest <= day => Some(day),
            _ if self.layout.map.drop_wrong_contact => None,
            Some((day, _, _)) if self.today < day => {
                self.fail(Field::BirthDate, "is still to come");
                None
            }
            Some(_) => {
                self.fail(Field::BirthDate, "is too long ago");
                None
            }
            None => {
                self.fail(Field::BirthDate, "is no date, or not written as the others of its column");
                None
            }
        }
    }

    fn source(&mut self) -> Option<String> {
        let text = self.given(Field::Source)?.split_whitespace().collect::<Vec<_>>().join(" ");
        if SOURCE_CHARACTERS_MAX < text.chars().count() || text.chars().any(is_unprintable) {
            self.fail(Field::Source, "is too long");
            return None;
        }
        Some(text)
    }

    /// A language we speak, by tag or name; the clinic's for every other.
    fn language(&self, clinic: Language) -> Language {
        let Some(text) = self.given(Field::Language) else { return clinic };
        let lower = text.to_lowercase();
        let tag = match lower.as_str() {
            "english" | "englisch" => "en",
            "german" | "deutsch" => "de",
            other => other.get(..2).unwrap_or(other),
        };
        Language::parse(tag).unwrap_or(clinic)
    }

    pub(super) fn standing(&mut self) -> Standing {
        let Some(text) = self.given(Field::Standing) else { return Standing::Present };
        let word = named(&self.layout.map.standings, text).unwrap_or(text).to_lowercase().replace([' ', '-'], "_");
        Standing::parse(&word).unwrap_or_else(|| {
            self.fail(Field::Standing, "is not present, moved, deceased or do_not_contact");
            Standing::Present
        })
    }

    /// A text of several lines that can be shown.
    pub(super) fn note(&mut self) -> Option<String> {
        let text = self.given(Field::Note)?.replace("\r\n", "\n").replace(['\r', '\t'], " ");
        let text: String = text.chars().filter(|letter| *letter == '\n' || !is_unprintable(*letter)).collect();
        if NOTE_MAX < text.chars().count() {
            self.fail(Field::Note, format!("is longer than {NOTE_MAX} characters"));
            return None;
        }
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// A day, with the time and the distance from Greenwich where they stand beside it. The caller says what is wrong.
    pub(super) fn day(&self, field: Field) -> Option<(NaiveDate, Option<NaiveTime>, Option<i32>)> {
        let found = moment(self.given(field)?)?;
        let day = match self.layout.date(field) {
            Some(reading) => reading.read(found.date)?,
            // A default of the map is written as in the map: year first.
            None => found.date.parse().ok()?,
        };
        Some((day, found.time, found.offset))
    }

    /// The moment that stands in a field; a day alone is its noon.
    pub(super) fn moment(&mut self, field: Field, zone: Tz) -> Option<DateTime<Utc>> {
        self.given(field)?;
        match self.day(field) {
            Some((day, clock, offset)) => Some(instant(day.and_time(clock.unwrap_or(NOON)), offset, zone)),
            None => {
                self.fail(field, "is no date, or not written as the others of its column");
                None
            }
        }
    }
}

/// The time of day of what has none.
pub(super) const NOON: NaiveTime = match NaiveTime::from_hms_opt(12, 0, 0) {
    Some(noon) => noon,
    None => NaiveTime::MIN,
};

/// A wall time as an instant, by its own distance from Greenwich where it has one.
pub(super) fn instant(local: NaiveDateTime, offset: Option<i32>, zone: Tz) -> DateTime<Utc> {
    match offset {
        Some(seconds) => (local - chrono::TimeDelta::seconds(i64::from(seconds))).and_utc(),
        None => time::instant(local, zone),
    }
}
