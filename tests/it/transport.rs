//! How letters travel and come back: encrypted, signed in, signed, evenly, over connections that are kept; against mail
//! servers of other people and against ours that misbehaves.

use std::collections::HashSet;
use std::io::Write;
use std::num::NonZeroU32;
use std::process::{Command, Stdio};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use mail_parser::MessageParser;
use rebook::config::Layers;
use rebook::db::Bad;
use rebook::keys::{Keys, Purpose};
use rebook::mail::dkim::{DkimKey, DkimSigner};
use rebook::mail::{Handover, Letter, LetterParts, MailParty, Mailer, SmtpLimits, Unsubscribe, compose};
use rebook::messaging::QueueState;
use rebook::messaging::bounces::collect::take_from;
use rebook::messaging::bounces::{Refused, Taken};
use rebook::schedule;
use serde_json::{Value, json};

use crate::support::app::{TestApp, on_both_with};
use crate::support::databases::{TestDatabase, kinds};
use crate::support::post::Post;
use crate::support::shop::june;
use crate::support::smtp::{Fate, Sink};

const PATIENCE: Duration = Duration::from_millis(400);
const LONG: Duration = Duration::from_secs(10);
const SELECTOR: &str = "rebook";
const DOMAIN: &str = "clinic.example";

fn at(second: u32) -> DateTime<Utc> {
    june(1, 9, 0) + TimeDelta::seconds(i64::from(second))
}

fn parts(number: u32) -> LetterParts {
    LetterParts {
        from: MailParty { name: "Ballard".into(), address: "booking@clinic.example".into() },
        reply_to: None,
        to: MailParty { name: "Ana".into(), address: "ana@mail.example".into() },
        subject: format!("Number {number}"),
        text: "Hello Ana\n".into(),
        html: "<p>Hello Ana</p>".into(),
        invitation: None,
        message_id: format!("M{number}@clinic.example"),
        in_reply_to: None,
        date: at(0),
        bounces_to: None,
        unsubscribe: None,
    }
}

fn letter(number: u32) -> Letter {
    compose(&parts(number)).unwrap()
}

/// A mailer as the settings make it.
fn mailer(url: &str) -> Mailer {
    let layers = Layers::new().unwrap().given("a test", "mail.url", url).unwrap();
    let layers = layers.given("a test", "mail.max_per_second", "1000").unwrap();
    Mailer::from_settings(&layers.settings().unwrap().mail)
}

async fn hand_over(mailer: &Mailer, letter: &Letter) -> Handover {
    let mut session = mailer.session();
    let handover = session.hand_over(letter, at(0)).await;
    session.rest();
    handover
}

fn pem(key: &[u8]) -> String {
    let body = data_encoding::BASE64.encode(key);
    format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n")
}

fn ed25519() -> Vec<u8> {
    let chance = ring::rand::SystemRandom::new();
    ring::signature::Ed25519KeyPair::generate_pkcs8(&chance).unwrap().as_ref().to_vec()
}

