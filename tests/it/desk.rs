//! The desk on the phone: who is calling, and whom to call.

use chrono::{NaiveDate, TimeDelta};
use rebook::clients::{self, ClientDetails, Likeness};
use rebook::db::{Bad, Db, Never};
use rebook::domain::ids::{self, ClientId, Id};
use rebook::domain::language::Language;
use rebook::domain::recognise::{EmailAddress, PersonName, PhoneNumber, search_words};

use crate::support::app::{TestApp, on_both};
use crate::support::databases::{TestDatabase, kinds};
use crate::support::shop::{self, june};
use crate::support::visitor::{Page, Visitor};

fn details(first: &str, last: &str, email: &str, phone: &str) -> ClientDetails {
    ClientDetails {
        first_name: PersonName::parse(first).unwrap(),
        last_name: PersonName::parse(last).unwrap(),
        email: (!email.is_empty()).then(|| EmailAddress::parse(email).unwrap()),
        phone: (!phone.is_empty()).then(|| PhoneNumber::parse(phone).unwrap()),
        language: Language::En,
        zone: None,
        source: None,
    }
}

fn comes(db: &Db, who: &ClientDetails, born: Option<NaiveDate>) -> ClientId {
    let who = who.clone();
    let made = db.write_blocking::<_, Never, _>(shop::start(), move |tx| {
        let client = clients::find_or_make(tx, &who)?;
        if let Some(day) = born {
            clients::fill_in_birth_date(tx, client, day)?;
        }
        Ok(client)
    });
    made.map_err(Bad::into_fault).unwrap()
}

#[test]
fn a_caller_is_found_by_whatever_they_say() {
    for kind in kinds() {
        let database = TestDatabase::migrated(kind);
        let db = database.open();
        let born = NaiveDate::from_ymd_opt(1984, 3, 12);
        let hans = comes(&db, &details("Hans-Jürgen", "Meyer", "hj.meyer@mail.example", "+49 171 1234567"), born);
        let anna = comes(&db, &details("Anna", "Schmitt", "", "0171 7654321"), NaiveDate::from_ymd_opt(1990, 12, 3));
        let jan = comes(&db, &details("Jan", "Wojciechowski", "jan@mail.example", ""), None);
        for (text, expected) in [
            ("meyer", vec![hans]),
            ("meyer hans", vec![hans]),
            ("HANS Mey", vec![hans]),
            ("juergen", vec![hans]),
            ("hj.meyer@mail", vec![hans]),
            ("0171 1234567", vec![hans]),
            ("+49 (171) 123-45-67", vec![hans]),
            ("1234567", vec![hans]),
            ("34567", vec![hans]),
            ("4321", vec![anna]),
            ("54321", vec![anna]),
            ("0049171 7654321", vec![anna]),
            ("12.03.1984", vec![hans]),
            ("12.3.84", vec![hans]),
            ("1984-03-12", vec![hans]),
            ("3/12/1984", vec![hans]),
            ("3/12/1990", vec![anna]),
            ("meyer 12.03.1984", vec![hans]),
            ("meyer 03.12.1990", vec![]),
            ("Meier", vec![hans]),
            ("Maier", vec![hans]),
            ("Mayer", vec![hans]),
            ("Neyer", vec![hans]),
            ("Meyerr", vec![hans]),
            ("Schmidt", vec![anna]),
            ("ana schmidt", vec![]),
            ("anna schmidt", vec![anna]),
            ("wojciehovski", vec![jan]),
            ("huber", vec![]),
            ("0000000", vec![]),
        ] {
            let found = db.read_blocking(|conn| clients::search(conn, text, 20)).unwrap();
            let found: Vec<ClientId> = found.into_iter().map(|hit| hit.id).collect();
            assert_eq!(found, expected, "{text:?} on {kind:?}");
        }
        let similar = db.read_blocking(|conn| clients::find(conn, "maier", 20)).unwrap();
        assert!(similar.iter().all(|found| found.is_similar));
        let like = |who: ClientDetails| db.read_blocking(move |conn| clients::like(conn, &who)).unwrap();
        let same = like(details("Hans-Juergen", "Meyer", "", "0171 1234567"));
        assert_eq!((same[0].0.id, same[0].1), (hans, Likeness::Same));
        let near = like(details("Hans", "Meier", "", ""));
        assert_eq!((near[0].0.id, near[0].1), (hans, Likeness::SimilarName));
        assert!(like(details("Petra", "Huber", "", "")).is_empty());
    }
}

