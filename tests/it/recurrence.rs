//! Appointments that repeat: all dates or none, and what becomes of them.

use std::collections::BTreeMap;
use std::sync::{Arc, Barrier};

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc};
use rebook::booking::book::{self, BookRefused, OnceKey, Who};
use rebook::booking::offer::Shop;
use rebook::booking::place::Exactly;
use rebook::db::{Bad, Db};
use rebook::domain::booking::Actor;
use rebook::domain::ids::{LocationId, ProviderId, SeriesId, ServiceId, StaffUserId};
use rebook::domain::policy::{CancelRefused, MoveRefused};
use rebook::domain::recurrence::{Rule, RuleRefused};
use rebook::domain::time;
use rebook::recurrence::cancel_series::{self, CancelSeries, CancelSeriesRefused, Outcome};
use rebook::recurrence::change_series::{self, ChangeSeries, ChangeSeriesRefused, Changed, To};
use rebook::recurrence::extend::{self, Extended};
use rebook::recurrence::preview::{self, Choice, Conflict, Decision, Plan, PlanRefused, SeriesWish, State};
use rebook::recurrence::settle::{self, SettleRefused, Settlement};
use rebook::recurrence::start_series::{self, Decided, StartRefused, StartSeries, Started};
use rebook::recurrence::{self, Instance, Trouble};
use rebook::rescheduling::{Destination, Move, reschedule};

use calcard::icalendar::{ICalendar, ICalendarComponentType, ICalendarProperty, ICalendarValue};

use crate::support::app::{TestApp, on_both};
use crate::support::databases::{TestDatabase, kinds};
use crate::support::invariants::{self, count};
use crate::support::people::{person, request};
use crate::support::shop::{self, ADA, BEN, CHECKUP, IMPLANT, LOCATION, june};

const STAFF: Actor = Actor::Staff(StaffUserId::new(6003));

/// A clinic where check-ups may be repeated.
#[derive(Clone)]
struct Clinic {
    db: Db,
    shop: Arc<Shop>,
    now: DateTime<Utc>,
}

/// A wall time of the clinic.
fn wall(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
}

/// A check-up with Ada at this wall time, by this rule.
fn wish(start: &str, rule: &str, actor: Actor) -> SeriesWish {
    SeriesWish {
        service: ServiceId::new(CHECKUP),
        location: LocationId::new(LOCATION),
        provider: Some(ProviderId::new(ADA)),
        party: 1,
        start: wall(start),
        rule: Rule::parse(rule, wall(start), chrono_tz::America::Los_Angeles).unwrap(),
        actor,
        hold: None,
    }
}

const TUESDAYS: &str = "FREQ=WEEKLY;BYDAY=TU;COUNT=6";

impl Clinic {
    fn on(database: &TestDatabase) -> Self {
        database.run(&shop::statements());
        database.run("UPDATE services SET client_series = TRUE WHERE id IN (4001, 4004);");
        Self { db: database.open(), shop: Arc::default(), now: shop::start() }
    }

    fn at(&self, now: DateTime<Utc>) -> Self {
        Self { now, ..self.clone() }
    }

    fn try_plan(&self, wish: &SeriesWish, conflict: Conflict) -> Result<Plan, PlanRefused> {
        self.plan_with(wish, conflict, &BTreeMap::new())
    }

    fn plan_with(
        &self,
        wish: &SeriesWish,
        conflict: Conflict,
        choices: &BTreeMap<NaiveDateTime, Choice>,
    ) -> Result<Plan, PlanRefused> {
        let read =
            self.db.read_blocking(|conn| match preview::plan(conn, &self.shop, self.now, wish, conflict, choices) {
                Ok(plan) => Ok(Ok(plan)),
                Err(Bad::Refused(refusal)) => Ok(Err(refusal)),
                Err(Bad::Fault(fault)) => Err(fault),
            });
        read.unwrap()
    }

    fn plan(&self, wish: &SeriesWish, conflict: Conflict) -> Plan {
        self.try_plan(wish, conflict).unwrap()
    }

    fn request(&self, wish: &SeriesWish, plan: &Plan, client: u32) -> StartSeries {
        StartSeries {
            wish: SeriesWish { rule: plan.rule.clone(), ..wish.clone() },
            who: Who::Named(person(client)),
            dates: StartSeries::dates_of(plan),
            note: String::new(),
            language: "en".to_owned(),
            source: None,
            once: None,
        }
    }

    fn start(&self, request: StartSeries) -> Result<Started, StartRefused> {
        let shop = Arc::clone(&self.shop);
        no_fault(self.db.write_blocking(self.now, move |tx| start_series::start_series(tx, &shop, &request)))
    }

    /// Plans and starts in one go.
    fn series(&self, wish: &SeriesWish, conflict: Conflict) -> SeriesId {
        let plan = self.plan(wish, conflict);
        self.start(self.request(wish, &plan, 1)).unwrap().series
    }

    fn book(&self, provider: i64, starts_at: DateTime<Utc>, client: u32) -> Result<(), BookRefused> {
        let (shop, mut request) = (Arc::clone(&self.shop), request(CHECKUP, Some(provider), starts_at, person(client)));
        request.wish.actor = STAFF;
        no_fault(self.db.write_blocking(self.now, move |tx| book::book(tx, &shop, &request).map(|_| ())))
    }

    fn cancel(&self, series: SeriesId, from: Option<&str>, actor: Actor) -> Result<Outcome, CancelSeriesRefused> {
        let from = from.map(wall);
        let request = CancelSeries { series, from, actor, reason: None, expected_version: None };
        let shop = Arc::clone(&self.shop);
        no_fault(self.db.write_blocking(self.now, move |tx| cancel_series::cancel_series(tx, &shop, &request)))
    }

