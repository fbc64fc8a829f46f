//! Waiting for a time: whose turn it is, what is kept for how long, and that no place has two winners. On both engines.

use std::sync::{Arc, Barrier};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rebook::booking::book::{self, BookRefused, Who};
use rebook::booking::offer::Shop;
use rebook::booking::place::Exactly;
use rebook::db::{Bad, Db, Fault, Never};
use rebook::domain::booking::Actor;
use rebook::domain::ids::{BookingId, ProviderId, ServiceId, WaitlistEntryId};
use rebook::domain::waitlist::{EntryStatus, Move, OfferStatus, Weekdays, Wish};
use rebook::rescheduling::{self, Destination};
use rebook::waitlist::{
    self, Accepted, AnswerRefused, Entry, JoinRefused, JoinRequest, Joined, Offer, OfferRefused, Place,
};
use regex::Regex;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{TestApp, on_both};
use crate::support::databases::{Kind, TestDatabase, kinds};
use crate::support::invariants::{self, count};
use crate::support::people::{person, request};
use crate::support::schema::everything;
use crate::support::shop::{self, june};
use crate::support::visitor::Page;

const THREADS: usize = 16;

/// Somebody who waits for nine o'clock with Ada on the second of June.
fn body(number: u32, more: &Value) -> Value {
    let mut body = json!({
        "service": "check-up",
        "provider": "ada",
        "first_day": "2026-06-02",
        "last_day": "2026-06-02",
        "from": "09:00",
        "until": "09:30",
        "client": { "first_name": "Person", "last_name": "Lima", "email": format!("person{number}@client.example") },
    });
    body["client"]["first_name"] = json!(format!("Person{}", char::from(b'a' + u8::try_from(number).unwrap())));
    for (name, value) in more.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    body
}

struct Waiting {
    id: String,
    token: String,
}

async fn joins(app: &TestApp, number: u32, more: Value) -> Waiting {
    let answer =
        app.visitor().api(Method::POST, "/api/v1/waitlist", &body(number, &more), &[]).await.expect(201).json();
    Waiting { id: answer["id"].as_str().unwrap().to_owned(), token: answer["token"].as_str().unwrap().to_owned() }
}

impl Waiting {
    async fn asks(&self, app: &TestApp, method: Method, below: &str) -> Page {
        let bearer = format!("Bearer {}", self.token);
        let path = format!("/api/v1/waitlist/{}{below}", self.id);
        app.visitor().api(method, &path, &Value::Null, &[("authorization", &bearer)]).await
    }

    async fn stands(&self, app: &TestApp) -> Value {
        self.asks(app, Method::GET, "").await.expect(200).json()
    }

    async fn offer(&self, app: &TestApp) -> Option<String> {
        self.stands(app).await["offer"]["id"].as_str().map(str::to_owned)
    }

    async fn answers(&self, app: &TestApp, word: &str) -> Page {
        let offer = self.offer(app).await.expect("an offer");
        self.asks(app, Method::POST, &format!("/offers/{offer}/{word}")).await
    }

    fn page(&self) -> String {
        format!("/w/{}", self.token)
    }
}

/// A booking of the API with the token that opens it.
async fn takes(app: &TestApp, provider: &str, start: DateTime<Utc>, number: u32) -> (String, String) {
    let mut body = body(number, &json!({ "provider": provider, "start": start.to_rfc3339() }));
    for name in ["first_day", "last_day", "from", "until"] {
        body.as_object_mut().unwrap().remove(name);
    }
    let answer = app.visitor().api(Method::POST, "/api/v1/bookings", &body, &[]).await.expect(201).json();
    let text = |name: &str| answer[name].as_str().unwrap().to_owned();
    (text("id"), text("manage_token"))
}

async fn gives_up(app: &TestApp, (id, token): &(String, String)) {
    let bearer = format!("Bearer {token}");
    let path = format!("/api/v1/bookings/{id}/cancel");
    app.visitor().api(Method::POST, &path, &Value::Null, &[("authorization", &bearer)]).await.expect(200);
}

async fn subjects(app: &TestApp, number: u32) -> Vec<String> {
    let mails = app.mails_to(&format!("person{number}@client.example")).await;
    mails.iter().filter_map(|mail| mail.read().map(|head| head.subject)).collect()
}

fn offers_in(subjects: &[String]) -> usize {
    subjects.iter().filter(|subject| subject.starts_with("A place is free for you")).count()
}

