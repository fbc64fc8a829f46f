//! The catalogue is edited as people do it: what is typed is kept, what others changed is said, what is booked stays.

use rebook::catalog::{
    self, ClosureDetails, ClosureEdit, DeleteRefused, Edit, EditRefused, Label, LocationDetails, OwnTerms, Term,
    TermsOf, Thing, WeekRefused,
};
use rebook::db::Bad;
use rebook::domain::hours::{HoursKind, MinuteSpan};
use rebook::domain::ids::{self, LocationId, ProviderId, ServiceId, StaffUserId};
use rebook::domain::week::{Clash, Place, Validity, WeekRow};

use crate::support::app::{TestApp, on_both};
use crate::support::shop::{ADA, BEN, CHECKUP, CLASS, LOCATION, ROOM_ONE, june};
use crate::support::visitor::{Form, Page, Visitor};

const MANAGER: StaffUserId = StaffUserId::new(6002);

fn page_of(kind: &str, id: i64) -> String {
    format!("/staff/catalog/{kind}/{}", ids::encode(id))
}

async fn form_of(visitor: &Visitor, path: &str) -> Form {
    visitor.opens(path).await.expect(200).form(path)
}

/// A number of the database as one value.
fn version(app: &TestApp, table: &str, id: i64) -> i64 {
    app.count(&format!("SELECT row_version FROM {table} WHERE id = {id}"))
}

fn counter(app: &TestApp) -> i64 {
    app.count("SELECT value FROM change_counters WHERE name = 'catalog'")
}

fn audits(app: &TestApp, kind: &str) -> i64 {
    app.count(&format!("SELECT count(*) FROM audit_events WHERE object_kind = '{kind}' AND staff_user_id = 6002"))
}

/// The free times of a day, as the API has them.
async fn free(app: &TestApp, service: &str, day: u32, provider: &str) -> usize {
    let query = format!("service={service}&from=2026-06-{day:02}&to=2026-06-{day:02}&provider={provider}");
    let page = app.visitor().opens(&format!("/api/v1/availability?{query}")).await.expect(200);
    let days = page.json();
    let times = days["days"].as_object().unwrap().values().map(|times| times.as_array().unwrap().len());
    times.sum()
}

#[test]
fn every_page_shows_what_there_is() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        manager.opens("/staff/catalog").await.expect(200).shows("4 services");
        manager.opens("/staff/catalog/clinic").await.expect(200).shows("Test Dental");
        manager.opens("/staff/catalog/services").await.expect(200).shows("Check-up").shows("$95.00");
        manager
            .opens("/staff/catalog/providers")
            .await
            .expect(200)
            .shows("Ada Alvarez")
            .shows("Mon, Tue, Wed, Thu, Fri");
        manager.opens("/staff/catalog/locations").await.expect(200).shows("Operatory 2");
        manager.opens("/staff/catalog/closures").await.expect(200).shows("No closed days planned");
        for path in [
            page_of("services", CHECKUP),
            format!("{}/terms", page_of("services", CHECKUP)),
            page_of("providers", ADA),
            format!("{}/hours", page_of("providers", ADA)),
            format!("{}/days", page_of("providers", ADA)),
            format!("{}/terms", page_of("providers", ADA)),
            page_of("locations", LOCATION),
            page_of("rooms", ROOM_ONE),
            "/staff/catalog/services/new".to_owned(),
            "/staff/catalog/providers/new".to_owned(),
            "/staff/catalog/locations/new".to_owned(),
            "/staff/catalog/closures/new".to_owned(),
            format!("/staff/catalog/rooms/new?location={}", ids::encode(LOCATION)),
        ] {
            let english = manager.opens(&path).await.expect(200);
            let german = manager.opens(&format!("{path}{}lang=de", if path.contains('?') { '&' } else { '?' })).await;
            for page in [english, german.expect(200)] {
                assert!(!page.text.contains("catalog-"), "{path} shows a key");
            }
        }
        for unknown in ["services", "providers", "locations", "rooms", "closures"] {
            manager.opens(&page_of(unknown, 9_999)).await.expect(404);
            manager.opens(&format!("/staff/catalog/{unknown}/nonsense")).await.expect(404);
        }
        app.staff("desk").await.opens("/staff/catalog").await.expect(403);
    });
}