    fn change(&self, request: ChangeSeries) -> Result<Changed, ChangeSeriesRefused> {
        let shop = Arc::clone(&self.shop);
        no_fault(self.db.write_blocking(self.now, move |tx| change_series::change_series(tx, &shop, &request)))
    }

    /// Moves one date by itself, as the booking's own page does.
    fn move_one(&self, series: SeriesId, slot: &str, to: DateTime<Utc>) {
        let slot = wall(slot);
        let booking = self.instances(series).into_iter().find(|one| one.slot == slot).unwrap().booking;
        let request = Move {
            booking,
            to: Destination { starts_at: to, provider: Some(ProviderId::new(ADA)), location: None },
            actor: Actor::Client,
            reason: None,
            expected_version: None,
            overriding: None,
            once: None,
            exactly: Exactly::default(),
            is_silent: false,
        };
        let shop = Arc::clone(&self.shop);
        self.db.write_blocking(self.now, move |tx| reschedule(tx, &shop, &request)).unwrap();
    }

    fn extend(&self, series: SeriesId) -> Extended {
        let shop = Arc::clone(&self.shop);
        self.db.write_blocking(self.now, move |tx| extend::extend(tx, &shop, series)).unwrap()
    }

    fn behind(&self) -> Vec<SeriesId> {
        self.db.read_blocking(|conn| extend::behind(conn, &self.shop, self.now)).unwrap()
    }

    fn settle(&self, series: SeriesId, slot: &str, settlement: Settlement) -> Result<(), SettleRefused> {
        let (shop, slot) = (Arc::clone(&self.shop), wall(slot));
        no_fault(
            self.db.write_blocking(self.now, move |tx| settle::settle(tx, &shop, (series, slot), settlement, STAFF)),
        )
    }

    fn instances(&self, series: SeriesId) -> Vec<Instance> {
        self.db.read_blocking(|conn| recurrence::instances(conn, series)).unwrap()
    }

    /// Wall times of what stands.
    fn dates(&self, series: SeriesId) -> Vec<String> {
        let standing = self.instances(series).into_iter().filter(Instance::stands);
        let shown = |at| time::local(at, chrono_tz::America::Los_Angeles).format("%m-%d %H:%M").to_string();
        standing.map(|instance| shown(instance.starts_at)).collect()
    }

    fn count(&self, what: &str) -> i64 {
        let query = format!("SELECT count(*) FROM {what}");
        self.db.read_blocking(|conn| Ok(count(conn, &query))).unwrap()
    }

    fn told(&self, kind: &str) -> i64 {
        self.count(&format!("messages WHERE kind = '{kind}' AND state <> 'cancelled'"))
    }

    fn is_sound(&self) {
        self.db
            .read_blocking(|conn| {
                invariants::check(conn);
                Ok(())
            })
            .unwrap();
    }
}

fn no_fault<T, R>(outcome: Result<T, Bad<R>>) -> Result<T, R> {
    outcome.map_err(|bad| match bad {
        Bad::Refused(refusal) => refusal,
        Bad::Fault(fault) => panic!("{fault}"),
    })
}

fn on_each(test: impl Fn(&Clinic)) {
    for kind in kinds() {
        let database = TestDatabase::migrated(kind);
        let clinic = Clinic::on(&database);
        test(&clinic);
        clinic.is_sound();
    }
}

fn states(plan: &Plan) -> Vec<&'static str> {
    plan.rows.iter().map(|row| row.state.as_str()).collect()
}

#[test]
fn all_dates_are_booked_in_one_write_or_none() {
    on_each(|clinic| {
        let wish = wish("2026-06-02 09:00", TUESDAYS, Actor::Client);
        let plan = clinic.plan(&wish, Conflict::Refuse);
        assert_eq!(states(&plan), ["free"; 6]);
        assert!(plan.is_settled());

        // Somebody takes the third date between plan and booking: nothing is booked.
        clinic.book(ADA, june(16, 9, 0), 9).unwrap();
        let refused = clinic.start(clinic.request(&wish, &plan, 1)).unwrap_err();
        assert_eq!(refused, StartRefused::Conflicts(vec![(wall("2026-06-16 09:00"), BookRefused::SlotTaken)]));
        assert_eq!((clinic.count("bookings"), clinic.count("series")), (1, 0));

        let series = clinic.series(&wish, Conflict::Skip);
        assert_eq!(clinic.dates(series), ["06-02 09:00", "06-09 09:00", "06-23 09:00", "06-30 09:00", "07-07 09:00"]);
        let exceptions = clinic.db.read_blocking(|conn| recurrence::exceptions(conn, series)).unwrap();
        assert_eq!(exceptions.len(), 1);
        assert_eq!((exceptions[0].slot, exceptions[0].why), (wall("2026-06-16 09:00"), Some(Trouble::Taken)));
        // One mail to the client and one to the provider; none a date.
        assert_eq!((clinic.told("series_booked"), clinic.told("provider_series")), (1, 1));
        assert_eq!(clinic.told("confirmation"), 1, "of the single booking");
    });
}

#[test]
fn sending_it_twice_starts_one_series() {
    on_each(|clinic| {
        let wish = wish("2026-06-02 09:00", TUESDAYS, Actor::Client);
        let plan = clinic.plan(&wish, Conflict::Refuse);
        let once = OnceKey { scope: "form".into(), key: "k".into(), body_hash: "h".into() };
        let request = StartSeries { once: Some(once.clone()), ..clinic.request(&wish, &plan, 1) };
        let first = clinic.start(request.clone()).unwrap();
        let second = clinic.start(request.clone()).unwrap();
        assert_eq!((first.series, first.fresh, second.fresh), (second.series, true, false));
        assert_eq!(clinic.count("bookings"), 6);
        let other = StartSeries { once: Some(OnceKey { body_hash: "i".into(), ..once }), ..request };
        assert_eq!(clinic.start(other), Err(StartRefused::KeyReused));
    });
}

