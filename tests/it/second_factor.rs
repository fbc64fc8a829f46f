//! The second factor: a code beside the password, recovery codes, and who must have it.

use chrono::TimeDelta;
use rebook::accounts::FactorSecret;
use regex::Regex;

use crate::support::app::{TestApp, on_both, on_both_with};
use crate::support::shop;
use crate::support::visitor::{Page, Visitor};

const PLACE: &str = "/staff/me/second-factor";
const OWNER: &str = "owner@clinic.example";

/// Signs in with the password; what comes next is the answer.
async fn with_password(visitor: &Visitor, email: &str, password: &str) -> Page {
    let form = visitor.opens("/staff/sign-in").await.expect(200).form("/staff/sign-in");
    visitor.submits_once(&form.with("email", email).with("password", password)).await
}

/// Sets a second factor up; answers its secret and the recovery codes.
async fn set_up(app: &TestApp, visitor: &Visitor) -> (FactorSecret, Vec<String>) {
    let begin = visitor.opens(PLACE).await.expect(200).form(PLACE);
    let page = visitor.submits(&begin).await.expect(200);
    let shown = Regex::new(r#"<code class="secret">([A-Z2-7 ]+)</code>"#).unwrap();
    let secret = shown.captures(&page.text).expect("the secret is shown")[1].replace(' ', "");
    let secret = FactorSecret::parse(&secret).unwrap();
    assert!(page.text.contains("<svg") && !page.text.contains("style="), "the picture needs no inline style");
    let confirm = page.form("/confirm");
    visitor.submits_once(&confirm.clone().with("code", "000000")).await.expect(422).shows("wrong, too old");
    let code = secret.code_at(app.now()).unwrap();
    let done = visitor.submits_once(&confirm.with("code", &code)).await.expect(200).shows("Recovery codes");
    let one = Regex::new(r"<code>([a-z2-7]{4}(?:-[a-z2-7]{4}){3})</code>").unwrap();
    let codes: Vec<String> = one.captures_iter(&done.text).map(|found| found[1].to_owned()).collect();
    assert_eq!(codes.len(), 10);
    (secret, codes)
}

/// Sends a code to the page that waits for one.
async fn with_code(visitor: &Visitor, code: &str) -> Page {
    let form = visitor.opens("/staff/sign-in/code").await.expect(200).form("/staff/sign-in/code");
    visitor.submits_once(&form.with("code", code)).await
}

fn leads_to_code(page: &Page) -> bool {
    page.status.as_u16() == 303 && page.header("location").starts_with("/staff/sign-in/code")
}

#[test]
fn a_code_is_asked_for_after_the_password_and_works_once() {
    on_both(async |app| {
        let (secret, _) = set_up(app, &app.staff("owner").await).await;
        app.advance(TimeDelta::seconds(60));

        let visitor = app.visitor();
        let page = with_password(&visitor, OWNER, shop::PASSWORD).await;
        assert!(leads_to_code(&page));
        assert!(!page.header("set-cookie").starts_with("staff="), "no session before the code");
        assert!(visitor.opens("/staff/me").await.path.contains("sign-in"));

        let code = secret.code_at(app.now()).unwrap();
        with_code(&visitor, "123456").await.expect(422).shows("wrong, too old");
        let page = with_code(&visitor, &code).await.expect(303);
        assert_eq!(page.header("location"), "/staff");
        visitor.opens("/staff/me").await.expect(200).shows(OWNER);

        let second = app.visitor();
        with_password(&second, OWNER, shop::PASSWORD).await.expect(303);
        with_code(&second, &code).await.expect(422);
        app.advance(TimeDelta::seconds(30));
        with_code(&second, &secret.code_at(app.now()).unwrap()).await.expect(303);
    });
}

#[test]
fn a_wrong_password_with_a_right_code_fails_like_any_other() {
    on_both(async |app| {
        let (secret, _) = set_up(app, &app.staff("owner").await).await;
        app.advance(TimeDelta::seconds(60));
        let visitor = app.visitor();
        let form = visitor.opens("/staff/sign-in").await.form("/staff/sign-in");
        let code = secret.code_at(app.now()).unwrap();
        let form = form.with("email", OWNER).with("password", "not the password").with("code", &code);
        let page = visitor.submits_once(&form).await.expect(422).shows("Mail address or password is wrong");
        assert!(page.header("set-cookie").is_empty());
        visitor.opens("/staff/sign-in/code").await.expect(200).shows("start again with the password");
    });
}

#[test]
fn a_recovery_code_stands_in_once() {
    on_both(async |app| {
        let (_, codes) = set_up(app, &app.staff("owner").await).await;
        let first = app.visitor();
        with_password(&first, OWNER, shop::PASSWORD).await.expect(303);
        with_code(&first, &codes[0].to_uppercase().replace('-', " ")).await.expect(303);
        first.opens(PLACE).await.expect(200).shows("9 recovery codes are left");
        let second = app.visitor();
        with_password(&second, OWNER, shop::PASSWORD).await.expect(303);
        with_code(&second, &codes[0]).await.expect(422);
        with_code(&second, &codes[1]).await.expect(303);
        let kept = app.count(&format!("SELECT COUNT(*) FROM staff_recovery_codes WHERE code_hash = '{}'", codes[2]));
        assert_eq!(kept, 0, "only hashes are kept");
        assert_eq!(app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'recovery_code_used'"), 2);
    });
}

#[test]
fn after_five_wrong_codes_or_five_minutes_the_password_is_asked_for_again() {
    on_both(async |app| {
        let (secret, _) = set_up(app, &app.staff("owner").await).await;
        app.advance(TimeDelta::seconds(60));
        let visitor = app.visitor();
        with_password(&visitor, OWNER, shop::PASSWORD).await.expect(303);
        let form = visitor.opens("/staff/sign-in/code").await.form("/staff/sign-in/code");
        for _ in 0..4 {
            visitor.submits_once(&form.clone().with("code", "111111")).await.expect(422);
        }
        let over = visitor.submits_once(&form.clone().with("code", "111111")).await.expect(303);
        assert!(over.header("location").contains("code=over"));
        let right = secret.code_at(app.now()).unwrap();
        let page = visitor.submits_once(&form.with("code", &right)).await.expect(303);
        assert!(page.header("location").contains("/staff/sign-in?"), "a right code comes too late");

        let late = app.visitor();
        with_password(&late, OWNER, shop::PASSWORD).await.expect(303);
        app.advance(TimeDelta::minutes(6));
        late.opens("/staff/sign-in/code").await.expect(200).shows("start again with the password");
    });
}

#[test]
fn wrong_codes_count_like_wrong_passwords() {
    let limits = [("limits.enabled", "true"), ("limits.failed_sign_ins", "4"), ("limits.sign_ins_per_minute", "1000")];
    on_both_with(&limits, async |app| {
        // Confirming begins with one wrong code, which a right one forgives for the account.
        let (secret, _) = set_up(app, &app.staff("owner").await).await;
        app.advance(TimeDelta::minutes(20));
        let visitor = app.visitor();
        with_password(&visitor, OWNER, shop::PASSWORD).await.expect(303);
        let form = visitor.opens("/staff/sign-in/code").await.form("/staff/sign-in/code");
        for _ in 0..4 {
            visitor.submits_once(&form.clone().with("code", "111111")).await.expect(422);
        }
        let right = secret.code_at(app.now()).unwrap();
        visitor.submits_once(&form.with("code", &right)).await.expect(429);
        with_password(&app.visitor(), OWNER, shop::PASSWORD).await.expect(429);
    });
}

#[test]
fn it_is_turned_off_with_password_and_code_and_a_link_does_not_go_around_it() {
    on_both(async |app| {
        let owner = app.staff("owner").await;
        let (secret, codes) = set_up(app, &owner).await;
        let token = rebook::accounts::token::SecretToken::fresh();
        let path = tokio::task::block_in_place(|| {
            rebook::accounts::reset_user(&app.app.db, app.now(), OWNER, &token).unwrap()
        });
        let visitor = app.visitor();
        let form = visitor.opens(&path).await.expect(200).form("");
        let form = form.with("password", "quite another one").with("again", "quite another one");
        assert!(leads_to_code(&visitor.submits_once(&form).await), "a fresh password alone lets nobody in");
        with_code(&visitor, &codes[0]).await.expect(303);

        app.advance(TimeDelta::seconds(60));
        let off = visitor.opens(PLACE).await.expect(200).form("/off");
        let code = secret.code_at(app.now()).unwrap();
        visitor.submits_once(&off.clone().with("password", "wrong").with("code", &code)).await.expect(422);
        visitor.submits_once(&off.clone().with("password", "quite another one").with("code", "1")).await.expect(422);
        let off = off.with("password", "quite another one").with("code", &code);
        visitor.submits(&off).await.expect(200).shows("was turned off");
        let page = with_password(&app.visitor(), OWNER, "quite another one").await.expect(303);
        assert_eq!(page.header("location"), "/staff");
    });
}

#[test]
fn whoever_must_have_one_can_do_nothing_else() {
    on_both(async |app| {
        app.database.run("UPDATE clinic SET second_factor = 'everybody'; UPDATE change_counters SET value = value + 1 WHERE name = 'catalog';");
        let desk = app.visitor();
        with_password(&desk, "desk@clinic.example", shop::PASSWORD).await.expect(303);
        for path in ["/staff", "/staff/clients", "/staff/me", "/staff/book"] {
            assert!(desk.opens(path).await.path.starts_with(PLACE), "{path}");
        }
        set_up(app, &desk).await;
        desk.opens("/staff/clients").await.expect(200);
        app.database.run("UPDATE clinic SET second_factor = 'owners'; UPDATE change_counters SET value = value + 1 WHERE name = 'catalog';");
        let provider = app.visitor();
        with_password(&provider, "ada@clinic.example", shop::PASSWORD).await.expect(303);
        provider.opens("/staff/me").await.expect(200);
    });
}

#[test]
fn the_owner_and_the_command_take_a_lost_one_away() {
    on_both(async |app| {
        set_up(app, &app.staff("desk").await).await;
        let owner = app.staff("owner").await;
        let lost = app.count("SELECT id FROM staff_users WHERE email = 'desk@clinic.example'");
        let path = format!("/owner/team/{}", rebook::domain::ids::encode(lost));
        let form = owner.opens(&path).await.expect(200).form("/second-factor");
        owner.submits(&form).await.expect(200).shows("was taken away");
        let page = with_password(&app.visitor(), "desk@clinic.example", shop::PASSWORD).await.expect(303);
        assert_eq!(page.header("location"), "/staff");

        set_up(app, &owner).await;
        tokio::task::block_in_place(|| {
            rebook::accounts::reset_second_factor(&app.app.db, app.now(), OWNER).unwrap();
        });
        let page = with_password(&app.visitor(), OWNER, shop::PASSWORD).await.expect(303);
        assert_eq!(page.header("location"), "/staff");
        assert_eq!(app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'second_factor_reset'"), 2);
    });
}
