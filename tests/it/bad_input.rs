//! What people and programs send that makes no sense: each gets a clear answer with the right status, nothing is
//! written, and nobody is told anything.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{TestApp, booking_body, on_both, on_both_with};
use crate::support::databases::Kind;
use crate::support::shop::{self, june};
use crate::support::visitor::Page;

fn good_body() -> Value {
    booking_body("check-up", june(2, 9, 0), "ana@client.example")
}

/// The good body with one thing changed, by its JSON pointer.
fn with(pointer: &str, value: Value) -> Value {
    let mut body = good_body();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(key.to_owned(), value);
    body
}

async fn post(app: &TestApp, body: &Value) -> Page {
    app.visitor().api(Method::POST, "/api/v1/bookings", body, &[]).await
}

/// A refusal says what is wrong in problem+json, writes nothing and tells nobody.
async fn assert_refused(app: &TestApp, name: &str, body: &Value, status: u16, code: &str) {
    let before = app.rows();
    let page = post(app, body).await;
    assert_eq!(page.status.as_u16(), status, "{name}: {}", page.text);
    assert_eq!(page.header("content-type"), "application/problem+json", "{name}");
    let problem = page.json();
    assert_eq!(problem["status"].as_u64(), Some(u64::from(status)), "{name}: {problem}");
    if !code.is_empty() {
        assert_eq!(problem["code"], code, "{name}: {problem}");
    }
    assert!(problem["code"].as_str().is_some_and(|code| !code.is_empty()), "{name}: {problem}");
    assert_eq!(app.rows(), before, "{name} wrote something");
    app.tick().await;
    assert!(app.mails().await.is_empty(), "{name} told somebody");
}

#[test]
fn the_api_refuses_what_makes_no_sense() {
    on_both(async |app| {
        let far = shop::start() + TimeDelta::days(400);
        let table = [
            ("a day that does not exist", with("/start", json!("2026-02-30T09:00:00-08:00")), 422, ""),
            ("no time at all", with("/start", json!("tomorrow")), 422, ""),
            ("a time without zone", with("/start", json!("2026-06-02T09:00:00")), 422, ""),
            ("a number for a time", with("/start", json!(12)), 422, ""),
            ("the past", with("/start", json!("2020-06-02T16:00:00Z")), 422, ""),
            ("inside the lead time", with("/start", json!(june(1, 8, 30).to_rfc3339())), 422, "too_soon"),
            ("beyond the horizon", with("/start", json!(far.to_rfc3339())), 422, "too_far"),
            ("the year 9999", with("/start", json!("9999-12-31T23:59:59Z")), 422, ""),
            ("a Sunday", with("/start", json!(june(7, 9, 0).to_rfc3339())), 422, "closed"),
            ("lunch", with("/start", json!(june(2, 12, 0).to_rfc3339())), 422, "closed"),
            ("off the grid", with("/start", json!(june(2, 9, 7).to_rfc3339())), 422, ""),
            ("an unknown service", with("/service", json!("no-such-thing")), 422, ""),
            ("an unknown provider", with("/provider", json!("0000000000001")), 422, ""),
            ("a provider who is none", with("/provider", json!("'; DROP TABLE bookings; --")), 422, ""),
            ("an unknown location", with("/location", json!("0000000000001")), 422, ""),
            ("nobody comes", with("/party", json!(0)), 422, ""),
            ("everybody comes", with("/party", json!(10_000)), 422, "party_too_large"),
            ("a negative party", with("/party", json!(-1)), 422, ""),
            ("half a person", with("/party", json!(1.5)), 422, ""),
            ("no first name", with("/client/first_name", json!("")), 422, ""),
            ("a name of spaces", with("/client/first_name", json!("   ")), 422, ""),
            ("a name with a control character", with("/client/first_name", json!("A\u{0}na")), 422, ""),
            ("a name with a line break", with("/client/last_name", json!("Lima\r\nBcc: all@x.example")), 422, ""),
            ("a name that turns the text around", with("/client/first_name", json!("\u{202e}anA")), 422, ""),
            ("a name of ten thousand letters", with("/client/first_name", json!("a".repeat(10_000))), 422, ""),
            ("a name that is a number", with("/client/first_name", json!(5)), 422, ""),
            ("mail without @", with("/client/email", json!("ana.example")), 422, ""),
            ("mail with a line break", with("/client/email", json!("ana@client.example\r\nBcc: x@x.example")), 422, ""),
            ("two addresses", with("/client/email", json!("ana@client.example, eve@x.example")), 422, ""),
            ("a phone of letters", with("/client/phone", json!("call me")), 422, ""),
            ("a zone nobody lives in", with("/client/zone", json!("Mars/Olympus")), 422, ""),
            ("an unknown field", with("/price", json!(1)), 422, ""),
            ("an unknown field of the client", with("/client/role", json!("owner")), 422, ""),
            ("a status", with("/status", json!("completed")), 422, ""),
            ("a hold that is none", with("/hold", json!("nonsense")), 422, ""),
        ];
        for (name, body, status, code) in &table {
            assert_refused(app, name, body, *status, code).await;
        }
        let mut nobody = good_body();
        nobody.as_object_mut().unwrap().remove("client");
        assert_refused(app, "nobody", &nobody, 422, "").await;
        let mut unreachable = good_body();
        unreachable["client"].as_object_mut().unwrap().remove("email");
        assert_refused(app, "neither mail nor phone", &unreachable, 422, "").await;
    });
}

