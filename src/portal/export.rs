//! Everything a clinic keeps about one client, for the client.

use super::session::ClientSession;
use super::standing::{SeriesLine, WaitLine, standing_of};
use crate::agenda::{self, LedgerEntry};
use crate::booking::facts::{self, BookingFacts};
use crate::clients::{self, ClientView, ConsentLine};
use crate::db::{Conn, Fault};
use crate::domain::ids::ClientId;
use crate::messaging::{self, ClientMessage};

/// More of one kind than one client has; a file that is cut says so.
pub const LINES_MAX: i64 = 2_000;

/// What is known of one client.
#[derive(Debug, Clone)]
pub struct Export {
    /// Who.
    pub client: ClientView,
    /// Every booking, the newest first.
    pub bookings: Vec<BookingFacts>,
    /// Every line of the ledger, the newest first.
    pub money: Vec<LedgerEntry>,
    /// Every message, the newest first.
    pub messages: Vec<ClientMessage>,
    /// Every decision on consent, the newest first.
    pub consents: Vec<ConsentLine>,
    /// Series that go on.
    pub series: Vec<SeriesLine>,
    /// Wishes that wait.
    pub waiting: Vec<WaitLine>,
}

/// Reads it; nothing when the client does not read this mailbox.
pub fn export_of(conn: &mut Conn, session: &ClientSession, client: ClientId) -> Result<Option<Export>, Fault> {
    let Some(person) = session.person(client) else {
        return Ok(None);
    };
    let (series, waiting) = standing_of(conn, &[client])?;
    Ok(Some(Export {
        series,
        waiting,
        client: person.clone(),
        bookings: facts::bookings_of_client(conn, client, LINES_MAX)?,
        money: agenda::ledger_of_client(conn, client)?,
        messages: messaging::messages_to_client(conn, client, LINES_MAX)?,
        consents: clients::consents_of(conn, client)?,
    }))
}
