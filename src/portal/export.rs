//! Everything a clinic keeps about one client: for the client, and for the desk when a client asks by letter.
//!
//! One function reads it and one writes it down. What the clinic itself wrote about the person (notes, changes, looks) is
//! in the file of the desk only: somebody reads it before it is given out, because it may speak of others (GDPR art. 15
//! (4)), and a mailbox may be shared.

use super::session::ClientSession;
use super::standing::{SeriesLine, WaitLine, standing_of};
use super::store;
use crate::agenda::{self, LedgerEntry};
use crate::booking::facts::{self, BookingFacts, HistoryLine};
use crate::clients::{self, ChangeLine, ClientView, ConsentLine, NoteLine, Person, Relatives, ViewFilter, ViewLine};
use crate::db::{Conn, Fault};
use crate::domain::ids::ClientId;
use crate::messaging::{self, ClientMessage};

/// More of one kind than one client has; a file that is cut says so.
pub const LINES_MAX: i64 = 2_000;

/// More events of one booking than it has.
const EVENTS_MAX: i64 = 500;

/// What is known of one client.
#[derive(Debug, Clone)]
pub struct Export {
    /// Who.
    pub client: ClientView,
    /// Every booking, the newest first.
    pub bookings: Vec<BookingFacts>,
    /// What happened to each of them, in their order.
    pub events: Vec<Vec<HistoryLine>>,
    /// Every line of the ledger, the newest first.
    pub money: Vec<LedgerEntry>,
    /// Every message, the newest first.
    pub messages: Vec<ClientMessage>,
    /// What left, word for word, the newest first.
    pub texts: Vec<TextLine>,
    /// Every decision on consent, the newest first.
    pub consents: Vec<ConsentLine>,
    /// Series that go on.
    pub series: Vec<SeriesLine>,
    /// Wishes that wait.
    pub waiting: Vec<WaitLine>,
    /// What the clinic wrote itself; not in the client's own file.
    pub record: Option<Record>,
}

/// A message as it left.
#[derive(Debug, Clone)]
pub struct TextLine {
    /// Its subject line.
    pub subject: String,
    /// Its words, with live links masked.
    pub body: String,
    /// When.
    pub at: chrono::DateTime<chrono::Utc>,
}

/// An attempt to reach somebody.
#[derive(Debug, Clone)]
pub struct AttemptLine {
    /// When.
    pub at: chrono::DateTime<chrono::Utc>,
    /// How it ended.
    pub outcome: String,
    /// What was written down.
    pub note: String,
}

/// What the clinic wrote about a client.
#[derive(Debug, Clone)]
pub struct Record {
    /// The whole row.
    pub person: Person,
    /// The people around.
    pub relatives: Relatives,
    /// Tags.
    pub tags: Vec<String>,
    /// Notes and alerts, those put away too.
    pub notes: Vec<NoteLine>,
    /// Attempts to reach the client.
    pub attempts: Vec<AttemptLine>,
    /// Who changed what.
    pub changes: Vec<ChangeLine>,
    /// When somebody looked.
    pub views: Vec<ViewLine>,
}

/// Reads it for the client; nothing when the client does not read this mailbox.
pub fn export_of(conn: &mut Conn, session: &ClientSession, client: ClientId) -> Result<Option<Export>, Fault> {
    match session.person(client) {
        Some(person) => Ok(Some(read(conn, person.clone())?)),
        None => Ok(None),
    }
}

/// Reads it for the desk, with what the clinic wrote.
pub fn export_for_clinic(conn: &mut Conn, client: ClientId) -> Result<Option<Export>, Fault> {
    let Some(person) = clients::person(conn, client)? else {
        return Ok(None);
    };
    let mut export = read(conn, person.view.clone())?;
    let looks = ViewFilter { client: Some(client), ..ViewFilter::default() };
    export.record = Some(Record {
        relatives: clients::relatives(conn, &person)?,
        tags: clients::tags_of(conn, client)?,
        notes: clients::notes_of(conn, client, true)?,
        attempts: store::attempts_of(conn, client, LINES_MAX)?,
        changes: clients::changes_of(conn, client, LINES_MAX)?,
        views: clients::views(conn, looks, LINES_MAX)?,
        person,
    });
    Ok(Some(export))
}

fn read(conn: &mut Conn, person: ClientView) -> Result<Export, Fault> {
    let client = person.id;
    let (series, waiting) = standing_of(conn, &[client])?;
    let bookings = facts::bookings_of_client(conn, client, LINES_MAX)?;
    let events: Result<Vec<_>, Fault> =
        bookings.iter().map(|booking| facts::history(conn, booking.id, EVENTS_MAX)).collect();
    Ok(Export {
        series,
        waiting,
        client: person,
        events: events?,
        bookings,
        money: agenda::ledger_of_client(conn, client)?,
        messages: messaging::messages_to_client(conn, client, LINES_MAX)?,
        texts: store::texts_to(conn, client, LINES_MAX)?,
        consents: clients::consents_of(conn, client)?,
        record: None,
    })
}
