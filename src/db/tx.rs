//! What a deed holds while it writes: the connection, the moment, and a source of identifiers.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::connection::SimpleConnection;

use super::{Bad, Conn, Fault};
use crate::domain::ids::{Id, IdSource};

/// A write in progress.
pub struct Tx<'a> {
    /// The connection, inside its transaction.
    pub conn: &'a mut Conn,
    /// The moment at which this write happens.
    pub now: DateTime<Utc>,
    ids: &'a IdSource,
    depth: u32,
}

/// A refusal that cannot happen, for writes that only fail by fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Never {}

impl Bad<Never> {
    /// The fault that this must be.
    pub fn into_fault(self) -> Fault {
        match self {
            Self::Fault(fault) => fault,
            Self::Refused(never) => match never {},
        }
    }
}

impl<'a> Tx<'a> {
    pub(super) fn new(conn: &'a mut Conn, now: DateTime<Utc>, ids: &'a IdSource) -> Self {
        Self { conn, now, ids, depth: 0 }
    }

    /// A fresh identifier.
    pub fn new_id<I: Id>(&self) -> I {
        I::from_number(self.ids.next(self.now))
    }

    /// A fresh number for rows whose identifier has no type of its own.
    pub fn new_number(&self) -> i64 {
        self.ids.next(self.now)
    }

    /// The moment as the database keeps it.
    pub fn now_naive(&self) -> NaiveDateTime {
        self.now.naive_utc()
    }

    /// Runs `part` so that its failure undoes only itself and the write can go on.
    pub fn attempt<T, R>(&mut self, part: impl FnOnce(&mut Tx<'_>) -> Result<T, Bad<R>>) -> Result<T, Bad<R>> {
        let name = format!("attempt_{}", self.depth);
        self.conn.batch_execute(&format!("SAVEPOINT {name}"))?;
        let mut inner = Tx { conn: &mut *self.conn, now: self.now, ids: self.ids, depth: self.depth + 1 };
        match part(&mut inner) {
            Ok(value) => {
                self.conn.batch_execute(&format!("RELEASE SAVEPOINT {name}"))?;
                Ok(value)
            }
            Err(bad) => {
                self.conn.batch_execute(&format!("ROLLBACK TO SAVEPOINT {name}; RELEASE SAVEPOINT {name}"))?;
                Err(bad)
            }
        }
    }
}
