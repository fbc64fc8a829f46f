//! SQLite's one writer: a thread that takes writes in the order in which they came.
//!
//! Writes that wait together share one commit, so that one flush to the disk serves up to [`BATCH_MAX`] of them; each
//! has a savepoint of its own and succeeds or fails alone. Nobody is answered before the commit.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use tokio::sync::oneshot;

use super::{Bad, Conn, Fault, Tx, WRITE_ATTEMPTS_MAX};
use crate::domain::ids::IdSource;
use crate::failpoint::{self, Point};

/// More waiting writes than this are answered with "try again in a moment".
const QUEUE_MAX: usize = 1024;
/// As many writes share one commit.
const BATCH_MAX: usize = 16;

pub(super) struct Writer {
    queue: SyncSender<Box<dyn Job>>,
}

/// One write in the queue.
trait Job: Send {
    /// Runs inside the transaction; false means its part must be undone.
    fn run(&mut self, conn: &mut Conn, ids: &IdSource) -> bool;
    /// Answers whoever waits: with what `run` found, or with the fault that met the commit.
    fn answer(self: Box<Self>, commit: Result<(), Fault>);
}

struct Write<T, R, F> {
    now: DateTime<Utc>,
    write: F,
    outcome: Option<Result<T, Bad<R>>>,
    reply: oneshot::Sender<Result<T, Bad<R>>>,
}

impl<T, R, F> Job for Write<T, R, F>
where
    T: Send,
    R: Send,
    F: Fn(&mut Tx<'_>) -> Result<T, Bad<R>> + Send,
{
    fn run(&mut self, conn: &mut Conn, ids: &IdSource) -> bool {
        let write = AssertUnwindSafe(|| (self.write)(&mut Tx::new(conn, self.now, ids)));
        let outcome = catch_unwind(write).unwrap_or_else(|_| Err(Bad::Fault(Fault::other("a write panicked"))));
        let keep = outcome.is_ok();
        self.outcome = Some(outcome);
        keep
    }

    fn answer(self: Box<Self>, commit: Result<(), Fault>) {
        let answer = match (commit, self.outcome) {
            // A refusal stands whatever became of the others' commit.
            (_, Some(Err(bad))) => Err(bad),
            (Err(fault), _) => Err(Bad::Fault(fault)),
            (Ok(()), Some(Ok(value))) => Ok(value),
            (Ok(()), None) => Err(Bad::Fault(Fault::other("a write was never run"))),
        };
        // Whoever asked may have gone away; the write stands all the same.
        let _gone = self.reply.send(answer);
    }
}

impl Writer {
    /// Starts the thread; it ends when the last handle is dropped.
    pub(super) fn start(conn: Conn, ids: Arc<IdSource>) -> Self {
        let (queue, jobs) = sync_channel(QUEUE_MAX);
        std::thread::spawn(move || write_until_closed(conn, &jobs, &ids));
        Self { queue }
    }

    pub(super) fn submit<T, R, F>(
        &self,
        now: DateTime<Utc>,
        write: F,
    ) -> Result<oneshot::Receiver<Result<T, Bad<R>>>, Fault>
    where
        T: Send + 'static,
        R: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, Bad<R>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Write { now, write, outcome: None, reply });
        match self.queue.try_send(job) {
            Ok(()) => Ok(answer),
            Err(TrySendError::Full(_)) => Err(Fault::unavailable("too many writes are waiting")),
            Err(TrySendError::Disconnected(_)) => Err(Fault::unavailable("the writer has stopped")),
        }
    }
}

fn write_until_closed(mut conn: Conn, jobs: &Receiver<Box<dyn Job>>, ids: &IdSource) {
    while let Ok(first) = jobs.recv() {
        let mut batch = vec![first];
        while batch.len() < BATCH_MAX {
            match jobs.try_recv() {
                Ok(job) => batch.push(job),
                Err(_) => break,
            }
        }
        write_together(&mut conn, batch, ids);
    }
}

fn write_together(conn: &mut Conn, mut batch: Vec<Box<dyn Job>>, ids: &IdSource) {
    let outcome = begin(conn).and_then(|()| run_all(conn, &mut batch, ids));
    if outcome.is_err() {
        let _nothing_open = conn.batch_execute("ROLLBACK");
    }
    let message = outcome.err().map(|fault| fault.to_string());
    for job in batch {
        job.answer(match &message {
            None => Ok(()),
            Some(words) => Err(Fault::unavailable(words.clone())),
        });
    }
}

fn run_all(conn: &mut Conn, batch: &mut [Box<dyn Job>], ids: &IdSource) -> Result<(), Fault> {
    for job in batch {
        conn.batch_execute("SAVEPOINT one_write")?;
        let end = if job.run(conn, ids) { "RELEASE one_write" } else { "ROLLBACK TO one_write; RELEASE one_write" };
        conn.batch_execute(end)?;
    }
    failpoint::reach(Point::WriteBeforeCommit);
    conn.batch_execute("COMMIT")?;
    failpoint::reach(Point::WriteAfterCommit);
    Ok(())
}

/// Another process (a command beside the server) may hold the lock longer than the busy time-out.
fn begin(conn: &mut Conn) -> Result<(), Fault> {
    let mut attempt = 1;
    loop {
        match conn.batch_execute("BEGIN IMMEDIATE") {
            Ok(()) => return Ok(()),
            Err(_) if attempt < WRITE_ATTEMPTS_MAX => {
                attempt += 1;
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(error) => return Err(error.into()),
        }
    }
}
