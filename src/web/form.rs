//! A form as it was sent: what was typed is kept, and each field carries what is wrong with it.
//!
//! A handler reads the body into a [`Form`], tries to make the deed's input from it, calls [`Form::fail`] for each
//! field it cannot accept, and shows the same page again. Nothing typed is lost.

use std::collections::BTreeMap;

use crate::web::i18n::Texts;

/// What was typed and what is wrong with it, by field.
#[derive(Debug, Clone, Default)]
pub struct Form {
    values: BTreeMap<String, Vec<String>>,
    errors: Vec<(String, String)>,
}

/// More fields than any page of ours has.
const FIELDS_MAX: usize = 500;

impl Form {
    /// An empty form.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads `application/x-www-form-urlencoded` text: a body, or a query.
    pub fn parse(encoded: &str) -> Self {
        let mut form = Self::default();
        for (name, value) in url::form_urlencoded::parse(encoded.as_bytes()).take(FIELDS_MAX) {
            form.values.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        form
    }

    /// The same form with a field filled in, for a first showing.
    #[must_use]
    pub fn filled(mut self, name: &str, value: impl Into<String>) -> Self {
        self.values.insert(name.to_owned(), vec![value.into()]);
        self
    }

    /// What stands in a field, as typed; empty when nothing does.
    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).and_then(|all| all.first()).map_or("", String::as_str)
    }

    /// Everything chosen under one name (checkboxes, rows).
    pub fn values(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// Everything that was sent, field by field.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().flat_map(|(name, values)| values.iter().map(move |value| (name.as_str(), value.as_str())))
    }

    /// Whether a field was sent at all (an unticked checkbox is not).
    pub fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// Whether `value` is chosen under `name`.
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.values(name).iter().any(|chosen| chosen == value)
    }

    /// The field's text without space around it; nothing when it is empty.
    pub fn given(&self, name: &str) -> Option<&str> {
        Some(self.value(name).trim()).filter(|text| !text.is_empty())
    }

    /// Says what is wrong with a field. The first word on a field stands.
    pub fn fail(&mut self, name: &str, sentence: String) {
        if self.error(name).is_empty() {
            self.errors.push((name.to_owned(), sentence));
        }
    }

    /// The field's text, or a "please fill in" by the field.
    pub fn required(&mut self, name: &str, t: Texts) -> Option<String> {
        let text = self.given(name).map(str::to_owned);
        if text.is_none() {
            self.fail(name, t.text("field-required"));
        }
        text
    }

    /// What is wrong with a field; empty when nothing is.
    pub fn error(&self, name: &str) -> &str {
        self.errors.iter().find(|(field, _)| field == name).map_or("", |(_, sentence)| sentence.as_str())
    }

    /// Whether anything is wrong.
    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Everything that is wrong, in the order in which it was found, for the summary above the form.
    pub fn errors(&self) -> impl Iterator<Item = (&str, &str)> {
        self.errors.iter().map(|(name, sentence)| (name.as_str(), sentence.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::i18n::Language;

    #[test]
    fn keeps_what_was_typed_and_says_what_is_wrong() {
        let mut form = Form::parse("name=Ana+Mar%C3%ADa&day=mo&day=tu&empty=++");
        assert_eq!(form.value("name"), "Ana María");
        assert_eq!(form.values("day"), ["mo", "tu"]);
        assert!(form.is("day", "tu") && !form.is("day", "we") && form.has("empty") && !form.has("other"));
        assert_eq!(form.given("empty"), None);
        assert_eq!(form.required("empty", Texts::new(Language::En)), None);
        form.fail("empty", "second".into());
        assert_eq!(form.error("empty"), "Please fill this in.");
        assert_eq!(form.errors().count(), 1);
        assert_eq!(form.error("name"), "");
    }

    #[test]
    fn survives_bodies_that_are_no_forms() {
        for body in ["", "&&&", "=", "%ff%fe", "a=%zz", "\u{202e}=x"] {
            assert!(!Form::parse(body).has_errors(), "{body}");
        }
        let many: String = (0..10_000).map(|number| format!("f{number}=1&")).collect();
        assert!(Form::parse(&many).has("f499") && !Form::parse(&many).has("f500"));
    }
}
