//! Sends what is due.
//!
//! One round: put the expired aside and claim a batch (one short write); look at each booking again, drop what is no
//! longer true and record "handing over" for the rest (one short write); render and hand over on a few connections, no
//! write in progress, so that a mail server that hangs never slows a booking; write the outcomes, each fenced by its
//! lease token. A round that dies anywhere is taken up by another when the lease ends: transactional mail goes again
//! with the same Message-ID, advertising does not.

mod parcel;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::carriers::{Attempt, Carrier, Delivered, Parcel, Session};
use super::discipline;
use super::letters::{self, Matter};
use super::outcome::{self, Verdict};
use super::queue::{LEASE, LEASE_RENEWED, LEASE_TRUSTED, Queue};
use super::store::ended::OtherTimesWish;
use super::store::{self, Settled};
use super::templates::{OtherTime, Sender};
use crate::clock::Clock;
use crate::db::{Bad, Conn, Db, Fault, Never};
use crate::domain::ids::{
    BookingId, ClientId, ClientLinkId, ConsentRequestId, EndpointId, MessageId, ProviderId, RecallId, RuleId, SeriesId,
    WaitlistEntryId,
};
use crate::domain::language::Language;
use crate::domain::messages::{self, Audience, Channel, Outcome, Purpose, Subject};
use crate::failpoint::{self, Point};
use crate::keys::Keys;
use crate::mail::{Deadline, Handover};
use parcel::NoParcel;

/// Messages one connection hands over between two looks at the tables.
const PER_CONNECTION: usize = 32;
/// Never more at once than leave in so many seconds at the agreed pace.
const SECONDS_AT_ONCE: usize = 5;
/// Older knowledge of a booking is refreshed before its text is given away.
const STALE_AFTER: Duration = Duration::from_secs(1);
/// Rounds in one pass: a pass ends even when work comes in as fast as it is done.
const ROUNDS_MAX: u32 = 2_000;

/// A message taken by us until its lease ends.
#[derive(Debug, Clone)]
pub(super) struct Claimed {
    pub(super) id: MessageId,
    pub(super) kind: messages::MessageKind,
    pub(super) purpose: Purpose,
    pub(super) channel: Channel,
    /// To whom this row speaks; what providers are told may also be told to the clinic.
    pub(super) audience: Audience,
    pub(super) schedule_version: i32,
    pub(super) subject: Subject,
    pub(super) client: Option<ClientId>,
    pub(super) provider: Option<ProviderId>,
    pub(super) endpoint: Option<EndpointId>,
    pub(super) rule: Option<RuleId>,
    pub(super) merge_key: Option<String>,
    pub(super) priority: i32,
    pub(super) language: Language,
    pub(super) message_id: String,
    pub(super) attempts: i32,
    pub(super) lease_token: i64,
    pub(super) due_at: DateTime<Utc>,
    pub(super) expires_at: DateTime<Utc>,
    pub(super) handed_over_before: Option<DateTime<Utc>>,
}

/// Makes the addresses of our pages that stand in mails, and knows what is free.
pub trait Links: Send + Sync {
    /// Times to offer instead of one that the clinic called off, as they are free now.
    fn other_times(&self, _: &mut Conn, _: DateTime<Utc>, _: &OtherTimesWish) -> Result<Vec<OtherTime>, Fault> {
        Ok(Vec::new())
    }
    /// The page of a booking, for who holds the link; `generation` revokes older ones.
    fn manage(&self, booking: BookingId, generation: i32) -> String;
    /// Where a time is chosen.
    fn book(&self) -> String;
    /// A day of the agenda, for staff.
    fn agenda(&self, day: NaiveDate) -> String;
    /// The page of a series, for who holds the link.
    fn series(&self, series: SeriesId, generation: i32) -> String;
    /// The page of a wish on the waitlist and its offers, for who holds the link.
    fn waitlist(&self, entry: WaitlistEntryId, generation: i32) -> String;
    /// The page that books what somebody is due for, for who holds the link.
    fn recall(&self, recall: RecallId, generation: i32) -> String;
    /// The page with the button that enters the client's own area.
    fn portal_link(&self, link: ClientLinkId) -> String;
    /// The page with the button that says: yes, I agreed.
    fn consent(&self, request: ConsentRequestId) -> String;
    /// The page on which the reader of this message stops advertising; a POST to it does so at once (RFC 8058).
    fn unsubscribe(&self, message: MessageId) -> String;
    /// Where this message comes back to when it cannot be delivered; nothing means the sender's address.
    fn bounces_to(&self, _: MessageId) -> Option<String> {
        None
    }
    /// Any page of ours: `/portal`.
    fn page(&self, path: &str) -> String;
}

