//! A visit on its day: one click a status, times kept, a click taken back, completing, and the next visit.

use chrono::TimeDelta;

use crate::support::app::{TestApp, on_both};
use crate::support::shop::{self, june};
use crate::support::visitor::{Page, Visitor};

/// The page of Ana's booking, an hour before it begins.
async fn booked(app: &TestApp) -> String {
    app.books_by_api("check-up", june(1, 10, 0), "ana@client.example").await.expect(201);
    app.tick().await;
    let id = app.count("SELECT max(id) FROM bookings");
    format!("/staff/bookings/{}", rebook::domain::ids::encode(id))
}

fn status(app: &TestApp, status: &str) -> i64 {
    app.count(&format!("SELECT count(*) FROM bookings WHERE status = '{status}'"))
}

async fn click(desk: &Visitor, at: &str, what: &str) -> Page {
    let page = desk.opens(at).await.expect(200);
    desk.submits(&page.form(what)).await.expect(200)
}

#[test]
fn every_click_keeps_its_time_and_is_taken_back_within_a_minute() {
    on_both(async |app| {
        let at = booked(app).await;
        app.advance(TimeDelta::minutes(130));
        let desk = app.staff("desk").await;
        for (what, becomes, column) in [
            ("/arrive", "arrived", "arrived_at"),
            ("/start", "in_progress", "started_at"),
            ("/no-show", "no_show", "missed_at"),
        ] {
            let page = click(&desk, &at, what).await;
            assert_eq!(status(app, becomes), 1, "{what}");
            assert_eq!(app.count(&format!("SELECT count(*) FROM bookings WHERE {column} IS NOT NULL")), 1);
            app.advance(TimeDelta::seconds(59));
            desk.submits(&page.form("/undo")).await.expect(200).shows("Taken back");
            assert_eq!(status(app, "booked"), 1, "{what} was taken back");
            assert_eq!(app.count(&format!("SELECT count(*) FROM bookings WHERE {column} IS NULL")), 1);
            let late = click(&desk, &at, what).await;
            app.advance(TimeDelta::seconds(61));
            desk.submits_once(&late.form("/undo").with("version", "")).await.expect(409).shows("within 60 seconds");
            assert!(desk.opens(&at).await.forms().iter().all(|form| !form.action.ends_with("/undo")));
            app.database.run(&format!("UPDATE bookings SET status = 'booked', {column} = NULL"));
        }
        app.tick().await;
    });
}

#[test]
fn an_undo_of_somebody_elses_change_is_refused() {
    on_both(async |app| {
        let at = booked(app).await;
        let desk = app.staff("desk").await;
        let page = click(&desk, &at, "/arrive").await;
        desk.submits_once(&page.form("/undo").with("version", "999")).await.expect(409).shows("Somebody else");
        let undo = page.form("/undo").with("version", "");
        desk.submits_once(&undo).await.expect(303);
        desk.submits_once(&undo).await.expect(409).shows("nothing to take back");
        let ada = app.staff("ada").await;
        let provider = app.count("SELECT provider_id FROM appointments");
        let expected = if provider == shop::ADA { 200 } else { 404 };
        ada.opens(&at).await.expect(expected);
        app.tick().await;
    });
}

#[test]
fn a_cancellation_is_taken_back_while_the_place_is_free() {
    on_both(async |app| {
        let at = booked(app).await;
        let desk = app.staff("desk").await;
        let page = click(&desk, &at, "/cancel").await;
        assert_eq!(app.count("SELECT count(*) FROM occupations"), 0);
        desk.submits(&page.form("/undo")).await.expect(200).shows("Taken back");
        assert_eq!((status(app, "booked"), app.count("SELECT count(*) FROM occupations")), (1, 2));
        assert_eq!(app.count("SELECT count(*) FROM seats"), 1);

        let page = click(&desk, &at, "/cancel").await;
        for person in ["bo", "cy"] {
            app.books_by_api("check-up", june(1, 10, 0), &format!("{person}@client.example")).await.expect(201);
        }
        desk.submits_once(&page.form("/undo")).await.expect(409).shows("taken meanwhile").shows("Ana Lima");
        assert_eq!(status(app, "cancelled"), 1);
        app.tick().await;
    });
}

#[test]
fn one_click_completes_and_takes_the_payment() {
    on_both(async |app| {
        let at = booked(app).await;
        app.advance(TimeDelta::minutes(150));
        let desk = app.staff("desk").await;
        let page = click(&desk, &at, "/complete").await.shows("the price was charged").shows("Next visit of Ana");
        assert_eq!(ledger(app), (1, 9_500, 9_500));
        desk.submits(&page.form("/undo")).await.expect(200).shows("Taken back");
        assert_eq!(app.count("SELECT count(*) FROM ledger_entries WHERE reverses_id IS NOT NULL"), 2);
        assert_eq!(app.count("SELECT count(*) FROM bookings WHERE completed_at IS NULL"), 1);
        desk.opens(&at).await.expect(200).shows("Taken back").shows("Settled");
        click(&desk, &at, "/complete").await;
        desk.opens(&format!("{at}/complete")).await.expect(200);
        app.tick().await;
    });
}

/// Charges that stand, their sum, and the sum of payments that stand.
fn ledger(app: &TestApp) -> (i64, i64, i64) {
    let sum = |kind: &str, what: &str| {
        app.count(&format!(
            "SELECT CAST(coalesce(sum(CASE WHEN reverses_id IS NULL THEN {what} ELSE -({what}) END), 0) AS BIGINT)
               FROM ledger_entries WHERE kind = '{kind}'"
        ))
    };
    (sum("charge", "1"), sum("charge", "amount_minor"), sum("payment", "amount_minor"))
}

