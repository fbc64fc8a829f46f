//! Programs of the clinic's own: what their tokens open, and that they open nothing once they are taken back.

use rebook::domain::ids;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::on_both;
use crate::support::shop::{self, june};
use crate::support::visitor::{Page, Visitor};

/// Makes a token on the owner's page and reads it there, as people do.
pub(crate) async fn token_of(owner: &Visitor, scope: &str) -> String {
    let page = owner.opens("/owner/programs").await;
    let form = page.form("/owner/programs").with("name", "Practice system").with("scope", scope);
    let made = owner.submits(&form).await.expect(200);
    let token = regex::Regex::new("rebook_[0-9a-f]{64}").unwrap().find(&made.text).expect("the token is shown");
    token.as_str().to_owned()
}

async fn reads(program: &Visitor, token: &str, path: &str) -> Page {
    program.ask(Method::GET, path, None, &[("authorization", &format!("Bearer {token}"))]).await
}

async fn does(program: &Visitor, token: &str, path: &str, body: Value) -> Page {
    program.api(Method::POST, path, &body, &[("authorization", &format!("Bearer {token}"))]).await
}

const JUNE: &str = "/api/v1/appointments?from=2026-06-01&to=2026-06-30";

#[test]
fn a_token_opens_its_calls_until_it_is_taken_back() {
    on_both(async |app| {
        let owner = app.staff("owner").await;
        let token = token_of(&owner, "staff").await;
        let program = app.visitor();

        let without = program.ask(Method::GET, JUNE, None, &[]).await.expect(401);
        assert_eq!(without.json()["code"], "token_needed");
        let foreign = format!("rebook_{}", "0".repeat(64));
        assert_eq!(reads(&program, &foreign, JUNE).await.expect(401).json()["code"], "token_unknown");

        assert!(reads(&program, &token, JUNE).await.expect(200).json()["data"].is_array());
        for wrong in [
            "/api/v1/appointments?from=2026-06-30&to=2026-06-01",
            "/api/v1/appointments?from=2026-01-01&to=2026-12-31",
            "/api/v1/appointments?from=2026-06-01",
            "/api/v1/appointments?from=2026-06-01&to=2026-06-02&location=nowhere",
            "/api/v1/clients",
        ] {
            reads(&program, &token, wrong).await.expect(422);
        }
        reads(&program, &token, "/api/v1/clients/0000000000001").await.expect(404);

        let list = owner.opens("/owner/programs").await;
        assert!(!list.text.contains(&token), "a token is shown once");
        owner.submits(&list.form("/revoke")).await;
        assert_eq!(reads(&program, &token, JUNE).await.expect(401).json()["code"], "token_unknown");
    });
}

#[test]
fn a_program_works_like_reception() {
    on_both(async |app| {
        let owner = app.staff("owner").await;
        let token = token_of(&owner, "owner").await;
        let program = app.visitor();
        let booked = app.books_by_api("check-up", june(2, 14, 0), "zoe@client.example").await.expect(201).json();
        let id = booked["id"].as_str().unwrap();

        let listed = reads(&program, &token, JUNE).await.expect(200).json();
        let places = listed["data"].as_array().unwrap().iter().flat_map(|block| block["bookings"].as_array().unwrap());
        let place = places.into_iter().find(|place| place["id"] == id).expect("it stands on the calendar").clone();
        assert_eq!(place["email"], "zoe@client.example");
        let client = place["client"].as_str().unwrap();
        let read = reads(&program, &token, &format!("/api/v1/clients/{client}")).await.expect(200).json();
        assert_eq!(read["email"], "zoe@client.example");
        let found = reads(&program, &token, "/api/v1/clients?q=zoe@client.example").await.expect(200).json();
        assert_eq!(found["data"][0]["id"], client);

        // Its own words for what is read with the client's token too.
        reads(&program, &token, &format!("/api/v1/bookings/{id}")).await.expect(200);
        let early = does(&program, &token, &format!("/api/v1/bookings/{id}/no-show"), json!({})).await.expect(409);
        assert_eq!(early.json()["code"], "wrong_status");
        app.advance(june(2, 14, 0) - app.now());
        let arrived = does(&program, &token, &format!("/api/v1/bookings/{id}/arrive"), json!({})).await.expect(200);
        assert_eq!(arrived.json()["status"], "arrived");
        does(&program, &token, &format!("/api/v1/bookings/{id}/start"), json!({})).await.expect(200);
        let done = does(&program, &token, &format!("/api/v1/bookings/{id}/complete"), json!({})).await.expect(200);
        assert_eq!(done.json()["status"], "completed");
        let back = does(&program, &token, &format!("/api/v1/bookings/{id}/undo"), json!({})).await.expect(200);
        assert_eq!(back.json()["status"], "in_progress");
        let again = does(&program, &token, &format!("/api/v1/bookings/{id}/undo"), json!({})).await.expect(409);
        assert_eq!(again.json()["code"], "nothing_to_undo");
        does(&program, &token, &format!("/api/v1/bookings/{id}/complete"), json!({})).await.expect(200);
        does(&program, &token, &format!("/api/v1/bookings/{id}/complete"), json!({})).await.expect(409);
        does(&program, &token, "/api/v1/bookings/0000000000001/arrive", json!({})).await.expect(404);

        // Staff are bound by no deadline, whichever door they come through.
        let soon = app.books_by_api("check-up", june(2, 16, 0), "mia@client.example").await.expect(201).json();
        let soon = soon["id"].as_str().unwrap();
        let called_off =
            does(&program, &token, &format!("/api/v1/bookings/{soon}/cancel"), json!({})).await.expect(200);
        assert_eq!(called_off.json()["status"], "cancelled");
        let by_staff = "SELECT count(*) FROM booking_events WHERE actor = 'staff' AND staff_user_id IS NOT NULL";
        assert!(3 < app.count(by_staff), "what a program does has an author");
        app.tick().await;
    });
}

