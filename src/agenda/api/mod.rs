//! The day's work for other programs: what stands on the calendar ([`appointments`]), what becomes of a booking
//! ([`visits`]), and who the clients are ([`clients`]). The same deeds as behind the pages, for tokens of scope `staff`.

pub mod appointments;
pub mod clients;
pub mod visits;
