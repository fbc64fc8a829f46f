//! The demo clinic on both engines: it breaks no rule, it is the same twice, and it can be booked at once.

use chrono::{DateTime, Utc};
use indicatif::ProgressBar;
use rebook::db::{Bad, Conn, Db};
use rebook::demo::{self, BuildRefused, Scale};

use crate::support::databases::{Kind, TestDatabase, kinds};
use crate::support::invariants::{check, count};

/// A Wednesday, 10:20 in Los Angeles.
fn wednesday() -> DateTime<Utc> {
    "2026-11-18T18:20:00Z".parse().unwrap()
}

fn build(db: &Db, now: DateTime<Utc>) -> Result<demo::DemoClinic, Bad<BuildRefused>> {
    demo::build(db, now, demo::SEED, Scale::SMALL, &ProgressBar::hidden())
}

fn clinic(kind: Kind) -> (TestDatabase, Db) {
    let database = TestDatabase::migrated(kind);
    let db = database.open();
    build(&db, wednesday()).unwrap();
    (database, db)
}

/// Sums over columns that would differ if anything did.
fn fingerprint(conn: &mut Conn) -> Vec<i64> {
    [
        "SELECT sum(id % 1000003) FROM clients",
        "SELECT sum(length(name_key)) FROM clients",
        "SELECT count(*) FROM client_words",
        "SELECT sum(id % 1000003) FROM appointments",
        "SELECT sum(id % 1000003 + price_minor + row_version) FROM bookings",
        "SELECT sum(id % 1000003) FROM booking_events",
        "SELECT sum(amount_minor) FROM ledger_entries",
        "SELECT sum(resource_id % 1000003) FROM occupations",
        "SELECT count(*) FROM seats",
    ]
    .map(|query| count(conn, query))
    .to_vec()
}

#[test]
fn the_clinic_is_the_same_on_every_engine_every_time() {
    let mut prints = kinds().into_iter().chain([Kind::Sqlite]).map(|kind| {
        let (database, _db) = clinic(kind);
        fingerprint(&mut database.connect())
    });
    let first = prints.next().unwrap();
    assert!(first.iter().all(|sum| 0 < *sum), "{first:?}");
    for other in prints {
        assert_eq!(first, other);
    }
}

#[test]
fn the_clinic_breaks_no_rule() {
    for kind in kinds() {
        let (database, _db) = clinic(kind);
        let mut conn = database.connect();
        check(&mut conn);
        let none = |conn: &mut Conn, what: &str, query: &str| assert_eq!(count(conn, query), 0, "{what}");
        none(
            &mut conn,
            "a visit of the past occupies something",
            "SELECT count(*) FROM occupations WHERE ends_at < '2026-11-18 00:00:00'",
        );
        none(&mut conn, "a completed visit was not charged", "SELECT count(*) FROM bookings AS b WHERE status = 'completed' AND price_minor > 0
            AND NOT EXISTS (SELECT 1 FROM ledger_entries AS l WHERE l.booking_id = b.id AND l.kind = 'charge' AND l.amount_minor = b.price_minor)");
        none(&mut conn, "somebody paid more than he owed", "SELECT count(*) FROM bookings AS b WHERE
            (SELECT coalesce(sum(amount_minor), 0) FROM ledger_entries AS l WHERE l.booking_id = b.id AND l.kind IN ('payment', 'write_off'))
            > (SELECT coalesce(sum(amount_minor), 0) FROM ledger_entries AS l WHERE l.booking_id = b.id AND l.kind = 'charge')");
        none(
            &mut conn,
            "an event lies after now",
            "SELECT count(*) FROM booking_events WHERE at > '2026-11-18 18:20:00'",
        );
        none(
            &mut conn,
            "a client came before he was known",
            "SELECT count(*) FROM bookings AS b JOIN clients AS c ON c.id = b.client_id WHERE b.created_at < c.created_at",
        );
        none(
            &mut conn,
            "a child has mail of its own",
            "SELECT count(*) FROM clients WHERE guardian_id IS NOT NULL AND email IS NOT NULL",
        );
        assert!(3 < count(&mut conn, "SELECT count(*) FROM bookings WHERE status = 'booked'"));
        assert_eq!(4, count(&mut conn, "SELECT count(*) FROM staff_users WHERE password_hash IS NOT NULL"));
    }
}

#[test]
fn a_clinic_that_stands_is_not_built_over() {
    let (_database, db) = clinic(Kind::Sqlite);
    assert!(matches!(build(&db, wednesday()), Err(Bad::Refused(BuildRefused::NotEmpty))));
}

/// Midnight, a holiday, a leap day, both clock changes, a weekend: a clinic is built whatever day it is.
#[test]
fn every_day_is_a_day_to_begin() {
    for now in [
        "2026-11-22T09:30:00Z",
        "2026-12-25T20:00:00Z",
        "2028-02-29T23:59:59Z",
        "2026-03-08T10:30:00Z",
        "2026-11-01T08:30:00Z",
        "2027-01-01T08:00:00Z",
    ] {
        let database = TestDatabase::migrated(Kind::Sqlite);
        build(&database.open(), now.parse().unwrap()).unwrap();
        check(&mut database.connect());
    }
}

#[test]
fn the_workload_breaks_no_rule() {
    for kind in kinds() {
        let database = TestDatabase::migrated(kind);
        demo::workload::build(&database.open(), wednesday(), 1, &ProgressBar::hidden()).unwrap();
        let mut conn = database.connect();
        check(&mut conn);
        assert_eq!(count(&mut conn, "SELECT count(*) FROM appointments"), 20_000);
    }
}
