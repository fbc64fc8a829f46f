//! A booking moves or stays: within one write, under the deadlines, with its calendar entry behind it. On both engines.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use rebook::booking::book::{self, BookRefused, BookingRequest};
use rebook::booking::cancel::{self, Cancellation, ChangeRefused};
use rebook::booking::hold::{self, HoldLimits, HoldRequest};
use rebook::booking::offer::Shop;
use rebook::booking::place::Exactly;
use rebook::booking::{answer, facts};
use rebook::db::{Bad, Db};
use rebook::domain::booking::{Actor, BookingStatus};
use rebook::domain::ids::{BookingId, ProviderId, StaffUserId};
use rebook::domain::overriding::{Acknowledged, Breach, Occupant};
use rebook::domain::policy::MoveRefused;
use rebook::rescheduling::alternatives::{self, Range};
use rebook::rescheduling::{Destination, Move, Moved, RescheduleRefused, reschedule};

use crate::support::databases::{TestDatabase, kinds};
use crate::support::invariants::{self, count};
use crate::support::people::{person, request};
use crate::support::shop::{self, june};

const STAFF: Actor = Actor::Staff(StaffUserId::new(6003));

/// The clinic of the tests with its database and a moment of its own.
struct Clinic {
    database: TestDatabase,
    db: Db,
    shop: Arc<Shop>,
    now: DateTime<Utc>,
}

fn on_each_engine(test: impl Fn(&mut Clinic)) {
    for kind in kinds() {
        println!("on {kind:?}:");
        let database = TestDatabase::migrated(kind);
        database.run(&shop::statements());
        let db = database.open();
        let mut clinic = Clinic { database, db, shop: Arc::default(), now: shop::start() };
        test(&mut clinic);
        invariants::check_with_messages(&mut clinic.database.connect());
    }
}

#[track_caller]
fn no_fault<T, R>(outcome: Result<T, Bad<R>>) -> Result<T, R> {
    outcome.map_err(|bad| match bad {
        Bad::Refused(refusal) => refusal,
        Bad::Fault(fault) => panic!("a request failed: {fault}"),
    })
}

impl Clinic {
    #[track_caller]
    fn books(&self, request: BookingRequest) -> BookingId {
        let shop = Arc::clone(&self.shop);
        no_fault(self.db.write_blocking(self.now, move |tx| book::book(tx, &shop, &request))).unwrap().booking
    }

    fn tries(&self, request: BookingRequest) -> Result<BookingId, BookRefused> {
        let shop = Arc::clone(&self.shop);
        let booked = no_fault(self.db.write_blocking(self.now, move |tx| book::book(tx, &shop, &request)));
        booked.map(|booked| booked.booking)
    }

    fn moves(&self, request: Move) -> Result<Moved, RescheduleRefused> {
        let shop = Arc::clone(&self.shop);
        no_fault(self.db.write_blocking(self.now, move |tx| reschedule(tx, &shop, &request)))
    }

    fn cancels(&self, booking: BookingId) -> Result<(), ChangeRefused> {
        let shop = Arc::clone(&self.shop);
        let request = Cancellation { booking, actor: STAFF, reason_code: None, reason: None, expected_version: None };
        no_fault(self.db.write_blocking(self.now, move |tx| cancel::cancel(tx, &shop, &request)))
    }

    fn facts(&self, booking: BookingId) -> facts::BookingFacts {
        facts::booking(&mut self.database.connect(), booking).unwrap().unwrap()
    }

    fn count(&self, query: &str) -> i64 {
        count(&mut self.database.connect(), query)
    }

    /// The start, and with whom, as a pair that is easily compared.
    fn place(&self, booking: BookingId) -> (DateTime<Utc>, i64) {
        let facts = self.facts(booking);
        (facts.starts_at, facts.provider.get())
    }

    /// What the row says of how often it moved: schedule version, row version, moves of the client.
    fn versions(&self, booking: BookingId) -> (i32, i64, i64) {
        let facts = self.facts(booking);
        let moves = self.count(&format!("SELECT moves FROM bookings WHERE id = {}", booking.get()));
        (facts.schedule_version, facts.row_version, moves)
    }

    fn lane(&self, booking: BookingId) -> i64 {
        let appointment = self.facts(booking).appointment.get();
        self.count(&format!(
            "SELECT lane FROM occupations WHERE appointment_id = {appointment} AND resource_kind = 'provider'"
        ))
    }
}