#[test]
fn the_erased_the_merged_and_the_archived_are_not_found() {
    for kind in kinds() {
        let database = TestDatabase::migrated(kind);
        let db = database.open();
        let ana = comes(&db, &details("Ana", "Lima", "ana@mail.example", ""), None);
        let found = || db.read_blocking(|conn| clients::search(conn, "lima", 20)).unwrap().len();
        assert_eq!(found(), 1);
        for column in ["archived_at", "erased_at"] {
            let set = |value: &str| {
                database.run(&format!("UPDATE clients SET {column} = {value} WHERE id = {}", ana.number()));
            };
            set("'2026-01-01 00:00:00'");
            assert_eq!(found(), 0, "{column} on {kind:?}");
            set("NULL");
        }
    }
}

/// Measures the box on a hundred thousand clients: `cargo test --release --test it desk::measured -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement that takes a minute"]
fn measured_on_a_hundred_thousand_clients() {
    for kind in kinds() {
        let database = TestDatabase::migrated(kind);
        fill(&database);
        let db = database.open();
        for text in [
            "a",
            "an",
            "ma",
            "mar",
            "anna",
            "meyer",
            "anna me",
            "mail",
            "gmail",
            "0171 12",
            "2345",
            "12345",
            "maier",
            "neyer",
            "hartmannski",
            "wojciehovski",
            "anna maier",
            "12.03.1984",
            "xqzzyk",
            "xqzzykabc",
        ] {
            let started = std::time::Instant::now();
            let mut hits = 0;
            for _ in 0..5 {
                hits = db.read_blocking(|conn| clients::find(conn, text, 12)).unwrap().len();
            }
            println!("{kind:?} {text:?}: {:?}, {hits} hits", started.elapsed() / 5);
        }
    }
}

fn fill(database: &TestDatabase) {
    const FIRST: [&str; 24] = [
        "Anna", "Maria", "Hans", "Peter", "Jürgen", "Sophie", "Max", "Lukas", "Emma", "Mia", "Paul", "Leon", "Lena",
        "Jan", "Tim", "Eva", "Clara", "Otto", "Ida", "Karl", "Zoë", "José", "Ana", "Ben",
    ];
    const START: [&str; 30] = [
        "Mey", "Mai", "Schmi", "Hub", "Web", "Wag", "Beck", "Hoff", "Schul", "Koch", "Baur", "Richt", "Klein", "Wolf",
        "Neu", "Schwar", "Zimm", "Krüg", "Hart", "Lang", "Wern", "Krau", "Lehm", "Köhl", "Herr", "Kön", "Walt", "Huth",
        "Kais", "Fuch",
    ];
    const MIDDLE: [&str; 12] = ["er", "mann", "tt", "in", "en", "dt", "ler", "ing", "ow", "ski", "bach", "hof"];
    const END: [&str; 9] = ["", "s", "er", "in", "mann", "ski", "a", "e", "feld"];
    let mut sql = String::new();
    for number in 0..100_000_usize {
        let first = FIRST[number % FIRST.len()];
        let last = format!(
            "{}{}{}",
            START[number / 7 % START.len()],
            MIDDLE[number / 211 % MIDDLE.len()],
            END[number / 2_533 % END.len()]
        );
        let mail =
            format!("{}.{number}@{}.example", first.to_lowercase(), if number % 3 == 0 { "gmail" } else { "mail" });
        let mail = mail.replace(['ü', 'ë', 'é'], "u");
        let phone = format!("+49 171 {:07}", number * 97 % 10_000_000);
        let words = search_words(
            &PersonName::parse(first).unwrap(),
            &PersonName::parse(&last).unwrap(),
            EmailAddress::parse(&mail).ok().as_ref(),
            PhoneNumber::parse(&phone).ok().as_ref(),
        );
        let key = PhoneNumber::parse(&phone).unwrap().key();
        let id = 20_000_000 + number;
        let born = NaiveDate::from_ymd_opt(1940, 1, 1).unwrap()
            + TimeDelta::days(i64::try_from(number * 13 % 28_000).unwrap());
        sql.push_str(&format!(
            "INSERT INTO clients (id, first_name, last_name, email, phone, email_key, phone_key, name_key, language, birth_date,
               created_at) VALUES ({id}, '{first}', '{last}', '{mail}', '{phone}', '{mail}', '{key}', '{first} {last}', 'en',
               '{born}', '2026-01-01 00:00:00');"
        ));
        let rows: Vec<String> = words.iter().map(|word| format!("({id}, '{word}')")).collect();
        sql.push_str(&format!("INSERT INTO client_words (client_id, word) VALUES {};", rows.join(", ")));
        if number % 5_000 == 4_999 {
            database.run(&format!("BEGIN; {sql} COMMIT;"));
            sql.clear();
        }
    }
    database.run("ANALYZE;");
}

