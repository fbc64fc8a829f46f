//! Many people want the same thing at the same moment. Whoever wins, the books are right afterwards.
//!
//! Here the deeds race; `guards.rs` tests the layer below them alone, `crash.rs` what survives a kill.

use std::sync::{Arc, Barrier};

use chrono::{DateTime, TimeDelta, Utc};
use rebook::booking::answer;
use rebook::booking::book::{self, BookRefused, Booked, BookingRequest, OnceKey};
use rebook::booking::cancel::{self, Cancellation, ChangeRefused};
use rebook::booking::hold::{self, Held, HoldLimits, HoldRefused, HoldRequest};
use rebook::booking::offer::Shop;
use rebook::booking::place::Exactly;
use rebook::db::{Bad, Db};
use rebook::domain::booking::Actor;
use rebook::domain::ids::{BookingId, HoldId, ProviderId, StaffUserId};
use rebook::domain::overriding::Acknowledged;
use rebook::rescheduling::{self, Destination, Move, Moved, RescheduleRefused};

use crate::support::databases::{Kind, TestDatabase, kinds};
use crate::support::invariants::{self, count};
use crate::support::people::{known_person, person, request};
use crate::support::shop::{self, june};

const THREADS: u32 = 32;

const LIMITS: HoldLimits = HoldLimits { minutes: 10, per_visitor_and_day: 1000 };

/// A clinic that many threads use at once.
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

    fn book(&self, request: BookingRequest) -> Result<Booked, BookRefused> {
        let shop = Arc::clone(&self.shop);
        no_fault(self.db.write_blocking(self.now, move |tx| book::book(tx, &shop, &request)))
    }

    fn hold(&self, request: HoldRequest) -> Result<Held, HoldRefused> {
        let shop = Arc::clone(&self.shop);
        no_fault(self.db.write_blocking(self.now, move |tx| hold::hold(tx, &shop, LIMITS, &request)))
    }

    fn cancel(&self, booking: BookingId) -> Result<(), ChangeRefused> {
        let shop = Arc::clone(&self.shop);
        let request =
            Cancellation { booking, actor: Actor::Client, reason_code: None, reason: None, expected_version: None };
        no_fault(self.db.write_blocking(self.now, move |tx| cancel::cancel(tx, &shop, &request)))
    }

    fn moves(&self, request: Move) -> Result<Moved, RescheduleRefused> {
        let shop = Arc::clone(&self.shop);
        no_fault(self.db.write_blocking(self.now, move |tx| rescheduling::reschedule(tx, &shop, &request)))
    }

    fn approve(&self, booking: BookingId) -> Result<(), ChangeRefused> {
        no_fault(self.db.write_blocking(self.now, move |tx| answer::approve(tx, booking, Actor::System, None)))
    }

    /// Everybody at once; the outcomes in the order of the runners.
    fn race<T: Send>(&self, runners: u32, run: impl Fn(&Self, u32) -> T + Sync) -> Vec<T> {
        let start = Barrier::new(usize::try_from(runners).unwrap());
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..runners)
                .map(|runner| {
                    let (start, run, clinic) = (&start, &run, self.clone());
                    scope.spawn(move || {
                        start.wait();
                        run(&clinic, runner)
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        })
    }
}

/// However many ask: nobody's request breaks.
fn no_fault<T, R>(outcome: Result<T, Bad<R>>) -> Result<T, R> {
    outcome.map_err(|bad| match bad {
        Bad::Refused(refusal) => refusal,
        Bad::Fault(fault) => panic!("a request failed: {fault}"),
    })
}

fn won<T, E>(outcomes: &[Result<T, E>]) -> usize {
    outcomes.iter().filter(|outcome| outcome.is_ok()).count()
}

fn on_each_engine(race: impl Fn(Kind, &TestDatabase, Clinic)) {
    for kind in kinds() {
        let database = TestDatabase::migrated(kind);
        race(kind, &database, Clinic::on(&database));
        invariants::check_with_messages(&mut database.connect());
    }
}

