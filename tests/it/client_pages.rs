//! The pages of clients: who may open whom, what is changed and written down, and bad input.

use chrono::TimeDelta;
use rebook::domain::ids;
use reqwest::Method;

use crate::support::app::{TestApp, on_both};
use crate::support::schema::everything;
use crate::support::shop::{self, june};
use crate::support::visitor::{Page, Visitor};

const CANARY: &str = "<script>alert(1)</script>";

/// Ana, who has a check-up with Ada on Thursday; her page.
async fn ana(app: &TestApp) -> String {
    app.books_by_api("check-up", june(4, 9, 0), "ana@client.example").await.expect(201);
    app.tick().await;
    page_of(app, "Ana")
}

fn page_of(app: &TestApp, first_name: &str) -> String {
    let id = app.count(&format!("SELECT max(id) FROM clients WHERE first_name = '{first_name}'"));
    format!("/staff/clients/{}", ids::encode(id))
}

async fn writes(staff: &Visitor, page: &str, kind: &str, text: &str) -> Page {
    let forms = staff.opens(page).await.expect(200).forms();
    let own = forms.into_iter().find(|form| form.action.ends_with("/notes") && form.value("kind") == kind).unwrap();
    staff.submits(&own.with(kind, text)).await
}

#[test]
fn a_client_is_changed_and_every_field_is_written_down() {
    on_both(async |app| {
        let page = ana(app).await;
        let desk = app.staff("desk").await;
        let form = desk.opens(&format!("{page}/edit")).await.expect(200).form("/edit");
        assert_eq!(form.value("first_name"), "Ana");
        let changed = form
            .clone()
            .with("last_name", "Núñez")
            .with("email", "ana@new.example")
            .with("phone", "+1 213 555 0142")
            .with("birth_date", "1990-02-03")
            .with("language", "de")
            .with("zone", "Europe/Berlin")
            .with("source", "a friend");
        desk.submits(&changed).await.expect(200).shows("Ana Núñez").shows("36 years").shows("ana@new.example");
        assert_eq!(app.count("SELECT count(*) FROM client_changes WHERE actor = 'staff' AND staff_user_id = 6003"), 7);
        assert_eq!(app.count("SELECT count(*) FROM bookings WHERE language = 'de'"), 1, "told in the new language");
        desk.opens("/staff/clients?q=nunez").await.expect(200).shows("Ana Núñez");
        desk.opens("/staff/clients?q=0142").await.expect(200).shows("Ana Núñez");
        let old = desk.opens("/staff/clients?q=ana%40client").await.expect(200);
        assert!(!old.text.contains("Ana Núñez"), "the old address finds nobody");

        // The second of two who opened the form is told so, and what was typed stays.
        let late = form.with("first_name", "Anna");
        let refused = desk.submits(&late).await.expect(422).shows("Somebody else changed");
        assert_eq!(refused.form("/edit").value("first_name"), "Anna");
        assert_eq!(app.count("SELECT count(*) FROM clients WHERE first_name = 'Anna'"), 0);

        // What was to be told goes to the new address.
        app.advance(june(4, 7, 30) - app.now());
        app.tick().await;
        assert!(!app.mails_to("ana@new.example").await.is_empty());
        // Three days later everybody has to sign in anew.
        let desk = app.staff("desk").await;

        let before = app.count("SELECT count(*) FROM client_changes");
        for (field, value) in [
            ("first_name", ""),
            ("first_name", "www.evil.example"),
            ("last_name", "\u{202e}x"),
            ("email", "nobody"),
            ("phone", "12"),
            ("birth_date", "2099-01-01"),
            ("birth_date", "1990-02-31"),
            ("language", "xx"),
            ("zone", "Mars/Base"),
            ("standing", "gone"),
            ("source", &"x".repeat(61)),
            ("guardian", "0000000000001"),
            ("guardian", "nobody"),
            ("payer", page.rsplit('/').next().unwrap()),
        ] {
            let form = desk.opens(&format!("{page}/edit")).await.form("/edit").with(field, value);
            let answer = desk.submits_once(&form).await.expect(422);
            assert!(answer.text.contains("aria-invalid"), "{field}: {value}");
        }
        assert_eq!(app.count("SELECT count(*) FROM client_changes"), before);
    });
}

