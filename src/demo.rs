//! The demo clinic: an invented dental practice in Los Angeles with three years behind it and a full week ahead.
//!
//! The story is told first, as plain values, by seeded chance (`plan`, `history`, `people`, `hours`); then it is written
//! in one transaction (`store`). The same seed and the same `now` give the same clinic, so screenshots, tests and
//! benchmarks speak of the same people.

mod anchor;
mod calendar;
mod catalogue;
mod chance;
mod habits;
mod history;
mod holidays;
mod hours;
pub mod measure;
mod money;
mod names;
mod people;
mod plan;
mod store;
pub mod workload;

use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime, Utc};
use indicatif::ProgressBar;

pub use anchor::Scale;

use crate::accounts::password::{self, Password};
use crate::db::{Bad, Db, Fault};
use crate::domain::time;
use chance::Chance;
use plan::ClinicPlan;
use store::{StaffRow, Writer};

/// The seed of the clinic in the documents and on the screenshots.
pub const SEED: u64 = 2;

/// How somebody signs in to the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignIn {
    /// `owner`, `manager`, `receptionist` or `provider`.
    pub role: &'static str,
    /// Their name.
    pub name: &'static str,
    /// What they type first.
    pub email: &'static str,
    /// What they type then.
    pub password: &'static str,
}

/// What was built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoClinic {
    /// Who can sign in.
    pub sign_ins: Vec<SignIn>,
    /// Patients.
    pub patients: usize,
    /// Bookings, past and to come.
    pub bookings: usize,
}

/// Why the demo clinic was not built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BuildRefused {
    /// The database holds a clinic already.
    #[error("this database holds a clinic already; choose another folder, or --fresh to begin anew")]
    NotEmpty,
}

/// Everybody who can sign in to the demo; the same in every demo clinic.
pub fn sign_ins() -> Vec<SignIn> {
    let sign_in = |card: &catalogue::StaffCard| SignIn {
        role: card.role,
        name: card.name,
        email: card.email,
        password: card.password,
    };
    catalogue::STAFF.iter().map(sign_in).collect()
}

/// What the clock on the clinic's wall shows.
pub fn wall_time(now: DateTime<Utc>) -> Option<NaiveDateTime> {
    time::zone_named(catalogue::ZONE).ok().map(|zone| time::local(now, zone))
}

/// The day at the clinic.
pub fn today(now: DateTime<Utc>) -> chrono::NaiveDate {
    wall_time(now).map_or_else(|| now.date_naive(), |wall| wall.date())
}

/// Tells the story up to `now` and writes it into an empty, migrated database.
///
/// `bar` shows how far it is; [`ProgressBar::hidden`] where nobody looks.
pub fn build(
    db: &Db,
    now: DateTime<Utc>,
    seed: u64,
    scale: Scale,
    bar: &ProgressBar,
) -> Result<DemoClinic, Bad<BuildRefused>> {
    let zone = time::zone_named(catalogue::ZONE).map_err(Fault::other)?;
    if !db.read_blocking(store::is_empty)? {
        return Err(Bad::Refused(BuildRefused::NotEmpty));
    }
    bar.set_message("telling the story");
    let plan = Arc::new(ClinicPlan::tell(time::local(now, zone), seed, scale));
    bar.set_length(plan.rows());
    let staff = Arc::new(staff_rows(seed)?);
    let built =
        DemoClinic { sign_ins: sign_ins(), patients: plan.people.patients.len(), bookings: plan.bookings.len() };
    let shown = bar.clone();
    db.write_blocking(now, move |tx| {
        shown.set_position(0);
        if !store::is_empty(tx.conn)? {
            return Err(Bad::Refused(BuildRefused::NotEmpty));
        }
        Writer::new(tx.conn, &plan, zone, seed, &shown).write(&staff)?;
        store::recalls::write(tx, time::local_day(now, zone))?;
        Ok(())
    })?;
    bar.finish_and_clear();
    Ok(built)
}

fn staff_rows(seed: u64) -> Result<Vec<StaffRow>, Fault> {
    let mut chance = Chance::new(seed ^ 0x5a17);
    let row = |card: &'static catalogue::StaffCard| {
        let salt = std::array::from_fn(|_| u8::try_from(chance.between(0, 255)).unwrap_or(0));
        let password_hash = password::hash_blocking(&Password::for_demo(card.password), salt)?;
        Ok(StaffRow { card, password_hash })
    };
    catalogue::STAFF.iter().map(row).collect()
}
