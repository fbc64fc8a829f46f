//! The frame of every mail: head, what is said, who writes and why; as text and as HTML.
//!
//! A subject's file fills a [`Draft`]. Its words become [`Block`]s, directly, or through the clinic's own template; from
//! there on there is one way. What strangers typed reaches a mail in one place only, the name in the greeting, cut and
//! stripped by [`greeting_name`].

use askama::Template;

use crate::domain::messages::{MessageKind, greeting_name};
use crate::i18n::{Language, Texts};
use crate::mail::Invitation;
use crate::messaging::templates::{ClinicFacts, LocationFacts, NotRendered, RenderedMail};
use crate::messaging::words::blocks::{Block, Run};
use crate::messaging::words::engine::{Part, Vars};
use crate::messaging::words::{self, OwnText, Worded, own_html};

/// One line of facts.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct Row {
    pub(in crate::messaging) label: String,
    pub(in crate::messaging) lines: Vec<String>,
    /// The first line is what the mail is about.
    pub(in crate::messaging) strong: bool,
    /// The first line no longer holds.
    pub(in crate::messaging) struck: bool,
}

impl Row {
    /// A row like any other.
    pub(in crate::messaging) const fn plain(label: String, lines: Vec<String>) -> Self {
        Self { label, lines, strong: false, struck: false }
    }

    /// The row the mail is about.
    pub(in crate::messaging) const fn strong(label: String, lines: Vec<String>) -> Self {
        Self { label, lines, strong: true, struck: false }
    }
}

/// A link to follow.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct Action {
    pub(in crate::messaging) label: String,
    pub(in crate::messaging) url: String,
}

/// What a mail says.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct Draft {
    pub(in crate::messaging) kind: MessageKind,
    /// Names no treatment: it shows on locked screens.
    pub(in crate::messaging) subject: String,
    /// The line mail programs show beside the subject; names no treatment either.
    pub(in crate::messaging) preview: String,
    pub(in crate::messaging) heading: String,
    pub(in crate::messaging) lead: String,
    pub(in crate::messaging) rows: Vec<Row>,
    pub(in crate::messaging) notes: Vec<String>,
    /// The first is the button, the others stand below it.
    pub(in crate::messaging) actions: Vec<Action>,
    pub(in crate::messaging) invitation: Option<Invitation>,
    /// What a template of the clinic's may speak of, beside what every draft has.
    pub(in crate::messaging) vars: Vars,
}

/// Who writes to whom.
pub(in crate::messaging) struct Head<'a> {
    pub(in crate::messaging) language: Language,
    /// As typed; never shown without [`greeting_name`].
    pub(in crate::messaging) reader_name: &'a str,
    pub(in crate::messaging) clinic: &'a ClinicFacts,
    /// Where it takes place, when it is about one place.
    pub(in crate::messaging) location: Option<&'a LocationFacts>,
    /// Why the reader gets it.
    pub(in crate::messaging) why: String,
    /// Where advertising is ended with one press; it stands in every advertisement, whoever wrote it.
    pub(in crate::messaging) unsubscribe: Option<String>,
}

/// The frame around the words.
#[derive(Template)]
#[template(path = "emails/frame.html")]
struct HtmlFrame<'a> {
    language: &'a str,
    direction: &'a str,
    subject: &'a str,
    preview: &'a str,
    clinic: &'a str,
    accent: &'a str,
    words: &'a str,
    link_hint: &'a str,
    link: Option<&'a str>,
    footer: &'a [String],
    why: &'a str,
    unsubscribe: Option<&'a str>,
    unsubscribe_text: &'a str,
}

/// One block in HTML.
#[derive(Template)]
#[template(path = "emails/block.html")]
struct HtmlBlock<'a> {
    block: Shown<'a>,
    accent: &'a str,
    accent_ink: &'a str,
}

