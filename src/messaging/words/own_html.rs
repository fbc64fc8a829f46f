//! HTML of the clinic's own: only what mail programs show, and nothing that could leave its place in the letter.
//!
//! The text is read tag by tag and written anew. Values stand where text stands; every tag that is opened is closed, so
//! the letter around it stays whole.

use super::blocks;
use super::check::Wrong;
use super::engine::{Bit, Filled, Part};
use super::scan::{self, Piece};

/// Tags that mail programs show alike.
const TAGS: [&str; 35] = [
    "a",
    "b",
    "big",
    "blockquote",
    "br",
    "center",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "u",
];
/// One tag more.
const MORE_TAGS: [&str; 1] = ["ul"];
/// Tags that hold nothing.
const EMPTY: [&str; 2] = ["br", "hr"];
/// Tags whose content is no text.
const OPAQUE: [&str; 2] = ["script", "style"];
const ATTRIBUTES: [&str; 17] = [
    "align",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "class",
    "colspan",
    "dir",
    "height",
    "href",
    "lang",
    "role",
    "rowspan",
    "style",
    "title",
    "valign",
    "width",
];
/// What a style may not hold, once it is in small letters and without spaces.
const NOT_IN_STYLES: [&str; 9] =
    ["url(", "expression", "javascript", "@", "\\", "position", "behavior", "-moz-binding", "/*"];

/// What is wrong in the source, by line.
pub(super) fn objections(source: &str) -> Vec<(usize, Wrong)> {
    let mut html = String::with_capacity(source.len());
    for piece in scan::pieces(source) {
        match piece {
            Piece::Text(text) => html.push_str(text),
            Piece::Value { code, .. } => {
                html.push_str("\u{E000}0\u{E001}");
                html.extend(code.chars().filter(|character| *character == '\n'));
            }
            Piece::Statement { code, .. } | Piece::Remark(code) => {
                html.extend(code.chars().filter(|character| *character == '\n'));
            }
        }
    }
    // An address that is a value is looked at when the value is known.
    let filled = Filled { text: html, values: vec!["https://value.example".to_owned()] };
    let mut reader = Reader::new(&filled, &|_| String::new());
    // Whether tags are closed is a question for the text that came out: a branch may open what another closes.
    let balance_counts = !source.contains("{%");
    reader.read();
    let wrong = reader.wrong.into_iter();
    wrong.filter(|(_, wrong)| balance_counts || !matches!(wrong, Wrong::Unclosed(_) | Wrong::Stray(_))).collect()
}

/// Writes the filled HTML anew; `part` makes the parts. What is not allowed is left out, and named.
pub(in crate::messaging) fn write(filled: &Filled, part: &dyn Fn(Part) -> String) -> (String, Vec<Wrong>) {
    let mut reader = Reader::new(filled, part);
    reader.read();
    (reader.out, reader.wrong.into_iter().map(|(_, wrong)| wrong).collect())
}

struct Reader<'a> {
    filled: &'a Filled,
    part: &'a dyn Fn(Part) -> String,
    rest: &'a str,
    line: usize,
    open: Vec<(String, usize)>,
    out: String,
    wrong: Vec<(usize, Wrong)>,
}

impl<'a> Reader<'a> {
    fn new(filled: &'a Filled, part: &'a dyn Fn(Part) -> String) -> Self {
        Self { filled, part, rest: &filled.text, line: 1, open: Vec::new(), out: String::new(), wrong: Vec::new() }
    }

    fn read(&mut self) {
        while !self.rest.is_empty() {
            let at = self.rest.find('<').unwrap_or(self.rest.len());
            let (text, after) = self.rest.split_at(at);
            self.text(text);
            self.rest = after;
            if !after.is_empty() {
                self.mark();
            }
        }
        while let Some((name, line)) = self.open.pop() {
            self.wrong.push((line, Wrong::Unclosed(name.clone())));
            self.close(&name);
        }
    }

