//! Answers that are kept: the owner's pages show what was computed, and compute only what changed.
//!
//! An answer is made of the whole [`Insight`]. For a small clinic that takes milliseconds, so it is made whenever a figure
//! changed since. For a large one the nightly job makes the answers everybody asks for ([`renew`]) and keeps them in
//! `retention_snapshots`; pages show the last with its "as of". What a page computes itself is kept in memory only: no GET
//! changes anything.

mod store;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use quick_cache::sync::Cache;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::catalog::Catalog;
use crate::db::{Bad, Conn, Db, Fault, Never};
use crate::domain::insight::Insight;
use crate::domain::time;

/// From so many people on, figures are shown as of the last renewal instead of being computed while somebody waits.
const LARGE_PEOPLE: usize = 20_000;
/// Figures of a large clinic that are older than this are computed while somebody waits, for the job has not run.
const LARGE_AGE_MAX: TimeDelta = TimeDelta::hours(48);
/// Everybody in memory is let go of after so long, so that an idle program is small.
const INSIGHT_LIFE: Duration = Duration::from_secs(120);
/// As many answers are kept in memory.
const ANSWERS_MAX: usize = 256;

/// What is kept in memory between pages.
pub struct FiguresKept {
    insight: Mutex<Option<Held>>,
    /// One load at a time: whoever comes second waits for the first one's.
    loading: tokio::sync::Mutex<()>,
    answers: Cache<String, Arc<Made>>,
}

impl Default for FiguresKept {
    fn default() -> Self {
        Self { insight: Mutex::new(None), loading: tokio::sync::Mutex::new(()), answers: Cache::new(ANSWERS_MAX) }
    }
}

#[derive(Clone)]
struct Held {
    insight: Arc<Insight>,
    version: i64,
    made_at: DateTime<Utc>,
}

/// An answer as it is kept.
#[derive(Debug, Clone)]
struct Made {
    as_of: NaiveDate,
    made_at: DateTime<Utc>,
    version: i64,
    content: Content,
}

/// The text of a snapshot.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Content {
    /// How many people it was made of.
    people: usize,
    answer: serde_json::Value,
}

/// An answer with the moment it is true of.
#[derive(Debug, Clone)]
pub struct Kept<T> {
    /// The answer.
    pub content: T,
    /// The day at the clinic that was "today" when it was made.
    pub as_of: NaiveDate,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Whether nothing changed since.
    pub is_current: bool,
}

/// What must be known before an answer is looked for.
#[derive(Clone, Copy)]
struct Moment {
    now: DateTime<Utc>,
    today: NaiveDate,
    version: i64,
}

/// The answer called `name` for `key` (the days, and whatever else narrows it): kept, or computed now.
pub async fn kept<T, F>(app: &Arc<App>, name: &str, key: &str, compute: F) -> Result<Kept<T>, Fault>
where
    T: Serialize + DeserializeOwned + Send + 'static,
    F: FnOnce(&Insight) -> T + Send + 'static,
{
    kept_beside(app, name, key, |_| Ok(()), move |insight, ()| compute(insight)).await
}

/// The same for an answer that needs rows beside the population.
pub async fn kept_beside<T, L, R, F>(
    app: &Arc<App>,
    name: &str,
    key: &str,
    load: R,
    compute: F,
) -> Result<Kept<T>, Fault>
where
    T: Serialize + DeserializeOwned + Send + 'static,
    L: Send + 'static,
    R: FnOnce(&mut Conn) -> Result<L, Fault> + Send + 'static,
    F: FnOnce(&Insight, L) -> T + Send + 'static,
{
    let full = format!("{name}:{key}");
    let (moment, snapshot) = look(app, &full).await?;
    let in_memory = app.figures.answers.get(&full);
    let candidates = [in_memory, snapshot.map(Arc::new)];
    let newest = candidates.into_iter().flatten().max_by_key(|made| made.made_at);
    if let Some(made) = newest.filter(|made| may_be_shown(made, moment))
        && let Ok(content) = serde_json::from_value(made.content.answer.clone())
    {
        let is_current = is_current(&made, moment);
        return Ok(Kept { content, as_of: made.as_of, made_at: made.made_at, is_current });
    }
    let insight = insight_at(app, moment).await?;
    let beside = app.db.read(load).await?;
    let people = insight.population.people.len();
    let (content, answer) = blocking(move || {
        let content = compute(&insight, beside);
        let answer = serde_json::to_value(&content).map_err(Fault::other)?;
        Ok((content, answer))
    })
    .await?;
    let Moment { now, today, version } = moment;
    let made = Made { as_of: today, made_at: now, version, content: Content { people, answer } };
    app.figures.answers.insert(full, Arc::new(made));
    Ok(Kept { content, as_of: today, made_at: now, is_current: true })
}

/// Everybody as of now, shared by whoever asks within a short while.
pub async fn insight(app: &Arc<App>) -> Result<Arc<Insight>, Fault> {
    let moment = moment(app).await?;
    insight_at(app, moment).await
}

