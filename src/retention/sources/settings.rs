//! What figures are reckoned with: when somebody is lost, what later money is worth, what services leave over and what
//! keeping clients costs.

use std::ops::RangeInclusive;

use chrono::NaiveDate;

use super::store;
use crate::accounts::{AuditAction, By, ObjectKind, record};
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::ids::ServiceId;
use crate::domain::ledger::AMOUNT_MAX_MINOR;
use crate::domain::money::Currency;

/// After how many months somebody may be called lost.
pub const LOST_AFTER_MONTHS: RangeInclusive<i32> = 1..=120;
/// By how much money that comes a month later may be worth less, in hundredths of a percent.
pub const DISCOUNT_BASIS_POINTS: RangeInclusive<i32> = 0..=1_000;

/// What a service leaves over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceMargin {
    /// Which.
    pub service: ServiceId,
    /// Its name.
    pub name: String,
    /// Hundredths of a percent of its price.
    pub basis_points: i32,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureSettings {
    /// Months without a visit.
    pub lost_after_months: i32,
    /// Hundredths of a percent a month.
    pub discount_basis_points: i32,
    /// By service in use.
    pub margins: Vec<ServiceMargin>,
    /// What keeping cost, by month, the newest first; nought takes an entry away.
    pub keeping: Vec<(NaiveDate, i64)>,
}

/// Why they are not saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingsRefused {
    /// A number lies outside its range; the pages check it first.
    OutOfRange,
}

/// As they stand.
pub fn settings(conn: &mut Conn) -> Result<FigureSettings, Fault> {
    store::settings(conn)
}

/// Saves them; months that are not named stay.
pub fn save_settings(
    tx: &mut Tx<'_>,
    by: By,
    wanted: &FigureSettings,
    currency: Currency,
) -> Result<(), Bad<SettingsRefused>> {
    let fits = LOST_AFTER_MONTHS.contains(&wanted.lost_after_months)
        && DISCOUNT_BASIS_POINTS.contains(&wanted.discount_basis_points)
        && wanted.margins.iter().all(|margin| (0..=10_000).contains(&margin.basis_points))
        && wanted.keeping.iter().all(|(_, minor)| (0..=AMOUNT_MAX_MINOR).contains(minor));
    if !fits {
        return Err(Bad::Refused(SettingsRefused::OutOfRange));
    }
    store::save(tx, wanted, currency)?;
    Ok(record(tx, AuditAction::SettingsChanged, by, ObjectKind::Clinic, 1)?)
}
