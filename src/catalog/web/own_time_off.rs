//! A provider's own hours and time off: asks for it, reads the answer, takes a request back.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::days::{TimeOffLine, time_off, time_off_line};
use super::fields::{Reader, range};
use super::providers::weekday;
use super::{Answer, known_row, today};
use crate::catalog::{self, HoursAt, RequestRefused, TimeOffRefused};
use crate::db::Bad;
use crate::domain::hours::HoursKind;
use crate::domain::ids::ProviderId;
use crate::web::auth::{Staff, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page, Tone};
use crate::web::problem::Problem;

const PLACE: &str = "/staff/me/time-off";

#[derive(Template)]
#[template(path = "catalog/own_time_off.html")]
struct OwnPage {
    page: Page,
    hours: Vec<(String, String)>,
    lines: Vec<TimeOffLine>,
    form: Form,
}

fn own(staff: &Staff) -> Result<ProviderId, Problem> {
    staff.user.provider.ok_or(Problem::NotFound)
}

/// One's own hours, time off and requests.
pub async fn own_time_off_page(app: AppData, staff: Staff, request: HttpRequest) -> Answer {
    let said = Form::parse(request.query_string());
    let page = staff.page(&request, Nav::None, staff.t.text("team-off-title"));
    let page = match said.value("done") {
        "asked" => page.saying(Tone::Success, staff.t.text("team-off-asked")),
        "withdrawn" => page.saying(Tone::Success, staff.t.text("team-off-withdrawn")),
        "changed" => page.saying(Tone::Warning, staff.t.text("team-off-answered")),
        _ => page,
    };
    show(&app, &staff, StatusCode::OK, page, Form::new()).await
}

async fn show(app: &AppData, staff: &Staff, status: StatusCode, page: Page, form: Form) -> Answer {
    let (t, provider, today) = (staff.t, own(staff)?, today(&app.0, &staff.catalog));
    let read = app
        .0
        .db
        .read(move |conn| Ok((catalog::hours_of(conn, provider)?, catalog::time_off_of(conn, provider, today)?)));
    let (hours, off) = read.await?;
    let mut work: Vec<&HoursAt> = hours
        .iter()
        .filter(|at| at.hours.kind == HoursKind::Work && at.hours.valid_until.is_none_or(|until| today <= until))
        .collect();
    work.sort_by_key(|at| (at.hours.weekday.num_days_from_monday(), at.hours.minutes));
    let line = |at: &&HoursAt| {
        let place = staff.catalog.location(at.location).map(|location| location.name.clone()).unwrap_or_default();
        (weekday(t, at.hours.weekday.number_from_monday()), format!("{}, {place}", range(t, at.hours.minutes)))
    };
    let shown = OwnPage {
        page,
        hours: work.iter().map(line).collect(),
        lines: off.iter().map(|stored| time_off_line(t, stored)).collect(),
        form,
    };
    Ok(page::html(status, &shown))
}

/// Asks for time off.
pub async fn request_time_off(app: AppData, staff: Staff, request: HttpRequest, body: Bytes) -> Answer {
    let t = staff.t;
    let mut reader = Reader::new(staff.form(&app.0, &body)?, t);
    let provider = own(&staff)?;
    let page = staff.page(&request, Nav::None, t.text("team-off-title"));
    let Some(details) = time_off(&mut reader, provider) else {
        return show(&app, &staff, StatusCode::UNPROCESSABLE_ENTITY, page, reader.form).await;
    };
    let (by, today) = (staff.user.id, today(&app.0, &staff.catalog));
    let write = app.0.db.write(app.0.clock.now(), move |tx| catalog::request_time_off(tx, by, &details, today));
    let (field, sentence) = match write.await {
        Ok(()) => return Ok(done("asked")),
        Err(Bad::Refused(RequestRefused::Past)) => ("first_day", t.text("team-off-past")),
        Err(Bad::Refused(RequestRefused::Again)) => ("first_day", t.text("team-off-again")),
        Err(Bad::Refused(RequestRefused::Details(TimeOffRefused::DaysReversed))) => {
            ("last_day", t.text("catalog-wrong-days-order"))
        }
        Err(Bad::Refused(RequestRefused::Details(TimeOffRefused::HoursOfSeveralDays))) => {
            ("part_from", t.text("catalog-wrong-part-of-days"))
        }
        Err(Bad::Refused(RequestRefused::Details(TimeOffRefused::Gone))) => return Err(Problem::NotFound),
        Err(Bad::Fault(fault)) => return Err(fault.into()),
    };
    reader.form.fail(field, sentence);
    show(&app, &staff, StatusCode::UNPROCESSABLE_ENTITY, page, reader.form).await
}

/// Takes a request back.
pub async fn withdraw_time_off(app: AppData, staff: Staff, row: Path<String>, body: Bytes) -> Answer {
    staff.form(&app.0, &body)?;
    let (by, provider, row) = (staff.user.id, own(&staff)?, known_row(&row)?);
    let write = app.0.db.write(app.0.clock.now(), move |tx| catalog::withdraw_time_off(tx, by, provider, row));
    match write.await {
        Ok(()) => Ok(done("withdrawn")),
        Err(Bad::Refused(_)) => Ok(done("changed")),
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

fn done(word: &str) -> HttpResponse {
    see_other(&format!("{PLACE}?done={word}"))
}
