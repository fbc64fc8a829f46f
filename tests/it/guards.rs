//! The database alone, without any deed: the last guard against double booking, and what may only be added to.

use std::sync::{Arc, Barrier};

use diesel::connection::SimpleConnection;
use diesel::result::Error as DieselError;
use rebook::db::{Bad, Conn, portable};

use crate::support::databases::{Kind, TestDatabase, kinds};
use crate::support::invariants::count;
use crate::support::shop;

const THREADS: i64 = 32;

/// The shop with the appointments 1 to 40, which occupy nothing yet.
fn shop_database(kind: Kind) -> TestDatabase {
    let database = TestDatabase::migrated(kind);
    let mut statements = shop::statements();
    for id in 1..=40 {
        statements.push_str(&format!(
            "INSERT INTO appointments (id, location_id, service_id, provider_id, starts_at, ends_at, local_start, zone,
               zone_version, capacity, created_at)
             VALUES ({id}, 1001, 4001, 3001, '2026-06-02 16:00:00', '2026-06-02 16:30:00', '2026-06-02 09:00:00',
               'America/Los_Angeles', 'test', 2, '2026-06-01 15:00:00');"
        ));
    }
    database.run(&statements);
    database
}

fn occupation(id: i64, resource: i64, lane: i64, from: &str, to: &str) -> String {
    format!(
        "INSERT INTO occupations (id, appointment_id, resource_id, resource_kind, lane, starts_at, ends_at)
         VALUES ({id}, {id}, {resource}, 'provider', {lane}, '2026-06-02 {from}:00', '2026-06-02 {to}:00')"
    )
}

#[track_caller]
fn refused(conn: &mut Conn, statement: &str) -> DieselError {
    conn.batch_execute(statement).expect_err(statement)
}

#[test]
fn overlapping_occupations_are_refused_by_the_database() {
    for kind in kinds() {
        let database = shop_database(kind);
        let mut conn = database.connect();
        conn.batch_execute(&occupation(1, shop::ADA, 0, "16:00", "16:30")).unwrap();
        let overlapping =
            [("16:00", "16:30"), ("15:45", "16:01"), ("16:29", "17:00"), ("16:10", "16:20"), ("15:00", "18:00")];
        for (from, to) in overlapping {
            let error = refused(&mut conn, &occupation(2, shop::ADA, 0, from, to));
            assert!(portable::is_taken(&error), "{kind:?} {from} to {to}: {error}");
        }
        // Touching is not overlapping, another lane and another resource are other places.
        conn.batch_execute(&occupation(2, shop::ADA, 0, "16:30", "17:00")).unwrap();
        conn.batch_execute(&occupation(3, shop::ADA, 0, "15:30", "16:00")).unwrap();
        conn.batch_execute(&occupation(4, shop::ADA, 1, "16:00", "16:30")).unwrap();
        conn.batch_execute(&occupation(5, shop::BEN, 0, "16:00", "16:30")).unwrap();
        let moved = "UPDATE occupations SET starts_at = '2026-06-02 16:29:00' WHERE id = 2";
        assert!(portable::is_taken(&refused(&mut conn, moved)), "{kind:?}");
        assert!(portable::is_taken(&refused(&mut conn, "UPDATE occupations SET lane = 0 WHERE id = 4")), "{kind:?}");
        let given = format!("UPDATE occupations SET resource_id = {} WHERE id = 5", shop::ADA);
        assert!(portable::is_taken(&refused(&mut conn, &given)), "{kind:?}");
        conn.batch_execute("UPDATE occupations SET ends_at = '2026-06-02 16:45:00' WHERE id = 2").unwrap();
    }
}

#[test]
fn an_occupation_lasts_a_day_at_most_and_overlaps_over_midnight() {
    for kind in kinds() {
        let database = shop_database(kind);
        let mut conn = database.connect();
        let span = |id: i64, from: &str, to: &str| {
            format!(
                "INSERT INTO occupations (id, appointment_id, resource_id, resource_kind, starts_at, ends_at)
                 VALUES ({id}, {id}, {}, 'provider', '{from}', '{to}')",
                shop::ADA
            )
        };
        refused(&mut conn, &span(1, "2026-06-02 00:00:00", "2026-06-03 00:01:00"));
        refused(&mut conn, &span(1, "2026-06-02 10:00:00", "2026-06-02 10:00:00"));
        conn.batch_execute(&span(1, "2026-06-02 10:00:00", "2026-06-03 10:00:00")).unwrap();
        let error = refused(&mut conn, &span(2, "2026-06-03 09:59:00", "2026-06-03 11:00:00"));
        assert!(portable::is_taken(&error), "{kind:?}: {error}");
        conn.batch_execute(&span(2, "2026-06-03 10:00:00", "2026-06-03 11:00:00")).unwrap();
    }
}

