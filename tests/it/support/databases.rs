//! A fresh database for every test, on either engine, made from a migrated template.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use diesel::Connection;
use diesel::connection::SimpleConnection;
use diesel::{PgConnection, SqliteConnection};
use rebook::db::{Conn, Db, DbOptions, migrations};
use rebook::domain::ids::IdSource;
use tempfile::TempDir;

/// On which engine a test runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// The engines of this run; PostgreSQL only where there is one.
pub fn kinds() -> Vec<Kind> {
    static SAID: OnceLock<()> = OnceLock::new();
    if postgres_server().is_some() {
        return vec![Kind::Sqlite, Kind::Postgres];
    }
    SAID.get_or_init(|| println!("skipped: PostgreSQL (REBOOK_TEST_POSTGRES is not set)"));
    vec![Kind::Sqlite]
}

fn postgres_server() -> Option<String> {
    std::env::var("REBOOK_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

/// A database that goes away with the value.
pub struct TestDatabase {
    pub kind: Kind,
    pub url: String,
    folder: Option<TempDir>,
    name: String,
}

impl TestDatabase {
    /// With the schema.
    pub fn migrated(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => {
                let database = Self::sqlite();
                std::fs::copy(sqlite_template(), database.sqlite_path()).unwrap();
                database
            }
            Kind::Postgres => Self::postgres(Some(postgres_template())),
        }
    }

    /// With nothing in it.
    pub fn empty(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => Self::sqlite(),
            Kind::Postgres => Self::postgres(None),
        }
    }

    fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/test.db", folder.path().display());
        Self { kind: Kind::Sqlite, url, folder: Some(folder), name: String::new() }
    }

    fn sqlite_path(&self) -> PathBuf {
        self.folder.as_ref().unwrap().path().join("test.db")
    }

    fn postgres(template: Option<&str>) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("rebook_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        create_postgres(&name, template);
        Self { kind: Kind::Postgres, url: postgres_url(&name), folder: None, name }
    }

    pub fn options(&self) -> DbOptions {
        DbOptions { connections: 12, ..DbOptions::new(&self.url) }
    }

    pub fn open(&self) -> Db {
        Db::open(&self.options(), IdSource::new(7)).unwrap()
    }

    /// A connection of its own, past every rule of the house.
    pub fn connect(&self) -> Conn {
        match self.kind {
            Kind::Sqlite => {
                let mut conn = SqliteConnection::establish(self.url.trim_start_matches("sqlite://")).unwrap();
                conn.batch_execute("PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON").unwrap();
                Conn::Sqlite(conn)
            }
            Kind::Postgres => Conn::Postgres(PgConnection::establish(&self.url).unwrap()),
        }
    }

    pub fn run(&self, statements: &str) {
        self.connect().batch_execute(statements).unwrap();
    }

    /// PostgreSQL only: nobody gets in, and whoever is in is thrown out.
    pub fn goes_away(&self) {
        let name = &self.name;
        administer(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).unwrap();
        administer(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"))
            .unwrap();
    }

    /// PostgreSQL only: whoever is in is thrown out, and may come again at once.
    pub fn throws_everybody_out(&self) {
        let name = &self.name;
        administer(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"))
            .unwrap();
    }

    pub fn comes_back(&self) {
        administer(&format!("ALTER DATABASE {} ALLOW_CONNECTIONS true", self.name)).unwrap();
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if self.kind == Kind::Postgres {
            // What cannot be dropped goes with the private cluster of bin/test.
            let _left = administer(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        }
    }
}

fn administer(statement: &str) -> Result<(), diesel::result::Error> {
    // One at a time: PostgreSQL copies a template only while nobody else uses it.
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    PgConnection::establish(&postgres_server().unwrap()).unwrap().batch_execute(statement)
}

fn create_postgres(name: &str, template: Option<&str>) {
    let template = template.map(|template| format!("TEMPLATE {template}")).unwrap_or_default();
    administer(&format!("CREATE DATABASE {name} {template}")).unwrap();
}

fn postgres_url(name: &str) -> String {
    let mut url = url::Url::parse(&postgres_server().unwrap()).unwrap();
    url.set_path(name);
    url.into()
}

fn sqlite_template() -> &'static PathBuf {
    static TEMPLATE: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_folder, path) = TEMPLATE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("template.db");
        let url = format!("sqlite://{}", path.display());
        migrations::up(&DbOptions::new(&url)).unwrap();
        // The copy takes one file, so nothing may be left beside it.
        let mut conn = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
        conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE").unwrap();
        (folder, path)
    });
    path
}

fn postgres_template() -> &'static str {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let name = format!("rebook_template_{}", std::process::id());
        create_postgres(&name, None);
        migrations::up(&DbOptions::new(postgres_url(&name))).unwrap();
        name
    })
}
