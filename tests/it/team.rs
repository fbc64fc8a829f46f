//! The team: details, sessions, and the table of rights.

use std::collections::BTreeSet;

use rebook::accounts::Role;
use rebook::accounts::web::{least_role, right_lines};
use rebook::routes;

use crate::support::app::{TestApp, on_both};
use crate::support::visitor::Visitor;

fn path_of(app: &TestApp, email: &str) -> String {
    let id = app.count(&format!("SELECT id FROM staff_users WHERE email = '{email}'"));
    format!("/owner/team/{}", rebook::domain::ids::encode(id))
}

async fn is_signed_in(visitor: &Visitor) -> bool {
    visitor.opens("/staff/me").await.path.ends_with("/staff/me")
}

#[test]
fn every_staff_address_is_in_one_line_of_the_rights_and_the_ticks_are_those_of_the_matrix() {
    let lines = right_lines();
    let mut seen = BTreeSet::new();
    for line in &lines {
        for address in &line.addresses {
            assert!(seen.insert(address.clone()), "{address} stands in two lines");
        }
    }
    for line in routes::table() {
        let address = format!("{} {}", line.method, line.path);
        let Some(least) = least_role(line.who) else {
            assert!(!seen.contains(&address), "{address} is for others");
            continue;
        };
        let found: Vec<_> = lines.iter().filter(|known| known.addresses.contains(&address)).collect();
        assert_eq!(found.len(), 1, "{address}");
        assert_eq!(found[0].least, least, "{address}");
    }
    let rights: BTreeSet<_> = lines.iter().map(|line| line.right).collect();
    assert_eq!(rights.len(), lines.len(), "one right means one line, or its words would not say for whom");
}

#[test]
fn the_shown_table_says_what_the_lines_say() {
    on_both(async |app| {
        let page = app.staff("owner").await.opens("/owner/team/rights").await.expect(200);
        let row = regex::Regex::new(r#"(?s)<tr>\s*<th scope="row">.*?</tr>"#).unwrap();
        let rows: Vec<_> =
            row.find_iter(&page.text).map(|row| row.as_str().matches(r#"class="tick""#).count()).collect();
        let expected: Vec<_> =
            right_lines().iter().map(|line| Role::ALL.iter().filter(|role| **role <= line.least).count()).collect();
        assert_eq!(rows, expected);
        app.staff("manager").await.opens("/owner/team/rights").await.expect(403);
    });
}

#[test]
fn sessions_are_listed_and_ended_one_by_one() {
    on_both(async |app| {
        let (here, there, third) = (app.staff("desk").await, app.staff("desk").await, app.staff("desk").await);
        let page = here.opens("/staff/me/sessions").await.expect(200).shows("This one").shows("127.0.0.1");
        let ends: Vec<_> = page.forms().into_iter().filter(|form| form.action.ends_with("/end")).collect();
        assert_eq!(ends.len(), 2);
        here.submits(&ends[0]).await.expect(200).shows("was ended");
        let left = [is_signed_in(&there).await, is_signed_in(&third).await];
        assert_eq!(left.iter().filter(|left| **left).count(), 1);
        // Somebody else's session is not his to end.
        let other = app.staff("manager").await;
        let foreign = other.opens("/staff/me").await.form("/staff/me/language");
        let forged = crate::support::visitor::Form { action: ends[1].action.clone(), ..foreign };
        other.submits_once(&forged).await.expect(303);
        assert!(is_signed_in(&there).await || is_signed_in(&third).await);
        let others = here.opens("/staff/me/sessions").await.form("/end-others");
        here.submits(&others).await.expect(200);
        assert!(!is_signed_in(&there).await && !is_signed_in(&third).await && is_signed_in(&here).await);
    });
}

#[test]
fn the_owner_changes_people_and_ends_their_sessions() {
    on_both(async |app| {
        let (owner, desk) = (app.staff("owner").await, app.staff("desk").await);
        let path = path_of(app, "desk@clinic.example");
        let page = owner.opens(&path).await.expect(200);
        let form = page.form_with("role");
        owner.submits_once(&form.clone().with("email", "owner@clinic.example")).await.expect(422);
        owner.submits_once(&form.clone().with("role", "provider")).await.expect(422).shows("which provider");
        owner.submits_once(&form.clone().with("role", "emperor")).await.expect(422);
        owner
            .submits(&form.clone().with("role", "manager").with("name", "Dee Desk"))
            .await
            .expect(200)
            .shows("Dee Desk");
        owner.submits_once(&form.with("name", "Late")).await.expect(409).shows("meanwhile");
        desk.opens("/staff/catalog").await.expect(200);
        assert_eq!(app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'role_changed'"), 1);
        let end = owner.opens(&path).await.form("/sessions/end");
        owner.submits(&end).await.expect(200).shows("signed out everywhere");
        assert!(!is_signed_in(&desk).await);
    });
}

#[test]
fn the_last_owner_keeps_the_role() {
    on_both(async |app| {
        let owner = app.staff("owner").await;
        let path = path_of(app, "owner@clinic.example");
        let form = owner.opens(&path).await.expect(200).form_with("role");
        owner.submits_once(&form.with("role", "manager")).await.expect(422).shows("last owner");
        assert_eq!(app.count("SELECT COUNT(*) FROM staff_users WHERE role = 'owner'"), 1);
    });
}
