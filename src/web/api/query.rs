//! Queries: a closed set of parameters, each at most once.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::refusal::{self, Refusal, WrongField};

/// More parameters than any call has.
const PARAMETERS_MAX: usize = 50;

/// What was asked, and what is wrong with it.
#[derive(Debug)]
pub struct Asked<'q> {
    values: Vec<(Cow<'q, str>, Cow<'q, str>)>,
    wrong: Vec<WrongField>,
}

impl<'q> Asked<'q> {
    /// Reads a query. Parameters that are not `known`, or come twice, are wrong.
    pub fn read(query: &'q str, known: &[&str]) -> Self {
        let mut asked = Self { values: Vec::new(), wrong: Vec::new() };
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()).take(PARAMETERS_MAX) {
            if !known.contains(&&*name) {
                let detail = format!("known parameters: {}", known.join(", "));
                asked.say(shortened(&name), "unknown_parameter", detail);
            } else if asked.values.iter().any(|(present, _)| *present == name) {
                asked.say(name.into_owned(), "repeated_parameter", "give this parameter once");
            } else {
                asked.values.push((name, value));
            }
        }
        asked
    }

    fn say(&mut self, name: String, code: &'static str, detail: impl Into<Cow<'static, str>>) {
        self.wrong.push(refusal::in_query(name, code, detail));
    }

    /// Says what is wrong with a parameter.
    pub fn wrong(&mut self, name: &'static str, code: &'static str, detail: impl Into<Cow<'static, str>>) {
        self.wrong.push(refusal::in_query(name, code, detail));
    }

    /// The text of a parameter; nothing when it is missing or empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        let found = self.values.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_ref()).filter(|value| !value.is_empty())
    }

    /// The text of a parameter that must be there.
    pub fn required(&mut self, name: &'static str) -> Option<&str> {
        if self.text(name).is_none() {
            self.wrong(name, "required", "this parameter is required");
        }
        self.text(name)
    }

    /// A day that must be there.
    pub fn required_day(&mut self, name: &'static str) -> Option<NaiveDate> {
        self.required(name)?;
        self.day(name)
    }

    /// A day.
    pub fn day(&mut self, name: &'static str) -> Option<NaiveDate> {
        let day = read_day(self.text(name)?);
        if day.is_none() {
            self.wrong(name, "not_a_day", "must be a day of the calendar, as 2026-12-01");
        }
        day
    }

    /// A whole number from `min` to `max`, or what stands for it when it is missing.
    pub fn number(&mut self, name: &'static str, min: usize, max: usize, usual: usize) -> usize {
        let Some(text) = self.text(name) else {
            return usual;
        };
        match text.parse::<usize>() {
            Ok(number) if (min..=max).contains(&number) => number,
            _ => {
                self.wrong(name, "out_of_range", format!("must be a whole number from {min} to {max}"));
                usual
            }
        }
    }

    /// How many people; what is too small or too large for a number is as small or as large as one can be.
    pub fn party(&mut self) -> u16 {
        let Some(text) = self.text("party") else {
            return 1;
        };
        match text.parse::<i64>() {
            Ok(party) => clamped_party(party),
            Err(_) => {
                self.wrong("party", "not_a_number", "must be a whole number");
                1
            }
        }
    }

    /// Refuses when anything was wrong.
    pub fn refuse(&mut self) -> Result<(), Refusal> {
        let wrong = std::mem::take(&mut self.wrong);
        if wrong.is_empty() { Ok(()) } else { Err(Refusal::invalid(wrong)) }
    }
}

/// Whether a party fits a service is the service's to say, so any number is one.
pub fn clamped_party(party: i64) -> u16 {
    u16::try_from(party.clamp(0, i64::from(u16::MAX))).unwrap_or(u16::MAX)
}

/// `2026-12-01` and nothing else: no signs, no blanks, no years of five digits.
fn read_day(text: &str) -> Option<NaiveDate> {
    let shaped = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if shaped { NaiveDate::parse_from_str(text, "%Y-%m-%d").ok() } else { None }
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_a_closed_set() {
        let mut asked = Asked::read("service=check-up&party=2&from=2026-06-01", &["service", "party", "from", "to"]);
        assert_eq!(asked.required("service"), Some("check-up"));
        assert_eq!((asked.party(), asked.required_day("from")), (2, NaiveDate::from_ymd_opt(2026, 6, 1)));
        assert!(asked.refuse().is_ok());
        assert_eq!(asked.required_day("to"), None);
        assert!(asked.refuse().is_err());
        for wrong in ["servic=1", "party=1&party=2", "party=x", "from=2026-02-30", "from=+026-06-01", "from=2026-6-1"] {
            let mut asked = Asked::read(wrong, &["service", "party", "from"]);
            let _read = (asked.party(), asked.day("from"));
            assert!(asked.refuse().is_err(), "{wrong}");
        }
    }

    #[test]
    fn any_number_is_a_party() {
        for (text, party) in [("0", 0), ("-5", 0), ("3", 3), ("70000", u16::MAX), ("9999999999", u16::MAX)] {
            assert_eq!(Asked::read(&format!("party={text}"), &["party"]).party(), party);
        }
    }
}