#[test]
fn a_plan_says_what_is_in_the_way_and_what_could_stand_in() {
    on_each(|clinic| {
        clinic.book(ADA, june(9, 9, 0), 9).unwrap();
        // Sundays nobody works; at noon everybody eats.
        let daily = clinic.plan(&wish("2026-06-05 09:00", "FREQ=DAILY;COUNT=5", Actor::Client), Conflict::Refuse);
        assert_eq!(states(&daily), ["free", "closed", "closed", "free", "taken"]);
        assert_eq!((daily.open(), daily.is_settled()), (3, false));
        // Of the same day first, then of the days around; never a time another date of the series takes.
        let taken = &daily.rows[4];
        assert_eq!(taken.alternatives[0], june(9, 9, 30));
        assert!(taken.alternatives.iter().all(|at| *at != june(8, 9, 0)));
        let closed = &daily.rows[1];
        assert!(!closed.alternatives.is_empty());
        assert!(closed.alternatives.iter().all(|at| ![june(5, 9, 0), june(8, 9, 0)].contains(at)));

        let soon = clinic.plan(&wish("2026-06-01 08:30", "FREQ=DAILY;COUNT=2", Actor::Client), Conflict::Skip);
        assert_eq!(states(&soon)[0], "too_soon");
        let far = clinic.plan(&wish("2026-06-02 09:00", "FREQ=WEEKLY;COUNT=20", Actor::Client), Conflict::Skip);
        assert_eq!(states(&far).iter().filter(|state| **state == "too_far").count(), 7);
        let staff = clinic.plan(&wish("2026-06-03 09:00", "FREQ=WEEKLY;COUNT=20", STAFF), Conflict::Skip);
        assert_eq!(states(&staff), ["free"; 20], "what has an end is booked whole by staff");
    });
}

#[test]
fn each_way_with_conflicts_does_what_it_says() {
    on_each(|clinic| {
        clinic.book(ADA, june(16, 9, 0), 9).unwrap();
        let wish = wish("2026-06-02 09:00", TUESDAYS, Actor::Client);
        let decisions = |conflict| {
            let plan = clinic.plan(&wish, conflict);
            (plan.booked(), plan.open(), plan.rows.len(), plan.rule.to_string())
        };
        assert_eq!(decisions(Conflict::Refuse), (5, 1, 6, TUESDAYS.to_owned()));
        assert_eq!(decisions(Conflict::Skip), (5, 0, 6, TUESDAYS.to_owned()));
        assert_eq!(decisions(Conflict::NearestFree), (6, 0, 6, TUESDAYS.to_owned()));
        assert_eq!(decisions(Conflict::AppendAtEnd), (6, 0, 7, "FREQ=WEEKLY;BYDAY=TU;COUNT=7".to_owned()));
        let appended = clinic.plan(&wish, Conflict::AppendAtEnd);
        assert!(appended.rows[6].is_added && appended.rows[6].slot == wall("2026-07-14 09:00"));
        let nearest = clinic.plan(&wish, Conflict::NearestFree);
        assert_eq!(nearest.rows[2].decision, Decision::Book(june(16, 9, 30)));

        // A person decides otherwise, date by date.
        let choices = BTreeMap::from([
            (wall("2026-06-09 09:00"), Choice::LeaveOut),
            (wall("2026-06-16 09:00"), Choice::MoveTo(june(16, 14, 0))),
        ]);
        let chosen = clinic.plan_with(&wish, Conflict::Refuse, &choices).unwrap();
        assert!(chosen.is_settled());
        let series = clinic.start(clinic.request(&wish, &chosen, 1)).unwrap().series;
        assert_eq!(clinic.dates(series), ["06-02 09:00", "06-16 14:00", "06-23 09:00", "06-30 09:00", "07-07 09:00"]);
        let moved: Vec<_> =
            clinic.instances(series).into_iter().filter(|one| one.was_moved(chrono_tz::America::Los_Angeles)).collect();
        assert_eq!(moved.len(), 1);
        assert_eq!(moved[0].slot, wall("2026-06-16 09:00"));

        // A time that is not free is no decision.
        let wrong = BTreeMap::from([(wall("2026-06-16 09:00"), Choice::MoveTo(june(16, 12, 15)))]);
        assert_eq!(clinic.plan_with(&wish, Conflict::Skip, &wrong).unwrap().open(), 1);
    });
}

#[test]
fn what_makes_no_sense_is_refused_by_name() {
    on_each(|clinic| {
        let refused = |wish: &SeriesWish| clinic.try_plan(wish, Conflict::Skip).unwrap_err();
        let start = wall("2026-06-02 09:00");
        let ten_thousand = Rule::parse("FREQ=DAILY;COUNT=10000", start, chrono_tz::UTC);
        assert_eq!(ten_thousand, Err(RuleRefused::TooMany));
        let base = wish("2026-06-02 09:00", TUESDAYS, Actor::Client);
        let until = wish("2026-06-02 09:00", "FREQ=DAILY;UNTIL=20260601", Actor::Client);
        assert_eq!(refused(&until), PlanRefused::Rule(RuleRefused::UntilBeforeStart));
        let off = wish("2026-06-02 09:00", "FREQ=WEEKLY;BYDAY=FR;COUNT=3", Actor::Client);
        assert_eq!(refused(&off), PlanRefused::Rule(RuleRefused::StartOffRule));
        let past = wish("2026-05-26 09:00", TUESDAYS, STAFF);
        assert_eq!(refused(&past), PlanRefused::Past);
        let nobody = SeriesWish { provider: Some(ProviderId::new(999)), ..base.clone() };
        assert_eq!(refused(&nobody), PlanRefused::UnknownProvider);
        let nowhere = SeriesWish { location: LocationId::new(999), ..base.clone() };
        assert_eq!(refused(&nowhere), PlanRefused::UnknownLocation);
        let nothing = SeriesWish { service: ServiceId::new(999), ..base.clone() };
        assert_eq!(refused(&nothing), PlanRefused::UnknownService);
        // Clients start no series of requests, nor of what the clinic does not let them repeat.
        let request =
            SeriesWish { service: ServiceId::new(IMPLANT), provider: Some(ProviderId::new(BEN)), ..base.clone() };
        assert_eq!(refused(&request), PlanRefused::NotOffered);
        let cleaning = SeriesWish { service: ServiceId::new(shop::CLEANING), ..base.clone() };
        assert_eq!(refused(&cleaning), PlanRefused::NotOffered);
        assert!(clinic.try_plan(&SeriesWish { actor: STAFF, ..cleaning }, Conflict::Skip).is_ok());

        // Dates that are none of the rule's, or that nobody decided on, or nothing at all.
        let plan = clinic.plan(&base, Conflict::Skip);
        let mut request = clinic.request(&base, &plan, 1);
        request.dates.remove(&wall("2026-06-09 09:00"));
        request.dates.insert(wall("2026-06-10 09:00"), Decided::Book(june(10, 9, 0)));
        let wrong = vec![wall("2026-06-09 09:00"), wall("2026-06-10 09:00")];
        assert_eq!(clinic.start(request.clone()), Err(StartRefused::Undecided(wrong)));
        request.dates = plan.rows.iter().map(|row| (row.slot, Decided::LeaveOut(None))).collect();
        assert_eq!(clinic.start(request), Err(StartRefused::NothingToBook));
    });
}

