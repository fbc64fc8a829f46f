//! Takes a person out of every table. `tests/it/erasure.rs` plants a word in every text of a client and looks for it in
//! every column of the database afterwards.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::max;
use diesel::prelude::*;

use super::Standing;
use crate::clients::erase::{ERASED_FIRST_NAME, ERASED_LAST_NAME, ErasePreview};
use crate::clients::person::Person;
use crate::db::schema::{
    appointments, booking_events, bookings, calendar_feeds, client_changes, client_links, client_notes,
    client_sessions, client_tags, client_views, client_words, clients, consent_requests, contact_attempts,
    idempotency_keys, ledger_entries, message_attempts, message_texts, messages, possible_duplicates as duplicates,
    receipts, series, waitlist_entries, waitlist_offers,
};
use crate::db::{Conn, Fault, Tx};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::{BookingId, StaffUserId};

/// More lines of money are added up in parts nobody has.
const LINES_MAX: i64 = 100_000;
/// Numbers that go into one statement.
const AT_ONCE: usize = 500;
/// Bookings, messages and the like of one client.
const OF_CLIENT_MAX: i64 = 100_000;
/// A word of where people come from is no name when so many others came from there too.
const SOURCE_SHARED_BY: i64 = 2;

pub fn preview(conn: &mut Conn, person: Person, now: DateTime<Utc>) -> Result<ErasePreview, Fault> {
    let id = person.view.id.get();
    let live: Vec<&str> =
        BookingStatus::ALL.into_iter().filter(|status| status.is_live()).map(BookingStatus::as_str).collect();
    let own = bookings::table.filter(bookings::client_id.eq(id));
    let money = ledger_entries::table.filter(ledger_entries::client_id.eq(id));
    let receipts_of = receipts::table.filter(receipts::client_id.eq(id));
    let last_line: Option<NaiveDateTime> = money.select(max(ledger_entries::occurred_at)).first(conn)?;
    let last_paper: Option<NaiveDateTime> = receipts_of.select(max(receipts::issued_at)).first(conn)?;
    let offers: i64 = waitlist_offers::table
        .inner_join(waitlist_entries::table)
        .filter(waitlist_entries::client_id.eq(id))
        .filter(waitlist_offers::status.eq("open"))
        .count()
        .get_result(conn)?;
    let lines: i64 = money.count().get_result(conn)?;
    let papers: i64 = receipts_of.count().get_result(conn)?;
    Ok(ErasePreview {
        bookings: own.count().get_result(conn)?,
        messages: messages::table.filter(messages::client_id.eq(id)).count().get_result(conn)?,
        notes: client_notes::table.filter(client_notes::client_id.eq(id)).count().get_result(conn)?,
        money: lines + papers,
        last_money_at: last_line.max(last_paper).map(|at| at.and_utc()),
        ahead: own
            .inner_join(appointments::table)
            .filter(bookings::status.eq_any(live))
            .filter(appointments::ends_at.gt(now.naive_utc()))
            .count()
            .get_result(conn)?,
        balance_minor: money_of(conn, id)?.0,
        has_offer: offers > 0,
        dependents: super::person::dependents(conn, person.view.id)?.len(),
        person,
    })
}

type MoneyRow = (i64, String, i64, Option<i64>);

/// What is owed (charges and refunds less payments and what was written off) and what was paid less what was given back.
/// A line that was taken back and the one that takes it back count for nothing.
pub fn money_of(conn: &mut Conn, client: i64) -> Result<(i64, i64), Fault> {
    let rows: Vec<MoneyRow> = ledger_entries::table
        .filter(ledger_entries::client_id.eq(client))
        .order(ledger_entries::id)
        .limit(LINES_MAX)
        .select((ledger_entries::id, ledger_entries::kind, ledger_entries::amount_minor, ledger_entries::reverses_id))
        .load(conn)?;
    let taken_back: std::collections::HashSet<i64> = rows.iter().filter_map(|row| row.3).collect();
    let counted = rows.iter().filter(|row| row.3.is_none() && !taken_back.contains(&row.0));
    Ok(counted.fold((0, 0), |(owed, paid), (_, kind, amount, _)| match kind.as_str() {
        "charge" => (owed + amount, paid),
        "refund" => (owed + amount, paid - amount),
        "payment" => (owed - amount, paid + amount),
        _ => (owed - amount, paid),
    }))
}

/// Removes a person, known by these numbers.
pub fn scrub(tx: &mut Tx<'_>, by: StaffUserId, ids: &[i64]) -> Result<(), Fault> {
    let mailboxes = mailboxes_of(tx.conn, ids)?;
    let sources = rare_sources(tx.conn, ids)?;
    scrub_rows(tx, by, ids)?;
    scrub_bookings(tx, ids, &sources)?;
    scrub_messages(tx, ids, &mailboxes)?;
    scrub_mailboxes(tx, ids, &mailboxes)?;
    crate::recall::scrub(tx, ids)?;
    scrub_around(tx, ids)?;
    super::touch(tx)
}

