//! The pages of messages: rules and settings are edited as people do it, and one message is followed from the rule to
//! the mailbox.

use chrono::TimeDelta;
use rebook::domain::ids;

use crate::support::app::{TestApp, on_both};
use crate::support::shop::{ADA, CHECKUP, CLEANING, june};
use crate::support::visitor::{Form, Page, Visitor};

const RULES: &str = "/staff/messages/rules";
const CONFIRMATION: i64 = 1;
const REMINDER_EARLY: i64 = 11;
const THANK_YOU: i64 = 13;
const COME_BACK: i64 = 15;

fn rule(id: i64) -> String {
    format!("{RULES}/{}", ids::encode(id))
}

/// Every link of a page leads somewhere.
async fn leads_nowhere_wrong(visitor: &Visitor, page: &Page) {
    for link in page.links().into_iter().filter(|link| link.starts_with("/staff")) {
        visitor.opens(&link).await.expect(200);
    }
}

async fn editor(visitor: &Visitor, path: &str) -> Form {
    visitor.opens(path).await.expect(200).form_with("priority")
}

/// A new rule's form, with a name.
async fn new_rule(visitor: &Visitor, trigger: &str) -> Form {
    editor(visitor, &format!("{RULES}/new?trigger={trigger}")).await.with("name", "Ours")
}

fn switch_of(page: &Page, id: i64) -> Form {
    page.form(&format!("{}/switch", rule(id)))
}

fn own_rule(app: &TestApp) -> i64 {
    app.count("SELECT id FROM message_rules WHERE code IS NULL")
}

fn version_of_rules(app: &TestApp) -> i64 {
    app.count("SELECT rules_version FROM message_settings")
}

fn audits(app: &TestApp, action: &str) -> i64 {
    app.count(&format!("SELECT count(*) FROM audit_events WHERE action = '{action}' AND staff_user_id = 6002"))
}

/// The newest message of a kind.
fn message_of(app: &TestApp, kind: &str) -> String {
    let id = app.count(&format!("SELECT max(id) FROM messages WHERE kind = '{kind}'"));
    format!("/staff/messages/{}", ids::encode(id))
}

#[test]
fn every_page_reads_in_both_languages() {
    on_both(async |app| {
        app.books_by_api("check-up", june(2, 9, 0), "ana@client.example").await.expect(201);
        app.tick().await;
        let manager = app.staff("manager").await;
        let pages = [
            RULES.to_owned(),
            format!("{RULES}/new"),
            format!("{RULES}/new?trigger=before_start"),
            format!("{RULES}/new?trigger=birthday"),
            format!("{RULES}/new?trigger=after_visit"),
            format!("{RULES}/new?trigger=nonsense"),
            rule(REMINDER_EARLY),
            rule(COME_BACK),
            format!("{}/mass", rule(COME_BACK)),
            "/staff/messages/settings".to_owned(),
            "/staff/messages".to_owned(),
            message_of(app, "confirmation"),
            message_of(app, "provider_booked"),
            "/staff/worklists/unsent".to_owned(),
        ];
        for path in pages {
            let sign = if path.contains('?') { '&' } else { '?' };
            for language in ["en", "de"] {
                let page = manager.opens(&format!("{path}{sign}lang={language}")).await.expect(200);
                assert!(!page.text.contains("message-rules-"), "{path} shows a key");
                assert!(!page.text.contains("message-page-"), "{path} shows a key");
            }
        }
        manager.opens(RULES).await.expect(200).shows("3 days before the appointment, by mail to the client");
        leads_nowhere_wrong(&manager, &manager.opens(RULES).await).await;
        leads_nowhere_wrong(&manager, &manager.opens(&format!("{RULES}/new?trigger=before_start")).await).await;
        leads_nowhere_wrong(&manager, &manager.opens(&message_of(app, "confirmation")).await).await;
        let german = manager.opens(&format!("{RULES}?lang=de")).await.expect(200);
        german.shows("3 Tage vor dem Termin, per E-Mail an den Patienten");
        for gone in [rule(9_999), format!("{RULES}/nonsense"), format!("{}/mass", rule(CONFIRMATION))] {
            manager.opens(&gone).await.expect(404);
        }
        app.staff("desk").await.opens(RULES).await.expect(403);
    });
}

