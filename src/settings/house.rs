//! Which languages are offered, whose clients providers see, who must have a second factor.

use super::store;
use crate::accounts::{AuditAction, By, ObjectKind, record};
use crate::catalog::{self, ProvidersSee, SecondFactorFor};
use crate::db::{Bad, Fault, Tx};
use crate::domain::language::Language;

/// The one row of the clinic.
pub(super) const CLINIC: i64 = 1;

/// Why nothing was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HouseRefused {
    /// Somebody else changed the clinic after the form was made.
    Changed,
    /// A clinic speaks at least one language.
    NoLanguage,
}

/// Offers these languages on public pages.
pub fn edit_languages(tx: &mut Tx<'_>, by: By, seen: i64, offered: &[Language]) -> Result<(), Bad<HouseRefused>> {
    if offered.is_empty() {
        return Err(Bad::Refused(HouseRefused::NoLanguage));
    }
    claim(tx, seen)?;
    store::set_languages(tx, offered)?;
    Ok(changed(tx, by)?)
}

/// Decides whose clients providers may open and, where the owner asks, who must have a second factor.
pub fn edit_privacy(
    tx: &mut Tx<'_>,
    by: By,
    seen: i64,
    (see, factor): (ProvidersSee, Option<SecondFactorFor>),
) -> Result<(), Bad<HouseRefused>> {
    claim(tx, seen)?;
    store::set_providers_see(tx, see)?;
    if let Some(factor) = factor {
        store::set_second_factor(tx, factor)?;
    }
    Ok(changed(tx, by)?)
}

fn claim(tx: &mut Tx<'_>, seen: i64) -> Result<(), Bad<HouseRefused>> {
    if store::claim(tx, seen)? { Ok(()) } else { Err(Bad::Refused(HouseRefused::Changed)) }
}

/// Ends every change: caches look again, the audit knows who did it.
pub(super) fn changed(tx: &mut Tx<'_>, by: By) -> Result<(), Fault> {
    catalog::touch(tx)?;
    record(tx, AuditAction::SettingsChanged, by, ObjectKind::Clinic, CLINIC)
}
