//! The first steps of a clinic: from an empty database to a page that takes bookings, in five minutes.
//!
//! A step writes through the same deeds as the catalogue's own pages, so what comes out is an ordinary clinic. Every
//! step can be left out and returned to; the clinic's row knows how far it went. The **week** that is asked for early
//! is kept until there are providers who work it. A **trade** brings services with usual durations; prices are the
//! clinic's own business and start at nothing.

mod clinic;
mod providers;
pub mod services;
mod store;
pub mod trades;
pub mod web;
mod week;

use crate::accounts::By;
use crate::catalog::{self, SetupStep};
use crate::db::{Bad, Fault, Never, Tx};

pub use clinic::{ClinicBasics, ClinicStepRefused, save_clinic};
pub use providers::{NewProvider, ProviderStepRefused, add_provider};
pub use services::{ServiceStepRefused, TakenService, take_services};
pub use store::kept_week;
pub use week::{OpenDay, Week, WrongWeek};

/// Notes that a step was seen to; going back to an earlier one takes nothing away.
pub fn leave_step(tx: &mut Tx<'_>, step: SetupStep) -> Result<(), Bad<Never>> {
    Ok(advance(tx, step)?)
}

fn advance(tx: &mut Tx<'_>, step: SetupStep) -> Result<(), Fault> {
    let now = store::step(tx.conn)?;
    if now == Some(step) && now != Some(SetupStep::Done) {
        store::set_step(tx, step.next())?;
        catalog::touch(tx)?;
    }
    Ok(())
}

/// Keeps the week, and gives it to providers who have none.
pub fn save_week(tx: &mut Tx<'_>, by: By, week: &Week) -> Result<(), Bad<Never>> {
    store::keep_week(tx, &week.written())?;
    if let Some(user) = by.user {
        providers::give_week_to_idle(tx, user, week)?;
    }
    Ok(advance(tx, SetupStep::Hours)?)
}
