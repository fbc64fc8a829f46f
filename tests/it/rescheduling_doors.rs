//! Moving through the doors: the client's link, the desk, other programs; and the calendar entry that follows. On both
//! engines, through a real server.

use std::collections::BTreeMap;

use calcard::icalendar::{ICalendar, ICalendarProperty, ICalendarValue};
use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{TestApp, on_both};
use crate::support::shop::{self, june};
use crate::support::visitor::{Form, Page, Visitor};

const ANA: &str = "ana@client.example";

/// Ana's check-up with Ada on 4 June at nine, told to her.
async fn anas(app: &TestApp) -> Value {
    booked(app, june(4, 9, 0), ANA).await
}

async fn booked(app: &TestApp, starts_at: chrono::DateTime<chrono::Utc>, email: &str) -> Value {
    let body = json!({
        "service": "check-up",
        "provider": "ada",
        "start": starts_at.to_rfc3339(),
        "client": {"first_name": "Ana", "last_name": "Lima", "email": email},
    });
    let made = app.visitor().api(Method::POST, "/api/v1/bookings", &body, &[]).await.expect(201).json();
    app.tick().await;
    made
}

fn link(booking: &Value) -> String {
    format!("/m/{}", booking["manage_token"].as_str().unwrap())
}

async fn moves(app: &TestApp, booking: &Value, body: &Value, headers: &[(&str, &str)]) -> Page {
    let path = format!("/api/v1/bookings/{}/reschedule", booking["id"].as_str().unwrap());
    let bearer = format!("Bearer {}", booking["manage_token"].as_str().unwrap());
    let mut all = vec![("authorization", bearer.as_str())];
    all.extend_from_slice(headers);
    app.visitor().api(Method::POST, &path, body, &all).await
}

fn to(starts_at: chrono::DateTime<chrono::Utc>) -> Value {
    json!({"start": starts_at.to_rfc3339()})
}

/// The form of the page that moves.
fn form_of(page: &Page) -> Form {
    page.forms().into_iter().find(|form| form.method == "post" && form.action.contains("/move")).expect("a form")
}

/// A calendar program: takes invitations as they come and keeps an entry per UID.
#[derive(Default)]
struct Calendar(BTreeMap<String, (i64, String)>);

impl Calendar {
    fn applies(&mut self, text: &str) {
        let calendar = ICalendar::parse(text).expect("a calendar");
        let words = |property: &ICalendarProperty| -> Vec<String> {
            let all = calendar.components.iter().flat_map(|component| &component.entries);
            let named = all.filter(|entry| entry.name == *property).filter_map(|entry| entry.values.first());
            named
                .map(|value| match value {
                    ICalendarValue::Integer(number) => number.to_string(),
                    other => other.as_text().unwrap_or_default().to_owned(),
                })
                .collect()
        };
        let uid = words(&ICalendarProperty::Uid).first().cloned().expect("a UID");
        let sequence: i64 = words(&ICalendarProperty::Sequence).first().map_or(0, |text| text.parse().unwrap());
        let is_newer = self.0.get(&uid).is_none_or(|(known, _)| *known < sequence);
        assert!(is_newer, "every version is newer than the last");
        if text.contains("METHOD:CANCEL") {
            self.0.remove(&uid);
        } else {
            let start = text.lines().find(|line| line.starts_with("DTSTART")).unwrap().trim().to_owned();
            self.0.insert(uid, (sequence, start));
        }
    }
}

#[test]
fn the_calendar_entry_moves_and_vanishes_with_the_booking() {
    on_both(async |app| {
        let booking = anas(app).await;
        moves(app, &booking, &to(june(4, 14, 0)), &[]).await.expect(200);
        app.tick().await;
        let path = format!("/api/v1/bookings/{}/cancel", booking["id"].as_str().unwrap());
        let bearer = format!("Bearer {}", booking["manage_token"].as_str().unwrap());
        app.visitor().api(Method::POST, &path, &json!({}), &[("authorization", &bearer)]).await.expect(200);
        app.tick().await;
        let mails: Vec<String> =
            app.mails_to(ANA).await.iter().map(|mail| mail.read().unwrap().calendar.unwrap()).collect();
        assert_eq!(mails.len(), 3);
        let mut calendar = Calendar::default();
        calendar.applies(&mails[0]);
        let first = calendar.0.values().next().cloned().unwrap();
        calendar.applies(&mails[1]);
        assert_eq!(calendar.0.len(), 1, "one entry that moved, not two");
        let second = calendar.0.values().next().cloned().unwrap();
        assert_eq!((first.0, second.0), (0, 1));
        assert_ne!(first.1, second.1);
        calendar.applies(&mails[2]);
        assert!(calendar.0.is_empty(), "and it is gone");
    });
}

