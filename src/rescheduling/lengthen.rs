//! Gives a booking another end. The end is part of what was agreed, so it counts as a change of time.

use chrono::{DateTime, TimeDelta, Utc};

use super::reschedule::{spot_text, untold};
use super::store;
use crate::booking::beyond::Unplaced;
use crate::booking::cancel::{self, ChangeRefused};
use crate::booking::offer::Shop;
use crate::booking::place::Placed;
use crate::booking::{self, Happened, stretch, visits};
use crate::db::{Bad, Tx};
use crate::domain::booking::{Actor, BookingStatus};
use crate::domain::ids::BookingId;
use crate::domain::overriding::{self, Acknowledged, Breach};
use crate::domain::policy::{self, Movable, MoveRefused};
use crate::messaging;

/// The shortest appointment.
pub const MINUTES_MIN: i64 = 5;
/// The longest; its buffers have to fit into a day with it.
pub const MINUTES_MAX: i64 = 12 * 60;

/// A booking that shall end at another time.
#[derive(Debug, Clone)]
pub struct Lengthen {
    /// Which.
    pub booking: BookingId,
    /// When it shall end.
    pub ends_at: DateTime<Utc>,
    /// Who says so.
    pub actor: Actor,
    /// The version the asker has seen, when he names one.
    pub expected_version: Option<i64>,
    /// What staff who may override were shown and want all the same; nothing for everybody else.
    pub overriding: Option<Acknowledged>,
    /// Whether the client is not told.
    pub is_silent: bool,
}

/// Why a booking keeps its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LengthenRefused {
    /// No such booking.
    Unknown,
    /// Somebody changed it since the asker looked.
    Changed,
    /// The policy says no.
    Policy(MoveRefused),
    /// It ends then already.
    SameEnd,
    /// It would be shorter than [`MINUTES_MIN`] or longer than [`MINUTES_MAX`].
    WrongLength,
    /// Others sit in the same appointment.
    Group,
    /// Another service of the visit follows or came before.
    Visit,
    /// Somebody else is there, or nobody works then, and the asker may not override.
    Taken,
    /// It breaks rules, which whoever asks may break by acknowledging them.
    Breaks(Vec<Breach>),
}

impl From<ChangeRefused> for LengthenRefused {
    fn from(refused: ChangeRefused) -> Self {
        match refused {
            ChangeRefused::Unknown => Self::Unknown,
            // Loading refuses with nothing else.
            _ => Self::Changed,
        }
    }
}

/// Ends the booking at another time, tells those concerned (as rows), and writes the history.
pub fn lengthen(tx: &mut Tx<'_>, shop: &Shop, request: &Lengthen) -> Result<(), Bad<LengthenRefused>> {
    // Load
    let catalog = shop.catalogs.current_in(tx)?;
    let before =
        cancel::load(tx, request.booking, request.expected_version).map_err(|bad| bad.map(LengthenRefused::from))?;
    let block = cancel::block_of(tx, &before)?;

    // Decide
    let movable = Movable {
        starts_at: block.starts_at,
        status: before.status,
        move_notice_minutes: before.move_notice_minutes,
        moves: before.moves,
        moves_max: before.moves_max,
    };
    policy::may_move(tx.now, &movable, request.actor)
        .map_err(|refused| Bad::Refused(LengthenRefused::Policy(refused)))?;
    if visits::live_parts(tx, &before)?.len() > 1 {
        return Err(Bad::Refused(LengthenRefused::Visit));
    }
    if block.capacity > 1 {
        return Err(Bad::Refused(LengthenRefused::Group));
    }
    let lasts: TimeDelta = request.ends_at - block.starts_at;
    if !(MINUTES_MIN..=MINUTES_MAX).contains(&lasts.num_minutes()) {
        return Err(Bad::Refused(LengthenRefused::WrongLength));
    }
    if request.ends_at == block.ends_at {
        return Err(Bad::Refused(LengthenRefused::SameEnd));
    }

    // Apply
    let broken = stretch::stretch(tx, &catalog, &block, request.ends_at, request.overriding.as_ref());
    let broken = broken.map_err(|bad| {
        bad.map(|unplaced| match unplaced {
            Unplaced::Taken => LengthenRefused::Taken,
            Unplaced::Breaks(broken) => LengthenRefused::Breaks(broken),
        })
    })?;
    if !store::begin(tx, &before, request.actor)? {
        return Err(Bad::Refused(LengthenRefused::Changed));
    }
    store::settle(tx, before.id, block.id, (block.starts_at, request.ends_at))?;
    let is_silent = request.is_silent && before.status == BookingStatus::Booked;
    if is_silent {
        store::leave_untold(tx, before.id)?;
    }
    let (was, is) = (Placed::of(&block), Placed { ends_at: request.ends_at, ..Placed::of(&block) });
    let event = Happened {
        kind: if block.ends_at < request.ends_at { "lengthened" } else { "shortened" },
        before: Some(spot_text(&was)),
        after: Some(if is_silent { untold(&spot_text(&is)) } else { spot_text(&is) }),
        broke: overriding::words(&broken),
        ..Happened::default()
    };
    booking::record(tx, before.id, request.actor, &event)?;
    messaging::plan_for(tx, before.id)?;
    Ok(())
}