#[test]
fn an_open_end_is_booked_to_the_horizon_and_extended_later_once() {
    on_each(|clinic| {
        // Ninety days from Monday 1 June: the last Tuesday is 25 August.
        let wish = wish("2026-06-02 09:00", "FREQ=WEEKLY;BYDAY=TU", Actor::Client);
        let series = clinic.series(&wish, Conflict::Refuse);
        assert_eq!(clinic.dates(series).len(), 13);
        assert_eq!(clinic.behind(), []);
        assert_eq!(clinic.extend(series), Extended::default());

        // Two weeks later two more have come within reach; one of them is taken.
        let later = clinic.at(clinic.now + TimeDelta::days(14));
        later.book(ADA, june(16, 9, 0) + TimeDelta::days(84), 9).unwrap();
        assert_eq!(later.behind(), [series]);
        let twice: Vec<Extended> = std::thread::scope(|scope| {
            let runs: Vec<_> = (0..2).map(|_| scope.spawn(|| later.extend(series))).collect();
            runs.into_iter().map(|run| run.join().unwrap()).collect()
        });
        let sum = twice.iter().fold((0, 0), |sum, one| (sum.0 + one.booked, sum.1 + one.gaps));
        assert_eq!(sum, (1, 1));
        assert_eq!(later.behind(), []);
        assert_eq!(later.dates(series).len(), 14);
        assert_eq!((later.told("series_gaps"), later.told("series_gaps_desk")), (1, 1));

        // The gap waits on the worklist until somebody settles it, once.
        let gaps = later.db.read_blocking(|conn| recurrence::gaps(conn, wall("2026-06-01 00:00"), 10)).unwrap();
        assert_eq!((gaps.len(), gaps[0].slot, gaps[0].why), (1, wall("2026-09-08 09:00"), Some(Trouble::Taken)));
        let taken = june(16, 9, 0) + TimeDelta::days(84);
        let refused = later.settle(series, "2026-09-08 09:00", Settlement::Book(taken));
        assert_eq!(refused, Err(SettleRefused::NotBookable(BookRefused::SlotTaken)));
        let alternatives = later
            .db
            .read_blocking(|conn| settle::alternatives(conn, &later.shop, later.now, (series, gaps[0].slot)))
            .unwrap();
        assert_eq!(alternatives[0], taken + TimeDelta::minutes(30));
        later.settle(series, "2026-09-08 09:00", Settlement::Book(alternatives[0])).unwrap();
        assert_eq!(later.settle(series, "2026-09-08 09:00", Settlement::LeaveOut), Err(SettleRefused::Unknown));
        assert_eq!(later.dates(series).last().unwrap(), "09-08 09:30");
        assert_eq!(later.told("series_changed"), 0, "the first mail has not left, and is written anew");
        assert_eq!(later.told("series_booked"), 1);
    });
}

#[test]
fn a_clients_long_series_is_booked_as_it_comes_within_reach() {
    on_each(|clinic| {
        let wish = wish("2026-06-02 09:00", "FREQ=WEEKLY;BYDAY=TU;COUNT=15", Actor::Client);
        let series = clinic.series(&wish, Conflict::Refuse);
        assert_eq!(clinic.dates(series).len(), 13);
        let later = clinic.at(clinic.now + TimeDelta::days(40));
        assert_eq!(later.extend(series), Extended { booked: 2, gaps: 0 });
        let much_later = clinic.at(clinic.now + TimeDelta::days(200));
        assert_eq!((much_later.behind(), much_later.extend(series)), (vec![], Extended::default()));
    });
}

#[test]
fn a_series_keeps_its_wall_time_across_both_changes_of_the_clock() {
    on_each(|clinic| {
        let wish = wish("2026-10-20 09:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=13", STAFF);
        let series = clinic.series(&wish, Conflict::Refuse);
        let instances = clinic.instances(series);
        assert_eq!(instances.len(), 13);
        for instance in &instances {
            let shown = time::local(instance.starts_at, chrono_tz::America::Los_Angeles);
            assert_eq!((shown.hour(), shown.weekday(), shown), (9, chrono::Weekday::Tue, instance.slot));
        }
        let offsets: std::collections::BTreeSet<u32> = instances.iter().map(|one| one.starts_at.hour()).collect();
        assert_eq!(offsets.into_iter().collect::<Vec<_>>(), [16, 17]);
    });
}

