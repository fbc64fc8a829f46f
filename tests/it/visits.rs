//! Several services in one visit: all or none, moved and ended as one, told as one.

use std::sync::{Arc, Barrier};

use chrono::{DateTime, TimeDelta, Utc};
use rebook::booking::answer;
use rebook::booking::attendance::{self, Attendance};
use rebook::booking::book::{self, BookRefused, Booked, BookingRequest, OnceKey, Who};
use rebook::booking::cancel::{self, Cancellation, ChangeRefused};
use rebook::booking::hold::{self, Held, HoldLimits};
use rebook::booking::offer::Shop;
use rebook::booking::place::Exactly;
use rebook::booking::visits::{
    self, VisitHoldRefused, VisitHoldRequest, VisitQuestion, VisitRefused, VisitRequest, VisitWish, WantedPart,
};
use rebook::clients::ClientDetails;
use rebook::db::{Bad, Db};
use rebook::domain::booking::Actor;
use rebook::domain::ids::{BookingId, HoldId, ProviderId, ServiceId};
use rebook::domain::visits::WrongVisit;
use rebook::rescheduling::{Destination, Move, RescheduleRefused, reschedule};
use reqwest::Method;
use serde_json::json;

use crate::support::app::{booking_body, on_both};
use crate::support::databases::{Kind, TestDatabase, kinds};
use crate::support::invariants::{self, count};
use crate::support::people::{person, request};
use crate::support::shop::{self, june};

const THREADS: u32 = 16;

const LIMITS: HoldLimits = HoldLimits { minutes: 10, per_visitor_and_day: 1000 };

#[derive(Clone)]
struct Clinic {
    db: Db,
    shop: Arc<Shop>,
    now: DateTime<Utc>,
}

impl Clinic {
    fn on(database: &TestDatabase) -> Self {
        database.run(&shop::statements());
        Self { db: database.open(), shop: Arc::default(), now: shop::start() }
    }

    fn visit(&self, request: VisitRequest) -> Result<Booked, VisitRefused> {
        let shop = Arc::clone(&self.shop);
        no_fault(self.db.write_blocking(self.now, move |tx| visits::book(tx, &shop, &request)))
    }

    fn book(&self, request: BookingRequest) -> Result<Booked, BookRefused> {
        let shop = Arc::clone(&self.shop);
        no_fault(self.db.write_blocking(self.now, move |tx| book::book(tx, &shop, &request)))
    }

    fn hold(&self, wish: VisitWish, replaces: Option<HoldId>) -> Result<Held, VisitHoldRefused> {
        let shop = Arc::clone(&self.shop);
        let request = VisitHoldRequest { wish, visitor_key: "somebody".into(), replaces };
        no_fault(self.db.write_blocking(self.now, move |tx| visits::hold(tx, &shop, LIMITS, &request)))
    }

    fn cancel(&self, booking: BookingId) -> Result<(), ChangeRefused> {
        let shop = Arc::clone(&self.shop);
        let request =
            Cancellation { booking, actor: Actor::Client, reason_code: None, reason: None, expected_version: None };
        no_fault(self.db.write_blocking(self.now, move |tx| cancel::cancel(tx, &shop, &request)))
    }

    fn moves(
        &self,
        booking: BookingId,
        starts_at: DateTime<Utc>,
        provider: Option<i64>,
    ) -> Result<(), RescheduleRefused> {
        let shop = Arc::clone(&self.shop);
        let to = Destination { starts_at, provider: provider.map(ProviderId::new), location: None };
        let (actor, reason, expected_version) = (Actor::Client, None, None);
        let exactly = Exactly::default();
        let wish = Move {
            booking,
            to,
            actor,
            reason,
            expected_version,
            overriding: None,
            once: None,
            exactly,
            is_silent: false,
        };
        no_fault(self.db.write_blocking(self.now, move |tx| reschedule(tx, &shop, &wish))).map(|_| ())
    }

    /// The starts of a visit on one day.
    fn free(&self, parts: &[WantedPart], day: u32, own_hold: Option<HoldId>) -> Vec<DateTime<Utc>> {
        let from = june(day, 9, 0).date_naive();
        let question = VisitQuestion {
            parts: parts.to_vec(),
            location: None,
            from,
            to: from,
            own_hold,
            without: Vec::new(),
            as_staff: false,
        };
        let (shop, now) = (Arc::clone(&self.shop), self.now);
        let found = self.db.read_blocking(move |conn| Ok(no_fault(visits::free_days(conn, &shop, now, &question))));
        let days = found.unwrap().unwrap();
        days.iter().flat_map(|day| day.slots().map(|(slot, _)| slot.starts_at)).collect()
    }
}

