//! What a client may still change, and until when. The same rules for pages, API and staff.

use chrono::{DateTime, Utc};

use super::booking::{Actor, BookingStatus};
use super::span::earlier;

/// Why a booking cannot be cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CancelRefused {
    /// The client's deadline has passed.
    #[error("cancelling was possible until {deadline}")]
    TooLate {
        /// The last instant at which it was possible.
        deadline: DateTime<Utc>,
    },
    /// It has begun, or is over.
    #[error("the appointment has already started")]
    AlreadyStarted,
    /// There is nothing to cancel any more.
    #[error("a booking that is {} cannot be cancelled", status.as_str())]
    NotCancellable {
        /// What it is.
        status: BookingStatus,
    },
}

/// The last instant at which a client may cancel.
pub fn cancel_deadline(starts_at: DateTime<Utc>, cancel_notice_minutes: u32) -> DateTime<Utc> {
    earlier(starts_at, cancel_notice_minutes)
}

/// Whether a cancellation now comes after the deadline, and so counts as late.
pub fn is_late(now: DateTime<Utc>, starts_at: DateTime<Utc>, cancel_notice_minutes: u32) -> bool {
    cancel_deadline(starts_at, cancel_notice_minutes) < now
}

/// Whether this actor may cancel now.
///
/// Clients are bound by the deadline and never cancel what has begun; a request nobody has approved is theirs to
/// withdraw until it would start. Staff and the system may cancel late and afterwards, knowingly.
pub fn may_cancel(
    now: DateTime<Utc>,
    starts_at: DateTime<Utc>,
    cancel_notice_minutes: u32,
    status: BookingStatus,
    actor: Actor,
) -> Result<(), CancelRefused> {
    if status.cancel().is_err() {
        return Err(CancelRefused::NotCancellable { status });
    }
    match actor {
        Actor::Staff(_) | Actor::System => Ok(()),
        Actor::Client if starts_at <= now || status == BookingStatus::Arrived => Err(CancelRefused::AlreadyStarted),
        Actor::Client if status == BookingStatus::Requested => Ok(()),
        Actor::Client if is_late(now, starts_at, cancel_notice_minutes) => {
            Err(CancelRefused::TooLate { deadline: cancel_deadline(starts_at, cancel_notice_minutes) })
        }
        Actor::Client => Ok(()),
    }
}
