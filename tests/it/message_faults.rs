//! Weeks in which much goes wrong, with a clock that tests move: the mail server is away or refuses us, the program was
//! off for days, the clock jumps, the database throws everybody out, four processes share the work.
//!
//! `message_crashes.rs` kills the program; here it lives and its surroundings do not.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use rebook::db::{Bad, Never, Tx};
use rebook::domain::ids::BookingId;
use rebook::messaging::{self, QueueState};

use crate::support::app::{TestApp, on_both_by_mail_server};
use crate::support::databases::{Kind, TestDatabase, kinds};
use crate::support::process::Process;
use crate::support::shop::{self, june};
use crate::support::smtp::{Fate, Received, Sink};

/// Letters under their Message-ID.
fn by_name(letters: Vec<Received>) -> BTreeMap<String, Vec<Received>> {
    let mut all: BTreeMap<String, Vec<Received>> = BTreeMap::new();
    for letter in letters {
        all.entry(message_id_of(&letter)).or_default().push(letter);
    }
    all
}

pub fn message_id_of(letter: &Received) -> String {
    let line = letter.text.lines().find_map(|line| line.strip_prefix("Message-ID: <")).expect("a Message-ID");
    line.trim_end().trim_end_matches('>').to_owned()
}

async fn books(app: &TestApp, number: u32, start: DateTime<Utc>) {
    let email = format!("fault{number}@client.example");
    app.books_by_api("check-up", start, &email).await.expect(201);
}

/// Letters to a client that the server took.
fn taken_by(sink: &Sink, number: u32) -> Vec<Received> {
    let to = format!("fault{number}@client.example");
    sink.taken().into_iter().filter(|letter| letter.to == to).collect()
}

#[track_caller]
fn nothing_is_doubled(sink: &Sink) {
    for (name, copies) in by_name(sink.received()) {
        assert_eq!(copies.len(), 1, "{name}: {copies:?}");
    }
}

#[test]
fn a_clock_that_jumps_loses_and_doubles_nothing() {
    on_both_by_mail_server(&[], async |app, sink| {
        books(app, 1, june(10, 9, 0)).await;
        app.tick().await;
        app.advance(TimeDelta::days(1));
        books(app, 2, june(10, 10, 0)).await;
        app.tick().await;
        app.advance(-TimeDelta::hours(1));
        app.tick().await;
        // Whoever claimed these is gone, and the clock went back behind the claim: they are late, and not lost.
        books(app, 3, june(10, 11, 0)).await;
        let lease = (app.now() + TimeDelta::minutes(3)).format("%Y-%m-%d %H:%M:%S");
        app.database.run(&format!(
            "UPDATE messages SET state = 'leased', lease_owner = 'gone', lease_token = 1, lease_until = '{lease}' WHERE state = 'pending'
               AND due_at <= '{lease}'"
        ));
        app.advance(-TimeDelta::hours(1));
        app.tick().await;
        assert!(taken_by(sink, 3).is_empty(), "the claim stands until its end");
        app.advance(TimeDelta::minutes(65));
        app.tick().await;
        for number in 1..=3 {
            assert_eq!(taken_by(sink, number).len(), 1, "client {number}");
        }
        // On to the eve of the visits, forward and back over every moment at which something falls due.
        for _ in 0..15 {
            app.advance(TimeDelta::hours(14));
            app.tick().await;
            app.advance(-TimeDelta::hours(1));
            app.tick().await;
        }
        nothing_is_doubled(sink);
    });
}

#[test]
fn three_days_of_downtime_lose_nothing_and_send_nothing_stale() {
    on_both_by_mail_server(&[], async |app, sink| {
        // Before the program stands still, one is told and three are not.
        books(app, 1, june(10, 9, 0)).await;
        app.tick().await;
        for (number, day) in [(2, 3), (3, 4), (4, 11)] {
            books(app, number, june(day, 9, 0)).await;
        }
        assert_eq!(taken_by(sink, 1).len(), 1);
        app.advance(TimeDelta::days(3));
        app.tick().await;
        assert!(taken_by(sink, 2).is_empty(), "told of a time that is over: {:?}", taken_by(sink, 2));
        assert_eq!(taken_by(sink, 4).len(), 1, "told late, and told");
        let expired =
            "SELECT count(*) FROM messages WHERE state = 'skipped' AND reason = 'expired' AND expires_at <= due_at";
        assert_eq!(app.count(expired), 0, "nothing expires before it is due");
        let of_the_past = "SELECT count(*) FROM messages WHERE state = 'sent' AND expires_at <= sent_at";
        assert_eq!(app.count(of_the_past), 0, "nothing left after it was worth nothing");
        nothing_is_doubled(sink);
        // The rest of the fortnight brings the reminders that are still worth something, each once.
        for _ in 0..12 * 24 {
            app.advance(TimeDelta::hours(1));
            app.tick().await;
        }
        nothing_is_doubled(sink);
        assert_eq!(app.count(of_the_past), 0, "nothing left after it was worth nothing");
        let waiting = "SELECT count(*) FROM messages WHERE state NOT IN ('sent', 'cancelled', 'skipped')";
        assert_eq!(app.count(waiting), 0, "everything has come to an end");
    });
}