#[test]
fn a_service_is_made_offered_changed_and_booked() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        let before = counter(app);
        let form = form_of(&manager, "/staff/catalog/services/new").await;
        let page = manager.submits(&form.with("name", "Zähne bleichen").with("price", "420")).await.expect(200);
        assert!(page.path.ends_with("/terms?done=added"), "{}", page.path);
        let ada = format!("performs-{}", ids::encode(ADA));
        let price = format!("price-{}", ids::encode(ADA));
        let form = page.form("/terms").with(&ada, "on").with(&price, "399,50");
        manager.submits(&form).await.expect(200).shows("Saved.").shows("399.50");
        assert_eq!(app.count("SELECT price_minor FROM service_providers WHERE price_minor IS NOT NULL"), 39_950);
        assert_eq!(
            app.count("SELECT count(*) FROM services WHERE slug = 'zaehne-bleichen' AND price_minor = 42000"),
            1
        );
        assert!(counter(app) > before + 1, "caches are not told");
        assert_eq!(audits(app, "service"), 1);
        assert_eq!(free(app, "zaehne-bleichen", 2, "ada").await, 26, "of half an hour, every quarter but lunch");

        // The same name again gets a link of its own.
        let form = form_of(&manager, "/staff/catalog/services/new").await;
        manager.submits(&form.with("name", "Zähne bleichen")).await.expect(200);
        assert_eq!(app.count("SELECT count(*) FROM services WHERE slug = 'zaehne-bleichen-2'"), 1);
    });
}

#[test]
fn what_is_wrong_stands_by_its_field_and_what_was_typed_stays() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        let path = page_of("services", CHECKUP);
        let (before, rows) = (version(app, "services", CHECKUP), counter(app));
        let long = "x".repeat(3_000);
        for (name, value) in [
            ("name", "  "),
            ("name", "a\u{202e}b"),
            ("name", &long),
            ("duration", "4"),
            ("duration", "three"),
            ("price", "-5"),
            ("price", "1.234"),
            ("buffer_after", "241"),
            ("slot", ""),
            ("horizon", "0"),
            ("lead", "999999999999"),
            ("capacity", "201"),
            ("party_max", "2"),
            ("party_min", "0"),
            ("recall_months", "61"),
            ("position", "-1"),
            ("description", "\u{7}"),
        ] {
            let form = form_of(&manager, &path).await.with("category", "Typed & kept").with(name, value);
            let page = manager.submits_once(&form).await.expect(422).shows("Typed &#38; kept");
            assert!(page.text.contains("aria-invalid=\"true\"") || page.text.contains("wrong"), "{name} {value:.20}");
        }
        assert_eq!((version(app, "services", CHECKUP), counter(app)), (before, rows), "something was written");

        let provider = page_of("providers", ADA);
        for (name, value) in [("email", "not a mail"), ("leaves_on", "2026-02-30"), ("color", "teal"), ("name", "")] {
            let form = form_of(&manager, &provider).await.with(name, value);
            manager.submits_once(&form).await.expect(422);
        }
        let location = page_of("locations", LOCATION);
        for (name, value) in [("zone", "Mars/Olympus"), ("zone", ""), ("phone", "call me"), ("name", "\u{0}")] {
            let form = form_of(&manager, &location).await.with(name, value);
            manager.submits_once(&form).await.expect(422);
        }
        assert_eq!(counter(app), rows);
    });
}

