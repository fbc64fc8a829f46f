//! The answers everybody asks for on Monday morning: made anew every night, so that nobody waits for them.

use chrono::NaiveDate;

use super::kept::Standing;

/// Which they are, seen from `today`.
pub(super) fn standing(_today: NaiveDate) -> Vec<Standing> {
    Vec::new()
}
