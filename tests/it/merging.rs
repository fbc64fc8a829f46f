//! Two records of one person become one: everything moves, nothing is lost, and the guard lets nothing else through.

use std::collections::{BTreeMap, BTreeSet};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use rebook::clients::{self, MergeRefused, Pair};
use rebook::db::{Bad, Conn, Db};
use rebook::domain::ids::{ClientId, StaffUserId};
use rebook::domain::merging::{MergeWarning, PersonField, Side};

use crate::support::databases::{TestDatabase, kinds};
use crate::support::invariants::count;
use crate::support::schema::schema_in;
use crate::support::shop;

const KEPT: i64 = 1;
const MERGED: i64 = 2;
const OTHER: i64 = 3;
const OLD_ALIAS: i64 = 4;
const AT: &str = "'2026-05-01 10:00:00'";

/// One row in every table that refers to a client.
fn planted() -> String {
    let client = |id: i64, first: &str, more: &str| {
        format!(
            "INSERT INTO clients (id, first_name, last_name, email, email_key, name_key, language, created_at)
               VALUES ({id}, '{first}', 'Lima', '{first}{id}@home.example', '{first}{id}@home.example', 'lima {first}',
                 'en', {AT}); {more}"
        )
    };
    [
        client(KEPT, "ana", ""),
        client(MERGED, "anna", ""),
        client(OTHER, "otto", "UPDATE clients SET guardian_id = 2, payer_id = 2 WHERE id = 3;"),
        client(OLD_ALIAS, "anne", "UPDATE clients SET merged_into_id = 2 WHERE id = 4;"),
        format!(
            "INSERT INTO client_words (client_id, word) VALUES (1, 'ana'), (2, 'anna'), (2, 'lima');
             INSERT INTO possible_duplicates (client_id, other_id, reason, created_at)
               VALUES (2, 1, 'same_name', {AT}), (3, 2, 'same_name', {AT}), (2, 3, 'same_email', {AT});
             INSERT INTO client_tags (client_id, tag, created_at)
               VALUES (1, 'vip', {AT}), (2, 'vip', {AT}), (2, 'braces', {AT});
             INSERT INTO appointments (id, location_id, service_id, provider_id, starts_at, ends_at, local_start, zone,
                 zone_version, capacity, created_at)
               VALUES (11, 1001, 4001, 3001, '2026-05-04 16:00:00', '2026-05-04 16:30:00', '2026-05-04 09:00:00',
                 'America/Los_Angeles', 'x', 1, {AT});
             INSERT INTO bookings (id, reference, appointment_id, client_id, status, party, service_name, duration_minutes,
                 price_minor, currency, cancel_notice_minutes, cancel_policy, language, created_at, created_by, completed_at)
               VALUES (21, 'R21', 11, 2, 'completed', 1, 'Check-up', 30, 9500, 'USD', 1440, '', 'en', {AT}, 'staff', {AT});
             INSERT INTO booking_events (id, booking_id, at, actor, kind) VALUES (31, 21, {AT}, 'staff', 'booked');
             INSERT INTO ledger_entries (id, client_id, booking_id, kind, amount_minor, currency, occurred_at, recorded_at, note)
               VALUES (41, 2, 21, 'charge', 9500, 'USD', {AT}, {AT}, 'a note'), (42, 1, NULL, 'payment', 500, 'USD', {AT}, {AT}, ''),
                 (43, 2, 21, 'payment', 9000, 'USD', {AT}, {AT}, '');
             INSERT INTO receipts (id, number, client_id, booking_id, issued_at, currency, total_minor, tax_minor, lines)
               VALUES (44, 1, 2, 21, {AT}, 'USD', 9500, 0, '[]');
             INSERT INTO series (id, reference, client_id, service_id, location_id, party, rule, zone, local_start,
                 extended_to, language, created_at, created_by)
               VALUES (51, 'S1', 2, 4001, 1001, 1, 'FREQ=WEEKLY', 'America/Los_Angeles', '2026-05-04 09:00:00', '2026-05-04',
                 'en', {AT}, 'staff');
             INSERT INTO waitlist_entries (id, client_id, service_id, party, first_day, last_day, status, language, created_at,
                 created_by)
               VALUES (61, 2, 4001, 1, '2026-05-01', '2026-05-02', 'expired', 'en', {AT}, 'staff');
             INSERT INTO messages (id, natural_key, kind, purpose, channel, client_id, about_client_id, language, message_id,
                 due_at, expires_at, state, created_at)
               VALUES (71, 'k1', 'confirmation', 'transactional', 'mail', 2, 2, 'en', 'm1', {AT}, {AT}, 'skipped', {AT});
             INSERT INTO consents (id, client_id, purpose, channel, granted, wording, wording_version, origin, at)
               VALUES (81, 2, 'news', 'mail', TRUE, 'yes', 1, 'desk', {AT});
             INSERT INTO consent_requests (id, client_id, email_key, purposes, language, wording, wording_version, origin,
                 created_at, expires_at)
               VALUES (82, 2, 'anna2@home.example', 'news', 'en', 'yes', 1, 'booking_page', {AT}, {AT});
             INSERT INTO contact_attempts (id, client_id, worklist, outcome, at, staff_user_id)
               VALUES (83, 2, 'calls', 'reached', {AT}, 6003);
             INSERT INTO client_notes (id, client_id, kind, text, at, staff_user_id) VALUES (84, 2, 'alert', 'latex', {AT}, 6003);
             INSERT INTO client_changes (id, client_id, at, actor, field) VALUES (85, 2, {AT}, 'client', 'phone');
             INSERT INTO client_views (id, at, staff_user_id, client_id, what) VALUES (86, {AT}, 6003, 2, 'page');
             INSERT INTO client_sessions (token_hash, email_key, client_id, created_at, last_seen_at, expires_at)
               VALUES ('t1', 'anna2@home.example', 2, {AT}, {AT}, '2027-01-01 00:00:00');
             INSERT INTO calendar_feeds (id, client_id, created_at) VALUES (87, 2, {AT});
             INSERT INTO client_figures (client_id, recall_type_id, visits, first_day, last_day, log_gap_sum, revenue_minor,
                 first_service_id, first_provider_id, last_service_id, last_provider_id, last_location_id)
               VALUES (2, 0, 1, '2026-05-04', '2026-05-04', 0, 9500, 4001, 3001, 4001, 3001, 1001);
             INSERT INTO client_states (client_id, state, since, as_of) VALUES (2, 'new', '2026-05-04', '2026-05-04');
             INSERT INTO client_scores (client_id, scope, alive, visits_12, visits_36, value_12_minor, value_12_low_minor,
                 value_12_high_minor, value_36_minor, value_36_low_minor, value_36_high_minor, as_of)
               VALUES (2, 0, 0.5, 1, 2, 1, 1, 1, 1, 1, 1, '2026-05-04');
             INSERT INTO recall_types (id, code, name, every, book_service_id, required, position)
               VALUES (91, 'check-up', 'Check-up', '6m', 4001, TRUE, 1), (92, 'class', 'Class', '6m', 4003, FALSE, 2);
             INSERT INTO recalls (id, client_id, recall_type_id, cycle, created_at)
               VALUES (93, 2, 91, 1, {AT}), (94, 1, 92, 1, {AT}), (95, 2, 92, 1, {AT});
             INSERT INTO client_merges (id, kept_id, merged_id, at, staff_user_id, moved) VALUES (88, 2, 4, {AT}, 6003, '{{}}'),
               (89, 3, 2, {AT}, 6003, '{{}}');"
        ),
    ]
    .concat()
}

