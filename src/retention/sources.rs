//! Where clients come from and what winning them costs: costs by source and month, entered and changed by the owner, and
//! sources that were spelled differently made one.

mod costs_file;
mod settings;
mod store;

use std::collections::HashMap;

use chrono::NaiveDate;

pub use costs_file::{WrongFile, month_of, read_costs};
pub use settings::{
    DISCOUNT_BASIS_POINTS, FigureSettings, LOST_AFTER_MONTHS, ServiceMargin, SettingsRefused, save_settings, settings,
};

use crate::accounts::{AuditAction, By, ObjectKind, record};
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::ids::ClientId;
use crate::domain::money::Currency;
use crate::domain::sources::{Cost, first_of_month};

/// As many costs fit in one file or form: fifty sources over twenty years.
pub const COSTS_MAX: usize = 12_000;

/// A cost as it is entered; nothing takes the entry away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entered {
    /// On what.
    pub source: String,
    /// Any day of the month.
    pub month: NaiveDate,
    /// Minor units.
    pub minor: Option<i64>,
}

/// Who changed what was spent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostChange {
    /// When.
    pub at: chrono::DateTime<chrono::Utc>,
    /// Who, by name.
    pub by: Option<String>,
    /// Of which source.
    pub source: String,
    /// Of which month.
    pub month: NaiveDate,
    /// What stood there.
    pub before: Option<i64>,
    /// What stands there since.
    pub after: Option<i64>,
}

/// Why sources do not become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RenameRefused {
    /// Nobody came from it and nothing was spent on it.
    Unknown,
    /// It is called that already.
    Same,
}

/// Everything that was ever spent, by source and month.
pub fn costs(conn: &mut Conn) -> Result<Vec<Cost>, Fault> {
    store::costs(conn)
}

/// Every source that anybody came from or anything was spent on, by name.
pub fn known(conn: &mut Conn) -> Result<Vec<String>, Fault> {
    store::known(conn)
}

/// Names of clients; who was erased has none.
pub fn names(conn: &mut Conn, ids: &[ClientId]) -> Result<HashMap<ClientId, String>, Fault> {
    store::names(conn, ids)
}

/// The last changes of costs, the newest first.
pub fn changes(conn: &mut Conn, limit: i64) -> Result<Vec<CostChange>, Fault> {
    store::changes(conn, limit)
}

/// Says that whom a source won is another: what is kept of figures is made anew.
pub fn changed(tx: &mut Tx<'_>) -> Result<(), Fault> {
    store::touch(tx)
}

/// Writes down what was spent, and who said so; answers how many entries changed.
pub fn enter(tx: &mut Tx<'_>, by: By, entries: &[Entered], currency: Currency) -> Result<usize, Fault> {
    let mut changed = 0;
    for entry in entries.iter().take(COSTS_MAX) {
        let month = first_of_month(entry.month);
        let before = store::cost(tx.conn, &entry.source, month)?;
        if before == entry.minor {
            continue;
        }
        store::put(tx, &entry.source, month, entry.minor, currency)?;
        let change = store::note(tx, by.user, (&entry.source, month), before, entry.minor)?;
        if changed == 0 {
            // One line of the log for a form or file; which entries is in the list of changes.
            record(tx, AuditAction::Changed, by, ObjectKind::AcquisitionCost, change)?;
        }
        changed += 1;
    }
    if 0 < changed {
        store::touch(tx)?;
    }
    Ok(changed)
}

/// Calls a source by another name; where that is a source already, both become one: their clients, and their costs
/// added up.
pub fn rename(tx: &mut Tx<'_>, by: By, from: &str, into: &str, currency: Currency) -> Result<(), Bad<RenameRefused>> {
    if from == into {
        return Err(Bad::Refused(RenameRefused::Same));
    }
    if !store::known(tx.conn)?.iter().any(|name| name == from) {
        return Err(Bad::Refused(RenameRefused::Unknown));
    }
    let moved: Vec<Cost> = store::costs(tx.conn)?.into_iter().filter(|cost| cost.source == from).collect();
    for cost in moved {
        let there = store::cost(tx.conn, into, cost.month)?;
        let sum = there.unwrap_or(0).saturating_add(cost.minor);
        store::put(tx, from, cost.month, None, currency)?;
        store::put(tx, into, cost.month, Some(sum), currency)?;
        store::note(tx, by.user, (from, cost.month), Some(cost.minor), None)?;
        store::note(tx, by.user, (into, cost.month), there, Some(sum))?;
    }
    store::rename_clients(tx, from, into)?;
    record(tx, AuditAction::Changed, by, ObjectKind::AcquisitionCost, tx.new_number())?;
    Ok(store::touch(tx)?)
}
