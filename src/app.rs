//! What everybody is handed: settings, database, clock, mailer, keys, and what is kept in memory.

use tokio::sync::Notify;

use crate::agenda::kept::CalendarKept;
use crate::agenda::live::Live;
use crate::booking::offer::Shop;
use crate::catalog::Catalog;
use crate::chance;
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::migrations::{self, MigrateError};
use crate::db::{Db, DbOptions, EngineError, Fault};
use crate::domain::ids::IdSource;
use crate::keys::dkim::{self, DkimError};
use crate::keys::{Keys, KeysError};
use crate::mail::Mailer;
use crate::messaging::Queue;
use crate::outgoing::Outgoing;
use crate::retention::kept::FiguresKept;
use crate::web::limits::Limits;
use crate::web::metrics::Metrics;
use crate::worklists::CountsKept;

/// The application. One per process, shared by all threads.
pub struct App {
    /// Read once at the start.
    pub settings: Settings,
    /// The only way to the tables.
    pub db: Db,
    /// Asked once at each door.
    pub clock: Clock,
    /// How mail leaves.
    pub mailer: Mailer,
    /// Signs links and forms.
    pub keys: Keys,
    /// The catalogue and the free days in memory.
    pub shop: Shop,
    /// How often an address may ask.
    pub limits: Limits,
    /// What is known about the mail server: whether messages leave, and why not.
    pub queue: Queue,
    /// The same of the gateway for text messages.
    pub sms_queue: Queue,
    /// Calls programs of others.
    pub outgoing: Outgoing,
    /// What operators watch.
    pub metrics: Metrics,
    /// Rung after a commit that made messages due, so that they leave at once.
    pub bell: Notify,
    /// The calendars that are open and want to hear of changes.
    pub live: Live,
    /// Answers of calendars nothing has changed on.
    pub calendars: CalendarKept,
    /// How much waits on worklists, counted a moment ago.
    pub counts: CountsKept,
    /// The owner's figures that were computed a moment ago.
    pub figures: FiguresKept,
    /// Whether this is the demo, which shows its mails and sign-ins in the browser.
    pub is_demo: bool,
}

/// The application could not be made.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The database could not be opened.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The schema could not be brought up.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// The instance keys cannot be used.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// Letters cannot be signed as the settings say.
    #[error(transparent)]
    Dkim(#[from] DkimError),
}

/// How the database of `settings` is opened.
pub fn database_options(settings: &Settings) -> DbOptions {
    let database = &settings.database;
    let processors = std::thread::available_parallelism().map_or(2, |count| u32::try_from(count.get()).unwrap_or(2));
    let fitting = processors.saturating_mul(2).saturating_add(1);
    let milliseconds = |value: u32| std::time::Duration::from_millis(u64::from(value));
    DbOptions {
        url: database.url.reveal(),
        connections: if database.readers == 0 { fitting } else { database.readers },
        busy_timeout: milliseconds(database.busy_timeout_ms),
        statement_timeout: milliseconds(database.statement_timeout_ms),
        lock_timeout: milliseconds(database.lock_timeout_ms),
    }
}

impl App {
    /// Opens the database, brings its schema up, and reads or makes the instance keys. Blocks.
    pub fn open(settings: Settings, clock: Clock, is_demo: bool) -> Result<Self, AppError> {
        let options = database_options(&settings);
        migrations::up(&options)?;
        let mailer = Mailer::from_settings(&settings.mail);
        Self::assemble(settings, clock, mailer, is_demo, &options)
    }

    /// The same over a database that is ready, with a mailer of the caller's.
    pub fn assemble(
        settings: Settings,
        clock: Clock,
        mailer: Mailer,
        is_demo: bool,
        options: &DbOptions,
    ) -> Result<Self, AppError> {
        let db = Db::open(options, IdSource::new(chance::number()))?;
        let secret = settings.secret.key.reveal();
        let keys = Keys::load_or_make(&db, clock.now(), secret)?;
        let mailer = mailer.signed_by(dkim::signer(&db, clock.now(), secret, settings.mail.dkim.as_ref())?);
        let limits = Limits::new(&settings.limits);
        let metrics = Metrics::new(db.engine().name());
        let (shop, queue, sms_queue, bell) = (Shop::default(), Queue::default(), Queue::default(), Notify::new());
        let live = Live::default();
        let patience = std::time::Duration::from_secs(settings.outgoing.timeout_seconds);
        let counts = CountsKept::default();
        let outgoing = Outgoing::new(&settings.outgoing.allowed_hosts, patience);
        Ok(Self {
            settings,
            db,
            clock,
            mailer,
            keys,
            shop,
            limits,
            queue,
            sms_queue,
            outgoing,
            metrics,
            bell,
            live,
            calendars: CalendarKept::default(),
            counts,
            figures: FiguresKept::default(),
            is_demo,
        })
    }

    /// The catalogue as it stands, for pages that name things.
    pub async fn catalog(self: &std::sync::Arc<Self>) -> Result<std::sync::Arc<Catalog>, Fault> {
        let app = std::sync::Arc::clone(self);
        self.db.read(move |conn| app.shop.catalogs.current(conn)).await
    }

    /// An address on this instance, as links in mails have it.
    pub fn link(&self, path: &str) -> String {
        self.settings.server.public_url.link(path)
    }
}