#[test]
fn a_cancelled_place_goes_from_one_to_the_next_until_somebody_takes_it() {
    on_both(async |app| {
        let held = takes(app, "ada", june(2, 9, 0), 0).await;
        let first = joins(app, 1, json!({})).await;
        app.advance(TimeDelta::seconds(1));
        let second = joins(app, 2, json!({})).await;
        app.tick().await;
        assert_eq!(subjects(app, 1).await, ["You are on our waitlist"]);
        assert!(first.offer(app).await.is_none());

        gives_up(app, &held).await;
        assert_eq!(app.tick().await.offers_made, 1);
        let stands = first.stands(app).await;
        assert_eq!(stands["offer"]["start"], "2026-06-02T09:00:00-07:00");
        assert_eq!(stands["offer"]["expires_at"], "2026-06-01T10:00:01-07:00");
        assert!(second.offer(app).await.is_none());
        let mails = subjects(app, 1).await;
        assert_eq!(mails.last().unwrap(), "A place is free for you: Tue, Jun 2, 9:00 AM");
        assert_eq!(offers_in(&subjects(app, 2).await), 0, "one at a time");

        // Nobody else takes what is kept, and another pass changes nothing.
        app.books_by_api("check-up", june(2, 9, 0), "ben@client.example").await.expect(201);
        let taken = body(3, &json!({}));
        let taken = json!({ "service": "check-up", "provider": "ada", "start": june(2, 9, 0).to_rfc3339(), "client": taken["client"] });
        app.visitor().api(Method::POST, "/api/v1/bookings", &taken, &[]).await.expect(409);
        assert_eq!(app.tick().await.offers_made, 0);

        first.answers(app, "decline").await.expect(200);
        assert_eq!(app.tick().await.offers_made, 1, "and the first is not asked about it again");
        assert!(first.offer(app).await.is_none());
        assert_eq!(offers_in(&subjects(app, 2).await), 1);

        let booked = second.answers(app, "accept").await.expect(200).json();
        assert_eq!(booked["status"], "booked");
        let manage = format!("/m/{}", booked["manage_token"].as_str().unwrap());
        app.visitor().opens(&manage).await.expect(200).shows("June 2, 2026");
        app.tick().await;
        assert!(subjects(app, 2).await.last().unwrap().starts_with("Your appointment on"));
        assert_eq!(first.stands(app).await["status"], "waiting");
        assert_eq!(app.count("SELECT count(*) FROM holds WHERE ended_at IS NULL"), 0);
    });
}

#[test]
fn silence_lets_it_move_on_and_parks_after_the_third_time() {
    on_both(async |app| {
        let wide = json!({ "first_day": "2026-06-08", "last_day": "2026-06-30", "until": "17:00" });
        let silent = joins(app, 1, wide).await;
        let mut starts = Vec::new();
        for round in 1..=3 {
            app.tick().await;
            let stands = silent.stands(app).await;
            starts.push(stands["offer"]["start"].as_str().unwrap().to_owned());
            // A minute before the end it is still open; at the end it is not.
            app.advance(TimeDelta::minutes(119));
            assert!(silent.offer(app).await.is_some());
            app.advance(TimeDelta::minutes(1));
            assert!(silent.offer(app).await.is_none(), "what ran out is over before anybody wrote it down");
            assert_eq!(app.tick().await.offers_ended, 1, "round {round}");
        }
        starts.sort();
        starts.dedup();
        assert_eq!(starts.len(), 3, "never the same place twice: {starts:?}");
        assert_eq!(silent.stands(app).await["status"], "parked");
        assert_eq!(app.tick().await.offers_made, 0);
        let desk = app.staff("desk").await;
        desk.opens("/staff/waitlist?view=parked").await.expect(200).shows("Personb").shows("Paused");
        // Who comes back through the link waits again.
        let page = app.visitor().opens(&silent.page()).await.expect(200).shows("Are you still waiting?");
        app.visitor().submits(&page.form("/stay")).await.expect(200);
        assert_eq!(app.tick().await.offers_made, 1);
    });
}

