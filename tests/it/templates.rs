//! The clinic's own words: written, refused, tried, sent as a test, taken back; and what reaches a mailbox. On both engines.

use mail_parser::MessageParser;
use reqwest::Method;

use crate::support::app::{TestApp, on_both};
use crate::support::shop::june;
use crate::support::visitor::{Form, Page, Visitor};

const LIST: &str = "/staff/messages/templates";
const CONFIRMATION: &str = "/staff/messages/templates/confirmation.mail/en";

fn editor(page: &Page) -> Form {
    page.forms().into_iter().find(|form| form.fields.iter().any(|(name, _)| name == "body")).expect("the editor")
}

async fn opens(who: &Visitor, path: &str) -> Form {
    editor(&who.opens(path).await.expect(200))
}

async fn saves(who: &Visitor, path: &str, subject: &str, body: &str) -> Page {
    let form = opens(who, path).await.with("subject", subject).with("body", body).with("do", "save");
    who.submits(&form).await
}

async fn asks_for(who: &Visitor, form: &Form, word: &str) -> Page {
    who.submits_once(&form.clone().with("do", word)).await
}

async fn last_mail(app: &TestApp, address: &str) -> (String, String, String) {
    let mails = app.mails_to(address).await;
    let mail = mails.last().expect("a mail").read().expect("a mail that can be read");
    (mail.subject, mail.text, mail.html)
}

#[test]
fn own_words_reach_the_mailbox_and_can_be_taken_back() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        let page = manager.opens(CONFIRMATION).await.expect(200).shows("Rebook&#39;s words. Change");
        let form = editor(&page);
        assert_eq!(form.value("subject"), "Your appointment on {{ when }} is booked");
        assert!(form.value("body").contains("{{ greeting }}") && form.value("body").contains("We look forward"));
        assert_eq!(form.value("version"), "0");

        let body = "# See you, {{ name }}!\n\n{{ greeting }}\n\nBring **your card**, {{ provider }} waits.\n\n[See it]({{ manage_url }})\n\n{{ details }}\n";
        saves(&manager, CONFIRMATION, "{{ clinic }}: {{ when }}", body)
            .await
            .expect(200)
            .shows("Saved.")
            .shows("Your words, saved by manager");
        manager.opens(LIST).await.expect(200).shows("Your words").shows("Early reminder");
        app.books_by_api("check-up", june(2, 9, 0), "ana@client.example").await.expect(201);
        app.tick().await;
        let (subject, text, html) = last_mail(app, "ana@client.example").await;
        assert_eq!(subject, "Test Dental: Tue, Jun 2, 9:00 AM");
        assert!(text.contains("Bring your card, Ada Alvarez waits.") && text.contains("See it:\nhttp"), "{text}");
        assert!(html.contains("<strong>your card</strong>") && html.contains(">See it</a>"), "{html}");
        assert!(html.contains("If the button does not work"), "the address stands under the button");

        let ask = manager.opens(&format!("{CONFIRMATION}/reset")).await.expect(200).shows("Bring **your card**");
        let form = ask.forms().into_iter().find(|form| form.action.ends_with("/reset")).unwrap();
        manager.submits(&form).await.expect(200).shows("Rebook&#39;s words are used again");
        assert_eq!(app.count("SELECT count(*) FROM message_template_texts"), 0);
        app.books_by_api("check-up", june(2, 10, 0), "bo@client.example").await.expect(201);
        app.tick().await;
        assert_eq!(last_mail(app, "bo@client.example").await.0, "Your appointment on Tue, Jun 2, 10:00 AM is booked");
    });
}

