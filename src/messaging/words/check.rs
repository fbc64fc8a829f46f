//! What is wrong with a text of the clinic's, where, and in words that help.

use super::engine::{Part, Vars};
use super::{OwnText, placeholders, scan};
use crate::domain::messages::{Channel, MessageKind};
use crate::i18n::Texts;
use crate::messaging::letters::frame::Row;

/// Characters of a subject line.
pub(in crate::messaging) const SUBJECT_MAX: usize = 200;
/// Characters of a body, and of HTML.
pub(in crate::messaging) const BODY_MAX: usize = 20_000;
/// Characters of a text message before its placeholders are filled.
pub(in crate::messaging) const SMS_MAX: usize = 1_000;
/// Parts a text message may be cut into.
pub(in crate::messaging) const SMS_PARTS_MAX: usize = 10;

/// Which part of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// The subject line.
    Subject,
    /// The text.
    Body,
    /// The HTML.
    Html,
}

impl Field {
    /// Its name in the form.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Body => "body",
            Self::Html => "html",
        }
    }
}

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// There is nothing in it.
    Empty,
    /// It is longer than so many characters.
    TooLong(usize),
    /// A subject of several lines.
    Lines,
    /// What comes out is too long.
    TooBig,
    /// It does not end.
    Endless,
    /// A placeholder that this kind of message does not have.
    Placeholder(String),
    /// A placeholder that must not stand in a subject line.
    InSubject(String),
    /// A filter that there is not.
    Filter(String),
    /// A function that there is not.
    Function(String),
    /// A statement that there is not.
    Statement(String),
    /// A sign that makes texts grow.
    Sign(char),
    /// Something asks for what is not there.
    Nothing,
    /// The engine does not understand it; in its own words.
    Syntax(String),
    /// A tag that mail programs do not show, or must not.
    Tag(String),
    /// An attribute of a tag.
    Attribute(String, String),
    /// A link that leads nowhere safe.
    Address(String),
    /// A style that could load something or leave its place.
    Style(String),
    /// A picture.
    Picture,
    /// A tag that is never closed.
    Unclosed(String),
    /// A tag that is closed and was never opened.
    Stray(String),
}

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// In which field.
    pub field: Field,
    /// On which line, from 1, where that is known.
    pub line: Option<usize>,
    /// What.
    pub wrong: Wrong,
    /// The placeholder that may have been meant.
    pub meant: Option<&'static str>,
}

impl Complaint {
    /// The sentence for whoever writes the template.
    pub fn sentence(&self, t: Texts) -> String {
        let said = self.said(t);
        match self.line {
            Some(line) if self.field != Field::Subject => t.with("words-line", &[("line", &line), ("what", &said)]),
            _ => said,
        }
    }

    fn said(&self, t: Texts) -> String {
        match &self.wrong {
            Wrong::Empty => t.text("words-wrong-empty"),
            Wrong::TooLong(max) => t.with("words-wrong-too-long", &[("max", max)]),
            Wrong::Lines => t.text("words-wrong-lines"),
            Wrong::TooBig => t.text("words-wrong-too-big"),
            Wrong::Endless => t.text("words-wrong-endless"),
            Wrong::Placeholder(name) => match self.meant {
                Some(meant) => t.with("words-wrong-placeholder-meant", &[("name", name), ("meant", &meant)]),
                None => t.with("words-wrong-placeholder", &[("name", name)]),
            },
            Wrong::InSubject(name) => t.with("words-wrong-in-subject", &[("name", name)]),
            Wrong::Filter(name) => t.with("words-wrong-filter", &[("name", name)]),
            Wrong::Function(name) => t.with("words-wrong-function", &[("name", name)]),
            Wrong::Statement(name) => t.with("words-wrong-statement", &[("name", name)]),
            Wrong::Sign(sign) => t.with("words-wrong-sign", &[("sign", &sign.to_string())]),
            Wrong::Nothing => t.text("words-wrong-nothing"),
            Wrong::Syntax(detail) => t.with("words-wrong-syntax", &[("detail", detail)]),
            Wrong::Tag(name) => t.with("words-wrong-tag", &[("name", name)]),
            Wrong::Attribute(name, tag) => t.with("words-wrong-attribute", &[("name", name), ("tag", tag)]),
            Wrong::Address(address) => t.with("words-wrong-address", &[("address", address)]),
            Wrong::Style(what) => t.with("words-wrong-style", &[("what", what)]),
            Wrong::Picture => t.text("words-wrong-picture"),
            Wrong::Unclosed(name) => t.with("words-wrong-unclosed", &[("name", name)]),
            Wrong::Stray(name) => t.with("words-wrong-stray", &[("name", name)]),
        }
    }
}

