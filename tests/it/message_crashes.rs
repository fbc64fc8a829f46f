//! The real program, killed at every named place between a booking and the reply of the mail server, and started again:
//! a mail server that counts says afterwards that nothing was lost and nothing was doubled.
//!
//! A round is a life of the program: people book, move and cancel over HTTP while mails leave, the mail server misbehaves,
//! and one place of `failpoint.rs` is deadly. The clock is moved on from life to life, so that the leases of the dead run
//! out without waiting. `bin/crash-long` plays hundreds of rounds; the short form here meets every place once.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, Instant};

use chrono::{DateTime, Days, NaiveDateTime, TimeDelta, Utc, Weekday};
use diesel::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rebook::booking::book;
use rebook::booking::offer::Shop;
use rebook::clock::Clock;
use rebook::db::schema::{bookings, messages};
use rebook::failpoint::Point;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::support::databases::{Kind, TestDatabase, kinds};
use crate::support::gateway::{self, Program};
use crate::support::invariants::{self, count};
use crate::support::people::{person, request};
use crate::support::process::Process;
use crate::support::shop;
use crate::support::smtp::{Fate, Received, Sink};

/// People who act at the same time.
const PEOPLE: usize = 3;
/// What each of them does in one life.
const DEEDS: usize = 4;
/// How long a life goes on when everybody is done and nothing was deadly.
const AFTERGLOW: Duration = Duration::from_millis(500);
/// A place that is not met in so many lives is never met.
const LIVES_MAX: u32 = 6;
/// Lives in one database of the long form: the calendar fills.
const LIVES_OF_A_CLINIC: u32 = 40;
/// A booking may be told at most so long after it changed; see `STALE_AFTER` of the deliverer, and a busy machine.
const KNOWN_AFTER: Duration = Duration::from_millis(3_500);

/// A booking somebody has the link of.
#[derive(Debug, Clone)]
struct Known {
    id: String,
    token: String,
}

#[derive(Debug, Clone)]
enum Deed {
    Book { email: String, service: &'static str, start: DateTime<Utc> },
    Move { known: Known, start: DateTime<Utc> },
    Cancel { known: Known },
}

/// What somebody was told; nothing when the connection broke.
#[derive(Debug)]
struct Answer {
    deed: Deed,
    told: Option<(StatusCode, Value)>,
    at: Instant,
}

/// A row as the end finds it.
#[derive(Debug, Clone, Queryable)]
struct Row {
    id: i64,
    kind: String,
    purpose: String,
    audience: String,
    channel: String,
    state: String,
    reason: Option<String>,
    message_id: String,
    version: i32,
    attempts: i32,
    handed_over: Option<NaiveDateTime>,
    due_at: NaiveDateTime,
    booking: Option<i64>,
    carried_by: Option<i64>,
}

/// A booking as it stood when the program was dead.
#[derive(Debug, Clone, Queryable)]
struct Standing {
    id: i64,
    status: String,
    version: i32,
}

/// What was known at the end of a life.
struct Obituary {
    died: Instant,
    standing: HashMap<i64, Standing>,
}

/// A clinic whose program keeps dying.
struct Clinic {
    kind: Kind,
    database: TestDatabase,
    runtime: Runtime,
    sink: Sink,
    /// Takes text messages.
    gateway: Program,
    chance: ChaCha8Rng,
    /// How far the program's clock is from the machine's.
    shift: TimeDelta,
    times: Vec<DateTime<Utc>>,
    people: u32,
    known: Vec<Known>,
    lives: Vec<Obituary>,
    /// Cancelled and moved, each with the moment of the answer.
    changed: Vec<(i64, i32, Instant)>,
}

impl Clinic {
    fn on(kind: Kind, seed: u64) -> Self {
        let database = TestDatabase::migrated(kind);
        database.run(&shop::statements());
        // Advertising is on, and nothing but a kill keeps it from leaving.
        database.run(
            "UPDATE message_settings SET marketing_per_week = 0, quiet_from_minute = 0, quiet_until_minute = 0,
               quiet_sundays = FALSE;
             UPDATE message_rules SET active_from = '2026-01-01 00:00:00' WHERE code = 'birthday'",
        );
        let runtime = Runtime::new().unwrap();
        let sink = runtime.block_on(Sink::start());
        let gateway = runtime.block_on(Program::start());
        database.run(&format!(
            "UPDATE sms_gateway SET enabled = TRUE, preset = 'json', url = '{}', body = '{{\"text\": \"hello\"}}', country_code = '1'",
            gateway.url("/sms")
        ));
        Self {
            kind,
            database,
            runtime,
            sink,
            gateway,
            chance: ChaCha8Rng::seed_from_u64(seed),
            shift: TimeDelta::zero(),
            times: Vec::new(),
            people: 0,
            known: Vec::new(),
            lives: Vec::new(),
            changed: Vec::new(),
        }
    }