#[test]
fn a_rule_is_added_changed_copied_and_put_away() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        let before = version_of_rules(app);
        let form = new_rule(&manager, "before_start").await;
        assert_eq!((form.value("timing"), form.value("days"), form.value("at")), ("days", "1", "17:00"));
        let form =
            form.with("services", &ids::encode(CHECKUP)).with("tags", "vip, anxious").with("acquaintance", "first");
        manager.submits(&form).await.expect(200).shows("Added, and still off").shows("The day before the appointment");
        let own = own_rule(app);
        assert_eq!(
            app.count(&format!("SELECT count(*) FROM message_rules WHERE id = {own} AND active_from IS NULL")),
            1
        );
        assert!(version_of_rules(app) > before);
        let page =
            manager.opens(RULES).await.expect(200).shows("Own rule").shows("First visit").shows("Tag: vip, anxious");

        manager.submits(&switch_of(&page, own)).await.expect(200).shows("Switched on.");
        assert_eq!(
            app.count(&format!("SELECT count(*) FROM message_rules WHERE id = {own} AND active_from IS NOT NULL")),
            1
        );
        let form = editor(&manager, &rule(own)).await;
        assert_eq!((form.value("tags"), form.value("services")), ("vip, anxious", ids::encode(CHECKUP).as_str()));
        let form = form
            .with("timing", "elapsed")
            .with("amount", "90")
            .with("unit", "minutes")
            .with("services", &ids::encode(CLEANING));
        manager.submits(&form).await.expect(200).shows("Saved.").shows("90 minutes before the appointment");
        assert_eq!(
            app.count(&format!("SELECT offset_minutes FROM message_rules WHERE id = {own} AND at_minute IS NULL")),
            90
        );

        let page = manager.opens(&rule(own)).await.expect(200);
        let copied = manager.submits(&page.form(&format!("{}/copy", rule(own)))).await.expect(200).shows("Ours (copy)");
        assert_eq!(app.count("SELECT count(*) FROM message_rules WHERE code IS NULL"), 2);
        let away = copied.form("/archive");
        let page = manager.submits(&away).await.expect(200).shows("Put away.").shows("Bring back");
        manager.submits(&page.form("/restore")).await.expect(200).shows("Brought back");
        for action in ["created", "changed", "switched_on", "archived", "restored"] {
            assert!(audits(app, action) > 0, "no audit of {action}");
        }
    });
}

#[test]
fn what_does_not_fit_is_said_by_the_field_and_what_was_typed_stays() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        let before = app.count("SELECT count(*) FROM message_rules");
        let form = new_rule(&manager, "before_start").await;
        for (field, value, sentence) in [
            ("name", "  ", "Please fill this in."),
            ("at", "25:00", "A time of day, please"),
            ("days", "400", "A whole number from 0 to 365"),
            ("priority", "101", "A whole number from 0 to 100"),
            ("channel", "sms", "Text messages need a gateway"),
            ("audience", "endpoint", "choose a program that is switched on"),
        ] {
            let wrong = form.clone().with("sources", "poster in the bus").with(field, value);
            let page = manager.submits(&wrong).await.expect(422).shows(sentence);
            assert_eq!(page.form_with("priority").value("sources"), "poster in the bus", "typed text is lost");
        }
        let long = form.clone().with("name", &"x".repeat(81));
        manager.submits(&long).await.expect(422).shows("At most 80 characters");
        let strange = form.with("services", "<script>alert(1)</script>").with("tags", "<b>bold</b>");
        let page = manager.submits(&strange).await.expect(200);
        assert!(!page.text.contains("<b>bold</b>"), "typed text is escaped");
        assert_eq!(app.count("SELECT count(*) FROM message_rules"), before + 1);

        // Advertising cannot be called anything else, not even by who sends fields of her own.
        for trigger in ["after_visit", "after_last_visit", "birthday"] {
            let form = new_rule(&manager, trigger).await;
            let sly = form.clone().with("purpose", "transactional").with("consent", "");
            manager.submits(&sly).await.expect(422).shows("advertising under European and German law");
            manager.submits(&form.with("consent", "")).await.expect(422).shows("what clients must have agreed to");
        }
    });
}