#[test]
fn a_date_that_does_not_exist_is_said() {
    on_each(|clinic| {
        // Night shift: somebody works around the clock on Sundays.
        let statement =
            "INSERT INTO weekly_hours (id, provider_id, location_id, kind, weekday, starts_minute, ends_minute)
            VALUES (5900, 3001, 1001, 'work', 7, 0, 600);";
        let tx_statement = statement.to_owned();
        clinic
            .db
            .write_blocking(clinic.now, move |tx| {
                use diesel::connection::SimpleConnection;
                tx.conn.batch_execute(&tx_statement).map_err(rebook::db::Fault::from)?;
                rebook::catalog::touch(tx).map_err(Bad::<()>::from)
            })
            .unwrap();
        let wish = wish("2027-03-07 02:30", "FREQ=WEEKLY;BYDAY=SU;COUNT=3", STAFF);
        let plan = clinic.plan(&wish, Conflict::NearestFree);
        assert_eq!(states(&plan), ["free", "does_not_exist", "free"]);
        let Decision::Book(instead) = plan.rows[1].decision else { panic!("{:?}", plan.rows[1]) };
        assert_eq!(
            time::local(instead, chrono_tz::America::Los_Angeles).date(),
            NaiveDate::from_ymd_opt(2027, 3, 14).unwrap()
        );
        assert!(matches!(plan.rows[1].state, State::Trouble(Trouble::DoesNotExist)));
    });
}

#[test]
fn what_is_left_is_given_up_at_once_and_told_once() {
    on_each(|clinic| {
        let wish = wish("2026-06-02 09:00", TUESDAYS, Actor::Client);
        let series = clinic.series(&wish, Conflict::Refuse);
        let gone = clinic.cancel(series, Some("2026-06-23 09:00"), Actor::Client).unwrap();
        assert_eq!((gone.cancelled.len(), gone.kept.len()), (3, 0));
        assert_eq!(clinic.dates(series), ["06-02 09:00", "06-09 09:00", "06-16 09:00"]);
        let standing = clinic.db.read_blocking(|conn| recurrence::series(conn, series)).unwrap().unwrap();
        assert_eq!(standing.rule.dates(standing.start).count(), 3);
        assert!(standing.ended_at.is_none());
        assert_eq!(clinic.told("cancellation"), 0, "not one by one");

        // The first one is tomorrow: too late for the client (a day's notice), not for the others.
        let tomorrow = clinic.at(june(1, 20, 0));
        let rest = tomorrow.cancel(series, None, Actor::Client).unwrap();
        assert_eq!((rest.cancelled.len(), rest.kept.len()), (2, 1));
        assert!(matches!(rest.kept[0].1, CancelRefused::TooLate { .. }));
        assert_eq!(tomorrow.dates(series), ["06-02 09:00"]);
        let refused = tomorrow.cancel(series, None, Actor::Client).unwrap_err();
        assert!(matches!(refused, CancelSeriesRefused::Policy(CancelRefused::TooLate { .. })));
        tomorrow.cancel(series, None, STAFF).unwrap();
        assert_eq!(tomorrow.told("series_cancelled"), 1);
        let ended = tomorrow.db.read_blocking(|conn| recurrence::series(conn, series)).unwrap().unwrap();
        assert!(ended.ended_at.is_some());
        assert_eq!(tomorrow.cancel(series, None, STAFF).unwrap_err(), CancelSeriesRefused::NothingLeft);
        assert_eq!(tomorrow.cancel(SeriesId::new(5), None, STAFF).unwrap_err(), CancelSeriesRefused::Unknown);
        assert_eq!(clinic.count("occupations"), 0);
    });
}

#[test]
fn a_series_and_a_single_booking_never_share_a_time() {
    on_each(|clinic| {
        // Everybody wants Tuesdays at nine: series by two clients, single dates by many others.
        let wish = wish("2026-06-02 09:00", "FREQ=WEEKLY;BYDAY=TU;COUNT=8", Actor::Client);
        let plan = clinic.plan(&wish, Conflict::Refuse);
        let start = Barrier::new(10);
        let (series, singles) = std::thread::scope(|scope| {
            let series: Vec<_> = (0..2)
                .map(|number| {
                    let (clinic, start, request) = (clinic.clone(), &start, clinic.request(&wish, &plan, 100 + number));
                    scope.spawn(move || {
                        start.wait();
                        clinic.start(request)
                    })
                })
                .collect();
            let singles: Vec<_> = (0..8_u32)
                .map(|number| {
                    let (clinic, start) = (clinic.clone(), &start);
                    scope.spawn(move || {
                        start.wait();
                        clinic.book(ADA, june(2, 9, 0) + Days::new(7 * u64::from(number)), number)
                    })
                })
                .collect();
            let series: Vec<_> = series.into_iter().map(|run| run.join().unwrap()).collect();
            let singles: Vec<_> = singles.into_iter().map(|run| run.join().unwrap()).collect();
            (series, singles)
        });
        let started = series.iter().filter(|outcome| outcome.is_ok()).count();
        let booked = singles.iter().filter(|outcome| outcome.is_ok()).count();
        assert!(started <= 1 && (started == 0 || booked == 0), "{series:?} {singles:?}");
        let expected = if started == 1 { 8 } else { i64::try_from(booked).unwrap() };
        assert_eq!(clinic.count("bookings"), expected);
    });
}

/// From this slot (or from the next date) on, to this wall time, still with Ada.
fn change(series: SeriesId, from: Option<&str>, to: &str) -> ChangeSeries {
    ChangeSeries {
        series,
        from: from.map(wall),
        to: wall(to),
        provider: Some(ProviderId::new(ADA)),
        actor: Actor::Client,
        conflict: Conflict::Refuse,
        choices: BTreeMap::new(),
        expected_version: None,
        is_preview: false,
    }
}