    fn now(&self) -> DateTime<Utc> {
        Clock::System.now() + self.shift
    }

    fn environment(&self, failpoint: Option<&str>) -> Vec<(&'static str, String)> {
        let mut variables = vec![
            ("REBOOK_MAIL__URL", self.sink.url()),
            ("REBOOK_MAIL__TIMEOUT_SECONDS", "1".to_owned()),
            ("REBOOK_MAIL__FROM_ADDRESS", "booking@clinic.example".to_owned()),
            ("REBOOK_OUTGOING__ALLOWED_HOSTS", "127.0.0.1".to_owned()),
            ("REBOOK_SERVER__WORKERS", "1".to_owned()),
            ("REBOOK_CLOCK_OFFSET_MS", self.shift.num_milliseconds().to_string()),
        ];
        variables.extend(failpoint.map(|words| ("REBOOK_FAILPOINT", words.to_owned())));
        variables
    }

    /// One life, with a deadly place; whether it was met.
    fn lives_until(&mut self, failpoint: Option<&str>) -> bool {
        self.shift += TimeDelta::seconds(self.chance.random_range(240..1_500));
        self.advertises();
        self.texts();
        self.sink.behaves();
        let fates: Vec<Fate> = (0..12).map(|_| some_fate(&mut self.chance)).collect();
        self.sink.next(&fates);

        let (mut process, answers) = Process::serve_with(&self.database, &self.environment(failpoint));
        let answers = if answers { self.people_act(&process.base) } else { Vec::new() };
        let enough = Instant::now() + AFTERGLOW;
        while !process.has_ended() && Instant::now() < enough {
            std::thread::sleep(Duration::from_millis(5));
        }
        let was_met = process.has_ended();
        if was_met {
            assert!(process.end().0, "{:?}: the program ended by itself, and not by SIGKILL", self.kind);
        } else {
            process.dies();
        }
        self.looks_at_the_books(answers);
        was_met
    }

    /// Two people who agreed to be written to are to be told of something; the planner's own rows come beside these.
    fn advertises(&mut self) {
        let now = self.now().format("%Y-%m-%d %H:%M:%S");
        for _ in 0..2 {
            self.people += 1;
            let (number, id) = (self.people, 900_000 + i64::from(self.people));
            self.database.run(&format!(
                "INSERT INTO clients (id, first_name, last_name, email, email_key, name_key, language, created_at)
                   VALUES ({id}, 'Zoe', 'Reader', 'reader{number}@client.example', 'reader{number}@client.example',
                     'zoe reader', 'en', '2026-01-01 00:00:00');
                 INSERT INTO consents (id, client_id, purpose, channel, granted, wording, wording_version, origin, at)
                   VALUES ({id}, {id}, 'news', 'mail', TRUE, 'Yes', 1, 'desk', '2026-01-01 00:00:00');
                 INSERT INTO messages (id, natural_key, kind, purpose, channel, about_client_id, client_id, language,
                     schedule_version, message_id, due_at, expires_at, state, attempts, lease_token, created_at, rule_id)
                   VALUES ({id}, 'advertising/{number}', 'birthday', 'marketing', 'mail', {id}, {id}, 'en',
                     0, 'advertising{number}@clinic.example', '{now}', '2030-01-01 00:00:00', 'pending', 0, 0, '{now}', 16)"
            ));
        }
    }

    /// Every reminder gets another moment, which a pass over all bookings brings about.
    fn somebody_changes_a_rule(&mut self) {
        let minutes = self.chance.random_range(4_000..5_000);
        self.database.run(&format!(
            "UPDATE message_rules SET offset_minutes = {minutes} WHERE code = 'reminder_early';
             UPDATE message_settings SET rules_version = rules_version + 1"
        ));
    }

