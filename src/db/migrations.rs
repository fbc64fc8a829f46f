//! Bringing the schema up and down.
//!
//! Three folders are merged by name into one source: `portable` for both engines, and `sqlite` or `postgres` for the
//! guards beside it. Two sources on one table would break reverting.

use diesel::backend::Backend;
use diesel::migration::Result as MigrationResult;
use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Conn, Db, DbOptions, Engine, EngineError};

const PORTABLE: EmbeddedMigrations = embed_migrations!("migrations/portable");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// A migration could not be run.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database could not be opened.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A statement failed; the migration it belongs to was undone.
    #[error("a migration failed: {0}")]
    Failed(Box<dyn std::error::Error + Send + Sync>),
}

struct Merged(EmbeddedMigrations);

impl<DB: Backend> MigrationSource<DB> for Merged {
    fn migrations(&self) -> MigrationResult<Vec<Box<dyn Migration<DB>>>> {
        let mut all = MigrationSource::<DB>::migrations(&PORTABLE)?;
        all.extend(MigrationSource::<DB>::migrations(&self.0)?);
        all.sort_by(|one, other| one.name().version().cmp(&other.name().version()));
        Ok(all)
    }
}

/// Brings the schema up; answers the names of the migrations it ran.
pub fn up(options: &DbOptions) -> Result<Vec<String>, MigrateError> {
    let mut conn = Engine::from_url(&options.url)?.connect_writer(options)?;
    let ran = match &mut conn {
        Conn::Sqlite(conn) => names(conn.run_pending_migrations(Merged(SQLITE))),
        Conn::Postgres(conn) => names(conn.run_pending_migrations(Merged(POSTGRES))),
    };
    ran.map_err(MigrateError::Failed)
}

/// Takes the whole schema down again, newest first.
pub fn down(options: &DbOptions) -> Result<Vec<String>, MigrateError> {
    let mut conn = Engine::from_url(&options.url)?.connect_writer(options)?;
    let ran = match &mut conn {
        Conn::Sqlite(conn) => names(conn.revert_all_migrations(Merged(SQLITE))),
        Conn::Postgres(conn) => names(conn.revert_all_migrations(Merged(POSTGRES))),
    };
    ran.map_err(MigrateError::Failed)
}

/// Whether every migration of this program has been run.
pub fn is_current(db: &Db) -> bool {
    let checked = db.read_blocking(|conn| {
        let pending = match conn {
            Conn::Sqlite(conn) => conn.has_pending_migration(Merged(SQLITE)),
            Conn::Postgres(conn) => conn.has_pending_migration(Merged(POSTGRES)),
        };
        Ok(pending.unwrap_or(true))
    });
    matches!(checked, Ok(false))
}

fn names(ran: MigrationResult<Vec<MigrationVersion<'_>>>) -> MigrationResult<Vec<String>> {
    Ok(ran?.iter().map(ToString::to_string).collect())
}
