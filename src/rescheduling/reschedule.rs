//! Moves a booking, or leaves it where it is.

use chrono::{DateTime, SecondsFormat, Utc};

use super::{store, visit};
use crate::booking::beyond::{self, Unplaced};
use crate::booking::book::{self, BookRefused, OnceKey, Wish};
use crate::booking::cancel::{self, ChangeRefused};
use crate::booking::offer::Shop;
use crate::booking::once::{self, KeyReused};
use crate::booking::place::{self, Exactly, Placed, Wanted};
use crate::booking::visits;
use crate::booking::{self, Block, Happened, SeatOf, Standing};
use crate::db::{Bad, Tx};
use crate::domain::booking::{Actor, BookingStatus};
use crate::domain::ids::{BookingId, LocationId, ProviderId};
use crate::domain::overriding::{self, Acknowledged, Breach};
use crate::domain::policy::{self, Movable, MoveRefused};
use crate::messaging;

/// Where a booking shall move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Destination {
    /// When it shall start.
    pub starts_at: DateTime<Utc>,
    /// With whom; none is anyone.
    pub provider: Option<ProviderId>,
    /// Where; none is where it is now.
    pub location: Option<LocationId>,
}

/// A booking to move.
#[derive(Debug, Clone)]
pub struct Move {
    /// Which.
    pub booking: BookingId,
    /// Where to.
    pub to: Destination,
    /// Who moves it: deadlines, lead time and horizon bind clients.
    pub actor: Actor,
    /// Why, in his words.
    pub reason: Option<String>,
    /// The version the asker has seen, when he names one.
    pub expected_version: Option<i64>,
    /// What staff who may override were shown and want all the same; nothing for everybody else.
    pub overriding: Option<Acknowledged>,
    /// The form's or the call's key.
    pub once: Option<OnceKey>,
    /// Another length or a certain room, where staff say so; a visit of several services keeps to its rules.
    pub exactly: Exactly,
    /// Whether the client is not told: staff have done so already, or there is nothing to tell. A request is always
    /// answered.
    pub is_silent: bool,
}

/// A booking that moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// The booking, the same as before.
    pub booking: BookingId,
    /// False when an earlier call with the same key had moved it.
    pub fresh: bool,
}

/// Why a booking stays where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RescheduleRefused {
    /// No such booking.
    Unknown,
    /// Somebody changed it since the asker looked.
    Changed,
    /// The policy says no.
    Policy(MoveRefused),
    /// It is at this time, with this provider, in this place already.
    SameTime,
    /// The time could not be booked either.
    NotBookable(BookRefused),
    /// It breaks rules, which whoever asks may break by acknowledging them.
    Breaks(Vec<Breach>),
    /// The same key came with something else before.
    KeyReused,
}

impl From<KeyReused> for RescheduleRefused {
    fn from(_reused: KeyReused) -> Self {
        Self::KeyReused
    }
}

impl From<ChangeRefused> for RescheduleRefused {
    fn from(refused: ChangeRefused) -> Self {
        match refused {
            ChangeRefused::Unknown => Self::Unknown,
            ChangeRefused::Changed => Self::Changed,
            // Loading refuses with nothing else.
            ChangeRefused::Policy(_) | ChangeRefused::WrongStatus(_) | ChangeRefused::UnknownReason => Self::Changed,
        }
    }
}

/// Leaves the old place and takes the new one in one write, tells those concerned (as rows), and writes the history.
///
/// Price and policy stay as they were agreed; the length is that of the service with its new provider today. The status
/// stays: a request moves as a request.
pub fn reschedule(tx: &mut Tx<'_>, shop: &Shop, request: &Move) -> Result<Moved, Bad<RescheduleRefused>> {
    // Load
    let key = request.once.as_ref();
    if let Some(booking) = once::earlier(tx, key).map_err(|bad| bad.map(RescheduleRefused::from))? {
        return Ok(Moved { booking, fresh: false });
    }
    let catalog = shop.catalogs.current_in(tx)?;
    let expected = request.expected_version;
    let before = cancel::load(tx, request.booking, expected).map_err(|bad| bad.map(RescheduleRefused::from))?;
    let parts = visits::live_parts(tx, &before)?;
    if parts.len() > 1 {
        visit::move_visit(tx, &catalog, request, &parts)?;
        once::remember(tx, key, before.id)?;
        return Ok(Moved { booking: before.id, fresh: true });
    }
    let block = cancel::block_of(tx, &before)?;

    // Decide
    let broken = decide(tx.now, &before, &block, request).map_err(Bad::Refused)?;
    let wish = wish(&before, &block, request);
    let wanted = book::decide(tx, &catalog, &wish).map_err(|bad| bad.map(RescheduleRefused::NotBookable))?;
    let wanted = Wanted { exactly: request.exactly, ..wanted };

    // Apply
    place::lock_for_move(tx, &block, &wanted)?;
    if !store::begin(tx, &before, request.actor)? {
        return Err(Bad::Refused(RescheduleRefused::Changed));
    }
    place::leave(tx, &catalog, before.id, &block)?;
    let (placed, broken) = settle(tx, request, &wanted, broken)?;
    let is_silent = request.is_silent && before.status == BookingStatus::Booked;
    if is_silent {
        store::leave_untold(tx, before.id)?;
    }
    let reason = request.reason.as_deref().map(cancel::shortened).filter(|reason| !reason.is_empty());
    let event = Happened {
        kind: "moved",
        before: Some(spot_text(&Placed::of(&block))),
        after: Some(if is_silent { untold(&spot_text(&placed)) } else { spot_text(&placed) }),
        reason: reason.as_deref(),
        broke: overriding::words(&broken),
    };
    booking::record(tx, before.id, request.actor, &event)?;
    once::remember(tx, key, before.id)?;
    messaging::plan_for(tx, before.id)?;
    Ok(Moved { booking: before.id, fresh: true })
}