#[test]
fn a_built_in_rule_keeps_what_it_is() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        let form = editor(&manager, &rule(REMINDER_EARLY)).await;
        assert!(!form.fields.iter().any(|(name, _)| name == "audience"));
        let form = form.with("timing", "days").with("days", "2").with("at", "18:30");
        let form =
            form.with("audience", "clinic").with("channel", "sms").with("purpose", "marketing").with("name", "Mine");
        manager.submits(&form).await.expect(200).shows("Saved.").shows("2 days before the appointment at 6:30 PM");
        let kept = "SELECT count(*) FROM message_rules WHERE id = 11 AND code = 'reminder_early' AND name = ''
                      AND audience = 'client' AND channel = 'mail' AND purpose = 'transactional' AND at_minute = 1110";
        assert_eq!(app.count(kept), 1);
        let page = manager.opens(RULES).await.expect(200);
        let archive = Form { action: format!("{}/archive", rule(REMINDER_EARLY)), ..switch_of(&page, REMINDER_EARLY) };
        manager.submits(&archive).await.expect(200).shows("comes with Rebook");
        assert_eq!(app.count("SELECT count(*) FROM message_rules WHERE archived_at IS NOT NULL"), 0);
        manager.submits(&switch_of(&page, REMINDER_EARLY)).await.expect(200).shows("Switched off.");
        manager.submits(&switch_of(&page, REMINDER_EARLY)).await.expect(200).shows("Somebody else changed this rule");
    });
}

#[test]
fn two_who_edit_one_rule_hear_of_each_other() {
    on_both(async |app| {
        let (manager, owner) = (app.staff("manager").await, app.staff("owner").await);
        let first = editor(&manager, &rule(REMINDER_EARLY)).await.with("priority", "70");
        let second = editor(&owner, &rule(REMINDER_EARLY)).await.with("priority", "60").with("tags", "typed");
        manager.submits(&first).await.expect(200).shows("Saved.");
        let page = owner.submits(&second).await.expect(409).shows("Somebody else saved this rule meanwhile");
        assert_eq!(app.count("SELECT priority FROM message_rules WHERE id = 11"), 70);
        let again = page.form_with("priority");
        assert_eq!((again.value("priority"), again.value("tags")), ("60", "typed"));
        owner.submits(&again).await.expect(200).shows("Saved.");
        assert_eq!(app.count("SELECT priority FROM message_rules WHERE id = 11"), 60);
    });
}

#[test]
fn what_speaks_to_many_is_switched_on_with_a_number() {
    on_both(async |app| {
        let visited = |number: i64| past_visit(number, if number <= 4 { "recall" } else { "news" });
        for number in 1..=10 {
            app.database.run(&visited(number));
        }
        let manager = app.staff("manager").await;
        let page = manager.opens(RULES).await.expect(200);
        let page = manager.submits(&switch_of(&page, COME_BACK)).await.expect(200);
        assert!(page.path.ends_with("/mass"), "{}", page.path);
        let page = page.shows("It concerns 10 clients at this moment.").shows("Switch on for 4 clients");
        assert_eq!(app.count("SELECT count(*) FROM message_rules WHERE id = 15 AND active_from IS NOT NULL"), 0);

        // One more is within a tenth; two more are not, and the number is shown anew.
        let agreed = page.form("/switch");
        assert_eq!(agreed.value("agreed"), "10");
        for number in 11..=12 {
            app.database.run(&visited(number));
        }
        let page = manager.submits(&agreed).await.expect(409).shows("look at the number again").shows("12 clients");
        let fewer = agreed.with("agreed", "-1");
        manager.submits(&fewer).await.expect(200);
        assert_eq!(app.count("SELECT count(*) FROM message_rules WHERE id = 15 AND active_from IS NOT NULL"), 0);
        app.database.run(&visited(13));
        manager.submits(&page.form("/switch")).await.expect(200).shows("Switched on.");
        assert_eq!(app.count("SELECT count(*) FROM message_rules WHERE id = 15 AND active_from IS NOT NULL"), 1);

        // Whom it reaches cannot be widened behind the number.
        let form = editor(&manager, &rule(COME_BACK))
            .await
            .with("timing", "elapsed")
            .with("amount", "30")
            .with("unit", "days");
        manager.submits(&form).await.expect(200).shows("switched off: the rule would now reach other people");
        assert_eq!(app.count("SELECT count(*) FROM message_rules WHERE id = 15 AND active_from IS NOT NULL"), 0);

        // A rule about one visit needs no number.
        let page = manager.opens(RULES).await.expect(200);
        manager.submits(&switch_of(&page, THANK_YOU)).await.expect(200).shows("Switched on.");
    });
}