async fn with_phone(app: &TestApp, email: &str, phone: &str) {
    app.database.run(&format!("UPDATE clients SET phone = '{phone}' WHERE email_key = '{email}'"));
    app.app.counts.forget();
}

/// The form of a row that goes to `action`.
fn form_of(page: &Page, action: &str) -> crate::support::visitor::Form {
    page.form(action)
}

async fn list(desk: &Visitor, name: &str) -> Page {
    desk.opens(&format!("/staff/worklists/{name}")).await.expect(200)
}

#[test]
fn whoever_comes_tomorrow_is_called_and_confirmed() {
    on_both(async |app| {
        app.books_by_api("check-up", june(3, 10, 0), "ana@client.example").await.expect(201);
        with_phone(app, "ana@client.example", "+1 213 555 0111").await;
        app.tick().await;
        let desk = app.staff("desk").await;
        list(&desk, "confirmations").await.shows("Everybody is confirmed");
        app.advance(TimeDelta::days(1));
        app.tick().await;
        let desk = app.staff("desk").await;
        let page = list(&desk, "confirmations").await.shows("Ana Lima").shows("tel:+1 213 555 0111").shows("Tomorrow");
        assert!(page.text.contains("nav-count\">1<"), "the navigation counts it");

        let call = form_of(&page, "/attempts").with("outcome", "no_answer").with("note", "engaged");
        let page = desk.submits(&call).await.expect(200).shows("Called once").shows("No answer").shows("engaged");
        let page =
            desk.submits(&form_of(&page, "/attempts").with("outcome", "message_left")).await.shows("Called 2 times");
        desk.submits_once(&form_of(&page, "/attempts").with("outcome", "shouted")).await.expect(422);
        let long = form_of(&page, "/attempts").with("outcome", "reached").with("note", &"x".repeat(301));
        desk.submits_once(&long).await.expect(422).shows(&"x".repeat(301));
        let nobody = form_of(&page, "/attempts").with("outcome", "reached").with("client", "0000000000000");
        desk.submits_once(&nobody).await.expect(404);

        let page = desk.submits(&form_of(&page, "/snooze").with("until", "tomorrow")).await.expect(200);
        assert!(!page.text.contains("tel:+1 213 555 0111"));
        let page = desk.submits(&page.form("/wake")).await.expect(200).shows("tel:+1 213 555 0111");

        app.database.run("UPDATE clients SET standing = 'do_not_contact'");
        list(&desk, "confirmations").await.shows("Everybody is confirmed");
        app.database.run("UPDATE clients SET standing = 'present'");

        let confirm = page.form("/confirm");
        desk.submits(&confirm).await.expect(200).shows("Everybody is confirmed");
        assert_eq!(app.count("SELECT count(*) FROM bookings WHERE client_confirmed_at IS NOT NULL"), 1);
        desk.submits_once(&confirm).await.expect(409).shows("has changed meanwhile");
        assert_eq!(app.count("SELECT count(*) FROM booking_events WHERE kind = 'confirmed'"), 1);
        let booking = confirm.action.trim_end_matches("/confirm").to_owned();
        desk.opens(&booking).await.expect(200).shows("Confirmed by the client");
    });
}

