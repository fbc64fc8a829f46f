//! A person is forgotten: a word planted in every text of hers stands nowhere afterwards, and what the law wants stays.

use chrono::{DateTime, Utc};
use rebook::clients::{self, EraseRefused, Erasure};
use rebook::db::{Bad, Db};
use rebook::domain::ids::{BookingId, ClientId, StaffUserId};

use crate::support::databases::{Kind, TestDatabase, kinds};
use crate::support::invariants::count;
use crate::support::schema::{everything, schema_in};
use crate::support::shop;

const CANARY: &str = "zqcanaryqz";
const AT: &str = "'2026-05-01 10:00:00'";

/// Texts of a client's rows that hold no word of hers: codes, the clinic's own words, numbers of papers, and what tax law
/// wants kept as it was.
const STAYS: &[&str] = &[
    "language",
    "standing",
    "reference",
    "status",
    "service_name",
    "currency",
    "cancel_policy",
    "created_by",
    "ended_by",
    "ended_reason_code",
    "kind",
    "method",
    "item",
    "once_key",
    "lines",
    "rule",
    "purpose",
    "channel",
    "natural_key",
    "state",
    "month_state",
    "message_id",
    "lease_owner",
    "every",
    "disabled_reason",
    "bounce_status",
    "slot",
    "audience",
    "wording",
    "origin",
    "purposes",
    "worklist",
    "outcome",
    "actor",
    "field",
    "what",
    "moved",
    "token_hash",
    "zone",
];

/// Tables whose rows are about pairs of people or a merge, and hold codes only.
const PAIRS: &[&str] = &["possible_duplicates", "client_merges"];

