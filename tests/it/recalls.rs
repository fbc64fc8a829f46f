//! Recalls: a simulated year of reminders, what stops and resumes them, the page behind the link, the desk's list, and
//! what becomes of them when clients are merged or erased. On both engines.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rebook::booking::attendance::{self, Attendance};
use rebook::booking::cancel::{self, Cancellation};
use rebook::booking::undo;
use rebook::clients::{self, Pair};
use rebook::db::{Bad, Tx};
use rebook::domain::booking::Actor;
use rebook::domain::ids::{self, BookingId, ClientId, RecallId, StaffUserId};
use rebook::domain::recall::WhyDisabled;
use rebook::keys::Purpose;
use rebook::mail::KeptMail;
use rebook::messaging;
use rebook::recall::{self, Change};
use reqwest::Method;
use serde_json::json;
use std::sync::Arc;

use crate::support::app::{TestApp, on_both};
use crate::support::shop::{ADA, CHECKUP, LOCATION, june};

const STAFF: Actor = Actor::Staff(StaffUserId::new(6003));
const ANA: &str = "ana@client.example";
const RULES: [&str; 4] = ["recall_before", "recall_due", "recall_after", "recall_last"];

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    format!("{text}:00Z").parse().unwrap()
}

#[track_caller]
fn writes<T, R>(app: &TestApp, deed: impl Fn(&mut Tx<'_>) -> Result<T, Bad<R>> + Send + 'static) -> T
where
    T: Send + 'static,
    R: std::fmt::Debug + Send + 'static,
{
    // The writer waits for its answer, which a thread that drives the test may not.
    let (db, now) = (app.app.db.clone(), app.now());
    match std::thread::spawn(move || db.write_blocking(now, deed)).join().expect("the thread") {
        Ok(done) => done,
        Err(Bad::Refused(refused)) => panic!("refused: {refused:?}"),
        Err(Bad::Fault(fault)) => panic!("{fault}"),
    }
}

/// Check-ups every six months, and the ladder on.
fn begins(app: &TestApp) {
    app.database.run(
        "INSERT INTO recall_types (id, code, name, every, book_service_id, required, position)
           VALUES (501, 'check-up', 'Check-up', '6m', 4001, TRUE, 1);
         INSERT INTO recall_triggers (recall_type_id, service_id) VALUES (501, 4001);
         UPDATE message_rules SET active_from = '2026-01-01 00:00:00' WHERE fires_on IN ('before_recall', 'after_recall');
         UPDATE message_settings SET rules_version = rules_version + 1;",
    );
}

fn agrees(app: &TestApp, client: i64) {
    let id = app.count("SELECT count(*) FROM consents") + 1;
    app.database.run(&format!(
        "INSERT INTO consents (id, client_id, purpose, channel, granted, wording, wording_version, origin, at)
           VALUES ({id}, {client}, 'recall', 'mail', TRUE, 'yes', 1, 'portal', '2026-01-01 00:00:00');"
    ));
}

/// A client with one check-up behind her, which makes her due half a year later.
fn was_here(app: &TestApp, number: i64, name: &str, email: &str, on: &str) {
    app.database.run(&format!(
        "INSERT INTO clients (id, first_name, last_name, email, email_key, name_key, language, created_at)
           VALUES ({number}, '{name}', 'Number', '{email}', '{email}', '{name} number', 'en', '2020-01-01 00:00:00');
         INSERT INTO appointments (id, location_id, service_id, provider_id, starts_at, ends_at, local_start, zone,
             zone_version, capacity, created_at)
           VALUES ({number}, {LOCATION}, {CHECKUP}, {ADA}, '{on} 17:00:00', '{on} 17:30:00', '{on} 10:00:00',
             'America/Los_Angeles', 'x', 1, '2020-01-01 00:00:00');
         INSERT INTO bookings (id, reference, appointment_id, client_id, status, party, service_name, duration_minutes,
             price_minor, currency, cancel_notice_minutes, cancel_policy, language, created_at, created_by, completed_at)
           VALUES ({number}, 'R{number}', {number}, {number}, 'completed', 1, 'Check-up', 30, 0, 'USD', 0, '', 'en',
             '2020-01-01 00:00:00', 'system', '{on} 18:00:00');
         INSERT INTO booking_events (id, booking_id, kind, actor, at)
           VALUES ({number}, {number}, 'booked', 'system', '2020-01-01 00:00:00');"
    ));
    agrees(app, number);
}

fn rebuilds(app: &TestApp) -> usize {
    writes::<_, rebook::db::Never>(app, |tx| Ok(recall::rebuild(tx)?))
}

/// Reminders that left for an address.
async fn reminders(app: &TestApp, address: &str) -> Vec<String> {
    let mails = app.mails_to(address).await;
    let texts = mails.iter().filter_map(KeptMail::read);
    texts.filter(|letter| letter.subject.starts_with("Your next visit")).map(|letter| letter.text).collect()
}

/// Ticks at 10:30 of each day in Los Angeles until a day, and says on which days a reminder left.
async fn lives_until(app: &TestApp, until: &str, address: &str) -> Vec<String> {
    let mut days = Vec::new();
    let mut known = reminders(app, address).await.len();
    while app.now() < at(until) {
        app.advance(TimeDelta::days(1));
        app.tick().await;
        app.tick().await;
        let now = reminders(app, address).await.len();
        for _ in known..now {
            days.push(app.now().format("%m-%d").to_string());
        }
        known = now;
    }
    days
}

fn recall_of(app: &TestApp, client: i64) -> recall::Recall {
    let now = app.now();
    let read = move |conn: &mut rebook::db::Conn| recall::recalls_of(conn, &[ClientId::new(client)], now);
    app.app.db.read_blocking(read).unwrap().pop().expect("a recall")
}

fn link(app: &TestApp, recall: &recall::Recall) -> String {
    format!("/r/{}", app.app.keys.capability(Purpose::Recall, recall.id, recall.link_generation))
}

fn changes(app: &TestApp, id: RecallId, change: Change, today: &str) {
    let today = day(today);
    writes(app, move |tx| recall::change(tx, None, (id, None), &change, today).map(|_| ()));
}

fn cancels(app: &TestApp, booking: i64) {
    let shared = Arc::clone(&app.app);
    let booking = BookingId::new(booking);
    writes(app, move |tx| {
        let request = Cancellation { booking, actor: STAFF, reason_code: None, reason: None, expected_version: None };
        cancel::cancel(tx, &shared.shop, &request)
    });
}

fn attends(app: &TestApp, booking: i64, what: Attendance) {
    writes(app, move |tx| attendance::attend(tx, BookingId::new(booking), what, STAFF, None));
}

fn newest_booking(app: &TestApp) -> i64 {
    app.count("SELECT max(id) FROM bookings")
}

#[test]
fn a_year_of_reminders() {
    on_both(async |app| {
        begins(app);
        let booked = app.books_by_api("check-up", june(3, 9, 0), ANA).await.expect(201);
        assert!(booked.json()["id"].is_string());
        let first = newest_booking(app);
        let client = app.count(&format!("SELECT client_id FROM bookings WHERE id = {first}"));
        agrees(app, client);
        app.clock.advance(june(3, 10, 30) - app.now());
        app.tick().await;
        attends(app, first, Attendance::Completed);
        assert_eq!(recall_of(app, client).dates.due_day, Some(day("2026-12-03")));

        // Half a year of silence, then two weeks before and on the day.
        app.clock.advance(at("2026-11-10T18:30") - app.now());
        app.tick().await;
        assert_eq!(lives_until(app, "2026-12-05T00:00", ANA).await, ["11-19", "12-03"]);
        let text = reminders(app, ANA).await.pop().unwrap();
        assert!(text.contains("Thursday, December 3, 2026") || text.contains("December 3"), "{text}");

        // Books by the link: silence, though the fourteenth day passes.
        let page = link(app, &recall_of(app, client));
        assert!(text.contains(&page), "{text}");
        let visitor = app.visitor();
        visitor.opens(&page).await.expect(200).shows("Times that fit");
        let later = visitor.opens(&format!("{page}?from=2026-12-28")).await.expect(200).shows("Other times");
        let form = later.form("/book");
        visitor.submits_once(&form).await.expect(303);
        visitor.submits_once(&form).await.expect(303);
        assert_eq!(
            app.count(&format!("SELECT count(*) FROM bookings WHERE client_id = {client} AND source = 'recall'")),
            1
        );
        visitor.opens(&page).await.expect(200).shows("Your visit is booked");
        let second = newest_booking(app);
        assert!(lives_until(app, "2026-12-20T00:00", ANA).await.is_empty());

        // Cancels: the rung whose turn came meanwhile is told, once.
        cancels(app, second);
        app.advance(TimeDelta::hours(1));
        app.tick().await;
        assert_eq!(lives_until(app, "2027-01-02T00:00", ANA).await, ["12-21"]);

        // Books again and misses it: the last rung comes on its day, and then there is peace.
        let booked = app.books_by_api("check-up", at("2027-01-11T18:00"), ANA).await.expect(201);
        assert!(booked.json()["id"].is_string());
        let third = newest_booking(app);
        assert!(lives_until(app, "2027-01-11T20:00", ANA).await.is_empty());
        attends(app, third, Attendance::NoShow);
        assert_eq!(lives_until(app, "2027-03-01T00:00", ANA).await, ["01-18"], "the 17th is a Sunday");
        assert_eq!(reminders(app, ANA).await.len(), 4);
    });
}

#[test]
fn a_household_reads_one_mail() {
    on_both(async |app| {
        begins(app);
        was_here(app, 9001, "Ana", "home@client.example", "2025-12-01");
        was_here(app, 9002, "Ben", "home@client.example", "2025-12-02");
        was_here(app, 9003, "Cleo", "cleo@client.example", "2025-12-01");
        assert_eq!(rebuilds(app), 3);
        assert_eq!(rebuilds(app), 0, "looking again changes nothing");
        // Ana is due today, Ben tomorrow: two rungs, one mail.
        app.clock.advance(june(1, 8, 40) - app.now());
        app.tick().await;
        app.clock.advance(june(1, 10, 5) - app.now());
        app.tick().await;
        app.tick().await;
        let mails = reminders(app, "home@client.example").await;
        assert_eq!(mails.len(), 1, "{mails:?}");
        let (ana, ben) = (link(app, &recall_of(app, 9001)), link(app, &recall_of(app, 9002)));
        assert!(mails[0].contains(&ana) && mails[0].contains(&ben) && mails[0].contains("Ben"), "{}", mails[0]);
        assert_eq!(reminders(app, "cleo@client.example").await.len(), 1);
        assert_eq!(app.count("SELECT count(*) FROM messages WHERE kind = 'recall' AND state = 'sent'"), 3);
    });
}

#[test]
fn a_date_by_hand_a_pause_and_an_end() {
    on_both(async |app| {
        begins(app);
        for (number, name) in [(9001, "Ana"), (9002, "Ben"), (9003, "Cleo"), (9004, "Dora")] {
            was_here(app, number, name, &format!("{}@client.example", name.to_lowercase()), "2025-12-10");
        }
        rebuilds(app);
        let id = |number| recall_of(app, number).id;
        changes(app, id(9001), Change::Due(Some(day("2026-06-20"))), "2026-06-01");
        changes(app, id(9002), Change::Pause(Some(day("2026-06-20"))), "2026-06-01");
        changes(app, id(9003), Change::Disable(WhyDisabled::Elsewhere, String::new()), "2026-06-01");
        app.database.run("UPDATE clients SET standing = 'deceased' WHERE id = 9004");
        app.clock.advance(june(1, 10, 30) - app.now());
        app.tick().await;
        assert_eq!(lives_until(app, "2026-07-20T00:00", "ana@client.example").await, ["06-06", "06-20", "07-04"]);
        // After the pause the rung of the tenth day after the date has its turn.
        assert_eq!(
            reminders(app, "ben@client.example").await.len(),
            2,
            "on the 20th, and on the 24th no sooner than a week after"
        );
        assert!(reminders(app, "cleo@client.example").await.is_empty());
        assert!(reminders(app, "dora@client.example").await.is_empty());
        // Switched on again, the rung whose turn it is speaks.
        changes(app, id(9003), Change::Enable, "2026-07-20");
        assert_eq!(lives_until(app, "2026-07-24T00:00", "cleo@client.example").await.len(), 1);
        // An interval of one's own.
        changes(app, id(9002), Change::Every(Some("12m".parse().unwrap())), "2026-07-24");
        assert_eq!(recall_of(app, 9002).dates.due_day, Some(day("2026-12-10")));
    });
}

#[test]
fn nothing_leaves_in_the_night_and_what_is_no_longer_true_stays() {
    on_both(async |app| {
        begins(app);
        was_here(app, 9001, "Ana", ANA, "2025-12-01");
        was_here(app, 9002, "Ben", "ben@client.example", "2025-12-01");
        rebuilds(app);
        // At eleven in the evening.
        app.database.run("UPDATE message_rules SET at_minute = 1380 WHERE fires_on = 'after_recall'");
        app.clock.advance(june(1, 23, 10) - app.now());
        app.tick().await;
        app.tick().await;
        assert_eq!(
            app.count("SELECT count(*) FROM messages WHERE kind = 'recall' AND state IN ('pending', 'retry')"),
            2
        );
        assert!(reminders(app, ANA).await.is_empty(), "quiet hours");
        // Paused before the morning: put aside, and taken up after the pause.
        let ben = recall_of(app, 9002).id;
        changes(app, ben, Change::Pause(Some(day("2026-06-03"))), "2026-06-01");
        app.clock.advance(june(2, 9, 0) - app.now());
        app.tick().await;
        app.tick().await;
        assert_eq!(reminders(app, ANA).await.len(), 1);
        assert!(reminders(app, "ben@client.example").await.is_empty());
        for moment in [june(3, 9, 0), june(3, 23, 30), june(4, 9, 0)] {
            app.clock.advance(moment - app.now());
            app.tick().await;
            app.tick().await;
        }
        assert_eq!(reminders(app, "ben@client.example").await.len(), 1);
        assert_eq!(reminders(app, ANA).await.len(), 1, "no second one");
        app.tick().await;
    });
}

#[test]
fn an_undone_completion_takes_its_date_back() {
    on_both(async |app| {
        begins(app);
        was_here(app, 9001, "Ana", ANA, "2025-12-10");
        rebuilds(app);
        assert_eq!(recall_of(app, 9001).dates.due_day, Some(day("2026-06-10")));
        let booked = app.books_by_api("check-up", june(3, 9, 0), "other@client.example").await.expect(201);
        assert!(booked.json()["id"].is_string());
        let booking = newest_booking(app);
        app.database.run(&format!("UPDATE bookings SET client_id = 9001 WHERE id = {booking}"));
        app.clock.advance(june(3, 9, 40) - app.now());
        app.tick().await;
        attends(app, booking, Attendance::Completed);
        assert_eq!(recall_of(app, 9001).dates.due_day, Some(day("2026-12-03")));
        app.advance(TimeDelta::seconds(20));
        let shared = Arc::clone(&app.app);
        writes(app, move |tx| undo::undo(tx, &shared.shop, BookingId::new(booking), STAFF, None).map(|_| ()));
        assert_eq!(recall_of(app, 9001).dates.due_day, Some(day("2026-06-10")));
        app.tick().await;
    });
}

#[test]
fn the_link_puts_off_ends_and_takes_up_again() {
    on_both(async |app| {
        begins(app);
        was_here(app, 9001, "Ana", ANA, "2025-12-01");
        rebuilds(app);
        let (visitor, known) = (app.visitor(), recall_of(app, 9001));
        let page = link(app, &known);
        let rows = app.rows();
        let first = visitor.opens(&page).await.expect(200).shows("Hello Ana").shows("Other times");
        let others = first.link("from=");
        visitor.opens(&others).await.expect(200).shows("Back to the first times");
        assert_eq!(app.rows(), rows, "seeing changes nothing");
        visitor.submits(&first.form("/later")).await.expect(200).shows("We remind you later").shows("July 1");
        assert_eq!(recall_of(app, 9001).paused_until, Some(day("2026-07-01")));
        let again = visitor.opens(&page).await.expect(200);
        visitor.submits(&again.form("/resume")).await.expect(200).shows("Times that fit");
        let again = visitor.opens(&page).await.expect(200);
        visitor.submits(&again.form("/stop")).await.expect(200).shows("No more reminders");
        let disabled = recall_of(app, 9001).disabled.map(|(_, why, _)| why);
        assert_eq!(disabled, Some(WhyDisabled::Declined));
        // A date far ahead is not due, and a link of another generation opens nothing.
        changes(app, known.id, Change::Enable, "2026-06-01");
        changes(app, known.id, Change::Due(Some(day("2027-06-01"))), "2026-06-01");
        visitor.opens(&page).await.expect(200).shows("Nothing is due");
        app.database.run("UPDATE recalls SET link_generation = 2");
        visitor.opens(&page).await.expect(404).shows("This link no longer works");
        visitor.opens("/r/nonsense").await.expect(404);
        app.tick().await;
    });
}

#[test]
fn the_desk_sees_who_is_due_until_it_is_settled() {
    on_both(async |app| {
        begins(app);
        app.database
            .run("UPDATE message_rules SET active_from = NULL WHERE fires_on IN ('before_recall', 'after_recall')");
        was_here(app, 9001, "Ana", ANA, "2025-11-01");
        was_here(app, 9002, "Ben", "ben@client.example", "2025-12-05");
        was_here(app, 9003, "Cleo", "cleo@client.example", "2026-03-01");
        rebuilds(app);
        let desk = app.staff("desk").await;
        let list = desk.opens("/staff/worklists/recall").await.expect(200).shows("Overdue since").shows("Due on");
        assert!(!list.text.contains("Cleo"), "not due yet");
        assert!(list.text.find("Ana Number") < list.text.find("Ben Number"), "overdue first");
        // A call is written down; a booking takes Ana off, a pause Ben.
        let call = list.form("/staff/worklists/attempts").with("outcome", "no_answer");
        desk.submits(&call).await.expect(200).shows("No answer");
        app.books_by_api("check-up", june(10, 9, 0), "x@client.example").await.expect(201);
        let booking = newest_booking(app);
        app.database.run(&format!("UPDATE bookings SET client_id = 9001 WHERE id = {booking}"));
        let list = desk.opens("/staff/worklists/recall").await.expect(200);
        assert!(!list.text.contains("Ana Number"));
        let ben = recall_of(app, 9002).id;
        let form = list.form(&format!("/staff/recalls/{ben}")).with("deed", "pause-3");
        desk.submits(&form).await.expect(200).shows("Nobody is due");
        // On the page of one recall bad input is said by its field.
        let page = desk.opens(&format!("/staff/recalls/{ben}")).await.expect(200).shows("paused until");
        let form = page.form_with("due").with("due", "2099-01-01").with("deed", "due");
        desk.submits(&form).await.expect(422).shows("within the next five years");
        let stale = page.form_with("due").with("due", "2026-08-01").with("deed", "due");
        desk.submits(&stale).await.expect(200).shows("set by hand");
        desk.submits(&stale).await.expect(409).shows("Somebody else changed this");
        let page = format!("/staff/clients/{}", ids::encode(9002));
        desk.opens(&page).await.expect(200).shows("Due again").shows("set by hand");
        app.tick().await;
    });
}

#[test]
fn a_type_that_changes_computes_its_dates_anew() {
    on_both(async |app| {
        was_here(app, 9001, "Ana", ANA, "2025-12-01");
        let manager = app.staff("manager").await;
        let page = manager.opens("/staff/catalog/recalls").await.expect(200).shows("No recalls yet");
        drop(page);
        let form = manager.opens("/staff/catalog/recalls/new").await.expect(200).form("/staff/catalog/recalls/new");
        manager.submits(&form.clone().with("name", "")).await.expect(422);
        let checkup = ids::encode(CHECKUP);
        let good = form.with("name", "Check-up").with("books", &checkup).with("triggers", &checkup).with("months", "6");
        manager.submits(&good).await.expect(200).shows("All dates are up to date").shows("after 6 months");
        assert_eq!(recall_of(app, 9001).dates.due_day, Some(day("2026-06-01")));
        changes(app, recall_of(app, 9001).id, Change::Due(Some(day("2026-06-11"))), "2026-06-01");
        let id = ids::encode(app.count("SELECT id FROM recall_types"));
        let address = format!("/staff/catalog/recalls/{id}");
        let form = manager.opens(&address).await.expect(200).form(&address);
        manager.submits(&form.clone().with("months", "3")).await.expect(200).shows("after 3 months");
        let known = recall_of(app, 9001);
        assert_eq!(known.dates.computed_due, Some(day("2026-03-01")));
        assert_eq!(known.dates.due_day, Some(day("2026-06-11")), "set by hand");
        manager.submits(&form.with("months", "9")).await.expect(409);
    });
}

#[test]
fn merging_keeps_what_was_said_and_erasing_ends_it() {
    on_both(async |app| {
        begins(app);
        was_here(app, 9001, "Ana", ANA, "2025-06-01");
        was_here(app, 9002, "Anna", "anna@client.example", "2025-12-01");
        rebuilds(app);
        changes(
            app,
            recall_of(app, 9002).id,
            Change::Disable(WhyDisabled::Other, "said Zebulon".to_owned()),
            "2026-06-01",
        );
        app.database.run("INSERT INTO messages (id, natural_key, kind, purpose, channel, client_id, recall_id, language, message_id,
             due_at, expires_at, state, created_at, sent_at, handing_over_at) SELECT 77, 'k', 'recall', 'marketing', 'mail', 9002, id,
             'en', 'm77', '2026-01-01 00:00:00', '2026-01-02 00:00:00', 'sent', '2026-01-01 00:00:00', '2026-01-01 00:00:00',
             '2026-01-01 00:00:00' FROM recalls WHERE client_id = 9002");
        let pair = Pair { kept: (ClientId::new(9001), 1), merged: (ClientId::new(9002), 1) };
        writes(app, move |tx| clients::merge(tx, StaffUserId::new(6003), pair, &BTreeMap::new()).map(|_| ()));
        assert_eq!(app.count("SELECT count(*) FROM recalls"), 1);
        let kept = recall_of(app, 9001);
        assert_eq!(kept.dates.due_day, Some(day("2026-06-01")), "the later visit counts");
        assert!(kept.disabled.as_ref().is_some_and(|(_, _, note)| note.contains("Zebulon")));
        let told = format!("SELECT count(*) FROM messages WHERE id = 77 AND recall_id = {}", kept.id.get());
        assert_eq!(app.count(&told), 1);
        writes::<_, rebook::db::Never>(app, |tx| Ok(recall::scrub(tx, &[9001])?));
        assert_eq!(app.count("SELECT count(*) FROM recalls WHERE disabled_note LIKE '%Zebulon%'"), 0);
        app.tick().await;
        assert!(reminders(app, ANA).await.is_empty());
    });
}

#[test]
fn a_first_run_says_how_many_and_asks() {
    on_both(async |app| {
        begins(app);
        app.database
            .run("UPDATE message_rules SET active_from = NULL WHERE fires_on IN ('before_recall', 'after_recall')");
        for number in 9001..=9004 {
            was_here(app, number, "Ana", &format!("a{number}@client.example"), "2025-11-20");
        }
        app.database.run("UPDATE consents SET granted = FALSE WHERE client_id = 9004");
        rebuilds(app);
        let mut connection = app.database.connect();
        let book = messaging::rulebook(&mut connection).unwrap();
        let rule = |code: &str| book.rules.iter().find(|rule| rule.code.as_deref() == Some(code)).unwrap().clone();
        let counts: Vec<i64> = RULES
            .iter()
            .map(|code| messaging::concerned_by(&mut connection, &rule(code), app.now()).unwrap().people)
            .collect();
        assert_eq!(counts, [0, 4, 0, 0], "due since the twentieth of May: it is the turn of the second rung");
        let manager = app.staff("manager").await;
        let page = format!("/staff/messages/rules/{}/mass", rule("recall_due").id);
        manager.opens(&page).await.expect(200).shows("4");
        app.tick().await;
        assert_eq!(app.count("SELECT count(*) FROM messages WHERE kind = 'recall'"), 0);
    });
}

#[test]
fn programs_read_who_is_due() {
    on_both(async |app| {
        begins(app);
        was_here(app, 9001, "Ana", ANA, "2025-11-01");
        was_here(app, 9002, "Ben", "ben@client.example", "2025-12-05");
        rebuilds(app);
        let owner = app.staff("owner").await;
        let token = crate::programs::token_of(&owner, "staff").await;
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str())];
        let visitor = app.visitor();
        let list =
            visitor.ask(Method::GET, "/api/v1/recalls?due_before=2026-07-01&limit=1", None, &headers).await.expect(200);
        let first = list.json();
        assert_eq!((first["total"].as_i64(), first["data"][0]["standing"].as_str()), (Some(2), Some("overdue")));
        let next =
            format!("/api/v1/recalls?due_before=2026-07-01&limit=1&cursor={}", first["next_cursor"].as_str().unwrap());
        let second = visitor.ask(Method::GET, &next, None, &headers).await.expect(200).json();
        assert_eq!(second["data"][0]["due_day"].as_str(), Some("2026-06-05"));
        let id = first["data"][0]["id"].as_str().unwrap();
        let pause = format!("/api/v1/recalls/{id}/pause");
        let paused = visitor.api(Method::POST, &pause, &json!({ "until": "2026-08-01" }), &headers).await.expect(200);
        assert_eq!(paused.json()["standing"].as_str(), Some("paused"));
        visitor.api(Method::POST, &pause, &json!({ "until": "2020-01-01" }), &headers).await.expect(422);
        let end = format!("/api/v1/recalls/{id}/disable");
        visitor.api(Method::POST, &end, &json!({ "reason": "elsewhere" }), &headers).await.expect(200);
        visitor.ask(Method::GET, "/api/v1/recalls?due_before=2026-07-01", None, &[]).await.expect(401);
    });
}
