//! Everything that refers to a client, moved to another one. `tests/it/merging.rs` holds the list against the foreign
//! keys of the database, so that a new table cannot be forgotten.

use diesel::prelude::*;

use crate::clients::merge::Moved;
use crate::clients::person::Person;
use crate::db::schema::{
    appointments, bookings, calendar_feeds, client_changes, client_links, client_merges, client_notes, client_sessions,
    client_tags, client_views, clients, consent_requests, consents, contact_attempts, ledger_entries, messages,
    possible_duplicates as duplicates, recalls, receipts, series, waitlist_entries,
};
use crate::db::{Conn, Fault, Tx};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::{ClientId, StaffUserId};

/// More pairs of one client are settled by hand.
const PAIRS_MAX: i64 = 1_000;
/// Living bookings of one client.
const LIVING_MAX: i64 = 1_000;

/// Says once which columns change hands, to count them and to move them.
macro_rules! columns_that_move {
    ($($table:ident . $column:ident),+ $(,)?) => {
        fn count_columns(conn: &mut Conn, of: i64) -> Result<Moved, Fault> {
            let mut found = Moved::new();
            $(
                let rows: i64 = $table::table.filter($table::$column.eq(of)).count().get_result(conn)?;
                found.insert(concat!(stringify!($table), ".", stringify!($column)).to_owned(), rows);
            )+
            Ok(found)
        }

        fn move_columns(tx: &mut Tx<'_>, from: i64, to: i64) -> Result<Moved, Fault> {
            let mut moved = Moved::new();
            $(
                let own = $table::table.filter($table::$column.eq(from));
                let rows = diesel::update(own).set($table::$column.eq(to)).execute(tx.conn)?;
                let name = concat!(stringify!($table), ".", stringify!($column)).to_owned();
                moved.insert(name, i64::try_from(rows).unwrap_or(i64::MAX));
            )+
            Ok(moved)
        }
    };
}

columns_that_move!(
    bookings.client_id,
    ledger_entries.client_id,
    receipts.client_id,
    series.client_id,
    waitlist_entries.client_id,
    messages.client_id,
    messages.about_client_id,
    consents.client_id,
    consent_requests.client_id,
    contact_attempts.client_id,
    client_notes.client_id,
    client_changes.client_id,
    client_views.client_id,
    client_sessions.client_id,
    calendar_feeds.client_id,
    clients.guardian_id,
    clients.payer_id,
);

/// How much would move, where anything does.
pub fn count(conn: &mut Conn, of: ClientId) -> Result<Moved, Fault> {
    let mut found = count_columns(conn, of.get())?;
    let tags: i64 = client_tags::table.filter(client_tags::client_id.eq(of.get())).count().get_result(conn)?;
    found.insert("client_tags.client_id".to_owned(), tags);
    let due: i64 = recalls::table.filter(recalls::client_id.eq(of.get())).count().get_result(conn)?;
    found.insert("recalls.client_id".to_owned(), due);
    found.retain(|_, rows| *rows > 0);
    Ok(found)
}

/// Moves everything, and says how much.
pub fn move_everything(tx: &mut Tx<'_>, from: ClientId, to: ClientId) -> Result<Moved, Fault> {
    let mut moved = move_columns(tx, from.get(), to.get())?;
    moved.insert("client_tags.client_id".to_owned(), move_tags(tx, from.get(), to.get())?);
    moved.insert("recalls.client_id".to_owned(), crate::recall::hand_over(tx, from, to)?);
    moved.insert("possible_duplicates".to_owned(), move_pairs(tx, from.get(), to.get())?);
    moved.retain(|_, rows| *rows > 0);
    Ok(moved)
}

fn move_tags(tx: &mut Tx<'_>, from: i64, to: i64) -> Result<i64, Fault> {
    let own = client_tags::table.filter(client_tags::client_id.eq(to)).select(client_tags::tag);
    let known: Vec<String> = own.order(client_tags::tag).limit(PAIRS_MAX).load(tx.conn)?;
    let others = client_tags::table.filter(client_tags::client_id.eq(from));
    // A tag both have is the same tag.
    diesel::delete(others.filter(client_tags::tag.eq_any(known))).execute(tx.conn)?;
    let moved = diesel::update(others).set(client_tags::client_id.eq(to)).execute(tx.conn)?;
    Ok(i64::try_from(moved).unwrap_or(i64::MAX))
}

/// A pair with the merged one becomes a pair with the kept one, unless there is one already or the two are these two.
fn move_pairs(tx: &mut Tx<'_>, from: i64, to: i64) -> Result<i64, Fault> {
    let rows: Vec<(i64, i64)> = duplicates::table
        .filter(duplicates::client_id.eq(from).or(duplicates::other_id.eq(from)))
        .order((duplicates::client_id, duplicates::other_id))
        .limit(PAIRS_MAX)
        .select((duplicates::client_id, duplicates::other_id))
        .load(tx.conn)?;
    let mut moved = 0;
    for (one, other) in rows {
        let renamed = |id: i64| if id == from { to } else { id };
        let (first, second) = (renamed(one), renamed(other));
        let known: i64 = duplicates::table
            .filter(
                (duplicates::client_id.eq(first).and(duplicates::other_id.eq(second)))
                    .or(duplicates::client_id.eq(second).and(duplicates::other_id.eq(first))),
            )
            .count()
            .get_result(tx.conn)?;
        let own = duplicates::table.find((one, other));
        if first == second || known > 0 {
            diesel::delete(own).execute(tx.conn)?;
        } else {
            diesel::update(own)
                .set((duplicates::client_id.eq(first), duplicates::other_id.eq(second)))
                .execute(tx.conn)?;
            moved += 1;
        }
    }
    Ok(moved)
}

