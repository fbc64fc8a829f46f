//! Places at which a test ends the process without warning, to prove that nothing is lost or doubled there.
//!
//! A debug build obeys `REBOOK_FAILPOINT=name[:nth][:pause]`: the nth time that the place is reached (the first, unless
//! it says otherwise) the process sends itself SIGKILL, or with `pause` SIGSTOP, until somebody sends SIGCONT. Nothing
//! is flushed and nobody says goodbye, as when the power fails. A release build has neither the variable nor the places:
//! [`reach`] is empty there.

use std::future::Future;

/// A place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// Any write: its statements have run, its transaction is open.
    WriteBeforeCommit,
    /// Any write: committed, and nobody knows it yet.
    WriteAfterCommit,
    /// A booking with everything that belongs to it is written and not committed.
    BookBeforeCommit,
    /// It is committed, and whoever asked for it has no answer.
    BookAfterCommit,
    /// A booking's messages are planned, but for the last of them.
    PlanHalf,
    /// A pass over all bookings has done some of its writes.
    PlanPassHalf,
    /// Messages are claimed, and the claim is not committed.
    ClaimBeforeCommit,
    /// The claim stands, and nothing was done with it.
    ClaimAfterCommit,
    /// "Handing over" is written and not committed.
    MarkBeforeCommit,
    /// "Handing over" is recorded, and no word was said to the server.
    MarkAfterCommit,
    /// The server knows sender and recipient and waits for DATA.
    BeforeData,
    /// The server has the whole text, and its reply was not read.
    AfterData,
    /// The server's reply was read, and nothing is written down.
    AfterReply,
    /// A gateway or an endpoint is about to be called.
    BeforeCall,
    /// It answered, and nothing is written down.
    AfterCall,
    /// What became of the messages is written and not committed.
    CompleteBeforeCommit,
    /// It is committed.
    CompleteAfterCommit,
}

impl Point {
    /// Every place there is.
    pub const ALL: [Self; 17] = [
        Self::WriteBeforeCommit,
        Self::WriteAfterCommit,
        Self::BookBeforeCommit,
        Self::BookAfterCommit,
        Self::PlanHalf,
        Self::PlanPassHalf,
        Self::ClaimBeforeCommit,
        Self::ClaimAfterCommit,
        Self::MarkBeforeCommit,
        Self::MarkAfterCommit,
        Self::BeforeData,
        Self::AfterData,
        Self::AfterReply,
        Self::BeforeCall,
        Self::AfterCall,
        Self::CompleteBeforeCommit,
        Self::CompleteAfterCommit,
    ];

    /// Its name in the variable.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WriteBeforeCommit => "write_before_commit",
            Self::WriteAfterCommit => "write_after_commit",
            Self::BookBeforeCommit => "book_before_commit",
            Self::BookAfterCommit => "book_after_commit",
            Self::PlanHalf => "plan_half",
            Self::PlanPassHalf => "plan_pass_half",
            Self::ClaimBeforeCommit => "claim_before_commit",
            Self::ClaimAfterCommit => "claim_after_commit",
            Self::MarkBeforeCommit => "mark_before_commit",
            Self::MarkAfterCommit => "mark_after_commit",
            Self::BeforeData => "before_data",
            Self::AfterData => "after_data",
            Self::AfterReply => "after_reply",
            Self::BeforeCall => "before_call",
            Self::AfterCall => "after_call",
            Self::CompleteBeforeCommit => "complete_before_commit",
            Self::CompleteAfterCommit => "complete_after_commit",
        }
    }
}

/// Says that the place is reached.
#[cfg(debug_assertions)]
pub fn reach(point: Point) {
    armed::reach(point);
}

/// Says that the place is reached.
#[cfg(not(debug_assertions))]
pub const fn reach(_: Point) {}

/// Does the work, and reaches the place when the work waits for the other side for the first time.
#[cfg(debug_assertions)]
pub async fn reach_while<T>(point: Point, work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    std::future::poll_fn(|context| {
        let polled = work.as_mut().poll(context);
        if polled.is_pending() {
            reach(point);
        }
        polled
    })
    .await
}

/// Does the work.
#[cfg(not(debug_assertions))]
pub fn reach_while<T>(_: Point, work: impl Future<Output = T>) -> impl Future<Output = T> {
    work
}

#[cfg(debug_assertions)]
pub use armed::{arm, moved_clock};

#[cfg(debug_assertions)]
mod armed {
    use std::process::Command;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use super::Point;
    use crate::clock::Clock;

    /// Where, the how manieth time, and whether to stop or to die.
    struct Armed {
        point: Point,
        left: AtomicU32,
        signal: &'static str,
    }

    static ARMED: OnceLock<Armed> = OnceLock::new();

    /// Arms the place that `words` name; at most once, and says what it does not understand.
    pub fn arm(words: &str) -> Result<(), String> {
        let armed = parse(words).ok_or_else(|| format!("REBOOK_FAILPOINT={words}: want name[:nth][:pause]"))?;
        ARMED.set(armed).map_err(|_twice| "a failpoint is armed already".to_owned())
    }

    /// A clock that is `milliseconds` from the machine's, so that a test need not wait for leases to run out.
    pub fn moved_clock(milliseconds: &str) -> Option<Clock> {
        Some(Clock::Offset(chrono::TimeDelta::try_milliseconds(milliseconds.parse().ok()?)?))
    }

    fn parse(words: &str) -> Option<Armed> {
        let mut parts = words.split(':');
        let name = parts.next()?;
        let point = Point::ALL.into_iter().find(|point| point.as_str() == name)?;
        let (mut nth, mut signal) = (1, "-KILL");
        for part in parts {
            match part {
                "pause" => signal = "-STOP",
                number => nth = number.parse().ok().filter(|number| 0 < *number)?,
            }
        }
        Some(Armed { point, left: AtomicU32::new(nth), signal })
    }

    pub(super) fn reach(point: Point) {
        let Some(armed) = ARMED.get().filter(|armed| armed.point == point) else { return };
        // Below nothing it wraps around, so that only one thread ever sees the last one.
        if armed.left.fetch_sub(1, Ordering::SeqCst) != 1 {
            return;
        }
        let me = std::process::id().to_string();
        // Whether it could be sent shows: the test finds the process alive.
        let _sent = Command::new("kill").args([armed.signal, &me]).status();
        if armed.signal == "-KILL" {
            std::thread::sleep(Duration::from_secs(60));
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn every_place_has_a_name_of_its_own() {
            for point in Point::ALL {
                let armed = parse(point.as_str()).unwrap();
                assert_eq!((armed.point, armed.left.into_inner(), armed.signal), (point, 1, "-KILL"));
            }
        }

        #[test]
        fn the_how_manieth_time_and_whether_to_stop_are_said() {
            let armed = parse("before_data:3:pause").unwrap();
            assert_eq!((armed.point, armed.left.into_inner(), armed.signal), (Point::BeforeData, 3, "-STOP"));
            for nonsense in ["", "nowhere", "before_data:0", "before_data:often"] {
                assert!(parse(nonsense).is_none(), "{nonsense}");
            }
        }

        #[test]
        fn a_place_that_is_not_armed_is_passed() {
            reach(Point::BeforeData);
        }
    }
}
