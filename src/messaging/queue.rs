//! Whether messages may leave at this moment, and why not: what `/readyz` and `doctor` show.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::mail::Handover;

/// The first wait after a failure that every message would meet.
const PAUSE_FIRST_SECONDS: i64 = 5;
/// The longest.
const PAUSE_MAX_SECONDS: i64 = 300;

/// How long a claim holds without a word from who took it. A sender that died is replaced after so long; one that is at
/// work says so every [`LEASE_RENEWED`], however long a mail server keeps it waiting.
pub(super) const LEASE: TimeDelta = TimeDelta::seconds(45);
/// After so long without a renewal nothing is handed over any more: a little less than the lease.
pub(super) const LEASE_TRUSTED: Duration = Duration::from_secs(40);
/// How often a claim is renewed.
pub(super) const LEASE_RENEWED: Duration = Duration::from_secs(12);

/// Shared by who delivers and who asks how it goes. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Queue {
    state: Arc<Mutex<QueueState>>,
}

/// Whether messages leave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum QueueState {
    /// They do.
    #[default]
    Running,
    /// The mail server cannot be reached; the next try is at `until`.
    Waiting {
        /// When it is tried again.
        until: DateTime<Utc>,
        /// How often in a row it failed.
        failures: u32,
        /// What is wrong.
        why: &'static str,
    },
    /// The mail server refuses us: somebody has to look. It is tried again at `until` all the same.
    Stopped {
        /// Since when.
        since: DateTime<Utc>,
        /// When it is tried again.
        until: DateTime<Utc>,
        /// How often in a row it failed.
        failures: u32,
        /// What is wrong.
        why: &'static str,
    },
}

impl Queue {
    /// How it stands.
    pub fn state(&self) -> QueueState {
        self.lock().clone()
    }

    /// Somebody corrected what was wrong: the next message tries at once.
    pub fn resume(&self) {
        *self.lock() = QueueState::Running;
    }

    /// Whether a try is worth while now.
    pub(super) fn may_try(&self, now: DateTime<Utc>) -> bool {
        match &*self.lock() {
            QueueState::Running => true,
            QueueState::Waiting { until, .. } | QueueState::Stopped { until, .. } => *until <= now,
        }
    }

    pub(super) fn is_running(&self) -> bool {
        *self.lock() == QueueState::Running
    }

    /// Learns from an attempt.
    pub(super) fn learn(&self, handover: &Handover, now: DateTime<Utc>) {
        let mut state = self.lock();
        let (failures, stopped_since) = match &*state {
            QueueState::Running => (0, None),
            QueueState::Waiting { failures, .. } => (*failures, None),
            QueueState::Stopped { failures, since, .. } => (*failures, Some(*since)),
        };
        let until = now + pause(failures);
        *state = match handover {
            Handover::Accepted(_) | Handover::Refused(_) | Handover::Busy(_) => QueueState::Running,
            Handover::Uncertain => return,
            // A failure seen by a second worker in the same moment is the same failure.
            Handover::Unreachable(_) | Handover::Unwelcome(..) if !may_count(&state, now) => return,
            Handover::Unreachable(why) => QueueState::Waiting { until, failures: failures + 1, why },
            Handover::Unwelcome(code, why) => {
                if stopped_since.is_none() {
                    tracing::error!(code, "messages stand still: {why}");
                }
                QueueState::Stopped { since: stopped_since.unwrap_or(now), until, failures: failures + 1, why }
            }
        };
    }

    fn lock(&self) -> MutexGuard<'_, QueueState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn may_count(state: &QueueState, now: DateTime<Utc>) -> bool {
    match state {
        QueueState::Running => true,
        QueueState::Waiting { until, .. } | QueueState::Stopped { until, .. } => *until <= now,
    }
}

fn pause(failures: u32) -> TimeDelta {
    let seconds = (PAUSE_FIRST_SECONDS << failures.min(10)).min(PAUSE_MAX_SECONDS);
    TimeDelta::seconds(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn an_unreachable_server_is_tried_ever_more_rarely() {
        let queue = Queue::default();
        let mut now = at(0);
        let mut waits = Vec::new();
        for _ in 0..9 {
            queue.learn(&Handover::Unreachable("away"), now);
            let QueueState::Waiting { until, .. } = queue.state() else { panic!("it waits") };
            waits.push((until - now).num_seconds());
            assert!(!queue.may_try(now) && queue.may_try(until));
            now = until;
        }
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 300, 300, 300]);
        queue.learn(&Handover::Refused(Some(550)), now);
        assert!(queue.is_running(), "a server that refuses one recipient is there");
    }

    #[test]
    fn one_failure_seen_by_four_workers_is_one_failure() {
        let queue = Queue::default();
        for _ in 0..4 {
            queue.learn(&Handover::Unreachable("away"), at(0));
        }
        assert!(matches!(queue.state(), QueueState::Waiting { failures: 1, .. }));
    }

    #[test]
    fn a_refused_sign_in_stops_the_queue_and_says_since_when() {
        let queue = Queue::default();
        queue.learn(&Handover::Unwelcome(Some(535), "wrong password"), at(0));
        queue.learn(&Handover::Unwelcome(Some(535), "wrong password"), at(600));
        let QueueState::Stopped { since, why, .. } = queue.state() else { panic!("it stands still") };
        assert_eq!((since, why), (at(0), "wrong password"));
        queue.learn(&Handover::Accepted(250), at(700));
        assert!(queue.is_running());
    }
}