fn clinic(kind: crate::support::databases::Kind) -> TestDatabase {
    let database = TestDatabase::migrated(kind);
    database.run(&shop::statements());
    database.run(&shop::staff_statements());
    database.run(&planted());
    database
}

#[derive(QueryableByName)]
struct Reference {
    #[diesel(sql_type = Text)]
    place: String,
}

/// `table.column` of everything that refers to a client, as the database itself says.
fn references(conn: &mut Conn) -> BTreeSet<String> {
    let rows: Vec<Reference> = match conn {
        Conn::Sqlite(conn) => diesel::sql_query(
            "SELECT m.name || '.' || k.\"from\" AS place FROM sqlite_schema AS m, pragma_foreign_key_list(m.name) AS k
             WHERE m.type = 'table' AND k.\"table\" = 'clients'",
        )
        .load(conn),
        Conn::Postgres(conn) => diesel::sql_query(
            "SELECT k.table_name || '.' || k.column_name AS place FROM information_schema.key_column_usage AS k
               JOIN information_schema.referential_constraints AS r ON r.constraint_name = k.constraint_name
               JOIN information_schema.table_constraints AS t ON t.constraint_name = r.unique_constraint_name
             WHERE t.table_name = 'clients'",
        )
        .load(conn),
    }
    .unwrap();
    rows.into_iter().map(|row| row.place).collect()
}

