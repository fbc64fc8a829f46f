//! Everybody by how lately, how often and for how much he came.

use serde::{Deserialize, Serialize};

use crate::domain::insight::Insight;
use crate::domain::segments as rfm;
use crate::domain::worth::{self, By, Group, Worth};

/// A segment with what it brought and brings.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SegmentLine {
    /// Which.
    pub segment: rfm::Segment,
    /// What it is worth.
    pub worth: Worth,
}

/// Everybody by segment.
pub fn segments(insight: &Insight) -> Vec<SegmentLine> {
    let groups = worth::groups(insight, By::Segment, &rfm::segments(insight));
    let worth_of = |segment| {
        let found = groups.iter().find(|(group, _)| *group == Group::Segment(segment));
        found.map(|(_, worth)| *worth).unwrap_or_default()
    };
    rfm::Segment::ALL.into_iter().map(|segment| SegmentLine { segment, worth: worth_of(segment) }).collect()
}