/// Everything that is wrong with a text, tried with these facts. Empty when it may be saved.
pub(in crate::messaging) fn check(
    own: &OwnText,
    kind: MessageKind,
    channel: Channel,
    (vars, rows): (&Vars, &[Row]),
) -> Vec<Complaint> {
    let mut found = Vec::new();
    let mut add = |field: Field, line: Option<usize>, wrong: Wrong| {
        let meant = match &wrong {
            Wrong::Placeholder(name) => placeholders::nearest(name, kind),
            _ => None,
        };
        found.push(Complaint { field, line, wrong, meant });
    };
    for (field, text, max) in fields(own, channel) {
        if text.trim().is_empty() {
            add(field, None, Wrong::Empty);
        } else if text.chars().count() > max {
            add(field, None, Wrong::TooLong(max));
        }
        for (line, wrong) in scan::objections(text) {
            add(field, Some(line), wrong);
        }
    }
    if channel == Channel::Sms {
        let names = placeholders::names_in(&own.body);
        for part in Part::ALL.into_iter().filter(|part| names.contains(part.name())) {
            add(Field::Body, scan::line_of(&own.body, part.name()), Wrong::Placeholder(part.name().to_owned()));
        }
    } else {
        if own.subject.trim().contains(['\n', '\r']) {
            add(Field::Subject, None, Wrong::Lines);
        }
        for name in placeholders::names_in(&own.subject) {
            if placeholders::of(kind).any(|known| known.name == name && !known.in_subject) {
                add(Field::Subject, None, Wrong::InSubject(name));
            }
        }
        for (line, wrong) in own.html.as_deref().map(super::own_html::objections).unwrap_or_default() {
            add(Field::Html, Some(line), wrong);
        }
    }
    if found.is_empty() {
        found.extend(tried(own, kind, channel, vars, rows));
    }
    found
}

fn fields(own: &OwnText, channel: Channel) -> Vec<(Field, &str, usize)> {
    if channel == Channel::Sms {
        return vec![(Field::Body, &own.body, SMS_MAX)];
    }
    let mut fields = vec![(Field::Subject, own.subject.as_str(), SUBJECT_MAX), (Field::Body, &own.body, BODY_MAX)];
    fields.extend(own.html.as_deref().map(|html| (Field::Html, html, BODY_MAX)));
    fields
}

fn tried(own: &OwnText, kind: MessageKind, channel: Channel, vars: &Vars, rows: &[Row]) -> Option<Complaint> {
    let mut complaint = match channel {
        Channel::Sms => super::compose_plain(own, vars).err(),
        Channel::Mail | Channel::Webhook => match super::compose(own, kind, vars, rows) {
            Ok(worded) => worded.html.and_then(|filled| {
                let (_, wrong) = super::own_html::write(&filled, &|_: Part| String::new());
                let wrong = wrong.into_iter().next()?;
                Some(Complaint { field: Field::Html, line: None, wrong, meant: None })
            }),
            Err(complaint) => Some(complaint),
        },
    }?;
    if let Wrong::Placeholder(name) = &complaint.wrong {
        complaint.meant = placeholders::nearest(name, kind);
    }
    Some(complaint)
}
