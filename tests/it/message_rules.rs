//! Rules of messages: what is planned for whom and when, how plans follow bookings and rules, and that planning is
//! repeatable. On both engines. Nothing is sent here but by the last test.

use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;
use rebook::booking::attendance::{self, Attendance};
use rebook::booking::book::{self, BookingRequest};
use rebook::booking::cancel::{self, Cancellation};
use rebook::booking::offer::Shop;
use rebook::booking::place::Exactly;
use rebook::db::schema::{message_rules, messages};
use rebook::db::{Bad, Db};
use rebook::domain::booking::Actor;
use rebook::domain::ids::{BookingId, ClientId, StaffUserId};
use rebook::domain::messages::{MessageKind, Recipient, Subject};
use rebook::messaging::{self, Notice, PlanReport};
use rebook::rescheduling::{Destination, Move, reschedule};
use tokio::runtime::Runtime;

use crate::support::app::on_both;
use crate::support::databases::{TestDatabase, kinds};
use crate::support::invariants::count;
use crate::support::people::{person, request};
use crate::support::shop::{self, ADA, CHECKUP, CLEANING, IMPLANT, june};

const STAFF: Actor = Actor::Staff(StaffUserId::new(6003));

/// A clinic whose post office is closed: rows wait.
struct Clinic {
    database: TestDatabase,
    db: Db,
    shop: Arc<Shop>,
    now: DateTime<Utc>,
    runtime: Runtime,
}

/// A row as these tests look at it.
#[derive(Debug, Clone, PartialEq, Queryable)]
struct Row {
    key: String,
    state: String,
    reason: Option<String>,
    due_at: NaiveDateTime,
    expires_at: NaiveDateTime,
    merge_key: Option<String>,
}

fn on_each_engine(test: impl Fn(&mut Clinic)) {
    for kind in kinds() {
        println!("on {kind:?}:");
        let database = TestDatabase::migrated(kind);
        database.run(&shop::statements());
        let db = database.open();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        test(&mut Clinic { database, db, shop: Arc::default(), now: shop::start(), runtime });
    }
}

#[track_caller]
fn done<T, R: std::fmt::Debug>(outcome: Result<T, Bad<R>>) -> T {
    match outcome {
        Ok(done) => done,
        Err(Bad::Refused(refusal)) => panic!("refused: {refusal:?}"),
        Err(Bad::Fault(fault)) => panic!("a request failed: {fault}"),
    }
}

impl Clinic {
    #[track_caller]
    fn books(&self, request: BookingRequest) -> BookingId {
        let shop = Arc::clone(&self.shop);
        done(self.db.write_blocking(self.now, move |tx| book::book(tx, &shop, &request))).booking
    }

    #[track_caller]
    fn checkup(&self, number: u32, starts_at: DateTime<Utc>) -> BookingId {
        self.books(request(CHECKUP, Some(ADA), starts_at, person(number)))
    }

    #[track_caller]
    fn moves(&self, booking: BookingId, starts_at: DateTime<Utc>) {
        let shop = Arc::clone(&self.shop);
        let request = Move {
            booking,
            to: Destination { starts_at, provider: None, location: None },
            actor: STAFF,
            reason: None,
            expected_version: None,
            overriding: None,
            once: None,
            exactly: Exactly::default(),
            is_silent: false,
        };
        done(self.db.write_blocking(self.now, move |tx| reschedule(tx, &shop, &request)));
    }

    #[track_caller]
    fn cancels(&self, booking: BookingId) {
        let shop = Arc::clone(&self.shop);
        let request = Cancellation { booking, actor: STAFF, reason_code: None, reason: None, expected_version: None };
        done(self.db.write_blocking(self.now, move |tx| cancel::cancel(tx, &shop, &request)));
    }

    #[track_caller]
    fn attends(&self, booking: BookingId, what: Attendance) {
        done(self.db.write_blocking(self.now, move |tx| attendance::attend(tx, booking, what, STAFF, None)));
    }

    /// Runs the pass over everything; it must be enough to run it once.
    #[track_caller]
    fn plans(&self) -> PlanReport {
        let report = self.runtime.block_on(messaging::plan_all(&self.db, self.now)).unwrap();
        let again = self.runtime.block_on(messaging::plan_all(&self.db, self.now)).unwrap();
        assert_eq!(again, PlanReport::default(), "planning twice is planning once");
        report
    }

