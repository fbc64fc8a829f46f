//! Tells open calendars that something changed. One look a second at the newest change, only while somebody listens,
//! however many listen.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::watch;

use super::store::calendar;
use crate::db::Db;

/// As many calendars of one process are told; more of them ask by themselves.
pub const LISTENERS_MAX: usize = 500;
/// How often is looked.
const EVERY: Duration = Duration::from_secs(1);

/// The calendars that listen.
#[derive(Clone)]
pub struct Live {
    shared: Arc<Shared>,
}

struct Shared {
    newest: watch::Sender<String>,
    ended: watch::Sender<bool>,
    listeners: AtomicUsize,
    is_looking: AtomicBool,
}

impl Default for Live {
    fn default() -> Self {
        let shared = Shared {
            newest: watch::Sender::new(String::new()),
            ended: watch::Sender::new(false),
            listeners: AtomicUsize::new(0),
            is_looking: AtomicBool::new(false),
        };
        Self { shared: Arc::new(shared) }
    }
}

/// One calendar that listens, until it is dropped.
pub struct Listener {
    shared: Arc<Shared>,
    newest: watch::Receiver<String>,
    ended: watch::Receiver<bool>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.shared.listeners.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Live {
    /// Listens from now on; nothing when too many do, or the process is about to end.
    pub fn listen(&self, db: &Db) -> Option<Listener> {
        if *self.shared.ended.borrow() {
            return None;
        }
        if LISTENERS_MAX <= self.shared.listeners.fetch_add(1, Ordering::AcqRel) {
            self.shared.listeners.fetch_sub(1, Ordering::AcqRel);
            return None;
        }
        let listener = Listener {
            shared: Arc::clone(&self.shared),
            newest: self.shared.newest.subscribe(),
            ended: self.shared.ended.subscribe(),
        };
        if !self.shared.is_looking.swap(true, Ordering::AcqRel) {
            tokio::spawn(look(Arc::clone(&self.shared), db.clone()));
        }
        Some(listener)
    }

    /// Everybody who listens is let go, and nobody listens any more.
    pub fn end(&self) {
        self.shared.ended.send_replace(true);
    }
}

impl Listener {
    /// Waits until the newest change is another one than `known` and says which; nothing when it is over.
    pub async fn change_from(&mut self, known: &str) -> Option<String> {
        loop {
            if *self.ended.borrow() {
                return None;
            }
            let newest = self.newest.borrow_and_update().clone();
            if !newest.is_empty() && newest != known {
                return Some(newest);
            }
            tokio::select! {
                changed = self.newest.changed() => changed.ok()?,
                ended = self.ended.changed() => ended.ok()?,
            }
        }
    }
}

async fn look(shared: Arc<Shared>, db: Db) {
    loop {
        match db.read(calendar::newest).await {
            Ok(newest) => {
                shared.newest.send_if_modified(|known| {
                    let is_new = *known != newest;
                    *known = newest;
                    is_new
                });
            }
            // Said by everything else that needs the database.
            Err(fault) => tracing::debug!(error = %fault, "the newest change cannot be read"),
        }
        tokio::time::sleep(EVERY).await;
        if shared.listeners.load(Ordering::Acquire) == 0 {
            shared.is_looking.store(false, Ordering::Release);
            // Whoever came in between relied on us.
            let is_needed = 0 < shared.listeners.load(Ordering::Acquire);
            if !is_needed || shared.is_looking.swap(true, Ordering::AcqRel) {
                return;
            }
        }
    }
}
