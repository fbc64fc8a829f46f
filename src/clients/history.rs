//! Who changed what of a client, and when. Holds personal data, so it is emptied when the person is erased.

use chrono::{DateTime, Utc};

use super::person::PersonValues;
use super::store;
use crate::db::{Conn, Fault, Tx};
use crate::domain::booking::Actor;
use crate::domain::ids::ClientId;
use crate::domain::merging::PersonField;

/// One field that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which.
    pub field: PersonField,
    /// What stood there.
    pub before: Option<String>,
    /// What stands there now.
    pub after: Option<String>,
}

/// A change as it stands in the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeLine {
    /// When.
    pub at: DateTime<Utc>,
    /// `client`, `staff` or `system`.
    pub actor: String,
    /// Who of the staff, by name.
    pub by: Option<String>,
    /// Which field; nothing for fields of a later version of Rebook.
    pub field: Option<PersonField>,
    /// What stood there; nothing also where the person was erased.
    pub before: Option<String>,
    /// What stood there afterwards.
    pub after: Option<String>,
}

/// The changes of a client, the newest first.
pub fn changes_of(conn: &mut Conn, client: ClientId, limit: i64) -> Result<Vec<ChangeLine>, Fault> {
    store::changes::load(conn, client, limit)
}

/// Writes down every field in which the two differ; answers how many.
pub(super) fn write_differences(
    tx: &mut Tx<'_>,
    client: ClientId,
    actor: Actor,
    (before, after): (&PersonValues, &PersonValues),
) -> Result<usize, Fault> {
    let fields = before.differences(after);
    for field in &fields {
        let change = Change { field: *field, before: before.text(*field), after: after.text(*field) };
        store::changes::insert(tx, client, actor, &change)?;
    }
    Ok(fields.len())
}