#[test]
fn links_used_late_or_twice_say_what_happened() {
    on_both(async |app| {
        let waiting = joins(app, 1, json!({})).await;
        app.tick().await;
        let visitor = app.visitor();
        let mails = app.mails_to("person1@client.example").await;
        let letters: Vec<_> = mails.iter().filter_map(rebook::mail::KeptMail::read).collect();
        let letter = letters.iter().find(|letter| letter.subject.starts_with("A place is free")).unwrap();
        let link = Regex::new(r"https?://\S+/w/\S+").unwrap().find(&letter.text).unwrap().as_str().to_owned();
        assert!(link.contains("?offer="), "{link}");
        let link = visitor.local(&link);
        let page = visitor.opens(&link).await.expect(200).shows("A place has opened for you").shows("10:00");
        let (accept, decline) = (page.form("/accept"), page.form("/decline"));
        let declined = visitor.submits(&decline).await.expect(200).shows("You have declined the place");
        assert!(!declined.text.contains("/accept"));
        visitor.submits(&decline).await.expect(200).shows("You have declined the place");
        visitor.submits(&accept).await.expect(200).shows("You have declined the place");
        visitor.opens(&link).await.expect(200).shows("You have declined the place");
        assert_eq!(app.count("SELECT count(*) FROM bookings"), 0);

        // Another one, accepted twice: one booking, the same page.
        let other = joins(app, 2, json!({})).await;
        app.tick().await;
        let page = visitor.opens(&other.page()).await.expect(200);
        let accept = page.form("/accept");
        let first = visitor.submits_once(&accept).await.expect(303);
        let second = visitor.submits_once(&accept).await.expect(303);
        assert_eq!(first.header("location"), second.header("location"));
        assert!(first.header("location").starts_with("/m/"));
        assert_eq!(app.count("SELECT count(*) FROM bookings"), 1);
        visitor.opens(&other.page()).await.expect(200).shows("You have a place");
        visitor.submits(&page.form("/withdraw")).await.expect(200).shows("You have a place");

        // One that ran out.
        let late = joins(app, 3, json!({ "from": "10:00", "until": "10:30" })).await;
        app.tick().await;
        let page = visitor.opens(&late.page()).await.expect(200);
        app.advance(TimeDelta::hours(3));
        visitor.submits(&page.form("/accept")).await.expect(200).shows("was kept for you until");
        assert_eq!(app.count("SELECT count(*) FROM bookings"), 1);
        app.tick().await;
        // A strange token opens nothing, and another entry's token not this one.
        visitor.opens(&format!("/w/{}", "0".repeat(39))).await.expect(404);
        visitor.ask(Method::POST, &format!("/w/{}/accept", "0".repeat(39)), Some(String::new()), &[]).await.expect(404);
        let crossed = Waiting { id: late.id.clone(), token: waiting.token.clone() };
        crossed.asks(app, Method::GET, "").await.expect(404);
        app.tick().await;
    });
}

#[test]
fn who_leaves_gives_the_place_to_the_next() {
    on_both(async |app| {
        let first = joins(app, 1, json!({})).await;
        app.advance(TimeDelta::seconds(1));
        let second = joins(app, 2, json!({})).await;
        app.tick().await;
        let page = app.visitor().opens(&first.page()).await.expect(200);
        app.visitor().submits(&page.form("/withdraw")).await.expect(200).shows("You are no longer on the waitlist");
        app.visitor().submits(&page.form("/accept")).await.expect(200).shows("no longer offered");
        app.tick().await;
        assert!(second.offer(app).await.is_some());
        let left = second.asks(app, Method::POST, "/withdraw").await.expect(200).json();
        assert_eq!(left["status"], "withdrawn");
        assert_eq!(second.asks(app, Method::POST, "/withdraw").await.expect(200).json()["status"], "withdrawn");
        app.tick().await;
        assert_eq!(app.count("SELECT count(*) FROM occupations"), 0, "the place is free again");
        takes(app, "ada", june(2, 9, 0), 4).await;
        app.tick().await;
    });
}

#[test]
fn staff_put_first_skip_and_answer_for_somebody() {
    on_both(async |app| {
        let held = takes(app, "ada", june(2, 9, 0), 0).await;
        let mut waiting = Vec::new();
        for number in 1..=4 {
            waiting.push(joins(app, number, json!({})).await);
            app.advance(TimeDelta::seconds(1));
        }
        let desk = app.staff("desk").await;
        let press = async |index: usize, what: &str| {
            let page = desk.opens(&format!("/staff/waitlist/{}", waiting[index].id)).await.expect(200);
            desk.submits(&page.form("/arrange").with("do", what)).await.expect(200)
        };
        // 4 before 1, then 3 one up before 2, then 1 down: 4, 3, 1, 2.
        press(3, "first").await.shows("The order was changed");
        press(2, "up").await;
        press(0, "down").await;
        let list = desk.opens("/staff/waitlist?view=waiting&service=check-up").await.expect(200);
        let names = Regex::new("/staff/waitlist/[0-9A-Z]{13}\">(Person.)").unwrap();
        let order: Vec<String> = names.captures_iter(&list.text).map(|found| found[1].to_owned()).collect();
        assert_eq!(order, ["Persone", "Persond", "Personb", "Personc"], "{}", list.text);
        press(3, "skip").await.shows("Skipped for a day");
        gives_up(app, &held).await;
        app.tick().await;
        assert!(waiting[3].offer(app).await.is_none() && waiting[2].offer(app).await.is_some());

        // On the phone: no; the next one by hand; yes.
        let page = desk.opens(&format!("/staff/waitlist/{}", waiting[2].id)).await.expect(200).shows("kept until");
        desk.submits(&page.form("/decline")).await.expect(200).shows("Declined");
        let page = desk.opens(&format!("/staff/waitlist/{}", waiting[3].id)).await.expect(200);
        let place = page.buttons("place").remove(0);
        let offered =
            desk.submits(&page.form("/offer").with("place", &place)).await.expect(200).shows("The place is kept");
        desk.submits(&page.form("/offer").with("place", &place)).await.expect(409).shows("kept for this entry already");
        let booked = desk.submits(&offered.form("/accept")).await.expect(200);
        assert!(booked.path.contains("/staff/bookings/"), "{}", booked.path);
        app.tick().await;
        let page = desk.opens(&format!("/staff/waitlist/{}", waiting[0].id)).await.expect(200);
        desk.submits(&page.form("/remove")).await.expect(200).shows("Taken off the list");
        desk.submits(&page.form("/arrange").with("do", "skip")).await.expect(409).shows("left the list");
        desk.submits(&page.form("/arrange").with("do", "dance")).await.expect(400);
        app.tick().await;
    });
}

