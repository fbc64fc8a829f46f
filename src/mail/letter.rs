//! A letter ready to go: headers that nobody can add to, a text, its HTML, and the invitation.

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use lettre::address::{Address, Envelope};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, Message, MultiPart, SinglePart};

use crate::domain::messages::one_line;

/// Longer subjects are cut; mail programs show less.
const SUBJECT_CHARACTERS_MAX: usize = 150;

/// A name and a mail address.
#[derive(Debug, Clone)]
pub struct MailParty {
    /// As people call it; may be empty.
    pub name: String,
    /// Where mail reaches it.
    pub address: String,
}

/// An invitation inside a mail.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// `REQUEST` or `CANCEL`, equal to METHOD in the file.
    pub method: &'static str,
    /// The calendar file.
    pub file: String,
}

/// What a letter is made from.
#[derive(Debug, Clone)]
pub struct LetterParts {
    /// The clinic.
    pub from: MailParty,
    /// Where answers go, when not to the sender.
    pub reply_to: Option<MailParty>,
    /// Who gets it.
    pub to: MailParty,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// The invitation, where there is one.
    pub invitation: Option<Invitation>,
    /// Without angle brackets; the same at every attempt.
    pub message_id: String,
    /// The first message of the conversation, without angle brackets.
    pub in_reply_to: Option<String>,
    /// The date in the header.
    pub date: DateTime<Utc>,
    /// Where the letter goes back to when it cannot be delivered; the sender's address when there is none.
    pub bounces_to: Option<String>,
    /// How its reader ends messages of this kind, for advertising.
    pub unsubscribe: Option<Unsubscribe>,
}

/// How mail programs end messages of this kind for their reader (RFC 2369, RFC 8058).
#[derive(Debug, Clone)]
pub struct Unsubscribe {
    /// Takes a POST with `List-Unsubscribe=One-Click` and answers without a question.
    pub url: String,
    /// A mailbox that does the same, where there is one.
    pub mailto: Option<String>,
}

/// A letter ready to go.
#[derive(Debug, Clone)]
pub struct Letter {
    pub(super) envelope: Envelope,
    pub(super) bytes: Vec<u8>,
    pub(super) message_id: String,
}

impl Letter {
    /// The letter as it travels.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Why a letter cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadLetter {
    /// The recipient's address is none.
    #[error("the recipient's address is no mail address")]
    Recipient,
    /// Our own address is none, or a part cannot be encoded.
    #[error("the letter cannot be made")]
    Other,
}

/// Whether mail can be addressed to it.
pub fn is_mail_address(text: &str) -> bool {
    text.parse::<Address>().is_ok()
}

/// Makes the letter: `multipart/mixed` of the alternatives (text, HTML, invitation) and the invitation as a file, for
/// programs that show only one of the two.
pub fn compose(parts: &LetterParts) -> Result<Letter, BadLetter> {
    let from = mailbox(&parts.from).ok_or(BadLetter::Other)?;
    let to = mailbox(&parts.to).ok_or(BadLetter::Recipient)?;
    let message_id = format!("<{}>", identifier(&parts.message_id));
    let mut builder = Message::builder()
        .from(from)
        .to(to)
        .subject(one_line(&parts.subject).chars().take(SUBJECT_CHARACTERS_MAX).collect::<String>())
        .message_id(Some(message_id))
        .date(SystemTime::from(parts.date))
        .raw_header(auto_submitted());
    if let Some(reply_to) = parts.reply_to.as_ref().and_then(mailbox) {
        builder = builder.reply_to(reply_to);
    }
    if let Some(first) = &parts.in_reply_to {
        let first = format!("<{}>", identifier(first));
        builder = builder.in_reply_to(first.clone()).references(first);
    }
    for header in parts.unsubscribe.iter().flat_map(unsubscribe) {
        builder = builder.raw_header(header);
    }
    let message = builder.multipart(body(parts)).map_err(|_encoding| BadLetter::Other)?;
    Ok(Letter {
        envelope: envelope(message.envelope(), parts),
        bytes: message.formatted(),
        message_id: identifier(&parts.message_id),
    })
}

