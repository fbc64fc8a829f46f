//! Opening a connection to either engine, and what every connection must know before its first statement.

use std::fmt;
use std::time::Duration;

use diesel::connection::{CacheSize, SimpleConnection};
use diesel::{Connection, PgConnection, SqliteConnection};

use super::{Conn, DbOptions};

/// Earlier libraries can corrupt a database in WAL mode when a checkpoint meets a write.
const SQLITE_VERSION_MIN: (u32, u32, u32) = (3, 51, 3);
/// Between two attempts to switch a file to WAL.
const WAL_STEP: Duration = Duration::from_millis(20);

/// Which engine, and where it is.
#[derive(Clone, PartialEq, Eq)]
pub enum Engine {
    /// A file, embedded.
    Sqlite {
        /// Path of the file.
        path: String,
    },
    /// A server.
    Postgres {
        /// Its URL, password included.
        url: String,
    },
}

/// The database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Neither `sqlite://` nor `postgres://`.
    #[error("database.url must begin with sqlite:// or postgres://")]
    UnknownScheme,
    /// The library would be unsafe.
    #[error("the SQLite library {0} can corrupt databases in WAL mode; at least 3.51.3 is needed")]
    SqliteTooOld(String),
    /// The engine refused the connection.
    #[error("the database cannot be opened: {0}")]
    Connect(#[from] diesel::ConnectionError),
    /// The engine refused a setting.
    #[error("the database refused a setting: {0}")]
    Setting(#[from] diesel::result::Error),
}

impl fmt::Debug for Engine {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite { path } => write!(out, "Sqlite({path})"),
            Self::Postgres { .. } => out.write_str("Postgres"),
        }
    }
}

impl Engine {
    /// Chooses by the scheme; trying one engine after the other would hide the real error.
    pub fn from_url(url: &str) -> Result<Self, EngineError> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            return Ok(Self::Sqlite { path: path.to_owned() });
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres { url: url.to_owned() });
        }
        Err(EngineError::UnknownScheme)
    }

    /// The word used in logs, metrics and `doctor`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "sqlite",
            Self::Postgres { .. } => "postgres",
        }
    }

    /// The connection SQLite writes with.
    pub(super) fn connect_writer(&self, options: &DbOptions) -> Result<Conn, EngineError> {
        match self {
            Self::Sqlite { path } => {
                let mut conn = SqliteConnection::establish(path)?;
                refuse_old_library(&mut conn)?;
                // The waiting time comes first: already the switch to WAL may meet another connection.
                conn.batch_execute(&format!("PRAGMA busy_timeout = {};", options.busy_timeout.as_millis()))?;
                switch_to_wal(&mut conn, options)?;
                conn.batch_execute("PRAGMA synchronous = FULL;")?;
                conn.batch_execute(SQLITE_ALWAYS)?;
                Ok(Conn::Sqlite(conn))
            }
            Self::Postgres { url } => connect_postgres(url, options),
        }
    }

    /// A connection of the pool: read-only on SQLite, where the one writer has its own.
    pub(super) fn connect_pooled(&self, options: &DbOptions) -> Result<Conn, EngineError> {
        match self {
            Self::Sqlite { path } => {
                let mut conn = SqliteConnection::establish(path)?;
                conn.batch_execute(&format!("PRAGMA busy_timeout = {};", options.busy_timeout.as_millis()))?;
                conn.batch_execute(SQLITE_ALWAYS)?;
                conn.batch_execute("PRAGMA query_only = ON;")?;
                Ok(Conn::Sqlite(conn))
            }
            Self::Postgres { url } => connect_postgres(url, options),
        }
    }
}

/// `synchronous = FULL` stands with the writer: in WAL mode NORMAL could lose the last commits in a power cut, and a
/// confirmed booking must not be lost.
const SQLITE_ALWAYS: &str = "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; \
     PRAGMA cache_size = -16000; PRAGMA mmap_size = 268435456; PRAGMA journal_size_limit = 67108864;";

/// Who switches a new file to WAL needs it alone, and SQLite does not wait for that by itself where waiting could be
/// mutual. So the switch is tried for as long as any statement would wait.
fn switch_to_wal(conn: &mut SqliteConnection, options: &DbOptions) -> Result<(), EngineError> {
    let attempts = options.busy_timeout.as_millis() / WAL_STEP.as_millis();
    for _ in 0..attempts {
        match conn.batch_execute("PRAGMA journal_mode = WAL;") {
            Err(diesel::result::Error::DatabaseError(_, why)) if why.message().contains("locked") => {
                std::thread::sleep(WAL_STEP);
            }
            other => return Ok(other?),
        }
    }
    Ok(conn.batch_execute("PRAGMA journal_mode = WAL;")?)
}

fn connect_postgres(url: &str, options: &DbOptions) -> Result<Conn, EngineError> {
    let mut conn = PgConnection::establish(url)?;
    // Transaction poolers hand each transaction another server connection, which knows none of our statements.
    conn.set_prepared_statement_cache_size(CacheSize::Disabled);
    conn.batch_execute(&format!(
        "SET TIME ZONE 'UTC'; SET statement_timeout = {}; SET lock_timeout = {}; SET client_min_messages = warning;",
        options.statement_timeout.as_millis(),
        options.lock_timeout.as_millis()
    ))?;
    Ok(Conn::Postgres(conn))
}

fn refuse_old_library(conn: &mut SqliteConnection) -> Result<(), EngineError> {
    let text = sqlite_version(conn)?;
    let mut parts = text.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut part = || parts.next().unwrap_or(0);
    let found = (part(), part(), part());
    if found < SQLITE_VERSION_MIN {
        return Err(EngineError::SqliteTooOld(text));
    }
    Ok(())
}

fn sqlite_version(conn: &mut SqliteConnection) -> Result<String, diesel::result::Error> {
    use diesel::prelude::*;
    diesel::select(diesel::dsl::sql::<diesel::sql_types::Text>("sqlite_version()")).get_result(conn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_chooses_the_engine() {
        assert_eq!(Engine::from_url("sqlite:///a/b.sqlite").map(|e| e.name()).ok(), Some("sqlite"));
        assert_eq!(Engine::from_url("postgres://u@h/d").map(|e| e.name()).ok(), Some("postgres"));
        assert!(Engine::from_url("mysql://u@h/d").is_err());
    }

    #[test]
    fn the_bundled_library_is_new_enough() {
        let engine = Engine::Sqlite { path: ":memory:".to_owned() };
        assert!(engine.connect_writer(&DbOptions::new("sqlite://:memory:")).is_ok());
    }
}