/// The mailboxes of the person that nobody else reads.
fn mailboxes_of(conn: &mut Conn, ids: &[i64]) -> Result<Vec<String>, Fault> {
    let keys: Vec<Option<String>> = clients::table
        .filter(clients::id.eq_any(ids.to_vec()))
        .order(clients::id)
        .limit(OF_CLIENT_MAX)
        .select(clients::email_key)
        .load(conn)?;
    let mut own = Vec::new();
    for key in keys.into_iter().flatten() {
        let others: i64 = clients::table
            .filter(clients::email_key.eq(&key))
            .filter(clients::id.ne_all(ids.to_vec()))
            .count()
            .get_result(conn)?;
        if others == 0 {
            own.push(key);
        }
    }
    Ok(own)
}

/// What brought the person here, where hardly anybody else came by it: such a word may be a name.
fn rare_sources(conn: &mut Conn, ids: &[i64]) -> Result<Vec<String>, Fault> {
    let own: Vec<Option<String>> = clients::table
        .filter(clients::id.eq_any(ids.to_vec()))
        .filter(clients::source.is_not_null())
        .order(clients::id)
        .limit(OF_CLIENT_MAX)
        .select(clients::source)
        .load(conn)?;
    let booked: Vec<Option<String>> = bookings::table
        .filter(bookings::client_id.eq_any(ids.to_vec()))
        .filter(bookings::source.is_not_null())
        .order(bookings::id)
        .limit(OF_CLIENT_MAX)
        .select(bookings::source)
        .load(conn)?;
    let mut found: Vec<String> = own.into_iter().chain(booked).flatten().collect();
    found.sort();
    found.dedup();
    let mut rare = Vec::new();
    for source in found {
        let others: i64 = clients::table
            .filter(clients::source.eq(&source))
            .filter(clients::id.ne_all(ids.to_vec()))
            .count()
            .get_result(conn)?;
        if others < SOURCE_SHARED_BY {
            rare.push(source);
        }
    }
    Ok(rare)
}

/// The rows of the person, and what hangs on them alone.
fn scrub_rows(tx: &mut Tx<'_>, by: StaffUserId, ids: &[i64]) -> Result<(), Fault> {
    let own = clients::table.filter(clients::id.eq_any(ids.to_vec()));
    diesel::update(own)
        .set((
            (
                clients::first_name.eq(ERASED_FIRST_NAME),
                clients::last_name.eq(ERASED_LAST_NAME),
                clients::email.eq(None::<String>),
                clients::phone.eq(None::<String>),
                clients::email_key.eq(None::<String>),
                clients::phone_key.eq(None::<String>),
                clients::name_key.eq(""),
            ),
            clients::zone.eq(None::<String>),
            clients::birth_date.eq(None::<chrono::NaiveDate>),
            clients::household_id.eq(None::<i64>),
            clients::guardian_id.eq(None::<i64>),
            clients::payer_id.eq(None::<i64>),
            clients::standing.eq(Standing::DoNotContact.word()),
            clients::archived_at.eq(tx.now_naive()),
            clients::erased_at.eq(tx.now_naive()),
            clients::erased_by.eq(by.get()),
            clients::row_version.eq(clients::row_version + 1),
        ))
        .execute(tx.conn)?;
    let numbers = || ids.to_vec();
    diesel::delete(client_words::table.filter(client_words::client_id.eq_any(numbers()))).execute(tx.conn)?;
    diesel::delete(client_tags::table.filter(client_tags::client_id.eq_any(numbers()))).execute(tx.conn)?;
    diesel::delete(client_notes::table.filter(client_notes::client_id.eq_any(numbers()))).execute(tx.conn)?;
    let pairs = duplicates::client_id.eq_any(numbers()).or(duplicates::other_id.eq_any(numbers()));
    diesel::delete(duplicates::table.filter(pairs)).execute(tx.conn)?;
    diesel::update(client_changes::table.filter(client_changes::client_id.eq_any(numbers())))
        .set((client_changes::before_value.eq(None::<String>), client_changes::after_value.eq(None::<String>)))
        .execute(tx.conn)?;
    diesel::update(client_views::table.filter(client_views::client_id.eq_any(numbers())))
        .set(client_views::address.eq(None::<String>))
        .execute(tx.conn)?;
    diesel::update(contact_attempts::table.filter(contact_attempts::client_id.eq_any(numbers())))
        .set(contact_attempts::note.eq(""))
        .execute(tx.conn)?;
    Ok(())
}

