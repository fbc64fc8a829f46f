//! What is kept of clients is what their history says, whatever happened in whatever order; and both engines count alike.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use indicatif::ProgressBar;
use proptest::prelude::*;
use rebook::booking::complete::{Completion, Paid, complete};
use rebook::booking::offer::Shop;
use rebook::booking::undo;
use rebook::clients::{self, Erasure, Pair};
use rebook::db::{Bad, Db};
use rebook::domain::bill::{Discount, Item};
use rebook::domain::booking::Actor;
use rebook::domain::client_state::ClientState;
use rebook::domain::ids::{BookingId, ClientId, EntryId, StaffUserId};
use rebook::domain::ledger::Method;
use rebook::domain::money::{Currency, Money};
use rebook::domain::population::Outcome;
use rebook::money::{self, Account, Deed, Posting};
use rebook::retention;

use crate::support::databases::{Kind, TestDatabase, kinds};
use crate::support::invariants::count;
use crate::support::shop;

const CLIENTS: i64 = 4;
const BOOKINGS: i64 = 14;
const DESK: Actor = Actor::Staff(StaffUserId::new(6003));

/// Clients 1 to 4 and bookings 21 to 34, at two places whose days begin at different hours; check-ups and cleanings are
/// recall types of their own, and a check-up costs material.
fn clinic(kind: Kind, chance: u64) -> TestDatabase {
    let database = TestDatabase::migrated(kind);
    database.run(&shop::statements());
    database.run(&shop::staff_statements());
    let mut text = String::from(
        "INSERT INTO locations (id, slug, name, zone, position)
           VALUES (1002, 'tokyo', 'Tokyo', 'Asia/Tokyo', 2);
         UPDATE services SET margin_basis_points = 7500 WHERE id = 4001;
         UPDATE services SET recall_interval = '6m' WHERE id = 4002;
         INSERT INTO recall_types (id, code, name, every, book_service_id, required, position)
           VALUES (9101, 'checkup', 'Check-up', '6m', 4001, TRUE, 1), (9102, 'any', 'Anything', NULL, 4002, FALSE, 2);
         INSERT INTO recall_triggers (recall_type_id, service_id) VALUES (9101, 4001), (9102, 4001), (9102, 4002);",
    );
    for id in 1..=CLIENTS {
        text.push_str(&format!(
            "INSERT INTO clients (id, first_name, last_name, name_key, language, created_at, source)
               VALUES ({id}, 'Client', 'Number{id}', 'number{id} client', 'en', '2025-01-01 00:00:00', 'web');"
        ));
    }
    let mut random = chance | 1;
    let mut draw = move |below: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % below
    };
    for number in 0..BOOKINGS {
        let (appointment, booking) = (101 + number, 21 + number);
        let client = draw(CLIENTS.unsigned_abs()) + 1;
        let service = 4001 + draw(3);
        let (location, zone) = if draw(3) == 0 { (1002, "Asia/Tokyo") } else { (1001, "America/Los_Angeles") };
        // Few days, so that some have several visits, and starts around midnight of UTC.
        let local =
            NaiveDate::from_ymd_opt(2025, 1, 6).unwrap() + TimeDelta::days(i64::try_from(draw(8) * 40).unwrap());
        let local = local.and_hms_opt(u32::try_from(7 + draw(14)).unwrap(), 0, 0).unwrap();
        let tax = [0, 700, 1_900][usize::try_from(draw(3)).unwrap()];
        text.push_str(&format!(
            "INSERT INTO appointments (id, location_id, service_id, provider_id, starts_at, ends_at, local_start, zone,
                 zone_version, capacity, created_at)
               VALUES ({appointment}, {location}, {service}, 300{provider}, '{local}', '{end}', '{local}', '{zone}', 'x', 1,
                 '2025-01-01 00:00:00');
             INSERT INTO bookings (id, reference, appointment_id, client_id, status, party, service_name, duration_minutes,
                 price_minor, tax_basis_points, currency, cancel_notice_minutes, cancel_policy, language, created_at, created_by)
               VALUES ({booking}, 'R{booking}', {appointment}, {client}, 'booked', 1, 'Service', 30, {price}, {tax}, 'USD', 1440,
                 '', 'en', '2025-01-0{made} 03:00:00', 'client');
             INSERT INTO seats (appointment_id, seat_no, booking_id) VALUES ({appointment}, 1, {booking});",
            provider = 1 + draw(2),
            end = local + TimeDelta::minutes(30),
            price = draw(20_000),
            made = 1 + draw(5),
        ));
    }
    database.run(&text);
    database
}

/// One thing somebody does; numbers are taken modulo whatever there is.
#[derive(Debug, Clone, Copy)]
struct Step {
    what: u8,
    which: u16,
    other: u16,
    amount: u16,
    /// Whether days pass before, or seconds.
    is_later: bool,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0_u8..24, any::<u16>(), any::<u16>(), any::<u16>(), any::<bool>());
    let step = step.prop_map(|(what, which, other, amount, is_later)| Step { what, which, other, amount, is_later });
    prop::collection::vec(step, 10..60)
}

