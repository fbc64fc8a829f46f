//! `rebook tick`

use chrono::{DateTime, Utc};

use super::{Failure, Place, runtime};
use crate::schedule;

pub(super) fn tick(place: &Place, at: Option<DateTime<Utc>>, pretend: bool) -> Result<(), Failure> {
    let app = place.open()?;
    let runtime = runtime()?;
    let now = runtime.block_on(schedule::moment(&app)).map_err(Failure::from_error)?;
    let moment = at.unwrap_or(now);
    if now < moment && !pretend && !app.is_demo {
        return Err(Failure::new("--at lies in the future: messages would leave early; add --pretend if you mean it"));
    }
    let report = runtime.block_on(async {
        let report = schedule::tick(&app, moment).await;
        app.mailer.hang_up().await;
        report
    });
    let report = report.map_err(Failure::from_error)?;
    println!("{report}");
    Ok(())
}