#[test]
fn whoever_cancelled_is_asked_until_they_book_again() {
    on_both(async |app| {
        app.books_by_api("check-up", june(4, 10, 0), "ana@client.example").await.expect(201);
        app.tick().await;
        let desk = app.staff("desk").await;
        list(&desk, "unscheduled").await.shows("Everybody has a next appointment");
        let booking = desk.opens("/staff?day=2026-06-04").await.link("/staff/bookings/");
        let form = desk.opens(&booking).await.expect(200).form("/cancel");
        desk.submits(&form).await.expect(200);
        app.tick().await;
        let page = list(&desk, "unscheduled").await.shows("Ana Lima").shows("Cancelled at the desk on");
        let book = page.link("/staff/book?client=");
        assert!(book.contains("service="), "{book}");

        desk.submits(&form_of(&page, "/snooze").with("until", "three-days")).await.shows("Put off.");
        list(&desk, "unscheduled").await.shows("Everybody has a next appointment");
        app.advance(TimeDelta::days(3));
        app.tick().await;
        let desk = app.staff("desk").await;
        let page = list(&desk, "unscheduled").await.shows("Ana Lima");
        for wrong in ["2026-06-01", "2090-01-01", "soon"] {
            let form = form_of(&page, "/snooze").with("until", "day").with("day", wrong);
            desk.submits_once(&form).await.expect(422).shows("Please choose a day to come");
        }
        let page = desk.submits(&form_of(&page, "/snooze").with("until", "forever")).await.shows("Taken off the list");
        let page = desk.submits(&page.form("/wake")).await.shows("Back on the list").shows("Ana Lima");
        assert!(page.text.contains("Cancelled at the desk on"));
        app.books_by_api("check-up", june(9, 10, 0), "ana@client.example").await.expect(201);
        list(&desk, "unscheduled").await.shows("Everybody has a next appointment");
        app.tick().await;
    });
}

#[test]
fn whoever_is_due_is_asked_and_the_dead_are_not() {
    on_both(async |app| {
        app.books_by_api("cleaning", june(1, 10, 0), "ana@client.example").await.expect(201);
        app.database.run("UPDATE services SET recall_interval = '1m' WHERE slug = 'cleaning'; UPDATE change_counters SET value = value + 1;");
        app.advance(TimeDelta::hours(4));
        app.tick().await;
        let desk = app.staff("desk").await;
        let booking = desk.opens("/staff?day=2026-06-01").await.link("/staff/bookings/");
        app.database.run("UPDATE bookings SET status = 'completed', completed_at = '2026-06-01 18:00:00'");
        desk.opens(&booking).await.expect(200);
        list(&desk, "unscheduled").await.shows("Everybody has a next appointment");
        app.advance(TimeDelta::days(35));
        app.tick().await;
        let desk = app.staff("desk").await;
        list(&desk, "unscheduled").await.shows("Ana Lima").shows("Due on");
        for standing in ["deceased", "moved", "do_not_contact"] {
            app.database.run(&format!("UPDATE clients SET standing = '{standing}'"));
            list(&desk, "unscheduled").await.shows("Everybody has a next appointment");
        }
        app.tick().await;
    });
}