#[test]
fn short_notice_comes_first_today_and_the_phone_is_called() {
    on_both(async |app| {
        let today = json!({ "first_day": "2026-06-01", "last_day": "2026-06-01", "from": "13:00", "until": "13:30" });
        let patient = joins(app, 1, today.clone()).await;
        app.advance(TimeDelta::minutes(1));
        let mut hurried = today.clone();
        hurried["short_notice"] = json!(true);
        hurried["client"] = json!({ "first_name": "Quick", "last_name": "Lima", "phone": "+1 213 555 0177" });
        let quick = joins(app, 2, hurried.clone()).await;
        app.tick().await;
        let stands = quick.stands(app).await;
        assert_eq!(stands["offer"]["expires_at"], "2026-06-01T08:21:00-07:00", "twenty minutes");
        assert!(patient.offer(app).await.is_none());
        let desk = app.staff("desk").await;
        let list = desk.opens("/staff/waitlist?view=call").await.expect(200).shows("Quick").shows("please call");
        assert!(list.text.contains("tel:+1 213 555 0177") && !list.text.contains("Personb"), "{}", list.text);
        assert_eq!(app.mails().await.len(), 1, "only the first has an address: joined");
        // Who wants to be called must say where.
        hurried["client"] = json!({ "first_name": "Mute", "last_name": "Lima", "email": "mute@client.example" });
        let refused = app.visitor().api(Method::POST, "/api/v1/waitlist", &body(3, &hurried), &[]).await.expect(422);
        assert_eq!(refused.json()["code"], "phone_needed");
        assert_eq!(app.count("SELECT count(*) FROM clients WHERE first_name = 'Mute'"), 0);
        app.tick().await;
        assert!(app.mails_to("mute@client.example").await.is_empty(), "a refused join mails nobody");
    });
}

#[test]
fn nothing_is_offered_at_night_or_too_late_or_besides_the_wish() {
    on_both(async |app| {
        // 21:00 on the clocks of Los Angeles.
        app.advance(TimeDelta::hours(13));
        let waiting = joins(app, 1, json!({})).await;
        assert_eq!(app.tick().await.offers_made, 0);
        app.advance(TimeDelta::minutes(10 * 60 - 1));
        assert_eq!(app.tick().await.offers_made, 0, "6:59");
        app.advance(TimeDelta::minutes(1));
        assert_eq!(app.tick().await.offers_made, 1, "7:00");
        assert_eq!(waiting.stands(app).await["offer"]["expires_at"], "2026-06-02T07:20:00-07:00");
        // Inside the lead time there is nothing left to offer.
        waiting.answers(app, "decline").await.expect(200);
        let late = joins(app, 2, json!({})).await;
        app.advance(TimeDelta::minutes(56));
        assert_eq!(app.tick().await.offers_made, 0, "four minutes are left");
        assert!(late.offer(app).await.is_none());
        // The day passes: the wish ends by itself.
        app.advance(TimeDelta::hours(20));
        app.tick().await;
        assert_eq!(late.stands(app).await["status"], "expired");
    });
}

#[test]
fn new_hours_and_moves_open_places_too() {
    on_both(async |app| {
        // Nobody works on Saturday, the sixth.
        let saturday = json!({ "first_day": "2026-06-06", "last_day": "2026-06-06" });
        let waiting = joins(app, 1, saturday).await;
        app.tick().await;
        assert!(waiting.offer(app).await.is_none());
        app.database.run(&format!(
            "INSERT INTO weekly_hours (id, provider_id, location_id, kind, weekday, starts_minute, ends_minute)
               VALUES (5999, {}, {}, 'work', 6, 540, 600);
             UPDATE change_counters SET value = value + 1;",
            shop::ADA,
            shop::LOCATION
        ));
        assert_eq!(app.tick().await.offers_made, 1);
        assert_eq!(waiting.stands(app).await["offer"]["start"], "2026-06-06T09:00:00-07:00");

        // A booking that moves leaves its place.
        let (id, _) = takes(app, "ada", june(3, 9, 0), 2).await;
        let next = joins(app, 3, json!({ "first_day": "2026-06-03", "last_day": "2026-06-03" })).await;
        app.tick().await;
        assert!(next.offer(app).await.is_none());
        let request = rescheduling::Move {
            booking: id.parse().unwrap(),
            to: Destination { starts_at: june(3, 14, 0), provider: Some(ProviderId::new(shop::ADA)), location: None },
            actor: Actor::Client,
            reason: None,
            expected_version: None,
            overriding: None,
            once: None,
            exactly: Exactly::default(),
            is_silent: false,
        };
        let shared = Arc::clone(&app.app);
        let moved = app.app.db.write(app.now(), move |tx| rescheduling::reschedule(tx, &shared.shop, &request)).await;
        no_fault(moved).unwrap();
        app.tick().await;
        assert!(next.offer(app).await.is_some(), "booking {id} left it");
    });
}

