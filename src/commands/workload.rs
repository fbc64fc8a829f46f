//! `rebook workload`: data to measure with. Hidden: nobody runs a clinic on it.

use clap::Args;
use indicatif::ProgressBar;

use super::{Failure, Place};
use crate::app;
use crate::db::{Bad, Db, migrations};
use crate::demo::{self, BuildRefused, workload};
use crate::domain::ids::IdSource;
use crate::retention;

/// What `workload` is told.
#[derive(Debug, Args)]
pub(super) struct Wanted {
    /// Locations of ten providers and 20,000 appointments each
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=i64::from(workload::LOCATIONS_MAX)))]
    locations: u32,
}

pub(super) fn workload(place: &Place, wanted: &Wanted) -> Result<(), Failure> {
    let options = app::database_options(&place.settings()?);
    match &place.dir {
        Some(dir) => std::fs::create_dir_all(dir.join("mail")).map_err(Failure::from_error)?,
        // A server of databases is named by its address.
        None if options.url.starts_with("postgres") => {}
        None => return Err(Failure::new("say where to put the data with --dir DIR")),
    }
    migrations::up(&options).map_err(Failure::from_error)?;
    let db = Db::open(&options, IdSource::new(1)).map_err(Failure::from_error)?;
    let bar = ProgressBar::new(u64::from(wanted.locations));
    match workload::build(&db, place.clock()?.now(), wanted.locations, &bar) {
        Ok(()) => {
            let clock = place.clock()?;
            let made = retention::renew_all(&db, &clock, demo::today(clock.now()));
            made.map_err(|fault| Failure::new(format!("the figures could not be made: {fault}")))
        }
        Err(Bad::Refused(BuildRefused::NotEmpty)) => {
            Err(Failure::new("there is data already: workload wants an empty database"))
        }
        Err(Bad::Fault(fault)) => Err(Failure::new(format!("the data could not be made: {fault}"))),
    }
}