    /// Some who booked are to get a text message as well.
    fn texts(&mut self) {
        let now = self.now().format("%Y-%m-%d %H:%M:%S");
        let Some(life) = self.lives.last() else { return };
        let mut booked: Vec<&Standing> = life.standing.values().filter(|each| each.status == "booked").collect();
        booked.sort_by_key(|each| -each.id);
        for standing in booked.into_iter().take(3) {
            self.people += 1;
            let (booking, version, id) = (standing.id, standing.version, 900_000 + i64::from(self.people));
            self.database.run(&format!(
                "UPDATE clients SET phone = '+1 213 555 0100' WHERE id = (SELECT client_id FROM bookings WHERE id = {booking});
                 INSERT INTO messages (id, natural_key, kind, purpose, channel, booking_id, client_id, language,
                     schedule_version, message_id, due_at, expires_at, state, attempts, lease_token, created_at, slot)
                   SELECT {id}, 'text/{id}', 'confirmation', 'transactional', 'sms', id, client_id, 'en',
                     {version}, 'text{id}@clinic.example', '{now}', '2030-01-01 00:00:00', 'pending', 0, 0, '{now}', '{id}'
                   FROM bookings WHERE id = {booking}"
            ));
        }
        let answers: Vec<gateway::Answer> = (0..3).map(|_| some_answer(&mut self.chance)).collect();
        self.gateway.next(&answers);
    }

    fn people_act(&mut self, base: &str) -> Vec<Answer> {
        let http = reqwest::Client::new();
        if self.times.is_empty() {
            self.times = self.runtime.block_on(offered(&http, base, self.now()));
            assert!(self.times.len() > 300, "{} free times", self.times.len());
        }
        let people: Vec<Vec<Deed>> = (0..PEOPLE).map(|_| (0..DEEDS).map(|_| self.some_deed()).collect()).collect();
        self.runtime.block_on(async {
            let mut acting = tokio::task::JoinSet::new();
            for deeds in people {
                acting.spawn(act(http.clone(), base.to_owned(), deeds));
            }
            acting.join_all().await.into_iter().flatten().collect()
        })
    }

    fn some_deed(&mut self) -> Deed {
        let start = self.times[self.chance.random_range(0..self.times.len())];
        let wish = self.chance.random_range(0..10);
        if wish < 6 || self.known.is_empty() {
            self.people += 1;
            let service = if wish == 0 { "implant" } else { "check-up" };
            return Deed::Book { email: format!("crash{}@client.example", self.people), service, start };
        }
        // One deed for one booking in one life, so that it is known afterwards what became of it.
        let known = self.known.swap_remove(self.chance.random_range(0..self.known.len()));
        if wish < 8 { Deed::Move { known, start } } else { Deed::Cancel { known } }
    }

    /// The program is dead: what it promised is there, what it refused is not.
    fn looks_at_the_books(&mut self, answers: Vec<Answer>) {
        let died = Instant::now();
        let conn = &mut self.database.connect();
        let standing: Vec<Standing> = bookings::table
            .order(bookings::id)
            .select((bookings::id, bookings::status, bookings::schedule_version))
            .load(conn)
            .unwrap();
        let standing: HashMap<i64, Standing> = standing.into_iter().map(|each| (each.id, each)).collect();
        for answer in answers {
            assert!(answer.told.as_ref().is_none_or(|(status, _)| !status.is_server_error()), "{answer:?}");
            match &answer.deed {
                Deed::Book { email, .. } => {
                    let booked = count(
                        conn,
                        &format!(
                            "SELECT count(*) FROM bookings AS b JOIN clients AS c ON c.id = b.client_id WHERE c.email = '{email}'"
                        ),
                    );
                    match &answer.told {
                        Some((status, told)) if status.is_success() => {
                            assert_eq!(booked, 1, "promised and not there: {answer:?}");
                            let word = |name: &str| told[name].as_str().unwrap().to_owned();
                            self.known.push(Known { id: word("id"), token: word("manage_token") });
                        }
                        Some(_) => assert_eq!(booked, 0, "refused and there: {answer:?}"),
                        None => assert!(booked <= 1, "{answer:?}"),
                    }
                }
                Deed::Move { known, .. } | Deed::Cancel { known } => {
                    let id: i64 = rebook::domain::ids::decode(&known.id).unwrap();
                    let is = standing.get(&id).unwrap_or_else(|| panic!("a promised booking is gone: {answer:?}"));
                    let succeeded = answer.told.as_ref().is_some_and(|(status, _)| status.is_success());
                    let is_cancel = matches!(answer.deed, Deed::Cancel { .. });
                    if succeeded {
                        self.changed.push((id, is.version, answer.at));
                        assert!(!is_cancel || is.status == "cancelled", "promised and not there: {answer:?}, {is:?}");
                    }
                    if !is_cancel && is.status != "cancelled" {
                        self.known.push(known.clone());
                    }
                }
            }
        }
        self.lives.push(Obituary { died, standing });
    }

