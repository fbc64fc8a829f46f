//! How fast messages are planned and leave, and figures are made, measured on workload W: for `bin/bench`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use indicatif::ProgressBar;

use super::store::measured as store;
use crate::app::App;
use crate::db::{Bad, Fault, Never, Tx};
use crate::messaging::{self, Spent};
use crate::retention;
use crate::schedule;

/// Bookings planned in one write, as the passes do.
const BOOKINGS_PER_WRITE: usize = 100;
/// From one message that falls due to the next.
const SPACING: TimeDelta = TimeDelta::milliseconds(10);
/// Time for the scheduler to start.
const START: TimeDelta = TimeDelta::seconds(3);
/// What has not left by then is late for good.
const PATIENCE: Duration = Duration::from_secs(60);

/// Planning.
#[derive(Debug, Clone, Copy)]
pub struct Planned {
    /// Messages that wait now.
    pub messages: i64,
    /// How long it took.
    pub took: Duration,
}

/// Plans what is to be told of every booking to come, as if each were new.
pub async fn plan(app: &Arc<App>) -> Result<Planned, Fault> {
    let now = app.clock.now();
    let bookings = app.db.write::<_, Never, _>(now, |tx| Ok(store::book_again(tx)?)).await.map_err(Bad::into_fault)?;
    let started = Instant::now();
    for some in bookings.chunks(BOOKINGS_PER_WRITE) {
        let some = some.to_vec();
        let write = move |tx: &mut Tx<'_>| -> Result<(), Bad<Never>> {
            for booking in &some {
                messaging::plan_for(tx, *booking)?;
            }
            Ok(())
        };
        app.db.write(now, write).await.map_err(Bad::into_fault)?;
    }
    let took = started.elapsed();
    Ok(Planned { messages: app.db.read(store::waiting).await?, took })
}

/// Figures made anew.
#[derive(Debug, Clone, Copy)]
pub struct Counted {
    /// Visits that were counted.
    pub visits: usize,
    /// How long it took where nothing was kept.
    pub fresh: Duration,
    /// How long it took where everything was right.
    pub again: Duration,
}

/// Makes all figures anew, once from nothing and once more.
pub fn figures(app: &App) -> Result<Counted, Fault> {
    let now = app.clock.now();
    let today = super::today(now);
    app.db.write_blocking::<_, Never, _>(now, |tx| Ok(store::forget_figures(tx)?)).map_err(Bad::into_fault)?;
    let started = Instant::now();
    let rebuilt = retention::rebuild(&app.db, now, today, &ProgressBar::hidden())?;
    let fresh = started.elapsed();
    let started = Instant::now();
    retention::rebuild(&app.db, now, today, &ProgressBar::hidden())?;
    Ok(Counted { visits: rebuilt.visits, fresh, again: started.elapsed() })
}

/// Handing over.
#[derive(Debug, Clone, Copy)]
pub struct Delivered {
    /// What the mail server took.
    pub sent: usize,
    /// How long it took.
    pub took: Duration,
    /// Where the time went.
    pub spent: Spent,
}

/// Hands over at most `most` of what is due, as the settings say.
pub async fn deliver(app: &Arc<App>, most: i64) -> Result<Delivered, Fault> {
    let now = app.clock.now();
    let aside = move |tx: &mut Tx<'_>| -> Result<(), Bad<Never>> { Ok(store::leave_due(tx, most)?) };
    app.db.write(now, aside).await.map_err(Bad::into_fault)?;
    let deliverer = schedule::deliverer(app, now);
    let started = Instant::now();
    let report = deliverer.deliver_due(|| false).await?;
    Ok(Delivered { sent: report.sent, took: started.elapsed(), spent: deliverer.spent() })
}

/// From due to taken, in milliseconds, the shortest first; missing is what never left.
#[derive(Debug, Clone)]
pub struct Punctual {
    /// Of what left.
    pub delays: Vec<i64>,
    /// What did not.
    pub missing: usize,
}

/// Lets `count` messages fall due one after the other under the running scheduler.
pub async fn punctual(app: &Arc<App>, count: i64) -> Result<Punctual, Fault> {
    // Passes that are due anyway come first.
    let now = app.clock.now();
    let aside = |tx: &mut Tx<'_>| -> Result<(), Bad<Never>> { Ok(store::leave_due(tx, 0)?) };
    app.db.write(now, aside).await.map_err(Bad::into_fault)?;
    schedule::tick(app, now).await?;
    let now = app.clock.now();
    let falling =
        move |tx: &mut Tx<'_>| -> Result<_, Bad<Never>> { Ok(store::fall_due(tx, count, now + START, SPACING)?) };
    let ids = app.db.write(now, falling).await.map_err(Bad::into_fault)?;
    let running = schedule::start(Arc::clone(app)).await.map_err(Fault::other)?;
    let started = Instant::now();
    let delays = loop {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let asked = ids.clone();
        let delays = app.db.read(move |conn| store::delays(conn, &asked)).await?;
        if delays.iter().all(Option::is_some) || started.elapsed() > PATIENCE {
            break delays;
        }
    };
    running.stop().await;
    let missing = delays.iter().filter(|delay| delay.is_none()).count();
    let mut delays: Vec<i64> = delays.into_iter().flatten().map(|delay| delay.num_milliseconds()).collect();
    delays.sort_unstable();
    Ok(Punctual { delays, missing })
}
