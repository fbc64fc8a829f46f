//! The clinic's rules as planning reads them.

use diesel::prelude::*;

use super::rule_edits;
use crate::db::schema::message_settings;
use crate::db::{Conn, Fault, Tx};
use crate::domain::message_rules::Rulebook;

/// The rules that are kept, and how late a reminder may be.
pub(in crate::messaging) fn rulebook(conn: &mut Conn, late_grace_minutes: i64) -> Result<Rulebook, Fault> {
    Ok(Rulebook { rules: rule_edits::live_rules(conn)?, late_grace_minutes })
}

/// What one pass over all bookings needs of the settings.
#[derive(Debug, Clone, Copy, Queryable)]
pub(in crate::messaging) struct Versions {
    /// Rises with every change of a rule.
    pub(in crate::messaging) rules: i64,
    /// The version that all rows agree with.
    pub(in crate::messaging) planned: i64,
    /// People one rule about clients as such reaches in a day.
    pub(in crate::messaging) mass_per_day: i32,
}

pub(in crate::messaging) fn versions(conn: &mut Conn) -> Result<Versions, Fault> {
    Ok(message_settings::table
        .select((message_settings::rules_version, message_settings::planned_version, message_settings::mass_per_day))
        .first(conn)?)
}

/// Notes that all rows agree with this version of the rules.
pub(in crate::messaging) fn note_planned(tx: &mut Tx<'_>, version: i64) -> Result<(), Fault> {
    diesel::update(message_settings::table.filter(message_settings::planned_version.lt(version)))
        .set(message_settings::planned_version.eq(version))
        .execute(tx.conn)?;
    Ok(())
}