/// A client who was here a year ago, and agreed to messages of a purpose.
fn past_visit(number: i64, purpose: &str) -> String {
    let (client, appointment, booking) = (8_200 + number, 7_200 + number, 7_400 + number);
    format!(
        "INSERT INTO clients (id, first_name, last_name, email, email_key, name_key, language, created_at)
           VALUES ({client}, 'Past', 'Guest', 'past{number}@client.example', 'past{number}@client.example', 'past guest',
             'en', '2025-01-01 00:00:00');
         INSERT INTO consents (id, client_id, purpose, granted, wording, wording_version, channel, origin, at)
           VALUES ({client}, {client}, '{purpose}', TRUE, 'Yes', 1, 'mail', 'test', '2025-01-01 00:00:00');
         INSERT INTO appointments (id, service_id, provider_id, location_id, starts_at, ends_at, local_start, zone,
             zone_version, capacity, created_at)
           VALUES ({appointment}, 4001, {ADA}, 1001, '2025-06-03 16:00:00', '2025-06-03 16:30:00', '2025-06-03 09:00:00',
             'America/Los_Angeles', 'test', 1, '2025-05-01 00:00:00');
         INSERT INTO bookings (id, reference, appointment_id, client_id, status, party, service_name, duration_minutes,
             price_minor, currency, cancel_notice_minutes, cancel_policy, language, created_at, created_by, completed_at)
           VALUES ({booking}, 'PAST{number}', {appointment}, {client}, 'completed', 1, 'Check-up', 30, 9500, 'USD', 0, '',
             'en', '2025-05-01 00:00:00', 'client', '2025-06-03 16:30:00');
         INSERT INTO booking_events (id, booking_id, kind, actor, at)
           VALUES ({booking}, {booking}, 'completed', 'staff', '2025-06-03 16:30:00');"
    )
}

#[test]
fn settings_are_checked_and_nobody_is_overwritten() {
    on_both(async |app| {
        let manager = app.staff("manager").await;
        let place = "/staff/messages/settings";
        let form = manager.opens(place).await.expect(200).form_with("quiet_from");
        assert_eq!(
            (form.value("quiet_from"), form.value("quiet_until"), form.value("mass_per_day")),
            ("20:00", "08:00", "50")
        );
        for (field, value) in [
            ("quiet_from", "8 pm"),
            ("quiet_until", ""),
            ("marketing_per_week", "101"),
            ("transactional_per_week", "-1"),
            ("grace", "200"),
            ("mass_per_day", "0"),
        ] {
            let page = manager.submits(&form.clone().with(field, value)).await.expect(422);
            assert_eq!(page.form_with("quiet_from").value(field), value);
        }
        let stale = form.clone();
        let before = version_of_rules(app);
        let form =
            form.with("quiet_from", "19:30").with("grace", "45").with("grace_unit", "minutes").without("quiet_sundays");
        manager.submits(&form).await.expect(200).shows("Saved.");
        let kept = "SELECT count(*) FROM message_settings WHERE quiet_from_minute = 1170 AND late_grace_minutes = 45
                      AND quiet_sundays = FALSE";
        assert_eq!(app.count(kept), 1);
        assert!(version_of_rules(app) > before);
        let page = manager.submits(&stale.with("mass_per_day", "9")).await.expect(409).shows("Now stored: 19:30");
        assert_eq!(app.count("SELECT mass_per_day FROM message_settings"), 50);
        manager.submits(&page.form_with("quiet_from")).await.expect(200).shows("Saved.");
        assert_eq!(app.count("SELECT mass_per_day FROM message_settings"), 9);
    });
}

