//! Money: payments, refunds, receipts, a day's closing, the export, and prices from a day on.

use chrono::TimeDelta;

use crate::support::app::{TestApp, on_both};
use crate::support::shop::{self, june};
use crate::support::visitor::Visitor;

/// Completes Ana's check-up without a payment; answers who did it, the booking's page and the account's.
async fn completed(app: &TestApp) -> (Visitor, String, String) {
    let (booking, client) = booked(app, june(1, 10, 0), "ana").await;
    app.advance(TimeDelta::minutes(150));
    let desk = app.staff("desk").await;
    let forms = desk.opens(&booking).await.expect(200).forms();
    let plain = |form: &&crate::support::visitor::Form| {
        form.action.ends_with("/complete") && form.fields.iter().all(|(name, _)| name != "method")
    };
    let form = forms.iter().find(plain).unwrap();
    desk.submits(form).await.expect(200);
    app.tick().await;
    (desk, booking, client)
}

async fn booked(app: &TestApp, at: chrono::DateTime<chrono::Utc>, name: &str) -> (String, String) {
    app.books_by_api("check-up", at, &format!("{name}@client.example")).await.expect(201);
    app.tick().await;
    let id = |column: &str| rebook::domain::ids::encode(app.count(&format!("SELECT max({column}) FROM bookings")));
    (format!("/staff/bookings/{}", id("id")), format!("/staff/clients/{}/money", id("client_id")))
}

fn count(app: &TestApp, kind: &str) -> i64 {
    app.count(&format!("SELECT count(*) FROM ledger_entries WHERE kind = '{kind}'"))
}

#[test]
fn a_payment_is_taken_once() {
    on_both(async |app| {
        let (desk, booking, _) = completed(app).await;
        let page = desk.opens(&booking).await.expect(200).shows("Still to pay");
        let form = page.form("/payment");
        desk.submits(&form).await.expect(200).shows("The payment was recorded");
        desk.submits_once(&form).await.expect(303);
        assert_eq!(count(app, "payment"), 1);
        desk.opens(&booking).await.shows("Settled");
    });
}

#[test]
fn no_more_is_given_back_than_was_paid_however_fast() {
    on_both(async |app| {
        let (desk, booking, account) = completed(app).await;
        desk.submits(&desk.opens(&booking).await.form("/payment")).await.expect(200);
        let account = format!("{account}?booking={}", booking.rsplit('/').next().unwrap());
        let form = desk.opens(&account).await.expect(200).form("/refund").with("amount", "60");
        for (amount, says) in [
            ("95.01", "At most $95.00"),
            ("-1", "such as 95.50"),
            ("0", "such as 95.50"),
            ("", "such as 95.50"),
            ("1,2,3", "such as 95.50"),
            ("99999999999", "such as 95.50"),
        ] {
            let sent = form.clone().with("amount", amount).with("note", "Typed by hand");
            desk.submits_once(&sent).await.expect(422).shows(says).shows("Typed by hand");
        }
        let (one, two) = (form.clone().with("once", "one"), form.with("once", "two"));
        let (first, second) = tokio::join!(desk.submits_once(&one), desk.submits_once(&two));
        let mut answers = [first.status.as_u16(), second.status.as_u16()];
        answers.sort_unstable();
        assert_eq!((answers, count(app, "refund")), ([303, 422], 1));
        desk.opens(&booking).await.shows("$60.00");
    });
}

#[test]
fn roles_decide_what_is_done_with_money() {
    on_both(async |app| {
        let (desk, _, account) = completed(app).await;
        let page = desk.opens(&account).await.expect(200);
        assert!(page.forms().iter().all(|form| !form.action.ends_with("/write-off")));
        let manager = app.staff("manager").await;
        let form = manager.opens(&account).await.expect(200).form("/write-off");
        manager.submits_once(&form.clone().with("note", "")).await.expect(422).shows("Please fill this in");
        let too_much = form.clone().with("note", "Gone away").with("amount", "95.01");
        manager.submits_once(&too_much).await.expect(422).shows("At most $95.00");
        let page = manager.submits(&form.with("note", "Gone away")).await.expect(200).shows("Settled");
        let back = page.form("/reverse");
        manager.submits(&back).await.expect(200).shows("Still to pay").shows("Taken back");
        manager.submits_once(&back).await.expect(409).shows("already taken back");
        manager.opens("/staff/money/export").await.expect(200);
        desk.opens("/staff/money/export").await.expect(403);
    });
}

