//! The whole application for one test: fresh database, standing clock, mails in memory, a real server on a free port.
//!
//! `on_both(async |app| { … })` runs a test on both engines. The scheduler is never started: a tick is a call. A test
//! ends by failing if a message is due and unsent, or if the books are wrong (`invariants.rs`).

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use rebook::app::App;
use rebook::clock::{Clock, FixedClock};
use rebook::config::{Layers, Settings};
use rebook::mail::{KeptMail, Mailer};
use rebook::schedule::{self, TickReport};
use rebook::server;
use reqwest::Method;
use serde_json::{Value, json};

use super::databases::{Kind, TestDatabase, kinds};
use super::smtp::Sink;
use super::visitor::{Page, Visitor};
use super::{invariants, shop};

/// How long one step with a mail server may take: long, because the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(10);
/// More mails than any test makes.
const MAILS_MAX: usize = 200;

/// The application under test.
pub struct TestApp {
    pub kind: Kind,
    pub app: Arc<App>,
    pub clock: FixedClock,
    pub base: String,
    pub database: TestDatabase,
    server: actix_web::dev::ServerHandle,
}

/// Runs the test on every engine of this run, with the clinic of `shop.rs`.
#[expect(clippy::needless_pass_by_value, reason = "a closure is written where it is called")]
pub fn on_both(test: impl AsyncFn(&TestApp)) {
    run_on_both(&[], &test);
}

/// The same with settings of its own.
#[expect(clippy::needless_pass_by_value, reason = "a closure is written where it is called")]
pub fn on_both_with(settings: &[(&str, &str)], test: impl AsyncFn(&TestApp)) {
    run_on_both(settings, &test);
}

fn run_on_both(settings: &[(&str, &str)], test: &impl AsyncFn(&TestApp)) {
    for kind in kinds() {
        println!("on {kind:?}:");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let app = TestApp::start(kind, settings).await;
            test(&app).await;
            app.ends().await;
        });
    }
}

fn settings_for(database: &TestDatabase, own: &[(&str, &str)]) -> Settings {
    let mut layers = Layers::new().unwrap();
    let usual = [
        ("database.url", database.url.as_str()),
        ("database.readers", "8"),
        ("mail.url", "memory://"),
        ("mail.from_address", "booking@clinic.example"),
        ("limits.enabled", "false"),
        ("server.workers", "2"),
    ];
    for (key, value) in usual.iter().chain(own) {
        layers = layers.given("a test", key, value).unwrap();
    }
    layers.settings().unwrap()
}

/// Runs the test on every engine with a mail server that does as it is told, on a port of its own.
#[expect(clippy::needless_pass_by_value, reason = "a closure is written where it is called")]
pub fn on_both_by_mail_server(settings: &[(&str, &str)], test: impl AsyncFn(&TestApp, &mut Sink)) {
    for kind in kinds() {
        println!("on {kind:?}:");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let mut sink = Sink::start().await;
            let mailer = Mailer::smtp(sink.server(), PATIENCE);
            let app = TestApp::start_with(kind, settings, mailer).await;
            test(&app, &mut sink).await;
            app.ends().await;
        });
    }
}

impl TestApp {
    pub async fn start(kind: Kind, own: &[(&str, &str)]) -> Self {
        Self::start_by(kind, own, None).await
    }

    /// With a mailer of the caller's.
    pub async fn start_with(kind: Kind, own: &[(&str, &str)], mailer: Mailer) -> Self {
        Self::start_by(kind, own, Some(mailer)).await
    }