#[test]
fn a_week_without_a_mail_server_loses_nothing_that_is_still_true() {
    on_both_by_mail_server(&[], async |app, sink| {
        sink.goes_away().await;
        books(app, 1, june(3, 9, 0)).await;
        books(app, 2, june(16, 9, 0)).await;
        for _ in 0..7 * 24 {
            app.tick().await;
            app.advance(TimeDelta::hours(1));
        }
        assert!(matches!(app.app.queue.state(), QueueState::Waiting { .. }), "{:?}", app.app.queue.state());
        let tried = "SELECT coalesce(max(attempts), 0) FROM messages";
        let attempts = app.count(tried);
        assert!((10..=60).contains(&attempts), "tried ever more rarely, and never given up: {attempts}");
        assert_eq!(
            app.count("SELECT count(*) FROM messages WHERE state = 'dead'"),
            0,
            "the server is away, not the reader"
        );
        let over = "SELECT count(*) FROM messages WHERE state = 'skipped' AND reason = 'expired'";
        assert!(0 < app.count(over), "what is not true any more has ended with its reason");
        app.staff("desk").await.opens("/staff/messages").await.expect(200);
        let ready = app.visitor().opens("/readyz").await.expect(200).json();
        assert_eq!(ready["messages"]["queue"], "waiting", "{ready}");

        sink.comes_back().await;
        for _ in 0..30 {
            app.advance(TimeDelta::hours(1));
            app.tick().await;
        }
        assert!(taken_by(sink, 1).is_empty(), "told of a time that is over");
        let confirmations = taken_by(sink, 2).iter().filter(|letter| letter.text.contains("METHOD:REQUEST")).count();
        assert_eq!(confirmations, 1, "told as soon as the server was back");
        nothing_is_doubled(sink);
        assert_eq!(app.app.queue.state(), QueueState::Running);
    });
}

#[test]
fn a_wrong_password_stops_the_queue_raises_the_alarm_and_costs_nothing() {
    for kind in kinds() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let sink = Sink::start().await;
            sink.wants_password("new");
            let server = sink.server_with_password("old");
            let mailer = rebook::mail::Mailer::smtp(server, Duration::from_secs(10));
            let app = TestApp::start_with(kind, &[], mailer).await;
            books(&app, 1, june(10, 9, 0)).await;
            for _ in 0..40 {
                app.tick().await;
                app.advance(TimeDelta::minutes(3));
            }
            assert!(matches!(app.app.queue.state(), QueueState::Stopped { .. }), "{:?}", app.app.queue.state());
            let ready = app.visitor().opens("/readyz").await.expect(200).json();
            assert_eq!(ready["messages"]["queue"], "stopped", "{ready}");
            assert!(ready["messages"]["says"].as_str().unwrap().contains("password"), "{ready}");
            assert!(60 * 100 < ready["messages"]["oldest_due_seconds"].as_i64().unwrap(), "{ready}");
            let touched = "SELECT count(*) FROM messages WHERE attempts > 0 OR state NOT IN ('pending', 'retry')";
            assert_eq!(app.count(touched), 0, "no message pays for our mistake");
            assert!(sink.sessions() < 45, "{} sign-ins: an account is locked by fewer", sink.sessions());
            // Bookings come as fast as ever.
            books(&app, 2, june(10, 10, 0)).await;

            sink.wants_password("old");
            app.advance(TimeDelta::minutes(6));
            app.tick().await;
            app.tick().await;
            assert_eq!((taken_by(&sink, 1).len(), taken_by(&sink, 2).len()), (1, 1));
            assert_eq!(app.app.queue.state(), QueueState::Running);
            app.ends().await;
        });
    }
}

/// A hundred letters leave slowly while the database keeps throwing everybody out.
#[test]
fn a_database_that_throws_everybody_out_loses_nothing() {
    if !kinds().contains(&Kind::Postgres) {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let sink = Sink::start().await;
        let mailer = rebook::mail::Mailer::smtp(sink.server(), Duration::from_secs(10));
        let app = TestApp::start_with(Kind::Postgres, &[("mail.max_per_second", "10000")], mailer).await;
        for number in 0..28 {
            let start = june(10, [9, 10, 11, 13, 14, 15, 16][number as usize % 7], 30 * (number / 14));
            books(&app, number, start).await;
        }
        sink.treats_the_next(Fate::TakeAfter(Duration::from_millis(15)));
        let is_over = Arc::new(AtomicBool::new(false));
        let done = Arc::clone(&is_over);
        let (mut faults, mut thrown) = (0, 0);
        let deliver = async {
            for _ in 0..12 {
                let now = app.now();
                faults += usize::from(rebook::schedule::tick(&app.app, now).await.is_err());
                app.advance(TimeDelta::minutes(4));
            }
            done.store(true, Ordering::SeqCst);
        };
        let throw = async {
            while !is_over.load(Ordering::SeqCst) {
                tokio::time::sleep(Duration::from_millis(60)).await;
                tokio::task::block_in_place(|| app.database.throws_everybody_out());
                thrown += 1;
            }
        };
        tokio::join!(deliver, throw);
        assert!(3 < thrown && 0 < faults, "thrown out {thrown} times, {faults} passes failed: this was no trouble");
        sink.treats_the_next(Fate::Take);
        for _ in 0..4 {
            app.advance(TimeDelta::hours(7));
            app.tick().await;
        }
        for number in 0..28 {
            assert!(!taken_by(&sink, number).is_empty(), "client {number} was never told");
        }
        let attempts = "SELECT coalesce(sum(attempts), 0) FROM messages";
        let received = i64::try_from(sink.received().len()).unwrap();
        assert!(received <= app.count(attempts), "every letter was written down before it left");
        app.ends().await;
    });
}

