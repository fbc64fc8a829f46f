//! The database: one enum over two engines, one way to read and one way to write.
//!
//! **Nothing outside this folder opens a transaction.** [`Db::write`] is the only door: immediate transactions behind
//! one fair queue on SQLite, read committed with sorted locks per resource on PostgreSQL, both with bounded retry. Its
//! closure may run twice and so touches nothing but the database; what leaves the house is first a row.

mod conn;
pub mod copy;
mod engine;
mod fault;
pub mod migrations;
mod pool;
pub mod portable;
#[expect(missing_docs, reason = "the migrations say what each column is")]
pub mod schema;
mod tx;
pub mod vitals;
mod writer;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;

pub use conn::*;
/// What a statement fails with.
pub use diesel::result::Error as DbError;
pub use engine::{Engine, EngineError};
pub use fault::{Bad, Fault, FaultKind};
pub use tx::{Never, Tx};

use crate::domain::ids::IdSource;
use crate::failpoint::{self, Point};
use pool::Pool;
use writer::Writer;

/// How the database is opened.
#[derive(Debug, Clone)]
pub struct DbOptions {
    /// `sqlite://PATH` or `postgres://…`.
    pub url: String,
    /// Connections that only read (SQLite), or all of them (PostgreSQL).
    pub connections: u32,
    /// How long a statement waits for another process's write lock.
    pub busy_timeout: Duration,
    /// How long a PostgreSQL statement may run.
    pub statement_timeout: Duration,
    /// How long a PostgreSQL statement waits for a lock.
    pub lock_timeout: Duration,
}

impl DbOptions {
    /// Sensible limits for the database at `url`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            connections: 5,
            busy_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(15),
            lock_timeout: Duration::from_secs(8),
        }
    }
}

/// Attempts of a whole write that lost against another one, the first included.
const WRITE_ATTEMPTS_MAX: u32 = 6;

/// The database, cheap to clone.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Engine,
    pool: Pool,
    /// Only SQLite: the one thread that writes.
    writer: Option<Writer>,
    ids: Arc<IdSource>,
}

impl Db {
    /// Opens the database without touching its schema. Refuses a SQLite library known to corrupt in WAL mode.
    pub fn open(options: &DbOptions, ids: IdSource) -> Result<Self, EngineError> {
        let engine = Engine::from_url(&options.url)?;
        let ids = Arc::new(ids);
        let writer = match &engine {
            Engine::Sqlite { .. } => Some(Writer::start(engine.connect_writer(options)?, Arc::clone(&ids))),
            Engine::Postgres { .. } => None,
        };
        let pool = Pool::new(engine.clone(), options.clone());
        Ok(Self { inner: Arc::new(Inner { engine, pool, writer, ids }) })
    }

    /// Which engine this is.
    pub fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    /// Runs `read` on a thread that may block, with a connection that sees committed rows only.
    pub async fn read<T, F>(&self, read: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, Fault> + Send + 'static,
    {
        let db = self.clone();
        let done = tokio::task::spawn_blocking(move || db.read_blocking(read)).await;
        done.map_err(Fault::other)?
    }

    /// [`Db::read`] for commands and tests that are not asynchronous.
    pub fn read_blocking<T>(&self, read: impl FnOnce(&mut Conn) -> Result<T, Fault>) -> Result<T, Fault> {
        let mut conn = self.inner.pool.get()?;
        read(&mut conn)
    }

    /// Runs `write` in one transaction and commits it when it returns `Ok`; a refusal or a fault leaves no trace.
    ///
    /// `write` may run more than once: it touches nothing but the database.
    pub async fn write<T, R, F>(&self, now: DateTime<Utc>, write: F) -> Result<T, Bad<R>>
    where
        T: Send + 'static,
        R: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, Bad<R>> + Send + 'static,
    {
        if let Some(writer) = &self.inner.writer {
            let reply = writer.submit(now, write)?;
            return reply.await.map_err(Fault::other)?;
        }
        let db = self.clone();
        let done = tokio::task::spawn_blocking(move || db.write_pooled(now, write)).await;
        done.map_err(Fault::other)?
    }

    /// [`Db::write`] for commands and tests that are not asynchronous.
    pub fn write_blocking<T, R, F>(&self, now: DateTime<Utc>, write: F) -> Result<T, Bad<R>>
    where
        T: Send + 'static,
        R: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, Bad<R>> + Send + 'static,
    {
        match &self.inner.writer {
            Some(writer) => writer.submit(now, write)?.blocking_recv().map_err(Fault::other)?,
            None => self.write_pooled(now, write),
        }
    }

    /// The PostgreSQL way: one transaction at read committed, tried again as a whole when it lost.
    fn write_pooled<T, R>(
        &self,
        now: DateTime<Utc>,
        write: impl Fn(&mut Tx<'_>) -> Result<T, Bad<R>>,
    ) -> Result<T, Bad<R>> {
        let mut attempt = 1;
        loop {
            let mut conn = self.inner.pool.get()?;
            let outcome = self.write_once(&mut conn, now, &write);
            match outcome {
                Err(Bad::Fault(fault)) if fault.is_worth_retrying() && attempt < WRITE_ATTEMPTS_MAX => {
                    drop(conn);
                    std::thread::sleep(pause_before_retry(attempt, self.inner.ids.next(now)));
                    attempt += 1;
                }
                other => return other,
            }
        }
    }

    fn write_once<T, R>(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        write: impl Fn(&mut Tx<'_>) -> Result<T, Bad<R>>,
    ) -> Result<T, Bad<R>> {
        conn.batch_execute("BEGIN")?;
        let outcome = write(&mut Tx::new(conn, now, &self.inner.ids));
        match outcome {
            Ok(value) => {
                failpoint::reach(Point::WriteBeforeCommit);
                conn.batch_execute("COMMIT")?;
                failpoint::reach(Point::WriteAfterCommit);
                Ok(value)
            }
            Err(bad) => {
                // A connection that is gone cannot roll back, and needs not: the server did.
                let _gone = conn.batch_execute("ROLLBACK");
                Err(bad)
            }
        }
    }
}

/// Grows with the attempt; spread by `chance` so that two losers do not meet again.
fn pause_before_retry(attempt: u32, chance: i64) -> Duration {
    let spread = u64::try_from(chance & 7).unwrap_or(0);
    Duration::from_millis(u64::from(attempt) * 4 + spread * 2)
}
