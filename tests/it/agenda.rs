//! The desk at work: the day, requests, booking for a client, and why a time is not free.

use chrono::TimeDelta;
use reqwest::Method;

use crate::support::app::{TestApp, on_both};
use crate::support::shop::{self, june};
use crate::support::visitor::{Form, Page, Visitor};

/// The desk's form for the first free time of a service on a day.
async fn booking_form(desk: &Visitor, service: &str, day: &str) -> Form {
    let page = desk.opens(&format!("/staff/book?service={service}&day={day}")).await.expect(200);
    let start = page.choices("start").into_iter().next().expect("a free time");
    page.form("/staff/book").with("start", &start)
}

fn for_ana(form: Form) -> Form {
    let form = form.with("first_name", "Ana").with("last_name", "Lima").with("phone", "+1 213 555 0111");
    form.with("email", "ana@client.example")
}

async fn books(app: &TestApp, desk: &Visitor, day: &str) -> Page {
    let form = for_ana(booking_form(desk, "check-up", day).await);
    let page = desk.submits(&form).await.expect(200).shows("Booked.");
    app.tick().await;
    page
}

#[test]
fn the_desk_books_for_a_client_and_the_day_shows_it() {
    on_both(async |app| {
        let desk = app.staff("desk").await;
        desk.opens("/staff?day=2026-06-02").await.expect(200).shows("Nothing booked.");
        let page = books(app, &desk, "2026-06-02").await;
        assert!(page.text.contains("Ana Lima") && page.text.contains("Check-up"));
        assert_eq!(app.mails_to("ana@client.example").await.len(), 1);
        desk.opens("/staff?day=2026-06-02").await.shows("Ana Lima").shows("Operatory 1").shows("One booking");
        desk.opens("/staff/clients?q=lim+an").await.shows("Ana Lima");
        let client = desk.opens("/staff/clients?q=0111").await.link("/staff/clients/0");
        desk.opens(&client).await.expect(200).shows("Coming").shows("ana@client.example");
    });
}

#[test]
fn sending_the_form_twice_books_once_and_a_gone_time_keeps_what_was_typed() {
    on_both(async |app| {
        let desk = app.staff("desk").await;
        let form = for_ana(booking_form(&desk, "check-up", "2026-06-02").await).with("provider", &id(shop::ADA));
        let first = desk.submits_once(&form).await.expect(303);
        let second = desk.submits_once(&form).await.expect(303);
        assert_eq!(first.header("location"), second.header("location"));
        let late = form.with("once", "another").with("first_name", "Zoë").with("note", "Keep me");
        let page = desk.submits_once(&late).await.expect(409);
        let again =
            page.forms().into_iter().find(|form| form.method == "post" && form.action == "/staff/book").unwrap();
        assert_eq!((again.value("first_name"), again.value("note")), ("Zoë", "Keep me"));
        assert!(!again.value("start").is_empty(), "another time is offered beside what was typed");
        let booked = desk.submits(&again).await.expect(200).shows("Booked.");
        assert!(booked.text.contains("Zoë Lima") && booked.text.contains("Keep me"));
        app.tick().await;
    });
}

#[test]
fn bad_input_stands_by_its_field_and_nobody_is_told() {
    on_both(async |app| {
        let desk = app.staff("desk").await;
        let form = booking_form(&desk, "check-up", "2026-06-02").await;
        let before = app.rows();
        for (field, value) in [
            ("first_name", ""),
            ("first_name", "www.evil.example"),
            ("last_name", "\u{202e}drawkcab"),
            ("last_name", "a\u{0}b"),
            ("email", "nobody"),
            ("phone", "12"),
            ("party", "0"),
            ("party", "10000"),
            ("party", "-1"),
            ("start", "yesterday"),
            ("start", "2020-01-01T09:00:00Z"),
            ("start", "2026-06-06T18:00:00Z"),
            ("service", "0000000000000"),
            ("client", "0000000000000"),
            ("client", "nonsense"),
        ] {
            let sent = for_ana(form.clone()).with("note", "Typed by hand").with(field, value);
            let page = desk.submits_once(&sent).await;
            assert_eq!(page.status.as_u16(), 422, "{field} = {value:?}");
            assert!(page.text.contains("Typed by hand"), "{field} = {value:?} lost the note");
        }
        let neither = for_ana(form).with("email", "").with("phone", "");
        desk.submits_once(&neither).await.expect(422).shows("a mail address or a phone number");
        assert_eq!(app.rows(), before, "a refused booking left a trace");
        assert!(app.mails().await.is_empty());
    });
}

#[test]
fn requests_are_answered_once() {
    on_both(async |app| {
        for (hour, person) in [(9, "one"), (10, "two")] {
            app.books_by_api("implant", june(3, hour, 0), &format!("{person}@client.example")).await;
        }
        app.tick().await;
        let desk = app.staff("desk").await;
        let page = desk.opens("/staff/requests").await.expect(200);
        let approve = page.form("/approve");
        desk.submits(&approve).await.expect(200).shows("The request was approved");
        desk.submits_once(&approve).await.expect(409);
        let decline = desk.opens("/staff").await.expect(200).form("/decline").with("reason", "No surgeon that day");
        desk.submits(&decline).await.expect(200).shows("The request was declined");
        desk.opens("/staff/requests").await.shows("No requests are waiting");
        app.tick().await;
        for (person, mails) in [("one", 2), ("two", 2)] {
            assert_eq!(app.mails_to(&format!("{person}@client.example")).await.len(), mails, "{person} was told");
        }
    });
}