/// How fast messages leave.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Connections at the same time.
    pub connections: usize,
    /// The most in a second, which the mailer keeps; no more is taken at once than leaves in some seconds.
    pub per_second_max: Option<u32>,
    /// How long one step with the mail server may take.
    pub patience: Duration,
}

/// What a pass did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DeliverReport {
    /// The mail server took them.
    pub sent: usize,
    /// They are tried again.
    pub retried: usize,
    /// Given up; staff sees them.
    pub dead: usize,
    /// Not sent on purpose: expired, superseded, no address.
    pub skipped: usize,
    /// The server went silent after it got the text.
    pub uncertain: usize,
    /// Given back untouched.
    pub released: usize,
    /// Left for later: quiet hours, caps.
    pub put_off: usize,
    /// Their lease was lost and the result dropped.
    pub lost: usize,
}

impl DeliverReport {
    /// Whether anything happened.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds what another pass did.
    pub fn add(&mut self, other: Self) {
        self.sent += other.sent;
        self.retried += other.retried;
        self.dead += other.dead;
        self.skipped += other.skipped;
        self.uncertain += other.uncertain;
        self.released += other.released;
        self.put_off += other.put_off;
        self.lost += other.lost;
    }

    fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Sent => self.sent += 1,
            Outcome::Retry(..) => self.retried += 1,
            Outcome::GiveUp(_) => self.dead += 1,
            Outcome::Skip(_) => self.skipped += 1,
            Outcome::Uncertain(_) => self.uncertain += 1,
        }
    }
}

/// Where the time of a deliverer went, summed over its connections.
#[derive(Debug, Clone, Copy, Default)]
pub struct Spent {
    /// Taking rows.
    pub claim: Duration,
    /// Looking at each matter again, and recording that it is handed over.
    pub prepare: Duration,
    /// Writing letters and talking to the other side.
    pub hand_over: Duration,
    /// Writing down what became of them.
    pub complete: Duration,
}

/// Hands messages over. Cheap to clone; several may work on the same tables.
#[derive(Clone)]
pub struct Deliverer {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    carrier: Carrier,
    clock: Clock,
    queue: Queue,
    keys: Keys,
    links: Arc<dyn Links>,
    sender: Sender,
    pace: Pace,
    owner: String,
    chance: Mutex<ChaCha8Rng>,
    spent: Mutex<Spent>,
}

/// What a [`Deliverer`] is made of.
pub struct DelivererParts {
    /// Where the rows are.
    pub db: Db,
    /// How messages leave, and so which.
    pub carrier: Carrier,
    /// Asked anew for every round, because a pass may take long.
    pub clock: Clock,
    /// What is known about the other side; of endpoints each has its own standing in its row.
    pub queue: Queue,
    /// Addresses are kept as hashes under them.
    pub keys: Keys,
    /// Our pages.
    pub links: Arc<dyn Links>,
    /// Who the mails come from; the clinic's name stands before it.
    pub sender: Sender,
    /// How fast.
    pub pace: Pace,
    /// Seed of the owner's name and of the spread between attempts.
    pub seed: u64,
}

/// A letter with everything needed to hand it over.
struct Prepared {
    claimed: Claimed,
    matter: Matter,
    thread: Option<String>,
    /// Messages of the same household that travel in this letter.
    carried: Vec<(Claimed, Matter)>,
}

impl Prepared {
    /// The message that names the letter, and those it carries.
    fn messages(&self) -> impl Iterator<Item = (&Claimed, &Matter)> {
        let carried = self.carried.iter().map(|(claimed, matter)| (claimed, matter));
        std::iter::once((&self.claimed, &self.matter)).chain(carried)
    }
}

/// When the tables were looked at: by a clock that never jumps, and by one that goes on while the machine sleeps.
#[derive(Debug, Clone, Copy)]
struct Seen {
    at: Instant,
    now: DateTime<Utc>,
}

