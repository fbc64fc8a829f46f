//! What delivery reports read and write.

use diesel::prelude::*;

use crate::db::schema::{message_attempts, messages};
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::MessageId;

/// A message that was given away.
#[derive(Debug, Clone)]
pub(in crate::messaging) struct Sent {
    pub(in crate::messaging) id: MessageId,
    pub(in crate::messaging) address_hash: Option<String>,
}

/// The message, when its text was ever given away.
pub(in crate::messaging) fn sent(conn: &mut Conn, id: MessageId) -> Result<Option<Sent>, Fault> {
    let row: Option<(i64, Option<String>)> = messages::table
        .filter(messages::id.eq(id.get()))
        .filter(messages::handing_over_at.is_not_null())
        .select((messages::id, messages::address_hash))
        .first(conn)
        .optional()?;
    Ok(row.map(|(id, address_hash)| Sent { id: MessageId::new(id), address_hash }))
}

/// The message that carried this Message-ID.
pub(in crate::messaging) fn sent_as(conn: &mut Conn, message_id: &str) -> Result<Option<Sent>, Fault> {
    // Its name begins with its number, so no index of names is needed.
    let id: Option<MessageId> = message_id.split('@').next().and_then(|name| name.parse().ok());
    let Some(id) = id else { return Ok(None) };
    let row: Option<(i64, Option<String>)> = messages::table
        .filter(messages::id.eq(id.get()))
        .filter(messages::message_id.eq(message_id))
        .filter(messages::handing_over_at.is_not_null())
        .select((messages::id, messages::address_hash))
        .first(conn)
        .optional()?;
    Ok(row.map(|(id, address_hash)| Sent { id: MessageId::new(id), address_hash }))
}

/// Notes that a message came back; false when that was noted before.
pub(in crate::messaging) fn note_return(
    tx: &mut Tx<'_>,
    id: MessageId,
    status: &str,
    words: &str,
) -> Result<bool, Fault> {
    let fresh = messages::table.filter(messages::id.eq(id.get())).filter(messages::bounced_at.is_null());
    let done = diesel::update(fresh)
        .set((messages::bounced_at.eq(Some(tx.now_naive())), messages::bounce_status.eq(Some(status))))
        .execute(tx.conn)?;
    if done > 0 {
        note_attempt(tx, id, "bounced", words)?;
    }
    Ok(done > 0)
}

/// Notes that a message is late; false when the same was noted before.
pub(in crate::messaging) fn note_delay(tx: &mut Tx<'_>, id: MessageId, words: &str) -> Result<bool, Fault> {
    let known: Option<i64> = message_attempts::table
        .filter(message_attempts::message_id.eq(id.get()))
        .filter(message_attempts::outcome.eq("delayed"))
        .filter(message_attempts::detail.eq(words))
        .select(message_attempts::id)
        .first(tx.conn)
        .optional()?;
    if known.is_some() {
        return Ok(false);
    }
    note_attempt(tx, id, "delayed", words)?;
    Ok(true)
}

fn note_attempt(tx: &mut Tx<'_>, id: MessageId, outcome: &str, words: &str) -> Result<(), Fault> {
    diesel::insert_into(message_attempts::table)
        .values((
            message_attempts::id.eq(tx.new_number()),
            message_attempts::message_id.eq(id.get()),
            message_attempts::at.eq(tx.now_naive()),
            message_attempts::outcome.eq(outcome),
            message_attempts::detail.eq(words),
        ))
        .execute(tx.conn)?;
    Ok(())
}