#[test]
fn a_seat_is_taken_once_and_never_beyond_the_capacity() {
    for kind in kinds() {
        let database = shop_database(kind);
        let mut conn = database.connect();
        conn.batch_execute(
            "INSERT INTO holds (id, appointment_id, party, visitor_key, created_at, expires_at)
             VALUES (1, 1, 1, 'v', '2026-06-01 15:00:00', '2026-06-01 15:10:00')",
        )
        .unwrap();
        let seat =
            |number: i64| format!("INSERT INTO seats (appointment_id, seat_no, hold_id) VALUES (1, {number}, 1)");
        conn.batch_execute(&seat(1)).unwrap();
        for (number, why) in [(1, "taken"), (3, "beyond the capacity of 2")] {
            let error = refused(&mut conn, &seat(number));
            assert!(portable::is_taken(&error), "{kind:?}, {why}: {error}");
        }
        conn.batch_execute(&seat(2)).unwrap();
    }
}

#[test]
fn money_and_history_are_only_added_to() {
    for kind in kinds() {
        let database = shop_database(kind);
        let mut conn = database.connect();
        conn.batch_execute(
            "INSERT INTO clients (id, first_name, last_name, name_key, created_at)
               VALUES (1, 'Ana', 'Lima', 'ana lima', '2026-06-01 15:00:00');
             INSERT INTO bookings (id, reference, appointment_id, client_id, status, party, service_name, duration_minutes,
               price_minor, currency, cancel_notice_minutes, cancel_policy, language, created_at, created_by)
               VALUES (1, 'R1', 1, 1, 'booked', 1, 'Check-up', 30, 9500, 'USD', 1440, '', 'en', '2026-06-01 15:00:00', 'client');
             INSERT INTO booking_events (id, booking_id, at, actor, kind) VALUES (1, 1, '2026-06-01 15:00:00', 'client', 'booked');
             INSERT INTO ledger_entries (id, client_id, booking_id, kind, amount_minor, currency, occurred_at, recorded_at)
               VALUES (1, 1, 1, 'charge', 9500, 'USD', '2026-06-01 15:00:00', '2026-06-01 15:00:00');",
        )
        .unwrap();
        for statement in [
            "UPDATE ledger_entries SET amount_minor = 1",
            "DELETE FROM ledger_entries",
            "UPDATE booking_events SET reason = 'x'",
            "DELETE FROM booking_events",
            "DELETE FROM bookings",
            "UPDATE bookings SET status = 'cancelled'",
            "UPDATE bookings SET status = 'gone'",
            "UPDATE bookings SET price_minor = -1",
        ] {
            let message = refused(&mut conn, statement).to_string();
            assert!(!message.is_empty(), "{kind:?}: {statement}");
        }
    }
}

/// The deed's check switched off: everybody writes through the one door without looking first.
#[test]
fn without_any_check_the_guard_leaves_one_winner() {
    for kind in kinds() {
        let database = shop_database(kind);
        let db = database.open();
        let start = Arc::new(Barrier::new(usize::try_from(THREADS).unwrap()));
        let threads: Vec<_> = (1..=THREADS)
            .map(|id| {
                let (db, start) = (db.clone(), Arc::clone(&start));
                std::thread::spawn(move || {
                    start.wait();
                    // Every thread wants another quarter of an hour that overlaps 16:00 to 16:30.
                    let from = format!("16:{:02}", id % 15);
                    db.write_blocking(shop::start(), move |tx| {
                        tx.conn.batch_execute(&occupation(id, shop::ADA, 0, &from, "16:30")).map_err(|error| {
                            if portable::is_taken(&error) { Bad::Refused("taken") } else { Bad::from(error) }
                        })
                    })
                })
            })
            .collect();
        let outcomes: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{kind:?}: {outcomes:?}");
        assert_eq!(count(&mut database.connect(), "SELECT count(*) FROM occupations"), 1, "{kind:?}");
    }
}

/// The proof that the races can be lost: no guard, and look-then-write outside a proper transaction.
#[test]
fn without_the_guard_and_the_door_the_race_is_lost() {
    for kind in kinds() {
        let database = shop_database(kind);
        database.run(match kind {
            Kind::Sqlite => "DROP TRIGGER occupations_guard_insert",
            Kind::Postgres => "ALTER TABLE occupations DROP CONSTRAINT occupations_no_overlap",
        });
        let together = Barrier::new(8);
        let winners: usize = std::thread::scope(|scope| {
            let (database, together) = (&database, &together);
            let threads: Vec<_> = (1..=8)
                .map(|id| {
                    scope.spawn(move || {
                        let mut conn = database.connect();
                        let free = count(&mut conn, "SELECT count(*) FROM occupations") == 0;
                        together.wait();
                        let statement = occupation(id, shop::ADA, 0, "16:00", "16:30");
                        usize::from(free && conn.batch_execute(&statement).is_ok())
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert!(winners > 1, "{kind:?}: this test must be able to lose, and {winners} won");
    }
}
