//! What a client may still change, and until when. The same rules for pages, API and staff.

use chrono::{DateTime, Utc};

use super::booking::{Actor, BookingStatus};
use super::span::earlier;

/// Deadlines and limits as one level states them; what it leaves out is said by the level above.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PolicyLevel {
    /// How long before the start it must be booked.
    pub lead_minutes: Option<u32>,
    /// How long before the start a client may still move it.
    pub move_notice_minutes: Option<u32>,
    /// How long before the start a client may still cancel it.
    pub cancel_notice_minutes: Option<u32>,
    /// How often a client may move one booking; 0 is never.
    pub moves_max: Option<u16>,
    /// The policy in the clinic's words.
    pub text: Option<String>,
}

/// The deadlines and limits that hold for one service at one location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// How long before the start it must be booked.
    pub lead_minutes: u32,
    /// How long before the start a client may still move it.
    pub move_notice_minutes: u32,
    /// How long before the start a client may still cancel it.
    pub cancel_notice_minutes: u32,
    /// How often a client may move one booking; 0 is never.
    pub moves_max: u16,
    /// The policy in the clinic's words.
    pub text: String,
}

impl Policy {
    /// What holds when `level` is more specific than this: its own settings win, one by one.
    pub fn with(&self, level: &PolicyLevel) -> Self {
        Self {
            lead_minutes: level.lead_minutes.unwrap_or(self.lead_minutes),
            move_notice_minutes: level.move_notice_minutes.unwrap_or(self.move_notice_minutes),
            cancel_notice_minutes: level.cancel_notice_minutes.unwrap_or(self.cancel_notice_minutes),
            moves_max: level.moves_max.unwrap_or(self.moves_max),
            text: level.text.clone().unwrap_or_else(|| self.text.clone()),
        }
    }
}

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

/// Why a booking cannot be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoveRefused {
    /// The client's deadline has passed.
    #[error("moving was possible until {deadline}")]
    TooLate {
        /// The last instant at which it was possible.
        deadline: DateTime<Utc>,
    },
    /// The client has moved it as often as the clinic allows.
    #[error("it was moved {moves_max} times already")]
    TooOften {
        /// How often a client may.
        moves_max: u16,
    },
    /// Clients do not move such bookings themselves.
    #[error("clients do not move such a booking themselves")]
    NotAllowed,
    /// It has begun, or is over.
    #[error("the appointment has already started")]
    AlreadyStarted,
    /// There is nothing to move any more, or the client is already here.
    #[error("a booking that is {} cannot be moved", status.as_str())]
    NotMovable {
        /// What it is.
        status: BookingStatus,
    },
}

/// What a booking says about being moved: the policy as it was agreed, and what happened since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Movable {
    /// When it starts.
    pub starts_at: DateTime<Utc>,
    /// Where it stands.
    pub status: BookingStatus,
    /// How long before the start a client may still move it.
    pub move_notice_minutes: u32,
    /// How often the client moved it.
    pub moves: u16,
    /// How often a client may.
    pub moves_max: u16,
}

/// The last instant at which a client may move.
pub fn move_deadline(starts_at: DateTime<Utc>, move_notice_minutes: u32) -> DateTime<Utc> {
    earlier(starts_at, move_notice_minutes)
}