fn unless_refused<T, R>(done: Result<T, Bad<R>>) {
    if let Err(Bad::Fault(fault)) = done {
        panic!("{fault}");
    }
}

/// Does it, whether or not it is refused.
fn act(database: &TestDatabase, db: &Db, step: Step, now: DateTime<Utc>) {
    let client = ClientId::new(1 + i64::from(step.which) % CLIENTS);
    let booking = BookingId::new(21 + i64::from(step.which) % BOOKINGS);
    let amount = i64::from(step.amount % 8_000);
    match step.what {
        0..=8 => {
            let extras = if step.other.is_multiple_of(3) {
                vec![Item { name: "Brush".to_owned(), minor: amount, tax_basis_points: 1_900 }]
            } else {
                Vec::new()
            };
            let discount = if step.other.is_multiple_of(5) { Discount::Share(1_000) } else { Discount::None };
            let paid = if step.other.is_multiple_of(2) { Paid::All(Method::Card) } else { Paid::Later };
            let completion = Completion { extras, discount, paid, ..Completion::plain(booking, DESK, None) };
            unless_refused(db.write_blocking(now, move |tx| complete(tx, &completion)));
        }
        9..=11 => {
            let shop = Shop::default();
            unless_refused(db.write_blocking(now, move |tx| undo::undo(tx, &shop, booking, DESK, None)));
        }
        12..=17 => {
            let deed = match step.what {
                12 | 13 => Deed::Payment(Method::Cash),
                14 | 15 => Deed::Refund(Method::Cash),
                _ => Deed::WriteOff,
            };
            let of = step.other.is_multiple_of(2).then_some(booking);
            let account = Account { client, booking: of };
            let posting = Posting {
                deed,
                account,
                location: None,
                amount: Money::new(amount, Currency::Usd),
                note: "why".to_owned(),
                once: None,
                by: DESK,
            };
            unless_refused(db.write_blocking(now, move |tx| money::post(tx, &posting)));
        }
        18..=20 => {
            let mut conn = database.connect();
            let lines = count(&mut conn, "SELECT count(*) FROM ledger_entries");
            if lines > 0 {
                let nth = i64::from(step.other) % lines;
                let id = count(&mut conn, &format!("SELECT id FROM ledger_entries ORDER BY id LIMIT 1 OFFSET {nth}"));
                unless_refused(db.write_blocking(now, move |tx| money::reverse(tx, EntryId::new(id), "a slip", DESK)));
            }
        }
        21 | 22 => {
            let other = ClientId::new(1 + i64::from(step.other) % CLIENTS);
            if let (Some(kept), Some(merged)) = (version(db, client), version(db, other)) {
                let pair = Pair { kept: (client, kept), merged: (other, merged) };
                let by = StaffUserId::new(6002);
                unless_refused(db.write_blocking(now, move |tx| clients::merge(tx, by, pair, &BTreeMap::new())));
            }
        }
        _ => {
            if let Some(version) = version(db, client) {
                let name = format!("Client Number{client}", client = client.get());
                let erasure = Erasure { client: (client, version), name, despite_balance: true };
                let by = StaffUserId::new(6002);
                unless_refused(db.write_blocking(now, move |tx| clients::erase(tx, by, &erasure)));
            }
        }
    }
}

fn version(db: &Db, client: ClientId) -> Option<i64> {
    db.read_blocking(move |conn| clients::person(conn, client)).unwrap().map(|person| person.row_version)
}

fn today() -> NaiveDate {
    shop::start().date_naive()
}

fn differing(db: &Db) -> Vec<ClientId> {
    db.read_blocking(|conn| retention::check(conn, today())).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, max_shrink_iters: 40, ..ProptestConfig::default() })]

    #[test]
    fn kept_rows_are_those_of_the_history(chance: u64, steps in steps()) {
        for kind in kinds() {
            let database = clinic(kind, chance);
            let db = database.open();
            let mut now = shop::start();
            for (number, step) in steps.iter().enumerate() {
                now += if step.is_later { TimeDelta::hours(31) } else { TimeDelta::seconds(20) };
                act(&database, &db, *step, now);
                prop_assert_eq!(differing(&db), [], "{:?}: after step {} {:?}", kind, number, step);
            }
            let mut conn = database.connect();
            // The database counts the days itself.
            let days = count(&mut conn, "SELECT count(*) FROM (SELECT DISTINCT coalesce(c.merged_into_id, c.id), \
                 substr(cast(a.local_start AS text), 1, 10) FROM bookings AS b JOIN appointments AS a \
                 ON a.id = b.appointment_id JOIN clients AS c ON c.id = b.client_id WHERE b.status = 'completed') AS d");
            let kept = count(&mut conn, "SELECT coalesce(cast(sum(visits) AS bigint), 0) FROM client_figures WHERE recall_type_id = 0");
            prop_assert_eq!(kept, days);
            // And from nothing.
            let before = count(&mut conn, "SELECT count(*) FROM client_figures");
            database.run("DELETE FROM client_figures");
            let rebuilt = retention::rebuild(&db, now, today(), &ProgressBar::hidden()).unwrap();
            prop_assert_eq!(i64::try_from(rebuilt.changed).unwrap(), before);
            prop_assert_eq!(differing(&db), []);
        }
    }
}

