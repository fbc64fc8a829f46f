//! Columns, cards and shades of some days, as JSON.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{Days, NaiveDate};

use super::super::{Answer, day_of};
use super::{Filters, View};
use crate::agenda::calendar::{self, Asked, Found};
use crate::agenda::kept::{CalendarKept, Question};
use crate::agenda::store::calendar as rows;
use crate::booking::block;
use crate::catalog::{Catalog, Location};
use crate::clients;
use crate::db::{Conn, Fault};
use crate::domain::ids::LocationId;
use crate::domain::time;
use crate::web::auth::Staff;
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::problem::Problem;

/// A month with the days of its first and last week.
const DAYS_MAX: i64 = 45;
/// More blocks stand in six weeks of no clinic.
const BLOCKS_MAX: i64 = 2_000;

/// What the calendar shows from one day to another. A provider sees the own column.
pub async fn events(app: AppData, staff: Staff, request: HttpRequest) -> Answer {
    let form = Form::parse(request.query_string());
    let filters = Filters::of(&form, &staff);
    let (from, until) = range(&form).ok_or(Problem::Nonsense)?;
    let is_desk = staff.role.is_desk();
    // Somebody who performs nothing has no column of the own.
    if !is_desk && filters.provider.is_none() {
        return Ok(json("{\"stamp\":\"\",\"offset\":\"+00:00\",\"resources\":[],\"events\":[]}".to_owned()));
    }
    let question = Question {
        catalog_version: staff.catalog.version,
        from,
        until,
        places: filters.places.iter().map(|place| place.id).collect(),
        columns: filters.columns,
        paint: filters.paint,
        provider: filters.provider,
        service: filters.service,
        may_move: is_desk,
        own: if is_desk { None } else { staff.user.provider },
        is_month: filters.view == Some(View::Month),
    };
    let (kept, catalog) = (Arc::clone(&app.0), Arc::clone(&staff.catalog));
    let body = app.0.db.read(move |conn| answer(conn, &kept.calendars, &catalog, &filters.places, question)).await?;
    Ok(json(body.to_string()))
}

/// The answer as it was made before, where nothing has changed since; else a new one.
fn answer(
    conn: &mut Conn,
    kept: &CalendarKept,
    catalog: &Catalog,
    places: &[Location],
    question: Question,
) -> Result<Arc<str>, Fault> {
    // The stamp first: what comes in between makes the answer look older than it is, never newer.
    let stamp = rows::newest(conn)?;
    let people = clients::people_version(conn)?;
    let seen = format!("{stamp}/{people}");
    if let Some(answer) = kept.find(&question, &seen) {
        return Ok(answer);
    }
    let asked = Asked {
        catalog,
        places,
        from: question.from,
        until: question.until,
        columns: question.columns,
        paint: question.paint,
        provider: question.provider,
        service: question.service,
        may_move: question.may_move,
        own: question.own,
    };
    let written = if question.is_month {
        let (ids, span) = reach(places, question.from, question.until);
        let starts = rows::starts_on_calendar(conn, &ids, span, (question.provider, question.service))?;
        serde_json::to_string(&calendar::count(&asked, &starts, stamp))
    } else {
        serde_json::to_string(&calendar::lay_out(&asked, &read(conn, &asked, stamp)?))
    };
    let answer: Arc<str> = written.map_err(|error| Fault::other(error.to_string()))?.into();
    kept.keep(question, seen, Arc::clone(&answer));
    Ok(answer)
}

fn range(form: &Form) -> Option<(NaiveDate, NaiveDate)> {
    let from = form.given("from").and_then(day_of)?;
    let until = form.given("to").and_then(day_of)?;
    let days = (until - from).num_days();
    (0 < days && days <= DAYS_MAX).then_some((from, until))
}

/// From the first midnight of all places to their last.
fn reach(
    places: &[Location],
    from: NaiveDate,
    until: NaiveDate,
) -> (Vec<LocationId>, (chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::Utc>)) {
    let last = until.checked_sub_days(Days::new(1)).unwrap_or(until);
    let zones = || places.iter().map(|place| place.zone).chain(places.is_empty().then_some(chrono_tz::UTC));
    let first = zones().map(|zone| time::day_span(from, zone).starts_at()).min().unwrap_or_default();
    let end = zones().map(|zone| time::day_span(last, zone).ends_at()).max().unwrap_or_default();
    (places.iter().map(|place| place.id).collect(), (first, end))
}

fn read(conn: &mut Conn, asked: &Asked<'_>, stamp: String) -> Result<Found, Fault> {
    let (ids, span) = reach(asked.places, asked.from, asked.until);
    let bookings = rows::bookings_on_calendar(conn, &ids, span, asked.provider)?;
    let clients: Vec<_> = bookings.iter().map(|booking| booking.client).collect();
    Ok(Found {
        alerts: rows::with_alert(conn, &clients)?,
        blocks: block::blocks_between(conn, &ids, span, BLOCKS_MAX)?,
        bookings,
        stamp,
    })
}

fn json(body: String) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(body)
}
