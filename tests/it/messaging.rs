//! Committed means told, once: rows, leases, outcomes and mails, on both engines, against a server that misbehaves.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use calcard::icalendar::ICalendar;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use mail_parser::{MessageParser, MimeHeaders, PartType};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rebook::booking::answer;
use rebook::booking::book::{self, BookRefused, BookingRequest};
use rebook::booking::cancel::{self, Cancellation};
use rebook::booking::offer::Shop;
use rebook::clients::ClientDetails;
use rebook::clock::{Clock, FixedClock};
use rebook::db::schema::{bookings, clients, messages};
use rebook::db::{Bad, Db};
use rebook::domain::booking::Actor;
use rebook::domain::ids::{BookingId, ClientLinkId, ConsentRequestId, MessageId, RecallId, SeriesId, WaitlistEntryId};
use rebook::keys::Keys;
use rebook::mail::Mailer;
use rebook::messaging::{self, DeliverReport, Deliverer, DelivererParts, Links, Pace, Queue, QueueState, Sender};

use crate::support::app::on_both;
use crate::support::databases::{TestDatabase, kinds};
use crate::support::people::{person, request};
use crate::support::shop::{self, ADA, BEN, CHECKUP, IMPLANT, june};
use crate::support::smtp::{Fate, Sink};

/// Short, because some tests wait it out.
const PATIENCE: Duration = Duration::from_millis(400);

struct Pages;

impl Links for Pages {
    fn manage(&self, booking: BookingId, generation: i32) -> String {
        format!("https://clinic.example/m/{booking}-{generation}")
    }
    fn book(&self) -> String {
        "https://clinic.example/book".to_owned()
    }
    fn agenda(&self, day: NaiveDate) -> String {
        format!("https://clinic.example/staff?day={day}")
    }
    fn series(&self, series: SeriesId, generation: i32) -> String {
        format!("https://clinic.example/s/{series}-{generation}")
    }
    fn waitlist(&self, entry: WaitlistEntryId, generation: i32) -> String {
        format!("https://clinic.example/w/{entry}-{generation}")
    }
    fn recall(&self, recall: RecallId, generation: i32) -> String {
        format!("https://clinic.example/r/{recall}-{generation}")
    }
    fn portal_link(&self, link: ClientLinkId) -> String {
        format!("https://clinic.example/portal/link/{link}")
    }
    fn consent(&self, request: ConsentRequestId) -> String {
        format!("https://clinic.example/c/{request}")
    }
    fn unsubscribe(&self, message: MessageId) -> String {
        format!("https://clinic.example/u/{message}")
    }
    fn page(&self, path: &str) -> String {
        format!("https://clinic.example{path}")
    }
}

/// A clinic with a post office.
struct Office {
    database: TestDatabase,
    db: Db,
    shop: Arc<Shop>,
    clock: FixedClock,
    queue: Queue,
    mailer: Mailer,
}

/// A row as tests look at it.
#[derive(Debug, Clone, Queryable)]
struct Row {
    kind: String,
    state: String,
    attempts: i32,
    message_id: String,
    reason: Option<String>,
    code: Option<i32>,
}

impl Office {
    fn on(database: TestDatabase, mailer: Mailer) -> Self {
        database.run(&shop::statements());
        let db = database.open();
        let clock = FixedClock::new(shop::start());
        Self { database, db, shop: Arc::default(), clock, queue: Queue::default(), mailer }
    }

    /// With one connection, so that letters go in a known order.
    fn deliverer(&self) -> Deliverer {
        self.deliverer_with(1, 1)
    }

    fn deliverer_with(&self, connections: usize, seed: u64) -> Deliverer {
        Deliverer::new(DelivererParts {
            db: self.db.clone(),
            carrier: self.mailer.clone().into(),
            clock: Clock::Fixed(self.clock.clone()),
            queue: self.queue.clone(),
            keys: Keys::fixed([7; 32]),
            links: Arc::new(Pages),
            sender: Sender { name: "Rebook".into(), address: "booking@clinic.example".into() },
            pace: Pace { connections, per_second_max: None, patience: PATIENCE },
            seed,
        })
    }

