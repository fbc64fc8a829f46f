//! What the owner's charts are made of: each computed from everybody, kept like every other report, and shown by the pages, the
//! files and the API alike.

mod cohorts;
mod segments;
mod value;

use super::kept::Standing;
use crate::domain::cohorts::Measure;
use crate::domain::frequency::{self, Frequency};
use crate::domain::insight::Insight;
use crate::domain::worth::By;

pub use cohorts::{CohortReport, Point, cohorts};
pub use segments::{SegmentLine, segments};
pub use value::{Formula, Line, Somebody, ValueReport, named, value};

/// Quarters of the trend.
const QUARTERS: i32 = 12;

/// How often clients come.
pub fn frequency(insight: &Insight) -> Frequency {
    frequency::frequency(&insight.population, QUARTERS)
}

/// The charts as they are first asked for.
pub(super) fn standing() -> Vec<Standing> {
    vec![
        Standing::new("cohorts", "fit/until", |insight| cohorts(insight, None, Measure::Until)),
        Standing::new("frequency", "", frequency),
        Standing::new("clv", By::Source.as_str(), |insight| value(insight, By::Source)),
        Standing::new("segments", "", segments),
    ]
}
