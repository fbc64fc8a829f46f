//! Booking for other programs: what is free ([`availability`]), keeping a time ([`holds`]), and bookings themselves
//! ([`bookings`]). The same deeds as behind the pages.

pub mod availability;
pub mod bookings;
pub mod holds;
mod refused;
mod times;
mod wish;
