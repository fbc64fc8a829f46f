//! Types, recalls, and who is due.

pub(super) mod listing;
pub(super) mod recalls;
pub(super) mod types;