fn checkup(number: u32, starts_at: DateTime<Utc>) -> BookingRequest {
    request(shop::CHECKUP, Some(shop::ADA), starts_at, person(number))
}

fn class(number: u32, starts_at: DateTime<Utc>, party: u16) -> BookingRequest {
    let mut request = request(shop::CLASS, None, starts_at, person(number));
    request.wish.party = party;
    request
}

fn to(booking: BookingId, starts_at: DateTime<Utc>, provider: Option<i64>) -> Move {
    Move {
        booking,
        to: Destination { starts_at, provider: provider.map(ProviderId::new), location: None },
        actor: Actor::Client,
        reason: None,
        expected_version: None,
        overriding: None,
        once: None,
        exactly: Exactly::default(),
        is_silent: false,
    }
}

fn by_staff(request: Move, acknowledged: Option<&str>) -> Move {
    Move { actor: STAFF, overriding: acknowledged.map(Acknowledged::parse), ..request }
}

#[test]
fn moving_leaves_the_old_place_and_takes_the_new_one() {
    on_each_engine(|clinic| {
        let booking = clinic.books(checkup(1, june(3, 9, 0)));
        let old = clinic.facts(booking);
        let moved = clinic.moves(Move {
            reason: Some("  my\tshift changed ".to_owned()),
            ..to(booking, june(3, 14, 0), Some(shop::ADA))
        });
        assert_eq!(moved, Ok(Moved { booking, fresh: true }));
        let new = clinic.facts(booking);
        assert_eq!((new.starts_at, new.ends_at), (june(3, 14, 0), june(3, 14, 30)));
        assert_eq!((new.reference, new.price, new.status), (old.reference, old.price, BookingStatus::Booked));
        assert_eq!(clinic.versions(booking), (1, 2, 1));
        assert_eq!(clinic.count("SELECT count(*) FROM occupations"), 2, "provider and room of one appointment");
        let history = facts::history(&mut clinic.database.connect(), booking, 10).unwrap();
        let line = history.last().unwrap();
        assert_eq!((line.kind.as_str(), line.actor.as_str()), ("moved", "client"));
        assert_eq!(line.reason.as_deref(), Some("myshift changed"));
        assert_eq!(
            clinic.count("SELECT count(*) FROM booking_events WHERE before_state LIKE '{%16:00:00Z%' AND after_state LIKE '{%21:00:00Z%'"),
            1,
            "history keeps from and to"
        );
        // The old time is free for somebody else, the new one is not.
        clinic.books(checkup(2, june(3, 9, 0)));
        assert_eq!(clinic.tries(checkup(3, june(3, 14, 0))), Err(BookRefused::SlotTaken));
    });
}

#[test]
fn its_own_place_does_not_stand_in_its_way() {
    on_each_engine(|clinic| {
        let cleaning = |number, at| request(shop::CLEANING, Some(shop::ADA), at, person(number));
        let booking = clinic.books(cleaning(1, june(3, 9, 0)));
        let facts = clinic.facts(booking);
        let day = june(3, 9, 0).date_naive();
        let range =
            Range { provider: Some(ProviderId::new(shop::ADA)), location: None, from: day, to: day, as_staff: false };
        let free = |clinic: &Clinic| -> Vec<DateTime<Utc>> {
            let conn = &mut clinic.database.connect();
            let days = alternatives::free_days(conn, &clinic.shop, clinic.now, &facts, &range).ok().unwrap();
            days.iter().flat_map(|day| alternatives::others_of(day, &facts)).map(|(_, slot)| slot.starts_at).collect()
        };
        assert_eq!(free(clinic).first(), Some(&june(3, 9, 15)), "its own time is not another one");
        assert!(clinic.moves(to(booking, june(3, 9, 30), Some(shop::ADA))).is_ok());
        assert_eq!(clinic.place(booking), (june(3, 9, 30), shop::ADA));
    });
}