#[test]
fn who_comes_second_is_told_and_loses_nothing() {
    on_both(async |app| {
        let (manager, owner) = (app.staff("manager").await, app.staff("owner").await);
        let path = page_of("services", CHECKUP);
        let mine = form_of(&manager, &path).await.with("name", "My name").with("duration", "40");
        let other = form_of(&owner, &path).await.with("duration", "45");
        owner.submits(&other).await.expect(200).shows("Saved.");

        let page = manager.submits_once(&mine).await.expect(409);
        let page = page.shows("Somebody else changed this").shows("Meanwhile changed to “45”").shows("My name");
        assert_eq!(app.count("SELECT CAST(duration_minutes AS BIGINT) FROM services WHERE id = 4001"), 45);
        // Now it was seen, and may be saved over.
        manager.submits(&page.form(&path)).await.expect(200).shows("Saved.");
        assert_eq!(app.count("SELECT CAST(duration_minutes AS BIGINT) FROM services WHERE id = 4001"), 40);

        // Terms raise the version of both sides.
        let stale = form_of(&manager, &page_of("providers", ADA)).await;
        let terms = format!("{}/terms", page_of("services", CHECKUP));
        let form = form_of(&owner, &terms).await.without(&format!("performs-{}", ids::encode(ADA)));
        owner.submits(&form).await.expect(200);
        manager.submits_once(&stale).await.expect(409).shows("Somebody else changed this");

        // Nor is anything archived that was not seen as it is.
        let stale = manager.opens(&path).await.expect(200).form("/archive");
        owner.submits(&form_of(&owner, &path).await.with("price", "1")).await.expect(200);
        manager.submits(&stale).await.expect(200).shows("Please look again");
        assert_eq!(app.count("SELECT count(*) FROM services WHERE archived_at IS NOT NULL"), 0);
    });
}

#[test]
fn what_is_in_use_is_archived_and_what_never_was_may_be_deleted() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        app.books_by_api("check-up", june(2, 9, 0), "ana@client.example").await.expect(201);
        app.tick().await;

        let path = page_of("services", CHECKUP);
        let page = manager.opens(&path).await.expect(200).shows("One appointment is still to come");
        assert!(!page.text.contains("/delete\""), "offers to delete what is booked");
        let forged = page.form("/archive");
        let forged = Form { action: forged.action.replace("/archive", "/delete"), ..forged };
        manager.submits(&forged).await.expect(200).shows("can only be archived");
        let page = manager.submits(&page_of_form(&manager, &path, "/archive").await).await.expect(200);
        page.shows("Archived. It can no longer be booked.");
        let asked = app.visitor().opens("/api/v1/availability?service=check-up&from=2026-06-03&to=2026-06-03").await;
        assert!(asked.status.is_client_error());
        assert_eq!(app.count("SELECT count(*) FROM bookings WHERE status = 'booked'"), 1, "the booking stays");
        manager.submits(&page_of_form(&manager, &path, "/restore").await).await.expect(200).shows("It is back");
        assert!(free(app, "check-up", 3, "ada").await > 0);

        // The class was never booked.
        let page = manager.submits(&page_of_form(&manager, &page_of("services", CLASS), "/delete").await).await;
        page.expect(200).shows("Deleted.");
        assert_eq!(app.count("SELECT count(*) FROM services WHERE id = 4003"), 0);

        // Ada signs in, so she is somebody.
        let refused = app
            .app
            .db
            .write(app.now(), |tx| catalog::delete(tx, MANAGER, Thing::Provider(ProviderId::new(ADA)), 1))
            .await;
        assert!(matches!(refused, Err(Bad::Refused(DeleteRefused::InUse))));
        let gone =
            app.app.db.write(app.now(), |tx| catalog::archive(tx, MANAGER, Thing::Service(ServiceId::new(1)), 1)).await;
        assert!(matches!(gone, Err(Bad::Refused(EditRefused::Gone))));
    });
}

async fn page_of_form(visitor: &Visitor, path: &str, part: &str) -> Form {
    visitor.opens(path).await.expect(200).form(part)
}

#[test]
fn what_is_booked_does_not_move() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        app.books_by_api("cleaning", june(2, 9, 0), "ana@client.example").await.expect(201);
        app.tick().await;
        let snapshot = || {
            app.count(
                "SELECT count(*) FROM appointments WHERE starts_at = '2026-06-02 16:00:00'
                   AND ends_at = '2026-06-02 17:00:00' AND zone = 'America/Los_Angeles'
                   AND local_start = '2026-06-02 09:00:00'",
            )
        };
        let occupied = || app.count("SELECT count(*) FROM occupations WHERE ends_at = '2026-06-02 17:15:00'");
        assert_eq!((snapshot(), occupied()), (1, 2));

        let form = form_of(&manager, &page_of("locations", LOCATION)).await.with("zone", "Europe/Berlin");
        manager.submits(&form).await.expect(200).shows("Saved.");
        let form = form_of(&manager, &page_of("services", 4002)).await;
        let form = form.with("duration", "90").with("buffer_after", "30").with("price", "1").with("name", "Other");
        manager.submits(&form).await.expect(200).shows("Saved.");
        assert_eq!((snapshot(), occupied()), (1, 2));
        assert_eq!(
            app.count(
                "SELECT count(*) FROM bookings WHERE duration_minutes = 60 AND price_minor = 14000
                   AND service_name = 'Cleaning'"
            ),
            1
        );
    });
}

