//! Text messages and webhooks: what others hear, what we make of their answers, and what nobody may read.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::HEXLOWER;
use rebook::domain::ids;
use rebook::domain::messages::Channel;
use rebook::messaging::QueueState;
use rebook::schedule;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::app::{TestApp, on_both_with};
use crate::support::gateway::{Answer, Program};
use crate::support::shop::june;
use crate::support::visitor::{Form, Page, Visitor};

const CHANNELS: &str = "/staff/messages/channels";
const SMS: &str = "/staff/messages/channels/sms";
/// The programs of the tests listen on this machine, which has to be allowed.
const OPEN: [(&str, &str); 2] = [("outgoing.allowed_hosts", "127.0.0.1"), ("outgoing.timeout_seconds", "1")];

fn on_both(test: impl AsyncFn(&TestApp)) {
    on_both_with(&OPEN, test);
}

fn moment(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S").to_string()
}

/// Books as somebody with a telephone, and lets the mails leave.
async fn books(app: &TestApp, hour: u32) -> Value {
    let body = json!({
        "service": "check-up", "provider": "ada", "start": june(4, hour, 0).to_rfc3339(),
        "client": {
            "first_name": "Ana", "last_name": "Lima", "email": format!("ana{hour}@client.example"),
            "phone": format!("(213) 555-01{hour:02}"),
        },
        "note": "Words of her own",
    });
    let booked = app.visitor().api(Method::POST, "/api/v1/bookings", &body, &[]).await.expect(201).json();
    app.tick().await;
    booked
}

fn booking_id(booked: &Value) -> i64 {
    ids::decode(booked["id"].as_str().unwrap()).unwrap()
}

/// A message made by hand, as planning and the desk make them.
struct Made<'a> {
    id: i64,
    kind: &'a str,
    channel: &'a str,
    booking: i64,
    endpoint: Option<(i64, i64)>,
    expires: TimeDelta,
}

impl Made<'_> {
    fn insert(&self, app: &TestApp) {
        let (now, expires) = (moment(app.now()), moment(app.now() + self.expires));
        let Made { id, kind, channel, booking, .. } = self;
        let or_null = |id: Option<i64>| id.map_or_else(|| "NULL".to_owned(), |id| id.to_string());
        let (endpoint, rule) = (or_null(self.endpoint.map(|it| it.0)), or_null(self.endpoint.map(|it| it.1)));
        let audience = if self.endpoint.is_some() { "endpoint" } else { "client" };
        let client = match self.endpoint {
            Some(_) => "NULL".to_owned(),
            None => format!("(SELECT client_id FROM bookings WHERE id = {booking})"),
        };
        app.database.run(&format!(
            "INSERT INTO messages (id, natural_key, kind, purpose, channel, booking_id, client_id, language, message_id,
               due_at, expires_at, state, created_at, audience, endpoint_id, rule_id, slot)
             VALUES ({id}, 'booking:{booking}/made-{id}/v0/{audience}/{channel}/again-{id}', '{kind}', 'transactional',
               '{channel}', {booking}, {client}, 'en', '{id}@clinic.example', '{now}', '{expires}', 'pending', '{now}',
               '{audience}', {endpoint}, {rule}, 'again-{id}');"
        ));
    }
}

/// An event of the kind that the endpoint's first rule speaks of.
fn event(app: &TestApp, id: i64, endpoint: i64, booking: i64) {
    let rule = scalar(app, &format!("SELECT min(id) FROM message_rules WHERE endpoint_id = {endpoint}"));
    let endpoint = Some((endpoint, rule));
    Made { id, kind: "event", channel: "webhook", booking, endpoint, expires: TimeDelta::days(3) }.insert(app);
}

fn text(app: &TestApp, id: i64, booking: i64) {
    Made { id, kind: "confirmation", channel: "sms", booking, endpoint: None, expires: TimeDelta::days(1) }.insert(app);
}

