//! Recall types and the services that trigger them.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::catalog::RecallInterval;
use crate::db::schema::{recall_triggers, recall_types};
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::{RecallTypeId, ServiceId};
use crate::recall::edit_type::TypeDetails;

/// A clinic has a handful; more would be a fault of ours.
const TYPES_READ_MAX: i64 = 500;
/// Services of all types together.
const TRIGGERS_MAX: i64 = 20_000;

/// What brings somebody back, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecallType {
    /// Which.
    pub id: RecallTypeId,
    /// What people call it.
    pub name: String,
    /// After how long; nothing where the client's own rhythm says it.
    pub every: Option<RecallInterval>,
    /// What the link in a reminder books.
    pub book_service: ServiceId,
    /// What was done when it begins anew.
    pub triggers: Vec<ServiceId>,
    /// Whether care requires it.
    pub required: bool,
    /// So many reminders of one date at most.
    pub reminders_max: i32,
    /// Where it stands in lists.
    pub position: i32,
    /// Whether it is out of use.
    pub is_archived: bool,
    /// Rises with every change.
    pub row_version: i64,
}

impl RecallType {
    /// Whether a booking for this service is a visit of this kind.
    pub fn is_of(&self, service: ServiceId) -> bool {
        self.book_service == service || self.triggers.contains(&service)
    }
}

#[derive(Queryable)]
struct TypeRow {
    id: i64,
    name: String,
    every: Option<String>,
    book_service: i64,
    required: bool,
    reminders_max: i32,
    position: i32,
    archived_at: Option<NaiveDateTime>,
    row_version: i64,
}

/// Every type, those out of use too, in their order.
pub fn all_types(conn: &mut Conn) -> Result<Vec<RecallType>, Fault> {
    let rows: Vec<TypeRow> = recall_types::table
        .order((recall_types::position, recall_types::id))
        .limit(TYPES_READ_MAX)
        .select((
            recall_types::id,
            recall_types::name,
            recall_types::every,
            recall_types::book_service_id,
            recall_types::required,
            recall_types::reminders_max,
            recall_types::position,
            recall_types::archived_at,
            recall_types::row_version,
        ))
        .load(conn)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let pairs: Vec<(i64, i64)> = recall_triggers::table
        .order((recall_triggers::recall_type_id, recall_triggers::service_id))
        .limit(TRIGGERS_MAX)
        .select((recall_triggers::recall_type_id, recall_triggers::service_id))
        .load(conn)?;
    let mut triggers: HashMap<i64, Vec<ServiceId>> = HashMap::new();
    for (recall_type, service) in pairs {
        triggers.entry(recall_type).or_default().push(ServiceId::new(service));
    }
    rows.into_iter()
        .map(|row| {
            Ok(RecallType {
                every: interval(row.id, row.every.as_deref(), "recall_types")?,
                id: RecallTypeId::new(row.id),
                name: row.name,
                book_service: ServiceId::new(row.book_service),
                triggers: triggers.remove(&row.id).unwrap_or_default(),
                required: row.required,
                reminders_max: row.reminders_max,
                position: row.position,
                is_archived: row.archived_at.is_some(),
                row_version: row.row_version,
            })
        })
        .collect()
}

/// Reads `6m1d`.
pub(super) fn interval(id: i64, text: Option<&str>, table: &'static str) -> Result<Option<RecallInterval>, Fault> {
    text.map(str::parse).transpose().map_err(|error| Fault::corrupt(table, "every", id, error))
}

/// The types in use, in their order.
pub fn types(conn: &mut Conn) -> Result<Vec<RecallType>, Fault> {
    let mut all = all_types(conn)?;
    all.retain(|one| !one.is_archived);
    Ok(all)
}

/// One type, also one out of use.
pub fn recall_type(conn: &mut Conn, id: RecallTypeId) -> Result<Option<RecallType>, Fault> {
    Ok(all_types(conn)?.into_iter().find(|one| one.id == id))
}

pub(in crate::recall) fn insert(tx: &mut Tx<'_>, details: &TypeDetails) -> Result<RecallTypeId, Fault> {
    let id: RecallTypeId = tx.new_id();
    diesel::insert_into(recall_types::table)
        .values((
            recall_types::id.eq(id.get()),
            recall_types::code.eq(id.to_string()),
            recall_types::name.eq(&details.name),
            recall_types::every.eq(details.every.map(|every| every.to_string())),
            recall_types::book_service_id.eq(details.book_service.get()),
            recall_types::required.eq(details.required),
            recall_types::reminders_max.eq(details.reminders_max),
            recall_types::position.eq(details.position),
        ))
        .execute(tx.conn)?;
    write_triggers(tx, id, &details.triggers)?;
    Ok(id)
}

/// False when somebody else was faster.
pub(in crate::recall) fn update(
    tx: &mut Tx<'_>,
    id: RecallTypeId,
    seen: i64,
    details: &TypeDetails,
) -> Result<bool, Fault> {
    let changed = diesel::update(recall_types::table.find(id.get()).filter(recall_types::row_version.eq(seen)))
        .set((
            recall_types::name.eq(&details.name),
            recall_types::every.eq(details.every.map(|every| every.to_string())),
            recall_types::book_service_id.eq(details.book_service.get()),
            recall_types::required.eq(details.required),
            recall_types::reminders_max.eq(details.reminders_max),
            recall_types::position.eq(details.position),
            recall_types::row_version.eq(seen.saturating_add(1)),
        ))
        .execute(tx.conn)?;
    if changed == 0 {
        return Ok(false);
    }
    diesel::delete(recall_triggers::table.filter(recall_triggers::recall_type_id.eq(id.get()))).execute(tx.conn)?;
    write_triggers(tx, id, &details.triggers)?;
    Ok(true)
}

fn write_triggers(tx: &mut Tx<'_>, id: RecallTypeId, services: &[ServiceId]) -> Result<(), Fault> {
    for service in services {
        diesel::insert_into(recall_triggers::table)
            .values((recall_triggers::recall_type_id.eq(id.get()), recall_triggers::service_id.eq(service.get())))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Puts a type out of use, or back; false when somebody else was faster.
pub(in crate::recall) fn set_archived(
    tx: &mut Tx<'_>,
    id: RecallTypeId,
    seen: i64,
    at: Option<NaiveDateTime>,
) -> Result<bool, Fault> {
    let changed = diesel::update(recall_types::table.find(id.get()).filter(recall_types::row_version.eq(seen)))
        .set((recall_types::archived_at.eq(at), recall_types::row_version.eq(seen.saturating_add(1))))
        .execute(tx.conn)?;
    Ok(changed == 1)
}