fn body(parts: &LetterParts) -> MultiPart {
    let boundary = |level: u8| format!("=_{level}_{}", boundary_word(&parts.message_id));
    let alternatives = MultiPart::alternative()
        .boundary(boundary(1))
        .singlepart(SinglePart::plain(parts.text.clone()))
        .singlepart(SinglePart::html(parts.html.clone()));
    let mixed = MultiPart::mixed().boundary(boundary(0));
    let Some((invitation, content_type)) = parts.invitation.as_ref().and_then(with_content_type) else {
        return mixed.multipart(alternatives);
    };
    let inline = SinglePart::builder().header(content_type).body(invitation.file.clone());
    let file = ContentType::parse("application/ics").unwrap_or(ContentType::TEXT_PLAIN);
    mixed
        .multipart(alternatives.singlepart(inline))
        .singlepart(Attachment::new("appointment.ics".to_owned()).body(invitation.file.clone(), file))
}

fn with_content_type(invitation: &Invitation) -> Option<(&Invitation, ContentType)> {
    let text = format!("text/calendar; charset=utf-8; method={}", invitation.method);
    ContentType::parse(&text).ok().map(|content_type| (invitation, content_type))
}

/// What comes back goes to its own address, which says which letter it was.
fn envelope(usual: &Envelope, parts: &LetterParts) -> Envelope {
    let own = parts.bounces_to.as_ref().and_then(|address| address.parse::<Address>().ok());
    own.and_then(|own| Envelope::new(Some(own), usual.to().to_vec()).ok()).unwrap_or_else(|| usual.clone())
}

fn unsubscribe(how: &Unsubscribe) -> Vec<HeaderValue> {
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b','));
    if !plain(&how.url) {
        return Vec::new();
    }
    let mailto = how.mailto.as_ref().filter(|address| plain(address) && is_mail_address(address));
    let ways = mailto.map_or_else(String::new, |address| format!(", <mailto:{address}>"));
    let header = |name, value| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
    vec![
        header("List-Unsubscribe", format!("<{}>{ways}", how.url)),
        header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()),
    ]
}

/// Tells answering machines to stay silent (RFC 3834).
fn auto_submitted() -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned())
}

fn mailbox(party: &MailParty) -> Option<Mailbox> {
    let address: Address = party.address.trim().parse().ok()?;
    let name = one_line(&party.name);
    Some(Mailbox::new((!name.is_empty()).then_some(name), address))
}

/// A Message-ID holds nothing but these characters, whoever wrote the row.
fn identifier(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@')).collect()
}