#[test]
fn a_refusal_keeps_the_old_place() {
    on_each_engine(|clinic| {
        let booking = clinic.books(checkup(1, june(3, 9, 0)));
        clinic.books(checkup(2, june(3, 10, 0)));
        let cases = [
            (june(3, 10, 0), RescheduleRefused::NotBookable(BookRefused::SlotTaken)),
            (june(3, 12, 0), RescheduleRefused::NotBookable(BookRefused::Closed)),
            (june(6, 9, 0), RescheduleRefused::NotBookable(BookRefused::Closed)),
            (june(3, 9, 10), RescheduleRefused::NotBookable(BookRefused::Closed)),
            (june(1, 7, 0), RescheduleRefused::NotBookable(BookRefused::Past)),
            (june(3, 9, 0), RescheduleRefused::SameTime),
            (june(1, 8, 30), RescheduleRefused::NotBookable(BookRefused::TooSoon { earliest: june(1, 9, 0) })),
        ];
        for (starts_at, expected) in cases {
            let rows = clinic.versions(booking);
            let refused = clinic.moves(to(booking, starts_at, Some(shop::ADA))).unwrap_err();
            assert_eq!(refused, expected, "{starts_at}");
            assert_eq!(clinic.place(booking), (june(3, 9, 0), shop::ADA), "{starts_at}");
            assert_eq!(clinic.versions(booking), rows);
        }
        let far = clinic.moves(to(booking, june(1, 9, 0) + TimeDelta::days(200), Some(shop::ADA)));
        assert!(matches!(far, Err(RescheduleRefused::NotBookable(BookRefused::TooFar { .. }))), "{far:?}");
        assert_eq!(clinic.count("SELECT count(*) FROM booking_events WHERE kind = 'moved'"), 0);
    });
}

#[test]
fn into_a_time_that_somebody_keeps_nobody_moves() {
    on_each_engine(|clinic| {
        let booking = clinic.books(checkup(1, june(3, 9, 0)));
        let wish = checkup(2, june(3, 15, 0)).wish;
        let request = HoldRequest { wish, visitor_key: "v".to_owned(), replaces: None };
        let shop = Arc::clone(&clinic.shop);
        let limits = HoldLimits { minutes: 10, per_visitor_and_day: 9 };
        let held = no_fault(clinic.db.write_blocking(clinic.now, move |tx| hold::hold(tx, &shop, limits, &request)));
        assert!(held.is_ok());
        let taken = Err(RescheduleRefused::NotBookable(BookRefused::SlotTaken));
        assert_eq!(clinic.moves(to(booking, june(3, 15, 0), Some(shop::ADA))), taken);
        clinic.now += TimeDelta::minutes(11);
        assert!(clinic.moves(to(booking, june(3, 15, 0), Some(shop::ADA))).is_ok(), "the hold has ended");
        assert_eq!(clinic.place(booking), (june(3, 15, 0), shop::ADA));
    });
}

#[test]
fn deadlines_and_the_number_of_moves_bind_clients() {
    on_each_engine(|clinic| {
        let booking = clinic.books(checkup(1, june(4, 9, 0)));
        for (number, hour) in [(1, 10), (2, 11), (3, 14)] {
            assert!(clinic.moves(to(booking, june(4, hour, 0), Some(shop::ADA))).is_ok(), "move {number}");
        }
        let often = Err(RescheduleRefused::Policy(MoveRefused::TooOften { moves_max: 3 }));
        assert_eq!(clinic.moves(to(booking, june(4, 15, 0), Some(shop::ADA))), often);
        assert!(clinic.moves(by_staff(to(booking, june(4, 16, 0), Some(shop::ADA)), None)).is_ok());
        assert_eq!(clinic.versions(booking).2, 3, "the desk's moves are not the client's");

        let late = clinic.books(checkup(2, june(3, 9, 0)));
        clinic.now = june(2, 9, 0) + TimeDelta::seconds(1);
        let deadline = june(2, 9, 0);
        let too_late = Err(RescheduleRefused::Policy(MoveRefused::TooLate { deadline }));
        assert_eq!(clinic.moves(to(late, june(5, 9, 0), Some(shop::ADA))), too_late);
        assert!(clinic.moves(by_staff(to(late, june(5, 9, 0), Some(shop::ADA)), None)).is_ok());
        clinic.now = june(5, 9, 5);
        let started = Err(RescheduleRefused::Policy(MoveRefused::AlreadyStarted));
        assert_eq!(clinic.moves(to(late, june(5, 14, 0), Some(shop::ADA))), started);
        clinic.cancels(late).unwrap();
        let over = MoveRefused::NotMovable { status: BookingStatus::Cancelled };
        assert_eq!(clinic.moves(by_staff(to(late, june(8, 9, 0), None), None)), Err(RescheduleRefused::Policy(over)));
    });
}