#[test]
fn extras_discount_and_tax_are_computed_by_the_server() {
    on_both(async |app| {
        let at = booked(app).await;
        app.advance(TimeDelta::minutes(150));
        let desk = app.staff("desk").await;
        let form = desk.opens(&format!("{at}/complete")).await.expect(200).form("/complete");
        let before = app.rows();
        for (field, value, says) in [
            ("price", "-5", "such as 95.50"),
            ("price", "", "such as 95.50"),
            ("price", "1e9", "such as 95.50"),
            ("price", "99999999.99", "such as 95.50"),
            ("amount1", "12", "fill this in"),
            ("discount", "1000", "larger than the price"),
            ("discount", "5", "why there is a discount"),
            ("paid", "96", "at most what it costs"),
            ("paid", "0", "at most what it costs"),
            ("method", "gold", "how it is paid"),
        ] {
            let sent = form.clone().with("item2", "Typed by hand").with("amount2", "0").with(field, value);
            let sent = if field == "discount" && value == "1000" { sent.with("discount_reason", "x") } else { sent };
            let page = desk.submits_once(&sent).await.expect(422).shows(says);
            assert!(page.text.contains("Typed by hand"), "{field} = {value}");
        }
        assert_eq!(app.rows(), before, "a refused completion left a trace");
        let form = form.with("item1", "Floss").with("amount1", "11,00").with("tax1", "1000");
        let form = form.with("discount", "10").with("discount_unit", "percent").with("discount_reason", "Student");
        desk.submits(&form.with("paid", "50").with("method", "cash")).await.expect(200);
        assert_eq!(ledger(app), (2, 9_540, 5_000));
        assert_eq!(app.count("SELECT tax_minor FROM ledger_entries WHERE item = 'Floss'"), 90);
        desk.opens(&at).await.expect(200).shows("$45.40").shows("Still to pay").shows("Student");
        app.tick().await;
    });
}

#[test]
fn completing_twice_charges_once() {
    on_both(async |app| {
        let at = booked(app).await;
        app.advance(TimeDelta::minutes(150));
        let desk = app.staff("desk").await;
        let form = desk.opens(&at).await.form("/complete").with("version", "");
        let (one, other) = tokio::join!(desk.submits_once(&form), desk.submits_once(&form));
        let mut answers = [one.status.as_u16(), other.status.as_u16()];
        answers.sort_unstable();
        assert_eq!(answers, [303, 409]);
        assert_eq!(ledger(app), (1, 9_500, 9_500));
        app.tick().await;
    });
}

#[test]
fn the_next_visit_is_booked_with_one_click_and_mailed_once() {
    on_both(async |app| {
        app.database.run("UPDATE services SET recall_interval = '2m' WHERE id = 4001");
        let at = booked(app).await;
        app.advance(TimeDelta::minutes(150));
        let desk = app.staff("desk").await;
        let page = click(&desk, &at, "/complete").await.shows("2 months after this visit").shows("August 1, 2026");
        let times: Vec<_> = page.forms().into_iter().filter(|form| form.action.ends_with("/next")).collect();
        assert_eq!(times.len(), 4, "three times and not now");
        app.tick().await;
        let before = app.mails_to("ana@client.example").await.len();
        let first = desk.submits_once(&times[0]).await.expect(303);
        let again = desk.submits_once(&times[0]).await.expect(303);
        assert_eq!(first.header("location"), again.header("location"));
        app.tick().await;
        assert_eq!(app.count("SELECT count(*) FROM bookings"), 2);
        assert_eq!(app.mails_to("ana@client.example").await.len(), before + 1);
        desk.opens(&format!("{at}/next")).await.expect(200).shows("The next visit is booked");
        let nonsense = times[1].clone().with("start", "soon");
        desk.submits_once(&nonsense).await.expect(422).shows("choose one of the times");
    });
}

#[test]
fn not_now_is_kept_with_its_reason() {
    on_both(async |app| {
        let at = booked(app).await;
        app.advance(TimeDelta::minutes(150));
        let desk = app.staff("desk").await;
        let page = click(&desk, &at, "/complete").await;
        let form = page.form_with("reason").with("reason", "will_call");
        desk.submits(&form).await.expect(200).shows("Will call or book online");
        let kept = "SELECT count(*) FROM booking_events WHERE kind = 'not_rebooked' AND reason = 'will_call'";
        assert_eq!(app.count(kept), 1);
        app.tick().await;
    });
}

#[test]
fn running_late_is_said() {
    on_both(async |app| {
        let at = booked(app).await;
        app.advance(TimeDelta::minutes(135));
        let desk = app.staff("desk").await;
        desk.opens(&at).await.expect(200).shows("Not here yet, 15 min late");
        click(&desk, &at, "/arrive").await;
        app.advance(TimeDelta::minutes(12));
        desk.opens(&at).await.expect(200).shows("Waiting 12 min").shows("is running 27 min behind");
        click(&desk, &at, "/start").await.shows("Started 27 min late");
        app.tick().await;
    });
}

#[test]
fn a_provider_completes_the_own_visit_and_touches_no_account() {
    on_both(async |app| {
        app.database.run("DELETE FROM service_providers WHERE provider_id = 3002");
        let at = booked(app).await;
        app.advance(TimeDelta::minutes(150));
        let ada = app.staff("ada").await;
        let page = click(&ada, &at, "/complete").await.shows("the price was charged");
        assert!(page.links().iter().all(|link| !link.ends_with("/money")));
        assert_eq!(ledger(app), (1, 9_500, 9_500));
        let client = app.count("SELECT max(client_id) FROM bookings");
        ada.opens(&format!("/staff/clients/{}/money", rebook::domain::ids::encode(client))).await.expect(403);
        ada.opens(&format!("{at}/next")).await.expect(403);
        app.tick().await;
    });
}
