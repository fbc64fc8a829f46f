//! Every clock-driven job on one page: a cron line, a sentence, one call that takes `now`.
//!
//! tokio-cron-scheduler is the heartbeat only. It keeps a fixed UTC offset, replays no missed beat and drops beats when
//! it lags, so a beat says nothing but "look at the tables": every call compares what should be with what is, may run
//! any number of times on any number of nodes, and no beat is the only reason that something happens. What must happen
//! once a night is a row of `job_runs` first.

mod store;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_cron_scheduler::{Job as Beat, JobScheduler};

use crate::app::App;
use crate::booking::{expire, other_times};
use crate::chance;
use crate::clock::{Clock, FixedClock};
use crate::db::{Bad, Conn, Engine, Fault, Never, vitals};
use crate::digest;
use crate::domain::ids::{BookingId, ClientLinkId, ConsentRequestId, MessageId, RecallId, SeriesId, WaitlistEntryId};
use crate::domain::messages::Channel;
use crate::keys::Purpose;
use crate::messaging::bounces::collect::collect;
use crate::messaging::{
    self, Caller, Carrier, DeliverReport, Deliverer, DelivererParts, Links, OtherTime, OtherTimesWish, Pace,
    PlanReport, Queue, Sender,
};
use crate::recurrence;
use crate::retention;
use crate::waitlist;

/// What is under way when the end is announced may take so long.
const STOP_PATIENCE: Duration = Duration::from_secs(8);
/// When the nightly run is due, in minutes of the UTC day: night on the US west coast, morning in Europe.
const NIGHT_MINUTE: i64 = 10 * 60 + 15;
const NIGHT: &str = "night";
const HOUR: &str = "hour";
/// Traces of nightly runs are kept so long.
const RUNS_KEPT_DAYS: i64 = 90;

/// A mail about a cancellation names so many other times.
const OTHER_TIMES: usize = 3;

type Pass<'a> = Pin<Box<dyn Future<Output = Result<TickReport, Fault>> + Send + 'a>>;

/// One line of the schedule.
struct Job {
    name: &'static str,
    /// Seconds, minutes, hours, day, month, weekday; UTC.
    cron: &'static str,
    /// Whether the bell of the application calls it as well.
    hears_bell: bool,
    run: for<'a> fn(&'a Arc<App>, DateTime<Utc>, &'a Stop) -> Pass<'a>,
}

/// The schedule.
#[rustfmt::skip]
const JOBS: [Job; 12] = [
    // Every second, and at once after a commit that planned something: send what is due. One job for each channel, so that
    // a server that hangs keeps only its own messages waiting.
    Job { name: "mail",    cron: "* * * * * *",   hears_bell: true,  run: |app, now, stop| Box::pin(deliver(app, Channel::Mail, now, stop)) },
    Job { name: "sms",     cron: "* * * * * *",   hears_bell: true,  run: |app, now, stop| Box::pin(deliver(app, Channel::Sms, now, stop)) },
    Job { name: "webhook", cron: "* * * * * *",   hears_bell: true,  run: |app, now, stop| Box::pin(deliver(app, Channel::Webhook, now, stop)) },
    // Every minute: end holds that ran out and requests nobody answered.
    Job { name: "end",     cron: "10 * * * * *",  hears_bell: false, run: |app, now, _| Box::pin(end(app, now)) },
    // Every ten seconds: end offers of the waitlist that ran out, and offer what is free to whose turn it is.
    Job { name: "offer",   cron: "*/10 * * * * *", hears_bell: false, run: |app, now, _| Box::pin(offer(app, now)) },
    // Every minute: book dates of series that have come within the horizon; midnight brings them, so most beats find none.
    Job { name: "extend",  cron: "25 * * * * *",  hears_bell: false, run: |app, now, _| Box::pin(extend(app, now)) },
    // Every minute: read the delivery reports that lie in mail.bounce_dir.
    Job { name: "bounces", cron: "55 * * * * *", hears_bell: false, run: |app, now, _| Box::pin(bounces(app, now)) },
    // Every ten seconds: bring rows in line with rules that were changed; most beats find none.
    Job { name: "plan",    cron: "*/10 * * * * *", hears_bell: false, run: |app, now, _| Box::pin(plan(app, now)) },
    // Every minute, to do it once an hour: plan everything again, and look whom rules about clients concern.
    Job { name: HOUR,      cron: "50 * * * * *",  hears_bell: false, run: |app, now, _| Box::pin(hour(app, now)) },
    // Every minute: bring what is computed of all clients up to date, where it is due; most beats find nothing.
    Job { name: "figures", cron: "30 * * * * *",  hears_bell: false, run: |app, now, _| Box::pin(figures(app, now)) },
    // Every minute, to do it once a month: write the owners their figures on the first working morning.
    Job { name: "digest",  cron: "35 * * * * *",  hears_bell: false, run: |app, now, _| Box::pin(digest(app, now)) },
    // Every minute, to do it once a night: put messages right, forget what nobody can ask about any more.
    Job { name: NIGHT,     cron: "40 * * * * *",  hears_bell: false, run: |app, now, _| Box::pin(night(app, now)) },
];