/// What was typed about bookings, series and wishes; sources that may be names.
fn scrub_bookings(tx: &mut Tx<'_>, ids: &[i64], sources: &[String]) -> Result<(), Fault> {
    let numbers = || ids.to_vec();
    let own: Vec<i64> = bookings::table
        .filter(bookings::client_id.eq_any(numbers()))
        .order(bookings::id)
        .limit(OF_CLIENT_MAX)
        .select(bookings::id)
        .load(tx.conn)?;
    for some in own.chunks(AT_ONCE) {
        let typed = booking_events::table
            .filter(booking_events::booking_id.eq_any(some.to_vec()))
            .filter(booking_events::reason.is_not_null());
        diesel::update(typed).set(booking_events::reason.eq(None::<String>)).execute(tx.conn)?;
        let replies: Vec<String> = some.iter().map(|id| BookingId::new(*id).to_string()).collect();
        diesel::delete(idempotency_keys::table.filter(idempotency_keys::response.eq_any(replies))).execute(tx.conn)?;
    }
    diesel::update(bookings::table.filter(bookings::client_id.eq_any(numbers())))
        .set((bookings::note.eq(""), bookings::ended_reason.eq(None::<String>)))
        .execute(tx.conn)?;
    diesel::update(ledger_entries::table.filter(ledger_entries::client_id.eq_any(numbers())))
        .set(ledger_entries::note.eq(""))
        .execute(tx.conn)?;
    diesel::update(series::table.filter(series::client_id.eq_any(numbers())))
        .set(series::note.eq(""))
        .execute(tx.conn)?;
    let going_on = series::table.filter(series::client_id.eq_any(numbers())).filter(series::ended_at.is_null());
    diesel::update(going_on)
        .set((series::ended_at.eq(tx.now_naive()), series::ended_by.eq("staff")))
        .execute(tx.conn)?;
    diesel::update(waitlist_entries::table.filter(waitlist_entries::client_id.eq_any(numbers())))
        .set(waitlist_entries::note.eq(""))
        .execute(tx.conn)?;
    let waiting = waitlist_entries::table
        .filter(waitlist_entries::client_id.eq_any(numbers()))
        .filter(waitlist_entries::status.eq_any(["waiting", "parked"]));
    diesel::update(waiting)
        .set((waitlist_entries::status.eq("withdrawn"), waitlist_entries::ended_at.eq(tx.now_naive())))
        .execute(tx.conn)?;
    scrub_sources(tx, ids, sources)
}

fn scrub_sources(tx: &mut Tx<'_>, ids: &[i64], sources: &[String]) -> Result<(), Fault> {
    let (numbers, words) = (|| ids.to_vec(), || sources.to_vec());
    let own = clients::table.filter(clients::id.eq_any(numbers())).filter(clients::source.eq_any(words()));
    diesel::update(own).set(clients::source.eq(None::<String>)).execute(tx.conn)?;
    let own = bookings::table.filter(bookings::client_id.eq_any(numbers())).filter(bookings::source.eq_any(words()));
    diesel::update(own).set(bookings::source.eq(None::<String>)).execute(tx.conn)?;
    // Nobody counts series and wishes by where people came from: the bookings say it.
    diesel::update(series::table.filter(series::client_id.eq_any(numbers())))
        .set(series::source.eq(None::<String>))
        .execute(tx.conn)?;
    diesel::update(waitlist_entries::table.filter(waitlist_entries::client_id.eq_any(numbers())))
        .set(waitlist_entries::source.eq(None::<String>))
        .execute(tx.conn)?;
    Ok(())
}