/// The policy's answer, and what staff would break of it.
pub(super) fn decide(
    now: DateTime<Utc>,
    before: &Standing,
    block: &Block,
    request: &Move,
) -> Result<Vec<Breach>, RescheduleRefused> {
    let movable = Movable {
        starts_at: block.starts_at,
        status: before.status,
        move_notice_minutes: before.move_notice_minutes,
        moves: before.moves,
        moves_max: before.moves_max,
    };
    policy::may_move(now, &movable, request.actor).map_err(RescheduleRefused::Policy)?;
    let to = &request.to;
    let same_provider = to.provider.is_none_or(|provider| provider == block.provider);
    let same_place = to.location.is_none_or(|location| location == block.location);
    let lasts = (block.ends_at - block.starts_at).num_minutes();
    let same_length = request.exactly.minutes.is_none_or(|minutes| i64::from(minutes) == lasts);
    let same_room = request.exactly.room.is_none_or(|room| Some(room) == block.room);
    if to.starts_at == block.starts_at && same_provider && same_place && same_length && same_room {
        return Err(RescheduleRefused::SameTime);
    }
    if request.overriding.is_none() {
        return Ok(Vec::new());
    }
    Ok(match policy::may_move(now, &movable, Actor::Client) {
        Err(MoveRefused::TooLate { deadline }) => vec![Breach::PastDeadline { deadline }],
        _ => Vec::new(),
    })
}

fn wish(before: &Standing, block: &Block, request: &Move) -> Wish {
    Wish {
        service: block.service,
        location: Some(request.to.location.unwrap_or(block.location)),
        provider: request.to.provider,
        party: before.party,
        starts_at: request.to.starts_at,
        actor: request.actor,
    }
}

fn settle(
    tx: &mut Tx<'_>,
    request: &Move,
    wanted: &Wanted<'_>,
    broken: Vec<Breach>,
) -> Result<(Placed, Vec<Breach>), Bad<RescheduleRefused>> {
    let id = request.booking;
    let claimant = |tx: &mut Tx<'_>, placed: &Placed| {
        store::settle(tx, id, placed.appointment, (placed.starts_at, placed.ends_at))?;
        Ok(SeatOf::Booking(id))
    };
    match beyond::take(tx, wanted, request.overriding.as_ref(), broken, &claimant) {
        Ok(taken) => Ok(taken),
        Err(Bad::Fault(fault)) => Err(fault.into()),
        Err(Bad::Refused(Unplaced::Breaks(broken))) => Err(Bad::Refused(RescheduleRefused::Breaks(broken))),
        Err(Bad::Refused(Unplaced::Taken)) => {
            let works = place::anybody_works(tx, wanted)?;
            let why = if works { BookRefused::SlotTaken } else { BookRefused::Closed };
            Err(Bad::Refused(RescheduleRefused::NotBookable(why)))
        }
    }
}

/// The same with a word that the client was not told.
pub(super) fn untold(spot: &str) -> String {
    match serde_json::from_str::<serde_json::Value>(spot) {
        Ok(serde_json::Value::Object(mut spot)) => {
            spot.insert("untold".to_owned(), true.into());
            serde_json::Value::Object(spot).to_string()
        }
        _ => spot.to_owned(),
    }
}

/// Time, provider and place as history keeps them: compact JSON of identifiers.
pub(super) fn spot_text(placed: &Placed) -> String {
    let mut spot = serde_json::json!({
        "start": placed.starts_at.to_rfc3339_opts(SecondsFormat::Secs, true),
        "end": placed.ends_at.to_rfc3339_opts(SecondsFormat::Secs, true),
        "provider": placed.provider.to_string(),
        "location": placed.location.to_string(),
        "appointment": placed.appointment.to_string(),
    });
    if let (Some(room), Some(object)) = (placed.room, spot.as_object_mut()) {
        object.insert("room".to_owned(), room.to_string().into());
    }
    spot.to_string()
}
