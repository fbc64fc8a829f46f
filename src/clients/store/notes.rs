//! The rows of notes and alerts.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::clients::notes::{ALERTS_MAX, NoteKind, NoteLine};
use crate::db::schema::{client_notes as notes, staff_users};
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::{ClientId, NoteId, StaffUserId};

/// More notes of one client are not read at once.
const NOTES_MAX: i64 = 500;
/// Alerts of a whole day's clients.
const ALERTS_AT_ONCE: i64 = 5_000;

type NoteRow = (i64, String, String, NaiveDateTime, String, Option<NaiveDateTime>);

pub fn load(conn: &mut Conn, client: ClientId, with_archived: bool) -> Result<Vec<NoteLine>, Fault> {
    let mut query = notes::table
        .inner_join(staff_users::table.on(notes::staff_user_id.eq(staff_users::id)))
        .filter(notes::client_id.eq(client.get()))
        .order(notes::id.desc())
        .limit(NOTES_MAX)
        .select((notes::id, notes::kind, notes::text, notes::at, staff_users::name, notes::archived_at))
        .into_boxed();
    if !with_archived {
        query = query.filter(notes::archived_at.is_null());
    }
    let rows: Vec<NoteRow> = query.load(conn)?;
    let line = |(id, kind, text, at, by, archived_at): NoteRow| {
        let kind = NoteKind::parse(&kind).ok_or_else(|| Fault::corrupt("client_notes", "kind", id, "no such kind"))?;
        Ok(NoteLine {
            id: NoteId::new(id),
            kind,
            text,
            at: at.and_utc(),
            by,
            archived_at: archived_at.map(|at| at.and_utc()),
        })
    };
    rows.into_iter().map(line).collect()
}

pub fn alerts(conn: &mut Conn, clients: &[ClientId]) -> Result<BTreeMap<ClientId, Vec<String>>, Fault> {
    let mut found: BTreeMap<ClientId, Vec<String>> = BTreeMap::new();
    // SQLite takes some thousand values in one statement.
    for some in clients.chunks(1_000) {
        let ids: Vec<i64> = some.iter().map(|id| id.get()).collect();
        let rows: Vec<(i64, String)> = notes::table
            .filter(notes::client_id.eq_any(ids))
            .filter(notes::kind.eq(NoteKind::Alert.as_str()))
            .filter(notes::archived_at.is_null())
            .order(notes::id)
            .limit(ALERTS_AT_ONCE)
            .select((notes::client_id, notes::text))
            .load(conn)?;
        for (client, text) in rows {
            let own = found.entry(ClientId::new(client)).or_default();
            // Two records that were merged may bring more than one page shows.
            if own.len() < 2 * ALERTS_MAX {
                own.push(text);
            }
        }
    }
    Ok(found)
}

pub fn insert(tx: &mut Tx<'_>, by: StaffUserId, client: ClientId, (kind, text): (NoteKind, &str)) -> Result<(), Fault> {
    diesel::insert_into(notes::table)
        .values((
            notes::id.eq(tx.new_number()),
            notes::client_id.eq(client.get()),
            notes::kind.eq(kind.as_str()),
            notes::text.eq(text),
            notes::at.eq(tx.now_naive()),
            notes::staff_user_id.eq(by.get()),
        ))
        .execute(tx.conn)?;
    super::touch(tx)
}

pub fn archive(tx: &mut Tx<'_>, by: StaffUserId, client: ClientId, note: NoteId) -> Result<(), Fault> {
    let own = notes::table
        .filter(notes::id.eq(note.get()))
        .filter(notes::client_id.eq(client.get()))
        .filter(notes::archived_at.is_null());
    diesel::update(own)
        .set((notes::archived_at.eq(tx.now_naive()), notes::archived_by.eq(by.get())))
        .execute(tx.conn)?;
    super::touch(tx)
}