fn scalar(app: &TestApp, query: &str) -> i64 {
    app.count(query)
}

/// Whether a row stands so.
#[track_caller]
fn stands(app: &TestApp, id: i64, state: &str, reason: Option<&str>) {
    let reason = reason.map_or_else(|| "reason IS NULL".to_owned(), |reason| format!("reason = '{reason}'"));
    let query = format!("SELECT count(*) FROM messages WHERE id = {id} AND state = '{state}' AND {reason}");
    let rows = crate::support::schema::everything(&app.database);
    let row = rows.get("messages").map(|rows| format!("{rows:?}")).unwrap_or_default();
    assert_eq!(app.count(&query), 1, "message {id} is not {state} ({reason}): {row}");
}

/// Adds an endpoint that is told what is booked; its identifier and its secret.
async fn endpoint(app: &TestApp, manager: &Visitor, url: &str, with_contact: bool) -> (i64, String) {
    // What was booked before is not told.
    app.advance(TimeDelta::minutes(1));
    let page = manager.opens(&format!("{CHANNELS}/webhooks/new")).await.expect(200);
    let mut form = page.form("/webhooks/new").without("event");
    form.fields.push(("event".to_owned(), "booked".to_owned()));
    let count = scalar(app, "SELECT count(*) FROM message_endpoints");
    let form = form.with("name", &format!("Program {count}")).with("url", url);
    let form = if with_contact { form.with("with_contact", "on") } else { form };
    let page = manager.submits_once(&form).await.expect(200);
    let secret = regex::Regex::new("rbk_[0-9a-f]{64}").unwrap();
    let secret = secret.find(&page.text).expect("the secret, once").as_str().to_owned();
    assert_eq!(page.header("cache-control"), "no-store");
    (scalar(app, "SELECT max(id) FROM message_endpoints"), secret)
}

fn place(endpoint: i64) -> String {
    format!("{CHANNELS}/webhooks/{}", ids::encode(endpoint))
}

/// HMAC-SHA256 as RFC 2104 has it, written out.
fn hmac(secret: &str, text: &str) -> String {
    assert!(secret.len() > 64, "longer than a block, so it is hashed first");
    let mut key = Sha256::digest(secret.as_bytes()).to_vec();
    key.resize(64, 0);
    let pad = |with: u8| key.iter().map(|byte| byte ^ with).collect::<Vec<u8>>();
    let inner = Sha256::digest([pad(0x36), text.as_bytes().to_vec()].concat());
    HEXLOWER.encode(&Sha256::digest([pad(0x5c), inner.to_vec()].concat()))
}

/// Everything the database holds, as text, and what any page of the manager says.
async fn is_nowhere(app: &TestApp, manager: &Visitor, secret: &str, pages: &[&str]) {
    for (table, rows) in crate::support::schema::everything(&app.database) {
        assert!(!format!("{rows:?}").contains(secret), "a secret stands in {table}");
    }
    for path in pages {
        let page = manager.opens(path).await.expect(200);
        assert!(!page.text.contains(secret), "{path} shows a secret");
    }
}