#[test]
fn one_time_of_one_provider_goes_to_one() {
    on_each_engine(|kind, database, clinic| {
        let wanted = |runner| request(shop::CHECKUP, Some(shop::ADA), june(2, 9, 0), person(runner));
        let outcomes = clinic.race(THREADS, |clinic, runner| clinic.book(wanted(runner)));
        assert_eq!(won(&outcomes), 1, "{kind:?}: {outcomes:?}");
        let refused = outcomes.iter().filter(|outcome| **outcome == Err(BookRefused::SlotTaken)).count();
        assert_eq!(refused, 31, "{kind:?}: {outcomes:?}");
        let conn = &mut database.connect();
        assert_eq!(count(conn, "SELECT count(*) FROM bookings"), 1, "{kind:?}");
        assert_eq!(count(conn, "SELECT count(*) FROM clients"), 1, "a refused booking makes no client on {kind:?}");
        assert_eq!(
            count(conn, "SELECT count(*) FROM messages WHERE booking_id NOT IN (SELECT id FROM bookings)"),
            0,
            "a refused booking tells nobody on {kind:?}"
        );
    });
}

#[test]
fn overlapping_times_exclude_one_another_with_their_buffers() {
    on_each_engine(|kind, database, clinic| {
        // Cleaning takes 60 minutes and 15 more to clean up; starts every 15 minutes from 9:00 to 10:45.
        let wanted = |runner: u32| {
            let start = june(2, 9, 0) + TimeDelta::minutes(15 * i64::from(runner % 8));
            request(shop::CLEANING, Some(shop::ADA), start, person(runner))
        };
        let outcomes = clinic.race(THREADS, |clinic, runner| clinic.book(wanted(runner)));
        let taken = won(&outcomes);
        // 9:00 to 12:00 holds at most two of 75 minutes, and somebody always comes first.
        assert!((1..=2).contains(&taken), "{kind:?}: {outcomes:?}");
        assert_eq!(count(&mut database.connect(), "SELECT count(*) FROM bookings"), i64::try_from(taken).unwrap());
    });
}

#[test]
fn anyone_is_as_many_as_there_are() {
    on_each_engine(|kind, database, clinic| {
        let wanted = |runner| request(shop::CHECKUP, None, june(2, 9, 0), person(runner));
        let outcomes = clinic.race(THREADS, |clinic, runner| clinic.book(wanted(runner)));
        assert_eq!(won(&outcomes), 2, "{kind:?}: {outcomes:?}");
        let providers = "SELECT count(DISTINCT provider_id) FROM appointments WHERE released_at IS NULL";
        assert_eq!(count(&mut database.connect(), providers), 2, "{kind:?}");
    });
}

#[test]
fn the_last_seat_of_a_class_goes_to_one() {
    on_each_engine(|kind, database, clinic| {
        let outcomes = clinic
            .race(THREADS, |clinic, runner| clinic.book(request(shop::CLASS, None, june(2, 10, 0), person(runner))));
        assert_eq!(won(&outcomes), 4, "{kind:?}: {outcomes:?}");
        assert_eq!(count(&mut database.connect(), "SELECT count(*) FROM seats"), 4, "{kind:?}");
        let classes = "SELECT count(*) FROM appointments WHERE released_at IS NULL";
        assert_eq!(count(&mut database.connect(), classes), 1, "everybody sits in one class on {kind:?}");
    });
}

#[test]
fn parties_never_share_a_seat() {
    on_each_engine(|kind, database, clinic| {
        let outcomes = clinic.race(THREADS, |clinic, runner| {
            let mut wanted = request(shop::CLASS, None, june(2, 10, 0), person(runner));
            wanted.wish.party = u16::try_from(runner % 3 + 1).unwrap();
            clinic.book(wanted)
        });
        assert!(won(&outcomes) >= 2, "{kind:?}: {outcomes:?}");
        let seats = count(&mut database.connect(), "SELECT count(*) FROM seats");
        assert!((3..=4).contains(&seats), "{kind:?}: {seats} seats");
    });
}

