//! Consent, objections, quiet hours, caps and shared letters: what leaves, what waits, and what never does.

use chrono::{DateTime, TimeDelta, Utc};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rebook::domain::ids::{self, MessageId};
use rebook::keys::Purpose;
use regex::Regex;
use reqwest::Method;
use serde_json::json;

use crate::support::app::{TestApp, on_both};
use crate::support::schema::everything;
use crate::support::shop::june;
use crate::support::visitor::{Page, Visitor};

const ANA: &str = "ana@client.example";
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// Books by the API; the row that tells the client is still to be sent.
async fn books(app: &TestApp, first_name: &str, email: &str, start: DateTime<Utc>) -> i64 {
    let body = json!({
        "service": "check-up",
        "start": start.to_rfc3339(),
        "client": { "first_name": first_name, "last_name": "Lima", "email": email },
    });
    app.visitor().api(Method::POST, "/api/v1/bookings", &body, &[]).await.expect(201);
    app.count("SELECT max(id) FROM messages WHERE kind = 'confirmation'")
}

/// Something the clinic would like to say: about a booking far away, under the rule that asks how it was.
async fn advertises(app: &TestApp, first_name: &str, email: &str, start: DateTime<Utc>) -> i64 {
    let message = books(app, first_name, email, start).await;
    app.database
        .run(&format!("UPDATE messages SET purpose = 'marketing', rule_id = 13, priority = 40 WHERE id = {message}"));
    message
}

fn state(app: &TestApp, message: i64, state: &str, reason: Option<&str>) -> bool {
    let reason = reason.map_or("reason IS NULL".to_owned(), |reason| format!("reason = '{reason}'"));
    app.count(&format!("SELECT count(*) FROM messages WHERE id = {message} AND state = '{state}' AND {reason}")) == 1
}

#[track_caller]
fn stands(app: &TestApp, message: i64, expected: &str, reason: Option<&str>) {
    assert!(
        state(app, message, expected, reason),
        "not {expected} {reason:?}: {:?}",
        everything(&app.database)["messages"]
    );
}

/// A decision of everybody with this first name.
fn decides(app: &TestApp, first_name: &str, granted: bool, origin: &str) {
    let id = app.count("SELECT coalesce(max(id), 0) + 1 FROM consents");
    app.database.run(&format!(
        "INSERT INTO consents (id, client_id, purpose, channel, granted, wording, wording_version, origin, at)
           SELECT {id}, id, 'surveys', 'mail', {granted}, 'Yes', 1, '{origin}', '2026-06-01 15:00:00'
           FROM clients WHERE first_name = '{first_name}'"
    ));
}

fn unsubscribe_link(app: &TestApp, message: i64) -> String {
    format!("/u/{}", app.app.keys.capability(Purpose::Unsubscribe, MessageId::new(message), 0))
}

async fn one_click(app: &TestApp, link: &str) -> Page {
    let headers = [FORM, ("origin", "https://mail.example"), ("sec-fetch-site", "cross-site")];
    app.visitor().ask(Method::POST, link, Some("List-Unsubscribe=One-Click".to_owned()), &headers).await
}

