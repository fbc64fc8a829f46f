//! What a message consists of, whoever wrote it: headings, paragraphs, lists, buttons, and the parts that Rebook makes.
//!
//! The clinic's own words are CommonMark. A line end is a line end, HTML is text, and a paragraph that is one link is a
//! button. Links lead to web pages, mail addresses and phone numbers only.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::check::Wrong;
use super::engine::{Bit, Filled, Part};

/// More blocks than any letter needs.
const BLOCKS_MAX: usize = 300;
/// The same part is shown so often.
const PARTS_MAX: usize = 6;

/// One block of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::messaging) enum Block {
    /// A heading; 1 is the largest.
    Heading(u8, Vec<Run>),
    /// A paragraph.
    Paragraph(Vec<Run>),
    /// A line of a list: how deep it lies, what stands before it.
    Item(usize, String, Vec<Run>),
    /// A line across.
    Line,
    /// A link that stands alone.
    Button(String, String),
    /// What Rebook makes.
    Part(Part),
}

/// Words of one look.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::messaging) struct Run {
    pub(in crate::messaging) text: String,
    pub(in crate::messaging) bold: bool,
    pub(in crate::messaging) italic: bool,
    pub(in crate::messaging) href: Option<String>,
}

impl Run {
    /// Plain words.
    pub(in crate::messaging) fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// Reads a filled template.
pub(super) fn read(filled: &Filled) -> Result<Vec<Block>, Wrong> {
    let mut writer = Writer::new(filled);
    for event in Parser::new(&filled.text) {
        writer.take(event);
        if writer.blocks.len() > BLOCKS_MAX {
            return Err(Wrong::TooBig);
        }
    }
    writer.flush();
    let blocks = writer.blocks;
    for part in Part::ALL {
        if blocks.iter().filter(|block| **block == Block::Part(part)).count() > PARTS_MAX {
            return Err(Wrong::TooBig);
        }
    }
    Ok(blocks)
}

struct Writer<'a> {
    filled: &'a Filled,
    blocks: Vec<Block>,
    runs: Vec<Run>,
    heading: Option<u8>,
    bold: usize,
    italic: usize,
    href: Option<String>,
    /// The number of the next line of each list we are in; none for one with dots.
    lists: Vec<Option<u64>>,
    /// What stands before the next line of a list.
    marker: String,
    quotes: usize,
}

impl<'a> Writer<'a> {
    fn new(filled: &'a Filled) -> Self {
        Self {
            filled,
            blocks: Vec::new(),
            runs: Vec::new(),
            heading: None,
            bold: 0,
            italic: 0,
            href: None,
            lists: Vec::new(),
            marker: String::new(),
            quotes: 0,
        }
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => self.text(&text),
            Event::SoftBreak | Event::HardBreak => self.push("\n", None),
            Event::Rule => {
                self.flush();
                self.blocks.push(Block::Line);
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.flush();
                self.heading = Some(level as u8);
            }
            Tag::List(first) => {
                self.flush();
                self.lists.push(first);
            }
            Tag::Item => {
                self.flush();
                self.marker = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        let marker = format!("{number}.");
                        *number = number.saturating_add(1);
                        marker
                    }
                    _ => "•".to_owned(),
                };
            }
            Tag::BlockQuote(_) => {
                self.flush();
                self.quotes += 1;
            }
            Tag::Strong => self.bold += 1,
            Tag::Emphasis => self.italic += 1,
            Tag::Link { dest_url, .. } => self.href = address(&self.filled.plain(&dest_url)),
            Tag::Paragraph | Tag::CodeBlock(_) | Tag::HtmlBlock => self.flush(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong => self.bold = self.bold.saturating_sub(1),
            TagEnd::Emphasis => self.italic = self.italic.saturating_sub(1),
            TagEnd::Link => self.href = None,
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
            }
            TagEnd::BlockQuote(_) => {
                self.flush();
                self.quotes = self.quotes.saturating_sub(1);
            }
            TagEnd::Heading(_) => {
                self.flush();
                self.heading = None;
            }
            TagEnd::Paragraph | TagEnd::CodeBlock | TagEnd::HtmlBlock | TagEnd::Item => self.flush(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        let filled = self.filled;
        for bit in filled.bits(text) {
            match bit {
                Bit::Text(text) => self.push(text, None),
                // An address that stands bare can be followed.
                Bit::Value(value) => self.push(value, address(value).filter(|_| is_web(value))),
                Bit::Part(part) => {
                    self.flush();
                    self.blocks.push(Block::Part(part));
                }
            }
        }
    }

    fn push(&mut self, text: &str, own: Option<String>) {
        let run = Run {
            text: text.to_owned(),
            bold: self.bold > 0,
            italic: self.italic > 0,
            href: self.href.clone().or(own),
        };
        match self.runs.last_mut() {
            Some(last) if last.bold == run.bold && last.italic == run.italic && last.href == run.href => {
                last.text.push_str(&run.text);
            }
            _ => self.runs.push(run),
        }
    }

    /// Ends the block that is being written; what is empty is none.
    fn flush(&mut self) {
        let mut runs = std::mem::take(&mut self.runs);
        if let Some(first) = runs.first_mut() {
            first.text = first.text.trim_start().to_owned();
        }
        if let Some(last) = runs.last_mut() {
            last.text = last.text.trim_end().to_owned();
        }
        runs.retain(|run| !run.text.is_empty());
        if runs.iter().all(|run| run.text.trim().is_empty()) {
            return;
        }
        let block = if let Some(level) = self.heading {
            Block::Heading(level, runs)
        } else if !self.lists.is_empty() {
            Block::Item(self.lists.len(), std::mem::take(&mut self.marker), runs)
        } else if self.quotes > 0 {
            Block::Item(1, String::new(), runs)
        } else {
            match as_button(&runs) {
                Some((label, url)) => Block::Button(label, url),
                None => Block::Paragraph(runs),
            }
        };
        self.blocks.push(block);
    }
}