fn boundary_word(message_id: &str) -> String {
    message_id.chars().filter(char::is_ascii_alphanumeric).take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;
    use mail_parser::{MessageParser, MimeHeaders};
    use proptest::prelude::*;

    fn parts() -> LetterParts {
        LetterParts {
            from: MailParty { name: "Pacific Crest Dental, \"Ballard\"".into(), address: "desk@clinic.example".into() },
            reply_to: Some(MailParty { name: String::new(), address: "ballard@clinic.example".into() }),
            to: MailParty { name: "Jörg Müller".into(), address: "joerg@mail.example".into() },
            subject: "Ihr Termin am Dienstag, 1. Dezember – 9:00 Uhr".into(),
            text: "Guten Tag Jörg\n\n.\nhttps://clinic.example/m/abc\n".into(),
            html: "<p>Guten Tag Jörg</p>".into(),
            invitation: Some(Invitation { method: "REQUEST", file: "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n".into() }),
            message_id: "0ABC@clinic.example".into(),
            in_reply_to: Some("0AAA@clinic.example".into()),
            date: Utc.with_ymd_and_hms(2026, 11, 22, 2, 0, 0).unwrap(),
            bounces_to: None,
            unsubscribe: None,
        }
    }

    #[test]
    fn advertising_says_how_to_end_it_and_every_letter_where_it_comes_back_to() {
        let mut parts = parts();
        assert_eq!(compose(&parts).unwrap().envelope.from().map(ToString::to_string).unwrap(), "desk@clinic.example");
        parts.bounces_to = Some("bounces+0abc@clinic.example".into());
        parts.unsubscribe = Some(Unsubscribe {
            url: format!("https://clinic.example/u/{}", "a".repeat(90)),
            mailto: Some("stop@clinic.example".into()),
        });
        let letter = compose(&parts).unwrap();
        assert_eq!(letter.envelope.from().map(ToString::to_string).unwrap(), "bounces+0abc@clinic.example");
        let mail = MessageParser::default().parse(letter.bytes()).unwrap();
        let header = |name: &str| mail.header_raw(name).map(|value| value.replace("\r\n", "").trim().to_owned());
        let url = parts.unsubscribe.as_ref().unwrap().url.clone();
        assert_eq!(header("List-Unsubscribe").unwrap(), format!("<{url}>, <mailto:stop@clinic.example>"));
        assert_eq!(header("List-Unsubscribe-Post").as_deref(), Some("List-Unsubscribe=One-Click"));
        parts.unsubscribe = Some(Unsubscribe { url: "https://clinic.example/\r\nBcc: x".into(), mailto: None });
        assert!(!String::from_utf8_lossy(compose(&parts).unwrap().bytes()).contains("List-Unsubscribe"));
    }

    #[test]
    fn an_independent_reader_reads_the_letter() {
        let letter = compose(&parts()).expect("a letter");
        let mail = MessageParser::default().parse(letter.bytes()).expect("a mail");
        assert_eq!(mail.subject(), Some(parts().subject.as_str()));
        assert_eq!(mail.message_id(), Some("0ABC@clinic.example"));
        assert_eq!(mail.in_reply_to().as_text(), Some("0AAA@clinic.example"));
        assert_eq!(mail.references().as_text(), Some("0AAA@clinic.example"));
        assert_eq!(mail.header_raw("Auto-Submitted").map(str::trim), Some("auto-generated"));
        assert_eq!(mail.to().and_then(|to| to.first()).and_then(|to| to.name()), Some("Jörg Müller"));
        let from = mail.from().and_then(|from| from.first()).and_then(|from| from.name());
        assert_eq!(from, Some("Pacific Crest Dental, \"Ballard\""));
        assert_eq!(mail.body_text(0).as_deref().map(|text| text.replace("\r\n", "\n")), Some(parts().text));
        assert!(mail.body_html(0).is_some_and(|html| html.contains("Guten Tag Jörg")));
        let calendar = mail
            .parts
            .iter()
            .find(|part| part.content_type().is_some_and(|kind| kind.subtype() == Some("calendar")))
            .expect("an invitation");
        let method = calendar.content_type().and_then(|kind| kind.attribute("method"));
        assert_eq!(method, Some("REQUEST"));
        assert_eq!(
            mail.attachments().filter_map(|part| part.attachment_name()).collect::<Vec<_>>(),
            ["appointment.ics"]
        );
    }

    #[test]
    fn the_same_parts_give_the_same_bytes() {
        assert_eq!(compose(&parts()).unwrap().bytes, compose(&parts()).unwrap().bytes);
    }

    #[test]
    fn an_address_that_is_none_is_told_apart() {
        for address in ["", "nobody", "a@", "a b@c.example", "a@b\r\nRCPT TO:<x@y.example>", "<a@b.example>"] {
            let mut parts = parts();
            parts.to.address = address.into();
            assert_eq!(compose(&parts).map(|_| ()), Err(BadLetter::Recipient), "{address}");
        }
    }

    proptest! {
        #[test]
        fn nobody_adds_a_header(hostile in "[\\r\\n\\x00a-z:<>,\" \u{202e}\u{85}é]{0,80}") {
            let mut parts = parts();
            let attack = format!("{hostile}\r\nBcc: thief@evil.example\r\n\r\n<b>body</b>");
            parts.subject.clone_from(&attack);
            parts.to.name.clone_from(&attack);
            parts.from.name.clone_from(&attack);
            parts.message_id = format!("{attack}@clinic.example");
            parts.in_reply_to = Some(attack);
            let letter = compose(&parts).expect("a letter");
            let mail = MessageParser::default().parse(letter.bytes()).expect("a mail");
            prop_assert!(mail.bcc().is_none());
            prop_assert_eq!(mail.to().map(|to| to.iter().count()), Some(1));
            let head_ends = letter.bytes().windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
            let head = String::from_utf8_lossy(&letter.bytes()[..head_ends]).into_owned();
            for line in head.split("\r\n") {
                let continued = line.starts_with([' ', '\t']);
                prop_assert!(continued || line.split(':').next().is_some_and(|name| [
                    "From", "To", "Subject", "Message-ID", "Date", "Auto-Submitted", "Reply-To", "In-Reply-To",
                    "References", "MIME-Version", "Content-Type",
                ].contains(&name)), "{}", line);
                prop_assert!(line.len() <= 998 && line.is_ascii());
            }
        }
    }
}