#[test]
fn somebody_new_is_made_without_a_booking_and_not_twice() {
    on_both(async |app| {
        let desk = app.staff("desk").await;
        let form = desk.opens("/staff/clients/new").await.expect(200).form("/staff/clients/new");
        let form = form.with("first_name", "Greta").with("last_name", "Huber").with("phone", "+1 213 555 0177");
        desk.submits(&form).await.expect(200).shows("Greta Huber");
        let again = desk.submits(&form).await.expect(422).shows("somebody we know");
        assert_eq!(app.count("SELECT count(*) FROM clients"), 1);
        desk.submits(&again.form("/staff/clients/new").with("anyway", "yes")).await.expect(200).shows("Greta Huber");
        assert_eq!(app.count("SELECT count(*) FROM clients"), 2);
        let worklist = desk.opens("/staff/worklists/duplicates").await.expect(200).shows("Greta Huber");
        let form = worklist.form("/staff/worklists/duplicates");
        desk.submits(&form).await.expect(200).shows("No duplicates");
        desk.opens("/staff/clients?standing=moved").await.expect(200).shows("No client fits");
        desk.opens("/staff/clients?free=yes").await.expect(200).shows("Greta Huber");
        desk.opens("/staff/clients?tag=x&standing=zzz&before=%27&free=%00").await.expect(200);
    });
}

#[test]
fn alerts_stand_on_every_page_about_the_client() {
    on_both(async |app| {
        let page = ana(app).await;
        let desk = app.staff("desk").await;
        writes(&desk, &page, "alert", "Penicillin allergy").await.expect(200).shows("Penicillin allergy");
        writes(&desk, &page, "note", "Likes the window seat").await.expect(200).shows("Likes the window seat");
        writes(&desk, &page, "alert", " ").await.expect(422).shows("Please type something");
        writes(&desk, &page, "alert", &"x".repeat(121)).await.expect(422).shows("At most 120 characters");
        let booking = desk.opens(&page).await.link("/staff/bookings/");
        desk.opens(&booking).await.expect(200).shows("Penicillin allergy");
        let archive = desk.opens(&page).await.form("/archive");
        desk.submits(&archive).await.expect(200).shows("Put away.");
        desk.submits(&archive).await.expect(200);
        assert_eq!(app.count("SELECT count(*) FROM client_notes WHERE archived_at IS NOT NULL"), 1);
    });
}

#[test]
fn a_provider_opens_only_whom_the_clinic_lets_her() {
    on_both(async |app| {
        let page = ana(app).await;
        app.database.run(&shop::client("zoe@client.example", "Zoe", "Client"));
        let zoe = page_of(app, "Zoe");
        let ada = app.staff("ada").await;
        let provider =
            app.count("SELECT a.provider_id FROM bookings AS b JOIN appointments AS a ON a.id = b.appointment_id");
        let expected = if provider == shop::ADA { 200 } else { 404 };
        let seen = ada.opens(&page).await.expect(expected);
        if expected == 200 {
            assert!(!seen.text.contains("/erase") && !seen.text.contains("Possibly the same"), "only what she needs");
            writes(&ada, &page, "note", "From Ada").await.expect(200).shows("From Ada");
        }
        ada.opens(&zoe).await.expect(404);
        let form = app.staff("desk").await.opens(&zoe).await.form("/notes");
        ada.submits_once(&form).await.expect(403);
        app.database.run("UPDATE clinic SET providers_see = 'all'");
        ada.opens(&zoe).await.expect(200).shows("Zoe Client");
        for path in [format!("{zoe}/edit"), format!("{zoe}/merge"), format!("{zoe}/erase"), format!("{zoe}/views")] {
            ada.opens(&path).await.expect(403);
        }
        let desk = app.staff("desk").await;
        desk.opens(&format!("{zoe}/erase")).await.expect(403);
        app.staff("manager").await.opens("/owner/access-log").await.expect(403);
    });
}

