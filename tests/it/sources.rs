//! Where clients come from and what it costs: entered, changed, taken from a file, renamed, and what the page makes of it.

use rebook::domain::ids;

use crate::support::app::{TestApp, on_both};

/// Twelve people from two sources, each with a completed and charged visit in May.
fn people(app: &TestApp) {
    let mut text = String::new();
    for number in 0..12_i64 {
        let (client, booking) = (50_000 + number, 60_000 + number);
        let source = if number < 6 { "Google" } else { "google ads" };
        text.push_str(&format!(
            "INSERT INTO clients (id, first_name, last_name, name_key, language, source, created_at)
               VALUES ({client}, 'Guest', 'N{number}', 'guest n{number}', 'en', '{source}', '2026-05-01 00:00:00');
             INSERT INTO appointments (id, location_id, service_id, provider_id, starts_at, ends_at, local_start, zone,
                 zone_version, capacity, created_at)
               VALUES ({booking}, 1001, 4001, 3001, '2026-05-11 17:00:00', '2026-05-11 17:30:00', '2026-05-11 10:00:00',
                 'America/Los_Angeles', 'x', 1, '2026-05-01 00:00:00');
             INSERT INTO bookings (id, reference, appointment_id, client_id, status, party, service_name, duration_minutes,
                 price_minor, currency, cancel_notice_minutes, cancel_policy, language, created_at, created_by, completed_at)
               VALUES ({booking}, 'REF{number:05}', {booking}, {client}, 'completed', 1, 'Check-up', 30, 9500, 'USD', 0, '',
                 'en', '2026-05-01 00:00:00', 'client', '2026-05-11 17:30:00');
             INSERT INTO booking_events (id, booking_id, at, actor, kind, after_state)
               VALUES ({booking}, {booking}, '2026-05-11 17:30:00', 'staff', 'completed', 'completed');
             INSERT INTO ledger_entries (id, client_id, booking_id, kind, amount_minor, currency, occurred_at, recorded_at)
               VALUES ({booking}, {client}, {booking}, 'charge', 9500, 'USD', '2026-05-11 17:30:00', '2026-05-11 17:30:00');"
        ));
    }
    app.database.run(&text);
}

fn cost(app: &TestApp, source: &str, month: &str) -> i64 {
    app.count(&format!(
        "SELECT coalesce(sum(amount_minor), -1) FROM acquisition_costs WHERE source = '{source}' AND month = '{month}'"
    ))
}

#[test]
fn costs_are_entered_by_month_and_every_change_has_a_name() {
    on_both(async |app| {
        people(app);
        let owner = app.staff("owner").await;
        owner
            .opens("/owner/sources")
            .await
            .expect(200)
            .shows("Does advertising pay?")
            .shows("Google")
            .shows("google ads");
        let place = "/owner/sources?source=Google";
        let page = owner.opens(place).await.expect(200).shows("Google, month by month");
        let form = page.form("/owner/sources/costs").with("cost-2026-05", "1,200.50").with("cost-2026-04", "0");
        owner.submits(&form).await.expect(200).shows("The costs were saved");
        assert_eq!((cost(app, "Google", "2026-05-01"), cost(app, "Google", "2026-04-01")), (120_050, 0));
        let page = owner.opens(place).await.expect(200).shows("$1,200.50").shows("$200.08").shows("owner");
        // The same again changes nothing, and nobody is named for it.
        owner.submits(&page.form("/owner/sources/costs")).await.expect(200).shows("Nothing changed");
        assert_eq!(app.count("SELECT count(*) FROM acquisition_cost_changes"), 2);
        assert_eq!(app.count("SELECT count(*) FROM audit_events WHERE object_kind = 'acquisition_cost'"), 1);
        // What makes no sense stays in its field.
        let wrong = page.form("/owner/sources/costs").with("cost-2026-05", "plenty");
        owner.submits(&wrong).await.expect(422).shows("such as 1200.50").shows("plenty");
        let gone = page.form("/owner/sources/costs").with("cost-2026-05", "");
        owner.submits(&gone).await.expect(200);
        assert_eq!(cost(app, "Google", "2026-05-01"), -1);
    });
}

#[test]
fn what_a_client_is_worth_stands_beside_what_winning_one_costs() {
    on_both(async |app| {
        people(app);
        app.database.run(
            "INSERT INTO acquisition_costs (source, month, amount_minor, currency) VALUES ('Google', '2026-05-01', 60000, 'USD');
             INSERT INTO acquisition_costs (source, month, amount_minor, currency) VALUES ('Radio', '2026-05-01', 60000, 'USD');",
        );
        let owner = app.staff("owner").await;
        let page = owner.opens("/owner/sources?period=own&from=2026-05-01&to=2026-05-31").await.expect(200);
        // Six people brought 95 each and cost 100 each; nobody came by the radio.
        let page = page.shows("$100.00").shows("$95.00").shows("Won nobody").shows("won nobody");
        page.shows("What these figures mean");
        let people = owner.opens("/owner/sources/people?source=Google&period=own&from=2026-05-01&to=2026-05-31").await;
        people.expect(200).shows("Guest N0").shows("6 people").shows(&ids::encode(50_000));
        let empty = owner.opens("/owner/sources?period=own&from=2020-05-01&to=2020-05-31").await.expect(200);
        empty.shows("Nobody came for the first time");
        let csv = owner.opens("/owner/sources?period=own&from=2026-05-01&to=2026-05-31&as=csv&table=sources").await;
        let csv = csv.expect(200).text;
        assert!(csv.contains("Google,6,600.00,100.00,95.00"), "{csv}");
        let csv = owner.opens("/owner/sources?as=csv&table=costs").await.expect(200).text;
        assert!(csv.contains("Radio,2026-05,600.00"), "{csv}");
    });
}