#[test]
fn a_program_blocks_time_takes_money_and_reads_what_was_told() {
    on_both(async |app| {
        let owner = app.staff("owner").await;
        let token = token_of(&owner, "staff").await;
        let program = app.visitor();
        let booked = app.books_by_api("check-up", june(2, 10, 0), "zoe@client.example").await.expect(201).json();
        app.tick().await;
        let id = booked["id"].as_str().unwrap();
        does(&program, &token, &format!("/api/v1/bookings/{id}/confirm"), json!({})).await.expect(200);
        assert_eq!(app.count("SELECT count(*) FROM bookings WHERE client_confirmed_at IS NOT NULL"), 1);

        let location = ids::encode(shop::LOCATION);
        let wish =
            |start, end| json!({"location": location, "provider": "ada", "start": start, "end": end, "reason": "Team"});
        let taken = wish("2026-06-02T10:00:00-07:00", "2026-06-02T11:00:00-07:00");
        assert_eq!(does(&program, &token, "/api/v1/blocks", taken).await.expect(409).json()["code"], "slot_taken");
        let endless = wish("2026-06-02T14:00:00-07:00", "2026-06-04T15:00:00-07:00");
        does(&program, &token, "/api/v1/blocks", endless).await.expect(422);
        let free = wish("2026-06-02T14:00:00-07:00", "2026-06-02T15:00:00-07:00");
        let block = does(&program, &token, "/api/v1/blocks", free).await.expect(201).json();
        assert_eq!(block["start"], "2026-06-02T14:00:00-07:00");
        let days = "from=2026-06-01&to=2026-06-30";
        let listed = reads(&program, &token, &format!("/api/v1/blocks?{days}")).await.expect(200).json();
        assert_eq!((&listed["total"], &listed["data"][0]["reason"]), (&json!(1), &json!("Team")));
        let gone = format!("/api/v1/blocks/{}", block["id"].as_str().unwrap());
        let authorization = format!("Bearer {token}");
        let header = [("authorization", authorization.as_str())];
        program.ask(Method::DELETE, &gone, None, &header).await.expect(204);
        program.ask(Method::DELETE, &gone, None, &header).await.expect(404);

        let client = reads(&program, &token, "/api/v1/clients?q=zoe@client.example").await.json();
        let client = client["data"][0]["id"].as_str().unwrap();
        let pay = |amount: i64, kind: &str| json!({"client": client, "booking": id, "kind": kind, "method": "card", "amount": amount});
        let once = [("authorization", authorization.as_str()), ("idempotency-key", "till-1")];
        for _ in 0..2 {
            program.api(Method::POST, "/api/v1/payments", &pay(5_000, "payment"), &once).await.expect(201);
        }
        let other = program.api(Method::POST, "/api/v1/payments", &pay(6_000, "payment"), &once).await.expect(422);
        assert_eq!(other.json()["code"], "idempotency_key_reused");
        let refused = does(&program, &token, "/api/v1/payments", pay(5_001, "refund")).await.expect(409).json();
        assert_eq!((&refused["code"], &refused["at_most"]), (&json!("too_much"), &json!(5_000)));
        does(&program, &token, "/api/v1/payments", pay(0, "payment")).await.expect(422);
        does(&program, &token, "/api/v1/payments", pay(2_000, "refund")).await.expect(201);
        let days = "from=2026-05-01&to=2026-06-30";
        let ledger = reads(&program, &token, &format!("/api/v1/payments?{days}")).await.expect(200).json();
        let lines: Vec<(&str, i64)> = ledger["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| (line["kind"].as_str().unwrap(), line["amount"]["amount"].as_i64().unwrap()))
            .collect();
        assert_eq!(lines, [("payment", 5_000), ("refund", 2_000)]);

        let told = reads(&program, &token, &format!("/api/v1/messages?{days}")).await.expect(200).json();
        let kinds: Vec<&str> =
            told["data"].as_array().unwrap().iter().map(|message| message["kind"].as_str().unwrap()).collect();
        assert!(kinds.contains(&"confirmation"), "{kinds:?}");
        let waiting = reads(&program, &token, "/api/v1/waitlist").await.expect(200).json();
        assert_eq!(waiting["total"], 0);
        reads(&program, &token, "/api/v1/waitlist?service=nothing").await.expect(422);
        app.tick().await;
    });
}