/// The scheduler could not be started.
#[derive(Debug, thiserror::Error)]
#[error("the scheduler could not be started: {0}")]
pub struct ScheduleError(String);

/// What one pass did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TickReport {
    /// Holds that ran out.
    pub holds_ended: usize,
    /// Requests nobody answered.
    pub requests_expired: usize,
    /// Offers of the waitlist nobody answered.
    pub offers_ended: usize,
    /// Places offered to the waitlist.
    pub offers_made: usize,
    /// Dates of series that were booked as they came within the horizon.
    pub series_dates: usize,
    /// Rows of messages that planning made, moved and took back.
    pub planned: PlanReport,
    /// Messages.
    pub messages: DeliverReport,
    /// Delivery reports that said something new.
    pub bounces: usize,
    /// Monthly mails of figures that were planned.
    pub digests: usize,
    /// Nightly runs: 1 when this pass was the one of the night.
    pub nights: usize,
    /// 1 when this pass brought what is computed of all clients up to date.
    pub figures_renewed: usize,
}

impl TickReport {
    fn and(self, other: Self) -> Self {
        let (mut messages, mut planned) = (self.messages, self.planned);
        messages.add(other.messages);
        planned.add(other.planned);
        Self {
            holds_ended: self.holds_ended + other.holds_ended,
            requests_expired: self.requests_expired + other.requests_expired,
            offers_ended: self.offers_ended + other.offers_ended,
            offers_made: self.offers_made + other.offers_made,
            series_dates: self.series_dates + other.series_dates,
            planned,
            messages,
            bounces: self.bounces + other.bounces,
            digests: self.digests + other.digests,
            nights: self.nights + other.nights,
            figures_renewed: self.figures_renewed + other.figures_renewed,
        }
    }
}

impl fmt::Display for TickReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DeliverReport { sent, retried, dead, skipped, uncertain, released, lost, put_off } = self.messages;
        writeln!(out, "{} holds ended, {} requests expired", self.holds_ended, self.requests_expired)?;
        writeln!(out, "waitlist: {} offers made, {} ended unanswered", self.offers_made, self.offers_ended)?;
        writeln!(out, "{} dates of series booked", self.series_dates)?;
        let PlanReport { made, moved, cancelled } = self.planned;
        writeln!(out, "planning: {made} messages made, {moved} moved, {cancelled} taken back")?;
        writeln!(
            out,
            "messages: {sent} sent, {retried} to be tried again, {dead} given up, {skipped} skipped, {uncertain} uncertain, \
             {released} given back, {put_off} left for later, {lost} lost to another sender"
        )?;
        writeln!(out, "{} delivery reports", self.bounces)?;
        out.write_str(if self.figures_renewed > 0 { "figures renewed\n" } else { "figures up to date\n" })?;
        writeln!(out, "{} monthly mails of figures", self.digests)?;
        out.write_str(if self.nights > 0 { "nightly run done" } else { "nightly run not due" })
    }
}

/// Whether the end was announced.
#[derive(Debug, Clone, Default)]
struct Stop(Arc<AtomicBool>);

