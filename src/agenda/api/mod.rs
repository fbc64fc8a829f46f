//! The day's work for other programs: what stands on the calendar ([`appointments`]), what becomes of a booking
//! ([`visits`]), blocked time ([`blocks`]), who the clients are ([`clients`]) and who waits ([`waiting`]), what was told
//! ([`messages`]) and paid ([`payments`]). The same deeds as behind the pages, for tokens of scope `staff`.

pub mod appointments;
pub mod blocks;
pub mod clients;
pub mod messages;
pub mod payments;
mod range;
pub mod visits;
pub mod waiting;
