//! Reads a delivery report (RFC 3464) out of any bytes.

use mail_parser::{Message, MessageParser, MimeHeaders, PartType};

/// Longer mails are no reports.
pub const MAIL_BYTES_MAX: usize = 10 * 1024 * 1024;
/// A report of ours is about one recipient; forwarding makes a few of one.
const RECIPIENTS_MAX: usize = 20;
/// A line of a report is kept up to so many characters.
const WORDS_MAX: usize = 200;
/// Headers that say to which address a mail came, the most telling first.
const ARRIVED_AT: [&str; 6] = ["Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-RCPT-To", "To"];

/// Why bytes are no report that says anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoReport {
    /// Too large to be one.
    #[error("the mail is larger than 10 MB")]
    TooLarge,
    /// Not a mail at all.
    #[error("this is no mail")]
    NoMail,
    /// An answer of somebody who is away, a question whether we are human, or a letter.
    #[error("this mail is no delivery report")]
    OtherMail,
}

/// What happened to a letter on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It came back.
    Failed,
    /// It is still being tried.
    Delayed,
    /// It arrived, or went on to others.
    Arrived,
}

/// What a report says about one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// What happened.
    pub fate: Fate,
    /// As `5.1.1`.
    pub status: String,
    /// Where the letter was going, as it was addressed and as it ended up.
    pub addresses: Vec<String>,
    /// What the last server said.
    pub words: String,
}

impl Returned {
    /// It came back for good: the address takes no mail.
    pub fn is_hard(&self) -> bool {
        self.fate == Fate::Failed && self.status.starts_with("5.")
    }
}

/// A delivery report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Codes in the addresses to which the report came.
    pub codes: Vec<String>,
    /// The name of the letter that is returned, where its head came along.
    pub message_id: Option<String>,
    /// For each recipient.
    pub returned: Vec<Returned>,
}

impl Report {
    /// Reads it.
    pub fn read(bytes: &[u8]) -> Result<Self, NoReport> {
        if MAIL_BYTES_MAX < bytes.len() {
            return Err(NoReport::TooLarge);
        }
        let mail = MessageParser::default().parse(bytes).ok_or(NoReport::NoMail)?;
        let kind = mail.content_type().ok_or(NoReport::OtherMail)?;
        let is_report = kind.ctype().eq_ignore_ascii_case("multipart")
            && kind.subtype().is_some_and(|subtype| subtype.eq_ignore_ascii_case("report"))
            && kind.attribute("report-type").is_none_or(|what| what.eq_ignore_ascii_case("delivery-status"));
        if !is_report {
            return Err(NoReport::OtherMail);
        }
        let returned = returned(&mail);
        if returned.is_empty() {
            return Err(NoReport::OtherMail);
        }
        Ok(Self { codes: codes(&mail), message_id: returned_name(&mail), returned })
    }
}

/// What stands behind a `+` in the addresses the mail came to, and is long enough to be a code.
fn codes(mail: &Message<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (name, value) in mail.headers_raw() {
        if !ARRIVED_AT.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            continue;
        }
        let words = value.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '"' | ':'));
        for word in words {
            let Some((local, _)) = word.rsplit_once('@') else { continue };
            let Some((_, code)) = local.rsplit_once('+') else { continue };
            let is_code = code.len() == 39 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
            if is_code && !found.iter().any(|known| known == code) && found.len() < RECIPIENTS_MAX {
                found.push(code.to_owned());
            }
        }
    }
    found
}

fn is_kind(part: &mail_parser::MessagePart<'_>, kind: &str, subtypes: &[&str]) -> bool {
    part.content_type().is_some_and(|found| {
        found.ctype().eq_ignore_ascii_case(kind)
            && found.subtype().is_some_and(|found| subtypes.iter().any(|subtype| subtype.eq_ignore_ascii_case(found)))
    })
}

fn returned(mail: &Message<'_>) -> Vec<Returned> {
    let parts =
        mail.parts.iter().filter(|part| is_kind(part, "message", &["delivery-status", "global-delivery-status"]));
    let mut found = Vec::new();
    for part in parts {
        let text = String::from_utf8_lossy(part.contents());
        // The first block is about the whole mail; it has no action and so says nothing here.
        for block in blocks(&text) {
            if let Some(returned) = about_recipient(&block)
                && found.len() < RECIPIENTS_MAX
            {
                found.push(returned);
            }
        }
    }
    found
}

type Block = Vec<(String, String)>;

/// Groups of fields, with an empty line between them.
fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = vec![Vec::new()];
    for line in text.lines() {
        let Some(block) = blocks.last_mut() else { break };
        if line.trim().is_empty() {
            if !block.is_empty() {
                blocks.push(Vec::new());
            }
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = block.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            block.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
        if blocks.len() > RECIPIENTS_MAX + 1 {
            break;
        }
    }
    blocks
}

