//! The rows of tags.

use diesel::prelude::*;

use crate::db::schema::client_tags as tags;
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::ClientId;

/// More tags are not suggested.
const KNOWN_MAX: i64 = 200;
/// More tags no client has.
const OF_CLIENT_MAX: i64 = 100;

pub fn of_client(conn: &mut Conn, client: ClientId) -> Result<Vec<String>, Fault> {
    let own = tags::table.filter(tags::client_id.eq(client.get())).order(tags::tag).limit(OF_CLIENT_MAX);
    Ok(own.select(tags::tag).load(conn)?)
}

pub fn known(conn: &mut Conn) -> Result<Vec<String>, Fault> {
    Ok(tags::table.select(tags::tag).distinct().order(tags::tag).limit(KNOWN_MAX).load(conn)?)
}

pub fn insert(tx: &mut Tx<'_>, client: ClientId, tag: &str) -> Result<(), Fault> {
    diesel::insert_into(tags::table)
        .values((tags::client_id.eq(client.get()), tags::tag.eq(tag), tags::created_at.eq(tx.now_naive())))
        .execute(tx.conn)?;
    Ok(())
}

pub fn delete(tx: &mut Tx<'_>, client: ClientId, tag: &str) -> Result<(), Fault> {
    diesel::delete(tags::table.find((client.get(), tag))).execute(tx.conn)?;
    Ok(())
}
