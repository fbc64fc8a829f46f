//! Runs a template. Values never meet a parser: the engine writes a mark for each, and the value takes its place only
//! when the text around it has been understood. So a name may hold `*`, `<` or `{{`, and stays a name.
//!
//! The engine has no loader, no macros, no functions and a handful of filters; it stops when its fuel is used up or the
//! text grows too long.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use minijinja::value::{Enumerator, Object, ObjectRepr, Value};
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, filters};

use super::check::Wrong;
use super::scan;
use crate::messaging::letters::frame::Row;

/// Steps of the engine before a template counts as one that does not end.
const FUEL: u64 = 20_000;
/// Bytes of a filled template, and of all its values together.
const FILLED_BYTES_MAX: usize = 200_000;
/// Blocks inside blocks.
const DEPTH_MAX: usize = 60;

/// A value's place: this, its number, [`CLOSE`].
pub(super) const OPEN: char = '\u{E000}';
/// The end of a mark.
pub(super) const CLOSE: char = '\u{E001}';
/// The place of a part that Rebook makes: this, its letter, [`CLOSE`].
pub(super) const OPEN_PART: char = '\u{E002}';

/// What a template may speak of: by name, already in the reader's language. Nothing secret is ever in it but the links
/// that the reader gets anyway.
pub(in crate::messaging) type Vars = BTreeMap<&'static str, String>;

/// A part that Rebook makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::messaging) enum Part {
    /// The table of facts.
    Details,
    /// Notes and rules, in small print.
    Notes,
    /// The links to follow.
    Buttons,
}

impl Part {
    /// Every part.
    pub(in crate::messaging) const ALL: [Self; 3] = [Self::Details, Self::Notes, Self::Buttons];

    /// Its name in a template.
    pub(in crate::messaging) const fn name(self) -> &'static str {
        match self {
            Self::Details => "details",
            Self::Notes => "notes",
            Self::Buttons => "buttons",
        }
    }

    const fn letter(self) -> char {
        match self {
            Self::Details => 'd',
            Self::Notes => 'n',
            Self::Buttons => 'b',
        }
    }

    pub(super) fn of_letter(letter: char) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.letter() == letter)
    }
}

/// A part as the engine holds it; details can also be gone through row by row.
#[derive(Debug)]
struct PartValue {
    part: Part,
    rows: Vec<(String, String)>,
}

impl Object for PartValue {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let (label, value) = self.rows.get(key.as_usize()?)?;
        Some(Value::from_iter([("label", label.clone()), ("value", value.clone())]))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.rows.len())
    }

    fn is_true(self: &Arc<Self>) -> bool {
        true
    }
}

/// A template with marks in the places of its values.
#[derive(Debug, Default)]
pub(in crate::messaging) struct Filled {
    pub(super) text: String,
    pub(super) values: Vec<String>,
}

impl Filled {
    /// A piece of the text with its values in their places, as plain text. Parts are left out.
    pub(in crate::messaging) fn plain(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for bit in self.bits(text) {
            match bit {
                Bit::Text(text) => out.push_str(text),
                Bit::Value(value) => out.push_str(value),
                Bit::Part(_) => {}
            }
        }
        out
    }

    /// The text cut at its marks. A mark that is none vanishes.
    pub(super) fn bits<'a>(&'a self, text: &'a str) -> Vec<Bit<'a>> {
        let mut bits = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find([OPEN, OPEN_PART]) {
            let (before, marked) = rest.split_at(at);
            if !before.is_empty() {
                bits.push(Bit::Text(before));
            }
            let mut inside = marked.chars();
            let opened = inside.next();
            let inside = inside.as_str();
            let Some((name, after)) = inside.split_once(CLOSE) else {
                rest = inside;
                continue;
            };
            let is_name = !name.is_empty() && name.len() < 8 && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
            if !is_name {
                rest = inside;
                continue;
            }
            if opened == Some(OPEN) {
                let value = name.parse().ok().and_then(|index: usize| self.values.get(index));
                bits.extend(value.map(|value| Bit::Value(value)));
            } else {
                bits.extend(name.chars().next().and_then(Part::of_letter).map(Bit::Part));
            }
            rest = after;
        }
        if !rest.is_empty() {
            bits.push(Bit::Text(rest));
        }
        bits
    }
}

/// A bit of a filled text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bit<'a> {
    /// The template's own words.
    Text(&'a str),
    /// A value, word for word.
    Value(&'a str),
    /// A part that Rebook makes.
    Part(Part),
}

/// Why a template could not be filled, and on which line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NotFilled {
    pub(super) line: Option<usize>,
    pub(super) wrong: Wrong,
}

#[derive(Default)]
struct Kept {
    values: Vec<String>,
    bytes: usize,
}

