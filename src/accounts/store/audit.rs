//! The log of what happened.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::accounts::audit::{AuditAction, By, ObjectKind};
use crate::db::schema::audit_events;
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::StaffUserId;

/// One line of the log.
#[derive(Debug, Clone)]
pub struct AuditLine {
    /// Which line.
    pub id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: Option<StaffUserId>,
    /// The word of what was done.
    pub action: String,
    /// The word of what it was done to.
    pub object_kind: String,
    /// Which object.
    pub object: Option<i64>,
    /// From where.
    pub address: Option<String>,
}

/// What is looked for; nothing means everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Who did it, or about whose account it is.
    pub person: Option<StaffUserId>,
    /// What was done.
    pub action: Option<AuditAction>,
    /// From this moment on.
    pub from: Option<DateTime<Utc>>,
    /// Before this moment.
    pub until: Option<DateTime<Utc>>,
}

pub(in crate::accounts) fn insert(
    tx: &mut Tx<'_>,
    action: AuditAction,
    by: By,
    kind: ObjectKind,
    object: Option<i64>,
) -> Result<(), Fault> {
    diesel::insert_into(audit_events::table)
        .values((
            audit_events::id.eq(tx.new_number()),
            audit_events::at.eq(tx.now_naive()),
            audit_events::staff_user_id.eq(by.user.map(StaffUserId::get)),
            audit_events::action.eq(action.word()),
            audit_events::object_kind.eq(kind.word()),
            audit_events::object_id.eq(object),
            audit_events::address.eq(by.address.map(|address| address.to_string())),
        ))
        .execute(tx.conn)?;
    Ok(())
}

type Row = (i64, NaiveDateTime, Option<i64>, String, String, Option<i64>, Option<String>);

/// The newest lines that fit, `limit` of them after `skip`.
pub fn audit_lines(conn: &mut Conn, filter: &AuditFilter, skip: i64, limit: i64) -> Result<Vec<AuditLine>, Fault> {
    let mut query = audit_events::table
        .select((
            audit_events::id,
            audit_events::at,
            audit_events::staff_user_id,
            audit_events::action,
            audit_events::object_kind,
            audit_events::object_id,
            audit_events::address,
        ))
        .order((audit_events::at.desc(), audit_events::id.desc()))
        .offset(skip)
        .limit(limit)
        .into_boxed();
    if let Some(from) = filter.from {
        query = query.filter(audit_events::at.ge(from.naive_utc()));
    }
    if let Some(until) = filter.until {
        query = query.filter(audit_events::at.lt(until.naive_utc()));
    }
    if let Some(action) = filter.action {
        query = query.filter(audit_events::action.eq(action.word()));
    }
    if let Some(person) = filter.person {
        let person = person.get();
        let about = audit_events::object_kind.eq(ObjectKind::StaffUser.word()).and(audit_events::object_id.eq(person));
        query = query.filter(audit_events::staff_user_id.eq(person).or(about));
    }
    let rows: Vec<Row> = query.load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, at, by, action, object_kind, object, address)| AuditLine {
            id,
            at: at.and_utc(),
            by: by.map(StaffUserId::new),
            action,
            object_kind,
            object,
            address,
        })
        .collect())
}