#[test]
fn what_does_not_work_is_not_saved_and_nothing_typed_is_lost() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        for (subject, body, html, says) in [
            ("Hello", "Hi {{ nmae }}", "", "Did you mean “name”?"),
            ("Hello", "a\n\n{% include 'x' %}", "", "Line 3: “include” cannot be used here"),
            ("Hello", "a\n{% if name %}", "", "This is not understood"),
            ("Hello", "{{ name|shout }}", "", "There is no filter “shout”."),
            ("Hello", "{{ clinic * 99999 }}", "", "“*” cannot be used"),
            ("About {{ service }}", "Hi", "", "must not stand in the subject"),
            ("", "Hi", "", "Please write something here."),
            ("Hello", "Hi", "<p>\n<script>alert(1)</script></p>", "Line 2: The tag “script”"),
            ("Hello", "Hi", "<p onclick=\"x\">a</p>", "The attribute “onclick”"),
            ("Hello", "Hi", "<a href=\"javascript:x\">a</a>", "is no address that a mail may lead to"),
            ("Hello", "Hi", "<img src=\"https://x.example/a.png\">", "Pictures from elsewhere"),
            ("Hello", "Hi", "<p><b>a</p>", "The tag “b” is opened and never closed."),
        ] {
            let form =
                opens(&manager, CONFIRMATION).await.with("subject", subject).with("body", body).with("html", html);
            let page = asks_for(&manager, &form, "save").await.expect(422).shows(says);
            let again = editor(&page);
            assert_eq!((again.value("subject"), again.value("body").replace("\r\n", "\n")), (subject, body.to_owned()));
        }
        let turns = "{% for a in clinic %}".repeat(12);
        let endless = format!("{turns}x{}", "{% endfor %}".repeat(12));
        let form = opens(&manager, CONFIRMATION).await.with("body", &endless);
        asks_for(&manager, &form, "save").await.expect(422).shows("A loop in this text does not end.");
        asks_for(&manager, &form, "test").await.expect(422);
        assert_eq!(app.count("SELECT count(*) FROM message_template_texts"), 0);
        assert_eq!(app.count("SELECT count(*) FROM messages WHERE kind = 'test'"), 0);
    });
}

#[test]
fn a_text_that_fails_after_all_is_replaced_by_ours_and_reported() {
    on_both(async |app| {
        app.database.run(
            "INSERT INTO message_template_texts (template, language, subject, body, updated_at)
               VALUES ('confirmation.mail', 'en', 'Hi {{ gone }}', 'Hi', '2026-05-01 00:00:00');",
        );
        app.books_by_api("check-up", june(2, 9, 0), "ana@client.example").await.expect(201);
        app.tick().await;
        assert_eq!(last_mail(app, "ana@client.example").await.0, "Your appointment on Tue, Jun 2, 9:00 AM is booked");
        let manager = app.staff("manager").await;
        manager.opens(LIST).await.expect(200).shows("A text does not work").shows("Does not work");
        manager.opens(CONFIRMATION).await.expect(200).shows("This cannot be saved yet");
    });
}

#[test]
fn the_preview_shows_a_real_booking_and_a_test_reaches_whoever_asked() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        manager.opens(CONFIRMATION).await.expect(200).shows("With made-up facts").shows("Dr. Maya Example");
        app.books_by_api("check-up", june(2, 9, 0), "ana@client.example").await.expect(201);
        app.tick().await;
        let page = manager.opens(CONFIRMATION).await.expect(200).shows("With booking ").shows("Ada Alvarez");
        assert!(
            !page.text.contains("/m/") || page.text.contains("/m/sample"),
            "no link of a client's is shown to the team"
        );
        let form = editor(&page).with("body", "{{ greeting }}\n\nParking is free.\n\n{{ buttons }}");
        let seen = asks_for(&manager, &form, "preview").await.expect(200).shows("Parking is free.");
        assert_eq!(app.count("SELECT count(*) FROM message_template_texts"), 0, "looking saves nothing");
        assert!(editor(&seen).value("body").contains("Parking is free."));
        let body = serde_urlencoded::to_string(&form.clone().with("reference", "NONE").fields).unwrap();
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        let json =
            manager.ask(Method::POST, &format!("{CONFIRMATION}/preview"), Some(body), &kind).await.expect(200).json();
        assert!(json["html"].as_str().unwrap().contains("Parking is free."));
        assert!(json["with"].as_str().unwrap().contains("There is no booking with that reference"));
        assert!(json["complaints"].as_array().unwrap().is_empty());

        asks_for(&manager, &form, "test").await.expect(200).shows("A test is on its way to manager@clinic.example.");
        app.tick().await;
        let (_, text, html) = last_mail(app, "manager@clinic.example").await;
        assert!(text.contains("Parking is free.") && html.contains("Parking is free."));
        assert!(!text.contains("/m/") || text.contains("/m/sample"), "{text}");
        assert_eq!(app.count("SELECT count(*) FROM messages WHERE kind = 'test' AND state = 'sent'"), 1);
    });
}

#[test]
fn the_second_of_two_writers_is_told_and_roles_hold() {
    on_both(async |app| {
        let (manager, owner) = (app.staff("manager").await, app.staff("owner").await);
        let (first, second) = (opens(&manager, CONFIRMATION).await, opens(&owner, CONFIRMATION).await);
        asks_for(&manager, &first.with("body", "From the manager"), "save").await.expect(303);
        let second = second.with("body", "From the owner");
        let told =
            asks_for(&owner, &second, "save").await.expect(409).shows("Somebody else saved").shows("From the manager");
        assert_eq!(editor(&told).value("body"), "From the owner", "what was typed stays");
        asks_for(&owner, &editor(&told), "save").await.expect(303);
        manager.opens(CONFIRMATION).await.shows("From the owner");
        let desk = app.staff("desk").await;
        desk.opens(LIST).await.expect(403);
        desk.opens(CONFIRMATION).await.expect(403);
        manager.opens("/staff/messages/templates/test.mail/en").await.expect(404);
        manager.opens("/staff/messages/templates/birthday.sms/en").await.expect(404);
        manager.opens("/staff/messages/templates/confirmation.mail/xx").await.expect(404);
    });
}