fn planted() -> String {
    let mail = format!("{CANARY}@home.example");
    let reply = BookingId::new(21);
    format!(
        "INSERT INTO households (id, name) VALUES (5, '{CANARY}');
         INSERT INTO clients (id, first_name, last_name, email, phone, email_key, phone_key, name_key, language, zone, birth_date,
             household_id, source, created_at)
           VALUES (1, '{CANARY}', 'Lima', '{mail}', '{CANARY}', '{mail}', '{CANARY}', '{CANARY} lima', 'en',
             'Europe/Berlin', '1980-01-01', 5, '{CANARY}', {AT}),
             (2, 'Old {CANARY}', '{CANARY}', NULL, NULL, NULL, NULL, '{CANARY}', 'en', NULL, NULL, NULL, NULL, {AT}),
             (3, 'Otto', 'Other', 'otto@home.example', NULL, 'otto@home.example', NULL, 'other otto', 'en', NULL, NULL, 5,
               NULL, {AT});
         UPDATE clients SET merged_into_id = 1 WHERE id = 2;
         UPDATE clients SET guardian_id = 1, payer_id = 1 WHERE id = 3;
         INSERT INTO client_words (client_id, word) VALUES (1, '{CANARY}');
         INSERT INTO client_tags (client_id, tag, created_at) VALUES (1, '{CANARY}', {AT});
         INSERT INTO client_notes (id, client_id, kind, text, at, staff_user_id) VALUES (84, 1, 'note', '{CANARY}', {AT}, 6003);
         INSERT INTO client_changes (id, client_id, at, actor, field, before_value, after_value)
           VALUES (85, 1, {AT}, 'client', 'phone', '{CANARY}', '{CANARY}');
         INSERT INTO client_views (id, at, staff_user_id, client_id, what, address) VALUES (86, {AT}, 6003, 1, 'page', '{CANARY}');
         INSERT INTO contact_attempts (id, client_id, worklist, outcome, note, at, staff_user_id)
           VALUES (83, 1, 'calls', 'reached', '{CANARY}', {AT}, 6003);
         INSERT INTO appointments (id, location_id, service_id, provider_id, starts_at, ends_at, local_start, zone,
             zone_version, capacity, created_at)
           VALUES (11, 1001, 4001, 3001, '2026-05-04 16:00:00', '2026-05-04 16:30:00', '2026-05-04 09:00:00',
             'America/Los_Angeles', 'x', 1, {AT});
         INSERT INTO bookings (id, reference, appointment_id, client_id, status, party, service_name, duration_minutes,
             price_minor, currency, cancel_notice_minutes, cancel_policy, language, created_at, created_by, ended_at, ended_by,
             ended_reason, note, source)
           VALUES (21, 'R21', 11, 1, 'cancelled', 1, 'Check-up', 30, 9500, 'USD', 1440, '', 'en', {AT}, 'staff', {AT}, 'client',
             '{CANARY}', '{CANARY}', '{CANARY}');
         INSERT INTO booking_events (id, booking_id, at, actor, kind, reason) VALUES (31, 21, {AT}, 'staff', 'cancelled', '{CANARY}');
         INSERT INTO idempotency_keys (scope, idempotency_key, body_hash, status, response, created_at)
           VALUES ('form', '{CANARY}', '{CANARY}', 201, '{reply}', {AT});
         INSERT INTO ledger_entries (id, client_id, booking_id, kind, amount_minor, currency, occurred_at, recorded_at, note)
           VALUES (41, 1, 21, 'charge', 9500, 'USD', {AT}, {AT}, '{CANARY}'), (42, 1, 21, 'payment', 9500, 'USD', {AT}, {AT}, '');
         INSERT INTO receipts (id, number, client_id, booking_id, issued_at, currency, total_minor, tax_minor, lines)
           VALUES (44, 1, 1, 21, {AT}, 'USD', 9500, 0, '[]');
         INSERT INTO series (id, reference, client_id, service_id, location_id, party, rule, zone, local_start,
             extended_to, language, created_at, created_by, note, source)
           VALUES (51, 'S1', 1, 4001, 1001, 1, 'FREQ=WEEKLY', 'America/Los_Angeles', '2026-05-04 09:00:00', '2026-05-04',
             'en', {AT}, 'staff', '{CANARY}', '{CANARY}');
         INSERT INTO waitlist_entries (id, client_id, service_id, party, first_day, last_day, status, language, created_at,
             created_by, note, source)
           VALUES (61, 1, 4001, 1, '2026-05-01', '2026-07-02', 'waiting', 'en', {AT}, 'staff', '{CANARY}', '{CANARY}');
         INSERT INTO client_links (id, token_hash, email_key, language, created_at, expires_at)
           VALUES (91, 'link', '{mail}', 'en', {AT}, '2027-01-01 00:00:00');
         INSERT INTO client_sessions (token_hash, email_key, client_id, created_at, last_seen_at, expires_at)
           VALUES ('t1', '{mail}', 1, {AT}, {AT}, '2027-01-01 00:00:00');
         INSERT INTO consents (id, client_id, purpose, channel, granted, wording, wording_version, origin, at)
           VALUES (81, 1, 'news', 'mail', TRUE, 'yes', 1, 'desk', {AT});
         INSERT INTO consent_requests (id, client_id, email_key, purposes, language, wording, wording_version, origin,
             created_at, expires_at)
           VALUES (82, 1, '{mail}', 'news', 'en', 'yes', 1, 'booking_page', {AT}, '2027-01-01 00:00:00');
         INSERT INTO recall_types (id, code, name, every, book_service_id, required, position)
           VALUES (91, 'check-up', 'Check-up', '6m', 4001, TRUE, 1);
         INSERT INTO recalls (id, client_id, recall_type_id, disabled_at, disabled_reason, disabled_note, created_at)
           VALUES (93, 1, 91, {AT}, 'other', '{CANARY}', {AT});
         INSERT INTO calendar_feeds (id, client_id, created_at) VALUES (87, 1, {AT});
         INSERT INTO suppressions (channel, address_hash, purpose, origin, at)
           VALUES ('mail', 'the hash of a mailbox', 'marketing', 'unsubscribe', {AT});
         {}",
        messages()
    )
}