/// Whether this actor may move the booking now, wherever to. The same answer for page, API and staff.
///
/// Clients are bound by the deadline and by the number of moves, and never move what has begun; a request nobody has
/// approved has no deadline but its start. Staff and the system are not bound: a missed appointment may be moved on.
pub fn may_move(now: DateTime<Utc>, booking: &Movable, actor: Actor) -> Result<(), MoveRefused> {
    let status = booking.status;
    if !matches!(status, BookingStatus::Requested | BookingStatus::Booked) {
        return Err(MoveRefused::NotMovable { status });
    }
    match actor {
        Actor::Staff(_) | Actor::System => return Ok(()),
        Actor::Client => {}
    }
    let deadline = move_deadline(booking.starts_at, booking.move_notice_minutes);
    if booking.starts_at <= now {
        Err(MoveRefused::AlreadyStarted)
    } else if booking.moves_max == 0 {
        Err(MoveRefused::NotAllowed)
    } else if booking.moves_max <= booking.moves {
        Err(MoveRefused::TooOften { moves_max: booking.moves_max })
    } else if status == BookingStatus::Booked && deadline < now {
        Err(MoveRefused::TooLate { deadline })
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::StaffUserId;
    use proptest::prelude::*;

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + hour * 3_600, 0).expect("in range")
    }

    const DAY: u32 = 24 * 60;
    const STAFF: Actor = Actor::Staff(StaffUserId::new(1));

    #[test]
    fn clients_are_bound_by_the_deadline_and_staff_are_not() {
        use BookingStatus::{Arrived, Booked, Requested};
        let too_late = Err(CancelRefused::TooLate { deadline: at(0) });
        let started = Err(CancelRefused::AlreadyStarted);
        let cases = [
            (-1, Booked, Actor::Client, Ok(())),
            (0, Booked, Actor::Client, Ok(())),
            (1, Booked, Actor::Client, too_late),
            (24, Booked, Actor::Client, started),
            (1, Requested, Actor::Client, Ok(())),
            (25, Requested, Actor::Client, started),
            (1, Arrived, Actor::Client, started),
            (23, Booked, STAFF, Ok(())),
            (30, Booked, STAFF, Ok(())),
            (1, Arrived, STAFF, Ok(())),
            (23, Booked, Actor::System, Ok(())),
        ];
        for (now, status, actor, expected) in cases {
            assert_eq!(may_cancel(at(now), at(24), DAY, status, actor), expected, "{now} {status:?} {actor:?}");
        }
        assert_eq!(may_cancel(at(23), at(24), 0, Booked, Actor::Client), Ok(()));
    }

    #[test]
    fn what_is_over_cannot_be_cancelled() {
        for status in BookingStatus::ALL.into_iter().filter(|status| status.cancel().is_err()) {
            for actor in [Actor::Client, STAFF, Actor::System] {
                let expected = Err(CancelRefused::NotCancellable { status });
                assert_eq!(may_cancel(at(0), at(24), DAY, status, actor), expected);
            }
        }
    }

    #[test]
    fn late_is_after_the_deadline() {
        assert!(!is_late(at(0), at(24), DAY));
        assert!(is_late(at(0) + chrono::TimeDelta::seconds(1), at(24), DAY));
        assert!(is_late(at(0), DateTime::<Utc>::MIN_UTC, u32::MAX));
    }

    fn movable(status: BookingStatus, moves: u16, moves_max: u16) -> Movable {
        Movable { starts_at: at(24), status, move_notice_minutes: DAY, moves, moves_max }
    }

    #[test]
    fn moving_has_a_deadline_and_a_limit_of_its_own() {
        use BookingStatus::{Booked, Requested};
        let cases = [
            (-1, movable(Booked, 0, 3), Actor::Client, Ok(())),
            (0, movable(Booked, 2, 3), Actor::Client, Ok(())),
            (0, movable(Booked, 3, 3), Actor::Client, Err(MoveRefused::TooOften { moves_max: 3 })),
            (0, movable(Booked, 0, 0), Actor::Client, Err(MoveRefused::NotAllowed)),
            (1, movable(Booked, 0, 3), Actor::Client, Err(MoveRefused::TooLate { deadline: at(0) })),
            (1, movable(Requested, 0, 3), Actor::Client, Ok(())),
            (1, movable(Requested, 3, 3), Actor::Client, Err(MoveRefused::TooOften { moves_max: 3 })),
            (24, movable(Booked, 0, 3), Actor::Client, Err(MoveRefused::AlreadyStarted)),
            (24, movable(Requested, 0, 3), Actor::Client, Err(MoveRefused::AlreadyStarted)),
            (23, movable(Booked, 9, 0), STAFF, Ok(())),
            (30, movable(Booked, 9, 0), STAFF, Ok(())),
            (30, movable(Requested, 0, 3), Actor::System, Ok(())),
        ];
        for (now, booking, actor, expected) in cases {
            assert_eq!(may_move(at(now), &booking, actor), expected, "{now} {booking:?} {actor:?}");
        }
    }

    #[test]
    fn only_what_is_still_to_come_moves() {
        for status in BookingStatus::ALL {
            let open = matches!(status, BookingStatus::Requested | BookingStatus::Booked);
            for actor in [Actor::Client, STAFF, Actor::System] {
                let expected = if open { Ok(()) } else { Err(MoveRefused::NotMovable { status }) };
                assert_eq!(may_move(at(0), &movable(status, 0, 3), actor), expected);
            }
        }
    }

    fn statuses() -> impl Strategy<Value = BookingStatus> {
        prop::sample::select(BookingStatus::ALL.to_vec())
    }

    proptest! {
        /// Waiting never helps: whoever may move later may move earlier, all else equal.
        #[test]
        fn time_only_takes_the_right_to_move(
            status in statuses(), notice in 0_u32..5_000, moves in 0_u16..5, moves_max in 0_u16..5,
            first in -200_i64..200, wait in 0_i64..200,
        ) {
            let booking = Movable { starts_at: at(24), status, move_notice_minutes: notice, moves, moves_max };
            if may_move(at(first + wait), &booking, Actor::Client).is_ok() {
                prop_assert_eq!(may_move(at(first), &booking, Actor::Client), Ok(()));
            }
        }

        /// What a client may, staff may; and a deadline that is named is the very last moment.
        #[test]
        fn staff_may_more_and_deadlines_are_exact(
            status in statuses(), notice in 0_u32..5_000, moves in 0_u16..5, moves_max in 0_u16..5, now in -200_i64..200,
        ) {
            let booking = Movable { starts_at: at(24), status, move_notice_minutes: notice, moves, moves_max };
            match may_move(at(now), &booking, Actor::Client) {
                Ok(()) => prop_assert_eq!(may_move(at(now), &booking, STAFF), Ok(())),
                Err(MoveRefused::TooLate { deadline }) => {
                    prop_assert!(deadline < at(now));
                    prop_assert_eq!(may_move(deadline, &booking, Actor::Client), Ok(()));
                }
                Err(_) => {}
            }
        }
    }
}
