//! The owner's charts: a small clinic whose every cell is known, who may see it, what bad addresses get, and the life of a
//! filter of the clinic's own.

use reqwest::Method;
use serde_json::json;

use crate::support::app::{TestApp, on_both};
use crate::support::visitor::{Page, Visitor};

/// Six people who came first in January 2025: three came again within the year after, one of them often; and one who came
/// first in March. Every visit was charged 100.00.
const HISTORY: [(i64, &[&str]); 7] = [
    (1, &["2025-01-08", "2025-07-09", "2026-01-14", "2026-05-06"]),
    (2, &["2025-01-09", "2025-02-12"]),
    (3, &["2025-01-10", "2025-12-10"]),
    (4, &["2025-01-13"]),
    (5, &["2025-01-14"]),
    (6, &["2025-01-15"]),
    (7, &["2025-03-12", "2025-04-09"]),
];

fn history(app: &TestApp) {
    let mut text = String::new();
    let mut number = 0;
    for (client, days) in HISTORY {
        let source = if client <= 5 { "'web'" } else { "NULL" };
        text.push_str(&format!(
            "INSERT INTO clients (id, first_name, last_name, name_key, language, created_at, source)
               VALUES ({client}, 'Client', 'Number{client}', 'number{client} client', 'en', '2025-01-01 00:00:00', {source});
             INSERT INTO client_tags (client_id, tag, created_at)
               SELECT id, 'family', created_at FROM clients WHERE id = {client} AND id <= 2;"
        ));
        for day in days {
            number += 1;
            let (appointment, booking, entry, event) = (9000 + number, 9100 + number, 9200 + number, 9300 + number);
            text.push_str(&format!(
                "INSERT INTO appointments (id, location_id, service_id, provider_id, starts_at, ends_at, local_start, zone,
                     zone_version, capacity, created_at)
                   VALUES ({appointment}, 1001, 4001, 3001, '{day} 18:00:00', '{day} 18:30:00', '{day} 10:00:00',
                     'America/Los_Angeles', 'x', 1, '2025-01-01 00:00:00');
                 INSERT INTO bookings (id, reference, appointment_id, client_id, status, party, service_name,
                     duration_minutes, price_minor, currency, cancel_notice_minutes, cancel_policy, language, created_at,
                     created_by, completed_at)
                   VALUES ({booking}, 'H{booking}', {appointment}, {client}, 'completed', 1, 'Check-up', 30, 10000, 'USD',
                     1440, '', 'en', '2025-01-01 00:00:00', 'client', '{day} 19:00:00');
                 INSERT INTO booking_events (id, booking_id, at, actor, kind)
                   VALUES ({event}, {booking}, '2025-01-01 00:00:00', 'client', 'booked');
                 INSERT INTO ledger_entries (id, client_id, booking_id, kind, amount_minor, currency, occurred_at, recorded_at)
                   VALUES ({entry}, {client}, {booking}, 'charge', 10000, 'USD', '{day} 19:00:00', '{day} 19:00:00');"
            ));
        }
    }
    app.database.run(&text);
}

const PAGES: [&str; 6] = [
    "/owner/cohorts",
    "/owner/cohorts?by=quarter&measure=during",
    "/owner/frequency",
    "/owner/value",
    "/owner/value?by=cohort",
    "/owner/segments",
];

#[test]
fn an_empty_clinic_is_told_that_nothing_is_known_yet() {
    on_both(async |app| {
        let owner = app.staff("owner").await;
        for path in PAGES {
            let page = owner.opens(path).await.expect(200).shows("Not yet known");
            assert!(!page.text.contains("data-chart"), "{path} draws nothing");
        }
        owner.opens("/owner/segments/new").await.expect(200);
        owner.opens("/owner/segments?lang=de").await.expect(200).shows("Noch nicht bekannt");
    });
}