#[test]
fn a_full_day_leads_to_the_list_without_scripts() {
    on_both(async |app| {
        let visitor = app.visitor();
        // Saturday has nothing.
        let page = visitor.opens("/book/check-up?date=2026-06-06").await.expect(200);
        let form = visitor.opens(&page.link("/waitlist")).await.expect(200).form("/waitlist");
        assert_eq!((form.value("first_day"), form.value("last_day")), ("2026-06-06", "2026-06-06"));
        let filled = form.with("first_name", "Ana").with("last_name", "Lima").with("email", "ana@client.example");
        let before = app.rows();

        // What is wrong is said by the field, what was typed stays, nobody is told anything.
        let wrong = [
            (filled.clone().with("email", "ana@"), "not a complete e-mail address"),
            (filled.clone().with("last_day", "2026-06-05"), "before the first"),
            (filled.clone().with("first_day", "2020-01-01").with("last_day", "2020-01-02"), "have passed"),
            (filled.clone().with("first_day", "2027-06-01").with("last_day", "2027-06-02"), "too far away"),
            (filled.clone().with("first_day", "soon"), "enter a date"),
            (filled.clone().without("days"), "every"),
            (filled.clone().with("party", "7"), "1 to 1 people"),
            (filled.clone().with("provider", "nobody"), "does not offer this"),
            (filled.clone().with("part", "midnight"), "time of day from the list"),
            (filled.clone().with("short_notice", "on"), "phone number to call you"),
            (filled.clone().with("token", "stale"), "open for a long time"),
            (filled.clone().with("note", &"x".repeat(501)), "too long"),
        ];
        for (form, sentence) in wrong {
            if sentence == "every" {
                continue;
            }
            let page = visitor.submits(&form).await.expect(422).shows(sentence);
            assert_eq!(page.form("/waitlist").value("first_name"), "Ana", "{sentence}");
        }
        let mut dayless = filled.clone();
        dayless.fields.retain(|(name, _)| name != "days");
        visitor.submits(&dayless).await.expect(422).shows("at least one day of the week");
        assert_eq!(app.rows(), before);

        // Sent twice it is one entry; the same wish again is refused.
        let first = visitor.submits_once(&filled).await.expect(303);
        let second = visitor.submits_once(&filled).await.expect(303);
        assert_eq!(first.header("location"), second.header("location"));
        let page = visitor.opens(first.header("location")).await.expect(200).shows("You are on the waitlist");
        assert!(page.text.contains("a…@client.example") && !page.text.contains("ana@client.example"));
        visitor.submits(&filled.clone().with("key", "another")).await.expect(422).shows("exactly this already");
        assert_eq!(app.count("SELECT count(*) FROM waitlist_entries"), 1);
        app.tick().await;
        assert_eq!(app.mails_to("ana@client.example").await.len(), 1);
        visitor.opens("/book/no-such-thing/waitlist").await.expect(404);
    });
}

#[test]
fn the_desk_adds_somebody_it_knows() {
    on_both(async |app| {
        takes(app, "ada", june(3, 9, 0), 5).await;
        app.tick().await;
        let desk = app.staff("desk").await;
        desk.opens("/staff/waitlist").await.expect(200).shows("Nobody is waiting");
        let page = desk.opens("/staff/waitlist/new?service=check-up&q=personf").await.expect(200);
        let page = desk.opens(&page.link("client=")).await.expect(200).shows("Personf Lima");
        let forms = page.forms();
        let form =
            forms.into_iter().find(|form| form.method == "post" && form.action == "/staff/waitlist/new").unwrap();
        let form = form.with("first_day", "2026-06-06").with("last_day", "2026-06-06");
        let added = desk.submits(&form).await.expect(200).shows("Now on the waitlist").shows("Has an appointment");
        assert!(added.path.contains("/staff/waitlist/"));
        desk.submits(&form.clone().with("key", "another")).await.expect(422).shows("exactly this already");
        desk.submits(&form.clone().with("key", "third").with("client", "nonsense")).await.expect(422);
        desk.opens("/staff/waitlist?service=check-up").await.expect(200).shows("Personf Lima");
        app.tick().await;
    });
}

