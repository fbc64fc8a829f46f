//! Who opened which client, and who may.
//!
//! A page of a client that is opened leaves a line, once per user, client and quarter of an hour: the one GET that
//! writes, because a look at somebody's data is itself something that happened.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::store;
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::{ClientId, ProviderId, StaffUserId};

/// A second look within this time is the same look.
pub const VIEW_STEP_MINUTES: i64 = 15;

/// What was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewed {
    /// The client's page.
    Page,
    /// The whole record as a file.
    Export,
}

impl Viewed {
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Export => "export",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Page, Self::Export].into_iter().find(|viewed| viewed.as_str() == word)
    }
}

/// A look at a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewLine {
    /// Which line; older ones have smaller numbers.
    pub id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub user: StaffUserId,
    /// By what name.
    pub user_name: String,
    /// Whom.
    pub client: ClientId,
    /// By what name.
    pub client_name: String,
    /// What.
    pub what: Option<Viewed>,
    /// From where.
    pub address: Option<String>,
}

/// Which looks are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct ViewFilter {
    /// Of this user.
    pub user: Option<StaffUserId>,
    /// At this client.
    pub client: Option<ClientId>,
    /// From this moment on.
    pub from: Option<DateTime<Utc>>,
    /// Before this moment.
    pub until: Option<DateTime<Utc>>,
    /// Older than this line.
    pub before: Option<i64>,
}

/// Whether this look is to be written down, or is the same as one a moment ago.
pub fn is_new_view(
    conn: &mut Conn,
    user: StaffUserId,
    client: ClientId,
    what: Viewed,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let since = now - TimeDelta::minutes(VIEW_STEP_MINUTES);
    Ok(!store::views::was_seen(conn, (user, client), what, since)?)
}

/// Writes a look down, unless another one of the same moment was faster.
pub fn note_view(
    tx: &mut Tx<'_>,
    user: StaffUserId,
    client: ClientId,
    what: Viewed,
    address: Option<&str>,
) -> Result<(), Fault> {
    if is_new_view(tx.conn, user, client, what, tx.now)? {
        store::views::insert(tx, (user, client), what, address)?;
    }
    Ok(())
}

/// Writes down that the whole record was given out, which the audit shall know too.
pub fn note_export(tx: &mut Tx<'_>, user: StaffUserId, client: ClientId, address: Option<&str>) -> Result<(), Fault> {
    store::views::insert(tx, (user, client), Viewed::Export, address)?;
    store::changes::audit(tx, user, "exported", client)
}

/// Looks at clients, the newest first.
pub fn views(conn: &mut Conn, filter: ViewFilter, limit: i64) -> Result<Vec<ViewLine>, Fault> {
    store::views::load(conn, filter, limit)
}

/// Who looked at clients at all, by name: for the filter.
pub fn viewers(conn: &mut Conn) -> Result<Vec<(StaffUserId, String)>, Fault> {
    store::views::viewers(conn)
}

/// Whether a provider may open this client: the clinic lets providers see everybody, or they have met.
pub fn may_provider_open(conn: &mut Conn, provider: ProviderId, client: ClientId) -> Result<bool, Fault> {
    store::views::may_provider_open(conn, provider, client)
}

/// Visits of a client that took place, by day, the oldest first, for the rhythm.
pub fn visit_days(conn: &mut Conn, client: ClientId) -> Result<Vec<NaiveDate>, Fault> {
    store::listing::visit_days(conn, client)
}