impl Seen {
    fn is_stale(self, now: DateTime<Utc>) -> bool {
        self.at.elapsed() > STALE_AFTER || (now - self.now).to_std().is_ok_and(|since| since > STALE_AFTER)
    }
}

/// What one connection did with its share.
#[derive(Default)]
struct Share {
    settled: Vec<(Settled, Outcome)>,
    given_back: Vec<Claimed>,
    /// Attempts of messages that were given back.
    noted: Vec<(MessageId, Attempt)>,
}

impl Share {
    fn give_back(&mut self, letter: &Prepared) {
        self.given_back.extend(letter.messages().map(|(message, _)| message.clone()));
    }

    /// Everything a letter says has the same outcome; what the other side did is noted once.
    fn settle(&mut self, letter: &Prepared, row: &Settled, outcome: Outcome) {
        self.settled.push((row.clone(), outcome));
        let carried = letter.carried.iter().map(|(message, _)| Settled {
            claimed: message.clone(),
            attempt: None,
            learned: None,
            ..row.clone()
        });
        self.settled.extend(carried.map(|row| (row, outcome)));
    }
}

impl Deliverer {
    /// A deliverer with an owner name of its own.
    pub fn new(parts: DelivererParts) -> Self {
        let mut chance = ChaCha8Rng::seed_from_u64(parts.seed);
        let owner = format!("{}-{:08x}", std::process::id(), chance.random::<u32>());
        let DelivererParts { db, carrier, clock, queue, keys, links, sender, pace, seed: _ } = parts;
        let chance = Mutex::new(chance);
        let spent = Mutex::default();
        Self { inner: Arc::new(Inner { db, carrier, clock, queue, keys, links, sender, pace, owner, chance, spent }) }
    }

    /// What this deliverer learned about the other side.
    pub fn queue(&self) -> &Queue {
        &self.inner.queue
    }

    /// Where its time went so far.
    pub fn spent(&self) -> Spent {
        *self.inner.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends everything that is due, round by round, until nothing is left, the queue stops, or `stop` says so.
    pub async fn deliver_due(&self, stop: impl Fn() -> bool) -> Result<DeliverReport, Fault> {
        let inner = &self.inner;
        let mut report = DeliverReport::default();
        let mut sessions: Vec<Session> = Vec::new();
        for _ in 0..ROUNDS_MAX {
            if stop() || !inner.queue.may_try(inner.clock.now()) {
                break;
            }
            let (round, claimed) = inner.round(&mut sessions).await?;
            report.add(round);
            if claimed == 0 {
                break;
            }
        }
        Ok(report)
    }

    /// Whether a pass would find anything; a read, so that a beat of the heart costs no write.
    pub async fn is_anything_due(&self) -> Result<bool, Fault> {
        let (now, channel) = (self.inner.clock.now(), self.inner.carrier.channel());
        self.inner.db.read(move |conn| store::is_anything_due(conn, channel, now)).await
    }

    /// When the oldest message fell due that still waits.
    pub async fn oldest_due(&self) -> Result<Option<DateTime<Utc>>, Fault> {
        let now = self.inner.clock.now();
        self.inner.db.read(move |conn| store::oldest_due(conn, now)).await
    }
}

impl Inner {
    fn chance(&self) -> f64 {
        self.chance.lock().unwrap_or_else(PoisonError::into_inner).random()
    }

