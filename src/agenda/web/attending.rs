//! What became of a visit, one click each, and taking a click back.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};

use super::booking::{change, is_own, show};
use super::{Answer, address};
use crate::app::App;
use crate::booking::attendance::{Attendance, attend};
use crate::booking::facts;
use crate::booking::undo::{self, UndoRefused};
use crate::db::{Bad, Conn, Fault};
use crate::domain::booking::{Actor, BookingStatus, UNDO_SECONDS};
use crate::domain::ids::BookingId;
use crate::domain::overriding::Occupant;
use crate::i18n::Texts;
use crate::web::auth::{self, Staff, see_other};
use crate::web::edge::AppData;
use crate::web::page::{self, Tone};
use crate::web::problem::Problem;

/// The client is here.
pub async fn arrive(app: AppData, staff: Staff, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    attended(&app.0, &staff, &request, &id, &body, (Attendance::Arrived, "arrived")).await
}

/// The treatment has begun.
pub async fn start(app: AppData, staff: Staff, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    attended(&app.0, &staff, &request, &id, &body, (Attendance::InProgress, "started")).await
}

/// Nobody came.
pub async fn no_show(app: AppData, staff: Staff, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    attended(&app.0, &staff, &request, &id, &body, (Attendance::NoShow, "missed")).await
}

async fn attended(
    app: &Arc<App>,
    staff: &Staff,
    request: &HttpRequest,
    id: &str,
    body: &[u8],
    (what, done): (Attendance, &'static str),
) -> Answer {
    let actor: Actor = staff.actor();
    change(app, staff, request, id, body, done, move |tx, id, seen, _| attend(tx, id, what, actor, seen)).await
}

/// Takes the last click back.
pub async fn undo(app: AppData, staff: Staff, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let form = staff.form(&app, &body)?;
    let id = id.parse::<BookingId>().map_err(|_wrong| Problem::NotFound)?;
    let seen = form.given("version").and_then(|text| text.parse::<i64>().ok());
    let (actor, shared, who) = (staff.actor(), Arc::clone(&app), staff.clone());
    let undone = app.db.write(app.clock.now(), move |tx| {
        if !is_own(tx.conn, &who, id)? {
            return Err(Bad::Refused(UndoRefused::Unknown));
        }
        undo::undo(tx, &shared.shop, id, actor, seen)
    });
    match undone.await {
        Ok(_) => {
            app.bell.notify_one();
            let here = address(&format!("/staff/bookings/{id}"), &[]);
            let back = auth::safe_next(form.value("back")).unwrap_or(&here);
            Ok(see_other(&page::with_query(back, "done", "undone")))
        }
        Err(Bad::Refused(UndoRefused::Unknown)) => Err(Problem::NotFound),
        Err(Bad::Refused(refused)) => {
            let what = match refused {
                UndoRefused::Taken(Some(what)) => app.db.read(move |conn| named(conn, what)).await?,
                _ => None,
            };
            let notice = (Tone::Error, undo_refusal(staff.t, refused, what.as_deref()));
            show(&app, &staff, &request, id, (StatusCode::CONFLICT, form), Some(notice)).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// Who or what stands in the way, as staff know it.
fn named(conn: &mut Conn, what: Occupant) -> Result<Option<String>, Fault> {
    let Occupant::Appointment(appointment) = what else {
        return Ok(None);
    };
    let standing = facts::bookings_of_appointment(conn, appointment, 20)?;
    let live = standing.into_iter().find(|booking| !booking.status.gave_seat_back());
    Ok(live.map(|booking| format!("{}, {}", booking.client_name(), booking.service_name)))
}

fn undo_refusal(t: Texts, refused: UndoRefused, what: Option<&str>) -> String {
    match (refused, what) {
        (UndoRefused::Unknown, _) => t.text("agenda-change-unknown"),
        (UndoRefused::Changed, _) => t.text("agenda-change-changed"),
        (UndoRefused::Nothing, _) => t.text("visit-undo-nothing"),
        (UndoRefused::TooLate, _) => t.with("visit-undo-late", &[("seconds", &UNDO_SECONDS)]),
        (UndoRefused::Taken(_), Some(what)) => t.with("visit-undo-taken-by", &[("what", &what)]),
        (UndoRefused::Taken(_), None) => t.text("visit-undo-taken"),
        (UndoRefused::Receipt, _) => t.text("visit-undo-receipt"),
    }
}

/// What can be taken back, said beside its button.
pub(super) struct UndoOffer {
    pub(super) text: String,
    pub(super) seconds: i64,
}

/// The offer to take the last click back, while there is time.
pub(super) fn undo_offer(t: Texts, undoable: undo::Undoable) -> UndoOffer {
    let text = match undoable.status {
        BookingStatus::Arrived => t.text("agenda-done-arrived"),
        BookingStatus::InProgress => t.text("agenda-done-started"),
        BookingStatus::Completed => t.text("agenda-done-completed"),
        BookingStatus::NoShow => t.text("agenda-done-missed"),
        BookingStatus::Cancelled => t.text("agenda-done-cancelled"),
        BookingStatus::Declined => t.text("agenda-done-declined"),
        BookingStatus::Requested | BookingStatus::Booked | BookingStatus::Expired => String::new(),
    };
    UndoOffer { text, seconds: undoable.seconds_left }
}