#[test]
fn an_event_is_signed_and_says_what_is_true() {
    on_both(async |app| {
        let program = Program::start().await;
        let booked = books(app, 9).await;
        let manager = app.staff("manager").await;
        let (quiet, secret) = endpoint(app, &manager, &program.url("/hook?a=b"), false).await;
        let (told, other) = endpoint(app, &manager, &program.url("/all"), true).await;
        assert_ne!(secret, other);
        event(app, 101, quiet, booking_id(&booked));
        event(app, 102, told, booking_id(&booked));
        app.tick().await;
        stands(app, 101, "sent", None);
        stands(app, 102, "sent", None);

        let heard = program.heard();
        let call = heard.iter().find(|call| call.line == "POST /hook?a=b HTTP/1.1").expect("the call");
        let signature = call.header("rebook-signature");
        let (time, code) = signature.strip_prefix("t=").unwrap().split_once(",v1=").unwrap();
        assert_eq!(time, app.now().timestamp().to_string());
        assert_eq!(code, hmac(&secret, &format!("{time}.{}", call.body)));
        assert_eq!(call.header("rebook-delivery"), ids::encode(101));
        assert_eq!(call.header("idempotency-key"), ids::encode(101));
        assert!(call.header("user-agent").starts_with("Rebook/"));
        assert_eq!(call.header("content-type"), "application/json");

        let body: Value = serde_json::from_str(&call.body).unwrap();
        assert_eq!((&body["type"], &body["id"]), (&json!("booking.created"), &json!(ids::encode(101))));
        let told = &body["data"]["booking"];
        for field in ["id", "reference", "status", "start", "end", "service", "provider", "location", "price", "zone"] {
            assert_eq!(told[field], booked[field], "{field}");
        }
        assert_eq!((&told["schedule_version"], &told["client"]), (&json!(0), &Value::Null));
        for words in ["Words of her own", "Lima", "client.example", "555-01"] {
            assert!(!call.body.contains(words), "{words}");
        }
        let all = heard.iter().find(|call| call.line.starts_with("POST /all")).unwrap();
        let body: Value = serde_json::from_str(&all.body).unwrap();
        assert_eq!(body["data"]["booking"]["client"]["email"], "ana9@client.example");
        assert!(!all.body.contains("Words of her own"), "what people write stays here");

        let page = manager.opens(&place(quiet)).await.expect(200);
        page.shows("booking.created")
            .shows(booked["reference"].as_str().unwrap())
            .shows("200")
            .shows("schedule_version");
        is_nowhere(app, &manager, &secret, &[CHANNELS, &place(quiet)]).await;
    });
}

#[test]
fn a_failing_endpoint_is_left_alone_and_tried_again() {
    on_both(async |app| {
        let (failing, fine) = (Program::start().await, Program::start().await);
        let booked = booking_id(&books(app, 9).await);
        let manager = app.staff("manager").await;
        let (bad, _) = endpoint(app, &manager, &failing.url("/"), false).await;
        let (good, _) = endpoint(app, &manager, &fine.url("/"), false).await;
        failing.next(&[Answer::status(500), Answer::with(429, "Retry-After: 3600"), Answer::Drops]);
        for id in 101..104 {
            event(app, id, bad, booked);
        }
        event(app, 104, good, booked);
        app.tick().await;
        stands(app, 101, "retry", Some("server_busy"));
        stands(app, 104, "sent", None);
        assert_eq!((failing.heard().len(), fine.heard().len()), (1, 1), "after a failure it is left alone");
        manager.opens(&place(bad)).await.expect(200).shows("Calls have failed since").shows("500");
        manager.opens(CHANNELS).await.expect(200).shows("Failing");

        // One is tried; it says when it wants to hear again.
        app.advance(TimeDelta::seconds(6));
        app.tick().await;
        assert_eq!(failing.heard().len(), 2);
        app.advance(TimeDelta::minutes(50));
        app.tick().await;
        assert_eq!(failing.heard().len(), 2, "an hour was asked for");
        app.advance(TimeDelta::minutes(11));
        app.tick().await;
        assert_eq!(failing.heard().len(), 3, "it dropped the connection");
        app.advance(TimeDelta::hours(7));
        app.tick().await;
        for id in 101..104 {
            stands(app, id, "sent", None);
        }
        let names: Vec<String> = failing.heard().iter().map(|call| call.header("rebook-delivery").to_owned()).collect();
        assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), 3, "the same name at every try");
        let page = manager.opens(&place(bad)).await.expect(200);
        assert!(!page.text.contains("Calls have failed since"));
    });
}