#[test]
fn a_clinic_may_leave_moving_to_the_desk() {
    on_each_engine(|clinic| {
        clinic.database.run("UPDATE services SET moves_max = 0 WHERE id = 4001");
        let booking = clinic.books(checkup(1, june(4, 9, 0)));
        let refused = Err(RescheduleRefused::Policy(MoveRefused::NotAllowed));
        assert_eq!(clinic.moves(to(booking, june(4, 10, 0), None)), refused);
    });
}

#[test]
fn another_provider_and_anyone() {
    on_each_engine(|clinic| {
        let booking = clinic.books(checkup(1, june(3, 9, 0)));
        assert!(clinic.moves(to(booking, june(3, 9, 0), Some(shop::BEN))).is_ok(), "the same time with somebody else");
        assert_eq!(clinic.place(booking), (june(3, 9, 0), shop::BEN));
        assert_eq!(clinic.moves(to(booking, june(3, 9, 0), None)), Err(RescheduleRefused::SameTime));
        clinic.books(request(shop::CHECKUP, Some(shop::BEN), june(3, 10, 0), person(2)));
        assert!(clinic.moves(to(booking, june(3, 10, 0), None)).is_ok());
        assert_eq!(clinic.place(booking), (june(3, 10, 0), shop::ADA), "whoever is free");
        let unknown = Err(RescheduleRefused::NotBookable(BookRefused::UnknownProvider));
        assert_eq!(clinic.moves(to(booking, june(3, 11, 0), Some(999))), unknown);
    });
}

#[test]
fn seats_move_within_and_between_classes() {
    on_each_engine(|clinic| {
        let stays = clinic.books(class(1, june(3, 9, 0), 2));
        let goes = clinic.books(class(2, june(3, 9, 0), 2));
        clinic.books(class(3, june(3, 14, 0), 3));
        let taken = clinic.moves(to(goes, june(3, 14, 0), None));
        // Ada gives the class at two; with one seat left there is no place for two.
        assert_eq!(taken, Err(RescheduleRefused::NotBookable(BookRefused::SlotTaken)));
        assert!(clinic.moves(to(goes, june(3, 15, 0), None)).is_ok());
        assert_eq!(clinic.place(goes).0, june(3, 15, 0));
        assert!(clinic.moves(to(stays, june(3, 15, 0), None)).is_ok(), "into a class that is there");
        assert_eq!(clinic.facts(stays).appointment, clinic.facts(goes).appointment);
        assert_eq!(clinic.count("SELECT count(*) FROM appointments WHERE released_at IS NULL"), 2);
        assert_eq!(clinic.count("SELECT count(*) FROM seats"), 7);
        // Full to the last seat, and one of them goes on: its own seats count for nobody else.
        assert_eq!(clinic.tries(class(4, june(3, 15, 0), 1)), Err(BookRefused::SlotTaken));
        assert!(clinic.moves(to(goes, june(3, 10, 0), None)).is_ok());
        clinic.books(class(4, june(3, 15, 0), 2));
    });
}

#[test]
fn requests_move_as_requests() {
    on_each_engine(|clinic| {
        let booking = clinic.books(request(shop::IMPLANT, None, june(3, 9, 0), person(1)));
        assert!(clinic.moves(to(booking, june(3, 14, 0), None)).is_ok());
        assert_eq!(clinic.facts(booking).status, BookingStatus::Requested);
        no_fault(clinic.db.write_blocking(clinic.now, move |tx| answer::approve(tx, booking, STAFF, None))).unwrap();
        assert_eq!(clinic.place(booking).0, june(3, 14, 0));
    });
}

#[test]
fn the_second_of_two_who_drag_the_same_booking_is_told() {
    on_each_engine(|clinic| {
        let booking = clinic.books(checkup(1, june(3, 9, 0)));
        let seen = Some(clinic.facts(booking).row_version);
        let first = Move { expected_version: seen, ..by_staff(to(booking, june(3, 10, 0), None), None) };
        let second = Move { expected_version: seen, ..by_staff(to(booking, june(3, 11, 0), None), None) };
        assert!(clinic.moves(first).is_ok());
        assert_eq!(clinic.moves(second), Err(RescheduleRefused::Changed));
        assert_eq!(clinic.place(booking).0, june(3, 10, 0));
        assert_eq!(clinic.moves(to(BookingId::new(1), june(3, 10, 0), None)), Err(RescheduleRefused::Unknown));
    });
}

