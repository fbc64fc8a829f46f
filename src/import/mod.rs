//! History from elsewhere: clients, visits and services out of files that other programs wrote.
//!
//! A file is read three times, never held: once to see how its columns are written (`layout`), once to say of every row
//! what would become of it (`check`), and once to write (`carry_out`), all of it in one write or nothing. A row that came
//! before is known by the **key** the other program gave it, or by what stands in it. A **map** says what a file cannot
//! say itself; a **preset** is a map that we know. Imported visits occupy nothing and nobody is told of them: settled
//! long ago, they count as told. What nobody said is not assumed: consents are not imported.

mod catalog;
mod clients;
mod figures;
mod file;
mod layout;
mod map;
mod pass;
mod presets;
mod report;
mod row;
mod services;
mod store;
mod visits;

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use indicatif::ProgressBar;

pub use figures::make_figures;
pub use file::FileTrouble;
pub use layout::Layout;
pub use map::{Map, MapTrouble};
pub use presets::Preset;
pub use report::{Counts, Finding, Verdict};

use crate::db::{Bad, Conn, Db, Fault};
use crate::domain::money::Currency;
use pass::{Hand, Pass};

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// People.
    Clients,
    /// What they came for, and what they missed.
    Visits,
    /// What the clinic does.
    Services,
}

impl Kind {
    /// The word on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clients => "clients",
            Self::Visits => "visits",
            Self::Services => "services",
        }
    }
}

/// A file that was looked at as a whole and can be read.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What it holds.
    pub kind: Kind,
    /// Where it lies.
    pub file: PathBuf,
    /// How its columns are read.
    pub layout: Layout,
    /// What it cannot say itself.
    pub map: Map,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportTrouble {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileTrouble),
    /// What it says of itself is not enough, or contradicts itself; each with what to do.
    #[error("{}", .0.join("\n"))]
    Layout(Vec<String>),
    /// Rows were refused, and all were told.
    #[error("{0} rows are refused")]
    Rows(u64),
    /// The database failed.
    #[error("the database: {0}")]
    Fault(#[from] Fault),
}

/// What the clinic's money is.
pub fn currency(conn: &mut Conn) -> Result<Currency, Fault> {
    Ok(store::clinic(conn)?.0)
}

/// Looks at the whole file once: separator, writing, columns, and how its dates and amounts are written.
pub fn plan(kind: Kind, file: PathBuf, map: Map, bar: &ProgressBar) -> Result<Plan, ImportTrouble> {
    let layout = layout::look(kind, &file, &map, bar)?;
    Ok(Plan { kind, file, layout, map })
}

/// Says of every row what would become of it, and writes nothing. `tell` hears of each row that is not simply taken.
pub fn check(
    db: &Db,
    plan: &Plan,
    now: DateTime<Utc>,
    bar: &ProgressBar,
    tell: &mut dyn FnMut(&Finding),
) -> Result<Counts, ImportTrouble> {
    db.read_blocking(|conn| Ok(pass(Hand::Look(conn), plan, now, bar, tell)))?
}

/// Writes every row in one write; nothing where a single one is refused. Checked before by [`check`], it is checked again,
/// because the database may have changed in between.
pub fn carry_out(db: &Db, plan: &Plan, now: DateTime<Utc>, bar: &ProgressBar) -> Result<Counts, ImportTrouble> {
    let (plan, bar) = (plan.clone(), bar.clone());
    let written = db.write_blocking(now, move |tx| {
        let counts = match pass(Hand::Write(tx), &plan, now, &bar, &mut |_told_before| {}) {
            Ok(counts) if counts.refused == 0 => counts,
            Ok(counts) => return Err(Bad::Refused(ImportTrouble::Rows(counts.refused))),
            Err(ImportTrouble::Fault(fault)) => return Err(Bad::Fault(fault)),
            Err(other) => return Err(Bad::Refused(other)),
        };
        store::touch(tx, plan.kind)?;
        if plan.kind == Kind::Visits {
            crate::recall::rebuild(tx)?;
        }
        Ok(counts)
    });
    written.map_err(|bad| match bad {
        Bad::Refused(trouble) => trouble,
        Bad::Fault(fault) => ImportTrouble::Fault(fault),
    })
}

fn pass(
    hand: Hand<'_, '_>,
    plan: &Plan,
    now: DateTime<Utc>,
    bar: &ProgressBar,
    tell: &mut dyn FnMut(&Finding),
) -> Result<Counts, ImportTrouble> {
    let mut pass = Pass::begin(hand, plan, now, tell)?;
    let mut rows = file::Rows::open(&plan.file, &plan.layout.format)?;
    bar.set_position(0);
    while let Some(row) = rows.next()? {
        match plan.kind {
            Kind::Clients => clients::take(&mut pass, &row)?,
            Kind::Visits => visits::take(&mut pass, &row)?,
            Kind::Services => services::take(&mut pass, &row)?,
        }
        bar.set_position(row.ends_at);
    }
    pass.end()
}
