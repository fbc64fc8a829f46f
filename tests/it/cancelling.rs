//! Calling off: why, who is counted for it, and the whole day of a provider who is ill.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{TestApp, on_both};
use crate::support::shop::june;
use crate::support::visitor::{Page, Visitor};

/// The manage token of a check-up somebody booked.
async fn token_of(app: &TestApp, day: u32, hour: u32, email: &str) -> (String, String) {
    let booked = app.books_by_api("check-up", june(day, hour, 0), email).await.expect(201).json();
    app.tick().await;
    let text = |name: &str| booked[name].as_str().unwrap().to_owned();
    (text("id"), text("manage_token"))
}

async fn cancels(app: &TestApp, (id, token): &(String, String), body: &Value) -> Page {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str())];
    app.visitor().api(Method::POST, &format!("/api/v1/bookings/{id}/cancel"), body, &headers).await
}

async fn client_page(desk: &Visitor, name: &str) -> Page {
    let link = desk.opens(&format!("/staff/clients?q={name}")).await.link("/staff/clients/");
    desk.opens(&link).await.expect(200)
}

#[test]
fn a_client_picks_a_reason_and_the_desk_reads_it() {
    on_both(async |app| {
        let (_, token) = token_of(app, 4, 9, "ana@client.example").await;
        let visitor = app.visitor();
        let form = visitor.opens(&format!("/m/{token}")).await.expect(200).shows("I am ill").form("/cancel");
        let wrong = form.clone().with("reason_code", "provider_ill").with("reason", "Typed by hand");
        visitor.submits_once(&wrong).await.expect(422).shows("choose a reason").shows("Typed by hand");
        let german = visitor.opens(&format!("/m/{token}?lang=de")).await.expect(200);
        assert!(german.text.contains("Ich bin krank"));
        visitor.submits(&form.with("reason_code", "ill").with("reason", "Sorry")).await.expect(200);
        app.tick().await;
        assert_eq!(
            app.count("SELECT count(*) FROM bookings WHERE ended_reason_code = 'ill' AND ended_reason = 'Sorry'"),
            1
        );
        let desk = app.staff("desk").await;
        let page = client_page(&desk, "Lima").await;
        let booking = desk.opens(&page.link("/staff/bookings/")).await.expect(200);
        assert_eq!(booking.text.matches("I am ill: Sorry").count(), 2, "in the notice and in the history");
    });
}

#[test]
fn refusals_name_the_deadline_and_whom_to_call() {
    on_both(async |app| {
        let booking = token_of(app, 2, 9, "ana@client.example").await;
        app.advance(TimeDelta::hours(3));
        let refused = cancels(app, &booking, &json!({})).await.expect(422).json();
        assert_eq!((&refused["code"], &refused["phone"]), (&json!("too_late"), &json!("+1 213 555 0100")));
        assert_eq!(refused["deadline"], "2026-06-01T09:00:00-07:00");
        let page = app.visitor().opens(&format!("/m/{}", booking.1)).await.expect(200);
        assert!(page.text.contains("June 1, 2026") && page.text.contains("tel:+1 213 555 0100"));
        app.database
            .run("UPDATE locations SET phone = '+1 213 555 0199'; UPDATE change_counters SET value = value + 1;");
        let refused = cancels(app, &booking, &json!({})).await.expect(422).json();
        assert_eq!(refused["phone"], "+1 213 555 0199", "the location comes before the clinic");
        let unknown = cancels(app, &booking, &json!({ "reason_code": "because" })).await.expect(422).json();
        assert_eq!(unknown["code"], "too_late");
    });
}

#[test]
fn an_unknown_code_is_refused_by_the_api_too() {
    on_both(async |app| {
        let booking = token_of(app, 4, 9, "ana@client.example").await;
        for code in ["because", "provider_ill"] {
            let refused = cancels(app, &booking, &json!({ "reason_code": code })).await.expect(422).json();
            assert_eq!(refused["code"], "unknown_reason", "{code}");
        }
        let done = cancels(app, &booking, &json!({ "reason_code": "no_time", "reason": "Work" })).await.expect(200);
        assert_eq!(
            (&done.json()["ended_reason_code"], &done.json()["ended_reason"]),
            (&json!("no_time"), &json!("Work"))
        );
        app.tick().await;
    });
}

/// Cancels as the desk, late, for a reason.
async fn desk_cancels(app: &TestApp, desk: &Visitor, id: &str, code: &str) {
    let form = desk.opens(&format!("/staff/bookings/{id}")).await.expect(200).form("/cancel");
    desk.submits(&form.with("reason_code", code)).await.expect(200).shows("cancelled");
    app.tick().await;
}

