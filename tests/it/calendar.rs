//! The calendar of the desk: what its columns and cards are, moving with and without telling, longer over the next one,
//! blocked time, and open calendars that hear of changes.

use std::sync::{Arc, Barrier};
use std::time::Duration;

use chrono::TimeDelta;
use rebook::booking::block::{self, BlockRefused, BlockWish};
use rebook::booking::book::{self, BookRefused};
use rebook::booking::offer::Shop;
use rebook::db::Bad;
use rebook::domain::ids::{self, LocationId, ProviderId, StaffUserId};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{TestApp, on_both};
use crate::support::databases::{TestDatabase, kinds};
use crate::support::invariants::{self, count};
use crate::support::people::{person, request};
use crate::support::shop::{self, june};
use crate::support::visitor::{Form, Page, Visitor};

const ANA: &str = "ana@client.example";

fn id(number: i64) -> String {
    ids::encode(number)
}

/// Somebody's appointment with Ada, told to them.
async fn booked(app: &TestApp, service: &str, starts_at: chrono::DateTime<chrono::Utc>, email: &str) -> String {
    let body = json!({
        "service": service,
        "provider": if service == "cleaning" { "ben" } else { "ada" },
        "start": starts_at.to_rfc3339(),
        "client": {"first_name": "Ana", "last_name": "Lima", "email": email},
    });
    let made = app.visitor().api(Method::POST, "/api/v1/bookings", &body, &[]).await.expect(201).json();
    app.tick().await;
    made["id"].as_str().unwrap().to_owned()
}

async fn shown(who: &Visitor, day: &str, next: &str, more: &str) -> Value {
    who.opens(&format!("/staff/calendar/events?from={day}&to={next}&view=day{more}")).await.expect(200).json()
}

fn cards<'a>(shown: &'a Value, kind: &str) -> Vec<&'a Value> {
    shown["events"].as_array().unwrap().iter().filter(|event| event["extendedProps"]["kind"] == kind).collect()
}

fn has_class(event: &Value, class: &str) -> bool {
    event["classNames"].as_array().unwrap().iter().any(|known| known == class)
}

/// What the script sends when a card was put somewhere.
async fn put(desk: &Visitor, booking: &str, what: &str, fields: &[(&str, &str)]) -> Page {
    let csrf = desk.opens("/staff").await.expect(200).form_with("csrf").value("csrf").to_owned();
    let mut form = Form {
        action: format!("/staff/calendar/bookings/{booking}/{what}"),
        method: "post".to_owned(),
        fields: vec![],
    };
    form = form.with("csrf", &csrf);
    for (name, value) in fields {
        form = form.with(name, value);
    }
    desk.submits_once(&form).await
}

fn version(app: &TestApp, booking: &str) -> String {
    let number = ids::decode(booking).unwrap();
    app.count(&format!("SELECT row_version FROM bookings WHERE id = {number}")).to_string()
}

