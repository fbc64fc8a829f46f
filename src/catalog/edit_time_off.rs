//! Writes a provider's time off down, answers a request for it, and takes it back. Only approved time off closes days.

use chrono::NaiveDate;

use super::change::{Done, EditRefused, Object, note};
use super::store;
use super::wording::Line;
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::hours::MinuteSpan;
use crate::domain::ids::{ProviderId, StaffUserId};

/// Whether the time off was granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeOffStatus {
    /// Asked for; closes nothing yet.
    Requested,
    /// Granted; closes its days.
    Approved,
    /// Not granted; kept so that the answer can be found.
    Declined,
}

impl TimeOffStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Requested, Self::Approved, Self::Declined];

    /// The word in the table and in forms.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Approved => "approved",
            Self::Declined => "declined",
        }
    }

    /// Reads [`TimeOffStatus::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

/// Time off as its page has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeOffDetails {
    /// Whose.
    pub provider: ProviderId,
    /// The first day away.
    pub first_day: NaiveDate,
    /// The last day away.
    pub last_day: NaiveDate,
    /// A part of the one day; whole days when missing.
    pub minutes: Option<MinuteSpan>,
    /// Whether it was granted.
    pub status: TimeOffStatus,
    /// Why, for the staff.
    pub reason: Line,
}

/// Time off that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTimeOff {
    /// Which row.
    pub id: i64,
    /// What it says.
    pub details: TimeOffDetails,
    /// Who asked for it, when somebody did.
    pub requested_by: Option<StaffUserId>,
    /// What was answered to the request.
    pub answer: String,
}

/// Why the time off was not added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeOffRefused {
    /// There is no such provider.
    Gone,
    /// The last day is before the first.
    DaysReversed,
    /// Hours of a day were given for more than one day.
    HoursOfSeveralDays,
}

/// Time off of one provider that ends on `first_day` or later, earliest first.
pub fn time_off_of(conn: &mut Conn, provider: ProviderId, first_day: NaiveDate) -> Result<Vec<StoredTimeOff>, Fault> {
    store::time_off::load(conn, provider, first_day)
}

/// Adds the time off. Appointments booked in it stay; see [`clashes`](super::clashes).
pub fn add_time_off(tx: &mut Tx<'_>, by: StaffUserId, details: &TimeOffDetails) -> Result<(), Bad<TimeOffRefused>> {
    add(tx, by, details)?;
    Ok(())
}

fn add(tx: &mut Tx<'_>, by: StaffUserId, details: &TimeOffDetails) -> Result<i64, Bad<TimeOffRefused>> {
    if store::providers::find(tx.conn, details.provider)?.is_none() {
        return Err(Bad::Refused(TimeOffRefused::Gone));
    }
    if details.last_day < details.first_day {
        return Err(Bad::Refused(TimeOffRefused::DaysReversed));
    }
    if details.minutes.is_some() && details.first_day != details.last_day {
        return Err(Bad::Refused(TimeOffRefused::HoursOfSeveralDays));
    }
    let id = store::time_off::insert(tx, details)?;
    note(tx, by, Done::Created, Object::TimeOff, id)?;
    Ok(id)
}

/// Why a request for time off was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestRefused {
    /// The days or hours make no sense.
    Details(TimeOffRefused),
    /// It begins before today.
    Past,
    /// There is time off in it already, asked for or granted.
    Again,
}

/// Asks for time off for oneself; it closes nothing until it is granted.
pub fn request_time_off(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    details: &TimeOffDetails,
    today: NaiveDate,
) -> Result<(), Bad<RequestRefused>> {
    if details.first_day < today {
        return Err(Bad::Refused(RequestRefused::Past));
    }
    let present = store::time_off::load(tx.conn, details.provider, details.first_day)?;
    if present.iter().any(|stored| meets(&stored.details, details)) {
        return Err(Bad::Refused(RequestRefused::Again));
    }
    let asked = TimeOffDetails { status: TimeOffStatus::Requested, ..details.clone() };
    let id = add(tx, by, &asked).map_err(|bad| bad.map(RequestRefused::Details))?;
    Ok(store::time_off::set_requested(tx, id, by)?)
}

/// Whether both take away some of the same time; what was declined takes nothing.
fn meets(stored: &TimeOffDetails, asked: &TimeOffDetails) -> bool {
    let same_days = stored.first_day <= asked.last_day && asked.first_day <= stored.last_day;
    let same_hours = match (stored.minutes, asked.minutes) {
        (Some(one), Some(other)) => one.overlaps(other),
        _ => true,
    };
    stored.status != TimeOffStatus::Declined && same_days && same_hours
}

/// Takes one's own request back, as long as nobody answered it.
pub fn withdraw_time_off(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    provider: ProviderId,
    id: i64,
) -> Result<(), Bad<EditRefused>> {
    let found = store::time_off::find(tx.conn, provider, id)?.ok_or(Bad::Refused(EditRefused::Gone))?;
    if found.details.status != TimeOffStatus::Requested || found.requested_by != Some(by) {
        return Err(Bad::Refused(EditRefused::Changed));
    }
    remove_time_off(tx, by, provider, id)
}

/// How many requests wait for an answer, by provider.
pub fn requests_for_time_off(conn: &mut Conn) -> Result<Vec<(ProviderId, i64)>, Fault> {
    store::time_off::requests(conn)
}

/// Gives time off of this provider another status, with an answer in words.
pub fn decide_time_off(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    provider: ProviderId,
    id: i64,
    (status, answer): (TimeOffStatus, &Line),
) -> Result<(), Bad<EditRefused>> {
    if store::time_off::find(tx.conn, provider, id)?.is_none() {
        return Err(Bad::Refused(EditRefused::Gone));
    }
    store::time_off::set_status(tx, id, status, answer)?;
    Ok(note(tx, by, Done::Changed, Object::TimeOff, id)?)
}

/// Takes time off of this provider back.
pub fn remove_time_off(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    provider: ProviderId,
    id: i64,
) -> Result<(), Bad<EditRefused>> {
    if !store::time_off::delete(tx, provider, id)? {
        return Err(Bad::Refused(EditRefused::Gone));
    }
    Ok(note(tx, by, Done::Deleted, Object::TimeOff, id)?)
}