#[test]
fn a_look_is_written_down_once_in_a_quarter_of_an_hour_and_nothing_else_is() {
    on_both(async |app| {
        let page = ana(app).await;
        let desk = app.staff("desk").await;
        let before = everything(&app.database);
        for _ in 0..3 {
            desk.opens(&page).await.expect(200);
            desk.opens(&format!("{page}/edit")).await.expect(200);
            desk.opens(&format!("{page}/merge")).await.expect(200);
        }
        for (table, rows) in everything(&app.database) {
            if table == "client_views" {
                assert_eq!(rows.len(), 1);
            } else {
                assert_eq!(before.get(&table), Some(&rows), "looking changed {table}");
            }
        }
        app.advance(TimeDelta::minutes(16));
        desk.opens(&page).await.expect(200);
        assert_eq!(
            app.count("SELECT count(*) FROM client_views WHERE staff_user_id = 6003 AND address = '127.0.0.1'"),
            2
        );
        let owner = app.staff("owner").await;
        owner.opens(&format!("{page}/views")).await.expect(200).shows("desk");
        owner.opens("/owner/access-log").await.expect(200).shows("Ana Lima");
        owner.opens(&format!("/owner/access-log?user={}&day=2026-06-01", ids::encode(6003))).await.shows("Ana Lima");
        owner.opens("/owner/access-log?day=2026-05-01").await.shows("Nobody looked");
        owner.opens("/owner/access-log?user=x&client=%27&day=99&before=zz").await.expect(200);
    });
}

#[test]
fn a_household_is_joined_and_left() {
    on_both(async |app| {
        let page = ana(app).await;
        app.database.run(&shop::client("zoe@client.example", "Zoe", "Client"));
        let desk = app.staff("desk").await;
        let found = desk.opens(&format!("{page}/edit?q=")).await.expect(200);
        assert!(!found.text.contains("Same household"));
        // The words of a client that SQL made are nowhere: she is named by number, as the button does.
        let form = desk.opens(&format!("{page}/edit")).await.form("/edit");
        let mut join = form.clone();
        join.action = format!("{page}/household");
        let zoe = page_of(app, "Zoe").rsplit('/').next().unwrap().to_owned();
        let own = page.rsplit('/').next().unwrap().to_owned();
        desk.submits(&join.clone().with("with", &own)).await.expect(422).shows("Nobody lives with oneself");
        desk.submits(&join.clone().with("with", "0000000000001")).await.expect(422);
        desk.submits(&join.with("with", &zoe)).await.expect(200).shows("Zoe Client");
        assert_eq!(app.count("SELECT count(*) FROM clients WHERE household_id IS NOT NULL"), 2);
        let edit = desk.opens(&format!("{page}/edit")).await;
        desk.submits(&edit.form("/edit").with("guardian", &zoe)).await.expect(200).shows("Zoe Client");
        let edit = desk.opens(&format!("{page}/edit")).await;
        desk.submits(&edit.form_with("leave")).await.expect(200).shows("Lives with nobody");
        assert_eq!(app.count("SELECT count(*) FROM households"), 0);
    });
}

