//! The log of what happened.

use chrono::TimeDelta;

use crate::support::app::on_both;
use crate::support::shop;

#[test]
fn the_log_says_who_did_what_and_from_where() {
    on_both(async |app| {
        let desk = app.staff("desk").await;
        let form = desk.opens("/staff/me").await.form("/staff/me/password");
        let form =
            form.with("old", shop::PASSWORD).with("password", "another good one").with("again", "another good one");
        desk.submits_once(&form).await.expect(303);
        let owner = app.staff("owner").await;
        let page = owner.opens("/owner/audit").await.expect(200);
        let page = page.shows("Password changed").shows("127.0.0.1").shows(">desk<");
        assert!(!page.text.contains("desk@clinic.example"), "no mail address in the log");
        app.staff("manager").await.opens("/owner/audit").await.expect(403);
    });
}

#[test]
fn the_log_is_filtered_by_kind_person_and_day() {
    on_both(async |app| {
        let owner = app.staff("owner").await;
        app.staff("desk").await;
        let only = owner.opens("/owner/audit?kind=signed_out").await.expect(200);
        only.shows("Nothing happened that fits");
        let desk = app.count("SELECT id FROM staff_users WHERE email = 'desk@clinic.example'");
        let desk = rebook::domain::ids::encode(desk);
        let page = owner.opens(&format!("/owner/audit?person={desk}&kind=signed_in")).await.expect(200);
        assert_eq!(page.text.matches("<td data-label=\"Who\">desk</td>").count(), 1);
        let today = app.now().format("%Y-%m-%d");
        owner.opens(&format!("/owner/audit?from={today}&until={today}")).await.expect(200).shows("Signed in");
        let later = (app.now() + TimeDelta::days(40)).format("%Y-%m-%d");
        owner.opens(&format!("/owner/audit?from={later}")).await.expect(200).shows("Nothing happened");
        owner.opens("/owner/audit?from=yesterday").await.expect(422).shows("such as 2026-12-01");
        for nonsense in ["page=-1", "page=99999999999999999999", "kind='%20OR%201=1", "person=x"] {
            owner.opens(&format!("/owner/audit?{nonsense}")).await.expect(200);
        }
    });
}

#[test]
fn the_file_holds_no_formulas() {
    on_both(async |app| {
        app.database.run("UPDATE staff_users SET name = '=HYPERLINK(1)' WHERE email = 'desk@clinic.example'");
        app.staff("desk").await;
        let owner = app.staff("owner").await;
        let file = owner.opens("/owner/audit/export").await.expect(200);
        assert!(file.header("content-type").starts_with("text/csv"));
        assert!(file.text.contains("'=HYPERLINK(1)") && !file.text.contains(",=HYPERLINK"), "{}", file.text);
    });
}