#[test]
fn receipts_run_without_a_gap_and_stay_as_they_were() {
    on_both(async |app| {
        let (desk, booking, _) = completed(app).await;
        let make = desk.opens(&booking).await.form("/receipt");
        let first = desk.submits(&make).await.expect(200).shows("Receipt no. 1").shows("Ana Lima").shows("Test Dental");
        let again = desk.submits(&make).await.expect(200);
        assert_eq!(first.path, again.path, "the same one for as long as nothing changed");
        desk.submits(&desk.opens(&booking).await.form("/payment")).await.expect(200);
        // Four presses at once on a receipt that says something new: one number.
        let (a, b, c, d) = tokio::join!(
            desk.submits_once(&make),
            desk.submits_once(&make),
            desk.submits_once(&make),
            desk.submits_once(&make)
        );
        for page in [a, b, c, d] {
            assert_eq!(page.status.as_u16(), 303);
        }
        assert_eq!(app.count("SELECT count(*) FROM receipts"), 2);
        assert_eq!(app.count("SELECT max(number) FROM receipts"), 2);
        desk.opens("/staff/receipts").await.expect(200).shows("Ana Lima").shows("$95.00");
        desk.opens("/staff/receipts?number=1").await.expect(200).shows("Ana Lima");
        desk.opens("/staff/receipts?number=x").await.expect(200).shows("number of a receipt");
        assert_eq!(app.count("SELECT count(*) FROM receipts WHERE lines LIKE '%Lima%'"), 0, "no name is kept");
    });
}

#[test]
fn a_day_is_closed_once_and_what_comes_later_is_said() {
    on_both(async |app| {
        let (desk, booking, account) = completed(app).await;
        let cash = desk.opens(&account).await.form("/payment").with("method", "cash").with("amount", "50");
        desk.submits(&cash).await.expect(200);
        let page = desk.opens("/staff/money/day").await.expect(200).shows("Payment: Cash").shows("$50.00");
        let close = page.form_with("counted");
        desk.submits_once(&close.clone().with("counted", "fifty")).await.expect(422).shows("such as 95.50");
        desk.submits_once(&close.clone().with("day", "2027-01-01")).await.expect(422).shows("has not begun");
        let close = close.with("counted", "48").with("note", "Two missing");
        desk.submits(&close).await.expect(200).shows("Counted and expected differ").shows("Two missing");
        desk.submits_once(&close).await.expect(409).shows("already closed");
        app.advance(TimeDelta::minutes(1));
        desk.submits(&desk.opens(&booking).await.form("/payment")).await.expect(200);
        desk.opens("/staff/money/day").await.shows("After closing").shows("One line was recorded");
        assert_eq!(app.count("SELECT expected_cash_minor FROM day_closings"), 5_000);
    });
}

#[test]
fn no_cell_of_the_export_is_a_formula() {
    on_both(async |app| {
        let (desk, _, account) = completed(app).await;
        let form = desk.opens(&account).await.form("/payment").with("note", "=HYPERLINK(\"evil\")");
        desk.submits(&form).await.expect(200);
        let manager = app.staff("manager").await;
        let file = manager.opens("/staff/money/export?from=2026-06-01&to=2026-06-01").await.expect(200);
        assert!(file.header("content-type").starts_with("text/csv"));
        assert!(file.text.contains("\"'=HYPERLINK(\"\"evil\"\")\""), "{}", file.text);
        assert!(file.text.contains(",95.00,"), "{}", file.text);
        assert_eq!(file.text.lines().count(), 3);
    });
}

#[test]
fn a_price_holds_from_its_day_on_and_what_is_booked_keeps_its_own() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        let at = format!("/staff/catalog/services/{}/prices", rebook::domain::ids::encode(shop::CHECKUP));
        booked(app, june(9, 10, 0), "early").await;
        let form = manager.opens(&at).await.expect(200).form_with("price");
        for (field, value) in
            [("valid_from", "2026-06-01"), ("valid_from", ""), ("price", "-1"), ("price", ""), ("tax", "101")]
        {
            let sent = form.clone().with("valid_from", "2026-06-08").with("price", "100").with(field, value);
            manager.submits_once(&sent).await.expect(422);
        }
        let form = form.with("valid_from", "2026-06-08").with("price", "100").with("tax", "7.7");
        manager.submits(&form).await.expect(200).shows("$100.00").shows("7.7 %");
        booked(app, june(5, 10, 0), "before").await;
        booked(app, june(8, 10, 0), "after").await;
        let priced = |minor: i64, rate: i64| {
            let query = "SELECT count(*) FROM bookings WHERE price_minor = ";
            app.count(&format!("{query}{minor} AND tax_basis_points = {rate}"))
        };
        assert_eq!((priced(9_500, 0), priced(10_000, 770)), (2, 1));
        manager.submits(&manager.opens(&at).await.form("/remove")).await.expect(200);
        assert_eq!(app.count("SELECT count(*) FROM service_prices"), 0);
    });
}

#[test]
fn a_stranger_account_is_not_found() {
    on_both(async |app| {
        let (desk, _, account) = completed(app).await;
        let form = desk.opens(&account).await.form("/payment").with("amount", "5");
        let nobody = rebook::domain::ids::encode(8_999);
        desk.submits_once(&form.with("booking", &nobody)).await.expect(404);
        desk.opens(&format!("/staff/clients/{nobody}/money")).await.expect(404);
        desk.opens("/staff/clients/nonsense/money").await.expect(404);
    });
}
