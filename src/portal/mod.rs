//! The client's own area: whoever reads a mailbox sees and changes what belongs to the people who share it.
//!
//! There is no password. A **link** is mailed, good once and for half an hour; opening it changes nothing, pressing the
//! button starts a **session** of the mailbox. People who share the mailbox (a **household**) are told apart by name,
//! and every look at the tables asks again who reads the mailbox now. Whether an address is known is never said: the
//! answer to asking for a link is always the same.

mod export;
mod export_json;
mod session;
mod sign_in;
mod standing;
mod store;
pub mod web;

pub use export::{AttemptLine, Export, LINES_MAX, Record, TextLine, export_for_clinic, export_of};
pub use export_json::export_text;
pub use session::{ClientSession, act_for, end_all_sessions, end_session, open_by_link, see, who_is};
pub use sign_in::{LINK_LIFE_MINUTES, LINKS_PER_HOUR, LinkRefused, ask_for_link, is_open};
pub use standing::{SeriesLine, WaitLine, own_series, own_wish, standing_of};