#[test]
fn cancelling_against_booking_leaves_at_most_one() {
    on_each_engine(|kind, database, clinic| {
        let wanted = |runner| request(shop::CHECKUP, Some(shop::ADA), june(3, 9, 0), person(runner));
        let first = clinic.book(wanted(99)).unwrap().booking;
        let outcomes = clinic.race(THREADS, |clinic, runner| {
            if runner % 2 == 0 { clinic.cancel(first).is_ok() } else { clinic.book(wanted(runner)).is_ok() }
        });
        let cancelled = outcomes.iter().step_by(2).filter(|won| **won).count();
        let booked = outcomes.iter().skip(1).step_by(2).filter(|won| **won).count();
        assert_eq!(cancelled, 1, "a booking is cancelled once on {kind:?}");
        assert!(booked <= 1, "{kind:?}: {booked} booked what one gave back");
        let living = "SELECT count(*) FROM bookings WHERE status = 'booked'";
        assert_eq!(count(&mut database.connect(), living), i64::try_from(booked).unwrap(), "{kind:?}");
        let cancelled = "SELECT count(*) FROM booking_events WHERE kind = 'cancelled'";
        assert_eq!(count(&mut database.connect(), cancelled), 1, "{kind:?}");
    });
}

#[test]
fn the_same_key_books_once_and_answers_everybody_alike() {
    on_each_engine(|kind, database, clinic| {
        let outcomes = clinic.race(THREADS, |clinic, _| {
            let mut wanted = request(shop::CHECKUP, Some(shop::ADA), june(2, 9, 0), person(1));
            wanted.once = Some(OnceKey { scope: "form".into(), key: "one form".into(), body_hash: "same".into() });
            clinic.book(wanted)
        });
        assert_eq!(won(&outcomes), 32, "{kind:?}: {outcomes:?}");
        let fresh = outcomes.iter().flatten().filter(|booked| booked.fresh).count();
        assert_eq!(fresh, 1, "{kind:?}");
        assert_eq!(count(&mut database.connect(), "SELECT count(*) FROM bookings"), 1, "{kind:?}");
        let other = |body: &str| {
            let mut wanted = request(shop::CHECKUP, Some(shop::ADA), june(2, 9, 30), person(1));
            wanted.once = Some(OnceKey { scope: "form".into(), key: "one form".into(), body_hash: body.into() });
            clinic.book(wanted)
        };
        assert_eq!(other("another"), Err(BookRefused::KeyReused), "{kind:?}");
    });
}

fn wanted_hold(runner: u32, starts_at: DateTime<Utc>) -> HoldRequest {
    let wish = request(shop::CHECKUP, Some(shop::ADA), starts_at, person(runner)).wish;
    HoldRequest { wish, visitor_key: format!("visitor {runner}"), replaces: None }
}

#[test]
fn holds_and_bookings_want_the_same_place() {
    on_each_engine(|kind, database, clinic| {
        let time = june(2, 9, 0);
        let outcomes = clinic.race(THREADS, |clinic, runner| {
            if runner % 2 == 0 {
                clinic.hold(wanted_hold(runner, time)).is_ok()
            } else {
                clinic.book(request(shop::CHECKUP, Some(shop::ADA), time, person(runner))).is_ok()
            }
        });
        assert_eq!(outcomes.iter().filter(|won| **won).count(), 1, "{kind:?}: {outcomes:?}");
        assert_eq!(count(&mut database.connect(), "SELECT count(*) FROM seats"), 1, "{kind:?}");
    });
}

#[test]
fn whoever_holds_the_place_gets_it() {
    on_each_engine(|kind, _, clinic| {
        let time = june(2, 9, 0);
        let held: HoldId = clinic.hold(wanted_hold(0, time)).unwrap().id;
        let outcomes = clinic.race(THREADS, |clinic, runner| {
            let mut wanted = request(shop::CHECKUP, Some(shop::ADA), time, person(runner));
            wanted.hold = (runner == 0).then_some(held);
            clinic.book(wanted)
        });
        assert!(outcomes[0].is_ok(), "{kind:?}: {:?}", outcomes[0]);
        assert_eq!(won(&outcomes), 1, "{kind:?}: {outcomes:?}");
    });
}

#[test]
fn a_hold_is_used_once() {
    on_each_engine(|kind, database, clinic| {
        let time = june(2, 9, 0);
        let held = clinic.hold(wanted_hold(0, time)).unwrap().id;
        let outcomes = clinic.race(THREADS, |clinic, runner| {
            let mut wanted = request(shop::CHECKUP, Some(shop::ADA), time, person(runner));
            wanted.hold = Some(held);
            clinic.book(wanted)
        });
        assert_eq!(won(&outcomes), 1, "{kind:?}: {outcomes:?}");
        assert_eq!(count(&mut database.connect(), "SELECT count(*) FROM seats"), 1, "{kind:?}");
    });
}

