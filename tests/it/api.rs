//! What other programs do: ask what there is, hold, book, read, cancel, watch.
//!
//! `bad_input.rs` holds what is refused; here is what works, and the finer promises of the contract.

use chrono::{DateTime, TimeDelta, Utc};
use rebook::booking::answer;
use rebook::domain::booking::Actor;
use rebook::domain::ids::BookingId;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{TestApp, booking_body, on_both, on_both_with};
use crate::support::shop::june;
use crate::support::visitor::Page;

async fn get(app: &TestApp, path: &str) -> Value {
    app.visitor().opens(path).await.expect(200).json()
}

async fn book(app: &TestApp, body: &Value, headers: &[(&str, &str)]) -> Page {
    app.visitor().api(Method::POST, "/api/v1/bookings", body, headers).await
}

fn checkup(start: DateTime<Utc>) -> Value {
    booking_body("check-up", start, "ana@client.example")
}

fn starts(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|slot| slot["start"].as_str().unwrap()).collect()
}

#[test]
fn the_catalogue_is_listed_by_pages_and_filters() {
    on_both(async |app| {
        let all = get(app, "/api/v1/services").await;
        assert_eq!((all["total"].as_u64(), all["next_cursor"].is_null()), (Some(4), true), "{all}");
        let first = &all["data"][0];
        assert_eq!((first["slug"].as_str(), first["duration_minutes"].as_u64()), (Some("check-up"), Some(30)));
        assert_eq!(first["price"], json!({"amount": 9500, "currency": "USD"}));
        assert_eq!(first["offers"].as_array().unwrap().len(), 2);
        let page = get(app, "/api/v1/services?limit=3").await;
        let rest =
            get(app, &format!("/api/v1/services?limit=3&cursor={}", page["next_cursor"].as_str().unwrap())).await;
        assert_eq!((page["data"].as_array().unwrap().len(), rest["data"].as_array().unwrap().len()), (3, 1));
        assert_eq!(rest["data"][0], all["data"][3]);
        let by_ben = get(app, "/api/v1/services?provider=ben&sort=name").await;
        let names: Vec<_> = by_ben["data"].as_array().unwrap().iter().map(|service| service["slug"].clone()).collect();
        assert_eq!(json!(names), json!(["check-up", "cleaning", "implant"]));
        let group = get(app, "/api/v1/services?category=Group").await;
        assert_eq!((group["total"].as_u64(), group["data"][0]["capacity"].as_u64()), (Some(1), Some(4)));
        let performers = get(app, "/api/v1/providers?service=class").await;
        assert_eq!((performers["total"].as_u64(), performers["data"][0]["slug"].as_str()), (Some(1), Some("ada")));
        assert_eq!(performers["data"][0]["languages"], json!(["en", "es"]));
        let places = get(app, "/api/v1/locations").await;
        assert_eq!(places["data"][0]["zone"], "America/Los_Angeles");
        assert_eq!(places["data"][0]["address"]["city"], "Los Angeles");
        for wrong in [
            "services?sort=price",
            "services?limit=0",
            "services?limit=9999",
            "providers?colour=red",
            "services?cursor=x",
        ] {
            app.visitor().opens(&format!("/api/v1/{wrong}")).await.expect(422);
        }
    });
}