#[test]
fn a_form_that_is_sent_twice_moves_once() {
    on_each_engine(|clinic| {
        let booking = clinic.books(checkup(1, june(3, 9, 0)));
        let key =
            |hash: &str| book::OnceKey { scope: "form".to_owned(), key: "k".to_owned(), body_hash: hash.to_owned() };
        let once = Move { once: Some(key("a")), ..to(booking, june(3, 10, 0), None) };
        assert_eq!(clinic.moves(once.clone()), Ok(Moved { booking, fresh: true }));
        assert_eq!(clinic.moves(once), Ok(Moved { booking, fresh: false }));
        let other = Move { once: Some(key("b")), ..to(booking, june(3, 11, 0), None) };
        assert_eq!(clinic.moves(other), Err(RescheduleRefused::KeyReused));
        assert_eq!(clinic.versions(booking), (1, 2, 1));
    });
}

#[test]
fn what_was_never_told_is_told_once_and_of_the_newest_time() {
    on_each_engine(|clinic| {
        let booking = clinic.books(checkup(1, june(3, 9, 0)));
        clinic.moves(to(booking, june(3, 10, 0), None)).unwrap();
        let pending = |kind: &str| {
            clinic.count(&format!(
                "SELECT count(*) FROM messages WHERE kind = '{kind}' AND state = 'pending' AND schedule_version = 1"
            ))
        };
        assert_eq!(pending("confirmation"), 1);
        assert_eq!(pending("change"), 0);
        let taken_back = "SELECT count(*) FROM messages
             WHERE state = 'cancelled' AND schedule_version = 0 AND kind <> 'reminder'";
        assert_eq!(clinic.count(taken_back), 2);
    });
}

#[test]
fn staff_are_shown_what_they_break_and_break_it_by_saying_so() {
    on_each_engine(|clinic| {
        let first = clinic.books(checkup(1, june(3, 10, 0)));
        let overlap = Breach::Overlap(Occupant::Appointment(clinic.facts(first).appointment));
        let token = overlap.token();
        let booking = clinic.books(checkup(2, june(3, 9, 0)));
        let wish = || to(booking, june(3, 10, 0), Some(shop::ADA));
        let asked = clinic.moves(by_staff(wish(), Some("")));
        assert_eq!(asked, Err(RescheduleRefused::Breaks(vec![overlap])));
        assert_eq!(clinic.place(booking).0, june(3, 9, 0));
        assert!(clinic.moves(by_staff(wish(), Some(&token))).is_ok());
        assert_eq!((clinic.lane(first), clinic.lane(booking)), (0, 1));
        assert_eq!(clinic.count("SELECT count(*) FROM booking_events WHERE broke = 'overlap'"), 1);
        // Whoever asks next is asked about both.
        let third = clinic.books(checkup(3, june(3, 9, 0)));
        let wish = || to(third, june(3, 10, 0), Some(shop::ADA));
        let asked = clinic.moves(by_staff(wish(), Some(&token))).unwrap_err();
        let RescheduleRefused::Breaks(all) = asked else { panic!("{asked:?}") };
        assert_eq!(all.len(), 3, "two appointments, and no room is left: {all:?}");
        let both = Acknowledged::text_of(&all);
        assert_eq!(
            clinic.moves(to(third, june(3, 10, 0), Some(shop::ADA))).unwrap_err(),
            RescheduleRefused::NotBookable(BookRefused::SlotTaken)
        );
        assert!(clinic.moves(by_staff(wish(), Some(&both))).is_ok());
        assert_eq!(clinic.lane(third), 2);
        // Every lane blocks; the first one leaves, and the next goes back to lane 0.
        clinic.cancels(first).unwrap();
        assert_eq!((clinic.lane(booking), clinic.lane(third)), (0, 2));
        assert_eq!(clinic.tries(checkup(4, june(3, 10, 0))), Err(BookRefused::SlotTaken));
        assert!(clinic.moves(to(booking, june(3, 14, 0), Some(shop::ADA))).is_ok());
        assert_eq!(clinic.lane(third), 0);
        assert_eq!(clinic.count("SELECT count(*) FROM occupations WHERE lane > 0"), 0);
    });
}