#[test]
fn what_cannot_be_told_in_time_is_given_up() {
    on_both(async |app| {
        let program = Program::start().await;
        let booked = booking_id(&books(app, 9).await);
        let manager = app.staff("manager").await;
        let (id, _) = endpoint(app, &manager, &program.url("/"), false).await;
        program.next(&[Answer::status(410)]);
        event(app, 101, id, booked);
        app.tick().await;
        stands(app, 101, "dead", Some("refused"));

        program.usually(Answer::status(503));
        app.advance(TimeDelta::hours(1));
        event(app, 102, id, booked);
        for _ in 0..40 {
            let calls = schedule::deliverer_of(&app.app, Channel::Webhook, app.now());
            calls.deliver_due(|| false).await.unwrap();
            app.advance(TimeDelta::hours(2));
        }
        let ended = app.count("SELECT count(*) FROM messages WHERE id = 102 AND state IN ('dead', 'skipped')");
        assert_eq!(ended, 1, "three days are over");
        let tries = app.count("SELECT count(*) FROM message_attempts WHERE message_id = 102");
        assert!(tries > 10, "{tries} tries in three days");
        // Mail was not asked to leave meanwhile.
        program.usually(Answer::status(200));
        app.tick().await;
    });
}

#[test]
fn what_was_missed_is_told_again_on_request() {
    on_both(async |app| {
        let program = Program::start().await;
        let booked = booking_id(&books(app, 9).await);
        let manager = app.staff("manager").await;
        let (id, secret) = endpoint(app, &manager, &program.url("/"), false).await;
        let page = manager.opens(&place(id)).await.expect(200);
        manager.submits(&page.form("/switch")).await.expect(200).shows("Switched off");
        event(app, 101, id, booked);
        app.tick().await;
        stands(app, 101, "skipped", Some("switched_off"));
        assert!(program.heard().is_empty());

        let page = manager.opens(&place(id)).await.expect(200);
        assert!(!page.forms().iter().any(|form| form.action.contains("/again")), "not while it is off");
        manager.submits(&page.form("/switch")).await.expect(200).shows("Switched on");
        let page = manager.opens(&place(id)).await.expect(200);
        manager.submits(&page.form("/again")).await.expect(200).shows("told again");
        app.tick().await;
        assert_eq!(program.heard().len(), 1);
        assert_ne!(program.heard()[0].header("rebook-delivery"), ids::encode(101), "a row of its own");

        // A new secret signs from now on.
        let page = manager.opens(&place(id)).await.expect(200);
        let page = manager.submits_once(&page.form("/secret")).await.expect(200);
        let fresh = regex::Regex::new("rbk_[0-9a-f]{64}").unwrap().find(&page.text).unwrap().as_str().to_owned();
        assert_ne!(fresh, secret);
        event(app, 102, id, booked);
        app.tick().await;
        let call = program.heard().pop().unwrap();
        let (time, code) = call.header("rebook-signature").strip_prefix("t=").unwrap().split_once(",v1=").unwrap();
        assert_eq!(code, hmac(&fresh, &format!("{time}.{}", call.body)));

        // A button on an old page does nothing.
        let stale = page.form("/archive").with("version", "1");
        manager.submits(&stale).await.expect(200).shows("Somebody else changed this");
        let page = manager.opens(&place(id)).await.expect(200);
        event(app, 103, id, booked);
        manager.submits(&page.form("/archive")).await.expect(200).shows("Removed");
        app.tick().await;
        stands(app, 103, "skipped", Some("switched_off"));
        manager.opens(&place(id)).await.expect(404);
        assert_eq!(
            app.count("SELECT count(*) FROM message_rules WHERE endpoint_id IS NOT NULL AND archived_at IS NULL"),
            0
        );
    });
}