#[test]
fn a_day_stands_on_the_calendar_with_all_that_is_in_it() {
    on_both(async |app| {
        app.database.run(
            "INSERT INTO time_off (id, provider_id, first_day, last_day, starts_minute, ends_minute, status, reason)
               VALUES (9101, 3001, '2026-06-02', '2026-06-02', 900, 960, 'approved', '');
             INSERT INTO closures (id, location_id, first_day, last_day, name)
               VALUES (9102, 1001, '2026-06-03', '2026-06-03', 'Works outing');
             UPDATE change_counters SET value = value + 1 WHERE name = 'catalog';",
        );
        let own = booked(app, "check-up", june(2, 10, 0), ANA).await;
        booked(app, "cleaning", june(2, 14, 0), "bo@client.example").await;
        booked(app, "class", june(2, 9, 0), "cy@client.example").await;
        booked(app, "class", june(2, 9, 0), "di@client.example").await;
        let number = ids::decode(&own).unwrap();
        app.database.run(&format!(
            "INSERT INTO client_notes (id, client_id, kind, text, at, staff_user_id)
               SELECT 9103, client_id, 'alert', 'Latex', '2026-06-01 00:00:00', 6003 FROM bookings WHERE id = {number};
             UPDATE bookings SET client_confirmed_at = '2026-06-01 00:00:00' WHERE id = {number};"
        ));
        let desk = app.staff("desk").await;
        let day = shown(&desk, "2026-06-02", "2026-06-03", "").await;
        assert_eq!(day["offset"], "-07:00");
        let names: Vec<&str> =
            day["resources"].as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap()).collect();
        assert_eq!(names, ["Ada Alvarez", "Ben Baker"]);
        let card = cards(&day, "booking").into_iter().find(|card| card["id"] == own.as_str()).expect("a card");
        assert_eq!((&card["start"], &card["end"]), (&json!("2026-06-02T10:00:00"), &json!("2026-06-02T10:30:00")));
        let props = &card["extendedProps"];
        assert_eq!(
            (&props["alert"], &props["confirmed"], &props["room"]),
            (&json!(true), &json!(true), &json!("Operatory 1"))
        );
        assert_eq!(card["resourceIds"][0], id(shop::ADA));
        assert!(card["startEditable"] == true && has_class(card, "is-booked"));
        let class = cards(&day, "class");
        assert_eq!(class.len(), 1, "a class is one card");
        assert_eq!((&class[0]["extendedProps"]["taken"], &class[0]["extendedProps"]["seats"]), (&json!(2), &json!(4)));
        assert_eq!(class[0]["durationEditable"], false);
        let shades = cards(&day, "shade");
        for (kind, start, end) in [
            ("shade-buffer", "2026-06-02T15:00:00", "2026-06-02T15:15:00"),
            ("shade-off", "2026-06-02T15:00:00", "2026-06-02T16:00:00"),
            ("shade-break", "2026-06-02T12:00:00", "2026-06-02T13:00:00"),
            ("shade-closed", "2026-06-02T00:00:00", "2026-06-02T09:00:00"),
        ] {
            let is = |one: &&&Value| has_class(one, kind) && one["start"] == start && one["end"] == end;
            assert!(shades.iter().any(|one| is(&one)), "{kind} from {start}: {shades:#?}");
        }
        let closed = shown(&desk, "2026-06-03", "2026-06-04", "&by=room").await;
        assert!(cards(&closed, "shade").iter().any(|one| one["title"] == "Works outing"));
        let rooms = shown(&desk, "2026-06-02", "2026-06-03", "&by=room").await;
        let titles: Vec<&str> =
            rooms["resources"].as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap()).collect();
        assert_eq!(titles, ["Operatory 1", "Operatory 2", ""], "the class needs no room");
        let month =
            desk.opens("/staff/calendar/events?from=2026-06-01&to=2026-07-01&view=month").await.expect(200).json();
        assert!(
            cards(&month, "day").iter().any(|one| one["start"] == "2026-06-02" && one["extendedProps"]["count"] == 4)
        );
        for nonsense in ["", "?from=x&to=y", "?from=2026-06-02&to=2026-06-01", "?from=2026-06-02&to=2027-06-01"] {
            desk.opens(&format!("/staff/calendar/events{nonsense}")).await.expect(400);
        }
        // The panel says what the card does not, and a provider sees the own column only.
        let panel = desk.opens(&format!("/staff/calendar/bookings/{own}")).await.expect(200);
        assert!(panel.text.contains("Latex") && panel.text.contains("/arrive") && panel.text.contains("$95.00"));
        let ada = app.staff("ada").await;
        let hers = shown(&ada, "2026-06-02", "2026-06-03", "&provider=").await;
        assert_eq!(hers["resources"].as_array().unwrap().len(), 1);
        assert_eq!(cards(&hers, "booking").len(), 1);
        ada.opens(&format!("/staff/day-sheet?day=2026-06-02&provider={}", id(shop::BEN)))
            .await
            .expect(200)
            .shows("Ana Lima")
            .shows("Latex");
        app.tick().await;
    });
}

