//! One card of the calendar, opened beside it: who comes, what to know of them, and what can be done with one press.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;

use super::super::attending::{UndoOffer, undo_offer};
use super::super::late::late_text;
use super::super::{Answer, address, status_text};
use crate::agenda;
use crate::agenda::store::calendar as rows;
use crate::booking::BookingFacts;
use crate::booking::facts;
use crate::booking::undo::{self, Undoable};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::BookingId;
use crate::domain::money::Money;
use crate::domain::{policy, time};
use crate::web::auth::{self, Staff};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page};
use crate::web::problem::Problem;

/// As many who share an appointment are named.
const TOGETHER_MAX: i64 = 50;

struct Person {
    booking: BookingId,
    name: String,
    status: BookingStatus,
    status_text: String,
    row_version: i64,
    party: u16,
    can_arrive: bool,
    can_start: bool,
    can_complete: bool,
    can_miss: bool,
}

impl Person {
    fn class(&self) -> &'static str {
        self.status.as_str()
    }
}

#[derive(Template)]
#[template(path = "agenda/calendar_panel.html")]
struct Panel {
    page: Page,
    booking: BookingFacts,
    day: String,
    hours: String,
    duration: String,
    alerts: Vec<String>,
    is_confirmed: bool,
    people: Vec<Person>,
    is_class: bool,
    price: String,
    open: Option<String>,
    is_desk: bool,
    can_move: bool,
    late: Option<String>,
    undo: Option<UndoOffer>,
    back: String,
    book_again: String,
}

struct Everything {
    booking: BookingFacts,
    together: Vec<BookingFacts>,
    alerts: Vec<String>,
    is_confirmed: bool,
    owed: Option<Money>,
    undoable: Option<Undoable>,
}

/// The panel of a booking. A provider sees the own ones.
pub async fn panel(app: AppData, staff: Staff, request: HttpRequest, id: Path<String>) -> Answer {
    let id = id.parse::<BookingId>().map_err(|_wrong| Problem::NotFound)?;
    let asked = Form::parse(request.query_string());
    let now = app.0.clock.now();
    let read = app.0.db.read(move |conn| {
        let Some(booking) = facts::booking(conn, id)? else { return Ok(None) };
        let mut together = facts::bookings_of_appointment(conn, booking.appointment, TOGETHER_MAX)?;
        together.retain(|one| one.id == id || !one.status.gave_seat_back());
        let ledger = agenda::ledger_of_booking(conn, id)?;
        let sum = ledger.iter().fold(0_i64, |sum, entry| {
            if entry.kind.raises() {
                sum.saturating_add(entry.amount.minor)
            } else {
                sum.saturating_sub(entry.amount.minor)
            }
        });
        let owed = (!ledger.is_empty()).then_some(Money { minor: sum, ..booking.price });
        let alerts = rows::alerts_of(conn, booking.client)?;
        Ok(Some(Everything {
            alerts,
            is_confirmed: rows::is_confirmed(conn, id)?,
            undoable: undo::undoable(conn, id, now)?,
            together,
            owed,
            booking,
        }))
    });
    let may_see = |found: &Everything| staff.role.is_desk() || staff.user.provider == Some(found.booking.provider);
    let found = read.await?.filter(may_see).ok_or(Problem::NotFound)?;
    let t = staff.t;
    let booking = found.booking;
    let start = booking.local_start();
    let ends = time::local(booking.ends_at, booking.zone);
    let is_class = found.together.len() > 1;
    let here = address("/staff", &[("date", &start.date().to_string())]);
    let back = auth::safe_next(asked.value("back")).map_or(here, str::to_owned);
    let person = |one: &BookingFacts| Person {
        booking: one.id,
        name: one.client_name(),
        status: one.status,
        status_text: status_text(t, one.status),
        row_version: one.row_version,
        party: one.party,
        can_arrive: one.status.arrive().is_ok(),
        can_start: one.status.start().is_ok(),
        can_complete: one.status.complete().is_ok() && one.status != BookingStatus::Booked,
        can_miss: one.status.no_show().is_ok() && one.starts_at <= now,
    };
    let people = if is_class { found.together.iter().map(person).collect() } else { vec![person(&booking)] };
    let client = booking.client.to_string();
    let shown = Panel {
        page: staff.page(&request, Nav::Agenda, booking.client_name()),
        day: t.date_long(start.date()),
        hours: t.time_range(start.time(), ends.time()),
        duration: t.duration((booking.ends_at - booking.starts_at).num_minutes()),
        alerts: found.alerts,
        is_confirmed: found.is_confirmed,
        people,
        is_class,
        price: t.money(booking.price),
        late: late_text(t, now, &booking.progress()),
        undo: found.undoable.map(|undoable| undo_offer(t, undoable)),
        open: found.owed.filter(|owed| 0 < owed.minor).map(|owed| t.money(owed)),
        is_desk: staff.role.is_desk(),
        can_move: staff.role.is_desk() && policy::may_move(now, &booking.movable(), staff.actor()).is_ok(),
        book_again: address("/staff/book", &[("client", &client), ("service", &booking.service.to_string())]),
        back,
        booking,
    };
    Ok(page::html(StatusCode::OK, &shown))
}
