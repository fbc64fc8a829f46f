//! Who changed which field of a client, and what staff did that the audit shall know.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::clients::history::{Change, ChangeLine};
use crate::db::schema::{audit_events, client_changes as changes, staff_users};
use crate::db::{Conn, Fault, Tx};
use crate::domain::booking::Actor;
use crate::domain::ids::{ClientId, StaffUserId};
use crate::domain::merging::PersonField;

pub fn insert(tx: &mut Tx<'_>, client: ClientId, actor: Actor, change: &Change) -> Result<(), Fault> {
    let staff = match actor {
        Actor::Staff(user) => Some(user.get()),
        Actor::Client | Actor::System => None,
    };
    diesel::insert_into(changes::table)
        .values((
            changes::id.eq(tx.new_number()),
            changes::client_id.eq(client.get()),
            changes::at.eq(tx.now_naive()),
            changes::actor.eq(actor.as_str()),
            changes::staff_user_id.eq(staff),
            changes::field.eq(change.field.as_str()),
            changes::before_value.eq(change.before.as_deref()),
            changes::after_value.eq(change.after.as_deref()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

type ChangeRow = (NaiveDateTime, String, Option<String>, String, Option<String>, Option<String>);

pub fn load(conn: &mut Conn, client: ClientId, limit: i64) -> Result<Vec<ChangeLine>, Fault> {
    let rows: Vec<ChangeRow> = changes::table
        .left_join(staff_users::table.on(changes::staff_user_id.eq(staff_users::id.nullable())))
        .filter(changes::client_id.eq(client.get()))
        .order(changes::id.desc())
        .limit(limit)
        .select((
            changes::at,
            changes::actor,
            staff_users::name.nullable(),
            changes::field,
            changes::before_value,
            changes::after_value,
        ))
        .load(conn)?;
    let line = |(at, actor, by, field, before, after): ChangeRow| ChangeLine {
        at: at.and_utc(),
        actor,
        by,
        field: PersonField::parse(&field),
        before,
        after,
    };
    Ok(rows.into_iter().map(line).collect())
}

/// A line of the audit; never a name or an address of the client.
pub fn audit(tx: &mut Tx<'_>, by: StaffUserId, action: &str, client: ClientId) -> Result<(), Fault> {
    diesel::insert_into(audit_events::table)
        .values((
            audit_events::id.eq(tx.new_number()),
            audit_events::at.eq(tx.now_naive()),
            audit_events::staff_user_id.eq(by.get()),
            audit_events::action.eq(action),
            audit_events::object_kind.eq("client"),
            audit_events::object_id.eq(client.get()),
        ))
        .execute(tx.conn)?;
    Ok(())
}