/// Follows every link of every mail that left, as a mail scanner does.
async fn scans_every_mail(app: &TestApp) {
    let link = Regex::new(r#"https?://[^\s"<>)]+"#).unwrap();
    let scanner = app.visitor();
    let before = everything(&app.database);
    for mail in app.mails().await {
        let letter = mail.read().unwrap();
        for found in link.find_iter(&format!("{} {}", letter.text, letter.html)) {
            for method in [Method::GET, Method::HEAD] {
                scanner.ask(method, &scanner.local(found.as_str()), None, &[]).await;
            }
        }
    }
    assert_eq!(everything(&app.database), before, "a mail scanner changed something");
}

#[test]
fn advertising_needs_consent_that_stands_when_it_leaves() {
    on_both(async |app| {
        app.database.run("UPDATE message_settings SET marketing_per_week = 0");
        let never_asked = advertises(app, "Ana", ANA, june(4, 9, 0)).await;
        app.tick().await;
        stands(app, never_asked, "skipped", Some("no_consent"));
        for (granted, origin, sent) in [
            (true, "portal", true),
            (false, "portal", false),
            (true, "double_opt_in", true),
            (false, "unsubscribe", false),
            (true, "desk", true),
            (true, "somebody", false),
        ] {
            let hour = 10 + app.count("SELECT count(*) FROM consents") % 2;
            let day = 5 + u32::try_from(app.count("SELECT count(*) FROM consents")).unwrap();
            let day = if day > 5 { day + 2 } else { day };
            let message = advertises(app, "Ana", ANA, june(day, u32::try_from(hour).unwrap(), 0)).await;
            decides(app, "Ana", granted, origin);
            app.tick().await;
            if sent {
                stands(app, message, "sent", None);
            } else {
                stands(app, message, "skipped", Some("no_consent"));
            }
        }
        // What belongs to a booking asks nobody.
        let told = books(app, "Ana", ANA, june(15, 9, 0)).await;
        app.tick().await;
        stands(app, told, "sent", None);
    });
}

#[test]
fn one_click_stops_advertising_at_once_and_a_look_does_not() {
    on_both(async |app| {
        let first = advertises(app, "Ana", ANA, june(4, 9, 0)).await;
        decides(app, "Ana", true, "portal");
        app.tick().await;
        stands(app, first, "sent", None);
        let waiting = advertises(app, "Ana", ANA, june(5, 9, 0)).await;
        let told = books(app, "Ana", ANA, june(8, 9, 0)).await;
        let link = unsubscribe_link(app, first);
        // The mail names the very link, for mail programs (RFC 8058).
        let kept = app.mails_to(ANA).await.remove(0);
        let source = String::from_utf8_lossy(&kept.bytes).replace("\r\n ", " ");
        let says = |name: &str, value: &str| source.lines().any(|line| line.starts_with(name) && line.contains(value));
        assert!(says("List-Unsubscribe:", &link), "{source}");
        assert!(says("List-Unsubscribe-Post:", "List-Unsubscribe=One-Click"), "{source}");

        let before = everything(&app.database);
        let reader = app.visitor();
        for method in [Method::GET, Method::HEAD] {
            reader.ask(method, &link, None, &[]).await.expect(200);
        }
        assert_eq!(everything(&app.database), before, "looking changed something");
        let page = one_click(app, &link).await.expect(200);
        assert!(page.header("location").is_empty() && page.header("set-cookie").is_empty());
        stands(app, waiting, "cancelled", Some("unsubscribed"));
        let standing = "SELECT count(*) FROM suppressions WHERE origin = 'one_click' AND lifted_at IS NULL
            AND purpose = 'marketing' AND channel = 'mail'";
        assert_eq!(app.count(standing), 1);
        assert_eq!(app.count("SELECT count(*) FROM consents WHERE granted = FALSE AND origin = 'unsubscribe'"), 1);
        assert_eq!(app.count("SELECT count(*) FROM suppressions WHERE address_hash LIKE '%ana%'"), 0);

        // Again it says the same and changes nothing.
        let before = everything(&app.database);
        one_click(app, &link).await.expect(200);
        reader.opens(&link).await.expect(200).shows("does not send you news");
        assert_eq!(everything(&app.database), before);
        app.tick().await;
        stands(app, told, "sent", None);

        // Consent that staff note does not end an objection.
        decides(app, "Ana", true, "desk");
        let later = advertises(app, "Ana", ANA, june(9, 9, 0)).await;
        app.tick().await;
        stands(app, later, "skipped", Some("unsubscribed"));
        scans_every_mail(app).await;
    });
}

#[test]
fn a_token_opens_one_message_and_nothing_else() {
    on_both(async |app| {
        let message = advertises(app, "Ana", ANA, june(4, 9, 0)).await;
        decides(app, "Ana", true, "portal");
        app.tick().await;
        let link = unsubscribe_link(app, message);
        let (head, last) = link.split_at(link.len() - 1);
        let tampered = format!("{head}{}", if last == "a" { "b" } else { "a" });
        let other = format!("/u/{}", app.app.keys.capability(Purpose::Manage, MessageId::new(message), 0));
        let unknown = unsubscribe_link(app, 4_242);
        let before = everything(&app.database);
        for wrong in [tampered.as_str(), &other, &unknown, "/u/x", "/u/00000000000000000000000000"] {
            app.visitor().opens(wrong).await.expect(404);
            one_click(app, wrong).await.expect(404);
            app.visitor().ask(Method::POST, &format!("{wrong}/undo"), Some(String::new()), &[FORM]).await.expect(404);
        }
        assert_eq!(everything(&app.database), before);
    });
}

#[test]
fn the_page_stops_only_these_or_everything_and_takes_a_mistake_back() {
    on_both(async |app| {
        app.database.run("UPDATE message_settings SET marketing_per_week = 0");
        let first = advertises(app, "Ana", ANA, june(4, 9, 0)).await;
        decides(app, "Ana", true, "portal");
        app.tick().await;
        let (link, reader) = (unsubscribe_link(app, first), app.visitor());
        let page = reader.opens(&link).await.expect(200).shows("Test Dental");
        let form = page.form_with("what");
        assert_eq!(form.value("what"), "everything");
        let done =
            reader.submits_once(&form.with("what", "these")).await.expect(200).shows("questions how a visit was");
        assert_eq!(app.count("SELECT count(*) FROM suppressions"), 0);
        let second = advertises(app, "Ana", ANA, june(5, 9, 0)).await;
        app.tick().await;
        stands(app, second, "skipped", Some("no_consent"));
        reader.submits_once(&done.form("/undo")).await.expect(200).shows("Welcome back");
        let third = advertises(app, "Ana", ANA, june(8, 9, 0)).await;
        app.tick().await;
        stands(app, third, "sent", None);
        let page = reader.opens(&link).await.expect(200);
        let done = reader.submits_once(&page.form_with("what")).await.expect(200);
        assert_eq!(app.count("SELECT count(*) FROM suppressions WHERE lifted_at IS NULL"), 1);
        reader.submits_once(&done.form("/undo")).await.expect(200);
        assert_eq!(app.count("SELECT count(*) FROM suppressions WHERE lifted_at IS NULL"), 0);
        let fourth = advertises(app, "Ana", ANA, june(9, 9, 0)).await;
        app.tick().await;
        stands(app, fourth, "sent", None);
        reader.opens(&format!("{link}?lang=de")).await.expect(200).shows("Mails von uns");
    });
}

#[test]
fn an_objection_outlives_the_client() {
    on_both(async |app| {
        let first = advertises(app, "Ana", ANA, june(4, 9, 0)).await;
        decides(app, "Ana", true, "portal");
        app.tick().await;
        one_click(app, &unsubscribe_link(app, first)).await.expect(200);
        app.database.run("UPDATE clients SET email = NULL, email_key = NULL, first_name = 'x', name_key = 'x'");
        let message = advertises(app, "Nova", "ANA@client.example", june(5, 9, 0)).await;
        decides(app, "Nova", true, "desk");
        app.tick().await;
        stands(app, message, "skipped", Some("unsubscribed"));
        // The link of the old mail still works, and still says the same.
        app.visitor().opens(&unsubscribe_link(app, first)).await.expect(200).shows("does not send you news");
    });
}

#[test]
fn quiet_hours_move_advertising_on_the_readers_clock_and_nothing_else() {
    on_both(async |app| {
        let mut messages = Vec::new();
        for (index, (name, zone)) in
            [("Ana", None), ("Berta", Some("Europe/Berlin")), ("Chie", Some("Asia/Tokyo"))].into_iter().enumerate()
        {
            let email = format!("{}@client.example", name.to_lowercase());
            let message = advertises(app, name, &email, june(4, 9 + u32::try_from(index).unwrap(), 0)).await;
            decides(app, name, true, "portal");
            if let Some(zone) = zone {
                app.database.run(&format!("UPDATE clients SET zone = '{zone}' WHERE first_name = '{name}'"));
            }
            messages.push(message);
        }
        let told = books(app, "Ana", ANA, june(4, 14, 0)).await;
        // 21:00 in Los Angeles, 06:00 in Berlin, 13:00 in Tokyo.
        app.advance(TimeDelta::hours(13));
        app.tick().await;
        stands(app, messages[2], "sent", None);
        stands(app, told, "sent", None);
        for (message, over) in [(messages[0], "2026-06-02 15:00:00"), (messages[1], "2026-06-02 06:00:00")] {
            stands(app, message, "retry", Some("quiet_hours"));
            let waits =
                format!("SELECT count(*) FROM messages WHERE id = {message} AND attempts = 0 AND due_at = '{over}'");
            assert_eq!(app.count(&waits), 1, "{over}");
        }
        app.advance(TimeDelta::hours(2));
        app.tick().await;
        stands(app, messages[0], "retry", Some("quiet_hours"));
        stands(app, messages[1], "sent", None);
        app.advance(TimeDelta::hours(9));
        app.tick().await;
        stands(app, messages[0], "sent", None);
    });
}

#[test]
fn what_would_be_too_late_after_the_quiet_says_so() {
    on_both(async |app| {
        let message = advertises(app, "Ana", ANA, june(4, 9, 0)).await;
        decides(app, "Ana", true, "portal");
        app.database.run(&format!("UPDATE messages SET expires_at = '2026-06-02 14:00:00' WHERE id = {message}"));
        app.advance(TimeDelta::hours(13));
        app.tick().await;
        stands(app, message, "skipped", Some("quiet_hours"));
    });
}

#[test]
fn a_mailbox_gets_so_much_a_week_the_most_important_first() {
    on_both(async |app| {
        app.database.run("UPDATE message_settings SET marketing_per_week = 1");
        let mut messages = Vec::new();
        for (hour, priority) in [(9, 20), (10, 60), (11, 40)] {
            let message = advertises(app, "Ana", ANA, june(9, hour, 0)).await;
            app.database.run(&format!("UPDATE messages SET priority = {priority} WHERE id = {message}"));
            messages.push(message);
        }
        // The last one is worth nothing in a week.
        app.database.run(&format!("UPDATE messages SET expires_at = '2026-06-05 00:00:00' WHERE id = {}", messages[2]));
        decides(app, "Ana", true, "portal");
        let told = books(app, "Ana", ANA, june(10, 9, 0)).await;
        app.tick().await;
        stands(app, messages[1], "sent", None);
        stands(app, told, "sent", None);
        stands(app, messages[2], "skipped", Some("capped"));
        stands(app, messages[0], "retry", Some("capped"));
        assert_eq!(
            app.count(&format!(
                "SELECT count(*) FROM messages WHERE id = {} AND due_at = '2026-06-08 15:00:00'",
                messages[0]
            )),
            1,
            "when the week of the one that left is over"
        );
        app.advance(TimeDelta::days(7));
        app.tick().await;
        stands(app, messages[0], "sent", None);
    });
}

/// Two children of one mailbox, to be told of the same day.
async fn children(app: &TestApp) -> (i64, i64) {
    // Their reminders would share letters of their own.
    app.database.run("UPDATE message_rules SET active_from = NULL WHERE fires_on = 'before_start'");
    let ana = books(app, "Ana", ANA, june(4, 9, 0)).await;
    let rui = books(app, "Rui", ANA, june(4, 10, 0)).await;
    app.database.run(&format!("UPDATE messages SET merge_key = 'a family' WHERE id IN ({ana}, {rui})"));
    app.database.run(&format!("UPDATE messages SET due_at = '2026-06-01 17:00:00' WHERE id = {rui}"));
    (ana, rui)
}

#[test]
fn a_household_gets_one_letter() {
    on_both(async |app| {
        let (ana, rui) = children(app).await;
        // Later than soon: not in this letter.
        let later = books(app, "Zoe", ANA, june(4, 11, 0)).await;
        app.database.run(&format!(
            "UPDATE messages SET merge_key = 'a family', due_at = '2026-06-01 20:00:00' WHERE id = {later}"
        ));
        app.tick().await;
        let mails = app.mails_to(ANA).await;
        assert_eq!(mails.len(), 1);
        let letter = mails[0].read().unwrap();
        assert!(letter.text.contains("Ana Lima") && letter.text.contains("Rui Lima") && !letter.text.contains("Zoe"));
        assert!(!letter.subject.contains("Check-up"), "no treatment in the subject");
        stands(app, ana, "sent", None);
        stands(app, rui, "sent", None);
        let carried = format!("SELECT count(*) FROM messages WHERE id = {rui} AND carried_by = {ana}");
        assert_eq!(app.count(&carried), 1);
        let named = format!("SELECT count(*) FROM messages WHERE id = {ana} AND carried_by IS NULL");
        assert_eq!(app.count(&named), 1);
        stands(app, later, "pending", None);
        app.advance(TimeDelta::hours(5));
        app.tick().await;
        stands(app, later, "sent", None);
        scans_every_mail(app).await;
    });
}

#[test]
fn who_is_called_off_just_before_is_left_out_and_the_others_are_told() {
    on_both(async |app| {
        let (ana, rui) = children(app).await;
        app.database.run(&format!("UPDATE messages SET schedule_version = -1 WHERE id = {ana}"));
        app.tick().await;
        stands(app, ana, "skipped", Some("superseded"));
        // Nobody to travel with: at its own time.
        assert_eq!(app.mails_to(ANA).await.len(), 0);
        assert_eq!(
            app.count(&format!("SELECT count(*) FROM messages WHERE id = {rui} AND state = 'retry' AND attempts = 0")),
            1
        );
        app.advance(TimeDelta::hours(2));
        app.tick().await;
        let mails = app.mails_to(ANA).await;
        assert_eq!(mails.len(), 1);
        assert!(mails[0].read().unwrap().text.contains("Hello Rui"));
        stands(app, rui, "sent", None);
        assert_eq!(app.count(&format!("SELECT count(*) FROM messages WHERE id = {rui} AND carried_by IS NULL")), 1);
    });
}

/// The page with the details of a time, with what the visitor filled in.
async fn fills_in(visitor: &Visitor, day: u32, hour: u32, email: &str) -> (Page, crate::support::visitor::Form) {
    let start = june(day, hour, 0);
    let page = visitor.opens(&format!("/book/check-up?date=2026-06-{day:02}")).await.expect(200);
    let same = |value: &String| DateTime::parse_from_rfc3339(value).is_ok_and(|at| at == start);
    let value = page.buttons("start").into_iter().find(same).expect("the time is free");
    let details = visitor.submits(&page.form("/time").with("start", &value)).await.expect(200);
    let form = details.form_with("first_name");
    let form = form.with("first_name", "Ana").with("last_name", "Lima").with("email", email);
    (details, form)
}

async fn consent_link(app: &TestApp, email: &str) -> Option<String> {
    let link = Regex::new(r"/c/[a-z0-9]+").unwrap();
    let texts: Vec<String> = app.mails_to(email).await.iter().map(|mail| mail.read().unwrap().text).collect();
    texts.iter().rev().find_map(|text| link.find(text).map(|found| found.as_str().to_owned()))
}

#[test]
fn a_tick_counts_once_the_mailbox_confirms_it() {
    on_both(async |app| {
        let visitor = app.visitor();
        let (page, _) = fills_in(&visitor, 4, 9, ANA).await;
        assert!(!page.text.contains("name=\"consent\""), "the clinic writes for no purpose");
        app.database.run(
            "UPDATE message_rules SET active_from = '2026-01-01 00:00:00' WHERE code IN ('come_back', 'birthday')",
        );
        let (page, form) = fills_in(&visitor, 4, 9, ANA).await;
        assert!(page.text.contains("value=\"recall\"") && page.text.contains("value=\"news\""));
        assert!(!page.text.contains("value=\"surveys\""));
        assert!(form.fields.iter().all(|(name, _)| name != "consent"), "nothing is ticked beforehand");
        visitor.submits(&form.with("consent", "recall")).await.expect(200);
        assert_eq!(app.count("SELECT count(*) FROM consents"), 0, "a tick alone proves nothing");
        app.tick().await;
        let link = consent_link(app, ANA).await.expect("a question by mail");
        let mail = app.mails_to(ANA).await.into_iter().find(|mail| mail.read().unwrap().text.contains(&link)).unwrap();
        let letter = mail.read().unwrap();
        assert!(letter.subject.contains("Please confirm") && letter.text.contains("may remind me by mail"));
        assert!(letter.text.contains("you need not do anything"));
        scans_every_mail(app).await;

        let reader = app.visitor();
        let form = reader.opens(&link).await.expect(200).shows("may remind me by mail").form("/c/");
        reader.submits_once(&form).await.expect(200).shows("Thank you");
        reader.submits_once(&form).await.expect(200).shows("Thank you");
        reader.opens(&link).await.expect(200).shows("You confirmed this on");
        let granted =
            "SELECT count(*) FROM consents WHERE granted = TRUE AND origin = 'double_opt_in' AND purpose = 'recall'
            AND wording_version = 1 AND wording LIKE 'Yes, Test Dental may remind me%'";
        assert_eq!(app.count(granted), 1);
        assert_eq!(app.count("SELECT count(*) FROM consents"), 1);
        // Tampered.
        let (head, last) = link.split_at(link.len() - 1);
        let tampered = format!("{head}{}", if last == "a" { "b" } else { "a" });
        reader.opens(&tampered).await.expect(404);
        reader.ask(Method::POST, &tampered, Some(String::new()), &[FORM]).await.expect(404);
        // Whoever agreed is not asked again, not even two days later.
        app.advance(TimeDelta::days(2));
        let (_, form) = fills_in(&visitor, 5, 10, ANA).await;
        visitor.submits(&form.with("consent", "recall")).await.expect(200);
        assert_eq!(app.count("SELECT count(*) FROM consent_requests"), 1);
        app.tick().await;
    });
}

#[test]
fn a_question_is_asked_once_a_day_and_ends_after_a_week() {
    on_both(async |app| {
        let body = |hour, consents: serde_json::Value| {
            json!({
                "service": "check-up",
                "start": june(11, hour, 0).to_rfc3339(),
                "client": { "first_name": "Ana", "last_name": "Lima", "email": ANA, "language": "de" },
                "consents": consents,
            })
        };
        let caller = app.visitor();
        let post = async |body| caller.api(Method::POST, "/api/v1/bookings", &body, &[]).await;
        let wrong = post(body(9, json!(["everything"]))).await.expect(422).json();
        assert_eq!(wrong["errors"][0]["code"], "unknown_consent");
        post(body(9, json!(["recall", "news"]))).await.expect(201);
        post(body(10, json!(["surveys"]))).await.expect(201);
        assert_eq!(app.count("SELECT count(*) FROM consent_requests"), 1, "one a day");
        app.tick().await;
        let link = consent_link(app, ANA).await.unwrap();
        app.visitor().opens(&link).await.expect(200).shows("Neuigkeiten");
        app.advance(TimeDelta::days(1));
        post(body(11, json!(["surveys"]))).await.expect(201);
        assert_eq!(app.count("SELECT count(*) FROM consent_requests"), 2);
        app.tick().await;
        app.advance(TimeDelta::days(6) + TimeDelta::minutes(1));
        app.visitor().opens(&link).await.expect(410).shows("abgelaufen");
        app.visitor().ask(Method::POST, &link, Some(String::new()), &[FORM]).await.expect(410);
        assert_eq!(app.count("SELECT count(*) FROM consents"), 0);
        app.tick().await;
    });
}

#[test]
fn a_strangers_mailbox_does_not_speak_for_a_client() {
    on_both(async |app| {
        let body = |hour, email: &str| {
            json!({
                "service": "check-up",
                "start": june(4, hour, 0).to_rfc3339(),
                "client": { "first_name": "Ana", "last_name": "Lima", "email": email, "phone": "+1 213 555 0166" },
                "consents": ["news"],
            })
        };
        let caller = app.visitor();
        caller.api(Method::POST, "/api/v1/bookings", &body(9, ANA), &[]).await.expect(201);
        app.advance(TimeDelta::days(1));
        // Recognised by name and phone; the typed address is not hers.
        caller.api(Method::POST, "/api/v1/bookings", &body(10, "eve@client.example"), &[]).await.expect(201);
        app.tick().await;
        assert_eq!(app.count("SELECT count(*) FROM clients"), 1);
        assert_eq!(app.count("SELECT count(*) FROM consent_requests WHERE email_key LIKE 'eve%'"), 0);
        assert!(app.mails_to("eve@client.example").await.is_empty());
        // The mailbox changed hands before the answer.
        let link = consent_link(app, ANA).await.unwrap();
        app.database.run("UPDATE clients SET email = 'other@client.example', email_key = 'other@client.example'");
        app.visitor().ask(Method::POST, &link, Some(String::new()), &[FORM]).await.expect(410);
        assert_eq!(app.count("SELECT count(*) FROM consents"), 0);
    });
}

#[test]
fn a_new_double_opt_in_ends_an_objection() {
    on_both(async |app| {
        let first = advertises(app, "Ana", ANA, june(4, 9, 0)).await;
        decides(app, "Ana", true, "portal");
        app.tick().await;
        one_click(app, &unsubscribe_link(app, first)).await.expect(200);
        let body = json!({
            "service": "check-up",
            "start": june(5, 9, 0).to_rfc3339(),
            "client": { "first_name": "Ana", "last_name": "Lima", "email": ANA },
            "consents": ["surveys"],
        });
        app.visitor().api(Method::POST, "/api/v1/bookings", &body, &[]).await.expect(201);
        app.tick().await;
        let link = consent_link(app, ANA).await.expect("asked, because it was an answer to nobody else");
        app.visitor().ask(Method::POST, &link, Some(String::new()), &[FORM]).await.expect(200);
        let message = advertises(app, "Ana", ANA, june(8, 9, 0)).await;
        app.tick().await;
        stands(app, message, "sent", None);
    });
}

#[test]
fn agreeing_in_the_own_area_ends_an_objection_and_taking_back_stops_at_once() {
    on_both(async |app| {
        let first = advertises(app, "Ana", ANA, june(4, 9, 0)).await;
        decides(app, "Ana", true, "portal");
        app.tick().await;
        one_click(app, &unsubscribe_link(app, first)).await.expect(200);
        let client = app.client(ANA).await;
        let own = client.opens("/portal/people").await.expect(200);
        client.submits(&own.form("/consents").with("consent", "surveys")).await.expect(200);
        assert_eq!(app.count("SELECT count(*) FROM suppressions WHERE lifted_at IS NULL"), 0);
        let second = advertises(app, "Ana", ANA, june(5, 9, 0)).await;
        app.tick().await;
        stands(app, second, "sent", None);
        let own = client.opens("/portal/people").await.expect(200);
        client.submits(&own.form("/consents").without("consent")).await.expect(200);
        let third = advertises(app, "Ana", ANA, june(8, 9, 0)).await;
        app.tick().await;
        stands(app, third, "skipped", Some("no_consent"));
        // Taking back is no objection: nothing stands against the address.
        assert_eq!(app.count("SELECT count(*) FROM suppressions WHERE lifted_at IS NULL"), 0);
    });
}

#[test]
fn a_child_without_an_address_is_judged_by_the_guardians_mailbox() {
    on_both(async |app| {
        let parent = advertises(app, "Ana", ANA, june(4, 9, 0)).await;
        decides(app, "Ana", true, "portal");
        app.tick().await;
        one_click(app, &unsubscribe_link(app, parent)).await.expect(200);
        let child = advertises(app, "Rui", "rui@client.example", june(5, 9, 0)).await;
        decides(app, "Rui", true, "desk");
        app.database.run(
            "UPDATE clients SET email = NULL, email_key = NULL,
               guardian_id = (SELECT id FROM clients WHERE first_name = 'Ana') WHERE first_name = 'Rui'",
        );
        app.tick().await;
        stands(app, child, "skipped", Some("unsubscribed"));
    });
}

#[test]
fn the_desk_sees_and_notes_what_a_client_agreed_to() {
    on_both(async |app| {
        let first = advertises(app, "Ana", ANA, june(4, 9, 0)).await;
        app.tick().await;
        let client = ids::encode(app.count("SELECT id FROM clients WHERE first_name = 'Ana'"));
        let path = format!("/staff/clients/{client}");
        let desk = app.staff("desk").await;
        let note = async |purpose: &str, granted: &str| {
            let form = desk.opens(&path).await.expect(200).form("/consents");
            desk.submits(&form.with("purpose", purpose).with("granted", granted)).await.expect(200)
        };
        note("surveys", "yes").await.shows("Agreed on").shows("noted by desk");
        assert_eq!(app.count("SELECT count(*) FROM consents WHERE origin = 'desk' AND staff_user_id = 6003"), 1);
        note("surveys", "no").await.shows("Taken back on");
        note("surveys", "yes").await;
        let form = desk.opens(&path).await.form("/consents").with("purpose", "dances");
        desk.submits(&form).await.expect(400);

        // Staff note an objection and take their note back; that of the owner they cannot.
        let page = desk.opens(&path).await;
        desk.submits(&page.form("/mailbox")).await.expect(200).shows("no advertising is wanted");
        let silent = advertises(app, "Ana", ANA, june(5, 9, 0)).await;
        app.tick().await;
        stands(app, silent, "skipped", Some("do_not_contact"));
        let page = desk.opens(&path).await;
        let page = desk.submits(&page.form("/mailbox")).await.expect(200);
        assert!(!page.text.contains("no advertising is wanted"));
        one_click(app, &unsubscribe_link(app, first)).await.expect(200);
        let page = note("surveys", "yes").await.shows("only they can take that back");
        assert!(!page.text.contains("Client agrees</button>"));
        assert_eq!(app.count("SELECT count(*) FROM consents WHERE granted = TRUE"), 2);

        // Tags.
        let tags = async |tag: &str| {
            let forms = desk.opens(&path).await.forms();
            let form = forms.into_iter().find(|form| form.action.ends_with("/tags")).unwrap();
            desk.submits(&form.with("tag", tag)).await.expect(200)
        };
        tags("  Braces  ").await.shows("braces");
        tags("braces").await;
        tags("<b>VIP</b>").await.shows("&#60;b&#62;vip&#60;/b&#62;");
        tags(" ").await.shows("Please type a tag");
        tags(&"x".repeat(50)).await.shows("at most 40 characters");
        assert_eq!(app.count("SELECT count(*) FROM client_tags"), 2);
        let page = desk.opens(&path).await;
        desk.submits(&page.form("/tags/remove").with("tag", "braces")).await.expect(200);
        assert_eq!(app.count("SELECT count(*) FROM client_tags"), 1);
        desk.opens(&format!("{path}?lang=de")).await.expect(200).shows("Schlagw");
    });
}

/// What ought to be true of one mailbox.
#[derive(Default, Clone, Copy)]
struct Model {
    agreed: bool,
    by_link: bool,
    objected: bool,
}

#[test]
fn no_history_sends_advertising_without_consent_that_stands() {
    on_both(async |app| {
        app.database.run("UPDATE message_settings SET marketing_per_week = 0, quiet_from_minute = 0, quiet_until_minute = 0, quiet_sundays = FALSE");
        let first = advertises(app, "Ana", ANA, june(30, 9, 0)).await;
        decides(app, "Ana", true, "portal");
        app.tick().await;
        let link = unsubscribe_link(app, first);
        let client = ids::encode(app.count("SELECT id FROM clients"));
        let desk = app.staff("desk").await;
        let path = format!("/staff/clients/{client}");
        let mut chance = ChaCha8Rng::seed_from_u64(u64::from(app.kind == crate::support::databases::Kind::Sqlite));
        let mut model = Model { agreed: true, ..Model::default() };
        for step in 0..40_i64 {
            app.advance(TimeDelta::seconds(1));
            match chance.random_range(0..6) {
                0 => {
                    one_click(app, &link).await.expect(200);
                    model.by_link |= model.agreed;
                    (model.agreed, model.objected) = (false, true);
                }
                1 => {
                    app.visitor()
                        .ask(Method::POST, &format!("{link}/undo"), Some(String::new()), &[FORM])
                        .await
                        .expect(200);
                    model.objected = false;
                    model.agreed |= model.by_link;
                    model.by_link = false;
                }
                granted @ (2 | 3) => {
                    let form = desk.opens(&path).await.form("/consents").with("purpose", "surveys");
                    desk.submits(&form.with("granted", if granted == 2 { "yes" } else { "no" })).await.expect(200);
                    if granted == 2 && !model.objected {
                        (model.agreed, model.by_link) = (true, false);
                    } else if granted == 3 && model.agreed {
                        (model.agreed, model.by_link) = (false, false);
                    }
                }
                _ => {
                    let (day, slot) = (2 + step / 12 * 7, u32::try_from(step % 12).unwrap());
                    let hour = if slot < 6 { 9 + slot / 2 } else { 10 + slot / 2 };
                    let start = june(u32::try_from(day).unwrap(), hour, 30 * (slot % 2));
                    let message = advertises(app, "Ana", ANA, start).await;
                    app.tick().await;
                    let sent = state(app, message, "sent", None);
                    assert_eq!(sent, model.agreed && !model.objected, "step {step}");
                }
            }
        }
    });
}
