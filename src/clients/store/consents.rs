//! The rows of consents: added, never changed.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::clients::consents::{ConsentLine, ConsentPurpose, Decision};
use crate::db::schema::{consents, staff_users};
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::{ClientId, StaffUserId};

/// Somebody who decides more often than this is a program.
const LINES_MAX: i64 = 500;

type ConsentRow = (String, bool, String, i32, String, NaiveDateTime, Option<String>);

pub fn load(conn: &mut Conn, client: ClientId) -> Result<Vec<ConsentLine>, Fault> {
    let rows: Vec<ConsentRow> = consents::table
        .left_join(staff_users::table.on(consents::staff_user_id.eq(staff_users::id.nullable())))
        .filter(consents::client_id.eq(client.get()))
        .order(consents::id.desc())
        .limit(LINES_MAX)
        .select((
            consents::purpose,
            consents::granted,
            consents::wording,
            consents::wording_version,
            consents::origin,
            consents::at,
            staff_users::name.nullable(),
        ))
        .load(conn)?;
    let line = |(purpose, granted, wording, wording_version, origin, at, by): ConsentRow| ConsentLine {
        purpose: ConsentPurpose::parse(&purpose),
        granted,
        wording,
        wording_version,
        origin,
        at: at.and_utc(),
        by,
    };
    Ok(rows.into_iter().map(line).collect())
}

pub fn insert(tx: &mut Tx<'_>, client: ClientId, decision: &Decision) -> Result<(), Fault> {
    diesel::insert_into(consents::table)
        .values((
            consents::id.eq(tx.new_number()),
            consents::client_id.eq(client.get()),
            consents::purpose.eq(decision.purpose.as_str()),
            consents::channel.eq("mail"),
            consents::granted.eq(decision.granted),
            consents::wording.eq(&decision.wording),
            consents::wording_version.eq(decision.wording_version),
            consents::origin.eq(decision.origin),
            consents::at.eq(tx.now_naive()),
            consents::staff_user_id.eq(decision.by.map(StaffUserId::get)),
        ))
        .execute(tx.conn)?;
    Ok(())
}