fn no_fault<T, R>(outcome: Result<T, Bad<R>>) -> Result<T, R> {
    outcome.map_err(|bad| match bad {
        Bad::Refused(refusal) => refusal,
        Bad::Fault(fault) => panic!("a request failed: {fault}"),
    })
}

fn on_each_engine(test: impl Fn(Kind, &TestDatabase, Clinic)) {
    for kind in kinds() {
        let database = TestDatabase::migrated(kind);
        test(kind, &database, Clinic::on(&database));
        invariants::check_with_messages(&mut database.connect());
    }
}

fn part(service: i64, provider: Option<i64>) -> WantedPart {
    WantedPart { service: ServiceId::new(service), provider: provider.map(ProviderId::new) }
}

fn wish(parts: &[WantedPart], starts_at: DateTime<Utc>) -> VisitWish {
    VisitWish { parts: parts.to_vec(), location: None, starts_at, actor: Actor::Client }
}

fn wanted(parts: &[WantedPart], starts_at: DateTime<Utc>, who: ClientDetails) -> VisitRequest {
    VisitRequest {
        wish: wish(parts, starts_at),
        who: Who::Named(who),
        hold: None,
        note: String::new(),
        language: "en".into(),
        source: None,
        once: None,
    }
}

/// A check-up, then a cleaning, with anyone.
fn usual() -> [WantedPart; 2] {
    [part(shop::CHECKUP, None), part(shop::CLEANING, None)]
}

fn number(database: &TestDatabase, query: &str) -> i64 {
    count(&mut database.connect(), query)
}

#[test]
fn a_visit_is_booked_in_one_write_and_told_once() {
    on_each_engine(|kind, database, clinic| {
        let booked = clinic.visit(wanted(&usual(), june(2, 9, 0), person(1))).unwrap();
        let first = booked.booking.get();
        assert!(booked.fresh);
        assert_eq!(number(database, "SELECT count(*) FROM bookings WHERE status = 'booked'"), 2, "{kind:?}");
        let tied = format!("SELECT count(*) FROM bookings WHERE visit_group_id = {first}");
        assert_eq!(number(database, &tied), 2, "{kind:?}");
        assert_eq!(number(database, &format!("SELECT visit_position FROM bookings WHERE id = {first}")), 0);
        // One provider and one room, and no buffer between the parts: 9:00 to 9:30 to 10:30, then 15 minutes.
        assert_eq!(number(database, "SELECT count(DISTINCT provider_id) FROM appointments"), 1, "{kind:?}");
        assert_eq!(number(database, "SELECT count(DISTINCT room_id) FROM appointments"), 1, "{kind:?}");
        let whole = "SELECT count(*) FROM occupations WHERE ends_at = '2026-06-02 17:45:00'";
        assert_eq!(number(database, whole), 2, "provider and room are busy until 10:45 on {kind:?}");
        let to_client = "SELECT count(*) FROM messages WHERE client_id IS NOT NULL AND kind <> 'reminder'";
        assert_eq!(number(database, to_client), 1, "{kind:?}");
        let to_provider = "SELECT count(*) FROM messages WHERE provider_id IS NOT NULL";
        assert_eq!(number(database, to_provider), 2, "{kind:?}");
    });
}

#[test]
fn different_providers_follow_one_another() {
    on_each_engine(|kind, database, clinic| {
        let parts = [part(shop::CHECKUP, Some(shop::ADA)), part(shop::CLEANING, Some(shop::BEN))];
        clinic.visit(wanted(&parts, june(2, 9, 0), person(1))).unwrap();
        let ada = format!(
            "SELECT count(*) FROM occupations WHERE resource_id = {} AND ends_at = '2026-06-02 16:30:00'",
            shop::ADA
        );
        assert_eq!(number(database, &ada), 1, "{kind:?}");
        let ben = format!(
            "SELECT count(*) FROM occupations WHERE resource_id = {} AND starts_at = '2026-06-02 16:30:00'",
            shop::BEN
        );
        assert_eq!(number(database, &ben), 1, "{kind:?}");
        // Ada is free again at 9:30, Ben was free before it.
        clinic.book(request(shop::CHECKUP, Some(shop::ADA), june(2, 9, 30), person(2))).unwrap();
        clinic.book(request(shop::CHECKUP, Some(shop::BEN), june(2, 9, 0), person(3))).unwrap();
    });
}

