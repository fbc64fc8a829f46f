//! Signing in, links, the first run, the team.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use rebook::accounts::token::SecretToken;
use rebook::accounts::{self, FirstRunRefused, NewClinic, NewUser, Role};
use rebook::db::Bad;
use rebook::domain::language::Language;
use rebook::domain::money::Currency;
use rebook::domain::recognise::{EmailAddress, PersonName};

use crate::support::app::{TestApp, on_both, on_both_with};
use crate::support::databases::{TestDatabase, kinds};
use crate::support::shop;
use crate::support::visitor::{Page, Visitor};

async fn tries(visitor: &Visitor, email: &str, password: &str) -> Page {
    let form = visitor.opens("/staff/sign-in").await.expect(200).form("/staff/sign-in");
    visitor.submits_once(&form.with("email", email).with("password", password)).await
}

/// What a page says, without what differs from one showing to the next.
fn without_token(page: &Page) -> String {
    let token = regex::Regex::new(r#"name="csrf" value="[^"]*""#).unwrap();
    let email = regex::Regex::new(r#"value="[^"]*@[^"]*""#).unwrap();
    email.replace_all(&token.replace_all(&page.text, ""), "").into_owned()
}

fn audit(app: &TestApp, action: &str) -> i64 {
    app.count(&format!("SELECT COUNT(*) FROM audit_events WHERE action = '{action}'"))
}

#[test]
fn wrong_and_unknown_get_the_same_answer() {
    on_both(async |app| {
        let visitor = app.visitor();
        let wrong = tries(&visitor, "owner@clinic.example", "not the password").await.expect(422);
        let unknown = tries(&visitor, "nobody@clinic.example", "not the password").await.expect(422);
        assert_eq!(without_token(&wrong), without_token(&unknown));
        assert_eq!(audit(app, "sign_in_failed"), 2);
        assert!(!wrong.text.contains("not the password"), "a password never travels back");
    });
}

#[test]
fn every_sign_in_has_a_session_of_its_own_and_only_its_hash_is_kept() {
    on_both(async |app| {
        let visitor = app.visitor();
        let cookie = |page: &Page| page.header("set-cookie").split(';').next().unwrap().to_owned();
        let page = tries(&visitor, "owner@clinic.example", shop::PASSWORD).await.expect(303);
        let set = page.header("set-cookie").to_owned();
        for flag in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(set.contains(flag), "{set}");
        }
        let other = tries(&app.visitor(), "owner@clinic.example", shop::PASSWORD).await.expect(303);
        assert_ne!(cookie(&page), cookie(&other));
        let token = cookie(&page).split_once('=').unwrap().1.to_owned();
        assert_eq!(app.count(&format!("SELECT COUNT(*) FROM staff_sessions WHERE token_hash = '{token}'")), 0);
        let hash = SecretToken::parse(&token).unwrap().hash();
        let kept = format!("SELECT COUNT(*) FROM staff_sessions WHERE token_hash = '{}'", hash.as_str());
        assert_eq!(app.count(&kept), 1);
    });
}

#[test]
fn on_https_the_cookie_belongs_to_the_host_alone() {
    on_both_with(&[("server.public_url", "https://book.clinic.example")], async |app| {
        let page = tries(&app.visitor(), "owner@clinic.example", shop::PASSWORD).await.expect(303);
        let set = page.header("set-cookie");
        assert!(set.starts_with("__Host-") && set.contains("Secure") && !set.contains("Domain"), "{set}");
    });
}

#[test]
fn after_many_failures_the_account_and_the_address_wait() {
    let limits = [("limits.enabled", "true"), ("limits.failed_sign_ins", "3"), ("limits.sign_ins_per_minute", "1000")];
    on_both_with(&limits, async |app| {
        let visitor = app.visitor();
        for _ in 0..3 {
            tries(&visitor, "owner@clinic.example", "not the password").await.expect(422);
        }
        tries(&visitor, "owner@clinic.example", shop::PASSWORD).await.expect(429);
        tries(&visitor, "manager@clinic.example", shop::PASSWORD).await.expect(429);
        tries(&visitor, "nobody@clinic.example", "anything at all").await.expect(429);
        app.advance(TimeDelta::minutes(16));
        tries(&visitor, "owner@clinic.example", shop::PASSWORD).await.expect(303);
        assert_eq!(
            app.count("SELECT COUNT(*) FROM login_failures"),
            0,
            "old ones are swept out, right ones taken back"
        );
    });
}

#[test]
fn many_tries_at_once_cannot_slip_past_the_limit() {
    let limits = [("limits.enabled", "true"), ("limits.failed_sign_ins", "3"), ("limits.sign_ins_per_minute", "1000")];
    on_both_with(&limits, async |app| {
        let form = app.visitor().opens("/staff/sign-in").await.form("/staff/sign-in");
        let form = form.with("email", "owner@clinic.example").with("password", "not the password");
        let tries = (0..10).map(|_| {
            let (visitor, form) = (app.visitor(), form.clone());
            tokio::spawn(async move { visitor.submits_once(&form).await.status.as_u16() })
        });
        let mut looked_at = 0;
        for one in tries.collect::<Vec<_>>() {
            looked_at += u32::from(one.await.unwrap() == 422);
        }
        assert!(looked_at <= 4, "{looked_at} passwords were looked at");
    });
}

#[test]
fn sessions_end_by_idleness_by_age_and_on_purpose() {
    let short = [("sessions.idle_minutes", "30"), ("sessions.absolute_hours", "2")];
    on_both_with(&short, async |app| {
        let idle = app.staff("owner").await;
        app.advance(TimeDelta::minutes(31));
        assert!(idle.ask(reqwest::Method::GET, "/staff/me", None, &[]).await.header("location").contains("sign-in"));

        let busy = app.staff("owner").await;
        for _ in 0..5 {
            app.advance(TimeDelta::minutes(20));
            busy.opens("/staff/me").await.expect(200).shows("owner@clinic.example");
        }
        app.advance(TimeDelta::minutes(21));
        assert!(busy.ask(reqwest::Method::GET, "/staff/me", None, &[]).await.header("location").contains("sign-in"));

        let (here, there) = (app.staff("owner").await, app.staff("owner").await);
        let form = here.opens("/staff/me").await.form("/staff/sign-out-everywhere");
        here.submits_once(&form).await.expect(303);
        assert!(there.ask(reqwest::Method::GET, "/staff/me", None, &[]).await.header("location").contains("sign-in"));
        assert_eq!(audit(app, "sessions_ended"), 1);
    });
}

#[test]
fn a_password_is_changed_only_by_whoever_knows_the_old_one() {
    on_both(async |app| {
        let (here, there) = (app.staff("desk").await, app.staff("desk").await);
        let form = here.opens("/staff/me").await.form("/staff/me/password");
        let fresh = form.with("password", "another good one").with("again", "another good one");
        here.submits_once(&fresh.clone().with("old", "guessed wrong")).await.expect(422);
        here.submits_once(&fresh.clone().with("old", shop::PASSWORD).with("again", "other")).await.expect(422);
        here.submits_once(&fresh.clone().with("old", shop::PASSWORD).with("password", "short")).await.expect(422);
        here.submits(&fresh.with("old", shop::PASSWORD)).await.expect(200).shows("Your password was changed");
        assert!(there.ask(reqwest::Method::GET, "/staff/me", None, &[]).await.header("location").contains("sign-in"));
        tries(&app.visitor(), "desk@clinic.example", shop::PASSWORD).await.expect(422);
        tries(&app.visitor(), "desk@clinic.example", "another good one").await.expect(303);
    });
}

#[test]
fn a_link_works_once_for_half_an_hour_and_not_by_looking() {
    on_both(async |app| {
        let make = || {
            let token = SecretToken::fresh();
            accounts::reset_user(&app.app.db, app.now(), "Desk@clinic.example", &token).unwrap()
        };
        let (old, path) = tokio::task::block_in_place(|| (make(), make()));
        let visitor = app.visitor();
        visitor.opens(&old).await.expect(404).shows("no longer valid");
        for _ in 0..3 {
            visitor.opens(&path).await.expect(200).shows("Hello desk");
        }
        let form = visitor.opens(&path).await.form("");
        let form = form.with("password", "quite another one").with("again", "quite another one");
        visitor.submits_once(&form).await.expect(303);
        visitor.opens("/staff/me").await.expect(200).shows("desk@clinic.example");
        app.visitor().submits_once(&form).await.expect(404);
        tries(&app.visitor(), "desk@clinic.example", "quite another one").await.expect(303);

        let late = tokio::task::block_in_place(make);
        app.advance(TimeDelta::minutes(31));
        app.visitor().opens(&late).await.expect(404);
        app.visitor().opens("/staff/link/nonsense").await.expect(404);
    });
}

#[test]
fn the_owner_runs_the_team_and_the_last_one_stays() {
    on_both(async |app| {
        let owner = app.staff("owner").await;
        let page = owner.opens("/owner/team").await.expect(200);
        let add = page.forms().into_iter().find(|form| form.action == "/owner/team").unwrap();
        let add = add.with("name", "New Person").with("email", "new@clinic.example");
        owner.submits_once(&add.clone().with("role", "provider")).await.expect(422).shows("which provider");
        owner.submits_once(&add.clone().with("role", "emperor")).await.expect(422);
        owner
            .submits_once(&add.clone().with("role", "receptionist").with("email", "DESK@clinic.example"))
            .await
            .expect(422);
        let added =
            owner.submits_once(&add.with("role", "receptionist")).await.expect(200).shows("New Person was added");
        let link = regex::Regex::new(r"/staff/link/[0-9a-f]{64}").unwrap();
        let path = link.find(&added.text).unwrap().as_str().to_owned();
        let newcomer = app.visitor();
        let form = newcomer.opens(&path).await.expect(200).form("");
        let form = form.with("password", "fresh and long").with("again", "fresh and long");
        newcomer.submits_once(&form).await.expect(303);
        newcomer.opens("/staff/me").await.expect(200).shows("new@clinic.example");

        let team = owner.opens("/owner/team").await;
        let forms: Vec<_> = team.forms().into_iter().filter(|form| form.action.ends_with("/disable")).collect();
        assert_eq!(forms.len(), 4, "nobody disables themselves by a slip");
        for form in &forms {
            owner.submits_once(form).await.expect(303);
        }
        assert!(
            newcomer.ask(reqwest::Method::GET, "/staff/me", None, &[]).await.header("location").contains("sign-in")
        );
        tries(&app.visitor(), "new@clinic.example", "fresh and long").await.expect(422);
        assert_eq!(app.count("SELECT COUNT(*) FROM staff_users WHERE disabled_at IS NULL"), 1);

        let token = forms.first().unwrap().value("csrf").to_owned();
        let own = format!("/owner/team/{}/disable", rebook::domain::ids::encode(6001));
        let body = format!("csrf={token}");
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let page = owner.ask(reqwest::Method::POST, &own, Some(body), &headers).await.expect(303);
        assert!(page.header("location").contains("last-owner"));
        owner.opens("/owner/team").await.expect(200);
    });
}

#[test]
fn nobody_names_a_role_or_a_person_in_a_form_of_his_own() {
    on_both(async |app| {
        let provider = app.staff("ada").await;
        let form = provider.opens("/staff/me").await.form("/staff/me/language");
        let form = form.with("language", "de").with("role", "owner").with("staff_user_id", "6001");
        provider.submits_once(&form).await.expect(303);
        provider.opens("/staff/me").await.expect(200).shows("Mein Konto");
        assert_eq!(app.count("SELECT COUNT(*) FROM staff_users WHERE role = 'owner'"), 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM staff_users WHERE language = 'de'"), 1);
    });
}

fn somebody(number: usize) -> NewUser {
    NewUser {
        email: EmailAddress::parse(&format!("owner{number}@clinic.example")).unwrap(),
        name: PersonName::parse("First").unwrap(),
        role: Role::Owner,
        provider: None,
        language: Language::En,
    }
}

#[test]
fn of_many_first_owners_one_wins() {
    for kind in kinds() {
        let database = TestDatabase::migrated(kind);
        let db = database.open();
        let clinic = NewClinic { name: "First".to_owned(), currency: Currency::Usd };
        let made = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|number| {
                    let (db, clinic) = (&db, clinic.clone());
                    scope.spawn(move || {
                        let user = somebody(number);
                        db.write_blocking(shop::start(), move |tx| accounts::make_owner(tx, &user, "hash", &clinic))
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        });
        let winners: BTreeSet<_> = made.iter().filter_map(|one| one.as_ref().ok()).collect();
        assert_eq!(winners.len(), 1, "on {kind:?}");
        let losers = made.iter().filter(|one| matches!(one, Err(Bad::Refused(FirstRunRefused::NotTheFirst))));
        assert_eq!(losers.count(), 7, "on {kind:?}");
    }
}

#[test]
fn the_first_run_page_makes_the_owner_and_is_gone() {
    on_both(async |app| {
        app.visitor().opens("/staff/first-run").await.expect(404);
        app.database.run("DELETE FROM staff_sessions; DELETE FROM staff_users; DELETE FROM clinic;");
        let visitor = app.visitor();
        let page = visitor.opens("/staff").await.expect(200).shows("Welcome to Rebook");
        let form = page.form("/staff/first-run").with("clinic", "Tooth & Co").with("name", "Ana");
        let form = form.with("email", "ana@clinic.example").with("password", "long enough one");
        visitor.submits_once(&form.clone().with("again", "something else")).await.expect(422).shows("Tooth &#38; Co");
        let form = form.with("again", "long enough one");
        visitor.submits_once(&form).await.expect(303);
        visitor.opens("/staff").await.expect(200).shows("Tooth &#38; Co");
        app.visitor().submits_once(&form).await.expect(404);
        assert_eq!(app.count("SELECT COUNT(*) FROM staff_users"), 1);
    });
}