#[test]
fn every_day_that_is_asked_for_is_answered() {
    on_both(async |app| {
        let id = get(app, "/api/v1/services").await["data"][0]["id"].as_str().unwrap().to_owned();
        let days = get(app, &format!("/api/v1/availability?service={id}&from=2026-05-31&to=2026-06-07")).await;
        assert_eq!(days["zone"], "America/Los_Angeles");
        let listed: Vec<_> = days["days"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(listed.len(), 8, "{listed:?}");
        assert_eq!(days["days"]["2026-05-31"], json!([]), "the past");
        assert_eq!(days["days"]["2026-06-07"], json!([]), "a Sunday");
        let tuesday = &days["days"]["2026-06-02"];
        let first = &tuesday[0];
        assert_eq!(
            (first["start"].as_str(), first["end"].as_str()),
            (Some("2026-06-02T09:00:00-07:00"), Some("2026-06-02T09:30:00-07:00"))
        );
        assert_eq!((first["providers"].as_array().unwrap().len(), first["left"].as_u64()), (2, Some(1)));
        assert_eq!(tuesday.as_array().unwrap().len(), 14, "9 to 12 and 13 to 17");
        // It is 08:00 and an hour must lie between.
        assert_eq!(starts(&days["days"]["2026-06-01"])[0], "2026-06-01T09:00:00-07:00");
        app.advance(TimeDelta::minutes(1));
        let later = get(app, "/api/v1/availability?service=check-up&from=2026-06-01&to=2026-06-01").await;
        assert_eq!(starts(&later["days"]["2026-06-01"])[0], "2026-06-01T09:30:00-07:00");
        let quarter = get(app, "/api/v1/availability?service=check-up&from=2026-06-01&to=2026-08-31").await;
        assert_eq!(quarter["days"].as_object().unwrap().len(), 92);
        assert_eq!(quarter["days"]["2026-08-31"], json!([]), "beyond the horizon of 90 days");
    });
}

#[test]
fn what_is_booked_is_not_free_and_free_again_when_cancelled() {
    on_both(async |app| {
        let path = "/api/v1/availability?service=check-up&from=2026-06-02&to=2026-06-02&provider=ada";
        let free = get(app, path).await;
        let mut body = checkup(june(2, 9, 0));
        body["provider"] = json!("ada");
        let booked = book(app, &body, &[]).await.expect(201).json();
        let after = get(app, path).await;
        assert_eq!(starts(&free["days"]["2026-06-02"])[0], "2026-06-02T09:00:00-07:00");
        assert_eq!(starts(&after["days"]["2026-06-02"])[0], "2026-06-02T09:30:00-07:00");
        let anyone = get(app, &path.replace("&provider=ada", "")).await;
        assert_eq!(anyone["days"]["2026-06-02"][0]["providers"].as_array().unwrap().len(), 1);
        cancel(app, &booked, &json!({}), &[]).await.expect(200);
        assert_eq!(get(app, path).await, free);
        app.tick().await;
    });
}

#[test]
fn clocks_change_and_times_keep_their_offset() {
    on_both(async |app| {
        // Sundays too, so that the day itself is open; and far enough ahead.
        app.database.run(
            "INSERT INTO weekly_hours (id, provider_id, location_id, kind, weekday, starts_minute, ends_minute)
               VALUES (9001, 3001, 1001, 'work', 7, 0, 300);
             UPDATE services SET horizon_days = 300 WHERE id = 4001;
             UPDATE change_counters SET value = value + 1 WHERE name = 'catalog';",
        );
        let fall = get(app, "/api/v1/availability?service=check-up&from=2026-10-31&to=2026-11-02&provider=ada").await;
        let day = starts(&fall["days"]["2026-11-01"]);
        assert_eq!(day[0], "2026-11-01T00:00:00-07:00");
        assert!(day.contains(&"2026-11-01T02:00:00-08:00"), "{day:?}");
        let instants: Vec<DateTime<Utc>> = day.iter().map(|text| text.parse().unwrap()).collect();
        assert!(instants.is_sorted_by(|one, next| one < next), "{day:?}");
        let spring = get(app, "/api/v1/availability?service=check-up&from=2027-03-14&to=2027-03-14&provider=ada").await;
        let day = starts(&spring["days"]["2027-03-14"]);
        assert!(day.iter().all(|start| !start.contains("T02:")), "{day:?}");
        assert!(day.contains(&"2027-03-14T03:00:00-07:00"), "{day:?}");
        assert_eq!(starts(&fall["days"]["2026-11-02"])[0], "2026-11-02T09:00:00-08:00");
    });
}

#[test]
fn another_zone_shows_the_same_instants() {
    on_both(async |app| {
        let path = "/api/v1/availability?service=check-up&from=2026-06-02&to=2026-06-03";
        let (own, other) = (get(app, path).await, get(app, &format!("{path}&zone=Europe/Berlin")).await);
        assert_eq!(other["zone"], "America/Los_Angeles", "days stay those of the location");
        for day in ["2026-06-02", "2026-06-03"] {
            let instants = |value: &Value| -> Vec<DateTime<Utc>> {
                starts(&value["days"][day]).iter().map(|text| text.parse().unwrap()).collect()
            };
            assert_eq!(instants(&own), instants(&other));
            assert!(starts(&other["days"][day]).iter().all(|start| start.ends_with("+02:00")));
        }
    });
}

#[test]
fn the_first_free_times_are_found() {
    on_both(async |app| {
        let next = get(app, "/api/v1/availability/next?service=class&limit=3").await;
        assert_eq!(
            starts(&next["data"]),
            ["2026-06-01T09:00:00-07:00", "2026-06-01T10:00:00-07:00", "2026-06-01T11:00:00-07:00"]
        );
        assert_eq!(next["data"][0]["left"], 4);
        let later = get(app, "/api/v1/availability/next?service=check-up&provider=ben&from=2026-06-06").await;
        assert_eq!(later["data"].as_array().unwrap().len(), 5);
        assert_eq!(starts(&later["data"])[0], "2026-06-08T09:00:00-07:00");
        for (wrong, code) in
            [("", "invalid"), ("service=nothing", "unknown_service"), ("service=check-up&limit=51", "invalid")]
        {
            let page = app.visitor().opens(&format!("/api/v1/availability/next?{wrong}")).await.expect(422);
            assert_eq!(page.json()["code"], code);
        }
    });
}

#[test]
fn a_booking_says_everything_and_is_read_with_its_token() {
    on_both(async |app| {
        let mut body = booking_body("class", june(2, 10, 0), "ana@client.example");
        body["party"] = json!(2);
        body["source"] = json!("newsletter");
        body["note"] = json!("two\nlines");
        body["client"]["language"] = json!("de-AT");
        let page = book(app, &body, &[]).await.expect(201);
        let made = page.json();
        assert_eq!(made["start"], "2026-06-02T10:00:00-07:00");
        assert_eq!(made["end"], "2026-06-02T11:00:00-07:00");
        assert_eq!((made["status"].as_str(), made["party"].as_u64()), (Some("booked"), Some(2)));
        assert_eq!(made["price"], json!({"amount": 3500, "currency": "USD"}), "2000 and 1500 for the second");
        assert_eq!(made["client"]["language"], "de");
        let url = made["manage_url"].as_str().unwrap();
        assert!(url.ends_with(&format!("/m/{}", made["manage_token"].as_str().unwrap())), "{url}");
        assert_eq!(page.header("location"), format!("/api/v1/bookings/{}", made["id"].as_str().unwrap()));
        assert_eq!(page.header("etag"), format!("\"{}\"", made["row_version"]));
        let read = read(app, &made, made["manage_token"].as_str().unwrap()).await.expect(200);
        assert_eq!(read.header("cache-control"), "no-store");
        let mut read = read.json();
        assert!(read.get("manage_token").is_none());
        for only_once in ["manage_token", "manage_url"] {
            read[only_once] = made[only_once].clone();
        }
        assert_eq!(read, made);
        let asked = book(app, &booking_body("implant", june(3, 10, 0), "bo@client.example"), &[]).await.expect(201);
        assert_eq!(asked.json()["status"], "requested");
        app.tick().await;
    });
}

async fn read(app: &TestApp, booking: &Value, token: &str) -> Page {
    let path = format!("/api/v1/bookings/{}", booking["id"].as_str().unwrap());
    app.visitor().ask(Method::GET, &path, None, &[("authorization", &format!("Bearer {token}"))]).await
}

async fn cancel(app: &TestApp, booking: &Value, body: &Value, headers: &[(&str, &str)]) -> Page {
    let path = format!("/api/v1/bookings/{}/cancel", booking["id"].as_str().unwrap());
    let bearer = format!("Bearer {}", booking["manage_token"].as_str().unwrap());
    let mut all = vec![("authorization", bearer.as_str())];
    all.extend_from_slice(headers);
    app.visitor().api(Method::POST, &path, body, &all).await
}

#[test]
fn tokens_are_asked_for_and_hide_what_is_not_theirs() {
    on_both(async |app| {
        let one = book(app, &checkup(june(2, 9, 0)), &[]).await.expect(201).json();
        let two =
            book(app, &booking_body("check-up", june(2, 10, 0), "bo@client.example"), &[]).await.expect(201).json();
        let token = one["manage_token"].as_str().unwrap();
        let none = app.visitor().opens(&format!("/api/v1/bookings/{}", one["id"].as_str().unwrap())).await.expect(401);
        assert_eq!((none.header("www-authenticate"), none.json()["code"].as_str()), ("Bearer", Some("token_needed")));
        let foreign = read(app, &two, token).await.expect(404);
        let unknown = read(app, &json!({"id": "0000000000001"}), token).await.expect(404);
        assert_eq!(foreign.json(), unknown.json(), "unknown and foreign look the same");
        read(app, &one, &token.to_uppercase()).await.expect(200);
        app.tick().await;
    });
}

#[test]
fn cancelling_minds_version_deadline_and_state() {
    on_both(async |app| {
        let booked = book(app, &checkup(june(4, 9, 0)), &[]).await.expect(201).json();
        let stale = cancel(app, &booked, &json!({}), &[("if-match", "\"99\"")]).await.expect(412);
        assert_eq!(stale.json()["code"], "changed");
        cancel(app, &booked, &json!({}), &[("if-match", "no version")]).await.expect(412);
        cancel(app, &booked, &json!({"why": "x"}), &[]).await.expect(422);
        cancel(app, &booked, &json!({"reason": "\u{202e}x"}), &[]).await.expect(422);
        let version = format!("\"{}\"", booked["row_version"]);
        let done = cancel(app, &booked, &json!({"reason": "ill"}), &[("if-match", &version)]).await.expect(200);
        let after = done.json();
        assert_eq!((after["status"].as_str(), after["ended_reason"].as_str()), (Some("cancelled"), Some("ill")));
        assert!(after["row_version"].as_i64() > booked["row_version"].as_i64());
        assert_eq!(done.header("etag"), format!("\"{}\"", after["row_version"]));
        let again = cancel(app, &booked, &Value::Null, &[]).await.expect(409);
        assert_eq!(
            (&again.json()["code"], &again.json()["booking_status"]),
            (&json!("wrong_status"), &json!("cancelled"))
        );
        let soon = book(app, &checkup(june(2, 9, 0)), &[]).await.expect(201).json();
        app.advance(TimeDelta::hours(2));
        let late = cancel(app, &soon, &Value::Null, &[]).await.expect(422).json();
        assert_eq!((&late["code"], &late["deadline"]), (&json!("too_late"), &json!("2026-06-01T09:00:00-07:00")));
        app.advance(TimeDelta::days(1));
        assert_eq!(cancel(app, &soon, &Value::Null, &[]).await.expect(422).json()["code"], "already_started");
        app.tick().await;
    });
}

#[test]
fn a_declined_request_is_no_more_to_cancel() {
    on_both(async |app| {
        let asked =
            book(app, &booking_body("implant", june(3, 10, 0), "bo@client.example"), &[]).await.expect(201).json();
        let id: BookingId = asked["id"].as_str().unwrap().parse().unwrap();
        let shared = app.app.clone();
        let declined =
            app.app.db.write(app.now(), move |tx| answer::decline(tx, &shared.shop, id, Actor::System, None, None));
        declined.await.unwrap();
        let page = cancel(app, &asked, &Value::Null, &[]).await.expect(409);
        assert_eq!(page.json()["booking_status"], "declined");
        app.tick().await;
    });
}

#[test]
fn a_phone_number_tells_no_address() {
    on_both(async |app| {
        let mut known = checkup(june(2, 9, 0));
        known["client"]["phone"] = json!("+1 213 555 0123");
        book(app, &known, &[]).await.expect(201);
        let mut stranger = checkup(june(3, 9, 0));
        stranger["client"] = json!({"first_name": "Ana", "last_name": "Lima", "phone": "+1 213 555 0123"});
        let page = book(app, &stranger, &[]).await.expect(201);
        assert_eq!(app.count("SELECT count(*) FROM clients"), 1, "recognised");
        assert!(!page.text.contains("ana@client.example"), "{}", page.text);
        let made = page.json();
        let read = read(app, &made, made["manage_token"].as_str().unwrap()).await.expect(200);
        assert!(!read.text.contains("client.example") && !read.text.contains("0123"), "{}", read.text);
        app.tick().await;
    });
}

#[test]
fn one_key_books_once_whoever_asks_at_the_same_moment() {
    on_both(async |app| {
        let key = [("idempotency-key", "7b1f2e0c")];
        let body = checkup(june(2, 9, 0));
        let calls: Vec<_> = (0..8)
            .map(|_| {
                let (visitor, body) = (app.visitor(), body.clone());
                tokio::spawn(async move { visitor.api(Method::POST, "/api/v1/bookings", &body, &key).await })
            })
            .collect();
        let mut answers = Vec::new();
        for call in calls {
            answers.push(call.await.unwrap());
        }
        let ids: Vec<Value> = answers.iter().map(|page| page.clone().expect(201).json()["id"].clone()).collect();
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        assert_eq!(app.count("SELECT count(*) FROM bookings"), 1);
        assert_eq!(answers[0].json(), answers[7].json(), "the same answer, token and all");
        let spaced = format!(" {} ", body.to_string().replace("\":", "\" : "));
        let json = ("content-type", "application/json");
        let same = app.visitor().ask(Method::POST, "/api/v1/bookings", Some(spaced), &[json, key[0]]).await;
        assert_eq!(same.status.as_u16(), 201, "spaces make no other body: {}", same.text);
        let other = book(app, &checkup(june(2, 10, 0)), &key).await.expect(422);
        assert_eq!(other.json()["code"], "idempotency_key_reused");
        let long = "k".repeat(300);
        book(app, &checkup(june(2, 10, 0)), &[("idempotency-key", &long)]).await.expect(422);
        app.tick().await;
        assert_eq!(app.mails_to("ana@client.example").await.len(), 1);
    });
}

#[test]
fn a_refused_call_does_not_use_up_its_key() {
    on_both(async |app| {
        let key = [("idempotency-key", "one key")];
        let mut body = checkup(june(2, 9, 0));
        body["provider"] = json!("ada");
        let first = book(app, &body, &[]).await.expect(201).json();
        let mut other = body.clone();
        other["client"]["email"] = json!("bo@client.example");
        other["client"]["first_name"] = json!("Bo");
        book(app, &other, &key).await.expect(409);
        cancel(app, &first, &Value::Null, &[]).await.expect(200);
        book(app, &other, &key).await.expect(201);
        app.tick().await;
    });
}

#[test]
fn a_taken_time_comes_with_others() {
    on_both(async |app| {
        let mut body = checkup(june(2, 10, 0));
        body["provider"] = json!("ada");
        book(app, &body, &[]).await.expect(201);
        body["client"]["email"] = json!("bo@client.example");
        let gone = book(app, &body, &[]).await.expect(409).json();
        assert_eq!(gone["code"], "slot_taken");
        let others = starts(&gone["alternatives"]);
        assert_eq!(others.len(), 6);
        assert!(
            others.contains(&"2026-06-02T09:30:00-07:00") && others.contains(&"2026-06-02T10:30:00-07:00"),
            "{others:?}"
        );
        assert!(!others.contains(&"2026-06-02T10:00:00-07:00"));
        // Every one can really be had.
        let mut retry = body.clone();
        retry["start"] = gone["alternatives"][0]["start"].clone();
        book(app, &retry, &[]).await.expect(201);
        app.tick().await;
    });
}

#[test]
fn a_hold_that_is_not_used_frees_its_time_at_once() {
    on_both(async |app| {
        let asked = "/api/v1/availability?service=check-up&provider=ada&from=2026-06-02&to=2026-06-02";
        let is_offered = async || {
            let days = get(app, asked).await;
            starts(&days["days"]["2026-06-02"]).contains(&"2026-06-02T09:00:00-07:00")
        };
        let keep = json!({"service": "check-up", "start": june(2, 9, 0).to_rfc3339(), "provider": "ada"});
        let hold = async || app.visitor().api(Method::POST, "/api/v1/holds", &keep, &[]).await.expect(201).json();

        let held = hold().await;
        assert!(!is_offered().await, "and the day is kept in memory so");
        let path = format!("/api/v1/holds/{}", held["id"].as_str().unwrap());
        app.visitor().api(Method::DELETE, &path, &Value::Null, &[]).await.expect(204);
        assert!(is_offered().await, "given up");

        let held = hold().await;
        assert!(!is_offered().await);
        let mut body = checkup(june(2, 14, 0));
        body["provider"] = json!("ada");
        body["hold"] = held["id"].clone();
        book(app, &body, &[]).await.expect(201);
        assert!(is_offered().await, "another time was booked with it");
        app.tick().await;
    });
}

#[test]
fn a_hold_keeps_its_time_for_whoever_knows_it() {
    on_both(async |app| {
        let wish = json!({"service": "check-up", "start": june(2, 9, 0).to_rfc3339(), "provider": "ada"});
        let hold = |headers: &'static [(&'static str, &'static str)]| {
            let (visitor, wish) = (app.visitor(), wish.clone());
            async move { visitor.api(Method::POST, "/api/v1/holds", &wish, headers).await }
        };
        let held = hold(&[("idempotency-key", "hold once")]).await.expect(201).json();
        assert_eq!(held["expires_at"], "2026-06-01T15:10:00+00:00");
        let again = hold(&[("idempotency-key", "hold once")]).await.expect(201).json();
        assert_eq!(held, again);
        assert_eq!(hold(&[]).await.expect(409).json()["code"], "slot_taken");
        let id = held["id"].as_str().unwrap();
        let mut body = checkup(june(2, 9, 0));
        body["provider"] = json!("ada");
        book(app, &body, &[]).await.expect(409);
        // The identifier alone, without its code, opens nothing.
        let bare = id.split('.').next().unwrap();
        let forged = app.visitor().api(Method::DELETE, &format!("/api/v1/holds/{bare}"), &Value::Null, &[]).await;
        assert_eq!(forged.status.as_u16(), 404);
        body["hold"] = json!(bare);
        assert_eq!(book(app, &body, &[]).await.expect(422).json()["errors"][0]["pointer"], "/hold");
        body["hold"] = json!(id);
        book(app, &body, &[]).await.expect(201);
        let given_up = app.visitor().api(Method::DELETE, &format!("/api/v1/holds/{id}"), &Value::Null, &[]).await;
        assert_eq!(given_up.status.as_u16(), 204, "what was used is left as it is");
        assert_eq!(app.count("SELECT count(*) FROM bookings WHERE status = 'booked'"), 1);
        let other = json!({"service": "check-up", "start": june(2, 11, 0).to_rfc3339(), "provider": "ada"});
        let held = app.visitor().api(Method::POST, "/api/v1/holds", &other, &[]).await.expect(201).json();
        let path = format!("/api/v1/holds/{}", held["id"].as_str().unwrap());
        app.visitor().api(Method::DELETE, &path, &Value::Null, &[]).await.expect(204);
        app.visitor().api(Method::POST, "/api/v1/holds", &other, &[]).await.expect(201);
        app.tick().await;
    });
}