#[test]
fn ten_wishes_are_enough_and_bad_bodies_are_named() {
    on_both(async |app| {
        for hour in 0..10 {
            let times = json!({ "from": format!("0{hour}:00"), "until": "17:00", "provider": "ben" });
            joins(app, 1, times).await;
        }
        let post = async |more: Value| app.visitor().api(Method::POST, "/api/v1/waitlist", &body(1, &more), &[]).await;
        assert_eq!(
            post(json!({ "from": "10:00", "until": "17:00" })).await.expect(409).json()["code"],
            "too_many_entries"
        );
        let wrong = [
            (json!({ "first_day": "2026-02-30" }), "/first_day", "not_a_date"),
            (json!({ "from": "9" }), "/from", "not_a_time"),
            (json!({ "weekdays": ["someday"] }), "/weekdays", "not_weekdays"),
            (json!({ "weekdays": [] }), "/weekdays", "not_weekdays"),
            (json!({ "colour": "red" }), "/colour", "unknown_field"),
            (json!({ "service": "nothing" }), "/service", "unknown_service"),
            (json!({ "party": 5 }), "/party", "party_too_large"),
            (json!({ "last_day": "2026-06-01" }), "/last_day", "days_reversed"),
            (json!({ "weekdays": ["sunday"] }), "/weekdays", "no_such_weekday"),
            (json!({ "until": "09:00" }), "/until", "times_reversed"),
            (json!({ "first_day": "2028-06-02", "last_day": "2028-06-03" }), "/first_day", "too_far"),
        ];
        for (more, pointer, code) in wrong {
            let mut more = more;
            more["client"] = json!({ "first_name": "Zoe", "last_name": "Lima", "email": "zoe@client.example" });
            let refused = post(more).await.expect(422).json();
            let named = refused["errors"]
                .as_array()
                .is_some_and(|errors| errors.iter().any(|error| error["pointer"] == pointer && error["code"] == code));
            assert!(named || refused["code"] == code, "{pointer} {code}: {refused}");
        }
        assert_eq!(app.count("SELECT count(*) FROM clients"), 1, "a refused join makes nobody");
        // The same call twice is one entry.
        let once = body(2, &json!({}));
        let key = [("idempotency-key", "the same")];
        let first = app.visitor().api(Method::POST, "/api/v1/waitlist", &once, &key).await.expect(201).json();
        let second = app.visitor().api(Method::POST, "/api/v1/waitlist", &once, &key).await.expect(201).json();
        assert_eq!(first["id"], second["id"]);
        app.tick().await;
    });
}

#[test]
fn looking_at_links_and_lists_changes_nothing() {
    on_both(async |app| {
        let waiting = joins(app, 1, json!({})).await;
        app.tick().await;
        let desk = app.staff("desk").await;
        let before = everything(&app.database);
        for method in [Method::GET, Method::HEAD] {
            let bearer = format!("Bearer {}", waiting.token);
            let looked = [
                waiting.page(),
                format!("{}?offer={}", waiting.page(), "0".repeat(13)),
                "/book/check-up/waitlist".to_owned(),
                format!("/api/v1/waitlist/{}", waiting.id),
            ];
            for path in looked {
                app.visitor().ask(method.clone(), &path, None, &[("authorization", &bearer)]).await.expect(200);
            }
            for path in ["/staff/waitlist", "/staff/waitlist/new?service=check-up"] {
                desk.ask(method.clone(), path, None, &[]).await.expect(200);
            }
            desk.ask(method.clone(), &format!("/staff/waitlist/{}", waiting.id), None, &[]).await.expect(200);
            for below in ["accept", "decline", "withdraw"] {
                let page = app.visitor().ask(method.clone(), &format!("{}/{below}", waiting.page()), None, &[]).await;
                assert!(matches!(page.status.as_u16(), 404 | 405), "{below}");
            }
        }
        assert_eq!(everything(&app.database), before);
    });
}

/// The list alone, without pages, for many threads at once.
struct Clinic {
    database: TestDatabase,
    db: Db,
    shop: Arc<Shop>,
}

fn on_each_engine(test: impl Fn(Kind, &Clinic)) {
    for kind in kinds() {
        let database = TestDatabase::migrated(kind);
        database.run(&shop::statements());
        let db = database.open();
        let clinic = Clinic { database, db, shop: Arc::default() };
        test(kind, &clinic);
        invariants::check_with_messages(&mut clinic.database.connect());
    }
}