#[test]
fn outside_hours_and_past_the_deadline_are_named() {
    on_each_engine(|clinic| {
        let booking = clinic.books(checkup(1, june(2, 9, 0)));
        let wish = || to(booking, june(2, 18, 10), Some(shop::ADA));
        let asked = clinic.moves(by_staff(wish(), Some(""))).unwrap_err();
        let RescheduleRefused::Breaks(broken) = asked else { panic!("{asked:?}") };
        let words: Vec<&str> = broken.iter().map(Breach::word).collect();
        assert_eq!(words, ["outside_hours", "off_grid"]);
        assert!(clinic.moves(by_staff(wish(), Some("off_grid,outside_hours"))).is_ok());
        assert_eq!(clinic.place(booking).0, june(2, 18, 10));
        let late = clinic.books(checkup(2, june(3, 9, 0)));
        clinic.now = june(2, 10, 0);
        let wish = || to(late, june(4, 9, 0), Some(shop::ADA));
        let asked = clinic.moves(by_staff(wish(), Some("")));
        assert_eq!(asked, Err(RescheduleRefused::Breaks(vec![Breach::PastDeadline { deadline: june(2, 9, 0) }])));
        assert_eq!(clinic.place(late).0, june(3, 9, 0));
        assert!(clinic.moves(by_staff(wish(), Some("past_deadline"))).is_ok());
    });
}

#[test]
fn a_class_is_overbooked_and_shrinks_again() {
    on_each_engine(|clinic| {
        clinic.books(class(1, june(3, 9, 0), 3));
        let two = clinic.books(class(2, june(3, 9, 0), 1));
        let booking = clinic.books(class(3, june(3, 14, 0), 2));
        let wish = || to(booking, june(3, 9, 0), Some(shop::ADA));
        let asked = clinic.moves(by_staff(wish(), Some("")));
        assert_eq!(asked, Err(RescheduleRefused::Breaks(vec![Breach::OverCapacity { left: 0 }])));
        assert!(clinic.moves(by_staff(wish(), Some("over_capacity"))).is_ok());
        let capacity = |clinic: &Clinic| {
            let of = |column: &str| {
                let id = clinic.facts(two).appointment.get();
                clinic.count(&format!("SELECT {column} FROM appointments WHERE id = {id}"))
            };
            (of("capacity"), of("overbooked"))
        };
        assert_eq!(capacity(clinic), (6, 2));
        assert_eq!(clinic.tries(class(4, june(3, 9, 0), 1)), Err(BookRefused::SlotTaken));
        assert!(clinic.moves(to(two, june(3, 15, 0), None)).is_ok());
        let id = clinic.facts(booking).appointment.get();
        assert_eq!(clinic.count(&format!("SELECT capacity FROM appointments WHERE id = {id}")), 5);
        assert_eq!(clinic.tries(class(5, june(3, 9, 0), 1)), Err(BookRefused::SlotTaken));
        clinic.cancels(booking).unwrap();
        assert_eq!(clinic.count(&format!("SELECT capacity + overbooked FROM appointments WHERE id = {id}")), 4);
        clinic.books(class(6, june(3, 9, 0), 1));
    });
}

#[test]
fn staff_book_anyway() {
    on_each_engine(|clinic| {
        let first = clinic.books(checkup(1, june(3, 10, 0)));
        let wish = |acknowledged: &str| {
            let mut request = checkup(2, june(3, 10, 0));
            request.wish.actor = STAFF;
            request.overriding = Some(Acknowledged::parse(acknowledged));
            request
        };
        let refused = clinic.tries(wish("")).unwrap_err();
        let BookRefused::Breaks(broken) = refused else { panic!("{refused:?}") };
        assert_eq!(broken, [Breach::Overlap(Occupant::Appointment(clinic.facts(first).appointment))]);
        let second = clinic.books(wish(&Acknowledged::text_of(&broken)));
        assert_eq!((clinic.lane(first), clinic.lane(second)), (0, 1));
        assert_eq!(clinic.count("SELECT count(*) FROM booking_events WHERE kind = 'booked' AND broke = 'overlap'"), 1);
        // A provider who is not there at all is no rule to break.
        let mut elsewhere = wish("overlap");
        elsewhere.wish.provider = Some(ProviderId::new(999));
        assert_eq!(clinic.tries(elsewhere), Err(BookRefused::UnknownProvider));
    });
}