    /// Lives on without an accident until nothing is left to do.
    fn comes_to_rest(&mut self) {
        self.sink.behaves();
        for minutes in [10, 20, 60, 240, 480, 480, 480] {
            self.shift += TimeDelta::minutes(minutes);
            let (was_killed, printed) = Process::tick_with(&self.database, &self.environment(None)).end();
            assert!(!was_killed && printed.contains("messages:"), "{printed}");
        }
    }

    fn rows(&self) -> Vec<Row> {
        messages::table
            .order(messages::id)
            .select((
                messages::id,
                messages::kind,
                messages::purpose,
                messages::audience,
                messages::channel,
                messages::state,
                messages::reason,
                messages::message_id,
                messages::schedule_version,
                messages::attempts,
                messages::handing_over_at,
                messages::due_at,
                messages::booking_id,
                messages::carried_by,
            ))
            .load(&mut self.database.connect())
            .unwrap()
    }

    /// Everything `reliability.md` promises of messages, by the count of the mail server.
    fn keeps_every_promise(&self) {
        invariants::check_with_messages(&mut self.database.connect());
        let rows = self.rows();
        let letters = self.sink.received();
        let mut copies: BTreeMap<String, Vec<&Received>> = BTreeMap::new();
        for letter in &letters {
            copies.entry(message_id_of(letter)).or_default().push(letter);
        }
        let by_name: HashMap<&str, &Row> = rows.iter().map(|row| (row.message_id.as_str(), row)).collect();
        for name in copies.keys() {
            assert!(by_name.contains_key(name.as_str()), "a letter that nobody ordered: {name}");
        }
        let names: HashMap<i64, &str> = rows.iter().map(|row| (row.id, row.message_id.as_str())).collect();
        let mut calls: BTreeMap<String, usize> = BTreeMap::new();
        for call in self.gateway.heard() {
            *calls.entry(call.header("idempotency-key").to_owned()).or_default() += 1;
        }
        for row in rows.iter().filter(|row| row.channel == "sms") {
            self.called(row, calls.remove(&rebook::domain::ids::encode(row.id)).unwrap_or(0));
        }
        assert!(calls.is_empty(), "calls that nobody ordered: {calls:?}");
        for row in rows.iter().filter(|row| row.channel == "mail") {
            let carrier = row.carried_by.and_then(|id| names.get(&id).copied()).unwrap_or(row.message_id.as_str());
            let own = copies.get(row.message_id.as_str()).map_or(&[][..], Vec::as_slice);
            let of_carrier = copies.get(carrier).map_or(&[][..], Vec::as_slice);
            self.holds(row, own, of_carrier);
        }
        self.everybody_knows_how_it_stands(&rows, &copies);
        self.nothing_outdated_left(&by_name, &letters);
    }

    /// What holds for one row. `own` are the letters under its own name, `carried` those of the letter that says it.
    fn holds(&self, row: &Row, own: &[&Received], carried: &[&Received]) {
        let said = format!("{:?}: {row:?}, {} copies", self.kind, own.len());
        let may_have_arrived = own.iter().filter(|letter| !letter.refused).count();
        assert!(own.len() <= usize::try_from(row.attempts).unwrap(), "more letters than attempts: {said}");
        if row.purpose == "marketing" {
            assert!(may_have_arrived <= 1, "advertising twice: {said}");
        }
        match row.state.as_str() {
            "sent" => assert!(carried.iter().any(|letter| letter.taken), "sent, and the server never took it: {said}"),
            "cancelled" | "skipped" => {
                assert!(row.handed_over.is_some() || may_have_arrived == 0, "not sent, and the server has it: {said}");
                assert_ne!(row.reason.as_deref(), Some("expired"), "it came too late: {said}");
            }
            "uncertain" => {
                assert!(
                    0 < may_have_arrived || row.purpose == "marketing",
                    "doubtful, and the server never saw it: {said}"
                );
            }
            "pending" | "retry" => assert!(self.now().naive_utc() < row.due_at, "due, and nobody sends it: {said}"),
            _ => panic!("{said}"),
        }
    }

