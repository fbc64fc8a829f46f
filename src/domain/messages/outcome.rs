//! What becomes of an attempt to hand a message over, and when the next one is due.

use chrono::{DateTime, Duration, Utc};

use super::kinds::Purpose;
use super::rows::{MessageState, Reason};

/// A first failed attempt is tried again within this time.
const BACKOFF_FIRST_SECONDS: i64 = 30;
/// No wait between two attempts is longer.
const BACKOFF_MAX_SECONDS: i64 = 6 * 60 * 60;
/// A server that goes silent after it got the text is given the same text at most this often.
pub const UNCERTAIN_ATTEMPTS_MAX: i32 = 3;

/// What an attempt came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The server took it.
    Sent,
    /// Try again at this time.
    Retry(DateTime<Utc>, Reason),
    /// Never again; staff sees it.
    GiveUp(Reason),
    /// Not sent on purpose.
    Skip(Reason),
    /// Handed over, and no answer. The time of the next attempt, if there is one.
    Uncertain(Option<DateTime<Utc>>),
}

/// The columns an outcome sets. Every final state has its time; nothing is left to the caller.
///
/// `handed_over` says whether the text may have arrived by this attempt: a definite refusal means that it did not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettledColumns {
    /// The new state.
    pub state: MessageState,
    /// The new due time, where there is a next attempt.
    pub due_at: Option<DateTime<Utc>>,
    /// Why, in one word.
    pub reason: Option<Reason>,
    /// Set when it was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// Set when it was given up.
    pub dead_at: Option<DateTime<Utc>>,
    /// Set when it was skipped.
    pub skipped_at: Option<DateTime<Utc>>,
    /// Whether the text may have arrived by this attempt.
    pub handed_over: bool,
}

/// The one place where an outcome becomes columns.
pub fn settle(outcome: Outcome, now: DateTime<Utc>) -> SettledColumns {
    let base = SettledColumns {
        state: MessageState::Sent,
        due_at: None,
        reason: None,
        sent_at: None,
        dead_at: None,
        skipped_at: None,
        handed_over: false,
    };
    match outcome {
        Outcome::Sent => SettledColumns { sent_at: Some(now), handed_over: true, ..base },
        Outcome::Retry(at, reason) => {
            SettledColumns { state: MessageState::Retry, due_at: Some(at), reason: Some(reason), ..base }
        }
        Outcome::GiveUp(reason) => {
            SettledColumns { state: MessageState::Dead, dead_at: Some(now), reason: Some(reason), ..base }
        }
        Outcome::Skip(reason) => {
            SettledColumns { state: MessageState::Skipped, skipped_at: Some(now), reason: Some(reason), ..base }
        }
        Outcome::Uncertain(next) => SettledColumns {
            state: MessageState::Uncertain,
            due_at: next,
            reason: Some(Reason::NoReply),
            handed_over: true,
            ..base
        },
    }
}

/// When to try again after `attempts` failed ones: anywhere between a second and a ceiling that doubles from half a
/// minute up to six hours ("full jitter"), so that a thousand messages do not come back in one moment.
///
/// `chance` is between 0 and 1.
pub fn next_attempt_at(now: DateTime<Utc>, attempts: i32, chance: f64) -> DateTime<Utc> {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(20);
    let ceiling = (BACKOFF_FIRST_SECONDS << doublings).min(BACKOFF_MAX_SECONDS);
    let ceiling_millis = i32::try_from(ceiling * 1_000).map_or(f64::from(i32::MAX), f64::from);
    #[expect(clippy::cast_possible_truncation, reason = "a product of a number below 1 and at most six hours")]
    let millis = (chance.clamp(0.0, 1.0) * ceiling_millis) as i64;
    now + Duration::milliseconds(millis.max(1_000))
}

/// The next attempt after a silent server: transactional mail goes again with the same Message-ID, a few times;
/// advertising never does.
pub fn after_silence(purpose: Purpose, attempts: i32, now: DateTime<Utc>, chance: f64) -> Outcome {
    match purpose {
        Purpose::Transactional if attempts < UNCERTAIN_ATTEMPTS_MAX => {
            Outcome::Uncertain(Some(next_attempt_at(now, attempts, chance)))
        }
        Purpose::Transactional | Purpose::Marketing => Outcome::Uncertain(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::<Utc>::UNIX_EPOCH + Duration::days(20_000) + Duration::hours(hour)
    }

    #[test]
    fn outcomes_become_columns() {
        let sent = settle(Outcome::Sent, at(1));
        assert_eq!((sent.state, sent.sent_at, sent.reason), (MessageState::Sent, Some(at(1)), None));
        let retry = settle(Outcome::Retry(at(2), Reason::ServerBusy), at(1));
        assert_eq!((retry.state, retry.due_at, retry.handed_over), (MessageState::Retry, Some(at(2)), false));
        let dead = settle(Outcome::GiveUp(Reason::Refused), at(1));
        assert_eq!((dead.state, dead.dead_at), (MessageState::Dead, Some(at(1))));
        let skipped = settle(Outcome::Skip(Reason::Expired), at(1));
        assert_eq!((skipped.state, skipped.skipped_at), (MessageState::Skipped, Some(at(1))));
        let silent = settle(after_silence(Purpose::Marketing, 1, at(1), 0.5), at(1));
        assert_eq!((silent.state, silent.due_at), (MessageState::Uncertain, None));
    }

    #[test]
    fn a_silent_server_gets_the_text_a_few_times_only() {
        let due = |attempts| match after_silence(Purpose::Transactional, attempts, at(0), 0.5) {
            Outcome::Uncertain(next) => next.is_some(),
            _ => false,
        };
        assert_eq!([1, 2, 3, 4].map(due), [true, true, false, false]);
    }

    proptest! {
        #[test]
        fn waits_grow_but_never_beyond_six_hours(attempts in 0_i32..200, chance in 0.0_f64..1.0) {
            let wait = next_attempt_at(at(0), attempts, chance) - at(0);
            prop_assert!(wait >= Duration::seconds(1) && wait <= Duration::hours(6));
        }
    }
}