#[test]
fn all_dates_move_and_exceptions_survive() {
    on_each(|clinic| {
        let wish = wish("2026-06-02 09:00", TUESDAYS, Actor::Client);
        let choices = BTreeMap::from([(wall("2026-06-09 09:00"), Choice::LeaveOut)]);
        let plan = clinic.plan_with(&wish, Conflict::Refuse, &choices).unwrap();
        let series = clinic.start(clinic.request(&wish, &plan, 1)).unwrap().series;
        clinic.at(june(1, 9, 0)).move_one(series, "2026-06-16 09:00", june(17, 14, 0));

        let staff = |request| ChangeSeries { actor: STAFF, ..request };
        let looked =
            clinic.change(ChangeSeries { is_preview: true, ..staff(change(series, None, "2026-06-04 10:00")) });
        let ChangeSeriesRefused::Looked(looked) = looked.unwrap_err() else { panic!() };
        assert_eq!((looked.rows.len(), looked.moving(), looked.open()), (5, 4, 0));
        assert_eq!(clinic.dates(series)[0], "06-02 09:00", "looking changes nothing");

        let changed = clinic.change(staff(change(series, None, "2026-06-04 10:00"))).unwrap();
        assert_eq!(changed.series, series);
        assert!(changed.rows.iter().any(|row| matches!(row.to, To::MovedByItself)));
        assert_eq!(clinic.dates(series), ["06-04 10:00", "06-17 14:00", "06-25 10:00", "07-02 10:00", "07-09 10:00"]);
        let standing = clinic.db.read_blocking(|conn| recurrence::series(conn, series)).unwrap().unwrap();
        assert_eq!(standing.rule.to_string(), "FREQ=WEEKLY;BYDAY=TH;COUNT=6");
        let exceptions = clinic.db.read_blocking(|conn| recurrence::exceptions(conn, series)).unwrap();
        assert_eq!(exceptions[0].slot, wall("2026-06-11 10:00"));
        let moved = clinic.instances(series).into_iter().find(|one| one.starts_at == june(17, 14, 0)).unwrap();
        assert_eq!(moved.slot, wall("2026-06-18 10:00"));
        assert_eq!(clinic.told("change"), 1, "of the single date; the series is told as a whole");
    });
}

#[test]
fn dates_of_a_series_take_each_others_places() {
    on_each(|clinic| {
        let series = clinic.series(&wish("2026-06-02 09:00", TUESDAYS, Actor::Client), Conflict::Refuse);
        clinic.change(ChangeSeries { actor: STAFF, ..change(series, None, "2026-06-09 09:00") }).unwrap();
        let expected = ["06-09 09:00", "06-16 09:00", "06-23 09:00", "06-30 09:00", "07-07 09:00", "07-14 09:00"];
        assert_eq!(clinic.dates(series), expected);
    });
}

#[test]
fn this_and_following_becomes_a_series_of_its_own() {
    on_each(|clinic| {
        let series = clinic.series(&wish("2026-06-02 09:00", TUESDAYS, Actor::Client), Conflict::Refuse);
        let changed = clinic.change(change(series, Some("2026-06-23 09:00"), "2026-06-24 11:00")).unwrap();
        assert_ne!(changed.series, series);
        assert_eq!(clinic.dates(series), ["06-02 09:00", "06-09 09:00", "06-16 09:00"]);
        assert_eq!(clinic.dates(changed.series), ["06-24 11:00", "07-01 11:00", "07-08 11:00"]);
        let old = clinic.db.read_blocking(|conn| recurrence::series(conn, series)).unwrap().unwrap();
        assert_eq!((old.continued_by, old.rule.dates(old.start).count()), (Some(changed.series), 3));
        let new = clinic.db.read_blocking(move |conn| recurrence::series(conn, changed.series)).unwrap().unwrap();
        assert_eq!(new.rule.to_string(), "FREQ=WEEKLY;BYDAY=WE;COUNT=3");
    });
}

#[test]
fn an_open_series_goes_on_by_its_new_rule() {
    on_each(|clinic| {
        let series = clinic.series(&wish("2026-06-02 09:00", "FREQ=WEEKLY;BYDAY=TU", Actor::Client), Conflict::Refuse);
        let changed = clinic.change(change(series, Some("2026-08-11 09:00"), "2026-08-12 10:00")).unwrap();
        assert_eq!(clinic.dates(changed.series), ["08-12 10:00", "08-19 10:00", "08-26 10:00"]);
        let later = clinic.at(clinic.now + TimeDelta::days(7));
        assert_eq!(later.behind(), [changed.series]);
        assert_eq!(later.extend(changed.series), Extended { booked: 1, gaps: 0 });
        assert_eq!(later.dates(changed.series).last().unwrap(), "09-02 10:00");
    });
}

#[test]
fn a_change_that_cannot_be_changes_nothing() {
    on_each(|clinic| {
        let series = clinic.series(&wish("2026-06-02 09:00", TUESDAYS, Actor::Client), Conflict::Refuse);
        clinic.book(ADA, june(17, 10, 0), 9).unwrap();
        let before = clinic.dates(series);
        let open = clinic.change(ChangeSeries { actor: STAFF, ..change(series, None, "2026-06-03 10:00") });
        let ChangeSeriesRefused::Looked(looked) = open.unwrap_err() else { panic!() };
        assert_eq!((looked.open(), looked.moving()), (1, 5));
        assert_eq!(clinic.dates(series), before);
        assert_eq!(clinic.count("booking_events WHERE kind = 'moved'"), 0);

        let refused = |request| format!("{:?}", clinic.change(request).unwrap_err());
        assert_eq!(refused(change(series, None, "2026-06-02 09:00")), "SameTime");
        assert_eq!(refused(change(series, None, "2026-05-26 09:00")), "Past");
        assert_eq!(refused(change(SeriesId::new(7), None, "2026-06-03 09:00")), "Unknown");
        assert_eq!(refused(change(series, Some("2026-06-03 09:00"), "2026-06-04 09:00")), "NothingLeft");
        let stale = ChangeSeries { expected_version: Some(99), ..change(series, None, "2026-06-03 09:00") };
        assert_eq!(refused(stale), "Changed");

        // The clients' first date is tomorrow: it keeps its time, the others move.
        let evening = clinic.at(june(1, 20, 0));
        let shifted = ChangeSeries { conflict: Conflict::NearestFree, ..change(series, None, "2026-06-03 10:00") };
        let changed = evening.change(shifted).unwrap();
        assert!(matches!(changed.rows[0].to, To::Kept(MoveRefused::TooLate { .. })));
        let expected = ["06-02 09:00", "06-10 10:00", "06-17 09:30", "06-24 10:00", "07-01 10:00", "07-08 10:00"];
        assert_eq!(evening.dates(series), expected);
    });
}

