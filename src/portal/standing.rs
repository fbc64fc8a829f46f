//! What goes on beside single bookings: series that still make dates, and wishes on the waitlist.

use chrono::{NaiveDate, NaiveDateTime};

use super::session::ClientSession;
use super::store;
use crate::db::{Conn, Fault};
use crate::domain::ids::{ClientId, SeriesId, WaitlistEntryId};

/// A series that goes on.
#[derive(Debug, Clone)]
pub struct SeriesLine {
    /// Which.
    pub id: SeriesId,
    /// Whose.
    pub client: ClientId,
    /// What people read out.
    pub reference: String,
    /// The service.
    pub service: String,
    /// Its first date, on the clock of its place.
    pub first: NaiveDateTime,
    /// The rule in RFC 5545 text.
    pub rule: String,
    /// Rises when its links are revoked.
    pub link_generation: i32,
}

/// A wish that waits.
#[derive(Debug, Clone)]
pub struct WaitLine {
    /// Which.
    pub id: WaitlistEntryId,
    /// Whose.
    pub client: ClientId,
    /// The service.
    pub service: String,
    /// The first day that would do.
    pub first_day: NaiveDate,
    /// The last one.
    pub last_day: NaiveDate,
    /// Rises when its links are revoked.
    pub link_generation: i32,
}

/// The series and wishes of some people who read the mailbox.
pub fn standing_of(conn: &mut Conn, people: &[ClientId]) -> Result<(Vec<SeriesLine>, Vec<WaitLine>), Fault> {
    Ok((store::series_of(conn, people)?, store::waiting_of(conn, people)?))
}

/// The series, when one of the people who read the mailbox has it.
pub fn own_series(conn: &mut Conn, session: &ClientSession, id: SeriesId) -> Result<Option<SeriesLine>, Fault> {
    let found = store::series(conn, id)?;
    Ok(found.filter(|series| session.person(series.client).is_some()))
}

/// The wish, when one of the people who read the mailbox has it.
pub fn own_wish(conn: &mut Conn, session: &ClientSession, id: WaitlistEntryId) -> Result<Option<WaitLine>, Fault> {
    let found = store::wish(conn, id)?;
    Ok(found.filter(|wish| session.person(wish.client).is_some()))
}