fn referring(conn: &mut Conn, place: &str, client: i64) -> i64 {
    let (table, column) = place.split_once('.').unwrap();
    count(conn, &format!("SELECT count(*) FROM {table} WHERE {column} = {client}"))
}

fn merges(db: &Db, kept: (i64, i64), merged: (i64, i64), choices: &[(PersonField, Side)]) -> Result<(), MergeRefused> {
    let pair = Pair { kept: (ClientId::new(kept.0), kept.1), merged: (ClientId::new(merged.0), merged.1) };
    let choices: BTreeMap<PersonField, Side> = choices.iter().copied().collect();
    let by = StaffUserId::new(6003);
    match db.write_blocking(shop::start(), move |tx| clients::merge(tx, by, pair, &choices)) {
        Ok(_) => Ok(()),
        Err(Bad::Refused(why)) => Err(why),
        Err(Bad::Fault(fault)) => panic!("{fault}"),
    }
}

#[test]
fn everything_moves_and_nothing_is_lost() {
    for kind in kinds() {
        let database = clinic(kind);
        let (db, mut conn) = (database.open(), database.connect());
        let places = references(&mut conn);
        assert!(places.len() > 20, "{places:?}");
        for place in &places {
            assert!(0 < referring(&mut conn, place, MERGED), "{place} refers to clients: plant a row, and move it");
        }
        let tables: Vec<String> = schema_in(&database).into_keys().collect();
        let rows = |conn: &mut Conn| -> BTreeMap<String, i64> {
            tables.iter().map(|table| (table.clone(), count(conn, &format!("SELECT count(*) FROM {table}")))).collect()
        };
        let before = rows(&mut conn);
        let money =
            |client: i64| db.read_blocking(move |conn| clients::owed_and_paid(conn, ClientId::new(client))).unwrap();
        let (kept_money, merged_money) = (money(KEPT), money(MERGED));

        merges(&db, (KEPT, 1), (MERGED, 1), &[(PersonField::Email, Side::Merged)]).unwrap();

        for place in places.iter().filter(|place| !place.starts_with("client_merges.")) {
            assert_eq!(referring(&mut conn, place, MERGED), 0, "{kind:?}: {place} still refers to the merged record");
        }
        let expected = BTreeMap::from([
            ("possible_duplicates", -2),
            ("client_tags", -1),
            ("client_merges", 1),
            ("audit_events", 1),
            ("client_changes", 1),
            ("client_states", -1),
            ("client_scores", -1),
            // Both were due for the class; the kept one's stands.
            ("recalls", -1),
        ]);
        let after = rows(&mut conn);
        for (table, count) in &before {
            if table != "client_words" {
                let change = expected.get(table.as_str()).copied().unwrap_or(0);
                assert_eq!(after[table] - count, change, "{kind:?}: rows of {table}");
            }
        }
        assert_eq!(money(KEPT), (kept_money.0 + merged_money.0, kept_money.1 + merged_money.1));
        assert_eq!(money(MERGED), (0, 0));
        let survivor =
            |client: i64| db.read_blocking(move |conn| clients::survivor(conn, ClientId::new(client))).unwrap();
        assert_eq!((survivor(MERGED).get(), survivor(OLD_ALIAS).get()), (KEPT, KEPT));
        let found = db.read_blocking(|conn| clients::search(conn, "anna", 10)).unwrap();
        assert_eq!(found.into_iter().map(|hit| hit.id.get()).collect::<Vec<_>>(), [KEPT], "the old name still finds");
        let view = db.read_blocking(|conn| clients::view(conn, ClientId::new(KEPT))).unwrap().unwrap();
        assert_eq!((view.email.as_deref(), view.first_name.as_str()), (Some("anna2@home.example"), "ana"));
        assert_eq!(count(&mut conn, "SELECT count(*) FROM client_sessions WHERE client_id = 1"), 1);
    }
}