#[test]
fn a_client_moves_by_the_link_and_nothing_is_lost_on_the_way() {
    on_both(async |app| {
        let booking = anas(app).await;
        let ana = app.visitor();
        let page = ana.opens(&link(&booking)).await.expect(200).shows("Move to another time");
        let picker = ana.opens(&page.link("/move")).await.expect(200).shows("Choose another time");
        let times = picker.buttons("start");
        assert!(!times.contains(&"2026-06-04T16:00:00Z".to_owned()), "its own time is not offered");
        assert!(times.contains(&"2026-06-04T21:00:00Z".to_owned()), "{times:?}");
        let chosen = format!("{}/move?provider=ada&location=downtown&start=2026-06-04T21:00:00Z", link(&booking));
        let confirm = ana.opens(&chosen).await.expect(200).shows("Move your appointment?");
        let before = app.rows();
        let form = form_of(&confirm).with("reason", "My shift changed");
        // Somebody is faster.
        booked(app, june(4, 14, 0), "quick@client.example").await;
        let gone = ana.submits_once(&form).await.expect(409).shows("has just been taken");
        assert!(!gone.buttons("start").contains(&"2026-06-04T21:00:00Z".to_owned()), "the newest times");
        assert!(gone.text.contains("My shift changed"), "what was typed is carried along");
        assert!(before.len() == app.rows().len());
        let confirm = ana.opens(&chosen.replace("T21:00", "T22:00")).await.expect(200);
        let form = form_of(&confirm);
        ana.submits(&form).await.expect(200).shows("Your appointment has moved").shows("3:00");
        // Pressed twice, and the old link still opens the same booking.
        ana.submits(&form).await.expect(200).shows("3:00");
        app.tick().await;
        let told = app.mails_to(ANA).await;
        assert_eq!(told.len(), 2);
        assert!(told[1].read().unwrap().calendar.unwrap().contains("SEQUENCE:1"));
        assert_eq!(app.count("SELECT count(*) FROM booking_events WHERE kind = 'moved'"), 1);
    });
}

#[test]
fn past_the_deadline_the_page_names_it_and_whom_to_call() {
    on_both(async |app| {
        let booking = anas(app).await;
        let confirm = app.visitor().opens(&format!("{}/move?start=2026-06-04T21:00:00Z", link(&booking))).await;
        let form = form_of(&confirm.expect(200));
        app.advance(TimeDelta::hours(60));
        let ana = app.visitor();
        let refused = ana.submits_once(&form).await.expect(422).shows("June 3, 2026").shows("Please call us");
        assert!(refused.text.contains("tel:+1 213 555 0100") || refused.text.contains("tel:"), "whom to call");
        ana.opens(&format!("{}/move", link(&booking))).await.expect(200).shows("cannot be moved here");
        ana.opens(&link(&booking)).await.expect(200).shows("Moving it online was possible until");
        ana.opens("/m/00000000000000000000000000/move").await.expect(404);
        app.tick().await;
    });
}

#[test]
fn other_programs_move_with_the_same_codes() {
    on_both(async |app| {
        let booking = anas(app).await;
        booked(app, june(4, 10, 0), "other@client.example").await;
        let version = format!("\"{}\"", booking["row_version"]);
        let code = |page: Page| page.json()["code"].as_str().unwrap().to_owned();
        let gone = moves(app, &booking, &to(june(4, 10, 0)), &[]).await.expect(409).json();
        assert_eq!(gone["code"], "slot_taken");
        assert!(!gone["alternatives"].as_array().unwrap().is_empty());
        for (starts_at, expected) in [
            (june(4, 9, 0), "same_time"),
            (june(1, 7, 0), "past"),
            (june(1, 8, 30), "too_soon"),
            (june(1, 9, 0) + TimeDelta::days(200), "too_far"),
            (june(4, 12, 0), "closed"),
        ] {
            assert_eq!(code(moves(app, &booking, &to(starts_at), &[]).await.expect(422)), expected);
        }
        let stale = moves(app, &booking, &to(june(4, 11, 0)), &[("if-match", "\"99\"")]).await.expect(412);
        assert_eq!(code(stale), "changed");
        let unknown = json!({"start": june(4, 11, 0).to_rfc3339(), "provider": "nobody", "when": 1});
        moves(app, &booking, &unknown, &[]).await.expect(422);
        let key = ("idempotency-key", "0f9c1b52");
        let headers = [("if-match", version.as_str()), key];
        let moved = moves(app, &booking, &to(june(4, 11, 0)), &headers).await.expect(200).json();
        assert_eq!((&moved["reference"], &moved["moves_left"]), (&booking["reference"], &json!(2)));
        assert_eq!(moved["start"], "2026-06-04T11:00:00-07:00");
        let again = moves(app, &booking, &to(june(4, 11, 0)), &headers).await.expect(200).json();
        assert_eq!(again["row_version"], moved["row_version"], "moved once");
        let reused = moves(app, &booking, &to(june(4, 13, 0)), &[key]).await.expect(422);
        assert_eq!(code(reused), "idempotency_key_reused");
        let with_anyone = json!({"start": june(5, 9, 0).to_rfc3339(), "provider": "any", "reason": "ill"});
        moves(app, &booking, &with_anyone, &[]).await.expect(200);
        moves(app, &booking, &to(june(5, 13, 0)), &[]).await.expect(200);
        let often = moves(app, &booking, &to(june(5, 14, 0)), &[]).await.expect(422).json();
        assert_eq!((&often["code"], &often["moves_max"]), (&json!("too_often"), &json!(3)));
        let token = [("authorization", "Bearer nothing")];
        let path = format!("/api/v1/bookings/{}/reschedule", booking["id"].as_str().unwrap());
        app.visitor().api(Method::POST, &path, &to(june(5, 15, 0)), &token).await.expect(404);
        app.tick().await;
    });
}