#[test]
fn two_records_become_one_on_the_pages() {
    on_both(async |app| {
        let page = ana(app).await;
        app.database.run(&shop::client("zoe@client.example", "Zoe", "Client"));
        let desk = app.staff("desk").await;
        let zoe = page_of(app, "Zoe");
        let id = |page: &str| page.rsplit('/').next().unwrap().to_owned();
        let preview = format!("{page}/merge?with={}", id(&zoe));
        desk.opens(&format!("{page}/merge?with={}", id(&page)))
            .await
            .expect(422)
            .shows("cannot be merged with himself");
        desk.opens(&format!("{page}/merge?with=0000000000001")).await.expect(422);
        let form = desk.opens(&preview).await.expect(200).shows("names differ").form("/merge");
        let stale = form.clone().with("other_version", "7");
        desk.submits(&stale).await.expect(422).shows("meanwhile");
        desk.submits(&form.with("email", "merged")).await.expect(200).shows("one now").shows("zoe@client.example");
        assert_eq!(desk.opens(&zoe).await.expect(200).path, page, "the old link leads to the person");
        desk.opens(&preview).await.expect(422);
        assert_eq!(app.count("SELECT count(*) FROM client_merges"), 1);
        app.tick().await;
    });
}

#[test]
fn a_record_is_given_out_and_forgotten() {
    on_both(async |app| {
        let page = ana(app).await;
        let manager = app.staff("manager").await;
        writes(&manager, &page, "note", "A note in the file").await.expect(200);
        let form = manager.opens(&page).await.form("/export");
        let file = manager.submits_once(&form).await.expect(200);
        assert!(file.header("content-disposition").starts_with("attachment"));
        let data = file.json();
        assert_eq!(data["client"]["email"], "ana@client.example");
        assert_eq!(data["record"]["notes"][0]["text"], "A note in the file");
        assert!(data["message_texts"][0]["text"].as_str().unwrap().contains("Ana"));
        assert!(!data["bookings"][0]["history"].as_array().unwrap().is_empty());
        assert_eq!(
            app.count("SELECT count(*) FROM audit_events WHERE action = 'exported' AND object_kind = 'client'"),
            1
        );

        let erase = manager.opens(&format!("{page}/erase")).await.expect(200).shows("still to come");
        assert!(erase.forms().iter().all(|form| !form.action.ends_with("/erase")));
        let cancel = manager.opens(&manager.opens(&page).await.link("/staff/bookings/")).await.form("/cancel");
        manager.submits(&cancel).await.expect(200);
        app.tick().await;
        let form = manager.opens(&format!("{page}/erase")).await.expect(200).form("/erase");
        manager.submits(&form.clone().with("name", "Ana")).await.expect(422).shows("not the name");
        manager.submits(&form.with("name", "ana lima")).await.expect(200).shows("Erased client").shows("was erased");
        for gone in [format!("{page}/edit"), format!("{page}/erase")] {
            manager.opens(&gone).await.expect(404);
        }
        let search = manager.opens("/staff/clients?q=lima").await.expect(200);
        assert!(!search.text.contains("Ana Lima"));
    });
}

#[test]
fn what_is_stored_is_never_run() {
    on_both(async |app| {
        app.books_by_api("check-up", june(4, 9, 0), "ana@client.example").await.expect(201);
        app.tick().await;
        app.database
            .run(&format!("UPDATE clients SET first_name = '{CANARY}', last_name = '{CANARY}', source = '{CANARY}'"));
        let page = format!("/staff/clients/{}", ids::encode(app.count("SELECT id FROM clients")));
        let owner = app.staff("owner").await;
        writes(&owner, &page, "note", CANARY).await.expect(200);
        writes(&owner, &page, "alert", CANARY).await.expect(200);
        let forms = owner.opens(&page).await.forms();
        let tag = forms.into_iter().find(|form| form.action.ends_with("/tags")).unwrap();
        owner.submits(&tag.with("tag", CANARY)).await.expect(200);
        let booking = owner.opens(&page).await.link("/staff/bookings/");
        for path in [
            page.clone(),
            format!("{page}/edit"),
            format!("{page}/merge"),
            format!("{page}/erase"),
            format!("{page}/views"),
            "/staff/clients".to_owned(),
            "/staff/worklists/duplicates".to_owned(),
            "/owner/access-log".to_owned(),
            booking,
        ] {
            let shown = owner.ask(Method::GET, &path, None, &[]).await.expect(200);
            assert!(!shown.text.contains("<script>alert"), "{path}");
        }
    });
}
