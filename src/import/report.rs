//! What became of the rows.

use std::collections::BTreeMap;

/// More unknown names are counted together.
const NAMES_MAX: usize = 200;

/// What becomes of a row that is not simply taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It cannot be taken, and nothing is until it is mended or mapped.
    Refused,
    /// It is left out on purpose.
    LeftOut,
}

/// One row that is not simply taken, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The line on which it begins.
    pub line: u64,
    /// What becomes of it.
    pub verdict: Verdict,
    /// Why.
    pub why: String,
}

/// What a file brings, or would bring.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// Rows that were read.
    pub rows: u64,
    /// Rows that were refused.
    pub refused: u64,
    /// Rows that came before, in another run.
    pub known: u64,
    /// Rows that stand in the file twice, or are booked already.
    pub doubled: u64,
    /// Rows that the map leaves out.
    pub left_out: u64,
    /// Clients made.
    pub clients: u64,
    /// Clients that were known by name and contact.
    pub recognised: u64,
    /// Visits made: completed.
    pub completed: u64,
    /// Visits that were missed.
    pub missed: u64,
    /// Visits that were called off.
    pub cancelled: u64,
    /// Refunds.
    pub refunds: u64,
    /// Services made.
    pub services: u64,
    /// Providers made.
    pub providers: u64,
    /// What was charged, in minor units.
    pub charged_minor: i64,
    /// Names nobody knows, with the number of rows: what of ours, and the name.
    pub unknown: BTreeMap<(&'static str, String), u64>,
}

impl Counts {
    /// Counts a row that names what nobody knows.
    pub(super) fn add_unknown(&mut self, what: &'static str, name: &str) {
        let name: String = name.chars().take(60).collect();
        let is_full = NAMES_MAX <= self.unknown.len() && !self.unknown.contains_key(&(what, name.clone()));
        let name = if is_full { "(others)".to_owned() } else { name };
        *self.unknown.entry((what, name)).or_insert(0) += 1;
    }

    /// Whether anything would be, or was, made.
    pub const fn is_nothing(&self) -> bool {
        self.clients + self.completed + self.missed + self.cancelled + self.refunds + self.services == 0
    }
}
