//! The table of instance keys.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::db::schema::instance_keys;
use crate::db::{Bad, Db, Fault, Never};

pub(super) fn read(db: &Db, name: &'static str) -> Result<Option<String>, Fault> {
    db.read_blocking(|conn| Ok(instance_keys::table.find(name).select(instance_keys::sealed).first(conn).optional()?))
}

/// Keeps a key unless there is one already, and answers the one that is kept.
pub(super) fn keep_first(db: &Db, now: DateTime<Utc>, name: &'static str, sealed: String) -> Result<String, Fault> {
    let written = db.write_blocking::<_, Never, _>(now, move |tx| {
        diesel::insert_into(instance_keys::table)
            .values((
                instance_keys::name.eq(name),
                instance_keys::sealed.eq(&sealed),
                instance_keys::created_at.eq(tx.now_naive()),
            ))
            .execute(tx.conn)?;
        Ok(())
    });
    let fault = written.err().map(Bad::into_fault);
    match (read(db, name)?, fault) {
        (Some(sealed), _) => Ok(sealed),
        (None, Some(fault)) => Err(fault),
        (None, None) => Err(Fault::other("an instance key was written but cannot be read")),
    }
}