    /// Changes a rule and does what its page does.
    fn rule(&self, code: &str, change: &str) {
        self.run(&format!(
            "UPDATE message_rules SET {change} WHERE code = '{code}';
             UPDATE message_settings SET rules_version = rules_version + 1;"
        ));
    }

    fn switches_on(&self, code: &str) {
        self.rule(code, &format!("active_from = '{}'", text(self.now)));
    }

    fn run(&self, statements: &str) {
        self.database.run(statements);
    }

    fn count(&self, query: &str) -> i64 {
        count(&mut self.database.connect(), query)
    }

    /// What there is to say by a rule, the oldest first.
    fn of_rule(&self, code: &str) -> Vec<Row> {
        messages::table
            .inner_join(message_rules::table)
            .filter(message_rules::code.eq(code))
            .order(messages::id)
            .select((
                messages::natural_key,
                messages::state,
                messages::reason,
                messages::due_at,
                messages::expires_at,
                messages::merge_key,
            ))
            .load(&mut self.database.connect())
            .unwrap()
    }

    /// When the one message of a rule that waits is due.
    #[track_caller]
    fn due(&self, code: &str) -> DateTime<Utc> {
        let rows = self.of_rule(code);
        let waiting: Vec<_> = rows.iter().filter(|row| row.state == "pending").collect();
        assert_eq!(waiting.len(), 1, "{code}: {rows:?}");
        waiting[0].due_at.and_utc()
    }

    /// State and reason of every message of a rule.
    fn states(&self, code: &str) -> Vec<String> {
        let text = |row: Row| match row.reason {
            Some(reason) => format!("{} {reason}", row.state),
            None => row.state,
        };
        self.of_rule(code).into_iter().map(text).collect()
    }

    /// Says that everything that was told at once has left.
    fn letters_leave(&self) {
        let now = text(self.now);
        self.run(&format!(
            "UPDATE messages SET state = 'sent', sent_at = '{now}', handing_over_at = '{now}'
               WHERE state = 'pending' AND due_at <= '{now}';"
        ));
    }

    /// A booking that was brought along from another program: no message, no history.
    fn imports(&self, number: i64, zone: &str, starts_at: DateTime<Utc>) {
        self.imports_as(number, zone, starts_at, ("booked", None));
    }

    fn imports_as(
        &self,
        number: i64,
        zone: &str,
        starts_at: DateTime<Utc>,
        (status, completed_at): (&str, Option<DateTime<Utc>>),
    ) {
        let (from, until) = (text(starts_at), text(starts_at + TimeDelta::minutes(30)));
        let completed = completed_at.map_or("NULL".to_owned(), |at| format!("'{}'", text(at)));
        self.run(&format!(
            "INSERT INTO clients (id, first_name, last_name, email, email_key, name_key, language, created_at)
               VALUES ({number}, 'Ina', 'Number{number}', 'i{number}@client.example', 'i{number}@client.example',
                 'ina number{number}', 'en', '2020-01-01 00:00:00');
             INSERT INTO appointments (id, location_id, service_id, provider_id, starts_at, ends_at, local_start, zone,
                 zone_version, capacity, created_at)
               VALUES ({number}, {location}, {CHECKUP}, {ADA}, '{from}', '{until}', '{from}', '{zone}', 'x', 1,
                 '2020-01-01 00:00:00');
             INSERT INTO bookings (id, reference, appointment_id, client_id, status, party, service_name, duration_minutes,
                 price_minor, currency, cancel_notice_minutes, cancel_policy, language, created_at, created_by, completed_at)
               VALUES ({number}, 'R{number}', {number}, {number}, '{status}', 1, 'Check-up', 30, 0, 'USD', 0, '', 'en',
                 '2020-01-01 00:00:00', 'system', {completed});",
            location = shop::LOCATION,
        ));
    }

    fn consents(&self, number: i64, purpose: &str, granted: bool) {
        let id = self.count("SELECT count(*) FROM consents") + 1;
        self.run(&format!(
            "INSERT INTO consents (id, client_id, purpose, channel, granted, wording, wording_version, origin, at)
               VALUES ({id}, {number}, '{purpose}', 'mail', {granted}, 'yes', 1, 'portal', '2026-01-01 00:00:00');"
        ));
    }
}

