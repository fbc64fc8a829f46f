//! Who did what to rules, texts, channels and settings.

use diesel::prelude::*;

use crate::db::schema::audit_events;
use crate::db::{Fault, Tx};
use crate::domain::ids::StaffUserId;

/// Writes down that `by` did `action` to the row `object` of `object_kind`. Never a text or an address.
pub(in crate::messaging) fn note(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    action: &str,
    object_kind: &str,
    object: i64,
) -> Result<(), Fault> {
    diesel::insert_into(audit_events::table)
        .values((
            audit_events::id.eq(tx.new_number()),
            audit_events::at.eq(tx.now_naive()),
            audit_events::staff_user_id.eq(by.get()),
            audit_events::action.eq(action),
            audit_events::object_kind.eq(object_kind),
            audit_events::object_id.eq(object),
        ))
        .execute(tx.conn)?;
    Ok(())
}
