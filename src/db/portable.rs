//! Statements the two engines say differently: one match of two arms each, tested on both.

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::sql_types::BigInt;
use sha2::{Digest, Sha256};

use super::{Conn, Fault};

/// Makes every other write that wants one of these resources wait until this one is over.
///
/// Sorted, so that two writes never wait for each other. SQLite has one writer and needs none of it. Without this,
/// two inserts that overlap would each see the other in the exclusion constraint and deadlock.
pub fn lock_resources(conn: &mut Conn, resources: &[i64]) -> Result<(), Fault> {
    let Conn::Postgres(conn) = conn else {
        return Ok(());
    };
    let mut sorted = resources.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    for resource in sorted {
        diesel::sql_query("SELECT pg_advisory_xact_lock($1)").bind::<BigInt, _>(resource).execute(conn)?;
    }
    Ok(())
}

/// Makes every other write with the same words (an idempotency key) wait until this one is over, and then find its rows.
///
/// Taken before any resource, so that the order of locks is the same for everybody.
pub fn lock_words(conn: &mut Conn, words: &str) -> Result<(), Fault> {
    let number = Sha256::digest(words).iter().take(8).fold(0_i64, |number, byte| (number << 8) | i64::from(*byte));
    // Negative, so that words never meet a provider or a room.
    lock_resources(conn, &[-1 - (number & i64::MAX)])
}

/// The guard said that a provider or room is taken already, or a class has no seat left.
pub fn is_taken(error: &DieselError) -> bool {
    let DieselError::DatabaseError(kind, information) = error else {
        return false;
    };
    let message = information.message();
    match kind {
        DatabaseErrorKind::ExclusionViolation => true,
        DatabaseErrorKind::UniqueViolation => {
            information.constraint_name() == Some("seats_pkey") || message.contains("seats.appointment_id")
        }
        _ => message.contains("occupation_overlap") || message.contains("seat_beyond_capacity"),
    }
}

/// The unique key of `table.column` refused the row: somebody wrote the same one before.
pub fn is_duplicate(error: &DieselError) -> bool {
    matches!(error, DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
}

/// Rows of one statement; thirty columns of so many stay below the 65,535 parameters PostgreSQL takes.
pub(crate) const ROWS_AT_ONCE: usize = 1_000;

/// Inserts many rows of one table: one prepared statement over and over on SQLite, some thousand rows a statement on
/// PostgreSQL, where each round trip costs more.
macro_rules! insert_all {
    ($conn:expr, $table:ident, $rows:expr) => {
        match &mut *$conn {
            $crate::db::Conn::Sqlite(conn) => {
                for row in $rows {
                    diesel::insert_into($table::table).values(row).execute(conn)?;
                }
            }
            $crate::db::Conn::Postgres(conn) => {
                for chunk in $rows.chunks($crate::db::portable::ROWS_AT_ONCE) {
                    diesel::insert_into($table::table).values(chunk).execute(conn)?;
                }
            }
        }
    };
}
pub(crate) use insert_all;