#[test]
fn a_rule_speaks_in_its_own_template_and_each_reader_in_her_language() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        let list = manager.opens(LIST).await.expect(200);
        let form = list.forms().into_iter().find(|form| form.action == LIST).unwrap();
        let nameless = form.clone().with("name", " ").with("kind", "confirmation").with("channel", "mail");
        manager.submits_once(&nameless).await.expect(422).shows("Please give a name");
        let none = form.clone().with("name", "x").with("kind", "birthday").with("channel", "sms");
        manager.submits_once(&none).await.expect(422).shows("cannot be sent as a text message");
        let filled = form.with("name", "For children").with("kind", "confirmation").with("channel", "mail");
        let made = manager.submits_once(&filled);
        let place = made.await.expect(303).header("location").split('?').next().unwrap().to_owned();
        saves(&manager, &place, "Hooray: {{ when }}", "{{ greeting }}\n\nBring your teddy.")
            .await
            .expect(200)
            .shows("Saved.");
        let id = place.split('/').nth_back(1).unwrap().to_owned();
        let number = rebook::domain::ids::decode(&id).unwrap();
        app.database.run(&format!("UPDATE message_rules SET template_id = {number} WHERE code = 'confirmation';"));
        app.books_by_api("check-up", june(2, 9, 0), "ana@client.example").await.expect(201);
        app.tick().await;
        let subject = last_mail(app, "ana@client.example").await.0;
        assert!(subject.starts_with("Hooray"), "{subject}");

        // Another language has Rebook's words there, not the clinic's English ones.
        let mut body = crate::support::app::booking_body("check-up", june(2, 10, 0), "bo@client.example");
        body["client"]["language"] = "de".into();
        app.visitor().api(Method::POST, "/api/v1/bookings", &body, &[]).await.expect(201);
        app.tick().await;
        assert!(last_mail(app, "bo@client.example").await.0.starts_with("Ihr Termin am"));

        let list = manager.opens(LIST).await.shows("For children");
        let archive = list.forms().into_iter().find(|form| form.action.ends_with("/archive")).unwrap();
        manager.submits(&archive).await.expect(200).shows("The template is no longer used.");
        app.books_by_api("check-up", june(2, 11, 0), "cy@client.example").await.expect(201);
        app.tick().await;
        assert!(last_mail(app, "cy@client.example").await.0.starts_with("Your appointment"));
    });
}

#[test]
fn every_text_opens_in_every_language_and_an_independent_parser_reads_the_test() {
    on_both(async |app| {
        let owner = app.staff("owner").await;
        app.books_by_api("check-up", june(2, 9, 0), "ana@client.example").await.expect(201);
        app.tick().await;
        let list = owner.opens(LIST).await.expect(200);
        let links: Vec<String> =
            list.links().into_iter().filter(|link| link.starts_with(LIST) && link.len() > LIST.len()).collect();
        assert!(links.len() > 60, "{links:?}");
        for link in links {
            let page = owner.opens(&link).await.expect(200);
            // Only an editor has the place for complaints; it is hidden while there are none.
            let is_clean = !page.text.contains("data-complaints") || page.text.contains("data-complaints hidden");
            assert!(is_clean, "{link}");
        }
        for kind in ["reminder", "thank_you", "birthday", "series_booked", "waitlist_offer", "portal_link"] {
            for language in ["en", "de"] {
                let form = opens(&owner, &format!("{LIST}/{kind}.mail/{language}")).await;
                asks_for(&owner, &form, "test").await.expect(200);
            }
        }
        app.tick().await;
        let mails = app.mails_to("owner@clinic.example").await;
        assert_eq!(mails.len(), 12);
        for mail in mails {
            let parsed = MessageParser::default().parse(&mail.bytes).expect("a mail");
            let text = parsed.body_text(0).expect("a text part");
            let html = parsed.body_html(0).expect("an HTML part");
            assert!(parsed.subject().is_some_and(|subject| !subject.contains("{{") && subject.len() > 5));
            assert!(text.contains("Test Dental") && !text.contains("{{") && html.contains("Test Dental"));
        }
    });
}