async fn file(owner: &Visitor, path: &str) -> Vec<Vec<String>> {
    let page: Page = owner.opens(path).await.expect(200);
    assert!(page.header("content-type").starts_with("text/csv"), "{path}");
    page.text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

#[test]
fn a_known_clinic_has_known_cells() {
    on_both(async |app| {
        history(app);
        let owner = app.staff("owner").await;
        // Twelve months after the month of the first visit, three of six had come again; the small cohort is not broken down.
        let until = file(&owner, "/owner/cohorts?by=month&measure=until&as=csv").await;
        let row = |table: &[Vec<String>], head: &str| table.iter().find(|row| row[0] == head).unwrap().clone();
        let january = row(&until, "2025-01-01");
        assert_eq!((january[1].as_str(), january[2].as_str(), january[13].as_str()), ("6", "0.1667", "0.5000"));
        let march = row(&until, "2025-03-01");
        assert_eq!(march[1], "1");
        assert!(march.iter().skip(2).all(String::is_empty), "one person is not read out of it");
        let during = file(&owner, "/owner/cohorts?by=month&measure=during&as=csv").await;
        assert_eq!(row(&during, "2025-01-01")[7], "0.1667", "one of six came in July");
        let page = owner.opens("/owner/cohorts?by=month&measure=until").await.expect(200);
        assert!(page.text.contains("data-chart=\"heat\"") && page.text.contains("data-value=\"0.5000\""));
        assert!(page.text.contains("figure=cohort"), "cells lead to people");
        page.shows("Groups of fewer than five people");

        // In the twelve months to 1 June 2026: client 1 three times, client 3 once.
        let spread = file(&owner, "/owner/frequency?as=csv&table=spread").await;
        let counts: Vec<&str> = spread.iter().skip(1).map(|row| row[1].as_str()).collect();
        assert_eq!(counts, ["5", "1", "0", "1", "0", "0", "0"], "five were here before and are not lost yet");
        owner.opens("/owner/frequency").await.expect(200).shows("2.0");

        // Five of a known source brought ten visits, two of an unknown three: too few to be shown alone.
        let worth = file(&owner, "/owner/value?by=source&as=csv&table=groups").await;
        assert_eq!(row(&worth, "web")[1..4], ["5".to_owned(), "10".to_owned(), "200.00".to_owned()]);
        assert_eq!(row(&worth, "Smaller groups together")[1], "2");
        owner.opens("/owner/value").await.expect(200).shows("by formula").shows("Client Number1");
        let top = file(&owner, "/owner/value?as=csv&table=top").await;
        assert_eq!(top[1][1], "Client Number1");

        let segments = file(&owner, "/owner/segments?as=csv").await;
        let everybody: u32 = segments.iter().skip(1).map(|row| row[1].parse::<u32>().unwrap()).sum();
        assert_eq!(everybody, 7, "everybody is in one segment");
        for path in PAGES {
            owner.opens(path).await.expect(200).shows("What this means");
            owner.opens(&format!("{path}{}lang=de", if path.contains('?') { "&" } else { "?" })).await.expect(200);
        }
    });
}

#[test]
fn bad_addresses_are_told_so_and_others_may_not_ask() {
    on_both(async |app| {
        history(app);
        let owner = app.staff("owner").await;
        for path in ["/owner/cohorts?by=week", "/owner/cohorts?measure=much", "/owner/value?by=weather"] {
            owner.opens(path).await.expect(422);
        }
        for path in ["/owner/segments/nobody", "/owner/segments/0000000000001"] {
            owner.opens(path).await.expect(404);
        }
        let manager = app.staff("manager").await;
        for path in PAGES {
            manager.opens(path).await.expect(403);
        }
    });
}

#[test]
fn a_filter_lives() {
    on_both(async |app| {
        history(app);
        let owner = app.staff("owner").await;
        let empty = owner.opens("/owner/segments/new").await.expect(200).form("/owner/segments");
        let wrong = [
            (vec![("name", "")], "Please give the filter a name"),
            (vec![("name", "All")], "at least one condition"),
            (vec![("name", "Turned"), ("visits_from", "3"), ("visits_to", "2")], "less than the number before"),
            (vec![("name", "Much"), ("revenue_from", "much")], "an amount such as"),
            (vec![("name", "Often"), ("visits_from", "-1")], "a whole number"),
        ];
        for (fields, sentence) in wrong {
            let form = fields.iter().fold(empty.clone(), |form, (name, value)| form.with(name, value));
            let page = owner.submits(&form).await.expect(422).shows(sentence);
            for (name, value) in fields {
                assert_eq!(page.form("/owner/segments").value(name), value, "what was typed stays");
            }
        }
        let good = empty.clone().with("name", "Families").with("tag", "family").with("visits_from", "2");
        owner.submits(&good).await.expect(200).shows("The filter is kept").shows("Families");
        owner.submits(&good).await.expect(422).shows("Another filter is called so");
        let list = owner.opens("/owner/segments").await.expect(200);
        let address = list.links().into_iter().find(|link| link.starts_with("/owner/segments/0")).unwrap();
        let page = owner.opens(&address).await.expect(200).shows("2 clients").shows("Client Number1");
        assert!(!page.text.contains("Client Number3"));
        let people = file(&owner, &format!("{address}?as=csv")).await;
        assert_eq!(people.len(), 3);

        let change = page.form(&address).with("name", "Loyal families").with("visits_from", "3");
        owner.submits(&change).await.expect(200).shows("Loyal families");
        owner.submits(&change).await.expect(422).shows("changed this filter meanwhile");
        let page = owner.opens(&address).await.expect(200).shows("1 client");
        owner.submits(&page.form("/remove")).await.expect(200).shows("The filter is removed");
        owner.opens(&address).await.expect(404);
        assert_eq!(app.count("SELECT count(*) FROM segments"), 0);
    });
}

#[test]
fn a_program_reads_the_same_figures_with_their_definitions() {
    on_both(async |app| {
        history(app);
        let owner = app.staff("owner").await;
        let token = async |scope: &str| {
            let page = owner.opens("/owner/programs").await;
            let form = page.form_with("scope").with("name", scope).with("scope", scope);
            let made = owner.submits(&form).await.expect(200);
            regex::Regex::new("rebook_[0-9a-f]{64}").unwrap().find(&made.text).unwrap().as_str().to_owned()
        };
        let (wide, narrow) = (token("owner").await, token("staff").await);
        let program = app.visitor();
        let reads = async |token: &str, path: &str| {
            program.ask(Method::GET, path, None, &[("authorization", &format!("Bearer {token}"))]).await
        };
        for path in ["/api/v1/reports/cohorts", "/api/v1/reports/clv"] {
            program.ask(Method::GET, path, None, &[]).await.expect(401);
            assert_eq!(reads(&narrow, path).await.expect(403).json()["code"], "scope_too_narrow");
            reads(&wide, &format!("{path}?by=weather")).await.expect(422);
            reads(&wide, &format!("{path}?when=now")).await.expect(422);
        }
        let cohorts = reads(&wide, "/api/v1/reports/cohorts?by=month").await.expect(200).json();
        assert_eq!(cohorts["as_of"], "2026-06-01");
        assert!(cohorts["definition"].as_str().unwrap().contains("come again"));
        assert_eq!(cohorts["cohorts"][0]["cells"][11], json!({"after": 12, "came": 3, "of": 6, "share": 0.5}));
        assert_eq!(cohorts["cohorts"][1]["cells"], json!([]), "one person is not read out of it");
        let worth = reads(&wide, "/api/v1/reports/clv").await.expect(200).json();
        assert_eq!(worth["groups"][0]["key"], "web");
        assert_eq!(worth["groups"][0]["value"]["revenue_each"], json!({"amount": 20_000, "currency": "USD"}));
        assert_eq!(worth["all"]["clients"], 7);
        assert!(worth["all"]["next_12_each"].is_null(), "no model yet");
        assert!(worth["by_formula"]["amount"].as_i64().unwrap() > 0);
    });
}