fn text(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S").to_string()
}

fn moment(text: &str) -> DateTime<Utc> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap().and_utc()
}

#[test]
fn reminders_follow_the_booking() {
    on_each_engine(|clinic| {
        let booking = clinic.checkup(1, june(10, 9, 0));
        assert_eq!((clinic.due("reminder_early"), clinic.due("reminder_late")), (june(7, 9, 0), june(10, 7, 0)));
        let early = &clinic.of_rule("reminder_early")[0];
        assert_eq!(early.expires_at.and_utc(), june(10, 7, 0), "the next one takes over");
        assert!(early.merge_key.as_ref().is_some_and(|key| key.contains("2026-06-10") && !key.contains('@')));
        assert_eq!(clinic.plans(), PlanReport::default(), "a booking is planned whole at once");
        clinic.letters_leave();

        clinic.now += TimeDelta::hours(5);
        clinic.moves(booking, june(12, 9, 0));
        assert_eq!((clinic.due("reminder_early"), clinic.due("reminder_late")), (june(9, 9, 0), june(12, 7, 0)));
        assert_eq!(clinic.states("reminder_early"), ["cancelled superseded", "pending"]);
        clinic.letters_leave();
        clinic.cancels(booking);
        assert_eq!(clinic.states("reminder_late"), ["cancelled superseded", "cancelled superseded"]);
        assert_eq!(clinic.count("SELECT count(*) FROM messages WHERE kind = 'cancellation' AND state = 'pending'"), 1);
        clinic.plans();
    });
}

#[test]
fn nobody_is_reminded_of_what_was_just_said() {
    on_each_engine(|clinic| {
        // It is 08:00 on Monday.
        clinic.checkup(1, june(4, 9, 0));
        assert_eq!(clinic.states("reminder_early"), ["pending"], "three days before nine is an hour away");
        clinic.now = june(1, 8, 30);
        clinic.checkup(2, june(4, 9, 30));
        clinic.now = june(1, 9, 10);
        clinic.checkup(3, june(4, 10, 0));
        clinic.checkup(4, june(4, 9, 0) + TimeDelta::hours(4));
        let states = clinic.states("reminder_early");
        assert_eq!(states, ["pending", "pending", "skipped just_told", "pending"]);
        assert_eq!(clinic.states("reminder_late"), ["pending"; 4], "another one follows");
        clinic.now = june(4, 7, 0);
        clinic.books(request(CHECKUP, Some(shop::BEN), june(4, 9, 30), person(5)));
        let last = clinic.of_rule("reminder_late").pop().unwrap();
        assert_eq!(last.due_at.and_utc(), june(4, 8, 0), "an hour after the confirmation, it still helps");
        let burst =
            format!("SELECT count(*) FROM messages WHERE kind = 'reminder' AND due_at < '{}'", text(june(1, 9, 0)));
        assert_eq!(clinic.count(&burst), 0);
        clinic.plans();
    });
}

#[test]
fn plans_follow_the_rules() {
    on_each_engine(|clinic| {
        let booking = clinic.checkup(1, june(10, 9, 0));
        clinic.letters_leave();
        clinic.rule("reminder_late", "offset_minutes = 1440, at_minute = 1020");
        let report = clinic.plans();
        assert_eq!(report, PlanReport { made: 0, moved: 2, cancelled: 0 }, "the first expires with the second");
        assert_eq!(clinic.due("reminder_late"), june(9, 17, 0));
        assert_eq!(clinic.count("SELECT rules_version - planned_version FROM message_settings"), 0);

        clinic.rule("reminder_late", "active_from = NULL");
        assert_eq!(clinic.plans(), PlanReport { made: 0, moved: 1, cancelled: 1 });
        assert_eq!(clinic.states("reminder_late"), ["cancelled switched_off"]);
        clinic.now += TimeDelta::days(1);
        clinic.switches_on("reminder_late");
        assert_eq!(clinic.plans().made, 1);
        assert_eq!(
            (clinic.states("reminder_late"), clinic.due("reminder_late")),
            (vec!["pending".into()], june(9, 17, 0))
        );

        // Two that coincide are one, the one nearest to the start.
        clinic.rule("reminder_early", "offset_minutes = 980, at_minute = NULL");
        clinic.plans();
        assert_eq!(clinic.states("reminder_early"), ["cancelled coalesced"]);
        clinic.rule("reminder_early", "offset_minutes = 4320");
        assert_eq!(clinic.plans().made, 1, "taken up again");
        // A moment that has passed brings no burst: what waits stays where it is.
        clinic.rule("reminder_late", "offset_minutes = 12480, at_minute = NULL");
        clinic.plans();
        assert_eq!((clinic.due("reminder_early"), clinic.due("reminder_late")), (june(7, 9, 0), june(9, 17, 0)));
        clinic.cancels(booking);
        clinic.plans();
    });
}