#[test]
fn both_engines_load_the_same_population() {
    let mut seen = Vec::new();
    for kind in kinds() {
        let database = clinic(kind, 77);
        let db = database.open();
        let mut now = shop::start();
        for number in 0..40_u16 {
            now += TimeDelta::hours(7);
            let what = u8::try_from(number % 22).unwrap();
            let step = Step { what, which: number * 5, other: number * 3, amount: 900 + number * 31, is_later: true };
            act(&database, &db, step, now);
        }
        database.run("UPDATE bookings SET status = 'no_show', completed_at = NULL, missed_at = '2025-03-01 02:00:00' WHERE id = 33");
        database.run("UPDATE bookings SET status = 'cancelled', completed_at = NULL, ended_at = '2025-02-01 05:00:00', ended_by = 'client', late_cancellation = TRUE WHERE id = 34");
        database.run("UPDATE clients SET standing = 'moved' WHERE id = 3");
        let population = db.read_blocking(|conn| retention::population(conn, today())).unwrap();
        assert!(population.visits.len() > 4 && population.amounts.len() > 4, "{population:?}");
        assert!(population.bookings.iter().any(|booking| booking.outcome == Outcome::Missed));
        assert!(population.bookings.iter().any(|booking| booking.outcome == Outcome::CancelledLate));
        assert!(
            population.amounts.iter().any(|amount| amount.margin_minor * 4 == amount.minor * 3 && amount.minor > 0)
        );
        assert!(population.people.windows(2).all(|pair| pair[0].client < pair[1].client));
        seen.push(format!("{population:?}"));
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "the engines differ:\n{}", seen.join("\n"));
}

#[test]
fn what_was_not_kept_is_found_and_made() {
    for kind in kinds() {
        let database = clinic(kind, 5);
        let db = database.open();
        // As an import writes it: past the deeds.
        database.run(
            "UPDATE bookings SET status = 'completed', completed_at = '2025-06-01 10:00:00', client_id = 2 WHERE id IN (21, 22, 23);
             INSERT INTO ledger_entries (id, client_id, booking_id, kind, amount_minor, tax_minor, currency, occurred_at, recorded_at)
               VALUES (1, 2, 21, 'charge', 11900, 1900, 'USD', '2025-06-01 10:00:00', '2025-06-01 10:00:00');",
        );
        assert_eq!(differing(&db), [ClientId::new(2)]);
        let rebuilt = retention::rebuild(&db, shop::start(), today(), &ProgressBar::hidden()).unwrap();
        assert!(rebuilt.changed > 0 && rebuilt.visits > 0);
        assert_eq!(differing(&db), []);
        let mut conn = database.connect();
        assert_eq!(
            count(&mut conn, "SELECT revenue_minor FROM client_figures WHERE client_id = 2 AND recall_type_id = 0"),
            10_000
        );
        let raised = count(&mut conn, "SELECT value FROM change_counters WHERE name = 'figures'");
        assert!(raised > 0, "pages know that something changed");
    }
}

#[test]
fn two_at_once_lose_nothing() {
    for kind in kinds() {
        for round in 0..4 {
            let database = clinic(kind, 900 + round);
            database.run("UPDATE bookings SET client_id = 1");
            let db = database.open();
            std::thread::scope(|scope| {
                for number in 0..8_i64 {
                    let db = db.clone();
                    scope.spawn(move || {
                        let completion = Completion::plain(BookingId::new(21 + number), DESK, None);
                        unless_refused(db.write_blocking(shop::start(), move |tx| complete(tx, &completion)));
                    });
                }
            });
            let mut conn = database.connect();
            assert_eq!(count(&mut conn, "SELECT count(*) FROM bookings WHERE status = 'completed'"), 8, "{kind:?}");
            assert_eq!(differing(&db), [], "{kind:?}");
        }
    }
}

#[test]
fn everybody_stands_somewhere() {
    for kind in kinds() {
        let database = clinic(kind, 31);
        let db = database.open();
        database.run("UPDATE bookings SET status = 'completed', completed_at = '2025-06-01 10:00:00' WHERE id < 30");
        database.run("UPDATE appointments SET local_start = '2027-01-04 09:00:00' WHERE id > 109");
        let insight = db.read_blocking(|conn| retention::insight(conn, today())).unwrap();
        assert_eq!(insight.standings.len(), insight.population.people.len());
        for (person, standing, _) in insight.people() {
            let came = !insight.population.visits_of(person).is_empty();
            assert_eq!(standing.is_some(), came);
            let ahead = insight.population.bookings_of(person).iter().any(|booking| today() <= booking.day);
            if let Some(standing) = standing {
                assert_eq!(standing.state == ClientState::Booked, ahead, "a booking to come is never at risk");
                assert!(standing.since <= today());
            }
        }
    }
}