#[test]
fn a_hole_of_today_names_who_could_come() {
    on_both(async |app| {
        app.books_by_api("check-up", june(1, 14, 0), "ana@client.example").await.expect(201);
        app.tick().await;
        let desk = app.staff("desk").await;
        list(&desk, "short-notice").await.shows("No holes today or tomorrow");
        app.database.run(&shop::client("bob@client.example", "Bob", "Bauer"));
        let bob = app.count("SELECT id FROM clients WHERE email_key = 'bob@client.example'");
        app.database.run(&format!(
            "INSERT INTO waitlist_entries (id, client_id, service_id, party, first_day, last_day, short_notice, status, language,
               created_at, created_by)
             VALUES (77, {bob}, {}, 1, '2026-06-01', '2026-06-20', TRUE, 'parked', 'en', '2026-05-20 10:00:00', 'client');",
            shop::CHECKUP
        ));
        let booking = desk.opens("/staff?day=2026-06-01").await.link("/staff/bookings/");
        let form = desk.opens(&booking).await.expect(200).form("/cancel");
        desk.submits(&form).await.expect(200);
        app.tick().await;
        let page = list(&desk, "short-notice").await.shows("Today").shows("Bob Bauer");
        let book = page.links().into_iter().find(|link| link.contains("entry=")).expect("a way to book");
        assert!(book.contains("start=2026-06-01T14") && book.contains("provider="), "{book}");
        list(&desk, "waitlist").await.shows("Bob Bauer");
        desk.opens("/staff/worklists").await.expect(200).shows("Short notice");
        app.books_by_api("check-up", june(1, 14, 0), "eva@client.example").await.expect(201);
        app.books_by_api("check-up", june(1, 14, 0), "ida@client.example").await.expect(201);
        list(&desk, "short-notice").await.shows("No holes today or tomorrow");
        app.tick().await;
    });
}

#[test]
fn the_navigation_counts_requests() {
    on_both(async |app| {
        let desk = app.staff("desk").await;
        let page = desk.opens("/staff").await.expect(200);
        assert!(!page.text.contains("nav-count"), "nothing waits");
        app.books_by_api("implant", june(3, 9, 0), "one@client.example").await.expect(201);
        app.tick().await;
        app.advance(TimeDelta::seconds(20));
        let page = desk.opens("/staff/requests").await.expect(200);
        assert!(page.text.contains("nav-count\">1<"), "one request waits:\n{}", page.text);
        let page = desk.submits(&page.form("/approve")).await.expect(200);
        assert!(!page.text.contains("nav-count"), "whoever answers sees it at once");
        let ada = app.staff("ada").await;
        assert!(!ada.opens("/staff").await.expect(200).text.contains("nav-count"));
        app.tick().await;
    });
}

#[test]
fn strangers_to_a_list_are_not_found() {
    on_both(async |app| {
        let desk = app.staff("desk").await;
        let csrf = desk.opens("/staff/me").await.expect(200).form("/staff/me/password").value("csrf").to_owned();
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        let object = ids::encode(4_711);
        for (path, body) in [
            ("/staff/worklists/snooze", format!("csrf={csrf}&list=nonsense&object={object}&until=tomorrow")),
            ("/staff/worklists/snooze", format!("csrf={csrf}&list=confirmations&object=x&until=tomorrow")),
            ("/staff/worklists/wake", format!("csrf={csrf}&list=nonsense&object={object}")),
            ("/staff/worklists/attempts", format!("csrf={csrf}&list=confirmations&client=x&outcome=reached")),
        ] {
            desk.ask(reqwest::Method::POST, path, Some(body), &kind).await.expect(404);
        }
    });
}

/// The booking form for a check-up on the second of June, with a time chosen.
async fn book_form(desk: &Visitor, more: &str) -> crate::support::visitor::Form {
    let page = desk.opens(&format!("/staff/book?service=check-up&day=2026-06-02{more}")).await.expect(200);
    let start = page.choices("start").into_iter().next().expect("a free time");
    page.form("/staff/book").with("start", &start)
}