#[test]
fn an_event_of_an_older_version_is_not_told() {
    on_both(async |app| {
        let program = Program::start().await;
        let booked = books(app, 9).await;
        let manager = app.staff("manager").await;
        let (id, _) = endpoint(app, &manager, &program.url("/"), false).await;
        app.database.run(&format!("UPDATE bookings SET schedule_version = 1 WHERE id = {}", booking_id(&booked)));
        event(app, 101, id, booking_id(&booked));
        app.tick().await;
        stands(app, 101, "skipped", Some("superseded"));
        app.database.run(&format!("UPDATE bookings SET schedule_version = 0 WHERE id = {}", booking_id(&booked)));
    });
}

#[test]
fn inner_addresses_are_refused_by_the_page_and_after_a_redirect() {
    on_both(async |app| {
        let (program, inner) = (Program::start().await, Program::start().await);
        let booked = booking_id(&books(app, 9).await);
        let manager = app.staff("manager").await;
        let page = manager.opens(&format!("{CHANNELS}/webhooks/new")).await.expect(200);
        let form = page.form("/webhooks/new").with("name", "A & <b>program</b>");
        for (url, words) in [
            ("https://169.254.169.254/latest", "private network"),
            ("https://[::1]/", "private network"),
            ("https://localhost/", "private network"),
            ("https://10.1.2.3/", "private network"),
            ("http://hooks.example.com/", "must begin with https"),
            ("ftp://hooks.example.com/", "Only https"),
            ("https://a:b@hooks.example.com/", "No name and password"),
            ("nonsense", "no web address"),
        ] {
            let page = manager.submits(&form.clone().with("url", url)).await.expect(422).shows(words);
            let again = page.form("/webhooks/new");
            assert_eq!((again.value("url"), again.value("name")), (url, "A & <b>program</b>"), "what was typed stays");
            assert!(!page.text.contains("<b>program"));
        }
        let none = form.clone().with("url", "https://hooks.example.com/").without("event").without("event");
        let none = Form { fields: none.fields.into_iter().filter(|(name, _)| name != "event").collect(), ..none };
        manager.submits(&none).await.expect(422).shows("at least one");
        assert_eq!(app.count("SELECT count(*) FROM message_endpoints"), 0);

        let (id, _) = endpoint(app, &manager, &program.url("/"), false).await;
        program.next(&[Answer::with(302, &format!("Location: {}", inner.url("/secret")))]);
        event(app, 101, id, booked);
        app.tick().await;
        stands(app, 101, "retry", Some("server_busy"));
        assert!(inner.heard().is_empty(), "redirects are not followed");
    });
}

#[test]
fn a_slow_endpoint_delays_neither_mail_nor_the_others() {
    on_both(async |app| {
        let (slow, fine) = (Program::start().await, Program::start().await);
        slow.usually(Answer::SaysAfter(Duration::from_secs(5), 200));
        let booked = booking_id(&books(app, 9).await);
        let manager = app.staff("manager").await;
        let (bad, _) = endpoint(app, &manager, &slow.url("/"), false).await;
        let (good, _) = endpoint(app, &manager, &fine.url("/"), false).await;
        for id in 101..120 {
            event(app, id, bad, booked);
        }
        event(app, 120, good, booked);
        let body = json!({
            "service": "check-up", "provider": "ada", "start": june(4, 10, 0).to_rfc3339(),
            "client": { "first_name": "Eva", "last_name": "Long", "email": "eva@client.example" },
        });
        app.visitor().api(Method::POST, "/api/v1/bookings", &body, &[]).await.expect(201);
        let began = Instant::now();
        let watch = async {
            while fine.heard().is_empty() || app.mails_to("eva@client.example").await.is_empty() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            began.elapsed()
        };
        let (_, took) = tokio::join!(app.tick(), watch);
        assert!(took < Duration::from_millis(900), "mail and the other endpoint waited {took:?}");
        stands(app, 101, "retry", Some("no_reply"));
        assert_eq!(slow.heard().len(), 1, "one failure is enough");
        slow.usually(Answer::status(200));
        app.advance(TimeDelta::hours(1));
        app.tick().await;
        assert_eq!(app.count("SELECT count(*) FROM messages WHERE channel = 'webhook' AND state <> 'sent'"), 0);
    });
}