    async fn start_by(kind: Kind, own: &[(&str, &str)], mailer: Option<Mailer>) -> Self {
        let database = TestDatabase::migrated(kind);
        database.run(&shop::statements());
        database.run(&shop::staff_statements());
        let clock = FixedClock::new(shop::start());
        let settings = settings_for(&database, own);
        let options = rebook::app::database_options(&settings);
        let fixed = Clock::Fixed(clock.clone());
        let mailer = mailer.unwrap_or_else(|| Mailer::from_settings(&settings.mail));
        let app = tokio::task::spawn_blocking(move || App::assemble(settings, fixed, mailer, true, &options).unwrap());
        let app = Arc::new(app.await.unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let running = server::start(Arc::clone(&app), listener).unwrap();
        let server = running.handle();
        tokio::spawn(running);
        Self { kind, app, clock, base, database, server }
    }

    /// Somebody with cookies of his own.
    pub fn visitor(&self) -> Visitor {
        Visitor::new(&self.base)
    }

    /// Somebody who is signed in: `owner`, `manager`, `desk` or `ada`.
    pub async fn staff(&self, who: &str) -> Visitor {
        let visitor = self.visitor();
        let form = visitor.opens("/staff/sign-in").await.expect(200).form("/staff/sign-in");
        let form = form.with("email", &format!("{who}@clinic.example")).with("password", shop::PASSWORD);
        let page = visitor.submits_once(&form).await.expect(303);
        assert!(!page.header("location").contains("sign-in"), "{who} cannot sign in");
        visitor
    }

    /// A client who is signed in by the link in the mail, made known first when nobody has the address.
    pub async fn client(&self, email: &str) -> Visitor {
        if self.count(&format!("SELECT count(*) FROM clients WHERE email_key = '{email}'")) == 0 {
            self.database.run(&shop::client(email, "Zoe", "Client"));
        }
        let visitor = self.visitor();
        let form = visitor.opens("/portal").await.expect(200).form("/portal/sign-in");
        visitor.submits(&form.with("email", email)).await.expect(200);
        self.tick().await;
        let link = self.portal_link(email).await;
        let form = visitor.opens(&link).await.expect(200).form("/portal/link/");
        visitor.submits(&form).await.expect(200);
        visitor
    }

    /// The way in of the newest mail to an address.
    pub async fn portal_link(&self, email: &str) -> String {
        let mail = self.mails_to(email).await.pop().expect("a mail");
        let text = mail.read().expect("a letter").text;
        let from = text.find("/portal/link/").expect("a link in the mail");
        text.split_at(from).1.split_whitespace().next().unwrap().to_owned()
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub fn advance(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    /// One pass of everything that is due.
    pub async fn tick(&self) -> TickReport {
        schedule::tick(&self.app, self.now()).await.unwrap()
    }

    /// Every mail that left, the oldest first.
    pub async fn mails(&self) -> Vec<KeptMail> {
        let mut mails = self.app.mailer.outbox().unwrap().newest(MAILS_MAX).await.unwrap();
        mails.reverse();
        mails
    }

    /// The mails that left for one address, the oldest first.
    pub async fn mails_to(&self, address: &str) -> Vec<KeptMail> {
        self.mails().await.into_iter().filter(|mail| mail.read().is_some_and(|head| head.to == address)).collect()
    }

    /// What a number of rows says about the database.
    pub fn count(&self, query: &str) -> i64 {
        invariants::count(&mut self.database.connect(), query)
    }

    /// Everything that bookings consist of, as a number that changes when anything is written.
    pub fn rows(&self) -> Vec<i64> {
        let tables = [
            "bookings",
            "appointments",
            "occupations",
            "seats",
            "holds",
            "clients",
            "messages",
            "booking_events",
            "ledger_entries",
            "idempotency_keys",
            "calendar_changes",
        ];
        tables.iter().map(|table| self.count(&format!("SELECT count(*) FROM {table}"))).collect()
    }

    /// Books by the API, as an integrator does.
    pub async fn books_by_api(&self, service: &str, start: DateTime<Utc>, email: &str) -> Page {
        let body = booking_body(service, start, email);
        self.visitor().api(Method::POST, "/api/v1/bookings", &body, &[]).await
    }

    /// Stops the server, and holds the books to what must be true.
    pub async fn ends(self) {
        let due = format!(
            "SELECT count(*) FROM messages WHERE state IN ('pending', 'retry', 'leased') AND due_at <= '{}'",
            self.now().format("%Y-%m-%d %H:%M:%S")
        );
        assert_eq!(self.count(&due), 0, "a message is due and unsent at the end: tick");
        invariants::check_with_messages(&mut self.database.connect());
        self.server.stop(false).await;
    }
}

/// What an integrator sends.
pub fn booking_body(service: &str, start: DateTime<Utc>, email: &str) -> Value {
    json!({
        "service": service,
        "start": start.to_rfc3339(),
        "client": { "first_name": "Ana", "last_name": "Lima", "email": email },
    })
}