#[test]
fn the_api_names_the_deadline() {
    on_both(async |app| {
        let booking = anas(app).await;
        assert_eq!(booking["movable_until"], "2026-06-03T09:00:00-07:00");
        app.advance(TimeDelta::hours(60));
        let late = moves(app, &booking, &to(june(5, 9, 0)), &[]).await.expect(422).json();
        assert_eq!((&late["code"], &late["deadline"]), (&json!("too_late"), &json!("2026-06-03T09:00:00-07:00")));
        app.tick().await;
    });
}

async fn desk_form(desk: &Visitor, booking: &Value, more: &str) -> Form {
    let page = desk.opens(&format!("/staff/bookings/{}/move?{more}", booking["id"].as_str().unwrap())).await;
    form_of(&page.expect(200))
}

#[test]
fn the_desk_is_warned_by_name_and_moves_anyway() {
    on_both(async |app| {
        let booking = anas(app).await;
        booked(app, june(4, 10, 0), "other@client.example").await;
        let desk = app.staff("desk").await;
        let form = desk_form(&desk, &booking, "day=2026-06-04").await.with("time", "10:00").with("reason", "Emergency");
        let warned = desk.submits_once(&form).await.expect(409).shows("This breaks").shows("Ada Alvarez has Ana Lima");
        let anyway = form_of(&warned);
        assert_eq!(anyway.value("reason"), "Emergency");
        assert_eq!(app.count("SELECT count(*) FROM occupations WHERE lane > 0"), 0);
        let page = desk.submits(&anyway).await.expect(200).shows("The booking has moved").shows("Emergency");
        assert!(page.text.contains("overlaps another appointment"), "history says what was broken");
        assert_eq!(app.count("SELECT count(*) FROM occupations WHERE lane = 1 AND resource_kind = 'provider'"), 1);
        let odd = desk_form(&desk, &booking, "day=2026-06-04").await;
        desk.submits_once(&odd.clone().with("time", "25:99")).await.expect(422).shows("25:99");
        desk.submits_once(&odd.with("time", "")).await.expect(422);
        app.tick().await;
        // Who only sees the own day moves nothing.
        app.staff("ada")
            .await
            .opens(&format!("/staff/bookings/{}/move", booking["id"].as_str().unwrap()))
            .await
            .expect(403);
    });
}

#[test]
fn the_second_at_the_desk_sees_who_was_first() {
    on_both(async |app| {
        let booking = anas(app).await;
        let (one, two) = (app.staff("desk").await, app.staff("manager").await);
        let first = desk_form(&one, &booking, "day=2026-06-04").await.with("time", "14:00");
        let second = desk_form(&two, &booking, "day=2026-06-05").await.with("time", "09:00");
        one.submits(&first).await.expect(200).shows("The booking has moved");
        let late = two.submits_once(&second).await.expect(409).shows("desk changed this booking").shows("2:00");
        let again = form_of(&late);
        assert_eq!(again.value("time"), "09:00", "the choice is kept");
        two.submits(&again).await.expect(200).shows("The booking has moved");
        app.tick().await;
    });
}

#[test]
fn whoever_loses_the_booking_is_told_with_the_old_time() {
    on_both(async |app| {
        let booking = anas(app).await;
        let body = json!({"start": june(5, 9, 0).to_rfc3339(), "provider": "ben"});
        moves(app, &booking, &body, &[]).await.expect(200);
        app.tick().await;
        let ada = app.mails_to("ada@clinic.example").await;
        assert_eq!(ada.len(), 2, "booked, and gone");
        let gone = ada[1].read().unwrap();
        assert!(gone.subject.contains("Jun 4"), "the time that was hers: {}", gone.subject);
        assert!(gone.calendar.is_none_or(|calendar| calendar.contains("METHOD:CANCEL")));
        assert_eq!(app.mails_to("ben@clinic.example").await.len(), 1);
        // Moved on to a third time with Ben: Ada has nothing to do with it any more.
        let body = json!({"start": june(5, 10, 0).to_rfc3339()});
        moves(app, &booking, &body, &[]).await.expect(200);
        app.tick().await;
        assert_eq!(app.mails_to("ada@clinic.example").await.len(), 2);
        assert_eq!(shop::BEN, 3002);
    });
}
