//! The frame of every mail: greeting, what is said, rows, links, and who writes; as text and as HTML.
//!
//! A subject's file fills a [`Draft`]; what strangers typed reaches a mail in one place only, the name in the greeting,
//! cut and stripped by [`greeting_name`].

use askama::Template;

use crate::domain::messages::greeting_name;
use crate::i18n::{Language, Texts};
use crate::mail::Invitation;
use crate::messaging::templates::{ClinicFacts, LocationFacts, NotRendered, RenderedMail};

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
}

#[derive(Template)]
#[template(path = "emails/booking.txt")]
struct TextMail<'a> {
    greeting: &'a str,
    lead: &'a str,
    rows: &'a [Row],
    notes: &'a [String],
    actions: &'a [Action],
    footer: &'a [String],
    why: &'a str,
}

#[derive(Template)]
#[template(path = "emails/booking.html")]
struct HtmlMail<'a> {
    language: &'a str,
    direction: &'a str,
    subject: &'a str,
    preview: &'a str,
    clinic: &'a str,
    accent: &'a str,
    accent_ink: &'a str,
    heading: &'a str,
    greeting: &'a str,
    lead: &'a str,
    rows: &'a [Row],
    notes: &'a [String],
    action: Option<&'a Action>,
    others: &'a [Action],
    link_hint: &'a str,
    footer: &'a [String],
    why: &'a str,
}

/// Puts a draft into the frame.
pub(in crate::messaging) fn render(draft: Draft, head: &Head<'_>) -> Result<RenderedMail, NotRendered> {
    let t = Texts::new(head.language);
    let greeting = match greeting_name(head.reader_name) {
        Some(name) => t.with("mail-hello", &[("name", &name)]),
        None => t.text("mail-hello-nobody"),
    };
    let footer = footer(t, head);
    let text = TextMail {
        greeting: &greeting,
        lead: &draft.lead,
        rows: &draft.rows,
        notes: &draft.notes,
        actions: &draft.actions,
        footer: &footer,
        why: &head.why,
    }
    .render()?;
    let accent = accent(&head.clinic.accent_color);
    let html = HtmlMail {
        language: head.language.tag(),
        direction: head.language.direction().attribute(),
        subject: &draft.subject,
        preview: &draft.preview,
        clinic: &head.clinic.name,
        accent: &accent,
        accent_ink: ink_on(&accent),
        heading: &draft.heading,
        greeting: &greeting,
        lead: &draft.lead,
        rows: &draft.rows,
        notes: &draft.notes,
        action: draft.actions.first(),
        others: draft.actions.get(1..).unwrap_or_default(),
        link_hint: &t.text("mail-link-hint"),
        footer: &footer,
        why: &head.why,
    }
    .render()?;
    Ok(RenderedMail { subject: draft.subject, text, html, invitation: draft.invitation })
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
