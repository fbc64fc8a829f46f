//! The only caller of the wall clock.
//!
//! It is asked once at each door (a request, a tick of the schedule, a command); from there on `now` is an argument.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

/// Where `now` comes from. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// The machine's clock, moved: `demo --now` starts there and runs on.
    Offset(TimeDelta),
    /// A standing clock that tests move by hand.
    Fixed(FixedClock),
}

impl Clock {
    /// A clock that says `now` at this moment and runs on.
    pub fn running_from(now: DateTime<Utc>) -> Self {
        Self::Offset(now.signed_duration_since(system_now()))
    }

    /// This moment, in whole milliseconds: what both engines keep exactly.
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System => whole_milliseconds(system_now()),
            Self::Offset(offset) => {
                let now = system_now();
                whole_milliseconds(now.checked_add_signed(*offset).unwrap_or(now))
            }
            Self::Fixed(fixed) => fixed.now(),
        }
    }
}

/// A clock that stands until somebody advances it; clones share the time.
#[derive(Debug, Clone)]
pub struct FixedClock {
    milliseconds: Arc<AtomicI64>,
}

impl FixedClock {
    /// Stands at `now`.
    pub fn new(now: DateTime<Utc>) -> Self {
        Self { milliseconds: Arc::new(AtomicI64::new(now.timestamp_millis())) }
    }

    /// What it shows.
    pub fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.milliseconds.load(Ordering::SeqCst)).unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// Moves it forward (or back, for tests of a clock that jumps).
    pub fn advance(&self, by: TimeDelta) {
        self.milliseconds.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that asks the machine's clock")]
fn system_now() -> DateTime<Utc> {
    Utc::now()
}

fn whole_milliseconds(now: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(now.timestamp_millis()).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_moves_only_by_hand_and_for_all_its_clones() {
        let noon = DateTime::UNIX_EPOCH + TimeDelta::hours(12);
        let fixed = FixedClock::new(noon);
        let clock = Clock::Fixed(fixed.clone());
        assert_eq!(clock.now(), noon);
        fixed.advance(TimeDelta::minutes(5));
        assert_eq!(clock.clone().now(), noon + TimeDelta::minutes(5));
    }

    #[test]
    fn a_moved_clock_runs_on() {
        let start = DateTime::UNIX_EPOCH + TimeDelta::days(365 * 60);
        let clock = Clock::running_from(start);
        let (first, second) = (clock.now(), clock.now());
        assert!(
            first <= second && second - start < TimeDelta::minutes(1) && start - first <= TimeDelta::milliseconds(1)
        );
    }

    #[test]
    fn the_time_is_whole_milliseconds() {
        assert_eq!(Clock::System.now().timestamp_subsec_nanos() % 1_000_000, 0);
    }
}
