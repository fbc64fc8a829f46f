//! What holds for all messages is changed: quiet hours, limits, how late is too late.

use std::ops::RangeInclusive;

use super::store::{audit, rule_edits, settings_edit};
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::ids::StaffUserId;

/// Messages to one client in a week; 0 is no limit.
pub const MARKETING_PER_WEEK: RangeInclusive<u32> = 0..=100;
/// The same for what belongs to bookings.
pub const TRANSACTIONAL_PER_WEEK: RangeInclusive<u32> = 0..=1_000;
/// The longest grace of a message whose moment has passed: a week.
pub const LATE_GRACE_MINUTES_MAX: u32 = 10_080;
/// People one rule reaches in a day when it concerns everybody.
pub const MASS_PER_DAY: RangeInclusive<u32> = 1..=100_000;

/// What can be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SettingsDetails {
    /// Advertising waits from this minute of the day on the reader's clock.
    pub quiet_from_minute: i32,
    /// Until this one.
    pub quiet_until_minute: i32,
    /// And all Sunday.
    pub quiet_sundays: bool,
    /// Advertising to one client in a week; 0 is no limit.
    pub marketing_per_week: i32,
    /// What belongs to bookings, to one client in a week; 0 is no limit.
    pub transactional_per_week: i32,
    /// A reminder whose moment has passed is still sent within this time.
    pub late_grace_minutes: i32,
    /// People one rule reaches in a day when it concerns everybody.
    pub mass_per_day: i32,
}

/// What is set, and at which version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptSettings {
    /// What is set.
    pub details: SettingsDetails,
    /// The version a form was made from.
    pub version: i64,
}

/// Somebody else changed it meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SettingsChanged;

/// What is set.
pub fn kept_settings(conn: &mut Conn) -> Result<KeptSettings, Fault> {
    settings_edit::load(conn)
}

/// Sets it. What waits follows with the next pass, because grace and limits decide about it.
pub fn edit_settings(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    seen: i64,
    wanted: &SettingsDetails,
) -> Result<(), Bad<SettingsChanged>> {
    if !settings_edit::update(tx, seen, wanted)? {
        return Err(Bad::Refused(SettingsChanged));
    }
    audit::note(tx, by, "changed", "message_settings", 1)?;
    Ok(rule_edits::raise_rules_version(tx)?)
}