/// Four processes, one database, ten thousand messages: client and provider of five thousand bookings: all take part, and nobody is written to twice.
#[test]
fn four_processes_send_ten_thousand_messages_once() {
    const BOOKINGS: i64 = 5_000;
    const MESSAGES: usize = 10_000;
    if !kinds().contains(&Kind::Postgres) {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let sink = runtime.block_on(Sink::start());
    let database = TestDatabase::migrated(Kind::Postgres);
    database.run(&shop::statements());
    database.run(&many_bookings(BOOKINGS));
    plan_many(&database, BOOKINGS);
    let environment = [
        ("REBOOK_MAIL__URL", sink.url()),
        ("REBOOK_MAIL__FROM_ADDRESS", "booking@clinic.example".to_owned()),
        ("REBOOK_MAIL__WORKERS", "4".to_owned()),
    ];
    let processes: Vec<Process> = (0..4).map(|_| Process::tick_with(&database, &environment)).collect();
    let sent: Vec<usize> = processes.into_iter().map(|process| sent_by(&process.end().1)).collect();
    println!("four processes sent {sent:?}");
    assert!(sent.iter().all(|count| MESSAGES / 40 < *count), "not everybody took part: {sent:?}");
    assert_eq!(sent.iter().sum::<usize>(), MESSAGES, "{sent:?}");
    let letters = by_name(sink.received());
    assert_eq!(letters.len(), MESSAGES);
    assert!(letters.values().all(|copies| copies.len() == 1), "somebody was written to twice");
    let sent = "SELECT count(*) FROM messages WHERE state = 'sent' AND attempts = 1";
    assert_eq!(crate::support::invariants::count(&mut database.connect(), sent), i64::try_from(MESSAGES).unwrap());
}

/// What `rebook tick` says it sent.
pub fn sent_by(printed: &str) -> usize {
    let rest = printed.split("messages: ").nth(1).unwrap_or_else(|| panic!("{printed}"));
    rest.split(' ').next().unwrap().parse().unwrap_or_else(|_| panic!("{printed}"))
}

/// So many new bookings far away, as another program would write them (PostgreSQL).
fn many_bookings(count: i64) -> String {
    format!(
        "INSERT INTO clients (id, first_name, last_name, email, email_key, name_key, language, created_at)
           SELECT 100000 + n, 'Ana', 'Lima', 'many' || n || '@client.example', 'many' || n || '@client.example', 'ana lima',
             'en', '2026-01-01' FROM generate_series(1, {count}) AS n;
         INSERT INTO appointments (id, location_id, service_id, provider_id, room_id, starts_at, ends_at, local_start, zone,
             zone_version, capacity, created_at)
           SELECT 200000 + n, 1001, 4001, 3001, 2001, at + n * interval '1 hour', at + n * interval '1 hour' + interval '30 minutes',
             at + n * interval '1 hour' - interval '7 hours', 'America/Los_Angeles', '2026a', 1, '2026-01-01'
           FROM generate_series(1, {count}) AS n, (SELECT timestamp '2036-06-02 00:00:00' AS at) AS t;
         INSERT INTO bookings (id, reference, appointment_id, client_id, status, party, service_name, duration_minutes,
             price_minor, currency, cancel_notice_minutes, cancel_policy, language, note, schedule_version, row_version,
             created_at, created_by)
           SELECT 300000 + n, 'MANY' || n, 200000 + n, 100000 + n, 'booked', 1, 'Check-up', 30, 9500, 'USD', 0, '', 'en', '', 0,
             1, '2026-01-01', 'client' FROM generate_series(1, {count}) AS n;"
    )
}

/// Plans what is to be told of them, as if each had been made at this moment.
fn plan_many(database: &TestDatabase, count: i64) {
    let made_at: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
    let db = database.open();
    for from in (0..count).step_by(250) {
        let to = (from + 250).min(count);
        let write = move |tx: &mut Tx<'_>| -> Result<(), Bad<Never>> {
            for number in from + 1..=to {
                messaging::plan_for(tx, BookingId::new(300_000 + number))?;
            }
            Ok(())
        };
        db.write_blocking(made_at, write).unwrap_or_else(|_| panic!("not planned"));
    }
}