    /// The same of a text message, by the count of the gateway.
    fn called(&self, row: &Row, calls: usize) {
        let said = format!("{:?}: {row:?}, {calls} calls", self.kind);
        assert!(calls <= usize::try_from(row.attempts).unwrap(), "more calls than attempts: {said}");
        match row.state.as_str() {
            "sent" | "uncertain" => assert!(0 < calls, "sent, and the gateway never heard of it: {said}"),
            "cancelled" | "skipped" => assert_ne!(row.reason.as_deref(), Some("expired"), "it came too late: {said}"),
            "pending" | "retry" => assert!(self.now().naive_utc() < row.due_at, "due, and nobody sends it: {said}"),
            _ => panic!("{said}"),
        }
    }

    /// The newest version of every booking was told to client and provider, unless they never heard of it.
    fn everybody_knows_how_it_stands(&self, rows: &[Row], copies: &BTreeMap<String, Vec<&Received>>) {
        let last = self.lives.last().unwrap();
        for standing in last.standing.values() {
            for audience in ["client", "provider"] {
                let told: Vec<&Row> = rows
                    .iter()
                    .filter(|row| row.booking == Some(standing.id) && row.audience == audience && row.channel == "mail")
                    .collect();
                let left = |row: &&&Row| ["sent", "uncertain"].contains(&row.state.as_str());
                let knows = told.iter().filter(left).any(|row| row.version == standing.version);
                let heard = told
                    .iter()
                    .any(|row| copies.get(&row.message_id).is_some_and(|all| all.iter().any(|one| one.taken)));
                let said = format!("{:?}: {standing:?} to the {audience}: {told:?}", self.kind);
                match standing.status.as_str() {
                    "booked" | "requested" => assert!(knows, "never told: {said}"),
                    _ => assert!(knows || !heard, "told of it, and not of its end: {said}"),
                }
            }
        }
    }

