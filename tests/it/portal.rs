//! The client's own area: the way in, who may see what, what is written down, and the way out.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{TestApp, on_both, on_both_with};
use crate::support::schema::everything;
use crate::support::shop::{self, june};
use crate::support::visitor::{Page, Visitor};

const ANA: &str = "ana@client.example";

async fn books(app: &TestApp, day: u32, hour: u32, first_name: &str, email: &str) -> Value {
    let body = json!({
        "service": "check-up",
        "provider": "ada",
        "start": june(day, hour, 0).to_rfc3339(),
        "client": { "first_name": first_name, "last_name": "Lima", "email": email },
        "note": format!("A note of {first_name}"),
    });
    let booked = app.visitor().api(Method::POST, "/api/v1/bookings", &body, &[]).await.expect(201).json();
    app.tick().await;
    booked
}

async fn asks(app: &TestApp, visitor: &Visitor, email: &str) -> Page {
    let form = visitor.opens("/portal").await.expect(200).form("/portal/sign-in");
    let page = visitor.submits(&form.with("email", email)).await;
    app.tick().await;
    page
}

/// What a page says, without the token that is new each time.
fn said(page: &Page) -> String {
    let token = regex::Regex::new(r#"name="csrf" value="[^"]*""#).unwrap();
    token.replace_all(&page.text, "").into_owned()
}

#[test]
fn the_link_in_the_mail_lets_in_once() {
    on_both(async |app| {
        books(app, 4, 9, "Ana", ANA).await;
        let visitor = app.visitor();
        asks(app, &visitor, " ANA@client.example ").await.expect(200).shows("look into your mail");
        let link = app.portal_link(ANA).await;
        let mail = app.mails_to(ANA).await.pop().unwrap().read().unwrap();
        let booked = app.mails_to(ANA).await.remove(0).read().unwrap();
        assert!(booked.text.contains("All my appointments") && booked.text.contains("/portal"));
        assert!(
            mail.subject.contains("Test Dental") && mail.text.contains("30 minutes") && mail.text.contains("Hello Ana")
        );
        let before = everything(&app.database);
        for scanner in [app.visitor(), app.visitor()] {
            for method in [Method::GET, Method::HEAD] {
                scanner.ask(method, &link, None, &[]).await.expect(200);
            }
        }
        assert_eq!(everything(&app.database), before, "a mail scanner changed something");
        let form = visitor.opens(&link).await.expect(200).form("/portal/link/");
        let page = visitor.submits(&form).await.expect(200);
        assert!(page.text.contains("Hello Ana") && page.text.contains("Check-up"));
        // Used twice, by whoever: void.
        let other = app.visitor();
        other.submits_once(&form).await.expect(404).shows("no longer works");
        other.opens(&link).await.expect(404);
        other.opens("/portal").await.expect(200).form("/portal/sign-in");
        let cookie = visitor.ask(Method::GET, "/portal", None, &[]).await.expect(200);
        assert!(cookie.header("cache-control").contains("no-store"));
    });
}

#[test]
fn links_end_after_half_an_hour() {
    on_both(async |app| {
        books(app, 4, 9, "Ana", ANA).await;
        let visitor = app.visitor();
        asks(app, &visitor, ANA).await;
        let link = app.portal_link(ANA).await;
        let form = visitor.opens(&link).await.form("/portal/link/");
        app.advance(TimeDelta::minutes(31));
        visitor.submits_once(&form).await.expect(404);
        visitor.opens(&link).await.expect(404).shows("no longer works");
        assert_eq!(app.count("SELECT count(*) FROM client_sessions"), 0);
        for wrong in ["/portal/link/x", "/portal/link/00000000000000000000000000"] {
            visitor.opens(wrong).await.expect(404);
        }
    });
}

#[test]
fn nobody_learns_whether_an_address_is_known() {
    on_both(async |app| {
        books(app, 4, 9, "Ana", ANA).await;
        let known = asks(app, &app.visitor(), ANA).await.expect(200);
        let mails = app.mails().await.len();
        let unknown = asks(app, &app.visitor(), "stranger@client.example").await.expect(200);
        assert_eq!(said(&known), said(&unknown));
        assert_eq!(app.mails().await.len(), mails, "a stranger got a mail");
        assert_eq!(app.count("SELECT count(*) FROM client_links"), 2);
        assert_eq!(app.count("SELECT count(*) FROM messages WHERE client_link_id IS NOT NULL"), 1);
        app.visitor().opens("/portal").await.form("/portal/sign-in");
        for wrong in ["", "nobody", "a@b", "a b@c.example"] {
            let page = asks(app, &app.visitor(), wrong).await;
            assert_eq!(page.status.as_u16(), 422, "{wrong}");
        }
        // Somebody who has died, or became another client, reads no mailbox.
        app.database.run("UPDATE clients SET standing = 'deceased'");
        asks(app, &app.visitor(), ANA).await.expect(200);
        assert_eq!(app.mails().await.len(), mails);
    });
}

#[test]
fn an_address_gets_so_many_links_an_hour_and_a_visitor_may_ask_so_often() {
    on_both(async |app| {
        books(app, 4, 9, "Ana", ANA).await;
        let first = asks(app, &app.visitor(), ANA).await;
        for _ in 0..9 {
            let page = asks(app, &app.visitor(), ANA).await.expect(200);
            assert_eq!(said(&page), said(&first));
        }
        assert_eq!(app.count("SELECT count(*) FROM messages WHERE kind = 'portal_link'"), 5);
        app.advance(TimeDelta::minutes(61));
        asks(app, &app.visitor(), ANA).await.expect(200);
        assert_eq!(app.count("SELECT count(*) FROM messages WHERE kind = 'portal_link'"), 6);
    });
    on_both_with(&[("limits.enabled", "true"), ("limits.sign_ins_per_minute", "3")], async |app| {
        let visitor = app.visitor();
        let form = visitor.opens("/portal").await.form("/portal/sign-in").with("email", "someone@client.example");
        let mut answers = Vec::new();
        for _ in 0..5 {
            answers.push(visitor.submits_once(&form).await.status.as_u16());
        }
        assert_eq!(answers, [303, 303, 303, 429, 429]);
    });
}

#[test]
fn people_who_share_a_mailbox_are_told_apart_by_name() {
    on_both(async |app| {
        books(app, 4, 9, "Ana", ANA).await;
        books(app, 4, 10, "Rui", ANA).await;
        assert_eq!(app.count("SELECT count(*) FROM clients"), 2);
        let visitor = app.client(ANA).await;
        let page = visitor.opens("/portal").await.expect(200).shows("All of us");
        assert!(page.text.contains("for Ana Lima") && page.text.contains("for Rui Lima"));
        let rui = app.count("SELECT id FROM clients WHERE first_name = 'Rui'");
        let act = page.form("/portal/act-for");
        let chosen = visitor.submits(&act.clone().with("person", &rebook::domain::ids::encode(rui))).await.expect(200);
        assert!(chosen.text.contains("Hello Rui") && chosen.text.contains("10:00") && !chosen.text.contains("9:00 AM"));
        visitor.opens("/portal/people").await.expect(200).shows("Rui Lima");
        let messages = visitor.opens("/portal/messages").await.expect(200);
        assert_eq!(messages.text.matches("Confirmation").count(), 1);
        // A client of another mailbox cannot be acted for.
        app.database.run(&shop::client("other@client.example", "Otto", "Other"));
        let otto = app.count("SELECT id FROM clients WHERE first_name = 'Otto'");
        visitor.submits_once(&act.clone().with("person", &rebook::domain::ids::encode(otto))).await.expect(404);
        visitor.submits(&act.with("person", "")).await.expect(200).shows("for Ana Lima");
        // Somebody who no longer reads the mailbox is gone from it at once.
        app.database.run("UPDATE clients SET email_key = 'rui@client.example' WHERE first_name = 'Rui'");
        let page = visitor.opens("/portal").await.expect(200);
        assert!(!page.text.contains("Rui") && page.text.contains("Hello Ana"));
    });
}

#[test]
fn what_belongs_to_others_does_not_exist() {
    on_both(async |app| {
        let own = books(app, 4, 9, "Ana", ANA).await;
        let foreign = books(app, 4, 10, "Otto", "otto@client.example").await;
        let visitor = app.client(ANA).await;
        let [own, foreign] = [own, foreign].map(|booked| booked["id"].as_str().unwrap().to_owned());
        let page = visitor.ask(Method::GET, &format!("/portal/bookings/{own}"), None, &[]).await.expect(303);
        assert!(page.header("location").starts_with("/m/"));
        visitor.opens(page.header("location")).await.expect(200).shows("Check-up");
        let otto = rebook::domain::ids::encode(app.count("SELECT id FROM clients WHERE first_name = 'Otto'"));
        let before = everything(&app.database);
        for path in [
            format!("/portal/bookings/{foreign}"),
            format!("/portal/people/{otto}"),
            format!("/portal/people/{otto}/data"),
            "/portal/bookings/nonsense".to_owned(),
            format!("/portal/series/{foreign}"),
            format!("/portal/waitlist/{foreign}"),
            "/portal/people/0000000000000".to_owned(),
        ] {
            visitor.ask(Method::GET, &path, None, &[]).await.expect(404);
        }
        let people = visitor.opens("/portal/people").await;
        for form in people.forms().into_iter().filter(|form| form.action.contains("/people/")) {
            let mut theirs = form.clone();
            let part = form.action.rsplit('/').next().unwrap();
            theirs.action = format!("/portal/people/{otto}/{part}");
            visitor.submits_once(&theirs.with("consent", "news").with("phone", "")).await.expect(404);
        }
        assert_eq!(everything(&app.database), before);
        // Staff is nobody here, and clients are nobody there.
        let page = app.staff("owner").await.ask(Method::GET, "/portal/past", None, &[]).await.expect(303);
        assert_eq!(page.header("location"), "/portal?ended=1");
        visitor.ask(Method::GET, "/staff/clients", None, &[]).await.expect(303);
    });
}

#[test]
fn consents_are_added_to_and_taken_back_at_once() {
    on_both(async |app| {
        books(app, 4, 9, "Ana", ANA).await;
        let visitor = app.client(ANA).await;
        let page = visitor.opens("/portal/people").await.expect(200).shows("Your choice".to_lowercase().as_str());
        let form = page.form("/consents");
        assert!(form.fields.iter().all(|(name, _)| name != "consent"), "nothing is agreed to beforehand");
        let mut both = form.clone();
        both.fields.extend([("consent".to_owned(), "recall".to_owned()), ("consent".to_owned(), "news".to_owned())]);
        let page = visitor.submits(&both).await.expect(200).shows("It holds from this moment");
        assert_eq!(page.text.matches("Agreed on Jun 1, 2026").count(), 2);
        visitor.submits(&both).await.expect(200);
        assert_eq!(app.count("SELECT count(*) FROM consents"), 2, "the same again is not written again");
        app.advance(TimeDelta::days(1));
        let back = page.form("/consents");
        let mut less = back.clone().without("consent");
        less.fields.push(("consent".to_owned(), "recall".to_owned()));
        let page = visitor.submits(&less).await.expect(200).shows("Not agreed since Jun 2, 2026");
        assert!(page.text.contains("Taken back: news and offers") && page.text.contains("Agreed: news and offers"));
        let last = "SELECT count(*) FROM consents WHERE purpose = 'news' AND granted = FALSE AND wording_version = 1
                      AND origin = 'portal' AND channel = 'mail' AND wording LIKE '%Test Dental%'";
        assert_eq!(app.count(last), 1);
        assert_eq!(app.count("SELECT count(*) FROM consents"), 3);
        app.tick().await;
    });
}

#[test]
fn contact_and_language_are_changed_by_their_owner() {
    on_both(async |app| {
        books(app, 4, 9, "Ana", ANA).await;
        let visitor = app.client(ANA).await;
        let form = visitor.opens("/portal/people").await.expect(200).form("/contact");
        visitor.submits_once(&form.clone().with("phone", "12")).await.expect(422).shows("check the number");
        visitor.submits_once(&form.clone().with("language", "xx")).await.expect(422);
        let page = visitor.submits(&form.with("phone", "+1 213 555 0177").with("language", "de")).await.expect(200);
        assert!(page.text.contains("Gespeichert.") && page.text.contains("Meine Daten"));
        assert_eq!(app.count("SELECT count(*) FROM clients WHERE phone_key IS NOT NULL AND language = 'de'"), 1);
        assert_eq!(app.count("SELECT count(*) FROM bookings WHERE language = 'de'"), 1);
        let desk = app.staff("desk").await;
        desk.opens("/staff/clients?q=0177").await.shows("Ana Lima");
        let form = page.form("/contact").with("phone", "");
        visitor.submits(&form).await.expect(200);
        assert!(
            !desk.opens("/staff/clients?q=0177").await.text.contains("Ana Lima"),
            "found under a number that is gone"
        );
    });
}

#[test]
fn the_file_holds_everything_of_one_person_and_nothing_of_another() {
    on_both(async |app| {
        books(app, 4, 9, "Ana", ANA).await;
        books(app, 4, 10, "Rui", ANA).await;
        let visitor = app.client(ANA).await;
        let page = visitor.opens("/portal/people").await.expect(200);
        let ana = page.links().into_iter().find(|link| link.contains("/portal/people/")).unwrap();
        let form = visitor.opens(&ana).await.expect(200).form("/consents");
        visitor.submits(&form.with("consent", "recall")).await.expect(200);
        let file = visitor.ask(Method::GET, &format!("{ana}/data"), None, &[]).await.expect(200);
        assert!(file.header("content-disposition").starts_with("attachment"));
        assert!(file.header("cache-control").contains("no-store"));
        let data = file.json();
        assert_eq!((&data["client"]["first_name"], &data["client"]["email"]), (&json!("Ana"), &json!(ANA)));
        assert_eq!(data["bookings"].as_array().unwrap().len(), 1);
        assert_eq!(data["bookings"][0]["note"], "A note of Ana");
        assert_eq!(data["bookings"][0]["start"], "2026-06-04T09:00:00-07:00");
        let messages = data["messages"].as_array().unwrap();
        let confirmation = messages.iter().find(|message| message["kind"] == "confirmation").expect("a confirmation");
        assert_eq!(confirmation["state"], "sent");
        assert_eq!(
            (&data["consents"][0]["purpose"], &data["consents"][0]["granted"]),
            (&json!("recall"), &json!(true))
        );
        assert_eq!(data["is_cut"], false);
        assert!(!file.text.contains("Rui"), "somebody else of the household is in the file");
    });
}

#[test]
fn what_is_to_come_and_what_was_and_the_same_again() {
    on_both(async |app| {
        let visitor = {
            books(app, 2, 9, "Ana", ANA).await;
            books(app, 9, 9, "Ana", ANA).await;
            app.client(ANA).await
        };
        let home = visitor.opens("/portal").await.expect(200);
        assert_eq!(home.text.matches("portal-booking").count(), 2);
        visitor.opens("/portal/past").await.expect(200).shows("No visits yet");
        app.advance(TimeDelta::days(2));
        let home = visitor.opens("/portal").await.expect(200).shows("Last time");
        let past = visitor.opens("/portal/past").await.expect(200).shows("Book again");
        let again = past.link("/book/check-up");
        assert!(again.contains("location=downtown") && again.contains("provider=ada"), "{again}");
        visitor.opens(&again).await.expect(200).shows("Ada Alvarez");
        // Cancelled by way of the booking's own page, it stands with the past.
        let manage = visitor.opens(&home.link("/portal/bookings/")).await.expect(200);
        visitor.submits(&manage.form("/cancel")).await.expect(200);
        app.tick().await;
        visitor.opens("/portal").await.expect(200).shows("Nothing is booked");
        // What cannot be booked any more is not offered again.
        app.database.run("UPDATE services SET online = FALSE; UPDATE change_counters SET value = value + 1");
        assert!(!visitor.opens("/portal/past").await.text.contains("Book again"));
    });
}

#[test]
fn sessions_end() {
    on_both(async |app| {
        books(app, 4, 9, "Ana", ANA).await;
        let (phone, desktop) = (app.client(ANA).await, app.client(ANA).await);
        let form = phone.opens("/portal").await.expect(200).form("/portal/sign-out");
        desktop.submits_once(&form).await.expect(403);
        phone.submits(&form).await.expect(200).form("/portal/sign-in");
        phone.opens("/portal/past").await.expect(200).shows("you are signed out");
        let desktop_form = desktop.opens("/portal/people").await.expect(200).form("/sign-out-everywhere");
        let other = app.client(ANA).await;
        asks(app, &app.visitor(), ANA).await;
        let waiting = app.portal_link(ANA).await;
        desktop.submits(&desktop_form).await.expect(200);
        for visitor in [&desktop, &other] {
            visitor.opens("/portal").await.expect(200).form("/portal/sign-in");
        }
        app.visitor().opens(&waiting).await.expect(404);
        // Idle for a month; used in between it lasts.
        let visitor = app.client(ANA).await;
        for _ in 0..3 {
            app.advance(TimeDelta::days(20));
            visitor.opens("/portal").await.expect(200).shows("Ana");
        }
        app.advance(TimeDelta::days(31));
        visitor.opens("/portal").await.expect(200).form("/portal/sign-in");
        app.tick().await;
    });
}

#[test]
fn a_sign_in_starts_a_new_session_and_ends_the_old_one() {
    on_both(async |app| {
        books(app, 4, 9, "Ana", ANA).await;
        let visitor = app.client(ANA).await;
        let first = app.count("SELECT count(*) FROM client_sessions");
        asks(app, &app.visitor(), ANA).await;
        let link = app.portal_link(ANA).await;
        let form = visitor.opens(&link).await.form("/portal/link/");
        let answer = visitor.submits_once(&form).await.expect(303);
        let cookie = answer.header("set-cookie");
        assert!(cookie.contains("rebook_client=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"));
        assert_eq!((first, app.count("SELECT count(*) FROM client_sessions")), (1, 1));
    });
}