fn is_current(made: &Made, moment: Moment) -> bool {
    made.as_of == moment.today && made.version == moment.version
}

fn may_be_shown(made: &Made, moment: Moment) -> bool {
    let is_large = LARGE_PEOPLE <= made.content.people;
    is_current(made, moment) || (is_large && moment.now - made.made_at < LARGE_AGE_MAX)
}

/// The first location's day is the clinic's.
pub fn today_at(catalog: &Catalog, now: DateTime<Utc>) -> NaiveDate {
    let zone = catalog.locations.first().map_or(chrono_tz::UTC, |place| place.zone);
    time::local_day(now, zone)
}

async fn moment(app: &Arc<App>) -> Result<Moment, Fault> {
    let now = app.clock.now();
    let today = today_at(&*app.catalog().await?, now);
    let version = app.db.read(store::version).await?;
    Ok(Moment { now, today, version })
}

async fn look(app: &Arc<App>, full: &str) -> Result<(Moment, Option<Made>), Fault> {
    let now = app.clock.now();
    let today = today_at(&*app.catalog().await?, now);
    let full = full.to_owned();
    let read = app.db.read(move |conn| Ok((store::version(conn)?, store::snapshot(conn, &full)?)));
    let (version, snapshot) = read.await?;
    Ok((Moment { now, today, version }, snapshot))
}

async fn insight_at(app: &Arc<App>, moment: Moment) -> Result<Arc<Insight>, Fault> {
    if let Some(insight) = app.figures.held(moment) {
        return Ok(insight);
    }
    let _turn = app.figures.loading.lock().await;
    if let Some(insight) = app.figures.held(moment) {
        return Ok(insight);
    }
    let Moment { now, today, version } = moment;
    let insight = Arc::new(app.db.read(move |conn| super::insight(conn, today)).await?);
    let held = Held { insight: Arc::clone(&insight), version, made_at: now };
    *app.figures.insight.lock().unwrap_or_else(PoisonError::into_inner) = Some(held);
    let (app, mine) = (Arc::clone(app), Arc::clone(&insight));
    tokio::spawn(async move {
        tokio::time::sleep(INSIGHT_LIFE).await;
        app.figures.let_go_of(&mine);
    });
    Ok(insight)
}

impl FiguresKept {
    fn held(&self, moment: Moment) -> Option<Arc<Insight>> {
        let held = self.insight.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let is_of_today = held.insight.population.today == moment.today && held.made_at <= moment.now;
        let is_large = LARGE_PEOPLE <= held.insight.population.people.len();
        (is_of_today && (held.version == moment.version || is_large)).then_some(held.insight)
    }

    fn let_go_of(&self, insight: &Arc<Insight>) {
        let mut held = self.insight.lock().unwrap_or_else(PoisonError::into_inner);
        if held.as_ref().is_some_and(|held| Arc::ptr_eq(&held.insight, insight)) {
            *held = None;
        }
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Fault> + Send + 'static) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work).await.map_err(Fault::other)?
}

/// Makes an answer.
pub type Make = Box<dyn Fn(&Insight) -> Result<serde_json::Value, Fault> + Send + Sync>;

/// An answer that everybody asks for: its full name, and how it is made.
pub struct Standing {
    /// `name:key`, as [`kept`] looks for it.
    pub name: String,
    /// Makes it.
    pub make: Make,
}

impl Standing {
    /// The answer [`kept`] would give for `name` and `key`.
    pub fn new<T: Serialize>(name: &str, key: &str, compute: impl Fn(&Insight) -> T + Send + Sync + 'static) -> Self {
        let make = move |insight: &Insight| serde_json::to_value(compute(insight)).map_err(Fault::other);
        Self { name: format!("{name}:{key}"), make: Box::new(make) }
    }
}

/// Makes the answers everybody asks for anew and keeps them in the database; those that nobody asks for any more go.
/// `version` is the counter as it stood before `insight` was loaded. Blocks.
pub fn renew(db: &Db, insight: &Insight, version: i64, now: DateTime<Utc>) -> Result<usize, Fault> {
    let today = insight.population.today;
    let people = insight.population.people.len();
    let mut made = Vec::new();
    for Standing { name, make } in super::reports::standing(today) {
        // In January this month and this year are the same days, and so the same answer.
        if made.iter().any(|(known, _)| *known == name) {
            continue;
        }
        let answer = make(insight)?;
        let text = serde_json::to_string(&Content { people, answer }).map_err(Fault::other)?;
        made.push((name, text));
    }
    let count = made.len();
    db.write_blocking::<_, Never, _>(now, move |tx| Ok(store::replace(tx, &made, today, version)?))
        .map_err(Bad::into_fault)?;
    Ok(count)
}

/// The counter that rises whenever a figure of somebody changes.
pub fn version(conn: &mut Conn) -> Result<i64, Fault> {
    store::version(conn)
}
