//! What a mail with a way into the client's own area needs to know.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::db::schema::{bookings, client_links, messages};
use crate::db::{Conn, Fault};
use crate::domain::ids::{ClientId, ClientLinkId};
use crate::domain::messages::{MessageKind, MessageState};
use crate::messaging::templates::ClinicFacts;

/// A link as it stands now.
pub(in crate::messaging) struct LinkFacts {
    pub(in crate::messaging) email_key: String,
    pub(in crate::messaging) expires_at: DateTime<Utc>,
    pub(in crate::messaging) is_used: bool,
    pub(in crate::messaging) clinic: ClinicFacts,
}

pub(in crate::messaging) fn link(conn: &mut Conn, id: ClientLinkId) -> Result<Option<LinkFacts>, Fault> {
    let row: Option<(String, NaiveDateTime, Option<NaiveDateTime>)> = client_links::table
        .find(id.get())
        .select((client_links::email_key, client_links::expires_at, client_links::used_at))
        .first(conn)
        .optional()?;
    let Some((email_key, expires_at, used_at)) = row else {
        return Ok(None);
    };
    let clinic = super::clinic_facts(conn)?;
    Ok(Some(LinkFacts { email_key, expires_at: expires_at.and_utc(), is_used: used_at.is_some(), clinic }))
}

/// A message as the client who got it sees it.
#[derive(Debug, Clone)]
pub struct ClientMessage {
    /// What it says.
    pub kind: MessageKind,
    /// Where it stands.
    pub state: MessageState,
    /// Its subject line, once it left.
    pub subject: Option<String>,
    /// When it left.
    pub sent_at: Option<DateTime<Utc>>,
    /// When it was planned.
    pub created_at: DateTime<Utc>,
    /// What people read out, when it is about one booking.
    pub reference: Option<String>,
}

/// What was written, or is to be written, to a client; the newest first.
pub fn messages_to_client(conn: &mut Conn, client: ClientId, limit: i64) -> Result<Vec<ClientMessage>, Fault> {
    type Row = (i64, String, String, Option<String>, Option<NaiveDateTime>, NaiveDateTime, Option<String>);
    let rows: Vec<Row> = messages::table
        .left_join(bookings::table)
        .filter(messages::client_id.eq(client.get()))
        .order(messages::id.desc())
        .limit(limit)
        .select((
            messages::id,
            messages::kind,
            messages::state,
            messages::subject_sent,
            messages::sent_at,
            messages::created_at,
            bookings::reference.nullable(),
        ))
        .load(conn)?;
    let message = |(id, kind, state, subject, sent_at, created_at, reference): Row| {
        let kind = MessageKind::parse(&kind);
        let state = MessageState::parse(&state);
        Ok(ClientMessage {
            kind: kind.ok_or_else(|| Fault::corrupt("messages", "kind", id, "unknown kind"))?,
            state: state.ok_or_else(|| Fault::corrupt("messages", "state", id, "unknown state"))?,
            subject,
            sent_at: sent_at.map(|at| at.and_utc()),
            created_at: created_at.and_utc(),
            reference,
        })
    };
    rows.into_iter().map(message).collect()
}
