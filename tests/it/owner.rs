//! The owner's figures: page, file, command, answer to a program and monthly mail say the same of a clinic whose figures
//! are known; rights, bad addresses, and clinics with nobody in them.

use std::process::Command;

use chrono::TimeDelta;
use reqwest::Method;

use crate::support::app::{TestApp, on_both};
use crate::support::shop::ADA;
use crate::support::visitor::Visitor;

/// Every page of the frame that is written here.
const PAGES: [&str; 6] =
    ["/owner", "/owner/returning", "/owner/at-risk", "/owner/missed", "/owner/messages", "/owner/people?figure=churn"];

/// Somebody with visits, and days that were missed.
fn person(number: i64, came: &[&str], missed: &[&str]) -> String {
    let client = 20_000 + number;
    let mut text = format!(
        "INSERT INTO clients (id, first_name, last_name, email, email_key, name_key, language, created_at)
           VALUES ({client}, 'Guest', 'Number {number}', 'guest{number}@client.example', 'guest{number}@client.example',
             'guest number {number}', 'en', '2024-01-01 00:00:00');"
    );
    let days = came.iter().map(|day| (day, "completed")).chain(missed.iter().map(|day| (day, "no_show")));
    for (place, (day, status)) in days.enumerate() {
        let id = 100_000 + number * 100 + i64::try_from(place).unwrap();
        let done = if status == "completed" { "completed_at" } else { "missed_at" };
        text.push_str(&format!(
            "INSERT INTO appointments (id, service_id, provider_id, location_id, starts_at, ends_at, local_start, zone,
                 zone_version, capacity, created_at)
               VALUES ({id}, 4001, {ADA}, 1001, '{day} 17:00:00', '{day} 17:30:00', '{day} 09:00:00',
                 'America/Los_Angeles', 'test', 1, '2024-01-01 00:00:00');
             INSERT INTO bookings (id, reference, appointment_id, client_id, status, party, service_name,
                 duration_minutes, price_minor, currency, cancel_notice_minutes, cancel_policy, language, created_at,
                 created_by, {done})
               VALUES ({id}, 'G{id}', {id}, {client}, '{status}', 1, 'Check-up', 30, 9500, 'USD', 0, '', 'en',
                 '{day} 16:00:00', 'client', '{day} 17:30:00');
             INSERT INTO booking_events (id, booking_id, kind, actor, at)
               VALUES ({id}, {id}, '{status}', 'staff', '{day} 17:30:00');"
        ));
    }
    text
}

/// Twenty clients at the start of the twelve months that end on 1 June 2026; five new, four lost; sixteen of twenty kept.
fn clinic() -> String {
    let mut text = String::new();
    for number in 0..20 {
        text.push_str(&match number {
            0..10 => person(number, &["2024-09-02", "2025-08-01"], &[]),
            10..14 => person(number, &["2024-09-02"], &[]),
            _ => person(number, &["2025-03-03"], &[]),
        });
    }
    for number in 20..25 {
        let missed: &[&str] = if number == 20 { &["2026-05-12"] } else { &[] };
        text.push_str(&person(number, &["2026-05-05"], missed));
    }
    text
}

/// One column of a figure's row in the file of the page.
async fn in_file(owner: &Visitor, query: &str, figure: &str, column: &str) -> String {
    let page = owner.opens(&format!("/owner?{query}&as=csv&table=figures")).await.expect(200);
    assert!(page.header("content-disposition").contains("figures.csv"));
    cell(&page.text, figure, column)
}

fn cell(file: &str, figure: &str, column: &str) -> String {
    let mut read = csv::Reader::from_reader(file.as_bytes());
    let place = read.headers().unwrap().iter().position(|head| head == column).unwrap();
    let rows: Vec<csv::StringRecord> = read.records().map(Result::unwrap).collect();
    let row = rows.iter().find(|row| &row[0] == figure).unwrap_or_else(|| panic!("no {figure} in {file}"));
    row[place].to_owned()
}

/// What the command prints.
fn command(app: &TestApp, words: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_rebook"))
        .args(["report", "retention"])
        .args(words)
        .env("REBOOK_DATABASE__URL", &app.database.url)
        .env("REBOOK_MAIL__URL", "memory://")
        .env("REBOOK_LOG__FILTER", "error")
        .output()
        .unwrap()
}

