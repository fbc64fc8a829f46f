//! The connections to a mail server: never more than agreed, kept while they are of use, and never too many letters a
//! second over all of them.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::Handover;
use super::dial::SmtpPlan;

/// A connection that lay idle for longer is asked whether it still lives before a letter is trusted to it.
const ASKED_AFTER: Duration = Duration::from_secs(2);
/// A goodbye is not waited for.
const GOODBYE: Duration = Duration::from_secs(2);

/// What the server is asked for at most.
#[derive(Debug, Clone, Copy)]
pub struct SmtpLimits {
    /// Connections at the same time.
    pub connections: usize,
    /// Letters over one connection; some servers hang up after so many.
    pub letters: u32,
    /// How long a connection may lie idle.
    pub idle: Duration,
    /// Letters a second over all connections; none is no limit.
    pub per_second: Option<NonZeroU32>,
}

impl Default for SmtpLimits {
    fn default() -> Self {
        Self { connections: 16, letters: 100, idle: Duration::from_secs(30), per_second: None }
    }
}

/// All connections to one server.
pub(super) struct Pool {
    pub(super) plan: SmtpPlan,
    limits: SmtpLimits,
    places: Arc<Semaphore>,
    idle: Mutex<Vec<Idle>>,
    pace: Option<Pace<DefaultClock>>,
}

struct Idle {
    connection: AsyncSmtpConnection,
    letters: u32,
    since: Instant,
}

/// A connection in use, and the place it takes.
pub(super) struct Taken {
    pub(super) connection: AsyncSmtpConnection,
    /// Letters it carried.
    pub(super) letters: u32,
    place: OwnedSemaphorePermit,
}

impl Pool {
    pub(super) fn new(plan: SmtpPlan, limits: SmtpLimits) -> Self {
        let places = Arc::new(Semaphore::new(limits.connections.max(1)));
        let pace = limits.per_second.map(|most| Pace::new(most, DefaultClock::default()));
        Self { plan, limits, places, idle: Mutex::default(), pace }
    }

    /// Comes back when the next letter may leave.
    pub(super) async fn in_pace(&self) {
        while let Some(wait) = self.pace.as_ref().and_then(Pace::wait) {
            sleep(wait).await;
        }
    }

    /// A connection: one that was kept and still lives, or a fresh one. Says whether it was used before.
    pub(super) async fn take(&self) -> Result<(Taken, bool), Handover> {
        let patience = self.plan.patience;
        let Ok(Ok(place)) = timeout(patience * 4, Arc::clone(&self.places).acquire_owned()).await else {
            return Err(Handover::Busy(None));
        };
        loop {
            let Some(mut kept) = self.lock().pop() else { break };
            let rested = kept.since.elapsed();
            if rested > self.limits.idle {
                say_goodbye(kept.connection);
                continue;
            }
            let lives = rested <= ASKED_AFTER
                || timeout(patience, kept.connection.test_connected()).await.is_ok_and(|answer| answer);
            if lives {
                return Ok((Taken { connection: kept.connection, letters: kept.letters, place }, true));
            }
        }
        let connection = self.plan.connect().await?;
        Ok((Taken { connection, letters: 0, place }, false))
    }

    /// Whether it should carry no more letters.
    pub(super) const fn is_worn(&self, taken: &Taken) -> bool {
        self.limits.letters <= taken.letters
    }

    /// Keeps a connection for whoever needs the next one.
    pub(super) fn give_back(self: &Arc<Self>, taken: Taken) {
        let Taken { connection, letters, place } = taken;
        if connection.has_broken() {
            return;
        }
        if self.limits.letters <= letters || self.limits.idle.is_zero() {
            say_goodbye(connection);
            return;
        }
        self.lock().push(Idle { connection, letters, since: Instant::now() });
        drop(place);
        let (pool, idle) = (Arc::downgrade(self), self.limits.idle);
        tokio::spawn(async move {
            sleep(idle).await;
            if let Some(pool) = pool.upgrade() {
                pool.end_idle(idle);
            }
        });
    }

    fn end_idle(&self, longer_than: Duration) {
        let mut kept = self.lock();
        let all = std::mem::take(&mut *kept);
        for idle in all {
            if idle.since.elapsed() < longer_than { kept.push(idle) } else { say_goodbye(idle.connection) }
        }
    }

    /// Says goodbye on every connection that nobody uses.
    pub(super) async fn hang_up(&self) {
        let kept = std::mem::take(&mut *self.lock());
        let mut all = JoinSet::new();
        for idle in kept {
            all.spawn(goodbye(idle.connection));
        }
        // The program is about to end, and has ten seconds for everything.
        let _ = timeout(GOODBYE / 2, async { while all.join_next().await.is_some() {} }).await;
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends a connection in good order, without anybody waiting for it.
pub(super) fn say_goodbye(connection: AsyncSmtpConnection) {
    tokio::spawn(goodbye(connection));
}

async fn goodbye(mut connection: AsyncSmtpConnection) {
    // Whoever does not answer a goodbye is left standing.
    let _ = timeout(GOODBYE, connection.quit()).await;
}

/// Letters evenly over the second, instead of a heap and a pause.
struct Pace<C: Clock> {
    limiter: RateLimiter<NotKeyed, InMemoryState, C, NoOpMiddleware<C::Instant>>,
    clock: C,
}

impl<C: Clock + Clone> Pace<C> {
    fn new(per_second: NonZeroU32, clock: C) -> Self {
        // A tenth of a second's letters may go together, so that a handful of mails need not wait for each other.
        let burst = NonZeroU32::new(per_second.get() / 10).unwrap_or(NonZeroU32::MIN);
        let limiter = RateLimiter::direct_with_clock(Quota::per_second(per_second).allow_burst(burst), clock.clone());
        Self { limiter, clock }
    }

    /// How long the next letter has to wait; nothing when it may go, and then it counts as gone.
    fn wait(&self) -> Option<Duration> {
        self.limiter.check().err().map(|not_yet| not_yet.wait_time_from(self.clock.now()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use governor::clock::FakeRelativeClock;

    /// Letters that leave in so many seconds of a clock that only moves when somebody has to wait.
    fn letters_in(seconds: u64, per_second: u32) -> u64 {
        let clock = FakeRelativeClock::default();
        let pace = Pace::new(NonZeroU32::new(per_second).unwrap(), clock.clone());
        let (mut passed, mut letters) = (Duration::ZERO, 0);
        while passed < Duration::from_secs(seconds) {
            match pace.wait() {
                None => letters += 1,
                Some(wait) => {
                    assert!(wait <= Duration::from_secs(1), "never a long pause");
                    clock.advance(wait);
                    passed += wait;
                }
            }
        }
        letters
    }

    #[test]
    fn letters_leave_evenly_and_no_faster_than_agreed() {
        for per_second in [1, 5, 50, 1_000] {
            let letters = letters_in(10, per_second);
            let most = u64::from(per_second) * 10;
            let burst = u64::from(per_second / 10).max(1);
            assert!((most..=most + burst + 1).contains(&letters), "{per_second}: {letters}");
        }
    }
}
