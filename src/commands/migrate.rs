//! `rebook migrate`

use super::{Failure, Place};
use crate::app;
use crate::db::migrations;

pub(super) fn migrate(place: &Place) -> Result<(), Failure> {
    let settings = place.settings()?;
    let ran = migrations::up(&app::database_options(&settings)).map_err(Failure::from_error)?;
    if ran.is_empty() {
        println!("The schema is up to date.");
    }
    for name in ran {
        println!("Ran {name}.");
    }
    Ok(())
}