#[test]
fn a_kept_day_knows_a_new_alert_and_a_new_name() {
    on_both(async |app| {
        let own = booked(app, "check-up", june(2, 10, 0), ANA).await;
        let desk = app.staff("desk").await;
        let card = async |desk: &Visitor| {
            let day = shown(desk, "2026-06-02", "2026-06-03", "").await;
            let card = cards(&day, "booking").into_iter().find(|card| card["id"] == own.as_str()).expect("a card");
            (card["title"].clone(), card["extendedProps"]["alert"].clone())
        };
        assert_eq!(card(&desk).await, (json!("Ana Lima"), Value::Null));
        let number = ids::decode(&own).unwrap();
        let client = app.count(&format!("SELECT client_id FROM bookings WHERE id = {number}"));
        let page = format!("/staff/clients/{}", id(client));
        let notes = desk.opens(&page).await.expect(200).forms();
        let alert = notes.into_iter().find(|form| form.action.ends_with("/notes") && form.value("kind") == "alert");
        desk.submits(&alert.expect("a form").with("alert", "Latex")).await.expect(200);
        assert_eq!(card(&desk).await, (json!("Ana Lima"), json!(true)));
        let edit = desk.opens(&format!("{page}/edit")).await.expect(200).form("/edit");
        desk.submits(&edit.with("last_name", "Lopes")).await.expect(200);
        assert_eq!(card(&desk).await, (json!("Ana Lopes"), json!(true)));
        // Another question has an answer of its own.
        let ada = app.staff("ada").await;
        let hers = shown(&ada, "2026-06-02", "2026-06-03", "").await;
        assert_eq!(cards(&hers, "booking")[0]["startEditable"], false);
        app.tick().await;
    });
}

#[test]
fn a_card_moves_and_the_client_is_told_or_not() {
    on_both(async |app| {
        let own = booked(app, "check-up", june(2, 10, 0), ANA).await;
        let desk = app.staff("desk").await;
        let seen = version(app, &own);
        let before = app.rows();
        let to = [("version", seen.as_str()), ("start", "2026-06-02T11:00"), ("minutes", "30")];
        let asked = put(&desk, &own, "preview", &to).await.expect(200);
        assert!(asked.text.contains("Tell the client?") && asked.text.contains("11:00 AM"), "{}", asked.text);
        assert!(asked.text.contains("/m/"), "the mail is the very one, with its link");
        assert_eq!(app.rows(), before, "looking changes nothing");
        app.tick().await;
        assert_eq!(app.mails_to(ANA).await.len(), 1, "looking tells nobody");

        let confirm = asked.form("/move").with("tell", "no");
        desk.submits_once(&confirm).await.expect(200).shows("was not told");
        app.tick().await;
        assert_eq!(app.mails_to(ANA).await.len(), 1, "the client is not told");
        desk.opens(&format!("/staff/bookings/{own}")).await.expect(200).shows("The client was not told.");
        let live = "SELECT count(*) FROM messages WHERE kind = 'reminder' AND state = 'pending'";
        let reminders = app.count(live);
        // A pass over everything does not make up for it, and the next change is told again.
        rebook::messaging::plan_all(&app.app.db, app.now()).await.unwrap();
        app.tick().await;
        assert_eq!((app.mails_to(ANA).await.len(), app.count(live)), (1, reminders));
        let next = put(&desk, &own, "preview", &[("start", "2026-06-02T14:00"), ("provider", &id(shop::BEN))]).await;
        desk.submits_once(&next.expect(200).form("/move")).await.expect(200).shows("is told");
        app.tick().await;
        let mails = app.mails_to(ANA).await;
        assert_eq!(mails.len(), 2);
        assert!(mails[1].read().unwrap().text.contains("2:00 PM"), "the newest time is told");
        let number = ids::decode(&own).unwrap();
        assert_eq!(
            app.count(&format!(
                "SELECT a.provider_id FROM bookings AS b JOIN appointments AS a ON a.id = b.appointment_id WHERE b.id = {number}"
            )),
            shop::BEN
        );
    });
}

