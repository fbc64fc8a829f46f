//! What a client agreed to. Rows are only added; the newest of a purpose counts, and taking back works at once.

use chrono::{DateTime, Utc};

use super::store;
use crate::db::{Conn, Fault, Tx};
pub use crate::domain::consent::ConsentPurpose;
use crate::domain::ids::{ClientId, StaffUserId};
use crate::i18n::Texts;

/// Rises when the words of a consent change their meaning.
pub const WORDING_VERSION: i32 = 1;

/// What somebody agrees to, in the words that are kept with the decision.
pub fn wording(t: Texts, purpose: ConsentPurpose, clinic: &str) -> String {
    match purpose {
        ConsentPurpose::Recall => t.with("consents-recall", &[("clinic", &clinic)]),
        ConsentPurpose::News => t.with("consents-news", &[("clinic", &clinic)]),
        ConsentPurpose::Surveys => t.with("consents-surveys", &[("clinic", &clinic)]),
    }
}

/// A decision as it is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// For what.
    pub purpose: ConsentPurpose,
    /// Given, or taken back.
    pub granted: bool,
    /// The words that were shown.
    pub wording: String,
    /// Which version of them.
    pub wording_version: i32,
    /// Where it was decided, a word of [`crate::domain::consent::ConsentOrigin`].
    pub origin: &'static str,
    /// Who wrote it down, when it was not the client.
    pub by: Option<StaffUserId>,
}

/// A decision that stands in the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentLine {
    /// For what; nothing for purposes of a later version of Rebook.
    pub purpose: Option<ConsentPurpose>,
    /// Given, or taken back.
    pub granted: bool,
    /// The words that were shown.
    pub wording: String,
    /// Which version of them.
    pub wording_version: i32,
    /// Where it was decided.
    pub origin: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who of the staff wrote it down, by name.
    pub by: Option<String>,
}

/// Every decision of a client, the newest first.
pub fn consents_of(conn: &mut Conn, client: ClientId) -> Result<Vec<ConsentLine>, Fault> {
    store::consents::load(conn, client)
}

/// The decision that counts for a purpose; none is no.
pub fn standing_consent(lines: &[ConsentLine], purpose: ConsentPurpose) -> Option<&ConsentLine> {
    lines.iter().find(|line| line.purpose == Some(purpose))
}

/// Writes down what is decided now; what stands already is not written again. Answers how many lines were added.
pub fn decide(tx: &mut Tx<'_>, client: ClientId, decisions: &[Decision]) -> Result<usize, Fault> {
    let lines = store::consents::load(tx.conn, client)?;
    let mut written = 0;
    for decision in decisions {
        let stands = standing_consent(&lines, decision.purpose).is_some_and(|line| line.granted);
        if stands != decision.granted {
            store::consents::insert(tx, client, decision)?;
            written += 1;
        }
    }
    Ok(written)
}

/// Writes one decision down, whatever stood before: a better proof of the same consent is worth a line.
pub fn write_down(tx: &mut Tx<'_>, client: ClientId, decision: &Decision) -> Result<(), Fault> {
    store::consents::insert(tx, client, decision)
}