#[test]
fn a_visitor_keeps_only_so_many_times() {
    on_both_with(&[("booking.holds_per_visitor_and_day", "2")], async |app| {
        for (hour, status) in [(9, 201), (10, 201), (11, 429)] {
            let wish = json!({"service": "check-up", "start": june(2, hour, 0).to_rfc3339()});
            let page = app.visitor().api(Method::POST, "/api/v1/holds", &wish, &[]).await;
            assert_eq!(page.status.as_u16(), status, "{}", page.text);
        }
    });
}

#[test]
fn every_wrong_field_is_named_at_once() {
    on_both(async |app| {
        let body = json!({
            "service": "nothing", "start": "2026-06-02T09:00:00", "extras": ["x"], "source": "a\nb",
            "client": {"first_name": "www.evil.example", "email": "no", "zone": "Mars", "language": "!"}
        });
        let problem = book(app, &body, &[]).await.expect(422).json();
        let mut found: Vec<String> = problem["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| format!("{} {}", error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap()))
            .collect();
        found.sort_unstable();
        assert_eq!(
            found,
            [
                "/client/email not_an_email",
                "/client/first_name looks_like_link",
                "/client/language not_a_language",
                "/client/last_name required",
                "/client/zone unknown_zone",
                "/extras unknown_extra",
                "/service unknown_service",
                "/source unprintable",
                "/start offset_missing",
            ]
        );
        assert_eq!(problem["code"], "invalid");
        let only = with_field("service", json!("nothing"));
        assert_eq!(book(app, &only, &[]).await.expect(422).json()["code"], "unknown_service");
        let unknown = book(app, &with_field("price", json!(1)), &[]).await.expect(422).json();
        assert_eq!(unknown["errors"][0]["pointer"], "/price");
        assert_eq!(unknown["errors"][0]["code"], "unknown_field");
        let party = book(app, &with_field("party", json!(3)), &[]).await.expect(422).json();
        assert_eq!((&party["code"], &party["party_max"]), (&json!("party_too_large"), &json!(1)));
        let soon = book(app, &checkup(june(1, 8, 30)), &[]).await.expect(422).json();
        assert_eq!((&soon["code"], &soon["earliest"]), (&json!("too_soon"), &json!("2026-06-01T09:00:00-07:00")));
        let far = book(app, &checkup(june(1, 9, 0) + TimeDelta::days(91)), &[]).await.expect(422).json();
        assert_eq!((&far["code"], &far["latest_day"]), (&json!("too_far"), &json!("2026-08-30")));
        assert_eq!(app.count("SELECT count(*) FROM bookings"), 0);
    });
}

fn with_field(name: &str, value: Value) -> Value {
    let mut body = checkup(june(2, 9, 0));
    body[name] = value;
    body
}

#[test]
fn a_time_free_at_two_places_needs_the_place() {
    on_both(async |app| {
        app.database.run(
            "INSERT INTO locations (id, slug, name, zone, street, postal_code, city, region, country)
               VALUES (1002, 'uptown', 'Uptown', 'America/New_York', '2 High St', '10001', 'New York', 'NY', 'US');
             INSERT INTO rooms (id, location_id, name, kind, position) VALUES (2003, 1002, 'Room', 'operatory', 3);
             INSERT INTO weekly_hours (id, provider_id, location_id, kind, weekday, starts_minute, ends_minute)
               VALUES (9001, 3002, 1002, 'work', 2, 600, 1200);
             DELETE FROM weekly_hours WHERE provider_id = 3002 AND location_id = 1001 AND weekday = 2;
             UPDATE change_counters SET value = value + 1 WHERE name = 'catalog';",
        );
        let both = get(app, "/api/v1/availability?service=check-up&from=2026-06-02&to=2026-06-02").await;
        assert!(both["zone"].is_null(), "two zones");
        let all = both["days"]["2026-06-02"].as_array().unwrap();
        let instants: Vec<DateTime<Utc>> =
            starts(&both["days"]["2026-06-02"]).iter().map(|text| text.parse().unwrap()).collect();
        assert!(instants.is_sorted(), "in order of time over both places");
        assert!(all.iter().any(|slot| slot["start"].as_str().unwrap().ends_with("-04:00")));
        let unclear = book(app, &checkup(june(2, 9, 0)), &[]).await.expect(422).json();
        assert_eq!((&unclear["code"], unclear["locations"].as_array().unwrap().len()), (&json!("location_needed"), 2));
        let mut settled = checkup(june(2, 9, 0));
        settled["provider"] = json!("ben");
        assert_eq!(book(app, &settled, &[]).await.expect(201).json()["zone"], "America/New_York");
        app.tick().await;
    });
}

#[test]
fn only_listed_sites_may_call_from_a_browser() {
    let sites = [("server.cors_sites", "https://www.clinic.example")];
    on_both_with(&sites, async |app| {
        let preflight = |origin: &'static str, path: &'static str| {
            let visitor = app.visitor();
            async move {
                let headers = [
                    ("origin", origin),
                    ("access-control-request-method", "POST"),
                    ("access-control-request-headers", "content-type,idempotency-key"),
                ];
                visitor.ask(Method::OPTIONS, path, None, &headers).await
            }
        };
        let (ours, foreign) = ("https://www.clinic.example", "https://evil.example");
        let allowed = preflight(ours, "/api/v1/bookings").await;
        assert_eq!(allowed.status.as_u16(), 200, "{}", allowed.text);
        assert_eq!(allowed.header("access-control-allow-origin"), ours);
        assert!(preflight(foreign, "/api/v1/bookings").await.header("access-control-allow-origin").is_empty());
        assert!(preflight(ours, "/staff").await.header("access-control-allow-origin").is_empty(), "the API only");
        let read = app.visitor().ask(Method::GET, "/api/v1/services", None, &[("origin", ours)]).await.expect(200);
        assert_eq!(read.header("access-control-allow-origin"), ours);
        let read = app.visitor().ask(Method::GET, "/api/v1/services", None, &[("origin", foreign)]).await.expect(200);
        assert!(read.header("access-control-allow-origin").is_empty());
        assert!(read.header("access-control-allow-credentials").is_empty());
    });
}

#[test]
fn operators_see_how_it_is() {
    on_both(async |app| {
        assert_eq!(app.visitor().opens("/healthz").await.expect(200).text, "alive\n");
        let head = app.visitor().ask(Method::HEAD, "/healthz", None, &[]).await.expect(200);
        assert!(head.text.is_empty());
        let ready = get(app, "/readyz").await;
        assert_eq!(
            (&ready["status"], &ready["schema"], &ready["limits"]),
            (&json!("ready"), &json!("current"), &json!("off"))
        );
        assert!(ready["zone_data"].as_str().unwrap().starts_with("20"));
        book(app, &checkup(june(2, 9, 0)), &[]).await.expect(201);
        book(app, &checkup(june(2, 12, 0)), &[]).await.expect(422);
        app.advance(TimeDelta::seconds(90));
        let waiting = get(app, "/readyz").await;
        assert_eq!(waiting["messages"]["oldest_due_seconds"], 90, "{waiting}");
        let text = app.visitor().opens("/metrics").await.expect(200).text;
        for line in [
            "rebook_bookings_total{door=\"api\"} 1",
            "rebook_http_refusals_total{code=\"closed\"} 1",
            "rebook_messages_oldest_due_seconds 90",
            "route=\"/api/v1/bookings\",status=\"2xx\"",
        ] {
            assert!(text.contains(line), "{line} in\n{text}");
        }
        app.tick().await;
        assert!(get(app, "/readyz").await["messages"]["oldest_due_seconds"].is_null());
    });
}

#[test]
fn the_document_and_its_page_are_served() {
    on_both(async |app| {
        let document = get(app, "/api/v1/openapi.json").await;
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
        let page = app.visitor().opens("/api/docs").await.expect(200);
        assert!(page.header("content-type").starts_with("text/html"));
        assert!(
            page.text.contains("data-openapi=\"/api/v1/openapi.json\"")
                && page.text.contains("/assets/swagger-ui-bundle.")
        );
        let wrong = app.visitor().api(Method::DELETE, "/api/v1/bookings", &Value::Null, &[]).await.expect(405);
        assert_eq!((wrong.header("allow"), wrong.json()["code"].as_str()), ("POST", Some("method_not_allowed")));
        let unknown = app.visitor().opens("/api/v1/nothing").await.expect(404);
        assert_eq!(
            (unknown.header("content-type"), unknown.json()["code"].as_str()),
            ("application/problem+json", Some("not_found"))
        );
    });
}