#[test]
fn a_closed_day_and_the_past_are_said_before_anything_changes() {
    on_both(async |app| {
        let own = booked(app, "check-up", june(2, 10, 0), ANA).await;
        let desk = app.staff("desk").await;
        let before = app.rows();
        let night = put(&desk, &own, "preview", &[("start", "2026-06-06T11:00")]).await.expect(200);
        assert!(night.text.contains("Change it anyway") && night.text.contains("Does not work"), "{}", night.text);
        put(&desk, &own, "preview", &[("start", "2026-05-29T11:00")]).await.expect(422).shows("data-put-back");
        put(&desk, &own, "preview", &[("start", "tomorrow")]).await.expect(422);
        put(&desk, &own, "preview", &[("start", "2026-06-02T11:00"), ("minutes", "9999999")]).await.expect(422);
        put(&desk, &own, "preview", &[("start", "2026-06-02T11:00"), ("provider", "nobody")]).await.expect(422);
        put(&desk, &own, "preview", &[("start", "2026-06-02T10:00"), ("room", &id(9))]).await.expect(422);
        put(&desk, &own, "preview", &[("start", "2026-06-02T10:00"), ("minutes", "30")]).await.expect(422);
        assert_eq!(app.rows(), before);
        // Another room at the same time: nobody has to be told, and it stays the same booking.
        let room = put(&desk, &own, "preview", &[("start", "2026-06-02T10:00"), ("room", &id(2002))]).await.expect(200);
        desk.submits_once(&room.form("/move")).await.expect(200).shows("was not told");
        assert_eq!(app.count("SELECT count(*) FROM occupations WHERE resource_id = 2002"), 1);
        app.tick().await;
        assert_eq!(app.mails_to(ANA).await.len(), 1);
    });
}

#[test]
fn longer_over_the_next_patient_is_asked_first_and_stands_beside() {
    on_both(async |app| {
        let own = booked(app, "check-up", june(2, 10, 0), ANA).await;
        booked(app, "check-up", june(2, 10, 30), "bo@client.example").await;
        let desk = app.staff("desk").await;
        let longer = [("start", "2026-06-02T10:00"), ("minutes", "60")];
        let asked = put(&desk, &own, "preview", &longer).await.expect(200).shows("Change it anyway");
        assert_eq!(app.count("SELECT count(*) FROM occupations WHERE lane > 0"), 0);
        // Whoever did not read the warning gets it again.
        let unread = asked.form("/move").with("acknowledged", "");
        desk.submits_once(&unread).await.expect(200).shows("Change it anyway");
        assert_eq!(app.count("SELECT count(*) FROM occupations WHERE lane > 0"), 0);
        desk.submits_once(&asked.form("/move")).await.expect(200).shows("11:00 AM");
        assert!(app.count("SELECT count(*) FROM occupations WHERE lane > 0") >= 1);
        app.tick().await;
        assert_eq!(app.mails_to(ANA).await.len(), 2, "the end is part of what was agreed");
        desk.opens(&format!("/staff/bookings/{own}")).await.shows("Lengthened").shows("overlaps another appointment");
        // A card that was pulled longer keeps its length when it is moved.
        let moved = put(&desk, &own, "preview", &[("start", "2026-06-03T09:00")]).await.expect(200);
        desk.submits_once(&moved.form("/move")).await.expect(200).shows("9:00 AM – 10:00 AM");
        assert_eq!(
            app.count("SELECT count(*) FROM occupations WHERE lane > 0"),
            0,
            "who is alone again stands in front"
        );
        let shorter =
            put(&desk, &own, "preview", &[("start", "2026-06-03T09:00"), ("minutes", "15")]).await.expect(200);
        desk.submits_once(&shorter.form("/move").with("tell", "no")).await.expect(200);
        desk.opens(&format!("/staff/bookings/{own}")).await.shows("Shortened");
        app.tick().await;
    });
}