    fn note_time(&self, note: impl FnOnce(&mut Spent)) {
        note(&mut self.spent.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// One round; how many messages were claimed.
    async fn round(self: &Arc<Self>, sessions: &mut Vec<Session>) -> Result<(DeliverReport, usize), Fault> {
        let mut report = DeliverReport::default();
        let started = Instant::now();
        let deadline = Deadline::new(started + LEASE_TRUSTED);
        let claimed = self.claim(&mut report).await?;
        self.note_time(|spent| spent.claim += started.elapsed());
        if claimed.is_empty() {
            return Ok((report, 0));
        }
        let count = claimed.len();
        let (started, seen) = (Instant::now(), Seen { at: Instant::now(), now: self.clock.now() });
        let prepared = self.prepare(claimed, &mut report).await?;
        self.note_time(|spent| spent.prepare += started.elapsed());
        let shares = match self.carrier.channel() {
            Channel::Mail | Channel::Sms => shares(prepared, self.pace.connections.max(1)),
            Channel::Webhook => shares_by_endpoint(prepared),
        };
        let leased: Vec<MessageId> =
            shares.iter().flatten().flat_map(Prepared::messages).map(|(message, _)| message.id).collect();
        let mut work = JoinSet::new();
        for share in shares {
            let mut session = sessions.pop().unwrap_or_else(|| self.carrier.session());
            session.heed(deadline.clone());
            let (me, deadline) = (Arc::clone(self), deadline.clone());
            work.spawn(async move { me.hand_over_share(session, share, seen, &deadline).await });
        }
        let mut renewals = tokio::time::interval_at(Instant::now() + LEASE_RENEWED, LEASE_RENEWED);
        loop {
            tokio::select! {
                done = work.join_next() => {
                    let Some(done) = done else { break };
                    let (session, done) = done.map_err(Fault::other)?;
                    sessions.push(session);
                    report.add(done?);
                }
                _ = renewals.tick() => self.renew(&leased, &deadline).await,
            }
        }
        Ok((report, count))
    }

    /// Says that we are still at work. Whoever cannot say so loses its lease, and its results are dropped.
    async fn renew(&self, leased: &[MessageId], deadline: &Deadline) {
        let (now, began) = (self.clock.now(), Instant::now());
        let (owner, ids, until) = (self.owner.clone(), leased.to_vec(), now + LEASE);
        let write =
            move |tx: &mut crate::db::Tx<'_>| -> Result<_, Bad<Never>> { Ok(store::renew(tx, &owner, &ids, until)?) };
        match self.db.write(now, write).await.map_err(Bad::into_fault) {
            Ok(()) => deadline.put_off(began + LEASE_TRUSTED),
            Err(fault) => tracing::warn!("the lease of messages under way could not be renewed: {fault}"),
        }
    }

    /// How many messages are taken at once.
    fn batch(&self) -> usize {
        let all = self.pace.connections.max(1) * PER_CONNECTION;
        let in_pace = self.pace.per_second_max.filter(|_| self.carrier.is_remote());
        let in_pace = in_pace.and_then(|most| usize::try_from(most).ok());
        in_pace.map_or(all, |most| all.min(most.saturating_mul(SECONDS_AT_ONCE)))
    }

    /// Puts the expired aside and takes a batch; a single one while the queue is in trouble.
    async fn claim(&self, report: &mut DeliverReport) -> Result<Vec<Claimed>, Fault> {
        let now = self.clock.now();
        let owner = self.owner.clone();
        let until = now + LEASE;
        let channel = self.carrier.channel();
        let limit = match channel {
            Channel::Webhook => PER_CONNECTION,
            Channel::Mail | Channel::Sms if self.queue.is_running() => self.batch(),
            Channel::Mail | Channel::Sms => 1,
        };
        let limit = i64::try_from(limit).unwrap_or(1);
        let write = move |tx: &mut crate::db::Tx<'_>| -> Result<_, Bad<Never>> {
            let expired = store::sweep(tx, channel)?;
            let claimed = store::claim(tx, channel, &owner, until, limit)?;
            let claimed = discipline::claim_companions(tx, &owner, until, claimed)?;
            failpoint::reach(Point::ClaimBeforeCommit);
            Ok((expired, claimed))
        };
        let (expired, claimed) = self.db.write(now, write).await.map_err(Bad::into_fault)?;
        failpoint::reach(Point::ClaimAfterCommit);
        report.skipped += expired;
        Ok(claimed)
    }

    /// Looks at every message again: settles what is no longer true, holds back what may not leave now, and records
    /// that the rest is being handed over.
    async fn prepare(&self, claimed: Vec<Claimed>, report: &mut DeliverReport) -> Result<Vec<Prepared>, Fault> {
        let now = self.clock.now();
        let keys = self.keys.clone();
        let write = move |tx: &mut crate::db::Tx<'_>| -> Result<_, Bad<Never>> {
            let matters: HashMap<Subject, Matter> = letters::load(tx.conn, &claimed, now)?;
            let (mut done, mut going) = (DeliverReport::default(), Vec::new());
            for message in &claimed {
                match letters::objection(message, matters.get(&message.subject), now) {
                    Some(outcome) => put_aside(tx, message, outcome, &mut done)?,
                    None => going.push(message),
                }
            }
            let held = discipline::hold_back(tx, &keys, &going)?;
            for (message, reason) in &held.skipped {
                put_aside(tx, message, Outcome::Skip(*reason), &mut done)?;
            }
            (done.put_off, done.lost) = (held.put_off, done.lost + held.lost);
            let marked = store::mark_handing_over(tx, held.letters.iter().flatten())?;
            done.lost += held.letters.iter().map(Vec::len).sum::<usize>() - marked.len();
            let mut prepared = Vec::with_capacity(held.letters.len());
            for letter in held.letters {
                let ours = letter.into_iter().filter(|leaving| marked.contains(&leaving.message.id));
                let mut said =
                    ours.filter_map(|leaving| Some((matters.get(&leaving.message.subject)?.clone(), leaving.message)));
                if let Some((matter, claimed)) = said.next() {
                    let carried: Vec<_> = said.map(|(matter, claimed)| (claimed, matter)).collect();
                    let thread = if carried.is_empty() { store::thread_of(tx.conn, &claimed)? } else { None };
                    prepared.push(Prepared { claimed, matter, thread, carried });
                }
            }
            failpoint::reach(Point::MarkBeforeCommit);
            Ok((prepared, done))
        };
        let (prepared, done) = self.db.write(now, write).await.map_err(Bad::into_fault)?;
        failpoint::reach(Point::MarkAfterCommit);
        report.add(done);
        Ok(prepared)
    }