/// Turns the record into an alias. Older aliases of it lead on to the same person; it hangs on nobody any more.
pub fn become_alias(tx: &mut Tx<'_>, merged: &Person, kept: ClientId) -> Result<(), Fault> {
    let id = merged.view.id.get();
    diesel::update(clients::table.filter(clients::id.eq(id).or(clients::merged_into_id.eq(id))))
        .set(clients::merged_into_id.eq(kept.get()))
        .execute(tx.conn)?;
    diesel::update(clients::table.find(id))
        .set((
            clients::household_id.eq(None::<i64>),
            clients::guardian_id.eq(None::<i64>),
            clients::payer_id.eq(None::<i64>),
            clients::row_version.eq(merged.row_version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Whoever is signed in by the merged record's mailbox goes on under the kept one's, unless somebody else still reads
/// the old mailbox, or the kept one has none.
pub fn hand_over_mailbox(tx: &mut Tx<'_>, merged: &Person, kept: ClientId) -> Result<(), Fault> {
    type Key = Option<String>;
    let id = merged.view.id.get();
    let old: Key = clients::table.find(id).select(clients::email_key).first(tx.conn)?;
    let new: Key = clients::table.find(kept.get()).select(clients::email_key).first(tx.conn)?;
    let (Some(old), Some(new)) = (old, new) else { return Ok(()) };
    if old == new {
        return Ok(());
    }
    let readers: i64 = clients::table
        .filter(clients::email_key.eq(&old))
        .filter(clients::merged_into_id.is_null())
        .count()
        .get_result(tx.conn)?;
    if readers > 0 {
        return Ok(());
    }
    // Who was signed in reads about the person alone: others of the kept mailbox did not let them in.
    diesel::update(client_sessions::table.filter(client_sessions::email_key.eq(&old)))
        .set((client_sessions::email_key.eq(&new), client_sessions::client_id.eq(Some(kept.get()))))
        .execute(tx.conn)?;
    let open = client_links::table.filter(client_links::email_key.eq(&old)).filter(client_links::used_at.is_null());
    diesel::update(open).set(client_links::email_key.eq(&new)).execute(tx.conn)?;
    Ok(())
}

/// Remembers what became of whom.
pub fn write_merge(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    (kept, merged): (ClientId, ClientId),
    moved: &Moved,
) -> Result<(), Fault> {
    let moved = serde_json::to_string(moved).map_err(Fault::other)?;
    diesel::insert_into(client_merges::table)
        .values((
            client_merges::id.eq(tx.new_number()),
            client_merges::kept_id.eq(kept.get()),
            client_merges::merged_id.eq(merged.get()),
            client_merges::at.eq(tx.now_naive()),
            client_merges::staff_user_id.eq(by.get()),
            client_merges::moved.eq(moved),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// What bookings of these people are locked by: see `find_or_make`.
pub fn contact_names(conn: &mut Conn, ids: &[ClientId]) -> Result<Vec<String>, Fault> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let rows: Vec<(Option<String>, Option<String>)> = clients::table
        .filter(clients::id.eq_any(ids))
        .order(clients::id)
        .limit(2)
        .select((clients::email_key, clients::phone_key))
        .load(conn)?;
    let names = |(mail, phone): (Option<String>, Option<String>)| {
        let mail = mail.map(|key| format!("client mail {key}"));
        mail.into_iter().chain(phone.map(|key| format!("client phone {key}"))).collect::<Vec<_>>()
    };
    Ok(rows.into_iter().flat_map(names).collect())
}

/// The folded names of two clients.
pub fn name_keys(conn: &mut Conn, one: ClientId, other: ClientId) -> Result<(String, String), Fault> {
    let key = |conn: &mut Conn, id: ClientId| -> Result<String, Fault> {
        Ok(clients::table.find(id.get()).select(clients::name_key).first(conn)?)
    };
    Ok((key(conn, one)?, key(conn, other)?))
}

/// Whether a living booking of one overlaps a living booking of the other.
pub fn overlap(conn: &mut Conn, one: ClientId, other: ClientId) -> Result<bool, Fault> {
    type Span = (chrono::NaiveDateTime, chrono::NaiveDateTime);
    let spans = |conn: &mut Conn, id: ClientId| -> Result<Vec<Span>, Fault> {
        let live = BookingStatus::ALL.into_iter().filter(|status| status.is_live()).map(BookingStatus::as_str);
        Ok(bookings::table
            .inner_join(appointments::table)
            .filter(bookings::client_id.eq(id.get()))
            .filter(bookings::status.eq_any(live.collect::<Vec<_>>()))
            .order((appointments::starts_at.desc(), bookings::id))
            .limit(LIVING_MAX)
            .select((appointments::starts_at, appointments::ends_at))
            .load(conn)?)
    };
    let (mine, theirs) = (spans(conn, one)?, spans(conn, other)?);
    Ok(mine.iter().any(|a| theirs.iter().any(|b| a.0 < b.1 && b.0 < a.1)))
}