impl Stop {
    fn is_announced(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// The running scheduler.
pub struct Running {
    heart: JobScheduler,
    stop: Stop,
    wakers: Vec<Arc<Notify>>,
    tasks: Vec<JoinHandle<()>>,
    ringer: JoinHandle<()>,
}

impl Running {
    /// Stops it, after what it has begun: letters under way are finished and written down, the rest is given back.
    pub async fn stop(mut self) {
        self.stop.0.store(true, Ordering::SeqCst);
        if let Err(error) = self.heart.shutdown().await {
            tracing::warn!("the heartbeat did not stop: {error}");
        }
        self.ringer.abort();
        for waker in &self.wakers {
            waker.notify_one();
        }
        let tasks = std::mem::take(&mut self.tasks);
        let aborts: Vec<_> = tasks.iter().map(JoinHandle::abort_handle).collect();
        let all = async {
            for task in tasks {
                // A pass that panicked has been reported by the runtime.
                let _ended = task.await;
            }
        };
        if tokio::time::timeout(STOP_PATIENCE, all).await.is_err() {
            tracing::warn!("a pass did not end in time; its leases run out by themselves");
            for task in aborts {
                task.abort();
            }
        }
    }
}

/// Starts the scheduler.
pub async fn start(app: Arc<App>) -> Result<Running, ScheduleError> {
    let wrong = |error: tokio_cron_scheduler::JobSchedulerError| ScheduleError(error.to_string());
    let heart = JobScheduler::new().await.map_err(wrong)?;
    let stop = Stop::default();
    let (mut wakers, mut tasks, mut listeners) = (Vec::new(), Vec::new(), Vec::new());
    for job in JOBS {
        let waker = Arc::new(Notify::new());
        let beaten = Arc::clone(&waker);
        let beat = Beat::new_async(job.cron, move |_, _| {
            beaten.notify_one();
            Box::pin(async {})
        });
        heart.add(beat.map_err(wrong)?).await.map_err(wrong)?;
        if job.hears_bell {
            listeners.push(Arc::clone(&waker));
        }
        tasks.push(tokio::spawn(watch(Arc::clone(&app), job, Arc::clone(&waker), stop.clone())));
        wakers.push(waker);
    }
    heart.start().await.map_err(wrong)?;
    let ringer = tokio::spawn(ring(app, listeners));
    Ok(Running { heart, stop, wakers, tasks, ringer })
}

/// Passes the bell on to every job that hears it.
async fn ring(app: Arc<App>, listeners: Vec<Arc<Notify>>) {
    loop {
        app.bell.notified().await;
        for listener in &listeners {
            listener.notify_one();
        }
    }
}

/// Runs a job whenever it is called, one pass at a time. A fault is said once until it is over.
async fn watch(app: Arc<App>, job: Job, waker: Arc<Notify>, stop: Stop) {
    let mut is_failing = false;
    while !stop.is_announced() {
        let pass = match moment(&app).await {
            Ok(now) => (job.run)(&app, now, &stop).await,
            Err(fault) => Err(fault),
        };
        match pass {
            Ok(_) => {
                is_failing = false;
                app.metrics.beat(app.clock.now());
            }
            Err(fault) if !is_failing => {
                is_failing = true;
                tracing::error!(job = job.name, "a pass failed and is tried again at every beat: {fault}");
            }
            Err(_) => {}
        }
        if stop.is_announced() {
            return;
        }
        waker.notified().await;
    }
}

/// The moment of a pass: by the database's clock where several nodes share one, so that a lease means the same to all of
/// them; by ours where it is moved or stands still.
pub async fn moment(app: &Arc<App>) -> Result<DateTime<Utc>, Fault> {
    let ours = app.clock.now();
    if !matches!((&app.clock, app.db.engine()), (Clock::System, Engine::Postgres { .. })) {
        return Ok(ours);
    }
    let shared = app.db.read(vitals::clock).await?;
    Ok(shared.map_or(ours, |now| Clock::running_from(now).now()))
}

/// One pass of everything that is due at `now`: `rebook tick`, and tests, which never start the scheduler.
pub async fn tick(app: &Arc<App>, now: DateTime<Utc>) -> Result<TickReport, Fault> {
    let stop = Stop::default();
    let mut report = end(app, now).await?;
    report = report.and(offer(app, now).await?);
    report = report.and(extend(app, now).await?);
    report = report.and(plan(app, now).await?);
    report = report.and(hour(app, now).await?);
    report = report.and(night(app, now).await?);
    report = report.and(digest(app, now).await?);
    report = report.and(bounces(app, now).await?);
    report = report.and(figures(app, now).await?);
    let (mail, sms, webhook) = tokio::join!(
        deliver(app, Channel::Mail, now, &stop),
        deliver(app, Channel::Sms, now, &stop),
        deliver(app, Channel::Webhook, now, &stop),
    );
    Ok(report.and(mail?).and(sms?).and(webhook?))
}

/// Sends what is due on a channel.
async fn deliver(app: &Arc<App>, channel: Channel, now: DateTime<Utc>, stop: &Stop) -> Result<TickReport, Fault> {
    let deliverer = deliverer_of(app, channel, now);
    if !deliverer.is_anything_due().await? {
        return Ok(TickReport::default());
    }
    let messages = deliverer.deliver_due(|| stop.is_announced()).await?;
    Ok(TickReport { messages, ..TickReport::default() })
}

/// Ends holds that ran out and requests nobody answered.
async fn end(app: &Arc<App>, now: DateTime<Utc>) -> Result<TickReport, Fault> {
    let held = app.db.write::<_, Never, _>(now, |tx| Ok(expire::end_overdue_holds(tx)?)).await;
    let hours = app.settings.booking.request_expires_hours;
    let shared = Arc::clone(app);
    let expired =
        app.db.write::<_, Never, _>(now, move |tx| Ok(expire::expire_requests(tx, &shared.shop, hours)?)).await;
    let holds_ended = held.map_err(Bad::into_fault)?;
    let requests_expired = expired.map_err(Bad::into_fault)?;
    if requests_expired > 0 {
        app.bell.notify_one();
    }
    Ok(TickReport { holds_ended, requests_expired, ..TickReport::default() })
}

/// Brings the waitlist up to now. Any number of nodes may do so at once: each offer and each end is a write of its own
/// that looks again under the entry's lock.
async fn offer(app: &Arc<App>, now: DateTime<Utc>) -> Result<TickReport, Fault> {
    let shared = Arc::clone(app);
    let to_do = app.db.read(move |conn| waitlist::what_is_to_do(conn, &shared.shop, now)).await?;
    let mut report = TickReport::default();
    for overdue in to_do.overdue {
        let shared = Arc::clone(app);
        let ended = app.db.write::<_, Never, _>(now, move |tx| Ok(waitlist::end_overdue(tx, &shared.shop, overdue)?));
        report.offers_ended += usize::from(ended.await.map_err(Bad::into_fault)?);
    }
    if to_do.expired {
        let shared = Arc::clone(app);
        let ended = app.db.write::<_, Never, _>(now, move |tx| Ok(waitlist::expire_entries(tx, &shared.shop)?));
        ended.await.map_err(Bad::into_fault)?;
    }
    if to_do.anybody_waits || 0 < report.offers_ended {
        let shared = Arc::clone(app);
        let places = app.db.read(move |conn| waitlist::plan(conn, &shared.shop, now)).await?;
        for place in places {
            let shared = Arc::clone(app);
            match app.db.write(now, move |tx| waitlist::offer(tx, &shared.shop, &place, false)).await {
                Ok(_) => report.offers_made += 1,
                // Somebody was faster, here or at the desk.
                Err(Bad::Refused(_)) => {}
                Err(Bad::Fault(fault)) => return Err(fault),
            }
        }
    }
    if 0 < report.offers_made {
        app.bell.notify_one();
    }
    Ok(report)
}

/// Books dates of series that have come within the horizon, each series in a write of its own.
async fn extend(app: &Arc<App>, now: DateTime<Utc>) -> Result<TickReport, Fault> {
    let shared = Arc::clone(app);
    let behind = app.db.read(move |conn| recurrence::extend::behind(conn, &shared.shop, now)).await?;
    let mut report = TickReport::default();
    for series in behind {
        let shared = Arc::clone(app);
        let extended = app.db.write(now, move |tx| recurrence::extend::extend(tx, &shared.shop, series)).await;
        let extended = extended.map_err(Bad::into_fault)?;
        report.series_dates += extended.booked;
        if extended.booked + extended.gaps > 0 {
            app.bell.notify_one();
        }
    }
    Ok(report)
}

/// Reads the delivery reports that arrived as files.
async fn bounces(app: &Arc<App>, now: DateTime<Utc>) -> Result<TickReport, Fault> {
    let Some(directory) = app.settings.mail.bounce_dir.clone() else {
        return Ok(TickReport::default());
    };
    let (db, keys) = (app.db.clone(), app.keys.clone());
    let collected = tokio::task::spawn_blocking(move || collect(&db, &keys, now, &directory)).await;
    let bounces = collected.map_err(Fault::other)??;
    Ok(TickReport { bounces, ..TickReport::default() })
}

/// Brings rows in line with rules that were changed, on any number of nodes.
async fn plan(app: &Arc<App>, now: DateTime<Utc>) -> Result<TickReport, Fault> {
    let planned = messaging::plan_changed_rules(&app.db, now).await?;
    if 0 < planned.made + planned.moved {
        app.bell.notify_one();
    }
    Ok(TickReport { planned, ..TickReport::default() })
}

/// Brings what is computed of all clients up to date, where it is due.
async fn figures(app: &Arc<App>, now: DateTime<Utc>) -> Result<TickReport, Fault> {
    let is_renewed = retention::renew(app, now).await?;
    Ok(TickReport { figures_renewed: usize::from(is_renewed), ..TickReport::default() })
}

/// The hourly run, by whichever node begins it.
async fn hour(app: &Arc<App>, now: DateTime<Utc>) -> Result<TickReport, Fault> {
    let scheduled_for = last_hour(now);
    let begun = app.db.write::<_, Never, _>(now, move |tx| Ok(store::begin(tx, HOUR, scheduled_for)?)).await;
    if !begun.map_err(Bad::into_fault)? {
        return Ok(TickReport::default());
    }
    let planned = messaging::plan_all(&app.db, now).await?;
    let done = app.db.write::<_, Never, _>(now, move |tx| Ok(store::finish(tx, HOUR, scheduled_for)?)).await;
    done.map_err(Bad::into_fault)?;
    if 0 < planned.made + planned.moved {
        app.bell.notify_one();
    }
    Ok(TickReport { planned, ..TickReport::default() })
}

/// The figures of the month before, to each owner once.
async fn digest(app: &Arc<App>, now: DateTime<Utc>) -> Result<TickReport, Fault> {
    let digests = digest::plan_due(app, now).await?;
    Ok(TickReport { digests, ..TickReport::default() })
}

/// The nightly run, by whichever node begins it.
async fn night(app: &Arc<App>, now: DateTime<Utc>) -> Result<TickReport, Fault> {
    app.limits.forget_idle();
    let scheduled_for = last_night(now);
    let begun = app.db.write::<_, Never, _>(now, move |tx| Ok(store::begin(tx, NIGHT, scheduled_for)?)).await;
    if !begun.map_err(Bad::into_fault)? {
        return Ok(TickReport::default());
    }
    let planned = messaging::plan_all(&app.db, now).await?;
    let forget = move |tx: &mut crate::db::Tx<'_>| -> Result<usize, Bad<Never>> {
        let forgotten = expire::forget_old(tx)? + store::forget_before(tx, tx.now - TimeDelta::days(RUNS_KEPT_DAYS))?;
        store::finish(tx, NIGHT, scheduled_for)?;
        Ok(forgotten)
    };
    let forgotten = app.db.write(now, forget).await.map_err(Bad::into_fault)?;
    tracing::info!(
        made = planned.made,
        moved = planned.moved,
        cancelled = planned.cancelled,
        forgotten,
        "the nightly run is done"
    );
    Ok(TickReport { planned, nights: 1, ..TickReport::default() })
}

/// The last full hour.
fn last_hour(now: DateTime<Utc>) -> DateTime<Utc> {
    now - TimeDelta::seconds(now.timestamp().rem_euclid(3_600))
        - TimeDelta::nanoseconds(i64::from(now.timestamp_subsec_nanos()))
}

/// The last moment at which a nightly run was due.
fn last_night(now: DateTime<Utc>) -> DateTime<Utc> {
    let midnight = now.date_naive().and_time(chrono::NaiveTime::MIN).and_utc();
    let today = midnight + TimeDelta::minutes(NIGHT_MINUTE);
    if today <= now { today } else { today - TimeDelta::days(1) }
}

/// Who sends mail, as the settings say, with a clock that starts at `now`.
pub fn deliverer(app: &Arc<App>, now: DateTime<Utc>) -> Deliverer {
    deliverer_of(app, Channel::Mail, now)
}

/// Who sends what travels on `channel`, with a clock that starts at `now`.
pub fn deliverer_of(app: &Arc<App>, channel: Channel, now: DateTime<Utc>) -> Deliverer {
    let clock = match &app.clock {
        Clock::Fixed(_) => Clock::Fixed(FixedClock::new(now)),
        Clock::System | Clock::Offset(_) => Clock::running_from(now),
    };
    let mail = &app.settings.mail;
    let caller = || Caller {
        outgoing: app.outgoing.clone(),
        keys: app.keys.clone(),
        outbox: app.mailer.outbox().filter(|_| app.is_demo).cloned(),
    };
    let (carrier, queue) = match channel {
        Channel::Mail => (Carrier::Mail(app.mailer.clone()), app.queue.clone()),
        Channel::Sms => (Carrier::Sms(caller()), app.sms_queue.clone()),
        // A failing endpoint concerns its own messages, so there is nothing to know of all of them.
        Channel::Webhook => (Carrier::Webhook(caller()), Queue::default()),
    };
    let (per_second_max, patience) = match channel {
        Channel::Mail => (Some(mail.max_per_second), Duration::from_secs(mail.timeout_seconds)),
        Channel::Sms | Channel::Webhook => (None, app.outgoing.patience()),
    };
    Deliverer::new(DelivererParts {
        db: app.db.clone(),
        carrier,
        clock,
        queue,
        keys: app.keys.clone(),
        links: Arc::new(AppLinks(Arc::clone(app))),
        sender: Sender { name: mail.from_name.clone(), address: mail.from_address.clone() },
        pace: Pace { connections: mail.workers, per_second_max, patience },
        seed: chance::number(),
    })
}

/// The addresses of our pages that stand in mails.
pub(crate) struct AppLinks(pub(crate) Arc<App>);

impl Links for AppLinks {
    fn other_times(&self, conn: &mut Conn, now: DateTime<Utc>, wish: &OtherTimesWish) -> Result<Vec<OtherTime>, Fault> {
        let wanted = other_times::Wanted {
            service: wish.service,
            location: wish.location,
            provider: wish.provider,
            party: wish.party,
            starts_at: wish.starts_at,
        };
        let found = other_times::other_times(conn, &self.0.shop, now, &wanted, OTHER_TIMES)?;
        let link = |other: other_times::OtherTime| OtherTime {
            local_start: other.local_start,
            provider: other.provider,
            url: self.0.link(&other.path),
        };
        Ok(found.into_iter().map(link).collect())
    }