/// The gateway's form for a preset, filled in so that it works.
async fn set_up(manager: &Visitor, preset: &str, url: &str, more: &[(&str, &str)]) -> Page {
    let page = manager.opens(&format!("{SMS}?preset={preset}")).await.expect(200);
    let mut form = page.form("/channels/sms").with("url", url).with("sender", "Clinic").with("country_code", "1");
    for (name, value) in more {
        form = form.with(name, value);
    }
    manager.submits(&form).await
}

/// Sends a test, and shows what became of it.
async fn tries(app: &TestApp, manager: &Visitor, number: &str, words: &str) -> Page {
    let page = manager.opens(SMS).await.expect(200);
    let form = page.form("/sms/test").with("number", number).with("text", words);
    let page = manager.submits(&form).await.expect(200);
    app.tick().await;
    manager.opens(&format!("{SMS}?{}", page.path.split_once('?').unwrap().1)).await.expect(200)
}

#[test]
fn a_text_message_leaves_by_a_form() {
    on_both(async |app| {
        let gateway = Program::start().await;
        gateway.usually(Answer::json(201, r#"{"sid": "SM123", "status": "queued"}"#));
        let manager = app.staff("manager").await;
        let credentials = [("user", "account"), ("password", "pa55-w0rd-of-gateway")];
        set_up(&manager, "form", &gateway.url("/send"), &credentials).await.expect(200).shows("Saved");
        let page = tries(app, &manager, "(213) 555-0100", "Hi & \"bye\"=1").await;
        page.shows("SM123").shows("201").shows("+12135550100").shows("Sent");

        let call = gateway.heard().pop().expect("a call");
        assert_eq!(call.header("authorization"), "Basic YWNjb3VudDpwYTU1LXcwcmQtb2YtZ2F0ZXdheQ==");
        assert_eq!(call.header("content-type"), "application/x-www-form-urlencoded");
        assert_eq!(call.body, "To=%2B12135550100&From=Clinic&Body=Hi+%26+%22bye%22%3D1");
        assert_eq!(app.count("SELECT count(*) FROM messages WHERE remote_reference = 'SM123'"), 1);
        is_nowhere(app, &manager, "pa55-w0rd", &[CHANNELS, SMS]).await;

        // Saving again without a password keeps it; a booking's text goes the same way, with its link masked here.
        set_up(&manager, "form", &gateway.url("/other"), &[]).await.expect(200);
        text(app, 101, booking_id(&books(app, 9).await));
        app.tick().await;
        stands(app, 101, "sent", None);
        let call = gateway.heard().pop().unwrap();
        assert!(call.line.starts_with("POST /other") && call.header("authorization").starts_with("Basic "));
        assert!(call.body.starts_with("To=%2B12135550109&") && call.body.contains("%2Fm%2F"), "{}", call.body);
        let masked = "SELECT count(*) FROM message_texts WHERE message_id = 101 AND body LIKE '%/m/****%'";
        assert_eq!(app.count(masked), 1);
    });
}

#[test]
fn an_error_with_status_200_is_told_apart() {
    on_both(async |app| {
        let gateway = Program::start().await;
        let manager = app.staff("manager").await;
        let more = [("token", "t0ken-of-gateway"), ("success_pointer", "/status"), ("success_value", "ok, queued")];
        set_up(&manager, "json", &gateway.url("/"), &more).await.expect(200);
        gateway.next(&[Answer::json(200, r#"{"status": "error", "why": "no credit"}"#)]);
        tries(app, &manager, "+1 213 555 0100", "one").await.shows("no credit").shows("Refused");
        gateway.next(&[Answer::json(200, r#"{"status": "queued", "id": 7}"#)]);
        tries(app, &manager, "+1 213 555 0100", "\", \"to\": \"+1900\"} {{ number }}").await.shows("Sent");
        let call = gateway.heard().pop().unwrap();
        let body: Value = serde_json::from_str(&call.body).unwrap();
        assert_eq!(body["to"], "+12135550100", "what was typed stays in its place");
        assert_eq!(body["text"], "\", \"to\": \"+1900\"} {{ number }}");
        assert_eq!(call.header("authorization"), "Bearer t0ken-of-gateway");
        is_nowhere(app, &manager, "t0ken-of", &[CHANNELS, SMS]).await;
    });
}

#[test]
fn a_gateway_that_refuses_us_stops_the_queue_and_loses_nothing() {
    on_both(async |app| {
        let gateway = Program::start().await;
        gateway.usually(Answer::status(401));
        let manager = app.staff("manager").await;
        set_up(&manager, "json", &gateway.url("/"), &[("token", "wrong")]).await.expect(200);
        tries(app, &manager, "+1 213 555 0100", "one").await.shows("Sign-in refused").shows("401");
        app.advance(TimeDelta::seconds(10));
        let booked = booking_id(&books(app, 9).await);
        for id in 101..110 {
            text(app, id, booked);
        }
        app.tick().await;
        assert!(matches!(app.app.sms_queue.state(), QueueState::Stopped { .. }));
        assert_eq!(app.app.queue.state(), QueueState::Running, "mail has a queue of its own");
        assert_eq!(
            app.count(
                "SELECT count(*) FROM messages WHERE channel = 'sms' AND state IN ('pending', 'retry') AND attempts = 0"
            ),
            10
        );
        manager.opens(CHANNELS).await.expect(200).shows("stood still since");
        manager.opens(SMS).await.expect(200).shows("stood still since");
        assert!(gateway.heard().len() <= 4, "not one by one");
        assert_eq!(app.mails_to("ana9@client.example").await.len(), 1, "mail left");

        gateway.usually(Answer::status(200));
        set_up(&manager, "json", &gateway.url("/"), &[("token", "right")]).await.expect(200);
        app.tick().await;
        assert_eq!(app.count("SELECT count(*) FROM messages WHERE channel = 'sms' AND state = 'sent'"), 10);
        let last = gateway.heard().pop().unwrap();
        assert_eq!(last.header("authorization"), "Bearer right");
        assert_eq!(last.header("idempotency-key").len(), 13);
    });
}

#[test]
fn a_silent_gateway_gets_the_same_message_a_few_times_and_a_busy_one_waits() {
    on_both(async |app| {
        let gateway = Program::start().await;
        let manager = app.staff("manager").await;
        set_up(&manager, "json", &gateway.url("/"), &[("token", "t")]).await.expect(200);
        let booked = booking_id(&books(app, 9).await);
        gateway.usually(Answer::Drops);
        text(app, 101, booked);
        for _ in 0..6 {
            app.tick().await;
            app.advance(TimeDelta::hours(1));
        }
        stands(app, 101, "uncertain", Some("no_reply"));
        let names: Vec<String> = gateway.heard().iter().map(|call| call.header("idempotency-key").to_owned()).collect();
        assert_eq!(names, [ids::encode(101), ids::encode(101), ids::encode(101)]);

        gateway.usually(Answer::status(200));
        gateway.next(&[Answer::with(503, "Retry-After: 1800"), Answer::json(400, r#"{"code": 21211}"#)]);
        text(app, 102, booked);
        app.tick().await;
        stands(app, 102, "retry", Some("server_busy"));
        app.advance(TimeDelta::minutes(29));
        app.tick().await;
        stands(app, 102, "retry", Some("server_busy"));
        app.advance(TimeDelta::minutes(2));
        app.tick().await;
        stands(app, 102, "dead", Some("refused"));
        assert_eq!(
            app.count("SELECT count(*) FROM message_attempts WHERE message_id = 102 AND detail LIKE '%21211%'"),
            1
        );
    });
}

#[test]
fn a_gateway_that_could_never_work_is_refused_by_field() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        let works = "https://gateway.example.com/send";
        let table: [(&[(&str, &str)], &str); 10] = [
            (&[("url", "https://192.168.0.1/")], "private network"),
            (&[("body", "{\"a\": \"{{ nobody }}\", \"b\": \"{{ number }}{{ text }}\"}")], "Line 1"),
            (&[("body", "{\"to\": {{ number }}, \"text\": \"{{ text }}\"}")], "not JSON"),
            (&[("body", "{\"text\": \"{{ text }}\"}")], "must contain"),
            (&[("headers", "X-Key: a\nContent-Length: 5")], "Content-Length"),
            (&[("headers", "X Key: a")], "cannot be sent"),
            (&[("sender", "A\u{202e}B")], "Please give a sender"),
            (&[("country_code", "+49a")], "One to three digits"),
            (&[("success_pointer", "status")], "begins with a slash"),
            (&[("token", "")], "give the token"),
        ];
        for (typed, words) in table {
            let mut all = vec![("token", "t0psecret"), ("headers", "X-Key: v4lue")];
            all.extend(typed);
            let page = set_up(&manager, "json", works, &all).await.expect(422).shows(words);
            assert!(!page.text.contains("t0psecret") && !page.text.contains("v4lue"), "a secret came back");
            assert!(page.text.contains("gateway.example.com") || words == "private network", "what was typed stays");
        }
        set_up(&manager, "form", works, &[("user", "a")]).await.expect(422).shows("name and password");
        assert_eq!(app.count("SELECT count(*) FROM sms_gateway WHERE enabled"), 0);

        set_up(&manager, "json", works, &[("token", "t"), ("headers", "X-Key: v4lue")]).await.expect(200);
        let form = manager.opens(SMS).await.expect(200).form("/sms/test");
        manager.submits(&form.with("number", "12 ab").with("text", "x")).await.expect(422).shows("not a phone number");
        let page = manager.opens(SMS).await.expect(200);
        assert_eq!(page.form("/channels/sms").value("headers"), "X-Key:", "the name, never the value");
        // Saved from an older page.
        let form = page.form("/channels/sms").with("version", "1");
        manager.submits(&form).await.expect(422).shows("Somebody else changed this");
    });
}

#[test]
fn without_a_gateway_or_a_number_the_row_says_so() {
    on_both(async |app| {
        let booked = booking_id(&books(app, 9).await);
        text(app, 101, booked);
        app.tick().await;
        stands(app, 101, "skipped", Some("no_channel"));

        let gateway = Program::start().await;
        let manager = app.staff("manager").await;
        set_up(&manager, "json", &gateway.url("/"), &[("token", "t"), ("country_code", "")]).await.expect(200);
        text(app, 102, booked);
        app.tick().await;
        stands(app, 102, "dead", Some("bad_address"));
        app.database.run("UPDATE clients SET phone = NULL");
        text(app, 103, booked);
        app.tick().await;
        stands(app, 103, "skipped", Some("no_address"));
        assert!(gateway.heard().is_empty());
    });
}

#[test]
fn the_demo_keeps_text_messages_among_the_mails() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        let form = manager.opens(&format!("{SMS}?preset=demo")).await.expect(200).form("/channels/sms");
        manager.submits(&form.with("country_code", "1")).await.expect(200).shows("Saved");
        tries(app, &manager, "213 555 0100", "Hello").await.shows("Sent");
        let mail = app.mails().await.pop().unwrap().read().unwrap();
        assert_eq!((mail.subject.as_str(), mail.text.trim()), ("SMS +12135550100", "Hello"));
        manager.opens("/dev/mail").await.expect(200).shows("SMS +12135550100");
    });
}