    /// Hands a share over on one connection and writes what became of it.
    async fn hand_over_share(
        self: Arc<Self>,
        mut session: Session,
        share: Vec<Prepared>,
        seen: Seen,
        deadline: &Deadline,
    ) -> (Session, Result<DeliverReport, Fault>) {
        let started = Instant::now();
        let done = self.talk(&mut session, share, seen, deadline).await;
        session.rest();
        self.note_time(|spent| spent.hand_over += started.elapsed());
        let started = Instant::now();
        let result = self.write_down(done).await;
        self.note_time(|spent| spent.complete += started.elapsed());
        (session, result)
    }

    async fn talk(&self, session: &mut Session, share: Vec<Prepared>, seen: Seen, deadline: &Deadline) -> Share {
        let mut done = Share::default();
        let started = Instant::now();
        let enough = self.pace.patience.max(Duration::from_secs(20));
        let mut is_over = false;
        for prepared in share {
            // A slow server must not keep the others from theirs, and nobody outlives his lease.
            if is_over || started.elapsed() > enough || deadline.is_over() {
                done.give_back(&prepared);
                continue;
            }
            let now = self.clock.now();
            if seen.is_stale(now) && !self.is_still_ours_and_true(&prepared).await {
                // The next round looks at each of its messages and says why.
                done.give_back(&prepared);
                continue;
            }
            let parcel = match self.parcel(&prepared, now).await {
                Ok(parcel) => parcel,
                Err(NoParcel::Settled(outcome)) => {
                    done.settle(&prepared, &settled_row(&prepared.claimed, outcome, now), outcome);
                    continue;
                }
                Err(NoParcel::NotNow) => {
                    done.give_back(&prepared);
                    continue;
                }
            };
            let delivered = session.hand_over(&parcel, &prepared.claimed, now).await;
            is_over = self.conclude(delivered, &parcel, &prepared, &mut done);
        }
        done
    }

    /// Draws the conclusion from what the other side did; says whether the rest of the share is to wait.
    fn conclude(&self, delivered: Delivered, parcel: &Parcel, letter: &Prepared, done: &mut Share) -> bool {
        let now = self.clock.now();
        let handover = &delivered.handover;
        let is_call = self.carrier.channel() == Channel::Webhook;
        if !is_call {
            self.queue.learn(handover, now);
        }
        let stands = matches!(handover, Handover::Unreachable(_) | Handover::Unwelcome(..));
        // An endpoint that fails is left alone for a while; its row says until when.
        let fails = is_call && !matches!(handover, Handover::Accepted(_));
        match outcome::of_delivery(&delivered, &letter.claimed, now, self.chance()) {
            Verdict::QueueStops => {
                // Whoever tries the gateway out wants to see what it said.
                let noted = delivered.attempt.filter(|_| letter.claimed.kind == messages::MessageKind::Test);
                done.noted.extend(noted.map(|attempt| (letter.claimed.id, attempt)));
                done.give_back(letter);
            }
            Verdict::Settled(outcome) => {
                let mut row = settled_row(&letter.claimed, outcome, now);
                row.code = outcome::reply_code(handover);
                row.subject = parcel.subject().map(str::to_owned);
                row.text = parcel.kept(outcome);
                row.learned = is_call.then(|| (handover.clone(), delivered.retry_at));
                row.attempt = delivered.attempt;
                row.reference = delivered.reference;
                done.settle(letter, &row, outcome);
            }
        }
        stands || fails
    }