/// Fills a template with what is known. `rows` can be gone through as `details`.
pub(super) fn fill(source: &str, vars: &Vars, rows: &[Row]) -> Result<Filled, NotFilled> {
    if let Some((line, wrong)) = scan::objections(source).into_iter().next() {
        return Err(NotFilled { line: Some(line), wrong });
    }
    let source: String = source.chars().filter(|character| !is_mark(*character) && *character != '\r').collect();
    let kept = Arc::new(Mutex::new(Kept::default()));
    let environment = environment(Arc::clone(&kept));
    let template = environment.template_from_str(&source).map_err(|error| not_filled(&error))?;
    let mut unknown: Vec<String> = template
        .undeclared_variables(false)
        .into_iter()
        .filter(|name| !vars.contains_key(name.as_str()) && !Part::ALL.iter().any(|part| part.name() == name))
        .collect();
    unknown.sort_by_key(|name| scan::line_of(&source, name));
    if let Some(name) = unknown.into_iter().next() {
        return Err(NotFilled { line: scan::line_of(&source, &name), wrong: Wrong::Placeholder(name) });
    }
    let mut out = Bounded::default();
    let done =
        template.render_captured_to(context(vars, rows), &mut out).map(|_| ()).map_err(|error| not_filled(&error));
    let is_over = out.is_over;
    match done {
        Ok(()) => {}
        Err(_) if is_over => return Err(NotFilled { line: None, wrong: Wrong::TooBig }),
        Err(error) => return Err(error),
    }
    let values = std::mem::take(&mut kept.lock().unwrap_or_else(PoisonError::into_inner).values);
    Ok(Filled { text: String::from_utf8_lossy(&out.bytes).into_owned(), values })
}

fn context(vars: &Vars, rows: &[Row]) -> Value {
    let rows: Vec<(String, String)> =
        rows.iter().map(|row| (clean(&row.label), clean(&row.lines.join("\n")))).collect();
    let values = vars.iter().map(|(name, value)| (*name, Value::from(clean(value))));
    let parts = Part::ALL.map(|part| {
        let rows = if part == Part::Details { rows.clone() } else { Vec::new() };
        (part.name(), Value::from_object(PartValue { part, rows }))
    });
    Value::from_iter(values.chain(parts))
}

fn environment(kept: Arc<Mutex<Kept>>) -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(DEPTH_MAX);
    environment.set_keep_trailing_newline(true);
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.add_filter("upper", filters::upper);
    environment.add_filter("lower", filters::lower);
    environment.add_filter("capitalize", filters::capitalize);
    environment.add_filter("title", filters::title);
    environment.add_filter("trim", filters::trim);
    environment.add_filter("default", filters::default);
    environment.add_filter("length", filters::length);
    environment.add_filter("first", filters::first);
    environment.add_filter("last", filters::last);
    environment.set_formatter(move |out, _, value| {
        let written = if let Some(part) = value.downcast_object_ref::<PartValue>() {
            // A part stands alone, whatever is written around it.
            write!(out, "\n\n{OPEN_PART}{}{CLOSE}\n\n", part.part.letter())
        } else {
            let text = if value.is_undefined() || value.is_none() { String::new() } else { clean(&value.to_string()) };
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.bytes += text.len();
            if kept.bytes > FILLED_BYTES_MAX {
                return Err(Error::new(ErrorKind::WriteFailure, "too long"));
            }
            kept.values.push(text);
            write!(out, "{OPEN}{}{CLOSE}", kept.values.len() - 1)
        };
        written.map_err(|error| Error::new(ErrorKind::WriteFailure, "too long").with_source(error))
    });
    environment
}

/// Takes so many bytes and no more.
#[derive(Default)]
struct Bounded {
    bytes: Vec<u8>,
    is_over: bool,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > FILLED_BYTES_MAX {
            self.is_over = true;
            return Err(io::Error::other("too long"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What went wrong, in our words where the engine's would not help.
fn not_filled(error: &Error) -> NotFilled {
    let detail = error.detail().unwrap_or_default();
    let quoted = || detail.split_whitespace().find(|word| !word.is_empty()).unwrap_or_default().to_owned();
    let wrong = match error.kind() {
        ErrorKind::OutOfFuel => Wrong::Endless,
        ErrorKind::WriteFailure => Wrong::TooBig,
        ErrorKind::UnknownFilter => Wrong::Filter(named(detail)),
        ErrorKind::UnknownFunction | ErrorKind::UnknownMethod | ErrorKind::UnknownTest => {
            Wrong::Function(if named(detail).is_empty() { quoted() } else { named(detail) })
        }
        ErrorKind::UndefinedError => Wrong::Nothing,
        ErrorKind::SyntaxError => Wrong::Syntax(detail.to_owned()),
        _ => Wrong::Syntax(error.to_string()),
    };
    NotFilled { line: error.line(), wrong }
}

/// The name the engine speaks of: `filter foo is unknown`.
fn named(detail: &str) -> String {
    let mut words = detail.split_whitespace();
    words.find(|word| matches!(*word, "filter" | "function" | "test" | "named"));
    words.next().unwrap_or_default().trim_matches(['\'', '"', '`']).to_owned()
}

const fn is_mark(character: char) -> bool {
    matches!(character, '\u{E000}'..='\u{E00F}')
}

/// A value as it may stand in a message: no marks, no invisible turns of direction, no control characters but line ends.
pub(super) fn clean(text: &str) -> String {
    let is_fine = |character: &char| match *character {
        '\n' => true,
        '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' => false,
        other => !other.is_control() && !is_mark(other),
    };
    text.chars()
        .map(|c| if matches!(c, '\u{2028}' | '\u{2029}' | '\u{85}') { '\n' } else { c })
        .filter(is_fine)
        .collect()
}