#[test]
fn the_offer_is_what_can_be_booked() {
    on_each_engine(|kind, _, clinic| {
        clinic.book(request(shop::CLEANING, Some(shop::ADA), june(2, 9, 30), person(1))).unwrap();
        clinic.book(request(shop::CLEANING, Some(shop::BEN), june(2, 10, 0), person(2))).unwrap();
        let parts = usual();
        let free = clinic.free(&parts, 2, None);
        let mut taken = Vec::new();
        for half in 0..16 {
            let starts_at = june(2, 9, 0) + TimeDelta::minutes(30 * half);
            let held = clinic.hold(wish(&parts, starts_at), None);
            assert_eq!(held.is_ok(), free.contains(&starts_at), "{starts_at} on {kind:?}: {held:?}");
            if let Ok(held) = held {
                let shop = Arc::clone(&clinic.shop);
                no_fault::<_, rebook::db::Never>(
                    clinic.db.write_blocking(clinic.now, move |tx| Ok(hold::give_up(tx, &shop, held.id)?)),
                )
                .unwrap();
                taken.push(starts_at);
            }
        }
        assert_eq!(taken, free, "{kind:?}");
        assert!(!free.is_empty());
    });
}

#[test]
fn when_the_second_part_is_taken_nothing_is_written() {
    on_each_engine(|kind, database, clinic| {
        clinic.book(request(shop::CLEANING, Some(shop::BEN), june(2, 9, 30), person(1))).unwrap();
        let parts = [part(shop::CHECKUP, Some(shop::ADA)), part(shop::CLEANING, Some(shop::BEN))];
        let refused = clinic.visit(wanted(&parts, june(2, 9, 0), person(2)));
        assert_eq!(refused, Err(VisitRefused::Part(0, BookRefused::SlotTaken)), "{kind:?}");
        assert_eq!(number(database, "SELECT count(*) FROM bookings"), 1, "{kind:?}");
        assert_eq!(number(database, "SELECT count(*) FROM appointments"), 1, "{kind:?}");
        assert_eq!(number(database, "SELECT count(*) FROM clients"), 1, "{kind:?}");
        let late = clinic.visit(wanted(&parts, june(2, 16, 30), person(2)));
        assert_eq!(late, Err(VisitRefused::Part(0, BookRefused::Closed)), "{kind:?}");
    });
}

#[test]
fn what_can_never_be_a_visit_is_refused() {
    on_each_engine(|kind, database, clinic| {
        let (checkup, cleaning) = (part(shop::CHECKUP, None), part(shop::CLEANING, None));
        let (class, implant) = (part(shop::CLASS, None), part(shop::IMPLANT, None));
        let ask = |parts: &[WantedPart]| clinic.visit(wanted(parts, june(2, 9, 0), person(1)));
        let impossible = |wrong| Err(VisitRefused::Impossible(wrong));
        assert_eq!(ask(&[]), impossible(WrongVisit::TooFew), "{kind:?}");
        assert_eq!(ask(&[checkup]), impossible(WrongVisit::TooFew), "{kind:?}");
        assert_eq!(ask(&[checkup, cleaning, implant, class]), impossible(WrongVisit::TooMany), "{kind:?}");
        assert_eq!(ask(&[checkup, checkup]), impossible(WrongVisit::Twice), "{kind:?}");
        assert_eq!(ask(&[checkup, class]), impossible(WrongVisit::Class), "{kind:?}");
        let unknown = ask(&[checkup, part(9_999, None)]);
        assert_eq!(unknown, Err(VisitRefused::Part(1, BookRefused::UnknownService)), "{kind:?}");
        // Ada gives no implant talks.
        let nobody = ask(&[checkup, part(shop::IMPLANT, Some(shop::ADA))]);
        assert_eq!(nobody, Err(VisitRefused::Part(1, BookRefused::UnknownProvider)), "{kind:?}");
        let past = clinic.visit(wanted(&usual(), june(1, 7, 0), person(1)));
        assert_eq!(past, Err(VisitRefused::Part(0, BookRefused::Past)), "{kind:?}");
        assert_eq!(number(database, "SELECT count(*) FROM bookings"), 0, "{kind:?}");
        database.run(
            "INSERT INTO locations (id, slug, name, zone) VALUES (1002, 'uptown', 'Uptown', 'America/Los_Angeles');
             INSERT INTO providers (id, slug, name, position) VALUES (3003, 'cleo', 'Cleo', 3);
             INSERT INTO services (id, slug, category, name, duration_minutes, price_minor, capacity, party_max, slot_minutes)
               VALUES (4005, 'braces', 'More', 'Braces', 30, 0, 1, 1, 30);
             INSERT INTO service_providers (service_id, provider_id) VALUES (4005, 3003);
             INSERT INTO weekly_hours (id, provider_id, location_id, kind, weekday, starts_minute, ends_minute)
               VALUES (5900, 3003, 1002, 'work', 2, 540, 1020);
             UPDATE change_counters SET value = value + 1 WHERE name = 'catalog';",
        );
        assert_eq!(ask(&[checkup, part(4005, None)]), impossible(WrongVisit::NotTogether), "{kind:?}");
    });
}

