//! What clients and providers are told, and how it reaches them.
//!
//! Deeds of other slices never send mail. They call [`plan_for`] inside their write, which makes the rows of `messages`
//! agree with what the booking deserves; `deliver` sends what is due, later and elsewhere.

pub mod calendar_file;

/// Makes the rows of `messages` agree with what the booking deserves now.
pub fn plan_for(_tx: &mut crate::db::Tx<'_>, _booking: crate::domain::ids::BookingId) -> Result<(), crate::db::Fault> {
    Ok(())
}