#[test]
fn page_file_command_and_program_agree() {
    on_both(async |app| {
        app.database.run(&clinic());
        let owner = app.staff("owner").await;
        let page =
            owner.opens("/owner").await.expect(200).shows("Who comes back?").shows("80%").shows("16").shows("20");
        for question in ["Whom do I lose?", "What is one worth?", "Does advertising pay?", "What did the mails earn?"] {
            assert!(page.text.contains(question), "{question}");
        }
        let known = [
            ("retention", "0.8", "16", "20"),
            ("second_visit", "0.5", "10", "20"),
            ("no_show", "0.0625", "1", "16"),
            ("new_visits", "0.333333", "5", "15"),
        ];
        let api = app.staff("owner").await;
        let token = token_of(&api).await;
        let answer = app
            .visitor()
            .ask(
                Method::GET,
                "/api/v1/reports/retention?from=2025-06-02&to=2026-06-01",
                None,
                &[("authorization", &format!("Bearer {token}"))],
            )
            .await
            .expect(200)
            .json();
        let printed = command(app, &["--from", "2025-06-02", "--to", "2026-06-01", "--csv"]);
        assert!(printed.status.success(), "{}", String::from_utf8_lossy(&printed.stderr));
        let printed = String::from_utf8(printed.stdout).unwrap();
        for (figure, value, part, of) in known {
            for (column, wanted) in [("value", value), ("numerator", part), ("denominator", of)] {
                assert_eq!(in_file(&owner, "compare=before", figure, column).await, wanted, "{figure} {column}");
                assert_eq!(cell(&printed, figure, column), wanted, "{figure} {column}");
            }
            let line = answer["figures"].as_array().unwrap().iter().find(|line| line["figure"] == figure).unwrap();
            let told = line["value"].as_f64().unwrap();
            assert!((told - value.parse::<f64>().unwrap()).abs() < 1e-6, "{figure}: {told}");
            assert!(!line["definition"]["numerator"].as_str().unwrap().is_empty());
        }
        let moves = &answer["movements"];
        assert_eq!(
            (&moves["clients_at_start"], &moves["new"], &moves["lost"], &moves["clients_at_end"]),
            (&20.into(), &5.into(), &4.into(), &21.into())
        );
        let json = command(app, &["--from", "2025-06-02", "--to", "2026-06-01", "--json"]);
        let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
        assert_eq!(json["movements"], *moves);
        let table = String::from_utf8(command(app, &[]).stdout).unwrap();
        assert!(table.contains("Clients kept"), "{table}");
        let wrong = command(app, &["--from", "2026-06-02", "--to", "2026-06-01"]);
        assert_eq!(wrong.status.code(), Some(1));
    });
}

async fn token_of(owner: &Visitor) -> String {
    let page = owner.opens("/owner/programs").await;
    let form = page.form("/owner/programs").with("name", "Figures").with("scope", "owner");
    let made = owner.submits(&form).await.expect(200);
    regex::Regex::new("rebook_[0-9a-f]{64}").unwrap().find(&made.text).expect("the token is shown").as_str().to_owned()
}

#[test]
fn a_figure_leads_to_its_people_and_they_are_as_many() {
    on_both(async |app| {
        app.database.run(&clinic());
        let owner = app.staff("owner").await;
        let people = async |query: &str| {
            let file = owner.opens(&format!("/owner/people?{query}&as=csv")).await.expect(200);
            csv::Reader::from_reader(file.text.as_bytes()).records().count()
        };
        assert_eq!(people("figure=retention&part=all").await, 20);
        assert_eq!(people("figure=retention&part=counted").await, 16);
        assert_eq!(people("figure=retention&part=rest").await, 4);
        assert_eq!(people("figure=lost").await, 4);
        assert_eq!(people("figure=new").await, 5);
        assert_eq!(people("figure=missed").await, 1);
        assert_eq!(people("figure=state&state=lost").await, 4);
        let page = owner.opens("/owner/people?figure=missed").await.expect(200).shows("Guest Number 20");
        assert!(page.links().iter().any(|link| link.starts_with("/staff/clients/")));
        for wrong in [
            "",
            "figure=x",
            "figure=state",
            "figure=state&state=x",
            "figure=churn&part=x",
            "figure=churn&provider=x",
            "figure=churn&period=own&from=2026-02-30&to=2026-03-01",
        ] {
            owner.opens(&format!("/owner/people?{wrong}")).await.expect(422);
        }
        for page in PAGES {
            owner.opens(page).await.expect(200);
        }
        for file in [
            "/owner?as=csv&table=states",
            "/owner/returning?as=csv&table=returns",
            "/owner/returning?as=csv&table=providers",
            "/owner/at-risk?as=csv",
            "/owner/missed?as=csv&table=months",
            "/owner/missed?as=csv&table=weekdays",
            "/owner/missed?as=csv&table=providers",
            "/owner/missed?as=csv&table=leads",
            "/owner/missed?as=csv&table=reasons",
            "/owner/messages?as=csv&table=messages",
        ] {
            let page = owner.opens(file).await.expect(200);
            assert!(page.header("content-type").starts_with("text/csv"), "{file}");
        }
    });
}