/// A paragraph that is one link, and says more than its address.
fn as_button(runs: &[Run]) -> Option<(String, String)> {
    let url = runs.first()?.href.as_ref()?;
    if runs.iter().any(|run| run.href.as_ref() != Some(url)) {
        return None;
    }
    let label: String = runs.iter().map(|run| run.text.as_str()).collect();
    (label.trim() != url).then(|| (label.trim().to_owned(), url.clone()))
}

fn is_web(address: &str) -> bool {
    let start: String = address.chars().take(8).collect::<String>().to_ascii_lowercase();
    start.starts_with("https://") || start.starts_with("http://")
}

/// An address that a link of a mail may lead to.
pub(super) fn address(text: &str) -> Option<String> {
    let text = text.trim();
    let start: String = text.chars().take(8).collect::<String>().to_ascii_lowercase();
    let is_known = is_web(text) || start.starts_with("mailto:") || start.starts_with("tel:");
    let is_plain = text.len() <= 2_000 && !text.chars().any(|c| c.is_control() || c.is_whitespace());
    (is_known && is_plain).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messaging::words::engine::{Vars, fill};

    fn blocks(source: &str, name: &str) -> Vec<Block> {
        let vars = Vars::from([("name", name.to_owned()), ("url", "https://clinic.example/m/abc".to_owned())]);
        read(&fill(source, &vars, &[]).expect("a filled template")).expect("blocks")
    }

    #[test]
    fn reads_what_people_write() {
        let source = "# Hi {{ name }}\n\nOne\ntwo **three** *four*.\n\n{{ details }}\n\n- a\n- b\n\n3. c\n\n[Press]({{ url }})\n\n---\n\nSee {{ url }}!";
        let run = Run::plain;
        let found = blocks(source, "Ana");
        assert_eq!(found.first(), Some(&Block::Heading(1, vec![run("Hi Ana")])));
        assert_eq!(
            found.get(1),
            Some(&Block::Paragraph(vec![
                run("One\ntwo "),
                Run { bold: true, ..run("three") },
                run(" "),
                Run { italic: true, ..run("four") },
                run("."),
            ]))
        );
        assert_eq!(found.get(2), Some(&Block::Part(Part::Details)));
        assert_eq!(found.get(3), Some(&Block::Item(1, "•".into(), vec![run("a")])));
        assert_eq!(found.get(5), Some(&Block::Item(1, "3.".into(), vec![run("c")])));
        assert_eq!(found.get(6), Some(&Block::Button("Press".into(), "https://clinic.example/m/abc".into())));
        assert_eq!(found.get(7), Some(&Block::Line));
        let link = Run { href: Some("https://clinic.example/m/abc".into()), ..run("https://clinic.example/m/abc") };
        assert_eq!(found.get(8), Some(&Block::Paragraph(vec![run("See "), link, run("!")])));
    }

    #[test]
    fn a_value_is_words_and_nothing_else() {
        for name in [
            "**x**",
            "# x",
            "- x",
            "[x](javascript:1)",
            "<b>x</b>",
            "`x`",
            "{{ details }}",
            "a\n\n# b",
            "x](y",
            "\\",
            "1. x",
            "&lt;",
            "![a](b)",
            "> q",
            "---",
        ] {
            let found = blocks("{{ name }}", name);
            assert!(matches!(found.as_slice(), [Block::Paragraph(runs)] if runs.len() == 1), "{name}: {found:?}");
            let around = blocks("**Hello {{ name }}**, how", name);
            assert!(matches!(around.as_slice(), [Block::Paragraph(runs)] if runs.len() == 2), "{name}: {around:?}");
            let inside = blocks("[go]({{ name }})", name);
            assert!(
                matches!(inside.as_slice(), [Block::Paragraph(runs)] if runs.iter().all(|run| run.href.is_none())),
                "{inside:?}"
            );
        }
    }

    #[test]
    fn links_lead_to_pages_mails_and_phones() {
        for bad in ["javascript:alert(1)", "data:text/html,x", "/staff", "vbscript:x", "JaVaScRiPt:x", "https://a b"] {
            assert_eq!(address(bad), None, "{bad}");
        }
        assert!(address("HTTPS://clinic.example").is_some() && address("tel:+1310").is_some());
    }

    proptest::proptest! {
        #[test]
        fn whatever_a_value_holds_the_message_has_the_same_shape(name in "\\PC{1,40}", rest in "[*_#<>`\\[\\]()\\\\!&{}%~\n -]{0,20}") {
            let shape = |blocks: Vec<Block>| -> Vec<usize> {
                blocks.iter().map(|block| match block {
                    Block::Heading(_, runs) | Block::Paragraph(runs) | Block::Item(_, _, runs) => runs.len(),
                    Block::Line | Block::Button(..) | Block::Part(_) => 99,
                }).collect()
            };
            let source = "# A {{ name }} b\n\nHello **{{ name }}x** and *y {{ name }}*\n\n- one {{ name }}.\n\n[go {{ name }}]({{ url }})\n\n{{ details }}";
            let named = format!("{name}{rest}");
            proptest::prop_assert_eq!(shape(blocks(source, &named)), shape(blocks(source, "Ana")));
        }
    }
}
