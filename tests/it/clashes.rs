//! Hours, closures and time off under bookings that exist: shown before they are saved, and for as long as they stand.

use rebook::domain::ids;

use crate::support::app::{TestApp, on_both};
use crate::support::shop::{ADA, CHECKUP, LOCATION, june};
use crate::support::visitor::{Form, Visitor};

fn page_of(kind: &str, id: i64) -> String {
    format!("/staff/catalog/{kind}/{}", ids::encode(id))
}

async fn form_of(visitor: &Visitor, path: &str, action: &str) -> Form {
    visitor.opens(path).await.expect(200).form(action)
}

/// Ada is booked on Tuesday 2 June at 9.
async fn booked(app: &TestApp) -> Visitor {
    let ada = format!("\"provider\":\"{}\"", ids::encode(ADA));
    let page = app.books_by_api("check-up", june(2, 9, 0), "ana@client.example").await.expect(201);
    assert!(page.text.contains(&ada) || page.text.contains("ada"), "{}", page.text);
    app.tick().await;
    app.staff("manager").await
}

#[test]
fn a_closure_over_a_booking_is_saved_by_who_has_seen_it() {
    on_both(async |app| {
        let manager = booked(app).await;
        let closures = || app.count("SELECT count(*) FROM closures");
        manager.opens("/staff/worklists/clashes").await.expect(200).shows("Everything fits");

        let form = form_of(&manager, "/staff/catalog/closures/new", "/staff/catalog/closures/new").await;
        let form = form.with("name", "Burst pipe").with("first_day", "2026-06-02");
        let page = manager.submits_once(&form).await.expect(422);
        let page = page.shows("One booking would lose its provider").shows("Ana Lima").shows("Burst pipe");
        assert_eq!(closures(), 0, "nothing is saved before somebody has seen it");

        // Somebody books on that day meanwhile: the warning comes again, with both.
        app.books_by_api("check-up", june(2, 10, 0), "ben@client.example").await.expect(201);
        let confirm = page.form_with("clashes");
        let page = manager.submits_once(&confirm).await.expect(422).shows("2 bookings would lose their provider");
        assert_eq!(closures(), 0);

        let confirm = page.form_with("clashes");
        manager.submits(&confirm).await.expect(200).shows("2 bookings no longer fit");
        assert_eq!(closures(), 1);
        let list = manager.opens("/staff/worklists/clashes").await.expect(200);
        list.shows("Ana Lima").shows("Burst pipe").shows("Check-up");
        app.tick().await;
    });
}

#[test]
fn other_hours_time_off_and_exceptions_warn_as_well() {
    on_both(async |app| {
        let manager = booked(app).await;
        let provider = page_of("providers", ADA);

        let form = form_of(&manager, &format!("{provider}/hours"), "/hours").await;
        let form = form.with("work-2-1_from", "13:00").with("break-2-1_from", "").with("break-2-1_until", "");
        let page = manager.submits_once(&form).await.expect(422).shows("One booking would lose its provider");
        assert_eq!(page.form("/hours").value("work-2-1_from"), "13:00", "typed hours are lost");
        assert_eq!(app.count("SELECT count(*) FROM weekly_hours WHERE starts_minute = 780 AND kind = 'work'"), 0);

        let form = form_of(&manager, &format!("{provider}/days"), "/time-off").await;
        let form = form.with("first_day", "2026-06-02").with("status", "requested");
        manager.submits(&form).await.expect(200).shows("Added.");
        let page = manager.opens(&format!("{provider}/days")).await.expect(200);
        let grant = page.form("/decide").with("status", "approved");
        let page = manager.submits_once(&grant).await.expect(422).shows("One booking would lose its provider");
        assert_eq!(app.count("SELECT count(*) FROM time_off WHERE status = 'approved'"), 0);
        manager.submits(&page.form_with("clashes")).await.expect(200).shows("One booking no longer fits");
        assert_eq!(app.count("SELECT count(*) FROM time_off WHERE status = 'approved'"), 1);
        manager.opens("/staff/worklists").await.expect(200).shows("No longer fits");
        manager.opens("/staff/worklists/clashes?lang=de").await.expect(200).shows("Arbeitslisten").shows("Ana Lima");

        // What stood there before is no news.
        let form = form_of(&manager, &format!("{provider}/days"), "/exceptions").await;
        let form = form.with("day", "2026-06-02").with("location", &ids::encode(LOCATION));
        manager.submits(&form).await.expect(200).shows("Added.");
    });
}

#[test]
fn the_most_specific_policy_wins_and_is_copied_into_the_booking() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        let clinic = "/staff/catalog/clinic";
        let form = form_of(&manager, clinic, clinic).await;
        let form = form.with("move_notice", "3").with("move_notice_unit", "days").with("moves", "2");
        let form = form.with("policy", "Please come on time.").with("offer", "90");
        manager.submits(&form).await.expect(200).shows("Saved.");
        let location = page_of("locations", LOCATION);
        let form = form_of(&manager, &location, &location).await;
        let form =
            form.with("move_notice", "5").with("move_notice_unit", "hours").with("policy", "Park behind the house.");
        manager.submits(&form).await.expect(200).shows("Saved.");
        let service = page_of("services", CHECKUP);
        let form = form_of(&manager, &service, &service).await;
        let form = form.with("moves", "0").with("cancel_notice", "1").with("cancel_notice_unit", "hours");
        manager.submits(&form.with("client_series", "on")).await.expect(200).shows("Saved.");

        app.books_by_api("check-up", june(2, 9, 0), "ana@client.example").await.expect(201);
        app.tick().await;
        assert_eq!(
            app.count(
                "SELECT count(*) FROM bookings WHERE move_notice_minutes = 300 AND moves_max = 0
                   AND cancel_notice_minutes = 60 AND cancel_policy = 'Park behind the house.'"
            ),
            1
        );
        app.books_by_api("cleaning", june(3, 9, 0), "ana@client.example").await.expect(201);
        app.tick().await;
        assert_eq!(
            app.count(
                "SELECT count(*) FROM bookings WHERE move_notice_minutes = 300 AND moves_max = 2
                   AND cancel_notice_minutes = 1440"
            ),
            1
        );
        assert_eq!(app.count("SELECT CAST(offer_minutes AS BIGINT) FROM clinic"), 90);
        for (name, value) in [("offer", "4"), ("moves", "101"), ("lead", "999999999"), ("policy", "\u{7}")] {
            let form = form_of(&manager, clinic, clinic).await.with(name, value);
            manager.submits_once(&form).await.expect(422);
        }
    });
}
