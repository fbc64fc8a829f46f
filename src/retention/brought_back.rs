//! What the messages of a period brought back.

mod store;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::kept::{self, Kept};
use crate::app::App;
use crate::db::Fault;
use crate::domain::brought_back::{Brought, brought_back as count};
use crate::domain::messages::MessageKind;
use crate::domain::reporting::Days;

/// What is only said because something else happened asks nobody back.
const ASKS_NOBODY: [MessageKind; 19] = [
    MessageKind::Confirmation,
    MessageKind::RequestReceived,
    MessageKind::Approved,
    MessageKind::Declined,
    MessageKind::Change,
    MessageKind::Cancellation,
    MessageKind::ProviderRequest,
    MessageKind::ProviderBooked,
    MessageKind::ProviderCancelled,
    MessageKind::SeriesBooked,
    MessageKind::SeriesChanged,
    MessageKind::SeriesCancelled,
    MessageKind::SeriesGaps,
    MessageKind::SeriesGapsDesk,
    MessageKind::ProviderSeries,
    MessageKind::WaitlistJoined,
    MessageKind::PortalLink,
    MessageKind::ProviderReminder,
    MessageKind::ConfirmConsent,
];

/// What each kind brought, and what reminders did for the bookings they were about.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct BroughtBack {
    /// The word of a kind, and what it brought; in the order of the kinds.
    pub lines: Vec<(String, Brought)>,
    /// Bookings whose client was reminded.
    pub reminded: Came,
    /// Bookings whose client was not.
    pub not_reminded: Came,
}

/// Bookings whose day is over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Came {
    /// Completed.
    pub came: i64,
    /// Missed.
    pub missed: i64,
}

impl BroughtBack {
    /// All kinds together. People may be counted by several kinds, so they are left out.
    pub fn all(&self) -> Brought {
        self.lines.iter().fold(Brought::default(), |all, (_, line)| Brought {
            sent: all.sent + line.sent,
            booked: all.booked + line.booked,
            completed: all.completed + line.completed,
            revenue_minor: all.revenue_minor + line.revenue_minor,
            ..all
        })
    }
}

/// The kinds that ask somebody back.
fn asking() -> Vec<MessageKind> {
    let is_asking = |kind: &MessageKind| {
        !ASKS_NOBODY.contains(kind) && !matches!(kind, MessageKind::Event | MessageKind::Digest | MessageKind::Test)
    };
    MessageKind::ALL.into_iter().filter(is_asking).collect()
}

/// What the messages that left in these days brought back.
pub async fn brought_back(app: &Arc<App>, days: Days) -> Result<Kept<BroughtBack>, Fault> {
    let zone = app.catalog().await?.locations.first().map_or(chrono_tz::UTC, |place| place.zone);
    // Messages leave without a figure changing, so that what they brought is looked at anew every hour.
    let hour = app.clock.now().timestamp() / 3_600;
    let key = format!("{}..{},{hour}", days.from, days.until);
    kept::kept_beside(
        app,
        "brought_back",
        &key,
        move |conn| {
            let kinds: Vec<&'static str> = asking().into_iter().map(MessageKind::as_str).collect();
            Ok((store::told(conn, days, zone, &kinds)?, store::reminded(conn, days, zone)?))
        },
        |insight, (told, (reminded, not_reminded))| {
            let kinds = asking();
            let lines = count(insight, &told, kinds.len());
            let lines = kinds.into_iter().map(|kind| kind.as_str().to_owned()).zip(lines);
            BroughtBack { lines: lines.filter(|(_, line)| line.sent > 0).collect(), reminded, not_reminded }
        },
    )
    .await
}