#[test]
fn whoever_was_slower_is_told_who_was_faster() {
    on_both(async |app| {
        let own = booked(app, "check-up", june(2, 10, 0), ANA).await;
        let (desk, manager) = (app.staff("desk").await, app.staff("manager").await);
        let seen = version(app, &own);
        let to = [("version", seen.as_str()), ("start", "2026-06-02T11:00")];
        let slow = put(&desk, &own, "preview", &to).await.expect(200);
        let fast = put(&manager, &own, "preview", &[("start", "2026-06-02T13:00")]).await.expect(200);
        manager.submits_once(&fast.form("/move")).await.expect(200);
        let late = desk.submits_once(&slow.form("/move")).await.expect(409).shows("data-outcome=\"changed\"");
        assert!(late.text.contains("manager changed this booking") && late.text.contains("1:00 PM"), "{}", late.text);
        put(&desk, &own, "preview", &to).await.expect(409);
        app.tick().await;
    });
}

async fn block_form(who: &Visitor, query: &str) -> Form {
    who.opens(&format!("/staff/calendar/block?date=2026-06-02&{query}"))
        .await
        .expect(200)
        .form("/staff/calendar/blocks")
}

#[test]
fn time_is_blocked_moved_and_given_free() {
    on_both(async |app| {
        let own = booked(app, "check-up", june(2, 10, 0), ANA).await;
        let desk = app.staff("desk").await;
        let form = block_form(&desk, &format!("time=11:00&minutes=60&provider={}", id(shop::ADA))).await;
        desk.submits(&form.clone().with("reason", "Team <meeting>")).await.expect(200).shows("The time is blocked");
        let day = shown(&desk, "2026-06-02", "2026-06-03", "").await;
        let card = cards(&day, "block")[0].clone();
        assert_eq!((&card["title"], &card["end"]), (&json!("Team <meeting>"), &json!("2026-06-02T12:00:00")));
        // Clients are not offered the time, and nobody books into it unasked.
        let into = app.books_by_api("check-up", june(2, 11, 0), "bo@client.example").await.expect(201).json();
        let into = ids::decode(into["id"].as_str().unwrap()).unwrap();
        let with = format!(
            "SELECT a.provider_id FROM bookings AS b JOIN appointments AS a ON a.id = b.appointment_id WHERE b.id = {into}"
        );
        assert_eq!(app.count(&with), shop::BEN, "the other one is free");
        let ask = put(&desk, &own, "preview", &[("start", "2026-06-02T11:00")]).await.expect(200);
        assert!(ask.text.contains("The time is blocked"), "{}", ask.text);
        // Over an appointment: a warning, then beside it.
        let block = card["extendedProps"]["id"].as_str().unwrap();
        let edit = desk.opens(&format!("/staff/calendar/blocks/{block}")).await.expect(200);
        let over = edit.form(&format!("/staff/calendar/blocks/{block}")).with("time", "10:00");
        let warned = desk.submits_once(&over).await.expect(409).shows("Ada Alvarez has Ana Lima");
        desk.submits(&warned.form(&format!("/staff/calendar/blocks/{block}"))).await.expect(200).shows("was changed");
        assert_eq!(app.count("SELECT count(*) FROM occupations WHERE lane = 1 AND block_id IS NOT NULL"), 1);
        desk.submits_once(&over).await.expect(409);
        // The appointment leaves, and the block closes up; then it goes as well.
        let away = put(&desk, &own, "preview", &[("start", "2026-06-03T09:00")]).await.expect(200);
        desk.submits_once(&away.form("/move")).await.expect(200);
        assert_eq!(app.count("SELECT count(*) FROM occupations WHERE lane > 0"), 0);
        let page = desk.opens(&format!("/staff/calendar/blocks/{block}")).await.expect(200);
        desk.submits(&page.form("/remove")).await.expect(200).shows("free again");
        assert_eq!(app.count("SELECT count(*) FROM occupations WHERE block_id IS NOT NULL"), 0);
        desk.opens(&format!("/staff/calendar/blocks/{block}")).await.expect(404);
        for (field, value) in [("minutes", "0"), ("minutes", "1e9"), ("time", "25:00"), ("date", "x"), ("provider", "")]
        {
            let page = desk.submits_once(&form.clone().with("reason", "Typed").with(field, value)).await.expect(422);
            assert!(page.text.contains("Typed"), "{field} = {value:?} lost the reason");
        }
        app.tick().await;
    });
}

