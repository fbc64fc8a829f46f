//! Who did not come in a period, and which reasons were given for calling off.

mod store;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::kept::{self, Kept};
use crate::app::App;
use crate::db::Fault;
use crate::domain::missed::{Missed, missed};
use crate::domain::reporting::Days;

/// The breakdowns and the reasons.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Broken {
    /// The breakdowns.
    pub days: Missed,
    /// Reasons, the most given first.
    pub reasons: Vec<Reason>,
}

/// A reason for calling off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The code; nothing where none was given.
    pub code: Option<String>,
    /// Bookings called off for it.
    pub bookings: i64,
}

/// What happened in these days.
pub async fn broken(app: &Arc<App>, days: Days) -> Result<Kept<Broken>, Fault> {
    let zone = app.catalog().await?.locations.first().map_or(chrono_tz::UTC, |place| place.zone);
    let key = format!("{}..{}", days.from, days.until);
    let load = move |conn: &mut crate::db::Conn| store::reasons(conn, days, zone);
    kept::kept_beside(app, "missed", &key, load, move |insight, reasons| Broken {
        days: missed(insight, days),
        reasons,
    })
    .await
}
