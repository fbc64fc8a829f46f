//! After history came in: dates of recalls, figures, states, models and values as if it had always been there.

use chrono::{DateTime, NaiveDate, Utc};
use indicatif::ProgressBar;

use crate::clock::Clock;
use crate::db::{Db, Fault};
use crate::retention;

/// Makes everything anew that stands on visits and amounts.
pub fn make_figures(
    db: &Db,
    clock: &Clock,
    (now, today): (DateTime<Utc>, NaiveDate),
    bar: &ProgressBar,
) -> Result<(), Fault> {
    retention::rebuild(db, now, today, bar)?;
    retention::renew_all(db, clock, today)
}