    /// Nothing that the program could know to be outdated began to leave.
    fn nothing_outdated_left(&self, by_name: &HashMap<&str, &Row>, letters: &[Received]) {
        for letter in letters {
            let row = by_name[message_id_of(letter).as_str()];
            let Some(booking) = row.booking else { continue };
            let before = self.lives.iter().rev().find(|life| life.died < letter.began);
            if let Some(was) = before.and_then(|life| life.standing.get(&booking)) {
                let said = format!("{:?}: {row:?} left when it stood as {was:?}", self.kind);
                assert!(was.version <= row.version, "{said}");
                assert!(
                    was.status != "cancelled" || row.kind.ends_with("cancelled") || row.kind == "cancellation",
                    "{said}"
                );
            }
            for (_, version, at) in self.changed.iter().filter(|(id, ..)| *id == booking) {
                assert!(
                    letter.began < *at + KNOWN_AFTER || *version <= row.version,
                    "{row:?} left after version {version}"
                );
            }
        }
    }
}

fn some_fate(chance: &mut ChaCha8Rng) -> Fate {
    match chance.random_range(0..14) {
        0 => Fate::RecipientReply(450),
        1 => Fate::TextReply(451),
        2 => Fate::DropBeforeText,
        3 => Fate::DropAfterText,
        4..6 => Fate::TakeAfter(Duration::from_millis(chance.random_range(5..60))),
        _ => Fate::Take,
    }
}

fn some_answer(chance: &mut ChaCha8Rng) -> gateway::Answer {
    match chance.random_range(0..6) {
        0 => gateway::Answer::status(503),
        1 => gateway::Answer::Drops,
        2 => gateway::Answer::SaysAfter(Duration::from_millis(chance.random_range(5..60)), 200),
        _ => gateway::Answer::status(200),
    }
}

/// Free times of the check-up, far enough away that nothing expires while the clock is moved.
async fn offered(http: &reqwest::Client, base: &str, now: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    let from = now.date_naive() + Days::new(10);
    let url = format!("{base}/api/v1/availability?service=check-up&from={from}&to={}", from + Days::new(60));
    let answer: Value = http.get(url).send().await.unwrap().json().await.unwrap();
    let days = answer["days"].as_object().unwrap_or_else(|| panic!("{answer}"));
    let slots = days.values().flat_map(|day| day.as_array().into_iter().flatten());
    slots.map(|slot| slot["start"].as_str().unwrap().parse().unwrap()).collect()
}

/// Does one thing after the other until the program is gone.
async fn act(http: reqwest::Client, base: String, deeds: Vec<Deed>) -> Vec<Answer> {
    let mut answers = Vec::new();
    let mut is_over = false;
    for deed in deeds {
        let told = if is_over { None } else { ask(&http, &base, &deed).await };
        is_over = told.is_none();
        answers.push(Answer { deed, told, at: Instant::now() });
    }
    answers
}

async fn ask(http: &reqwest::Client, base: &str, deed: &Deed) -> Option<(StatusCode, Value)> {
    let request = match deed {
        Deed::Book { email, service, start } => http.post(format!("{base}/api/v1/bookings")).json(&json!({
            "service": service,
            "start": start.to_rfc3339(),
            "client": { "first_name": "Ana", "last_name": "Lima", "email": email },
        })),
        Deed::Move { known, start } => http
            .post(format!("{base}/api/v1/bookings/{}/reschedule", known.id))
            .bearer_auth(&known.token)
            .json(&json!({ "start": start.to_rfc3339(), "provider": "any" })),
        Deed::Cancel { known } => http
            .post(format!("{base}/api/v1/bookings/{}/cancel", known.id))
            .bearer_auth(&known.token)
            .json(&json!({ "reason": "" })),
    };
    let answer = request.send().await.ok()?;
    let status = answer.status();
    Some((status, answer.json().await.ok()?))
}

fn message_id_of(letter: &Received) -> String {
    let line = letter.text.lines().find_map(|line| line.strip_prefix("Message-ID: <")).expect("a Message-ID");
    line.trim_end().trim_end_matches('>').to_owned()
}

/// The how manieth time is deadly: a write soon happens, a letter may be the third.
fn some_time(point: Point, chance: &mut ChaCha8Rng) -> u32 {
    match point {
        Point::WriteBeforeCommit | Point::WriteAfterCommit => chance.random_range(6..40),
        Point::PlanPassHalf => 1,
        Point::BeforeCall | Point::AfterCall => chance.random_range(1..3),
        _ => chance.random_range(1..5),
    }
}

#[test]
fn a_kill_at_any_place_loses_and_doubles_nothing() {
    for kind in kinds() {
        let mut clinic = Clinic::on(kind, 20_261_122);
        clinic.lives_until(None);
        for point in Point::ALL {
            let mut lives = 0;
            loop {
                if point == Point::PlanPassHalf {
                    clinic.somebody_changes_a_rule();
                }
                let failpoint = format!("{}:{}", point.as_str(), some_time(point, &mut clinic.chance));
                if clinic.lives_until(Some(&failpoint)) {
                    break;
                }
                lives += 1;
                assert!(lives < LIVES_MAX, "{kind:?}: {} is never met", point.as_str());
            }
        }
        clinic.comes_to_rest();
        clinic.keeps_every_promise();
        let left = clinic.rows().into_iter().filter(|row| row.purpose == "marketing" && row.state == "sent").count();
        assert!(0 < left, "{kind:?}: no advertising left at all, so nothing was tried");
    }
}

impl Clinic {
    /// Books without a server, so that the row waits for whoever sends next.
    fn somebody_books(&mut self, start: DateTime<Utc>) {
        let db = self.database.open();
        let (shop, wanted) = (Shop::default(), request(shop::CHECKUP, None, start, person(self.people)));
        self.people += 1;
        db.write_blocking(self.now(), move |tx| book::book(tx, &shop, &wanted))
            .unwrap_or_else(|_| panic!("not booked"));
    }

