//! How often one address may ask, per process. Sign-ins have a second limit in the database, shared by all processes.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::config::LimitSettings;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// Pages and availability.
    ToRead,
    /// Holds, bookings, cancellations.
    ToChange,
    /// A sign-in.
    ToSignIn,
}

/// The limiters; none when limits are switched off.
pub struct Limits {
    limiters: Option<Limiters>,
    clock: DefaultClock,
}

struct Limiters {
    reads: DefaultKeyedRateLimiter<IpAddr>,
    changes: DefaultKeyedRateLimiter<IpAddr>,
    sign_ins: DefaultKeyedRateLimiter<IpAddr>,
}

impl Limits {
    /// Limits as the settings say.
    pub fn new(settings: &LimitSettings) -> Self {
        let per_minute =
            |count: u32| RateLimiter::keyed(Quota::per_minute(NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN)));
        let limiters = settings.enabled.then(|| Limiters {
            reads: per_minute(settings.reads_per_minute),
            changes: per_minute(settings.changes_per_minute),
            sign_ins: per_minute(settings.sign_ins_per_minute),
        });
        Self { limiters, clock: DefaultClock::default() }
    }

    /// Whether there are any.
    pub const fn are_on(&self) -> bool {
        self.limiters.is_some()
    }

    /// Counts one request; the error is how many seconds to wait.
    pub fn check(&self, address: IpAddr, asking: Asking) -> Result<(), u64> {
        let Some(limiters) = &self.limiters else {
            return Ok(());
        };
        let limiter = match asking {
            Asking::ToRead => &limiters.reads,
            Asking::ToChange => &limiters.changes,
            Asking::ToSignIn => &limiters.sign_ins,
        };
        let wait = |refused: governor::NotUntil<_>| refused.wait_time_from(self.clock.now()).as_secs() + 1;
        limiter.check_key(&address).map_err(wait)
    }

    /// Forgets addresses that have not asked for a while, so that the tables do not grow for ever.
    pub fn forget_idle(&self) {
        if let Some(limiters) = &self.limiters {
            for limiter in [&limiters.reads, &limiters.changes, &limiters.sign_ins] {
                limiter.retain_recent();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_its_own_measure() {
        let settings = LimitSettings {
            enabled: true,
            reads_per_minute: 2,
            changes_per_minute: 1,
            sign_ins_per_minute: 1,
            failed_sign_ins: 1,
            failed_sign_in_minutes: 1,
        };
        let limits = Limits::new(&settings);
        let [one, other] = [1, 2].map(|last| IpAddr::from([127, 0, 0, last]));
        assert_eq!(limits.check(one, Asking::ToRead), Ok(()));
        assert_eq!(limits.check(one, Asking::ToRead), Ok(()));
        assert!(limits.check(one, Asking::ToRead).is_err_and(|seconds| 0 < seconds && seconds <= 60));
        assert_eq!(limits.check(other, Asking::ToRead), Ok(()));
        assert_eq!(limits.check(one, Asking::ToChange), Ok(()));
        let off = Limits::new(&LimitSettings { enabled: false, ..settings });
        assert!((0..1000).all(|_| off.check(one, Asking::ToSignIn).is_ok()));
    }
}