/// A confirmation, one to the provider, a way in, one about a child of hers, one that waits, and a letter to somebody else
/// that carried one of them.
fn messages() -> String {
    let message = |id: i64, whose: &str, state: &str, more: &str| {
        let sent = if state == "sent" { AT } else { "NULL" };
        format!(
            "INSERT INTO messages (id, natural_key, kind, purpose, channel, language, message_id, due_at, expires_at, state,
                 sent_at, created_at, subject_sent, merge_key, address_hash, remote_reference, reason)
               VALUES ({id}, 'k{id}', 'confirmation', 'transactional', 'mail', 'en', 'm{id}', {AT}, '2027-01-01 00:00:00',
                 '{state}', {sent}, {AT}, '{CANARY}', '{CANARY}', '{CANARY}', '{CANARY}', '{CANARY}');
             UPDATE messages SET {whose} WHERE id = {id};
             {more}"
        )
    };
    let text = |id: i64| {
        format!(
            "INSERT INTO message_texts (message_id, subject, body, html, at) VALUES ({id}, '{CANARY}', '{CANARY}', '{CANARY}', {AT});
             INSERT INTO message_attempts (id, message_id, at, outcome, detail) VALUES ({id}, {id}, {AT}, 'sent', '{CANARY}');"
        )
    };
    [
        message(71, "client_id = 1, booking_id = 21", "sent", &text(71)),
        message(72, "provider_id = 3001, booking_id = 21, audience = 'provider'", "sent", &text(72)),
        message(73, "client_link_id = 91, audience = 'mailbox'", "sent", &text(73)),
        message(74, "client_id = 3, about_client_id = 1", "sent", &text(74)),
        message(75, "client_id = 1, waitlist_entry_id = 61", "pending", ""),
        message(76, "client_id = 3", "sent", &text(76)),
        message(77, "client_id = 1, carried_by = 76", "sent", ""),
    ]
    .concat()
}

fn clinic(kind: Kind) -> TestDatabase {
    let database = TestDatabase::migrated(kind);
    database.run(&shop::statements());
    database.run(&shop::staff_statements());
    database.run(&planted());
    database
}

fn erases(db: &Db, name: &str, despite: bool, now: DateTime<Utc>) -> Result<(), EraseRefused> {
    let version = db.read_blocking(|conn| clients::person(conn, ClientId::new(1))).unwrap().unwrap().row_version;
    let erasure = Erasure { client: (ClientId::new(1), version), name: name.to_owned(), despite_balance: despite };
    match db.write_blocking(now, move |tx| clients::erase(tx, StaffUserId::new(6002), &erasure)) {
        Ok(()) => Ok(()),
        Err(Bad::Refused(why)) => Err(why),
        Err(Bad::Fault(fault)) => panic!("{fault}"),
    }
}

