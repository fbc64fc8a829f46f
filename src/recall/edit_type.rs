//! Recall types, edited by the manager.

use super::store::types::{self, RecallType};
use crate::accounts::audit::{self, AuditAction, ObjectKind};
use crate::catalog::{Edit, RecallInterval};
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::ids::{RecallTypeId, ServiceId, StaffUserId};

/// The longest name, in characters.
pub const NAME_CHARACTERS_MAX: usize = 80;
/// More kinds of recall nobody tells apart.
pub const TYPES_MAX: usize = 60;

/// What is known of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeDetails {
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
}

/// Why a type was not saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypeRefused {
    /// No such type.
    Gone,
    /// Somebody else was faster.
    Changed,
    /// Another one in use has that name.
    SameName,
    /// There are enough.
    TooMany,
}

/// Saves a type. Its dates are to be computed anew afterwards: [`super::rebuild_type`].
pub fn save_type(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    edit: Edit<RecallTypeId>,
    details: &TypeDetails,
) -> Result<RecallTypeId, Bad<TypeRefused>> {
    let all = types::all_types(tx.conn)?;
    let own = match edit {
        Edit::New => None,
        Edit::Existing { id, .. } => Some(id),
    };
    let same = |one: &RecallType| !one.is_archived && Some(one.id) != own && one.name == details.name;
    if all.iter().any(same) {
        return Err(Bad::Refused(TypeRefused::SameName));
    }
    match edit {
        Edit::New if all.len() >= TYPES_MAX => Err(Bad::Refused(TypeRefused::TooMany)),
        Edit::New => {
            let id = types::insert(tx, details)?;
            note(tx, by, AuditAction::Created, id)?;
            Ok(id)
        }
        Edit::Existing { id, seen } => {
            if !types::update(tx, id, seen, details)? {
                return Err(gone_or_changed(tx.conn, id)?);
            }
            note(tx, by, AuditAction::Changed, id)?;
            Ok(id)
        }
    }
}

/// Takes a type out of use: nobody is reminded of it, and its dates rest.
pub fn archive_type(tx: &mut Tx<'_>, by: StaffUserId, id: RecallTypeId, seen: i64) -> Result<(), Bad<TypeRefused>> {
    let now = tx.now_naive();
    if !types::set_archived(tx, id, seen, Some(now))? {
        return Err(gone_or_changed(tx.conn, id)?);
    }
    Ok(note(tx, by, AuditAction::Archived, id)?)
}

/// Brings a type back. Its dates are to be computed anew afterwards.
pub fn restore_type(tx: &mut Tx<'_>, by: StaffUserId, id: RecallTypeId, seen: i64) -> Result<(), Bad<TypeRefused>> {
    if !types::set_archived(tx, id, seen, None)? {
        return Err(gone_or_changed(tx.conn, id)?);
    }
    Ok(note(tx, by, AuditAction::Restored, id)?)
}

fn gone_or_changed(conn: &mut Conn, id: RecallTypeId) -> Result<Bad<TypeRefused>, Fault> {
    let is_there = types::recall_type(conn, id)?.is_some();
    Ok(Bad::Refused(if is_there { TypeRefused::Changed } else { TypeRefused::Gone }))
}

fn note(tx: &mut Tx<'_>, by: StaffUserId, action: AuditAction, id: RecallTypeId) -> Result<(), Fault> {
    audit::record(tx, action, by, ObjectKind::RecallType, id.get())
}