#[test]
fn hours_are_a_grid_and_overlaps_are_refused_by_the_row() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        let path = format!("{}/hours", page_of("providers", ADA));
        assert!(free(app, "check-up", 6, "ada").await == 0, "Saturday is off");
        let form = form_of(&manager, &path).await;
        assert_eq!((form.value("work-1-1_from"), form.value("break-1-1_until")), ("09:00", "13:00"));
        let form = form.with("work-6-1_from", "10:00").with("work-6-1_until", "12:00");
        manager.submits(&form).await.expect(200).shows("Saved.");
        assert_eq!(free(app, "check-up", 6, "ada").await, 4);

        let form = form_of(&manager, &path).await;
        let form = form.with("work-6-2_from", "11:00").with("work-6-2_until", "15:00");
        let form = form.with("break-5-1_from", "18:00").with("break-5-1_until", "19:00");
        let form = form.with("work-7-1_from", "15:00").with("work-7-1_until", "09:00");
        let page = manager.submits_once(&form).await.expect(422).shows("The end must be later than the start.");
        let form = page.form("/hours").with("work-7-1_from", "").with("work-7-1_until", "");
        let page = manager.submits_once(&form).await.expect(422);
        let page = page.shows("These hours overlap others of the same day").shows("outside the working hours");
        assert_eq!(page.form("/hours").value("work-6-2_until"), "15:00", "typed hours are lost");

        // Copying saves nothing, and needs no script.
        let rows = app.count("SELECT count(*) FROM weekly_hours");
        let form = form_of(&manager, &path).await.with("work-1-1_from", "07:00").with("copy", "monday");
        let page = manager.submits_once(&form).await.expect(200);
        assert_eq!(page.form("/hours").value("work-5-1_from"), "07:00");
        assert_eq!(app.count("SELECT count(*) FROM weekly_hours"), rows);

        // An empty week goes away.
        let mut form = form_of(&manager, &path).await;
        for (name, value) in &mut form.fields {
            if name.starts_with("work-") || name.starts_with("break-") {
                value.clear();
            }
        }
        manager.submits(&form).await.expect(200);
        assert_eq!(app.count("SELECT count(*) FROM weekly_hours WHERE provider_id = 3001"), 0);
        manager.opens("/staff/catalog").await.expect(200).shows("Ada Alvarez has no working hours.");
    });
}

#[test]
fn a_new_period_ends_the_one_before() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        let path = format!("{}/hours", page_of("providers", BEN));
        let form = manager.opens(&format!("{path}?week=new")).await.expect(200).form("/hours");
        assert_eq!(form.value("work-1-1_from"), "09:00", "a new period begins as a copy");
        let form = form.with("valid_from", "2026-06-08").with("work-1-1_from", "11:00");
        manager.submits_once(&form).await.expect(422).shows("Overlaps 9:00 AM – 5:00 PM (period: Always).");
        manager.submits(&form.with("ends_earlier", "on")).await.expect(200).shows("Saved.");
        assert_eq!(
            app.count("SELECT count(*) FROM weekly_hours WHERE provider_id = 3002 AND valid_until = '2026-06-07'"),
            10
        );
        let first =
            |page: Page| page.json()["days"].as_object().unwrap().values().next().unwrap()[0]["start"].to_string();
        let asked = |day| format!("/api/v1/availability?service=check-up&provider=ben&from={day}&to={day}");
        let visitor = app.visitor();
        assert!(first(visitor.opens(&asked("2026-06-05")).await.expect(200)).contains("T09:00"));
        assert!(first(visitor.opens(&asked("2026-06-08")).await.expect(200)).contains("T11:00"));
    });
}