#[test]
fn a_new_caller_is_booked_without_a_mail_address() {
    on_both(async |app| {
        let desk = app.staff("desk").await;
        let form = book_form(&desk, "").await.with("first_name", "Greta").with("last_name", "Huber");
        let form = form.with("phone", "+1 213 555 0177").with("birth_date", "3/12/1984").with("note", "left side");
        let wrong = form.clone().with("birth_date", "yesterday").with("phone", "12");
        let page = desk.submits_once(&wrong).await.expect(422).shows("Please enter a day of birth");
        let kept = page.form("/staff/book");
        for (field, typed) in
            [("birth_date", "yesterday"), ("phone", "12"), ("note", "left side"), ("last_name", "Huber")]
        {
            assert_eq!(kept.value(field), typed, "{field} is kept");
        }
        assert_eq!(kept.value("start"), form.value("start"), "the chosen time is kept");
        let done = desk.submits_once(&form).await.expect(303);
        let again = desk.submits_once(&form).await.expect(303);
        assert_eq!(done.header("location"), again.header("location"), "twice sent is once booked");
        assert_eq!(app.count("SELECT count(*) FROM bookings"), 1);
        assert_eq!(app.count("SELECT count(*) FROM clients WHERE birth_date IS NOT NULL"), 1);
        for typed in ["hubr", "huber 12.03.1984", "1984-03-12", "0177"] {
            let query = typed.replace(' ', "%20");
            let hits = desk.opens(&format!("/staff/clients/find?q={query}")).await.expect(200);
            assert!(hits.text.contains("Greta Huber"), "{typed}:\n{}", hits.text);
        }
        let hits =
            desk.opens("/staff/clients/find?q=hub").await.expect(200).shows("comes Jun 2").shows("New client: hub");
        assert!(!hits.text.contains("<html"), "a part of a page");
        desk.opens("/staff/clients/find?q=").await.expect(200);
        app.tick().await;
    });
}

#[test]
fn whoever_is_typed_in_again_is_named() {
    on_both(async |app| {
        app.books_by_api("check-up", june(3, 10, 0), "ana@client.example").await.expect(201);
        app.tick().await;
        let desk = app.staff("desk").await;
        let like = |query: &str| format!("/staff/clients/like?{query}");
        let same = "first_name=Ana&last_name=Lima&email=ana@client.example";
        desk.opens(&like(same)).await.expect(200).shows("Is it one of these?").shows("the booking goes to this client");
        desk.opens(&like("first_name=Anna&last_name=Limma")).await.expect(200);
        desk.opens(&like("first_name=Ana&last_name=Lima&phone=12")).await.expect(200).shows("Same name");
        let nobody = desk.opens(&like("first_name=Petra&last_name=Zoller")).await.expect(200);
        assert!(!nobody.text.contains("Is it one of these?"));
        desk.opens(&like("first_name=&last_name=")).await.expect(200);
        // Without scripts: the same, when the page is shown again.
        let form = book_form(&desk, "").await.with("first_name", "Ana").with("last_name", "Lima").with("step", "times");
        let page = desk.submits_once(&form).await.expect(200).shows("Is it one of these?");
        assert_eq!(page.form("/staff/book").value("last_name"), "Lima");
        assert_eq!(app.count("SELECT count(*) FROM bookings"), 1, "a step books nothing");
    });
}

#[test]
fn the_chosen_client_is_shown_with_what_matters() {
    on_both(async |app| {
        app.books_by_api("cleaning", june(1, 10, 0), "ana@client.example").await.expect(201);
        app.books_by_api("check-up", june(9, 10, 0), "ana@client.example").await.expect(201);
        let ana = app.count("SELECT id FROM clients WHERE email_key = 'ana@client.example'");
        app.database.run("UPDATE bookings SET status = 'completed', completed_at = '2026-06-01 18:00:00' WHERE service_name = 'Cleaning'");
        app.database.run(&shop::client("max@client.example", "Max", "Lima"));
        app.database.run(&format!(
            "UPDATE clients SET guardian_id = {ana} WHERE first_name = 'Max';
             INSERT INTO client_notes (id, client_id, kind, text, at, staff_user_id)
               VALUES (91, {ana}, 'alert', 'Allergic to penicillin', '2026-01-01 00:00:00', 6003);"
        ));
        app.advance(TimeDelta::hours(5));
        app.tick().await;
        let desk = app.staff("desk").await;
        let client = ids::encode(ana);
        let page = desk.opens(&format!("/staff/book?client={client}")).await.expect(200);
        let page = page.shows("Allergic to penicillin").shows("Is booked already").shows("For the child Max Lima");
        let page = page.shows("Last time: Cleaning").shows("The confirmation goes to ana@client.example");
        let form = page.form("/staff/book");
        assert_eq!(form.value("service"), ids::encode(shop::CLEANING), "what they had last is chosen");
        assert_eq!(form.value("client"), client);
        desk.opens(&format!("/staff/book/client?client={client}")).await.expect(200).shows("Allergic to penicillin");
        desk.opens("/staff/book/client?client=0000000000000").await.expect(404);

        let son =
            page.buttons("step").into_iter().filter(|step| step.starts_with("client:")).nth(1).expect("a relative");
        let page = desk.submits_once(&form.clone().with("step", &son).with("note", "kept")).await.expect(200);
        let for_max = page.form("/staff/book");
        assert_ne!(for_max.value("client"), client);
        assert_eq!(for_max.value("note"), "kept");
        let page = desk.submits_once(&for_max.with("step", "client:")).await.expect(200);
        assert!(page.form("/staff/book").fields.iter().all(|(name, value)| name != "client" || value.is_empty()));
        let page = desk.submits_once(&page.form("/staff/book").with("step", "find").with("q", "Lma")).await.expect(200);
        assert!(page.buttons("step").iter().any(|step| step == "find"));
    });
}