#[test]
fn a_phone_number_is_enough() {
    on_both(async |app| {
        let mut body = with("/client/phone", json!("+1 213 555 0123"));
        body["client"].as_object_mut().unwrap().remove("email");
        post(app, &body).await.expect(201);
        app.tick().await;
        assert!(app.mails_to("ana@client.example").await.is_empty());
    });
}

#[test]
fn bodies_that_are_no_json_or_too_long_are_refused() {
    on_both(async |app| {
        let before = app.rows();
        let json = ("content-type", "application/json");
        let table = [
            ("nothing", String::new(), 400),
            ("half an object", "{\"service\":".to_owned(), 400),
            ("a list", "[]".to_owned(), 422),
            ("no text", "\u{0}\u{1}".to_owned(), 400),
            ("a million letters", with("/client/first_name", json!("a".repeat(1 << 20))).to_string(), 413),
            ("ten thousand brackets", "[".repeat(10_000), 400),
        ];
        for (name, body, status) in table {
            let page = app.visitor().ask(Method::POST, "/api/v1/bookings", Some(body), &[json]).await;
            assert_eq!(page.status.as_u16(), status, "{name}: {}", page.text);
            assert_eq!(page.header("content-type"), "application/problem+json", "{name}");
        }
        let no_json = [("content-type", "text/plain")];
        let page = app.visitor().ask(Method::POST, "/api/v1/bookings", Some(good_body().to_string()), &no_json).await;
        assert!(page.status.is_client_error(), "{}", page.text);
        assert_eq!(app.rows(), before);
    });
}

#[test]
fn questions_about_free_times_are_refused_by_their_field() {
    on_both(async |app| {
        let table = [
            ("", 422),
            ("service=check-up", 422),
            ("service=nothing&from=2026-06-02&to=2026-06-03", 404),
            ("service=check-up&from=2026-02-30&to=2026-03-03", 422),
            ("service=check-up&from=2026-06-03&to=2026-06-02", 422),
            ("service=check-up&from=2026-06-01&to=2027-06-01", 422),
            ("service=check-up&from=2026-06-01&to=2026-06-02&party=0", 422),
            ("service=check-up&from=2026-06-01&to=2026-06-02&party=10000", 422),
            ("service=check-up&from=2026-06-01&to=2026-06-02&zone=Mars/Olympus", 422),
            ("service=check-up&from=2026-06-01&to=2026-06-02&colour=red", 422),
        ];
        for (query, status) in table {
            let page = app.visitor().opens(&format!("/api/v1/availability?{query}")).await;
            let fits = page.status.as_u16() == status || (status == 404 && page.status.as_u16() == 422);
            assert!(fits, "{query}: {} {}", page.status, page.text);
            assert_eq!(page.header("content-type"), "application/problem+json", "{query}");
        }
    });
}