#[test]
fn nobody_works_in_two_places_at_once() {
    on_both(async |app| {
        let details = LocationDetails {
            name: Label::parse("Downtown").unwrap(),
            zone: chrono_tz::Tz::America__Los_Angeles,
            street: Default::default(),
            postal_code: Default::default(),
            city: Default::default(),
            region: Default::default(),
            country: Default::default(),
            phone: None,
            email: None,
            directions: Default::default(),
            position: 2,
            policy: Default::default(),
        };
        let db = &app.app.db;
        let second =
            db.write(app.now(), move |tx| catalog::edit_location(tx, MANAGER, Edit::New, &details)).await.unwrap();
        assert_eq!(app.count("SELECT count(*) FROM locations WHERE slug = 'downtown-2'"), 1);
        let row = |from: i32, until: i32| WeekRow {
            kind: HoursKind::Work,
            weekday: chrono::Weekday::Mon,
            minutes: MinuteSpan::new(from * 60, until * 60).unwrap(),
        };
        let edit = |rows: Vec<WeekRow>| catalog::WeekEdit {
            provider: ProviderId::new(ADA),
            location: second,
            seen: version(app, "providers", ADA),
            replaces: None,
            validity: Validity::default(),
            earlier: catalog::Earlier::Keep,
            rows,
        };
        let clash = edit(vec![row(6, 8), row(16, 20)]);
        let refused = db.write(app.now(), move |tx| catalog::edit_hours(tx, MANAGER, &clash)).await;
        let Err(Bad::Refused(WeekRefused::Clashes(clashes))) = refused else { panic!("{refused:?}") };
        let there = Place::Elsewhere(LocationId::new(LOCATION));
        assert!(matches!(clashes[..], [(1, Clash::Hours { place, .. })] if place == there), "{clashes:?}");
        let fine = edit(vec![row(6, 8), row(17, 20)]);
        let again = fine.clone();
        db.write(app.now(), move |tx| catalog::edit_hours(tx, MANAGER, &fine)).await.unwrap();
        let refused = db.write(app.now(), move |tx| catalog::edit_hours(tx, MANAGER, &again)).await;
        assert!(matches!(refused, Err(Bad::Refused(WeekRefused::Edit(EditRefused::Changed)))));
    });
}

#[test]
fn days_off_close_the_calendar_once_they_are_approved() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        let path = format!("{}/days", page_of("providers", ADA));
        let usual = free(app, "check-up", 3, "ada").await;
        let form = page_of_form(&manager, &path, "/time-off").await;
        let form = form.with("first_day", "2026-06-03").with("status", "requested").with("reason", "Dentist herself");
        let page = manager.submits(&form).await.expect(200).shows("Requested").shows("Dentist herself");
        assert_eq!(free(app, "check-up", 3, "ada").await, usual, "a request closes nothing");
        app.books_by_api("cleaning", june(3, 9, 0), "ana@client.example").await.expect(201);
        app.tick().await;
        let asked = manager.submits_once(&page.form("/decide").with("status", "approved")).await.expect(422);
        manager.submits(&asked.form_with("clashes")).await.expect(200).shows("Approved");
        assert_eq!(free(app, "check-up", 3, "ada").await, 0);
        manager.submits(&page_of_form(&manager, &path, "/remove").await).await.expect(200).shows("Deleted.");
        assert!(free(app, "check-up", 3, "ada").await > 0);

        let form = page_of_form(&manager, &path, "/time-off").await.with("first_day", "2026-06-05");
        for (name, value, says) in
            [("last_day", "2026-06-04", "must not be before the first"), ("part_from", "10:00", "Please fill this in")]
        {
            manager.submits_once(&form.clone().with(name, value)).await.expect(422).shows(says).shows("2026-06-05");
        }
        let several = form.with("last_day", "2026-06-06").with("part_from", "10:00").with("part_until", "11:00");
        manager.submits_once(&several).await.expect(422).shows("single day only");

        // Other hours on a date replace the week; "not there" cannot stand beside them.
        let form = page_of_form(&manager, &path, "/exceptions").await.with("day", "2026-06-06");
        let form = form.with("hours_from", "10:00").with("hours_until", "12:00");
        manager.submits(&form).await.expect(200).shows("Added.");
        assert_eq!(free(app, "check-up", 6, "ada").await, 4);
        let not_there = form.with("hours_from", "").with("hours_until", "");
        manager.submits_once(&not_there).await.expect(422).shows("already has hours");
    });
}

