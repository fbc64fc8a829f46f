//! What the pages of the desk read from several tables at once.

pub(super) mod calendar;
