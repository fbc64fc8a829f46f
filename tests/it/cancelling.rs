//! Calling off: why, who is counted for it, and the whole day of a provider who is ill.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{TestApp, on_both};
use crate::support::shop::june;
use crate::support::visitor::{Form, Page, Visitor};

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
    let link = desk.opens(&format!("/staff/clients?q={name}")).await.link("/staff/clients/0");
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
            let own = last.map(|form| form.action).find(|action| page.text.split_at(moved).1.contains(action.as_str()));
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

/// A check-up with Ada, booked by somebody with a mail address.
async fn with_ada(app: &TestApp, day: u32, hour: u32, email: &str) -> String {
    let body = json!({
        "service": "check-up",
        "provider": "ada",
        "start": june(day, hour, 0).to_rfc3339(),
        "client": { "first_name": "Ana", "last_name": "Lima", "email": email },
    });
    let booked = app.visitor().api(Method::POST, "/api/v1/bookings", &body, &[]).await.expect(201).json();
    booked["id"].as_str().unwrap().to_owned()
}

/// Four bookings with Ada on 3 June, one of them by phone; the desk looks at them.
async fn a_day_with_ada(app: &TestApp) -> (Visitor, Page) {
    for (hour, email) in [(9, "one"), (10, "two"), (14, "three")] {
        with_ada(app, 3, hour, &format!("{email}@client.example")).await;
    }
    let desk = app.staff("desk").await;
    let body = json!({
        "service": "check-up",
        "provider": "ada",
        "start": june(3, 15, 0).to_rfc3339(),
        "client": { "first_name": "Zoe", "last_name": "Phone", "phone": "+1 213 555 0142" },
    });
    app.visitor().api(Method::POST, "/api/v1/bookings", &body, &[]).await.expect(201);
    app.tick().await;
    let page = desk.opens("/staff/call-off?provider=ada&day=2026-06-03").await.expect(200);
    (desk, page)
}

fn chosen(form: &Form) -> usize {
    form.fields.iter().filter(|(name, _)| name == "booking").count()
}

fn call_off_form(page: &Page) -> Form {
    page.forms().into_iter().find(|form| form.method == "post" && form.action == "/staff/call-off").unwrap()
}

#[test]
fn a_providers_day_is_called_off_in_one_go() {
    on_both(async |app| {
        let (desk, page) = a_day_with_ada(app).await;
        let form = call_off_form(&page.shows("4 appointments are concerned").shows("call +1 213 555 0142"));
        assert_eq!(chosen(&form), 4, "everything to come is ticked");
        let before = app.mails().await.len();
        let form = form.with("reason_code", "provider_ill").with("words", "Get well soon, Ada");
        let page = desk.submits(&form).await.expect(200).shows("4 appointments were called off");
        assert!(page.text.contains("Please call one client") && page.text.contains("+1 213 555 0142"));
        assert!(page.text.contains("3 clients are told by mail"));
        assert_eq!(app.count("SELECT count(*) FROM bookings WHERE status = 'cancelled' AND offer_other_times"), 4);
        assert_eq!(app.count("SELECT count(*) FROM bookings WHERE late_cancellation"), 0);
        assert_eq!(
            app.count("SELECT count(*) FROM booking_events WHERE kind = 'cancelled' AND staff_user_id = 6003"),
            4
        );
        assert_eq!(app.count("SELECT count(*) FROM time_off WHERE status = 'approved' AND starts_minute IS NULL"), 1);
        app.tick().await;
        let mail = app.mails_to("one@client.example").await.pop().unwrap().read().unwrap();
        assert!(mail.text.contains("We are sorry"), "{}", mail.text);
        assert!(mail.text.contains("Reason: The provider is ill. Get well soon, Ada"), "{}", mail.text);
        assert_eq!(app.mails_to("one@client.example").await.len(), 2);
        // Three times that are free now, none of them in the time that was closed.
        let link = regex::Regex::new(r"https?://\S+(/book/check-up/details\S+)").unwrap();
        let links: Vec<String> = link.captures_iter(&mail.text).map(|found| found[1].to_owned()).collect();
        assert_eq!(links.len(), 3, "{}", mail.text);
        let days: std::collections::BTreeSet<&str> =
            links.iter().map(|link| link.split_once("start=").unwrap().1.split_at(10).0).collect();
        assert_eq!(days.len(), 3, "on different days: {days:?}");
        for link in &links {
            assert!(link.contains("location=downtown") && link.contains("provider="));
            let page = app.visitor().opens(link).await.expect(200);
            assert!(page.path.contains("/details"), "{link}");
        }
        assert!(app.mails().await.len() >= before + 3);
        // Nobody books into it again.
        let free = app
            .visitor()
            .opens("/api/v1/availability?service=check-up&provider=ada&from=2026-06-03&to=2026-06-03")
            .await;
        assert!(!free.text.contains("2026-06-03T"), "{}", free.text);
        // Sent twice: nothing is left to call off, and nothing more happens.
        let rows = app.rows();
        desk.submits_once(&form).await.expect(409);
        assert_eq!(app.rows(), rows);
    });
}

