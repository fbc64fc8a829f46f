//! Mails that stay here: as files in a directory or in memory, and read back for people and tests.
//!
//! What is shown is read from the very bytes that would have travelled.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, NaiveDateTime, Utc};
use mail_parser::{Message, MessageParser, MimeHeaders, PartType};

use super::Letter;

/// A list shows at most this many mails, the newest first.
pub const MAILS_LISTED_MAX: usize = 200;
/// Longer ones are not read.
const MAIL_BYTES_MAX: u64 = 2 * 1024 * 1024;
/// The time at the start of a file name; names sort as the mails left.
const STAMP: &str = "%Y%m%dT%H%M%S%3fZ";

/// Where mails are kept. Clones share it.
#[derive(Clone)]
pub struct Outbox {
    place: Place,
}

#[derive(Clone)]
enum Place {
    Directory(Arc<PathBuf>),
    Memory(Arc<Mutex<Vec<KeptMail>>>),
}

/// A mail that stayed here.
#[derive(Debug, Clone)]
pub struct KeptMail {
    /// The name under which it is found again.
    pub id: String,
    /// When it would have left.
    pub at: DateTime<Utc>,
    /// The mail as it would have travelled.
    pub bytes: Vec<u8>,
}

/// What a list shows of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailSummary {
    /// The address in From.
    pub from: String,
    /// The address in To.
    pub to: String,
    /// The name in To.
    pub to_name: String,
    /// The subject.
    pub subject: String,
    /// Message-ID, without brackets.
    pub message_id: String,
    /// The text.
    pub text: String,
    /// The HTML.
    pub html: String,
    /// The invitation.
    pub calendar: Option<String>,
}

/// The directory cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("the directory for mails {path}: {source}")]
pub struct OutboxError {
    path: String,
    source: std::io::Error,
}

impl Outbox {
    pub(super) fn directory(path: PathBuf) -> Self {
        Self { place: Place::Directory(Arc::new(path)) }
    }

    pub(super) fn memory() -> Self {
        Self { place: Place::Memory(Arc::new(Mutex::new(Vec::new()))) }
    }

    pub(crate) async fn keep(&self, letter: &Letter, now: DateTime<Utc>) -> Result<(), OutboxError> {
        let local: String = letter
            .message_id
            .split('@')
            .next()
            .unwrap_or_default()
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        let mail = KeptMail { id: format!("{}-{local}", now.format(STAMP)), at: now, bytes: letter.bytes.clone() };
        match &self.place {
            Place::Memory(mails) => {
                lock(mails).push(mail);
                Ok(())
            }
            Place::Directory(path) => {
                let path = Arc::clone(path);
                in_background(Arc::clone(&path), move || write_file(&path, &mail)).await
            }
        }
    }

    pub(super) async fn check(&self) -> Result<(), OutboxError> {
        match &self.place {
            Place::Memory(_) => Ok(()),
            Place::Directory(path) => {
                let path = Arc::clone(path);
                in_background(Arc::clone(&path), move || std::fs::create_dir_all(&*path)).await
            }
        }
    }

    /// The newest mails, the newest first.
    pub async fn newest(&self, limit: usize) -> Result<Vec<KeptMail>, OutboxError> {
        let limit = limit.min(MAILS_LISTED_MAX);
        match &self.place {
            Place::Memory(mails) => Ok(lock(mails).iter().rev().take(limit).cloned().collect()),
            Place::Directory(path) => {
                let path = Arc::clone(path);
                in_background(Arc::clone(&path), move || read_newest(&path, limit)).await
            }
        }
    }

    /// The mail of this name, if there is one.
    pub async fn find(&self, id: &str) -> Result<Option<KeptMail>, OutboxError> {
        match &self.place {
            Place::Memory(mails) => Ok(lock(mails).iter().find(|mail| mail.id == id).cloned()),
            Place::Directory(path) => {
                let (path, id) = (Arc::clone(path), id.to_owned());
                in_background(Arc::clone(&path), move || Ok(read_file(&path, &id))).await
            }
        }
    }

    /// Forgets every mail kept in memory and returns them, the oldest first; a directory keeps its files.
    pub fn take(&self) -> Vec<KeptMail> {
        match &self.place {
            Place::Memory(mails) => std::mem::take(&mut *lock(mails)),
            Place::Directory(_) => Vec::new(),
        }
    }
}

impl KeptMail {
    /// Reads the mail, or nothing when it is none.
    pub fn read(&self) -> Option<MailSummary> {
        let message = MessageParser::default().parse(&self.bytes)?;
        let to = message.to().and_then(mail_parser::Address::first);
        Some(MailSummary {
            from: message
                .from()
                .and_then(mail_parser::Address::first)
                .and_then(mail_parser::Addr::address)
                .unwrap_or_default()
                .to_owned(),
            to: to.and_then(mail_parser::Addr::address).unwrap_or_default().to_owned(),
            to_name: to.and_then(mail_parser::Addr::name).unwrap_or_default().to_owned(),
            subject: message.subject().unwrap_or_default().to_owned(),
            message_id: message.message_id().unwrap_or_default().to_owned(),
            text: message.body_text(0).unwrap_or_default().replace("\r\n", "\n"),
            html: message.body_html(0).unwrap_or_default().into_owned(),
            calendar: calendar_of(&message),
        })
    }
}