#[test]
fn only_the_owner_reads_them() {
    on_both(async |app| {
        for who in ["manager", "desk", "ada"] {
            let staff = app.staff(who).await;
            for page in PAGES {
                staff.opens(page).await.expect(403);
            }
        }
        let token = {
            let owner = app.staff("owner").await;
            let page = owner.opens("/owner/programs").await;
            let form = page.form("/owner/programs").with("name", "Desk").with("scope", "staff");
            let made = owner.submits(&form).await.expect(200);
            regex::Regex::new("rebook_[0-9a-f]{64}").unwrap().find(&made.text).unwrap().as_str().to_owned()
        };
        let header = format!("Bearer {token}");
        let asked = app.visitor();
        let refused = asked.ask(Method::GET, "/api/v1/reports/retention", None, &[("authorization", &header)]).await;
        assert_eq!(refused.expect(403).json()["code"], "scope_too_narrow");
    });
}

#[test]
fn wrong_periods_are_said_by_their_field_and_the_page_stays() {
    on_both(async |app| {
        let owner = app.staff("owner").await;
        for (query, says) in [
            ("period=ever", "There is no such period"),
            ("period=own&from=2026-02-30&to=2026-03-01", "such as 2026-12-01"),
            ("period=own&from=2026-03-02&to=2026-03-01", "lies before the first"),
            ("period=own&from=0001-01-01&to=2026-03-01", "such as 2026-12-01"),
            ("compare=dreams", "There is no such comparison"),
        ] {
            for page in ["/owner", "/owner/returning", "/owner/missed", "/owner/messages"] {
                owner.opens(&format!("{page}?{query}")).await.expect(422).shows(says);
            }
        }
        for query in
            ["period=this-month", "period=own&from=2030-01-01&to=2031-01-01", "compare=none", "period=last-year"]
        {
            owner.opens(&format!("/owner?{query}")).await.expect(200);
        }
    });
}

#[test]
fn a_clinic_with_nobody_three_people_or_one_day_says_what_it_does_not_know() {
    on_both(async |app| {
        let owner = app.staff("owner").await;
        for page in PAGES {
            owner.opens(page).await.expect(200);
        }
        owner.opens("/owner").await.shows("Nobody has come yet");
        app.database.run(&format!(
            "{}{}{} UPDATE change_counters SET value = value + 1 WHERE name = 'figures';",
            person(1, &["2026-05-20"], &[]),
            person(2, &["2026-05-20"], &[]),
            person(3, &["2026-05-20"], &[])
        ));
        for page in PAGES {
            owner.opens(page).await.expect(200);
        }
        owner.opens("/owner").await.shows("not yet known: needs 12 months of history");
        assert_eq!(in_file(&owner, "", "retention", "value").await, "");
        assert_eq!(in_file(&owner, "", "new_visits", "value").await, "1");
        let german = owner.opens("/owner?lang=de").await.expect(200);
        assert!(german.text.contains("noch nicht bekannt") && german.text.contains("Wer kommt wieder?"));
    });
}

#[test]
fn each_owner_gets_the_month_once_unless_unwanted() {
    on_both(async |app| {
        app.database.run(&clinic());
        // Monday 1 June, 8 in the morning: the first working day.
        assert_eq!(app.tick().await.digests, 1);
        assert_eq!(app.tick().await.digests, 0);
        app.advance(TimeDelta::hours(26));
        assert_eq!(app.tick().await.digests, 0);
        let mails = app.mails_to("owner@clinic.example").await;
        assert_eq!(mails.len(), 1);
        let mail = mails[0].read().unwrap();
        assert!(mail.subject.contains("May 2026"), "{}", mail.subject);
        let owner = app.staff("owner").await;
        let value = in_file(&owner, "period=last-month", "retention", "value").await;
        let percent = format!("Clients kept: {}%", value.parse::<f64>().unwrap() * 100.0);
        assert!(mail.text.contains(&percent), "{percent} is not in {}", mail.text);
        let page = owner.opens("/owner").await.expect(200);
        owner.submits(&page.form("/owner/digest")).await.expect(200).shows("will not get the figures");
        app.database.run(&person(90, &["2026-06-03"], &[]));
        app.advance(TimeDelta::days(30));
        assert_eq!(app.tick().await.digests, 0);
        // A session does not last a month.
        let owner = app.staff("owner").await;
        let page = owner.opens("/owner").await.expect(200);
        owner.submits(&page.form("/owner/digest")).await.expect(200);
        assert_eq!(app.tick().await.digests, 1);
        app.tick().await;
        assert_eq!(app.mails_to("owner@clinic.example").await.len(), 2);
    });
}
