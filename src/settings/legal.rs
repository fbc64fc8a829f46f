//! Texts that a law asks for: written as CommonMark, shown without any HTML of their own.

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

use super::store;
use crate::accounts::{AuditAction, By, ObjectKind, record};
use crate::catalog::{self, LegalKind};
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::language::Language;

/// The longest text, in characters.
pub const BODY_CHARACTERS_MAX: usize = 50_000;

/// One text as it is edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegalText {
    /// Which.
    pub kind: LegalKind,
    /// In which language.
    pub language: Language,
    /// CommonMark; empty when there is none.
    pub body: String,
    /// The version of its row; zero when there is none.
    pub version: i64,
}

/// Why nothing was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LegalRefused {
    /// Somebody else changed it after the form was made.
    Changed,
    /// Longer than fits.
    TooLong,
    /// Characters that cannot be shown.
    Unprintable,
}

/// Every text there is.
pub fn legal_texts(conn: &mut Conn) -> Result<Vec<LegalText>, Fault> {
    store::legal_texts(conn)
}

/// The text for a reader: in their language, else in the clinic's, else in any.
pub fn legal_for_readers(
    conn: &mut Conn,
    kind: LegalKind,
    wanted: Language,
    clinic: Language,
) -> Result<Option<LegalText>, Fault> {
    let all: Vec<LegalText> =
        store::legal_texts(conn)?.into_iter().filter(|text| text.kind == kind && !text.body.is_empty()).collect();
    let in_language = |language: Language| all.iter().find(|text| text.language == language);
    Ok(in_language(wanted).or_else(|| in_language(clinic)).or_else(|| all.first()).cloned())
}

/// Saves a text over the version that was seen; an empty one is none.
pub fn edit_legal(tx: &mut Tx<'_>, by: By, text: &LegalText) -> Result<(), Bad<LegalRefused>> {
    if BODY_CHARACTERS_MAX < text.body.chars().count() {
        return Err(Bad::Refused(LegalRefused::TooLong));
    }
    if text.body.chars().any(|letter| letter.is_control() && letter != '\n') {
        return Err(Bad::Refused(LegalRefused::Unprintable));
    }
    if !store::save_legal(tx, by.user, text)? {
        return Err(Bad::Refused(LegalRefused::Changed));
    }
    catalog::touch(tx)?;
    let number = LegalKind::ALL.iter().position(|kind| *kind == text.kind).unwrap_or_default();
    Ok(record(tx, AuditAction::Changed, by, ObjectKind::LegalText, i64::try_from(number).unwrap_or_default() + 1)?)
}

/// The text as HTML of ours: HTML in it is shown as text, links lead to web pages, mail addresses and phones only.
pub fn rendered(body: &str) -> String {
    let mut out = String::with_capacity(body.len() * 2);
    // For each open link whether it was let through.
    let mut links: Vec<bool> = Vec::new();
    for event in Parser::new(body) {
        match event {
            Event::Start(tag) => open(&mut out, &tag, &mut links),
            Event::End(tag) => close(&mut out, tag, &mut links),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => escape(&mut out, &text),
            Event::Code(text) => {
                out.push_str("<code>");
                escape(&mut out, &text);
                out.push_str("</code>");
            }
            Event::SoftBreak => out.push('\n'),
            Event::HardBreak => out.push_str("<br>\n"),
            Event::Rule => out.push_str("<hr>\n"),
            _ => {}
        }
    }
    out
}

fn open(out: &mut String, tag: &Tag<'_>, links: &mut Vec<bool>) {
    match tag {
        Tag::Paragraph => out.push_str("<p>"),
        Tag::Heading { level, .. } => out.push_str(heading(*level, "<h2>", "<h3>", "<h4>")),
        Tag::BlockQuote(_) => out.push_str("<blockquote>"),
        Tag::CodeBlock(_) => out.push_str("<pre>"),
        Tag::List(None) => out.push_str("<ul>"),
        Tag::List(Some(_)) => out.push_str("<ol>"),
        Tag::Item => out.push_str("<li>"),
        Tag::Emphasis => out.push_str("<em>"),
        Tag::Strong => out.push_str("<strong>"),
        Tag::Link { dest_url, .. } => {
            let fine = is_fine(dest_url);
            links.push(fine);
            if fine {
                out.push_str("<a rel=\"noopener nofollow\" href=\"");
                escape(out, dest_url);
                out.push_str("\">");
            }
        }
        _ => {}
    }
}

fn close(out: &mut String, tag: TagEnd, links: &mut Vec<bool>) {
    match tag {
        TagEnd::Paragraph => out.push_str("</p>\n"),
        TagEnd::Heading(level) => out.push_str(heading(level, "</h2>\n", "</h3>\n", "</h4>\n")),
        TagEnd::BlockQuote(_) => out.push_str("</blockquote>\n"),
        TagEnd::CodeBlock => out.push_str("</pre>\n"),
        TagEnd::List(false) => out.push_str("</ul>\n"),
        TagEnd::List(true) => out.push_str("</ol>\n"),
        TagEnd::Item => out.push_str("</li>\n"),
        TagEnd::Emphasis => out.push_str("</em>"),
        TagEnd::Strong => out.push_str("</strong>"),
        TagEnd::Link if links.pop() == Some(true) => out.push_str("</a>"),
        _ => {}
    }
}

/// The page has a heading of its own, so the largest of a text is the second.
const fn heading(level: HeadingLevel, two: &'static str, three: &'static str, four: &'static str) -> &'static str {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => two,
        HeadingLevel::H3 => three,
        _ => four,
    }
}

fn is_fine(address: &str) -> bool {
    let lower = address.trim().to_ascii_lowercase();
    ["https://", "http://", "mailto:", "tel:"].iter().any(|start| lower.starts_with(start))
        || (lower.starts_with('/') && !lower.starts_with("//"))
}

fn escape(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_are_shown_and_nothing_runs() {
        let shown = rendered("# About us\n\nWe are **Tooth & Co**, [write](mailto:a@b.example).\n\n1. One\n2. Two");
        assert!(shown.contains("<h2>About us</h2>") && shown.contains("<strong>Tooth &amp; Co</strong>"), "{shown}");
        assert!(shown.contains("href=\"mailto:a@b.example\"") && shown.contains("<ol><li>One"), "{shown}");
        for bad in [
            "<script>alert(1)</script>",
            "[x](javascript:alert(1))",
            "[x](data:text/html,hi)",
            "![x](https://evil.example/p.png)",
            "<img src=x onerror=alert(1)>",
            "[x](//evil.example)",
        ] {
            let shown = rendered(bad);
            assert!(!shown.contains("<script") && !shown.contains("<img") && !shown.contains("href="), "{shown}");
        }
    }

    proptest! {
        #[test]
        fn no_text_becomes_a_tag_of_its_own(body in "[<>a-z/\"'&\\[\\]()!:#*` \n-]{0,200}") {
            let tag = regex::Regex::new(r"</?([a-z0-9]+)").unwrap();
            for found in tag.captures_iter(&rendered(&body)) {
                let known = ["p", "h2", "h3", "h4", "blockquote", "pre", "ul", "ol", "li", "em", "strong", "a", "code", "br", "hr"];
                prop_assert!(known.contains(&&found[1]), "{}", &found[1]);
            }
        }
    }
}
