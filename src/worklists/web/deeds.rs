//! What is done to the rows of lists: a call is written down, a row is put off or taken up again, a booking confirmed.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};

use super::lists::{Said, show};
use super::{Answer, address, zone_of};
use crate::booking::cancel::ChangeRefused;
use crate::booking::confirm;
use crate::db::Bad;
use crate::domain::ids::{BookingId, ClientId};
use crate::domain::worklists::{Outcome, Snooze, Worklist};
use crate::web::auth::{self, Desk, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page;
use crate::web::problem::Problem;
use crate::worklists::{self, Attempt, AttemptRefused, NOTE_CHARACTERS_MAX};

/// Somebody was called.
pub async fn attempt(app: AppData, desk: Desk, request: HttpRequest, body: Bytes) -> Answer {
    let app = app.0;
    let mut form = desk.form(&app, &body)?;
    let list = list_of(&form)?;
    let client = form.value("client").parse::<ClientId>().map_err(|_wrong| Problem::NotFound)?;
    let booking = form.given("booking").map(str::parse::<BookingId>).transpose().map_err(|_wrong| Problem::NotFound)?;
    let Some(outcome) = Outcome::parse(form.value("outcome")) else {
        let wrong = Some(desk.t.text("worklists-outcome-missing"));
        let said = Said { status: StatusCode::UNPROCESSABLE_ENTITY, form, wrong };
        return show(&app, &desk, &request, list, said).await;
    };
    let (by, note) = (desk.user.id, form.value("note").trim().to_owned());
    let call = Attempt { list, client, booking, outcome, note };
    let written = app.db.write(app.clock.now(), move |tx| worklists::attempt(tx, by, &call)).await;
    match written {
        Ok(()) => Ok(see_other(&back(&form, list, "called", None))),
        Err(Bad::Refused(AttemptRefused::Unknown)) => Err(Problem::NotFound),
        Err(Bad::Refused(AttemptRefused::NoteTooLong)) => {
            let sentence = desk.t.with("worklists-note-too-long", &[("characters", &NOTE_CHARACTERS_MAX)]);
            form.fail("note", sentence.clone());
            let said = Said { status: StatusCode::UNPROCESSABLE_ENTITY, form, wrong: Some(sentence) };
            show(&app, &desk, &request, list, said).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

/// A row is put off, or done with.
pub async fn snooze(app: AppData, desk: Desk, request: HttpRequest, body: Bytes) -> Answer {
    let app = app.0;
    let form = desk.form(&app, &body)?;
    let (list, object) = (list_of(&form)?, object_of(&form)?);
    let wanted = snooze_of(&form);
    let (by, zone) = (desk.user.id, zone_of(&desk.catalog));
    let row = form.value("object").to_owned();
    let put_off = match wanted {
        Some(wanted) => {
            let written =
                app.db.write(app.clock.now(), move |tx| worklists::snooze(tx, by, (list, object), wanted, zone));
            match written.await {
                Ok(_) => Some(wanted),
                Err(Bad::Refused(_)) => None,
                Err(Bad::Fault(fault)) => return Err(fault.into()),
            }
        }
        None => None,
    };
    match put_off {
        Some(Snooze::Forever) => Ok(see_other(&back(&form, list, "settled", Some(&row)))),
        Some(_) => Ok(see_other(&back(&form, list, "later", Some(&row)))),
        None => {
            let wrong = Some(desk.t.text("worklists-day-wrong"));
            let said = Said { status: StatusCode::UNPROCESSABLE_ENTITY, form, wrong };
            show(&app, &desk, &request, list, said).await
        }
    }
}

fn snooze_of(form: &Form) -> Option<Snooze> {
    match form.value("until") {
        "tomorrow" => Some(Snooze::Tomorrow),
        "three-days" => Some(Snooze::ThreeDays),
        "next-week" => Some(Snooze::NextWeek),
        "forever" => Some(Snooze::Forever),
        "day" => chrono::NaiveDate::parse_from_str(form.value("day").trim(), "%Y-%m-%d").ok().map(Snooze::Until),
        _ => None,
    }
}

/// A row that was put off is taken up again.
pub async fn wake(app: AppData, desk: Desk, body: Bytes) -> Answer {
    let app = app.0;
    let form = desk.form(&app, &body)?;
    let (list, object) = (list_of(&form)?, object_of(&form)?);
    let woken = app.db.write(app.clock.now(), move |tx| Ok(worklists::wake(tx, list, object)?)).await;
    woken.map_err(Bad::<crate::db::Never>::into_fault)?;
    Ok(see_other(&back(&form, list, "back", None)))
}

/// The client said that they come.
pub async fn confirm(app: AppData, desk: Desk, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let form = desk.form(&app, &body)?;
    let id = id.parse::<BookingId>().map_err(|_wrong| Problem::NotFound)?;
    // The booking's version is not asked for: whatever else has changed, the client said yes to the time, and a moved
    // booking has another one.
    let actor = desk.actor();
    let seen = form.given("version").and_then(|text| text.parse::<i64>().ok());
    let written = app.db.write(app.clock.now(), move |tx| confirm::confirm(tx, id, actor, seen)).await;
    match written {
        Ok(()) => Ok(see_other(&back(&form, Worklist::Confirmations, "confirmed", None))),
        Err(Bad::Refused(ChangeRefused::Unknown)) => Err(Problem::NotFound),
        Err(Bad::Refused(_)) => {
            let wrong = Some(desk.t.text("worklists-confirm-changed"));
            let said = Said { status: StatusCode::CONFLICT, form, wrong };
            show(&app, &desk, &request, Worklist::Confirmations, said).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

fn list_of(form: &Form) -> Result<Worklist, Problem> {
    Worklist::parse(form.value("list")).ok_or(Problem::NotFound)
}

/// Bookings and entries are named alike.
fn object_of(form: &Form) -> Result<i64, Problem> {
    form.value("object").parse::<BookingId>().map(BookingId::get).map_err(|_wrong| Problem::NotFound)
}

/// Back to where it was sent from, at the row that stands there now.
fn back(form: &Form, list: Worklist, done: &str, row: Option<&str>) -> String {
    let place = auth::safe_next(form.value("back")).unwrap_or_else(|| address(list));
    let place = page::with_query(place, "done", done);
    let place = row.map_or(place.clone(), |row| page::with_query(&place, "row", row));
    match form.value("at").parse::<u16>() {
        Ok(at) => format!("{place}#row-{at}"),
        Err(_) => place,
    }
}
