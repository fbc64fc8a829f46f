//! Changes of a card in words: where it stands, and why it does not stay where it was put.

use super::super::book::refusal;
use super::super::booking::actor_text;
use super::super::shortly;
use super::change::{Refused, status_sentence};
use crate::accounts;
use crate::booking::BookingFacts;
use crate::booking::book::BookRefused;
use crate::booking::facts::{self, HistoryLine};
use crate::catalog::Catalog;
use crate::db::{Conn, Fault};
use crate::domain::ids::BookingId;
use crate::domain::policy::MoveRefused;
use crate::domain::time;
use crate::i18n::Texts;
use crate::rescheduling::{LengthenRefused, RescheduleRefused};

/// The last events of a long history.
const HISTORY_MAX: i64 = 200;

/// When, until when, with whom and in which room.
pub(super) fn spot(t: Texts, booking: &BookingFacts) -> String {
    let (start, end) = (booking.local_start(), time::local(booking.ends_at, booking.zone));
    let when = format!("{}, {}", t.date_short(start.date()), t.time_range(start.time(), end.time()));
    let parts = [when, booking.provider_name.clone()].into_iter().chain(booking.room_name.clone());
    parts.collect::<Vec<_>>().join(" · ")
}

/// The last thing that happened to a booking, and who of the staff did it.
pub(super) fn last_change(conn: &mut Conn, id: BookingId) -> Result<Option<(HistoryLine, Option<String>)>, Fault> {
    let Some(line) = facts::history(conn, id, HISTORY_MAX)?.pop() else { return Ok(None) };
    let name = match line.staff {
        Some(user) => accounts::team(conn)?.into_iter().find(|known| known.id == user).map(|known| known.name),
        None => None,
    };
    Ok(Some((line, name)))
}

/// Somebody else was faster.
pub(super) fn changed(t: Texts, booking: &BookingFacts, last: Option<(HistoryLine, Option<String>)>) -> String {
    let Some((line, name)) = last else { return t.text("agenda-change-changed") };
    let who = name.unwrap_or_else(|| actor_text(t, &line.actor));
    t.with(
        "calendar-changed",
        &[("who", &who), ("when", &shortly(t, line.at, booking.zone)), ("now", &spot(t, booking))],
    )
}

/// Why it does not stay where it was put.
pub(super) fn sentence(t: Texts, catalog: &Catalog, refused: &Refused) -> String {
    match refused {
        Refused::Wish(sentence) => sentence.clone(),
        Refused::Move(refused) => of_move(t, catalog, refused),
        Refused::Lengthen(refused) => of_length(t, refused),
    }
}

fn of_move(t: Texts, catalog: &Catalog, refused: &RescheduleRefused) -> String {
    match refused {
        RescheduleRefused::SameTime => t.text("move-desk-same-time"),
        RescheduleRefused::KeyReused => t.text("desk-key-reused"),
        RescheduleRefused::Policy(MoveRefused::NotMovable { status }) => status_sentence(t, *status),
        RescheduleRefused::Policy(_) => t.text("agenda-change-policy"),
        RescheduleRefused::NotBookable(BookRefused::SlotTaken) => t.text("move-desk-taken"),
        RescheduleRefused::NotBookable(BookRefused::Closed) => t.text("move-desk-closed"),
        RescheduleRefused::NotBookable(why) => refusal(t, catalog, why),
        RescheduleRefused::Unknown | RescheduleRefused::Changed | RescheduleRefused::Breaks(_) => {
            t.text("agenda-change-changed")
        }
    }
}

fn of_length(t: Texts, refused: &LengthenRefused) -> String {
    match refused {
        LengthenRefused::SameEnd => t.text("calendar-same-end"),
        LengthenRefused::WrongLength => t.text("calendar-wrong-length"),
        LengthenRefused::Group => t.text("calendar-group"),
        LengthenRefused::Visit => t.text("calendar-visit"),
        LengthenRefused::Taken => t.text("move-desk-taken"),
        LengthenRefused::Policy(MoveRefused::NotMovable { status }) => status_sentence(t, *status),
        LengthenRefused::Policy(_) => t.text("agenda-change-policy"),
        LengthenRefused::Unknown | LengthenRefused::Changed | LengthenRefused::Breaks(_) => {
            t.text("agenda-change-changed")
        }
    }
}
