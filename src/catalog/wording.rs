//! Names, lines, prose and colours as the clinic writes them, and the names they get in links.
//!
//! All of it is shown to patients and put into mails, so characters that cannot be seen, or that turn the text around
//! them, are refused here once.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use crate::domain::recognise::fold;

/// The longest name, in characters.
pub const LABEL_LENGTH_MAX: usize = 80;
/// The longest single line, in characters.
pub const LINE_LENGTH_MAX: usize = 160;
/// The longest text of several lines, in characters.
pub const PROSE_LENGTH_MAX: usize = 2_000;
/// The longest name in links, in bytes.
pub const SLUG_LENGTH_MAX: usize = 60;

/// What is wrong with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongText {
    /// Nothing was typed where something must stand.
    #[error("nothing was typed")]
    Missing,
    /// More than fits.
    #[error("longer than {max} characters")]
    TooLong {
        /// As many characters fit.
        max: usize,
    },
    /// Control characters, or characters that turn or hide text.
    #[error("holds characters that cannot be shown")]
    Unprintable,
}

/// A name: one line, not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label(String);

/// One line, or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line(String);

/// A text of several lines, or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prose(String);

impl Label {
    /// Trims and makes one blank of several.
    pub fn parse(text: &str) -> Result<Self, WrongText> {
        let line = one_line(text, LABEL_LENGTH_MAX)?;
        if line.is_empty() { Err(WrongText::Missing) } else { Ok(Self(line)) }
    }
}

impl Line {
    /// Trims and makes one blank of several.
    pub fn parse(text: &str) -> Result<Self, WrongText> {
        one_line(text, LINE_LENGTH_MAX).map(Self)
    }
}

impl Prose {
    /// Trims; line ends become the one of the database, empty lines at most one.
    pub fn parse(text: &str) -> Result<Self, WrongText> {
        let text = text.replace("\r\n", "\n").replace('\t', " ");
        let lines: Vec<String> = text.lines().map(|line| line.trim_end().to_owned()).collect();
        let mut kept: Vec<String> = Vec::with_capacity(lines.len());
        for line in lines {
            if !(line.is_empty() && kept.last().is_none_or(String::is_empty)) {
                kept.push(line);
            }
        }
        let joined = kept.join("\n");
        let prose: String = joined.trim().nfc().collect();
        if prose.chars().any(|character| character != '\n' && is_unprintable(character)) {
            return Err(WrongText::Unprintable);
        }
        fits(prose, PROSE_LENGTH_MAX).map(Self)
    }
}

macro_rules! wordings {
    ($($name:ident),+) => {$(
        impl $name {
            /// As it is shown.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// What the database holds has been through `parse` before.
            pub(in crate::catalog) const fn stored(text: String) -> Self {
                Self(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }
    )+};
}
wordings!(Label, Line, Prose);

fn one_line(text: &str, max: usize) -> Result<String, WrongText> {
    if text.trim().chars().any(is_unprintable) {
        return Err(WrongText::Unprintable);
    }
    let tidy: String = text.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect();
    fits(tidy, max)
}

fn fits(text: String, max: usize) -> Result<String, WrongText> {
    if max < text.chars().count() { Err(WrongText::TooLong { max }) } else { Ok(text) }
}

/// Controls, and format characters that turn or hide text. The two joiners stay: Persian and Indic words need them.
fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffd}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// The text is not a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a colour; write it like #0f766e")]
pub struct NotAColor;

/// A colour as `#0f766e`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Color(String);

impl Color {
    /// Reads six hexadecimal digits, with or without `#`.
    pub fn parse(text: &str) -> Result<Self, NotAColor> {
        let text = text.trim();
        let digits = text.strip_prefix('#').unwrap_or(text);
        let right = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if right { Ok(Self(format!("#{}", digits.to_ascii_lowercase()))) } else { Err(NotAColor) }
    }

    /// With `#`, in small letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A name in links: small ASCII letters, digits and hyphens. Nothing when the name has none of them.
pub fn slug_of(name: &str) -> Option<String> {
    let mut slug = String::with_capacity(name.len());
    for character in in_german_spelling(name).nfkd().flat_map(fold_one) {
        if character.is_ascii_alphanumeric() {
            slug.push(character);
        } else if character == ' ' && !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(SLUG_LENGTH_MAX);
    let slug = slug.trim_end_matches('-');
    (!slug.is_empty()).then(|| slug.to_owned())
}

fn in_german_spelling(name: &str) -> String {
    name.to_lowercase().replace('ä', "ae").replace('ö', "oe").replace('ü', "ue")
}

/// One character folded; whatever is neither letter nor digit parts words.
fn fold_one(character: char) -> Vec<char> {
    let folded = fold(character.encode_utf8(&mut [0; 4]));
    let silent =
        matches!(character, '\'' | '’' | '‘' | 'ʼ' | '`' | '´') || ('\u{300}'..='\u{36f}').contains(&character);
    if folded.is_empty() && !silent { vec![' '] } else { folded.chars().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_lose_blanks_and_refuse_what_cannot_be_seen() {
        assert_eq!(Label::parse("  Check-up   and cleaning ").unwrap().as_str(), "Check-up and cleaning");
        assert_eq!(Label::parse(" "), Err(WrongText::Missing));
        assert_eq!(Label::parse("a\u{202e}b"), Err(WrongText::Unprintable));
        assert_eq!(Label::parse("a\u{0}b"), Err(WrongText::Unprintable));
        assert_eq!(Label::parse(&"x".repeat(81)), Err(WrongText::TooLong { max: 80 }));
        assert_eq!(Line::parse(""), Ok(Line::default()));
    }

    #[test]
    fn prose_keeps_its_paragraphs() {
        assert_eq!(Prose::parse(" One.\r\n\r\n\r\n\r\nTwo.  \r\n ").unwrap().as_str(), "One.\n\nTwo.");
        assert_eq!(Prose::parse("a\tb\u{7}"), Err(WrongText::Unprintable));
        assert_eq!(Prose::parse(&"x".repeat(1_000_000)), Err(WrongText::TooLong { max: 2_000 }));
    }

    #[test]
    fn colours_are_six_digits() {
        assert_eq!(Color::parse(" 0F766E ").unwrap().as_str(), "#0f766e");
        for wrong in ["", "#fff", "red", "#0f766eff", "#+f766e", "##0f766e"] {
            assert_eq!(Color::parse(wrong), Err(NotAColor), "{wrong}");
        }
    }

    #[test]
    fn links_are_named_after_names() {
        for (name, slug) in [
            ("Check-up and cleaning", "check-up-and-cleaning"),
            ("  Zähne & Zahnfleisch: große Prüfung!", "zaehne-zahnfleisch-grosse-pruefung"),
            ("Dr. Zoë O’Neil-Ångström", "dr-zoe-oneil-angstroem"),
            ("Łódź", "lodz"),
        ] {
            assert_eq!(slug_of(name).as_deref(), Some(slug), "{name}");
        }
        assert_eq!(slug_of("歯科"), None);
    }

    proptest! {
        #[test]
        fn every_slug_can_stand_in_an_address(name in ".{0,200}") {
            if let Some(slug) = slug_of(&name) {
                prop_assert!(slug.len() <= SLUG_LENGTH_MAX && !slug.starts_with('-') && !slug.ends_with('-'));
                prop_assert!(slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'));
            }
        }
    }
}