#[test]
fn what_cannot_be_merged_is_refused() {
    for kind in kinds() {
        let database = clinic(kind);
        let db = database.open();
        assert_eq!(merges(&db, (KEPT, 1), (KEPT, 1), &[]), Err(MergeRefused::Oneself));
        assert_eq!(merges(&db, (KEPT, 1), (999, 1), &[]), Err(MergeRefused::Unknown));
        assert_eq!(merges(&db, (KEPT, 1), (OLD_ALIAS, 1), &[]), Err(MergeRefused::Unknown), "an alias is nobody");
        assert_eq!(merges(&db, (KEPT, 2), (MERGED, 1), &[]), Err(MergeRefused::Changed));
        database.run("UPDATE clients SET erased_at = created_at WHERE id = 3");
        assert_eq!(merges(&db, (KEPT, 1), (OTHER, 1), &[]), Err(MergeRefused::Erased));
        database.run("UPDATE clients SET birth_date = '1980-01-01' WHERE id = 1");
        database.run("UPDATE clients SET birth_date = '1990-01-01' WHERE id = 2");
        let preview =
            db.read_blocking(|conn| Ok(clients::preview_merge(conn, ClientId::new(KEPT), ClientId::new(MERGED))));
        let Ok(preview) = preview.unwrap() else { panic!("both are there") };
        assert_eq!(preview.warnings, [MergeWarning::BirthDates, MergeWarning::Names]);
        assert_eq!(preview.moves.get("ledger_entries.client_id"), Some(&2));
    }
}

#[test]
fn a_mailbox_that_others_read_stays_theirs() {
    for kind in kinds() {
        let database = clinic(kind);
        database.run("UPDATE clients SET email_key = 'anna2@home.example' WHERE id = 3");
        merges(&database.open(), (KEPT, 1), (MERGED, 1), &[]).unwrap();
        let mut conn = database.connect();
        let kept = "SELECT count(*) FROM client_sessions WHERE email_key = 'anna2@home.example'";
        assert_eq!(count(&mut conn, kept), 1);
    }
}

#[test]
fn the_guard_lets_only_merging_and_erasing_through() {
    for kind in kinds() {
        let database = clinic(kind);
        let mut conn = database.connect();
        database.run("UPDATE clients SET merged_into_id = 1 WHERE id = 2");
        let schema = schema_in(&database);
        let different = |kind: &str| match kind {
            "BigInt" | "Integer" => "7",
            "Timestamp" => "'2001-01-01 00:00:00'",
            "Date" => "'2001-01-01'",
            _ => "'other'",
        };
        for (table, row) in [("ledger_entries", 41), ("booking_events", 31)] {
            for (column, (kind_of, _)) in &schema[table] {
                let value = different(kind_of);
                let update = format!("UPDATE {table} SET {column} = {value} WHERE id = {row}");
                assert!(conn.batch_execute(&update).is_err(), "{kind:?}: {update}");
            }
        }
        for refused in [
            "UPDATE ledger_entries SET client_id = 3 WHERE id = 41",
            "UPDATE ledger_entries SET client_id = 1, amount_minor = 1 WHERE id = 41",
            "UPDATE ledger_entries SET note = '' WHERE id = 41",
            "DELETE FROM ledger_entries WHERE id = 41",
            "DELETE FROM booking_events WHERE id = 31",
        ] {
            assert!(conn.batch_execute(refused).is_err(), "{kind:?}: {refused}");
        }
        conn.batch_execute("UPDATE ledger_entries SET client_id = 1 WHERE id = 41").unwrap();
        conn.batch_execute("UPDATE clients SET erased_at = created_at WHERE id = 1").unwrap();
        conn.batch_execute("UPDATE ledger_entries SET note = '' WHERE id = 41").unwrap();
    }
}