enum Shown<'a> {
    Heading(u8, String),
    Paragraph(String),
    Item { inset: usize, marker: &'a str, html: String },
    Line,
    Button { label: &'a str, url: &'a str },
    Link { label: &'a str, url: &'a str },
    Details(&'a [Row]),
    Notes(&'a [String]),
}

/// Puts a draft into the frame, in the clinic's own words where it has some. Words that fail are replaced by ours: the
/// reader gets the message, and the log says what is wrong.
pub(in crate::messaging) fn render(
    draft: Draft,
    head: &Head<'_>,
    own: Option<&OwnText>,
) -> Result<RenderedMail, NotRendered> {
    let t = Texts::new(head.language);
    let greeting = greeting(t, head.reader_name);
    let worded =
        own.and_then(|own| match words::compose(own, draft.kind, &vars(&draft, head, &greeting), &draft.rows) {
            Ok(worded) => Some(worded),
            Err(complaint) => {
                tracing::error!(
                    kind = draft.kind.as_str(),
                    language = head.language.tag(),
                    "a template of the clinic's failed, so Rebook's words were used: {}",
                    complaint.sentence(Texts::new(Language::En))
                );
                None
            }
        });
    dress(draft, head, worded, &greeting)
}

#[cfg(test)]
/// The same, and what is wrong with the clinic's words instead of ours.
pub(in crate::messaging) fn render_strictly(
    draft: Draft,
    head: &Head<'_>,
    own: &OwnText,
) -> Result<Result<RenderedMail, NotRendered>, words::check::Complaint> {
    let greeting = greeting(Texts::new(head.language), head.reader_name);
    let worded = words::compose(own, draft.kind, &vars(&draft, head, &greeting), &draft.rows)?;
    Ok(dress(draft, head, Some(worded), &greeting))
}

/// `Hello Ana,`
fn greeting(t: Texts, reader_name: &str) -> String {
    match greeting_name(reader_name) {
        Some(name) => t.with("mail-hello", &[("name", &name)]),
        None => t.text("mail-hello-nobody"),
    }
}

/// Everything a template may speak of.
pub(in crate::messaging) fn all_vars(draft: &Draft, head: &Head<'_>) -> Vars {
    vars(draft, head, &greeting(Texts::new(head.language), head.reader_name))
}

fn vars(draft: &Draft, head: &Head<'_>, greeting: &str) -> Vars {
    let mut vars = draft.vars.clone();
    let location = head.location;
    let phone = location.and_then(|location| location.phone.clone()).or_else(|| head.clinic.phone.clone());
    let email = location.and_then(|location| location.email.clone()).or_else(|| head.clinic.email.clone());
    vars.insert("greeting", greeting.to_owned());
    vars.insert("name", greeting_name(head.reader_name).unwrap_or_default());
    vars.insert("heading", draft.heading.clone());
    vars.insert("lead", draft.lead.clone());
    vars.insert("clinic", head.clinic.name.clone());
    vars.insert("clinic_phone", phone.unwrap_or_default());
    vars.insert("clinic_email", email.unwrap_or_default());
    vars.insert("unsubscribe_url", head.unsubscribe.clone().unwrap_or_default());
    vars
}

/// Our words as blocks.
pub(in crate::messaging) fn built_in(draft: &Draft, greeting: &str) -> Vec<Block> {
    let paragraph = |text: &str| Block::Paragraph(vec![Run::plain(text)]);
    let mut blocks = vec![Block::Heading(1, vec![Run::plain(&draft.heading)]), paragraph(greeting)];
    if !draft.lead.is_empty() {
        blocks.push(paragraph(&draft.lead));
    }
    blocks.extend([Part::Details, Part::Buttons, Part::Notes].map(Block::Part));
    blocks
}

fn dress(draft: Draft, head: &Head<'_>, worded: Option<Worded>, greeting: &str) -> Result<RenderedMail, NotRendered> {
    let t = Texts::new(head.language);
    let (subject, blocks, own_html) = match worded {
        Some(worded) => (worded.subject, worded.blocks, worded.html),
        None => (draft.subject.clone(), built_in(&draft, greeting), None),
    };
    let footer = footer(t, head);
    let text = as_text(&draft, &blocks, &footer, head, t);
    let accent = accent(&head.clinic.accent_color);
    let words = match &own_html {
        Some(filled) => {
            own_html::write(filled, &|part| as_html(&draft, &[Block::Part(part)], &accent).unwrap_or_default()).0
        }
        None => as_html(&draft, &blocks, &accent)?,
    };
    let html = HtmlFrame {
        language: head.language.tag(),
        direction: head.language.direction().attribute(),
        subject: &subject,
        preview: &draft.preview,
        clinic: &head.clinic.name,
        accent: &accent,
        words: &words,
        link_hint: &t.text("mail-link-hint"),
        link: first_link(&draft, &blocks).filter(|_| own_html.is_none()),
        footer: &footer,
        why: &head.why,
        unsubscribe: head.unsubscribe.as_deref(),
        unsubscribe_text: &t.text("words-unsubscribe"),
    }
    .render()?;
    Ok(RenderedMail { subject, text, html, invitation: draft.invitation })
}

/// The address behind the first button.
fn first_link<'a>(draft: &'a Draft, blocks: &'a [Block]) -> Option<&'a str> {
    blocks.iter().find_map(|block| match block {
        Block::Button(_, url) => Some(url.as_str()),
        Block::Part(Part::Buttons) => draft.actions.first().map(|action| action.url.as_str()),
        _ => None,
    })
}

/// The text part. Its first heading repeats the subject and is left out.
fn as_text(draft: &Draft, blocks: &[Block], footer: &[String], head: &Head<'_>, t: Texts) -> String {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut in_list = false;
    for (place, block) in blocks.iter().enumerate() {
        let was_in_list = std::mem::replace(&mut in_list, matches!(block, Block::Item(..)));
        let link = |action: &Action| format!("{}:\n{}", action.label, action.url);
        match block {
            Block::Heading(1, _) if place == 0 => {}
            Block::Heading(_, runs) | Block::Paragraph(runs) => paragraphs.push(plain(runs)),
            Block::Item(depth, marker, runs) => {
                let line = format!("{}{marker} {}", "  ".repeat(depth.saturating_sub(1)), plain(runs));
                match paragraphs.last_mut().filter(|_| was_in_list) {
                    Some(last) => {
                        last.push('\n');
                        last.push_str(&line);
                    }
                    None => paragraphs.push(line),
                }
            }
            Block::Line => paragraphs.push("-----".to_owned()),
            Block::Button(label, url) => paragraphs.push(format!("{label}:\n{url}")),
            Block::Part(Part::Details) => {
                let line = |row: &Row| format!("{}: {}", row.label, row.lines.join("\n  "));
                paragraphs.push(draft.rows.iter().map(line).collect::<Vec<_>>().join("\n"));
            }
            Block::Part(Part::Notes) => paragraphs.extend(draft.notes.iter().cloned()),
            Block::Part(Part::Buttons) => paragraphs.extend(draft.actions.iter().map(link)),
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    let mut why = head.why.clone();
    if let Some(address) = &head.unsubscribe {
        why = format!("{why}\n\n{}:\n{address}", t.text("words-unsubscribe"));
    }
    // Mail programs know a line of two dashes and a space as the beginning of the signature.
    format!("{}\n\n-- \n{}\n\n{why}\n", paragraphs.join("\n\n"), footer.join("\n"))
}

/// Words without their looks; where a link leads stands behind it.
fn plain(runs: &[Run]) -> String {
    let said = |run: &Run| match &run.href {
        Some(href) if href.trim_start_matches("mailto:").trim_start_matches("tel:") != run.text.trim() => {
            format!("{} ({href})", run.text)
        }
        _ => run.text.clone(),
    };
    runs.iter().map(said).collect()
}

/// Blocks in HTML. The first button stands out.
fn as_html(draft: &Draft, blocks: &[Block], accent: &str) -> Result<String, NotRendered> {
    let mut html = String::new();
    let mut has_button = false;
    let mut show = |block: Shown<'_>| -> Result<(), NotRendered> {
        html.push_str(&HtmlBlock { block, accent, accent_ink: ink_on(accent) }.render()?);
        Ok(())
    };
    for block in blocks {
        match block {
            Block::Heading(level, runs) => show(Shown::Heading(*level, run_html(runs, accent)))?,
            Block::Paragraph(runs) => show(Shown::Paragraph(run_html(runs, accent)))?,
            Block::Item(depth, marker, runs) => {
                show(Shown::Item { inset: depth.min(&4) * 22, marker, html: run_html(runs, accent) })?;
            }
            Block::Line => show(Shown::Line)?,
            Block::Button(label, url) => {
                let shown = if has_button { Shown::Link { label, url } } else { Shown::Button { label, url } };
                has_button = true;
                show(shown)?;
            }
            Block::Part(Part::Details) if draft.rows.is_empty() => {}
            Block::Part(Part::Details) => show(Shown::Details(&draft.rows))?,
            Block::Part(Part::Notes) => show(Shown::Notes(&draft.notes))?,
            Block::Part(Part::Buttons) => {
                for Action { label, url } in &draft.actions {
                    let shown = if has_button { Shown::Link { label, url } } else { Shown::Button { label, url } };
                    has_button = true;
                    show(shown)?;
                }
            }
        }
    }
    Ok(html)
}

/// Words with their looks.
fn run_html(runs: &[Run], accent: &str) -> String {
    let mut html = String::new();
    for run in runs {
        let mut ends: Vec<&str> = Vec::new();
        if let Some(href) = &run.href {
            html.push_str("<a href=\"");
            own_html::escape(href, &mut html, "");
            html.push_str(&format!("\" style=\"color:{accent};\">"));
            ends.push("</a>");
        }
        if run.bold {
            html.push_str("<strong>");
            ends.push("</strong>");
        }
        if run.italic {
            html.push_str("<em>");
            ends.push("</em>");
        }
        own_html::escape(&run.text, &mut html, "<br>");
        html.extend(ends.into_iter().rev());
    }
    html
}

fn footer(t: Texts, head: &Head<'_>) -> Vec<String> {
    let mut lines = vec![head.clinic.name.clone()];
    lines.extend(head.location.map(|location| location.address_lines.join(", ")));
    let phone = head.location.and_then(|location| location.phone.as_ref()).or(head.clinic.phone.as_ref());
    if let Some(phone) = phone {
        lines.push(t.with("mail-footer-phone", &[("phone", phone)]));
    }
    let email = head.location.and_then(|location| location.email.as_ref()).or(head.clinic.email.as_ref());
    lines.extend(email.cloned());
    lines.retain(|line| !line.is_empty());
    lines
}

/// The clinic's colour where it is one; mails carry it inside attributes.
fn accent(text: &str) -> String {
    let is_color =
        text.len() == 7 && text.starts_with('#') && text.bytes().skip(1).all(|byte| byte.is_ascii_hexdigit());
    if is_color { text.to_ascii_lowercase() } else { "#0f766e".to_owned() }
}

/// Black or white, whichever is read better on the colour (WCAG 2.2 relative luminance).
fn ink_on(color: &str) -> &'static str {
    let channel = |from: usize| {
        let value = color.get(from..from + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()).unwrap_or(0);
        let share = f64::from(value) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    let luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
    if (luminance + 0.05) * (luminance + 0.05) > 0.05 * 1.05 { "#101416" } else { "#ffffff" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ink_is_readable_on_every_accent() {
        assert_eq!(
            ["#0f766e", "#ffffff", "#000000", "#facc15"].map(ink_on),
            ["#ffffff", "#101416", "#ffffff", "#101416"]
        );
    }
}