#[test]
fn what_is_switched_off_says_so() {
    on_each_engine(|clinic| {
        clinic.rule("confirmation", "active_from = NULL");
        clinic.rule("reminder_early", "active_from = NULL");
        let booking = clinic.checkup(1, june(10, 9, 0));
        let told = "SELECT count(*) FROM messages WHERE kind = 'confirmation' AND state = 'skipped' AND reason = 'switched_off'";
        assert_eq!(clinic.count(told), 1);
        assert!(clinic.states("reminder_early").is_empty());
        clinic.plans();
        // The client booked and knows: what becomes of it is told.
        clinic.now += TimeDelta::hours(1);
        clinic.cancels(booking);
        assert_eq!(clinic.states("cancellation"), ["pending"]);

        clinic.rule("waitlist_offer", "active_from = NULL");
        clinic.imports(9001, "America/Los_Angeles", june(3, 9, 0));
        let notice = Notice {
            subject: Subject::Client(ClientId::new(9001)),
            kind: MessageKind::WaitlistOffer,
            recipient: Recipient::Client(ClientId::new(9001)),
            language: "en".to_owned(),
            version: 0,
            expires_at: june(3, 9, 0),
        };
        for _ in 0..2 {
            let notice = notice.clone();
            let told: Result<(), Bad<()>> =
                clinic.db.write_blocking(clinic.now, move |tx| Ok(messaging::tell(tx, &notice)?));
            done(told);
        }
        let off = "SELECT count(*) FROM messages WHERE kind = 'waitlist_offer' AND reason = 'switched_off'";
        assert_eq!(clinic.count(off), 1);
    });
}

#[test]
fn the_day_before_at_five_holds_where_clocks_change() {
    on_each_engine(|clinic| {
        clinic.rule("reminder_early", "offset_minutes = 1440, at_minute = 1020");
        clinic.now = moment("2026-10-01 12:00");
        // Start and reminder, in UTC: the clocks change in the night between them.
        let table = [
            ("Europe/Berlin", "2026-10-25 09:00", "2026-10-24 15:00"),
            ("America/Los_Angeles", "2026-11-01 17:00", "2026-11-01 00:00"),
            ("Australia/Lord_Howe", "2026-10-04 00:00", "2026-10-03 06:30"),
            ("Asia/Kathmandu", "2026-10-20 03:15", "2026-10-19 11:15"),
            ("Europe/London", "2027-03-28 09:00", "2027-03-27 17:00"),
        ];
        for (number, (zone, starts_at, _)) in (9001..).zip(table) {
            clinic.imports(number, zone, moment(starts_at));
        }
        assert_eq!(clinic.plans().made, 10);
        let rows = clinic.of_rule("reminder_early");
        for (number, (zone, _, expected)) in (9001..).zip(table) {
            let booking = BookingId::new(number).to_string();
            let row = rows.iter().find(|row| row.key.contains(&booking)).unwrap();
            assert_eq!(row.due_at.and_utc(), moment(expected), "{zone}");
        }
        let told = "SELECT count(*) FROM messages WHERE kind <> 'reminder'";
        assert_eq!(clinic.count(told), 0, "an import is no news");
    });
}