#[test]
fn closed_days_close_and_say_what_is_booked() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        app.books_by_api("check-up", june(4, 9, 0), "ana@client.example").await.expect(201);
        app.tick().await;
        let form = form_of(&manager, "/staff/catalog/closures/new").await;
        let form = form.with("name", "Moving").with("first_day", "2026-06-04").with("last_day", "2026-06-05");
        let asked = manager.submits_once(&form).await.expect(422).shows("Ana Lima");
        let page = manager.submits(&asked.form_with("clashes")).await.expect(200).shows("One booking no longer fits");
        assert_eq!((free(app, "check-up", 4, "ada").await, free(app, "check-up", 5, "ben").await), (0, 0));
        let path = page.link("/staff/catalog/closures/0");

        let (mine, other) = (form_of(&manager, &path).await, form_of(&manager, &path).await);
        manager.submits(&other.with("last_day", "2026-06-04")).await.expect(200);
        assert!(free(app, "check-up", 5, "ben").await > 0);
        let page = manager.submits_once(&mine.with("name", "Still moving")).await.expect(409);
        let page = page.shows("Still moving").shows("Meanwhile changed to “2026-06-04”");
        manager.submits(&page.form(&path)).await.expect(200);
        manager.submits(&page_of_form(&manager, &path, "/remove").await).await.expect(200).shows("Deleted.");
        assert!(free(app, "check-up", 5, "ben").await > 0);

        let details = ClosureDetails {
            location: None,
            first_day: june(2, 0, 0).date_naive(),
            last_day: june(1, 0, 0).date_naive(),
            name: Label::parse("Backwards").unwrap(),
        };
        let edit = ClosureEdit::New;
        let refused = app.app.db.write(app.now(), move |tx| catalog::edit_closure(tx, MANAGER, &edit, &details)).await;
        assert!(matches!(refused, Err(Bad::Refused(catalog::ClosureRefused::DaysReversed))));
    });
}

#[test]
fn the_clinic_keeps_its_currency_once_it_has_bookings() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        let path = "/staff/catalog/clinic";
        manager.submits(&form_of(&manager, path).await.with("currency", "EUR")).await.expect(200).shows("Saved.");
        manager.submits_once(&form_of(&manager, path).await.with("currency", "JPY")).await.expect(422);
        app.books_by_api("check-up", june(2, 9, 0), "ana@client.example").await.expect(201);
        app.tick().await;
        let form = form_of(&manager, path).await.with("currency", "USD").with("tagline", "Typed");
        manager.submits_once(&form).await.expect(422).shows("so the currency stays").shows("Typed");
        let form = form_of(&manager, path).await.with("name", "Zahn & Co").with("accent_color", "#7C3AED");
        manager.submits(&form.with("cancel_notice", "2").with("cancel_notice_unit", "days")).await.expect(200);
        assert_eq!(
            app.count("SELECT CAST(cancel_notice_minutes AS BIGINT) FROM clinic WHERE accent_color = '#7c3aed'"),
            2_880
        );
    });
}

#[test]
fn terms_of_archived_things_stay() {
    on_both(async |app| {
        let db = &app.app.db;
        let (ada, service) = (ProviderId::new(ADA), ServiceId::new(CHECKUP));
        db.write(app.now(), move |tx| catalog::archive(tx, MANAGER, Thing::Provider(ada), 1)).await.unwrap();
        let own = OwnTerms { price_minor: Some(1), duration_minutes: Some(45) };
        let wanted = [Term { service, provider: ProviderId::new(BEN), own }];
        let seen = version(app, "services", CHECKUP);
        let of = TermsOf::Service(service);
        db.write(app.now(), move |tx| catalog::edit_terms(tx, MANAGER, of, seen, &wanted)).await.unwrap();
        assert_eq!(app.count("SELECT count(*) FROM service_providers WHERE service_id = 4001"), 2);
        assert_eq!(
            app.count("SELECT CAST(duration_minutes AS BIGINT) FROM service_providers WHERE price_minor = 1"),
            45
        );
    });
}
