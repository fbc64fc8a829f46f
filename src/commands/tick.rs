//! `rebook tick`

use chrono::{DateTime, Utc};

use super::{Failure, Place, runtime};
use crate::schedule;

pub(super) fn tick(place: &Place, at: Option<DateTime<Utc>>, pretend: bool) -> Result<(), Failure> {
    let app = place.open()?;
    let now = app.clock.now();
    let moment = at.unwrap_or(now);
    if now < moment && !pretend && !app.is_demo {
        return Err(Failure::new("--at lies in the future: messages would leave early; add --pretend if you mean it"));
    }
    let report = runtime()?.block_on(schedule::tick(&app, moment)).map_err(Failure::from_error)?;
    println!("{report}");
    Ok(())
}
