//! Takes back what somebody clicked a moment ago: the booking stands again where history says it stood.

use chrono::{DateTime, Utc};

use super::cancel::{self, ChangeRefused};
use super::offer::Shop;
use super::place::{self, InTheWay};
use super::store::{self, Ending, Happened, LastChange, Standing};
use super::visits;
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::booking::{self, Actor, BookingStatus};
use crate::domain::ids::BookingId;
use crate::domain::overriding::Occupant;
use crate::messaging;
use crate::money::{self, HasReceipt};
use crate::recall;
use crate::retention;

/// The word of history for it.
pub const UNDONE: &str = "undone";

/// Why it is not taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UndoRefused {
    /// No such booking.
    Unknown,
    /// Somebody changed it since the asker looked.
    Changed,
    /// Nobody clicked anything that can be taken back.
    Nothing,
    /// The time for it is over.
    TooLate,
    /// The place was taken meanwhile, by this.
    Taken(Option<Occupant>),
    /// There is a receipt for it already.
    Receipt,
}

impl From<ChangeRefused> for UndoRefused {
    fn from(refused: ChangeRefused) -> Self {
        match refused {
            ChangeRefused::Unknown => Self::Unknown,
            ChangeRefused::Changed => Self::Changed,
            // Loading and writing a status refuse with nothing else.
            ChangeRefused::Policy(_) | ChangeRefused::WrongStatus(_) | ChangeRefused::UnknownReason => Self::Nothing,
        }
    }
}

/// What can be taken back now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undoable {
    /// What was clicked.
    pub status: BookingStatus,
    /// For how many seconds more.
    pub seconds_left: i64,
}

/// Whether the last click on a booking can be taken back, and for how long.
pub fn undoable(conn: &mut Conn, id: BookingId, now: DateTime<Utc>) -> Result<Option<Undoable>, Fault> {
    let Some(standing) = store::standing(conn, id)? else {
        return Ok(None);
    };
    let Some(click) = store::last_change(conn, id)?.and_then(|change| click(&standing, &change)) else {
        return Ok(None);
    };
    let left = booking::undo_seconds_left(click.at, now).filter(|seconds| *seconds > 0);
    Ok(left.map(|seconds_left| Undoable { status: standing.status, seconds_left }))
}

/// A click: when it was, and where the booking stood before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Click {
    at: DateTime<Utc>,
    before: BookingStatus,
}

fn click(standing: &Standing, last: &LastChange) -> Option<Click> {
    let before = last.before.as_deref().and_then(BookingStatus::parse)?;
    let is_click = last.by_staff && last.kind == standing.status.as_str() && standing.status.can_be_undone();
    is_click.then_some(Click { at: last.at, before })
}

/// Takes the last click back, for every part of the visit that it changed. Answers where the booking stands again.
pub fn undo(
    tx: &mut Tx<'_>,
    shop: &Shop,
    id: BookingId,
    actor: Actor,
    expected_version: Option<i64>,
) -> Result<BookingStatus, Bad<UndoRefused>> {
    // Load
    let standing = cancel::load(tx, id, expected_version).map_err(|bad| bad.map(UndoRefused::from))?;
    let last = store::last_change(tx.conn, id)?;

    // Decide
    let clicked = last.and_then(|last| click(&standing, &last)).ok_or(Bad::Refused(UndoRefused::Nothing))?;
    if booking::undo_seconds_left(clicked.at, tx.now).is_none() {
        return Err(Bad::Refused(UndoRefused::TooLate));
    }

    // Apply
    for part in visits::together(tx, &standing)? {
        if part.status != standing.status {
            continue;
        }
        let last = store::last_change(tx.conn, part.id)?;
        let Some(own) = last.and_then(|last| click(&part, &last)).filter(|own| own.at == clicked.at) else {
            continue;
        };
        take_back(tx, shop, &part, own, actor)?;
    }
    recall::refresh(tx, standing.client)?;
    Ok(clicked.before)
}

fn take_back(
    tx: &mut Tx<'_>,
    shop: &Shop,
    part: &Standing,
    click: Click,
    actor: Actor,
) -> Result<(), Bad<UndoRefused>> {
    let regains = part.status.gave_seat_back();
    let ending = Ending { reschedules: regains, ..Ending::default() };
    let times = store::times_of(tx.conn, part.id)?;
    if !store::set_status(tx, part, click.before, &ending)? {
        return Err(Bad::Refused(UndoRefused::Changed));
    }
    // The times of what still holds stay as they were.
    store::restore_times(tx, part.id, part.status, times)?;
    if regains {
        let catalog = shop.catalogs.current_in(tx)?;
        let block = cancel::block_of(tx, part)?;
        let taken = place::take_again(tx, &catalog, (part.id, part.party), &block);
        taken.map_err(|bad| bad.map(|InTheWay(what)| UndoRefused::Taken(what)))?;
    }
    if part.status == BookingStatus::Completed {
        let taken_back = money::take_back(tx, part.id, click.at, actor);
        taken_back.map_err(|bad| bad.map(|HasReceipt| UndoRefused::Receipt))?;
    }
    let event = Happened {
        kind: UNDONE,
        before: Some(part.status.as_str().to_owned()),
        after: Some(click.before.as_str().to_owned()),
        ..Happened::default()
    };
    store::record(tx, part.id, actor, &event)?;
    messaging::plan_for(tx, part.id)?;
    if part.status == BookingStatus::Completed {
        retention::refresh(tx, part.client)?;
    }
    Ok(())
}
