//! Every clock-driven job on one page. (The heartbeat itself arrives with the messaging slice.)

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::booking::expire;
use crate::db::{Bad, Fault, Never};

/// The scheduler could not be started.
#[derive(Debug, thiserror::Error)]
#[error("the scheduler could not be started: {0}")]
pub struct ScheduleError(String);

/// What one pass did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TickReport {
    /// Holds that ran out.
    pub holds_ended: usize,
    /// Requests nobody answered.
    pub requests_expired: usize,
}

impl fmt::Display for TickReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} holds ended, {} requests expired", self.holds_ended, self.requests_expired)
    }
}

/// The running scheduler.
pub struct Running;

impl Running {
    /// Stops it, after what it has begun.
    pub async fn stop(self) {}
}

/// Starts the scheduler.
pub async fn start(_app: Arc<App>) -> Result<Running, ScheduleError> {
    Ok(Running)
}

/// One pass of everything that is due at `now`.
pub async fn tick(app: &Arc<App>, now: DateTime<Utc>) -> Result<TickReport, Fault> {
    let held = app.db.write::<_, Never, _>(now, |tx| Ok(expire::end_overdue_holds(tx)?)).await;
    let hours = app.settings.booking.request_expires_hours;
    let shared = Arc::clone(app);
    let expired =
        app.db.write::<_, Never, _>(now, move |tx| Ok(expire::expire_requests(tx, &shared.shop, hours)?)).await;
    Ok(TickReport { holds_ended: held.map_err(Bad::into_fault)?, requests_expired: expired.map_err(Bad::into_fault)? })
}