#[test]
fn a_token_opens_one_booking_and_nothing_else() {
    on_both(async |app| {
        let one = app.books_by_api("check-up", june(2, 9, 0), "one@client.example").await.expect(201).json();
        let other = app.books_by_api("check-up", june(2, 10, 0), "two@client.example").await.expect(201).json();
        app.tick().await;
        let (token, foreign) = (one["manage_token"].as_str().unwrap(), other["id"].as_str().unwrap());
        let before = app.rows();
        let sent = app.mails().await.len();
        let bearer = format!("Bearer {token}");
        for (name, path, header) in [
            ("a foreign booking", foreign, bearer.as_str()),
            ("no token", one["id"].as_str().unwrap(), ""),
            ("nonsense for a token", one["id"].as_str().unwrap(), "Bearer 0000"),
            ("an unknown booking", "0000000000001", bearer.as_str()),
            ("no identifier", "1%27%20OR%201=1", bearer.as_str()),
        ] {
            for (method, path) in [
                (Method::GET, format!("/api/v1/bookings/{path}")),
                (Method::POST, format!("/api/v1/bookings/{path}/cancel")),
            ] {
                let body = if method == Method::GET { Value::Null } else { json!({}) };
                let page = app.visitor().api(method, &path, &body, &[("authorization", header)]).await;
                assert!(matches!(page.status.as_u16(), 401 | 404), "{name}: {} {}", page.status, page.text);
            }
        }
        for token in ["", "0", "../../etc/passwd", &token.to_lowercase().repeat(2), "%00", "a b"] {
            let page = app.visitor().opens(&format!("/m/{}", token.replace(' ', "%20"))).await;
            assert_eq!(page.status.as_u16(), 404, "/m/{token}");
        }
        assert_eq!(app.rows(), before);
        app.tick().await;
        assert_eq!(app.mails().await.len(), sent);
    });
}

#[test]
fn a_hold_that_ran_out_keeps_nobody_out() {
    on_both(async |app| {
        let wish = json!({"service": "check-up", "start": june(2, 9, 0).to_rfc3339(), "provider": "ada"});
        let held = app.visitor().api(Method::POST, "/api/v1/holds", &wish, &[]).await.expect(201).json();
        let hold = held["id"].as_str().unwrap();
        let mut others = good_body();
        others["provider"] = json!("ada");
        assert_refused(app, "a time somebody holds", &others, 409, "slot_taken").await;
        app.advance(TimeDelta::minutes(11));
        post(app, &others).await.expect(201);
        let mut late = with("/hold", json!(hold));
        late["provider"] = json!("ada");
        let before = app.rows();
        let page = post(app, &late).await.expect(409);
        assert_eq!(page.json()["code"], "slot_taken", "{}", page.text);
        assert!(page.text.contains("alternatives"), "{}", page.text);
        assert_eq!(app.count("SELECT count(*) FROM bookings"), 1);
        assert_eq!(app.rows()[0], before[0]);
        app.tick().await;
    });
}

#[test]
fn a_database_that_is_locked_or_away_is_a_503_and_comes_back() {
    let short = [("database.busy_timeout_ms", "50"), ("database.lock_timeout_ms", "100")];
    on_both_with(&short, async |app| {
        let before = app.rows();
        let body = good_body();
        match app.kind {
            Kind::Sqlite => {
                let mut other = app.database.connect();
                diesel::connection::SimpleConnection::batch_execute(&mut other, "BEGIN IMMEDIATE").unwrap();
                assert_unavailable(&post(app, &body).await);
            }
            Kind::Postgres => {
                app.database.goes_away();
                assert_unavailable(&post(app, &body).await);
                let page = app.visitor().opens("/readyz").await;
                assert_eq!(page.status.as_u16(), 503, "{}", page.text);
                app.database.comes_back();
            }
        }
        assert_eq!(app.rows(), before);
        for _ in 0..50 {
            if post(app, &body).await.status.as_u16() == 201 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        assert_eq!(app.count("SELECT count(*) FROM bookings"), 1, "it works again");
        app.tick().await;
    });
}

fn assert_unavailable(page: &Page) {
    assert_eq!(page.status.as_u16(), 503, "{}", page.text);
    assert!(!page.header("retry-after").is_empty(), "503 says when to come again");
    assert_eq!(page.json()["code"], "unavailable", "{}", page.text);
}
