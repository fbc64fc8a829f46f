//! One pass over the rows: the same decisions whether they are only told or written.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::catalog::Shop;
use super::file::Row;
use super::map::Field;
use super::report::{Counts, Finding, Verdict};
use super::store::{self, Buffer};
use super::{ImportTrouble, Kind, Layout, Plan};
use crate::db::{Conn, Fault, Tx};
use crate::domain::imports::{People, digest};

/// Who goes over the rows.
pub(super) enum Hand<'a, 'b> {
    /// Somebody who only looks.
    Look(&'a mut Conn),
    /// Somebody who writes.
    Write(&'a mut Tx<'b>),
}

impl Hand<'_, '_> {
    /// The connection, to read.
    pub(super) fn conn(&mut self) -> &mut Conn {
        match self {
            Self::Look(conn) => conn,
            Self::Write(tx) => tx.conn,
        }
    }
}

/// A row that came before, in this run or another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kept {
    /// What stood in it.
    pub(super) content: u64,
    /// What it became.
    pub(super) local: i64,
    /// Whether this run brought it.
    pub(super) is_of_this_run: bool,
}

/// What a row's key says of it.
pub(super) enum Before {
    /// Nothing: it is new.
    New,
    /// It was told, and counts no more.
    Settled,
}

/// A pass in progress.
pub(super) struct Pass<'a, 'b> {
    pub(super) hand: Hand<'a, 'b>,
    pub(super) layout: &'a Layout,
    pub(super) now: DateTime<Utc>,
    pub(super) counts: Counts,
    pub(super) shop: Shop,
    pub(super) people: People,
    /// Clients by what the other program calls them.
    pub(super) clients: HashMap<u64, Kept>,
    /// Rows of this kind by key, where it is not clients.
    pub(super) keys: HashMap<u64, Kept>,
    /// Days of birth, by client.
    pub(super) births: HashMap<i64, NaiveDate>,
    pub(super) buffer: Buffer,
    /// Identifiers from here on are of this run.
    pub(super) first_own: i64,
    /// Numbers of what is not written.
    imagined: i64,
    tell: &'a mut dyn FnMut(&Finding),
}

impl<'a, 'b> Pass<'a, 'b> {
    /// Loads whom and what is known.
    pub(super) fn begin(
        mut hand: Hand<'a, 'b>,
        plan: &'a Plan,
        now: DateTime<Utc>,
        tell: &'a mut dyn FnMut(&Finding),
    ) -> Result<Self, ImportTrouble> {
        let layout = &plan.layout;
        let shop = Shop::load(hand.conn(), layout.from())?;
        let (mut people, mut births) = (People::default(), HashMap::new());
        if plan.kind != Kind::Services {
            store::everybody(hand.conn(), &mut |id, keys, born| {
                people.learn(id, &keys);
                if let Some(born) = born {
                    births.insert(id, born);
                }
            })?;
        }
        let clients = store::keys(hand.conn(), "client", layout.from())?;
        let keys = match plan.kind {
            Kind::Clients => HashMap::new(),
            Kind::Visits => store::keys(hand.conn(), "visit", layout.from())?,
            Kind::Services => store::keys(hand.conn(), "service", layout.from())?,
        };
        let first_own = match &hand {
            Hand::Look(_) => 1 << 62,
            Hand::Write(tx) => tx.new_number(),
        };
        Ok(Self {
            hand,
            layout,
            now,
            counts: Counts::default(),
            shop,
            people,
            clients,
            keys,
            births,
            buffer: Buffer::default(),
            first_own,
            imagined: 1 << 62,
            tell,
        })
    }

    /// What a row says in a field.
    pub(super) fn value<'r>(&self, row: &'r Row, field: Field) -> &'r str
    where
        'a: 'r,
    {
        self.layout.value(row, field)
    }

    /// An identifier, or the stand-in of one.
    pub(super) fn number(&mut self) -> i64 {
        match &self.hand {
            Hand::Look(_) => {
                self.imagined += 1;
                self.imagined
            }
            Hand::Write(tx) => tx.new_number(),
        }
    }

    /// Whether something was made by this run.
    pub(super) const fn is_own(&self, id: i64) -> bool {
        self.first_own < id
    }

    /// Refuses a row.
    pub(super) fn refuse(&mut self, row: &Row, why: &[String]) {
        self.counts.refused += 1;
        (self.tell)(&Finding { line: row.line, verdict: Verdict::Refused, why: why.join("; ") });
    }

    /// Leaves a row out, and says so.
    pub(super) fn leave_out(&mut self, row: &Row, why: &str) {
        (self.tell)(&Finding { line: row.line, verdict: Verdict::LeftOut, why: why.to_owned() });
    }

    /// Whether the row has the shape of the first line; refused otherwise.
    pub(super) fn has_shape(&mut self, row: &Row) -> bool {
        self.counts.rows += 1;
        let beyond = row.fields.iter().skip(self.layout.width).any(|field| !field.is_empty());
        let is_short = row.fields.len() < self.layout.width;
        if beyond || is_short {
            let why = format!(
                "has {} fields, the first line has {}: perhaps a quotation mark or a separator within a field",
                row.fields.len(),
                self.layout.width
            );
            self.refuse(row, &[why]);
            return false;
        }
        true
    }

    /// The digest of everything that stands in a row.
    pub(super) fn content(row: &Row) -> u64 {
        let fields: Vec<&str> = row.fields.iter().map(String::as_str).collect();
        digest(&fields)
    }

    /// Says of a key that came before what it means, and counts it.
    pub(super) fn before(&mut self, row: &Row, kept: Option<Kept>) -> Before {
        let Some(kept) = kept else { return Before::New };
        let is_same = kept.content == Self::content(row);
        match (kept.is_of_this_run, is_same) {
            (true, true) => {
                self.counts.doubled += 1;
                self.leave_out(row, "stands in the file twice");
            }
            (true, false) => {
                self.refuse(row, &["has the key of an earlier row, and says something else".to_owned()]);
            }
            (false, true) => self.counts.known += 1,
            (false, false) => {
                self.counts.known += 1;
                self.leave_out(row, "was imported before and says something else now; what was imported stays");
            }
        }
        Before::Settled
    }

    /// Writes what waits when it is much.
    pub(super) fn rest(&mut self) -> Result<(), Fault> {
        if self.buffer.is_full() { self.flush() } else { Ok(()) }
    }

    /// Writes what waits.
    pub(super) fn flush(&mut self) -> Result<(), Fault> {
        match &mut self.hand {
            Hand::Look(_) => self.buffer.forget(),
            Hand::Write(tx) => self.buffer.flush(tx)?,
        }
        Ok(())
    }

    pub(super) fn end(mut self) -> Result<Counts, ImportTrouble> {
        self.flush()?;
        Ok(self.counts)
    }
}