    fn manage(&self, booking: BookingId, generation: i32) -> String {
        self.0.link(&format!("/m/{}", self.0.keys.capability(Purpose::Manage, booking, generation)))
    }

    fn book(&self) -> String {
        self.0.link("/book")
    }

    fn agenda(&self, day: NaiveDate) -> String {
        self.0.link(&format!("/staff?day={day}"))
    }

    fn series(&self, series: SeriesId, generation: i32) -> String {
        self.0.link(&format!("/s/{}", self.0.keys.capability(Purpose::Series, series, generation)))
    }

    fn waitlist(&self, entry: WaitlistEntryId, generation: i32) -> String {
        self.0.link(&format!("/w/{}", self.0.keys.capability(Purpose::Waitlist, entry, generation)))
    }

    fn recall(&self, recall: RecallId, generation: i32) -> String {
        self.0.link(&format!("/r/{}", self.0.keys.capability(Purpose::Recall, recall, generation)))
    }

    fn portal_link(&self, link: ClientLinkId) -> String {
        self.0.link(&format!("/portal/link/{}", self.0.keys.capability(Purpose::Portal, link, 0)))
    }

    fn consent(&self, request: ConsentRequestId) -> String {
        self.0.link(&format!("/c/{}", self.0.keys.capability(Purpose::Consent, request, 0)))
    }

    fn unsubscribe(&self, message: MessageId) -> String {
        self.0.link(&format!("/u/{}", self.0.keys.capability(Purpose::Unsubscribe, message, 0)))
    }

    fn bounces_to(&self, message: MessageId) -> Option<String> {
        let (local, domain) = self.0.settings.mail.bounce_address.as_ref()?.rsplit_once('@')?;
        Some(format!("{local}+{}@{domain}", self.0.keys.capability(Purpose::Bounce, message, 0)))
    }

    fn page(&self, path: &str) -> String {
        self.0.link(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    #[test]
    fn every_cron_line_is_understood() {
        for job in JOBS {
            assert!(Beat::new(job.cron, |_, _| ()).is_ok(), "{}", job.name);
        }
    }

    #[test]
    fn a_night_that_was_missed_is_the_last_one() {
        let at = |day, hour, minute| Utc.with_ymd_and_hms(2026, 11, day, hour, minute, 0).unwrap();
        assert_eq!(last_night(at(22, 10, 15)), at(22, 10, 15));
        assert_eq!(last_night(at(22, 10, 14)), at(21, 10, 15));
        assert_eq!(last_night(at(22, 23, 59)), at(22, 10, 15));
    }
}
