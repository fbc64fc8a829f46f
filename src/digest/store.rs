//! Which owners were sent which month, and who does not want it.

use chrono::NaiveDate;
use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::db::schema::{digest_refusals, owner_digests, staff_users};
use crate::db::{Bad, Conn, Fault, Tx, portable};
use crate::domain::ids::StaffUserId;
use crate::domain::language::Language;

/// More owners than this has no clinic.
const OWNERS_MAX: i64 = 100;

/// An owner who is to be written to.
pub(super) struct Owner {
    pub(super) id: StaffUserId,
    pub(super) language: Language,
}

/// The owners who want the mail and were not sent that of `month`.
pub(super) fn owners_without(conn: &mut Conn, month: NaiveDate) -> Result<Vec<Owner>, Fault> {
    let sent = owner_digests::table
        .filter(owner_digests::staff_user_id.eq(staff_users::id))
        .filter(owner_digests::month.eq(month));
    let refused = digest_refusals::table.filter(digest_refusals::staff_user_id.eq(staff_users::id));
    let rows: Vec<(i64, String)> = staff_users::table
        .filter(staff_users::role.eq("owner"))
        .filter(staff_users::disabled_at.is_null())
        .filter(not(exists(sent)))
        .filter(not(exists(refused)))
        .order(staff_users::id)
        .limit(OWNERS_MAX)
        .select((staff_users::id, staff_users::language))
        .load(conn)?;
    let owner = |(id, language): (i64, String)| Owner {
        id: StaffUserId::new(id),
        language: Language::parse(&language).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(owner).collect())
}

/// Another process was faster.
struct Begun;

/// Takes the month of this owner; false when it was taken before.
pub(super) fn begin(tx: &mut Tx<'_>, owner: StaffUserId, month: NaiveDate) -> Result<bool, Fault> {
    let begun = tx.attempt(|tx| {
        let row = (
            owner_digests::staff_user_id.eq(owner.get()),
            owner_digests::month.eq(month),
            owner_digests::planned_at.eq(tx.now_naive()),
        );
        match diesel::insert_into(owner_digests::table).values(row).execute(tx.conn) {
            Ok(_) => Ok(()),
            Err(error) if portable::is_duplicate(&error) => Err(Bad::Refused(Begun)),
            Err(error) => Err(Bad::from(error)),
        }
    });
    match begun {
        Ok(()) => Ok(true),
        Err(Bad::Refused(Begun)) => Ok(false),
        Err(Bad::Fault(fault)) => Err(fault),
    }
}

pub(super) fn is_wanted(conn: &mut Conn, owner: StaffUserId) -> Result<bool, Fault> {
    let refused: i64 = digest_refusals::table.find(owner.get()).count().get_result(conn)?;
    Ok(refused == 0)
}

pub(super) fn want(tx: &mut Tx<'_>, owner: StaffUserId, wanted: bool) -> Result<(), Fault> {
    diesel::delete(digest_refusals::table.find(owner.get())).execute(tx.conn)?;
    if !wanted {
        diesel::insert_into(digest_refusals::table)
            .values((digest_refusals::staff_user_id.eq(owner.get()), digest_refusals::refused_at.eq(tx.now_naive())))
            .execute(tx.conn)?;
    }
    Ok(())
}