#[test]
fn a_visit_ends_as_one() {
    on_each_engine(|kind, database, clinic| {
        let first = clinic.visit(wanted(&usual(), june(3, 9, 0), person(1))).unwrap().booking;
        let second = number(database, "SELECT id FROM bookings WHERE visit_position = 1");
        // By whichever part.
        clinic.cancel(BookingId::new(second)).unwrap();
        assert_eq!(number(database, "SELECT count(*) FROM bookings WHERE status = 'cancelled'"), 2, "{kind:?}");
        assert_eq!(number(database, "SELECT count(*) FROM occupations"), 0, "{kind:?}");
        assert!(clinic.cancel(first).is_err());
        clinic.visit(wanted(&usual(), june(3, 9, 0), person(2))).unwrap();
    });
}

#[test]
fn the_deadline_is_the_strictest_and_counts_from_the_first_part() {
    on_each_engine(|kind, database, clinic| {
        database.run("UPDATE services SET cancel_notice_minutes = 2880 WHERE id = 4002; UPDATE change_counters SET value = value + 1 WHERE name = 'catalog';");
        let first = clinic.visit(wanted(&usual(), june(3, 8, 0) + TimeDelta::hours(1), person(1))).unwrap().booking;
        assert_eq!(number(database, "SELECT min(cancel_notice_minutes) FROM bookings"), 2880, "{kind:?}");
        let mut late = clinic.clone();
        late.now = june(1, 9, 30);
        assert!(matches!(late.cancel(first), Err(ChangeRefused::Policy(_))), "{kind:?}");
        clinic.cancel(first).unwrap();
    });
}

#[test]
fn a_visit_with_a_part_on_request_waits_as_a_whole() {
    on_each_engine(|kind, database, clinic| {
        let parts = [part(shop::CHECKUP, None), part(shop::IMPLANT, None)];
        let first = clinic.visit(wanted(&parts, june(2, 9, 0), person(1))).unwrap().booking;
        assert_eq!(number(database, "SELECT count(*) FROM bookings WHERE status = 'requested'"), 2, "{kind:?}");
        let approved = clinic.db.write_blocking(clinic.now, move |tx| answer::approve(tx, first, Actor::System, None));
        no_fault(approved).unwrap();
        assert_eq!(number(database, "SELECT count(*) FROM bookings WHERE status = 'booked'"), 2, "{kind:?}");
        let other = clinic.visit(wanted(&parts, june(2, 14, 0), person(2))).unwrap().booking;
        let shop = Arc::clone(&clinic.shop);
        let declined = clinic
            .db
            .write_blocking(clinic.now, move |tx| answer::decline(tx, &shop, other, Actor::System, None, None));
        no_fault(declined).unwrap();
        assert_eq!(number(database, "SELECT count(*) FROM bookings WHERE status = 'declined'"), 2, "{kind:?}");
    });
}

#[test]
fn who_arrives_is_there_for_every_part() {
    on_each_engine(|kind, database, mut clinic| {
        let first = clinic.visit(wanted(&usual(), june(2, 9, 0), person(1))).unwrap().booking;
        clinic.now = june(2, 8, 55);
        let attend = |what| {
            let write = move |tx: &mut rebook::db::Tx<'_>| attendance::attend(tx, first, what, Actor::System, None);
            no_fault(clinic.db.write_blocking(clinic.now, write))
        };
        attend(Attendance::Arrived).unwrap();
        assert_eq!(number(database, "SELECT count(*) FROM bookings WHERE status = 'arrived'"), 2, "{kind:?}");
        attend(Attendance::InProgress).unwrap();
        attend(Attendance::Completed).unwrap();
        assert_eq!(number(database, "SELECT count(*) FROM bookings WHERE status = 'completed'"), 1, "{kind:?}");
        assert_eq!(number(database, "SELECT count(*) FROM ledger_entries"), 1, "{kind:?}");
    });
}