#[test]
fn a_booking_is_cancelled_late_on_purpose_and_its_time_is_free_again() {
    on_both(async |app| {
        let desk = app.staff("desk").await;
        let page = books(app, &desk, "2026-06-01").await.shows("late cancellation");
        let form = page.form("/cancel").with("reason", "Called in sick");
        let stale = form.clone().with("version", "999");
        desk.submits_once(&stale).await.expect(409).shows("Somebody else has changed");
        let page = desk.submits(&form).await.expect(200).shows("Late cancellation").shows("Called in sick");
        assert!(page.forms().iter().all(|form| !form.action.ends_with("/cancel")), "it cannot be cancelled twice");
        desk.submits_once(&form.with("version", "")).await.expect(409);
        app.tick().await;
        assert_eq!(app.mails_to("ana@client.example").await.len(), 2);
        booking_form(&desk, "check-up", "2026-06-01").await;
    });
}

#[test]
fn a_provider_sees_and_marks_the_own_day_only() {
    on_both(async |app| {
        let desk = app.staff("desk").await;
        let own = for_ana(booking_form(&desk, "check-up", "2026-06-02").await).with("provider", &id(shop::ADA));
        let own = desk.submits(&own).await.expect(200).path.split('?').next().unwrap().to_owned();
        let other = booking_form(&desk, "check-up", "2026-06-02").await.with("provider", &id(shop::BEN));
        let other = other.with("first_name", "Bo").with("last_name", "Berg").with("email", "bo@client.example");
        let other = desk.submits(&other).await.expect(200).path.split('?').next().unwrap().to_owned();
        app.tick().await;

        let ada = app.staff("ada").await;
        let day = ada.opens(&format!("/staff?day=2026-06-02&provider={}", id(shop::BEN))).await.expect(200);
        assert!(day.text.contains("Ana Lima") && !day.text.contains("Bo Berg"));
        let page = ada.opens(&own).await.expect(200);
        assert!(page.forms().iter().all(|form| !form.action.ends_with("/cancel")));
        ada.submits(&page.form("/arrive")).await.expect(200).shows("Marked as arrived");
        ada.opens(&other).await.expect(404);
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let body = format!("csrf={}", page.form("/arrive").value("csrf"));
        ada.ask(Method::POST, &format!("{other}/arrive"), Some(body), &headers).await.expect(404);
    });
}

#[test]
fn a_visit_is_marked_and_charged_once() {
    on_both(async |app| {
        let desk = app.staff("desk").await;
        let page = books(app, &desk, "2026-06-01").await;
        assert!(
            page.forms().iter().all(|form| !form.action.ends_with("/no-show")),
            "nobody is missed before the start"
        );
        app.advance(TimeDelta::hours(3));
        let desk = app.staff("desk").await;
        let at = page.path.split('?').next().unwrap().to_owned();
        let page = desk.opens(&at).await.expect(200);
        let complete = page.form("/complete");
        desk.submits(&complete).await.expect(200).shows("the price was charged");
        desk.opens(&at).await.expect(200).shows("$95.00");
        desk.submits_once(&complete.with("version", "")).await.expect(409);
        assert_eq!(app.count("SELECT COUNT(*) FROM ledger_entries WHERE kind = 'charge'"), 1);
    });
}

#[test]
fn the_desk_is_told_why_a_time_is_not_free() {
    on_both(async |app| {
        let desk = app.staff("desk").await;
        let ask = |day: &str, time: &str| {
            let (service, location) = (id(shop::CHECKUP), id(shop::LOCATION));
            format!("/staff/explain?service={service}&location={location}&day={day}&time={time}")
        };
        desk.opens(&ask("2026-06-02", "10:00")).await.expect(200).shows("This time is free.");
        desk.opens(&ask("2026-06-02", "12:00")).await.shows("Has a break.");
        desk.opens(&ask("2026-06-06", "10:00")).await.shows("Does not work at this time.");
        desk.opens(&ask("2026-06-02", "10:07")).await.shows("Appointments do not start at this minute.");
        desk.opens(&ask("2020-01-01", "10:00")).await.shows("This time has passed.");
        desk.opens(&ask("2026-02-30", "25:00")).await.expect(422).shows("not a date");
        desk.opens("/staff/explain?service=").await.expect(422).shows("Please choose a service.");
    });
}

#[test]
fn days_that_are_none_show_today_and_say_so() {
    on_both(async |app| {
        let desk = app.staff("desk").await;
        for day in ["2026-02-30", "yesterday", "%00", "9999999-01-01", "1000-01-01"] {
            desk.opens(&format!("/staff?day={day}")).await.expect(200).shows("June 1, 2026").shows("not a date");
        }
        desk.opens("/staff?day=2026-06-06&location=nonsense&provider=%F0%9F").await.expect(200);
        desk.opens("/staff?day=2026-06-06").await.expect(200).shows("Nobody works on this day");
        desk.opens("/staff?lang=de").await.expect(200).shows("Montag, 1. Juni 2026");
    });
}

fn id(number: i64) -> String {
    rebook::domain::ids::encode(number)
}
