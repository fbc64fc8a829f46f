//! The first steps: from an empty database to a booking.

use chrono::{Duration, NaiveDate};

use crate::support::app::{TestApp, on_both};
use crate::support::visitor::Visitor;

/// An empty clinic whose owner was just made.
async fn fresh_owner(app: &TestApp) -> Visitor {
    app.database.run(
        "DELETE FROM staff_sessions; DELETE FROM staff_users; DELETE FROM clinic; DELETE FROM weekly_hours;
         DELETE FROM service_providers; DELETE FROM services; DELETE FROM providers; DELETE FROM rooms;
         DELETE FROM locations; UPDATE change_counters SET value = value + 1 WHERE name = 'catalog';",
    );
    let owner = app.visitor();
    let form = owner.opens("/staff/first-run").await.expect(200).form("/staff/first-run");
    let form = form.with("clinic", "New Smiles").with("name", "Ana").with("email", "ana@clinic.example");
    let form = form.with("password", "long enough one").with("again", "long enough one");
    let page = owner.submits(&form).await.expect(200);
    assert_eq!(page.path, "/staff/setup/clinic");
    owner
}

#[test]
fn the_steps_are_walked_and_then_somebody_books() {
    on_both(async |app| {
        let owner = fresh_owner(app).await;
        let page = owner.opens("/staff/setup/clinic").await.shows("Step 1 of 5").shows("New Smiles");
        let form = page.form("/staff/setup/clinic");
        owner
            .submits_once(&form.clone().with("zone", "Mars/Base").with("city", "Berlin"))
            .await
            .expect(422)
            .shows("Berlin");
        let form = form.with("zone", "America/Los_Angeles").with("phone", "+1 213 555 0100").with("currency", "USD");
        let page = owner.submits(&form).await.expect(200).shows("Step 2 of 5");

        let form = page.form("/staff/setup/hours");
        owner.submits_once(&form.clone().with("from0", "18:00")).await.expect(422).shows("from when until when");
        owner.submits_once(&form.clone().with("pause_from1", "07:00")).await.expect(422).shows("inside the opening");
        let page = owner.submits(&form).await.expect(200).shows("Step 3 of 5");
        assert!(page.links().iter().any(|link| link.contains("trade=salon")));

        let page = owner.opens("/staff/setup/services?trade=dental").await.expect(200);
        let form = page.form("/staff/setup/services");
        owner.submits_once(&form.clone().with("minutes0", "0")).await.expect(422).shows("minutes");
        let form = form.with("price0", "95.00").with("name0", "Check-up");
        let page = owner.submits(&form).await.expect(200).shows("Step 4 of 5");

        let form = page.form("/staff/setup/providers");
        owner.submits_once(&form.clone().with("name", "")).await.expect(422);
        let page = owner.submits(&form.with("name", "Dr. Ada New")).await.expect(200).shows("Dr. Ada New");
        let page = owner.submits(&page.form("/skip")).await.expect(200).shows("Step 5 of 5");

        let sent = owner.submits(&page.form("/staff/setup/mail")).await.expect(200);
        app.tick().await;
        assert_eq!(app.mails_to("ana@clinic.example").await.len(), 1);
        let again = owner.opens(&sent.path).await.expect(200).shows("setup/mail");
        let page = owner.submits(&again.form("/skip")).await.expect(200).shows("takes bookings");
        assert_eq!(page.path, "/staff/setup/done");

        let mut day: NaiveDate = app.now().date_naive() + Duration::days(3);
        while chrono::Datelike::weekday(&day).num_days_from_monday() > 4 {
            day += Duration::days(1);
        }
        let zone: chrono_tz::Tz = "America/Los_Angeles".parse().unwrap();
        let start = rebook::domain::time::instant(day.and_hms_opt(10, 0, 0).unwrap(), zone);
        app.books_by_api("check-up", start, "zoe@client.example").await.expect(201);
        app.tick().await;
    });
}

#[test]
fn every_step_can_be_left_out_and_returned_to() {
    on_both(async |app| {
        let owner = fresh_owner(app).await;
        for (step, next) in [
            ("clinic", "hours"),
            ("hours", "services"),
            ("services", "providers"),
            ("providers", "mail"),
            ("mail", "done"),
        ] {
            let form = owner.opens(&format!("/staff/setup/{step}")).await.expect(200).form("/skip");
            assert!(owner.submits(&form).await.expect(200).path.ends_with(next));
        }
        owner.opens("/staff/setup/done").await.expect(200).shows("still missing");
        assert!(owner.opens("/staff/setup").await.path.ends_with("/done"));
        owner.opens("/staff/setup/clinic").await.expect(200);
        let providers = owner.opens("/staff/setup/providers").await.expect(200).form("/staff/setup/providers");
        owner.submits_once(&providers.with("name", "Early")).await.expect(422).shows("step about the clinic first");
        owner.opens("/staff/setup/nonsense").await.expect(404);
    });
}

#[test]
fn a_clinic_that_runs_is_not_led_there() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        assert_eq!(manager.opens("/staff").await.expect(200).path, "/staff");
        assert!(manager.opens("/staff/setup").await.path.ends_with("/done"));
        app.staff("desk").await.opens("/staff/setup").await.expect(403);
    });
}

#[test]
fn a_provider_asks_for_time_off_and_is_answered() {
    on_both(async |app| {
        let ada = app.staff("ada").await;
        let page = ada.opens("/staff/me/time-off").await.expect(200).shows("When I work");
        let form = page.form("/staff/me/time-off");
        let day = |days: i64| (app.now().date_naive() + Duration::days(days)).format("%Y-%m-%d").to_string();
        ada.submits_once(&form.clone().with("first_day", "2020-01-01")).await.expect(422).shows("from today on");
        let asked = form.clone().with("first_day", &day(30)).with("last_day", &day(32)).with("reason", "Sea");
        ada.submits(&asked).await.expect(200).shows("was sent");
        ada.submits_once(&form.with("first_day", &day(31))).await.expect(422).shows("already asked");
        let manager = app.staff("manager").await;
        let days = manager.opens("/staff/catalog").await.expect(200).shows("one request waits").link("/days");
        let decide = manager.opens(&days).await.expect(200).form("/decide");
        let decide = decide.with("status", "approved").with("answer", "Enjoy it");
        manager.submits_once(&decide).await.expect(303);
        ada.opens("/staff/me/time-off").await.expect(200).shows("Enjoy it");
        assert_eq!(
            app.count("SELECT count(*) FROM time_off WHERE status = 'approved' AND requested_by IS NOT NULL"),
            1
        );
        app.staff("desk").await.opens("/staff/me/time-off").await.expect(404);
    });
}