#[test]
fn late_cancellations_and_missed_visits_are_counted_on_the_client_and_not_the_clinics_own() {
    on_both(async |app| {
        let desk = app.staff("desk").await;
        for (hour, code) in [(9, "client_asked"), (10, "provider_ill"), (11, "ill"), (13, "")] {
            let (id, _) = token_of(app, 1, hour, "ana@client.example").await;
            desk_cancels(app, &desk, &id, code).await;
        }
        let (early, _) = token_of(app, 9, 9, "ana@client.example").await;
        desk_cancels(app, &desk, &early, "client_asked").await;
        let (missed, _) = token_of(app, 1, 14, "ana@client.example").await;
        let (kept, _) = token_of(app, 1, 15, "ana@client.example").await;
        app.advance(TimeDelta::hours(10));
        let desk = app.staff("desk").await;
        for (id, deed) in [(missed, "no-show"), (kept, "complete")] {
            let form = desk.opens(&format!("/staff/bookings/{id}")).await.form(&format!("/{deed}"));
            desk.submits(&form).await.expect(200);
        }
        app.tick().await;
        let page = client_page(&desk, "Lima").await.shows("Reliability");
        let counts =
            regex::Regex::new(r#"(Kept visits|Late cancellations|No-shows)</dt><dd class="number">(\d+)"#).unwrap();
        let found: Vec<_> =
            counts.captures_iter(&page.text).map(|hit| (hit[1].to_owned(), hit[2].to_owned())).collect();
        let wanted = [("Kept visits", "1"), ("Late cancellations", "3"), ("No-shows", "1")];
        assert_eq!(found, wanted.map(|(what, count)| (what.to_owned(), count.to_owned())));
        assert_eq!(page.text.matches("Late cancellation</span>").count(), 3, "each is marked where it stands");
    });
}

#[test]
fn managers_word_order_add_and_retire_reasons() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        let place = "/staff/catalog/cancellation-reasons";
        let page = manager.opens(place).await.expect(200).shows("I cannot make it").shows("Equipment is out of order");
        let new = manager.opens(&page.link("new?of=client")).await.expect(200).form("/new");
        manager.submits_once(&new).await.expect(422);
        let added = new.with("text_en", "Moved away").with("text_de", "Umgezogen");
        manager.submits(&added).await.expect(200).shows("Moved away").shows("moved_away");
        let (_, token) = token_of(app, 4, 9, "ana@client.example").await;
        let form = app.visitor().opens(&format!("/m/{token}?lang=de")).await.shows("Umgezogen").form("/cancel");
        // First in the list after enough presses; pressing at the top changes nothing.
        for _ in 0..8 {
            let page = manager.opens(place).await;
            let last =
                page.forms().into_iter().filter(|form| form.action.contains("/place") && form.value("to") == "up");
            let moved = page.text.find("Moved away").unwrap();
            let own = last.map(|form| form.action).find(|action| page.text[moved..].find(action.as_str()).is_some());
            let ours =
                page.forms().into_iter().find(|form| Some(&form.action) == own.as_ref() && form.value("to") == "up");
            manager.submits(&ours.unwrap()).await.expect(200);
        }
        let shown = app.visitor().opens(&format!("/m/{token}")).await;
        assert!(shown.text.find("Moved away").unwrap() < shown.text.find("I cannot make it").unwrap());
        // Archived: not asked any more, but a form that was open still works.
        let page = manager.opens(place).await;
        let id = app.count("SELECT id FROM cancellation_reasons WHERE code = 'moved_away'");
        let archive = page.form(&format!("{}/archive", rebook::domain::ids::encode(id)));
        manager.submits(&archive).await.expect(200);
        assert!(!app.visitor().opens(&format!("/m/{token}")).await.text.contains("Moved away"));
        app.visitor().submits(&form.with("reason_code", "moved_away")).await.expect(200);
        app.tick().await;
        assert_eq!(app.count("SELECT count(*) FROM bookings WHERE ended_reason_code = 'moved_away'"), 1);
    });
}

#[test]
fn words_of_ours_are_followed_until_the_clinic_writes_its_own() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        let form =
            manager.opens("/staff/catalog/cancellation-reasons/0000000000003").await.expect(200).form("cancellation");
        assert_eq!((form.value("text_en"), form.value("text_de")), ("I am ill", "Ich bin krank"));
        manager.submits(&form).await.expect(200);
        assert_eq!(app.count("SELECT count(*) FROM cancellation_reason_texts"), 0, "our own words are not kept");
        manager.submits(&form.clone().with("text_en", "I caught a cold")).await.expect(200).shows("I caught a cold");
        assert_eq!(app.count("SELECT count(*) FROM cancellation_reason_texts"), 2);
        manager.submits_once(&form.with("text_en", "a\u{202e}b")).await.expect(422).shows("characters");
    });
}