    async fn deliver(&self) -> DeliverReport {
        self.deliverer().deliver_due(|| false).await.unwrap()
    }

    fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    fn advance(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    async fn try_book(&self, request: BookingRequest) -> Result<BookingId, BookRefused> {
        let shop = Arc::clone(&self.shop);
        let booked = self.db.write(self.now(), move |tx| book::book(tx, &shop, &request)).await;
        booked.map(|booked| booked.booking).map_err(refusal)
    }

    async fn book(&self, service: i64, provider: i64, starts_at: DateTime<Utc>, who: ClientDetails) -> BookingId {
        self.try_book(request(service, Some(provider), starts_at, who)).await.unwrap()
    }

    async fn cancel(&self, booking: BookingId) {
        let shop = Arc::clone(&self.shop);
        let request =
            Cancellation { booking, actor: Actor::Client, reason_code: None, reason: None, expected_version: None };
        let done = self.db.write(self.now(), move |tx| cancel::cancel(tx, &shop, &request)).await;
        done.map_err(refusal).unwrap();
    }

    async fn approve(&self, booking: BookingId) {
        let done = self.db.write(self.now(), move |tx| answer::approve(tx, booking, Actor::System, None)).await;
        done.map_err(refusal).unwrap();
    }

    /// The rows, the oldest first, without reminders, which are looked at in `message_rules.rs`.
    fn rows(&self) -> Vec<Row> {
        messages::table
            .filter(messages::kind.ne("reminder"))
            .order(messages::id)
            .select((
                messages::kind,
                messages::state,
                messages::attempts,
                messages::message_id,
                messages::reason,
                messages::last_code,
            ))
            .load(&mut self.database.connect())
            .unwrap()
    }

    /// Kind and state of every row.
    fn states(&self) -> Vec<(String, String)> {
        self.rows().into_iter().map(|row| (row.kind, row.state)).collect()
    }

    /// The row that tells the client.
    fn clients_row(&self) -> Row {
        self.rows().into_iter().find(|row| !row.kind.starts_with("provider")).unwrap()
    }
}

fn refusal<R: std::fmt::Debug>(bad: Bad<R>) -> R {
    match bad {
        Bad::Refused(refusal) => refusal,
        Bad::Fault(fault) => panic!("{fault}"),
    }
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(kind, state)| ((*kind).to_owned(), (*state).to_owned())).collect()
}

/// Runs the test on every engine, with a mail server of its own.
async fn with_sink<F: Future<Output = ()>>(test: impl Fn(Office, Sink) -> F) {
    for kind in kinds() {
        let sink = Sink::start().await;
        let office = Office::on(TestDatabase::migrated(kind), Mailer::smtp(sink.server(), PATIENCE));
        test(office, sink).await;
    }
}