    /// Moves on, counting lines.
    fn skip(&mut self, bytes: usize) {
        let (gone, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.line += gone.bytes().filter(|byte| *byte == b'\n').count();
        self.rest = rest;
    }

    fn text(&mut self, text: &'a str) {
        let filled = self.filled;
        for bit in filled.bits(text) {
            match bit {
                Bit::Text(text) => escape_own(text, &mut self.out),
                Bit::Value(value) => escape(value, &mut self.out, "<br>"),
                Bit::Part(part) => {
                    let made = (self.part)(part);
                    self.out.push_str(&made);
                }
            }
        }
        self.line += text.bytes().filter(|byte| *byte == b'\n').count();
    }

    /// At a `<`.
    fn mark(&mut self) {
        let inside = self.rest.get(1..).unwrap_or_default();
        if let Some(comment) = inside.strip_prefix("!--") {
            let length = comment.find("-->").map_or(self.rest.len(), |end| end + 7);
            self.skip(length);
        } else if inside.starts_with(['!', '?']) {
            self.wrong.push((self.line, Wrong::Tag("!".to_owned())));
            let length = inside.find('>').map_or(self.rest.len(), |end| end + 2);
            self.skip(length);
        } else if let Some(closing) = inside.strip_prefix('/').filter(|rest| rest.starts_with(is_letter)) {
            let name: String = closing.chars().take_while(|c| is_name(*c)).collect::<String>().to_ascii_lowercase();
            let length = self.rest.find('>').map_or(self.rest.len(), |end| end + 1);
            self.end_tag(&name);
            self.skip(length);
        } else if inside.starts_with(is_letter) {
            self.start_tag(inside);
        } else {
            self.out.push_str("&lt;");
            self.skip(1);
        }
    }

    fn end_tag(&mut self, name: &str) {
        if EMPTY.contains(&name) || !is_tag(name) {
            return;
        }
        if !self.open.iter().any(|(open, _)| open == name) {
            self.wrong.push((self.line, Wrong::Stray(name.to_owned())));
            return;
        }
        while let Some((open, line)) = self.open.pop() {
            self.close(&open);
            if open == name {
                return;
            }
            self.wrong.push((line, Wrong::Unclosed(open)));
        }
    }

    fn close(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    fn start_tag(&mut self, inside: &'a str) {
        let name: String = inside.chars().take_while(|c| is_name(*c)).collect::<String>().to_ascii_lowercase();
        let (attributes, length) = attributes(inside.get(name.len()..).unwrap_or_default());
        if !is_tag(&name) {
            let wrong = if name == "img" { Wrong::Picture } else { Wrong::Tag(name.clone()) };
            self.wrong.push((self.line, wrong));
            let mut gone = 1 + name.len() + length;
            if OPAQUE.contains(&name.as_str()) {
                let lower = self.rest.to_ascii_lowercase();
                gone = lower.find(&format!("</{name}")).unwrap_or(self.rest.len());
            }
            self.skip(gone);
            return;
        }
        self.out.push('<');
        self.out.push_str(&name);
        for (attribute, value) in attributes {
            match self.attribute(&name, &attribute, value) {
                Ok(Some(value)) => {
                    self.out.push(' ');
                    self.out.push_str(&attribute);
                    self.out.push_str("=\"");
                    escape(&value, &mut self.out, " ");
                    self.out.push('"');
                }
                Ok(None) => {}
                Err(wrong) => self.wrong.push((self.line, wrong)),
            }
        }
        self.out.push('>');
        if !EMPTY.contains(&name.as_str()) {
            self.open.push((name.clone(), self.line));
        }
        self.skip(1 + name.len() + length);
    }

    fn attribute(&self, tag: &str, name: &str, value: &str) -> Result<Option<String>, Wrong> {
        if !ATTRIBUTES.contains(&name) {
            return Err(Wrong::Attribute(self.filled.plain(name), tag.to_owned()));
        }
        let value = decoded(&self.filled.plain(value));
        match name {
            "href" if tag != "a" => Err(Wrong::Attribute(name.to_owned(), tag.to_owned())),
            // A placeholder may have nothing to say; then there is no link.
            "href" if value.trim().is_empty() => Ok(None),
            "href" => blocks::address(&value).map(Some).ok_or(Wrong::Address(value)),
            "style" => {
                let bare: String =
                    value.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
                let bad = NOT_IN_STYLES.into_iter().find(|word| bare.contains(word));
                bad.map_or(Ok(Some(value)), |word| Err(Wrong::Style(word.to_owned())))
            }
            _ => Ok(Some(value)),
        }
    }
}

fn is_tag(name: &str) -> bool {
    TAGS.contains(&name) || MORE_TAGS.contains(&name)
}

fn is_letter(character: char) -> bool {
    character.is_ascii_alphabetic()
}

fn is_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | ':' | '_')
}

/// Names and values up to the end of the tag, and how many bytes that are with the `>`.
fn attributes(text: &str) -> (Vec<(String, &str)>, usize) {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() {
            return (found, text.len());
        }
        if let Some(after) = rest.strip_prefix('>') {
            return (found, text.len() - after.len());
        }
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/')).unwrap_or(rest.len());
        // A lone `=` is a name too, so that every round takes something.
        let (name, after) = rest.split_at(end.max(usize::from(rest.starts_with('='))));
        let name = name.to_ascii_lowercase();
        rest = after.trim_start();
        let Some(value) = rest.strip_prefix('=') else {
            found.push((name, ""));
            continue;
        };
        let value = value.trim_start();
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let inside = value.get(1..).unwrap_or_default();
                inside.split_once(quote).unwrap_or((inside, ""))
            }
            _ => value.split_at(value.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(value.len())),
        };
        found.push((name, value));
        rest = after;
    }
}

/// What stands for itself in HTML.
pub(in crate::messaging) fn escape(text: &str, out: &mut String, line_end: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push_str(line_end),
            other => out.push(other),
        }
    }
}

