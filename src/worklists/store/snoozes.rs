//! Rows that are not seen for a while.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::db::schema::worklist_snoozes;
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::StaffUserId;
use crate::domain::worklists::Worklist;

/// Writes until when a row is not seen; none is for good.
pub(in crate::worklists) fn write(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    (list, object): (Worklist, i64),
    until: Option<DateTime<Utc>>,
) -> Result<(), Fault> {
    delete(tx, list, object)?;
    diesel::insert_into(worklist_snoozes::table)
        .values((
            worklist_snoozes::worklist.eq(list.as_str()),
            worklist_snoozes::object_id.eq(object),
            worklist_snoozes::until.eq(until.map(|until| until.naive_utc())),
            worklist_snoozes::at.eq(tx.now_naive()),
            worklist_snoozes::staff_user_id.eq(by.get()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

pub(in crate::worklists) fn delete(tx: &mut Tx<'_>, list: Worklist, object: i64) -> Result<(), Fault> {
    diesel::delete(worklist_snoozes::table.find((list.as_str(), object))).execute(tx.conn)?;
    Ok(())
}

/// Which of these rows are not seen now.
pub(in crate::worklists) fn hidden(
    conn: &mut Conn,
    list: Worklist,
    objects: &[i64],
    now: DateTime<Utc>,
) -> Result<HashSet<i64>, Fault> {
    let limit = i64::try_from(objects.len()).unwrap_or(i64::MAX);
    let rows: Vec<i64> = worklist_snoozes::table
        .filter(worklist_snoozes::worklist.eq(list.as_str()))
        .filter(worklist_snoozes::object_id.eq_any(objects.to_vec()))
        .filter(worklist_snoozes::until.is_null().or(worklist_snoozes::until.gt(now.naive_utc())))
        .order(worklist_snoozes::object_id)
        .limit(limit)
        .select(worklist_snoozes::object_id)
        .load(conn)?;
    Ok(rows.into_iter().collect())
}