#[test]
fn no_column_of_the_database_remembers_somebody_who_was_erased() {
    for kind in kinds() {
        let database = clinic(kind);
        let mut conn = database.connect();
        // Every text of a row that names the client is planted, or known to hold no word of hers.
        for (table, columns) in schema_in(&database) {
            let own = columns.keys().any(|column| column == "client_id") || table == "clients";
            if !own || PAIRS.contains(&table.as_str()) {
                continue;
            }
            for (column, (kind_of, _)) in columns {
                if kind_of == "Text" && !STAYS.contains(&column.as_str()) {
                    let planted = format!("SELECT count(*) FROM {table} WHERE {column} LIKE '%{CANARY}%'");
                    assert!(0 < count(&mut conn, &planted), "{table}.{column}: plant a word, and see that it goes");
                }
            }
        }

        erases(&database.open(), &format!(" {} lima ", CANARY.to_uppercase()), false, shop::start()).unwrap();

        for (table, rows) in everything(&database) {
            let left: Vec<&String> = rows.iter().filter(|row| row.to_lowercase().contains(CANARY)).collect();
            assert!(left.is_empty(), "{kind:?}: {table} remembers: {left:?}");
        }
        for (what, query, wanted) in [
            ("the visit stays", "SELECT count(*) FROM bookings WHERE client_id = 1", 1),
            ("the money stays", "SELECT count(*) FROM ledger_entries WHERE client_id = 1", 2),
            ("the receipt stays", "SELECT count(*) FROM receipts WHERE client_id = 1", 1),
            ("the consent stays", "SELECT count(*) FROM consents WHERE client_id = 1", 1),
            ("the objection stays", "SELECT count(*) FROM suppressions", 1),
            ("that somebody looked stays", "SELECT count(*) FROM client_views WHERE address IS NULL", 1),
            ("nothing waits to be sent", "SELECT count(*) FROM messages WHERE state = 'pending'", 0),
            ("the wish is withdrawn", "SELECT count(*) FROM waitlist_entries WHERE status = 'withdrawn'", 1),
            ("the series ended", "SELECT count(*) FROM series WHERE ended_at IS NULL", 0),
            ("the calendar is closed", "SELECT count(*) FROM calendar_feeds WHERE revoked_at IS NULL", 0),
            ("nobody is signed in", "SELECT count(*) FROM client_sessions", 0),
            ("nobody hangs on her", "SELECT count(*) FROM clients WHERE guardian_id = 1 OR payer_id = 1", 0),
            ("the house is given up", "SELECT count(*) FROM households", 0),
            (
                "it is in the audit",
                "SELECT count(*) FROM audit_events WHERE action = 'erased' AND object_kind = 'client'",
                1,
            ),
            ("Otto stays as he is", "SELECT count(*) FROM clients WHERE first_name = 'Otto' AND erased_at IS NULL", 1),
        ] {
            assert_eq!(count(&mut conn, query), wanted, "{kind:?}: {what}");
        }
        assert_eq!(erases(&database.open(), "Erased client", true, shop::start()), Err(EraseRefused::Erased));
    }
}

#[test]
fn somebody_is_erased_only_on_purpose() {
    for kind in kinds() {
        let database = clinic(kind);
        let db = database.open();
        let name = format!("{CANARY} Lima");
        assert_eq!(erases(&db, "Somebody Else", false, shop::start()), Err(EraseRefused::WrongName));
        database.run(&format!(
            "INSERT INTO ledger_entries (id, client_id, kind, amount_minor, currency, occurred_at, recorded_at)
               VALUES (49, 1, 'charge', 100, 'USD', {AT}, {AT})"
        ));
        assert_eq!(erases(&db, &name, false, shop::start()), Err(EraseRefused::OpenBalance));
        // The appointment is still to come when the clock says so.
        database.run("UPDATE bookings SET status = 'booked', ended_at = NULL, ended_by = NULL, ended_reason = NULL WHERE id = 21");
        let before: DateTime<Utc> = "2026-05-03T00:00:00Z".parse().unwrap();
        assert_eq!(erases(&db, &name, true, before), Err(EraseRefused::VisitAhead));
        database.run(&format!(
            "INSERT INTO holds (id, appointment_id, party, visitor_key, created_at, expires_at) VALUES (12, 11, 1, 'x', {AT}, {AT});
             INSERT INTO waitlist_offers (id, entry_id, hold_id, provider_id, location_id, starts_at, ends_at, status, created_at,
                 expires_at) VALUES (62, 61, 12, 3001, 1001, {AT}, '2026-05-01 11:00:00', 'open', {AT}, {AT});"
        ));
        assert_eq!(erases(&db, &name, true, shop::start()), Err(EraseRefused::OfferOpen));
        database.run(&format!("UPDATE waitlist_offers SET status = 'expired', answered_at = {AT} WHERE id = 62"));
        assert_eq!(erases(&db, &name, true, shop::start()), Ok(()));
    }
}

#[test]
fn a_mailbox_that_is_shared_stays_with_the_others() {
    for kind in kinds() {
        let database = clinic(kind);
        database.run(&format!("UPDATE clients SET email_key = '{CANARY}@home.example' WHERE id = 3"));
        erases(&database.open(), &format!("{CANARY} Lima"), false, shop::start()).unwrap();
        let mut conn = database.connect();
        assert_eq!(count(&mut conn, "SELECT count(*) FROM client_sessions WHERE client_id IS NULL"), 1);
        assert_eq!(count(&mut conn, "SELECT count(*) FROM client_links WHERE used_at IS NULL"), 1);
    }
}
