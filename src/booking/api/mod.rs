//! Booking for other programs: what is free ([`availability`]), keeping a time ([`holds`]), bookings themselves
//! ([`bookings`]), and moving them ([`moving`]). The same deeds as behind the pages.

pub mod availability;
pub mod bookings;
pub mod holds;
pub mod moving;
pub(crate) mod refused;
mod times;
pub(crate) mod wish;