fn calendar_of(message: &Message<'_>) -> Option<String> {
    let part =
        message.parts.iter().find(|part| part.content_type().is_some_and(|kind| kind.subtype() == Some("calendar")))?;
    match &part.body {
        PartType::Text(text) | PartType::Html(text) => Some(text.clone().into_owned()),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        PartType::Message(_) | PartType::Multipart(_) => None,
    }
}

fn lock(mails: &Mutex<Vec<KeptMail>>) -> MutexGuard<'_, Vec<KeptMail>> {
    mails.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn in_background<T: Send + 'static>(
    path: Arc<PathBuf>,
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, OutboxError> {
    let done = tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(std::io::Error::other(error)));
    done.map_err(|source| OutboxError { path: path.display().to_string(), source })
}

/// A reader sees the whole file or none.
fn write_file(directory: &Path, mail: &KeptMail) -> std::io::Result<()> {
    std::fs::create_dir_all(directory)?;
    let unfinished = directory.join(format!(".{}.part", mail.id));
    let mut file = std::fs::File::create(&unfinished)?;
    file.write_all(&mail.bytes)?;
    drop(file);
    std::fs::rename(unfinished, directory.join(format!("{}.eml", mail.id)))
}

fn read_newest(directory: &Path, limit: usize) -> std::io::Result<Vec<KeptMail>> {
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut ids: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_suffix(".eml").map(str::to_owned))
        .filter(|id| is_id(id))
        .collect();
    ids.sort_unstable_by(|one, other| other.cmp(one));
    ids.truncate(limit);
    Ok(ids.iter().filter_map(|id| read_file(directory, id)).collect())
}

fn read_file(directory: &Path, id: &str) -> Option<KeptMail> {
    if !is_id(id) {
        return None;
    }
    let path = directory.join(format!("{id}.eml"));
    if std::fs::metadata(&path).ok()?.len() > MAIL_BYTES_MAX {
        return None;
    }
    let at = NaiveDateTime::parse_from_str(id.split('-').next()?, STAMP).ok()?.and_utc();
    Some(KeptMail { id: id.to_owned(), at, bytes: std::fs::read(path).ok()? })
}

/// Names of ours, and no path to anywhere else.
fn is_id(text: &str) -> bool {
    text.len() <= 80 && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{LetterParts, MailParty, compose};
    use chrono::TimeZone;

    fn letter(number: u32) -> Letter {
        compose(&LetterParts {
            from: MailParty { name: "Clinic".into(), address: "desk@clinic.example".into() },
            reply_to: None,
            to: MailParty { name: "Ana".into(), address: "ana@mail.example".into() },
            subject: format!("Number {number}"),
            text: "Hello Ana\n".into(),
            html: "<p>Hello Ana</p>".into(),
            invitation: None,
            message_id: format!("M{number}@clinic.example"),
            in_reply_to: None,
            date: DateTime::UNIX_EPOCH,
            bounces_to: None,
            unsubscribe: None,
        })
        .expect("a letter")
    }

    async fn keeps_and_reads_back(outbox: Outbox) {
        let start = Utc.with_ymd_and_hms(2026, 11, 22, 2, 0, 0).unwrap();
        for number in 0..3 {
            outbox.keep(&letter(number), start + chrono::Duration::seconds(i64::from(number))).await.unwrap();
        }
        let mails = outbox.newest(2).await.unwrap();
        let subjects: Vec<String> = mails.iter().filter_map(|mail| Some(mail.read()?.subject)).collect();
        assert_eq!(subjects, ["Number 2", "Number 1"]);
        let found = outbox.find(&mails[0].id).await.unwrap().expect("it is there");
        assert_eq!(found.at, start + chrono::Duration::seconds(2));
        assert_eq!(found.read().unwrap().to, "ana@mail.example");
        for foreign in ["../../etc/passwd", "", ".", "nothing"] {
            assert!(outbox.find(foreign).await.unwrap().is_none(), "{foreign}");
        }
    }

    #[tokio::test]
    async fn a_directory_keeps_mails() {
        let directory = tempfile::tempdir().unwrap();
        keeps_and_reads_back(Outbox::directory(directory.path().join("mail"))).await;
        let unfinished = std::fs::read_dir(directory.path().join("mail")).unwrap();
        assert!(unfinished.flatten().all(|entry| entry.file_name().to_string_lossy().ends_with(".eml")));
    }

    #[tokio::test]
    async fn memory_keeps_mails() {
        keeps_and_reads_back(Outbox::memory()).await;
    }

    #[tokio::test]
    async fn a_directory_that_is_not_there_holds_nothing() {
        assert!(Outbox::directory("/nonexistent/rebook".into()).newest(10).await.unwrap().is_empty());
    }
}
