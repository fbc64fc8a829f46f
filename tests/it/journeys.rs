//! What people do, from the first page to the last mail, over HTTP and without scripts.

use chrono::{DateTime, TimeDelta, Utc};
use rebook::mail::MailSummary;
use regex::Regex;

use crate::support::app::{TestApp, on_both};
use crate::support::shop::june;
use crate::support::visitor::{Form, Page, Visitor};

const ANA: &str = "ana@client.example";

/// The page of a day's times, as the links of the pages lead there.
async fn times(visitor: &Visitor, service: &str, day: &str) -> Page {
    visitor.opens(&format!("/book/{service}?date={day}")).await.expect(200)
}

fn at(starts_at: DateTime<Utc>) -> String {
    starts_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// The button of a time, whichever way the page writes instants.
fn button_at(page: &Page, starts_at: DateTime<Utc>) -> Option<String> {
    page.buttons("start").into_iter().find(|value| {
        DateTime::parse_from_rfc3339(value).map_or(value == &at(starts_at), |instant| instant == starts_at)
    })
}

/// Picks a time; what comes is the page with the details to fill in.
async fn picks(visitor: &Visitor, service: &str, starts_at: DateTime<Utc>) -> Page {
    let local = starts_at - TimeDelta::hours(7);
    let page = times(visitor, service, &local.format("%Y-%m-%d").to_string()).await;
    let value = button_at(&page, starts_at).unwrap_or_else(|| panic!("{starts_at} is not offered:\n{}", page.text));
    visitor.submits(&page.form("/time").with("start", &value)).await.expect(200)
}

fn filled_in(page: &Page) -> Form {
    let form = page.forms().into_iter().find(|form| form.fields.iter().any(|(name, _)| name == "first_name"));
    form.unwrap_or_else(|| panic!("no form for the details:\n{}", page.text))
        .with("first_name", "Ana")
        .with("last_name", "Lima")
        .with("email", ANA)
}

/// Books a time as a stranger does; what comes is the page behind the manage link.
async fn books(visitor: &Visitor, service: &str, starts_at: DateTime<Utc>) -> Page {
    let details = picks(visitor, service, starts_at).await;
    visitor.submits(&filled_in(&details)).await.expect(200)
}

async fn letters(app: &TestApp, address: &str) -> Vec<MailSummary> {
    app.mails_to(address).await.iter().map(|mail| mail.read().unwrap()).collect()
}

/// The link to the booking's own page, as the mail's text has it.
fn manage_link(visitor: &Visitor, letter: &MailSummary) -> String {
    let link = Regex::new(r"https?://[^\s>]+/m/[^\s>?)]+").unwrap();
    let found = link.find(&letter.text).unwrap_or_else(|| panic!("no manage link in:\n{}", letter.text));
    visitor.local(found.as_str())
}

#[test]
fn a_patient_books_reads_the_mail_and_cancels_and_the_time_is_free_again() {
    on_both(async |app| {
        let patient = app.visitor();
        let home = patient.opens("/").await.expect(200).shows("Test Dental");
        let services = patient.opens(&home.link("/book")).await.expect(200).shows("Check-up").shows("$95");
        assert!(services.link("/book/check-up").starts_with("/book/check-up"));

        let done = books(&patient, "check-up", june(2, 9, 0)).await;
        assert!(done.path.starts_with("/m/"), "{}", done.path);
        assert_eq!(app.count("SELECT count(*) FROM bookings WHERE status = 'booked'"), 1);

        app.tick().await;
        let told = letters(app, ANA).await;
        assert_eq!(told.len(), 1, "one booking, one mail");
        assert!(told[0].calendar.as_ref().is_some_and(|calendar| calendar.contains("METHOD:REQUEST")));
        let manage = patient.opens(&manage_link(&patient, &told[0])).await.expect(200).shows("Check-up");
        let invitation = patient.opens(&manage.link(".ics")).await.expect(200);
        assert!(invitation.header("content-type").starts_with("text/calendar"), "{:?}", invitation.headers);

        let cancelled = patient.submits(&manage.form("/cancel").with("reason", "a cold")).await.expect(200);
        assert!(!cancelled.forms().iter().any(|form| form.action.contains("/cancel")), "it can be cancelled once");
        assert_eq!(
            app.count("SELECT count(*) FROM bookings WHERE status = 'cancelled' AND ended_reason = 'a cold'"),
            1
        );
        app.tick().await;
        let told = letters(app, ANA).await;
        assert_eq!(told.len(), 2);
        assert!(told[1].calendar.as_ref().is_some_and(|calendar| calendar.contains("METHOD:CANCEL")));

        let again = app.visitor();
        books(&again, "check-up", june(2, 9, 0)).await;
        assert_eq!(app.count("SELECT count(*) FROM clients"), 1, "the same person is recognised");
        app.tick().await;
    });
}

#[test]
fn sending_the_form_twice_books_once() {
    on_both(async |app| {
        let patient = app.visitor();
        let form = filled_in(&picks(&patient, "check-up", june(2, 9, 0)).await);
        let (one, two) = tokio::join!(patient.submits(&form), patient.submits(&form));
        let three = patient.submits(&form).await;
        assert_eq!((one.status.as_u16(), two.status.as_u16()), (200, 200), "{}\n{}", one.text, two.text);
        assert_eq!(one.path, two.path);
        assert_eq!(one.path, three.path);
        assert_eq!(app.count("SELECT count(*) FROM bookings"), 1);
        app.tick().await;
        assert_eq!(app.mails_to(ANA).await.len(), 1);
    });
}

#[test]
fn a_time_that_went_gives_newer_ones_and_keeps_what_was_typed() {
    on_both(async |app| {
        let slow = app.visitor();
        let form = filled_in(&picks(&slow, "check-up", june(2, 9, 0)).await).with("note", "I am afraid of drills");
        // The hold runs out, and others take both chairs.
        app.advance(TimeDelta::minutes(11));
        for other in ["one@client.example", "two@client.example"] {
            let quick = app.visitor();
            let details = picks(&quick, "check-up", june(2, 9, 0)).await;
            quick.submits(&filled_in(&details).with("email", other)).await.expect(200);
        }
        let gone = slow.submits(&form).await.expect(409);
        let again = filled_in(&gone);
        assert_eq!(again.value("note"), "I am afraid of drills");
        assert!(gone.shows("I am afraid of drills").text.contains("name=\"start\""), "newer times are offered");
        assert_eq!(app.count("SELECT count(*) FROM bookings"), 2);
        app.tick().await;
        assert!(app.mails_to(ANA).await.is_empty(), "a refused booking tells nobody");
    });
}

#[test]
fn what_is_missing_or_wrong_is_said_by_the_field() {
    on_both(async |app| {
        let patient = app.visitor();
        let details = picks(&patient, "check-up", june(2, 9, 0)).await;
        let before = app.rows();
        let table = [
            ("first_name", ""),
            ("last_name", " "),
            ("email", "ana.example"),
            ("email", "ana@client.example\r\nBcc: x@x.example"),
            ("first_name", "http://evil.example"),
            ("phone", "call me maybe"),
        ];
        for (name, value) in table {
            let form = filled_in(&details).with("note", "a note that stays").with(name, value);
            let page = patient.submits(&form).await.expect(422).shows("aria-invalid").shows("a note that stays");
            assert!(page.text.contains(&format!("id=\"e-{name}\"")), "{name}");
        }
        let huge = filled_in(&details).with("first_name", &"a".repeat(1 << 20));
        patient.submits(&huge).await.expect(413);
        let forged = filled_in(&details).with("token", "made up");
        let refused = patient.submits(&forged).await;
        assert!(refused.status.is_client_error(), "{}", refused.status);
        assert_eq!(app.rows(), before, "nothing is written");
        app.tick().await;
        assert!(app.mails().await.is_empty());
    });
}

#[test]
fn pages_about_what_does_not_exist_say_so() {
    on_both(async |app| {
        let anybody = app.visitor();
        for (path, status) in [
            ("/book/nothing", 404),
            ("/book/check-up?date=2026-02-30", 200),
            ("/book/check-up?date=9999-12-31", 200),
            ("/book/check-up?date=1999-01-01", 200),
            ("/book/check-up?provider=nobody&location=nowhere&party=10000&lang=xx", 200),
            ("/book/check-up?party=0", 200),
            ("/m/00000000000000000000000000", 404),
            ("/no-such-page", 404),
            ("/staff/nothing", 404),
        ] {
            let page = anybody.opens(path).await;
            assert_eq!(page.status.as_u16(), status, "{path}:\n{}", page.text);
            assert!(page.text.contains("<html"), "{path}");
        }
    });
}

#[test]
fn a_request_is_answered_before_it_is_a_booking() {
    on_both(async |app| {
        let patient = app.visitor();
        books(&patient, "implant", june(2, 10, 0)).await;
        assert_eq!(app.count("SELECT count(*) FROM bookings WHERE status = 'requested'"), 1);
        app.tick().await;
        let told = letters(app, ANA).await;
        assert_eq!(told.len(), 1);
        assert!(told[0].calendar.is_none(), "a request is no appointment yet");
        // Nobody answers: the time is given back, and the client is told.
        app.advance(TimeDelta::hours(49));
        app.tick().await;
        app.tick().await;
        assert_eq!(app.count("SELECT count(*) FROM bookings WHERE status = 'expired'"), 1);
        assert_eq!(app.count("SELECT count(*) FROM occupations"), 0);
    });
}

#[test]
fn a_german_reader_is_answered_in_german_by_page_and_mail() {
    on_both(async |app| {
        let patient = app.visitor();
        let page = patient.opens("/book/check-up?date=2026-06-02&lang=de").await.expect(200).shows("lang=\"de\"");
        let value = button_at(&page, june(2, 9, 0)).unwrap();
        let details = patient.submits(&page.form("/time").with("start", &value)).await.expect(200).shows("Vorname");
        patient.submits(&filled_in(&details)).await.expect(200).shows("lang=\"de\"");
        app.tick().await;
        let told = letters(app, ANA).await;
        assert_eq!(told.len(), 1);
        assert!(told[0].text.contains("Termin"), "{}", told[0].text);
    });
}

#[test]
fn reading_a_link_changes_nothing() {
    on_both(async |app| {
        let patient = app.visitor();
        let done = books(&patient, "check-up", june(2, 9, 0)).await;
        app.tick().await;
        let before = app.rows();
        // As a mail scanner does: every link, GET and HEAD.
        let link = Regex::new(r#"https?://[^\s"<>)]+"#).unwrap();
        for letter in letters(app, ANA).await {
            for found in link.find_iter(&format!("{} {}", letter.text, letter.html)) {
                let path = patient.local(found.as_str());
                patient.ask(reqwest::Method::GET, &path, None, &[]).await;
                patient.ask(reqwest::Method::HEAD, &path, None, &[]).await;
            }
        }
        patient.ask(reqwest::Method::GET, &format!("{}/cancel", done.path), None, &[]).await;
        assert_eq!(app.rows(), before);
        assert_eq!(app.count("SELECT count(*) FROM bookings WHERE status = 'booked'"), 1);
    });
}

/// The form whose action ends so, with its hidden fields.
fn form_to(page: &Page, end: &str) -> Form {
    let found =
        page.forms().into_iter().find(|form| form.action.split('?').next().is_some_and(|path| path.ends_with(end)));
    found.unwrap_or_else(|| panic!("{} has no form to {end}:\n{}", page.path, page.text))
}

#[test]
fn the_desk_sees_the_booking_and_cancels_it() {
    on_both(async |app| {
        books(&app.visitor(), "check-up", june(2, 9, 0)).await;
        app.tick().await;
        let desk = app.staff("desk").await;
        desk.opens("/staff").await.expect(200);
        let day = desk.opens("/staff?day=2026-06-02").await.expect(200).shows("Ana Lima").shows("Check-up");
        let booking = desk.opens(&day.link("/staff/bookings/")).await.expect(200).shows("Ana Lima").shows(ANA);
        let before = letters(app, ANA).await.len();
        desk.submits(&form_to(&booking, "/cancel").with("reason", "the dentist is ill")).await.expect(200);
        assert_eq!(app.count("SELECT count(*) FROM bookings WHERE status = 'cancelled' AND ended_by = 'staff'"), 1);
        app.tick().await;
        let told = letters(app, ANA).await;
        assert_eq!(told.len(), before + 1);
        assert!(told[before].calendar.as_ref().is_some_and(|calendar| calendar.contains("METHOD:CANCEL")));
        // A second click on the same old page changes nothing.
        let again = desk.submits(&form_to(&booking, "/cancel")).await;
        assert!(!again.status.is_server_error(), "{}", again.status);
        app.tick().await;
        assert_eq!(letters(app, ANA).await.len(), before + 1);
    });
}

#[test]
fn the_desk_answers_requests() {
    on_both(async |app| {
        for (hour, answer, status) in [(10, "/approve", "booked"), (14, "/decline", "declined")] {
            books(&app.visitor(), "implant", june(2, hour, 0)).await;
            app.tick().await;
            let before = letters(app, ANA).await.len();
            let desk = app.staff("desk").await;
            let requests = desk.opens("/staff/requests").await.expect(200).shows("Ana Lima");
            let booking = desk.opens(&requests.link("/staff/bookings/")).await.expect(200);
            desk.submits(&form_to(&booking, answer)).await.expect(200);
            assert_eq!(app.count(&format!("SELECT count(*) FROM bookings WHERE status = '{status}'")), 1);
            app.tick().await;
            assert_eq!(letters(app, ANA).await.len(), before + 1, "the client is told: {status}");
        }
    });
}

#[test]
fn the_desk_books_for_somebody_on_the_phone() {
    on_both(async |app| {
        let desk = app.staff("desk").await;
        let asked = "/staff/book?service=check-up&day=2026-06-03";
        let page = desk.opens(asked).await.expect(200);
        let start = page.choices("start").into_iter().next().expect("a free time");
        let form = page.form("/staff/book").with("start", &start);
        let wrong = desk.submits(&form.clone().with("first_name", "Greta")).await.expect(422).shows("Greta");
        assert!(wrong.text.contains("aria-invalid"), "what is missing is said by the field");
        assert_eq!(app.count("SELECT count(*) FROM bookings"), 0);
        let form = form.with("first_name", "Greta").with("last_name", "Huber").with("phone", "+1 213 555 0177");
        desk.submits(&form).await.expect(200).shows("Huber");
        assert_eq!(app.count("SELECT count(*) FROM bookings WHERE created_by = 'staff'"), 1);
        desk.submits(&form).await;
        assert_eq!(app.count("SELECT count(*) FROM bookings"), 1, "twice sent is once booked");
        let found = desk.opens("/staff/clients?q=hub").await.expect(200).shows("Huber");
        desk.opens(&found.link("/staff/clients/0")).await.expect(200).shows("Check-up");
        app.tick().await;
    });
}

#[test]
fn a_provider_sees_his_own_day_only() {
    on_both(async |app| {
        let patient = app.visitor();
        let page = times(&patient, "check-up", "2026-06-02").await;
        let with_ben = patient.opens(&page.link("provider=ben")).await.expect(200);
        let value = button_at(&with_ben, june(2, 9, 0)).unwrap();
        let details = patient.submits(&with_ben.form("/time").with("start", &value)).await.expect(200);
        patient.submits(&filled_in(&details)).await.expect(200).shows("Ben Baker");
        app.tick().await;
        let ada = app.staff("ada").await;
        let day = ada.opens("/staff?day=2026-06-02").await.expect(200);
        assert!(!day.text.contains("Ana Lima"), "a colleague's patient is shown");
        let id = app.count("SELECT id FROM bookings");
        let foreign = format!("/staff/bookings/{}", rebook::domain::ids::encode(id));
        ada.opens(&foreign).await.expect(404);
        app.staff("desk").await.opens(&foreign).await.expect(200).shows("Ana Lima");
    });
}