#[test]
fn a_provider_blocks_the_own_free_time_and_moves_nobody() {
    on_both(async |app| {
        let own = booked(app, "check-up", june(2, 10, 0), ANA).await;
        let ada = app.staff("ada").await;
        let form = block_form(&ada, "time=15:00&minutes=30").await;
        ada.submits(&form).await.expect(200).shows("The time is blocked");
        ada.submits_once(&form.clone().with("provider", &id(shop::BEN))).await.expect(422).shows("your own time");
        ada.submits_once(&form.clone().with("room", &id(shop::ROOM_ONE))).await.expect(422);
        let over = ada.submits_once(&form.clone().with("time", "10:00").with("acknowledged", "overlap")).await;
        assert!(over.expect(409).text.contains("may not block over it"));
        put(&ada, &own, "preview", &[("start", "2026-06-02T11:00")]).await.expect(403);
        put(&ada, &own, "move", &[("start", "2026-06-02T11:00")]).await.expect(403);
        let desk = app.staff("desk").await;
        desk.submits(&block_form(&desk, &format!("time=15:00&minutes=30&provider={}", id(shop::BEN))).await)
            .await
            .expect(200);
        let bens = app.count(&format!("SELECT id FROM blocks WHERE provider_id = {}", shop::BEN));
        ada.opens(&format!("/staff/calendar/blocks/{}", id(bens))).await.expect(404);
        app.tick().await;
    });
}

#[test]
fn a_booking_and_a_block_never_get_the_same_time() {
    for kind in kinds() {
        let database = TestDatabase::migrated(kind);
        database.run(&shop::statements());
        database.run(&shop::staff_statements());
        let (db, shop, now) = (database.open(), Arc::new(Shop::default()), shop::start());
        let barrier = Barrier::new(16);
        let won: Vec<bool> = std::thread::scope(|scope| {
            let runners: Vec<_> = (0..16_u32)
                .map(|runner| {
                    let (db, shop, barrier) = (db.clone(), Arc::clone(&shop), &barrier);
                    scope.spawn(move || {
                        barrier.wait();
                        if runner % 2 == 0 {
                            let wanted = request(shop::CHECKUP, Some(shop::ADA), june(2, 9, 0), person(runner));
                            match db.write_blocking(now, move |tx| book::book(tx, &shop, &wanted)) {
                                Ok(_) => true,
                                Err(Bad::Refused(BookRefused::SlotTaken)) => false,
                                Err(other) => panic!("{other:?}"),
                            }
                        } else {
                            let wish = BlockWish {
                                location: LocationId::new(shop::LOCATION),
                                provider: Some(ProviderId::new(shop::ADA)),
                                room: None,
                                starts_at: june(2, 9, 0),
                                ends_at: june(2, 9, 0) + TimeDelta::minutes(45),
                                reason: String::new(),
                                by: StaffUserId::new(6003),
                                only: None,
                                overriding: None,
                            };
                            match db.write_blocking(now, move |tx| block::add(tx, &shop, &wish)) {
                                Ok(_) => true,
                                Err(Bad::Refused(BlockRefused::Taken)) => false,
                                Err(other) => panic!("{other:?}"),
                            }
                        }
                    })
                })
                .collect();
            runners.into_iter().map(|runner| runner.join().unwrap()).collect()
        });
        assert_eq!(won.into_iter().filter(|won| *won).count(), 1, "on {kind:?}");
        let mut conn = database.connect();
        let standing = format!("SELECT count(*) FROM occupations WHERE resource_id = {} AND lane = 0", shop::ADA);
        assert_eq!(count(&mut conn, &standing), 1);
        invariants::check(&mut conn);
    }
}