#[test]
fn a_place_whose_hold_ran_out_goes_to_one() {
    on_each_engine(|kind, _, mut clinic| {
        let time = june(2, 9, 0);
        clinic.hold(wanted_hold(0, time)).unwrap();
        clinic.now += TimeDelta::minutes(11);
        let outcomes = clinic
            .race(THREADS, |clinic, runner| clinic.book(request(shop::CHECKUP, Some(shop::ADA), time, person(runner))));
        assert_eq!(won(&outcomes), 1, "{kind:?}: {outcomes:?}");
    });
}

#[test]
fn a_request_is_approved_or_cancelled() {
    on_each_engine(|kind, database, clinic| {
        let asked = clinic.book(request(shop::IMPLANT, None, june(3, 10, 0), person(1))).unwrap().booking;
        let outcomes = clinic.race(
            THREADS,
            |clinic, runner| {
                if runner % 2 == 0 { clinic.approve(asked) } else { clinic.cancel(asked) }
            },
        );
        let approved = outcomes.iter().step_by(2).filter(|outcome| outcome.is_ok()).count();
        let cancelled = outcomes.iter().skip(1).step_by(2).filter(|outcome| outcome.is_ok()).count();
        assert!(approved <= 1, "{kind:?}: approved {approved} times");
        // What was approved first may still be cancelled; what was cancelled cannot be approved.
        assert_eq!(cancelled, 1, "{kind:?}");
        let status = "SELECT count(*) FROM bookings WHERE status = 'cancelled'";
        assert_eq!(count(&mut database.connect(), status), 1, "{kind:?}");
    });
}

#[test]
fn the_same_person_is_made_once_however_often_he_books() {
    on_each_engine(|kind, database, clinic| {
        let outcomes = clinic.race(8, |clinic, runner| {
            let time =
                june(2, 9, 0) + TimeDelta::minutes(30 * i64::from(runner % 6)) + TimeDelta::days(i64::from(runner / 6));
            clinic.book(request(shop::CHECKUP, None, time, known_person()))
        });
        assert_eq!(won(&outcomes), 8, "{kind:?}: {outcomes:?}");
        assert_eq!(count(&mut database.connect(), "SELECT count(*) FROM clients"), 1, "{kind:?}");
    });
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

/// Check-ups with Ada and Ben in turn, from nine on the third of June.
fn booked_in_turn(clinic: &Clinic, number: u32) -> Vec<BookingId> {
    let start = |place: u32| june(3 + place / 12, 9, 0) + TimeDelta::minutes(30 * i64::from(place / 2 % 6));
    let provider = |place: u32| if place.is_multiple_of(2) { shop::ADA } else { shop::BEN };
    let wanted = |place: u32| request(shop::CHECKUP, Some(provider(place)), start(place), person(place));
    (0..number).map(|place| clinic.book(wanted(place)).unwrap().booking).collect()
}

#[test]
fn of_many_who_move_to_one_time_one_arrives_and_the_others_stay() {
    on_each_engine(|kind, database, clinic| {
        let bookings = booked_in_turn(&clinic, 16);
        let target = june(8, 14, 0);
        let outcomes = clinic.race(16, |clinic, runner| {
            clinic.moves(to(bookings[usize::try_from(runner).unwrap()], target, Some(shop::ADA)))
        });
        assert_eq!(won(&outcomes), 1, "{kind:?}: {outcomes:?}");
        let taken = RescheduleRefused::NotBookable(BookRefused::SlotTaken);
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == Err(taken.clone())).count(), 15, "{kind:?}");
        let conn = &mut database.connect();
        assert_eq!(count(conn, "SELECT count(*) FROM bookings WHERE schedule_version = 0"), 15, "{kind:?}");
        assert_eq!(count(conn, "SELECT count(*) FROM appointments WHERE released_at IS NULL"), 16, "{kind:?}");
    });
}