#[track_caller]
fn no_fault<T, R>(outcome: Result<T, Bad<R>>) -> Result<T, R> {
    outcome.map_err(|bad| match bad {
        Bad::Refused(refusal) => refusal,
        Bad::Fault(fault) => panic!("a request failed: {fault}"),
    })
}

fn nine_with_ada() -> Wish {
    let day = NaiveDate::from_ymd_opt(2026, 6, 2).unwrap();
    Wish {
        provider: Some(ProviderId::new(shop::ADA)),
        location: None,
        party: 1,
        first_day: day,
        last_day: day,
        weekdays: Weekdays::ALL,
        from_minute: 540,
        until_minute: 570,
    }
}

impl Clinic {
    fn joins(&self, number: u32, now: DateTime<Utc>) -> Result<Joined, JoinRefused> {
        let (shop, wanted) = (
            Arc::clone(&self.shop),
            JoinRequest {
                service: ServiceId::new(shop::CHECKUP),
                wish: nine_with_ada(),
                short_notice: false,
                who: Who::Named(person(number)),
                note: String::new(),
                language: None,
                source: None,
                actor: Actor::Client,
                once: None,
            },
        );
        no_fault(self.db.write_blocking(now, move |tx| waitlist::join(tx, &shop, &wanted)))
    }

    fn plan(&self, now: DateTime<Utc>) -> Vec<Place> {
        let shop = Arc::clone(&self.shop);
        self.db.read_blocking(move |conn| waitlist::plan(conn, &shop, now)).unwrap()
    }

    fn offers(&self, place: Place, now: DateTime<Utc>) -> Result<rebook::domain::ids::OfferId, OfferRefused> {
        let shop = Arc::clone(&self.shop);
        no_fault(self.db.write_blocking(now, move |tx| waitlist::offer(tx, &shop, &place, false)))
    }

    fn offer_of(&self, entry: WaitlistEntryId) -> Option<Offer> {
        waitlist::offers_of(&mut self.database.connect(), entry, 1).unwrap().pop()
    }

    fn entry(&self, entry: WaitlistEntryId) -> Entry {
        waitlist::entry(&mut self.database.connect(), entry).unwrap().unwrap()
    }

    fn accepts(&self, offer: &Offer, now: DateTime<Utc>) -> Result<Accepted, AnswerRefused> {
        let (shop, named) = (Arc::clone(&self.shop), (offer.entry, offer.id));
        no_fault(self.db.write_blocking(now, move |tx| waitlist::accept(tx, &shop, named, Actor::Client)))
    }

    fn declines(&self, offer: &Offer, now: DateTime<Utc>) -> Result<(), AnswerRefused> {
        let (shop, named) = (Arc::clone(&self.shop), (offer.entry, offer.id));
        no_fault(self.db.write_blocking(now, move |tx| waitlist::decline(tx, &shop, named)))
    }

    fn ends(&self, offer: &Offer, now: DateTime<Utc>) -> bool {
        let (shop, id) = (Arc::clone(&self.shop), offer.id);
        let ended: Result<bool, Bad<Never>> =
            self.db.write_blocking(now, move |tx| Ok(waitlist::end_overdue(tx, &shop, id)?));
        ended.map_err(|bad| -> Fault { bad.into_fault() }).unwrap()
    }

    fn books(&self, number: u32, now: DateTime<Utc>) -> Result<BookingId, BookRefused> {
        let shop = Arc::clone(&self.shop);
        let wanted = request(shop::CHECKUP, Some(shop::ADA), june(2, 9, 0), person(number));
        no_fault(self.db.write_blocking(now, move |tx| book::book(tx, &shop, &wanted))).map(|booked| booked.booking)
    }

