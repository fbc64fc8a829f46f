//! Calendars of providers and clients under a secret address, for the calendar programs of their phones.
//!
//! A *feed* belongs to one provider or one client; whoever knows its address reads it, without a sign-in, because
//! calendar programs have none. So it says no more than an invitation would: when, where and a reference, never the
//! treatment, never who comes, and no link that changes anything without a sign-in. Making a new address ends the old
//! one. A feed is read by GET, which writes nothing.

mod calendar;
mod store;
pub mod web;

use chrono::{DateTime, Utc};

pub use calendar::{FeedTexts, file};
pub use store::{FeedEntry, entries};

use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::{ClientId, FeedId, ProviderId};

/// Whose calendar it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedOwner {
    /// Somebody who works here.
    Provider(ProviderId),
    /// Somebody who comes.
    Client(ClientId),
}

/// A feed that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feed {
    /// Which one; its address is made of this.
    pub id: FeedId,
    /// Whose.
    pub owner: FeedOwner,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

/// The feed of an owner, when there is one.
pub fn feed_of(conn: &mut Conn, owner: FeedOwner) -> Result<Option<Feed>, Fault> {
    store::live_feed_of(conn, owner)
}

/// The feed of an address, unless it was revoked or its owner is not here any more.
pub fn opened(conn: &mut Conn, id: FeedId) -> Result<Option<Feed>, Fault> {
    store::live_feed(conn, id)
}

/// Makes an address; an older one of the same owner does not open anything any more.
pub fn make(tx: &mut Tx<'_>, owner: FeedOwner) -> Result<FeedId, Fault> {
    store::revoke(tx, owner)?;
    store::insert(tx, owner)
}

/// Ends the address of an owner. Ending it twice changes nothing.
pub fn revoke(tx: &mut Tx<'_>, owner: FeedOwner) -> Result<(), Fault> {
    store::revoke(tx, owner)
}
