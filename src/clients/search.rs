//! Finding clients by the beginnings of words: of the name, the mail address, the phone number.

use super::store;
use crate::db::{Conn, Fault};
use crate::domain::ids::ClientId;
use crate::domain::recognise::search_terms;

/// More words than this say nothing more, and each costs a look into the index.
const TERMS_MAX: usize = 6;
/// More hits nobody reads.
const HITS_MAX: i64 = 100;

/// One client that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientHit {
    /// Which client.
    pub id: ClientId,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Where mail goes.
    pub email: Option<String>,
    /// Where calls go.
    pub phone: Option<String>,
}

impl ClientHit {
    /// Both names, as they are spoken.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// Clients of whom every word of `text` begins a word, by family name, at most `limit`. An empty text finds nobody.
pub fn search(conn: &mut Conn, text: &str, limit: i64) -> Result<Vec<ClientHit>, Fault> {
    let mut terms = search_terms(text);
    terms.truncate(TERMS_MAX);
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    store::with_words(conn, &terms, limit.clamp(1, HITS_MAX))
}
