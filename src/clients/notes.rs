//! What the clinic writes about a client. An **alert** stands at the head of every page about the client.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::store;
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::ids::{ClientId, NoteId, StaffUserId};

/// The longest note, in characters.
pub const NOTE_MAX: usize = 2_000;
/// The longest alert, in characters: it is read in passing.
pub const ALERT_MAX: usize = 120;
/// More alerts warn of nothing.
pub const ALERTS_MAX: usize = 10;

/// What a note is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteKind {
    /// To be read by whoever looks for it.
    Note,
    /// To be seen by everybody.
    Alert,
}

impl NoteKind {
    /// The word in the database and in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Alert => "alert",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Note, Self::Alert].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A note as it stands in the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteLine {
    /// Which.
    pub id: NoteId,
    /// What it is for.
    pub kind: NoteKind,
    /// What it says.
    pub text: String,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// By whom, by name.
    pub by: String,
    /// Since when it no longer counts.
    pub archived_at: Option<DateTime<Utc>>,
}

/// Why nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteRefused {
    /// Nothing was typed.
    Empty,
    /// More than fits.
    TooLong,
    /// There are enough alerts.
    TooMany,
    /// Nobody of this number, an alias, or somebody erased.
    Unknown,
}

/// The notes of a client, the newest first; those put away only when asked for.
pub fn notes_of(conn: &mut Conn, client: ClientId, with_archived: bool) -> Result<Vec<NoteLine>, Fault> {
    store::notes::load(conn, client, with_archived)
}

/// The alerts of several clients, the oldest first; who has none is missing.
pub fn alerts_of(conn: &mut Conn, clients: &[ClientId]) -> Result<BTreeMap<ClientId, Vec<String>>, Fault> {
    store::notes::alerts(conn, clients)
}

/// Writes a note or an alert.
pub fn add_note(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    client: ClientId,
    kind: NoteKind,
    typed: &str,
) -> Result<(), Bad<NoteRefused>> {
    let text = text_of(kind, typed).map_err(Bad::Refused)?;
    let person = store::person::load(tx.conn, client)?;
    if person.is_none_or(|person| person.merged_into.is_some() || person.erased_at.is_some()) {
        return Err(Bad::Refused(NoteRefused::Unknown));
    }
    if kind == NoteKind::Alert {
        let alerts = store::notes::alerts(tx.conn, &[client])?.remove(&client).unwrap_or_default();
        if alerts.contains(&text) {
            return Ok(());
        }
        if ALERTS_MAX <= alerts.len() {
            return Err(Bad::Refused(NoteRefused::TooMany));
        }
    }
    Ok(store::notes::insert(tx, by, client, (kind, &text))?)
}

/// Puts a note of this client away; once is enough.
pub fn archive_note(tx: &mut Tx<'_>, by: StaffUserId, client: ClientId, note: NoteId) -> Result<(), Fault> {
    store::notes::archive(tx, by, client, note)
}

/// What is meant: line breaks stay in a note, nothing that hides or turns text stays in either.
fn text_of(kind: NoteKind, typed: &str) -> Result<String, NoteRefused> {
    let keeps_lines = kind == NoteKind::Note;
    let shown = typed.replace("\r\n", "\n");
    let shown: String = shown
        .chars()
        .filter_map(|letter| match letter {
            '\n' if keeps_lines => Some('\n'),
            letter if letter.is_control() => Some(' '),
            letter if crate::domain::recognise::is_unprintable(letter) => None,
            letter => Some(letter),
        })
        .collect();
    let text = shown.trim();
    let most = if keeps_lines { NOTE_MAX } else { ALERT_MAX };
    match text.chars().count() {
        0 => Err(NoteRefused::Empty),
        count if most < count => Err(NoteRefused::TooLong),
        _ => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_keep_their_lines_and_alerts_are_one() {
        assert_eq!(text_of(NoteKind::Note, " one\r\ntwo\u{7} ").as_deref(), Ok("one\ntwo"));
        assert_eq!(text_of(NoteKind::Alert, "latex\nallergy").as_deref(), Ok("latex allergy"));
        assert_eq!(text_of(NoteKind::Alert, "\u{202e} \n"), Err(NoteRefused::Empty));
        assert_eq!(text_of(NoteKind::Alert, &"x".repeat(121)), Err(NoteRefused::TooLong));
        assert_eq!(text_of(NoteKind::Note, &"x".repeat(2_001)), Err(NoteRefused::TooLong));
    }
}