#[test]
fn the_log_is_filtered_counted_and_paged() {
    on_both(async |app| {
        app.books_by_api("check-up", june(2, 9, 0), "ana@client.example").await.expect(201);
        app.tick().await;
        app.database.run(&many_messages(120));
        let desk = app.staff("desk").await;
        let page =
            desk.opens("/staff/messages?show=sent").await.expect(200).shows("Ana Lima").shows("ana@client.example");
        assert!(!page.text.contains("/staff/messages/rules"), "the desk has no rules to open");

        let filtered = |query: &str| format!("/staff/messages?show=all&{query}");
        desk.opens(&filtered("q=lima&kind=confirmation")).await.expect(200).shows("Confirmation");
        desk.opens(&filtered("q=nobody")).await.expect(200).shows("No message fits this filter");
        desk.opens(&filtered("channel=sms")).await.expect(200).shows("No message fits");
        desk.opens(&filtered("rule=0000000000001&kind=birthday")).await.expect(200).shows("No message fits");
        desk.opens(&filtered("from=2026-07-01")).await.expect(200).shows("No message fits");
        let booked = desk.opens(&filtered("from=2026-06-01&until=2026-06-01&q=ana")).await.expect(200);
        booked.shows("Ana Lima");
        desk.opens(&filtered("kind=%00&channel=%27&rule=x&from=1&until=2&after=9-9&client=x")).await.expect(200);

        // Every line is on one page, and only on one.
        let mut seen = Vec::new();
        let mut next = Some("/staff/messages?show=problems".to_owned());
        while let Some(path) = next {
            let page = desk.opens(&path).await.expect(200);
            let lines = page.links().into_iter().filter(|link| link.starts_with("/staff/messages/"));
            seen.extend(lines);
            next = page.links().into_iter().find(|link| link.contains("after=") && !link.contains("lang="));
        }
        assert_eq!(seen.len(), 120);
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 120);
    });
}

/// Messages of last week that were given up, two of the same moment each.
fn many_messages(count: i64) -> String {
    let row = |number: i64| {
        format!(
            "INSERT INTO messages (id, natural_key, kind, purpose, channel, client_id, language, schedule_version, message_id,
               due_at, expires_at, state, attempts, lease_token, reason, created_at, dead_at, booking_id)
             SELECT {}, 'dead/{number}', 'reminder', 'transactional', 'mail', b.client_id, 'en', 1, 'x{number}@y',
               '2026-05-28 10:{:02}:00', '2026-06-20 00:00:00', 'dead', 3, 1, 'refused', '2026-05-01 00:00:00',
               '2026-05-28 11:00:00', b.id FROM bookings AS b WHERE b.id = (SELECT max(id) FROM bookings);",
            9_100_000 + number,
            (number / 2) % 60
        )
    };
    (0..count).map(row).collect()
}

#[test]
fn one_message_is_followed_from_the_rule_to_the_mailbox() {
    on_both(async |app| {
        app.books_by_api("check-up", june(2, 9, 0), "ana@client.example").await.expect(201);
        let manager = app.staff("manager").await;
        let path = message_of(app, "confirmation");
        manager.opens(&path).await.expect(200).shows("Waiting").shows("on its way by itself");
        app.tick().await;
        let page = manager.opens(&path).await.expect(200).shows("Sent: the mail server took it").shows("Ana Lima");
        let page = page.shows("ana@client.example").shows("Answer 250");
        let booking = manager.opens(&page.link("/staff/bookings/")).await.expect(200);
        assert!(booking.links().contains(&path), "the booking's page leads to its message");
        assert!(app.mails_to("ana@client.example").await.len() == 1);
        let text = page.shows("Your appointment");
        assert!(text.header("content-security-policy").ends_with("frame-src 'self'"));
        let html = manager.opens(&format!("{path}/html")).await.expect(200);
        assert!(html.header("content-security-policy").contains("sandbox"));
        assert!(html.text.contains("/m/****"), "the live link is masked");

        // The provider sees the own ones, with the address hidden; nobody else's.
        let ada = app.staff("ada").await;
        let own = app.count("SELECT count(*) FROM bookings AS b JOIN appointments AS a ON a.id = b.appointment_id WHERE a.provider_id = 3001");
        let seen = ada.opens(&path).await;
        if own == 1 {
            let seen = seen.expect(200).shows("a…@client.example");
            assert!(!seen.text.contains("ana@client.example"));
            assert!(!seen.text.contains("/again"), "a provider sends nothing again");
        } else {
            seen.expect(404);
        }
        ada.opens("/staff/messages").await.expect(403);
    });
}