#[test]
fn one_hold_keeps_the_whole_visit() {
    on_each_engine(|kind, database, clinic| {
        let parts = usual();
        let held = clinic.hold(wish(&parts, june(2, 9, 0)), None).unwrap();
        assert_eq!(number(database, "SELECT count(*) FROM holds WHERE ended_at IS NULL"), 1, "{kind:?}");
        assert_eq!(number(database, "SELECT count(*) FROM seats"), 2, "{kind:?}");
        // The other provider and room are still free for one more, then nobody is.
        let other = clinic.hold(wish(&parts, june(2, 9, 0)), None).unwrap();
        let taken = VisitHoldRefused::NotBookable(VisitRefused::Part(0, BookRefused::SlotTaken));
        assert_eq!(clinic.hold(wish(&parts, june(2, 9, 0)), None), Err(taken), "{kind:?}");
        assert!(!clinic.free(&parts, 2, None).contains(&june(2, 9, 0)));
        assert!(clinic.free(&parts, 2, Some(held.id)).contains(&june(2, 9, 0)));
        // Replaced as a whole.
        let moved = clinic.hold(wish(&parts, june(2, 14, 0)), Some(other.id)).unwrap();
        assert_eq!(number(database, "SELECT count(*) FROM seats"), 4, "{kind:?}");
        let mut request = wanted(&parts, june(2, 9, 0), person(1));
        request.hold = Some(held.id);
        clinic.visit(request).unwrap();
        let firm = "SELECT count(*) FROM occupations WHERE held_until IS NULL";
        assert_eq!(number(database, firm), 4, "{kind:?}");
        // A hold of a visit is no hold of its first service: it is given back, all of it.
        let mut single = request_checkup(june(2, 14, 0));
        single.hold = Some(moved.id);
        clinic.book(single).unwrap();
        assert_eq!(number(database, "SELECT count(*) FROM seats"), 3, "{kind:?}");
        assert_eq!(number(database, "SELECT count(*) FROM seats WHERE hold_id IS NOT NULL"), 0, "{kind:?}");
    });
}

fn request_checkup(starts_at: DateTime<Utc>) -> BookingRequest {
    request(shop::CHECKUP, None, starts_at, person(7))
}

#[test]
fn a_visit_whose_hold_ran_out_stands_in_nobodys_way() {
    on_each_engine(|kind, database, mut clinic| {
        let parts = usual();
        clinic.hold(wish(&parts, june(2, 9, 0)), None).unwrap();
        clinic.hold(wish(&parts, june(2, 9, 0)), None).unwrap();
        clinic.now += TimeDelta::minutes(11);
        // Only the second part of each is in the way of these.
        clinic.book(request(shop::CHECKUP, Some(shop::ADA), june(2, 9, 30), person(1))).unwrap();
        clinic
            .visit(wanted(
                &[part(shop::CHECKUP, Some(shop::BEN)), part(shop::CLEANING, None)],
                june(2, 9, 0),
                person(2),
            ))
            .unwrap();
        assert_eq!(number(database, "SELECT count(*) FROM holds WHERE ended_at IS NULL"), 0, "{kind:?}");
    });
}

#[test]
fn the_same_form_books_one_visit() {
    on_each_engine(|kind, database, clinic| {
        let send = |body: &str| {
            let mut request = wanted(&usual(), june(2, 9, 0), person(1));
            request.once = Some(OnceKey { scope: "form".into(), key: "a form".into(), body_hash: body.into() });
            clinic.visit(request)
        };
        let first = send("same").unwrap();
        let again = send("same").unwrap();
        assert_eq!((first.booking, first.fresh, again.fresh), (again.booking, true, false), "{kind:?}");
        assert_eq!(number(database, "SELECT count(*) FROM bookings"), 2, "{kind:?}");
        assert_eq!(send("other"), Err(VisitRefused::Part(0, BookRefused::KeyReused)), "{kind:?}");
    });
}

