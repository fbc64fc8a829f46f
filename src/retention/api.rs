//! The owner's figures for programs: each with its definition, as the pages say it.

pub mod charts;