#[test]
fn two_who_want_each_others_place_never_wait_for_ever() {
    on_each_engine(|kind, database, clinic| {
        let bookings = booked_in_turn(&clinic, 2);
        for round in 0..4 {
            let outcomes = clinic.race(8, |clinic, runner| {
                let (booking, provider) =
                    if runner.is_multiple_of(2) { (bookings[0], shop::BEN) } else { (bookings[1], shop::ADA) };
                let starts_at = june(3, 9, 0) + TimeDelta::minutes(30 * i64::from((runner + round) % 6));
                let staff = Actor::Staff(StaffUserId::new(6003));
                clinic.moves(Move { actor: staff, ..to(booking, starts_at, Some(provider)) })
            });
            let known = |outcome: &Result<Moved, RescheduleRefused>| {
                matches!(
                    outcome,
                    Ok(_)
                        | Err(RescheduleRefused::SameTime
                            | RescheduleRefused::Changed
                            | RescheduleRefused::NotBookable(BookRefused::SlotTaken))
                )
            };
            assert!(outcomes.iter().all(known), "{kind:?}: {outcomes:?}");
            invariants::check(&mut database.connect());
        }
    });
}

#[test]
fn moving_against_cancelling_has_one_outcome() {
    on_each_engine(|kind, database, clinic| {
        let bookings = booked_in_turn(&clinic, 8);
        let outcomes = clinic.race(16, |clinic, runner| {
            let place = usize::try_from(runner / 2).unwrap();
            let hour = 9 + runner / 2 % 3;
            let starts_at = june(9 + runner / 6, hour, 0);
            if runner.is_multiple_of(2) {
                clinic.cancel(bookings[place]).map_err(|refused| format!("{refused:?}"))
            } else {
                let moved = clinic.moves(to(bookings[place], starts_at, None));
                moved.map(|_| ()).map_err(|refused| format!("{refused:?}"))
            }
        });
        for (place, booking) in bookings.iter().enumerate() {
            let (cancelled, moved) = (&outcomes[2 * place], &outcomes[2 * place + 1]);
            let id = booking.get();
            let conn = &mut database.connect();
            let is_cancelled =
                count(conn, &format!("SELECT count(*) FROM bookings WHERE id = {id} AND status = 'cancelled'"));
            assert_eq!(is_cancelled == 1, cancelled.is_ok(), "{kind:?}: {cancelled:?} {moved:?}");
            let seats = count(conn, &format!("SELECT count(*) FROM seats WHERE booking_id = {id}"));
            assert_eq!(seats, 1 - is_cancelled, "{kind:?}");
            assert!(cancelled.is_ok() || moved.is_ok(), "{kind:?}: somebody wins: {cancelled:?} {moved:?}");
        }
    });
}

#[test]
fn overriding_at_the_same_moment_takes_a_lane_each() {
    on_each_engine(|kind, database, clinic| {
        let bookings = booked_in_turn(&clinic, 6);
        let target = june(8, 14, 0);
        let outcomes = clinic.race(6, |clinic, runner| {
            let booking = bookings[usize::try_from(runner).unwrap()];
            let mut shown = String::new();
            // Whoever is asked reads the list and sends it back, until nobody was faster.
            loop {
                let overriding = Some(Acknowledged::parse(&shown));
                let staff = Actor::Staff(StaffUserId::new(6003));
                let wish = Move { actor: staff, overriding, ..to(booking, target, Some(shop::ADA)) };
                match clinic.moves(wish) {
                    Err(RescheduleRefused::Breaks(broken)) => shown = Acknowledged::text_of(&broken),
                    other => break other,
                }
            }
        });
        assert_eq!(won(&outcomes), 6, "{kind:?}: {outcomes:?}");
        let conn = &mut database.connect();
        let lanes = "SELECT count(DISTINCT lane) FROM occupations WHERE resource_kind = 'provider'";
        assert_eq!(count(conn, lanes), 6, "{kind:?}");
        for booking in &bookings[..5] {
            clinic.cancel(*booking).unwrap();
        }
        assert_eq!(
            count(conn, "SELECT count(*) FROM occupations WHERE lane > 0"),
            0,
            "{kind:?}: the last stands in lane 0"
        );
    });
}