/// The clinic's own text: what it wrote as `&nbsp;` stays that.
fn escape_own(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '>']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let after = from.get(1..).unwrap_or_default();
        if from.starts_with('>') {
            out.push_str("&gt;");
        } else {
            let entity = after.split_once(';').map(|(name, _)| name);
            let is_entity = entity.is_some_and(|name| {
                let bare = name.strip_prefix('#').unwrap_or(name);
                !bare.is_empty() && name.len() <= 10 && bare.bytes().all(|byte| byte.is_ascii_alphanumeric())
            });
            out.push_str(if is_entity { "&" } else { "&amp;" });
        }
        rest = after;
    }
    out.push_str(rest);
}

/// Undoes the few ways in which an address hides its letters.
fn decoded(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let inside = from.get(1..).unwrap_or_default();
        let named = inside.split_once(';').filter(|(name, _)| name.len() <= 10);
        let letter = named.and_then(|(name, _)| match name.to_ascii_lowercase().as_str() {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "colon" => Some(':'),
            "tab" | "newline" => Some(' '),
            name => {
                let number = name.strip_prefix('#')?;
                let code = match number.strip_prefix('x') {
                    Some(hex) => u32::from_str_radix(hex, 16).ok(),
                    None => number.parse().ok(),
                };
                char::from_u32(code?)
            }
        });
        match (letter, named) {
            (Some(letter), Some((_, after))) => {
                out.push(letter);
                rest = after;
            }
            _ => {
                out.push('&');
                rest = inside;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(html: &str, value: &str) -> (String, Vec<Wrong>) {
        let filled = Filled { text: html.replace("{{}}", "\u{E000}0\u{E001}"), values: vec![value.to_owned()] };
        write(&filled, &|_| "<table></table>".to_owned())
    }

    #[test]
    fn what_mail_programs_show_stays() {
        let html = "<p style=\"color:#333\" class='ink'>Hi <b>{{}}</b>, 1 &lt; 2 &amp; 3 > 2<br/>\n<a href=\"{{}}\">go</a></p>\u{E002}d\u{E001}";
        let (out, wrong) = written(html, "https://a.example/?a=1&b=2");
        assert!(wrong.is_empty(), "{wrong:?}");
        assert_eq!(
            out,
            "<p style=\"color:#333\" class=\"ink\">Hi <b>https://a.example/?a=1&amp;b=2</b>, 1 &lt; 2 &amp; 3 &gt; 2<br>\n<a href=\"https://a.example/?a=1&amp;b=2\">go</a></p><table></table>"
        );
    }

    #[test]
    fn what_they_must_not_show_is_named_with_its_line() {
        let found = |html: &str| objections(html).into_iter().next();
        assert_eq!(found("a\n<script>alert(1)</script>"), Some((2, Wrong::Tag("script".into()))));
        assert_eq!(found("<iframe src=x></iframe>"), Some((1, Wrong::Tag("iframe".into()))));
        assert_eq!(found("<p\nonclick=x>"), Some((1, Wrong::Attribute("onclick".into(), "p".into()))));
        assert_eq!(found("\n\n<img src=\"https://x.example/a.png\">"), Some((3, Wrong::Picture)));
        assert_eq!(found("<a href=\"java&#115;cript:1\">x</a>"), Some((1, Wrong::Address("javascript:1".into()))));
        assert_eq!(found("<p style=\"background: url(x)\">x</p>"), Some((1, Wrong::Style("url(".into()))));
        assert_eq!(found("<p>\n<b>x</p>"), Some((2, Wrong::Unclosed("b".into()))));
        assert_eq!(found("x</td>"), Some((1, Wrong::Stray("td".into()))));
        assert_eq!(found("{% if a %}<p>{% else %}<p class=\"x\">{% endif %}</p><a href=\"{{ b }}\">x</a>"), None);
        assert!(found("<form action=x>").is_some() && found("<!DOCTYPE html>").is_some());
    }

    #[test]
    fn a_value_opens_and_closes_nothing() {
        for value in ["<script>x</script>", "\" onclick=\"x", "</td></table>", "'><b>", "&lt;", "javascript:x", "a\nb"]
        {
            let (out, _) = written("<p title=\"{{}}\">{{}}</p><a href='{{}}'>x</a>", value);
            assert_eq!(out.matches('<').count(), 4 + out.matches("<br>").count(), "{out}");
            assert!(!out.contains(" onclick=\"x") && !out.contains("href=\"javascript"), "{out}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_comes_in_comes_out_whole(html in "[<>/a-d!=\"' &;p\\-\n\u{E000}\u{E001}0]{0,80}", value in "\\PC{0,20}") {
            let filled = Filled { text: html, values: vec![value] };
            let (out, _) = write(&filled, &|_| String::new());
            let again = Filled { text: out.clone(), values: Vec::new() };
            let (twice, wrong) = write(&again, &|_| String::new());
            proptest::prop_assert_eq!(&out, &twice);
            proptest::prop_assert!(wrong.is_empty(), "{:?} {}", wrong, out);
        }
    }
}