    fn copies_since(&self, from: usize) -> BTreeMap<String, Vec<Received>> {
        let mut copies: BTreeMap<String, Vec<Received>> = BTreeMap::new();
        for letter in self.sink.received().into_iter().skip(from) {
            copies.entry(message_id_of(&letter)).or_default().push(letter);
        }
        copies
    }
}

/// Stopped (as a machine that sleeps is), outlived by its lease, and continued: another one did the work meanwhile.
#[test]
fn a_sender_that_stood_still_beyond_its_lease_doubles_nothing_it_could_know_of() {
    for kind in kinds() {
        let mut clinic = Clinic::on(kind, 7);
        let places =
            [Point::ClaimAfterCommit, Point::MarkAfterCommit, Point::BeforeData, Point::AfterData, Point::AfterReply];
        let mut proved = 0;
        for (point, days) in places.into_iter().zip(20..) {
            let weekday = (clinic.now() + TimeDelta::days(days)).date_naive().week(Weekday::Mon).first_day()
                + Days::new(days.unsigned_abs() % 5);
            clinic.somebody_books(weekday.and_hms_opt(18, 30, 0).unwrap().and_utc());
            clinic.advertises();
            let before = clinic.sink.received().len();

            let failpoint = format!("{}:1:pause", point.as_str());
            let mut slow = Process::tick_with(&clinic.database, &clinic.environment(Some(&failpoint)));
            slow.stands_still();
            clinic.shift += TimeDelta::minutes(10);
            let (_, faster) = Process::tick_with(&clinic.database, &clinic.environment(None)).end();
            slow.signal("-CONT");
            let (was_killed, late) = slow.end();
            assert!(!was_killed);
            if faster.is_empty() {
                // It stood still in the middle of a write of another channel: SQLite lets nobody else write then, and
                // on PostgreSQL whoever wants the same rows gives up waiting.
                continue;
            }
            proved += 1;
            clinic.shift += TimeDelta::minutes(10);
            Process::tick_with(&clinic.database, &clinic.environment(None)).end();

            let said = format!("{kind:?}, {}: the slow one says {late:?}, the other {faster:?}", point.as_str());
            let rows = clinic.rows();
            let copies = clinic.copies_since(before);
            for row in &rows {
                let count = copies.get(&row.message_id).map_or(0, Vec::len);
                let most = if row.purpose == "marketing" || point == Point::ClaimAfterCommit { 1 } else { 2 };
                assert!(count <= most, "{count} copies of {row:?}; {said}");
                let is_settled = match row.purpose.as_str() {
                    "marketing" => ["sent", "uncertain", "skipped"].contains(&row.state.as_str()),
                    _ => row.state == "sent" || clinic.now().naive_utc() < row.due_at,
                };
                assert!(is_settled, "{row:?}; {said}");
            }
            // What it goes on with is its own again; what it stood still over is not.
            assert!(!late.contains(" 0 lost to another sender"), "a result that came too late was written: {said}");
        }
        assert!(0 < proved, "{kind:?}: every one stood still in the middle of a write");
    }
}

/// `bin/crash-long`: `REBOOK_CRASH_ROUNDS` lives on each engine.
#[test]
#[ignore = "takes long: bin/crash-long"]
fn many_kills_lose_and_double_nothing() {
    let rounds: u32 = std::env::var("REBOOK_CRASH_ROUNDS").ok().and_then(|words| words.parse().ok()).unwrap_or(500);
    let first_seed: u64 = std::env::var("REBOOK_CRASH_SEED").ok().and_then(|words| words.parse().ok()).unwrap_or(1);
    let mut chance = ChaCha8Rng::seed_from_u64(first_seed);
    for kind in kinds() {
        let (mut done, mut met, mut places_met) = (0, 0, BTreeSet::new());
        while done < rounds {
            let seed = chance.random();
            println!("{kind:?}: a clinic of seed {seed} after {done} rounds");
            let mut clinic = Clinic::on(kind, seed);
            clinic.lives_until(None);
            for _ in 0..LIVES_OF_A_CLINIC.min(rounds - done) {
                let point = Point::ALL[clinic.chance.random_range(0..Point::ALL.len())];
                if point == Point::PlanPassHalf || clinic.chance.random_range(0..8) == 0 {
                    clinic.somebody_changes_a_rule();
                    clinic.shift += TimeDelta::hours(5);
                }
                let failpoint = format!("{}:{}", point.as_str(), some_time(point, &mut clinic.chance));
                if clinic.lives_until(Some(&failpoint)) {
                    met += 1;
                    places_met.insert(point.as_str());
                }
                done += 1;
            }
            clinic.comes_to_rest();
            clinic.keeps_every_promise();
        }
        println!("{kind:?}: {done} rounds, {met} of them ended at their place, {} places", places_met.len());
    }
}