#[test]
fn imports_are_reminded_of_what_is_to_come() {
    on_each_engine(|clinic| {
        let day = |days: i64| clinic.now + TimeDelta::days(days);
        clinic.imports(9001, "America/Los_Angeles", day(10));
        clinic.imports(9002, "America/Los_Angeles", day(1));
        clinic.imports_as(9003, "America/Los_Angeles", day(-2), ("completed", Some(day(-2))));
        clinic.imports_as(9004, "America/Los_Angeles", day(-1), ("no_show", None));
        clinic.switches_on("thank_you");
        assert_eq!(clinic.plans().made, 3);
        assert_eq!((clinic.states("reminder_early").len(), clinic.states("reminder_late").len()), (1, 2));
        // A rule that was switched on later does not speak of moments before.
        clinic.rule("reminder_early", "active_from = NULL");
        clinic.plans();
        clinic.now += TimeDelta::days(8);
        clinic.switches_on("reminder_early");
        assert_eq!(clinic.plans(), PlanReport::default());
    });
}

#[test]
fn conditions_of_every_kind_are_asked() {
    on_each_engine(|clinic| {
        clinic.run(
            "UPDATE message_rules SET active_from = NULL WHERE code LIKE 'reminder%';
             INSERT INTO message_rules (id, fires_on, offset_minutes, audience, channel, purpose, conditions, active_from,
                 created_at)
               SELECT 100 + id, 'before_start', 60, 'client', 'mail', 'transactional', '{}', '2026-01-01 00:00:00',
                 '2026-01-01 00:00:00' FROM message_rules WHERE id <= 14;",
        );
        let id = |number: i64| rebook::domain::ids::encode(number);
        let (checkup, cleaning) = (id(CHECKUP), id(CLEANING));
        let asked = [
            (format!(r#"{{"services":["{checkup}"]}}"#), true),
            (format!(r#"{{"services":["{cleaning}"]}}"#), false),
            (r#"{"categories":["Preventive"]}"#.to_owned(), true),
            (r#"{"categories":["Surgery"]}"#.to_owned(), false),
            (format!(r#"{{"providers":["{}"]}}"#, id(ADA)), true),
            (format!(r#"{{"providers":["{}"]}}"#, id(shop::BEN)), false),
            (format!(r#"{{"locations":["{}"]}}"#, id(shop::LOCATION)), true),
            (r#"{"languages":["en"]}"#.to_owned(), true),
            (r#"{"languages":["de"]}"#.to_owned(), false),
            (r#"{"sources":["instagram"]}"#.to_owned(), true),
            (r#"{"tags":["nervous"]}"#.to_owned(), false),
            (r#"{"acquaintance":"first_visit"}"#.to_owned(), true),
            (r#"{"acquaintance":"returning"}"#.to_owned(), false),
            ("{}".to_owned(), true),
        ];
        for (rule, (conditions, _)) in (101..).zip(&asked) {
            clinic.run(&format!("UPDATE message_rules SET conditions = '{conditions}' WHERE id = {rule};"));
        }
        clinic.run("UPDATE message_rules SET offset_minutes = 200 WHERE id = 111;");
        let mut wish = request(CHECKUP, Some(ADA), june(10, 9, 0), person(1));
        wish.source = Some("instagram".to_owned());
        let booking = clinic.books(wish);
        let speaks = |clinic: &Clinic, rule: i64| {
            clinic.count(&format!(
                "SELECT count(*) FROM messages WHERE rule_id = {rule} AND (state = 'pending' OR reason = 'coalesced')"
            ))
        };
        for (rule, (conditions, expected)) in (101..).zip(&asked) {
            assert_eq!(speaks(clinic, rule), i64::from(*expected), "{conditions}");
        }
        // A tag that comes later is heard by the next pass, and one that goes as well.
        let tag = "INSERT INTO client_tags (client_id, tag, created_at)
             SELECT client_id, 'nervous', '2026-01-01 00:00:00' FROM bookings;";
        clinic.run(tag);
        clinic.plans();
        assert_eq!(speaks(clinic, 111), 1);
        clinic.run("DELETE FROM client_tags;");
        clinic.plans();
        assert_eq!(speaks(clinic, 111), 0);
        // After a visit she is no stranger.
        clinic.now = june(10, 9, 0);
        clinic.attends(booking, Attendance::Completed);
        clinic.checkup(1, june(17, 9, 0));
        assert_eq!((speaks(clinic, 112), speaks(clinic, 113)), (1, 1), "that of the first, that of the second");
    });
}

#[test]
fn every_audience_and_channel_has_its_rows() {
    on_each_engine(|clinic| {
        clinic.run(
            "INSERT INTO message_endpoints (id, name, url, secret_sealed, created_at)
               VALUES (50, 'Books', 'https://books.example', 'x', '2026-01-01 00:00:00');",
        );
        let rules = [
            (101, "before_start", "client", "sms", "NULL"),
            (102, "booked", "clinic", "mail", "NULL"),
            (103, "booked", "endpoint", "webhook", "50"),
            (104, "before_start", "provider", "mail", "NULL"),
            (105, "cancelled_by_clinic", "client", "mail", "NULL"),
        ];
        for (id, trigger, audience, channel, endpoint) in rules {
            clinic.run(&format!(
                "INSERT INTO message_rules (id, fires_on, offset_minutes, audience, channel, endpoint_id, purpose,
                     active_from, created_at)
                   VALUES ({id}, '{trigger}', 60, '{audience}', '{channel}', {endpoint}, 'transactional',
                     '2026-01-01 00:00:00', '2026-01-01 00:00:00');"
            ));
        }
        let booking = clinic.checkup(1, june(10, 9, 0));
        let rows = |rule: i64, what: &str| {
            clinic.count(&format!("SELECT count(*) FROM messages WHERE rule_id = {rule} AND {what}"))
        };
        assert_eq!(rows(101, "channel = 'sms' AND state = 'skipped' AND reason = 'no_address'"), 1, "no telephone");
        assert_eq!(rows(102, "audience = 'clinic' AND kind = 'provider_booked' AND client_id IS NULL"), 1);
        assert_eq!(rows(103, "audience = 'endpoint' AND kind = 'event' AND endpoint_id = 50"), 1);
        assert_eq!(rows(104, "audience = 'provider' AND kind = 'provider_reminder'"), 1);
        // With a telephone the row is taken up.
        clinic.run("UPDATE clients SET phone = '+1 213 555 0177', phone_key = '12135550177';");
        assert_eq!(clinic.plans().made, 1);
        assert_eq!(rows(101, "state = 'pending' AND reason IS NULL"), 1);
        clinic.letters_leave();
        clinic.cancels(booking);
        assert_eq!(rows(105, "kind = 'cancellation'"), 1);
    });
}

#[test]
fn children_are_written_to_through_who_answers_for_them() {
    on_each_engine(|clinic| {
        clinic.imports(9001, "America/Los_Angeles", june(10, 9, 0));
        clinic.imports(9002, "America/Los_Angeles", june(10, 9, 30));
        clinic.run("UPDATE clients SET email = NULL, email_key = NULL, guardian_id = 9001 WHERE id = 9002;");
        clinic.plans();
        let rows = clinic.of_rule("reminder_late");
        assert_eq!((rows.len(), &rows[0].state, &rows[1].state), (2, &"pending".into(), &"pending".into()));
        assert_eq!(rows[0].merge_key, rows[1].merge_key, "one letter for both");
        clinic.run("UPDATE clients SET standing = 'moved' WHERE id = 9001;");
        clinic.imports(9003, "America/Los_Angeles", june(10, 10, 0));
        clinic.run("UPDATE clients SET email = NULL, guardian_id = 9001 WHERE id = 9003;");
        clinic.plans();
        assert_eq!(clinic.states("reminder_late")[2], "skipped no_address");
    });
}

#[test]
fn what_follows_a_visit_or_its_absence() {
    on_each_engine(|clinic| {
        clinic.switches_on("thank_you");
        let came = clinic.checkup(1, june(1, 9, 30));
        let missed = clinic.checkup(2, june(1, 10, 0));
        clinic.now = june(1, 10, 15);
        clinic.attends(came, Attendance::Completed);
        clinic.attends(missed, Attendance::NoShow);
        assert_eq!(clinic.due("thank_you"), june(2, 10, 15));
        assert_eq!(clinic.due("missed_you"), june(1, 11, 15));
        clinic.plans();
        let purposes = "SELECT count(*) FROM messages WHERE kind = 'thank_you' AND purpose = 'marketing'";
        assert_eq!(clinic.count(purposes), 1, "whether she agreed is asked when it leaves");
        // The rule names another moment, and what waits moves.
        clinic.rule("thank_you", "offset_minutes = 2880, at_minute = 600");
        assert_eq!(clinic.plans().moved, 1);
        assert_eq!(clinic.due("thank_you"), june(3, 10, 0));
        clinic.now = june(20, 10, 0);
        clinic.run("DELETE FROM messages;");
        assert_eq!(clinic.plans(), PlanReport::default(), "what is long over is left in peace");
    });
}

#[test]
fn whoever_was_not_here_for_long_is_invited_a_few_a_day() {
    on_each_engine(|clinic| {
        let visit = clinic.now - TimeDelta::days(200);
        for number in 9001..=9008 {
            clinic.imports_as(number, "America/Los_Angeles", visit, ("completed", Some(visit)));
        }
        for number in 9001..=9005 {
            clinic.consents(number, "recall", true);
        }
        clinic.consents(9006, "news", true);
        clinic.consents(9001, "recall", false);
        clinic.run(
            "UPDATE clients SET standing = 'deceased' WHERE id = 9007;
             UPDATE clients SET archived_at = '2026-01-01 00:00:00' WHERE id = 9008;
             UPDATE message_settings SET mass_per_day = 2;",
        );
        let rule = |clinic: &Clinic| {
            let book = messaging::rulebook(&mut clinic.database.connect()).unwrap();
            book.rules.into_iter().find(|rule| rule.code.as_deref() == Some("come_back")).unwrap()
        };
        let concerned = messaging::count_concerned(&mut clinic.database.connect(), &rule(clinic), clinic.now).unwrap();
        assert_eq!((concerned.people, concerned.without_consent), (6, 2));
        assert_eq!(clinic.plans(), PlanReport::default(), "off at first");

        clinic.switches_on("come_back");
        assert_eq!(clinic.plans().made, 2);
        clinic.now += TimeDelta::hours(2);
        assert_eq!(clinic.plans(), PlanReport::default(), "enough for today");
        clinic.letters_leave();
        clinic.now += TimeDelta::hours(23);
        // Whoever booked is not invited, and is when it comes to nothing.
        clinic.imports_as(9104, "America/Los_Angeles", june(20, 9, 0), ("booked", None));
        clinic.run("UPDATE bookings SET client_id = 9004 WHERE id = 9104;");
        assert_eq!(clinic.plans().made, 1 + 2, "one invitation, two reminders");
        assert_eq!(
            clinic.count("SELECT count(*) FROM messages WHERE kind = 'come_back' AND about_client_id = 9004"),
            0
        );
        clinic.run("UPDATE bookings SET client_id = 9005 WHERE id = 9104;");
        assert_eq!(clinic.plans().cancelled, 2 + 1, "the reminders of the other client, and the invitation");
        let of_five = "SELECT count(*) FROM messages WHERE kind = 'come_back' AND about_client_id = 9005 AND state = ";
        assert_eq!(clinic.count(&format!("{of_five}'cancelled'")), 1);
        clinic.run("UPDATE bookings SET status = 'cancelled', ended_at = '2026-06-02 17:00:00' WHERE id = 9104;");
        clinic.now += TimeDelta::hours(1);
        clinic.plans();
        assert_eq!(clinic.count(&format!("{of_five}'pending'")), 1, "taken up again");
        clinic.now += TimeDelta::days(3);
        clinic.letters_leave();
        clinic.plans();
        clinic.now += TimeDelta::days(3);
        let told = clinic.count("SELECT count(*) FROM messages WHERE kind = 'come_back'");
        assert_eq!((clinic.plans().made, told), (0, 4), "each visit is told of once");
        clinic.rule("come_back", "active_from = NULL");
        clinic.plans();
        let waiting = "SELECT count(*) FROM messages WHERE kind = 'come_back' AND state = 'pending'";
        assert_eq!(clinic.count(waiting), 0);
    });
}

#[test]
fn birthdays_are_wished_on_the_day() {
    on_each_engine(|clinic| {
        clinic.now = moment("2026-02-28 12:00");
        for number in 9001..=9004 {
            clinic.imports_as(
                number,
                "UTC",
                moment("2026-01-05 12:00"),
                ("completed", Some(moment("2026-01-05 12:30"))),
            );
            clinic.consents(number, "news", true);
        }
        clinic.run(
            "UPDATE clients SET birth_date = '1992-02-29', zone = 'America/Los_Angeles' WHERE id = 9001;
             UPDATE clients SET birth_date = '1980-02-28', zone = 'Asia/Tokyo' WHERE id = 9002;
             UPDATE clients SET birth_date = '1970-03-01', zone = 'Asia/Tokyo' WHERE id = 9003;
             UPDATE clients SET birth_date = '1960-02-28', zone = 'America/Los_Angeles', standing = 'do_not_contact'
               WHERE id = 9004;",
        );
        clinic.rule("birthday", "active_from = '2026-01-01 00:00:00'");
        clinic.plans();
        assert_eq!(clinic.count("SELECT count(*) FROM messages WHERE kind = 'birthday'"), 1, "Tokyo's 10:00 was 01:00");
        clinic.run("UPDATE messages SET state = 'sent', sent_at = due_at;");
        clinic.now = moment("2026-02-28 17:00");
        clinic.plans();
        let due = "SELECT count(*) FROM messages WHERE kind = 'birthday' AND about_client_id = 9001
             AND due_at = '2026-02-28 18:00:00' AND expires_at = '2026-03-01 08:00:00'";
        assert_eq!(clinic.count(due), 1, "born on a leap day, ten in Los Angeles");
        clinic.now = moment("2026-03-01 00:30");
        clinic.plans();
        let third = "SELECT count(*) FROM messages WHERE kind = 'birthday' AND about_client_id = 9003";
        assert_eq!(clinic.count(third), 1);
        clinic.plans();
        assert_eq!(clinic.count("SELECT count(*) FROM messages WHERE kind = 'birthday'"), 3);
    });
}

#[test]
fn two_nodes_plan_what_one_would() {
    on_each_engine(|clinic| {
        for number in 0..60 {
            clinic.imports(9001 + number, "America/Los_Angeles", june(20, 9, 0) + TimeDelta::minutes(number));
        }
        let passes = (0..4).map(|_| {
            let (db, now) = (clinic.db.clone(), clinic.now);
            clinic.runtime.spawn(async move { messaging::plan_all(&db, now).await.unwrap() })
        });
        let passes: Vec<_> = passes.collect();
        let mut made = 0;
        for pass in passes {
            made += clinic.runtime.block_on(pass).unwrap().made;
        }
        assert_eq!((made, clinic.count("SELECT count(*) FROM messages")), (120, 120));
    });
}

#[test]
fn three_days_of_downtime_end_with_one_reminder() {
    on_both(async |app| {
        let at = june(5, 9, 0);
        app.books_by_api("check-up", at, "ana@client.example").await.expect(201);
        app.tick().await;
        let before = app.mails_to("ana@client.example").await.len();
        // The first fell due on Tuesday at nine, the second on Friday at seven.
        app.advance(at - TimeDelta::minutes(90) - app.now());
        app.tick().await;
        assert_eq!(app.mails_to("ana@client.example").await.len() - before, 1);
        let states = "SELECT count(*) FROM messages WHERE kind = 'reminder' AND";
        assert_eq!(app.count(&format!("{states} state = 'sent'")), 1);
        assert_eq!(app.count(&format!("{states} state = 'skipped' AND reason = 'expired'")), 1);
        // A change of a rule is seen by the next pass, and told by its report.
        app.books_by_api("check-up", june(12, 9, 0), "ben@client.example").await.expect(201);
        app.database.run(
            "UPDATE message_rules SET offset_minutes = 180 WHERE code = 'reminder_late';
             UPDATE message_settings SET rules_version = rules_version + 1;",
        );
        let report = app.tick().await;
        assert_eq!(report.planned, PlanReport { made: 0, moved: 2, cancelled: 0 });
        assert_eq!(app.tick().await.planned, PlanReport::default());
    });
}

#[test]
fn a_wish_is_reminded_of_once_it_is_granted() {
    on_each_engine(|clinic| {
        let wish = clinic.books(request(IMPLANT, Some(shop::BEN), june(10, 9, 0), person(1)));
        assert_eq!(clinic.count("SELECT count(*) FROM messages WHERE kind = 'reminder'"), 0);
        clinic.letters_leave();
        clinic.now += TimeDelta::hours(1);
        done(
            clinic
                .db
                .write_blocking(clinic.now, move |tx| rebook::booking::answer::approve(tx, wish, Actor::System, None)),
        );
        assert_eq!((clinic.due("reminder_early"), clinic.due("reminder_late")), (june(7, 9, 0), june(10, 7, 0)));
        clinic.plans();
    });
}
