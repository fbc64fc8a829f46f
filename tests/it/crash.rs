//! The real program under load, killed without warning and started again: what was promised is there, what was refused
//! is not, and nothing is half-written.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use chrono::{DateTime, Days, TimeDelta, Utc};
use rebook::clock::Clock;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::databases::{TestDatabase, kinds};
use crate::support::invariants::{self, count};
use crate::support::process::{self, Process};
use crate::support::shop;

/// Kills, each in the middle of other work.
const KILLS: u32 = 4;
/// People who book at the same time.
const PEOPLE: u32 = 12;

/// What somebody was told.
#[derive(Debug)]
struct Answer {
    email: String,
    /// None: the connection broke, so it may be there or not.
    status: Option<StatusCode>,
    id: Option<String>,
}

/// Free times of the check-up, as the API offers them.
async fn offered(http: &reqwest::Client, base: &str) -> Vec<DateTime<Utc>> {
    let from = Clock::System.now().date_naive() + Days::new(2);
    let url = format!("{base}/api/v1/availability?service=check-up&from={from}&to={}", from + Days::new(40));
    let answer: Value = http.get(url).send().await.unwrap().json().await.unwrap();
    let days = answer["days"].as_object().unwrap_or_else(|| panic!("{answer}"));
    let slots = days.values().flat_map(|day| day.as_array().into_iter().flatten());
    slots.map(|slot| slot["start"].as_str().unwrap().parse().unwrap()).collect()
}

async fn book(http: &reqwest::Client, base: &str, start: DateTime<Utc>, number: u32) -> Answer {
    let email = format!("crash{number}@client.example");
    let body = json!({
        "service": "check-up",
        "start": start.to_rfc3339(),
        "client": { "first_name": "Ana", "last_name": "Lima", "email": email },
    });
    let sent = http
        .post(format!("{base}/api/v1/bookings"))
        .header("idempotency-key", format!("crash-{number}"))
        .json(&body)
        .send()
        .await;
    let Ok(answer) = sent else { return Answer { email, status: None, id: None } };
    let status = answer.status();
    match answer.json::<Value>().await {
        Ok(told) => Answer { email, status: Some(status), id: told["id"].as_str().map(str::to_owned) },
        Err(_) => Answer { email, status: None, id: None },
    }
}

/// People book until the server is gone; several want the same times.
async fn load_until_killed(process: Process, numbers: Arc<AtomicU32>, kill_after: u32) -> Vec<Answer> {
    let base = process.base.clone();
    let http = reqwest::Client::new();
    let times = Arc::new(offered(&http, &base).await);
    assert!(times.len() > 100, "{} free times", times.len());
    let told = Arc::new(AtomicU32::new(0));
    let people: Vec<_> = (0..PEOPLE)
        .map(|_| {
            let (base, numbers, times, http) = (base.clone(), Arc::clone(&numbers), Arc::clone(&times), http.clone());
            let told = Arc::clone(&told);
            tokio::spawn(async move {
                let mut answers = Vec::new();
                loop {
                    let number = numbers.fetch_add(1, Ordering::Relaxed);
                    let time = times[usize::try_from(number / 3 * 7).unwrap() % times.len()];
                    let answer = book(&http, &base, time, number).await;
                    let is_over = answer.status.is_none();
                    answers.push(answer);
                    told.fetch_add(1, Ordering::Relaxed);
                    if is_over {
                        return answers;
                    }
                }
            })
        })
        .collect();
    // In the middle of work, however slow the machine: by answers, not by time.
    while told.load(Ordering::Relaxed) < kill_after {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    process.dies();
    let mut all = Vec::new();
    for person in people {
        all.extend(person.await.unwrap());
    }
    all
}

fn hold_against_books(database: &TestDatabase, answers: &[Answer]) {
    let conn = &mut database.connect();
    invariants::check_with_messages(conn);
    for answer in answers {
        let booked = count(
            conn,
            &format!(
                "SELECT count(*) FROM bookings AS b JOIN clients AS c ON c.id = b.client_id WHERE c.email = '{}'",
                answer.email
            ),
        );
        match answer.status {
            Some(status) if status.is_success() => assert_eq!(booked, 1, "promised and not there: {answer:?}"),
            Some(status) => {
                assert!(status.is_client_error(), "{answer:?}");
                assert_eq!(booked, 0, "refused and there: {answer:?}");
            }
            None => assert!(booked <= 1, "{answer:?}"),
        }
    }
}

#[test]
fn a_kill_loses_nothing_that_was_promised() {
    for kind in kinds() {
        let database = TestDatabase::migrated(kind);
        database.run(&shop::statements());
        let mails = tempfile::tempdir().unwrap();
        let numbers = Arc::new(AtomicU32::new(0));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let mut answers = Vec::new();
        for round in 1..=KILLS {
            let process = Process::serve(&database, mails.path());
            let kill_after = 11 + 17 * round;
            answers.extend(runtime.block_on(load_until_killed(process, Arc::clone(&numbers), kill_after)));
            hold_against_books(&database, &answers);
        }
        let promised = answers.iter().filter(|answer| answer.id.is_some()).count();
        assert!(promised > 10, "{kind:?}: the load was no load: {promised} booked");
        every_promised_mail_leaves(&database, mails.path());
    }
}

/// What a killed sender had in its hands is taken up when its lease ends, and nothing stays behind.
fn every_promised_mail_leaves(database: &TestDatabase, mails: &Path) {
    let process = Process::serve(database, mails);
    let (well, took) = process.ends();
    assert!(well && took < Duration::from_secs(10), "SIGTERM: ended well {well}, after {took:?}");
    process::tick(database, mails, Clock::System.now() + TimeDelta::minutes(15));
    let open = "SELECT count(*) FROM messages WHERE state IN ('pending', 'retry', 'leased') AND due_at <= created_at";
    assert_eq!(count(&mut database.connect(), open), 0, "messages that nobody sends");
    let lost = "SELECT count(*) FROM messages WHERE state IN ('dead', 'uncertain')";
    assert_eq!(count(&mut database.connect(), lost), 0, "messages that were given up");
    let files = std::fs::read_dir(mails).unwrap().count();
    let sent = count(&mut database.connect(), "SELECT count(*) FROM messages WHERE state = 'sent'");
    assert!(files >= usize::try_from(sent).unwrap(), "{files} mails for {sent} messages that were sent");
}
