//! Reads the source of a template as far as its marks go: what is code, on which line, and whether it is allowed.
//!
//! Templates may look (`{{ name }}`), ask (`{% if %}`) and repeat (`{% for %}`). Whatever could make a text grow out of
//! itself, or bring something in from elsewhere, is refused here, before the engine sees it.

use super::check::Wrong;

/// Statements that may stand between `{%` and `%}`.
const STATEMENTS: [&str; 6] = ["if", "elif", "else", "endif", "for", "endfor"];
/// Signs that would make texts grow: beside each other they can simply be written.
const GROWING: [char; 3] = ['~', '*', '+'];

/// A piece of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// What is printed as it stands.
    Text(&'a str),
    /// `{{ … }}`, without the marks.
    Value { code: &'a str, line: usize },
    /// `{% … %}`, without the marks.
    Statement { code: &'a str, line: usize },
    /// `{# … #}`.
    Remark(&'a str),
}

impl Piece<'_> {
    fn lines(&self) -> usize {
        match self {
            Self::Text(text) | Self::Remark(text) => newlines(text),
            Self::Value { code, .. } | Self::Statement { code, .. } => newlines(code),
        }
    }
}

fn newlines(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}

/// Cuts a source into its pieces. A mark that is never closed takes the rest.
pub(super) fn pieces(source: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = source;
    let mut line = 1;
    while !rest.is_empty() {
        let (piece, after) = next(rest, line);
        line += piece.lines();
        found.push(piece);
        rest = after;
    }
    found
}

fn next(rest: &str, line: usize) -> (Piece<'_>, &str) {
    let opens = ["{{", "{%", "{#"].iter().filter_map(|mark| rest.find(mark)).min();
    match opens {
        None => (Piece::Text(rest), ""),
        Some(0) => {
            let (mark, inside) = rest.split_at(2);
            let closing = match mark {
                "{{" => "}}",
                "{%" => "%}",
                _ => "#}",
            };
            let end = if mark == "{#" { inside.find(closing) } else { end_of_code(inside, closing) };
            let (code, after) = match end {
                Some(end) => {
                    let (code, closed) = inside.split_at(end);
                    (code, closed.get(2..).unwrap_or_default())
                }
                None => (inside, ""),
            };
            let bare = code.strip_prefix(['-', '+']).unwrap_or(code);
            let bare = bare.strip_suffix(['-', '+']).unwrap_or(bare);
            let piece = match mark {
                "{{" => Piece::Value { code: bare, line },
                "{%" => Piece::Statement { code: bare, line },
                _ => Piece::Remark(code),
            };
            (piece, after)
        }
        Some(at) => {
            let (text, after) = rest.split_at(at);
            (Piece::Text(text), after)
        }
    }
}

/// Where the closing mark stands; marks inside quotes close nothing.
fn end_of_code(inside: &str, closing: &str) -> Option<usize> {
    let mut quote: Option<char> = None;
    let mut escaped = false;
    for (at, character) in inside.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if character == '\\' => escaped = true,
            Some(open) if character == open => quote = None,
            Some(_) => {}
            None if inside.get(at..).is_some_and(|rest| rest.starts_with(closing)) => return Some(at),
            None if character == '"' || character == '\'' => quote = Some(character),
            None => {}
        }
    }
    None
}

/// What no template may say, with the line it stands on.
pub(super) fn objections(source: &str) -> Vec<(usize, Wrong)> {
    let mut found = Vec::new();
    for piece in pieces(source) {
        let (code, line) = match piece {
            Piece::Value { code, line } => (code, line),
            Piece::Statement { code, line } => {
                let word: String = code.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if !STATEMENTS.contains(&word.as_str()) {
                    found.push((line, Wrong::Statement(word)));
                    continue;
                }
                (code, line)
            }
            Piece::Text(_) | Piece::Remark(_) => continue,
        };
        if let Some(sign) = without_quotes(code).chars().find(|sign| GROWING.contains(sign)) {
            found.push((line, Wrong::Sign(sign)));
        }
    }
    found
}

/// The line on which a name is first used in code.
pub(super) fn line_of(source: &str, name: &str) -> Option<usize> {
    pieces(source).into_iter().find_map(|piece| match piece {
        Piece::Value { code, line } | Piece::Statement { code, line } => {
            let bare = without_quotes(code);
            let mut words = bare.split(|c: char| !c.is_alphanumeric() && c != '_');
            words.any(|word| word == name).then_some(line)
        }
        Piece::Text(_) | Piece::Remark(_) => None,
    })
}

/// The code without what stands in quotes.
fn without_quotes(code: &str) -> String {
    let mut bare = String::with_capacity(code.len());
    let mut quote: Option<char> = None;
    let mut escaped = false;
    for character in code.chars() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if character == '\\' => escaped = true,
            Some(open) if character == open => quote = None,
            Some(_) => {}
            None if character == '"' || character == '\'' => {
                quote = Some(character);
                bare.push(' ');
            }
            None => bare.push(character),
        }
    }
    bare
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_at_the_marks_and_counts_lines() {
        let source = "Hello {{ name }},\n{% if notice %}a{%- endif -%}\n{# no #}{{ \"}}\" }}";
        assert_eq!(
            pieces(source),
            [
                Piece::Text("Hello "),
                Piece::Value { code: " name ", line: 1 },
                Piece::Text(",\n"),
                Piece::Statement { code: " if notice ", line: 2 },
                Piece::Text("a"),
                Piece::Statement { code: " endif ", line: 2 },
                Piece::Text("\n"),
                Piece::Remark(" no "),
                Piece::Value { code: " \"}}\" ", line: 3 },
            ]
        );
        assert_eq!(line_of(source, "notice"), Some(2));
        assert_eq!(line_of(source, "other"), None);
        assert_eq!(pieces("a {{ b").len(), 2);
    }

    #[test]
    fn refuses_what_grows_or_brings_something_in() {
        assert!(
            objections("{{ a }} * ~ + {% if b == \"a * b\" %}{% else %}{% endif %}{% for c in d %}{% endfor %}")
                .is_empty()
        );
        assert_eq!(objections("\n{{ a ~ a }}"), [(2, Wrong::Sign('~'))]);
        for word in ["include", "set", "macro", "with", "filter", "extends", "import", "raw", "block", "autoescape"] {
            assert_eq!(objections(&format!("{{% {word} x %}}")), [(1, Wrong::Statement(word.to_owned()))]);
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_panics(source in "[{}%#\"'\\\\\n a-c+~-]{0,60}") {
            let _ = objections(&source);
            let shown: usize = pieces(&source).iter().map(|piece| match piece {
                Piece::Text(text) | Piece::Remark(text) => text.len(),
                Piece::Value { code, .. } | Piece::Statement { code, .. } => code.len(),
            }).sum();
            proptest::prop_assert!(shown <= source.len());
        }
    }
}
