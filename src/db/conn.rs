//! The enum over the two engines, apart because its derive writes items nobody could document.
#![expect(missing_docs, reason = "diesel's derive writes public items beside the enum")]

/// A connection to either engine.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// The embedded database.
    Sqlite(diesel::SqliteConnection),
    /// The server, for several nodes.
    Postgres(diesel::PgConnection),
}