/// The calendar in a mail: UID, SEQUENCE and METHOD, read by others than us.
fn invitation(mail: &[u8]) -> (String, String, String) {
    let mail = MessageParser::default().parse(mail).unwrap();
    let part = mail
        .parts
        .iter()
        .find(|part| part.content_type().is_some_and(|kind| kind.subtype() == Some("calendar")))
        .expect("an invitation");
    let method = part.content_type().and_then(|kind| kind.attribute("method")).unwrap().to_owned();
    let PartType::Text(text) = &part.body else { panic!("the invitation is text") };
    ICalendar::parse(text.as_ref()).expect("a calendar");
    let value = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.trim_start_matches(name).trim_start_matches(':').trim().to_owned()
    };
    assert_eq!(value("METHOD"), method);
    (value("UID"), value("SEQUENCE"), method)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_tells_client_and_provider_once() {
    with_sink(|office, sink| async move {
        office.book(CHECKUP, ADA, june(2, 9, 0), person(1)).await;
        assert_eq!(office.states(), pairs(&[("confirmation", "pending"), ("provider_booked", "pending")]));
        let report = office.deliver().await;
        assert_eq!(report, DeliverReport { sent: 2, ..DeliverReport::default() });
        assert_eq!(office.deliver().await, DeliverReport::default());

        let letters = sink.taken();
        let to: Vec<&str> = letters.iter().map(|letter| letter.to.as_str()).collect();
        assert_eq!(to, ["person1@client.example", "ada@clinic.example"]);
        let mail = MessageParser::default().parse(letters[0].text.as_bytes()).unwrap();
        let id = mail.message_id().unwrap();
        assert_eq!(id, office.clients_row().message_id);
        assert!(id.ends_with("@clinic.example"));
        assert!(mail.body_text(0).unwrap().contains("https://clinic.example/m/"));
        assert_eq!(invitation(letters[0].text.as_bytes()).2, "REQUEST");
        assert_eq!(office.clients_row().attempts, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_booking_tells_nobody() {
    with_sink(|office, sink| async move {
        let refused = office.try_book(request(CHECKUP, Some(ADA), june(2, 12, 0), person(1))).await;
        assert!(refused.is_err(), "lunch");
        assert!(office.rows().is_empty());
        assert!(office.deliver().await.is_empty() && sink.received().is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_cancelled_before_it_was_told_is_never_told() {
    with_sink(|office, sink| async move {
        let booking = office.book(CHECKUP, ADA, june(2, 9, 0), person(1)).await;
        office.cancel(booking).await;
        office.deliver().await;
        assert!(sink.received().is_empty(), "{:?}", sink.received());
        assert_eq!(office.states(), pairs(&[("confirmation", "cancelled"), ("provider_booked", "cancelled")]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_takes_the_same_entry_back() {
    with_sink(|office, sink| async move {
        let booking = office.book(CHECKUP, ADA, june(2, 9, 0), person(1)).await;
        office.deliver().await;
        office.advance(TimeDelta::hours(1));
        office.cancel(booking).await;
        office.deliver().await;

        let letters = sink.taken();
        let of_client: Vec<_> = letters.iter().filter(|letter| letter.to.starts_with("person1")).collect();
        assert_eq!(of_client.len(), 2);
        let (first, second) = (invitation(of_client[0].text.as_bytes()), invitation(of_client[1].text.as_bytes()));
        assert_eq!((first.0, first.1.as_str(), first.2.as_str()), (second.0, "0", "REQUEST"));
        assert_eq!((second.1.as_str(), second.2.as_str()), ("1", "CANCEL"));
        let mail = MessageParser::default().parse(of_client[1].text.as_bytes()).unwrap();
        assert_eq!(mail.in_reply_to().as_text(), Some(office.clients_row().message_id.as_str()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_acknowledged_and_then_answered() {
    with_sink(|office, sink| async move {
        let booking = office.book(IMPLANT, BEN, june(2, 9, 0), person(1)).await;
        office.deliver().await;
        office.advance(TimeDelta::minutes(5));
        office.approve(booking).await;
        office.deliver().await;
        assert_eq!(
            office.states(),
            pairs(&[
                ("request_received", "sent"),
                ("provider_request", "sent"),
                ("approved", "sent"),
                ("provider_booked", "sent")
            ])
        );
        assert_eq!(sink.taken().len(), 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_without_an_address_gets_a_row_that_says_so() {
    with_sink(|office, sink| async move {
        let nobody = ClientDetails {
            email: None,
            phone: rebook::domain::recognise::PhoneNumber::parse("+1 213 555 0199").ok(),
            ..person(1)
        };
        office.book(CHECKUP, ADA, june(2, 9, 0), nobody).await;
        office.deliver().await;
        assert_eq!(office.states(), pairs(&[("confirmation", "skipped"), ("provider_booked", "sent")]));
        assert_eq!(office.clients_row().reason.as_deref(), Some("no_address"));
        assert_eq!(sink.taken().len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_server_is_asked_again_with_the_same_message_id() {
    with_sink(|office, sink| async move {
        sink.next(&[Fate::RecipientReply(450), Fate::Take]);
        office.book(CHECKUP, ADA, june(2, 9, 0), person(1)).await;
        let report = office.deliver().await;
        assert_eq!((report.retried, report.sent), (1, 1));
        let row = office.clients_row();
        assert_eq!((row.state.as_str(), row.code, row.reason.as_deref()), ("retry", Some(450), Some("server_busy")));
        assert_eq!(office.deliver().await.sent, 0, "not before its time");
        office.advance(TimeDelta::minutes(1));
        assert_eq!(office.deliver().await.sent, 1);
        let after = office.clients_row();
        assert_eq!((after.state.as_str(), after.attempts, after.message_id), ("sent", 2, row.message_id));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_refused_for_now_goes_again_and_one_refused_for_good_does_not() {
    with_sink(|office, sink| async move {
        sink.next(&[Fate::TextReply(451), Fate::TextReply(554)]);
        office.book(CHECKUP, ADA, june(2, 9, 0), person(1)).await;
        let report = office.deliver().await;
        assert_eq!((report.retried, report.dead), (1, 1));
        assert_eq!(office.states(), pairs(&[("confirmation", "retry"), ("provider_booked", "dead")]));
        office.advance(TimeDelta::minutes(1));
        office.deliver().await;
        assert_eq!(sink.taken().len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_recipient_is_given_up_and_the_others_are_told() {
    with_sink(|office, sink| async move {
        sink.next(&[Fate::RecipientReply(550)]);
        office.book(CHECKUP, ADA, june(2, 9, 0), person(1)).await;
        let report = office.deliver().await;
        assert_eq!((report.dead, report.sent), (1, 1));
        let row = office.clients_row();
        assert_eq!((row.state.as_str(), row.code, row.reason.as_deref()), ("dead", Some(550), Some("refused")));
        assert_eq!(office.queue.state(), QueueState::Running);
        assert_eq!(sink.sessions(), 1, "one connection for both");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_lost_before_the_text_is_harmless() {
    with_sink(|office, sink| async move {
        sink.next(&[Fate::DropBeforeText]);
        office.book(CHECKUP, ADA, june(2, 9, 0), person(1)).await;
        let report = office.deliver().await;
        assert_eq!((report.retried, report.released), (1, 1), "the second is given back untouched");
        assert!(matches!(office.queue.state(), QueueState::Waiting { .. }));
        assert!(sink.received().is_empty());
        office.advance(TimeDelta::minutes(1));
        office.deliver().await;
        assert_eq!(sink.taken().len(), 2);
        assert_eq!(office.queue.state(), QueueState::Running);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_after_the_text_is_uncertain_and_goes_again_as_the_same_message() {
    for fate in [Fate::DropAfterText, Fate::HangAfterText] {
        with_sink(|office, sink| async move {
            sink.treats_the_next(fate);
            let booking = office.book(CHECKUP, ADA, june(2, 9, 0), person(1)).await;
            office.deliver().await;
            let row = office.clients_row();
            assert_eq!((row.state.as_str(), row.reason.as_deref()), ("uncertain", Some("no_reply")));
            for _ in 0..6 {
                office.advance(TimeDelta::minutes(10));
                office.deliver().await;
            }
            let mine: Vec<_> = sink.received().into_iter().filter(|letter| letter.to.starts_with("person1")).collect();
            assert_eq!(mine.len(), 3, "a few times, not for ever");
            let id = format!("Message-ID: <{}>", row.message_id);
            assert!(mine.iter().all(|letter| letter.text.contains(&id)));
            // It may have arrived, so a cancellation is told.
            sink.treats_the_next(Fate::Take);
            office.cancel(booking).await;
            office.deliver().await;
            assert!(sink.taken().iter().any(|letter| letter.to.starts_with("person1")));
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_refuses_us_stops_the_queue_and_costs_no_attempt() {
    for kind in kinds() {
        let sink = Sink::start().await;
        sink.wants_password("right");
        let wrong = Mailer::smtp(sink.server_with_password("wrong"), PATIENCE);
        let mut office = Office::on(TestDatabase::migrated(kind), wrong);
        office.book(CHECKUP, ADA, june(2, 9, 0), person(1)).await;
        let report = office.deliver().await;
        assert_eq!(report.released, 2);
        let QueueState::Stopped { why, .. } = office.queue.state() else { panic!("{:?}", office.queue.state()) };
        assert!(why.contains("password"));
        assert!(office.rows().iter().all(|row| row.attempts == 0 && row.state == "retry"));
        assert!(office.deliver().await.is_empty(), "it stands still");

        office.mailer = Mailer::smtp(sink.server_with_password("right"), PATIENCE);
        office.advance(TimeDelta::minutes(1));
        assert_eq!(office.deliver().await.sent, 2);
        assert_eq!(office.queue.state(), QueueState::Running);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_sender_address_stops_the_queue_too() {
    with_sink(|office, sink| async move {
        sink.next(&[Fate::SenderReply(550)]);
        office.book(CHECKUP, ADA, june(2, 9, 0), person(1)).await;
        office.deliver().await;
        assert!(matches!(office.queue.state(), QueueState::Stopped { .. }));
        assert!(office.rows().iter().all(|row| row.state == "retry" && row.attempts == 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hanging_server_never_slows_a_booking() {
    with_sink(|office, sink| async move {
        let patient = Mailer::smtp(sink.server(), Duration::from_secs(600));
        let office = Office { mailer: patient, ..office };
        sink.treats_the_next(Fate::HangBeforeText);
        office.book(CHECKUP, ADA, june(2, 9, 0), person(1)).await;
        let deliverer = office.deliverer();
        let sending = tokio::spawn(async move { deliverer.deliver_due(|| false).await });
        while sink.sessions() == 0 {
            tokio::task::yield_now().await;
        }
        for hour in [9, 10, 11, 13, 14] {
            office.book(CHECKUP, BEN, june(2, hour, 0), person(hour)).await;
        }
        assert!(!sending.is_finished(), "the bookings did not wait for the server, which still hangs");
        sending.abort();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_loses_nothing() {
    for kind in kinds() {
        let port = Sink::start().await.server();
        let office = Office::on(TestDatabase::migrated(kind), Mailer::smtp(port, PATIENCE));
        office.book(CHECKUP, ADA, june(2, 9, 0), person(1)).await;
        office.deliver().await;
        assert!(matches!(office.queue.state(), QueueState::Waiting { .. }));
        assert!(office.rows().iter().all(|row| row.state == "retry"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn days_of_downtime_send_nothing_stale() {
    with_sink(|office, sink| async move {
        office.book(CHECKUP, ADA, june(2, 9, 0), person(1)).await;
        office.book(CHECKUP, ADA, june(8, 9, 0), person(2)).await;
        office.advance(TimeDelta::days(3));
        let report = office.deliver().await;
        // Two words about the visit that is over, and the reminder of it.
        assert_eq!((report.skipped, report.sent), (3, 2));
        assert!(sink.taken().iter().all(|letter| !letter.to.starts_with("person1")));
        assert_eq!(office.clients_row().reason.as_deref(), Some("expired"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_senders_send_everything_once() {
    with_sink(|office, sink| async move {
        let mut expected = 0;
        for day in 2..=5 {
            for slot in 0..6 {
                let starts_at = june(day, 9 + slot / 2, 30 * (slot % 2));
                office.book(CHECKUP, ADA, starts_at, person(100 * day + slot)).await;
                expected += 2;
            }
        }
        let mut senders = tokio::task::JoinSet::new();
        for seed in 0..4 {
            let deliverer = office.deliverer_with(3, seed);
            senders.spawn(async move { deliverer.deliver_due(|| false).await.unwrap() });
        }
        let mut report = DeliverReport::default();
        while let Some(done) = senders.join_next().await {
            report.add(done.unwrap());
        }
        assert_eq!(report, DeliverReport { sent: expected, ..DeliverReport::default() });
        assert_eq!(sink.received().len(), expected);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_that_dies_is_replaced_when_its_lease_ends() {
    with_sink(|office, sink| async move {
        sink.next(&[Fate::HangAfterText]);
        office.book(CHECKUP, ADA, june(5, 9, 0), person(1)).await;
        let deliverer = office.deliverer();
        let sending = tokio::spawn(async move { deliverer.deliver_due(|| false).await });
        while sink.received().is_empty() {
            tokio::task::yield_now().await;
        }
        sending.abort();
        assert!(sending.await.is_err_and(|error| error.is_cancelled()));
        // The share runs in a task of its own that dies with its parent.
        assert!(office.rows().iter().all(|row| row.state == "leased"));
        assert!(office.deliver().await.is_empty(), "the lease holds");
        office.advance(TimeDelta::hours(1));
        assert_eq!(office.deliver().await.sent, 2);
        let id = format!("Message-ID: <{}>", office.clients_row().message_id);
        let copies = sink.received().iter().filter(|letter| letter.text.contains(&id)).count();
        assert_eq!(copies, 2, "once by the dead, once again under the same name");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_that_comes_after_the_lease_is_dropped() {
    with_sink(|office, sink| async move {
        sink.next(&[Fate::TakeAfter(Duration::from_millis(300))]);
        office.book(CHECKUP, ADA, june(5, 9, 0), person(1)).await;
        let slow = office.deliverer();
        let sending = tokio::spawn(async move { slow.deliver_due(|| false).await.unwrap() });
        while sink.sessions() == 0 {
            tokio::task::yield_now().await;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        office.advance(TimeDelta::hours(1));
        assert_eq!(office.deliver().await.sent, 2, "another one took over");
        let late = sending.await.unwrap();
        assert_eq!((late.sent, late.lost), (0, 2));
        assert!(office.rows().iter().all(|row| row.state == "sent" && row.attempts <= 2));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_nightly_pass_changes_nothing_that_is_right() {
    with_sink(|office, sink| async move {
        office.book(CHECKUP, ADA, june(5, 9, 0), person(1)).await;
        let cancelled = office.book(CHECKUP, ADA, june(5, 9, 30), person(2)).await;
        office.deliver().await;
        office.cancel(cancelled).await;
        office.deliver().await;
        let before = (office.states(), sink.received().len());
        office.advance(TimeDelta::hours(5));
        assert_eq!(messaging::plan_all(&office.db, office.now()).await.unwrap(), messaging::PlanReport::default());
        office.deliver().await;
        assert_eq!((office.states(), sink.received().len()), before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_kept_in_memory_are_read_back() {
    for kind in kinds() {
        let office = Office::on(TestDatabase::migrated(kind), Mailer::memory());
        office.book(CHECKUP, ADA, june(2, 9, 0), person(1)).await;
        office.deliver().await;
        let outbox = office.mailer.outbox().unwrap();
        let mails = outbox.newest(10).await.unwrap();
        let read: Vec<_> = mails.iter().map(|mail| mail.read().unwrap()).collect();
        assert_eq!(read.len(), 2);
        let confirmation = read.iter().find(|mail| mail.to == "person1@client.example").unwrap();
        assert_eq!(confirmation.subject, "Your appointment on Tue, Jun 2, 9:00 AM is booked");
        assert!(confirmation.calendar.as_ref().unwrap().contains("DTSTART:20260602T160000Z"));
    }
}

#[test]
fn the_demo_shows_its_mails() {
    on_both(async |app| {
        let visitor = app.visitor();
        visitor.opens("/dev/mail").await.expect(200).shows("No mail yet");
        let shop = Arc::new(Shop::default());
        let wanted = request(CHECKUP, Some(ADA), june(2, 9, 0), person(1));
        let booked = app.app.db.write(app.now(), move |tx| book::book(tx, &shop, &wanted)).await;
        booked.map_err(refusal).unwrap();
        assert_eq!(app.tick().await.messages.sent, 2);

        let list = visitor.opens("/dev/mail").await.expect(200).shows("person1@client.example");
        let mut shown = None;
        for path in list.links().into_iter().filter(|link| link.starts_with("/dev/mail/")) {
            let page = visitor.opens(&path).await.expect(200);
            if page.text.contains("<h1>Your appointment on Tue, Jun 2, 9:00 AM is booked</h1>") {
                shown = Some((path, page));
            }
        }
        let (path, mail) = shown.expect("the client's mail");
        let manage = mail.link("/m/");
        assert!(manage.starts_with("http://"), "{manage}");
        assert!(mail.header("content-security-policy").ends_with("frame-src 'self'"));

        let html = visitor.opens(&format!("{path}/html")).await.expect(200).shows("<base target=\"_top\">");
        assert!(html.header("content-security-policy").contains("sandbox"));
        let file = visitor.opens(&format!("{path}/invitation.ics")).await.expect(200);
        assert!(ICalendar::parse(&file.text).is_ok());
        visitor.opens(&format!("{path}/source")).await.expect(200).shows("Auto-Submitted: auto-generated");
        visitor.opens("/dev/mail/20260101T000000000Z-NONE").await.expect(404);
        visitor.opens("/dev/mail/..%2F..%2Fetc%2Fpasswd").await.expect(404);
        visitor.opens(&format!("{path}?lang=de")).await.expect(200).shows("So zeigt sie ein Mailprogramm");
    });
}

#[test]
fn the_desk_sees_what_was_said_and_why_something_was_not() {
    on_both(async |app| {
        let shop = Arc::new(Shop::default());
        for (number, hour) in [(1, 9), (2, 10)] {
            let mut who = person(number);
            if number == 2 {
                who.email = None;
                who.phone = rebook::domain::recognise::PhoneNumber::parse("+1 213 555 0199").ok();
            }
            let (shop, wanted) = (Arc::clone(&shop), request(CHECKUP, Some(ADA), june(2, hour, 0), who));
            let booked = app.app.db.write(app.now(), move |tx| book::book(tx, &shop, &wanted)).await;
            booked.map_err(refusal).unwrap();
        }
        app.tick().await;
        let desk = app.staff("desk").await;
        desk.opens("/staff/messages").await.expect(200).shows("No mail address").shows("Personc Lima");
        desk.opens("/staff/messages?show=sent").await.expect(200).shows("Personb Lima").shows("Ada Alvarez");
        // Only the reminder of the morning waits.
        desk.opens("/staff/messages?show=waiting").await.expect(200).shows("Reminder").shows("Personb Lima");
        desk.opens("/staff/messages?show=sent&kind=birthday").await.expect(200).shows("Nothing here");
        desk.opens("/staff/messages?show=<script>&lang=de").await.expect(200).shows("Nachrichten");
        assert!(app.visitor().opens("/staff/messages").await.path.contains("sign-in"));
    });
}

/// A booking as the end of a random history finds it.
#[derive(Debug, Clone, Queryable)]
struct End {
    id: i64,
    reference: String,
    status: String,
    email: Option<String>,
}

impl Office {
    /// One random event: somebody books, answers, cancels, time goes on, or the mail server misbehaves.
    async fn happens(&self, sink: &Sink, chance: &mut ChaCha8Rng, booked: &mut Vec<BookingId>) {
        let fates = [
            Fate::Take,
            Fate::Take,
            Fate::RecipientReply(450),
            Fate::TextReply(451),
            Fate::DropBeforeText,
            Fate::DropAfterText,
        ];
        let some = booked.get(chance.random_range(0..booked.len().max(1))).copied();
        match (chance.random_range(0..8), some) {
            (0..=1, _) | (_, None) => {
                let number = u32::try_from(booked.len()).unwrap();
                let day = 8 + number / 6;
                let (hour, service) =
                    ([9, 10, 11, 13, 14, 15][number as usize % 6], [CHECKUP, IMPLANT][number as usize % 2]);
                booked.push(self.book(service, BEN, june(day, hour, 0), person(number)).await);
            }
            (2, Some(booking)) => {
                let shop = Arc::clone(&self.shop);
                let wish = Cancellation {
                    booking,
                    actor: Actor::Client,
                    reason_code: None,
                    reason: None,
                    expected_version: None,
                };
                let _refused = self.db.write(self.now(), move |tx| cancel::cancel(tx, &shop, &wish)).await;
            }
            (3, Some(booking)) => {
                let write = move |tx: &mut rebook::db::Tx<'_>| answer::approve(tx, booking, Actor::System, None);
                let _refused = self.db.write(self.now(), write).await;
            }
            (4, Some(booking)) => {
                let shop = Arc::clone(&self.shop);
                let write =
                    move |tx: &mut rebook::db::Tx<'_>| answer::decline(tx, &shop, booking, Actor::System, None, None);
                let _refused = self.db.write(self.now(), write).await;
            }
            (5, _) => self.advance(TimeDelta::minutes(chance.random_range(1..60))),
            _ => {
                sink.behaves();
                sink.next(&[0; 3].map(|_| fates[chance.random_range(0..fates.len())]));
                self.deliver().await;
            }
        }
    }

    fn ends(&self) -> Vec<End> {
        bookings::table
            .inner_join(clients::table)
            .order(bookings::id)
            .select((bookings::id, bookings::reference, bookings::status, clients::email))
            .load(&mut self.database.connect())
            .unwrap()
    }

    /// The client's rows of a booking: kind, state, Message-ID, whether the text was given away.
    fn told(&self, booking: i64) -> Vec<(String, String, String, bool)> {
        let rows: Vec<(String, String, String, Option<chrono::NaiveDateTime>)> = messages::table
            .filter(messages::booking_id.eq(booking))
            .filter(messages::client_id.is_not_null())
            .order(messages::id)
            .select((messages::kind, messages::state, messages::message_id, messages::handing_over_at))
            .load(&mut self.database.connect())
            .unwrap();
        rows.into_iter().map(|(kind, state, id, at)| (kind, state, id, at.is_some())).collect()
    }
}

/// Whatever happens in whatever order: who was told something is told what became of it, nobody is told twice, and
/// calendars are only ever moved forward.
#[tokio::test(flavor = "multi_thread")]
async fn random_histories_leave_everybody_rightly_informed() {
    with_sink(|office, sink| async move {
        let mut chance = ChaCha8Rng::seed_from_u64(20_261_122);
        let mut booked = Vec::new();
        for _ in 0..160 {
            if booked.len() < 28 {
                office.happens(&sink, &mut chance, &mut booked).await;
            }
        }
        sink.behaves();
        for _ in 0..6 {
            office.advance(TimeDelta::hours(6));
            office.deliver().await;
        }

        let received = sink.received();
        let id_of =
            |text: &str| MessageParser::default().parse(text.as_bytes()).unwrap().message_id().unwrap().to_owned();
        let mut copies = HashMap::new();
        for letter in received.iter().filter(|letter| letter.taken) {
            *copies.entry(id_of(&letter.text)).or_insert(0) += 1;
        }
        assert!(copies.values().all(|count| *count == 1), "nobody is told twice");
        assert!(office.rows().iter().all(|row| ["sent", "cancelled", "skipped", "uncertain"].contains(&&*row.state)));

        for end in office.ends() {
            let told = office.told(end.id);
            let of_client: Vec<_> = received
                .iter()
                .filter(|letter| Some(&letter.to) == end.email.as_ref() && letter.text.contains(&end.reference))
                .collect();
            let may_know = of_client.iter().any(|letter| !letter.refused);
            let last = told.iter().rev().find(|row| row.1 == "sent" || row.3);
            let expected: &[&str] = match end.status.as_str() {
                "booked" => &["confirmation", "approved"],
                "requested" => &["request_received"],
                "cancelled" => &["cancellation"],
                "declined" => &["declined"],
                other => panic!("{other}"),
            };
            match last {
                Some((kind, ..)) => assert!(expected.contains(&kind.as_str()), "{end:?}: {told:?}"),
                None => {
                    assert!(!may_know && ["cancelled", "declined"].contains(&end.status.as_str()), "{end:?}: {told:?}");
                }
            }
            let mut sequence = 0;
            for letter in of_client.iter().filter(|letter| letter.text.contains("text/calendar")) {
                let next: i32 = invitation(letter.text.as_bytes()).1.parse().unwrap();
                assert!(sequence <= next, "{end:?}");
                sequence = next;
            }
        }
    })
    .await;
}