#[test]
fn a_message_is_sent_again_only_while_it_is_true() {
    on_both(async |app| {
        app.books_by_api("check-up", june(4, 9, 0), "ana@client.example").await.expect(201);
        app.tick().await;
        let desk = app.staff("desk").await;
        let path = message_of(app, "confirmation");
        let page = desk.opens(&path).await.expect(200).shows("Send again");
        let asked = desk.opens(&page.link("/again")).await.expect(200).shows("ana@client.example");
        let sent =
            desk.submits(&asked.form("/again")).await.expect(200).shows("It leaves now").shows("Sent again by hand");
        assert_ne!(sent.path, path, "it is a row of its own");
        app.tick().await;
        assert_eq!(app.mails_to("ana@client.example").await.len(), 2);
        desk.opens(&path).await.expect(200).shows("Somebody has seen to it");

        for _ in 0..4 {
            desk.submits(&asked.form("/again")).await.expect(200);
            app.tick().await;
        }
        desk.submits(&asked.form("/again")).await.expect(409).shows("Please call instead");
        assert_eq!(app.mails_to("ana@client.example").await.len(), 6);

        // Advertising, and what was moved or cancelled since, stays as it is.
        app.database.run("UPDATE messages SET purpose = 'marketing' WHERE kind = 'confirmation'");
        desk.submits(&asked.form("/again")).await.expect(409).shows("Advertising is sent once");
        app.database.run("UPDATE messages SET purpose = 'transactional' WHERE kind = 'confirmation'");
        app.database.run("UPDATE bookings SET schedule_version = schedule_version + 1");
        desk.opens(&path).await.expect(200).shows("not true any more");
        desk.submits(&asked.form("/again")).await.expect(409).shows("not true any more");
        app.database.run("UPDATE bookings SET schedule_version = schedule_version - 1");
        app.advance(TimeDelta::days(4));
        app.tick().await;
        let desk = app.staff("desk").await;
        let later = desk.opens(&path).await.expect(200).shows("not true any more");
        assert!(!later.text.contains("/again"));
        let asked = asked.form("/again").with("csrf", desk.opens("/staff").await.form_with("csrf").value("csrf"));
        desk.submits(&asked).await.expect(409).shows("not true any more");
        desk.opens("/staff/messages/0000000000000").await.expect(404);
    });
}

#[test]
fn what_did_not_go_out_is_on_the_worklist_until_somebody_has_seen_to_it() {
    on_both(async |app| {
        let desk = app.staff("desk").await;
        desk.opens("/staff/worklists/unsent").await.expect(200).shows("Everything went out");
        app.books_by_api("check-up", june(4, 9, 0), "ana@client.example").await.expect(201);
        app.tick().await;
        app.database
            .run("UPDATE messages SET state = 'dead', reason = 'refused', sent_at = NULL, dead_at = due_at WHERE kind = 'confirmation'");
        desk.opens("/staff/worklists").await.expect(200).shows("What did not go out");
        let page =
            desk.opens("/staff/worklists/unsent").await.expect(200).shows("Ana Lima").shows("ask for the right one");
        let page = page.shows("The mail server refused it");
        let message = desk.opens(&page.link("/staff/messages/")).await.expect(200).shows("Send now");
        message.shows("Seen to");
        desk.submits(&page.form("/staff/worklists/unsent")).await.expect(200).shows("Everything went out");
        assert_eq!(app.count("SELECT count(*) FROM messages WHERE settled_by = 6003"), 1);

        // What came back is on it, what an address was missing for only while it helps to call.
        app.database.run("UPDATE messages SET state = 'sent', sent_at = due_at, bounced_at = due_at, bounce_status = '5.1.1', settled_at = NULL WHERE kind = 'confirmation'");
        desk.opens("/staff/worklists/unsent").await.expect(200).shows("Came back");
        app.database.run("UPDATE messages SET state = 'skipped', sent_at = NULL, reason = 'no_address', bounced_at = NULL WHERE kind = 'confirmation'");
        desk.opens("/staff/worklists/unsent").await.expect(200).shows("call, or ask for one");
        app.advance(TimeDelta::days(4));
        app.tick().await;
        let desk = app.staff("desk").await;
        let later = desk.opens("/staff/worklists/unsent").await.expect(200);
        assert!(!later.text.contains("call, or ask for one"));
        app.database.run(
            "UPDATE messages SET state = 'skipped', reason = 'switched_off', rule_id = 1 WHERE kind = 'confirmation'",
        );
        app.database.run("UPDATE message_rules SET active_from = NULL WHERE id = 1");
        desk.opens("/staff/worklists/unsent")
            .await
            .expect(200)
            .shows("Not sent because a rule is off")
            .shows("1 message");
    });
}