#[test]
fn the_mail_is_shown_before_it_leaves() {
    on_both(async |app| {
        let (desk, page) = a_day_with_ada(app).await;
        let form = call_off_form(&page).with("reason_code", "equipment").with("words", "The chair is broken");
        let rows = app.rows();
        let page = desk.submits_once(&form.with("step", "preview")).await.expect(200);
        for words in
            ["What Ana Lima would read", "We are sorry", "Equipment is out of order. The chair is broken", "with "]
        {
            assert!(page.text.contains(words), "{words}:\n{}", page.text);
        }
        assert_eq!(app.rows(), rows, "looking changed something");
        let again = call_off_form(&page);
        assert_eq!((again.value("words"), chosen(&again)), ("The chair is broken", 4));
        // By default a single cancellation offers nothing, and says whose doing it was.
        let id = rebook::domain::ids::encode(app.count("SELECT min(id) FROM bookings"));
        desk_cancels(app, &desk, &id, "client_asked").await;
        let mail = app.mails_to("one@client.example").await.pop().unwrap().read().unwrap();
        assert!(!mail.text.contains("We are sorry") && !mail.text.contains("asked for it"), "{}", mail.text);
        assert!(!mail.text.contains("/details"));
    });
}

#[test]
fn part_of_a_day_concerns_what_has_a_minute_in_it_and_what_began_is_not_ticked() {
    on_both(async |app| {
        let (desk, _) = a_day_with_ada(app).await;
        let page = desk.opens("/staff/call-off?provider=ada&day=2026-06-03&from=13:00").await.expect(200);
        let form = call_off_form(&page.shows("2 appointments are concerned"));
        desk.submits(&form.with("offer", "on")).await.expect(200).shows("2 appointments were called off");
        assert_eq!(app.count("SELECT count(*) FROM bookings WHERE status = 'booked'"), 2);
        assert_eq!(app.count("SELECT count(*) FROM time_off WHERE starts_minute = 780 AND ends_minute = 1440"), 1);
        app.tick().await;
        app.advance(TimeDelta::hours(49) + TimeDelta::minutes(10));
        app.tick().await;
        let desk = app.staff("desk").await;
        let page = desk.opens("/staff/call-off?provider=ada&day=2026-06-03").await.expect(200);
        assert_eq!(chosen(&call_off_form(&page.shows("Has begun already"))), 1, "the one at nine has begun");
    });
}

#[test]
fn one_changed_booking_keeps_all_of_them_and_says_so() {
    on_both(async |app| {
        let (desk, page) = a_day_with_ada(app).await;
        let form = call_off_form(&page);
        let other = app.staff("owner").await;
        let link = page.links().into_iter().find(|link| link.starts_with("/staff/bookings/"));
        assert_eq!(link, None, "the list to choose from has no links to lose one's choice by");
        let id = app.count("SELECT min(id) FROM bookings");
        let booking = format!("/staff/bookings/{}", rebook::domain::ids::encode(id));
        let cancel = other.opens(&booking).await.form("/cancel");
        other.submits(&cancel).await.expect(200);
        app.tick().await;
        let rows = app.rows();
        let page = desk.submits_once(&form.with("words", "Typed by hand")).await.expect(409);
        assert!(page.text.contains("nothing was called off") && page.text.contains("Typed by hand"));
        assert_eq!(app.rows(), rows, "a refused call-off left a trace");
        assert_eq!(app.count("SELECT count(*) FROM time_off"), 0);
    });
}

#[test]
fn calling_off_nothing_or_nonsense_changes_nothing() {
    on_both(async |app| {
        let (desk, page) = a_day_with_ada(app).await;
        let form = call_off_form(&page);
        let rows = app.rows();
        let nothing = form.clone().without("booking").without("close");
        desk.submits_once(&nothing).await.expect(422).shows("choose at least one");
        for (field, value) in
            [("day", "yesterday"), ("provider", "nobody"), ("from", "25:00"), ("reason_code", "because")]
        {
            desk.submits_once(&form.clone().with(field, value)).await.expect(422);
        }
        desk.submits_once(&form.clone().with("from", "15:00").with("until", "14:00")).await.expect(422).shows("after");
        desk.submits_once(&form.clone().with("booking", "nonsense")).await.expect(400);
        // A booking of somebody else's day is none of this list.
        desk.submits_once(&form.clone().with("day", "2026-06-04")).await.expect(409);
        desk.submits_once(&form.with("provider", "ben")).await.expect(409);
        assert_eq!(app.rows(), rows);
        desk.opens("/staff/call-off").await.expect(200).shows("Call off a provider");
        desk.opens("/staff/call-off?provider=ben&day=2026-06-05").await.expect(200).shows("Nothing is booked then");
    });
}