/// Every message that speaks of the person, to whomever it went, and letters in which it was put together with others.
fn messages_about(conn: &mut Conn, ids: &[i64], mailboxes: &[String]) -> Result<Vec<i64>, Fault> {
    let numbers = || ids.to_vec();
    let own_bookings = bookings::table.filter(bookings::client_id.eq_any(numbers())).select(bookings::id.nullable());
    let own_series = series::table.filter(series::client_id.eq_any(numbers())).select(series::id.nullable());
    let entries = || waitlist_entries::table.filter(waitlist_entries::client_id.eq_any(numbers()));
    let own_entries = entries().select(waitlist_entries::id.nullable());
    let own_offers = waitlist_offers::table
        .filter(waitlist_offers::entry_id.eq_any(entries().select(waitlist_entries::id)))
        .select(waitlist_offers::id.nullable());
    let own_links = client_links::table
        .filter(client_links::email_key.eq_any(mailboxes.to_vec()))
        .select(client_links::id.nullable());
    let own_questions = consent_requests::table
        .filter(consent_requests::client_id.eq_any(numbers()))
        .select(consent_requests::id.nullable());
    let mut found: Vec<i64> = messages::table
        .filter(
            messages::client_id
                .eq_any(numbers())
                .or(messages::about_client_id.eq_any(numbers()))
                .or(messages::booking_id.eq_any(own_bookings))
                .or(messages::series_id.eq_any(own_series))
                .or(messages::waitlist_entry_id.eq_any(own_entries))
                .or(messages::waitlist_offer_id.eq_any(own_offers))
                .or(messages::client_link_id.eq_any(own_links))
                .or(messages::consent_request_id.eq_any(own_questions)),
        )
        .order(messages::id)
        .limit(OF_CLIENT_MAX)
        .select(messages::id)
        .load(conn)?;
    let mut letters = Vec::new();
    for some in found.chunks(AT_ONCE) {
        let carried: Vec<Option<i64>> = messages::table
            .filter(messages::id.eq_any(some.to_vec()))
            .filter(messages::carried_by.is_not_null())
            .order(messages::id)
            .limit(OF_CLIENT_MAX)
            .select(messages::carried_by)
            .load(conn)?;
        letters.extend(carried.into_iter().flatten());
    }
    found.extend(letters);
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

fn scrub_messages(tx: &mut Tx<'_>, ids: &[i64], mailboxes: &[String]) -> Result<(), Fault> {
    let about = messages_about(tx.conn, ids, mailboxes)?;
    for some in about.chunks(AT_ONCE) {
        let some = || some.to_vec();
        diesel::delete(message_texts::table.filter(message_texts::message_id.eq_any(some()))).execute(tx.conn)?;
        diesel::update(message_attempts::table.filter(message_attempts::message_id.eq_any(some())))
            .set(message_attempts::detail.eq(""))
            .execute(tx.conn)?;
        let waiting = messages::table
            .filter(messages::id.eq_any(some()))
            .filter(messages::state.eq_any(["pending", "retry", "leased", "uncertain"]))
            .filter(messages::client_id.eq_any(ids.to_vec()).or(messages::about_client_id.eq_any(ids.to_vec())));
        // Whoever is handing one over has lost the lease, and writes nothing afterwards.
        diesel::update(waiting)
            .set((
                messages::state.eq("cancelled"),
                messages::cancelled_at.eq(tx.now_naive()),
                messages::lease_owner.eq(None::<String>),
                messages::lease_until.eq(None::<NaiveDateTime>),
                messages::lease_token.eq(messages::lease_token + 1),
            ))
            .execute(tx.conn)?;
        diesel::update(messages::table.filter(messages::id.eq_any(some())))
            .set((
                messages::subject_sent.eq(None::<String>),
                messages::merge_key.eq(None::<String>),
                messages::address_hash.eq(None::<String>),
                messages::remote_reference.eq(None::<String>),
                messages::reason.eq(None::<String>),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Ways into the person's own area. A mailbox that somebody else reads too stays theirs.
fn scrub_mailboxes(tx: &mut Tx<'_>, ids: &[i64], mailboxes: &[String]) -> Result<(), Fault> {
    diesel::update(client_sessions::table.filter(client_sessions::client_id.eq_any(ids.to_vec())))
        .set(client_sessions::client_id.eq(None::<i64>))
        .execute(tx.conn)?;
    let own = client_sessions::table.filter(client_sessions::email_key.eq_any(mailboxes.to_vec()));
    diesel::delete(own).execute(tx.conn)?;
    diesel::update(client_links::table.filter(client_links::email_key.eq_any(mailboxes.to_vec())))
        .set((client_links::email_key.eq(""), client_links::used_at.eq(tx.now_naive())))
        .execute(tx.conn)?;
    diesel::update(consent_requests::table.filter(consent_requests::client_id.eq_any(ids.to_vec())))
        .set((consent_requests::email_key.eq(""), consent_requests::expires_at.eq(tx.now_naive())))
        .execute(tx.conn)?;
    let feeds = calendar_feeds::table
        .filter(calendar_feeds::client_id.eq_any(ids.to_vec()))
        .filter(calendar_feeds::revoked_at.is_null());
    diesel::update(feeds).set(calendar_feeds::revoked_at.eq(tx.now_naive())).execute(tx.conn)?;
    Ok(())
}

/// Whoever hung on the person speaks and pays for themselves now.
fn scrub_around(tx: &mut Tx<'_>, ids: &[i64]) -> Result<(), Fault> {
    diesel::update(clients::table.filter(clients::guardian_id.eq_any(ids.to_vec())))
        .set((clients::guardian_id.eq(None::<i64>), clients::row_version.eq(clients::row_version + 1)))
        .execute(tx.conn)?;
    diesel::update(clients::table.filter(clients::payer_id.eq_any(ids.to_vec())))
        .set((clients::payer_id.eq(None::<i64>), clients::row_version.eq(clients::row_version + 1)))
        .execute(tx.conn)?;
    Ok(())
}