fn dns(key: &DkimKey) -> Value {
    json!({ "records": { format!("{SELECTOR}._domainkey.{DOMAIN}"): key.record() } })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_server_takes_letters() {
    let Some(mut post) = Post::start(&json!({})) else { return };
    let table = [
        ("plain", false, None),
        ("login", false, Some("LOGIN")),
        ("starttls", true, Some("PLAIN")),
        ("implicit", true, Some("PLAIN")),
    ];
    for (server, encrypted, method) in table {
        let mailer = mailer(&post.url(server));
        assert_eq!(mailer.check().await, Ok(()), "{server}");
        assert_eq!(hand_over(&mailer, &letter(1)).await, Handover::Accepted(250), "{server}");
        let mail = post.mail();
        assert_eq!(mail["server"], server);
        assert_eq!(mail["encrypted"], encrypted, "{server}");
        assert_eq!(mail["user"], json!(method.map(|method| format!("clinic@example.com by {method}"))));
        assert_eq!((&mail["from"], &mail["to"]), (&json!("booking@clinic.example"), &json!(["ana@mail.example"])));
        assert_eq!((&mail["subject"], &mail["html"]), (&json!("Number 1"), &json!("<p>Hello Ana</p>")));
        assert_eq!(mail["text"], "Hello Ana\n");
        assert_eq!(mail["raw"].as_str().unwrap().as_bytes(), letter(1).bytes(), "byte for byte");
        mailer.hang_up().await;
    }
    assert!(post.is_silent());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_not_trusted_stops_everything() {
    let Some(post) = Post::start(&json!({})) else { return };
    let untrusted = Handover::Unwelcome(None, "the mail server's certificate is not trusted");
    for server in ["starttls", "implicit"] {
        let url = post.url(server);
        let (unknown, _) = url.split_once("ca=").unwrap();
        let unknown = unknown.trim_end_matches(['?', '&']);
        assert_eq!(hand_over(&mailer(unknown), &letter(1)).await, untrusted, "{server}: by nobody we know");
        let elsewhere = url.replace("localhost", "127.0.0.1");
        assert_eq!(hand_over(&mailer(&elsewhere), &letter(1)).await, untrusted, "{server}: of another name");
        let missing = url.replace("certificate.pem", "nothing.pem");
        let Handover::Unwelcome(None, why) = hand_over(&mailer(&missing), &letter(1)).await else { panic!("{server}") };
        assert!(why.contains("certificate file"), "{why}");
    }
    assert!(post.is_silent());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_encryption_is_refused_where_it_is_wanted() {
    let Some(post) = Post::start(&json!({})) else { return };
    let url = post.url("plain").replace("tls=none", "tls=starttls");
    let Handover::Unwelcome(None, why) = hand_over(&mailer(&url), &letter(1)).await else { panic!("it was taken") };
    assert!(why.contains("STARTTLS"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_in_other_scripts_travel_where_the_server_can() {
    let mut parts = parts(1);
    parts.to.address = "jörg.müller@mail.example".into();
    let letter = compose(&parts).unwrap();
    let sink = Sink::start().await;
    let refused = hand_over(&Mailer::smtp(sink.server(), PATIENCE), &letter).await;
    assert_eq!(refused, Handover::Refused(None), "the sink does not offer SMTPUTF8");
    let Some(mut post) = Post::start(&json!({})) else { return };
    assert_eq!(hand_over(&mailer(&post.url("starttls")), &letter).await, Handover::Accepted(250));
    assert_eq!(post.mail()["to"], json!(["jörg.müller@mail.example"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reply_at_every_step_is_understood() {
    let sink = Sink::start().await;
    let mailer = Mailer::smtp(sink.server(), PATIENCE);
    let sender = "the mail server refuses our sender address";
    let first = "the mail server wants us to sign in first";
    let table = [
        (Fate::SenderReply(451), Handover::Busy(Some(451))),
        (Fate::SenderReply(550), Handover::Unwelcome(Some(550), sender)),
        (Fate::RecipientReply(450), Handover::Busy(Some(450))),
        (Fate::RecipientReply(550), Handover::Refused(Some(550))),
        (Fate::RecipientReply(530), Handover::Unwelcome(Some(530), first)),
        (Fate::DataReply(452), Handover::Busy(Some(452))),
        (Fate::DataReply(554), Handover::Refused(Some(554))),
        (Fate::TextReply(451), Handover::Busy(Some(451))),
        (Fate::TextReply(552), Handover::Refused(Some(552))),
        (Fate::DropBeforeText, Handover::Unreachable("the connection broke")),
        (Fate::HangBeforeText, Handover::Unreachable("the connection broke")),
        (Fate::DropAfterText, Handover::Uncertain),
        (Fate::HangAfterText, Handover::Uncertain),
        (Fate::Take, Handover::Accepted(250)),
    ];
    for (fate, expected) in table {
        sink.behaves();
        // A connection that was kept gets a second chance on a fresh one, so both meet the same fate.
        sink.next(&[fate, fate]);
        let mut session = mailer.session();
        assert_eq!(session.hand_over(&letter(1), at(0)).await, expected, "{fate:?}");
        if matches!(fate, Fate::SenderReply(_) | Fate::RecipientReply(_) | Fate::DataReply(_) | Fate::TextReply(_)) {
            assert!(session.words().starts_with("said the sink") && !session.words().contains("@mail"));
        }
        session.rest();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_kept_worn_out_and_given_up() {
    let sink = Sink::start().await;
    let limits = SmtpLimits { connections: 2, letters: 3, idle: LONG, per_second: None };
    let mailer = Mailer::smtp_within(sink.server(), PATIENCE, limits);
    for number in 0..3 {
        assert_eq!(hand_over(&mailer, &letter(number)).await, Handover::Accepted(250));
    }
    assert_eq!(sink.sessions(), 1, "one pass after the other over one connection");
    hand_over(&mailer, &letter(3)).await;
    assert_eq!(sink.sessions(), 2, "three letters are enough for one");

    let many = (0..8).map(|number| {
        let mailer = mailer.clone();
        tokio::spawn(async move { hand_over(&mailer, &letter(10 + number)).await })
    });
    for done in many.collect::<Vec<_>>() {
        assert_eq!(done.await.unwrap(), Handover::Accepted(250));
    }
    assert!(sink.sessions() <= 6, "never more than two at once, three letters each: {}", sink.sessions());

    let none = SmtpLimits { idle: Duration::ZERO, ..limits };
    let hasty = Mailer::smtp_within(sink.server(), PATIENCE, none);
    let before = sink.sessions();
    hand_over(&hasty, &letter(20)).await;
    hand_over(&hasty, &letter(21)).await;
    assert_eq!(sink.sessions(), before + 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_keep_the_pace_between_them() {
    let sink = Sink::start().await;
    let limits = SmtpLimits { per_second: NonZeroU32::new(100), ..SmtpLimits::default() };
    let mailer = Mailer::smtp_within(sink.server(), LONG, limits);
    let began = std::time::Instant::now();
    let all: Vec<_> = (0..4)
        .map(|worker| {
            let mailer = mailer.clone();
            tokio::spawn(async move {
                for number in 0..10 {
                    assert_eq!(hand_over(&mailer, &letter(worker * 10 + number)).await, Handover::Accepted(250));
                }
            })
        })
        .collect();
    for one in all {
        one.await.unwrap();
    }
    // Forty at a hundred a second, ten of which may go together: never faster, however slow the machine.
    assert!(began.elapsed() >= Duration::from_millis(290), "{:?}", began.elapsed());
    assert_eq!(sink.taken().len(), 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn others_verify_our_signatures() {
    let Some(mut post) = Post::start(&json!({})) else { return };
    for key in [DkimKey::make().unwrap(), ed25519()] {
        let key = DkimKey::from_pem(&pem(&key)).unwrap();
        post.now(&dns(&key));
        let signer = DkimSigner::new(DOMAIN.into(), SELECTOR.into(), key);
        let mailer = mailer(&post.url("plain")).signed_by(Some(signer));
        let mut plain = parts(1);
        plain.subject =
            "Ihr Termin: Dienstag – 9:00 Uhr, Zahnärztin Müller-Lüdenscheidt am Ärztehaus über den Dächern".into();
        plain.from.name = "Zahnärzte \"am Markt\", Köln".into();
        plain.reply_to = Some(MailParty { name: String::new(), address: "desk@clinic.example".into() });
        plain.in_reply_to = Some("M0@clinic.example".into());
        plain.bounces_to = Some("bounces+abc@clinic.example".into());
        plain.unsubscribe = Some(Unsubscribe {
            url: format!("https://clinic.example/u/{}", "a".repeat(39)),
            mailto: Some("stop@clinic.example".into()),
        });
        let texts = [
            String::new(),
            ".\n..\n.hidden\n\n\n\n".to_owned(),
            "trailing  \t \n\tand   inner \t space\n \n\n".to_owned(),
            "x".repeat(5_000),
            "ä\u{202e}ö\u{0}ü €\r\rnaked \r and \n\r ends".repeat(40),
        ];
        for (number, text) in texts.into_iter().enumerate() {
            plain.html = format!("<p>{text}</p>");
            plain.text = text;
            assert_eq!(hand_over(&mailer, &compose(&plain).unwrap()).await, Handover::Accepted(250));
            let mail = post.mail();
            let [signature] = mail["dkim"].as_array().unwrap().as_slice() else { panic!("{mail}") };
            assert_eq!(signature["result"], "pass", "text {number}: {signature}");
            assert_eq!((&signature["domain"], &signature["selector"]), (&json!(DOMAIN), &json!(SELECTOR)));
            let headers = mail["headers"].as_array().unwrap();
            let header = headers.iter().find(|header| header[0] == "dkim-signature").unwrap()[1].as_str().unwrap();
            for name in ["from:from", "list-unsubscribe-post", "content-type", "message-id", "reply-to", "in-reply-to"]
            {
                assert!(header.contains(name), "{name}: {header}");
            }
            assert_eq!(mail["subject"], plain.subject);
            assert!(mail["longest_line"].as_u64().unwrap() <= 998);
        }
    }
}

/// Settings of a clinic whose mails come back and are signed.
fn travelling<'a>(url: &'a str, key: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("mail.url", url),
        ("mail.max_per_second", "1000"),
        ("mail.workers", "2"),
        ("mail.bounce_address", "bounces@clinic.example"),
        ("mail.dkim_domain", DOMAIN),
        ("mail.dkim_selector", SELECTOR),
        ("mail.dkim_key_file", key),
    ]
}

#[test]
fn confirmation_and_cancellation_arrive_signed_and_readable() {
    let key = ed25519();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("dkim.pem");
    std::fs::write(&file, pem(&key)).unwrap();
    let Some(post) = Post::start(&dns(&DkimKey::from_pkcs8(&key).unwrap())["records"]) else { return };
    let post = std::sync::Mutex::new(post);
    let url = post.lock().unwrap().url("starttls");
    on_both_with(&travelling(&url, file.to_str().unwrap()), async |app| {
        let booked = app.books_by_api("check-up", june(2, 9, 0), "zoe@client.example").await.expect(201);
        let booking = booked.json();
        assert_eq!(app.tick().await.messages.sent, 2);
        let token = booking["manage_token"].as_str().unwrap();
        let bearer = format!("Bearer {token}");
        let path = format!("/api/v1/bookings/{}/cancel", booking["id"].as_str().unwrap());
        let headers = [("authorization", bearer.as_str())];
        app.visitor().api(reqwest::Method::POST, &path, &json!({}), &headers).await.expect(200);
        assert_eq!(app.tick().await.messages.sent, 2);
        let mails = post.lock().unwrap().mails(4);
        for mail in &mails {
            assert_eq!(mail["dkim"][0]["result"], "pass", "{}", mail["dkim"]);
            assert_eq!(mail["encrypted"], true);
            let from = mail["from"].as_str().unwrap();
            assert!(from.starts_with("bounces+") && from.ends_with("@clinic.example"), "{from}");
        }
        let returns: HashSet<&str> = mails.iter().map(|mail| mail["from"].as_str().unwrap()).collect();
        assert_eq!(returns.len(), 4, "every letter has a way back of its own");
        let of_client: Vec<_> = mails.iter().filter(|mail| mail["to"][0] == "zoe@client.example").collect();
        assert_eq!(of_client.len(), 2);
        for mail in of_client {
            let files = mail["attachments"].as_array().unwrap();
            assert!(files.iter().any(|file| file["name"] == "appointment.ics"), "{files:?}");
            assert!(files.iter().all(|file| file["text"].as_str().unwrap().contains("BEGIN:VCALENDAR")));
            assert!(mail["text"].as_str().unwrap().contains("Hello"), "{}", mail["text"]);
            assert!(mail["html"].as_str().unwrap().contains("<html"), "{}", mail["html"]);
        }

        // What was sent is kept, without what opens something.
        let kept = app.count("SELECT count(*) FROM message_texts WHERE body LIKE '%/m/****%'");
        assert!(kept >= 1, "the client's links are there, masked");
        assert_eq!(
            app.count(&format!(
                "SELECT count(*) FROM message_texts WHERE body LIKE '%{token}%' OR html LIKE '%{token}%'"
            )),
            0
        );
        assert_eq!(app.count("SELECT count(*) FROM message_texts"), 4);
    });
}

#[test]
fn a_wrong_password_stops_the_queue_and_loses_nothing() {
    let Some(post) = Post::start(&json!({})) else { return };
    let post = std::sync::Mutex::new(post);
    let url = post.lock().unwrap().url_with("starttls", "changed");
    on_both_with(&[("mail.url", &url), ("mail.max_per_second", "1000")], async |app| {
        post.lock().unwrap().now(&json!({ "password": "another" }));
        app.books_by_api("check-up", june(2, 9, 0), "zoe@client.example").await.expect(201);
        let report = app.tick().await.messages;
        assert_eq!((report.sent, report.dead, report.retried), (0, 0, 0));
        let QueueState::Stopped { why, .. } = app.app.queue.state() else { panic!("{:?}", app.app.queue.state()) };
        assert!(why.contains("user or password"), "{why}");
        let ready = app.visitor().opens("/readyz").await.expect(200);
        ready.shows("stopped").shows("user or password");
        assert_eq!(app.count("SELECT count(*) FROM messages WHERE attempts > 0"), 0, "it cost no attempt");

        app.advance(TimeDelta::minutes(10));
        app.tick().await;
        assert!(matches!(app.app.queue.state(), QueueState::Stopped { .. }), "tried again, still wrong");
        post.lock().unwrap().now(&json!({ "password": "changed" }));
        app.advance(TimeDelta::minutes(10));
        assert_eq!(app.tick().await.messages.sent, 2);
        assert_eq!(app.app.queue.state(), QueueState::Running);
        assert_eq!(post.lock().unwrap().mails(2).len(), 2);
        assert!(post.lock().unwrap().is_silent(), "each once");
    });
}

#[test]
fn failed_attempts_are_kept_with_what_the_server_said() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let sink = runtime.block_on(Sink::start());
    let url = format!("smtp://127.0.0.1:{}", sink.server().port);
    on_both_with(&[("mail.url", &url), ("mail.workers", "1")], async |app| {
        sink.behaves();
        sink.next(&[Fate::RecipientReply(450), Fate::TextReply(554)]);
        app.books_by_api("check-up", june(2, 9, 0), "zoe@client.example").await.expect(201);
        let report = app.tick().await.messages;
        assert_eq!((report.retried, report.dead), (1, 1));
        let attempts = |what: &str| app.count(&format!("SELECT count(*) FROM message_attempts WHERE {what}"));
        assert_eq!(attempts("outcome = 'busy' AND code = 450 AND detail LIKE 'said the sink%'"), 1);
        assert_eq!(attempts("outcome = 'refused' AND code = 554"), 1);
        assert_eq!(attempts("detail LIKE '%client.example%'"), 0, "no addresses");
        assert_eq!(app.count("SELECT count(*) FROM message_texts"), 0, "nothing was taken");
        app.advance(TimeDelta::minutes(5));
        assert_eq!(app.tick().await.messages.sent, 1);
        assert_eq!((attempts("1 = 1"), app.count("SELECT count(*) FROM message_texts")), (2, 1));
    });
}

/// A report about the letter that was sent from `from`, as a relay writes it.
fn report(from: &str, name: &str, recipient: &str, action: &str, status: &str) -> Vec<u8> {
    format!(
        "Return-Path: <>\r\nDelivered-To: {from}\r\nFrom: Mail Delivery System <MAILER-DAEMON@relay.example>\r\n\
         To: <{from}>\r\nSubject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\n\
         Message-ID: <1@relay.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"=_x\"\r\n\r\n\
         --=_x\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nI'm sorry.\r\n\
         --=_x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example\r\n\r\n\
         Original-Recipient: rfc822;{recipient}\r\nFinal-Recipient: rfc822; {recipient}\r\nAction: {action}\r\n\
         Status: {status}\r\nDiagnostic-Code: smtp; 550 {status} <{recipient}>: unknown\r\n\
         --=_x\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <{name}>\r\nSubject: x\r\n\r\nHello\r\n\r\n--=_x--\r\n"
    )
    .into_bytes()
}

impl TestApp {
    /// Books and sends; the Message-ID and the return address of the client's letter.
    async fn sends_one(&self, email: &str) -> (String, String) {
        self.books_by_api("check-up", june(2, 9, 0), email).await.expect(201);
        assert_eq!(self.tick().await.messages.sent, 2);
        let mail = self.mails_to(email).await.pop().unwrap();
        let name = MessageParser::default().parse(&mail.bytes).unwrap().message_id().unwrap().to_owned();
        let id: rebook::domain::ids::MessageId = name.split('@').next().unwrap().parse().unwrap();
        let code = self.app.keys.capability(Purpose::Bounce, id, 0);
        (name, format!("bounces+{code}@clinic.example"))
    }

    fn takes(&self, mail: &[u8]) -> Result<Taken, Refused> {
        let (db, keys, now) = (self.app.db.clone(), self.app.keys.clone(), self.now());
        let taken =
            std::thread::scope(|scope| scope.spawn(|| take_from(&db, &keys, now, mail).unwrap()).join().unwrap());
        taken.map_err(|bad| match bad {
            Bad::Refused(refused) => refused,
            Bad::Fault(fault) => panic!("{fault}"),
        })
    }
}

#[test]
fn a_letter_that_comes_back_is_shown_and_ends_advertising() {
    on_both_with(&[("mail.bounce_address", "bounces@clinic.example")], async |app| {
        let email = "zoe@client.example";
        let (name, from) = app.sends_one(email).await;
        let returned = || app.count("SELECT count(*) FROM messages WHERE bounced_at IS NOT NULL");
        let ended = || {
            app.count("SELECT count(*) FROM suppressions WHERE channel = 'mail' AND purpose = 'marketing' AND origin = 'bounce' AND lifted_at IS NULL")
        };

        // Late, twice the same.
        let late = report(&from, &name, email, "delayed", "4.4.1");
        assert!(matches!(app.takes(&late), Ok(Taken::Delayed(..))));
        assert!(matches!(app.takes(&late), Ok(Taken::Known(_))));
        assert_eq!((returned(), ended()), (0, 0));

        // Invented and foreign ones.
        let own_code = from.split(['+', '@']).nth(1).unwrap();
        let other = if own_code.ends_with('a') { "b" } else { "a" };
        let invented = format!("bounces+{}{other}@clinic.example", own_code.split_at(38).0);
        assert_eq!(app.takes(&report(&invented, &name, email, "failed", "5.1.1")), Err(Refused::Forged));
        let foreign = Keys::fixed([9; 32]).capability(
            Purpose::Bounce,
            Keys::thing_of::<rebook::domain::ids::MessageId>(own_code).unwrap(),
            0,
        );
        let foreign = format!("bounces+{foreign}@clinic.example");
        assert_eq!(app.takes(&report(&foreign, &name, email, "failed", "5.1.1")), Err(Refused::Forged));
        assert!(matches!(
            app.takes(&report("bounces@clinic.example", &name, "eve@mail.example", "failed", "5.1.1")),
            Ok(Taken::NotOurs)
        ));
        assert!(matches!(
            app.takes(&report("bounces@clinic.example", "0ABC@clinic.example", email, "failed", "5.1.1")),
            Ok(Taken::NotOurs)
        ));
        assert_eq!((returned(), ended()), (0, 0));

        // The real one, twice.
        let hard = report(&from, &name, email, "failed", "5.1.1");
        assert!(matches!(app.takes(&hard), Ok(Taken::Bounced(_, _, true))));
        assert_eq!((returned(), ended()), (1, 1));
        assert_eq!(app.count("SELECT count(*) FROM messages WHERE bounce_status = '5.1.1' AND state = 'sent'"), 1);
        assert_eq!(app.count("SELECT count(*) FROM message_attempts WHERE outcome = 'bounced' AND detail LIKE '5.1.1%' AND detail NOT LIKE '%@%'"), 1);
        let rows = app.count("SELECT count(*) FROM message_attempts");
        assert!(matches!(app.takes(&hard), Ok(Taken::Known(_))));
        assert_eq!((returned(), ended(), app.count("SELECT count(*) FROM message_attempts")), (1, 1, rows));

        // Its owner takes mail again, and then not: it counts from the last time.
        app.database
            .run("UPDATE suppressions SET lifted_at = '2026-06-01 12:00:00'; UPDATE messages SET bounced_at = NULL");
        assert_eq!(ended(), 0);
        assert!(
            matches!(
                app.takes(&report(&from, &name, "elsewhere@other.example", "failed", "5.2.1")),
                Ok(Taken::Bounced(_, _, true))
            ),
            "forwarded"
        );
        assert_eq!(ended(), 1);
    });
}

#[test]
fn a_report_without_a_code_needs_name_and_recipient() {
    on_both_with(&[], async |app| {
        let (name, _) = app.sends_one("zoe@client.example").await;
        let hard = report("bounces@clinic.example", &name, "Zoe@Client.example", "failed", "5.1.1");
        assert!(matches!(app.takes(&hard), Ok(Taken::Bounced(_, _, true))), "{:?}", app.takes(&hard));
        assert!(matches!(
            app.takes(b"From: a@b.example\r\nSubject: Out of office\r\n\r\nAway\r\n"),
            Ok(Taken::Ignored(_))
        ));
    });
}

#[test]
fn reports_are_collected_from_a_directory() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_str().unwrap().to_owned();
    let settings = [("mail.bounce_address", "bounces@clinic.example"), ("mail.bounce_dir", place.as_str())];
    on_both_with(&settings, async |app| {
        let (name, from) = app.sends_one("zoe@client.example").await;
        let new = folder.path().join("new");
        std::fs::create_dir_all(&new).unwrap();
        let names = |place: &str| {
            let mut names: Vec<String> = std::fs::read_dir(folder.path().join(place))
                .map(|entries| {
                    entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
                })
                .unwrap_or_default();
            names.sort();
            names
        };
        let hard = report(&from, &name, "zoe@client.example", "failed", "5.1.1");
        std::fs::write(new.join("1.hard"), &hard).unwrap();
        std::fs::write(new.join("2.again"), &hard).unwrap();
        std::fs::write(new.join("3.nothing"), b"").unwrap();
        std::fs::write(new.join("4.away"), b"From: a@b.example\r\nSubject: Away\r\n\r\nAway\r\n").unwrap();
        let forged = report(
            &format!("bounces+{}@clinic.example", "0".repeat(39)),
            &name,
            "zoe@client.example",
            "failed",
            "5.1.1",
        );
        std::fs::write(new.join("5.forged"), forged).unwrap();
        std::fs::write(new.join("6.unfinished.tmp"), b"Fr").unwrap();
        assert_eq!(app.tick().await.bounces, 1);
        assert_eq!(app.count("SELECT count(*) FROM messages WHERE bounced_at IS NOT NULL"), 1);
        assert_eq!(names("new"), ["6.unfinished.tmp"]);
        assert_eq!(names("done"), ["1.hard", "2.again", "4.away"]);
        assert_eq!(names("bad"), ["3.nothing", "5.forged"]);
        assert_eq!(app.tick().await.bounces, 0);
        for place in ["new", "done", "bad"] {
            std::fs::remove_dir_all(folder.path().join(place)).unwrap();
        }
    });
}

/// The real program on this database: exit code, what it printed, what it complained about.
fn runs(database: &TestDatabase, settings: &[(&str, &str)], arguments: &[&str], input: &[u8]) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rebook"))
        .args(arguments)
        .env("REBOOK_DATABASE__URL", &database.url)
        .env("REBOOK_LOG__FILTER", "error")
        .envs(settings.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that does not read its input to the end closes it.
    let _closed = child.stdin.take().unwrap().write_all(input);
    let done = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (done.status.code().unwrap(), text(&done.stdout), text(&done.stderr))
}

#[test]
fn the_command_takes_reports_and_says_what_it_did() {
    on_both_with(&[("mail.bounce_address", "bounces@clinic.example")], async |app| {
        let email = "zoe@client.example";
        let (name, from) = app.sends_one(email).await;
        let bounce = |mail: &[u8]| runs(&app.database, &[], &["bounce"], mail);
        let hard = report(&from, &name, email, "failed", "5.1.1");
        let (code, said, _) = bounce(&hard);
        assert!(code == 0 && said.starts_with("bounced: message ") && said.contains("for good (5.1.1)"), "{said}");
        let (code, said, _) = bounce(&hard);
        assert!(code == 0 && said.starts_with("known: "), "{said}");
        let (code, said, _) = bounce(b"From: a@b.example\r\nSubject: Away\r\n\r\nAway\r\n");
        assert!(code == 0 && said.starts_with("ignored: "), "{said}");
        let forged = format!("bounces+{}@clinic.example", "0".repeat(39));
        let (code, said, complained) = bounce(&report(&forged, &name, email, "failed", "5.1.1"));
        assert!(code == 1 && said.is_empty() && complained.contains("never made"), "{complained}");
        let (code, _, complained) = bounce(b"");
        assert!(code == 1 && complained.contains("rebook bounce < MAIL"), "{complained}");
        let (code, _, complained) = bounce(&vec![b'x'; 11 * 1024 * 1024]);
        assert!(code == 1 && complained.contains("larger than 10 MB"), "{complained}");
        assert_eq!(runs(&app.database, &[], &["bounce", "file"], b"").0, 2);
    });
}

#[test]
fn the_command_makes_a_key_once_and_prints_what_to_publish() {
    let kind = kinds()[0];
    let database = TestDatabase::migrated(kind);
    let dkim = |settings: &[(&str, &str)], arguments: &[&str]| {
        runs(&database, settings, &[&["dkim"], arguments].concat(), b"")
    };
    let (code, first, complained) = dkim(&[], &["--domain", DOMAIN, "--selector", "june"]);
    assert_eq!((code, complained.as_str()), (0, ""));
    let record = first.lines().find(|line| line.starts_with("june._domainkey.clinic.example. IN TXT ")).unwrap();
    assert!(record.contains("\"v=DKIM1; k=rsa; p=MII") && record.split('"').all(|text| text.len() <= 255), "{record}");
    assert!(first.contains("Signing is off") && first.contains("dkim_selector = \"june\""), "{first}");
    let on = [("REBOOK_MAIL__DKIM_DOMAIN", DOMAIN), ("REBOOK_MAIL__DKIM_SELECTOR", "june")];
    let (_, second, _) = dkim(&on, &[]);
    assert!(second.contains(record) && second.contains("Signing is on"), "{second}");
    let (code, _, complained) = runs(&database, &on[..1], &["dkim"], b"");
    assert!(code == 1 && complained.contains("mail.dkim_selector"), "{complained}");
    let with_file = [on[0], on[1], ("REBOOK_MAIL__DKIM_KEY_FILE", "/nonexistent/key.pem")];
    let (code, _, complained) = runs(&database, &with_file, &["dkim"], b"");
    assert!(code == 1 && complained.contains("/nonexistent/key.pem"), "{complained}");
    let (_, looked, _) = runs(&database, &on, &["doctor"], b"");
    assert!(looked.contains("the DNS was not asked"), "{looked}");
}

#[test]
fn whoever_dies_is_replaced_within_a_minute() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let sink = runtime.block_on(Sink::start());
    let url = format!("smtp://127.0.0.1:{}", sink.server().port);
    let settings = [("mail.url", url.as_str()), ("mail.workers", "1"), ("mail.timeout_seconds", "60")];
    on_both_with(&settings, async |app| {
        let before = sink.received().len();
        sink.next(&[Fate::HangAfterText]);
        app.books_by_api("check-up", june(2, 9, 0), "zoe@client.example").await.expect(201);
        let (shared, now) = (app.app.clone(), app.now());
        let sending = tokio::spawn(async move { schedule::tick(&shared, now).await });
        while sink.received().len() == before {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        sending.abort();
        assert!(sending.await.is_err_and(|error| error.is_cancelled()));
        app.advance(TimeDelta::seconds(40));
        assert_eq!(app.tick().await.messages.sent, 0, "the lease holds");
        app.advance(TimeDelta::seconds(6));
        assert_eq!(app.tick().await.messages.sent, 2, "and is over");
    });
}
