//! Pages of series: for clients while they book and by the link of a series, for the desk, and the worklist.

mod desk;
mod manage;
mod repeat;
mod rows;
mod rule_form;
mod view;
mod worklist;

pub use desk::{cancel as desk_cancel, change as desk_change, new_page, series_page, start as desk_start};
pub use manage::{cancel, change, manage};
pub use repeat::{repeat, start};
pub use worklist::{settle_gap, worklist_page};