#[test]
fn overlapping_visits_never_share_anything() {
    on_each_engine(|kind, database, clinic| {
        let start = Barrier::new(usize::try_from(THREADS).unwrap());
        let outcomes: Vec<bool> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS)
                .map(|runner| {
                    let (start, clinic) = (&start, clinic.clone());
                    scope.spawn(move || {
                        let at = june(2, 9, 0) + TimeDelta::minutes(30 * i64::from(runner % 4));
                        let parts = usual();
                        start.wait();
                        match runner % 3 {
                            0 => clinic.book(request(shop::CLEANING, None, at, person(runner))).is_ok(),
                            1 => clinic.hold(wish(&parts, at), None).is_ok(),
                            _ => clinic.visit(wanted(&parts, at, person(runner))).is_ok(),
                        }
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let won = outcomes.iter().filter(|won| **won).count();
        assert!((2..=5).contains(&won), "{kind:?}: {outcomes:?}");
        let halves = "SELECT count(*) FROM bookings AS b WHERE b.visit_group_id IS NOT NULL AND
             (SELECT count(*) FROM bookings AS o WHERE o.visit_group_id = b.visit_group_id) <> 2";
        assert_eq!(number(database, halves), 0, "{kind:?}");
    });
}

#[test]
fn a_visit_moves_as_one() {
    on_each_engine(|kind, database, clinic| {
        let first = clinic.visit(wanted(&usual(), june(3, 9, 0), person(1))).unwrap().booking;
        clinic.book(request(shop::CLEANING, Some(shop::ADA), june(4, 10, 0), person(2))).unwrap();
        clinic.book(request(shop::CLEANING, Some(shop::BEN), june(4, 10, 0), person(3))).unwrap();
        // The second part would lie in what others have: nothing moves.
        let refused = clinic.moves(first, june(4, 9, 0), None);
        assert_eq!(refused, Err(RescheduleRefused::NotBookable(BookRefused::SlotTaken)), "{kind:?}");
        let still = "SELECT count(*) FROM bookings AS b JOIN appointments AS a ON a.id = b.appointment_id
             WHERE b.visit_group_id IS NOT NULL AND a.starts_at < '2026-06-04 00:00:00' AND b.schedule_version = 0";
        assert_eq!(number(database, still), 2, "{kind:?}");
        assert_eq!(clinic.moves(first, june(3, 9, 0), None), Err(RescheduleRefused::SameTime), "{kind:?}");
        // Its own place does not stand in its way.
        clinic.moves(first, june(3, 9, 30), None).unwrap();
        clinic.moves(first, june(4, 13, 0), None).unwrap();
        let moved =
            "SELECT count(*) FROM bookings WHERE visit_group_id IS NOT NULL AND schedule_version = 2 AND moves = 2";
        assert_eq!(number(database, moved), 2, "{kind:?}");
        let events = "SELECT count(*) FROM booking_events WHERE kind = 'moved'";
        assert_eq!(number(database, events), 4, "{kind:?}");
        // The client is told by the first part alone.
        let told = "SELECT count(*) FROM messages AS m JOIN bookings AS b ON b.id = m.booking_id
             WHERE m.client_id IS NOT NULL AND b.visit_position > 0";
        assert_eq!(number(database, told), 0, "{kind:?}");
        assert_eq!(number(database, "SELECT count(*) FROM occupations WHERE starts_at < '2026-06-04 00:00:00'"), 0);
        let second = number(database, "SELECT id FROM bookings WHERE visit_position = 1");
        clinic.moves(BookingId::new(second), june(5, 9, 0), None).unwrap();
        clinic.cancel(first).unwrap();
    });
}

#[test]
fn who_keeps_the_first_provider_keeps_the_others() {
    on_each_engine(|kind, database, clinic| {
        let parts = [part(shop::CHECKUP, Some(shop::BEN)), part(shop::CLEANING, Some(shop::ADA))];
        let first = clinic.visit(wanted(&parts, june(3, 9, 0), person(1))).unwrap().booking;
        clinic.moves(first, june(4, 9, 0), Some(shop::BEN)).unwrap();
        let with = |position, provider| {
            let query = format!(
                "SELECT count(*) FROM bookings AS b JOIN appointments AS a ON a.id = b.appointment_id
                 WHERE b.visit_position = {position} AND a.provider_id = {provider}"
            );
            number(database, &query)
        };
        assert_eq!((with(0, shop::BEN), with(1, shop::ADA)), (1, 1), "{kind:?}");
        clinic.moves(first, june(4, 13, 0), Some(shop::ADA)).unwrap();
        assert_eq!((with(0, shop::ADA), with(1, shop::ADA)), (1, 1), "{kind:?}");
    });
}

#[test]
fn visits_that_move_and_cancel_at_once_stay_whole() {
    on_each_engine(|kind, database, clinic| {
        let visits: Vec<BookingId> = (0..2)
            .map(|number| clinic.visit(wanted(&usual(), june(3, 9, 0), person(number))).unwrap().booking)
            .collect();
        let start = Barrier::new(usize::try_from(THREADS).unwrap());
        std::thread::scope(|scope| {
            for runner in 0..THREADS {
                let (start, clinic, visits) = (&start, clinic.clone(), &visits);
                scope.spawn(move || {
                    let booking = visits[usize::try_from(runner % 2).unwrap()];
                    start.wait();
                    if runner < 14 {
                        let _ =
                            clinic.moves(booking, june(4, 9, 0) + TimeDelta::minutes(30 * i64::from(runner % 5)), None);
                    } else {
                        let _ = clinic.cancel(booking);
                    }
                });
            }
        });
        let halves =
            "SELECT count(DISTINCT status) FROM bookings WHERE visit_group_id IS NOT NULL GROUP BY visit_group_id
             ORDER BY 1 DESC LIMIT 1";
        assert_eq!(number(database, halves), 1, "{kind:?}");
    });
}

fn instant(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

#[test]
fn a_client_books_moves_and_cancels_a_visit_by_page_and_mail() {
    on_both(async |app| {
        let visitor = app.visitor();
        let page = visitor.opens("/book/check-up?date=2026-06-04").await.expect(200);
        let page = visitor.opens(&page.link("also=cleaning")).await.expect(200).shows("Check-up + Cleaning");
        let start = page.buttons("start").into_iter().next().unwrap();
        let form = page.form("/book/check-up/time").with("start", &start);
        assert_eq!(form.value("also"), "cleaning");
        let kept = visitor.submits_once(&form).await.expect(303);
        let details = visitor.opens(kept.header("location")).await.expect(200).shows("Cleaning").shows("$235.00");
        let form = details.form("/book/check-up").with("first_name", "Ana").with("last_name", "Lima");
        let done = visitor.submits_once(&form.with("email", "ana@client.example")).await.expect(303);
        let manage = visitor.opens(done.header("location")).await.expect(200).shows("Check-up").shows("Cleaning");
        let manage = manage.shows("$235.00");
        app.tick().await;
        let mails = app.mails_to("ana@client.example").await;
        assert_eq!(mails.len(), 1, "one mail for the visit");
        let told = mails[0].read().unwrap();
        let invitation = told.calendar.unwrap();
        assert_eq!(invitation.matches("BEGIN:VEVENT").count(), 1, "{invitation}");
        let at = instant(&start);
        let line = |name: &str, at: DateTime<Utc>| format!("{name}:{}", at.format("%Y%m%dT%H%M%SZ"));
        assert!(invitation.contains(&line("DTSTART", at)), "{invitation}");
        assert!(invitation.contains(&line("DTEND", at + TimeDelta::minutes(90))), "{invitation}");
        assert!(told.text.contains("Check-up") && told.text.contains("Cleaning") && told.text.contains("$235.00"));
        let other = visitor.opens(&manage.link("/move")).await.expect(200).shows("Check-up + Cleaning");
        let other_start = other.buttons("start").into_iter().last().unwrap();
        let confirm = visitor.opens(&format!("{}?start={other_start}", manage.link("/move"))).await.expect(200);
        let confirm = confirm.shows("Check-up + Cleaning");
        let moved = visitor.submits_once(&confirm.form("/move")).await.expect(303);
        let manage = visitor.opens(moved.header("location")).await.expect(200).shows("Cleaning");
        app.tick().await;
        assert_eq!(app.mails_to("ana@client.example").await.len(), 2);
        let cancelled = visitor.submits_once(&manage.form("/cancel")).await.expect(303);
        visitor.opens(cancelled.header("location")).await.expect(200);
        app.tick().await;
        assert_eq!(app.mails_to("ana@client.example").await.len(), 3);
        assert_eq!(app.count("SELECT count(*) FROM bookings WHERE status = 'cancelled'"), 2);
        assert_eq!(app.count("SELECT count(*) FROM occupations"), 0);
    });
}

#[test]
fn an_integrator_books_a_visit() {
    on_both(async |app| {
        let visitor = app.visitor();
        let days = "/api/v1/availability?service=check-up&also=cleaning:ben&from=2026-06-02&to=2026-06-02";
        let free = visitor.opens(days).await.expect(200).json();
        let slot = &free["days"]["2026-06-02"][0];
        assert_eq!(slot["start"], "2026-06-02T09:00:00-07:00");
        assert_eq!(slot["end"], "2026-06-02T10:30:00-07:00");
        visitor.opens("/api/v1/availability/next?service=check-up&also=cleaning&limit=3").await.expect(200);
        for (query, code) in [
            ("also=class", "visit_impossible"),
            ("also=check-up", "visit_impossible"),
            ("also=cleaning,implant,class", "visit_impossible"),
            ("also=nothing", "unknown_service"),
            ("also=cleaning:nobody", "unknown_provider"),
            ("also=implant:ada", "unknown_provider"),
        ] {
            let asked = format!("/api/v1/availability?service=check-up&from=2026-06-02&to=2026-06-02&{query}");
            let page = visitor.opens(&asked).await.expect(422);
            assert_eq!(page.json()["code"], code, "{query}");
        }
        let mut body = booking_body("check-up", june(2, 9, 0), "ana@client.example");
        body["also"] = json!([{ "service": "cleaning", "provider": "ben" }]);
        let hold = json!({ "service": "check-up", "start": body["start"], "also": body["also"] });
        let held = visitor.api(Method::POST, "/api/v1/holds", &hold, &[]).await.expect(201).json();
        let second = visitor.api(Method::POST, "/api/v1/holds", &hold, &[]).await.expect(409).json();
        assert_eq!(second["code"], "slot_taken");
        assert!(!second["alternatives"].as_array().unwrap().is_empty());
        body["hold"] = held["id"].clone();
        let made = visitor.api(Method::POST, "/api/v1/bookings", &body, &[]).await.expect(201).json();
        assert_eq!(made["end"], "2026-06-02T10:30:00-07:00");
        assert_eq!(made["price"]["amount"], 23_500, "{made}");
        let parts = made["visit"].as_array().unwrap();
        assert_eq!(parts.len(), 2);
        assert_eq!((&parts[0]["end"], &parts[1]["service_name"]), (&parts[1]["start"], &json!("Cleaning")));
        for (also, party, code) in [
            (json!([{ "service": "class" }]), 1, "visit_impossible"),
            (
                json!([{ "service": "cleaning" }, { "service": "implant" }, { "service": "class" }]),
                1,
                "visit_impossible",
            ),
            (json!([{ "service": "nothing" }]), 1, "unknown_service"),
            (json!([{ "service": "cleaning", "colour": "red" }]), 1, "invalid"),
            (json!([{ "service": "cleaning" }]), 2, "invalid"),
            (json!([{}]), 1, "invalid"),
        ] {
            let mut body = booking_body("check-up", june(3, 9, 0), "eva@client.example");
            (body["also"], body["party"]) = (also.clone(), json!(party));
            let page = visitor.api(Method::POST, "/api/v1/bookings", &body, &[]).await.expect(422);
            assert_eq!(page.json()["code"], code, "{also}");
        }
        let single = booking_body("check-up", june(3, 9, 0), "eva@client.example");
        let single = visitor.api(Method::POST, "/api/v1/bookings", &single, &[]).await.expect(201).json();
        assert!(single.get("visit").is_none());
        app.tick().await;
        let to_ben = app.mails_to("ben@clinic.example").await;
        assert_eq!(to_ben.len(), 2, "Ben does both parts and is told of each");
    });
}

#[test]
fn the_desk_books_a_visit_and_sees_its_parts() {
    on_both(async |app| {
        let desk = app.staff("desk").await;
        let asked = "/staff/book?service=check-up&then=cleaning&day=2026-06-04";
        let page = desk.opens(asked).await.expect(200);
        // 16:00 would end at 17:30.
        let starts = page.choices("start");
        assert!(!starts.iter().any(|start| start.starts_with("2026-06-04T16:00")), "{starts:?}");
        let start = starts.into_iter().find(|start| start.starts_with("2026-06-04T09")).expect("a free time");
        let form = page.form("/staff/book").with("start", &start);
        let form = form.with("first_name", "Ana").with("last_name", "Lima").with("email", "ana@client.example");
        let done = desk.submits_once(&form).await.expect(303);
        let booking = desk.opens(done.header("location")).await.expect(200).shows("Services of this visit");
        assert_eq!(app.count("SELECT count(*) FROM bookings WHERE visit_group_id IS NOT NULL"), 2);
        desk.opens("/staff?day=2026-06-04").await.expect(200).shows("part 1 of 2").shows("part 2 of 2");
        let cancelled = desk.submits_once(&booking.form("/cancel")).await.expect(303);
        desk.opens(cancelled.header("location")).await.expect(200);
        assert_eq!(app.count("SELECT count(*) FROM bookings WHERE status = 'cancelled'"), 2);
        app.tick().await;
        for (then, sentence) in [
            ("check-up", "A visit has each service once."),
            ("class", "A group appointment has a time of its own."),
            ("nothing", "Please choose a service."),
        ] {
            let asked = format!("/staff/book?service=check-up&then={then}&day=2026-06-04");
            desk.opens(&asked).await.expect(200).shows(sentence);
        }
    });
}