/// A calendar program as strict as they come: it keeps the newest version of each entry and forgets what is withdrawn.
#[derive(Debug, Default)]
struct Calendar {
    /// By UID: SEQUENCE, and how many dates take place at another time or not at all.
    entries: BTreeMap<String, (i64, usize)>,
}

impl Calendar {
    /// Applies one invitation; the reader of the file is not ours.
    fn apply(&mut self, file: &str) {
        let calendar = ICalendar::parse(file).expect("a calendar");
        let method = if file.contains("METHOD:CANCEL\r\n") { "CANCEL" } else { "REQUEST" };
        let mut seen = Vec::new();
        for event in calendar.components.iter().filter(|part| part.component_type == ICalendarComponentType::VEvent) {
            let value = |wanted: &ICalendarProperty| {
                let entry = event.entries.iter().find(|entry| entry.name == *wanted)?;
                match entry.values.first()? {
                    ICalendarValue::Text(text) => Some(text.clone()),
                    ICalendarValue::Integer(number) => Some(number.to_string()),
                    other => Some(format!("{other:?}")),
                }
            };
            let uid = value(&ICalendarProperty::Uid).expect("a UID");
            let sequence: i64 = value(&ICalendarProperty::Sequence).expect("a SEQUENCE").parse().unwrap();
            let is_one = value(&ICalendarProperty::RecurrenceId).is_some();
            let known = self.entries.get(&uid).copied();
            if !seen.contains(&uid) {
                assert!(known.is_none_or(|(older, _)| older < sequence), "SEQUENCE rises: {known:?} {sequence}");
                seen.push(uid.clone());
            }
            match (method, is_one) {
                ("CANCEL", false) => {
                    self.entries.remove(&uid);
                }
                (_, true) => {
                    let entry = self.entries.entry(uid).or_insert((sequence, 0));
                    *entry = (sequence, entry.1 + 1);
                }
                (_, false) => {
                    let gone = event.entries.iter().filter(|entry| entry.name == ICalendarProperty::Exdate).count();
                    self.entries.insert(uid, (sequence, gone));
                }
            }
        }
    }

    async fn of(app: &TestApp, address: &str) -> Self {
        let mut calendar = Self::default();
        for mail in app.mails_to(address).await {
            if let Some(file) = mail.read().unwrap().calendar {
                calendar.apply(&file);
            }
        }
        calendar
    }
}

