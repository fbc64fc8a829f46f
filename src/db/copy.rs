//! Copies of a SQLite database that are consistent though it is in use.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::{DbOptions, Engine, EngineError};

/// The copy is unsound.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The database could not be opened or copied.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The engine found damage.
    #[error("damaged: {0}")]
    Damaged(String),
    /// It is some other program's database.
    #[error("it holds no Rebook data")]
    Foreign,
}

impl From<diesel::result::Error> for CopyError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Engine(EngineError::Setting(error))
    }
}

/// Writes a copy of the whole database into `file`, which must not exist.
pub fn write_copy(options: &DbOptions, file: &Path) -> Result<(), CopyError> {
    let mut conn = Engine::from_url(&options.url)?.connect_pooled(options)?;
    conn.batch_execute("PRAGMA query_only = OFF;")?;
    diesel::sql_query("VACUUM INTO ?").bind::<Text, _>(file.display().to_string()).execute(&mut conn)?;
    Ok(())
}

/// Reads the whole copy and holds it against its own checks.
pub fn check(options: &DbOptions) -> Result<(), CopyError> {
    let mut conn = Engine::from_url(&options.url)?.connect_pooled(options)?;
    let verdict: String =
        diesel::dsl::sql::<Text>("SELECT integrity_check FROM pragma_integrity_check LIMIT 1").get_result(&mut conn)?;
    if verdict != "ok" {
        return Err(CopyError::Damaged(verdict));
    }
    let ours =
        diesel::dsl::sql::<diesel::sql_types::BigInt>("SELECT count(*) FROM sqlite_master WHERE name = 'bookings'");
    let ours: i64 = ours.get_result(&mut conn)?;
    if ours == 0 { Err(CopyError::Foreign) } else { Ok(()) }
}