    /// Everybody at once, each with a number.
    fn race<T: Send>(&self, run: impl Fn(usize) -> T + Sync) -> Vec<T> {
        let start = Barrier::new(THREADS);
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS)
                .map(|number| {
                    let (start, run) = (&start, &run);
                    scope.spawn(move || {
                        start.wait();
                        run(number)
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        })
    }
}

#[test]
fn a_place_that_is_accepted_and_runs_out_at_once_has_one_winner() {
    on_each_engine(|kind, clinic| {
        let now = shop::start();
        let entry = clinic.joins(1, now).unwrap().entry;
        let place = clinic.plan(now).remove(0);
        clinic.offers(place, now).unwrap();
        let offer = clinic.offer_of(entry).unwrap();
        // Half of them come a moment before the end, half at the end; clocks of several nodes differ so.
        let (before, end) = (offer.expires_at - TimeDelta::milliseconds(1), offer.expires_at);
        let outcomes = clinic.race(|number| match number % 4 {
            0 => clinic.accepts(&offer, before).map(|accepted| accepted.fresh).unwrap_or(false),
            1 => clinic.ends(&offer, end),
            2 => {
                // Declining wins nothing; whether it came in time is seen in the offer.
                clinic.declines(&offer, before).ok();
                false
            }
            _ => clinic.books(u32::try_from(number).unwrap(), end).is_ok(),
        });
        let conn = &mut clinic.database.connect();
        let status = clinic.offer_of(entry).unwrap().status;
        let booked = count(conn, "SELECT count(*) FROM bookings");
        assert!(booked <= 1, "{kind:?}: {outcomes:?}");
        assert_ne!(status, OfferStatus::Open, "{kind:?}");
        let won = i64::from(status == OfferStatus::Accepted);
        assert_eq!(count(conn, "SELECT count(*) FROM waitlist_entries WHERE status = 'booked'"), won, "{kind:?}");
        assert_eq!(count(conn, "SELECT count(*) FROM seats"), booked, "{kind:?}: {outcomes:?}");
        assert_eq!(clinic.entry(entry).booking.is_some(), won == 1, "{kind:?}");
    });
}

#[test]
fn accepting_many_times_at_once_books_once() {
    on_each_engine(|kind, clinic| {
        let now = shop::start();
        let entry = clinic.joins(1, now).unwrap().entry;
        clinic.offers(clinic.plan(now).remove(0), now).unwrap();
        let offer = clinic.offer_of(entry).unwrap();
        let outcomes = clinic.race(|_| clinic.accepts(&offer, now));
        let fresh = outcomes.iter().filter(|outcome| outcome.as_ref().is_ok_and(|accepted| accepted.fresh)).count();
        assert_eq!(fresh, 1, "{kind:?}: {outcomes:?}");
        assert!(outcomes.iter().all(Result::is_ok), "{kind:?}: {outcomes:?}");
        assert_eq!(count(&mut clinic.database.connect(), "SELECT count(*) FROM bookings"), 1, "{kind:?}");
        assert_eq!(clinic.entry(entry).status, EntryStatus::Booked, "{kind:?}");
    });
}

#[test]
fn many_passes_at_once_offer_one_place_to_one() {
    on_each_engine(|kind, clinic| {
        let now = shop::start();
        let first = clinic.joins(1, now).unwrap().entry;
        let second = clinic.joins(2, now + TimeDelta::seconds(1)).unwrap().entry;
        let now = now + TimeDelta::seconds(2);
        clinic.race(|_| {
            for place in clinic.plan(now) {
                let _made = clinic.offers(place, now);
            }
        });
        let conn = &mut clinic.database.connect();
        assert_eq!(count(conn, "SELECT count(*) FROM waitlist_offers"), 1, "{kind:?}");
        assert!(clinic.offer_of(first).is_some() && clinic.offer_of(second).is_none(), "{kind:?}");
        // Staff offer by hand while the pass does: still one at a time.
        let place =
            Place { entry: first, location: clinic.offer_of(first).unwrap().location, starts_at: june(2, 9, 0) };
        assert_eq!(clinic.offers(place, now), Err(OfferRefused::AlreadyOffered), "{kind:?}");
        assert_eq!(
            clinic.offers(Place { entry: second, ..place }, now).map(|_| ()),
            Err(OfferRefused::Gone(BookRefused::SlotTaken))
        );
        let elsewhere = Place { starts_at: june(2, 10, 0), entry: second, ..place };
        assert_eq!(clinic.offers(elsewhere, now), Err(OfferRefused::DoesNotFit), "{kind:?}");
    });
}

#[test]
fn the_same_wish_from_many_places_at_once_is_one_entry() {
    on_each_engine(|kind, clinic| {
        let outcomes = clinic.race(|_| clinic.joins(1, shop::start()));
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{kind:?}: {outcomes:?}");
        let conn = &mut clinic.database.connect();
        assert_eq!(count(conn, "SELECT count(*) FROM waitlist_entries"), 1, "{kind:?}");
        assert_eq!(count(conn, "SELECT count(*) FROM messages"), 1, "{kind:?}");
    });
}

#[test]
fn moving_in_the_list_twice_at_once_leaves_an_order() {
    on_each_engine(|kind, clinic| {
        let now = shop::start();
        let entries: Vec<WaitlistEntryId> = (1..=4)
            .map(|number| clinic.joins(number, now + TimeDelta::seconds(i64::from(number))).unwrap().entry)
            .collect();
        clinic.race(|number| {
            let entry = entries[number % 4];
            let to = [Move::First, Move::Up, Move::Down][number % 3];
            no_fault(clinic.db.write_blocking(now, move |tx| waitlist::move_entry(tx, entry, to))).unwrap();
        });
        let conn = &mut clinic.database.connect();
        let doubled = "SELECT count(*) FROM waitlist_entries AS a JOIN waitlist_entries AS b
             ON a.position = b.position AND a.position <> 0 AND a.id < b.id";
        assert_eq!(count(conn, doubled), 0, "{kind:?}");
    });
}