fn first_time() -> String {
    june(2, 9, 0).to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

#[test]
fn a_visitor_repeats_an_appointment_and_her_calendar_follows() {
    on_both(async |app| {
        app.database.run("UPDATE services SET client_series = TRUE WHERE id = 4001;");
        let visitor = app.visitor();
        let details = visitor.opens(&format!("/book/check-up/details?provider=ada&start={}", first_time())).await;
        let page = visitor.opens(&details.expect(200).link("/repeat")).await.expect(200);
        let page = page.shows("6 dates would be booked").shows("Every Tuesday at 9:00 AM, 6 times");

        // What is not said stays with the page; what makes no sense is said by its field.
        let rule = page.forms().into_iter().find(|form| form.fields.iter().any(|(name, _)| name == "every")).unwrap();
        visitor.submits(&rule.clone().with("count", "10000")).await.expect(422).shows("between 1 and 366");
        let form =
            page.forms().into_iter().find(|form| form.fields.iter().any(|(name, _)| name == "first_name")).unwrap();
        visitor.submits(&form).await.expect(422).shows("first name");
        let form = form.with("first_name", "Ana").with("last_name", "Lima").with("email", "ana@client.example");
        let form = form.with("d20260609T0900", "out");
        let booked = visitor.submits(&form).await.expect(200).shows("Your dates are booked").shows("Left out");
        app.tick().await;
        let mails = app.mails_to("ana@client.example").await;
        assert_eq!(mails.len(), 1, "one mail for all dates");
        assert_eq!(mails[0].read().unwrap().subject, "Your repeating appointment is booked: 5 dates");
        let calendar = Calendar::of(app, "ana@client.example").await;
        assert_eq!(calendar.entries.values().collect::<Vec<_>>(), [&(0, 1)]);
        assert_eq!(app.mails_to("ada@clinic.example").await.len(), 1);

        // One date alone, by its own page: the same entry, without that date.
        app.advance(TimeDelta::minutes(5));
        let one = visitor.opens(&booked.links().into_iter().filter(|link| link.contains("/m/")).nth(2).unwrap()).await;
        let one = one.expect(200).shows("see all dates");
        visitor.submits(&one.form("/cancel")).await.expect(200).shows("cancelled");
        app.tick().await;
        let calendar = Calendar::of(app, "ana@client.example").await;
        assert_eq!(calendar.entries.len(), 1, "{calendar:?}");
        assert_eq!(calendar.entries.values().next().unwrap().1, 2);

        // All that is left, an hour later: first looked at, then done.
        let page = visitor.opens(&one.link("/s/")).await.expect(200);
        let change = page.form("/change").with("date", "2026-06-02").with("time", "10:00");
        let looked = visitor.submits(&change).await.expect(200).shows("dates would move");
        visitor.submits(&looked.form("/change").with("confirm", "1")).await.expect(200).shows("The dates have changed");
        app.tick().await;
        let calendar = Calendar::of(app, "ana@client.example").await;
        assert_eq!(calendar.entries.len(), 1, "{calendar:?}");

        // And given up: one entry is none.
        let page = visitor.opens(&one.link("/s/")).await.expect(200);
        let looked = visitor.submits(&page.form("/cancel")).await.expect(200).shows("Cancel these dates?");
        visitor
            .submits(&looked.form("/cancel").with("confirm", "1"))
            .await
            .expect(200)
            .shows("The dates are cancelled");
        app.tick().await;
        let calendar = Calendar::of(app, "ana@client.example").await;
        assert_eq!(calendar.entries.len(), 0, "{calendar:?}");
        assert_eq!(app.count("SELECT count(*) FROM occupations"), 0);
        let provider = Calendar::of(app, "ada@clinic.example").await;
        assert_eq!(provider.entries.len(), 0, "{provider:?}");
    });
}

#[test]
fn the_desk_repeats_for_a_client_and_settles_what_could_not_be_booked() {
    on_both(async |app| {
        app.books_by_api("check-up", june(5, 9, 0), "ana@client.example").await.expect(201);
        let client = app.count("SELECT min(id) FROM clients");
        let client = rebook::domain::ids::encode(client);
        let desk = app.staff("desk").await;
        let start = first_time();
        let address = format!(
            "/staff/series/new?service=check-up&provider=ada&client={client}&start={start}&ends=never&every=weekly"
        );
        let page = desk.opens(&address).await.expect(200).shows("without an end");
        let form = page.forms().into_iter().find(|form| form.action == "/staff/series").expect("the form");
        desk.submits(&form).await.expect(200).shows("Your dates are booked").shows("13 dates still to come");
        desk.opens("/staff/worklists/series").await.expect(200).shows("Nothing waits here");

        // Two weeks later one of the new dates is taken.
        app.books_by_api("check-up", june(5, 10, 0), "ben@client.example").await.expect(201);
        app.advance(TimeDelta::days(14));
        let taken = june(2, 9, 0) + TimeDelta::days(98);
        let body = serde_json::json!({"service": "check-up", "provider": "ada", "start": taken.to_rfc3339(),
            "client": {"first_name": "Cleo", "last_name": "Lima", "email": "cleo@client.example"}});
        app.visitor().api(reqwest::Method::POST, "/api/v1/bookings", &body, &[]).await.expect(201);
        let report = app.tick().await;
        assert_eq!(report.series_dates, 1);
        let desk = app.staff("desk").await;
        let list = desk.opens("/staff/worklists/series").await.expect(200).shows("Taken").shows("Book this time");
        let form = list.forms().into_iter().find(|form| form.action == "/staff/worklists/series").unwrap();
        desk.submits(&form.with("action", "book")).await.expect(200).shows("booked at another time");
        desk.opens("/staff/worklists/series").await.expect(200).shows("Nothing waits here");
        app.tick().await;
    });
}

#[test]
fn other_programs_start_read_change_and_give_up_series() {
    on_both(async |app| {
        app.database.run("UPDATE services SET client_series = TRUE WHERE id = 4001;");
        let visitor = app.visitor();
        let post = reqwest::Method::POST;
        let body = serde_json::json!({"service": "check-up", "provider": "ada", "start": "2026-06-02T09:00:00-07:00",
            "rule": "FREQ=WEEKLY;BYDAY=TU;COUNT=4", "client":
            {"first_name": "Ana", "last_name": "Lima", "email": "ana@client.example"}});
        let plan = visitor.api(post.clone(), "/api/v1/series/preview", &body, &[]).await.expect(200).json();
        assert_eq!((plan["settled"].as_bool(), plan["dates"].as_array().unwrap().len()), (Some(true), 4));
        let mut wrong = body.clone();
        for (rule, code) in
            [("FREQ=DAILY;COUNT=10000", "rule_too_many_dates"), ("FREQ=HOURLY", "rule_frequency_unsupported")]
        {
            wrong["rule"] = rule.into();
            let refused = visitor.api(post.clone(), "/api/v1/series", &wrong, &[]).await.expect(422).json();
            assert_eq!(refused["errors"][0]["code"], code);
        }
        let made =
            visitor.api(post.clone(), "/api/v1/series", &body, &[("Idempotency-Key", "one")]).await.expect(201).json();
        let again =
            visitor.api(post.clone(), "/api/v1/series", &body, &[("Idempotency-Key", "one")]).await.expect(201).json();
        assert_eq!(made["id"], again["id"]);
        let path = format!("/api/v1/series/{}", made["id"].as_str().unwrap());
        visitor.opens(&path).await.expect(401);
        let token = format!("Bearer {}", made["manage_token"].as_str().unwrap());
        let bearer = [("Authorization", token.as_str())];
        let change = serde_json::json!({"to": "2026-06-04T10:00:00", "provider": "ada", "preview": true});
        let looked = visitor.api(post.clone(), &format!("{path}/change"), &change, &bearer).await.expect(409).json();
        assert_eq!((looked["code"].as_str(), looked["dates"].as_array().unwrap().len()), (Some("series_preview"), 4));
        let from = serde_json::json!({"from": "2026-06-16T09:00:00"});
        let rest = visitor.api(post.clone(), &format!("{path}/cancel"), &from, &bearer).await.expect(200).json();
        let standing = rest["dates"].as_array().unwrap().iter().filter(|date| date["status"] == "booked").count();
        assert_eq!(standing, 2);
        let refused = visitor.api(post, "/api/v1/series", &body, &[]).await.expect(409).json();
        assert_eq!(refused["code"], "series_undecided");
        app.tick().await;
    });
}