#[test]
fn an_open_calendar_hears_of_changes() {
    on_both(async |app| {
        let desk = app.staff("desk").await;
        desk.opens("/staff/calendar/live").await.expect(204);
        app.visitor().opens("/staff/calendar/live?since=x").await.shows("sign-in");
        let stamp = shown(&desk, "2026-06-02", "2026-06-03", "").await["stamp"].as_str().unwrap().to_owned();
        let (listening, path) = (desk.clone(), format!("/staff/calendar/live?since={stamp}"));
        let heard = tokio::spawn(async move { listening.hears(&path, "event: changed").await });
        tokio::time::sleep(Duration::from_millis(300)).await;
        let own = booked(app, "check-up", june(2, 10, 0), ANA).await;
        let text = tokio::time::timeout(Duration::from_secs(10), heard).await.expect("within seconds").unwrap();
        assert!(text.starts_with("retry:"), "{text}");
        // Another status is a change as well, though nobody's time is another one.
        let stamp = shown(&desk, "2026-06-02", "2026-06-03", "").await["stamp"].as_str().unwrap().to_owned();
        let page = desk.opens(&format!("/staff/bookings/{own}")).await.expect(200);
        desk.submits(&page.form("/arrive")).await.expect(200);
        let mut listener = app.app.live.listen(&app.app.db).expect("room for one more");
        let newest = tokio::time::timeout(Duration::from_secs(10), listener.change_from(&stamp)).await.unwrap();
        assert!(newest.is_some_and(|newest| newest != stamp));
        app.app.live.end();
        assert_eq!(listener.change_from("").await, None, "nobody keeps the server from stopping");
        assert!(app.app.live.listen(&app.app.db).is_none());
        app.tick().await;
    });
}

#[test]
fn the_page_keeps_its_filters_and_its_list() {
    on_both(async |app| {
        booked(app, "check-up", june(2, 10, 0), ANA).await;
        let desk = app.staff("desk").await;
        let query = format!("date=2026-06-02&view=week&by=room&color=status&provider={}", id(shop::ADA));
        let page = desk.opens(&format!("/staff?{query}")).await.expect(200);
        assert!(page.text.contains("data-view=\"week\"") && page.text.contains("data-by=\"room\""));
        let next = page.links().into_iter().find(|link| link.contains("date=2026-06-03")).expect("the next day");
        for part in ["view=week", "by=room", "color=status", "provider="] {
            assert!(next.contains(part), "{next} lost {part}");
        }
        assert!(page.text.contains("Ana Lima"), "the list is there without scripts");
        let list = desk.opens("/staff?date=2026-06-02&view=list").await.expect(200).shows("Ana Lima");
        assert!(!list.text.contains("src=\"/assets/calendar."), "the list needs no script");
        desk.opens("/staff?view=nonsense&by=x&color=%00&date=2026-06-02").await.expect(200);
        desk.opens("/staff/day-sheet?day=2026-06-02").await.expect(200).shows("Ana Lima").shows("Operatory 1");
        let find = format!("/staff/find-time?service={}&from=2026-06-02&part_of_day=afternoon", id(shop::CHECKUP));
        let found = desk.opens(&find).await.expect(200).shows("1:00 PM");
        assert!(!found.text.contains("9:00 AM"), "mornings were not asked for");
        desk.opens(found.link("start=").split('#').next().unwrap()).await.expect(200).shows("Check-up");
        desk.opens("/staff/find-time?service=nonsense&from=x&provider=%F0").await.expect(200);
        desk.opens("/staff/find-time?part=1").await.expect(200);
        app.tick().await;
    });
}
