//! Calendars under a secret address: what they say, to whom, and how they end.

use calcard::icalendar::ICalendar;
use reqwest::Method;
use serde_json::json;

use crate::support::app::{TestApp, on_both};
use crate::support::schema::everything;
use crate::support::shop::june;
use crate::support::visitor::{Page, Visitor};

const ANA: &str = "ana@client.example";

/// The entries of a calendar, each on unfolded lines.
fn entries(page: &Page) -> Vec<String> {
    assert!(page.header("content-type").starts_with("text/calendar"), "{}", page.text);
    ICalendar::parse(&page.text).expect("an independent reader reads it");
    let unfolded = page.text.replace("\r\n ", "");
    assert!(unfolded.contains("REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n"), "{unfolded}");
    unfolded.split("BEGIN:VEVENT").skip(1).map(str::to_owned).collect()
}

async fn books(app: &TestApp, day: u32, hour: u32, email: &str) -> serde_json::Value {
    let body = json!({
        "service": "check-up", "provider": "ada", "start": june(day, hour, 0).to_rfc3339(),
        "client": { "first_name": "Ana", "last_name": "Lima", "email": email },
        "note": "Secret words",
    });
    let booked = app.visitor().api(Method::POST, "/api/v1/bookings", &body, &[]).await.expect(201).json();
    app.tick().await;
    booked
}

/// Makes an address on a page and answers it.
async fn made(app: &TestApp, visitor: &Visitor, page: &str) -> String {
    let form = visitor.opens(page).await.expect(200).form("/calendar");
    let saved = visitor.submits(&form.with("do", "make")).await.expect(200);
    let shown = regex::Regex::new(r#"value="([^"]+\.ics)""#).unwrap();
    let address = shown.captures(&saved.text).expect("an address")[1].to_owned();
    assert!(saved.text.contains("webcal:"), "it can be subscribed to on a tap");
    app.visitor().local(&address)
}

#[test]
fn a_client_reads_her_appointments_and_nobody_elses() {
    on_both(async |app| {
        let booked = books(app, 4, 9, ANA).await;
        books(app, 4, 10, "ben@client.example").await;
        let client = app.client(ANA).await;
        let person = client.opens("/portal/people").await.expect(200);
        let base = regex::Regex::new(r"/portal/people/[0-9A-Za-z]{13}").unwrap();
        let base = base.find(&person.form("/contact").action).expect("her page").as_str().to_owned();
        let address = made(app, &client, &base).await;
        // A calendar program has no cookie.
        let page = app.visitor().opens(&address).await.expect(200);
        let found = entries(&page);
        assert_eq!(found.len(), 1, "{}", page.text);
        let reference = booked["reference"].as_str().unwrap();
        assert!(found[0].contains("SUMMARY:Appointment at Test Dental") && found[0].contains(reference));
        assert!(found[0].contains("DTSTART:20260604T160000Z"), "{}", found[0]);
        for secret in ["Check-up", "Ana", "Secret words", "/m/", ANA] {
            assert!(!page.text.contains(secret), "it names {secret}");
        }
        let known = page.header("etag").to_owned();
        app.visitor().ask(Method::GET, &address, None, &[("if-none-match", &known)]).await.expect(304);
        let before = everything(&app.database);
        app.visitor().opens(&address).await.expect(200);
        assert_eq!(everything(&app.database), before, "reading a calendar changes nothing");
        // What is cancelled is gone at the next reading.
        let token = booked["manage_token"].as_str().unwrap();
        let path = format!("/api/v1/bookings/{}/cancel", booked["id"].as_str().unwrap());
        let bearer = format!("Bearer {token}");
        app.visitor().api(Method::POST, &path, &json!({}), &[("authorization", &bearer)]).await.expect(200);
        let page = app.visitor().ask(Method::GET, &address, None, &[("if-none-match", &known)]).await.expect(200);
        assert!(entries(&page).is_empty());
        app.tick().await;
    });
}

#[test]
fn a_provider_reads_her_day_without_names() {
    on_both(async |app| {
        books(app, 4, 9, ANA).await;
        let ada = app.staff("ada").await;
        assert!(ada.opens("/staff/me").await.expect(200).text.contains("/staff/me/calendar"));
        let own = made(app, &ada, "/staff/me/calendar").await;
        let page = app.visitor().opens(&own).await.expect(200);
        assert_eq!(entries(&page).len(), 1);
        assert!(!page.text.contains("Lima") && !page.text.contains("Check-up"));
        // The manager makes another one; the older address is void.
        let manager = app.staff("manager").await;
        let list = manager.opens("/staff/catalog/providers").await.expect(200);
        let ada_page = list.link("/staff/catalog/providers/0");
        let newer = made(app, &manager, &format!("{ada_page}/calendar")).await;
        app.visitor().opens(&newer).await.expect(200);
        app.visitor().opens(&own).await.expect(404);
        // Whoever is not here any more has no calendar.
        app.database.run("UPDATE providers SET archived_at = '2026-06-01 00:00:00'");
        app.visitor().opens(&newer).await.expect(404);
    });
}

#[test]
fn an_address_ends_when_it_is_switched_off_and_cannot_be_guessed() {
    on_both(async |app| {
        let ada = app.staff("ada").await;
        let address = made(app, &ada, "/staff/me/calendar").await;
        assert!(entries(&app.visitor().opens(&address).await.expect(200)).is_empty(), "an empty calendar is one");
        let mut wrong = address.clone().into_bytes();
        let place = wrong.len() - 6;
        wrong[place] = if wrong[place] == b'a' { b'b' } else { b'a' };
        app.visitor().opens(&String::from_utf8(wrong).unwrap()).await.expect(404);
        for wrong in ["/calendar/x", "/calendar/.ics", "/calendar/0000000000000.ics"] {
            app.visitor().opens(wrong).await.expect(404);
        }
        let off = ada.opens("/staff/me/calendar").await.form("/calendar").with("do", "revoke");
        ada.submits(&off).await.expect(200).shows("does not open anything");
        app.visitor().opens(&address).await.expect(404);
    });
}