    /// A database that is away says nothing against the letter; advertising waits until it can be asked.
    async fn is_still_ours_and_true(&self, letter: &Prepared) -> bool {
        let asked: Vec<Claimed> = letter.messages().map(|(message, _)| message.clone()).collect();
        let (now, keys) = (self.clock.now(), self.keys.clone());
        let read = self.db.read(move |conn| {
            if !store::are_ours(conn, &asked)? {
                return Ok(false);
            }
            let matters = letters::load(conn, &asked, now)?;
            let is_true = |message: &Claimed| letters::objection(message, matters.get(&message.subject), now).is_none();
            if !asked.iter().all(is_true) {
                return Ok(false);
            }
            discipline::are_still_allowed(conn, &keys, &asked, now)
        });
        read.await.unwrap_or(letter.claimed.purpose == Purpose::Transactional)
    }

    async fn write_down(&self, share: Share) -> Result<DeliverReport, Fault> {
        let Share { settled, given_back, noted } = share;
        let mut report = DeliverReport::default();
        let outcomes: Vec<Outcome> = settled.iter().map(|(_, outcome)| *outcome).collect();
        let write = move |tx: &mut crate::db::Tx<'_>| -> Result<_, Bad<Never>> {
            let mut written = Vec::with_capacity(settled.len());
            for (row, _) in &settled {
                written.push(store::complete(tx, row)?);
            }
            for (id, attempt) in &noted {
                store::keep_attempt(tx, *id, attempt)?;
            }
            let mut released = 0;
            for message in &given_back {
                released += usize::from(store::release(tx, message)?);
            }
            failpoint::reach(Point::CompleteBeforeCommit);
            Ok((written, released, given_back.len() - released))
        };
        let (written, released, lost) = self.db.write(self.clock.now(), write).await.map_err(Bad::into_fault)?;
        failpoint::reach(Point::CompleteAfterCommit);
        (report.released, report.lost) = (released, lost);
        for (outcome, was_written) in outcomes.into_iter().zip(written) {
            if was_written {
                report.count(outcome);
            } else {
                report.lost += 1;
            }
        }
        Ok(report)
    }
}

/// Settles a message that does not leave.
fn put_aside(
    tx: &mut crate::db::Tx<'_>,
    message: &Claimed,
    outcome: Outcome,
    done: &mut DeliverReport,
) -> Result<(), Fault> {
    let row = settled_row(message, outcome, tx.now);
    if store::complete(tx, &row)? {
        done.count(outcome);
    } else {
        done.lost += 1;
    }
    Ok(())
}

fn settled_row(message: &Claimed, outcome: Outcome, now: DateTime<Utc>) -> Settled {
    Settled {
        claimed: message.clone(),
        columns: messages::settle(outcome, now),
        code: None,
        subject: None,
        attempt: None,
        text: None,
        reference: None,
        learned: None,
    }
}

/// Deals the messages out, one to each connection in turn.
fn shares(prepared: Vec<Prepared>, connections: usize) -> Vec<Vec<Prepared>> {
    let mut shares: Vec<Vec<Prepared>> = Vec::new();
    shares.resize_with(connections.min(prepared.len()), Vec::new);
    let count = shares.len().max(1);
    for (index, message) in prepared.into_iter().enumerate() {
        if let Some(share) = shares.get_mut(index % count) {
            share.push(message);
        }
    }
    shares
}

/// One share for each endpoint, so that none waits for another.
fn shares_by_endpoint(prepared: Vec<Prepared>) -> Vec<Vec<Prepared>> {
    let mut shares: Vec<Vec<Prepared>> = Vec::new();
    for message in prepared {
        let endpoint = message.claimed.endpoint;
        let is_same =
            |share: &&mut Vec<Prepared>| share.first().is_some_and(|first| first.claimed.endpoint == endpoint);
        match shares.iter_mut().find(is_same) {
            Some(share) => share.push(message),
            None => shares.push(vec![message]),
        }
    }
    shares
}