#[test]
fn sources_that_were_spelled_differently_become_one() {
    on_both(async |app| {
        people(app);
        app.database.run(
            "INSERT INTO acquisition_costs (source, month, amount_minor, currency) VALUES ('Google', '2026-05-01', 100, 'USD');
             INSERT INTO acquisition_costs (source, month, amount_minor, currency) VALUES ('google ads', '2026-05-01', 30, 'USD');
             INSERT INTO acquisition_costs (source, month, amount_minor, currency) VALUES ('google ads', '2026-04-01', 5, 'USD');",
        );
        let owner = app.staff("owner").await;
        let page = owner.opens("/owner/sources").await.expect(200).shows("Perhaps one, spelled differently");
        let form = page.form("/owner/sources/rename").with("was", "google ads").with("into", " Google ");
        owner.submits(&form).await.expect(200).shows("The source was renamed");
        assert_eq!((cost(app, "Google", "2026-05-01"), cost(app, "Google", "2026-04-01")), (130, 5));
        assert_eq!(cost(app, "google ads", "2026-05-01"), -1);
        assert_eq!(app.count("SELECT count(*) FROM clients WHERE source = 'Google'"), 12);
        owner.submits(&form).await.expect(422).shows("Please choose a source");
        let same = form.with("was", "Google").with("into", "Google");
        owner.submits(&same).await.expect(422).shows("called that already");
    });
}

#[test]
fn what_figures_are_reckoned_with_is_set_by_the_owner() {
    on_both(async |app| {
        let owner = app.staff("owner").await;
        let page = owner.opens("/owner/settings").await.expect(200).shows("Check-up");
        let margin = format!("margin-{}", ids::encode(4001));
        let form = page.form("/owner/settings");
        assert_eq!((form.value("lost_after"), form.value("discount"), form.value(&margin)), ("18", "0.5", "100"));
        let form = form.with("lost_after", "24").with("discount", "0.75").with(&margin, "62.5");
        let form = form.with("keeping-2026-05", "250");
        owner.submits(&form).await.expect(200).shows("Saved.");
        assert_eq!(app.count("SELECT lost_after_months FROM clinic"), 24);
        assert_eq!(app.count("SELECT discount_basis_points FROM clinic"), 75);
        assert_eq!(app.count("SELECT margin_basis_points FROM services WHERE id = 4001"), 6_250);
        assert_eq!(app.count("SELECT amount_minor FROM keeping_costs WHERE month = '2026-05-01'"), 25_000);
        for (field, value, says) in [
            ("lost_after", "0", "1 to 120 months"),
            ("lost_after", "soon", "1 to 120 months"),
            ("discount", "11", "0 to 10"),
            (margin.as_str(), "101", "0 to 100"),
            (margin.as_str(), "", "0 to 100"),
            ("keeping-2026-05", "-5", "such as 1200.50"),
        ] {
            owner.submits(&form.clone().with(field, value)).await.expect(422).shows(says);
        }
        owner.submits(&form.with("keeping-2026-05", "")).await.expect(200);
        assert_eq!(app.count("SELECT count(*) FROM keeping_costs"), 0);
    });
}

const EDGE: &str = "edge-of-the-costs";

async fn sends_file(owner: &crate::support::visitor::Visitor, file: &str) -> crate::support::visitor::Page {
    let csrf = owner.opens("/owner/sources").await.expect(200).form("/owner/sources/rename").value("csrf").to_owned();
    let body = format!(
        "--{EDGE}\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n\
         --{EDGE}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"costs.csv\"\r\nContent-Type: text/csv\r\n\r\n\
         {file}\r\n--{EDGE}--\r\n"
    );
    owner.sends("/owner/sources/file", body.into_bytes(), &format!("multipart/form-data; boundary={EDGE}")).await
}

#[test]
fn costs_come_in_and_go_out_as_a_table() {
    on_both(async |app| {
        let owner = app.staff("owner").await;
        let table = "source,month,amount\nGoogle,2026-05,\"1,200.50\"\nRadio,04/2026,80\n";
        let page = sends_file(&owner, table).await.expect(303);
        assert!(page.header("location").contains("done=saved"));
        assert_eq!((cost(app, "Google", "2026-05-01"), cost(app, "Radio", "2026-04-01")), (120_050, 8_000));
        let file = owner.opens("/owner/sources?as=csv&table=costs").await.expect(200).text;
        let page = sends_file(&owner, &file).await.expect(303);
        assert!(page.header("location").contains("done=same"), "what was given out is taken back as it is");
        for (file, says) in [
            ("source,month,amount\nGoogle,2026-05,1\nGoogle,May,1\n", "Line 3 names no month"),
            ("source,month,amount\nGoogle,2026-05,-1\n", "Line 2 has no amount"),
            ("a,b\n1,2\n", "must name the columns"),
            ("", "choose a file"),
        ] {
            sends_file(&owner, file).await.expect(422).shows(says);
        }
        assert_eq!(cost(app, "Google", "2026-05-01"), 120_050, "all of a file or nothing");
    });
}
