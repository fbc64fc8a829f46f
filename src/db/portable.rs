//! Statements the two engines say differently: one match of two arms each, tested on both.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::sql_types::{BigInt, Integer, Text, Timestamp};
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

/// The same for what has a name instead of a number: a mail address, the subject of a limit. Names become negative
/// numbers and so never meet a provider or a room.
pub fn lock_names(conn: &mut Conn, names: &[String]) -> Result<(), Fault> {
    let numbers: Vec<i64> = names.iter().map(|name| number_of(name)).collect();
    lock_resources(conn, &numbers)
}

fn number_of(name: &str) -> i64 {
    let digest = Sha256::digest(name.as_bytes());
    let number = digest.iter().take(8).fold(0_i64, |number, byte| (number << 8) | i64::from(*byte));
    -1 - (number & i64::MAX)
}

/// Makes every other write that changes this booking wait until this one is over. SQLite has one writer and needs none
/// of it.
pub fn lock_booking(conn: &mut Conn, booking: i64) -> Result<(), Fault> {
    if let Conn::Postgres(conn) = conn {
        diesel::sql_query("SELECT id FROM bookings WHERE id = $1 FOR UPDATE")
            .bind::<BigInt, _>(booking)
            .execute(conn)?;
    }
    Ok(())
}

/// Makes every other write that refers to one of these clients wait until this one is over: a booking that is being made
/// locks the row of its client a little, which this does wholly. SQLite has one writer and needs none of it.
pub fn lock_clients(conn: &mut Conn, clients: &[i64]) -> Result<(), Fault> {
    let Conn::Postgres(conn) = conn else {
        return Ok(());
    };
    let mut sorted = clients.to_vec();
    sorted.sort_unstable();
    for client in sorted {
        diesel::sql_query("SELECT id FROM clients WHERE id = $1 FOR UPDATE").bind::<BigInt, _>(client).execute(conn)?;
    }
    Ok(())
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

/// Which messages of a channel are due: not yet taken, or taken by somebody whose lease ended. Advertising that was being
/// handed over when its sender died never goes again. An earlier message about the same booking that is under way on the
/// same channel goes first. An endpoint of 0 means all of them.
const DUE_MESSAGES: &str = "SELECT m.id FROM messages AS m WHERE m.channel = :channel \
     AND (:endpoint = 0 OR m.endpoint_id = :endpoint) AND \
     ((m.state IN ('pending', 'retry') AND m.due_at <= :now AND m.expires_at > :now) \
      OR (m.state = 'uncertain' AND m.purpose = 'transactional' AND m.attempts < :most AND m.due_at <= :now \
          AND m.expires_at > :now) \
      OR (m.state = 'leased' AND m.lease_until <= :now \
          AND (m.purpose = 'transactional' OR m.handing_over_at IS NULL))) \
     AND NOT EXISTS (SELECT 1 FROM messages AS e WHERE e.booking_id = m.booking_id AND e.id < m.id \
         AND e.channel = m.channel AND (:endpoint = 0 OR e.endpoint_id = m.endpoint_id) AND e.state = 'leased' AND e.lease_until > :now) \
     ORDER BY m.due_at, m.id LIMIT :limit";

#[derive(QueryableByName)]
struct ClaimedId {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// Messages that wait with one of these merge keys and fall due until `until`, kept from other owners until the write
/// is over. Those that somebody else is taking right now are passed over.
pub fn lock_companions(
    conn: &mut Conn,
    merge_keys: &[String],
    now: NaiveDateTime,
    until: NaiveDateTime,
    limit: i64,
) -> Result<Vec<i64>, Fault> {
    use super::schema::messages;
    let waiting = messages::table
        .filter(messages::merge_key.eq_any(merge_keys.to_vec()))
        .filter(messages::channel.eq("mail"))
        .filter(messages::state.eq_any(["pending", "retry"]))
        .filter(messages::due_at.le(until))
        .filter(messages::expires_at.gt(now))
        .order((messages::due_at, messages::id))
        .limit(limit)
        .select(messages::id);
    Ok(match conn {
        Conn::Sqlite(conn) => waiting.load(conn)?,
        Conn::Postgres(conn) => waiting.for_update().skip_locked().load(conn)?,
    })
}

/// Which due messages are taken.
#[derive(Debug, Clone, Copy)]
pub struct Which<'a> {
    /// Of this channel.
    pub channel: &'a str,
    /// For this endpoint; 0 is for all.
    pub endpoint: i64,
    /// At most so many.
    pub limit: i64,
}

/// Takes due messages for `owner` until `until`, in one statement, so that no two owners get the same.
pub fn claim_messages(
    conn: &mut Conn,
    now: NaiveDateTime,
    owner: &str,
    until: NaiveDateTime,
    uncertain_attempts_max: i32,
    which: Which<'_>,
) -> Result<Vec<i64>, Fault> {
    let take = |due: String| {
        format!(
            "UPDATE messages SET state = 'leased', lease_owner = $1, lease_token = lease_token + 1, lease_until = $2 \
             WHERE id IN ({due}) RETURNING id"
        )
    };
    // SQLite counts parameters as they appear, so they are bound in that order.
    let due = DUE_MESSAGES.replace(":channel", "$3").replace(":endpoint", "$4");
    let due = due.replace(":now", "$5").replace(":most", "$6").replace(":limit", "$7");
    let Which { channel, endpoint, limit } = which;
    let claimed: Vec<ClaimedId> = match conn {
        Conn::Sqlite(conn) => diesel::sql_query(take(due))
            .bind::<Text, _>(owner)
            .bind::<Timestamp, _>(until)
            .bind::<Text, _>(channel)
            .bind::<BigInt, _>(endpoint)
            .bind::<Timestamp, _>(now)
            .bind::<Integer, _>(uncertain_attempts_max)
            .bind::<BigInt, _>(limit)
            .load(conn)?,
        Conn::Postgres(conn) => diesel::sql_query(take(format!("{due} FOR UPDATE OF m SKIP LOCKED")))
            .bind::<Text, _>(owner)
            .bind::<Timestamp, _>(until)
            .bind::<Text, _>(channel)
            .bind::<BigInt, _>(endpoint)
            .bind::<Timestamp, _>(now)
            .bind::<Integer, _>(uncertain_attempts_max)
            .bind::<BigInt, _>(limit)
            .load(conn)?,
    };
    Ok(claimed.into_iter().map(|row| row.id).collect())
}