fn about_recipient(block: &Block) -> Option<Returned> {
    let field = |wanted: &str| block.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let fate = match field("action")?.split_whitespace().next()?.to_ascii_lowercase().as_str() {
        "failed" => Fate::Failed,
        "delayed" => Fate::Delayed,
        "delivered" | "relayed" | "expanded" => Fate::Arrived,
        _ => return None,
    };
    let address = |name| field(name).and_then(|value| value.rsplit(';').next()).map(plain_address);
    let addresses = [address("original-recipient"), address("final-recipient")];
    let words = field("diagnostic-code").map(|value| value.split_once(';').map_or(value, |(_, words)| words));
    Some(Returned {
        fate,
        status: field("status").and_then(status)?,
        addresses: addresses.into_iter().flatten().filter(|address| address.contains('@')).collect(),
        words: words.unwrap_or_default().trim().chars().take(WORDS_MAX).collect(),
    })
}

fn plain_address(text: &str) -> String {
    text.trim().trim_matches(['<', '>']).to_ascii_lowercase()
}

/// Three numbers, as `5.1.1`; comments behind them are left out.
fn status(text: &str) -> Option<String> {
    let word = text.split(|c: char| c.is_whitespace() || c == '(').next()?;
    let numbers: Vec<&str> = word.split('.').collect();
    let is_number = |text: &&str| !text.is_empty() && text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    (numbers.len() == 3 && numbers.iter().all(is_number)).then(|| word.to_owned())
}

/// The Message-ID of the letter that came back, whole or only its head.
fn returned_name(mail: &Message<'_>) -> Option<String> {
    for part in &mail.parts {
        let found = match &part.body {
            PartType::Message(letter) => letter.message_id().map(str::to_owned),
            _ if is_kind(part, "text", &["rfc822-headers"])
                || is_kind(part, "message", &["rfc822", "global", "global-headers"]) =>
            {
                MessageParser::default()
                    .parse(part.contents())
                    .and_then(|letter| letter.message_id().map(str::to_owned))
            }
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn report(action: &str, status: &str) -> String {
        format!(
            "From: MAILER-DAEMON@relay.example\r\nTo: bounces+0abc0abc0abc0aaaaaaaaaaaaaaaaaaaaaaaaaa@clinic.example\r\n\
             Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example\r\n\r\n\
             Final-Recipient: rfc822; Ana@Mail.example\r\nAction: {action}\r\nStatus: {status}\r\n\
             Diagnostic-Code: smtp; 550 5.1.1 unknown\r\n user\r\n\
             --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <0ABC@clinic.example>\r\nSubject: x\r\n\r\n--b--\r\n"
        )
    }

    #[test]
    fn a_report_is_read() {
        let read = Report::read(report("failed", "5.1.1 (no such user)").as_bytes()).unwrap();
        assert_eq!(read.codes, ["0abc0abc0abc0aaaaaaaaaaaaaaaaaaaaaaaaaa"]);
        assert_eq!(read.message_id.as_deref(), Some("0ABC@clinic.example"));
        let [one] = read.returned.as_slice() else { panic!("{read:?}") };
        assert_eq!((one.fate, one.status.as_str()), (Fate::Failed, "5.1.1"));
        assert_eq!(one.addresses, ["ana@mail.example"]);
        assert_eq!(one.words, "550 5.1.1 unknown user");
        assert!(one.is_hard());
        let delayed = Report::read(report("delayed", "4.4.1").as_bytes()).unwrap();
        assert_eq!(delayed.returned[0].fate, Fate::Delayed);
        assert!(!Report::read(report("failed", "4.4.7").as_bytes()).unwrap().returned[0].is_hard());
    }

    #[test]
    fn other_mails_are_told_apart() {
        let away = "From: ana@mail.example\r\nTo: x@clinic.example\r\nAuto-Submitted: auto-replied\r\n\
                    Subject: Out of office\r\n\r\nI am away, 5.1.1\r\n";
        assert_eq!(Report::read(away.as_bytes()), Err(NoReport::OtherMail));
        let spam = report("failed", "5.1.1").replace("delivery-status", "feedback-report");
        assert_eq!(Report::read(spam.as_bytes()), Err(NoReport::OtherMail));
        for status in ["", "five", "5.1", "5.1.1.1", "5.1.12345"] {
            assert_eq!(Report::read(report("failed", status).as_bytes()), Err(NoReport::OtherMail), "{status}");
        }
        assert_eq!(Report::read(&vec![b'x'; MAIL_BYTES_MAX + 1]), Err(NoReport::TooLarge));
        assert_eq!(Report::read(b""), Err(NoReport::NoMail));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let _never_panics = Report::read(&bytes);
        }

        #[test]
        fn a_damaged_report_is_read_or_refused(
            at in 0_usize..900, length in 0_usize..200, with in proptest::collection::vec(any::<u8>(), 0..60),
        ) {
            let mut bytes = report("failed", "5.1.1").into_bytes();
            let from = at.min(bytes.len());
            let to = (from + length).min(bytes.len());
            bytes.splice(from..to, with);
            if let Ok(read) = Report::read(&bytes) {
                prop_assert!(read.returned.len() <= RECIPIENTS_MAX && read.codes.len() <= RECIPIENTS_MAX);
            }
        }
    }
}
