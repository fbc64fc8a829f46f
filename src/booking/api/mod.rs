//! Booking for other programs: what is free ([`availability`]), keeping a time ([`holds`]), bookings themselves
//! ([`bookings`]), and moving them ([`moving`]). The same deeds as behind the pages.

pub mod availability;
pub mod bookings;
pub mod holds;
pub mod moving;
mod refused;
mod times;
mod wish;