#[test]
fn times_are_loaded_alone_and_links_fill_the_form() {
    on_both(async |app| {
        let desk = app.staff("desk").await;
        let part = desk.opens("/staff/book/times?service=check-up&day=2026-06-02").await.expect(200);
        assert!(!part.text.contains("<html") && part.choices("start").len() > 10);
        let closed = desk.opens("/staff/book/times?service=check-up&day=2026-06-06").await.expect(200);
        closed.shows("Nothing is free on this day").shows("Next free");
        desk.opens("/staff/book/times").await.expect(200).shows("Choose a service");
        desk.opens("/staff/book/times?service=nonsense&day=2026-02-30&party=x").await.expect(200);
        // A link of the calendar: provider, place and a time that is none of the usual ones.
        let asked = format!(
            "/staff/book?service=check-up&provider={}&location={}&start=2026-06-02T10:10:00-07:00",
            ids::encode(shop::ADA),
            ids::encode(shop::LOCATION)
        );
        let page = desk.opens(&asked).await.expect(200).shows("not among the free times").shows("June 2, 2026");
        let form = page.form("/staff/book");
        assert!(form.value("start").starts_with("2026-06-02T10:10"), "{}", form.value("start"));
        assert_eq!(form.value("provider"), ids::encode(shop::ADA));
        let form = form.with("first_name", "Ana").with("last_name", "Lima").with("phone", "+1 213 555 0111");
        let warned = desk.submits_once(&form).await.expect(422);
        let form = warned.form("/staff/book");
        assert_eq!(form.value("last_name"), "Lima");
        desk.submits_once(&form).await.expect(303);
        app.tick().await;
    });
}

#[test]
fn booking_for_a_wish_takes_it_off_the_waitlist() {
    on_both(async |app| {
        app.database.run(&shop::client("bob@client.example", "Bob", "Bauer"));
        let bob = app.count("SELECT id FROM clients WHERE email_key = 'bob@client.example'");
        for (id, client) in [(77, bob), (78, bob)] {
            app.database.run(&format!(
                "INSERT INTO waitlist_entries (id, client_id, service_id, party, first_day, last_day, status, language,
                   created_at, created_by)
                 VALUES ({id}, {client}, {}, 1, '2026-06-01', '2026-06-20', 'parked', 'en', '2026-05-20 10:00:00', 'client');",
                shop::CHECKUP
            ));
        }
        let desk = app.staff("desk").await;
        let page = list(&desk, "waitlist").await.shows("Bob Bauer");
        let book = page.links().into_iter().find(|link| link.contains("entry=")).expect("a way to book");
        let form = desk.opens(&book).await.expect(200).form("/staff/book");
        assert!(!form.value("start").is_empty() && !form.value("client").is_empty());
        desk.submits_once(&form).await.expect(303);
        assert_eq!(
            app.count("SELECT count(*) FROM waitlist_entries WHERE status = 'booked' AND booking_id IS NOT NULL"),
            1
        );
        assert_eq!(app.count("SELECT count(*) FROM waitlist_entries WHERE status = 'parked'"), 1);
        app.tick().await;
    });
}
